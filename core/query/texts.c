/*
 * texts.c - distinct texts with codes: open addressing with the hash beside the code.
 *
 * All hashes of a batch are computed, and the slots they fall on fetched, before the first is looked at, so that the cache
 * misses of a big table overlap.
 */
#include "query/texts_priv.h"

#include <string.h>

/* The product of two words in 128 bits, its halves folded: one multiplication mixes 16 bytes (the idea of Wang Yi's wyhash). */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 wide = (unsigned __int128)a * b;

	return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

uint64_t hash_text(struct slice s)
{
	const uint64_t one = UINT64_C(0x9e3779b97f4a7c15), two = UINT64_C(0xd6e8feb86659fd93);
	const char *p = s.p;
	size_t n = s.n;
	uint64_t h = (n + 1) * one, a = 0, b = 0;

	for (; n > 16; n -= 16, p += 16) {
		memcpy(&a, p, 8);
		memcpy(&b, p + 8, 8);
		h = fold(a ^ h ^ one, b ^ two) + h * one;
	}
	a = b = 0;
	if (n > 8) {
		memcpy(&a, p, 8);
		memcpy(&b, p + n - 8, 8);
	} else if (n >= 4) {
		uint32_t low, high;

		memcpy(&low, p, 4);
		memcpy(&high, p + n - 4, 4);
		a = low;
		b = high;
	} else if (n) {
		a = (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n >> 1] << 8 | (unsigned char)p[n - 1];
	}
	h = fold(a ^ h ^ two, b ^ one) + h;
	return hash_word(h);
}

void texts_release(struct texts *t)
{
	buf_release(&t->bytes);
	mem_free(t->ends);
	mem_free(t->slots);
	*t = (struct texts)TEXTS_INIT;
}

/* The upper half of the hash is kept, so growing does not read the texts. */
static bool grow_slots(struct texts *t)
{
	size_t n = t->nslots ? t->nslots * 4 : 256;
	uint64_t *slots = mem_zero(n, sizeof *slots);

	if (!slots)
		return false;
	for (size_t k = 0; k < t->nslots; k++) {
		size_t at = (size_t)(t->slots[k] >> 32) & (n - 1);

		if (!t->slots[k])
			continue;
		while (slots[at])
			at = (at + 1) & (n - 1);
		slots[at] = t->slots[k];
	}
	mem_free(t->slots);
	t->slots = slots;
	t->nslots = n;
	return true;
}

static bool grow_ends(struct texts *t, uint32_t cap)
{
	int64_t *ends = mem_resize(t->ends, cap * sizeof *ends);

	if (!ends)
		return false;
	t->ends = ends;
	t->cap = cap;
	return true;
}

static bool add_value(struct texts *t, struct slice s)
{
	if (t->count == INT32_MAX || (t->count == t->cap && !grow_ends(t, t->cap ? t->cap * 2 : 64)))
		return false;
	buf_add(&t->bytes, s.p, s.n);
	if (t->bytes.failed)
		return false;
	t->ends[t->count++] = (int64_t)t->bytes.n;
	return true;
}

/* The code of a text, which is added when it is new; UINT32_MAX without memory. */
static inline uint32_t find(struct texts *t, struct slice s, uint32_t hash)
{
	size_t at;

	if ((size_t)t->count * 2 >= t->nslots && !grow_slots(t))
		return UINT32_MAX;
	for (at = hash & (t->nslots - 1); t->slots[at]; at = (at + 1) & (t->nslots - 1)) {
		uint32_t code = (uint32_t)t->slots[at] - 1;

		if (t->slots[at] >> 32 == hash && slice_eq(texts_value(t, code), s))
			return code;
	}
	if (!add_value(t, s))
		return UINT32_MAX;
	t->slots[at] = (uint64_t)hash << 32 | t->count;
	return t->count - 1;
}

int texts_codes(struct texts *t, const struct slice *s, const uint8_t *there, int32_t n, uint32_t *codes, struct err *e)
{
	uint32_t hash[256];

	for (int32_t from = 0; from < n; from += 256) {
		int32_t m = n - from < 256 ? n - from : 256;

		for (int32_t i = 0; i < m; i++) {
			hash[i] = 0;
			if (there && !there[from + i])
				continue;
			hash[i] = (uint32_t)(hash_text(s[from + i]) >> 32);
			if (t->nslots)
				__builtin_prefetch(&t->slots[hash[i] & (t->nslots - 1)]);
		}
		for (int32_t i = 0; i < m; i++) {
			codes[from + i] = 0;
			if (there && !there[from + i])
				continue;
			if ((codes[from + i] = find(t, s[from + i], hash[i])) == UINT32_MAX)
				return err_nomem(e);
		}
	}
	return 0;
}

