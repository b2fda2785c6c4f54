/*
 * t4500-groups.c - numbers of groups over random columns: whatever the types, batches, dictionaries, merges and threads, rows with
 * equal keys have one number, others another, in order of first appearance.
 */
#include "columns.h"
#include "query/query.h"
#include "tap.h"

enum { KEYS_MAX = 4 };

/* == what has to hold == */

struct rows_of {
	const struct column *const *keys;
	int n;
};

static int compare_rows(const void *a, const void *b, const void *ctx)
{
	const struct rows_of *r = ctx;
	int d = 0;

	for (int k = 0; k < r->n && !d; k++)
		d = column_compare(r->keys[k], *(const uint32_t *)a, *(const uint32_t *)b);
	return d;
}

static bool same(const struct rows_of *r, uint32_t a, uint32_t b)
{
	for (int k = 0; k < r->n; k++)
		if (!column_equal(r->keys[k], a, r->keys[k], b))
			return false;
	return true;
}

/* NULL when the numbers are right, else what is wrong with them. */
static const char *fault_of(const struct rows_of *r, int64_t rows, const uint32_t *ids, int64_t count)
{
	uint32_t *first = malloc((size_t)count * sizeof *first + 1);
	const char *fault = NULL;
	int64_t next = 0;

	for (int64_t i = 0; i < rows && !fault; i++) {
		if (ids[i] == next)
			first[next++] = (uint32_t)i;
		else if (ids[i] > next)
			fault = "a number comes before its turn";
		else if (!same(r, first[ids[i]], (uint32_t)i))
			fault = "a row is in the group of another key";
	}
	if (!fault && next != count)
		fault = "not as many groups as said";
	if (!fault)
		sort_stable(first, (size_t)count, sizeof *first, compare_rows, r, NULL);
	for (int64_t i = 0; i < count && !fault; i++)           /* quantities that differ can compare as equal */
		for (int64_t j = i + 1; j < count && !fault && !compare_rows(&first[i], &first[j], r); j++)
			if (same(r, first[i], first[j]))
				fault = "two groups have the same key";
	free(first);
	return fault;
}

static bool right(const struct rows_of *r, int64_t rows, const uint32_t *ids, int64_t count, const char *what)
{
	const char *fault = fault_of(r, rows, ids, count);

	if (fault)
		fprintf(stderr, "# %s: %s\n", what, fault);
	return !fault;
}

/* == batches == */

/* Rows from .. to in batches of any size, some of them picked by number instead of as they stand. */
static bool feed(struct groups *g, const struct rows_of *r, int64_t from, int64_t to, uint32_t *ids)
{
	struct vec_room rooms[KEYS_MAX] = { VEC_ROOM_INIT };
	struct vec vecs[KEYS_MAX];
	uint32_t rows[VEC_MAX];
	bool good = true;

	while (from < to && good) {
		int32_t n = (int32_t)chance(chance(3) ? VEC_MAX : 20) + 1;
		bool picked = !chance(3);

		n = n < to - from ? n : (int32_t)(to - from);
		for (int32_t i = 0; i < n; i++)
			rows[i] = (uint32_t)(from + i);
		for (int k = 0; k < r->n && good; k++)
			good = !vec_of_column(&vecs[k], &rooms[k], r->keys[k], from, picked ? rows : NULL, n, NULL);
		good = good && !groups_add(g, vecs, n, ids + from, NULL);
		from += n;
	}
	for (int k = 0; k < KEYS_MAX; k++)
		vec_room_release(&rooms[k]);
	return good;
}

static bool keys_right(const struct groups *g, const struct rows_of *r, int64_t rows, const uint32_t *ids)
{
	struct column *keys[KEYS_MAX];
	bool good = !groups_keys(g, keys, NULL);

	for (int k = 0; good && k < r->n; k++) {
		good = keys[k]->type == r->keys[k]->type && keys[k]->length == groups_count(g);
		for (int64_t i = 0; i < rows && good; i++)
			good = column_equal(keys[k], ids[i], r->keys[k], i);
		for (int64_t i = 1; keys[k]->dict && i < keys[k]->dict->length; i++)
			good = good && !slice_eq(column_string(keys[k]->dict, i - 1), column_string(keys[k]->dict, i));
		column_unref(keys[k]);
	}
	return good;
}

static void types_of(const struct rows_of *r, enum type *types)
{
	for (int k = 0; k < r->n; k++)
		types[k] = r->keys[k]->type;
}

