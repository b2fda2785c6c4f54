/*
 * t4630-asof.c - joins with the row that is nearest in time, by every kind of time, direction, tolerance and key, against a
 * look at every row.
 */
#include "query/query.h"
#include "tables.h"

static const char *const key_names[] = { "k0", "k1" };

static bool time_is(const struct column *c, int64_t i)
{
	return column_has(c, i) && !isnan(column_number(c, i));
}

/* Of integers exactly, else as floats; > 0 when the right one is later. */
static int order(const struct column *a, int64_t i, const struct column *b, int64_t j)
{
	double x = column_number(a, i), y = column_number(b, j);

	if (a->type == b->type && (a->type == TYPE_INT64 || a->type == TYPE_DATETIME))
		return (b->as.i64[j] > a->as.i64[i]) - (b->as.i64[j] < a->as.i64[i]);
	return (y > x) - (y < x);
}

/* How far it is; times are small here, or infinite. */
static double gap(const struct column *a, int64_t i, const struct column *b, int64_t j)
{
	double x = column_number(a, i), y = column_number(b, j);

	return x == y ? 0 : fabs(x - y);
}

struct how {
	enum asof_direction direction;
	double tolerance;
	bool strict;
};

static uint32_t wanted(const struct table *l, int64_t i, const struct table *r, const struct join_keys *on, const struct how *how)
{
	const struct column *a = l->cols[table_find(l, "time")], *b = r->cols[table_find(r, "time")];
	uint32_t best[2] = { QUERY_NONE, QUERY_NONE };         /* at or before, at or after */

	for (int64_t j = 0; j < r->rows && time_is(a, i); j++) {
		bool equal = time_is(b, j);
		int d;

		for (int k = 0; k < on->n && equal; k++)
			equal = column_has(l->cols[table_find(l, on->left[k])], i) &&
				column_equal(l->cols[table_find(l, on->left[k])], i, r->cols[table_find(r, on->right[k])], j);
		if (!equal)
			continue;
		d = order(a, i, b, j);
		if (how->strict ? d < 0 : d <= 0)
			if (best[0] == QUERY_NONE || order(b, best[0], b, j) >= 0)
				best[0] = (uint32_t)j;
		if (how->strict ? d > 0 : d >= 0)
			if (best[1] == QUERY_NONE || order(b, best[1], b, j) <= 0)
				best[1] = (uint32_t)j;
	}
	if (how->direction == ASOF_BACKWARD || (how->direction == ASOF_NEAREST && best[1] == QUERY_NONE))
		best[1] = best[0];
	else if (how->direction == ASOF_NEAREST && best[0] != QUERY_NONE && gap(a, i, b, best[0]) <= gap(a, i, b, best[1]))
		best[1] = best[0];
	if (best[1] != QUERY_NONE && how->tolerance >= 0 && gap(a, i, b, best[1]) > how->tolerance)
		return QUERY_NONE;
	return best[1];
}

/* Which right row each left row has is in the column `row`. */
static bool is_asof(const struct table *t, const struct table *l, const struct table *r, const struct join_keys *on, const struct how *how)
{
	const struct column *rows = t->cols[table_find(t, "row")];
	bool good = t->rows == l->rows && t->ncols == l->ncols + r->ncols - on->n;

	for (int k = 0; good && k < l->ncols; k++)
		good = t->cols[k] == l->cols[k];
	for (int64_t i = 0; good && i < l->rows; i++) {
		uint32_t row = wanted(l, i, r, on, how);

		good = row == QUERY_NONE ? !column_has(rows, i) : column_has(rows, i) && rows->as.i64[i] == row;
	}
	return good;
}

static struct table *timed(int64_t rows, struct some time, int nkeys, bool numbered)
{
	static const struct some keys[] = { { .type = TYPE_STRING, .distinct = 6, .missing = 5 }, { .type = TYPE_BOOL } };
	struct table *t = NULL;
	struct builder b;
	struct column *c = NULL;

	must(table_new(rows, &t, NULL), NULL);
	for (int k = 0; k < nkeys; k++) {
		struct some s = keys[k];

		s.rows = rows;
		put(t, key_names[k], some_column(&s));
	}
	time.rows = rows;
	put(t, "time", some_column(&time));
	must(builder_init(&b, TYPE_INT64, NULL), NULL);
	for (int64_t k = 0; k < rows; k++)
		builder_int64(&b, k);
	must(builder_finish(&b, &c, NULL), NULL);
	put(t, numbered ? "row" : "other", c);
	return t;
}

