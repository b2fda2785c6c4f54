/*
 * t4510-aggregates.c - every aggregate against what it is by definition, over random columns: whole, by groups (some of them empty),
 * merged from parts with numbers of their own, with 1 to 8 threads.
 */
#include "columns.h"
#include "query/agg_priv.h"
#include "tap.h"

enum { GROUPS = 60, ROWS = 6000 };

/* == columns == */

/* Floats whose sum is lost without compensation, and now and then an odd one. */
static struct column *floats(int64_t rows, uint32_t missing, bool odd)
{
	static const double odds[] = { NAN, INFINITY, -INFINITY, -0.0 };
	struct builder b;
	struct column *c;

	builder_init(&b, TYPE_FLOAT64, NULL);
	for (int64_t i = 0; i < rows; i++) {
		uint32_t k = chance(1000);

		if (chance(100) < missing)
			builder_missing(&b);
		else if (odd && !chance(150))
			builder_float64(&b, odds[chance(4)]);
		else
			builder_float64(&b, k < 100 ? (k & 1 ? 1e16 : -1e16) : (double)k / 7);
	}
	builder_finish(&b, &c, NULL);
	return c;
}

static struct column *integers(int64_t rows, uint32_t missing)
{
	struct builder b;
	struct column *c;

	builder_init(&b, TYPE_INT64, NULL);
	for (int64_t i = 0; i < rows; i++) {
		if (chance(100) < missing)
			builder_missing(&b);
		else
			builder_int64(&b, (int64_t)((uint64_t)chance(1000) << chance(40)) - 500);
	}
	builder_finish(&b, &c, NULL);
	return c;
}

static struct column *column_for(enum type type, int64_t rows, uint32_t missing, bool odd)
{
	struct some kind = { type, rows, 300, missing, odd, rows % 2 };

	if (type == TYPE_FLOAT64)
		return floats(rows, missing, odd);
	return type == TYPE_INT64 ? integers(rows, missing) : some_column(&kind);
}

/* == by definition == */

struct group {
	int64_t *rows, n;                /* of the values that are there */
	int64_t all;
};

static int compare_values(const void *a, const void *b, const void *ctx)
{
	return column_compare(ctx, *(const int64_t *)a, *(const int64_t *)b);
}

