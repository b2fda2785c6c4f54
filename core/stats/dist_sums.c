/* dist_sums.c - sums over many rows: how they are cut into stretches, and the distributions of real numbers. */
#include "stats/dist_sums_priv.h"

#include <pthread.h>

/* == stretches =============================================================================== */

static double by_rows(const struct dist *dist, int n, const double *const *a, const int *step, double *const *d)
{
	double row[DIST_PARAMS_MAX + 1], by[DIST_PARAMS_MAX + 1], sum = 0;

	for (int i = 0; i < n; i++) {
		for (int k = 0; k <= dist->nparams; k++)
			row[k] = a[k][i * step[k]];
		sum += dist->lpdf(row, d ? by : NULL);
		for (int k = 0; d && k <= dist->nparams; k++)
			if (d[k])
				d[k][i * step[k]] += by[k];
	}
	return sum;
}

KERNEL static void add_slopes(int n, const double *s, int step, double *d)
{
	if (!step)
		*d += sum_of(n, s);
	else
		for (int i = 0; i < n; i++)
			d[i] += s[i];
}

double dist_stretches(const struct dist *dist, stretch_sum *f, int64_t n, const double *const *a, const int *step, double *const *d)
{
	enum { FEW = 6 };                /* the way of many would take longer */
	double same[DIST_PARAMS_MAX + 1][STRETCH], slopes[DIST_PARAMS_MAX + 1][STRETCH], sum = 0, part;
	struct stretch x;

	if (n < FEW)
		return by_rows(dist, (int)n, a, step, d);
	for (int k = 0; k <= dist->nparams; k++) {
		x.shared[k] = !step[k];
		x.a[k] = a[k];
		x.s[k] = d && d[k] ? slopes[k] : NULL;
		if (step[k])
			continue;
		for (int i = 0; i < STRETCH && i < n; i++)
			same[k][i] = *a[k];
		x.a[k] = same[k];
	}
	for (int64_t from = 0; from < n; from += x.n) {
		const double *at[DIST_PARAMS_MAX + 1];
		double *to[DIST_PARAMS_MAX + 1];

		x.n = n - from < STRETCH ? (int)(n - from) : STRETCH;
		for (int k = 0; k <= dist->nparams; k++) {
			at[k] = a[k] + from * step[k];
			to[k] = d && d[k] ? d[k] + from * step[k] : NULL;
			if (step[k])
				x.a[k] = at[k];
		}
		if (!f(&x, &part)) {
			sum += by_rows(dist, x.n, at, step, d ? to : NULL);
			continue;
		}
		sum += part;
		for (int k = 0; k <= dist->nparams; k++)
			if (to[k])
				add_slopes(x.n, slopes[k], step[k], to[k]);
	}
	return sum;
}

static double log_factorials[FACTORIALS];

static void make_log_factorials(void)
{
	for (int k = 0; k < FACTORIALS; k++)
		log_factorials[k] = dist_lgamma(k + 1.0);
}

const double *dist_log_factorials(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_log_factorials);
	return log_factorials;
}

/* == normal and lognormal ==================================================================== */

/* Of y, which may be the log of the outcome: the sum, and slopes by y, mu and sigma. */
VMATH bool located_normal(int n, const double *y, const double *mu, const double *sigma, bool shared, double *const *s, double *sum)
{
	double z[STRETCH], squares[STRETCH];
	uint64_t bad = 0;

	for (int i = 0; i < n; i++) {
		z[i] = (y[i] - mu[i]) / sigma[i];
		squares[i] = z[i] * z[i];
		bad |= mask_not_finite(squares[i]) | mask_not_finite(mu[i]) | mask_not_above_0(sigma[i]);
	}
	if (bad)
		return false;
	for (int i = 0; s[0] && i < n; i++)
		s[0][i] = -z[i] / sigma[i];
	for (int i = 0; s[1] && i < n; i++)
		s[1][i] = z[i] / sigma[i];
	for (int i = 0; s[2] && i < n; i++)
		s[2][i] = (squares[i] - 1) / sigma[i];
	*sum = -0.5 * sum_of(n, squares) - log_sum(n, sigma, shared) - n * (0.5 * LOG_2PI);
	return true;
}

KERNEL static bool normal_stretch(const struct stretch *x, double *sum)
{
	return located_normal(x->n, x->a[0], x->a[1], x->a[2], x->shared[2], x->s, sum);
}

KERNEL static bool lognormal_stretch(const struct stretch *x, double *sum)
{
	const double *y = x->a[0];
	double logs[STRETCH];
	uint64_t bad = 0;

	for (int i = 0; i < x->n; i++) {
		logs[i] = vmath_log(y[i]);
		bad |= mask_not_above_0(y[i]);
	}
	if (bad || !located_normal(x->n, logs, x->a[1], x->a[2], x->shared[2], x->s, sum))
		return false;
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = (x->s[0][i] - 1) / y[i];
	*sum -= sum_of(x->n, logs);
	return true;
}

DIST_SUM(normal)
DIST_SUM(lognormal)

