/* value.c - shapes of values: how numbers, vectors and matrices meet, inside loops and out. */
#include "model/model_priv.h"

#include <stdio.h>
#include <string.h>

int32_t value_inner(const struct mvalue *v)
{
	int32_t n = 1;

	for (int i = 0; i < v->rank; i++)
		n *= v->dims[i];
	return n;
}

int32_t value_numbers(const struct mvalue *v)
{
	return value_inner(v) * (v->lanes ? v->lanes->n : 1);
}

int value_fits(struct compiler *c, const struct expr_node *x, int64_t n, int rank, const int32_t *dims, struct err *e)
{
	for (int k = 0; k < rank && n <= VALUE_MAX; k++)
		n *= dims[k];
	if (n > VALUE_MAX)
		return model_fault(c, x->mark, ERR_DOMAIN, e, "this makes more than %d numbers, which is too many", VALUE_MAX);
	return 0;
}

struct mvalue value_scalar(int node)
{
	return (struct mvalue){ .node = node, .high = -1 };
}

const char *value_shape(char out[64], const struct mvalue *v)
{
	if (v->rank == 0)
		snprintf(out, 64, "a number");
	else if (v->rank == 1)
		snprintf(out, 64, "a vector of %d", v->dims[0]);
	else if (v->rank == 2)
		snprintf(out, 64, "a %d x %d matrix", v->dims[0], v->dims[1]);
	else
		snprintf(out, 64, "a %d x %d x %d array", v->dims[0], v->dims[1], v->dims[2]);
	return out;
}

int value_constant(struct compiler *c, const double *values, int rank, const int32_t *dims, struct mvalue *out, struct err *e)
{
	struct mvalue v = { .high = -1, .rank = rank };
	int rc;

	for (int k = 0; k < rank; k++)
		v.dims[k] = dims[k];
	if ((rc = memo_numbers(c, values, value_inner(&v), &v.node, e)))
		return rc;
	*out = v;
	return 0;
}

const struct domain *domain_inner(const struct domain *a, const struct domain *b)
{
	const struct domain *d = a;

	while (d && d != b)
		d = d->up;
	return d == b ? a : b;
}

int value_gather(struct compiler *c, int node, const int32_t *index, int32_t n, int *out, struct err *e)
{
	const int32_t *kept;
	bool run = n > 0;
	int rc;

	for (int32_t i = 1; run && i < n; i++)
		run = index[i] == index[0] + i;
	if (run && index[0] == 0 && n == graph_length(c->g, node)) {
		*out = node;
		return 0;
	}
	if (run)
		return graph_view(c->g, node, index[0], n, out, e);
	if ((rc = memo_indexes(c, index, n, &kept, e)))
		return rc;
	return graph_add(c->g, &rule_gather, &node, 1, n, kept, out, e);
}

/* Block `lanes[i]` of `inner` numbers for each i. */
static int gather_lanes(struct compiler *c, int node, const int32_t *lanes, int32_t n, int32_t inner, int *out, struct err *e)
{
	int64_t all = (int64_t)n * inner;
	int32_t *index;
	int rc;

	if (all > INT32_MAX / 2)
		return err_set(e, ERR_DOMAIN, "a loop makes %lld numbers, which is too many", (long long)all);
	if (inner == 1)
		return value_gather(c, node, lanes, n, out, e);
	if (!(index = mem_alloc((size_t)(all ? all : 1) * sizeof *index)))
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++)
		for (int32_t k = 0; k < inner; k++)
			index[i * inner + k] = lanes[i] * inner + k;
	rc = value_gather(c, node, index, (int32_t)all, out, e);
	mem_free(index);
	return rc;
}

int value_promote(struct compiler *c, const struct mvalue *v, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const int32_t *map;
	struct mvalue r = *v;
	int rc;

	if (v->lanes == lanes) {
		*out = *v;
		return 0;
	}
	if ((rc = domain_map(c, lanes, v->lanes, &map, e)))
		return rc;
	r.lanes = lanes;
	if ((rc = gather_lanes(c, v->node, map, lanes->n, value_inner(v), &r.node, e)) ||
	    (v->high >= 0 && (rc = gather_lanes(c, v->high, map, lanes->n, value_inner(v), &r.high, e))) || (rc = touch_promote(c, v, &r, e)))
		return rc;
	*out = r;
	return 0;
}

int value_restrict(struct compiler *c, const struct mvalue *v, const struct domain *d, struct mvalue *out, struct err *e)
{
	const struct domain *part = d;
	struct mvalue r = *v;
	int rc;

	/* inside of a further loop a value may belong to the steps around it */
	while (part && (!part->full || part->full != v->lanes))
		part = part->up;
	if (part) {
		if ((rc = gather_lanes(c, v->node, part->sel, part->n, value_inner(v), &r.node, e)) ||
		    (v->high >= 0 && (rc = gather_lanes(c, v->high, part->sel, part->n, value_inner(v), &r.high, e))))
			return rc;
		r.lanes = part;
	}
	*out = r;
	return 0;
}

int value_spread(struct compiler *c, const struct mvalue *v, const struct domain *lanes, int rank, const int32_t *dims, bool spread, int *node,
		 struct err *e)
{
	struct mvalue shape = { .lanes = lanes, .rank = rank }, r;
	int32_t inner, n, *index;
	int rc;

	for (int k = 0; k < rank; k++)
		shape.dims[k] = dims[k];
	inner = value_inner(&shape);
	if (!v->lanes && !v->rank) {
		n = value_numbers(&shape);
		*node = v->node;
		return spread && n != 1 ? graph_add(c->g, &rule_repeat, &v->node, 1, n, NULL, node, e) : 0;
	}
	if ((rc = value_promote(c, v, lanes, &r, e)))
		return rc;
	*node = r.node;
	if (v->rank || inner == 1)
		return 0;
	/* a number in each lane, for vectors in each lane */
	n = value_numbers(&shape);
	if (!(index = mem_alloc((size_t)(n ? n : 1) * sizeof *index)))
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++)
		index[i] = i / inner;
	rc = value_gather(c, r.node, index, n, node, e);
	mem_free(index);
	return rc;
}

int value_meet(struct compiler *c, const struct expr_node *x, const struct mvalue *args, int nargs, const struct domain **lanes, int *rank, int32_t *dims,
	       struct err *e)
{
	const struct mvalue *first = NULL;
	char one[64], two[64];

	*lanes = NULL;
	*rank = 0;
	for (int k = 0; k < nargs; k++) {
		const struct mvalue *v = &args[k];

		*lanes = domain_inner(*lanes, v->lanes);
		if (!v->rank)
			continue;
		if (first && (first->rank != v->rank || memcmp(first->dims, v->dims, (size_t)v->rank * sizeof *v->dims)))
			return model_fault(c, x->mark, ERR_DATA, e, "%s and %s do not go together element by element%s", value_shape(one, first),
					   value_shape(two, v), first->rank == 2 && v->rank == 1 ? "; the product of a matrix and a vector is matvec(X, b)" : "");
		first = v;
		*rank = v->rank;
		memcpy(dims, v->dims, (size_t)v->rank * sizeof *dims);
	}
	return value_fits(c, x, *lanes ? (*lanes)->n : 1, *rank, dims, e);
}
