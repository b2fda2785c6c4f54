/*
 * rules_dist.c - terms and rows of distributions in a graph.
 *
 * A term adds its derivatives while it computes the value, as they cost little beside it. Rows keep theirs in `work` until it is
 * known what comes from above.
 */
#include "model/rules_priv.h"

#include <math.h>
#include <stdio.h>

enum { ARGS_MAX = DIST_PARAMS_MAX + 2 };         /* an interval has two outcomes */

/* == terms =================================================================================== */

/* The longest argument; without rows when one has none. */
static int32_t rows_of(const struct step *s)
{
	int32_t rows = 1;

	for (int k = 0; k < s->nargs; k++) {
		if (!s->args[k].n)
			return 0;
		if (s->args[k].n > rows)
			rows = s->args[k].n;
	}
	return rows;
}

static void row_at(const struct step *s, int32_t i, double *a)
{
	for (int k = 0; k < s->nargs; k++)
		a[k] = s->args[k].v[s->args[k].n == 1 ? 0 : i];
}

/* The first row without a density says what is wrong with it. */
static int explain(const struct step *s, int32_t rows, struct err *e)
{
	const struct dist *dist = s->aux;
	char what[256], where[32] = "", number[TEXT_NUMBER_MAX];
	double a[ARGS_MAX], lp;

	for (int32_t i = 0; i < rows; i++) {
		row_at(s, i, a);
		lp = dist->lpdf(a, NULL);
		if (isfinite(lp))
			continue;
		if (rows > 1)
			snprintf(where, sizeof where, " (row %d)", i + 1);
		if (dist_fault(dist, a + 1, what, sizeof what))
			return err_set(e, ERR_DOMAIN, "%s: %s%s", dist->name, what, where);
		text_print_float64(number, a[0]);
		return err_set(e, ERR_DOMAIN, "%s: the log density of %s is %s%s", dist->name, number,
			       isnan(lp) ? "not a number" : lp > 0 ? "infinite" : "minus infinite", where);
	}
	return err_set(e, ERR_DOMAIN, "%s: the sum of the log densities is no number", dist->name);
}

static int dist_target_forward(struct step *s, struct err *e)
{
	const struct dist *dist = s->aux;
	const double *a[ARGS_MAX];
	double *d[ARGS_MAX];
	int step[ARGS_MAX];
	int32_t rows = rows_of(s);

	for (int k = 0; k < s->nargs; k++) {
		a[k] = s->args[k].v;
		d[k] = s->args[k].d;
		step[k] = s->args[k].n > 1;
	}
	s->out[0] = dist->sum ? dist->sum(rows, a, step, d) : dist_sum(dist, rows, a, step, d);
	return HOT_UNLIKELY(!isfinite(s->out[0])) ? explain(s, rows, e) : 0;
}

const struct rule rule_dist_target = { .name = "density", .forward = dist_target_forward, .flags = RULE_TARGET };

static int target_forward(struct step *s, struct err *e)
{
	const struct step_arg *a = s->args;
	double sum = 0;

	(void)e;
	RULE_SUM(sum, a->n, a->v[i]);
	s->out[0] = sum;
	for (int32_t i = 0; a->d && i < a->n; i++)
		a->d[i] += 1;
	return 0;
}

const struct rule rule_target = { .name = "factor", .forward = target_forward, .flags = RULE_TARGET };

/* == rows ==================================================================================== */

/* Where the derivatives of all rows by each argument that has any lie in `work`: argument after argument. */
static void kept_by(const struct step *s, double **kept)
{
	double *at = s->work;

	for (int k = 0; k < s->nargs; k++) {
		kept[k] = s->dout && s->args[k].d ? at : NULL;
		at += kept[k] ? s->n : 0;
	}
}

static void rows_forward(struct step *s, double (*value)(const struct dist *, const double *, double *))
{
	const struct dist *dist = s->aux;
	double a[ARGS_MAX], d[ARGS_MAX], *kept[ARGS_MAX];

	kept_by(s, kept);
	for (int32_t i = 0; i < s->n; i++) {
		row_at(s, i, a);
		s->out[i] = value(dist, a, s->dout ? d : NULL);
		for (int k = 0; k < s->nargs; k++)
			if (kept[k])
				kept[k][i] = d[k];
	}
}

