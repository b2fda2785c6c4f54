/*
 * t4520-windows.c - every window against what it is by definition: with and without groups, an order and ties, over columns with
 * missing and odd values, with 1 to 8 threads.
 */
#include "columns.h"
#include "query/window_priv.h"
#include "tap.h"

enum { GROUPS = 12, ROWS = 1500 };

/* Floats whose sum is lost without compensation, and now and then an odd one that has to leave its window again. */
static struct column *floats(int64_t rows, uint32_t missing)
{
	static const double odds[] = { NAN, INFINITY, -INFINITY, -0.0 };
	struct builder b;
	struct column *c;

	builder_init(&b, TYPE_FLOAT64, NULL);
	for (int64_t i = 0; i < rows; i++) {
		uint32_t k = chance(1000);

		if (chance(100) < missing)
			builder_missing(&b);
		else if (!chance(60))
			builder_float64(&b, odds[chance(4)]);
		else
			builder_float64(&b, k < 100 ? (k & 1 ? 1e16 : -1e16) : (double)k / 7);
	}
	builder_finish(&b, &c, NULL);
	return c;
}

static struct column *column_for(enum type type, int64_t rows, uint32_t missing)
{
	struct some kind = { type, rows, 300, missing, false, rows % 2 };

	return type == TYPE_FLOAT64 ? floats(rows, missing) : some_column(&kind);
}

/* == by definition == */

struct place {                           /* row list[at] of list[0 .. n), which are the rows of its group in order */
	const uint32_t *list;
	const uint8_t *tie;              /* with the one before */
	int64_t n, at;
};

static void push_from(struct builder *b, const struct column *c, int64_t i)
{
	struct slice s;
	struct quantity q;

	if (!column_has(c, i)) {
		builder_missing(b);
		return;
	}
	switch (c->type) {
	case TYPE_BOOL: builder_bool(b, column_bool(c, i)); break;
	case TYPE_INT64:
	case TYPE_DATETIME: builder_int64(b, c->as.i64[i]); break;
	case TYPE_FLOAT64: builder_float64(b, c->as.f64[i]); break;
	case TYPE_DATE: builder_date(b, c->as.days[i]); break;
	case TYPE_STRING: s = column_string(c, i); builder_string(b, s.p, s.n); break;
	default: q = column_quantity(c, i); builder_quantity(b, &q);
	}
}

static void push_number(struct builder *b, long double v)
{
	if (b->type == TYPE_FLOAT64)
		builder_float64(b, (double)v);
	else
		builder_int64(b, (int64_t)v);
}

/* Over places from .. at: `what` is the end of the name. */
static void fold(struct builder *b, const char *what, const struct column *x, const struct place *p, int64_t from)
{
	long double sum = 0, huge = 0;   /* huge ones apart: they cancel exactly */
	int64_t n = 0, best = -1;

	for (int64_t k = from < 0 ? 0 : from; k <= p->at; k++) {
		uint32_t row = p->list[k];
		long double v = x->type == TYPE_INT64 && column_has(x, row) ? (long double)x->as.i64[row] : (long double)column_number(x, row);

		if (!column_has(x, row))
			continue;
		n++;
		huge += fabsl(v) == 1e16L ? v : 0;
		sum += fabsl(v) == 1e16L ? 0 : v;
		if (best < 0 || (what[1] == 'i' ? column_compare(x, row, best) < 0 : column_compare(x, row, best) > 0))
			best = row;
	}
	sum += huge;
	if (!strcmp(what, "count"))
		builder_int64(b, n);
	else if (!n)
		builder_missing(b);
	else if (!strcmp(what, "sum"))
		push_number(b, sum);
	else if (!strcmp(what, "mean"))
		push_number(b, sum / n);
	else
		push_from(b, x, best);
}

