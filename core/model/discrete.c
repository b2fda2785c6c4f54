/*
 * discrete.c - variable elimination: which unknowns go when, and what tables that takes.
 *
 * Unknowns go in rounds: all those with at most one neighbour, or else all with the smallest table, as long as no two of a round
 * are neighbours (the neighbours of one are then not changed by the others, so that it is the same as one after the other). A
 * round is a node of the graph, whose parts are the new factors: many chains side by side are as long as one chain.
 */
#include <math.h>
#include <string.h>

#include "model/discrete_priv.h"

/* A factor: given, with a node for each entry, or made by a round, part of its node. */
struct factor {
	const int *variables;
	int nvariables;
	const int *nodes;        /* NULL = made */
	int node;
	int32_t from;
	bool gone;
};

struct link {
	int factor;
	struct link *next;
};

struct unknown {
	struct link *first, *last;       /* its factors, also those that are gone */
	double cells;                    /* of the table that takes it out; -1 = its neighbours have changed since */
	int degree;
	bool gone, queued;
};

struct elimination {
	struct graph *g;
	const struct discrete_variable *variables;
	int n;
	struct arena arena;
	struct unknown *unknowns;
	struct factor *factors;
	int nfactors;
	int *near;               /* neighbours of the unknown at hand, ascending */
	int *seen;               /* by unknown: the last search that met it */
	int search;
	int *chosen;             /* by unknown: the last round in which it or a neighbour was chosen */
	int round;
	int *ready, *later;      /* unknowns with at most one neighbour: of this round, and the next */
	int nready, nlater;
	int *turn;               /* those of this round */
	int nturn;
	double cells;            /* so far, each counted with its terms */
	struct discrete_table table;
};

static int by_number(const void *a, const void *b, const void *ctx)
{
	int x = *(const int *)a, y = *(const int *)b;

	(void)ctx;
	return (x > y) - (x < y);
}

/* el->near and its length: who shares a factor with x. */
static int find_near(struct elimination *el, int x, int *n, struct err *e)
{
	*n = 0;
	el->seen[x] = ++el->search;
	for (const struct link *l = el->unknowns[x].first; l; l = l->next) {
		const struct factor *f = &el->factors[l->factor];

		for (int k = 0; !f->gone && k < f->nvariables; k++)
			if (el->seen[f->variables[k]] != el->search) {
				el->seen[f->variables[k]] = el->search;
				el->near[(*n)++] = f->variables[k];
			}
	}
	return sort_stable(el->near, (size_t)*n, sizeof *el->near, by_number, NULL, e);
}

static int measure(struct elimination *el, int x, struct err *e)
{
	struct unknown *u = &el->unknowns[x];
	int n, rc;

	if (u->cells >= 0)
		return 0;
	if ((rc = find_near(el, x, &n, e)))
		return rc;
	u->degree = n;
	u->cells = el->variables[x].size;
	for (int i = 0; i < n; i++)
		u->cells *= el->variables[el->near[i]].size;
	return 0;
}

static int attach(struct elimination *el, int x, int factor, struct err *e)
{
	struct link *l = arena_room(&el->arena, sizeof *l);

	if (!l)
		return err_nomem(e);
	*l = (struct link){ factor, NULL };
	if (el->unknowns[x].last)
		el->unknowns[x].last->next = l;
	else
		el->unknowns[x].first = l;
	el->unknowns[x].last = l;
	return 0;
}

static void queue(struct elimination *el, int x)
{
	struct unknown *u = &el->unknowns[x];

	if (u->gone || u->queued || u->degree > 1)
		return;
	u->queued = true;
	el->later[el->nlater++] = x;
}

static int too_big(const struct elimination *el, int x, int n, struct err *e)
{
	struct buf names = BUF_INIT;
	int rc;

	for (int i = 0; i < n && i < 5; i++)
		buf_printf(&names, "%s'%s'", i == 0 ? "" : i == n - 1 ? " and " : ", ", el->variables[el->near[i]].name);
	if (n > 5)
		buf_printf(&names, " and %d more", n - 5);
	if (n)
		rc = err_set(e, ERR_DOMAIN,
			     "cannot sum '%s' out: it hangs together with %s, %.3g joint values, and %d sums are allowed in all",
			     el->variables[x].name, names.p ? names.p : "others", el->unknowns[x].cells, DISCRETE_CELLS_MAX);
	else
		rc = err_set(e, ERR_DOMAIN, "cannot sum '%s' out: with its %d values more than %d sums are needed in all",
			     el->variables[x].name, (int)el->variables[x].size, DISCRETE_CELLS_MAX);
	buf_release(&names);
	return rc;
}

/* The step in factor f from one value of x to the next; 0 = x is not of it. */
static int32_t stride_of(const struct elimination *el, const struct factor *f, int x)
{
	int32_t stride = 1;

	for (int k = f->nvariables - 1; k >= 0; k--) {
		if (f->variables[k] == x)
			return stride;
		stride *= el->variables[f->variables[k]].size;
	}
	return 0;
}

