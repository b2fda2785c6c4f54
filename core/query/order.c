/*
 * order.c - the stable order of rows by columns.
 *
 * Every value becomes a number that is as small as the column allows: a bool is a bit, a date or an integer what it is above
 * the least, a float its bits turned so that they compare as it does, a string how many different ones are before it
 * (of a dictionary that is known from its values alone). NaN and missing are the numbers above all others, also when the
 * order is descending. The numbers of several keys stand beside one another in words of 64 bits; rows are sorted by the
 * last word first, and as each sort is stable, the first word decides in the end. A word of few bits is counted, others
 * are sorted by radix (order_radix.c), with the number of the row in the same 64 bits where there is room.
 *
 * There is only one stable order of the rows, so it cannot depend on threads.
 */
#include "query/order_priv.h"

#include <string.h>

enum { COUNTED_BITS = 12, BLOCK = 1024 };

/* == fields ==================================================================================
 *
 * A field is a key or one of the two of a figure, whose numbers go from 0 to span; then come NaN and missing.
 */
struct field {
	const struct column *column;
	const struct column *figure;     /* whose bound the column is; NULL */
	bool descending;
	bool is_class;                   /* 1 where missing, else 0; for what has no room above its span */
	uint32_t *rank;                  /* of strings: by code, else by row */
	uint64_t low, span;
	bool odd, missing;               /* there are NaNs; there are missing values */
	unsigned bits;
};

static const uint64_t top_bit = UINT64_C(1) << 63;

/* Order as numbers: negative ones turned round, the others above them. 0.0 and -0.0 are one. NaN is above all. */
static inline uint64_t float_number(double v)
{
	uint64_t u;

	v += 0.0;
	memcpy(&u, &v, sizeof u);
	u = u & top_bit ? ~u : u | top_bit;
	return isnan(v) ? UINT64_MAX : u;
}

static void fetch_codes(const struct field *f, int64_t from, int64_t n, uint64_t *out)
{
	const struct column *c = f->column;

	for (int64_t k = 0; k < n; k++)
		out[k] = f->rank[column_has(c, from + k) ? column_code(c, from + k) : 0];
}

/* Numbers of rows from, from + 1, ...; undefined where missing, but not without bounds. */
KERNEL static void fetch_values(const struct column *c, int64_t from, int64_t n, uint64_t *out)
{
	if (c->type == TYPE_FLOAT64) {
		for (int64_t k = 0; k < n; k++)
			out[k] = float_number(c->as.f64[from + k]);
	} else if (c->type == TYPE_DATE) {
		for (int64_t k = 0; k < n; k++)
			out[k] = (uint32_t)c->as.days[from + k] ^ UINT32_C(1) << 31;
	} else if (c->type == TYPE_BOOL) {
		for (int64_t k = 0; k < n; k++)
			out[k] = column_bool(c, from + k);
	} else {
		for (int64_t k = 0; k < n; k++)
			out[k] = (uint64_t)c->as.i64[from + k] ^ top_bit;
	}
}

static void fetch(const struct field *f, int64_t from, int64_t n, uint64_t *out)
{
	if (f->column->type != TYPE_STRING)
		fetch_values(f->column, from, n, out);
	else if (f->column->dict && f->column->dict->length)
		fetch_codes(f, from, n, out);
	else
		for (int64_t k = 0; k < n; k++)
			out[k] = f->column->dict ? 0 : f->rank[from + k];
	/* a bound that a figure lacks is not known, as NaN */
	for (int64_t k = 0; f->figure && f->column->validity && k < n; k++)
		if (!column_has(f->column, from + k))
			out[k] = UINT64_MAX;
}

static const struct column *whose_missing(const struct field *f)
{
	return f->figure ? f->figure : f->column;
}

