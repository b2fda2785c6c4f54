/*
 * optimize.h - the top of a log density, and the normal distribution that touches it there.
 */
#ifndef MUSTER_OPTIMIZE_H
#define MUSTER_OPTIMIZE_H

#include "mcmc/mcmc.h"

/* == optimize ================================================================================ */

enum optimize_status {
	OPTIMIZE_GRADIENT,       /* the gradient is as good as 0: a stationary point */
	OPTIMIZE_FLAT,           /* the density rises no more than rounding, the gradient is not quite 0 */
	OPTIMIZE_LIMIT,          /* iterations ran out */
	OPTIMIZE_UNBOUNDED,      /* the density rises without end, or up to where it has none: it may have no top */
	OPTIMIZE_STUCK,          /* no step along the gradient raises the density: they do not belong together, or there is a kink */
	OPTIMIZE_NOWHERE,        /* no place to begin at was found */
	OPTIMIZE_INTERRUPTED,
};
/* "converged: the gradient is 0" ... */
const char *optimize_status_text(enum optimize_status s);
static inline bool optimize_converged(enum optimize_status s) { return s == OPTIMIZE_GRADIENT || s == OPTIMIZE_FLAT; }

struct optimize_options {
	uint64_t seed;
	int starts;              /* from different places; the highest top is taken */
	double radius;           /* starts are uniform in (-radius, radius) */
	const double *start;     /* q[n] of the first start, NAN where it is to be drawn; NULL = all drawn */
	int iterations;          /* at most, of each start */
	int history;             /* pairs of steps and gradients that stand for the curvature */
	double tolerance;        /* of the gradient, in units of log density: see optimize() */
};
#define OPTIMIZE_OPTIONS_INIT { .seed = 1, .starts = 4, .radius = 2, .iterations = 10000, .history = 10, .tolerance = 1e-8 }

/* One start. */
struct optimize_end {
	double lp;
	int iterations, evaluations;
	enum optimize_status status;
};

struct optimum {
	double *q, *grad;        /* [n], of the best start */
	double lp;
	int best;                /* which start: the highest that converged, else the highest */
	int same;                /* starts that converged to the same lp, the best one included */
	struct optimize_end *ends;       /* [starts] */
	int starts;              /* fewer than were asked for after an interruption */
};
#define OPTIMUM_INIT { 0 }

/*
 * L-BFGS with a line search for the strong Wolfe conditions. J. Nocedal and S. Wright, Numerical Optimization (2nd
 * ed., 2006), algorithms 7.4, 7.5, 3.5 and 3.6; near the top, where the density has no more digits, the approximate
 * Wolfe conditions of W. Hager and H. Zhang, SIAM Journal on Optimization 16 (2005) 170-192. Converged when no number
 * of the gradient is above tolerance and a Newton step by the curvature found so far would raise the log density by
 * less than tolerance (1 + |lp|); or when such a step would raise it by less than 1e-8 of that. An interruption is no
 * error: its status says so. ERR_DOMAIN: no start has a density.
 */
int optimize(const struct density *d, const struct optimize_options *o, struct optimum *out, struct err *e);
void optimum_release(struct optimum *o);

/* == Laplace's approximation ================================================================= */

struct laplace {
	int n, draws;
	double *mode;            /* [n] */
	double *hessian;         /* [n * n] of minus the log density */
	double *covariance;      /* [n * n], the inverse of it */
	double *factor;          /* [n * n] by row, lower: covariance = factor factor' */
	double log_evidence;     /* log of the integral of exp(lp) by the approximation */
	double *q;               /* [draws][n] */
	double *lp;              /* [draws] log density at q; -INFINITY where there is none */
	double *lq;              /* [draws] log density of the approximation, with its constant: lp - lq are log weights */
};
#define LAPLACE_INIT { 0 }

/*
 * The normal distribution with the curvature of the log density at its top, by central differences of gradients, and
 * draws of it. ERR_DOMAIN: the density does not curve downwards in every direction there (the message names a number
 * of q, from 1, where it does not); ERR_INTERRUPT.
 */
int laplace(const struct density *d, const double *mode, int draws, struct random *r, struct laplace *out, struct err *e);
void laplace_release(struct laplace *l);

#endif
