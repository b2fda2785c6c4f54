/*
 * expr_slow.h - an expression for one row, as slowly and plainly as can be: what programs are compared with.
 *
 * Walks the tree with values; operators it knows are those of SLOW_OPS. Lazy as the language is: what is not needed is not
 * computed, and fails not.
 */
#ifndef EXPR_SLOW_H
#define EXPR_SLOW_H

#include "expr/expr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct slow {
	const char *const *names;
	const struct value *row;         /* of each name */
	int ncols;
	bool failed;
	char *texts[512];                /* strings that were made; freed by slow_release */
	int ntexts;
};

static inline void slow_release(struct slow *s)
{
	while (s->ntexts)
		free(s->texts[--s->ntexts]);
}

static inline struct value slow_eval(struct slow *s, const struct expr_node *x);

static inline struct value slow_bool(bool b) { return (struct value){ .type = TYPE_BOOL, .as.truth = b }; }
static inline struct value slow_int(int64_t v) { return (struct value){ .type = TYPE_INT64, .as.i64 = v }; }
static inline struct value slow_float(double v) { return (struct value){ .type = TYPE_FLOAT64, .as.f64 = v }; }
static inline struct value slow_missing(enum type t) { return (struct value){ .type = t, .missing = true }; }
static inline struct value slow_fail(struct slow *s)
{
	s->failed = true;
	return slow_missing(TYPE_COUNT);
}

static inline double slow_number(struct value v) { return v.type == TYPE_INT64 ? (double)v.as.i64 : v.as.f64; }
static inline int64_t slow_micros(struct value v)
{
	return v.type == TYPE_DATE ? v.as.days * INT64_C(86400000000) : v.as.i64;
}

/* -1, 0, 1, and 2 for NaN beside anything. An integer against a float: by long double, which holds both. */
static inline int slow_order(struct value a, struct value b)
{
	size_t n;
	int d;

	if (a.type == TYPE_BOOL)
		return (int)a.as.truth - (int)b.as.truth;
	if (a.type == TYPE_STRING) {
		n = a.as.text.n < b.as.text.n ? a.as.text.n : b.as.text.n;
		d = n ? memcmp(a.as.text.p, b.as.text.p, n) : 0;
		d = d ? d : (a.as.text.n > b.as.text.n) - (a.as.text.n < b.as.text.n);
		return (d > 0) - (d < 0);
	}
	if (a.type == TYPE_DATE || a.type == TYPE_DATETIME)
		return (slow_micros(a) > slow_micros(b)) - (slow_micros(a) < slow_micros(b));
	{
		long double x = a.type == TYPE_INT64 ? (long double)a.as.i64 : (long double)a.as.f64;
		long double y = b.type == TYPE_INT64 ? (long double)b.as.i64 : (long double)b.as.f64;

		return isnan(x) || isnan(y) ? 2 : (x > y) - (x < y);
	}
}

static inline bool slow_holds(const char *op, struct value a, struct value b)
{
	int d = slow_order(a, b);

	if (!strcmp(op, "=="))
		return d == 0;
	if (!strcmp(op, "~="))
		return d != 0;
	if (d == 2)
		return false;
	return op[0] == '<' ? (op[1] ? d <= 0 : d < 0) : (op[1] ? d >= 0 : d > 0);
}

static inline struct value slow_arithmetic(struct slow *s, const char *op, struct value a, struct value b)
{
	bool ints = a.type == TYPE_INT64 && b.type == TYPE_INT64;
	int64_t x = a.as.i64, y = b.as.i64, r;
	double u, v, q;

	if (a.missing || b.missing)
		return slow_missing(ints && strcmp(op, "/") ? TYPE_INT64 : TYPE_FLOAT64);
	if (ints && *op != '/') {
		if (*op == '+' ? __builtin_add_overflow(x, y, &r) : *op == '-' ? __builtin_sub_overflow(x, y, &r) :
		    *op == '*' ? __builtin_mul_overflow(x, y, &r) : (r = 0))
			return slow_fail(s);
		if (*op != '%')
			return slow_int(r);
	}
	if (ints && (!strcmp(op, "//") || *op == '%')) {
		if (!y || (x == INT64_MIN && y == -1 && *op != '%'))
			return slow_fail(s);
		if (y == -1)
			return slow_int(*op == '%' ? 0 : -x);
		r = x % y;
		if (r && (r ^ y) < 0)
			r += y;
		return slow_int(*op == '%' ? r : x / y - (x % y && (x ^ y) < 0));
	}
	u = slow_number(a);
	v = slow_number(b);
	q = *op == '+' ? u + v : *op == '-' ? u - v : *op == '*' ? u * v : u / v;
	return slow_float(q);
}

