/*
 * parse.c - tokens to a tree, by precedence climbing as Lua's own parser does it.
 *
 * Words of the language are few; `if`, `date`, `over`, `order` and the like are names wherever they do not stand where the
 * grammar wants them, so a column may be called so.
 */
#include "expr/parse_priv.h"

#include <stdio.h>
#include <string.h>

/* == parts == */

/* ", expression" and so on up to a parenthesis that closes, which is passed. */
static int parse_list(struct parser *p, struct links *args, struct err *e)
{
	struct expr_node *node;
	int rc;

	for (;;) {
		if ((rc = parse_until(p, 0, args->n ? "','" : "'('", &node, e)))
			return rc;
		if (!links_add(p, args, node))
			return err_nomem(e);
		if (token_is_symbol(&p->now, ")")) {
			p->brackets--;
			return parse_advance(p, e);
		}
		if ((rc = parse_expect(p, ",", "',' or ')'", e)))
			return rc;
	}
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
int parse_call(struct parser *p, struct expr_node **out, struct err *e)
{
	char *name = arena_text(p->lex.arena, p->now.text.p, p->now.text.n);
	struct links args = { 0 };
	const struct op *op;
	int at = p->now.at, rc;

	if (p->lex.model)
		return parse_model_call(p, out, e);
	if (!name)
		return err_nomem(e);
	if (!(op = op_find(name)))
		return unknown_function(p, name, e);
	if ((rc = parse_advance(p, e)) || (rc = parse_advance(p, e)))
		return rc;
	p->brackets++;
	if (token_is_symbol(&p->now, ")")) {
		p->brackets--;
		rc = parse_advance(p, e);
	} else {
		rc = parse_list(p, &args, e);
	}
	if (rc || (rc = node_call(p, op, at, at, &args, out, e)))
		return rc;
	if (token_is_word(&p->now, "over") && token_is_symbol(&p->next, "("))
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

	if ((rc = parse_advance(p, e)))
		return rc;
	s = p->now.value.as.text;
	if (time ? !datetime_parse(s, &v.as.i64) : !date_parse(s, &v.as.days))
		return parse_fault(p, p->now.at, e, time ? "this is no time: expected YYYY-MM-DDThh:mm, with seconds and a zone if any" :
			     "this is no date: expected YYYY-MM-DD");
	rc = parse_literal(p, v, out, e);
	if (!rc)
		(*out)->at = (*out)->mark = at;
	return rc;
}

static int parse_word(struct parser *p, const char *behind, struct expr_node **out, struct err *e)
{
	struct value v = { .type = TYPE_BOOL, .as.truth = token_is_word(&p->now, "true") };
	char what[64];

	if (token_is_word(&p->now, "true") || token_is_word(&p->now, "false"))
		return parse_literal(p, v, out, e);
	if (token_is_word(&p->now, "nil"))
		return parse_literal(p, (struct value){ .type = TYPE_COUNT, .missing = true }, out, e);
	if (token_is_word(&p->now, "and") || token_is_word(&p->now, "or") || token_is_word(&p->now, "in") ||
	    (p->lex.model && token_is_statement(&p->now))) {
		snprintf(what, sizeof what, behind ? "an expression behind %s" : "an expression", behind);
		return parse_expected(p, what, e);
	}
	if (token_is_symbol(&p->next, "(") && parse_goes_on(p, &p->next))
		return parse_call(p, out, e);
	if (p->next.kind == TOKEN_STRING && (token_is_word(&p->now, "date") || token_is_word(&p->now, "datetime")))
		return parse_date(p, out, e);
	/* such a word is a column's name unless what follows cannot follow a name */
	if (p->next.kind != TOKEN_END && p->next.kind != TOKEN_SYMBOL && parse_goes_on(p, &p->next) && foreign_advice(p->now.text))
		return parse_fault(p, p->now.at, e, "%s", foreign_advice(p->now.text));
	return parse_named(p, EXPR_COLUMN, out, e);
}

static int parse_primary(struct parser *p, const char *behind, struct expr_node **out, struct err *e)
{
	char what[64];
	int rc;

	switch (p->now.kind) {
	case TOKEN_NUMBER:
		if (p->now.value.type == TYPE_INT64 && p->now.value.as.i64 == INT64_MIN)
			return parse_fault(p, p->now.at, e, "the integer is too big: the largest is 9223372036854775807");
		return parse_literal(p, p->now.value, out, e);
	case TOKEN_STRING:
		return parse_literal(p, p->now.value, out, e);
	case TOKEN_NAME:
		return parse_named(p, EXPR_COLUMN, out, e);
	case TOKEN_BINDING:
		return parse_named(p, EXPR_BINDING, out, e);
	case TOKEN_WORD:
		return parse_word(p, behind, out, e);
	default:
		break;
	}
	if (token_is_symbol(&p->now, "(")) {
		p->brackets++;
		if ((rc = parse_advance(p, e)) || (rc = parse_until(p, 0, "'('", out, e)))
			return rc;
		if (token_is_symbol(&p->now, ","))
			return parse_fault(p, p->now.at, e, p->lex.model ? "a list stands in square brackets: [1, 2]" :
					   "a list stands only behind 'in'");
		if (!token_is_symbol(&p->now, ")"))
			return parse_expected(p, "')'", e);
		p->brackets--;
		return parse_advance(p, e);
	}
	if (p->lex.model && token_is_symbol(&p->now, "["))
		return parse_model_list(p, out, e);
	snprintf(what, sizeof what, behind ? "an expression behind %s" : "an expression", behind);
	return parse_expected(p, what, e);
}

/* The largest integer has a partner on the other side that is one further away. */
static bool is_least_integer(const struct parser *p)
{
	return token_is_symbol(&p->now, "-") && p->next.kind == TOKEN_NUMBER && p->next.value.type == TYPE_INT64 &&
	       p->next.value.as.i64 == INT64_MIN;
}

static int parse_unary(struct parser *p, const char *behind, struct expr_node **out, struct err *e)
{
	const char *name = token_is_symbol(&p->now, "-") ? "-" : token_is_word(&p->now, "not") ? "not" : NULL;
	struct links args = { 0 };
	struct expr_node *node;
	int at = p->now.at, rc;

	if (token_is_symbol(&p->now, "+"))
		return parse_fault(p, at, e, "there is no sign '+'");
	if (!name) {
		rc = parse_primary(p, behind, out, e);
		return rc || !p->lex.model ? rc : parse_indexes(p, out, e);
	}
	if (is_least_integer(p)) {
		if ((rc = parse_advance(p, e)) || (rc = parse_literal(p, p->now.value, out, e)))
			return rc;
		(*out)->at = (*out)->mark = at;
		return token_is_symbol(&p->now, "^") ? parse_fault(p, at, e, "the integer is too big: the largest is 9223372036854775807") : 0;
	}
	if ((rc = parse_advance(p, e)) || (rc = parse_until(p, PRIORITY_UNARY, *name == '-' ? "'-'" : "'not'", &node, e)))
		return rc;
	if (!links_add(p, &args, node))
		return err_nomem(e);
	return node_operator(p, name, at, at, &args, out, e);
}

/* == operators == */

/* Behind `x in`, and behind `x not in`. */
static int parse_in(struct parser *p, int at, int mark, bool negated, struct expr_node **node, struct err *e)
{
	struct links args = { 0 }, one = { 0 };
	struct expr_node *list;
	int rc;

	if (!links_add(p, &args, *node))
		return err_nomem(e);
	if (p->now.kind == TOKEN_BINDING) {
		if ((rc = parse_named(p, EXPR_BINDING, &list, e)))
			return rc;
		if (!links_add(p, &args, list))
			return err_nomem(e);
	} else {
		p->brackets++;
		if ((rc = parse_expect(p, "(", p->lex.model ? "a list such as (1, 2) behind 'in'" :
				       "a list such as ('a', 'b') or $names behind 'in'", e)))
			return rc;
		if (token_is_symbol(&p->now, ")"))
			return parse_fault(p, p->now.at, e, "the list behind 'in' is empty");
		if ((rc = parse_list(p, &args, e)))
			return rc;
	}
	if ((rc = node_operator(p, "in", at, mark, &args, node, e)) || !negated)
		return rc;
	if (!links_add(p, &one, *node))
		return err_nomem(e);
	return node_operator(p, "not", at, mark, &one, node, e);
}

/* An operator's symbol where one may stand, or the advice for what people write there. */
static int operator_here(struct parser *p, const struct priority **out, bool *negated, struct err *e)
{
	*out = NULL;
	*negated = token_is_word(&p->now, "not") && token_is_word(&p->next, "in");
	if (*negated) {
		*out = operator_priority(slice_of("in", 2));
		return 0;
	}
	if (p->now.kind == TOKEN_SYMBOL || p->now.kind == TOKEN_WORD)
		*out = operator_priority(p->now.text);
	if (*out || !parse_goes_on(p, &p->now))
		return 0;
	if (token_is_symbol(&p->now, "=") && (!p->lex.model || p->brackets))
		return parse_fault(p, p->now.at, e, "'=' gives a name to a result; to compare, write '=='");
	if (token_is_word(&p->now, "is") || token_is_word(&p->now, "IS"))
		return parse_fault(p, p->now.at, e, "whether a value is missing is asked by is_missing(x), or not is_missing(x)");
	if ((token_is_word(&p->now, "between") || token_is_word(&p->now, "BETWEEN")))
		return parse_fault(p, p->now.at, e, "'between' is a function: between(x, low, high)");
	if (token_is_word(&p->now, "like") || token_is_word(&p->now, "LIKE"))
		return parse_fault(p, p->now.at, e, "a pattern is matched by matches(x, 'regular expression')");
	if (token_is_word(&p->now, "AND") || token_is_word(&p->now, "OR") || token_is_word(&p->now, "NOT") || token_is_word(&p->now, "IN"))
		return parse_fault(p, p->now.at, e, "'and', 'or', 'not' and 'in' are written in small letters");
	if (token_is_word(&p->now, "as") || token_is_word(&p->now, "AS"))
		return parse_fault(p, p->now.at, e, "a name stands in front: name = expression");
	return 0;
}

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
			return parse_fault(p, mark, e, "comparisons do not chain: write 1 < x and x < 3, or between(x, 1, 3)");
		compared = o->left == PRIORITY_COMPARE;
		if ((rc = parse_advance(p, e)) || (negated && (rc = parse_advance(p, e))))
			return rc;
		if (!strcmp(o->name, "in")) {
			if ((rc = parse_in(p, at, mark, negated, out, e)))
				return rc;
			continue;
		}
		if (token_is_symbol(&p->now, "=") && (*o->name == '=' || *o->name == '<' || *o->name == '>'))
			return parse_fault(p, p->now.at, e, "there is no such operator: comparisons are == ~= < <= > >=");
		snprintf(quoted, sizeof quoted, "'%s'", o->name);
		if (!links_add(p, &args, *out))
			return err_nomem(e);
		if ((rc = parse_until(p, o->right, quoted, &right, e)))
			return rc;
		if (!links_add(p, &args, right))
			return err_nomem(e);
		if ((rc = node_operator(p, o->name, at, mark, &args, out, e)))
			return rc;
	}
}

