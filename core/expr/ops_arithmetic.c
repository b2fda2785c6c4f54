/*
 * ops_arithmetic.c - the arithmetic operators, of integers, floats, dates and figures.
 *
 * As in Lua 5.4 (lvm.c, llimits.h), but integers do not wrap. Sums and differences of integers are computed for all rows as
 * unsigned numbers while one word collects the sign bits of those that overflowed; only when there are any is the row
 * looked for. Rows that are not there may set it too, and are passed over then.
 */
#include "expr/ops_priv.h"

#include <string.h>

int op_same(OP_KERNEL_ARGS)
{
	static const size_t sizes[TYPE_COUNT] = {
		[TYPE_BOOL] = 1, [TYPE_INT64] = 8, [TYPE_FLOAT64] = 8, [TYPE_DATE] = 4, [TYPE_DATETIME] = 8,
		[TYPE_STRING] = sizeof(struct slice), [TYPE_QUANTITY] = sizeof(struct quantity),
	};
	size_t size = sizes[args[0].type];
	const void *one = args[0].as.codes;
	struct slice text;

	OP_UNUSED;
	if (!args[0].constant) {
		out->as = args[0].as;
		out->code_size = args[0].code_size;
		out->dict = args[0].dict;
		return 0;
	}
	if (!vec_has(&args[0], 0))
		return 0;
	if (args[0].type == TYPE_STRING) {
		text = vec_text(&args[0], 0);
		one = &text;
	}
	for (int32_t i = 0; i < f->n; i++)
		memcpy((char *)out_room + (size_t)i * size, one, size);
	return 0;
}

/* == integers == */

/* Of a batch in which an overflow bit was seen: the first row that is there and overflows. */
static int int_overflow(struct op_frame *f, const struct vec *args, char op, struct err *e)
{
	int64_t r;

	for (int32_t i = 0; i < f->n; i++) {
		int64_t x = args[0].as.i64[op_row(&args[0], i)], y = args[1].as.i64[op_row(&args[1], i)];
		bool over = op == '+' ? __builtin_add_overflow(x, y, &r) :
			    op == '-' ? __builtin_sub_overflow(x, y, &r) :
					__builtin_mul_overflow(x, y, &r);

		if (over && op_has(f, i))
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "integer overflow in %lld %c %lld", (long long)x, op, (long long)y));
	}
	return 0;
}

KERNEL static int add_int(OP_KERNEL_ARGS)
{
	int64_t *restrict to = out_room;
	uint64_t bad = 0;

	OP_UNUSED;
	OP_LOOP2(f->n, uint64_t, args[0].as.i64, args[0].constant, uint64_t, args[1].as.i64, args[1].constant, {
		uint64_t r = x + y;

		bad |= (x ^ r) & (y ^ r);
		to[i] = (int64_t)r;
	});
	return bad >> 63 ? int_overflow(f, args, '+', e) : 0;
}

KERNEL static int subtract_int(OP_KERNEL_ARGS)
{
	int64_t *restrict to = out_room;
	uint64_t bad = 0;

	OP_UNUSED;
	OP_LOOP2(f->n, uint64_t, args[0].as.i64, args[0].constant, uint64_t, args[1].as.i64, args[1].constant, {
		uint64_t r = x - y;

		bad |= (x ^ y) & (x ^ r);
		to[i] = (int64_t)r;
	});
	return bad >> 63 ? int_overflow(f, args, '-', e) : 0;
}

/*
 * Factors of 32 bits cannot overflow; whether all are is seen in the same pass. Where some are not, each product is checked.
 */
KERNEL static int multiply_int(OP_KERNEL_ARGS)
{
	const uint64_t half = UINT64_C(1) << 31;
	int64_t *restrict to = out_room;
	uint64_t wide = 0;
	bool bad = false;

	OP_UNUSED;
	OP_LOOP2(f->n, uint64_t, args[0].as.i64, args[0].constant, uint64_t, args[1].as.i64, args[1].constant, {
		wide |= (x + half) | (y + half);
		to[i] = (int64_t)(x * y);
	});
	if (!(wide >> 32))
		return 0;
	OP_LOOP2(f->n, int64_t, args[0].as.i64, args[0].constant, int64_t, args[1].as.i64, args[1].constant, {
		int64_t r;

		bad |= __builtin_mul_overflow(x, y, &r);
	});
	return bad ? int_overflow(f, args, '*', e) : 0;
}

static int int_division_fault(struct op_frame *f, const struct vec *args, const char *op, struct err *e)
{
	for (int32_t i = 0; i < f->n; i++) {
		int64_t x = args[0].as.i64[op_row(&args[0], i)], y = args[1].as.i64[op_row(&args[1], i)];
		bool over = y == -1 && x == INT64_MIN && op[0] == '/';

		if ((!y || over) && op_has(f, i))
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "%s in %lld %s %lld", y ? "integer overflow" : "division by zero",
						      (long long)x, op, (long long)y));
	}
	return 0;
}

