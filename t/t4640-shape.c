/*
 * t4640-shape.c - pivot and unpivot: every cell against the rows it came from, one undone by the other, names, types and
 * errors.
 */
#include "query/query.h"
#include "tables.h"

static struct table *of_column(const char *name, struct column *c)
{
	struct table *t = NULL;

	must(table_new(c->length, &t, NULL), NULL);
	put(t, name, c);
	return t;
}

static struct column *words(const char *const *values, int n)
{
	struct builder b;
	struct column *c = NULL;

	must(builder_init(&b, TYPE_STRING, NULL), NULL);
	for (int k = 0; k < n; k++) {
		if (values[k])
			builder_string(&b, values[k], strlen(values[k]));
		else
			builder_missing(&b);
	}
	must(builder_finish(&b, &c, NULL), NULL);
	return c;
}

static struct column *ints(const int64_t *values, int n)
{
	struct builder b;
	struct column *c = NULL;

	must(builder_init(&b, TYPE_INT64, NULL), NULL);
	for (int k = 0; k < n; k++)
		builder_int64(&b, values[k]);
	must(builder_finish(&b, &c, NULL), NULL);
	return c;
}

/* == pivot by chance == */

/* Rows of `groups` id values and `names` names, each pair at most once, in any order. */
static struct table *long_table(uint32_t groups, uint32_t names, int values)
{
	uint32_t *pairs = malloc(groups * names * sizeof *pairs), n = 0;
	struct column *id = NULL, *name = NULL;
	struct builder a, b;
	struct table *t;

	for (uint32_t k = 0; k < groups * names; k++)
		if (chance(10) < 7)
			pairs[n++] = k;
	for (uint32_t k = n; k > 1; k--) {
		uint32_t other = chance(k), swap = pairs[k - 1];

		pairs[k - 1] = pairs[other];
		pairs[other] = swap;
	}
	must(builder_init(&a, TYPE_INT64, NULL), NULL);
	must(builder_init(&b, TYPE_DATE, NULL), NULL);
	for (uint32_t k = 0; k < n; k++) {
		if (pairs[k] / names == 3)
			builder_missing(&a);
		else
			builder_int64(&a, pairs[k] / names);
		if (pairs[k] % names == 2)
			builder_missing(&b);
		else
			builder_date(&b, (int32_t)(pairs[k] % names) * 31);
	}
	must(builder_finish(&a, &id, NULL), NULL);
	must(builder_finish(&b, &name, NULL), NULL);
	free(pairs);
	t = of_column("id", id);
	put(t, "half", some_of(1, n));
	put(t, "name", name);
	put(t, "value", some_of(values, n));
	return t;
}

static int64_t find_row(const struct table *wide, const struct table *t, int64_t i)
{
	for (int64_t row = 0; row < wide->rows; row++)
		if (column_equal(wide->cols[0], row, t->cols[0], i))
			return row;
	return -1;
}

static const char *name_of(const struct table *t, int64_t i)
{
	static char text[DATE_TEXT_MAX + 1];
	const struct column *c = t->cols[2];

	if (!column_has(c, i))
		return "missing";
	text[date_print(text, c->as.days[i])] = '\0';
	return text;
}

/* Each row is in its cell, other cells are missing, rows and columns in order of first appearance. */
static bool is_pivot(const struct table *wide, const struct table *t)
{
	int64_t there = 0, rows = 0, expected = 0;
	int cols = 1;

	for (int64_t i = 0; i < t->rows; i++) {
		int64_t row = find_row(wide, t, i);
		int col = table_find(wide, name_of(t, i));

		if (row < 0 || col < 1 || row > rows || col > cols || !column_equal(wide->cols[col], row, t->cols[3], i))
			return false;
		rows += row == rows;
		cols += col == cols;
		expected += column_has(t->cols[3], i);
	}
	for (int k = 1; k < wide->ncols; k++)
		there += wide->rows - wide->cols[k]->missing;
	return rows == wide->rows && cols == wide->ncols && there == expected && !wide->origin;
}

/* The rows of the long table come back, and one of no value for each cell that had none. */
static bool comes_back(const struct table *wide, const struct table *t)
{
	struct table *back = NULL, *sorted = NULL, *compare = NULL;
	struct err e = ERR_INIT;
	bool good;

	must(shape_unpivot(wide, (const char *const *)wide->names + 1, wide->ncols - 1, "name", "value", &back, &e), &e);
	good = back->rows == wide->rows * (wide->ncols - 1) && back->ncols == 3 && back->cols[2]->type == t->cols[3]->type;
	for (int64_t k = 0; good && k < back->rows; k++)
		good = column_equal(back->cols[2], k, wide->cols[1 + k % (wide->ncols - 1)], k / (wide->ncols - 1)) &&
		       column_equal(back->cols[0], k, wide->cols[0], k / (wide->ncols - 1)) &&
		       slice_is(column_string(back->cols[1], k), wide->names[1 + k % (wide->ncols - 1)]);
	if (good) {
		static const char *const id[] = { "id" };

		must(shape_pivot(back, id, 1, "name", "value", 2, &compare, &e), &e);
		good = same_tables(compare, wide);
	}
	table_unref(back);
	table_unref(sorted);
	table_unref(compare);
	return good;
}

