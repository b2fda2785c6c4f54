/*
 * t6225-shapes.c - rules from vectors to vectors, and constraints: values and gradients against the same in long double and its
 * difference quotients; logs of Jacobians against the determinant of the transform; the way back.
 */
#include "slope.h"
#include "tap.h"

enum { MAX = SLOPE_MAX };

/* x holds the arguments one behind the other, n[k] numbers each. */
typedef void reference(const real *x, const int *n, int nout, const void *aux, real *out);

static const int32_t starts[] = { 0, 3, 4, 4, 8 };
static const struct segments segments = { 4, starts };
static const int32_t full_starts[] = { 0, 3, 5, 9 };
static const struct segments full = { 3, full_starts };

static int parts(const struct segments *s)
{
	return s ? s->n : 1;
}
static int begin(const struct segments *s, int k)
{
	return s ? s->starts[k] : 0;
}
static int end(const struct segments *s, int k, int n)
{
	return s ? s->starts[k + 1] : n;
}

/* == the rules again ========================================================================= */

#define BY_SEGMENT(name, start, step, finish)                                                                                 \
	static void ref_##name(const real *x, const int *n, int nout, const void *aux, real *out)                             \
	{                                                                                                                     \
		const real *y = x + n[0];                                                                                     \
		(void)nout, (void)y;                                                                                          \
		for (int k = 0; k < parts(aux); k++) {                                                                        \
			int from = begin(aux, k), to = end(aux, k, n[0]), count = to - from;                                  \
			real r = start;                                                                                       \
			(void)count;                                                                                          \
			for (int i = from; i < to; i++)                                                                       \
				step;                                                                                         \
			out[k] = finish;                                                                                      \
		}                                                                                                             \
	}
static real mean_of(const real *x, int n)
{
	real sum = 0;

	for (int i = 0; i < n; i++)
		sum += x[i];
	return sum / n;
}
BY_SEGMENT(sum, 0, r += x[i], r)
BY_SEGMENT(mean, 0, r += x[i], r / count)
BY_SEGMENT(prod, 1, r *= x[i], r)
BY_SEGMENT(min, INFINITY, r = fminl(r, x[i]), r)
BY_SEGMENT(max, -INFINITY, r = fmaxl(r, x[i]), r)
BY_SEGMENT(log_sum_exp, 0, r += expl(x[i]), logl(r))
BY_SEGMENT(variance, 0, r += powl(x[i] - mean_of(x + from, count), 2), r / (count - 1))
BY_SEGMENT(sd, 0, r += powl(x[i] - mean_of(x + from, count), 2), sqrtl(r / (count - 1)))
BY_SEGMENT(dot, 0, r += x[i] * y[n[1] == 1 ? 0 : i], r)

static const int32_t picks[] = { 2, 0, 2, 5, 1, 2 };
static void ref_gather(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)n;
	for (int i = 0; i < nout; i++)
		out[i] = x[((const int32_t *)aux)[i]];
}
static void ref_same(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)n, (void)aux;
	for (int i = 0; i < nout; i++)
		out[i] = x[i];
}
static void ref_repeat(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)n, (void)aux;
	for (int i = 0; i < nout; i++)
		out[i] = x[0];
}
static void ref_cumsum(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)nout;
	for (int k = 0; k < parts(aux); k++)
		for (int i = begin(aux, k); i < end(aux, k, n[0]); i++)
			out[i] = x[i] + (i > begin(aux, k) ? out[i - 1] : 0);
}
static void ref_softmax(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)nout;
	for (int k = 0; k < parts(aux); k++) {
		real sum = 0;

		for (int i = begin(aux, k); i < end(aux, k, n[0]); i++)
			sum += expl(x[i]);
		for (int i = begin(aux, k); i < end(aux, k, n[0]); i++)
			out[i] = expl(x[i]) / sum;
	}
}
static void ref_log_softmax(const real *x, const int *n, int nout, const void *aux, real *out)
{
	ref_softmax(x, n, nout, aux, out);
	for (int i = 0; i < nout; i++)
		out[i] = logl(out[i]);
}
static void ref_select(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)aux;
	for (int i = 0; i < nout; i++)
		out[i] = x[n[0] == 1 ? 0 : i] != 0 ? x[n[0] + (n[1] == 1 ? 0 : i)] : x[n[0] + n[1] + (n[2] == 1 ? 0 : i)];
}

