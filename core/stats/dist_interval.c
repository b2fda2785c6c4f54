/*
 * dist_interval.c - what lies between two numbers: its probability, and draws from there.
 *
 * P(low <= X <= high) is the difference of two tails on the side where they are smaller. A difference of nearly equal tails
 * has no digits left, so narrow intervals go another way: a few counts are added up, and a short stretch of a continuous
 * variable is integrated by Gauss and Legendre's rule.
 */
#include "stats/dist_priv.h"

#include <float.h>
#include <string.h>

enum { FEW = 64 };

struct ends {
	const struct dist *dist;
	double low, high;        /* whole outcomes: rounded inwards */
	const double *params;
	int n;
};

static double at(const struct ends *e, double (*f)(const double *, double *), double x, double *by)
{
	double a[DIST_PARAMS_MAX + 1] = { x };

	memcpy(a + 1, e->params, e->n * sizeof *a);
	return f(a, by);
}

/*
 * The sum of exp(lpdf) over points x[i] with weights; `by` (nparams + 1 places, may be NULL) gets the derivative of its log by
 * the parameters, from by[1] on.
 */
static double add_up(const struct ends *e, int count, double (*point)(const struct ends *, int, int, double *), double *by)
{
	double each[DIST_PARAMS_MAX + 1], sum = 0, top = -INFINITY, x, weight;

	for (int i = 0; i < count; i++) {
		x = point(e, i, count, &weight);
		top = fmax(top, at(e, e->dist->lpdf, x, NULL));
	}
	if (isinf(top))
		return -INFINITY;
	for (int k = 0; by && k <= e->n; k++)
		by[k] = 0;
	for (int i = 0; i < count; i++) {
		double p;

		x = point(e, i, count, &weight);
		p = weight * exp(at(e, e->dist->lpdf, x, by ? each : NULL) - top);
		sum += p;
		for (int k = 1; by && k <= e->n; k++)
			by[k] += p * each[k];
	}
	for (int k = 1; by && k <= e->n; k++)
		by[k] /= sum;
	return top + log(sum);
}

static double count_point(const struct ends *e, int i, int count, double *weight)
{
	(void)count;
	*weight = 1;
	return e->low + i;
}

static double gauss_point(const struct ends *e, int i, int count, double *weight)
{
	double x;

	(void)count;
	dist_gauss_node(i, &x, weight);
	*weight *= (e->high - e->low) / 2;
	return e->low + (e->high - e->low) * (1 + x) / 2;
}

/* Both tails are so near each other that a difference would lose more than two digits, and the stretch has no edge inside. */
static bool is_short(const struct ends *e, double outer, double inner)
{
	enum dist_support support = e->dist->support;

	if (!(inner - outer > -0.01) || !(e->high > e->low))
		return false;
	if (support == DIST_POSITIVE)
		return e->low > 0 && e->high < 1.5 * e->low;
	if (support == DIST_UNIT)
		return e->low > 0 && e->high < 1 && e->high < 1.5 * e->low && 1 - e->low < 1.5 * (1 - e->high);
	if (support == DIST_BETWEEN)
		return false;
	return isfinite(e->high - e->low) && !(e->dist == &dist_double_exponential && e->low < e->params[0] && e->high > e->params[0]);
}

