/*
 * What lies between two numbers against sums of probabilities and mpmath; draws, free and within an interval, against the
 * distribution functions by Kolmogorov's and Smirnov's test with fixed seeds; faults and edges.
 */
#include "stats/dist.h"

#include "tap.h"

#include <math.h>
#include <stdlib.h>

static bool close_to(double got, double want, double within)
{
	return got == want || fabs(got - want) <= within * fabs(want);
}

/* A typical choice of parameters for each. */
static const struct choice {
	const char *name;
	double params[DIST_PARAMS_MAX];
	double low, high;                /* an interval inside */
} choices[] = {
	{ "normal", { 1, 2 }, 0.5, 3 }, { "normal", { 0, 1 }, 9, 12 }, { "student_t", { 3, 1, 2 }, -20, -15 }, { "student_t", { 0.7, 0, 1 }, 0, 5 },
	{ "cauchy", { 1, 2 }, 100, 1e6 }, { "double_exponential", { 1, 2 }, -3, 4 }, { "logistic", { 1, 2 }, 20, 40 },
	{ "half_normal", { 2 }, 1, 12 }, { "half_cauchy", { 2 }, 0, 3 }, { "half_student_t", { 4, 2 }, 50, 60 },
	{ "lognormal", { 1, 0.5 }, 10, 20 }, { "exponential", { 0.2 }, 100, 120 }, { "gamma", { 2.5, 0.5 }, 0, 1 }, { "gamma", { 0.05, 2 }, 1e-9, 1 },
	{ "inv_gamma", { 3, 2 }, 5, 9 }, { "weibull", { 1.5, 3 }, 4, 12 }, { "beta", { 2, 5 }, 0.7, 0.9 }, { "beta", { 0.3, 0.4 }, 0, 0.01 },
	{ "uniform", { -1, 3 }, 0, 1 },
	{ "bernoulli", { 0.3 }, 0, 1 }, { "bernoulli_logit", { -1 }, 0, 1 }, { "binomial", { 500, 0.3 }, 100, 190 }, { "binomial_logit", { 90, 1 }, 5, 80 },
	{ "beta_binomial", { 300, 2, 0.7 }, 3, 150 }, { "poisson", { 300 }, 220, 310 }, { "poisson_log", { 1 }, 9, 100 },
	{ "neg_binomial_2", { 120, 1.5 }, 30, 400 }, { "neg_binomial_2_log", { 3, 20 }, 60, 200 },
};
enum { CHOICES = sizeof choices / sizeof *choices };

static double at(const struct dist *dist, double (*f)(const double *, double *), double x, const double *params, double *d)
{
	double a[DIST_PARAMS_MAX + 1] = { x };

	memcpy(a + 1, params, dist->nparams * sizeof *a);
	return f(a, d);
}

static double between(const struct dist *dist, double low, double high, const double *params, double *d)
{
	double a[DIST_PARAMS_MAX + 2] = { low, high };

	memcpy(a + 2, params, dist->nparams * sizeof *a);
	return dist_linterval(dist, a, d);
}

static void test_counts(const struct choice *c)
{
	const struct dist *dist = dist_find(c->name);
	static const double lows[] = { -5, 0, 0.5, 1, 3, 17, 60, 200, 299 }, widths[] = { 0, 1, 2.5, 40, 70, 180, 400 };
	double worst = 0;

	for (size_t i = 0; i < sizeof lows / sizeof *lows; i++) {
		for (size_t j = 0; j < sizeof widths / sizeof *widths; j++) {
			double low = lows[i], high = low + widths[j], sum = 0, got = between(dist, low, high, c->params, NULL);

			for (double k = ceil(low); k <= high; k++)
				sum += exp(at(dist, dist->lpdf, k, c->params, NULL));
			if (sum > 0)
				worst = fmax(worst, fabs(exp(got) / sum - 1));
			else if (got > -700)
				worst = INFINITY;
		}
	}
	ok(worst < 1e-11, "%s: intervals are sums of probabilities (%.1e)", c->name, worst);
}

