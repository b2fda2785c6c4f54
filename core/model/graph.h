/*
 * graph.h - a log density as a list of operations on vectors, and two sweeps over it: values forwards, derivatives backwards.
 *
 *   graph_new, graph_add ... graph_finish --> struct graph (immutable, shared) --sweep_new--> struct sweep (a thread's memory)
 *
 * A node is a number: an operation (`struct rule`) on earlier nodes, and the n doubles it makes. Matrices lie by row; shapes are
 * the builder's business (compile.c), here all is flat. Equal nodes are one; nodes that depend on no unknown are computed
 * once, while building. What a rule needs besides its arguments (indexes, a distribution, ends of segments) is `aux`, made
 * once in the graph's arena and never changed.
 *
 * Derivatives: reverse mode, as in A. Griewank and A. Walther, Evaluating Derivatives (2nd ed., 2008), over whole vectors
 * instead of scalars, on a list that is made once instead of recorded at each evaluation.
 */
#ifndef MUSTER_GRAPH_H
#define MUSTER_GRAPH_H

#include "base/base.h"

struct graph;
struct sweep;

struct step_arg {
	const double *v;
	double *d;               /* derivative of the log density by v, to be added to; NULL = constant, or no gradient is wanted */
	int32_t n;               /* the length of the result, or 1: a number for all of it; other lengths as the rule says */
};

/* A node in one thread's memory. */
struct step {
	const struct rule *rule;
	int32_t n;
	int nargs;
	double *out;
	double *dout;            /* NULL = nobody asks for derivatives */
	struct step_arg *args;
	const void *aux;
	void *work;              /* rule->work bytes of this thread, aligned to 64; what `forward` leaves there, `backward` finds */
};

/* Which results a sweep makes: a node is computed when one of its groups is wanted. */
enum graph_group {
	GRAPH_DENSITY = 1,       /* log density of all that is stated */
	GRAPH_VALUES = 2,        /* parameters and derived quantities */
	GRAPH_ROWS = 4,          /* log likelihood row by row */
	GRAPH_PREDICT = 8,       /* what a prediction needs */
	GRAPH_PRIOR = 16,        /* log density of priors alone */
};

/*
 * forward computes out[n] from the arguments. backward adds dout * d out / d arg to each args[k].d that is not NULL. A rule
 * without a backward has no derivative (comparisons), or has added it in forward (RULE_TARGET).
 *
 * forward returns 0, or ERR_DOMAIN with a message when there is no density at this place: the sweep then gives -INFINITY and
 * keeps the message. Other codes (ERR_MEMORY, ERR_INTERRUPT) end the evaluation. NaN and infinite values are passed on.
 */
struct rule {
	const char *name;        /* for messages */
	int (*forward)(struct step *s, struct err *e);
	void (*backward)(struct step *s);
	size_t (*work)(const struct step *s);    /* NULL = none; called with v and out not yet set, args[k].n is */
	unsigned flags;
	/*
	 * Work areas begin zeroed. What a rule needs besides (a sweep over a graph of its own) is made by open, once when the
	 * sweep is new, and let go by close when it is freed: close is called wherever open was, even when open failed. NULL =
	 * nothing to do.
	 */
	int (*open)(struct step *s, struct err *e);
	void (*close)(struct step *s);
};
enum rule_flags {
	/*
	 * A term of the log density: n = 1, out[0] is its value, which the sweep adds up. Its derivative by out is always 1, so
	 * forward itself adds to args[k].d where not NULL, and no backward is called.
	 */
	RULE_TARGET = 1,
	RULE_APART = 2,          /* never merged with an equal node */
};

/* == building ================================================================================ */

int graph_new(struct graph **out, struct err *e);
struct arena *graph_arena(struct graph *g);              /* for aux */
/* A constant, copied. */
int graph_constant(struct graph *g, const double *values, int32_t n, int *node, struct err *e);
/* The next n of the unknowns q that a sweep is given. */
int graph_unknown(struct graph *g, int32_t n, int *node, struct err *e);
int graph_add(struct graph *g, const struct rule *rule, const int *args, int nargs, int32_t n, const void *aux, int *node,
	      struct err *e);
/* n values of another node from `from` on: no copy, no cost. */
int graph_view(struct graph *g, int of, int32_t from, int32_t n, int *node, struct err *e);
/*
 * Room for n values that are put there piece by piece (recurrences): graph_put lets the values of `node` be [from, from + n)
 * of the store; each place is put once, and views of a place may be made once it is.
 */
int graph_store(struct graph *g, int32_t n, int *store, struct err *e);
int graph_put(struct graph *g, int store, int32_t from, int node, struct err *e);

/* This node is a result of these groups. */
void graph_want(struct graph *g, int node, unsigned groups);

int32_t graph_length(const struct graph *g, int node);
bool graph_varies(const struct graph *g, int node);      /* depends on an unknown */
/* Values of a node that does not vary, NULL of others. */
const double *graph_values(const struct graph *g, int node);
int graph_unknowns(const struct graph *g);
int graph_nodes(const struct graph *g);

/* No more nodes after this. */
int graph_finish(struct graph *g, struct err *e);
void graph_free(struct graph *g);        /* after its sweeps */

/* == sweeps ================================================================================== */

int sweep_new(const struct graph *g, struct sweep **out, struct err *e);
void sweep_free(struct sweep *w);
/*
 * The log density at q[graph_unknowns]: the sum of the terms (RULE_TARGET) of the group GRAPH_DENSITY, and its gradient (NULL:
 * not wanted). *lp is -INFINITY where there is none, or where value or gradient is NaN or infinite; then sweep_why says what
 * went wrong.
 */
int sweep_density(struct sweep *w, const double *q, double *lp, double *grad, struct err *e);
/* Values of all nodes of these groups; *lp, when not NULL, the sum of their terms. NAN: a node whose rule gave ERR_DOMAIN. */
int sweep_values(struct sweep *w, const double *q, unsigned groups, double *lp, struct err *e);
const double *sweep_node(const struct sweep *w, int node);       /* after sweep_values, or a constant; NULL: in no group */
/*
 * A node that is wanted with GRAPH_DENSITY, and all else of that group, at q: its values to value[graph_length] (NULL: not
 * wanted), and, with weight[graph_length] not NULL, the derivatives of sum weight[i] value[i] by q to grad[graph_unknowns],
 * overwritten. For graphs without terms, such as the right-hand sides of differential equations: terms (RULE_TARGET) would add to
 * the gradient. ERR_DOMAIN with the message of the rule that found no value; NaN and infinite values are passed on.
 */
int sweep_product(struct sweep *w, const double *q, int node, const double *weight, double *value, double *grad, struct err *e);
const char *sweep_why(const struct sweep *w);                    /* of the last -INFINITY; "" */
int sweep_where(const struct sweep *w);                          /* the node that made it so, -1 = unknown */

#endif
