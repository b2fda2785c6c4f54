/*
 * sumout_sum.c - tables of rows by the values of whole-numbered unknowns, added up over these values.
 *
 * Where every row depends on one element alone (mixtures, counts behind counts, one changepoint), the sum is taken for all elements
 * at once; else by elimination (discrete.c): hidden Markov chains, trees, whatever stays small.
 */
#include "model/discrete.h"
#include "model/sumout_priv.h"

#include <stdio.h>
#include <string.h>

static int32_t element_of(const struct row_table *t, int class, int32_t row)
{
	const int32_t *elements = t->rows.touch ? t->rows.touch->elements[t->first_of[class]] : NULL;

	return elements ? elements[row] : -1;
}

/* == all elements at once ==================================================================== */

/* Every row of every table touches the elements of one and the same unknown, each at most one of them. */
static struct symbol *only_symbol(const struct row_table *tables, int n)
{
	struct symbol *s = NULL;

	for (int i = 0; i < n; i++) {
		if (tables[i].nclasses != 1)
			return NULL;
		if (s && tables[i].symbols[0] != s)
			return NULL;
		s = tables[i].symbols[0];
		for (int32_t r = 0; r < tables[i].n; r++)
			if (element_of(&tables[i], 0, r) < 0)
				return NULL;
	}
	return s;
}

/* The rows of a table for one value, added up by element. */
static int sum_by_element(struct compiler *c, const struct row_table *t, int node, int32_t elements, int *out, struct err *e)
{
	const struct segments *segments;
	int32_t *starts, *order;
	bool plain = t->n == elements;
	int rc;

	for (int32_t r = 0; r < t->n; r++)
		plain &= element_of(t, 0, r) == r;
	if (plain) {
		*out = node;
		return 0;
	}
	starts = mem_zero((size_t)elements + 2, sizeof *starts);
	order = mem_alloc(((size_t)t->n + 1) * sizeof *order);
	if (!starts || !order) {
		mem_free(starts);
		mem_free(order);
		return err_nomem(e);
	}
	for (int32_t r = 0; r < t->n; r++)
		starts[element_of(t, 0, r) + 2]++;
	for (int32_t i = 0; i < elements; i++)
		starts[i + 2] += starts[i + 1];
	for (int32_t r = 0; r < t->n; r++)
		order[starts[element_of(t, 0, r) + 1]++] = r;
	if (!(rc = value_gather(c, node, order, t->n, &node, e)) && !(rc = memo_segments(c, starts, elements, &segments, e)))
		rc = graph_add(c->g, &rule_sum, &node, 1, elements, segments, out, e);
	mem_free(starts);
	mem_free(order);
	return rc;
}

static int sum_values(struct compiler *c, const struct symbol *s, const struct row_table *tables, int ntables, int *out, struct err *e)
{
	int32_t n = value_inner(&s->value), *index = NULL, *starts = NULL;
	int *nodes = mem_alloc((size_t)s->support * sizeof *nodes), all, rc = 0;
	const struct segments *segments;
	const void *aux;
	const struct rule *add = rule_of_op(op_operator("+", 2), &aux);

	index = mem_alloc((size_t)n * (size_t)s->support * sizeof *index);
	starts = mem_alloc(((size_t)n + 1) * sizeof *starts);
	if (!nodes || !index || !starts)
		rc = err_nomem(e);
	for (int32_t v = 0; v < s->support && !rc; v++)
		for (int i = 0; i < ntables && !rc; i++) {
			int node;

			if (!(rc = sum_by_element(c, &tables[i], tables[i].nodes[v], n, &node, e)) && i)
				rc = graph_add(c->g, add, (int[]){ nodes[v], node }, 2, n, aux, &node, e);
			nodes[v] = node;
		}
	/* value by value, then turned so that the values of an element lie side by side */
	if (!rc)
		rc = graph_add(c->g, &rule_concat, nodes, s->support, n * s->support, NULL, &all, e);
	for (int32_t i = 0; i < n && !rc; i++) {
		starts[i] = i * s->support;
		for (int32_t v = 0; v < s->support; v++)
			index[i * s->support + v] = v * n + i;
	}
	if (!rc) {
		starts[n] = n * s->support;
		if (!(rc = value_gather(c, all, index, n * s->support, &all, e)) && !(rc = memo_segments(c, starts, n, &segments, e)))
			rc = graph_add(c->g, &rule_log_sum_exp, &all, 1, n, segments, out, e);
	}
	mem_free(nodes);
	mem_free(index);
	mem_free(starts);
	return rc;
}

/* == by elimination ========================================================================== */

struct elimination {
	struct discrete_variable *variables;
	int nvariables;
	int *first;                      /* of each symbol: its first variable, -1 = none */
	struct discrete_factor *factors;
	int nfactors;
};

