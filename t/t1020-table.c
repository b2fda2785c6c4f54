/* t1020-table.c - tables: sharing, taking, choosing and printing. */
#include "table/table.h"
#include "tap.h"

#include <stdlib.h>

/* A column from words by the builder's own reading; "-" is missing. */
static struct column *column(enum type t, const char *words)
{
	struct builder b;
	struct column *c = NULL;
	char copy[1000], *word;

	strcpy(copy, words);
	builder_init(&b, t, NULL);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
		if (!strcmp(word, "-"))
			builder_missing(&b);
		else if (!builder_parse(&b, slice_of(word, strlen(word))))
			fprintf(stderr, "'%s' is no %s\n", word, type_name(t));
	}
	builder_finish(&b, &c, NULL);
	return c;
}

static void add(struct table *t, const char *name, enum type type, const char *words)
{
	struct column *c = column(type, words);

	table_add(t, name, c, NULL);
	column_unref(c);
}

/* The values of one column, with blanks between, "-" for missing. */
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

/* The lines of all rows, with blanks between. */
static const char *lines_of(const struct table *t)
{
	static struct buf out;
	struct slice file;
	int64_t line = -1;

	buf_clear(&out);
	buf_str(&out, "");
	for (int64_t i = 0; i < t->rows; i++)
		buf_printf(&out, i ? " %lld" : "%lld", table_where(t, i, &file, &line) ? (long long)line : -1);
	return out.p;
}

static struct table *sample(void)
{
	struct table *t = NULL;
	struct origin_runs lines = ORIGIN_RUNS_INIT;
	struct origin *origin = NULL;

	origin_add(&lines, 0, 0, 2);
	origin_finish(&lines, 5, (const char *const[]){ "x.csv" }, 1, &origin, NULL);
	table_new(5, &t, NULL);
	add(t, "origin", TYPE_STRING, "b a - b a");
	add(t, "n", TYPE_INT64, "3 - 1 2 2");
	add(t, "x", TYPE_FLOAT64, "nan 0.5 - -inf 2");
	add(t, "day", TYPE_DATE, "2025-01-02 2024-12-31 - 2025-01-01 2024-12-31");
	add(t, "ok", TYPE_BOOL, "true false - false true");
	table_set_origin(t, origin);
	origin_unref(origin);
	return t;
}

static void taking(void)
{
	static const int64_t rows[] = { 4, 0, 0, 2 }, none[1] = { 0 }, past[] = { 1, 5 }, before[] = { -1 };
	struct table *t = sample(), *u = NULL, *kept = NULL;
	struct err e = ERR_INIT;

	is_int(table_take(t, rows, 4, &u, &e), 0, "take rows 5, 1, 1, 3");
	is_str(values(u->cols[0]), "a b b -", "strings");
	is_str(values(u->cols[1]), "2 3 3 1", "integers");
	is_str(values(u->cols[2]), "2 nan nan -", "floats");
	is_str(values(u->cols[3]), "2024-12-31 2025-01-02 2025-01-02 -", "dates");
	is_str(values(u->cols[4]), "true true true -", "bools");
	is_int(u->cols[0]->missing + u->cols[1]->missing, 1, "missing is counted anew");
	is_str(lines_of(u), "6 2 2 4", "the lines follow the rows");
	table_unref(u);
	is_int(table_take(t, none, 0, &u, &e), 0, "take nothing");
	ok(u->rows == 0 && u->ncols == 5, "no rows, all columns");
	table_unref(u);
	is_int(table_take(t, past, 2, &kept, &e), ERR_DOMAIN, "a row past the end");
	ok(kept == NULL && strstr(e.msg, "row 6") && strstr(e.msg, "5 rows"), "says which, and of how many: %s", e.msg);
	is_int(table_take(t, before, 1, &kept, NULL), ERR_DOMAIN, "a row before the first");
	table_new(3, &u, NULL);
	is_int(table_take(u, past, 2, &kept, NULL), ERR_DOMAIN, "also in a table without columns");
	table_unref(u);
	table_unref(t);
}

