/*
 * t6310-nuts.c - draws of densities with known moments: means and standard deviations lie within four standard
 * errors, which come from the draws themselves (batch means, so the check does not lean on another piece of the
 * program).
 */
#include "density.h"
#include "tap.h"

#include <stdlib.h>

struct found {
	double mean, sd, mean_error, var_error;
};

/* Over all chains; standard errors of the mean of q and of its square by 40 batches a chain. */
static struct found look(const struct mcmc *m, int k, double (*f)(double))
{
	enum { BATCHES = 40 };
	int chains = mcmc_chains(m), n = mcmc_unknowns(m), total = 0;
	double sum = 0, square = 0, var[2] = { 0 }, mean[2];

	for (int c = 0; c < chains; c++) {
		for (int i = 0; i < mcmc_count(m, c); i++) {
			double x = f(mcmc_draws(m, c)[i * n + k]);

			sum += x;
			square += x * x;
			total++;
		}
	}
	mean[0] = sum / total;
	mean[1] = square / total;
	for (int c = 0; c < chains; c++) {
		int size = mcmc_count(m, c) / BATCHES;

		for (int b = 0; b < BATCHES; b++) {
			double s[2] = { 0 };

			for (int i = 0; i < size; i++) {
				double x = f(mcmc_draws(m, c)[(b * size + i) * n + k]);

				s[0] += x / size;
				s[1] += x * x / size;
			}
			var[0] += (s[0] - mean[0]) * (s[0] - mean[0]);
			var[1] += (s[1] - mean[1]) * (s[1] - mean[1]);
		}
	}
	for (int j = 0; j < 2; j++)
		var[j] = sqrt(var[j]) / (BATCHES * chains);
	return (struct found){ mean[0], sqrt(mean[1] - mean[0] * mean[0]), var[0], var[1] };
}

static double same(double x) { return x; }

static bool agrees(const struct found *f, double mean, double sd)
{
	double square = f->sd * f->sd + f->mean * f->mean, wanted = sd * sd + mean * mean;

	return fabs(f->mean - mean) < 4 * f->mean_error && fabs(square - wanted) < 4 * f->var_error;
}

static struct mcmc *sample(const struct density *d, struct mcmc_options o, int draws)
{
	struct mcmc *m = NULL;
	struct err e = ERR_INIT;
	struct density both[2] = { *d, *d };

	if (mcmc_new(&o, d->n, &m, &e) || mcmc_run(m, both, 2, draws, NULL, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		exit(1);
	}
	return m;
}

/* Mean acceptance, share at the depth limit, divergences. */
static double acceptance(const struct mcmc *m, int *divergences, int *deepest)
{
	double sum = 0;
	int total = 0;

	*divergences = *deepest = 0;
	for (int c = 0; c < mcmc_chains(m); c++) {
		for (int i = 0; i < mcmc_count(m, c); i++, total++) {
			const struct mcmc_info *f = &mcmc_infos(m, c)[i];

			sum += f->accept;
			*divergences += f->divergent;
			*deepest = f->depth > *deepest ? f->depth : *deepest;
		}
	}
	return sum / total;
}

static void normal(int n, enum mcmc_metric metric, double low, double high)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	double scale[100], at[100], worst = 0, accept;
	struct normals d = { n, at, scale };
	struct density density = { .n = n, .eval = density_normals, .ctx = &d };
	struct mcmc *m;
	int bad = 0, divergences, deepest;

	for (int i = 0; i < n; i++) {
		scale[i] = n > 1 ? low * pow(high / low, (double)i / (n - 1)) : high;
		at[i] = 3 * scale[i];
	}
	o.metric = metric;
	o.seed = (uint64_t)n;
	m = sample(&density, o, 1000);
	for (int i = 0; i < n; i++) {
		struct found f = look(m, i, same);

		bad += !agrees(&f, at[i], scale[i]);
		worst = fmax(worst, fabs(f.sd / scale[i] - 1));
	}
	accept = acceptance(m, &divergences, &deepest);
	ok(bad <= (n >= 50 ? 1 : 0) && worst < 0.1, "normal of %d, scales %g to %g: moments, worst sd off by %.3f", n, low, high, worst);
	/* the average of the last steps' logs lies below what the target asks for, more so in few dimensions, as in Stan */
	ok(accept > 0.75 && accept < 0.96 && !divergences && deepest < 8, "    acceptance %.3f, depth %d", accept, deepest);
	mcmc_free(m);
}

