/*
 * mcmc_priv.h - a chain, and what the files of this folder do to it.
 */
#ifndef MUSTER_MCMC_PRIV_H
#define MUSTER_MCMC_PRIV_H

#include "mcmc/mcmc.h"

#include <stdatomic.h>

/*
 * Vectors are padded with zeros to a multiple of 4 (`room` numbers), so that no loop has a tail, and begin at a
 * multiple of 32 bytes. Sums run in four parts that are added at the end: the same order on every processor.
 */
enum { LANES = 4 };

/* == kernels.c =============================================================================== */

/* Half a step of momentum and a whole one of position: p2 = p + h g, s2 = s + h t, q2 = q + 2 h s2. */
void kernel_drift(int room, double h, const double *p, const double *s, const double *g, const double *t, const double *q,
		  double *p2, double *s2, double *q2);
/* The other half: p += h g, s += h t; the result is p . s. */
double kernel_kick(int room, double h, const double *g, const double *t, double *p, double *s);
/* The same with t = inverse g, diagonal. */
double kernel_kick_diagonal(int room, double h, const double *inverse, const double *g, double *t, double *p, double *s);
double kernel_dot(int room, const double *a, const double *b);
void kernel_times(int room, const double *a, const double *b, double *out);
/* out = m v; m is symmetric, n by n. */
void kernel_symmetric(int n, const double *m, const double *v, double *out);
/*
 * The sum of two parts of a trajectory, and whether it still goes outwards: momentum sums rho, velocities s and
 * momenta p at their ends, a[0] the outer one and a[1] where they meet.
 */
struct kernel_part {
	const double *rho, *s[2], *p[2];
};
bool kernel_join(int room, const struct kernel_part *a, const struct kernel_part *b, double *rho);
/* Two single points. */
bool kernel_join_points(int room, const struct kernel_part *a, const struct kernel_part *b, double *rho);
/* Welford's update for the count-th point q. */
void kernel_variance(int room, double count, const double *q, double *mean, double *sum);
void kernel_covariance(int n, double count, const double *q, double *mean, double *sum, double *work);

/* == place.c ================================================================================= */

/* What is wrong at a place, in words; false when nothing is. */
bool place_fault(const struct density *d, double lp, const double *grad, char *why, size_t size);
/*
 * A place with a density and a gradient: given[n], NAN where it is to be drawn in (-radius, radius), MCMC_TRIES
 * times. `who` begins the message. After an error *r is what it was and q is `given`.
 */
int place_find(const struct density *d, const double *given, double radius, struct random *r, double *q, double *lp,
	       double *grad, const char *who, struct err *e);

/* == chains ================================================================================== */

struct point {
	double *q, *grad;
	double lp, energy;
};

/* Dual averaging of the log of the step size (Hoffman and Gelman, algorithm 5). */
struct averaging {
	double centre, error, mean, count;
};

/* Memory of a trajectory that is being built; nuts.c says how. */
struct tree {
	int slots, nfree;
	double **p, **s;                 /* [slots] momentum and velocity of points that are ends of a part */
	int *refs, *free;
	double **rho;                    /* [2 * (max_depth + 2)] */
	double *side[2][4];              /* q, its spare, grad, inverse metric times grad: backwards, forwards */
	struct point next[2];            /* candidates */
	double *stray;                   /* where the step that diverged began */
};

struct chain {
	int n, room, number;
	enum mcmc_metric metric;
	const struct mcmc_options *options;

	/* the state: all that the next iteration depends on */
	struct random random;
	struct point at;
	double step;
	double *inverse, *factor;        /* factor factor' = inverse: diagonal, or lower triangle by row */
	struct averaging averaging;
	struct mcmc_plan plan;
	int iteration;                   /* how many were made */
	double seen, *mean, *sum;        /* of this window */
	bool placed;                     /* at.q is a place with a density */
	bool find_step;                  /* before the next iteration */

	bool known;                      /* lp and gradient at at.q are there */
	struct tree tree;
	double *block;                   /* all vectors above */
	void *index;

	double *draws;
	struct mcmc_info *infos;
	int count, draws_room;
	bool owed;                       /* the draw behind the last one was made but not yet handed to keep */
	int *lost;                       /* numbers of divergent draws */
	double *lost_at;
	int nlost, lost_room;

	/* for those who look on */
	atomic_int seen_iterations, seen_total, seen_divergences, seen_phase;
	atomic_llong leapfrogs;

	/* of the run */
	const atomic_int *halt;
	void (*tick)(void *ctx);         /* of the thread that reports, else NULL */
	void *tick_ctx;
	unsigned ticks;
	struct err err;
	int rc;
};

struct mcmc {
	struct mcmc_options options;
	int n;
	bool interrupted;
	struct chain **chains;
};

/* chain.c */
int chain_new(const struct mcmc_options *o, int n, int number, struct chain **out, struct err *e);
void chain_free(struct chain *c);
/* Finds the start. */
int chain_place(struct chain *c, const struct density *d, struct err *e);
/* One more iteration; ERR_INTERRUPT leaves the state as it was. */
int chain_iterate(struct chain *c, const struct density *d, struct mcmc_info *info, struct err *e);
/* ERR_INTERRUPT when this thread has to stop. */
int chain_poll(struct chain *c);
enum { CHAIN_WORDS = 9, CHAIN_HEAD = 14 };       /* numbers of it that are whole, and all before q */
size_t chain_numbers(struct chain *c, double *numbers, bool save);

/* nuts.c */
int nuts_transition(struct chain *c, const struct density *d, struct mcmc_info *info, struct err *e);
/* A momentum into slot 0 of the tree; the result is the kinetic energy. */
double nuts_momentum(struct chain *c);
/* A leapfrog step from slot `from` to slot `to` on one side; *energy is the Hamiltonian, INFINITY where there is none. */
int nuts_leapfrog(struct chain *c, const struct density *d, double step, int side, int from, int to, double *lp,
		  double *energy, struct err *e);
/* Both sides at the present point. */
void nuts_gather(struct chain *c);

/* adapt.c */
int adapt_find_step(struct chain *c, const struct density *d, struct err *e);
/* After an iteration of warmup. */
void adapt_learn(struct chain *c, double accept);
/* factor from inverse; ERR_DOMAIN: not positive definite. */
int adapt_factor(struct chain *c, struct err *e);
void adapt_restart(struct averaging *a, double step);

#endif
