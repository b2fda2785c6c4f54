/*
 * parameter.c - unknowns: their shape, their support, and the way there from the unconstrained scale.
 *
 * A parameter may be drawn by several statements (x[1] ~ ...; x[t] ~ ... for t in 2..T): each is a piece with a support of its
 * own, and the parameter is put together from them.
 */
#include "model/model_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* == supports ================================================================================ */

/* A node with as many numbers as the piece has, or one. */
static int end_node(struct compiler *c, const struct expr_node *x, const struct domain *lanes, const struct mvalue *shape, int *out, struct err *e)
{
	struct mvalue v, both[2];
	const struct domain *inner;
	int32_t dims[MODEL_RANK_MAX];
	int rank, rc;

	if ((rc = compile_argument(c, x, lanes, &v, e)))
		return rc;
	both[0] = v;
	both[1] = *shape;
	if ((rc = value_meet(c, x, both, 2, &inner, &rank, dims, e)))
		return rc;
	if (inner != shape->lanes)
		return model_fault(c, x->mark, ERR_DATA, e, "this end differs by the loop, what it is an end of does not");
	return value_spread(c, &v, shape->lanes, shape->rank, shape->dims, false, out, e);
}

/* The larger (or smaller) of an end that a distribution has and one that is written. */
static int narrow(struct compiler *c, int a, int b, bool larger, int32_t n, int *out, struct err *e)
{
	if (a < 0 || b < 0) {
		*out = a < 0 ? b : a;
		return 0;
	}
	(void)n;
	return graph_add(c->g, larger ? &rule_max2 : &rule_min2, (int[]){ a, b }, 2,
			 graph_length(c->g, a) > graph_length(c->g, b) ? graph_length(c->g, a) : graph_length(c->g, b), NULL, out, e);
}

static bool is_infinite(const struct compiler *c, int node)
{
	const double *v = node < 0 ? NULL : graph_values(c->g, node);

	for (int32_t i = 0; v && i < graph_length(c->g, node); i++)
		if (!isinf(v[i]))
			return false;
	return v != NULL;
}

/* The ends of what a statement draws: nodes, -1 = open. */
static int ends_of(struct compiler *c, const struct statement *st, const struct dist_name *name, const struct domain *lanes,
		   const struct mvalue *shape, int *low, int *high, struct err *e)
{
	static const double zero = 0, one = 1;
	const struct expr_node *call = st->right;
	int a = -1, b = -1, written, rc = 0;

	*low = *high = -1;
	if (name->positive || (name->dist && (name->dist->support == DIST_POSITIVE || name->dist->support == DIST_UNIT)))
		rc = memo_numbers(c, &zero, 1, &a, e);
	if (!rc && name->dist && name->dist->support == DIST_UNIT)
		rc = memo_numbers(c, &one, 1, &b, e);
	if (!rc && name->dist && name->dist->support == DIST_BETWEEN) {
		if (call->nargs != 2)
			return model_fault(c, call->mark, ERR_DATA, e, "uniform takes 2 arguments, its ends; found %d", call->nargs);
		if (!(rc = end_node(c, call->args[0], lanes, shape, &a, e)))
			rc = end_node(c, call->args[1], lanes, shape, &b, e);
	}
	if (rc)
		return rc;
	if (st->low) {
		if ((rc = end_node(c, st->low, lanes, shape, &written, e)) || (!is_infinite(c, written) && (rc = narrow(c, a, written, true, 0, &a, e))))
			return rc;
	}
	if (st->high) {
		if ((rc = end_node(c, st->high, lanes, shape, &written, e)) || (!is_infinite(c, written) && (rc = narrow(c, b, written, false, 0, &b, e))))
			return rc;
	}
	/* known ends in the right order */
	if (a >= 0 && b >= 0 && graph_values(c->g, a) && graph_values(c->g, b) && graph_length(c->g, a) == 1 && graph_length(c->g, b) == 1 &&
	    !(graph_values(c->g, a)[0] < graph_values(c->g, b)[0]))
		return model_fault(c, st->at, ERR_DATA, e, "nothing lies between %g and %g", graph_values(c->g, a)[0], graph_values(c->g, b)[0]);
	*low = a;
	*high = b;
	return 0;
}

