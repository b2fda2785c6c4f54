/* claims_priv.h - what the files of this folder share. */
#ifndef MUSTER_CLAIMS_PRIV_H
#define MUSTER_CLAIMS_PRIV_H

#include "claims/claims.h"

/* The columns a figure is made of; NULL where the table has none of that name or of another type. */
struct figure_columns {
	const struct column *qualifier, *low, *best, *high, *measure, *basis;
};
struct figure_columns figure_columns_of(const struct table *t);
/* 0 and *there = false when the row has no numbers. The codes point into the columns. */
int figure_of_row(const struct figure_columns *c, int64_t row, double rounding, struct quantity *out, bool *there,
		  struct err *e);

#endif
