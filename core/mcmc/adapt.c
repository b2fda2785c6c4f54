/*
 * adapt.c - what warmup learns: the step size by dual averaging, the metric from windows of draws, and Stan's plan of
 * both.
 *
 * Hoffman and Gelman (2014), section 3.2, algorithms 4 and 5; Stan Reference Manual, "Automatic parameter tuning". The metric is
 * shrunk towards a small unit one as there: n / (n + 5) of the sample, 1e-3 x 5 / (n + 5) of the identity. Not so the dense one,
 * which is shrunk towards its own diagonal: where a slope has a variance of 1e-5, the identity would outweigh what the window has
 * learnt of it, and the correlation with the intercept, for which the dense metric was asked, would be lost.
 */
#include "mcmc/mcmc_priv.h"

#include <math.h>
#include <string.h>

/* == plan ==================================================================================== */

struct mcmc_plan mcmc_plan(int warmup)
{
	struct mcmc_plan p = { .warmup = warmup, .begin = 75, .base = 25, .end = 50 };

	if (warmup < 20)
		return (struct mcmc_plan){ .warmup = warmup };
	if (p.begin + p.base + p.end > warmup) {
		p.begin = (int)(0.15 * warmup);
		p.end = (int)(0.1 * warmup);
		p.base = warmup - p.begin - p.end;
	}
	return p;
}

int mcmc_window_end(const struct mcmc_plan *p, int iteration)
{
	int last = p->warmup - p->end - 1, length = p->base, end = p->begin + p->base - 1;

	if (!p->base || iteration < p->begin || iteration > last)
		return -1;
	while (iteration > end) {
		length *= 2;
		end += length;
		/* a window that leaves no room for another of twice its length takes all there is */
		if (end != last && end + 2 * length > last)
			end = last;
	}
	return end;
}

/* == step size =============================================================================== */

static const double gain = 0.05, offset = 10, kappa = 0.75;

void adapt_restart(struct averaging *a, double step)
{
	*a = (struct averaging){ .centre = log(10 * step) };
}

static double average(struct averaging *a, double wanted, double accept)
{
	double weight, x, part;

	a->count++;
	weight = 1 / (a->count + offset);
	a->error = (1 - weight) * a->error + weight * (wanted - fmin(accept, 1));
	x = a->centre - a->error * sqrt(a->count) / gain;
	part = pow(a->count, -kappa);
	a->mean = (1 - part) * a->mean + part * x;
	return exp(x);
}

/* Beyond them the density is no density, or no step is short enough. */
static const double step_most = 1e15, step_least = 1e-300;

/* The fall of the Hamiltonian over one step, with a new momentum. */
static int try_step(struct chain *c, const struct density *d, double *fall, struct err *e)
{
	double kinetic = nuts_momentum(c), lp, energy;
	int rc;

	nuts_gather(c);
	if ((rc = chain_poll(c)) || (rc = nuts_leapfrog(c, d, c->step, 1, 0, 1, &lp, &energy, e)))
		return rc;
	*fall = kinetic - c->at.lp - energy;
	return 0;
}

int adapt_find_step(struct chain *c, const struct density *d, struct err *e)
{
	const double border = log(0.8);
	double fall;
	bool grows;
	int rc;

	if ((rc = try_step(c, d, &fall, e)))
		return rc;
	grows = fall > border;
	for (;;) {
		c->step *= grows ? 2 : 0.5;
		if (c->step > step_most)
			return err_set(e, ERR_DOMAIN, "chain %d: the log density is flat over distances of 1e15: it is improper, or does "
				       "not depend on the unknowns", c->number + 1);
		if (c->step < step_least)
			return err_set(e, ERR_DOMAIN, "chain %d: no step is small enough to keep the energy: log density and gradient "
				       "do not belong together, or jump", c->number + 1);
		if ((rc = try_step(c, d, &fall, e)))
			return rc;
		if (grows ? !(fall > border) : !(fall < border))
			return 0;
	}
}

/* == metric ================================================================================== */