int parse_until(struct parser *p, int limit, const char *behind, struct expr_node **out, struct err *e)
{
	int rc;

	if (++p->depth > EXPR_DEPTH_MAX)
		return parse_fault(p, p->now.at, e, "the expression is nested more than %d deep", EXPR_DEPTH_MAX);
	rc = parse_operators(p, limit, behind, out, e);
	p->depth--;
	return rc;
}

/* == the whole == */

static int parse_name(struct parser *p, int named, struct expr *x, struct err *e)
{
	bool is_name = (p->now.kind == TOKEN_WORD || p->now.kind == TOKEN_NAME) && token_is_symbol(&p->next, "=");
	int rc;

	if (!named || (named == 2 && !is_name))
		return 0;
	if (!is_name)
		return parse_fault(p, p->now.at, e, "expected a name for the result: name = expression");
	if (!(x->name = mem_strndup(p->now.text.p, p->now.text.n)))
		return err_nomem(e);
	if (p->now.kind == TOKEN_WORD && !lex_is_word(x->name))
		return parse_fault(p, p->now.at, e, "'%s' is a word of the language; as a name it stands in backquotes", x->name);
	if ((rc = parse_advance(p, e)))
		return rc;
	return parse_advance(p, e);
}

static int parse_all(struct parser *p, int named, struct expr *x, struct err *e)
{
	int rc;

	if ((rc = lex_next(&p->lex, &p->next, e)) || (rc = parse_advance(p, e)))
		return rc;
	p->last_end = 0;
	if (p->now.kind == TOKEN_END)
		return parse_fault(p, 0, e, "the expression is empty");
	if ((rc = parse_name(p, named, x, e)) || (rc = parse_until(p, 0, x->name ? "'='" : NULL, &x->root, e)))
		return rc;
	if (p->now.kind != TOKEN_END)
		return parse_expected(p, "an operator or the end", e);
	return 0;
}

int expr_parse(const char *text, size_t n, int named, struct expr **out, struct err *e)
{
	struct expr *x;
	struct parser p = { 0 };
	int rc = fault_bytes(e, text, n, "an expression");

	if (rc)
		return rc;
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
