/*
 * utf8.c - UTF-8: validity, widths, escapes.
 *
 * Valid is what table 3-7 of the Unicode standard lists, which is RFC 3629. Long runs are checked with SIMD where
 * there is some (utf8_priv.h); what is here is exact for every byte and knows where the valid part ends.
 */
#include "base/utf8_priv.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* == one character == */

static bool continues(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Bytes of the valid sequence at p, or 0. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n < 2 || !continues(p[1]))
		return 0;
	if (p[0] < 0xe0)
		return 2;
	if (n < 3 || !continues(p[2]))
		return 0;
	if (p[0] < 0xf0)
		return (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ? 0 : 3;
	if (n < 4 || !continues(p[3]))
		return 0;
	return (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f) ? 0 : 4;
}

/* The same, and its code. */
static size_t utf8_step(const unsigned char *p, size_t n, uint32_t *code)
{
	size_t len = utf8_length(p, n);
	uint32_t c = p[0];

	if (len > 1)
		c &= 0xffu >> (len + 1);
	for (size_t i = 1; i < len; i++)
		c = c << 6 | (p[i] & 0x3f);
	*code = c;
	return len;
}

/* == validity == */

static size_t valid_from(const char *text, size_t n, size_t i)
{
	const unsigned char *p = (const unsigned char *)text;
	uint64_t word;
	size_t step;

	while (i < n) {
		if (n - i >= sizeof word) {
			memcpy(&word, p + i, sizeof word);
			if (!(word & UINT64_C(0x8080808080808080))) {
				i += sizeof word;
				continue;
			}
		}
		/* Characters above ASCII seldom stand alone. */
		do {
			if (!(step = utf8_length(p + i, n - i)))
				return i;
			i += step;
		} while (i < n && p[i] > 0x7f);
	}
	return n;
}

size_t utf8_careful(const char *p, size_t n, size_t at)
{
	for (size_t back = 1; back <= 3 && back <= at; back++) {
		unsigned char c = (unsigned char)p[at - back];

		if (c >= 0xc0)
			return valid_from(p, n, at - back);
		if (c < 0x80)
			break;
	}
	return valid_from(p, n, at);
}

/* Each rule has a bit, which is set in all three tables for the pairs that break it and for no others. */
enum {
	TOO_SHORT = 0x01,        /* a lead byte, then no continuation */
	TOO_LONG = 0x02,         /* ASCII, then a continuation */
	LONG_3 = 0x04,           /* E0, then 80 to 9F: would fit two bytes */
	TOO_LARGE = 0x08,        /* F4 and above, then 90 to BF: past U+10FFFF */
	SURROGATE = 0x10,        /* ED, then A0 to BF */
	LONG_2 = 0x20,           /* C0 or C1, then a continuation: would fit one */
	LONG_4 = 0x40,           /* F0, then 80 to 8F: would fit three; F5 and above, then 80 to 8F */
	TWO = 0x80,              /* two continuations: right only where a lead byte of three or more asks for it */
	ANY = TOO_SHORT | TOO_LONG | TWO,        /* these do not look at the lower half of the first byte, */
	PAST = ANY | TOO_LARGE | LONG_4,
	NEXT = TOO_LONG | LONG_2 | TWO,          /* these not at which continuation is the second */
};

const struct utf8_rules utf8_rules = {
	.first_high = { TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
			TWO, TWO, TWO, TWO, TOO_SHORT | LONG_2, TOO_SHORT, TOO_SHORT | LONG_3 | SURROGATE,
			TOO_SHORT | TOO_LARGE | LONG_4 },
	.first_low = { ANY | LONG_2 | LONG_3 | LONG_4, ANY | LONG_2, ANY, ANY, ANY | TOO_LARGE, PAST, PAST, PAST,
		       PAST, PAST, PAST, PAST, PAST, PAST | SURROGATE, PAST, PAST },
	.second_high = { TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
			 NEXT | LONG_3 | LONG_4, NEXT | LONG_3 | TOO_LARGE, NEXT | SURROGATE | TOO_LARGE,
			 NEXT | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT },
};

const struct utf8_ops *const utf8_all[] = {
#if defined(__x86_64__)
	&utf8_avx2,
#elif defined(__aarch64__)
	&utf8_neon,
#endif
	&utf8_plain,
	NULL,
};

static const struct utf8_ops *choose(void)
{
	const char *name = getenv("MUSTER_SIMD");
	size_t first = 0;

	for (size_t i = 0; name && utf8_all[i]; i++) {
		if (!strcmp(utf8_all[i]->name, name))
			first = i;
	}
	while (!utf8_all[first]->supported())
		first++;
	return utf8_all[first];
}

size_t text_utf8_valid(const char *p, size_t n)
{
	static _Atomic(const struct utf8_ops *) chosen;          /* threads that choose at once choose the same */
	const struct utf8_ops *ops;

	if (n < UTF8_SHORT)
		return valid_from(p, n, 0);
	ops = atomic_load_explicit(&chosen, memory_order_relaxed);
	if (!ops) {
		ops = choose();
		atomic_store_explicit(&chosen, ops, memory_order_relaxed);
	}
	return ops->valid(p, n);
}

/* == on a terminal == */

/* Enough of Unicode's East Asian Width for names in Hangul, kana and Han; the C locale's wcwidth knows none. */
static size_t code_width(uint32_t c)
{
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

size_t text_width(const char *p, size_t n)
{
	size_t i = 0, step, width = 0;
	uint32_t code;

	while (i < n) {
		step = utf8_step((const unsigned char *)p + i, n - i, &code);
		width += step ? code_width(code) : 1;
		i += step ? step : 1;
	}
	return width;
}

void text_escape(struct buf *out, const char *p, size_t n)
{
	size_t i = 0, step;
	uint32_t code = 0;

	while (i < n) {
		unsigned char c = (unsigned char)p[i];

		step = utf8_step((const unsigned char *)p + i, n - i, &code);
		if (!step || c < 0x20 || c == 0x7f || (step == 2 && code < 0xa0)) {
			buf_printf(out, "\\x%02x", c);
			i++;
		} else {
			buf_add(out, p + i, step);
			i += step;
		}
	}
}
