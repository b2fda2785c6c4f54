/* order_priv.h - what the files of the order share: numbers with the rows they stand for, and their stable sort. */
#ifndef MUSTER_ORDER_PRIV_H
#define MUSTER_ORDER_PRIV_H

#include "query/query.h"

/* A row with a number that stands for its place; rows are below 2^32. */
struct ranked {
	uint64_t key, row;
};
/*
 * Stable, ascending by key; *items and *spare are n each, and may change places. `varies` has the bits set that are not the
 * same in all keys (others may be). One thread where threads = 1.
 */
int ranked_sort(struct ranked **items, struct ranked **spare, int64_t n, uint64_t varies, int threads, struct err *e);

/* The same of numbers that hold key and row, the row in the lowest bits, of which `varies` has none. */
int packed_sort(uint64_t **items, uint64_t **spare, int64_t n, uint64_t varies, int threads, struct err *e);

/*
 * Strings without a dictionary, bytewise: the rows that have a value in their stable order, then the others in theirs; the
 * number of those that have one.
 */
int text_order(const struct column *c, int threads, uint32_t *idx, int64_t *there, struct err *e);
/* rank[row] = how many different values are before that row's; *ranks of them. Undefined where missing. */
int text_ranks(const struct column *c, int threads, uint32_t *rank, int64_t *ranks, struct err *e);

/*
 * order_fields.c. A field is a key or one of the two of a figure, whose numbers go from 0 to span; then come NaN and missing.
 */
enum { FIELD_BLOCK = 1024 };
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

/* Numbers of n <= FIELD_BLOCK rows, in the order of the field. */
void field_numbers(const struct field *f, int64_t from, int64_t n, uint64_t *out);
/* The rows are in the order of the field as they stand. */
int field_rises(const struct field *f, int64_t rows, int threads, bool *rises, struct err *e);
/* Fields of a key behind fields[0 .. *n); up to four. */
int fields_add(struct field *fields, int *n, const struct order_key *key, int64_t rows, int threads, struct err *e);
/* Bits that numbers up to `most` take. */
unsigned number_width(uint64_t most);

#endif
