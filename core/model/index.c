/* index.c - x[i, j], x[2 .. 5], x[, j], theta[g], and lists. Indexes are data: they are looked up once, while the graph is built. */
#include "model/model_priv.h"

#include <math.h>
#include <string.h>

/* One index: in each lane `n` places of a dimension, from 0. */
struct subscript {
	const struct domain *lanes;
	bool drops;                      /* one place: the dimension goes */
	int32_t n;
	const double *places;            /* [lanes][n], from 1; NULL = all of them in order */
	const char *const *levels;
	int nlevels;
	struct mvalue value;
};

static bool is_range(const struct expr_node *x)
{
	return x && x->kind == EXPR_CALL && x->op && x->op->class == OP_OPERATOR && !strcmp(x->op->name, "..");
}

/* a .. b: the same length in every lane. */
static int subscript_range(struct compiler *c, const struct expr_node *x, const struct domain *lanes, int32_t size, struct subscript *out,
			   struct err *e)
{
	struct mvalue low, high, both[2];
	const double *a, *b;
	const struct domain *inner;
	double *places;
	int32_t n, length;
	int rc;

	if ((rc = compile(c, x->args[0], lanes, &low, e)) || (rc = compile(c, x->args[1], lanes, &high, e)))
		return rc;
	if (low.rank || high.rank)
		return model_fault(c, x->mark, ERR_DATA, e, "the ends of a range are single numbers");
	if ((rc = touch_refuse(c, x, &low, e)) || (rc = touch_refuse(c, x, &high, e)))
		return rc;
	inner = domain_inner(low.lanes, high.lanes);
	both[0] = low;
	both[1] = high;
	if (inner && ((rc = value_promote(c, &low, inner, &both[0], e)) || (rc = value_promote(c, &high, inner, &both[1], e))))
		return rc;
	a = graph_values(c->g, both[0].node);
	b = graph_values(c->g, both[1].node);
	if (!a || !b)
		return model_fault(c, x->mark, ERR_DATA, e, "an index has to be known; this one depends on a parameter");
	n = inner ? inner->n : 1;
	for (int32_t i = 0; i < n; i++)
		if (!(a[i] >= 1 && b[i] <= size) || a[i] != floor(a[i]) || b[i] != floor(b[i]))
			return model_fault(c, x->mark, ERR_DATA, e, "the range %g .. %g is not of whole numbers from 1 to %d", a[i], b[i], size);
	length = n ? (int32_t)fmin(fmax(b[0] - a[0] + 1, -1), 1e9) : 0;
	if (n && length < 1)
		return model_fault(c, x->mark, ERR_DATA, e, "the range %g .. %g is empty", a[0], b[0]);
	for (int32_t i = 0; i < n; i++)
		if (b[i] - a[i] + 1 != length)
			return model_fault(c, x->mark, ERR_DATA, e, "the range has another length each time round the loop; write it as a loop inside: "
								     "sum(x[k] for k in a .. b)");
	if (!(places = arena_room(c->arena, (size_t)(n ? n : 1) * (size_t)(length ? length : 1) * sizeof *places)))
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++)
		for (int32_t k = 0; k < length; k++)
			places[(int64_t)i * length + k] = a[i] + k;
	*out = (struct subscript){ .lanes = inner, .n = length, .places = places };
	return 0;
}

static int subscript_of(struct compiler *c, const struct expr_node *x, const struct domain *lanes, int32_t size, struct subscript *out,
			struct err *e)
{
	char shape[64];
	int rc;

	if (!x) {
		*out = (struct subscript){ .n = size };
		return 0;
	}
	if (is_range(x))
		return subscript_range(c, x, lanes, size, out, e);
	*out = (struct subscript){ 0 };
	if ((rc = compile(c, x, lanes, &out->value, e)))
		return rc;
	if (out->value.rank > 1)
		return model_fault(c, x->mark, ERR_DATA, e, "an index is a number or a vector, this is %s", value_shape(shape, &out->value));
	if (!(out->places = graph_values(c->g, out->value.node)))
		return model_fault(c, x->mark, ERR_DATA, e, "an index has to be known; this one depends on a parameter");
	out->lanes = out->value.lanes;
	out->drops = !out->value.rank;
	out->n = value_inner(&out->value);
	out->levels = out->value.levels;
	out->nlevels = out->value.nlevels;
	return 0;
}