/* Derivatives of intervals against difference quotients of the fourth order. */
static void test_slopes(const struct choice *c)
{
	const struct dist *dist = dist_find(c->name);
	double d[DIST_PARAMS_MAX + 2], worst = 0;
	int first = dist_is_whole(dist) ? 2 : 0;
	bool trials = dist->support == DIST_COUNT_TO;

	between(dist, c->low, c->high, c->params, d);
	for (int k = first + trials; k < dist->nparams + 2; k++) {
		double a[DIST_PARAMS_MAX + 2] = { c->low, c->high }, v[4], x, h, slope;

		memcpy(a + 2, c->params, dist->nparams * sizeof *a);
		x = a[k];
		h = 1e-4 * (x != 0 ? fabs(x) : 1);
		if (k < 2 && x == 0)     /* at the edge of the support */
			continue;
		for (int i = 0; i < 4; i++) {
			a[k] = x + h * (i < 2 ? i - 2 : i - 1);
			v[i] = dist_linterval(dist, a, NULL);
		}
		slope = (v[0] - 8 * v[1] + 8 * v[2] - v[3]) / (12 * h);
		worst = fmax(worst, fabs(d[k] - slope) / fmax(fabs(slope), 1e-3));
	}
	ok(worst < 1e-7, "%s: slopes of an interval (%.1e)", c->name, worst);
}

static int up(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

/* sqrt(n) times the largest distance of n sorted numbers from the uniform; above 2.2 in one of 8,000 cases. */
static double kolmogorov(double *u, int n)
{
	double worst = 0;

	qsort(u, n, sizeof *u, up);
	for (int i = 0; i < n; i++)
		worst = fmax(worst, fmax(u[i] - (double)i / n, (double)(i + 1) / n - u[i]));
	return sqrt(n) * worst;
}

enum { DRAWS = 4000, FEWER = 800 };

/* Where each draw is among all that are possible, spread over its own probability for counts. */
static void test_draws(const struct choice *c, int number)
{
	static double u[DRAWS];
	const struct dist *dist = dist_find(c->name);
	struct random r = random_open(20220224, number), noise = random_open(7, number);
	double all, distance;
	bool inside = true;

	for (int i = 0; i < DRAWS; i++) {
		double x = dist->draw(&r, c->params);

		if (dist_is_whole(dist))
			u[i] = exp(at(dist, dist->lcdf, x - 1, c->params, NULL)) +
				random_uniform(&noise) * exp(at(dist, dist->lpdf, x, c->params, NULL));
		else
			u[i] = exp(at(dist, dist->lcdf, x, c->params, NULL));
	}
	distance = kolmogorov(u, DRAWS);
	ok(distance < 2.2, "%s: draws are from it (%.2f)", c->name, distance);
	all = between(dist, c->low, c->high, c->params, NULL);
	for (int i = 0; i < FEWER; i++) {
		double x = dist_draw_between(dist, &r, c->params, c->low, c->high);

		inside = inside && x >= c->low && x <= c->high;
		if (dist_is_whole(dist))
			u[i] = exp(between(dist, c->low, x - 1, c->params, NULL) - all) +
				random_uniform(&noise) * exp(at(dist, dist->lpdf, x, c->params, NULL) - all);
		else
			u[i] = x > c->low ? exp(between(dist, c->low, x, c->params, NULL) - all) : 0;
	}
	distance = kolmogorov(u, FEWER);
	ok(inside && distance < 2.2, "%s: draws between %g and %g (%.2f)", c->name, c->low, c->high, distance);
}

static void test_known(void)
{
	/* by mpmath, 40 digits */
	static const struct {
		const char *name;
		double low, high, params[3], want;
	} known[] = {
		{ "normal", 8, 9, { 0, 1 }, -35.0136185934371481 },
		{ "normal", -40, -39, { 0, 1 }, -765.083156564377544 },
		{ "gamma", 100, 101, { 3.3, 1 }, -90.8442760376071566 },
		{ "beta", 0.9, 0.95, { 2, 5 }, -9.8413934227403345 },
		{ "student_t", 1000, 1001, { 3, 0, 1 }, -26.436690049882732 },
		{ "normal", 1, 1 + 0x1p-30, { 0, 1 }, -22.2133539504686933 },
	};
	const struct dist *normal = dist_find("normal"), *trials = dist_find("beta_binomial");
	const double unit[] = { 0, 1 };
	double worst = 0, d[4], want;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		double got = between(dist_find(known[i].name), known[i].low, known[i].high, known[i].params, NULL);

		ok(close_to(got, known[i].want, 1e-13), "%s in [%g, %g]", known[i].name, known[i].low, known[i].high);
	}
	is_double(between(normal, -INFINITY, 2, unit, d), at(normal, normal->lcdf, 2, unit, NULL), "open below");
	ok(d[0] == 0 && d[1] > 0, "an open end has no slope");
	is_double(between(normal, 2, INFINITY, unit, NULL), at(normal, normal->lccdf, 2, unit, NULL), "open above");
	is_double(between(normal, -INFINITY, INFINITY, unit, NULL), 0, "open on both sides");
	is_double(between(normal, 2, 2, unit, NULL), at(normal, normal->lpdf, 2, unit, NULL), "a point has its density");
	is_double(between(normal, 2, 1, unit, NULL), -INFINITY, "upside down");
	is_double(between(normal, NAN, 1, unit, NULL), NAN, "no number");
	is_double(between(dist_find("poisson"), 0.2, 0.8, (double[]){ 3 }, NULL), -INFINITY, "no whole number inside");
	is_double(between(dist_find("gamma"), -5, -1, (double[]){ 3, 1 }, NULL), -INFINITY, "outside of the support");
	/* alpha = beta = 1 makes all counts alike, alpha = 2 makes them a slope */
	for (double k = 0; k < 1e9; k = 3 * k + 1) {
		want = log((k + 1) / (1e9 + 1));
		worst = fmax(worst, fabs(at(trials, trials->lcdf, k, (double[]){ 1e9, 1, 1 }, NULL) - want));
		want = log(k + 1) + log(k + 2) - log(1e9 + 1) - log(1e9 + 2);
		worst = fmax(worst, fabs(at(trials, trials->lcdf, k, (double[]){ 1e9, 2, 1 }, NULL) - want));
	}
	ok(worst < 1e-12, "beta_binomial of 1e9 trials against its closed forms (%.1e)", worst);
	want = 0;
	for (double k = 0; k <= 70000; k++)
		want += exp(at(trials, trials->lpdf, k, (double[]){ 200000, 0.3, 2.5 }, NULL));
	ok(close_to(at(trials, trials->lcdf, 70000, (double[]){ 200000, 0.3, 2.5 }, NULL), log(want), 1e-10), "and of 200,000 against a sum");
}

