/* t1010-builder.c - values one at a time into columns: what is read back, and how the bytes lie (Arrow's layout). */
#include "table/table.h"
#include "tap.h"

static struct slice text(const char *s)
{
	return slice_of(s, strlen(s));
}

static struct column *finish(struct builder *b)
{
	struct column *c = NULL;
	struct err e = ERR_INIT;

	if (builder_finish(b, &c, &e))
		fprintf(stderr, "finish: %s\n", e.msg);
	return c;
}

/* A column from texts by the builder's own reading; "-" is missing. */
static struct column *column(enum type t, const char *const *values, int n)
{
	struct builder b;

	builder_init(&b, t, NULL);
	for (int i = 0; i < n; i++) {
		if (!strcmp(values[i], "-"))
			builder_missing(&b);
		else if (!builder_parse(&b, text(values[i])))
			fprintf(stderr, "'%s' is no %s\n", values[i], type_name(t));
	}
	return finish(&b);
}

static bool aligned(const void *p)
{
	return p && (uintptr_t)p % 64 == 0;
}

/* Every type: values written as texts come back as the same texts, missing stays missing. */
static void round_trips(void)
{
	static const struct {
		enum type type;
		int n;
		const char *values[10];
	} cases[] = {
		{ TYPE_BOOL, 10, { "true", "false", "-", "true", "true", "false", "true", "-", "false", "true" } },
		{ TYPE_INT64, 5, { "0", "-", "-9223372036854775808", "9223372036854775807", "12000" } },
		{ TYPE_FLOAT64, 6, { "0.5", "nan", "-", "inf", "-inf", "1e+300" } },
		{ TYPE_DATE, 4, { "0001-01-01", "-", "2024-02-29", "9999-12-31" } },
		{ TYPE_DATETIME, 3, { "2025-01-31T12:00:00Z", "-", "1969-12-31T23:59:59.999999Z" } },
		{ TYPE_STRING, 5, { "a", "", "-", "b", "a" } },
		{ TYPE_STRING, 9, { "a", "a", "a", "-", "b", "a", "", "b", "a" } },
		{ TYPE_STRING, 0, { NULL } },
		{ TYPE_INT64, 0, { NULL } },
		{ TYPE_BOOL, 0, { NULL } },
		{ TYPE_STRING, 3, { "-", "-", "-" } },
		{ TYPE_DATE, 2, { "-", "-" } },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct column *c = column(cases[k].type, cases[k].values, cases[k].n);
		struct buf shown = BUF_INIT;
		int bad = 0, missing = 0;

		for (int i = 0; i < cases[k].n; i++) {
			bool gone = !strcmp(cases[k].values[i], "-");

			missing += gone;
			buf_clear(&shown);
			buf_str(&shown, "");
			column_text(&shown, c, i);
			bad += column_has(c, i) == gone || strcmp(shown.p, gone ? "" : cases[k].values[i]);
		}
		ok(!bad && c->type == cases[k].type && c->length == cases[k].n, "%s[%d] reads back", type_name(cases[k].type),
		   cases[k].n);
		is_int(c->missing, missing, "and counts its missing values");
		ok(!c->validity == !missing, "validity is there exactly when something is missing");
		ok(aligned(c->as.i64) && (!missing || aligned(c->validity)), "and is aligned to 64 bytes");
		buf_release(&shown);
		column_unref(c);
	}
}