static void push_difference(struct builder *b, const char *name, const struct column *x, uint32_t row, int64_t old)
{
	if (old < 0 || !column_has(x, row) || !column_has(x, old))
		builder_missing(b);
	else if (*name == 'p')
		builder_float64(b, column_number(x, row) / column_number(x, old) - 1);
	else if (x->type == TYPE_FLOAT64)
		builder_float64(b, x->as.f64[row] - x->as.f64[old]);
	else
		builder_int64(b, x->type == TYPE_DATE ? (int64_t)x->as.days[row] - x->as.days[old] : x->as.i64[row] - x->as.i64[old]);
}

static void push_place(struct builder *b, const char *name, const struct place *p, int64_t n)
{
	int64_t first = p->at, steps = 0;

	while (first > 0 && p->tie[first])
		first--;
	for (int64_t k = 1; k <= p->at; k++)
		steps += !p->tie[k];
	if (!strcmp(name, "rank"))
		builder_int64(b, first + 1);
	else if (!strcmp(name, "dense_rank"))
		builder_int64(b, steps + 1);
	else if (!strcmp(name, "percent_rank"))
		builder_float64(b, p->n > 1 ? (double)first / (double)(p->n - 1) : 0);
	else if (!strcmp(name, "ntile")) {
		int64_t bucket = 0;

		for (int64_t end = 0; end <= p->at; bucket++)
			end += p->n / n + (bucket < p->n % n);
		builder_int64(b, bucket);
	} else
		builder_int64(b, p->at + 1);
}

static void naive_row(struct builder *b, const char *name, const struct column *x, const struct place *p, int64_t n, const struct column *other)
{
	uint32_t row = p->list[p->at];
	int64_t k = p->at, back = -1;

	if (!strcmp(name, "lag") || !strcmp(name, "lead")) {
		k = name[1] == 'a' ? k - n : k + n;
		if (k >= 0 && k < p->n)
			push_from(b, x, p->list[k]);
		else if (other)
			push_from(b, other, 0);
		else
			builder_missing(b);
	} else if (!strcmp(name, "first_value") || !strcmp(name, "last_value"))
		push_from(b, x, p->list[*name == 'f' ? 0 : p->n - 1]);
	else if (!strncmp(name, "rolling_", 8))
		fold(b, name + 8, x, p, k - n + 1);
	else if (!strcmp(name, "cummin") || !strcmp(name, "cummax") || !strcmp(name, "cumsum") || !strcmp(name, "cummean")) {
		if (column_has(x, row))
			fold(b, name + 3, x, p, 0);
		else
			builder_missing(b);
	} else if (x && !strcmp(name, "cumcount"))
		fold(b, "count", x, p, 0);
	else if (!strcmp(name, "diff") || !strcmp(name, "pct_change"))
		push_difference(b, name, x, row, k >= n ? (int64_t)p->list[k - n] : -1);
	else if (!strcmp(name, "increments")) {
		for (int64_t j = 0; j < k; j++)
			back = column_has(x, p->list[j]) ? (int64_t)p->list[j] : back;
		if (back < 0)
			push_from(b, x, row);
		else
			push_difference(b, name, x, row, back);
	} else
		push_place(b, name, p, n);
}

static struct column *naive(const char *name, enum type result, const struct column *x, int64_t n, const struct column *other, int64_t rows,
			    const struct window *w)
{
	uint32_t *list = malloc((size_t)rows * 4 + 4), *at = malloc((size_t)rows * 4 + 4);
	uint8_t *tie = malloc((size_t)rows + 1);
	int64_t *size = calloc((size_t)(w->ids ? w->ngroups : 1) + 1, sizeof *size);
	struct builder b;
	struct column *c;

	/* place of each row in its group: how many of the group come before */
	for (int64_t i = 0; i < rows; i++) {
		uint32_t row = w->idx ? w->idx[i] : (uint32_t)i;

		at[row] = (uint32_t)size[w->ids ? w->ids[row] : 0]++;
	}
	builder_init(&b, result, NULL);
	for (int64_t row = 0; row < rows; row++) {
		uint32_t g = w->ids ? w->ids[row] : 0;
		struct place p = { list, tie, 0, at[row] };
		bool all = false;

		for (int64_t i = 0; i < rows; i++) {
			uint32_t other_row = w->idx ? w->idx[i] : (uint32_t)i;

			all = w->ties && w->ties[i] && all;
			if (w->ids && w->ids[other_row] != g)
				continue;
			tie[p.n] = all;          /* no row between them broke the chain */
			list[p.n++] = other_row;
			all = true;
		}
		naive_row(&b, name, x, &p, n, other);
	}
	builder_finish(&b, &c, NULL);
	free(list);
	free(at);
	free(tie);
	free(size);
	return c;
}

