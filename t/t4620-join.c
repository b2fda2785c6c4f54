/*
 * t4620-join.c - joins by keys of every type, one to three of them, against a loop over all pairs of rows; names, errors and
 * sizes.
 */
#include "query/plan.h"
#include "tables.h"

static const char *const how_names[] = {
#define X(name, text) text,
	JOIN_LIST(X)
#undef X
};
enum { HOWS = 5 };

/* == the join as it is defined == */

static bool equal_numbers(const struct column *a, int64_t i, const struct column *b, int64_t j)
{
	double v;

	if (a->type == TYPE_FLOAT64)
		return equal_numbers(b, j, a, i);
	v = b->as.f64[j];
	return v >= -9223372036854775808.0 && v < 9223372036854775808.0 && v == floor(v) && (int64_t)v == a->as.i64[i];
}

static bool equal_keys(const struct column *a, int64_t i, const struct column *b, int64_t j)
{
	if (!column_has(a, i) || !column_has(b, j))
		return false;
	return a->type == b->type ? column_equal(a, i, b, j) : equal_numbers(a, i, b, j);
}

struct wanted {
	uint32_t *li, *ri;
	int64_t n, many;
};

static void add_pair(struct wanted *w, uint32_t l, uint32_t r)
{
	w->li = realloc(w->li, (size_t)(w->n + 1) * sizeof *w->li);
	w->ri = realloc(w->ri, (size_t)(w->n + 1) * sizeof *w->ri);
	w->li[w->n] = l;
	w->ri[w->n++] = r;
}

static void all_pairs(struct wanted *w, const struct table *l, const struct table *r, const struct join_keys *on, enum join_how how)
{
	bool *met = calloc((size_t)r->rows + 1, 1);

	for (int64_t i = 0; i < l->rows; i++) {
		int64_t partners = 0;

		for (int64_t j = 0; j < r->rows; j++) {
			bool equal = true;

			for (int k = 0; k < on->n && equal; k++)
				equal = equal_keys(l->cols[table_find(l, on->left[k])], i, r->cols[table_find(r, on->right[k])], j);
			if (!equal)
				continue;
			met[j] = true;
			partners++;
			if (how != JOIN_SEMI && how != JOIN_ANTI)
				add_pair(w, (uint32_t)i, (uint32_t)j);
		}
		if (partners ? how == JOIN_SEMI : how != JOIN_INNER && how != JOIN_SEMI)
			add_pair(w, (uint32_t)i, QUERY_NONE);
		w->many = partners > w->many ? partners : w->many;
	}
	for (int64_t j = 0; j < r->rows && how == JOIN_FULL; j++)
		if (!met[j])
			add_pair(w, QUERY_NONE, (uint32_t)j);
	free(met);
}

/* Value k of a column is value `row` of another; QUERY_NONE: missing. An integer may have become a float. */
static bool value_is(const struct column *t, int64_t k, const struct column *c, uint32_t row)
{
	if (row == QUERY_NONE || !column_has(c, row))
		return !column_has(t, k);
	if (t->type == TYPE_FLOAT64 && c->type == TYPE_INT64)
		return t->as.f64[k] == (double)c->as.i64[row];
	return column_equal(t, k, c, row);
}

/* The columns of the left table, then those of the right whose names begin with r. */
static bool is_join(const struct table *t, const struct wanted *w, const struct table *l, const struct table *r, const struct join_keys *on,
		    enum join_how how)
{
	bool right = how != JOIN_SEMI && how != JOIN_ANTI, good = t->rows == w->n, right_only = false;

