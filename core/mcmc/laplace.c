/*
 * laplace.c - the normal distribution that touches a log density at its top.
 *
 * Second derivatives are central differences of the gradient. The step is a ten-thousandth of the scale that the
 * density has along that unknown, which leaves half of the digits to truncation and half to rounding; the scale
 * itself comes from two coarser rounds. L. Tierney and J. Kadane, JASA 81 (1986) 82-86.
 */
#include "mcmc/optimize.h"

#include <math.h>
#include <string.h>

static const double log_2pi = 1.83787706640934548356;

struct bend {
	const struct density *d;
	const double *mode;
	double *q, *up, *down;   /* [n] each */
};

static int gradient_at(struct bend *b, int k, double shift, double *grad, bool *there, struct err *e)
{
	double lp;
	int rc;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	b->q[k] = b->mode[k] + shift;
	rc = b->d->eval(b->d->ctx, b->q, &lp, grad, e);
	b->q[k] = b->mode[k];
	*there = !rc && isfinite(lp);
	for (int i = 0; *there && i < b->d->n; i++)
		*there = isfinite(grad[i]);
	return rc;
}

/* Row k of minus the second derivatives, at steps of h or, near an edge, less. */
static int row_at(struct bend *b, int k, double h, double *row, struct err *e)
{
	int n = b->d->n, rc;

	for (int tries = 0; tries < 8; tries++, h *= 0.1) {
		/* what the step is after rounding, not what it was meant to be */
		volatile double above = b->mode[k] + h, below = b->mode[k] - h;
		double up = above - b->mode[k], down = b->mode[k] - below;
		bool there, and_there;

		if (!(up > 0 && down > 0))
			break;
		if ((rc = gradient_at(b, k, up, b->up, &there, e)) || (rc = gradient_at(b, k, -down, b->down, &and_there, e)))
			return rc;
		if (!there || !and_there)
			continue;
		for (int i = 0; i < n; i++)
			row[i] = (b->down[i] - b->up[i]) / (up + down);
		return 0;
	}
	return err_set(e, ERR_DOMAIN, "there is no density beside the top, along number %d", k + 1);
}

static int hessian(struct bend *b, double *h, struct err *e)
{
	size_t n = (size_t)b->d->n;
	int rc;

	for (size_t k = 0; k < n; k++) {
		double step = 6e-6 * fmax(1, fabs(b->mode[k])), *row = h + k * n;

		for (int round = 0; round < 3; round++) {
			if ((rc = row_at(b, (int)k, step, row, e)))
				return rc;
			if (!(row[k] > 0 && isfinite(row[k])))
				return err_set(e, ERR_DOMAIN, "the log density does not curve downwards at its top along number %zu: its second "
					       "derivative is %g", k + 1, -row[k]);
			step = (round ? 1e-4 : 1e-3) / sqrt(row[k]);
		}
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			h[i * n + j] = h[j * n + i] = 0.5 * (h[i * n + j] + h[j * n + i]);
	return 0;
}

/* l l' = m, lower by row; returns the number of the first place where m is not positive definite, or n. */
static size_t cholesky(size_t n, const double *m, double *l)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i; j++) {
			double sum = m[i * n + j];

			for (size_t k = 0; k < j; k++)
				sum -= l[i * n + k] * l[j * n + k];
			if (j < i)
				l[i * n + j] = sum / l[j * n + j];
			else if (sum > 1e-9 * m[i * n + i])
				l[i * n + i] = sqrt(sum);
			else
				return i;
		}
		for (size_t j = i + 1; j < n; j++)
			l[i * n + j] = 0;
	}
	return n;
}

/* The inverse of l l', by the inverse of l, which is left in `work`. */
static void invert(size_t n, const double *l, double *work, double *out)
{
	for (size_t j = 0; j < n; j++) {
		for (size_t i = 0; i < n; i++) {
			double sum = i == j;

			for (size_t k = j; i >= j && k < i; k++)
				sum -= l[i * n + k] * work[k * n + j];
			work[i * n + j] = i >= j ? sum / l[i * n + i] : 0;
		}
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i; j++) {
			double sum = 0;

			for (size_t k = i; k < n; k++)
				sum += work[k * n + i] * work[k * n + j];
			out[i * n + j] = out[j * n + i] = sum;
		}
	}
}