/* The number of each row in the order of the field. */
static void encode(const struct field *f, int64_t from, int64_t n, uint64_t *out)
{
	const struct column *c = whose_missing(f);
	uint64_t none = f->span + f->odd + 1;

	if (f->is_class) {
		for (int64_t k = 0; k < n; k++)
			out[k] = !column_has(c, from + k);
		return;
	}
	fetch(f, from, n, out);
	for (int64_t k = 0; k < n && f->odd; k++)
		out[k] = out[k] == UINT64_MAX ? f->span + 1 : f->descending ? f->span - (out[k] - f->low) : out[k] - f->low;
	for (int64_t k = 0; k < n && !f->odd; k++)
		out[k] = f->descending ? f->span - (out[k] - f->low) : out[k] - f->low;
	for (int64_t k = 0; k < n && c->validity; k++)
		if (!column_has(c, from + k))
			out[k] = f->missing ? none : 0;
}

/* == ranges == */

struct range {
	const struct field *field;
	int64_t rows;
	int segments;
	struct {
		uint64_t low, high;      /* low > high: no values */
		bool odd;
	} of[QUERY_SEGMENTS_MAX];
};

static int look(void *ctx, int k, struct err *e)
{
	struct range *r = ctx;
	const struct column *c = whose_missing(r->field);
	bool floats = r->field->column->type == TYPE_FLOAT64;
	int64_t end = query_segment_start(r->rows, r->segments, k + 1), n;
	uint64_t out[BLOCK], low = UINT64_MAX, high = 0, odd = 0;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int64_t from = query_segment_start(r->rows, r->segments, k); from < end; from += n) {
		n = end - from < BLOCK ? end - from : BLOCK;
		fetch(r->field, from, n, out);
		for (int64_t i = 0; i < n; i++) {
			bool nan = floats && out[i] == UINT64_MAX;

			if (c->validity && !column_has(c, from + i))
				continue;
			odd |= nan;
			low = !nan && out[i] < low ? out[i] : low;
			high = !nan && out[i] > high ? out[i] : high;
		}
	}
	r->of[k].low = low;
	r->of[k].high = high;
	r->of[k].odd = odd;
	return 0;
}

static unsigned width(uint64_t most)
{
	return most ? 64 - (unsigned)__builtin_clzll(most) : 0;
}

static int find_range(struct field *f, int64_t rows, int threads, struct err *e)
{
	struct range r = { .field = f, .rows = rows, .segments = query_segments(rows) };
	uint64_t low = UINT64_MAX, high = 0;
	int rc = query_parallel(r.segments, threads, look, &r, e);

	for (int k = 0; k < r.segments && !rc; k++) {
		low = r.of[k].low < low ? r.of[k].low : low;
		high = r.of[k].high > high ? r.of[k].high : high;
		f->odd |= r.of[k].odd;
	}
	f->low = low > high ? 0 : low;
	f->span = low > high ? 0 : high - low;
	return rc;
}

static int dictionary_ranks(struct field *f, int threads, struct err *e)
{
	const struct column *dict = f->column->dict;
	size_t n = (size_t)dict->length;
	uint32_t *order = mem_alloc(n * sizeof *order);
	int64_t there;
	int rc = order && (f->rank = mem_alloc(n * sizeof *f->rank)) ? 0 : err_nomem(e);

	if (!rc)
		rc = text_order(dict, threads, order, &there, e);
	for (size_t k = 0; k < n && !rc; k++)
		f->rank[order[k]] = (uint32_t)k;
	f->span = n ? n - 1 : 0;
	mem_free(order);
	return rc;
}

