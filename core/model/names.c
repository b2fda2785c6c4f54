/* names.c - what each name of a model is: data, a parameter, a derived quantity; and which of them need themselves. */
#include "model/model_priv.h"

#include <string.h>
#include <strings.h>

/* == walking ================================================================================= */

typedef bool name_visit(void *ctx, const char *name);

/* Every name in a tree, until one visit says true. Names of loops are not told apart: they hide what they are called like. */
static bool walk(const struct expr_node *x, name_visit *visit, void *ctx)
{
	if (!x)
		return false;
	if (x->kind == EXPR_COLUMN && visit(ctx, x->name))
		return true;
	for (int i = 0; i < x->nargs; i++)
		if (walk(x->args[i], visit, ctx))
			return true;
	return false;
}

static bool is_called(void *ctx, const char *name)
{
	return !strcmp(ctx, name);
}

bool mentions(const struct expr_node *x, const char *name)
{
	return walk(x, is_called, (void *)name);
}

const char *target_name(const struct expr_node *x)
{
	if (x && x->kind == EXPR_INDEX)
		x = x->args[0];
	return x && x->kind == EXPR_COLUMN ? x->name : NULL;
}

int target_indexes(const struct expr_node *x)
{
	return x->kind == EXPR_INDEX ? x->nargs - 1 : 0;
}

struct symbol *symbol_find(const struct compiler *c, const char *name)
{
	for (int i = 0; i < c->nsymbols; i++)
		if (!strcmp(c->symbols[i].name, name))
			return &c->symbols[i];
	return NULL;
}

/* == collecting ============================================================================== */

static int add_symbol(struct compiler *c, const char *name, enum symbol_kind kind, struct symbol **out, struct err *e)
{
	struct symbol *more;

	if (c->nsymbols % 64 == 0) {
		if (!(more = arena_zero(c->arena, (size_t)c->nsymbols + 64, sizeof *more)))
			return err_nomem(e);
		if (c->nsymbols)
			memcpy(more, c->symbols, (size_t)c->nsymbols * sizeof *more);
		c->symbols = more;
	}
	*out = &c->symbols[c->nsymbols++];
	**out = (struct symbol){ .name = name, .kind = kind, .component = -1 };
	return 0;
}

static int add_statement(struct compiler *c, struct symbol *s, const struct statement *st, struct err *e)
{
	const struct statement **more = arena_room(c->arena, ((size_t)s->nstatements + 1) * sizeof *more);

	if (!more)
		return err_nomem(e);
	if (s->nstatements)
		memcpy(more, s->statements, (size_t)s->nstatements * sizeof *more);
	more[s->nstatements++] = st;
	s->statements = more;
	return 0;
}

/* A definition gives a name; so does a draw, unless the name is there already. */
static int collect_statement(struct compiler *c, const struct statement *st, struct err *e)
{
	const char *name = target_name(st->left);
	struct dist_name dist;
	struct symbol *s;
	int rc;

	if (!name)
		return 0;
	s = symbol_find(c, name);
	if (st->kind == STATEMENT_DEFINITION) {
		if (s && s->kind == SYMBOL_DATA)
			return model_fault(c, st->at, ERR_NAME, e, "'%s' is given as data; what is defined needs a name of its own", name);
		if (s && s->kind != SYMBOL_DERIVED)
			return model_fault(c, st->at, ERR_NAME, e, "'%s' is drawn in line %d and cannot be defined too", name,
					   statements_line(c->text, s->statements[0]->at));
		if (!s && (rc = add_symbol(c, name, SYMBOL_DERIVED, &s, e)))
			return rc;
		return add_statement(c, s, st, e);
	}
	if (s && s->kind != SYMBOL_PARAMETER && s->kind != SYMBOL_DISCRETE)
		return 0;
	if ((rc = density_name(c, st->right, &dist, e)))
		return rc;
	if (!s && (rc = add_symbol(c, name, dist.whole ? SYMBOL_DISCRETE : SYMBOL_PARAMETER, &s, e)))
		return rc;
	s->whole = dist.whole;
	return add_statement(c, s, st, e);
}

/* == who needs whom ========================================================================== */

struct reach {
	const struct compiler *c;
	uint8_t *row;            /* of each symbol: it is needed */
	int *queue, n;
};

static bool reach_name(void *ctx, const char *name)
{
	struct reach *r = ctx;
	const struct symbol *s = symbol_find(r->c, name);
	int i = s ? (int)(s - r->c->symbols) : -1;

	if (s && !r->row[i]) {
		r->row[i] = 1;
		r->queue[r->n++] = i;
	}
	return false;
}

static void reach_definitions(struct reach *r, const struct symbol *s)
{
	for (int k = 0; s->kind == SYMBOL_DERIVED && k < s->nstatements; k++) {
		walk(s->statements[k]->right, reach_name, r);
		for (int j = 1; s->statements[k]->left->kind == EXPR_INDEX && j < s->statements[k]->left->nargs; j++)
			walk(s->statements[k]->left->args[j], reach_name, r);
	}
}

static void reach_all(struct reach *r)
{
	for (int at = 0; at < r->n; at++)
		reach_definitions(r, &r->c->symbols[r->queue[at]]);
}

