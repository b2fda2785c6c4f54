/* bind_model_optimize.c - the top of a model's density from Lua, and the normal distribution that touches it there. */
#include "bind/bind_model.h"
#include "mcmc/optimize.h"

#include <string.h>

struct search {
	struct posterior_run *run;
	struct optimum optimum;
	struct laplace laplace;
};

static int search_gc(lua_State *L)
{
	struct search *s = lua_touserdata(L, 1);

	posterior_run_free(s->run);
	optimum_release(&s->optimum);
	laplace_release(&s->laplace);
	memset(s, 0, sizeof *s);
	return 0;
}

static struct search *new_search(lua_State *L)
{
	struct search *s = lua_newuserdatauv(L, sizeof *s, 0);

	*s = (struct search){ NULL, OPTIMUM_INIT, LAPLACE_INIT };
	bind_collect(L, "muster.search", search_gc);
	return s;
}

static const char *why(void *run)
{
	return posterior_why(run);
}

static const double *numbers(lua_State *L, int idx, int n)
{
	double *v;

	if (!lua_istable(L, idx))
		return NULL;
	v = bind_scratch(L, (size_t)n * sizeof *v);
	for (int k = 0; k < n; k++) {
		lua_rawgeti(L, idx, k + 1);
		v[k] = luaL_optnumber(L, -1, NAN);
		lua_pop(L, 1);
	}
	return v;
}

static void push_numbers(lua_State *L, const double *v, int n)
{
	lua_createtable(L, n, 0);
	for (int k = 0; k < n; k++) {
		lua_pushnumber(L, v[k]);
		lua_rawseti(L, -2, k + 1);
	}
}

static void push_ends(lua_State *L, const struct optimum *o)
{
	lua_createtable(L, o->starts, 0);
	for (int i = 0; i < o->starts; i++) {
		lua_createtable(L, 0, 3);
		lua_pushnumber(L, o->ends[i].lp);
		lua_setfield(L, -2, "lp");
		lua_pushinteger(L, o->ends[i].iterations);
		lua_setfield(L, -2, "iterations");
		lua_pushstring(L, optimize_status_text(o->ends[i].status));
		lua_setfield(L, -2, "status");
		lua_rawseti(L, -2, i + 1);
	}
}

static lua_Integer integer_field(lua_State *L, int idx, const char *name, lua_Integer otherwise)
{
	lua_Integer v = lua_getfield(L, idx, name) == LUA_TNIL ? otherwise : luaL_checkinteger(L, -1);

	lua_pop(L, 1);
	return v;
}

/*
 * posterior_optimize(posterior, { seed, starts, iterations }, q or nil) -> { q, lp, same, converged, interrupted, status, ends }, and a
 * block with the one row of values
 */
static int core_posterior_optimize(lua_State *L)
{
	struct posterior *p = bind_check_posterior(L, 1);
	int n = posterior_unknowns(p);
	struct optimize_options o = OPTIMIZE_OPTIONS_INIT;
	struct search *s;
	enum optimize_status status;
	struct block *row;
	struct err e = ERR_INIT;

	luaL_checktype(L, 2, LUA_TTABLE);
	o.seed = (uint64_t)integer_field(L, 2, "seed", 1);
	o.starts = (int)integer_field(L, 2, "starts", o.starts);
	o.iterations = (int)integer_field(L, 2, "iterations", o.iterations);
	o.start = numbers(L, 3, n);
	s = new_search(L);
	row = bind_new_block(L, 1, 1, posterior_width(p));
	if (posterior_run_new(p, &s->run, &e) ||
	    optimize(&(struct density){ n, posterior_density, s->run, why }, &o, &s->optimum, &e) ||
	    posterior_values(s->run, s->optimum.q, row->values, &e))
		return bind_raise(L, &e);
	status = s->optimum.ends[s->optimum.best].status;
	lua_createtable(L, 0, 7);
	push_numbers(L, s->optimum.q, n);
	lua_setfield(L, -2, "q");
	lua_pushnumber(L, s->optimum.lp);
	lua_setfield(L, -2, "lp");
	lua_pushinteger(L, s->optimum.same);
	lua_setfield(L, -2, "same");
	lua_pushboolean(L, optimize_converged(status));
	lua_setfield(L, -2, "converged");
	lua_pushboolean(L, status == OPTIMIZE_INTERRUPTED);
	lua_setfield(L, -2, "interrupted");
	lua_pushstring(L, optimize_status_text(status));
	lua_setfield(L, -2, "status");
	push_ends(L, &s->optimum);
	lua_setfield(L, -2, "ends");
	lua_insert(L, -2);
	return 2;
}

/*
 * posterior_laplace(posterior, q of the top, draws, seed) -> block of q, block of lp and lq (log density, and that of the
 * approximation), log of the evidence
 */
static int core_posterior_laplace(lua_State *L)
{
	struct posterior *p = bind_check_posterior(L, 1);
	int n = posterior_unknowns(p);
	const double *mode;
	lua_Integer draws = luaL_checkinteger(L, 3);
	struct random random = random_open((uint64_t)luaL_optinteger(L, 4, 1), 0);
	struct search *s;
	struct block *q, *lp;
	struct err e = ERR_INIT;

	if (draws < 1 || draws > 100000000)
		return bind_fail(L, "option 'draws': expected 1 to 100000000, found %lld", (long long)draws);
	luaL_checktype(L, 2, LUA_TTABLE);
	mode = numbers(L, 2, n);
	q = bind_new_block(L, 1, draws, n);
	lp = bind_new_block(L, 1, draws, 2);
	s = new_search(L);
	if (posterior_run_new(p, &s->run, &e) ||
	    laplace(&(struct density){ n, posterior_density, s->run, why }, mode, (int)draws, &random, &s->laplace, &e))
		return bind_raise(L, &e);
	memcpy(q->values, s->laplace.q, (size_t)draws * (size_t)n * sizeof *q->values);
	for (lua_Integer i = 0; i < draws; i++) {
		lp->values[2 * i] = s->laplace.lp[i];
		lp->values[2 * i + 1] = s->laplace.lq[i];
	}
	lua_pop(L, 1);
	lua_pushnumber(L, s->laplace.log_evidence);
	return 3;
}

static const luaL_Reg core_functions[] = {
	{ "posterior_optimize", core_posterior_optimize },
	{ "posterior_laplace", core_posterior_laplace },
	{ NULL, NULL },
};

void bind_open_model_optimize(lua_State *L)
{
	bind_core(L, core_functions);
}
