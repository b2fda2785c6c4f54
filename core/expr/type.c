/*
 * type.c - which overload of an operator is meant, and what to say when there is none.
 *
 * An argument fits a letter when it has its type, or can be widened to it without a loss that anybody wants: integers to floats,
 * dates to datetimes. The overload with the fewest widenings is taken.
 */
#include "expr/program_priv.h"

#include <stdio.h>
#include <string.h>

static enum type letter_type(char letter)
{
	switch (letter) {
	case 'b': return TYPE_BOOL;
	case 'i': return TYPE_INT64;
	case 'f': return TYPE_FLOAT64;
	case 'd': return TYPE_DATE;
	case 't': return TYPE_DATETIME;
	case 's': return TYPE_STRING;
	case 'q': return TYPE_QUANTITY;
	default: return TYPE_COUNT;
	}
}

static bool widens(enum type from, enum type to)
{
	return (from == TYPE_INT64 && to == TYPE_FLOAT64) || (from == TYPE_DATE && to == TYPE_DATETIME);
}

enum type overload_type(const struct op_overload *o, int i, int n, enum type star)
{
	char letter = overload_letter(o, i, n);

	return letter == '*' ? star : letter_type(letter);
}

enum type overload_result(const struct op_overload *o, enum type star)
{
	return o->result == '*' ? star : letter_type(o->result);
}

/* How many widenings it takes, -1 when it does not fit. */
static int overload_cost(const struct op_overload *o, const struct found *args, int n, enum type *star)
{
	int cost = 0;

	*star = TYPE_COUNT;
	if (!n)
		return !*o->args || *o->args == '[' ? 0 : -1;
	for (int i = 0; i < n; i++) {
		char letter = overload_letter(o, i, n);

		if (!letter)
			return -1;
		if (letter != '*' || args[i].type == TYPE_COUNT || args[i].type == *star)
			continue;
		if (*star == TYPE_COUNT || widens(*star, args[i].type))
			*star = args[i].type;
		else if (!widens(args[i].type, *star))
			return -1;
	}
	for (int i = 0; i < n; i++) {
		enum type want = overload_type(o, i, n, *star);

		if (args[i].type == want || args[i].type == TYPE_COUNT)
			continue;
		if (!widens(args[i].type, want))
			return -1;
		cost++;
	}
	return cost;
}

/* == messages == */

static void print_found(struct buf *out, const struct found *a)
{
	if (a->type == TYPE_COUNT) {
		buf_str(out, "nil");
		return;
	}
	buf_str(out, type_name(a->type));
	if (a->node->kind == EXPR_COLUMN || a->node->kind == EXPR_BINDING || a->node->kind == EXPR_LITERAL) {
		struct buf text = BUF_INIT;
		size_t n;

		expr_print(&text, a->node);
		/* of date '2025-01-13' the first word has been said */
		n = a->type == TYPE_DATE && a->node->kind == EXPR_LITERAL ? 4 :
		    a->type == TYPE_DATETIME && a->node->kind == EXPR_LITERAL ? 8 : 0;
		if (!text.failed && text.n - n <= 40)
			buf_printf(out, n ? "%s" : " %s", text.p + n);
		out->failed |= text.failed;
		buf_release(&text);
	}
}

/* "int64" is not said where a float may stand in its place. */
static bool covered(const struct op *op, const struct op_overload *o)
{
	if (!strchr(o->args, 'i'))
		return false;
	for (const struct op_overload *other = op->overloads; other->args; other++) {
		bool same = strlen(other->args) == strlen(o->args) && other != o;

		for (size_t k = 0; same && o->args[k]; k++)
			same = other->args[k] == o->args[k] || (o->args[k] == 'i' && other->args[k] == 'f');
		if (same)
			return true;
	}
	return false;
}

static const char *letter_name(char letter)
{
	return letter == 'f' ? "number" : letter == '*' ? "any" : type_name(letter_type(letter));
}

