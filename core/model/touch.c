/*
 * touch.c - which whole-numbered unknowns a number depends on, while they are summed out (sumout.c).
 *
 * Every place of a statement where such an unknown is named is an occurrence, with a value of its own. A number of a value
 * depends on one element of it or on none; operations carry that along as they carry the numbers.
 */
#include "model/model_priv.h"

#include <string.h>

static struct touch *touch_new(struct compiler *c, int32_t n)
{
	struct touch *t = arena_zero(c->arena, 1, sizeof *t);

	if (t && !(t->elements = arena_zero(c->arena, TOUCH_MAX, sizeof *t->elements)))
		return NULL;
	if (t)
		t->n = n;
	return t;
}

/* Elements of one occurrence, none of them set. */
static int32_t *touch_room(struct compiler *c, struct touch *t, int occurrence)
{
	int32_t *room = arena_room(c->arena, ((size_t)t->n + 1) * sizeof *room);

	if (room) {
		memset(room, -1, ((size_t)t->n + 1) * sizeof *room);
		t->elements[occurrence] = room;
	}
	return room;
}

static int mixed(struct compiler *c, const struct expr_node *x, struct err *e)
{
	return model_fault(c, x->mark, ERR_DATA, e, "this mixes different elements of a whole-numbered unknown in one number, so they cannot be summed out one by "
						     "one; factor() and '~' add up their rows by themselves");
}

/* Out number i has what number from[i] of v touches. */
static int carry(struct compiler *c, const struct expr_node *x, const struct touch *from, const int32_t *index, struct touch *to, struct err *e)
{
	for (int k = 0; k < TOUCH_MAX; k++) {
		int32_t *elements = (int32_t *)to->elements[k];

		if (!from->elements[k])
			continue;
		if (!elements && !(elements = touch_room(c, to, k)))
			return err_nomem(e);
		for (int32_t i = 0; i < to->n; i++) {
			int32_t element = from->elements[k][index[i]];

			if (element < 0)
				continue;
			if (elements[i] >= 0 && elements[i] != element)
				return mixed(c, x, e);
			elements[i] = element;
		}
	}
	return 0;
}

int touch_source(struct compiler *c, int occurrence, int32_t n, const struct touch **out, struct err *e)
{
	struct touch *t = touch_new(c, n);
	int32_t *elements = t ? touch_room(c, t, occurrence) : NULL;

	if (!elements)
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++)
		elements[i] = i;
	*out = t;
	return 0;
}

static bool any_touch(const struct mvalue *args, int n)
{
	for (int k = 0; k < n; k++)
		if (args[k].touch)
			return true;
	return false;
}

/* For each number of `out` the number of `v` that it came from, as value_spread spreads. */
static int spread_index(struct compiler *c, const struct mvalue *v, const struct mvalue *out, int32_t *index, struct err *e)
{
	int32_t n = value_numbers(out), inner = value_inner(out), inner_v = value_inner(v);
	const int32_t *map = NULL;
	int rc;

	if (v->lanes && out->lanes && (rc = domain_map(c, out->lanes, v->lanes, &map, e)))
		return rc;
	for (int32_t i = 0; i < n; i++)
		index[i] = (map ? map[i / inner] : 0) * inner_v + (v->rank ? i % inner : 0);
	return 0;
}

int touch_merge(struct compiler *c, const struct expr_node *x, const struct mvalue *args, int nargs, struct mvalue *out, struct err *e)
{
	int32_t n = value_numbers(out), *index;
	struct touch *t;
	int rc = 0;

	if (!c->sumout || !any_touch(args, nargs))
		return 0;
	t = touch_new(c, n);
	index = mem_alloc(((size_t)n + 1) * sizeof *index);
	if (!t || !index)
		rc = err_nomem(e);
	for (int k = 0; k < nargs && !rc; k++)
		if (args[k].touch && !(rc = spread_index(c, &args[k], out, index, e)))
			rc = carry(c, x, args[k].touch, index, t, e);
	mem_free(index);
	if (!rc)
		out->touch = t;
	return rc;
}

int touch_promote(struct compiler *c, const struct mvalue *v, struct mvalue *out, struct err *e)
{
	static const struct expr_node nowhere;

	out->touch = NULL;
	return touch_merge(c, &nowhere, v, 1, out, e);
}

int touch_index(struct compiler *c, const struct expr_node *x, const struct mvalue *index, int k, int rank, const int32_t *sizes, struct place_list *p,
		struct err *e)
{
	int32_t lanes = p->lanes ? p->lanes->n : 1, n = lanes * p->n, *from, stride = 1;
	const int32_t *map = NULL;
	struct touch *t;
	int rc = 0;

	if (!c->sumout || !index->touch)
		return 0;
	if (index->lanes && (rc = domain_map(c, p->lanes, index->lanes, &map, e)))
		return rc;
	for (int j = k + 1; j < rank; j++)
		stride *= sizes[j];
	t = p->touch ? (struct touch *)p->touch : touch_new(c, n);
	from = mem_alloc(((size_t)n + 1) * sizeof *from);
	if (!t || !from)
		rc = err_nomem(e);
	for (int32_t i = 0; !rc && i < n; i++)
		from[i] = (map ? map[i / p->n] : 0) * sizes[k] + i % p->n / stride % sizes[k];
	if (!rc)
		rc = carry(c, x, index->touch, from, t, e);
	mem_free(from);
	if (!rc)
		p->touch = t;
	return rc;
}

