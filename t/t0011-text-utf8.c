/*
 * t0011-text-utf8.c - UTF-8, widths, escapes and the nearest name. The table of byte sequences is Table 3-7 of the
 * Unicode standard ("well-formed UTF-8 byte sequences"), walked from both sides of each border.
 */
#include "base/base.h"
#include "tap.h"

static const struct {
	const char *bytes;
	size_t n, valid;         /* how many of the n bytes are a valid prefix */
	const char *what;
} utf8[] = {
	{ "", 0, 0, "nothing" },
	{ "plain", 5, 5, "ASCII" },
	{ "a\0b", 3, 3, "NUL" },
	{ "\x7f", 1, 1, "U+007F" },
	{ "\x80", 1, 0, "a continuation byte alone" },
	{ "\xbf", 1, 0, "the last continuation byte alone" },
	{ "\xc0\x80", 2, 0, "NUL in two bytes" },
	{ "\xc1\xbf", 2, 0, "U+007F in two bytes" },
	{ "\xc2\x80", 2, 2, "U+0080" },
	{ "\xdf\xbf", 2, 2, "U+07FF" },
	{ "\xc3", 1, 0, "cut after one byte of two" },
	{ "\xc3(", 2, 0, "two bytes, the second ASCII" },
	{ "\xe0\x80\x80", 3, 0, "NUL in three bytes" },
	{ "\xe0\x9f\xbf", 3, 0, "U+07FF in three bytes" },
	{ "\xe0\xa0\x80", 3, 3, "U+0800" },
	{ "\xed\x9f\xbf", 3, 3, "U+D7FF" },
	{ "\xed\xa0\x80", 3, 0, "the first surrogate" },
	{ "\xed\xbf\xbf", 3, 0, "the last surrogate" },
	{ "\xee\x80\x80", 3, 3, "U+E000" },
	{ "\xef\xbf\xbf", 3, 3, "U+FFFF" },
	{ "\xe2\x82", 2, 0, "cut after two bytes of three" },
	{ "\xf0\x80\x80\x80", 4, 0, "NUL in four bytes" },
	{ "\xf0\x8f\xbf\xbf", 4, 0, "U+FFFF in four bytes" },
	{ "\xf0\x90\x80\x80", 4, 4, "U+10000" },
	{ "\xf4\x8f\xbf\xbf", 4, 4, "U+10FFFF" },
	{ "\xf4\x90\x80\x80", 4, 0, "U+110000" },
	{ "\xf5\x80\x80\x80", 4, 0, "a lead byte past the last" },
	{ "\xf8\x88\x80\x80\x80", 5, 0, "five bytes" },
	{ "\xfe", 1, 0, "FE" },
	{ "\xff", 1, 0, "FF" },
	{ "\xf0\x9f\x98", 3, 0, "cut after three bytes of four" },
	{ "ab\xc3\xa9" "cd\xff" "ef", 9, 6, "a bad byte after good text" },
	{ "\xed\xb6\xb0", 3, 0, "CESU-8" },
	{ "\xec\xa1\xb0\xec\x84\xa0", 6, 6, "Hangul" },
};

static void validity(void)
{
	for (size_t i = 0; i < sizeof utf8 / sizeof *utf8; i++)
		is_int(text_utf8_valid(utf8[i].bytes, utf8[i].n), utf8[i].valid, "UTF-8: %s", utf8[i].what);
}

static void widths(void)
{
	static const struct {
		const char *text;
		int width;
	} cases[] = {
		{ "", 0 },
		{ "abc", 3 },
		{ "caf\xc3\xa9", 4 },
		{ "cafe\xcc\x81", 4 },                    /* a combining accent */
		{ "\xec\xa1\xb0\xec\x84\xa0", 4 },        /* two syllables of Hangul */
		{ "\xed\x9b\x88\xeb\xa0\xa8!", 5 },
		{ "\xd0\x9a\xd1\x83\xd1\x80\xd1\x81\xd0\xba", 5 },       /* Cyrillic */
		{ "a\xff" "b", 3 },
		{ "\xef\xbb\xbf" "a", 1 },                /* a byte order mark takes no room */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is_int(text_width(cases[i].text, strlen(cases[i].text)), cases[i].width, "width %zu of '%s'", i, cases[i].text);
}

static void escapes(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *shown;
	} cases[] = {
		{ "plain", 5, "plain" },
		{ "caf\xc3\xa9", 5, "caf\xc3\xa9" },
		{ "a\x1b[31mb", 7, "a\\x1b[31mb" },
		{ "a\tb\r\n", 5, "a\\x09b\\x0d\\x0a" },
		{ "a\0b", 3, "a\\x00b" },
		{ "\x7f", 1, "\\x7f" },
		{ "\xc2\x9b" "31m", 5, "\\xc2\\x9b31m" },          /* U+009B is an escape sequence to some terminals */
		{ "\xc2\xa0", 2, "\xc2\xa0" },
		{ "a\xff", 2, "a\\xff" },
		{ "\xe2\x82", 2, "\\xe2\\x82" },
		{ "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = BUF_INIT;

		text_escape(&b, cases[i].bytes, cases[i].n);
		is_str(b.p, cases[i].shown, "escaped: %s", cases[i].shown);
		buf_release(&b);
	}
}

static void nearest(void)
{
	static const char *const names[] = { "killed", "wounded", "killed_or_wounded", "as_of", "origin", "n" };
	static const struct {
		const char *wanted, *near;
	} cases[] = {
		{ "kiled", "killed" },
		{ "klilled", "killed" },
		{ "killde", "killed" },                   /* two letters changed places */
		{ "KILLED", "killed" },
		{ "Wounded", "wounded" },
		{ "wunded", "wounded" },
		{ "killed_or_wouned", "killed_or_wounded" },
		{ "asof", "as_of" },
		{ "orgin", "origin" },
		{ "captured", NULL },
		{ "zzz", NULL },
		{ "", "n" },                              /* one letter away */
		{ "a_very_long_name_that_no_column_of_ours_has_and_that_goes_on_past_sixty_four_letters", NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(text_nearest(cases[i].wanted, names, 6), cases[i].near, "nearest to '%s'", cases[i].wanted);
	is_str(text_nearest("killed", names, 0), NULL, "nearest of no names");
}

static void slices(void)
{
	ok(slice_is(slice_of("abc", 3), "abc") && !slice_is(slice_of("abc", 2), "abc") && !slice_is(slice_of("abc", 3), "ab"),
	   "a slice is a word, all of it");
	ok(!slice_is(slice_of("a\0", 2), "a"), "a NUL is a byte like others");
	ok(slice_eq(slice_of(NULL, 0), slice_of("", 0)) && slice_eq(slice_of("ab", 2), slice_of("abc", 2)) &&
		   !slice_eq(slice_of("ab", 2), slice_of("ac", 2)) && !slice_eq(slice_of("a", 1), slice_of("ab", 2)),
	   "slices are equal by their bytes");
}

int main(void)
{
	validity();
	widths();
	escapes();
	nearest();
	slices();
	return done();
}
