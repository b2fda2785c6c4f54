/*
 * ops.h - the one list of operators and functions of the expression language.
 *
 * An op is a name with its overloads: types of the arguments, type of the result, the function that computes it for a vec
 * of rows. Checking types is finding the overload; help, completion and the manual's table are printed from the list. Models
 * use the same list, and its derivatives.
 */
#ifndef MUSTER_OPS_H
#define MUSTER_OPS_H

#include "table/vec.h"

enum op_class {
	OP_OPERATOR,             /* written between or before its operands */
	OP_FUNCTION,
	OP_AGGREGATE,            /* many rows to one value: computed by the query layer */
	OP_WINDOW,               /* each row from rows around it: computed by the query layer */
};

/*
 * Where a kernel works. The arguments have n values each (or are constant); `out` has room for n values of the overload's
 * type in out_room, and its `as` points there; the kernel may let it point elsewhere instead (at an argument). `there` of the
 * result is set by the caller for strict ops: missing where any argument is. Then a kernel sees, in place of missing
 * values, whatever bytes are there, must not fail on them, and looks at `there[i]` before it does (NULL = all there).
 */
struct op_frame {
	int32_t n;
	const uint8_t *there;
	uint8_t *out_there;              /* lazy ops, and strict ones that add missing values: fill this, point out->there at it */
	void *scratch;                   /* what `prepare` made, or NULL */
	struct op_text *text;            /* where new strings are put: op_text_add */
	int32_t fault_at;                /* out: the row of the batch that failed, when the kernel returns an error */
};

/* Memory for strings that a batch computes; gone with the next batch. NULL when out of memory. */
char *op_text_room(struct op_text *text, size_t n);

/* Computes out[0..n) of args. Errors (overflow, division by zero): the message says what, without the row, and fault_at is set. */
typedef int op_kernel(struct op_frame *f, const struct vec *args, int nargs, struct vec *out, void *out_room, struct err *e);

enum op_flags {
	OP_LAZY = 1,             /* the kernel itself sees to missing values (and, or, if, coalesce, is_missing ...) */
	OP_FAILS = 2,            /* may fail on some values: never computed for rows that are not there */
	OP_LAST_REPEATS = 4,     /* the last argument type stands for any number more (coalesce, in, ..) */
	OP_CONSTANT_TAIL = 8,    /* arguments behind the first have to be constant (in, matches, date_trunc's unit) */
	OP_RANDOM = 16,          /* not the same at every call: never folded */
};

/*
 * Types in `args`, a letter each: b bool, i int64, f float64, d date, t datetime, s string, q quantity, * any one type (all
 * stars of an overload are the same, numbers widened). An int64 is taken where f is asked, when no overload has i there; so is
 * a date where t is. Trailing arguments in [brackets] may be left out.
 */
struct op_overload {
	const char *args;
	char result;                     /* a letter; '*' = the type of the stars */
	op_kernel *kernel;               /* NULL: aggregates, windows, and `between`, which is two comparisons */
	unsigned flags;
	/* Once for constant arguments behind the first (a compiled pattern, a set of values); freed by `release`. May be NULL. */
	int (*prepare)(const struct vec *args, int nargs, void **scratch, struct err *e);
	void (*release)(void *scratch);
};

/* For models and tests: of functions of one or two floats. NULL where there is none. */
struct op_math {
	double (*value)(double a, double b);
	double (*da)(double a, double b, double y);      /* derivative in a, y = value(a, b) */
	double (*db)(double a, double b, double y);
};

struct op {
	const char *name;                /* "+", "log", "if" */
	enum op_class class;
	const char *args;                /* for help: "x, y", "text, pattern" */
	const char *help;                /* a sentence */
	const char *group;               /* heading in the manual: "Arithmetic", "Text", "Dates" ... */
	const char *example;             /* an expression; for functions one that runs without columns, "log(10)" */
	const struct op_overload *overloads;     /* ends in a row without args */
	const struct op_math *math;
};

/* All of them, in the order of the manual. Each group is a file ops_*.c that exports its part. */
extern const struct op ops_arithmetic[], ops_logic[], ops_math[], ops_text[], ops_dates[], ops_figures[], ops_aggregates[],
	ops_windows[];                   /* each ends in a row without a name */
int op_count(void);
const struct op *op_at(int i);
const struct op *op_find(const char *name);      /* functions, aggregates, windows; not operators */
const struct op *op_operator(const char *name, int nargs);       /* "-" of one or of two operands */

#endif
