/*
 * dist_vector.c - distributions of vectors: counts over categories, shares, and the multivariate normal.
 *
 * A multinomial is a set of Poisson counts given their sum, a Dirichlet a set of gammas given theirs: both are written with
 * the kernels of those, which keep their digits at large counts and shapes.
 */
#include "stats/dist_priv.h"

#include <string.h>

/* How far the sum of probabilities may be from 1; Stan's. */
#define SIMPLEX_SLACK 1e-8

/* The sum less 1, by Neumaier's compensated summation. */
static double sum_less_1(const double *x, int k)
{
	double sum = -1, lost = 0;

	for (int i = 0; i < k; i++) {
		double t = sum + x[i];

		lost += fabs(sum) >= fabs(x[i]) ? (sum - t) + x[i] : (x[i] - t) + sum;
		sum = t;
	}
	return sum + lost;
}

static bool is_simplex(const double *x, int k)
{
	for (int i = 0; i < k; i++)
		if (!is_probability(x[i]))
			return false;
	return k > 0 && fabs(sum_less_1(x, k)) <= SIMPLEX_SLACK;
}

static int length_same(const int *n) { return n[0] > 0 ? n[0] : -1; }
static int length_1(const int *n) { return n[0] > 0 ? 1 : -1; }

/* == categorical ============================================================================= */

static double categorical_lpdf(int k, const double *x, const double *const *p, const int *n, double weight, double *dx, double *const *d)
{
	const double *theta = p[0];
	int at;

	(void)k, (void)dx;
	if (!is_simplex(theta, n[0]) || isnan(x[0]))
		return NAN;
	if (!(x[0] >= 1 && x[0] <= n[0]) || floor(x[0]) != x[0] || theta[(int)x[0] - 1] == 0)
		return -INFINITY;
	at = (int)x[0] - 1;
	if (d && d[0])
		d[0][at] += weight / theta[at];
	return log(theta[at]);
}

static bool categorical_draw(struct random *r, int k, const double *const *p, const int *n, int64_t total, double *x)
{
	double u = random_uniform(r);
	int last = 0;

	(void)k, (void)total;
	if (!is_simplex(p[0], n[0]))
		return false;
	/* what rounding leaves over goes to the last category that is possible */
	for (int i = 0; i < n[0]; i++) {
		if (p[0][i] == 0)
			continue;
		last = i;
		if ((u -= p[0][i]) < 0)
			break;
	}
	x[0] = last + 1;
	return true;
}

static double log_sum_exp(const double *x, int k)
{
	double top = -INFINITY, sum = 0;

	for (int i = 0; i < k; i++)
		top = fmax(top, x[i]);
	for (int i = 0; i < k; i++)
		sum += exp(x[i] - top);
	return top + log(sum);
}

static double categorical_logit_lpdf(int k, const double *x, const double *const *p, const int *n, double weight, double *dx,
				     double *const *d)
{
	const double *beta = p[0];
	double all;

	(void)k, (void)dx;
	for (int i = 0; i < n[0]; i++)
		if (!is_finite(beta[i]))
			return NAN;
	if (isnan(x[0]))
		return NAN;
	if (!(x[0] >= 1 && x[0] <= n[0]) || floor(x[0]) != x[0])
		return -INFINITY;
	all = log_sum_exp(beta, n[0]);
	for (int i = 0; d && d[0] && i < n[0]; i++)
		d[0][i] += weight * ((i == (int)x[0] - 1) - exp(beta[i] - all));
	return beta[(int)x[0] - 1] - all;
}

/* By Gumbel's trick: the largest of log weights, each with a noise of its own. */
static bool categorical_logit_draw(struct random *r, int k, const double *const *p, const int *n, int64_t total, double *x)
{
	double best = -INFINITY;

	(void)k, (void)total;
	x[0] = 1;
	for (int i = 0; i < n[0]; i++) {
		double v = p[0][i] - log(random_exponential(r));

		if (!is_finite(p[0][i]))
			return false;
		if (v > best) {
			best = v;
			x[0] = i + 1;
		}
	}
	return n[0] > 0;
}

