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

/* The normal tail at log(x). */
static double lognormal_tail(const double *a, double *d, double (*tail)(const double *, double *), double at_0, double at_infinity)
{
	double x = a[0], y[3] = { 0, a[1], a[2] }, value;

	if (!is_finite(a[1]) || !is_above_0(a[2]) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, x > 0 ? at_infinity : at_0);
	y[0] = log(x);
	value = tail(y, d);
	if (d)
		d[0] /= x;
	return value;
}

static double lognormal_lcdf(const double *a, double *d)
{
	return lognormal_tail(a, d, dist_normal.lcdf, -INFINITY, 0);
}

static double lognormal_lccdf(const double *a, double *d)
{
	return lognormal_tail(a, d, dist_normal.lccdf, 0, -INFINITY);
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

/* log(1 - exp(-power)), where log_power serves when the power itself is 0; *by: its derivative by log_power. */
static double log_below(double power, double log_power, double *by)
{
	*by = power > 0 ? power / expm1(power) : 1;
	return power < 1e-17 ? log_power : dist_log1mexp(-power);
}

static double exponential_lcdf(const double *a, double *d)
{
	double x = a[0], rate = a[1], by, value;

	if (!is_above_0(rate) || isnan(x))
		return dist_flat(d, 1, NAN);
	if (!is_above_0(x) || isinf(rate * x))
		return dist_flat(d, 1, x > 0 ? 0 : -INFINITY);
	value = log_below(rate * x, log(rate) + log(x), &by);
	if (d) {
		d[0] = by / x;
		d[1] = by / rate;
	}
	return value;
}

static double exponential_lccdf(const double *a, double *d)
{
	double x = a[0], rate = a[1];

	if (!is_above_0(rate) || isnan(x))
		return dist_flat(d, 1, NAN);
	if (x < 0 || isinf(rate * x))
		return dist_flat(d, 1, x > 0 ? -INFINITY : 0);
	if (d) {
		d[0] = -rate;
		d[1] = -x;
	}
	return -rate * x;
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
		double away = fma(-x, rate, shape);

		d[0] = (away - 1) / x;
		d[1] = v + dist_digamma_gap(shape);
		d[2] = away / rate;
	}
	return dist_gamma_kernel(shape, v) - log(x);
}

static double inverse_offset(double x, double scale, double shape)
{
	double y = scale / shape;

	return is_above_0(y) && y > 1e-290 ? dist_log_ratio(y, x) : log(scale) - log(shape) - log(x);
}

static double inv_gamma_lpdf(const double *a, double *d)
{
	double x = a[0], shape = a[1], scale = a[2], v;

	if (!is_above_0(shape) || !is_above_0(scale) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, -INFINITY);
	v = inverse_offset(x, scale, shape);
	if (d) {
		double away = fma(shape, x, -scale) / x;

		d[0] = -(away + 1) / x;
		d[1] = v + dist_digamma_gap(shape);
		d[2] = away / scale;
	}
	return dist_gamma_kernel(shape, v) - log(x);
}

/* P(X <= x), or P(X > x). With `inverse` of 1 / X: x is where 1 / X lies, and large is small. */
static double gamma_tail(const double *a, double *d, bool above, bool inverse)
{
	double x = a[0], shape = a[1], rate = a[2], by[2], value;

	if (!is_above_0(shape) || !is_above_0(rate) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, (x > 0) == above ? -INFINITY : 0);
	value = dist_gamma_tail(shape, inverse ? inverse_offset(x, rate, shape) : gamma_offset(x, rate, shape), above != inverse, by);
	if (isinf(value) || value == 0)
		return dist_flat(d, 2, value);
	if (d) {
		d[0] = (inverse ? -by[1] : by[1]) / x;
		d[1] = by[0];
		d[2] = by[1] / rate;
	}
	return value;
}

static double gamma_lcdf(const double *a, double *d) { return gamma_tail(a, d, false, false); }
static double gamma_lccdf(const double *a, double *d) { return gamma_tail(a, d, true, false); }
static double inv_gamma_lcdf(const double *a, double *d) { return gamma_tail(a, d, false, true); }
static double inv_gamma_lccdf(const double *a, double *d) { return gamma_tail(a, d, true, true); }

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

static double weibull_lcdf(const double *a, double *d)
{
	double x = a[0], shape = a[1], scale = a[2], log_t, power, by, value;

	if (!is_above_0(shape) || !is_above_0(scale) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, x > 0 ? 0 : -INFINITY);
	log_t = dist_log_ratio(x, scale);
	power = exp(shape * log_t);
	if (isinf(power))
		return dist_flat(d, 2, 0);
	value = log_below(power, shape * log_t, &by);
	if (d) {
		d[0] = by * shape / x;
		d[1] = by * log_t;
		d[2] = -by * shape / scale;
	}
	return value;
}

static double weibull_lccdf(const double *a, double *d)
{
	double x = a[0], shape = a[1], scale = a[2], log_t, power;

	if (!is_above_0(shape) || !is_above_0(scale) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!is_above_0(x))
		return dist_flat(d, 2, x > 0 ? -INFINITY : 0);
	log_t = dist_log_ratio(x, scale);
	power = exp(shape * log_t);
	if (isinf(power))
		return dist_flat(d, 2, -INFINITY);
	if (d) {
		d[0] = -shape * power / x;
		d[1] = -power * log_t;
		d[2] = shape * power / scale;
	}
	return -power;
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
		double away = fma(x, n, -alpha);

		d[0] = (2 * x - 1 - away) / x / (1 - x);
		/* log of x over its centre, and of 1 - x over that of 1 - x */
		d[1] = fabs(away) < alpha / 2 ? log1p(away / alpha) : log(x) - dist_log_ratio(alpha, n);
		d[2] = fabs(away) < beta / 2 ? log1p(-away / beta) : log1p(-x) - dist_log_ratio(beta, n);
		d[1] += dist_digamma_gap_fall(alpha, beta);
		d[2] += dist_digamma_gap_fall(beta, alpha);
	}
	return dist_beta_kernel(alpha, beta, dist_beta_offset(alpha, beta, x)) - log(x) - log1p(-x);
}

