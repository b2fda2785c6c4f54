/*
 * dist_counts.c - counts without a limit: Poisson and negative binomial.
 *
 * A Poisson probability of k >= 1 is the gamma kernel of shape k divided by k, a negative binomial one the beta kernel divided
 * by k; k = 0 is elementary.
 */
#include "stats/dist_priv.h"

/* == poisson ================================================================================= */

static double poisson_lpdf(const double *a, double *d)
{
	double k = a[0], rate = a[1];

	if (!is_not_negative(rate) || isnan(k))
		return dist_flat(d, 1, NAN);
	if (!is_count(k) || (rate == 0 && k > 0))
		return dist_flat(d, 1, -INFINITY);
	if (d) {
		d[0] = 0;
		d[1] = k == 0 ? -1 : k / rate - 1;
	}
	return k == 0 ? -rate : dist_gamma_kernel(k, dist_log_ratio(rate, k)) - log(k);
}

static double poisson_log_lpdf(const double *a, double *d)
{
	double k = a[0], log_rate = a[1], value;

	if (!is_finite(log_rate) || isnan(k))
		return dist_flat(d, 1, NAN);
	if (!is_count(k))
		return dist_flat(d, 1, -INFINITY);
	value = k == 0 ? -exp(log_rate) : dist_gamma_kernel(k, log_rate - log(k)) - log(k);
	if (isinf(value))
		return dist_flat(d, 1, value);
	if (d) {
		d[0] = 0;
		d[1] = k - exp(log_rate);
	}
	return value;
}

/* Outcomes of all counts: `above` every one, or none. NAN where the tail has to be computed. */
static double count_end(double x, bool above)
{
	return x < 0 ? (above ? 0 : -INFINITY) : x == INFINITY ? (above ? -INFINITY : 0) : NAN;
}

/* P(X <= k) is what a gamma variable of shape k + 1 has above the mean. */
static double poisson_any(const double *a, double *d, bool above)
{
	double k = floor(a[0]), rate = a[1], by[2], value;

	if (!is_not_negative(rate) || isnan(k))
		return dist_flat(d, 1, NAN);
	if (!isnan(count_end(k, above)))
		return dist_flat(d, 1, count_end(k, above));
	if (rate == 0) {
		value = dist_flat(d, 1, above ? -INFINITY : 0);
		if (d && !above && k == 0)
			d[1] = -1;
		return value;
	}
	value = dist_gamma_tail(k + 1, dist_log_ratio(rate, k + 1), !above, by);
	if (d) {
		d[0] = 0;
		d[1] = by[1] / rate;
	}
	return value;
}

static double poisson_log_any(const double *a, double *d, bool above)
{
	double k = floor(a[0]), log_rate = a[1], by[2], value;

	if (!is_finite(log_rate) || isnan(k))
		return dist_flat(d, 1, NAN);
	if (!isnan(count_end(k, above)))
		return dist_flat(d, 1, count_end(k, above));
	value = dist_gamma_tail(k + 1, log_rate - log(k + 1), !above, by);
	if (isinf(value))
		return dist_flat(d, 1, value);
	if (d) {
		d[0] = 0;
		d[1] = by[1];
	}
	return value;
}

static double poisson_lcdf(const double *a, double *d) { return poisson_any(a, d, false); }
static double poisson_lccdf(const double *a, double *d) { return poisson_any(a, d, true); }
static double poisson_log_lcdf(const double *a, double *d) { return poisson_log_any(a, d, false); }
static double poisson_log_lccdf(const double *a, double *d) { return poisson_log_any(a, d, true); }

/* == negative binomial ======================================================================= */

/*
 * log(phi / (mu + phi)) + 1 + digamma(k + phi) - digamma(phi) - (k + phi) / (mu + phi), in parts that vanish with 1 / phi.
 * odds = mu / phi.
 */
static double by_phi(double k, double phi, double odds)
{
	double r = (k / phi - odds) / (1 + odds);

	return (r > -0.5 ? dist_log1pmx(r) : log1p(k / phi) - log1p(odds) - r) + dist_digamma_gap_fall(phi, k);
}

