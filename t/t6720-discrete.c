/* Whole-numbered unknowns summed out, against the sum over all their joint values; long chains against the forward algorithm. */
#include <math.h>
#include <stdlib.h>

#include "model/discrete.h"
#include "tap.h"

enum { VARIABLES = 9, FACTORS = 24, ENTRIES = 4000 };

/* The value of a node as a term, so that a sweep has a density. */
static int same_forward(struct step *s, struct err *e)
{
	(void)e;
	s->out[0] = s->args[0].v[0];
	if (s->args[0].d)
		s->args[0].d[0] += 1;
	return 0;
}
static const struct rule same = { .name = "same", .forward = same_forward, .flags = RULE_TARGET };

/* A small generator: the cases are the same everywhere. */
static uint64_t state = 12345;
static int draw(int n)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int)((state >> 33) % (uint64_t)n);
}

static double draw_weight(void)
{
	return draw(4000) / 1000.0 - 2.5;
}

/* A factor graph, its entries numbers of q. */
struct problem {
	int n, nfactors, nentries;
	struct discrete_variable variables[VARIABLES];
	struct discrete_factor factors[FACTORS];
	int of[FACTORS][VARIABLES];
	int entries[FACTORS][ENTRIES];           /* which number of q each is */
	int nodes[FACTORS][ENTRIES];
	double q[ENTRIES];
};
static const char *const names[VARIABLES] = { "k[1]", "k[2]", "k[3]", "k[4]", "k[5]", "k[6]", "k[7]", "k[8]", "k[9]" };

static void add_factor(struct problem *p, int n, const int *of)
{
	struct discrete_factor *f = &p->factors[p->nfactors];
	int size = 1;

	for (int k = 0; k < n; k++) {
		p->of[p->nfactors][k] = of[k];
		size *= p->variables[of[k]].size;
	}
	f->variables = p->of[p->nfactors];
	f->nvariables = n;
	f->nodes = p->nodes[p->nfactors];
	for (int i = 0; i < size; i++) {
		/* now and then the same number again, as transitions of a chain have */
		bool again = p->nentries && draw(6) == 0;

		p->entries[p->nfactors][i] = again ? draw(p->nentries) : p->nentries;
		if (!again)
			p->q[p->nentries++] = draw_weight();
	}
	p->nfactors++;
}

static void problem_new(struct problem *p, int n, int most)
{
	p->n = n;
	p->nfactors = p->nentries = 0;
	for (int x = 0; x < n; x++)
		p->variables[x] = (struct discrete_variable){ names[x], 1 + draw(most) };
}

/* The log of the sum over all joint values, and the derivatives by q: how probable the entries are. */
static double brute(const struct problem *p, double *grad)
{
	double top = -INFINITY, total = 0, *weights = NULL;
	int count = 1, value[VARIABLES];

	for (int x = 0; x < p->n; x++)
		count *= p->variables[x].size;
	weights = malloc((size_t)count * sizeof *weights);
	for (int pass = 0; pass < 2; pass++)
		for (int c = 0; c < count; c++) {
			double sum = 0, share;
			int rest = c;

			for (int x = p->n - 1; x >= 0; x--) {
				value[x] = rest % p->variables[x].size;
				rest /= p->variables[x].size;
			}
			share = pass ? exp(weights[c] - top) / total : 0;
			for (int f = 0; f < p->nfactors; f++) {
				int at = 0;

				for (int k = 0; k < p->factors[f].nvariables; k++)
					at = at * p->variables[p->of[f][k]].size + value[p->of[f][k]];
				sum += p->q[p->entries[f][at]];
				if (pass)
					grad[p->entries[f][at]] += share;
			}
			weights[c] = sum;
			top = fmax(top, sum);
			if (!pass && c == count - 1)
				for (int i = 0; i < count; i++)
					total += exp(weights[i] - top);
		}
	free(weights);
	return top + log(total);
}

static struct graph *build(struct problem *p, bool varies, struct err *e)
{
	struct graph *g;
	int node, term, *unknown = calloc((size_t)p->nentries + 1, sizeof *unknown);

