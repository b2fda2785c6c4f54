/* bind_model_measure.c - how far numbers by draw can be trusted, for lua/muster/model. */
#include "bind/bind_model.h"
#include "stats/diagnose.h"
#include "stats/psis.h"

static void fill(void *ctx, int64_t i, double *x)
{
	const struct block *b = ctx;
	int64_t n = b->chains * b->draws;

	for (int64_t k = 0; k < n; k++)
		x[k] = b->values[k * b->width + i];
}

/* block_measure(block, array of { measure, probability }) -> for each of its numbers an array of the answers, NAN where there is none */
static int core_block_measure(lua_State *L)
{
	struct block *b = bind_check_block(L, 1);
	int n = (luaL_checktype(L, 2, LUA_TTABLE), (int)lua_rawlen(L, 2));
	struct diagnose_question *list = bind_scratch(L, (size_t)n * sizeof *list);
	double *out = bind_scratch(L, (size_t)b->width * (size_t)n * sizeof *out);
	struct err e = ERR_INIT;

	for (int i = 0; i < n; i++) {
		int what;

		lua_rawgeti(L, 2, i + 1);
		lua_rawgeti(L, -1, 1);
		lua_rawgeti(L, -2, 2);
		what = diagnose_find(luaL_checkstring(L, -2));
		if (what < 0)
			return bind_fail(L, "no measure '%s'", lua_tostring(L, -2));
		list[i] = (struct diagnose_question){ (enum diagnose_measure)what, luaL_optnumber(L, -1, 0) };
		lua_pop(L, 3);
	}
	if (b->width && diagnose_many(b->chains, b->draws, b->width, fill, b, list, n, out, &e))
		return bind_raise(L, &e);
	lua_createtable(L, b->width, 0);
	for (int k = 0; k < b->width; k++) {
		lua_createtable(L, n, 0);
		for (int i = 0; i < n; i++) {
			lua_pushnumber(L, out[k * n + i]);
			lua_rawseti(L, -2, i + 1);
		}
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

/* block_ebfmi(block, k) -> array by chain: the k-th numbers are energies */
static int core_block_ebfmi(lua_State *L)
{
	struct block *b = bind_check_block(L, 1);
	lua_Integer k = luaL_checkinteger(L, 2);

	if (k < 1 || k > b->width)
		return bind_fail(L, "no number %lld among %d", (long long)k, b->width);
	lua_createtable(L, b->chains, 0);
	for (int c = 0; c < b->chains; c++) {
		lua_pushnumber(L, diagnose_ebfmi(b->values + (int64_t)c * b->draws * b->width + k - 1, b->draws, b->width));
		lua_rawseti(L, -2, c + 1);
	}
	return 1;
}

/* block_pareto_k(block of pairs of log densities) -> k of the weights that make draws of the second those of the first */
static int core_block_pareto_k(lua_State *L)
{
	struct block *b = bind_check_block(L, 1);
	int64_t n = b->chains * b->draws, kept = 0;
	double *w = bind_scratch(L, (size_t)n * sizeof *w), k = INFINITY;
	struct psis *p = NULL;
	struct err e = ERR_INIT;

	if (b->width != 2)
		return bind_fail(L, "pairs of log densities are expected");
	for (int64_t i = 0; i < n; i++)
		if (isfinite(b->values[2 * i]))
			w[kept++] = b->values[2 * i] - b->values[2 * i + 1];
	if (kept && psis_new(kept, &p, &e))
		return bind_raise(L, &e);
	if (kept)
		k = psis_smooth(p, w, 1);
	psis_free(p);
	lua_pushnumber(L, k);
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "block_pareto_k", core_block_pareto_k },
	{ "block_measure", core_block_measure },
	{ "block_ebfmi", core_block_ebfmi },
	{ NULL, NULL },
};

void bind_open_model_measure(lua_State *L)
{
	bind_core(L, core_functions);
}
