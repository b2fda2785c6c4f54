/*
 * tables.h - tables by chance for tests of verbs in C, and whether two of them are the same.
 */
#ifndef TABLES_H
#define TABLES_H

#include "columns.h"
#include "tap.h"

/* Columns whose names begin with c: one of each type, strings in four ways; `odd` values and missing ones in some. */
enum { SOME_COLUMNS = 11 };
static const struct some some_columns[SOME_COLUMNS] = {
	{ .type = TYPE_BOOL, .missing = 20 },
	{ .type = TYPE_BOOL },
	{ .type = TYPE_INT64, .missing = 10, .odd = true },
	{ .type = TYPE_FLOAT64, .missing = 10, .odd = true, .distinct = 200 },
	{ .type = TYPE_DATE, .distinct = 50 },
	{ .type = TYPE_DATETIME, .missing = 5 },
	{ .type = TYPE_STRING, .distinct = 9, .missing = 30, .odd = true },
	{ .type = TYPE_STRING, .distinct = 400 },
	{ .type = TYPE_STRING, .missing = 10, .odd = true, .text = true },
	{ .type = TYPE_STRING, .distinct = 30, .odd = true, .text = true },
	{ .type = TYPE_QUANTITY, .missing = 10, .odd = true },
};

static inline void must(int rc, const struct err *e)
{
	if (rc) {
		fprintf(stderr, "# %s\n", e ? e->msg : "failed");
		abort();
	}
}

static inline struct column *some_of(int k, int64_t rows)
{
	struct some s = some_columns[k];

	s.rows = rows;
	return some_column(&s);
}

/* Consumes the column. */
static inline void put(struct table *t, const char *name, struct column *c)
{
	must(table_add(t, name, c, NULL), NULL);
	column_unref(c);
}

/* All of them, and an origin: two files, with gaps between the lines. */
static inline struct table *some_table(int64_t rows)
{
	static const char *const files[] = { "one.csv", "two.csv" };
	struct origin_runs runs = ORIGIN_RUNS_INIT;
	struct table *t = NULL;
	char name[16];

	must(table_new(rows, &t, NULL), NULL);
	for (int k = 0; k < SOME_COLUMNS; k++) {
		snprintf(name, sizeof name, "c%d", k);
		put(t, name, some_of(k, rows));
	}
	for (int64_t row = 0, line = 2; row < rows; row++, line++) {
		if (!row || !chance(50)) {
			line += chance(5);
			origin_add(&runs, row, row > rows / 2, line);
		}
	}
	must(origin_finish(&runs, rows, files, 2, &t->origin, NULL), NULL);
	return t;
}

static inline bool same_columns(const struct column *a, const struct column *b)
{
	if (a->type != b->type || a->length != b->length || a->missing != b->missing)
		return false;
	for (int64_t i = 0; i < a->length; i++)
		if (!column_equal(a, i, b, i))
			return false;
	return true;
}

static inline bool same_place(const struct table *a, int64_t i, const struct table *b, int64_t j)
{
	struct slice f, g;
	int64_t x = 0, y = 0;
	bool has = table_where(a, i, &f, &x);

	return has == table_where(b, j, &g, &y) && (!has || (slice_eq(f, g) && x == y));
}

static inline bool same_tables(const struct table *a, const struct table *b)
{
	if (a->rows != b->rows || a->ncols != b->ncols)
		return false;
	for (int k = 0; k < a->ncols; k++)
		if (strcmp(a->names[k], b->names[k]) || !same_columns(a->cols[k], b->cols[k]))
			return false;
	for (int64_t i = 0; i < a->rows; i++)
		if (!same_place(a, i, b, i))
			return false;
	return true;
}

/* The same memory, byte for byte: what must not depend on threads. */
static inline bool same_bits(const struct column *a, const struct column *b)
{
	size_t size = a->type == TYPE_DATE ? 4 : a->code_size ? a->code_size : 8, bits = (size_t)(a->length + 7) / 8;
	bool good = a->type == b->type && a->length == b->length && a->missing == b->missing && a->code_size == b->code_size &&
		    !a->validity == !b->validity && !a->dict == !b->dict;

	if (good && a->validity)
		good = !memcmp(a->validity, b->validity, bits);
	if (!good)
		return false;
	if (a->type == TYPE_QUANTITY) {
		for (int k = 0; k < QUANTITY_FIELDS && good; k++)
			good = same_bits(a->as.field[k], b->as.field[k]);
		return good;
	}
	if (a->type == TYPE_BOOL)
		return !memcmp(a->as.bits, b->as.bits, bits);
	if (a->type == TYPE_STRING && !a->code_size)
		return !memcmp(a->as.offsets, b->as.offsets, (size_t)(a->length + 1) * 8) &&
		       (!a->as.offsets[a->length] || !memcmp(a->bytes, b->bytes, (size_t)a->as.offsets[a->length]));
	return (!a->dict || same_bits(a->dict, b->dict)) && (!a->length || !memcmp(a->as.codes, b->as.codes, (size_t)a->length * size));
}

static inline bool same_table_bits(const struct table *a, const struct table *b)
{
	bool good = same_tables(a, b);

	for (int k = 0; k < a->ncols && good; k++)
		good = same_bits(a->cols[k], b->cols[k]);
	return good;
}

#endif
