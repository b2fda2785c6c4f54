/*
 * t3700-statements.c - t/cases/statements.test: the text of a model, and the statements it has to give, or the message.
 *
 *   x ~ normal(0, 1) => draw x (normal? 0 1)
 *   x + => !1:4 expected an expression behind '+'       line and column of the caret, and how the message begins
 *
 * In texts \n and \r are bytes of a line end. Trees are written with the operator in front, "?" behind functions that are not on the list,
 * "_" for what is left out. Each tree is also printed and parsed again.
 */
#include "expr/statements.h"
#include "tap.h"

#include <stdlib.h>

/* == trees as text == */

static void show(struct buf *out, const struct expr_node *x)
{
	const char *open = x && x->kind == EXPR_LIST ? "[" : "(", *close = x && x->kind == EXPR_LIST ? "]" : ")";

	if (!x) {
		buf_char(out, '_');
		return;
	}
	if (x->kind == EXPR_LITERAL) {
		expr_print(out, x);
		return;
	}
	if (x->kind == EXPR_COLUMN) {
		buf_str(out, x->name);
		return;
	}
	buf_str(out, open);
	switch (x->kind) {
	case EXPR_INDEX: buf_str(out, "index"); break;
	case EXPR_EACH: buf_printf(out, "each %s", x->name); break;
	case EXPR_NAMED: buf_printf(out, "named %s", x->name); break;
	case EXPR_CALL: buf_printf(out, "%s%s", x->name ? x->name : x->op->name, x->op ? "" : "?"); break;
	default: break;
	}
	for (int i = 0; i < x->nargs; i++) {
		if (i || x->kind != EXPR_LIST)
			buf_char(out, ' ');
		show(out, x->args[i]);
	}
	buf_str(out, close);
}

static void show_statement(struct buf *out, const struct statement *s)
{
	static const char *const kinds[] = { "draw", "define", "factor", "reported" };

	buf_str(out, kinds[s->kind]);
	if (s->left) {
		buf_char(out, ' ');
		show(out, s->left);
	}
	buf_char(out, ' ');
	show(out, s->right);
	if (s->truncated) {
		buf_str(out, " T ");
		show(out, s->low);
		buf_char(out, ' ');
		show(out, s->high);
	}
	if (s->ordered)
		buf_str(out, " ordered");
	for (int i = 0; i < s->nloops; i++) {
		buf_printf(out, " for %s ", s->loops[i].name);
		show(out, s->loops[i].low);
		buf_char(out, ' ');
		show(out, s->loops[i].high);
	}
	if (s->block)
		buf_printf(out, " @%d", s->block);
}

/* == what holds for every tree == */

/* A node lies within the one above it, and its mark within itself. */
static bool placed(const struct expr_node *x, int from, int to)
{
	bool good = x->at >= from && x->end <= to && x->at < x->end && x->mark >= x->at && x->mark < x->end;

	for (int i = 0; good && i < x->nargs; i++)
		good = !x->args[i] || placed(x->args[i], from, to);
	return good;
}

static bool prints_back(const struct expr_node *x)
{
	struct buf text = BUF_INIT;
	struct statements *s = NULL;
	struct err e = ERR_INIT;
	bool same;

	buf_str(&text, "x = f(");        /* an argument may be more than an expression */
	expr_print(&text, x);
	buf_str(&text, ")");
	same = !statements_parse(text.p, text.n, &s, &e) && s->n == 1 && s->list[0].right->nargs == 1 &&
	       expr_same(x, s->list[0].right->args[0]);
	if (!same)
		fprintf(stderr, "printed as %s\n%s\n", text.p, e.msg);
	buf_release(&text);
	statements_unref(s);
	return same;
}

static bool sound(const struct statement *s)
{
	const struct expr_node *parts[] = { s->left, s->right, s->low, s->high };
	bool good = s->at < s->end;

	for (int i = 0; i < 4; i++)
		good = good && (!parts[i] || (placed(parts[i], s->at, s->end) && prints_back(parts[i])));
	for (int i = 0; i < s->nloops; i++)
		good = good && prints_back(s->loops[i].low) && prints_back(s->loops[i].high);
	return good;
}

/* == cases == */

/* "line 3, column 9: message" as "3:9 message"; the caret has to stand there. */
static void show_error(struct buf *out, const struct err *e)
{
	const char *line = strchr(e->msg, '\n'), *caret = line ? strchr(line + 1, '\n') : NULL;
	int l, c, length = 0;

	if (sscanf(e->msg, "line %d, column %d: %n", &l, &c, &length) < 2 || !caret || (int)strlen(caret + 1) - 2 != c)
		buf_printf(out, "!%s", e->msg);
	else
		buf_printf(out, "!%d:%d %.*s", l, c, (int)(line - e->msg) - length, e->msg + length);
}

