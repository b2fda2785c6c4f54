/* parse_nodes.c - tokens one after the other, and the nodes of the tree they become. */
#include "expr/parse_priv.h"

#include <assert.h>
#include <string.h>

int parse_fault(struct parser *p, int at, struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(p->lex.model ? fault_numbered : fault_vat)(e, ERR_DATA, p->lex.text, p->lex.n, (size_t)at, fmt, ap);
	va_end(ap);
	return ERR_DATA;
}

/* == tokens == */

int parse_advance(struct parser *p, struct err *e)
{
	p->last_end = p->now.end;
	p->now = p->next;
	if (p->now.kind == TOKEN_END)
		p->now.at = p->last_end;
	return p->now.kind == TOKEN_END ? 0 : lex_next(&p->lex, &p->next, e);
}

bool token_is_symbol(const struct token *t, const char *text)
{
	return t->kind == TOKEN_SYMBOL && slice_is(t->text, text);
}

bool token_is_word(const struct token *t, const char *text)
{
	return t->kind == TOKEN_WORD && slice_is(t->text, text);
}

int parse_expected(struct parser *p, const char *what, struct err *e)
{
	struct buf found = BUF_INIT;
	int rc;

	bool ends = p->lex.model && p->now.kind != TOKEN_END && !parse_goes_on(p, &p->now);

	if (ends)
		buf_str(&found, "the end of the line");
	else
		token_print(&found, &p->lex, &p->now);
	rc = buf_check(&found, e);
	if (!rc)
		rc = parse_fault(p, ends ? p->last_end : p->now.at, e, "expected %s, found %s", what, found.p);
	buf_release(&found);
	return rc;
}

int parse_expect(struct parser *p, const char *text, const char *what, struct err *e)
{
	return token_is_symbol(&p->now, text) ? parse_advance(p, e) : parse_expected(p, what, e);
}

/* == nodes == */

bool links_add(struct parser *p, struct links *list, void *item)
{
	struct link *l = arena_room(p->lex.arena, sizeof *l);

	if (!l)
		return false;
	*l = (struct link){ .item = item };
	if (list->last)
		list->last->next = l;
	else
		list->first = l;
	list->last = l;
	list->n++;
	return true;
}

void *links_array(struct parser *p, const struct links *list)
{
	void **array = arena_room(p->lex.arena, (size_t)(list->n + 1) * sizeof *array), **at = array;

	for (const struct link *l = list->first; array && l; l = l->next)
		*at++ = l->item;
	return array;
}

static struct expr_node *new_node(struct parser *p, enum expr_kind kind, int at)
{
	struct tall_node *t = arena_zero(p->lex.arena, 1, sizeof *t);

	if (!t)
		return NULL;
	t->node.kind = kind;
	t->node.at = t->node.mark = at;
	t->height = 1;
	return &t->node;
}

int parse_literal(struct parser *p, struct value v, struct expr_node **out, struct err *e)
{
	struct expr_node *node = new_node(p, EXPR_LITERAL, p->now.at);
	int rc;

	if (!node)
		return err_nomem(e);
	node->value = v;
	if ((rc = parse_advance(p, e)))
		return rc;
	node->end = p->last_end;
	*out = node;
	return 0;
}

int parse_named(struct parser *p, enum expr_kind kind, struct expr_node **out, struct err *e)
{
	struct expr_node *node = new_node(p, kind, p->now.at);
	int rc;

	if (!node || !(node->name = arena_text(p->lex.arena, p->now.text.p, p->now.text.n)))
		return err_nomem(e);
	node->quoted = p->lex.model && lex_is_statement_word(node->name);
	if ((rc = parse_advance(p, e)))
		return rc;
	node->end = p->last_end;
	*out = node;
	return 0;
}

int node_over(struct parser *p, enum expr_kind kind, int at, int mark, struct links *args, struct expr_node **out, struct err *e)
{
	struct expr_node *node = new_node(p, kind, at);
	struct tall_node *t = (struct tall_node *)node;

	if (!node || !(node->args = links_array(p, args)))
		return err_nomem(e);
	node->mark = mark;
	node->end = p->last_end;
	node->nargs = args->n;
	for (int i = 0; i < node->nargs; i++) {
		int height = node->args[i] ? ((struct tall_node *)node->args[i])->height : 0;

		t->height = height >= t->height ? height + 1 : t->height;
	}
	if (t->height > EXPR_HEIGHT_MAX)
		return parse_fault(p, mark, e, "more than %d operators build on each other; is it a list for 'in'?", EXPR_HEIGHT_MAX);
	if (++p->calls > EXPR_CALLS_MAX)
		return parse_fault(p, mark, e, "the expression has more than %d operators and calls", EXPR_CALLS_MAX);
	*out = node;
	return 0;
}

int node_call(struct parser *p, const struct op *op, int at, int mark, struct links *args, struct expr_node **out, struct err *e)
{
	int rc = node_over(p, EXPR_CALL, at, mark, args, out, e);

	if (!rc)
		(*out)->op = op;
	return rc;
}

int node_operator(struct parser *p, const char *name, int at, int mark, struct links *args, struct expr_node **out,
			struct err *e)
{
	const struct op *op = op_operator(name, args->n);

	assert(op);
	return node_call(p, op, at, mark, args, out, e);
}