/* The examples of Arrow's columnar format document, and its rule: bit i of byte i / 8, least significant first. */
static void layout(void)
{
	struct column *c;
	struct builder b;

	c = column(TYPE_INT64, (const char *[]){ "1", "-", "2", "4", "8" }, 5);
	is_int(c->validity[0], 0x1d, "int64 [1, null, 2, 4, 8]: validity 00011101");
	is_int(c->as.i64[0] + c->as.i64[2] + c->as.i64[3] + c->as.i64[4], 15, "and its values in place");
	column_unref(c);

	c = column(TYPE_BOOL,
		   (const char *[]){ "true", "false", "true", "true", "false", "false", "false", "true", "true" }, 9);
	ok(c->as.bits[0] == 0x8d && c->as.bits[1] == 0x01, "bools are bits, least significant first");
	column_unref(c);

	/* the document's example of a string array, with one null fewer: mostly distinct values get no dictionary */
	c = column(TYPE_STRING, (const char *[]){ "joe", "-", "mark" }, 3);
	ok(!c->dict && c->validity[0] == 0x05, "strings: validity 00000101");
	ok(c->as.offsets[0] == 0 && c->as.offsets[1] == 3 && c->as.offsets[2] == 3 && c->as.offsets[3] == 7,
	   "offsets 0, 3, 3, 7");
	ok(aligned(c->bytes) && !memcmp(c->bytes, "joemark", 7), "bytes joemark");
	column_unref(c);

	/* foo bar foo bar null baz, with the dictionary in order of first appearance */
	c = column(TYPE_STRING, (const char *[]){ "foo", "bar", "foo", "bar", "-", "baz" }, 6);
	ok(c->dict && c->dict->length == 3, "a dictionary where values repeat");
	is_int(c->code_size, 1, "three values need codes of one byte");
	ok(!memcmp(c->as.codes, "\0\1\0\1", 4) && ((uint8_t *)c->as.codes)[5] == 2, "codes 0, 1, 0, 1, null, 2");
	ok(c->validity[0] == 0x2f, "validity 00101111");
	ok(c->dict && !memcmp(c->dict->bytes, "foobarbaz", 9) && aligned(c->dict->bytes), "foo, bar, baz once each");
	column_unref(c);

	builder_init(&b, TYPE_INT64, NULL);
	for (int i = 0; i < 1000; i++) {
		if (i % 7)
			builder_int64(&b, i);
		else
			builder_missing(&b);
	}
	c = finish(&b);
	int bad = 0;
	for (int i = 0; i < 1000; i++)
		bad += column_has(c, i) != (i % 7 != 0) || (column_has(c, i) && c->as.i64[i] != i);
	for (int i = 1000; i < 1024; i++)
		bad += c->validity[i / 8] >> (i % 8) & 1;
	ok(!bad && c->missing == 143, "a thousand values, every seventh missing, and no bit set behind them");
	column_unref(c);
}

static void dictionaries(void)
{
	struct dict *d = dict_new();
	char word[32];
	int bad = 0;

	is_int(dict_find(d, "x", 1), -1, "an empty dictionary finds nothing");
	for (int i = 0; i < 5000; i++) {
		size_t n = (size_t)sprintf(word, "w%d", i);

		bad += dict_code(d, word, n) != i;
	}
	for (int i = 0; i < 5000; i++) {
		size_t n = (size_t)sprintf(word, "w%d", i);
		struct slice v = dict_value(d, i);

		bad += dict_code(d, word, n) != i || dict_find(d, word, n) != i || !slice_eq(v, slice_of(word, n));
	}
	is_int(bad, 0, "5,000 words keep their codes through every growth");
	is_int(dict_count(d), 5000, "none twice");
	is_int(dict_code(d, "a\0b", 3), 5000, "any byte may be in a word");
	is_int(dict_code(d, "a\0c", 3), 5001, "and tells words apart");
	is_int(dict_code(d, NULL, 0), 5002, "the empty word is one");
	is_int(dict_code(d, "", 0), 5002, "wherever its bytes are");
	dict_free(d);
	dict_free(NULL);
}