/* == names == */

uint32_t names_count(const struct names *s)
{
	return s->base && !s->copied ? (uint32_t)s->base->length : s->texts.count;
}

struct slice names_value(const struct names *s, uint32_t code)
{
	return s->base && !s->copied ? column_string(s->base, code) : texts_value(&s->texts, code);
}

void names_release(struct names *s)
{
	column_unref(s->base);
	for (int k = 0; k < NAMES_KNOWN; k++) {
		column_unref(s->known[k].dict);
		mem_free(s->known[k].code);
	}
	texts_release(&s->texts);
	*s = (struct names)NAMES_INIT;
}

/* The base's values with the codes they have there: needed as soon as a text has to be looked up. */
static int copy_base(struct names *s, struct err *e)
{
	struct texts fresh = TEXTS_INIT;
	int rc = 0;

	if (!s->base || s->copied)
		return 0;
	for (int64_t k = 0; k < s->base->length && !rc; k++) {
		struct slice text = column_string(s->base, k);
		uint32_t code;

		rc = texts_codes(&fresh, &text, NULL, 1, &code, e);
	}
	if (rc) {
		texts_release(&fresh);
		return rc;
	}
	s->texts = fresh;
	s->copied = true;
	return 0;
}

/* What is known of another dictionary; the oldest known one makes room. */
static int32_t *map_of(struct names *s, const struct column *dict)
{
	struct names_map *m;

	for (int k = 0; k < NAMES_KNOWN; k++)
		if (s->known[k].dict == dict)
			return s->known[k].code;
	m = &s->known[s->next];
	mem_free(m->code);
	column_unref(m->dict);
	*m = (struct names_map){ 0 };
	if (!(m->code = mem_alloc((size_t)dict->length * sizeof *m->code)))
		return NULL;
	memset(m->code, 0xff, (size_t)dict->length * sizeof *m->code);
	m->dict = column_ref(dict);
	s->next = (s->next + 1) % NAMES_KNOWN;
	return m->code;
}

static int codes_of_dict(struct names *s, const struct vec *v, int32_t n, uint32_t *room, struct err *e)
{
	int32_t *map = map_of(s, v->dict);
	int rc = 0;

	if (!map)
		return err_nomem(e);
	for (int32_t i = 0; i < n && !rc; i++) {
		struct slice text;
		int32_t code;

		room[i] = 0;
		if (!vec_has(v, i))
			continue;
		code = vec_code(v, i);
		if (map[code] < 0) {
			text = column_string(v->dict, code);
			rc = texts_codes(&s->texts, &text, NULL, 1, &room[i], e);
			if (!rc)
				map[code] = (int32_t)room[i];
		} else {
			room[i] = (uint32_t)map[code];
		}
	}
	return rc;
}

int names_codes(struct names *s, const struct vec *v, bool *same, uint32_t *room, struct err *e)
{
	int32_t n = v->constant ? v->n > 0 : v->n;
	int rc;

	*same = false;
	if (v->code_size && !s->base && !s->texts.count)
		s->base = column_ref(v->dict);
	if (v->code_size && v->dict == s->base) {
		*same = true;
		return 0;
	}
	if ((rc = copy_base(s, e)))
		return rc;
	if (v->code_size)
		return codes_of_dict(s, v, n, room, e);
	return texts_codes(&s->texts, v->as.text, v->there, n, room, e);
}

int names_merge(struct names *s, const struct names *from, uint32_t *map, struct err *e)
{
	uint32_t n = names_count(from);
	int rc = 0;

	if (!s->base && !s->texts.count && from->base)
		s->base = column_ref(from->base);
	if (s->base && s->base == from->base && !from->copied) {
		for (uint32_t k = 0; k < n; k++)
			map[k] = k;
		return 0;
	}
	if ((rc = copy_base(s, e)))
		return rc;
	for (uint32_t k = 0; k < n && !rc; k++) {
		struct slice text = names_value(from, k);

		rc = texts_codes(&s->texts, &text, NULL, 1, &map[k], e);
	}
	return rc;
}
