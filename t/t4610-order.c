/*
 * t4610-order.c - the order of rows by columns of every type, one to four of them, against a stable sort that compares two
 * rows at a time; text that is equal for long, numbers at the ends of their range, and any number of threads.
 */
#include "query/query.h"
#include "tables.h"

/* == the order as it is defined == */

static int compare_doubles(double a, double b, bool descending)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return ((a > b) - (a < b)) * (descending ? -1 : 1);
}

static int compare_values(const struct order_key *key, int64_t i, int64_t j)
{
	const struct column *c = key->column;
	int sign = key->descending ? -1 : 1, d;
	struct quantity p, q;
	struct slice a, b;

	if (!column_has(c, i) || !column_has(c, j))
		return column_has(c, j) - column_has(c, i);
	switch (c->type) {
	case TYPE_BOOL:
		return (column_bool(c, i) - column_bool(c, j)) * sign;
	case TYPE_DATE:
		return ((c->as.days[i] > c->as.days[j]) - (c->as.days[i] < c->as.days[j])) * sign;
	case TYPE_FLOAT64:
		return compare_doubles(c->as.f64[i], c->as.f64[j], key->descending);
	case TYPE_STRING:
		a = column_string(c, i);
		b = column_string(c, j);
		d = a.n && b.n ? memcmp(a.p, b.p, a.n < b.n ? a.n : b.n) : 0;
		return (d ? d : (a.n > b.n) - (a.n < b.n)) * sign;
	case TYPE_QUANTITY:
		p = column_quantity(c, i);
		q = column_quantity(c, j);
		d = compare_doubles(p.low, q.low, key->descending);
		return d ? d : compare_doubles(p.high, q.high, key->descending);
	default:
		return ((c->as.i64[i] > c->as.i64[j]) - (c->as.i64[i] < c->as.i64[j])) * sign;
	}
}

struct wanted {
	const struct order_key *keys;
	int n;
};

static int compare_rows(const void *a, const void *b, const void *ctx)
{
	const struct wanted *w = ctx;
	int d = 0;

	for (int k = 0; k < w->n && !d; k++)
		d = compare_values(&w->keys[k], *(const uint32_t *)a, *(const uint32_t *)b);
	return d;
}

static bool is_order(const struct order_key *keys, int n, int64_t rows, const char *what)
{
	static const int threads[] = { 1, 2, 5, 8 };
	uint32_t *want = malloc((size_t)rows * 4 + 4), *idx = malloc((size_t)rows * 4 + 4);
	struct wanted w = { keys, n };
	struct err e = ERR_INIT;
	bool good = true;

	for (int64_t k = 0; k < rows; k++)
		want[k] = (uint32_t)k;
	must(sort_stable(want, (size_t)rows, sizeof *want, compare_rows, &w, &e), &e);
	for (int k = 0; k < 4 && good; k++) {
		memset(idx, 0xee, (size_t)rows * 4);
		must(order_rows(keys, n, rows, threads[k], idx, &e), &e);
		good = !rows || !memcmp(idx, want, (size_t)rows * 4);
		if (!good)
			fprintf(stderr, "# %s: %lld rows, %d threads\n", what, (long long)rows, threads[k]);
	}
	free(want);
	free(idx);
	return good;
}

/* == a few rows == */

/* A column from words; "-" is missing. */
static struct column *from_words(enum type type, const char *words)
{
	struct builder b;
	struct column *c = NULL;
	char copy[100];

	must(builder_init(&b, type, NULL), NULL);
	snprintf(copy, sizeof copy, "%s", words);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		if (!strcmp(word, "-"))
			builder_missing(&b);
		else
			ok(builder_parse(&b, slice_of(word, strlen(word))), "%s is a value", word);
	}
	must(builder_finish(&b, &c, NULL), NULL);
	return c;
}

