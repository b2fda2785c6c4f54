/*
 * t4600-rows.c - rows of tables by number: here and there, in runs, in ascending lists and none at all, for any number of
 * threads, against the table they were taken from; and samples.
 */
#include "query/query.h"
#include "tables.h"

enum { MOST = 400000 };

static uint32_t idx[MOST];

/* == which rows == */

typedef int64_t make_rows(int64_t rows, int64_t n);

static int64_t anywhere(int64_t rows, int64_t n)
{
	for (int64_t k = 0; k < n; k++)
		idx[k] = chance((uint32_t)rows);
	return n;
}

static int64_t with_none(int64_t rows, int64_t n)
{
	for (int64_t k = 0; k < n; k++)
		idx[k] = !rows || chance(5) == 0 ? QUERY_NONE : chance((uint32_t)rows);
	return n;
}

static int64_t only_none(int64_t rows, int64_t n)
{
	(void)rows;
	for (int64_t k = 0; k < n; k++)
		idx[k] = QUERY_NONE;
	return n;
}

/* Most rows, then some that are not there: segments of runs beside others. */
static int64_t runs_and_none(int64_t rows, int64_t n)
{
	for (int64_t k = 0; k < n; k++)
		idx[k] = k > n * 3 / 4 && chance(3) == 0 ? QUERY_NONE : (uint32_t)(k * 21 / 20 % rows);
	return n;
}

static int64_t ascending(int64_t rows, int64_t n)
{
	int64_t taken = 0;

	for (int64_t row = 0; row < rows && taken < n; row++)
		if (chance(3) == 0)
			idx[taken++] = (uint32_t)row;
	return taken;
}

static int64_t most_rows(int64_t rows, int64_t n)
{
	int64_t taken = 0;

	for (int64_t row = 0; row < rows && taken < n; row++)
		if (chance(30))
			idx[taken++] = (uint32_t)row;
	return taken;
}

/* As behind a sort by something that has seven values. */
static int64_t seven_lists(int64_t rows, int64_t n)
{
	int64_t taken = 0;

	for (uint32_t list = 0; list < 7; list++)
		for (int64_t row = 0; row < rows && taken < n; row++)
			if (((uint64_t)row * UINT64_C(0x9e3779b97f4a7c15) >> 40) % 7 == list)
				idx[taken++] = (uint32_t)row;
	return taken;
}

static int64_t all_rows(int64_t rows, int64_t n)
{
	for (int64_t k = 0; k < rows && k < n; k++)
		idx[k] = (uint32_t)k;
	return rows < n ? rows : n;
}

static const struct {
	const char *name;
	make_rows *make;
} ways[] = {
	{ "anywhere", anywhere }, { "with none among them", with_none }, { "none at all", only_none }, { "runs, and none", runs_and_none },
	{ "ascending", ascending }, { "most rows", most_rows }, { "seven lists", seven_lists }, { "all rows", all_rows },
};
enum { WAYS = sizeof ways / sizeof *ways };

/* == checks == */

static bool bits_end_in_zeros(const uint8_t *bits, int64_t n)
{
	for (int64_t i = n; bits && i < (n + 511) / 512 * 512; i++)
		if (bits[i >> 3] >> (i & 7) & 1)
			return false;
	return true;
}

static bool is_taken(const struct column *t, const struct column *c, int64_t n)
{
	int64_t missing = 0;
	bool good = t->type == c->type && t->length == n && t->dict == c->dict && t->code_size == c->code_size;

	for (int64_t k = 0; good && k < n; k++) {
		bool none = idx[k] == QUERY_NONE;

		missing += none || !column_has(c, idx[k]);
		good = none ? !column_has(t, k) : column_equal(t, k, c, idx[k]);
		if (good && t->type == TYPE_STRING && !t->dict && !column_has(t, k))
			good = t->as.offsets[k] == t->as.offsets[k + 1];
	}
	if (good && t->type == TYPE_BOOL)
		good = bits_end_in_zeros(t->as.bits, n);
	return good && t->missing == missing && !t->validity == !missing && bits_end_in_zeros(t->validity, n);
}

static bool table_is_taken(const struct table *t, const struct table *from, int64_t n, bool none)
{
	bool good = t->rows == n && t->ncols == from->ncols && !t->origin == none;

	for (int k = 0; good && k < t->ncols; k++) {
		good = !strcmp(t->names[k], from->names[k]) && is_taken(t->cols[k], from->cols[k], n);
		if (!good)
			fprintf(stderr, "# column %s\n", t->names[k]);
	}
	for (int64_t k = 0; good && k < n && !none; k++)
		good = same_place(t, k, from, idx[k]);
	return good;
}

static bool any_none(int64_t n)
{
	for (int64_t k = 0; k < n; k++)
		if (idx[k] == QUERY_NONE)
			return true;
	return false;
}

static void take(const struct table *from, int way, int64_t n)
{
	static const int threads[] = { 1, 2, 3, 8 };
	struct table *first = NULL, *t;
	bool good = true, same = true;
	struct err e = ERR_INIT;

	n = ways[way].make(from->rows, n);
	for (int k = 0; k < 4 && good; k++) {
		t = NULL;
		must(rows_gather(from, idx, n, threads[k], &t, &e), &e);
		if (!first)
			good = table_is_taken(t, from, n, any_none(n));
		else
			same = same_table_bits(t, first);
		if (first)
			table_unref(t);
		else
			first = t;
	}
	ok(good, "%lld of %lld rows, %s", (long long)n, (long long)from->rows, ways[way].name);
	ok(same, "the same for any number of threads");
	table_unref(first);
}

