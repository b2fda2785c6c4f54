/*
 * ode.h - solutions of ordinary differential equations dy/dt = f(t, y, p), and their derivatives by y(t0) and p.
 *
 *   struct ode_system --ode_solve--> y at the times (and a tape of the steps) --ode_pull--> derivatives
 *
 * Two methods, both with steps chosen by an estimate of their error and a polynomial between the steps for the times asked for:
 *   ODE_RK45    explicit, Dormand and Prince 5(4): for all but stiff equations
 *   ODE_STIFF   implicit, L-stable, Kennedy and Carpenter ESDIRK 4(3): for stiff ones (fast absorption, slow elimination)
 * The derivatives are those of the numbers computed, by the chain rule backwards through the steps taken (discrete adjoint, the
 * lengths of steps held fixed): they cost about twice the solution whatever the number of parameters, where sensitivity equations
 * cost P + K times of it.
 */
#ifndef MUSTER_ODE_H
#define MUSTER_ODE_H

#include "model/graph.h"

enum { ODE_STATES_MAX = 100 };

enum ode_method { ODE_RK45, ODE_STIFF };
extern const char *const ode_methods[];  /* "rk45", "stiff", NULL: by enum ode_method */

struct ode_options {
	double rel_tol, abs_tol;         /* the error of a step in y is at most rel_tol * |y| + abs_tol */
	int max_steps;                   /* tried steps of one solution */
	enum ode_method method;
};
/* Its tolerances are tighter than Stan's ode_rk45 (1e-6, 1e-6). */
#define ODE_OPTIONS_INIT { .rel_tol = 1e-6, .abs_tol = 1e-8, .max_steps = 100000, .method = ODE_RK45 }

/* == as an operation of a graph (rules_ode.c) ================================================
 *
 * Arguments: y(t0) of K, then the P outer values (left out when P = 0). Result: ntimes x K by row.
 * ERR_DOMAIN when the tolerance takes more than max_steps, or f is not finite: a place without a density.
 *
 * rhs is a finished graph of its own, which outlives the steps: its unknowns are q = [t, y (K), outer values (P)], and node
 * `result`, which is wanted with GRAPH_DENSITY, has the K derivatives.
 */
struct ode_problem {
	const struct graph *rhs;
	int result;
	int K, P;
	double t0;
	int32_t ntimes;
	const double *times;             /* ascending, from t0 on; equal ones may follow each other */
	double rel_tol, abs_tol;
	int max_steps;
	enum ode_method method;
};
extern const struct rule rule_ode;

/* What can be said before there are values, for whoever builds the graph: ERR_DATA naming the place of a time that is out of order. */
int ode_check(const struct ode_problem *p, struct err *e);

/* == without a graph (ode.c) ================================================================= */

struct ode_system {
	int K, P;
	/* dy[K] = f(t, y). */
	int (*slope)(void *ctx, double t, const double *y, double *dy, struct err *e);
	/* Adds the derivatives of sum_k weight[k] f_k(t, y) by y to gy[K] and by p to gp[P]; gp may be NULL. */
	int (*pull)(void *ctx, double t, const double *y, const double *weight, double *gy, double *gp, struct err *e);
	void *ctx;
};

/* The memory of one thread: the steps of the last solution, kept for ode_pull. */
struct ode_tape;
int ode_tape_new(int K, int P, struct ode_tape **out, struct err *e);
void ode_tape_free(struct ode_tape *tape);

/*
 * y[ntimes x K] at the times, ascending from t0 on; they stay where they are until ode_pull. Without `keep` the steps are not
 * kept, and ode_pull cannot follow.
 * ERR_DOMAIN as above, ERR_INTERRUPT, ERR_MEMORY, and what slope and pull return. y is undefined then.
 */
int ode_solve(struct ode_tape *tape, const struct ode_system *f, const struct ode_options *options, double t0, const double *y0,
	      int32_t ntimes, const double *times, bool keep, double *y, struct err *e);
/* Given dy[ntimes x K], adds sum dy . d y / d y0 to dy0[K] and sum dy . d y / d p to dp[P]; either may be NULL. */
int ode_pull(struct ode_tape *tape, const struct ode_system *f, const double *dy, double *dy0, double *dp, struct err *e);
/* Steps of the last solution. */
int ode_steps(const struct ode_tape *tape);

#endif