static void refused_text(void)
{
	static const struct {
		enum type type;
		const char *text;
	} cases[] = {
		{ TYPE_BOOL, "1" },  { TYPE_INT64, "1.0" },         { TYPE_INT64, "9223372036854775808" }, { TYPE_INT64, "" },
		{ TYPE_FLOAT64, "n/a" }, { TYPE_DATE, "2025-02-30" }, { TYPE_DATETIME, "2025-01-01" },   { TYPE_QUANTITY, "3" },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct builder b;

		builder_init(&b, cases[k].type, NULL);
		ok(!builder_parse(&b, text(cases[k].text)) && b.length == 0, "'%s' is no %s, and nothing is pushed",
		   cases[k].text, type_name(cases[k].type));
		builder_release(&b);
		builder_release(&b);
	}
}

static void quantities(void)
{
	struct builder b;
	struct quantity q = { .low = 3001, .high = INFINITY, .stated = 3000, .kind = QUANTITY_MORE_THAN,
			      .measure = text("killed"), .basis = text("cumulative") };
	struct quantity r = { .low = 10000, .high = 12000, .stated = NAN, .kind = QUANTITY_RANGE, .base = text("sent") };
	struct column *c;

	builder_init(&b, TYPE_QUANTITY, NULL);
	builder_quantity(&b, &q);
	builder_missing(&b);
	builder_quantity(&b, &r);
	c = finish(&b);
	is_int(c->length, 3, "three quantities");
	ok(column_has(c, 0) && !column_has(c, 1) && column_has(c, 2) && c->missing == 1, "the second is missing");
	struct quantity a = column_quantity(c, 0), z = column_quantity(c, 2);
	ok(a.low == 3001 && isinf(a.high) && a.stated == 3000 && a.kind == QUANTITY_MORE_THAN && slice_is(a.measure, "killed") &&
		   slice_is(a.basis, "cumulative") && a.base.n == 0, "the first as it was");
	ok(z.low == 10000 && z.high == 12000 && isnan(z.stated) && z.kind == QUANTITY_RANGE && z.measure.n == 0 &&
		   slice_is(z.base, "sent"), "the third as it was");
	for (int k = 0; k < QUANTITY_FIELDS; k++)
		is_int(c->as.field[k]->length, 3, "field %d has a value for each row", k);
	column_unref(c);
}

/* Every allocation of a build is made to fail once: an error, no column, no leak (the sanitizer looks). */
static void without_memory(void)
{
	static const struct quantity q = { .low = 1, .high = 2, .stated = NAN, .kind = QUANTITY_RANGE };

	for (int t = 0; t < TYPE_COUNT; t++) {
		long n = 0, failures = 0, wrong = 0;

		for (bool whole = false; !whole; n++) {
			struct builder b;
			struct column *c = NULL;
			struct err e = ERR_INIT;
			int rc;

			mem_fail_after(n);
			rc = builder_init(&b, (enum type)t, &e);
			for (int i = 0; i < 200 && !rc; i++) {
				char word[16];

				sprintf(word, "word%d", i % 150);
				if (i % 5 == 0)
					builder_missing(&b);
				else if (t == TYPE_QUANTITY)
					builder_quantity(&b, &q);
				else if (t == TYPE_STRING)
					builder_string(&b, word, strlen(word));
				else if (t == TYPE_FLOAT64)
					builder_float64(&b, i);
				else if (t == TYPE_DATE)
					builder_date(&b, i);
				else if (t == TYPE_BOOL)
					builder_bool(&b, i % 2);
				else
					builder_int64(&b, i);
			}
			if (!rc)
				rc = builder_finish(&b, &c, &e);
			mem_fail_after(-1);
			whole = rc == 0;
			failures += !whole;
			wrong += whole ? !c || c->length != 200 || c->missing != 40 : rc != ERR_MEMORY || c || (int)e.code != rc;
			builder_release(&b);
			column_unref(c);
		}
		ok(wrong == 0 && failures > 3, "%s: each of %ld failing allocations is an error, then it succeeds",
		   type_name((enum type)t), failures);
	}
}

int main(void)
{
	round_trips();
	layout();
	dictionaries();
	refused_text();
	quantities();
	without_memory();
	return done();
}