static void push_from(struct builder *b, const struct column *c, int64_t i)
{
	struct slice s;
	struct quantity q;

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

static double quantile_of(const struct column *c, struct group *g, double p)
{
	double place = (double)(g->n - 1) * p, low, high;
	int64_t at = (int64_t)place;

	for (int64_t i = 0; i < g->n; i++)
		if (isnan(column_number(c, g->rows[i])))
			return NAN;
	sort_stable(g->rows, (size_t)g->n, sizeof *g->rows, compare_values, c, NULL);
	low = column_number(c, g->rows[at]);
	high = column_number(c, g->rows[at + 1 < g->n ? at + 1 : at]);
	return low == high || place == (double)at ? low : low + (place - (double)at) * (high - low);
}

static void naive_quantity(struct builder *b, const char *name, const struct column *c, const struct group *g)
{
	struct quantity all = column_quantity(c, g->rows[0]);

	for (int64_t i = 1; i < g->n; i++) {
		struct quantity q = column_quantity(c, g->rows[i]);

		all.low = *name == 's' ? all.low + q.low : name[1] == 'i' ? fmin(all.low, q.low) : fmax(all.low, q.low);
		all.high = *name == 's' ? all.high + q.high : name[1] == 'i' ? fmin(all.high, q.high) : fmax(all.high, q.high);
	}
	if (g->n > 1 || (*name == 's' && g->all > g->n)) {
		all.kind = QUANTITY_COMPUTED;
		all.stated = NAN;
	}
	if (*name == 's' && g->all > g->n)
		all.high = INFINITY;
	builder_quantity(b, &all);
}

static void naive_value(struct builder *b, const char *name, const struct column *x, const struct column *w, double p, struct group *g)
{
	long double sum = 0, huge = 0, weights = 0, squares = 0;     /* huge ones apart: they cancel exactly */
	int64_t exact = 0, best, n = g->n, trues = 0;

	for (int64_t i = 0; i < n && (x->type == TYPE_FLOAT64 || x->type == TYPE_INT64); i++) {
		long double v = x->type == TYPE_INT64 ? (long double)x->as.i64[g->rows[i]] : x->as.f64[g->rows[i]];

		v = w ? v * (long double)column_number(w, g->rows[i]) : v;
		huge += !w && fabsl(v) == 1e16L ? v : 0;
		sum += !w && fabsl(v) == 1e16L ? 0 : v;
		weights += w ? (long double)column_number(w, g->rows[i]) : 1;
		exact += x->type == TYPE_INT64 ? x->as.i64[g->rows[i]] : 0;
	}
	sum += huge;
	for (int64_t i = 0; i < n && (x->type == TYPE_FLOAT64 || x->type == TYPE_INT64); i++) {
		long double off = (long double)column_number(x, g->rows[i]) - sum / n;

		squares += off * off;
	}
	for (int64_t i = 0; i < n && x->type == TYPE_BOOL; i++)
		trues += column_bool(x, g->rows[i]);

	if (!strcmp(name, "count"))
		builder_int64(b, n);
	else if (!strcmp(name, "n_missing"))
		builder_int64(b, g->all - n);
	else if (!strcmp(name, "count_if"))
		builder_int64(b, trues);
	else if (!strcmp(name, "count_distinct")) {
		int64_t distinct = n > 0;

		for (int64_t i = 1; i < n; i++) {
			bool known = false;

			for (int64_t j = 0; j < i && !known; j++)
				known = column_equal(x, g->rows[i], x, g->rows[j]);
			distinct += !known;
		}
		builder_int64(b, distinct);
	} else if (!n || ((!strcmp(name, "sd") || !strcmp(name, "var")) && n < 2))
		builder_missing(b);
	else if (!strcmp(name, "any") || !strcmp(name, "all"))
		builder_bool(b, name[1] == 'n' ? trues > 0 : trues == n);
	else if (x->type == TYPE_QUANTITY && *name != 'f' && *name != 'l')
		naive_quantity(b, name, x, g);
	else if (!strcmp(name, "sum") && x->type == TYPE_INT64)
		builder_int64(b, exact);
	else if (!strcmp(name, "sum"))
		builder_float64(b, (double)sum);
	else if (!strcmp(name, "mean") || !strcmp(name, "weighted_mean"))
		builder_float64(b, (double)(sum / weights));
	else if (!strcmp(name, "var"))
		builder_float64(b, (double)(squares / (n - 1)));
	else if (!strcmp(name, "sd"))
		builder_float64(b, sqrt((double)(squares / (n - 1))));
	else if (!strcmp(name, "median") || !strcmp(name, "quantile"))
		builder_float64(b, quantile_of(x, g, p));
	else if (!strcmp(name, "first") || !strcmp(name, "last"))
		push_from(b, x, g->rows[*name == 'f' ? 0 : n - 1]);
	else {
		best = g->rows[0];
		for (int64_t i = 1; i < n; i++) {
			int d = column_compare(x, g->rows[i], best);

			best = (name[1] == 'i' ? d < 0 : d > 0) ? g->rows[i] : best;
		}
		push_from(b, x, best);
	}
}

static struct column *naive(const char *name, enum type result, const struct column *x, const struct column *w, double p,
			    const uint32_t *ids, int64_t ngroups, int64_t rows)
{
	struct group g = { .rows = malloc((size_t)rows * sizeof(int64_t) + 8) };
	struct builder b;
	struct column *c;

	builder_init(&b, result, NULL);
	for (int64_t k = 0; k < ngroups; k++) {
		g.n = g.all = 0;
		for (int64_t i = 0; i < rows; i++) {
			if (ids && ids[i] != k)
				continue;
			g.all++;
			if (column_has(x, i) && (!w || column_has(w, i)))
				g.rows[g.n++] = i;
		}
		naive_value(&b, name, x, w, p, &g);
	}
	builder_finish(&b, &c, NULL);
	free(g.rows);
	return c;
}

static bool near(double a, double b, double within)
{
	return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= within * fabs(b);
}

static bool alike(const struct column *a, const struct column *b, double within, const char *what)
{
	bool good = a->type == b->type && a->length == b->length && a->missing == b->missing;

	for (int64_t i = 0; i < a->length && good; i++) {
		good = column_has(a, i) == column_has(b, i);
		if (good && column_has(a, i))
			good = a->type == TYPE_FLOAT64 ? near(a->as.f64[i], b->as.f64[i], within) : column_equal(a, i, b, i);
		if (!good)
			fprintf(stderr, "# %s: group %lld: %.17g and not %.17g\n", what, (long long)i, column_number(a, i), column_number(b, i));
	}
	return good;
}

/* == as queries do == */

struct call {
	const char *name;
	const struct column *x, *w;
	const struct value *p;
	const uint32_t *ids;
	int64_t ngroups, rows;
	int segments;
	struct agg *parts[QUERY_SEGMENTS_MAX];
};

static struct agg *open_agg(const struct call *c)
{
	enum type types[2] = { c->x ? c->x->type : TYPE_INT64, c->w ? c->w->type : TYPE_FLOAT64 };
	struct agg *a = NULL;
	struct err e = ERR_INIT;

	if (agg_open(c->name, types, !c->x ? 0 : c->w || c->p ? 2 : 1, c->p, &a, &e))
		fprintf(stderr, "# %s\n", e.msg);
	return a;
}

static bool feed(struct agg *a, const struct call *c, int64_t from, int64_t to, const uint32_t *ids, bool any_size)
{
	struct vec_room rooms[2] = { VEC_ROOM_INIT };
	struct vec vecs[2];
	bool good = a != NULL;

	while (from < to && good) {
		int32_t n = any_size ? (int32_t)chance(chance(3) ? VEC_MAX : 20) + 1 : VEC_MAX;

		n = n < to - from ? n : (int32_t)(to - from);
		if (c->x)
			good = !vec_of_column(&vecs[0], &rooms[0], c->x, from, NULL, n, NULL);
		if (c->w)
			good &= !vec_of_column(&vecs[1], &rooms[1], c->w, from, NULL, n, NULL);
		good = good && !agg_add(a, ids ? ids + from : NULL, ids ? c->ngroups : 1, vecs, n, NULL);
		from += n;
	}
	vec_room_release(&rooms[0]);
	vec_room_release(&rooms[1]);
	return good;
}

static struct column *whole(const struct call *c)
{
	struct agg *a = open_agg(c);
	struct column *out = NULL;

	if (feed(a, c, 0, c->rows, c->ids, true))
		agg_finish(a, c->ngroups, &out, NULL);
	agg_free(a);
	return out;
}

/* Each part has only the groups that occur in it, and numbers them its own way. */
static struct column *merged(const struct call *c)
{
	struct agg *all = open_agg(c), *part;
	uint32_t *own = malloc((size_t)c->rows * 4 + 4), map[GROUPS], number[GROUPS];
	struct column *out = NULL;
	bool good = true;

	for (int64_t from = 0, to; from < c->rows && good; from = to) {
		struct call one = *c;

		to = from + 1 + chance((uint32_t)c->rows / 2);
		to = to < c->rows ? to : c->rows;
		one.ngroups = 0;
		memset(number, 0xff, sizeof number);
		for (int64_t i = from; c->ids && i < to; i++) {
			if (number[c->ids[i]] == UINT32_MAX) {
				map[one.ngroups] = c->ids[i];
				number[c->ids[i]] = (uint32_t)one.ngroups++;
			}
			own[i] = number[c->ids[i]];
		}
		part = open_agg(c);
		good = feed(part, &one, from, to, c->ids ? own : NULL, true) && !agg_merge(all, part, c->ids ? map : NULL, c->ngroups, NULL);
		agg_free(part);
	}
	if (good)
		agg_finish(all, c->ngroups, &out, NULL);
	agg_free(all);
	free(own);
	return out;
}

static int add_segment(void *ctx, int k, struct err *e)
{
	struct call *c = ctx;

	(void)e;
	c->parts[k] = open_agg(c);
	return !feed(c->parts[k], c, query_segment_start(c->rows, c->segments, k), query_segment_start(c->rows, c->segments, k + 1), c->ids,
		     false);
}

static struct column *threaded(const struct call *given, int threads)
{
	struct call c = *given;
	struct column *out = NULL;
	bool good;

	c.segments = query_segments(c.rows);
	good = !query_parallel(c.segments, threads, add_segment, &c, NULL);
	for (int k = 1; k < c.segments && good; k++)
		good = !agg_merge(c.parts[0], c.parts[k], NULL, c.ngroups, NULL);
	if (good)
		agg_finish(c.parts[0], c.ngroups, &out, NULL);
	for (int k = 0; k < c.segments; k++)
		agg_free(c.parts[k]);
	return out;
}

/* == checks == */

static const struct {
	const char *name, *types;
	char result;                     /* 0 = the argument's */
	double within;
} cases[] = {
	{ "count", "bifdtsq", 'i', 0 },          { "n_missing", "bifdtsq", 'i', 0 },   { "count_distinct", "bifdtsq", 'i', 0 },
	{ "count_if", "b", 'i', 0 },             { "any", "b", 'b', 0 },               { "all", "b", 'b', 0 },
	{ "sum", "ifq", 0, 4e-16 },              { "mean", "if", 'f', 4e-16 },         { "weighted_mean", "if", 'f', 1e-12 },
	{ "var", "if", 'f', 1e-12 },             { "sd", "if", 'f', 1e-12 },           { "median", "if", 'f', 0 },
	{ "quantile", "if", 'f', 0 },            { "min", "bifdtsq", 0, 0 },           { "max", "bifdtsq", 0, 0 },
	{ "first", "bifdtsq", 0, 0 },            { "last", "bifdtsq", 0, 0 },
};

static enum type type_of(char letter)
{
	return (enum type)(strchr("bifdtsq", letter) - "bifdtsq");
}

static void check(const char *name, enum type result, double within, struct call c, const char *how)
{
	double p = c.p ? c.p->as.f64 : 0.5;
	struct column *want = naive(name, result, c.x, c.w, p, c.ids, c.ngroups, c.rows), *got = whole(&c);
	char what[128];

	snprintf(what, sizeof what, "%s of %s, %s", name, type_name(c.x->type), how);
	ok(got && alike(got, want, within, what), "%s", what);
	column_unref(got);
	got = merged(&c);
	ok(got && alike(got, want, within, what), "%s, merged", what);
	column_unref(got);
	column_unref(want);
}

static void definitions(void)
{
	static const struct value nine = { .type = TYPE_FLOAT64, .as.f64 = 0.9 };
	uint32_t *ids = malloc(ROWS * sizeof *ids);

	for (int64_t i = 0; i < ROWS; i++)
		ids[i] = chance(GROUPS / 2) * 2 + (chance(300) == 0);    /* most odd groups have a row or none */
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		for (const char *t = cases[k].types; *t; t++) {
			enum type type = type_of(*t), result = cases[k].result ? type_of(cases[k].result) : type;
			bool weighted = !strcmp(cases[k].name, "weighted_mean"), tame = weighted || strchr("sv", *cases[k].name);
			struct column *x = column_for(type, ROWS, 15, !tame), *full = column_for(type, ROWS - 1, 0, !tame);
			struct column *w = weighted ? column_for(TYPE_INT64, ROWS, 5, false) : NULL;
			struct call c = { .name = cases[k].name, .x = x, .w = w, .ids = ids, .ngroups = GROUPS, .rows = ROWS };

			if (!strcmp(cases[k].name, "quantile"))
				c.p = &nine;
			check(c.name, result, cases[k].within, c, "by groups");
			c.ids = NULL;
			c.ngroups = 1;
			c.rows = !strcmp(c.name, "count_distinct") ? 1500 : ROWS;
			check(c.name, result, cases[k].within, c, "of all");
			c.rows = 0;
			check(c.name, result, cases[k].within, c, "of nothing");
			c.rows = ROWS - 1;
			if (strcmp(c.name, "count_distinct")) {
				c.x = full;
				check(c.name, result, cases[k].within, c, "all there");
			}
			column_unref(x);
			column_unref(full);
			column_unref(w);
		}
	}
	free(ids);
}

