/*
 * expr.h - the expression language: text to tree, tree and column types to program, program and rows to values.
 *
 *   text --expr_parse--> struct expr --expr_compile--> struct program --program_run--> struct vec
 *
 * An expr and a program are immutable: any number of threads may use them. What changes while a program runs is in a
 * program_run, one a thread. Three kinds of failure: ERR_DATA = it cannot be parsed, ERR_TYPE and ERR_NAME = it does not fit the
 * columns, ERR_DOMAIN = a row failed. Messages show the expression on a line of its own and a caret under the place:
 *
 *   expected a number behind '+', found the end
 *     killed +
 *             ^
 *
 * docs/design.md, "Expressions", has the grammar and the meaning of missing values.
 */
#ifndef MUSTER_EXPR_H
#define MUSTER_EXPR_H

#include "expr/ops.h"

/* == values ================================================================================== */

struct value {
	enum type type;
	bool missing;
	union {
		bool truth;
		int64_t i64;             /* int64, datetime */
		double f64;
		int32_t days;
		struct slice text;       /* bytes of whoever made the value */
		struct quantity figure;
	} as;
};

/* == trees =================================================================================== */

enum expr_kind {
	EXPR_LITERAL, EXPR_COLUMN, EXPR_BINDING, EXPR_CALL,
	/* in models only (expr/statements.h): */
	EXPR_INDEX,                      /* args[0][args[1], args[2], ...]; an index left out is NULL; `a .. b` is a call of ".." */
	EXPR_LIST,                       /* [a, b, c] */
	EXPR_EACH,                       /* args[0] for NAME in args[1] .. args[2]; several loops nest, the outermost first */
	EXPR_NAMED,                      /* NAME = args[0], an argument */
};

/* Sort keys and groups of a window: `over (origin, contingent order as_of, -best)`. */
struct expr_over {
	const char *const *groups;
	int ngroups;
	const char *const *order;
	const bool *descending;
	int norder;
};

struct expr_node {
	enum expr_kind kind;
	int at, end;                     /* bytes of the text, from 0, that it was made of */
	int mark;                        /* the one a caret belongs under: an operator, a name */
	const struct op *op;             /* EXPR_CALL; in models NULL when `name` is not of the list */
	int nargs;
	struct expr_node **args;
	const char *name;                /* EXPR_COLUMN, EXPR_BINDING (without the $), EXPR_EACH, EXPR_NAMED; in models of a function */
	bool quoted;                     /* EXPR_COLUMN of a model: `end`, a word there, is written in backquotes */
	struct value value;              /* EXPR_LITERAL; `nil` is a missing value of type TYPE_COUNT: it takes any type */
	const struct expr_over *over;    /* behind a window or an aggregate; NULL */
};

struct expr {
	long refs;
	char *name;                      /* of `name = expression`, or NULL */
	char *text;                      /* as given */
	struct expr_node *root;
	struct arena *arena;
};

/*
 * `named`: 0 = an expression, 1 = `name = expression`, 2 = either. The depth of nesting and the length of a text are bounded, so
 * that no text can exhaust the stack. Any bytes may come.
 */
int expr_parse(const char *text, size_t n, int named, struct expr **out, struct err *e);
struct expr *expr_ref(const struct expr *x);
void expr_unref(struct expr *x);
/* As text that parses to the same tree, parentheses only where needed. */
void expr_print(struct buf *out, const struct expr_node *node);
/* The same but for where it stands in its text. */
bool expr_same(const struct expr_node *a, const struct expr_node *b);
/* Fills *e with the message and, on lines of their own, the line of the expression and a caret under byte `at`. */
int expr_fault(const struct expr *x, int at, enum err_code code, struct err *e, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* == programs ================================================================================ */

struct expr_binding {
	const char *name;                /* without the $ */
	struct value value;
	const struct value *list;        /* a list of values, for `in`; NULL = one value */
	int n;
};

/* What names mean where an expression stands. All of it is only looked at while compiling. */
struct expr_scope {
	int ncols;
	const char *const *names;
	const enum type *types;
	const struct expr_binding *bindings;
	int nbindings;
	bool aggregates;                 /* may stand here: in agg, and in derive, where they are of the group or table */
	bool windows;
	bool grouped;                    /* in agg: columns outside of aggregates have to be keys, */
	const bool *is_key;              /* [ncols] */
	int nresults;                    /* the last columns are results of definitions before: they stand outside of aggregates only */
	/* Columns that may be compared, tested for missing and passed on, but not computed with; and the sentence why. */
	const char *const *guarded;
	int nguarded;
	const char *guard_message;
};

/*
 * An aggregate or a window inside an expression: somebody else computes it, and gives its values as column `ncols + k`, k its
 * place in the list. Arguments may use the columns of calls before it (a window of an aggregate of the group).
 */
struct program;
struct expr_call {
	const struct op *op;
	const struct op_overload *overload;
	enum type type;                  /* of the result */
	struct program **args;
	int nargs;
	const struct expr_over *over;    /* NULL = as the verb says */
	const struct expr_node *node;
};

int expr_compile(const struct expr *x, const struct expr_scope *scope, struct program **out, struct err *e);
struct program *program_ref(const struct program *p);
void program_unref(struct program *p);
enum type program_type(const struct program *p);
/* The columns of the scope (and behind them, calls) whose values it needs: sorted numbers. */
int program_columns(const struct program *p, const int **out);
int program_calls(const struct program *p, const struct expr_call **out);
/* Some row may make it fail (an overflow, a division by zero). */
bool program_fails(const struct program *p);
/* The same value for every row, whatever the columns; then true and *out is it (bytes live as long as the program). */
bool program_constant(const struct program *p, struct value *out);
/* Just the values of column *out, nothing computed. */
bool program_is_column(const struct program *p, int *out);
const struct expr *program_expr(const struct program *p);

/* == running ================================================================================= */

struct batch {
	int32_t n;                       /* rows, at most VEC_MAX */
	const struct vec *cols;          /* [ncols + calls]; only those that program_columns names need be set */
	int64_t first;                   /* for messages: row i of the batch is row rows ? rows[i] : first + i of the table, from 0 */
	const uint32_t *rows;
};

struct program_run;
int program_run_new(const struct program *p, struct program_run **out, struct err *e);
/* *out holds until the next run. ERR_DOMAIN (ERR_TYPE: figures of different things) names the row from 1, ERR_MEMORY. */
int program_run(struct program_run *r, const struct batch *b, const struct vec **out, struct err *e);
void program_run_free(struct program_run *r);

#endif
