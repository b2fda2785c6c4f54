/*
 * dist_priv.h - what the files of the list of distributions share: rows of the list, and the few functions on which densities,
 * tails and their derivatives stand. Included by core/stats/dist*.c and by their tests only.
 *
 * Densities of gamma, beta and everything counted are not written with log-gammas of large arguments, whose differences lose
 * all digits at counts of 1e9, but as a deviance (how far the outcome is from where the distribution is centred, exactly 0
 * there) plus Stirling's corrections, after C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000).
 */
#ifndef MUSTER_DIST_PRIV_H
#define MUSTER_DIST_PRIV_H

#include "stats/dist.h"

#include <math.h>

#define LOG_2    0.69314718055994530942
#define LOG_PI   1.1447298858494001741
#define LOG_2PI  1.8378770664093454836

static inline bool is_above_0(double x) { return x > 0 && x < INFINITY; }
static inline bool is_not_negative(double x) { return x >= 0 && x < INFINITY; }
static inline bool is_finite(double x) { return x - x == 0; }
static inline bool is_count(double x) { return x >= 0 && x < INFINITY && floor(x) == x; }
static inline bool is_probability(double x) { return x >= 0 && x <= 1; }

/* Within the support, where rounding went to its edge. */
static inline double to_positive(double x) { return fmin(fmax(x, 0x1p-1074), 0x1.fffffffffffffp1023); }
static inline double to_share(double x) { return fmin(fmax(x, 0x1p-1074), 1 - 0x1p-53); }

/* The value of a place that has no derivatives: outside of the support, at an infinite end, with wrong parameters. */
static inline double dist_flat(double *d, int nparams, double value)
{
	for (int i = 0; d && i <= nparams; i++)
		d[i] = 0;
	return value;
}

/* Has dist_fault something to say? All draws ask: a generator of random numbers may not end with wrong parameters. */
bool dist_is_wrong(const struct dist *dist, const double *params);

/* == elementary (dist_special.c) ============================================================= */

double dist_log1pmx(double z);           /* log(1 + z) - z */
double dist_expm1mx(double w);           /* exp(w) - 1 - w */
double dist_log1pexp(double x);          /* log(1 + exp(x)) */
double dist_log1mexp(double x);          /* log(1 - exp(x)), x <= 0 */
double dist_inv_logit(double x);
double dist_log_add(double x, double y); /* log(exp(x) + exp(y)) */
double dist_lgamma(double x);
double dist_digamma(double x);
/* log(x) - digamma(x), about 1 / (2 x); and how much it falls from x to x + more, without loss when `more` is small beside x. */
double dist_digamma_gap(double x);
double dist_digamma_gap_fall(double x, double more);
/* lgamma(x) - [(x - 1/2) log(x) - x + log(2 pi) / 2], about 1 / (12 x). */
double dist_stirling(double x);

/*
 * log of x^a exp(-x) / gamma(a): the density of a gamma variable on the log scale. v = log(x / a). gamma_offset: v of x = r / s
 * when it may be near 0.
 */
double dist_gamma_kernel(double a, double v);
double dist_log_ratio(double x, double y);       /* log(x / y), both above 0, without overflow and without loss near 1 */
/*
 * log of x^a (1 - x)^b / beta(a, b): the density of a beta variable on the logit scale. w = logit(x) - log(a / b): 0 where it is
 * centred. dist_beta_deviance is that without the constant: log of (x / x0)^a ((1 - x) / (1 - x0))^b, x0 = a / (a + b).
 */
double dist_beta_kernel(double a, double b, double w);
double dist_beta_deviance(double a, double b, double w);
/* w for a probability x. */
double dist_beta_offset(double a, double b, double x);

/* == sums over many rows (dist_sums.c, dist_sums_counts.c) =================================== */

typedef double dist_sums(int64_t n, const double *const *a, const int *step, double *const *d);
dist_sums dist_normal_sum, dist_lognormal_sum, dist_student_t_sum, dist_cauchy_sum, dist_exponential_sum, dist_gamma_sum, dist_poisson_sum,
	dist_poisson_log_sum, dist_bernoulli_logit_sum, dist_binomial_logit_sum, dist_neg_binomial_2_log_sum;
void dist_normal_rows(int64_t n, const double *const *a, const int *step, double *out, double *const *d);
/* == tails (dist_tails.c) ====================================================================
 *
 * log P(X <= x), or log P(X > x) when `above`, of gamma(a, 1) and of beta(a, b), for finite v and w as above. `by`: derivatives by
 * the shapes at fixed x, and last by log(x), or by logit(x).
 */
/* From one tail, of log probability `value`, to the other; its n derivatives become those of the other. */
double dist_complement(double value, double *by, int n);
/* A log probability above which a tail is better computed as the complement of the other one. */
#define DIST_LARGE_TAIL (-0.35)

/* The 16 points of Gauss and Legendre's rule on [-1, 1], i = 0 ... 15 from left to right. */
void dist_gauss_node(int i, double *x, double *weight);

double dist_gamma_tail(double a, double v, bool above, double by[2]);
double dist_beta_tail(double a, double b, double w, bool above, double by[3]);

/* == rows of the list ======================================================================== */

extern const struct dist dist_normal, dist_student_t, dist_cauchy, dist_double_exponential, dist_logistic, dist_uniform;
extern const struct dist dist_half_normal, dist_half_cauchy, dist_half_student_t;
extern const struct dist dist_lognormal, dist_exponential, dist_gamma, dist_inv_gamma, dist_weibull, dist_beta;
extern const struct dist dist_bernoulli, dist_bernoulli_logit, dist_binomial, dist_binomial_logit, dist_beta_binomial;
extern const struct dist dist_poisson, dist_poisson_log, dist_neg_binomial_2, dist_neg_binomial_2_log;

/* The draw of a row: an expression of r and its parameters p. */
#define DRAW(name, value)                                                    \
	static double name##_draw(struct random *r, const double *p)         \
	{                                                                    \
		return dist_is_wrong(&dist_##name, p) ? NAN : (value);       \
	}

#endif
