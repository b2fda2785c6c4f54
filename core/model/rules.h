/*
 * rules.h - the operations of a graph, a row each; who needs another one adds it here and in a file rules_*.c.
 *
 * n is the length of the result. An argument marked * has length n or 1. Matrices lie by row. Index arrays count from 0.
 */
#ifndef MUSTER_RULES_H
#define MUSTER_RULES_H

#include "expr/ops.h"
#include "model/graph.h"
#include "stats/dist.h"

/* == element by element (rules_element.c) ==================================================== */

/*
 * The fastest rule for an operator or function of one or two floats, and its aux; NULL when it has no mathematics. *x, *y.
 * Steps too (floor, sign, // ...), least and greatest of two; log is the one of a single argument.
 */
const struct rule *rule_of_op(const struct op *op, const void **aux);
/* 1 or 0. Of `<`, `<=`, `==`, `~=`, `>`, `>=`, `and`, `or`, `not`, is_nan ...: NULL when it is none of these. No derivative. */
const struct rule *rule_of_condition(const struct op *op, const void **aux);
extern const struct rule rule_select;            /* *condition, *x, *y: x where the condition is not 0; the other one is not looked at */
extern const struct rule rule_floor, rule_ceil, rule_round;      /* no derivative */
extern const struct rule rule_min2, rule_max2;   /* of *x and *y */

/* == to other shapes (rules_shape.c) ========================================================= */

extern const struct rule rule_gather;            /* x: out[i] = x[index[i]]; aux const int32_t *index of n */
extern const struct rule rule_concat;            /* any number of pieces, one behind the other */
extern const struct rule rule_repeat;            /* x of length 1: n times */

/* Rows of a ragged array: segment i of x is [starts[i], starts[i + 1]), i = 0 ... n - 1. One segment: aux NULL. */
struct segments {
	int32_t n;
	const int32_t *starts;           /* n + 1 */
};
extern const struct rule rule_sum, rule_mean, rule_prod, rule_min, rule_max, rule_log_sum_exp, rule_sd, rule_variance;  /* x; aux struct segments or NULL */
extern const struct rule rule_dot;               /* x, y of one length (or y a single number); aux as above */
extern const struct rule rule_cumsum;            /* x of n; aux struct segments: each begins anew, or NULL */
extern const struct rule rule_softmax, rule_log_softmax;         /* x of n; aux struct segments or NULL */

/* == matrices (rules_matrix.c) =============================================================== */

/* The aux of all of these. */
struct matrix_shape {
	int32_t rows, columns, inner;
};
extern const struct rule rule_matvec;            /* X rows x columns, b columns: n = rows; aux matrix_shape. Fast when X is constant */
/* The same where X lies by column, aux its shape as a matrix: twice as fast for many rows. Of a constant X, rule_transpose (X rows x
 * columns, aux matrix_shape) is computed while building. */
extern const struct rule rule_matvec_columns, rule_transpose;
extern const struct rule rule_matmul;            /* A rows x inner, B inner x columns */
extern const struct rule rule_cholesky;          /* S rows x rows, its lower triangle read: L, zero above. ERR_DOMAIN: not positive definite */
extern const struct rule rule_solve_lower;       /* L rows x rows, B rows x columns: L \ B */
extern const struct rule rule_gp_exp_quad;       /* x of rows, alpha, rho: rows x rows, alpha^2 exp(-(x_i - x_j)^2 / (2 rho^2)); x may be rows x inner */
extern const struct rule rule_add_diag;          /* M rows x rows, d of 1 or rows */
extern const struct rule rule_log_determinant;   /* of L, its Cholesky factor: 2 sum log L_ii */

/* == constraints (rules_constrain.c) =========================================================
 *
 * From the unconstrained scale: q, then ends. `out` is the constrained vector; the log of the Jacobian is a node of its own
 * (n = 1, RULE_TARGET), of the same arguments, so that maximising can leave it out. Transforms are Stan's (Reference Manual,
 * "Constraint Transforms"): lower a + exp(q), upper b - exp(q), both a + (b - a) inv_logit(q), ordered, simplex by stick breaking.
 */
extern const struct rule rule_lower, rule_lower_jacobian;                /* q of n, *low */
extern const struct rule rule_upper, rule_upper_jacobian;                /* q of n, *high */
extern const struct rule rule_between, rule_between_jacobian;            /* q of n, *low, *high */
extern const struct rule rule_ordered, rule_ordered_jacobian;            /* q of n, ascending; aux struct segments or NULL */
extern const struct rule rule_ordered_lower, rule_ordered_lower_jacobian;        /* q of n, low (1): low < x1 < x2 ... */
extern const struct rule rule_simplex, rule_simplex_jacobian;            /* q of rows * (columns - 1) to rows x columns; aux matrix_shape */
/* The way back, for starts that a user gives: q of x; false when x is outside. ends: low, high as the rule takes them. */
bool constrain_inverse(const struct rule *rule, const void *aux, int32_t n, const double *x, const double *const *ends, const int32_t *nends,
		       double *q);

/* == distributions (rules_dist.c) ============================================================
 *
 * Arguments: outcome, then parameters; aux const struct dist *. Each has length `rows` or 1, where rows is the longest of them.
 */
extern const struct rule rule_dist_target;       /* n = 1, RULE_TARGET: the sum over rows, derivatives in the same pass */
extern const struct rule rule_dist_rows;         /* *outcome, *parameters: n log densities */
extern const struct rule rule_lcdf, rule_lccdf;  /* *outcome, *parameters: n of them */
extern const struct rule rule_linterval;         /* *low, *high, *parameters: n log probabilities of closed intervals (dist_linterval) */
extern const struct rule rule_vector_target;     /* outcome and parameters of a struct vector_dist: aux struct vector_rows; n = 1, RULE_TARGET */
extern const struct rule rule_vector_rows;       /* n = rows log densities */
struct vector_rows {
	const struct vector_dist *dist;
	int32_t rows;                            /* outcomes, one behind the other */
	bool shared[DIST_PARAMS_MAX];            /* one parameter for all rows; else one behind the other */
};
extern const struct rule rule_target;            /* x of any length: n = 1, RULE_TARGET: its sum (factor) */

#endif
