/* parse_priv.h - what the files of the parser share. */
#ifndef MUSTER_PARSE_PRIV_H
#define MUSTER_PARSE_PRIV_H

#include "expr/expr_priv.h"
#include "expr/statements.h"

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
	int brackets;            /* open ones of a model: in them, line ends mean nothing */
};

struct link {
	struct link *next;
	void *item;
};
struct links {
	struct link *first, *last;
	int n;
};

/* == parse.c == */

/* Operators that bind tighter than `limit`. `behind` is what stands in front, for the message. */
int parse_until(struct parser *p, int limit, const char *behind, struct expr_node **out, struct err *e);
int parse_call(struct parser *p, struct expr_node **out, struct err *e);

/* == parse_nodes.c == */

int parse_fault(struct parser *p, int at, struct err *e, const char *fmt, ...) PRINTF_LIKE(4, 5);
int parse_advance(struct parser *p, struct err *e);
bool token_is_symbol(const struct token *t, const char *text);
bool token_is_word(const struct token *t, const char *text);
/* ERR_DATA: "expected `what`, found ...". */
int parse_expected(struct parser *p, const char *what, struct err *e);
/* Passes the symbol, or says that `what` was expected. */
int parse_expect(struct parser *p, const char *text, const char *what, struct err *e);
bool links_add(struct parser *p, struct links *list, void *item);
/* NULL without memory; never NULL for none, so that n and list can be passed on. */
void *links_array(struct parser *p, const struct links *list);
/* Nodes of the token where the parser is, which is passed. */
int parse_literal(struct parser *p, struct value v, struct expr_node **out, struct err *e);
int parse_named(struct parser *p, enum expr_kind kind, struct expr_node **out, struct err *e);
/* Any node over arguments that end where the parser is; NULL stands for one left out. */
int node_over(struct parser *p, enum expr_kind kind, int at, int mark, struct links *args, struct expr_node **out, struct err *e);
/* The node of an operator or a function over those of its arguments, which end where the parser is. */
int node_call(struct parser *p, const struct op *op, int at, int mark, struct links *args, struct expr_node **out, struct err *e);
int node_operator(struct parser *p, const char *name, int at, int mark, struct links *args, struct expr_node **out, struct err *e);

/* == parse_model.c: what only models have == */

/* The next token is on the line of the one before it, or it does not matter. */
bool parse_goes_on(const struct parser *p, const struct token *t);
bool token_is_name(const struct token *t);
bool token_is_statement(const struct token *t);  /* for, do, end */
/* A name, or says that `what` was expected. */
int parse_name_of(struct parser *p, const char *what, char **out, struct err *e);
/* name(...) with loops, names and `|`. */
int parse_model_call(struct parser *p, struct expr_node **out, struct err *e);
/* [1, 2] */
int parse_model_list(struct parser *p, struct expr_node **out, struct err *e);
/* Any indexes behind *node. */
int parse_indexes(struct parser *p, struct expr_node **node, struct err *e);
/* Expressions up to a ']', which is passed. `gaps`: they may be left out. */
int parse_square(struct parser *p, bool gaps, struct links *args, struct err *e);
/* name in low .. high */
int parse_loop(struct parser *p, struct statement_loop *out, struct err *e);

/* == parse_over.c == */

/* over (a, b order c, -d), from `over` on. */
int parse_over(struct parser *p, struct expr_node *node, struct err *e);

#endif
