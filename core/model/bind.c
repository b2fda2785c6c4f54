/* bind.c - a model and its data become a posterior: names, then statement by statement the graph, then what stands in a row of draws. */
#include "model/model_priv.h"

#include <stdio.h>
#include <string.h>

/* == models ================================================================================== */

int model_parse(const char *text, size_t n, struct model **out, struct err *e)
{
	struct model *m = mem_zero(1, sizeof *m);
	int rc;

	if (!m)
		return err_nomem(e);
	if ((rc = statements_parse(text, n, &m->text, e))) {
		mem_free(m);
		return rc;
	}
	m->refs = 1;
	*out = m;
	return 0;
}

struct model *model_ref(const struct model *m)
{
	struct model *shared = (struct model *)m;

	__atomic_add_fetch(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void model_unref(struct model *m)
{
	if (!m || __atomic_sub_fetch(&m->refs, 1, __ATOMIC_ACQ_REL))
		return;
	statements_unref(m->text);
	mem_free(m);
}

const char *model_text(const struct model *m)
{
	return m->text->text;
}

/* == posteriors ============================================================================== */

struct posterior *posterior_ref(const struct posterior *p)
{
	struct posterior *shared = (struct posterior *)p;

	__atomic_add_fetch(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void posterior_unref(struct posterior *p)
{
	if (!p || __atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL))
		return;
	graph_free(p->graph);
	for (int i = 0; i < p->ngraphs; i++)
		graph_free(p->graphs[i]);
	mem_free(p->graphs);
	model_unref(p->model);
	arena_release(&p->arena);
	mem_free(p->stated);
	mem_free(p->quantities);
	mem_free(p->nodes);
	buf_release(&p->notes);
	mem_free(p);
}

int posterior_unknowns(const struct posterior *p) { return p->unknowns; }
int posterior_width(const struct posterior *p) { return p->width; }
int posterior_rows(const struct posterior *p) { return p->rows; }
int posterior_log_liks(const struct posterior *p) { return p->log_liks; }
const char *posterior_notes(const struct posterior *p) { return p->notes.p ? p->notes.p : ""; }

int posterior_quantities(const struct posterior *p, const struct model_quantity **out)
{
	*out = p->quantities;
	return p->nquantities;
}

/* == rows of draws =========================================================================== */

/* A copy that lives as long as the posterior: levels belong to whoever gave the data. */
static int copy_levels(struct compiler *c, const char *const *levels, int n, const char *const **out, struct err *e)
{
	const char **copy;

	*out = NULL;
	if (!levels)
		return 0;
	if (!(copy = arena_zero(c->arena, (size_t)n + 1, sizeof *copy)))
		return err_nomem(e);
	for (int i = 0; i < n; i++)
		if (!(copy[i] = arena_text(c->arena, levels[i], strlen(levels[i]))))
			return err_nomem(e);
	*out = copy;
	return 0;
}

static struct model_quantity *new_quantity(struct posterior *p, const struct mvalue *shape, int node)
{
	struct model_quantity *q = &p->quantities[p->nquantities];

	p->nodes[p->nquantities++] = node;
	*q = (struct model_quantity){ .rank = shape->rank, .n = 1 };
	memcpy(q->dims, shape->dims, sizeof q->dims);
	for (int k = 0; k < q->rank; k++)
		q->n *= q->dims[k];
	return q;
}

/* The text of a left side, or of a report or factor, for a name. */
static int statement_name(struct compiler *c, const struct statement *s, const char **out, struct err *e)
{
	const char *name = s->kind == STATEMENT_DRAW ? target_name(s->left) : NULL;
	int at = s->at, end = s->kind == STATEMENT_DRAW ? s->left->end : s->end;

	if (name) {
		*out = arena_text(c->arena, name, strlen(name));
	} else {
		while (end > at && strchr(" \t\r\n;", c->text->text[end - 1]))
			end--;
		*out = arena_text(c->arena, c->text->text + at, (size_t)(end - at));
	}
	return *out ? 0 : err_nomem(e);
}

static int symbol_quantity(struct compiler *c, struct symbol *s, const struct statement *st, struct err *e)
{
	struct posterior *p = c->posterior;
	struct model_quantity *q;

	if (s->kind != SYMBOL_PARAMETER && s->kind != SYMBOL_DISCRETE && !(s->kind == SYMBOL_DERIVED && s->state == SYMBOL_DONE && graph_varies(c->g, s->value.node)))
		return 0;
	q = new_quantity(p, &s->value, s->kind == SYMBOL_DISCRETE ? -1 : s->value.node);
	q->role = s->kind == SYMBOL_PARAMETER ? MODEL_PARAMETER : s->kind == SYMBOL_DISCRETE ? MODEL_DISCRETE : MODEL_DERIVED;
	q->whole = s->whole;
	q->positive = s->positive;
	q->line = statements_line(c->text, st->at);
	if (q->role != MODEL_DISCRETE) {
		q->at = s->row_at = p->width;
		p->width += q->n;
		graph_want(c->g, s->value.node, GRAPH_VALUES);
	}
	if (!(q->name = arena_text(c->arena, s->name, strlen(s->name))))
		return err_nomem(e);
	return copy_levels(c, q->rank && s->nlevels >= q->dims[0] ? s->levels : NULL, q->rank ? q->dims[0] : 0, &q->levels, e);
}

static int observed_quantity(struct compiler *c, struct stated *st, struct err *e)
{
	struct posterior *p = c->posterior;
	struct mvalue shape = { .rank = 1, .dims = { st->rows } };
	struct model_quantity *q = new_quantity(p, &shape, st->rows_node);

	q->role = MODEL_OBSERVED;
	q->at = p->rows;
	p->rows += st->rows * st->k;
	q->log_lik_at = p->log_liks;
	q->outcomes = st->rows;
	p->log_liks += st->rows;
	q->dims[0] = q->n = st->rows * st->k;
	q->whole = st->dist ? dist_is_whole(st->dist) : st->vector ? st->vector->whole : false;
	q->positive = st->dist && st->dist->support != DIST_REAL;
	q->line = statements_line(c->text, st->statement->at);
	if (st->outcome >= 0) {
		q->low = graph_values(c->g, st->outcome);
		q->high = st->report ? graph_values(c->g, st->upper) : NULL;
	}
	st->at = q->at;
	st->log_lik_at = q->log_lik_at;
	return statement_name(c, st->statement, &q->name, e);
}

static int rows_of_draws(struct compiler *c, struct err *e)
{
	struct posterior *p = c->posterior;
	int most = c->nsymbols + p->nstated + 1, rc;

	p->quantities = mem_zero((size_t)most, sizeof *p->quantities);
	p->nodes = mem_zero((size_t)most, sizeof *p->nodes);
	if (!p->quantities || !p->nodes)
		return err_nomem(e);
	for (int k = 0; k < c->text->n; k++) {
		const struct statement *st = &c->text->list[k];
		struct symbol *s = (st->kind == STATEMENT_DRAW || st->kind == STATEMENT_DEFINITION) && target_name(st->left) ? symbol_find(c, target_name(st->left)) :
															     NULL;

		if (s && s->nstatements && s->statements[0] == st && (rc = symbol_quantity(c, s, st, e)))
			return rc;
	}
	for (int k = 0; k < p->nstated; k++)
		if (!p->stated[k].symbol && (rc = observed_quantity(c, &p->stated[k], e)))
			return rc;
	return 0;
}

/* == the order of drawing ==================================================================== */

/* All that st is drawn from is drawn already: the statements of those parameters are among the first `done` of the list. */
static bool is_ready(const struct compiler *c, const struct stated *st, const uint8_t *needed, const struct stated *list, int done)
{
	for (int i = 0; i < c->nsymbols; i++) {
		const struct symbol *s = &c->symbols[i];
		int drawn = 0;

		if (!needed[i] || s == st->symbol || (s->kind != SYMBOL_PARAMETER && s->kind != SYMBOL_DISCRETE))
			continue;
		for (int k = 0; k < done; k++)
			drawn += list[k].symbol == s;
		if (drawn < s->nstatements)
			return false;
	}
	return true;
}

/* What each parameter is drawn from: [nstated][nsymbols]. */
static int needed_by_stated(struct compiler *c, uint8_t **out, struct err *e)
{
	const struct posterior *p = c->posterior;
	size_t n = (size_t)c->nsymbols;
	uint8_t *needed = mem_zero((size_t)p->nstated * n + 1, 1);
	int rc = needed ? 0 : err_nomem(e);

	for (int k = 0; !rc && k < p->nstated; k++) {
		const struct statement *s = p->stated[k].statement;
		const struct expr_node *const trees[] = { s->right, s->low, s->high };

		for (int i = 0; !rc && p->stated[k].symbol && i < 3; i++)
			rc = names_needed(c, trees[i], needed + (size_t)k * n, e);
	}
	if (rc)
		mem_free(needed);
	else
		*out = needed;
	return rc;
}

/* Parameters in an order in which each needs only those before it; data behind them. False in *ordered: there is none. */
static int order_stated(struct compiler *c, bool *ordered, struct err *e)
{
	struct posterior *p = c->posterior;
	struct stated *list = mem_alloc(((size_t)p->nstated + 1) * sizeof *list);
	uint8_t *taken = mem_zero((size_t)p->nstated + 1, 1), *needed = NULL;
	int n = 0, parameters = 0, before = -1, rc;

	if ((rc = list && taken ? needed_by_stated(c, &needed, e) : err_nomem(e))) {
		mem_free(list);
		mem_free(taken);
		return rc;
	}
	for (int k = 0; k < p->nstated; k++)
		parameters += p->stated[k].symbol != NULL;
	while (n < parameters && n != before) {
		before = n;
		for (int k = 0; k < p->nstated; k++) {
			const struct stated *st = &p->stated[k];

			if (taken[k] || !st->symbol || !is_ready(c, st, needed + (size_t)k * (size_t)c->nsymbols, list, n))
				continue;
			taken[k] = 1;
			list[n++] = *st;
		}
	}
	*ordered = n == parameters;
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < p->nstated; k++)
			if (!taken[k] && (pass == 0) == (p->stated[k].symbol != NULL))
				list[n++] = p->stated[k];
	if (n)
		memcpy(p->stated, list, (size_t)n * sizeof *list);
	p->nparameters = parameters;
	mem_free(list);
	mem_free(taken);
	mem_free(needed);
	return 0;
}

/* == notes =================================================================================== */

static void note_unused(struct compiler *c)
{
	for (int i = 0; i < c->nsymbols; i++) {
		const struct symbol *s = &c->symbols[i];
		bool used = false;

		if (s->kind != SYMBOL_PARAMETER)
			continue;
		for (int k = 0; k < c->text->n && !used; k++) {
			const struct statement *st = &c->text->list[k];

			used = mentions(st->right, s->name) || (st->low && mentions(st->low, s->name)) || (st->high && mentions(st->high, s->name)) ||
			       (st->left && !target_name(st->left) && mentions(st->left, s->name));
		}
		if (!used)
			buf_printf(&c->posterior->notes, "line %d: '%s' is an unknown that nothing else depends on; is it data that were not given?\n",
				   statements_line(c->text, s->statements[0]->at), s->name);
	}
}

static void note_improper(struct compiler *c)
{
	for (int k = 0; k < c->posterior->nstated; k++)
		if (c->posterior->stated[k].flat)
			buf_printf(&c->posterior->notes, "line %d: the prior of '%s' is improper; nothing can be drawn from it\n",
				   statements_line(c->text, c->posterior->stated[k].statement->at), c->posterior->stated[k].symbol->name);
}

/* == binding ================================================================================= */

static int compile_statements(struct compiler *c, struct err *e)
{
	struct posterior *p = c->posterior;
	bool ordered = false;
	int rc;

	if ((rc = sumout_check(c, e)))
		return rc;
	for (int k = 0; k < c->text->n; k++) {
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (!sumout_touches(c, &c->text->list[k]) && (rc = statement_add(c, &c->text->list[k], e)))
			return rc;
	}
	if ((rc = sumout_all(c, e)) || (rc = order_stated(c, &ordered, e)))
		return rc;
	p->has_factor |= !ordered;
	p->unknowns = graph_unknowns(c->g);
	if (!p->unknowns)
		return err_set(e, ERR_DATA, "the model has no unknowns: no '~' draws anything but data");
	if ((rc = rows_of_draws(c, e)))
		return rc;
	note_unused(c);
	note_improper(c);
	return buf_check(&p->notes, e);
}

int model_bind(const struct model *m, const struct model_input *inputs, int ninputs, unsigned flags, struct posterior **out, struct err *e)
{
	struct posterior *p = mem_zero(1, sizeof *p);
	struct compiler c = { .model = m, .text = m->text, .posterior = p, .flags = flags };
	int rc;

	if (!p)
		return err_nomem(e);
	p->refs = 1;
	p->model = model_ref(m);
	c.arena = &p->arena;
	if ((rc = memo_new(&c.memo, e)) || (rc = graph_new(&p->graph, e)))
		goto done;
	c.g = p->graph;
	if (!m->text->n) {
		rc = err_set(e, ERR_DATA, "the model is empty");
		goto done;
	}
	if (!(rc = symbols_collect(&c, inputs, ninputs, e)) && !(rc = compile_statements(&c, e)))
		rc = graph_finish(p->graph, e);
done:
	memo_free(c.memo);
	if (rc)
		posterior_unref(p);
	else
		*out = p;
	return rc;
}
