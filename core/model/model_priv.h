/*
 * model_priv.h - what the files share that make a graph of a model's text and its data.
 *
 * An expression is compiled for all lanes of a domain at once: a loop `for t in 2..T` is no loop but a domain of T - 1 lanes, and
 * what depends on t has a number (or a vector) in each of them. A name that does not depend on the loop has one value for all.
 * Only recurrences go step by step (recurrence.c).
 */
#ifndef MUSTER_MODEL_PRIV_H
#define MUSTER_MODEL_PRIV_H

#include "expr/statements.h"
#include "model/graph.h"
#include "model/model.h"
#include "model/rules.h"

/* == lanes =================================================================================== */

/*
 * Lanes in order; lane i lies in lane parent[i] of `up`, in ascending order. `full`, of a step of a recurrence: the domain of all
 * steps, of which these are the lanes sel[i]; what does not depend on earlier steps is computed there, once for all of them.
 */
struct domain {
	const struct domain *up;
	int32_t n;
	const int32_t *parent;           /* NULL when there is no `up` */
	int nvars;
	const char *const *names;
	const double *const *values;     /* [nvars][n] */
	const int *nodes;                /* [nvars]: constants of them */
	const struct domain *full;
	const int32_t *sel;
};

/* What an expression comes to: in each lane an array of these dimensions, by row; lanes one behind the other. */
struct mvalue {
	int node;
	int high;                        /* published figures: the node of their upper bounds; else -1 */
	const struct domain *lanes;      /* NULL: the same in all lanes */
	int rank;
	int32_t dims[MODEL_RANK_MAX];
	const char *const *levels;       /* of text */
	int nlevels;
	/* While whole-numbered unknowns are summed out (sumout.c): which element of which occurrence each number depends on; NULL = none */
	const struct touch *touch;
};

/* == names =================================================================================== */

enum symbol_kind { SYMBOL_DATA, SYMBOL_PARAMETER, SYMBOL_DERIVED, SYMBOL_DISCRETE };
enum symbol_state { SYMBOL_NEW, SYMBOL_BUSY, SYMBOL_DONE };

struct piece;
struct symbol {
	const char *name;
	enum symbol_kind kind;
	enum symbol_state state;
	const struct model_input *input;         /* data */
	const struct statement **statements;     /* its draws or definitions, in the order of the text */
	int nstatements;
	struct mvalue value;                     /* once done */
	const char *const *levels;               /* of its first index, when it was indexed by text */
	int nlevels;
	struct piece *pieces;                    /* of a parameter, in the order of statements */
	bool whole;                              /* outcomes are whole numbers */
	bool positive;
	bool touches;                            /* derived, and depends on a whole-numbered unknown */
	int32_t support_low, support;            /* of a whole-numbered unknown: its smallest value, and how many it may have */
	int32_t row_at;                          /* of a parameter: its place in a row of draws */
	int component;                           /* of names that need each other; see names.c */
	bool self;                               /* it needs itself */
};

/* A part of a parameter: the elements that one statement draws. */
struct piece {
	const struct symbol *symbol;
	int unknown_at, unknowns;                /* places in q */
	const struct rule *rule;                 /* from q to the support; NULL = all numbers */
	const void *aux;
	int nends, ends[2];                      /* nodes */
	int node;                                /* constrained */
	int32_t n;
	const int32_t *places;                   /* of each number in the symbol; NULL = in order */
};

enum { MIX_MAX = 16 };

/* == statements that were compiled =========================================================== */