static int add_rule(struct compiler *c, struct piece *p, const struct rule *rule, const struct rule *jacobian, int q, int32_t n, struct err *e)
{
	int args[3] = { q }, node, rc;

	for (int k = 0; k < p->nends; k++)
		args[k + 1] = p->ends[k];
	p->rule = rule;
	if ((rc = graph_add(c->g, rule, args, p->nends + 1, n, p->aux, &p->node, e)))
		return rc;
	if (c->flags & MODEL_NO_JACOBIAN)
		return 0;
	if ((rc = graph_add(c->g, jacobian, args, p->nends + 1, 1, p->aux, &node, e)))
		return rc;
	graph_want(c->g, node, GRAPH_DENSITY);
	return 0;
}

static int ordered_piece(struct compiler *c, const struct statement *st, struct piece *p, const struct mvalue *shape, int q, struct err *e)
{
	int32_t size = shape->rank ? shape->dims[shape->rank - 1] : 1, rows = p->n / size, *starts;
	const struct segments *segments = NULL;
	int rc = 0;

	if (shape->lanes || !shape->rank)
		return model_fault(c, st->at, ERR_DATA, e, "'ordered' stands behind a vector that is drawn as a whole: c[3] ~ normal(0, 1) ordered");
	if (p->ends[1] >= 0)
		return model_fault(c, st->at, ERR_DATA, e, "an ordered vector may have a lower end, not an upper one");
	if (p->ends[0] >= 0 && (rows > 1 || graph_length(c->g, p->ends[0]) > 1))
		return model_fault(c, st->at, ERR_DATA, e, "an ordered vector has one lower end, a number");
	if (rows > 1) {
		if (!(starts = mem_alloc(((size_t)rows + 1) * sizeof *starts)))
			return err_nomem(e);
		for (int32_t i = 0; i <= rows; i++)
			starts[i] = i * size;
		rc = memo_segments(c, starts, rows, &segments, e);
		mem_free(starts);
	}
	if (rc)
		return rc;
	p->aux = segments;
	p->nends = p->ends[0] >= 0;
	return p->nends ? add_rule(c, p, &rule_ordered_lower, &rule_ordered_lower_jacobian, q, p->n, e) :
			  add_rule(c, p, &rule_ordered, &rule_ordered_jacobian, q, p->n, e);
}

/* Unknowns for the n numbers of a piece, and the rule that takes them to its support. */
static int piece_make(struct compiler *c, const struct statement *st, const struct dist_name *name, const struct domain *lanes,
		      const struct mvalue *shape, struct piece *p, struct err *e)
{
	int q, rc;

	p->unknown_at = graph_unknowns(c->g);
	p->unknowns = p->n;
	if (name->vector && name->vector->simplex) {
		int32_t k = shape->dims[shape->rank - 1], rows = p->n / k;
		const struct matrix_shape *aux;

		if (st->truncated || st->ordered)
			return model_fault(c, st->at, ERR_DATA, e, "a %s is neither truncated nor ordered", name->vector->name);
		p->unknowns = rows * (k - 1);
		if ((rc = memo_shape(c, (struct matrix_shape){ .rows = rows, .columns = k }, &aux, e)) ||
		    (rc = graph_unknown(c->g, p->unknowns, &q, e)))
			return rc;
		p->aux = aux;
		return add_rule(c, p, &rule_simplex, &rule_simplex_jacobian, q, p->n, e);
	}
	if ((rc = ends_of(c, st, name, lanes, shape, &p->ends[0], &p->ends[1], e)) || (rc = graph_unknown(c->g, p->n, &q, e)))
		return rc;
	p->unknown_at = graph_unknowns(c->g) - p->n;
	if (st->ordered)
		return ordered_piece(c, st, p, shape, q, e);
	p->nends = (p->ends[0] >= 0) + (p->ends[1] >= 0);
	if (p->ends[0] >= 0 && p->ends[1] >= 0)
		return add_rule(c, p, &rule_between, &rule_between_jacobian, q, p->n, e);
	if (p->ends[0] >= 0)
		return add_rule(c, p, &rule_lower, &rule_lower_jacobian, q, p->n, e);
	if (p->ends[1] >= 0) {
		p->ends[0] = p->ends[1];
		return add_rule(c, p, &rule_upper, &rule_upper_jacobian, q, p->n, e);
	}
	p->node = q;
	return 0;
}