static bool same_bits(const struct column *a, const struct column *b)
{
	bool good = a && b && a->type == b->type && a->length == b->length && a->missing == b->missing;

	for (int64_t i = 0; good && i < a->length; i++)
		good = column_has(a, i) == column_has(b, i) &&
		       (!column_has(a, i) ||
			(a->type == TYPE_FLOAT64 ? !memcmp(&a->as.f64[i], &b->as.f64[i], 8) : column_equal(a, i, b, i)));
	return good;
}

static void threads(void)
{
	enum { MANY = 70000 };
	uint32_t *ids = malloc(MANY * sizeof *ids);

	for (int64_t i = 0; i < MANY; i++)
		ids[i] = chance(GROUPS);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		bool good = true;

		for (const char *t = cases[k].types; *t; t++) {
			struct column *x = column_for(type_of(*t), MANY, 10, true), *one, *more;
			struct call c = { .name = cases[k].name, .x = x, .ids = ids, .ngroups = GROUPS, .rows = MANY };

			c.w = !strcmp(c.name, "weighted_mean") ? x : NULL;
			one = threaded(&c, 1);
			for (int n = 2; n <= 8; n += 1 + n / 3) {
				more = threaded(&c, n);
				good &= same_bits(one, more);
				column_unref(more);
			}
			column_unref(one);
			column_unref(x);
		}
		ok(good, "%s: the same bits with 1 to 8 threads", cases[k].name);
	}
	free(ids);
}

