/*
 * ops_math.c - mathematical functions. Those of floats are a list: value, derivatives, help, a row each.
 *
 * Names and parameters are those of Stan's functions reference where Stan has them, as models use this list too. Nothing here
 * fails on a float: outside of its domain a function is NaN or infinite, as in C. Only results that have to be whole can fail.
 */
#include "expr/ops_priv.h"

#include <string.h>

/* == functions of floats ===================================================================== */

static inline double log1p_exp(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* M. Maechler, "Accurately computing log(1 - exp(-|a|))" (2012): each half where it loses no digits. */
static inline double log1m_exp(double x)
{
	return x > -0.69314718055994530942 ? log(-expm1(x)) : log1p(-exp(x));
}

static inline double inv_logit(double x)
{
	double small = exp(-fabs(x));

	return x < 0 ? small / (1 + small) : 1 / (1 + small);
}

/* The slopes below keep their digits where 1 - y would lose them, and are numbers wherever the truth is one. */
static inline double inv_logit_slope(double x)
{
	double small = exp(-fabs(x));

	return small / ((1 + small) * (1 + small));
}

static inline double tanh_slope(double x)
{
	double small = exp(-2 * fabs(x));

	return 4 * small / ((1 + small) * (1 + small));
}

static inline double atan2_slope(double a, double b)
{
	double r = hypot(a, b);

	return r == 0 || isinf(r) ? 0 : a / r / r;
}

/* At the corner, 0 is among the slopes. */
static inline double hypot_slope(double a, double r)
{
	return r == 0 ? 0 : !isinf(r) ? a / r : isinf(a) ? copysign(1, a) : 0;
}

/* What exp(a) is of exp(a) + exp(b); of two infinite numbers half. */
static inline double share(double a, double b)
{
	return a == b ? 0.5 : inv_logit(a - b);
}

static inline double log_sum_exp(double a, double b)
{
	double top = fmax(a, b);

	if (isnan(a) || isnan(b))
		return NAN;
	return isinf(top) ? top : top + log1p(exp(fmin(a, b) - top));
}

static inline double lbeta(double a, double b)
{
	return special_lgamma(a) + special_lgamma(b) - special_lgamma(a + b);
}

/* By a. Where b is small beside it, the difference has no digits, and the slope in the middle does. */
static inline double lbeta_slope(double a, double b)
{
	return fabs(b) < 1e-5 * a ? -b * special_trigamma(a + b / 2) : special_digamma(a) - special_digamma(a + b);
}

#define SQRT_PI 1.77245385090551602730
#define SQRT_2PI 2.50662827463100050242
#define LN2 0.69314718055994530942
#define LN10 2.30258509299404568402

/* In all of these, a and b are the arguments and y is the value.
	name       args     value                          d/da                        example         help */
#define MATH_1(X)                                                                                                             \
	X(sqrt, "x", sqrt(a), 0.5 / y, "sqrt(2)", "Square root; NaN of negative numbers.")                                    \
	X(cbrt, "x", special_cbrt(a), 1 / (3 * y * y), "cbrt(27)", "Cube root.")                                                  \
	X(square, "x", a * a, 2 * a, "square(5)", "The number times itself, a float.")                                        \
	X(exp, "x", exp(a), y, "exp(1)", "e to the power of x.")                                                              \
	X(exp2, "x", exp2(a), y * LN2, "exp2(10)", "2 to the power of x.")                                                    \
	X(expm1, "x", expm1(a), exp(a), "expm1(1e-10)", "exp(x) - 1, exact for small x.")                                      \
	X(log2, "x", log2(a), 1 / (a * LN2), "log2(8)", "Logarithm to base 2.")                                               \
	X(log10, "x", log10(a), 1 / (a * LN10), "log10(1000)", "Logarithm to base 10.")                                       \
	X(log1p, "x", log1p(a), 1 / (1 + a), "log1p(1e-10)", "log(1 + x), exact for small x.")                                \
	X(log1m, "x", log1p(-a), -1 / (1 - a), "log1m(0.25)", "log(1 - x).")                                                  \
	X(log1p_exp, "x", log1p_exp(a), inv_logit(a), "log1p_exp(3)", "log(1 + exp(x)), without overflow.")                   \
	X(log1m_exp, "x", log1m_exp(a), -1 / expm1(-a), "log1m_exp(-3)", "log(1 - exp(x)) of a negative x.")    \
	X(sin, "x", sin(a), cos(a), "sin(1)", "Sine of an angle in radians.")                                                 \
	X(cos, "x", cos(a), -sin(a), "cos(1)", "Cosine of an angle in radians.")                                              \
	X(tan, "x", tan(a), 1 + y * y, "tan(1)", "Tangent of an angle in radians.")                                           \
	X(asin, "x", asin(a), 1 / sqrt((1 - a) * (1 + a)), "asin(1)", "Angle in radians whose sine is x.")                            \
	X(acos, "x", acos(a), -1 / sqrt((1 - a) * (1 + a)), "acos(0)", "Angle in radians whose cosine is x.")                         \
	X(atan, "x", atan(a), 1 / (1 + a * a), "atan(1)", "Angle in radians whose tangent is x.")                             \
	X(sinh, "x", sinh(a), cosh(a), "sinh(1)", "Hyperbolic sine.")                                                         \
	X(cosh, "x", cosh(a), sinh(a), "cosh(1)", "Hyperbolic cosine.")                                                       \
	X(tanh, "x", tanh(a), tanh_slope(a), "tanh(1)", "Hyperbolic tangent.")                                                    \
	X(asinh, "x", asinh(a), 1 / hypot(a, 1), "asinh(1)", "Inverse of sinh.")                                          \
	X(acosh, "x", acosh(a), 1 / (sqrt(a - 1) * sqrt(a + 1)), "acosh(2)", "Inverse of cosh.")                                          \
	X(atanh, "x", atanh(a), 1 / ((1 - a) * (1 + a)), "atanh(0.5)", "Inverse of tanh.")                                            \
	X(logit, "p", log(a / (1 - a)), 1 / (a * (1 - a)), "logit(0.75)", "Log of the odds of a probability.")                \
	X(inv_logit, "x", inv_logit(a), inv_logit_slope(a), "inv_logit(0)", "Probability whose log odds are x.")                     \
	X(Phi, "x", 0.5 * erfc(-a * 0.70710678118654752440), exp(-0.5 * a * a) / SQRT_2PI, "Phi(1.96)",                       \
	  "Probability that a standard normal variable is at most x.")                                                        \
	X(inv_Phi, "p", special_inv_phi(a), exp(0.5 * y * y) * SQRT_2PI, "inv_Phi(0.975)", "Quantile of the standard normal.")\
	X(erf, "x", erf(a), 2 / SQRT_PI * exp(-a * a), "erf(0.5)", "Error function.")                                         \
	X(erfc, "x", erfc(a), -2 / SQRT_PI * exp(-a * a), "erfc(0.5)", "1 - erf(x), exact for large x.")                      \
	X(tgamma, "x", tgamma(a), y * special_digamma(a), "tgamma(5)", "Gamma function; of n + 1, the factorial of n.")       \
	X(lgamma, "x", special_lgamma(a), special_digamma(a), "lgamma(100)", "Log of the absolute value of the gamma function.")\
	X(digamma, "x", special_digamma(a), special_trigamma(a), "digamma(1)", "Derivative of lgamma.")

/*	name       args     value       d/da            d/db            example         help */
#define MATH_2(X)                                                                                                             \
	X(atan2, "y, x", atan2(a, b), atan2_slope(b, a), -atan2_slope(a, b), "atan2(1, -1)",                              \
	  "Angle in radians of the point (x, y), from -pi to pi.")                                                            \
	X(hypot, "x, y", hypot(a, b), hypot_slope(a, y), hypot_slope(b, y), "hypot(3, 4)", "Square root of x^2 + y^2, without overflow.")             \
	X(log_sum_exp, "x, y", log_sum_exp(a, b), share(a, b), share(b, a), "log_sum_exp(700, 710)",                            \
	  "log(exp(x) + exp(y)), without overflow.")                                                                          \
	X(lbeta, "x, y", lbeta(a, b), lbeta_slope(a, b), lbeta_slope(b, a), "lbeta(2, 3)", "Log of the beta function.")

/* Value and derivatives as functions, and a kernel with the value in its loop. */
#define DEFINE_1(name, args_, value, da, example_, help_)                                                                     \
	static inline double value_##name(double a, double b) { return (void)b, value; }                                      \
	static double da_##name(double a, double b, double y) { return (void)a, (void)b, (void)y, da; }                       \
	static const struct op_math math_##name = { value_##name, da_##name, NULL };                                          \
	KERNEL static int kernel_##name(OP_KERNEL_ARGS)                                                                       \
	{                                                                                                                     \
		double *restrict to = out_room;                                                                               \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP1(f->n, double, args[0].as.f64, args[0].constant, { to[i] = value_##name(x, 0); });                    \
		return 0;                                                                                                     \
	}                                                                                                                     \
	static const struct op_overload ops_##name[] = { { .args = "f", .result = 'f', .kernel = kernel_##name }, { 0 } };
MATH_1(DEFINE_1)

#define DEFINE_2(name, args_, value, da, db, example_, help_)                                                                 \
	static inline double value_##name(double a, double b) { return value; }                                               \
	static double da_##name(double a, double b, double y) { return (void)a, (void)b, (void)y, da; }                       \
	static double db_##name(double a, double b, double y) { return (void)a, (void)b, (void)y, db; }                       \
	static const struct op_math math_##name = { value_##name, da_##name, db_##name };                                     \
	static int kernel_##name(OP_KERNEL_ARGS)                                                                              \
	{                                                                                                                     \
		double *restrict to = out_room;                                                                               \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP2(f->n, double, args[0].as.f64, args[0].constant, double, args[1].as.f64, args[1].constant,            \
			 { to[i] = value_##name(x, y); });                                                                    \
		return 0;                                                                                                     \
	}                                                                                                                     \
	static const struct op_overload ops_##name[] = { { .args = "ff", .result = 'f', .kernel = kernel_##name }, { 0 } };
MATH_2(DEFINE_2)

/* log, of one base or of any: as Lua, 2 and 10 by their own functions. */
static double value_log(double a, double b) { return (void)b, log(a); }
static double da_log(double a, double b, double y) { return (void)b, (void)y, 1 / a; }
static const struct op_math math_log = { value_log, da_log, NULL };

static double log_base(double x, double base)
{
	return base == 2 ? log2(x) : base == 10 ? log10(x) : log(x) / log(base);
}

static int kernel_log(OP_KERNEL_ARGS)
{
	double *to = out_room;

	OP_UNUSED;
	if (nargs == 1)
		OP_LOOP1(f->n, double, args[0].as.f64, args[0].constant, { to[i] = log(x); });
	else
		OP_LOOP2(f->n, double, args[0].as.f64, args[0].constant, double, args[1].as.f64, args[1].constant,
			 { to[i] = log_base(x, y); });
	return 0;
}

/* == signs and tests ========================================================================= */

static double value_abs(double a, double b) { return (void)b, fabs(a); }
static double da_abs(double a, double b, double y) { return (void)b, (void)y, (a > 0) - (a < 0); }
static const struct op_math math_abs = { value_abs, da_abs, NULL };

#define KERNEL_1(name, TX, field, TO, value)                                                                                  \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                                \
	{                                                                                                                     \
		TO *restrict to = out_room;                                                                                   \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP1(f->n, TX, args[0].as.field, args[0].constant, { to[i] = (TO)(value); });                             \
		return 0;                                                                                                     \
	}
KERNEL_1(abs_float, double, f64, double, fabs(x))
KERNEL_1(sign_float, double, f64, double, x != x ? x : (double)((x > 0) - (x < 0)))
KERNEL_1(sign_int, int64_t, i64, int64_t, (x > 0) - (x < 0))
KERNEL_1(is_nan, double, f64, uint8_t, x != x)
KERNEL_1(is_inf, double, f64, uint8_t, fabs(x) == INFINITY)
KERNEL_1(is_finite, double, f64, uint8_t, fabs(x) < INFINITY)
KERNEL_1(float_of_int, int64_t, i64, double, x)
KERNEL_1(float_of_bool, uint8_t, truth, double, x)
KERNEL_1(int_of_bool, uint8_t, truth, int64_t, x)

KERNEL static int abs_int(OP_KERNEL_ARGS)
{
	int64_t *restrict to = out_room;
	uint64_t bad = 0;

	OP_UNUSED;
	OP_LOOP1(f->n, uint64_t, args[0].as.i64, args[0].constant, {
		uint64_t size = x >> 63 ? 0 - x : x;

		bad |= size;
		to[i] = (int64_t)size;
	});
	for (int32_t i = 0; bad >> 63 && i < f->n; i++)
		if (op_has(f, i) && to[i] < 0)
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "integer overflow in abs(%lld)", (long long)to[i]));
	return 0;
}

/* == whole numbers =========================================================================== */

/* Lua's range test: 2^63 itself is a float, INT64_MAX is not. */
static inline bool fits(double x)
{
	return x >= -9223372036854775808.0 && x < 9223372036854775808.0;
}

static int not_whole(struct op_frame *f, int32_t i, const char *name, double x, struct err *e)
{
	char text[TEXT_NUMBER_MAX];

	text_print_float64(text, x);
	return op_fault(f, i, err_set(e, ERR_DOMAIN, "%s(%s) is not an integer%s", name, text,
				      isfinite(x) && !fits(x) ? " of 64 bits" : ""));
}

#define WHOLE_KERNEL(kernel, name, value)                                                                                     \
	static int kernel(OP_KERNEL_ARGS)                                                                                     \
	{                                                                                                                     \
		int64_t *to = out_room;                                                                                       \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP1(f->n, double, args[0].as.f64, args[0].constant, {                                                    \
			double whole = value;                                                                                 \
                                                                                                                              \
			if (fits(whole))                                                                                      \
				to[i] = (int64_t)whole;                                                                       \
			else if (op_has(f, i))                                                                                \
				return not_whole(f, i, name, x, e);                                                           \
		});                                                                                                           \
		return 0;                                                                                                     \
	}
WHOLE_KERNEL(floor_float, "floor", floor(x))
WHOLE_KERNEL(ceil_float, "ceil", ceil(x))
WHOLE_KERNEL(trunc_float, "trunc", trunc(x))
WHOLE_KERNEL(round_float, "round", round(x))
WHOLE_KERNEL(int_float, "int", x == floor(x) ? x : NAN)

static int bad_digits(struct op_frame *f, int32_t i, int64_t digits, struct err *e)
{
	return op_fault(f, i, err_set(e, ERR_DOMAIN, "cannot round to %lld digits: from %d to %d", (long long)digits, -ROUND_DIGITS,
				      ROUND_DIGITS));
}

static int round_float_to(OP_KERNEL_ARGS)
{
	double *to = out_room;

	OP_UNUSED;
	OP_LOOP2(f->n, double, args[0].as.f64, args[0].constant, int64_t, args[1].as.i64, args[1].constant, {
		if (!op_has(f, i))
			continue;
		if (y < -ROUND_DIGITS || y > ROUND_DIGITS)
			return bad_digits(f, i, y, e);
		to[i] = special_round(x, (int)y);
	});
	return 0;
}

/* 10^18 is the largest power of 10 in 64 bits; nothing is half of 10^20. */
static int round_int_to(OP_KERNEL_ARGS)
{
	int64_t *to = out_room;

	OP_UNUSED;
	OP_LOOP2(f->n, int64_t, args[0].as.i64, args[0].constant, int64_t, args[1].as.i64, args[1].constant, {
		uint64_t p = 1;
		uint64_t size = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;

		if (!op_has(f, i))
			continue;
		if (y < -ROUND_DIGITS || y > ROUND_DIGITS)
			return bad_digits(f, i, y, e);
		for (int64_t k = y; k < 0 && k >= -19; k++)
			p *= 10;
		size = y < -19 ? 0 : size / p * p + (size % p >= p - size % p ? p : 0);
		if (size > (uint64_t)INT64_MAX + (x < 0))
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "integer overflow in round(%lld, %lld)", (long long)x, (long long)y));
		to[i] = (int64_t)(x < 0 ? 0 - size : size);
	});
	return 0;
}

/* == least and greatest ====================================================================== */

static inline bool text_before(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d < 0 : a.n < b.n;
}

/* The first argument, then the better of what there is and each other one. `take` says that y goes before x. */
#define CHOICE_KERNEL(name, T, field, take)                                                                                   \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                                \
	{                                                                                                                     \
		T *restrict to = out_room;                                                                                    \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP1(f->n, T, args[0].as.field, args[0].constant, { to[i] = x; });                                        \
		for (int k = 1; k < nargs; k++)                                                                               \
			OP_LOOP1(f->n, T, args[k].as.field, args[k].constant, {                                               \
				const T had = to[i];                                                                          \
				to[i] = (take) ? x : had;                                                                     \
			});                                                                                                   \
		return 0;                                                                                                     \
	}
CHOICE_KERNEL(least_int, int64_t, i64, x < had)
CHOICE_KERNEL(greatest_int, int64_t, i64, x > had)
CHOICE_KERNEL(least_date, int32_t, days, x < had)
CHOICE_KERNEL(greatest_date, int32_t, days, x > had)
/* NaN stays once it is there, and is taken when it comes. */
CHOICE_KERNEL(least_float, double, f64, (x < had) | (x != x))
CHOICE_KERNEL(greatest_float, double, f64, (x > had) | (x != x))

static int choose_text(struct op_frame *f, const struct vec *args, int nargs, struct slice *to, bool least)
{
	for (int32_t i = 0; i < f->n; i++) {
		if (!op_has(f, i))
			continue;
		to[i] = vec_text(&args[0], i);
		for (int k = 1; k < nargs; k++) {
			struct slice s = vec_text(&args[k], i);

			if (least ? text_before(s, to[i]) : text_before(to[i], s))
				to[i] = s;
		}
	}
	return 0;
}

static int least_text(OP_KERNEL_ARGS)
{
	OP_UNUSED;
	return choose_text(f, args, nargs, out_room, true);
}

static int greatest_text(OP_KERNEL_ARGS)
{
	OP_UNUSED;
	return choose_text(f, args, nargs, out_room, false);
}

/* == the list ================================================================================ */

#define OVERLOADS(...) (const struct op_overload[]){ __VA_ARGS__, { 0 } }
#define FUNCTION(name_, args_, overloads_, math_, example_, help_)                                                            \
	{ .name = name_, .class = OP_FUNCTION, .args = args_, .help = help_, .group = "Mathematics", .example = example_,     \
	  .overloads = overloads_, .math = math_ }
#define ROW_1(name, args_, value, da, example_, help_) FUNCTION(#name, args_, ops_##name, &math_##name, example_, help_),
#define ROW_2(name, args_, value, da, db, example_, help_) FUNCTION(#name, args_, ops_##name, &math_##name, example_, help_),
#define ONE(args_, result_, kernel_) { .args = args_, .result = result_, .kernel = kernel_ }
#define FAILS(args_, result_, kernel_) { .args = args_, .result = result_, .kernel = kernel_, .flags = OP_FAILS }
#define MANY(args_, result_, kernel_) { .args = args_, .result = result_, .kernel = kernel_, .flags = OP_LAST_REPEATS }
#define WHOLE(kernel) OVERLOADS(ONE("i", 'i', op_same), FAILS("f", 'i', kernel))
#define CHOICE(which)                                                                                                         \
	OVERLOADS(MANY("ii", 'i', which##_int), MANY("ff", 'f', which##_float), MANY("dd", 'd', which##_date),                \
		  MANY("tt", 't', which##_int), MANY("ss", 's', which##_text))

const struct op ops_math[] = {
	FUNCTION("abs", "x", OVERLOADS(FAILS("i", 'i', abs_int), ONE("f", 'f', abs_float)), &math_abs, "abs(-3)",
		 "The number without its sign."),
	FUNCTION("sign", "x", OVERLOADS(ONE("i", 'i', sign_int), ONE("f", 'f', sign_float)), NULL, "sign(-3)",
		 "-1, 0 or 1, of the type of the number; NaN of NaN."),
	FUNCTION("floor", "x", WHOLE(floor_float), NULL, "floor(-2.5)", "The greatest integer at or below x; an error where there is none."),
	FUNCTION("ceil", "x", WHOLE(ceil_float), NULL, "ceil(2.1)", "The least integer at or above x; an error where there is none."),
	FUNCTION("trunc", "x", WHOLE(trunc_float), NULL, "trunc(-2.7)", "The integer part of x; an error where there is none."),
	FUNCTION("round", "x[, digits]",
		 OVERLOADS(ONE("i", 'i', op_same), FAILS("f", 'i', round_float), FAILS("ii", 'i', round_int_to),
			   FAILS("fi", 'f', round_float_to)),
		 NULL, "round(2.675, 2)",
		 "The nearest integer, or x to so many decimal digits (before the point where negative); halves go away from zero."),
	FUNCTION("least", "x, y, ...", CHOICE(least), NULL, "least(3, 1, 2)",
		 "The smallest of its arguments, NaN if one of them is; text by its bytes."),
	FUNCTION("greatest", "x, y, ...", CHOICE(greatest), NULL, "greatest(3, 1, 2)",
		 "The largest of its arguments, NaN if one of them is; text by its bytes."),
	FUNCTION("int", "x", OVERLOADS(ONE("i", 'i', op_same), FAILS("f", 'i', int_float), ONE("b", 'i', int_of_bool)), NULL, "int(3.0)",
		 "The same number as an integer, an error where it is not whole; true is 1, false 0."),
	FUNCTION("float", "x", OVERLOADS(ONE("f", 'f', op_same), ONE("i", 'f', float_of_int), ONE("b", 'f', float_of_bool)), NULL,
		 "float(3)", "The number as a float; true is 1, false 0."),
	FUNCTION("is_nan", "x", OVERLOADS(ONE("f", 'b', is_nan)), NULL, "is_nan(0 / 0)", "Whether x is NaN, which is not missing."),
	FUNCTION("is_inf", "x", OVERLOADS(ONE("f", 'b', is_inf)), NULL, "is_inf(1 / 0)", "Whether x is infinite."),
	FUNCTION("is_finite", "x", OVERLOADS(ONE("f", 'b', is_finite)), NULL, "is_finite(1 / 0)", "Whether x is neither infinite nor NaN."),
	FUNCTION("pow", "x, y", op_power_overloads, &op_math_pow, "pow(2, 10)", "x to the power of y, as x ^ y."),
	FUNCTION("log", "x[, base]", OVERLOADS(ONE("f[f]", 'f', kernel_log)), &math_log, "log(10)", "Natural logarithm, or to a base."),
	MATH_1(ROW_1) MATH_2(ROW_2) { 0 },
};
