/*
 * dist_real.c - distributions with a location and a scale, and their halves from 0 on.
 *
 * Each is written once for the standard variable z = (x - mu) / sigma, as functions of z and, for Student's, nu; location and
 * scale come in by the chain rule. `by_z` and `by_nu` may be NULL.
 */
#include "stats/dist_priv.h"

typedef double standard(double z, double nu, double *by_z, double *by_nu);

enum what { DENSITY, BELOW, ABOVE };

/* f is a density, or an upper tail: all these are symmetric, so P(X <= x) is the upper tail from -z on. */
static inline double located(const double *a, double *d, int has_nu, standard *f, enum what what)
{
	double nu = has_nu ? a[1] : 1, mu = a[1 + has_nu], sigma = a[2 + has_nu], by_z = 0, by_nu = 0, z, value;
	int side = what == BELOW ? -1 : 1;

	if (!is_above_0(nu) || !is_finite(mu) || !is_above_0(sigma) || isnan(a[0]))
		return dist_flat(d, 2 + has_nu, NAN);
	z = side * ((a[0] - mu) / sigma);
	value = f(z, nu, d ? &by_z : NULL, d && has_nu ? &by_nu : NULL) - (what == DENSITY ? log(sigma) : 0);
	if (isinf(value) || isinf(z))
		return dist_flat(d, 2 + has_nu, value);
	if (d) {
		d[0] = side * by_z / sigma;
		if (has_nu)
			d[1] = by_nu;
		d[1 + has_nu] = -side * by_z / sigma;
		d[2 + has_nu] = -(by_z * z + (what == DENSITY)) / sigma;
	}
	return value;
}

/* The halves: outcome, [nu], sigma. f is the density or upper tail of the whole variable, or `within`, P(|Z| <= z). */
static inline double folded(const double *a, double *d, int has_nu, standard *f, standard *within, enum what what)
{
	double nu = has_nu ? a[1] : 1, sigma = a[1 + has_nu], by_z = 0, by_nu = 0, z, value;

	if (!is_above_0(nu) || !is_above_0(sigma) || isnan(a[0]))
		return dist_flat(d, 1 + has_nu, NAN);
	if (a[0] < 0 || (a[0] == 0 && what == BELOW))
		return dist_flat(d, 1 + has_nu, what == ABOVE ? 0 : -INFINITY);
	z = a[0] / sigma;
	value = f(z, nu, d ? &by_z : NULL, d && has_nu ? &by_nu : NULL) + (what == BELOW ? 0 : LOG_2) -
		(what == DENSITY ? log(sigma) : 0);
	if (isinf(value) || isinf(z))
		return dist_flat(d, 1 + has_nu, value);
	/* near 1 the digits are those of what lies below; the derivatives are good as they are */
	if (what == ABOVE && value > DIST_LARGE_TAIL && z > 0)
		value = dist_log1mexp(within(z, nu, NULL, NULL));
	if (d) {
		d[0] = by_z / sigma;
		if (has_nu)
			d[1] = by_nu;
		d[1 + has_nu] = -(by_z * z + (what == DENSITY)) / sigma;
	}
	return value;
}

/* == the standard variables ================================================================== */

static inline double z_normal(double z, double nu, double *by_z, double *by_nu)
{
	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = -z;
	return -0.5 * z * z - 0.5 * LOG_2PI;
}

/* log(1 + z^2), also where z^2 overflows. */
static inline double log1p_square(double z)
{
	return fabs(z) < 1e100 ? log1p(z * z) : 2 * log(fabs(z));
}

static inline double z_cauchy(double z, double nu, double *by_z, double *by_nu)
{
	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = z == 0 ? 0 : -2 / (1 / z + z);
	return -LOG_PI - log1p_square(z);
}

