/*
 * rules_ode.c - the solution of differential equations as an operation of a graph, their right-hand sides a graph of their own.
 */
#include <math.h>
#include <string.h>

#include "model/ode.h"

struct ode_work {
	const struct ode_problem *problem;
	struct sweep *sweep;     /* over problem->rhs */
	struct ode_tape *tape;
	double *q, *grad;        /* [t, y, outer values] and the derivatives by them */
};

static void set_place(struct ode_work *w, double t, const double *y)
{
	w->q[0] = t;
	for (int n = 0; n < w->problem->K; n++)
		w->q[1 + n] = y[n];
}

static int graph_slope(void *ctx, double t, const double *y, double *dy, struct err *e)
{
	struct ode_work *w = ctx;

	set_place(w, t, y);
	return sweep_product(w->sweep, w->q, w->problem->result, NULL, dy, NULL, e);
}

static int graph_pull(void *ctx, double t, const double *y, const double *weight, double *gy, double *gp, struct err *e)
{
	struct ode_work *w = ctx;
	int K = w->problem->K, rc;

	set_place(w, t, y);
	if ((rc = sweep_product(w->sweep, w->q, w->problem->result, weight, NULL, w->grad, e)))
		return rc;
	for (int n = 0; n < K; n++)
		gy[n] += w->grad[1 + n];
	for (int n = 0; gp && n < w->problem->P; n++)
		gp[n] += w->grad[1 + K + n];
	return 0;
}

static struct ode_system system_of(struct ode_work *w)
{
	return (struct ode_system){ w->problem->K, w->problem->P, graph_slope, graph_pull, w };
}

static int ode_forward(struct step *s, struct err *e)
{
	struct ode_work *w = s->work;
	const struct ode_problem *p = w->problem;
	struct ode_options options = { p->rel_tol, p->abs_tol, p->max_steps, p->method };
	struct ode_system f = system_of(w);
	bool keep = s->args[0].d || (p->P && s->args[1].d);

	if (p->P)
		memcpy(w->q + 1 + p->K, s->args[1].v, (size_t)p->P * sizeof *w->q);
	return ode_solve(w->tape, &f, &options, p->t0, s->args[0].v, p->ntimes, p->times, keep, s->out, e);
}

static void ode_backward(struct step *s)
{
	struct ode_work *w = s->work;
	const struct ode_problem *p = w->problem;
	struct ode_system f = system_of(w);
	double *dp = p->P ? s->args[1].d : NULL;

	/* a place that had values and has no derivatives: the sweep sees the NaN, and there is no density */
	if (ode_pull(w->tape, &f, s->dout, s->args[0].d, dp, NULL)) {
		for (int n = 0; s->args[0].d && n < p->K; n++)
			s->args[0].d[n] = NAN;
		for (int n = 0; dp && n < p->P; n++)
			dp[n] = NAN;
	}
}

static size_t ode_work(const struct step *s)
{
	(void)s;
	return sizeof(struct ode_work);
}

static int ode_open(struct step *s, struct err *e)
{
	struct ode_work *w = s->work;
	const struct ode_problem *p = s->aux;
	size_t n = 1 + (size_t)p->K + (size_t)p->P;
	int rc;

	w->problem = p;
	if (!(w->q = mem_zero(2 * n, sizeof *w->q)))
		return err_nomem(e);
	w->grad = w->q + n;
	if ((rc = sweep_new(p->rhs, &w->sweep, e)))
		return rc;
	return ode_tape_new(p->K, p->P, &w->tape, e);
}

static void ode_close(struct step *s)
{
	struct ode_work *w = s->work;

	sweep_free(w->sweep);
	ode_tape_free(w->tape);
	mem_free(w->q);
}

const struct rule rule_ode = {
	.name = "ode", .forward = ode_forward, .backward = ode_backward, .work = ode_work, .open = ode_open, .close = ode_close,
};