int touch_gather(struct compiler *c, const struct mvalue *base, const struct place_list *p, const int32_t *index, int32_t n, struct mvalue *out,
		 struct err *e)
{
	static const struct expr_node nowhere;
	const int32_t *map = NULL;
	int32_t *from;
	struct touch *t;
	int rc = 0;

	if (!c->sumout || (!base->touch && !p->touch))
		return 0;
	if (p->lanes && (rc = domain_map(c, out->lanes, p->lanes, &map, e)))
		return rc;
	t = touch_new(c, n);
	from = mem_alloc(((size_t)n + 1) * sizeof *from);
	if (!t || !from)
		rc = err_nomem(e);
	if (!rc && base->touch)
		rc = carry(c, &nowhere, base->touch, index, t, e);
	for (int32_t i = 0; !rc && i < n; i++)
		from[i] = (map ? map[i / p->n] : 0) * p->n + i % p->n;
	if (!rc && p->touch)
		rc = carry(c, &nowhere, p->touch, from, t, e);
	mem_free(from);
	if (!rc)
		out->touch = t;
	return rc;
}

int touch_list(struct compiler *c, const struct expr_node *x, const struct mvalue *items, int n, struct mvalue *out, struct err *e)
{
	int32_t numbers = value_numbers(out), inner = value_inner(out) / n, *index, *from;
	struct mvalue item = *out;
	struct touch *t;
	int rc = 0;

	if (!c->sumout || !any_touch(items, n))
		return 0;
	/* the shape of one item */
	memmove(item.dims, item.dims + 1, sizeof item.dims - sizeof *item.dims);
	item.rank--;
	t = touch_new(c, numbers);
	index = mem_alloc(((size_t)numbers + 1) * sizeof *index);
	from = mem_alloc(((size_t)numbers + 1) * sizeof *from);
	if (!t || !index || !from)
		rc = err_nomem(e);
	for (int k = 0; k < n && !rc; k++) {
		if (!items[k].touch || (rc = spread_index(c, &items[k], &item, index, e)))
			continue;
		for (int o = 0; o < TOUCH_MAX && !rc; o++) {
			int32_t *elements = (int32_t *)t->elements[o];

			if (!items[k].touch->elements[o])
				continue;
			if (!elements && !(elements = touch_room(c, t, o)))
				rc = err_nomem(e);
			for (int32_t i = 0; !rc && i < numbers; i++)
				if (i / inner % n == k)
					elements[i] = items[k].touch->elements[o][index[i / (inner * n) * inner + i % inner]];
		}
	}
	mem_free(index);
	mem_free(from);
	(void)x;
	if (!rc)
		out->touch = t;
	return rc;
}

/* Blocks of numbers become one number each: what they touch has to agree. */
static int blocks(struct compiler *c, const struct expr_node *x, const struct touch *from, int32_t n, const int32_t *starts, int32_t size, struct touch *t,
		  struct err *e)
{
	for (int k = 0; k < TOUCH_MAX; k++) {
		int32_t *elements = (int32_t *)t->elements[k];

		if (!from->elements[k])
			continue;
		if (!elements && !(elements = touch_room(c, t, k)))
			return err_nomem(e);
		for (int32_t i = 0; i < n; i++)
			for (int32_t j = starts ? starts[i] : i * size; j < (starts ? starts[i + 1] : (i + 1) * size); j++) {
				int32_t element = from->elements[k][j];

				if (element >= 0 && elements[i] >= 0 && elements[i] != element)
					return mixed(c, x, e);
				elements[i] = element >= 0 ? element : elements[i];
			}
	}
	return 0;
}

int touch_reduce(struct compiler *c, const struct expr_node *x, const struct mvalue *v, const struct segments *segments, struct mvalue *out, struct err *e)
{
	int32_t n = out->lanes ? out->lanes->n : 1;
	struct touch *t;
	int rc;

	if (!c->sumout || !v->touch)
		return 0;
	if (!(t = touch_new(c, n)))
		return err_nomem(e);
	if ((rc = blocks(c, x, v->touch, n, segments ? segments->starts : NULL, v->touch->n, t, e)))
		return rc;
	out->touch = t;
	return 0;
}

int touch_rows(struct compiler *c, const struct expr_node *x, const struct mvalue *v, int32_t rows, bool shared, struct mvalue *out, struct err *e)
{
	struct touch *t = (struct touch *)out->touch;
	int rc;

	if (!c->sumout || !v->touch)
		return 0;
	if (!t && !(t = touch_new(c, rows)))
		return err_nomem(e);
	if (shared && rows > 1) {
		/* one parameter for all rows */
		struct touch *one = touch_new(c, 1);
		int32_t *index = mem_zero((size_t)rows + 1, sizeof *index);

		rc = one && index ? blocks(c, x, v->touch, 1, NULL, v->touch->n, one, e) : err_nomem(e);
		if (!rc)
			rc = carry(c, x, one, index, t, e);
		mem_free(index);
	} else {
		rc = blocks(c, x, v->touch, rows, NULL, v->touch->n / rows, t, e);
	}
	if (!rc)
		out->touch = t;
	return rc;
}

int touch_refuse(struct compiler *c, const struct expr_node *x, const struct mvalue *v, struct err *e)
{
	return c->sumout && v->touch ? mixed(c, x, e) : 0;
}