static bool near(double a, double b)
{
	return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= 5e-16 * fabs(b);
}

static bool alike(const struct column *a, const struct column *b, const char *what)
{
	bool good = a->type == b->type && a->length == b->length && a->missing == b->missing;

	for (int64_t i = 0; i < a->length && good; i++) {
		good = column_has(a, i) == column_has(b, i);
		if (good && column_has(a, i))
			good = a->type == TYPE_FLOAT64 ? near(a->as.f64[i], b->as.f64[i]) : column_equal(a, i, b, i);
		if (!good)
			fprintf(stderr, "# %s: row %lld: %.17g and not %.17g\n", what, (long long)i, column_number(a, i), column_number(b, i));
	}
	return good;
}

/* == frames == */

struct frame {
	uint32_t *ids, *idx;
	uint8_t *ties;
};

/* Groups (the last one is empty), an order by a key of few values, and which rows tie. */
static void make_frame(struct frame *f, int64_t rows)
{
	struct some kind = { TYPE_INT64, rows, 40, 5, false, false };
	struct column *key = some_column(&kind);
	struct order_key by = { key, false };

	f->ids = malloc((size_t)rows * 4 + 4);
	f->idx = malloc((size_t)rows * 4 + 4);
	f->ties = malloc((size_t)rows + 1);
	for (int64_t i = 0; i < rows; i++)
		f->ids[i] = chance(50) ? chance(GROUPS - 2) : GROUPS - 2;
	order_rows(&by, 1, rows, 2, f->idx, NULL);
	for (int64_t i = 0; i < rows; i++)
		f->ties[i] = i && column_equal(key, f->idx[i], key, f->idx[i - 1]);
	column_unref(key);
}

static void free_frame(struct frame *f)
{
	free(f->ids);
	free(f->idx);
	free(f->ties);
}

/* == checks == */

static const struct {
	const char *name, *types;        /* "-": no argument */
	char result;                     /* 0 = the argument's */
	int64_t n[4];                    /* as a parameter; 0 ends them */
} cases[] = {
	{ "lag", "bifdtsq", 0, { 1, 3 } },         { "lead", "bifdtsq", 0, { 1, 1000 } },     { "first_value", "bifdtsq", 0, { 0 } },
	{ "last_value", "bifdtsq", 0, { 0 } },     { "cumsum", "if", 0, { 0 } },              { "cumcount", "-bifdtsq", 'i', { 0 } },
	{ "cummean", "if", 'f', { 0 } },           { "cummin", "ifdt", 0, { 0 } },            { "cummax", "ifdt", 0, { 0 } },
	{ "diff", "idt", 'i', { 1, 5 } },          { "diff", "f", 'f', { 1, 5 } },            { "increments", "if", 0, { 0 } },
	{ "pct_change", "if", 'f', { 1, 2 } },     { "row_number", "-", 'i', { 0 } },         { "rank", "-", 'i', { 0 } },
	{ "dense_rank", "-", 'i', { 0 } },         { "percent_rank", "-", 'f', { 0 } },       { "ntile", "-", 'i', { 4, 7, 1000 } },
	{ "rolling_sum", "if", 0, { 1, 2, 7, 900 } }, { "rolling_mean", "if", 'f', { 1, 3, 90 } },
	{ "rolling_min", "ifdt", 0, { 1, 4, 30 } }, { "rolling_max", "ifdt", 0, { 1, 4, 2000 } },
	{ "rolling_count", "bifdtsq", 'i', { 1, 5 } },
};