int adapt_factor(struct chain *c, struct err *e)
{
	size_t n = (size_t)c->n;
	double *l = c->factor;

	if (c->metric != MCMC_DENSE) {
		for (size_t i = 0; i < n; i++)
			if (!(c->inverse[i] > 0 && isfinite(c->inverse[i])))
				return err_set(e, ERR_DOMAIN, "an inverse metric is positive, found %g at %zu", c->inverse[i], i + 1);
		for (size_t i = 0; i < n; i++)
			l[i] = sqrt(c->inverse[i]);
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i; j++) {
			double sum = c->inverse[i * n + j];

			for (size_t k = 0; k < j; k++)
				sum -= l[i * n + k] * l[j * n + k];
			if (j < i)
				l[i * n + j] = sum / l[j * n + j];
			else if (sum > 0 && isfinite(sum))
				l[i * n + i] = sqrt(sum);
			else
				return err_set(e, ERR_DOMAIN, "an inverse metric is positive definite, this one is not, at %zu", i + 1);
		}
	}
	return 0;
}

static void window_restart(struct chain *c)
{
	size_t n = (size_t)c->n;

	c->seen = 0;
	memset(c->mean, 0, n * sizeof(double));
	memset(c->sum, 0, (c->metric == MCMC_DENSE ? n * n : n) * sizeof(double));
}

/*
 * Whether a dense metric would do better than a diagonal one: a correlation above a half, from a window long enough that the
 * largest of many correlations of independent unknowns is not.
 */
static bool is_tied(const struct chain *c)
{
	size_t n = (size_t)c->n;

	if (c->seen < 5 * (double)n)
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++) {
			double both = c->sum[i * n + j];

			if (both * both > 0.25 * c->sum[i * (n + 1)] * c->sum[j * (n + 1)])
				return true;
		}
	return false;
}

static void window_learn(struct chain *c)
{
	double keep = c->seen / (c->seen + 5), add = 1e-3 * 5 / (c->seen + 5), by = c->seen > 1 ? keep / (c->seen - 1) : 0;
	size_t n = (size_t)c->n;
	bool good;

	if (c->metric == MCMC_DENSE && c->options->judged && !is_tied(c)) {
		memset(c->inverse, 0, n * n * sizeof *c->inverse);
		for (size_t i = 0; i < n; i++)
			c->inverse[i * (n + 1)] = by * c->sum[i * (n + 1)] + add;
	} else if (c->metric == MCMC_DENSE) {
		for (size_t i = 0; i < n * n; i++)
			c->inverse[i] = by * c->sum[i];
		for (size_t i = 0; i < n; i++) {
			c->inverse[i * (n + 1)] *= 1 + add;
			for (size_t j = 0; j < i; j++)           /* to the bit, as rows stand for columns */
				c->inverse[j * n + i] = c->inverse[i * n + j];
		}
	} else {
		for (size_t i = 0; i < n; i++)
			c->inverse[i] = by * c->sum[i] + add;
	}
	good = !adapt_factor(c, NULL);
	/* a window of draws so far apart that their covariance overflows or loses its digits teaches nothing */
	if (!good) {
		for (size_t i = 0; i < (c->metric == MCMC_DENSE ? n * n : n); i++)
			c->inverse[i] = c->metric != MCMC_DENSE || i % (n + 1) == 0;
		adapt_factor(c, NULL);
	}
}

void adapt_learn(struct chain *c, double accept)
{
	const struct mcmc_plan *p = &c->plan;
	int end;

	c->step = average(&c->averaging, c->options->delta, accept);
	if (c->metric != MCMC_UNIT && p->base && c->iteration >= p->begin && c->iteration < p->warmup - p->end) {
		end = mcmc_window_end(p, c->iteration);
		c->seen++;
		if (c->metric == MCMC_DENSE)
			kernel_covariance(c->n, c->seen, c->at.q, c->mean, c->sum, c->tree.rho[0]);
		else
			kernel_variance(c->room, c->seen, c->at.q, c->mean, c->sum);
		if (c->iteration == end) {
			window_learn(c);
			window_restart(c);
			c->find_step = true;
		}
	}
	if (c->iteration == p->warmup - 1) {
		c->step = exp(c->averaging.mean);
		c->find_step = false;
	}
}
