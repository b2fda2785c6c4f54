/*
 * t6200-graph.c - graphs: equal nodes, constants, groups, views, stores, failures; derivatives against sums done by hand.
 */
#include "model/rules.h"
#include "tap.h"

#include <math.h>
#include <pthread.h>

static const struct rule *op_rule(const char *name, int nargs)
{
	const void *aux;

	return rule_of_op(op_operator(name, nargs) ? op_operator(name, nargs) : op_find(name), &aux);
}

/* The sum of x as a term. */
static int term_forward(struct step *s, struct err *e)
{
	const struct step_arg *a = s->args;

	(void)e;
	s->out[0] = 0;
	for (int32_t i = 0; i < a->n; i++) {
		s->out[0] += a->v[i];
		if (a->d)
			a->d[i] += 1;
	}
	return 0;
}
static const struct rule term = { .name = "term", .forward = term_forward, .flags = RULE_TARGET };

static int refuse_forward(struct step *s, struct err *e)
{
	s->out[0] = s->args[0].v[0];
	return s->out[0] < 0 ? err_set(e, ERR_DOMAIN, "below zero") : 0;
}
static void refuse_backward(struct step *s)
{
	s->args[0].d[0] += s->dout[0];
}
static const struct rule refuse = { .name = "refuse", .forward = refuse_forward, .backward = refuse_backward };

static int node2(struct graph *g, const char *op, int a, int b)
{
	int args[] = { a, b }, node = -1;
	int32_t n = graph_length(g, a) > graph_length(g, b) ? graph_length(g, a) : graph_length(g, b);

	return graph_add(g, op_rule(op, 2), args, 2, n, NULL, &node, NULL) ? -1 : node;
}

static int node1(struct graph *g, const char *op, int a)
{
	int node = -1;

	return graph_add(g, op_rule(op, 1), &a, 1, graph_length(g, a), NULL, &node, NULL) ? -1 : node;
}

static int number(struct graph *g, double x)
{
	int node = -1;

	return graph_constant(g, &x, 1, &node, NULL) ? -1 : node;
}

static int view(struct graph *g, int of, int from, int n)
{
	int node = -1;

	return graph_view(g, of, from, n, &node, NULL) ? -1 : node;
}

static int add_term(struct graph *g, int x)
{
	int node = -1;

	if (graph_add(g, &term, &x, 1, 1, NULL, &node, NULL))
		return -1;
	graph_want(g, node, GRAPH_DENSITY);
	return node;
}

static void merging(void)
{
	struct graph *g;
	int x, y, a, b, c;
	double two[] = { 2, 3 };

	graph_new(&g, NULL);
	graph_unknown(g, 2, &x, NULL);
	graph_unknown(g, 2, &y, NULL);
	ok(x != y, "two unknowns of one length are two");
	is_int(node2(g, "+", x, y), node2(g, "+", x, y), "equal operations are one node");
	ok(node2(g, "+", x, y) != node2(g, "+", y, x), "other arguments are another one");
	ok(node2(g, "+", x, y) != node2(g, "*", x, y), "other operations too");
	is_int(number(g, 2), number(g, 2), "equal constants are one node");
	ok(number(g, 0) != number(g, -0.0), "zeros of two signs are two");
	graph_constant(g, two, 2, &a, NULL);
	is_int(view(g, a, 0, 1), number(g, 2), "a number of a constant is that number");
	is_int(view(g, x, 1, 1), view(g, x, 1, 1), "equal views are one");
	is_int(view(g, x, 0, 2), x, "a view of all is the thing itself");
	b = node2(g, "*", node2(g, "+", number(g, 2), a), number(g, 10));
	ok(!graph_varies(g, b) && graph_values(g, b)[0] == 40 && graph_values(g, b)[1] == 50, "constants are computed at once");
	ok(graph_varies(g, node2(g, "*", x, b)) && !graph_values(g, node2(g, "*", x, b)), "what depends on an unknown is not");
	c = graph_nodes(g);
	a = add_term(g, x);
	b = add_term(g, x);
	ok(a != b && graph_nodes(g) == c + 2, "terms are never merged");
	graph_free(g);
}