static int rank_text(struct field *f, int64_t rows, int threads, struct err *e)
{
	int64_t ranks = 0;
	int rc;

	if (!(f->rank = mem_column((size_t)rows * sizeof *f->rank)))
		return err_nomem(e);
	rc = text_ranks(f->column, threads, f->rank, &ranks, e);
	f->span = ranks ? (uint64_t)ranks - 1 : 0;
	return rc;
}

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

	encode(&w->fields[0], from, n, out);
	for (int f = 1; f < w->n; f++) {
		unsigned bits = w->fields[f].bits;

		encode(&w->fields[f], from, n, more);
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
	uint64_t own[BLOCK], all = UINT64_MAX, any = 0;

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

/* == keys == */

static int add_field(struct field *fields, int *n, const struct column *c, const struct column *figure, bool descending,
		     int64_t rows, int threads, struct err *e)
{
	struct field *f = &fields[(*n)++];
	int rc;

	*f = (struct field){ .column = c, .figure = figure, .descending = descending };
	if (c->type != TYPE_STRING)
		rc = find_range(f, rows, threads, e);
	else if (c->dict)
		rc = dictionary_ranks(f, threads, e);
	else
		rc = rank_text(f, rows, threads, e);
	if (rc)
		return rc;
	f->missing = whose_missing(f)->missing > 0;
	if (f->missing && f->span == UINT64_MAX) {
		f[1] = *f;
		f[1].missing = false;
		f[1].bits = 64;
		*f = (struct field){ .column = c, .is_class = true, .bits = 1 };
		(*n)++;
		return 0;
	}
	f->bits = width(f->span + f->odd + f->missing);
	return 0;
}

static int add_fields(struct field *fields, int *n, const struct order_key *key, int64_t rows, int threads, struct err *e)
{
	const struct column *c = key->column;
	int rc;

	if (c->type != TYPE_QUANTITY)
		return add_field(fields, n, c, NULL, key->descending, rows, threads, e);
	rc = add_field(fields, n, c->as.field[QUANTITY_LOW], c, key->descending, rows, threads, e);
	return rc ? rc : add_field(fields, n, c->as.field[QUANTITY_HIGH], c, key->descending, rows, threads, e);
}

/* From the last word to the first. */
static int sort_words(const struct field *fields, int n, int64_t rows, int threads, uint32_t *idx, struct err *e)
{
	bool ordered = false;
	int rc = 0;

	while (n && !rc) {
		struct word w = { .rows = rows, .segments = query_segments(rows), .row_bits = width((uint64_t)rows) };

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

/*
 * Are the rows in this order as they stand, as those of a file often are by number or day? A look that ends at the first row
 * out of place; texts, figures and descending keys are not looked at.
 */
static bool in_order(const struct order_key *key, int64_t rows)
{
	const struct column *c = key->column;
	int64_t i = 1;

	if (key->descending || c->missing)
		return false;
	switch (c->type) {
	case TYPE_INT64:
	case TYPE_DATETIME:
		while (i < rows && c->as.i64[i - 1] <= c->as.i64[i])
			i++;
		return i >= rows;
	case TYPE_DATE:
		while (i < rows && c->as.days[i - 1] <= c->as.days[i])
			i++;
		return i >= rows;
	case TYPE_FLOAT64:               /* false where there is a NaN */
		while (i < rows && c->as.f64[i - 1] <= c->as.f64[i])
			i++;
		return i >= rows && (!rows || !isnan(c->as.f64[0]));
	default:
		return false;
	}
}

int order_rows(const struct order_key *keys, int nkeys, int64_t rows, int threads, uint32_t *idx, struct err *e)
{
	struct field *fields;
	int64_t there;
	int n = 0, rc = 0;

	if (rows >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "a table of %lld rows is too long: a query takes less than 2^32", (long long)rows);
	/* What the rows are in the order of already, they stay in the order of among those that the other keys leave equal. */
	while (nkeys && in_order(&keys[nkeys - 1], rows))
		nkeys--;
	if (nkeys == 1 && keys->column->type == TYPE_STRING && !keys->column->dict && !keys->descending)
		return text_order(keys->column, threads, idx, &there, e);
	if (!(fields = mem_zero((size_t)nkeys * 4 + 1, sizeof *fields)))
		return err_nomem(e);
	for (int k = 0; k < nkeys && !rc; k++)
		rc = add_fields(fields, &n, &keys[k], rows, threads, e);
	if (!rc)
		rc = sort_words(fields, n, rows, threads, idx, e);
	for (int k = 0; k < n; k++)
		mem_free(fields[k].rank);
	mem_free(fields);
	return rc;
}
