/*
 * ess.c - the effective sample size of a mean over several chains.
 *
 * total draws / (1 + 2 sum of autocorrelations), where the autocorrelation at a lag combines what is seen within chains with
 * the difference between their means. The sum goes over pairs of lags as long as a pair is above 0, and is made to fall
 * monotonely: C. Geyer, "Practical Markov chain Monte Carlo", Statistical Science 7 (1992) 473-483, section 3.3. In which
 * order the two rules meet, and what is done with the last lag, is as in the R package posterior 1.4.
 *
 * Well mixing chains need few lags, which are summed directly, some at a time and side by side; only who goes on past them needs
 * the Fourier transform of all.
 */
#include "stats/diagnose_priv.h"

#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <float.h>
#include <math.h>

enum { DIRECT_LAGS = 24, LAGS = 8 };     /* so many are summed side by side */

struct ess_room {
	double *means;           /* of chains */
	double *acov;            /* [n] at a lag, mean over chains; the first `known` are there */
	double *rho;             /* [n + 2] */
	double *apart;           /* [chains * n] distances from a chain's mean */
	double *wave;            /* a chain, padded for the transform */
	int64_t known;
};

double sum_mean(const double *x, int64_t n)
{
	double sum = 0, rest = 0, mean;

	for (int64_t i = 0; i < n; i++)
		sum += x[i];
	mean = sum / (double)n;
	if (!isfinite(mean))
		return mean;
	for (int64_t i = 0; i < n; i++)
		rest += x[i] - mean;
	return mean + rest / (double)n;
}

