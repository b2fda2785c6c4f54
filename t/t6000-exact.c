/*
 * Exact limits against published tables and against their own definition.
 *
 * Poisson: F. Garwood, Biometrika 28 (1936), table 1, as reprinted in Pearson and Hartley, Biometrika Tables for
 * Statisticians I, table 40. Binomial: C. Clopper and E. Pearson, Biometrika 26 (1934); closed forms at the ends.
 */
#include "stats/stats.h"
#include "tap.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

static bool near(double got, double want, double relative)
{
	return fabs(got - want) <= relative * fmax(fabs(want), 1e-300);
}

static const struct { int k; double level, low, high; } garwood[] = {
	{ 0, 0.95, 0, 3.688879 },         { 1, 0.95, 0.025318, 5.571643 },   { 2, 0.95, 0.242209, 7.224688 },
	{ 3, 0.95, 0.618672, 8.767273 },  { 5, 0.95, 1.623486, 11.668332 },  { 10, 0.95, 4.795389, 18.390356 },
	{ 20, 0.95, 12.216520, 30.888378 }, { 0, 0.99, 0, 5.298317 },        { 10, 0.90, 5.425406, 16.962219 },
};

static const struct { int k, n; double low, high; } clopper[] = {
	{ 2, 10, 0.025211, 0.556095 }, { 5, 10, 0.187086, 0.812914 }, { 1, 20, 0.001265, 0.248733 },
};

static void poisson(void)
{
	struct interval v;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < sizeof garwood / sizeof *garwood; i++) {
		int rc = stats_poisson_limits(garwood[i].k, garwood[i].level, &v, &e);

		ok(!rc && fabs(v.low - garwood[i].low) < 5e-7 && fabs(v.high - garwood[i].high) < 5e-7,
		   "%d events at %g: %f to %f", garwood[i].k, garwood[i].level, v.low, v.high);
	}
	/* the upper limit for nothing seen is -log(alpha / 2) */
	stats_poisson_limits(0, 0.9, &v, &e);
	ok(near(v.high, -log(0.05), 1e-14), "no event: the upper limit in closed form");
	for (int64_t k = 1; k <= STATS_COUNT_MAX; k *= 10) {
		int rc = stats_poisson_limits(k, 0.95, &v, &e);
		/* the chi-squared form, by another function of GSL */
		bool good = !rc && near(gsl_cdf_chisq_P(2 * v.low, 2.0 * (double)k), 0.025, 1e-6) &&
			    near(gsl_cdf_chisq_Q(2 * v.high, 2.0 * (double)k + 2), 0.025, 1e-6);

		ok(good && v.low < (double)k && v.high > (double)k, "%lld events: the tails are 2.5 %%", (long long)k);
	}
	is_int(stats_poisson_limits(-1, 0.95, &v, &e), ERR_DOMAIN, "a negative count is refused");
	is_int(stats_poisson_limits(1, 1, &v, &e), ERR_DOMAIN, "a level of 1 is refused");
	is_int(stats_poisson_limits(1, NAN, &v, &e), ERR_DOMAIN, "a level that is no number is refused");
}

static void binomial(void)
{
	struct interval v, w;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < sizeof clopper / sizeof *clopper; i++) {
		int rc = stats_binomial_limits(clopper[i].k, clopper[i].n, 0.95, &v, &e);

		ok(!rc && fabs(v.low - clopper[i].low) < 1e-6 && fabs(v.high - clopper[i].high) < 1e-6, "%d of %d: %f to %f",
		   clopper[i].k, clopper[i].n, v.low, v.high);
	}
	for (int n = 1; n <= 1000000; n *= 10) {
		stats_binomial_limits(0, n, 0.95, &v, &e);
		stats_binomial_limits(n, n, 0.95, &w, &e);
		ok(v.low == 0 && near(v.high, -expm1(log(0.025) / n), 1e-12), "0 of %d: upper end 1 - (alpha/2)^(1/n)", n);
		ok(w.high == 1 && near(w.low, pow(0.025, 1.0 / n), 1e-12), "%d of %d: lower end (alpha/2)^(1/n)", n, n);
	}
	stats_binomial_limits(30, 100, 0.95, &v, &e);
	stats_binomial_limits(70, 100, 0.95, &w, &e);
	ok(near(v.low, 1 - w.high, 1e-12) && near(v.high, 1 - w.low, 1e-12), "k of n mirrors n - k of n");
	/* rare events: n times the limits of a share approach those of a count */
	stats_binomial_limits(3, 10000000, 0.95, &v, &e);
	stats_poisson_limits(3, 0.95, &w, &e);
	ok(near(v.low * 1e7, w.low, 1e-5) && near(v.high * 1e7, w.high, 1e-5), "a rare share is a Poisson count");
	is_int(stats_binomial_limits(3, 2, 0.95, &v, &e), ERR_DOMAIN, "3 of 2 is refused");
	is_int(stats_binomial_limits(0, 0, 0.95, &v, &e), ERR_DOMAIN, "0 of 0 is refused");
}

/* By its definition: the share of Poisson samples whose limits hold the mean is never below the level. */
static void coverage(void)
{
	double worst = 1;

	for (double mean = 0.05; mean < 12; mean += 0.05) {
		double covered = 0;

		for (int k = 0; k < 60; k++) {
			struct interval v;

			stats_poisson_limits(k, 0.95, &v, NULL);
			if (v.low <= mean && mean <= v.high)
				covered += exp(k * log(mean) - mean - gsl_sf_lngamma(k + 1));
		}
		worst = fmin(worst, covered);
	}
	ok(worst >= 0.95 && worst < 0.97, "coverage is at least the level: %.4f at worst", worst);
}