	for (int64_t k = 0; good && k < w->n; k++)
		right_only |= w->li[k] == QUERY_NONE;
	for (int c = 0; good && c < l->ncols; c++) {
		const struct column *key = NULL;

		for (int k = 0; k < on->n && !key; k++)
			if (!strcmp(on->left[k], l->names[c]))
				key = r->cols[table_find(r, on->right[k])];
		good = !strcmp(t->names[c], l->names[c]);
		for (int64_t k = 0; good && k < w->n; k++)
			good = key && w->li[k] == QUERY_NONE ? value_is(t->cols[c], k, key, w->ri[k]) :
							       value_is(t->cols[c], k, l->cols[c], w->li[k]);
	}
	for (int c = 0, at = l->ncols; good && right && c < r->ncols; c++) {
		if (r->names[c][0] != 'r')
			continue;
		good = at < t->ncols && !strcmp(t->names[at], r->names[c]);
		for (int64_t k = 0; good && k < w->n; k++)
			good = value_is(t->cols[at], k, r->cols[c], w->ri[k]);
		at++;
	}
	for (int64_t k = 0; good && k < w->n; k++)
		good = right_only ? !t->origin : same_place(t, k, l, w->li[k]);
	return good;
}

static int64_t sizes[HOWS];

static bool join_is_right(const struct table *l, const struct table *r, const struct join_keys *on)
{
	static const int threads[] = { 1, 2, 8 };
	bool good = true;
	struct err e = ERR_INIT;

	for (int how = 0; how < HOWS && good; how++) {
		struct wanted w = { 0 };
		struct table *first = NULL;

		all_pairs(&w, l, r, on, (enum join_how)how);
		sizes[how] = w.n;
		for (int k = 0; k < 3 && good; k++) {
			struct table *t = NULL;
			int64_t many = -1;

			must(join_tables(l, r, on, (enum join_how)how, "_right", threads[k], &t, &many, &e), &e);
			good = many == w.many && (first ? same_table_bits(t, first) : is_join(t, &w, l, r, on, (enum join_how)how));
			if (!good)
				fprintf(stderr, "# %s, %d threads\n", how_names[how], threads[k]);
			if (first)
				table_unref(t);
			else
				first = t;
		}
		table_unref(first);
		free(w.li);
		free(w.ri);
	}
	return good;
}

/* == tables by chance == */

/* Keys k0, k1, k2 of the kinds given, and values whose names begin with `prefix`. */
static struct table *keyed(int64_t rows, const struct some *kinds, int nkeys, char prefix)
{
	static const char *const files[] = { "left.csv" };
	struct origin_runs runs = ORIGIN_RUNS_INIT;
	struct table *t = NULL;
	char name[16];

	must(table_new(rows, &t, NULL), NULL);
	for (int k = 0; k < nkeys; k++) {
		struct some s = kinds[k];

		s.rows = rows;
		snprintf(name, sizeof name, "k%d", k);
		put(t, name, some_column(&s));
	}
	snprintf(name, sizeof name, "%ca", prefix);
	put(t, name, some_of(2, rows));
	snprintf(name, sizeof name, "%cb", prefix);
	put(t, name, some_of(8, rows));
	snprintf(name, sizeof name, "%cc", prefix);
	put(t, name, some_of(0, rows));
	if (prefix == 'l') {
		for (int64_t row = 0; row < rows; row++)
			origin_add(&runs, row, 0, row + 2 + row / 7);
		must(origin_finish(&runs, rows, files, 1, &t->origin, NULL), NULL);
	}
	return t;
}

static const char *const key_names[] = { "k0", "k1", "k2" };

