/*
 * builder.c - values one at a time into a column.
 *
 * Values and validity bytes are appended to buffers and copied once, to exact size and alignment, at
 * the end. A string column is collected as dictionary codes of 4 bytes; finish narrows them, or expands the
 * column when the dictionary would not pay.
 */
#include "table/table_priv.h"

#include <assert.h>
#include <string.h>

int builder_init(struct builder *b, enum type t, struct err *e)
{
	int rc = 0;

	*b = (struct builder){ .type = t };
	if (t == TYPE_STRING && !(b->dict = dict_new()))
		return err_nomem(e);
	if (t != TYPE_QUANTITY)
		return 0;
	if (!(b->field = mem_zero(QUANTITY_FIELDS, sizeof *b->field)))
		return err_nomem(e);
	for (int k = 0; k < QUANTITY_FIELDS && !rc; k++)
		rc = builder_init(&b->field[k], quantity_field_type(k), e);
	if (rc)
		builder_release(b);
	return rc;
}

void builder_release(struct builder *b)
{
	buf_release(&b->values);
	buf_release(&b->valid);
	dict_free(b->dict);
	for (int k = 0; b->field && k < QUANTITY_FIELDS; k++)
		builder_release(&b->field[k]);
	mem_free(b->field);
	b->dict = NULL;
	b->field = NULL;
}

static void push(struct builder *b, const void *v, size_t size, bool valid)
{
	buf_add(&b->values, v, size);
	buf_char(&b->valid, valid);
	b->length++;
	b->missing += !valid;
}

void builder_missing(struct builder *b)
{
	static const char zero[8];
	static const size_t sizes[] = { 1, 8, 8, 4, 8, 4, 0 };

	push(b, zero, sizes[b->type], false);
	for (int k = 0; b->type == TYPE_QUANTITY && k < QUANTITY_FIELDS; k++)
		builder_missing(&b->field[k]);
}

void builder_bool(struct builder *b, bool v)
{
	char byte = v;

	assert(b->type == TYPE_BOOL);
	push(b, &byte, 1, true);
}

void builder_int64(struct builder *b, int64_t v)
{
	assert(b->type == TYPE_INT64 || b->type == TYPE_DATETIME);
	push(b, &v, sizeof v, true);
}

void builder_float64(struct builder *b, double v)
{
	assert(b->type == TYPE_FLOAT64);
	push(b, &v, sizeof v, true);
}

void builder_date(struct builder *b, int32_t days)
{
	assert(b->type == TYPE_DATE);
	push(b, &days, sizeof days, true);
}

void builder_string(struct builder *b, const char *p, size_t n)
{
	int32_t code;

	assert(b->type == TYPE_STRING);
	if (b->failed)
		return;
	code = dict_code(b->dict, p, n);
	b->failed = code < 0;
	push(b, &code, sizeof code, true);
}

static void push_code(struct builder *b, struct slice s)
{
	if (s.n)
		builder_string(b, s.p, s.n);
	else
		builder_missing(b);
}

static void push_day(struct builder *b, bool known, int32_t days)
{
	if (known)
		builder_date(b, days);
	else
		builder_missing(b);
}

void builder_quantity(struct builder *b, const struct quantity *q)
{
	assert(b->type == TYPE_QUANTITY);
	push(b, "", 0, true);
	builder_float64(&b->field[QUANTITY_LOW], q->low);
	builder_float64(&b->field[QUANTITY_HIGH], q->high);
	if (isnan(q->stated))
		builder_missing(&b->field[QUANTITY_STATED]);
	else
		builder_float64(&b->field[QUANTITY_STATED], q->stated);
	builder_string(&b->field[QUANTITY_KIND], quantity_kind_name(q->kind), strlen(quantity_kind_name(q->kind)));
	push_code(&b->field[QUANTITY_MEASURE], q->measure);
	push_code(&b->field[QUANTITY_BASIS], q->basis);
	push_code(&b->field[QUANTITY_BASE], q->base);
	push_code(&b->field[QUANTITY_UNIT], q->unit);
	push_day(&b->field[QUANTITY_SINCE], q->has_since, q->since);
	push_day(&b->field[QUANTITY_AS_OF], q->has_as_of, q->as_of);
}

