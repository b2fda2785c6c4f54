/*
 * plan_agg.c - aggregations: rows of a stage into groups, batch by batch, and what is known of each group into columns.
 *
 * Each segment of the rows has groups and aggregates of its own, which are put together in the order of the segments. A definition is a
 * program over one row a group: keys, what the definitions before it gave, and the values of the aggregates inside it.
 */
#include "query/plan_priv.h"

#include <string.h>

struct half {                            /* of all rows so far, or of a segment */
	struct groups *groups;
	struct agg **aggs;               /* one for each call of each definition */
};

struct agg_state {
	const struct plan *p;
	int ncalls;
	enum type *keys;
	struct half total;
	bool any;                        /* total has seen rows */
	struct column **known;           /* of each call: its value, where it was found without groups; NULL = ask the aggregate */
};

static void half_release(struct half *h, int ncalls)
{
	groups_free(h->groups);
	for (int k = 0; h->aggs && k < ncalls; k++)
		agg_free(h->aggs[k]);
	mem_free(h->aggs);
	*h = (struct half){ NULL, NULL };
}

static int half_init(struct half *h, const struct agg_state *a, struct err *e)
{
	int rc = groups_new(a->keys, a->p->ncolsof, &h->groups, e), at = 0;

	if (!rc && !(h->aggs = mem_zero((size_t)a->ncalls + 1, sizeof *h->aggs)))
		rc = err_nomem(e);
	for (int d = 0; d < a->p->ndefs && !rc; d++) {
		const struct expr_call *calls;
		int n = program_calls(a->p->defs[d].program, &calls);

		for (int k = 0; k < n && !rc; k++)
			rc = agg_new(&calls[k], &h->aggs[at++], e);
	}
	return rc;
}

int agg_state_new(const struct plan *p, struct agg_state **out, struct err *e)
{
	struct agg_state *a = mem_zero(1, sizeof *a);
	const struct expr_call *calls;
	int rc;

	if (!a)
		return err_nomem(e);
	a->p = p;
	for (int d = 0; d < p->ndefs; d++)
		a->ncalls += program_calls(p->defs[d].program, &calls);
	a->keys = mem_alloc(((size_t)p->ncolsof + 1) * sizeof *a->keys);
	a->known = mem_zero((size_t)a->ncalls + 1, sizeof *a->known);
	if (!a->keys || !a->known) {
		agg_state_free(a);
		return err_nomem(e);
	}
	for (int k = 0; k < p->ncolsof; k++)
		a->keys[k] = p->in->types[p->cols[k]];
	if ((rc = half_init(&a->total, a, e))) {
		agg_state_free(a);
		return rc;
	}
	*out = a;
	return 0;
}

void agg_state_free(struct agg_state *a)
{
	if (!a)
		return;
	half_release(&a->total, a->ncalls);
	for (int k = 0; a->known && k < a->ncalls; k++)
		column_unref(a->known[k]);
	mem_free(a->known);
	mem_free(a->keys);
	mem_free(a);
}

/* == rows into groups == */

struct grouping {
	struct agg_state *a;
	struct stage s;
	int *keys;                       /* slots */
	int *args;                       /* slots of the arguments of all calls, one after the other */
	int *nargs;                      /* of each call */
	int64_t rows;
	int segments;
	struct half half[QUERY_SEGMENTS_MAX];
	const struct plan *blamed[QUERY_SEGMENTS_MAX];
};

static int values(struct lane *l, const int *slots, int n, struct vec *out, struct err *e)
{
	for (int k = 0; k < n; k++) {
		const struct vec *v;
		int rc = lane_values(l, slots[k], &v, e);

		if (rc)
			return rc;
		out[k] = *v;
	}
	return 0;
}

/* The rows of a batch that are left, into the groups and aggregates of a half. */
static int take_batch(struct grouping *g, struct half *h, struct lane *l, int32_t n, struct vec *vecs, uint32_t *ids, struct err *e)
{
	const struct plan *p = g->a->p;
	int64_t ngroups = 1;
	int rc = values(l, g->keys, p->ncolsof, vecs, e), at = 0;

	if (rc)
		return rc;
	if (p->ncolsof) {
		if ((rc = groups_add(h->groups, vecs, n, ids, e)))
			return rc;
		ngroups = groups_count(h->groups);
	}
	for (int k = 0; k < g->a->ncalls; at += g->nargs[k++])
		if (!g->a->known[k] && ((rc = values(l, g->args + at, g->nargs[k], vecs, e)) ||
					(rc = agg_add(h->aggs[k], p->ncolsof ? ids : NULL, ngroups, vecs, n, e))))
			return rc;
	return 0;
}

