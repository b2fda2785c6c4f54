/* functions.c - functions that only models have: over vectors and matrices. The rest are those of the expression language. */
#include "model/model_priv.h"

#include <stdio.h>
#include <string.h>

/* == reductions ============================================================================== */

/* One number for each lane of `lanes`, out of what stands in the argument. */
static int reduce(struct compiler *c, const struct expr_node *x, const struct domain *lanes, const struct rule *rule, const double *of_nothing,
		  struct mvalue *out, struct err *e)
{
	const struct segments *segments = NULL;
	const struct domain *inner;
	struct mvalue v, r = { .high = -1 };
	int32_t n, size;
	int rc;

	if (x->args[0]->kind == EXPR_EACH) {
		if ((rc = compile_each(c, x->args[0], lanes, &v, &inner, e)))
			return rc;
		if (!inner->n) {
			if (!of_nothing)
				return model_fault(c, x->mark, ERR_DATA, e, "the loop over '%s' is empty, and %s of nothing is not known", x->args[0]->name, x->op ?
						   x->op->name : x->name);
			if ((rc = value_constant(c, of_nothing, 0, NULL, out, e)))
				return rc;
			return lanes ? value_promote(c, out, lanes, out, e) : 0;
		}
		r.lanes = lanes;
		if ((rc = domain_segments(c, inner, lanes, value_inner(&v), &segments, e)))
			return rc;
		v.lanes = inner;
	} else {
		if ((rc = compile_argument(c, x->args[0], lanes, &v, e)))
			return rc;
		if (v.high >= 0)
			return model_fault(c, x->mark, ERR_TYPE, e, "published figures are intervals: take low(figure) or high(figure)");
		r.lanes = v.lanes;
		if (v.lanes) {
			int32_t *starts;

			n = v.lanes->n;
			size = value_inner(&v);
			if (!(starts = mem_alloc(((size_t)n + 1) * sizeof *starts)))
				return err_nomem(e);
			for (int32_t i = 0; i <= n; i++)
				starts[i] = i * size;
			rc = memo_segments(c, starts, n, &segments, e);
			mem_free(starts);
			if (rc)
				return rc;
		}
	}
	if ((rc = touch_reduce(c, x, &v, segments, &r, e)))
		return rc;
	if ((rc = graph_add(c->g, rule, &v.node, 1, r.lanes ? r.lanes->n : 1, segments, &r.node, e)))
		return rc;
	*out = r;
	return 0;
}

#define REDUCTION(name, rule, nothing)                                                                                                  \
	static int build_##name(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e) \
	{                                                                                                                               \
		static const double value = nothing;                                                                                    \
		return reduce(c, x, lanes, &rule, &value, out, e);                                                                      \
	}
#define REDUCTION_OF_SOME(name, rule)                                                                                                   \
	static int build_##name(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e) \
	{                                                                                                                               \
		return reduce(c, x, lanes, &rule, NULL, out, e);                                                                        \
	}
REDUCTION(sum, rule_sum, 0)
REDUCTION(prod, rule_prod, 1)
REDUCTION_OF_SOME(mean, rule_mean)
REDUCTION_OF_SOME(sd, rule_sd)
REDUCTION_OF_SOME(variance, rule_variance)

/* max(x) of a vector, max(x, y) element by element. */
static int one_or_two(struct compiler *c, const struct expr_node *x, const struct domain *lanes, const struct rule *of_one, const struct rule *of_two,
		      const void *aux, struct mvalue *out, struct err *e)
{
	struct mvalue args[2];
	int rc;

	if (x->nargs == 1)
		return reduce(c, x, lanes, of_one, NULL, out, e);
	if ((rc = compile_argument(c, x->args[0], lanes, &args[0], e)) || (rc = compile_argument(c, x->args[1], lanes, &args[1], e)))
		return rc;
	return compile_apply(c, x, of_two, aux, args, 2, out, e);
}

static int build_min(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	return one_or_two(c, x, lanes, &rule_min, &rule_min2, NULL, out, e);
}

static int build_max(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	return one_or_two(c, x, lanes, &rule_max, &rule_max2, NULL, out, e);
}

