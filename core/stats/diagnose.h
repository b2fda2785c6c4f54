/*
 * diagnose.h - how far draws of a Markov chain can be trusted: R-hat, effective sample sizes, Monte Carlo errors.
 *
 * Of one quantity at a time. A workspace is made for a shape (chains x iterations), takes one quantity after the other, and
 * answers without allocating. One per thread. Numbers that the draws do not give are NAN: a constant quantity, draws that are
 * NAN, too few of them.
 *
 * Source: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Buerkner, "Rank-normalization, folding, and localization: an
 * improved R-hat for assessing convergence of MCMC", Bayesian Analysis 16 (2021) 667-718. Where the paper leaves a choice, the
 * one of the R package posterior 1.4 is taken, so that numbers agree with it.
 */
#ifndef MUSTER_DIAGNOSE_H
#define MUSTER_DIAGNOSE_H

#include "base/base.h"

struct diagnose;

enum { DIAGNOSE_CHAINS_MAX = 100000, DIAGNOSE_DRAWS_MAX = 100000000 };

/* ERR_DOMAIN: fewer than 1 chain or 1 iteration, or more than the limits. ERR_MEMORY. */
int diagnose_new(int chains, int64_t iterations, struct diagnose **out, struct err *e);
void diagnose_free(struct diagnose *d);

/* The quantity to be asked about: iteration i of chain c is x[c * chain_step + i * step]. It is copied. */
void diagnose_load(struct diagnose *d, const double *x, int64_t chain_step, int64_t step);

/* X(NAME, name, takes a probability, what it is) */
#define DIAGNOSE_LIST(X)                                                                                                  \
	X(MEAN, "mean", 0, "mean of all draws")                                                                           \
	X(SD, "sd", 0, "standard deviation of all draws")                                                                 \
	X(QUANTILE, "quantile", 1, "quantile of all draws")                                                               \
	X(MAD, "mad", 0, "median distance from the median, times 1.4826: the sd of a normal distribution")                \
	X(MIN, "min", 0, "smallest draw")                                                                                 \
	X(MAX, "max", 0, "largest draw")                                                                                  \
	X(RHAT, "rhat", 0, "rank-normalised split R-hat, the larger of bulk and folded")                                  \
	X(RHAT_BASIC, "rhat_basic", 0, "split R-hat of the draws as they are")                                            \
	X(ESS_BULK, "ess_bulk", 0, "effective sample size of the rank-normalised draws")                                  \
	X(ESS_TAIL, "ess_tail", 0, "the smaller effective sample size of the 5 % and the 95 % quantile")                  \
	X(ESS_MEAN, "ess_mean", 0, "effective sample size for the mean")                                                  \
	X(ESS_SD, "ess_sd", 0, "effective sample size for the standard deviation")                                        \
	X(ESS_QUANTILE, "ess_quantile", 1, "effective sample size for a quantile")                                        \
	X(MCSE_MEAN, "mcse_mean", 0, "Monte Carlo standard error of the mean")                                            \
	X(MCSE_SD, "mcse_sd", 0, "Monte Carlo standard error of the standard deviation")                                  \
	X(MCSE_QUANTILE, "mcse_quantile", 1, "Monte Carlo standard error of a quantile")                                  \
	X(ESS_UNSPLIT, "ess_unsplit", 0, "effective sample size for the mean of chains that are not split: of importance weights")

enum diagnose_measure {
#define X(name, text, prob, help) DIAGNOSE_##name,
	DIAGNOSE_LIST(X)
#undef X
	DIAGNOSE_COUNT
};

const char *diagnose_name(enum diagnose_measure m);
bool diagnose_takes_probability(enum diagnose_measure m);
/* -1: no such measure. */
int diagnose_find(const char *name);

/* Of the quantity loaded last; `p` in [0, 1] where the measure takes one, else it is not looked at. */
double diagnose_ask(struct diagnose *d, enum diagnose_measure m, double p);

/* == many quantities ========================================================================= */

/* Column i of draws into x, the chains one behind the other. Called from several threads. */
typedef void draws_fill(void *ctx, int64_t i, double *x);

struct diagnose_question {
	enum diagnose_measure measure;
	double p;
};

/*
 * out[i * nquestions + k] = question k of quantity i. Threads share the quantities; the answers do not depend on them.
 * ERR_DOMAIN, ERR_MEMORY, ERR_INTERRUPT.
 */
int diagnose_many(int chains, int64_t iterations, int64_t quantities, draws_fill *fill, void *ctx,
		  const struct diagnose_question *questions, int nquestions, double *out, struct err *e);

/* == energies ================================================================================ */

/*
 * Estimated fraction of missing information of each chain: how well momentum resampling explores the energies, which are laid
 * out as above. Below 0.3 is a warning. Source: M. Betancourt, "Diagnosing suboptimal cotangent disintegrations in Hamiltonian
 * Monte Carlo", arXiv:1604.00695 (2016). NAN of a constant energy, or fewer than 3 draws.
 */
double diagnose_ebfmi(const double *energy, int64_t n, int64_t step);

#endif
