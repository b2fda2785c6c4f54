/*
 * groups_index.c - from the keys of a batch to the numbers of their groups.
 *
 * Keys whose words lie close together (codes, days, small integers) are digits of one number in mixed radix. While there are
 * few such numbers each is a place in a table, else it is looked up by its hash. Where the product does not fit a word, or
 * a key has words anywhere, words are hashed. A batch with words outside of what is known makes the spans wider, and the
 * table is made anew from the groups, which is rare as spans grow by a share of themselves.
 */
#include "query/groups_priv.h"

#include <string.h>

enum { DIRECT_MAX = 1 << 20, SLOTS_MIN = 1024, PREFETCH = 12, PREFETCH_FROM = 1 << 14 };
#define SPAN_MAX (UINT64_C(1) << 40)
#define PACKED_MAX (UINT64_C(1) << 62)

/* == spans == */

#define SPAN_OF(name, T)                                                                                              \
	KERNEL static void name(const T *restrict p, int32_t n, int64_t *low, int64_t *high)                          \
	{                                                                                                             \
		T lo = p[0], hi = p[0];                                                                               \
		for (int32_t i = 1; i < n; i++) {                                                                     \
			lo = p[i] < lo ? p[i] : lo;                                                                   \
			hi = p[i] > hi ? p[i] : hi;                                                                   \
		}                                                                                                     \
		*low = lo;                                                                                            \
		*high = hi;                                                                                           \
	}
SPAN_OF(span_days, int32_t)
SPAN_OF(span_words, int64_t)

/* The least and the greatest word of the rows that are there; false when none is. */
static bool span_of_batch(const struct key_in *in, int32_t n, int64_t *low, int64_t *high)
{
	bool any = false;

	n = in->constant ? 1 : n;
	if (!in->there) {
		if (in->repr == KEY_I32)
			span_days(in->values, n, low, high);
		else
			span_words(in->values, n, low, high);
		return true;
	}
	for (int32_t i = 0; i < n; i++) {
		int64_t v;

		if (!in->there[i])
			continue;
		v = (int64_t)key_word(in, i);
		*low = any && *low < v ? *low : v;
		*high = any && *high > v ? *high : v;
		any = true;
	}
	return any;
}

/* So that low .. high have codes; true when that changed them. */
static bool widen(struct key *key, int64_t low, int64_t high)
{
	bool empty = key->span <= 1;
	int64_t old_low = key->lo, old_high = (int64_t)((uint64_t)key->lo + key->span - 2);
	uint64_t pad;

	if (!empty && low >= old_low && high <= old_high)
		return false;
	if (!empty) {
		low = low < old_low ? low : old_low;
		high = high > old_high ? high : old_high;
		pad = ((uint64_t)high - (uint64_t)low) / 4;
		if (pad < SPAN_MAX && low < old_low && __builtin_sub_overflow(low, (int64_t)pad, &low))
			low = INT64_MIN;
		if (pad < SPAN_MAX && high > old_high && __builtin_add_overflow(high, (int64_t)pad, &high))
			high = INT64_MAX;
	}
	key->lo = low;
	key->span = (uint64_t)high - (uint64_t)low + 2;
	if ((uint64_t)high - (uint64_t)low >= SPAN_MAX) {
		key->wide = true;
		key->span = 0;
	}
	return true;
}

static bool update_span(struct key *key, int32_t n)
{
	int64_t low, high;
	uint64_t need;

	if (key->wide)
		return false;
	if (key->type == TYPE_BOOL) {
		need = key->span;
		key->span = 3;
		return need != 3;
	}
	if (key_has_names(key->type)) {
		need = (uint64_t)names_count(&key->names) + 1;
		if (need <= key->span)
			return false;
		key->span = key->span && need < 2 * key->span ? 2 * key->span : need;
		return true;
	}
	if (span_of_batch(&key->in, n, &low, &high))
		return widen(key, low, high);
	need = key->span;
	key->span = need ? need : 1;
	return !need;
}

/* == places: codes as digits == */