static double beta_tail(const double *a, double *d, bool above)
{
	double x = a[0], alpha = a[1], beta = a[2], by[3], value;

	if (!is_above_0(alpha) || !is_above_0(beta) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (!(x > 0 && x < 1))
		return dist_flat(d, 2, (x > 0) == above ? -INFINITY : 0);
	value = dist_beta_tail(alpha, beta, dist_beta_offset(alpha, beta, x), above, by);
	if (d) {
		d[0] = by[2] / x / (1 - x);
		d[1] = by[0];
		d[2] = by[1];
	}
	return value;
}

static double beta_lcdf(const double *a, double *d) { return beta_tail(a, d, false); }
static double beta_lccdf(const double *a, double *d) { return beta_tail(a, d, true); }

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

/* Halves, as the width itself may be beyond a double. */
static double uniform_tail(const double *a, double *d, bool above)
{
	double x = a[0], low = a[1], high = a[2], part, all;

	if (!is_finite(low) || !is_finite(high) || !(low < high) || isnan(x))
		return dist_flat(d, 2, NAN);
	if (x <= low || x >= high)
		return dist_flat(d, 2, (x >= high) == above ? -INFINITY : 0);
	part = above ? high / 2 - x / 2 : x / 2 - low / 2;
	all = high / 2 - low / 2;
	if (d) {
		d[0] = above ? -0.5 / part : 0.5 / part;
		d[1] = above ? 0.5 / all : -(0.5 / part) * ((high / 2 - x / 2) / all);
		d[2] = above ? (0.5 / part) * ((x / 2 - low / 2) / all) : -0.5 / all;
	}
	return dist_log_ratio(part, all);
}

static double uniform_lcdf(const double *a, double *d) { return uniform_tail(a, d, false); }
static double uniform_lccdf(const double *a, double *d) { return uniform_tail(a, d, true); }

/* == draws =================================================================================== */

static double draw_beta(struct random *r, double alpha, double beta)
{
	double x = random_log_gamma(r, alpha), y = random_log_gamma(r, beta);

	return to_share(dist_inv_logit(x - y));
}

static double draw_uniform(struct random *r, double low, double high)
{
	double u = random_uniform(r);

	return fmin(fmax(low * (1 - u) + high * u, low), high);
}

DRAW(lognormal, to_positive(exp(p[0] + p[1] * random_normal(r))))
DRAW(exponential, to_positive(random_exponential(r) / p[0]))
DRAW(gamma, to_positive(exp(random_log_gamma(r, p[0]) - log(p[1]))))
DRAW(inv_gamma, to_positive(exp(log(p[1]) - random_log_gamma(r, p[0]))))
DRAW(weibull, to_positive(p[1] * pow(random_exponential(r), 1 / p[0])))
DRAW(beta, draw_beta(r, p[0], p[1]))
DRAW(uniform, draw_uniform(r, p[0], p[1]))

/* == rows ==================================================================================== */

const struct dist dist_lognormal = {
	.sum = dist_lognormal_sum, .name = "lognormal", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_POSITIVE,
	"A number whose logarithm is normal with mean mu and standard deviation sigma.",
	.lpdf = lognormal_lpdf, .lcdf = lognormal_lcdf, .lccdf = lognormal_lccdf, .draw = lognormal_draw,
};
const struct dist dist_exponential = {
	.sum = dist_exponential_sum, .name = "exponential", 1, { "beta" }, { DIST_ABOVE_0 }, DIST_POSITIVE,
	"Exponential with rate beta, mean 1 / beta.",
	.lpdf = exponential_lpdf, .lcdf = exponential_lcdf, .lccdf = exponential_lccdf, .draw = exponential_draw,
};
const struct dist dist_gamma = {
	.sum = dist_gamma_sum, .name = "gamma", 2, { "alpha", "beta" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"Gamma with shape alpha and rate beta, mean alpha / beta.",
	.lpdf = gamma_lpdf, .lcdf = gamma_lcdf, .lccdf = gamma_lccdf, .draw = gamma_draw,
};
const struct dist dist_inv_gamma = {
	"inv_gamma", 2, { "alpha", "beta" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"A number whose inverse is gamma with shape alpha and rate beta.",
	.lpdf = inv_gamma_lpdf, .lcdf = inv_gamma_lcdf, .lccdf = inv_gamma_lccdf, .draw = inv_gamma_draw,
};
const struct dist dist_weibull = {
	"weibull", 2, { "alpha", "sigma" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"Weibull with shape alpha and scale sigma.",
	.lpdf = weibull_lpdf, .lcdf = weibull_lcdf, .lccdf = weibull_lccdf, .draw = weibull_draw,
};
const struct dist dist_beta = {
	"beta", 2, { "alpha", "beta" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_UNIT,
	"Beta with mean alpha / (alpha + beta); the larger the two, the narrower.",
	.lpdf = beta_lpdf, .lcdf = beta_lcdf, .lccdf = beta_lccdf, .draw = beta_draw,
};
const struct dist dist_uniform = {
	"uniform", 2, { "alpha", "beta" }, { DIST_ANY, DIST_ANY }, DIST_BETWEEN,
	"Uniform between alpha and beta, ends included.",
	.lpdf = uniform_lpdf, .lcdf = uniform_lcdf, .lccdf = uniform_lccdf, .draw = uniform_draw,
};