static int build_log_sum_exp(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const void *aux;
	const struct rule *two = rule_of_op(op_find("log_sum_exp"), &aux);

	return one_or_two(c, x, lanes, &rule_log_sum_exp, two, aux, out, e);
}

/* == vector to vector ======================================================================== */

static int vector_of(struct compiler *c, const struct expr_node *x, int k, const struct domain *lanes, int rank, struct mvalue *out, struct err *e)
{
	char shape[64];
	int rc;

	if ((rc = compile_argument(c, x->args[k], lanes, out, e)))
		return rc;
	if (out->rank != rank)
		return model_fault(c, x->args[k]->mark, ERR_DATA, e, "argument %d of %s is a %s, this is %s", k + 1, x->name ? x->name : x->op->name,
				   rank == 1 ? "vector" : rank == 2 ? "matrix" : "number", value_shape(shape, out));
	return touch_refuse(c, x, out, e);
}

/* Segments of the last dimension: each vector by itself. NULL when there is one. */
static int last_segments(struct compiler *c, const struct mvalue *v, const struct segments **out, struct err *e)
{
	int32_t size = v->dims[v->rank - 1], n = value_numbers(v) / size, *starts;
	int rc;

	*out = NULL;
	if (n == 1)
		return 0;
	if (!(starts = mem_alloc(((size_t)n + 1) * sizeof *starts)))
		return err_nomem(e);
	for (int32_t i = 0; i <= n; i++)
		starts[i] = i * size;
	rc = memo_segments(c, starts, n, out, e);
	mem_free(starts);
	return rc;
}

static int along(struct compiler *c, const struct expr_node *x, const struct domain *lanes, const struct rule *rule, struct mvalue *out, struct err *e)
{
	const struct segments *segments;
	struct mvalue v;
	char shape[64];
	int rc;

	if ((rc = compile_argument(c, x->args[0], lanes, &v, e)))
		return rc;
	if (!v.rank)
		return model_fault(c, x->args[0]->mark, ERR_DATA, e, "%s takes a vector, this is %s", x->name ? x->name : x->op->name, value_shape(shape, &v));
	if ((rc = touch_refuse(c, x, &v, e)) || (rc = last_segments(c, &v, &segments, e)))
		return rc;
	*out = v;
	out->high = -1;
	return graph_add(c->g, rule, &v.node, 1, value_numbers(&v), segments, &out->node, e);
}

#define ALONG(name, rule)                                                                                                               \
	static int build_##name(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e) \
	{                                                                                                                               \
		return along(c, x, lanes, &rule, out, e);                                                                               \
	}
ALONG(cumsum, rule_cumsum)
ALONG(softmax, rule_softmax)
ALONG(log_softmax, rule_log_softmax)

static int build_dot(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const struct segments *segments;
	struct mvalue args[2], r = { .high = -1 };
	int nodes[2], rc;

	if ((rc = vector_of(c, x, 0, lanes, 1, &args[0], e)) || (rc = vector_of(c, x, 1, lanes, 1, &args[1], e)) ||
	    (rc = value_meet(c, x, args, 2, &r.lanes, &r.rank, r.dims, e)) ||
	    (rc = value_spread(c, &args[0], r.lanes, 1, r.dims, true, &nodes[0], e)) ||
	    (rc = value_spread(c, &args[1], r.lanes, 1, r.dims, true, &nodes[1], e)) || (rc = last_segments(c, &r, &segments, e)))
		return rc;
	r.rank = 0;
	if ((rc = graph_add(c->g, &rule_dot, nodes, 2, value_numbers(&r), segments, &r.node, e)))
		return rc;
	*out = r;
	return 0;
}

/* == matrices ================================================================================ */

/* Matrices in lanes are not multiplied all at once: the loop goes into the indexes instead. */
static int matrix_of(struct compiler *c, const struct expr_node *x, int k, const struct domain *lanes, int rank, struct mvalue *out, struct err *e)
{
	int rc = vector_of(c, x, k, lanes, rank, out, e);

	if (rc)
		return rc;
	if (out->lanes && out->lanes->n != 1)
		return model_fault(c, x->args[k]->mark, ERR_DATA, e, "%s does not work on another matrix each time round a loop; write it with sum(a[i, k] * b[k] for k in "
								       "1..K)", x->name);
	out->lanes = NULL;
	return 0;
}

