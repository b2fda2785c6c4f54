/* statement.c - what a statement adds to the log density: draws of data and of unknowns, reports, factors. */
#include "model/model_priv.h"

#include <stdio.h>
#include <string.h>

static void want_all(struct compiler *c, const struct stated *st, unsigned groups)
{
	for (int k = 0; k < st->nparts; k++) {
		want_all(c, &st->parts[k], groups);
		graph_want(c->g, st->log_weights[k], groups);
	}
	for (int k = 0; k < st->nparams; k++)
		graph_want(c->g, st->params[k], groups);
	if (st->low >= 0)
		graph_want(c->g, st->low, groups);
	if (st->high >= 0)
		graph_want(c->g, st->high, groups);
}

int posterior_keep(struct posterior *p, const struct stated *st, struct err *e)
{
	if (p->nstated == p->room) {
		int room = p->room ? 2 * p->room : 32;
		struct stated *more = mem_resize(p->stated, (size_t)room * sizeof *more);

		if (!more)
			return err_nomem(e);
		p->stated = more;
		p->room = room;
	}
	p->stated[p->nstated++] = *st;
	return 0;
}

/* T[low, high] of rows of this shape. */
static int truncate(struct compiler *c, const struct statement *s, const struct domain *lanes, struct stated *st, struct err *e)
{
	const struct expr_node *const ends[2] = { s->low, s->high };
	int *const out[2] = { &st->low, &st->high };
	struct mvalue v, both[2];
	const struct domain *inner;
	int32_t dims[MODEL_RANK_MAX];
	const double *y = graph_values(c->g, st->outcome);
	int rank, rc;

	if (c->sumout && !st->symbol && st->dist && s->left && target_name(s->left) && symbol_find(c, target_name(s->left)) &&
	    symbol_find(c, target_name(s->left))->kind == SYMBOL_DISCRETE)
		y = NULL;
	if (!st->dist || st->nparts)
		return model_fault(c, s->at, ERR_DATA, e, st->flat ? "flat() has no mass to be cut: T[a, b] behind it are its ends" :
								     "only distributions of single numbers are truncated");
	for (int k = 0; k < 2; k++) {
		if (!ends[k])
			continue;
		if ((rc = compile_argument(c, ends[k], lanes, &v, e)))
			return rc;
		both[0] = v;
		both[1] = st->shape;
		if ((rc = value_meet(c, ends[k], both, 2, &inner, &rank, dims, e)))
			return rc;
		if (inner != st->shape.lanes)
			return model_fault(c, ends[k]->mark, ERR_DATA, e, "this end differs by the loop, what is truncated does not");
		if ((rc = value_spread(c, &v, st->shape.lanes, st->shape.rank, st->shape.dims, false, out[k], e)))
			return rc;
		for (int32_t i = 0; y && graph_values(c->g, *out[k]) && i < st->rows; i++) {
			double end = graph_values(c->g, *out[k])[graph_length(c->g, *out[k]) == 1 ? 0 : i];
			double value = y[graph_length(c->g, st->outcome) == 1 ? 0 : i];

			if (k ? value > end : value < end)
				return model_fault(c, ends[k]->mark, ERR_DATA, e, "number %d of the data is %g, outside of the truncation at %g", i + 1, value, end);
		}
	}
	return 0;
}

/* The term of a draw or a report, and what else is asked about it later. */
int statement_add_stated(struct compiler *c, const struct stated *stated, struct err *e)
{
	struct stated st = *stated;
	bool observed = !st.symbol && !graph_varies(c->g, st.outcome);
	int node, rc;

	if (st.flat && !st.symbol)
		return 0;
	if (!st.flat && (rc = density_target(c, &st, &node, e)))
		return rc;
	if (!st.flat)
		graph_want(c->g, node, GRAPH_DENSITY | (st.symbol ? GRAPH_PRIOR : 0));
	if (observed) {
		if ((rc = density_rows(c, &st, &st.rows_node, e)))
			return rc;
		graph_want(c->g, st.rows_node, GRAPH_ROWS);
	}
	if (!st.symbol && !observed) {
		/* a draw of something derived: it cannot be drawn from the prior by drawing one thing after the other */
		c->posterior->has_factor = true;
		return 0;
	}
	want_all(c, &st, GRAPH_PREDICT);
	for (int k = 0; st.piece && k < st.piece->nends; k++)
		graph_want(c->g, st.piece->ends[k], GRAPH_PREDICT);
	if (st.piece)
		graph_want(c->g, st.piece->node, GRAPH_PREDICT);
	return posterior_keep(c->posterior, &st, e);
}

