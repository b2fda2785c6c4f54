/*
 * dict.c - distinct strings with codes: open addressing, values in one run of bytes.
 *
 * A slot keeps the hash beside the code, so that a probe compares strings only when they are almost
 * surely equal, and growing does not read the strings again.
 */
#include "table/table.h"

#include <string.h>

struct dict {
	struct buf bytes, offsets;       /* offsets: size_t starts; the end of the last is bytes.n */
	struct slot {
		uint32_t hash;
		int32_t code;            /* + 1; 0 = empty */
	} *slots;
	size_t nslots;                   /* a power of two, at most half full */
	int32_t count;
};

/* Eight bytes at a time, each mixed in by a multiplication with an odd constant; only has to spread. */
static uint32_t hash_bytes(const char *p, size_t n)
{
	uint64_t h = n * UINT64_C(0x9e3779b97f4a7c15), word;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		h = (h ^ word) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 32;
	}
	word = 0;
	if (n)
		memcpy(&word, p, n);
	h = (h ^ word) * UINT64_C(0x9fb21c651e98df25);
	return (uint32_t)(h ^ h >> 32);
}

struct dict *dict_new(void)
{
	struct dict *d = mem_zero(1, sizeof *d);

	if (!d)
		return NULL;
	d->nslots = 64;
	d->slots = mem_zero(d->nslots, sizeof *d->slots);
	if (!d->slots) {
		mem_free(d);
		return NULL;
	}
	return d;
}

void dict_free(struct dict *d)
{
	if (!d)
		return;
	buf_release(&d->bytes);
	buf_release(&d->offsets);
	mem_free(d->slots);
	mem_free(d);
}

int32_t dict_count(const struct dict *d)
{
	return d->count;
}

struct slice dict_value(const struct dict *d, int32_t code)
{
	const size_t *starts = (const size_t *)(const void *)d->offsets.p;
	size_t end = code + 1 < d->count ? starts[code + 1] : d->bytes.n;

	return slice_of(d->bytes.p ? d->bytes.p + starts[code] : "", end - starts[code]);
}

/* The slot that holds the string, or the empty one where it would go. */
static size_t probe(const struct dict *d, const char *p, size_t n, uint32_t hash)
{
	size_t i = hash & (d->nslots - 1);

	while (d->slots[i].code &&
	       (d->slots[i].hash != hash || !slice_eq(dict_value(d, d->slots[i].code - 1), slice_of(p, n))))
		i = (i + 1) & (d->nslots - 1);
	return i;
}

static bool grow(struct dict *d)
{
	size_t nslots = d->nslots * 2;
	struct slot *slots = mem_zero(nslots, sizeof *slots);

	if (!slots)
		return false;
	for (size_t k = 0; k < d->nslots; k++) {
		size_t i = d->slots[k].hash & (nslots - 1);

		if (!d->slots[k].code)
			continue;
		while (slots[i].code)
			i = (i + 1) & (nslots - 1);
		slots[i] = d->slots[k];
	}
	mem_free(d->slots);
	d->slots = slots;
	d->nslots = nslots;
	return true;
}

int32_t dict_find(const struct dict *d, const char *p, size_t n)
{
	return d->slots[probe(d, p, n, hash_bytes(p, n))].code - 1;
}

int32_t dict_code(struct dict *d, const char *p, size_t n)
{
	uint32_t hash = hash_bytes(p, n);
	size_t i = probe(d, p, n, hash), start = d->bytes.n;

	if (d->slots[i].code)
		return d->slots[i].code - 1;
	if (d->count == INT32_MAX)
		return -1;
	if ((size_t)d->count * 2 >= d->nslots) {
		if (!grow(d))
			return -1;
		i = probe(d, p, n, hash);
	}
	buf_add(&d->offsets, &start, sizeof start);
	buf_add(&d->bytes, p, n);
	if (d->bytes.failed || d->offsets.failed)
		return -1;
	d->slots[i] = (struct slot){ hash, ++d->count };
	return d->count - 1;
}