static void ref_lower(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)aux;
	for (int i = 0; i < nout; i++) {
		real low = x[n[0] + (n[1] == 1 ? 0 : i)];

		out[i] = isinf(low) ? x[i] : low + expl(x[i]);
	}
}
static void ref_upper(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)aux;
	for (int i = 0; i < nout; i++)
		out[i] = x[n[0] + (n[1] == 1 ? 0 : i)] - expl(x[i]);
}
static void ref_between(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)aux;
	for (int i = 0; i < nout; i++) {
		real low = x[n[0] + (n[1] == 1 ? 0 : i)], high = x[n[0] + n[1] + (n[2] == 1 ? 0 : i)];

		if (isinf(low) || isinf(high))
			out[i] = isinf(low) && isinf(high) ? x[i] : isinf(low) ? high - expl(x[i]) : low + expl(x[i]);
		else
			out[i] = x[i] < 0 ? low + (high - low) / (1 + expl(-x[i])) : high - (high - low) / (1 + expl(x[i]));
	}
}
static void ref_ordered(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)nout;
	for (int k = 0; k < parts(aux); k++)
		for (int i = begin(aux, k); i < end(aux, k, n[0]); i++)
			out[i] = i == begin(aux, k) ? x[i] : out[i - 1] + expl(x[i]);
}
static void ref_ordered_lower(const real *x, const int *n, int nout, const void *aux, real *out)
{
	(void)nout;
	(void)aux;
	for (int i = 0; i < n[0]; i++)
		out[i] = (i ? out[i - 1] : x[n[0]]) + expl(x[i]);
}
static void ref_simplex(const real *x, const int *n, int nout, const void *aux, real *out)
{
	const struct matrix_shape *m = aux;

	(void)n, (void)nout;
	for (int r = 0; r < m->rows; r++) {
		real left = 1, *to = out + r * m->columns;

		for (int k = 0; k < m->columns - 1; k++) {
			real z = x[r * (m->columns - 1) + k] - logl(m->columns - 1 - k);

			to[k] = left / (1 + expl(-z));
			left /= 1 + expl(z);
		}
		to[m->columns - 1] = left;
	}
}

/* == the cases =============================================================================== */

static const struct matrix_shape two_by_four = { 2, 4, 0 }, one_of_one = { 3, 1, 0 };