static void a_few(void)
{
	struct column *origin = from_words(TYPE_STRING, "b a - b a"), *n = from_words(TYPE_INT64, "3 - 1 2 2");
	struct column *x = from_words(TYPE_FLOAT64, "nan 1 - 0.5 2"), *yes = from_words(TYPE_BOOL, "true false - false true");
	const struct {
		struct order_key keys[2];
		int n;
		const char *want;        /* rows from 1 */
	} cases[] = {
		{ { { n, false } }, 1, "3 4 5 1 2" },            /* stable: 4 before 5; missing last */
		{ { { n, true } }, 1, "1 4 5 3 2" },             /* and last when descending, still 4 before 5 */
		{ { { origin, false } }, 1, "2 5 1 4 3" },
		{ { { origin, true } }, 1, "1 4 2 5 3" },
		{ { { origin, false }, { n, true } }, 2, "5 2 1 4 3" },
		{ { { origin, true }, { n, false } }, 2, "4 1 5 2 3" },
		{ { { x, false } }, 1, "4 2 5 1 3" },            /* NaN after numbers, before missing */
		{ { { x, true } }, 1, "5 2 4 1 3" },             /* both ways */
		{ { { yes, false } }, 1, "2 4 1 5 3" },
		{ { { yes, true }, { x, true } }, 2, "5 1 2 4 3" },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		uint32_t idx[5];
		char got[64];
		struct err e = ERR_INIT;

		must(order_rows(cases[k].keys, cases[k].n, 5, 1, idx, &e), &e);
		snprintf(got, sizeof got, "%u %u %u %u %u", idx[0] + 1, idx[1] + 1, idx[2] + 1, idx[3] + 1, idx[4] + 1);
		is_str(got, cases[k].want, "order %zu of five rows", k + 1);
	}
	column_unref(origin);
	column_unref(n);
	column_unref(x);
	column_unref(yes);
}

/* == columns by chance == */

static void one_key(void)
{
	static const int64_t sizes[] = { 0, 1, 2, 20, 300, 3000, 40000 };

	for (int k = 0; k < SOME_COLUMNS; k++) {
		bool good = true;

		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
			struct column *c = some_of(k, sizes[s]);

			for (int down = 0; down < 2; down++)
				good = is_order(&(struct order_key){ c, down }, 1, sizes[s], type_name(c->type)) && good;
			column_unref(c);
		}
		ok(good, "by %s, column %d", type_name(some_columns[k].type), k);
	}
}

static void many_keys(void)
{
	int bad = 0;

	for (int round = 0; round < 60; round++) {
		int64_t rows = round % 10 ? 1 + chance(2000) : 36000;
		struct order_key keys[4];
		int n = 1 + (int)chance(4);

		for (int k = 0; k < n; k++)
			keys[k] = (struct order_key){ some_of((int)chance(SOME_COLUMNS), rows), chance(2) };
		bad += !is_order(keys, n, rows, "many keys");
		for (int k = 0; k < n; k++)
			column_unref((struct column *)(uintptr_t)keys[k].column);
	}
	ok(!bad, "by one to four columns");
}

/* Rows that are in the order of the last keys already, and nearly are: the last one is out of place, or a NaN is first or last. */
static void standing(void)
{
	int bad = 0;

	for (int round = 0; round < 24; round++) {
		int64_t rows = round % 4 ? 1000 : 1 + round / 8;
		struct column *group = some_of((int)chance(SOME_COLUMNS), rows), *n, *x;
		struct builder b[2];
		struct order_key keys[3];

		must(builder_init(&b[0], TYPE_INT64, NULL), NULL);
		must(builder_init(&b[1], TYPE_FLOAT64, NULL), NULL);
		for (int64_t k = 0; k < rows; k++) {
			bool last = k == rows - 1;

			builder_int64(&b[0], round % 3 == 1 && last ? -1 : k / 3);
			builder_float64(&b[1], (round % 5 == 1 && !k) || (round % 5 == 2 && last) ? NAN : (double)(k / 2));
		}
		must(builder_finish(&b[0], &n, NULL), NULL);
		must(builder_finish(&b[1], &x, NULL), NULL);
		keys[0] = (struct order_key){ group, round & 1 };
		keys[1] = (struct order_key){ n, false };
		keys[2] = (struct order_key){ x, false };
		bad += !is_order(keys, 3, rows, "rows that stand in order");
		bad += !is_order(keys + 1, 2, rows, "all keys are the order of the rows");
		bad += !is_order(keys + 2, 1, rows, "one key");
		column_unref(group);
		column_unref(n);
		column_unref(x);
	}
	ok(!bad, "by keys that the rows are in the order of already");
}

/* == numbers at the ends == */

static struct column *int_column(const int64_t *values, int64_t n, bool missing)
{
	struct builder b;
	struct column *c = NULL;

