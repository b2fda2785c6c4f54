/* ops_logic.c - comparisons and conditions as rows of the list. The kernels are in ops_compare.c, ops_in.c, ops_choose.c. */
#include "expr/logic_priv.h"

static const struct op_overload and_overloads[] = { { "bb", 'b', logic_and, OP_LAZY, NULL, NULL }, { 0 } };
static const struct op_overload or_overloads[] = { { "bb", 'b', logic_or, OP_LAZY, NULL, NULL }, { 0 } };
static const struct op_overload not_overloads[] = { { "b", 'b', logic_not, 0, NULL, NULL }, { 0 } };
static const struct op_overload if_overloads[] = { { "b**", '*', logic_if, OP_LAZY, NULL, NULL }, { 0 } };
static const struct op_overload coalesce_overloads[] = {
	{ "**", '*', logic_coalesce, OP_LAZY | OP_LAST_REPEATS, NULL, NULL }, { 0 },
};
static const struct op_overload missing_overloads[] = { { "*", 'b', logic_is_missing, OP_LAZY, NULL, NULL }, { 0 } };
/* No kernels: the compiler makes two comparisons of it. */
static const struct op_overload between_overloads[] = {
	{ "iii", 'b', NULL, 0, NULL, NULL }, { "fff", 'b', NULL, 0, NULL, NULL }, { "ddd", 'b', NULL, 0, NULL, NULL },
	{ "ttt", 'b', NULL, 0, NULL, NULL }, { "sss", 'b', NULL, 0, NULL, NULL }, { "qff", 'b', NULL, 0, NULL, NULL },
	{ "qqq", 'b', NULL, 0, NULL, NULL }, { 0 },
};

static const char compare_help[] =
	"Compares two values of one type. Integers and floats compare by their exact values, strings byte by byte, a date with a time "
	"at its midnight. Figures compare where their intervals leave no doubt; else the answer is missing.";

const struct op ops_logic[] = {
	{ "==", OP_OPERATOR, "x, y", compare_help, "Comparisons", "1 == 1.0", compare_eq, NULL },
	{ "~=", OP_OPERATOR, "x, y", compare_help, "Comparisons", "'a' ~= 'b'", compare_ne, NULL },
	{ "<", OP_OPERATOR, "x, y", compare_help, "Comparisons", "'Kursk' < 'Sumy'", compare_lt, NULL },
	{ "<=", OP_OPERATOR, "x, y", compare_help, "Comparisons", "date '2025-01-13' <= date '2025-02-01'", compare_le, NULL },
	{ ">", OP_OPERATOR, "x, y", compare_help, "Comparisons", "3 > 2.5", compare_gt, NULL },
	{ ">=", OP_OPERATOR, "x, y", compare_help, "Comparisons", "3 >= 3", compare_ge, NULL },
	{ "in", OP_OPERATOR, "x, list", "Whether x is one of the values in parentheses, or of a list that is bound to a $name; 'not in' is "
	  "the opposite. The list is the same for every row and has no missing value; missing x gives missing.", "Comparisons",
	  "2 in (1, 2, 3)", in_overloads, NULL },
	{ "between", OP_FUNCTION, "x, low, high", "x >= low and x <= high.", "Comparisons", "between(2, 1, 3)", between_overloads,
	  NULL },
	{ "and", OP_OPERATOR, "a, b", "True when both are, false when one is false, else missing. b is computed only where a is not "
	  "false.", "Conditions", "2 > 1 and 3 > 2", and_overloads, NULL },
	{ "or", OP_OPERATOR, "a, b", "True when one is, false when both are false, else missing. b is computed only where a is not "
	  "true.", "Conditions", "2 > 1 or 1 > 2", or_overloads, NULL },
	{ "not", OP_OPERATOR, "a", "The opposite; missing stays missing. Binds tighter than a comparison: not (x == y).", "Conditions",
	  "not (1 == 2)", not_overloads, NULL },
	{ "if", OP_FUNCTION, "condition, a, b", "a where the condition is true, b where it is false, missing where it is missing. Each is "
	  "computed only where it is taken.", "Conditions", "if(2 > 1, 'yes', 'no')", if_overloads, NULL },
	{ "coalesce", OP_FUNCTION, "x, y, ...", "The first of its arguments that is not missing.", "Conditions", "coalesce(nil, 2)",
	  coalesce_overloads, NULL },
	{ "is_missing", OP_FUNCTION, "x", "Whether there is no value. (A NaN is a value.)", "Conditions", "is_missing(nil)",
	  missing_overloads, NULL },
	{ 0 },
};
