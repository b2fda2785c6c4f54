/*
 * discrete.h - whole-numbered unknowns summed out of a density, exactly.
 *
 * A density with unknowns x_1 ... x_n of few possible values each is a product of factors, each of some of them:
 *   log sum_x exp(sum_f log f(x_f))
 * Done value by value this takes the product of all supports. Variable elimination takes unknowns out one at a time: all
 * factors of x become one, of x's neighbours, that has the sum over x. A mixture costs its rows times its components, a hidden
 * Markov chain is the forward algorithm, a tree goes from its leaves; in general the largest table decides, and which one that is,
 * the order of elimination: unknowns with at most one neighbour first, then those with the smallest table.
 * Source: D. Koller and N. Friedman, Probabilistic Graphical Models (2009), chapter 9.
 *
 * Derivatives come by the sweep as for any node. By an entry of a factor of x alone they are the probability of that value given
 * all else: what a marginal of x is made from.
 */
#ifndef MUSTER_DISCRETE_H
#define MUSTER_DISCRETE_H

#include "model/graph.h"

/* Terms of all tables of one discrete_sum together. */
enum { DISCRETE_CELLS_MAX = 1 << 24 };

struct discrete_variable {
	const char *name;        /* for messages: "k[3]" */
	int32_t size;            /* how many values it has, at least 1 */
};

/* Log weights: a node of length 1 for each joint assignment of the variables, the last one fastest; -INFINITY is impossible. */
struct discrete_factor {
	const int *variables;    /* numbers of variables, all different */
	int nvariables;          /* may be 0: a factor of one node */
	const int *nodes;
};

/*
 * Adds to the graph what sums the unknowns out: *node of length 1, the log of the sum. Nothing is kept of the arguments. The
 * same bits for the same arguments. ERR_DOMAIN when it takes more than DISCRETE_CELLS_MAX sums: the message names the
 * unknowns that hang together. ERR_MEMORY.
 */
int discrete_sum(struct graph *g, const struct discrete_variable *variables, int nvariables, const struct discrete_factor *factors,
		 int nfactors, int *node, struct err *e);

#endif