/* sum(exp(x) * c) + sum(x[2..3] / x[1]) */
static void density(void)
{
	struct graph *g;
	struct sweep *w;
	const double q[] = { 2, 0.5, -1, 3 }, c[] = { 1, 2, 3, 4 };
	double lp, grad[4], plain;
	int x, k, part, rest, rows;

	graph_new(&g, NULL);
	graph_unknown(g, 4, &x, NULL);
	graph_constant(g, c, 4, &k, NULL);
	add_term(g, node2(g, "*", node1(g, "exp", x), k));
	part = node2(g, "/", view(g, x, 1, 2), view(g, x, 0, 1));
	add_term(g, part);
	add_term(g, number(g, 7));
	rest = node2(g, "+", part, number(g, 1));
	graph_want(g, rest, GRAPH_VALUES);
	rows = node1(g, "exp", part);
	graph_want(g, rows, GRAPH_ROWS);
	is_int(graph_finish(g, NULL), 0, "finished");
	is_int(sweep_new(g, &w, NULL), 0, "a sweep");
	sweep_density(w, q, &lp, grad, NULL);
	is_double(lp, 7 + (((exp(2) + exp(0.5) * 2) + exp(-1) * 3) + exp(3) * 4) + (0.25 + -0.5), "the log density is the sum of its terms");
	is_double(grad[0], -0.25 / 2 + 0.5 / 2 + exp(2), "derivative by the divisor of a vector");
	is_double(grad[1], 0.5 + exp(0.5) * 2, "derivative through a view");
	is_double(grad[3], exp(3) * 4, "derivative of what is only in one term");
	sweep_density(w, q, &plain, NULL, NULL);
	is_double(plain, lp, "the value alone is the same");
	sweep_values(w, q, GRAPH_VALUES, NULL, NULL);
	is_double(sweep_node(w, rest)[1], 0.5, "values of a group");
	is_double(sweep_node(w, rows)[1], 0, "another group is not computed");
	sweep_values(w, q, GRAPH_ROWS, &lp, NULL);
	is_double(sweep_node(w, rows)[1], exp(-0.5), "until it is asked for");
	is_double(lp, 0, "and has no terms");
	sweep_free(w);
	graph_free(g);
}

/* h[1] = 1; h[t] = h[t - 1] * a + y[t - 1]: in a store; derivative by a run along beside it. */
static void recurrence(void)
{
	enum { N = 1000 };
	struct graph *g;
	struct sweep *w;
	struct err e;
	double y[N], q = 0.75, lp, grad, h = 1, dh = 0, sum = 1, dsum = 0;
	int a, data, store, last, nodes;

	for (int i = 0; i < N; i++)
		y[i] = i % 7 * 0.5;
	graph_new(&g, NULL);
	graph_unknown(g, 1, &a, NULL);
	graph_constant(g, y, N, &data, NULL);
	graph_store(g, N, &store, NULL);
	graph_put(g, store, 0, number(g, 1), NULL);
	is_int(view(g, store, 0, 1), number(g, 1), "a place of a store that holds a constant is the constant");
	is_int(graph_view(g, store, 1, 1, &last, &e), ERR_USAGE, "a place that is not there yet: %s", e.msg);
	is_int(graph_put(g, store, 0, number(g, 2), &e), ERR_USAGE, "a place put twice: %s", e.msg);
	is_int(graph_put(g, store, N, a, &e), ERR_DOMAIN, "a place beyond the end: %s", e.msg);
	for (int t = 1; t < N; t++)
		graph_put(g, store, t, node2(g, "+", node2(g, "*", view(g, store, t - 1, 1), a), view(g, data, t - 1, 1)), NULL);
	nodes = graph_nodes(g);
	ok(nodes < 2 * N + 20, "two nodes a step and no copies: %d", nodes);
	add_term(g, store);
	is_int(graph_put(g, store, 5, a, &e), ERR_USAGE, "a full store takes no more");
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	sweep_density(w, &q, &lp, &grad, NULL);
	for (int t = 1; t < N; t++) {
		dh = dh * q + h;
		h = h * q + y[t - 1];
		sum += h;
		dsum += dh;
	}
	is_double(lp, sum, "a recurrence of %d steps", N);
	ok(fabs(grad - dsum) < 1e-12 * dsum, "its derivative: %.17g", grad);
	sweep_free(w);
	graph_free(g);
}

