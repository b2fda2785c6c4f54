/*
 * mcmc.h - sampling any log density with a gradient by Hamiltonian Monte Carlo. Knows nothing of models, tables or
 * Lua.
 *
 *   mcmc_new --> mcmc_run ... mcmc_run --> mcmc_draws, mcmc_infos; mcmc_save, mcmc_restore to go on elsewhere
 *
 * The No-U-Turn sampler with multinomial weights, and its warmup, as in Stan. Sources: M. Hoffman and A. Gelman, "The
 * No-U-Turn sampler", JMLR 15 (2014) 1593-1623; M. Betancourt, "A conceptual introduction to Hamiltonian Monte Carlo"
 * (2017), appendix A; Stan Reference Manual, "MCMC sampling". Each chain has a random stream of its own and shares
 * nothing with the others, so draws are the same bits for any number of threads, and for any way of dividing them
 * into runs.
 */
#ifndef MUSTER_MCMC_H
#define MUSTER_MCMC_H

#include "stats/random.h"

/*
 * A log density on R^n, up to a constant. One object per thread: `eval` may use memory of its own behind ctx. *lp =
 * -INFINITY where there is no density (grad is then undefined); an error code ends the run (ERR_INTERRUPT,
 * ERR_MEMORY, and ERR_DOMAIN for what no other place would mend). ERR_INTERRUPT stops as stop_requested does.
 */
struct density {
	int n;
	int (*eval)(void *ctx, const double *q, double *lp, double *grad, struct err *e);
	void *ctx;
	/* May be NULL: why the last log density was -INFINITY, for messages; "" = not known. */
	const char *(*why)(void *ctx);
};

enum mcmc_metric { MCMC_DIAGONAL, MCMC_DENSE, MCMC_UNIT };

struct mcmc_options {
	uint64_t seed;
	int chains;
	int warmup;                      /* iterations that tune and are not kept */
	enum mcmc_metric metric;
	bool judged;                     /* a dense metric is dense only after windows whose unknowns are tied to each other */
	double delta;                    /* target of the acceptance statistic, in (0, 1) */
	int max_depth;                   /* of the tree: at most 2^max_depth - 1 leapfrog steps; 1 to MCMC_DEPTH_MAX */
	double radius;                   /* starts are uniform in (-radius, radius) */
	double step;                     /* where the search for a first step size begins */
};
#define MCMC_OPTIONS_INIT { .seed = 1, .chains = 4, .warmup = 1000, .delta = 0.8, .max_depth = 10, .radius = 2, .step = 1 }
enum { MCMC_DEPTH_MAX = 20, MCMC_TRIES = 100, MCMC_CHAINS_MAX = 1024 };

/* What is known of a draw besides q. */
struct mcmc_info {
	double lp;                       /* log density of q */
	double accept;                   /* mean Metropolis acceptance over the trajectory (Stan's accept_stat__) */
	double step;                     /* step size */
	double energy;                   /* Hamiltonian of the draw with its momentum */
	int32_t depth;                   /* of the tree */
	int32_t leapfrogs;               /* gradients */
	bool divergent;
};

enum mcmc_phase { MCMC_WAITING, MCMC_WARMUP, MCMC_SAMPLING, MCMC_DONE };

/* A look at a run while it goes on. */
struct mcmc_progress {
	int iterations;                  /* of this chain so far, warmup included */
	int total;                       /* as they will be */
	int divergences;                 /* after warmup */
	int64_t leapfrogs;               /* warmup included */
	enum mcmc_phase phase;
};

struct mcmc;

/* Chains that have not begun. ERR_DOMAIN: an option makes no sense, by name; ERR_MEMORY. */
int mcmc_new(const struct mcmc_options *o, int n, struct mcmc **out, struct err *e);
void mcmc_free(struct mcmc *m);

/* == before the first run ==================================================================== */

/* Where a chain begins: q[n], NAN where it is to be drawn. ERR_USAGE: the chain has begun. */
int mcmc_start(struct mcmc *m, int chain, const double *q, struct err *e);
/*
 * A step size and an inverse metric from elsewhere: inverse[n], of a dense metric inverse[n * n] by row; NULL leaves
 * it. With a warmup they are where it begins; without one they stay. ERR_DOMAIN: not positive (definite); ERR_USAGE
 * as above.
 */
