/* bind_model_measure.c - how far numbers by draw can be trusted, for lua/muster/model. */
#include "bind/bind_model.h"
#include "stats/diagnose.h"
#include "stats/psis.h"

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
	{ "block_ebfmi", core_block_ebfmi },
	{ NULL, NULL },
};

void bind_open_model_measure(lua_State *L)
{
	bind_core(L, core_functions);
}
