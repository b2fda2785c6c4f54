/*
 * differential.c - ode(z0, t0, ts, du = ..., dv = ...): the right-hand sides become a graph of their own, whose unknowns are the time,
 * the states, and whatever of the model they use.
 */
#include "model/model_priv.h"
#include "model/ode.h"

#include <math.h>
#include <string.h>

struct equations {
	struct compiler *outer;
	struct compiler inner;
	const struct domain *lanes;      /* one of them, or NULL */
	const struct expr_node *states[ODE_STATES_MAX];
	int K;
	struct symbol *symbols;          /* of the inner compiler */
	int room;
	int *values, nvalues;            /* nodes of the outer graph, whose numbers follow the states in q */
	struct ode_options options;
	struct err *e;
	int rc;
};

static bool is_state(const struct expr_node *x)
{
	return x->kind == EXPR_NAMED && x->name[0] == 'd' && x->name[1];
}

/* rel_tol = 1e-8 and the like, which are known numbers. */
static int read_option(struct equations *q, const struct expr_node *x, struct err *e)
{
	struct compiler *c = q->outer;
	const double *v;
	struct mvalue value;
	int rc;

	if (!strcmp(x->name, "method")) {
		if (x->args[0]->kind == EXPR_LITERAL && x->args[0]->value.type == TYPE_STRING)
			for (int i = 0; ode_methods[i]; i++)
				if (slice_is(x->args[0]->value.as.text, ode_methods[i])) {
					q->options.method = (enum ode_method)i;
					return 0;
				}
		return model_fault(c, x->args[0]->mark, ERR_NAME, e, "the methods are \"%s\" and \"%s\"", ode_methods[0], ode_methods[1]);
	}
	if (strcmp(x->name, "rel_tol") && strcmp(x->name, "abs_tol") && strcmp(x->name, "max_steps"))
		return model_fault(c, x->mark, ERR_NAME, e, "'%s' is neither a derivative, d and the name of a state, nor one of rel_tol, abs_tol, max_steps, method",
				   x->name);
	if ((rc = compile(c, x->args[0], NULL, &value, e)))
		return rc;
	v = graph_values(c->g, value.node);
	if (value.rank || !v || !(v[0] > 0) || !isfinite(v[0]))
		return model_fault(c, x->args[0]->mark, ERR_DATA, e, "%s is a known number above 0", x->name);
	if (!strcmp(x->name, "rel_tol"))
		q->options.rel_tol = v[0];
	else if (!strcmp(x->name, "abs_tol"))
		q->options.abs_tol = v[0];
	else
		q->options.max_steps = v[0] < 1e9 ? (int)v[0] : 1000000000;
	return 0;
}

static int read_arguments(struct equations *q, const struct expr_node *x, struct err *e)
{
	struct compiler *c = q->outer;
	int rc;

	for (int k = 0; k < x->nargs; k++) {
		const struct expr_node *a = x->args[k];

		if (k < 3) {
			if (a->kind == EXPR_NAMED)
				return model_fault(c, a->mark, ERR_DATA, e, "ode(z0, t0, ts, ...): the states at the start, the time of the start and the times come first");
			continue;
		}
		if (a->kind != EXPR_NAMED)
			return model_fault(c, a->mark, ERR_DATA, e, "here stands an equation, du = ..., for the state u");
		if (!is_state(a)) {
			if ((rc = read_option(q, a, e)))
				return rc;
			continue;
		}
		for (int i = 0; i < q->K; i++)
			if (!strcmp(q->states[i]->name, a->name))
				return model_fault(c, a->mark, ERR_NAME, e, "'%s' has an equation already", a->name + 1);
		if (q->K == ODE_STATES_MAX)
			return model_fault(c, a->mark, ERR_DATA, e, "at most %d equations", ODE_STATES_MAX);
		q->states[q->K++] = a;
	}
	if (!q->K)
		return model_fault(c, x->mark, ERR_DATA, e, "ode needs an equation for each state: du = ..., dv = ...");
	return 0;
}

/* == names of the right-hand sides =========================================================== */

static int inner_symbol(struct equations *q, const char *name, const struct mvalue *value, struct err *e)
{
	struct compiler *in = &q->inner;

	if (in->nsymbols == q->room)
		return err_set(e, ERR_DOMAIN, "the equations use more than %d names", q->room);
	q->symbols[in->nsymbols++] = (struct symbol){ .name = name, .kind = SYMBOL_DATA, .state = SYMBOL_DONE, .value = *value };
	return 0;
}

