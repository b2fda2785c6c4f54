/* t4000-check.c - claims_check and claims_figure on tables made by hand, without files or Lua. */
#include "claims/claims.h"
#include "tap.h"

#include <stdarg.h>

/* == tables from text: "name:type" and cells, NULL = missing == */

static struct column *column_of(enum type type, const char *const *cells, int n)
{
	struct builder b;
	struct column *c = NULL;

	builder_init(&b, type, NULL);
	for (int i = 0; i < n; i++)
		if (!cells[i] || !builder_parse(&b, slice_of(cells[i], strlen(cells[i]))))
			builder_missing(&b);
	builder_finish(&b, &c, NULL);
	return c;
}

static void add(struct table *t, const char *name, enum type type, const char *const *cells)
{
	struct column *c = column_of(type, cells, (int)t->rows);

	table_add(t, name, c, NULL);
	column_unref(c);
}

#define CELLS(...) (const char *const[]){ __VA_ARGS__ }

/* == a schema with each verb == */

static const char *const measures[] = { "killed", "wounded" }, *const killed[] = { "killed" };
static const char *const marks[] = { "verbal", "month" }, *const verbal[] = { "verbal" }, *const month[] = { "month" };
static const char *const numbers[] = { "low", "best", "high" }, *const days[] = { "since", "as_of" };
static const char *const as_of[] = { "as_of" }, *const pair[] = { "share", "share_of" }, *const measure[] = { "measure" };
static const char *const note[] = { "note" }, *const all[] = { "all" };

static const struct claims_column columns[] = {
	{ .name = "id", .type = TYPE_STRING, .need = CLAIMS_VALUE, .unique = true },
	{ .name = "measure", .type = TYPE_STRING, .need = CLAIMS_VALUE, .values = measures, .nvalues = 2 },
	{ .name = "qualifier", .type = TYPE_STRING },
	{ .name = "low", .type = TYPE_INT64, .need = CLAIMS_COLUMN, .has_min = true },
	{ .name = "best", .type = TYPE_INT64, .need = CLAIMS_COLUMN },
	{ .name = "high", .type = TYPE_INT64, .need = CLAIMS_COLUMN },
	{ .name = "figure", .type = TYPE_QUANTITY },
	{ .name = "since", .type = TYPE_DATE },
	{ .name = "as_of", .type = TYPE_DATE },
	{ .name = "share", .type = TYPE_FLOAT64, .has_min = true, .has_max = true, .max = 1 },
	{ .name = "share_of", .type = TYPE_STRING, .form = CLAIMS_FORM_SLUG },
	{ .name = "flags", .type = TYPE_STRING, .separator = ';', .values = marks, .nvalues = 2 },
	{ .name = "note", .type = TYPE_STRING },
};
static const struct claims_shape shapes[] = {
	{ "exact", "xxx" }, { "more_than", "xx-" }, { "nearly", "-xx" }, { "about", "-x-" }, { "range", "x-y" },
};
static const struct claims_rule rules[] = {
	{ .verb = CLAIMS_SHAPE, .columns = numbers, .ncolumns = 3, .by = "qualifier", .shapes = shapes, .nshapes = 5,
	  .when = { "flags", verbal, 1 } },
	{ .verb = CLAIMS_ORDER, .columns = numbers, .ncolumns = 3 },
	{ .verb = CLAIMS_ORDER, .columns = days, .ncolumns = 2 },
	{ .verb = CLAIMS_TOGETHER, .columns = pair, .ncolumns = 2 },
	{ .verb = CLAIMS_ONLY, .columns = measure, .ncolumns = 1, .values = killed, .nvalues = 1, .when = { "share_of", all, 1 } },
	{ .verb = CLAIMS_FILLED, .columns = note, .ncolumns = 1, .when = { "flags", verbal, 1 } },
	{ .verb = CLAIMS_MONTH_END, .columns = as_of, .ncolumns = 1, .when = { "flags", month, 1 } },
};
static const struct claims_schema schema = {
	.kind = "test", .columns = columns, .ncolumns = sizeof columns / sizeof *columns, .rules = rules,
	.nrules = sizeof rules / sizeof *rules, .rounding = QUANTITY_ROUNDING,
};

/* == rows: one each, what is found in it == */