static enum type type_of(char letter)
{
	return (enum type)(strchr("bifdtsq", letter) - "bifdtsq");
}

static void check(const char *name, enum type result, const struct column *x, int64_t n, int64_t rows, const struct window *w, const char *how)
{
	const struct value param = { .type = TYPE_INT64, .as.i64 = n };
	struct column *want = naive(name, result, x, n ? n : 1, NULL, rows, w), *got = NULL;
	struct err e = ERR_INIT;
	char what[128];

	snprintf(what, sizeof what, "%s(%s, %lld) %s", name, x ? type_name(x->type) : "", (long long)n, how);
	if (window_apply(name, result, &x, x != NULL, n ? &param : NULL, n > 0, rows, w, 2, &got, &e))
		fprintf(stderr, "# %s\n", e.msg);
	ok(got && alike(got, want, what), "%s", what);
	column_unref(got);
	column_unref(want);
}

static void definitions(void)
{
	struct frame f;

	make_frame(&f, ROWS);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		for (const char *t = cases[k].types; *t; t++) {
			enum type type = *t == '-' ? TYPE_INT64 : type_of(*t), result = cases[k].result ? type_of(cases[k].result) : type;
			struct column *some = column_for(type, ROWS, 15), *full = column_for(type, ROWS - 1, 0), *none = column_for(type, 0, 0);
			const struct column *x = *t == '-' ? NULL : some, *y = *t == '-' ? NULL : full;

			for (int i = 0; i < 4 && (!i || cases[k].n[i]); i++) {
				int64_t n = cases[k].n[i];

				check(cases[k].name, result, x, n, ROWS, &(struct window){ f.ids, GROUPS, f.idx, f.ties }, "by groups in an order");
				check(cases[k].name, result, y, n, ROWS - 1, &(struct window){ f.ids, GROUPS, NULL, NULL }, "by groups");
			}
			check(cases[k].name, result, x, cases[k].n[0], ROWS, &(struct window){ NULL, 1, f.idx, f.ties }, "in an order");
			check(cases[k].name, result, y, cases[k].n[0], ROWS - 1, &(struct window){ NULL, 1, NULL, NULL }, "of all");
			check(cases[k].name, result, x ? none : NULL, cases[k].n[0], 0, &(struct window){ NULL, 1, NULL, NULL }, "of nothing");
			column_unref(some);
			column_unref(full);
			column_unref(none);
		}
	}
	free_frame(&f);
}

/* Each row has what the aggregate of its group is. */
static void aggregates(void)
{
	static const char *const names[] = { "sum", "mean", "median", "count", "first", "last", "max", "count_distinct" };
	struct column *x = column_for(TYPE_INT64, ROWS, 15);
	struct frame f;

	make_frame(&f, ROWS);
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		struct window w = { f.ids, GROUPS, f.idx, NULL };
		const struct column *arg = x;
		struct column *got = NULL, *of_groups = NULL;
		enum type type = TYPE_INT64;
		struct vec_room room = VEC_ROOM_INIT;
		uint32_t ids[VEC_MAX];
		struct agg *a;
		struct vec v;
		bool good;

		agg_open(names[k], &type, 1, NULL, &a, NULL);
		vec_of_column(&v, &room, x, 0, f.idx, ROWS, NULL);
		for (int i = 0; i < ROWS; i++)
			ids[i] = f.ids[f.idx[i]];
		agg_add(a, ids, GROUPS, &v, ROWS, NULL);
		agg_finish(a, GROUPS, &of_groups, NULL);
		good = !window_apply(names[k], type, &arg, 1, NULL, 0, ROWS, &w, 2, &got, NULL);
		for (int64_t i = 0; i < ROWS && good; i++)
			good = column_equal(got, i, of_groups, f.ids[i]);
		ok(good, "%s as a window", names[k]);
		column_unref(got);
		w = (struct window){ NULL, 1, NULL, NULL };
		good = !window_apply(names[k], type, &arg, 1, NULL, 0, ROWS, &w, 2, &got, NULL);
		ok(good && got->length == ROWS && column_equal(got, 0, got, ROWS - 1), "%s of all as a window", names[k]);
		column_unref(got);
		column_unref(of_groups);
		agg_free(a);
		vec_room_release(&room);
	}
	column_unref(x);
	free_frame(&f);
}

