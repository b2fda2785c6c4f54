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

/* == rows ==================================================================================== */

const struct dist dist_poisson = {
	"poisson", 1, { "lambda" }, { DIST_NOT_NEGATIVE }, DIST_COUNT,
	"Count of independent events with mean lambda.",
	.lpdf = poisson_lpdf,
};
const struct dist dist_poisson_log = {
	"poisson_log", 1, { "alpha" }, { DIST_ANY }, DIST_COUNT,
	"Poisson with mean exp(alpha).",
	.lpdf = poisson_log_lpdf,
};
const struct dist dist_neg_binomial_2 = {
	"neg_binomial_2", 2, { "mu", "phi" }, { DIST_NOT_NEGATIVE, DIST_ABOVE_0 }, DIST_COUNT,
	"Count with mean mu and variance mu + mu^2 / phi; Poisson when phi is large.",
	.lpdf = neg_binomial_2_lpdf,
};
const struct dist dist_neg_binomial_2_log = {
	"neg_binomial_2_log", 2, { "eta", "phi" }, { DIST_ANY, DIST_ABOVE_0 }, DIST_COUNT,
	"neg_binomial_2 with mean exp(eta).",
	.lpdf = neg_binomial_2_log_lpdf,
};
