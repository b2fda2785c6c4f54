/*
 * t6320-mcmc-run.c - runs of chains: the same bits however they are divided among threads, runs and programs;
 * stopping; starts and what is said when there is none; Stan's plan of warmup; memory that runs out.
 */
#include "density.h"
#include "tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

static const double scales[5] = { 0.1, 1, 2, 5, 30 };
static struct normals five = { 5, NULL, scales };
static const struct density density = { .n = 5, .eval = density_normals, .ctx = &five };
static struct density many[4];

static struct mcmc *chains(enum mcmc_metric metric, int n, int warmup)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	struct mcmc *m = NULL;

	o.metric = metric;
	o.chains = n;
	o.warmup = warmup;
	o.seed = 3;
	mcmc_new(&o, 5, &m, NULL);
	return m;
}

static bool draws_equal(const struct mcmc *a, int i, const struct mcmc *b, int j, int skipped)
{
	int n = mcmc_count(b, j);

	if (mcmc_count(a, i) != n + skipped)
		return false;
	for (int k = 0; k < n; k++) {
		const struct mcmc_info *x = &mcmc_infos(a, i)[k + skipped], *y = &mcmc_infos(b, j)[k];

		if (x->lp != y->lp || x->accept != y->accept || x->energy != y->energy || x->depth != y->depth || x->step != y->step)
			return false;
	}
	return n > 0 && !memcmp(mcmc_draws(a, i) + 5 * skipped, mcmc_draws(b, j), (size_t)n * 5 * sizeof(double));
}

static bool runs_equal(const struct mcmc *a, const struct mcmc *b)
{
	bool good = mcmc_chains(a) == mcmc_chains(b);

	for (int i = 0; i < mcmc_chains(a); i++)
		good = good && draws_equal(a, i, b, i, 0);
	return good;
}

static void divided(void)
{
	static const char *const names[] = { "diagonal", "dense", "unit" };

	for (int metric = 0; metric < 3; metric++) {
		struct mcmc *one = chains(metric, 4, 200), *four = chains(metric, 4, 200), *parts = chains(metric, 4, 200);
		struct mcmc *moved = chains(metric, 4, 200), *late = chains(metric, 4, 200), *first = chains(metric, 1, 200);
		double *numbers = malloc(mcmc_save_size(one) * sizeof *numbers);
		bool good = true;

		mcmc_run(one, many, 1, 1000, NULL, NULL);
		mcmc_run(four, many, 4, 1000, NULL, NULL);
		mcmc_run(parts, many, 3, 0, NULL, NULL);
		mcmc_run(parts, many, 2, 1, NULL, NULL);
		mcmc_run(parts, many, 2, 500, NULL, NULL);
		for (int i = 0; i < 4; i++) {
			mcmc_save(parts, i, numbers);
			good = good && !mcmc_restore(moved, i, numbers, NULL);
		}
		mcmc_run(parts, many, 4, 1000, NULL, NULL);
		mcmc_run(moved, many, 2, 500, NULL, NULL);
		mcmc_run(first, many, 1, 1000, NULL, NULL);
		ok(runs_equal(one, four), "%s: one thread and four give the same bits", names[metric]);
		ok(runs_equal(one, parts), "    and a run in four parts, the first of them warmup alone");
		for (int i = 0; i < 4; i++)
			good = good && draws_equal(one, i, moved, i, 500);
		ok(good, "    and one that goes on from numbers");
		ok(draws_equal(one, 0, first, 0, 0) && memcmp(mcmc_draws(one, 0), mcmc_draws(one, 1), 40),
		   "    a chain does not know how many there are");
		mcmc_save(late, 0, numbers);
		is_int(mcmc_restore(four, 0, numbers, NULL), ERR_USAGE, "    what has begun is not overwritten");
		numbers[15] = NAN;
		is_int(mcmc_restore(late, 0, numbers, NULL), ERR_DATA, "    what is no number is no state");
		free(numbers);
		mcmc_free(one);
		mcmc_free(four);
		mcmc_free(parts);
		mcmc_free(moved);
		mcmc_free(late);
		mcmc_free(first);
	}
}

/* Saved in the middle of warmup, by an interruption after so many evaluations. */
struct counted {
	struct normals *d;
	long left;
	bool by_code;
};

static int density_counted(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	struct counted *c = ctx;

	if (!--c->left) {
		if (c->by_code)
			return ERR_INTERRUPT;
		stop_request();
	}
	return density_normals(c->d, q, lp, grad, e);
}