/* What lives elsewhere already is copied into a store: unknowns, views, what is in another store. */
static void stores(void)
{
	struct graph *g;
	struct sweep *w;
	double q[] = { 2, 3, 5 }, lp, grad[3];
	const double seven[] = { 7, 11 };
	int x, k, one, two, prod, s;

	graph_new(&g, NULL);
	graph_unknown(g, 3, &x, NULL);
	graph_constant(g, seven, 2, &k, NULL);
	graph_store(g, 8, &one, NULL);
	graph_store(g, 6, &two, NULL);
	graph_put(g, one, 4, view(g, x, 1, 2), NULL);
	graph_put(g, one, 0, k, NULL);
	prod = node2(g, "*", view(g, x, 0, 1), view(g, x, 1, 1));
	graph_put(g, one, 2, prod, NULL);
	graph_put(g, one, 3, prod, NULL);
	graph_put(g, one, 6, k, NULL);
	ok(graph_varies(g, view(g, one, 1, 2)), "a part that is half constant varies");
	ok(!graph_varies(g, view(g, one, 0, 2)) && !graph_varies(g, view(g, one, 6, 2)), "a part that is constant does not");
	graph_put(g, two, 0, view(g, one, 1, 3), NULL);
	graph_put(g, two, 3, x, NULL);
	/* sum of one * one, and of two */
	add_term(g, node2(g, "*", one, one));
	s = add_term(g, two);
	ok(s >= 0, "stores are arguments");
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	for (int i = 0; i < 2; i++)
		sweep_density(w, q, &lp, grad, NULL);
	/* one = 7 11 6 6 3 5 7 11, two = 11 6 6 2 3 5 */
	is_double(lp, 49 + 121 + 36 + 36 + 9 + 25 + 49 + 121 + 33, "values of two stores");
	is_double(grad[0], 2 * (2 * 6 * 3) + 2 * 3 + 1, "derivative by the first");
	is_double(grad[1], 2 * (2 * 6 * 2) + 2 * 3 + 2 * 2 + 1, "by the second");
	is_double(grad[2], 2 * 5 + 1, "by the third");
	sweep_free(w);
	graph_free(g);
}

static void failures(void)
{
	struct graph *g;
	struct sweep *w;
	struct err e;
	double q[] = { -1, 4 }, lp, grad[2];
	int x, a, b, n, minus;

	graph_new(&g, NULL);
	graph_unknown(g, 2, &x, NULL);
	a = view(g, x, 0, 1);
	graph_add(g, &refuse, &a, 1, 1, NULL, &b, NULL);
	add_term(g, b);
	add_term(g, node1(g, "log", x));
	n = node2(g, "+", b, a);
	graph_want(g, n, GRAPH_VALUES);
	minus = number(g, -1);
	is_int(graph_add(g, &refuse, &minus, 1, 1, NULL, &n, &e), ERR_DOMAIN, "a constant that a rule refuses: %s", e.msg);
	is_int(graph_unknown(g, INT32_MAX, &n, &e), ERR_DOMAIN, "too many unknowns: %s", e.msg);
	is_int(graph_constant(g, q, -1, &n, &e), ERR_DOMAIN, "a negative length: %s", e.msg);
	is_int(graph_view(g, x, 1, 2, &n, &e), ERR_DOMAIN, "a view beyond the end: %s", e.msg);
	is_int(graph_view(g, x, INT32_MAX, INT32_MAX, &n, &e), ERR_DOMAIN, "and far beyond: %s", e.msg);
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	is_int(sweep_density(w, q, &lp, grad, &e), 0, "no density is no error");
	is_double(lp, -INFINITY, "it is minus infinite");
	is_str(sweep_why(w), "below zero", "and the rule says why");
	is_int(sweep_where(w), b, "and where");
	q[0] = 1;
	sweep_density(w, q, &lp, grad, NULL);
	is_double(lp, 1 + log(4), "the next place is good again");
	is_str(sweep_why(w), "", "with nothing to say");
	q[1] = -4;
	sweep_density(w, q, &lp, grad, NULL);
	is_double(lp, -INFINITY, "NaN is no density");
	is_str(sweep_why(w), "the term 'term' of the log density is not a number", "and has a reason");
	is_int(sweep_values(w, q, GRAPH_VALUES, NULL, NULL), 0, "values where there is no density");
	sweep_free(w);
	graph_free(g);
}