	graph_new(&g, NULL);
	for (int i = 0; i < p->nentries; i++)
		if (varies)
			graph_unknown(g, 1, &unknown[i], NULL);
		else
			graph_constant(g, &p->q[i], 1, &unknown[i], NULL);
	for (int f = 0; f < p->nfactors; f++) {
		int size = 1;

		for (int k = 0; k < p->factors[f].nvariables; k++)
			size *= p->variables[p->of[f][k]].size;
		for (int i = 0; i < size; i++)
			p->nodes[f][i] = unknown[p->entries[f][i]];
	}
	free(unknown);
	if (discrete_sum(g, p->variables, p->n, p->factors, p->nfactors, &node, e)) {
		graph_free(g);
		return NULL;
	}
	if (graph_length(g, node) != 1 || graph_add(g, &same, &node, 1, 1, NULL, &term, e))
		exit(1);
	graph_want(g, term, GRAPH_DENSITY);
	graph_finish(g, NULL);
	return g;
}

static bool agrees(struct problem *p, const char **why)
{
	static double grad[ENTRIES], want[ENTRIES];
	double lp, sum;
	struct err e = ERR_INIT;
	struct graph *g = build(p, true, &e);
	struct sweep *w;

	*why = "";
	if (!g) {
		*why = "not built";
		return false;
	}
	memset(want, 0, sizeof want);
	sum = brute(p, want);
	sweep_new(g, &w, NULL);
	sweep_density(w, p->q, &lp, grad, &e);
	if (!(fabs(lp - sum) < 1e-11 * (1 + fabs(sum))))
		*why = "value";
	for (int i = 0; i < p->nentries; i++)
		if (!(fabs(grad[i] - want[i]) < 1e-11))
			*why = "derivative";
	sweep_free(w);
	graph_free(g);
	/* and as constants */
	g = build(p, false, &e);
	sweep_new(g, &w, NULL);
	sweep_density(w, p->q, &lp, grad, &e);
	if (!(fabs(lp - sum) < 1e-11 * (1 + fabs(sum))))
		*why = "constant";
	sweep_free(w);
	graph_free(g);
	return !**why;
}

static struct problem problem;

static void check_random(void)
{
	static const char *const kinds[] = { "chain", "tree", "loop", "any", "apart", "clique" };
	const char *why;

	for (int round = 0; round < 72; round++) {
		struct problem *p = &problem;
		int kind = round % 6, n = kind == 5 ? 4 : 1 + draw(VARIABLES - 1);

		problem_new(p, n, kind == 3 ? 3 : 4);
		if (kind == 0)
			for (int x = 1; x < n; x++)
				add_factor(p, 2, draw(2) ? (int[]){ x - 1, x } : (int[]){ x, x - 1 });
		if (kind == 1)
			for (int x = 1; x < n; x++)
				add_factor(p, 2, (int[]){ x, draw(x) });
		if (kind == 2)
			for (int x = 0; x < n && n > 1; x++)
				add_factor(p, 2, (int[]){ x, (x + 1) % n });
		if (kind == 3)
			for (int i = 0; i < 2 + draw(8); i++) {
				int order[VARIABLES], some = draw(n < 4 ? n + 1 : 4);

				for (int x = 0; x < n; x++)
					order[x] = x;
				for (int x = n - 1; x > 0; x--) {
					int y = draw(x + 1), held = order[x];

					order[x] = order[y];
					order[y] = held;
				}
				add_factor(p, some, order);
			}
		if (kind == 5)
			for (int x = 0; x < n; x++)
				for (int y = 0; y < x; y++)
					add_factor(p, 2, (int[]){ x, y });
		for (int x = 0; x < n; x++)
			for (int i = draw(3); i > 0; i--)
				add_factor(p, 1, &x);
		if (draw(4) == 0 && p->nentries > 2)
			p->q[draw(p->nentries)] = -40;
		if (!ok(agrees(p, &why), "%s of %d unknowns, %d factors", kinds[kind], n, p->nfactors))
			fprintf(stderr, "%s\n", why);
	}
}

/* Impossible values, and nothing but those. */
static void check_impossible(void)
{
	struct problem *p = &problem;
	double grad[8], lp;
	struct graph *g;
	struct sweep *w;

	problem_new(p, 2, 1);
	p->variables[0].size = p->variables[1].size = 2;
	for (int f = 0; f < 2; f++)
		add_factor(p, f + 1, (int[]){ 0, 1 });
	p->nentries = 6;
	for (int i = 0; i < 6; i++)
		p->entries[i / 2 > 0][i < 2 ? i : i - 2] = i;
	for (int i = 0; i < p->nentries; i++)
		p->q[i] = -INFINITY;
	g = build(p, true, NULL);
	sweep_new(g, &w, NULL);
	sweep_density(w, p->q, &lp, grad, NULL);
	ok(lp == -INFINITY, "no value is possible");
	for (int i = 0; i < p->nentries; i++)
		p->q[i] = 0;
	p->q[p->entries[0][0]] = -INFINITY;
	sweep_density(w, p->q, &lp, grad, NULL);
	ok(fabs(lp - log(2)) < 1e-15 && grad[p->entries[0][0]] == 0 && isfinite(grad[p->entries[1][0]]), "one that is impossible");
	p->q[p->entries[1][3]] = NAN;
	sweep_density(w, p->q, &lp, grad, NULL);
	ok(lp == -INFINITY, "a weight that is none");
	sweep_free(w);
	graph_free(g);
}

