/* Differential equations as an operation of a graph: the right-hand sides a graph, starts and parameters unknown or constant. */
#include <math.h>
#include <stdlib.h>

#include "model/ode.h"
#include "model/rules.h"
#include "tap.h"

static const struct rule *op_rule(const char *name, int nargs, const void **aux)
{
	return rule_of_op(op_operator(name, nargs) ? op_operator(name, nargs) : op_find(name), aux);
}

static int node2(struct graph *g, const char *op, int a, int b)
{
	const void *aux;
	const struct rule *rule = op_rule(op, 2, &aux);
	int node = -1;

	return graph_add(g, rule, (int[]){ a, b }, 2, 1, aux, &node, NULL) ? -1 : node;
}

static int node1(struct graph *g, const char *op, int a)
{
	const void *aux;
	const struct rule *rule = op_rule(op, 1, &aux);
	int node = -1;

	return graph_add(g, rule, &a, 1, 1, aux, &node, NULL) ? -1 : node;
}

static int pair(struct graph *g, int a, int b)
{
	int node = -1;

	return graph_add(g, &rule_concat, (int[]){ a, b }, 2, 2, NULL, &node, NULL) ? -1 : node;
}

/* sum of weight[i] x[i], a term; aux the weights */
static int weigh_forward(struct step *s, struct err *e)
{
	const double *weight = s->aux;

	(void)e;
	s->out[0] = 0;
	for (int32_t i = 0; i < s->args[0].n; i++) {
		s->out[0] += weight[i] * s->args[0].v[i];
		if (s->args[0].d)
			s->args[0].d[i] += weight[i];
	}
	return 0;
}
static const struct rule weigh = { .name = "weigh", .forward = weigh_forward, .flags = RULE_TARGET };

/* du = (a - b v) u, dv = (-c + d u) v of q = [t, u, v, a, b, c, d] */
static struct graph *hares_new(int *result)
{
	struct graph *g;
	int q[7], left, right;

	if (graph_new(&g, NULL))
		exit(1);
	for (int i = 0; i < 7; i++)
		graph_unknown(g, 1, &q[i], NULL);
	left = node2(g, "*", node2(g, "-", q[3], node2(g, "*", q[4], q[2])), q[1]);
	right = node2(g, "*", node2(g, "+", node1(g, "-", q[5]), node2(g, "*", q[6], q[1])), q[2]);
	*result = pair(g, left, right);
	graph_want(g, *result, GRAPH_DENSITY);
	graph_finish(g, NULL);
	return g;
}

/* As in t6700: u, v and their derivatives by u0, v0, a, b, c, d, by mpmath. */
static const double times[] = { 3, 20 };
static const double want[][14] = {
	{ 81.1760951778845869, 22.523534650896114, -0.690136414352454342, 1.98130091407835332, -7.87753825202840143,
	  0.538060969318335046, 90.5859191304687685, 124.805111124404772, -1125.36260743262878, -727.546099057956208,
	  79.9066804537343942, -37.6552553309092051, -4245.00781701909238, 2476.62614259794165 },
	{ 18.4893010862788439, 5.20317725223477785, 0.68593751219859104, -0.135772578089367886, 4.80559504952439333,
	  0.217548331153837173, 80.5349109172129756, -23.3543722360272554, 686.513578503484761, -154.749425986408184,
	  104.878955508237514, -19.7778460514437277, 87.0343449866203036, -169.715722611709858 },
};
static const double start[] = { 30, 4 }, params[] = { 0.55, 0.028, 0.8, 0.024 };

struct outer {
	struct graph *g;
	int ode;
};

/* A graph of one ode; what is not unknown is constant. */
static struct outer outer_new(const struct ode_problem *p, bool start_unknown, bool params_unknown, const double *weight)
{
	struct outer o;
	int args[2], term;

	if (graph_new(&o.g, NULL))
		exit(1);
	if (start_unknown)
		graph_unknown(o.g, 2, &args[0], NULL);
	else
		graph_constant(o.g, start, 2, &args[0], NULL);
	if (params_unknown)
		graph_unknown(o.g, 4, &args[1], NULL);
	else
		graph_constant(o.g, params, 4, &args[1], NULL);
	if (graph_add(o.g, &rule_ode, args, 2, 2 * p->ntimes, p, &o.ode, NULL) ||
	    graph_add(o.g, &weigh, &o.ode, 1, 1, weight, &term, NULL))
		exit(1);
	graph_want(o.g, term, GRAPH_DENSITY);
	graph_want(o.g, o.ode, GRAPH_VALUES);
	graph_finish(o.g, NULL);
	return o;
}

