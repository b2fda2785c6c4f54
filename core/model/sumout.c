/*
 * sumout.c - whole-numbered unknowns, summed out of the density exactly.
 *
 * A statement that names such unknowns is compiled once for each combination of their values; each of its rows depends on certain
 * elements (touch.c), so the rows are the tables of a factor graph; sumout_sum.c adds them up.
 */
#include "model/sumout_priv.h"

#include <math.h>
#include <string.h>

enum { SUPPORT_MAX = 10000, COMBINATIONS_MAX = 1 << 20 };

/* A statement being compiled: its occurrences in the order they are met, each with the value it has in this combination. */
struct sumout {
	int n;
	struct symbol *symbols[TOUCH_MAX];
	double values[TOUCH_MAX];
};

/* == which statements ======================================================================== */

static bool depends_on_discrete(const struct compiler *c, const struct expr_node *x)
{
	for (int i = 0; x && i < c->nsymbols; i++)
		if ((c->symbols[i].kind == SYMBOL_DISCRETE || c->symbols[i].touches) && mentions(x, c->symbols[i].name))
			return true;
	return false;
}

/* Derived quantities that depend on such unknowns, through others too. */
static void find_touching(struct compiler *c)
{
	bool more = true;

	while (more) {
		more = false;
		for (int i = 0; i < c->nsymbols; i++) {
			struct symbol *s = &c->symbols[i];

			for (int k = 0; s->kind == SYMBOL_DERIVED && !s->touches && k < s->nstatements; k++)
				more |= s->touches = depends_on_discrete(c, s->statements[k]->right);
		}
	}
}

bool sumout_touches(struct compiler *c, const struct statement *s)
{
	bool any = false;

	for (int i = 0; i < c->nsymbols; i++)
		any |= c->symbols[i].kind == SYMBOL_DISCRETE;
	return any && (depends_on_discrete(c, s->left) || depends_on_discrete(c, s->right) || depends_on_discrete(c, s->low) ||
		       depends_on_discrete(c, s->high));
}

int sumout_check(struct compiler *c, struct err *e)
{
	find_touching(c);
	for (int k = 0; k < c->text->n; k++) {
		const struct statement *s = &c->text->list[k];
		const char *name = s->kind == STATEMENT_DRAW ? target_name(s->left) : NULL;
		const struct symbol *symbol = name ? symbol_find(c, name) : NULL;

		if (symbol && symbol->kind == SYMBOL_PARAMETER && sumout_touches(c, s))
			return model_fault(c, s->at, ERR_DATA, e, "the prior of '%s' depends on a whole-numbered unknown; write the unknown into what '%s' does to the "
								  "data", name, name);
	}
	return 0;
}

/* == supports ================================================================================ */

/* The least, or the greatest, of the known numbers of an expression. */
static int end_value(struct compiler *c, const struct symbol *s, const struct expr_node *x, const struct domain *lanes, bool greatest, double *out, struct err *e)
{
	const double *values;
	struct mvalue v;
	int rc;

	if ((rc = compile_argument(c, x, lanes, &v, e)))
		return rc;
	if (!(values = graph_values(c->g, v.node)))
		return model_fault(c, x->mark, ERR_DATA, e, "the values that '%s' may have are to be known; this end depends on a parameter", s->name);
	*out = values[0];
	for (int32_t i = 1; i < value_numbers(&v); i++)
		*out = greatest ? fmax(*out, values[i]) : fmin(*out, values[i]);
	return 0;
}