#define MIX(name, T, W)                                                                                               \
	KERNEL static void name(W *restrict to, const T *restrict p, const uint8_t *restrict there, W less, W span,   \
				int32_t n)                                                                            \
	{                                                                                                             \
		if (!there)                                                                                           \
			for (int32_t i = 0; i < n; i++)                                                               \
				to[i] = to[i] * span + ((W)p[i] - less);                                              \
		else                                                                                                  \
			for (int32_t i = 0; i < n; i++)                                                               \
				to[i] = to[i] * span + (there[i] ? (W)p[i] - less : 0);                               \
	}                                                                                                             \
	KERNEL static void name##_first(W *restrict to, const T *restrict p, const uint8_t *restrict there, W less,   \
					int32_t n)                                                                    \
	{                                                                                                             \
		if (!there)                                                                                           \
			for (int32_t i = 0; i < n; i++)                                                               \
				to[i] = (W)p[i] - less;                                                               \
		else                                                                                                  \
			for (int32_t i = 0; i < n; i++)                                                               \
				to[i] = there[i] ? (W)p[i] - less : 0;                                                \
	}
MIX(narrow_u8, uint8_t, uint32_t)
MIX(narrow_u16, uint16_t, uint32_t)
MIX(narrow_u32, uint32_t, uint32_t)
MIX(narrow_i32, int32_t, uint32_t)
MIX(narrow_word, uint64_t, uint32_t)
MIX(broad_u8, uint8_t, uint64_t)
MIX(broad_u16, uint16_t, uint64_t)
MIX(broad_u32, uint32_t, uint64_t)
MIX(broad_i32, int32_t, uint64_t)
MIX(broad_word, uint64_t, uint64_t)

/* One key more; `less` is what a word has above its code, so a missing one has 0 and the least one 1. */
#define MIX_KEY(width, W)                                                                                             \
	static void mix_##width(W *to, const struct key *key, bool first, int32_t n)                                  \
	{                                                                                                             \
		const struct key_in *in = &key->in;                                                                   \
		W less = (W)key->lo - 1, span = (W)key->span;                                                         \
		if (in->constant) {                                                                                   \
			W code = key_there(in, 0) ? (W)key_word(in, 0) - less : 0;                                    \
			for (int32_t i = 0; i < n; i++)                                                               \
				to[i] = first ? code : to[i] * span + code;                                           \
			return;                                                                                       \
		}                                                                                                     \
		switch (in->repr) {                                                                                   \
		case KEY_U8:                                                                                          \
			first ? width##_u8_first(to, in->values, in->there, less, n)                                  \
			      : width##_u8(to, in->values, in->there, less, span, n);                                 \
			break;                                                                                        \
		case KEY_U16:                                                                                         \
			first ? width##_u16_first(to, in->values, in->there, less, n)                                 \
			      : width##_u16(to, in->values, in->there, less, span, n);                                \
			break;                                                                                        \
		case KEY_U32:                                                                                         \
			first ? width##_u32_first(to, in->values, in->there, less, n)                                 \
			      : width##_u32(to, in->values, in->there, less, span, n);                                \
			break;                                                                                        \
		case KEY_I32:                                                                                         \
			first ? width##_i32_first(to, in->values, in->there, less, n)                                 \
			      : width##_i32(to, in->values, in->there, less, span, n);                                \
			break;                                                                                        \
		default:                                                                                              \
			first ? width##_word_first(to, in->values, in->there, less, n)                                \
			      : width##_word(to, in->values, in->there, less, span, n);                               \
		}                                                                                                     \
	}
MIX_KEY(narrow, uint32_t)
MIX_KEY(broad, uint64_t)

/* The place of a group that is known, from its words. */
static uint64_t place_of_group(const struct groups *g, int64_t number)
{
	uint64_t place = 0;

	for (int k = 0; k < g->nkeys; k++) {
		const struct key *key = &g->keys[k];

		place = place * key->span + (key->there[number] ? key->words[number] - (uint64_t)key->lo + 1 : 0);
	}
	return place;
}

/* == hashes == */

/* Of words of several keys; `there` keeps a missing value apart from the word 0. */
static inline uint64_t hash_more(uint64_t hash, uint64_t word, bool there)
{
	return hash_word((hash + UINT64_C(0x9e3779b97f4a7c15)) * 31 ^ (there ? word : UINT64_C(0x5bd1e9955bd1e995)));
}

