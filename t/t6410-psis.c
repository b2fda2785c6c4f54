/*
 * Smoothed weights, leaving out, and power scaling against the R package loo, on the log likelihoods of t/data/log-lik*.csv
 * (a regression with outliers, and a row that no parameter touches). The expected values are in t/cases/loo.test, written by R.
 */
#include "stats/psis.h"
#include "stats/stats.h"
#include "tap.h"
#include "draws_file.h"

#include <math.h>

enum { DRAWS = 600, POINTS = 24, GROUPS = 4, CHAINS = 3 };

static double far(double got, double want)
{
	if (isinf(want) || isinf(got))
		return got == want ? 0 : INFINITY;
	return fabs(got - want) / fmax(1, fabs(want));
}

/* Column i + 2 of the set in memory; `group` > 0: the sum of every group-th column from i on. */
static void fill(void *ctx, int64_t i, double *x)
{
	int group = *(int *)ctx;

	for (int r = 0; r < DRAWS; r++) {
		x[r] = 0;
		for (int64_t c = i; c < (group ? POINTS : i + 1); c += group ? group : 1)
			x[r] += set.cells[r][c + 2];
	}
}

/* Of a file of log likelihoods: rows, groups and totals. */
static struct loo_point points[2][POINTS];

static void one_file(const char *file, struct loo_point *by_row)
{
	static const char *const names[] = { "elpd", "mcse", "p", "k", "ess", "r_eff", "waic", "p_waic" };
	struct loo_point by_group[GROUPS];
	char line[1000], what[32], of[32], name[32];
	double worst[8] = { 0 };
	int group = 0, seen = 0;
	struct err e = ERR_INIT;
	FILE *f = open_under("cases", "loo", ".test");

	ok(f && read_set(file), "%s is there", file);
	is_int(loo_points(CHAINS, DRAWS / CHAINS, POINTS, fill, &group, by_row, &e), 0, "rows are left out%s", e.msg);
	group = GROUPS;
	is_int(loo_points(CHAINS, DRAWS / CHAINS, GROUPS, fill, &group, by_group, &e), 0, "groups of rows are");
	while (f && fgets(line, sizeof line, f)) {
		double v[8];
		int used, n = 0;
		char *p;
		const struct loo_point *o;

		if (sscanf(line, "%31s %31s %31s%n", what, of, name, &used) != 3 || strcmp(of, file))
			continue;
		if (strcmp(what, "row") && strcmp(what, "group"))
			continue;
		for (p = line + used; n < 8 && *p && *p != '\n'; n++)
			v[n] = strtod(p, &p);
		o = *what == 'g' ? &by_group[atoi(name) - 1] : &by_row[column_of(name) - 2];
		seen++;
		if (isinf(v[3])) {
			/* all weights alike: loo calls that a failure (k infinite), and takes R's NaN for half the draws */
			ok(o->k == -INFINITY && o->r_eff == 1 && fabs(o->ess - DRAWS) < 1e-9, "no draw dominates when no parameter matters");
			v[3] = o->k, v[4] = o->ess, v[5] = o->r_eff;
		}
		double got[8] = { o->elpd, o->mcse, o->p, o->k, o->ess, o->r_eff, o->waic, o->p_waic };

		for (int k = 0; k < 8; k++)
			worst[k] = fmax(worst[k], far(got[k], v[k]));
	}
	is_int(seen, POINTS + GROUPS, "rows and groups of %s", file);
	for (int k = 0; k < 8; k++)
		ok(worst[k] < 1e-9, "%s as in loo: %.1g", names[k], worst[k]);
	if (f)
		fclose(f);
}

static void sensitivity(void)
{
	double lp[DRAWS], low[DRAWS], high[DRAWS], got;
	struct power_weights w = { .low = low, .high = high };
	char line[1000], file[32], comp[32], name[32];
	double a, b;
	int group = 0;
	FILE *f = open_under("cases", "loo", ".test");

	ok(f && read_set("log-lik-draws"), "draws with their prior are there");
	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "power %31s %31s %31s %lf %lf", file, comp, name, &a, &b) != 5)
			continue;
		fill(&group, column_of(comp) - 2, lp);
		is_int(power_weigh(lp, DRAWS, &w, NULL), 0, "weights of the %s", comp);
		if (!strcmp(name, "k")) {
			ok(far(w.k, fmax(a, b)) < 1e-9, "their k: %g", w.k);
			continue;
		}
		double all[4];

		is_int(power_sensitivity(&w, DRAWS, 4, fill, &group, all, NULL), 0, "sensitivity");
		got = all[column_of(name) - 2];
		ok(far(got, a) < 1e-9, "of %s to the %s: %g", name, comp, got);
		ok(isnan(all[column_of("fixed") - 2]), "a constant has none");
	}
	if (f)
		fclose(f);
	lp[3] = NAN;
	is_int(power_weigh(lp, DRAWS, &w, NULL), ERR_DOMAIN, "a density that is no number is refused");
	/* by hand: mass 1/2 and 1/2 against 3/4 and 1/4, one step of width 1 */
	double p = 0.5, q = 0.75, m = (p + q) / 2, forth = (p * log2(p / m) + q * log2(q / m)) / (p + q);

	p = 0.5, q = 0.25, m = (p + q) / 2;
	got = power_distance((double[]){ 0, 1 }, (double[]){ 0.75, 0.25 }, 2);
	ok(far(got, sqrt(fmax(forth, (p * log2(p / m) + q * log2(q / m)) / (p + q)))) < 1e-14, "a distance by hand: %g", got);
	ok(power_distance((double[]){ 0, 1 }, (double[]){ 0.5, 0.5 }, 2) == 0, "no distance from itself");
	ok(power_distance((double[]){ 0, 1 }, (double[]){ 0, 1 }, 2) == 1, "all of the mass moved is 1");
}

