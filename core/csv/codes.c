/*
 * codes.c - a hash table whose lookups do not branch.
 *
 * A key of up to 32 bytes is its first sixteen and its last sixteen bytes, as words, and its size: comparing these
 * five numbers compares the strings, whatever their length. The table is kept so empty that most values stand in
 * their first slot. So a field is looked up in a straight line - words, hash, slot, one entry, compare - and the
 * processor works on several fields at a time. What is not found that way (new values, long ones, those whose slot
 * was taken, empty and quoted fields) is collected and takes the careful way afterwards, in order.
 */
#include "csv/codes.h"
#include "csv/kernel_priv.h"

#include <string.h>

enum {
	BLOCK = 64,
	SHORT = 16, KEY = 32,            /* bytes that are compared as two words, and as four */
	FIRST_BITS = 9, SPACE = 8,       /* slots at first; and for each value, or half as many */
	MANY = 1000,                     /* values: their entries are in no cache near the processor */
	MOST = (1 << 24) - 1,
};
#define FREE UINT32_MAX                  /* in a slot, or as a code: none */
#define HIDDEN (UINT32_C(1) << 31)       /* with the size of an entry that no field can mean */

struct entry {
	uint64_t word[4];        /* the first 16 bytes; the last 16 when there are more, else 0 */
	uint32_t size, hash;
};

struct codes {
	uint32_t *slots;         /* codes */
	unsigned shift;          /* of a hash, to its slot */
	struct entry *entries;   /* code c is [c + 1]; [0], for free slots, is like no key */
	int64_t *first;
	uint32_t *offset;        /* into bytes */
	size_t count, room, limit;
	struct buf bytes;
	char quote;
	bool wide;               /* the fields of late are of more than SHORT bytes */
	bool full, failed;
};

/* == keys ==================================================================================== */

struct key {
	uint64_t word[4];
	uint32_t size, hash;
};

/* From the digits of pi; they only have to be odd and without a pattern. */
static const uint64_t odd[4] = {
	UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707345),
	UINT64_C(0xa4093822299f31d1), UINT64_C(0x082efa98ec4e6c89),
};

/* From [KEY - n] on: ones in the first n bytes, or in all of sixteen. */
static const uint8_t first_bytes[KEY + 16] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

