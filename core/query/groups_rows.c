/*
 * groups_rows.c - numbers of groups when nearly every row is a group of its own.
 *
 * The rows are dealt out by the hash of their keys into heaps small enough for a core's cache, in their order; equal keys meet in
 * one heap, so the heaps are done in parallel, each with a table of its own that knows rows instead of keys. Then every
 * row knows the first row that is like it, and the first rows are numbered in order: nothing depends on who did what when.
 * The idea is the partitioned hash join's (Shatdal, Kant and Naughton, "Cache conscious algorithms", 1994).
 */
#include "query/groups_priv.h"

#include <string.h>

enum { HEAP_ROWS = 1 << 14, HEAP_BITS_MAX = 11, FAR = 16, NEAR = 8 };

struct heaps {
	const struct column *const *keys;
	int nkeys, segments, bits, n;
	int64_t rows;
	uint32_t *hash;                  /* of each row */
	uint32_t *at;                    /* [segments][n]: how many rows, then where the next one goes */
	uint32_t *start;                 /* [n + 1] */
	struct heap_row {
		uint32_t hash, row;
	} *dealt;
	uint32_t *like;                  /* the first row with the same keys: the caller's ids */
	uint32_t *number;                /* of first rows */
	uint32_t *first;
	int64_t firsts[QUERY_SEGMENTS_MAX + 1];
};

/* == hashes == */

static uint32_t key_hash(const struct vec *v, int32_t i, struct buf *room)
{
	if (!vec_has(v, i))
		return 1;
	switch (v->type) {
	case TYPE_BOOL: return (uint32_t)v->as.truth[i] + 2;
	case TYPE_DATE: return (uint32_t)v->as.days[i];
	case TYPE_FLOAT64: return (uint32_t)(hash_word(float_word(v->as.f64[i])) >> 32);
	case TYPE_STRING:
		/* one column, one dictionary */
		return v->code_size ? (uint32_t)vec_code(v, i) : (uint32_t)(hash_text(v->as.text[i]) >> 32);
	case TYPE_QUANTITY:
		buf_clear(room);
		quantity_pack_key(room, &v->as.figure[i]);
		return room->failed ? 0 : (uint32_t)(hash_text(slice_of(room->p, room->n)) >> 32);
	default: return (uint32_t)(hash_word((uint64_t)v->as.i64[i]) >> 32);
	}
}

static int hash_rows(void *ctx, int k, struct err *e)
{
	struct heaps *h = ctx;
	int64_t from = query_segment_start(h->rows, h->segments, k), to = query_segment_start(h->rows, h->segments, k + 1);
	uint32_t *at = h->at + (size_t)k * (size_t)h->n;
	struct vec_room room = VEC_ROOM_INIT;
	struct buf bytes = BUF_INIT;
	int rc = 0;

	for (int key = 0; key < h->nkeys && !rc; key++) {
		for (int64_t row = from; row < to && !rc; row += VEC_MAX) {
			int32_t n = to - row < VEC_MAX ? (int32_t)(to - row) : VEC_MAX;
			uint32_t *hash = h->hash + row;
			struct vec v;

			rc = stop_requested() ? err_set(e, ERR_INTERRUPT, "interrupted")
			                      : vec_of_column(&v, &room, h->keys[key], row, NULL, n, e);
			for (int32_t i = 0; i < n && !rc; i++) {
				uint32_t last = key ? hash[i] : 0;

				hash[i] = (uint32_t)(hash_word((uint64_t)last << 32 | key_hash(&v, i, &bytes)) >> 32);
			}
		}
		vec_room_release(&room);
		room = (struct vec_room)VEC_ROOM_INIT;
	}
	if (!rc && !(rc = buf_check(&bytes, e)))
		for (int64_t row = from; row < to; row++)
			at[h->hash[row] >> (32 - h->bits)]++;
	buf_release(&bytes);
	return rc;
}

/* == heaps == */

