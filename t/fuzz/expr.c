/*
 * expr.c - the expression language under libFuzzer and AFL++ (make fuzz).
 *
 * An input is an expression. Whatever it holds: no crash, no leak; what parses is printed as text that parses to the same tree;
 * what compiles runs over stretches with and without dictionaries, which agree; and a failure names a row of the batch.
 */
#include "expr/expr.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLS = 10, N = 24, CALLS = 64 };
static const char *const names[COLS] = { "b", "i", "j", "f", "d", "t", "s", "u", "q", "a b" };
static const enum type types[COLS] = { TYPE_BOOL, TYPE_INT64, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_DATETIME, TYPE_STRING,
				       TYPE_STRING, TYPE_QUANTITY, TYPE_INT64 };
static struct column *cols[COLS];
static struct vec vecs[COLS + CALLS], plain[COLS + CALLS];
static struct vec_room rooms[COLS];

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void push(struct builder *b, enum type t, int i)
{
	static const int64_t ints[] = { 0, 1, -1, 7, INT64_MAX, INT64_MIN, 3, 2 };
	static const double floats[] = { 0.0, 1.5, -2.0, 1e300, NAN, INFINITY, -0.0, 9007199254740992.0 };
	static const char *const texts[] = { "a", "B", "", "a", "killed", "\xed\x95\x9c", "2025-01-13", "12" };
	struct quantity q = { .low = i, .high = i % 3 ? i : INFINITY, .stated = i, .kind = i % 3 ? QUANTITY_EXACT : QUANTITY_AT_LEAST };

	switch (t) {
	case TYPE_BOOL: builder_bool(b, i & 1); break;
	case TYPE_INT64: builder_int64(b, ints[i % 8]); break;
	case TYPE_FLOAT64: builder_float64(b, floats[i % 8]); break;
	case TYPE_DATE: builder_date(b, 20000 + i); break;
	case TYPE_DATETIME: builder_int64(b, (20000 + i) * INT64_C(86400000000) + i); break;
	case TYPE_STRING: builder_string(b, texts[i % 8], strlen(texts[i % 8])); break;
	default: builder_quantity(b, &q);
	}
}

static void make_columns(void)
{
	static struct slice spelt[N];

	for (int k = 0; k < COLS; k++) {
		struct builder b;

		require(!builder_init(&b, types[k], NULL), "memory");
		for (int i = 0; i < N; i++) {
			if ((i + k) % 5 == 4 && k != 2 && k != 7)
				builder_missing(&b);
			else
				push(&b, types[k], i * (k + 1));
		}
		require(!builder_finish(&b, &cols[k], NULL), "memory");
		require(!vec_of_column(&vecs[k], &rooms[k], cols[k], 0, NULL, N, NULL), "memory");
		plain[k] = vecs[k];
	}
	for (int i = 0; i < N; i++)
		spelt[i] = vec_has(&vecs[6], i) ? vec_text(&vecs[6], i) : slice_of(NULL, 0);
	require(vecs[6].code_size == 1 && vecs[7].code_size == 1, "dictionaries");
	plain[6].code_size = 0;
	plain[6].dict = NULL;
	plain[6].as.text = spelt;
}

static bool same(const struct vec *a, const struct vec *b, int32_t i)
{
	int32_t k = a->constant ? 0 : i, m = b->constant ? 0 : i;

	if (!vec_has(a, i) || !vec_has(b, i))
		return !vec_has(a, i) && !vec_has(b, i);
	switch (a->type) {
	case TYPE_BOOL: return a->as.truth[k] == b->as.truth[m] && a->as.truth[k] <= 1;
	case TYPE_DATE: return a->as.days[k] == b->as.days[m];
	case TYPE_STRING: return slice_eq(vec_text(a, i), vec_text(b, i));
	case TYPE_QUANTITY: return quantity_same(&a->as.figure[k], &b->as.figure[m]);
	default: return a->as.i64[k] == b->as.i64[m] || (a->type == TYPE_FLOAT64 && isnan(a->as.f64[k]) && isnan(b->as.f64[m]));
	}
}