static void defaults(void)
{
	static const struct value one = { .type = TYPE_INT64, .as.i64 = 1 };
	struct frame f;

	make_frame(&f, ROWS);
	for (const char *t = "bifdtsq"; *t; t++) {
		struct column *x = column_for(type_of(*t), ROWS, 15), *got = NULL, *want;
		struct value params[2] = { one, { .type = type_of(*t) } };
		const struct column *arg = x;
		struct window w = { f.ids, GROUPS, f.idx, f.ties };
		struct builder b;
		struct column *other;

		builder_init(&b, x->type, NULL);
		switch (x->type) {
		case TYPE_BOOL: builder_bool(&b, params[1].as.truth = true); break;
		case TYPE_FLOAT64: builder_float64(&b, params[1].as.f64 = 2.5); break;
		case TYPE_DATE: builder_date(&b, params[1].as.days = 77); break;
		case TYPE_STRING: params[1].as.text = slice_of("none", 4); builder_string(&b, "none", 4); break;
		case TYPE_QUANTITY: params[1].as.figure = (struct quantity){ .low = 1, .high = 2, .stated = 1 }; builder_quantity(&b, &params[1].as.figure); break;
		default: builder_int64(&b, params[1].as.i64 = -7);
		}
		builder_finish(&b, &other, NULL);
		want = naive("lag", x->type, x, 1, other, ROWS, &w);
		ok(!window_apply("lag", x->type, &arg, 1, params, 2, ROWS, &w, 2, &got, NULL) && alike(got, want, "default"),
		   "lag of %s with a default", type_name(x->type));
		column_unref(got);
		column_unref(want);
		column_unref(other);
		column_unref(x);
	}
	free_frame(&f);
}

/* increments gives back what cumsum was made of. */
static void inverse(void)
{
	struct column *x = column_for(TYPE_INT64, ROWS, 20), *sums = NULL, *back = NULL;
	struct frame f;
	struct window w;

	make_frame(&f, ROWS);
	w = (struct window){ f.ids, GROUPS, f.idx, NULL };
	window_apply("cumsum", TYPE_INT64, (const struct column *const *)&x, 1, NULL, 0, ROWS, &w, 2, &sums, NULL);
	window_apply("increments", TYPE_INT64, (const struct column *const *)&sums, 1, NULL, 0, ROWS, &w, 2, &back, NULL);
	ok(alike(back, x, "inverse"), "increments of cumsum");
	column_unref(sums);
	column_unref(back);
	column_unref(x);
	free_frame(&f);
}

static void threads(void)
{
	enum { MANY = 60000 };
	struct frame f;

	make_frame(&f, MANY);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		bool good = true;

		for (const char *t = cases[k].types; *t; t++) {
			enum type type = *t == '-' ? TYPE_INT64 : type_of(*t), result = cases[k].result ? type_of(cases[k].result) : type;
			struct column *x = column_for(type, MANY, 10), *one = NULL, *more = NULL;
			const struct column *arg = x;
			const struct value param = { .type = TYPE_INT64, .as.i64 = cases[k].n[0] };
			struct window w = { f.ids, GROUPS, f.idx, f.ties };
			int nargs = *t != '-', nparams = cases[k].n[0] > 0;

			good &= !window_apply(cases[k].name, result, &arg, nargs, &param, nparams, MANY, &w, 1, &one, NULL);
			for (int n = 2; n <= 8 && good; n += 2) {
				good &= !window_apply(cases[k].name, result, &arg, nargs, &param, nparams, MANY, &w, n, &more, NULL);
				for (int64_t i = 0; good && i < MANY; i++)
					good = result == TYPE_FLOAT64 && column_has(one, i)
					               ? !memcmp(&one->as.f64[i], &more->as.f64[i], 8) : column_equal(one, i, more, i);
				good &= one->missing == more->missing;
				column_unref(more);
				more = NULL;
			}
			column_unref(one);
			column_unref(x);
		}
		ok(good, "%s: the same bits with 1 to 8 threads", cases[k].name);
	}
	free_frame(&f);
}