static const struct {
	const char *name;
	const struct rule *rule, *jacobian;
	reference *f;
	const void *aux;
	int nargs, n[8], nout;
	unsigned fixed;                  /* arguments that are data */
	double x[40];
} cases[] = {
	{ "gather", &rule_gather, NULL, ref_gather, picks, 1, { 6 }, 6, 0, { 1, 2, 3, 4, 5, 6 } },
	{ "concat", &rule_concat, NULL, ref_same, NULL, 4, { 2, 0, 3, 1 }, 6, 0, { 1, 2, 3, 4, 5, 6 } },
	{ "concat with data", &rule_concat, NULL, ref_same, NULL, 3, { 2, 3, 1 }, 6, 2, { 1, 2, 3, 4, 5, 6 } },
	{ "repeat", &rule_repeat, NULL, ref_repeat, NULL, 1, { 1 }, 19, 0, { 1.5 } },
	{ "sum", &rule_sum, NULL, ref_sum, NULL, 1, { 19 }, 1, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4 } },
	{ "sum of segments", &rule_sum, NULL, ref_sum, &segments, 1, { 8 }, 4, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5 } },
	{ "mean", &rule_mean, NULL, ref_mean, NULL, 1, { 8 }, 1, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5 } },
	{ "mean of segments", &rule_mean, NULL, ref_mean, &full, 1, { 9 }, 3, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5, 3 } },
	{ "prod", &rule_prod, NULL, ref_prod, NULL, 1, { 5 }, 1, 0, { 3, 1, -4, 1.5, 9 } },
	{ "prod with a zero", &rule_prod, NULL, ref_prod, NULL, 1, { 5 }, 1, 0, { 3, 1, 0, 1.5, 9 } },
	{ "prod with two zeros", &rule_prod, NULL, ref_prod, NULL, 1, { 5 }, 1, 0, { 3, 0, 0, 1.5, 9 } },
	{ "prod of segments", &rule_prod, NULL, ref_prod, &segments, 1, { 8 }, 4, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5 } },
	{ "min", &rule_min, NULL, ref_min, NULL, 1, { 5 }, 1, 0, { 3, 1, -4, 1.5, 9 } },
	{ "max of segments", &rule_max, NULL, ref_max, &full, 1, { 9 }, 3, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5, 3 } },
	{ "log_sum_exp", &rule_log_sum_exp, NULL, ref_log_sum_exp, NULL, 1, { 5 }, 1, 0, { 700, 710, 690, -700, 709 } },
	{ "log_sum_exp of segments", &rule_log_sum_exp, NULL, ref_log_sum_exp, &full, 1, { 9 }, 3, 0, { 3, 1, -4, 15, 9, 2, 6, -5, 3 } },
	{ "variance", &rule_variance, NULL, ref_variance, NULL, 1, { 5 }, 1, 0, { 3, 1, -4, 1.5, 9 } },
	{ "variance of segments", &rule_variance, NULL, ref_variance, &full, 1, { 9 }, 3, 0, { 3, 1, -4, 15, 9, 2, 6, -5, 3 } },
	{ "sd", &rule_sd, NULL, ref_sd, NULL, 1, { 5 }, 1, 0, { 1003, 1001, 996, 1001.5, 1009 } },
	{ "dot", &rule_dot, NULL, ref_dot, NULL, 2, { 4, 4 }, 1, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5 } },
	{ "dot with data", &rule_dot, NULL, ref_dot, NULL, 2, { 4, 4 }, 1, 2, { 3, 1, -4, 1.5, 9, 2, 6, -5 } },
	{ "dot of data", &rule_dot, NULL, ref_dot, NULL, 2, { 4, 4 }, 1, 1, { 3, 1, -4, 1.5, 9, 2, 6, -5 } },
	{ "dot with a number", &rule_dot, NULL, ref_dot, &segments, 2, { 8, 1 }, 4, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5, 7 } },
	{ "dot of segments", &rule_dot, NULL, ref_dot, &segments, 2, { 8, 8 }, 4, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5, 3, 5, 8, 9, 7, 9, 3, 2 } },
	{ "cumsum", &rule_cumsum, NULL, ref_cumsum, NULL, 1, { 5 }, 5, 0, { 3, 1, -4, 1.5, 9 } },
	{ "cumsum of segments", &rule_cumsum, NULL, ref_cumsum, &segments, 1, { 8 }, 8, 0, { 3, 1, -4, 1.5, 9, 2, 6, -5 } },
	{ "softmax", &rule_softmax, NULL, ref_softmax, NULL, 1, { 5 }, 5, 0, { 3, 1, -4, 1.5, 9 } },
	{ "softmax of segments", &rule_softmax, NULL, ref_softmax, &segments, 1, { 8 }, 8, 0, { 3, 1, -4, 700, 9, 2, 6, -5 } },
	{ "log_softmax", &rule_log_softmax, NULL, ref_log_softmax, NULL, 1, { 5 }, 5, 0, { 3, 1, -40, 1.5, 9 } },
	{ "log_softmax of segments", &rule_log_softmax, NULL, ref_log_softmax, &full, 1, { 9 }, 9, 0, { 3, 1, -4, 15, 9, 2, 6, -5, 3 } },
	{ "if", &rule_select, NULL, ref_select, NULL, 3, { 4, 4, 1 }, 4, 1, { 1, 0, 0, 2, 5, 6, 7, 8, 9 } },
	{ "lower", &rule_lower, &rule_lower_jacobian, ref_lower, NULL, 2, { 4, 1 }, 4, 0, { -30, 0.5, 3, 20, 1.5 } },
	{ "lower 0", &rule_lower, &rule_lower_jacobian, ref_lower, NULL, 2, { 5, 1 }, 5, 2, { -700, -30, 0.5, 3, 700, 0 } },
	{ "lower ends, some open", &rule_lower, &rule_lower_jacobian, ref_lower, NULL, 2, { 3, 3 }, 3, 2, { -3, 0.5, 3, 4, -INFINITY, -2 } },
	{ "upper", &rule_upper, &rule_upper_jacobian, ref_upper, NULL, 2, { 4, 4 }, 4, 0, { -3, 0.5, 3, 7, 0, 1, 2, 3 } },
	{ "between", &rule_between, &rule_between_jacobian, ref_between, NULL, 3, { 5, 1, 1 }, 5, 0, { -30, -2, 0.25, 5, 30, 1, 4 } },
	{ "between 0 and 1", &rule_between, &rule_between_jacobian, ref_between, NULL, 3, { 5, 1, 1 }, 5, 6, { -700, -30, 0.25, 5, 30, 0, 1 } },
	{ "between ends", &rule_between, &rule_between_jacobian, ref_between, NULL, 3, { 3, 3, 3 }, 3, 0, { -3, 0.25, 5, 1, 2, 3, 4, 2.5, 9 } },
	{ "between ends, some open", &rule_between, &rule_between_jacobian, ref_between, NULL, 3, { 4, 4, 4 }, 4, 6,
	  { -3, 0.25, 5, 2, 1, -INFINITY, 3, -INFINITY, 4, 2.5, INFINITY, INFINITY } },
	{ "ordered", &rule_ordered, &rule_ordered_jacobian, ref_ordered, NULL, 1, { 5 }, 5, 0, { -3, 0.25, 5, 2, -8 } },
	{ "ordered segments", &rule_ordered, &rule_ordered_jacobian, ref_ordered, &segments, 1, { 8 }, 8, 0, { -3, 0.25, 5, 2, -8, 1, 2, 3 } },
	{ "ordered above", &rule_ordered_lower, &rule_ordered_lower_jacobian, ref_ordered_lower, NULL, 2, { 4, 1 }, 4, 0, { -3, 0.25, 5, 2, 7 } },
	{ "simplexes", &rule_simplex, &rule_simplex_jacobian, ref_simplex, &two_by_four, 1, { 6 }, 8, 0, { -3, 0.25, 5, 2, -8, 1 } },
	{ "simplexes of one", &rule_simplex, &rule_simplex_jacobian, ref_simplex, &one_of_one, 1, { 0 }, 3, 0, { 0 } },
};
enum { CASES = sizeof cases / sizeof *cases };