int names_needed(const struct compiler *c, const struct expr_node *x, uint8_t *needed, struct err *e)
{
	struct reach r = { .c = c, .row = needed, .queue = mem_alloc(((size_t)c->nsymbols + 1) * sizeof *r.queue) };

	if (!r.queue)
		return err_nomem(e);
	walk(x, reach_name, &r);
	reach_all(&r);
	mem_free(r.queue);
	return 0;
}

static int find_components(struct compiler *c, struct err *e)
{
	size_t n = (size_t)c->nsymbols;
	uint8_t *all = mem_zero(n * n + 1, 1);
	int *queue = mem_zero(n + 1, sizeof *queue), rc = 0;

	if (!all || !queue) {
		rc = err_nomem(e);
		goto done;
	}
	for (int i = 0; i < c->nsymbols; i++)
		if (c->symbols[i].kind == SYMBOL_DERIVED) {
			struct reach r = { .c = c, .row = all + (size_t)i * n, .queue = queue };

			reach_definitions(&r, &c->symbols[i]);
			reach_all(&r);
		}
	for (int i = 0; i < c->nsymbols; i++) {
		struct symbol *s = &c->symbols[i];

		s->component = i;
		s->self = all[(size_t)i * n + (size_t)i];
		for (int k = 0; k < i; k++)
			if (all[(size_t)i * n + (size_t)k] && all[(size_t)k * n + (size_t)i]) {
				s->component = c->symbols[k].component;
				break;
			}
	}
done:
	mem_free(all);
	mem_free(queue);
	return rc;
}

int symbols_collect(struct compiler *c, const struct model_input *inputs, int ninputs, struct err *e)
{
	struct symbol *s;
	int rc;

	for (int i = 0; i < ninputs; i++) {
		if (symbol_find(c, inputs[i].name))
			return err_set(e, ERR_NAME, "'%s' comes twice among the data", inputs[i].name);
		if ((rc = add_symbol(c, inputs[i].name, SYMBOL_DATA, &s, e)))
			return rc;
		s->input = &inputs[i];
	}
	/* definitions first, since a draw of what is defined makes no parameter of it */
	for (int k = 0; k < c->text->n; k++)
		if (c->text->list[k].kind == STATEMENT_DEFINITION && (rc = collect_statement(c, &c->text->list[k], e)))
			return rc;
	for (int k = 0; k < c->text->n; k++)
		if (c->text->list[k].kind == STATEMENT_DRAW && (rc = collect_statement(c, &c->text->list[k], e)))
			return rc;
	return find_components(c, e);
}

/* == values ================================================================================== */

int symbol_unknown(struct compiler *c, const struct expr_node *x, struct err *e)
{
	const char **names = mem_zero((size_t)c->nsymbols + 1, sizeof *names), *near;
	int rc;

	if (!names)
		return err_nomem(e);
	for (int i = 0; i < c->nsymbols; i++)
		names[i] = c->symbols[i].name;
	near = text_nearest(x->name, names, (size_t)c->nsymbols);
	/* any other letter is near to a letter */
	if (near && !x->name[1] && strcasecmp(near, x->name))
		near = NULL;
	if (near)
		rc = model_fault(c, x->mark, ERR_NAME, e, "there is nothing called '%.100s'; did you mean '%s'?", x->name, near);
	else
		rc = model_fault(c, x->mark, ERR_NAME, e, "there is nothing called '%.100s': no statement defines or draws it, and it is not among "
							  "the data", x->name);
	mem_free(names);
	return rc;
}

static int data_value(struct compiler *c, struct symbol *s, struct err *e)
{
	const struct model_input *in = s->input;
	struct mvalue v = { .high = -1, .rank = in->rank, .levels = in->levels, .nlevels = in->nlevels };
	int rc;

	memcpy(v.dims, in->dims, sizeof v.dims);
	if (value_inner(&v) == 0)
		return err_set(e, ERR_DATA, "the data '%s' are empty", s->name);
	if ((rc = graph_constant(c->g, in->values, value_inner(&v), &v.node, e)) ||
	    (in->high && (rc = graph_constant(c->g, in->high, value_inner(&v), &v.high, e))))
		return rc;
	s->value = v;
	return 0;
}

int symbol_value(struct compiler *c, const struct expr_node *x, struct symbol *s, struct mvalue *out, struct err *e)
{
	const struct recurrence *recurrence = c->recurrence;
	struct sumout *sumout = c->sumout;
	bool done = false;
	int rc;

	if (sumout && ((rc = sumout_value(c, x, s, &done, out, e)) || done))
		return rc;
	if (s->state == SYMBOL_BUSY)
		return model_fault(c, x ? x->mark : s->statements[0]->at, ERR_DATA, e, "'%s' is needed for itself", s->name);
	if (s->kind == SYMBOL_DISCRETE)
		return model_fault(c, x->mark, ERR_DATA, e, "'%s' is a whole-numbered unknown, which is summed out; here it has no single value", s->name);
	if (s->state == SYMBOL_NEW) {
		s->state = SYMBOL_BUSY;
		/* what a name means does not depend on where it stands */
		c->recurrence = NULL;
		c->sumout = NULL;
		rc = s->kind == SYMBOL_DATA ? data_value(c, s, e) : s->kind == SYMBOL_PARAMETER ? parameter_make(c, s, e) :
		     s->self ? recurrence_make(c, s, e) : definition_make(c, s, e);
		c->recurrence = recurrence;
		c->sumout = sumout;
		if (rc)
			return rc;
		s->state = SYMBOL_DONE;
	}
	*out = s->value;
	return 0;
}