/* id measure qualifier low best high since as_of share share_of flags note */
static const struct row {
	const char *cell[12], *field, *message;
} cases[] = {
	{ { "a", "killed", "exact", "3", "3", "3" }, NULL, NULL },
	{ { "a", "killed", "range", "3", NULL, "5", "2025-01-01", "2025-01-01", "1", "all", "month", NULL }, "as_of",
	  "2025-01-01 is not the last day of its month, as it must be when flags has 'month'" },
	{ { "a", "killed", "range", "3", NULL, "5", NULL, "2024-02-29", NULL, NULL, "month", NULL }, NULL, NULL },
	{ { "a", "killed", "range", "3", NULL, "5", NULL, "2024-02-28", NULL, NULL, "month", NULL }, "as_of",
	  "2024-02-28 is not the last day of its month, as it must be when flags has 'month'" },
	{ { NULL, "killed", "exact", "3", "3", "3" }, "id", "must not be empty" },
	{ { "a", "kiled", "exact", "3", "3", "3" }, "measure", "'kiled' is not an allowed measure; did you mean 'killed'?" },
	{ { "a", "lost", "exact", "3", "3", "3" }, "measure", "'lost' is not an allowed measure; expected 'killed' or 'wounded'" },
	{ { "a", "killed", "more_than", "3", "3", NULL }, NULL, NULL },
	{ { "a", "killed", "nearly", NULL, "3", "3" }, NULL, NULL },
	{ { "a", "killed", "nearly", "3", "3", NULL }, "low",
	  "qualifier 'nearly' is written best = high, low empty; found low 3, best 3" },
	{ { "a", "killed", "range", "5", NULL, "3" }, "low", "low 5 is above high 3" },
	{ { "a", "killed", "range", "-5", NULL, "3" }, "low", "-5 is below 0, the least it can be" },
	{ { "a", "killed", "about", NULL, "-1", NULL }, "qualifier", "a count cannot be negative" },
	{ { "a", "killed", NULL, NULL, "3", NULL }, "qualifier", "a figure needs a qualifier, such as 'exact' or 'about'" },
	{ { "a", "killed", "some", NULL, "3", NULL }, "qualifier", "'some' is not a qualifier" },
	{ { "a", "killed", "exact" }, "low", "low, best and high are all empty, which needs 'verbal' in flags" },
	{ { "a", "killed", "exact", NULL, NULL, NULL, NULL, NULL, NULL, NULL, "verbal", "x" }, NULL, NULL },
	{ { "a", "killed", "exact", NULL, NULL, NULL, NULL, NULL, NULL, NULL, "month;verbal", "x" }, NULL, NULL },
	{ { "a", "killed", "exact", NULL, NULL, NULL, NULL, NULL, NULL, NULL, "verbal", NULL }, "note",
	  "must not be empty when flags has 'verbal'" },
	{ { "a", "killed", "exact", NULL, "7", NULL, NULL, NULL, NULL, NULL, "verbal", "x" }, "best",
	  "flags has 'verbal', so low, best and high must be empty; found best 7" },
	{ { "a", "killed", "exact", "3", "3", "3", "2025-01-02", "2025-01-01" }, "since",
	  "since 2025-01-02 is after as_of 2025-01-01" },
	{ { "a", "killed", "exact", "3", "3", "3", NULL, NULL, "1.01", "all" }, "share", "1.01 is not between 0 and 1" },
	{ { "a", "killed", "exact", "3", "3", "3", NULL, NULL, "nan", "all" }, "share", "nan is not between 0 and 1" },
	{ { "a", "killed", "exact", "3", "3", "3", NULL, NULL, "0", NULL }, "share_of", "must not be empty when share is given" },
	{ { "a", "wounded", "exact", "3", "3", "3", NULL, NULL, "0", "all" }, "measure",
	  "measure is 'wounded', but must be 'killed' when share_of is 'all'" },
	{ { "a", "killed", "exact", "3", "3", "3", NULL, NULL, "0", "All" }, "share_of",
	  "'All' is not written as lower-case letters, digits and underscores" },
	{ { "a", "killed", "exact", "3", "3", "3", NULL, NULL, NULL, NULL, "month;;verbal" }, "flags",
	  "an empty entry: a ';' too many" },
	{ { "a", "kil\033[31m", "exact", "3", "3", "3" }, "measure",
	  "'kil\\x1b[31m' is not an allowed measure; expected 'killed' or 'wounded'" },
};

static struct table *table_of(const struct row *r, int n)
{
	static const char *const names[] = { "id", "measure", "qualifier", "low", "best", "high", "since", "as_of", "share",
					     "share_of", "flags", "note" };
	static const enum type types[] = { TYPE_STRING, TYPE_STRING, TYPE_STRING, TYPE_INT64, TYPE_INT64, TYPE_INT64, TYPE_DATE,
					   TYPE_DATE, TYPE_FLOAT64, TYPE_STRING, TYPE_STRING, TYPE_STRING };
	struct table *t = NULL;

