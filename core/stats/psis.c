/*
 * psis.c - the generalised Pareto distribution of the largest weights, and weights smoothed by it.
 *
 * The largest weights are put in order and replaced by the quantiles of the distribution fitted to them, so that a single
 * draw cannot decide alone; none may be larger than the largest was. The fit is the posterior mean of Zhang and Stephens over a
 * grid, and k is pulled to 0.5 as ten more values would.
 */
#include "stats/psis.h"
#include "stats/diagnose_priv.h"

#include <float.h>
#include <math.h>

enum {
	GRID_MIN = 30,           /* of the fit, and sqrt(n) more */
	GRID_MAX = 4096,
	TAIL_MIN = 5,
	PRIOR_SIZE = 10,
};

struct psis {
	int64_t draws;
	struct ranked *order, *spare;
	double *tail;
};

double log_sum_exp(const double *x, int64_t n)
{
	double most = -INFINITY, sum = 0;

	for (int64_t i = 0; i < n; i++)
		most = x[i] > most ? x[i] : most;
	if (isinf(most))
		return most;
	for (int64_t i = 0; i < n; i++)
		sum += exp(x[i] - most);
	return most + log(sum);
}

double psis_threshold(double draws)
{
	return draws > 1 ? fmin(1 - 1 / log10(draws), 0.7) : 0;
}

static double mean_log1p(const double *x, int64_t n, double a)
{
	double sum = 0;

	for (int64_t i = 0; i < n; i++)
		sum += log1p(a * x[i]);
	return sum / (double)n;
}

double psis_pareto_fit(const double *x, int64_t n, double *scale)
{
	double theta[GRID_MAX] = { 0 }, weight[GRID_MAX] = { 0 }, quartile, total, centre = 0, k;
	int grid = GRID_MIN + (int)fmin(floor(sqrt((double)n)), GRID_MAX - GRID_MIN);

	*scale = NAN;
	if (n < 2)
		return INFINITY;
	quartile = x[(int64_t)floor((double)n / 4 + 0.5) - 1];
	for (int j = 0; j < grid; j++) {
		theta[j] = 1 / x[n - 1] + (1 - sqrt(grid / (j + 0.5))) / (3 * quartile);
		k = mean_log1p(x, n, -theta[j]);
		weight[j] = (double)n * (log(-theta[j] / k) - k - 1);
		if (isnan(weight[j]))
			return INFINITY;
	}
	total = log_sum_exp(weight, grid);
	for (int j = 0; j < grid; j++)
		centre += theta[j] * exp(weight[j] - total);
	k = mean_log1p(x, n, -centre);
	*scale = -k / centre;
	k = (k * (double)n + 0.5 * PRIOR_SIZE) / ((double)n + PRIOR_SIZE);
	return isfinite(k) && *scale > 0 ? k : INFINITY;
}

int psis_new(int64_t draws, struct psis **out, struct err *e)
{
	struct psis *p;

	if (draws < 1)
		return err_set(e, ERR_DOMAIN, "importance weights need at least one draw");
	if (!(p = mem_zero(1, sizeof *p)))
		return err_nomem(e);
	p->draws = draws;
	p->order = mem_zero((size_t)draws, sizeof *p->order);
	p->spare = mem_zero((size_t)draws, sizeof *p->spare);
	p->tail = mem_zero((size_t)draws, sizeof *p->tail);
	if (!p->order || !p->spare || !p->tail) {
		psis_free(p);
		return err_nomem(e);
	}
	*out = p;
	return 0;
}

void psis_free(struct psis *p)
{
	if (!p)
		return;
	mem_free(p->order);
	mem_free(p->spare);
	mem_free(p->tail);
	mem_free(p);
}

/* Quantile of the generalised Pareto distribution; the exponential one where k is 0. */
static double pareto_quantile(double p, double k, double scale)
{
	return k == 0 ? -scale * log1p(-p) : scale * expm1(-k * log1p(-p)) / k;
}

double psis_smooth(struct psis *p, double *w, double r_eff)
{
	int64_t n = p->draws, size;
	double most = -INFINITY, cut, k, scale;
	struct ranked *tail;

	for (int64_t i = 0; i < n; i++)
		most = w[i] > most ? w[i] : most;
	size = (int64_t)ceil(fmin(0.2 * (double)n, 3 * sqrt((double)n / r_eff)));
	if (size < TAIL_MIN || size >= n || isinf(most))
		return INFINITY;
	for (int64_t i = 0; i < n; i++)
		p->order[i] = (struct ranked){ w[i] - most, i };
	rank_sort(p->order, p->spare, n);
	tail = p->order + n - size;
	if (tail[size - 1].value - tail[0].value < DBL_EPSILON / 100)
		return -INFINITY;
	cut = exp(tail[-1].value);
	for (int64_t i = 0; i < size; i++)
		p->tail[i] = exp(tail[i].value) - cut;
	k = psis_pareto_fit(p->tail, size, &scale);
	if (isinf(k))
		return k;
	for (int64_t i = 0; i < size; i++) {
		double v = log(pareto_quantile(((double)i + 0.5) / (double)size, k, scale) + cut);

		w[tail[i].at] = fmin(v, 0) + most;
	}
	return k;
}