/* A dense metric that is judged: a covariance of unknowns that are tied to each other, else variances alone. */
static void judged(double tie)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	struct chained d = { 20, tie };
	struct density density = { .n = 20, .eval = density_chained, .ctx = &d };
	struct mcmc *m;
	int bad = 0, beside = 0;

	o.metric = MCMC_DENSE;
	o.judged = true;
	m = sample(&density, o, 1000);
	for (int i = 0; i < 20; i++) {
		struct found f = look(m, i, same);

		bad += !agrees(&f, 0, 1);
	}
	for (int c = 0; c < 4; c++)
		for (int i = 0; i < 20; i++)
			for (int j = 0; j < i; j++)
				beside += mcmc_inverse(m, c)[i * 20 + j] != 0;
	ok(!bad, "judged metric, correlation %.2f: moments", tie);
	is_int(beside, tie > 0.5 ? 4 * 190 : 0, "    numbers beside the diagonal");
	mcmc_free(m);
}

static void correlated(void)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	struct chained d = { 20, 0.95 };
	struct density density = { .n = 20, .eval = density_chained, .ctx = &d };
	double steps[2], worst = 0;

	for (int metric = 0; metric < 2; metric++) {
		struct mcmc *m;
		int bad = 0;
		int64_t leapfrogs = 0;

		o.metric = metric ? MCMC_DENSE : MCMC_DIAGONAL;
		m = sample(&density, o, 1000);
		for (int i = 0; i < 20; i++) {
			struct found f = look(m, i, same);

			bad += !agrees(&f, 0, 1);
		}
		for (int c = 0; c < 4; c++)
			for (int i = 0; i < 1000; i++)
				leapfrogs += mcmc_infos(m, c)[i].leapfrogs;
		steps[metric] = (double)leapfrogs / 4000;
		ok(!bad, "correlated normal, %s metric: moments, %.1f steps a draw", metric ? "dense" : "diagonal", steps[metric]);
		/* the inverse metric is the covariance: correlations r^|i - j| */
		for (int i = 0; metric && i < 20; i++)
			for (int j = 0; j < 20; j++)
				worst = fmax(worst, fabs(mcmc_inverse(m, 0)[i * 20 + j] - pow(0.95, abs(i - j))));
		mcmc_free(m);
	}
	ok(steps[1] < 10 && steps[0] > 3 * steps[1], "the dense metric takes shorter ways");
	ok(worst < 0.35, "it is the covariance, to %.2f", worst);
}

static double own_scale(double q) { return exp(q); }

static void shapes(void)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	struct density half = { .n = 1, .eval = density_half_normal }, banana = { .n = 2, .eval = density_banana };
	struct found f, g;
	struct mcmc *m = sample(&half, o, 2000);

	f = look(m, 0, own_scale);
	ok(agrees(&f, sqrt(2 / M_PI), sqrt(1 - 2 / M_PI)), "half-normal by its log: mean %.3f, sd %.3f", f.mean, f.sd);
	mcmc_free(m);
	o.delta = 0.95;
	m = sample(&banana, o, 4000);
	f = look(m, 0, same);
	g = look(m, 1, same);
	ok(agrees(&f, 0, 1) && agrees(&g, 1, 1.5), "banana: %.3f (%.3f), %.3f (%.3f)", f.mean, f.sd, g.mean, g.sd);
	mcmc_free(m);
}

