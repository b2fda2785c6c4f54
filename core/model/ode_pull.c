/*
 * ode_pull.c - the way back: derivatives through the steps that ode_solve took, last one first.
 *
 * A step is next = Y_last with Y_i = y + h sum_(j <= i) a_ij k_j and k_i = f(Y_i). Backwards, with `given[i]` the derivative by
 * k_i and `place` that by Y_i, for an explicit stage: place += f'(Y_i)^T given[i]; y += place; given[j] += h a_ij place. An
 * implicit stage has Y_i in its own k_i: given[i] + h gamma place is first divided by (1 - h gamma f'(Y_i))^T. The slope of the
 * last stage is the first one of the next step, so what is given to it there comes here along with the derivative by `next`.
 * Source of the idea: W. W. Hager, "Runge-Kutta methods in optimal control and the transformed adjoint system" (2000).
 */
#include <math.h>
#include <string.h>

#include "model/ode_priv.h"

struct back {
	const struct ode_system *f;
	const struct ode_table *m;
	struct ode_tape *tape;
	int K;
	double *by_y;            /* by the end of the step, then by its start */
	double *start;           /* by the start, while the end is still needed */
	double *given;           /* stages x K: by the slopes */
	double *place, *value, *unit;
	double *dp;
};

/* What the times inside the step ask of its start and slopes, and those at its end of by_y. Returns how many are left. */
static int32_t ask_times(struct back *b, const double *head, int32_t left, const double *dy)
{
	double weight[ODE_STAGES_MAX], t = head[STEP_T], h = head[STEP_H];
	int K = b->K;

	for (; left && b->tape->times[left - 1] > t; left--) {
		const double *d = dy + (size_t)(left - 1) * (size_t)K;

		if (b->tape->times[left - 1] == head[STEP_NEXT]) {
			for (int n = 0; n < K; n++)
				b->by_y[n] += d[n];
			continue;
		}
		ode_between(b->m, (b->tape->times[left - 1] - t) / h, weight);
		for (int n = 0; n < K; n++)
			b->start[n] += d[n];
		for (int j = 0; j < b->m->stages; j++)
			for (int n = 0; n < K; n++)
				b->given[j * K + n] += h * weight[j] * d[n];
	}
	return left;
}

static int pull_stage(struct back *b, const double *head, int i, struct err *e)
{
	const struct ode_table *m = b->m;
	const double *y = head + STEP_HEAD, *k = y + b->K;
	double h = head[STEP_H], hg = h * m->gamma, t = head[STEP_T] + m->c[i] * h, *given = b->given + i * b->K;
	int K = b->K, rc;

	ode_stage(m, K, i, h, y, k, b->value);
	if (m->gamma > 0) {
		double *matrix = b->tape->matrix;

		for (int n = 0; n < K; n++) {
			b->value[n] += hg * k[i * K + n];
			given[n] += hg * b->place[n];
		}
		if ((rc = ode_jacobian(b->f, t, b->value, b->unit, matrix, e)))
			return rc;
		for (int n = 0; n < K * K; n++)
			matrix[n] *= -hg;
		for (int n = 0; n < K; n++)
			matrix[n * K + n] += 1;
		if (!ode_factor(K, matrix, b->tape->pivot))
			return err_set(e, ERR_DOMAIN, "the derivatives of an ode have no finite Jacobian at t = %g", t);
		ode_backsolve_transposed(K, matrix, b->tape->pivot, given);
	}
	if ((rc = b->f->pull(b->f->ctx, t, b->value, given, b->place, b->dp, e)))
		return rc;
	for (int n = 0; n < K; n++)
		b->start[n] += b->place[n];
	for (int j = 0; j < i; j++) {
		double a = h * m->a[i][j];

		for (int n = 0; a != 0 && n < K; n++)
			b->given[j * K + n] += a * b->place[n];
	}
	return 0;
}

static int pull_step(struct back *b, const double *head, struct err *e)
{
	int last = b->m->stages - 1, rc;
	size_t bytes = (size_t)b->K * sizeof(double);

	memcpy(b->place, b->by_y, bytes);
	for (int i = last; i >= 1; i--) {
		if ((rc = pull_stage(b, head, i, e)))
			return rc;
		memset(b->place, 0, bytes);
	}
	memcpy(b->by_y, b->start, bytes);
	/* its first slope is the last one of the step before */
	memcpy(b->given + last * b->K, b->given, bytes);
	memset(b->given, 0, (size_t)last * bytes);
	return 0;
}

int ode_pull(struct ode_tape *tape, const struct ode_system *f, const double *dy, double *dy0, double *dp, struct err *e)
{
	struct back b = { f, tape->table, tape, tape->K, NULL, NULL, NULL, NULL, NULL, NULL, NULL };
	size_t K = (size_t)tape->K;
	int last = b.m->stages - 1, rc;
	int32_t left = tape->ntimes;

	b.by_y = tape->scratch;
	b.start = b.by_y + K;
	b.place = b.start + K;
	b.value = b.place + K;
	b.unit = b.value + K;
	b.given = b.unit + K;
	b.dp = dp ? b.given + (size_t)b.m->stages * K : NULL;
	memset(b.by_y, 0, ODE_VECTORS * K * sizeof *b.by_y);
	if (dp)
		memset(b.dp, 0, (size_t)tape->P * sizeof *dp);
	for (int i = tape->taken - 1; i >= 0; i--) {
		memset(b.start, 0, K * sizeof *b.start);
		left = ask_times(&b, ode_step(tape, i), left, dy);
		if ((rc = pull_step(&b, ode_step(tape, i), e)))
			return rc;
	}
	if (tape->taken) {
		const double *head = ode_step(tape, 0);

		if ((rc = f->pull(f->ctx, head[STEP_T], head + STEP_HEAD, b.given + (size_t)last * K, b.by_y, b.dp, e)))
			return rc;
	}
	for (; left; left--)
		for (size_t n = 0; n < K; n++)
			b.by_y[n] += dy[(size_t)(left - 1) * K + n];
	for (size_t n = 0; dy0 && n < K; n++)
		dy0[n] += b.by_y[n];
	for (int n = 0; dp && n < tape->P; n++)
		dp[n] += b.dp[n];
	return 0;
}
