/*
 * ops_priv.h - what the files of operators and functions share: reading arguments, reporting the row that failed, loops.
 */
#ifndef MUSTER_OPS_PRIV_H
#define MUSTER_OPS_PRIV_H

#include "expr/ops.h"

/* The parameters of every kernel. */
#define OP_KERNEL_ARGS                                                                                                        \
	struct op_frame *f, const struct vec *args, int nargs, struct vec *out, void *out_room, struct err *e
/* Most kernels need only some of them. */
#define OP_UNUSED ((void)f, (void)args, (void)nargs, (void)out, (void)out_room, (void)e)

/* Row i is computed: no argument is missing there. */
static inline bool op_has(const struct op_frame *f, int32_t i)
{
	return !f->there || f->there[i];
}
/* Where row i of an argument is. */
static inline int32_t op_row(const struct vec *v, int32_t i)
{
	return v->constant ? 0 : i;
}

/* For kernels whose rows fail one by one: return op_fault(f, i, err_set(...)). */
static inline int op_fault(struct op_frame *f, int32_t row, int rc)
{
	f->fault_at = row;
	return rc;
}

/*
 * The loop of a kernel of two arguments, once for each shape: what is constant is read before the loop, so that in it are plain
 * arrays, which compilers turn into vector code. The body sees the values as x and y, and the row as i. Length and arrays are
 * copied, as the compiler cannot know that the results do not overwrite them.
 */
#define OP_LOOP2(n, TX, xs, x_constant, TY, ys, y_constant, ...)                                               \
	do {                                                                                                   \
		const int32_t loop_n = (n);                                                                    \
		const __typeof__(*(xs)) *loop_x = (xs);                                                        \
		const __typeof__(*(ys)) *loop_y = (ys);                                                        \
                                                                                                               \
		if (!loop_n)                                                                                   \
			break;                                                                                 \
		if ((x_constant) && (y_constant)) {                                                            \
			const TX x = *loop_x;                                                                  \
			const TY y = *loop_y;                                                                  \
			for (int32_t i = 0; i < loop_n; i++)                                                   \
				__VA_ARGS__                                                                    \
		} else if (x_constant) {                                                                       \
			const TX x = *loop_x;                                                                  \
			for (int32_t i = 0; i < loop_n; i++) {                                                 \
				const TY y = loop_y[i];                                                        \
				__VA_ARGS__                                                                    \
			}                                                                                      \
		} else if (y_constant) {                                                                       \
			const TY y = *loop_y;                                                                  \
			for (int32_t i = 0; i < loop_n; i++) {                                                 \
				const TX x = loop_x[i];                                                        \
				__VA_ARGS__                                                                    \
			}                                                                                      \
		} else {                                                                                       \
			for (int32_t i = 0; i < loop_n; i++) {                                                 \
				const TX x = loop_x[i];                                                        \
				const TY y = loop_y[i];                                                        \
				__VA_ARGS__                                                                    \
			}                                                                                      \
		}                                                                                              \
	} while (0)

/* The same of one argument. */
#define OP_LOOP1(n, TX, xs, x_constant, ...)                                                                   \
	do {                                                                                                   \
		const int32_t loop_n = (n);                                                                    \
		const __typeof__(*(xs)) *loop_x = (xs);                                                        \
                                                                                                               \
		if (!loop_n)                                                                                   \
			break;                                                                                 \
		if (x_constant) {                                                                              \
			const TX x = *loop_x;                                                                  \
			for (int32_t i = 0; i < loop_n; i++)                                                   \
				__VA_ARGS__                                                                    \
		} else {                                                                                       \
			for (int32_t i = 0; i < loop_n; i++) {                                                 \
				const TX x = loop_x[i];                                                        \
				__VA_ARGS__                                                                    \
			}                                                                                      \
		}                                                                                              \
	} while (0)

/* The result is the first argument as it is. */
op_kernel op_same;
/* x ^ y, which has the name pow too. */
extern const struct op_overload op_power_overloads[];
extern const struct op_math op_math_pow;

/* ops_figures.c, for the arithmetic operators: figures, or a figure and a float in either order. */
op_kernel op_figure_add, op_figure_subtract, op_figure_multiply, op_figure_divide, op_figure_negate;

/* ops_special.c: functions that libm has not; for each a derivative in ops_math.c. */
double special_cbrt(double x);
double special_digamma(double x);
double special_trigamma(double x);
double special_lgamma(double x);
double special_inv_phi(double p);
/* x to so many decimal places, halves away from zero; the decimal number nearest to that. |digits| <= ROUND_DIGITS. */
enum { ROUND_DIGITS = 22 };
double special_round(double x, int digits);

/* Where `what` begins in s, NULL = nowhere (ops_text.c). */
const char *op_text_find(struct slice s, struct slice what);
/* A compiled pattern (ops_pattern.c). */
op_kernel op_matches, op_extract;
int op_matches_prepare(const struct vec *args, int nargs, void **scratch, struct err *e);
int op_extract_prepare(const struct vec *args, int nargs, void **scratch, struct err *e);
void op_pattern_release(void *scratch);

/* == ops_calendar.c: dates of parts and text, units of time, the text of dates == */

#define DAY_MICROS INT64_C(86400000000)
/* date_days(1, 1, 1) and date_days(9999, 12, 31) */
enum { DATE_FIRST = -719162, DATE_LAST = 2932896 };

/* Rounded down, for any microseconds; a shift first, as a day is 2^13 * 10546875 of them. */
static inline int32_t op_micros_days(int64_t micros)
{
	int64_t part = micros >> 13, days = part / 10546875;

	return (int32_t)(days - (part % 10546875 < 0));
}

#define OP_UNIT_LIST(X)                                                                                                       \
	X(YEAR, "year")                                                                                                       \
	X(QUARTER, "quarter")                                                                                                 \
	X(MONTH, "month")                                                                                                     \
	X(WEEK, "week")                                                                                                       \
	X(DAY, "day")                                                                                                         \
	X(HOUR, "hour")                                                                                                       \
	X(MINUTE, "minute")                                                                                                   \
	X(SECOND, "second")

enum op_unit {
#define X(name, text) UNIT_##name,
	OP_UNIT_LIST(X)
#undef X
	UNIT_COUNT
};
/* ERR_NAME when there is no such unit, or dates have none. */
int op_unit_of(struct slice name, bool dates, enum op_unit *out, struct err *e);
/* Look at a unit behind a date, or a format, that is known before there are rows. */
int op_unit_prepare(const struct vec *args, int nargs, void **scratch, struct err *e);
int op_format_prepare(const struct vec *args, int nargs, void **scratch, struct err *e);
op_kernel op_date_of_parts, op_date_of_text, op_datetime_of_text, op_date_add, op_date_diff, op_format_date;

/* For messages: the bytes of data, escaped and cut. */
enum { OP_QUOTE_MAX = 64 };
const char *op_quote(char out[OP_QUOTE_MAX], struct slice s);

#endif
