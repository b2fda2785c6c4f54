/*
 * kernels.c - the vector loops of the sampler.
 */
#include "mcmc/mcmc_priv.h"

/*
 * Four doubles as one value: the compilers make of it what the processor has, where of loops with an inner one of
 * four they make all sorts of things. Vectors of the sampler lie on 32 bytes.
 */
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

#define AT(v, i) (*(const lanes *)((v) + (i)))
#define PUT(v, i) (*(lanes *)((v) + (i)))
#define TOTAL(x) ((x)[0] + (x)[1] + ((x)[2] + (x)[3]))

KERNEL void kernel_drift(int room, double h, const double *p, const double *s, const double *g, const double *t,
			 const double *q, double *restrict p2, double *restrict s2, double *restrict q2)
{
	for (int i = 0; i < room; i += LANES) {
		lanes v = AT(s, i) + h * AT(t, i);

		PUT(p2, i) = AT(p, i) + h * AT(g, i);
		PUT(s2, i) = v;
		PUT(q2, i) = AT(q, i) + 2 * h * v;
	}
}

KERNEL double kernel_kick(int room, double h, const double *g, const double *t, double *restrict p, double *restrict s)
{
	lanes sum = { 0 };

	for (int i = 0; i < room; i += LANES) {
		lanes a = AT(p, i) + h * AT(g, i), b = AT(s, i) + h * AT(t, i);

		PUT(p, i) = a;
		PUT(s, i) = b;
		sum += a * b;
	}
	return TOTAL(sum);
}

KERNEL double kernel_kick_diagonal(int room, double h, const double *inverse, const double *g, double *restrict t,
				   double *restrict p, double *restrict s)
{
	lanes sum = { 0 };

	for (int i = 0; i < room; i += LANES) {
		lanes v = AT(inverse, i) * AT(g, i), a = AT(p, i) + h * AT(g, i), b = AT(s, i) + h * v;

		PUT(t, i) = v;
		PUT(p, i) = a;
		PUT(s, i) = b;
		sum += a * b;
	}
	return TOTAL(sum);
}

KERNEL double kernel_dot(int room, const double *a, const double *b)
{
	lanes sum = { 0 };

	for (int i = 0; i < room; i += LANES)
		sum += AT(a, i) * AT(b, i);
	return TOTAL(sum);
}

KERNEL void kernel_times(int room, const double *a, const double *b, double *restrict out)
{
	for (int i = 0; i < room; i += LANES)
		PUT(out, i) = AT(a, i) * AT(b, i);
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
 * Three looks at whether a trajectory has turned (Betancourt, appendix A.4.2, and the two that Stan added): over the
 * whole of it, and over each part with the nearest point of the other, which catches a turn between the two.
 */
KERNEL bool kernel_join(int room, const struct kernel_part *a, const struct kernel_part *b, double *restrict rho)
{
	const double *ra = a->rho, *rb = b->rho, *sa = a->s[0], *sb = b->s[0], *si = a->s[1], *sj = b->s[1], *pi = a->p[1];
	const double *pj = b->p[1];
	lanes all_a = { 0 }, all_b = { 0 }, left_a = { 0 }, left_j = { 0 }, right_i = { 0 }, right_b = { 0 };

	for (int i = 0; i < room; i += LANES) {
		lanes r = AT(ra, i) + AT(rb, i), x = AT(ra, i) + AT(pj, i), y = AT(rb, i) + AT(pi, i);

		PUT(rho, i) = r;
		all_a += AT(sa, i) * r;
		all_b += AT(sb, i) * r;
		left_a += AT(sa, i) * x;
		left_j += AT(sj, i) * x;
		right_i += AT(si, i) * y;
		right_b += AT(sb, i) * y;
	}
	return TOTAL(all_a) > 0 && TOTAL(all_b) > 0 && TOTAL(left_a) > 0 && TOTAL(left_j) > 0 && TOTAL(right_i) > 0 &&
	       TOTAL(right_b) > 0;
}

/* The three are one then. */
KERNEL bool kernel_join_points(int room, const struct kernel_part *a, const struct kernel_part *b, double *restrict rho)
{
	const double *ra = a->rho, *rb = b->rho, *sa = a->s[0], *sb = b->s[0];
	lanes all_a = { 0 }, all_b = { 0 };

	for (int i = 0; i < room; i += LANES) {
		lanes r = AT(ra, i) + AT(rb, i);

		PUT(rho, i) = r;
		all_a += AT(sa, i) * r;
		all_b += AT(sb, i) * r;
	}
	return TOTAL(all_a) > 0 && TOTAL(all_b) > 0;
}

KERNEL void kernel_variance(int room, double count, const double *q, double *restrict mean, double *restrict sum)
{
	for (int i = 0; i < room; i += LANES) {
		lanes d = AT(q, i) - AT(mean, i), m = AT(mean, i) + d / count;

		PUT(mean, i) = m;
		PUT(sum, i) += d * (AT(q, i) - m);
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
