/*
 * psis.h - draws of one distribution as weighted draws of another: Pareto smoothed importance sampling, and what rests on it.
 *
 * Leaving a row of the data out, or weakening a prior, changes the posterior a little: its draws, weighted, do for the new one,
 * and the shape k of the largest weights says whether they do. Weights are logarithms; they need not be normalised.
 *
 * Sources: A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry, "Pareto smoothed importance sampling", Journal of Machine
 * Learning Research 25 (2024) 1-58; J. Zhang and M. Stephens, "A new and efficient estimation method for the generalized
 * Pareto distribution", Technometrics 51 (2009) 316-325; A. Vehtari, A. Gelman, J. Gabry, "Practical Bayesian model
 * evaluation using leave-one-out cross-validation and WAIC", Statistics and Computing 27 (2017) 1413-1432; N. Kallioinen,
 * T. Paananen, P.-C. Buerkner, A. Vehtari, "Detecting and diagnosing prior and likelihood sensitivity with power-scaling",
 * Statistics and Computing 34 (2023) 57. Choices that the papers leave open are those of the R package loo 2.5.
 */
#ifndef MUSTER_PSIS_H
#define MUSTER_PSIS_H

#include "stats/diagnose.h"

/*
 * Generalised Pareto distribution of n values above 0 in ascending order, with a weak prior that pulls the shape towards 0.5.
 * Returns the shape k (INFINITY when there is no fit) and the scale.
 */
double psis_pareto_fit(const double *x, int64_t n, double *scale);

struct psis;

/* A workspace for that many draws; one per thread. ERR_DOMAIN: none. ERR_MEMORY. */
int psis_new(int64_t draws, struct psis **out, struct err *e);
void psis_free(struct psis *p);

/*
 * Smooths the largest of the log weights in place. r_eff: effective draws for each draw (1 = independent); it sets how many
 * are looked at. Returns k: up to psis_threshold the weights can be trusted. INFINITY: fewer than 5 draws to look at, or no
 * fit. -INFINITY: the largest weights are all alike, so none dominates.
 */
double psis_smooth(struct psis *p, double *log_weights, double r_eff);

/* min(1 - 1 / log10(draws), 0.7): for larger k there are too few draws. */
double psis_threshold(double draws);

/* log(sum(exp(x))) without overflow; -INFINITY of none. */
double log_sum_exp(const double *x, int64_t n);

/* == leaving out ============================================================================= */

struct loo_point {
	double elpd;             /* log predictive density of the row by the other rows */
	double mcse;             /* its Monte Carlo error */
	double p;                /* effective parameters: log density with the row, less elpd */
	double k;                /* shape of the weights */
	double ess;              /* effective draws of the weights */
	double r_eff;            /* of the likelihood, before weighting */
	double lpd;              /* log density with the row */
	double waic, p_waic;     /* the same by the widely applicable information criterion (S. Watanabe 2010) */
};

/*
 * Of `points` rows (or groups of rows, whose log likelihoods `fill` adds up): fill(ctx, i, x) gives the log likelihood of row i
 * at each draw. Threads share the rows; the result does not depend on them. ERR_DOMAIN: a log likelihood is NAN or +INFINITY
 * (the message says "row 3"); ERR_INTERRUPT, ERR_MEMORY.
 */
int loo_points(int chains, int64_t iterations, int64_t points, draws_fill *fill, void *ctx, struct loo_point *out, struct err *e);

/* == power scaling =========================================================================== */

/*
 * Cumulative Jensen-Shannon distance between equally weighted draws and the same draws with `weights` (they add up to 1), in
 * [0, 1]: the larger one of x and -x. x[n] ascending. 0 for fewer than two draws, or a constant.
 * Source: H.-V. Nguyen and J. Vreeken, "Non-parametric Jensen-Shannon divergence", ECML PKDD 2015, LNCS 9285, 173-189.
 */
double power_distance(const double *x, const double *weights, int64_t n);

struct power_weights {
	double k;                /* the larger one of both sides */
	double *low, *high;      /* [draws], normalised: under POWER_LOW and POWER_HIGH */
};

/* How far the component is raised and lowered: powers 0.99 and 1.01, as in the paper. */
#define POWER_LOW  0.99
#define POWER_HIGH 1.01

/* From log densities of a component (the priors, the likelihood) at each draw. low, high[draws]. */
int power_weigh(const double *log_density, int64_t draws, struct power_weights *w, struct err *e);

/*
 * Distance moved for each doubling of the component's weight, at the posterior, of `quantities` columns: out[i]. NAN for a
 * quantity that is constant or not finite.
 */
int power_sensitivity(const struct power_weights *w, int64_t draws, int64_t quantities, draws_fill *fill, void *ctx,
		      double *out, struct err *e);

#endif
