/*
 * columns.h - columns of every type by chance, for tests in C: few or many distinct values, missing ones, the odd values of
 * the type. The same seed makes the same column everywhere.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "table/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t columns_seed = 1;

/* xorshift64*: G. Marsaglia, "Xorshift RNGs", 2003. */
static inline uint32_t chance(uint32_t n)
{
	columns_seed ^= columns_seed >> 12;
	columns_seed ^= columns_seed << 25;
	columns_seed ^= columns_seed >> 27;
	return (uint32_t)(((columns_seed * UINT64_C(2685821657736338717)) >> 32) * n >> 32);
}

struct some {
	enum type type;
	int64_t rows;
	uint32_t distinct;       /* values to choose from, about; 0 = any */
	uint32_t missing;        /* per cent */
	bool odd;                /* NaN, infinities, -0.0, extreme integers, empty text among them */
	bool text;               /* strings without a dictionary */
};

static inline double some_double(uint32_t k, bool odd)
{
	static const double values[] = { NAN, INFINITY, -INFINITY, -0.0, 0.0, 1e308, -1e-320 };

	return odd && k % 5 == 0 ? values[k / 5 % 7] : (double)((int64_t)(k * UINT64_C(2654435761) % 20011) - 10000) / 8;
}

static inline int64_t some_int(uint32_t k, bool odd)
{
	static const int64_t values[] = { INT64_MAX, INT64_MIN, 0, -1, INT64_C(1) << 53 };

	return odd && k % 5 == 0 ? values[k / 5 % 5] : (int64_t)(k * UINT64_C(2654435761) % 2003) - 1000;
}

static inline size_t some_text(char out[64], uint32_t k, bool odd)
{
	if (odd && k % 7 == 0)
		return k % 2 ? 0 : (size_t)snprintf(out, 64, "%s", k % 3 ? "\xc3\xa9t\xc3\xa9" : "a long text that fills several words of eight, %");
	return (size_t)snprintf(out, 64, "v%u", k);
}

static inline struct quantity some_quantity(uint32_t k, bool odd)
{
	struct quantity q = { .low = k % 100, .stated = k % 100, .kind = (enum quantity_kind)(k % 3), .measure = slice_of("killed", 6) };

	q.high = odd && k % 4 == 0 ? INFINITY : q.low + k % 7;
	return q;
}

static inline void some_push(struct builder *b, const struct some *s, uint32_t k)
{
	char text[64];
	struct quantity q;

	switch (s->type) {
	case TYPE_BOOL: builder_bool(b, k & 1); break;
	case TYPE_INT64: builder_int64(b, some_int(k, s->odd)); break;
	case TYPE_FLOAT64: builder_float64(b, some_double(k, s->odd)); break;
	case TYPE_DATE: builder_date(b, (int32_t)(k % 40000)); break;
	case TYPE_DATETIME: builder_int64(b, (int64_t)k * 86399000123); break;
	case TYPE_STRING: builder_string(b, text, some_text(text, k, s->odd)); break;
	default:
		q = some_quantity(k, s->odd);
		builder_quantity(b, &q);
		break;
	}
}

/* Strings with offsets instead of a dictionary: what a builder made of distinct values, each taken as often as asked. */
static inline struct column *some_plain(struct column *c)
{
	int64_t n = c->length, at = 0;
	int64_t *offsets = mem_column((size_t)(n + 1) * sizeof *offsets);
	uint8_t *validity = c->missing ? mem_column((size_t)(n + 7) / 8) : NULL;
	struct buf bytes = BUF_INIT;
	struct column *out = NULL;
	char *own;

	for (int64_t i = 0; i < n; i++) {
		struct slice text = column_has(c, i) ? column_string(c, i) : slice_of("", 0);

		offsets[i] = at;
		buf_add(&bytes, text.p, text.n);
		at += (int64_t)text.n;
	}
	offsets[n] = at;
	own = mem_column((size_t)at + 1);
	if (at)
		memcpy(own, bytes.p, (size_t)at);
	if (validity)
		memcpy(validity, c->validity, (size_t)(n + 7) / 8);
	if (column_of_strings(offsets, own, validity, n, c->missing, &out, NULL))
		abort();
	buf_release(&bytes);
	column_unref(c);
	return out;
}

static inline struct column *some_column(const struct some *s)
{
	struct builder b;
	struct column *c = NULL;

	if (builder_init(&b, s->type, NULL))
		abort();
	for (int64_t i = 0; i < s->rows; i++) {
		if (chance(100) < s->missing)
			builder_missing(&b);
		else
			some_push(&b, s, chance(s->distinct ? s->distinct : 1000000));
	}
	if (builder_finish(&b, &c, NULL))
		abort();
	return s->type == TYPE_STRING && s->text && c->code_size ? some_plain(c) : c;
}

/* One of each layout, without rows. */
static const struct {
	const char *name;
	struct some some;
} layouts[] = {
	{ "bool", { .type = TYPE_BOOL, .missing = 33 } },
	{ "bool, none missing", { .type = TYPE_BOOL } },
	{ "int64", { .type = TYPE_INT64, .missing = 20, .odd = true } },
	{ "float64", { .type = TYPE_FLOAT64, .missing = 50, .odd = true } },
	{ "date", { .type = TYPE_DATE, .missing = 50 } },
	{ "datetime, none missing", { .type = TYPE_DATETIME } },
	{ "string, 5 values", { .type = TYPE_STRING, .distinct = 5, .missing = 25 } },
	{ "string, 300 values", { .type = TYPE_STRING, .distinct = 300, .odd = true } },
	{ "string, no dictionary", { .type = TYPE_STRING, .missing = 33, .odd = true, .text = true } },
	{ "quantity", { .type = TYPE_QUANTITY, .missing = 16, .odd = true } },
	{ "nothing", { .type = TYPE_DATE, .missing = 100 } },
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static inline struct column *layout_column(int k, int64_t rows, uint64_t seed)
{
	struct some some = layouts[k].some;

	some.rows = rows;
	columns_seed = seed * 2 + 1;
	return some_column(&some);
}

#endif