static inline struct value slow_join(struct slow *s, struct value a, struct value b)
{
	char *p;

	if (a.missing || b.missing)
		return slow_missing(TYPE_STRING);
	p = malloc(a.as.text.n + b.as.text.n + 1);
	if (a.as.text.n)
		memcpy(p, a.as.text.p, a.as.text.n);
	if (b.as.text.n)
		memcpy(p + a.as.text.n, b.as.text.p, b.as.text.n);
	s->texts[s->ntexts++] = p;
	return (struct value){ .type = TYPE_STRING, .as.text = slice_of(p, a.as.text.n + b.as.text.n) };
}

static inline struct value slow_and(struct slow *s, const struct expr_node *x, bool decides)
{
	struct value a = slow_eval(s, x->args[0]), b;

	if (s->failed || (!a.missing && a.as.truth == decides))
		return a;
	b = slow_eval(s, x->args[1]);
	if (s->failed || (!b.missing && b.as.truth == decides))
		return b;
	return a.missing || b.missing ? slow_missing(TYPE_BOOL) : slow_bool(!decides);
}

static inline struct value slow_in(struct slow *s, const struct expr_node *x)
{
	struct value a = slow_eval(s, x->args[0]);
	bool found = false;

	for (int i = 1; i < x->nargs && !s->failed; i++) {
		struct value b = slow_eval(s, x->args[i]);

		if (!a.missing && !b.missing)
			found |= slow_holds("==", a, b);
	}
	return a.missing ? slow_missing(TYPE_BOOL) : slow_bool(found);
}

static inline struct value slow_between(struct slow *s, const struct expr_node *x)
{
	struct value v = slow_eval(s, x->args[0]), low, high;
	bool known = true;

	low = slow_eval(s, x->args[1]);
	if (s->failed || (!v.missing && !low.missing && !slow_holds(">=", v, low)))
		return slow_bool(false);
	known = !v.missing && !low.missing;
	high = slow_eval(s, x->args[2]);
	if (!s->failed && !v.missing && !high.missing && !slow_holds("<=", v, high))
		return slow_bool(false);
	return known && !high.missing ? slow_bool(true) : slow_missing(TYPE_BOOL);
}

static inline struct value slow_call(struct slow *s, const struct expr_node *x)
{
	const char *op = x->op->name;
	struct value a, b;

	if (!strcmp(op, "and") || !strcmp(op, "or"))
		return slow_and(s, x, *op == 'o');
	if (!strcmp(op, "in"))
		return slow_in(s, x);
	if (!strcmp(op, "between"))
		return slow_between(s, x);
	if (!strcmp(op, "coalesce")) {
		for (int i = 0; i < x->nargs; i++) {
			a = slow_eval(s, x->args[i]);
			if (s->failed || !a.missing)
				break;
		}
		return a;
	}
	a = slow_eval(s, x->args[0]);
	if (s->failed)
		return a;
	if (!strcmp(op, "if"))
		return a.missing ? slow_missing(TYPE_COUNT) : slow_eval(s, x->args[a.as.truth ? 1 : 2]);
	if (!strcmp(op, "is_missing"))
		return slow_bool(a.missing);
	if (!strcmp(op, "not"))
		return a.missing ? a : slow_bool(!a.as.truth);
	if (!strcmp(op, "-") && x->nargs == 1) {
		if (a.missing)
			return a;
		if (a.type == TYPE_INT64)
			return a.as.i64 == INT64_MIN ? slow_fail(s) : slow_int(-a.as.i64);
		return slow_float(-a.as.f64);
	}
	if (!strcmp(op, "lower")) {
		a = slow_join(s, a, (struct value){ .type = TYPE_STRING, .as.text = slice_of("", 0) });
		for (size_t i = 0; !a.missing && i < a.as.text.n; i++)
			if (a.as.text.p[i] >= 'A' && a.as.text.p[i] <= 'Z')
				s->texts[s->ntexts - 1][i] |= 0x20;
		return a;
	}
	b = slow_eval(s, x->args[1]);
	if (s->failed)
		return b;
	if (!strcmp(op, ".."))
		return slow_join(s, a, b);
	if (strchr("=~<>", *op))
		return a.missing || b.missing ? slow_missing(TYPE_BOOL) : slow_bool(slow_holds(op, a, b));
	return slow_arithmetic(s, op, a, b);
}

static inline struct value slow_eval(struct slow *s, const struct expr_node *x)
{
	switch (x->kind) {
	case EXPR_LITERAL:
		return x->value;
	case EXPR_COLUMN:
		for (int i = 0; i < s->ncols; i++)
			if (!strcmp(s->names[i], x->name))
				return s->row[i];
		return slow_fail(s);
	default:
		return slow_call(s, x);
	}
}

#endif
