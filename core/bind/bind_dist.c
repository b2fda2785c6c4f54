/* bind_dist.c - the list of distributions for scripts: densities, tails and draws by name. */
#include "bind/bind.h"
#include "stats/dist.h"

#include <math.h>

static const char *support_of(const struct dist *d)
{
	switch (d->support) {
	case DIST_REAL:     return "all numbers";
	case DIST_POSITIVE: return "above 0";
	case DIST_UNIT:     return "between 0 and 1";
	case DIST_BETWEEN:  return "from alpha to beta";
	case DIST_COUNT:    return "0, 1, 2, ...";
	case DIST_COUNT_TO: return "0, 1, ..., N";
	case DIST_BIT:      return "0, 1";
	}
	return "";
}

static void push_row(lua_State *L, int at, const char *name, const char *const *params, int nparams, const char *support, const char *help)
{
	luaL_Buffer text;

	lua_createtable(L, 0, 4);
	lua_pushstring(L, name);
	lua_setfield(L, -2, "name");
	luaL_buffinit(L, &text);
	for (int k = 0; k < nparams; k++) {
		luaL_addstring(&text, k ? ", " : "");
		luaL_addstring(&text, params[k]);
	}
	luaL_pushresult(&text);
	lua_setfield(L, -2, "parameters");
	lua_pushstring(L, support);
	lua_setfield(L, -2, "support");
	lua_pushstring(L, help);
	lua_setfield(L, -2, "help");
	lua_rawseti(L, -2, at);
}

/* Rows for muster.distributions. */
static int core_distributions(lua_State *L)
{
	lua_newtable(L);
	for (int i = 0; i < dist_count(); i++) {
		const struct dist *d = dist_at(i);

		push_row(L, i + 1, d->name, d->params, d->nparams, support_of(d), d->help);
	}
	for (int i = 0; i < vector_dist_count(); i++) {
		const struct vector_dist *d = vector_dist_at(i);

		push_row(L, dist_count() + i + 1, d->name, d->params, d->nparams,
			 d->simplex ? "shares that add up to 1" : d->whole ? "categories or counts of them" : "vectors", d->help);
	}
	return 1;
}

static const struct dist *check_dist(lua_State *L, int idx)
{
	const char *name = luaL_checkstring(L, idx), *near, *names[100];
	const struct dist *d = dist_find(name);
	size_t n = 0;

	if (d)
		return d;
	if (vector_dist_find(name))
		bind_fail(L, "outcomes of %s are vectors, this is for single numbers", name);
	for (int i = 0; i < dist_count(); i++)
		names[n++] = dist_at(i)->name;
	near = text_nearest(name, names, n);
	bind_fail(L, near ? "no distribution '%s'; did you mean '%s'?" : "no distribution '%s'; muster.distributions() lists them", name, near);
	return NULL;
}

static void check_params(lua_State *L, const struct dist *d, int found, const double *params)
{
	char text[200];

	if (found != d->nparams) {
		luaL_Buffer names;

		luaL_buffinit(L, &names);
		for (int k = 0; k < d->nparams; k++) {
			luaL_addstring(&names, k ? ", " : "");
			luaL_addstring(&names, d->params[k]);
		}
		luaL_pushresult(&names);
		bind_fail(L, "%s has the parameter%s %s, found %d value%s", d->name, d->nparams == 1 ? "" : "s", lua_tostring(L, -1), found,
			  found == 1 ? "" : "s");
	}
	if (dist_fault(d, params, text, sizeof text))
		bind_fail(L, "%s: %s", d->name, text);
}

enum which { LPDF, LCDF, LCCDF };

