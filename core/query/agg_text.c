/*
 * agg_text.c - min, max, first and last of strings, first and last of quantities: values of any length.
 *
 * A group keeps its own copy of the bytes, since what a vec points at is gone with the batch. With a dictionary, a code that is the
 * same as the last one taken needs no look at the bytes.
 */
#include "query/agg_priv.h"

#include <string.h>

struct text {                            /* part 0 */
	char *p;
	uint32_t n, cap;
	uint32_t code;                   /* + 1, in the dictionary `own` points to; 0 = not known */
	bool there;
};

struct texts_of {
	struct column *dict;             /* that the codes are of */
	struct buf pack;                 /* a quantity as bytes */
};

static int open_texts(struct agg *a, struct err *e)
{
	return (a->own = mem_zero(1, sizeof(struct texts_of))) ? 0 : err_nomem(e);
}

static void release_texts(struct agg *a)
{
	struct text *t = a->part[0];
	struct texts_of *own = a->own;

	for (int64_t g = 0; g < a->cap; g++)
		mem_free(t[g].p);
	if (own) {
		column_unref(own->dict);
		buf_release(&own->pack);
	}
	mem_free(own);
}

static int put(struct text *t, struct slice s, uint32_t code, struct err *e)
{
	if (s.n > UINT32_MAX / 2)
		return err_set(e, ERR_DOMAIN, "a text of %zu bytes is too long", s.n);
	if (s.n > t->cap || !t->p) {
		uint32_t cap = s.n * 2 > 16 ? (uint32_t)s.n * 2 : 16;
		char *p = mem_resize(t->p, cap);

		if (!p)
			return err_nomem(e);
		t->p = p;
		t->cap = cap;
	}
	if (s.n)
		memcpy(t->p, s.p, s.n);
	t->n = (uint32_t)s.n;
	t->code = code;
	t->there = true;
	return 0;
}

static int compare(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

/* Does a value that comes behind take the place of what is there? */
static bool wins(const struct agg *a, const struct text *t, struct slice s)
{
	const char *name = a->class->name;

	if (!t->there || name[0] == 'l')
		return true;
	if (name[0] == 'f')
		return false;
	return name[1] == 'i' ? compare(s, slice_of(t->p, t->n)) < 0 : compare(s, slice_of(t->p, t->n)) > 0;
}

/* Codes of another dictionary mean nothing any more. */
static void change_dict(struct agg *a, const struct column *dict)
{
	struct texts_of *own = a->own;
	struct text *t = a->part[0];

	if (own->dict == dict)
		return;
	for (int64_t g = 0; g < a->ngroups; g++)
		t[g].code = 0;
	column_unref(own->dict);
	own->dict = dict ? column_ref(dict) : NULL;
}

static int add_texts(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	const struct vec *v = &args[0];
	struct texts_of *own = a->own;
	struct text *texts = a->part[0];
	int rc = 0;

	change_dict(a, v->type == TYPE_STRING && v->code_size ? v->dict : NULL);
	for (int32_t i = 0; i < n && !rc; i++) {
		struct text *t = &texts[ids ? ids[i] : 0];
		uint32_t code = 0;
		struct slice s;

		if (!vec_has(v, i) || (t->there && a->class->name[0] == 'f'))
			continue;
		if (own->dict && t->code == (code = (uint32_t)vec_code(v, i) + 1))
			continue;
		if (v->type == TYPE_QUANTITY) {
			buf_clear(&own->pack);
			quantity_pack(&own->pack, &v->as.figure[v->constant ? 0 : i]);
			if ((rc = buf_check(&own->pack, e)))
				break;
			s = slice_of(own->pack.p, own->pack.n);
		} else {
			s = vec_text(v, i);
		}
		if (wins(a, t, s))
			rc = put(t, s, code, e);
	}
	return rc;
}

static int merge_texts(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	struct text *to = into->part[0], *t = from->part[0];

	(void)e;
	for (int64_t g = 0; g < from->ngroups; g++) {
		int64_t k = map ? (int64_t)map[g] : g;
		struct text old = to[k];

		if (!t[g].there || !wins(into, &to[k], slice_of(t[g].p, t[g].n)))
			continue;
		to[k] = t[g];                    /* from is spent: its bytes change hands */
		to[k].code = 0;
		t[g] = old;
	}
	return 0;
}

static int finish_texts(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct text *t = a->part[0];
	struct builder b;
	int rc = builder_init(&b, a->types[0], e);

	if (rc)
		return rc;
	for (int64_t g = 0; g < n; g++) {
		struct quantity q;

		if (!t[g].there) {
			builder_missing(&b);
		} else if (a->types[0] == TYPE_QUANTITY) {
			quantity_unpack(slice_of(t[g].p, t[g].n), &q);
			builder_quantity(&b, &q);
		} else {
			builder_string(&b, t[g].p, t[g].n);
		}
	}
	return builder_finish(&b, out, e);
}

#define TEXT_CLASS(which, of)                                                                                         \
	{ .name = which, .types = of, .size = { sizeof(struct text) }, .open = open_texts, .add = add_texts,          \
	  .merge = merge_texts, .finish = finish_texts, .release = release_texts }
const struct agg_class agg_texts[] = {
	TEXT_CLASS("min", "s"), TEXT_CLASS("max", "s"), TEXT_CLASS("first", "sq"), TEXT_CLASS("last", "sq"), { 0 },
};
