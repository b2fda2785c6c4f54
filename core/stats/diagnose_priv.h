/*
 * diagnose_priv.h - what the files of diagnostics share: ranks, and the effective sample size of a mean.
 */
#ifndef MUSTER_DIAGNOSE_PRIV_H
#define MUSTER_DIAGNOSE_PRIV_H

#include "base/base.h"

/* Mean and sum of squared distances from it, in two passes, so that a large mean costs no digits. */
double sum_mean(const double *x, int64_t n);
double sum_squares(const double *x, int64_t n, double mean);

/* All alike, to the last bits: nothing to learn about mixing. */
bool draws_are_constant(const double *x, int64_t n);
bool draws_are_finite(const double *x, int64_t n);

/* == effective sample size: ess.c ============================================================ */

struct ess_room;

/* For up to `chains` chains of up to `iterations`. NULL: no memory. */
struct ess_room *ess_room_new(int64_t iterations, int chains);
void ess_room_free(struct ess_room *r);
/* Of the mean of y: m chains one behind the other, n each. NAN when there is none. */
double ess_of_mean(struct ess_room *r, const double *y, int m, int64_t n);

/* == ranks: rank.c =========================================================================== */

struct ranked {
	double value;
	int64_t at;
};

/* In place, equal values in the order they had. spare[n]. No NAN. */
void rank_sort(struct ranked *items, struct ranked *spare, int64_t n);
/* The normal score of a rank (from 1; halves for ties) among n: Blom's, as the paper takes them. */
double rank_score(double rank, int64_t n);

/* == many columns: each.c ==================================================================== */

struct each_work {
	int64_t n;
	void *ctx;
	int (*open)(void *ctx, void **room, struct err *e);              /* a thread's own */
	int (*one)(void *ctx, void *room, int64_t i, struct err *e);
	void (*close)(void *room);
};

/* Each of 0 ... n - 1 once. The failure reported is that of the lowest one; ERR_INTERRUPT when a stop was requested. */
int each_run(const struct each_work *work, struct err *e);

#endif
