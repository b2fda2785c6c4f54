/*
 * order_fields.c - keys of an order as numbers: fields.
 *
 * A bool is a bit, a date or an integer what it is above the least, a float its bits turned so that they compare as it does, a string
 * how many different ones are before it (of a dictionary that is known from its values alone). NaN and missing are the numbers
 * above all others, also when the order is descending.
 */
#include "query/order_priv.h"

#include <string.h>

enum { BLOCK = FIELD_BLOCK };

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

void field_numbers(const struct field *f, int64_t from, int64_t n, uint64_t *out)
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

unsigned number_width(uint64_t most)
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

/* == order that is there already ============================================================== */

struct falling {
	const struct field *field;
	int64_t rows;
	int segments;
	bool falls[QUERY_SEGMENTS_MAX];
};

static int look_for_fall(void *ctx, int k, struct err *e)
{
	struct falling *s = ctx;
	int64_t from = query_segment_start(s->rows, s->segments, k), end = query_segment_start(s->rows, s->segments, k + 1), n;
	uint64_t out[BLOCK], last = 0;
	bool falls = false;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (from)
		field_numbers(s->field, from - 1, 1, &last);
	for (; from < end && !falls; from += n) {
		n = end - from < BLOCK ? end - from : BLOCK;
		field_numbers(s->field, from, n, out);
		falls = out[0] < last;
		for (int64_t i = 1; i < n; i++)
			falls |= out[i] < out[i - 1];
		last = out[n - 1];
	}
	s->falls[k] = falls;
	return 0;
}

int field_rises(const struct field *f, int64_t rows, int threads, bool *rises, struct err *e)
{
	struct falling s = { .field = f, .rows = rows, .segments = query_segments(rows) };
	int rc = query_parallel(s.segments, threads, look_for_fall, &s, e);

	*rises = true;
	for (int k = 0; k < s.segments; k++)
		*rises = *rises && !s.falls[k];
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
	f->bits = number_width(f->span + f->odd + f->missing);
	return 0;
}

int fields_add(struct field *fields, int *n, const struct order_key *key, int64_t rows, int threads, struct err *e)
{
	const struct column *c = key->column;
	int rc;

	if (c->type != TYPE_QUANTITY)
		return add_field(fields, n, c, NULL, key->descending, rows, threads, e);
	rc = add_field(fields, n, c->as.field[QUANTITY_LOW], c, key->descending, rows, threads, e);
	return rc ? rc : add_field(fields, n, c->as.field[QUANTITY_HIGH], c, key->descending, rows, threads, e);
}