static void interrupted(void)
{
	struct mcmc *whole = chains(MCMC_DENSE, 2, 300);
	bool good = true, said = true, same = true;
	double *numbers = malloc(mcmc_save_size(whole) * sizeof *numbers);

	mcmc_run(whole, many, 1, 300, NULL, NULL);
	for (int round = 0; round < 40; round++) {
		struct counted c = { &five, 1 + 97 * round, round & 1 };
		struct density d = { .n = 5, .eval = density_counted, .ctx = &c };
		struct mcmc *m = chains(MCMC_DENSE, 2, 300), *moved = chains(MCMC_DENSE, 2, 300);
		int before, rc = mcmc_run(m, &d, 1, 300, NULL, NULL);

		said = said && !rc && mcmc_interrupted(m);
		stop_clear();
		before = mcmc_count(m, 0);
		good = good && (before == 300 || !mcmc_count(m, 1));
		mcmc_save(m, 0, numbers);
		same = same && !mcmc_restore(moved, 0, numbers, NULL);
		mcmc_run(m, many, 2, 300, NULL, NULL);
		same = same && runs_equal(whole, m) && !mcmc_interrupted(m);
		mcmc_run(moved, many, 1, 300 - before, NULL, NULL);
		if (round > 0)
			same = same && before < 300 ? draws_equal(whole, 0, moved, 0, before) : same;
		mcmc_free(m);
		mcmc_free(moved);
	}
	ok(said && good, "a stop is no error, and is said");
	ok(same, "after it a run goes on as if nothing had happened, here or elsewhere");
	free(numbers);
	mcmc_free(whole);
}

/* A second thread asks to stop while chains of a slow density run in two others. */
static int density_slow(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	nanosleep(&(struct timespec){ 0, 50000 }, NULL);
	return density_normals(ctx, q, lp, grad, e);
}

static void *stopper(void *ctx)
{
	while (mcmc_state(ctx, 0).iterations < 60 || mcmc_state(ctx, 1).iterations < 60)
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	stop_request();
	return NULL;
}

static void stopped_from_outside(void)
{
	struct density d = { .n = 5, .eval = density_slow, .ctx = &five }, two[2] = { d, d };
	struct mcmc *m = chains(MCMC_DIAGONAL, 2, 50);
	pthread_t t;
	int rc;

	pthread_create(&t, NULL, stopper, m);
	rc = mcmc_run(m, two, 2, 1000000, NULL, NULL);
	pthread_join(t, NULL);
	stop_clear();
	ok(!rc && mcmc_interrupted(m) && mcmc_count(m, 0) >= 9 && mcmc_count(m, 1) >= 9 && mcmc_count(m, 0) < 1000000,
	   "a stop from outside keeps the draws so far: %d", mcmc_count(m, 0));
	mcmc_free(m);
}

/* == callbacks =============================================================================== */

struct seen {
	double rows[4][400];
	int next[4], calls, last[4], blocks, wrong, fail_at, total;
};

static int keep(void *ctx, int thread, int chain, int draw, const double *q, struct err *e)
{
	struct seen *s = ctx;

	if (s->fail_at && draw == s->fail_at && chain == 1)
		return err_set(e, ERR_DOMAIN, "draw %d is not wanted", draw);
	s->wrong += thread < 0 || thread > 1 || draw != s->next[chain]++;
	s->rows[chain][draw] = q[2];
	return 0;
}

static void progress(void *ctx, const struct mcmc_progress *p, int n)
{
	struct seen *s = ctx;

	s->calls++;
	for (int i = 0; i < n; i++) {
		s->wrong += p[i].iterations < s->last[i] || p[i].iterations > p[i].total || p[i].total != 500;
		s->last[i] = p[i].iterations;
	}
}

static bool enough(void *ctx, const struct mcmc *m)
{
	struct seen *s = ctx;

	s->blocks++;
	for (int i = 0; i < 4; i++)
		s->wrong += mcmc_count(m, i) != 100 * s->blocks;
	return s->blocks == 3;
}

static void callbacks(void)
{
	struct seen s = { 0 };
	struct mcmc_calls calls = { .ctx = &s, .keep = keep, .progress = progress, .enough = enough, .block = 100 };
	struct mcmc *m = chains(MCMC_DIAGONAL, 4, 100), *plain = chains(MCMC_DIAGONAL, 4, 100);
	struct err e = ERR_INIT;
	bool good = true;

	is_int(mcmc_run(m, many, 2, 400, &calls, &e), 0, "a run with callbacks");
	mcmc_run(plain, many, 1, 300, NULL, NULL);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < mcmc_count(m, i); k++)
			good = good && s.rows[i][k] == mcmc_draws(m, i)[5 * k + 2];
	ok(good && !s.wrong && s.next[3] == 300, "every draw is handed over once, in order");
	ok(s.blocks == 3 && mcmc_count(m, 0) == 300 && runs_equal(m, plain), "it ends after the block that was enough, with the same bits");
	ok(s.calls >= 1 && s.last[0] == 400, "the last look is at all that was made");
	mcmc_free(m);
	mcmc_free(plain);

	s = (struct seen){ .fail_at = 20 };
	calls.enough = NULL;
	calls.progress = NULL;
	m = chains(MCMC_DIAGONAL, 4, 100);
	is_int(mcmc_run(m, many, 2, 400, &calls, &e), ERR_DOMAIN, "what keep does not want ends the run");
	is_str(e.msg, "draw 20 is not wanted", "in its words");
	is_int(mcmc_count(m, 1), 20, "the draws before it are there");
	ok(!mcmc_interrupted(m), "chains that an error halts were not interrupted");
	mcmc_free(m);
}