static void one_key(void)
{
	static const struct some kinds[][2] = {
		{ { .type = TYPE_BOOL, .missing = 10 }, { .type = TYPE_BOOL, .missing = 10 } },
		{ { .type = TYPE_INT64, .distinct = 60, .missing = 10 }, { .type = TYPE_INT64, .distinct = 60, .missing = 10 } },
		{ { .type = TYPE_INT64, .distinct = 60, .odd = true }, { .type = TYPE_INT64, .distinct = 60, .odd = true } },
		{ { .type = TYPE_FLOAT64, .distinct = 60, .odd = true, .missing = 5 }, { .type = TYPE_FLOAT64, .distinct = 60, .odd = true } },
		{ { .type = TYPE_INT64, .distinct = 200 }, { .type = TYPE_FLOAT64, .distinct = 3000, .odd = true, .missing = 10 } },
		{ { .type = TYPE_FLOAT64, .distinct = 3000, .odd = true, .missing = 10 }, { .type = TYPE_INT64, .distinct = 200, .odd = true } },
		{ { .type = TYPE_DATE, .distinct = 40 }, { .type = TYPE_DATE, .distinct = 60, .missing = 20 } },
		{ { .type = TYPE_DATETIME, .distinct = 40 }, { .type = TYPE_DATETIME, .distinct = 60, .missing = 20 } },
		{ { .type = TYPE_STRING, .distinct = 40, .missing = 10 }, { .type = TYPE_STRING, .distinct = 50, .odd = true } },
		{ { .type = TYPE_STRING, .distinct = 40, .text = true }, { .type = TYPE_STRING, .distinct = 50, .missing = 10 } },
		{ { .type = TYPE_STRING, .distinct = 40, .missing = 10 }, { .type = TYPE_STRING, .distinct = 50, .text = true, .missing = 10 } },
		{ { .type = TYPE_STRING, .distinct = 40, .text = true }, { .type = TYPE_STRING, .distinct = 50, .text = true, .odd = true } },
		{ { .type = TYPE_QUANTITY, .distinct = 40, .missing = 10 }, { .type = TYPE_QUANTITY, .distinct = 50, .odd = true } },
	};
	const struct join_keys on = { key_names, key_names, 1 };

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		bool good = true;

		for (int round = 0; round < 8; round++) {
			struct table *l = keyed(round == 1 ? 0 : 1 + chance(300), &kinds[k][0], 1, 'l');
			struct table *r = keyed(round == 2 ? 0 : 1 + chance(round % 2 ? 20 : 300), &kinds[k][1], 1, 'r');

			good = join_is_right(l, r, &on) && good;
			/* the laws of sizes */
			good = good && sizes[JOIN_SEMI] + sizes[JOIN_ANTI] == l->rows && sizes[JOIN_LEFT] == sizes[JOIN_INNER] + sizes[JOIN_ANTI] &&
			       sizes[JOIN_FULL] >= sizes[JOIN_LEFT];
			table_unref(l);
			table_unref(r);
		}
		ok(good, "%s with %s", type_name(kinds[k][0].type), type_name(kinds[k][1].type));
	}
}

static void many_keys(void)
{
	static const struct some kinds[] = {
		{ .type = TYPE_STRING, .distinct = 5, .missing = 5 }, { .type = TYPE_DATE, .distinct = 4 }, { .type = TYPE_BOOL, .missing = 5 },
		{ .type = TYPE_INT64, .distinct = 6, .odd = true }, { .type = TYPE_FLOAT64, .distinct = 5, .odd = true },
		{ .type = TYPE_STRING, .distinct = 5, .text = true }, { .type = TYPE_DATETIME, .distinct = 7 }, { .type = TYPE_QUANTITY, .distinct = 4 },
		/* so many different ones that their product needs a hash table */
		{ .type = TYPE_STRING, .distinct = 1000 }, { .type = TYPE_INT64, .distinct = 1000, .odd = true }, { .type = TYPE_FLOAT64, .distinct = 1000 },
	};
	int bad = 0;

	for (int round = 0; round < 40; round++) {
		int n = 2 + (int)chance(2);
		const struct join_keys on = { key_names, key_names, n };
		struct some some[3];
		struct table *l, *r;

		for (int k = 0; k < n; k++)
			some[k] = kinds[chance(round % 4 ? 8 : 11)];
		l = keyed(chance(400), some, n, 'l');
		r = keyed(chance(400), some, n, 'r');
		bad += !join_is_right(l, r, &on);
		table_unref(l);
		table_unref(r);
	}
	ok(!bad, "two and three keys");
}

