/* cdata_import.c - arrays of the C data interface as a table, by way of the reader of files. */
#include "arrow/arrow_priv.h"
#include "arrow/cdata.h"

#include <stdlib.h>
#include <string.h>

/* == schemas == */

static int unit_of(char c)
{
	return c == 's' ? UNIT_SECOND : c == 'm' ? UNIT_MILLI : c == 'u' ? UNIT_MICRO : UNIT_NANO;
}

/* What a format says; names of types that nothing can be made of are found for the message. */
static void find_format(struct field *f, const char *s)
{
	static const struct {
		const char *format;
		enum arrow_type type;
		int width;
		bool is_signed;
	} known[] = {
		{ "n", ARROW_NULL, 0, 0 },      { "b", ARROW_BOOL, 0, 0 },      { "c", ARROW_INT, 8, 1 },
		{ "C", ARROW_INT, 8, 0 },       { "s", ARROW_INT, 16, 1 },      { "S", ARROW_INT, 16, 0 },
		{ "i", ARROW_INT, 32, 1 },      { "I", ARROW_INT, 32, 0 },      { "l", ARROW_INT, 64, 1 },
		{ "L", ARROW_INT, 64, 0 },      { "e", ARROW_FLOAT, 16, 0 },    { "f", ARROW_FLOAT, 32, 0 },
		{ "g", ARROW_FLOAT, 64, 0 },    { "u", ARROW_UTF8, 0, 0 },      { "U", ARROW_LARGE_UTF8, 0, 0 },
		{ "vu", ARROW_UTF8_VIEW, 0, 0 }, { "z", ARROW_BINARY, 0, 0 },   { "Z", ARROW_LARGE_BINARY, 0, 0 },
		{ "vz", ARROW_BINARY_VIEW, 0, 0 }, { "+s", ARROW_STRUCT, 0, 0 }, { "+l", ARROW_LIST, 0, 0 },
		{ "+L", ARROW_LARGE_LIST, 0, 0 }, { "+m", ARROW_MAP, 0, 0 },    { "+r", ARROW_RUN_END, 0, 0 },
	};
	static const struct {
		const char *begin;
		enum arrow_type type;
	} families[] = {
		{ "d:", ARROW_DECIMAL },   { "tt", ARROW_TIME },       { "tD", ARROW_DURATION }, { "ti", ARROW_INTERVAL },
		{ "w:", ARROW_FIXED_BINARY }, { "+w:", ARROW_FIXED_LIST }, { "+u", ARROW_UNION },   { "+v", ARROW_LIST_VIEW },
	};

	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		if (!strcmp(s, known[k].format)) {
			f->type = known[k].type;
			f->width = known[k].width;
			f->is_signed = known[k].is_signed;
		}
	for (size_t k = 0; k < sizeof families / sizeof *families; k++)
		if (!strncmp(s, families[k].begin, strlen(families[k].begin)))
			f->type = families[k].type;
	if (!strcmp(s, "tdD") || !strcmp(s, "tdm")) {
		f->type = ARROW_DATE;
		f->unit = s[2] == 'D' ? UNIT_SECOND : UNIT_MILLI;
	} else if (!strncmp(s, "ts", 2) && s[2] && strchr("smun", s[2]) && s[3] == ':') {
		f->type = ARROW_TIMESTAMP;
		f->unit = unit_of(s[2]);
	}
}

static bool says_quantity(const char *metadata)
{
	int32_t n, size[2];
	bool said = false;

	if (!metadata)
		return false;
	memcpy(&n, metadata, sizeof n);
	for (const char *p = metadata + sizeof n; n > 0; n--) {
		struct slice text[2];

		for (int k = 0; k < 2; k++) {
			memcpy(&size[k], p, sizeof size[k]);
			text[k] = slice_of(p + sizeof size[k], (size_t)size[k]);
			p += sizeof size[k] + (size_t)size[k];
		}
		said |= slice_is(text[0], QUANTITY_KEY) && slice_is(text[1], QUANTITY_VALUE);
	}
	return said;
}

static int find_fields(const struct ArrowSchema *s, struct field **out, int *n, int64_t *ids, int depth, struct err *e);

