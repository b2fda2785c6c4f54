/* window_list.c - rows by group, in order within each group: a counting sort in segments. */
#include "query/window_priv.h"

#include <string.h>

/*
 * Taking the ids in another order is a cache miss a row, so they are made as narrow as they can be first: with a byte or two each they
 * may fit the cache. `group` is the same in the order asked for; without one, both are not needed.
 */
struct listing {
	const struct window *w;
	int64_t rows;
	int segments, size;              /* size: bytes of a narrow id */
	void *narrow, *group;
	uint32_t *at;                    /* [segments][ngroups]: how many, then where the next one goes */
	uint32_t *list;
};

static int narrow_ids(void *ctx, int k, struct err *e)
{
	struct listing *l = ctx;
	int64_t from = query_segment_start(l->rows, l->segments, k), to = query_segment_start(l->rows, l->segments, k + 1);

	(void)e;
	for (int64_t i = from; l->size == 1 && i < to; i++)
		((uint8_t *)l->narrow)[i] = (uint8_t)l->w->ids[i];
	for (int64_t i = from; l->size == 2 && i < to; i++)
		((uint16_t *)l->narrow)[i] = (uint16_t)l->w->ids[i];
	return 0;
}

#define COUNT(T)                                                                                                      \
	for (int64_t i = from; i < to; i++) {                                                                         \
		T id = ((const T *)l->narrow)[idx[i]];                                                                \
		((T *)l->group)[i] = id;                                                                              \
		at[id]++;                                                                                             \
	}
static int count_groups(void *ctx, int k, struct err *e)
{
	struct listing *l = ctx;
	int64_t from = query_segment_start(l->rows, l->segments, k), to = query_segment_start(l->rows, l->segments, k + 1);
	uint32_t *at = l->at + (size_t)k * (size_t)l->w->ngroups;
	const uint32_t *idx = l->w->idx;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (!idx) {
		for (int64_t i = from; i < to; i++)
			at[l->w->ids[i]]++;
	} else if (l->size == 1) {
		COUNT(uint8_t)
	} else if (l->size == 2) {
		COUNT(uint16_t)
	} else {
		COUNT(uint32_t)
	}
	return 0;
}

#define LIST(T)                                                                                                       \
	for (int64_t i = from; i < to; i++)                                                                           \
		l->list[at[((const T *)l->group)[i]]++] = idx[i];
static int list_rows(void *ctx, int k, struct err *e)
{
	struct listing *l = ctx;
	int64_t from = query_segment_start(l->rows, l->segments, k), to = query_segment_start(l->rows, l->segments, k + 1);
	uint32_t *at = l->at + (size_t)k * (size_t)l->w->ngroups;
	const uint32_t *idx = l->w->idx;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (!idx) {
		for (int64_t i = from; i < to; i++)
			l->list[at[l->w->ids[i]]++] = (uint32_t)i;
	} else if (l->size == 1) {
		LIST(uint8_t)
	} else if (l->size == 2) {
		LIST(uint16_t)
	} else {
		LIST(uint32_t)
	}
	return 0;
}

static void place_groups(struct listing *l, uint32_t *start)
{
	uint32_t next = 0;

	for (int64_t g = 0; g < l->w->ngroups; g++) {
		start[g] = next;
		for (int k = 0; k < l->segments; k++) {
			uint32_t *at = &l->at[(size_t)k * (size_t)l->w->ngroups + (size_t)g], rows = *at;

			*at = next;
			next += rows;
		}
	}
	start[l->w->ngroups] = next;
}

static int one_group(int64_t rows, const struct window *w, uint32_t **list, uint32_t **start, struct err *e)
{
	uint32_t *copy = NULL, *ends = mem_alloc(2 * sizeof *ends);

	if (!ends || (w->idx && !(copy = mem_alloc((size_t)rows * sizeof *copy)))) {
		mem_free(ends);
		return err_nomem(e);
	}
	if (copy && rows)
		memcpy(copy, w->idx, (size_t)rows * sizeof *copy);
	ends[0] = 0;
	ends[1] = (uint32_t)rows;
	*list = copy;
	*start = ends;
	return 0;
}

int window_list(int64_t rows, const struct window *w, int threads, uint32_t **list, uint32_t **start, struct err *e)
{
	struct listing l = { .w = w, .rows = rows, .segments = query_segments(rows) };
	uint32_t *ends;
	int rc;

	if (!w->ids)
		return one_group(rows, w, list, start, e);
	/* counters are not to be more than the rows */
	while (l.segments > 1 && (int64_t)l.segments * w->ngroups > rows)
		l.segments--;
	l.size = w->ngroups <= 256 ? 1 : w->ngroups <= 65536 ? 2 : 4;
	l.at = mem_zero((size_t)l.segments * (size_t)w->ngroups, sizeof *l.at);
	l.list = mem_column((size_t)rows * sizeof *l.list);
	ends = mem_alloc((size_t)(w->ngroups + 1) * sizeof *ends);
	if (w->idx) {
		l.narrow = l.size < 4 ? mem_column((size_t)rows * (size_t)l.size) : (void *)(uintptr_t)w->ids;
		l.group = mem_column((size_t)rows * (size_t)l.size);
	}
	if (!l.at || !l.list || !ends || (w->idx && (!l.narrow || !l.group)))
		rc = err_nomem(e);
	else if (w->idx && l.size < 4)
		rc = query_parallel(l.segments, threads, narrow_ids, &l, e);
	else
		rc = 0;
	if (!rc && !(rc = query_parallel(l.segments, threads, count_groups, &l, e))) {
		place_groups(&l, ends);
		rc = query_parallel(l.segments, threads, list_rows, &l, e);
	}
	mem_free(l.at);
	mem_free(l.group);
	if (l.size < 4)
		mem_free(l.narrow);
	if (rc) {
		mem_free(l.list);
		mem_free(ends);
		return rc;
	}
	*list = l.list;
	*start = ends;
	return 0;
}

int window_ties(int64_t rows, const struct window *w, uint32_t **out, struct err *e)
{
	uint32_t *ties = mem_alloc((size_t)rows * sizeof *ties), next = 0;

	if (!ties)
		return err_nomem(e);
	for (int64_t i = 0; i < rows; i++) {
		next += i && !w->ties[i];
		ties[w->idx ? w->idx[i] : i] = next;
	}
	*out = ties;
	return 0;
}
