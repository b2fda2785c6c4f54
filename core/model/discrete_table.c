/*
 * discrete_table.c - a round of elimination as one operation of the graph.
 *
 * Forwards the weights of the cells are kept, divided by their sum: backwards a row's derivative goes to the terms in these shares.
 */
#include <math.h>
#include <string.h>

#include "model/discrete_priv.h"

struct sum_out {
	const int32_t *row_ends, *cell_ends, *arg, *at;
};

static int sum_out_forward(struct step *s, struct err *e)
{
	const struct sum_out *t = s->aux;
	double *share = s->work;
	int32_t cell = 0, term = 0;

	(void)e;
	for (int32_t row = 0; row < s->n; row++) {
		int32_t first = cell, end = t->row_ends[row];
		double top = -INFINITY, total = 0;

		for (; cell < end; cell++) {
			double sum = 0;

			for (; term < t->cell_ends[cell]; term++)
				sum += s->args[t->arg[term]].v[t->at[term]];
			share[cell] = sum;
			top = sum > top || isnan(sum) ? sum : top;
		}
		s->out[row] = top;
		if (end - first == 1 && top > -INFINITY) {
			share[first] = 1;
			continue;
		}
		if (!(fabs(top) < INFINITY)) {
			/* all are impossible, or there is no number: nothing to pass on */
			memset(share + first, 0, (size_t)(end - first) * sizeof *share);
			continue;
		}
		for (int32_t c = first; c < end; c++) {
			share[c] = exp(share[c] - top);
			total += share[c];
		}
		for (int32_t c = first; c < end; c++)
			share[c] /= total;
		s->out[row] = top + log(total);
	}
	return 0;
}

static void sum_out_backward(struct step *s)
{
	const struct sum_out *t = s->aux;
	const double *share = s->work;
	int32_t cell = 0, term = 0;

	for (int32_t row = 0; row < s->n; row++)
		for (; cell < t->row_ends[row]; cell++) {
			double g = s->dout[row] == 0 || share[cell] == 0 ? 0 : s->dout[row] * share[cell];

			for (; term < t->cell_ends[cell]; term++) {
				const struct step_arg *a = &s->args[t->arg[term]];

				if (a->d && g != 0)
					a->d[t->at[term]] += g;
			}
		}
}

static size_t sum_out_work(const struct step *s)
{
	const struct sum_out *t = s->aux;

	return (size_t)(s->n ? t->row_ends[s->n - 1] : 0) * sizeof(double);
}

static const struct rule rule_sum_out = {
	.name = "sum_out", .forward = sum_out_forward, .backward = sum_out_backward, .work = sum_out_work,
};

/* == building ================================================================================ */

static int ints_add(struct ints *v, int32_t x, struct err *e)
{
	if (v->n == v->room) {
		int32_t room = v->room ? v->room : 32;
		int32_t *more = room > INT32_MAX / 2 ? NULL : mem_resize(v->p, 2 * (size_t)room * sizeof *more);

		if (!more)
			return err_nomem(e);
		v->p = more;
		v->room = 2 * room;
	}
	v->p[v->n++] = x;
	return 0;
}

int table_begin(struct discrete_table *t, const struct graph *g, struct err *e)
{
	*t = (struct discrete_table){ .known = graph_nodes(g) };
	t->arg_of = mem_zero((size_t)t->known + 1, sizeof *t->arg_of);
	return t->arg_of ? 0 : err_nomem(e);
}

void table_clear(struct discrete_table *t)
{
	for (int32_t i = 0; i < t->nodes.n; i++)
		t->arg_of[t->nodes.p[i]] = 0;
	t->row_ends.n = t->cell_ends.n = t->arg.n = t->at.n = t->nodes.n = t->rows = 0;
}

void table_release(struct discrete_table *t)
{
	mem_free(t->row_ends.p);
	mem_free(t->cell_ends.p);
	mem_free(t->arg.p);
	mem_free(t->at.p);
	mem_free(t->nodes.p);
	mem_free(t->arg_of);
}

/* Rounds add nodes, which later rounds have as arguments. */
static int know_node(struct discrete_table *t, int node, struct err *e)
{
	int known = t->known;
	int32_t *more;

	if (node < known)
		return 0;
	while (known <= node)
		known = 2 * known + 64;
	if (!(more = mem_resize(t->arg_of, (size_t)known * sizeof *more)))
		return err_nomem(e);
	memset(more + t->known, 0, (size_t)(known - t->known) * sizeof *more);
	t->arg_of = more;
	t->known = known;
	return 0;
}

int table_term(struct discrete_table *t, int node, int32_t at, struct err *e)
{
	int rc = know_node(t, node, e);

	if (!rc && !t->arg_of[node] && !(rc = ints_add(&t->nodes, node, e)))
		t->arg_of[node] = t->nodes.n;
	if (!rc)
		rc = ints_add(&t->arg, t->arg_of[node] - 1, e);
	return rc ? rc : ints_add(&t->at, at, e);
}

int table_cell(struct discrete_table *t, struct err *e)
{
	return ints_add(&t->cell_ends, t->arg.n, e);
}

int table_row(struct discrete_table *t, struct err *e)
{
	t->rows++;
	return ints_add(&t->row_ends, t->cell_ends.n, e);
}

static const int32_t *ints_copy(struct arena *a, const struct ints *v)
{
	int32_t *copy = arena_room(a, ((size_t)v->n + 1) * sizeof *copy);

	if (copy && v->n)
		memcpy(copy, v->p, (size_t)v->n * sizeof *copy);
	return copy;
}

int table_node(struct discrete_table *t, struct graph *g, int *node, struct err *e)
{
	struct arena *a = graph_arena(g);
	struct sum_out *aux = arena_zero(a, 1, sizeof *aux);

	if (!aux)
		return err_nomem(e);
	aux->row_ends = ints_copy(a, &t->row_ends);
	aux->cell_ends = ints_copy(a, &t->cell_ends);
	aux->arg = ints_copy(a, &t->arg);
	aux->at = ints_copy(a, &t->at);
	if (!aux->row_ends || !aux->cell_ends || !aux->arg || !aux->at)
		return err_nomem(e);
	return graph_add(g, &rule_sum_out, t->nodes.p, t->nodes.n, t->rows, aux, node, e);
}
