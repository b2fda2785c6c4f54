/* graph_priv.h - the nodes of a graph, for the files that build it and sweep over it. */
#ifndef MUSTER_GRAPH_PRIV_H
#define MUSTER_GRAPH_PRIV_H

#include "model/graph.h"

enum node_kind { NODE_CONSTANT, NODE_UNKNOWN, NODE_RULE, NODE_VIEW, NODE_STORE };

enum { WORK_ALIGN = 64, ALL_GROUPS = 0xff };

struct node {
	const struct rule *rule;         /* NODE_RULE */
	const void *aux;
	const double *values;            /* of what does not vary; of a store its constant places, NULL when it has none */
	int64_t at;                      /* varying: place among the doubles of a sweep, -1 = no group needs it; set by graph_finish */
	int32_t n;
	int32_t first, nargs;            /* in graph.args; of a store `first` is its number */
	int32_t base, from;              /* the node whose memory it is part of, and where; base -1 = it has its own */
	uint8_t kind, want, need;        /* groups that asked for it, groups that it is computed for */
	bool varies;
	bool slopes;                     /* has a derivative by the unknowns */
};

/* What was put at [from, from + n) of a store, and the node that computes it there (-1 = constant). */
struct put {
	int32_t node, placed, from, n;
};

struct store {
	int32_t *put_of;                 /* of each place the number of its put + 1 */
	struct put *puts;
	int32_t nputs, room;
};

struct graph {
	struct arena arena;
	void **blocks;                   /* values too long for the arena */
	int nblocks, blocks_room;
	struct node *nodes;
	int32_t nnodes, nodes_room;
	int32_t *args;
	int32_t nargs, args_room;
	struct store *stores;
	int32_t nstores, stores_room;
	int32_t *slots;                  /* the nodes by their hash, number + 1 */
	uint32_t nslots;                 /* a power of two */
	int32_t unknowns;
	bool finished;
	/*
	 * Layout of a sweep, by graph_finish: unknowns, then what the gradient goes through (slopes), then the rest; the terms of
	 * the density lie behind each other.
	 */
	int64_t slopes, total, terms_at, nterms;
	double constant_terms;           /* sum of those terms that do not vary */
};

#endif
