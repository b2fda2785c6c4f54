/*
 * place.c - a place to begin at, and words for what is wrong with one.
 */
#include "mcmc/mcmc_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int first_not_finite(const double *v, int n)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return i;
	return -1;
}

bool place_fault(const struct density *d, double lp, const double *grad, char *why, size_t size)
{
	const char *reason = d->why ? d->why(d->ctx) : "";
	int bad;

	if (lp == -INFINITY && *reason)
		snprintf(why, size, "there is no density: %s", reason);
	else if (!isfinite(lp))
		snprintf(why, size, "the log density is %s", isnan(lp) ? "not a number" : lp > 0 ? "inf" : "-inf");
	else if ((bad = first_not_finite(grad, d->n)) >= 0)
		snprintf(why, size, "the log density is %g, but number %d of its gradient is %g", lp, bad + 1, grad[bad]);
	else
		return false;
	return true;
}

static int place_search(const struct density *d, const double *given, double radius, struct random *r, double *q, double *lp,
			double *grad, const char *who, struct err *e)
{
	bool draws = radius > 0 && first_not_finite(given, d->n) >= 0;
	int tries = draws ? MCMC_TRIES : 1, rc;
	char why[600] = "";

	for (int i = 0; i < tries; i++) {
		for (int k = 0; k < d->n; k++)
			q[k] = isnan(given[k]) ? radius * (2 * random_uniform(r) - 1) : given[k];
		if (stop_requested())
			return ERR_INTERRUPT;
		if ((rc = d->eval(d->ctx, q, lp, grad, e)))
			return rc;
		if (!place_fault(d, *lp, grad, why, sizeof why))
			return 0;
	}
	if (!draws)
		return err_set(e, ERR_DOMAIN, "%s cannot begin at the start it was given: %s", who, why);
	return err_set(e, ERR_DOMAIN, "%s found no start in %d tries within (%g, %g) on the unconstrained scale; at the last "
		       "one %s", who, tries, -radius, radius, why);
}

int place_find(const struct density *d, const double *given, double radius, struct random *r, double *q, double *lp,
	       double *grad, const char *who, struct err *e)
{
	struct random before = *r;
	int rc = place_search(d, given, radius, r, q, lp, grad, who, e);

	if (rc) {
		*r = before;
		memcpy(q, given, (size_t)d->n * sizeof *q);
	}
	return rc;
}