/* A draw or a report: enough to draw from it again. */
struct stated {
	const struct statement *statement;
	const struct dist *dist;
	const struct vector_dist *vector;
	bool flat;                       /* improper: no distribution at all */
	int32_t rows, k;                 /* outcomes, and numbers in each */
	int nparams;
	int params[DIST_PARAMS_MAX];     /* nodes, of rows numbers or of 1; of vectors as rule_vector_target takes them */
	int32_t lengths[DIST_PARAMS_MAX];        /* numbers of one outcome's parameter (vectors) */
	bool shared[DIST_PARAMS_MAX];
	int low, high;                   /* nodes of the ends of a truncation; -1 = open */
	int outcome;                     /* node */
	struct symbol *symbol;           /* a parameter's; NULL of data */
	struct piece *piece;
	int rows_node;                   /* log densities by row: of data; -1 */
	bool report;                     /* reported(): outcome is the lower ends, and upper: */
	int upper;
	int32_t at, log_lik_at;          /* of data: its places in a row of predictions and in one of log likelihoods */
	bool needs_itself;               /* its parameters use its own symbol: a random walk */
	struct mvalue shape;             /* of its rows; the node is not set */
	/* mixtures: components, and the logs of their weights, of rows numbers or of 1 */
	int nparts, log_weights[MIX_MAX];
	struct stated *parts;
};

/* == the compiler ============================================================================ */

struct memo;
struct compiler {
	const struct model *model;
	const struct statements *text;
	struct posterior *posterior;     /* being made */
	struct graph *g;
	struct arena *arena;             /* the posterior's: what lives as long as it */
	unsigned flags;
	struct symbol *symbols;
	int nsymbols;
	struct memo *memo;               /* arrays of indexes by content, values of full domains by node */
	const struct recurrence *recurrence;     /* being unrolled; NULL */
	struct sumout *sumout;           /* being compiled for an assignment of whole-numbered unknowns; NULL */
	int depth;
};

/* "line 3, column 9: ..." with the line and a caret under byte `at`; returns the code. */
#define model_fault(c, at, code, e, ...) statements_fault((c)->text, (at), (code), (e), __VA_ARGS__)

/* == compile.c: expressions == */
int compile(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e);
/* The lanes of `e for k in a..b` inside of `lanes`, and e in each of them; out->node is not set when there are none. */
int compile_each(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, const struct domain **inner,
		 struct err *e);
/* The same of an argument, where `e for k in a..b` is a vector. */
int compile_argument(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e);
/* A constant whole number for all lanes. `what` for the message: "the length of 'theta'". */
int compile_whole(struct compiler *c, const struct expr_node *x, const char *what, int32_t *out, struct err *e);
int compile_apply(struct compiler *c, const struct expr_node *x, const struct rule *rule, const void *aux, const struct mvalue *args, int nargs,
		  struct mvalue *out, struct err *e);

/* == value.c: shapes == */
int32_t value_inner(const struct mvalue *v);             /* numbers in a lane */
int32_t value_numbers(const struct mvalue *v);           /* in all lanes */
/* Numbers of one node: so many that places in it, and twice as many, are 32 bits. */
enum { VALUE_MAX = INT32_MAX / 2 };
/* ERR_DOMAIN at x: n arrays of these dimensions have more numbers than that. */
int value_fits(struct compiler *c, const struct expr_node *x, int64_t n, int rank, const int32_t *dims, struct err *e);
struct mvalue value_scalar(int node);
/* "a number", "a vector of 8", "a 3 x 4 matrix" */
const char *value_shape(char out[64], const struct mvalue *v);
int value_constant(struct compiler *c, const double *values, int rank, const int32_t *dims, struct mvalue *out, struct err *e);
/* Lanes of the innermost of two domains of one chain. */
const struct domain *domain_inner(const struct domain *a, const struct domain *b);
/* In the lanes of `lanes`, which lie within those that v has. */
int value_promote(struct compiler *c, const struct mvalue *v, const struct domain *lanes, struct mvalue *out, struct err *e);
/*
 * The node of `v` spread to these lanes and dimensions: a number of its own for each, or one node of length 1 when it is one number for
 * all and `spread` is false.
 */
int value_spread(struct compiler *c, const struct mvalue *v, const struct domain *lanes, int rank, const int32_t *dims, bool spread, int *node,
		 struct err *e);
