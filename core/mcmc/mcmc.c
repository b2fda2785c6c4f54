/*
 * mcmc.c - several chains: options, threads, storage, progress, stopping.
 *
 * Starts are found in the calling thread before any other begins, so that the message of a model without a start
 * never depends on timing. Then threads take chains from a queue. Storage is there before they begin: a page of it
 * that no draw reaches is never touched, so much of it costs nothing.
 */
#include "mcmc/mcmc_priv.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static int options_check(const struct mcmc_options *o, int n, struct err *e)
{
	if (n < 1)
		return err_set(e, ERR_DOMAIN, "there is nothing to sample: the density has no unknowns");
	if (o->chains < 1 || o->chains > MCMC_CHAINS_MAX)
		return err_set(e, ERR_DOMAIN, "chains lie between 1 and %d, found %d", MCMC_CHAINS_MAX, o->chains);
	if (o->warmup < 0 || o->warmup > INT32_MAX / 4)
		return err_set(e, ERR_DOMAIN, "a warmup has 0 or more iterations, found %d", o->warmup);
	if (!(o->delta > 0 && o->delta < 1))
		return err_set(e, ERR_DOMAIN, "the target of the acceptance lies between 0 and 1, found %g", o->delta);
	if (o->max_depth < 1 || o->max_depth > MCMC_DEPTH_MAX)
		return err_set(e, ERR_DOMAIN, "the depth of trees lies between 1 and %d, found %d", MCMC_DEPTH_MAX, o->max_depth);
	if (!(o->radius >= 0 && isfinite(o->radius)))
		return err_set(e, ERR_DOMAIN, "a radius of starts is 0 or more, found %g", o->radius);
	if (!(o->step > 0 && isfinite(o->step)))
		return err_set(e, ERR_DOMAIN, "a step size is above 0, found %g", o->step);
	return 0;
}

int mcmc_new(const struct mcmc_options *o, int n, struct mcmc **out, struct err *e)
{
	struct mcmc *m;
	int rc;

	if ((rc = options_check(o, n, e)))
		return rc;
	if (!(m = mem_zero(1, sizeof *m)))
		return err_nomem(e);
	m->options = *o;
	m->n = n;
	if (!(m->chains = mem_zero((size_t)o->chains, sizeof *m->chains)))
		rc = err_nomem(e);
	for (int i = 0; !rc && i < o->chains; i++)
		rc = chain_new(&m->options, n, i, &m->chains[i], e);
	if (rc) {
		mcmc_free(m);
		return rc;
	}
	*out = m;
	return 0;
}

void mcmc_free(struct mcmc *m)
{
	if (!m)
		return;
	for (int i = 0; m->chains && i < m->options.chains; i++)
		chain_free(m->chains[i]);
	mem_free(m->chains);
	mem_free(m);
}

static int not_begun(const struct chain *c, struct err *e)
{
	if (c->placed)
		return err_set(e, ERR_USAGE, "chain %d has begun already", c->number + 1);
	return 0;
}

int mcmc_start(struct mcmc *m, int chain, const double *q, struct err *e)
{
	struct chain *c = m->chains[chain];
	int rc = not_begun(c, e);

	if (!rc)
		memcpy(c->at.q, q, (size_t)m->n * sizeof *q);
	return rc;
}

static size_t inverse_size(const struct mcmc *m)
{
	return m->options.metric == MCMC_DENSE ? (size_t)m->n * (size_t)m->n : (size_t)m->n;
}

int mcmc_tune(struct mcmc *m, int chain, double step, const double *inverse, struct err *e)
{
	struct chain *c = m->chains[chain];
	size_t size = inverse_size(m) * sizeof *inverse;
	int rc = not_begun(c, e);

	if (rc)
		return rc;
	if (!(step > 0 && isfinite(step)))
		return err_set(e, ERR_DOMAIN, "a step size is above 0, found %g", step);
	if (inverse) {
		memcpy(c->sum, c->inverse, size);
		memcpy(c->inverse, inverse, size);
		if ((rc = adapt_factor(c, e))) {
			memcpy(c->inverse, c->sum, size);
			adapt_factor(c, NULL);
		}
		memset(c->sum, 0, size);
		if (rc)
			return rc;
	}
	c->step = step;
	c->find_step = c->plan.warmup > 0;
	return 0;
}

/* == a run =================================================================================== */

struct run {
	struct mcmc *m;
	const struct density *densities;
	const struct mcmc_calls *calls;
	int target;
	atomic_int next, halt, finished;
	pthread_mutex_t lock;
	pthread_cond_t done;
	struct timespec told;
	struct mcmc_progress *looks;
};