static int group_segment(void *ctx, int k, struct err *e)
{
	struct grouping *g = ctx;
	int64_t at = query_segment_start(g->rows, g->segments, k), end = query_segment_start(g->rows, g->segments, k + 1);
	int most = g->a->p->ncolsof;
	uint32_t *ids = mem_alloc(VEC_MAX * sizeof *ids);
	struct vec *vecs;
	struct lane *l = NULL;
	int rc;

	for (int c = 0; c < g->a->ncalls; c++)
		most = g->nargs[c] > most ? g->nargs[c] : most;
	vecs = mem_zero((size_t)most + 1, sizeof *vecs);
	rc = ids && vecs ? half_init(&g->half[k], g->a, e) : err_nomem(e);
	if (!rc)
		rc = lane_open(&g->s, &l, e);
	for (int32_t n; !rc && at < end; at += n) {
		int32_t left;

		n = end - at < VEC_MAX ? (int32_t)(end - at) : VEC_MAX;
		if (stop_requested())
			rc = err_set(e, ERR_INTERRUPT, "interrupted");
		else if (!(rc = lane_batch(l, at, NULL, n, &left, e)) && left)
			rc = take_batch(g, &g->half[k], l, left, vecs, ids, e);
	}
	if (rc)
		g->blamed[k] = l && lane_blamed(l) ? lane_blamed(l) : g->a->p;
	lane_close(l);
	mem_free(vecs);
	mem_free(ids);
	return rc;
}

static int merge(struct agg_state *a, struct half *h, struct err *e)
{
	int64_t n = groups_count(h->groups), ngroups = 1;
	uint32_t *map = mem_zero((size_t)n + 1, sizeof *map);
	int rc = 0;

	if (!map)
		return err_nomem(e);
	if (a->p->ncolsof) {
		rc = groups_merge(a->total.groups, h->groups, map, e);
		ngroups = groups_count(a->total.groups);
	}
	for (int k = 0; k < a->ncalls && !rc; k++)
		if (!a->known[k])
			rc = agg_merge(a->total.aggs[k], h->aggs[k], map, ngroups, e);
	mem_free(map);
	return rc;
}

/* Slots for what the aggregates are made of. */
static int add_arguments(struct grouping *g, struct err *e)
{
	const struct plan *p = g->a->p;
	int total = 0, at = 0, call = 0, rc = 0;
	const struct expr_call *calls;

	for (int d = 0; d < p->ndefs; d++)
		for (int k = 0, n = program_calls(p->defs[d].program, &calls); k < n; k++)
			total += calls[k].nargs;
	g->keys = mem_alloc(((size_t)p->ncolsof + 1) * sizeof *g->keys);
	g->args = mem_alloc(((size_t)total + 1) * sizeof *g->args);
	g->nargs = mem_alloc(((size_t)g->a->ncalls + 1) * sizeof *g->nargs);
	if (!g->keys || !g->args || !g->nargs)
		return err_nomem(e);
	for (int k = 0; k < p->ncolsof; k++)
		g->keys[k] = g->s.visible[p->cols[k]];
	for (int d = 0; d < p->ndefs; d++)
		for (int k = 0, n = program_calls(p->defs[d].program, &calls); k < n && !rc; k++) {
			g->nargs[call++] = calls[k].nargs;
			for (int i = 0; i < calls[k].nargs && !rc; i++)
				rc = stage_add(&g->s, calls[k].args[i], p, &g->args[at++], e);
		}
	return rc;
}

/* == distinct values ==========================================================================
 *
 * Of all rows at once they are counted as a column: segments that each keep what they have seen, to be put together at the end, would
 * do most of it twice.
 */

static bool counts_distinct(const struct agg_state *a, const struct expr_call *call)
{
	return !a->p->ncolsof && !strcmp(call->op->name, "count_distinct");
}

static int distinct_values(const struct stage *s, int slot, const uint32_t *rows, int64_t n, int threads, struct column **out,
			   const struct plan **blamed, struct err *e)
{
	struct column *c = NULL;
	int64_t *count = mem_column(sizeof *count);
	int rc = count ? stage_column(s, slot, rows, n, threads, &c, blamed, e) : err_nomem(e);

	if (!rc && !(rc = groups_distinct(c, threads, count, e)) && !(rc = column_of_int64(count, NULL, 1, 0, out, e)))
		count = NULL;
	mem_free(count);
	column_unref(c);
	return rc;
}

/* Sets known[] of such calls; *all when there are no others. */
static int find_distinct(struct grouping *g, struct plan_runner *r, bool *all, struct err *e)
{
	const struct plan *p = g->a->p, *blamed = NULL;
	const struct expr_call *calls;
	uint32_t *rows = NULL;
	int64_t n = g->rows;
	bool filtered = !g->s.nsteps;
	int at = 0, call = 0, rc = 0;

	*all = g->a->ncalls > 0;
	for (int d = 0; d < p->ndefs && !rc; d++)
		for (int k = 0, ncalls = program_calls(p->defs[d].program, &calls); k < ncalls && !rc; k++, at += g->nargs[call++]) {
			if (!counts_distinct(g->a, &calls[k])) {
				*all = false;
				continue;
			}
			if (!filtered)
				rc = stage_filter(&g->s, r->threads, &rows, &n, &blamed, e);
			filtered = true;
			if (!rc)
				rc = distinct_values(&g->s, g->args[at], rows, n, r->threads, &g->a->known[call], &blamed, e);
		}
	mem_free(rows);
	return plan_blame(blamed ? blamed : p, rc, &r->located, e);
}

