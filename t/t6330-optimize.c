/*
 * t6330-optimize.c - tops that are known: normals of all scales, Rosenbrock's valley, densities with two tops,
 * without one, with an edge; Laplace's approximation of a normal is that normal.
 */
#include "density.h"
#include "tap.h"

#include <stdlib.h>


/* Minus Rosenbrock's function in n dimensions: top 0 at (1, 1, ...). */
static int density_rosenbrock(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	int n = *(int *)ctx;

	(void)e;
	*lp = 0;
	memset(grad, 0, (size_t)n * sizeof *grad);
	for (int i = 0; i + 1 < n; i++) {
		double a = q[i + 1] - q[i] * q[i], b = 1 - q[i];

		*lp -= 100 * a * a + b * b;
		grad[i] += 400 * a * q[i] + 2 * b;
		grad[i + 1] -= 200 * a;
	}
	return 0;
}

/* Gamma: a log x - b x, x = exp(q). Top at log(a / b), where the curvature is -a. */
static int density_log_gamma(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	(void)ctx;
	(void)e;
	*lp = 3 * q[0] - 2 * exp(q[0]);
	grad[0] = 3 - 2 * exp(q[0]);
	return 0;
}

static int density_two(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	double a = exp(-0.5 * (q[0] - 3) * (q[0] - 3)), b = 0.5 * exp(-0.5 * (q[0] + 3) * (q[0] + 3)), s = a + b;

	(void)ctx;
	(void)e;
	*lp = log(s);
	grad[0] = (-a * (q[0] - 3) - b * (q[0] + 3)) / s;
	return 0;
}

/* Kinds without a top: a slope, an edge that is the highest place, a wrong gradient, nowhere, a saddle. */
static int density_odd(void *ctx, const double *q, double *lp, double *grad, struct err *e)
{
	int kind = *(int *)ctx;

	(void)e;
	*lp = kind == 0 ? q[0] : kind == 1 ? (q[0] < 3 ? q[0] : -INFINITY) : kind == 2 ? -q[0] * q[0] : kind == 3 ? -INFINITY :
	      q[0] * q[0] - q[1] * q[1];
	grad[0] = kind == 2 ? 1 : kind == 4 ? 2 * q[0] : 1;
	grad[1] = kind == 4 ? -2 * q[1] : 0;
	return 0;
}

static void tops(void)
{
	struct optimize_options o = OPTIMIZE_OPTIONS_INIT;
	struct optimum top = OPTIMUM_INIT;
	struct err e = ERR_INIT;
	static const int sizes[] = { 2, 10, 100 };

	for (size_t k = 0; k < 3; k++) {
		int n = sizes[k], most = 0;
		double start[100], off = 0;
		struct density d = { .n = n, .eval = density_rosenbrock, .ctx = &n };

		for (int i = 0; i < n; i++)
			start[i] = i & 1 ? 1 : -1.2;     /* where everybody begins */
		o.start = start;
		o.starts = 1;
		is_int(optimize(&d, &o, &top, &e), 0, "Rosenbrock in %d dimensions", n);
		for (int i = 0; i < n; i++)
			off = fmax(off, fabs(top.q[i] - 1));
		most = top.ends[0].evaluations;
		/* beyond 3 dimensions there is a second top near (-1, 1, 1, ...) */
		ok(top.ends[0].status == OPTIMIZE_GRADIENT && (off < 1e-6 || (n > 3 && top.lp > -4.1 && top.q[0] < -0.9)) && most < 20 * n + 100,
		   "    the top: off by %.1g after %d evaluations, lp %.3g", off, most, top.lp);
		optimum_release(&top);
	}
	{
		double scale[40], at[40], off = 0;
		struct normals normals = { 40, at, scale };
		struct density d = { .n = 40, .eval = density_normals, .ctx = &normals };
		struct optimize_options all = OPTIMIZE_OPTIONS_INIT;

		for (int i = 0; i < 40; i++) {
			scale[i] = pow(10, -3 + 6.0 * i / 39);
			at[i] = 5 * scale[i];
		}
		is_int(optimize(&d, &all, &top, &e), 0, "scales from 1e-3 to 1e3");
		for (int i = 0; i < 40; i++)
			off = fmax(off, fabs(top.q[i] - at[i]) / scale[i]);
		ok(top.same == 4 && top.starts == 4 && off < 1e-4, "    the top: off by %.1g, %d evaluations, %s", off, top.ends[0].evaluations,
		   optimize_status_text(top.ends[top.best].status));
		optimum_release(&top);
	}
	{
		double scale[2] = { 1e9, 1e-6 }, at[2] = { 5e9, 3 };
		struct normals normals = { 2, at, scale };
		struct density d = { .n = 2, .eval = density_normals, .ctx = &normals };
		struct optimize_options all = OPTIMIZE_OPTIONS_INIT;

		is_int(optimize(&d, &all, &top, &e), 0, "an unknown of scale 1e9 far away");
		ok(top.same == 4 && fabs(top.q[0] - 5e9) < 1e5, "    the top: %.9g, %s", top.q[0],
		   optimize_status_text(top.ends[top.best].status));
		optimum_release(&top);
	}
}

