/*
 * power.c - how much a quantity hangs on the priors, and how much on the data: the posterior with one of them raised to a
 * power a little below and above 1, by weights, and how far the quantity's distribution moves.
 */
#include "stats/psis.h"
#include "stats/diagnose_priv.h"

#include <math.h>

/*
 * Of distribution functions p (equal weights) and q on the steps between ordered draws: the integral of
 * p log(p / m) + q log(q / m), m their mean, in bits, over the most it can be. What each term lacks to be above 0
 * by itself cancels in the sum. `turned`: of -x, whose distribution functions are 1 - p and 1 - q.
 */
static double distance(const double *x, const double *weights, int64_t n, bool turned)
{
	double sum = 0, bound = 0, below = 0, p, q, width;

	for (int64_t i = 0; i + 1 < n; i++) {
		int64_t at = turned ? n - 1 - i : i;

		below += weights[at];
		p = (double)(i + 1) / (double)n;
		q = fmin(below, 1);
		width = turned ? x[at] - x[at - 1] : x[at + 1] - x[at];
		bound += width * (p + q);
		sum += width * p * log2(2 * p / (p + q));
		if (q > 0)
			sum += width * q * log2(2 * q / (p + q));
	}
	return bound > 0 ? sqrt(fmax(sum, 0) / bound) : 0;
}

double power_distance(const double *x, const double *weights, int64_t n)
{
	return fmax(distance(x, weights, n, false), distance(x, weights, n, true));
}

static double weigh(struct psis *p, const double *lp, int64_t n, double power, double *w)
{
	double k, total;

	for (int64_t i = 0; i < n; i++)
		w[i] = (power - 1) * lp[i];
	k = psis_smooth(p, w, 1);
	total = log_sum_exp(w, n);
	for (int64_t i = 0; i < n; i++)
		w[i] = exp(w[i] - total);
	return k;
}

int power_weigh(const double *log_density, int64_t draws, struct power_weights *w, struct err *e)
{
	struct psis *p;
	int rc;

	for (int64_t i = 0; i < draws; i++)
		if (!isfinite(log_density[i]))
			return err_set(e, ERR_DOMAIN, "the log density at draw %lld is %g: it has to be finite", (long long)i + 1,
				       log_density[i]);
	if ((rc = psis_new(draws, &p, e)))
		return rc;
	w->k = fmax(weigh(p, log_density, draws, POWER_LOW, w->low), weigh(p, log_density, draws, POWER_HIGH, w->high));
	psis_free(p);
	return 0;
}

/* == many quantities ========================================================================= */

struct power {
	const struct power_weights *w;
	int64_t draws;
	draws_fill *fill;
	void *ctx;
	double *out;
};

struct room {
	struct ranked *order, *spare;
	double *x, *w;
};

static void close_room(void *ctx)
{
	struct room *r = ctx;

	mem_free(r->order);
	mem_free(r->spare);
	mem_free(r->x);
	mem_free(r->w);
	mem_free(r);
}

static int open_room(void *ctx, void **out, struct err *e)
{
	const struct power *s = ctx;
	struct room *r = mem_zero(1, sizeof *r);

	if (!r)
		return err_nomem(e);
	*out = r;
	r->order = mem_zero((size_t)s->draws, sizeof *r->order);
	r->spare = mem_zero((size_t)s->draws, sizeof *r->spare);
	r->x = mem_zero((size_t)s->draws, sizeof *r->x);
	r->w = mem_zero((size_t)s->draws, sizeof *r->w);
	return r->order && r->spare && r->x && r->w ? 0 : err_nomem(e);
}

/* r->order has the draws in ascending order, r->x their values. */
static double moved(const struct power *s, struct room *r, const double *weights)
{
	for (int64_t i = 0; i < s->draws; i++)
		r->w[i] = weights[r->order[i].at];
	return power_distance(r->x, r->w, s->draws);
}

static int one_quantity(void *ctx, void *room, int64_t i, struct err *e)
{
	const struct power *s = ctx;
	struct room *r = room;

	(void)e;
	s->fill(s->ctx, i, r->x);
	if (!draws_are_finite(r->x, s->draws) || draws_are_constant(r->x, s->draws)) {
		s->out[i] = NAN;
		return 0;
	}
	for (int64_t k = 0; k < s->draws; k++)
		r->order[k] = (struct ranked){ r->x[k], k };
	rank_sort(r->order, r->spare, s->draws);
	for (int64_t k = 0; k < s->draws; k++)
		r->x[k] = r->order[k].value;
	s->out[i] = (moved(s, r, s->w->low) + moved(s, r, s->w->high)) / (2 * log2(POWER_HIGH));
	return 0;
}

int power_sensitivity(const struct power_weights *w, int64_t draws, int64_t quantities, draws_fill *fill, void *ctx,
		      double *out, struct err *e)
{
	struct power s = { w, draws, fill, ctx, out };
	struct each_work work = { quantities, &s, open_room, one_quantity, close_room };

	return each_run(&work, e);
}