static int matrix_result(struct compiler *c, const struct expr_node *x, const struct rule *rule, struct matrix_shape shape, const int *nodes, int n, int32_t rows, int32_t columns,
			 struct mvalue *out, struct err *e)
{
	const struct matrix_shape *aux;
	struct mvalue r = { .high = -1, .rank = columns ? 2 : 1, .dims = { rows, columns } };
	int rc;

	if ((rc = value_fits(c, x, 1, r.rank, r.dims, e)) || (rc = memo_shape(c, shape, &aux, e)) ||
	    (rc = graph_add(c->g, rule, nodes, n, value_inner(&r), aux, &r.node, e)))
		return rc;
	*out = r;
	return 0;
}

static int build_matvec(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct matrix_shape shape;
	const struct matrix_shape *aux;
	struct mvalue a, b;
	int columns, rc;

	if ((rc = matrix_of(c, x, 0, lanes, 2, &a, e)) || (rc = matrix_of(c, x, 1, lanes, 1, &b, e)))
		return rc;
	if (a.dims[1] != b.dims[0])
		return model_fault(c, x->mark, ERR_DATA, e, "matvec(X, b): X has %d columns, b has %d elements", a.dims[1], b.dims[0]);
	shape = (struct matrix_shape){ .rows = a.dims[0], .columns = a.dims[1] };
	if (graph_varies(c->g, a.node))
		return matrix_result(c, x, &rule_matvec, shape, (int[]){ a.node, b.node }, 2, a.dims[0], 0, out, e);
	/* data lie by column from now on, which is faster */
	if ((rc = memo_shape(c, shape, &aux, e)) || (rc = graph_add(c->g, &rule_transpose, &a.node, 1, value_inner(&a), aux, &columns, e)))
		return rc;
	return matrix_result(c, x, &rule_matvec_columns, shape, (int[]){ columns, b.node }, 2, a.dims[0], 0, out, e);
}

static int build_matmul(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue a, b;
	int rc;

	if ((rc = matrix_of(c, x, 0, lanes, 2, &a, e)) || (rc = matrix_of(c, x, 1, lanes, 2, &b, e)))
		return rc;
	if (a.dims[1] != b.dims[0])
		return model_fault(c, x->mark, ERR_DATA, e, "matmul(A, B): A has %d columns, B has %d rows", a.dims[1], b.dims[0]);
	return matrix_result(c, x, &rule_matmul, (struct matrix_shape){ a.dims[0], b.dims[1], a.dims[1] }, (int[]){ a.node, b.node }, 2, a.dims[0], b.dims[1], out, e);
}

static int build_transpose(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue a, r = { .high = -1, .rank = 2 };
	int32_t *index;
	int rc;

	if ((rc = matrix_of(c, x, 0, lanes, 2, &a, e)))
		return rc;
	r.dims[0] = a.dims[1];
	r.dims[1] = a.dims[0];
	if (!(index = mem_alloc((size_t)value_inner(&a) * sizeof *index)))
		return err_nomem(e);
	for (int32_t i = 0; i < r.dims[0]; i++)
		for (int32_t k = 0; k < r.dims[1]; k++)
			index[i * r.dims[1] + k] = k * a.dims[1] + i;
	rc = value_gather(c, a.node, index, value_inner(&a), &r.node, e);
	mem_free(index);
	if (!rc)
		*out = r;
	return rc;
}

static int square(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	char shape[64];
	int rc = matrix_of(c, x, 0, lanes, 2, out, e);

	if (!rc && out->dims[0] != out->dims[1])
		return model_fault(c, x->mark, ERR_DATA, e, "%s takes a square matrix, this is %s", x->name, value_shape(shape, out));
	return rc;
}

static int build_cholesky(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue a;
	int rc = square(c, x, lanes, &a, e);

	return rc ? rc : matrix_result(c, x, &rule_cholesky, (struct matrix_shape){ .rows = a.dims[0], .columns = a.dims[0] }, &a.node, 1, a.dims[0], a.dims[0], out, e);
}

