/*
 * t3020-expr-programs.c - what a program says of itself: its columns and constants, the aggregates and windows that others
 * compute, where those may stand; messages of every kind as they look; and what happens to dictionaries that come and go.
 */
#include "expr_rows.h"
#include "tap.h"

static const char *const names[] = { "origin", "killed", "as_of", "best" };
static const enum type types[] = { TYPE_STRING, TYPE_INT64, TYPE_DATE, TYPE_INT64 };
static const bool keys[] = { true, false, false, false };

enum { EXPR_BOUNDS_TEXT = (1 << 18) + 2 };

enum place { IN_FILTER, IN_DERIVE, IN_AGG };

static int compile(const char *text, enum place place, struct program **out, struct err *e)
{
	static const char *const guarded[] = { "best" };
	struct expr_scope scope = {
		.ncols = 4, .names = names, .types = types, .aggregates = place != IN_FILTER, .windows = place == IN_DERIVE,
		.grouped = place == IN_AGG, .is_key = keys, .guarded = guarded, .nguarded = 1,
		.guard_message = "best is one end of an interval",
	};
	struct expr *x = NULL;
	int rc = expr_parse(text, strlen(text), 2, &x, e);

	*out = NULL;
	if (!rc)
		rc = expr_compile(x, &scope, out, e);
	expr_unref(x);
	return rc;
}

/* "int64 [1 4] count() sum(killed)": type, columns, calls with their overs; or the message. */
static void says(const char *text, enum place place, const char *wanted)
{
	struct program *p;
	struct err e = ERR_INIT;
	struct buf got = BUF_INIT;
	const struct expr_call *calls;
	const int *columns;

	if (compile(text, place, &p, &e)) {
		buf_str(&got, e.msg);
	} else {
		buf_printf(&got, "%s [", type_name(program_type(p)));
		for (int i = 0, n = program_columns(p, &columns); i < n; i++)
			buf_printf(&got, i ? " %d" : "%d", columns[i]);
		buf_char(&got, ']');
		for (int k = 0, n = program_calls(p, &calls); k < n; k++) {
			buf_printf(&got, " %s:%s", calls[k].op->name, type_name(calls[k].type));
			for (int i = 0; i < calls[k].nargs; i++) {
				struct value v;
				int m = program_columns(calls[k].args[i], &columns);

				buf_printf(&got, i ? " %s" : "(%s", type_name(program_type(calls[k].args[i])));
				if (program_constant(calls[k].args[i], &v))
					buf_str(&got, "=");
				for (int c = 0; c < m; c++)
					buf_printf(&got, " %d", columns[c]);
			}
			buf_str(&got, calls[k].nargs ? ")" : "()");
			if (calls[k].over)
				buf_printf(&got, " over %d order %d", calls[k].over->ngroups, calls[k].over->norder);
		}
	}
	is_str(got.p, wanted, "%s", text);
	buf_release(&got);
	program_unref(p);
}

static void programs(void)
{
	says("killed", IN_FILTER, "int64 [1]");
	says("killed + killed * 2", IN_FILTER, "int64 [1]");
	says("killed > 1 and as_of == date '2025-01-01'", IN_FILTER, "bool [1 2]");
	says("1 + 2", IN_FILTER, "int64 []");
	says("if(true, killed, 2)", IN_FILTER, "int64 [1]");
	says("sum(killed)", IN_AGG, "int64 [4] sum:int64(int64 1)");
	says("n = count()", IN_AGG, "int64 [4] count:int64()");
	says("sum(killed) / count()", IN_AGG, "float64 [4 5] sum:int64(int64 1) count:int64()");
	says("sum(killed) + sum(killed) * 2", IN_AGG, "int64 [4] sum:int64(int64 1)");
	says("sum(killed + 1) + sum(killed)", IN_AGG, "int64 [4 5] sum:int64(int64 1) sum:int64(int64 1)");
	says("lower(origin) .. 'x'", IN_AGG, "string [0]");
	says("quantile(killed, 0.5)", IN_AGG, "float64 [4] quantile:float64(int64 1 float64=)");
	says("killed / sum(killed)", IN_DERIVE, "float64 [1 4] sum:int64(int64 1)");
	says("sum(killed) over (origin)", IN_DERIVE, "int64 [4] sum:int64(int64 1) over 1 order 0");
	says("cumsum(killed) over (origin, `as_of` order as_of, -killed)", IN_DERIVE,
	     "int64 [4] cumsum:int64(int64 1) over 2 order 2");
	says("cumsum(killed) over (order as_of)", IN_DERIVE, "int64 [4] cumsum:int64(int64 1) over 0 order 1");
	says("cumsum(killed) over ()", IN_DERIVE, "int64 [4] cumsum:int64(int64 1) over 0 order 0");
	says("lag(killed) + lag(killed) over (origin)", IN_DERIVE, "int64 [4 5] lag:int64(int64 1) lag:int64(int64 1) over 1 order 0");
	says("lag(sum(killed) + killed, 2)", IN_DERIVE, "int64 [5] sum:int64(int64 1) lag:int64(int64 1 4 int64=)");
	says("cumsum(lag(killed))", IN_DERIVE, "int64 [5] lag:int64(int64 1) cumsum:int64(int64 4)");
}