/* == multinomial ============================================================================= */

static double multinomial_lpdf(int k, const double *x, const double *const *p, const int *n, double weight, double *dx, double *const *d)
{
	const double *theta = p[0];
	double total = 0, value = 0;

	(void)dx;
	if (k != n[0] || !is_simplex(theta, k))
		return NAN;
	for (int i = 0; i < k; i++) {
		if (isnan(x[i]))
			return NAN;
		if (!is_count(x[i]) || (x[i] > 0 && theta[i] == 0))
			return -INFINITY;
		total += x[i];
	}
	if (total == 0)
		return 0;
	for (int i = 0; i < k; i++)
		value += x[i] == 0 ? -total * theta[i] : dist_gamma_kernel(x[i], dist_log_ratio(total * theta[i], x[i])) - log(x[i]);
	/* given their sum; and what probabilities that do not quite add up to 1 have put into the means */
	value -= dist_gamma_kernel(total, 0) - log(total) - total * sum_less_1(theta, k);
	for (int i = 0; d && d[0] && i < k; i++)
		if (x[i] > 0)
			d[0][i] += weight * x[i] / theta[i];
	return value;
}

static bool multinomial_draw(struct random *r, int k, const double *const *p, const int *n, int64_t total, double *x)
{
	double rest = 1;

	if (k != n[0] || !is_simplex(p[0], k) || total < 0)
		return false;
	memset(x, 0, k * sizeof *x);
	/* each category takes its share of what the ones before it left */
	for (int i = 0; i < k && total > 0; i++) {
		int64_t taken = 0;
		bool last = true;

		for (int j = i + 1; j < k && last; j++)
			last = p[0][j] == 0;
		if (p[0][i] > 0)
			taken = last ? total : random_binomial(r, total, fmin(p[0][i] / rest, 1));
		x[i] = (double)taken;
		total -= taken;
		rest = fmax(rest - p[0][i], 0);
	}
	return true;
}

/* == dirichlet =============================================================================== */

static double dirichlet_lpdf(int k, const double *x, const double *const *p, const int *n, double weight, double *dx, double *const *d)
{
	const double *alpha = p[0];
	double total = 0, value;

	if (k != n[0])
		return NAN;
	for (int i = 0; i < k; i++) {
		if (!is_above_0(alpha[i]) || isnan(x[i]))
			return NAN;
		total += alpha[i];
	}
	if (!is_simplex(x, k))
		return -INFINITY;
	for (int i = 0; i < k; i++)
		if (x[i] == 0)
			return -INFINITY;
	value = -dist_gamma_kernel(total, 0) + total * sum_less_1(x, k);
	for (int i = 0; i < k; i++) {
		double v = dist_log_ratio(x[i], alpha[i] / total);

		value += dist_gamma_kernel(alpha[i], v) - log(x[i]);
		if (dx)
			dx[i] += weight * (alpha[i] - 1) / x[i];
		if (d && d[0])
			d[0][i] += weight * (v + dist_digamma_gap_fall(alpha[i], total - alpha[i]));
	}
	return value;
}

static bool dirichlet_draw(struct random *r, int k, const double *const *p, const int *n, int64_t total, double *x)
{
	double all;

	(void)total;
	if (k != n[0])
		return false;
	for (int i = 0; i < k; i++) {
		if (!is_above_0(p[0][i]))
			return false;
		x[i] = random_log_gamma(r, p[0][i]);
	}
	all = log_sum_exp(x, k);
	for (int i = 0; i < k; i++)
		x[i] = exp(x[i] - all);
	return true;
}

/* == multivariate normal =====================================================================
 *
 * mu[k], or one mean for all, and Sigma or its Cholesky factor L, k x k by row.
 */

static int length_normal(const int *n)
{
	int k = (int)lround(sqrt(n[1]));

	return k > 0 && k <= 46340 && k * k == n[1] && (n[0] == k || n[0] == 1) ? k : -1;
}

