/*
 * rows_blocks.c - rows that come as many ascending lists, as behind a sort by something that has few values.
 *
 * Row by row such a sort reads one value of each place it comes to, and comes back to the place only when it has left the
 * cache. So the column is read in blocks that stay in the cache of a core, and of each list comes what is in the block:
 * what is read is near, and what is written goes on where the list was left. A part of the column is a piece of work; no two parts write
 * to the same row.
 */
#include "query/rows_priv.h"

#include <string.h>

enum {
	LISTS_MAX = 8192,        /* more have too few rows in a block, */
	LIST_ROWS = 128,         /* and so have shorter ones */
	SMALL = 1 << 18,         /* rows; a column of fewer is in the cache as it is */
	BLOCK = 1 << 15,         /* rows; 256 KiB of numbers */
	BLOCK_SHARE = 16,        /* rows of a list that a block should have */
};

/* == lists == */

static bool begins_list(const struct stretch *s)
{
	return s->n && (!s->first || s->idx[0] < s->idx[-1]);
}

static int64_t count_lists(const struct gather *g)
{
	int64_t n = 0;

	for (int k = 0; k < g->segments; k++) {
		const struct stretch *s = &g->stretches[k];

		if (s->none || s->runs)
			return 0;
		n += s->falls + begins_list(s);
	}
	return n;
}

/* Where the list, which ascends, reaches `row`. */
static uint32_t reach(const uint32_t *idx, uint32_t from, uint32_t end, uint32_t row)
{
	while (from < end) {
		uint32_t middle = from + (end - from) / 2;

		if (idx[middle] < row)
			from = middle + 1;
		else
			end = middle;
	}
	return from;
}

static int find_starts(void *ctx, int k, struct err *e)
{
	struct gather *g = ctx;
	const struct stretch *s = &g->stretches[k];
	int64_t at = 0;

	(void)e;
	for (int i = 0; i < k; i++)
		at += g->stretches[i].falls + begins_list(&g->stretches[i]);
	if (begins_list(s))
		g->lists.start[at++] = (uint32_t)s->first;
	for (int64_t i = 1; i < s->n; i++)
		if (s->idx[i] < s->idx[i - 1])
			g->lists.start[at++] = (uint32_t)(s->first + i);
	return 0;
}

static int find_cuts(void *ctx, int q, struct err *e)
{
	struct gather *g = ctx;
	const struct lists *l = &g->lists;
	uint32_t row = (uint32_t)query_segment_start(g->rows, l->parts, q);

	(void)e;
	for (int64_t k = 0; k < l->n; k++)
		l->cut[q * l->n + k] = reach(g->idx, l->start[k], l->start[k + 1], row);
	return 0;
}

int lists_find(struct gather *g, struct err *e)
{
	struct lists *l = &g->lists;
	int64_t n = count_lists(g);
	int rc;

	if (n < 4 || n > LISTS_MAX || g->n / n < LIST_ROWS || g->rows < SMALL)
		return 0;
	l->parts = query_segments(g->rows);
	l->start = mem_alloc((size_t)(n + 1) * sizeof *l->start);
	l->cut = mem_alloc((size_t)n * ((size_t)l->parts + 1) * sizeof *l->cut);
	if (!l->start || !l->cut)
		return err_nomem(e);
	l->n = n;
	l->start[n] = (uint32_t)g->n;
	rc = query_parallel(g->segments, g->threads, find_starts, g, e);
	return rc ? rc : query_parallel(l->parts + 1, g->threads, find_cuts, g, e);
}

void lists_release(struct lists *l)
{
	mem_free(l->start);
	mem_free(l->cut);
}

/* == blocks == */

struct block {
	const uint32_t *idx;
	const uint32_t *end;     /* of each list in this part */
	uint32_t *at;            /* and where it is */
	uint32_t limit;          /* the first row behind the block */
};

