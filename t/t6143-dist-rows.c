/*
 * t6143-dist-rows.c - log densities of many rows against the densities one by one: every shape of arguments, rows that need care
 * among others, and every length around the places where the ways change.
 */
#include "stats/dist.h"
#include "tap.h"

#include <math.h>

enum { N = 600 };

static double col[3][N], out[N], by[3][N];

static void make(void)
{
	struct random r = random_open(6143, 0);

	for (int i = 0; i < N; i++) {
		col[0][i] = 20 * random_uniform(&r) - 10;
		col[1][i] = 4 * random_uniform(&r) - 2;
		col[2][i] = 0.1 + 3 * random_uniform(&r);
	}
}

static int is_near(double a, double b)
{
	return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= 1e-13 * (1 + fabs(b));
}

/* How many of n rows differ from lpdf; `shapes` has a bit for each argument that is a vector, `slopes` for each derivative. */
static int differences(const struct dist *dist, int n, int shapes, int slopes)
{
	const double *a[3];
	double *d[3];
	int step[3], wrong = 0;

	for (int k = 0; k < 3; k++) {
		a[k] = col[k];
		step[k] = shapes >> k & 1;
		d[k] = slopes >> k & 1 ? by[k] : NULL;
	}
	dist_rows(dist, n, a, step, out, slopes ? d : NULL);
	for (int i = 0; i < n; i++) {
		double row[3], want[3];
		double lp;

		for (int k = 0; k < 3; k++)
			row[k] = a[k][i * step[k]];
		lp = dist->lpdf(row, want);
		wrong += !is_near(out[i], lp);
		for (int k = 0; k < 3; k++)
			wrong += d[k] && !is_near(by[k][i], want[k]);
	}
	return wrong;
}

static int all_shapes(const struct dist *dist, int n)
{
	int wrong = 0;

	for (int shapes = 0; shapes < 8; shapes++)
		for (int slopes = 0; slopes < 8; slopes++)
			wrong += differences(dist, n, shapes, slopes);
	return wrong;
}

int main(void)
{
	const char *const names[] = { "normal", "cauchy" };      /* one with rows of its own, one without */
	static const int lengths[] = { 0, 1, 2, 5, 6, 7, 8, 9, 255, 256, 257, 511, 512, 513, N };
	static const double odd[][3] = { { NAN, 0, 1 }, { 1, INFINITY, 1 }, { 1, 0, 0 }, { 1, 0, -1 }, { INFINITY, 0, 1 }, { 1e200, 0, 1 }, { 1, 0, 1e-310 } };

	for (int d = 0; d < 2; d++) {
		const struct dist *dist = dist_find(names[d]);
		int wrong = 0;

		make();
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
			wrong += all_shapes(dist, lengths[i]);
		is_int(wrong, 0, "%s: rows are those of the density", names[d]);
		wrong = 0;
		for (size_t o = 0; o < sizeof odd / sizeof *odd; o++)
			for (int at = 0; at < N; at += 199) {
				make();
				for (int k = 0; k < 3; k++)
					col[k][at] = odd[o][k];
				wrong += all_shapes(dist, N);
			}
		is_int(wrong, 0, "%s: rows that need care among others", names[d]);
	}
	return done();
}