static int evaluate(lua_State *L, enum which which)
{
	const struct dist *d = check_dist(L, 1);
	double a[DIST_PARAMS_MAX + 1];
	int found = lua_gettop(L) - 2;

	a[0] = luaL_checknumber(L, 2);
	for (int k = 0; k < found && k < DIST_PARAMS_MAX; k++)
		a[k + 1] = luaL_checknumber(L, k + 3);
	check_params(L, d, found, a + 1);
	lua_pushnumber(L, (which == LPDF ? d->lpdf : which == LCDF ? d->lcdf : d->lccdf)(a, NULL));
	return 1;
}

static int lib_lpdf(lua_State *L) { return evaluate(L, LPDF); }
static int lib_lcdf(lua_State *L) { return evaluate(L, LCDF); }
static int lib_lccdf(lua_State *L) { return evaluate(L, LCCDF); }

static double option(lua_State *L, const char *name, double other)
{
	double v = other;

	if (lua_istable(L, 3)) {
		lua_getfield(L, 3, name);
		v = luaL_optnumber(L, -1, other);
		lua_pop(L, 1);
	}
	return v;
}

static int lib_draw(lua_State *L)
{
	const struct dist *d = check_dist(L, 1);
	double params[DIST_PARAMS_MAX] = { 0 }, n, seed, low, high;
	struct random r;
	int found;

	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 3);
	found = (int)lua_rawlen(L, 2);
	for (int k = 0; k < found && k < DIST_PARAMS_MAX; k++) {
		lua_rawgeti(L, 2, k + 1);
		params[k] = luaL_checknumber(L, -1);
		lua_pop(L, 1);
	}
	check_params(L, d, found, params);
	n = option(L, "n", 1);
	seed = option(L, "seed", 1);
	low = option(L, "low", -INFINITY);
	high = option(L, "high", INFINITY);
	if (!(n >= 0 && n <= 1e7))
		return bind_fail(L, "from 0 to 10,000,000 draws at a time, found %g", n);
	if (!(fabs(seed) < 9e15))
		return bind_fail(L, "a seed is a whole number, found %g", seed);
	r = random_open((uint64_t)(int64_t)seed, 0);
	lua_createtable(L, (int)n, 0);
	for (int i = 0; i < (int)n; i++) {
		double x = isinf(low) && isinf(high) ? d->draw(&r, params) : dist_draw_between(d, &r, params, low, high);

		if (isnan(x))
			return bind_fail(L, "%s has nothing between %g and %g", d->name, low, high);
		if (dist_is_whole(d) && fabs(x) < 9e15)
			lua_pushinteger(L, (lua_Integer)x);
		else
			lua_pushnumber(L, x);
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

static const struct bind_fn fns[] = {
	{ "muster.stats.lpdf", lib_lpdf, "distribution: string, x: number, ...: number", "number",
	  "Log density of a distribution at x, or the log probability of a count; its parameters follow in the order of "
	  "muster.distributions().",
	  "return muster.stats.lpdf('normal', 1, 0, 1)" },
	{ "muster.stats.lcdf", lib_lcdf, "distribution: string, x: number, ...: number", "number",
	  "Log probability of at most x; accurate far in the tails.",
	  "return muster.stats.lcdf('neg_binomial_2', 3, 10, 2)" },
	{ "muster.stats.lccdf", lib_lccdf, "distribution: string, x: number, ...: number", "number",
	  "Log probability of more than x; accurate far in the tails.",
	  "return muster.stats.lccdf('normal', 40, 0, 1)" },
	{ "muster.stats.draw", lib_draw,
	  "distribution: string, parameters: number[], options?: {n?: integer, seed?: integer, low?: number, high?: number}", "number[]",
	  "Random draws (n = 1), the same for the same seed (1); with `low` or `high` only "
	  "from between them, ends included.",
	  "return #muster.stats.draw('gamma', { 2, 0.5 }, { n = 10, seed = 7 })" },
	{ 0 },
};

void bind_open_dist(lua_State *L)
{
	static const luaL_Reg core[] = { { "distributions", core_distributions }, { NULL, NULL } };

	bind_core(L, core);
	bind_list(L, fns);
}