/* One row of a table as a factor: its variables, and a node for each joint assignment of them. */
static int row_factor(struct compiler *c, const struct row_table *t, int32_t row, const struct elimination *x, struct discrete_factor *f, struct err *e)
{
	int variable_of[TOUCH_MAX], *variables, *nodes, n = 0, rc;
	int32_t cells = 1;

	if (!(variables = arena_room(c->arena, TOUCH_MAX * sizeof *variables)))
		return err_nomem(e);
	for (int k = 0; k < t->nclasses; k++) {
		const struct symbol *s = t->symbols[t->first_of[k]];
		int32_t element = element_of(t, k, row);
		int at = 0;

		variable_of[k] = -1;
		if (element < 0)
			continue;
		while (at < n && variables[at] != x->first[s - c->symbols] + element)
			at++;
		if (at == n) {
			variables[n++] = x->first[s - c->symbols] + element;
			cells *= s->support;
		}
		variable_of[k] = at;
	}
	if (!(nodes = arena_room(c->arena, (size_t)cells * sizeof *nodes)))
		return err_nomem(e);
	for (int32_t i = 0; i < cells; i++) {
		int32_t rest = i, value[TOUCH_MAX] = { 0 }, combination = 0;

		for (int k = n - 1; k >= 0; k--) {
			value[k] = rest % x->variables[variables[k]].size;
			rest /= x->variables[variables[k]].size;
		}
		for (int k = 0; k < t->nclasses; k++)
			combination = combination * t->symbols[t->first_of[k]]->support + (variable_of[k] < 0 ? 0 : value[variable_of[k]]);
		if ((rc = graph_view(c->g, t->nodes[combination], row, 1, &nodes[i], e)))
			return rc;
	}
	*f = (struct discrete_factor){ .variables = variables, .nvariables = n, .nodes = nodes };
	return 0;
}

static int name_variable(struct compiler *c, const struct symbol *s, int32_t element, struct discrete_variable *v, struct err *e)
{
	char text[200];
	int n;

	if (!s->value.rank)
		n = snprintf(text, sizeof text, "%.100s", s->name);
	else if (s->value.rank == 1)
		n = snprintf(text, sizeof text, "%.100s[%d]", s->name, element + 1);
	else
		n = snprintf(text, sizeof text, "%.100s[%d, %d]", s->name, element / s->value.dims[1] + 1, element % s->value.dims[1] + 1);
	*v = (struct discrete_variable){ .name = arena_text(c->arena, text, (size_t)n), .size = s->support };
	return v->name ? 0 : err_nomem(e);
}

static int eliminate(struct compiler *c, const struct row_table *tables, int ntables, int *out, struct err *e)
{
	struct elimination x = { 0 };
	int64_t variables = 0, factors = 0;
	int rc;

	for (int i = 0; i < c->nsymbols; i++)
		variables += c->symbols[i].kind == SYMBOL_DISCRETE ? value_inner(&c->symbols[i].value) : 0;
	for (int i = 0; i < ntables; i++)
		factors += tables[i].n;
	x.first = arena_zero(c->arena, (size_t)c->nsymbols + 1, sizeof *x.first);
	x.variables = arena_zero(c->arena, (size_t)variables + 1, sizeof *x.variables);
	x.factors = arena_zero(c->arena, (size_t)factors + 1, sizeof *x.factors);
	if (!x.first || !x.variables || !x.factors)
		return err_nomem(e);
	for (int i = 0; i < c->nsymbols; i++) {
		x.first[i] = x.nvariables;
		for (int32_t k = 0; c->symbols[i].kind == SYMBOL_DISCRETE && k < value_inner(&c->symbols[i].value); k++)
			if ((rc = name_variable(c, &c->symbols[i], k, &x.variables[x.nvariables++], e)))
				return rc;
	}
	for (int i = 0; i < ntables; i++)
		for (int32_t r = 0; r < tables[i].n; r++)
			if ((rc = row_factor(c, &tables[i], r, &x, &x.factors[x.nfactors++], e)))
				return rc;
	return discrete_sum(c->g, x.variables, x.nvariables, x.factors, x.nfactors, out, e);
}

/* == the terms =============================================================================== */

/* The sum as rows of the likelihood: by element where the elements are apart, else as one. */
static int add_sum(struct compiler *c, const struct row_table *tables, int ntables, int node, int32_t rows, struct err *e)
{
	struct stated st = { .rows_node = node, .low = -1, .high = -1, .outcome = -1, .rows = rows, .k = 1 };
	int target, rc;

	for (int i = 0; i < ntables; i++)
		if (tables[i].observed && !st.statement)
			st.statement = tables[i].statement;
	if ((rc = graph_add(c->g, &rule_target, &node, 1, 1, NULL, &target, e)))
		return rc;
	graph_want(c->g, target, GRAPH_DENSITY);
	c->posterior->has_factor = true;
	if (!st.statement)
		return 0;
	graph_want(c->g, node, GRAPH_ROWS);
	return posterior_keep(c->posterior, &st, e);
}

int sumout_add(struct compiler *c, const struct row_table *tables, int n, struct err *e)
{
	const struct symbol *only = only_symbol(tables, n);
	int node, rc;

	if (only)
		rc = sum_values(c, only, tables, n, &node, e);
	else
		rc = eliminate(c, tables, n, &node, e);
	return rc ? rc : add_sum(c, tables, n, node, only ? value_inner(&only->value) : 1, e);
}