/* == shapes ================================================================================== */

/* The shape that the arguments of a distribution give to what it draws, as far as they do not need the name itself. */
static int shape_of_arguments(struct compiler *c, const struct symbol *s, const struct expr_node *call, const struct dist_name *name,
			      const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct mvalue v;
	int rc;

	*out = (struct mvalue){ .high = -1 };
	if (name->mix)
		return call->args[1]->kind == EXPR_CALL ? shape_of_arguments(c, s, call->args[1], &(struct dist_name){ .dist = name->dist, .vector = name->vector,
			.flat = name->flat }, lanes, out, e) : 0;
	for (int k = 0; k < call->nargs; k++) {
		if (mentions(call->args[k], s->name))
			continue;
		if ((rc = compile_argument(c, call->args[k], lanes, &v, e)))
			return rc;
		if (v.rank) {
			out->rank = 1;
			out->dims[0] = v.dims[0];
			if (!name->vector) {
				out->rank = v.rank;
				memcpy(out->dims, v.dims, sizeof out->dims);
			}
		}
	}
	if (name->vector && !out->rank)
		return model_fault(c, call->mark, ERR_DATA, e, "the length of what %s draws follows from none of its arguments", name->vector->name);
	return 0;
}

/* An unknown lies in one support: that of all parts of a mixture. */
static int check_parts(struct compiler *c, const struct statement *st, const struct dist_name *name, struct err *e)
{
	struct dist_name part;
	int rc;

	for (int k = 1; k < st->right->nargs; k++) {
		const struct expr_node *call = st->right->args[k];

		if ((rc = density_name(c, call, &part, e)))
			return rc;
		if (!part.dist != !name->dist || part.vector != name->vector || (part.dist && part.dist->support != name->dist->support))
			return model_fault(c, call->mark, ERR_DATA, e, "the parts of this mixture have different supports; '%s' has to lie in one",
					   target_name(st->left));
		if (part.dist && part.dist->support == DIST_BETWEEN)
			return model_fault(c, call->mark, ERR_DATA, e, "an unknown is not drawn from a mixture with uniform, whose parts end in different "
								       "places; write flat() T[a, b] and factor(mix(...))");
	}
	return 0;
}

static int check_right(struct compiler *c, const struct statement *st, const struct dist_name *name, struct err *e)
{
	if (name->mix && st->right->nargs > 2) {
		int rc = check_parts(c, st, name, e);

		if (rc)
			return rc;
	}
	if (name->reported)
		return model_fault(c, st->right->mark, ERR_NAME, e, "'%s' is not among the data, so nothing was reported about it", target_name(st->left));
	if (st->truncated && (name->vector || name->mix))
		return model_fault(c, st->at, ERR_DATA, e, "only distributions of single numbers are truncated");
	return 0;
}