/* What two shapes come to when they meet element by element; ERR_DATA names both. */
int value_meet(struct compiler *c, const struct expr_node *x, const struct mvalue *args, int nargs, const struct domain **lanes, int *rank, int32_t *dims,
	       struct err *e);
int value_gather(struct compiler *c, int node, const int32_t *index, int32_t n, int *out, struct err *e);
/* v in some of the lanes of its domain: those of d->sel, or of one that d lies in. */
int value_restrict(struct compiler *c, const struct mvalue *v, const struct domain *d, struct mvalue *out, struct err *e);

/* == domain.c == */
/* Lanes of a statement's loops, all of them in one domain. */
int domain_of_loops(struct compiler *c, const struct statement *s, const struct domain **out, struct err *e);
/* Lanes of `e for k in low..high` inside of `up` (NULL: outside of all). */
int domain_of_each(struct compiler *c, const struct expr_node *each, const struct domain *up, const struct domain **out, struct err *e);
/* The lanes sel[n] of `full` as a domain. */
int domain_part(struct compiler *c, const struct domain *full, const int32_t *sel, int32_t n, const struct domain *up, const int32_t *parent,
		const struct domain **out, struct err *e);
/* Where the lanes of `lanes` lie in those of `outer`, an ancestor. */
int domain_map(struct compiler *c, const struct domain *lanes, const struct domain *outer, const int32_t **out, struct err *e);
/* The segments of the lanes of `outer` (NULL: one segment) among those of `lanes`. NULL with one segment. */
int domain_segments(struct compiler *c, const struct domain *lanes, const struct domain *outer, int32_t inner, const struct segments **out,
		    struct err *e);

/* == touch.c: what numbers depend on while unknowns are summed out; nothing to do otherwise == */

/* Occurrences of whole-numbered unknowns in one statement. */
enum { TOUCH_MAX = 8 };
struct touch {
	int32_t n;                               /* numbers of the value */
	const int32_t **elements;                /* [TOUCH_MAX]: which element of the unknown each number touches, -1 = none; NULL = none at all */
};
struct place_list;
/* n numbers, each an element of the unknown itself. */
int touch_source(struct compiler *c, int occurrence, int32_t n, const struct touch **out, struct err *e);
/* A result of these arguments, element by element. */
int touch_merge(struct compiler *c, const struct expr_node *x, const struct mvalue *args, int nargs, struct mvalue *out, struct err *e);
int touch_promote(struct compiler *c, const struct mvalue *v, struct mvalue *out, struct err *e);
/* Index k of `rank`, which have sizes[] places in each lane. */
int touch_index(struct compiler *c, const struct expr_node *x, const struct mvalue *index, int k, int rank, const int32_t *sizes, struct place_list *p,
		struct err *e);
int touch_gather(struct compiler *c, const struct mvalue *base, const struct place_list *p, const int32_t *index, int32_t n, struct mvalue *out,
		 struct err *e);
int touch_list(struct compiler *c, const struct expr_node *x, const struct mvalue *items, int n, struct mvalue *out, struct err *e);
/* Segments of v come to one number each: all they touch has to be one element. NULL: all of v. */
int touch_reduce(struct compiler *c, const struct expr_node *x, const struct mvalue *v, const struct segments *segments, struct mvalue *out, struct err *e);
/* Vectors of v come to one row each; `shared`: all of v belongs to every row. */
int touch_rows(struct compiler *c, const struct expr_node *x, const struct mvalue *v, int32_t rows, bool shared, struct mvalue *out, struct err *e);
/* An operation that mixes all its elements. */
int touch_refuse(struct compiler *c, const struct expr_node *x, const struct mvalue *v, struct err *e);