static void check_derivatives(const struct ode_problem *p, bool start_unknown, bool params_unknown)
{
	double q[6], grad[6], lp, worst = 0;
	int n = 0, from = start_unknown ? 0 : 2, to = params_unknown ? 6 : 2;
	struct err e = ERR_INIT;

	for (int k = from; k < to; k++)
		q[n++] = k < 2 ? start[k] : params[k - 2];
	for (int i = 0; i < 4; i++) {
		double weight[4] = { 0 };
		struct outer o;
		struct sweep *w;

		weight[i] = 1;
		o = outer_new(p, start_unknown, params_unknown, weight);
		if (sweep_new(o.g, &w, &e) || sweep_density(w, q, &lp, grad, &e))
			ok(false, "%s", e.msg);
		worst = fmax(worst, fabs(lp / want[i / 2][i % 2] - 1));
		for (int k = from; k < to; k++)
			worst = fmax(worst, fabs(grad[k - from] / want[i / 2][2 + 2 * k + i % 2] - 1));
		sweep_free(w);
		graph_free(o.g);
	}
	if (!ok(worst < 1e-6, "%s%s unknown, by %s: as mpmath", start_unknown ? "start " : "", params_unknown ? "parameters" : "",
		ode_methods[p->method]))
		fprintf(stderr, "%.2e\n", worst);
}

static void check_outer(struct ode_problem p)
{
	static const double weight[4] = { 1, -1, 0.5, 2 };
	double q[6], grad[6], other[6], lp, again;
	const double *values;
	struct outer o;
	struct sweep *one, *two;
	struct err e = ERR_INIT;

	memcpy(q, start, sizeof start);
	memcpy(q + 2, params, sizeof params);
	o = outer_new(&p, true, true, weight);
	sweep_new(o.g, &one, NULL);
	sweep_new(o.g, &two, NULL);
	sweep_density(one, q, &lp, grad, NULL);
	q[3] = 0.03;
	sweep_density(two, q, &again, other, NULL);
	q[3] = 0.028;
	sweep_density(two, q, &again, other, NULL);
	ok(lp == again && !memcmp(grad, other, sizeof grad), "two threads' sweeps agree to the bit");
	is_int(sweep_values(two, q, GRAPH_VALUES, NULL, &e), 0, "values alone");
	values = sweep_node(two, o.ode);
	ok(fabs(values[0] / want[0][0] - 1) < 1e-6 && fabs(values[3] / want[1][1] - 1) < 1e-6, "are those of mpmath");
	ok(weight[0] * values[0] + weight[1] * values[1] + weight[2] * values[2] + weight[3] * values[3] == lp, "and of the density");

	q[0] = 1e200;
	ok(!sweep_density(one, q, &lp, grad, &e) && lp == -INFINITY && strstr(sweep_why(one), "ode"), "a wild place has no density: %s",
	   sweep_why(one));
	q[0] = NAN;
	ok(!sweep_density(one, q, &lp, grad, &e) && lp == -INFINITY && strstr(sweep_why(one), "start"), "nor a start that is none: %s",
	   sweep_why(one));
	q[0] = start[0];
	ok(!sweep_density(one, q, &lp, grad, &e) && lp == again && !memcmp(grad, other, sizeof grad), "and the next place is as before");
	sweep_free(one);
	sweep_free(two);
	graph_free(o.g);

	p.max_steps = 5;
	o = outer_new(&p, true, true, weight);
	sweep_new(o.g, &one, NULL);
	ok(!sweep_density(one, q, &lp, grad, &e) && lp == -INFINITY && strstr(sweep_why(one), "5 steps"), "too many steps: %s",
	   sweep_why(one));
	sweep_free(one);
	graph_free(o.g);

	p.max_steps = 10000;
	o = outer_new(&p, false, false, weight);
	ok(!graph_varies(o.g, o.ode) && fabs(graph_values(o.g, o.ode)[2] / want[1][0] - 1) < 1e-6, "with nothing unknown it is a constant");
	graph_free(o.g);
}

