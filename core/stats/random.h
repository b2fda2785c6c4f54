/*
 * random.h - random numbers that depend on where they are drawn, not on when: counter-based streams.
 *
 * The n-th block of a stream is a function of (key, stream, n), so a stream can be continued from its counter alone,
 * and no number depends on the order of threads. Generator: Philox4x32-10, J. Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", SC11 (2011).
 */
#ifndef MUSTER_RANDOM_H
#define MUSTER_RANDOM_H

#include "base/base.h"

/* All there is to a stream: copy it to branch, store it to continue. */
struct random {
	uint64_t key;            /* the seed */
	uint64_t stream;         /* a chain, a replicate, a purpose */
	uint64_t count;          /* of numbers drawn so far */
};

struct random random_open(uint64_t key, uint64_t stream);
uint64_t random_bits(struct random *r);
double random_uniform(struct random *r);                 /* in (0, 1), never either end */
double random_normal(struct random *r);                  /* standard */
void random_normals(struct random *r, int n, double *out);       /* the next n of random_normal, in less time */
double random_exponential(struct random *r);             /* mean 1 */
double random_gamma(struct random *r, double shape);     /* scale 1; for shapes below 1 too */
/* log of the same, finite where the number itself is 0 as a double. */
double random_log_gamma(struct random *r, double shape);
int64_t random_poisson(struct random *r, double mean);   /* exact for means up to 1e15 */
int64_t random_binomial(struct random *r, int64_t n, double p);

#endif
