/*
 * bind_model_rows.c - what a model says at each of many draws: log likelihood, predictions, draws of the prior.
 *
 * Draws are dealt to threads in short runs. What is random of a draw comes from a stream of its own number, so that neither the
 * number of threads nor their order changes a result.
 */
#include "bind/bind_model.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define BLOCK "muster.block"

/* == blocks == */

static int block_gc(lua_State *L)
{
	struct block *b = lua_touserdata(L, 1);

	mem_free(b->values);
	b->values = NULL;
	return 0;
}

struct block *bind_new_block(lua_State *L, int chains, int64_t draws, int width)
{
	struct block *b = lua_newuserdatauv(L, sizeof *b, 0);
	size_t n = (size_t)chains * (size_t)draws;

	*b = (struct block){ chains, width, draws, NULL };
	bind_collect(L, BLOCK, block_gc);
	if (width && n > SIZE_MAX / sizeof(double) / (size_t)width)
		luaL_error(L, "out of memory");
	b->values = mem_alloc(n * (size_t)width * sizeof(double) + 1);
	if (!b->values)
		luaL_error(L, "out of memory");
	return b;
}

struct block *bind_check_block(lua_State *L, int idx)
{
	return luaL_checkudata(L, idx, BLOCK);
}

/* block_shape(block) -> chains, draws of each, numbers of each */
static int core_block_shape(lua_State *L)
{
	struct block *b = bind_check_block(L, 1);

	lua_pushinteger(L, b->chains);
	lua_pushinteger(L, b->draws);
	lua_pushinteger(L, b->width);
	return 3;
}

/* block_column(block, k) -> its k-th numbers as a Column, chain after chain */
static int core_block_column(lua_State *L)
{
	struct block *b = bind_check_block(L, 1);
	lua_Integer k = luaL_checkinteger(L, 2);
	size_t n = (size_t)b->chains * (size_t)b->draws;
	double *values;
	struct column *c;
	struct err e = ERR_INIT;

	if (k < 1 || k > b->width)
		return bind_fail(L, "no number %lld among %d", (long long)k, b->width);
	if (!(values = mem_column(n * sizeof *values)))
		return luaL_error(L, "out of memory");
	for (size_t i = 0; i < n; i++)
		values[i] = b->values[i * (size_t)b->width + (size_t)k - 1];
	if (column_of_float64(values, NULL, (int64_t)n, 0, &c, &e)) {
		mem_free(values);
		return bind_raise(L, &e);
	}
	bind_push_column(L, c);
	return 1;
}