/* Room for `draws` in all. */
static int chain_room(struct chain *c, int draws, struct err *e)
{
	size_t n = (size_t)c->n;
	double *q;
	struct mcmc_info *infos;

	if (draws <= c->draws_room)
		return 0;
	if (n * sizeof *q > SIZE_MAX / 4 / (size_t)draws)
		return err_nomem(e);
	if (!(q = mem_resize(c->draws, (size_t)draws * n * sizeof *q)))
		return err_nomem(e);
	c->draws = q;
	if (!(infos = mem_resize(c->infos, (size_t)draws * sizeof *infos)))
		return err_nomem(e);
	c->infos = infos;
	c->draws_room = draws;
	return 0;
}

static int note_divergence(struct chain *c, struct err *e)
{
	size_t n = (size_t)c->n;

	if (c->nlost == c->lost_room) {
		int room = c->lost_room ? 2 * c->lost_room : 16;
		int *lost = mem_resize(c->lost, (size_t)room * sizeof *lost);
		double *at;

		if (!lost)
			return err_nomem(e);
		c->lost = lost;
		if (!(at = mem_resize(c->lost_at, (size_t)room * n * sizeof *at)))
			return err_nomem(e);
		c->lost_at = at;
		c->lost_room = room;
	}
	c->lost[c->nlost] = c->count;
	memcpy(c->lost_at + (size_t)c->nlost++ * n, c->tree.stray, n * sizeof(double));
	atomic_store_explicit(&c->seen_divergences, c->nlost, memory_order_relaxed);
	return 0;
}

static void phase_set(struct chain *c, enum mcmc_phase phase)
{
	atomic_store_explicit(&c->seen_phase, (int)phase, memory_order_relaxed);
}

/* Only this thread adds, so it need not be one instruction. */
static void iteration_seen(struct chain *c, const struct mcmc_info *info)
{
	int warm = c->iteration < c->plan.warmup ? c->iteration : c->plan.warmup;
	long long made = atomic_load_explicit(&c->leapfrogs, memory_order_relaxed) + info->leapfrogs;

	atomic_store_explicit(&c->leapfrogs, made, memory_order_relaxed);
	atomic_store_explicit(&c->seen_iterations, warm + c->count + c->owed, memory_order_relaxed);
}

static int chain_draw(struct chain *c, const struct density *d, struct err *e)
{
	struct mcmc_info info;
	bool warm = c->iteration < c->plan.warmup;
	int rc;

	phase_set(c, warm ? MCMC_WARMUP : MCMC_SAMPLING);
	if ((rc = chain_iterate(c, d, &info, e)))
		return rc;
	if (!warm) {
		memcpy(c->draws + (size_t)c->count * (size_t)c->n, c->at.q, (size_t)c->n * sizeof(double));
		c->infos[c->count] = info;
		c->owed = true;
		if (info.divergent && (rc = note_divergence(c, e)))
			return rc;
	}
	iteration_seen(c, &info);
	return 0;
}

static int chain_run(struct run *r, struct chain *c, int thread, struct err *e)
{
	const struct mcmc_calls *calls = r->calls;
	int rc;

	for (;;) {
		if (c->owed) {
			const double *q = c->draws + (size_t)c->count * (size_t)c->n;

			if (calls && calls->keep && (rc = calls->keep(calls->ctx, thread, c->number, c->count, q, e)))
				return rc;
			c->count++;
			c->owed = false;
		}
		if (c->count >= r->target && c->iteration >= c->plan.warmup)
			break;
		if ((rc = chain_poll(c)) || (rc = chain_draw(c, &r->densities[thread], e)))
			return rc;
	}
	phase_set(c, MCMC_DONE);
	return 0;
}

/* == progress ================================================================================ */

struct mcmc_progress mcmc_state(const struct mcmc *m, int chain)
{
	const struct chain *c = m->chains[chain];

	return (struct mcmc_progress){
		.iterations = atomic_load_explicit(&c->seen_iterations, memory_order_relaxed),
		.total = atomic_load_explicit(&c->seen_total, memory_order_relaxed),
		.divergences = atomic_load_explicit(&c->seen_divergences, memory_order_relaxed),
		.leapfrogs = atomic_load_explicit(&c->leapfrogs, memory_order_relaxed),
		.phase = (enum mcmc_phase)atomic_load_explicit(&c->seen_phase, memory_order_relaxed),
	};
}

static void tell(struct run *r)
{
	int n = r->m->options.chains;

	for (int i = 0; i < n; i++)
		r->looks[i] = mcmc_state(r->m, i);
	r->calls->progress(r->calls->ctx, r->looks, n);
}

static const long tell_every = 100000000;        /* nanoseconds */

