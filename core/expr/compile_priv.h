/* compile_priv.h - what the files that compile share: steps.c, compile.c, calls.c. */
#ifndef MUSTER_COMPILE_PRIV_H
#define MUSTER_COMPILE_PRIV_H

#include "expr/program_priv.h"

enum { BUCKETS = 128 };

/* One program in the making, and the one whose list of calls it shares. */
struct compiler {
	const struct expr *x;
	const struct expr_scope *scope;
	struct program *p, *top;
	const struct op *within;         /* the aggregate or window whose argument this is */
	bool conditional;                /* what is compiled now is not needed for every row */
	struct step *buckets[BUCKETS];
};

/* A node that was compiled; step NULL: nil, whose type is not known yet. */
struct typed {
	struct step *step;
	const struct expr_node *node;
};

static inline struct found found_of(const struct typed *t)
{
	return (struct found){ t->step ? t->step->type : TYPE_COUNT, t->node };
}

/* == steps.c == */

/* *s as a step of the program: one that is there already, or a new one. *fresh tells which. */
int step_add(struct compiler *c, const struct step *s, struct step **out, bool *fresh, struct err *e);
/* A step of its value; bytes of a string are copied. */
int step_constant(struct compiler *c, const struct value *v, int mark, struct step **out, struct err *e);
/*
 * The kernel over steps of the right types: a new step, an old one, or the constant it comes to. `s` has what is known, and its
 * args may be the caller's. o: whose kernel it is, NULL for widenings.
 */
int step_call(struct compiler *c, struct step s, const struct op_overload *o, struct step **out, struct err *e);
/* `t` as a value of that type: nil takes it, numbers and dates widen. */
int step_adapt(struct compiler *c, const struct typed *t, enum type want, struct step **out, struct err *e);

/* == compile.c == */

int compile_node(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e);
/* The column of that name, -1 = none. */
int scope_column(const struct expr_scope *scope, const char *name);
/* ERR_NAME, and what was probably meant. */
int column_unknown(struct compiler *c, const char *name, int mark, struct err *e);
/* Guarded columns may be looked at and handed on: ERR_TYPE where the call does anything else with one. */
int guard_check(struct compiler *c, const struct expr_node *node, struct err *e);
/* Arguments behind the first are the same for every row. */
int tail_check(struct compiler *c, const struct op *op, const struct typed *args, int n, struct err *e);

/* == calls.c == */

int compile_call(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e);

#endif