static int find_field(const struct ArrowSchema *s, struct field *f, int64_t *ids, int depth, struct err *e)
{
	int rc;

	f->name = slice_of(s->name ? s->name : "", s->name ? strlen(s->name) : 0);
	find_format(f, s->format);
	if (s->dictionary) {
		f->dictionary = true;
		f->id = ++*ids;
		f->index_width = f->type == ARROW_INT ? f->width : 0;
		f->index_signed = f->is_signed;
		f->type = ARROW_NONE;
		f->width = 0;
		f->is_signed = false;
		if (!s->dictionary->dictionary)
			find_format(f, s->dictionary->format);
		return 0;
	}
	if ((rc = find_fields(s, &f->children, &f->nchildren, ids, depth + 1, e)))
		return rc;
	field_find_quantity(f, says_quantity(s->metadata));
	return 0;
}

static int find_fields(const struct ArrowSchema *s, struct field **out, int *n, int64_t *ids, int depth, struct err *e)
{
	int rc = 0;

	if (s->n_children < 0 || s->n_children > INT32_MAX / 64 || depth > 64)
		return err_set(e, ERR_DATA, "an Arrow schema cannot have %lld children", (long long)s->n_children);
	if (!(*out = mem_zero((size_t)s->n_children, sizeof **out)))
		return err_nomem(e);
	*n = (int)s->n_children;
	for (int k = 0; k < *n && !rc; k++)
		rc = find_field(s->children[k], *out + k, ids, depth, e);
	return rc;
}

/* == arrays == */

static struct span_of span_at(const void *p, int64_t skip, int64_t n)
{
	n = p && n > 0 ? n : 0;
	return (struct span_of){ .mem = p ? (const char *)p + skip : "", .n = n, .raw = n, .codec = CODEC_NONE };
}

static int no_buffer(const struct unit *u, struct err *e)
{
	return err_set(e, ERR_DATA, "an Arrow array: column '%s' lacks a buffer", u->name);
}

static int find_views(struct piece *p, const struct ArrowArray *a, struct err *e)
{
	const int64_t *sizes = a->buffers[a->n_buffers - 1];

	if (a->n_buffers == 3)
		return 0;
	if (!(p->more = mem_zero((size_t)a->n_buffers - 3, sizeof *p->more)))
		return err_nomem(e);
	for (p->nmore = 0; p->nmore < a->n_buffers - 3; p->nmore++)
		p->more[p->nmore] = span_at(a->buffers[2 + p->nmore], 0, sizes[p->nmore]);
	return 0;
}

/* The end of the text of the last row. */
static int64_t text_end(const struct field *f, const void *offsets, int64_t at)
{
	int64_t wide;
	int32_t narrow;

	if (f->type == ARROW_UTF8) {
		memcpy(&narrow, (const char *)offsets + at * 4, sizeof narrow);
		return narrow;
	}
	memcpy(&wide, (const char *)offsets + at * 8, sizeof wide);
	return wide;
}

static int find_values(struct piece *p, const struct unit *u, const struct ArrowArray *a, int64_t from, struct err *e)
{
	const struct field *f = u->field;
	bool offsets = !f->dictionary && (f->type == ARROW_UTF8 || f->type == ARROW_LARGE_UTF8);
	bool views = !f->dictionary && f->type == ARROW_UTF8_VIEW;
	int bits = field_bits(f);

	if (a->n_buffers < 2 + (offsets || views) || (p->rows && !a->buffers[1]))
		return no_buffer(u, e);
	if (bits == 1)
		p->buf[BUF_DATA] = span_at(a->buffers[1], 0, (from + p->rows + 7) / 8);
	else
		p->buf[BUF_DATA] = span_at(a->buffers[1], from * (bits / 8), (p->rows + offsets) * (bits / 8));
	if (offsets && p->rows)
		p->buf[BUF_BYTES] = span_at(a->buffers[2], 0, text_end(f, a->buffers[1], from + p->rows));
	return views ? find_views(p, a, e) : 0;
}

