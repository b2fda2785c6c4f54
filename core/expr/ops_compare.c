/*
 * ops_compare.c - == ~= < <= > >= over bools, numbers, dates, times and strings.
 *
 * An integer and a float compare by their exact values, as in Lua (lvm.c, LTnum): a float that is the same for all rows becomes
 * the integer next to it, an integer that a double holds becomes that, and where neither is so, rounding an integer to a
 * double never turns an order around, so that only equal ones have to be looked at as integers.
 */
#include "expr/logic_priv.h"

#include <math.h>
#include <string.h>

/* == values of one type == */

#define LOOP(name, T, member, op)                                                                              \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                 \
	{                                                                                                      \
		uint8_t *restrict to = out_room;                                                               \
                                                                                                               \
		OP_UNUSED;                                                                                     \
		OP_LOOP2(f->n, T, args[0].as.member, args[0].constant, T, args[1].as.member, args[1].constant, \
			 { to[i] = x op y; });                                                                 \
		return 0;                                                                                      \
	}
#define X(name, function, op)                      \
	LOOP(function##_int, int64_t, i64, op)     \
	LOOP(function##_float, double, f64, op)    \
	LOOP(function##_days, int32_t, days, op)
COMPARISON_LIST(X)
#undef X
/* Missing bools may be any byte. */
#define BIT(x) ((x) & 1)
#define TRUTH(name, op)                                                                                        \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                 \
	{                                                                                                      \
		uint8_t *restrict to = out_room;                                                               \
                                                                                                               \
		OP_UNUSED;                                                                                     \
		OP_LOOP2(f->n, uint8_t, args[0].as.truth, args[0].constant, uint8_t, args[1].as.truth, args[1].constant, \
			 { to[i] = BIT(x) op BIT(y); });                                                       \
		return 0;                                                                                      \
	}
TRUTH(eq_bool, ==)
TRUTH(ne_bool, !=)

static op_kernel *const int_kernels[COMPARISONS] = { eq_int, ne_int, lt_int, le_int, gt_int, ge_int };
static op_kernel *const float_kernels[COMPARISONS] = { eq_float, ne_float, lt_float, le_float, gt_float, ge_float };

/* == integers with floats == */

static enum comparison turned(enum comparison how)
{
	static const enum comparison other[COMPARISONS] = { COMPARE_EQ, COMPARE_NE, COMPARE_GT, COMPARE_GE, COMPARE_LT, COMPARE_LE };

	return other[how];
}

#define TOP 0x1p63       /* the first double above all integers */

static bool holds(enum comparison how, int64_t x, double y)
{
	double rounded = (double)x;
	int order;

	if (isnan(y))
		return how == COMPARE_NE;
	if (rounded != y)
		order = rounded < y ? -1 : 1;
	else if (y >= TOP)
		order = -1;
	else
		order = (x > (int64_t)y) - (x < (int64_t)y);
	switch (how) {
	case COMPARE_EQ: return order == 0;
	case COMPARE_NE: return order != 0;
	case COMPARE_LT: return order < 0;
	case COMPARE_LE: return order <= 0;
	case COMPARE_GT: return order > 0;
	default: return order >= 0;
	}
}

/* All rows alike. */
static int constant_answer(struct op_frame *f, uint8_t *to, bool yes)
{
	memset(to, yes, (size_t)f->n);
	return 0;
}

/* Integers against one float. */
static int with_float(enum comparison how, struct op_frame *f, const struct vec *ints, double y, struct vec *out, uint8_t *to,
		      struct err *e)
{
	bool up = how == COMPARE_LT || how == COMPARE_GE;
	double next = up ? ceil(y) : floor(y);
	struct vec pair[2] = { *ints, { .type = TYPE_INT64, .constant = true, .n = 1 } };
	int64_t limit;

	if (isnan(y) || next >= TOP || next < -TOP || ((how == COMPARE_EQ || how == COMPARE_NE) && next != y))
		return constant_answer(f, to, holds(how, 0, y));
	limit = (int64_t)next;
	pair[1].as.i64 = &limit;
	return int_kernels[how](f, pair, 2, out, to, e);
}

static int mixed(enum comparison how, struct op_frame *f, const struct vec *ints, const struct vec *floats, struct vec *out,
		 uint8_t *to, struct err *e)
{
	enum { EXACT = 53 };
	struct vec pair[2] = { { .type = TYPE_FLOAT64, .constant = true, .n = 1 }, *floats };
	double same;

	if (ints->constant && ints->as.i64[0] <= INT64_C(1) << EXACT && ints->as.i64[0] >= -(INT64_C(1) << EXACT)) {
		same = (double)ints->as.i64[0];
		pair[0].as.f64 = &same;
		return float_kernels[how](f, pair, 2, out, to, e);
	}
	if (floats->constant)
		return with_float(how, f, ints, floats->as.f64[0], out, to, e);
	for (int32_t i = 0; i < f->n; i++)
		to[i] = holds(how, ints->as.i64[op_row(ints, i)], floats->as.f64[i]);
	return 0;
}

/* == strings == */

static int order_of(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

static int compare_strings(enum comparison how, struct op_frame *f, const struct vec *args, uint8_t *to)
{
	bool equality = how == COMPARE_EQ || how == COMPARE_NE;

	if (equality && args[0].dict && args[0].dict == args[1].dict) {
		for (int32_t i = 0; i < f->n; i++)
			to[i] = (vec_code(&args[0], i) == vec_code(&args[1], i)) == (how == COMPARE_EQ);
		return 0;
	}
	for (int32_t i = 0; i < f->n; i++) {
		struct slice a, b;
		int order;

		if (!op_has(f, i))
			continue;
		a = vec_text(&args[0], i);
		b = vec_text(&args[1], i);
		order = equality ? !slice_eq(a, b) : order_of(a, b);
		to[i] = how == COMPARE_EQ ? !order : how == COMPARE_NE ? order : how == COMPARE_LT ? order < 0 :
			how == COMPARE_LE ? order <= 0 : how == COMPARE_GT ? order > 0 : order >= 0;
	}
	return 0;
}

/* == the list == */

#define X(name, function, op)                                                                                  \
	static int function##_int_float(OP_KERNEL_ARGS)                                                        \
	{                                                                                                      \
		(void)nargs;                                                                                   \
		return mixed(COMPARE_##name, f, &args[0], &args[1], out, out_room, e);                         \
	}                                                                                                      \
	static int function##_float_int(OP_KERNEL_ARGS)                                                        \
	{                                                                                                      \
		(void)nargs;                                                                                   \
		return mixed(turned(COMPARE_##name), f, &args[1], &args[0], out, out_room, e);                 \
	}                                                                                                      \
	static int function##_string(OP_KERNEL_ARGS)                                                           \
	{                                                                                                      \
		OP_UNUSED;                                                                                     \
		return compare_strings(COMPARE_##name, f, args, out_room);                                     \
	}                                                                                                      \
	static int function##_figure(OP_KERNEL_ARGS)                                                           \
	{                                                                                                      \
		(void)nargs;                                                                                   \
		return compare_figures(COMPARE_##name, f, args, out_room, out, e);                             \
	}
COMPARISON_LIST(X)
#undef X

/* Times are integers of microseconds. Counts and shares do not compare. */
#define OVERLOADS(function)                                                                                    \
	{ "ii", 'b', function##_int, 0, NULL, NULL }, { "ff", 'b', function##_float, 0, NULL, NULL },          \
	{ "if", 'b', function##_int_float, 0, NULL, NULL }, { "fi", 'b', function##_float_int, 0, NULL, NULL }, \
	{ "dd", 'b', function##_days, 0, NULL, NULL }, { "tt", 'b', function##_int, 0, NULL, NULL },           \
	{ "ss", 'b', function##_string, 0, NULL, NULL }, { "qq", 'b', function##_figure, OP_FAILS, NULL, NULL }, \
	{ "qf", 'b', function##_figure, 0, NULL, NULL }, { "fq", 'b', function##_figure, 0, NULL, NULL }

const struct op_overload compare_eq[] = { { "bb", 'b', eq_bool, 0, NULL, NULL }, OVERLOADS(eq), { 0 } };
const struct op_overload compare_ne[] = { { "bb", 'b', ne_bool, 0, NULL, NULL }, OVERLOADS(ne), { 0 } };
const struct op_overload compare_lt[] = { OVERLOADS(lt), { 0 } };
const struct op_overload compare_le[] = { OVERLOADS(le), { 0 } };
const struct op_overload compare_gt[] = { OVERLOADS(gt), { 0 } };
const struct op_overload compare_ge[] = { OVERLOADS(ge), { 0 } };