static int statement_support(struct compiler *c, const struct symbol *s, const struct statement *st, double *low, double *high, struct err *e)
{
	const struct domain *lanes;
	struct dist_name name;
	struct mvalue v;
	double end;
	int rc;

	if ((rc = density_name(c, st->right, &name, e)) || (rc = domain_of_loops(c, st, &lanes, e)))
		return rc;
	*low = 0;
	*high = INFINITY;
	if (name.mix || (name.vector && !strcmp(name.vector->name, "multinomial")))
		return model_fault(c, st->right->mark, ERR_DATA, e, "a whole-numbered unknown has a prior of one number, not %s", name.mix ? "a mixture" : "multinomial");
	if (name.vector) {
		*low = 1;
		if (st->right->nargs < 1 || mentions(st->right->args[0], s->name)) {
			/* z[t] ~ categorical(P[z[t - 1]]): as many as the rows of P are long */
			const struct expr_node *x = st->right->nargs ? st->right->args[0] : NULL;

			if (!x || x->kind != EXPR_INDEX || (rc = compile(c, x->args[0], NULL, &v, e)) || v.rank < 1)
				return rc ? rc : model_fault(c, st->right->mark, ERR_DATA, e, "how many values '%s' has follows from none of the arguments", s->name);
			*high = v.dims[v.rank - 1];
		} else {
			if ((rc = compile_argument(c, st->right->args[0], lanes, &v, e)))
				return rc;
			*high = v.rank ? v.dims[v.rank - 1] : 1;
		}
	} else if (name.dist->support == DIST_BIT) {
		*high = 1;
	} else if (name.dist->support == DIST_COUNT_TO && st->right->nargs && !depends_on_discrete(c, st->right->args[0])) {
		if ((rc = end_value(c, s, st->right->args[0], lanes, true, high, e)))
			return rc;
	}
	if (st->low && ((rc = end_value(c, s, st->low, lanes, false, &end, e)) || (*low = fmax(*low, ceil(end)), 0)))
		return rc;
	if (st->high && ((rc = end_value(c, s, st->high, lanes, true, &end, e)) || (*high = fmin(*high, floor(end)), 0)))
		return rc;
	if (isinf(*high))
		return model_fault(c, st->right->mark, ERR_DATA, e, "the values of '%s' have no end, so they cannot be summed: write T[0, 200] behind its prior, with "
								     "an end it cannot reach", s->name);
	if (!(*high >= *low) || *high - *low + 1 > SUPPORT_MAX)
		return model_fault(c, st->right->mark, ERR_DATA, e, "'%s' goes from %g to %g; unknowns of 1 to %d values are summed out", s->name, *low, *high, SUPPORT_MAX);
	return 0;
}

static int find_support(struct compiler *c, struct symbol *s, struct err *e)
{
	double low = INFINITY, high = -INFINITY, a, b;
	int rc;

	for (int k = 0; k < s->nstatements; k++) {
		if ((rc = statement_support(c, s, s->statements[k], &a, &b, e)))
			return rc;
		low = fmin(low, a);
		high = fmax(high, b);
	}
	s->support_low = (int32_t)low;
	s->support = (int32_t)(high - low) + 1;
	return parameter_shape(c, s, &s->value, e);
}

/* == compiling for one combination =========================================================== */

static int occurrence_value(struct compiler *c, const struct expr_node *x, struct symbol *s, struct mvalue *out, struct err *e)
{
	struct sumout *o = c->sumout;
	int32_t n = value_inner(&s->value);
	double *values;
	int k = o->n++, rc;

	if (k == TOUCH_MAX)
		return model_fault(c, x->mark, ERR_DATA, e, "a statement names whole-numbered unknowns at most %d times", TOUCH_MAX);
	o->symbols[k] = s;
	if (!(values = mem_alloc((size_t)n * sizeof *values)))
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++)
		values[i] = s->support_low + o->values[k];
	*out = s->value;
	rc = memo_numbers(c, values, n, &out->node, e);
	mem_free(values);
	return rc ? rc : touch_source(c, k, n, &out->touch, e);
}

int sumout_value(struct compiler *c, const struct expr_node *x, struct symbol *s, bool *done, struct mvalue *out, struct err *e)
{
	int rc;

	if (s->kind == SYMBOL_DISCRETE) {
		*done = true;
		return occurrence_value(c, x, s, out, e);
	}
	if (s->kind != SYMBOL_DERIVED || s->state == SYMBOL_DONE)
		return 0;
	if (!s->touches)
		return 0;
	*done = true;
	/* what it is made from differs by the combination: written out where it stands */
	if (s->nstatements > 1 || s->statements[0]->nloops || target_indexes(s->statements[0]->left) || s->self)
		return model_fault(c, s->statements[0]->at, ERR_DATA, e, "'%s' depends on a whole-numbered unknown, so it is defined without indexes, or written out "
									 "where it is used", s->name);
	if (s->state == SYMBOL_BUSY)
		return model_fault(c, x->mark, ERR_DATA, e, "'%s' is needed for itself", s->name);
	s->state = SYMBOL_BUSY;
	rc = compile_argument(c, s->statements[0]->right, NULL, out, e);
	s->state = SYMBOL_NEW;
	return rc;
}