static void directions(void)
{
	static const struct some times[][2] = {
		{ { .type = TYPE_DATE, .distinct = 100, .missing = 10 }, { .type = TYPE_DATE, .distinct = 100, .missing = 10 } },
		{ { .type = TYPE_DATETIME, .distinct = 40 }, { .type = TYPE_DATETIME, .distinct = 60, .missing = 10 } },
		{ { .type = TYPE_INT64, .distinct = 300, .missing = 10 }, { .type = TYPE_INT64, .distinct = 300 } },
		{ { .type = TYPE_FLOAT64, .distinct = 200, .odd = true }, { .type = TYPE_FLOAT64, .distinct = 200, .odd = true, .missing = 10 } },
		{ { .type = TYPE_INT64, .distinct = 300 }, { .type = TYPE_FLOAT64, .distinct = 300, .odd = true } },
	};
	static const double tolerances[] = { -1, 0, 3, 2.5e11, INFINITY };
	static const int threads[] = { 1, 2, 8 };
	struct err e = ERR_INIT;

	for (size_t k = 0; k < sizeof times / sizeof *times; k++) {
		int bad = 0;

		for (int round = 0; round < 60; round++) {
			int nkeys = (int)chance(3);
			const struct join_keys on = { key_names, key_names, nkeys };
			struct how how = { (enum asof_direction)(round % 3), tolerances[chance(5)], chance(2) };
			struct table *l = timed(chance(200), times[k][0], nkeys, false), *r = timed(chance(200), times[k][1], nkeys, true), *t = NULL;

			must(join_asof(l, r, &on, "time", "time", how.direction, how.tolerance, how.strict, "_right", threads[round % 3], &t, &e), &e);
			bad += !is_asof(t, l, r, &on, &how);
			table_unref(t);
			table_unref(l);
			table_unref(r);
		}
		ok(!bad, "%s with %s", type_name(times[k][0].type), type_name(times[k][1].type));
	}
}

static void many_threads(void)
{
	static const struct some time = { .type = TYPE_DATE, .missing = 3 };
	const struct join_keys on = { key_names, key_names, 2 };
	struct table *l = timed(120000, time, 2, false), *r = timed(50000, time, 2, true), *t[3] = { NULL };
	struct err e = ERR_INIT;

	for (int k = 0; k < 3; k++)
		must(join_asof(l, r, &on, "time", "time", ASOF_NEAREST, 30, false, "_right", k * 3 + 1, &t[k], &e), &e);
	ok(same_table_bits(t[0], t[1]) && same_table_bits(t[0], t[2]), "the same for any number of threads");
	ok(!strcmp(t[0]->names[4], "time_right"), "both times are there");
	for (int k = 0; k < 3; k++)
		table_unref(t[k]);
	table_unref(l);
	table_unref(r);
}

static void errors(void)
{
	static const struct some day = { .type = TYPE_DATE }, moment = { .type = TYPE_DATETIME }, word = { .type = TYPE_STRING };
	const struct join_keys on = { key_names, key_names, 1 };
	struct table *l = timed(3000, day, 1, false), *r = timed(2000, moment, 1, true), *w = timed(5, word, 1, true), *d = timed(2000, day, 1, true);
	struct table *t = NULL;
	struct err e = ERR_INIT;
	int rc = ERR_MEMORY, bad = 0;

	is_int(join_asof(l, r, &on, "time", "time", ASOF_BACKWARD, -1, false, "_2", 1, &t, &e), ERR_TYPE, "dates with datetimes");
	is_str(e.msg, "'time' (date) and 'time' (datetime) are not two dates, datetimes or numbers", "both are named");
	is_int(join_asof(w, w, &on, "time", "time", ASOF_BACKWARD, -1, false, "_2", 1, &t, &e), ERR_TYPE, "words are no times");
	is_int(join_asof(l, d, &on, "time", "tame", ASOF_BACKWARD, -1, false, "_2", 1, &t, &e), ERR_NAME, "no such column");
	is_int(join_asof(l, d, &on, "time", "time", ASOF_BACKWARD, NAN, false, "_2", 1, &t, &e), ERR_DOMAIN, "a tolerance that is no number");
	for (long k = 0; rc; k++) {
		mem_fail_after(k);
		rc = join_asof(l, d, &on, "time", "time", ASOF_NEAREST, 5, true, "_2", 2, &t, &e);
		mem_fail_after(-1);
		bad += rc && rc != ERR_MEMORY;
	}
	ok(!bad, "every allocation may fail");
	table_unref(t);
	table_unref(l);
	table_unref(r);
	table_unref(w);
	table_unref(d);
}

int main(void)
{
	directions();
	many_threads();
	errors();
	return done();
}
