/*
 * t1060-take.c - rows taken out of columns of every type: one by one, in runs, and as slices, against the column they
 * were taken from.
 */
#include "table/table.h"
#include "tap.h"

enum { ROWS = 700 };

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* What a column of each kind is made of. */
static const struct kind {
	const char *name;
	enum type type;
	int distinct;            /* of strings */
	int missing;             /* one row of so many; 0 = none */
} kinds[] = {
	{ "bool", TYPE_BOOL, 0, 3 },
	{ "bool, none missing", TYPE_BOOL, 0, 0 },
	{ "int64", TYPE_INT64, 0, 5 },
	{ "float64", TYPE_FLOAT64, 0, 1 },
	{ "date", TYPE_DATE, 0, 2 },
	{ "datetime, none missing", TYPE_DATETIME, 0, 0 },
	{ "string, 5 values", TYPE_STRING, 5, 4 },
	{ "string, 300 values", TYPE_STRING, 300, 0 },
	{ "string, no dictionary", TYPE_STRING, 100000, 3 },
	{ "quantity", TYPE_QUANTITY, 0, 6 },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void push(struct builder *b, const struct kind *kind, uint32_t v)
{
	char word[64];

	switch (kind->type) {
	case TYPE_BOOL:
		builder_bool(b, v & 1);
		return;
	case TYPE_INT64:
	case TYPE_DATETIME:
		builder_int64(b, (int64_t)v * 1000003);
		return;
	case TYPE_FLOAT64:
		builder_float64(b, v / 7.0);
		return;
	case TYPE_DATE:
		builder_date(b, (int32_t)(v % 20000));
		return;
	case TYPE_STRING:
		v %= (uint32_t)kind->distinct;
		snprintf(word, sizeof word, "%.*u", (int)(v % 17), v);   /* of 0 to 16 bytes */
		builder_string(b, word, strlen(word));
		return;
	default:
		builder_quantity(b, &(struct quantity){ .low = v % 50, .high = v % 50 + 1, .stated = v % 2 ? NAN : v,
							.kind = v % 3 ? QUANTITY_RANGE : QUANTITY_ABOUT,
							.measure = slice_of("killed", v % 7), .basis = slice_of("stock", 5) });
	}
}

static struct column *make(const struct kind *kind, int64_t rows)
{
	struct builder b;
	struct column *c = NULL;
	uint32_t seed = 42;

	builder_init(&b, kind->type, NULL);
	for (int64_t i = 0; i < rows; i++) {
		uint32_t v = next_random(&seed);

		if (kind->missing && v / 64 % (uint32_t)kind->missing == 0)
			builder_missing(&b);
		else
			push(&b, kind, v);
	}
	builder_finish(&b, &c, NULL);
	return c;
}

static bool bits_end_in_zeros(const uint8_t *bits, int64_t n)
{
	for (int64_t i = n; i < (n + 511) / 512 * 512; i++)
		if (bits[i >> 3] >> (i & 7) & 1)
			return false;
	return true;
}

/* Row k is row idx[k] of the other, what is missing is counted, and the memory is as Arrow has it. */
static bool is_taken(const struct column *t, const struct column *c, const int64_t *idx, int64_t n)
{
	int64_t missing = 0;
	bool good = t && t->type == c->type && t->length == n && t->dict == c->dict && t->code_size == c->code_size;

	for (int64_t k = 0; good && k < n; k++) {
		good = column_equal(t, k, c, idx[k]);
		missing += !column_has(c, idx[k]);
	}
	if (good && t->type == TYPE_BOOL)
		good = bits_end_in_zeros(t->as.bits, n);
	if (good && t->type == TYPE_STRING && !t->dict)
		good = t->as.offsets[0] == 0 && (uintptr_t)t->bytes % 64 == 0;
	if (good && t->type != TYPE_QUANTITY)
		good = (uintptr_t)t->as.codes % 64 == 0;
	return good && t->missing == missing && !t->validity == !missing && (!missing || bits_end_in_zeros(t->validity, n));
}

/* Rows in runs of 1 to `longest`, forwards from places all over the column. */
static int64_t make_rows(int64_t *idx, int64_t n, int64_t rows, int longest, uint32_t seed)
{
	int64_t at = 0;
	uint32_t left = 0;

	for (int64_t k = 0; k < n; k++, left--) {
		at++;
		if (!left || at >= rows) {
			left = 1 + next_random(&seed) % (uint32_t)longest;
			at = next_random(&seed) % (uint32_t)rows;
		}
		idx[k] = at;
	}
	return n;
}

static void taking(void)
{
	static const int longest[] = { 1, 3, 20, 200, ROWS };
	static int64_t idx[3 * ROWS];

	for (int k = 0; k < KINDS; k++) {
		struct column *c = make(&kinds[k], ROWS), *t;

		for (size_t l = 0; l < sizeof longest / sizeof *longest; l++) {
			int bad = 0;

			for (uint32_t seed = 0; seed < 20; seed++) {
				int64_t n = make_rows(idx, seed < 3 ? seed : (int64_t)seed * 97, ROWS, longest[l], seed);

				t = NULL;
				bad += column_take(c, idx, n, &t, NULL) || !is_taken(t, c, idx, n);
				column_unref(t);
			}
			is_int(bad, 0, "%s: rows in runs of up to %d", kinds[k].name, longest[l]);
		}
		column_unref(c);
	}
}

/* Every beginning and length near the words that bits are copied by. */
static void slicing(void)
{
	static int64_t idx[ROWS];

	for (int k = 0; k < KINDS; k++) {
		struct column *c = make(&kinds[k], ROWS), *t;
		int bad = 0;

		for (int64_t from = 0; from <= ROWS; from += from < 70 || from > ROWS - 10 ? 1 : 61) {
			for (int64_t n = 0; n <= ROWS - from; n += n < 140 ? 1 : 37) {
				for (int64_t i = 0; i < n; i++)
					idx[i] = from + i;
				t = NULL;
				bad += column_slice(c, from, n, &t, NULL) || !is_taken(t, c, idx, n);
				column_unref(t);
			}
		}
		is_int(bad, 0, "%s: slices", kinds[k].name);
		column_unref(c);
	}
}

static void tables(void)
{
	struct table *t = NULL, *u = NULL;
	struct origin_runs lines = ORIGIN_RUNS_INIT;
	struct origin *origin = NULL;
	struct err e = ERR_INIT;
	static int64_t idx[ROWS];
	struct slice file;
	int64_t line = 0;

	table_new(ROWS, &t, NULL);
	for (int k = 0; k < KINDS; k++) {
		struct column *c = make(&kinds[k], ROWS);

		table_add(t, kinds[k].name, c, NULL);
		column_unref(c);
	}
	origin_add(&lines, 0, 0, 2);
	origin_finish(&lines, ROWS, (const char *const[]){ "x.csv" }, 1, &origin, NULL);
	table_set_origin(t, origin);
	origin_unref(origin);
	for (int64_t i = 0; i < 50; i++)
		idx[i] = 100 + i;
	is_int(table_slice(t, 100, 50, &u, &e), 0, "a slice of a table");
	for (int k = 0; k < KINDS; k++)
		ok(!strcmp(u->names[k], kinds[k].name) && is_taken(u->cols[k], t->cols[k], idx, 50), "has of %s what it should",
		   kinds[k].name);
	ok(u->rows == 50 && table_where(u, 49, &file, &line) && line == 151 && slice_is(file, "x.csv"), "and knows its lines");
	table_unref(u);
	is_int(table_slice(t, ROWS, 0, &u, &e), 0, "an empty one at the end");
	ok(u->rows == 0 && u->ncols == KINDS, "has all columns");
	table_unref(u);
	u = NULL;
	is_int(table_slice(t, 650, 51, &u, &e), ERR_DOMAIN, "one past the end");
	is_str(e.msg, "row 701 of a table of 700 rows", "says so");
	ok(table_slice(t, -1, 2, &u, NULL) == ERR_DOMAIN && table_slice(t, 701, 0, &u, NULL) == ERR_DOMAIN &&
		   table_slice(t, 3, INT64_MAX, &u, NULL) == ERR_DOMAIN && table_slice(t, 3, -1, &u, NULL) == ERR_DOMAIN,
	   "before the first row, behind the end, too long, of negative length");
	ok(column_slice(t->cols[0], 700, 1, NULL, NULL) == ERR_DOMAIN, "as of a column");
	ok(!u, "and gives nothing");

	for (int way = 0; way < 3; way++) {
		long fail = 0, wrong = 0;
		int rc = 1;

		make_rows(idx, 300, ROWS, way == 1 ? 100 : 2, 5);
		for (; rc; fail++) {
			struct table *out = NULL;

			mem_fail_after(fail);
			rc = way ? table_take(t, idx, 300, &out, &e) : table_slice(t, 7, 300, &out, &e);
			mem_fail_after(-1);
			wrong += rc && (rc != ERR_MEMORY || out);
			table_unref(out);
		}
		ok(!wrong && fail > 30, "%s: %ld failing allocations are errors", way ? way == 1 ? "runs" : "rows" : "a slice",
		   fail - 1);
	}
	table_unref(t);
}

int main(void)
{
	taking();
	slicing();
	tables();
	return done();
}
