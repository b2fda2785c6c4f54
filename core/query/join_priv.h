/* join_priv.h - what the joins share: keys of two tables as common numbers, and the table that comes of pairs of rows. */
#ifndef MUSTER_JOIN_PRIV_H
#define MUSTER_JOIN_PRIV_H

#include "query/query.h"

/*
 * The keys of the right table are numbered; a left row has the number of the right rows whose keys equal its own,
 * QUERY_NONE when there are none or a key of it is missing. Without keys all rows have number 0.
 */
struct key_map;
struct keys {
	int n;
	struct key_map *maps;
	int64_t count;           /* numbers are below it */
	uint32_t *right;         /* of each right row; QUERY_NONE where a key is missing or equals nothing by its type */
};
#define KEYS_INIT { 0 }
/* ERR_NAME, ERR_TYPE; the tables have to outlive the keys. */
int keys_open(struct keys *k, const struct table *left, const struct table *right, const struct join_keys *on, int threads,
	      struct err *e);
/* Numbers of left rows from, from + 1, ...; n <= VEC_MAX. Any number of threads at once. */
void keys_left(const struct keys *k, int64_t from, int64_t n, uint32_t *ids);
void keys_release(struct keys *k);

/*
 * Row li[k] of the left table beside row ri[k] of the right, without its keys; QUERY_NONE = missing values. li NULL = the left
 * table as it is. ri NULL = nothing of the right. Of the last `right_only` pairs, where li is QUERY_NONE, the keys are the right row's.
 */
struct pairs {
	const struct table *left, *right;
	const struct join_keys *on;
	const uint32_t *li, *ri;
	int64_t n, right_only;
	bool full;
	const char *suffix;
};
/* Integers as floats. */
int column_as_floats(const struct column *c, struct column **out, struct err *e);
int pairs_table(const struct pairs *p, int threads, struct table **out, struct err *e);

#endif