static uint64_t hash_of_group(const struct groups *g, int64_t number)
{
	uint64_t hash = 0;

	for (int k = 0; k < g->nkeys; k++)
		hash = hash_more(hash, g->keys[k].words[number], g->keys[k].there[number]);
	return hash;
}

static inline uint64_t slot_hash(const struct groups *g, uint64_t word)
{
	return g->how == GROUPS_WIDE ? word : hash_word(word);
}

static bool grow_slots(struct groups *g)
{
	size_t n = g->nslots ? g->nslots * (g->nslots < (1 << 20) ? 4 : 2) : SLOTS_MIN;
	struct groups_slot *slots = mem_zero(n, sizeof *slots);

	if (!slots)
		return false;
	for (size_t k = 0; k < g->nslots; k++) {
		size_t at = (size_t)slot_hash(g, g->slots[k].word) & (n - 1);

		if (!g->slots[k].number)
			continue;
		while (slots[at].number)
			at = (at + 1) & (n - 1);
		slots[at] = g->slots[k];
	}
	mem_free(g->slots);
	g->slots = slots;
	g->nslots = n;
	return true;
}

/* A group that is known to be new to the table. */
static int put_slot(struct groups *g, uint64_t word, int64_t number, struct err *e)
{
	size_t at;

	if ((size_t)number * 2 + 2 > g->nslots && !grow_slots(g))
		return err_nomem(e);
	at = (size_t)slot_hash(g, word) & (g->nslots - 1);
	while (g->slots[at].number)
		at = (at + 1) & (g->nslots - 1);
	g->slots[at] = (struct groups_slot){ word, (uint64_t)number + 1 };
	return 0;
}

/* == how groups are found == */

static enum groups_how choose(struct groups *g)
{
	uint64_t places = 1;

	for (int k = 0; k < g->nkeys; k++) {
		if (g->keys[k].wide || __builtin_mul_overflow(places, g->keys[k].span, &places) || places > PACKED_MAX)
			return g->nkeys == 1 ? GROUPS_SINGLE : GROUPS_WIDE;
	}
	g->places = places;
	/* the codes of one string key are as many as its values, however many these are */
	if (places <= DIRECT_MAX || (g->nkeys == 1 && key_has_names(g->keys[0].type)))
		return GROUPS_DIRECT;
	return GROUPS_PACKED;
}

static int make_index(struct groups *g, struct err *e)
{
	int rc = 0;

	mem_free(g->direct);
	mem_free(g->slots);
	g->direct = NULL;
	g->slots = NULL;
	g->nslots = 0;
	g->missing = 0;
	g->how = choose(g);
	if (g->how == GROUPS_DIRECT && !(g->direct = mem_zero(g->places, sizeof *g->direct)))
		return err_nomem(e);
	for (int k = 0; k < g->nkeys && g->how == GROUPS_WIDE; k++)
		if (!g->keys[k].wide_words && !(g->keys[k].wide_words = mem_column(VEC_MAX * 8)))
			return err_nomem(e);
	for (int64_t i = 0; i < g->count && !rc; i++) {
		if (g->how == GROUPS_DIRECT)
			g->direct[place_of_group(g, i)] = (uint32_t)i + 1;
		else if (g->how == GROUPS_SINGLE && !g->keys[0].there[i])
			g->missing = (uint32_t)i + 1;
		else
			rc = put_slot(g, g->how == GROUPS_PACKED ? place_of_group(g, i)
			              : g->how == GROUPS_SINGLE ? g->keys[0].words[i] : hash_of_group(g, i), i, e);
	}
	return rc;
}

/* == a batch == */

/* False when a place has no group yet. */
KERNEL static bool look_up(const uint32_t *restrict direct, const uint32_t *restrict place, uint32_t *restrict ids, int32_t n)
{
	uint32_t least = UINT32_MAX;

	for (int32_t i = 0; i < n; i++) {
		uint32_t number = direct[place[i]];

		least = number < least ? number : least;
		ids[i] = number - 1;
	}
	return least > 0;
}