static int build(struct err *e)
{
	struct graph *g = NULL;
	struct sweep *w = NULL;
	double q[40] = { 0 }, lp, grad[40], c[3000] = { 1 };
	int x, store, many[40], node, all, rc, k;

	if ((rc = graph_new(&g, e)) || (rc = graph_unknown(g, 40, &x, e)) || (rc = graph_constant(g, c, 3000, &k, e)) ||
	    (rc = graph_store(g, 41, &store, e)) || (rc = graph_view(g, k, 0, 1, &node, e)) ||
	    (rc = graph_put(g, store, 0, node, e)))
		goto done;
	for (int i = 0; i < 40; i++)
		if ((rc = graph_view(g, x, i, 1, &many[i], e)) || (rc = graph_add(g, op_rule("exp", 1), &many[i], 1, 1, NULL, &node, e)) ||
		    (rc = graph_put(g, store, i + 1, node, e)))
			goto done;
	if ((rc = graph_add(g, &rule_concat, many, 40, 40, NULL, &all, e)) ||
	    (rc = graph_add(g, &rule_prod, &store, 1, 1, NULL, &node, e)) ||
	    (rc = graph_add(g, &term, &node, 1, 1, NULL, &node, e)))
		goto done;
	graph_want(g, node, GRAPH_DENSITY);
	graph_want(g, all, GRAPH_VALUES);
	if ((rc = graph_finish(g, e)) || (rc = sweep_new(g, &w, e)) || (rc = sweep_density(w, q, &lp, grad, e)) ||
	    (rc = sweep_values(w, q, GRAPH_VALUES, NULL, e)))
		goto done;
	rc = lp == 1 && grad[39] == 1 ? 0 : -1;
done:
	sweep_free(w);
	graph_free(g);
	return rc;
}

static void memory(void)
{
	struct err e;
	long n = 0;
	int rc;

	do {
		mem_fail_after(n++);
		rc = build(&e);
		mem_fail_after(-1);
	} while (rc == ERR_MEMORY && n < 1000);
	ok(!rc && n > 20, "%ld allocations may fail, each is an error of its own", n - 1);
}

/* == the same bits =========================================================================== */

struct runner {
	const struct graph *g;
	double lp[50], grad[50][40];
};

static void *run_points(void *ctx)
{
	struct runner *r = ctx;
	struct sweep *w;
	double q[40];

	if (sweep_new(r->g, &w, NULL))
		return NULL;
	for (int k = 0; k < 50; k++) {
		for (int i = 0; i < 40; i++)
			q[i] = sin(i * 0.7 + k);
		sweep_density(w, q, &r->lp[k], r->grad[k], NULL);
	}
	sweep_free(w);
	return NULL;
}

/* Sweeps of four threads, and one in which other groups were computed and other places had no density. */
static void same_bits(void)
{
	static struct runner runs[5];
	struct graph *g;
	struct sweep *w;
	pthread_t threads[4];
	double q[40], lp, grad[40];
	int x, y, sum, bad = 0, differ = 0;

	graph_new(&g, NULL);
	graph_unknown(g, 40, &x, NULL);
	y = node1(g, "inv_logit", node2(g, "*", x, view(g, x, 3, 1)));
	graph_add(g, &rule_log_sum_exp, &y, 1, 1, NULL, &sum, NULL);
	add_term(g, node2(g, "*", y, node1(g, "exp", x)));
	add_term(g, node2(g, "/", sum, node1(g, "sqrt", node2(g, "+", number(g, 2), view(g, x, 0, 1)))));
	graph_want(g, node1(g, "log", x), GRAPH_VALUES);
	graph_want(g, y, GRAPH_VALUES);
	graph_finish(g, NULL);
	for (int t = 0; t < 4; t++) {
		runs[t].g = g;
		pthread_create(&threads[t], NULL, run_points, &runs[t]);
	}
	for (int t = 0; t < 4; t++)
		pthread_join(threads[t], NULL);
	sweep_new(g, &w, NULL);
	for (int k = 49; k >= 0; k--) {
		for (int i = 0; i < 40; i++)
			q[i] = i ? 1 : -3;
		sweep_density(w, q, &lp, grad, NULL);
		bad += lp != -INFINITY;
		for (int i = 0; i < 40; i++)
			q[i] = sin(i * 0.7 + k);
		sweep_values(w, q, GRAPH_VALUES, NULL, NULL);
		sweep_density(w, q, &runs[4].lp[k], runs[4].grad[k], NULL);
		bad += !isfinite(runs[4].lp[k]);
	}
	for (int t = 1; t < 5; t++)
		differ += memcmp(runs[0].lp, runs[t].lp, sizeof runs[0].lp) || memcmp(runs[0].grad, runs[t].grad, sizeof runs[0].grad);
	is_int(bad, 0, "a density where there is one");
	is_int(differ, 0, "the same bits in every thread and whatever came before");
	sweep_free(w);
	graph_free(g);
}