static void check(char *line, int number)
{
	char *wanted = strstr(line, " => "), text[1024];
	struct buf got = BUF_INIT;
	struct statements *s = NULL;
	struct err e = ERR_INIT;
	size_t n = 0;

	if (!wanted) {
		ok(false, "line %d of the cases has two parts", number);
		return;
	}
	*wanted = '\0';
	wanted += 4;
	for (const char *p = line; *p; p++) {
		bool ends = p[0] == '\\' && (p[1] == 'n' || p[1] == 'r');

		text[n++] = !ends ? *p : p[1] == 'n' ? '\n' : '\r';
		p += ends;
	}
	buf_str(&got, "");
	if (statements_parse(text, n, &s, &e))
		show_error(&got, &e);
	for (int i = 0; s && i < s->n; i++) {
		if (i)
			buf_str(&got, " ; ");
		show_statement(&got, &s->list[i]);
		if (!sound(&s->list[i]))
			ok(false, "%d: places, and text printed from the tree", number);
	}
	if (*wanted == '!' && got.n > strlen(wanted))
		got.p[strlen(wanted)] = '\0';            /* the beginning of a message will do */
	is_str(got.p, wanted, "%d: %s", number, line);
	buf_release(&got);
	statements_unref(s);
}

static void cases(void)
{
	char path[1024], line[1024];
	int number = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/cases/statements.test", getenv("T") ? getenv("T") : "t");
	if (!(f = fopen(path, "r"))) {
		ok(false, "%s opens", path);
		return;
	}
	while (fgets(line, sizeof line, f)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (*line && strncmp(line, "## ", 3))
			check(line, number);
	}
	fclose(f);
}

/* == what no case of a line can say == */

static void messages(void)
{
	struct statements *s = NULL, *shared;
	struct err e = ERR_INIT;

	ok(!statements_parse("a = 1\nb ~ normal(a, sigmma)\n", 27, &s, NULL), "two lines");
	shared = statements_ref(s);
	statements_unref(s);
	is_int(statements_fault(shared, shared->list[1].right->args[1]->mark, ERR_NAME, &e, "there is no '%s'", "sigmma"), ERR_NAME,
	       "a fault has the code it was given");
	is_str(e.msg, "line 2, column 15: there is no 'sigmma'\n  b ~ normal(a, sigmma)\n                ^", "and shows its line");
	statements_unref(shared);
	ok(statements_parse("x = 1\0", 6, &s, &e) == ERR_DATA && strstr(e.msg, "zero byte in the model"), "a zero byte");
	ok(statements_parse("x = \xff", 5, &s, &e) == ERR_DATA && strstr(e.msg, "the model is not UTF-8"), "not UTF-8");
}

/* What nests without end, or is long without end, is refused and not followed. */
static void bounds(void)
{
	static const struct { const char *start, *again; int times; const char *message; } list[] = {
		{ "x = ", "(", 5000, "nested more than" }, { "x = ", "[", 5000, "nested more than" },
		{ "x = a", "[a", 5000, "nested more than" }, { "x = a", "[1]", 5000, "build on each other" },
		{ "", "for i in 1..2 do ", 5000, "more than 16 loops" }, { "x = 1", "+1", 5000, "operators" },
		{ "x = 1", " for i in 1..2", 3, "expected the end of the statement" }, { "x = f(1 for i in 1..2", ", i in 1..2", 5000, "build on each other" },
	};
	struct err e = ERR_INIT;
	struct statements *s = NULL;

	for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
		struct buf b = BUF_INIT;

		buf_str(&b, list[k].start);
		for (int i = 0; i < list[k].times; i++)
			buf_str(&b, list[k].again);
		ok(statements_parse(b.p, b.n, &s, &e) == ERR_DATA && strstr(e.msg, list[k].message), "%d times '%s': %s", list[k].times,
		   list[k].again, list[k].message);
		buf_release(&b);
	}
}

/* Whatever allocation fails, there is no statement and nothing is left. */
static void memory(void)
{
	static const char text[] = "z[J] ~ normal([1, 2], 1) T[0, ] ordered\nfor t in 2..T do h[t] = `a b`[t - 1] + 'x' for j in 1..2 end\n"
				   "factor(sum(f(x | a = y[, j]) for k in 1..K))";
	struct statements *s = NULL;
	long n;

	for (n = 0; n < 10000; n++) {
		struct err e = ERR_INIT;
		int rc;

		mem_fail_after(n);
		rc = statements_parse(text, sizeof text - 1, &s, &e);
		mem_fail_after(-1);
		if (!rc)
			break;
		if (rc != ERR_MEMORY || s) {
			ok(false, "allocation %ld fails: %s", n, e.msg);
			return;
		}
	}
	ok(n > 2 && s && s->n == 3, "each of %ld allocations may fail", n);
	statements_unref(s);
}

int main(void)
{
	cases();
	messages();
	bounds();
	memory();
	return done();
}
