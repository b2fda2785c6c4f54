/*
 * t6730-sumout.c - whole-numbered unknowns summed out of a model, against the sum over all their values one by one.
 *
 * The other side is the same text with the unknowns given as data: its density at every joint assignment, added up.
 */
#include "model/model.h"
#include "stats/stats.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* An unknown: `n` elements (0 = a single number), from low to high. */
struct unknown {
	const char *name;
	int n, low, high;
};

struct item {
	const char *what, *text;
	struct unknown unknowns[4];
};

static const struct item items[] = {
	{ "a mixture of two", "mu[2] ~ normal(0, 3) ordered\np ~ beta(2, 2)\nk[4] ~ bernoulli(p)\ny ~ normal(mu[k + 1], 1)", { { "k", 4, 0, 1 } } },
	{ "a mixture in a loop", "mu[2] ~ normal(0, 3)\nk[i] ~ bernoulli(0.3) for i in 1..4\ny[i] ~ normal(mu[k[i] + 1], 1) for i in 1..4", { { "k", 4, 0, 1 } } },
	{ "three components, two uses", "mu[3] ~ normal(0, 3)\ns[3] ~ exponential(1)\nw ~ dirichlet([2, 2, 2])\nz[4] ~ categorical(w)\ny ~ normal(mu[z], s[z])",
	  { { "z", 4, 1, 3 } } },
	{ "one changepoint", "a ~ exponential(1)\nb ~ exponential(1)\ns ~ categorical(rep(0.25, 4))\nc[t] ~ poisson(if(t < s, a, b)) for t in 1..4", { { "s", 0, 1, 4 } } },
	{ "counts behind counts", "lambda ~ gamma(4, 1)\np ~ beta(2, 2)\nN[4] ~ poisson(lambda) T[0, 4]\nc ~ binomial(9 + 0 * lambda_is_data, p)\ny ~ normal(N, 1)",
	  { { "N", 4, 0, 4 } } },
	{ "a hidden Markov chain", "mu[2] ~ normal([-1, 1], 1) ordered\nP[i] ~ dirichlet([1, 2]) for i in 1..2\nz[1] ~ categorical([0.4, 0.6])\n"
	  "z[t] ~ categorical(P[z[t - 1]]) for t in 2..4\ny[t] ~ normal(mu[z[t]], 1) for t in 1..4", { { "z", 4, 1, 2 } } },
	{ "a chain of bits", "p[2] ~ beta(1, 1)\nm ~ normal(0, 1)\nz[1] ~ bernoulli(0.5)\nz[t] ~ bernoulli(p[z[t - 1] + 1]) for t in 2..4\ny ~ normal(m * z, 1)", { { "z", 4, 0, 1 } } },
	{ "two unknowns of one row", "m ~ normal(0, 1)\na ~ bernoulli(0.3)\nb ~ bernoulli(0.6)\ny ~ normal(m * a + b, 1)", { { "a", 0, 0, 1 }, { "b", 0, 0, 1 } } },
	{ "two vectors of unknowns", "m ~ normal(0, 1)\na[4] ~ bernoulli(0.3)\nb[4] ~ bernoulli(0.6)\ny ~ normal(m * a + b, 1)", { { "a", 4, 0, 1 }, { "b", 4, 0, 1 } } },
	{ "one beside a vector", "m ~ normal(0, 1)\na ~ bernoulli(0.3)\nb[4] ~ bernoulli(0.2 + 0.5 * a)\ny ~ normal(m + b, 1)", { { "a", 0, 0, 1 }, { "b", 4, 0, 1 } } },
	{ "a tree", "m ~ normal(0, 1)\nr ~ bernoulli(0.3)\nk[i] ~ bernoulli(if(r == 1, 0.8, 0.1)) for i in 1..3\ny[i] ~ normal(m * k[i], 1) for i in 1..3", { { "r", 0, 0, 1 }, { "k", 3, 0, 1 } } },
	{ "a derived quantity", "mu[2] ~ normal(0, 3)\nk[4] ~ bernoulli(0.4)\nm = mu[k + 1]\ny ~ normal(m, 1)", { { "k", 4, 0, 1 } } },
	{ "a factor", "mu[2] ~ normal(0, 3)\nk[4] ~ bernoulli(0.4)\nfactor(normal_lpdf(y, mu[k + 1], 2))", { { "k", 4, 0, 1 } } },
	{ "rows of groups", "mu[2] ~ normal(0, 3)\nk[2] ~ bernoulli(0.4)\ny[i] ~ normal(mu[k[g[i]] + 1], 1) for i in 1..4", { { "k", 2, 0, 1 } } },
	{ "a sum of one element", "mu[2] ~ normal(0, 3)\nk[4] ~ bernoulli(0.4)\ny[i] ~ normal(sum(mu[j] * (k[i] + 1 == j) for j in 1..2), 1) for i in 1..4", { { "k", 4, 0, 1 } } },
	{ "a list", "mu ~ normal(0, 3)\nk[4] ~ bernoulli(0.4)\ny[i] ~ normal(sum([mu, k[i], 1]), 1) for i in 1..4", { { "k", 4, 0, 1 } } },
	{ "reports", "mu ~ normal(0, 3)\nk[4] ~ bernoulli(0.4)\nreported(normal(mu + k, 1), y - 1, y + 1)", { { "k", 4, 0, 1 } } },
	{ "a truncation", "mu ~ normal(0, 3)\nk[4] ~ poisson(2) T[1, 4]\ny ~ normal(mu + k, 1)", { { "k", 4, 1, 4 } } },
	{ "a matrix of unknowns", "mu ~ normal(0, 3)\nk[2, 2] ~ bernoulli(0.4)\ny[2 * i + j - 2] ~ normal(mu + k[i, j], 1) for i in 1..2, j in 1..2", { { "k", 4, 0, 1 } } },
	{ "outcomes by categories", "e[2, 3] ~ normal(0, 1)\nz[4] ~ bernoulli(0.5)\nd[i] ~ categorical_logit(e[z[i] + 1]) for i in 1..4", { { "z", 4, 0, 1 } } },
	{ "vectors of outcomes", "m ~ normal(0, 1)\nz ~ bernoulli(0.4)\ny ~ multi_normal(rep(1, 4) * (m + z), add_diag(gp_exp_quad(y, 1, 1), 1))", { { "z", 0, 0, 1 } } },
	{ "a ring", "m ~ normal(0, 1)\nz[3] ~ bernoulli(0.5)\nfactor(m * (z[1] == z[2]))\nfactor(m * (z[2] == z[3]))\nfactor(m * (z[3] == z[1]))", { { "z", 3, 0, 1 } } },
	{ "what depends on none", "mu ~ normal(0, 3)\nk ~ bernoulli(0.4)\ny[i] ~ normal(if(i < 3, mu, mu + k), 1) for i in 1..4", { { "k", 0, 0, 1 } } },
	{ "binomial behind binomial", "p ~ beta(2, 2)\nN ~ binomial(6, 0.5)\nc2 ~ binomial(N, p)", { { "N", 0, 0, 6 } } },
};

