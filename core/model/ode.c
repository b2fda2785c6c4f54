/*
 * ode.c - the way forward: steps as long as their error allows, and what lies between them.
 *
 * The step control is that of E. Hairer, S. P. Norsett and G. Wanner, Solving Ordinary Differential Equations I (2nd ed., 1993),
 * II.4: first step from the slopes, then a proportional-integral rule on the mean square of the error in units of the tolerance.
 * Steps do not stop at the times asked for, which lie on the polynomial of their step: many times cost no more than few, and
 * the error of a step is a smooth function of the parameters but for the rare place where one more step is needed.
 *
 * Implicit stages are solved by Newton's method with the Jacobian of the step's start, to a hundred-thousandth of the
 * tolerance, because ode_pull takes them as solved.
 */
#include <math.h>
#include <string.h>

#include "model/ode_priv.h"

enum { NEWTON_MAX = 10, POLL_EVERY = 256 };
static const double newton_near = 1e-5;

struct run {
	const struct ode_system *f;
	const struct ode_options *options;
	const struct ode_table *m;
	struct ode_tape *tape;
	int K;
	double *y, *k;           /* of the step at hand, in the tape */
	double *next, *scale, *place, *move;
	bool fresh;              /* tape->jacobian is that of the step at hand */
};

int ode_check(const struct ode_problem *p, struct err *e)
{
	double before = p->t0;

	if (p->K < 1 || p->K > ODE_STATES_MAX)
		return err_set(e, ERR_DATA, "ode: expected 1 to %d states, found %d", ODE_STATES_MAX, p->K);
	if (!isfinite(p->t0))
		return err_set(e, ERR_DATA, "ode: expected a finite starting time, found %g", p->t0);
	if (!(p->rel_tol >= 1e-13 && p->rel_tol < 1))
		return err_set(e, ERR_DATA, "ode: expected a rel_tol from 1e-13 to 1, found %g", p->rel_tol);
	if (!(p->abs_tol > 0 && p->abs_tol < INFINITY))
		return err_set(e, ERR_DATA, "ode: expected an abs_tol above 0, found %g", p->abs_tol);
	if (p->max_steps < 1)
		return err_set(e, ERR_DATA, "ode: expected max_steps of 1 or more, found %d", p->max_steps);
	for (int32_t i = 0; i < p->ntimes; i++) {
		if (!isfinite(p->times[i]))
			return err_set(e, ERR_DATA, "ode: expected finite times, found %g in place %d", p->times[i], (int)i + 1);
		if (p->times[i] < before)
			return i == 0 ? err_set(e, ERR_DATA, "ode: expected times from the start, %g, on, found %g in place 1", p->t0,
						p->times[i]) :
				err_set(e, ERR_DATA, "ode: expected times in ascending order, found %g in place %d behind %g",
					p->times[i], (int)i + 1, before);
		before = p->times[i];
	}
	return 0;
}

int ode_tape_new(int K, int P, struct ode_tape **out, struct err *e)
{
	struct ode_tape *tape;
	size_t states = (size_t)K;

	if (K < 1 || K > ODE_STATES_MAX || P < 0)
		return err_set(e, ERR_DOMAIN, "expected 1 to %d states of an ode, found %d", ODE_STATES_MAX, K);
	if (!(tape = mem_zero(1, sizeof *tape)))
		return err_nomem(e);
	tape->K = K;
	tape->P = P;
	tape->table = &ode_tables[ODE_RK45];
	tape->pivot = mem_zero(states, sizeof *tape->pivot);
	tape->matrix = mem_zero(2 * states * states + ODE_VECTORS * states + (size_t)P, sizeof *tape->matrix);
	if (!tape->pivot || !tape->matrix) {
		ode_tape_free(tape);
		return err_nomem(e);
	}
	tape->jacobian = tape->matrix + states * states;
	tape->scratch = tape->jacobian + states * states;
	*out = tape;
	return 0;
}

void ode_tape_free(struct ode_tape *tape)
{
	if (!tape)
		return;
	mem_free(tape->steps);
	mem_free(tape->pivot);
	mem_free(tape->matrix);
	mem_free(tape);
}

int ode_steps(const struct ode_tape *tape)
{
	return tape->taken;
}