static void several(void)
{
	struct optimize_options o = OPTIMIZE_OPTIONS_INIT;
	struct optimum top = OPTIMUM_INIT, again = OPTIMUM_INIT;
	struct density d = { .n = 1, .eval = density_two }, gamma = { .n = 1, .eval = density_log_gamma };
	int other = 0;

	o.starts = 20;
	o.radius = 5;
	optimize(&d, &o, &top, NULL);
	for (int i = 0; i < 20; i++)
		other += fabs(top.ends[i].lp - log(0.5)) < 1e-6;
	ok(fabs(top.q[0] - 3) < 1e-6 && top.same + other == 20 && other > 3, "of two tops the higher: %d and %d starts", top.same, other);
	optimize(&d, &o, &again, NULL);
	ok(again.q[0] == top.q[0] && again.best == top.best, "the same bits again");
	optimum_release(&top);
	optimum_release(&again);
	optimize(&gamma, &o, &top, NULL);
	ok(fabs(top.q[0] - log(1.5)) < 1e-8 && top.same == 20, "log gamma");
	optimum_release(&top);
}

static void no_top(void)
{
	static const enum optimize_status wanted[] = { OPTIMIZE_UNBOUNDED, OPTIMIZE_UNBOUNDED, OPTIMIZE_STUCK };
	struct optimize_options o = OPTIMIZE_OPTIONS_INIT;
	struct optimum top = OPTIMUM_INIT;
	struct err e = ERR_INIT;
	int kind;
	struct density d = { .n = 2, .eval = density_odd, .ctx = &kind };

	for (kind = 0; kind < 3; kind++) {
		int rc = optimize(&d, &o, &top, &e);

		ok(!rc && top.ends[top.best].status == wanted[kind] && !top.same, "kind %d: %s", kind, rc ? e.msg :
		   optimize_status_text(top.ends[top.best].status));
		optimum_release(&top);
	}
	is_int(optimize(&d, &o, &top, &e), ERR_DOMAIN, "nowhere a density");
	ok(!strncmp(e.msg, "start 1 found no start in 100 tries", 35), "is said: %s", e.msg);
	o.iterations = 3;
	o.starts = 1;
	{
		int n = 10;
		struct density far = { .n = 10, .eval = density_rosenbrock, .ctx = &n };

		optimize(&far, &o, &top, NULL);
		ok(top.ends[0].status == OPTIMIZE_LIMIT && top.ends[0].iterations == 3, "iterations run out");
		optimum_release(&top);
		stop_request();
		is_int(optimize(&far, &o, &top, &e), ERR_INTERRUPT, "a stop before anything was found");
		stop_clear();
	}
}

