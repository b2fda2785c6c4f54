/* t1070-storage.c - columns of arrays that somebody else filled, and codes of every size. */
#include "table/table.h"
#include "tap.h"

/* A mem_column that holds these bytes. */
static void *stored(const void *p, size_t n)
{
	void *to = mem_column(n);

	if (to && n)
		memcpy(to, p, n);
	return to;
}
#define STORED(type, ...) stored((const type[]){ __VA_ARGS__ }, sizeof((const type[]){ __VA_ARGS__ }))

/* The values with blanks between, "-" for missing. */
static const char *values(const struct column *c)
{
	static struct buf out;

	buf_clear(&out);
	buf_str(&out, "");
	for (int64_t i = 0; i < c->length; i++) {
		if (i)
			buf_char(&out, ' ');
		if (column_has(c, i))
			column_text(&out, c, i);
		else
			buf_char(&out, '-');
	}
	return out.p;
}

static void ready(void)
{
	struct column *c = NULL, *dict = NULL;
	uint8_t *bits = STORED(uint8_t, 0x05), *validity = STORED(uint8_t, 0x0d);
	int64_t *whole = STORED(int64_t, -1, 0, INT64_MAX);
	double *floats = STORED(double, 0.5, 1e300);
	int32_t *days = STORED(int32_t, 0, 77, 20089, 1);
	int64_t *micros = STORED(int64_t, 0, 1), *offsets = STORED(int64_t, 0, 2, 2, 2, 5);
	char *bytes = STORED(char, 'a', 'b', 'x', 'y', 'z');

	is_int(column_of_bool(bits, validity, 4, 1, &c, NULL), 0, "bools");
	ok(c->as.bits == bits && c->validity == validity && c->refs == 1, "are the arrays themselves");
	is_str(values(c), "true - true false", "and read as they should");
	is_int(c->missing, 1, "one of them is missing");
	column_unref(c);

	validity = STORED(uint8_t, 0x07);
	is_int(column_of_int64(whole, validity, 3, 0, &c, NULL), 0, "integers");
	ok(c->as.i64 == whole && !c->validity, "lose a bitmap that says nothing");
	is_str(values(c), "-1 0 9223372036854775807", "and are as they were");
	column_unref(c);

	is_int(column_of_float64(floats, NULL, 2, 0, &c, NULL), 0, "floats");
	ok(c->type == TYPE_FLOAT64 && !strcmp(values(c), "0.5 1e+300"), "read as they should: %s", values(c));
	column_unref(c);

	is_int(column_of_date(days, STORED(uint8_t, 0x0c), 4, 2, &c, NULL), 0, "dates");
	is_str(values(c), "- - 2025-01-01 1970-01-02", "read as they should");
	column_unref(c);

	is_int(column_of_datetime(micros, NULL, 2, 0, &c, NULL), 0, "datetimes");
	is_str(values(c), "1970-01-01T00:00:00Z 1970-01-01T00:00:00.000001Z", "read as they should");
	column_unref(c);

	is_int(column_of_strings(offsets, bytes, STORED(uint8_t, 0x0b), 4, 1, &c, NULL), 0, "strings");
	ok(c->as.offsets == offsets && c->bytes == bytes, "are the arrays themselves");
	is_str(values(c), "ab  - xyz", "and read as they should");
	column_unref(c);

	is_int(column_of_strings(STORED(int64_t, 0), mem_column(0), NULL, 0, 0, &c, NULL), 0, "no strings at all");
	is_str(values(c), "", "read as they should");
	column_unref(c);

	column_of_strings(STORED(int64_t, 0, 3, 6), STORED(char, 'f', 'o', 'o', 'b', 'a', 'r'), NULL, 2, 0, &dict, NULL);
	for (int size = 1; size <= 4; size *= 2) {
		/* 250 lies outside the dictionary, where nothing looks */
		void *codes = size == 1 ? STORED(uint8_t, 1, 0, 250, 1) :
			      size == 2 ? STORED(uint16_t, 1, 0, 250, 1) : STORED(int32_t, 1, 0, 250, 1);

		is_int(column_of_codes(codes, size, dict, STORED(uint8_t, 0x0b), 4, 1, &c, NULL), 0, "codes of %d bytes", size);
		ok(c->as.codes == codes && c->dict == dict && c->code_size == size, "are the array itself");
		is_str(values(c), "bar foo - bar", "and read as they should");
		is_int(column_code(c, 0) * 10 + column_code(c, 1), 10, "the codes too");
		column_unref(c);
	}
	column_unref(dict);
}

