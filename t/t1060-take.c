/*
 * t1060-take.c - rows taken out of columns of every type: one by one, in runs, and as slices, against the column they
 * were taken from.
 */
#include "table/table.h"
#include "columns.h"
#include "tap.h"

enum { ROWS = 700 };

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

	columns_seed = seed + 1;
	for (int64_t k = 0; k < n; k++, left--) {
		at++;
		if (!left || at >= rows) {
			left = 1 + chance((uint32_t)longest);
			at = chance((uint32_t)rows);
		}
		idx[k] = at;
	}
	return n;
}

static void taking(void)
{
	static const int longest[] = { 1, 3, 20, 200, ROWS };
	static int64_t idx[3 * ROWS];

	for (int k = 0; k < LAYOUTS; k++) {
		struct column *c = layout_column(k, ROWS, 42), *t;

		for (size_t l = 0; l < sizeof longest / sizeof *longest; l++) {
			int bad = 0;

			for (uint32_t seed = 0; seed < 20; seed++) {
				int64_t n = make_rows(idx, seed < 3 ? seed : (int64_t)seed * 97, ROWS, longest[l], seed);

				t = NULL;
				bad += column_take(c, idx, n, &t, NULL) || !is_taken(t, c, idx, n);
				column_unref(t);
			}
			is_int(bad, 0, "%s: rows in runs of up to %d", layouts[k].name, longest[l]);
		}
		column_unref(c);
	}
}

/* Every beginning and length near the words that bits are copied by. */
static void slicing(void)
{
	static int64_t idx[ROWS];

	for (int k = 0; k < LAYOUTS; k++) {
		struct column *c = layout_column(k, ROWS, 42), *t;
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
		is_int(bad, 0, "%s: slices", layouts[k].name);
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
	for (int k = 0; k < LAYOUTS; k++) {
		struct column *c = layout_column(k, ROWS, 42);

		table_add(t, layouts[k].name, c, NULL);
		column_unref(c);
	}
	origin_add(&lines, 0, 0, 2);
	origin_finish(&lines, ROWS, (const char *const[]){ "x.csv" }, 1, &origin, NULL);
	table_set_origin(t, origin);
	origin_unref(origin);
	for (int64_t i = 0; i < 50; i++)
		idx[i] = 100 + i;
	is_int(table_slice(t, 100, 50, &u, &e), 0, "a slice of a table");
	for (int k = 0; k < LAYOUTS; k++)
		ok(!strcmp(u->names[k], layouts[k].name) && is_taken(u->cols[k], t->cols[k], idx, 50), "has of %s what it should",
		   layouts[k].name);
	ok(u->rows == 50 && table_where(u, 49, &file, &line) && line == 151 && slice_is(file, "x.csv"), "and knows its lines");
	table_unref(u);
	is_int(table_slice(t, ROWS, 0, &u, &e), 0, "an empty one at the end");
	ok(u->rows == 0 && u->ncols == LAYOUTS, "has all columns");
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
