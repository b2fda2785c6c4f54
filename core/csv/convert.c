/*
 * convert.c - fields to values, some hundred rows of a column at a time.
 *
 * A kernel does the common spellings; what it leaves (quotes, missing values, long numbers) is read with care, one by
 * one. A value that does not fit the kind the column had so far widens it on the spot: integers become floats where
 * they stand; for text the column is marked to be read again, unless this is the first block.
 */
#include "csv/convert_priv.h"

#include <string.h>

void converter_release(struct converter *v)
{
	mem_free(v->cols);
	mem_free(v->maps);
	buf_release(&v->text);
}

/* == fields == */

/* The value of a field, without its quotes; good until the next call. */
static struct slice value_at(struct converter *v, const struct rows *r, size_t i, int field, struct err *e, int *rc)
{
	struct slice s = field_at(r, i, field);

	if (!field_quoted(v, r, s))
		return s;
	buf_clear(&v->text);
	buf_fill(&v->text, 0, s.n);
	if ((*rc = buf_check(&v->text, e)))
		return slice_of("", 0);
	return slice_of(v->text.p, field_unquote(v->text.p, s, v->quote));
}

struct slice convert_text_of(struct converter *v, const struct rows *r, size_t i, int field, struct err *e, int *rc)
{
	struct slice s = value_at(v, r, i, field, e, rc);

	return field_is_missing(v->o, s) ? slice_of(NULL, 0) : s;
}

/* == kinds == */

enum kind convert_kind(enum type t)
{
	static const enum kind kinds[] = {
		[TYPE_BOOL] = KIND_BOOL, [TYPE_INT64] = KIND_INT64,       [TYPE_FLOAT64] = KIND_FLOAT64,
		[TYPE_DATE] = KIND_DATE, [TYPE_DATETIME] = KIND_DATETIME, [TYPE_STRING] = KIND_CODES,
		[TYPE_QUANTITY] = KIND_CODES,
	};

	return kinds[t];
}

static size_t value_size(enum kind k)
{
	return k == KIND_BOOL ? 1 : k == KIND_DATE ? 4 : 8;
}

/* Types that a value of class `t` is none of. */
static int rule_out_others(struct store_column *col, enum type t, int64_t row, int64_t line, struct slice text, struct err *e)
{
	static const enum type all[] = { TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_DATETIME };
	int rc = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all && !rc; i++)
		if (all[i] != t && !(all[i] == TYPE_FLOAT64 && t == TYPE_INT64))
			rc = store_rule_out(col, all[i], row, line, text, e);
	return rc;
}

/* The column will be read a second time, as text when its dictionary was too big. */
static void leave(struct converter *v, struct converting *c, int64_t block)
{
	pthread_mutex_lock(&c->col->lock);
	if (block < c->col->left_since) {
		c->col->left_since = block;
		c->col->left_file = v->file;
	}
	pthread_mutex_unlock(&c->col->lock);
	c->kind = KIND_LEFT;
}

static void zero_rows(struct converter *v, struct converting *c, int64_t row, size_t n)
{
	char *p = store_array(v->store, c->col, c->kind);

	if (c->kind != KIND_CODES && p)
		memset(p + (size_t)row * value_size(c->kind), 0, n * value_size(c->kind));
	else if (p)
		memset(p + (size_t)row * (size_t)c->col->code_size, 0, n * (size_t)c->col->code_size);
}

static int convert_rows(struct converter *v, const struct rows *r, struct converting *c, int64_t block, int64_t row,
			size_t from, size_t n, struct err *e);

/*
 * Row `i` of the block holds `text`, which c->kind cannot: another kind, and the rows [0, done) that had the old one
 * follow. The batch itself is converted again by the caller.
 */
static int widen(struct converter *v, const struct rows *r, struct converting *c, int64_t block, int64_t row, size_t done,
		 size_t i, struct slice text, struct err *e)
{
	enum type t = infer_class(text, v->o->decimal);
	enum kind old = c->kind;
	int64_t *wide, line = rows_line(r, i);
	double d;
	int rc = 0;

	if (!v->settled && (rc = rule_out_others(c->col, t, row + (int64_t)i, line, text, e)))
		return rc;
	if (old == KIND_NONE) {
		c->kind = convert_kind(t);
		zero_rows(v, c, row, r->n);
		return 0;
	}
	if (old == KIND_INT64 && t == TYPE_FLOAT64) {
		wide = store_array(v->store, c->col, KIND_INT64);
		for (size_t k = 0; k < done; k++) {
			d = (double)wide[row + (int64_t)k];
			memcpy(&wide[row + (int64_t)k], &d, sizeof d);
		}
		c->kind = KIND_FLOAT64;
		return 0;
	}
	if (!v->first) {
		leave(v, c, block);
		return 0;
	}
	c->kind = KIND_CODES;
	memset(c->map, 0, v->map_words * sizeof *c->map);
	c->missing = 0;
	for (size_t k = 0; k < done && !rc; k += CONVERT_ROWS)
		rc = convert_rows(v, r, c, block, row, k, done - k < CONVERT_ROWS ? done - k : CONVERT_ROWS, e);
	return rc;
}

