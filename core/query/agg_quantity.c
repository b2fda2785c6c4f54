/*
 * agg_quantity.c - sum, min and max of quantities: of their bounds.
 *
 * min and max compare like with like: a group's codes (measure, basis, base of a share, unit) are those of its first value, and others are
 * an error that names both. A sum may go over sets of losses that have no part in common, killed and wounded, and counts their union.
 * Whether a set comes in beside another is told by their parts: each part of a group remembers the set that brought it, and a set may
 * only bring parts that nobody brought, or all that it brought before. The order of rows does not matter then. Days
 * reach from the first to the last of all figures. A single figure stays as it was said.
 */
#include "query/agg_priv.h"
#include "table/category.h"

#include <string.h>

struct figures {                         /* part 0 */
	struct sum low, high;            /* min, max: only s */
	double stated;
	uint32_t kind;
	uint32_t code;                   /* + 1 of the codes, among the texts `own`; 0 = no value yet */
	uint32_t last;                   /* as code: of the last row that went in */
	uint8_t brought[CATEGORY_PARTS]; /* of sums: the set that brought this part; 0 = none */
	bool has_since, has_as_of;
	int32_t since, as_of;
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
	struct quantity bare = { .measure = q->measure, .basis = q->basis, .base = q->base, .unit = q->unit };
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
	const struct slice *parts[] = { &q.measure, &q.basis, &q.base, &q.unit };
	bool any = false;