static void choosing(void)
{
	struct table *t = sample(), *u = NULL, *kept = NULL;
	struct column *c = column(TYPE_INT64, "1 2 3 4 5"), *small = column(TYPE_INT64, "1");
	struct err e = ERR_INIT;
	const struct column *found = NULL;

	is_int(table_select(t, (const char *[]){ "x", "origin" }, 2, &u, &e), 0, "select two of five");
	ok(u->ncols == 2 && !strcmp(u->names[0], "x") && !strcmp(u->names[1], "origin"), "in the order asked for");
	ok(u->cols[0] == t->cols[2] && u->cols[1] == t->cols[0], "and share the columns");
	ok(u->origin && u->origin == t->origin, "and know where their rows were");
	table_unref(t);
	is_str(values(u->cols[1]), "b a - b a", "what was shared outlives the first table");
	is_int(table_select(u, (const char *[]){ "orgin" }, 1, &kept, &e), ERR_NAME, "an unknown name");
	is_str(e.msg, "no column 'orgin'; did you mean 'origin'?", "suggests the nearest");
	is_int(table_select(u, (const char *[]){ "x", "x" }, 2, &kept, &e), ERR_NAME, "one name twice");
	is_str(e.msg, "column 'x' is named twice", "is refused");
	ok(kept == NULL, "and nothing was made");
	is_int(table_column(u, "casualties", &found, &e), ERR_NAME, "a name like none of them");
	is_str(e.msg, "no column 'casualties'", "gets no guess");

	is_int(table_with(u, "n", c, &t, &e), 0, "with a new column");
	ok(t->ncols == 3 && !strcmp(t->names[2], "n") && t->cols[2] == c && u->ncols == 2, "at the end, the old table as it was");
	table_unref(t);
	is_int(table_with(u, "x", c, &t, &e), 0, "with a column of a known name");
	ok(t->ncols == 2 && t->cols[0] == c && t->cols[1] == u->cols[1], "in its place");
	table_unref(t);
	is_int(table_with(u, "n", small, &kept, &e), ERR_DOMAIN, "a column of another length");
	is_str(e.msg, "column 'n' has 1 values, the table 5 rows", "says both lengths");
	column_unref(c);
	column_unref(small);
	table_unref(u);
	table_unref(NULL);
	column_unref(NULL);
}

static void equality(void)
{
	struct column *a = column(TYPE_FLOAT64, "nan 1 - 0"), *b = column(TYPE_FLOAT64, "nan 2 - -0");
	struct column *plain = column(TYPE_STRING, "a b c"), *coded = column(TYPE_STRING, "c c c c a a");
	struct column *q = NULL;
	struct builder bq;
	struct quantity v = { .low = 1, .high = 1, .stated = 1, .measure = slice_of("killed", 6) };

	ok(column_equal(a, 0, b, 0), "NaN equals NaN");
	ok(!column_equal(a, 1, b, 1) && column_equal(a, 2, b, 2) && !column_equal(a, 2, b, 0), "missing equals only missing");
	ok(column_equal(a, 3, b, 3), "zero equals minus zero");
	ok(!plain->dict && coded->dict && column_equal(plain, 0, coded, 4) && !column_equal(plain, 1, coded, 4),
	   "strings are equal by bytes, with or without a dictionary");
	ok(!column_equal(a, 0, plain, 0), "columns of two types hold nothing equal");

	builder_init(&bq, TYPE_QUANTITY, NULL);
	builder_quantity(&bq, &v);
	v.measure = slice_of("wounded", 7);
	builder_quantity(&bq, &v);
	v.measure = slice_of("killed", 6);
	builder_quantity(&bq, &v);
	v.basis = slice_of("stock", 5);
	builder_quantity(&bq, &v);
	v.basis = slice_of("", 0);
	v.stated = NAN;
	builder_quantity(&bq, &v);
	builder_finish(&bq, &q, NULL);
	ok(column_equal(q, 0, q, 2), "quantities are equal when all they say is");
	ok(!column_equal(q, 0, q, 1), "one killed is not one wounded");
	ok(!column_equal(q, 0, q, 3), "nor on another basis");
	ok(!column_equal(q, 0, q, 4), "nor when another number was printed");
	column_unref(a);
	column_unref(b);
	column_unref(plain);
	column_unref(coded);
	column_unref(q);
}

