/*
 * random_counts.c - random counts: Poisson and binomial.
 *
 * Small means by search along the probabilities, others by transformed rejection: W. Hörmann, "The transformed
 * rejection method for generating Poisson random variables", Insurance: Mathematics and Economics 12 (1993) 39-45,
 * and "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46 (1993)
 * 101-110. Log probabilities in C. Loader's form ("Fast and accurate computation of binomial probabilities", 2000): a
 * difference of log gamma functions would have no digit left for large means, and rejection would be wrong there.
 */
#include "stats/random.h"

#include <math.h>

static const double half_log_2pi = 0.91893853320467274178;

/* log n! less Stirling's formula for it. */
static double stirling_rest(double n)
{
	double nn = n * n;
	int sign;        /* lgamma() writes it to a global variable, and threads draw */

	if (n < 16)
		return lgamma_r(n + 1, &sign) - (n + 0.5) * log(n) + n - half_log_2pi;
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / nn) / nn) / nn) / nn) / n;
}

/* x log(x / mean) + mean - x, without the cancellation when both are near each other. */
static double deviance(double x, double mean)
{
	double d = x - mean, v = d / (x + mean), term, sum, power = 2 * x * v;

	if (fabs(v) > 0.1)
		return x * log(x / mean) + mean - x;
	sum = d * v;
	for (int k = 3;; k += 2) {
		power *= v * v;
		term = sum + power / k;
		if (term == sum)
			return sum;
		sum = term;
	}
}

static double poisson_log_probability(double k, double mean)
{
	if (k == 0)
		return -mean;
	return -stirling_rest(k) - deviance(k, mean) - half_log_2pi - 0.5 * log(k);
}

/* Counts from 0 on until their probabilities pass u; after 200 rounding has eaten what was left, and u is drawn again. */
static int64_t poisson_search(struct random *r, double mean)
{
	for (;;) {
		double u = random_uniform(r), p = exp(-mean);

		for (int k = 0; k < 200; p *= mean / ++k) {
			if (u <= p)
				return k;
			u -= p;
		}
	}
}

int64_t random_poisson(struct random *r, double mean)
{
	double b, a, inverse, most, whole = floor(mean);

	if (!(mean > 0))
		return 0;
	if (mean < 10)
		return poisson_search(r, mean);
	b = 0.931 + 2.53 * sqrt(mean);
	a = -0.059 + 0.02483 * b;
	inverse = 1.1239 + 1.1328 / (b - 3.4);
	most = 0.9277 - 3.6224 / (b - 2);
	for (;;) {
		double u = random_uniform(r) - 0.5, v = random_uniform(r), us = 0.5 - fabs(u);
		/* from the whole part of the mean on, as digits behind the point are lost beside 1e15 */
		double k = whole + floor((2 * a / us + b) * u + (mean - whole) + 0.43);

		if (us >= 0.07 && v <= most)
			return (int64_t)k;
		if (k < 0 || (us < 0.013 && v > us))
			continue;
		if (log(v) + log(inverse) - log(a / (us * us) + b) <= poisson_log_probability(k, mean))
			return (int64_t)k;
	}
}

static double binomial_log_probability(double k, double n, double p)
{
	if (k == 0)
		return n * log1p(-p);
	if (k == n)
		return n * log(p);
	return stirling_rest(n) - stirling_rest(k) - stirling_rest(n - k) - deviance(k, n * p) -
	       deviance(n - k, n * (1 - p)) - half_log_2pi - 0.5 * (log(k) + log1p(-k / n));
}

static int64_t binomial_search(struct random *r, double n, double p)
{
	for (;;) {
		double u = random_uniform(r), q = exp(n * log1p(-p)), odds = p / (1 - p);

		for (int k = 0; k <= 200 && k <= n; k++) {
			if (u <= q)
				return k;
			u -= q;
			q *= (n - k) / (k + 1) * odds;
		}
	}
}

/* p at most a half, mean at least 10. */
static int64_t binomial_rejection(struct random *r, double n, double p)
{
	double mean = n * p, sd = sqrt(mean * (1 - p)), b = 1.15 + 2.53 * sd, a = -0.0873 + 0.0248 * b + 0.01 * p;
	double c = mean + 0.5, alpha = (2.83 + 5.1 / b) * sd, most = 0.92 - 4.2 / b, whole = floor(c);
	double mode = floor((n + 1) * p), top = binomial_log_probability(mode, n, p);

	for (;;) {
		double u = random_uniform(r) - 0.5, v = random_uniform(r), us = 0.5 - fabs(u);
		double k = whole + floor((2 * a / us + b) * u + (c - whole));

		if (us >= 0.07 && v <= most)
			return (int64_t)k;
		if (k < 0 || k > n)
			continue;
		if (log(v * alpha / (a / (us * us) + b)) <= binomial_log_probability(k, n, p) - top)
			return (int64_t)k;
	}
}

int64_t random_binomial(struct random *r, int64_t n, double p)
{
	int64_t k;

	if (n <= 0 || !(p > 0))
		return 0;
	if (p >= 1)
		return n;
	if (p > 0.5)
		return n - random_binomial(r, n, 1 - p);
	k = (double)n * p < 10 ? binomial_search(r, (double)n, p) : binomial_rejection(r, (double)n, p);
	return k < n ? k : n;
}
