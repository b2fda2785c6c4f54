/*
 * index_priv.h - the arithmetic of the structural index, once for all instruction sets.
 *
 * A block is 64 bytes; a mask has bit i for byte i of it. An implementation gives five primitives, and index_pass
 * makes its `run` of them: everything is inlined, so that the arithmetic is compiled for the instruction set it is
 * used with.
 *
 * The prefix xor of the quotes is 1 from an opening quote up to the byte before the closing one; what it makes of a
 * doubled quote (one closes, the next opens) is what the grammar asks for. Source of that: G. Langdale, D. Lemire,
 * "Parsing gigabytes of JSON per second", VLDB Journal 28 (2019).
 */
#ifndef MUSTER_INDEX_PRIV_H
#define MUSTER_INDEX_PRIV_H

#include "csv/index.h"

#include <string.h>

#define INDEX_INLINE static inline __attribute__((always_inline))

/* What every block needs. */
struct index_common {
	uint64_t sep, lf;
	uint64_t rare;           /* not zero when there is a quote or a CR */
	uint64_t high;           /* not zero when some byte is above 0x7f */
};
/* What few blocks need. */
struct index_rare {
	uint64_t quote, cr;
};

struct index_pass {
	struct index_common (*find_common)(const char *p, char sep, char quote);
	struct index_rare (*find_rare)(const char *p, char quote);
	uint64_t (*prefix_xor)(uint64_t mask);   /* bit i is the xor of bits 0 to i */
	int64_t (*count)(uint64_t mask);         /* how many bits are set */
	/* Store base + i for every bit i, in order, and return the place behind the last; may write 64 in all. */
	uint32_t *(*put)(uint32_t *to, uint64_t mask, uint32_t base);
	char sep, quote;
};

/*
 * One block of any kind, of which byte `last` is the last. Returns what ends a field or a record; *wrong gets the
 * violations, *rare is not zero when there are quotes or CRs in it or it ends inside quotes.
 */
INDEX_INLINE uint64_t index_block(struct index_state *s, const struct index_pass *k, const char *p, unsigned last,
				  uint32_t base, uint64_t *wrong, uint64_t *rare)
{
	struct index_common c = k->find_common(p, k->sep, k->quote);
	struct index_rare r = k->find_rare(p, k->quote);
	uint64_t valid = UINT64_MAX >> (63 - last), quote = r.quote & valid, cr = r.cr & valid, sep = c.sep & valid;
	uint64_t line = (c.lf & valid) | cr, pair = c.lf & valid & (cr << 1 | s->cr);
	uint64_t in = k->prefix_xor(quote) ^ s->inside, opens = quote & in, closes = quote & ~in;
	uint64_t behind = closes << 1 | s->closed, ended = line & ~in, ends = ended & ~pair;
	uint64_t begins = (sep & ~in) | ended;

	*wrong = ((opens & ~(begins << 1 | s->fresh | behind)) | (behind & ~(sep | line | quote))) & valid;
	s->high |= c.high;
	s->ends += k->count(ends);
	s->blanks += k->count(ends & (ended << 1 | s->ended));
	s->lines += k->count(line & ~pair);
	s->crlf += k->count(pair & ~in);
	if (HOT_UNLIKELY(s->inner && (line & ~pair & in)))
		s->inner = k->put(s->inner, line & ~pair & in, base);
	s->inside = 0 - (in >> last & 1);
	s->fresh = begins >> last & 1;
	s->closed = closes >> last & 1;
	s->cr = cr >> last & 1;
	s->ended = ended >> last & 1;
	*rare = quote | cr | s->inside;
	return begins & ~pair;
}

/*
 * Blocks without quotes and CRs outside quotes, up to the first that has one or to `full`: a loop of its own, since
 * there the compiler keeps in registers what it needs. Returns where it stopped.
 */
INDEX_INLINE size_t index_plain_blocks(struct index_state *s, const struct index_pass *k, const char *p, size_t i,
				       size_t full, uint32_t base, uint32_t **at)
{
	uint64_t begins = s->fresh << 63, ended = s->ended << 63, high = s->high;
	uint32_t *to = *at;
	int64_t ends = 0;

	for (; i < full; i += 64) {
		struct index_common c = k->find_common(p + i, k->sep, k->quote);

		if (c.rare)
			break;
		begins = c.sep | c.lf;
		ends += k->count(c.lf);
		if (HOT_UNLIKELY(c.lf & (c.lf << 1 | ended >> 63)))
			s->blanks += k->count(c.lf & (c.lf << 1 | ended >> 63));
		ended = c.lf;
		high |= c.high;
		to = k->put(to, begins, base + (uint32_t)i);
	}
	s->fresh = begins >> 63;
	s->ended = ended >> 63;
	s->high = high;
	s->ends += ends;
	s->lines += ends;
	*at = to;
	return i;
}

/* A whole run of bytes: index_run with the primitives. */
INDEX_INLINE size_t index_pass(struct index_state *state, const char *p, size_t n, uint32_t base, uint32_t *at,
			       size_t *bad, const struct index_pass *k)
{
	struct index_state s = *state;
	size_t i = 0, full = n & ~(size_t)63;
	uint64_t wrong = 0, found, rare = s.inside | s.closed | s.cr;
	uint32_t *to = at;

	for (;;) {
		if (!rare)
			i = index_plain_blocks(&s, k, p, i, full, base, &to);
		if (i >= full)
			break;
		found = index_block(&s, k, p + i, 63, base + (uint32_t)i, &wrong, &rare);
		if (HOT_UNLIKELY(wrong))
			goto violation;
		to = k->put(to, found, base + (uint32_t)i);
		i += 64;
	}
	if (i < n) {
		char tail[64] = { 0 };       /* so that no byte behind n is taken for one above 0x7f */

		memcpy(tail, p + i, n - i);
		found = index_block(&s, k, tail, (unsigned)(n - i) - 1, base + (uint32_t)i, &wrong, &rare);
		if (HOT_UNLIKELY(wrong))
			goto violation;
		to = k->put(to, found, base + (uint32_t)i);
	}
	*state = s;
	*bad = SIZE_MAX;
	return (size_t)(to - at);
violation:
	to = k->put(to, found & (wrong - 1) & ~wrong, base + (uint32_t)i);
	*bad = (size_t)base + i + (size_t)__builtin_ctzll(wrong);
	return (size_t)(to - at);
}

/* The prefix xor by shifts, where there is no multiplication without carry. */
INDEX_INLINE uint64_t index_prefix_shifts(uint64_t m)
{
	m ^= m << 1;
	m ^= m << 2;
	m ^= m << 4;
	m ^= m << 8;
	m ^= m << 16;
	return m ^ m << 32;
}

/* Eight positions at a time, wanted or not: a branch for each could not be foreseen. Source: as above. */
INDEX_INLINE uint32_t *index_put_groups(uint32_t *to, uint64_t m, uint32_t base, int64_t k)
{
	for (int64_t done = 0; done < k; done += 8) {
#pragma GCC unroll 8
		for (int i = 0; i < 8; i++) {
			to[done + i] = base + (uint32_t)__builtin_ctzll(m | UINT64_C(1) << 63);
			m &= m - 1;
		}
	}
	return to + k;
}

/* The set bits of a byte, one after another as bytes: index_places[0xa2] is 0x070501. */
extern const uint64_t index_places[256];

extern const struct index_ops index_avx512, index_avx2, index_neon, index_plain;

#endif
