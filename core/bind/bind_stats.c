/* bind_stats.c - muster.stats: exact limits, rates, choice probabilities and distributions for scripts. */
#include "bind/bind.h"
#include "stats/stats.h"

static int push_interval(lua_State *L, struct interval v)
{
	lua_pushnumber(L, v.low);
	lua_pushnumber(L, v.high);
	return 2;
}

static int lib_poisson_limits(lua_State *L)
{
	struct interval v;
	struct err e = ERR_INIT;

	if (stats_poisson_limits(luaL_checkinteger(L, 1), luaL_optnumber(L, 2, 0.95), &v, &e))
		return bind_raise(L, &e);
	return push_interval(L, v);
}

static int lib_binomial_limits(lua_State *L)
{
	struct interval v;
	struct err e = ERR_INIT;

	if (stats_binomial_limits(luaL_checkinteger(L, 1), luaL_checkinteger(L, 2), luaL_optnumber(L, 3, 0.95), &v, &e))
		return bind_raise(L, &e);
	return push_interval(L, v);
}

/* A number, or a table (or a quantity) with low and high. */
static struct interval check_interval(lua_State *L, int idx)
{
	struct interval v;

	if (lua_type(L, idx) == LUA_TNUMBER) {
		v.low = v.high = lua_tonumber(L, idx);
		return v;
	}
	lua_getfield(L, idx, "low");
	lua_getfield(L, idx, "high");
	if (lua_type(L, -2) != LUA_TNUMBER || lua_type(L, -1) != LUA_TNUMBER)
		bind_fail(L, "expected a number, or bounds { low = , high = }");
	v.low = lua_tonumber(L, -2);
	v.high = lua_tonumber(L, -1);
	lua_pop(L, 2);
	return v;
}

static int lib_poisson_rate(lua_State *L)
{
	struct interval events = check_interval(L, 1), exposure = check_interval(L, 2), v;
	struct err e = ERR_INIT;

	if (stats_poisson_rate(events, exposure, luaL_optnumber(L, 3, 0.95), &v, &e))
		return bind_raise(L, &e);
	return push_interval(L, v);
}

static int lib_logit(lua_State *L)
{
	double scale = luaL_optnumber(L, 2, 1), *p;
	lua_Unsigned n;
	struct err e = ERR_INIT;

	luaL_checktype(L, 1, LUA_TTABLE);
	n = lua_rawlen(L, 1);
	if (n > 1000)
		return bind_fail(L, "at most 1000 options, found %llu", (unsigned long long)n);
	p = bind_scratch(L, (size_t)n * sizeof *p);
	for (lua_Unsigned i = 0; i < n; i++) {
		lua_rawgeti(L, 1, (lua_Integer)i + 1);
		p[i] = luaL_checknumber(L, -1);
		lua_pop(L, 1);
	}
	if (stats_logit(p, (int)n, scale, p, &e))
		return bind_raise(L, &e);
	lua_createtable(L, (int)n, 0);
	for (lua_Unsigned i = 0; i < n; i++) {
		lua_pushnumber(L, p[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

static int lib_normal(lua_State *L)
{
	lua_pushnumber(L, stats_normal_below(luaL_checknumber(L, 1)));
	return 1;
}

static int lib_normal_quantile(lua_State *L)
{
	struct err e = ERR_INIT;
	double z;

	if (stats_normal_quantile(luaL_checknumber(L, 1), &z, &e))
		return bind_raise(L, &e);
	lua_pushnumber(L, z);
	return 1;
}

static int lib_student_quantile(lua_State *L)
{
	struct err e = ERR_INIT;
	double t;

	if (stats_student_quantile(luaL_checknumber(L, 1), luaL_checknumber(L, 2), &t, &e))
		return bind_raise(L, &e);
	lua_pushnumber(L, t);
	return 1;
}

static const struct bind_fn fns[] = {
	{ "muster.stats.poisson_limits", lib_poisson_limits, "k: integer, level?: number", "number, number",
	  "Exact limits for the mean of a Poisson variable of which k events were seen (Garwood 1936); level 0.95.",
	  "return muster.stats.poisson_limits(2)" },
	{ "muster.stats.binomial_limits", lib_binomial_limits, "k: integer, n: integer, level?: number", "number, number",
	  "Exact limits for a probability after k successes in n trials (Clopper and Pearson 1934); level 0.95.",
	  "return muster.stats.binomial_limits(2, 10)" },
	{ "muster.stats.poisson_rate", lib_poisson_rate,
	  "events: number|table|Quantity, exposure: number|table|Quantity, level?: number", "number, number",
	  "The widest honest interval for events per unit of exposure when both are known only within bounds: lower exact "
	  "limit of the least count over the largest exposure, to upper exact limit of the greatest count over the smallest.",
	  "return muster.stats.poisson_rate(2, { low = 300000, high = 700000 })" },
	{ "muster.stats.logit", lib_logit, "utilities: number[], scale?: number", "number[]",
	  "Choice probabilities of a multinomial logit (McFadden 1974), summing to 1; utilities in units of the scale (1).",
	  "return muster.stats.logit({ 0, -2, -5 })[1]" },
	{ "muster.stats.normal", lib_normal, "z: number", "number",
	  "The probability that a standard normal variable is at most z.",
	  "return muster.stats.normal(1.6448536269514722)" },
	{ "muster.stats.normal_quantile", lib_normal_quantile, "p: number", "number",
	  "Where a standard normal variable is at most with probability p.",
	  "return muster.stats.normal_quantile(0.95)" },
	{ "muster.stats.student_quantile", lib_student_quantile, "p: number, df: number", "number",
	  "Where a variable of Student's distribution with df degrees of freedom is at most with probability p.",
	  "return muster.stats.student_quantile(0.95, 4)" },
	{ 0 },
};

void bind_open_stats(lua_State *L)
{
	stats_open();
	bind_list(L, fns);
}