struct at {
	int k, place, out;               /* out -1: the weighted sum */
	const double *x, *weights;
	int total;
};

static real along(real x, const void *ctx)
{
	const struct at *p = ctx;
	real args[MAX], out[MAX], sum = 0;

	for (int i = 0; i < p->total; i++)
		args[i] = p->x[i];
	args[p->place] = x;
	cases[p->k].f(args, cases[p->k].n, cases[p->k].nout, cases[p->k].aux, out);
	if (p->out >= 0)
		return out[p->out];
	for (int i = 0; i < cases[p->k].nout; i++)
		if (!isinf(out[i]))
			sum += out[i] * p->weights[i];
	return sum;
}

static int total_of(int k)
{
	int total = 0;

	for (int i = 0; i < cases[k].nargs; i++)
		total += cases[k].n[i];
	return total;
}

static bool is_fixed(int k, int place)
{
	int arg = 0;

	for (int at = cases[k].n[0]; at <= place; at += cases[k].n[++arg])
		;
	return cases[k].fixed >> arg & 1;
}

static void check(int k)
{
	double out[MAX], grad[MAX] = { 0 }, weights[MAX];
	real x[MAX], want[MAX];
	int total = total_of(k), bad = 0;

	for (int i = 0; i < MAX; i++)
		weights[i] = 1 + i % 3;
	for (int i = 0; i < total; i++)
		x[i] = cases[k].x[i];
	cases[k].f(x, cases[k].n, cases[k].nout, cases[k].aux, want);
	is_int(slope_rule(cases[k].rule, cases[k].aux, cases[k].nargs, cases[k].n, cases[k].fixed, cases[k].x, cases[k].nout, weights, out,
			  grad, NULL), 0, "%s: computed", cases[k].name);
	for (int i = 0; i < cases[k].nout; i++)
		if (!(out[i] == want[i] || fabsl(out[i] - want[i]) <= 1e-14L * fabsl(want[i]) + 2e-16L)) {
			fprintf(stderr, "# %s: value %d is %.17g, not %.17Lg\n", cases[k].name, i, out[i], want[i]);
			bad++;
		}
	for (int i = 0; i < total; i++) {
		struct at p = { k, i, -1, cases[k].x, weights, total };
		real slope_i, h = 0.05;

		if (is_fixed(k, i))
			continue;
		slope_i = slope(along, &p, cases[k].x[i], h);
		if (!(fabsl(grad[i] - slope_i) <= 1e-11L * fabsl(slope_i) + 1e-15L * fabsl(along(cases[k].x[i], &p)))) {
			fprintf(stderr, "# %s: derivative %d is %.17g, not %.17Lg\n", cases[k].name, i, grad[i], slope_i);
			bad++;
		}
	}
	is_int(bad, 0, "%s: values and gradient", cases[k].name);
}

