/*
 * utf8_priv.h - is this UTF-8, 64 bytes at a time: what the SIMD implementations share.
 *
 * Three tables of 16 entries, looked up with the two halves of each byte and the upper half of the byte behind it,
 * say of every pair of bytes which rules it breaks; and every byte that stands two behind a lead byte of three or
 * more, or three behind one of four, has to be a continuation. Source: J. Keiser, D. Lemire, "Validating UTF-8 in
 * less than one instruction per byte", Software: Practice and Experience 51 (2021).
 *
 * That finds that a block is wrong but not where; the careful reading then goes over it from the character it begins
 * in.
 */
#ifndef MUSTER_UTF8_PRIV_H
#define MUSTER_UTF8_PRIV_H

#include "base/base.h"

#include <string.h>

struct utf8_ops {
	const char *name;                        /* "avx2", "neon", "plain" */
	bool (*supported)(void);                 /* by this processor and system */
	size_t (*valid)(const char *p, size_t n);        /* as text_utf8_valid */
};

/* Fastest first, NULL behind the last; "plain" is always there. text_utf8_valid chooses as index_best does. */
extern const struct utf8_ops *const utf8_all[];
extern const struct utf8_ops utf8_avx2, utf8_neon, utf8_plain;

enum { UTF8_SHORT = 32 };                        /* less is not worth a block */

/* The valid prefix of p[0..n), when p[0..at) is valid but for a character that may go on at p[at]. */
size_t utf8_careful(const char *p, size_t n, size_t at);

/* The tables: rules that a byte of these halves may break, as the first of a pair or as the second. */
struct utf8_rules {
	uint8_t first_high[16], first_low[16], second_high[16];
};
extern const struct utf8_rules utf8_rules;

#define UTF8_INLINE static inline __attribute__((always_inline))

/*
 * All blocks of a text, with two primitives: `ascii`, no byte of the 64 at p is above 0x7f; `right`, no rule is
 * broken in them, where the three bytes before p are readable and count.
 */
UTF8_INLINE size_t utf8_blocks(const char *p, size_t n, bool (*ascii)(const char *p), bool (*right)(const char *p))
{
	char edge[3 + 64] = { 0 };       /* the first block, and then the last, which zeros end */
	size_t i = 0;
	bool open = false;               /* the block before ends inside a character */

	for (; i + 64 <= n; i += 64) {
		if (ascii(p + i)) {
			if (open)
				return utf8_careful(p, n, i);
			continue;
		}
		if (i) {
			if (!right(p + i))
				return utf8_careful(p, n, i);
		} else {
			memcpy(edge + 3, p, 64);
			if (!right(edge + 3))
				return utf8_careful(p, n, 0);
		}
		open = (unsigned char)p[i + 63] >= 0xc0 || (unsigned char)p[i + 62] >= 0xe0 ||
		       (unsigned char)p[i + 61] >= 0xf0;
	}
	memset(edge, 0, sizeof edge);
	if (i)
		memcpy(edge, p + i - 3, 3);
	memcpy(edge + 3, p + i, n - i);
	return (open || !ascii(edge + 3)) && !right(edge + 3) ? utf8_careful(p, n, i) : n;
}

#endif
