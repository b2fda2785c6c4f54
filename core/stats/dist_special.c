/* dist_special.c - elementary functions that keep their digits, and gamma functions without their large parts. */
#include "stats/dist_priv.h"

#include <float.h>

/* By r = z / (2 + z): log(1 + z) = 2 (r + r^3/3 + r^5/5 ...), and 2 r - z = -r z. */
double dist_log1pmx(double z)
{
	double r, r2, sum = 0;

	if (!(fabs(z) < 0.5))
		return log1p(z) - z;
	r = z / (2 + z);
	r2 = r * r;
	for (int k = 37; k >= 3; k -= 2)
		sum = sum * r2 + 1.0 / k;
	return r * (2 * r2 * sum - z);
}

double dist_expm1mx(double w)
{
	double sum = 1;

	if (!(fabs(w) < 0.5))
		return expm1(w) - w;
	for (int k = 16; k >= 3; k--)
		sum = 1 + sum * w / k;
	return w * w / 2 * sum;
}

double dist_log1pexp(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

double dist_log1mexp(double x)
{
	return x > -LOG_2 ? log(-expm1(x)) : log1p(-exp(x));
}

double dist_inv_logit(double x)
{
	double e = exp(-fabs(x));

	return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

double dist_log_add(double x, double y)
{
	double top = fmax(x, y);

	return isinf(top) ? top : top + log1p(exp(fmin(x, y) - top));
}

/* lgamma itself writes to a global variable. */
double dist_lgamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

/* The asymptotic series need x >= 10 for all digits; below, the recurrence of digamma leads there. */
double dist_digamma_gap(double x)
{
	double steps = 0, from = x, q;

	for (; x < 10; x++)
		steps += 1 / x;
	q = 1 / (x * x);
	q = 0.5 / x + q * (1.0 / 12 - q * (1.0 / 120 - q * (1.0 / 252 - q * (1.0 / 240 - q * (1.0 / 132 -
		q * (691.0 / 32760 - q / 12))))));
	return from < x ? q + steps - log(x / from) : q;
}

double dist_digamma(double x)
{
	return log(x) - dist_digamma_gap(x);
}

double dist_digamma_gap_fall(double x, double more)
{
	double y = x + more, q = 1 / (x * x), p = 1 / (y * y);

	if (x < 10)
		return dist_digamma_gap(x) - dist_digamma_gap(y);
	/* the first two terms by their difference, the rest is too small to lose anything that counts */
	return more / (2 * x * y) + more * (x + y) / 12 * q * p -
		(q * q * (1.0 / 120 - q * (1.0 / 252 - q * (1.0 / 240 - q * (1.0 / 132 - q * 691.0 / 32760)))) -
		 p * p * (1.0 / 120 - p * (1.0 / 252 - p * (1.0 / 240 - p * (1.0 / 132 - p * 691.0 / 32760)))));
}

double dist_stirling(double x)
{
	double q = 1 / (x * x);

	if (x < 10)
		return dist_lgamma(x) - ((x - 0.5) * log(x) - x + 0.5 * LOG_2PI);
	return (1.0 / 12 - q * (1.0 / 360 - q * (1.0 / 1260 - q * (1.0 / 1680 - q * (1.0 / 1188 - q * (691.0 / 360360 -
		q / 156)))))) / x;
}

double dist_log_ratio(double x, double y)
{
	double r = x / y;

	if (r > 0.5 && r < 2)
		return log1p((x - y) / y);       /* the difference is exact (Sterbenz) */
	return r > DBL_MIN && r < INFINITY ? log(r) : log(x) - log(y);
}

double dist_gamma_kernel(double a, double v)
{
	return -a * dist_expm1mx(v) + (log(a) - LOG_2PI) / 2 - dist_stirling(a);
}

/*
 * n [x0 w - log(1 + x0 (exp(w) - 1))], n = a + b. By symmetry x0 is at most 1/2, so that near w = 0 the two parts, of about
 * -x0 w^2 / 2 and x0^2 w^2 / 2, never cancel by more than half.
 */
double dist_beta_deviance(double a, double b, double w)
{
	double n = a + b, x0;

	if (a > b) {
		x0 = b / n;
		w = -w;
	} else {
		x0 = a / n;
	}
	if (fabs(w) < 0.5)
		return -n * (x0 * dist_expm1mx(w) + dist_log1pmx(x0 * expm1(w)));
	if (w > 30)
		return -n * ((1 - x0) * w + log(x0 + (1 - x0) * exp(-w)));
	return n * (x0 * w - log1p(x0 * expm1(w)));
}

double dist_beta_kernel(double a, double b, double w)
{
	double n = a + b;

	return dist_beta_deviance(a, b, w) + (log(a) + log(b) - log(n) - LOG_2PI) / 2 + dist_stirling(n) - dist_stirling(a) -
		dist_stirling(b);
}

double dist_beta_offset(double a, double b, double x)
{
	double n = a + b, small = fmin(a, b), lost = small - (n - fmax(a, b));
	/* x n - a, rounded once: with large counts it is all there is near the centre */
	double r = (fma(x, n, -a) + x * lost) / ((1 - x) * a);

	return fabs(r) < 0.5 ? log1p(r) : log(x) - log1p(-x) - dist_log_ratio(a, b);
}