/* == by hand == */

static double float_of(const char *name, const double *v, int32_t n)
{
	struct vec x = { .type = TYPE_FLOAT64, .n = n, .as.f64 = v };
	enum type type = TYPE_FLOAT64;
	struct column *out = NULL;
	struct agg *a;
	double r;

	agg_open(name, &type, 1, NULL, &a, NULL);
	agg_add(a, NULL, 1, &x, n, NULL);
	agg_finish(a, 1, &out, NULL);
	r = column_number(out, 0);
	column_unref(out);
	agg_free(a);
	return r;
}

static void by_hand(void)
{
	is_double(float_of("sum", (double[]){ 1, 1e100, 1, -1e100 }, 4), 2, "Neumaier's example");
	is_double(float_of("sum", (double[]){ INFINITY, 1 }, 2), INFINITY, "an infinity is the sum");
	ok(isnan(float_of("sum", (double[]){ INFINITY, -INFINITY }, 2)), "two are NaN");
	is_double(float_of("var", (double[]){ 1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16 }, 4), 30, "far from zero");
	is_double(float_of("sd", (double[]){ 0.1, 0.1, 0.1 }, 3), 0, "equal values vary by nothing");
	is_double(float_of("median", (double[]){ 3, 1, 2, 10 }, 4), 2.5, "the middle of four");
	is_double(float_of("min", (double[]){ NAN, 3, 1 }, 3), 1, "NaN is above the least");
	ok(isnan(float_of("max", (double[]){ 3, NAN, 1 }, 3)), "and is the greatest");
	is_double(float_of("median", (double[]){ INFINITY, INFINITY, 1 }, 3), INFINITY, "an infinite median");
}

