/* expr_priv.h - what the files of the expression layer share among themselves. */
#ifndef MUSTER_EXPR_PRIV_H
#define MUSTER_EXPR_PRIV_H

#include "expr/expr.h"

/*
 * Bounds of a text: its bytes, how deep it may nest, how tall the tree may be, and how many operators and calls it may have,
 * each of which has buffers of its own when it runs.
 */
enum { EXPR_TEXT_MAX = 1 << 18, EXPR_DEPTH_MAX = 200, EXPR_HEIGHT_MAX = 1000, EXPR_CALLS_MAX = 2000 };

/* == lexing (lex.c) ========================================================================== */

enum token_kind {
	TOKEN_END,
	TOKEN_NUMBER,            /* value */
	TOKEN_STRING,            /* value */
	TOKEN_WORD,              /* text; a name or a word of the language */
	TOKEN_NAME,              /* text; of a backquoted name, without the quotes */
	TOKEN_BINDING,           /* text; without the $ */
	TOKEN_SYMBOL,            /* text */
};

struct token {
	enum token_kind kind;
	int at, end;
	bool fresh;              /* it is the first of its line */
	struct slice text;
	struct value value;
};

struct lexer {
	const char *text;
	size_t n, at;
	struct arena *arena;     /* where strings and backquoted names go */
	bool model;              /* [ ] ~ ; | too, 2..T is a range; messages number lines */
};

/* Messages show the text. ERR_DATA, ERR_MEMORY. */
int lex_next(struct lexer *l, struct token *t, struct err *e);
/* The token as a message says it: "'<='", "the end". */
void token_print(struct buf *out, const struct lexer *l, const struct token *t);
bool lex_is_word(const char *name);      /* may stand without backquotes */
bool lex_is_statement_word(const char *name);    /* for, do, end: may not in a model */

/* foreign.c: how a word of other languages is written here; NULL for all others. */
const char *foreign_advice(struct slice word);
/* The same in models: of functions, and of words that begin a statement. */
const char *foreign_function(struct slice word);
bool foreign_type(struct slice word);    /* Stan's: real, vector */

/* == trees (tree.c) ========================================================================== */

bool value_same(const struct value *a, const struct value *b);

/* == messages (fault.c) ====================================================================== */

int fault_at(struct err *e, enum err_code code, const char *text, size_t n, size_t at, const char *fmt, ...)
	PRINTF_LIKE(6, 7);
int fault_vat(struct err *e, enum err_code code, const char *text, size_t n, size_t at, const char *fmt, va_list ap);
/* The same behind "line 3, column 9: ". */
int fault_numbered(struct err *e, enum err_code code, const char *text, size_t n, size_t at, const char *fmt, va_list ap);
/* ERR_DATA for bytes that no text of the language holds, and for too many; `what` it is. */
int fault_bytes(struct err *e, const char *text, size_t n, const char *what);

/* == operators (list.c, type.c) ============================================================== */

/* Lua's: an operand binds to the operator on its left or on its right, whichever has more. */
struct priority {
	const char *name;
	int left, right;
};
enum { PRIORITY_COMPARE = 3, PRIORITY_RANGE = 9, PRIORITY_UNARY = 12 };
const struct priority *operator_priority(struct slice name);

/* The letter of argument i of n, '\0' when the overload does not take so many. */
char overload_letter(const struct op_overload *o, int i, int n);
bool op_takes(const struct op *op, int nargs);

#endif
