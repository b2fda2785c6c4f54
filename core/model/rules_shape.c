/*
 * rules_shape.c - from vectors to vectors of other lengths: picking, joining, sums by segments, cumulated sums, softmax.
 *
 * A whole vector is one segment. Sums run in lanes that are added up in the same order every time.
 */
#include "model/rules_priv.h"

#include <math.h>
#include <string.h>

/* == picking and joining ===================================================================== */

static int gather_forward(struct step *s, struct err *e)
{
	const int32_t *index = s->aux;
	const double *x = s->args[0].v;

	(void)e;
	for (int32_t i = 0; i < s->n; i++)
		s->out[i] = x[index[i]];
	return 0;
}

static void gather_backward(struct step *s)
{
	const int32_t *index = s->aux;
	double *d = s->args[0].d;

	for (int32_t i = 0; i < s->n; i++)
		d[index[i]] += s->dout[i];
}

static int concat_forward(struct step *s, struct err *e)
{
	double *out = s->out;

	(void)e;
	for (int k = 0; k < s->nargs; k++) {
		if (s->args[k].n)
			memcpy(out, s->args[k].v, (size_t)s->args[k].n * sizeof *out);
		out += s->args[k].n;
	}
	return 0;
}

static void concat_backward(struct step *s)
{
	const double *g = s->dout;

	for (int k = 0; k < s->nargs; k++) {
		const struct step_arg *a = &s->args[k];

		for (int32_t i = 0; a->d && i < a->n; i++)
			a->d[i] += g[i];
		g += a->n;
	}
}

static int repeat_forward(struct step *s, struct err *e)
{
	const double x = s->args[0].v[0];

	(void)e;
	for (int32_t i = 0; i < s->n; i++)
		s->out[i] = x;
	return 0;
}

static void repeat_backward(struct step *s)
{
	const double *g = s->dout;
	double sum = 0;

	RULE_SUM(sum, s->n, g[i]);
	s->args[0].d[0] += sum;
}

#define RULE(name_, text, ...) \
	const struct rule rule_##name_ = { .name = text, .forward = name_##_forward, .backward = name_##_backward, __VA_ARGS__ }
RULE(gather, "gather");
RULE(concat, "concat");
RULE(repeat, "repeat");

/* == segments to a number each =============================================================== */

/*
 * Segment k of x is n numbers from x on; `start` is where it begins. With its value r and the derivative g by that, `back` adds to
 * d, which begins at the segment too.
 */
struct part {
	const double *x, *y;             /* y: the other factor of dot */
	int32_t n, start, ystep;
};

static int32_t part_count(const struct step *s, int32_t whole)
{
	const struct segments *p = s->aux;

	return p ? p->n : whole;
}

static struct part part_at(const struct step *s, int32_t k)
{
	const struct segments *p = s->aux;
	struct part a = { .start = p ? p->starts[k] : 0, .ystep = s->nargs > 1 && s->args[1].n == s->args[0].n };

	a.n = (p ? p->starts[k + 1] : s->args[0].n) - a.start;
	a.x = s->args[0].v + a.start;
	a.y = s->nargs > 1 ? s->args[1].v + a.start * a.ystep : NULL;
	return a;
}

KERNEL static double sum_of(const double *x, int32_t n)
{
	double sum = 0;

	RULE_SUM(sum, n, x[i]);
	return sum;
}

KERNEL static double dot_of(const double *x, const double *y, int32_t n)
{
	double sum = 0;

	RULE_SUM(sum, n, x[i] * y[i]);
	return sum;
}

static double mean_of(struct part p)
{
	return sum_of(p.x, p.n) / p.n;
}

/* Of squares around the mean, with n - 1; NaN of fewer than two. */
static double variance_of(struct part p)
{
	double mean = mean_of(p), sum = 0;

	RULE_SUM(sum, p.n, (p.x[i] - mean) * (p.x[i] - mean));
	return p.n > 1 ? sum / (p.n - 1) : NAN;
}

static double prod_of(struct part p)
{
	double product = 1;

	for (int32_t i = 0; i < p.n; i++)
		product *= p.x[i];
	return product;
}