/* One statement that draws all of it: indexes on the left are lengths. */
static int whole_shape(struct compiler *c, struct symbol *s, struct dist_name *name, struct mvalue *out, struct err *e)
{
	const struct statement *st = s->statements[0];
	struct mvalue shape = { .high = -1 }, by_arguments;
	int n = target_indexes(st->left), rc;
	char what[200], words[64];
	bool one;

	if ((rc = density_name(c, st->right, name, e)) || (rc = check_right(c, st, name, e)))
		return rc;
	if (n > MODEL_RANK_MAX)
		return model_fault(c, st->at, ERR_DATA, e, "an array has at most %d dimensions", MODEL_RANK_MAX);
	for (int k = 0; k < n; k++) {
		const struct expr_node *x = st->left->args[k + 1];

		if (!x || (x->kind == EXPR_CALL && x->op && !strcmp(x->op->name, "..")))
			return model_fault(c, st->at, ERR_DATA, e, "here stands a length: %s[n] ~ ...", s->name);
		snprintf(what, sizeof what, "the length of '%.100s'", s->name);
		if ((rc = compile_whole(c, x, what, &shape.dims[shape.rank++], e)))
			return rc;
		if (!shape.dims[shape.rank - 1])
			return model_fault(c, x->mark, ERR_DATA, e, "the length of '%s' is 0", s->name);
	}
	/* an outcome of categorical is a number, whatever the length of its parameter */
	one = name->vector && !strncmp(name->vector->name, "categorical", strlen("categorical"));
	if (!one && (!n || name->vector)) {
		if ((rc = shape_of_arguments(c, s, st->right, name, NULL, &by_arguments, e)))
			return rc;
		if (!n)
			shape = by_arguments;
		else if (name->vector && shape.dims[shape.rank - 1] != by_arguments.dims[0])
			return model_fault(c, st->at, ERR_DATA, e, "'%s' is %s, but what %s draws here has length %d", s->name, value_shape(words, &shape),
					   name->vector->name, by_arguments.dims[0]);
	}
	if ((rc = value_fits(c, st->left, 1, shape.rank, shape.dims, e)))
		return rc;
	*out = shape;
	return 0;
}

static int make_whole(struct compiler *c, struct symbol *s, struct err *e)
{
	struct dist_name name;
	struct mvalue shape;
	int rc;

	if ((rc = whole_shape(c, s, &name, &shape, e)))
		return rc;
	if (!(s->pieces = arena_zero(c->arena, 1, sizeof *s->pieces)))
		return err_nomem(e);
	s->pieces[0] = (struct piece){ .symbol = s, .n = value_inner(&shape) };
	s->positive = name.positive || (name.dist && name.dist->support == DIST_POSITIVE);
	if ((rc = piece_make(c, s->statements[0], &name, NULL, &shape, &s->pieces[0], e)))
		return rc;
	s->value = shape;
	s->value.node = s->pieces[0].node;
	return 0;
}

/* What one of several statements draws: places on the left, from 1, for each lane. */
struct part {
	const struct domain *lanes;
	struct dist_name name;
	struct mvalue shape;
	int32_t *places;
};

static int part_of(struct compiler *c, struct symbol *s, const struct statement *st, struct part *p, struct err *e)
{
	struct mvalue v = { .high = -1 };
	int rc;

	if (!target_indexes(st->left) && st == s->statements[0] && !st->nloops)
		return model_fault(c, s->statements[1]->at, ERR_NAME, e, "'%s' is drawn in line %d already", s->name, statements_line(c->text, st->at));
	if (!target_indexes(st->left) && st == s->statements[0])
		return model_fault(c, st->at, ERR_DATA, e, "'%s' is drawn anew each time round the loop; an element of it is meant: %s[%s] ~ ...", s->name, s->name,
				   st->loops[0].name);
	if (!target_indexes(st->left))
		return model_fault(c, st->at, ERR_NAME, e, "'%s' is drawn in line %d already", s->name, statements_line(c->text, s->statements[0]->at));
	if (target_indexes(st->left) != target_indexes(s->statements[0]->left))
		return model_fault(c, st->at, ERR_DATA, e, "'%s' has another number of indexes in line %d", s->name, statements_line(c->text, s->statements[0]->at));
	if ((rc = density_name(c, st->right, &p->name, e)) || (rc = check_right(c, st, &p->name, e)) || (rc = domain_of_loops(c, st, &p->lanes, e)) ||
	    (rc = target_places(c, st->left, p->lanes, &p->places, e)))
		return rc;
	if (p->name.vector && !p->name.whole && (rc = shape_of_arguments(c, s, st->right, &p->name, p->lanes, &v, e)))
		return rc;
	v.lanes = p->lanes;
	p->shape = v;
	return 0;
}

