/*
 * optimize_priv.h - a climb, and the search along a line that it is made of.
 */
#ifndef MUSTER_OPTIMIZE_PRIV_H
#define MUSTER_OPTIMIZE_PRIV_H

#include "mcmc/optimize.h"

/* Minus the log density along q + a step: its value and slope at a. */
struct trial {
	double a, f, slope;
};

struct line {
	const struct density *density;
	const double *from, *step;
	double *q, *grad;        /* the last trial; grad of the log density */
	int evaluations;
	bool edge;               /* a trial had no density */
};

/*
 * From *at (a = 0, the slope below 0) to a step that fulfils the Wolfe conditions, first trying `first`; *at, l->q
 * and l->grad are then there. *found = false: there is none to within rounding; q and grad are then anything.
 */
int line_search(struct line *l, double first, struct trial *at, bool *found, struct err *e);

#endif
