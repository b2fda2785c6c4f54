/*
 * t3540-cdata.c - the C data interface, walked as a program of somebody else would: from the structs alone, by the text of
 * the specification, without a look at muster's columns.
 */
#include "arrow.h"
#include "arrow/cdata.h"
#include "tap.h"

#include <stdlib.h>

/* == a foreign reader: each value as text == */

static bool foreign_has(const struct ArrowArray *a, int64_t i)
{
	const uint8_t *bits = a->buffers[0];

	i += a->offset;
	return !bits || (bits[i / 8] & (1 << i % 8));
}

static void foreign_value(struct buf *out, const struct ArrowSchema *s, const struct ArrowArray *a, int64_t i)
{
	char text[TEXT_NUMBER_MAX], time[DATETIME_TEXT_MAX];
	int64_t at = i + a->offset;

	if (!foreign_has(a, i)) {
		buf_str(out, "-");
	} else if (s->dictionary) {
		int64_t index = *s->format == 'C' ? ((const uint8_t *)a->buffers[1])[at] :
				*s->format == 'S' ? ((const uint16_t *)a->buffers[1])[at] : ((const int32_t *)a->buffers[1])[at];

		foreign_value(out, s->dictionary, a->dictionary, index);
	} else if (!strcmp(s->format, "b")) {
		buf_str(out, ((const uint8_t *)a->buffers[1])[at / 8] & (1 << at % 8) ? "true" : "false");
	} else if (!strcmp(s->format, "l")) {
		buf_add(out, text, text_print_int64(text, ((const int64_t *)a->buffers[1])[at]));
	} else if (!strcmp(s->format, "g")) {
		buf_add(out, text, text_print_float64(text, ((const double *)a->buffers[1])[at]));
	} else if (!strcmp(s->format, "tdD")) {
		buf_add(out, time, date_print(time, ((const int32_t *)a->buffers[1])[at]));
	} else if (!strcmp(s->format, "tsu:UTC")) {
		buf_add(out, time, datetime_print(time, ((const int64_t *)a->buffers[1])[at]));
	} else if (!strcmp(s->format, "U")) {
		const int64_t *offsets = a->buffers[1];

		buf_add(out, (const char *)a->buffers[2] + offsets[at], (size_t)(offsets[at + 1] - offsets[at]));
	} else if (!strcmp(s->format, "+s")) {
		for (int64_t k = 0; k < s->n_children; k++) {
			buf_printf(out, "%s%s=", k ? " " : "", s->children[k]->name);
			foreign_value(out, s->children[k], a->children[k], at);
		}
	} else {
		buf_printf(out, "what is '%s'?", s->format);
	}
}

static void own_value(struct buf *out, const struct column *c, int64_t i)
{
	if (!column_has(c, i)) {
		buf_str(out, "-");
	} else if (c->type == TYPE_QUANTITY) {
		for (int k = 0; k < QUANTITY_FIELDS; k++) {
			static const char *const names[] = { "low", "high", "stated", "kind", "measure", "basis", "base",
									  "unit", "since", "as_of" };

			buf_printf(out, "%s%s=", k ? " " : "", names[k]);
			own_value(out, c->as.field[k], i);
		}
	} else {
		column_text(out, c, i);
	}
}

static bool agrees(const struct column *c, const struct ArrowSchema *s, const struct ArrowArray *a)
{
	struct buf own = BUF_INIT, foreign = BUF_INIT;
	bool good = a->length == c->length && a->null_count == c->missing && s->flags == ARROW_FLAG_NULLABLE;

	for (int64_t i = 0; i < c->length && good; i++) {
		buf_clear(&own);
		buf_clear(&foreign);
		own_value(&own, c, i);
		foreign_value(&foreign, s, a, i);
		good = own.n == foreign.n && (!own.n || !memcmp(own.p, foreign.p, own.n));
		if (!good)
			fprintf(stderr, "row %lld: %s, %s\n", (long long)i, own.p ? own.p : "", foreign.p ? foreign.p : "");
	}
	buf_release(&own);
	buf_release(&foreign);
	return good;
}

