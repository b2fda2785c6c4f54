/*
 * dist.h - distributions: densities, tails, their derivatives, random draws. Names and parameters are Stan's.
 *
 * One list. Everything that can be asked about a distribution is in its row, so a model, a truncation, a report of a bound
 * and a predictive draw all come from the same place.
 *
 * In all functions a[0] is the outcome and a[1 ... nparams] are the parameters in Stan's order. `d`, when not NULL, gets the
 * derivatives of the result by each of them (0 by a whole-numbered outcome). Results are in nats:
 *   -INFINITY    no such outcome, or a tail without mass; derivatives are then 0
 *   NAN          a parameter is outside of its domain (dist_fault says which), or an argument is NaN
 * They are finite with finite derivatives wherever the true values are doubles, also far in the tails.
 */
#ifndef MUSTER_DIST_H
#define MUSTER_DIST_H

#include "stats/random.h"

enum { DIST_PARAMS_MAX = 4 };

/* Where outcomes lie. */
enum dist_support {
	DIST_REAL,               /* all numbers */
	DIST_POSITIVE,           /* above 0 (half distributions: from 0) */
	DIST_UNIT,               /* between 0 and 1 */
	DIST_BETWEEN,            /* between the first and the second parameter (uniform) */
	DIST_COUNT,              /* 0, 1, 2, ... */
	DIST_COUNT_TO,           /* 0 ... the first parameter (binomial) */
	DIST_BIT,                /* 0, 1 */
};

/* What a parameter may be. */
enum dist_domain {
	DIST_ANY,                /* finite */
	DIST_ABOVE_0,            /* finite, above 0 */
	DIST_NOT_NEGATIVE,       /* finite, 0 or above: rates of counts */
	DIST_PROBABILITY,        /* 0 ... 1 */
	DIST_WHOLE,              /* 0, 1, 2, ...: data only */
};

struct dist {
	const char *name;                        /* "neg_binomial_2" */
	int nparams;
	const char *params[DIST_PARAMS_MAX];     /* "mu", "phi" */
	enum dist_domain domains[DIST_PARAMS_MAX];
	enum dist_support support;
	const char *help;                        /* a sentence */
	double (*lpdf)(const double *a, double *d);      /* log density or log probability */
	double (*lcdf)(const double *a, double *d);      /* log P(X <= x) */
	double (*lccdf)(const double *a, double *d);     /* log P(X > x) */
	double (*draw)(struct random *r, const double *params);
	/*
	 * Many rows at once, or NULL: the sum of log densities. Argument k of row i is a[k][i * step[k]], step 0 or 1. d[k] is
	 * NULL, or the derivatives are added to d[k][i * step[k]].
	 */
	double (*sum)(int64_t n, const double *const *a, const int *step, double *const *d);
	/* Likewise, or NULL: out[i] is the log density of row i, and its derivatives are put into d[k][i], whatever step[k] is. */
	void (*rows)(int64_t n, const double *const *a, const int *step, double *out, double *const *d);
};

int dist_count(void);
const struct dist *dist_at(int i);
const struct dist *dist_find(const char *name);          /* NULL: none */
bool dist_is_whole(const struct dist *d);                /* outcomes are whole numbers */

/* `sum` of any distribution, by `lpdf` row for row where it has none of its own. */
double dist_sum(const struct dist *dist, int64_t n, const double *const *a, const int *step, double *const *d);
/* `rows` of any. */
void dist_rows(const struct dist *dist, int64_t n, const double *const *a, const int *step, double *out, double *const *d);

/*
 * log P(low <= X <= high) of the closed interval; a[0] = low, a[1] = high, then parameters; d has nparams + 2 places.
 * Infinite ends are open. Whole outcomes: ends are rounded inwards. low == high: continuous ones give their log density,
 * whole ones their probability. Computed in the tail that keeps its digits.
 */
double dist_linterval(const struct dist *dist, const double *a, double *d);

/* One draw within [low, high]: by rejection, or by inverting the distribution function where that would take long. NAN: nothing there. */
double dist_draw_between(const struct dist *dist, struct random *r, const double *params, double low, double high);

/* Which parameter is wrong and what it has to be: "sigma is -1, it has to be above 0". False: none. */
bool dist_fault(const struct dist *dist, const double *params, char *text, size_t size);

/* == outcomes that are vectors ===============================================================
 *
 * x[k]; parameter j has n[j] numbers (matrices by row). Derivatives are added to dx and d[j] where not NULL, times `weight`.
 */
struct vector_dist {
	const char *name;                        /* "dirichlet" */
	int nparams;
	const char *params[DIST_PARAMS_MAX];
	bool whole;                              /* outcomes are whole: multinomial, categorical (k = 1) */
	bool simplex;                            /* outcomes are probabilities that add up to 1 */
	const char *help;
	/* The length of the outcome that these parameters make, -1 = they do not fit each other. */
	int (*length)(const int *n);
	double (*lpdf)(int k, const double *x, const double *const *p, const int *n, double weight, double *dx, double *const *d);
	/* `total`: trials of a multinomial. False: parameters outside of their domain. */
	bool (*draw)(struct random *r, int k, const double *const *p, const int *n, int64_t total, double *x);
};
/* multinomial(theta), dirichlet(alpha), categorical(theta), categorical_logit(beta), multi_normal(mu, Sigma), multi_normal_cholesky(mu, L) */
int vector_dist_count(void);
const struct vector_dist *vector_dist_at(int i);
const struct vector_dist *vector_dist_find(const char *name);

#endif
