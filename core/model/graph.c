/*
 * graph.c - building a graph: equal nodes become one, what does not vary is computed, pieces are put in their place.
 *
 * Nodes are found again by a hash table over what they are made of, constants by their bytes. A node that is put into a store
 * is computed there right away, unless it lives somewhere else already; so a recurrence costs its own steps and no
 * copies. A view of a place that was put in one piece is a view of that piece: what is known of it (that it does not vary)
 * stays known.
 */
#include "model/graph_priv.h"

#include <string.h>

enum { BLOCK_FROM = 2048, CONSTANT_COPY = 16, FEW_ARGS = 8 };

/* == memory ================================================================================== */

/* Room for one more in an array that doubles. */
static bool grow(void **array, int32_t n, int32_t more, int32_t *room, size_t size)
{
	int64_t want = (int64_t)n + more, next = *room ? *room : 16;
	void *p;

	if (want <= *room)
		return true;
	while (next < want)
		next *= 2;
	if (next > INT32_MAX || !(p = mem_resize(*array, (size_t)next * size)))
		return false;
	*array = p;
	*room = (int32_t)next;
	return true;
}

/* Values that live as long as the graph. */
static double *values_room(struct graph *g, int32_t n)
{
	size_t size = ((size_t)n + !n) * sizeof(double);
	double *p;

	if (n < BLOCK_FROM)
		return arena_room(&g->arena, size);
	if (!grow((void **)&g->blocks, g->nblocks, 1, &g->blocks_room, sizeof *g->blocks) || !(p = mem_column(size)))
		return NULL;
	g->blocks[g->nblocks++] = p;
	return p;
}

int graph_new(struct graph **out, struct err *e)
{
	struct graph *g = mem_zero(1, sizeof *g);

	if (!g)
		return err_nomem(e);
	*out = g;
	return 0;
}

void graph_free(struct graph *g)
{
	if (!g)
		return;
	for (int i = 0; i < g->nblocks; i++)
		mem_free(g->blocks[i]);
	for (int32_t i = 0; i < g->nstores; i++) {
		mem_free(g->stores[i].put_of);
		mem_free(g->stores[i].puts);
	}
	mem_free(g->blocks);
	mem_free(g->nodes);
	mem_free(g->args);
	mem_free(g->stores);
	mem_free(g->slots);
	arena_release(&g->arena);
	mem_free(g);
}

struct arena *graph_arena(struct graph *g)
{
	return &g->arena;
}

/* == equal nodes ============================================================================= */

static inline uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static uint32_t node_hash(const struct node *x, const int32_t *args)
{
	uint64_t h = mix(mix(mix(x->kind, (uintptr_t)x->rule), (uintptr_t)x->aux), (uint32_t)x->n), bits;

	if (x->kind == NODE_CONSTANT)
		for (int32_t i = 0; i < x->n; i++) {
			memcpy(&bits, &x->values[i], sizeof bits);
			h = mix(h, bits);
		}
	if (x->kind == NODE_VIEW)
		h = mix(mix(h, (uint32_t)x->base), (uint32_t)x->from);
	for (int32_t i = 0; i < x->nargs; i++)
		h = mix(h, (uint32_t)args[i]);
	return (uint32_t)(h ^ h >> 32);
}

static bool node_same(const struct graph *g, const struct node *a, const struct node *x, const int32_t *args)
{
	if (a->kind != x->kind || a->rule != x->rule || a->aux != x->aux || a->n != x->n || a->nargs != x->nargs)
		return false;
	if (x->kind == NODE_CONSTANT)
		return !x->n || !memcmp(a->values, x->values, (size_t)x->n * sizeof(double));
	if (x->kind == NODE_VIEW)
		return a->base == x->base && a->from == x->from;
	return !x->nargs || !memcmp(g->args + a->first, args, (size_t)x->nargs * sizeof *args);
}

static bool may_merge(const struct node *x)
{
	return x->kind == NODE_CONSTANT || x->kind == NODE_VIEW ||
	       (x->kind == NODE_RULE && !(x->rule->flags & (RULE_APART | RULE_TARGET)));
}

