/*
 * Densities, tails and their derivatives against t/cases/dist.test, which mpmath made from the definitions. A check is a
 * function of a distribution over all its cases, far tails and counts of 1e9 among them; it says how far off the worst is.
 */
#include "stats/dist.h"

#include "tap.h"

#include <math.h>
#include <stdlib.h>

enum { ARGS_MAX = DIST_PARAMS_MAX + 1, GROUPS_MAX = 200 };

struct group {
	char what[16], name[40];
	int cases;
	double worst, worst_by;          /* relative errors of values and of derivatives */
	char at[400];                    /* where they are beyond the limit */
};

static struct group groups[GROUPS_MAX];
static int ngroups;

static struct group *group_of(const char *what, const char *name)
{
	for (int i = 0; i < ngroups; i++)
		if (!strcmp(groups[i].what, what) && !strcmp(groups[i].name, name))
			return &groups[i];
	snprintf(groups[ngroups].what, sizeof groups->what, "%s", what);
	snprintf(groups[ngroups].name, sizeof groups->name, "%s", name);
	return &groups[ngroups++];
}

/* Relative to the true value, or to `least` when that is more: near a zero nothing is relative. */
static double error_of(double got, double want, double least)
{
	if (got == want || (fabs(want) < 1e-290 && fabs(got) < 2e-290))
		return 0;
	if (fabs(want) > 1.7e308)
		return fabs(got) > 1e307 ? 0 : INFINITY;
	return fabs(got - want) / fmax(fabs(want), least);
}

int main(void)
{
	FILE *f = fopen("t/cases/dist.test", "r");
	char line[1000];
	int seen = 0;

	if (!f)
		return 1;
	while (fgets(line, sizeof line, f)) {
		char what[16], name[40], *p = line;
		double a[ARGS_MAX], want[ARGS_MAX + 1], d[ARGS_MAX], v, e, e_by = 0;
		int used, n;
		const struct dist *dist;
		struct group *g;
		bool density;

		if (line[0] == '#' || sscanf(line, "%15s %39s%n", what, name, &used) != 2)
			continue;
		dist = dist_find(name);
		if (!dist) {
			ok(false, "%s is in the list", name);
			continue;
		}
		p += used;
		n = dist->nparams + 1;
		for (int i = 0; i < n; i++)
			a[i] = strtod(p, &p);
		p = strchr(p, '=') + 1;
		for (int i = 0; i <= n; i++)
			want[i] = strtod(p, &p);
		density = !strcmp(what, "lpdf");
		v = (density ? dist->lpdf : !strcmp(what, "lcdf") ? dist->lcdf : dist->lccdf)(a, d);
		/* the log of a tail is small where the tail is nearly 1, and then its digits count */
		e = error_of(v, want[0], density ? 0.5 : 0);
		for (int i = 0; i < n; i++)
			e_by = fmax(e_by, error_of(d[i], want[i + 1], a[i] != 0 ? 1e-4 / fabs(a[i]) : 1e-4));
		g = group_of(what, name);
		g->cases++;
		if (e > (1e-12) || e_by > 1e-10 || isnan(e + e_by))
			snprintf(g->at, sizeof g->at, "%.8g %.8g: %.300s", e, e_by, line);
		g->worst = fmax(g->worst, e);
		g->worst_by = fmax(g->worst_by, e_by);
		/* without derivatives the same bits */
		if ((density ? dist->lpdf : !strcmp(what, "lcdf") ? dist->lcdf : dist->lccdf)(a, NULL) != v)
			snprintf(g->at, sizeof g->at, "another value without derivatives: %.300s", line);
		seen++;
	}
	fclose(f);
	for (int i = 0; i < ngroups; i++) {
		struct group *g = &groups[i];

		if (!ok(!*g->at, "%s of %s: %d cases, error %.1e, of derivatives %.1e", g->what, g->name, g->cases, g->worst, g->worst_by))
			fprintf(stderr, "%s\n", g->at);
	}
	is_int(ngroups, 3 * dist_count(), "all three functions of all %d distributions have cases (%d)", dist_count(), seen);
	return done();
}
