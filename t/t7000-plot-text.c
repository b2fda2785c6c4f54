/*
 * t7000-plot-text.c - the one writer of text into gnuplot scripts, over fixed and generated hostile strings,
 * judged by a reader of gnuplot's single-quoted strings that shares no code with it.
 */
#include "plot/plot_priv.h"
#include "tap.h"

#include <stdlib.h>

/*
 * The string at p, as little as gnuplot can be trusted with: it ends at its first quote, on its line.
 * Returns where, or NULL.
 */
static const char *read_quoted(const char *p, const char *end, char *out, size_t *n)
{
	*n = 0;
	if (p >= end || *p++ != '\'')
		return NULL;
	while (p < end && *p != '\'' && *p != '\n')
		out[(*n)++] = *p++;
	return p < end && *p == '\'' ? p + 1 : NULL;
}

static bool clean(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f)
			return false;
	return text_utf8_valid(p, n) == n;
}

static bool contained(const char *text, size_t n)
{
	static char back[20000];
	struct buf out = BUF_INIT;
	const char *end;
	size_t got = 0;
	bool good;

	label_quote(&out, slice_of(text, n));
	end = read_quoted(out.p, out.p + out.n, back, &got);
	good = end == out.p + out.n && clean(back, got);
	buf_release(&out);
	return good;
}

static const struct { const char *in, *out, *what; } rows[] = {
	{ "", "''", "nothing" },
	{ "plain", "'plain'", "letters" },
	{ "it's here", "'it\xe2\x80\x99" "s here'", "a quote becomes an apostrophe" },
	{ "'", "'\xe2\x80\x98'", "one quote" },
	{ "''", "'\xe2\x80\x98\xe2\x80\x99'", "quotes in a row" },
	{ "'; !touch", "'\xe2\x80\x98; !touch'", "a string that would end" },
	{ "say 'up to' ('x')", "'say \xe2\x80\x98up to\xe2\x80\x99 (\xe2\x80\x98x\xe2\x80\x99)'", "the quotes of print" },
	{ "`touch PWNED`", "'`touch PWNED`'", "backticks stay letters" },
	{ "$(touch PWNED) @macro %s \\n", "'$(touch PWNED) @macro %s \\n'", "no other letter is special" },
	{ "a\nb\tc\rd", "'a b c d'", "line ends and tabs are blanks" },
	{ "a\001b\033[31mc\177d", "'ab[31mcd'", "control bytes are dropped" },
	{ "\xff\xc3", "'\xef\xbf\xbd\xef\xbf\xbd'", "what is not UTF-8 is replaced" },
	{ "a\xc2\x9b" "b", "'ab'", "C1 controls are dropped" },
	{ "a\xef\xbf\xbe" "b", "'ab'", "what XML does not know is dropped" },
	{ "\xed\xa0\x80", "'\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd'", "a surrogate is no letter" },
	{ "\xea\xb9\x80 \xc3\xa9", "'\xea\xb9\x80 \xc3\xa9'", "letters of other scripts stay" },
};

static void fixed(void)
{
	struct buf out = BUF_INIT;
	char nul[] = "a\0b";

	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		buf_clear(&out);
		label_quote(&out, slice_of(rows[k].in, strlen(rows[k].in)));
		is_str(out.p, rows[k].out, "%s", rows[k].what);
	}
	buf_clear(&out);
	label_quote(&out, slice_of(nul, 3));
	is_str(out.p, "'ab'", "a NUL is dropped");
	buf_release(&out);
}

static void generated(void)
{
	static const char *const parts[] = { "'", "''", "`", "$(", ")", "\\", "\"", "\n", "\r", "system('x')", ";", "!", "@a",
		"\xc3", "\xe2\x82", "\xf0\x9f\x98\x80", "\xff", "e", "EOD", "<", ">", "&", "|", "%", "\t" };
	uint64_t x = 88172645463325252ull;
	char text[4096];
	int bad = 0;

	for (int round = 0; round < 20000; round++) {
		size_t n = 0, want;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		want = x % 200;
		while (n < want) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			if (x & 64) {
				text[n++] = (char)(x >> 24);
			} else {
				const char *part = parts[x % (sizeof parts / sizeof *parts)];

				memcpy(text + n, part, strlen(part));
				n += strlen(part);
			}
		}
		if (!contained(text, n) && bad++ == 0)
			fprintf(stderr, "# round %d breaks out\n", round);
	}
	is_int(bad, 0, "20,000 generated strings stay inside their quotes");
}

static void lengths(void)
{
	size_t n = 3 * 1000 * 1000;
	char *text = malloc(n);
	struct buf out = BUF_INIT;

	memset(text, '\'', n);
	label_quote(&out, slice_of(text, n));
	is_int(out.n, 3 * LABEL_MAX + 3 + 2, "a very long text is cut and marked so");
	ok(contained(text, 2 * LABEL_MAX), "and is still one string");
	buf_release(&out);
	free(text);
}

static void wrapping(void)
{
	struct device d = { .cells = true, .w = 80, .h = 24 };
	static const char text[] = "one two three\nfour aaaaaaaaaaaaaaaaaaaa";
	struct buf lines = BUF_INIT, all = BUF_INIT;

	label_wrap(&d, slice_of(text, strlen(text)), 12, false, 9, &lines);
	for (size_t k = 0; k < lines.n / sizeof(struct slice); k++) {
		struct slice s = ((struct slice *)lines.p)[k];

		buf_add(&all, s.p, s.n);
		buf_char(&all, '|');
	}
	is_str(all.p, "one two|three|four|aaaaaaaaa|aaaaaaaaa|aa|", "lines break at blanks and line ends, long words anywhere");
	buf_clear(&lines);
	label_wrap(&d, slice_of("abc", 3), 12, false, 0.1, &lines);
	is_int(lines.n / sizeof(struct slice), 3, "a line holds at least one letter, however narrow");
	buf_release(&lines);
	buf_release(&all);
}

int main(void)
{
	fixed();
	generated();
	lengths();
	wrapping();
	return done();
}
