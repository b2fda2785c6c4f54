/*
 * sweep.c - a thread's memory for a graph: values forwards, derivatives backwards.
 *
 * The steps of the density are a list of their own, with pointers where values and derivatives are, made once: an evaluation is a
 * loop of calls over it and neither looks anything up nor allocates. Derivatives are cleared in one go; only nodes between
 * the unknowns and the density have any. The other groups have a second list, made when first asked for.
 */
#include "model/graph_priv.h"

#include <math.h>
#include <string.h>

struct list {
	struct step *steps;
	struct step_arg *args;
	uint8_t *need;                   /* groups of each step; NULL: all are wanted */
	int32_t *nodes;                  /* where each comes from, for messages */
	int32_t n;
	int32_t opened;                  /* steps whose rules were asked to open */
	char *work;
};

struct sweep {
	const struct graph *g;
	double *v, *d;
	struct list density, all;
	struct err why;
	int32_t where;
};

/* == lists of steps ========================================================================== */

static void list_free(struct list *l)
{
	for (int32_t i = 0; i < l->opened; i++)
		if (l->steps[i].rule->close)
			l->steps[i].rule->close(&l->steps[i]);
	mem_free(l->steps);
	mem_free(l->args);
	mem_free(l->need);
	mem_free(l->nodes);
	mem_free(l->work);
	*l = (struct list){ 0 };
}

static bool is_step(const struct node *x, unsigned groups)
{
	return x->kind == NODE_RULE && x->varies && x->need & groups;
}

static size_t work_of(const struct step *s)
{
	size_t n = s->rule->work ? s->rule->work(s) : 0;

	return n > SIZE_MAX - WORK_ALIGN ? n : (n + WORK_ALIGN - 1) / WORK_ALIGN * WORK_ALIGN;
}

/* Steps of these groups; with `slopes`, derivatives are pointed to. */
static int list_make(struct sweep *w, unsigned groups, bool slopes, struct list *l, struct err *e)
{
	const struct graph *g = w->g;
	size_t steps = 0, args = 0, work = 0;
	struct step_arg *a;
	int rc;

	for (int32_t i = 0; i < g->nnodes; i++)
		if (is_step(&g->nodes[i], groups)) {
			steps++;
			args += (size_t)g->nodes[i].nargs;
		}
	l->steps = mem_zero(steps + 1, sizeof *l->steps);
	l->args = a = mem_zero(args + 1, sizeof *l->args);
	l->nodes = mem_zero(steps + 1, sizeof *l->nodes);
	l->need = slopes ? NULL : mem_zero(steps + 1, 1);
	if (!l->steps || !l->args || !l->nodes || (!slopes && !l->need))
		goto nomem;
	for (int32_t i = 0; i < g->nnodes; i++) {
		const struct node *x = &g->nodes[i];
		struct step *s = &l->steps[l->n];
		bool term = x->kind == NODE_RULE && x->rule->flags & RULE_TARGET;
		size_t own;

		if (!is_step(x, groups))
			continue;
		*s = (struct step){ .rule = x->rule, .n = x->n, .nargs = x->nargs, .args = a, .aux = x->aux };
		for (int32_t k = 0; k < x->nargs; k++)
			a[k].n = g->nodes[g->args[x->first + k]].n;
		if ((own = work_of(s)) > SIZE_MAX - work)
			goto nomem;
		s->work = own ? (void *)(uintptr_t)(work + 1) : NULL;    /* its place, until there is memory */
		work += own;
		s->out = w->v + x->at;
		s->dout = slopes && x->slopes ? w->d + x->at : NULL;
		/* A term that nobody wants in the density has a value, and no part in the gradient. */
		for (int32_t k = 0; k < x->nargs; k++, a++) {
			const struct node *arg = &g->nodes[g->args[x->first + k]];

			a->v = arg->varies ? w->v + arg->at : arg->values;
			a->d = slopes && arg->slopes && (x->slopes || (term && x->want & GRAPH_DENSITY)) ? w->d + arg->at : NULL;
		}
		l->nodes[l->n] = i;
		if (l->need)
			l->need[l->n] = x->need;
		l->n++;
	}
	if (work && !(l->work = mem_column(work)))
		goto nomem;
	if (work)
		memset(l->work, 0, work);
	for (int32_t i = 0; i < l->n; i++)
		if (l->steps[i].work)
			l->steps[i].work = l->work + ((uintptr_t)l->steps[i].work - 1);
	while (l->opened < l->n) {
		struct step *s = &l->steps[l->opened++];

		if (s->rule->open && (rc = s->rule->open(s, e))) {
			list_free(l);
			return rc;
		}
	}
	return 0;
nomem:
	list_free(l);
	return err_nomem(e);
}