/* == memo.c == */
/* One array for each content. */
int memo_indexes(struct compiler *c, const int32_t *index, int32_t n, const int32_t **out, struct err *e);
int memo_segments(struct compiler *c, const int32_t *starts, int32_t n, const struct segments **out, struct err *e);
int memo_shape(struct compiler *c, struct matrix_shape shape, const struct matrix_shape **out, struct err *e);
int memo_numbers(struct compiler *c, const double *values, int32_t n, int *node, struct err *e);
/* A value for a pair of pointers; NULL: none. */
void *memo_get(struct compiler *c, const void *a, const void *b);
int memo_put(struct compiler *c, const void *a, const void *b, void *what, struct err *e);
int memo_new(struct memo **out, struct err *e);
void memo_free(struct memo *m);

/* == index.c == */
int compile_index(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e);
int compile_list(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e);

/*
 * What an index list says about an array: in each lane `count` numbers, whose offsets follow one another in `offsets`; the shape of a
 * lane in out (node unset). dims NULL: there is no array yet, so every index is a single place and offsets are left out; the places
 * themselves come in `places`, [lanes][nindex].
 */
struct place_list {
	const struct domain *lanes;
	int rank;
	int32_t dims[MODEL_RANK_MAX];
	int32_t *offsets;
	int32_t n;
	const char *const *levels;       /* of the first index */
	int nlevels;
	const struct touch *touch;
};
int index_elements(struct compiler *c, const struct expr_node *x, const char *name, int rank, const int32_t *dims, const struct domain *lanes,
		 struct place_list *out, struct err *e);
/* The indexes of a target, one whole number each: places[lane * nindex + i], from 1. */
int target_places(struct compiler *c, const struct expr_node *target, const struct domain *lanes, int32_t **places, struct err *e);

/* == functions.c == */
struct model_function {
	const char *name;
	int least, most;                 /* arguments */
	bool named;                      /* may have named ones */
	const char *args, *help;
	int (*build)(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e);
};
const struct model_function *model_function_find(const char *name);
/* "there is no function 'x'; did you mean 'y'?" */
int model_unknown_function(struct compiler *c, const struct expr_node *x, struct err *e);
/* Logs of the weights of n parts: of one weight for two, its complement is the other. `shape`: of the rows they weigh. */
int mix_weights(struct compiler *c, const struct expr_node *x, const struct mvalue *w, int n, const struct mvalue *shape, int *out, struct err *e);
int build_ode(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e);
int build_mix(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e);

/* == density.c: distributions with their arguments == */
/* The distribution that a call names; one of the three is set, `flat` is flat() or flat_positive(). */
struct dist_name {
	const struct dist *dist;
	const struct vector_dist *vector;
	bool flat, positive, mix, reported;
	bool whole;                      /* its outcomes are whole numbers */
};
int density_name(struct compiler *c, const struct expr_node *call, struct dist_name *out, struct err *e);
/* The parameters of a call, and with an outcome (may be NULL) all of one shape. */
int density_state(struct compiler *c, const struct expr_node *call, const struct mvalue *outcome, const struct domain *lanes, struct stated *out,
		  struct err *e);
/* The log densities of st by row (truncated where it is), in the shape of its outcome. */
int density_rows(struct compiler *c, const struct stated *st, int *node, struct err *e);
/* The same as a term of the log density (n = 1), in the fastest way. */
int density_target(struct compiler *c, const struct stated *st, int *node, struct err *e);
/* reported(dist(...), low, high) by row. */
int density_reported(struct compiler *c, const struct expr_node *call, const struct mvalue *figures, const struct domain *lanes, struct stated *out,
		     struct mvalue *rows, struct err *e);
/* NAME_lpdf(x, ...), NAME_lcdf ...; *done = false: it is no such name. */
int density_call(struct compiler *c, const struct expr_node *x, const struct domain *lanes, bool *done, struct mvalue *out, struct err *e);

