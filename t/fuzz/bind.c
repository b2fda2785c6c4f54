/*
 * bind.c - models and small data under libFuzzer and AFL++ (make fuzz): texts out of a grammar, bound to data and evaluated.
 *
 * The bytes of an input choose the rules of the grammar. Whatever comes of it: no crash, no leak; a message, or a density and a gradient.
 */
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct choice {
	const uint8_t *p;
	size_t n;
	struct buf text;
	int depth;
};

static unsigned pick(struct choice *c, unsigned n)
{
	if (!c->n)
		return 0;
	c->n--;
	return *c->p++ % n;
}

#define WORD(c, list) buf_str(&(c)->text, (list)[pick((c), sizeof(list) / sizeof *(list))])

static const char *const names[] = { "a", "b", "c", "d", "h", "x", "y", "X", "g", "f", "n", "t", "i", "u" };
static const char *const numbers[] = { "1", "2", "3", "0", "0.5", "-1", "4", "1e3", "inf", "n", "pi" };
static const char *const operators[] = { " + ", " - ", " * ", " / ", " ^ ", " % ", " // ", " < ", " == ", " and " };
static const char *const functions[] = { "sum", "mean", "prod", "min", "max", "sd", "variance", "log_sum_exp", "softmax", "log_softmax", "cumsum", "exp", "log",
					 "sqrt", "abs", "floor", "inv_logit", "length", "rows", "columns", "levels", "low", "high", "cholesky", "transpose",
					 "log_determinant", "lgamma", "not" };
static const char *const pairs[] = { "dot", "matvec", "matmul", "solve_lower", "add_diag", "rep", "concat", "max", "log", "pow", "poisson_lpmf" };
static const char *const triples[] = { "if", "normal_lpdf", "normal_lcdf", "gp_exp_quad", "mix", "binomial_lpmf" };
static const char *const ones[] = { "exponential", "poisson", "bernoulli", "bernoulli_logit", "dirichlet", "categorical", "categorical_logit", "half_normal",
				    "poisson_log", "multinomial" };
static const char *const twos[] = { "normal", "gamma", "beta", "uniform", "lognormal", "cauchy", "multi_normal", "multi_normal_cholesky", "binomial",
				    "neg_binomial_2", "inv_gamma", "weibull" };

static void expression(struct choice *c);

static void index_list(struct choice *c)
{
	buf_str(&c->text, "[");
	for (unsigned k = 0, n = 1 + pick(c, 2); k < n; k++) {
		static const char *const places[] = { "1", "t", "t - 1", "t+1", "i", "g", "2", "3", "1..2", "", "i, t", "i, t-1", "i-1, t" };

		buf_str(&c->text, k ? ", " : "");
		if (pick(c, 8) == 7)
			expression(c);
		else
			WORD(c, places);
	}
	buf_str(&c->text, "]");
}

static void arguments(struct choice *c, int n)
{
	buf_str(&c->text, "(");
	for (int k = 0; k < n; k++) {
		buf_str(&c->text, k ? ", " : "");
		expression(c);
		if (pick(c, 8) == 7)
			buf_str(&c->text, pick(c, 2) ? " for j in 1..3" : " for j in 1..t");
	}
	buf_str(&c->text, ")");
}

static void expression(struct choice *c)
{
	if (++c->depth > 6) {
		WORD(c, numbers);
		c->depth--;
		return;
	}
	switch (pick(c, 12)) {
	case 0: case 1: WORD(c, numbers); break;
	case 2: case 3: WORD(c, names); break;
	case 4: case 5: WORD(c, names); index_list(c); break;
	case 6: case 7: buf_str(&c->text, "("); expression(c); WORD(c, operators); expression(c); buf_str(&c->text, ")"); break;
	case 8: WORD(c, functions); arguments(c, 1); break;
	case 9: WORD(c, pairs); arguments(c, 2); break;
	case 10: WORD(c, triples); arguments(c, 3); break;
	case 11:
		if (pick(c, 4)) {
			buf_str(&c->text, "[");
			for (unsigned k = 0, n = 1 + pick(c, 3); k < n; k++) {
				buf_str(&c->text, k ? ", " : "");
				expression(c);
			}
			buf_str(&c->text, "]");
		} else {
			buf_str(&c->text, "ode([1], 0, [1, 2], max_steps = 50, du = ");
			expression(c);
			buf_str(&c->text, ")");
		}
	}
	c->depth--;
}

