/*
 * loo.c - leaving rows out, by weights: each draw stands for the posterior without a row as much as it made the row unlikely.
 *
 * Everything is computed from differences of log likelihoods, so that sums over a group of rows, whose densities are below the
 * least double, are no other case.
 */
#include "stats/psis.h"
#include "stats/diagnose.h"
#include "stats/diagnose_priv.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { MCSE_POINTS = 1000 };

struct loo {
	int chains;
	int64_t n, draws;
	draws_fill *fill;
	void *ctx;
	struct loo_point *out;
	double *scores;                  /* [MCSE_POINTS]: normal scores */
};

struct room {
	struct diagnose *d;
	struct psis *p;
	double *ll, *w, *x;              /* [draws] */
};

static void close_room(void *ctx)
{
	struct room *r = ctx;

	diagnose_free(r->d);
	psis_free(r->p);
	mem_free(r->ll);
	mem_free(r->w);
	mem_free(r->x);
	mem_free(r);
}

static int open_room(void *ctx, void **out, struct err *e)
{
	const struct loo *l = ctx;
	struct room *r = mem_zero(1, sizeof *r);
	int rc;

	if (!r)
		return err_nomem(e);
	*out = r;
	if ((rc = diagnose_new(l->chains, l->n, &r->d, e)) || (rc = psis_new(l->draws, &r->p, e)))
		return rc;
	r->ll = mem_zero((size_t)l->draws, sizeof *r->ll);
	r->w = mem_zero((size_t)l->draws, sizeof *r->w);
	r->x = mem_zero((size_t)l->draws, sizeof *r->x);
	return r->ll && r->w && r->x ? 0 : err_nomem(e);
}

/* Effective draws for each draw of the likelihood itself; independent ones where it is constant. */
static double relative_ess(const struct loo *l, struct room *r)
{
	double most = -INFINITY, ess;

	for (int64_t i = 0; i < l->draws; i++)
		most = fmax(most, r->ll[i]);
	for (int64_t i = 0; i < l->draws; i++)
		r->x[i] = exp(r->ll[i] - most);
	diagnose_load(r->d, r->x, l->n, 1);
	ess = diagnose_ask(r->d, DIAGNOSE_ESS_UNSPLIT, 0);
	return isnan(ess) ? 1 : ess / (double)l->draws;
}

/*
 * Monte Carlo error of the log of a mean that is 1 in units of exp(elpd), normal with this sd: the sd of the logs of its
 * quantiles, those below 0 left out, as loo does it.
 */
static double error_of_log(const struct loo *l, double sd)
{
	double sum = 0, squares = 0;
	int n = 0;

	for (int i = 0; i < MCSE_POINTS; i++) {
		double z = 1 + sd * l->scores[i];

		if (z > 0) {
			sum += log(z);
			n++;
		}
	}
	for (int i = 0; i < MCSE_POINTS; i++) {
		double z = 1 + sd * l->scores[i];

		if (z > 0)
			squares += (log(z) - sum / n) * (log(z) - sum / n);
	}
	return sqrt(squares / (n - 1));
}

static int one_point(void *ctx, void *room, int64_t at, struct err *e)
{
	const struct loo *l = ctx;
	struct room *r = room;
	struct loo_point *o = &l->out[at];
	double total, mean, sum = 0, squares = 0, spread = 0;

	l->fill(l->ctx, at, r->ll);
	for (int64_t i = 0; i < l->draws; i++)
		if (isnan(r->ll[i]) || r->ll[i] == INFINITY || r->ll[i] == -INFINITY)
			return err_set(e, ERR_DOMAIN, "the log likelihood of row %lld at draw %lld is %g: it has to be finite",
				       (long long)at + 1, (long long)i + 1, r->ll[i]);
	o->r_eff = relative_ess(l, r);
	for (int64_t i = 0; i < l->draws; i++)
		r->w[i] = -r->ll[i];
	o->k = psis_smooth(r->p, r->w, o->r_eff);
	total = log_sum_exp(r->w, l->draws);
	for (int64_t i = 0; i < l->draws; i++)
		r->x[i] = r->ll[i] + r->w[i] - total;
	o->elpd = log_sum_exp(r->x, l->draws);
	o->lpd = log_sum_exp(r->ll, l->draws) - log((double)l->draws);
	o->p = o->lpd - o->elpd;
	for (int64_t i = 0; i < l->draws; i++) {
		double w = exp(r->w[i] - total), off = exp(r->x[i] - o->elpd) - w;

		sum += w * w;
		/* the weight times how far the likelihood lies from its mean */
		spread += off * off;
	}
	o->ess = o->r_eff / sum;
	o->mcse = error_of_log(l, sqrt(spread)) / sqrt(o->r_eff);
	mean = sum_mean(r->ll, l->draws);
	squares = sum_squares(r->ll, l->draws, mean);
	o->p_waic = squares / (double)(l->draws - 1);
	o->waic = o->lpd - o->p_waic;
	return 0;
}

int loo_points(int chains, int64_t iterations, int64_t points, draws_fill *fill, void *ctx, struct loo_point *out, struct err *e)
{
	double scores[MCSE_POINTS];
	struct loo l = {
		.chains = chains, .n = iterations, .draws = chains * iterations, .fill = fill, .ctx = ctx, .out = out, .scores = scores,
	};
	struct each_work work = { points, &l, open_room, one_point, close_room };

	for (int i = 0; i < MCSE_POINTS; i++)
		scores[i] = rank_score(i + 1, MCSE_POINTS);
	return each_run(&work, e);
}