/* The parameters of a draw use what it draws: a random walk. What is drawn in one go has no earlier element to use. */
static int find_itself(struct compiler *c, const struct statement *s, const struct symbol *symbol, bool *out, struct err *e)
{
	uint8_t *needed = mem_zero((size_t)c->nsymbols + 1, 1);
	int rc = needed ? names_needed(c, s->right, needed, e) : err_nomem(e);

	if (!rc)
		*out = needed[symbol - c->symbols];
	mem_free(needed);
	if (!rc && *out && symbol->nstatements == 1 && !s->nloops)
		rc = model_fault(c, s->at, ERR_DATA, e, "what '%s' is drawn from needs '%s' itself; a random walk is %s[t] ~ ... for t in 2..T",
				 symbol->name, symbol->name, symbol->name);
	return rc;
}

static int add_draw(struct compiler *c, const struct statement *s, struct err *e)
{
	const char *name = target_name(s->left);
	struct symbol *symbol = name ? symbol_find(c, name) : NULL;
	struct stated st = { .statement = s };
	const struct domain *lanes;
	struct mvalue left, rows;
	struct dist_name dist;
	int rc;

	if (symbol && symbol->kind == SYMBOL_DISCRETE)
		return 0;
	if ((rc = domain_of_loops(c, s, &lanes, e)))
		return rc;
	/* an unknown is made all the same, by other statements, or found to be empty */
	if (lanes && !lanes->n)
		return symbol && symbol->kind == SYMBOL_PARAMETER ? symbol_value(c, s->left, symbol, &left, e) : 0;
	if ((rc = density_name(c, s->right, &dist, e)))
		return rc;
	if (symbol && symbol->kind == SYMBOL_PARAMETER) {
		int k = 0;

		if ((rc = symbol_value(c, s->left, symbol, &left, e)))
			return rc;
		while (symbol->statements[k] != s)
			k++;
		st.symbol = symbol;
		st.piece = &symbol->pieces[k];
		if ((rc = find_itself(c, s, symbol, &st.needs_itself, e)))
			return rc;
		/* its elements in the order of the lanes; a whole one is all of it */
		if (st.piece->places && (rc = compile(c, s->left, lanes, &left, e)))
			return rc;
		if (lanes && (rc = value_promote(c, &left, lanes, &left, e)))
			return rc;
	} else if ((rc = compile_argument(c, s->left, lanes, &left, e))) {
		return rc;
	}
	if (!st.symbol && (c->flags & MODEL_NO_LIKELIHOOD) && !graph_varies(c->g, left.node))
		return 0;
	if (dist.flat && !st.symbol && !graph_varies(c->g, left.node))
		return model_fault(c, s->at, ERR_DATA, e, "flat() is for unknowns, the left side is given");
	if (s->ordered && !st.symbol)
		return model_fault(c, s->at, ERR_DATA, e, "'ordered' is for unknowns, the left side is given");
	if (dist.reported) {
		if (s->truncated)
			return model_fault(c, s->at, ERR_DATA, e, "a report is not truncated");
		if ((rc = density_reported(c, s->right, &left, lanes, &st, &rows, e)))
			return rc;
		st.statement = s;
	} else if ((rc = density_state(c, s->right, &left, lanes, &st, e))) {
		return rc;
	}
	if (s->truncated && !st.flat && (rc = truncate(c, s, lanes, &st, e)))
		return rc;
	return statement_add_stated(c, &st, e);
}

/* Some vector of the data is in it: then its rows are rows of the likelihood. */
static int about_data(const struct compiler *c, const struct expr_node *x, bool *out, struct err *e)
{
	uint8_t *needed = mem_zero((size_t)c->nsymbols + 1, 1);
	int rc = needed ? names_needed(c, x, needed, e) : err_nomem(e);

	if (!rc)
		*out = false;
	for (int i = 0; !rc && i < c->nsymbols; i++)
		*out |= needed[i] && c->symbols[i].kind == SYMBOL_DATA && c->symbols[i].input->rank;
	mem_free(needed);
	return rc;
}