static void taking(void)
{
	static const int64_t sizes[] = { 0, 1, 63, 64, 65, 1000, 70000, 300000 };

	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		struct table *t = some_table(sizes[s]);

		for (int way = 0; way < WAYS; way++)
			if (sizes[s] || way == 2 || way == 7)
				take(t, way, way == 2 ? 777 : sizes[s] > 1000 ? sizes[s] : sizes[s] * 2);
		table_unref(t);
	}
}

static void sharing(void)
{
	struct table *t = some_table(100), *all = NULL, *again = NULL;
	struct column *c = NULL;

	all_rows(100, 100);
	must(rows_gather(t, idx, 100, 1, &all, NULL), NULL);
	ok(all->cols[8] == t->cols[8], "all rows in their order share the columns");
	must(rows_gather_column(t->cols[8], idx, 100, 1, &c, NULL), NULL);
	ok(c == t->cols[8], "so does one column");
	column_unref(c);
	idx[0] = 1, idx[1] = 0;
	must(rows_gather_column(t->cols[10], idx, 2, 1, &c, NULL), NULL);
	ok(c->length == 2 && column_equal(c, 0, t->cols[10], 1) && column_equal(c, 1, t->cols[10], 0), "a column of figures");
	must(rows_gather(t, idx, 0, 4, &again, NULL), NULL);
	ok(!again->rows && again->ncols == t->ncols, "no rows");
	column_unref(c);
	table_unref(t);
	table_unref(all);
	table_unref(again);
}

/* == samples == */

static void samples(void)
{
	enum { ROWS = 20, WANT = 5, TIMES = 40000 };
	static uint32_t many[100000], other[100000];
	int count[ROWS] = { 0 }, pairs = 0;
	bool sorted = true;
	struct err e = ERR_INIT;

	for (uint64_t seed = 0; seed < TIMES; seed++) {
		uint32_t some[WANT];

		must(rows_sample(ROWS, WANT, seed, some, &e), &e);
		for (int k = 0; k < WANT; k++) {
			sorted = sorted && some[k] < ROWS && (!k || some[k] > some[k - 1]);
			count[some[k] < ROWS ? some[k] : 0]++;
			pairs += k && some[k] == 7 && some[k - 1] == 6;
		}
	}
	ok(sorted, "a sample has different rows in table order");
	for (int k = 0; k < ROWS; k++) {
		double off = (count[k] - TIMES * WANT / (double)ROWS) / sqrt(TIMES * 0.25 * 0.75);

		ok(fabs(off) < 5, "row %d is as likely as others", k);
	}
	ok(fabs((pairs - TIMES * 5 * 4 / 380.0) / sqrt(TIMES * 0.0526 * 0.9474)) < 5, "and so are two rows together");
	must(rows_sample(1000000, 100000, 7, many, &e), &e);
	must(rows_sample(1000000, 100000, 7, other, &e), &e);
	ok(!memcmp(many, other, sizeof many), "the same seed gives the same rows");
	must(rows_sample(1000000, 100000, 8, other, &e), &e);
	ok(memcmp(many, other, sizeof many) != 0, "another one gives others");
	must(rows_sample(1000, 1000, 1, many, &e), &e);
	ok(many[0] == 0 && many[999] == 999, "all rows");
	is_int(rows_sample(10, 11, 1, many, &e), ERR_DOMAIN, "more than there are");
	is_str(e.msg, "a sample of 11 rows out of 10", "and the message says so");
	is_int(rows_sample(10, -1, 1, many, &e), ERR_DOMAIN, "less than none");
	is_int(rows_sample(0, 0, 1, many, &e), 0, "none of none");
}

/* == when it goes wrong == */

static void failures(void)
{
	struct table *t = some_table(40000), *out = NULL;
	struct err e = ERR_INIT;
	int rc = ERR_MEMORY, bad = 0, runs = 0;

	with_none(40000, 35000);
	for (int way = 0; way < 3; way++) {
		int64_t n = ways[way ? way == 1 ? 1 : 5 : 0].make(40000, 35000);

		rc = ERR_MEMORY;
		for (long k = 0; rc; k++, runs++) {
			mem_fail_after(k);
			rc = rows_gather(t, idx, n, 2, &out, &e);
			mem_fail_after(-1);
			bad += rc && rc != ERR_MEMORY;
		}
		table_unref(out);
	}
	ok(!bad && runs > 60, "every allocation may fail");
	stop_request();
	is_int(rows_gather(t, idx, 10, 1, &out, &e), ERR_INTERRUPT, "a stop is seen");
	stop_clear();
	table_unref(t);
}

/* With lists, which need a table that is larger than a cache. */
static void failures_of_lists(void)
{
	struct table *t = some_table(270000), *out = NULL;
	struct err e = ERR_INIT;
	int64_t n = seven_lists(270000, MOST);
	int rc = ERR_MEMORY, bad = 0;

	for (long k = 0; rc; k += k < 20 ? 1 : 7) {
		mem_fail_after(k);
		rc = rows_gather(t, idx, n, 2, &out, &e);
		mem_fail_after(-1);
		bad += rc && rc != ERR_MEMORY;
	}
	ok(!bad && out->rows == n, "so may those of lists");
	table_unref(out);
	table_unref(t);
}

int main(void)
{
	taking();
	sharing();
	samples();
	failures();
	failures_of_lists();
	return done();
}