/* == one batch == */

static size_t leave_all(struct converter *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v->left[i] = (uint32_t)i;
	return n;
}

static size_t by_kernel(struct converter *v, const struct rows *r, struct converting *c, size_t from, size_t n, void *out)
{
	struct kernel_fields f;

	if (r->b->slow || !v->plain_missing)
		return leave_all(v, n);
	f = fields_of(r, c->field, from);
	switch (c->kind) {
	case KIND_INT64:
		return v->kernel->int64(&f, n, out, v->left);
	case KIND_FLOAT64:
		return v->kernel->float64(&f, n, v->o->decimal ? v->o->decimal : '.', out, v->left);
	case KIND_DATE:
		return v->kernel->date(&f, n, out, v->left);
	default:
		return leave_all(v, n);
	}
}

static const enum type types[] = {
	[KIND_NONE] = TYPE_COUNT, [KIND_BOOL] = TYPE_BOOL, [KIND_INT64] = TYPE_INT64, [KIND_FLOAT64] = TYPE_FLOAT64,
	[KIND_DATE] = TYPE_DATE,  [KIND_DATETIME] = TYPE_DATETIME,
};

/* An inferred float column takes no digits that a double would round: they are no number then. */
static bool reads_as(const struct converter *v, const struct converting *c, struct slice text, void *out)
{
	enum type t = types[c->kind];

	if (c->col->declared || t != TYPE_FLOAT64)
		return infer_value(t, text, v->o->decimal, out);
	return (infer_class(text, v->o->decimal) == TYPE_FLOAT64 || infer_class(text, v->o->decimal) == TYPE_INT64) &&
	       infer_value(t, text, v->o->decimal, out);
}

/* Rows [from, from + n) of a kind with values of one size. *at = the row that did not fit, with its text. */
static int convert_values(struct converter *v, const struct rows *r, struct converting *c, int64_t row, size_t from, size_t n,
			  size_t *at, struct slice *text, struct err *e)
{
	size_t size = value_size(c->kind), nleft;
	char *out = c->kind == KIND_NONE ? NULL : store_array(v->store, c->col, c->kind);
	int rc = 0;

	if (!out && c->kind != KIND_NONE)
		return err_nomem(e);
	out = out ? out + ((size_t)row + from) * size : NULL;
	nleft = by_kernel(v, r, c, from, n, out);
	*at = SIZE_MAX;
	for (size_t k = 0; k < nleft; k++) {
		size_t i = v->left[k];

		*text = value_at(v, r, from + i, c->field, e, &rc);
		if (rc)
			return rc;
		if (field_is_missing(v->o, *text)) {
			field_mark_missing(c, from + i);
			if (out)
				memset(out + i * size, 0, size);
			continue;
		}
		if (out && reads_as(v, c, *text, out + i * size))
			continue;
		if (!c->col->declared) {
			*at = from + i;
			return 0;
		}
		if ((rc = v->mistyped(v->ctx, r, from + i, row + (int64_t)(from + i), c, *text, e)))
			return rc;
		field_mark_missing(c, from + i);
		memset(out + i * size, 0, size);
	}
	return 0;
}

static int put_codes(struct converter *v, struct converting *c, int64_t row, size_t n, struct err *e)
{
	size_t count = codes_count(c->col->dicts[v->thread]);
	int need = code_size_for((int64_t)count), rc;
	char *out;

	if (need > c->col->code_size && (rc = store_widen(v->store, c->col, need, e)))
		return rc;
	if (!(out = store_array(v->store, c->col, KIND_CODES)))
		return err_nomem(e);
	switch (c->col->code_size) {
	case 1:
		for (size_t i = 0; i < n; i++)
			((uint8_t *)out)[row + (int64_t)i] = (uint8_t)v->code[i];
		break;
	case 2:
		for (size_t i = 0; i < n; i++)
			((uint16_t *)out)[row + (int64_t)i] = (uint16_t)v->code[i];
		break;
	default:
		for (size_t i = 0; i < n; i++)
			((uint32_t *)out)[row + (int64_t)i] = v->code[i];
	}
	return 0;
}

