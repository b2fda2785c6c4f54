/* density.c - distributions with their arguments: which one a call names, what its shapes are, and its log density row by row. */
#include "model/model_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* == names =================================================================================== */

/* Names of distributions, for messages; returns how many. */
static int all_names(const char **names, int room)
{
	int n = 0;

	for (int i = 0; i < dist_count() && n < room; i++)
		names[n++] = dist_at(i)->name;
	for (int i = 0; i < vector_dist_count() && n < room; i++)
		names[n++] = vector_dist_at(i)->name;
	if (n + 4 <= room) {
		names[n++] = "flat";
		names[n++] = "flat_positive";
		names[n++] = "mix";
		names[n++] = "reported";
	}
	return n;
}

static const char *call_name(const struct expr_node *x)
{
	return x->kind != EXPR_CALL ? NULL : x->name ? x->name : x->op->name;
}

static const char *foreign_dist(const char *name)
{
	static const char *const list[][2] = {
		{ "dnorm", "normal(mu, sigma), with a standard deviation, not a precision" }, { "dgamma", "gamma(shape, rate)" },
		{ "dunif", "uniform(low, high)" }, { "dbin", "binomial(N, theta): N comes first" }, { "dbern", "bernoulli(theta)" },
		{ "dpois", "poisson(lambda)" }, { "dbeta", "beta(a, b)" }, { "dexp", "exponential(rate)" },
		{ "dt", "student_t(nu, mu, sigma): sigma is a scale, not a precision" }, { "dcat", "categorical(theta)" },
		{ "ddirch", "dirichlet(alpha)" }, { "dmnorm", "multi_normal(mu, Sigma), with a covariance" }, { "dlnorm", "lognormal(mu, sigma)" },
		{ "gaussian", "normal(mu, sigma)" }, { "Normal", "normal(mu, sigma)" }, { "dweib", "weibull(alpha, sigma)" },
		{ "dflat", "flat()" }, { "std_normal", "normal(0, 1)" }, { "neg_binomial", "neg_binomial_2(mu, phi)" },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (!strcmp(list[i][0], name))
			return list[i][1];
	return NULL;
}

int density_name(struct compiler *c, const struct expr_node *call, struct dist_name *out, struct err *e)
{
	const char *name = call_name(call), *names[128], *near;
	struct dist_name part;
	int rc;

	*out = (struct dist_name){ 0 };
	if (!name)
		return model_fault(c, call->mark, ERR_DATA, e, "behind '~' stands a distribution: x ~ normal(0, 1)");
	if ((out->dist = dist_find(name)) || (out->vector = vector_dist_find(name))) {
		out->whole = out->dist ? dist_is_whole(out->dist) : out->vector->whole;
		return 0;
	}
	if (!strcmp(name, "flat") || !strcmp(name, "flat_positive")) {
		if (call->nargs)
			return model_fault(c, call->mark, ERR_DATA, e, "%s() takes no arguments; its ends are written behind it: flat() T[a, b]", name);
		out->flat = true;
		out->positive = name[4] != '\0';
		return 0;
	}
	if (!strcmp(name, "mix")) {
		if (call->nargs < 3)
			return model_fault(c, call->mark, ERR_DATA, e, "mix takes a weight and at least two distributions");
		if ((rc = density_name(c, call->args[1], &part, e)))
			return rc;
		*out = part;
		out->mix = true;
		return 0;
	}
	if (!strcmp(name, "reported") && call->nargs >= 1) {
		out->reported = true;
		return 0;
	}
	if ((near = foreign_dist(name)))
		return model_fault(c, call->mark, ERR_NAME, e, "'%s' is written %s here", name, near);
	near = text_nearest(name, names, (size_t)all_names(names, 128));
	if (near)
		return model_fault(c, call->mark, ERR_NAME, e, "there is no distribution '%.100s'; did you mean '%s'?", name, near);
	return model_fault(c, call->mark, ERR_NAME, e, "there is no distribution '%.100s'; muster.distributions() lists them", name);
}

/* == arguments =============================================================================== */

static int count_fault(struct compiler *c, const struct expr_node *call, const char *name, const char *const *params, int n, struct err *e)
{
	char list[160] = "";

	for (int k = 0; k < n; k++)
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", k ? ", " : "", params[k]);
	return model_fault(c, call->mark, ERR_DATA, e, "%s(%s) takes %d argument%s, found %d", name, list, n, n == 1 ? "" : "s", call->nargs);
}

/* Parameters that are known are checked now, with the first wrong one of them in the message. */
static int check_params(struct compiler *c, const struct expr_node *call, const struct stated *st, struct err *e)
{
	char text[200];

	for (int k = 0; k < st->nparams; k++) {
		const double *v = graph_values(c->g, st->params[k]);

		if (!v && st->dist->domains[k] == DIST_WHOLE)
			return model_fault(c, call->args[k]->mark, ERR_DATA, e, "'%s' of %s has to be data", st->dist->params[k], st->dist->name);
		for (int32_t i = 0; v && i < graph_length(c->g, st->params[k]); i++) {
			double p[DIST_PARAMS_MAX] = { 1, 1, 1, 1 };

			/* the others by values that are right for it: only this one is asked about */
			for (int j = 0; j < st->nparams; j++)
				p[j] = st->dist->domains[j] == DIST_PROBABILITY ? 0.5 : 1;
			if (st->dist->support == DIST_BETWEEN)
				continue;
			p[k] = v[i];
			if (dist_fault(st->dist, p, text, sizeof text))
				return model_fault(c, call->args[k]->mark, ERR_DATA, e, "%s", text);
		}
	}
	return 0;
}

static const char *support_words(const struct dist *d)
{
	switch (d->support) {
	case DIST_POSITIVE: return "is above 0";
	case DIST_UNIT: return "lies between 0 and 1";
	case DIST_COUNT: case DIST_COUNT_TO: return "is a count: 0, 1, 2, ...";
	case DIST_BIT: return "is 0 or 1";
	default: return "is a number";
	}
}

static bool in_support(const struct dist *d, double x)
{
	switch (d->support) {
	case DIST_POSITIVE: return x >= 0;
	case DIST_UNIT: return x >= 0 && x <= 1;
	case DIST_COUNT: case DIST_COUNT_TO: return x >= 0 && x == floor(x);
	case DIST_BIT: return x == 0 || x == 1;
	default: return true;
	}
}

/* What was observed has to be there, and possible at all. */
static int check_outcome(struct compiler *c, const struct expr_node *at, const struct dist *dist, int node, struct err *e)
{
	const double *v = graph_values(c->g, node);

	for (int32_t i = 0; v && i < graph_length(c->g, node); i++) {
		if (isnan(v[i]))
			return model_fault(c, at->mark, ERR_DATA, e, "number %d is missing; leave such rows out, or make it an unknown", i + 1);
		if (dist && !in_support(dist, v[i]))
			return model_fault(c, at->mark, ERR_DATA, e, "number %d is %g, but an outcome of %s %s", i + 1, v[i], dist->name, support_words(dist));
	}
	return 0;
}

/* No more successes than trials. */
static int check_trials(struct compiler *c, const struct expr_node *call, const struct stated *st, struct err *e)
{
	const double *y = graph_values(c->g, st->outcome), *n = graph_values(c->g, st->params[0]);
	bool one = graph_length(c->g, st->params[0]) == 1;

	for (int32_t i = 0; st->dist->support == DIST_COUNT_TO && y && n && i < st->rows; i++)
		if (y[i] > n[one ? 0 : i])
			return model_fault(c, call->mark, ERR_DATA, e, "outcome %d is %g, of only %g trials", i + 1, y[i], n[one ? 0 : i]);
	return 0;
}

/* Categories are numbered from 1. */
static int check_categories(struct compiler *c, const struct expr_node *at, int node, int ncategories, struct err *e)
{
	const double *v = graph_values(c->g, node);

	for (int32_t i = 0; v && i < graph_length(c->g, node); i++)
		if (!(v[i] >= 1 && v[i] <= ncategories) || v[i] != floor(v[i]))
			return model_fault(c, at->mark, ERR_DATA, e, "number %d is %g, but an outcome of this is a whole number from 1 to %d", i + 1, v[i], ncategories);
	return 0;
}

static int scalar_state(struct compiler *c, const struct expr_node *call, const struct mvalue *outcome, const struct domain *lanes,
			struct stated *out, struct err *e)
{
	struct mvalue values[DIST_PARAMS_MAX + 1], shape = { .high = -1 };
	int n = out->dist->nparams, rc;

	if (call->nargs != n)
		return count_fault(c, call, out->dist->name, out->dist->params, n, e);
	for (int k = 0; k < n; k++)
		if ((rc = compile_argument(c, call->args[k], lanes, &values[k], e)))
			return rc;
	if (outcome)
		values[n] = *outcome;
	if ((rc = value_meet(c, call, values, n + (outcome ? 1 : 0), &shape.lanes, &shape.rank, shape.dims, e)))
		return rc;
	out->rows = value_numbers(&shape);
	out->k = 1;
	out->nparams = n;
	out->shape = shape;
	for (int k = 0; k < n; k++) {
		if ((rc = value_spread(c, &values[k], shape.lanes, shape.rank, shape.dims, false, &out->params[k], e)))
			return rc;
	}
	if (outcome && ((rc = value_spread(c, outcome, shape.lanes, shape.rank, shape.dims, true, &out->outcome, e)) ||
			(rc = check_outcome(c, out->statement ? out->statement->left : call, out->dist, out->outcome, e))))
		return rc;
	/* an unknown that is summed out may try too few */
	if (outcome && ((rc = touch_merge(c, call, values, n + 1, &out->shape, e)) || (!c->sumout && (rc = check_trials(c, call, out, e)))))
		return rc;
	return check_params(c, call, out, e);
}

/* Base dimensions of the parameters of a vector distribution: matrices of multi_normal have two. */
static int param_rank(const struct vector_dist *d, int k)
{
	return k == 1 && (!strcmp(d->name, "multi_normal") || !strcmp(d->name, "multi_normal_cholesky")) ? 2 : 1;
}

static int vector_params(struct compiler *c, const struct expr_node *call, const struct domain *lanes, struct mvalue *values, int *lengths,
			 const struct domain **inner, struct stated *out, struct err *e)
{
	const struct vector_dist *d = out->vector;
	char shape[64];
	int rc;

	if (call->nargs != d->nparams)
		return count_fault(c, call, d->name, d->params, d->nparams, e);
	*inner = NULL;
	for (int k = 0; k < d->nparams; k++) {
		if ((rc = compile_argument(c, call->args[k], lanes, &values[k], e)))
			return rc;
		/* one number for a vector: multi_normal(0, S) */
		if (values[k].rank != param_rank(d, k) && values[k].rank != 0)
			return model_fault(c, call->args[k]->mark, ERR_DATA, e, "'%s' of %s is a %s, this is %s", d->params[k], d->name,
					   param_rank(d, k) == 2 ? "square matrix" : "vector", value_shape(shape, &values[k]));
		lengths[k] = values[k].rank ? value_inner(&values[k]) : 0;
		if (values[k].rank == 2 && values[k].dims[0] != values[k].dims[1])
			return model_fault(c, call->args[k]->mark, ERR_DATA, e, "'%s' of %s is a square matrix, this is %s", d->params[k], d->name,
					   value_shape(shape, &values[k]));
		*inner = domain_inner(*inner, values[k].lanes);
	}
	/* a number for a vector takes the length that a matrix beside it has */
	for (int k = 0; k < d->nparams; k++)
		if (!lengths[k])
			for (int j = 0; j < d->nparams; j++)
				if (values[j].rank == 2)
					lengths[k] = param_rank(d, k) == 2 ? values[j].dims[0] * values[j].dims[0] : values[j].dims[0];
	for (int k = 0; k < d->nparams; k++)
		if (!lengths[k])
			return model_fault(c, call->args[k]->mark, ERR_DATA, e, "'%s' of %s is a %s, this is a number", d->params[k], d->name,
					   param_rank(d, k) == 2 ? "square matrix" : "vector");
	return 0;
}

static int vector_state(struct compiler *c, const struct expr_node *call, const struct mvalue *outcome, const struct domain *lanes,
			struct stated *out, struct err *e)
{
	const struct vector_dist *d = out->vector;
	struct mvalue values[DIST_PARAMS_MAX], y;
	const struct domain *inner = NULL;
	int lengths[DIST_PARAMS_MAX], k, rc;
	char shape[64];

	if ((rc = vector_params(c, call, lanes, values, lengths, &inner, out, e)))
		return rc;
	if ((k = d->length(lengths)) < 1)
		return model_fault(c, call->mark, ERR_DATA, e, "the parameters of %s do not fit each other: their lengths are %d and %d", d->name, lengths[0],
				   d->nparams > 1 ? lengths[1] : 0);
	out->k = k;
	out->nparams = d->nparams;
	out->rows = 1;
	out->shape = (struct mvalue){ .high = -1, .lanes = inner };
	if (outcome) {
		y = *outcome;
		if (k > 1 && (!y.rank || y.dims[y.rank - 1] != k))
			return model_fault(c, call->mark, ERR_DATA, e, "an outcome of this %s is a vector of %d, the left side is %s", d->name, k,
					   value_shape(shape, &y));
		inner = domain_inner(y.lanes, inner);
		if ((rc = value_promote(c, &y, inner, &y, e)))
			return rc;
		out->outcome = y.node;
		out->rows = value_numbers(&y) / k;
		out->shape = (struct mvalue){ .high = -1, .lanes = inner, .rank = k > 1 ? y.rank - 1 : y.rank };
		memcpy(out->shape.dims, y.dims, sizeof y.dims);
		if ((rc = check_outcome(c, out->statement ? out->statement->left : call, NULL, y.node, e)) ||
		    (d->whole && k == 1 && (rc = check_categories(c, out->statement ? out->statement->left : call, y.node, lengths[0], e))))
			return rc;
	}
	for (int j = 0; j < d->nparams; j++) {
		struct mvalue v = values[j];
		int32_t length = lengths[j];

		out->lengths[j] = length;
		out->shared[j] = !v.lanes || !inner;
		if (!v.rank) {
			int32_t dims[1] = { length };

			if ((rc = value_spread(c, &v, v.lanes, 1, dims, true, &v.node, e)))
				return rc;
			v.rank = 1;
			v.dims[0] = length;
		}
		if (!out->shared[j]) {
			if (outcome && out->rows != inner->n)
				return model_fault(c, call->mark, ERR_DATA, e, "the parameters differ by the loop, so the left side has to be one outcome each time");
			if ((rc = value_promote(c, &v, inner, &v, e)))
				return rc;
		}
		out->params[j] = v.node;
		if ((rc = touch_rows(c, call, &v, out->rows, out->shared[j], &out->shape, e)))
			return rc;
	}
	return outcome ? touch_rows(c, call, &y, out->rows, false, &out->shape, e) : 0;
}

static int mix_state(struct compiler *c, const struct expr_node *call, const struct mvalue *outcome, const struct domain *lanes, struct stated *out,
		     struct err *e)
{
	struct mvalue w;
	int rc;

	out->nparts = call->nargs - 1;
	if (!(out->parts = arena_zero(c->arena, (size_t)out->nparts, sizeof *out->parts)))
		return err_nomem(e);
	for (int k = 0; k < out->nparts; k++) {
		out->parts[k].statement = out->statement;
		if ((rc = density_state(c, call->args[k + 1], outcome, lanes, &out->parts[k], e)))
			return rc;
		if (out->parts[k].nparts || out->parts[k].flat || out->parts[k].rows != out->parts[0].rows || out->parts[k].k != out->parts[0].k)
			return model_fault(c, call->args[k + 1]->mark, ERR_DATA, e, "the distributions of a mixture are of one shape");
	}
	out->rows = out->parts[0].rows;
	out->k = out->parts[0].k;
	out->shape = out->parts[0].shape;
	out->outcome = out->parts[0].outcome;
	if ((rc = compile_argument(c, call->args[0], lanes, &w, e)))
		return rc;
	return mix_weights(c, call, &w, out->nparts, &out->shape, out->log_weights, e);
}

int density_state(struct compiler *c, const struct expr_node *call, const struct mvalue *outcome, const struct domain *lanes, struct stated *out,
		  struct err *e)
{
	struct dist_name name;
	char one[64], two[64];
	int rc;

	if ((rc = density_name(c, call, &name, e)))
		return rc;
	out->low = out->high = out->rows_node = -1;
	if (outcome && outcome->high >= 0 && !name.reported)
		return model_fault(c, call->mark, ERR_TYPE, e, "the left side are published figures, each with its bounds: write figure ~ reported(%s(...))",
				   call_name(call));
	if (name.reported)
		return model_fault(c, call->mark, ERR_DATA, e, "reported(...) stands alone, or behind a column of published figures and '~'");
	if (name.mix)
		return mix_state(c, call, outcome, lanes, out, e);
	out->dist = name.dist;
	out->vector = name.vector;
	out->flat = name.flat;
	if (name.dist) {
		if ((rc = scalar_state(c, call, outcome, lanes, out, e)))
			return rc;
		if (outcome && !outcome->rank && out->shape.rank)
			return model_fault(c, call->mark, ERR_DATA, e, "the left side is %s, the parameters make %s", value_shape(one, outcome),
					   value_shape(two, &out->shape));
		return 0;
	}
	if (name.vector)
		return vector_state(c, call, outcome, lanes, out, e);
	out->rows = outcome ? value_numbers(outcome) : 1;
	out->k = 1;
	out->outcome = outcome ? outcome->node : -1;
	return 0;
}

/* == log densities =========================================================================== */

static int subtract(struct compiler *c, int a, int b, int32_t n, int *out, struct err *e)
{
	const void *aux;
	const struct rule *rule = rule_of_op(op_operator("-", 2), &aux);

	return graph_add(c->g, rule, (int[]){ a, b }, 2, n, aux, out, e);
}

/* Log of the mass between the ends of a truncation. */
static int truncation_rows(struct compiler *c, const struct stated *st, int *node, struct err *e)
{
	static const double open[2] = { -INFINITY, INFINITY };
	int args[DIST_PARAMS_MAX + 2], rc;

	args[0] = st->low;
	args[1] = st->high;
	for (int k = 0; k < 2; k++)
		if (args[k] < 0 && (rc = memo_numbers(c, &open[k], 1, &args[k], e)))
			return rc;
	for (int k = 0; k < st->nparams; k++)
		args[k + 2] = st->params[k];
	return graph_add(c->g, &rule_linterval, args, st->nparams + 2, st->rows, st->dist, node, e);
}

static int mix_rows(struct compiler *c, const struct stated *st, int *node, struct err *e)
{
	const void *lse_aux, *add_aux;
	const struct rule *lse = rule_of_op(op_find("log_sum_exp"), &lse_aux), *add = rule_of_op(op_operator("+", 2), &add_aux);
	int rows, sum = -1, rc;

	for (int k = 0; k < st->nparts; k++) {
		if ((rc = density_rows(c, &st->parts[k], &rows, e)) ||
		    (rc = graph_add(c->g, add, (int[]){ rows, st->log_weights[k] }, 2, st->rows, add_aux, &rows, e)) ||
		    (k && (rc = graph_add(c->g, lse, (int[]){ sum, rows }, 2, st->rows, lse_aux, &rows, e))))
			return rc;
		sum = rows;
	}
	*node = sum;
	return 0;
}

int density_rows(struct compiler *c, const struct stated *st, int *node, struct err *e)
{
	int args[DIST_PARAMS_MAX + 2], n = 0, less, rc;

	if (st->nparts)
		return mix_rows(c, st, node, e);
	args[n++] = st->outcome;
	if (st->report)
		args[n++] = st->upper;
	for (int k = 0; k < st->nparams; k++)
		args[n++] = st->params[k];
	if (st->vector) {
		struct vector_rows *rows = arena_zero(c->arena, 1, sizeof *rows);

		if (!rows)
			return err_nomem(e);
		*rows = (struct vector_rows){ .dist = st->vector, .rows = st->rows };
		memcpy(rows->shared, st->shared, sizeof rows->shared);
		return graph_add(c->g, &rule_vector_rows, args, n, st->rows, rows, node, e);
	}
	if ((rc = graph_add(c->g, st->report ? &rule_linterval : &rule_dist_rows, args, n, st->rows, st->dist, node, e)))
		return rc;
	if (st->low < 0 && st->high < 0)
		return 0;
	if ((rc = truncation_rows(c, st, &less, e)))
		return rc;
	return subtract(c, *node, less, st->rows, node, e);
}

int density_target(struct compiler *c, const struct stated *st, int *node, struct err *e)
{
	int args[DIST_PARAMS_MAX + 1], rows, rc;

	if (st->dist && !st->report && st->low < 0 && st->high < 0) {
		args[0] = st->outcome;
		for (int k = 0; k < st->nparams; k++)
			args[k + 1] = st->params[k];
		return graph_add(c->g, &rule_dist_target, args, st->nparams + 1, 1, st->dist, node, e);
	}
	if (st->vector) {
		struct vector_rows *v = arena_zero(c->arena, 1, sizeof *v);

		if (!v)
			return err_nomem(e);
		*v = (struct vector_rows){ .dist = st->vector, .rows = st->rows };
		memcpy(v->shared, st->shared, sizeof v->shared);
		args[0] = st->outcome;
		for (int k = 0; k < st->nparams; k++)
			args[k + 1] = st->params[k];
		return graph_add(c->g, &rule_vector_target, args, st->nparams + 1, 1, v, node, e);
	}
	if ((rc = density_rows(c, st, &rows, e)))
		return rc;
	return graph_add(c->g, &rule_target, &rows, 1, 1, NULL, node, e);
}

/* == reports ================================================================================= */

/* Missing ends are open. */
static int open_ends(struct compiler *c, int node, double open, int *out, struct err *e)
{
	const double *v = graph_values(c->g, node);
	int32_t n = graph_length(c->g, node);
	double *copy;
	int rc;

	*out = node;
	if (!v)
		return 0;
	if (!(copy = mem_alloc((size_t)(n ? n : 1) * sizeof *copy)))
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++)
		copy[i] = isnan(v[i]) ? open : v[i];
	rc = memo_numbers(c, copy, n, out, e);
	mem_free(copy);
	return rc;
}

