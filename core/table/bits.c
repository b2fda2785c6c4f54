/* bits.c - one bit a value, least significant bit first: validity bitmaps and columns of bools. */
#include "table/table.h"

#include <string.h>

void bits_copy(uint8_t *to, int64_t at, const uint8_t *from, int64_t first, int64_t n)
{
	for (; n && at & 7; n--, at++, first++)
		to[at >> 3] |= (uint8_t)((from[first >> 3] >> (first & 7) & 1) << (at & 7));
	/* whole words; the least significant bit is first, as in the bytes of a little-endian word */
	for (unsigned shift = first & 7; n >= 64; n -= 64, at += 64, first += 64) {
		uint64_t word;

		memcpy(&word, from + (first >> 3), sizeof word);
		if (shift)
			word = word >> shift | (uint64_t)from[(first >> 3) + 8] << (64 - shift);
		memcpy(to + (at >> 3), &word, sizeof word);
	}
	for (; n; n--, at++, first++)
		to[at >> 3] |= (uint8_t)((from[first >> 3] >> (first & 7) & 1) << (at & 7));
}

void bits_set(uint8_t *to, int64_t at, int64_t n)
{
	for (; n && at & 7; n--, at++)
		to[at >> 3] |= (uint8_t)(1 << (at & 7));
	memset(to + (at >> 3), 0xff, (size_t)n / 8);
	for (at += n / 8 * 8, n %= 8; n; n--, at++)
		to[at >> 3] |= (uint8_t)(1 << (at & 7));
}

int64_t bits_put(uint8_t *bits, const uint8_t *bytes, bool constant, int64_t n)
{
	int64_t clear = 0;

	for (int64_t i = 0; i < n; i += 8) {
		uint8_t word = 0;

		for (int64_t k = 0; k < 8 && i + k < n; k++) {
			uint8_t bit = bytes[constant ? 0 : i + k];

			word |= (uint8_t)(bit << k);
			clear += !bit;
		}
		bits[i >> 3] = word;
	}
	return clear;
}

uint8_t *bits_pack(const uint8_t *bytes, int64_t n, int64_t *clear)
{
	uint8_t *bits = mem_column((size_t)(n + 7) / 8);

	*clear = bits ? bits_put(bits, bytes, false, n) : 0;
	return bits;
}