static void tell_now_and_then(void *ctx)
{
	struct run *r = ctx;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - r->told.tv_sec) * 1000000000L + now.tv_nsec - r->told.tv_nsec < tell_every)
		return;
	r->told = now;
	tell(r);
}

/* The reporting thread has nothing left to do but to report. */
static void watch(struct run *r)
{
	pthread_mutex_lock(&r->lock);
	while (atomic_load(&r->finished) < r->m->options.chains) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += tell_every;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		if (pthread_cond_timedwait(&r->done, &r->lock, &until) == ETIMEDOUT) {
			pthread_mutex_unlock(&r->lock);
			tell_now_and_then(r);
			pthread_mutex_lock(&r->lock);
		}
	}
	pthread_mutex_unlock(&r->lock);
}

/* == threads ================================================================================= */

static void work(void *ctx, int thread)
{
	struct run *r = ctx;
	bool reports = !thread && r->calls && r->calls->progress;
	int i;

	while ((i = atomic_fetch_add(&r->next, 1)) < r->m->options.chains) {
		struct chain *c = r->m->chains[i];

		c->tick = reports ? tell_now_and_then : NULL;
		c->tick_ctx = r;
		c->rc = chain_run(r, c, thread, &c->err);
		c->tick = NULL;
		/* after an error the others need not go on with what will not be used, and a stop is for all */
		if (c->rc)
			atomic_store(&r->halt, 1);
		pthread_mutex_lock(&r->lock);
		if (atomic_fetch_add(&r->finished, 1) + 1 == r->m->options.chains)
			pthread_cond_signal(&r->done);
		pthread_mutex_unlock(&r->lock);
	}
	if (reports)
		watch(r);
}

/* All chains to r->target. */
static int run_to(struct run *r, int threads, struct err *e)
{
	struct mcmc *m = r->m;
	int rc = 0;

	atomic_store(&r->next, 0);
	atomic_store(&r->finished, 0);
	thread_run(threads < m->options.chains ? threads : m->options.chains, work, r);
	for (int i = 0; i < m->options.chains; i++) {
		struct chain *c = m->chains[i];

		if (c->rc == ERR_INTERRUPT)
			m->interrupted = true;
		else if (c->rc && !rc)
			rc = err_copy(e, &c->err);
	}
	/* an error halts the other chains, which then look as if someone had stopped them */
	if (rc)
		m->interrupted = false;
	return rc;
}

static int run_prepare(struct run *r, int draws, struct err *e)
{
	struct mcmc *m = r->m;
	int rc;

	for (int i = 0; i < m->options.chains; i++) {
		struct chain *c = m->chains[i];

		if ((rc = chain_room(c, draws, e)))
			return rc;
		atomic_store(&c->seen_total, c->plan.warmup + draws);
		c->halt = &r->halt;
		c->rc = 0;
		c->err = (struct err)ERR_INIT;
		c->tick = NULL;
		if (!c->placed && (rc = chain_place(c, &r->densities[0], e)))
			return rc;
	}
	return 0;
}

static int run_blocks(struct run *r, int threads, int draws, struct err *e)
{
	const struct mcmc_calls *calls = r->calls;
	int block = calls && calls->enough && calls->block > 0 ? calls->block : draws, rc;

	/* of a run that goes on, blocks begin behind the draws of the chain that has fewest */
	r->target = draws;
	for (int i = 0; i < r->m->options.chains; i++)
		r->target = r->m->chains[i]->count < r->target ? r->m->chains[i]->count : r->target;
	for (;;) {
		r->target = draws - r->target > block ? r->target + block : draws;
		if ((rc = run_to(r, threads, e)) || r->m->interrupted || r->target == draws)
			return rc;
		if (calls->enough(calls->ctx, r->m))
			return 0;
	}
}

int mcmc_run(struct mcmc *m, const struct density *densities, int threads, int draws, const struct mcmc_calls *calls,
	     struct err *e)
{
	struct run r = { .m = m, .densities = densities, .calls = calls, .lock = PTHREAD_MUTEX_INITIALIZER,
			 .done = PTHREAD_COND_INITIALIZER };
	int rc;

	m->interrupted = false;
	if (densities->n != m->n)
		return err_set(e, ERR_USAGE, "chains of %d unknowns cannot sample a density of %d", m->n, densities->n);
	if (calls && calls->progress && !(r.looks = mem_zero((size_t)m->options.chains, sizeof *r.looks)))
		return err_nomem(e);
	if (!(rc = run_prepare(&r, draws, e)))
		rc = run_blocks(&r, threads > 0 ? threads : 1, draws, e);
	if (rc == ERR_INTERRUPT) {
		m->interrupted = true;
		rc = 0;
	}
	if (!rc && r.looks)
		tell(&r);
	mem_free(r.looks);
	return rc;
}