/* Three keys of a thousand values each, of which the same hundred rows are on both sides. */
static void hashed_keys(void)
{
	struct table *l = NULL, *r = NULL, *t = NULL;
	const struct join_keys on = { key_names, key_names, 3 };
	static const struct some kinds[] = {
		{ .type = TYPE_INT64 }, { .type = TYPE_DATETIME }, { .type = TYPE_FLOAT64, .distinct = 5000 },
	};
	uint32_t idx[100];
	int64_t many;
	struct err e = ERR_INIT;

	l = keyed(3000, kinds, 3, 'r');
	for (uint32_t k = 0; k < 100; k++)
		idx[k] = (k * 29 + 5) % 3000;
	must(rows_gather(l, idx, 100, 1, &r, &e), &e);
	must(join_tables(r, l, &on, JOIN_SEMI, "_right", 2, &t, &many, &e), &e);
	is_int(t->rows, 100, "every row finds itself among many");
	table_unref(t);
	must(join_tables(l, r, &on, JOIN_SEMI, "_right", 2, &t, &many, &e), &e);
	is_int(t->rows, 100, "and no other does");
	table_unref(t);
	table_unref(l);
	table_unref(r);
}

/* Inner is semi joined; a table joined with part of its rows; many rows and threads. */
static void laws(void)
{
	static const struct some kinds[] = { { .type = TYPE_STRING, .distinct = 2000, .missing = 2 }, { .type = TYPE_DATE, .distinct = 50 } };
	const struct join_keys on = { key_names, key_names, 2 };
	struct table *l = keyed(120000, kinds, 2, 'l'), *r = keyed(60000, kinds, 2, 'r'), *semi = NULL, *a = NULL, *b = NULL, *anti = NULL;
	struct table *full = NULL, *left = NULL;
	int64_t many;
	struct err e = ERR_INIT;

	must(join_tables(l, r, &on, JOIN_SEMI, "_right", 3, &semi, NULL, &e), &e);
	must(join_tables(l, r, &on, JOIN_ANTI, "_right", 1, &anti, NULL, &e), &e);
	must(join_tables(l, r, &on, JOIN_INNER, "_right", 4, &a, &many, &e), &e);
	must(join_tables(semi, r, &on, JOIN_INNER, "_right", 1, &b, NULL, &e), &e);
	ok(same_tables(a, b), "an inner join is that of the semi join");
	ok(semi->rows + anti->rows == l->rows && many > 1, "what is not in the semi join is in the anti join");
	must(join_tables(l, r, &on, JOIN_LEFT, "_right", 2, &left, NULL, &e), &e);
	must(join_tables(l, r, &on, JOIN_FULL, "_right", 2, &full, NULL, &e), &e);
	table_unref(semi);
	must(join_tables(r, l, &on, JOIN_ANTI, "_right", 2, &semi, NULL, &e), &e);
	ok(left->rows == a->rows + anti->rows && full->rows == left->rows + semi->rows, "sizes of left and full joins");
	table_unref(l);
	table_unref(r);
	table_unref(semi);
	table_unref(anti);
	table_unref(a);
	table_unref(b);
	table_unref(left);
	table_unref(full);
}

/* == names, types, sizes == */

static struct table *of_ints(const char *const *names, int n, int64_t rows, int64_t value)
{
	struct table *t = NULL;

	must(table_new(rows, &t, NULL), NULL);
	for (int k = 0; k < n; k++) {
		struct builder b;
		struct column *c = NULL;

		must(builder_init(&b, TYPE_INT64, NULL), NULL);
		for (int64_t i = 0; i < rows; i++)
			builder_int64(&b, value);
		must(builder_finish(&b, &c, NULL), NULL);
		put(t, names[k], c);
	}
	return t;
}

