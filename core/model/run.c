/* run.c - a posterior at a point: density, values, log likelihoods, and draws of what it says about data and about itself. */
#include "model/model_priv.h"

#include <math.h>
#include <string.h>

struct posterior_run {
	struct posterior *posterior;
	struct sweep *sweep;
	double *q;                       /* scratch: unknowns */
	double *x;                       /* scratch: numbers of a piece */
};

int posterior_run_new(const struct posterior *p, struct posterior_run **out, struct err *e)
{
	struct posterior_run *r = mem_zero(1, sizeof *r);
	int rc;

	if (!r)
		return err_nomem(e);
	r->posterior = posterior_ref(p);
	r->q = mem_zero((size_t)p->unknowns + 1, sizeof *r->q);
	r->x = mem_zero((size_t)p->width + 1, sizeof *r->x);
	if (!r->q || !r->x)
		rc = err_nomem(e);
	else
		rc = sweep_new(p->graph, &r->sweep, e);
	if (rc)
		posterior_run_free(r);
	else
		*out = r;
	return rc;
}

void posterior_run_free(struct posterior_run *r)
{
	if (!r)
		return;
	sweep_free(r->sweep);
	posterior_unref(r->posterior);
	mem_free(r->q);
	mem_free(r->x);
	mem_free(r);
}

int posterior_density(void *run, const double *q, double *lp, double *grad, struct err *e)
{
	return sweep_density(((struct posterior_run *)run)->sweep, q, lp, grad, e);
}

const char *posterior_why(const struct posterior_run *r)
{
	return sweep_why(r->sweep);
}

int posterior_values(struct posterior_run *r, const double *q, double *row, struct err *e)
{
	const struct posterior *p = r->posterior;
	int rc = sweep_values(r->sweep, q, GRAPH_VALUES, NULL, e);

	if (rc)
		return rc;
	for (int k = 0; k < p->nquantities; k++) {
		const struct model_quantity *v = &p->quantities[k];

		if (v->role == MODEL_PARAMETER || v->role == MODEL_DERIVED)
			memcpy(row + v->at, sweep_node(r->sweep, p->nodes[k]), (size_t)v->n * sizeof *row);
	}
	return 0;
}

int posterior_log_lik(struct posterior_run *r, const double *q, double *rows, double *prior, struct err *e)
{
	const struct posterior *p = r->posterior;
	int rc = sweep_values(r->sweep, q, GRAPH_ROWS | GRAPH_PRIOR, prior, e);

	if (rc)
		return rc;
	for (int k = 0; k < p->nquantities; k++)
		if (p->quantities[k].role == MODEL_OBSERVED)
			memcpy(rows + p->quantities[k].log_lik_at, sweep_node(r->sweep, p->nodes[k]), (size_t)p->quantities[k].outcomes * sizeof *rows);
	return 0;
}

/* == drawing ================================================================================= */

static double node_at(const struct posterior_run *r, int node, int32_t row)
{
	return sweep_node(r->sweep, node)[graph_length(r->posterior->graph, node) == 1 ? 0 : row];
}

static double draw_number(struct posterior_run *r, const struct stated *st, int32_t row, struct random *random)
{
	double params[DIST_PARAMS_MAX];

	for (int k = 0; k < st->nparams; k++)
		params[k] = node_at(r, st->params[k], row);
	if (st->low < 0 && st->high < 0)
		return st->dist->draw(random, params);
	return dist_draw_between(st->dist, random, params, st->low < 0 ? -INFINITY : node_at(r, st->low, row),
				 st->high < 0 ? INFINITY : node_at(r, st->high, row));
}

static void draw_vector(struct posterior_run *r, const struct stated *st, int32_t row, struct random *random, double *x)
{
	const double *params[DIST_PARAMS_MAX] = { NULL };
	int64_t total = 0;
	const double *y = st->outcome < 0 ? NULL : sweep_node(r->sweep, st->outcome);

	for (int k = 0; k < st->nparams; k++)
		params[k] = sweep_node(r->sweep, st->params[k]) + (st->shared[k] ? 0 : (int64_t)row * st->lengths[k]);
	for (int k = 0; k < st->k && st->vector->whole && y; k++)
		total += (int64_t)y[(int64_t)row * st->k + k];
	if (!st->vector->draw(random, st->k, params, st->lengths, total, x))
		for (int k = 0; k < st->k; k++)
			x[k] = NAN;
}

/* Outcome `row`, st->k numbers. */
static void draw_row(struct posterior_run *r, const struct stated *st, int32_t row, struct random *random, double *x)
{
	double u, below = 0;
	int part = 0;

	if (st->nparts) {
		for (u = random_uniform(random); part < st->nparts - 1; part++)
			if (u < (below += exp(node_at(r, st->log_weights[part], row))))
				break;
		draw_row(r, &st->parts[part], row, random, x);
	} else if (st->vector) {
		draw_vector(r, st, row, random, x);
	} else if (st->dist) {
		*x = draw_number(r, st, row, random);
	} else {
		*x = NAN;
	}
}

int posterior_predict(struct posterior_run *r, const double *q, struct random *random, double *rows, struct err *e)
{
	const struct posterior *p = r->posterior;
	int rc = sweep_values(r->sweep, q, GRAPH_PREDICT, NULL, e);

	if (rc)
		return rc;
	for (int k = p->nparameters; k < p->nstated; k++)
		for (int32_t i = 0; i < p->stated[k].rows; i++)
			draw_row(r, &p->stated[k], i, random, rows + p->stated[k].at + (int64_t)i * p->stated[k].k);
	return 0;
}

/* == the way back to the unconstrained scale ================================================= */

