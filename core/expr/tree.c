/* tree.c - trees of expressions: counted, compared, and written as text again. */
#include "expr/expr_priv.h"

#include <string.h>

struct expr *expr_ref(const struct expr *x)
{
	struct expr *shared = (struct expr *)(uintptr_t)x;        /* only the count ever changes */

	__atomic_fetch_add(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void expr_unref(struct expr *x)
{
	if (!x || __atomic_sub_fetch(&x->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (x->arena)
		arena_release(x->arena);
	mem_free(x->arena);
	mem_free(x->name);
	mem_free(x->text);
	mem_free(x);
}

/* == the same == */

static bool same_names(const char *const *a, const char *const *b, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(a[i], b[i]))
			return false;
	return true;
}

static bool same_over(const struct expr_over *a, const struct expr_over *b)
{
	if (!a || !b)
		return a == b;
	return a->ngroups == b->ngroups && a->norder == b->norder && same_names(a->groups, b->groups, a->ngroups) &&
	       same_names(a->order, b->order, a->norder) &&
	       !memcmp(a->descending, b->descending, (size_t)a->norder * sizeof *a->descending);
}

bool value_same(const struct value *a, const struct value *b)
{
	if (a->type != b->type || a->missing != b->missing)
		return false;
	if (a->missing)
		return true;
	switch (a->type) {
	case TYPE_BOOL:
		return a->as.truth == b->as.truth;
	case TYPE_FLOAT64:
		return !memcmp(&a->as.f64, &b->as.f64, sizeof a->as.f64);
	case TYPE_DATE:
		return a->as.days == b->as.days;
	case TYPE_STRING:
		return slice_eq(a->as.text, b->as.text);
	case TYPE_QUANTITY:
		return quantity_equal(&a->as.figure, &b->as.figure);
	default:
		return a->as.i64 == b->as.i64;
	}
}

bool expr_same(const struct expr_node *a, const struct expr_node *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case EXPR_LITERAL:
		return value_same(&a->value, &b->value);
	case EXPR_COLUMN:
	case EXPR_BINDING:
		return !strcmp(a->name, b->name);
	default:
		break;
	}
	if (!a->name != !b->name || (a->name && strcmp(a->name, b->name)))
		return false;
	if (a->op != b->op || a->nargs != b->nargs || !same_over(a->over, b->over))
		return false;
	for (int i = 0; i < a->nargs; i++)
		if (!a->args[i] != !b->args[i] || (a->args[i] && !expr_same(a->args[i], b->args[i])))
			return false;
	return true;
}

/* == as text == */

enum { ATOM = 100 };

static bool is_operator(const struct expr_node *x)
{
	return x->kind == EXPR_CALL && x->op && x->op->class == OP_OPERATOR;
}

static bool is_in(const struct expr_node *x)
{
	return is_operator(x) && !strcmp(x->op->name, "in");
}

static bool is_not_in(const struct expr_node *x)
{
	return is_operator(x) && !strcmp(x->op->name, "not") && is_in(x->args[0]);
}

/* How tightly the operator at the root binds what stands on its left, and on its right. */
static struct priority binding_of(const struct expr_node *x)
{
	const struct priority *o;

	if (x->kind == EXPR_LITERAL && x->value.type == TYPE_INT64 && !x->value.missing && x->value.as.i64 < 0)
		return (struct priority){ NULL, ATOM, PRIORITY_UNARY };
	if (!is_operator(x))
		return (struct priority){ NULL, ATOM, ATOM };
	if (is_in(x) || is_not_in(x))
		return (struct priority){ NULL, PRIORITY_COMPARE, PRIORITY_COMPARE };
	if (x->nargs == 1)
		return (struct priority){ NULL, ATOM, PRIORITY_UNARY };
	o = operator_priority(slice_of(x->op->name, strlen(x->op->name)));
	return o ? *o : (struct priority){ NULL, ATOM, ATOM };
}

static void print_in_parentheses(struct buf *out, const struct expr_node *x, bool needed)
{
	if (needed)
		buf_char(out, '(');
	expr_print(out, x);
	if (needed)
		buf_char(out, ')');
}

/* Comparisons never stand beside each other: 1 < x < 3 means something else to every reader. */
static void print_left(struct buf *out, const struct expr_node *x, int left)
{
	struct priority o = binding_of(x);

	print_in_parentheses(out, x, o.right < left || (left == PRIORITY_COMPARE && o.left == PRIORITY_COMPARE));
}

static void print_right(struct buf *out, const struct expr_node *x, int right)
{
	print_in_parentheses(out, x, binding_of(x).left <= right);
}

static void print_name(struct buf *out, const char *name, bool quoted)
{
	if (!quoted && lex_is_word(name)) {
		buf_str(out, name);
		return;
	}
	buf_char(out, '`');
	for (; *name; name++) {
		if (*name == '`')
			buf_char(out, '`');
		buf_char(out, *name);
	}
	buf_char(out, '`');
}

static void print_string(struct buf *out, struct slice s)
{
	buf_char(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\'' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_str(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\x%02x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '\'');
}

static void print_literal(struct buf *out, const struct value *v)
{
	char text[DATETIME_TEXT_MAX];
	size_t n;

	if (v->missing) {
		buf_str(out, "nil");
		return;
	}
	switch (v->type) {
	case TYPE_BOOL:
		buf_str(out, v->as.truth ? "true" : "false");
		break;
	case TYPE_INT64:
		buf_add(out, text, text_print_int64(text, v->as.i64));
		break;
	case TYPE_FLOAT64:
		n = text_print_float64(text, v->as.f64);
		buf_add(out, text, n);
		if (strspn(text, "0123456789") == n)
			buf_str(out, ".0");              /* 3.0 is no 3 */
		break;
	case TYPE_DATE:
		date_print(text, v->as.days);
		buf_printf(out, "date '%s'", text);
		break;
	case TYPE_DATETIME:
		datetime_print(text, v->as.i64);
		buf_printf(out, "datetime '%s'", text);
		break;
	case TYPE_STRING:
		print_string(out, v->as.text);
		break;
	default:
		quantity_print(out, &v->as.figure);      /* no text makes one */
	}
}

/* Behind loops, `k in (1, 2)` would be one more of them. */
static void print_list(struct buf *out, struct expr_node *const *args, int n)
{
	for (int i = 0; i < n; i++) {
		if (i)
			buf_str(out, ", ");
		if (args[i])
			print_in_parentheses(out, args[i], i && args[i - 1] && args[i - 1]->kind == EXPR_EACH && is_operator(args[i]));
	}
}

static void print_each(struct buf *out, const struct expr_node *x)
{
	const struct expr_node *body = x;

	while (body->kind == EXPR_EACH)
		body = body->args[0];
	expr_print(out, body);
	for (const struct expr_node *loop = x; loop != body; loop = loop->args[0]) {
		buf_str(out, loop == x ? " for " : ", ");
		print_name(out, loop->name, lex_is_statement_word(loop->name));
		buf_str(out, " in ");
		print_right(out, loop->args[1], PRIORITY_RANGE);
		buf_str(out, " .. ");
		print_right(out, loop->args[2], PRIORITY_RANGE);
	}
}

static void print_over(struct buf *out, const struct expr_over *over)
{
	buf_str(out, " over (");
	for (int i = 0; i < over->ngroups; i++) {
		if (i)
			buf_str(out, ", ");
		print_name(out, over->groups[i], !strcmp(over->groups[i], "order"));
	}
	if (over->norder)
		buf_str(out, over->ngroups ? " order " : "order ");
	for (int i = 0; i < over->norder; i++) {
		if (i)
			buf_str(out, ", ");
		if (over->descending[i])
			buf_char(out, '-');
		print_name(out, over->order[i], !strcmp(over->order[i], "by"));
	}
	buf_char(out, ')');
}

static void print_operator(struct buf *out, const struct expr_node *x)
{
	const struct expr_node *in = is_not_in(x) ? x->args[0] : x;
	struct priority o = binding_of(x);

	if (is_in(in)) {
		print_left(out, in->args[0], PRIORITY_COMPARE);
		buf_str(out, in == x ? " in " : " not in ");
		if (in->nargs == 2 && in->args[1]->kind == EXPR_BINDING) {
			expr_print(out, in->args[1]);
			return;
		}
		buf_char(out, '(');
		print_list(out, in->args + 1, in->nargs - 1);
		buf_char(out, ')');
	} else if (x->nargs == 1) {
		const struct expr_node *a = x->args[0];
		/* two minus signs in a row are a comment */
		bool again = *x->op->name == '-' && ((a->kind == EXPR_CALL && a->nargs == 1 && a->op == x->op) ||
						     (a->kind == EXPR_LITERAL && binding_of(a).right == PRIORITY_UNARY));

		buf_str(out, x->op->name);
		if (*x->op->name != '-' || again)
			buf_char(out, ' ');
		print_right(out, a, PRIORITY_UNARY);
	} else {
		print_left(out, x->args[0], o.left);
		buf_printf(out, " %s ", x->op->name);
		print_right(out, x->args[1], o.right);
	}
}

void expr_print(struct buf *out, const struct expr_node *x)
{
	switch (x->kind) {
	case EXPR_LITERAL:
		print_literal(out, &x->value);
		break;
	case EXPR_COLUMN:
		print_name(out, x->name, x->quoted);
		break;
	case EXPR_BINDING:
		buf_printf(out, "$%s", x->name);
		break;
	case EXPR_INDEX:
		print_in_parentheses(out, x->args[0], binding_of(x->args[0]).right < ATOM);
		buf_char(out, '[');
		print_list(out, x->args + 1, x->nargs - 1);
		buf_char(out, ']');
		break;
	case EXPR_LIST:
		buf_char(out, '[');
		print_list(out, x->args, x->nargs);
		buf_char(out, ']');
		break;
	case EXPR_EACH:
		print_each(out, x);
		break;
	case EXPR_NAMED:
		print_name(out, x->name, lex_is_statement_word(x->name));
		buf_str(out, " = ");
		expr_print(out, x->args[0]);
		break;
	default:
		if (is_operator(x)) {
			print_operator(out, x);
			break;
		}
		buf_printf(out, "%s(", x->op ? x->op->name : x->name);
		print_list(out, x->args, x->nargs);
		buf_char(out, ')');
		if (x->over)
			print_over(out, x->over);
	}
}
