/* dist_positive.c - distributions of positive numbers and of shares, and the uniform. */
#include "stats/dist_priv.h"

/* == lognormal =============================================================================== */

static double lognormal_lpdf(const double *a, double *d)
{
	double x = a[0], mu = a[1], sigma = a[2], z, value;

	if (!is_finite(mu) || !is_above_0(sigma) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, -INFINITY);
	z = (log(x) - mu) / sigma;
	value = -0.5 * z * z - 0.5 * LOG_2PI - log(sigma) - log(x);
	if (isinf(value))
		return dist_flat(d, 2, value);
	if (d) {
		d[0] = -(1 + z / sigma) / x;
		d[1] = z / sigma;
		d[2] = (z * z - 1) / sigma;
	}
	return value;
}

/* == exponential ============================================================================= */

static double exponential_lpdf(const double *a, double *d)
{
	double x = a[0], rate = a[1];

	if (!is_above_0(rate) || isnan(x))
		return dist_flat(d, 1, NAN);
	if (!is_not_negative(x))
		return dist_flat(d, 1, -INFINITY);
	if (d) {
		d[0] = -rate;
		d[1] = 1 / rate - x;
	}
	return log(rate) - rate * x;
}

/* == gamma and its inverse =================================================================== */

/* v of x rate / shape; the product only where it is exact enough and a double. */
static double gamma_offset(double x, double rate, double shape)
{
	double y = x * rate, r = (fma(x, rate, -shape)) / shape;

	if (fabs(r) < 0.5)
		return log1p(r);
	return is_above_0(y) && y > 1e-290 ? dist_log_ratio(y, shape) : log(x) + log(rate) - log(shape);
}

static double gamma_lpdf(const double *a, double *d)
{
	double x = a[0], shape = a[1], rate = a[2], v;

	if (!is_above_0(shape) || !is_above_0(rate) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, -INFINITY);
	v = gamma_offset(x, rate, shape);
	if (d) {
		d[0] = (shape - 1) / x - rate;
		d[1] = v + dist_digamma_gap(shape);
		d[2] = shape / rate - x;
	}
	return dist_gamma_kernel(shape, v) - log(x);
}

static double inv_gamma_lpdf(const double *a, double *d)
{
	double x = a[0], shape = a[1], scale = a[2], v;

	if (!is_above_0(shape) || !is_above_0(scale) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, -INFINITY);
	v = dist_log_ratio(scale / shape, x);
	if (d) {
		d[0] = (scale / x - shape - 1) / x;
		d[1] = v + dist_digamma_gap(shape);
		d[2] = shape / scale - 1 / x;
	}
	return dist_gamma_kernel(shape, v) - log(x);
}

/* == weibull ================================================================================= */

static double weibull_lpdf(const double *a, double *d)
{
	double x = a[0], shape = a[1], scale = a[2], log_t, power;

	if (!is_above_0(shape) || !is_above_0(scale) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, -INFINITY);
	log_t = dist_log_ratio(x, scale);
	power = exp(shape * log_t);
	if (isinf(power))
		return dist_flat(d, 2, -INFINITY);
	if (d) {
		d[0] = (shape - 1 - shape * power) / x;
		d[1] = 1 / shape + log_t * (1 - power);
		d[2] = shape / scale * (power - 1);
	}
	return log(shape) + shape * log_t - log(x) - power;
}

/* == beta ==================================================================================== */

static double beta_lpdf(const double *a, double *d)
{
	double x = a[0], alpha = a[1], beta = a[2], n = alpha + beta;

	if (!is_above_0(alpha) || !is_above_0(beta) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!(x > 0 && x < 1))
		return dist_flat(d, 2, -INFINITY);
	if (d) {
		double gap = dist_digamma_gap(n);

		d[0] = (alpha - 1) / x - (beta - 1) / (1 - x);
		d[1] = log(x) - dist_log_ratio(alpha, n) + dist_digamma_gap(alpha) - gap;
		d[2] = log1p(-x) - dist_log_ratio(beta, n) + dist_digamma_gap(beta) - gap;
	}
	return dist_beta_kernel(alpha, beta, dist_beta_offset(alpha, beta, x)) - log(x) - log1p(-x);
}

/* == uniform ================================================================================= */

static double uniform_lpdf(const double *a, double *d)
{
	double x = a[0], low = a[1], high = a[2];

	if (!is_finite(low) || !is_finite(high) || !(low < high) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!(x >= low && x <= high))
		return dist_flat(d, 2, -INFINITY);
	if (d) {
		d[0] = 0;
		d[1] = 0.5 / (high / 2 - low / 2);
		d[2] = -d[1];
	}
	return -log(high / 2 - low / 2) - LOG_2;
}

/* == rows ==================================================================================== */

const struct dist dist_lognormal = {
	"lognormal", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_POSITIVE,
	"A number whose logarithm is normal with mean mu and standard deviation sigma.",
	.lpdf = lognormal_lpdf,
};
const struct dist dist_exponential = {
	"exponential", 1, { "beta" }, { DIST_ABOVE_0 }, DIST_POSITIVE,
	"Exponential with rate beta, mean 1 / beta.",
	.lpdf = exponential_lpdf,
};
const struct dist dist_gamma = {
	"gamma", 2, { "alpha", "beta" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"Gamma with shape alpha and rate beta, mean alpha / beta.",
	.lpdf = gamma_lpdf,
};
const struct dist dist_inv_gamma = {
	"inv_gamma", 2, { "alpha", "beta" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"A number whose inverse is gamma with shape alpha and rate beta.",
	.lpdf = inv_gamma_lpdf,
};
const struct dist dist_weibull = {
	"weibull", 2, { "alpha", "sigma" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"Weibull with shape alpha and scale sigma.",
	.lpdf = weibull_lpdf,
};
const struct dist dist_beta = {
	"beta", 2, { "alpha", "beta" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_UNIT,
	"Beta with mean alpha / (alpha + beta); the larger the two, the narrower.",
	.lpdf = beta_lpdf,
};
const struct dist dist_uniform = {
	"uniform", 2, { "alpha", "beta" }, { DIST_ANY, DIST_ANY }, DIST_BETWEEN,
	"Uniform between alpha and beta, ends included.",
	.lpdf = uniform_lpdf,
};
