/*
 * dist_trials.c - outcomes of trials: Bernoulli and binomial.
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

/* Both have two tails that are not trivial, from 0 to below 1: P(X <= 0) = P(0) and P(X > 0) = P(1). */
static double bit_tail(const struct dist *dist, const double *a, double *d, bool above)
{
	const double y[2] = { above, a[1] };
	double value = dist->lpdf(y, d);

	if (isnan(a[0]) || isnan(value))
		return dist_flat(d, 1, NAN);
	if (a[0] < 0 || a[0] >= 1)
		return dist_flat(d, 1, (a[0] < 0) == above ? 0 : -INFINITY);
	return value;
}

static double bernoulli_lcdf(const double *a, double *d) { return bit_tail(&dist_bernoulli, a, d, false); }
static double bernoulli_lccdf(const double *a, double *d) { return bit_tail(&dist_bernoulli, a, d, true); }
static double bernoulli_logit_lcdf(const double *a, double *d) { return bit_tail(&dist_bernoulli_logit, a, d, false); }
static double bernoulli_logit_lccdf(const double *a, double *d) { return bit_tail(&dist_bernoulli_logit, a, d, true); }

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

/* P(X <= k) is what a beta(k + 1, N - k) variable has above theta. */
static double binomial_any(const double *a, double *d, bool above)
{
	double k = floor(a[0]), n = a[1], theta = a[2], by[3], value;

	if (!is_count(n) || !is_probability(theta) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (k < 0 || k >= n)
		return dist_flat(d, 2, (k < 0) == above ? 0 : -INFINITY);
	if (theta == 0 || theta == 1) {
		/* on the edge only the power next to it has a slope: (1 - theta)^N of k = 0, theta^N of k = N - 1 */
		value = dist_flat(d, 2, (theta == 1) == above ? 0 : -INFINITY);
		if (d && theta == 0 && !above && k == 0)
			d[2] = -n;
		if (d && theta == 1 && above && k == n - 1)
			d[2] = n;
		return value;
	}
	value = dist_beta_tail(k + 1, n - k, dist_beta_offset(k + 1, n - k, theta), !above, by);
	if (d) {
		d[0] = d[1] = 0;
		d[2] = by[2] / theta / (1 - theta);
	}
	return value;
}

static double binomial_logit_any(const double *a, double *d, bool above)
{
	double k = floor(a[0]), n = a[1], alpha = a[2], by[3], value;

	if (!is_count(n) || !is_finite(alpha) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (k < 0 || k >= n)
		return dist_flat(d, 2, (k < 0) == above ? 0 : -INFINITY);
	value = dist_beta_tail(k + 1, n - k, alpha - dist_log_ratio(k + 1, n - k), !above, by);
	if (d) {
		d[0] = d[1] = 0;
		d[2] = by[2];
	}
	return value;
}

static double binomial_lcdf(const double *a, double *d) { return binomial_any(a, d, false); }
static double binomial_lccdf(const double *a, double *d) { return binomial_any(a, d, true); }
static double binomial_logit_lcdf(const double *a, double *d) { return binomial_logit_any(a, d, false); }
static double binomial_logit_lccdf(const double *a, double *d) { return binomial_logit_any(a, d, true); }

/* == draws =================================================================================== */

/* NAN for more trials than there are whole numbers. */
static double draw_binomial(struct random *r, double n, double theta)
{
	return n <= 9e15 ? (double)random_binomial(r, (int64_t)n, theta) : NAN;
}

DRAW(bernoulli, random_uniform(r) < p[0])
DRAW(bernoulli_logit, random_uniform(r) < dist_inv_logit(p[0]))
DRAW(binomial, draw_binomial(r, p[0], p[1]))
DRAW(binomial_logit, draw_binomial(r, p[0], dist_inv_logit(p[1])))

/* == rows ==================================================================================== */

const struct dist dist_bernoulli = {
	"bernoulli", 1, { "theta" }, { DIST_PROBABILITY }, DIST_BIT,
	"1 with probability theta, otherwise 0.",
	.lpdf = bernoulli_lpdf, .lcdf = bernoulli_lcdf, .lccdf = bernoulli_lccdf, .draw = bernoulli_draw,
};
const struct dist dist_bernoulli_logit = {
	.sum = dist_bernoulli_logit_sum, .name = "bernoulli_logit", 1, { "alpha" }, { DIST_ANY }, DIST_BIT,
	"1 with probability inv_logit(alpha), otherwise 0.",
	.lpdf = bernoulli_logit_lpdf, .lcdf = bernoulli_logit_lcdf, .lccdf = bernoulli_logit_lccdf, .draw = bernoulli_logit_draw,
};
const struct dist dist_binomial = {
	"binomial", 2, { "N", "theta" }, { DIST_WHOLE, DIST_PROBABILITY }, DIST_COUNT_TO,
	"Successes in N trials of probability theta.",
	.lpdf = binomial_lpdf, .lcdf = binomial_lcdf, .lccdf = binomial_lccdf, .draw = binomial_draw,
};
const struct dist dist_binomial_logit = {
	.sum = dist_binomial_logit_sum, .name = "binomial_logit", 2, { "N", "alpha" }, { DIST_WHOLE, DIST_ANY }, DIST_COUNT_TO,
	"Successes in N trials of probability inv_logit(alpha).",
	.lpdf = binomial_logit_lpdf, .lcdf = binomial_logit_lcdf, .lccdf = binomial_logit_lccdf, .draw = binomial_logit_draw,
};