/* == out == */

static void walk(void)
{
	struct table *t = any_table(1000, 4, 7);
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct err e = ERR_INIT;
	long refs = t->cols[1]->refs;

	is_int(arrow_export_table(t, &schema, &array, &e), 0, "a table goes out");
	is_str(schema.format, "+s", "as a struct");
	is_int(schema.n_children, t->ncols, "a child for each column");
	is_int(array.n_children, t->ncols, "in the array too");
	is_int(array.length, 1000, "of so many rows");
	ok(array.children[1]->buffers[1] == t->cols[1]->as.i64, "the memory is shared");
	is_int(t->cols[1]->refs, refs + 1, "and counted");
	for (int k = 0; k < t->ncols; k++)
		ok(!strcmp(schema.children[k]->name, t->names[k]) && agrees(t->cols[k], schema.children[k], array.children[k]), "%s",
		   t->names[k]);
	schema.release(&schema);
	array.release(&array);
	ok(!schema.release && !array.release, "released structs say so");
	is_int(t->cols[1]->refs, refs, "the references are back");
	table_unref(t);
}

/* A consumer may take a child for itself: copy the struct, and mark the original as released. */
static void moved_children(void)
{
	struct table *t = any_table(50, 1, 8);
	struct column *c = column_ref(t->cols[5]), *q = column_ref(t->cols[6]);
	struct ArrowSchema schema, text, quantity;
	struct ArrowArray array, text_array, quantity_array, field;

	is_int(arrow_export_table(t, &schema, &array, NULL), 0, "a table goes out");
	table_unref(t);
	text = *schema.children[5];
	schema.children[5]->release = NULL;
	text_array = *array.children[5];
	array.children[5]->release = NULL;
	quantity = *schema.children[6];
	schema.children[6]->release = NULL;
	quantity_array = *array.children[6];
	array.children[6]->release = NULL;
	array.release(&array);
	schema.release(&schema);
	ok(agrees(c, &text, &text_array), "a child that was moved out outlives its parent and the table");
	ok(agrees(q, &quantity, &quantity_array), "also one with children");
	is_str(quantity.metadata ? "some" : NULL, "some", "which says what it is");
	field = *quantity_array.children[3];
	quantity_array.children[3]->release = NULL;
	quantity_array.release(&quantity_array);
	ok(agrees(q->as.field[3], quantity.children[3], &field), "and theirs outlive them");
	field.release(&field);
	quantity.release(&quantity);
	text.release(&text);
	text_array.release(&text_array);
	is_int(c->refs, 1, "then nobody holds the column any more");
	is_int(q->refs, 1, "nor the other");
	column_unref(c);
	column_unref(q);
}

static void stream(void)
{
	struct table *t = any_table(30, 1, 9);
	struct ArrowArrayStream s;
	struct ArrowSchema schema;
	struct ArrowArray array, end;

	is_int(arrow_export_stream(t, &s, NULL), 0, "a stream");
	ok(!s.get_schema(&s, &schema) && schema.n_children == t->ncols, "its schema");
	ok(!s.get_next(&s, &array) && array.release && array.length == 30, "its array");
	ok(!s.get_next(&s, &end) && !end.release, "and its end");
	ok(!s.get_last_error(&s), "no error");
	s.release(&s);
	ok(!s.release && agrees(t->cols[2], schema.children[2], array.children[2]), "what was taken outlives it");
	array.release(&array);
	schema.release(&schema);
	table_unref(t);
}

/* == in == */

static void back(int64_t rows, uint64_t seed)
{
	struct table *t = any_table(rows, 4, seed), *u = NULL;
	struct ArrowSchema schema;
	struct ArrowArray array;
	struct err e = ERR_INIT;
	int rc = arrow_export_table(t, &schema, &array, &e);

	rc = rc ? rc : arrow_import_table(&schema, &array, NULL, &u, &e);
	ok(!rc && same_table(t, u) && sound_table(u), "%lld rows out and in again", (long long)rows);
	ok(!schema.release && !array.release, "and all is released");
	if (rc)
		fprintf(stderr, "%s\n", e.msg);
	table_unref(t);
	table_unref(u);
}

