/* ops_special.c - functions that libm has not, or has in a form that threads cannot share. */
#include "expr/ops_priv.h"

#include <gsl/gsl_cdf.h>

/* lgamma itself writes to a global variable. */
double special_lgamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

/* The C library's is up to a unit in the last place off, even for 27; a step of Newton's method mends that. */
double special_cbrt(double x)
{
	double y = cbrt(x);

	return isfinite(y) && y != 0 ? y - fma(y * y, y, -x) / (3 * y * y) : y;
}

/*
 * Digamma and trigamma: upwards by recurrence until the asymptotic series is exact to the last places, negative numbers by
 * reflection. Source: M. Abramowitz and I. Stegun, Handbook of Mathematical Functions (1964), 6.3.5, 6.3.7, 6.3.18, 6.4.
 */
#define PI 3.14159265358979323846

double special_digamma(double x)
{
	double less = 0, s;

	if (x <= 0 && x == floor(x))
		return NAN;
	if (x < 0)
		return special_digamma(1 - x) - PI / tan(PI * fmod(x, 1));
	for (; x < 10; x++)
		less += 1 / x;
	s = 1 / (x * x);
	s *= 1. / 12 - s * (1. / 120 - s * (1. / 252 - s * (1. / 240 - s * (1. / 132 - s * (691. / 32760 - s / 12)))));
	return log(x) - 0.5 / x - s - less;
}

double special_trigamma(double x)
{
	double more = 0, s, root;

	if (x <= 0 && x == floor(x))
		return NAN;
	if (x < 0) {
		root = PI / sin(PI * fmod(x, 1));
		return root * root - special_trigamma(1 - x);
	}
	for (; x < 10; x++)
		more += 1 / (x * x);
	s = 1 / (x * x);
	return more + 1 / x + s / 2 +
	       s / x * (1. / 6 - s * (1. / 30 - s * (1. / 42 - s * (1. / 30 - s * (5. / 66 - s * (691. / 2730 - s * 7 / 6))))));
}

double special_inv_phi(double p)
{
	return p >= 0 && p <= 1 ? gsl_cdf_ugaussian_Pinv(p) : NAN;
}

/*
 * The product x * 10^digits is exact as a sum of two doubles (product and what fma says it lost), so halves are told from what
 * only looks like them: 1.005 is below its half, and 1.115 * 100 rounds up to one.
 */
double special_round(double x, int digits)
{
	static const double powers[ROUND_DIGITS + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
							 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	double size = fabs(x), p = powers[digits < 0 ? -digits : digits], product, lost, whole, left;

	if (!isfinite(x) || !digits)
		return round(x);
	if (digits < 0) {
		left = fmod(size, p);
		return copysign(size - left + (left >= p / 2 ? p : 0), x);
	}
	product = size * p;
	if (!(product < 4503599627370496.0))     /* 2^52: no places are left */
		return x;
	lost = fma(size, p, -product);
	whole = floor(product);
	left = product - whole - 0.5;
	whole += left >= -lost;
	return copysign(whole / p, x);
}