/* == Student's and Cauchy's ================================================================== */

/* Slopes by y, mu, sigma; *logs is the sum of log(1 + z^2 / nu), *slope that of z^2 / (nu + z^2). */
VMATH bool located_student(int n, const double *y, double nu, const double *mu, const double *sigma, bool shared, double *by_y, double *by_mu,
			   double *by_sigma, double *tails, double *shares, double *sum)
{
	double z[STRETCH];
	uint64_t bad = 0;

	for (int i = 0; i < n; i++) {
		double square, low = nu;

		z[i] = (y[i] - mu[i]) / sigma[i];
		square = z[i] * z[i];
		tails[i] = vmath_log1p(square / low);
		shares[i] = square / (low + square);
		bad |= mask_not_finite(square) | mask_not_finite(mu[i]) | mask_not_above_0(sigma[i]);
	}
	if (bad)
		return false;
	for (int i = 0; i < n; i++) {
		double slope = (nu + 1) * z[i] / (nu + z[i] * z[i]) / sigma[i];

		if (by_y)
			by_y[i] = -slope;
		if (by_mu)
			by_mu[i] = slope;
	}
	for (int i = 0; by_sigma && i < n; i++)
		by_sigma[i] = ((nu + 1) * shares[i] - 1) / sigma[i];
	*sum = -(nu + 1) / 2 * sum_of(n, tails) - log_sum(n, sigma, shared);
	return true;
}

KERNEL static bool cauchy_stretch(const struct stretch *x, double *sum)
{
	double tails[STRETCH], shares[STRETCH];

	if (!located_student(x->n, x->a[0], 1, x->a[1], x->a[2], x->shared[2], x->s[0], x->s[1], x->s[2], tails, shares, sum))
		return false;
	*sum -= x->n * LOG_PI;
	return true;
}

/* What depends on nu alone is taken from the density of the standard variable at 0. */
KERNEL static bool student_t_stretch(const struct stretch *x, double *sum)
{
	double tails[STRETCH], shares[STRETCH], nu = x->a[1][0], at_0, by[DIST_PARAMS_MAX + 1];
	const double standard[] = { 0, nu, 0, 1 };

	if (!x->shared[1] || !is_above_0(nu))
		return false;
	at_0 = dist_student_t.lpdf(standard, by);
	if (!located_student(x->n, x->a[0], nu, x->a[2], x->a[3], x->shared[3], x->s[0], x->s[2], x->s[3], tails, shares, sum))
		return false;
	for (int i = 0; x->s[1] && i < x->n; i++)
		x->s[1][i] = by[1] - 0.5 * tails[i] + (nu + 1) / (2 * nu) * shares[i];
	*sum += x->n * at_0;
	return true;
}

DIST_SUM(cauchy)
DIST_SUM(student_t)

/* == exponential and gamma =================================================================== */

KERNEL static bool exponential_stretch(const struct stretch *x, double *sum)
{
	const double *y = x->a[0], *beta = x->a[1];
	double parts[STRETCH];
	uint64_t bad = 0;

	for (int i = 0; i < x->n; i++) {
		parts[i] = beta[i] * y[i];
		bad |= mask_not_above_0(y[i]) | mask_not_above_0(beta[i]);
	}
	if (bad)
		return false;
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = -beta[i];
	for (int i = 0; x->s[1] && i < x->n; i++)
		x->s[1][i] = 1 / beta[i] - y[i];
	*sum = log_sum(x->n, beta, x->shared[1]) - sum_of(x->n, parts);
	return true;
}

KERNEL static bool gamma_stretch(const struct stretch *x, double *sum)
{
	enum { MOST = 1000 };            /* above, the differences of log-gammas lose digits that the deviance keeps */
	const double *y = x->a[0], *beta = x->a[2];
	double alpha = x->a[1][0], parts[STRETCH], digamma = 0;
	uint64_t bad = 0;

	if (!x->shared[1] || !(alpha > 0x1p-1000 && alpha < MOST))
		return false;
	for (int i = 0; i < x->n; i++) {
		parts[i] = (alpha - 1) * vmath_log(y[i]) - beta[i] * y[i];
		bad |= mask_not_above_0(y[i]) | mask_not_above_0(beta[i]);
	}
	if (bad)
		return false;
	for (int i = 0; x->s[0] && i < x->n; i++)
		x->s[0][i] = (alpha - 1) / y[i] - beta[i];
	if (x->s[1])
		digamma = dist_digamma(alpha);
	for (int i = 0; x->s[1] && i < x->n; i++)
		x->s[1][i] = vmath_log(beta[i]) + vmath_log(y[i]) - digamma;
	for (int i = 0; x->s[2] && i < x->n; i++)
		x->s[2][i] = alpha / beta[i] - y[i];
	*sum = sum_of(x->n, parts) + alpha * log_sum(x->n, beta, x->shared[2]) - x->n * dist_lgamma(alpha);
	return true;
}

DIST_SUM(exponential)
DIST_SUM(gamma)
