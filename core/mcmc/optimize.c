/*
 * optimize.c - the top of a log density by L-BFGS from several starts.
 *
 * Nocedal and Wright, algorithms 7.4 and 7.5: the curvature is what the last few steps and changes of the gradient
 * say. When a line search finds nothing, the history is thrown away and the gradient itself is tried once before it
 * ends. Unknowns of very different scales are what L-BFGS cannot learn from a few pairs: when a climb takes long, and
 * once where it seems to have arrived, second derivatives along each axis are measured and stand for the curvature
 * that is not yet known.
 */
#include "mcmc/mcmc_priv.h"
#include "mcmc/optimize_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *optimize_status_text(enum optimize_status s)
{
	switch (s) {
	case OPTIMIZE_GRADIENT:
		return "converged: the gradient is 0";
	case OPTIMIZE_FLAT:
		return "converged: the density rises no more than rounding";
	case OPTIMIZE_LIMIT:
		return "not converged: iterations ran out";
	case OPTIMIZE_UNBOUNDED:
		return "not converged: the density rises without end or up to where it has none, so it may have no maximum";
	case OPTIMIZE_STUCK:
		return "not converged: no step along the gradient raises the density";
	case OPTIMIZE_NOWHERE:
		return "not begun: no place with a density was found";
	case OPTIMIZE_INTERRUPTED:
		return "interrupted";
	}
	return "";
}

/* Beyond this no unknown can be meant. */
static const double far_away = 1e12;

struct climb {
	const struct density *density;
	const struct optimize_options *options;
	int n, pairs, next;      /* pairs in use, and which is overwritten next */
	double *s, *y, *rho;     /* [history][n], [history] */
	double *alpha;
	double *q, *grad, *step, *new_q, *new_grad, *given;
	double *scale;           /* [n] inverse second derivatives along each axis, or 1 */
	bool scaled;             /* they were measured */
	int measure_at;          /* the iteration after which they are measured again */
	double lp;
	struct optimize_end end;
};

static double dot(int n, const double *a, const double *b)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static double largest(int n, const double *v)
{
	double most = 0;

	for (int i = 0; i < n; i++)
		most = fmax(most, fabs(v[i]));
	return most;
}

/* step = approximate inverse of minus the second derivatives, times the gradient: uphill. */
static void climb_direction(struct climb *c)
{
	int n = c->n, h = c->options->history;
	size_t w = (size_t)n;
	double last = 1;

	memcpy(c->step, c->grad, w * sizeof(double));
	for (int k = 1; k <= c->pairs; k++) {
		int i = (c->next - k + h) % h;
		double a = c->alpha[i] = c->rho[i] * dot(n, c->s + (size_t)i * w, c->step);

		for (int j = 0; j < n; j++)
			c->step[j] -= a * c->y[(size_t)i * w + (size_t)j];
	}
	if (c->pairs) {
		const double *y = c->y + (size_t)((c->next - 1 + h) % h) * w;
		double sum = 0;

		for (int j = 0; j < n; j++)
			sum += y[j] * c->scale[j] * y[j];
		last = 1 / (c->rho[(c->next - 1 + h) % h] * sum);
	}
	for (int j = 0; j < n; j++)
		c->step[j] *= last * c->scale[j];
	for (int k = c->pairs; k >= 1; k--) {
		int i = (c->next - k + h) % h;
		double b = c->alpha[i] - c->rho[i] * dot(n, c->y + (size_t)i * w, c->step);

		for (int j = 0; j < n; j++)
			c->step[j] += b * c->s[(size_t)i * w + (size_t)j];
	}
}

/* What the step from q to new_q says of the curvature; nothing where it is not downwards. */
static void climb_learn(struct climb *c)
{
	size_t w = (size_t)c->n, at = (size_t)c->next * w;
	double *s = c->s + at, *y = c->y + at, sy;

	for (size_t j = 0; j < w; j++) {
		s[j] = c->new_q[j] - c->q[j];
		y[j] = c->grad[j] - c->new_grad[j];
	}
	sy = dot(c->n, s, y);
	if (!(sy > 0) || !isfinite(1 / sy))
		return;
	c->rho[c->next] = 1 / sy;
	c->next = (c->next + 1) % c->options->history;
	c->pairs += c->pairs < c->options->history;
}

static void swap(double **a, double **b)
{
	double *t = *a;

	*a = *b;
	*b = t;
}

/*
 * Second derivatives by one more gradient each; an axis that seems straight keeps a unit. Where the density curves
 * upwards, their size counts.
 */