static int check_ends(struct compiler *c, const struct expr_node *call, const struct stated *st, struct err *e)
{
	const double *low = graph_values(c->g, st->outcome), *high = graph_values(c->g, st->upper);
	int32_t nlow = graph_length(c->g, st->outcome), nhigh = graph_length(c->g, st->upper);

	for (int32_t i = 0; low && high && i < st->rows; i++)
		if (low[nlow == 1 ? 0 : i] > high[nhigh == 1 ? 0 : i])
			return model_fault(c, call->mark, ERR_DATA, e, "report %d goes from %g to %g: the lower end is above the upper one", i + 1,
					   low[nlow == 1 ? 0 : i], high[nhigh == 1 ? 0 : i]);
	return 0;
}

int density_reported(struct compiler *c, const struct expr_node *call, const struct mvalue *figures, const struct domain *lanes, struct stated *out,
		     struct mvalue *rows, struct err *e)
{
	struct mvalue values[DIST_PARAMS_MAX + 2], r = { .high = -1 };
	struct dist_name name;
	int n, rc;

	if (call->nargs != (figures ? 1 : 3))
		return model_fault(c, call->mark, ERR_DATA, e, figures ? "behind '~', reported takes one argument, a distribution: figure ~ reported(poisson(x))" :
								       "reported(distribution, low, high) takes 3 arguments, found %d", call->nargs);
	if ((rc = density_name(c, call->args[0], &name, e)))
		return rc;
	if (!name.dist || name.mix)
		return model_fault(c, call->args[0]->mark, ERR_DATA, e, "reported takes a distribution of single numbers, such as normal or poisson");
	*out = (struct stated){ .statement = out->statement, .dist = name.dist, .low = -1, .high = -1, .rows_node = -1, .report = true };
	n = name.dist->nparams;
	if (call->args[0]->nargs != n)
		return count_fault(c, call->args[0], name.dist->name, name.dist->params, n, e);
	for (int k = 0; k < n; k++)
		if ((rc = compile_argument(c, call->args[0]->args[k], lanes, &values[k], e)))
			return rc;
	if (figures) {
		if (figures->high < 0)
			return model_fault(c, call->mark, ERR_TYPE, e, "the left side has no bounds; with ends of your own: reported(%s(...), low, high)", name.dist->name);
		values[n] = values[n + 1] = *figures;
		values[n].high = values[n + 1].high = -1;
		values[n + 1].node = figures->high;
	} else if ((rc = compile_argument(c, call->args[1], lanes, &values[n], e)) || (rc = compile_argument(c, call->args[2], lanes, &values[n + 1], e))) {
		return rc;
	}
	if ((rc = value_meet(c, call, values, n + 2, &r.lanes, &r.rank, r.dims, e)))
		return rc;
	out->rows = value_numbers(&r);
	out->k = 1;
	out->nparams = n;
	for (int k = 0; k < n; k++)
		if ((rc = value_spread(c, &values[k], r.lanes, r.rank, r.dims, false, &out->params[k], e)))
			return rc;
	if ((rc = value_spread(c, &values[n], r.lanes, r.rank, r.dims, true, &out->outcome, e)) ||
	    (rc = value_spread(c, &values[n + 1], r.lanes, r.rank, r.dims, true, &out->upper, e)) ||
	    (rc = open_ends(c, out->outcome, -INFINITY, &out->outcome, e)) || (rc = open_ends(c, out->upper, INFINITY, &out->upper, e)) ||
	    (rc = check_ends(c, call, out, e)) || (rc = check_params(c, call->args[0], out, e)) || (rc = touch_merge(c, call, values, n + 2, &r, e)) ||
	    (rc = density_rows(c, out, &r.node, e)))
		return rc;
	out->shape = r;
	*rows = r;
	return 0;
}