/* == starts and errors ======================================================================= */

static int density_nowhere(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	int kind = *(int *)ctx;

	(void)e;
	*lp = kind == 0 ? -INFINITY : kind == 1 ? NAN : kind == 3 && q[0] > 1.9 ? -0.5 * q[0] * q[0] : kind == 3 ? -INFINITY : 0;
	grad[0] = kind == 2 ? INFINITY : kind == 4 ? 0 : -q[0];
	grad[1] = kind == 5 ? 1e6 : 0;
	return 0;
}

static const char *reason(void *ctx)
{
	(void)ctx;
	return "the scale is negative";
}

static void starts(void)
{
	static const struct { const char *message; bool why; } wanted[] = {
		{ "chain 1 found no start in 100 tries within (-2, 2) on the unconstrained scale; at the last one there is no density: "
		  "the scale is negative", true },
		{ "chain 1 found no start in 100 tries within (-2, 2) on the unconstrained scale; at the last one the log density is not a "
		  "number", false },
		{ "chain 1 found no start in 100 tries within (-2, 2) on the unconstrained scale; at the last one the log density is 0, "
		  "but number 1 of its gradient is inf", false },
		{ NULL, false },
		{ "chain 1: the log density is flat over distances of 1e15: it is improper, or does not depend on the unknowns", false },
	};
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	struct mcmc *m;
	struct err e = ERR_INIT;
	double q[2] = { NAN, 0.25 };

	for (int kind = 0; kind < 5; kind++) {
		struct density d = { .n = 2, .eval = density_nowhere, .ctx = &kind, .why = wanted[kind].why ? reason : NULL };
		int rc;

		o.warmup = 0;
		o.chains = 2;
		mcmc_new(&o, 2, &m, NULL);
		e = (struct err)ERR_INIT;
		rc = mcmc_run(m, &d, 1, 0, NULL, &e);
		if (wanted[kind].message && kind == 4)
			rc = mcmc_run(m, &d, 1, 1, NULL, &e);
		if (wanted[kind].message)
			is_str(e.msg, wanted[kind].message, "no start of kind %d", kind);
		else
			is_int(rc, 0, "a start that is hard to find is found");
		mcmc_free(m);
	}
	mcmc_new(&o, 2, &m, NULL);
	mcmc_start(m, 0, q, NULL);
	{
		int kind = 0;
		struct density d = { .n = 2, .eval = density_nowhere, .ctx = &kind };

		q[0] = 1.5;
		mcmc_start(m, 0, q, NULL);
		mcmc_run(m, &d, 1, 10, NULL, &e);
		is_str(e.msg, "chain 1 cannot begin at the start it was given: the log density is -inf", "a given start is tried once");
	}
	mcmc_free(m);
}

static void tuned(void)
{
	struct mcmc *m = chains(MCMC_DIAGONAL, 1, 0);
	double inverse[5], q[5] = { 0.01, 0.5, 1, NAN, 10 }, sum = 0;
	struct err e = ERR_INIT;

	for (int i = 0; i < 5; i++)
		inverse[i] = scales[i] * scales[i];
	is_int(mcmc_tune(m, 0, -1, NULL, &e), ERR_DOMAIN, "a negative step size is refused");
	inverse[3] = 0;
	is_int(mcmc_tune(m, 0, 0.7, inverse, &e), ERR_DOMAIN, "so is a metric that is not positive");
	is_str(e.msg, "an inverse metric is positive, found 0 at 4", "by its place");
	is_double(mcmc_inverse(m, 0)[3], 1, "and the one before stays");
	inverse[3] = 25;
	is_int(mcmc_tune(m, 0, 0.7, inverse, &e), 0, "a step size and a metric from elsewhere");
	mcmc_start(m, 0, q, NULL);
	mcmc_run(m, many, 1, 500, NULL, NULL);
	for (int i = 0; i < 500; i++)
		sum += mcmc_infos(m, 0)[i].accept / 500;
	ok(mcmc_step(m, 0) == 0.7 && mcmc_inverse(m, 0)[4] == 900, "without a warmup they stay");
	ok(sum > 0.8, "and are good: acceptance %.2f", sum);
	is_int(mcmc_start(m, 0, q, &e), ERR_USAGE, "a chain begins once");
	mcmc_free(m);
}