	table_new(n, &t, NULL);
	for (int k = 0; k < 12; k++) {
		const char *cells[64];

		for (int i = 0; i < n; i++)
			cells[i] = r[i].cell[k];
		add(t, names[k], types[k], cells);
	}
	return t;
}

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct row *r = &cases[i];
		struct table *t = table_of(r, 1);
		struct faults f = FAULTS_INIT;

		is_int(claims_check(&schema, t, &f, NULL), 0, "case %zu is checked", i);
		is_int(f.n, r->message ? 1 : 0, "case %zu: one message or none", i);
		is_str(f.n ? f.items[0].message : NULL, r->message, "case %zu: the message", i);
		is_str(f.n ? f.items[0].field : NULL, r->field, "case %zu: the column", i);
		faults_release(&f);
		table_unref(t);
	}
}

/* == the whole table == */

static void test_unique_and_order(void)
{
	const struct row rows[] = {
		{ { "a", "killed", "exact", "3", "3", "3" }, 0, 0 }, { { "b", "kiled", "exact", "3", "3", "3" }, 0, 0 },
		{ { "a", "killed", "exact", "3", "3", "3" }, 0, 0 }, { { "b", "killed", "exact", "3", "3", "4" }, 0, 0 },
	};
	struct table *t = table_of(rows, 4);
	struct faults f = FAULTS_INIT;

	claims_check(&schema, t, &f, NULL);
	is_int(f.n, 4, "four faults");
	is_int(f.items[0].row, 1, "in the order of the rows");
	is_int(f.items[1].row, 2, "second");
	is_str(f.items[1].message, "'a' is already the id of row 1", "twice the same key");
	is_str(f.items[2].message, "'b' is already the id of row 2", "also of a row with a fault");
	is_str(f.items[3].field, "high", "and the other fault of that row");
	faults_release(&f);
	table_unref(t);
}

/* What the loader found before is not said again, and silences what hangs on it. */
static void test_earlier_faults(void)
{
	struct row rows[] = { { { "a", "killed", "exact", NULL, NULL, NULL, "2025-02-01", "2025-01-01" }, 0, 0 },
			      { { NULL, "kiled" }, 0, 0 } };
	struct table *t = table_of(rows, 2);
	struct faults f = FAULTS_INIT;

	fault_add(&f, 1, NULL, "a ragged row");
	fault_add(&f, 0, "best", "expected an integer, found 'x'");
	fault_add(&f, 0, "since", "expected a date, found 'x'");
	claims_check(&schema, t, &f, NULL);
	is_int(f.n, 3, "nothing is added");
	faults_release(&f);
	table_unref(t);
}

static void test_columns(void)
{
	struct table *t = NULL;
	struct faults f = FAULTS_INIT;

	table_new(1, &t, NULL);
	add(t, "id", TYPE_STRING, CELLS("a"));
	add(t, "mesure", TYPE_STRING, CELLS("killed"));
	add(t, "qualifier", TYPE_STRING, CELLS("exact"));
	add(t, "low", TYPE_INT64, CELLS("1"));
	add(t, "best", TYPE_STRING, CELLS("one"));
	add(t, "flag", TYPE_STRING, CELLS("verbal"));
	add(t, "colour", TYPE_STRING, CELLS("red"));
	claims_check(&schema, t, &f, NULL);
	is_int(f.n, 5, "one message a column");
	is_str(f.items[0].message, "a test table needs the column 'measure'; is it the one called 'mesure'?", "a misspelt one");
	is_str(f.items[1].message, "expected values of type int64, found string", "of another type");
	is_str(f.items[2].message, "a test table needs the column 'high'", "an absent one");
	is_str(f.items[3].message, "a test table has no column 'flag'; did you mean 'flags'?", "a slip in an optional one");
	ok(f.items[3].warning, "is a warning");
	is_str(f.items[4].message, "a test table has no column 'colour'; it is kept as it is", "an extra one");
	for (size_t i = 0; i < f.n; i++)
		is_int(f.items[i].row, -1, "fault %zu is of the whole table", i);
	faults_release(&f);
	table_unref(t);
}

/* == figures == */