static void pivots(void)
{
	static const char *const id[] = { "id" };
	static const int threads[] = { 1, 2, 8 };
	struct err e = ERR_INIT;

	for (int values = 0; values < SOME_COLUMNS; values++) {
		struct table *t = long_table(40, 12, values), *wide[3] = { NULL };

		for (int k = 0; k < 3; k++)
			must(shape_pivot(t, id, 1, "name", "value", threads[k], &wide[k], &e), &e);
		ok(is_pivot(wide[0], t), "pivot of %s, column %d", type_name(some_columns[values].type), values);
		ok(same_table_bits(wide[0], wide[1]) && same_table_bits(wide[0], wide[2]), "the same for any number of threads");
		ok(comes_back(wide[0], t), "unpivot gives the cells back, and pivot the table");
		for (int k = 0; k < 3; k++)
			table_unref(wide[k]);
		table_unref(t);
	}
}

/* == pivot: names and errors == */

static void pivot_names(void)
{
	static const char *const names[] = { "id", "missing", NULL, "", "b", "id_2", "c\xc3\xa9" };
	static const int64_t values[] = { 1, 2, 3, 4, 5, 6, 7 }, ids[] = { 1, 1, 1, 1, 1, 1, 1 };
	static const char *const wanted[] = { "id", "id_2", "missing", "missing_2", "column_5", "b", "id_2_2", "c\xc3\xa9" };
	static const char *const id[] = { "id" };
	struct table *t = of_column("id", ints(ids, 7)), *wide = NULL;
	struct err e = ERR_INIT;
	bool good;

	put(t, "what", words(names, 7));
	put(t, "n", ints(values, 7));
	must(shape_pivot(t, id, 1, "what", "n", 1, &wide, &e), &e);
	good = wide->ncols == 8 && wide->rows == 1;
	for (int k = 0; k < 8 && good; k++) {
		good = !strcmp(wide->names[k], wanted[k]) && wide->cols[k]->as.i64[0] == (k ? k : 1);
		if (!good)
			fprintf(stderr, "# '%s'\n", wide->names[k]);
	}
	ok(good, "names of columns");
	table_unref(wide);
	must(shape_pivot(t, NULL, 0, "what", "n", 1, &wide, &e), &e);
	ok(wide->rows == 1 && wide->ncols == 7 && !strcmp(wide->names[0], "id"), "no id: one row");
	table_unref(wide);
	is_int(shape_pivot(t, NULL, 0, "id", "n", 1, &wide, &e), ERR_DOMAIN, "two rows of a cell");
	is_str(e.msg, "rows 1 and 2 are of one cell: id 1", "are named");
	is_int(shape_pivot(t, id, 1, "id", "n", 1, &wide, &e), ERR_DOMAIN, "also beside an id");
	is_str(e.msg, "rows 1 and 2 are of one cell: id 1 and id 1", "with all that makes the cell");
	is_int(shape_pivot(t, id, 1, "whit", "n", 1, &wide, &e), ERR_NAME, "no such column");
	is_int(shape_pivot(t, (const char *const[]){ "id", "id" }, 2, "what", "n", 1, &wide, &e), ERR_NAME, "an id twice");
	table_unref(t);
	t = of_column("id", ints(ids, 0));
	put(t, "what", words(names, 0));
	put(t, "n", ints(values, 0));
	must(shape_pivot(t, id, 1, "what", "n", 1, &wide, &e), &e);
	ok(wide->rows == 0 && wide->ncols == 1, "a table without rows");
	table_unref(wide);
	must(shape_pivot(t, NULL, 0, "what", "n", 1, &wide, &e), &e);
	ok(wide->rows == 0 && wide->ncols == 0, "without anything");
	table_unref(wide);
	table_unref(t);
}

static void places(void)
{
	static const char *const id[] = { "c1" };
	struct table *t = some_table(20), *wide = NULL;
	struct err e = ERR_INIT;
	struct slice file;
	int64_t line;
	char place[64];

	is_int(shape_pivot(t, id, 1, "c1", "c2", 1, &wide, &e), ERR_DOMAIN, "rows of a file");
	table_where(t, 0, &file, &line);
	snprintf(place, sizeof place, "one.csv:%lld", (long long)line);
	ok(strstr(e.msg, ".csv:") && (strstr(e.msg, place) || !strstr(e.msg, "rows 1 ")), "and their lines: %s", e.msg);
	table_unref(t);
}