/* For each list `k` of the block its places `p`; at[k] moves behind them. */
#define FOR_BLOCK(b, lists, doing)                                                                            \
	for (int64_t k = 0; k < (lists); k++) {                                                               \
		uint32_t p = (b)->at[k], end = (b)->end[k];                                                   \
                                                                                                              \
		for (; p < end && (b)->idx[p] < (b)->limit; p++)                                              \
			doing;                                                                                \
		(b)->at[k] = p;                                                                               \
	}

static void values_of_block(struct block *b, int64_t n, void *to, const void *values, size_t size)
{
	const uint32_t *idx = b->idx;

	if (size == 1)
		FOR_BLOCK(b, n, ((uint8_t *)to)[p] = ((const uint8_t *)values)[idx[p]])
	else if (size == 2)
		FOR_BLOCK(b, n, ((uint16_t *)to)[p] = ((const uint16_t *)values)[idx[p]])
	else if (size == 4)
		FOR_BLOCK(b, n, ((uint32_t *)to)[p] = ((const uint32_t *)values)[idx[p]])
	else
		FOR_BLOCK(b, n, ((uint64_t *)to)[p] = ((const uint64_t *)values)[idx[p]])
}

static void lengths_of_block(struct block *b, int64_t n, int64_t *to, const int64_t *from)
{
	const uint32_t *idx = b->idx;

	FOR_BLOCK(b, n, to[p] = from[idx[p] + 1] - from[idx[p]])
}

static void bytes_of_block(struct block *b, int64_t n, const struct job *j)
{
	const int64_t *from = j->from->as.offsets;
	const uint32_t *idx = b->idx;

	FOR_BLOCK(b, n, memcpy(j->bytes + j->offsets[p], j->from->bytes + from[idx[p]], (size_t)(from[idx[p] + 1] - from[idx[p]])))
}

/* What is to be done with each block: one of three. */
struct doing {
	const struct job *bytes;
	int64_t *lengths;
	const int64_t *offsets;
	void *to;
	const void *values;
	size_t size;
};

static int all_blocks(const struct gather *g, int q, const struct doing *d, struct err *e)
{
	const struct lists *l = &g->lists;
	size_t n = (size_t)l->n;
	struct block b = { .idx = g->idx, .end = l->cut + (size_t)(q + 1) * n };
	int64_t row = query_segment_start(g->rows, l->parts, q), end = query_segment_start(g->rows, l->parts, q + 1);
	int64_t step = l->n * BLOCK_SHARE > BLOCK ? l->n * BLOCK_SHARE : BLOCK;

	if (!(b.at = mem_alloc(n * sizeof *b.at)))
		return err_nomem(e);
	memcpy(b.at, l->cut + (size_t)q * n, n * sizeof *b.at);
	while (row < end && !stop_requested()) {
		row = end - row < step ? end : row + step;
		b.limit = (uint32_t)row;
		if (d->bytes)
			bytes_of_block(&b, l->n, d->bytes);
		else if (d->lengths)
			lengths_of_block(&b, l->n, d->lengths, d->offsets);
		else
			values_of_block(&b, l->n, d->to, d->values, d->size);
	}
	mem_free(b.at);
	return row < end ? err_set(e, ERR_INTERRUPT, "interrupted") : 0;
}

int blocks_values(const struct gather *g, int q, void *to, const void *values, size_t size, struct err *e)
{
	return all_blocks(g, q, &(struct doing){ .to = to, .values = values, .size = size }, e);
}

int blocks_lengths(const struct gather *g, int q, int64_t *to, const struct column *c, struct err *e)
{
	return all_blocks(g, q, &(struct doing){ .lengths = to, .offsets = c->as.offsets }, e);
}

int blocks_bytes(const struct gather *g, int q, const struct job *j, struct err *e)
{
	return all_blocks(g, q, &(struct doing){ .bytes = j }, e);
}

int64_t lengths_add(int64_t *offsets, int64_t n)
{
	int64_t at = 0;

	for (int64_t k = 0; k < n; k++) {
		int64_t length = offsets[k];

		offsets[k] = at;
		at += length;
	}
	return at;
}
