/*
 * vec.h - a few thousand values of one type: what expressions, groups and aggregates work on.
 *
 * A vec points at values that somebody else owns: at a stretch of a column (no copy, where nothing is missing), or at
 * buffers of whoever computed it. Its arrays hold `n` values from 0 on, or one when it is `constant`. At most VEC_MAX values,
 * so that several of them stay in the cache of a core. Missing values are told by one byte a value, not by a bitmap: loops
 * over bytes are what compilers turn into vector code.
 */
#ifndef MUSTER_VEC_H
#define MUSTER_VEC_H

#include "table/table.h"

enum { VEC_MAX = 2048 };

struct vec {
	enum type type;
	bool constant;                   /* value 0 stands for all n */
	uint8_t code_size;               /* string: bytes of a code into `dict`; 0 = slices */
	int32_t n;
	const uint8_t *there;            /* 1 = the value is there, 0 = missing; NULL = all are */
	union {
		const uint8_t *truth;    /* bool: 0 or 1 */
		const int64_t *i64;      /* int64, datetime */
		const double *f64;
		const int32_t *days;     /* date */
		const void *codes;       /* string with a dictionary; undefined where missing, maybe past the end */
		const struct slice *text;        /* string without; undefined where missing */
		const struct quantity *figure;   /* quantity; undefined where missing */
	} as;
	const struct column *dict;       /* string with a dictionary: distinct values, none missing */
};

static inline bool vec_has(const struct vec *v, int32_t i)
{
	return !v->there || v->there[v->constant ? 0 : i];
}
static inline int32_t vec_code(const struct vec *v, int32_t i)
{
	i = v->constant ? 0 : i;
	if (v->code_size == 1)
		return ((const uint8_t *)v->as.codes)[i];
	return v->code_size == 2 ? ((const uint16_t *)v->as.codes)[i] : ((const int32_t *)v->as.codes)[i];
}
/* Of a string, with or without a dictionary; the value has to be there. */
static inline struct slice vec_text(const struct vec *v, int32_t i)
{
	return v->code_size ? column_string(v->dict, vec_code(v, i)) : v->as.text[v->constant ? 0 : i];
}

/*
 * Room for the vec of a column's rows where it cannot point into the column: gathered rows, bitmaps as bytes, text, figures. One
 * for each column and thread; `vec_room_release` when done.
 */
struct vec_room {
	void *values;
	size_t size;                     /* bytes of a value that there is room for */
	uint8_t *there;
};
#define VEC_ROOM_INIT { 0 }
void vec_room_release(struct vec_room *room);

/*
 * Rows from, from + 1, ... of a column, or the rows rows[0..n) when `rows` is not NULL, as a vec, n <= VEC_MAX. The vec holds
 * as long as the column does and the room is not used again. ERR_MEMORY.
 */
int vec_of_column(struct vec *v, struct vec_room *room, const struct column *c, int64_t from, const uint32_t *rows, int32_t n,
		  struct err *e);

/*
 * Values of a type that has one array of them (not strings, not quantities) into a column's arrays, beginning with row `at`, a multiple
 * of 8; the bits of missing rows are clear in `validity`, whose bytes from there on are overwritten. How many are missing. Threads
 * may put into one column at the same time, at rows that are multiples of 64 apart.
 */
int64_t vec_put(const struct vec *v, void *values, uint8_t *validity, int64_t at);

/*
 * Vecs of any type to a column, one behind the other. Strings keep their dictionary while all vecs have the same one, else they
 * become what builders make of them.
 */
struct vec_sink;
int vec_sink_open(enum type type, struct vec_sink **out, struct err *e);
int vec_sink_add(struct vec_sink *s, const struct vec *v, struct err *e);
int vec_sink_finish(struct vec_sink *s, struct column **out, struct err *e);     /* releases, whatever comes of it */
void vec_sink_release(struct vec_sink *s);                                       /* NULL is fine */

#endif