static int build_log_determinant(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue a;
	int rc = square(c, x, lanes, &a, e);

	if (rc || (rc = matrix_result(c, x, &rule_cholesky, (struct matrix_shape){ .rows = a.dims[0], .columns = a.dims[0] }, &a.node, 1, a.dims[0], a.dims[0], &a, e)) ||
	    (rc = matrix_result(c, x, &rule_log_determinant, (struct matrix_shape){ .rows = a.dims[0], .columns = a.dims[0] }, &a.node, 1, 1, 0, out, e)))
		return rc;
	out->rank = 0;
	return 0;
}

static int build_add_diag(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue a, d;
	char shape[64];
	int rc;

	if ((rc = square(c, x, lanes, &a, e)) || (rc = compile_argument(c, x->args[1], lanes, &d, e)) || (rc = touch_refuse(c, x, &d, e)))
		return rc;
	if (d.rank > 1 || (d.rank == 1 && d.dims[0] != a.dims[0]) || (d.lanes && d.lanes->n != 1))
		return model_fault(c, x->args[1]->mark, ERR_DATA, e, "the diagonal is a number or a vector of %d, this is %s", a.dims[0], value_shape(shape, &d));
	return matrix_result(c, x, &rule_add_diag, (struct matrix_shape){ .rows = a.dims[0], .columns = a.dims[0] }, (int[]){ a.node, d.node }, 2, a.dims[0], a.dims[0],
			     out, e);
}

static int build_solve_lower(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue a, b;
	int rc;

	if ((rc = square(c, x, lanes, &a, e)) || (rc = compile_argument(c, x->args[1], lanes, &b, e)) || (rc = touch_refuse(c, x, &b, e)))
		return rc;
	if (!b.rank || b.rank > 2 || b.dims[0] != a.dims[0] || (b.lanes && b.lanes->n != 1))
		return model_fault(c, x->mark, ERR_DATA, e, "solve_lower(L, b): L has %d rows, and so has b", a.dims[0]);
	return matrix_result(c, x, &rule_solve_lower, (struct matrix_shape){ .rows = a.dims[0], .columns = b.rank == 2 ? b.dims[1] : 1 }, (int[]){ a.node, b.node }, 2,
			     a.dims[0], b.rank == 2 ? b.dims[1] : 0, out, e);
}

static int build_gp_exp_quad(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue a, alpha, rho;
	char shape[64];
	int rc;

	if ((rc = compile_argument(c, x->args[0], lanes, &a, e)) || (rc = touch_refuse(c, x, &a, e)) || (rc = vector_of(c, x, 1, lanes, 0, &alpha, e)) ||
	    (rc = vector_of(c, x, 2, lanes, 0, &rho, e)))
		return rc;
	if (!a.rank || a.rank > 2 || (a.lanes && a.lanes->n != 1))
		return model_fault(c, x->args[0]->mark, ERR_DATA, e, "the places of gp_exp_quad are a vector, or the rows of a matrix; this is %s", value_shape(shape, &a));
	return matrix_result(c, x, &rule_gp_exp_quad, (struct matrix_shape){ .rows = a.dims[0], .columns = a.dims[0], .inner = a.rank == 2 ? a.dims[1] : 1 },
			     (int[]){ a.node, alpha.node, rho.node }, 3, a.dims[0], a.dims[0], out, e);
}

/* == shapes ================================================================================== */

static int known(struct compiler *c, double v, struct mvalue *out, struct err *e)
{
	return value_constant(c, &v, 0, NULL, out, e);
}

static int build_length(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue v;
	int rc = compile_argument(c, x->args[0], lanes, &v, e);

	return rc ? rc : known(c, value_inner(&v), out, e);
}

static int dimension(struct compiler *c, const struct expr_node *x, const struct domain *lanes, int k, struct mvalue *out, struct err *e)
{
	struct mvalue v;
	char shape[64];
	int rc = compile_argument(c, x->args[0], lanes, &v, e);

	if (rc)
		return rc;
	if (v.rank <= k)
		return model_fault(c, x->mark, ERR_DATA, e, "%s takes a matrix, this is %s", x->name, value_shape(shape, &v));
	return known(c, v.dims[k], out, e);
}

