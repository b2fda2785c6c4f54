/* dict.c - distinct strings with codes; open addressing over FNV-1a, values in one run of bytes. */
#include "table/table.h"

#include <string.h>

struct dict {
	struct buf bytes, offsets;       /* offsets: size_t starts; the end of the last is bytes.n */
	int32_t *slots;                  /* code + 1, 0 = empty */
	size_t nslots;                   /* a power of two, at most half full */
	int32_t count;
};

static uint64_t hash_bytes(const char *p, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 32;
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
static size_t probe(const struct dict *d, const char *p, size_t n)
{
	size_t i = hash_bytes(p, n) & (d->nslots - 1);

	while (d->slots[i] && !slice_eq(dict_value(d, d->slots[i] - 1), slice_of(p, n)))
		i = (i + 1) & (d->nslots - 1);
	return i;
}

static bool grow(struct dict *d)
{
	size_t nslots = d->nslots * 2;
	int32_t *slots = mem_zero(nslots, sizeof *slots);

	if (!slots)
		return false;
	mem_free(d->slots);
	d->slots = slots;
	d->nslots = nslots;
	for (int32_t code = 0; code < d->count; code++) {
		struct slice v = dict_value(d, code);

		d->slots[probe(d, v.p, v.n)] = code + 1;
	}
	return true;
}

int32_t dict_find(const struct dict *d, const char *p, size_t n)
{
	return d->slots[probe(d, p, n)] - 1;
}

int32_t dict_code(struct dict *d, const char *p, size_t n)
{
	size_t i = probe(d, p, n), start = d->bytes.n;

	if (d->slots[i])
		return d->slots[i] - 1;
	if (d->count == INT32_MAX)
		return -1;
	if ((size_t)d->count * 2 >= d->nslots) {
		if (!grow(d))
			return -1;
		i = probe(d, p, n);
	}
	buf_add(&d->offsets, &start, sizeof start);
	buf_add(&d->bytes, p, n);
	if (d->bytes.failed || d->offsets.failed)
		return -1;
	d->slots[i] = ++d->count;
	return d->count - 1;
}
