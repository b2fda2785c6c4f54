/* definition.c - derived quantities: as a whole, or element by element in the lanes of a loop. */
#include "model/model_priv.h"

#include <string.h>

/* `name = e`, or `name[n] = e`, where n is its length. */
static int define_whole(struct compiler *c, struct symbol *s, struct err *e)
{
	const struct statement *st = s->statements[0];
	struct mvalue v, shape = { .high = -1 };
	char one[64], two[64];
	int rc;

	if ((rc = compile_argument(c, st->right, NULL, &v, e)))
		return rc;
	for (int k = 0; k < target_indexes(st->left); k++) {
		if (k == MODEL_RANK_MAX || !st->left->args[k + 1])
			return model_fault(c, st->at, ERR_DATA, e, "here stand at most %d lengths: %s[n] = ...", MODEL_RANK_MAX, s->name);
		if ((rc = compile_whole(c, st->left->args[k + 1], "a length", &shape.dims[shape.rank++], e)))
			return rc;
	}
	if (shape.rank && !v.rank) {
		if ((rc = value_fits(c, st->left, 1, shape.rank, shape.dims, e)) || (rc = value_spread(c, &v, NULL, shape.rank, shape.dims, true, &shape.node, e)))
			return rc;
		v = shape;
	} else if (shape.rank && (shape.rank != v.rank || memcmp(shape.dims, v.dims, (size_t)v.rank * sizeof *v.dims))) {
		return model_fault(c, st->at, ERR_DATA, e, "'%s' is to be %s, but the right side is %s", s->name, value_shape(one, &shape), value_shape(two, &v));
	}
	s->value = v;
	return 0;
}

static int define_part(struct compiler *c, struct symbol *s, const struct statement *st, struct mvalue *v, struct part_places *places, struct err *e)
{
	const struct domain *lanes;
	int rc;

	if (!target_indexes(st->left) || target_indexes(st->left) != target_indexes(s->statements[0]->left))
		return model_fault(c, st->at, ERR_DATA, e, "'%s' has another number of indexes in line %d", s->name, statements_line(c->text, s->statements[0]->at));
	if ((rc = domain_of_loops(c, st, &lanes, e)) || (rc = target_places(c, st->left, lanes, (int32_t **)&places->places, e)))
		return rc;
	places->n = lanes ? lanes->n : 1;
	places->at = st->at;
	if (lanes && !lanes->n) {
		*v = (struct mvalue){ .high = -1, .node = -1 };
		return 0;
	}
	if ((rc = compile(c, st->right, lanes, v, e)))
		return rc;
	return lanes ? value_promote(c, v, lanes, v, e) : 0;
}

static int define_parts(struct compiler *c, struct symbol *s, struct err *e)
{
	int n = s->nstatements, used = 0, rc = 0;
	struct part_places *places = mem_zero((size_t)n, sizeof *places);
	int *nodes = mem_zero((size_t)n, sizeof *nodes);
	struct mvalue v, shape = { .high = -1 };
	char one[64], two[64];
	int32_t inner, *order;

	if (!places || !nodes) {
		rc = err_nomem(e);
		goto done;
	}
	for (int p = 0; p < n; p++) {
		if ((rc = define_part(c, s, s->statements[p], &v, &places[p], e)))
			goto done;
		if (v.node < 0)
			continue;
		if (used && (v.rank != shape.rank || memcmp(v.dims, shape.dims, (size_t)v.rank * sizeof *v.dims))) {
			rc = model_fault(c, s->statements[p]->at, ERR_DATA, e, "an element of '%s' is %s here, and %s in line %d", s->name, value_shape(one, &v),
					 value_shape(two, &shape), statements_line(c->text, s->statements[0]->at));
			goto done;
		}
		shape = v;
		nodes[used++] = v.node;
	}
	if (!used) {
		rc = model_fault(c, s->statements[0]->at, ERR_DATA, e, "'%s' is empty: no loop goes round", s->name);
		goto done;
	}
	shape.lanes = NULL;
	inner = value_inner(&shape);
	if ((rc = place_parts(c, s, target_indexes(s->statements[0]->left), places, n, &shape, &order, e)) ||
	    (rc = gather_parts(c, nodes, used, order, value_inner(&shape) / inner, inner, &shape.node, e)))
		goto done;
	s->value = shape;
done:
	mem_free(places);
	mem_free(nodes);
	return rc;
}

int definition_make(struct compiler *c, struct symbol *s, struct err *e)
{
	if (s->nstatements == 1 && !s->statements[0]->nloops)
		return define_whole(c, s, e);
	for (int p = 1; p < s->nstatements; p++)
		if (!target_indexes(s->statements[p]->left))
			return model_fault(c, s->statements[p]->at, ERR_NAME, e, "'%s' is defined in line %d already", s->name,
					   statements_line(c->text, s->statements[0]->at));
	return define_parts(c, s, e);
}
