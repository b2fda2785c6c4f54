/*
 * dist_beta_binomial.c - beta-binomial: binomial with a probability of its own for each outcome.
 *
 * Its tails have no closed form and are added up, from the outcome outwards. Where many counts in a row are alike (up to 1e9 of
 * them) a block is integrated by Gauss and Legendre's rule instead, with the next term of Euler and Maclaurin's formula.
 */
#include "stats/dist_priv.h"

/* The corrections of Stirling's formula and the square roots of gamma(x), next to x log(x) - x. */
static double rest(double x)
{
	return dist_stirling(x) - 0.5 * log(x);
}

/*
 * The nine gamma functions of
 *
 *   N / (k m) gamma(N) / (gamma(k) gamma(m)) beta(k + alpha, m + beta) / beta(alpha, beta),   m = N - k
 *
 * have main parts that add up to two deviances: how far the share among trials, and the share of alpha, are from the share
 * of both together. Each is computed without loss, so any sizes may meet. k = 0 (and m = 0 by symmetry) lacks the first.
 */
static double beta_binomial_value(double k, double m, double alpha, double beta)
{
	double n = k + m, s = alpha + beta, value;

	if (n == 0)
		return 0;
	if (m == 0)
		return beta_binomial_value(m, k, beta, alpha);
	if (k == 0)
		return n * (alpha < n + beta ? log1p(-alpha / (n + s)) : dist_log_ratio(n + beta, n + s)) +
			dist_beta_deviance(alpha, beta, dist_log_ratio(beta, n + beta)) + rest(n + beta) + rest(s) -
			rest(n + s) - rest(beta);
	value = dist_beta_deviance(k, m, dist_log_ratio(1 + alpha / k, 1 + beta / m)) +
		dist_beta_deviance(alpha, beta, dist_log_ratio(1 + k / alpha, 1 + m / beta));
	return value + rest(n) - rest(k) - rest(m) + rest(k + alpha) + rest(m + beta) - rest(n + s) - rest(alpha) - rest(beta) +
		rest(s) - 0.5 * LOG_2PI + log(n / k / m);
}

/* log of (k + alpha) / (N + s) over alpha / s */
static double log_share(double k, double alpha, double m, double beta)
{
	double r = (k * beta - m * alpha) / alpha / (k + m + alpha + beta);

	return r > -0.5 ? log1p(r) : dist_log_ratio(1 + k / alpha, 1 + (k + m) / (alpha + beta));
}

static double beta_binomial_lpdf(const double *a, double *d)
{
	double k = a[0], n = a[1], alpha = a[2], beta = a[3], m = n - k;

	if (!is_count(n) || !is_above_0(alpha) || !is_above_0(beta) || isnan(k))
		return dist_flat(d, 3, NAN);
	if (!is_count(k) || k > n)
		return dist_flat(d, 3, -INFINITY);
	if (d) {
		double s = alpha + beta, pooled = dist_digamma_gap_fall(s, n);

		d[0] = d[1] = 0;
		d[2] = log_share(k, alpha, m, beta) + dist_digamma_gap_fall(alpha, k) - pooled;
		d[3] = log_share(m, beta, k, alpha) + dist_digamma_gap_fall(beta, m) - pooled;
	}
	return beta_binomial_value(k, m, alpha, beta);
}

/* == tails =================================================================================== */

struct trials {
	double n, alpha, beta, s;
	double top;              /* sums are of exp(log p - top) */
	double base_a, base_b;   /* what the derivatives by alpha and beta have in common */
	bool slopes;             /* are they wanted: they take most of the time */
};

struct sums {
	double p, a, b;          /* of probabilities, and of them times the derivatives of their logs */
};

/* The derivative of log p by alpha at count x is digamma(x + alpha) + base_a, by beta digamma(n - x + beta) + base_b. */
static void add_count(const struct trials *t, double x, double p, struct sums *sums)
{
	sums->p += p;
	if (!t->slopes)
		return;
	sums->a += p * (dist_digamma(x + t->alpha) + t->base_a);
	sums->b += p * (dist_digamma(t->n - x + t->beta) + t->base_b);
}

static double probability(const struct trials *t, double x)
{
	return exp(beta_binomial_value(x, t->n - x, t->alpha, t->beta) - t->top);
}

/* The slope of log p half way between x - 1 and x. */
static double slope_at(const struct trials *t, double x)
{
	return dist_log_ratio((t->n - x + 1) * ((x - 1 + t->alpha) / x), t->n - x + t->beta);
}

/* Counts of which neighbours differ by less than this are integrated; what Euler and Maclaurin leave out is its third power. */
#define ALIKE 0.002
enum { BLOCK_MIN = 256, FAR = 4000 };

/* How many counts from x downwards may be one block, 0 = none. */
static double block_size(const struct trials *t, double x)
{
	double slope, bend, h;

	if (x < FAR || t->n - x < FAR)
		return 0;
	slope = fabs(slope_at(t, x));
	bend = fabs(slope_at(t, x - 1) - slope_at(t, x));
	h = floor(fmin(fmin(x, t->n - x) / 2, 8 / (slope / 2 + sqrt(slope * slope / 4 + 8 * bend))));
	return h < BLOCK_MIN || fmax(slope, fabs(slope_at(t, x - h))) > ALIKE ? 0 : h;
}

