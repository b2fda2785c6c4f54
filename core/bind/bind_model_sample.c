/*
 * bind_model_sample.c - sampling from Lua: chains of a bound model, run as far as is wanted, and what they drew.
 *
 * A sampler only grows. A fit takes the first so many draws of it, so that going on from an older fit gives what one longer run
 * gives, whoever went on before.
 */
#include "bind/bind_model.h"
#include "mcmc/mcmc.h"
#include "stats/diagnose.h"

#include <string.h>

#define SAMPLER "muster.sampler"

void (*bind_sampling)(const struct mcmc_progress *chains, int n);
bool (*bind_stop_kept)(void);

struct sampler {
	struct mcmc *m;
	struct posterior *p;
	struct posterior_run *runs[THREAD_MAX];
	int chains;
};

static int sampler_gc(lua_State *L)
{
	struct sampler *s = lua_touserdata(L, 1);

	mcmc_free(s->m);
	for (int i = 0; i < THREAD_MAX; i++)
		posterior_run_free(s->runs[i]);
	posterior_unref(s->p);
	memset(s, 0, sizeof *s);
	return 0;
}

static struct sampler *check_sampler(lua_State *L, int idx)
{
	return luaL_checkudata(L, idx, SAMPLER);
}

/* == options == */

static double number_field(lua_State *L, int idx, const char *name, double otherwise)
{
	double v = lua_getfield(L, idx, name) == LUA_TNIL ? otherwise : luaL_checknumber(L, -1);

	lua_pop(L, 1);
	return v;
}

static lua_Integer integer_field(lua_State *L, int idx, const char *name, lua_Integer otherwise, lua_Integer low, lua_Integer high)
{
	lua_Integer v = lua_getfield(L, idx, name) == LUA_TNIL ? otherwise : luaL_checkinteger(L, -1);

	lua_pop(L, 1);
	if (v < low || v > high)
		bind_fail(L, "option '%s': expected %lld to %lld, found %lld", name, (long long)low, (long long)high, (long long)v);
	return v;
}

/* The metric of a density of n unknowns; "auto": dense where a matrix costs little, and there judged by the warmup. */
static enum mcmc_metric metric_field(lua_State *L, int idx, int n, bool *judged)
{
	enum { FEW = 50 };
	static const char *const names[] = { "diag", "dense", "unit", NULL };
	static const enum mcmc_metric metrics[] = { MCMC_DIAGONAL, MCMC_DENSE, MCMC_UNIT };
	const char *name;

	if (lua_getfield(L, idx, "metric") == LUA_TNIL) {
		lua_pop(L, 1);
		return MCMC_DIAGONAL;
	}
	name = luaL_checkstring(L, -1);
	if ((*judged = !strcmp(name, "auto"))) {
		lua_pop(L, 1);
		return n <= FEW ? MCMC_DENSE : MCMC_DIAGONAL;
	}
	for (int i = 0; names[i]; i++) {
		if (!strcmp(name, names[i])) {
			lua_pop(L, 1);
			return metrics[i];
		}
	}
	bind_fail(L, "option 'metric': expected diag, dense, unit or auto, found '%s'", name);
	return MCMC_DIAGONAL;
}

static void start_chain(lua_State *L, struct sampler *s, int chain, int list)
{
	int n = posterior_unknowns(s->p);
	double *q = bind_scratch(L, (size_t)n * sizeof *q);
	struct err e = ERR_INIT;

	lua_rawgeti(L, list, chain + 1);
	luaL_checktype(L, -1, LUA_TTABLE);
	for (int k = 0; k < n; k++) {
		lua_rawgeti(L, -1, k + 1);
		q[k] = luaL_optnumber(L, -1, NAN);
		lua_pop(L, 1);
	}
	if (mcmc_start(s->m, chain, q, &e))
		bind_raise(L, &e);
	lua_pop(L, 2);
}

/* sampler_new(posterior, { chains, warmup, seed, delta, depth, metric, radius }, array of q by chain or nil) -> sampler */
static int core_sampler_new(lua_State *L)
{
	struct posterior *p = bind_check_posterior(L, 1);
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	struct sampler *s;
	struct err e = ERR_INIT;

	luaL_checktype(L, 2, LUA_TTABLE);
	o.chains = (int)integer_field(L, 2, "chains", o.chains, 1, MCMC_CHAINS_MAX);
	o.warmup = (int)integer_field(L, 2, "warmup", o.warmup, 0, 100000000);
	o.seed = (uint64_t)integer_field(L, 2, "seed", 1, LUA_MININTEGER, LUA_MAXINTEGER);
	o.delta = number_field(L, 2, "adapt_delta", o.delta);
	o.max_depth = (int)integer_field(L, 2, "max_treedepth", o.max_depth, 1, MCMC_DEPTH_MAX);
	o.radius = number_field(L, 2, "radius", o.radius);
	o.metric = metric_field(L, 2, posterior_unknowns(p), &o.judged);
	s = lua_newuserdatauv(L, sizeof *s, 0);
	memset(s, 0, sizeof *s);
	bind_collect(L, SAMPLER, sampler_gc);
	s->p = posterior_ref(p);
	s->chains = o.chains;
	if (mcmc_new(&o, posterior_unknowns(p), &s->m, &e))
		return bind_raise(L, &e);
	for (int i = 0; lua_istable(L, 3) && i < o.chains; i++)
		start_chain(L, s, i, 3);
	return 1;
}