static int place_fault(struct compiler *c, const struct expr_node *x, const char *name, int dimension, int rank, int32_t size, double place,
		       struct err *e)
{
	static const char *const which[] = { "first", "second", "third" };

	if (isnan(place))
		return model_fault(c, x->mark, ERR_DATA, e, "an index of '%s' is missing", name);
	if (place != floor(place))
		return model_fault(c, x->mark, ERR_DATA, e, "an index of '%s' is %g, which is no whole number", name, place);
	if (rank == 1)
		return model_fault(c, x->mark, ERR_DATA, e, "there is no %s[%g]: it has %d element%s, and they count from 1", name, place, size,
				   size == 1 ? "" : "s");
	return model_fault(c, x->mark, ERR_DATA, e, "the %s index of '%s' is %g: it goes from 1 to %d", which[dimension], name, place, size);
}

/* Offsets of lane `lane`, into out: the odometer over the subscripts. */
static int lane_offsets(struct compiler *c, const struct expr_node *x, const char *name, int rank, const int32_t *dims, const struct subscript *subs,
			const int32_t *const *maps, int32_t lane, int32_t *out, struct err *e)
{
	int32_t at[MODEL_RANK_MAX] = { 0 }, n = 1;

	for (int k = 0; k < rank; k++)
		n *= subs[k].n;
	for (int32_t i = 0; i < n; i++) {
		int32_t offset = 0;

		for (int k = 0; k < rank; k++) {
			const struct subscript *s = &subs[k];
			double place = at[k] + 1;

			if (s->places)
				place = s->places[(int64_t)(s->lanes ? maps[k][lane] : 0) * s->n + at[k]];
			if (!(place >= 1 && place <= dims[k]) || place != floor(place))
				return place_fault(c, x->args[k + 1] ? x->args[k + 1] : x, name, k, rank, dims[k], place, e);
			offset = offset * dims[k] + (int32_t)place - 1;
		}
		out[i] = offset;
		for (int k = rank - 1; k >= 0 && ++at[k] == subs[k].n; k--)
			at[k] = 0;
	}
	return 0;
}

int index_elements(struct compiler *c, const struct expr_node *x, const char *name, int rank, const int32_t *dims, const struct domain *lanes,
		 struct place_list *out, struct err *e)
{
	struct subscript subs[MODEL_RANK_MAX] = { 0 };
	const int32_t *maps[MODEL_RANK_MAX] = { NULL };
	struct place_list r = { .n = 1 };
	int nindex = x->nargs - 1, rc;
	int64_t total = 1;