/*
 * The constant gamma((nu + 1) / 2) / gamma(nu / 2) / sqrt(nu pi) by Stirling's formula: with h = nu / 2 its log is
 * h log(1 + 1 / (2 h)) - 1/2 - log(2 pi) / 2 + corrections, so that large nu lose nothing.
 */
static double z_student_t(double z, double nu, double *by_z, double *by_nu)
{
	double h = nu / 2, r = z / sqrt(nu), q = r * r, constant;

	constant = h < 10 ? dist_lgamma(h + 0.5) - dist_lgamma(h) - 0.5 * (log(nu) + LOG_PI) :
		h * dist_log1pmx(0.5 / h) - 0.5 * LOG_2PI + dist_stirling(h + 0.5) - dist_stirling(h);
	if (by_z)
		*by_z = z == 0 ? 0 : -(nu + 1) / (nu / z + z);
	if (by_nu) {
		/* digamma(h + 1/2) - digamma(h) - 1 / nu */
		double of_constant = dist_log1pmx(0.5 / h) + dist_digamma_gap_fall(h, 0.5);

		/* -log(1 + q) + (nu + 1) / nu q / (1 + q), in parts that are of the size of the result */
		if (q < 1)
			*by_nu = 0.5 * (of_constant - dist_log1pmx(q) - q * q / (1 + q) + q / ((1 + q) * nu));
		else
			*by_nu = 0.5 * (of_constant - log1p_square(r) + (1 + 1 / nu) / (1 / q + 1));
	}
	return constant - (nu + 1) / 2 * log1p_square(r);
}

static inline double z_double_exponential(double z, double nu, double *by_z, double *by_nu)
{
	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = z > 0 ? -1 : z < 0 ? 1 : 0;
	return -LOG_2 - fabs(z);
}

static inline double z_logistic(double z, double nu, double *by_z, double *by_nu)
{
	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = -tanh(z / 2);
	return -fabs(z) - 2 * log1p(exp(-fabs(z)));
}

/* == their tails =============================================================================
 *
 * above_*: log P(Z > z). within_*: log P(|Z| <= z), z > 0.
 */

/*
 * Beyond 12 the continued series of Mills's ratio, z Q(z) / density = 1 - 1/z^2 + 3/z^4 ..., has all digits, and gives the
 * derivative without a difference of large logs.
 */
static inline double above_normal(double z, double nu, double *by_z, double *by_nu)
{
	double term = 1, sum = 1, tail;

	(void)nu, (void)by_nu;
	if (z > 12) {
		for (int k = 1; k < 60 && fabs(term) > 1e-17; k++)
			sum += term *= -(2 * k - 1) / z / z;
		if (by_z)
			*by_z = -z / sum;
		return -0.5 * z * z - 0.5 * LOG_2PI - log(z) + log(sum);
	}
	if (z < 0) {
		tail = erfc(-z * M_SQRT1_2) / 2;
		if (by_z)
			*by_z = -exp(-0.5 * z * z - 0.5 * LOG_2PI) / (1 - tail);
		return log1p(-tail);
	}
	tail = erfc(z * M_SQRT1_2) / 2;
	if (by_z)
		*by_z = -exp(-0.5 * z * z - 0.5 * LOG_2PI) / tail;
	return log(tail);
}

static inline double within_normal(double z, double nu, double *by_z, double *by_nu)
{
	double inside = erf(z * M_SQRT1_2);

	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = 2 * exp(-0.5 * z * z - 0.5 * LOG_2PI) / inside;
	return z < 1 ? log(inside) : log1p(-erfc(z * M_SQRT1_2));
}

/* Density over P(Z > z); z atan(1 / z) is near 1 in the tail. */
static inline double above_cauchy(double z, double nu, double *by_z, double *by_nu)
{
	(void)nu, (void)by_nu;
	if (z > 1) {
		double angle = atan(1 / z);

		if (by_z)
			*by_z = -1 / ((1 / z + z) * (z * angle));
		return log(angle) - LOG_PI;
	}
	if (by_z)
		*by_z = -1 / ((1 + z * z) * (M_PI_2 - atan(z)));
	return z < -1 ? log1p(atan(1 / z) / M_PI) : log(0.5 - atan(z) / M_PI);
}

