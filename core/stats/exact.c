/*
 * exact.c - exact limits for counts and shares.
 *
 * Both limits solve "tail probability = (1 - level) / 2" for the parameter. GSL has inverses of its own
 * (gsl_cdf_gamma_Pinv, gsl_cdf_beta_Pinv); they iterate towards a tolerance and report failure for some
 * arguments. The tail is monotone in the parameter, so halving the bracket until no double lies inside it
 * always ends, takes at most some 1,100 cheap steps and mostly 60, and gives the same bits everywhere that
 * GSL's tails do.
 */
#include "stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

void stats_open(void)
{
	gsl_set_error_handler_off();
}

/* A tail probability as a function of the parameter; a and b are the counts it belongs to. */
typedef double tail_fn(double x, double a, double b);

/* P(X >= k) for a Poisson mean x is the gamma distribution function with shape k (grows with x). */
static double poisson_upper(double x, double k, double unused)
{
	(void)unused;
	return gsl_cdf_gamma_P(x, k, 1);
}

/* P(X <= k) for a Poisson mean x (falls with x); the sign makes it grow. */
static double poisson_lower(double x, double k, double unused)
{
	(void)unused;
	return -gsl_cdf_gamma_Q(x, k + 1, 1);
}

static double binomial_upper(double p, double k, double n)
{
	return gsl_cdf_beta_P(p, k, n - k + 1);
}

static double binomial_lower(double p, double k, double n)
{
	return -gsl_cdf_beta_Q(p, k + 1, n - k);
}

/* Where the growing function f crosses `target` between low and high, to the last bit. */
static double crossing(tail_fn *f, double target, double low, double high, double a, double b)
{
	for (;;) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			return middle;
		if (f(middle, a, b) < target)
			low = middle;
		else
			high = middle;
	}
}

static int check_level(double level, struct err *e)
{
	if (!(level > 0 && level < 1))
		return err_set(e, ERR_DOMAIN, "a level lies between 0 and 1, found %g", level);
	return 0;
}

static int check_count(int64_t n, const char *what, struct err *e)
{
	if (n < 0 || n > STATS_COUNT_MAX)
		return err_set(e, ERR_DOMAIN, "%s lies between 0 and %d, found %lld", what, STATS_COUNT_MAX, (long long)n);
	return 0;
}

int stats_poisson_limits(int64_t k, double level, struct interval *out, struct err *e)
{
	double tail = (1 - level) / 2, high = (double)k + 1;
	int rc;

	if ((rc = check_level(level, e)) || (rc = check_count(k, "a count", e)))
		return rc;
	while (poisson_lower(high, (double)k, 0) < -tail)
		high *= 2;
	out->low = k ? crossing(poisson_upper, tail, 0, (double)k, (double)k, 0) : 0;
	out->high = crossing(poisson_lower, -tail, 0, high, (double)k, 0);
	return 0;
}

int stats_binomial_limits(int64_t k, int64_t n, double level, struct interval *out, struct err *e)
{
	double tail = (1 - level) / 2;
	int rc;

	if ((rc = check_level(level, e)) || (rc = check_count(n, "a number of trials", e)))
		return rc;
	if (n < 1)
		return err_set(e, ERR_DOMAIN, "a share needs at least one trial");
	if (k < 0 || k > n)
		return err_set(e, ERR_DOMAIN, "%lld of %lld is no share", (long long)k, (long long)n);
	out->low = k ? crossing(binomial_upper, tail, 0, 1, (double)k, (double)n) : 0;
	out->high = k < n ? crossing(binomial_lower, -tail, 0, 1, (double)k, (double)n) : 1;
	return 0;
}

static int check_interval(struct interval v, const char *what, struct err *e)
{
	if (!(v.low >= 0 && v.low <= v.high && !isinf(v.low)))
		return err_set(e, ERR_DOMAIN, "%s needs 0 <= low <= high, found %g to %g", what, v.low, v.high);
	return 0;
}

int stats_poisson_rate(struct interval events, struct interval exposure, double level, struct interval *out,
		       struct err *e)
{
	struct interval few, many = { 0, INFINITY };
	double least = floor(events.low), most = ceil(events.high);
	int rc;

	if ((rc = check_interval(events, "a count", e)) || (rc = check_interval(exposure, "an exposure", e)))
		return rc;
	if (!(exposure.high > 0))
		return err_set(e, ERR_DOMAIN, "a rate needs an exposure above 0");
	if (least > STATS_COUNT_MAX || (!isinf(most) && most > STATS_COUNT_MAX))
		return err_set(e, ERR_DOMAIN, "a count lies between 0 and %d, found %g to %g", STATS_COUNT_MAX, events.low,
			       events.high);
	if ((rc = stats_poisson_limits((int64_t)least, level, &few, e)))
		return rc;
	if (!isinf(most) && (rc = stats_poisson_limits((int64_t)most, level, &many, e)))
		return rc;
	out->low = few.low / exposure.high;
	out->high = exposure.low > 0 ? many.high / exposure.low : INFINITY;
	return 0;
}