/* All in one, in parts that are merged, and by columns with any number of threads. */
static void check(const struct rows_of *r, int64_t rows, const char *what)
{
	uint32_t *ids = malloc((size_t)rows * 4 + 4), *again = malloc((size_t)rows * 4 + 4), *first, *map;
	struct groups *g, *part;
	enum type types[KEYS_MAX];
	int64_t count;
	bool good;

	types_of(r, types);
	groups_new(types, r->n, &g, NULL);
	good = feed(g, r, 0, rows, ids) && right(r, rows, ids, groups_count(g), what);
	ok(good, "%s: numbers of %lld rows, %lld groups", what, (long long)rows, (long long)groups_count(g));
	ok(keys_right(g, r, rows, ids), "%s: the keys of the groups", what);
	count = groups_count(g);
	groups_free(g);

	groups_new(types, r->n, &g, NULL);
	for (int64_t from = 0, to; from < rows; from = to) {
		to = from + 1 + chance((uint32_t)rows);
		to = to < rows ? to : rows;
		groups_new(types, r->n, &part, NULL);
		good = good && feed(part, r, from, to, again);
		map = malloc((size_t)groups_count(part) * sizeof *map);
		good = good && !groups_merge(g, part, map, NULL);
		for (int64_t i = from; i < to && good; i++)
			again[i] = map[again[i]];
		free(map);
		groups_free(part);
	}
	ok(good && groups_count(g) == count && !memcmp(ids, again, (size_t)rows * 4), "%s: merged from parts", what);
	ok(keys_right(g, r, rows, again), "%s: the keys after merging", what);
	groups_free(g);

	good = true;
	for (int threads = 1; threads <= 8 && good; threads += 1 + threads / 2) {
		memset(again, 0xff, (size_t)rows * 4);
		good = !groups_of_columns(r->keys, r->n, rows, threads, again, &count, &first, NULL) &&
		       !memcmp(ids, again, (size_t)rows * 4);
		for (int64_t k = 0; k < count && good; k++)
			good = ids[first[k]] == k && (!k || first[k] > first[k - 1]);
		mem_free(first);
	}
	ok(good, "%s: by columns, 1 to 8 threads", what);
	for (int threads = 1; threads <= 8 && good && r->n == 1; threads++) {
		int64_t distinct = -1;

		good = !groups_distinct(r->keys[0], threads, &distinct, NULL) && distinct == count - (r->keys[0]->missing > 0);
	}
	ok(good, "%s: distinct values", what);
	free(ids);
	free(again);
}

static void check_kinds(const struct some *kinds, int n, const char *what)
{
	struct column *cols[KEYS_MAX];

	for (int k = 0; k < n; k++)
		cols[k] = some_column(&kinds[k]);
	check(&(struct rows_of){ (const struct column *const *)cols, n }, kinds[0].rows, what);
	for (int k = 0; k < n; k++)
		column_unref(cols[k]);
}

static void single_keys(void)
{
	static const struct some kinds[] = {
		{ TYPE_BOOL, 3000, 0, 20, false, false },    { TYPE_INT64, 20000, 100, 10, false, false },
		{ TYPE_INT64, 20000, 0, 10, true, false },   { TYPE_FLOAT64, 20000, 500, 10, true, false },
		{ TYPE_DATE, 20000, 0, 5, false, false },    { TYPE_DATETIME, 20000, 3000, 5, false, false },
		{ TYPE_STRING, 20000, 200, 5, true, false }, { TYPE_STRING, 20000, 3000, 0, true, false },
		{ TYPE_STRING, 20000, 0, 10, true, true },   { TYPE_STRING, 20000, 100, 10, true, true },
		{ TYPE_QUANTITY, 5000, 300, 10, true, false }, { TYPE_INT64, 0, 0, 0, false, false },
		{ TYPE_STRING, 700, 0, 100, false, false },
	};

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		char what[64];

		snprintf(what, sizeof what, "%s %zu", type_name(kinds[k].type), k);
		check_kinds(&kinds[k], 1, what);
	}
}

static void several_keys(void)
{
	static const struct some codes[] = {
		{ TYPE_STRING, 30000, 30, 10, true, false }, { TYPE_BOOL, 30000, 0, 10, false, false }, { TYPE_INT64, 30000, 20, 0, false, false },
	};
	static const struct some days[] = { { TYPE_STRING, 30000, 200, 10, true, false }, { TYPE_DATE, 30000, 0, 1, false, false } };
	static const struct some words[] = {
		{ TYPE_FLOAT64, 30000, 50, 10, true, false }, { TYPE_INT64, 30000, 0, 10, true, false }, { TYPE_STRING, 30000, 9, 3, true, true },
		{ TYPE_QUANTITY, 30000, 5, 3, true, false },
	};
	static const struct some wide[] = { { TYPE_INT64, 9000, 300, 2, true, false }, { TYPE_DATETIME, 9000, 0, 2, false, false } };

	check_kinds(codes, 3, "codes");
	check_kinds(days, 2, "codes and days");
	check_kinds(words, 4, "words of four keys");
	check_kinds(wide, 2, "integers and datetimes");
}

