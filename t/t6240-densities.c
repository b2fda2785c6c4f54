/*
 * t6240-densities.c - distributions in a graph: terms and rows against the list of distributions one row at a time, in all shapes,
 * and what a term without a density says.
 */
#include "slope.h"
#include "tap.h"

enum { ROWS = 9, ARGS = DIST_PARAMS_MAX + 1 };

static double outcome(enum dist_support support, int i)
{
	switch (support) {
	case DIST_REAL: return -1 + 0.4 * i;
	case DIST_POSITIVE: return 0.3 + 0.7 * i;
	case DIST_UNIT: return 0.05 + 0.1 * i;
	case DIST_BETWEEN: return 0.1 * i;
	case DIST_COUNT: return i * i;
	case DIST_COUNT_TO: return i;
	default: return i & 1;
	}
}

static double parameter(const struct dist *d, int k, int i)
{
	if (d->support == DIST_BETWEEN)
		return k ? 2 + 0.1 * i : -1 - 0.1 * i;
	switch (d->domains[k]) {
	case DIST_ANY: return 0.2 * i - 0.5 + k;
	case DIST_PROBABILITY: return 0.1 + 0.08 * i;
	case DIST_WHOLE: return 10 + i;
	default: return 0.4 + 0.3 * i + k;
	}
}

typedef double row_function(const double *a, double *d);

/* n[k] is 1 or ROWS; `fixed` has a bit for each argument that is data. */
static int compare(const struct dist *d, const struct rule *rule, row_function *row, const int *n, unsigned fixed)
{
	double x[ARGS * ROWS], out[ROWS], grad[ARGS * ROWS] = { 0 }, want[ARGS * ROWS] = { 0 }, weights[ROWS], sum = 0, lp;
	int at = 0, rows = 1, bad = 0, nargs = d->nparams + 1;
	bool term = rule == &rule_dist_target;

	for (int k = 0; k < nargs; k++) {
		rows = n[k] > rows ? n[k] : rows;
		for (int i = 0; i < n[k]; i++)
			x[at++] = k ? parameter(d, k - 1, i) : outcome(d->support, n[k] == 1 ? 1 : i);
	}
	for (int i = 0; i < ROWS; i++)
		weights[i] = term ? 1 : 1 + i % 4;
	if (slope_rule(rule, d, nargs, n, fixed, x, term ? 1 : rows, weights, out, grad, &lp))
		return 1;
	for (int i = 0; i < rows; i++) {
		double a[ARGS], by[ARGS], value;

		at = 0;
		for (int k = 0; k < nargs; at += n[k++])
			a[k] = x[at + (n[k] == 1 ? 0 : i)];
		value = row(a, by);
		sum += value * weights[i];
		at = 0;
		for (int k = 0; k < nargs; at += n[k++])
			if (!(fixed >> k & 1))
				want[at + (n[k] == 1 ? 0 : i)] += by[k] * weights[i];
		/* rows have loops of their own */
		bad += !term && out[i] != value && !(fabs(out[i] - value) <= 1e-14 * (1 + fabs(value)));
	}
	if (sum == -INFINITY)            /* beyond the last outcome: no gradient is made */
		return bad + (lp != sum);
	bad += fabs(lp - sum) > 1e-12 * (1 + fabs(sum));
	for (int i = 0; i < at; i++)
		bad += !(fabs(grad[i] - want[i]) <= 1e-10 * (1 + fabs(want[i])));
	return bad;
}

static void densities(void)
{
	for (int k = 0; k < dist_count(); k++) {
		const struct dist *d = dist_at(k);
		int bad = 0, shapes = 0;

		for (unsigned shape = 0; shape < 1u << (d->nparams + 1); shape++)
			for (unsigned fixed = 0; fixed < 1u << (d->nparams + 1); fixed++) {
				int n[ARGS];

				for (int j = 0; j <= d->nparams; j++)
					n[j] = shape >> j & 1 ? ROWS : 1;
				bad += compare(d, &rule_dist_target, d->lpdf, n, fixed);
				bad += compare(d, &rule_dist_rows, d->lpdf, n, fixed);
				bad += d->lcdf && compare(d, &rule_lcdf, d->lcdf, n, fixed);
				bad += d->lccdf && compare(d, &rule_lccdf, d->lccdf, n, fixed);
				shapes += 4;
			}
		is_int(bad, 0, "%s: terms, rows and tails in %d shapes", d->name, shapes);
	}
}