static int32_t node_find(const struct graph *g, const struct node *x, const int32_t *args)
{
	uint32_t mask = g->nslots - 1;

	if (!g->nslots || !may_merge(x))
		return -1;
	for (uint32_t i = node_hash(x, args) & mask; g->slots[i]; i = (i + 1) & mask)
		if (node_same(g, &g->nodes[g->slots[i] - 1], x, args))
			return g->slots[i] - 1;
	return -1;
}

static void slot_fill(struct graph *g, int32_t node)
{
	const struct node *x = &g->nodes[node];
	uint32_t mask = g->nslots - 1, i = node_hash(x, x->nargs ? g->args + x->first : NULL) & mask;

	while (g->slots[i])
		i = (i + 1) & mask;
	g->slots[i] = node + 1;
}

/* A new node of *x, whose arguments are the last of graph.args. */
static int node_append(struct graph *g, const struct node *x, int *node, struct err *e)
{
	if (!grow((void **)&g->nodes, g->nnodes, 1, &g->nodes_room, sizeof *g->nodes))
		return err_nomem(e);
	if (may_merge(x) && (uint64_t)g->nnodes * 2 >= g->nslots) {
		uint64_t n = g->nslots ? (uint64_t)g->nslots * 2 : 64;
		int32_t *slots = n > UINT32_MAX / 2 ? NULL : mem_zero(n, sizeof *slots);

		if (!slots)
			return err_nomem(e);
		mem_free(g->slots);
		g->slots = slots;
		g->nslots = (uint32_t)n;
		for (int32_t i = 0; i < g->nnodes; i++)
			if (may_merge(&g->nodes[i]))
				slot_fill(g, i);
	}
	g->nodes[g->nnodes] = *x;
	g->nodes[g->nnodes].at = -1;
	if (may_merge(x))
		slot_fill(g, g->nnodes);
	*node = g->nnodes++;
	return 0;
}

/* == leaves ================================================================================== */

static int bad_length(struct err *e, const char *what, int64_t n)
{
	return err_set(e, ERR_DOMAIN, "%s of %lld numbers cannot be: at least 0 and at most %d", what, (long long)n, INT32_MAX);
}

int graph_constant(struct graph *g, const double *values, int32_t n, int *node, struct err *e)
{
	struct node x = { .kind = NODE_CONSTANT, .values = values, .n = n, .base = -1 };
	int32_t old;
	double *copy;

	if (n < 0)
		return bad_length(e, "a constant", n);
	if ((old = node_find(g, &x, NULL)) >= 0) {
		*node = old;
		return 0;
	}
	if (!(copy = values_room(g, n)))
		return err_nomem(e);
	if (n)
		memcpy(copy, values, (size_t)n * sizeof *copy);
	x.values = copy;
	return node_append(g, &x, node, e);
}

int graph_unknown(struct graph *g, int32_t n, int *node, struct err *e)
{
	struct node x = { .kind = NODE_UNKNOWN, .n = n, .base = -1, .from = g->unknowns, .varies = true, .slopes = true };
	int rc;

	if (n < 0 || n > INT32_MAX - g->unknowns)
		return bad_length(e, "a vector of unknowns", n < 0 ? n : (int64_t)n + g->unknowns);
	if (!(rc = node_append(g, &x, node, e)))
		g->unknowns += n;
	return rc;
}

/* == operations ============================================================================== */

/* The values of a node whose arguments do not vary. */
static int fold(struct graph *g, struct node *x, const int32_t *args, struct err *e)
{
	struct step_arg few[FEW_ARGS], *list = few;
	struct step s = { .rule = x->rule, .n = x->n, .nargs = x->nargs, .aux = x->aux };
	size_t work;
	int rc = 0;

	if (x->nargs > FEW_ARGS && !(list = mem_zero((size_t)x->nargs, sizeof *list)))
		return err_nomem(e);
	for (int32_t i = 0; i < x->nargs; i++)
		list[i] = (struct step_arg){ .n = g->nodes[args[i]].n };
	s.args = list;
	work = x->rule->work ? x->rule->work(&s) : 0;
	for (int32_t i = 0; i < x->nargs; i++)
		list[i].v = g->nodes[args[i]].values;
	if ((work && !(s.work = mem_column(work))) || !(s.out = values_room(g, x->n))) {
		rc = err_nomem(e);
	} else {
		if (work)
			memset(s.work, 0, work);
		if (!x->rule->open || !(rc = x->rule->open(&s, e)))
			rc = x->rule->forward(&s, e);
		if (x->rule->close)
			x->rule->close(&s);
	}
	x->values = s.out;
	mem_free(s.work);
	if (list != few)
		mem_free(list);
	return rc;
}

