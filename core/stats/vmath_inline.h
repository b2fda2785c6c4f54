/*
 * vmath_inline.h - elementary functions without branches, for loops over arrays: compilers turn them into vector code.
 *
 * All is additions, multiplications, divisions and shifts of bits, in one order, so the bits are the same with and without
 * vectors, whatever the processor and its C library. Errors are below 2 units in the last place everywhere, subnormal numbers
 * included (t6140); infinities and NaN are as the C library has them, errno and flags are not touched. In a loop of a function
 * with KERNEL (base.h) each takes 1 to 4 ns; alone, the C library's are faster.
 *
 * Polynomials are Chebyshev interpolants, their coefficients computed with mpmath (chebyfit, 200 bits). Steps of the logarithm after
 * the note in K. Ng's FreeBSD e_log.c: with f = m - 1, s = f / (2 + f), log(1 + f) = f - s (f - R(s^2)).
 */
#ifndef MUSTER_VMATH_INLINE_H
#define MUSTER_VMATH_INLINE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A call in a loop would keep it from being vector code. */
#if defined(__GNUC__)
#define VMATH static inline __attribute__((always_inline))
#else
#define VMATH static inline
#endif

/* Whole numbers up to 2^51 are the low bits of their sum with this; adding it rounds. */
#define VMATH_WHOLE   0x1.8p52
#define VMATH_LN2_TOP 0x1.62e42fee00000p-1
#define VMATH_LN2_LOW 0x1.a39ef35793c76p-33
#define VMATH_INV_LN2 0x1.71547652b82fep+0

VMATH uint64_t vmath_bits(double x)
{
	uint64_t u;

	memcpy(&u, &x, sizeof u);
	return u;
}

VMATH double vmath_of_bits(uint64_t u)
{
	double x;

	memcpy(&x, &u, sizeof x);
	return x;
}

/* yes or no, written so that no compiler makes a branch of it. */
VMATH double vmath_choose(int which, double yes, double no)
{
	uint64_t mask = -(uint64_t)which;

	return vmath_of_bits((vmath_bits(yes) & mask) | (vmath_bits(no) & ~mask));
}

/* 2^k of a whole k, -1022 ... 1023. */
VMATH double vmath_power(double k)
{
	return vmath_of_bits((vmath_bits(k + VMATH_WHOLE) + 1023) << 52);
}

/* exp(r) - 1 - r for |r| up to log(2) / 2. */
VMATH double vmath_exp_rest(double r)
{
	double z = r * r, w = z * z;
	double even = (0.5 + z * 0x1.5555555555556p-5) + w * ((0x1.6c16c16c162c3p-10 + z * 0x1.a01a01a6e1e2ap-16) +
							      w * (0x1.27e4db46cddd1p-22 + z * 0x1.1f7340dbc337ep-29));
	double odd = (0x1.5555555555557p-3 + z * 0x1.11111111100bep-7) +
		     w * ((0x1.a01a01abf85abp-13 + z * 0x1.71de01fdbf9cap-19) + w * 0x1.af4e554377204p-26);

	return z * (even + r * odd);
}

VMATH double vmath_exp(double a)
{
	double x = vmath_choose(a < -746, -746, a), k, half, top, low;

	x = vmath_choose(x > 710, 710, x);
	k = (x * VMATH_INV_LN2 + VMATH_WHOLE) - VMATH_WHOLE;
	half = (k * 0.5 + VMATH_WHOLE) - VMATH_WHOLE;
	top = x - k * VMATH_LN2_TOP;             /* exact */
	low = k * VMATH_LN2_LOW;
	/* in two steps, as neither end is a power that a double has */
	return (1 + (top + (vmath_exp_rest(top - low) - low))) * vmath_power(half) * vmath_power(k - half);
}

VMATH double vmath_expm1(double a)
{
	double x = vmath_choose(a < -40, -40, a), k, half, top, low, one, sum, y;

	x = vmath_choose(x > 710, 710, x);
	k = (x * VMATH_INV_LN2 + VMATH_WHOLE) - VMATH_WHOLE;
	half = (k * 0.5 + VMATH_WHOLE) - VMATH_WHOLE;
	top = x - k * VMATH_LN2_TOP;
	low = k * VMATH_LN2_LOW;
	one = 1 - vmath_choose(k > 60, 0, vmath_power(-k));
	sum = one + top;
	y = sum + ((top - (sum - one)) + (vmath_exp_rest(top - low) - low));
	y = y * vmath_power(half) * vmath_power(k - half);
	return vmath_choose(x == 0, a, y);
}

/* log(2^k (1 + f)) of a number whose 1 + f was rounded by c of itself, |f| small. */
VMATH double vmath_log_parts(double k, double f, double c)
{
	double s = f / (2 + f), z = s * s, w = z * z, half = 0.5 * f * f;
	double r = z * ((0x1.5555555555558p-1 + w * (0x1.2492492e09d4dp-2 + w * (0x1.7462bd8f7796ep-3 + w * 0x1.2b6688a387e03p-3))) +
			z * (0x1.9999999995204p-2 + w * (0x1.c71c62c639fdep-3 + w * 0x1.39fd392179a95p-3)));

	return k * VMATH_LN2_TOP - ((half - (s * (half + r) + (k * VMATH_LN2_LOW + c))) - f);
}

/* The part of x > 0 that is a power of two, so that the rest, *m, lies around 1. */
VMATH double vmath_exponent(double x, double *m)
{
	const uint64_t root = UINT64_C(0x3fe6a09e667f3bcd);      /* sqrt(1/2) */
	uint64_t u = vmath_bits(x) + (UINT64_C(0x3ff0000000000000) - root);

	*m = vmath_of_bits((u & UINT64_C(0x000fffffffffffff)) + root);
	return vmath_of_bits(u >> 52 | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023);
}

VMATH double vmath_log(double x)
{
	double whole = vmath_choose(x < 0x1p-1022, x * 0x1p54, x), m, k, y;

	k = vmath_exponent(whole, &m) - vmath_choose(x < 0x1p-1022, 54, 0);
	y = vmath_log_parts(k, m - 1, 0);
	y = vmath_choose(x < INFINITY, y, x);
	return vmath_choose(x > 0, y, vmath_choose(x == 0, -INFINITY, NAN));
}

VMATH double vmath_log1p(double x)
{
	double u = 1 + x, m, k = vmath_exponent(u, &m), lost = vmath_choose(x > 1, 1 - (u - x), x - (u - 1)), y;

	/* near 1 the digits that u has lost are all still in x */
	y = vmath_log_parts(k, vmath_choose(k == 0, x, m - 1), vmath_choose(k == 0, 0, lost / u));
	y = vmath_choose(x < INFINITY, y, x);
	y = vmath_choose(x == 0, x, y);
	return vmath_choose(x > -1, y, vmath_choose(x == -1, -INFINITY, NAN));
}

/* e = exp(-|x|), for who needs more than one of these. */
VMATH double vmath_inv_logit_of(double x, double e)
{
	double d = 1 + e, lost = e - (d - 1), y = vmath_choose(x < 0, e, 1) / d;

	return y - y * lost * vmath_choose(x < 0, 1 - y, y);
}

VMATH double vmath_log1p_exp_of(double x, double e)
{
	return vmath_choose(x <= 0, 0, x) + vmath_log1p(e);
}

VMATH double vmath_inv_logit(double x)
{
	return vmath_inv_logit_of(x, vmath_exp(-fabs(x)));
}

VMATH double vmath_log1p_exp(double x)
{
	return vmath_log1p_exp_of(x, vmath_exp(-fabs(x)));
}

#endif