static inline double within_cauchy(double z, double nu, double *by_z, double *by_nu)
{
	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = 1 / ((1 + z * z) * atan(z));
	return z > 1 ? log1p(-atan(1 / z) / M_PI_2) : log(atan(z) / M_PI_2);
}

/*
 * z^2 / (nu + z^2) is beta(1/2, nu/2); the logit of it is log(z^2 / nu), which is 2 log(z) from the centre.
 */
static double student_t_size(double z, double nu, bool above, double *by_z, double *by_nu)
{
	double by[3], value = dist_beta_tail(0.5, nu / 2, 2 * log(z), above, by);

	if (by_z)
		*by_z = 2 * by[2] / z;
	if (by_nu)
		*by_nu = by[1] / 2 - by[2] / nu;
	return value;
}

static double above_student_t(double z, double nu, double *by_z, double *by_nu)
{
	double value, share;

	if (z == 0) {
		if (by_z)
			*by_z = -2 * exp(z_student_t(0, nu, NULL, NULL));
		if (by_nu)
			*by_nu = 0;
		return -LOG_2;
	}
	if (isinf(z))
		return z > 0 ? -INFINITY : 0;
	if (z > 0)
		return student_t_size(z, nu, true, by_z, by_nu) - LOG_2;
	/* 1 - P(|Z| > -z) / 2, whose derivatives are the tail's times -tail / (1 - tail) */
	value = student_t_size(-z, nu, true, by_z, by_nu) - LOG_2;
	share = exp(value) / -expm1(value);
	if (by_z)
		*by_z *= share;
	if (by_nu)
		*by_nu *= -share;
	return dist_log1mexp(value);
}

static double within_student_t(double z, double nu, double *by_z, double *by_nu)
{
	return isinf(z) ? 0 : student_t_size(z, nu, false, by_z, by_nu);
}

static inline double above_double_exponential(double z, double nu, double *by_z, double *by_nu)
{
	double below = exp(-fabs(z)) / 2;

	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = z < 0 ? -below / (1 - below) : -1;
	return z < 0 ? log1p(-below) : -LOG_2 - z;
}

static inline double above_logistic(double z, double nu, double *by_z, double *by_nu)
{
	(void)nu, (void)by_nu;
	if (by_z)
		*by_z = -dist_inv_logit(z);
	return -dist_log1pexp(z);
}

/* == draws =================================================================================== */

/* In logs, as the gamma variable of a small nu may be 0 as a double. */
static double draw_student_t(struct random *r, double nu)
{
	double z = random_normal(r);

	return z * exp((log(nu / 2) - random_log_gamma(r, nu / 2)) / 2);
}

static double draw_cauchy(struct random *r)
{
	return tan(M_PI * (random_uniform(r) - 0.5));
}

static double draw_double_exponential(struct random *r)
{
	double z = random_exponential(r);

	return random_uniform(r) < 0.5 ? -z : z;
}

static double draw_logistic(struct random *r)
{
	double u = random_uniform(r);

	return log(u) - log1p(-u);
}

DRAW(normal, p[0] + p[1] * random_normal(r))
DRAW(student_t, p[1] + p[2] * draw_student_t(r, p[0]))
DRAW(cauchy, p[0] + p[1] * draw_cauchy(r))
DRAW(double_exponential, p[0] + p[1] * draw_double_exponential(r))
DRAW(logistic, p[0] + p[1] * draw_logistic(r))
DRAW(half_normal, p[0] * fabs(random_normal(r)))
DRAW(half_cauchy, p[0] * fabs(draw_cauchy(r)))
DRAW(half_student_t, p[1] * fabs(draw_student_t(r, p[0])))

/* == rows ==================================================================================== */