static void distribution(struct choice *c)
{
	switch (pick(c, 7)) {
	case 0: case 1: WORD(c, ones); arguments(c, 1); break;
	case 2: case 3: WORD(c, twos); arguments(c, 2); break;
	case 4: buf_str(&c->text, "flat()"); break;
	case 5: buf_str(&c->text, "student_t"); arguments(c, 3); break;
	case 6:
		buf_str(&c->text, "mix(0.3, ");
		WORD(c, twos);
		arguments(c, 2);
		buf_str(&c->text, ", normal(0, 1))");
	}
}

static void loops(struct choice *c)
{
	static const char *const list[] = { "", "", "", " for t in 1..3", " for t in 2..3", " for i in 1..2, t in 1..3", " for t in 1..2, i in 1..t", " for i in 2..3, t in 2..3",
					    " for t in 3..1" };

	WORD(c, list);
}

static void statement(struct choice *c)
{
	switch (pick(c, 8)) {
	case 0: buf_str(&c->text, "factor"); arguments(c, 1); break;
	case 1:
		buf_str(&c->text, "reported(");
		WORD(c, twos);
		arguments(c, 2);
		buf_str(&c->text, ", 1, ");
		expression(c);
		buf_str(&c->text, ")");
		break;
	case 2: case 3: case 4:
		WORD(c, names);
		if (pick(c, 3))
			index_list(c);
		buf_str(&c->text, " = ");
		expression(c);
		break;
	default:
		WORD(c, names);
		if (pick(c, 2))
			index_list(c);
		buf_str(&c->text, " ~ ");
		if (pick(c, 8) == 7) {
			buf_str(&c->text, "reported(");
			distribution(c);
			buf_str(&c->text, ")");
		} else {
			distribution(c);
		}
		if (pick(c, 5) == 4) {
			buf_str(&c->text, " T[");
			if (pick(c, 2))
				expression(c);
			buf_str(&c->text, ", ");
			expression(c);
			buf_str(&c->text, "]");
		}
		if (pick(c, 10) == 9)
			buf_str(&c->text, " ordered");
	}
	loops(c);
	buf_str(&c->text, "\n");
}

static void evaluate(const struct posterior *p)
{
	struct posterior_run *r = NULL;
	struct random random = random_open(1, 1);
	int n = posterior_unknowns(p);
	double *q = calloc((size_t)n + 1, sizeof *q), *grad = calloc((size_t)n + 1, sizeof *grad), lp;
	double *row = calloc((size_t)posterior_width(p) + 1, sizeof *row), *rows = calloc((size_t)posterior_rows(p) + (size_t)posterior_log_liks(p) + 1, sizeof *rows);
	struct err e = ERR_INIT;

	for (int i = 0; i < n; i++)
		q[i] = 0.3 - 0.1 * (i % 7);
	if (!posterior_run_new(p, &r, &e)) {
		posterior_density(r, q, &lp, grad, &e);
		posterior_values(r, q, row, &e);
		posterior_log_lik(r, q, rows, NULL, &e);
		posterior_unconstrain(r, row, grad, &e);
		posterior_prior(r, &random, row, q, rows, &e);
	}
	posterior_run_free(r);
	free(q);
	free(grad);
	free(row);
	free(rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const double y[] = { 1, 0, 2 }, X[] = { 1, 0.5, 2, 0.5, 3, 1, 2, 1, 5 }, g[] = { 1, 2, 1 }, high[] = { 2, 3, 2 }, three = 3;
	static const char *const levels[] = { "north", "south" };
	static const struct model_input inputs[] = {
		{ .name = "y", .rank = 1, .dims = { 3 }, .values = y },
		{ .name = "X", .rank = 2, .dims = { 3, 3 }, .values = X },
		{ .name = "g", .rank = 1, .dims = { 3 }, .values = g, .levels = levels, .nlevels = 2 },
		{ .name = "f", .rank = 1, .dims = { 3 }, .values = y, .high = high },
		{ .name = "n", .values = &three },
	};
	struct choice c = { .p = data, .n = size, .text = BUF_INIT };
	struct model *m = NULL;
	struct posterior *p = NULL;
	struct err e = ERR_INIT;

	for (unsigned k = 0, n = 1 + pick(&c, 6); k < n; k++)
		statement(&c);
	if (getenv("SHOW"))
		fprintf(stderr, "%s", c.text.p);
	if (!model_parse(c.text.p, c.text.n, &m, &e) && !model_bind(m, inputs, 5, 0, &p, &e))
		evaluate(p);
	else if (!e.msg[0]) {
		fprintf(stderr, "broken: an error has a message\n");
		abort();
	}
	posterior_unref(p);
	model_unref(m);
	buf_release(&c.text);
	return 0;
}