static void touching(void)
{
	struct chained chained = { 6, 0.7 };
	struct density d = { .n = 6, .eval = density_chained, .ctx = &chained };
	struct laplace l = LAPLACE_INIT;
	struct random r = random_open(4, 4);
	struct err e = ERR_INIT;
	double mode[6] = { 0 }, off = 0, weight = 0, mean = 0, square = 0;

	is_int(laplace(&d, mode, 4000, &r, &l, &e), 0, "a correlated normal");
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < 6; j++)
			off = fmax(off, fabs(l.covariance[i * 6 + j] - pow(0.7, abs(i - j))));
	ok(off < 1e-9, "its covariance to %.1g", off);
	/* the integral: (2 pi)^(n / 2) times the root of the determinant (1 - r^2)^(n - 1) */
	ok(fabs(l.log_evidence - 3 * log(2 * M_PI) - 2.5 * log(1 - 0.49)) < 1e-9, "its integral");
	for (int i = 0; i < 4000; i++) {
		weight = fmax(weight, fabs(l.lp[i] - l.lq[i] - l.log_evidence));
		mean += l.q[6 * i + 3] / 4000;
		square += l.q[6 * i + 3] * l.q[6 * i + 2] / 4000;
	}
	ok(weight < 1e-7, "weights of all draws are the same, to %.1g", weight);
	ok(fabs(mean) < 0.06 && fabs(square - 0.7) < 0.07, "draws: mean %.3f, covariance %.3f", mean, square);
	laplace_release(&l);
	{
		double scale[3] = { 1e-6, 1, 1e6 }, at[3] = { 1, 2, 3 };
		struct normals normals = { 3, at, scale };
		struct density uneven = { .n = 3, .eval = density_normals, .ctx = &normals };

		is_int(laplace(&uneven, at, 0, &r, &l, &e), 0, "scales from 1e-6 to 1e6");
		ok(fabs(l.factor[0] - 1e-6) < 1e-13 && fabs(l.factor[8] - 1e6) < 1e-1, "%.9g, %.9g", l.factor[0], l.factor[8]);
		laplace_release(&l);
	}
	{
		double top = log(1.5);
		struct density gamma = { .n = 1, .eval = density_log_gamma };

		laplace(&gamma, &top, 10, &r, &l, &e);
		ok(fabs(l.covariance[0] - 1 / 3.0) < 1e-7, "log gamma: variance %.9f", l.covariance[0]);
		laplace_release(&l);
	}
	{
		int kind = 4;
		struct density saddle = { .n = 2, .eval = density_odd, .ctx = &kind };

		is_int(laplace(&saddle, mode, 10, &r, &l, &e), ERR_DOMAIN, "a saddle is no top");
		is_str(e.msg, "the log density does not curve downwards at its top along number 1: its second derivative is 2", "by its number");
	}
}

static void memory(void)
{
	struct chained chained = { 6, 0.7 };
	struct density d = { .n = 6, .eval = density_chained, .ctx = &chained };
	struct optimize_options o = OPTIMIZE_OPTIONS_INIT;
	double mode[6] = { 0 };
	bool good = true;
	int fails = 0;

	for (long n = 0;; n++) {
		struct optimum top = OPTIMUM_INIT;
		struct laplace l = LAPLACE_INIT;
		struct random r = random_open(1, 1);
		int rc;

		mem_fail_after(n);
		rc = optimize(&d, &o, &top, NULL);
		if (!rc)
			rc = laplace(&d, mode, 3, &r, &l, NULL);
		mem_fail_after(-1);
		optimum_release(&top);
		laplace_release(&l);
		if (!rc)
			break;
		good = good && rc == ERR_MEMORY;
		fails++;
	}
	ok(good && fails == 12, "memory that runs out is said at each of %d places", fails);
}

int main(void)
{
	tops();
	several();
	no_top();
	touching();
	memory();
	return done();
}
