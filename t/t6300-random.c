/*
 * t6300-random.c - the generator against the known answers published with Random123 (kat_vectors, philox4x32 10), and
 * the distributions against GSL's distribution functions: Kolmogorov-Smirnov and chi-square with fixed seeds, so that
 * what passes once passes always.
 */
#include "stats/random.h"
#include "stats/stats.h"
#include "tap.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

static void known_answers(void)
{
	struct random zero = { 0, 0, 0 }, ones = { UINT64_MAX, UINT64_MAX, UINT64_MAX };
	struct random pi = { .key = 0x299f31d0a4093822u, .stream = 0x0370734413198a2eu, .count = 0x85a308d3243f6a88u };
	struct random a = random_open(5, 7), b;
	int same = 0;

	ok(random_bits(&zero) == 0xe169c58d6627e8d5u, "key and counter of zeros");
	ok(random_bits(&ones) == 0x41c83b0e408f276du, "key and counter of ones");
	ok(random_bits(&pi) == 0x94fdccebd16cfe09u, "key and counter of the digits of pi");
	for (int i = 0; i < 10; i++)
		random_bits(&a);
	b = (struct random){ 5, 7, 10 };
	ok(a.count == 10 && random_bits(&a) == random_bits(&b), "a stream goes on from its count alone");
	for (uint64_t i = 0; i < 1000; i++) {
		struct random s = random_open(1, i), t = random_open(i + 2, 0);

		same += random_bits(&s) == random_bits(&t);
	}
	is_int(same, 0, "streams and seeds do not meet");
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Largest distance of ranks from the distribution function, times the root of n; above 1.95 in one of a thousand. */
static double ks(double *p, int n)
{
	double most = 0;

	qsort(p, (size_t)n, sizeof *p, ascending);
	for (int i = 0; i < n; i++)
		most = fmax(most, fmax(p[i] - (double)i / n, (i + 1.0) / n - p[i]));
	return most * sqrt(n);
}

enum { N = 200000 };
static double p[N];

static void continuous(void)
{
	struct random r = random_open(20, 1);
	double d, sum = 0, square = 0, fourth = 0, low = 1, high = 0;
	bool good = true;

	for (int i = 0; i < N; i++) {
		p[i] = random_uniform(&r);
		low = fmin(low, p[i]);
		high = fmax(high, p[i]);
	}
	d = ks(p, N);
	ok(d < 1.95 && low > 0 && high < 1, "uniform: KS %.2f, from %g to 1 - %g", d, low, 1 - high);
	for (int i = 0; i < N; i++) {
		struct random before = r;
		double z = random_normal(&r), u;
		uint64_t bits = random_bits(&before);

		u = ((double)(bits >> 1) + 0.5) * 0x1p-64;
		u = fabs(gsl_cdf_ugaussian_P(-fabs(z)) / u - 1);
		good = good && u < 1e-13 && (z < 0) == (bits & 1) && r.count == before.count;
		p[i] = gsl_cdf_ugaussian_P(z);
		sum += z;
		square += z * z;
		fourth += z * z * z * z;
	}
	d = ks(p, N);
	ok(d < 1.95, "normal: KS %.2f", d);
	ok(good, "a normal is the quantile of one number, to 1e-13 of its probability");
	ok(fabs(sum) < 3.3 * sqrt(N) && fabs(square - N) < 3.3 * sqrt(2.0 * N) && fabs(fourth - 3.0 * N) < 3.3 * sqrt(96.0 * N),
	   "moments of the normal: %.4f %.4f %.4f", sum / N, square / N, fourth / N);
	for (int n = 0; n < 300; n++) {
		struct random s = r;

		random_normals(&r, n, p);
		for (int i = 0; i < n; i++)
			good = good && p[i] == random_normal(&s);
		good = good && r.count == s.count;
	}
	ok(good, "many normals at once are the same ones");
	for (int i = 0; i < N; i++)
		p[i] = gsl_cdf_exponential_P(random_exponential(&r), 1);
	d = ks(p, N);
	ok(d < 1.95, "exponential: KS %.2f", d);
}

static void gammas(void)
{
	static const double shapes[] = { 0.01, 0.3, 0.99, 1, 1.5, 7, 1000, 1e5 };
	struct random r = random_open(21, 2);

	for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
		double d, l;

		for (int i = 0; i < N; i++)
			p[i] = gsl_cdf_gamma_P(random_gamma(&r, shapes[k]), shapes[k], 1);
		d = ks(p, N);
		for (int i = 0; i < N; i++)
			p[i] = gsl_cdf_gamma_P(exp(random_log_gamma(&r, shapes[k])), shapes[k], 1);
		l = ks(p, N);
		ok(d < 1.95 && l < 1.95, "gamma of shape %g: KS %.2f, of its log %.2f", shapes[k], d, l);
	}
	/* log G = log U / shape + log G', so mean -1 / shape where the number itself is 0 as a double */
	{
		double sum = 0, shape = 1e-5;
		bool finite = true;

		for (int i = 0; i < 10000; i++) {
			double v = random_log_gamma(&r, shape);

			finite = finite && isfinite(v);
			sum += v;
		}
		ok(finite && fabs(sum / 10000 * shape + 1) < 0.033, "log gamma of shape 1e-5: finite, mean %g", sum / 10000);
	}
	is_double(random_gamma(&r, 0), 0, "shape 0 is the number 0");
	ok(isnan(random_gamma(&r, -1)) && isnan(random_log_gamma(&r, NAN)), "no negative shape");
}

