/*
 * bind_draws.c - draws as columns: what lua/muster/base/draws.lua and loo.lua ask about them.
 *
 * A quantity is a Column of numbers, chain after chain, all chains of one length. Missing values are NAN.
 */
#include "bind/bind.h"
#include "bind/bind_model.h"
#include "stats/diagnose.h"
#include "stats/psis.h"

#include <math.h>
#include <string.h>

/* == columns that C reads while Lua holds them == */

struct columns {
	const struct column **list;
	int64_t n, rows;
	int chains;
	/* of sums: column k belongs to group[k], from 0 */
	const int64_t *group;
	int64_t groups;
};

static void column_copy(const struct column *c, double *x)
{
	if (c->type == TYPE_FLOAT64 && !c->validity) {
		memcpy(x, c->as.f64, (size_t)c->length * sizeof *x);
		return;
	}
	for (int64_t i = 0; i < c->length; i++)
		x[i] = column_number(c, i);
}

static void fill_column(void *ctx, int64_t i, double *x)
{
	const struct columns *cs = ctx;

	column_copy(cs->list[i], x);
}

static void fill_group(void *ctx, int64_t i, double *x)
{
	const struct columns *cs = ctx;

	for (int64_t r = 0; r < cs->rows; r++)
		x[r] = 0;
	for (int64_t k = 0; k < cs->n; k++)
		for (int64_t r = 0; cs->group[k] == i && r < cs->rows; r++)
			x[r] += column_number(cs->list[k], r);
}

/* The array of Columns at idx, of chains at idx + 1. */
static struct columns check_columns(lua_State *L, int idx)
{
	struct columns cs = { .n = (luaL_checktype(L, idx, LUA_TTABLE), (int64_t)lua_rawlen(L, idx)) };
	lua_Integer chains = luaL_checkinteger(L, idx + 1);

	cs.list = bind_scratch(L, ((size_t)cs.n + 1) * sizeof *cs.list);
	for (int64_t k = 0; k < cs.n; k++) {
		lua_rawgeti(L, idx, k + 1);
		cs.list[k] = bind_check_column(L, -1);
		lua_pop(L, 1);       /* the array holds it */
		if (cs.list[k]->length != cs.list[0]->length)
			bind_fail(L, "draws are of one number for all quantities, found %lld and %lld",
				  (long long)cs.list[0]->length, (long long)cs.list[k]->length);
	}
	cs.rows = cs.n ? cs.list[0]->length : 0;
	if (chains < 1 || chains > DIAGNOSE_CHAINS_MAX || cs.rows % chains)
		bind_fail(L, "%lld draws are not %lld chains of one length", (long long)cs.rows, (long long)chains);
	cs.chains = (int)chains;
	return cs;
}

/* Every step-th number from `from` on as a Column, missing where it is NAN. */
static void push_numbers(lua_State *L, const double *from, int64_t n, int64_t step)
{
	struct builder b;
	struct column *c;
	struct err e = ERR_INIT;

	if (builder_init(&b, TYPE_FLOAT64, &e))
		bind_raise(L, &e);
	for (int64_t i = 0; i < n; i++) {
		if (isnan(from[i * step]))
			builder_missing(&b);
		else
			builder_float64(&b, from[i * step]);
	}
	if (builder_finish(&b, &c, &e)) {
		builder_release(&b);
		bind_raise(L, &e);
	}
	bind_push_column(L, c);
}

static void fill_block(void *ctx, int64_t i, double *x)
{
	const struct block *b = ctx;
	int64_t n = b->chains * b->draws;

	for (int64_t k = 0; k < n; k++)
		x[k] = b->values[k * b->width + i];
}

/* The questions { { measure, probability }, ... } at idx. */
static struct diagnose_question *check_questions(lua_State *L, int idx, int *n)
{
	struct diagnose_question *list;

	luaL_checktype(L, idx, LUA_TTABLE);
	*n = (int)lua_rawlen(L, idx);
	list = bind_scratch(L, ((size_t)*n + 1) * sizeof *list);
	for (int k = 0; k < *n; k++) {
		int m;

		lua_rawgeti(L, idx, k + 1);
		lua_rawgeti(L, -1, 1);
		lua_rawgeti(L, -2, 2);
		m = diagnose_find(luaL_checkstring(L, -2));
		if (m < 0)
			bind_fail(L, "no measure '%s'", lua_tostring(L, -2));
		list[k] = (struct diagnose_question){ (enum diagnose_measure)m, luaL_optnumber(L, -1, 0) };
		lua_pop(L, 3);
	}
	return list;
}

/*
 * draws_ask(columns, chains, { { measure, probability }, ... }) -> for each question a Column of answers, a row for each quantity;
 * draws_ask(block, nil, ...) is the same of the numbers of a block.
 */
