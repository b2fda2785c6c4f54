/* logit.c - choice probabilities of a multinomial logit. */
#include "stats/stats.h"

#include <math.h>

int stats_logit(const double *u, int n, double scale, double *p, struct err *e)
{
	double top = -INFINITY, sum = 0;

	if (n < 1)
		return err_set(e, ERR_DOMAIN, "a choice needs at least one option");
	if (!(scale > 0) || isinf(scale))
		return err_set(e, ERR_DOMAIN, "a scale is finite and above 0, found %g", scale);
	for (int i = 0; i < n; i++) {
		if (isnan(u[i]) || u[i] == INFINITY)
			return err_set(e, ERR_DOMAIN, "option %d has the utility %g", i + 1, u[i]);
		top = fmax(top, u[i]);
	}
	if (isinf(top))
		return err_set(e, ERR_DOMAIN, "no option is possible");
	for (int i = 0; i < n; i++)
		sum += exp((u[i] - top) / scale);
	for (int i = 0; i < n; i++)
		p[i] = exp((u[i] - top) / scale) / sum;
	return 0;
}