static void test_figure(void)
{
	const struct row rows[] = {
		{ { "a", "killed", "more_than", "3000", "3000", NULL }, 0, 0 },
		{ { "b", "killed", "range", "10", NULL, "12" }, 0, 0 },
		{ { "c", "killed", "about", NULL, NULL, NULL, NULL, NULL, NULL, NULL, "verbal" }, 0, 0 },
		{ { "d", "wounded", "nearly", NULL, "1000", "1000" }, 0, 0 },
	};
	struct table *t = table_of(rows, 4), *arranged = NULL;
	struct column *c = NULL;
	struct quantity q;
	struct err e = ERR_INIT;

	is_int(claims_figure(t, 0.1, &c, &e), 0, "figures are made");
	q = column_quantity(c, 0);
	is_double(q.low, 3001, "more than 3,000 begins at 3,001");
	is_double(q.high, INFINITY, "and has no end");
	is_double(q.stated, 3000, "the number is kept");
	ok(slice_is(q.measure, "killed") && !q.basis.n, "the measure goes with it; an absent column leaves no code");
	q = column_quantity(c, 1);
	ok(q.low == 10 && q.high == 12 && isnan(q.stated), "a range has two numbers and none that is stated");
	ok(!column_has(c, 2), "no number, no figure");
	q = column_quantity(c, 3);
	ok(q.low == 900 && q.high == 1000 && slice_is(q.measure, "wounded"), "nearly");
	column_unref(c);

	is_int(claims_arrange(&schema, t, &arranged, &e), 0, "arranged");
	is_str(arranged->names[6], "figure", "the figure stands where the schema has it");
	is_str(arranged->names[5], "high", "after high");
	is_int(arranged->ncols, 13, "with every column");
	table_unref(arranged);
	table_unref(t);

	t = table_of(&(struct row){ { "a", "killed", "exact", "1", NULL, "1" }, 0, 0 }, 1);
	ok(claims_figure(t, 0.1, &c, &e) == ERR_DATA && strstr(e.msg, "row 1: the qualifier 'exact' needs the number in best"),
	   "numbers that do not fit are an error: %s", e.msg);
	table_unref(t);
}

static void test_typed(void)
{
	struct table *t = NULL, *typed = NULL;
	struct faults f = FAULTS_INIT;

	table_new(2, &t, NULL);
	add(t, "as_of", TYPE_STRING, CELLS("2025-01-31", "soon"));
	add(t, "share", TYPE_INT64, CELLS("1", NULL));
	add(t, "low", TYPE_STRING, CELLS(NULL, NULL));
	add(t, "best", TYPE_BOOL, CELLS("true", "false"));
	is_int(claims_typed(&schema, t, &typed, &f, NULL), 0, "typed");
	is_int(typed->cols[0]->type, TYPE_DATE, "text becomes a date");
	is_int(typed->cols[0]->missing, 1, "what is none is missing");
	is_int(f.n, 1, "and told");
	is_str(f.items[0].message, "expected a value of type date, found 'soon'", "with the value");
	is_int(typed->cols[1]->type, TYPE_FLOAT64, "integers become floats");
	is_int(typed->cols[2]->type, TYPE_INT64, "a column of nothing any type");
	is_int(typed->cols[3]->type, TYPE_BOOL, "what cannot be read stays, for the check to say so");
	faults_release(&f);
	table_unref(typed);
	table_unref(t);
}

/* Every allocation fails in turn: an error, nothing leaked, nothing half made. */
static void test_no_memory(void)
{
	struct table *t = table_of(&cases[6], 2), *out;
	long n;
	int rc = ERR_MEMORY;

	for (n = 0; rc && n < 2000; n++) {
		struct faults f = FAULTS_INIT;

		out = NULL;
		mem_fail_after(n);
		rc = claims_check(&schema, t, &f, NULL);
		mem_fail_after(-1);
		if (rc && rc != ERR_MEMORY)
			break;
		faults_release(&f);
	}
	is_int(rc, 0, "check: passes when all allocations do");
	ok(n > 10, "check: %ld allocations failed first", n);
	table_unref(t);

	t = table_of(&cases[0], 1);
	for (n = 0, rc = ERR_MEMORY; rc && n < 2000; n++) {
		out = NULL;
		mem_fail_after(n);
		rc = claims_arrange(&schema, t, &out, NULL);
		mem_fail_after(-1);
		if (rc && (rc != ERR_MEMORY || out))
			break;
		table_unref(out);
	}
	is_int(rc, 0, "arrange: passes when all allocations do");
	ok(n > 10, "arrange: %ld allocations failed first", n);
	table_unref(t);
}

int main(void)
{
	test_rows();
	test_unique_and_order();
	test_earlier_faults();
	test_columns();
	test_figure();
	test_typed();
	test_no_memory();
	return done();
}
