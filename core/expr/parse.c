/*
 * parse.c - tokens to a tree, by precedence climbing as Lua's own parser does it.
 *
 * Words of the language are few; `if`, `date`, `over`, `order` and the like are names wherever they do not stand where the
 * grammar wants them, so a column may be called so.
 */
#include "expr/expr_priv.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* A node, and how deep the tree under it is: nothing that walks trees may exhaust the stack. */
struct tall_node {
	struct expr_node node;
	int height;
};

struct parser {
	struct lexer lex;
	struct token now, next;
	int last_end;            /* of the token before `now` */
	int depth, calls;
};

enum { OVER_KEYS_MAX = 64 };

struct link {
	struct link *next;
	void *item;
};
struct links {
	struct link *first, *last;
	int n;
};

static int fault(struct parser *p, int at, struct err *e, const char *fmt, ...) PRINTF_LIKE(4, 5);

static int fault(struct parser *p, int at, struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_vat(e, ERR_DATA, p->lex.text, p->lex.n, (size_t)at, fmt, ap);
	va_end(ap);
	return ERR_DATA;
}

/* == tokens == */

static int advance(struct parser *p, struct err *e)
{
	p->last_end = p->now.end;
	p->now = p->next;
	if (p->now.kind == TOKEN_END)
		p->now.at = p->last_end;
	return p->now.kind == TOKEN_END ? 0 : lex_next(&p->lex, &p->next, e);
}

static bool is_symbol(const struct token *t, const char *text)
{
	return t->kind == TOKEN_SYMBOL && slice_is(t->text, text);
}

static bool is_word(const struct token *t, const char *text)
{
	return t->kind == TOKEN_WORD && slice_is(t->text, text);
}

/* "expected `what`, found ...". */
static int expected(struct parser *p, const char *what, struct err *e)
{
	struct buf found = BUF_INIT;
	int rc;

	token_print(&found, &p->lex, &p->now);
	rc = buf_check(&found, e);
	if (!rc)
		rc = fault(p, p->now.at, e, "expected %s, found %s", what, found.p);
	buf_release(&found);
	return rc;
}

static int expect(struct parser *p, const char *text, const char *what, struct err *e)
{
	return is_symbol(&p->now, text) ? advance(p, e) : expected(p, what, e);
}

/* == nodes == */

static bool link_add(struct parser *p, struct links *list, void *item)
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

/* NULL without memory; never NULL for none, so that n and list can be passed on. */
static void *link_array(struct parser *p, const struct links *list)
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

static int new_literal(struct parser *p, struct value v, struct expr_node **out, struct err *e)
{
	struct expr_node *node = new_node(p, EXPR_LITERAL, p->now.at);
	int rc;

	if (!node)
		return err_nomem(e);
	node->value = v;
	if ((rc = advance(p, e)))
		return rc;
	node->end = p->last_end;
	*out = node;
	return 0;
}

static int new_named(struct parser *p, enum expr_kind kind, struct expr_node **out, struct err *e)
{
	struct expr_node *node = new_node(p, kind, p->now.at);
	int rc;

	if (!node || !(node->name = arena_text(p->lex.arena, p->now.text.p, p->now.text.n)))
		return err_nomem(e);
	if ((rc = advance(p, e)))
		return rc;
	node->end = p->last_end;
	*out = node;
	return 0;
}

/* The node of an operator or a function over those of its arguments, which end where the parser is. */
static int new_call(struct parser *p, const struct op *op, int at, int mark, struct links *args, struct expr_node **out,
		    struct err *e)
{
	struct expr_node *node = new_node(p, EXPR_CALL, at);
	struct tall_node *t = (struct tall_node *)node;

	if (!node || !(node->args = link_array(p, args)))
		return err_nomem(e);
	node->op = op;
	node->mark = mark;
	node->end = p->last_end;
	node->nargs = args->n;
	for (int i = 0; i < node->nargs; i++) {
		int height = ((struct tall_node *)node->args[i])->height;

		t->height = height >= t->height ? height + 1 : t->height;
	}
	if (t->height > EXPR_HEIGHT_MAX)
		return fault(p, mark, e, "more than %d operators build on each other; is it a list for 'in'?", EXPR_HEIGHT_MAX);
	if (++p->calls > EXPR_CALLS_MAX)
		return fault(p, mark, e, "the expression has more than %d operators and calls", EXPR_CALLS_MAX);
	*out = node;
	return 0;
}

static int new_operator(struct parser *p, const char *name, int at, int mark, struct links *args, struct expr_node **out,
			struct err *e)
{
	const struct op *op = op_operator(name, args->n);

