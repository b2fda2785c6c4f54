/*
 * window_agg.c - an aggregate as a window: each row gets the value of its group.
 *
 * Segments of the rows are aggregated by themselves and merged in order. Their states are as many as there are groups, so where
 * these are many the segments are few; how many depends on rows and groups alone.
 */
#include "query/window_priv.h"

#include <string.h>

struct adding {
	const char *name;
	const struct column *const *args;
	int nargs, segments;
	const struct value *params;
	int64_t rows, ngroups;
	const struct window *w;
	const uint32_t *order;           /* NULL: the order of the rows will do */
	struct agg *parts[QUERY_SEGMENTS_MAX];
};

static int add_segment(void *ctx, int k, struct err *e)
{
	struct adding *a = ctx;
	int64_t from = query_segment_start(a->rows, a->segments, k), to = query_segment_start(a->rows, a->segments, k + 1);
	struct vec_room rooms[AGG_ARGS] = { VEC_ROOM_INIT };
	struct vec vecs[AGG_ARGS];
	enum type types[AGG_ARGS];
	uint32_t *picked = NULL;
	int rc;

	for (int i = 0; i < a->nargs; i++)
		types[i] = a->args[i]->type;
	for (int i = a->nargs; i < AGG_ARGS; i++)
		types[i] = TYPE_FLOAT64;         /* of a parameter */
	rc = agg_open(a->name, types, a->nargs + (a->params != NULL), a->params, &a->parts[k], e);
	if (!rc && a->order && a->w->ids && !(picked = mem_alloc(VEC_MAX * sizeof *picked)))
		rc = err_nomem(e);
	for (; from < to && !rc; from += VEC_MAX) {
		int32_t n = to - from < VEC_MAX ? (int32_t)(to - from) : VEC_MAX;
		const uint32_t *rows = a->order ? a->order + from : NULL, *ids = a->w->ids ? a->w->ids + from : NULL;

		if (stop_requested())
			rc = err_set(e, ERR_INTERRUPT, "interrupted");
		for (int i = 0; i < a->nargs && !rc; i++)
			rc = vec_of_column(&vecs[i], &rooms[i], a->args[i], from, rows, n, e);
		for (int32_t i = 0; picked && i < n; i++)
			picked[i] = a->w->ids[rows[i]];
		if (!rc)
			rc = agg_add(a->parts[k], picked ? picked : ids, a->ngroups, vecs, n, e);
	}
	mem_free(picked);
	for (int i = 0; i < AGG_ARGS; i++)
		vec_room_release(&rooms[i]);
	return rc;
}

static int merge_all(struct adding *a, struct column **out, struct err *e)
{
	int rc = 0;

	for (int k = 1; k < a->segments && !rc; k++) {
		rc = agg_merge(a->parts[0], a->parts[k], NULL, a->ngroups, e);
		agg_free(a->parts[k]);
		a->parts[k] = NULL;
	}
	return rc ? rc : agg_finish(a->parts[0], a->ngroups, out, e);
}

int window_aggregate(const char *name, const struct column *const *args, int nargs, const struct value *params, int64_t rows,
		     const struct window *w, int threads, struct column **out, struct err *e)
{
	struct adding a = { .name = name, .args = args, .nargs = nargs, .params = params, .rows = rows, .w = w,
			    .ngroups = w->ids ? w->ngroups : 1, .segments = query_segments(rows) };
	bool ordered = !strcmp(name, "first") || !strcmp(name, "last");
	struct column *values = NULL;
	uint32_t *zeros = NULL;
	int rc;

	while (a.segments > 1 && a.segments * a.ngroups > rows)
		a.segments--;
	a.order = ordered ? w->idx : NULL;
	rc = query_parallel(a.segments, threads, add_segment, &a, e);
	if (!rc)
		rc = merge_all(&a, &values, e);
	if (!rc && !w->ids && !(zeros = mem_zero((size_t)rows, sizeof *zeros)))
		rc = err_nomem(e);
	if (!rc)
		rc = rows_gather_column(values, w->ids ? w->ids : zeros, rows, threads, out, e);
	for (int k = 0; k < a.segments; k++)
		agg_free(a.parts[k]);
	column_unref(values);
	mem_free(zeros);
	return rc;
}