static void names(void)
{
	static const char *const left_names[] = { "id", "x", "y", "x_right" }, *const right_names[] = { "key", "x", "id", "z" };
	static const char *const left_on[] = { "id" }, *const right_on[] = { "key" };
	const struct join_keys on = { left_on, right_on, 1 };
	struct table *l = of_ints(left_names, 4, 3, 1), *r = of_ints(right_names, 4, 1, 1), *t = NULL;
	struct err e = ERR_INIT;

	is_int(join_tables(l, r, &on, JOIN_LEFT, "_right", 1, &t, NULL, &e), ERR_NAME, "a suffix that is taken");
	is_str(e.msg, "both tables have a column 'x', and 'x_right' is taken too: give another suffix", "and the message");
	is_int(join_tables(l, r, &on, JOIN_LEFT, "", 1, &t, NULL, &e), ERR_NAME, "no suffix");
	must(join_tables(l, r, &on, JOIN_LEFT, "_2", 1, &t, NULL, &e), &e);
	ok(t->ncols == 7 && !strcmp(t->names[4], "x_2") && !strcmp(t->names[5], "id_2") && !strcmp(t->names[6], "z"), "names of both");
	ok(t->cols[0] == l->cols[0], "columns of rows with one partner each are shared");
	table_unref(t);
	must(join_tables(l, r, &on, JOIN_SEMI, "_right", 1, &t, NULL, &e), &e);
	is_int(t->ncols, 4, "a semi join has the left columns");
	table_unref(t);
	is_int(join_tables(l, r, &(struct join_keys){ left_on, left_on, 0 }, JOIN_LEFT, "_2", 1, &t, NULL, &e), ERR_USAGE, "no keys");
	is_int(join_tables(l, r, &(struct join_keys){ right_on, right_on, 1 }, JOIN_LEFT, "_2", 1, &t, NULL, &e), ERR_NAME, "no such key");
	table_unref(l);
	table_unref(r);
}

static void types(void)
{
	static const char *const names_of[] = { "a", "b", "c", "d", "e", "f", "g" };
	static const int columns[] = { 0, 2, 3, 4, 5, 6, 10 };
	struct table *t = NULL, *out = NULL;
	struct err e = ERR_INIT;
	int bad = 0;

	must(table_new(30, &t, NULL), NULL);
	for (int k = 0; k < 7; k++)
		put(t, names_of[k], some_of(columns[k], 30));
	for (int a = 0; a < 7; a++)
		for (int b = 0; b < 7; b++) {
			const struct join_keys on = { &names_of[a], &names_of[b], 1 };
			bool fits = a == b || (a == 1 && b == 2) || (a == 2 && b == 1);
			int rc = join_tables(t, t, &on, JOIN_INNER, "_2", 1, &out, NULL, &e);

			bad += fits ? rc != 0 : rc != ERR_TYPE || !strstr(e.msg, type_name(t->cols[a]->type)) || !strstr(e.msg, type_name(t->cols[b]->type));
			if (!rc)
				table_unref(out);
		}
	ok(!bad, "keys are of one type, or numbers");
	is_int(join_tables(t, t, &(struct join_keys){ &names_of[0], &names_of[5], 1 }, JOIN_INNER, "_2", 1, &out, NULL, &e), ERR_TYPE, "types");
	is_str(e.msg, "cannot join 'a' (bool) with 'f' (string): keys are of one type", "both are named");
	table_unref(t);
}