int mcmc_tune(struct mcmc *m, int chain, double step, const double *inverse, struct err *e);

/* == running ================================================================================= */

struct mcmc_calls {
	void *ctx;
	/*
	 * Each draw after warmup, in the thread of its chain (`thread` says which density that is); a code ends the run. Draws
	 * of a chain come in order. May be NULL.
	 */
	int (*keep)(void *ctx, int thread, int chain, int draw, const double *q, struct err *e);
	/* From the thread of mcmc_run, about ten times a second, and once at the end: one of each chain. May be NULL. */
	void (*progress)(void *ctx, const struct mcmc_progress *chains, int n);
	/*
	 * After every `block` draws of each chain, when no thread runs: true ends the run. May be NULL, then there are no blocks.
	 */
	bool (*enough)(void *ctx, const struct mcmc *m);
	int block;
};

/*
 * Goes on until each chain has `draws` draws in all: 500 and then 1000 are the same bits as 1000 at once.
 * densities[threads] of the same n; no more threads run than there are chains. `calls` may be NULL.
 *
 * After stop_requested() it returns 0 and mcmc_interrupted() is true: what was drawn is kept, chains may differ in
 * number, and another run goes on as if nothing had happened. The iteration it was in is given up, also in warmup.
 *
 * ERR_DOMAIN: no start with a density and a gradient after MCMC_TRIES tries (or the one that was given): the message
 * says what was found; no step size is small enough, or all are (the density is improper). Other codes are those of
 * eval and keep. After an error draws made so far are kept.
 */
int mcmc_run(struct mcmc *m, const struct density *densities, int threads, int draws, const struct mcmc_calls *calls,
	     struct err *e);
bool mcmc_interrupted(const struct mcmc *m);             /* was the last run? */

/* == what came of it ========================================================================= */

int mcmc_unknowns(const struct mcmc *m);
int mcmc_chains(const struct mcmc *m);
int mcmc_count(const struct mcmc *m, int chain);                         /* draws */
const double *mcmc_draws(const struct mcmc *m, int chain);               /* [count][n], valid until the next run */
const struct mcmc_info *mcmc_infos(const struct mcmc *m, int chain);     /* [count] */
struct mcmc_progress mcmc_state(const struct mcmc *m, int chain);        /* from any thread, also while it runs */
double mcmc_step(const struct mcmc *m, int chain);                       /* of the next iteration */
const double *mcmc_inverse(const struct mcmc *m, int chain);             /* inverse metric: [n], of a dense one [n * n] */

/*
 * Of each divergent draw: its number, and the point the trajectory was at before the step that went astray.
 * mcmc_divergences counts them; draws[count], points[count][n] are valid until the next run.
 */
int mcmc_divergences(const struct mcmc *m, int chain, const int **draws, const double **points);

/* == going on elsewhere ====================================================================== */

/*
 * The state of a chain as plain finite numbers: of a `struct mcmc` made with the same options and n, mcmc_restore
 * makes a chain that goes on as this one, bit for bit. Its draws so far are not in there; counting begins at 0 again.
 * A chain that has not begun is given back without the start it may have been given. ERR_DATA: not numbers of such a
 * chain.
 */
size_t mcmc_save_size(const struct mcmc *m);
void mcmc_save(const struct mcmc *m, int chain, double *out);
int mcmc_restore(struct mcmc *m, int chain, const double *from, struct err *e);

/* == warmup's plan =========================================================================== */

/*
 * Stan's windows: a beginning that tunes the step size alone, windows each of twice the length of the one before that
 * give a metric, and an end that tunes the step size for the last of them. Iterations count from 0. All are 0 for
 * fewer than 20 iterations.
 */
struct mcmc_plan {
	int warmup, begin, base, end;    /* lengths; `base` of the first window */
};
struct mcmc_plan mcmc_plan(int warmup);
/* The last iteration of the window that this one belongs to, after which the metric is new; -1 = it is in none. */
int mcmc_window_end(const struct mcmc_plan *p, int iteration);

#endif
