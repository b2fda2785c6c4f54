/* sumout_priv.h - what the two files share that sum whole-numbered unknowns out: the rows of a statement for all their values. */
#ifndef MUSTER_SUMOUT_PRIV_H
#define MUSTER_SUMOUT_PRIV_H

#include "model/model_priv.h"

/* Occurrences whose elements are the same in every row have one value. */
struct row_table {
	const struct statement *statement;
	int noccurrences, nclasses;
	struct symbol *symbols[TOUCH_MAX];
	int class_of[TOUCH_MAX], first_of[TOUCH_MAX];    /* of an occurrence; the first occurrence of a class */
	struct mvalue rows;                              /* of the first combination, with what they touch */
	int32_t n;                                       /* rows */
	int32_t combinations;
	int *nodes;                                      /* [combinations]: the last class fastest */
	bool observed;
};

/* sumout_sum.c: the sum of n tables over all unknowns as a term of the density, and as rows of the likelihood. */
int sumout_add(struct compiler *c, const struct row_table *tables, int n, struct err *e);

#endif
