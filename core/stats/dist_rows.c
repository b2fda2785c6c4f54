/* dist_rows.c - log densities of many rows, each kept: what mixtures and log likelihoods are made of. */
#include "stats/dist_sums_priv.h"

static void one_by_one(const struct dist *dist, int64_t n, const double *const *a, const int *step, double *out, double *const *d)
{
	double row[DIST_PARAMS_MAX + 1], by[DIST_PARAMS_MAX + 1];

	for (int64_t i = 0; i < n; i++) {
		for (int k = 0; k <= dist->nparams; k++)
			row[k] = a[k][i * step[k]];
		out[i] = dist->lpdf(row, d ? by : NULL);
		for (int k = 0; d && k <= dist->nparams; k++)
			if (d[k])
				d[k][i] = by[k];
	}
}

void dist_rows(const struct dist *dist, int64_t n, const double *const *a, const int *step, double *out, double *const *d)
{
	enum { FEW = 6 };                /* the way of many would take longer */

	if (dist->rows && n >= FEW)
		dist->rows(n, a, step, out, d);
	else
		one_by_one(dist, n, a, step, out, d);
}

/* A stretch; false: a row of it needs care. */
KERNEL static bool normal_rows(int n, const double *const *a, bool shared, double *restrict out, double *const *s)
{
	const double *y = a[0], *mu = a[1], *sigma = a[2];
	double z[STRETCH], logs[STRETCH];
	uint64_t bad = 0;

	for (int i = 0; i < n; i++) {
		z[i] = (y[i] - mu[i]) / sigma[i];
		bad |= mask_not_finite(z[i] * z[i]) | mask_not_finite(mu[i]) | mask_not_above_0(sigma[i]);
	}
	if (bad)
		return false;
	if (shared) {
		double same = log(sigma[0]);

		for (int i = 0; i < n; i++)
			logs[i] = same;
	} else {
		for (int i = 0; i < n; i++)
			logs[i] = vmath_log(sigma[i]);
	}
	for (int i = 0; i < n; i++)
		out[i] = -0.5 * z[i] * z[i] - logs[i] - 0.5 * LOG_2PI;
	for (int i = 0; s[0] && i < n; i++)
		s[0][i] = -z[i] / sigma[i];
	for (int i = 0; s[1] && i < n; i++)
		s[1][i] = z[i] / sigma[i];
	for (int i = 0; s[2] && i < n; i++)
		s[2][i] = (z[i] * z[i] - 1) / sigma[i];
	return true;
}

void dist_normal_rows(int64_t n, const double *const *a, const int *step, double *out, double *const *d)
{
	double same[3][STRETCH];

	for (int k = 0; k < 3; k++)
		for (int i = 0; !step[k] && i < STRETCH && i < n; i++)
			same[k][i] = *a[k];
	for (int64_t from = 0; from < n; from += STRETCH) {
		int part = n - from < STRETCH ? (int)(n - from) : STRETCH;
		const double *at[3], *rows[3];
		double *to[3];

		for (int k = 0; k < 3; k++) {
			at[k] = a[k] + from * step[k];
			rows[k] = step[k] ? at[k] : same[k];
			to[k] = d && d[k] ? d[k] + from : NULL;
		}
		if (!normal_rows(part, rows, !step[2], out + from, to))
			one_by_one(&dist_normal, part, at, step, out + from, to);
	}
}