/* Every maker without memory: the arrays are still the caller's, and nothing else was touched. */
static void without_memory(void)
{
	uint8_t *bits = STORED(uint8_t, 1), *validity = STORED(uint8_t, 1);
	int64_t *whole = STORED(int64_t, 1, 2);
	double *floats = STORED(double, 1, 2);
	int32_t *days = STORED(int32_t, 1, 2);
	char *bytes = STORED(char, 'a');
	struct column *c = NULL, *dict = NULL;

	column_of_strings(STORED(int64_t, 0, 0), mem_column(0), NULL, 1, 0, &dict, NULL);
	for (int way = 0; way < 7; way++) {
		struct err e = ERR_INIT;
		int rc;

		mem_fail_after(0);
		switch (way) {
		case 0: rc = column_of_bool(bits, validity, 2, 1, &c, &e); break;
		case 1: rc = column_of_int64(whole, validity, 2, 1, &c, &e); break;
		case 2: rc = column_of_float64(floats, validity, 2, 1, &c, &e); break;
		case 3: rc = column_of_date(days, validity, 2, 1, &c, &e); break;
		case 4: rc = column_of_datetime(whole, validity, 2, 1, &c, &e); break;
		case 5: rc = column_of_strings((int64_t[]){ 0, 1 }, bytes, validity, 1, 0, &c, &e); break;
		default: rc = column_of_codes(bits, 1, dict, validity, 2, 1, &c, &e);
		}
		mem_fail_after(-1);
		ok(rc == ERR_MEMORY && e.code == ERR_MEMORY && !c && dict->refs == 1, "maker %d fails and takes nothing", way);
	}
	mem_free(bits);
	mem_free(validity);
	mem_free(whole);
	mem_free(floats);
	mem_free(days);
	mem_free(bytes);
	column_unref(dict);
}

/* A builder's codes are as narrow as its dictionary allows, and say the same whatever their size. */
static void narrow(void)
{
	static const struct {
		int32_t distinct;
		int size;
	} cases[] = { { 1, 1 }, { 2, 1 }, { 255, 1 }, { 256, 1 }, { 257, 2 }, { 65535, 2 }, { 65536, 2 }, { 65537, 4 } };

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		int32_t n = cases[k].distinct, bad = 0;
		int64_t distinct = 0;
		struct column *c = NULL, *t = NULL;
		struct frequency top = { -1, -1 };
		struct builder b;
		char word[16];

		/* each word twice, a missing one, the first word once more */
		builder_init(&b, TYPE_STRING, NULL);
		for (int32_t i = 0; i < 2 * n; i++)
			builder_string(&b, word, (size_t)snprintf(word, sizeof word, "%d", (int)(i % n)));
		builder_missing(&b);
		builder_string(&b, "0", 1);
		builder_finish(&b, &c, NULL);
		ok(c->dict && c->code_size == cases[k].size && code_size_for(n) == cases[k].size, "%d values: codes of %d bytes",
		   (int)n, cases[k].size);
		for (int32_t i = 0; i < 2 * n; i++) {
			snprintf(word, sizeof word, "%d", (int)(i % n));
			bad += column_code(c, i) != i % n || !slice_is(column_string(c, i), word);
		}
		ok(!bad && !column_has(c, 2 * n) && slice_is(column_string(c, 2 * n + 1), "0"), "and every row its word");
		column_take(c, (const int64_t[]){ 2 * n - 1, 2 * n, n }, 3, &t, NULL);
		snprintf(word, sizeof word, "%d", (int)n - 1);
		ok(t->code_size == cases[k].size && slice_is(column_string(t, 0), word) && !column_has(t, 1) &&
			   slice_is(column_string(t, 2), "0"), "taken, too");
		column_frequencies(c, &top, 1, &distinct, NULL);
		ok(distinct == n && top.row == 0 && top.count == 3, "and counted");
		column_frequencies(t, &top, 1, &distinct, NULL);
		is_int(distinct, n == 1 ? 1 : 2, "words of the dictionary that no row has do not count");
		column_unref(c);
		column_unref(t);
	}
}

static void dictionary(void)
{
	struct dict *d = dict_new();
	struct column *c = NULL;
	long fail = 0, wrong = 0;

	is_int(dict_column(d, &c, NULL), 0, "an empty dictionary as a column");
	is_int(c->length, 0, "is empty");
	column_unref(c);
	dict_code(d, "foo", 3);
	dict_code(d, "", 0);
	dict_code(d, "bar", 3);
	for (int rc = 1; rc; fail++) {
		c = NULL;
		mem_fail_after(fail);
		rc = dict_column(d, &c, NULL);
		mem_fail_after(-1);
		wrong += rc && (rc != ERR_MEMORY || c);
	}
	ok(!wrong && fail == 4, "each of its three allocations may fail");
	ok(c && c->length == 3 && !c->dict && !strcmp(values(c), "foo  bar"), "its words in the order of their codes");
	column_unref(c);
	dict_free(d);
}

int main(void)
{
	ready();
	without_memory();
	narrow();
	dictionary();
	return done();
}