static int add_factor(struct compiler *c, const struct statement *s, struct err *e)
{
	struct stated st = { .statement = s, .rows_node = -1, .low = -1, .high = -1, .outcome = -1 };
	const struct domain *lanes;
	struct mvalue v;
	bool data;
	int node, rc;

	if ((rc = about_data(c, s->right, &data, e)))
		return rc;
	if (data && (c->flags & MODEL_NO_LIKELIHOOD))
		return 0;
	if ((rc = domain_of_loops(c, s, &lanes, e)) || (lanes && !lanes->n) || (rc = compile_argument(c, s->right, lanes, &v, e)) ||
	    (lanes && (rc = value_promote(c, &v, lanes, &v, e))) || (rc = graph_add(c->g, &rule_target, &v.node, 1, 1, NULL, &node, e)))
		return rc;
	graph_want(c->g, node, GRAPH_DENSITY | (data ? 0 : GRAPH_PRIOR));
	if (!data) {
		c->posterior->has_factor = true;
		return 0;
	}
	st.rows = value_numbers(&v);
	st.k = 1;
	st.rows_node = v.node;
	st.shape = v;
	graph_want(c->g, v.node, GRAPH_ROWS);
	return posterior_keep(c->posterior, &st, e);
}

static int add_reported(struct compiler *c, const struct statement *s, struct err *e)
{
	struct stated st = { .statement = s };
	const struct domain *lanes;
	struct mvalue rows;
	int rc;

	if (c->flags & MODEL_NO_LIKELIHOOD)
		return 0;
	if ((rc = domain_of_loops(c, s, &lanes, e)) || (lanes && !lanes->n) || (rc = density_reported(c, s->right, NULL, lanes, &st, &rows, e)))
		return rc;
	st.statement = s;
	return statement_add_stated(c, &st, e);
}

int statement_rows(struct compiler *c, const struct statement *s, struct mvalue *rows, bool *observed, struct err *e)
{
	const char *name = s->kind == STATEMENT_DRAW ? target_name(s->left) : NULL;
	struct symbol *symbol = name ? symbol_find(c, name) : NULL;
	struct stated st = { .statement = s };
	const struct domain *lanes;
	struct mvalue left, own;
	int rc;

	*observed = true;
	if ((rc = domain_of_loops(c, s, &lanes, e)))
		return rc;
	if (s->kind == STATEMENT_FACTOR) {
		rc = about_data(c, s->right, observed, e);
		return rc ? rc : compile_argument(c, s->right, lanes, rows, e);
	}
	if (s->kind == STATEMENT_REPORTED)
		return density_reported(c, s->right, NULL, lanes, &st, rows, e);
	/* what one statement draws as a whole has lengths for its indexes */
	if (symbol && symbol->kind == SYMBOL_DISCRETE && symbol->nstatements == 1 && !s->nloops && s->left->kind == EXPR_INDEX)
		rc = compile(c, s->left->args[0], lanes, &left, e);
	else
		rc = compile_argument(c, s->left, lanes, &left, e);
	if (rc || (lanes && (rc = value_promote(c, &left, lanes, &left, e))))
		return rc;
	*observed = !(symbol && symbol->kind == SYMBOL_DISCRETE) && !graph_varies(c->g, left.node);
	own = left;
	if (left.high >= 0)
		return density_reported(c, s->right, &left, lanes, &st, rows, e);
	if ((rc = density_state(c, s->right, &own, lanes, &st, e)))
		return rc;
	if (s->truncated && (rc = truncate(c, s, lanes, &st, e)))
		return rc;
	*rows = st.shape;
	return density_rows(c, &st, &rows->node, e);
}

int statement_add(struct compiler *c, const struct statement *s, struct err *e)
{
	struct symbol *symbol;
	struct mvalue v;

	switch (s->kind) {
	case STATEMENT_DRAW:
		return add_draw(c, s, e);
	case STATEMENT_DEFINITION:
		symbol = symbol_find(c, target_name(s->left));
		return symbol->state == SYMBOL_DONE ? 0 : symbol_value(c, s->left, symbol, &v, e);
	case STATEMENT_FACTOR:
		return add_factor(c, s, e);
	case STATEMENT_REPORTED:
		return add_reported(c, s, e);
	}
	return 0;
}