	must(builder_init(&b, TYPE_INT64, NULL), NULL);
	for (int64_t k = 0; k < n; k++) {
		if (missing && k % 5 == 3)
			builder_missing(&b);
		else
			builder_int64(&b, values[k]);
	}
	must(builder_finish(&b, &c, NULL), NULL);
	return c;
}

static void extremes(void)
{
	static const int64_t values[] = { 5, INT64_MAX, INT64_MIN, -1, 0, INT64_MAX, INT64_MIN, INT64_MIN, 7, 1, INT64_MAX - 1, INT64_MIN + 1 };
	int64_t same[100], n = sizeof values / sizeof *values;
	struct column *c = int_column(values, n, false), *m = int_column(values, n, true), *d;
	struct order_key three[] = { { m, true }, { c, false }, { m, false } };

	for (int down = 0; down < 2; down++) {
		ok(is_order(&(struct order_key){ c, down }, 1, n, "int64"), "all of int64's range");
		ok(is_order(&(struct order_key){ m, down }, 1, n, "int64"), "and missing ones beside it");
	}
	ok(is_order(three, 3, n, "words"), "keys of more than 64 bits");
	for (int k = 0; k < 100; k++)
		same[k] = 42;
	d = int_column(same, 100, false);
	ok(is_order(&(struct order_key){ d, true }, 1, 100, "same"), "rows that are all the same stay where they are");
	column_unref(d);
	d = int_column(same, 100, true);
	ok(is_order(&(struct order_key){ d, true }, 1, 100, "same"), "and missing ones go last");
	ok(is_order(NULL, 0, 100, "none"), "no keys: as they are");
	column_unref(d);
	column_unref(c);
	column_unref(m);
}

static void widths(void)
{
	int bad = 0;

	/* of each width of numbers, so that every way of counting and packing is taken */
	for (int bits = 0; bits < 64; bits++) {
		int64_t values[3000];
		struct column *c;

		for (int k = 0; k < 3000; k++)
			values[k] = (int64_t)(((uint64_t)chance(UINT32_MAX) << 32 | chance(UINT32_MAX)) >> (63 - bits));
		c = int_column(values, 3000, bits % 2);
		bad += !is_order(&(struct order_key){ c, bits % 3 == 0 }, 1, 3000, "width");
		column_unref(c);
	}
	ok(!bad, "numbers of 1 to 64 bits");
}

/* == rows that are in order == */

/* k / 3, missing from `there` on; row `fall` is below the one before it. */
static struct column *rising(int64_t rows, int64_t there, int64_t fall, bool down)
{
	struct builder b;
	struct column *c = NULL;

	must(builder_init(&b, TYPE_INT64, NULL), NULL);
	for (int64_t k = 0; k < rows; k++) {
		if (k >= there)
			builder_missing(&b);
		else
			builder_int64(&b, (k == fall ? -1 : k / 3) * (down ? -1 : 1));
	}
	must(builder_finish(&b, &c, NULL), NULL);
	return c;
}

/* Last keys that change nothing are left out; those that fall in one place, also where a segment begins, are not. */
static void rises(void)
{
	const int64_t rows = 50000, second = query_segment_start(rows, query_segments(rows), 1);
	const int64_t falls[] = { -1, 1, 1023, 1024, 1025, second - 1, second, second + 1, rows - 1 };
	struct column *few = some_of(4, rows);

	for (size_t k = 0; k < sizeof falls / sizeof *falls; k++) {
		bool good = true;

		for (int down = 0; down < 2; down++) {
			struct column *all = rising(rows, rows, falls[k], down), *some = rising(rows, rows - 100, falls[k], down);
			struct order_key keys[] = { { few, false }, { some, down }, { all, down } };

			good = is_order(keys, 3, rows, "rising") && is_order(keys, 2, rows, "rising") && good;
			good = is_order(keys + 1, 2, rows, "rising") && is_order(keys + 2, 1, rows, "rising") && good;
			keys[1].descending = !down;      /* missing is last all the same */
			good = is_order(keys, 2, rows, "falling") && is_order(keys, 3, rows, "falling") && good;
			column_unref(all);
			column_unref(some);
		}
		ok(good, "keys that rise, but for row %lld", (long long)falls[k]);
	}
	column_unref(few);
}

/* == text == */

/* `make` fills the buffer with value k. */
static struct column *text_column(int64_t rows, void (*make)(struct buf *b, int64_t k))
{
	struct builder b;
	struct buf text = BUF_INIT;
	struct column *c = NULL;

