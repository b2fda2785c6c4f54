/* dist.c - the list of distributions, in the order of the manual, and what is the same for all of them. */
#include "stats/dist_priv.h"

#include <stdio.h>
#include <string.h>

static const struct dist *const dists[] = {
	&dist_normal, &dist_student_t, &dist_cauchy, &dist_double_exponential, &dist_logistic,
	&dist_half_normal, &dist_half_cauchy, &dist_half_student_t,
	&dist_lognormal, &dist_exponential, &dist_gamma, &dist_inv_gamma, &dist_weibull,
	&dist_beta, &dist_uniform,
	&dist_bernoulli, &dist_bernoulli_logit, &dist_binomial, &dist_binomial_logit, &dist_beta_binomial,
	&dist_poisson, &dist_poisson_log, &dist_neg_binomial_2, &dist_neg_binomial_2_log,
};

int dist_count(void)
{
	return sizeof dists / sizeof *dists;
}

const struct dist *dist_at(int i)
{
	return dists[i];
}

const struct dist *dist_find(const char *name)
{
	for (int i = 0; i < dist_count(); i++)
		if (!strcmp(dists[i]->name, name))
			return dists[i];
	return NULL;
}

bool dist_is_whole(const struct dist *d)
{
	return d->support == DIST_COUNT || d->support == DIST_COUNT_TO || d->support == DIST_BIT;
}

double dist_sum(const struct dist *dist, int64_t n, const double *const *a, const int *step, double *const *d)
{
	double row[DIST_PARAMS_MAX + 1], by[DIST_PARAMS_MAX + 1], sum = 0;
	bool wanted = false;

	if (dist->sum)
		return dist->sum(n, a, step, d);
	for (int k = 0; d && k <= dist->nparams; k++)
		wanted |= d[k] != NULL;
	for (int64_t i = 0; i < n; i++) {
		for (int k = 0; k <= dist->nparams; k++)
			row[k] = a[k][i * step[k]];
		sum += dist->lpdf(row, wanted ? by : NULL);
		for (int k = 0; wanted && k <= dist->nparams; k++)
			if (d[k])
				d[k][i * step[k]] += by[k];
	}
	return sum;
}

static bool is_good(enum dist_domain domain, double v)
{
	switch (domain) {
	case DIST_ANY:          return is_finite(v);
	case DIST_ABOVE_0:      return is_above_0(v);
	case DIST_NOT_NEGATIVE: return is_not_negative(v);
	case DIST_PROBABILITY:  return is_probability(v);
	case DIST_WHOLE:        return is_count(v);
	}
	return false;
}

bool dist_is_wrong(const struct dist *dist, const double *params)
{
	for (int k = 0; k < dist->nparams; k++)
		if (!is_good(dist->domains[k], params[k]))
			return true;
	return dist->support == DIST_BETWEEN && !(params[0] < params[1]);
}

bool dist_fault(const struct dist *dist, const double *params, char *text, size_t size)
{
	static const char *const domains[] = {
		[DIST_ANY] = "finite", [DIST_ABOVE_0] = "finite and above 0", [DIST_NOT_NEGATIVE] = "finite and not below 0",
		[DIST_PROBABILITY] = "between 0 and 1", [DIST_WHOLE] = "a whole number from 0 on",
	};

	for (int k = 0; k < dist->nparams; k++) {
		double v = params[k];

		if (is_good(dist->domains[k], v))
			continue;
		/* the usual slip is a sign or a zero: say no more than it needs */
		snprintf(text, size, "%s is %g, it has to be %s", dist->params[k], v,
			 dist->domains[k] == DIST_ABOVE_0 && v <= 0 ? "above 0" : domains[dist->domains[k]]);
		return true;
	}
	if (dist->support == DIST_BETWEEN && !(params[0] < params[1])) {
		snprintf(text, size, "%s is %g, it has to be above %s, which is %g", dist->params[1], params[1], dist->params[0],
			 params[0]);
		return true;
	}
	return false;
}