/* Division takes one bit pattern only that it cannot do, and zero; both become division by 1, and are looked for behind the loop. */
static int floor_divide_int(OP_KERNEL_ARGS)
{
	int64_t *to = out_room;
	bool bad = false;

	OP_UNUSED;
	OP_LOOP2(f->n, int64_t, args[0].as.i64, args[0].constant, int64_t, args[1].as.i64, args[1].constant, {
		bool odd = !y || (y == -1 && x == INT64_MIN);
		int64_t d = odd ? 1 : y;
		int64_t q = x / d;

		bad |= odd;
		to[i] = q - (x % d != 0 && (x ^ d) < 0);
	});
	return bad ? int_division_fault(f, args, "//", e) : 0;
}

static int modulo_int(OP_KERNEL_ARGS)
{
	int64_t *to = out_room;
	bool bad = false;

	OP_UNUSED;
	OP_LOOP2(f->n, int64_t, args[0].as.i64, args[0].constant, int64_t, args[1].as.i64, args[1].constant, {
		int64_t d = !y || y == -1 ? 1 : y;       /* x % -1 is 0 too, and INT64_MIN % -1 a trap */
		int64_t r = x % d;

		bad |= !y;
		to[i] = r && (r ^ d) < 0 ? r + d : r;
	});
	return bad ? int_division_fault(f, args, "%", e) : 0;
}

KERNEL static int negate_int(OP_KERNEL_ARGS)
{
	int64_t *restrict to = out_room;
	uint64_t bad = 0;

	OP_UNUSED;
	OP_LOOP1(f->n, uint64_t, args[0].as.i64, args[0].constant, {
		bad |= x & (0 - x);
		to[i] = (int64_t)(0 - x);
	});
	for (int32_t i = 0; bad >> 63 && i < f->n; i++)
		if (op_has(f, i) && args[0].as.i64[op_row(&args[0], i)] == INT64_MIN)
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "integer overflow in -(%lld)", (long long)INT64_MIN));
	return 0;
}

/* == floats == */

static inline double divide_floor(double x, double y)
{
	return floor(x / y);
}

/* The sign of the divisor, as Lua's. */
static inline double modulo(double x, double y)
{
	double m = fmod(x, y);

	return (m > 0 ? y < 0 : m < 0 && y > 0) ? m + y : m;
}

/* Lua squares by a product; so do we, as pow is up to one unit in the last place away from it. */
static inline double power(double x, double y)
{
	return y == 2 ? x * x : pow(x, y);
}

#define FLOAT_KERNEL(name, value)                                                                                             \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                                \
	{                                                                                                                     \
		double *restrict to = out_room;                                                                               \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP2(f->n, double, args[0].as.f64, args[0].constant, double, args[1].as.f64, args[1].constant,            \
			 { to[i] = value; });                                                                                 \
		return 0;                                                                                                     \
	}
FLOAT_KERNEL(add_float, x + y)
FLOAT_KERNEL(subtract_float, x - y)
FLOAT_KERNEL(multiply_float, x * y)
FLOAT_KERNEL(divide_float, x / y)
FLOAT_KERNEL(floor_divide_float, divide_floor(x, y))
FLOAT_KERNEL(modulo_float, modulo(x, y))
FLOAT_KERNEL(power_float, power(x, y))

KERNEL static int negate_float(OP_KERNEL_ARGS)
{
	double *restrict to = out_room;

	OP_UNUSED;
	OP_LOOP1(f->n, double, args[0].as.f64, args[0].constant, { to[i] = -x; });
	return 0;
}

/* == dates == */

static int date_fault(struct op_frame *f, const struct vec *args, char op, struct err *e)
{
	const struct vec *days = &args[args[0].type != TYPE_DATE], *shift = &args[args[0].type == TYPE_DATE];
	char text[DATE_TEXT_MAX];

	for (int32_t i = 0; i < f->n; i++) {
		int64_t n = shift->as.i64[op_row(shift, i)], r;
		int32_t d = days->as.days[op_row(days, i)];
		bool over = op == '+' ? __builtin_add_overflow((int64_t)d, n, &r) : __builtin_sub_overflow((int64_t)d, n, &r);

		if (!op_has(f, i) || (!over && r >= DATE_FIRST && r <= DATE_LAST))
			continue;
		date_print(text, d);
		return op_fault(f, i, err_set(e, ERR_DOMAIN, "%s %c %lld is not in the years 1 to 9999", text, op, (long long)n));
	}
	return 0;
}

