/*
 * parse_model.c - what expressions have in models only: indexes, lists, loops and names as arguments of functions.
 *
 * Line ends end a statement, so what is not an operator goes on only on its own line, unless a bracket is open.
 */
#include "expr/parse_priv.h"

#include <string.h>

bool parse_goes_on(const struct parser *p, const struct token *t)
{
	return !p->lex.model || p->brackets || !t->fresh;
}

bool token_is_statement(const struct token *t)
{
	return token_is_word(t, "for") || token_is_word(t, "do") || token_is_word(t, "end");
}

bool token_is_name(const struct token *t)
{
	return t->kind == TOKEN_NAME || (t->kind == TOKEN_WORD && !token_is_statement(t));
}

int parse_name_of(struct parser *p, const char *what, char **out, struct err *e)
{
	char *name;

	if (!token_is_name(&p->now))
		return parse_expected(p, what, e);
	if (!(name = arena_text(p->lex.arena, p->now.text.p, p->now.text.n)))
		return err_nomem(e);
	if (p->now.kind == TOKEN_WORD && !lex_is_word(name))
		return parse_expected(p, what, e);
	*out = name;
	return parse_advance(p, e);
}

/* == square brackets == */

/* Where a text of Lua's [[ ]] would have been cut, the reader is told. */
static int expected_square(struct parser *p, struct err *e)
{
	return parse_expected(p, p->now.kind == TOKEN_END ? "',' or ']' (a text that holds ']]' stands in [=[ ... ]=])" : "',' or ']'", e);
}

int parse_square(struct parser *p, bool gaps, struct links *args, struct err *e)
{
	struct expr_node *node;
	int rc;

	for (;;) {
		bool gap = gaps && (token_is_symbol(&p->now, ",") || token_is_symbol(&p->now, "]"));

		node = NULL;
		if (!gap && (rc = parse_until(p, 0, args->n ? "','" : "'['", &node, e)))
			return rc;
		if (!links_add(p, args, node))
			return err_nomem(e);
		if (token_is_symbol(&p->now, "]")) {
			p->brackets--;
			return parse_advance(p, e);
		}
		if (!token_is_symbol(&p->now, ","))
			return expected_square(p, e);
		if ((rc = parse_advance(p, e)))
			return rc;
	}
}

int parse_model_list(struct parser *p, struct expr_node **out, struct err *e)
{
	struct links args = { 0 };
	int at = p->now.at, rc;

	p->brackets++;
	if ((rc = parse_advance(p, e)))
		return rc;
	if (token_is_symbol(&p->now, "]"))
		return parse_fault(p, p->now.at, e, "the list is empty");
	if ((rc = parse_square(p, false, &args, e)))
		return rc;
	return node_over(p, EXPR_LIST, at, at, &args, out, e);
}

int parse_indexes(struct parser *p, struct expr_node **node, struct err *e)
{
	int rc;

	while (token_is_symbol(&p->now, "[") && parse_goes_on(p, &p->now)) {
		struct links args = { 0 };

		if (!links_add(p, &args, *node))
			return err_nomem(e);
		p->brackets++;
		if ((rc = parse_advance(p, e)))
			return rc;
		if (token_is_symbol(&p->now, "]"))
			return parse_fault(p, p->now.at, e, "expected an index, as in x[i], x[i, j], x[2..5] or x[, j]");
		if ((rc = parse_square(p, true, &args, e)) ||
		    (rc = node_over(p, EXPR_INDEX, (*node)->at, (*node)->mark, &args, node, e)))
			return rc;
	}
	return 0;
}

/* == loops == */

int parse_loop(struct parser *p, struct statement_loop *out, struct err *e)
{
	struct statement_loop loop = { .at = p->now.at };
	char *name;
	int rc;

	if (token_is_symbol(&p->now, "("))
		return parse_fault(p, p->now.at, e, "a loop has no parentheses: for i in 1..N");
	if ((rc = parse_name_of(p, "a name, as in: for i in 1..N", &name, e)))
		return rc;
	loop.name = name;
	if (token_is_symbol(&p->now, "="))
		return parse_fault(p, p->now.at, e, "a loop is written for %.60s in 1..N", name);
	if (!token_is_word(&p->now, "in"))
		return parse_expected(p, "'in', as in: for i in 1..N", e);
	if ((rc = parse_advance(p, e)) || (rc = parse_until(p, PRIORITY_RANGE, "'in'", &loop.low, e)))
		return rc;
	if (!token_is_symbol(&p->now, ".."))
		return parse_expected(p, "'..', as in: for i in 1..N", e);
	if ((rc = parse_advance(p, e)) || (rc = parse_until(p, PRIORITY_RANGE, "'..'", &loop.high, e)))
		return rc;
	*out = loop;
	return 0;
}