static void failures(void)
{
	static int64_t big[3] = { 1, INT64_MAX, -1 };
	const struct window w = { NULL, 1, NULL, NULL };
	const struct value zero = { .type = TYPE_INT64, .as.i64 = 0 }, half = { .type = TYPE_FLOAT64, .as.f64 = 0.5 };
	int64_t *own = mem_column(sizeof big);
	struct column *x, *out = NULL;
	struct err e = ERR_INIT;
	const struct column *arg;

	memcpy(own, big, sizeof big);
	column_of_int64(own, NULL, 3, 0, &x, NULL);
	arg = x;
	is_int(window_apply("cumsum", TYPE_INT64, &arg, 1, NULL, 0, 3, &w, 1, &out, &e), ERR_DOMAIN, "a running sum overflows");
	is_str(e.msg, "row 2: the sum of cumsum overflows", "and says where");
	own[0] = INT64_MIN;
	is_int(window_apply("diff", TYPE_INT64, &arg, 1, NULL, 0, 3, &w, 1, &out, &e), ERR_DOMAIN, "a difference overflows");
	is_int(window_apply("rolling_sum", TYPE_INT64, &arg, 1, &zero, 1, 3, &w, 1, &out, &e), ERR_DOMAIN, "no rows to roll over");
	is_str(e.msg, "rolling_sum needs a whole number from 1 on", "and says so");
	is_int(window_apply("lag", TYPE_INT64, &arg, 1, &half, 1, 3, &w, 1, &out, &e), ERR_DOMAIN, "half a row");
	is_int(window_apply("rolling_sum", TYPE_INT64, &arg, 1, &(struct value){ .type = TYPE_INT64, .as.i64 = INT64_MAX }, 1, 3, &w, 1, &out, &e),
	       0, "more rows than there are");
	column_unref(out);
	column_unref(x);
}

static void memory(void)
{
	struct frame f;

	make_frame(&f, ROWS);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		char t = cases[k].types[strlen(cases[k].types) - 1];
		enum type type = t == '-' ? TYPE_INT64 : type_of(t), result = cases[k].result ? type_of(cases[k].result) : type;
		struct column *x = column_for(type, ROWS, 10), *out = NULL;
		const struct column *arg = x;
		const struct value params[2] = { { .type = TYPE_INT64, .as.i64 = cases[k].n[0] }, { .type = type, .as.i64 = 1 } };
		struct window w = { f.ids, GROUPS, f.idx, f.ties };
		int nparams = cases[k].n[0] > 0 ? 1 : 0, rc = 1, wrong = 0;
		long n = 0;

		for (; rc && n < 10000; n++) {
			mem_fail_after(n);
			rc = window_apply(cases[k].name, result, &arg, t != '-', params, nparams, ROWS, &w, 2, &out, NULL);
			mem_fail_after(-1);
			wrong += rc && rc != ERR_MEMORY;
		}
		ok(!rc && !wrong && n > 3, "%s: failing allocations", cases[k].name);
		column_unref(out);
		column_unref(x);
	}
	free_frame(&f);
}

int main(void)
{
	definitions();
	aggregates();
	defaults();
	inverse();
	threads();
	failures();
	memory();
	return done();
}