static void failures(void)
{
	static const int64_t big[] = { INT64_MAX, 1, -5, INT64_MAX, INT64_MIN };
	const struct value wrong = { .type = TYPE_FLOAT64, .as.f64 = 1.5 };
	struct vec x = { .type = TYPE_INT64, .n = 2, .as.i64 = big };
	struct column *out = NULL;
	enum type types[2] = { TYPE_INT64, TYPE_FLOAT64 };
	struct err e = ERR_INIT;
	struct agg *a, *b;

	agg_open("sum", types, 1, NULL, &a, NULL);
	agg_add(a, NULL, 1, &x, 2, NULL);
	is_int(agg_finish(a, 1, &out, &e), ERR_DOMAIN, "the sum overflows");
	is_str(e.msg, "the sum overflows", "and says so");
	x = (struct vec){ .type = TYPE_INT64, .n = 3, .as.i64 = big + 2 };
	agg_add(a, NULL, 1, &x, 3, NULL);
	ok(!agg_finish(a, 1, &out, NULL) && out->as.i64[0] == INT64_MAX - 5, "it does not when the rest brings it back");
	column_unref(out);
	agg_free(a);
	is_int(agg_open("quantile", types, 2, &wrong, &a, &e), ERR_DOMAIN, "a share beyond 1");
	types[0] = TYPE_STRING;
	is_int(agg_open("sum", types, 1, NULL, &a, &e), ERR_TYPE, "text has no sum");
	types[0] = TYPE_QUANTITY;
	is_int(agg_open("mean", types, 1, NULL, &a, &e), ERR_TYPE, "quantities have no mean");
	ok(strstr(e.msg, "point(x"), "which says what to do: %s", e.msg);

	struct quantity unlike[2] = { { .low = 1, .high = 2, .measure = slice_of("killed", 6), .basis = slice_of("cumulative", 10) },
				      { .low = 1, .high = 2, .measure = slice_of("killed_or_wounded", 17), .basis = slice_of("cumulative", 10) } };
	struct vec q = { .type = TYPE_QUANTITY, .n = 2, .as.figure = unlike };

	agg_open("sum", types, 1, NULL, &a, NULL);
	is_int(agg_add(a, NULL, 1, &q, 2, &e), ERR_TYPE, "unlike quantities");
	is_str(e.msg, "sum cannot put quantities of 'killed, cumulative' and of 'killed_or_wounded, cumulative' together: the killed are already "
	       "among killed_or_wounded", "both are named, and why");
	agg_open("sum", types, 1, NULL, &b, NULL);
	q.n = 1;
	agg_add(a, NULL, 1, &q, 1, NULL);
	q.as.figure = unlike + 1;
	agg_add(b, NULL, 1, &q, 1, NULL);
	is_int(agg_merge(a, b, NULL, 1, &e), ERR_TYPE, "unlike quantities meet in a merge");
	agg_free(a);
	agg_free(b);
}