/* Room for step `i` behind those taken. */
static int tape_room(struct ode_tape *tape, int i, struct err *e)
{
	size_t need = ode_step_size(tape) * (tape->kept ? (size_t)i + 1 : 1), room = tape->room ? tape->room : 1024;
	double *more;

	if (need <= tape->room)
		return 0;
	while (room < need)
		room *= 2;
	if (!(more = mem_resize(tape->steps, room * sizeof *more)))
		return err_nomem(e);
	tape->steps = more;
	tape->room = room;
	return 0;
}

static bool all_finite(int n, const double *x)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += x[i] * 0;         /* NaN for NaN and infinity, else 0 */
	return sum == 0;
}

/* The mean square of x in units of the tolerance, its root. */
static double size_of(const struct run *r, const double *x)
{
	double sum = 0;

	for (int n = 0; n < r->K; n++)
		sum += (x[n] / r->scale[n]) * (x[n] / r->scale[n]);
	return sqrt(sum / r->K);
}

static void scale_by(struct run *r, const double *y, const double *other)
{
	for (int n = 0; n < r->K; n++)
		r->scale[n] = r->options->abs_tol + r->options->rel_tol * fmax(fabs(y[n]), fabs(other[n]));
}

static int slope_at(const struct run *r, double t, const double *y, double *k, struct err *e)
{
	int rc = r->f->slope(r->f->ctx, t, y, k, e);

	if (!rc && !all_finite(r->K, k))
		rc = err_set(e, ERR_DOMAIN, "the derivatives of an ode are not finite at t = %g", t);
	return rc;
}

/* Hairer's first guess: a step in which an explicit Euler step would be good to a hundredth. */
static double first_step(const struct run *r, double t, double length)
{
	double d0, d1, d2, top, h;

	scale_by((struct run *)r, r->y, r->y);
	d0 = size_of(r, r->y);
	d1 = size_of(r, r->k);
	h = fmin(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1, length);
	for (int n = 0; n < r->K; n++)
		r->next[n] = r->y[n] + h * r->k[n];
	if (slope_at(r, t + h, r->next, r->place, NULL))
		return h;
	for (int n = 0; n < r->K; n++)
		r->move[n] = r->place[n] - r->k[n];
	d2 = size_of(r, r->move) / h;
	top = fmax(d1, d2);
	return fmin(fmin(100 * h, top <= 1e-15 ? fmax(1e-6, h * 1e-3) : pow(0.01 / top, 1.0 / r->m->order)), length);
}

/* (1 - h gamma J) of the step at hand, as factors. */
static int newton_matrix(struct run *r, double t, double h, struct err *e)
{
	struct ode_tape *tape = r->tape;
	int K = r->K, rc;

	if (!r->fresh && (rc = ode_jacobian(r->f, t, r->y, r->move, tape->jacobian, e)))
		return rc;
	r->fresh = true;
	for (int n = 0; n < K * K; n++)
		tape->matrix[n] = -h * r->m->gamma * tape->jacobian[n];
	for (int n = 0; n < K; n++)
		tape->matrix[n * K + n] += 1;
	if (!ode_factor(K, tape->matrix, tape->pivot))
		return err_set(e, ERR_DOMAIN, "the derivatives of an ode have no finite Jacobian at t = %g", t);
	return 0;
}

/* place = r + h gamma k with k = f(place): place has r on entry, k a guess. */
static int newton(struct run *r, double t, double hg, const double *guess, double *k, struct err *e)
{
	double *start = r->next, before = 0, near = fmax(newton_near, 1e3 * 2.3e-16 / r->options->rel_tol);
	int K = r->K, rc;

	memcpy(start, r->place, (size_t)K * sizeof *start);
	for (int n = 0; n < K; n++)
		r->place[n] += hg * guess[n];
	for (int round = 0; round < NEWTON_MAX; round++) {
		double now, ratio;

		if ((rc = slope_at(r, t, r->place, k, e)))
			return rc;
		for (int n = 0; n < K; n++)
			r->move[n] = start[n] + hg * k[n] - r->place[n];
		ode_backsolve(K, r->tape->matrix, r->tape->pivot, r->move);
		for (int n = 0; n < K; n++)
			r->place[n] += r->move[n];
		now = size_of(r, r->move);
		ratio = round ? now / before : 1;
		if (now == 0 || (ratio < 1 && now * ratio / (1 - ratio) < near)) {
			/* not f(place), which a stiff system makes of the rest of the error a large one */
			for (int n = 0; n < K; n++)
				k[n] = (r->place[n] - start[n]) / hg;
			return 0;
		}
		if (!(now < INFINITY) || (round > 1 && ratio > 2))
			break;
		before = now;
	}
	return err_set(e, ERR_DOMAIN, "the implicit equations of an ode cannot be solved at t = %g", t);
}

