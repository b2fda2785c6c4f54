/* t1080-concat.c - tables one behind the other, against the tables they were cut from. */
#include "table/table.h"
#include "columns.h"
#include "tap.h"

enum { ROWS = 700 };

static struct table *table_of(const char *name, struct column *c)
{
	struct table *t = NULL;

	table_new(c->length, &t, NULL);
	table_add(t, name, c, NULL);
	column_unref(c);
	return t;
}

/* With rows that begin on line 2 of a file, when one is named. */
static struct table *whole(const char *file, uint32_t seed)
{
	struct table *t = NULL;
	struct origin_runs lines = ORIGIN_RUNS_INIT;
	struct origin *origin = NULL;

	table_new(ROWS, &t, NULL);
	for (int k = 0; k < LAYOUTS; k++) {
		struct column *c = layout_column(k, ROWS, seed);

		table_add(t, layouts[k].name, c, NULL);
		column_unref(c);
	}
	if (file) {
		origin_add(&lines, 0, 0, 2);
		origin_add(&lines, 300, 0, 310);
		origin_finish(&lines, ROWS, &file, 1, &origin, NULL);
		table_set_origin(t, origin);
		origin_unref(origin);
	}
	return t;
}

static bool bits_end_in_zeros(const uint8_t *bits, int64_t n)
{
	for (int64_t i = n; i < (n + 511) / 512 * 512; i++)
		if (bits[i >> 3] >> (i & 7) & 1)
			return false;
	return true;
}

static bool same_column(const struct column *a, const struct column *b)
{
	int64_t missing = 0;
	bool good = a->type == b->type && a->length == b->length && !a->dict == !b->dict && a->missing == b->missing &&
		    !a->validity == !b->missing;

	for (int64_t i = 0; good && i < a->length; i++) {
		good = column_equal(a, i, b, i);
		missing += !column_has(a, i);
	}
	if (good && a->validity)
		good = bits_end_in_zeros(a->validity, a->length);
	if (good && a->type == TYPE_BOOL)
		good = bits_end_in_zeros(a->as.bits, a->length);
	/* the dictionary too: the same values in the same order */
	if (good && a->dict)
		good = a->code_size == b->code_size && same_column(a->dict, b->dict);
	return good && missing == a->missing;
}

/* Cut at two places and put together again: the same table. */
static void cut_and_join(void)
{
	static const int64_t cuts[][2] = { { 0, 0 }, { 0, 700 }, { 1, 2 }, { 63, 64 }, { 64, 128 }, { 100, 333 },
					   { 7, 691 }, { 350, 350 }, { 699, 700 } };
	struct table *t = whole("x.csv", 42);

	for (size_t c = 0; c < sizeof cuts / sizeof *cuts; c++) {
		struct table *part[3] = { NULL, NULL, NULL }, *u = NULL;
		bool lines = true;

		table_slice(t, 0, cuts[c][0], &part[0], NULL);
		table_slice(t, cuts[c][0], cuts[c][1] - cuts[c][0], &part[1], NULL);
		table_slice(t, cuts[c][1], ROWS - cuts[c][1], &part[2], NULL);
		is_int(table_concat((const struct table *const *)part, 3, &u, NULL), 0, "cut at %d and %d", (int)cuts[c][0],
		       (int)cuts[c][1]);
		ok(u && u->rows == ROWS && u->ncols == LAYOUTS, "all rows and columns");
		for (int k = 0; k < LAYOUTS; k++)
			ok(!strcmp(u->names[k], layouts[k].name) && same_column(u->cols[k], t->cols[k]), "%s", layouts[k].name);
		for (int64_t i = 0; i < ROWS; i++) {
			struct slice file;
			int64_t line;

			lines &= table_where(u, i, &file, &line) && slice_is(file, "x.csv") &&
				 line == (i < 300 ? 2 + i : 10 + i);
		}
		ok(lines, "rows know their lines");
		for (int k = 0; k < 3; k++)
			table_unref(part[k]);
		table_unref(u);
	}
	table_unref(t);
}

static void dictionaries(void)
{
	struct builder b;
	struct column *c[3] = { NULL, NULL, NULL };
	static const char *const words[3][4] = { { "b", "a", "b", "b" }, { "c", "a", "a", "c" }, { "d", "e", "f", "g" } };
	struct table *t[3], *u = NULL;

	for (int k = 0; k < 3; k++) {
		builder_init(&b, TYPE_STRING, NULL);
		for (int i = 0; i < 4; i++)
			builder_string(&b, words[k][i], 1);
		builder_finish(&b, &c[k], NULL);
		t[k] = table_of("s", c[k]);
	}
	ok(t[0]->cols[0]->dict && t[1]->cols[0]->dict && !t[2]->cols[0]->dict, "two dictionaries and one text");
	table_concat((const struct table *const *)t, 3, &u, NULL);
	ok(u->cols[0]->dict && u->cols[0]->dict->length == 7, "become a dictionary");
	for (int k = 0; k < 3; k++)
		for (int i = 0; i < 4; i++)
			ok(slice_is(column_string(u->cols[0], k * 4 + i), words[k][i]), "row %d is %s", k * 4 + i + 1, words[k][i]);
	ok(slice_is(column_string(u->cols[0]->dict, 0), "b") && slice_is(column_string(u->cols[0]->dict, 2), "c"),
	   "in order of first appearance");
	table_unref(u);
	u = NULL;
	table_concat((const struct table *const[]){ t[2], t[2], t[0] }, 3, &u, NULL);
	ok(!u->cols[0]->dict && slice_is(column_string(u->cols[0], 5), "e"), "mostly text is text");
	table_unref(u);
	u = NULL;

	/* values that no row has any more */
	table_take(t[0], (const int64_t[]){ 1 }, 1, &u, NULL);
	table_unref(t[0]);
	t[0] = u;
	u = NULL;
	table_concat((const struct table *const *)t, 2, &u, NULL);
	ok(u->rows == 5 && u->cols[0]->dict->length == 2 && slice_is(column_string(u->cols[0]->dict, 0), "a"),
	   "values of rows that are gone are gone");
	table_unref(u);
	for (int k = 0; k < 3; k++)
		table_unref(t[k]);
}