static int compile_combination(struct compiler *c, struct row_table *t, struct sumout *o, struct mvalue *rows, struct err *e)
{
	int rc;

	o->n = 0;
	c->sumout = o;
	rc = statement_rows(c, t->statement, rows, &t->observed, e);
	c->sumout = NULL;
	return rc;
}

/* == tables ================================================================================== */

static bool touch_alike(const struct touch *t, int a, int b)
{
	return t->elements[a] && t->elements[b] && !memcmp(t->elements[a], t->elements[b], (size_t)t->n * sizeof **t->elements);
}

/* A statement's rows for all combinations of the values of its occurrences. */
static int table_make(struct compiler *c, const struct statement *s, struct row_table *t, struct err *e)
{
	struct sumout o = { 0 };
	struct mvalue rows;
	int64_t all = 1;
	int rc;

	*t = (struct row_table){ .statement = s };
	if ((rc = compile_combination(c, t, &o, &t->rows, e)))
		return rc;
	t->n = value_numbers(&t->rows);
	t->noccurrences = o.n;
	memcpy(t->symbols, o.symbols, sizeof t->symbols);
	for (int k = 0; k < o.n; k++) {
		int same = -1;

		for (int j = 0; j < t->nclasses && same < 0; j++)
			if (o.symbols[t->first_of[j]] == o.symbols[k] && t->rows.touch && touch_alike(t->rows.touch, t->first_of[j], k))
				same = j;
		if (same < 0) {
			same = t->nclasses++;
			t->first_of[same] = k;
		}
		t->class_of[k] = same;
	}
	for (int k = 0; k < t->nclasses; k++)
		if ((all *= o.symbols[t->first_of[k]]->support) > COMBINATIONS_MAX)
			return model_fault(c, s->at, ERR_DOMAIN, e, "the unknowns of this statement have more than %d combinations of values", COMBINATIONS_MAX);
	t->combinations = (int32_t)all;
	if (!(t->nodes = arena_room(c->arena, (size_t)all * sizeof *t->nodes)))
		return err_nomem(e);
	for (int32_t i = 0; i < t->combinations; i++) {
		int32_t rest = i, value[TOUCH_MAX] = { 0 };

		for (int k = t->nclasses - 1; k >= 0; k--) {
			value[k] = rest % t->symbols[t->first_of[k]]->support;
			rest /= t->symbols[t->first_of[k]]->support;
		}
		for (int k = 0; k < t->noccurrences; k++)
			o.values[k] = value[t->class_of[k]];
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if ((rc = compile_combination(c, t, &o, &rows, e)))
			return rc;
		if (value_numbers(&rows) != t->n)
			return model_fault(c, s->at, ERR_DATA, e, "the statement has another number of rows for another value of the unknowns");
		if (graph_length(c->g, rows.node) != t->n) {
			if ((rc = graph_add(c->g, &rule_repeat, &rows.node, 1, t->n, NULL, &rows.node, e)))
				return rc;
		}
		t->nodes[i] = rows.node;
	}
	return 0;
}

/* == all of them == */

int sumout_all(struct compiler *c, struct err *e)
{
	struct row_table *tables;
	int n = 0, rc;
	bool any = false;

	for (int i = 0; i < c->nsymbols; i++)
		if (c->symbols[i].kind == SYMBOL_DISCRETE) {
			any = true;
			if ((rc = find_support(c, &c->symbols[i], e)))
				return rc;
		}
	if (!any)
		return 0;
	if (!(tables = arena_zero(c->arena, (size_t)c->text->n, sizeof *tables)))
		return err_nomem(e);
	for (int k = 0; k < c->text->n; k++) {
		const struct statement *s = &c->text->list[k];

		if (s->kind == STATEMENT_DEFINITION || !sumout_touches(c, s))
			continue;
		if ((rc = table_make(c, s, &tables[n], e)))
			return rc;
		n += !(tables[n].observed && (c->flags & MODEL_NO_LIKELIHOOD));
	}
	return sumout_add(c, tables, n, e);
}