static void options(void)
{
	static const struct mcmc_options good = MCMC_OPTIONS_INIT;
	struct mcmc_options o[6] = { good, good, good, good, good, good };
	struct mcmc *m = NULL;
	bool refused = true;

	o[0].chains = 0;
	o[1].delta = 1;
	o[2].max_depth = 21;
	o[3].radius = NAN;
	o[4].step = 0;
	o[5].warmup = -1;
	for (int i = 0; i < 6; i++)
		refused = refused && mcmc_new(&o[i], 3, &m, NULL) == ERR_DOMAIN && !m;
	ok(refused && mcmc_new(&good, 0, &m, NULL) == ERR_DOMAIN, "options that make no sense are refused");
}

/* Ends of windows as Stan's adaptation prints them: for 1000 iterations 99, 149, 249, 449, 949. */
static void plan(void)
{
	static const struct { int warmup; int ends[8]; } wanted[] = {
		{ 1000, { 99, 149, 249, 449, 949, -1 } },
		{ 500, { 99, 149, 249, 449, -1 } },
		{ 2000, { 99, 149, 249, 449, 849, 1949, -1 } },
		{ 150, { 99, -1 } },
		{ 160, { 99, 109, -1 } },
		{ 200, { 99, 149, -1 } },
		{ 100, { 89, -1 } },
		{ 149, { 134, -1 } },
		{ 20, { 17, -1 } },
		{ 19, { -1 } },
		{ 0, { -1 } },
	};

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct mcmc_plan p = mcmc_plan(wanted[i].warmup);
		bool good = true;
		int k = 0;

		for (int t = 0; t < wanted[i].warmup; t++) {
			int end = mcmc_window_end(&p, t);

			if (end == t)
				good = good && end == wanted[i].ends[k++];
			good = good && (end == -1 || end >= t);
		}
		ok(good && wanted[i].ends[k] == -1, "warmup of %d: %d windows", wanted[i].warmup, k);
	}
}

/*
 * Steps that were found for a higher target are shorter, and the acceptance is near it: above rather than below, as
 * the mean of the logs of steps is less than the step of the mean acceptance.
 */
static void targets(void)
{
	static const double deltas[] = { 0.6, 0.8, 0.9, 0.99 };
	double scale[50], before = INFINITY;
	struct normals d = { 50, NULL, scale };
	struct density wide = { .n = 50, .eval = density_normals, .ctx = &d };

	for (int i = 0; i < 50; i++)
		scale[i] = 1 + i;
	for (int k = 0; k < 4; k++) {
		struct mcmc_options o = MCMC_OPTIONS_INIT;
		struct mcmc *m;
		double sum = 0;

		o.delta = deltas[k];
		o.chains = 2;
		o.warmup = 3000;
		mcmc_new(&o, 50, &m, NULL);
		mcmc_run(m, &wide, 1, 1000, NULL, NULL);
		for (int i = 0; i < 2000; i++)
			sum += mcmc_infos(m, i / 1000)[i % 1000].accept / 2000;
		ok(sum > deltas[k] - 0.01 && sum < deltas[k] + 0.7 * (1 - deltas[k]) && mcmc_step(m, 0) < before,
		   "target %g: acceptance %.3f, step %.3f", deltas[k], sum, mcmc_step(m, 0));
		before = mcmc_step(m, 0);
		mcmc_free(m);
	}
}

static void memory(void)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	bool good = true;
	int fails = 0;

	o.warmup = 30;
	o.chains = 2;
	for (long n = 0;; n++) {
		struct mcmc *m = NULL;
		struct seen s = { .wrong = 0 };
		struct mcmc_calls calls = { .ctx = &s, .progress = progress };
		int rc;

		mem_fail_after(n);
		rc = mcmc_new(&o, 5, &m, NULL);
		if (!rc)
			rc = mcmc_run(m, many, 1, 20, &calls, NULL);
		mem_fail_after(-1);
		mcmc_free(m);
		if (!rc)
			break;
		good = good && rc == ERR_MEMORY;
		fails++;
	}
	ok(good && fails > 8, "memory that runs out is said at each of %d places", fails);
}

int main(void)
{
	for (int i = 0; i < 4; i++)
		many[i] = density;
	divided();
	interrupted();
	stopped_from_outside();
	callbacks();
	starts();
	tuned();
	options();
	plan();
	targets();
	memory();
	return done();
}
