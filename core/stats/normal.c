/*
 * normal.c - the normal distribution and Student's, for scores and for limits of a mean.
 *
 * GSL has both; what is added is that an argument outside of the domain is an error with a sentence and not a NaN that
 * travels on.
 */
#include "stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double stats_normal_below(double z)
{
	return gsl_cdf_ugaussian_P(z);
}

int stats_normal_quantile(double p, double *out, struct err *e)
{
	if (!(p > 0 && p < 1))
		return err_set(e, ERR_DOMAIN, "a quantile needs a probability between 0 and 1, found %g", p);
	*out = gsl_cdf_ugaussian_Pinv(p);
	return 0;
}

int stats_student_quantile(double p, double df, double *out, struct err *e)
{
	double t;

	if (!(p > 0 && p < 1))
		return err_set(e, ERR_DOMAIN, "a quantile needs a probability between 0 and 1, found %g", p);
	if (!(df > 0))
		return err_set(e, ERR_DOMAIN, "degrees of freedom are above 0, found %g", df);
	/* the tail that is smaller keeps its digits; beyond 1e10 the two distributions agree to the last of them */
	t = df > 1e10 ? gsl_cdf_ugaussian_Pinv(p) : p < 0.5 ? gsl_cdf_tdist_Pinv(p, df) : gsl_cdf_tdist_Qinv(1 - p, df);
	if (!isfinite(t))
		return err_set(e, ERR_DOMAIN, "no quantile %g of Student's distribution with %g degrees of freedom", p, df);
	*out = t;
	return 0;
}
