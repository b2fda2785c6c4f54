/*
 * dist_sums_priv.h - sums of log densities a stretch of rows at a time.
 *
 * A stretch is short enough to stay in the nearest cache, and its arguments are arrays of one length, so that a kernel is a few
 * plain loops which become vector code. Rows that need care (an outcome outside of the support, a parameter outside of its
 * domain, numbers so big that the plain formula would lose its digits) are found while it runs; then the stretch is done
 * again by `lpdf`, row by row.
 */
#ifndef MUSTER_DIST_SUMS_PRIV_H
#define MUSTER_DIST_SUMS_PRIV_H

#include "stats/dist_priv.h"
#include "stats/vmath_inline.h"

enum { STRETCH = 256, SUM_LANES = 8 };

struct stretch {
	int n;
	const double *a[DIST_PARAMS_MAX + 1];    /* n values each */
	double *s[DIST_PARAMS_MAX + 1];          /* where the derivatives of each row go; NULL = nobody asks */
	bool shared[DIST_PARAMS_MAX + 1];        /* all values are the same */
};

/* *sum of the stretch; false: a row of it needs care, and nothing that was written counts. */
typedef bool stretch_sum(const struct stretch *x, double *sum);

double dist_stretches(const struct dist *dist, stretch_sum *f, int64_t n, const double *const *a, const int *step, double *const *d);

/* log(k!), k < FACTORIALS. */
enum { FACTORIALS = 4096 };
const double *dist_log_factorials(void);

/* The sum in a row of the list. */
#define DIST_SUM(name)                                                                                                        \
	double dist_##name##_sum(int64_t n, const double *const *a, const int *step, double *const *d)                        \
	{                                                                                                                     \
		return dist_stretches(&dist_##name, name##_stretch, n, a, step, d);                                           \
	}

/* == within loops: all bits set when it holds == */

VMATH uint64_t mask_if(int holds) { return -(uint64_t)holds; }
VMATH uint64_t mask_not_finite(double x)
{
	const uint64_t exponent = UINT64_C(0x7ff) << 52;

	return mask_if((vmath_bits(x) & exponent) == exponent);
}
VMATH uint64_t mask_not_above_0(double x) { return mask_if(!(x > 0)) | mask_not_finite(x); }

/* In lanes that are always added up in the same order. */
VMATH double sum_of(int n, const double *x)
{
	double lane[SUM_LANES] = { 0 };
	int i = 0;

	for (; i <= n - SUM_LANES; i += SUM_LANES)
		for (int j = 0; j < SUM_LANES; j++)
			lane[j] += x[i + j];
	for (int j = 0; i < n; i++, j++)
		lane[j] += x[i];
	return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

/* The product of numbers between 1 and 2, which a stretch cannot make overflow. */
VMATH double product_of(int n, const double *x)
{
	double lane[SUM_LANES] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	int i = 0;

	for (; i <= n - SUM_LANES; i += SUM_LANES)
		for (int j = 0; j < SUM_LANES; j++)
			lane[j] *= x[i + j];
	for (int j = 0; i < n; i++, j++)
		lane[j] *= x[i];
	return ((lane[0] * lane[1]) * (lane[2] * lane[3])) * ((lane[4] * lane[5]) * (lane[6] * lane[7]));
}

/* The sum of the logs of scales. */
VMATH double log_sum(int n, const double *x, bool shared)
{
	double logs[STRETCH];

	if (shared)
		return n * log(x[0]);
	for (int i = 0; i < n; i++)
		logs[i] = vmath_log(x[i]);
	return sum_of(n, logs);
}

#endif