/* == Jacobians =============================================================================== */

static real log_determinant(real m[MAX][MAX], int n)
{
	real sum = 0;

	for (int i = 0; i < n; i++) {
		int best = i;

		for (int r = i + 1; r < n; r++)
			if (fabsl(m[r][i]) > fabsl(m[best][i]))
				best = r;
		for (int c = 0; c < n; c++) {
			real swap = m[i][c];

			m[i][c] = m[best][c];
			m[best][c] = swap;
		}
		sum += logl(fabsl(m[i][i]));
		for (int r = i + 1; r < n; r++)
			for (int c = n - 1; c >= i; c--)
				m[r][c] -= m[r][i] / m[i][i] * m[i][c];
	}
	return sum;
}

/* The log of the determinant of dx/dq by quotients, at x. Of simplexes, x without the last of each row. */
static real jacobian(int k, const double *x)
{
	static real m[MAX][MAX];
	const struct matrix_shape *shape = cases[k].rule == &rule_simplex ? cases[k].aux : NULL;
	int total = total_of(k), n = cases[k].n[0];

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			struct at p = { k, j, shape ? i / (shape->columns - 1) * shape->columns + i % (shape->columns - 1) : i, x, NULL, total };

			m[i][j] = slope(along, &p, x[j], 0.05);
		}
	return log_determinant(m, n);
}