typedef double pmf(unsigned k, double a, unsigned n);
static double poisson_pmf(unsigned k, double mean, unsigned n)
{
	(void)n;
	return gsl_ran_poisson_pdf(k, mean);
}
static double binomial_pmf(unsigned k, double q, unsigned n)
{
	return gsl_ran_binomial_pdf(k, q, n);
}

/* Chi-square over counts that are expected at least ten times, the rest in one class; the result is a probability. */
static double fit(const int *seen, int most, pmf *f, double a, unsigned n)
{
	double chi = 0, left = N, leftover = N;
	int classes = 0;

	for (int k = 0; k < most; k++) {
		double expected = N * f((unsigned)k, a, n);

		if (expected < 10)
			continue;
		chi += (seen[k] - expected) * (seen[k] - expected) / expected;
		left -= expected;
		leftover -= seen[k];
		classes++;
	}
	if (left > 10) {
		chi += (leftover - left) * (leftover - left) / left;
		classes++;
	}
	return classes > 1 ? gsl_cdf_chisq_Q(chi, classes - 1) : 1;
}

enum { MOST = 3000 };

static void counts(void)
{
	static const double means[] = { 0.001, 0.7, 5, 9.99, 10, 10.5, 33.3, 180, 1500 };
	static const struct { int n; double p; } trials[] = {
		{ 1, 0.5 }, { 5, 0.01 }, { 10, 0.9 }, { 40, 0.25 }, { 41, 0.5 }, { 100, 0.3 }, { 1000, 0.97 }, { 2000, 0.4 },
		{ 1000000, 0.0005 }, { 1000000, 0.000001 },
	};
	struct random r = random_open(22, 3);
	static int seen[MOST];

	for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
		double q;

		memset(seen, 0, sizeof seen);
		for (int j = 0; j < N; j++)
			seen[random_poisson(&r, means[i])]++;
		q = fit(seen, MOST, poisson_pmf, means[i], 0);
		ok(q > 1e-3, "Poisson of mean %g: chi-square p %.3f", means[i], q);
	}
	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
		double q;

		memset(seen, 0, sizeof seen);
		for (int j = 0; j < N; j++)
			seen[random_binomial(&r, trials[i].n, trials[i].p)]++;
		q = fit(seen, MOST, binomial_pmf, trials[i].p, (unsigned)trials[i].n);
		ok(q > 1e-3, "binomial of %d trials at %g: chi-square p %.3f", trials[i].n, trials[i].p, q);
	}
	/* large means: the normal limit, with a correction of order 1 / sd too small to see */
	for (double mean = 1e7; mean < 2e15; mean *= 1e4) {
		double d, b;
		int64_t odd = 0;

		for (int i = 0; i < N; i++) {
			int64_t k = random_poisson(&r, mean);

			odd += k & 1;
			p[i] = gsl_cdf_ugaussian_P(((double)(k - (int64_t)mean) + 0.5) / sqrt(mean));
		}
		d = ks(p, N);
		for (int i = 0; i < N; i++) {
			int64_t k = random_binomial(&r, (int64_t)mean * 4, 0.25);

			p[i] = gsl_cdf_ugaussian_P(((double)(k - (int64_t)mean) + 0.5) / sqrt(0.75 * mean));
		}
		b = ks(p, N);
		ok(d < 1.95 && b < 1.95 && llabs(odd - N / 2) < 3.3 * sqrt(N / 4.0), "means of %g: KS %.2f and %.2f, odd %.4f", mean, d,
		   b, (double)odd / N);
	}
	ok(!random_poisson(&r, 0) && !random_binomial(&r, 10, 0) && random_binomial(&r, 10, 1) == 10 && !random_binomial(&r, 0, 0.5),
	   "counts at the ends");
}

int main(void)
{
	stats_open();
	known_answers();
	continuous();
	gammas();
	counts();
	return done();
}