/* What a plan says of its columns before it runs is what they are. */
static void plans(void)
{
	static const char *const on[] = { "a" }, *const more[] = { "b = a + 1" };
	static const double halves[] = { 2.5, 7, NAN };
	struct table *l = of_ints(on, 1, 3, 7), *r = NULL, *t = NULL;
	struct plan *left = NULL, *right = NULL, *join = NULL, *sum = NULL;
	const struct plan_context cx = { 0 };
	struct builder b;
	struct column *c = NULL;
	bool located, good = true;
	struct err e = ERR_INIT;

	must(builder_init(&b, TYPE_FLOAT64, NULL), NULL);
	for (int k = 0; k < 3; k++)
		builder_float64(&b, halves[k]);
	must(builder_finish(&b, &c, NULL), NULL);
	must(table_new(3, &r, NULL), NULL);
	put(r, "a", c);
	must(plan_table(l, &left, &e), &e);
	must(plan_table(r, &right, &e), &e);
	for (int how = 0; how < HOWS && good; how++) {
		const struct plan_join j = { .on = { on, on, 1 }, .how = (enum join_how)how, .suffix = "_right" };

		must(plan_join(left, right, &j, &cx, &join, &e), &e);
		must(plan_derive(join, NULL, 0, more, 1, &cx, &sum, &e), &e);
		must(plan_run(sum, 1, &t, &located, &e), &e);
		good = t->cols[0]->type == plan_type(join, 0) && t->cols[1]->type == plan_type(sum, 1) &&
		       t->cols[0]->type == (how == JOIN_FULL ? TYPE_FLOAT64 : TYPE_INT64);
		table_unref(t);
		plan_unref(join);
		plan_unref(sum);
	}
	ok(good, "types of keys are known before a join runs");
	plan_unref(left);
	plan_unref(right);
	table_unref(l);
	table_unref(r);
}

static void explosion(void)
{
	static const char *const column[] = { "id" }, *const two[] = { "id", "x" };
	const struct join_keys on = { column, column, 1 };
	struct table *l = of_ints(two, 2, 100000, 7), *r = of_ints(column, 1, 50000, 7), *t = NULL;
	struct err e = ERR_INIT;
	int64_t many = 0;
	long asked;

	mem_fail_after(-1);
	is_int(join_tables(l, r, &on, JOIN_INNER, "_2", 2, &t, &many, &e), ERR_DOMAIN, "too many rows");
	asked = mem_allocations();
	is_int(many, 50000, "and how many one row met");
	ok(strstr(e.msg, "5000000000 rows") && strstr(e.msg, "50000 on the right"), "the message has both");
	ok(asked < 20, "nothing was allocated for them");
	is_int(join_tables(l, r, &on, JOIN_SEMI, "_2", 2, &t, &many, &e), 0, "a semi join has no more rows than the left");
	table_unref(t);
	table_unref(l);
	table_unref(r);
}

static void failures(void)
{
	static const struct some kinds[3] = {
		{ .type = TYPE_STRING, .distinct = 50, .text = true }, { .type = TYPE_INT64, .odd = true, .distinct = 300 },
		{ .type = TYPE_QUANTITY, .distinct = 6 },
	};
	const struct join_keys on = { key_names, key_names, 3 };
	struct table *l = keyed(2000, kinds, 3, 'l'), *r = keyed(1500, kinds, 3, 'r'), *t = NULL;
	struct err e = ERR_INIT;
	int bad = 0, runs = 0;

	for (int how = 0; how < HOWS; how++) {
		int rc = ERR_MEMORY;

		for (long k = 0; rc; k += k < 60 ? 1 : 13, runs++) {
			mem_fail_after(k);
			rc = join_tables(l, r, &on, (enum join_how)how, "_2", 2, &t, NULL, &e);
			mem_fail_after(-1);
			bad += rc && rc != ERR_MEMORY;
		}
		table_unref(t);
	}
	ok(!bad && runs > 100, "every allocation may fail");
	stop_request();
	is_int(join_tables(l, r, &on, JOIN_INNER, "_2", 2, &t, NULL, &e), ERR_INTERRUPT, "a stop is seen");
	stop_clear();
	table_unref(l);
	table_unref(r);
}

int main(void)
{
	one_key();
	many_keys();
	hashed_keys();
	laws();
	names();
	types();
	plans();
	explosion();
	failures();
	return done();
}