static void jacobians(int k)
{
	double out, grad[MAX] = { 0 }, lp, x[MAX];
	int total = total_of(k), bad = 0;

	is_int(slope_rule(cases[k].jacobian, cases[k].aux, cases[k].nargs, cases[k].n, cases[k].fixed, cases[k].x, 1, NULL, &out, grad, &lp),
	       0, "%s: a Jacobian", cases[k].name);
	is_double(lp, out, "%s: it is a term", cases[k].name);
	/* at most 8, as a quotient of low + exp(-30) has few digits */
	for (int i = 0; i < total; i++)
		x[i] = fabs(cases[k].x[i]) <= 8 || isinf(cases[k].x[i]) ? cases[k].x[i] : copysign(8, cases[k].x[i]);
	slope_rule(cases[k].jacobian, cases[k].aux, cases[k].nargs, cases[k].n, cases[k].fixed, x, 1, NULL, &out, grad, &lp);
	ok(fabsl(out - jacobian(k, x)) < 1e-9L * (1 + fabs(out)), "%s: %.12g is the log of the determinant", cases[k].name, out);
	for (int i = 0; i < total; i++) {
		double h = 1e-4, up, down, none[MAX], at = x[i], quotient;

		if (is_fixed(k, i))
			continue;
		x[i] = at + h;
		slope_rule(cases[k].jacobian, cases[k].aux, cases[k].nargs, cases[k].n, cases[k].fixed, x, 1, NULL, &up, none, NULL);
		x[i] = at - h;
		slope_rule(cases[k].jacobian, cases[k].aux, cases[k].nargs, cases[k].n, cases[k].fixed, x, 1, NULL, &down, none, NULL);
		x[i] = at;
		quotient = (up - down) / (2 * h);
		if (fabs(grad[i] - quotient) > 1e-6 * (1 + fabs(quotient))) {
			fprintf(stderr, "# %s: derivative %d of the Jacobian is %.17g, not %.17g\n", cases[k].name, i, grad[i], quotient);
			bad++;
		}
	}
	is_int(bad, 0, "%s: derivatives of the Jacobian", cases[k].name);
}

static void inverse(int k)
{
	double out[MAX], grad[MAX], weights[MAX] = { 0 }, q[MAX];
	const double *ends[2] = { cases[k].x + cases[k].n[0], cases[k].x + cases[k].n[0] + cases[k].n[1] };
	int32_t nends[2] = { cases[k].n[1], cases[k].n[2] };
	int bad = 0;

	slope_rule(cases[k].rule, cases[k].aux, cases[k].nargs, cases[k].n, cases[k].fixed, cases[k].x, cases[k].nout, weights, out, grad,
		   NULL);
	ok(constrain_inverse(cases[k].rule, cases[k].aux, cases[k].nout, out, ends, nends, q), "%s: has a way back", cases[k].name);
	for (int i = 0; i < cases[k].n[0]; i++) {
		double size = fabs(cases[k].x[i]);

		/* where a step is lost beside the end, so is the way back */
		bad += size < 21 ? fabs(q[i] - cases[k].x[i]) > 1e-6 * (1 + size) : !isfinite(q[i]);
	}
	is_int(bad, 0, "%s: and back", cases[k].name);
	if (cases[k].rule == &rule_simplex || !cases[k].n[0])
		return;
	if (cases[k].nargs > 1)
		out[0] = cases[k].rule == &rule_upper ? ends[0][0] + 1 : ends[0][0] - 1;
	else
		out[1] = out[0] - 1;
	ok(isinf(ends[0][0]) || !constrain_inverse(cases[k].rule, cases[k].aux, cases[k].nout, out, ends, nends, q),
	   "%s: not from outside", cases[k].name);
}

/* == the ends of what is possible ============================================================ */