#define LOCATED(name, has_nu) \
	static double name##_lpdf(const double *a, double *d) { return located(a, d, has_nu, z_##name, DENSITY); } \
	static double name##_lcdf(const double *a, double *d) { return located(a, d, has_nu, above_##name, BELOW); } \
	static double name##_lccdf(const double *a, double *d) { return located(a, d, has_nu, above_##name, ABOVE); }
#define FOLDED(name, has_nu) \
	static double half_##name##_lpdf(const double *a, double *d) { return folded(a, d, has_nu, z_##name, NULL, DENSITY); } \
	static double half_##name##_lcdf(const double *a, double *d) { return folded(a, d, has_nu, within_##name, NULL, BELOW); } \
	static double half_##name##_lccdf(const double *a, double *d) \
	{ \
		return folded(a, d, has_nu, above_##name, within_##name, ABOVE); \
	}

LOCATED(normal, 0)
LOCATED(student_t, 1)
LOCATED(cauchy, 0)
LOCATED(double_exponential, 0)
LOCATED(logistic, 0)
FOLDED(normal, 0)
FOLDED(student_t, 1)
FOLDED(cauchy, 0)

const struct dist dist_normal = {
	.sum = dist_normal_sum, .rows = dist_normal_rows, .name = "normal", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Normal with mean mu and standard deviation sigma.",
	.lpdf = normal_lpdf, .lcdf = normal_lcdf, .lccdf = normal_lccdf, .draw = normal_draw,
};
const struct dist dist_student_t = {
	.sum = dist_student_t_sum, .name = "student_t", 3, { "nu", "mu", "sigma" }, { DIST_ABOVE_0, DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Student's t with nu degrees of freedom, location mu and scale sigma.",
	.lpdf = student_t_lpdf, .lcdf = student_t_lcdf, .lccdf = student_t_lccdf, .draw = student_t_draw,
};
const struct dist dist_cauchy = {
	.sum = dist_cauchy_sum, .name = "cauchy", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Cauchy with location mu and scale sigma; it has no mean.",
	.lpdf = cauchy_lpdf, .lcdf = cauchy_lcdf, .lccdf = cauchy_lccdf, .draw = cauchy_draw,
};
const struct dist dist_double_exponential = {
	"double_exponential", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Laplace: an exponential with mean sigma on either side of mu.",
	.lpdf = double_exponential_lpdf, .lcdf = double_exponential_lcdf, .lccdf = double_exponential_lccdf, .draw = double_exponential_draw,
};
const struct dist dist_logistic = {
	"logistic", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Logistic with location mu and scale sigma.",
	.lpdf = logistic_lpdf, .lcdf = logistic_lcdf, .lccdf = logistic_lccdf, .draw = logistic_draw,
};
const struct dist dist_half_normal = {
	"half_normal", 1, { "sigma" }, { DIST_ABOVE_0 }, DIST_POSITIVE,
	"The size of a normal with mean 0 and standard deviation sigma.",
	.lpdf = half_normal_lpdf, .lcdf = half_normal_lcdf, .lccdf = half_normal_lccdf, .draw = half_normal_draw,
};
const struct dist dist_half_cauchy = {
	"half_cauchy", 1, { "sigma" }, { DIST_ABOVE_0 }, DIST_POSITIVE,
	"The size of a Cauchy with location 0 and scale sigma.",
	.lpdf = half_cauchy_lpdf, .lcdf = half_cauchy_lcdf, .lccdf = half_cauchy_lccdf, .draw = half_cauchy_draw,
};
const struct dist dist_half_student_t = {
	"half_student_t", 2, { "nu", "sigma" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"The size of a Student's t with nu degrees of freedom, location 0 and scale sigma.",
	.lpdf = half_student_t_lpdf, .lcdf = half_student_t_lcdf, .lccdf = half_student_t_lccdf, .draw = half_student_t_draw,
};