/*
 * Sums outside the years that can be written, and shifts of more than all of them (whose sums might wrap): one of four differences
 * went below zero, and has its top bit set.
 */
#define SHIFT_DATE(d, OP, n)                                                                                                  \
	{                                                                                                                     \
		uint64_t shift = (uint64_t)(n) + years, r = (uint64_t)(int64_t)(d) OP (uint64_t)(n), since = r - first;       \
                                                                                                                              \
		bad |= shift | (2 * years - shift) | since | (years - since);                                                 \
		to[i] = (int32_t)(uint32_t)r;                                                                                 \
	}
#define DATE_KERNEL(name, type0, field0, type1, field1, date, OP, days, sign)                                                 \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                                \
	{                                                                                                                     \
		const uint64_t first = (uint64_t)(int64_t)DATE_FIRST, years = (uint64_t)(DATE_LAST - DATE_FIRST);             \
		int32_t *restrict to = out_room;                                                                              \
		uint64_t bad = 0;                                                                                             \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP2(f->n, type0, args[0].as.field0, args[0].constant, type1, args[1].as.field1, args[1].constant,        \
			 SHIFT_DATE(date, OP, days));                                                                         \
		return bad >> 63 ? date_fault(f, args, sign, e) : 0;                                                          \
	}
DATE_KERNEL(add_days, int32_t, days, int64_t, i64, x, +, y, '+')
DATE_KERNEL(add_to_days, int64_t, i64, int32_t, days, y, +, x, '+')
DATE_KERNEL(subtract_days, int32_t, days, int64_t, i64, x, -, y, '-')

KERNEL static int subtract_dates(OP_KERNEL_ARGS)
{
	int64_t *restrict to = out_room;

	OP_UNUSED;
	OP_LOOP2(f->n, int32_t, args[0].as.days, args[0].constant, int32_t, args[1].as.days, args[1].constant,
		 { to[i] = (int64_t)x - y; });
	return 0;
}

/* Microseconds as seconds; of datetimes that are there the difference fits. */
KERNEL static int subtract_datetimes(OP_KERNEL_ARGS)
{
	double *restrict to = out_room;

	OP_UNUSED;
	OP_LOOP2(f->n, uint64_t, args[0].as.i64, args[0].constant, uint64_t, args[1].as.i64, args[1].constant,
		 { to[i] = (double)(int64_t)(x - y) / 1e6; });
	return 0;
}

/* == derivatives == */

static double value_add(double a, double b) { return a + b; }
static double value_subtract(double a, double b) { return a - b; }
static double value_multiply(double a, double b) { return a * b; }
static double value_divide(double a, double b) { return a / b; }
static double value_power(double a, double b) { return power(a, b); }
static double value_negate(double a, double b) { return (void)b, -a; }
static double one(double a, double b, double y) { return (void)a, (void)b, (void)y, 1; }
static double minus_one(double a, double b, double y) { return (void)a, (void)b, (void)y, -1; }
static double left(double a, double b, double y) { return (void)b, (void)y, a; }
static double right(double a, double b, double y) { return (void)a, (void)y, b; }
static double divide_da(double a, double b, double y) { return (void)a, (void)y, 1 / b; }
static double divide_db(double a, double b, double y) { return (void)a, -y / b; }
static double power_da(double a, double b, double y) { return (void)y, b == 0 ? 0 : b * power(a, b - 1); }
/* What is 0 because of the power, or stays 0 whatever the power, does not change with it. */
static double power_db(double a, double b, double y) { return (void)b, y == 0 ? 0 : y * log(a); }
static double value_modulo(double a, double b) { return modulo(a, b); }
static double modulo_db(double a, double b, double y) { return (void)y, -divide_floor(a, b); }

static const struct op_math math_add = { value_add, one, one }, math_subtract = { value_subtract, one, minus_one },
			    math_multiply = { value_multiply, right, left }, math_divide = { value_divide, divide_da, divide_db },
			    math_negate = { value_negate, minus_one, NULL }, math_modulo = { value_modulo, one, modulo_db };
const struct op_math op_math_pow = { value_power, power_da, power_db };

/* == the list == */

