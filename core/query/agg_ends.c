/*
 * agg_ends.c - min, max, first and last of types that fit a word.
 *
 * The least and the greatest are the ends of the order, in which NaN comes behind all numbers.
 */
#include "query/agg_priv.h"

#include <string.h>

/* == part 0 = a word a group, part 1 = a byte that says it has one == */

#define ENDS(name, T, S, BEFORE)                                                                                      \
	static void name(S *cur, uint8_t *seen, const uint32_t *ids, const T *v, const uint8_t *there, int32_t n)     \
	{                                                                                                             \
		for (int32_t i = 0; i < n; i++) {                                                                     \
			uint32_t g = ids[i];                                                                          \
			S x = v[i], c = cur[g];                                                                       \
			if (there && !there[i])                                                                       \
				continue;                                                                             \
			cur[g] = !seen[g] || (BEFORE) ? x : c;                                                        \
			seen[g] = 1;                                                                                  \
		}                                                                                                     \
	}
/* NaN is behind x when x is a number, and x before c when c is NaN and x is not */
#define FLOAT_BEFORE (x < c || (c != c && x == x))
#define FLOAT_BEHIND (x > c || (x != x && c == c))
ENDS(min_words, int64_t, int64_t, x < c)
ENDS(max_words, int64_t, int64_t, x > c)
ENDS(min_days, int32_t, int64_t, x < c)
ENDS(max_days, int32_t, int64_t, x > c)
ENDS(min_bytes, uint8_t, int64_t, x < c)
ENDS(max_bytes, uint8_t, int64_t, x > c)
ENDS(min_floats, double, double, FLOAT_BEFORE)
ENDS(max_floats, double, double, FLOAT_BEHIND)
ENDS(first_words, int64_t, int64_t, false)
ENDS(last_words, int64_t, int64_t, true)
ENDS(first_days, int32_t, int64_t, false)
ENDS(last_days, int32_t, int64_t, true)
ENDS(first_bytes, uint8_t, int64_t, false)
ENDS(last_bytes, uint8_t, int64_t, true)

enum which { MIN, MAX, FIRST, LAST };

static enum which which_of(const struct agg *a)
{
	const char *name = a->class->name;

	return name[0] == 'f' ? FIRST : name[0] == 'l' ? LAST : name[1] == 'i' ? MIN : MAX;
}

static void take(enum which which, enum type type, void *cur, uint8_t *seen, const uint32_t *ids, const void *v,
		 const uint8_t *there, int32_t n)
{
#define TAKE(T, S, loops) \
	(which == MIN ? min_##loops : which == MAX ? max_##loops : which == FIRST ? first_##loops : last_##loops)( \
		(S *)cur, seen, ids, (const T *)v, there, n)
	if (type == TYPE_BOOL)
		TAKE(uint8_t, int64_t, bytes);
	else if (type == TYPE_DATE)
		TAKE(int32_t, int64_t, days);
	else if (type == TYPE_FLOAT64 && which == MIN)
		min_floats(cur, seen, ids, v, there, n);
	else if (type == TYPE_FLOAT64 && which == MAX)
		max_floats(cur, seen, ids, v, there, n);
	else
		TAKE(int64_t, int64_t, words);
#undef TAKE
}

static int add_ends(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	(void)e;
	take(which_of(a), a->types[0], a->part[0], a->part[1], ids ? ids : agg_zeros, args[0].as.i64, args[0].there, n);
	return 0;
}

static int merge_ends(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	uint32_t ids[VEC_MAX];
	const uint64_t *cur = from->part[0];
	const uint8_t *seen = from->part[1];
	/* days and truths are words in the state */
	enum type type = into->types[0] == TYPE_FLOAT64 ? TYPE_FLOAT64 : TYPE_INT64;

	(void)e;
	for (int64_t at = 0; at < from->ngroups; at += VEC_MAX) {
		int32_t n = from->ngroups - at < VEC_MAX ? (int32_t)(from->ngroups - at) : VEC_MAX;

		for (int32_t i = 0; i < n; i++)
			ids[i] = map ? map[at + i] : (uint32_t)(at + i);
		take(which_of(into), type, into->part[0], into->part[1], ids, cur + at, seen + at, n);
	}
	return 0;
}

static int finish_ends(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	enum type type = a->types[0];

	if (type == TYPE_FLOAT64)
		return agg_float64(a->part[0], a->part[1], n, out, e);
	if (type == TYPE_BOOL || type == TYPE_DATE)
		return agg_narrow(a->part[0], a->part[1], n, type, out, e);
	return agg_int64(a->part[0], a->part[1], n, type, out, e);
}

#define ENDS_CLASS(which) \
	{ .name = which, .types = "bifdt", .size = { 8, 1 }, .add = add_ends, .merge = merge_ends, .finish = finish_ends }
const struct agg_class agg_ends[] = { ENDS_CLASS("min"), ENDS_CLASS("max"), ENDS_CLASS("first"), ENDS_CLASS("last"), { 0 } };