double sum_squares(const double *x, int64_t n, double mean)
{
	double sum = 0;

	for (int64_t i = 0; i < n; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sum;
}

/* Within one unit in the last place: a diagonal of a correlation matrix is 1 but for rounding. */
bool draws_are_constant(const double *x, int64_t n)
{
	double low = x[0], high = x[0];

	for (int64_t i = 1; i < n; i++) {
		low = x[i] < low ? x[i] : low;
		high = x[i] > high ? x[i] : high;
	}
	return high == low || high - low <= DBL_EPSILON * fmin(fmax(fabs(low), fabs(high)), DBL_MAX);
}

bool draws_are_finite(const double *x, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

/* The power of two that holds a chain and as many zeros, so that the transform does not wrap around. */
static size_t wave_length(int64_t n)
{
	size_t size = 4;

	while (size < 2 * (size_t)n)
		size *= 2;
	return size;
}

struct ess_room *ess_room_new(int64_t iterations, int chains)
{
	struct ess_room *r = mem_zero(1, sizeof *r);

	if (!r)
		return NULL;
	r->means = mem_zero((size_t)chains, sizeof *r->means);
	r->acov = mem_zero((size_t)iterations, sizeof *r->acov);
	r->rho = mem_zero((size_t)iterations + 2, sizeof *r->rho);
	r->apart = mem_zero((size_t)iterations * (size_t)chains, sizeof *r->apart);
	r->wave = mem_zero(wave_length(iterations), sizeof *r->wave);
	if (!r->means || !r->acov || !r->rho || !r->apart || !r->wave) {
		ess_room_free(r);
		return NULL;
	}
	return r;
}

void ess_room_free(struct ess_room *r)
{
	if (!r)
		return;
	mem_free(r->means);
	mem_free(r->acov);
	mem_free(r->rho);
	mem_free(r->apart);
	mem_free(r->wave);
	mem_free(r);
}

/* sums[k] of y[i] y[i + t + k]: each sum runs in the order of i, so that it has the same bits alone and in any company. */
KERNEL static void lags_side_by_side(const double *y, int64_t n, int64_t t, double *restrict sums)
{
	double sum[LAGS] = { 0 };
	int64_t i = 0;

	for (; i + t + LAGS <= n; i++)
		for (int k = 0; k < LAGS; k++)
			sum[k] += y[i] * y[i + t + k];
	for (; i + t < n; i++)
		for (int k = 0; i + t + k < n; k++)
			sum[k] += y[i] * y[i + t + k];
	for (int k = 0; k < LAGS; k++)
		sums[k] = sum[k];
}

/* The next few lags; r->apart is there. */
static void lags_direct(struct ess_room *r, int m, int64_t n)
{
	int64_t more = n - r->known < LAGS ? n - r->known : LAGS;
	const double *y = r->apart;
	double sums[LAGS];

	for (int64_t k = 0; k < more; k++)
		r->acov[r->known + k] = 0;
	for (int c = 0; c < m; c++, y += n) {
		lags_side_by_side(y, n, r->known, sums);
		for (int64_t k = 0; k < more; k++)
			r->acov[r->known + k] += sums[k] / (double)n / m;
	}
	r->known += more;
}

/* The autocovariance is the inverse transform of the power spectrum (Wiener and Khinchin). */
static void lags_transformed(struct ess_room *r, int m, int64_t n)
{
	const double *y = r->apart;
	size_t size = wave_length(n);

	for (int64_t t = r->known; t < n; t++)
		r->acov[t] = 0;
	for (int c = 0; c < m; c++, y += n) {
		for (size_t i = 0; i < size; i++)
			r->wave[i] = i < (size_t)n ? y[i] : 0;
		gsl_fft_real_radix2_transform(r->wave, 1, size);
		r->wave[0] *= r->wave[0];
		r->wave[size / 2] *= r->wave[size / 2];
		for (size_t k = 1; k < size / 2; k++) {
			r->wave[k] = r->wave[k] * r->wave[k] + r->wave[size - k] * r->wave[size - k];
			r->wave[size - k] = 0;
		}
		gsl_fft_halfcomplex_radix2_inverse(r->wave, 1, size);
		for (int64_t t = r->known; t < n; t++)
			r->acov[t] += r->wave[t] / (double)n / m;
	}
	r->known = n;
}

double ess_of_mean(struct ess_room *r, const double *y, int m, int64_t n)
{
	double within, plus, even = 1, odd, tau = 0, total = (double)m * (double)n;
	int64_t t = 0, last;

	if (n < 3 || !draws_are_finite(y, m * n) || draws_are_constant(y, m * n))
		return NAN;
	for (int c = 0; c < m; c++) {
		r->means[c] = sum_mean(y + c * n, n);
		for (int64_t i = c * n; i < (c + 1) * n; i++)
			r->apart[i] = y[i] - r->means[c];
	}
	r->known = 0;
	lags_direct(r, m, n);
	within = r->acov[0] * (double)n / (double)(n - 1);
	plus = r->acov[0];
	if (m > 1)
		plus += sum_squares(r->means, m, sum_mean(r->means, m)) / (m - 1);
	for (int64_t i = 0; i < n + 2; i++)
		r->rho[i] = 0;
	r->rho[0] = 1;
	r->rho[1] = odd = 1 - (within - r->acov[1]) / plus;
	while (t < n - 5 && even + odd > 0) {
		t += 2;
		if (t + 1 >= r->known && r->known < DIRECT_LAGS)
			lags_direct(r, m, n);
		else if (t + 1 >= r->known)
			lags_transformed(r, m, n);
		even = 1 - (within - r->acov[t]) / plus;
		odd = 1 - (within - r->acov[t + 1]) / plus;
		if (even + odd >= 0) {
			r->rho[t] = even;
			r->rho[t + 1] = odd;
		}
	}
	last = t;
	/* of the pair that ended it, the even lag is still worth having: it steadies chains with negative correlation */
	if (even > 0)
		r->rho[last] = even;
	for (t = 2; t <= last - 2; t += 2)
		if (r->rho[t] + r->rho[t + 1] > r->rho[t - 2] + r->rho[t - 1])
			r->rho[t] = r->rho[t + 1] = (r->rho[t - 2] + r->rho[t - 1]) / 2;
	for (t = 0; t < last || t == 0; t++)
		tau += 2 * r->rho[t];
	tau += r->rho[last] - 1;
	/* no chain is believed to beat independent draws by more than log10 of their number */
	if (tau < 1 / log10(total))
		tau = 1 / log10(total);
	return total / tau;
}