int agg_state_add(struct agg_state *a, struct plan_runner *r, struct err *e)
{
	const struct plan *p = a->p;
	struct grouping g = { .a = a };
	bool done = false;
	bool *need = mem_zero((size_t)p->in->ncols + 1, sizeof *need);
	int rc;

	if (!need)
		return err_nomem(e);
	plan_inputs(p, NULL, need, NULL);
	if ((rc = stage_open(&g.s, p->in, need, r, e)) || (rc = add_arguments(&g, e)))
		goto done;
	g.rows = g.s.source->rows;
	if (!r->part && ((rc = find_distinct(&g, r, &done, e)) || done))
		goto done;
	g.segments = query_segments(g.rows);
	rc = query_parallel(g.segments, r->threads, group_segment, &g, e);
	for (int k = 0; k < g.segments && rc; k++)
		if (g.blamed[k]) {
			rc = stage_first_fault(&g.s, r->threads, rc, &g.blamed[k], e);
			rc = plan_blame(g.blamed[k], rc, &r->located, e);
			break;
		}
	if (!rc && g.segments == 1 && !a->any) {
		struct half empty = a->total;

		a->total = g.half[0];
		g.half[0] = empty;
	} else {
		for (int k = 0; k < g.segments && !rc; k++)
			rc = plan_blame(p, merge(a, &g.half[k], e), &r->located, e);
	}
	a->any = true;
done:
	for (int k = 0; k < g.segments; k++)
		half_release(&g.half[k], a->ncalls);
	mem_free(g.keys);
	mem_free(g.args);
	mem_free(g.nargs);
	mem_free(need);
	stage_release(&g.s);
	return rc;
}

/* == groups into columns == */

/* One definition: a program over a row a group. */
static int compute(const struct program *p, struct column *const *cols, int n, int64_t ngroups, int threads, struct column **out,
		   struct err *e)
{
	const struct plan *blamed = NULL;
	struct stage s = STAGE_INIT;
	int slot, rc = stage_columns(&s, cols, n, ngroups, e);

	if (!rc && !(rc = stage_add(&s, p, NULL, &slot, e)))
		rc = stage_column(&s, slot, NULL, ngroups, threads, out, &blamed, e);
	stage_release(&s);
	return rc;
}

/* cols: of the scope of the definitions: the input's (keys only), then a definition each, then the calls of the one in hand. */
static int define(struct agg_state *a, struct column **cols, int64_t ngroups, int threads, struct table *t, struct err *e)
{
	const struct plan *p = a->p;
	int at = 0, rc = 0;

	for (int d = 0; d < p->ndefs && !rc; d++) {
		const struct expr_call *calls;
		int n = program_calls(p->defs[d].program, &calls), base = p->in->ncols + d;
		struct column *c = NULL;

		for (int k = 0; k < n && !rc; k++, at++)
			if (a->known[at])
				cols[base + k] = column_ref(a->known[at]);
			else
				rc = agg_finish(a->total.aggs[at], ngroups, &cols[base + k], e);
		if (!rc)
			rc = compute(p->defs[d].program, cols, base + n, ngroups, threads, &c, e);
		for (int k = 0; k < n; k++) {
			column_unref(cols[base + k]);
			cols[base + k] = NULL;
		}
		cols[base] = c;
		if (!rc)
			rc = table_add(t, p->defs[d].name, c, e);
	}
	return rc;
}

int agg_state_finish(struct agg_state *a, struct plan_runner *r, struct table **out, struct err *e)
{
	const struct plan *p = a->p;
	int64_t ngroups = p->ncolsof ? groups_count(a->total.groups) : 1;
	int room = p->in->ncols + p->ndefs + a->ncalls + 1, rc;
	struct column **cols = mem_zero((size_t)room, sizeof *cols), **keys = mem_zero((size_t)p->ncolsof + 1, sizeof *keys);
	struct table *t = NULL;

	rc = cols && keys ? table_new(ngroups, &t, e) : err_nomem(e);
	if (!rc && p->ncolsof)
		rc = groups_keys(a->total.groups, keys, e);
	for (int k = 0; k < p->ncolsof && !rc; k++) {
		rc = table_add(t, p->names[k], keys[k], e);
		cols[p->cols[k]] = keys[k];
	}
	if (!rc)
		rc = define(a, cols, ngroups, r->threads, t, e);
	if (!rc)
		*out = table_ref(t);
	for (int d = 0; cols && d < p->ndefs + a->ncalls; d++)
		column_unref(cols[p->in->ncols + d]);
	for (int k = 0; keys && k < p->ncolsof; k++)
		column_unref(keys[k]);
	table_unref(t);
	mem_free(cols);
	mem_free(keys);
	return plan_blame(p, rc, &r->located, e);
}

int plan_run_agg(const struct plan *p, struct plan_runner *r, struct table **out, struct err *e)
{
	struct agg_state *a = NULL;
	int rc = agg_state_new(p, &a, e);

	if (!rc && !(rc = agg_state_add(a, r, e)))
		rc = agg_state_finish(a, r, out, e);
	agg_state_free(a);
	return rc;
}