static int released;

static void release_foreign_schema(struct ArrowSchema *s) { s->release = NULL; released++; }
static void release_foreign_array(struct ArrowArray *a) { a->release = NULL; released++; }

/* One column of somebody else, of rows 3, 4, 5 ... of what its buffers hold. */
static int import_one(const char *format, const void *values, const char *bytes, const uint8_t *bits, int64_t rows,
		      struct ArrowSchema *dictionary, struct ArrowArray *values_of, struct table **out, struct err *e)
{
	const void *buffers[] = { bits, values, bytes }, *none[] = { NULL };
	struct ArrowSchema child = { .format = format, .name = "x", .flags = ARROW_FLAG_NULLABLE, .dictionary = dictionary,
				     .release = release_foreign_schema };
	struct ArrowArray child_array = { .length = rows + 1, .null_count = bits ? -1 : 0, .offset = 2, .n_buffers = bytes ? 3 : 2,
					  .buffers = buffers, .dictionary = values_of, .release = release_foreign_array };
	struct ArrowSchema *schemas[] = { &child };
	struct ArrowArray *arrays[] = { &child_array };
	struct ArrowSchema schema = { .format = "+s", .n_children = 1, .children = schemas, .release = release_foreign_schema };
	struct ArrowArray array = { .length = rows, .offset = 1, .n_buffers = 1, .buffers = none, .n_children = 1,
				    .children = arrays, .release = release_foreign_array };

	*out = NULL;
	released = 0;
	return arrow_import_table(&schema, &array, NULL, out, e);
}

static void is_column(const char *format, const void *values, const char *bytes, const uint8_t *bits, const char *want)
{
	struct table *t;
	struct buf text = BUF_INIT;
	struct err e = ERR_INIT;

	if (import_one(format, values, bytes, bits, 3, NULL, NULL, &t, &e)) {
		buf_str(&text, e.msg);
	} else {
		buf_str(&text, type_name(t->cols[0]->type));
		for (int64_t i = 0; i < t->rows; i++) {
			buf_char(&text, ' ');
			own_value(&text, t->cols[0], i);
		}
		if (!sound_table(t))
			buf_str(&text, " unsound");
	}
	is_str(text.p, want, "format %s", format);
	is_int(released, 2, "released");
	table_unref(t);
	buf_release(&text);
}