static void by_name(void)
{
	struct table *t = whole("x.csv", 1), *n = whole(NULL, 2), *u = NULL, *v = NULL;
	struct column *c, *d;
	struct builder b;
	struct err e = ERR_INIT;
	struct slice file;
	int64_t line;

	is_int(table_select(n, (const char *const[]){ "date", "bool" }, 2, &v, NULL), 0, "a table of two columns");
	is_int(table_concat((const struct table *const[]){ v, t }, 2, &u, NULL), 0, "beside one of all");
	ok(u->ncols == LAYOUTS && !strcmp(u->names[0], "date") && !strcmp(u->names[2], "bool, none missing"),
	   "columns in the order in which they come up");
	ok(u->cols[2]->missing == ROWS && column_equal(u->cols[0], ROWS + 5, t->cols[4], 5), "what a table lacks is missing");
	ok(!table_where(u, ROWS, &file, &line), "without an origin for all there is none");
	table_unref(u);
	u = NULL;

	c = layout_column(2, 3, 9);
	d = layout_column(3, 2, 9);
	table_unref(v);
	v = table_of("n", c);
	table_unref(n);
	n = table_of("n", d);
	is_int(table_concat((const struct table *const[]){ v, n }, 2, &u, NULL), 0, "integers and floats");
	ok(u->cols[0]->type == TYPE_FLOAT64 && u->cols[0]->as.f64[0] == column_number(v->cols[0], 0) &&
		   column_equal(u->cols[0], 4, n->cols[0], 1), "are floats");
	table_unref(u);
	u = NULL;
	table_unref(n);
	n = table_of("n", layout_column(10, 4, 9));
	is_int(table_concat((const struct table *const[]){ n, v, n }, 3, &u, NULL), 0, "a column of nothing");
	ok(u->cols[0]->type == TYPE_INT64 && u->cols[0]->missing == 8 + v->cols[0]->missing && column_equal(u->cols[0], 4, v->cols[0], 0),
	   "goes with every type");
	table_unref(u);
	u = NULL;
	is_int(table_concat((const struct table *const[]){ n, n }, 2, &u, NULL), 0, "twice nothing");
	ok(u->cols[0]->type == TYPE_DATE && u->cols[0]->missing == 8, "keeps its type");
	table_unref(u);
	u = NULL;
	builder_init(&b, TYPE_STRING, NULL);
	builder_string(&b, "x", 1);
	builder_finish(&b, &c, NULL);
	table_unref(n);
	n = table_of("n", c);
	is_int(table_concat((const struct table *const[]){ v, n }, 2, &u, &e), ERR_TYPE, "text beside integers");
	is_str(e.msg, "column 'n' is int64 in one table and string in another", "names the column");
	ok(!u, "and gives nothing");
	table_unref(n);
	table_unref(v);
	table_unref(t);
}

static void files(void)
{
	struct table *t[3] = { whole("x.csv", 1), whole("y.csv", 2), whole("x.csv", 3) }, *u = NULL, *v = NULL;
	static int64_t back[ROWS];
	struct slice file;
	int64_t line;

	for (int64_t i = 0; i < ROWS; i++)
		back[i] = ROWS - 1 - i;
	table_take(t[1], back, ROWS, &v, NULL);
	table_unref(t[1]);
	t[1] = v;
	is_int(table_concat((const struct table *const *)t, 3, &u, NULL), 0, "three tables of two files");
	ok(table_where(u, 0, &file, &line) && slice_is(file, "x.csv") && line == 2, "the first");
	ok(table_where(u, ROWS, &file, &line) && slice_is(file, "y.csv") && line == 709, "the second, backwards");
	ok(table_where(u, 2 * ROWS + 300, &file, &line) && slice_is(file, "x.csv") && line == 310, "the first again");
	table_unref(u);
	for (int k = 0; k < 3; k++)
		table_unref(t[k]);
}

static void memory(void)
{
	struct table *t[2] = { whole("x.csv", 1), whole("y.csv", 2) };
	struct err e = ERR_INIT;
	long fail = 0, wrong = 0;
	int rc = 1;

	for (; rc; fail++) {
		struct table *u = NULL;

		mem_fail_after(fail);
		rc = table_concat((const struct table *const *)t, 2, &u, &e);
		mem_fail_after(-1);
		wrong += rc && (rc != ERR_MEMORY || u);
		table_unref(u);
	}
	ok(!wrong && fail > 50, "%ld failing allocations are errors", fail - 1);
	table_unref(t[0]);
	table_unref(t[1]);
}

int main(void)
{
	cut_and_join();
	dictionaries();
	by_name();
	files();
	memory();
	return done();
}
