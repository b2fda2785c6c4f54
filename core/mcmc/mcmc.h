/*
 * mcmc.h - sampling and maximising any log density with a gradient. Knows nothing of models, tables or Lua.
 */
#ifndef MUSTER_MCMC_H
#define MUSTER_MCMC_H

#include "stats/random.h"

/*
 * A log density on R^n, up to a constant. One object per thread: `eval` may use memory of its own behind ctx. *lp = -INFINITY
 * where there is no density (grad is then undefined); an error code ends the run (ERR_INTERRUPT, ERR_MEMORY, and ERR_DOMAIN
 * for what no other place would mend).
 */
struct density {
	int n;
	int (*eval)(void *ctx, const double *q, double *lp, double *grad, struct err *e);
	void *ctx;
};

#endif
