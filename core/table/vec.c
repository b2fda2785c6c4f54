/*
 * vec.c - from columns to vecs and back.
 *
 * Where nothing is missing a vec points into its column; only bitmaps are spread to bytes, text is told by slices, and rows
 * picked here and there are brought together.
 */
#include "table/vec.h"

#include <assert.h>
#include <string.h>

enum { WIDEST = sizeof(struct quantity) };

static const size_t value_size[TYPE_COUNT] = {
	[TYPE_BOOL] = 1, [TYPE_INT64] = 8, [TYPE_FLOAT64] = 8, [TYPE_DATE] = 4, [TYPE_DATETIME] = 8,
	[TYPE_STRING] = sizeof(struct slice), [TYPE_QUANTITY] = WIDEST,
};

void vec_room_release(struct vec_room *room)
{
	mem_free(room->values);
	mem_free(room->there);
	*room = (struct vec_room)VEC_ROOM_INIT;
}

/* == columns to vecs == */

/* Eight bits to eight bytes: each bit is moved to its byte by a multiplication, least significant first. */
static inline uint64_t spread(uint8_t bits)
{
	uint64_t x = (bits & 0x7f) * UINT64_C(0x0002040810204081) & UINT64_C(0x0101010101010101);

	return x | (uint64_t)(bits >> 7) << 56;
}

static void bits_to_bytes(uint8_t *to, const uint8_t *bits, int64_t from, int32_t n)
{
	int32_t i = 0;

	for (; i < n && (from + i) & 7; i++)
		to[i] = bits[(from + i) >> 3] >> ((from + i) & 7) & 1;
	for (; i + 8 <= n; i += 8) {
		uint64_t word = spread(bits[(from + i) >> 3]);

		for (int k = 0; k < 8; k++)
			to[i + k] = (uint8_t)(word >> 8 * k);
	}
	for (; i < n; i++)
		to[i] = bits[(from + i) >> 3] >> ((from + i) & 7) & 1;
}

static void bits_picked(uint8_t *to, const uint8_t *bits, const uint32_t *rows, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = bits[rows[i] >> 3] >> (rows[i] & 7) & 1;
}

KERNEL static void pick8(uint64_t *restrict to, const uint64_t *restrict from, const uint32_t *restrict rows, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = from[rows[i]];
}

KERNEL static void pick4(uint32_t *restrict to, const uint32_t *restrict from, const uint32_t *restrict rows, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = from[rows[i]];
}

KERNEL static void pick2(uint16_t *restrict to, const uint16_t *restrict from, const uint32_t *restrict rows, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = from[rows[i]];
}

KERNEL static void pick1(uint8_t *restrict to, const uint8_t *restrict from, const uint32_t *restrict rows, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = from[rows[i]];
}

/* The array of values of `size` bytes each, or those of the rows brought together. */
static const void *values_of(void *room, const void *values, size_t size, int64_t from, const uint32_t *rows, int32_t n)
{
	if (!rows)
		return (const char *)values + (size_t)from * size;
	switch (size) {
	case 1: pick1(room, values, rows, n); break;
	case 2: pick2(room, values, rows, n); break;
	case 4: pick4(room, values, rows, n); break;
	default: pick8(room, values, rows, n); break;
	}
	return room;
}

static int make_room(struct vec_room *room, const struct column *c, struct err *e)
{
	size_t size = c->type == TYPE_STRING && c->code_size ? c->code_size : value_size[c->type];

	if (room->size < size) {
		mem_free(room->values);
		room->size = 0;
		if (!(room->values = mem_column(VEC_MAX * size)))
			return err_nomem(e);
		room->size = size;
	}
	if (c->validity && !room->there && !(room->there = mem_column(VEC_MAX)))
		return err_nomem(e);
	return 0;
}

int vec_of_column(struct vec *v, struct vec_room *room, const struct column *c, int64_t from, const uint32_t *rows, int32_t n,
		  struct err *e)
{
	int rc = make_room(room, c, e);