	if (nindex > rank)
		return rank ? model_fault(c, x->mark, ERR_DATA, e, "'%s' has %d index%s, found %d", name, rank, rank == 1 ? "" : "es", nindex) :
			      model_fault(c, x->mark, ERR_DATA, e, "'%s' is a single number, it has no indexes", name);
	for (int k = 0; k < rank; k++) {
		if ((rc = subscript_of(c, k < nindex ? x->args[k + 1] : NULL, lanes, dims[k], &subs[k], e)))
			return rc;
		r.lanes = domain_inner(r.lanes, subs[k].lanes);
		if (!subs[k].drops)
			r.dims[r.rank++] = subs[k].n;
	}
	if ((rc = value_fits(c, x, r.lanes ? r.lanes->n : 1, r.rank, r.dims, e)))
		return rc;
	for (int k = 0; k < r.rank; k++)
		r.n *= r.dims[k];
	r.levels = subs[0].levels;
	r.nlevels = subs[0].nlevels;
	for (int k = 0; k < rank; k++)
		if (subs[k].lanes && (rc = domain_map(c, r.lanes, subs[k].lanes, &maps[k], e)))
			return rc;
	total = (int64_t)r.n * (r.lanes ? r.lanes->n : 1);
	if (!(r.offsets = arena_room(c->arena, (size_t)(total ? total : 1) * sizeof *r.offsets)))
		return err_nomem(e);
	for (int32_t i = 0; i < (r.lanes ? r.lanes->n : 1); i++)
		if ((rc = lane_offsets(c, x, name, rank, dims, subs, maps, i, r.offsets + (int64_t)i * r.n, e)))
			return rc;
	for (int k = 0; k < nindex; k++) {
		int32_t sizes[MODEL_RANK_MAX];

		for (int j = 0; j < rank; j++)
			sizes[j] = subs[j].n;
		if ((rc = touch_index(c, x, &subs[k].value, k, rank, sizes, &r, e)))
			return rc;
	}
	*out = r;
	return 0;
}

int target_places(struct compiler *c, const struct expr_node *target, const struct domain *lanes, int32_t **places, struct err *e)
{
	int nindex = target->nargs - 1, rc;
	int32_t n = lanes ? lanes->n : 1, *out = arena_room(c->arena, (size_t)(n ? n : 1) * (size_t)nindex * sizeof *out);

	if (!out)
		return err_nomem(e);
	for (int k = 0; k < nindex; k++) {
		const struct expr_node *x = target->args[k + 1];
		const double *values;
		struct mvalue v;

		if (!x || is_range(x))
			return model_fault(c, x ? x->mark : target->mark, ERR_DATA, e, "on the left stands one place at a time: x[t] = ... for t in 1..T");
		if ((rc = compile(c, x, lanes, &v, e)))
			return rc;
		if (v.rank)
			return model_fault(c, x->mark, ERR_DATA, e, "on the left an index is one number");
		if (lanes && (rc = value_promote(c, &v, lanes, &v, e)))
			return rc;
		if (!(values = graph_values(c->g, v.node)))
			return model_fault(c, x->mark, ERR_DATA, e, "an index has to be known; this one depends on a parameter");
		for (int32_t i = 0; i < n; i++) {
			if (!(values[i] >= 1 && values[i] < 1e8) || values[i] != floor(values[i]))
				return model_fault(c, x->mark, ERR_DATA, e, "an index on the left is %g; they are whole numbers from 1", values[i]);
			out[i * nindex + k] = (int32_t)values[i];
		}
	}
	*places = out;
	return 0;
}

/* Places of an array that itself has a value in each lane. */
static int gather_in_lanes(struct compiler *c, const struct expr_node *x, const struct mvalue *base, const struct place_list *p, struct mvalue *out,
			   struct err *e)
{
	struct mvalue r = { .high = -1, .lanes = domain_inner(base->lanes, p->lanes), .rank = p->rank };
	const int32_t *of_base = NULL, *of_places = NULL;
	int32_t n = r.lanes ? r.lanes->n : 1, inner = value_inner(base), *index;
	int rc;

	memcpy(r.dims, p->dims, sizeof r.dims);
	if ((base->lanes && (rc = domain_map(c, r.lanes, base->lanes, &of_base, e))) ||
	    (p->lanes && (rc = domain_map(c, r.lanes, p->lanes, &of_places, e))))
		return rc;
	if ((rc = value_fits(c, x, n, 1, &p->n, e)))
		return rc;
	if (!(index = mem_alloc(((size_t)n * (size_t)p->n + 1) * sizeof *index)))
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++)
		for (int32_t k = 0; k < p->n; k++)
			index[i * p->n + k] = (of_base ? of_base[i] : 0) * inner + p->offsets[(of_places ? of_places[i] : 0) * p->n + k];
	if (!(rc = value_gather(c, base->node, index, n * p->n, &r.node, e)) && base->high >= 0)
		rc = value_gather(c, base->high, index, n * p->n, &r.high, e);
	if (!rc)
		rc = touch_gather(c, base, p, index, n * p->n, &r, e);
	mem_free(index);
	if (!rc)
		*out = r;
	return rc;
}

