/*
 * dist_sums_counts.c - sums over many rows of distributions of counts.
 *
 * log(k!) comes from a table; a stretch with a larger count is done row by row, but for Poisson's distributions.
 */
#include "stats/dist_sums_priv.h"

/* From here on the terms of Stirling's formula behind 1 / (360 k^3) are below what a double shows beside log(k). */
enum { LARGE = 128 };

/* Counts as places of the table; not 0: not all are. */
VMATH uint64_t places_of(int n, const double *k, int32_t *places)
{
	uint64_t bad = 0;

	for (int i = 0; i < n; i++) {
		uint64_t outside = mask_if(!(k[i] >= 0)) | mask_if(!(k[i] < FACTORIALS));
		double whole = vmath_of_bits(vmath_bits(k[i]) & ~outside);

		places[i] = (int32_t)whole;
		bad |= outside | mask_if((double)places[i] != whole);
	}
	return bad;
}

/* == poisson ================================================================================= */

/*
 * The terms of counts as large as they come, in place of those of the table: with w = log(rate / k), -k (exp(w) - 1 - w), which is
 * 0 where the rate is the count, and Stirling's formula for the rest. False: they are not all counts.
 */
KERNEL static bool large_counts(int n, const double *k, const double *log_rate, double *parts)
{
	uint64_t bad = 0;

	for (int i = 0; i < n; i++) {
		double log_k = vmath_log(k[i]), w = log_rate[i] - log_k, inverse = 1 / k[i];

		double term = -k[i] * (vmath_expm1(w) - w) - 0.5 * (LOG_2PI + log_k) - inverse * (1. / 12 - inverse * inverse / 360);

		parts[i] = vmath_choose(k[i] < LARGE, parts[i], term);
		bad |= mask_if(!(k[i] >= 0)) | mask_if(!(k[i] < 0x1p50)) | mask_if((k[i] + 0x1p52) - 0x1p52 != k[i]);
	}
	return !bad;
}

KERNEL static bool poisson_log_stretch(const struct stretch *x, double *sum)
{
	const double *k = x->a[0], *alpha = x->a[1], *factorials = dist_log_factorials();
	double parts[STRETCH], rates[STRETCH];
	int32_t places[STRETCH];
	uint64_t large = places_of(x->n, k, places), bad = 0;

	for (int i = 0; i < x->n; i++) {
		rates[i] = vmath_exp(alpha[i]);
		bad |= mask_not_finite(alpha[i]);
	}
	for (int i = 0; i < x->n; i++)
		parts[i] = k[i] * alpha[i] - rates[i] - factorials[places[i]];
	if (bad || (large && !large_counts(x->n, k, alpha, parts)))
		return false;
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = 0;
	for (int i = 0; x->s[1] && i < x->n; i++)
		x->s[1][i] = k[i] - rates[i];
	*sum = sum_of(x->n, parts);
	return true;
}

KERNEL static bool poisson_stretch(const struct stretch *x, double *sum)
{
	const double *k = x->a[0], *lambda = x->a[1], *factorials = dist_log_factorials();
	double parts[STRETCH], logs[STRETCH];
	int32_t places[STRETCH];
	uint64_t large = places_of(x->n, k, places), bad = 0;

	for (int i = 0; i < x->n; i++) {
		logs[i] = vmath_log(lambda[i]);
		bad |= mask_not_above_0(lambda[i]);
	}
	for (int i = 0; i < x->n; i++)
		parts[i] = k[i] * logs[i] - lambda[i] - factorials[places[i]];
	if (bad || (large && !large_counts(x->n, k, logs, parts)))
		return false;
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = 0;
	for (int i = 0; x->s[1] && i < x->n; i++)
		x->s[1][i] = k[i] / lambda[i] - 1;
	*sum = sum_of(x->n, parts);
	return true;
}

DIST_SUM(poisson_log)
DIST_SUM(poisson)

/* == logits ================================================================================== */

/*
 * With e = exp(-|x|): of each row e and 1 / (1 + e), of all the sum of log(1 + e). The log of a product is one log instead of
 * many; what 1 + e has lost of e is added up beside it, so that sums of tiny terms are exact too.
 */
VMATH double logit_parts(int n, const double *x, double *e, double *inverse)
{
	double one[STRETCH], lost[STRETCH];

	for (int i = 0; i < n; i++) {
		e[i] = vmath_exp(-fabs(x[i]));
		one[i] = 1 + e[i];
		inverse[i] = 1 / one[i];
		lost[i] = (e[i] - (one[i] - 1)) * inverse[i];
	}
	return log(product_of(n, one)) + sum_of(n, lost);
}

KERNEL static bool bernoulli_logit_stretch(const struct stretch *x, double *sum)
{
	const double *k = x->a[0], *alpha = x->a[1];
	double e[STRETCH], inverse[STRETCH], side[STRETCH], low[STRETCH];
	uint64_t bad = 0;

	/* towards the outcome */
	for (int i = 0; i < x->n; i++) {
		side[i] = vmath_choose(k[i] == 1, alpha[i], -alpha[i]);
		low[i] = vmath_choose(side[i] < 0, side[i], 0);
		bad |= mask_not_finite(alpha[i]) | (mask_if(k[i] != 0) & mask_if(k[i] != 1));
	}
	if (bad)
		return false;
	*sum = sum_of(x->n, low) - logit_parts(x->n, alpha, e, inverse);
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = 0;
	for (int i = 0; x->s[1] && i < x->n; i++) {
		double slope = vmath_choose(side[i] < 0, 1, e[i]) * inverse[i];

		x->s[1][i] = vmath_choose(k[i] == 1, slope, -slope);
	}
	return true;
}