/* == as functions ============================================================================ */

/* The distribution whose name is `name` without this ending; NULL: none. */
static const struct dist *dist_of(const char *name, const char *ending, const struct vector_dist **vector)
{
	size_t n = strlen(name), m = strlen(ending);
	const struct dist *d = NULL;
	char head[64];

	*vector = NULL;
	if (n <= m || n - m >= sizeof head || strcmp(name + n - m, ending))
		return NULL;
	memcpy(head, name, n - m);
	head[n - m] = '\0';
	if (!(d = dist_find(head)))
		*vector = vector_dist_find(head);
	return d;
}

/* NAME_lcdf(x, ...) and NAME_lccdf: log probabilities. */
static int tail_call(struct compiler *c, const struct expr_node *x, const struct dist *d, const struct rule *rule, const struct domain *lanes,
		     struct mvalue *out, struct err *e)
{
	struct mvalue values[DIST_PARAMS_MAX + 1], r = { .high = -1 };
	int nodes[DIST_PARAMS_MAX + 1], rc;

	for (int k = 0; k < x->nargs; k++)
		if ((rc = compile_argument(c, x->args[k], lanes, &values[k], e)))
			return rc;
	if ((rc = value_meet(c, x, values, x->nargs, &r.lanes, &r.rank, r.dims, e)))
		return rc;
	for (int k = 0; k < x->nargs; k++)
		if ((rc = value_spread(c, &values[k], r.lanes, r.rank, r.dims, false, &nodes[k], e)))
			return rc;
	if ((rc = graph_add(c->g, rule, nodes, x->nargs, value_numbers(&r), d, &r.node, e)) || (rc = touch_merge(c, x, values, x->nargs, &r, e)))
		return rc;
	*out = r;
	return 0;
}

