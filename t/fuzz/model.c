/*
 * model.c - the text of models under libFuzzer and AFL++ (make fuzz).
 *
 * An input is a model. Whatever it holds: no crash, no leak; a message names a line and a column that the text has; what parses
 * lies within its statement, and is printed as text that parses to the same trees.
 */
#include "expr/statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void check_node(const struct expr_node *x, const struct statement *s)
{
	if (!x)
		return;
	require(x->at >= s->at && x->end <= s->end && x->at < x->end && x->mark >= x->at && x->mark < x->end, "a place in the statement");
	require(x->kind != EXPR_BINDING, "models have no bindings");
	require(x->kind != EXPR_CALL || x->op || x->name, "a call has a name");
	for (int i = 0; i < x->nargs; i++) {
		require(x->args[i] || (x->kind == EXPR_INDEX && i > 0), "only indexes are left out");
		check_node(x->args[i], s);
	}
}

static void check_printed(const struct expr_node *x)
{
	struct buf text = BUF_INIT;
	struct statements *again = NULL;
	struct err e = ERR_INIT;
	int rc;

	if (!x)
		return;
	buf_str(&text, "x = f(");
	expr_print(&text, x);
	buf_str(&text, ")");
	rc = statements_parse(text.p, text.n, &again, &e);
	/* one bracket more than it had may be one too many */
	require(!rc || strstr(e.msg, "deep") || strstr(e.msg, "build on each other") || strstr(e.msg, "more than") ||
		strstr(e.msg, "too long"), "printed text parses");
	require(rc || (again->n == 1 && again->list[0].right->nargs == 1 && expr_same(x, again->list[0].right->args[0])),
		"printed text parses to the same tree");
	buf_release(&text);
	statements_unref(again);
}

static void check_statement(const struct statement *s)
{
	require(s->at < s->end && s->right, "a statement has a right side");
	require(!s->left == (s->kind == STATEMENT_FACTOR || s->kind == STATEMENT_REPORTED), "and a left one as its kind says");
	require(s->truncated == (s->low || s->high), "ends of a truncation");
	check_node(s->left, s);
	check_node(s->right, s);
	check_node(s->low, s);
	check_node(s->high, s);
	check_printed(s->left);
	check_printed(s->right);
	for (int i = 0; i < s->nloops; i++) {
		require(s->loops[i].name && s->loops[i].low && s->loops[i].high, "a loop");
		check_printed(s->loops[i].low);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct statements *s = NULL;
	struct err e = ERR_INIT;
	int line, column;

	if (statements_parse((const char *)data, size, &s, &e)) {
		require(!s && e.code != ERR_MEMORY, "a message");
		require(strstr(e.msg, "UTF-8") || strstr(e.msg, "zero byte") || strstr(e.msg, "too long") ||
			(sscanf(e.msg, "line %d, column %d:", &line, &column) == 2 && line >= 1 && column >= 1 && column <= (int)size + 1),
			"a place");
		return 0;
	}
	require(s->n > 0, "statements");
	for (int i = 0; i < s->n; i++)
		check_statement(&s->list[i]);
	statements_unref(s);
	return 0;
}
