/*
 * agg_quantity.c - sum, min and max of quantities: of their bounds.
 *
 * Quantities that count unlike things are never put together: a group's codes (measure, basis, base of a share) are those of its
 * first value, and another code is an error that names both. A single figure stays as it was said.
 */
#include "query/agg_priv.h"

#include <string.h>

struct figures {                         /* part 0 */
	struct sum low, high;            /* min, max: only s */
	double stated;
	uint32_t kind;
	uint32_t code;                   /* + 1 of the codes, among the texts `own`; 0 = no value yet */
	int64_t values, missing;
};

static int open_figures(struct agg *a, struct err *e)
{
	return (a->own = mem_zero(1, sizeof(struct texts))) ? 0 : err_nomem(e);
}

static void release_figures(struct agg *a)
{
	if (a->own)
		texts_release(a->own);
	mem_free(a->own);
}

/* The codes alone: a quantity without numbers. */
static int code_of(struct texts *codes, const struct quantity *q, uint32_t *out, struct err *e)
{
	struct quantity bare = { .measure = q->measure, .basis = q->basis, .base = q->base };
	struct buf bytes = BUF_INIT;
	struct slice s;
	int rc;

	quantity_pack(&bytes, &bare);
	s = slice_of(bytes.p, bytes.n);
	if (!(rc = buf_check(&bytes, e)) && !(rc = texts_codes(codes, &s, NULL, 1, out, e)))
		++*out;
	buf_release(&bytes);
	return rc;
}

static void print_codes(struct buf *out, struct slice packed)
{
	struct quantity q;
	const struct slice *parts[] = { &q.measure, &q.basis, &q.base };
	bool any = false;

	quantity_unpack(packed, &q);
	for (int k = 0; k < 3; k++) {
		if (!parts[k]->n)
			continue;
		buf_str(out, !any ? "" : k == 2 ? " of " : ", ");
		text_escape(out, parts[k]->p, parts[k]->n);
		any = true;
	}
	if (!any)
		buf_str(out, "without a measure");
}

static int unlike(const struct agg *a, struct slice one, struct slice other, struct err *e)
{
	struct buf left = BUF_INIT, right = BUF_INIT;
	int rc;

	print_codes(&left, one);
	print_codes(&right, other);
	if (!(rc = buf_check(&left, e)) && !(rc = buf_check(&right, e)))
		rc = err_set(e, ERR_TYPE, "%s cannot put quantities of '%s' and of '%s' together", a->class->name, left.p, right.p);
	buf_release(&left);
	buf_release(&right);
	return rc;
}

static void put_figure(const struct agg *a, struct figures *f, const struct figures *more)
{
	const char *name = a->class->name;

	if (!f->values) {
		struct figures old = *f;

		*f = *more;
		f->missing += old.missing;
		return;
	}
	if (name[0] == 's') {
		sum_join(&f->low, &more->low);
		sum_join(&f->high, &more->high);
	} else if (name[1] == 'i') {
		f->low.s = fmin(f->low.s, more->low.s);
		f->high.s = fmin(f->high.s, more->high.s);
	} else {
		f->low.s = fmax(f->low.s, more->low.s);
		f->high.s = fmax(f->high.s, more->high.s);
	}
	f->values += more->values;
	f->missing += more->missing;
}

static int add_figures(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	struct figures *figures = a->part[0];
	struct texts *codes = a->own;
	int rc;

	for (int32_t i = 0; i < n; i++) {
		const struct quantity *q = &args[0].as.figure[args[0].constant ? 0 : i];
		struct figures *f = &figures[ids ? ids[i] : 0];
		struct figures one = { .values = 1 };

		if (!vec_has(&args[0], i)) {
			f->missing++;
			continue;
		}
		if ((rc = code_of(codes, q, &one.code, e)))
			return rc;
		if (f->values && f->code != one.code)
			return unlike(a, texts_value(codes, f->code - 1), texts_value(codes, one.code - 1), e);
		one.low.s = q->low;
		one.high.s = q->high;
		one.stated = q->stated;
		one.kind = q->kind;
		put_figure(a, f, &one);
	}
	return 0;
}

static int merge_figures(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	struct figures *figures = into->part[0];
	struct texts *codes = into->own, *theirs = from->own;

	for (int64_t g = 0; g < from->ngroups; g++) {
		struct figures *f = &figures[map ? map[g] : g], more = ((struct figures *)from->part[0])[g];

		if (!more.values) {
			f->missing += more.missing;
			continue;
		}
		struct slice s = texts_value(theirs, more.code - 1);
		int rc = texts_codes(codes, &s, NULL, 1, &more.code, e);

		if (rc)
			return rc;
		more.code++;
		if (f->values && f->code != more.code)
			return unlike(into, texts_value(codes, f->code - 1), s, e);
		put_figure(into, f, &more);
	}
	return 0;
}

static int finish_figures(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct figures *f = a->part[0];
	bool sum = a->class->name[0] == 's';
	struct builder b;
	int rc = builder_init(&b, TYPE_QUANTITY, e);

	if (rc)
		return rc;
	for (int64_t g = 0; g < n; g++) {
		struct quantity q;

		if (!f[g].values) {
			builder_missing(&b);
			continue;
		}
		quantity_unpack(texts_value(a->own, f[g].code - 1), &q);
		q.low = sum_value(&f[g].low);
		q.high = sum_value(&f[g].high);
		q.stated = f[g].stated;
		q.kind = (enum quantity_kind)f[g].kind;
		if (f[g].values > 1 || (sum && f[g].missing)) {
			q.stated = NAN;
			q.kind = QUANTITY_COMPUTED;
		}
		if (sum && f[g].missing)
			q.high = INFINITY;
		builder_quantity(&b, &q);
	}
	return builder_finish(&b, out, e);
}

#define FIGURE_CLASS(which)                                                                                           \
	{ .name = which, .types = "q", .size = { sizeof(struct figures) }, .open = open_figures, .add = add_figures,  \
	  .merge = merge_figures, .finish = finish_figures, .release = release_figures }
const struct agg_class agg_quantities[] = { FIGURE_CLASS("sum"), FIGURE_CLASS("min"), FIGURE_CLASS("max"), { 0 } };