static void check_small(void)
{
	struct problem *p = &problem;
	const char *why;

	problem_new(p, 0, 1);
	ok(agrees(p, &why), "nothing at all: 0");
	add_factor(p, 0, NULL);
	add_factor(p, 0, NULL);
	ok(agrees(p, &why), "factors of no unknown");
	problem_new(p, 3, 1);
	p->variables[1].size = 4;
	ok(agrees(p, &why), "unknowns without factors: the log of their values");
	problem_new(p, 1, 1);
	p->variables[0].size = 3;
	for (int i = 0; i < 5; i++)
		add_factor(p, 1, (int[]){ 0 });
	ok(agrees(p, &why), "five factors of one unknown");
}

/* A hidden Markov chain of 3 states and n steps: unknowns of the graph are 3 starts, 9 transitions, 3 n emissions. */
static struct graph *chain_new(int chains, int n, int *from, struct err *e)
{
	struct graph *g;
	int *q = calloc((size_t)(12 + 3 * n * chains), sizeof *q), term, node;
	struct discrete_variable *v = calloc((size_t)(n * chains), sizeof *v);
	struct discrete_factor *f = calloc((size_t)(3 * n * chains), sizeof *f);
	int *of = calloc((size_t)(2 * n * chains), sizeof *of), count = 0;

	graph_new(&g, NULL);
	for (int i = 0; i < 12 + 3 * n * chains; i++)
		graph_unknown(g, 1, &q[i], NULL);
	for (int c = 0; c < chains; c++)
		for (int i = 0; i < n; i++) {
			int x = c * n + i;

			v[x] = (struct discrete_variable){ "s", 3 };
			of[2 * x] = x;
			of[2 * x + 1] = x + 1;
			f[count++] = (struct discrete_factor){ of + 2 * x, 1, q + 12 + 3 * x };
			if (i == 0)
				f[count++] = (struct discrete_factor){ of + 2 * x, 1, q };
			if (i < n - 1)
				f[count++] = (struct discrete_factor){ of + 2 * x, 2, q + 3 };
		}
	*from = graph_nodes(g);
	if (discrete_sum(g, v, n * chains, f, count, &node, e))
		exit(1);
	*from = graph_nodes(g) - *from;
	graph_add(g, &same, &node, 1, 1, NULL, &term, NULL);
	graph_want(g, term, GRAPH_DENSITY);
	graph_finish(g, NULL);
	free(q);
	free(v);
	free(f);
	free(of);
	return g;
}

static double log_sum3(const double *x)
{
	double top = fmax(x[0], fmax(x[1], x[2]));

	return top + log(exp(x[0] - top) + exp(x[1] - top) + exp(x[2] - top));
}

/* The forward algorithm, chain by chain. */
static double forward(int chains, int n, const double *q)
{
	double sum = 0;

	for (int c = 0; c < chains; c++) {
		double a[3], next[3], ways[3];

		for (int k = 0; k < 3; k++)
			a[k] = q[k] + q[12 + 3 * c * n + k];
		for (int i = 1; i < n; i++) {
			for (int k = 0; k < 3; k++) {
				for (int j = 0; j < 3; j++)
					ways[j] = a[j] + q[3 + 3 * j + k];
				next[k] = log_sum3(ways) + q[12 + 3 * (c * n + i) + k];
			}
			memcpy(a, next, sizeof a);
		}
		sum += log_sum3(a);
	}
	return sum;
}