/* The factors that x is taken out of, and where they stand at the assignment at hand. */
struct walk {
	const struct factor **factors;
	int nfactors;
	int32_t *at;             /* nfactors */
	int32_t *stride;         /* (neighbours + x) x nfactors */
	int32_t *value;          /* neighbours */
};

static int walk_begin(struct elimination *el, int x, int n, struct walk *w, struct err *e)
{
	int count = 0;

	for (const struct link *l = el->unknowns[x].first; l; l = l->next)
		count += !el->factors[l->factor].gone;
	w->factors = arena_zero(&el->arena, (size_t)count + 1, sizeof *w->factors);
	w->at = arena_zero(&el->arena, (size_t)count + 1, sizeof *w->at);
	w->stride = arena_zero(&el->arena, (size_t)count * (size_t)(n + 1) + 1, sizeof *w->stride);
	w->value = arena_zero(&el->arena, (size_t)n + 1, sizeof *w->value);
	if (!w->factors || !w->at || !w->stride || !w->value)
		return err_nomem(e);
	w->nfactors = count;
	count = 0;
	for (const struct link *l = el->unknowns[x].first; l; l = l->next) {
		struct factor *f = &el->factors[l->factor];

		if (f->gone)
			continue;
		for (int i = 0; i <= n; i++)
			w->stride[i * w->nfactors + count] = stride_of(el, f, i < n ? el->near[i] : x);
		w->factors[count++] = f;
	}
	return 0;
}

/* To the next assignment of the n neighbours, the last one fastest. */
static void walk_on(const struct elimination *el, int n, struct walk *w)
{
	for (int i = n - 1; i >= 0; i--) {
		const int32_t *stride = w->stride + i * w->nfactors;
		int32_t size = el->variables[el->near[i]].size, by = ++w->value[i] < size ? 1 : 1 - size;

		for (int k = 0; k < w->nfactors; k++)
			w->at[k] += by * stride[k];
		if (by == 1)
			return;
		w->value[i] = 0;
	}
}

/* Takes x out: its sums in the table, its new factor behind the others. */
static int take_out(struct elimination *el, int x, struct err *e)
{
	struct discrete_table *table = &el->table;
	struct factor *made = &el->factors[el->nfactors];
	int32_t size = el->variables[x].size, rows = 1;
	int *left, n, rc;
	struct walk w = { 0 };

	if ((rc = find_near(el, x, &n, e)))
		return rc;
	if ((rc = walk_begin(el, x, n, &w, e)))
		return rc;
	el->cells += el->unknowns[x].cells * (w.nfactors ? w.nfactors : 1);
	if (el->cells > DISCRETE_CELLS_MAX)
		return too_big(el, x, n, e);
	if (!(left = arena_room(&el->arena, ((size_t)n + 1) * sizeof *left)))
		return err_nomem(e);
	memcpy(left, el->near, (size_t)n * sizeof *left);
	for (int i = 0; i < n; i++)
		rows *= el->variables[el->near[i]].size;
	*made = (struct factor){ .variables = left, .nvariables = n, .node = -1, .from = table->rows };
	for (int32_t row = 0; row < rows; row++) {
		for (int32_t value = 0; value < size; value++) {
			for (int k = 0; k < w.nfactors; k++) {
				const struct factor *f = w.factors[k];
				int32_t at = w.at[k] + value * w.stride[n * w.nfactors + k];

				if ((rc = f->nodes ? table_term(table, f->nodes[at], 0, e) :
						     table_term(table, f->node, f->from + at, e)))
					return rc;
			}
			if ((rc = table_cell(table, e)))
				return rc;
		}
		if ((rc = table_row(table, e)))
			return rc;
		walk_on(el, n, &w);
	}
	for (struct link *l = el->unknowns[x].first; l; l = l->next)
		el->factors[l->factor].gone = true;
	el->unknowns[x].gone = true;
	for (int i = 0; i < n; i++) {
		if ((rc = attach(el, left[i], el->nfactors, e)))
			return rc;
		el->unknowns[left[i]].cells = -1;
	}
	el->nfactors++;
	return 0;
}

/* May x go in this round? Then its neighbours may not. */
static int choose(struct elimination *el, int x, bool *may, struct err *e)
{
	int n, rc;

	*may = el->chosen[x] != el->round;
	if (!*may)
		return 0;
	if ((rc = find_near(el, x, &n, e)))
		return rc;
	el->chosen[x] = el->round;
	for (int i = 0; i < n; i++)
		el->chosen[el->near[i]] = el->round;
	el->turn[el->nturn++] = x;
	return 0;
}

