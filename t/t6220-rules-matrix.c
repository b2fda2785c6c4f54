/*
 * t6220-rules-matrix.c - rules of matrices: values against the definitions written out in extended precision, derivatives
 * against difference quotients of those.
 */
#include "model/rules.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>

enum { ARGS = 3, SIZE = 4096 };
typedef void plain(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out);

struct task {
	const char *name;
	const struct rule *rule;
	plain *plain;
	struct matrix_shape m;
	int32_t n[ARGS], out;
	int nargs;
	bool lower;                      /* the first argument has a diagonal that is far from 0 */
	bool definite;                   /* it is symmetric and positive definite */
};

/* == definitions == */

static void plain_matvec(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	(void)n;
	for (int i = 0; i < m->rows; i++) {
		out[i] = 0;
		for (int j = 0; j < m->columns; j++)
			out[i] += a[0][i * m->columns + j] * a[1][j];
	}
}

static void plain_columns(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	(void)n;
	for (int i = 0; i < m->rows; i++) {
		out[i] = 0;
		for (int j = 0; j < m->columns; j++)
			out[i] += a[0][j * m->rows + i] * a[1][j];
	}
}

static void plain_transpose(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	(void)n;
	for (int i = 0; i < m->rows; i++)
		for (int j = 0; j < m->columns; j++)
			out[j * m->rows + i] = a[0][i * m->columns + j];
}

static void plain_matmul(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	(void)n;
	for (int i = 0; i < m->rows; i++)
		for (int j = 0; j < m->columns; j++) {
			long double sum = 0;

			for (int k = 0; k < m->inner; k++)
				sum += a[0][i * m->inner + k] * a[1][k * m->columns + j];
			out[i * m->columns + j] = sum;
		}
}

/* Column by column, each taken off what is left of the matrix. */
static void plain_cholesky(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	static long double left[SIZE];
	int r = m->rows;

	(void)n;
	for (int i = 0; i < r; i++)
		for (int j = 0; j < r; j++) {
			left[i * r + j] = a[0][(i < j ? j : i) * r + (i < j ? i : j)];
			out[i * r + j] = 0;
		}
	for (int k = 0; k < r; k++) {
		for (int i = k; i < r; i++)
			out[i * r + k] = left[i * r + k] / sqrtl(left[k * r + k]);
		for (int i = k + 1; i < r; i++)
			for (int j = k + 1; j < r; j++)
				left[i * r + j] -= out[i * r + k] * out[j * r + k];
	}
}

static void plain_solve(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	(void)n;
	for (int j = 0; j < m->columns; j++)
		for (int i = 0; i < m->rows; i++) {
			long double x = a[1][i * m->columns + j];

			for (int k = 0; k < i; k++)
				x -= a[0][i * m->rows + k] * out[k * m->columns + j];
			out[i * m->columns + j] = x / a[0][i * m->rows + i];
		}
}

static void plain_gp(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	int inner = m->inner ? m->inner : 1;

	(void)n;
	for (int i = 0; i < m->rows; i++)
		for (int j = 0; j < m->rows; j++) {
			long double sum = 0;

			for (int k = 0; k < inner; k++)
				sum += powl(a[0][i * inner + k] - a[0][j * inner + k], 2);
			out[i * m->rows + j] = a[1][0] * a[1][0] * expl(-sum / (2 * a[2][0] * a[2][0]));
		}
}

static void plain_diagonal(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	for (int i = 0; i < m->rows; i++)
		for (int j = 0; j < m->rows; j++)
			out[i * m->rows + j] = a[0][i * m->rows + j] + (i == j ? a[1][n[1] == 1 ? 0 : i] : 0);
}

static void plain_log_determinant(const struct matrix_shape *m, long double *const *a, const int32_t *n, long double *out)
{
	(void)n;
	*out = 0;
	for (int i = 0; i < m->rows; i++)
		*out += 2 * logl(a[0][i * m->rows + i]);
}

/* == one task == */

static double value(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double)(*state >> 11) / 9007199254740992.0 * 2 - 1;
}

