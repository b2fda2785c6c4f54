/*
 * index_plain.c - the structural index in portable C: eight bytes at a time in a 64-bit word.
 *
 * A word xor a byte in all eight places is zero in the bytes that are equal. Adding 0x7f to the low seven bits of
 * each byte carries into its high bit unless they are all zero, and no carry leaves the byte; so the high bits say
 * exactly which bytes differ. Eight words put their high bits side by side in one, and an 8 by 8 transposition makes
 * that the mask. Source: H. S. Warren, Hacker's Delight, 2nd ed., sections 5-1, 6-1 and 7-3.
 */
#include "csv/index_priv.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGH UINT64_C(0x8080808080808080)

INDEX_INLINE uint64_t load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* The high bit of every byte of w that is not the byte repeated in `all`; below it is noise. */
INDEX_INLINE uint64_t differ(uint64_t w, uint64_t all, bool ascii)
{
	uint64_t x = w ^ all;

	return ascii ? x + ~HIGH : ((x & ~HIGH) + ~HIGH) | x;
}

/* The high bits of one more word; bit j of byte i comes to be byte i of word j, of eight. */
INDEX_INLINE uint64_t collect(uint64_t before, uint64_t w)
{
	return before >> 1 | (w & HIGH);
}

/* Bit j of byte i to bit i of byte j, and inverted: the mask of the bytes that did not differ. */
INDEX_INLINE uint64_t equal_mask(uint64_t x)
{
	uint64_t t = (x ^ x >> 7) & UINT64_C(0x00aa00aa00aa00aa);

	x ^= t ^ t << 7;
	t = (x ^ x >> 14) & UINT64_C(0x0000cccc0000cccc);
	x ^= t ^ t << 14;
	t = (x ^ x >> 28) & UINT64_C(0x00000000f0f0f0f0);
	return ~(x ^ t ^ t << 28);
}

/* With `ascii`, both the bytes at p and those sought are below 0x80, which saves two operations of five. */
INDEX_INLINE struct index_common find(const char *p, char sep, char quote, bool ascii)
{
	uint64_t s = ONES * (unsigned char)sep, q = ONES * (unsigned char)quote, lf = ONES * '\n', cr = ONES * '\r';
	uint64_t not_sep = 0, not_lf = 0, rare = UINT64_MAX;

#pragma GCC unroll 8
	for (int i = 0; i < 8; i++) {
		uint64_t w = load(p + 8 * i);

		not_sep = collect(not_sep, differ(w, s, ascii));
		not_lf = collect(not_lf, differ(w, lf, ascii));
		rare &= differ(w, q, ascii) & differ(w, cr, ascii);
	}
	return (struct index_common){ .sep = equal_mask(not_sep), .lf = equal_mask(not_lf), .rare = ~rare & HIGH };
}

INDEX_INLINE struct index_common find_common(const char *p, char sep, char quote)
{
	struct index_common c;
	uint64_t high = 0;

#pragma GCC unroll 8
	for (int i = 0; i < 8; i++)
		high |= load(p + 8 * i);
	high &= HIGH;
	c = (high | ((sep | quote) & 0x80)) ? find(p, sep, quote, false) : find(p, sep, quote, true);
	c.high = high;
	return c;
}

INDEX_INLINE struct index_rare find_rare(const char *p, char quote)
{
	uint64_t q = ONES * (unsigned char)quote, cr = ONES * '\r', not_quote = 0, not_cr = 0;

#pragma GCC unroll 8
	for (int i = 0; i < 8; i++) {
		uint64_t w = load(p + 8 * i);

		not_quote = collect(not_quote, differ(w, q, false));
		not_cr = collect(not_cr, differ(w, cr, false));
	}
	return (struct index_rare){ .quote = equal_mask(not_quote), .cr = equal_mask(not_cr) };
}

/* The compiler's own is a call where the processor has no instruction for it. */
INDEX_INLINE int64_t count(uint64_t m)
{
	m -= m >> 1 & UINT64_C(0x5555555555555555);
	m = (m & UINT64_C(0x3333333333333333)) + (m >> 2 & UINT64_C(0x3333333333333333));
	m = (m + (m >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (int64_t)(m * ONES >> 56);
}

INDEX_INLINE uint32_t *put(uint32_t *to, uint64_t m, uint32_t base)
{
	return index_put_groups(to, m, base, count(m));
}

static size_t run(struct index_state *s, const char *p, size_t n, uint32_t base, char sep, char quote, uint32_t *at,
		  size_t *bad)
{
	const struct index_pass k = { find_common, find_rare, index_prefix_shifts, count, put, sep, quote };

	return index_pass(s, p, n, base, at, bad, &k);
}

static bool supported(void)
{
	return true;
}

const struct index_ops index_plain = { "plain", supported, run };
