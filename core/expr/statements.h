/*
 * statements.h - the text of a model as statements over trees of the expression language.
 *
 *   statement  = draw | definition | "factor" "(" e ")" | "reported" "(" call "," e "," e ")" | block
 *   draw       = target "~" call [ "T" "[" [e] "," [e] "]" ] [ "ordered" ] [ loops ]
 *   definition = target "=" e [ loops ]
 *   target     = name [ "[" index { "," index } "]" ]        of a draw also any expression: log(y) ~ normal(mu, s)
 *   loops      = "for" name "in" e ".." e { "," name "in" e ".." e }
 *   block      = "for" name "in" e ".." e "do" { statement } "end"
 *
 * A statement ends at a line end outside of brackets, or at a ';'; a line that begins or ends with an operator goes on. `--` starts
 * a comment. Expressions have, beyond those of tables: indexes x[i], x[i, j], x[a .. b], x[, j]; lists [1, 2]; `e for k in 1 .. K` as
 * an argument of a function; `name = e` as an argument of a function (ode); `|` for the first comma of a function (Stan's
 * normal_lpdf(y | mu, s)). `^`, `not` and the rest are as ever. Functions are looked up later: a call of an unknown one has op = NULL.
 */
#ifndef MUSTER_STATEMENTS_H
#define MUSTER_STATEMENTS_H

#include "expr/expr.h"

/* `name in low .. high`, both ends included. */
struct statement_loop {
	const char *name;
	int at;
	struct expr_node *low, *high;
};

enum statement_kind { STATEMENT_DRAW, STATEMENT_DEFINITION, STATEMENT_FACTOR, STATEMENT_REPORTED };

struct statement {
	enum statement_kind kind;
	int at, end;                     /* bytes of the text */
	struct expr_node *left;          /* draw, definition: EXPR_COLUMN (a name), EXPR_INDEX, or of a draw any expression */
	struct expr_node *right;         /* draw: a call (op may be NULL); factor: its argument; reported: the call `reported(...)` */
	bool truncated;                  /* T[low, high]; NULL = open on that side */
	struct expr_node *low, *high;
	bool ordered;
	const struct statement_loop *loops;      /* outermost first: those of blocks around it, then its own */
	int nloops;
	int block;                       /* statements of one `for ... do ... end`, the outermost, have the same number, from 1; 0 = in none */
};

struct statements {
	long refs;
	char *text;
	struct statement *list;
	int n;
	struct arena *arena;
};

/* ERR_DATA with line, column and the line itself with a caret; ERR_MEMORY. Any bytes may come. */
int statements_parse(const char *text, size_t n, struct statements **out, struct err *e);
struct statements *statements_ref(const struct statements *s);
void statements_unref(struct statements *s);
/* The line of byte `at`, from 1. */
int statements_line(const struct statements *s, int at);
/* Fills *e: "line 3, column 9: message", the line, a caret under byte `at`. */
int statements_fault(const struct statements *s, int at, enum err_code code, struct err *e, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

#endif