/* A step of length h: slopes of all stages but the first, which is there; its end in r->next, its error in r->move. */
static int try_step(struct run *r, double t, double h, double *error, struct err *e)
{
	const struct ode_table *m = r->m;
	int K = r->K, last = m->stages - 1, rc;

	if (m->gamma > 0) {
		scale_by(r, r->y, r->y);
		if ((rc = newton_matrix(r, t, h, e)))
			return rc;
	}
	for (int i = 1; i <= last; i++) {
		double at = t + m->c[i] * h, *k = r->k + i * K;

		ode_stage(m, K, i, h, r->y, r->k, r->place);
		rc = m->gamma > 0 ? newton(r, at, h * m->gamma, k - K, k, e) : slope_at(r, at, r->place, k, e);
		if (rc)
			return rc;
	}
	memcpy(r->next, r->place, (size_t)K * sizeof *r->next);
	for (int n = 0; n < K; n++) {
		double sum = 0;

		for (int j = 0; j <= last; j++)
			sum += m->error[j] * r->k[j * K + n];
		r->move[n] = h * sum;
	}
	scale_by(r, r->y, r->next);
	*error = size_of(r, r->move);
	if (!all_finite(K, r->next) || !(*error < INFINITY))
		return err_set(e, ERR_DOMAIN, "the solution of an ode is not finite near t = %g", t);
	return 0;
}

/*
 * Is it stability that holds the steps down? Hairer and Wanner, Solving Ordinary Differential Equations II, IV.2: the last two
 * stages lie at the same t, the quotient of their slopes is about the largest eigenvalue, and 3.3 is where the method is
 * no longer stable.
 */
static bool looks_stiff(struct run *r, double t, double h)
{
	const double *k = r->k;
	int K = r->K, last = r->m->stages - 1;
	double slopes = 0, places = 0, error;

	if (r->m->gamma > 0 || try_step(r, t, h, &error, NULL))
		return false;
	ode_stage(r->m, K, last - 1, h, r->y, k, r->place);
	ode_stage(r->m, K, last, h, r->y, k, r->next);
	for (int n = 0; n < K; n++) {
		double dk = k[last * K + n] - k[(last - 1) * K + n], dy = r->next[n] - r->place[n];

		slopes += dk * dk;
		places += dy * dy;
	}
	return h * h * slopes > 2.5 * 2.5 * places;
}

static int too_many(struct run *r, double t, double h, double end, struct err *e)
{
	return err_set(e, ERR_DOMAIN, "%d steps solve an ode only to t = %g of %g: %s", r->options->max_steps, t, end,
		       looks_stiff(r, t, h) ? "it is stiff here, for which there is method = \"stiff\"" :
		       "it changes fast here; a larger rel_tol or max_steps may help");
}

/* Values at the times up to the end of the step at hand, from time `from` on; returns the next one. */
static int32_t fill_times(const struct run *r, int32_t from, double t, double next, double h, double *y)
{
	const struct ode_tape *tape = r->tape;
	double weight[ODE_STAGES_MAX];
	int K = r->K;

	for (; from < tape->ntimes && tape->times[from] <= next; from++) {
		double *to = y + (size_t)from * (size_t)K;

		if (tape->times[from] == next) {
			memcpy(to, r->next, (size_t)K * sizeof *to);
			continue;
		}
		ode_between(r->m, (tape->times[from] - t) / h, weight);
		for (int n = 0; n < K; n++) {
			double sum = 0;

			for (int j = 0; j < r->m->stages; j++)
				sum += weight[j] * r->k[j * K + n];
			to[n] = r->y[n] + h * sum;
		}
	}
	return from;
}

