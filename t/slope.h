/*
 * slope.h - derivatives by difference quotients in long double, extrapolated to step 0; and of a rule, through a graph.
 *
 * Source of the extrapolation: C. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering Software
 * 4 (1982). Its error is taken from the table itself: the smallest difference between neighbours wins.
 */
#ifndef SLOPE_H
#define SLOPE_H

#include "model/rules.h"

#include <math.h>

typedef long double real;

static inline real slope(real (*f)(real x, const void *ctx), const void *ctx, real x, real h)
{
	enum { ROWS = 12 };
	real table[ROWS][ROWS], best = 0, error = INFINITY;

	for (int i = 0; i < ROWS; i++, h /= 2) {
		real four = 4;

		table[i][0] = (f(x + h, ctx) - f(x - h, ctx)) / (2 * h);
		for (int k = 1; k <= i; k++, four *= 4) {
			real off;

			table[i][k] = table[i][k - 1] + (table[i][k - 1] - table[i - 1][k - 1]) / (four - 1);
			off = fmaxl(fabsl(table[i][k] - table[i][k - 1]), fabsl(table[i][k] - table[i - 1][k - 1]));
			if (off < error) {
				error = off;
				best = table[i][k];
			}
		}
	}
	return best;
}

/* A term: the sum of x times the weights of aux. */
static inline int weigh_forward(struct step *s, struct err *e)
{
	const struct step_arg *a = s->args;
	const double *w = s->aux;

	(void)e;
	s->out[0] = 0;
	for (int32_t i = 0; i < a->n; i++) {
		s->out[0] += a->v[i] * w[i];
		if (a->d)
			a->d[i] += w[i];
	}
	return 0;
}
static const struct rule weigh = { .name = "weigh", .forward = weigh_forward, .flags = RULE_TARGET };

enum { SLOPE_MAX = 128 };

/*
 * One evaluation of a rule: args one behind the other in x, lengths n[]; `fixed` has a bit for each argument that is data. out[] and
 * the gradient of the sum of out * weights (of a RULE_TARGET: of its value). The code of the first call that failed; lp may be NULL.
 */
static inline int slope_rule(const struct rule *rule, const void *aux, int nargs, const int *n, unsigned fixed, const double *x,
			     int nout, const double *weights, double *out, double *grad, double *lp)
{
	struct graph *g = NULL;
	struct sweep *w = NULL;
	int args[8], node, last, at = 0, rc;
	double q[SLOPE_MAX], by[SLOPE_MAX], sum = 0;
	int nq = 0;

	if ((rc = graph_new(&g, NULL)))
		return rc;
	for (int k = 0; k < nargs && !rc; at += n[k++])
		if (fixed >> k & 1) {
			rc = graph_constant(g, x + at, n[k], &args[k], NULL);
		} else {
			rc = graph_unknown(g, n[k], &args[k], NULL);
			for (int i = 0; i < n[k]; i++)
				q[nq++] = x[at + i];
		}
	if (rc || (rc = graph_add(g, rule, args, nargs, nout, aux, &node, NULL)))
		goto done;
	last = node;
	if (!(rule->flags & RULE_TARGET) && (rc = graph_add(g, &weigh, &node, 1, 1, weights, &last, NULL)))
		goto done;
	graph_want(g, last, GRAPH_DENSITY);
	graph_want(g, node, GRAPH_VALUES);
	if ((rc = graph_finish(g, NULL)) || (rc = sweep_new(g, &w, NULL)) || (rc = sweep_density(w, q, &sum, by, NULL)) ||
	    (rc = sweep_values(w, q, GRAPH_VALUES, NULL, NULL)))
		goto done;
	for (int i = 0; i < nout; i++)
		out[i] = sweep_node(w, node)[i];
	at = nq = 0;
	for (int k = 0; k < nargs; k++)
		for (int i = 0; i < n[k]; i++, at++)
			grad[at] = fixed >> k & 1 ? 0 : by[nq++];
	if (lp)
		*lp = sum;
done:
	sweep_free(w);
	graph_free(g);
	return rc;
}

#endif
