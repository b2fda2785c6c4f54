/*
 * stats.h - numbers out of numbers: exact limits for counts and shares, rates over an exposure that is
 * itself only known within bounds, and sums of exponentials.
 *
 * Above the tables in the order of layers, though it needs only base. Special functions come from GSL.
 * A level is the two-sided coverage, in (0, 1): 0.95 leaves 2.5 % on either side.
 */
#ifndef MUSTER_STATS_H
#define MUSTER_STATS_H

#include "base/base.h"

/* low <= high; high may be INFINITY. */
struct interval {
	double low, high;
};

/*
 * Turns off GSL's error handler, which ends the process. Call it once before anything else in a program
 * that links this library; opening the Lua module does. The handler is GSL's own and belongs to the whole
 * process, so a host that sets another one afterwards gets its own back.
 */
void stats_open(void);

/*
 * Exact limits for the mean of a Poisson variable of which k events were seen. Coverage is at least
 * `level`, whatever the mean; for small k it is more.
 *
 *   low: P(X >= k | low) = (1 - level) / 2, and 0 for k = 0        high: P(X <= k | high) = (1 - level) / 2
 *
 * Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936) 437-442.
 * Errors: ERR_DOMAIN when k is negative or above STATS_COUNT_MAX, or the level is not in (0, 1).
 */
int stats_poisson_limits(int64_t k, double level, struct interval *out, struct err *e);

/*
 * Exact limits for a probability after k successes in n trials. Coverage is at least `level`.
 * Source: C. Clopper and E. Pearson, Biometrika 26 (1934) 404-413.
 * Errors: ERR_DOMAIN when not 0 <= k <= n, n < 1, n above STATS_COUNT_MAX, or the level is not in (0, 1).
 */
int stats_binomial_limits(int64_t k, int64_t n, double level, struct interval *out, struct err *e);

enum { STATS_COUNT_MAX = 1000000000 };      /* the incomplete gamma and beta functions were checked up to here */

/*
 * The widest honest interval for a rate when neither the count nor the exposure is known exactly: the
 * lower exact limit of the smallest count over the largest exposure, to the upper exact limit of the
 * largest count over the smallest exposure. It holds every interval that a choice within the bounds gives.
 *
 *   events     bounds of the count; not whole: rounded outwards; high may be INFINITY, then so is out->high
 *   exposure   bounds of the exposure in the caller's unit; an infinite high makes out->low 0, a low of 0
 *              makes out->high INFINITY
 *
 * Returns events per unit of exposure. Errors: as stats_poisson_limits; ERR_DOMAIN when an interval is
 * negative, upside down or NaN, or no exposure at all is possible.
 */
int stats_poisson_rate(struct interval events, struct interval exposure, double level, struct interval *out,
		       struct err *e);

/*
 * The probabilities exp(u[i] / scale) / sum exp(u / scale) of a multinomial logit, without overflow: the
 * largest is subtracted first. p[n] may be u. An option at -INFINITY gets 0.
 * Source: D. McFadden, "Conditional logit analysis of qualitative choice behavior", in P. Zarembka (ed.),
 * Frontiers in Econometrics (1974) 105-142.
 * Errors: ERR_DOMAIN when n < 1, scale is not finite and above 0, a utility is NaN or +INFINITY, or all are
 * -INFINITY.
 */
int stats_logit(const double *u, int n, double scale, double *p, struct err *e);

/* P(Z <= z) of a standard normal variable; NaN when z is. */
double stats_normal_below(double z);

/*
 * Where a standard normal variable is below with probability p. Errors: ERR_DOMAIN when p is not in (0, 1).
 */
int stats_normal_quantile(double p, double *out, struct err *e);

/*
 * The same for Student's distribution with df degrees of freedom, which need not be whole.
 * Errors: ERR_DOMAIN when p is not in (0, 1), df is not above 0, or the quantile is beyond a double.
 */
int stats_student_quantile(double p, double df, double *out, struct err *e);

#endif