static int core_draws_ask(lua_State *L)
{
	bool of_block = lua_type(L, 1) != LUA_TTABLE;
	struct block *b = of_block ? bind_check_block(L, 1) : NULL;
	struct columns cs = of_block ? (struct columns){ .n = b->width, .rows = b->chains * b->draws, .chains = b->chains } : check_columns(L, 1);
	int n;
	struct diagnose_question *questions = check_questions(L, 3, &n);
	double *out = bind_scratch(L, ((size_t)n * (size_t)cs.n + 1) * sizeof *out);
	struct err e = ERR_INIT;

	if (cs.n && diagnose_many(cs.chains, cs.rows / cs.chains, cs.n, of_block ? fill_block : fill_column, of_block ? (void *)b : &cs,
				  questions, n, out, &e))
		return bind_raise(L, &e);
	lua_createtable(L, n, 0);
	for (int k = 0; k < n; k++) {
		push_numbers(L, out + k, cs.n, n);
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

/* draws_ebfmi({ energy }, chains) -> array of numbers, NAN where there is none */
static int core_draws_ebfmi(lua_State *L)
{
	struct columns cs = check_columns(L, 1);
	int64_t n = cs.rows / cs.chains;
	double *x;

	if (cs.n != 1)
		return bind_fail(L, "one column of energies is expected");
	x = bind_scratch(L, ((size_t)cs.rows + 1) * sizeof *x);
	column_copy(cs.list[0], x);
	lua_createtable(L, cs.chains, 0);
	for (int c = 0; c < cs.chains; c++) {
		lua_pushnumber(L, diagnose_ebfmi(x + c * n, n, 1));
		lua_rawseti(L, -2, c + 1);
	}
	return 1;
}

/* == leaving out == */

#define FIELDS(X) X(elpd) X(mcse) X(p) X(k) X(ess) X(r_eff) X(lpd) X(waic) X(p_waic)

/* draws_loo(columns of log likelihoods, chains, group of each column from 1 or nil, number of groups) -> { elpd = Column, ... } */
static int core_draws_loo(lua_State *L)
{
	struct columns cs = check_columns(L, 1);
	int64_t *group = bind_scratch(L, ((size_t)cs.n + 1) * sizeof *group), points = cs.n;
	struct loo_point *out;
	struct err e = ERR_INIT;

	if (lua_istable(L, 3)) {
		points = cs.groups = luaL_checkinteger(L, 4);
		for (int64_t k = 0; k < cs.n; k++) {
			lua_rawgeti(L, 3, k + 1);
			group[k] = luaL_checkinteger(L, -1) - 1;
			lua_pop(L, 1);
			if (group[k] < 0 || group[k] >= points)
				return bind_fail(L, "there is no group %lld", (long long)group[k] + 1);
		}
		cs.group = group;
	}
	if (cs.rows < 2 || points < 1)
		return bind_fail(L, "leaving out needs at least one row and two draws");
	out = bind_scratch(L, (size_t)points * sizeof *out);
	if (loo_points(cs.chains, cs.rows / cs.chains, points, cs.group ? fill_group : fill_column, &cs, out, &e))
		return bind_raise(L, &e);
	lua_newtable(L);
#define X(name) push_numbers(L, &out->name, points, sizeof *out / sizeof(double)); lua_setfield(L, -2, #name);
	FIELDS(X)
#undef X
	return 1;
}

/* psis_threshold(draws) -> number */
static int core_psis_threshold(lua_State *L)
{
	lua_pushnumber(L, psis_threshold(luaL_checknumber(L, 1)));
	return 1;
}

/* draws_total(columns, chains) -> the Column of their sums, draw for draw */
static int core_draws_total(lua_State *L)
{
	struct columns cs = check_columns(L, 1);
	double *x = bind_scratch(L, ((size_t)cs.rows + 1) * sizeof *x);

	for (int64_t k = 0; k < cs.n; k++)
		for (int64_t r = 0; r < cs.rows; r++)
			x[r] += column_number(cs.list[k], r);
	push_numbers(L, x, cs.rows, 1);
	return 1;
}

/* draws_power(columns, chains, Column of log densities) -> Column of sensitivities, k of the weights */
static int core_draws_power(lua_State *L)
{
	struct columns cs = check_columns(L, 1);
	const struct column *density = bind_check_column(L, 3);
	struct power_weights w;
	double *lp, *out;
	struct err e = ERR_INIT;

	if (density->length != cs.rows)
		return bind_fail(L, "%lld log densities for %lld draws", (long long)density->length, (long long)cs.rows);
	lp = bind_scratch(L, ((size_t)cs.rows + 1) * sizeof *lp);
	w.low = bind_scratch(L, ((size_t)cs.rows + 1) * sizeof *w.low);
	w.high = bind_scratch(L, ((size_t)cs.rows + 1) * sizeof *w.high);
	out = bind_scratch(L, ((size_t)cs.n + 1) * sizeof *out);
	column_copy(density, lp);
	if (power_weigh(lp, cs.rows, &w, &e) || power_sensitivity(&w, cs.rows, cs.n, fill_column, &cs, out, &e))
		return bind_raise(L, &e);
	push_numbers(L, out, cs.n, 1);
	lua_pushnumber(L, w.k);
	return 2;
}

static const luaL_Reg core_functions[] = {
	{ "draws_ask", core_draws_ask }, { "draws_ebfmi", core_draws_ebfmi }, { "draws_loo", core_draws_loo },
	{ "draws_total", core_draws_total }, { "draws_power", core_draws_power }, { "psis_threshold", core_psis_threshold },
	{ NULL, NULL },
};

void bind_open_draws(lua_State *L)
{
	bind_core(L, core_functions);
}