/* == names.c == */
struct symbol *symbol_find(const struct compiler *c, const char *name);
/* All names of the text, what they are, and which need each other. */
int symbols_collect(struct compiler *c, const struct model_input *inputs, int ninputs, struct err *e);
/* "there is nothing called 'x'; did you mean 'y'?" */
int symbol_unknown(struct compiler *c, const struct expr_node *x, struct err *e);
/* Compiles what defines a name. */
int symbol_value(struct compiler *c, const struct expr_node *x, struct symbol *s, struct mvalue *out, struct err *e);
bool mentions(const struct expr_node *x, const char *name);
/* Sets needed[i] of each symbol that x mentions, itself or through what defines those it mentions; leaves the others. */
int names_needed(const struct compiler *c, const struct expr_node *x, uint8_t *needed, struct err *e);
/* The name that a target or an indexed name begins with; NULL: it is another expression. */
const char *target_name(const struct expr_node *x);
int target_indexes(const struct expr_node *x);           /* how many; 0 of a bare name */

/* Elements that a statement makes: their indexes from 1, [n][nindex]. */
struct part_places {
	int32_t n;
	const int32_t *places;
	int at;                          /* of the statement */
};
/*
 * An array put together from parts, each element once. *shape: of an element on entry, of the array on return. (*order)[i]: which of the
 * numbers of all parts, one behind the other, element i is.
 */
int place_parts(struct compiler *c, const struct symbol *s, int nindex, const struct part_places *parts, int nparts, struct mvalue *shape,
		int32_t **order, struct err *e);
int gather_parts(struct compiler *c, const int *nodes, int nparts, const int32_t *order, int32_t elements, int32_t inner, int *out, struct err *e);

/* == parameter.c, definition.c, recurrence.c, statement.c, sumout.c == */
int parameter_make(struct compiler *c, struct symbol *s, struct err *e);
/* The shape of what the draws of a name make, without making unknowns of it. */
int parameter_shape(struct compiler *c, struct symbol *s, struct mvalue *out, struct err *e);
int definition_make(struct compiler *c, struct symbol *s, struct err *e);
int recurrence_make(struct compiler *c, struct symbol *s, struct err *e);
/* What a recurrence asks of its own names: the value of x in these lanes, if x is to be found elsewhere than by compiling it here. */
int recurrence_compile(struct compiler *c, const struct expr_node *x, const struct domain *lanes, bool *done, struct mvalue *out, struct err *e);
/* The statement depends on a whole-numbered unknown. */
bool sumout_touches(struct compiler *c, const struct statement *s);
/* Such unknowns may stand in what is observed and in each other's priors, not in those of parameters. */
int sumout_check(struct compiler *c, struct err *e);
/* The terms of all statements that do. */
int sumout_all(struct compiler *c, struct err *e);
/* A name inside of a statement whose whole-numbered unknowns are being summed out. */
int sumout_value(struct compiler *c, const struct expr_node *x, struct symbol *s, bool *done, struct mvalue *out, struct err *e);
int statement_add(struct compiler *c, const struct statement *s, struct err *e);
/* The log densities of a statement row by row; *observed: its outcome is data. */
int statement_rows(struct compiler *c, const struct statement *s, struct mvalue *rows, bool *observed, struct err *e);
int statement_add_stated(struct compiler *c, const struct stated *st, struct err *e);

/* == the result ============================================================================== */

struct model {
	long refs;
	struct statements *text;
};

struct posterior {
	long refs;
	struct model *model;
	struct arena arena;
	struct graph *graph;
	struct graph **graphs;           /* of differential equations */
	int ngraphs;
	struct model_quantity *quantities;
	int *nodes;                      /* of quantities that are in a row of draws; observed: of their rows of log likelihood */
	int nquantities, width, rows, log_liks, unknowns;
	struct stated *stated;           /* parameters in an order in which they can be drawn, then data in the order of the text */
	int nstated, nparameters, room;
	bool has_factor;                 /* there is no drawing from the prior */
	struct buf notes;
};

/* Adds a statement to the list of those that are asked about later. */
int posterior_keep(struct posterior *p, const struct stated *st, struct err *e);

#endif
