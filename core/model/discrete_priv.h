/*
 * discrete_priv.h - tables of sums under construction, and the rule that computes them.
 *
 * A table has rows of cells of terms: row = log sum_cells exp(sum_terms). A term is a place of a node's values.
 */
#ifndef MUSTER_DISCRETE_PRIV_H
#define MUSTER_DISCRETE_PRIV_H

#include "model/discrete.h"

struct ints {
	int32_t *p;
	int32_t n, room;
};

struct discrete_table {
	struct ints row_ends, cell_ends; /* of each row its cells, of each cell its terms: where they end */
	struct ints arg, at;             /* of each term its argument of the node to be, and the place in it */
	struct ints nodes;               /* the arguments */
	int32_t *arg_of;                 /* by node: its argument + 1 */
	int known;                       /* nodes that arg_of has room for */
	int32_t rows;
};

int table_begin(struct discrete_table *t, const struct graph *g, struct err *e);
void table_clear(struct discrete_table *t);
void table_release(struct discrete_table *t);
int table_term(struct discrete_table *t, int node, int32_t at, struct err *e);
int table_cell(struct discrete_table *t, struct err *e);         /* of the terms since the last one */
int table_row(struct discrete_table *t, struct err *e);          /* of the cells since the last one */
/* A node of its rows. */
int table_node(struct discrete_table *t, struct graph *g, int *node, struct err *e);

#endif