/* Intervals have two outcomes; every second one is open below. */
static void intervals(void)
{
	int bad = 0;

	for (int k = 0; k < dist_count(); k++) {
		const struct dist *d = dist_at(k);
		double x[(ARGS + 1) * ROWS], out[ROWS], grad[(ARGS + 1) * ROWS], weights[ROWS], lp, want[ARGS + 1] = { 0 };
		int n[ARGS + 1] = { ROWS, ROWS, 1, 1, 1 }, nargs = d->nparams + 2;

		for (int i = 0; i < ROWS; i++) {
			weights[i] = 1 + i % 3;
			x[i] = i % 2 ? -INFINITY : outcome(d->support, i) - 0.01;
			x[ROWS + i] = outcome(d->support, i) + 0.6;
		}
		for (int j = 0; j < d->nparams; j++)
			x[2 * ROWS + j] = parameter(d, j, 2);
		bad += slope_rule(&rule_linterval, d, nargs, n, 3, x, ROWS, weights, out, grad, &lp) != 0;
		for (int i = 0; i < ROWS; i++) {
			double a[ARGS + 1] = { x[i], x[ROWS + i] }, by[ARGS + 1];

			memcpy(a + 2, x + 2 * ROWS, (size_t)d->nparams * sizeof *a);
			bad += out[i] != dist_linterval(d, a, by);
			for (int j = 0; j < d->nparams; j++)
				want[j] += by[j + 2] * weights[i];
		}
		for (int j = 0; j < d->nparams; j++)
			bad += !(fabs(grad[2 * ROWS + j] - want[j]) <= 1e-11 * (1 + fabs(want[j])));
	}
	is_int(bad, 0, "intervals of data, parameters for all rows");
}

/* A term that has no density: what sweep_why says of the unknowns q, the outcome being data. */
static void why(const char *name, const double *y, int n, const double *q, int nq, const char *want)
{
	struct graph *g;
	struct sweep *w;
	double lp, grad[4];
	int args[4];

	graph_new(&g, NULL);
	graph_constant(g, y, n, &args[0], NULL);
	for (int k = 0; k < nq; k++)
		graph_unknown(g, 1, &args[k + 1], NULL);
	graph_add(g, &rule_dist_target, args, nq + 1, 1, dist_find(name), &args[0], NULL);
	graph_want(g, args[0], GRAPH_DENSITY);
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	sweep_density(w, q, &lp, grad, NULL);
	is_str(lp == -INFINITY ? sweep_why(w) : "a density", want, "%s without a density", name);
	sweep_free(w);
	graph_free(g);
}

/* Outcomes of any length with weights as parameters: the density is x . w, by row or shared. */
static int weighted_length(const int *n)
{
	return n[0];
}
static double weighted_lpdf(int k, const double *x, const double *const *p, const int *n, double weight, double *dx, double *const *d)
{
	double sum = 0;

	(void)n;
	for (int i = 0; i < k; i++) {
		sum += x[i] * p[0][i];
		if (dx)
			dx[i] += weight * p[0][i];
		if (d[0])
			d[0][i] += weight * x[i];
	}
	return sum;
}
static const struct vector_dist weighted = { .name = "weighted", .nparams = 1, .params = { "w" }, .length = weighted_length,
					     .lpdf = weighted_lpdf };

static void vectors(void)
{
	const double x[] = { 1, 2, 3, 4, 5, 6, 10, 100, 10, 200, 10, 300 }, weights[] = { 1, 10, 100 };
	const int n[] = { 6, 6 }, shared[] = { 6, 2 };
	struct vector_rows rows = { .dist = &weighted, .rows = 3 }, same = { .dist = &weighted, .rows = 3, .shared = { true } };
	double out[3], grad[12], lp;

	slope_rule(&rule_vector_rows, &rows, 2, n, 0, x, 3, weights, out, grad, &lp);
	ok(out[0] == 210 && out[1] == 830 && out[2] == 1850, "rows of vectors, each with its parameters");
	ok(grad[0] == 10 && grad[3] == 2000 && grad[11] == 600, "their derivatives");
	slope_rule(&rule_vector_target, &same, 2, shared, 0, x, 1, weights, out, grad, &lp);
	ok(lp == 10 * 9 + 100 * 12 && grad[4] == 10 && grad[6] == 9 && grad[7] == 12, "a term of vectors with one parameter for all");
	slope_rule(&rule_vector_target, &same, 2, shared, 1, x, 1, weights, out, grad, &lp);
	ok(grad[0] == 0 && grad[6] == 9, "outcomes that are data");
}

int main(void)
{
	const double y[] = { 1, 2, 3 }, bits[] = { 0, 1, 2 }, none[1] = { 0 }, ten[] = { 1, 2, 3 };
	const int three[] = { 3 };
	double out[1], grad[3], lp;

	densities();
	intervals();
	why("normal", y, 3, (double[]){ 0, -1 }, 2, "normal: sigma is -1, it has to be above 0 (row 1)");
	why("bernoulli", bits, 3, (double[]){ 0.5 }, 1, "bernoulli: the log density of 2 is minus infinite (row 3)");
	why("exponential", none, 1, (double[]){ INFINITY }, 1, "exponential: beta is inf, it has to be finite and above 0");
	why("normal", y, 0, (double[]){ 0, 1 }, 2, "a density");
	slope_rule(&rule_target, NULL, 1, three, 0, ten, 1, NULL, out, grad, &lp);
	ok(lp == 6 && grad[0] == 1 && grad[2] == 1, "a factor is the sum of its numbers");
	vectors();
	return done();
}
