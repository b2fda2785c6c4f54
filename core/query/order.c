/*
 * order.c - the stable order of rows by columns.
 *
 * Every value becomes a number that is as small as the column allows (order_fields.c). The numbers of several keys stand beside one another in
 * words of 64 bits; rows are sorted by the last word first, and as each sort is stable, the first word decides in the end. A word of few bits is
 * counted, others are sorted by radix (order_radix.c), with the number of the row in the same 64 bits where there is room. The last
 * keys cost nothing when the rows are in their order already, as events are in the order of their numbers: that is what stable means.
 *
 * There is only one stable order of the rows, so it cannot depend on threads.
 */
#include "query/order_priv.h"

#include <string.h>

enum { COUNTED_BITS = 12, BLOCK = FIELD_BLOCK };

/* == words ==================================================================================== */

struct word {
	const struct field *fields;
	int n;
	unsigned bits, row_bits;
	int64_t rows;
	int segments;
	const uint32_t *idx;             /* the order so far; NULL = that of the rows */
	uint64_t *keys;                  /* by row, where there is an order */
	uint64_t *packed;                /* one of the three, or keys alone */
	struct ranked *ranked;
	uint16_t *narrow;
	uint64_t all[QUERY_SEGMENTS_MAX], any[QUERY_SEGMENTS_MAX];       /* bits that are set in all, in any key */
	uint32_t (*at)[1 << COUNTED_BITS];
};

static void encode_word(const struct word *w, int64_t from, int64_t n, uint64_t *out)
{
	uint64_t more[BLOCK];

	field_numbers(&w->fields[0], from, n, out);
	for (int f = 1; f < w->n; f++) {
		unsigned bits = w->fields[f].bits;

		field_numbers(&w->fields[f], from, n, more);
		/* a field of 64 bits is alone in its word, but for fields of none */
		for (int64_t k = 0; k < n; k++)
			out[k] = (bits < 64 ? out[k] << bits : 0) | more[k];
	}
}

static void put_items(const struct word *w, int64_t at, int64_t n, const uint64_t *keys)
{
	for (int64_t k = 0; w->packed && k < n; k++)
		w->packed[at + k] = keys[k] << w->row_bits | (w->idx ? w->idx[at + k] : (uint64_t)(at + k));
	for (int64_t k = 0; w->ranked && k < n; k++)
		w->ranked[at + k] = (struct ranked){ keys[k], w->idx ? w->idx[at + k] : (uint64_t)(at + k) };
}

static int make_keys(void *ctx, int s, struct err *e)
{
	struct word *w = ctx;
	int64_t end = query_segment_start(w->rows, w->segments, s + 1), n;
	uint64_t own[BLOCK] = { 0 }, all = UINT64_MAX, any = 0;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int64_t from = query_segment_start(w->rows, w->segments, s); from < end; from += n) {
		uint64_t *keys = own;

		n = end - from < BLOCK ? end - from : BLOCK;
		if (w->keys)
			keys = w->keys + from;
		encode_word(w, from, n, keys);
		for (int64_t k = 0; k < n; k++) {
			all &= keys[k];
			any |= keys[k];
		}
		for (int64_t k = 0; w->narrow && k < n; k++)
			w->narrow[from + k] = (uint16_t)keys[k];
		if (!w->keys)
			put_items(w, from, n, keys);
	}
	w->all[s] = all;
	w->any[s] = any;
	return 0;
}

/* Where there is an order already, the items are in it. */
static int place_keys(void *ctx, int s, struct err *e)
{
	struct word *w = ctx;
	int64_t end = query_segment_start(w->rows, w->segments, s + 1), n;
	uint64_t keys[BLOCK];

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int64_t from = query_segment_start(w->rows, w->segments, s); from < end; from += n) {
		n = end - from < BLOCK ? end - from : BLOCK;
		for (int64_t k = 0; k < n; k++)
			keys[k] = w->keys[w->idx[from + k]];
		put_items(w, from, n, keys);
	}
	return 0;
}

/* == counting == */

static int count_narrow(void *ctx, int s, struct err *e)
{
	struct word *w = ctx;
	int64_t end = query_segment_start(w->rows, w->segments, s + 1);
	uint32_t *count = w->at[s];
	int rc = make_keys(w, s, e);

	if (rc)
		return rc;
	memset(count, 0, sizeof *count << w->bits);
	for (int64_t i = query_segment_start(w->rows, w->segments, s); i < end; i++)
		count[w->narrow[i]]++;
	return 0;
}

struct narrow_move {
	const struct word *word;
	uint32_t *idx;
};

static int move_narrow(void *ctx, int s, struct err *e)
{
	const struct narrow_move *m = ctx;
	const uint16_t *narrow = m->word->narrow;
	int64_t end = query_segment_start(m->word->rows, m->word->segments, s + 1);
	uint32_t *at = m->word->at[s], *idx = m->idx;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int64_t i = query_segment_start(m->word->rows, m->word->segments, s); i < end; i++)
		idx[at[narrow[i]]++] = (uint32_t)i;
	return 0;
}