static void places(void)
{
	says("sum(killed) > 3", IN_FILTER,
	     "'sum' looks at other rows and cannot stand here: derive a column with it first\n  sum(killed) > 3\n  ^");
	says("lag(killed) > 3", IN_FILTER,
	     "'lag' looks at other rows and cannot stand here: derive a column with it first\n  lag(killed) > 3\n  ^");
	says("1 + lag(killed)", IN_AGG,
	     "the window 'lag' cannot stand in an aggregation: derive a column with it first\n  1 + lag(killed)\n      ^");
	says("sum(killed) over (origin)", IN_AGG,
	     "the window 'sum' cannot stand in an aggregation: derive a column with it first\n  sum(killed) over (origin)\n  ^");
	says("sum(sum(killed))", IN_AGG,
	     "the aggregate 'sum' cannot stand inside the aggregate 'sum': derive a column with it first\n  sum(sum(killed))\n      ^");
	says("sum(1 + lag(killed))", IN_DERIVE,
	     "the window 'lag' cannot stand inside the aggregate 'sum': derive a column with it first\n  sum(1 + lag(killed))\n"
	     "          ^");
	says("killed + sum(killed)", IN_AGG,
	     "'killed' has many values in a group: take an aggregate of it, such as first(killed), or group by it\n"
	     "  killed + sum(killed)\n  ^");
	says("lower(origin) over (origin)", IN_DERIVE,
	     "'over' stands behind a window or an aggregate, and 'lower' is neither\n  lower(origin) over (origin)\n                ^");
	says("sum(killed) over (orign)", IN_DERIVE,
	     "there is no column 'orign'; did you mean 'origin'?\n  sum(killed) over (orign)\n  ^");
	says("sum(killed) over (order by as_of)", IN_DERIVE,
	     "in over(...) it is 'order' alone, without 'by'\n  sum(killed) over (order by as_of)\n                          ^");
	says("sum(killed) over (order as_of desc)", IN_DERIVE,
	     "descending order is written with a minus: order -name\n  sum(killed) over (order as_of desc)\n"
	     "                                ^");
	says("sum(killed) over (origin,)", IN_DERIVE,
	     "expected a column's name, found ')'\n  sum(killed) over (origin,)\n                           ^");
	says("sum(killed) over (1)", IN_DERIVE, "expected a column's name, found '1'\n  sum(killed) over (1)\n                    ^");
	says("sum(origin)", IN_AGG, "'sum' takes sum(number), sum(quantity); found string origin\n  sum(origin)\n  ^");
	says("sum(killed, 2)", IN_AGG, "'sum' takes sum(number), sum(quantity); found 2 arguments\n  sum(killed, 2)\n  ^");
	says("lag(killed, killed)", IN_DERIVE,
	     "'lag' takes one value for all rows here: a literal or a $binding\n  lag(killed, killed)\n              ^");
	says("sum(best)", IN_AGG, "best is one end of an interval\n  sum(best)\n      ^");
	says("first(best) + 1", IN_AGG, "best is one end of an interval\n  first(best) + 1\n  ^");
	says("first(best)", IN_AGG, "int64 [4] first:int64(int64 3)");
	says("first(best) > 3", IN_AGG, "bool [4] first:int64(int64 3)");
	says("count(best)", IN_AGG, "int64 [4] count:int64(int64 3)");
	says("first(nil)", IN_AGG, "'first' of nil has no type\n  first(nil)\n  ^");
}

