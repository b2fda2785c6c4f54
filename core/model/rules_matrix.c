/*
 * rules_matrix.c - matrices by row: products, triangular solutions, the Cholesky factor, covariances of Gaussian processes.
 *
 * Sums go in lanes of a fixed number, which are added in a fixed order at the end: compilers may use vectors, and the bits are
 * the same with and without.
 */
#include "model/rules.h"
#include "stats/vmath.h"

#include <math.h>
#include <string.h>

static size_t square_work(const struct step *s)
{
	return (size_t)s->n * sizeof(double);
}

static const struct matrix_shape *shape_of(const struct step *s)
{
	return s->aux;
}

/* == loops ================================================================================== */

enum { LANES = 4 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef int64_t masks __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double))));

#define LANES_TIMES(a, b) (*(const lanes *)(a) * *(const lanes *)(b))

/* What is left behind whole lanes is in the last LANES of the row, beside products that count already and are cut off. */
static inline double dot_loop(int32_t n, const double *a, const double *b)
{
	static const int64_t cut[LANES][LANES] = {
		{ 0 }, { 0, 0, 0, -1 }, { 0, 0, -1, -1 }, { 0, -1, -1, -1 },
	};
	lanes x = { 0 }, y = { 0 };
	int32_t i = 0;

	if (n < LANES)
		return n == 1 ? a[0] * b[0] : n == 2 ? a[0] * b[0] + a[1] * b[1] : n == 3 ? a[0] * b[0] + a[1] * b[1] + a[2] * b[2] : 0;
	for (; i <= n - 2 * LANES; i += 2 * LANES) {
		x += LANES_TIMES(a + i, b + i);
		y += LANES_TIMES(a + i + LANES, b + i + LANES);
	}
	if (i <= n - LANES)
		x += LANES_TIMES(a + i, b + i);
	if (n % LANES)
		y += (lanes)((masks)LANES_TIMES(a + n - LANES, b + n - LANES) & *(const masks *)cut[n % LANES]);
	x += y;
	return (x[0] + x[2]) + (x[1] + x[3]);
}

static inline void add_times_loop(int32_t n, double a, const double *x, double *restrict to)
{
	for (int32_t i = 0; i < n; i++)
		to[i] += a * x[i];
}

KERNEL static double dot(int32_t n, const double *a, const double *b)
{
	return dot_loop(n, a, b);
}

/* to += a x */
KERNEL static void add_times(int32_t n, double a, const double *x, double *restrict to)
{
	add_times_loop(n, a, x, to);
}

/* == products with a vector ================================================================= */

/* out[i] = X[i, ] . b */
KERNEL static void rows_times(int32_t rows, int32_t columns, const double *x, const double *b, double *restrict out)
{
	if (columns == 1) {
		for (int32_t i = 0; i < rows; i++)
			out[i] = x[i] * b[0];
	} else if (columns == 2) {
		for (int32_t i = 0; i < rows; i++)
			out[i] = x[2 * i] * b[0] + x[2 * i + 1] * b[1];
	} else {
		for (int32_t i = 0; i < rows; i++, x += columns)
			out[i] = dot_loop(columns, x, b);
	}
}

/* to += r' X; four rows at a time, so that `to` is not read and written for each. */
KERNEL static void times_rows(int32_t rows, int32_t columns, const double *r, const double *x, double *restrict to)
{
	int32_t i = 0;

	for (; i <= rows - 4; i += 4, x += 4 * (size_t)columns) {
		const double *x1 = x + columns, *x2 = x1 + columns, *x3 = x2 + columns;
		const double r0 = r[i], r1 = r[i + 1], r2 = r[i + 2], r3 = r[i + 3];

		for (int32_t j = 0; j < columns; j++)
			to[j] += (r0 * x[j] + r1 * x1[j]) + (r2 * x2[j] + r3 * x3[j]);
	}
	for (; i < rows; i++, x += columns)
		add_times_loop(columns, r[i], x, to);
}

static int matvec_forward(struct step *s, struct err *e)
{
	const struct matrix_shape *m = shape_of(s);

	(void)e;
	rows_times(m->rows, m->columns, s->args[0].v, s->args[1].v, s->out);
	return 0;
}