/* Rows from..from+rows of an array, counted from the beginning of its buffers, as the only piece of a unit. */
static int take_array(struct unit *u, const struct ArrowArray *a, int64_t from, int64_t rows, struct err *e)
{
	struct piece p = { .rows = rows, .nulls = -1, .first = from };
	int rc = 0;

	if (a->n_buffers < 1)
		return no_buffer(u, e);
	if (a->null_count)
		p.buf[BUF_VALIDITY] = span_at(a->buffers[0], 0, (from + rows + 7) / 8);
	if (!u->only_validity)
		rc = find_values(&p, u, a, from, e);
	if (u->pool)
		p.view = u->pool->now;
	if (!rc)
		rc = unit_add(u, &p, e);
	if (rc)
		mem_free(p.more);
	return rc;
}

static int take_dictionary(struct reader *r, struct unit *u, const struct ArrowArray *a, struct err *e)
{
	struct unit values = { .name = u->name, .field = &u->pool->values, .dictionary = true };
	int rc;

	if (!a)
		return no_buffer(u, e);
	if (!(rc = take_array(&values, a, a->offset, a->length, e)) && !(rc = unit_read(&values, &r->s, r->view_most, e)))
		rc = pool_add(u->pool, values.out, false, e);
	unit_release(&values);
	return rc;
}

static int take_unit(struct reader *r, struct unit *u, const struct ArrowArray *a, int64_t from, struct err *e)
{
	int rc = 0;

	if (from < 0 || a->offset < 0 || a->length < from || r->rows > a->length - from)
		return err_set(e, ERR_DATA, "an Arrow array: column '%s' is too short", u->name);
	if (u->pool)
		rc = take_dictionary(r, u, a->dictionary, e);
	return rc ? rc : take_array(u, a, a->offset + from, r->rows, e);
}

static int take_columns(struct reader *r, const struct ArrowArray *a, struct err *e)
{
	int rc = 0;

	for (int k = 0; k < r->nfields && !rc; k++) {
		const struct column_of *c = &r->columns[k];
		const struct ArrowArray *child = a->children[k];

		if (!c->nunits)
			continue;
		rc = take_unit(r, &r->units[c->unit], child, a->offset, e);
		if (!rc && c->nunits > 1 && child->n_children != c->nunits - 1)
			rc = err_set(e, ERR_DATA, "an Arrow array: it does not fit its schema");
		for (int i = 1; i < c->nunits && !rc; i++)
			rc = take_unit(r, &r->units[c->unit + i], child->children[i - 1], child->offset + a->offset, e);
	}
	return rc;
}

static bool rows_are_missing(const struct ArrowArray *a)
{
	const uint8_t *bits = a->n_buffers ? a->buffers[0] : NULL;

	for (int64_t i = a->offset; bits && a->null_count && i < a->offset + a->length; i++)
		if (!bit_of(bits, i))
			return true;
	return false;
}

static int import(struct reader *r, const struct ArrowSchema *schema, const struct ArrowArray *array, struct err *e)
{
	int64_t ids = 0;
	int rc;

	if (strcmp(schema->format, "+s") || schema->dictionary)
		return err_set(e, ERR_TYPE, "an Arrow array: expected a struct of columns, found the format '%s'", schema->format);
	if (array->n_children != schema->n_children || array->length < 0 || array->offset < 0)
		return err_set(e, ERR_DATA, "an Arrow array: it does not fit its schema");
	if (rows_are_missing(array))
		return err_set(e, ERR_DATA, "an Arrow array: whole rows are missing in it");
	r->rows = array->length;
	if ((rc = find_fields(schema, &r->fields, &r->nfields, &ids, 0, e)) || (rc = reader_units(r, e)) ||
	    (rc = take_columns(r, array, e)))
		return rc;
	return reader_finish(r, e);
}

int arrow_import_table(struct ArrowSchema *schema, struct ArrowArray *array, const struct arrow_read_options *o,
		       struct table **out, struct err *e)
{
	static const struct arrow_read_options defaults = { 0 };
	struct arrow_data data = ARROW_DATA_INIT;
	struct reader r = { .s = { .name = "an Arrow array", .fd = -1, .mem = "" }, .o = o ? o : &defaults, .out = &data,
			    .most = INT64_MAX, .no_origin = true };
	int rc = import(&r, schema, array, e);

	reader_release(&r);
	if (!rc) {
		*out = data.table;
		data.table = NULL;
	}
	arrow_data_release(&data);
	schema->release(schema);
	array->release(array);
	return rc;
}