bool builder_parse(struct builder *b, struct slice text)
{
	bool flag;
	int64_t i;
	double d;
	int32_t days;

	switch (b->type) {
	case TYPE_BOOL:
		return text_bool(text, &flag) ? builder_bool(b, flag), true : false;
	case TYPE_INT64:
		return text_int64(text, &i) ? builder_int64(b, i), true : false;
	case TYPE_FLOAT64:
		return text_float64(text, &d) ? builder_float64(b, d), true : false;
	case TYPE_DATE:
		return date_parse(text, &days) ? builder_date(b, days), true : false;
	case TYPE_DATETIME:
		return datetime_parse(text, &i) ? builder_int64(b, i), true : false;
	case TYPE_STRING:
		return builder_string(b, text.p, text.n), true;
	default:
		return false;
	}
}

static void *copy_column(const void *p, size_t n)
{
	void *copy = mem_column(n);

	if (copy && n)
		memcpy(copy, p, n);
	return copy;
}

/* Strings as offsets and bytes; `codes` NULL means each value of the dictionary once. */
static bool plain_strings(struct column *c, const struct dict *d, const int32_t *codes, const char *valid)
{
	size_t total = 0;

	c->as.offsets = mem_column(((size_t)c->length + 1) * sizeof *c->as.offsets);
	if (!c->as.offsets)
		return false;
	for (int64_t i = 0; i < c->length; i++) {
		c->as.offsets[i] = (int64_t)total;
		if (!valid || valid[i])
			total += dict_value(d, codes ? codes[i] : (int32_t)i).n;
	}
	c->as.offsets[c->length] = (int64_t)total;
	if (!(c->bytes = mem_column(total)))
		return false;
	for (int64_t i = 0; i < c->length; i++) {
		if (!valid || valid[i]) {
			struct slice v = dict_value(d, codes ? codes[i] : (int32_t)i);

			if (v.n)
				memcpy(c->bytes + c->as.offsets[i], v.p, v.n);
		}
	}
	return true;
}

/* A dictionary costs 1 to 4 bytes a row and its values once, plain text 8 bytes a row and every value. */
static bool dictionary_pays(const struct builder *b)
{
	int64_t distinct = dict_count(b->dict);

	return distinct == 0 || distinct <= b->length / 2;
}

static void *narrow_codes(const int32_t *codes, int64_t n, int size)
{
	void *narrow = mem_column((size_t)n * (size_t)size);

	if (!narrow || !n)
		return narrow;
	if (size == 4)
		return memcpy(narrow, codes, (size_t)n * sizeof *codes);
	for (int64_t i = 0; size == 1 && i < n; i++)
		((uint8_t *)narrow)[i] = (uint8_t)codes[i];
	for (int64_t i = 0; size == 2 && i < n; i++)
		((uint16_t *)narrow)[i] = (uint16_t)codes[i];
	return narrow;
}

static bool finish_strings(struct builder *b, struct column *c)
{
	const int32_t *codes = (const int32_t *)(const void *)b->values.p;

	if (!dictionary_pays(b))
		return plain_strings(c, b->dict, codes, b->valid.p);
	c->code_size = (uint8_t)code_size_for(dict_count(b->dict));
	return (c->as.codes = narrow_codes(codes, b->length, c->code_size)) && !dict_column(b->dict, &c->dict, NULL);
}

int dict_column(const struct dict *d, struct column **out, struct err *e)
{
	struct column *c = column_new(TYPE_STRING, dict_count(d));

	if (!c || !plain_strings(c, d, NULL, NULL)) {
		column_unref(c);
		return err_nomem(e);
	}
	*out = c;
	return 0;
}

int builder_finish(struct builder *b, struct column **out, struct err *e)
{
	struct column *c;
	int64_t clear;
	bool ok = true;
	int rc = 0;

	if (b->failed || b->values.failed || b->valid.failed || !(c = column_new(b->type, b->length))) {
		builder_release(b);
		return err_nomem(e);
	}
	c->missing = b->missing;
	if (b->missing)
		ok = (c->validity = bits_pack((const uint8_t *)b->valid.p, b->length, &clear)) != NULL;
	switch (b->type) {
	case TYPE_BOOL:
		ok = (c->as.bits = bits_pack((const uint8_t *)b->values.p, b->length, &clear)) && ok;
		break;
	case TYPE_STRING:
		ok = finish_strings(b, c) && ok;
		break;
	case TYPE_QUANTITY:
		for (int k = 0; k < QUANTITY_FIELDS && !rc; k++)
			rc = builder_finish(&b->field[k], &c->as.field[k], e);
		break;
	default:
		ok = (c->as.i64 = copy_column(b->values.p, b->values.n)) && ok;
	}
	builder_release(b);
	if (!ok || rc) {
		column_unref(c);
		return rc ? rc : err_nomem(e);
	}
	*out = c;
	return 0;
}