static void matvec_backward(struct step *s)
{
	const struct matrix_shape *m = shape_of(s);
	const struct step_arg *x = &s->args[0], *b = &s->args[1];

	if (b->d)
		times_rows(m->rows, m->columns, s->dout, x->v, b->d);
	for (int32_t i = 0; x->d && i < m->rows; i++)
		add_times(m->columns, s->dout[i], b->v, x->d + (size_t)i * (size_t)m->columns);
}

const struct rule rule_matvec = { .name = "matvec", .forward = matvec_forward, .backward = matvec_backward };

/* X by column: then all loops are as long as the vectors. */
static int matvec_columns_forward(struct step *s, struct err *e)
{
	const struct matrix_shape *m = shape_of(s);

	(void)e;
	memset(s->out, 0, (size_t)m->rows * sizeof *s->out);
	times_rows(m->columns, m->rows, s->args[1].v, s->args[0].v, s->out);
	return 0;
}

static void matvec_columns_backward(struct step *s)
{
	const struct matrix_shape *m = shape_of(s);
	const struct step_arg *x = &s->args[0], *b = &s->args[1];

	for (int32_t j = 0; b->d && j < m->columns; j++)
		b->d[j] += dot(m->rows, x->v + (size_t)j * (size_t)m->rows, s->dout);
	for (int32_t j = 0; x->d && j < m->columns; j++)
		add_times(m->rows, b->v[j], s->dout, x->d + (size_t)j * (size_t)m->rows);
}

const struct rule rule_matvec_columns = { .name = "matvec", .forward = matvec_columns_forward, .backward = matvec_columns_backward };

static int transpose_forward(struct step *s, struct err *e)
{
	const struct matrix_shape *m = shape_of(s);

	(void)e;
	for (int32_t i = 0; i < m->rows; i++)
		for (int32_t j = 0; j < m->columns; j++)
			s->out[(size_t)j * (size_t)m->rows + (size_t)i] = s->args[0].v[(size_t)i * (size_t)m->columns + (size_t)j];
	return 0;
}

static void transpose_backward(struct step *s)
{
	const struct matrix_shape *m = shape_of(s);

	for (int32_t i = 0; i < m->rows; i++)
		for (int32_t j = 0; j < m->columns; j++)
			s->args[0].d[(size_t)i * (size_t)m->columns + (size_t)j] += s->dout[(size_t)j * (size_t)m->rows + (size_t)i];
}

const struct rule rule_transpose = { .name = "transpose", .forward = transpose_forward, .backward = transpose_backward };

/* == products of matrices =================================================================== */

static int matmul_forward(struct step *s, struct err *e)
{
	const struct matrix_shape *m = shape_of(s);
	size_t columns = (size_t)m->columns, inner = (size_t)m->inner;

	(void)e;
	memset(s->out, 0, (size_t)s->n * sizeof *s->out);
	for (int32_t i = 0; i < m->rows; i++)
		times_rows(m->inner, m->columns, s->args[0].v + (size_t)i * inner, s->args[1].v, s->out + (size_t)i * columns);
	return 0;
}

static void matmul_backward(struct step *s)
{
	const struct matrix_shape *m = shape_of(s);
	const struct step_arg *a = &s->args[0], *b = &s->args[1];
	size_t columns = (size_t)m->columns, inner = (size_t)m->inner;

	for (int32_t i = 0; i < m->rows; i++) {
		const double *g = s->dout + (size_t)i * columns;

		for (size_t l = 0; a->d && l < inner; l++)
			a->d[(size_t)i * inner + l] += dot(m->columns, g, b->v + l * columns);
		for (size_t l = 0; b->d && l < inner; l++)
			add_times(m->columns, a->v[(size_t)i * inner + l], g, b->d + l * columns);
	}
}

const struct rule rule_matmul = { .name = "matmul", .forward = matmul_forward, .backward = matmul_backward };

/* == the Cholesky factor ==================================================================== */