int graph_add(struct graph *g, const struct rule *rule, const int *args, int nargs, int32_t n, const void *aux, int *node,
	      struct err *e)
{
	struct node x = { .kind = NODE_RULE, .rule = rule, .aux = aux, .n = n, .nargs = nargs, .base = -1 };
	int32_t *own, old;
	int rc, arg;

	if (n < 0)
		return bad_length(e, rule->name, n);
	if (!grow((void **)&g->args, g->nargs, nargs, &g->args_room, sizeof *g->args))
		return err_nomem(e);
	own = g->args + g->nargs;        /* views have no arguments, so making some does not move these */
	for (int i = 0; i < nargs; i++) {
		if ((rc = graph_view(g, args[i], 0, g->nodes[args[i]].n, &arg, e)))
			return rc;
		own[i] = arg;
		x.varies |= g->nodes[arg].varies;
		x.slopes |= rule->backward && g->nodes[arg].slopes;
	}
	x.first = g->nargs;
	if ((old = node_find(g, &x, own)) >= 0) {
		*node = old;
		return 0;
	}
	if (!x.varies && (rc = fold(g, &x, own, e)))
		return rc;
	g->nargs += nargs;
	if ((rc = node_append(g, &x, node, e)))
		g->nargs -= nargs;
	return rc;
}

static int bad_part(const struct graph *g, const char *doing, int of, int64_t from, int64_t n, struct err *e)
{
	return err_set(e, ERR_DOMAIN, "cannot %s places %lld to %lld of a vector of %d", doing, (long long)from + 1, (long long)(from + n),
		       g->nodes[of].n);
}

/* -1: x is a part of several pieces, and now known whether it varies. Otherwise done, as a view of the one piece. */
static int view_store(struct graph *g, struct node *x, int *node, struct err *e)
{
	const struct store *s = &g->stores[g->nodes[x->base].first];
	const struct put *first;
	int32_t last = 0;

	for (int32_t i = x->from; i < x->from + x->n; i++) {
		if (!s->put_of[i])
			return err_set(e, ERR_USAGE, "place %d of a vector is read before it is computed", i + 1);
		if (s->put_of[i] == last)
			continue;
		last = s->put_of[i];
		x->varies |= g->nodes[s->puts[last - 1].node].varies;
		x->slopes |= g->nodes[s->puts[last - 1].node].slopes;
	}
	first = &s->puts[s->put_of[x->from] - 1];
	if (x->from + x->n <= first->from + first->n)
		return graph_view(g, first->node, x->from - first->from, x->n, node, e);
	return -1;
}

int graph_view(struct graph *g, int of, int32_t from, int32_t n, int *node, struct err *e)
{
	const struct node *base = &g->nodes[of];
	struct node x = { .kind = NODE_VIEW, .n = n, .base = of, .from = from };
	int32_t old;
	int rc;

	if (from < 0 || n < 0 || from > base->n - n)
		return bad_part(g, "read", of, from, n, e);
	if (base->kind != NODE_STORE && n == base->n) {
		*node = of;
		return 0;
	}
	if (!n)
		return graph_constant(g, NULL, 0, node, e);
	if (base->kind == NODE_VIEW && base->varies) {
		x.base = base->base;
		x.from += base->from;
		base = &g->nodes[x.base];
	}
	if (base->kind == NODE_STORE) {
		if ((rc = view_store(g, &x, node, e)) >= 0)
			return rc;
	} else {
		x.varies = base->varies;
		x.slopes = base->slopes;
	}
	if (!x.varies) {
		if (n <= CONSTANT_COPY)          /* so that equal numbers are one node, wherever they come from */
			return graph_constant(g, base->values + x.from, n, node, e);
		x.values = base->values + x.from;
	}
	if ((old = node_find(g, &x, NULL)) < 0)
		return node_append(g, &x, node, e);
	*node = old;
	return 0;
}