/* == stopping by precision == */

struct wanted {
	int at;                  /* in a row of draws */
	double mcse;             /* of its mean, at most */
};

struct precision {
	const struct sampler *s;
	const struct wanted *list;
	int n;
	int64_t most;            /* draws of each chain that there is room for */
	int64_t have;            /* of which so many are there */
	double *values;          /* [n][chains][most] */
	double *row;
	bool failed;
};

/* All wanted numbers of the draws since the last look. */
static int take_values(struct precision *p, const struct mcmc *m, int64_t to)
{
	int unknowns = mcmc_unknowns(m), chains = p->s->chains;

	for (int c = 0; c < chains; c++) {
		const double *q = mcmc_draws(m, c);

		for (int64_t i = p->have; i < to; i++) {
			if (posterior_values(p->s->runs[0], q + i * unknowns, p->row, NULL))
				return -1;
			for (int k = 0; k < p->n; k++)
				p->values[((int64_t)k * chains + c) * p->most + i] = p->row[p->list[k].at];
		}
	}
	p->have = to;
	return 0;
}

static bool precise(void *ctx, const struct mcmc *m)
{
	struct precision *p = ctx;
	struct diagnose *d = NULL;
	int chains = p->s->chains;
	int64_t to = mcmc_count(m, 0);
	bool enough = true;

	for (int c = 1; c < chains; c++)
		to = mcmc_count(m, c) < to ? mcmc_count(m, c) : to;
	if (to > p->most || take_values(p, m, to) || diagnose_new(chains, to, &d, NULL)) {
		p->failed = true;
		return true;
	}
	for (int k = 0; enough && k < p->n; k++) {
		diagnose_load(d, p->values + (int64_t)k * chains * p->most, p->most, 1);
		/* NAN, as of a constant, is not more precise for going on */
		enough = !(diagnose_ask(d, DIAGNOSE_MCSE_MEAN, 0) > p->list[k].mcse);
	}
	diagnose_free(d);
	return enough;
}

/* The array of { place in a row from 1, mcse } at idx; the arrays stay on the stack. */
static void read_precision(lua_State *L, int idx, const struct sampler *s, int64_t most, struct precision *p)
{
	int n = (int)lua_rawlen(L, idx);
	struct wanted *list = bind_scratch(L, (size_t)n * sizeof *list);

	for (int k = 0; k < n; k++) {
		lua_rawgeti(L, idx, k + 1);
		lua_rawgeti(L, -1, 1);
		lua_rawgeti(L, -2, 2);
		list[k] = (struct wanted){ (int)luaL_checkinteger(L, -2) - 1, luaL_checknumber(L, -1) };
		lua_pop(L, 3);
		if (list[k].at < 0 || list[k].at >= posterior_width(s->p))
			bind_fail(L, "no number %d in a draw", list[k].at + 1);
	}
	*p = (struct precision){ .s = s, .list = list, .n = n, .most = most };
	p->row = bind_scratch(L, (size_t)posterior_width(s->p) * sizeof *p->row);
	p->values = bind_new_block(L, s->chains, most, n)->values;
}

/* == running == */

static const char *why(void *run)
{
	return posterior_why(run);
}

static void show(void *ctx, const struct mcmc_progress *chains, int n)
{
	(void)ctx;
	bind_sampling(chains, n);
}

/*
 * sampler_run(sampler, draws of each chain in all, threads, quiet, array of { place, mcse } or nil, block) -> whether it was
 * interrupted. What was drawn is kept in any case.
 */