	assert(n <= VEC_MAX);
	if (rc)
		return rc;
	*v = (struct vec){ .type = c->type, .n = n };
	if (c->validity) {
		if (rows)
			bits_picked(room->there, c->validity, rows, n);
		else
			bits_to_bytes(room->there, c->validity, from, n);
		v->there = room->there;
	}
	switch (c->type) {
	case TYPE_BOOL:
		if (rows)
			bits_picked(room->values, c->as.bits, rows, n);
		else
			bits_to_bytes(room->values, c->as.bits, from, n);
		v->as.truth = room->values;
		break;
	case TYPE_INT64:
	case TYPE_DATETIME:
	case TYPE_FLOAT64:
		v->as.i64 = values_of(room->values, c->as.i64, 8, from, rows, n);
		break;
	case TYPE_DATE:
		v->as.days = values_of(room->values, c->as.days, 4, from, rows, n);
		break;
	case TYPE_STRING:
		if (c->code_size) {
			v->code_size = c->code_size;
			v->dict = c->dict;
			v->as.codes = values_of(room->values, c->as.codes, c->code_size, from, rows, n);
			break;
		}
		v->as.text = room->values;
		for (int32_t i = 0; i < n; i++) {
			int64_t row = rows ? (int64_t)rows[i] : from + i;

			((struct slice *)room->values)[i] = slice_of(c->bytes + c->as.offsets[row],
								     (size_t)(c->as.offsets[row + 1] - c->as.offsets[row]));
		}
		break;
	default:
		v->as.figure = room->values;
		for (int32_t i = 0; i < n; i++) {
			int64_t row = rows ? (int64_t)rows[i] : from + i;

			if (column_has(c, row))
				((struct quantity *)room->values)[i] = column_quantity(c, row);
		}
		break;
	}
	return 0;
}

/* == vecs to columns == */

int64_t vec_put(const struct vec *v, void *values, uint8_t *validity, int64_t at)
{
	size_t size = value_size[v->type];

	assert(!(at & 7) && v->type != TYPE_STRING && v->type != TYPE_QUANTITY);
	if (v->type == TYPE_BOOL)
		bits_put((uint8_t *)values + (at >> 3), v->as.truth, v->constant, v->n);
	else if (!v->constant)
		memcpy((char *)values + (size_t)at * size, v->as.i64, (size_t)v->n * size);
	else
		for (int32_t i = 0; i < v->n; i++)
			memcpy((char *)values + (size_t)(at + i) * size, v->as.i64, size);
	if (!v->there) {
		static const uint8_t one = 1;

		return bits_put(validity + (at >> 3), &one, true, v->n);
	}
	return bits_put(validity + (at >> 3), v->there, v->constant, v->n);
}

struct vec_sink {
	enum type type;
	struct builder b;
	bool open;                       /* b is in use: what came was not all of one dictionary */
	const struct column *dict;       /* of everything so far */
	struct buf codes, there;         /* int32 codes, a byte a value */
	int64_t missing;
};