static int build_rows(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	return dimension(c, x, lanes, 0, out, e);
}

static int build_columns(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	return dimension(c, x, lanes, 1, out, e);
}

static int build_levels(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue v;
	int rc = compile_argument(c, x->args[0], lanes, &v, e);

	if (rc)
		return rc;
	if (!v.nlevels)
		return model_fault(c, x->mark, ERR_TYPE, e, "levels takes a column of text; the largest of whole numbers is max(x)");
	return known(c, v.nlevels, out, e);
}

static int build_rep(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	int32_t n;
	struct mvalue v;
	char shape[64];
	int rc;

	if ((rc = compile(c, x->args[0], lanes, &v, e)) || (rc = compile_whole(c, x->args[1], "the length of rep", &n, e)))
		return rc;
	if (v.rank)
		return model_fault(c, x->mark, ERR_DATA, e, "rep(x, n) repeats a number, this is %s", value_shape(shape, &v));
	if (!n)
		return model_fault(c, x->mark, ERR_DATA, e, "rep(x, n) repeats a number at least once, n is 0");
	*out = v;
	out->rank = 1;
	out->dims[0] = n;
	if ((rc = value_fits(c, x, v.lanes ? v.lanes->n : 1, 1, out->dims, e)) ||
	    (rc = value_spread(c, &v, v.lanes, 1, out->dims, true, &out->node, e)))
		return rc;
	return touch_promote(c, &v, out, e);
}

static int build_concat(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue v, r = { .high = -1, .rank = 1 };
	int nodes[64], rc;

	for (int k = 0; k < x->nargs; k++) {
		if ((rc = compile_argument(c, x->args[k], lanes, &v, e)) || (rc = touch_refuse(c, x, &v, e)))
			return rc;
		if (v.rank > 1 || (v.lanes && v.lanes->n != 1))
			return model_fault(c, x->args[k]->mark, ERR_DATA, e, "concat joins numbers and vectors that are the same all round a loop");
		nodes[k] = v.node;
		if (value_inner(&v) > VALUE_MAX - r.dims[0])
			return model_fault(c, x->mark, ERR_DOMAIN, e, "this makes more than %d numbers", VALUE_MAX);
		r.dims[0] += value_inner(&v);
	}
	if ((rc = graph_add(c->g, &rule_concat, nodes, x->nargs, r.dims[0], NULL, &r.node, e)))
		return rc;
	*out = r;
	return 0;
}

/* Ends of published figures. */
static int figure_end(struct compiler *c, const struct expr_node *x, const struct domain *lanes, bool high, struct mvalue *out, struct err *e)
{
	struct mvalue v;
	int rc = compile(c, x->args[0], lanes, &v, e);

	if (rc)
		return rc;
	if (v.high < 0)
		return model_fault(c, x->mark, ERR_TYPE, e, "%s takes published figures, which have bounds", high ? "high" : "low");
	*out = v;
	if (high)
		out->node = v.high;
	out->high = -1;
	return 0;
}

static int build_low(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	return figure_end(c, x, lanes, false, out, e);
}

static int build_high(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	return figure_end(c, x, lanes, true, out, e);
}

/* == mixtures ================================================================================ */

int mix_weights(struct compiler *c, const struct expr_node *x, const struct mvalue *w, int n, const struct mvalue *shape, int *out, struct err *e)
{
	const void *log_aux, *rest_aux;
	const struct rule *log_rule = rule_of_op(op_find("log"), &log_aux), *rest_rule = rule_of_op(op_find("log1m"), &rest_aux);
	bool vector = w->rank == 1 && !w->lanes && w->dims[0] == n;
	char words[64];
	int node, rc;

	if (n > MIX_MAX)
		return model_fault(c, x->mark, ERR_DATA, e, "a mixture has at most %d parts", MIX_MAX);
	for (int k = 0; vector && k < n; k++)
		if ((rc = graph_view(c->g, w->node, k, 1, &node, e)) || (rc = graph_add(c->g, log_rule, &node, 1, 1, log_aux, &out[k], e)))
			return rc;
	if (vector)
		return 0;
	if (n != 2 || w->rank > shape->rank)
		return model_fault(c, x->args[0]->mark, ERR_DATA, e, "the weights of %d parts are a vector of %d%s, this is %s", n, n, n == 2 ? ", or one number" : "",
				   value_shape(words, w));
	if ((rc = value_spread(c, w, shape->lanes, shape->rank, shape->dims, false, &node, e)) ||
	    (rc = graph_add(c->g, log_rule, &node, 1, graph_length(c->g, node), log_aux, &out[0], e)))
		return rc;
	return graph_add(c->g, rest_rule, &node, 1, graph_length(c->g, node), rest_aux, &out[1], e);
}