/* A value of the model inside of the equations: known ones as they are, others as unknowns of the small graph. */
static int bring_in(struct equations *q, const char *name, const struct mvalue *outer, struct err *e)
{
	struct mvalue v = *outer;
	const double *known = graph_values(q->outer->g, outer->node);
	int rc;

	v.lanes = NULL;
	v.high = -1;
	if (known) {
		rc = graph_constant(q->inner.g, known, value_inner(&v), &v.node, e);
	} else {
		rc = graph_unknown(q->inner.g, value_inner(&v), &v.node, e);
		q->values[q->nvalues++] = outer->node;
	}
	return rc ? rc : inner_symbol(q, name, &v, e);
}

/* All names in a tree that mean something outside; what a loop inside of the tree hides is not looked for. */
static int bring_names(struct equations *q, const struct expr_node *x, struct err *e)
{
	struct mvalue v;
	struct symbol *s;
	int rc;

	if (!x)
		return 0;
	if (x->kind == EXPR_COLUMN && !symbol_find(&q->inner, x->name)) {
		struct expr_node name = *x;
		bool loop = false;

		for (const struct domain *d = q->lanes; d; d = d->up)
			for (int k = 0; k < d->nvars; k++)
				loop |= !strcmp(d->names[k], x->name);
		s = symbol_find(q->outer, x->name);
		if (loop || s) {
			if ((rc = compile(q->outer, &name, q->lanes, &v, e)) || (rc = bring_in(q, x->name, &v, e)))
				return rc;
		}
	}
	for (int i = 0; i < x->nargs; i++)
		if ((rc = bring_names(q, x->args[i], e)))
			return rc;
	return 0;
}

/* The graph of the right-hand sides; *result: the node of the K derivatives. */
static int make_graph(struct equations *q, int *result, struct err *e)
{
	struct compiler *in = &q->inner;
	int nodes[ODE_STATES_MAX], unknowns, rc;
	struct mvalue v;
	char shape[64];

	if ((rc = graph_unknown(in->g, 1 + q->K, &unknowns, e)) || (rc = graph_view(in->g, unknowns, 0, 1, &v.node, e)))
		return rc;
	v = value_scalar(v.node);
	if ((rc = inner_symbol(q, "t", &v, e)))
		return rc;
	for (int k = 0; k < q->K; k++) {
		if ((rc = graph_view(in->g, unknowns, k + 1, 1, &v.node, e)))
			return rc;
		v = value_scalar(v.node);
		if ((rc = inner_symbol(q, q->states[k]->name + 1, &v, e)))
			return rc;
	}
	for (int k = 0; k < q->K; k++)
		if ((rc = bring_names(q, q->states[k]->args[0], e)))
			return rc;
	for (int k = 0; k < q->K; k++) {
		if ((rc = compile(in, q->states[k]->args[0], NULL, &v, e)))
			return rc;
		if (v.rank)
			return model_fault(in, q->states[k]->args[0]->mark, ERR_DATA, e, "the derivative of '%s' is one number, this is %s", q->states[k]->name + 1,
					   value_shape(shape, &v));
		nodes[k] = v.node;
	}
	if ((rc = graph_add(in->g, &rule_concat, nodes, q->K, q->K, NULL, result, e)))
		return rc;
	graph_want(in->g, *result, GRAPH_DENSITY);
	return graph_finish(in->g, e);
}

/* == the operation =========================================================================== */

static int known_numbers(struct compiler *c, const struct expr_node *x, const struct domain *lanes, const char *what, struct mvalue *out,
			 const double **values, struct err *e)
{
	int rc;

	if ((rc = compile_argument(c, x, lanes, out, e)))
		return rc;
	if (!(*values = graph_values(c->g, out->node)))
		return model_fault(c, x->mark, ERR_DATA, e, "%s must be known; this depends on a parameter", what);
	return 0;
}

static int add_ode(struct equations *q, const struct expr_node *x, struct ode_problem *p, struct mvalue *out, struct err *e)
{
	struct compiler *c = q->outer;
	struct mvalue z0, t0, ts;
	const double *start, *times;
	double *copy;
	int args[2], nargs = 1, rc;
	char shape[64];

	if ((rc = compile_argument(c, x->args[0], q->lanes, &z0, e)) ||
	    (rc = known_numbers(c, x->args[1], q->lanes, "the time of the start", &t0, &start, e)) ||
	    (rc = known_numbers(c, x->args[2], q->lanes, "the times", &ts, &times, e)))
		return rc;
	if (z0.rank > 1 || value_inner(&z0) != q->K)
		return model_fault(c, x->args[0]->mark, ERR_DATA, e, "there are %d equations, and %s for the states at the start", q->K, value_shape(shape, &z0));
	if (t0.rank || ts.rank > 1)
		return model_fault(c, x->args[1]->mark, ERR_DATA, e, "the start is one time, the times are a vector");
	if (!(copy = arena_room(c->arena, (size_t)value_inner(&ts) * sizeof *copy)))
		return err_nomem(e);
	memcpy(copy, times, (size_t)value_inner(&ts) * sizeof *copy);
	p->t0 = start[0];
	p->times = copy;
	p->ntimes = value_inner(&ts);
	if (ode_check(p, NULL)) {
		struct err why = ERR_INIT;

		ode_check(p, &why);
		return model_fault(c, x->args[2]->mark, ERR_DATA, e, "%s", why.msg);
	}
	args[0] = z0.node;
	if (q->nvalues == 1)
		args[nargs++] = q->values[0];
	else if (q->nvalues) {
		if ((rc = graph_add(c->g, &rule_concat, q->values, q->nvalues, p->P, NULL, &args[nargs++], e)))
			return rc;
	}
	*out = (struct mvalue){ .high = -1, .lanes = q->lanes, .rank = 2, .dims = { p->ntimes, q->K } };
	if (!z0.rank || !ts.rank) {
		out->rank = 1;
		out->dims[0] = z0.rank ? q->K : p->ntimes;
	}
	return graph_add(c->g, &rule_ode, args, nargs, p->ntimes * q->K, p, &out->node, e);
}

