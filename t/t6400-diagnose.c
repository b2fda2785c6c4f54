/*
 * Diagnostics against the R package posterior, on the draws of t/data/draws*.csv: independent, antithetic, sticky, heavy
 * tailed, chains apart or stuck, constant, whole numbers with ties, one chain, odd and very short ones. The expected values
 * are in t/cases/draws.test, written by R. Then what has to hold whatever the draws.
 */
#include "stats/diagnose.h"
#include "stats/stats.h"
#include "tap.h"
#include "draws_file.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static bool near(double got, double want, double tolerance)
{
	if (isnan(want) || isinf(want))
		return isnan(want) ? isnan(got) : got == want;
	return fabs(got - want) <= tolerance * fmax(fabs(want), DBL_MIN);
}

static void reference(void)
{
	char line[400], file[NAME], name[NAME], measure[NAME], p[NAME], value[NAME];
	int seen[DIAGNOSE_COUNT] = { 0 }, wrong = 0, lines = 0, found;
	struct diagnose *d = NULL;
	double worst = 0;
	char of[NAME] = "";
	FILE *f = open_under("cases", "draws", ".test");

	if (!ok(f != NULL, "the cases are there"))
		return;
	while (fgets(line, sizeof line, f)) {
		double want, got;

		if (sscanf(line, "%31s %31s %31s %31s %31s", file, name, measure, p, value) != 5 || *file == '#')
			continue;
		if (strcmp(of, file)) {
			diagnose_free(d);
			d = NULL;
			if (!ok(read_set(file) && !diagnose_new(set.chains, set.rows / set.chains, &d, NULL), "draws '%s'", file))
				return;
			snprintf(of, sizeof of, "%s", file);
		}
		diagnose_load(d, &set.cells[0][column_of(name)], (int64_t)set.rows / set.chains * COLUMNS, COLUMNS);
		found = diagnose_find(measure);
		want = !strcmp(value, "NA") ? NAN : strtod(value, NULL);
		got = diagnose_ask(d, (enum diagnose_measure)found, strtod(p, NULL));
		seen[found]++;
		lines++;
		if (!near(got, want, 1e-9)) {
			if (++wrong < 20)
				fprintf(stderr, "%s %s %s %s: got %.17g, expected %.17g\n", file, name, measure, p, got, want);
		} else if (isfinite(want) && want != 0) {
			worst = fmax(worst, fabs(got / want - 1));
		}
	}
	is_int(wrong, 0, "%d values as in posterior; the largest relative difference is %.1g", lines, worst);
	for (int m = 0; m < DIAGNOSE_COUNT; m++)
		if (m != DIAGNOSE_MIN && m != DIAGNOSE_MAX)
			ok(seen[m] >= 60, "%s is among them", diagnose_name((enum diagnose_measure)m));
	diagnose_free(d);
	fclose(f);
}