static double neg_binomial_2_lpdf(const double *a, double *d)
{
	double k = a[0], mu = a[1], phi = a[2];

	if (!is_not_negative(mu) || !is_above_0(phi) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (!is_count(k) || (mu == 0 && k > 0))
		return dist_flat(d, 2, -INFINITY);
	if (d) {
		d[0] = 0;
		d[1] = mu == 0 ? -1 : (k / mu - 1) / (1 + mu / phi);
		d[2] = by_phi(k, phi, mu / phi);
	}
	return k == 0 ? -phi * log1p(mu / phi) : dist_beta_kernel(phi, k, dist_log_ratio(k, mu)) - log(k);
}

static double neg_binomial_2_log_lpdf(const double *a, double *d)
{
	double k = a[0], eta = a[1], phi = a[2], log_odds, value;

	if (!is_finite(eta) || !is_above_0(phi) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (!is_count(k))
		return dist_flat(d, 2, -INFINITY);
	log_odds = eta - log(phi);
	value = k == 0 ? -phi * dist_log1pexp(log_odds) : dist_beta_kernel(phi, k, log(k) - eta) - log(k);
	if (isinf(value))
		return dist_flat(d, 2, value);
	if (d) {
		double odds = exp(log_odds);

		d[0] = 0;
		d[1] = k * dist_inv_logit(-log_odds) - phi * dist_inv_logit(log_odds);
		d[2] = odds < 1e300 ? by_phi(k, phi, odds) :
			log1p(k / phi) - log_odds + 1 + dist_digamma_gap_fall(phi, k);
	}
	return value;
}

/*
 * P(X <= k) is what a beta(phi, k + 1) variable has below phi / (mu + phi); its offset is log((k + 1) / mu). *by_eta:
 * derivative by log(mu).
 */
static double neg_binomial_tail(double k, double offset, double phi, bool above, double *by_eta, double *by_shape)
{
	double by[3], value = dist_beta_tail(phi, k + 1, offset, above, by);

	*by_eta = -by[2];
	*by_shape = by[0] + by[2] / phi;
	return value;
}

static double neg_binomial_2_any(const double *a, double *d, bool above)
{
	double k = floor(a[0]), mu = a[1], phi = a[2], by_eta, by_shape, value;

	if (!is_not_negative(mu) || !is_above_0(phi) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (!isnan(count_end(k, above)))
		return dist_flat(d, 2, count_end(k, above));
	if (mu == 0) {
		value = dist_flat(d, 2, above ? -INFINITY : 0);
		if (d && !above && k == 0)
			d[1] = -1;
		return value;
	}
	value = neg_binomial_tail(k, dist_log_ratio(k + 1, mu), phi, above, &by_eta, &by_shape);
	if (d) {
		d[0] = 0;
		d[1] = by_eta / mu;
		d[2] = by_shape;
	}
	return value;
}

static double neg_binomial_2_log_any(const double *a, double *d, bool above)
{
	double k = floor(a[0]), eta = a[1], phi = a[2], by_eta, by_shape, value;

	if (!is_finite(eta) || !is_above_0(phi) || isnan(k))
		return dist_flat(d, 2, NAN);
	if (!isnan(count_end(k, above)))
		return dist_flat(d, 2, count_end(k, above));
	value = neg_binomial_tail(k, log(k + 1) - eta, phi, above, &by_eta, &by_shape);
	if (d) {
		d[0] = 0;
		d[1] = by_eta;
		d[2] = by_shape;
	}
	return value;
}

static double neg_binomial_2_lcdf(const double *a, double *d) { return neg_binomial_2_any(a, d, false); }
static double neg_binomial_2_lccdf(const double *a, double *d) { return neg_binomial_2_any(a, d, true); }
static double neg_binomial_2_log_lcdf(const double *a, double *d) { return neg_binomial_2_log_any(a, d, false); }
static double neg_binomial_2_log_lccdf(const double *a, double *d) { return neg_binomial_2_log_any(a, d, true); }

/* == draws =================================================================================== */

/*
 * Beyond a mean of 1e15 single counts are below what a double tells apart from its neighbours, and the normal approximation
 * is nearer than that.
 */
static double draw_poisson(struct random *r, double mean)
{
	if (mean > 1e15)
		return mean < INFINITY ? nearbyint(mean + sqrt(mean) * random_normal(r)) : NAN;
	return mean > 0 ? (double)random_poisson(r, mean) : 0;
}

static double draw_neg_binomial(struct random *r, double log_mean, double phi)
{
	return draw_poisson(r, exp(log_mean + random_log_gamma(r, phi) - log(phi)));
}

DRAW(poisson, draw_poisson(r, p[0]))
DRAW(poisson_log, draw_poisson(r, exp(p[0])))
DRAW(neg_binomial_2, draw_neg_binomial(r, log(p[0]), p[1]))
DRAW(neg_binomial_2_log, draw_neg_binomial(r, p[0], p[1]))

/* == rows ==================================================================================== */

const struct dist dist_poisson = {
	.sum = dist_poisson_sum, .name = "poisson", 1, { "lambda" }, { DIST_NOT_NEGATIVE }, DIST_COUNT,
	"Count of independent events with mean lambda.",
	.lpdf = poisson_lpdf, .lcdf = poisson_lcdf, .lccdf = poisson_lccdf, .draw = poisson_draw,
};
const struct dist dist_poisson_log = {
	.sum = dist_poisson_log_sum, .name = "poisson_log", 1, { "alpha" }, { DIST_ANY }, DIST_COUNT,
	"Poisson with mean exp(alpha).",
	.lpdf = poisson_log_lpdf, .lcdf = poisson_log_lcdf, .lccdf = poisson_log_lccdf, .draw = poisson_log_draw,
};
const struct dist dist_neg_binomial_2 = {
	"neg_binomial_2", 2, { "mu", "phi" }, { DIST_NOT_NEGATIVE, DIST_ABOVE_0 }, DIST_COUNT,
	"Count with mean mu and variance mu + mu^2 / phi; Poisson when phi is large.",
	.lpdf = neg_binomial_2_lpdf, .lcdf = neg_binomial_2_lcdf, .lccdf = neg_binomial_2_lccdf, .draw = neg_binomial_2_draw,
};
const struct dist dist_neg_binomial_2_log = {
	.sum = dist_neg_binomial_2_log_sum, .name = "neg_binomial_2_log", 2, { "eta", "phi" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_COUNT,
	"neg_binomial_2 with mean exp(eta).",
	.lpdf = neg_binomial_2_log_lpdf, .lcdf = neg_binomial_2_log_lcdf, .lccdf = neg_binomial_2_log_lccdf, .draw = neg_binomial_2_log_draw,
};