	quantity_unpack(packed, &q);
	for (int k = 0; k < 4; k++) {
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
	struct buf left = BUF_INIT, right = BUF_INIT, why = BUF_INIT;
	struct quantity p, q;
	int rc;

	print_codes(&left, one);
	print_codes(&right, other);
	quantity_unpack(one, &p);
	quantity_unpack(other, &q);
	if (!slice_eq(p.measure, q.measure) && category_relation(p.measure, q.measure) != CATEGORY_UNRELATED) {
		buf_str(&why, ": ");
		category_explain(&why, p.measure, q.measure);
	}
	if (!(rc = buf_check(&left, e)) && !(rc = buf_check(&right, e)) && !(rc = buf_check(&why, e)))
		rc = err_set(e, ERR_TYPE, "%s cannot put quantities of '%s' and of '%s' together%s", a->class->name, left.p, right.p,
			     why.p ? why.p : "");
	buf_release(&left);
	buf_release(&right);
	buf_release(&why);
	return rc;
}

/* The set that brought a part which the measure of `packed` has, too, but is another one; 0 when there is none. */
static unsigned clash(const struct figures *f, unsigned parts)
{
	for (int k = 0; k < CATEGORY_PARTS; k++)
		if (parts >> k & 1 && f->brought[k] && f->brought[k] != parts)
			return f->brought[k];
	return 0;
}

static void bring(struct figures *f, unsigned parts)
{
	for (int k = 0; k < CATEGORY_PARTS; k++)
		if (parts >> k & 1)
			f->brought[k] = (uint8_t)parts;
}

static unsigned parts_of(const struct agg *a, uint32_t code, struct quantity *q)
{
	quantity_unpack(texts_value(a->own, code - 1), q);
	return category_parts(q->measure);
}

/* The codes of `q` with another measure. */
static int with_measure(struct agg *a, const struct quantity *q, struct slice measure, uint32_t *code, struct err *e)
{
	struct quantity all = *q;

	all.measure = measure;
	return code_of(a->own, &all, code, e);
}

static bool is_sum(const struct agg *a)
{
	return a->class->name[0] == 's';
}

/* A row of other codes than the last of its group: f->code becomes those of all together. */
static int widen(struct agg *a, struct figures *f, uint32_t code, struct err *e)
{
	struct quantity ours, q;
	unsigned had = parts_of(a, f->code, &ours), parts = parts_of(a, code, &q), other;
	int rc;

	if (!is_sum(a) || !had || !parts || !slice_eq(ours.basis, q.basis) || !slice_eq(ours.base, q.base) || !slice_eq(ours.unit, q.unit))
		return code == f->code ? 0 : unlike(a, texts_value(a->own, f->code - 1), texts_value(a->own, code - 1), e);
	if ((other = clash(f, parts))) {
		const char *name = category_of_parts(other);
		uint32_t theirs;

		if ((rc = with_measure(a, &ours, slice_of(name, strlen(name)), &theirs, e)))
			return rc;
		return unlike(a, texts_value(a->own, theirs - 1), texts_value(a->own, code - 1), e);
	}
	if (had != (had | parts)) {
		const char *name = category_of_parts(had | parts);

		if ((rc = with_measure(a, &ours, slice_of(name, strlen(name)), &f->code, e)))
			return rc;
	}
	bring(f, parts);
	return 0;
}

static void put_figure(const struct agg *a, struct figures *f, const struct figures *more)
{
	if (!f->values) {
		struct figures old = *f;

		*f = *more;
		f->missing += old.missing;
		return;
	}
	if (is_sum(a)) {
		sum_join(&f->low, &more->low);
		sum_join(&f->high, &more->high);
	} else if (a->class->name[1] == 'i') {
		f->low.s = fmin(f->low.s, more->low.s);
		f->high.s = fmin(f->high.s, more->high.s);
	} else {
		f->low.s = fmax(f->low.s, more->low.s);
		f->high.s = fmax(f->high.s, more->high.s);
	}
	f->has_since &= more->has_since;
	f->has_as_of &= more->has_as_of;
	if (more->since < f->since)
		f->since = more->since;
	if (more->as_of > f->as_of)
		f->as_of = more->as_of;
	f->last = more->last;
	f->values += more->values;
	f->missing += more->missing;
}

static bool like_codes(const struct quantity *a, const struct quantity *b)
{
	return slice_eq(a->measure, b->measure) && slice_eq(a->basis, b->basis) && slice_eq(a->base, b->base) && slice_eq(a->unit, b->unit);
}

static int add_figures(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	struct figures *figures = a->part[0];
	struct texts *codes = a->own;
	const struct quantity *before = NULL;    /* neighbours are often alike, and looking for a text takes longer */
	uint32_t code = 0;
	int rc;

	for (int32_t i = 0; i < n; i++) {
		const struct quantity *q = &args[0].as.figure[args[0].constant ? 0 : i];
		struct figures *f = &figures[ids ? ids[i] : 0];
		struct figures one = { .values = 1 };

		if (!vec_has(&args[0], i)) {
			f->missing++;
			continue;
		}
		if ((!before || !like_codes(before, q)) && (rc = code_of(codes, q, &code, e)))
			return rc;
		before = q;
		one.code = one.last = code;
		if (f->values && f->last != code && (rc = widen(a, f, code, e)))
			return rc;
		one.low.s = q->low;
		one.high.s = q->high;
		one.stated = q->stated;
		one.kind = q->kind;
		one.has_since = q->has_since;
		one.has_as_of = q->has_as_of;
		one.since = q->has_since ? q->since : 0;
		one.as_of = q->has_as_of ? q->as_of : 0;
		if (!f->values)
			bring(&one, category_parts(q->measure));
		put_figure(a, f, &one);
	}
	return 0;
}

/* Two states of one group, the other's codes being `code` here: each set that it has comes in as a row would. */
static int merge_codes(struct agg *into, struct figures *f, const struct figures *more, uint32_t code, struct err *e)
{
	struct quantity q;
	unsigned parts = parts_of(into, code, &q);
	int rc;

	if (!is_sum(into) || !parts)
		return widen(into, f, code, e);
	if (code == f->code && !memcmp(f->brought, more->brought, sizeof f->brought))
		return 0;
	for (int k = 0; k < CATEGORY_PARTS; k++) {
		const char *name = category_of_parts(more->brought[k]);

		uint32_t one;

		if (!name || (k && more->brought[k] & ((1u << k) - 1)))
			continue;        /* the set came with its first part */
		parts_of(into, code, &q);        /* once more: a new text may have moved the others */
		if ((rc = with_measure(into, &q, slice_of(name, strlen(name)), &one, e)) || (rc = widen(into, f, one, e)))
			return rc;
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
		uint32_t code;
		int rc = texts_codes(codes, &s, NULL, 1, &code, e);

		if (rc)
			return rc;
		code++;
		if (f->values && (rc = merge_codes(into, f, &more, code, e)))
			return rc;
		more.code = code;
		more.last = 0;
		put_figure(into, f, &more);
	}
	return 0;
}

static int finish_figures(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct figures *f = a->part[0];
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
		q.has_since = f[g].has_since;
		q.has_as_of = f[g].has_as_of;
		q.since = f[g].since;
		q.as_of = f[g].as_of;
		if (f[g].values > 1 || (is_sum(a) && f[g].missing)) {
			q.stated = NAN;
			q.kind = QUANTITY_COMPUTED;
		}
		if (is_sum(a) && f[g].missing)
			q.high = INFINITY;
		builder_quantity(&b, &q);
	}
	return builder_finish(&b, out, e);
}

#define FIGURE_CLASS(which)                                                                                           \
	{ .name = which, .types = "q", .size = { sizeof(struct figures) }, .open = open_figures, .add = add_figures,  \
	  .merge = merge_figures, .finish = finish_figures, .release = release_figures }
const struct agg_class agg_quantities[] = { FIGURE_CLASS("sum"), FIGURE_CLASS("min"), FIGURE_CLASS("max"), { 0 } };