static void check_chain(int chains, int n, int most_nodes)
{
	int unknowns = 12 + 3 * n * chains, nodes;
	double *q = calloc((size_t)unknowns, sizeof *q), *grad = calloc((size_t)unknowns, sizeof *grad);
	double *other = calloc((size_t)unknowns, sizeof *grad), lp, again, worst = 0, sum = 0;
	struct graph *g = chain_new(chains, n, &nodes, NULL), *twin;
	struct sweep *w;

	for (int i = 0; i < unknowns; i++)
		q[i] = draw_weight();
	sweep_new(g, &w, NULL);
	sweep_density(w, q, &lp, grad, NULL);
	ok(fabs(lp / forward(chains, n, q) - 1) < 1e-12, "%d chains of %d: the forward algorithm", chains, n);
	for (int i = 0; i < 40; i++) {
		int k = i < 12 ? i : 12 + draw(unknowns - 12);
		double held = q[k], up, down, h = 1e-4;

		q[k] = held + h;
		up = forward(chains, n, q);
		q[k] = held - h;
		down = forward(chains, n, q);
		q[k] = held;
		worst = fmax(worst, fabs(grad[k] - (up - down) / (2 * h)) / fmax(1, fabs(grad[k])));
	}
	ok(worst < 1e-6, "and its derivatives");
	for (int i = 12; i < unknowns; i++)
		sum += grad[i];
	ok(fabs(sum - (double)n * chains) < 1e-8 * n * chains, "which are probabilities");
	ok(nodes <= most_nodes, "%d nodes at most", most_nodes);
	sweep_free(w);
	twin = chain_new(chains, n, &nodes, NULL);
	sweep_new(twin, &w, NULL);
	sweep_density(w, q, &again, other, NULL);
	ok(lp == again && !memcmp(grad, other, (size_t)unknowns * sizeof *grad), "the same bits again");
	sweep_free(w);
	graph_free(g);
	graph_free(twin);
	free(q);
	free(grad);
	free(other);
}

/* What is too much is refused before it is tried, with the names. */
static void check_refusal(void)
{
	static struct discrete_variable v[40];
	static struct discrete_factor f[40 * 40];
	static int of[40 * 40][2], nodes[9];
	static char text[40][16];
	struct err e = ERR_INIT;
	struct graph *g;
	int count = 0, node;

	graph_new(&g, NULL);
	graph_unknown(g, 1, &nodes[0], NULL);
	for (int i = 1; i < 9; i++)
		nodes[i] = nodes[0];
	for (int x = 0; x < 40; x++) {
		snprintf(text[x], sizeof text[x], "z[%d]", x + 1);
		v[x] = (struct discrete_variable){ text[x], 3 };
		for (int y = 0; y < x; y++) {
			of[count][0] = y;
			of[count][1] = x;
			f[count] = (struct discrete_factor){ of[count], 2, nodes };
			count++;
		}
	}
	is_int(discrete_sum(g, v, 40, f, count, &node, &e), ERR_DOMAIN, "all with all: refused");
	is_str(e.msg, "cannot sum 'z[1]' out: it hangs together with 'z[2]', 'z[3]', 'z[4]', 'z[5]', 'z[6]' and 34 more, "
	       "1.22e+19 joint values, and 16777216 sums are allowed in all", "with the names");
	v[0].size = 20000000;
	is_int(discrete_sum(g, v, 1, f, 0, &node, &e), ERR_DOMAIN, "too many values: refused");
	is_str(e.msg, "cannot sum 'z[1]' out: with its 20000000 values more than 16777216 sums are needed in all", "with its name");
	v[0].size = v[1].size = 100000;
	is_int(discrete_sum(g, v, 2, f, 1, &node, &e), ERR_DOMAIN, "a factor too big: refused");
	is_str(e.msg, "a factor has 1e+10 joint values of its unknowns, 'z[1]' among them: expected at most 16777216", "with a name");
	graph_free(g);
}

static void check_memory(void)
{
	struct problem *p = &problem;
	bool told = true;
	int failed = 0;

	state = 7;
	problem_new(p, 6, 3);
	for (int x = 1; x < 6; x++)
		add_factor(p, 2, (int[]){ x, draw(x) });
	for (int f = 0; f < p->nfactors; f++)
		for (int i = 0; i < ENTRIES; i++)
			p->nodes[f][i] = 0;
	for (long n = 0; n < 10000; n++) {
		struct err e = ERR_INIT;
		struct graph *g;
		int node, rc;

		graph_new(&g, NULL);
		graph_unknown(g, 1, &node, NULL);
		mem_fail_after(n);
		rc = discrete_sum(g, p->variables, p->n, p->factors, p->nfactors, &node, &e);
		mem_fail_after(-1);
		graph_free(g);
		if (!rc)
			break;
		failed++;
		told &= rc == ERR_MEMORY;
	}
	ok(failed > 3 && told, "each allocation that fails is told and nothing is lost (%d)", failed);
}

int main(void)
{
	check_random();
	check_impossible();
	check_small();
	check_chain(1, 2000, 1100);
	check_chain(300, 9, 20);
	check_chain(1, 2, 5);
	check_refusal();
	check_memory();
	return done();
}
