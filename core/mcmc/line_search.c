/*
 * line_search.c - a step length for the strong Wolfe conditions.
 *
 * Nocedal and Wright, algorithms 3.5 (a bracket) and 3.6 (zoom). Trials without a density count as infinitely high,
 * and the bracket is then halved. When the value has no more digits to fall by, the approximate conditions of Hager
 * and Zhang (2005), equation (4.1), go by the slope alone.
 */
#include "mcmc/optimize_priv.h"

#include <math.h>

static const double fall = 1e-4, turn = 0.9, rounding = 1e-14;
enum { LONGER = 60, ZOOMS = 60 };

static int line_try(struct line *l, double a, struct trial *out, struct err *e)
{
	double lp, slope = 0;
	int n = l->density->n, rc;

	if (stop_requested())
		return ERR_INTERRUPT;
	for (int i = 0; i < n; i++)
		l->q[i] = l->from[i] + a * l->step[i];
	if ((rc = l->density->eval(l->density->ctx, l->q, &lp, l->grad, e)))
		return rc;
	l->evaluations++;
	for (int i = 0; lp > -INFINITY && i < n; i++)
		slope -= l->grad[i] * l->step[i];
	if (!(lp > -INFINITY) || isnan(slope)) {
		l->edge = true;
		*out = (struct trial){ a, INFINITY, 0 };
	} else {
		*out = (struct trial){ a, -lp, slope };
	}
	return 0;
}

static bool good_enough(const struct trial *start, const struct trial *t)
{
	if (t->f <= start->f + fall * t->a * start->slope && fabs(t->slope) <= -turn * start->slope)
		return true;
	return t->f <= start->f + rounding * fabs(start->f) && t->slope >= turn * start->slope &&
	       t->slope <= (2 * fall - 1) * start->slope;
}

static bool too_high(const struct trial *start, const struct trial *t)
{
	return t->f > start->f + fall * t->a * start->slope + rounding * fabs(start->f);
}

/* The lowest point of the cubic through both, kept a tenth away from the ends; the middle where that is none. */
static double between(const struct trial *x, const struct trial *y)
{
	double low = fmin(x->a, y->a), high = fmax(x->a, y->a), width = high - low, d, root, a;

	if (!isfinite(y->f))
		return x->a + (y->a - x->a) * 0.25;
	d = x->slope + y->slope - 3 * (x->f - y->f) / (x->a - y->a);
	root = d * d - x->slope * y->slope;
	if (!(root >= 0))
		return low + 0.5 * width;
	root = y->a > x->a ? sqrt(root) : -sqrt(root);
	a = y->a - (y->a - x->a) * ((y->slope + root - d) / (y->slope - x->slope + 2 * root));
	if (!isfinite(a))
		return low + 0.5 * width;
	return fmin(fmax(a, low + 0.1 * width), high - 0.1 * width);
}

static int zoom(struct line *l, struct trial low, struct trial high, struct trial *at, bool *found, struct err *e)
{
	struct trial start = *at, t;
	int rc;

	for (int i = 0; i < ZOOMS; i++) {
		double a = between(&low, &high);

		if (a == low.a || a == high.a)
			break;
		if ((rc = line_try(l, a, &t, e)))
			return rc;
		if (good_enough(&start, &t)) {
			*at = t;
			*found = true;
			return 0;
		}
		if (too_high(&start, &t) || t.f >= low.f + rounding * fabs(low.f)) {
			high = t;
			continue;
		}
		if (t.slope * (high.a - low.a) >= 0)
			high = low;
		low = t;
	}
	/* lower than where it began is something, though not what was looked for */
	if (low.a > 0 && low.f < start.f) {
		if ((rc = line_try(l, low.a, at, e)))
			return rc;
		*found = true;
	}
	return 0;
}

int line_search(struct line *l, double first, struct trial *at, bool *found, struct err *e)
{
	struct trial start = *at, before = *at, t;
	double a = first;
	int rc;

	*found = false;
	for (int i = 0; i < LONGER; i++, a *= 2) {
		if ((rc = line_try(l, a, &t, e)))
			return rc;
		if (good_enough(&start, &t))
			break;
		if (too_high(&start, &t) || (i && t.f >= before.f))
			return zoom(l, before, t, at, found, e);
		if (t.slope >= 0)
			return zoom(l, t, before, at, found, e);
		if (t.f == -INFINITY)
			break;
		before = t;
	}
	*at = t;
	*found = true;
	return 0;
}