/* The caret stands under the place whatever is in front of it. */
static void carets(void)
{
	char text[4096], *p;
	struct program *q;
	struct err e = ERR_INIT;

	says("killed +", IN_FILTER, "expected an expression behind '+', found the end\n  killed +\n          ^");
	says("killed +   \n ", IN_FILTER, "expected an expression behind '+', found the end\n  killed +   \n          ^");
	says("'\xed\x95\x9c\xea\xb5\xad' == kiled", IN_FILTER,
	     "there is no column 'kiled'; did you mean 'killed'?\n  '\xed\x95\x9c\xea\xb5\xad' == kiled\n            ^");
	says("\tkilled\t+ kiled", IN_FILTER, "there is no column 'kiled'; did you mean 'killed'?\n   killed + kiled\n            ^");
	says("killed > 1 -- first\n  and kiled\n  and true", IN_FILTER,
	     "there is no column 'kiled'; did you mean 'killed'?\n    and kiled\n        ^");
	says("killed \x01 1", IN_FILTER, "this byte has no meaning here\n  killed \\x01 1\n         ^");
	says("1 +\r\n* 2", IN_FILTER, "expected an expression behind '+', found '*'\n  * 2\n  ^");
	says("\x80", IN_FILTER, "the expression is not UTF-8\n  \\x80\n  ^");
	snprintf(text, sizeof text, "killed + ");
	for (p = text + strlen(text); p < text + 2000; p += 4)
		memcpy(p, "1 + ", 5);
	strcpy(p, "kiled + 11111 + 11111 + 11111 + 11111 + 11111 + 11111 + 11111 + 11111");
	ok(compile(text, IN_FILTER, &q, &e) == ERR_NAME, "a long line");
	p = strchr(e.msg, '\n');
	ok(p && strlen(p) < 200 && strstr(p, "...") && strrchr(p, '^') - strchr(p + 1, '\n') == strstr(p, "kiled") - p,
	   "is cut around the place: %s", e.msg);
	memset(text, 'a', 3000);
	strcpy(text + 3000, " == 1");
	ok(compile(text, IN_FILTER, &q, &e) == ERR_NAME && strlen(e.msg) < 400, "a name of 3000 letters is cut: %s", e.msg);
}

/* As high as trees may be: walked by everything. */
static void tall_tree(char *text)
{
	static const int64_t values[] = { 5, 6 };
	struct vec cols[4] = { { 0 }, { .type = TYPE_INT64, .n = 2, .as.i64 = values } };
	struct batch b = { .n = 2, .cols = cols };
	struct program *p;
	struct program_run *r = NULL;
	struct err e = ERR_INIT;
	const struct vec *v = NULL;
	char *at = text;

	at += sprintf(at, "killed");
	for (int i = 0; i < 998; i++)
		at += sprintf(at, i % 2 ? " - killed" : " + killed");
	ok(!compile(text, IN_FILTER, &p, &e) && !program_run_new(p, &r, &e) && !program_run(r, &b, &v, &e) && v->as.i64[0] == 5 &&
	   v->as.i64[1] == 6, "a thousand terms %s", e.msg);
	program_run_free(r);
	program_unref(p);
}

static void long_list(void)
{
	enum { MANY = 70000 };
	struct value *values = mem_zero(MANY, sizeof *values);
	struct expr_binding b = { .name = "ids", .list = values, .n = MANY };
	struct expr_scope scope = { .ncols = 4, .names = names, .types = types, .bindings = &b, .nbindings = 1 };
	struct expr *x = NULL;
	struct program *p = NULL;
	struct err e = ERR_INIT;

	for (int i = 0; values && i < MANY; i++)
		values[i] = (struct value){ .type = TYPE_INT64, .as.i64 = i };
	ok(!expr_parse("killed in $ids", 14, 0, &x, &e) && expr_compile(x, &scope, &p, &e) == ERR_TYPE && strstr(e.msg, "too long for 'in'"),
	   "a list that is bound has an end too");
	b.n = 65000;
	ok(!expr_compile(x, &scope, &p, &e), "which is far %s", e.msg);
	program_unref(p);
	expr_unref(x);
	mem_free(values);
}