/* L of a symmetric S, zero above the diagonal. False: not symmetric, or not positive definite. */
static bool cholesky(const double *s, int k, double *l)
{
	for (int i = 0; i < k; i++) {
		for (int j = 0; j < k; j++) {
			double sum = (s[i * k + j] + s[j * k + i]) / 2, size = sqrt(fabs(s[i * k + i] * s[j * k + j]));

			if (!(fabs(s[i * k + j] - s[j * k + i]) <= SIMPLEX_SLACK * size))
				return false;
			if (j > i) {
				l[i * k + j] = 0;
				continue;
			}
			for (int m = 0; m < j; m++)
				sum -= l[i * k + m] * l[j * k + m];
			if (i == j && !is_above_0(sum))
				return false;
			l[i * k + j] = i == j ? sqrt(sum) : sum / l[j * k + j];
		}
	}
	return true;
}

/* z = L^-1 (x - mu), y = L^-T z; the log density. step: 0 where one mean serves all. */
static double normal_of_factor(int k, const double *x, const double *mu, int step, const double *l, double *z, double *y)
{
	double value = -0.5 * k * LOG_2PI;

	for (int i = 0; i < k; i++) {
		double sum = x[i] - mu[i * step];

		for (int j = 0; j < i; j++)
			sum -= l[i * k + j] * z[j];
		z[i] = sum / l[i * k + i];
		value -= 0.5 * z[i] * z[i] + log(l[i * k + i]);
	}
	for (int i = k - 1; i >= 0; i--) {
		double sum = z[i];

		for (int j = i + 1; j < k; j++)
			sum -= l[j * k + i] * y[j];
		y[i] = sum / l[i * k + i];
	}
	return value;
}

static bool normal_arguments(int k, const double *x, const double *mu, const int *n)
{
	if (length_normal(n) != k)
		return false;
	for (int i = 0; i < k; i++)
		if (!is_finite(mu[n[0] > 1 ? i : 0]) || (x && isnan(x[i])))
			return false;
	return true;
}

static void normal_by_mean(int k, const double *y, double weight, double *dx, double *dmu, int step)
{
	for (int i = 0; i < k; i++) {
		if (dx)
			dx[i] -= weight * y[i];
		if (dmu)
			dmu[i * step] += weight * y[i];
	}
}

static bool is_factor(const double *l, int k)
{
	for (int i = 0; i < k; i++)
		for (int j = 0; j <= i; j++)
			if (!is_finite(l[i * k + j]) || (i == j && !(l[i * k + i] > 0)))
				return false;
	return true;
}

static double multi_normal_cholesky_lpdf(int k, const double *x, const double *const *p, const int *n, double weight, double *dx,
					 double *const *d)
{
	double value = NAN, *z;

	if (!normal_arguments(k, x, p[0], n) || !is_factor(p[1], k) || !(z = mem_alloc(2 * k * sizeof *z)))
		return NAN;
	value = normal_of_factor(k, x, p[0], n[0] > 1, p[1], z, z + k);
	if (isfinite(value)) {
		normal_by_mean(k, z + k, weight, dx, d ? d[0] : NULL, n[0] > 1);
		for (int i = 0; d && d[1] && i < k; i++) {
			for (int j = 0; j <= i; j++)
				d[1][i * k + j] += weight * z[k + i] * z[j];
			d[1][i * k + i] -= weight / p[1][i * k + i];
		}
	} else if (value == value) {
		value = -INFINITY;
	}
	mem_free(z);
	return value;
}

/*
 * By Sigma: (y y' - Sigma^-1) / 2, each entry as a variable of its own, so that what makes both of a pair gets both. One more
 * matrix holds the inverse, column by column from L.
 */