static void printing(void)
{
	struct table *t = sample();
	struct table_print how = { .width = 80, .rows = 3 };
	struct buf out = BUF_INIT;
	int bad = 0;

	table_print(&out, t, &how);
	is_str(out.p,
	       "origin      n        x  day         ok\n"
	       "string  int64  float64  date        bool\n"
	       "b           3      nan  2025-01-02  true\n"
	       "a           -      0.5  2024-12-31  false\n"
	       "-           1        -  -           -\n"
	       "... 2 more rows\n",
	       "names, types, numbers to the right, what is not shown");
	for (int width = 8; width < 60; width++) {
		size_t start = 0;

		buf_clear(&out);
		how.width = width;
		table_print(&out, t, &how);
		for (size_t i = 0; i < out.n; i++) {
			if (out.p[i] != '\n')
				continue;
			bad += text_width(out.p + start, i - start) > (size_t)width && strncmp(out.p + start, "not shown", 9) &&
			       strncmp(out.p + start, "...", 3);
			start = i + 1;
		}
	}
	is_int(bad, 0, "no row is wider than the terminal");
	buf_clear(&out);
	how.width = 24;
	table_print(&out, t, &how);
	ok(strstr(out.p, "not shown: day, ok\n"), "columns that do not fit are named");
	table_unref(t);

	table_new(2, &t, NULL);
	add(t, "a_name_so_long_that_it_would_not_fit_in_any_terminal_of_a_reasonable_width_at_all", TYPE_STRING, "x \x1b[31m");
	buf_clear(&out);
	how.width = 20;
	table_print(&out, t, &how);
	is_str(out.p, "a_name_so_long_th...\nstring\nx\n\\x1b[31m\n", "a long name is cut, control bytes are shown");
	table_unref(t);

	table_new(2, &t, NULL);
	add(t, "name", TYPE_STRING, "\xea\xb9\x80\xec\xa0\x95\xec\x9d\x80 Kim");
	add(t, "n", TYPE_INT64, "1 22");
	buf_clear(&out);
	table_print(&out, t, NULL);
	ok(strstr(out.p, "\xea\xb9\x80\xec\xa0\x95\xec\x9d\x80      1\n") && strstr(out.p, "Kim        22\n"), "wide letters are aligned");
	table_unref(t);

	table_new(2, &t, NULL);
	buf_clear(&out);
	table_print(&out, t, NULL);
	is_str(out.p, "2 rows, no columns\n", "a table without columns");
	table_unref(t);
	buf_release(&out);
}

/* Each verb with its first, second, third ... allocation failing: an error, no result, no leak. */
static int every_verb(struct table *t, int verb, struct buf *text, struct err *e)
{
	static const int64_t rows[] = { 4, 3, 2, 1, 0, 0, 1 };
	struct table *out = NULL;
	int rc;

	switch (verb) {
	case 0:
		rc = table_take(t, rows, 7, &out, e);
		break;
	case 1:
		rc = table_select(t, (const char *[]){ "n", "x" }, 2, &out, e);
		break;
	case 2:
		rc = table_with(t, "copy", t->cols[0], &out, e);
		break;
	default:
		table_print(text, t, NULL);
		return buf_check(text, e);
	}
	if (rc && out)
		rc = -1;                 /* wrong: an output after a failure */
	table_unref(out);
	return rc;
}

static void without_memory(void)
{
	static const char *const names[] = { "take", "select", "with", "print" };
	struct table *t = sample();

	for (int verb = 0; verb < 4; verb++) {
		long n = 0, wrong = 0;
		int rc = 1;

		for (; rc; n++) {
			struct buf text = BUF_INIT;
			struct err e = ERR_INIT;

			mem_fail_after(n);
			rc = every_verb(t, verb, &text, &e);
			mem_fail_after(-1);
			wrong += rc && rc != ERR_MEMORY;
			buf_release(&text);
		}
		ok(!wrong && n > 1, "%s: each of %ld failing allocations is an error", names[verb], n - 1);
	}
	is_str(values(t->cols[1]), "3 - 1 2 2", "the table is as it was");
	table_unref(t);
}

int main(void)
{
	taking();
	choosing();
	equality();
	printing();
	without_memory();
	return done();
}
