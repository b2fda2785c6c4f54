/*
 * Every implementation of text_utf8_valid against a reading of table 3-7 of the Unicode standard, byte by byte: all
 * sequences that differ to any rule at every place around the border of a block, whole and cut, and corrupted text.
 */
#include "tap.h"
#include "base/utf8_priv.h"

#include <stdlib.h>

/* == the table == */

static const struct {
	unsigned char first, first_last, low, high;
	size_t n;
} rows[] = {
	{ 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

static size_t one(const unsigned char *p, size_t n)
{
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		if (p[0] < rows[r].first || p[0] > rows[r].first_last)
			continue;
		if (n < rows[r].n || (rows[r].n > 1 && (p[1] < rows[r].low || p[1] > rows[r].high)))
			return 0;
		for (size_t i = 2; i < rows[r].n; i++)
			if (p[i] < 0x80 || p[i] > 0xbf)
				return 0;
		return rows[r].n;
	}
	return 0;
}

static size_t oracle(const unsigned char *p, size_t n)
{
	size_t i = 0, step;

	while (i < n && (step = one(p + i, n - i)))
		i += step;
	return i;
}

/* == sequences at a border == */

enum { WINDOW = 256 };

static size_t wrong, runs;

/* In memory of its own, so that a sanitizer sees a byte too many. */
static void compare(const struct utf8_ops *ops, const unsigned char *p, size_t n, size_t want)
{
	size_t got = ops->valid((const char *)p, n);

	runs++;
	if (got == want || wrong++ > 4)
		return;
	fprintf(stderr, "%s: %zu bytes, got %zu, expected %zu:\n ", ops->name, n, got, want);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, " %02x", p[i]);
	fprintf(stderr, "\n");
}

/*
 * The sequence at `at` among `filler`, with the text ending right behind it or going on. The buffer is kept as it
 * was: only the neighbourhood has to be read by the oracle, since the filler is valid.
 */
static void place(const struct utf8_ops *ops, unsigned char *text, const unsigned char *seq, size_t len, size_t at)
{
	unsigned char saved[4];
	size_t start = at - at % 2, good;          /* the filler is one byte or two long */

	memcpy(saved, text + at, len);
	memcpy(text + at, seq, len);
	good = start + oracle(text + start, at + len - start);
	compare(ops, text, at + len, good);
	good = start + oracle(text + start, WINDOW - start);
	compare(ops, text, WINDOW, good);
	memcpy(text + at, saved, len);
}

static void sequences(const struct utf8_ops *ops)
{
	static const unsigned char edges[] = {
		0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
		0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
	};
	enum { EDGES = sizeof edges };
	unsigned char *ascii = malloc(WINDOW), *two = malloc(WINDOW), *texts[2] = { ascii, two }, seq[4];
	size_t turn = 0;

	wrong = runs = 0;
	memset(ascii, 'a', WINDOW);
	for (size_t i = 0; i < WINDOW; i += 2)
		memcpy(two + i, "\xd0\xb9", 2);
	for (size_t t = 0; t < 2; t++) {
		/* all of one and two bytes, at every place around a border and at the start */
		for (unsigned v = 0; v < 0x10000; v++) {
			seq[0] = (unsigned char)(v >> 8);
			seq[1] = (unsigned char)v;
			place(ops, texts[t], seq, 2, 60 + v % 8);
			place(ops, texts[t], seq, 2, v % 9 + 64 * (turn++ % 3));
			if (v < 0x100)
				for (size_t at = 0; at < 72; at++)
					place(ops, texts[t], seq + 1, 1, at);
		}
		/* three and four of the bytes at the edges of the table's rows */
		for (size_t v = 0; v < EDGES * EDGES * EDGES; v++) {
			seq[0] = edges[v % EDGES];
			seq[1] = edges[v / EDGES % EDGES];
			seq[2] = edges[v / EDGES / EDGES];
			for (size_t at = 59; at < 66; at++)
				place(ops, texts[t], seq, 3, at);
			for (size_t w = 0; w < EDGES; w++) {
				seq[3] = edges[w];
				place(ops, texts[t], seq, 4, 58 + turn++ % 8);
			}
		}
	}
	/* every lead byte of three or four with every second byte, the rest at the edges */
	for (size_t v = 0; v < 32 * 256 * EDGES; v++) {
		seq[0] = (unsigned char)(0xe0 + v % 32);
		seq[1] = (unsigned char)(v / 32);
		seq[2] = edges[v / 32 / 256];
		seq[3] = edges[++turn % EDGES];
		place(ops, texts[turn & 1], seq, 3 + turn % 3 % 2, 58 + turn % 9);
	}
	ok(!wrong, "%s: %zu runs of sequences around a border", ops->name, runs);
	free(ascii);
	free(two);
}

/* == whole texts == */

static uint64_t next_random(uint64_t *state)        /* Vigna, splitmix64 */
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Valid characters of all lengths in runs, and then in three texts of four one byte changed, dropped or cut off. */
static void random_texts(const struct utf8_ops *ops)
{
	static const char *const characters[] = { "a", "\xd0\xb9", "\xec\xa1\xb0", "\xf0\x9f\x98\x80", "\xed\x9f\xbf",
						  "\xf4\x8f\xbf\xbf", "\xe0\xa0\x80", "\xf0\x90\x80\x80", "\xc2\x80" };
	uint64_t state = 12;
	size_t valid = 0;

	wrong = runs = 0;
	for (int round = 0; round < 40000; round++) {
		unsigned char made[1024], *text;
		size_t n = 0, want = next_random(&state) % (round % 8 ? 300 : 1000), at, full;
		uint64_t r;

		while (n < want) {
			r = next_random(&state);
			for (uint64_t k = 0; k <= (r >> 8) % 40 && n + 4 < sizeof made; k++) {
				const char *c = characters[r & 64 ? 0 : r % 9];

				memcpy(made + n, c, strlen(c));
				n += strlen(c);
			}
		}
		r = next_random(&state);
		at = n ? (r >> 8) % n : 0;
		if (n && (r & 3) == 1) {
			made[at] = (unsigned char)(r >> 32);
		} else if (n && (r & 3) == 2) {
			memmove(made + at, made + at + 1, n - at - 1);
			n--;
		} else if (r & 3) {
			n = at;
		}
		text = malloc(n ? n : 1);
		memcpy(text, made, n);
		full = oracle(text, n);
		valid += full == n;
		compare(ops, text, n, full);
		free(text);
	}
	ok(!wrong && valid > 10000 && valid < 30000, "%s: %zu random texts, %zu of them valid", ops->name, runs, valid);
}

/* Only text_utf8_valid itself chooses; short and long texts go different ways in it. */
static void chosen(void)
{
	char text[300];
	bool good = true;

	memset(text, 'a', sizeof text);
	for (size_t n = 0; n < sizeof text; n++)
		good = good && text_utf8_valid(text, n) == n;
	for (size_t at = 0; at < sizeof text; at++) {
		text[at] = (char)0xff;
		good = good && text_utf8_valid(text, sizeof text) == at && text_utf8_valid(text, at + 1) == at;
		text[at] = 'a';
	}
	ok(good, "the one that is chosen finds a bad byte at every place");
}

int main(void)
{
	for (size_t i = 0; utf8_all[i]; i++) {
		if (!utf8_all[i]->supported()) {
			skip("%s does not run on this processor", utf8_all[i]->name);
			continue;
		}
		sequences(utf8_all[i]);
		random_texts(utf8_all[i]);
	}
	chosen();
	return done();
}