static void place_heaps(struct heaps *h)
{
	uint32_t next = 0;

	for (int heap = 0; heap < h->n; heap++) {
		h->start[heap] = next;
		for (int k = 0; k < h->segments; k++) {
			uint32_t *at = &h->at[(size_t)k * (size_t)h->n + (size_t)heap], rows = *at;

			*at = next;
			next += rows;
		}
	}
	h->start[h->n] = next;
}

static int deal(void *ctx, int k, struct err *e)
{
	struct heaps *h = ctx;
	int64_t from = query_segment_start(h->rows, h->segments, k), to = query_segment_start(h->rows, h->segments, k + 1);
	uint32_t *at = h->at + (size_t)k * (size_t)h->n;

	(void)e;
	for (int64_t row = from; row < to; row++) {
		uint32_t hash = h->hash[row];

		h->dealt[at[hash >> (32 - h->bits)]++] = (struct heap_row){ hash, (uint32_t)row };
	}
	return 0;
}

static inline bool same_value(const struct column *c, uint32_t a, uint32_t b)
{
	switch (c->type) {
	case TYPE_DATE: return c->as.days[a] == c->as.days[b];
	case TYPE_INT64:
	case TYPE_DATETIME: return c->as.i64[a] == c->as.i64[b];
	case TYPE_FLOAT64: return float_word(c->as.f64[a]) == float_word(c->as.f64[b]);
	case TYPE_STRING:
		return c->dict ? column_code(c, a) == column_code(c, b) : slice_eq(column_string(c, a), column_string(c, b));
	default: return column_equal(c, a, c, b);
	}
}

static bool same_row(const struct heaps *h, uint32_t a, uint32_t b)
{
	for (int k = 0; k < h->nkeys; k++) {
		const struct column *c = h->keys[k];
		bool has = column_has(c, a);

		if (has != column_has(c, b) || (has && !same_value(c, a, b)))
			return false;
	}
	return true;
}

/* What comparing the row will need: its values, or where they are; then the bytes of its texts. */
static void fetch_values(const struct heaps *h, uint32_t row)
{
	for (int k = 0; k < h->nkeys; k++) {
		const struct column *c = h->keys[k];

		if (c->type != TYPE_QUANTITY && c->type != TYPE_BOOL)
			__builtin_prefetch((const char *)c->as.i64 +
			                   (size_t)row * (c->type == TYPE_DATE ? 4 : c->code_size ? c->code_size : 8));
	}
}

static void fetch_texts(const struct heaps *h, uint32_t row)
{
	for (int k = 0; k < h->nkeys; k++)
		if (h->keys[k]->type == TYPE_STRING && !h->keys[k]->dict)
			__builtin_prefetch(h->keys[k]->bytes + h->keys[k]->as.offsets[row]);
}

/* The row that a row is likely to be compared with, + 1; 0 = none. */
static inline uint32_t likely(const struct heap_row *slots, size_t nslots, const struct heap_row *r)
{
	const struct heap_row *slot = &slots[r->hash & (nslots - 1)];

	return slot->row && slot->hash == r->hash ? slot->row : 0;
}

static int find_likes(void *ctx, int k, struct err *e)
{
	struct heaps *h = ctx;
	uint32_t n = h->start[k + 1] - h->start[k];
	const struct heap_row *rows = h->dealt + h->start[k];
	size_t nslots = 64;
	struct heap_row *slots;          /* row + 1; 0 = empty */

	while (nslots < (size_t)n * 2)
		nslots *= 2;
	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (!(slots = mem_zero(nslots, sizeof *slots)))
		return err_nomem(e);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t hash = rows[i].hash, row = rows[i].row, other;
		size_t at = hash & (nslots - 1);

		if (i + FAR < n && (other = likely(slots, nslots, &rows[i + FAR]))) {
			fetch_values(h, rows[i + FAR].row);
			fetch_values(h, other - 1);
		}
		if (i + NEAR < n && (other = likely(slots, nslots, &rows[i + NEAR]))) {
			fetch_texts(h, rows[i + NEAR].row);
			fetch_texts(h, other - 1);
		}
		while (slots[at].row && (slots[at].hash != hash || !same_row(h, slots[at].row - 1, row)))
			at = (at + 1) & (nslots - 1);
		if (!slots[at].row)
			slots[at] = (struct heap_row){ hash, row + 1 };
		h->like[row] = slots[at].row - 1;
	}
	mem_free(slots);
	return 0;
}