	must(builder_init(&b, TYPE_STRING, NULL), NULL);
	for (int64_t k = 0; k < rows; k++) {
		buf_clear(&text);
		make(&text, k);
		if (k % 97 == 5)
			builder_missing(&b);
		else
			builder_string(&b, text.p ? text.p : "", text.n);
	}
	must(builder_finish(&b, &c, NULL), NULL);
	buf_release(&text);
	return c->dict ? some_plain(c) : c;
}

static void common_start(struct buf *b, int64_t k)
{
	(void)k;
	buf_printf(b, "https://example.org/a/long/beginning/%u", (unsigned)chance(100000));
}

static void zeros(struct buf *b, int64_t k)
{
	(void)k;
	buf_fill(b, '\0', chance(20));
	if (chance(2))
		buf_char(b, (char)chance(3));
}

static void equal_for_long(struct buf *b, int64_t k)
{
	(void)k;
	buf_fill(b, 'x', 8 * chance(40) + chance(2));
	buf_fill(b, 'y', chance(3));
}

static void few_values(struct buf *b, int64_t k)
{
	static const char *const values[] = { "", "a", "abcdefgh", "abcdefghi", "abcdefgh\xff", "abcdefghabcdefgh", "zzzzzzzzzzzzzzzzzzzzz" };

	(void)k;
	buf_str(b, values[chance(7)]);
}

static void one_value(struct buf *b, int64_t k)
{
	(void)k;
	buf_str(b, "always the same, and longer than a word");
}

static void high_bytes(struct buf *b, int64_t k)
{
	(void)k;
	for (uint32_t n = chance(12); n; n--)
		buf_char(b, (char)(chance(2) ? 0xff - chance(3) : chance(3)));
}

static void text(void)
{
	static const struct {
		const char *name;
		void (*make)(struct buf *b, int64_t k);
	} kinds[] = {
		{ "a common beginning", common_start }, { "zeros", zeros }, { "equal for long", equal_for_long }, { "few values", few_values },
		{ "one value", one_value }, { "high bytes", high_bytes },
	};

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		bool good = true;

		for (int64_t rows = 10; rows < 100000; rows *= 30) {
			struct column *c = text_column(rows, kinds[k].make), *days = some_of(4, rows);
			struct order_key two[] = { { c, true }, { days, false } };

			good = is_order(&(struct order_key){ c, false }, 1, rows, kinds[k].name) && good;
			good = is_order(&(struct order_key){ c, true }, 1, rows, kinds[k].name) && good;
			good = is_order(two, 2, rows, kinds[k].name) && good;
			column_unref(c);
			column_unref(days);
		}
		ok(good, "text: %s", kinds[k].name);
	}
}

/* == when it goes wrong == */

static void failures(void)
{
	struct column *plain = text_column(20000, equal_for_long), *c = some_of(6, 20000), *q = some_of(10, 20000), *d = some_of(4, 20000);
	struct order_key keys[] = { { plain, true }, { c, false }, { q, true } };
	uint32_t *idx = malloc(20000 * sizeof *idx);
	struct err e = ERR_INIT;
	int bad = 0, runs = 0;

	for (int n = 0; n < 3; n++) {
		const struct order_key one[] = { { n == 1 ? plain : d, false } };
		int rc = ERR_MEMORY;

		for (long k = 0; rc; k++, runs++) {
			mem_fail_after(k);
			rc = n ? order_rows(one, 1, 20000, 2, idx, &e) : order_rows(keys, 3, 20000, 2, idx, &e);
			mem_fail_after(-1);
			bad += rc && rc != ERR_MEMORY;
		}
	}
	ok(!bad && runs > 30, "every allocation may fail");
	stop_request();
	is_int(order_rows(keys, 3, 20000, 2, idx, &e), ERR_INTERRUPT, "a stop is seen");
	stop_clear();
	is_int(order_rows(keys, 1, INT64_C(1) << 32, 1, idx, &e), ERR_DOMAIN, "too many rows");
	free(idx);
	column_unref(plain);
	column_unref(c);
	column_unref(q);
	column_unref(d);
}

int main(void)
{
	a_few();
	one_key();
	many_keys();
	standing();
	extremes();
	widths();
	rises();
	text();
	failures();
	return done();
}
