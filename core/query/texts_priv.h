/*
 * texts_priv.h - distinct texts of keys with codes 0, 1, 2 ... in order of first appearance, made for many at once.
 *
 * A `struct names` is the code space of one string column as it comes in batches: the codes of the first dictionary it meets
 * are taken as they are, values of other dictionaries and bare text are looked up, those of a dictionary once.
 */
#ifndef MUSTER_TEXTS_PRIV_H
#define MUSTER_TEXTS_PRIV_H

#include "query/query.h"

struct texts {
	struct buf bytes;                /* of all values, one behind the other */
	int64_t *ends;                   /* where value k ends */
	uint64_t *slots;                 /* hash in the upper half, code + 1 in the lower; 0 = empty */
	size_t nslots;                   /* a power of two, at most half full; 0 = none yet */
	uint32_t count, cap;
};
#define TEXTS_INIT { 0 }

/* Spreads 64 bits over 64 bits. */
static inline uint64_t hash_word(uint64_t x)
{
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return x ^ x >> 32;
}
uint64_t hash_text(struct slice s);

/* The codes of n texts, new ones added; where `there` is 0 the text is not looked at and the code is 0. ERR_MEMORY. */
int texts_codes(struct texts *t, const struct slice *s, const uint8_t *there, int32_t n, uint32_t *codes, struct err *e);
static inline struct slice texts_value(const struct texts *t, uint32_t code)
{
	int64_t from = code ? t->ends[code - 1] : 0;

	return slice_of(t->bytes.p ? t->bytes.p + from : "", (size_t)(t->ends[code] - from));
}
void texts_release(struct texts *t);

enum { NAMES_KNOWN = 4 };                /* dictionaries that are remembered: a scan brings them one after the other */
struct names {
	struct column *base;             /* its codes are ours; NULL = all values are in `texts` */
	bool copied;                     /* base's values are in `texts` too, with the same codes */
	struct texts texts;
	struct names_map {
		struct column *dict;
		int32_t *code;           /* ours for each of its; -1 = not known yet */
	} known[NAMES_KNOWN];
	int next;
};
#define NAMES_INIT { 0 }

uint32_t names_count(const struct names *s);
struct slice names_value(const struct names *s, uint32_t code);
/*
 * The codes of a vec of strings: where its own are ours, *same is set and nothing else done, else room[0..n) is filled (one value
 * when constant), undefined where missing.
 */
int names_codes(struct names *s, const struct vec *v, bool *same, uint32_t *room, struct err *e);
/* The code here of each code of `from` that `wanted` lists, into map[code]; map has names_count(from) places. */
int names_merge(struct names *s, const struct names *from, uint32_t *map, struct err *e);
void names_release(struct names *s);

#endif