static void foreign_columns(void)
{
	static const uint8_t bits[] = { 0xef };        /* row 4 is missing: the second of three */
	static const int8_t i8[] = { 1, 2, 3, -4, 5, 6, 7 };
	static const uint16_t u16[] = { 1, 2, 3, 65535, 5, 6, 7 };
	static const uint64_t u64[] = { 1, 2, 3, 4, 5, UINT64_C(1) << 63, 7 };
	static const float f32[] = { 1, 2, 3, 0.5f, -1.25f, 6, 7 };
	static const uint16_t f16[] = { 0, 0, 0, 0x3c00, 0xc248, 0x7c00, 0x7e00 };
	static const int32_t days[] = { 0, 0, 0, 0, 1, -1, 7 };
	static const int64_t millis[] = { 0, 0, 0, 86400000, 0, -86400000, 7 };
	static const int64_t times[] = { 0, 0, 0, 1500000000, 1, 2, 3 };
	static const int32_t offsets[] = { 0, 9, 9, 0, 2, 3, 6, 9 };
	static const int64_t wide[] = { 0, 9, 9, 2, 2, 3, 6, 9 };
	static const int64_t crossed[] = { 0, 9, 9, 2, 1, 3, 6, 9 };
	static const uint8_t flags[] = { 0x28 };

	is_column("c", i8, NULL, bits, "int64 -4 - 6");
	is_column("S", u16, NULL, NULL, "int64 65535 5 6");
	is_column("L", u64, NULL, NULL, "an Arrow array: error: column 'x', row 3: 9223372036854775808 is above 2^63 - 1");
	is_column("f", f32, NULL, NULL, "float64 0.5 -1.25 6");
	is_column("e", f16, NULL, NULL, "float64 1 -3.140625 inf");
	is_column("tdD", days, NULL, bits, "date 1970-01-01 - 1969-12-31");
	is_column("tdm", millis, NULL, NULL, "date 1970-01-02 1970-01-01 1969-12-31");
	is_column("tss:", times, NULL, NULL, "datetime 2017-07-14T02:40:00Z 1970-01-01T00:00:01Z 1970-01-01T00:00:02Z");
	is_column("tsn:Europe/Kyiv", times, NULL, bits, "an Arrow array: error: column 'x', row 3: a time of 2 ns is finer than a microsecond");
	is_column("u", offsets, "abcdefghi", bits, "string ab - def");
	is_column("U", wide, "abcdefghi", NULL, "string  c def");
	is_column("U", crossed, "abcdefghi", NULL, "an Arrow array: error: column 'x': a text is not within its buffer (byte 0)");
	is_column("u", offsets, "ab\xc3xefghi", NULL, "an Arrow array: error: column 'x', row 2: a text is not UTF-8");
	is_column("b", flags, NULL, NULL, "bool true false true");
	is_column("tDs", times, NULL, NULL, "an Arrow array: error: column 'x': there is no type here for a duration");
	is_column("+l", times, NULL, NULL, "an Arrow array: error: column 'x': there is no type here for a list");
	is_column("d:10,2", times, NULL, NULL, "an Arrow array: error: column 'x': there is no type here for a decimal");
	is_column("l", NULL, NULL, NULL, "an Arrow array: column 'x' lacks a buffer");
}

static void foreign_dictionary(void)
{
	static const int64_t offsets[] = { 0, 1, 1, 2 };
	static const int16_t index[] = { 9, 9, 9, 2, 0, 1 }, beyond[] = { 9, 9, 9, 2, 0, 3 };
	static const uint8_t bits[] = { 0x05 };        /* the second value is missing */
	const void *buffers[] = { bits, offsets, "ab" };
	struct ArrowSchema dictionary = { .format = "U", .release = release_foreign_schema };
	struct ArrowArray values = { .length = 3, .null_count = 1, .n_buffers = 3, .buffers = buffers, .release = release_foreign_array };
	struct table *t;
	struct err e = ERR_INIT;

	ok(!import_one("s", index, NULL, NULL, 3, &dictionary, &values, &t, &e) && t->cols[0]->missing == 1 &&
	   slice_is(column_string(t->cols[0], 0), "b") && slice_is(column_string(t->cols[0], 1), "a") && sound_table(t),
	   "a dictionary in which a value is missing");
	table_unref(t);
	is_int(import_one("s", beyond, NULL, NULL, 3, &dictionary, &values, &t, &e), ERR_DATA, "an index beyond it");
	is_str(e.msg, "an Arrow array: error: column 'x', row 3: index 3 into a dictionary of 3 values", "is told");
}

static void starve(void)
{
	struct table *t = any_table(40, 1, 10), *u = NULL;
	struct arrow_read_options o = { .threads = 1 };
	bool done_once = false, good = true;
	struct err e = ERR_INIT;

	for (long n = 0; !done_once && n < 3000; n++) {
		struct ArrowSchema schema = { 0 };
		struct ArrowArray array = { 0 };
		int rc;

		mem_fail_after(n);
		if ((rc = arrow_export_table(t, &schema, &array, &e)))
			good &= !schema.release && !array.release;
		else
			rc = arrow_import_table(&schema, &array, &o, &u, &e);
		mem_fail_after(-1);
		good &= rc == 0 || rc == ERR_MEMORY;
		done_once = !rc;
	}
	ok(good && done_once && same_table(t, u), "out and in while memory runs out");
	table_unref(t);
	table_unref(u);
}

int main(void)
{
	walk();
	moved_children();
	stream();
	back(0, 1);
	back(1, 2);
	back(1003, 3);
	foreign_columns();
	foreign_dictionary();
	starve();
	return done();
}
