/*
 * groups_columns.c - numbers of the groups of a whole table.
 *
 * Each segment is numbered by itself, the groups of the segments are merged in order, and the rows take the merged numbers.
 * Where a look at some rows shows hardly any group twice, merging would be most of the work: groups_rows.c then.
 */
#include "query/groups_priv.h"

#include <string.h>

struct whole {
	const struct column *const *keys;
	int nkeys, segments;
	int64_t rows;
	uint32_t *ids;
	bool want_first;
	struct part {
		struct groups *g;
		uint32_t *first;         /* row of each group's first appearance in the segment */
		int64_t cap, known;      /* groups that `first` knows */
		uint32_t *map;           /* numbers of all */
	} parts[QUERY_SEGMENTS_MAX];
};

/* Rows to vecs to numbers, a batch at a time. */
struct feed {
	struct vec *vecs;
	struct vec_room *rooms;
	int n;
};

static void feed_release(struct feed *f)
{
	for (int k = 0; f->rooms && k < f->n; k++)
		vec_room_release(&f->rooms[k]);
	mem_free(f->vecs);
	mem_free(f->rooms);
}

static int feed_open(struct feed *f, int n, struct err *e)
{
	*f = (struct feed){ .n = n };
	f->vecs = mem_zero((size_t)n, sizeof *f->vecs);
	f->rooms = mem_zero((size_t)n, sizeof *f->rooms);
	if (f->vecs && f->rooms)
		return 0;
	feed_release(f);
	return err_nomem(e);
}

static int feed_rows(struct feed *f, struct groups *g, const struct column *const *keys, int64_t from, int32_t n, uint32_t *ids,
		     struct err *e)
{
	int rc = 0;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int k = 0; k < f->n && !rc; k++)
		rc = vec_of_column(&f->vecs[k], &f->rooms[k], keys[k], from, NULL, n, e);
	return rc ? rc : groups_add(g, f->vecs, n, ids, e);
}

static int new_groups(const struct column *const *keys, int nkeys, struct groups **out, struct err *e)
{
	enum type *types = mem_alloc((size_t)nkeys * sizeof *types);
	int rc;

	if (!types)
		return err_nomem(e);
	for (int k = 0; k < nkeys; k++)
		types[k] = keys[k]->type;
	rc = groups_new(types, nkeys, out, e);
	mem_free(types);
	return rc;
}

static int grow_first(struct part *p, int64_t cap, struct err *e)
{
	uint32_t *first = mem_resize(p->first, (size_t)cap * sizeof *first);

	if (!first)
		return err_nomem(e);
	p->first = first;
	p->cap = cap;
	return 0;
}

/* Groups that came with the batch: in order of appearance, so the next one is always the first that is looked for. */
static int note_first(struct part *p, const uint32_t *ids, int64_t from, int32_t n, struct err *e)
{
	int64_t count = groups_count(p->g);
	int rc;

	if (count > p->cap && (rc = grow_first(p, count * 2, e)))
		return rc;
	for (int32_t i = 0; i < n && p->known < count; i++)
		if (ids[i] == p->known)
			p->first[p->known++] = (uint32_t)(from + i);
	return 0;
}

static int number_segment(void *ctx, int k, struct err *e)
{
	struct whole *w = ctx;
	struct part *p = &w->parts[k];
	int64_t from = query_segment_start(w->rows, w->segments, k), to = query_segment_start(w->rows, w->segments, k + 1);
	struct feed f;
	int rc;

	if ((rc = new_groups(w->keys, w->nkeys, &p->g, e)) || (rc = feed_open(&f, w->nkeys, e)))
		return rc;
	for (; from < to && !rc; from += VEC_MAX) {
		int32_t n = to - from < VEC_MAX ? (int32_t)(to - from) : VEC_MAX;

		rc = feed_rows(&f, p->g, w->keys, from, n, w->ids + from, e);
		if (!rc && w->want_first && groups_count(p->g) > p->known)
			rc = note_first(p, w->ids + from, from, n, e);
	}
	feed_release(&f);
	return rc;
}