/* No outer values at all: dy = -y + sin t. */
static void check_alone(void)
{
	static const double at[] = { 0.5, 2 }, weight[] = { 1, 1 };
	struct graph *rhs, *g;
	int t, y, result, z0, ode, term;
	struct sweep *w;
	double q = 2, lp, grad, sum = 0, slope = 0;
	struct ode_problem p = { .K = 1, .ntimes = 2, .times = at, .rel_tol = 1e-10, .abs_tol = 1e-10, .max_steps = 10000 };

	graph_new(&rhs, NULL);
	graph_unknown(rhs, 1, &t, NULL);
	graph_unknown(rhs, 1, &y, NULL);
	result = node2(rhs, "-", node1(rhs, "sin", t), y);
	graph_want(rhs, result, GRAPH_DENSITY);
	graph_finish(rhs, NULL);
	p.rhs = rhs;
	p.result = result;
	graph_new(&g, NULL);
	graph_unknown(g, 1, &z0, NULL);
	graph_add(g, &rule_ode, &z0, 1, 2, &p, &ode, NULL);
	graph_add(g, &weigh, &ode, 1, 1, weight, &term, NULL);
	graph_want(g, term, GRAPH_DENSITY);
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	sweep_density(w, &q, &lp, &grad, NULL);
	for (int i = 0; i < 2; i++) {
		sum += (sin(at[i]) - cos(at[i])) / 2 + (q + 0.5) * exp(-at[i]);
		slope += exp(-at[i]);
	}
	ok(fabs(lp - sum) < 1e-8 && fabs(grad - slope) < 1e-8, "no outer values, and t on the right");
	sweep_free(w);
	graph_free(g);
	graph_free(rhs);
}

/* The derivative is a constant, and a state itself: nodes that no rule makes. */
static void check_product(void)
{
	struct graph *g;
	int q[2], one = 0, mixed;
	struct sweep *w;
	double value[2], grad[2], at[] = { 3, 4 }, weight[] = { 2, 5 };

	graph_new(&g, NULL);
	graph_unknown(g, 1, &q[0], NULL);
	graph_unknown(g, 1, &q[1], NULL);
	graph_constant(g, &(double){ 7 }, 1, &one, NULL);
	mixed = pair(g, one, q[1]);
	graph_want(g, mixed, GRAPH_DENSITY);
	graph_want(g, q[0], GRAPH_DENSITY);
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	ok(!sweep_product(w, at, mixed, weight, value, grad, NULL) && value[0] == 7 && value[1] == 4 && grad[0] == 0 && grad[1] == 5,
	   "a product with a constant and an unknown");
	ok(!sweep_product(w, at, q[0], weight, value, grad, NULL) && value[0] == 3 && grad[0] == 2 && grad[1] == 0, "an unknown itself");
	ok(!sweep_product(w, at, one, weight, value, grad, NULL) && value[0] == 7 && grad[0] == 0 && grad[1] == 0, "a constant itself");
	sweep_free(w);
	graph_free(g);
}

static void check_memory(const struct ode_problem *p)
{
	static const double weight[4] = { 1, 1, 1, 1 };
	struct outer o = outer_new(p, true, true, weight);
	double q[6] = { 30, 4, 0.55, 0.028, 0.8, 0.024 }, lp, grad[6];
	int failed = 0;
	bool told = true;

	for (long n = 0; n < 1000; n++) {
		struct sweep *w = NULL;
		struct err e = ERR_INIT;
		int rc;

		mem_fail_after(n);
		rc = sweep_new(o.g, &w, &e);
		if (!rc)
			rc = sweep_density(w, q, &lp, grad, &e);
		mem_fail_after(-1);
		sweep_free(w);
		if (!rc)
			break;
		failed++;
		told &= rc == ERR_MEMORY;
	}
	ok(failed > 8 && told, "each allocation that fails is told and nothing is lost (%d)", failed);
	graph_free(o.g);
}

int main(void)
{
	struct ode_problem p = { .K = 2, .P = 4, .ntimes = 2, .times = times, .rel_tol = 1e-9, .abs_tol = 1e-9, .max_steps = 10000 };
	struct graph *rhs = hares_new(&p.result);

	p.rhs = rhs;
	for (int m = 0; m < 2; m++) {
		p.method = m;
		check_derivatives(&p, true, true);
		check_derivatives(&p, true, false);
		check_derivatives(&p, false, true);
		check_outer(p);
		check_memory(&p);
	}
	check_alone();
	check_product();
	graph_free(rhs);
	return done();
}