/* y of N: y log(p) + (N - y) log(1 - p), where one of the two is -log(1 + e) and the other one |alpha| less. */
KERNEL static bool binomial_logit_stretch(const struct stretch *x, double *sum)
{
	const double *y = x->a[0], *trials = x->a[1], *alpha = x->a[2], *factorials = dist_log_factorials();
	double failures[STRETCH], parts[STRETCH], ways[STRETCH], e[STRETCH];
	int32_t of_y[STRETCH], of_n[STRETCH], of_rest[STRETCH];
	uint64_t bad = places_of(x->n, y, of_y) | places_of(x->n, trials, of_n);

	for (int i = 0; i < x->n; i++) {
		failures[i] = trials[i] - y[i];
		bad |= mask_not_finite(alpha[i]);
	}
	bad |= places_of(x->n, failures, of_rest);
	if (bad || x->s[1])
		return false;
	for (int i = 0; i < x->n; i++)
		ways[i] = factorials[of_n[i]] - factorials[of_y[i]] - factorials[of_rest[i]];
	for (int i = 0; i < x->n; i++) {
		e[i] = vmath_exp(-fabs(alpha[i]));
		parts[i] = ways[i] - vmath_choose(alpha[i] < 0, y[i], failures[i]) * fabs(alpha[i]) - trials[i] * vmath_log1p(e[i]);
	}
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = 0;
	for (int i = 0; x->s[2] && i < x->n; i++) {
		double inverse = 1 / (1 + e[i]), small = e[i] * inverse, up = vmath_choose(alpha[i] < 0, small, inverse);

		x->s[2][i] = y[i] * vmath_choose(alpha[i] < 0, inverse, small) - failures[i] * up;
	}
	*sum = sum_of(x->n, parts);
	return true;
}

DIST_SUM(bernoulli_logit)
DIST_SUM(binomial_logit)

/* == negative binomial ======================================================================= */

enum { RISES = 1024 };                   /* counts for which the sums below are made */

/* rise[k] = lgamma(k + phi) - lgamma(phi), slope[k] its derivative, k <= most. */
KERNEL static void rises_of(double phi, int most, double *rise, double *slope)
{
	double logs[RISES], inverses[RISES];

	for (int k = 0; k < most; k++) {
		logs[k] = vmath_log(phi + k);
		inverses[k] = 1 / (phi + k);
	}
	rise[0] = slope[0] = 0;
	for (int k = 0; k < most; k++) {
		rise[k + 1] = rise[k] + logs[k];
		slope[k + 1] = slope[k] + inverses[k];
	}
}

/* A phi of all rows, so large counts of few rows are left to lpdf. */
KERNEL static bool neg_binomial_2_log_stretch(const struct stretch *x, double *sum)
{
	const double *k = x->a[0], *eta = x->a[1], *factorials = dist_log_factorials();
	double phi = x->a[2][0], log_phi = log(phi), rise[RISES + 1], slope[RISES + 1];
	double up[STRETCH], down[STRETCH], by_eta[STRETCH], parts[STRETCH];
	int32_t places[STRETCH], most = 0;
	uint64_t bad = places_of(x->n, k, places);

	if (bad || !x->shared[2] || !(phi > 1e-8 && phi < 1e8))
		return false;
	for (int i = 0; i < x->n; i++)
		most = places[i] > most ? places[i] : most;
	if (most > RISES || most > 64 + 2 * x->n)
		return false;
	rises_of(phi, most, rise, slope);
	/*
	 * t = log(mu / phi): up = log(1 + mu / phi), down = log(1 + phi / mu), small and large are the two
	 * parts of 1 that mu and phi have in mu + phi. The derivative by phi is made of that by eta and the logs.
	 */
	for (int i = 0; i < x->n; i++) {
		double t = eta[i] - log_phi, e = vmath_exp(-fabs(t)), low = vmath_log1p(e), large = 1 / (1 + e), small = e * large;

		up[i] = vmath_choose(t > 0, t, 0) + low;
		down[i] = vmath_choose(t < 0, -t, 0) + low;
		by_eta[i] = k[i] * vmath_choose(t > 0, small, large) - phi * vmath_choose(t > 0, large, small);
		bad |= mask_not_finite(eta[i]);
	}
	if (bad)
		return false;
	for (int i = 0; i < x->n; i++)
		parts[i] = rise[places[i]] - factorials[places[i]];
	for (int i = 0; i < x->n; i++)
		parts[i] -= phi * up[i] + k[i] * down[i];
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = 0;
	for (int i = 0; x->s[1] && i < x->n; i++)
		x->s[1][i] = by_eta[i];
	for (int i = 0; x->s[2] && i < x->n; i++)
		x->s[2][i] = slope[places[i]] - up[i] - by_eta[i] / phi;
	*sum = sum_of(x->n, parts);
	return true;
}

DIST_SUM(neg_binomial_2_log)