int place_parts(struct compiler *c, const struct symbol *s, int nindex, const struct part_places *parts, int nparts, struct mvalue *shape,
		int32_t **order, struct err *e)
{
	int32_t dims[MODEL_RANK_MAX] = { 0 }, all = 1, at = 0, *index;
	uint8_t *there;
	int rc = 0;

	if (nindex + shape->rank > MODEL_RANK_MAX)
		return model_fault(c, s->statements[0]->at, ERR_DATA, e, "an array has at most %d dimensions", MODEL_RANK_MAX);
	for (int p = 0; p < nparts; p++)
		for (int32_t i = 0; i < parts[p].n; i++)
			for (int k = 0; k < nindex; k++)
				dims[k] = parts[p].places[i * nindex + k] > dims[k] ? parts[p].places[i * nindex + k] : dims[k];
	for (int k = 0; k < nindex; k++) {
		if ((int64_t)all * dims[k] > INT32_MAX / 64)
			return model_fault(c, s->statements[0]->at, ERR_DOMAIN, e, "'%s' is too large", s->name);
		all *= dims[k];
	}
	there = mem_zero((size_t)all + 1, 1);
	index = arena_room(c->arena, ((size_t)all + 1) * sizeof *index);
	if (!there || !index) {
		mem_free(there);
		return err_nomem(e);
	}
	for (int p = 0; p < nparts; p++)
		for (int32_t i = 0; i < parts[p].n; i++, at++) {
			int32_t offset = 0;

			for (int k = 0; k < nindex; k++)
				offset = offset * dims[k] + parts[p].places[i * nindex + k] - 1;
			if (there[offset]) {
				rc = model_fault(c, parts[p].at, ERR_DATA, e, "'%s' gets element %d a second time", s->name, offset + 1);
				goto done;
			}
			there[offset] = 1;
			index[offset] = at;
		}
	for (int32_t i = 0; i < all; i++)
		if (!there[i]) {
			rc = nindex == 1 ? model_fault(c, s->statements[0]->at, ERR_DATA, e, "'%s' has no element %d: it goes to %d, and no statement makes that one",
						       s->name, i + 1, dims[0]) :
					   model_fault(c, s->statements[0]->at, ERR_DATA, e, "'%s' is not complete: element [%d, %d] is made by no statement", s->name,
						       i / dims[1] + 1, i % dims[1] + 1);
			goto done;
		}
	if ((rc = value_fits(c, s->statements[0]->left, all, shape->rank, shape->dims, e)))
		goto done;
	memmove(shape->dims + nindex, shape->dims, (size_t)shape->rank * sizeof *shape->dims);
	memcpy(shape->dims, dims, (size_t)nindex * sizeof *dims);
	shape->rank += nindex;
	shape->lanes = NULL;
	*order = index;
done:
	mem_free(there);
	return rc;
}

int gather_parts(struct compiler *c, const int *nodes, int nparts, const int32_t *order, int32_t elements, int32_t inner, int *out, struct err *e)
{
	int32_t *index;
	int all = nodes[0], rc;

	if (nparts > 1 && (rc = graph_add(c->g, &rule_concat, nodes, nparts, elements * inner, NULL, &all, e)))
		return rc;
	if (!(index = mem_alloc(((size_t)elements * (size_t)inner + 1) * sizeof *index)))
		return err_nomem(e);
	for (int32_t i = 0; i < elements; i++)
		for (int32_t k = 0; k < inner; k++)
			index[i * inner + k] = order[i] * inner + k;
	rc = value_gather(c, all, index, elements * inner, out, e);
	mem_free(index);
	return rc;
}