static int sort_narrow(struct word *w, int threads, uint32_t *idx, struct err *e)
{
	struct narrow_move m = { w, idx };
	uint32_t next = 0;
	int rc = 0;

	w->narrow = mem_column((size_t)w->rows * sizeof *w->narrow);
	w->at = mem_alloc((size_t)w->segments * sizeof *w->at);
	if (!w->narrow || !w->at)
		rc = err_nomem(e);
	if (!rc)
		rc = query_parallel(w->segments, threads, count_narrow, w, e);
	for (uint32_t d = 0; !rc && d < 1u << w->bits; d++) {
		for (int s = 0; s < w->segments; s++) {
			uint32_t count = w->at[s][d];

			w->at[s][d] = next;
			next += count;
		}
	}
	if (!rc)
		rc = query_parallel(w->segments, threads, move_narrow, &m, e);
	mem_free(w->narrow);
	mem_free(w->at);
	return rc;
}

/* == radix == */

struct unpack {
	const struct word *word;
	const uint64_t *packed;
	const struct ranked *ranked;
	uint32_t *idx;
};

static int unpack_rows(void *ctx, int s, struct err *e)
{
	const struct unpack *u = ctx;
	int64_t end = query_segment_start(u->word->rows, u->word->segments, s + 1);
	uint64_t mask = (UINT64_C(1) << u->word->row_bits) - 1;

	(void)e;
	for (int64_t i = query_segment_start(u->word->rows, u->word->segments, s); i < end; i++)
		u->idx[i] = (uint32_t)(u->packed ? u->packed[i] & mask : u->ranked[i].row);
	return 0;
}

/* `ordered`: idx has an order already, which rows of the same key keep. */
static int sort_word(struct word *w, bool ordered, int threads, uint32_t *idx, struct err *e)
{
	bool packs = w->bits + w->row_bits <= 64;
	size_t item = packs ? sizeof *w->packed : sizeof *w->ranked;
	void *items = mem_column((size_t)w->rows * item), *spare = mem_column((size_t)w->rows * item);
	uint64_t all = UINT64_MAX, any = 0;
	struct unpack u = { .word = w, .idx = idx };
	int rc = items && spare ? 0 : err_nomem(e);

	*(packs ? (void **)&w->packed : (void **)&w->ranked) = items;
	w->idx = ordered ? idx : NULL;
	if (!rc && ordered && !(w->keys = mem_column((size_t)w->rows * sizeof *w->keys)))
		rc = err_nomem(e);
	if (!rc)
		rc = query_parallel(w->segments, threads, make_keys, w, e);
	if (!rc && ordered)
		rc = query_parallel(w->segments, threads, place_keys, w, e);
	for (int k = 0; k < w->segments && !rc; k++) {
		all &= w->all[k];
		any |= w->any[k];
	}
	if (!rc && packs) {
		uint64_t *a = items, *b = spare;

		rc = packed_sort(&a, &b, w->rows, (any & ~all) << w->row_bits, threads, e);
		u.packed = a;
	} else if (!rc) {
		struct ranked *a = items, *b = spare;

		rc = ranked_sort(&a, &b, w->rows, any & ~all, threads, e);
		u.ranked = a;
	}
	if (!rc)
		rc = query_parallel(w->segments, threads, unpack_rows, &u, e);
	mem_free(w->keys);
	mem_free(items);
	mem_free(spare);
	return rc;
}

/* From the last word to the first. */
static int sort_words(const struct field *fields, int n, int64_t rows, int threads, uint32_t *idx, struct err *e)
{
	bool ordered = false;
	int rc = 0;

	while (n && !rc) {
		struct word w = { .rows = rows, .segments = query_segments(rows), .row_bits = number_width((uint64_t)rows) };

		while (n && w.bits + fields[n - 1].bits <= 64) {
			w.bits += fields[--n].bits;
			w.n++;
		}
		w.fields = fields + n;
		if (!w.bits)
			continue;
		if (!ordered && w.bits <= COUNTED_BITS)
			rc = sort_narrow(&w, threads, idx, e);
		else
			rc = sort_word(&w, ordered, threads, idx, e);
		ordered = true;
	}
	for (int64_t k = 0; k < rows && !ordered; k++)
		idx[k] = (uint32_t)k;
	return rc;
}

int order_rows(const struct order_key *keys, int nkeys, int64_t rows, int threads, uint32_t *idx, struct err *e)
{
	struct field *fields;
	int64_t there;
	int n = 0, used, rc = 0;
	bool rises = true;

	if (rows >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "a table of %lld rows is too long: a query takes less than 2^32", (long long)rows);
	if (nkeys == 1 && keys->column->type == TYPE_STRING && !keys->column->dict && !keys->descending)
		return text_order(keys->column, threads, idx, &there, e);
	if (!(fields = mem_zero((size_t)nkeys * 4 + 1, sizeof *fields)))
		return err_nomem(e);
	for (int k = 0; k < nkeys && !rc; k++)
		rc = fields_add(fields, &n, &keys[k], rows, threads, e);
	/* What the rows are in the order of already, they stay in the order of among those that the other keys leave equal. */
	for (used = n; used && !rc && !(rc = field_rises(&fields[used - 1], rows, threads, &rises, e)) && rises;)
		used--;
	if (!rc)
		rc = sort_words(fields, used, rows, threads, idx, e);
	for (int k = 0; k < n; k++)
		mem_free(fields[k].rank);
	mem_free(fields);
	return rc;
}