static void test_faults(void)
{
	static const struct {
		const char *name;
		double params[3];
		const char *text;
	} faults[] = {
		{ "normal", { 0, -1 }, "sigma is -1, it has to be above 0" },
		{ "normal", { INFINITY, 1 }, "mu is inf, it has to be finite" },
		{ "normal", { 0, INFINITY }, "sigma is inf, it has to be finite and above 0" },
		{ "binomial", { 2.5, 0.5 }, "N is 2.5, it has to be a whole number from 0 on" },
		{ "binomial", { 2, 1.5 }, "theta is 1.5, it has to be between 0 and 1" },
		{ "poisson", { -1 }, "lambda is -1, it has to be finite and not below 0" },
		{ "uniform", { 3, 2 }, "beta is 2, it has to be above alpha, which is 3" },
		{ "gamma", { NAN, 2 }, "alpha is nan, it has to be finite and above 0" },
	};
	struct random r = random_open(1, 1);
	char text[200];

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		const struct dist *dist = dist_find(faults[i].name);

		ok(dist_fault(dist, faults[i].params, text, sizeof text), "%s is refused", faults[i].name);
		is_str(text, faults[i].text, "and why");
		ok(isnan(at(dist, dist->lpdf, 1, faults[i].params, NULL)) && isnan(at(dist, dist->lcdf, 1, faults[i].params, NULL)) &&
		   isnan(at(dist, dist->lccdf, 1, faults[i].params, NULL)) && isnan(dist->draw(&r, faults[i].params)) &&
		   isnan(between(dist, 0, 1, faults[i].params, NULL)) &&
		   isnan(dist_draw_between(dist, &r, faults[i].params, 0, 1)), "and all it gives is NaN");
	}
	for (int i = 0; i < CHOICES; i++)
		if (dist_fault(dist_find(choices[i].name), choices[i].params, text, sizeof text))
			ok(false, "%s: %s", choices[i].name, text);
	ok(dist_find("norma") == NULL && dist_find("normal") == dist_at(0), "found by name or not at all");
}

