/* parse_priv.h - what the files of the parser share. */
#ifndef MUSTER_PARSE_PRIV_H
#define MUSTER_PARSE_PRIV_H

#include "expr/expr_priv.h"

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

struct link {
	struct link *next;
	void *item;
};
struct links {
	struct link *first, *last;
	int n;
};

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
/* The node of an operator or a function over those of its arguments, which end where the parser is. */
int node_call(struct parser *p, const struct op *op, int at, int mark, struct links *args, struct expr_node **out, struct err *e);
int node_operator(struct parser *p, const char *name, int at, int mark, struct links *args, struct expr_node **out, struct err *e);

/* == parse_over.c == */

/* over (a, b order c, -d), from `over` on. */
int parse_over(struct parser *p, struct expr_node *node, struct err *e);

#endif