static void bounds(void)
{
	static char text[EXPR_BOUNDS_TEXT];
	struct program *p;
	struct err e = ERR_INIT;
	char *at = text;

	memset(text, '(', 100000);
	ok(compile(text, IN_FILTER, &p, &e) == ERR_DATA && strstr(e.msg, "nested more than"), "a hundred thousand parentheses");
	for (int i = 0; i < 100000; i++)
		memcpy(text + 2 * i, "- ", 3);
	ok(compile(text, IN_FILTER, &p, &e) == ERR_DATA && strstr(e.msg, "nested more than"), "a hundred thousand minus signs");
	for (int i = 0; i < 50000; i++)
		memcpy(text + 4 * i, "1 ^ ", 5);
	ok(compile(text, IN_FILTER, &p, &e) == ERR_DATA && strstr(e.msg, "nested more than"), "fifty thousand powers");
	for (int i = 0; i < 2000; i++)
		memcpy(text + 4 * i, "1 + ", 5);
	strcpy(text + 8000, "1");
	ok(compile(text, IN_FILTER, &p, &e) == ERR_DATA && strstr(e.msg, "build on each other"), "two thousand sums");
	at += sprintf(at, "killed in (1");
	for (int i = 0; i < 20000; i++)
		at += sprintf(at, ", %d", i);
	strcpy(at, ")");
	ok(!compile(text, IN_FILTER, &p, &e), "a list of twenty thousand values is fine %s", e.msg);
	program_unref(p);
	tall_tree(text);
	long_list();
	memset(text, ' ', sizeof text - 1);
	ok(compile(text, IN_FILTER, &p, &e) == ERR_DATA && strstr(e.msg, "too long"), "and there is an end to all texts");
	text[0] = '1';
	text[1] = '\0';
	text[2] = '2';
	{
		struct expr *x;

		ok(expr_parse(text, 3, 0, &x, &e) == ERR_DATA && strstr(e.msg, "zero byte"), "a zero byte");
		ok(expr_parse(NULL, 0, 0, &x, &e) == ERR_DATA && strstr(e.msg, "empty"), "no text");
		ok(expr_parse("x", 1, 1, &x, &e) == ERR_DATA && strstr(e.msg, "name = expression"), "a name is asked for");
		ok(!expr_parse("`a b` = x", 9, 1, &x, &e) && !strcmp(x->name, "a b"), "and taken");
		expr_unref(x);
	}
}

/* == running == */

static struct column *strings(const char *prefix, int distinct, int n, bool missing)
{
	struct builder b;
	struct column *c = NULL;
	char text[64];

	builder_init(&b, TYPE_STRING, NULL);
	for (int i = 0; i < n; i++) {
		if (missing && i % 7 == 3)
			builder_missing(&b);
		else
			builder_string(&b, text, (size_t)snprintf(text, sizeof text, "%s%d", prefix, i % distinct));
	}
	builder_finish(&b, &c, NULL);
	return c;
}

/* lower(origin) and origin == 'B3' over dictionaries of all sizes, more of them than are remembered, again and again. */
static void dictionaries(void)
{
	enum { N = 6000, TABLES = 9 };
	static const int distinct[TABLES] = { 1, 3, 255, 256, 257, 3000, 2, 5, 7 };
	struct column *cols[TABLES];
	struct program *lower, *equal;
	struct program_run *runs[2] = { NULL, NULL };
	struct err e = ERR_INIT;
	struct vec_room room = VEC_ROOM_INIT;
	int bad = 0, coded = 0;

	ok(!compile("lower(origin)", IN_FILTER, &lower, &e) && !compile("origin == 'B3'", IN_FILTER, &equal, &e), "compile %s", e.msg);
	ok(!program_run_new(lower, &runs[0], &e) && !program_run_new(equal, &runs[1], &e), "and run %s", e.msg);
	for (int t = 0; t < TABLES; t++)
		cols[t] = strings(t % 2 ? "A" : "B", distinct[t], N, t % 3 == 0);
	for (int pass = 0; pass < 3; pass++) {
		for (int t = 0; t < TABLES; t++) {
			for (int from = 0; from < N; from += VEC_MAX) {
				int32_t n = N - from < VEC_MAX ? N - from : VEC_MAX;
				struct vec col;
				struct batch b = { .n = n, .cols = &col, .first = from };
				const struct vec *texts, *truth;

				if (vec_of_column(&col, &room, cols[t], from, NULL, n, &e) || program_run(runs[0], &b, &texts, &e) ||
				    program_run(runs[1], &b, &truth, &e)) {
					bad++;
					continue;
				}
				coded += texts->code_size > 0;
				for (int32_t i = 0; i < n; i++) {
					struct slice was, is;

					if (vec_has(&col, i) != vec_has(texts, i) || vec_has(&col, i) != vec_has(truth, i)) {
						bad++;
						continue;
					}
					if (!vec_has(&col, i))
						continue;
					was = vec_text(&col, i);
					is = vec_text(texts, i);
					bad += was.n != is.n || is.p[0] != (was.p[0] | 0x20) || memcmp(was.p + 1, is.p + 1, is.n - 1);
					bad += truth->as.truth[truth->constant ? 0 : i] != slice_is(was, "B3");
				}
			}
		}
	}
	is_int(bad, 0, "functions of dictionaries are functions of their values");
	ok(coded > 50, "and give dictionaries");
	program_run_free(runs[0]);
	program_run_free(runs[1]);
	for (int t = 0; t < TABLES; t++)
		column_unref(cols[t]);
	vec_room_release(&room);
	program_unref(lower);
	program_unref(equal);
}