/* Who goes in this round: el->turn. None are left: nturn = 0. */
static int choose_all(struct elimination *el, struct err *e)
{
	double least = INFINITY;
	bool may;
	int rc;

	el->round++;
	el->nturn = el->nlater = 0;
	for (int i = 0; i < el->nready; i++) {
		int x = el->ready[i];

		el->unknowns[x].queued = false;
		if ((rc = choose(el, x, &may, e)))
			return rc;
		if (!may)
			queue(el, x);
	}
	if (el->nturn)
		return 0;
	for (int x = 0; x < el->n; x++) {
		if (el->unknowns[x].gone)
			continue;
		if ((rc = measure(el, x, e)))
			return rc;
		least = fmin(least, el->unknowns[x].cells);
	}
	for (int x = 0; x < el->n; x++)
		if (!el->unknowns[x].gone && el->unknowns[x].cells == least && (rc = choose(el, x, &may, e)))
			return rc;
	return 0;
}

static int run_round(struct elimination *el, struct err *e)
{
	int made = el->nfactors, node, rc, *held;

	table_clear(&el->table);
	for (int i = 0; i < el->nturn; i++)
		if ((rc = measure(el, el->turn[i], e)) || (rc = take_out(el, el->turn[i], e)))
			return rc;
	if ((rc = table_node(&el->table, el->g, &node, e)))
		return rc;
	for (int i = made; i < el->nfactors; i++) {
		const struct factor *f = &el->factors[i];

		el->factors[i].node = node;
		for (int k = 0; k < f->nvariables; k++) {
			if ((rc = measure(el, f->variables[k], e)))
				return rc;
			queue(el, f->variables[k]);
		}
	}
	held = el->ready;
	el->ready = el->later;
	el->nready = el->nlater;
	el->later = held;
	return 0;
}

/* What is left are factors of no unknown: their sum. */
static int finish(struct elimination *el, int *node, struct err *e)
{
	int rc = 0;

	table_clear(&el->table);
	for (int i = 0; !rc && i < el->nfactors; i++) {
		const struct factor *f = &el->factors[i];

		if (!f->gone)
			rc = f->nodes ? table_term(&el->table, f->nodes[0], 0, e) : table_term(&el->table, f->node, f->from, e);
	}
	if (!rc && !(rc = table_cell(&el->table, e)) && !(rc = table_row(&el->table, e)))
		rc = table_node(&el->table, el->g, node, e);
	return rc;
}

/* Room for all, and the factors given. */
static int begin(struct elimination *el, const struct discrete_factor *factors, int nfactors, struct err *e)
{
	size_t n = (size_t)el->n + 1;
	int rc;

	el->unknowns = arena_zero(&el->arena, n, sizeof *el->unknowns);
	el->factors = arena_zero(&el->arena, n + (size_t)nfactors, sizeof *el->factors);
	el->near = arena_zero(&el->arena, n, sizeof(int));
	el->seen = arena_zero(&el->arena, n, sizeof(int));
	el->chosen = arena_zero(&el->arena, n, sizeof(int));
	el->ready = arena_zero(&el->arena, n, sizeof(int));
	el->later = arena_zero(&el->arena, n, sizeof(int));
	el->turn = arena_zero(&el->arena, n, sizeof(int));
	if (!el->unknowns || !el->factors || !el->near || !el->seen || !el->chosen || !el->ready || !el->later || !el->turn)
		return err_nomem(e);
	for (int i = 0; i < nfactors; i++) {
		double entries = 1;

		el->factors[i] = (struct factor){ .variables = factors[i].variables, .nvariables = factors[i].nvariables,
						  .nodes = factors[i].nodes };
		el->nfactors++;
		for (int k = 0; k < factors[i].nvariables; k++) {
			entries *= el->variables[factors[i].variables[k]].size;
			if ((rc = attach(el, factors[i].variables[k], i, e)))
				return rc;
		}
		if (entries > DISCRETE_CELLS_MAX)
			return err_set(e, ERR_DOMAIN, "a factor has %.3g joint values of its unknowns, '%s' among them: expected at most %d",
				       entries, el->variables[factors[i].variables[0]].name, DISCRETE_CELLS_MAX);
	}
	for (int x = 0; x < el->n; x++) {
		el->unknowns[x].cells = -1;
		if ((rc = measure(el, x, e)))
			return rc;
		queue(el, x);
	}
	memcpy(el->ready, el->later, (size_t)el->nlater * sizeof(int));
	el->nready = el->nlater;
	return 0;
}

int discrete_sum(struct graph *g, const struct discrete_variable *variables, int nvariables, const struct discrete_factor *factors,
		 int nfactors, int *node, struct err *e)
{
	struct elimination el = { .g = g, .variables = variables, .n = nvariables, .arena = ARENA_INIT };
	int left = nvariables, rc = table_begin(&el.table, g, e);

	if (!rc)
		rc = begin(&el, factors, nfactors, e);
	while (!rc && left) {
		if (stop_requested())
			rc = err_set(e, ERR_INTERRUPT, "interrupted");
		else if (!(rc = choose_all(&el, e)) && !(rc = run_round(&el, e)))
			left -= el.nturn;
	}
	if (!rc)
		rc = finish(&el, node, e);
	table_release(&el.table);
	arena_release(&el.arena);
	return rc;
}