/* Enough rows for several segments, and so many groups that rows are compared with rows. */
static void many_rows(void)
{
	static const struct some plain[] = { { TYPE_STRING, 150000, 0, 30, true, true } };
	static const struct some floats[] = { { TYPE_FLOAT64, 150000, 0, 10, true, false }, { TYPE_DATE, 150000, 0, 1, false, false } };
	static const struct some mixed[] = {
		{ TYPE_INT64, 140000, 0, 10, true, false }, { TYPE_STRING, 140000, 2000, 10, true, false }, { TYPE_BOOL, 140000, 0, 1, false, false },
		{ TYPE_DATETIME, 140000, 9, 1, false, false },
	};
	static const struct some figures[] = { { TYPE_QUANTITY, 132000, 0, 3, true, false }, { TYPE_STRING, 132000, 0, 3, false, true } };
	static const struct some few[] = { { TYPE_STRING, 150000, 900, 30, true, false }, { TYPE_INT64, 150000, 10, 0, false, false } };

	check_kinds(plain, 1, "many texts");
	check_kinds(floats, 2, "many floats and days");
	check_kinds(mixed, 4, "many of all");
	check_kinds(figures, 2, "many figures and texts");
	check_kinds(few, 2, "many rows, few groups");
}

/* == dictionaries, constants, no keys == */

static void dictionaries(void)
{
	enum { PARTS = 9, ROWS = 3000 };
	const struct table *parts[PARTS];
	struct column *cols[PARTS];
	struct table *t, *all;
	uint32_t *ids = malloc(PARTS * ROWS * 4);
	struct groups *g;
	enum type type = TYPE_STRING;
	bool good = true;

	for (int k = 0; k < PARTS; k++) {
		struct some kind = { TYPE_STRING, ROWS, 50 + (uint32_t)k * 40, 10, true, k % 3 == 2 };

		cols[k] = some_column(&kind);
		table_new(ROWS, &t, NULL);
		table_add(t, "x", cols[k], NULL);
		parts[k] = t;
	}
	table_concat(parts, PARTS, &all, NULL);
	groups_new(&type, 1, &g, NULL);
	for (int round = 0; round < 2; round++)          /* the second time nothing is new */
		for (int k = 0; k < PARTS && good; k++) {
			struct rows_of r = { (const struct column *const *)&cols[k], 1 };

			good = feed(g, &r, 0, ROWS, ids + (size_t)k * ROWS);
		}
	ok(good && right(&(struct rows_of){ (const struct column *const *)all->cols, 1 }, PARTS * ROWS, ids, groups_count(g), "chunks"),
	   "columns with dictionaries of their own and without");
	ok(keys_right(g, &(struct rows_of){ (const struct column *const *)all->cols, 1 }, PARTS * ROWS, ids), "and their keys");
	for (int k = 0; k < PARTS; k++) {
		column_unref(cols[k]);
		table_unref((struct table *)(uintptr_t)parts[k]);
	}
	table_unref(all);
	groups_free(g);
	free(ids);
}