int sweep_new(const struct graph *g, struct sweep **out, struct err *e)
{
	struct sweep *w = mem_zero(1, sizeof *w);
	size_t total = (size_t)g->total, slopes = (size_t)g->slopes;
	int rc;

	if (!w)
		return err_nomem(e);
	w->g = g;
	if (total > SIZE_MAX / 16 || !(w->v = mem_column((total + 1) * sizeof(double))) ||
	    !(w->d = mem_column((slopes + 1) * sizeof(double)))) {
		sweep_free(w);
		return err_nomem(e);
	}
	memset(w->v, 0, (total + 1) * sizeof(double));
	for (int32_t i = 0; i < g->nnodes; i++) {
		const struct node *x = &g->nodes[i];

		if (x->kind == NODE_STORE && x->at >= 0 && x->values)
			memcpy(w->v + x->at, x->values, (size_t)x->n * sizeof(double));
	}
	if ((rc = list_make(w, GRAPH_DENSITY, true, &w->density, e))) {
		sweep_free(w);
		return rc;
	}
	*out = w;
	return 0;
}

void sweep_free(struct sweep *w)
{
	if (!w)
		return;
	list_free(&w->density);
	list_free(&w->all);
	mem_free(w->v);
	mem_free(w->d);
	mem_free(w);
}

/* == evaluation ============================================================================== */

static const char *number_word(double x)
{
	return isnan(x) ? "not a number" : x > 0 ? "infinite" : "minus infinite";
}

/* The density is no number: which term made it so. */
static void explain_terms(struct sweep *w)
{
	const struct graph *g = w->g;

	for (int32_t i = 0; i < g->nnodes; i++) {
		const struct node *x = &g->nodes[i];
		double y;

		if (x->kind != NODE_RULE || !(x->rule->flags & RULE_TARGET) || !(x->want & GRAPH_DENSITY))
			continue;
		y = x->varies ? w->v[x->at] : x->values[0];
		if (isfinite(y))
			continue;
		w->where = i;
		err_set(&w->why, ERR_DOMAIN, "the term '%s' of the log density is %s", x->rule->name, number_word(y));
		return;
	}
	err_set(&w->why, ERR_DOMAIN, "the log density is too big for a number");
}

static void explain_gradient(struct sweep *w, const double *grad)
{
	int32_t i = 0;

	while (isfinite(grad[i]))
		i++;
	err_set(&w->why, ERR_DOMAIN, "the derivative of the log density by unknown %d of %d is %s", i + 1, w->g->unknowns,
		number_word(grad[i]));
}

static bool all_finite(const double *x, int32_t n)
{
	const uint64_t exponent = UINT64_C(0x7ff) << 52;
	uint64_t bad = 0, bits;

	for (int32_t i = 0; i < n; i++) {
		memcpy(&bits, &x[i], sizeof bits);
		bad |= (uint64_t)((bits & exponent) == exponent);
	}
	return !bad;
}

static int fail(struct sweep *w, const struct list *l, int32_t at, int rc, struct err *e)
{
	w->where = l->nodes[at];
	if (rc == ERR_DOMAIN)
		return 0;
	if (e)
		*e = w->why;
	return rc;
}