static int make_parts(struct compiler *c, struct symbol *s, struct err *e)
{
	int n = s->nstatements, nindex = target_indexes(s->statements[0]->left), rc = 0;
	struct part *parts = mem_zero((size_t)n, sizeof *parts);
	struct part_places *places = mem_zero((size_t)n, sizeof *places);
	int *nodes = mem_zero((size_t)n, sizeof *nodes);
	struct mvalue shape = { .high = -1 };
	int32_t inner, *order, *of_piece, at = 0;
	int64_t all = 0;

	s->pieces = arena_zero(c->arena, (size_t)n, sizeof *s->pieces);
	if (!parts || !places || !nodes || !s->pieces) {
		rc = err_nomem(e);
		goto done;
	}
	for (int p = 0; p < n; p++) {
		if ((rc = part_of(c, s, s->statements[p], &parts[p], e)))
			goto done;
		places[p] = (struct part_places){ .n = parts[p].lanes ? parts[p].lanes->n : 1, .places = parts[p].places, .at = s->statements[p]->at };
		if (p && parts[p].shape.rank != parts[0].shape.rank) {
			rc = model_fault(c, s->statements[p]->at, ERR_DATA, e, "an element of '%s' has another shape in line %d", s->name,
					 statements_line(c->text, s->statements[0]->at));
			goto done;
		}
	}
	for (int p = 0; p < n; p++)
		all += places[p].n;
	if (!all) {
		rc = model_fault(c, s->statements[0]->at, ERR_DATA, e, "'%s' is empty: no loop goes round", s->name);
		goto done;
	}
	shape = parts[0].shape;
	inner = value_inner(&shape);
	if ((rc = place_parts(c, s, nindex, places, n, &shape, &order, e)))
		goto done;
	s->positive = true;
	for (int p = 0; p < n; p++) {
		s->pieces[p] = (struct piece){ .symbol = s, .n = places[p].n * inner };
		s->positive &= parts[p].name.positive || (parts[p].name.dist && parts[p].name.dist->support == DIST_POSITIVE);
		if ((rc = piece_make(c, s->statements[p], &parts[p].name, parts[p].lanes, &parts[p].shape, &s->pieces[p], e)))
			goto done;
		nodes[p] = s->pieces[p].node;
	}
	if ((rc = gather_parts(c, nodes, n, order, value_inner(&shape) / inner, inner, &shape.node, e)))
		goto done;
	/* where in the parameter each number of a piece is */
	if (!(of_piece = arena_room(c->arena, ((size_t)value_inner(&shape) + 1) * sizeof *of_piece))) {
		rc = err_nomem(e);
		goto done;
	}
	for (int32_t i = 0; i < value_inner(&shape); i++)
		of_piece[order[i / inner] * inner + i % inner] = i;
	for (int p = 0; p < n; p++) {
		s->pieces[p].places = of_piece + at;
		at += s->pieces[p].n;
	}
	s->value = shape;
done:
	mem_free(parts);
	mem_free(places);
	mem_free(nodes);
	return rc;
}

int parameter_shape(struct compiler *c, struct symbol *s, struct mvalue *out, struct err *e)
{
	int n = s->nstatements, nindex = target_indexes(s->statements[0]->left), rc = 0;
	struct part_places *places;
	struct dist_name name;
	int32_t *order;

	if (n == 1 && !s->statements[0]->nloops)
		return whole_shape(c, s, &name, out, e);
	*out = (struct mvalue){ .high = -1 };
	if (!(places = mem_zero((size_t)n, sizeof *places)))
		return err_nomem(e);
	for (int p = 0; p < n && !rc; p++) {
		struct part part;

		if (!(rc = part_of(c, s, s->statements[p], &part, e)))
			places[p] = (struct part_places){ .n = part.lanes ? part.lanes->n : 1, .places = part.places, .at = s->statements[p]->at };
	}
	if (!rc)
		rc = place_parts(c, s, nindex, places, n, out, &order, e);
	mem_free(places);
	return rc;
}

int parameter_make(struct compiler *c, struct symbol *s, struct err *e)
{
	if (s->nstatements == 1 && !s->statements[0]->nloops)
		return make_whole(c, s, e);
	return make_parts(c, s, e);
}