int density_call(struct compiler *c, const struct expr_node *x, const struct domain *lanes, bool *done, struct mvalue *out, struct err *e)
{
	static const char *const endings[] = { "_lpdf", "_lpmf", "_lcdf", "_lccdf" };
	const struct vector_dist *vector = NULL;
	const struct dist *d = NULL;
	struct mvalue outcome;
	struct stated st = { 0 };
	int ending = -1, n, rc;

	if (!x->name)
		return 0;
	if (!strcmp(x->name, "reported")) {
		*done = true;
		return density_reported(c, x, NULL, lanes, &st, out, e);
	}
	for (int i = 0; i < 4 && !d && !vector; i++)
		if ((d = dist_of(x->name, endings[i], &vector)) || vector)
			ending = i;
	if (ending < 0) {
		if (!dist_find(x->name) && !vector_dist_find(x->name))
			return 0;
		*done = true;
		return model_fault(c, x->mark, ERR_DATA, e, "'%s' is a distribution: x ~ %s(...), or %s_lp%cf(x | ...) for its log density", x->name, x->name, x->name,
				   dist_find(x->name) && dist_is_whole(dist_find(x->name)) ? 'm' : 'd');
	}
	*done = true;
	n = d ? d->nparams : vector ? vector->nparams : 0;
	if (x->nargs != n + 1)
		return model_fault(c, x->mark, ERR_DATA, e, "%s takes an outcome and %d parameter%s, found %d argument%s", x->name, n, n == 1 ? "" : "s", x->nargs,
				   x->nargs == 1 ? "" : "s");
	if (ending >= 2 && vector)
		return model_fault(c, x->mark, ERR_NAME, e, "%s has no distribution function", vector->name);
	if (ending >= 2)
		return tail_call(c, x, d, ending == 2 ? &rule_lcdf : &rule_lccdf, lanes, out, e);
	if ((rc = compile_argument(c, x->args[0], lanes, &outcome, e)))
		return rc;
	st = (struct stated){ .dist = d, .vector = vector, .low = -1, .high = -1 };
	{
		struct expr_node call = *x;

		/* the same call without its first argument */
		call.args = x->args + 1;
		call.nargs = n;
		rc = d ? scalar_state(c, &call, &outcome, lanes, &st, e) : vector_state(c, &call, &outcome, lanes, &st, e);
	}
	if (rc || (rc = density_rows(c, &st, &st.shape.node, e)))
		return rc;
	*out = st.shape;
	return 0;
}
