/*
 * t3050-expr-nomem.c - expressions in which the n-th allocation fails, for n = 0, 1, 2 ... until they get through: parsing, compiling
 * and running end in ERR_MEMORY or in the right values, and the sanitizer sees to leaks.
 */
#include "expr_rows.h"
#include "tap.h"

static const char *const texts[] = {
	"x + y * 2 > 3 and s in ('a', 'b', 'c') or is_missing(d)",
	"name = coalesce(lower(s), 'none') .. '!' .. s",
	"if(x // y > 1, s .. 'x', lower(s))",
	"x in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) and between(d, date '2025-01-01', date '2025-02-01')",
	"sum(x + 1) over (s, `x` order d, -y) + lag(y, 2) / count()",
	"lower(s) == 'a' and lower(s) ~= 'b' and matches(s, 'a.*b')",
	"q > 3 and q < 100 or q == x",
	"x + $list",
	"x + kiled",
	"x +",
	"lowe(s)",
	"'abc\\q'",
	"s + 1 == ('a' .. nil)",
	"x == nil",
};

/* All of it once; what came of it as text. */
static int go(const char *text, const struct rows *r, struct buf *out, struct err *e)
{
	static const struct value values[] = { { .type = TYPE_STRING, .as.text = { "abc", 3 } } };
	const struct expr_binding binding = { .name = "list", .list = values, .n = 1 };
	struct expr_scope scope = { .ncols = r->ncols, .names = r->name_list, .types = r->types, .bindings = &binding, .nbindings = 1,
				    .aggregates = true, .windows = true };
	struct vec cols[ROWS_COLUMNS + 8] = { 0 };
	struct vec_room rooms[ROWS_COLUMNS] = { 0 };
	const struct expr_call *calls;
	struct expr *x = NULL;
	struct program *p = NULL;
	struct program_run *run = NULL;
	const struct vec *v;
	struct batch b;
	int rc;

	if ((rc = expr_parse(text, strlen(text), 2, &x, e)) || (rc = expr_compile(x, &scope, &p, e)) ||
	    (rc = program_run_new(p, &run, e)) || (rc = rows_batch(r, 0, NULL, r->n, cols, rooms, &b, e)))
		goto done;
	/* whoever computes the calls finds nothing */
	for (int k = 0, n = program_calls(p, &calls); k < n; k++) {
		static const uint8_t no;
		static const struct value nothing;

		cols[r->ncols + k] = (struct vec){ .type = calls[k].type, .constant = true, .n = r->n, .there = &no,
						   .as.codes = &nothing.as };
	}
	if ((rc = program_run(run, &b, &v, e)) || (rc = program_run(run, &b, &v, e)))
		goto done;
	mem_fail_after(-1);
	for (int32_t i = 0; i < v->n; i++)
		rows_show(out, v, i);
done:
	mem_fail_after(-1);
	program_run_free(run);
	program_unref(p);
	expr_unref(x);
	for (int k = 0; k < r->ncols; k++)
		vec_room_release(&rooms[k]);
	return rc;
}

int main(void)
{
	struct rows r;

	if (!rows_parse(&r, "x:int64 = 1 - 3 4 5 6; y:int64 = 2 1 - 1 2 3; s:string = a A a - ab A; q:quantity = 3 >5 - 1~9 2 1;"
			    "d:date = 2025-01-13 - 2025-01-15 2025-01-13 2025-03-13 2025-01-01"))
		return 1;
	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
		struct buf want = BUF_INIT, got = BUF_INIT;
		struct err e = ERR_INIT;
		int rc = go(texts[k], &r, &want, &e), now = ERR_MEMORY, bad = 0;
		long n = 0;

		for (; n < 5000 && now == ERR_MEMORY; n++) {
			struct err failure = ERR_INIT;

			buf_clear(&got);
			mem_fail_after(n);
			now = go(texts[k], &r, &got, &failure);
			if (now == ERR_MEMORY)
				bad += failure.code != ERR_MEMORY;
			else
				bad += now != rc || (rc && strncmp(failure.msg, e.msg, 12)) ||
				       (!rc && strcmp(got.p ? got.p : "", want.p ? want.p : ""));
		}
		ok(!bad && now == rc && n > 3, "%s: %ld allocations fail one after the other (%s)", texts[k], n - 1, rc ? "an error" : want.p);
		buf_release(&want);
		buf_release(&got);
	}
	rows_release(&r);
	return done();
}