static int draw_all(const struct density *d, struct laplace *l, struct random *r, double *z, double *grad, struct err *e)
{
	size_t n = (size_t)l->n;
	double log_scale = 0;
	int rc;

	for (size_t i = 0; i < n; i++)
		log_scale += log(l->factor[i * n + i]);
	for (size_t t = 0; t < (size_t)l->draws; t++) {
		double *q = l->q + t * n, square = 0;

		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		random_normals(r, l->n, z);
		for (size_t i = 0; i < n; i++) {
			q[i] = l->mode[i];
			for (size_t j = 0; j <= i; j++)
				q[i] += l->factor[i * n + j] * z[j];
			square += z[i] * z[i];
		}
		l->lq[t] = -0.5 * ((double)n * log_2pi + square) - log_scale;
		if ((rc = d->eval(d->ctx, q, &l->lp[t], grad, e)))
			return rc;
		if (isnan(l->lp[t]))
			l->lp[t] = -INFINITY;
	}
	return 0;
}

int laplace(const struct density *d, const double *mode, int draws, struct random *r, struct laplace *out, struct err *e)
{
	struct laplace l = { .n = d->n, .draws = draws };
	struct random stream = *r;
	size_t n = (size_t)d->n, count = (size_t)draws, bad;
	double *work = mem_alloc((n * n + 4 * n) * sizeof *work), lp;
	struct bend b = { .d = d, .mode = mode };
	int rc = 0;

	l.mode = mem_alloc(n * sizeof *l.mode);
	l.hessian = mem_alloc(n * n * sizeof *l.hessian);
	l.covariance = mem_alloc(n * n * sizeof *l.covariance);
	l.factor = mem_alloc(n * n * sizeof *l.factor);
	l.q = mem_alloc(count * n * sizeof *l.q);
	l.lp = mem_alloc(count * sizeof *l.lp);
	l.lq = mem_alloc(count * sizeof *l.lq);
	if (!work || !l.mode || !l.hessian || !l.covariance || !l.factor || !l.q || !l.lp || !l.lq) {
		rc = err_nomem(e);
		goto done;
	}
	b.q = work + n * n;
	b.up = b.q + n;
	b.down = b.up + n;
	memcpy(l.mode, mode, n * sizeof *mode);
	memcpy(b.q, mode, n * sizeof *mode);
	if ((rc = d->eval(d->ctx, mode, &lp, b.up, e)))
		goto done;
	if (!isfinite(lp)) {
		rc = err_set(e, ERR_DOMAIN, "there is no density at the top that was given");
		goto done;
	}
	if ((rc = hessian(&b, l.hessian, e)))
		goto done;
	if ((bad = cholesky(n, l.hessian, l.factor)) < n) {
		rc = err_set(e, ERR_DOMAIN, "the log density does not curve downwards at its top in every direction: number %zu is not "
			     "determined beside those before it", bad + 1);
		goto done;
	}
	l.log_evidence = lp + 0.5 * (double)n * log_2pi;
	for (size_t i = 0; i < n; i++)
		l.log_evidence -= log(l.factor[i * n + i]);
	invert(n, l.factor, work, l.covariance);
	if ((bad = cholesky(n, l.covariance, l.factor)) < n) {
		rc = err_set(e, ERR_DOMAIN, "the curvature at the top is too uneven to be inverted, at number %zu", bad + 1);
		goto done;
	}
	if ((rc = draw_all(d, &l, &stream, b.q, b.up, e)))
		goto done;
	*r = stream;
	*out = l;
	l = (struct laplace)LAPLACE_INIT;
done:
	laplace_release(&l);
	mem_free(work);
	return rc;
}

void laplace_release(struct laplace *l)
{
	mem_free(l->mode);
	mem_free(l->hessian);
	mem_free(l->covariance);
	mem_free(l->factor);
	mem_free(l->q);
	mem_free(l->lp);
	mem_free(l->lq);
	*l = (struct laplace)LAPLACE_INIT;
}