static int lpdf_forward(struct step *s, struct err *e)
{
	const double *a[ARGS_MAX];
	double *kept[ARGS_MAX];
	int step[ARGS_MAX];

	(void)e;
	kept_by(s, kept);
	for (int k = 0; k < s->nargs; k++) {
		a[k] = s->args[k].v;
		step[k] = s->args[k].n > 1;
	}
	dist_rows(s->aux, s->n, a, step, s->out, s->dout ? kept : NULL);
	return 0;
}

KERNEL static double rows_shared(int32_t n, const double *g, const double *kept)
{
	double sum = 0;

	RULE_SUM(sum, n, rule_chain(g[i], kept[i]));
	return sum;
}

KERNEL static void rows_apart(int32_t n, const double *g, const double *kept, double *restrict d)
{
	for (int32_t i = 0; i < n; i++)
		d[i] += rule_chain(g[i], kept[i]);
}

static void rows_backward(struct step *s)
{
	double *kept[ARGS_MAX];

	kept_by(s, kept);
	for (int k = 0; k < s->nargs; k++) {
		if (kept[k] && s->args[k].n == 1)
			s->args[k].d[0] += rows_shared(s->n, s->dout, kept[k]);
		else if (kept[k])
			rows_apart(s->n, s->dout, kept[k], s->args[k].d);
	}
}

static size_t rows_work(const struct step *s)
{
	return (size_t)s->n * (size_t)s->nargs * sizeof(double);
}

static double lcdf_of(const struct dist *dist, const double *a, double *d) { return dist->lcdf(a, d); }
static double lccdf_of(const struct dist *dist, const double *a, double *d) { return dist->lccdf(a, d); }

#define RULE_ROWS(rule_, name_, text, value)                                                                                  \
	static int name_##_forward(struct step *s, struct err *e) { return (void)e, rows_forward(s, value), 0; }              \
	const struct rule rule_ = { .name = text, .forward = name_##_forward, .backward = rows_backward, .work = rows_work };
const struct rule rule_dist_rows = { .name = "lpdf", .forward = lpdf_forward, .backward = rows_backward, .work = rows_work };
RULE_ROWS(rule_lcdf, lcdf, "lcdf", lcdf_of)
RULE_ROWS(rule_lccdf, lccdf, "lccdf", lccdf_of)
RULE_ROWS(rule_linterval, linterval, "linterval", dist_linterval)

/* == outcomes that are vectors =============================================================== */

/* Row i: its outcome and parameters; derivatives are added times `weight` when `slopes`. */
static double vector_row(const struct step *s, int32_t i, double weight, bool slopes)
{
	const struct vector_rows *v = s->aux;
	const struct step_arg *x = s->args;
	const double *p[DIST_PARAMS_MAX];
	double *d[DIST_PARAMS_MAX], *dx = NULL;
	int n[DIST_PARAMS_MAX], k = x->n / v->rows;

	for (int j = 0; j + 1 < s->nargs; j++) {
		const struct step_arg *a = &s->args[j + 1];
		int64_t from;

		n[j] = v->shared[j] ? a->n : a->n / v->rows;
		from = v->shared[j] ? 0 : (int64_t)i * n[j];
		p[j] = a->v + from;
		d[j] = slopes && a->d ? a->d + from : NULL;
	}
	if (slopes && x->d)
		dx = x->d + (int64_t)i * k;
	return v->dist->lpdf(k, x->v + (int64_t)i * k, p, n, weight, dx, d);
}

static int vector_target_forward(struct step *s, struct err *e)
{
	const struct vector_rows *v = s->aux;
	double sum = 0;

	for (int32_t i = 0; i < v->rows; i++) {
		double lp = vector_row(s, i, 1, true);

		if (!isfinite(lp))
			return err_set(e, ERR_DOMAIN, "%s: the log density of row %d is %s", v->dist->name, i + 1,
				       isnan(lp) ? "not a number" : lp > 0 ? "infinite" : "minus infinite");
		sum += lp;
	}
	s->out[0] = sum;
	return 0;
}

static int vector_rows_forward(struct step *s, struct err *e)
{
	(void)e;
	for (int32_t i = 0; i < s->n; i++)
		s->out[i] = vector_row(s, i, 0, false);
	return 0;
}

static void vector_rows_backward(struct step *s)
{
	for (int32_t i = 0; i < s->n; i++)
		if (s->dout[i] != 0)
			vector_row(s, i, s->dout[i], true);
}

const struct rule rule_vector_target = { .name = "vector density", .forward = vector_target_forward, .flags = RULE_TARGET };
const struct rule rule_vector_rows = { .name = "vector lpdf", .forward = vector_rows_forward, .backward = vector_rows_backward };