static int climb_measure(struct climb *c, struct err *e)
{
	double lp, *q = c->new_q;
	int rc;

	memcpy(q, c->q, (size_t)c->n * sizeof *q);
	for (int i = 0; i < c->n; i++) {
		double h = 1e-5 * fmax(1, fabs(c->q[i])), bend;

		if (stop_requested())
			return ERR_INTERRUPT;
		q[i] = c->q[i] + h;
		if ((rc = c->density->eval(c->density->ctx, q, &lp, c->new_grad, e)))
			return rc;
		bend = fabs(c->grad[i] - c->new_grad[i]) / (q[i] - c->q[i]);
		q[i] = c->q[i];
		c->scale[i] = isfinite(lp) && bend > 0 && isfinite(1 / bend) ? 1 / bend : 1;
	}
	c->end.evaluations += c->n;
	c->scaled = true;
	c->pairs = 0;
	return 0;
}

/* Is this the top? `gain` is what a Newton step would rise by, twice. */
static bool climb_arrived(const struct climb *c, double gain)
{
	double rise = c->options->tolerance * (1 + fabs(c->lp)), steep = largest(c->n, c->grad);

	/* a small gradient alone may also mean an unknown of large scale, far from where it should be */
	return steep == 0 || ((c->pairs || c->scaled) && 0.5 * gain <= rise &&
			      (steep <= c->options->tolerance || 0.5 * gain <= 1e-8 * rise));
}

/* One iteration; *over says that c->end.status is final. */
static int climb_step(struct climb *c, bool *over, struct err *e)
{
	struct line l = { c->density, c->q, c->step, c->new_q, c->new_grad, 0, false };
	double gain, first = 1;
	struct trial at;
	bool found, arrived;
	int rc;

	*over = true;
	climb_direction(c);
	gain = dot(c->n, c->grad, c->step);
	if (!(gain > 0) || !isfinite(gain)) {
		c->pairs = 0;
		climb_direction(c);
		gain = dot(c->n, c->grad, c->step);
	}
	arrived = climb_arrived(c, gain);
	if (arrived && (c->scaled || c->n > 100 + c->end.evaluations || largest(c->n, c->grad) == 0)) {
		c->end.status = OPTIMIZE_GRADIENT;
		return 0;
	}
	if (arrived || c->end.iterations >= c->measure_at) {
		c->measure_at = 2 * c->end.iterations + c->n;
		*over = false;
		return climb_measure(c, e);
	}
	/* nothing is known of the scale yet: at most a unit along each axis */
	if (!c->pairs && !c->scaled)
		first = 1 / fmax(1, largest(c->n, c->grad));
	at = (struct trial){ 0, -c->lp, -gain };
	rc = line_search(&l, first, &at, &found, e);
	c->end.evaluations += l.evaluations;
	if (rc)
		return rc;
	if (!found && c->pairs) {
		c->pairs = 0;
		*over = false;
		return 0;
	}
	if (!found) {
		bool flat = 0.5 * gain * first <= 1e-10 * (1 + fabs(c->lp));

		c->end.status = l.edge ? OPTIMIZE_UNBOUNDED : flat ? OPTIMIZE_FLAT : OPTIMIZE_STUCK;
		return 0;
	}
	climb_learn(c);
	swap(&c->q, &c->new_q);
	swap(&c->grad, &c->new_grad);
	c->lp = -at.f;
	c->end.iterations++;
	if (c->lp == INFINITY || largest(c->n, c->q) > far_away)
		c->end.status = OPTIMIZE_UNBOUNDED;
	else if (c->end.iterations >= c->options->iterations)
		c->end.status = OPTIMIZE_LIMIT;
	else
		*over = false;
	return 0;
}

static int climb_run(struct climb *c, int start, struct err *e)
{
	const struct optimize_options *o = c->options;
	struct random r = random_open(o->seed, ((uint64_t)1 << 32) + (uint64_t)start);      /* not a stream of a chain */
	bool over = false;
	char who[32];
	int rc;

	snprintf(who, sizeof who, "start %d", start + 1);
	for (int i = 0; i < c->n; i++)
		c->given[i] = o->start && !start ? o->start[i] : NAN;
	c->end = (struct optimize_end){ .evaluations = 1, .lp = -INFINITY };
	c->pairs = c->next = 0;
	c->scaled = false;
	c->measure_at = 50 + c->n;
	for (int i = 0; i < c->n; i++)
		c->scale[i] = 1;
	rc = place_find(c->density, c->given, o->radius, &r, c->q, &c->lp, c->grad, who, e);
	if (!rc)
		c->end.lp = c->lp;
	while (!rc && !over)
		rc = climb_step(c, &over, e);
	if (rc == ERR_INTERRUPT)
		c->end.status = OPTIMIZE_INTERRUPTED;
	else if (rc == ERR_DOMAIN && c->end.lp == -INFINITY)
		c->end.status = OPTIMIZE_NOWHERE;
	if (c->end.status != OPTIMIZE_NOWHERE && c->end.lp > -INFINITY)
		c->end.lp = c->lp;
	return rc;
}