static int convert_codes(struct converter *v, const struct rows *r, struct converting *c, int64_t block, int64_t row, size_t from,
			 size_t n, struct err *e)
{
	struct codes **d = &c->col->dicts[v->thread];
	size_t nleft, done = n;
	int rc = 0;

	if (!*d && !(*d = codes_new(v->store->codes_max)))
		return err_nomem(e);
	if (r->b->slow || !v->plain_missing) {
		nleft = leave_all(v, n);
	} else {
		struct kernel_fields f = fields_of(r, c->field, from);

		done = codes_fields(*d, &f, n, v->quote, row + (int64_t)from, v->code, v->left, &nleft);
	}
	for (size_t k = 0; k < nleft && done == n; k++) {
		size_t i = v->left[k];
		struct slice text = value_at(v, r, from + i, c->field, e, &rc);

		if (rc)
			return rc;
		v->code[i] = 0;
		if (field_is_missing(v->o, text))
			field_mark_missing(c, from + i);
		else if (!codes_add(*d, text, row + (int64_t)(from + i), &v->code[i]))
			done = i;
	}
	if (codes_failed(*d))
		return err_nomem(e);
	if (done < n) {
		__atomic_store_n(&c->col->crowded, true, __ATOMIC_RELAXED);
		leave(v, c, block);
		return 0;
	}
	return put_codes(v, c, row + (int64_t)from, n, e);
}

static int convert_rows(struct converter *v, const struct rows *r, struct converting *c, int64_t block, int64_t row, size_t from,
			size_t n, struct err *e)
{
	struct slice text = slice_of("", 0);
	size_t at = SIZE_MAX;
	int rc;

	for (;;) {
		if (c->kind == KIND_LEFT)
			return 0;
		if (c->kind == KIND_TEXT)
			return convert_text_rows(v, r, c, row, from, n, e);
		if (c->field < 0) {
			for (size_t i = from; i < from + n; i++)
				field_mark_missing(c, i);
			if (c->kind != KIND_NONE)
				zero_rows(v, c, row + (int64_t)from, n);
			return 0;
		}
		if (c->kind == KIND_CODES)
			return convert_codes(v, r, c, block, row, from, n, e);
		if ((rc = convert_values(v, r, c, row, from, n, &at, &text, e)) || at == SIZE_MAX)
			return rc;
		/* Those marked in this batch will be marked again. */
		for (size_t i = from; i < from + n; i++) {
			c->missing -= c->map[i / 64] >> (i % 64) & 1;
			c->map[i / 64] &= ~(UINT64_C(1) << (i % 64));
		}
		if ((rc = widen(v, r, c, block, row, from, at, text, e)))
			return rc;
	}
}

/* == a block == */

int convert_begin(struct converter *v, const struct rows *r, int64_t block, struct err *e)
{
	size_t words = r->n / 64 + 1;

	if (words > v->map_words) {
		mem_free(v->maps);
		v->map_words = 0;
		if (!(v->maps = mem_alloc(v->ncols * words * sizeof *v->maps)))
			return err_nomem(e);
		v->map_words = words;
	}
	memset(v->maps, 0, v->ncols * v->map_words * sizeof *v->maps);
	for (size_t k = 0; k < v->ncols; k++) {
		struct converting *c = &v->cols[k];

		pthread_mutex_lock(&c->col->lock);
		c->kind = block > c->col->since || c->col->declared ? c->col->kind : KIND_NONE;
		if (block > c->col->left_since && v->file == c->col->left_file)
			c->kind = KIND_LEFT;
		pthread_mutex_unlock(&c->col->lock);
		c->missing = 0;
		c->map = v->maps + k * v->map_words;
		c->text_at = 0;
		c->text_end = c->kind == KIND_TEXT ? convert_text_size(v, r, c) : 0;
	}
	return 0;
}

static int end_column(struct converter *v, const struct rows *r, struct converting *c, int64_t block, int64_t row, struct err *e)
{
	struct part *part = &c->col->parts[block];

	*part = (struct part){ (uint8_t)c->kind, (uint8_t)v->thread, c->missing };
	pthread_mutex_lock(&c->col->lock);
	if (c->kind != KIND_LEFT && c->kind != KIND_NONE) {
		bool wider = c->col->kind == KIND_NONE || (c->col->kind == KIND_INT64 && c->kind == KIND_FLOAT64);

		if (wider || (c->col->kind == c->kind && block < c->col->since)) {
			c->col->kind = c->kind;
			c->col->since = block;
		}
	}
	pthread_mutex_unlock(&c->col->lock);
	return c->missing && c->kind != KIND_LEFT ? store_missing(v->store, c->col, row, r->n, c->map, e) : 0;
}

int convert_block(struct converter *v, const struct rows *r, int64_t block, int64_t row, struct err *e)
{
	int rc = 0;

	for (size_t from = 0; from < r->n && !rc; from += CONVERT_ROWS) {
		size_t n = r->n - from < CONVERT_ROWS ? r->n - from : CONVERT_ROWS;

		for (size_t k = 0; k < v->ncols && !rc; k++)
			rc = convert_rows(v, r, &v->cols[k], block, row, from, n, e);
	}
	for (size_t k = 0; k < v->ncols && !rc; k++) {
		struct converting *c = &v->cols[k];

		if (!v->settled && c->col->seen && !c->col->declared)
			rc = drift_look(v, r, c, e);
		rc = rc ? rc : end_column(v, r, c, block, row, e);
	}
	return rc;
}