/* block_row(block, i) -> the numbers of the i-th draw of all, as an array */
static int core_block_row(lua_State *L)
{
	struct block *b = bind_check_block(L, 1);
	lua_Integer i = luaL_checkinteger(L, 2);

	if (i < 1 || i > (lua_Integer)b->chains * b->draws)
		return bind_fail(L, "no draw %lld", (long long)i);
	lua_createtable(L, b->width, 0);
	for (int k = 0; k < b->width; k++) {
		lua_pushnumber(L, b->values[(size_t)(i - 1) * (size_t)b->width + (size_t)k]);
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

/* == all draws == */

enum what { WHAT_VALUES, WHAT_LOG_LIK, WHAT_PREDICT, WHAT_PRIOR };

enum { RUN = 8 };                /* draws that a thread takes at a time */

struct job {
	const struct posterior *p;
	enum what what;
	int64_t n;
	int unknowns, width, rows, liks;
	const double *q;         /* n x unknowns, but for draws of the prior */
	double *out;             /* values, log_lik, predict: n x width, liks or rows */
	double *lp;              /* log_lik: n log densities of the prior */
	double *made_q, *made_rows;      /* prior */
	uint64_t seed, stream;
	atomic_llong next;
	atomic_bool failed;
	pthread_mutex_t lock;
	int64_t at;              /* of the first draw that failed */
	int rc;
	struct err e;
};

/* One draw's random numbers: purposes and draws never share a stream with each other, nor with a chain. */
static struct random random_of(const struct job *j, int64_t i)
{
	return random_open(j->seed, (j->stream << 40) + (uint64_t)i + ((uint64_t)1 << 62));
}

static int one(struct job *j, struct posterior_run *r, int64_t i, struct err *e)
{
	const double *q = j->q ? j->q + i * j->unknowns : NULL;
	struct random random = random_of(j, i);

	switch (j->what) {
	case WHAT_VALUES:
		return posterior_values(r, q, j->out + i * j->width, e);
	case WHAT_LOG_LIK:
		return posterior_log_lik(r, q, j->out + i * j->liks, j->lp + i, e);
	case WHAT_PREDICT:
		return posterior_predict(r, q, &random, j->out + i * j->rows, e);
	default:
		return posterior_prior(r, &random, j->out + i * j->width, j->made_q + i * j->unknowns, j->made_rows + i * j->rows, e);
	}
}

static void note_failure(struct job *j, int64_t i, int rc, const struct err *e)
{
	pthread_mutex_lock(&j->lock);
	if (!j->rc || i < j->at) {
		j->rc = rc;
		j->at = i;
		j->e = *e;
	}
	pthread_mutex_unlock(&j->lock);
	atomic_store(&j->failed, true);
}

static void work(void *ctx, int number)
{
	struct job *j = ctx;
	struct posterior_run *r = NULL;
	struct err e = ERR_INIT;
	int64_t i, end;
	int rc = posterior_run_new(j->p, &r, &e);

	(void)number;
	if (rc)
		note_failure(j, 0, rc, &e);
	while (!rc && !atomic_load(&j->failed) && (i = atomic_fetch_add(&j->next, RUN)) < j->n) {
		for (end = i + RUN < j->n ? i + RUN : j->n; !rc && i < end; i++) {
			rc = stop_requested() ? err_set(&e, ERR_INTERRUPT, "interrupted") : one(j, r, i, &e);
			if (rc)
				note_failure(j, i, rc, &e);
		}
	}
	posterior_run_free(r);
}

static int job_run(struct job *j, int threads, struct err *e)
{
	int64_t runs = (j->n + RUN - 1) / RUN;
	int most = threads > 0 ? threads : thread_online();

	atomic_init(&j->next, 0);
	atomic_init(&j->failed, false);
	pthread_mutex_init(&j->lock, NULL);
	thread_run((int)(runs < most ? (runs > 0 ? runs : 1) : most), work, j);
	pthread_mutex_destroy(&j->lock);
	return j->rc ? err_copy(e, &j->e) : 0;
}

static struct job job_for(lua_State *L, enum what what)
{
	struct posterior *p = bind_check_posterior(L, 1);

	return (struct job){ .p = p, .what = what, .unknowns = posterior_unknowns(p), .width = posterior_width(p),
			     .rows = posterior_rows(p), .liks = posterior_log_liks(p), .stream = what };
}

/* posterior_rows(posterior, block of q, "values" | "log_lik" | "predict", seed, threads) -> block, and of log_lik a block of the priors' */
static int core_posterior_rows(lua_State *L)
{
	static const char *const names[] = { "values", "log_lik", "predict", NULL };
	struct job j = job_for(L, (enum what)luaL_checkoption(L, 3, NULL, names));
	struct block *q = bind_check_block(L, 2), *out;
	int threads = (int)luaL_optinteger(L, 5, 0);
	struct err e = ERR_INIT;

	if (q->width != j.unknowns)
		return bind_fail(L, "draws of another model");
	lua_settop(L, 5);
	j.seed = (uint64_t)luaL_optinteger(L, 4, 1);
	j.n = q->chains * q->draws;
	j.q = q->values;
	out = bind_new_block(L, q->chains, q->draws,
			     j.what == WHAT_VALUES ? j.width : j.what == WHAT_LOG_LIK ? j.liks : j.rows);
	j.out = out->values;
	if (j.what == WHAT_LOG_LIK)
		j.lp = bind_new_block(L, q->chains, q->draws, 1)->values;
	if (job_run(&j, threads, &e))
		return bind_raise(L, &e);
	return lua_gettop(L) - 5;
}

/* posterior_prior(posterior, draws, seed, threads) -> blocks of values, of q, of data */
static int core_posterior_prior(lua_State *L)
{
	struct job j = job_for(L, WHAT_PRIOR);
	int threads = (int)luaL_optinteger(L, 4, 0);
	struct err e = ERR_INIT;

	j.n = luaL_checkinteger(L, 2);
	j.seed = (uint64_t)luaL_optinteger(L, 3, 1);
	if (j.n < 1)
		return bind_fail(L, "expected 1 draw or more, found %lld", (long long)j.n);
	j.out = bind_new_block(L, 1, j.n, j.width)->values;
	j.made_q = bind_new_block(L, 1, j.n, j.unknowns)->values;
	j.made_rows = bind_new_block(L, 1, j.n, j.rows)->values;
	if (job_run(&j, threads, &e))
		return bind_raise(L, &e);
	return 3;
}

static int run_gc(lua_State *L)
{
	struct posterior_run **r = lua_touserdata(L, 1);

	posterior_run_free(*r);
	*r = NULL;
	return 0;
}

/* posterior_unconstrain(posterior, array of the numbers of a row) -> q as an array */
static int core_posterior_unconstrain(lua_State *L)
{
	struct posterior *p = bind_check_posterior(L, 1);
	int width = posterior_width(p), n = posterior_unknowns(p);
	double *row = bind_scratch(L, (size_t)width * sizeof *row), *q = bind_scratch(L, (size_t)n * sizeof *q);
	struct posterior_run **r = bind_scratch(L, sizeof *r);
	struct err e = ERR_INIT;

	luaL_checktype(L, 2, LUA_TTABLE);
	bind_collect(L, "muster.posterior_run", run_gc);
	for (int k = 0; k < width; k++) {
		lua_rawgeti(L, 2, k + 1);
		row[k] = luaL_optnumber(L, -1, NAN);
		lua_pop(L, 1);
	}
	if (posterior_run_new(p, r, &e) || posterior_unconstrain(*r, row, q, &e))
		return bind_raise(L, &e);
	lua_createtable(L, n, 0);
	for (int k = 0; k < n; k++) {
		lua_pushnumber(L, q[k]);
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

/* posterior_middle(posterior) -> the numbers of a row at q = 0 */
static int core_posterior_middle(lua_State *L)
{
	struct posterior *p = bind_check_posterior(L, 1);
	int width = posterior_width(p);
	double *q = bind_scratch(L, (size_t)posterior_unknowns(p) * sizeof *q), *row = bind_scratch(L, (size_t)width * sizeof *row);
	struct posterior_run **r = bind_scratch(L, sizeof *r);
	struct err e = ERR_INIT;

	bind_collect(L, "muster.posterior_run", run_gc);
	if (posterior_run_new(p, r, &e) || posterior_values(*r, q, row, &e))
		return bind_raise(L, &e);
	lua_createtable(L, width, 0);
	for (int k = 0; k < width; k++) {
		lua_pushnumber(L, row[k]);
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "block_shape", core_block_shape },
	{ "block_column", core_block_column },
	{ "block_row", core_block_row },
	{ "posterior_rows", core_posterior_rows },
	{ "posterior_prior", core_posterior_prior },
	{ "posterior_middle", core_posterior_middle },
	{ "posterior_unconstrain", core_posterior_unconstrain },
	{ NULL, NULL },
};

void bind_open_model_rows(lua_State *L)
{
	bind_core(L, core_functions);
}