/* Quantiles of the distribution with a known shape: the fit finds it, with the pull to 0.5 that ten more values make. */
static void pareto(void)
{
	enum { N = 2000 };
	static double x[N];
	double scale;

	for (int s = -2; s <= 4; s++) {
		double k = s * 0.25, fit;

		for (int i = 0; i < N; i++) {
			double p = (i + 0.5) / N;

			x[i] = 3 * (k == 0 ? -log1p(-p) : expm1(-k * log1p(-p)) / k);
		}
		fit = psis_pareto_fit(x, N, &scale);
		ok(fabs(fit - (k * N + 5) / (N + 10)) < 0.02 && fabs(scale / 3 - 1) < 0.02, "shape %g: %g, scale %g", k, fit, scale);
	}
	ok(isinf(psis_pareto_fit(x, 1, &scale)), "no fit of one value");
	for (int i = 0; i < N; i++)
		x[i] = 0;
	ok(isinf(psis_pareto_fit(x, N, &scale)), "nor of zeros");
	ok(far(psis_threshold(1000), 2.0 / 3) < 1e-14 && psis_threshold(4000) == 0.7 && psis_threshold(1) == 0, "thresholds by hand");
	ok(isinf(log_sum_exp((double[]){ -INFINITY, -INFINITY }, 2)), "nothing and nothing is nothing");
	ok(far(log_sum_exp((double[]){ -1000, -1000 + log(3) }, 2), -1000 + log(4)) < 1e-15, "1 and 3 are 4, however small");
}

static void weights(void)
{
	double w[100];
	struct psis *p = NULL;

	is_int(psis_new(0, &p, NULL), ERR_DOMAIN, "no draws");
	is_int(psis_new(100, &p, NULL), 0, "a workspace");
	for (int i = 0; i < 100; i++)
		w[i] = -5;
	ok(psis_smooth(p, w, 1) == -INFINITY && w[0] == -5, "weights that are all alike stay so");
	for (int i = 0; i < 100; i++)
		w[i] = 1e5 + 0.01 * i + (i == 41) * 300;
	ok(psis_smooth(p, w, 1) > 0.7, "one draw that decides alone is seen");
	ok(w[41] <= 1e5 + 300.41 && w[41] >= w[99], "no weight becomes larger than the largest was, and they keep their order");
	psis_free(p);
	is_int(psis_new(20, &p, NULL), 0, "20 draws");
	ok(psis_smooth(p, w, 1) == INFINITY, "are too few to tell");
	psis_free(p);
	psis_free(NULL);
}

static void memory(void)
{
	int group = 0, rc = 1;
	struct loo_point out[3];

	thread_limit(1);
	read_set("log-lik");
	for (long n = 0; rc && n < 100; n++) {
		struct err e = ERR_INIT;

		mem_fail_after(n);
		rc = loo_points(CHAINS, DRAWS / CHAINS, 3, fill, &group, out, &e);
		mem_fail_after(-1);
		if (rc && rc != ERR_MEMORY)
			ok(false, "allocation %ld: %s", n, e.msg);
	}
	is_int(rc, 0, "each allocation may fail");
	set.cells[7][3] = NAN;
	struct err e = ERR_INIT;
	is_int(loo_points(CHAINS, DRAWS / CHAINS, 3, fill, &group, out, &e), ERR_DOMAIN, "a log likelihood that is no number is refused");
	is_str(e.msg, "the log likelihood of row 2 at draw 8 is nan: it has to be finite", "with its place");
	thread_limit(0);
	is_int(loo_points(CHAINS, DRAWS / CHAINS, 3, fill, &group, out, &e), ERR_DOMAIN, "by several threads too");
	is_str(e.msg, "the log likelihood of row 2 at draw 8 is nan: it has to be finite", "with the same place");
}

int main(void)
{
	stats_open();
	one_file("log-lik", points[0]);
	one_file("log-lik-student", points[1]);
	sensitivity();
	pareto();
	weights();
	memory();
	return done();
}