/* Parameters on the edge of their domain, outcomes outside of the support, at its ends and infinite. */
static void test_edges(void)
{
	static const struct {
		const char *what, *name;
		double x, params[3], want;
	} edges[] = {
		{ "lpdf", "bernoulli", 1, { 1 }, 0 }, { "lpdf", "bernoulli", 0, { 1 }, -INFINITY }, { "lpdf", "bernoulli", 0, { 0 }, 0 },
		{ "lpdf", "bernoulli", 2, { 0.5 }, -INFINITY }, { "lpdf", "bernoulli", 0.5, { 0.5 }, -INFINITY },
		{ "lcdf", "bernoulli", 0, { 0 }, 0 }, { "lccdf", "bernoulli", 0, { 0 }, -INFINITY }, { "lccdf", "bernoulli", -1, { 0.5 }, 0 },
		{ "lpdf", "poisson", 0, { 0 }, 0 }, { "lpdf", "poisson", 1, { 0 }, -INFINITY }, { "lcdf", "poisson", 3, { 0 }, 0 },
		{ "lccdf", "poisson", 3, { 0 }, -INFINITY }, { "lcdf", "poisson", -0.5, { 2 }, -INFINITY }, { "lcdf", "poisson", INFINITY, { 2 }, 0 },
		{ "lpdf", "poisson", INFINITY, { 2 }, -INFINITY }, { "lpdf", "neg_binomial_2", 0, { 0, 2 }, 0 },
		{ "lccdf", "neg_binomial_2", 4, { 0, 2 }, -INFINITY },
		{ "lpdf", "binomial", 0, { 0, 0.5 }, 0 }, { "lcdf", "binomial", 0, { 0, 0.5 }, 0 }, { "lpdf", "binomial", 3, { 3, 1 }, 0 },
		{ "lpdf", "binomial", 2, { 3, 1 }, -INFINITY }, { "lcdf", "binomial", 2, { 3, 1 }, -INFINITY }, { "lcdf", "binomial", 1, { 3, 0 }, 0 },
		{ "lpdf", "beta_binomial", 0, { 0, 2, 3 }, 0 }, { "lcdf", "beta_binomial", 0, { 0, 2, 3 }, 0 },
		{ "lpdf", "uniform", 0, { 0, 1 }, 0 }, { "lpdf", "uniform", 1, { 0, 1 }, 0 }, { "lpdf", "uniform", 1.5, { 0, 1 }, -INFINITY },
		{ "lcdf", "uniform", 0, { 0, 1 }, -INFINITY }, { "lccdf", "uniform", 0, { 0, 1 }, 0 }, { "lcdf", "uniform", 7, { 0, 1 }, 0 },
		{ "lpdf", "normal", INFINITY, { 0, 1 }, -INFINITY }, { "lcdf", "normal", INFINITY, { 0, 1 }, 0 },
		{ "lccdf", "normal", -INFINITY, { 0, 1 }, 0 }, { "lcdf", "normal", -INFINITY, { 0, 1 }, -INFINITY },
		{ "lcdf", "student_t", INFINITY, { 3, 0, 1 }, 0 }, { "lccdf", "student_t", INFINITY, { 3, 0, 1 }, -INFINITY },
		{ "lpdf", "gamma", -1, { 2, 1 }, -INFINITY }, { "lcdf", "gamma", 0, { 2, 1 }, -INFINITY }, { "lccdf", "gamma", 0, { 2, 1 }, 0 },
		{ "lccdf", "gamma", INFINITY, { 2, 1 }, -INFINITY }, { "lcdf", "inv_gamma", 0, { 2, 1 }, -INFINITY },
		{ "lcdf", "inv_gamma", INFINITY, { 2, 1 }, 0 }, { "lpdf", "half_normal", -1, { 1 }, -INFINITY }, { "lccdf", "half_normal", -1, { 1 }, 0 },
		{ "lccdf", "beta", 1, { 2, 3 }, -INFINITY }, { "lcdf", "beta", 2, { 2, 3 }, 0 }, { "lpdf", "beta", 1.5, { 2, 3 }, -INFINITY },
		{ "lcdf", "lognormal", 0, { 0, 1 }, -INFINITY }, { "lccdf", "weibull", 0, { 2, 3 }, 0 },
	};

	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
		const struct dist *dist = dist_find(edges[i].name);
		double d[DIST_PARAMS_MAX + 1];
		bool finite = true;

		double v = at(dist, !strcmp(edges[i].what, "lpdf") ? dist->lpdf : !strcmp(edges[i].what, "lcdf") ? dist->lcdf :
			      dist->lccdf, edges[i].x, edges[i].params, d);

		for (int k = 0; k <= dist->nparams; k++)
			finite = finite && isfinite(d[k]);
		ok(v == edges[i].want && finite, "%s of %s at %g is %g", edges[i].what, edges[i].name, edges[i].x, edges[i].want);
	}
}

int main(void)
{
	bool seen[100] = { false };
	int missing = 0;

	for (int i = 0; i < CHOICES; i++) {
		const struct dist *dist = dist_find(choices[i].name);

		for (int k = 0; k < dist_count(); k++)
			seen[k] = seen[k] || dist_at(k) == dist;
		if (dist_is_whole(dist))
			test_counts(&choices[i]);
		test_slopes(&choices[i]);
		test_draws(&choices[i], i);
	}
	for (int k = 0; k < dist_count(); k++)
		missing += !seen[k];
	is_int(missing, 0, "all of the list are drawn from");
	test_known();
	test_faults();
	test_edges();
	return done();
}