static int core_sampler_run(lua_State *L)
{
	struct sampler *s = check_sampler(L, 1);
	lua_Integer draws = luaL_checkinteger(L, 2), block = luaL_optinteger(L, 6, 0);
	int threads = (int)luaL_optinteger(L, 3, 0), rc = 0;
	bool loud = bind_sampling && !lua_toboolean(L, 4), interrupted;
	struct density densities[THREAD_MAX];
	struct mcmc_calls calls = { 0 };
	struct precision p;
	struct err e = ERR_INIT;

	if (draws < 1 || draws > 100000000)
		return bind_fail(L, "option 'draws': expected 1 to 100000000, found %lld", (long long)draws);
	threads = threads > 0 && threads < THREAD_MAX ? threads : thread_online();
	threads = threads < s->chains ? threads : s->chains;
	for (int i = 0; !rc && i < threads; i++) {
		if (!s->runs[i])
			rc = posterior_run_new(s->p, &s->runs[i], &e);
		densities[i] = (struct density){ posterior_unknowns(s->p), posterior_density, s->runs[i], why };
	}
	if (rc)
		return bind_raise(L, &e);
	if (lua_istable(L, 5)) {
		read_precision(L, 5, s, draws, &p);
		calls.ctx = &p;
		calls.enough = precise;
		calls.block = (int)block;
	}
	if (loud)
		calls.progress = show;
	rc = mcmc_run(s->m, densities, threads, (int)draws, &calls, &e);
	if (loud)
		bind_sampling(NULL, 0);
	interrupted = mcmc_interrupted(s->m) || rc == ERR_INTERRUPT;
	if (rc && !interrupted)
		return bind_raise(L, &e);
	if (calls.enough && p.failed)
		return bind_fail(L, "out of memory");
	/* The signal has had its effect: the script goes on with the draws there are. */
	if (interrupted && !(bind_stop_kept && bind_stop_kept()))
		return bind_fail(L, "interrupted");
	lua_pushboolean(L, interrupted);
	return 1;
}

/* == what was drawn == */

/* sampler_state(sampler) -> array by chain of { draws, step, divergences } */
static int core_sampler_state(lua_State *L)
{
	struct sampler *s = check_sampler(L, 1);

	lua_createtable(L, s->chains, 0);
	for (int c = 0; c < s->chains; c++) {
		struct mcmc_progress now = mcmc_state(s->m, c);

		lua_createtable(L, 0, 3);
		lua_pushinteger(L, mcmc_count(s->m, c));
		lua_setfield(L, -2, "draws");
		lua_pushnumber(L, mcmc_step(s->m, c));
		lua_setfield(L, -2, "step");
		lua_pushinteger(L, now.iterations);
		lua_setfield(L, -2, "iterations");
		lua_rawseti(L, -2, c + 1);
	}
	return 1;
}

enum { INFO_WIDTH = 7 };

static void put_info(double *to, const struct mcmc_info *f)
{
	to[0] = f->lp;
	to[1] = f->accept;
	to[2] = f->step;
	to[3] = f->depth;
	to[4] = f->leapfrogs;
	to[5] = f->divergent;
	to[6] = f->energy;
}

/*
 * sampler_blocks(sampler, array of chains, draws, thin) -> block of q, block of lp, accept, step, depth, leapfrogs, divergent, energy: every
 * thin-th of the first `draws` draws of these chains.
 */
static int core_sampler_blocks(lua_State *L)
{
	struct sampler *s = check_sampler(L, 1);
	int chains = (int)lua_rawlen(L, 2), n = mcmc_unknowns(s->m);
	lua_Integer draws = luaL_checkinteger(L, 3), thin = luaL_checkinteger(L, 4), kept;
	struct block *q, *infos;

	if (draws < 0 || thin < 1)
		return bind_fail(L, "thin is 1 or more");
	kept = draws / thin;
	q = bind_new_block(L, chains, kept, n);
	infos = bind_new_block(L, chains, kept, INFO_WIDTH);
	for (int c = 0; c < chains; c++) {
		lua_Integer chain = (lua_rawgeti(L, 2, c + 1), luaL_checkinteger(L, -1)) - 1;

		lua_pop(L, 1);
		if (chain < 0 || chain >= s->chains || draws > mcmc_count(s->m, (int)chain))
			return bind_fail(L, "chain %lld has no %lld draws", (long long)chain + 1, (long long)draws);
		for (int64_t i = 0; i < kept; i++) {
			int64_t from = (i + 1) * thin - 1, to = c * kept + i;

			memcpy(q->values + to * n, mcmc_draws(s->m, (int)chain) + from * n, (size_t)n * sizeof(double));
			put_info(infos->values + to * INFO_WIDTH, &mcmc_infos(s->m, (int)chain)[from]);
		}
	}
	return 2;
}

static const luaL_Reg core_functions[] = {
	{ "sampler_new", core_sampler_new },
	{ "sampler_run", core_sampler_run },
	{ "sampler_state", core_sampler_state },
	{ "sampler_blocks", core_sampler_blocks },
	{ NULL, NULL },
};

void bind_open_model_sample(lua_State *L)
{
	bind_core(L, core_functions);
}