static inline uint64_t load64(const void *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* The upper half of a sum of products, where every bit of every word comes in. */
static inline uint32_t hash_words(const uint64_t word[4])
{
	return (uint32_t)((word[0] * odd[0] + word[1] * odd[1] + word[2] * odd[2] + word[3] * odd[3]) >> 32);
}

static struct key key_of(struct slice s)
{
	struct key k = { .size = (uint32_t)s.n };
	uint64_t inner = 0;

	if (s.n)
		memcpy(k.word, s.p, s.n < 16 ? s.n : 16);
	if (s.n > 16)
		memcpy(k.word + 2, s.p + s.n - 16, 16);
	for (size_t i = 16; s.n > KEY && i + 16 < s.n; i += 8) {
		inner = (inner ^ load64(s.p + i)) * odd[0];
		inner ^= inner >> 32;
	}
	k.hash = hash_words(k.word) ^ (uint32_t)inner;
	return k;
}

/* Fields that are empty or quoted are left, whatever codes_add was given. */
static uint32_t hidden(const struct codes *c, const uint64_t *word, uint32_t size)
{
	char first;

	memcpy(&first, word, 1);
	return !size || (c->quote && first == c->quote) ? HIDDEN : 0;
}

/* == table =================================================================================== */

/* The code of this key, or FREE. */
static uint32_t find(const struct codes *c, const struct key *k, const char *p)
{
	size_t mask = UINT32_MAX >> c->shift, at = k->hash >> c->shift;
	uint32_t n = k->size & ~HIDDEN, code;

	for (; (code = c->slots[at]) != FREE; at = (at + 1) & mask) {
		const struct entry *e = c->entries + code + 1;

		if (e->size == k->size && !memcmp(e->word, k->word, sizeof e->word) &&
		    (n <= KEY || !memcmp(c->bytes.p + c->offset[code], p, n)))
			break;
	}
	return code;
}

/* Into the first free slot from its own on; there is one. */
static void place(struct codes *c, size_t code)
{
	size_t mask = UINT32_MAX >> c->shift, at = c->entries[code + 1].hash >> c->shift;

	while (c->slots[at] != FREE)
		at = (at + 1) & mask;
	c->slots[at] = (uint32_t)code;
}

static bool grow_slots(struct codes *c, unsigned bits)
{
	size_t size = sizeof *c->slots << bits;
	uint32_t *fresh = mem_alloc(size);

	if (!fresh)
		return false;
	memset(fresh, 0xff, size);
	mem_free(c->slots);
	c->slots = fresh;
	c->shift = 32 - bits;
	for (size_t code = 0; code < c->count; code++)
		place(c, code);
	return true;
}

static bool resize(void *array, size_t size)
{
	void *fresh = mem_resize(*(void **)array, size);

	if (fresh)
		*(void **)array = fresh;
	return fresh != NULL;
}

static bool grow_entries(struct codes *c)
{
	size_t room = c->room ? c->room * 2 : 32;

	if (!resize(&c->entries, (room + 1) * sizeof *c->entries) || !resize(&c->first, room * sizeof *c->first) ||
	    !resize(&c->offset, room * sizeof *c->offset))
		return false;
	c->entries[0].size = UINT32_MAX;
	c->room = room;
	return true;
}

/* The code of a new value, or FREE and a flag set. */
static uint32_t insert(struct codes *c, const struct key *k, struct slice value, int64_t row)
{
	size_t code = c->count, start = c->bytes.n;
	struct entry *e;

	if (code == c->limit || value.n > UINT32_MAX - start) {
		c->full = true;
		return FREE;
	}
	if ((code == c->room && !grow_entries(c)) ||
	    (code * SPACE > UINT32_MAX >> c->shift && !grow_slots(c, 33 - c->shift)))
		goto fail;
	buf_add(&c->bytes, value.p, value.n);
	if (c->bytes.failed)
		goto fail;
	e = c->entries + code + 1;
	memcpy(e->word, k->word, sizeof e->word);
	e->size = k->size;
	e->hash = k->hash;
	c->first[code] = row;
	c->offset[code] = (uint32_t)start;
	place(c, code);
	c->count++;
	return (uint32_t)code;
fail:
	c->failed = true;
	return FREE;
}

/* == many fields ============================================================================= */

static inline __attribute__((always_inline)) struct key
key_of_field(const char *p, uint32_t size, bool wide)
{
	/* no entry has a size of 0 that is not hidden */
	struct key k = { .size = size <= (wide ? KEY : SHORT) ? size : 0 };
	const uint8_t *mask = first_bytes + KEY - k.size;

	k.word[0] = load64(p) & load64(mask);
	k.word[1] = load64(p + 8) & load64(mask + 8);
	if (wide) {
		uint64_t longer = 0 - (uint64_t)(k.size > 16);

		k.word[2] = load64(p + size - 16) & longer;
		k.word[3] = load64(p + size - 8) & longer;
	}
	k.hash = hash_words(k.word);
	return k;
}

/* Not zero when they differ. */
static inline __attribute__((always_inline)) uint64_t
differs(const struct entry *e, const struct key *k, bool wide)
{
	uint64_t d = (e->word[0] ^ k->word[0]) | (e->word[1] ^ k->word[1]) | (e->size ^ k->size);

	return wide ? d | (e->word[2] ^ k->word[2]) | (e->word[3] ^ k->word[3]) : d;
}

/*
 * The codes of those fields of a block that are found in a straight line; the others go to miss[] in order. Returns
 * how many. For fields of up to SHORT bytes, or (wide) up to KEY; longer ones are not found.
 */
static inline __attribute__((always_inline)) size_t
look_up(const struct codes *c, const struct kernel_fields *f, size_t i, size_t n, bool wide, uint32_t *code,
	uint8_t *miss)
{
	const struct entry *entries = c->entries + 1;
	const uint32_t *slots = c->slots;
	unsigned shift = c->shift;
	struct kernel_block b;
	size_t nmiss = 0;

	kernel_gather(f, i, n, &b);
	for (size_t k = 0; k < n; k++) {
		struct key key = key_of_field(f->p + b.begin[k], b.size[k], wide);
		int32_t at = (int32_t)slots[key.hash >> shift];

		code[k] = (uint32_t)at;
		miss[nmiss] = (uint8_t)k;
		nmiss += differs(entries + at, &key, wide) != 0;
	}
	return nmiss;
}

/*
 * The same in rounds, for tables that are out of reach: while one field waits for memory, others ask for theirs. Any
 * size up to KEY; and a second slot for those whose first is another's.
 */
static size_t look_up_far(const struct codes *c, const struct kernel_fields *f, size_t i, size_t n, uint32_t *code,
			  uint8_t *miss)
{
	const struct entry *entries = c->entries + 1;
	const uint32_t *slots = c->slots;
	uint32_t mask = UINT32_MAX >> c->shift;
	unsigned shift = c->shift;
	struct kernel_block b;
	struct key keys[BLOCK];
	size_t nmiss = 0, nfirst;

	kernel_gather(f, i, n, &b);
	for (size_t k = 0; k < n; k++)
		keys[k] = key_of_field(f->p + b.begin[k], b.size[k], true);
	for (size_t k = 0; k < n; k++) {
		code[k] = slots[keys[k].hash >> shift];
		__builtin_prefetch(entries + (int32_t)code[k]);
		__builtin_prefetch(&entries[(int32_t)code[k]].hash);
	}
	for (size_t k = 0; k < n; k++) {
		miss[nmiss] = (uint8_t)k;
		nmiss += differs(entries + (int32_t)code[k], keys + k, true) != 0;
	}
	nfirst = nmiss;
	nmiss = 0;
	for (size_t m = 0; m < nfirst; m++) {
		uint8_t k = miss[m];

		code[k] = slots[((keys[k].hash >> shift) + 1) & mask];
		miss[nmiss] = k;
		nmiss += differs(entries + (int32_t)code[k], keys + k, true) != 0;
	}
	return nmiss;
}

static void set_quote(struct codes *c, char quote)
{
	c->quote = quote;
	for (size_t i = 1; i <= c->count; i++) {
		struct entry *e = c->entries + i;

		e->size &= ~HIDDEN;
		e->size |= hidden(c, e->word, e->size);
	}
}

size_t codes_fields(struct codes *c, const struct kernel_fields *f, size_t n, char quote, int64_t row, uint32_t *code,
		    uint32_t *left, size_t *nleft)
{
	uint8_t miss[BLOCK];
	size_t block, nmiss;

	*nleft = 0;
	if (quote != c->quote)
		set_quote(c, quote);
	for (size_t i = 0; i < n; i += block) {
		block = n - i < BLOCK ? n - i : BLOCK;
		if (c->count > MANY)
			nmiss = look_up_far(c, f, i, block, code + i, miss);
		else if (c->wide)
			nmiss = look_up(c, f, i, block, true, code + i, miss);
		else
			nmiss = look_up(c, f, i, block, false, code + i, miss);
		for (size_t m = 0; m < nmiss; m++) {
			size_t at = i + miss[m];
			uint32_t from = f->begin[at * f->begin_stride] + f->begin_add;
			struct slice s = slice_of(f->p + from, f->end[at * f->end_stride] - from);
			struct key k;

			if (!s.n || (quote && *s.p == quote)) {
				left[(*nleft)++] = (uint32_t)at;
				continue;
			}
			k = key_of(s);
			code[at] = find(c, &k, s.p);
			if (code[at] == FREE && (code[at] = insert(c, &k, s, row + (int64_t)at)) == FREE)
				return at;
			c->wide |= s.n > SHORT;
		}
	}
	return n;
}

bool codes_add(struct codes *c, struct slice value, int64_t row, uint32_t *code)
{
	struct key k;
	uint32_t found;

	if (value.n >= HIDDEN) {
		c->full = true;
		return false;
	}
	k = key_of(value);
	k.size |= hidden(c, k.word, k.size);
	found = find(c, &k, value.p);
	if (found == FREE && (found = insert(c, &k, value, row)) == FREE)
		return false;
	if (row < c->first[found])
		c->first[found] = row;
	*code = found;
	return true;
}

/* == the rest ================================================================================ */

struct codes *codes_new(size_t limit)
{
	struct codes *c = mem_zero(1, sizeof *c);

	if (!c)
		return NULL;
	c->limit = limit < MOST ? limit : MOST;
	if (!grow_slots(c, FIRST_BITS) || !grow_entries(c)) {
		codes_free(c);
		return NULL;
	}
	return c;
}

void codes_free(struct codes *c)
{
	if (!c)
		return;
	mem_free(c->slots);
	mem_free(c->entries);
	mem_free(c->first);
	mem_free(c->offset);
	buf_release(&c->bytes);
	mem_free(c);
}

void codes_clear(struct codes *c)
{
	memset(c->slots, 0xff, ((size_t)(UINT32_MAX >> c->shift) + 1) * sizeof *c->slots);
	c->count = 0;
	buf_clear(&c->bytes);
	c->bytes.failed = c->full = c->failed = c->wide = false;
}

size_t codes_count(const struct codes *c)
{
	return c->count;
}

struct slice codes_value(const struct codes *c, uint32_t code)
{
	return slice_of(c->bytes.p + c->offset[code], c->entries[code + 1].size & ~HIDDEN);
}

int64_t codes_first(const struct codes *c, uint32_t code)
{
	return c->first[code];
}

size_t codes_bytes(const struct codes *c)
{
	return c->bytes.n;
}

bool codes_full(const struct codes *c)
{
	return c->full;
}

bool codes_failed(const struct codes *c)
{
	return c->failed;
}
