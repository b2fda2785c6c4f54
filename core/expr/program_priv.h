/* program_priv.h - typed programs, and what runs them. */
#ifndef MUSTER_PROGRAM_PRIV_H
#define MUSTER_PROGRAM_PRIV_H

#include "expr/expr_priv.h"

/* Operators that do not need all of their operands for every row: what fails where it is not needed has not failed. */
enum lazy { LAZY_NONE, LAZY_AND, LAZY_OR, LAZY_IF, LAZY_COALESCE };

enum step_kind { STEP_CONSTANT, STEP_COLUMN, STEP_CALL };

/*
 * A step of a program: what a tree's node has become once its types are known. Equal steps of a program are one, so that
 * they are computed once; but those that may fail and are not needed for every row stay apart, since each is computed for
 * other rows.
 */
struct step {
	enum step_kind kind;
	enum type type;
	int number;                      /* of all steps of the program */
	int state;                       /* STEP_CALL: its place in the state of a run */
	int mark;                        /* byte of the text for messages */
	int column;                      /* STEP_COLUMN */
	struct value value;              /* STEP_CONSTANT */
	struct vec constant;             /* the same */
	op_kernel *kernel;               /* STEP_CALL ... */
	unsigned flags;
	enum lazy lazy;
	void *scratch;
	void (*release)(void *scratch);
	int nargs;
	int nvary;                       /* those behind so many are constants that are there, so they need not be looked at */
	struct step **args;
	bool fails;                      /* it, or a step below it, may fail */
	bool apart;                      /* not to be merged with an equal one */
	int only_column;                 /* all it reads; NO_COLUMN, MANY_COLUMNS */
	bool lifts;                      /* that is a string, and a dictionary can be computed instead of rows */
	struct step *folded;             /* the constant it comes to, or NULL */
	struct step *chain;              /* in the bucket of its hash */
	struct step *before;             /* of all steps of the program */
};
enum { NO_COLUMN = -1, MANY_COLUMNS = -2 };

struct program {
	long refs;
	struct expr *expr;
	struct arena arena;
	struct step *root, *steps;       /* steps: the last one made */
	int nsteps, nstates;
	int *columns, ncolumns;
	struct expr_call *calls;
	int ncalls, room_calls;
	int width;                       /* columns of a batch: those of the scope and the calls */
};

struct program *program_new(const struct expr *x, struct err *e);
/* The root of a program whose steps are all there, and with it its columns; `width` of them a batch has. */
int program_finish(struct program *p, struct step *root, int width, struct err *e);

/* == types (type.c) ========================================================================== */

/* What an argument turned out to be, for choosing an overload and for messages. TYPE_COUNT: nil, which takes any type. */
struct found {
	enum type type;
	const struct expr_node *node;
};

/*
 * The overload of `op` that needs the fewest widenings, the first of them in the list. *star: what its stars stand for. ERR_TYPE
 * with a message that says what the op takes and what it found.
 */
int overload_choose(const struct expr *x, const struct expr_node *node, const struct op *op, const struct found *args, int n,
		    const struct op_overload **out, enum type *star, struct err *e);
enum type overload_type(const struct op_overload *o, int i, int n, enum type star);
enum type overload_result(const struct op_overload *o, enum type star);

/* ops_logic.c: `is_missing`. */
op_kernel logic_is_missing;

/* == running (run.c, lift.c) ================================================================= */

struct op_text {
	struct arena arena;
};

/* Widens an int64 to float64, a date to datetime. */
op_kernel widen_integers, widen_dates;
/* Bytes of a value in a vec. */
size_t vec_value_size(enum type t);
/* Points v->as at values of v->type. */
static inline void vec_point(struct vec *v, const void *values)
{
	v->as.codes = values;            /* all members are pointers, of one size and shape */
}

enum { LIFTS = 4 };

/* A step that was computed for every value of a dictionary. */
struct lift {
	struct column *dict;             /* of the argument; NULL = free */
	void *table;                     /* of each code, and behind them of missing: values, or codes into `out` */
	uint8_t *there;
	size_t missing;                  /* where in the table that is */
	bool all_there, strict;          /* every entry is; every entry but the one of missing */
	int size;                        /* bytes of an entry */
	struct column *out;              /* strings: the dictionary of the results */
};

struct step_state {
	uint64_t stamp;                  /* of the batch that `out` is of */
	struct vec out, *args;
	void *room;
	uint8_t *there, *out_there, *mask;
	struct lift *lifts;              /* LIFTS of them */
	int next_lift;
};

struct program_run {
	struct program *program;
	const struct batch *batch;
	uint64_t stamp;
	int64_t rows_seen;
	struct op_text text;
	struct step_state *states;
	struct vec alike;                /* the result of no rows, or one for all */
	struct program_run *values;      /* runs over dictionaries, */
	struct vec *columns;             /* whose batches these are */
	struct vec_room column_room;
};

/* Values of a step for the current batch; mask: rows that are needed, NULL = all. */
int step_run(struct program_run *r, const struct step *s, const uint8_t *mask, const struct vec **out, struct err *e);
/* *done: it was looked up in the results of the dictionary; else the rows have to be computed. */
int step_lift(struct program_run *r, const struct step *s, bool *done, struct err *e);
void lifts_free(struct lift *lifts);

#endif