/* == stores ================================================================================== */

int graph_store(struct graph *g, int32_t n, int *store, struct err *e)
{
	struct node x = { .kind = NODE_STORE, .n = n, .first = g->nstores, .base = -1 };
	struct store s = { 0 };
	int rc;

	if (n < 0)
		return bad_length(e, "a vector", n);
	if (!grow((void **)&g->stores, g->nstores, 1, &g->stores_room, sizeof *g->stores) ||
	    !(s.put_of = mem_zero((size_t)n + 1, sizeof *s.put_of)))
		return err_nomem(e);
	if ((rc = node_append(g, &x, store, e))) {
		mem_free(s.put_of);
		return rc;
	}
	g->stores[g->nstores++] = s;
	return 0;
}

static int copy_forward(struct step *s, struct err *e)
{
	(void)e;
	memcpy(s->out, s->args[0].v, (size_t)s->n * sizeof *s->out);
	return 0;
}

static void copy_backward(struct step *s)
{
	for (int32_t i = 0; i < s->n; i++)
		s->args[0].d[i] += s->dout[i];
}

static const struct rule rule_copy = { .name = "copy", .forward = copy_forward, .backward = copy_backward, .flags = RULE_APART };

int graph_put(struct graph *g, int store, int32_t from, int node, struct err *e)
{
	struct store *s = &g->stores[g->nodes[store].first];
	int32_t n = g->nodes[node].n;
	struct put p = { .placed = -1, .from = from, .n = n };
	int rc;

	if (from < 0 || from > g->nodes[store].n - n)
		return bad_part(g, "compute", store, from, n, e);
	for (int32_t i = from; i < from + n; i++)
		if (s->put_of[i])
			return err_set(e, ERR_USAGE, "place %d of a vector is computed twice", i + 1);
	if (!n)
		return 0;
	if (!grow((void **)&s->puts, s->nputs, 1, &s->room, sizeof *s->puts))
		return err_nomem(e);
	if ((rc = graph_view(g, node, 0, n, &p.node, e)))
		return rc;
	if (!g->nodes[p.node].varies) {
		double *all = (double *)g->nodes[store].values;

		if (!all && !(all = values_room(g, g->nodes[store].n)))
			return err_nomem(e);
		if (!g->nodes[store].values)
			memset(all, 0, (size_t)g->nodes[store].n * sizeof *all);
		memcpy(all + from, g->nodes[p.node].values, (size_t)n * sizeof *all);
		g->nodes[store].values = all;
	} else {
		const struct node *x = &g->nodes[p.node];

		p.placed = p.node;
		if ((x->kind != NODE_RULE || x->base >= 0 || x->rule->flags & RULE_TARGET) &&
		    (rc = graph_add(g, &rule_copy, &p.node, 1, n, NULL, &p.placed, e)))
			return rc;
		g->nodes[p.placed].base = store;
		g->nodes[p.placed].from = from;
		g->nodes[store].varies = true;
		g->nodes[store].slopes |= g->nodes[p.placed].slopes;
	}
	s->puts[s->nputs++] = p;
	for (int32_t i = from; i < from + n; i++)
		s->put_of[i] = s->nputs;
	return 0;
}

/* == looking ================================================================================= */

void graph_want(struct graph *g, int node, unsigned groups)
{
	g->nodes[node].want |= (uint8_t)groups;
}

int32_t graph_length(const struct graph *g, int node)
{
	return g->nodes[node].n;
}

bool graph_varies(const struct graph *g, int node)
{
	return g->nodes[node].varies;
}

const double *graph_values(const struct graph *g, int node)
{
	return g->nodes[node].varies ? NULL : g->nodes[node].values;
}

int graph_unknowns(const struct graph *g)
{
	return g->unknowns;
}

int graph_nodes(const struct graph *g)
{
	return g->nnodes;
}
