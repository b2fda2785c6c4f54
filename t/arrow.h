/* arrow.h - for tests of the Arrow layer: tables by chance, and tables compared and looked through. */
#ifndef T_ARROW_H
#define T_ARROW_H

#include "arrow/ipc.h"

#include <stdio.h>
#include <string.h>

static uint64_t arrow_seed;

/* xorshift64*: G. Marsaglia, "Xorshift RNGs", 2003. */
static inline uint32_t chance(uint32_t n)
{
	arrow_seed ^= arrow_seed >> 12;
	arrow_seed ^= arrow_seed << 25;
	arrow_seed ^= arrow_seed >> 27;
	return (uint32_t)(((arrow_seed * UINT64_C(2685821657736338717)) >> 32) * n >> 32);
}

static inline void push_text(struct builder *b, uint32_t kinds)
{
	static const char *const parts[] = { "", "a", "\xc3\xa9t\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xb4", "long enough to matter", "\n", "z" };
	char text[128];
	int n = snprintf(text, sizeof text, "%s%s%u", parts[chance(8)], parts[chance(8)], (unsigned)chance(kinds));

	builder_string(b, text, (size_t)n);
}

static inline void push_quantity(struct builder *b)
{
	static const char *const codes[] = { "", "killed", "wounded", "up_to" };
	struct quantity q = { .low = chance(100), .kind = (enum quantity_kind)chance(QUANTITY_KIND_COUNT), .stated = NAN };
	struct slice code = slice_of(codes[chance(4)], 0);

	code.n = strlen(code.p);
	q.high = chance(3) ? q.low + chance(100) : INFINITY;
	if (chance(2))
		q.stated = q.low;
	q.measure = code;
	q.basis = q.base = slice_of("", 0);
	q.unit = chance(4) ? slice_of("", 0) : slice_of("USD", 3);
	q.has_since = chance(3) == 0;
	q.has_as_of = chance(3) > 0;
	q.since = q.has_since ? (int32_t)chance(30000) - 15000 : 0;
	q.as_of = q.has_as_of ? (int32_t)chance(30000) - 15000 : 0;
	builder_quantity(b, &q);
}

static inline void push_any(struct builder *b, uint32_t kinds)
{
	switch (b->type) {
	case TYPE_BOOL:
		builder_bool(b, chance(2));
		break;
	case TYPE_INT64:
		builder_int64(b, chance(4) ? (int64_t)chance(1000) - 500 : chance(2) ? INT64_MAX : INT64_MIN);
		break;
	case TYPE_FLOAT64:
		builder_float64(b, chance(5) ? chance(1000) / 8.0 : chance(2) ? NAN : -INFINITY);
		break;
	case TYPE_DATE:
		builder_date(b, chance(9) ? (int32_t)chance(30000) - 9000 : chance(2) ? -719162 : 2932896);
		break;
	case TYPE_DATETIME:
		builder_int64(b, chance(9) ? (int64_t)chance(1u << 31) * 1000003 : INT64_C(-62135596800000000));
		break;
	case TYPE_STRING:
		push_text(b, kinds);
		break;
	default:
		push_quantity(b);
	}
}

/* A column of a type; `odds`: one in so many is missing, 0 = none, 1 = all. `kinds`: about so many distinct texts. */
static inline struct column *any_column(enum type type, int64_t rows, uint32_t odds, uint32_t kinds)
{
	struct builder b;
	struct column *c = NULL;

	if (builder_init(&b, type, NULL))
		return NULL;
	for (int64_t i = 0; i < rows; i++) {
		if (odds && !chance(odds))
			builder_missing(&b);
		else
			push_any(&b, kinds);
	}
	builder_finish(&b, &c, NULL);
	return c;
}