static bool better(const struct optimize_end *a, const struct optimize_end *b)
{
	bool x = optimize_converged(a->status), y = optimize_converged(b->status);

	return x != y ? x : a->lp > b->lp;
}

static void climb_note(const struct climb *c, struct optimum *out)
{
	int start = out->starts++;

	out->ends[start] = c->end;
	if (start && !better(&c->end, &out->ends[out->best]))
		return;
	out->best = start;
	out->lp = c->end.lp;
	memcpy(out->q, c->q, (size_t)c->n * sizeof(double));
	memcpy(out->grad, c->grad, (size_t)c->n * sizeof(double));
}

static int climb_all(struct climb *c, struct optimum *out, struct err *e)
{
	struct err first = ERR_INIT;
	bool found = false;

	for (int i = 0; i < c->options->starts; i++) {
		struct err now = ERR_INIT;
		int rc = climb_run(c, i, &now);

		if (rc && rc != ERR_INTERRUPT && c->end.status != OPTIMIZE_NOWHERE)
			return err_copy(e, &now);
		if (rc == ERR_DOMAIN && !first.code)
			first = now;
		if (rc == ERR_INTERRUPT && c->end.lp == -INFINITY && !found)
			return err_set(e, ERR_INTERRUPT, "interrupted");
		found = found || c->end.lp > -INFINITY;
		climb_note(c, out);
		if (rc == ERR_INTERRUPT)
			break;
	}
	if (!found)
		return err_copy(e, &first);
	for (int i = 0; i < out->starts; i++)
		out->same += optimize_converged(out->ends[i].status) && fabs(out->ends[i].lp - out->lp) <= 1e-6 * (1 + fabs(out->lp));
	return 0;
}

static int options_check(const struct density *d, const struct optimize_options *o, struct err *e)
{
	if (d->n < 1)
		return err_set(e, ERR_DOMAIN, "there is nothing to maximise: the density has no unknowns");
	if (o->starts < 1 || o->starts > 10000)
		return err_set(e, ERR_DOMAIN, "starts lie between 1 and 10000, found %d", o->starts);
	if (o->iterations < 1)
		return err_set(e, ERR_DOMAIN, "at least one iteration is needed, found %d", o->iterations);
	if (o->history < 1 || o->history > 1000)
		return err_set(e, ERR_DOMAIN, "a history lies between 1 and 1000, found %d", o->history);
	if (!(o->tolerance >= 0) || !(o->radius >= 0 && isfinite(o->radius)))
		return err_set(e, ERR_DOMAIN, "tolerance and radius are 0 or more, found %g and %g", o->tolerance, o->radius);
	return 0;
}

int optimize(const struct density *d, const struct optimize_options *o, struct optimum *out, struct err *e)
{
	struct optimum fresh = OPTIMUM_INIT;
	size_t n = (size_t)d->n, h = (size_t)o->history;
	struct climb c = { .density = d, .options = o, .n = d->n };
	double *block = NULL;
	int rc;

	if ((rc = options_check(d, o, e)))
		return rc;
	block = mem_alloc((2 * h * n + 2 * h + 7 * n) * sizeof *block);
	fresh.q = mem_zero(n, sizeof *fresh.q);
	fresh.grad = mem_zero(n, sizeof *fresh.grad);
	fresh.ends = mem_zero((size_t)o->starts, sizeof *fresh.ends);
	if (!block || !fresh.q || !fresh.grad || !fresh.ends) {
		rc = err_nomem(e);
		goto done;
	}
	c.s = block;
	c.y = c.s + h * n;
	c.rho = c.y + h * n;
	c.alpha = c.rho + h;
	c.q = c.alpha + h;
	c.grad = c.q + n;
	c.step = c.grad + n;
	c.new_q = c.step + n;
	c.new_grad = c.new_q + n;
	c.given = c.new_grad + n;
	c.scale = c.given + n;
	if (!(rc = climb_all(&c, &fresh, e))) {
		*out = fresh;
		fresh = (struct optimum)OPTIMUM_INIT;
	}
done:
	optimum_release(&fresh);
	mem_free(block);
	return rc;
}

void optimum_release(struct optimum *o)
{
	mem_free(o->q);
	mem_free(o->grad);
	mem_free(o->ends);
	*o = (struct optimum)OPTIMUM_INIT;
}
