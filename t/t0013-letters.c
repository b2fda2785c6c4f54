/*
 * t0013-letters.c - lower and upper case against the C library's tables for C.UTF-8, and on bytes that are no text.
 */
#define _GNU_SOURCE
#include "base/base.h"
#include "tap.h"

#include <locale.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

static size_t encode(char *to, uint32_t c)
{
	if (c < 0x80)
		return *to = (char)c, 1;
	if (c < 0x800)
		return to[0] = (char)(0xc0 | c >> 6), to[1] = (char)(0x80 | (c & 63)), 2;
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 63));
	to[2] = (char)(0x80 | (c & 63));
	return 3;
}

/* Letters that the file says it knows: all that have case in these scripts, but for the rarer Latin and Greek ones. */
static bool known(uint32_t c)
{
	return c < 0x180 || c == 0x1a0 || c == 0x1a1 || c == 0x1af || c == 0x1b0 || (c >= 0x1cd && c <= 0x1dc) || (c >= 0x1f8 && c <= 0x21f) ||
	       (c >= 0x386 && c < 0x3ce && c != 0x3c2) || (c >= 0x400 && c <= 0x52f) || (c >= 0x531 && c <= 0x556) ||
	       (c >= 0x561 && c <= 0x586) || (c >= 0x1e00 && c <= 0x1e95) || (c >= 0x1ea0 && c <= 0x1eff);
}

static void against_libc(locale_t utf8)
{
	int wrong = 0, changed = 0;

	for (uint32_t c = 1; c < 0xd800; c++) {
		char in[4], out[4], want[4];
		size_t n = encode(in, c), low = encode(want, (uint32_t)towlower_l((wint_t)c, utf8));

		if (known(c)) {
			wrong += text_lower(out, in, n) != low || memcmp(out, want, low);
			changed += low != n || memcmp(in, want, n);
			low = encode(want, (uint32_t)towupper_l((wint_t)c, utf8));
			wrong += text_upper(out, in, n) != low || memcmp(out, want, low);
		} else {
			/* or at least no other letter than the right one */
			size_t got = text_lower(out, in, n);

			wrong += (got != n || memcmp(out, in, n)) && (got != low || memcmp(out, want, low));
		}
	}
	is_int(wrong, 0, "letters change as in C.UTF-8");
	ok(changed > 450, "%d capitals have small letters", changed);
}

/* Never longer, and bytes that are no UTF-8 stay. */
static void bytes(void)
{
	uint64_t seed = 9;
	int longer = 0, moved = 0;

	for (int round = 0; round < 100000; round++) {
		char in[16], out[17];
		size_t n = (size_t)(round % 17);

		for (size_t i = 0; i < n && i < sizeof in; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			in[i] = (char)(seed >> 33);
			if (seed >> 62 == 0)
				in[i] = "\xd0\x91\xe1\xba\x9e\xc3\x84\xe1"[seed >> 33 & 7];
		}
		n = n < sizeof in ? n : sizeof in;
		out[n] = 'x';
		longer += text_lower(out, in, n) > n || text_upper(out, in, n) > n;
		moved += out[n] != 'x';
	}
	is_int(longer, 0, "no text becomes longer");
	is_int(moved, 0, "and none writes behind its end");
	char out[8];
	ok(text_upper(out, "\xff\x80" "a\xd0", 4) == 4 && !memcmp(out, "\xff\x80" "A\xd0", 4), "bytes that are no UTF-8 stay");
	ok(text_lower(out, "", 0) == 0, "nothing stays nothing");
}

int main(void)
{
	locale_t utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);

	if (utf8)
		against_libc(utf8);
	else
		skip("there is no locale C.UTF-8");
	bytes();
	if (utf8)
		freelocale(utf8);
	return done();
}
