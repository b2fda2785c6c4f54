/*
 * graph_finish.c - a graph that is built: what each group needs, where it lies in a sweep's memory, and what it looks like.
 *
 * The unknowns come first, behind them what the gradient goes through, so that derivatives are one block; the terms of the
 * density lie behind each other, so that their sum is a loop.
 */
#include "model/graph_priv.h"

enum { ALIGNED_FROM = 8 };               /* doubles, from which on a vector begins at a multiple of them */

static void need_store(struct graph *g, const struct store *s, int32_t from, int32_t n, uint8_t need)
{
	for (int32_t i = from, end = from + n; i < end;) {
		const struct put *p = s->put_of[i] ? &s->puts[s->put_of[i] - 1] : NULL;

		if (p && p->placed >= 0)
			g->nodes[p->placed].need |= need;
		i = p ? p->from + p->n : i + 1;
	}
}

/* From each node to what it is made of. A part of a store is read behind what was put there, so one pass is enough. */
static void mark_needs(struct graph *g)
{
	for (int32_t i = 0; i < g->nnodes; i++) {
		struct node *x = &g->nodes[i];

		x->need |= x->want;
		if (x->kind == NODE_STORE && x->want)
			need_store(g, &g->stores[x->first], 0, x->n, x->want);
	}
	for (int32_t i = g->nnodes - 1; i >= 0; i--) {
		const struct node *x = &g->nodes[i];

		if (!x->need || !x->varies)
			continue;
		for (int32_t k = 0; k < x->nargs; k++)
			g->nodes[g->args[x->first + k]].need |= x->need;
		if (x->kind == NODE_VIEW && g->nodes[x->base].kind == NODE_STORE)
			need_store(g, &g->stores[g->nodes[x->base].first], x->from, x->n, x->need);
		else if (x->kind == NODE_VIEW)
			g->nodes[x->base].need |= x->need;
	}
	for (int32_t i = 0; i < g->nnodes; i++)
		if (g->nodes[i].base >= 0)
			g->nodes[g->nodes[i].base].need |= g->nodes[i].need;
}

static bool is_term(const struct node *x)
{
	return x->kind == NODE_RULE && x->rule->flags & RULE_TARGET && x->want & GRAPH_DENSITY;
}

/* In which part of a sweep's memory a node with memory of its own lies; -1 = it has none. */
static int part_of(const struct node *x)
{
	if (!x->varies || !x->need || x->base >= 0 || (x->kind != NODE_RULE && x->kind != NODE_STORE))
		return -1;
	if (!(x->need & GRAPH_DENSITY))
		return 3;
	return is_term(x) ? 2 : x->slopes ? 0 : 1;
}

static void lay_out(struct graph *g)
{
	int64_t at = g->unknowns;

	for (int32_t i = 0; i < g->nnodes; i++)
		if (g->nodes[i].kind == NODE_UNKNOWN)
			g->nodes[i].at = g->nodes[i].from;
	for (int part = 0; part < 4; part++) {
		if (part == 1)
			g->slopes = at;
		if (part == 2)
			g->terms_at = at;
		for (int32_t i = 0; i < g->nnodes; i++) {
			struct node *x = &g->nodes[i];

			if (part_of(x) != part)
				continue;
			if (x->n >= ALIGNED_FROM)
				at = (at + ALIGNED_FROM - 1) / ALIGNED_FROM * ALIGNED_FROM;
			x->at = at;
			at += x->n;
		}
		if (part == 2)
			g->nterms = at - g->terms_at;
	}
	g->total = at;
	/* A view may be of a node that lies in a store: what lies in stores first. */
	for (int pass = 0; pass < 2; pass++)
		for (int32_t i = 0; i < g->nnodes; i++) {
			struct node *x = &g->nodes[i];

			if (x->varies && x->need && x->base >= 0 && (x->kind == NODE_VIEW) == pass)
				x->at = g->nodes[x->base].at + x->from;
		}
}

int graph_finish(struct graph *g, struct err *e)
{
	(void)e;
	if (g->finished)
		return 0;
	mark_needs(g);
	lay_out(g);
	for (int32_t i = 0; i < g->nnodes; i++)
		if (is_term(&g->nodes[i]) && !g->nodes[i].varies)
			g->constant_terms += g->nodes[i].values[0];
	for (int32_t i = 0; i < g->nstores; i++) {
		mem_free(g->stores[i].put_of);
		g->stores[i].put_of = NULL;
	}
	mem_free(g->slots);
	g->slots = NULL;
	g->nslots = 0;
	g->finished = true;
	return 0;
}
