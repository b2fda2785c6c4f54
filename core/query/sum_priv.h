/*
 * sum_priv.h - sums of floats that carry what rounding lost.
 *
 * A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974; the error of an addition is
 * found without a branch as in D. Knuth, TAOCP vol. 2, 4.2.2, theorem B: the same number.
 */
#ifndef MUSTER_SUM_PRIV_H
#define MUSTER_SUM_PRIV_H

#include <math.h>

struct sum {
	double s, lost;
};

static inline void sum_add(struct sum *a, double x)
{
	double t = a->s + x, part = t - a->s;

	a->lost += (a->s - (t - part)) + (x - part);
	a->s = t;
}
static inline void sum_join(struct sum *a, const struct sum *b)
{
	sum_add(a, b->s);
	a->lost += b->lost;
}
/* What was lost means nothing beside an infinity, and is NaN there. */
static inline double sum_value(const struct sum *a)
{
	double v = a->s + a->lost;

	return isfinite(a->s) && !isnan(v) ? v : a->s;
}

__extension__ typedef __int128 int128;

#endif
