/*
 * kernels.c - the vector loops of the sampler.
 */
#include "mcmc/mcmc_priv.h"

KERNEL void kernel_drift(int room, double h, const double *p, const double *s, const double *g, const double *t, const double *q,
			 double *restrict p2, double *restrict s2, double *restrict q2)
{
	for (int i = 0; i < (room & ~3); i++) {
		double v = s[i] + h * t[i];

		p2[i] = p[i] + h * g[i];
		s2[i] = v;
		q2[i] = q[i] + 2 * h * v;
	}
}

#define TOTAL(x) ((x)[0] + (x)[1] + ((x)[2] + (x)[3]))

KERNEL double kernel_kick(int room, double h, const double *g, const double *t, double *restrict p, double *restrict s)
{
	double sum[LANES] = { 0 };

	for (int i = 0; i < room; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			p[i + k] += h * g[i + k];
			s[i + k] += h * t[i + k];
			sum[k] += p[i + k] * s[i + k];
		}
	}
	return TOTAL(sum);
}

KERNEL double kernel_kick_diagonal(int room, double h, const double *inverse, const double *g, double *restrict t, double *restrict p,
				   double *restrict s)
{
	double sum[LANES] = { 0 };

	for (int i = 0; i < room; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			double v = inverse[i + k] * g[i + k];

			t[i + k] = v;
			p[i + k] += h * g[i + k];
			s[i + k] += h * v;
			sum[k] += p[i + k] * s[i + k];
		}
	}
	return TOTAL(sum);
}

KERNEL double kernel_dot(int room, const double *a, const double *b)
{
	double sum[LANES] = { 0 };

	for (int i = 0; i < room; i += LANES)
		for (int k = 0; k < LANES; k++)
			sum[k] += a[i + k] * b[i + k];
	return TOTAL(sum);
}

KERNEL void kernel_times(int room, const double *a, const double *b, double *restrict out)
{
	for (int i = 0; i < (room & ~3); i++)
		out[i] = a[i] * b[i];
}

/* Rows are columns, so whole rows are added up and nothing is summed across a row. */
KERNEL void kernel_symmetric(int n, const double *m, const double *v, double *restrict out)
{
	size_t w = (size_t)n;
	int j = 0;

	for (int i = 0; i < n; i++)
		out[i] = 0;
	for (; j + 4 <= n; j += 4) {
		const double *a = m + (size_t)j * w;

		for (int i = 0; i < n; i++)
			out[i] += a[i] * v[j] + a[w + (size_t)i] * v[j + 1] +
				  (a[2 * w + (size_t)i] * v[j + 2] + a[3 * w + (size_t)i] * v[j + 3]);
	}
	for (; j < n; j++)
		for (int i = 0; i < n; i++)
			out[i] += m[(size_t)j * w + (size_t)i] * v[j];
}

/*
 * Three looks at whether a trajectory has turned (Betancourt, appendix A.4.2, and the two that Stan added): over the whole of it, and over
 * each part with the nearest point of the other, which catches a turn between the two.
 */
KERNEL bool kernel_join(int room, const struct kernel_part *a, const struct kernel_part *b, double *restrict rho)
{
	const double *ra = a->rho, *rb = b->rho, *sa = a->s[0], *sb = b->s[0], *si = a->s[1], *sj = b->s[1], *pi = a->p[1];
	const double *pj = b->p[1];
	double d[6][LANES] = { { 0 } };

	for (int i = 0; i < room; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			double r = ra[i + k] + rb[i + k], x = ra[i + k] + pj[i + k], y = rb[i + k] + pi[i + k];

			rho[i + k] = r;
			d[0][k] += sa[i + k] * r;
			d[1][k] += sb[i + k] * r;
			d[2][k] += sa[i + k] * x;
			d[3][k] += sj[i + k] * x;
			d[4][k] += si[i + k] * y;
			d[5][k] += sb[i + k] * y;
		}
	}
	return TOTAL(d[0]) > 0 && TOTAL(d[1]) > 0 && TOTAL(d[2]) > 0 && TOTAL(d[3]) > 0 && TOTAL(d[4]) > 0 && TOTAL(d[5]) > 0;
}

/* The three are one then. */
KERNEL bool kernel_join_points(int room, const struct kernel_part *a, const struct kernel_part *b, double *restrict rho)
{
	const double *ra = a->rho, *rb = b->rho, *sa = a->s[0], *sb = b->s[0];
	double d[2][LANES] = { { 0 } };

	for (int i = 0; i < room; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			double r = ra[i + k] + rb[i + k];

			rho[i + k] = r;
			d[0][k] += sa[i + k] * r;
			d[1][k] += sb[i + k] * r;
		}
	}
	return TOTAL(d[0]) > 0 && TOTAL(d[1]) > 0;
}

KERNEL void kernel_variance(int room, double count, const double *q, double *restrict mean, double *restrict sum)
{
	for (int i = 0; i < (room & ~3); i++) {
		double d = q[i] - mean[i];

		mean[i] += d / count;
		sum[i] += d * (q[i] - mean[i]);
	}
}

KERNEL void kernel_covariance(int n, double count, const double *q, double *restrict mean, double *restrict sum,
			      double *restrict work)
{
	for (int i = 0; i < n; i++) {
		work[i] = q[i] - mean[i];
		mean[i] += work[i] / count;
	}
	for (int i = 0; i < n; i++) {
		double d = q[i] - mean[i];

		for (int j = 0; j < n; j++)
			sum[(size_t)i * (size_t)n + (size_t)j] += d * work[j];
	}
}