/* `sets` times all types, each with another share of missing values; texts with and without a dictionary. */
static inline struct table *any_table(int64_t rows, int sets, uint64_t seed)
{
	static const uint32_t odds[] = { 0, 3, 20, 1 };
	struct table *t = NULL;
	char name[32];

	arrow_seed = seed * 2 + 1;
	if (table_new(rows, &t, NULL))
		return NULL;
	for (int set = 0; set < sets; set++) {
		for (int type = 0; type <= TYPE_COUNT; type++) {
			enum type as = type == TYPE_COUNT ? TYPE_STRING : (enum type)type;
			struct column *c = any_column(as, rows, odds[set % 4], type == TYPE_COUNT ? 1000000 : set % 4 == 3 ? 3 : 700);

			snprintf(name, sizeof name, "%s_%d_%d", type_name(as), set, type);
			if (!c || table_add(t, name, c, NULL)) {
				column_unref(c);
				table_unref(t);
				return NULL;
			}
			column_unref(c);
		}
	}
	return t;
}

/* The first place where they differ is told on stderr. */
static inline bool same_table(const struct table *a, const struct table *b)
{
	if (a->rows != b->rows || a->ncols != b->ncols) {
		fprintf(stderr, "%lld rows of %d, %lld of %d\n", (long long)a->rows, a->ncols, (long long)b->rows, b->ncols);
		return false;
	}
	for (int k = 0; k < a->ncols; k++) {
		const struct column *x = a->cols[k], *y = b->cols[k];

		if (strcmp(a->names[k], b->names[k]) || x->type != y->type || x->missing != y->missing) {
			fprintf(stderr, "column %d: '%s' %s %lld missing, '%s' %s %lld\n", k, a->names[k], type_name(x->type),
				(long long)x->missing, b->names[k], type_name(y->type), (long long)y->missing);
			return false;
		}
		for (int64_t i = 0; i < a->rows; i++)
			if (!column_equal(x, i, y, i)) {
				fprintf(stderr, "column '%s', row %lld differs\n", a->names[k], (long long)i);
				return false;
			}
	}
	return true;
}

static inline int64_t clear_bits(const uint8_t *bits, int64_t n)
{
	int64_t clear = 0;

	for (int64_t i = 0; bits && i < n; i++)
		clear += !(bits[i >> 3] >> (i & 7) & 1);
	return clear;
}

/* Is everything in a column as table.h says? Reads all of it, so that a sanitizer sees what is out of bounds. */
static inline bool sound_column(const struct column *c, int64_t rows)
{
	struct buf text = BUF_INIT;
	bool good = c->length == rows && clear_bits(c->validity, rows) == c->missing && (!c->validity || c->missing);

	if (c->validity && rows & 7)
		good &= !(c->validity[rows >> 3] >> (rows & 7));
	if (c->type == TYPE_BOOL && rows & 7)
		good &= !(c->as.bits[rows >> 3] >> (rows & 7));
	if (c->type == TYPE_STRING && c->dict)
		good &= c->dict->type == TYPE_STRING && !c->dict->missing && !c->dict->dict && sound_column(c->dict, c->dict->length);
	for (int k = 0; c->type == TYPE_QUANTITY && k < QUANTITY_FIELDS; k++)
		good &= sound_column(c->as.field[k], rows);
	for (int64_t i = 0; i < rows && good; i++) {
		if (c->type == TYPE_STRING && !c->dict)
			good &= c->as.offsets[i] <= c->as.offsets[i + 1] && (column_has(c, i) || c->as.offsets[i] == c->as.offsets[i + 1]);
		if (!good || !column_has(c, i))
			continue;
		if (c->dict)
			good &= column_code(c, i) >= 0 && column_code(c, i) < c->dict->length;
		buf_clear(&text);
		if (good)
			column_text(&text, c, i);
		good &= text_utf8_valid(text.p ? text.p : "", text.n) == text.n;
	}
	buf_release(&text);
	return good;
}

static inline bool sound_table(const struct table *t)
{
	bool good = true;

	for (int k = 0; k < t->ncols && good; k++)
		good = sound_column(t->cols[k], t->rows) && table_find(t, t->names[k]) == k;
	return good;
}

/* The table as bytes; false when that failed. */
static inline bool table_bytes(struct buf *to, const struct table *t, enum arrow_format format, int64_t rows, struct err *e)
{
	struct arrow_write_options o = { .format = format, .rows = rows };
	struct file_out out;

	buf_clear(to);
	file_out_memory(&out, to);
	return !arrow_write(&out, t, &o, e);
}

#endif