static void print_signature(struct buf *out, const struct op *op, const struct op_overload *o)
{
	bool infix = op->class == OP_OPERATOR && strlen(o->args) == 2, first = true;

	if (op->class == OP_OPERATOR && strlen(o->args) == 1)
		buf_printf(out, "%s ", op->name);
	else if (op->class != OP_OPERATOR)
		buf_printf(out, "%s(", op->name);
	for (const char *p = o->args; *p; p++) {
		if (*p == ']') {
			buf_char(out, ']');
			continue;
		}
		if (*p == '[') {
			buf_str(out, first ? "[" : " [");
			continue;
		}
		if (!first && infix)
			buf_printf(out, " %s ", op->name);
		else if (!first)
			buf_str(out, p[-1] == '[' ? ", " : ", ");
		buf_str(out, letter_name(*p));
		first = false;
	}
	if (o->flags & OP_LAST_REPEATS)
		buf_str(out, ", ...");
	if (op->class != OP_OPERATOR)
		buf_char(out, ')');
}

static void print_signatures(struct buf *out, const struct op *op)
{
	enum { SHOWN = 8 };
	int n = 0;

	for (const struct op_overload *o = op->overloads; o->args; o++) {
		if (covered(op, o))
			continue;
		if (n++ == SHOWN) {
			buf_str(out, ", ...");
			return;
		}
		if (n > 1)
			buf_str(out, ", ");
		print_signature(out, op, o);
	}
}

static bool is_any(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

/* What the writer probably wanted, behind the message. */
static void print_advice(struct buf *out, const struct op *op, const struct found *args, int n)
{
	static const char *const comparing[] = { "==", "~=", "<", "<=", ">", ">=", "in", "between" };
	int strings = 0, numbers = 0, times = 0;
	struct slice text = slice_of("2025-01-13", 10);
	int32_t days;

	for (int i = 0; i < n; i++) {
		strings += args[i].type == TYPE_STRING;
		numbers += args[i].type == TYPE_INT64 || args[i].type == TYPE_FLOAT64;
		times += args[i].type == TYPE_DATE || args[i].type == TYPE_DATETIME;
		if (args[i].node->kind == EXPR_LITERAL && args[i].type == TYPE_STRING &&
		    date_parse(args[i].node->value.as.text, &days))
			text = args[i].node->value.as.text;
	}
	if (strings && times && is_any(op->name, comparing, sizeof comparing / sizeof *comparing))
		buf_printf(out, "; a date is written date '%.*s'", (int)text.n, text.p);
	else if (strings && numbers && op->class == OP_OPERATOR)
		buf_str(out, "; strings do not turn into numbers by themselves");
	else if (strings == 2 && !strcmp(op->name, "+"))
		buf_str(out, "; strings are joined by '..'");
	else if (!strcmp(op->name, "not") && n == 1)
		buf_str(out, "; 'not' binds tighter than a comparison: write not (a == b)");
}

static int no_overload(const struct expr *x, const struct expr_node *node, const struct op *op, const struct found *args, int n,
		       struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	if (!op_takes(op, n)) {
		buf_printf(&text, "'%s' takes ", op->name);
		print_signatures(&text, op);
		buf_printf(&text, "; found %d argument%s", n, n == 1 ? "" : "s");
	} else {
		buf_printf(&text, "'%s' takes ", op->name);
		print_signatures(&text, op);
		buf_str(&text, "; found ");
		for (int i = 0; i < n && i < 6; i++) {
			if (i)
				buf_str(&text, i + 1 < n ? ", " : " and ");
			print_found(&text, &args[i]);
		}
		if (n > 6)
			buf_str(&text, " ...");
		print_advice(&text, op, args, n);
	}
	rc = buf_check(&text, e);
	if (!rc)
		rc = expr_fault(x, node->mark, ERR_TYPE, e, "%s", text.p);
	buf_release(&text);
	return rc;
}

int overload_choose(const struct expr *x, const struct expr_node *node, const struct op *op, const struct found *args, int n,
		    const struct op_overload **out, enum type *star, struct err *e)
{
	const struct op_overload *best = NULL;
	int least = 0;

	for (const struct op_overload *o = op->overloads; o->args; o++) {
		enum type t;
		int cost = overload_cost(o, args, n, &t);

		if (cost < 0 || (best && cost >= least))
			continue;
		best = o;
		least = cost;
		*star = t;
	}
	if (!best)
		return no_overload(x, node, op, args, n, e);
	*out = best;
	return 0;
}