/* What follows from the definitions. */
static void laws(void)
{
	enum { M = 4, N = 500 };
	static double x[M * N], y[M * N];
	struct diagnose *d;
	uint64_t state = 12345;

	for (int i = 0; i < M * N; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		x[i] = (double)(state >> 11) / 9007199254740992.0;
	}
	is_int(diagnose_new(M, N, &d, NULL), 0, "a workspace");
	for (int m = 0; m < DIAGNOSE_COUNT; m++) {
		double got, other;
		enum diagnose_measure measure = (enum diagnose_measure)m;

		diagnose_load(d, x, N, 1);
		got = diagnose_ask(d, measure, 0.3);
		for (int c = 0; c < M; c++)          /* the layout of a table with a row for each draw */
			for (int i = 0; i < N; i++)
				y[i * M + (M - 1 - c)] = x[c * N + i];
		diagnose_load(d, y, 1, M);
		other = diagnose_ask(d, measure, 0.3);
		ok(near(got, other, 1e-12), "%s does not depend on the order of chains", diagnose_name(measure));
		for (int i = 0; i < M * N; i++)
			y[i] = exp(3 * x[i]);
		diagnose_load(d, y, N, 1);
		other = diagnose_ask(d, measure, 0.3);
		if (m == DIAGNOSE_ESS_BULK || m == DIAGNOSE_ESS_TAIL || m == DIAGNOSE_ESS_QUANTILE)
			is_double(other, got, "%s does not depend on the scale", diagnose_name(measure));
		y[77] = NAN;
		diagnose_load(d, y, N, 1);
		ok(isnan(diagnose_ask(d, measure, 0.3)), "%s of a draw that is no number", diagnose_name(measure));
	}
	diagnose_load(d, x, N, 1);
	ok(isnan(diagnose_ask(d, DIAGNOSE_QUANTILE, 1.5)) && isnan(diagnose_ask(d, DIAGNOSE_QUANTILE, NAN)), "no such quantile");
	is_double(diagnose_ask(d, DIAGNOSE_QUANTILE, 1), diagnose_ask(d, DIAGNOSE_MAX, 0), "the last quantile is the largest draw");
	is_double(diagnose_ask(d, DIAGNOSE_QUANTILE, 0), diagnose_ask(d, DIAGNOSE_MIN, 0), "the first is the smallest");
	memcpy(y, x, sizeof y);
	y[5] = INFINITY;                     /* has a rank, but no mean */
	diagnose_load(d, y, N, 1);
	ok(isfinite(diagnose_ask(d, DIAGNOSE_RHAT, 0)) && isfinite(diagnose_ask(d, DIAGNOSE_ESS_BULK, 0)), "an infinite draw has a rank");
	ok(isnan(diagnose_ask(d, DIAGNOSE_ESS_MEAN, 0)) && isnan(diagnose_ask(d, DIAGNOSE_ESS_TAIL, 0)), "but no mean");
	/* one part in 1e7 of a very small quantity: still no constant */
	for (int i = 0; i < M * N; i++)
		y[i] = 1e-20 * (1 + 1e-7 * x[i]);
	diagnose_load(d, y, N, 1);
	ok(diagnose_ask(d, DIAGNOSE_ESS_MEAN, 0) > 1000, "small numbers are not constant");
	for (int i = 0; i < M * N; i++)
		y[i] = 1 - (i % 3 == 0) * DBL_EPSILON / 2;
	diagnose_load(d, y, N, 1);
	ok(isnan(diagnose_ask(d, DIAGNOSE_ESS_MEAN, 0)), "a one but for rounding is");
	diagnose_free(d);

	d = NULL;
	is_int(diagnose_new(0, 10, &d, NULL), ERR_DOMAIN, "no chains");
	is_int(diagnose_new(2, 0, &d, NULL), ERR_DOMAIN, "no draws");
	is_int(diagnose_new(2, INT64_MAX, &d, NULL), ERR_DOMAIN, "too many draws");
	ok(!d, "a failure leaves the result alone");
	for (int n = 1; n < 10; n++) {
		is_int(diagnose_new(1, n, &d, NULL), 0, "%d draws", n);
		diagnose_load(d, x, N, 1);
		ok(isnan(diagnose_ask(d, DIAGNOSE_RHAT, 0)) == (n < 4), "R-hat needs two draws in each half");
		ok(isnan(diagnose_ask(d, DIAGNOSE_ESS_MEAN, 0)) == (n < 6), "an effective size three");
		diagnose_free(d);
	}
	is_int(diagnose_find("rhat"), DIAGNOSE_RHAT, "a measure by its name");
	is_int(diagnose_find("r"), -1, "no such measure");
	ok(diagnose_takes_probability(DIAGNOSE_QUANTILE) && !diagnose_takes_probability(DIAGNOSE_MEAN), "which take a probability");
}

/* Energies by hand: 1, 2, 4: steps 1 + 4 over 3, variance 7/3; 1, 3, 1, 3: steps 12 over 4, variance 4/3. */
static void energy(void)
{
	ok(near(diagnose_ebfmi((double[]){ 1, 2, 4 }, 3, 1), 5.0 / 7, 1e-14), "E-BFMI by hand");
	ok(near(diagnose_ebfmi((double[]){ 1, 9, 3, 9, 1, 9, 3, 9 }, 4, 2), 9.0 / 4, 1e-14), "with a step");
	ok(isnan(diagnose_ebfmi((double[]){ 1, 1, 1 }, 3, 1)), "of a constant there is none");
	ok(isnan(diagnose_ebfmi((double[]){ 1, 2 }, 2, 1)), "nor of two draws");
}

static void memory(void)
{
	struct diagnose *d = NULL;

	for (long n = 0;; n++) {
		int rc;

		mem_fail_after(n);
		rc = diagnose_new(2, 100, &d, NULL);
		mem_fail_after(-1);
		if (!rc)
			break;
		if (rc != ERR_MEMORY || d)
			ok(false, "allocation %ld", n);
	}
	ok(d != NULL, "each allocation may fail");
	diagnose_free(d);
	diagnose_free(NULL);
}

int main(void)
{
	stats_open();
	reference();
	laws();
	energy();
	memory();
	return done();
}