static int keep_graph(struct compiler *c, struct graph *g, struct err *e)
{
	struct posterior *p = c->posterior;
	struct graph **more = mem_resize(p->graphs, ((size_t)p->ngraphs + 1) * sizeof *more);

	if (!more)
		return err_nomem(e);
	p->graphs = more;
	p->graphs[p->ngraphs++] = g;
	return 0;
}

/* In one lane, or outside of loops. */
static int build_one(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct equations q = { .outer = c, .inner = *c, .lanes = lanes, .options = ODE_OPTIONS_INIT };
	struct ode_problem *p = arena_zero(c->arena, 1, sizeof *p);
	struct graph *g = NULL;
	int rc;

	q.room = c->nsymbols + ODE_STATES_MAX + 64;
	q.symbols = arena_zero(c->arena, (size_t)q.room, sizeof *q.symbols);
	q.values = arena_zero(c->arena, (size_t)q.room, sizeof *q.values);
	if (!p || !q.symbols || !q.values)
		return err_nomem(e);
	q.inner.symbols = q.symbols;
	q.inner.nsymbols = 0;
	q.inner.memo = NULL;
	q.inner.recurrence = NULL;
	q.inner.sumout = NULL;
	if ((rc = read_arguments(&q, x, e)) || (rc = graph_new(&g, e)))
		return rc;
	if ((rc = keep_graph(c, g, e))) {
		graph_free(g);
		return rc;
	}
	q.inner.g = g;
	if (!(rc = memo_new(&q.inner.memo, e)))
		rc = make_graph(&q, &p->result, e);
	memo_free(q.inner.memo);
	if (rc)
		return rc;
	p->rhs = g;
	p->K = q.K;
	p->P = graph_unknowns(g) - 1 - q.K;
	p->rel_tol = q.options.rel_tol;
	p->abs_tol = q.options.abs_tol;
	p->max_steps = q.options.max_steps;
	p->method = q.options.method;
	return add_ode(&q, x, p, out, e);
}

int build_ode(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue one, r = { 0 };
	int32_t *sel;
	int *nodes, rc = 0;

	if (!lanes)
		return build_one(c, x, NULL, out, e);
	/* a solution for each lane: their equations may have different numbers in them */
	nodes = mem_zero((size_t)lanes->n + 1, sizeof *nodes);
	sel = arena_zero(c->arena, (size_t)lanes->n + 1, sizeof *sel);
	if (!nodes || !sel) {
		mem_free(nodes);
		return err_nomem(e);
	}
	for (int32_t i = 0; i < lanes->n && !rc; i++) {
		const struct domain *lane;

		sel[i] = i;
		if (lanes->up)
			rc = model_fault(c, x->mark, ERR_DATA, e, "ode does not stand inside of sum(... for ...); give its result a name first");
		else if (!(rc = domain_part(c, lanes, &sel[i], 1, NULL, NULL, &lane, e)))
			rc = build_one(c, x, lane, &one, e);
		if (!rc && i && (one.rank != r.rank || memcmp(one.dims, r.dims, (size_t)r.rank * sizeof *r.dims)))
			rc = model_fault(c, x->mark, ERR_DATA, e, "the solutions have different numbers of times round the loop");
		r = one;
		nodes[i] = one.node;
	}
	r.lanes = lanes;
	if (!rc && !lanes->n)
		rc = model_fault(c, x->mark, ERR_DATA, e, "the loop is empty");
	if (!rc && !(rc = graph_add(c->g, &rule_concat, nodes, lanes->n, value_numbers(&r), NULL, &r.node, e)))
		*out = r;
	mem_free(nodes);
	return rc;
}