/* Segment 0 takes the groups of the others. */
static int merge_parts(struct whole *w, struct err *e)
{
	struct part *all = &w->parts[0];
	int rc = 0;

	for (int k = 1; k < w->segments && !rc; k++) {
		struct part *p = &w->parts[k];
		int64_t count = groups_count(p->g);

		if (!(p->map = mem_alloc((size_t)count * sizeof *p->map)))
			return err_nomem(e);
		if ((rc = groups_merge(all->g, p->g, p->map, e)) ||
		    (w->want_first && groups_count(all->g) > all->cap && (rc = grow_first(all, groups_count(all->g) * 2, e))))
			return rc;
		for (int64_t i = 0; i < count && w->want_first; i++)     /* new ones come in order */
			if (p->map[i] == all->known)
				all->first[all->known++] = p->first[i];
		groups_free(p->g);
		p->g = NULL;
	}
	return rc;
}

static int renumber(void *ctx, int k, struct err *e)
{
	struct whole *w = ctx;
	const uint32_t *map = w->parts[k].map;
	int64_t from = query_segment_start(w->rows, w->segments, k), to = query_segment_start(w->rows, w->segments, k + 1);

	(void)e;
	for (int64_t i = from; map && i < to; i++)
		w->ids[i] = map[w->ids[i]];
	return 0;
}

/* == rows that hardly have groups == */

enum { SAMPLE_BATCHES = 16, SAMPLE_FROM = 1 << 17 };

/*
 * Of some batches all over the table, how many rows are of groups of their own? Finding groups by hash is slower than comparing
 * rows as soon as an eighth is, finding them in a table of places when more than half are.
 */
static int look_at_some(const struct column *const *keys, int nkeys, int64_t rows, uint32_t *ids, bool *many, struct err *e)
{
	struct groups *g = NULL;
	struct feed f;
	int rc;

	*many = false;
	if (rows < SAMPLE_FROM || !nkeys)
		return 0;
	if ((rc = feed_open(&f, nkeys, e)))
		return rc;
	rc = new_groups(keys, nkeys, &g, e);
	for (int k = 0; k < SAMPLE_BATCHES && !rc; k++)
		rc = feed_rows(&f, g, keys, rows / SAMPLE_BATCHES * k, VEC_MAX, ids, e);
	if (!rc) {
		bool places = g->how == GROUPS_DIRECT;

		for (int k = 0; k < nkeys; k++)          /* codes that have to be found by hash first are no gain */
			places &= !key_has_names(keys[k]->type) || g->keys[k].names.base;
		*many = groups_count(g) > SAMPLE_BATCHES * VEC_MAX / (places ? 2 : 8);
	}
	groups_free(g);
	feed_release(&f);
	return rc;
}

int groups_of_columns(const struct column *const *keys, int nkeys, int64_t rows, int threads, uint32_t *ids, int64_t *count,
		      uint32_t **first, struct err *e)
{
	struct whole w = { .keys = keys, .nkeys = nkeys, .rows = rows, .ids = ids, .want_first = first != NULL };
	bool many;
	int rc;

	if (rows >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "a table of %lld rows is too long for a query: it takes %u", (long long)rows,
			       QUERY_NONE - 1);
	if ((rc = look_at_some(keys, nkeys, rows, ids, &many, e)))
		return rc;
	if (many)
		return groups_of_rows(keys, nkeys, rows, threads, ids, count, first, e);
	w.segments = query_segments(rows);
	rc = query_parallel(w.segments, threads, number_segment, &w, e);
	if (!rc && !(rc = merge_parts(&w, e)))
		rc = query_parallel(w.segments, threads, renumber, &w, e);
	if (!rc) {
		*count = groups_count(w.parts[0].g);
		if (first && !rows && *count && !(rc = grow_first(&w.parts[0], 1, e)))
			w.parts[0].first[0] = QUERY_NONE;        /* no keys and no rows: one group of nothing */
		if (first && !rc) {
			*first = w.parts[0].first;
			w.parts[0].first = NULL;
		}
	}
	for (int k = 0; k < w.segments; k++) {
		groups_free(w.parts[k].g);
		mem_free(w.parts[k].first);
		mem_free(w.parts[k].map);
	}
	return rc;
}