int compile_index(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const char *name = x->args[0]->kind == EXPR_COLUMN ? x->args[0]->name : "the expression";
	struct place_list places;
	struct mvalue base;
	struct symbol *s;
	int rc;

	if ((rc = compile(c, x->args[0], lanes, &base, e)))
		return rc;
	if ((rc = index_elements(c, x, name, base.rank, base.dims, lanes, &places, e)))
		return rc;
	if (places.levels && x->args[0]->kind == EXPR_COLUMN && (s = symbol_find(c, name)) && s->kind != SYMBOL_DATA &&
	    places.nlevels <= base.dims[0] && !s->levels) {
		s->levels = places.levels;
		s->nlevels = places.nlevels;
	}
	if ((rc = gather_in_lanes(c, x, &base, &places, out, e)))
		return rc;
	if (base.nlevels) {
		out->levels = base.levels;
		out->nlevels = base.nlevels;
	}
	return 0;
}

/* == lists =================================================================================== */

int compile_list(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue *items, r = { .high = -1 };
	int32_t inner, n, *index = NULL;
	int *nodes = NULL, all, rc = 0;

	if (x->nargs == 1 && x->args[0]->kind == EXPR_EACH)
		return compile_argument(c, x->args[0], lanes, out, e);
	items = mem_zero((size_t)x->nargs + 1, sizeof *items);
	nodes = mem_zero((size_t)x->nargs + 1, sizeof *nodes);
	if (!items || !nodes) {
		rc = err_nomem(e);
		goto done;
	}
	if (!x->nargs) {
		rc = model_fault(c, x->mark, ERR_DATA, e, "an empty list has no meaning");
		goto done;
	}
	for (int k = 0; k < x->nargs; k++)
		if ((rc = compile(c, x->args[k], lanes, &items[k], e)))
			goto done;
	if ((rc = value_meet(c, x, items, x->nargs, &r.lanes, &r.rank, r.dims, e)))
		goto done;
	if (r.rank == MODEL_RANK_MAX) {
		rc = model_fault(c, x->mark, ERR_DATA, e, "an array has at most %d dimensions", MODEL_RANK_MAX);
		goto done;
	}
	inner = value_inner(&r);
	n = r.lanes ? r.lanes->n : 1;
	if ((rc = value_fits(c, x, (int64_t)n * x->nargs, r.rank, r.dims, e)))
		goto done;
	for (int k = 0; k < x->nargs; k++)
		if ((rc = value_spread(c, &items[k], r.lanes, r.rank, r.dims, true, &nodes[k], e)))
			goto done;
	if ((rc = graph_add(c->g, &rule_concat, nodes, x->nargs, n * inner * x->nargs, NULL, &all, e)))
		goto done;
	/* item k of lane i lies at (k n + i) inner, and belongs at (i nargs + k) inner */
	if (!(index = mem_alloc(((size_t)n * (size_t)inner * (size_t)x->nargs + 1) * sizeof *index))) {
		rc = err_nomem(e);
		goto done;
	}
	for (int32_t i = 0, at = 0; i < n; i++)
		for (int k = 0; k < x->nargs; k++)
			for (int32_t j = 0; j < inner; j++)
				index[at++] = (k * n + i) * inner + j;
	if ((rc = value_gather(c, all, index, n * inner * x->nargs, &r.node, e)))
		goto done;
	memmove(r.dims + 1, r.dims, (size_t)r.rank * sizeof *r.dims);
	r.dims[0] = x->nargs;
	r.rank++;
	if ((rc = touch_list(c, x, items, x->nargs, &r, e)))
		goto done;
	*out = r;
done:
	mem_free(items);
	mem_free(nodes);
	mem_free(index);
	return rc;
}