static void constants(void)
{
	static const double zero = -0.0, odd = NAN;
	static const uint8_t none = 0;
	static const int64_t far = INT64_MAX, small = 3;
	const struct slice text = slice_of("x", 1);
	enum type types[] = { TYPE_FLOAT64, TYPE_INT64, TYPE_STRING };
	uint32_t ids[VEC_MAX];
	double values[4] = { 0.0, NAN, 0.0, 1 };
	struct vec v[3] = { { .type = TYPE_FLOAT64, .constant = true, .n = 4, .as.f64 = &zero },
			    { .type = TYPE_INT64, .constant = true, .n = 4, .as.i64 = &small },
			    { .type = TYPE_STRING, .constant = true, .n = 4, .as.text = &text } };
	struct groups *g;
	int64_t count;

	groups_new(types, 3, &g, NULL);
	groups_add(g, v, 4, ids, NULL);
	ok(groups_count(g) == 1 && ids[0] == 0 && ids[3] == 0, "constants are one group");
	v[0] = (struct vec){ .type = TYPE_FLOAT64, .n = 4, .as.f64 = values };
	groups_add(g, v, 4, ids, NULL);
	ok(ids[0] == 0 && ids[1] == 1 && ids[2] == 0 && ids[3] == 2, "0.0 is -0.0, NaN is a key");
	v[0] = (struct vec){ .type = TYPE_FLOAT64, .constant = true, .n = 4, .as.f64 = &odd };
	groups_add(g, v, 4, ids, NULL);
	ok(ids[0] == 1 && ids[3] == 1, "NaN equals NaN");
	v[1].as.i64 = &far;
	groups_add(g, v, 4, ids, NULL);
	ok(ids[0] == 3 && groups_count(g) == 4, "a value far away");
	v[1].there = &none;
	groups_add(g, v, 4, ids, NULL);
	ok(ids[2] == 4, "a missing one is a key");
	groups_free(g);

	groups_new(types + 1, 1, &g, NULL);
	v[1] = (struct vec){ .type = TYPE_INT64, .constant = true, .n = 4, .as.i64 = &far };
	groups_add(g, &v[1], 4, ids, NULL);
	v[1].as.i64 = &small;
	groups_add(g, &v[1], 4, ids, NULL);
	ok(ids[0] == 1 && ids[3] == 1 && groups_count(g) == 2, "one key, a constant far from the one before");
	groups_free(g);

	groups_new(NULL, 0, &g, NULL);
	is_int(groups_count(g), 1, "no keys are one group, without rows too");
	groups_add(g, NULL, 4, ids, NULL);
	ok(ids[0] == 0 && ids[3] == 0 && groups_count(g) == 1, "and with rows");
	groups_free(g);
	uint32_t *first;
	ok(!groups_of_columns(NULL, 0, 5, 2, ids, &count, &first, NULL) && count == 1 && first[0] == 0 && ids[4] == 0,
	   "all rows of a table");
	mem_free(first);
}

static void segments(void)
{
	static const int64_t rows[] = { 0, 1, 63, 64, 65, 16384, 32768, 40000, 1000000, 4000000001 };
	bool good = true;

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		int n = query_segments(rows[k]);

		good &= n >= 1 && n <= QUERY_SEGMENTS_MAX && query_segment_start(rows[k], n, 0) == 0 &&
			query_segment_start(rows[k], n, n) == rows[k];
		for (int s = 0; s < n; s++)
			good &= query_segment_start(rows[k], n, s) % 64 == 0 &&
				query_segment_start(rows[k], n, s) <= query_segment_start(rows[k], n, s + 1);
	}
	ok(good, "segments cover the rows and begin at multiples of 64");
}

static int fails_from(void *ctx, int k, struct err *e)
{
	return k >= *(int *)ctx ? err_set(e, ERR_DOMAIN, "item %d", k) : 0;
}

static void failures(void)
{
	struct err e = ERR_INIT;
	bool good = true;
	int from;

	for (int round = 0; round < 200; round++) {
		from = round % 16;
		good &= query_parallel(16, 1 + round % 8, fails_from, &from, &e) == ERR_DOMAIN && atoi(e.msg + 5) == from;
	}
	ok(good, "of several that fail the lowest is told");
	from = 16;
	is_int(query_parallel(16, 0, fails_from, &from, &e), 0, "none fails");
}

/* == without memory == */

static void memory(void)
{
	static const struct some kinds[] = {
		{ TYPE_STRING, 40000, 30, 10, true, false }, { TYPE_FLOAT64, 40000, 50, 10, true, false }, { TYPE_QUANTITY, 40000, 5, 3, true, false },
	};
	static const struct some plain = { TYPE_STRING, 140000, 0, 10, true, true };
	const struct column *cols[3], *text = some_column(&plain);
	uint32_t *ids = malloc(140000 * 4), *first;
	int64_t count;
	long n = 0;
	int rc, wrong = 0;

	for (int k = 0; k < 3; k++)
		cols[k] = some_column(&kinds[k]);
	for (const struct rows_of *r = (struct rows_of[]){ { cols, 3 }, { &text, 1 }, { NULL, 0 } }; r->n; r++) {
		for (n = 0;; n += 1 + n / 20) {
			mem_fail_after(n);
			rc = groups_of_columns(r->keys, r->n, r->keys[0]->length, 2, ids, &count, &first, NULL);
			mem_fail_after(-1);
			wrong += rc && rc != ERR_MEMORY;
			if (!rc)
				break;
		}
		mem_free(first);
	}
	ok(!wrong && n > 10, "failing allocations end in an error");
	for (int k = 0; k < 3; k++)
		column_unref((struct column *)(uintptr_t)cols[k]);
	column_unref((struct column *)(uintptr_t)text);
	free(ids);
}

int main(void)
{
	single_keys();
	several_keys();
	many_rows();
	dictionaries();
	constants();
	segments();
	failures();
	memory();
	return done();
}
