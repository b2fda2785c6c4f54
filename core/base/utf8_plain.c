/*
 * utf8_plain.c - UTF-8 checked in portable C: a state machine that costs a load and a shift for a byte, without a
 * branch.
 *
 * A state is a multiple of 6; the entry of a byte holds, at bit `state`, the state that follows. Nine states fit in
 * 64 bits. Source of that: P. Vognsen, "Shift-based DFAs" (2020); of the states: table 3-7 of the Unicode standard.
 */
#include "base/utf8_priv.h"

/* Wrong for good; between characters; so many continuations to come; behind a lead byte that narrows the first. */
enum {
	WRONG = 0,
	DONE = 6,
	ONE = 12,
	TWO = 18,
	THREE = 24,
	AFTER_E0 = 30,
	AFTER_ED = 36,
	AFTER_F0 = 42,
	AFTER_F4 = 48,
};

#define FROM(state, next) ((uint64_t)(next) << (state))
#define CONTINUES (FROM(ONE, DONE) | FROM(TWO, ONE) | FROM(THREE, TWO))

static const uint64_t table[256] = {
	[0x00 ... 0x7f] = FROM(DONE, DONE),
	[0x80 ... 0x8f] = CONTINUES | FROM(AFTER_ED, ONE) | FROM(AFTER_F4, TWO),
	[0x90 ... 0x9f] = CONTINUES | FROM(AFTER_ED, ONE) | FROM(AFTER_F0, TWO),
	[0xa0 ... 0xbf] = CONTINUES | FROM(AFTER_E0, ONE) | FROM(AFTER_F0, TWO),
	[0xc2 ... 0xdf] = FROM(DONE, ONE),
	[0xe0] = FROM(DONE, AFTER_E0),
	[0xe1 ... 0xec] = FROM(DONE, TWO),
	[0xed] = FROM(DONE, AFTER_ED),
	[0xee ... 0xef] = FROM(DONE, TWO),
	[0xf0] = FROM(DONE, AFTER_F0),
	[0xf1 ... 0xf3] = FROM(DONE, THREE),
	[0xf4] = FROM(DONE, AFTER_F4),
};

/* Only the low 6 bits of the result count. */
UTF8_INLINE uint64_t step(uint64_t state, char c)
{
	return table[(unsigned char)c] >> (state & 63);
}

UTF8_INLINE bool ascii(const char *p)
{
	uint64_t word, all = 0;

#pragma GCC unroll 8
	for (int i = 0; i < 64; i += 8) {
		memcpy(&word, p + i, sizeof word);
		all |= word;
	}
	return !(all & UINT64_C(0x8080808080808080));
}

static size_t valid(const char *p, size_t n)
{
	uint64_t state = DONE;
	size_t i;

	for (i = 0; i + 64 <= n; i += 64) {
		if ((state & 63) == DONE && ascii(p + i))
			continue;
#pragma GCC unroll 8
		for (size_t k = i; k < i + 64; k++)
			state = step(state, p[k]);
		if ((state & 63) == WRONG)
			return utf8_careful(p, n, i);
	}
	for (size_t k = i; k < n; k++)
		state = step(state, p[k]);
	return (state & 63) == DONE ? n : utf8_careful(p, n, i);
}

static bool supported(void)
{
	return true;
}

const struct utf8_ops utf8_plain = { "plain", supported, valid };