static void fill(const struct task *t, double v[ARGS][SIZE])
{
	static double root[SIZE];
	uint64_t state = 7 + (uint64_t)t->out;
	int r = t->m.rows;

	for (int k = 0; k < t->nargs; k++)
		for (int i = 0; i < t->n[k]; i++)
			v[k][i] = value(&state) + (t->n[k] == 1 ? 2 : 0);
	for (int i = 0; i < r && t->lower; i++)
		v[0][i * r + i] += 3;
	if (!t->definite)
		return;
	memcpy(root, v[0], sizeof root);
	for (int i = 0; i < r; i++)
		for (int j = 0; j < r; j++) {
			v[0][i * r + j] = i == j ? 0.5 : 0;
			for (int k = 0; k < r; k++)
				v[0][i * r + j] += root[i * r + k] * root[j * r + k];
		}
}

static bool near(double got, long double wanted, double size, double most)
{
	return fabsl(got - wanted) <= most * (size + fabsl(wanted));
}

static void check(const struct task *t)
{
	static double v[ARGS][SIZE], d[ARGS][SIZE], out[SIZE], dout[SIZE];
	static long double exact[ARGS][SIZE], plus[SIZE], minus[SIZE];
	long double *const at[ARGS] = { exact[0], exact[1], exact[2] }, h = 1e-5L;
	struct step_arg args[ARGS];
	struct step s = { .rule = t->rule, .n = t->out, .nargs = t->nargs, .out = out, .dout = dout, .args = args, .aux = &t->m };
	uint64_t state = 99;
	struct err e = ERR_INIT;
	double worst = 0;
	int wrong = 0;

	fill(t, v);
	for (int k = 0; k < t->nargs; k++) {
		args[k] = (struct step_arg){ .v = v[k], .d = d[k], .n = t->n[k] };
		for (int i = 0; i < t->n[k]; i++)
			d[k][i] = 1 + k;                 /* derivatives are added */
		for (int i = 0; i < t->n[k]; i++)
			exact[k][i] = v[k][i];
	}
	for (int i = 0; i < t->out; i++)
		dout[i] = value(&state);
	if (t->rule->work)
		s.work = aligned_alloc(64, (t->rule->work(&s) + 63) / 64 * 64 + 64);
	is_int(t->rule->forward(&s, &e), 0, "%s: values %s", t->name, e.msg);
	t->plain(&t->m, at, t->n, plus);
	for (int i = 0; i < t->out; i++)
		wrong += !near(out[i], plus[i], 1, 1e-14);
	is_int(wrong, 0, "%s: as the definition has them", t->name);
	t->rule->backward(&s);
	wrong = 0;
	for (int k = 0; k < t->nargs; k++)
		for (int i = 0; i < t->n[k]; i++) {
			long double slope = 0, x = exact[k][i];

			exact[k][i] = x + h;
			t->plain(&t->m, at, t->n, plus);
			exact[k][i] = x - h;
			t->plain(&t->m, at, t->n, minus);
			exact[k][i] = x;
			for (int o = 0; o < t->out; o++)
				slope += dout[o] * (plus[o] - minus[o]) / (2 * h);
			wrong += !near(d[k][i] - 1 - k, slope, 1, 2e-8);
			worst = fmax(worst, (double)(fabsl(d[k][i] - 1 - k - slope) / (1 + fabsl(slope))));
		}
	ok(!wrong, "%s: derivatives as difference quotients have them, to %.1e", t->name, worst);
	/* Constant arguments have none, and the others do not change by that. */
	for (int k = 0; k < t->nargs; k++) {
		static double alone[SIZE];

		for (int i = 0; i < t->n[k]; i++)
			alone[i] = 1 + k;
		for (int j = 0; j < t->nargs; j++)
			args[j].d = j == k ? alone : NULL;
		t->rule->forward(&s, &e);
		t->rule->backward(&s);
		if (memcmp(alone, d[k], (size_t)t->n[k] * sizeof *alone))
			ok(false, "%s: argument %d alone", t->name, k + 1);
	}
	free(s.work);
}