static const double y[4] = { -1.2, 0.3, 1.9, -0.4 }, g[4] = { 1, 2, 2, 1 }, c[4] = { 3, 0, 2, 1 }, d[4] = { 1, 3, 2, 3 }, one = 1, c2 = 2;

static int inputs(struct model_input *in)
{
	int n = 0;

	in[n++] = (struct model_input){ .name = "y", .rank = 1, .dims = { 4 }, .values = y };
	in[n++] = (struct model_input){ .name = "g", .rank = 1, .dims = { 4 }, .values = g };
	in[n++] = (struct model_input){ .name = "c", .rank = 1, .dims = { 4 }, .values = c };
	in[n++] = (struct model_input){ .name = "d", .rank = 1, .dims = { 4 }, .values = d };
	in[n++] = (struct model_input){ .name = "c2", .values = &c2 };
	in[n++] = (struct model_input){ .name = "lambda_is_data", .values = &one };
	return n;
}

static void note(const char *text)
{
	fprintf(stderr, "# %s\n", text);
}

static struct posterior_run *bind(const char *text, const struct model_input *in, int n, struct posterior **p)
{
	struct posterior_run *r = NULL;
	struct err e = ERR_INIT;
	struct model *m;

	*p = NULL;
	if (model_parse(text, strlen(text), &m, &e) || (model_bind(m, in, n, 0, p, &e) && (model_unref(m), 1)) || posterior_run_new(*p, &r, &e)) {
		note(e.msg);
		return NULL;
	}
	model_unref(m);
	return r;
}

static double density(struct posterior_run *r, const double *q, double *grad)
{
	struct err e = ERR_INIT;
	double lp;

	return posterior_density(r, q, &lp, grad, &e) ? NAN : lp;
}

/* With k as data, k[4] would be its fourth element: `k[4] ~` of the text becomes `k ~`. */
static void as_data(const struct item *t, char *text)
{
	strcpy(text, t->text);
	for (int k = 0; k < 4 && t->unknowns[k].name; k++) {
		char head[32];
		char *at;

		snprintf(head, sizeof head, "\n%s[", t->unknowns[k].name);
		for (at = strstr(text, head); at; at = strstr(at + 1, head)) {
			char *end = strchr(at, ']');

			/* z[1] ~ ... with more lines for the others is an element */
			if (end && !strncmp(end, "] ~", 3) && !strstr(end, head) && at[strlen(head)] >= '2' && at[strlen(head)] <= '4')
				memmove(at + strlen(head) - 1, end + 1, strlen(end + 1) + 1);
		}
	}
}