int build_mix(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const void *lse_aux, *add_aux;
	const struct rule *lse = rule_of_op(op_find("log_sum_exp"), &lse_aux), *add = rule_of_op(op_operator("+", 2), &add_aux);
	struct mvalue parts[MIX_MAX], w, r = { .high = -1 };
	int weights[MIX_MAX], n = x->nargs - 1, sum = -1, rc;

	for (int k = 0; k < n; k++)
		if ((rc = compile_argument(c, x->args[k + 1], lanes, &parts[k], e)))
			return rc;
	if ((rc = value_meet(c, x, parts, n, &r.lanes, &r.rank, r.dims, e)) || (rc = compile_argument(c, x->args[0], lanes, &w, e)))
		return rc;
	r.lanes = domain_inner(r.lanes, w.lanes);
	if ((rc = mix_weights(c, x, &w, n, &r, weights, e)))
		return rc;
	for (int k = 0; k < n; k++) {
		int part;

		if ((rc = value_spread(c, &parts[k], r.lanes, r.rank, r.dims, true, &part, e)) ||
		    (rc = graph_add(c->g, add, (int[]){ part, weights[k] }, 2, value_numbers(&r), add_aux, &part, e)) ||
		    (k && (rc = graph_add(c->g, lse, (int[]){ sum, part }, 2, value_numbers(&r), lse_aux, &part, e))))
			return rc;
		sum = part;
	}
	r.node = sum;
	if ((rc = touch_merge(c, x, parts, n, &r, e)))
		return rc;
	*out = r;
	return 0;
}

/* == the list ================================================================================ */

#define F(name, least, most, args, help) { #name, least, most, false, args, help, build_##name }
static const struct model_function list[] = {
	F(sum, 1, 1, "x", "Sum of a vector, or of a loop: sum(x[i] for i in 1..n)."),
	F(mean, 1, 1, "x", "Mean of a vector or of a loop."),
	F(prod, 1, 1, "x", "Product of a vector or of a loop."),
	F(min, 1, 2, "x", "The smallest of a vector or of a loop; of two arguments element by element."),
	F(max, 1, 2, "x", "The largest of a vector or of a loop; of two arguments element by element."),
	F(sd, 1, 1, "x", "Standard deviation of a vector, with n - 1."),
	F(variance, 1, 1, "x", "Variance of a vector, with n - 1."),
	F(log_sum_exp, 1, 2, "x", "log(sum(exp(x))) of a vector or of a loop, without overflow; of two arguments element by element."),
	F(softmax, 1, 1, "x", "exp(x) / sum(exp(x)) of a vector, or of each row of a matrix."),
	F(log_softmax, 1, 1, "x", "x - log_sum_exp(x) of a vector, or of each row of a matrix."),
	F(cumsum, 1, 1, "x", "Running sums of a vector, or of each row of a matrix."),
	F(dot, 2, 2, "x, y", "Sum of the products of two vectors."),
	F(matvec, 2, 2, "X, b", "The product of a matrix and a vector."),
	F(matmul, 2, 2, "A, B", "The product of two matrices."),
	F(transpose, 1, 1, "A", "The matrix with rows and columns changed about."),
	F(cholesky, 1, 1, "S", "The lower triangular L whose L L' is S."),
	F(add_diag, 2, 2, "S, d", "S with a number, or a vector, added to its diagonal."),
	F(solve_lower, 2, 2, "L, b", "x of L x = b, for a lower triangular L; b may be a matrix."),
	F(log_determinant, 1, 1, "S", "Log of the determinant of a positive definite matrix."),
	F(gp_exp_quad, 3, 3, "x, alpha, rho", "Covariance alpha^2 exp(-(x_i - x_j)^2 / (2 rho^2)) of a Gaussian process; x may have rows of coordinates."),
	F(length, 1, 1, "x", "How many numbers there are."),
	F(rows, 1, 1, "A", "How many rows a matrix has."),
	F(columns, 1, 1, "A", "How many columns a matrix has."),
	F(levels, 1, 1, "x", "How many different texts a column of data has."),
	F(rep, 2, 2, "x, n", "A vector of n times the number x."),
	F(concat, 1, 64, "x, y, ...", "Numbers and vectors as one vector."),
	F(low, 1, 1, "figure", "The lower bounds of published figures."),
	F(high, 1, 1, "figure", "The upper bounds of published figures."),
	F(mix, 3, MIX_MAX + 1, "w, lp1, lp2, ...", "Log density of a mixture by row: log(w exp(lp1) + (1 - w) exp(lp2)), or with a vector of weights."),
	{ "log_mix", 3, MIX_MAX + 1, false, "w, lp1, lp2, ...", "The same as mix(w, lp1, lp2, ...).", build_mix },
	{ "ode", 4, 64, true, "z0, t0, ts, dx = ..., dy = ...", "Solution of differential equations at the times ts, a row for each: the states are x, y in the "
	  "order written, the time is t.", build_ode },
	{ 0 },
};

