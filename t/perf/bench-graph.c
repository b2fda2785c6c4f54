/*
 * bench-graph.c - how long a log density and its gradient take: eight schools, a recurrence of many scalars, vectors.
 *
 *   cc -O2 -std=c11 -D_DEFAULT_SOURCE -Icore -o build/perf/bench-graph t/perf/bench-graph.c build/layers.a -lgsl -lm
 *
 * No part of any check: numbers, not verdicts. The best of many short rounds, as others on the machine only ever slow it.
 */
#include "model/rules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct graph *g;

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);       /* others may be at work here */
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int add(const struct rule *rule, const void *aux, int32_t n, int a, int b, int c)
{
	int args[] = { a, b, c }, node, nargs = c >= 0 ? 3 : b >= 0 ? 2 : 1;
	struct err e;

	if (graph_add(g, rule, args, nargs, n, aux, &node, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		exit(1);
	}
	return node;
}

static int op(const char *name, int32_t n, int a, int b)
{
	const void *aux;
	const struct rule *rule = rule_of_op(op_operator(name, b < 0 ? 1 : 2) ? op_operator(name, b < 0 ? 1 : 2) : op_find(name), &aux);

	return add(rule, aux, n, a, b, -1);
}

static int number(double x)
{
	int node;

	graph_constant(g, &x, 1, &node, NULL);
	return node;
}

static int unknown(int32_t n)
{
	int node;

	graph_unknown(g, n, &node, NULL);
	return node;
}

static int view(int of, int32_t from, int32_t n)
{
	int node;

	graph_view(g, of, from, n, &node, NULL);
	return node;
}

static void term(const char *dist, int y, int a, int b)
{
	graph_want(g, add(&rule_dist_target, dist_find(dist), 1, y, a, b), GRAPH_DENSITY);
}

/* Per evaluation, and per `parts` of it. */
static void run(const char *name, double built, long parts)
{
	struct sweep *w;
	double *q, *grad, lp = 0, best = INFINITY, start;
	long times = 20000 / parts + 1;

	start = seconds();
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	built += seconds() - start;
	q = calloc((size_t)graph_unknowns(g) + 1, sizeof *q);
	grad = calloc((size_t)graph_unknowns(g) + 1, sizeof *grad);
	for (int i = 0; i < graph_unknowns(g); i++)
		q[i] = 0.1 + 0.01 * (i % 7);
	for (int round = 0; round < (parts > 500000 ? 5 : 300); round++) {
		start = seconds();
		for (long i = 0; i < times; i++)
			sweep_density(w, q, &lp, grad, NULL);
		best = fmin(best, (seconds() - start) / (double)times);
	}
	printf("%-34s %7d nodes, built in %8.3f ms; %12.1f ns, %7.2f ns each of %ld; lp %.6g %s\n", name, graph_nodes(g), built * 1e3,
	       best * 1e9, best * 1e9 / (double)parts, parts, lp, sweep_why(w));
	free(q);
	free(grad);
	sweep_free(w);
	graph_free(g);
}

static void schools(void)
{
	const double y[] = { 28, 8, -3, 7, -1, 1, 18, 12 }, sigma[] = { 15, 10, 16, 11, 9, 11, 10, 18 };
	double start = seconds();
	int mu, tau, z, yn, sn, raw, theta;

	graph_new(&g, NULL);
	mu = unknown(1);
	raw = unknown(1);
	z = unknown(8);
	graph_constant(g, y, 8, &yn, NULL);
	graph_constant(g, sigma, 8, &sn, NULL);
	tau = add(&rule_lower, NULL, 1, raw, number(0), -1);
	graph_want(g, add(&rule_lower_jacobian, NULL, 1, raw, number(0), -1), GRAPH_DENSITY);
	term("normal", mu, number(0), number(5));
	term("half_cauchy", tau, number(5), -1);
	term("normal", z, number(0), number(1));
	theta = op("+", 8, mu, op("*", 8, tau, z));
	term("normal", yn, theta, sn);
	run("eight schools", seconds() - start, 12);
}

static void recurrence(int32_t n)
{
	double start = seconds(), *y = calloc((size_t)n, sizeof *y);
	int a, b, c, data, h;

	for (int32_t i = 0; i < n; i++)
		y[i] = (i * 7919L % 101 - 50) / 30.;
	graph_new(&g, NULL);
	a = unknown(1), b = unknown(1), c = unknown(1);
	graph_constant(g, y, n, &data, NULL);
	graph_store(g, n, &h, NULL);
	graph_put(g, h, 0, number(1), NULL);
	for (int32_t t = 1; t < n; t++) {
		int shock = op("^", 1, view(data, t - 1, 1), number(2));

		graph_put(g, h, t, op("+", 1, op("+", 1, a, op("*", 1, b, shock)), op("*", 1, c, view(h, t - 1, 1))), NULL);
	}
	term("normal", data, number(0), op("sqrt", n, h, -1));
	run("GARCH, 4 steps a time", seconds() - start, 4L * n);
	free(y);
}

static void vectors(int32_t n, const char *name)
{
	double start = seconds(), *y = calloc((size_t)n, sizeof *y);
	char label[64];
	int a, b, x;

	for (int32_t i = 0; i < n; i++)
		y[i] = 0.5 + (i * 7919L % 101) / 70.;
	graph_new(&g, NULL);
	a = unknown(1), b = unknown(1);
	graph_constant(g, y, n, &x, NULL);
	a = op("+", n, a, op("*", n, b, x));
	if (name[1] || name[0] == '^')
		a = name[0] == '^' ? op("^", n, a, number(1.5)) : op(name, n, a, -1);
	else
		a = op(name, n, a, x);
	graph_want(g, add(&rule_target, NULL, 1, a, -1, -1), GRAPH_DENSITY);
	snprintf(label, sizeof label, "sum((a + b * x) %s)", name);
	run(label, seconds() - start, n);
	free(y);
}

int main(void)
{
	schools();
	recurrence(1000);
	recurrence(25000);
	vectors(1000, "*");
	vectors(1000, "/");
	vectors(1000, "exp");
	vectors(1000, "log");
	vectors(1000, "sqrt");
	vectors(1000, "inv_logit");
	vectors(1000, "log1p_exp");
	vectors(1000, "^");
	vectors(1000000, "exp");
	return 0;
}
