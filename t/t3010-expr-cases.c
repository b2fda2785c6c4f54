/*
 * t3010-expr-cases.c - t/cases/expr.test: an expression, a table, and the type and values it has to give, or the message.
 *
 *   x + 1 | x:int64 = 1 - 3 | int64 2 - 4
 *   x + | | !4 expected an expression behind '+'        the byte the caret is under, from 1; and how the message begins
 *
 * Each case that compiles is run over the columns as they are, and again with strings without a dictionary; its tree is
 * printed and parsed again.
 */
#include "expr_rows.h"
#include "tap.h"

#include <stdlib.h>

static const struct value list[] = { { .type = TYPE_INT64, .as.i64 = 2 }, { .type = TYPE_INT64, .as.i64 = 5 } };
static const struct value words[] = { { .type = TYPE_STRING, .as.text = { "a", 1 } }, { .type = TYPE_STRING, .as.text = { "c", 1 } } };
static const struct expr_binding bindings[] = {
	{ .name = "cutoff", .value = { .type = TYPE_DATE, .as.days = 20089 } },          /* 2025-01-01 */
	{ .name = "two", .value = { .type = TYPE_INT64, .as.i64 = 2 } },
	{ .name = "half", .value = { .type = TYPE_FLOAT64, .as.f64 = 0.5 } },
	{ .name = "word", .value = { .type = TYPE_STRING, .as.text = { "it's", 4 } } },
	{ .name = "gone", .value = { .type = TYPE_INT64, .missing = true } },
	{ .name = "numbers", .list = list, .n = 2 },
	{ .name = "words", .list = words, .n = 2 },
	{ .name = "none", .list = list, .n = 0 },
};
static const char *const guarded[] = { "best" };

static struct expr_scope scope_of(const struct rows *r)
{
	return (struct expr_scope){
		.ncols = r->ncols, .names = r->name_list, .types = r->types, .bindings = bindings,
		.nbindings = sizeof bindings / sizeof *bindings, .aggregates = true, .windows = true, .guarded = guarded,
		.nguarded = 1, .guard_message = "best is a bound: point(figure) makes a number of it",
	};
}

static int run_all(struct program *p, const struct rows *r, bool plain, struct buf *out, struct err *e)
{
	struct vec cols[ROWS_COLUMNS] = { 0 };
	struct vec_room rooms[ROWS_COLUMNS] = { 0 };
	struct slice *texts[ROWS_COLUMNS] = { 0 };
	struct program_run *run = NULL;
	const struct vec *v;
	struct batch b;
	int rc = rows_batch(r, 0, NULL, r->ncols ? r->n : 1, cols, rooms, &b, e);

	for (int k = 0; k < r->ncols && plain; k++) {
		if (!cols[k].code_size)
			continue;
		texts[k] = calloc((size_t)r->n + 1, sizeof **texts);
		for (int i = 0; i < r->n; i++)
			if (vec_has(&cols[k], i))
				texts[k][i] = vec_text(&cols[k], i);
		cols[k].code_size = 0;
		cols[k].dict = NULL;
		cols[k].as.text = texts[k];
	}
	if (!rc && !(rc = program_run_new(p, &run, e)) && !(rc = program_run(run, &b, &v, e))) {
		buf_str(out, type_name(program_type(p)));
		if (v->n != b.n || v->type != program_type(p))
			buf_str(out, " WRONG");
		for (int i = 0; i < b.n; i++) {
			buf_char(out, ' ');
			rows_show(out, v, i);
		}
	}
	program_run_free(run);
	for (int k = 0; k < r->ncols; k++) {
		vec_room_release(&rooms[k]);
		free(texts[k]);
	}
	return rc;
}

/* The message, in front of it the column of its caret. */
static void show_error(struct buf *out, const struct err *e)
{
	const char *line = strchr(e->msg, '\n'), *caret = line ? strchr(line + 1, '\n') : NULL;

	buf_printf(out, "!%d ", caret ? (int)strlen(caret + 1) - 2 : 0);
	buf_add(out, e->msg, line ? (size_t)(line - e->msg) : strlen(e->msg));
}

static bool prints_back(const struct expr *x)
{
	struct buf text = BUF_INIT;
	struct expr *again = NULL;
	struct err e = ERR_INIT;
	bool same;

	expr_print(&text, x->root);
	same = !expr_parse(text.p, text.n, 0, &again, &e) && expr_same(x->root, again->root);
	if (!same)
		fprintf(stderr, "printed as %s\n%s\n", text.p, e.msg);
	buf_release(&text);
	expr_unref(again);
	return same;
}

static void outcome(const char *text, const struct rows *r, bool plain, struct buf *out, bool *same)
{
	struct expr_scope scope = scope_of(r);
	struct expr *x = NULL;
	struct program *p = NULL;
	struct err e = ERR_INIT;

	*same = true;
	if (!expr_parse(text, strlen(text), 2, &x, &e)) {
		*same = prints_back(x);
		if (!expr_compile(x, &scope, &p, &e))
			run_all(p, r, plain, out, &e);
	}
	if (e.code)
		show_error(out, &e);
	program_unref(p);
	expr_unref(x);
}

static void check(char *line, int number)
{
	char *columns = strstr(line, " | "), *wanted = columns ? strstr(columns + 2, " | ") : NULL;
	struct rows r = { 0 };
	bool same;

	if (!wanted || (*columns = *wanted = '\0', !rows_parse(&r, columns + 3 < wanted ? columns + 3 : ""))) {
		ok(false, "line %d of the cases has three parts", number);
		return;
	}
	wanted += 3;
	for (int plain = 0; plain < 2; plain++) {
		struct buf got = BUF_INIT;

		buf_str(&got, "");
		outcome(line, &r, plain, &got, &same);
		if (*wanted == '!' && got.n > strlen(wanted)) {
			got.n = strlen(wanted);                  /* the beginning of a message will do */
			got.p[got.n] = '\0';
		}
		if (!plain || strcmp(got.p, wanted) || !same) {
			is_str(got.p, wanted, "%d: %s", number, line);
			if (!same)
				ok(false, "%d: prints as text that parses to the same", number);
		}
		buf_release(&got);
	}
	rows_release(&r);
}

int main(void)
{
	char path[1024], line[1024];
	int number = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/cases/expr.test", getenv("T") ? getenv("T") : "t");
	if (!(f = fopen(path, "r"))) {
		ok(false, "%s opens", path);
		return done();
	}
	while (fgets(line, sizeof line, f)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (*line && strncmp(line, "## ", 3))
			check(line, number);
	}
	fclose(f);
	return done();
}