static int cholesky_forward(struct step *s, struct err *e)
{
	int32_t n = shape_of(s)->rows;

	memset(s->out, 0, (size_t)s->n * sizeof *s->out);
	for (int32_t i = 0; i < n; i++) {
		const double *from = s->args[0].v + (size_t)i * (size_t)n;
		double *row = s->out + (size_t)i * (size_t)n, pivot;

		for (int32_t j = 0; j < i; j++) {
			const double *above = s->out + (size_t)j * (size_t)n;

			row[j] = (from[j] - dot(j, row, above)) / above[j];
		}
		pivot = from[i] - dot(i, row, row);
		if (!(pivot > 0) || isinf(pivot))
			return err_set(e, ERR_DOMAIN, "the matrix is not positive definite: pivot %d of %d is %g", i + 1, n, pivot);
		row[i] = sqrt(pivot);
	}
	return 0;
}

/*
 * The steps of the factorisation taken back, last first; `g` holds what comes from above and what comes from rows below. Only the
 * lower triangle of the matrix is read, so only there are derivatives. Compare I. Murray, "Differentiation of the Cholesky
 * decomposition" (2016), arXiv:1602.07527, section 4.
 */
static void cholesky_backward(struct step *s)
{
	int32_t n = shape_of(s)->rows;
	double *g = s->work, *to = s->args[0].d;

	memcpy(g, s->dout, (size_t)s->n * sizeof *g);
	for (int32_t i = n - 1; i >= 0; i--) {
		const double *row = s->out + (size_t)i * (size_t)n;
		double *grow = g + (size_t)i * (size_t)n, *torow = to + (size_t)i * (size_t)n, slope = grow[i] / row[i] / 2;

		torow[i] += slope;
		add_times(i, -2 * slope, row, grow);
		for (int32_t j = i - 1; j >= 0; j--) {
			const double *above = s->out + (size_t)j * (size_t)n;
			double *gabove = g + (size_t)j * (size_t)n;

			slope = grow[j] / above[j];
			torow[j] += slope;
			gabove[j] -= slope * row[j];
			add_times(j, -slope, above, grow);
			add_times(j, -slope, row, gabove);
		}
	}
}

const struct rule rule_cholesky = { .name = "cholesky", .forward = cholesky_forward, .backward = cholesky_backward, .work = square_work };

static int log_determinant_forward(struct step *s, struct err *e)
{
	size_t n = (size_t)shape_of(s)->rows;
	double sum = 0;

	(void)e;
	for (size_t i = 0; i < n; i++)
		sum += log(s->args[0].v[i * (n + 1)]);
	s->out[0] = 2 * sum;
	return 0;
}

static void log_determinant_backward(struct step *s)
{
	size_t n = (size_t)shape_of(s)->rows;

	for (size_t i = 0; i < n; i++)
		s->args[0].d[i * (n + 1)] += s->dout[0] * 2 / s->args[0].v[i * (n + 1)];
}

const struct rule rule_log_determinant = {
	.name = "log_determinant", .forward = log_determinant_forward, .backward = log_determinant_backward,
};

/* == triangular systems ===================================================================== */

static int solve_forward(struct step *s, struct err *e)
{
	const struct matrix_shape *m = shape_of(s);
	size_t n = (size_t)m->rows, columns = (size_t)m->columns;

	(void)e;
	memcpy(s->out, s->args[1].v, (size_t)s->n * sizeof *s->out);
	for (size_t i = 0; i < n; i++) {
		const double *row = s->args[0].v + i * n;
		double *x = s->out + i * columns;

		if (columns == 1) {
			*x = (*x - dot((int32_t)i, row, s->out)) / row[i];
			continue;
		}
		for (size_t k = 0; k < i; k++)
			add_times(m->columns, -row[k], s->out + k * columns, x);
		for (size_t j = 0; j < columns; j++)
			x[j] /= row[i];
	}
	return 0;
}