static void constants(void)
{
	static const int64_t three = 3;
	static const uint8_t none = 0;
	const struct slice text = slice_of("x", 1);
	const struct { const char *name; struct vec v; bool missing; double want; } rows[] = {
		{ "sum", { .type = TYPE_INT64, .constant = true, .n = 5, .as.i64 = &three }, false, 15 },
		{ "sum", { .type = TYPE_INT64, .constant = true, .n = 5, .as.i64 = &three, .there = &none }, true, 0 },
		{ "count", { .type = TYPE_STRING, .constant = true, .n = 5, .as.text = &text }, false, 5 },
		{ "count", { .type = TYPE_STRING, .constant = true, .n = 5, .there = &none }, false, 0 },
		{ "n_missing", { .type = TYPE_STRING, .constant = true, .n = 5, .there = &none }, false, 5 },
		{ "n_missing", { .type = TYPE_INT64, .constant = true, .n = 5, .as.i64 = &three, .there = &none }, false, 5 },
		{ "count_distinct", { .type = TYPE_STRING, .constant = true, .n = 5, .as.text = &text }, false, 1 },
		{ "median", { .type = TYPE_INT64, .constant = true, .n = 5, .as.i64 = &three }, false, 3 },
	};

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		enum type type = rows[k].v.type;
		struct column *out = NULL;
		struct agg *a;

		agg_open(rows[k].name, &type, 1, NULL, &a, NULL);
		agg_add(a, NULL, 1, &rows[k].v, 5, NULL);
		agg_finish(a, 1, &out, NULL);
		ok(out && column_has(out, 0) == !rows[k].missing && (rows[k].missing || column_number(out, 0) == rows[k].want),
		   "%s of a constant, %zu", rows[k].name, k);
		column_unref(out);
		agg_free(a);
	}
}

static void memory(void)
{
	uint32_t *ids = malloc(ROWS * sizeof *ids);

	for (int64_t i = 0; i < ROWS; i++)
		ids[i] = chance(GROUPS);
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct column *x = column_for(type_of(cases[k].types[strlen(cases[k].types) - 1]), ROWS, 10, true), *out = NULL;
		struct call c = { .name = cases[k].name, .x = x, .ids = ids, .ngroups = GROUPS, .rows = ROWS };
		long n = 0;
		int broken = 0;

		c.w = !strcmp(c.name, "weighted_mean") ? x : NULL;
		for (; !out && n < 100000; n += 1 + n / 30) {
			struct agg *a = NULL, *b = NULL;
			enum type types[2] = { x->type, TYPE_FLOAT64 };
			int nargs = c.w ? 2 : 1;

			mem_fail_after(n);
			if (!agg_open(c.name, types, nargs, NULL, &a, NULL) && !agg_open(c.name, types, nargs, NULL, &b, NULL) &&
			    feed(a, &c, 0, ROWS / 2, ids, false) && feed(b, &c, ROWS / 2, ROWS, ids, false) && !agg_merge(a, b, NULL, GROUPS, NULL) &&
			    agg_finish(a, GROUPS, &out, NULL))
				broken += out != NULL;
			agg_free(a);
			agg_free(b);
			mem_fail_after(-1);
		}
		ok(out && !broken && n > 3, "%s: failing allocations", c.name);
		column_unref(out);
		column_unref(x);
	}
	free(ids);
}

int main(void)
{
	definitions();
	threads();
	by_hand();
	failures();
	constants();
	memory();
	return done();
}