	assert(op);
	return new_call(p, op, at, mark, args, out, e);
}

/* == parts == */

static int parse_until(struct parser *p, int limit, const char *behind, struct expr_node **out, struct err *e);

/* ", expression" and so on up to a parenthesis that closes, which is passed. */
static int parse_list(struct parser *p, struct links *args, struct err *e)
{
	struct expr_node *node;
	int rc;

	for (;;) {
		if ((rc = parse_until(p, 0, args->n ? "','" : "'('", &node, e)))
			return rc;
		if (!link_add(p, args, node))
			return err_nomem(e);
		if (is_symbol(&p->now, ")"))
			return advance(p, e);
		if ((rc = expect(p, ",", "',' or ')'", e)))
			return rc;
	}
}

static int parse_over_name(struct parser *p, struct links *names, struct err *e)
{
	char *name;

	if (p->now.kind != TOKEN_NAME && p->now.kind != TOKEN_WORD)
		return expected(p, "a column's name", e);
	name = arena_text(p->lex.arena, p->now.text.p, p->now.text.n);
	if (!name || !link_add(p, names, name))
		return err_nomem(e);
	if (p->now.kind == TOKEN_WORD && !lex_is_word(name))
		return expected(p, "a column's name", e);
	return advance(p, e);
}

/* over (a, b order c, -d), from `over` on. */
static int parse_over(struct parser *p, struct expr_node *node, struct err *e)
{
	struct expr_over *over = arena_zero(p->lex.arena, 1, sizeof *over);
	struct links groups = { 0 }, order = { 0 };
	bool *descending = arena_zero(p->lex.arena, OVER_KEYS_MAX, sizeof *descending);
	int rc;

	if (!over || !descending)
		return err_nomem(e);
	if (node->op->class != OP_WINDOW && node->op->class != OP_AGGREGATE)
		return fault(p, p->now.at, e, "'over' stands behind a window or an aggregate, and '%s' is neither",
			     node->op->name);
	if ((rc = advance(p, e)) || (rc = advance(p, e)))
		return rc;
	while (!is_word(&p->now, "order") && !is_symbol(&p->now, ")")) {
		if ((rc = parse_over_name(p, &groups, e)))
			return rc;
		if (is_symbol(&p->now, ")") || is_word(&p->now, "order"))
			break;
		if ((rc = expect(p, ",", "',', 'order' or ')'", e)))
			return rc;
		if (is_symbol(&p->now, ")") || is_word(&p->now, "order"))
			return expected(p, "a column's name", e);
	}
	if (is_word(&p->now, "order")) {
		do {
			if ((rc = advance(p, e)))
				return rc;
			if (is_word(&p->now, "by"))
				return fault(p, p->now.at, e, "in over(...) it is 'order' alone, without 'by'");
			if (order.n == OVER_KEYS_MAX)
				return fault(p, p->now.at, e, "more than %d names to order by", OVER_KEYS_MAX);
			if (is_symbol(&p->now, "-")) {
				descending[order.n] = true;
				if ((rc = advance(p, e)))
					return rc;
			}
			if ((rc = parse_over_name(p, &order, e)))
				return rc;
			if (is_word(&p->now, "desc") || is_word(&p->now, "asc"))
				return fault(p, p->now.at, e, "descending order is written with a minus: order -name");
		} while (is_symbol(&p->now, ","));
	}
	if ((rc = expect(p, ")", order.n ? "',' or ')'" : "',', 'order' or ')'", e)))
		return rc;
	over->groups = link_array(p, &groups);
	over->order = link_array(p, &order);
	if (!over->groups || !over->order)
		return err_nomem(e);
	over->ngroups = groups.n;
	over->norder = order.n;
	over->descending = descending;
	node->over = over;
	node->end = p->last_end;
	return 0;
}

static int unknown_function(struct parser *p, const char *name, struct err *e)
{
	const char *names[512], *near;
	int n = 0;

	for (int i = 0; i < op_count() && n < 512; i++)
		if (op_at(i)->class != OP_OPERATOR)
			names[n++] = op_at(i)->name;
	near = text_nearest(name, names, (size_t)n);
	fault_at(e, ERR_NAME, p->lex.text, p->lex.n, (size_t)p->now.at, near ? "there is no function '%.100s'; did you mean '%s'?" :
		 "there is no function '%.100s'", name, near);
	return ERR_NAME;
}

