/*
 * dist_real.c - distributions with a location and a scale, and their halves from 0 on.
 *
 * Each is written once for the standard variable z = (x - mu) / sigma, as functions of z and, for Student's, nu; location and
 * scale come in by the chain rule. `by_z` and `by_nu` may be NULL.
 */
#include "stats/dist_priv.h"

typedef double standard(double z, double nu, double *by_z, double *by_nu);

/* `density`: 1 when it is one, so that sigma divides it; 0 for tails. */
static inline double located(const double *a, double *d, int has_nu, standard *f, int density)
{
	double nu = has_nu ? a[1] : 1, mu = a[1 + has_nu], sigma = a[2 + has_nu], by_z = 0, by_nu = 0, z, value;

	if (!is_above_0(nu) || !is_finite(mu) || !is_above_0(sigma) || isnan(a[0]))
		return dist_flat(d, 2 + has_nu, NAN);
	z = (a[0] - mu) / sigma;
	value = f(z, nu, d ? &by_z : NULL, d && has_nu ? &by_nu : NULL) - (density ? log(sigma) : 0);
	if (isinf(value) || isinf(z))
		return dist_flat(d, 2 + has_nu, value);
	if (d) {
		d[0] = by_z / sigma;
		if (has_nu)
			d[1] = by_nu;
		d[1 + has_nu] = -by_z / sigma;
		d[2 + has_nu] = -(by_z * z + density) / sigma;
	}
	return value;
}

enum half { HALF_DENSITY, HALF_BELOW, HALF_ABOVE };

/* The halves: outcome, [nu], sigma. f is the density or upper tail of the whole variable, or P(|Z| <= z). */
static inline double folded(const double *a, double *d, int has_nu, standard *f, enum half what)
{
	double nu = has_nu ? a[1] : 1, sigma = a[1 + has_nu], by_z = 0, by_nu = 0, z, value;

	if (!is_above_0(nu) || !is_above_0(sigma) || isnan(a[0]))
		return dist_flat(d, 1 + has_nu, NAN);
	if (a[0] < 0 || (a[0] == 0 && what == HALF_BELOW))
		return dist_flat(d, 1 + has_nu, what == HALF_ABOVE ? 0 : -INFINITY);
	z = a[0] / sigma;
	value = f(z, nu, d ? &by_z : NULL, d && has_nu ? &by_nu : NULL) + (what == HALF_BELOW ? 0 : LOG_2) -
		(what == HALF_DENSITY ? log(sigma) : 0);
	if (isinf(value) || isinf(z))
		return dist_flat(d, 1 + has_nu, value);
	if (d) {
		d[0] = by_z / sigma;
		if (has_nu)
			d[1] = by_nu;
		d[1 + has_nu] = -(by_z * z + (what == HALF_DENSITY)) / sigma;
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

/* == rows ==================================================================================== */

#define LOCATED(name, what, has_nu, density) \
	static double name##_##what(const double *a, double *d) { return located(a, d, has_nu, z_##name, density); }
#define FOLDED(name, what, has_nu, f, half) \
	static double half_##name##_##what(const double *a, double *d) { return folded(a, d, has_nu, f, half); }

LOCATED(normal, lpdf, 0, 1)
LOCATED(student_t, lpdf, 1, 1)
LOCATED(cauchy, lpdf, 0, 1)
LOCATED(double_exponential, lpdf, 0, 1)
LOCATED(logistic, lpdf, 0, 1)
FOLDED(normal, lpdf, 0, z_normal, HALF_DENSITY)
FOLDED(student_t, lpdf, 1, z_student_t, HALF_DENSITY)
FOLDED(cauchy, lpdf, 0, z_cauchy, HALF_DENSITY)

const struct dist dist_normal = {
	"normal", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Normal with mean mu and standard deviation sigma.",
	.lpdf = normal_lpdf,
};
const struct dist dist_student_t = {
	"student_t", 3, { "nu", "mu", "sigma" }, { DIST_ABOVE_0, DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Student's t with nu degrees of freedom, location mu and scale sigma.",
	.lpdf = student_t_lpdf,
};
const struct dist dist_cauchy = {
	"cauchy", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Cauchy with location mu and scale sigma; it has no mean.",
	.lpdf = cauchy_lpdf,
};
const struct dist dist_double_exponential = {
	"double_exponential", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Laplace: an exponential with mean sigma on either side of mu.",
	.lpdf = double_exponential_lpdf,
};
const struct dist dist_logistic = {
	"logistic", 2, { "mu", "sigma" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_REAL,
	"Logistic with location mu and scale sigma.",
	.lpdf = logistic_lpdf,
};
const struct dist dist_half_normal = {
	"half_normal", 1, { "sigma" }, { DIST_ABOVE_0 }, DIST_POSITIVE,
	"The size of a normal with mean 0 and standard deviation sigma.",
	.lpdf = half_normal_lpdf,
};
const struct dist dist_half_cauchy = {
	"half_cauchy", 1, { "sigma" }, { DIST_ABOVE_0 }, DIST_POSITIVE,
	"The size of a Cauchy with location 0 and scale sigma.",
	.lpdf = half_cauchy_lpdf,
};
const struct dist dist_half_student_t = {
	"half_student_t", 2, { "nu", "sigma" }, { DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_POSITIVE,
	"The size of a Student's t with nu degrees of freedom, location 0 and scale sigma.",
	.lpdf = half_student_t_lpdf,
};