static void rates(void)
{
	struct interval v, w, two = { 2, 2 }, between = { 2, 3 }, days = { 200000, 800000 }, one = { 800000, 800000 };
	struct err e = ERR_INIT;

	stats_poisson_rate(two, one, 0.95, &v, &e);
	ok(near(v.low, 0.242209278543970 / 800000, 1e-12) && near(v.high, 7.224687667724 / 800000, 1e-12), "a rate by hand");
	stats_poisson_rate(between, days, 0.95, &w, &e);
	ok(near(w.low, 0.242209278543970 / 800000, 1e-12), "the lower end: least count, most exposure");
	ok(near(w.high, 8.767273069742 / 200000, 1e-9), "the upper end: greatest count, least exposure");
	ok(w.low <= v.low && w.high >= v.high, "bounds widen a rate");
	stats_poisson_rate((struct interval){ 3001, INFINITY }, one, 0.95, &v, &e);
	ok(v.low > 0 && isinf(v.high), "no upper end of the count leaves none of the rate");
	stats_poisson_rate(two, (struct interval){ 0, 100 }, 0.95, &v, &e);
	ok(isinf(v.high), "no lower end of the exposure leaves no upper end of the rate");
	stats_poisson_rate(two, (struct interval){ 100, INFINITY }, 0.95, &v, &e);
	is_double(v.low, 0, "no upper end of the exposure leaves no lower end of the rate");
	stats_poisson_rate((struct interval){ 1.5, 2.5 }, one, 0.95, &v, &e);
	stats_poisson_rate((struct interval){ 1, 3 }, one, 0.95, &w, &e);
	ok(v.low == w.low && v.high == w.high, "counts that are not whole are rounded outwards");
	is_int(stats_poisson_rate((struct interval){ 3, 2 }, one, 0.95, &v, &e), ERR_DOMAIN, "bounds upside down are refused");
	is_int(stats_poisson_rate(two, (struct interval){ 0, 0 }, 0.95, &v, &e), ERR_DOMAIN, "no exposure is refused");
	is_int(stats_poisson_rate((struct interval){ NAN, 2 }, one, 0.95, &v, &e), ERR_DOMAIN, "a count that is no number is refused");
}

static void logit(void)
{
	double p[3], u[3] = { 0, log(2), log(3) };
	struct err e = ERR_INIT;

	ok(!stats_logit(u, 3, 1, p, &e) && near(p[0], 1 / 6.0, 1e-14) && near(p[1], 2 / 6.0, 1e-14) && near(p[2], 0.5, 1e-14),
	   "odds of 1, 2 and 3 are sixths");
	ok(!stats_logit((double[]){ 5000, 5000 }, 2, 1, p, &e) && p[0] == 0.5 && p[1] == 0.5, "large utilities do not overflow");
	ok(!stats_logit((double[]){ -INFINITY, -8000 }, 2, 1, p, &e) && p[0] == 0 && p[1] == 1, "an impossible option gets 0");
	ok(!stats_logit((double[]){ 0, 1 }, 2, 1e-3, p, &e) && p[1] == 1, "a small scale makes the best option sure");
	is_int(stats_logit((double[]){ -INFINITY }, 1, 1, p, &e), ERR_DOMAIN, "no possible option is refused");
	is_int(stats_logit(u, 3, 0, p, &e), ERR_DOMAIN, "a scale of 0 is refused");
	is_int(stats_logit((double[]){ NAN, 0 }, 2, 1, p, &e), ERR_DOMAIN, "a utility that is no number is refused");
}

/* Closed forms: df 1 is tan(pi (p - 1/2)), df 2 is (2p - 1) / sqrt(2 p (1 - p)); the normal from erfc of the C library. */
static void quantiles(void)
{
	static const double ps[] = { 1e-6, 0.001, 0.05, 0.4, 0.5, 0.9, 0.975, 0.9999 };
	struct err e = ERR_INIT;
	double v, w;

	for (size_t i = 0; i < sizeof ps / sizeof *ps; i++) {
		double p = ps[i];

		stats_student_quantile(p, 1, &v, &e);
		ok(near(v, -1 / tan(M_PI * p), 1e-9) || fabs(v) < 1e-9, "Student, 1 degree of freedom, %g: %g", p, v);
		stats_student_quantile(p, 2, &v, &e);
		ok(near(v, (2 * p - 1) / sqrt(2 * p * (1 - p)), 1e-9) || fabs(v) < 1e-9, "2 degrees, %g: %g", p, v);
		stats_normal_quantile(p, &v, &e);
		ok(near(0.5 * erfc(-v / sqrt(2)), p, 1e-9), "normal, %g: %g", p, v);
		ok(near(stats_normal_below(v), p, 1e-9), "and back");
		stats_student_quantile(p, 1e11, &w, &e);
		ok(near(v, w, 1e-9) || fabs(v) < 1e-9, "many degrees are the normal");
	}
	ok(isnan(stats_normal_below(NAN)), "NaN stays NaN");
	v = 7;
	is_int(stats_normal_quantile(0, &v, &e), ERR_DOMAIN, "no quantile at 0");
	is_int(stats_normal_quantile(NAN, &v, &e), ERR_DOMAIN, "nor at NaN");
	is_int(stats_student_quantile(1, 3, &v, &e), ERR_DOMAIN, "nor at 1");
	is_int(stats_student_quantile(0.5, -1, &v, &e), ERR_DOMAIN, "degrees of freedom are above 0");
	ok(v == 7, "a failure leaves the result alone");
}

int main(void)
{
	stats_open();
	poisson();
	binomial();
	coverage();
	rates();
	logit();
	quantiles();
	return done();
}