static const struct op_overload add[] = {
	{ .args = "ii", .result = 'i', .kernel = add_int, .flags = OP_FAILS },
	{ .args = "ff", .result = 'f', .kernel = add_float },
	{ .args = "di", .result = 'd', .kernel = add_days, .flags = OP_FAILS },
	{ .args = "id", .result = 'd', .kernel = add_to_days, .flags = OP_FAILS },
	{ .args = "qq", .result = 'q', .kernel = op_figure_add, .flags = OP_FAILS },
	{ .args = "qf", .result = 'q', .kernel = op_figure_add, .flags = OP_FAILS },
	{ .args = "fq", .result = 'q', .kernel = op_figure_add, .flags = OP_FAILS },
	{ 0 },
};
static const struct op_overload subtract[] = {
	{ .args = "ii", .result = 'i', .kernel = subtract_int, .flags = OP_FAILS },
	{ .args = "ff", .result = 'f', .kernel = subtract_float },
	{ .args = "di", .result = 'd', .kernel = subtract_days, .flags = OP_FAILS },
	{ .args = "dd", .result = 'i', .kernel = subtract_dates },
	{ .args = "tt", .result = 'f', .kernel = subtract_datetimes },
	{ .args = "qq", .result = 'q', .kernel = op_figure_subtract, .flags = OP_FAILS },
	{ .args = "qf", .result = 'q', .kernel = op_figure_subtract, .flags = OP_FAILS },
	{ .args = "fq", .result = 'q', .kernel = op_figure_subtract, .flags = OP_FAILS },
	{ 0 },
};
static const struct op_overload multiply[] = {
	{ .args = "ii", .result = 'i', .kernel = multiply_int, .flags = OP_FAILS },
	{ .args = "ff", .result = 'f', .kernel = multiply_float },
	{ .args = "qq", .result = 'q', .kernel = op_figure_multiply, .flags = OP_FAILS },
	{ .args = "qf", .result = 'q', .kernel = op_figure_multiply, .flags = OP_FAILS },
	{ .args = "fq", .result = 'q', .kernel = op_figure_multiply, .flags = OP_FAILS },
	{ 0 },
};
static const struct op_overload divide[] = {
	{ .args = "ff", .result = 'f', .kernel = divide_float },
	{ .args = "qq", .result = 'q', .kernel = op_figure_divide, .flags = OP_FAILS },
	{ .args = "qf", .result = 'q', .kernel = op_figure_divide, .flags = OP_FAILS },
	{ .args = "fq", .result = 'q', .kernel = op_figure_divide, .flags = OP_FAILS },
	{ 0 },
};
static const struct op_overload floor_divide[] = {
	{ .args = "ii", .result = 'i', .kernel = floor_divide_int, .flags = OP_FAILS },
	{ .args = "ff", .result = 'f', .kernel = floor_divide_float },
	{ 0 },
};
static const struct op_overload remainder_of[] = {
	{ .args = "ii", .result = 'i', .kernel = modulo_int, .flags = OP_FAILS },
	{ .args = "ff", .result = 'f', .kernel = modulo_float },
	{ 0 },
};
static const struct op_overload negate[] = {
	{ .args = "i", .result = 'i', .kernel = negate_int, .flags = OP_FAILS },
	{ .args = "f", .result = 'f', .kernel = negate_float },
	{ .args = "q", .result = 'q', .kernel = op_figure_negate },
	{ 0 },
};
const struct op_overload op_power_overloads[] = {
	{ .args = "ff", .result = 'f', .kernel = power_float },
	{ 0 },
};

#define OPERATOR(name_, args_, overloads_, math_, example_, help_)                                                            \
	{ .name = name_, .class = OP_OPERATOR, .args = args_, .help = help_, .group = "Arithmetic", .example = example_,      \
	  .overloads = overloads_, .math = math_ }
const struct op ops_arithmetic[] = {
	OPERATOR("+", "x, y", add, &math_add, "date '2025-01-13' + 7",
		 "Sum; a date plus whole days is a date; figures of like codes add their bounds; integers do not wrap, overflow is an error."),
	OPERATOR("-", "x, y", subtract, &math_subtract, "date '2025-01-13' - date '2024-12-01'",
		 "Difference; between dates in days, between datetimes in seconds; a date minus whole days is a date."),
	OPERATOR("-", "x", negate, &math_negate, "-(3 - 5)", "The number with its sign turned, of a figure both bounds."),
	OPERATOR("*", "x, y", multiply, &math_multiply, "6 * 7",
		 "Product; of a share and a figure of what it is a share of, a figure; integers do not wrap, overflow is an error."),
	OPERATOR("/", "x, y", divide, &math_divide, "7 / 2",
		 "Quotient, always a float; of figures an interval, missing where the divisor can only be 0."),
	OPERATOR("//", "x, y", floor_divide, NULL, "-7 // 2",
		 "Quotient rounded down; of integers an integer, and division by 0 an error."),
	OPERATOR("%", "x, y", remainder_of, &math_modulo, "-7 % 3",
		 "What is left of x after x // y, with the sign of y; for integers a y of 0 is an error."),
	OPERATOR("^", "x, y", op_power_overloads, &op_math_pow, "2 ^ 10", "x to the power of y, a float."),
	{ 0 },
};
