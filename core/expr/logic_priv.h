/* logic_priv.h - what the files of comparisons and conditions share. */
#ifndef MUSTER_LOGIC_PRIV_H
#define MUSTER_LOGIC_PRIV_H

#include "expr/ops_priv.h"

#define COMPARISON_LIST(X) X(EQ, eq, ==) X(NE, ne, !=) X(LT, lt, <) X(LE, le, <=) X(GT, gt, >) X(GE, ge, >=)
enum comparison {
#define X(name, function, c) COMPARE_##name,
	COMPARISON_LIST(X)
#undef X
	COMPARISONS
};

/* ops_compare.c */
extern const struct op_overload compare_eq[], compare_ne[], compare_lt[], compare_le[], compare_gt[], compare_ge[];
/* ops_figure_compare.c: figures, or a figure and a number in either order. */
int compare_figures(enum comparison how, struct op_frame *f, const struct vec *args, uint8_t *to, struct vec *out, struct err *e);
/* ops_in.c */
extern const struct op_overload in_overloads[];
/* ops_choose.c */
op_kernel logic_and, logic_or, logic_not, logic_if, logic_coalesce, logic_is_missing;

#endif
