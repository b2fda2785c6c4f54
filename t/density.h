/*
 * density.h - log densities with known moments, for tests of what samples and climbs.
 */
#ifndef DENSITY_H
#define DENSITY_H

#include "mcmc/optimize.h"

#include <math.h>
#include <string.h>

/* Independent normals of mean `at` and these scales. */
struct normals {
	int n;
	const double *at, *scale;
};

static inline int density_normals(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	const struct normals *d = ctx;

	(void)e;
	*lp = 0;
	for (int i = 0; i < d->n; i++) {
		double z = (q[i] - (d->at ? d->at[i] : 0)) / d->scale[i];

		*lp -= 0.5 * z * z;
		grad[i] = -z / d->scale[i];
	}
	return 0;
}

/* Stationary AR(1) with unit variances: a correlated normal whose precision is known in closed form. */
struct chained {
	int n;
	double r;
};

static inline int density_chained(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	const struct chained *d = ctx;
	double v = 1 - d->r * d->r;

	(void)e;
	*lp = -0.5 * q[0] * q[0];
	grad[0] = -q[0];
	for (int i = 1; i < d->n; i++) {
		double x = q[i] - d->r * q[i - 1];

		*lp -= 0.5 * x * x / v;
		grad[i] = -x / v;
		grad[i - 1] += d->r * x / v;
	}
	return 0;
}

/* Neal's funnel: v ~ normal(0, 3), the others normal(0, exp(v / 2)). */
static inline int density_funnel(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	int n = *(int *)ctx;
	double v = q[0], w = exp(-v);

	(void)e;
	*lp = -v * v / 18 - 0.5 * (n - 1) * v;
	grad[0] = -v / 9 - 0.5 * (n - 1);
	for (int i = 1; i < n; i++) {
		*lp -= 0.5 * w * q[i] * q[i];
		grad[0] += 0.5 * w * q[i] * q[i];
		grad[i] = -w * q[i];
	}
	return 0;
}

/* exp(q) is half-normal with scale 1, with the Jacobian of the exponential. */
static inline int density_half_normal(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	double x = exp(q[0]);

	(void)ctx;
	(void)e;
	*lp = -0.5 * x * x + q[0];
	grad[0] = 1 - x * x;
	return 0;
}

/* x ~ normal(0, 1), y ~ normal(x^2, 0.5): E y = 1, var y = 2.25. */
static inline int density_banana(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	double x = q[0], d = (q[1] - x * x) / 0.25;

	(void)ctx;
	(void)e;
	*lp = -0.5 * x * x - 0.5 * d * (q[1] - x * x);
	grad[0] = -x + 2 * d * x;
	grad[1] = -d;
	return 0;
}

#endif