/* name(...), from the name on. */
static int parse_call(struct parser *p, struct expr_node **out, struct err *e)
{
	char *name = arena_text(p->lex.arena, p->now.text.p, p->now.text.n);
	struct links args = { 0 };
	const struct op *op;
	int at = p->now.at, rc;

	if (!name)
		return err_nomem(e);
	if (!(op = op_find(name)))
		return unknown_function(p, name, e);
	if ((rc = advance(p, e)) || (rc = advance(p, e)))
		return rc;
	if (is_symbol(&p->now, ")"))
		rc = advance(p, e);
	else
		rc = parse_list(p, &args, e);
	if (rc || (rc = new_call(p, op, at, at, &args, out, e)))
		return rc;
	if (is_word(&p->now, "over") && is_symbol(&p->next, "("))
		return parse_over(p, *out, e);
	return 0;
}

/* date '2025-01-13', datetime '2025-01-13T08:00'. */
static int parse_date(struct parser *p, struct expr_node **out, struct err *e)
{
	bool time = p->now.text.n > 4;
	int at = p->now.at, rc;
	struct value v = { .type = time ? TYPE_DATETIME : TYPE_DATE };
	struct slice s;

	if ((rc = advance(p, e)))
		return rc;
	s = p->now.value.as.text;
	if (time ? !datetime_parse(s, &v.as.i64) : !date_parse(s, &v.as.days))
		return fault(p, p->now.at, e, time ? "this is no time: expected YYYY-MM-DDThh:mm, with seconds and a zone if any" :
			     "this is no date: expected YYYY-MM-DD");
	rc = new_literal(p, v, out, e);
	if (!rc)
		(*out)->at = (*out)->mark = at;
	return rc;
}