/* The first of the least or greatest, a NaN if there is one; -1 = nothing there. */
static int32_t least_at(struct part p, bool greatest)
{
	int32_t best = p.n ? 0 : -1;

	for (int32_t i = 1; i < p.n && !isnan(p.x[best]); i++)
		if (isnan(p.x[i]) || (greatest ? p.x[i] > p.x[best] : p.x[i] < p.x[best]))
			best = i;
	return best;
}

/* As the greatest number and what the others add to it. */
static double log_sum_exp_from(struct part p, double *top)
{
	int32_t at = least_at(p, true);
	double sum = 0;

	*top = at < 0 ? -INFINITY : p.x[at];
	if (!isfinite(*top))
		return 0;
	RULE_SUM(sum, p.n, exp(p.x[i] - *top));
	return log(sum);
}

static double log_sum_exp_of(struct part p)
{
	double top, more = log_sum_exp_from(p, &top);

	return top + more;
}

#define SEGMENT_RULE(name_, value, ...)                                                                                           \
	static int name_##_forward(struct step *s, struct err *e)                                                             \
	{                                                                                                                     \
		(void)e;                                                                                                      \
		for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {                                                       \
			struct part p = part_at(s, k);                                                                        \
			int32_t at = 0;                                                                                       \
                                                                                                                              \
			(void)at;                                                                                             \
			s->out[k] = value;                                                                                    \
		}                                                                                                             \
		return 0;                                                                                                     \
	}                                                                                                                     \
	static void name_##_backward(struct step *s)                                                                          \
	{                                                                                                                     \
		for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {                                                       \
			struct part p = part_at(s, k);                                                                        \
                                                                                                                              \
			if (s->dout[k] != 0 && p.n)                                                                           \
				name_##_slopes(s, p, s->dout[k], s->out[k]);                                                  \
		}                                                                                                             \
	}                                                                                                                     \
	RULE(name_, #name_, __VA_ARGS__)

static void sum_slopes(struct step *s, struct part p, double g, double r)
{
	double *d = s->args[0].d + p.start;

	(void)r;
	for (int32_t i = 0; i < p.n; i++)
		d[i] += g;
}

static void mean_slopes(struct step *s, struct part p, double g, double r)
{
	sum_slopes(s, p, g / p.n, r);
}

static void variance_slopes(struct step *s, struct part p, double g, double r)
{
	double *d = s->args[0].d + p.start, mean = mean_of(p);

	(void)r;
	for (int32_t i = 0; p.n > 1 && i < p.n; i++)
		d[i] += g * 2 / (p.n - 1) * (p.x[i] - mean);
}

/* At sd 0 there is a corner, and 0 is among its slopes. */
static void sd_slopes(struct step *s, struct part p, double g, double r)
{
	if (r != 0)
		variance_slopes(s, p, g / (2 * r), r);
}

/* Products of the others: those behind in `work`, those before as the loop runs; so zeros need no cases. */
static void prod_slopes(struct step *s, struct part p, double g, double r)
{
	double *d = s->args[0].d + p.start, *behind = (double *)s->work + p.start, before = 1;

	(void)r;
	behind[p.n - 1] = 1;
	for (int32_t i = p.n - 1; i > 0; i--)
		behind[i - 1] = behind[i] * p.x[i];
	for (int32_t i = 0; i < p.n; i++) {
		d[i] += g * before * behind[i];
		before *= p.x[i];
	}
}

static size_t prod_work(const struct step *s)
{
	return (size_t)s->args[0].n * sizeof(double);
}

static void min_slopes(struct step *s, struct part p, double g, double r)
{
	(void)r;
	s->args[0].d[p.start + least_at(p, false)] += g;
}

static void max_slopes(struct step *s, struct part p, double g, double r)
{
	(void)r;
	s->args[0].d[p.start + least_at(p, true)] += g;
}

/* Where the value is infinite, those that made it so have equal parts. */
static void log_sum_exp_slopes(struct step *s, struct part p, double g, double r)
{
	double *d = s->args[0].d + p.start;
	int32_t same = 0;

	if (!isinf(r)) {
		for (int32_t i = 0; i < p.n; i++)
			d[i] += g * exp(p.x[i] - r);
		return;
	}
	for (int32_t i = 0; i < p.n; i++)
		same += p.x[i] == r;
	for (int32_t i = 0; i < p.n; i++)
		if (p.x[i] == r)
			d[i] += g / same;
}

static void dot_slopes(struct step *s, struct part p, double g, double r)
{
	const struct step_arg *a = s->args, *b = a + 1;

	(void)r;
	for (int32_t i = 0; a->d && i < p.n; i++)
		a->d[p.start + i] += rule_chain(g, p.y[i * p.ystep]);
	if (!b->d)
		return;
	if (!p.ystep) {
		b->d[0] += g * sum_of(p.x, p.n);
		return;
	}
	for (int32_t i = 0; i < p.n; i++)
		b->d[p.start + i] += g * p.x[i];
}

SEGMENT_RULE(sum, sum_of(p.x, p.n));
SEGMENT_RULE(mean, mean_of(p));
SEGMENT_RULE(variance, variance_of(p));
SEGMENT_RULE(sd, sqrt(variance_of(p)));
SEGMENT_RULE(min, (at = least_at(p, false)) < 0 ? INFINITY : p.x[at]);
SEGMENT_RULE(max, (at = least_at(p, true)) < 0 ? -INFINITY : p.x[at]);
SEGMENT_RULE(log_sum_exp, log_sum_exp_of(p));
SEGMENT_RULE(dot, p.ystep ? dot_of(p.x, p.y, p.n) : p.y[0] * sum_of(p.x, p.n));
SEGMENT_RULE(prod, prod_of(p), .work = prod_work);

/* == segments to segments ==================================================================== */

static int cumsum_forward(struct step *s, struct err *e)
{
	(void)e;
	for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {
		struct part p = part_at(s, k);
		double sum = 0, *out = s->out + p.start;

		for (int32_t i = 0; i < p.n; i++)
			out[i] = sum += p.x[i];
	}
	return 0;
}

static void cumsum_backward(struct step *s)
{
	for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {
		struct part p = part_at(s, k);
		const double *g = s->dout + p.start;
		double sum = 0, *d = s->args[0].d + p.start;

		for (int32_t i = p.n - 1; i >= 0; i--)
			d[i] += sum += g[i];
	}
}

static int log_softmax_forward(struct step *s, struct err *e)
{
	(void)e;
	for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {
		struct part p = part_at(s, k);
		double top, more = log_sum_exp_from(p, &top), *out = s->out + p.start;

		for (int32_t i = 0; i < p.n; i++)
			out[i] = p.x[i] - top - more;
	}
	return 0;
}

static void log_softmax_backward(struct step *s)
{
	for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {
		struct part p = part_at(s, k);
		const double *g = s->dout + p.start, *y = s->out + p.start;
		double all = sum_of(g, p.n), *d = s->args[0].d + p.start;

		for (int32_t i = 0; i < p.n; i++)
			d[i] += g[i] - rule_chain(all, exp(y[i]));
	}
}

static int softmax_forward(struct step *s, struct err *e)
{
	(void)e;
	for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {
		struct part p = part_at(s, k);
		int32_t at = least_at(p, true);
		double sum, *out = s->out + p.start;

		for (int32_t i = 0; i < p.n; i++)
			out[i] = exp(p.x[i] - p.x[at]);
		sum = sum_of(out, p.n);
		for (int32_t i = 0; i < p.n; i++)
			out[i] /= sum;
	}
	return 0;
}

static void softmax_backward(struct step *s)
{
	for (int32_t k = 0, n = part_count(s, 1); k < n; k++) {
		struct part p = part_at(s, k);
		const double *g = s->dout + p.start, *y = s->out + p.start;
		double mean = 0, *d = s->args[0].d + p.start;

		RULE_SUM(mean, p.n, rule_chain(y[i], g[i]));
		for (int32_t i = 0; i < p.n; i++)
			d[i] += rule_chain(y[i], g[i] - mean);
	}
}

RULE(cumsum, "cumsum");
RULE(softmax, "softmax");
RULE(log_softmax, "log_softmax");