double dist_linterval(const struct dist *dist, const double *a, double *d)
{
	struct ends e = { dist, a[0], a[1], a + 2, dist->nparams };
	bool whole = dist_is_whole(dist), upper;
	double by_outer[DIST_PARAMS_MAX + 1], by_inner[DIST_PARAMS_MAX + 1], outer, inner, ratio, value, before;

	for (int k = 0; d && k < e.n + 2; k++)
		d[k] = 0;
	if (dist_is_wrong(dist, e.params) || isnan(a[0]) || isnan(a[1]))
		return NAN;
	if (whole) {
		e.low = ceil(e.low);
		e.high = floor(e.high);
	}
	if (e.low > e.high || e.low == INFINITY || e.high == -INFINITY)
		return -INFINITY;
	if (e.low == -INFINITY && e.high == INFINITY)
		return 0;
	if (e.low == e.high) {
		value = at(&e, dist->lpdf, e.low, by_inner);
		if (d && value > -INFINITY) {
			d[0] = by_inner[0];
			memcpy(d + 2, by_inner + 1, e.n * sizeof *d);
		}
		return value;
	}
	if (whole && e.low < 0)
		e.low = 0;
	if (whole && e.high - e.low < FEW) {
		value = add_up(&e, (int)(e.high - e.low) + 1, count_point, d ? by_inner : NULL);
		if (d && value > -INFINITY)
			memcpy(d + 2, by_inner + 1, e.n * sizeof *d);
		return value;
	}
	/* P(X <= high) less P(X < low), or P(X >= low) less P(X > high) */
	before = whole ? e.low - 1 : e.low;
	outer = e.high < INFINITY ? at(&e, dist->lcdf, e.high, by_inner) : 0;
	inner = e.low > -INFINITY ? at(&e, dist->lccdf, before, by_outer) : 0;
	upper = e.high == INFINITY || (e.low > -INFINITY && inner < outer);
	if (upper)
		outer = inner;
	else
		memcpy(by_outer, by_inner, sizeof by_outer);
	inner = at(&e, upper ? dist->lccdf : dist->lcdf, upper ? e.high : before, by_inner);
	if (outer == -INFINITY || isnan(outer) || isnan(inner))
		return outer + inner;
	if (!whole && is_short(&e, outer, inner)) {
		value = add_up(&e, 16, gauss_point, d ? by_inner : NULL);
		if (d && value > -INFINITY) {
			memcpy(d + 2, by_inner + 1, e.n * sizeof *d);
			d[0] = -exp(at(&e, dist->lpdf, e.low, NULL) - value);
			d[1] = exp(at(&e, dist->lpdf, e.high, NULL) - value);
		}
		return value;
	}
	ratio = exp(inner - outer);
	value = outer + dist_log1mexp(inner - outer);
	if (value == -INFINITY || !d)
		return value;
	for (int k = 1; k <= e.n; k++)
		d[1 + k] = (by_outer[k] - ratio * by_inner[k]) / (1 - ratio);
	d[upper ? 0 : 1] = by_outer[0] / (1 - ratio);
	d[upper ? 1 : 0] = -ratio * by_inner[0] / (1 - ratio);
	return value;
}

/* == draws =================================================================================== */

enum { TRIES = 16 };

/* Doubles in their order as whole numbers, so that bisection takes 64 steps between any two. */
static int64_t place_of(double x)
{
	int64_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double number_at(int64_t place)
{
	double x;

	if (place < 0)
		place = INT64_MIN - place;
	memcpy(&x, &place, sizeof x);
	return x;
}

/* The smallest x from low on whose tail is on the other side of `target`. */
static double bisect(const struct ends *e, bool upper, double target)
{
	int64_t low = place_of(e->low), high = place_of(e->high);

	while (low < high) {
		int64_t middle = (low & high) + ((low ^ high) >> 1);
		double x = number_at(middle), tail = at(e, upper ? e->dist->lccdf : e->dist->lcdf, x, NULL);

		if (upper ? tail <= target : tail >= target)
			high = middle;
		else
			low = middle + 1;
	}
	return number_at(low);
}

double dist_draw_between(const struct dist *dist, struct random *r, const double *params, double low, double high)
{
	struct ends e = { dist, low, high, params, dist->nparams };
	bool whole = dist_is_whole(dist), upper;
	double both[DIST_PARAMS_MAX + 2] = { low, high }, inner, outer, x, u;

	memcpy(both + 2, params, e.n * sizeof *both);
	if (isnan(low) || isnan(high) || dist_is_wrong(dist, params))
		return NAN;
	if (whole) {
		e.low = ceil(low);
		e.high = floor(high);
	}
	if (e.low > e.high)
		return NAN;
	if (e.low == e.high)
		return at(&e, dist->lpdf, e.low, NULL) > -INFINITY ? e.low : NAN;
	for (int i = 0; i < TRIES; i++) {
		x = dist->draw(r, params);
		if (x >= e.low && x <= e.high)
			return x;
	}
	if (dist_linterval(dist, both, NULL) == -INFINITY)
		return NAN;
	if (whole)
		e.low = fmax(e.low, 0);
	e.low = fmax(e.low, -DBL_MAX);
	e.high = fmin(e.high, DBL_MAX);
	/* a place between the tails of the two ends, then the outcome that has it */
	x = whole ? e.low - 1 : e.low;
	upper = at(&e, dist->lccdf, x, NULL) < at(&e, dist->lcdf, e.high, NULL);
	outer = at(&e, upper ? dist->lccdf : dist->lcdf, upper ? x : e.high, NULL);
	inner = at(&e, upper ? dist->lccdf : dist->lcdf, upper ? e.high : x, NULL);
	u = random_uniform(r);
	x = bisect(&e, upper, outer + log(u + (1 - u) * exp(inner - outer)));
	return whole ? fmin(ceil(x), e.high) : x;
}