static void funnel(void)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	int n = 10, divergences, deepest, noted = 0, good = 1;
	struct density d = { .n = n, .eval = density_funnel, .ctx = &n };
	struct mcmc *m = sample(&d, o, 1000);

	acceptance(m, &divergences, &deepest);
	for (int c = 0; c < 4; c++) {
		const int *draws;
		const double *points;
		int k = mcmc_divergences(m, c, &draws, &points);

		for (int i = 0; i < k; i++) {
			good = good && mcmc_infos(m, c)[draws[i]].divergent;
			for (int j = 0; j < n; j++)
				good = good && isfinite(points[i * n + j]);
		}
		noted += k;
	}
	ok(divergences > 0, "the funnel gives divergences: %d", divergences);
	ok(noted == divergences && good, "each with the point where it began");
	mcmc_free(m);
}

/* Half the sum of squares of momentum is left of the energy: with lp it is a chi-square of n degrees of freedom. */
static void energies(void)
{
	struct mcmc_options o = MCMC_OPTIONS_INIT;
	double scale[10] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, kinetic = 0, level = 0;
	struct normals d = { 10, NULL, scale };
	struct density density = { .n = 10, .eval = density_normals, .ctx = &d };
	struct mcmc *m = sample(&density, o, 2000);
	bool good = true;

	for (int c = 0; c < 4; c++) {
		for (int i = 0; i < 2000; i++) {
			const struct mcmc_info *f = &mcmc_infos(m, c)[i];
			double lp, grad[10];

			density_normals(&d, mcmc_draws(m, c) + 10 * i, &lp, grad, NULL);
			good = good && lp == f->lp && f->energy + f->lp > 0 && f->leapfrogs >= 1 << (f->depth - 1) &&
			       f->leapfrogs < 1 << (f->depth + 1) && f->step == mcmc_step(m, c) && f->accept > 0 && f->accept <= 1;
			kinetic += (f->energy + f->lp) / 8000;
			level += f->energy / 8000;
		}
	}
	ok(good, "lp is that of the draw; steps go with depth");
	ok(fabs(kinetic - 5) < 0.2 && fabs(level - 10) < 0.5, "energy: kinetic %.3f of 5, all %.3f of 10", kinetic, level);
	mcmc_free(m);
}

/* theta ~ normal(0, 1), ten y ~ normal(theta, 2): ranks of the true value among draws of the posterior are uniform. */
static void calibration(void)
{
	enum { RUNS = 300, DRAWS = 99 };
	struct random r = random_open(99, 0);
	double chi = 0;
	int bins[10] = { 0 };

	for (int run = 0; run < RUNS; run++) {
		struct mcmc_options o = MCMC_OPTIONS_INIT;
		double theta = random_normal(&r), sum = 0, at, scale = 1 / sqrt(1 + 10 / 4.0);
		struct normals d = { 1, &at, &scale };
		struct density density = { .n = 1, .eval = density_normals, .ctx = &d };
		struct mcmc *m;
		int rank = 0;

		for (int i = 0; i < 10; i++)
			sum += theta + 2 * random_normal(&r);
		at = sum / 4 * scale * scale;
		o.chains = 1;
		o.warmup = 300;
		o.seed = (uint64_t)run;
		m = sample(&density, o, DRAWS * 5);
		for (int i = 0; i < DRAWS; i++)
			rank += mcmc_draws(m, 0)[5 * i] < theta;
		bins[rank / 10]++;
		mcmc_free(m);
	}
	for (int i = 0; i < 10; i++)
		chi += (bins[i] - RUNS / 10.0) * (bins[i] - RUNS / 10.0) / (RUNS / 10.0);
	ok(chi < 27.9, "ranks of simulated truths are uniform: chi-square %.1f of 9 degrees", chi);
}

int main(void)
{
	normal(1, MCMC_DIAGONAL, 1, 1);
	normal(1, MCMC_UNIT, 1, 1000);
	normal(10, MCMC_DIAGONAL, 1e-3, 1e3);
	normal(100, MCMC_DIAGONAL, 1e-3, 1e3);
	normal(7, MCMC_UNIT, 1, 2);
	normal(5, MCMC_DENSE, 1e-3, 1e3);
	correlated();
	judged(0.95);
	judged(0.1);
	shapes();
	funnel();
	energies();
	calibration();
	return done();
}