const char *foreign_advice(struct slice word)
{
	static const struct {
		const char *word, *advice;
	} list[] = {
		{ "AND", "'AND' is written 'and'" },
		{ "OR", "'OR' is written 'or'" },
		{ "NOT", "'NOT' is written 'not'" },
		{ "NULL", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "null", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "None", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "NA", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "TRUE", "'TRUE' is written 'true'" },
		{ "FALSE", "'FALSE' is written 'false'" },
		{ "True", "'True' is written 'true'" },
		{ "False", "'False' is written 'false'" },
		{ "case", "a choice is written if(condition, a, b)" },
		{ "CASE", "a choice is written if(condition, a, b)" },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (slice_is(word, list[i].word))
			return list[i].advice;
	return NULL;
}

static int parse_word(struct parser *p, const char *behind, struct expr_node **out, struct err *e)
{
	struct value v = { .type = TYPE_BOOL, .as.truth = is_word(&p->now, "true") };
	char what[64];

	if (is_word(&p->now, "true") || is_word(&p->now, "false"))
		return new_literal(p, v, out, e);
	if (is_word(&p->now, "nil"))
		return new_literal(p, (struct value){ .type = TYPE_COUNT, .missing = true }, out, e);
	if (is_word(&p->now, "and") || is_word(&p->now, "or") || is_word(&p->now, "in")) {
		snprintf(what, sizeof what, behind ? "an expression behind %s" : "an expression", behind);
		return expected(p, what, e);
	}
	if (is_symbol(&p->next, "("))
		return parse_call(p, out, e);
	if (p->next.kind == TOKEN_STRING && (is_word(&p->now, "date") || is_word(&p->now, "datetime")))
		return parse_date(p, out, e);
	/* such a word is a column's name unless what follows cannot follow a name */
	if (p->next.kind != TOKEN_END && p->next.kind != TOKEN_SYMBOL && foreign_advice(p->now.text))
		return fault(p, p->now.at, e, "%s", foreign_advice(p->now.text));
	return new_named(p, EXPR_COLUMN, out, e);
}

static int parse_primary(struct parser *p, const char *behind, struct expr_node **out, struct err *e)
{
	char what[64];
	int rc;

	switch (p->now.kind) {
	case TOKEN_NUMBER:
		if (p->now.value.type == TYPE_INT64 && p->now.value.as.i64 == INT64_MIN)
			return fault(p, p->now.at, e, "the integer is too big: the largest is 9223372036854775807");
		return new_literal(p, p->now.value, out, e);
	case TOKEN_STRING:
		return new_literal(p, p->now.value, out, e);
	case TOKEN_NAME:
		return new_named(p, EXPR_COLUMN, out, e);
	case TOKEN_BINDING:
		return new_named(p, EXPR_BINDING, out, e);
	case TOKEN_WORD:
		return parse_word(p, behind, out, e);
	default:
		break;
	}
	if (is_symbol(&p->now, "(")) {
		if ((rc = advance(p, e)) || (rc = parse_until(p, 0, "'('", out, e)))
			return rc;
		if (is_symbol(&p->now, ","))
			return fault(p, p->now.at, e, "a list stands only behind 'in'");
		return expect(p, ")", "')'", e);
	}
	snprintf(what, sizeof what, behind ? "an expression behind %s" : "an expression", behind);
	return expected(p, what, e);
}

/* The largest integer has a partner on the other side that is one further away. */
static bool is_least_integer(const struct parser *p)
{
	return is_symbol(&p->now, "-") && p->next.kind == TOKEN_NUMBER && p->next.value.type == TYPE_INT64 &&
	       p->next.value.as.i64 == INT64_MIN;
}

static int parse_unary(struct parser *p, const char *behind, struct expr_node **out, struct err *e)
{
	const char *name = is_symbol(&p->now, "-") ? "-" : is_word(&p->now, "not") ? "not" : NULL;
	struct links args = { 0 };
	struct expr_node *node;
	int at = p->now.at, rc;

	if (is_symbol(&p->now, "+"))
		return fault(p, at, e, "there is no sign '+'");
	if (!name)
		return parse_primary(p, behind, out, e);
	if (is_least_integer(p)) {
		if ((rc = advance(p, e)) || (rc = new_literal(p, p->now.value, out, e)))
			return rc;
		(*out)->at = (*out)->mark = at;
		return is_symbol(&p->now, "^") ? fault(p, at, e, "the integer is too big: the largest is 9223372036854775807") : 0;
	}
	if ((rc = advance(p, e)) || (rc = parse_until(p, PRIORITY_UNARY, *name == '-' ? "'-'" : "'not'", &node, e)))
		return rc;
	if (!link_add(p, &args, node))
		return err_nomem(e);
	return new_operator(p, name, at, at, &args, out, e);
}

/* == operators == */

/* Behind `x in`, and behind `x not in`. */
static int parse_in(struct parser *p, int at, int mark, bool negated, struct expr_node **node, struct err *e)
{
	struct links args = { 0 }, one = { 0 };
	struct expr_node *list;
	int rc;

	if (!link_add(p, &args, *node))
		return err_nomem(e);
	if (p->now.kind == TOKEN_BINDING) {
		if ((rc = new_named(p, EXPR_BINDING, &list, e)))
			return rc;
		if (!link_add(p, &args, list))
			return err_nomem(e);
	} else {
		if ((rc = expect(p, "(", "a list such as ('a', 'b') or $names behind 'in'", e)))
			return rc;
		if (is_symbol(&p->now, ")"))
			return fault(p, p->now.at, e, "the list behind 'in' is empty");
		if ((rc = parse_list(p, &args, e)))
			return rc;
	}
	if ((rc = new_operator(p, "in", at, mark, &args, node, e)) || !negated)
		return rc;
	if (!link_add(p, &one, *node))
		return err_nomem(e);
	return new_operator(p, "not", at, mark, &one, node, e);
}

/* An operator's symbol where one may stand, or the advice for what people write there. */
static int operator_here(struct parser *p, const struct priority **out, bool *negated, struct err *e)
{
	*out = NULL;
	*negated = is_word(&p->now, "not") && is_word(&p->next, "in");
	if (*negated) {
		*out = operator_priority(slice_of("in", 2));
		return 0;
	}
	if (p->now.kind == TOKEN_SYMBOL || p->now.kind == TOKEN_WORD)
		*out = operator_priority(p->now.text);
	if (*out)
		return 0;
	if (is_symbol(&p->now, "="))
		return fault(p, p->now.at, e, "'=' gives a name to a result; to compare, write '=='");
	if (is_word(&p->now, "is") || is_word(&p->now, "IS"))
		return fault(p, p->now.at, e, "whether a value is missing is asked by is_missing(x), or not is_missing(x)");
	if ((is_word(&p->now, "between") || is_word(&p->now, "BETWEEN")))
		return fault(p, p->now.at, e, "'between' is a function: between(x, low, high)");
	if (is_word(&p->now, "like") || is_word(&p->now, "LIKE"))
		return fault(p, p->now.at, e, "a pattern is matched by matches(x, 'regular expression')");
	if (is_word(&p->now, "AND") || is_word(&p->now, "OR") || is_word(&p->now, "NOT") || is_word(&p->now, "IN"))
		return fault(p, p->now.at, e, "'and', 'or', 'not' and 'in' are written in small letters");
	if (is_word(&p->now, "as") || is_word(&p->now, "AS"))
		return fault(p, p->now.at, e, "a name stands in front: name = expression");
	return 0;
}

/* Operators that bind tighter than `limit`. `behind` is what stands in front, for the message. */
static int parse_operators(struct parser *p, int limit, const char *behind, struct expr_node **out, struct err *e)
{
	bool negated, compared = false;
	const struct priority *o;
	char quoted[16];
	int rc;

	if ((rc = parse_unary(p, behind, out, e)))
		return rc;
	for (;;) {
		struct links args = { 0 };
		int at = (*out)->at, mark = p->now.at;
		struct expr_node *right;

		if ((rc = operator_here(p, &o, &negated, e)))
			return rc;
		if (!o || o->left <= limit)
			return 0;
		if (o->left == PRIORITY_COMPARE && compared)
			return fault(p, mark, e, "comparisons do not chain: write 1 < x and x < 3, or between(x, 1, 3)");
		compared = o->left == PRIORITY_COMPARE;
		if ((rc = advance(p, e)) || (negated && (rc = advance(p, e))))
			return rc;
		if (!strcmp(o->name, "in")) {
			if ((rc = parse_in(p, at, mark, negated, out, e)))
				return rc;
			continue;
		}
		if (is_symbol(&p->now, "=") && (*o->name == '=' || *o->name == '<' || *o->name == '>'))
			return fault(p, p->now.at, e, "there is no such operator: comparisons are == ~= < <= > >=");
		snprintf(quoted, sizeof quoted, "'%s'", o->name);
		if (!link_add(p, &args, *out))
			return err_nomem(e);
		if ((rc = parse_until(p, o->right, quoted, &right, e)))
			return rc;
		if (!link_add(p, &args, right))
			return err_nomem(e);
		if ((rc = new_operator(p, o->name, at, mark, &args, out, e)))
			return rc;
	}
}

static int parse_until(struct parser *p, int limit, const char *behind, struct expr_node **out, struct err *e)
{
	int rc;

	if (++p->depth > EXPR_DEPTH_MAX)
		return fault(p, p->now.at, e, "the expression is nested more than %d deep", EXPR_DEPTH_MAX);
	rc = parse_operators(p, limit, behind, out, e);
	p->depth--;
	return rc;
}

/* == the whole == */

static int parse_name(struct parser *p, int named, struct expr *x, struct err *e)
{
	bool is_name = (p->now.kind == TOKEN_WORD || p->now.kind == TOKEN_NAME) && is_symbol(&p->next, "=");
	int rc;

	if (!named || (named == 2 && !is_name))
		return 0;
	if (!is_name)
		return fault(p, p->now.at, e, "expected a name for the result: name = expression");
	if (!(x->name = mem_strndup(p->now.text.p, p->now.text.n)))
		return err_nomem(e);
	if (p->now.kind == TOKEN_WORD && !lex_is_word(x->name))
		return fault(p, p->now.at, e, "'%s' is a word of the language; as a name it stands in backquotes", x->name);
	if ((rc = advance(p, e)))
		return rc;
	return advance(p, e);
}

static int parse_all(struct parser *p, int named, struct expr *x, struct err *e)
{
	int rc;

	if ((rc = lex_next(&p->lex, &p->next, e)) || (rc = advance(p, e)))
		return rc;
	p->last_end = 0;
	if (p->now.kind == TOKEN_END)
		return fault(p, 0, e, "the expression is empty");
	if ((rc = parse_name(p, named, x, e)) || (rc = parse_until(p, 0, x->name ? "'='" : NULL, &x->root, e)))
		return rc;
	if (p->now.kind != TOKEN_END)
		return expected(p, "an operator or the end", e);
	return 0;
}

int expr_parse(const char *text, size_t n, int named, struct expr **out, struct err *e)
{
	struct expr *x;
	struct parser p = { 0 };
	size_t good;
	int rc = 0;

	if (n > EXPR_TEXT_MAX)
		return err_set(e, ERR_DATA, "an expression of %zu bytes is too long: at most %d", n, EXPR_TEXT_MAX);
	if (n && (good = text_utf8_valid(text, n)) < n)
		return fault_at(e, ERR_DATA, text, n, good, "the expression is not UTF-8");
	if (n && memchr(text, '\0', n))
		return fault_at(e, ERR_DATA, text, n, (size_t)((const char *)memchr(text, '\0', n) - text),
				"there is a zero byte in the expression");
	if (!(x = mem_zero(1, sizeof *x)))
		return err_nomem(e);
	x->refs = 1;
	if (!(x->arena = mem_zero(1, sizeof *x->arena)) || !(x->text = mem_strndup(n ? text : "", n))) {
		rc = err_nomem(e);
		goto done;
	}
	p.lex = (struct lexer){ .text = x->text, .n = n, .arena = x->arena };
	rc = parse_all(&p, named, x, e);
done:
	if (rc)
		expr_unref(x);
	else
		*out = x;
	return rc;
}