static void set_step(struct run *r, int i)
{
	r->y = ode_step(r->tape, i) + STEP_HEAD;
	r->k = r->y + r->K;
}

/* The step is taken: its record, and the start of the next one. */
static int keep_step(struct run *r, double t, double next, double h, struct err *e)
{
	struct ode_tape *tape = r->tape;
	size_t bytes = (size_t)r->K * sizeof(double), last = (size_t)(r->m->stages - 1) * (size_t)r->K;
	double *head = ode_step(tape, tape->taken);
	int rc;

	head[STEP_T] = t;
	head[STEP_NEXT] = next;
	head[STEP_H] = h;
	tape->taken++;
	if ((rc = tape_room(tape, tape->taken, e)))
		return rc;
	set_step(r, tape->taken - 1);
	memcpy(r->place, r->k + last, bytes);
	set_step(r, tape->taken);
	memcpy(r->y, r->next, bytes);
	memcpy(r->k, r->place, bytes);
	r->fresh = false;
	return 0;
}

static int solve(struct run *r, double t, double *y, struct err *e)
{
	static const double integral = 0.04, safety = 0.9, shrink = 0.2, grow = 5;
	struct ode_tape *tape = r->tape;
	double end = tape->times[tape->ntimes - 1], expo = 1.0 / r->m->order - 0.75 * integral, before = 1e-4, h;
	bool rejected = false;
	int32_t at = 0;
	int rc;

	for (; at < tape->ntimes && tape->times[at] <= t; at++)
		memcpy(y + (size_t)at * (size_t)r->K, r->y, (size_t)r->K * sizeof *y);
	if (at == tape->ntimes)
		return 0;
	if ((rc = slope_at(r, t, r->y, r->k, e)))
		return rc;
	h = first_step(r, t, end - t);
	while (at < tape->ntimes) {
		bool last = t + 1.0001 * h >= end;
		double step = last ? end - t : h, next = last ? end : t + h, error, factor;

		if (tape->tried == r->options->max_steps)
			return too_many(r, t, h, end, e);
		if (++tape->tried % POLL_EVERY == 0 && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (t + step == t || step < 1e-300)
			return err_set(e, ERR_DOMAIN, "the solution of an ode cannot be followed beyond t = %g of %g: is it infinite there?",
				       t, end);
		rc = try_step(r, t, step, &error, e);
		if (rc == ERR_DOMAIN) {
			/* a stage outside f's domain: the way there may still lie inside */
			if (0.25 * step < 1e-12 * fmax(fabs(t), end - t))
				return rc;
			h = 0.25 * step;
			rejected = true;
			continue;
		}
		if (rc)
			return rc;
		factor = safety * pow(fmax(error, 1e-10), -expo);
		if (error > 1) {
			h = step * fmax(shrink, factor);
			rejected = true;
			continue;
		}
		factor = fmin(fmax(factor * pow(before, integral), shrink), rejected ? 1 : grow);
		before = fmax(error, 1e-4);
		rejected = false;
		at = fill_times(r, at, t, next, step, y);
		if ((rc = keep_step(r, t, next, step, e)))
			return rc;
		t = next;
		h = step * factor;
	}
	return 0;
}

int ode_solve(struct ode_tape *tape, const struct ode_system *f, const struct ode_options *options, double t0, const double *y0,
	      int32_t ntimes, const double *times, bool keep, double *y, struct err *e)
{
	struct run r = { f, options, &ode_tables[options->method], tape, f->K, NULL, NULL, NULL, NULL, NULL, NULL, false };
	int rc;

	tape->table = r.m;
	tape->times = times;
	tape->ntimes = ntimes;
	tape->kept = keep;
	tape->taken = tape->tried = 0;
	r.next = tape->scratch;
	r.scale = r.next + r.K;
	r.place = r.scale + r.K;
	r.move = r.place + r.K;
	if (!ntimes)
		return 0;
	if ((rc = tape_room(tape, 0, e)))
		return rc;
	set_step(&r, 0);
	memcpy(r.y, y0, (size_t)r.K * sizeof *y0);
	if (!all_finite(r.K, y0))
		return err_set(e, ERR_DOMAIN, "the start of an ode is not finite");
	return solve(&r, t0, y, e);
}