/* The unknowns of a piece, of its numbers x; the ends are those of the last sweep. */
static bool piece_inverse(struct posterior_run *r, const struct piece *p, const double *x)
{
	const double *ends[2] = { NULL };
	int32_t n[2] = { 0 };

	if (!p->rule) {
		memcpy(r->q + p->unknown_at, x, (size_t)p->n * sizeof *x);
		return true;
	}
	for (int k = 0; k < p->nends; k++) {
		ends[k] = sweep_node(r->sweep, p->ends[k]);
		n[k] = graph_length(r->posterior->graph, p->ends[k]);
	}
	return constrain_inverse(p->rule, p->aux, p->n, x, ends, n, r->q + p->unknown_at);
}

static int not_in_support(const struct stated *st, struct err *e)
{
	return err_set(e, ERR_DOMAIN, "a value of '%s' is outside of what its prior allows", st->symbol->name);
}

int posterior_unconstrain(struct posterior_run *r, const double *row, double *q, struct err *e)
{
	const struct posterior *p = r->posterior;
	int rc;

	memset(r->q, 0, (size_t)p->unknowns * sizeof *r->q);
	for (int k = 0; k < p->nparameters; k++) {
		const struct stated *st = &p->stated[k];
		const struct piece *piece = st->piece;

		for (int32_t i = 0; i < piece->n; i++)
			r->x[i] = row[st->symbol->row_at + (piece->places ? piece->places[i] : i)];
		if (piece->nends && (rc = sweep_values(r->sweep, r->q, GRAPH_PREDICT, NULL, e)))
			return rc;
		if (!piece_inverse(r, piece, r->x))
			return not_in_support(st, e);
	}
	memcpy(q, r->q, (size_t)p->unknowns * sizeof *q);
	return 0;
}

/* == the prior =============================================================================== */

static int compare_numbers(const void *a, const void *b, const void *ctx)
{
	double x = *(const double *)a, y = *(const double *)b;

	(void)ctx;
	return (x > y) - (x < y);
}

static bool is_ascending(const double *x, int32_t n, int32_t size)
{
	for (int32_t i = 1; i < n; i++)
		if (i % size && x[i] < x[i - 1])
			return false;
	return true;
}

/* An ordered vector: draws that happen to be in order; where all have one distribution, in whatever order they came, sorted. */
static int draw_ordered(struct posterior_run *r, const struct stated *st, struct random *random, double *x, struct err *e)
{
	int32_t size = st->shape.rank ? st->shape.dims[st->shape.rank - 1] : 1;
	bool alike = true;
	int rc;

	for (int k = 0; k < st->nparams; k++)
		alike &= graph_length(r->posterior->graph, st->params[k]) == 1;
	for (int tries = 0; tries < 100000; tries++) {
		for (int32_t i = 0; i < st->rows; i++)
			draw_row(r, st, i, random, &x[i]);
		for (int32_t i = 0; alike && i < st->rows; i += size)
			if ((rc = sort_stable(x + i, (size_t)size, sizeof *x, compare_numbers, NULL, e)))
				return rc;
		if (is_ascending(x, st->rows, size))
			return 0;
	}
	return err_set(e, ERR_DOMAIN, "of 100000 draws of the prior of '%s' none was in order", st->symbol->name);
}

/* A random walk: each element by those before it. */
static int draw_walk(struct posterior_run *r, const struct stated *st, struct random *random, struct err *e)
{
	const struct piece *piece = st->piece;
	int rc;

	if ((rc = sweep_values(r->sweep, r->q, GRAPH_PREDICT, NULL, e)))
		return rc;
	memcpy(r->x, sweep_node(r->sweep, piece->node), (size_t)piece->n * sizeof *r->x);
	for (int32_t i = 0; i < st->rows; i++) {
		draw_row(r, st, i, random, r->x + (int64_t)i * st->k);
		if (!piece_inverse(r, piece, r->x))
			return not_in_support(st, e);
		if ((rc = sweep_values(r->sweep, r->q, GRAPH_PREDICT, NULL, e)))
			return rc;
	}
	return 0;
}

static int draw_parameter(struct posterior_run *r, const struct stated *st, struct random *random, struct err *e)
{
	int rc;

	if (st->flat)
		return err_set(e, ERR_DOMAIN, "the prior of '%s' is improper: nothing can be drawn from it", st->symbol->name);
	if (st->needs_itself)
		return draw_walk(r, st, random, e);
	if ((rc = sweep_values(r->sweep, r->q, GRAPH_PREDICT, NULL, e)))
		return rc;
	if (st->statement->ordered) {
		if ((rc = draw_ordered(r, st, random, r->x, e)))
			return rc;
	} else {
		for (int32_t i = 0; i < st->rows; i++)
			draw_row(r, st, i, random, r->x + (int64_t)i * st->k);
	}
	return piece_inverse(r, st->piece, r->x) ? 0 : not_in_support(st, e);
}

int posterior_prior(struct posterior_run *r, struct random *random, double *row, double *q, double *rows, struct err *e)
{
	const struct posterior *p = r->posterior;
	int rc;

	if (p->has_factor)
		return err_set(e, ERR_DOMAIN, "the prior cannot be drawn from one name after the other: the model has factor(), a draw of a derived quantity, or a whole-numbered unknown");
	memset(r->q, 0, (size_t)p->unknowns * sizeof *r->q);
	for (int k = 0; k < p->nparameters; k++)
		if ((rc = draw_parameter(r, &p->stated[k], random, e)))
			return rc;
	if ((rc = posterior_values(r, r->q, row, e)) || (rows && (rc = posterior_predict(r, r->q, random, rows, e))))
		return rc;
	if (q)
		memcpy(q, r->q, (size_t)p->unknowns * sizeof *q);
	return 0;
}
