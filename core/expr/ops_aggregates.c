/* ops_aggregates.c - the aggregates of the list: names and types. The query layer computes them (core/query/agg*.c). */
#include "expr/ops.h"

#define END { .args = NULL }
static const struct op_overload count_types[] = { { .args = "", .result = 'i' }, { .args = "*", .result = 'i' }, END };
static const struct op_overload any_to_count[] = { { .args = "*", .result = 'i' }, END };
static const struct op_overload truth_to_count[] = { { .args = "b", .result = 'i' }, END };
static const struct op_overload truth[] = { { .args = "b", .result = 'b' }, END };
static const struct op_overload sum_types[] = {
	{ .args = "i", .result = 'i' }, { .args = "f", .result = 'f' }, { .args = "q", .result = 'q' }, END,
};
/* Quantities are taken here and refused when the aggregate is made, with the sentence that says what to do instead. */
static const struct op_overload moment_types[] = {
	{ .args = "i", .result = 'f' }, { .args = "f", .result = 'f' }, { .args = "q", .result = 'f' }, END,
};
static const struct op_overload weighted_types[] = { { .args = "ff", .result = 'f' }, { .args = "qf", .result = 'f' }, END };
static const struct op_overload quantile_types[] = {
	{ .args = "if", .result = 'f', .flags = OP_CONSTANT_TAIL }, { .args = "ff", .result = 'f', .flags = OP_CONSTANT_TAIL },
	{ .args = "qf", .result = 'f', .flags = OP_CONSTANT_TAIL }, END,
};
static const struct op_overload same_type[] = { { .args = "*", .result = '*' }, END };

#define AGGREGATE(n, a, o, h, x) \
	{ .name = n, .class = OP_AGGREGATE, .args = a, .help = h, .group = "Aggregates", .example = x, .overloads = o }
const struct op ops_aggregates[] = {
	AGGREGATE("count", "[x]", count_types, "How many rows there are; with x, how many values of x.", "count()"),
	AGGREGATE("count_if", "condition", truth_to_count, "How many rows the condition is true for.", "count_if(killed > 100)"),
	AGGREGATE("n_missing", "x", any_to_count, "How many values of x are missing.", "n_missing(killed)"),
	AGGREGATE("count_distinct", "x", any_to_count, "How many different values of x there are; missing is none.",
		  "count_distinct(origin)"),
	AGGREGATE("sum", "x", sum_types,
		  "The sum. Of quantities: of lower and of upper bounds, open above where a figure is missing.", "sum(killed)"),
	AGGREGATE("mean", "x", moment_types, "The arithmetic mean.", "mean(killed)"),
	AGGREGATE("weighted_mean", "x, w", weighted_types, "The mean of x with weights w; rows without x or w are left out.",
		  "weighted_mean(killed, weight)"),
	AGGREGATE("median", "x", moment_types, "The middle value; the mean of the two middle ones of an even number.", "median(killed)"),
	AGGREGATE("quantile", "x, p", quantile_types,
		  "The value that a share p of the values lies below, interpolated (type 7 of Hyndman and Fan).", "quantile(killed, 0.9)"),
	AGGREGATE("min", "x", same_type, "The least value, by the order of sort; NaN is above all numbers.", "min(as_of)"),
	AGGREGATE("max", "x", same_type, "The greatest value, by the order of sort; NaN is above all numbers.", "max(as_of)"),
	AGGREGATE("sd", "x", moment_types, "The standard deviation, with n - 1; missing for one value.", "sd(killed)"),
	AGGREGATE("var", "x", moment_types, "The variance, with n - 1; missing for one value.", "var(killed)"),
	AGGREGATE("first", "x", same_type, "The first value that is not missing.", "first(origin)"),
	AGGREGATE("last", "x", same_type, "The last value that is not missing.", "last(origin)"),
	AGGREGATE("any", "condition", truth, "True when the condition is true for any row, missing ones left out.",
		  "any(killed > 100)"),
	AGGREGATE("all", "condition", truth, "True when the condition is false for no row, missing ones left out.",
		  "all(killed > 100)"),
	{ .name = NULL },
};