/* A row that failed is counted from 1 in the table, whatever batch it came in. */
static void rows_that_fail(void)
{
	static const int64_t values[] = { 5, 1, 0, 2 };
	static const uint32_t rows[] = { 70, 80, 90, 100 };
	struct vec cols[4] = { { 0 }, { .type = TYPE_INT64, .n = 4, .as.i64 = values } };
	struct batch b = { .n = 4, .cols = cols, .first = 1000 };
	struct program *p;
	struct program_run *r = NULL;
	struct err e = ERR_INIT;
	const struct vec *v;

	ok(!compile("10 // killed", IN_FILTER, &p, &e) && program_fails(p) && !program_run_new(p, &r, &e), "compiles");
	ok(program_run(r, &b, &v, &e) == ERR_DOMAIN && !strncmp(e.msg, "row 1003: ", 10) && strstr(e.msg, "\n  10 // killed\n     ^"),
	   "the row of the table: %s", e.msg);
	b.rows = rows;
	ok(program_run(r, &b, &v, &e) == ERR_DOMAIN && !strncmp(e.msg, "row 91: ", 8), "the row of the list: %s", e.msg);
	b.n = 2;
	ok(!program_run(r, &b, &v, &e) && v->as.i64[0] == 2 && v->as.i64[1] == 10, "and after a failure it runs again");
	b.n = 0;
	ok(!program_run(r, &b, &v, &e) && v->n == 0 && v->type == TYPE_INT64, "no rows fail at nothing");
	program_run_free(r);
	program_unref(p);
	ok(!compile("killed > 0", IN_FILTER, &p, &e) && !program_fails(p), "what cannot fail says so");
	program_unref(p);
	ok(!compile("if(1 // 0 > 1, 1, 2)", IN_FILTER, &p, &e) && !program_run_new(p, &r, &e), "a constant that fails");
	b.n = 0;
	ok(!program_run(r, &b, &v, &e), "fails for no row of none");
	b.n = 2;
	ok(program_run(r, &b, &v, &e) == ERR_DOMAIN && !strncmp(e.msg, "row 71: ", 8), "and for the first of some: %s", e.msg);
	program_run_free(r);
	program_unref(p);
}

/* == threads == */

struct shared {
	const struct program *p;
	const struct column *c;
	int bad[8];
};

static void work(void *ctx, int number)
{
	struct shared *s = ctx;
	struct vec_room room = VEC_ROOM_INIT;
	struct program_run *r = NULL;
	struct vec col;
	struct batch b = { .cols = &col };
	const struct vec *v;
	struct program *mine = program_ref(s->p);

	s->bad[number] = program_run_new(mine, &r, NULL) != 0;
	for (int64_t from = 0; from < s->c->length && !s->bad[number]; from += 1000) {
		b.n = 1000;
		b.first = from;
		s->bad[number] += vec_of_column(&col, &room, s->c, from, NULL, b.n, NULL) || program_run(r, &b, &v, NULL);
		for (int32_t i = 0; i < b.n && !s->bad[number]; i++)
			s->bad[number] += vec_has(&col, i) ? v->as.truth[i] != slice_is(vec_text(&col, i), "B3") : v->as.truth[i];
	}
	program_run_free(r);
	program_unref(mine);
	vec_room_release(&room);
}

static void threads(void)
{
	struct program *p;
	struct err e = ERR_INIT;
	struct shared s = { .c = strings("B", 40, 20000, true) };
	int bad = 0;

	ok(!compile("coalesce(lower(origin) == 'b3', false)", IN_FILTER, &p, &e), "compiles %s", e.msg);
	s.p = p;
	thread_run(4, work, &s);
	for (int k = 0; k < 8; k++)
		bad += s.bad[k];
	is_int(bad, 0, "threads share a program");
	program_unref(p);
	column_unref((struct column *)(uintptr_t)s.c);
}

int main(void)
{
	threads();
	programs();
	places();
	carets();
	bounds();
	dictionaries();
	rows_that_fail();
	return done();
}