static struct sums add_block(const struct trials *t, double x, double h)
{
	struct sums sums = { 0 };

	for (int i = 0; i < 16; i++) {
		double y, weight;

		dist_gauss_node(i, &y, &weight);
		y = x + 0.5 - h * (1 - y) / 2;
		add_count(t, y, weight * h / 2 * probability(t, y), &sums);
	}
	/* less 1/24 of the differences of first derivatives at the ends */
	for (int end = 0; end < 2; end++) {
		double y = end ? x + 0.5 : x + 0.5 - h, p = probability(t, y) * (end ? -1 : 1) / 24;
		double slope = slope_at(t, y + 0.5);

		add_count(t, y, p * slope, &sums);
		sums.a += p / (y + t->alpha - 0.5);
		sums.b -= p / (t->n - y + t->beta - 0.5);
	}
	return sums;
}

/* Up to BLOCK_MIN counts from x downwards by the ratio of neighbours. */
static struct sums add_singly(const struct trials *t, double x, double *next)
{
	struct sums sums = { 0 };
	double p = probability(t, x);
	int i;

	for (i = 0; i < BLOCK_MIN && x - i >= 0; i++) {
		double j = x - i;

		add_count(t, j, p, &sums);
		p *= j / (t->n - j + 1) * ((t->n - j + t->beta) / (j - 1 + t->alpha));
	}
	*next = x - i;
	return sums;
}

/* log P(X <= k), 0 <= k < n; by alpha and by beta, when they are wanted. */
static double add_down(double k, double n, double alpha, double beta, bool slopes, double by[2])
{
	double s = alpha + beta, mode = s > 2 ? fmin(fmax((n + 1) * (alpha - 1) / (s - 2), 0), k) : 0, h;
	double base = dist_digamma(s) - dist_digamma(n + s);
	struct trials t = { n, alpha, beta, s, -INFINITY, base - dist_digamma(alpha), base - dist_digamma(beta), slopes };
	struct sums all = { 0 };

	t.top = fmax(beta_binomial_value(k, n - k, alpha, beta), beta_binomial_value(0, n, alpha, beta));
	t.top = fmax(t.top, beta_binomial_value(floor(mode), n - floor(mode), alpha, beta));
	for (double x = k; x >= 0;) {
		struct sums part;

		if ((h = block_size(&t, x)) > 0) {
			part = add_block(&t, x, h);
			x -= h;
		} else {
			part = add_singly(&t, x, &x);
		}
		all.p += part.p;
		all.a += part.a;
		all.b += part.b;
		/* from alpha = 1 on probabilities fall all the way from the mode to 0 */
		if (alpha >= 1 && x < mode && part.p < 1e-18 * all.p)
			break;
	}
	by[0] = all.a / all.p;
	by[1] = all.b / all.p;
	return t.top + log(all.p);
}

static double add_side(double k, double n, double alpha, double beta, bool above, bool slopes, double by[2])
{
	double value, swap;

	if (!above)
		return add_down(k, n, alpha, beta, slopes, by);
	value = add_down(n - k - 1, n, beta, alpha, slopes, by);
	swap = by[0];
	by[0] = by[1];
	by[1] = swap;
	return value;
}

static double beta_binomial_any(const double *a, double *d, bool above)
{
	double k = floor(a[0]), n = a[1], alpha = a[2], beta = a[3], by[2], value;
	bool side;

	if (!is_count(n) || !is_above_0(alpha) || !is_above_0(beta) || isnan(k))
		return dist_flat(d, 3, NAN);
	if (k < 0 || k >= n)
		return dist_flat(d, 3, (k < 0) == above ? 0 : -INFINITY);
	side = k / n > alpha / (alpha + beta);
	value = add_side(k, n, alpha, beta, side, d != NULL, by);
	if (value > DIST_LARGE_TAIL) {
		side = !side;
		value = add_side(k, n, alpha, beta, side, d != NULL, by);
	}
	if (side != above)
		value = dist_complement(value, by, 2);
	if (d) {
		d[0] = d[1] = 0;
		d[2] = by[0];
		d[3] = by[1];
	}
	return value;
}

static double beta_binomial_lcdf(const double *a, double *d) { return beta_binomial_any(a, d, false); }
static double beta_binomial_lccdf(const double *a, double *d) { return beta_binomial_any(a, d, true); }

static double draw_beta_binomial(struct random *r, const double *p)
{
	const double binomial[2] = { p[0], dist_beta.draw(r, p + 1) };

	return dist_binomial.draw(r, binomial);
}

DRAW(beta_binomial, draw_beta_binomial(r, p))

const struct dist dist_beta_binomial = {
	"beta_binomial", 3, { "N", "alpha", "beta" }, { DIST_WHOLE, DIST_ABOVE_0, DIST_ABOVE_0 }, DIST_COUNT_TO,
	"Successes in N trials whose common probability is beta(alpha, beta).",
	.lpdf = beta_binomial_lpdf, .lcdf = beta_binomial_lcdf, .lccdf = beta_binomial_lccdf, .draw = beta_binomial_draw,
};