/* log sum exp over all assignments, each as data. */
static double enumerate(const struct item *t, const double *q)
{
	struct model_input in[16];
	double values[4][8], best = -INFINITY, sums[4096] = { 0 };
	int n = inputs(in), elements = 0, count = 1, at = 0;
	double total = 0;
	char text[1000];

	as_data(t, text);
	for (int k = 0; k < 4 && t->unknowns[k].name; k++) {
		const struct unknown *u = &t->unknowns[k];

		elements = u->n ? u->n : 1;
		for (int i = 0; i < elements; i++)
			count *= u->high - u->low + 1;
		in[n] = (struct model_input){ .name = u->name, .rank = u->n ? 1 : 0, .dims = { u->n }, .values = values[k] };
		if (strstr(t->text, "k[2, 2]"))
			in[n] = (struct model_input){ .name = u->name, .rank = 2, .dims = { 2, 2 }, .values = values[k] };
		n++;
	}
	for (int i = 0; i < count; i++) {
		struct posterior *p;
		struct posterior_run *r;
		int rest = i;

		for (int k = 0; k < 4 && t->unknowns[k].name; k++) {
			const struct unknown *u = &t->unknowns[k];

			for (int j = 0; j < (u->n ? u->n : 1); j++) {
				values[k][j] = u->low + rest % (u->high - u->low + 1);
				rest /= u->high - u->low + 1;
			}
		}
		if ((r = bind(text, in, n, &p))) {
			double lp = density(r, q, NULL);

			sums[at++] = lp;
			best = fmax(best, lp);
		}
		posterior_run_free(r);
		posterior_unref(p);
	}
	for (int i = 0; i < at; i++)
		total += exp(sums[i] - best);
	return best + log(total);
}

/* Some places that are not special. */
static void place(double *q, int n, int k)
{
	for (int i = 0; i < n; i++)
		q[i] = 0.7 * sin(1.3 * i + 2.1 * k + 0.4);
}

static void check(const struct item *t)
{
	struct model_input in[16];
	struct posterior *p;
	struct posterior_run *r = bind(t->text, in, inputs(in), &p);
	double q[32], grad[32], values[8], slope = 0;
	int n = r ? posterior_unknowns(p) : 0;

	ok(r != NULL, "%s is bound", t->what);
	for (int k = 0; r && k < 2; k++) {
		double lp, truth;

		place(q, n, k);
		lp = density(r, q, grad);
		truth = enumerate(t, q);
		ok(fabs(lp - truth) < 1e-10 * fmax(1, fabs(truth)), "%s: %.12g is the sum, %.12g", t->what, lp, truth);
	}
	/* one direction of the gradient by a quotient of differences of fourth order */
	for (int i = 0; r && i < n; i++) {
		static const double step[4] = { -2, -1, 1, 2 };
		double h = 1e-3, kept = q[i], quotient;

		for (int k = 0; k < 4; k++) {
			q[i] = kept + step[k] * h;
			values[k] = density(r, q, NULL);
		}
		q[i] = kept;
		quotient = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h);
		slope = fmax(slope, fabs(quotient - grad[i]) / fmax(1, fabs(grad[i])));
	}
	ok(r && slope < 1e-7, "%s: its gradient, to %g", t->what, slope);
	posterior_run_free(r);
	posterior_unref(p);
}

/* == refusals ================================================================================ */

static void refuse(const char *text, const char *message)
{
	struct model_input in[16];
	struct posterior *p = NULL;
	struct err e = ERR_INIT;
	struct model *m;

	if (model_parse(text, strlen(text), &m, &e)) {
		ok(false, "'%s' is a model", text);
		return;
	}
	ok(model_bind(m, in, inputs(in), 0, &p, &e) != 0 && strstr(e.msg, message), "%s", message);
	if (!strstr(e.msg, message))
		note(e.msg);
	posterior_unref(p);
	model_unref(m);
}

int main(void)
{
	stats_open();
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		check(&items[i]);
	refuse("m ~ normal(0, 1)\nN[4] ~ poisson(3)\ny ~ normal(m * N, 1)", "the values of 'N' have no end");
	refuse("m ~ normal(0, 1)\nk[4] ~ bernoulli(0.5)\nfactor(m * sum(k))", "mixes different elements");
	refuse("k ~ bernoulli(0.5)\nm ~ normal(k, 1)\ny ~ normal(m, 1)", "the prior of 'm' depends on a whole-numbered unknown");
	refuse("m ~ normal(0, 1)\nk ~ binomial(20000, 0.5)\ny ~ normal(m * k, 1)", "goes from 0 to 20000");
	refuse("m ~ normal(0, 1)\nk ~ categorical([0.5, 0.5])\nfactor(m * sum(y[i] for i in 1..k))", "an end of a loop cannot depend on a whole-numbered unknown");
	return done();
}