/* == numbers == */

static int count_firsts(void *ctx, int k, struct err *e)
{
	struct heaps *h = ctx;
	int64_t from = query_segment_start(h->rows, h->segments, k), to = query_segment_start(h->rows, h->segments, k + 1);
	int64_t n = 0;

	(void)e;
	for (int64_t row = from; row < to; row++)
		n += h->like[row] == row;
	h->firsts[k + 1] = n;
	return 0;
}

static int number_firsts(void *ctx, int k, struct err *e)
{
	struct heaps *h = ctx;
	int64_t from = query_segment_start(h->rows, h->segments, k), to = query_segment_start(h->rows, h->segments, k + 1);
	uint32_t next = (uint32_t)h->firsts[k];

	(void)e;
	for (int64_t row = from; row < to; row++) {
		if (h->like[row] != row)
			continue;
		if (h->first)
			h->first[next] = (uint32_t)row;
		h->number[row] = next++;
	}
	return 0;
}

static int number_rows(void *ctx, int k, struct err *e)
{
	struct heaps *h = ctx;
	int64_t from = query_segment_start(h->rows, h->segments, k), to = query_segment_start(h->rows, h->segments, k + 1);

	(void)e;
	for (int64_t row = from; row < to; row++)
		h->like[row] = h->number[h->like[row]];
	return 0;
}

static int number_all(struct heaps *h, int threads, bool want_first, struct err *e)
{
	int rc = query_parallel(h->segments, threads, count_firsts, h, e);

	if (rc)
		return rc;
	for (int k = 0; k < h->segments; k++)
		h->firsts[k + 1] += h->firsts[k];
	/* the dealt rows are done with, and take as much room */
	h->number = (uint32_t *)h->dealt;
	if (want_first && !(h->first = mem_alloc((size_t)h->firsts[h->segments] * sizeof *h->first)))
		return err_nomem(e);
	if (!(rc = query_parallel(h->segments, threads, number_firsts, h, e)))
		rc = query_parallel(h->segments, threads, number_rows, h, e);
	return rc;
}

int groups_of_rows(const struct column *const *keys, int nkeys, int64_t rows, int threads, uint32_t *ids, int64_t *count,
		   uint32_t **first, struct err *e)
{
	struct heaps h = { .keys = keys, .nkeys = nkeys, .rows = rows, .like = ids, .segments = query_segments(rows), .bits = 1 };
	int rc;

	while (h.bits < HEAP_BITS_MAX && rows >> h.bits > HEAP_ROWS)
		h.bits++;
	h.n = 1 << h.bits;
	h.hash = mem_column((size_t)rows * sizeof *h.hash);
	h.at = mem_zero((size_t)h.segments * (size_t)h.n, sizeof *h.at);
	h.start = mem_alloc((size_t)(h.n + 1) * sizeof *h.start);
	h.dealt = mem_column((size_t)rows * sizeof *h.dealt);
	if (!h.hash || !h.at || !h.start || !h.dealt)
		rc = err_nomem(e);
	else
		rc = query_parallel(h.segments, threads, hash_rows, &h, e);
	if (rc)
		goto done;
	place_heaps(&h);
	if ((rc = query_parallel(h.segments, threads, deal, &h, e)) || (rc = query_parallel(h.n, threads, find_likes, &h, e)) ||
	    (rc = number_all(&h, threads, first != NULL, e)))
		goto done;
	*count = h.firsts[h.segments];
	if (first) {
		*first = h.first;
		h.first = NULL;
	}
done:
	mem_free(h.hash);
	mem_free(h.at);
	mem_free(h.start);
	mem_free(h.dealt);
	mem_free(h.first);
	return rc;
}