static int index_direct(struct groups *g, int32_t n, uint32_t *ids, struct err *e)
{
	uint32_t *place = (uint32_t *)g->place;
	int rc = 0;

	for (int k = 0; k < g->nkeys; k++)
		mix_narrow(place, &g->keys[k], k == 0, n);
	if (look_up(g->direct, place, ids, n))
		return 0;
	for (int32_t i = 0; i < n && !rc; i++) {
		uint32_t *number = &g->direct[place[i]];

		if (!*number && !(rc = groups_new_one(g, i, e)))
			*number = (uint32_t)g->count;
		ids[i] = *number - 1;
	}
	return rc;
}

static bool same_words(const struct groups *g, uint64_t number, int32_t row)
{
	for (int k = 0; k < g->nkeys; k++) {
		const struct key *key = &g->keys[k];

		if (key->there[number] != key_there(&key->in, row) || key->words[number] != key->wide_words[row])
			return false;
	}
	return true;
}

/* Numbers by word; `there` (may be NULL) of GROUPS_SINGLE. */
static int index_hashed(struct groups *g, const uint64_t *word, const uint8_t *there, int32_t n, uint32_t *ids, struct err *e)
{
	int rc = 0;

	for (int32_t i = 0; i < n; i++)
		g->hash[i] = slot_hash(g, word[i]);
	if (!g->nslots && !grow_slots(g))
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++) {
		size_t at = (size_t)g->hash[i] & (g->nslots - 1);

		if (g->nslots >= PREFETCH_FROM && i + PREFETCH < n)
			__builtin_prefetch(&g->slots[g->hash[i + PREFETCH] & (g->nslots - 1)]);
		if (there && !there[i]) {
			if (!g->missing) {
				if ((rc = groups_new_one(g, i, e)))
					return rc;
				g->missing = (uint32_t)g->count;
			}
			ids[i] = g->missing - 1;
			continue;
		}
		while (g->slots[at].number && (g->slots[at].word != word[i] ||
					       (g->how == GROUPS_WIDE && !same_words(g, g->slots[at].number - 1, i))))
			at = (at + 1) & (g->nslots - 1);
		if (!g->slots[at].number) {
			ids[i] = (uint32_t)g->count;
			if ((rc = groups_new_one(g, i, e)) || (rc = put_slot(g, word[i], g->count - 1, e)))
				return rc;
		} else {
			ids[i] = (uint32_t)g->slots[at].number - 1;
		}
	}
	return 0;
}

static int index_single(struct groups *g, int32_t n, uint32_t *ids, struct err *e)
{
	const struct key_in *in = &g->keys[0].in;
	int rc = index_hashed(g, in->values, in->there, in->constant ? 1 : n, ids, e);

	for (int32_t i = 1; in->constant && !rc && i < n; i++)
		ids[i] = ids[0];
	return rc;
}

static int index_wide(struct groups *g, int32_t n, uint32_t *ids, struct err *e)
{
	memset(g->place, 0, (size_t)n * sizeof *g->place);
	for (int k = 0; k < g->nkeys; k++) {
		const struct key *key = &g->keys[k];

		for (int32_t i = 0; i < n; i++) {
			bool there = key_there(&key->in, i);

			key->wide_words[i] = there ? key_word(&key->in, i) : 0;
			g->place[i] = hash_more(g->place[i], key->wide_words[i], there);
		}
	}
	return index_hashed(g, g->place, NULL, n, ids, e);
}

int groups_index(struct groups *g, int32_t n, uint32_t *ids, struct err *e)
{
	bool changed = g->how == GROUPS_NONE;
	int rc;

	for (int k = 0; k < g->nkeys; k++)
		changed |= update_span(&g->keys[k], n);
	if (changed && (rc = make_index(g, e)))
		return rc;
	switch (g->how) {
	case GROUPS_DIRECT:
		return index_direct(g, n, ids, e);
	case GROUPS_SINGLE:
		return index_single(g, n, ids, e);
	case GROUPS_WIDE:
		return index_wide(g, n, ids, e);
	default:
		for (int k = 0; k < g->nkeys; k++)
			mix_broad(g->place, &g->keys[k], k == 0, n);
		return index_hashed(g, g->place, NULL, n, ids, e);
	}
}
