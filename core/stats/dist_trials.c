/*
 * dist_trials.c - outcomes of trials: Bernoulli, binomial and beta-binomial.
 *
 * A binomial probability of k in N, 0 < k < N, is the beta kernel of (k, N - k) times N / (k (N - k)); the ends are powers.
 */
#include "stats/dist_priv.h"

/* == bernoulli =============================================================================== */

static double bernoulli_lpdf(const double *a, double *d)
{
	double k = a[0], theta = a[1];

	if (!is_probability(theta) || isnan(k))
		return dist_flat(d, 1, NAN);
	if ((k != 0 && k != 1) || theta == 1 - k)
		return dist_flat(d, 1, -INFINITY);
	if (d) {
		d[0] = 0;
		d[1] = k == 1 ? 1 / theta : -1 / (1 - theta);
	}
	return k == 1 ? log(theta) : log1p(-theta);
}

static double bernoulli_logit_lpdf(const double *a, double *d)
{
	double k = a[0], alpha = a[1];

	if (!is_finite(alpha) || isnan(k))
		return dist_flat(d, 1, NAN);
	if (k != 0 && k != 1)
		return dist_flat(d, 1, -INFINITY);
	if (d) {
		d[0] = 0;
		d[1] = k == 1 ? dist_inv_logit(-alpha) : -dist_inv_logit(alpha);
	}
	return -dist_log1pexp(k == 1 ? -alpha : alpha);
}

/* == binomial ================================================================================ */

static double binomial_lpdf(const double *a, double *d)
{
	double k = a[0], n = a[1], theta = a[2], m = n - k;

	if (!is_count(n) || !is_probability(theta) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (!is_count(k) || k > n || (theta == 0 && k > 0) || (theta == 1 && m > 0))
		return dist_flat(d, 2, -INFINITY);
	if (d) {
		d[0] = d[1] = 0;
		if (k == 0)
			d[2] = n == 0 ? 0 : -n / (1 - theta);
		else
			d[2] = m == 0 ? n / theta : fma(-n, theta, k) / theta / (1 - theta);
	}
	if (k == 0)
		return n == 0 ? 0 : n * log1p(-theta);
	if (m == 0)
		return n * log(theta);
	return dist_beta_kernel(k, m, dist_beta_offset(k, m, theta)) + log(n / k / m);
}

static double binomial_logit_lpdf(const double *a, double *d)
{
	double k = a[0], n = a[1], alpha = a[2], m = n - k;

	if (!is_count(n) || !is_finite(alpha) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (!is_count(k) || k > n)
		return dist_flat(d, 2, -INFINITY);
	if (d) {
		d[0] = d[1] = 0;
		d[2] = k * dist_inv_logit(-alpha) - m * dist_inv_logit(alpha);
	}
	if (k == 0 || m == 0)
		return n == 0 ? 0 : -n * dist_log1pexp(k == 0 ? alpha : -alpha);
	return dist_beta_kernel(k, m, alpha - dist_log_ratio(k, m)) + log(n / k / m);
}

/* == beta-binomial =========================================================================== */

/* The corrections of Stirling's formula and the square roots of gamma(x), next to x log(x) - x. */
static double rest(double x)
{
	return dist_stirling(x) - 0.5 * log(x);
}

/*
 * The nine gamma functions of
 *
 *   N / (k m) gamma(N) / (gamma(k) gamma(m)) beta(k + alpha, m + beta) / beta(alpha, beta),   m = N - k
 *
 * have main parts that add up to two deviances: how far the share among trials, and the share of alpha, are from the share
 * of both together. Each is computed without loss, so any sizes may meet. k = 0 (and m = 0 by symmetry) lacks the first.
 */
static double beta_binomial_value(double k, double m, double alpha, double beta)
{
	double n = k + m, s = alpha + beta, value;

	if (n == 0)
		return 0;
	if (m == 0)
		return beta_binomial_value(m, k, beta, alpha);
	if (k == 0)
		return n * log1p(-alpha / (n + s)) + dist_beta_deviance(alpha, beta, dist_log_ratio(beta, n + beta)) +
			rest(n + beta) + rest(s) - rest(n + s) - rest(beta);
	value = dist_beta_deviance(k, m, dist_log_ratio(1 + alpha / k, 1 + beta / m)) +
		dist_beta_deviance(alpha, beta, dist_log_ratio(1 + k / alpha, 1 + m / beta));
	return value + rest(n) - rest(k) - rest(m) + rest(k + alpha) + rest(m + beta) - rest(n + s) - rest(alpha) - rest(beta) +
		rest(s) - 0.5 * LOG_2PI + log(n / k / m);
}

/* log of (k + alpha) / (N + s) over alpha / s */
static double log_share(double k, double alpha, double m, double beta)
{
	double r = (k * beta - m * alpha) / alpha / (k + m + alpha + beta);

	return r > -0.5 ? log1p(r) : dist_log_ratio(1 + k / alpha, 1 + (k + m) / (alpha + beta));
}

static double beta_binomial_lpdf(const double *a, double *d)
{
	double k = a[0], n = a[1], alpha = a[2], beta = a[3], m = n - k;

	if (!is_count(n) || !is_above_0(alpha) || !is_above_0(beta) || isnan(k))
		return dist_flat(d, 3, NAN);
	if (!is_count(k) || k > n)
		return dist_flat(d, 3, -INFINITY);
	if (d) {
		double s = alpha + beta, pooled = dist_digamma_gap_fall(s, n);

		d[0] = d[1] = 0;
		d[2] = log_share(k, alpha, m, beta) + dist_digamma_gap_fall(alpha, k) - pooled;
		d[3] = log_share(m, beta, k, alpha) + dist_digamma_gap_fall(beta, m) - pooled;
	}
	return beta_binomial_value(k, m, alpha, beta);
}

/* == rows ==================================================================================== */

const struct dist dist_bernoulli = {
	"bernoulli", 1, { "theta" }, { DIST_PROBABILITY }, DIST_BIT,
	"1 with probability theta, otherwise 0.",
	.lpdf = bernoulli_lpdf,
};
const struct dist dist_bernoulli_logit = {
	"bernoulli_logit", 1, { "alpha" }, { DIST_ANY }, DIST_BIT,
	"1 with probability inv_logit(alpha), otherwise 0.",
	.lpdf = bernoulli_logit_lpdf,
};
const struct dist dist_binomial = {
	"binomial", 2, { "N", "theta" }, { DIST_WHOLE, DIST_PROBABILITY }, DIST_COUNT_TO,
	"Successes in N trials of probability theta.",
	.lpdf = binomial_lpdf,
};
const struct dist dist_binomial_logit = {
	"binomial_logit", 2, { "N", "alpha" }, { DIST_WHOLE, DIST_ANY }, DIST_COUNT_TO,
	"Successes in N trials of probability inv_logit(alpha).",
	.lpdf = binomial_logit_lpdf,
};
const struct dist dist_beta_binomial = {
	"beta_binomial", 3, { "N", "alpha", "beta" }, { DIST_WHOLE, DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_COUNT_TO,
	"Successes in N trials whose common probability is beta(alpha, beta).",
	.lpdf = beta_binomial_lpdf,
};
