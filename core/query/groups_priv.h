/*
 * groups_priv.h - how groups number the rows, shared by the files groups*.c and the aggregates that count distinct values.
 *
 * Every key value is a word of 64 bits: a code for strings and quantities, the days, the integer, the bits of a float of
 * which NaN and zero have one pattern each. The words of each group are kept, so whatever finds the groups can be thrown
 * away and made anew when a batch brings values that it was not made for.
 */
#ifndef MUSTER_GROUPS_PRIV_H
#define MUSTER_GROUPS_PRIV_H

#include "query/texts_priv.h"

/* The values of a key in a batch, as they come or translated to codes. */
enum key_repr { KEY_U8, KEY_U16, KEY_U32, KEY_I32, KEY_WORD };
struct key_in {
	enum key_repr repr;
	bool constant;
	const void *values;
	const uint8_t *there;            /* as in a vec */
};

struct key {
	enum type type;
	/* Words lo .. lo + span - 2 have the codes 1 .. span - 1, missing has 0; span = 0: words do not lie close together. */
	int64_t lo;
	uint64_t span;
	bool wide;
	struct names names;              /* strings; quantities, as bytes */
	uint64_t *words;                 /* of each group */
	uint8_t *there;
	struct key_in in;
	uint64_t *room;                  /* VEC_MAX words, where the values of a batch do not serve as they are */
	uint64_t *wide_words;            /* VEC_MAX, for keys compared word by word */
};

enum groups_how {
	GROUPS_NONE,                     /* no rows yet, or no keys */
	GROUPS_DIRECT,                   /* the codes, as digits of one number, are a place in a table */
	GROUPS_PACKED,                   /* that number is looked up by its hash */
	GROUPS_SINGLE,                   /* one key, whose word is looked up by its hash */
	GROUPS_WIDE,                     /* words of several keys are hashed together and compared */
};

struct groups_slot {
	uint64_t word;
	uint64_t number;                 /* of the group + 1; 0 = empty */
};

struct groups {
	int nkeys;
	struct key *keys;
	int64_t count, cap;
	enum groups_how how;
	uint32_t *direct;                /* number + 1 by place */
	uint64_t places;
	struct groups_slot *slots;
	size_t nslots;                   /* a power of two, at most half full */
	uint32_t missing;                /* GROUPS_SINGLE: the number of the group without a value, + 1 */
	uint64_t *place;                 /* VEC_MAX words of room: places, narrow or wide, and their hashes */
	uint64_t *hash;
};

/* The word of row i, which is there. */
static inline uint64_t key_word(const struct key_in *in, int32_t i)
{
	i = in->constant ? 0 : i;
	switch (in->repr) {
	case KEY_U8: return ((const uint8_t *)in->values)[i];
	case KEY_U16: return ((const uint16_t *)in->values)[i];
	case KEY_U32: return ((const uint32_t *)in->values)[i];
	case KEY_I32: return (uint64_t)((const int32_t *)in->values)[i];
	default: return ((const uint64_t *)in->values)[i];
	}
}
static inline bool key_there(const struct key_in *in, int32_t i)
{
	return !in->there || in->there[in->constant ? 0 : i];
}

static inline bool key_has_names(enum type t) { return t == TYPE_STRING || t == TYPE_QUANTITY; }
/* One pattern for NaN and one for zero. */
static inline uint64_t float_word(double v)
{
	uint64_t word;

	v = v == 0 ? 0 : v;
	__builtin_memcpy(&word, &v, sizeof word);
	return v != v ? UINT64_C(0x7ff8000000000000) : word;
}

/* groups.c: g->keys[k].in of all keys is set for n rows; the numbers of their groups. */
int groups_add_in(struct groups *g, int32_t n, uint32_t *ids, struct err *e);
/* As groups_merge, but the words of key 0 of `from` stand for first[word]: numbers of other groups. NULL = as they are. */
int groups_merge_by(struct groups *into, const struct groups *from, const uint32_t *first, uint32_t *map, struct err *e);
/*
 * A quantity as bytes that are equal when quantity_equal is true, behind what is in `out`; and back. As a key without its days:
 * then they are equal when quantity_same is true.
 */
void quantity_pack(struct buf *out, const struct quantity *q);
void quantity_pack_key(struct buf *out, const struct quantity *q);
void quantity_unpack(struct slice s, struct quantity *q);

/* groups_index.c: the same, where there are keys and rows. */
int groups_index(struct groups *g, int32_t n, uint32_t *ids, struct err *e);
/* groups.c: a group more, with the keys of that row of the batch. */
int groups_new_one(struct groups *g, int32_t row, struct err *e);

/* groups_rows.c: groups_of_columns for keys that hardly ever come again. */
int groups_of_rows(const struct column *const *keys, int nkeys, int64_t rows, int threads, uint32_t *ids, int64_t *count,
		   uint32_t **first, struct err *e);

#endif