static double multi_normal_lpdf(int k, const double *x, const double *const *p, const int *n, double weight, double *dx, double *const *d)
{
	double value = NAN, *l, *z, *column;

	if (!normal_arguments(k, x, p[0], n) || !(l = mem_alloc((size_t)k * (k + 4) * sizeof *l)))
		return NAN;
	z = l + (size_t)k * k;
	column = z + 2 * k;
	if (!cholesky(p[1], k, l))
		goto done;
	value = normal_of_factor(k, x, p[0], n[0] > 1, l, z, z + k);
	if (!isfinite(value)) {
		value = isnan(value) ? NAN : -INFINITY;
		goto done;
	}
	normal_by_mean(k, z + k, weight, dx, d ? d[0] : NULL, n[0] > 1);
	for (int j = 0; d && d[1] && j < k; j++) {
		for (int i = 0; i < k; i++) {
			double sum = i == j;

			for (int m = 0; m < i; m++)
				sum -= l[i * k + m] * column[m];
			column[i] = sum / l[i * k + i];
		}
		for (int i = k - 1; i >= 0; i--) {
			double sum = column[i];

			for (int m = i + 1; m < k; m++)
				sum -= l[m * k + i] * column[m];
			column[i] = sum / l[i * k + i];
			d[1][i * k + j] += weight * 0.5 * (z[k + i] * z[k + j] - column[i]);
		}
	}
done:
	mem_free(l);
	return value;
}

static bool multi_normal_cholesky_draw(struct random *r, int k, const double *const *p, const int *n, int64_t total, double *x)
{
	(void)total;
	if (!normal_arguments(k, NULL, p[0], n) || !is_factor(p[1], k))
		return false;
	for (int i = 0; i < k; i++)
		x[i] = random_normal(r);
	/* from below, as x holds the noise that rows above still need */
	for (int i = k - 1; i >= 0; i--) {
		double sum = p[0][n[0] > 1 ? i : 0];

		for (int j = 0; j <= i; j++)
			sum += p[1][i * k + j] * x[j];
		x[i] = sum;
	}
	return true;
}

static bool multi_normal_draw(struct random *r, int k, const double *const *p, const int *n, int64_t total, double *x)
{
	double *l;
	bool good;

	if (!normal_arguments(k, NULL, p[0], n) || !(l = mem_alloc((size_t)k * k * sizeof *l)))
		return false;
	good = cholesky(p[1], k, l) && multi_normal_cholesky_draw(r, k, (const double *const[]){ p[0], l }, n, total, x);
	mem_free(l);
	return good;
}

/* == the list ================================================================================ */

static const struct vector_dist vector_dists[] = {
	{ "categorical", 1, { "theta" }, true, false, "A category from 1 on, with probabilities theta.",
	  length_1, categorical_lpdf, categorical_draw },
	{ "categorical_logit", 1, { "beta" }, true, false, "A category from 1 on, with probabilities softmax(beta).",
	  length_1, categorical_logit_lpdf, categorical_logit_draw },
	{ "multinomial", 1, { "theta" }, true, false, "Counts over categories of probabilities theta, given their sum.",
	  length_same, multinomial_lpdf, multinomial_draw },
	{ "dirichlet", 1, { "alpha" }, false, true, "Shares that add up to 1, in the mean proportional to alpha; the larger, the narrower.",
	  length_same, dirichlet_lpdf, dirichlet_draw },
	{ "multi_normal", 2, { "mu", "Sigma" }, false, false, "Normal with means mu and covariance matrix Sigma.",
	  length_normal, multi_normal_lpdf, multi_normal_draw },
	{ "multi_normal_cholesky", 2, { "mu", "L" }, false, false, "multi_normal whose covariance matrix is L times its transpose.",
	  length_normal, multi_normal_cholesky_lpdf, multi_normal_cholesky_draw },
};

int vector_dist_count(void)
{
	return sizeof vector_dists / sizeof *vector_dists;
}

const struct vector_dist *vector_dist_at(int i)
{
	return &vector_dists[i];
}

const struct vector_dist *vector_dist_find(const char *name)
{
	for (int i = 0; i < vector_dist_count(); i++)
		if (!strcmp(vector_dists[i].name, name))
			return &vector_dists[i];
	return NULL;
}