static void extremes(void)
{
	static const double qs[] = { -700, -40, -37, 0, 37, 40, 700 };
	const int n[] = { 1, 1, 1 };
	int bad = 0;

	for (int i = 0; i < 7; i++)
		for (int which = 0; which < 3; which++) {
			const struct rule *rule[] = { &rule_lower, &rule_upper, &rule_between };
			const struct rule *jac[] = { &rule_lower_jacobian, &rule_upper_jacobian, &rule_between_jacobian };
			double x[] = { qs[i], which == 1 ? 2 : 1, 2 }, out, grad[3], lp, weight = 1;

			slope_rule(rule[which], NULL, which == 2 ? 3 : 2, n, 0, x, 1, &weight, &out, grad, &lp);
			bad += !(which == 1 || out > 1) || !(which == 0 || out < 2) || !isfinite(out) || !isfinite(grad[0]) || !isfinite(grad[1]);
			slope_rule(jac[which], NULL, which == 2 ? 3 : 2, n, 0, x, 1, NULL, &out, grad, &lp);
			bad += !isfinite(lp) || !isfinite(grad[0]) || !isfinite(grad[1]);
		}
	is_int(bad, 0, "inside of the ends and finite for q from -700 to 700");
	{
		const struct matrix_shape m = { 1, 5, 0 };
		const int four[] = { 4 };
		double x[] = { 700, 700, 700, -700 }, out[5], grad[4], lp, weights[5] = { 1, 2, 3, 4, 5 }, jac, want;

		slope_rule(&rule_simplex, &m, 1, four, 0, x, 5, weights, out, grad, NULL);
		slope_rule(&rule_simplex_jacobian, &m, 1, four, 0, x, 1, NULL, &jac, grad, &lp);
		/* log z(1 - z) is -700 + log 4, 3, 2, then -700; what is left is exp of 0, -700 + log 4, -1400 + log 12, -2100 + log 24 */
		want = -7 * 700 + log(24) - 3 * 700 + log(4) + log(12) + log(24);
		ok(out[0] == 1 && fabs(jac - want) < 1e-11, "a simplex at a corner has a Jacobian: %g", jac);
	}
}

static void special(void)
{
	const double x[] = { -INFINITY, -INFINITY, -INFINITY }, none[] = { 0 }, weights[] = { 1, 1, 1, 1 };
	const int three[] = { 3 }, zero[] = { 0 }, two[] = { 1, 1, 1 };
	double out[4], grad[4], ends[] = { 0.5, 3, 2 };
	struct step_arg a = { x, grad, 3 };
	struct step s = { .rule = &rule_log_sum_exp, .n = 1, .nargs = 1, .out = out, .dout = out + 1, .args = &a };

	rule_log_sum_exp.forward(&s, NULL);
	memset(grad, 0, sizeof grad);
	out[1] = 1;
	rule_log_sum_exp.backward(&s);
	ok(out[0] == -INFINITY && grad[0] == 1 / 3. && grad[2] == 1 / 3., "log_sum_exp of nothing likely");
	slope_rule(&rule_log_sum_exp, NULL, 1, zero, 0, none, 1, weights, out, grad, NULL);
	is_double(out[0], -INFINITY, "log_sum_exp of no numbers");
	slope_rule(&rule_sum, NULL, 1, zero, 0, none, 1, weights, out, grad, NULL);
	is_double(out[0], 0, "sum of no numbers");
	slope_rule(&rule_prod, NULL, 1, zero, 0, none, 1, weights, out, grad, NULL);
	is_double(out[0], 1, "product of no numbers");
	slope_rule(&rule_max, NULL, 1, three, 0, (double[]){ 1, NAN, 3 }, 1, weights, out, grad, NULL);
	ok(isnan(out[0]), "the greatest of a NaN is NaN");
	slope_rule(&rule_sd, NULL, 1, three, 0, (double[]){ 2, 2, 2 }, 1, weights, out, grad, NULL);
	ok(out[0] == 0 && grad[0] == 0 && grad[1] == 0, "the sd of equal numbers has 0 among its slopes");
	is_int(slope_rule(&rule_between, NULL, 3, two, 7, ends, 1, weights, out, grad, NULL), ERR_DOMAIN, "ends the wrong way round");
	ok(slope_rule(&rule_between_jacobian, NULL, 3, two, 0, ends, 1, NULL, out, grad, NULL) == 0 && isnan(out[0]),
	   "unknown ends the wrong way round have no density");
}

int main(void)
{
	for (int k = 0; k < CASES; k++) {
		check(k);
		if (!cases[k].jacobian)
			continue;
		jacobians(k);
		inverse(k);
	}
	extremes();
	special();
	return done();
}