bool model_function_at(int i, struct model_function_help *out)
{
	const struct model_function *f = &list[i];

	if (!f->name)
		return false;
	*out = (struct model_function_help){ f->name, f->args, f->help };
	return true;
}

const struct model_function *model_function_find(const char *name)
{
	for (const struct model_function *f = list; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

/* What other languages call what is here. */
static const char *foreign_function(const char *name)
{
	static const char *const others[][2] = {
		{ "inprod", "dot(x, y)" }, { "dot_product", "dot(x, y)" }, { "cholesky_decompose", "cholesky(S)" }, { "cov_exp_quad", "gp_exp_quad(x, alpha, rho)" },
		{ "gp_exp_quad_cov", "gp_exp_quad(x, alpha, rho)" }, { "cumulative_sum", "cumsum(x)" }, { "rep_vector", "rep(x, n)" },
		{ "ilogit", "inv_logit(x)" }, { "phi", "Phi(x)" }, { "pow", "x ^ y" }, { "num_elements", "length(x)" }, { "size", "length(x)" },
		{ "append_row", "concat(x, y)" }, { "c", "a list, [1, 2, 3]" }, { "to_vector", "nothing: a column is a vector" },
		{ "mdivide_left_tri_low", "solve_lower(L, b)" }, { "equals", "x == y" }, { "step", "if(x >= 0, 1, 0)" }, { "expit", "inv_logit(x)" },
		{ "ifelse", "if(condition, x, y)" }, { "integrate_ode_rk45", "ode(z0, t0, ts, dx = ...)" }, { "ode_rk45", "ode(z0, t0, ts, dx = ...)" },
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(others[i][0], name))
			return others[i][1];
	return NULL;
}

int model_unknown_function(struct compiler *c, const struct expr_node *x, struct err *e)
{
	const char *names[640], *near = foreign_function(x->name);
	int n = 0;

	if (near)
		return model_fault(c, x->mark, ERR_NAME, e, "'%s' is written %s here", x->name, near);
	for (const struct model_function *f = list; f->name && n < 100; f++)
		names[n++] = f->name;
	for (int i = 0; i < op_count() && n < 640; i++)
		if (op_at(i)->math && op_at(i)->class == OP_FUNCTION)
			names[n++] = op_at(i)->name;
	if ((near = text_nearest(x->name, names, (size_t)n)))
		return model_fault(c, x->mark, ERR_NAME, e, "there is no function '%.100s'; did you mean '%s'?", x->name, near);
	return model_fault(c, x->mark, ERR_NAME, e, "there is no function '%.100s'", x->name);
}
