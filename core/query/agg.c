/* agg.c - aggregates by name: types, room for groups, batches as the classes want them. */
#include "query/agg_priv.h"

#include <assert.h>
#include <string.h>

const uint32_t agg_zeros[VEC_MAX];

static const struct agg_class *const lists[] = {
	agg_counts, agg_sums, agg_ends, agg_texts, agg_quantities, agg_values, agg_distincts,
};

static const char letters[TYPE_COUNT + 1] = {
	[TYPE_BOOL] = 'b', [TYPE_INT64] = 'i', [TYPE_FLOAT64] = 'f', [TYPE_DATE] = 'd', [TYPE_DATETIME] = 't',
	[TYPE_STRING] = 's', [TYPE_QUANTITY] = 'q',
};

static const struct agg_class *find_class(const char *name, const enum type *types, int nargs)
{
	for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
		for (const struct agg_class *c = lists[k]; c->name; c++)
			if (!strcmp(c->name, name) &&
			    (nargs ? *c->types == '*' || strchr(c->types, letters[types[0]]) != NULL : !*c->types))
				return c;
	return NULL;
}

static int param_of(const struct value *v, const char *name, double *out, struct err *e)
{
	double p = v->type == TYPE_INT64 ? (double)v->as.i64 : v->as.f64;

	if (v->missing || (v->type != TYPE_INT64 && v->type != TYPE_FLOAT64) || !(p >= 0 && p <= 1))
		return err_set(e, ERR_DOMAIN, "%s needs a number from 0 to 1", name);
	*out = p;
	return 0;
}

int agg_open(const char *name, const enum type *types, int nargs, const struct value *params, struct agg **out, struct err *e)
{
	const struct agg_class *class = find_class(name, types, nargs);
	struct agg *a;
	int rc = 0;

	if (!class)
		return err_set(e, ERR_TYPE, "%s is not defined for %s", name, nargs ? type_name(types[0]) : "no argument");
	if (class->refused)
		return err_set(e, ERR_TYPE, "%s %s", name, class->refused);
	assert(nargs <= AGG_ARGS);
	if (!(a = mem_zero(1, sizeof *a)))
		return err_nomem(e);
	a->class = class;
	a->nargs = params ? 1 : nargs;
	for (int k = 0; k < nargs; k++)
		a->types[k] = types[k];
	if (params)
		rc = param_of(params, name, &a->param, e);
	if (!rc && class->open)
		rc = class->open(a, e);
	if (rc) {
		agg_free(a);
		return rc;
	}
	*out = a;
	return 0;
}

void agg_free(struct agg *a)
{
	if (!a)
		return;
	if (a->class->release)
		a->class->release(a);
	for (int k = 0; k < AGG_PARTS; k++)
		mem_free(a->part[k]);
	for (int k = 0; k < AGG_ARGS; k++) {
		mem_free(a->room[k].values);
		mem_free(a->room[k].there);
	}
	mem_free(a);
}

/* Room for n groups; new places are zero. */
static int make_groups(struct agg *a, int64_t n, struct err *e)
{
	int64_t cap = a->cap * 2 > n ? a->cap * 2 : n;

	a->ngroups = a->ngroups > n ? a->ngroups : n;
	if (n <= a->cap)
		return 0;
	for (int k = 0; k < AGG_PARTS; k++) {
		size_t size = a->class->size[k];
		char *part;

		if (!size)
			continue;
		if (!(part = mem_resize(a->part[k], (size_t)cap * size)))
			return err_nomem(e);
		memset(part + (size_t)a->cap * size, 0, (size_t)(cap - a->cap) * size);
		a->part[k] = part;
	}
	a->cap = cap;
	return 0;
}

/* == batches == */

static int make_room(struct agg_room *room, struct err *e)
{
	if (!room->values && !(room->values = mem_column(VEC_MAX * 8)))
		return err_nomem(e);
	if (!room->there && !(room->there = mem_column(VEC_MAX)))
		return err_nomem(e);
	return 0;
}

/* A constant of a type with one array, n times. */
static void spread(struct vec *v, const struct agg_room *room, int32_t n)
{
	bool there = vec_has(v, 0);

	memset(room->there, there, (size_t)n);
	for (int32_t i = 0; i < n; i++) {
		switch (v->type) {
		case TYPE_BOOL: ((uint8_t *)room->values)[i] = there ? v->as.truth[0] : 0; break;
		case TYPE_DATE: ((int32_t *)room->values)[i] = there ? v->as.days[0] : 0; break;
		default: ((int64_t *)room->values)[i] = there ? v->as.i64[0] : 0; break;
		}
	}
	*v = (struct vec){ .type = v->type, .n = n, .there = there ? NULL : room->there, .as.i64 = room->values };
}

static void widen(struct vec *v, const struct agg_room *room, int32_t n)
{
	const int64_t *from = v->as.i64;
	double *to = room->values;

	for (int32_t i = 0; i < n; i++)
		to[i] = (double)from[i];
	v->type = TYPE_FLOAT64;
	v->as.f64 = to;
}

int agg_add(struct agg *a, const uint32_t *ids, int64_t ngroups, const struct vec *args, int32_t n, struct err *e)
{
	struct vec flat[AGG_ARGS];
	int rc = make_groups(a, ngroups > 1 ? ngroups : 1, e);

	for (int k = 0; k < a->nargs && !rc; k++) {
		bool single = args[k].type != TYPE_STRING && args[k].type != TYPE_QUANTITY;
		bool whole = args[k].type == TYPE_INT64 && a->types[k] == TYPE_FLOAT64;

		flat[k] = args[k];
		if ((args[k].constant && single) || whole)
			rc = make_room(&a->room[k], e);
		if (!rc && args[k].constant && single)
			spread(&flat[k], &a->room[k], n);
		if (!rc && whole)
			widen(&flat[k], &a->room[k], n);
		assert(rc || flat[k].type == a->types[k]);
	}
	return rc || !n ? rc : a->class->add(a, ids, flat, n, e);
}

int agg_merge(struct agg *into, struct agg *from, const uint32_t *map, int64_t ngroups, struct err *e)
{
	int rc = make_groups(into, ngroups, e);

	assert(into->class == from->class);
	return rc ? rc : into->class->merge(into, from, map, e);
}

int agg_finish(struct agg *a, int64_t ngroups, struct column **out, struct err *e)
{
	int rc = make_groups(a, ngroups, e);

	return rc ? rc : a->class->finish(a, ngroups, out, e);
}
