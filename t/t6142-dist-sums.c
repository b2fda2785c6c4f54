/*
 * t6142-dist-sums.c - sums over many rows against the densities row by row: every shape of arguments, rows that need care among
 * others, lengths around those of stretches.
 */
#include "stats/dist_priv.h"
#include "tap.h"

#include <stdlib.h>

enum { N = 700, ARGS = DIST_PARAMS_MAX + 1 };

static const struct row {
	const struct dist *dist;
	dist_sums *sum;
	const char *kinds;               /* of outcome and parameters: r real, + above 0, c count, b bit, n trials */
} rows[] = {
	{ &dist_normal, dist_normal_sum, "rr+" }, { &dist_lognormal, dist_lognormal_sum, "+r+" },
	{ &dist_student_t, dist_student_t_sum, "r+r+" }, { &dist_cauchy, dist_cauchy_sum, "rr+" },
	{ &dist_exponential, dist_exponential_sum, "++" }, { &dist_gamma, dist_gamma_sum, "+++" },
	{ &dist_poisson, dist_poisson_sum, "c+" }, { &dist_poisson_log, dist_poisson_log_sum, "cr" },
	{ &dist_bernoulli_logit, dist_bernoulli_logit_sum, "br" }, { &dist_binomial_logit, dist_binomial_logit_sum, "cnr" },
	{ &dist_neg_binomial_2_log, dist_neg_binomial_2_log_sum, "cr+" },
};

static uint64_t state = 4711;
static double share(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

static double value(char kind, double size)
{
	switch (kind) {
	case 'r': return size * (share() - 0.5) * 6;
	case '+': return exp(size * (share() - 0.5) * 4);
	case 'c': return floor(size * share() * 40);
	case 'n': return floor(size * (40 + share() * 40));
	default:  return share() < 0.5;
	}
}

/* As dist_sum does it of rows without a sum; *size is what the sum of terms without signs would be. */
static double plainly(const struct dist *dist, int n, double *const *a, const int *step, long double (*d)[N], double *size)
{
	double row[ARGS], by[ARGS];
	long double sum = 0;

	*size = 0;
	for (int i = 0; i < n; i++) {
		double y;

		for (int k = 0; k <= dist->nparams; k++)
			row[k] = a[k][i * step[k]];
		y = dist->lpdf(row, by);
		sum += y;
		*size += fabs(y) + 1;
		for (int k = 0; k <= dist->nparams; k++)
			d[k][i * step[k]] += by[k];
	}
	return (double)sum;
}

/* Of numbers that are no sum of others, `size` is their own. */
static bool near(double got, double wanted, double size)
{
	return got == wanted || (isnan(got) && isnan(wanted)) || fabs(got - wanted) <= 4e-13 * (size + fabs(wanted));
}

static int differences(const struct row *r, int n, double *const *a, const int *step, bool slopes)
{
	static double d[ARGS][N];
	static long double exact[ARGS][N];
	double *to[ARGS], size, wanted, got;
	const double *at[ARGS];
	int wrong = 0;

	for (int k = 0; k < ARGS; k++) {
		for (int i = 0; i < N; i++)
			d[k][i] = (double)(exact[k][i] = 2);
		to[k] = k <= r->dist->nparams && r->kinds[k] != 'n' ? d[k] : NULL;
		at[k] = a[k];
	}
	wanted = plainly(r->dist, n, a, step, exact, &size);
	got = r->sum(n, at, step, slopes ? to : NULL);
	wrong += !near(got, wanted, size);
	if (!slopes || !isfinite(wanted))
		return wrong;
	for (int k = 0; k <= r->dist->nparams; k++)
		for (int i = 0; i < (step[k] ? n : 1) && to[k]; i++)
			wrong += !near(d[k][i], (double)exact[k][i], step[k] ? fabs(a[k][i]) * 8 + fabs(a[0][i * step[0]]) / 100 + 10 : size * 10);
	return wrong;
}

static void shapes(const struct row *r)
{
	static const int lengths[] = { 0, 1, 5, 6, 7, 8, 255, 256, 257, 700 };
	static double values[ARGS][N];
	double *a[ARGS];
	int step[ARGS], args = r->dist->nparams + 1;

	for (int k = 0; k < ARGS; k++)
		a[k] = values[k];
	for (int shape = 0; shape < 1 << args; shape++) {
		int wrong = 0;

		for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
			for (int k = 0; k < args; k++)
				for (int i = 0; i < N; i++)
					values[k][i] = value(r->kinds[k], 1);
			for (int k = 0; k < args; k++)
				step[k] = shape >> k & 1;
			wrong += differences(r, lengths[l], a, step, true);
			wrong += differences(r, lengths[l], a, step, false);
		}
		is_int(wrong, 0, "%s, shape %d", r->dist->name, shape);
	}
}

/* One odd number among others. */
static void care(const struct row *r)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY, -1, 0, 0.5, 1e300, -1e300, 5000, 1e9, 1e-300, 0x1p-1074, 700, -700, 40 };
	static double values[ARGS][N];
	double *a[ARGS];
	int step[ARGS], args = r->dist->nparams + 1;

	for (int k = 0; k < args; k++) {
		a[k] = values[k];
		step[k] = 1;
		for (int i = 0; i < N; i++)
			values[k][i] = value(r->kinds[k], 1);
	}
	for (int k = 0; k < args; k++) {
		int wrong = 0;

		for (size_t o = 0; o < sizeof odd / sizeof *odd; o++) {
			double before = values[k][300];

			values[k][300] = odd[o];
			if (differences(r, N, a, step, true)) {
				wrong++;
				fprintf(stderr, "%s: argument %d is %g\n", r->dist->name, k, odd[o]);
			}
			values[k][300] = before;
			before = values[k][0];
			values[k][0] = odd[o];
			step[k] = 0;
			if (differences(r, 300, a, step, true)) {
				wrong++;
				fprintf(stderr, "%s: argument %d of all rows is %g\n", r->dist->name, k, odd[o]);
			}
			values[k][0] = before;
			step[k] = 1;
		}
		is_int(wrong, 0, "%s: argument %d may be anything", r->dist->name, k);
	}
}

/* Counts beyond any table, near their rates, and smaller ones among them. */
static void large(void)
{
	static double k[N], log_rate[N], rate[N];
	static const int step[] = { 1, 1 };

	for (int least = 0; least <= 200; least += 50) {
		int wrong = 0;

		for (int i = 0; i < N; i++) {
			k[i] = floor(least + exp(share() * 20));
			log_rate[i] = log(k[i]) + (share() - 0.5) * 10 / sqrt(k[i]);
			rate[i] = exp(log_rate[i]);
		}
		k[40] = least;
		for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
			if (!strcmp(rows[r].kinds, "c+") || !strcmp(rows[r].kinds, "cr"))
				wrong += differences(&rows[r], N, (double *const[]){ k, rows[r].kinds[1] == '+' ? rate : log_rate, NULL, NULL, NULL },
						     step, true);
		is_int(wrong, 0, "Poisson counts from %d to 5e8", least);
	}
}

/* Tiny terms are not lost beside 1. */
static void tiny(void)
{
	static double y[N], alpha[N];
	const double *a[] = { y, alpha };
	const int step[] = { 1, 1 };

	for (int i = 0; i < N; i++) {
		y[i] = 1;
		alpha[i] = 60;
	}
	ok(fabs(dist_bernoulli_logit_sum(N, a, step, NULL) / (-N * exp(-60)) - 1) < 1e-14, "700 near certainties");
}

int main(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		shapes(&rows[i]);
		care(&rows[i]);
	}
	large();
	tiny();
	return done();
}