/* Aggregates and windows are missing here: who computes them is another layer. */
static void set_calls(const struct program *p)
{
	static const struct { uint8_t no; double zeros[16]; } nothing;
	const struct expr_call *calls;

	for (int k = 0, n = program_calls(p, &calls); k < n; k++) {
		vecs[COLS + k] = (struct vec){ .type = calls[k].type, .constant = true, .n = N, .there = &nothing.no };
		vecs[COLS + k].as.f64 = nothing.zeros;
		plain[COLS + k] = vecs[COLS + k];
	}
}

static void run(const struct program *p)
{
	struct program_run *coded = NULL, *spelt = NULL;
	struct batch a = { .n = N, .cols = vecs }, b = { .n = N, .cols = plain };
	const struct vec *v, *w;
	struct err e = ERR_INIT, f = ERR_INIT;
	const struct expr_call *calls;
	int rc, other;
	long long row;

	if (program_calls(p, &calls) > CALLS)
		return;
	set_calls(p);
	require(!program_run_new(p, &coded, &e) && !program_run_new(p, &spelt, &e), "a run");
	for (int again = 0; again < 2; again++) {
		rc = program_run(coded, &a, &v, &e);
		other = program_run(spelt, &b, &w, &f);
		require(rc == other && (!rc || !strcmp(e.msg, f.msg)), "failures do not depend on dictionaries");
		require(!rc || (program_fails(p) && (rc == ERR_DOMAIN || rc == ERR_TYPE) && sscanf(e.msg, "row %lld:", &row) == 1 && row >= 1 && row <= N),
			"a failure names a row");
		if (rc)
			continue;
		require(v->n == N && w->n == N && v->type == program_type(p) && w->type == v->type, "as many values of the type");
		for (int32_t i = 0; i < N; i++)
			require(same(v, w, i), "values do not depend on dictionaries");
	}
	a.n = 0;
	require(!program_run(coded, &a, &v, &e) && v->n == 0, "no rows");
	program_run_free(coded);
	program_run_free(spelt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct value list[] = { { .type = TYPE_INT64, .as.i64 = 1 }, { .type = TYPE_INT64, .as.i64 = 7 } };
	static const struct expr_binding bindings[] = {
		{ .name = "x", .value = { .type = TYPE_STRING, .as.text = { "a", 1 } } },
		{ .name = "n", .value = { .type = TYPE_INT64, .missing = true } },
		{ .name = "l", .list = list, .n = 2 },
		{ .name = "q", .value = { .type = TYPE_QUANTITY, .as.figure = { .low = 1, .high = 2, .stated = NAN,
										.kind = QUANTITY_RANGE, .measure = { "m", 1 } } } },
	};
	static const char *const guarded[] = { "j" };
	static const bool keys[COLS] = { true, true };
	struct expr_scope scope = { .ncols = COLS, .names = names, .types = types, .bindings = bindings, .nbindings = 4,
				    .is_key = keys, .guarded = guarded, .guard_message = "guarded" };
	struct expr *x = NULL, *again = NULL;
	struct program *p = NULL;
	struct err e = ERR_INIT;
	struct buf text = BUF_INIT;

	if (!cols[0])
		make_columns();
	if (!size)
		return 0;
	/* the first byte: where the expression stands */
	scope.aggregates = data[0] & 1;
	scope.windows = data[0] & 2;
	scope.grouped = data[0] & 4;
	scope.nguarded = data[0] >> 3 & 1;
	if (expr_parse((const char *)data + 1, size - 1, (data[0] >> 4) % 3, &x, &e)) {
		require((e.code == ERR_DATA || e.code == ERR_NAME) && e.msg[0], "a reason why it is no expression");
		return 0;
	}
	expr_print(&text, x->root);
	require(!text.failed && !expr_parse(text.p, text.n, 0, &again, &e) && expr_same(x->root, again->root),
		"a tree is printed as what parses to it");
	if (!expr_compile(x, &scope, &p, &e))
		run(p);
	else
		require(e.msg[0], "a reason why it has no type");
	program_unref(p);
	expr_unref(x);
	expr_unref(again);
	buf_release(&text);
	return 0;
}