/* Random graphs of products and sums with views, stores and shared nodes, beside the same with derivatives carried along. */
static void random_graphs(void)
{
	enum { Q = 3, NODES = 60, ROUNDS = 200 };
	uint64_t seed = 1;
	int bad = 0;

#define NEXT(n) ((int)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 33) % (n))
	for (int round = 0; round < ROUNDS; round++) {
		struct graph *g;
		struct sweep *w;
		double v[NODES], dv[NODES][Q], q[Q] = { 0.5, -1.25, 1.5 }, lp, grad[Q], sum = 0, dsum[Q] = { 0 };
		int nodes[NODES], x, store, places = 0;

		graph_new(&g, NULL);
		graph_unknown(g, Q, &x, NULL);
		graph_store(g, NODES, &store, NULL);
		for (int k = 0; k < NODES; k++) {
			int a = k ? NEXT(k) : 0, b = k ? NEXT(k) : 0, how = k < Q ? 3 : NEXT(5);

			if (how == 3 || how == 4) {
				int j = NEXT(Q);

				v[k] = how == 3 ? q[j] : 0.25 * NEXT(5);
				nodes[k] = how == 3 ? view(g, x, j, 1) : number(g, v[k]);
				for (int i = 0; i < Q; i++)
					dv[k][i] = how == 3 && i == j;
			} else {
				const char *op = how == 0 ? "+" : how == 1 ? "-" : "*";

				nodes[k] = node2(g, op, nodes[a], nodes[b]);
				v[k] = how == 0 ? v[a] + v[b] : how == 1 ? v[a] - v[b] : v[a] * v[b];
				for (int i = 0; i < Q; i++)
					dv[k][i] = how == 0 ? dv[a][i] + dv[b][i] : how == 1 ? dv[a][i] - dv[b][i] :
						   dv[a][i] * v[b] + v[a] * dv[b][i];
				/* keep it small: halves of what grew */
				if (fabs(v[k]) > 4) {
					nodes[k] = node2(g, "*", nodes[k], number(g, 1 / 256.));
					v[k] /= 256;
					for (int i = 0; i < Q; i++)
						dv[k][i] /= 256;
				}
			}
			if (NEXT(2)) {
				graph_put(g, store, places, nodes[k], NULL);
				if (NEXT(2))
					nodes[k] = view(g, store, places, 1);
				places++;
				sum += v[k];
				for (int i = 0; i < Q; i++)
					dsum[i] += dv[k][i];
			}
		}
		add_term(g, view(g, store, 0, places));
		graph_finish(g, NULL);
		sweep_new(g, &w, NULL);
		sweep_density(w, q, &lp, grad, NULL);
		bad += !(fabs(lp - sum) <= 1e-9 * (1 + fabs(sum)));
		for (int i = 0; i < Q; i++)
			bad += !(fabs(grad[i] - dsum[i]) <= 1e-9 * (1 + fabs(dsum[i])));
		sweep_free(w);
		graph_free(g);
	}
	is_int(bad, 0, "%d random graphs with stores give what derivatives carried along give", ROUNDS);
}

int main(void)
{
	merging();
	density();
	recurrence();
	stores();
	failures();
	memory();
	same_bits();
	random_graphs();
	return done();
}