int sweep_density(struct sweep *w, const double *q, double *lp, double *grad, struct err *e)
{
	const struct graph *g = w->g;
	const struct list *l = &w->density;
	const double *terms = w->v + g->terms_at;
	double sum = g->constant_terms;
	int rc;

	if (!grad)
		return sweep_values(w, q, GRAPH_DENSITY, lp, e);
	w->why.msg[0] = '\0';
	w->where = -1;
	if (g->unknowns)
		memcpy(w->v, q, (size_t)g->unknowns * sizeof *q);
	memset(w->d, 0, (size_t)g->slopes * sizeof *w->d);
	for (int32_t i = 0; i < l->n; i++)
		if ((rc = l->steps[i].rule->forward(&l->steps[i], &w->why))) {
			*lp = -INFINITY;
			return fail(w, l, i, rc, e);
		}
	for (int64_t i = 0; i < g->nterms; i++)
		sum += terms[i];
	if (!isfinite(sum)) {
		explain_terms(w);
		*lp = -INFINITY;
		return 0;
	}
	for (int32_t i = l->n - 1; i >= 0; i--)
		if (l->steps[i].dout)
			l->steps[i].rule->backward(&l->steps[i]);
	if (g->unknowns)
		memcpy(grad, w->d, (size_t)g->unknowns * sizeof *grad);
	if (!all_finite(grad, g->unknowns)) {
		explain_gradient(w, grad);
		sum = -INFINITY;
	}
	*lp = sum;
	return 0;
}

int sweep_values(struct sweep *w, const double *q, unsigned groups, double *lp, struct err *e)
{
	const struct graph *g = w->g;
	const struct list *l = &w->all;
	double sum = 0;
	int rc;

	if (!l->steps && (rc = list_make(w, ALL_GROUPS, false, &w->all, e)))
		return rc;
	w->why.msg[0] = '\0';
	w->where = -1;
	if (g->unknowns)
		memcpy(w->v, q, (size_t)g->unknowns * sizeof *q);
	for (int32_t i = 0; i < l->n; i++) {
		struct step *s = &l->steps[i];

		if (!(l->need[i] & groups) || !(rc = s->rule->forward(s, &w->why)))
			continue;
		if (rc != ERR_DOMAIN)
			return fail(w, l, i, rc, e);
		/* Other values are still worth having. */
		w->where = w->where < 0 ? l->nodes[i] : w->where;
		for (int32_t k = 0; k < s->n; k++)
			s->out[k] = NAN;
	}
	if (!lp)
		return 0;
	for (int32_t i = 0; i < g->nnodes; i++) {
		const struct node *x = &g->nodes[i];

		if (x->kind == NODE_RULE && x->rule->flags & RULE_TARGET && x->want & groups)
			sum += x->varies ? w->v[x->at] : x->values[0];
	}
	if (!isfinite(sum) && !w->why.msg[0])
		explain_terms(w);
	*lp = isfinite(sum) ? sum : -INFINITY;
	return 0;
}

int sweep_product(struct sweep *w, const double *q, int node, const double *weight, double *value, double *grad, struct err *e)
{
	const struct graph *g = w->g;
	const struct node *x = &g->nodes[node];
	const struct list *l = &w->density;
	int rc;

	if (g->unknowns)
		memcpy(w->v, q, (size_t)g->unknowns * sizeof *q);
	for (int32_t i = 0; i < l->n; i++)
		if ((rc = l->steps[i].rule->forward(&l->steps[i], e)))
			return rc;
	if (value)
		memcpy(value, x->varies ? w->v + x->at : x->values, (size_t)x->n * sizeof *value);
	if (!weight)
		return 0;
	memset(w->d, 0, (size_t)g->slopes * sizeof *w->d);
	if (x->slopes)
		memcpy(w->d + x->at, weight, (size_t)x->n * sizeof *weight);
	for (int32_t i = l->n - 1; i >= 0; i--)
		if (l->steps[i].dout)
			l->steps[i].rule->backward(&l->steps[i]);
	if (g->unknowns)
		memcpy(grad, w->d, (size_t)g->unknowns * sizeof *grad);
	return 0;
}

const double *sweep_node(const struct sweep *w, int node)
{
	const struct node *x = &w->g->nodes[node];

	return !x->varies ? x->values : x->at >= 0 ? w->v + x->at : NULL;
}

const char *sweep_why(const struct sweep *w)
{
	return w->why.msg;
}

int sweep_where(const struct sweep *w)
{
	return w->where;
}