/* The derivative by B is w, the solution of L' w = dout; that by L is -w x', below the diagonal and on it. */
static void solve_backward(struct step *s)
{
	const struct matrix_shape *m = shape_of(s);
	const struct step_arg *l = &s->args[0], *b = &s->args[1];
	size_t n = (size_t)m->rows, columns = (size_t)m->columns;
	double *w = s->work;

	memcpy(w, s->dout, (size_t)s->n * sizeof *w);
	for (size_t i = n; i-- > 0;) {
		const double *row = l->v + i * n;
		double *wi = w + i * columns;

		for (size_t j = 0; j < columns; j++)
			wi[j] /= row[i];
		if (columns == 1)
			add_times((int32_t)i, -*wi, row, w);
		else
			for (size_t k = 0; k < i; k++)
				add_times(m->columns, -row[k], wi, w + k * columns);
		for (size_t k = 0; l->d && k <= i && columns > 1; k++)
			l->d[i * n + k] -= dot(m->columns, wi, s->out + k * columns);
		if (l->d && columns == 1)
			add_times((int32_t)i + 1, -*wi, s->out, l->d + i * n);
	}
	if (b->d)
		add_times(s->n, 1, w, b->d);
}

const struct rule rule_solve_lower = { .name = "solve_lower", .forward = solve_forward, .backward = solve_backward, .work = square_work };

/* == covariances ============================================================================ */

static size_t points_of(const struct step *s)
{
	return shape_of(s)->inner > 1 ? (size_t)shape_of(s)->inner : 1;
}

static double distance_squared(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += (a[k] - b[k]) * (a[k] - b[k]);
	return sum;
}

/* Leaves the values for alpha = 1 behind. */
static int gp_forward(struct step *s, struct err *e)
{
	size_t n = (size_t)shape_of(s)->rows, inner = points_of(s);
	double alpha = *s->args[1].v, rho = *s->args[2].v, scale = -0.5 / (rho * rho), *unit = s->work;
	const double *x = s->args[0].v;

	(void)e;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++)
			unit[i * n + j] = scale * distance_squared(x + i * inner, x + j * inner, inner);
		vmath_exps((int64_t)i, unit + i * n, unit + i * n);
		unit[i * n + i] = 1;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++) {
			unit[j * n + i] = unit[i * n + j];
			s->out[i * n + j] = s->out[j * n + i] = alpha * alpha * unit[i * n + j];
		}
	return 0;
}

static void gp_backward(struct step *s)
{
	size_t n = (size_t)shape_of(s)->rows, inner = points_of(s);
	const struct step_arg *x = &s->args[0], *alpha = &s->args[1], *rho = &s->args[2];
	double r = *rho->v, by_rho = 0;

	if (alpha->d)
		*alpha->d += 2 * *alpha->v * dot(s->n, s->dout, s->work);
	if (!x->d && !rho->d)
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++) {
			double g = (s->dout[i * n + j] + s->dout[j * n + i]) * s->out[i * n + j];

			by_rho += g * distance_squared(x->v + i * inner, x->v + j * inner, inner);
			for (size_t k = 0; x->d && k < inner; k++) {
				double slope = g * (x->v[i * inner + k] - x->v[j * inner + k]) / (r * r);

				x->d[i * inner + k] -= slope;
				x->d[j * inner + k] += slope;
			}
		}
	if (rho->d)
		*rho->d += by_rho / (r * r * r);
}

const struct rule rule_gp_exp_quad = { .name = "gp_exp_quad", .forward = gp_forward, .backward = gp_backward, .work = square_work };

static int add_diag_forward(struct step *s, struct err *e)
{
	size_t n = (size_t)shape_of(s)->rows;

	(void)e;
	memcpy(s->out, s->args[0].v, (size_t)s->n * sizeof *s->out);
	for (size_t i = 0; i < n; i++)
		s->out[i * (n + 1)] += s->args[1].v[s->args[1].n == 1 ? 0 : i];
	return 0;
}

static void add_diag_backward(struct step *s)
{
	size_t n = (size_t)shape_of(s)->rows;
	const struct step_arg *m = &s->args[0], *d = &s->args[1];

	if (m->d)
		add_times(s->n, 1, s->dout, m->d);
	for (size_t i = 0; d->d && i < n; i++)
		d->d[d->n == 1 ? 0 : i] += s->dout[i * (n + 1)];
}

const struct rule rule_add_diag = { .name = "add_diag", .forward = add_diag_forward, .backward = add_diag_backward };