/* Loops around *node, the first one outermost. */
static int each_over(struct parser *p, const struct links *loops, struct expr_node **node, struct err *e)
{
	struct statement_loop **all = links_array(p, loops);
	int rc;

	if (!all)
		return err_nomem(e);
	for (int i = loops->n - 1; i >= 0; i--) {
		struct links args = { 0 };

		if (!links_add(p, &args, *node) || !links_add(p, &args, all[i]->low) || !links_add(p, &args, all[i]->high))
			return err_nomem(e);
		if ((rc = node_over(p, EXPR_EACH, (*node)->at, all[i]->at, &args, node, e)))
			return rc;
		(*node)->name = all[i]->name;
	}
	return 0;
}

/* `for k in 1 .. K, j in 1 .. J` behind an argument. A comma behind it is passed, as only the words after it say whose it is. */
static int parse_each(struct parser *p, struct expr_node **node, bool *comma, struct err *e)
{
	struct links loops = { 0 };
	int rc = parse_advance(p, e);

	if (rc)
		return rc;
	do {
		struct statement_loop *loop = arena_room(p->lex.arena, sizeof *loop);

		if (!loop || !links_add(p, &loops, loop))
			return err_nomem(e);
		if ((rc = parse_loop(p, loop, e)))
			return rc;
		*comma = token_is_symbol(&p->now, ",");
		if (*comma && (rc = parse_advance(p, e)))
			return rc;
	} while (*comma && token_is_name(&p->now) && token_is_word(&p->next, "in"));
	return each_over(p, &loops, node, e);
}

/* == calls == */

/* `name = e`, or an expression. */
static int parse_argument(struct parser *p, const char *behind, struct expr_node **out, struct err *e)
{
	struct links args = { 0 };
	struct expr_node *node;
	int at = p->now.at, rc;
	char *name;

	if (!token_is_name(&p->now) || !token_is_symbol(&p->next, "="))
		return parse_until(p, 0, behind, out, e);
	if ((rc = parse_name_of(p, "a name", &name, e)) || (rc = parse_advance(p, e)) || (rc = parse_until(p, 0, "'='", &node, e)))
		return rc;
	if (!links_add(p, &args, node))
		return err_nomem(e);
	if ((rc = node_over(p, EXPR_NAMED, at, at, &args, out, e)))
		return rc;
	(*out)->name = name;
	return 0;
}

static int parse_arguments(struct parser *p, struct links *args, struct err *e)
{
	struct expr_node *node;
	int rc;

	for (;;) {
		bool comma = false;

		if ((rc = parse_argument(p, args->n ? "','" : "'('", &node, e)))
			return rc;
		if (token_is_word(&p->now, "for") && (rc = parse_each(p, &node, &comma, e)))
			return rc;
		if (!links_add(p, args, node))
			return err_nomem(e);
		if (comma)
			continue;
		if (token_is_symbol(&p->now, ")"))
			return 0;
		if (token_is_symbol(&p->now, "|") && args->n == 1)
			rc = parse_advance(p, e);
		else
			rc = parse_expect(p, ",", "',' or ')'", e);
		if (rc)
			return rc;
	}
}

/* Which functions there are is not known here. */
int parse_model_call(struct parser *p, struct expr_node **out, struct err *e)
{
	const char *advice = foreign_function(p->now.text);
	struct links args = { 0 };
	int at = p->now.at, rc;
	char *name;

	if (advice)
		return parse_fault(p, at, e, "%s", advice);
	if ((rc = parse_name_of(p, "a function", &name, e)))
		return rc;
	p->brackets++;
	if ((rc = parse_advance(p, e)) || (!token_is_symbol(&p->now, ")") && (rc = parse_arguments(p, &args, e))))
		return rc;
	p->brackets--;
	if ((rc = parse_advance(p, e)) || (rc = node_call(p, op_find(name), at, at, &args, out, e)))
		return rc;
	(*out)->name = name;
	return 0;
}