int vec_sink_open(enum type type, struct vec_sink **out, struct err *e)
{
	struct vec_sink *s = mem_zero(1, sizeof *s);
	int rc;

	if (!s)
		return err_nomem(e);
	s->type = type;
	s->open = type != TYPE_STRING;
	if (s->open && (rc = builder_init(&s->b, type, e))) {
		mem_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void vec_sink_release(struct vec_sink *s)
{
	if (!s)
		return;
	if (s->open)
		builder_release(&s->b);
	column_unref((struct column *)(uintptr_t)s->dict);
	buf_release(&s->codes);
	buf_release(&s->there);
	mem_free(s);
}

static void build(struct builder *b, const struct vec *v, int32_t i)
{
	int32_t k = v->constant ? 0 : i;
	struct slice text;

	if (!vec_has(v, i)) {
		builder_missing(b);
		return;
	}
	switch (v->type) {
	case TYPE_BOOL: builder_bool(b, v->as.truth[k]); break;
	case TYPE_INT64:
	case TYPE_DATETIME: builder_int64(b, v->as.i64[k]); break;
	case TYPE_FLOAT64: builder_float64(b, v->as.f64[k]); break;
	case TYPE_DATE: builder_date(b, v->as.days[k]); break;
	case TYPE_QUANTITY: builder_quantity(b, &v->as.figure[k]); break;
	default:
		text = vec_text(v, i);
		builder_string(b, text.p, text.n);
		break;
	}
}

/* Another dictionary comes, or none: from now on values are told as text. */
static int build_codes(struct vec_sink *s, struct err *e)
{
	const int32_t *codes = (const int32_t *)(const void *)s->codes.p;
	size_t n = s->there.n;
	int rc = builder_init(&s->b, TYPE_STRING, e);

	if (rc)
		return rc;
	s->open = true;
	for (size_t i = 0; i < n; i++) {
		struct slice text;

		if (!s->there.p[i]) {
			builder_missing(&s->b);
			continue;
		}
		text = column_string(s->dict, codes[i]);
		builder_string(&s->b, text.p, text.n);
	}
	buf_release(&s->codes);
	buf_release(&s->there);
	return 0;
}

static void add_codes(struct vec_sink *s, const struct vec *v)
{
	int32_t *codes = (int32_t *)(void *)buf_room(&s->codes, (size_t)v->n * sizeof *codes);
	char *there = buf_room(&s->there, (size_t)v->n);

	if (!codes || !there)
		return;
	for (int32_t i = 0; i < v->n; i++) {
		bool has = vec_has(v, i);

		there[i] = has;
		codes[i] = has ? vec_code(v, i) : 0;
		s->missing += !has;
	}
	s->codes.n += (size_t)v->n * sizeof *codes;
	s->there.n += (size_t)v->n;
}

int vec_sink_add(struct vec_sink *s, const struct vec *v, struct err *e)
{
	int rc;

	assert(v->type == s->type);
	if (!s->open && v->code_size && (!s->dict || s->dict == v->dict)) {
		if (!s->dict)
			s->dict = column_ref(v->dict);
		add_codes(s, v);
		return s->codes.failed || s->there.failed ? err_nomem(e) : 0;
	}
	if (!s->open && (rc = build_codes(s, e)))
		return rc;
	for (int32_t i = 0; i < v->n; i++)
		build(&s->b, v, i);
	return s->b.failed ? err_nomem(e) : 0;
}

/* The codes as narrow as the dictionary lets them be, missing rows as bits. */
static int finish_codes(struct vec_sink *s, struct column **out, struct err *e)
{
	int64_t n = (int64_t)s->there.n;
	const int32_t *codes = (const int32_t *)(const void *)s->codes.p;
	int size = code_size_for(s->dict->length);
	void *narrow = mem_column((size_t)n * (size_t)size);
	uint8_t *validity = s->missing ? mem_column((size_t)(n + 7) / 8) : NULL;
	int rc;

	if (!narrow || (s->missing && !validity)) {
		rc = err_nomem(e);
		goto fail;
	}
	for (int64_t i = 0; i < n; i++) {
		if (size == 1)
			((uint8_t *)narrow)[i] = (uint8_t)codes[i];
		else if (size == 2)
			((uint16_t *)narrow)[i] = (uint16_t)codes[i];
		else
			((int32_t *)narrow)[i] = codes[i];
	}
	if (validity)
		bits_put(validity, (const uint8_t *)s->there.p, false, n);
	if (!(rc = column_of_codes(narrow, size, s->dict, validity, n, s->missing, out, e)))
		return 0;
fail:
	mem_free(narrow);
	mem_free(validity);
	return rc;
}

int vec_sink_finish(struct vec_sink *s, struct column **out, struct err *e)
{
	int rc;

	if (!s->open && s->dict)
		rc = finish_codes(s, out, e);
	else if (!s->open && (rc = build_codes(s, e)))
		;
	else
		rc = builder_finish(&s->b, out, e);
	vec_sink_release(s);
	return rc;
}