/* == unpivot == */

static void unpivot_types(void)
{
	static const char *const n_x[] = { "n", "x" }, *const n_d[] = { "n", "d" }, *const n_empty[] = { "n", "empty" };
	static const char *const n_nan[] = { "n", "nothing" };
	static const int64_t values[] = { 1, 2, 3 };
	static const char *const nothing[] = { NULL, NULL, NULL };
	struct table *t = of_column("n", ints(values, 3)), *out = NULL;
	struct some x = { .type = TYPE_FLOAT64, .rows = 3 }, d = { .type = TYPE_DATE, .rows = 3 }, nan = { .type = TYPE_FLOAT64, .rows = 3, .missing = 100 };
	struct err e = ERR_INIT;

	put(t, "x", some_column(&x));
	put(t, "d", some_column(&d));
	put(t, "empty", words(nothing, 3));
	put(t, "nothing", some_column(&nan));
	must(shape_unpivot(t, n_x, 2, "what", "v", &out, &e), &e);
	ok(out->rows == 6 && out->ncols == 5 && out->cols[4]->type == TYPE_FLOAT64 && out->cols[4]->as.f64[2] == 2, "integers become floats");
	table_unref(out);
	must(shape_unpivot(t, n_nan, 2, "what", "v", &out, &e), &e);
	ok(out->cols[4]->type == TYPE_FLOAT64 && out->cols[4]->missing == 3, "also beside floats that are all missing");
	table_unref(out);
	must(shape_unpivot(t, n_empty, 2, "what", "v", &out, &e), &e);
	ok(out->cols[4]->type == TYPE_INT64 && out->cols[4]->missing == 3, "a column without values goes with every type");
	table_unref(out);
	is_int(shape_unpivot(t, n_d, 2, "what", "v", &out, &e), ERR_TYPE, "other types do not mix");
	is_str(e.msg, "'n' is int64 and 'd' is date: they cannot be one column", "and both are named");
	is_int(shape_unpivot(t, n_x, 2, "d", "v", &out, &e), ERR_NAME, "a name that is taken");
	is_str(e.msg, "there is a column 'd' already", "and the message");
	is_int(shape_unpivot(t, n_x, 2, "v", "v", &out, &e), ERR_NAME, "the same for both");
	is_int(shape_unpivot(t, (const char *const[]){ "n", "n" }, 2, "a", "v", &out, &e), ERR_NAME, "a column twice");
	is_int(shape_unpivot(t, n_x, 0, "a", "v", &out, &e), ERR_USAGE, "no columns");
	must(shape_unpivot(t, n_x, 1, "n", "v", &out, &e), &e);
	ok(out->rows == 3 && out->ncols == 6 && !strcmp(out->names[4], "n"), "the name of a column that is gone can be used");
	table_unref(out);
	table_unref(t);
}

static void origins(void)
{
	static const char *const two[] = { "c2", "c3" };
	struct table *t = some_table(500), *out = NULL;
	struct err e = ERR_INIT;
	bool good;

	must(shape_unpivot(t, two, 2, "what", "v", &out, &e), &e);
	good = out->rows == 1000;
	for (int64_t k = 0; k < out->rows && good; k++)
		good = same_place(out, k, t, k / 2);
	ok(good, "rows know the line they were read from");
	table_unref(out);
	table_unref(t);
}

static void failures(void)
{
	static const char *const id[] = { "id" }, *const two[] = { "half", "value" };
	struct table *t = long_table(30, 8, 1), *out = NULL;
	struct err e = ERR_INIT;
	int rc = ERR_MEMORY, bad = 0;

	for (long k = 0; rc; k++) {
		mem_fail_after(k);
		rc = shape_pivot(t, id, 1, "name", "value", 2, &out, &e);
		mem_fail_after(-1);
		bad += rc && rc != ERR_MEMORY;
	}
	table_unref(out);
	rc = ERR_MEMORY;
	for (long k = 0; rc; k++) {
		mem_fail_after(k);
		rc = shape_unpivot(t, two, 2, "n", "v", &out, &e);
		mem_fail_after(-1);
		bad += rc && rc != ERR_MEMORY;
	}
	ok(!bad, "every allocation may fail");
	table_unref(out);
	out = NULL;
	rc = ERR_MEMORY;
	for (long k = 0; rc == ERR_MEMORY; k++) {
		mem_fail_after(k);
		rc = shape_pivot(t, NULL, 0, "name", "value", 1, &out, &e);
		mem_fail_after(-1);
	}
	is_int(rc, ERR_DOMAIN, "also while two rows of a cell are named");
	table_unref(t);
}

int main(void)
{
	pivots();
	pivot_names();
	places();
	unpivot_types();
	origins();
	failures();
	return done();
}