static const struct task tasks[] = {
	{ "matvec 7 x 1", &rule_matvec, plain_matvec, { 7, 1, 0 }, { 7, 1 }, 7, 2, false, false },
	{ "matvec 5 x 2", &rule_matvec, plain_matvec, { 5, 2, 0 }, { 10, 2 }, 5, 2, false, false },
	{ "matvec 6 x 3", &rule_matvec, plain_matvec, { 6, 3, 0 }, { 18, 3 }, 6, 2, false, false },
	{ "matvec 9 x 4", &rule_matvec, plain_matvec, { 9, 4, 0 }, { 36, 4 }, 9, 2, false, false },
	{ "matvec 11 x 7", &rule_matvec, plain_matvec, { 11, 7, 0 }, { 77, 7 }, 11, 2, false, false },
	{ "matvec 2 x 22", &rule_matvec, plain_matvec, { 2, 22, 0 }, { 44, 22 }, 2, 2, false, false },
	{ "matvec by columns 11 x 7", &rule_matvec_columns, plain_columns, { 11, 7, 0 }, { 77, 7 }, 11, 2, false, false },
	{ "matvec by columns 3 x 2", &rule_matvec_columns, plain_columns, { 3, 2, 0 }, { 6, 2 }, 3, 2, false, false },
	{ "transpose 3 x 5", &rule_transpose, plain_transpose, { 3, 5, 0 }, { 15 }, 15, 1, false, false },
	{ "matmul 4 x 6 x 3", &rule_matmul, plain_matmul, { 4, 3, 6 }, { 24, 18 }, 12, 2, false, false },
	{ "matmul 5 x 1 x 5", &rule_matmul, plain_matmul, { 5, 5, 1 }, { 5, 5 }, 25, 2, false, false },
	{ "cholesky of 1", &rule_cholesky, plain_cholesky, { 1, 1, 0 }, { 1 }, 1, 1, false, true },
	{ "cholesky of 9", &rule_cholesky, plain_cholesky, { 9, 9, 0 }, { 81 }, 81, 1, false, true },
	{ "cholesky of 18", &rule_cholesky, plain_cholesky, { 18, 18, 0 }, { 324 }, 324, 1, false, true },
	{ "solve_lower 7, a vector", &rule_solve_lower, plain_solve, { 7, 1, 0 }, { 49, 7 }, 7, 2, true, false },
	{ "solve_lower 6 x 5", &rule_solve_lower, plain_solve, { 6, 5, 0 }, { 36, 30 }, 30, 2, true, false },
	{ "gp_exp_quad of 8", &rule_gp_exp_quad, plain_gp, { 8, 8, 0 }, { 8, 1, 1 }, 64, 3, false, false },
	{ "gp_exp_quad of 6 points", &rule_gp_exp_quad, plain_gp, { 6, 6, 3 }, { 18, 1, 1 }, 36, 3, false, false },
	{ "add_diag of a number", &rule_add_diag, plain_diagonal, { 4, 4, 0 }, { 16, 1 }, 16, 2, false, false },
	{ "add_diag of a vector", &rule_add_diag, plain_diagonal, { 4, 4, 0 }, { 16, 4 }, 16, 2, false, false },
	{ "log_determinant", &rule_log_determinant, plain_log_determinant, { 5, 5, 0 }, { 25 }, 1, 1, true, false },
};

static void refusals(void)
{
	double s[4] = { 1, 2, 2, 1 }, out[4], work[4];
	struct matrix_shape m = { 2, 2, 0 };
	struct step_arg a = { .v = s, .n = 4 };
	struct step step = { .rule = &rule_cholesky, .n = 4, .nargs = 1, .out = out, .args = &a, .aux = &m, .work = work };
	struct err e = ERR_INIT;

	is_int(rule_cholesky.forward(&step, &e), ERR_DOMAIN, "a matrix that is not positive definite");
	is_str(e.msg, "the matrix is not positive definite: pivot 2 of 2 is -3", "and which pivot says so");
	s[3] = NAN;
	is_int(rule_cholesky.forward(&step, &e), ERR_DOMAIN, "nor is one of NaN");
	s[3] = 4;
	s[1] = 77;
	s[2] = 1;
	is_int(rule_cholesky.forward(&step, &e), 0, "only the lower triangle is read");
	is_double(out[1], 0, "and zeros are above");
}

int main(void)
{
	for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++)
		check(&tasks[i]);
	refusals();
	return done();
}
