/*
 * ode_priv.h - what the files of the differential equations share: tables of methods, and the tape.
 */
#ifndef MUSTER_ODE_PRIV_H
#define MUSTER_ODE_PRIV_H

#include "model/ode.h"

enum { ODE_STAGES_MAX = 7 };

/*
 * A Runge-Kutta pair whose first stage is explicit and whose last stage is the end of the step, so that its slope is the first
 * one of the next step: Y_i = y + h sum_j a[i][j] k_j, k_i = f(t + c[i] h, Y_i), y_next = Y_last. A stage with a[i][i] = `gamma`
 * not 0 is implicit. The step's error is h sum error[j] k_j, of order `order`.
 *
 * Between the steps: the cubic through both ends and their slopes, plus theta^2 (1 - theta)^2 h sum bend[j] k_j, which
 * makes it of order 4 (for both methods).
 */
struct ode_table {
	int stages;
	int order;
	double gamma;
	double c[ODE_STAGES_MAX];
	double a[ODE_STAGES_MAX][ODE_STAGES_MAX];
	double error[ODE_STAGES_MAX];
	double bend[ODE_STAGES_MAX];
};
extern const struct ode_table ode_tables[];      /* by enum ode_method */

/* weight[stages]: y(t + theta h) = y + h sum weight[j] k_j. */
void ode_between(const struct ode_table *m, double theta, double *weight);

/* Gauss with row exchanges: M[n x n] in place to its factors; false when it is singular or not finite. */
bool ode_factor(int n, double *M, int *pivot);
void ode_backsolve(int n, const double *M, const int *pivot, double *x);         /* M x = b, b in x */
void ode_backsolve_transposed(int n, const double *M, const int *pivot, double *x);

struct ode_tape {
	int K, P;
	const struct ode_table *table;
	const double *times;     /* the caller's, of the last solution */
	int32_t ntimes;
	bool kept;
	int taken, tried;
	/* A step is STEP_HEAD numbers, y[K], and the slopes k[stages x K]. Without `keep` there is room for one. */
	double *steps;
	size_t room;
	int *pivot;              /* K */
	double *matrix;          /* K x K: a Newton matrix, and J before it */
	double *jacobian;        /* K x K */
	double *scratch;         /* ODE_VECTORS of K, then a gradient of P */
};
enum { STEP_T, STEP_NEXT, STEP_H, STEP_HEAD };
enum { ODE_VECTORS = 8 + ODE_STAGES_MAX };

static inline size_t ode_step_size(const struct ode_tape *tape)
{
	return STEP_HEAD + (size_t)tape->K * (size_t)(1 + tape->table->stages);
}
static inline double *ode_step(const struct ode_tape *tape, int i)
{
	return tape->steps + (tape->kept ? (size_t)i : 0) * ode_step_size(tape);
}
/* The place of stage i of a step, without its implicit part (the sum over j < i). */
void ode_stage(const struct ode_table *m, int K, int i, double h, const double *y, const double *k, double *place);
/* J[K x K] by row: d f_i / d y_j. */
int ode_jacobian(const struct ode_system *f, double t, const double *y, double *weight, double *J, struct err *e);

#endif
