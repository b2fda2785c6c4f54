/* ops_windows.c - the windows of the list: names and types. The query layer computes them (core/query/window*.c). */
#include "expr/ops.h"

#define END { .args = NULL }
static const struct op_overload shift_types[] = { { .args = "*[i*]", .result = '*', .flags = OP_CONSTANT_TAIL }, END };
static const struct op_overload same_type[] = { { .args = "*", .result = '*' }, END };
static const struct op_overload number_same[] = { { .args = "i", .result = 'i' }, { .args = "f", .result = 'f' }, END };
static const struct op_overload number_float[] = { { .args = "i", .result = 'f' }, { .args = "f", .result = 'f' }, END };
static const struct op_overload ordered_same[] = {
	{ .args = "i", .result = 'i' }, { .args = "f", .result = 'f' }, { .args = "d", .result = 'd' }, { .args = "t", .result = 't' }, END,
};
static const struct op_overload count_types[] = { { .args = "", .result = 'i' }, { .args = "*", .result = 'i' }, END };
static const struct op_overload place[] = { { .args = "", .result = 'i' }, END };
static const struct op_overload share[] = { { .args = "", .result = 'f' }, END };
static const struct op_overload buckets[] = { { .args = "i", .result = 'i' }, END };
#define ROLL(a, r) { .args = a, .result = r, .flags = OP_CONSTANT_TAIL }
static const struct op_overload diff_types[] = {
	ROLL("i[i]", 'i'), ROLL("f[i]", 'f'), ROLL("d[i]", 'i'), ROLL("t[i]", 'i'), END,
};
static const struct op_overload change_types[] = { ROLL("i[i]", 'f'), ROLL("f[i]", 'f'), END };
static const struct op_overload rolled_count[] = { ROLL("*i", 'i'), END };
static const struct op_overload rolled_sum[] = { ROLL("ii", 'i'), ROLL("fi", 'f'), END };
static const struct op_overload rolled_mean[] = { ROLL("ii", 'f'), ROLL("fi", 'f'), END };
static const struct op_overload rolled_end[] = { ROLL("ii", 'i'), ROLL("fi", 'f'), ROLL("di", 'd'), ROLL("ti", 't'), END };

#define WINDOW(n, a, o, h, x) \
	{ .name = n, .class = OP_WINDOW, .args = a, .help = h, .group = "Windows", .example = x, .overloads = o }
const struct op ops_windows[] = {
	WINDOW("lag", "x[, n[, default]]", shift_types, "The value n rows before (1); the default where the group has no such row.",
	       "lag(killed) over (origin order as_of)"),
	WINDOW("lead", "x[, n[, default]]", shift_types, "The value n rows later (1); the default where the group has no such row.",
	       "lead(killed) over (origin order as_of)"),
	WINDOW("first_value", "x", same_type, "The value in the group's first row, which may be missing.",
	       "first_value(killed) over (origin order as_of)"),
	WINDOW("last_value", "x", same_type, "The value in the group's last row, which may be missing.",
	       "last_value(killed) over (origin order as_of)"),
	WINDOW("cumsum", "x", number_same, "The sum up to here; missing values are passed over and stay missing.",
	       "cumsum(killed) over (origin order as_of)"),
	WINDOW("cumcount", "[x]", count_types, "How many rows up to here; with x, how many values of x.",
	       "cumcount() over (origin order as_of)"),
	WINDOW("cummean", "x", number_float, "The mean up to here; missing values are passed over and stay missing.",
	       "cummean(killed) over (origin order as_of)"),
	WINDOW("cummin", "x", ordered_same, "The least value up to here; missing values are passed over and stay missing.",
	       "cummin(killed) over (origin order as_of)"),
	WINDOW("cummax", "x", ordered_same, "The greatest value up to here; missing values are passed over and stay missing.",
	       "cummax(killed) over (origin order as_of)"),
	WINDOW("diff", "x[, n]", diff_types,
	       "x less its value n rows before (1); of dates in days, of datetimes in microseconds. Missing where either is.",
	       "diff(killed) over (origin order as_of)"),
	WINDOW("increments", "x", number_same,
	       "x less the value before that is not missing; the first value stays. The inverse of cumsum.",
	       "increments(killed) over (origin order as_of)"),
	WINDOW("pct_change", "x[, n]", change_types, "x by its value n rows before (1), less 1: 0.1 is ten per cent more.",
	       "pct_change(killed) over (origin order as_of)"),
	WINDOW("row_number", "", place, "1, 2, 3 ... in the order of the group.", "row_number() over (origin order as_of)"),
	WINDOW("rank", "", place, "The place in the order, the lowest for all that tie: 1, 2, 2, 4.", "rank() over (origin order as_of)"),
	WINDOW("dense_rank", "", place, "The place in the order without gaps: 1, 2, 2, 3.", "dense_rank() over (origin order as_of)"),
	WINDOW("percent_rank", "", share, "The rank as a share: 0 for the first, 1 for the last of the group.",
	       "percent_rank() over (origin order as_of)"),
	WINDOW("ntile", "n", buckets, "Which of n buckets of equal size the row is in; the first ones may have one row more.",
	       "ntile(4) over (order killed)"),
	WINDOW("rolling_sum", "x, n", rolled_sum, "The sum of the last n rows, this one among them; missing values are left out.",
	       "rolling_sum(killed, 7) over (origin order as_of)"),
	WINDOW("rolling_mean", "x, n", rolled_mean, "The mean of the last n rows, this one among them; missing values are left out.",
	       "rolling_mean(killed, 7) over (origin order as_of)"),
	WINDOW("rolling_min", "x, n", rolled_end, "The least value of the last n rows, this one among them.",
	       "rolling_min(killed, 7) over (origin order as_of)"),
	WINDOW("rolling_max", "x, n", rolled_end, "The greatest value of the last n rows, this one among them.",
	       "rolling_max(killed, 7) over (origin order as_of)"),
	WINDOW("rolling_count", "x, n", rolled_count, "How many values there are in the last n rows, this one among them.",
	       "rolling_count(killed, 7) over (origin order as_of)"),
	{ .name = NULL },
};
