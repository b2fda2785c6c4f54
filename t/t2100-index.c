/*
 * Every implementation of the structural index against a reading byte by byte: patterns of the bytes that matter,
 * slid over a block of 64, whole and in pieces, and random text. What counts: positions, violations, the state and
 * counts.
 */
#include "tap.h"
#include "csv/index.h"

#include <stdlib.h>

enum { MOST = 8192, BEHIND = 64 };

/* == the oracle == */

struct reading {
	struct index_state s;
	size_t n, ninner, bad;   /* positions, line ends inside quotes, first violation */
	uint32_t at[MOST], inner[MOST];
};

static void read_bytes(struct reading *r, const char *p, size_t n, uint32_t base, char sep, char quote)
{
	struct index_state *s = &r->s;

	r->n = r->ninner = 0;
	r->bad = SIZE_MAX;
	*s = (struct index_state)INDEX_START;
	for (size_t i = 0; i < n; i++) {
		bool line = p[i] == '\n' || p[i] == '\r', second = p[i] == '\n' && s->cr, was_closed = s->closed;
		bool was_fresh = s->fresh, was_ended = s->ended, delimits = line || p[i] == sep;

		s->high |= (unsigned char)p[i] > 0x7f;
		s->lines += line && !second;
		s->cr = p[i] == '\r';
		s->closed = s->fresh = s->ended = 0;
		if (p[i] == quote && s->inside) {
			s->inside = 0;
			s->closed = 1;
		} else if (p[i] == quote) {
			s->inside = UINT64_MAX;
			if (!was_fresh && !was_closed)
				r->bad = base + i;
		} else if (was_closed && !delimits) {
			r->bad = base + i;
		} else if (!s->inside && delimits) {
			s->fresh = 1;
			s->ended = line;
			s->crlf += second;
			s->ends += line && !second;
			s->blanks += line && !second && was_ended;
			if (!second)
				r->at[r->n++] = base + (uint32_t)i;
		} else if (line && !second) {
			r->inner[r->ninner++] = base + (uint32_t)i;
		}
		if (r->bad != SIZE_MAX)
			return;
	}
}

/* == comparing == */

static bool same_state(const struct index_state *a, const struct index_state *b)
{
	return a->inside == b->inside && a->fresh == b->fresh && a->closed == b->closed && a->cr == b->cr &&
	       a->ended == b->ended && a->ends == b->ends && a->blanks == b->blanks && a->lines == b->lines &&
	       a->crlf == b->crlf && !a->high == !b->high;
}

static void show(const char *why, const char *name, const char *p, size_t n, size_t piece)
{
	fprintf(stderr, "%s: %s, %zu bytes in pieces of %zu:\n  \"", name, why, n, piece);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, p[i] < 0x20 || p[i] > 0x7e || p[i] == '"' ? "\\%03o" : "%c", (unsigned char)p[i]);
	fprintf(stderr, "\"\n");
}

/*
 * Index n bytes in pieces, each in memory of its own with exactly what the header asks for behind it: a sanitizer
 * sees the rest. The bytes behind are those that could do harm. Every other length also asks for the line ends inside
 * quotes.
 */
static bool agrees(const struct index_ops *ops, const struct reading *want, const char *p, size_t n, size_t piece,
		   uint32_t base, char sep, char quote)
{
	static const char harm[8] = { '"', ',', '\n', '\r', (char)0xff, '"', 'x', ';' };
	struct index_state s = INDEX_START;
	size_t bad = SIZE_MAX, found = 0, k;
	uint32_t *inner = n % 2 ? malloc((n + BEHIND) * sizeof *inner) : NULL;
	bool good = true;

	s.inner = inner;
	for (size_t i = 0; (i < n || !i) && bad == SIZE_MAX && good; i += k ? k : 1) {
		char *copy;
		uint32_t *at;

		k = n - i < piece ? n - i : piece;
		copy = malloc(k + BEHIND);
		at = malloc((k + BEHIND) * sizeof *at);
		memcpy(copy, p + i, k);
		for (size_t b = 0; b < BEHIND; b++)
			copy[k + b] = b & 8 ? quote : harm[(b + n) % sizeof harm];
		bad = 0;
		k = ops->run(&s, copy, k, base + (uint32_t)i, sep, quote, at, &bad);
		good = found + k <= want->n && !memcmp(want->at + found, at, k * sizeof *at);
		found += k;
		k = n - i < piece ? n - i : piece;
		free(copy);
		free(at);
	}
	good = good && bad == want->bad && found == want->n && (bad != SIZE_MAX || same_state(&s, &want->s));
	if (inner && bad == SIZE_MAX)
		good = good && s.inner == inner + want->ninner &&
		       !memcmp(inner, want->inner, want->ninner * sizeof *inner);
	free(inner);
	if (!good)
		show(bad != want->bad     ? "violation"
		     : found != want->n ? "positions"
					: "state",
		     ops->name, p, n, piece);
	return good;
}

/* == the sweep == */

static const char alphabet[] = { '"', '\n', '\r', ',', 'x' };
enum { LETTERS = sizeof alphabet, STEPS = 72, LENGTH = 4, WINDOW = 64 * 3 + 9 };

/* What stands before and behind a pattern, over and over, and what the window begins with. */
static const struct {
	char first, before, behind;
} around[] = {
	{ 'x', 'x', 'x' },         { ',', ',', ',' },  { '"', 'x', ',' }, { '"', '\n', '\n' }, { '\n', '\n', 'x' },
	{ '\r', '\r', '\r' },      { 'x', ',', 'x' },  { '"', '\r', 'x' }, { ',', '"', '"' },  { 'x', '\xc3', ',' },
};

static void sweep(const struct index_ops *ops)
{
	static struct reading want;
	size_t wrong = 0, runs = 0, total = 1;
	char text[WINDOW + 1];

	for (size_t length = 1; length <= LENGTH; length++) {
		total *= LETTERS;
		for (size_t pattern = 0; pattern < total; pattern++) {
			for (size_t step = 0; step < STEPS * (sizeof around / sizeof *around) && wrong < 5; step++) {
				size_t at = step % STEPS, kind = step / STEPS, rest = pattern;
				size_t n = WINDOW - (pattern + step) % 70, some = 1 + (pattern + step) % 130;

				memset(text, around[kind].before, sizeof text);
				memset(text + at + length, around[kind].behind, sizeof text - at - length);
				if (at)
					text[0] = around[kind].first;
				for (size_t i = 0; i < length; i++, rest /= LETTERS)
					text[at + i] = alphabet[rest % LETTERS];
				read_bytes(&want, text, n, 0, ',', '"');
				wrong += !agrees(ops, &want, text, n, n, 0, ',', '"');
				if (length > 2)
					wrong += !agrees(ops, &want, text, n, some, 0, ',', '"');
				else
					for (size_t piece = 1 + step % 9; piece <= 130; piece += 9, runs++)
						wrong += !agrees(ops, &want, text, n, piece, 0, ',', '"');
				runs += 2;
			}
		}
	}
	ok(!wrong && runs > 500000, "%s: %zu runs of patterns slid over a block", ops->name, runs);
}

/* == by hand == */

static void by_hand(const struct index_ops *ops)
{
	static const struct {
		const char *text;
		int64_t ends, blanks, lines, crlf;
		size_t bad;
	} cases[] = {
		{ "", 0, 0, 0, 0, SIZE_MAX },
		{ "\r\n\r\n", 2, 2, 2, 2, SIZE_MAX },
		{ "a\r\r", 2, 1, 2, 0, SIZE_MAX },
		{ "a\r\n\n", 2, 1, 2, 1, SIZE_MAX },
		{ "\n\r\n", 2, 2, 2, 1, SIZE_MAX },
		{ "\"a\r\nb\"\r\n", 1, 0, 2, 1, SIZE_MAX },
		{ "\"a\r\"\n", 1, 0, 2, 0, SIZE_MAX },
		{ "a,\"\"\n", 1, 0, 1, 0, SIZE_MAX },
		{ "\"a\"\"b\",c\n", 1, 0, 1, 0, SIZE_MAX },
		{ "a\"b\n", 0, 0, 0, 0, 1 },
		{ "\"a\"b\n", 0, 0, 0, 0, 3 },
		{ "\"a\" ,b\n", 0, 0, 0, 0, 3 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct index_state s = INDEX_START;
		size_t bad = 0, n = strlen(cases[i].text);
		uint32_t at[BEHIND + 16];
		char text[BEHIND + 16] = { 0 };

		memcpy(text, cases[i].text, n);
		ops->run(&s, text, n, 0, ',', '"', at, &bad);
		is_int(bad, cases[i].bad, "%s: violation of text %zu", ops->name, i);
		if (bad == SIZE_MAX)
			ok(s.ends == cases[i].ends && s.blanks == cases[i].blanks && s.lines == cases[i].lines &&
				   s.crlf == cases[i].crlf,
			   "%s: counts of text %zu", ops->name, i);
	}
}

/* == random == */

static uint64_t next_random(uint64_t *state)        /* Vigna, splitmix64 */
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Fields, some quoted, with line ends of all kinds; one text in four has one byte that may be wrong. */
static size_t random_text(uint64_t *state, char *p, size_t room, char sep, char quote)
{
	static const char *const ends[] = { "\n", "\r\n", "\r", "\n\n", "\r\r\n", "\n\r" };
	uint64_t shape = next_random(state), quoted = shape & 7, widest = 1 + (shape >> 8 & 31), inner;
	const char *end = ends[(shape >> 16) % 6];
	size_t n = 0;

	while (n + 128 < room) {
		uint64_t r = next_random(state), width = (r >> 8) % widest;
		bool in = (r & 7) < quoted;

		if (in)
			p[n++] = quote;
		for (uint64_t i = 0; i < width; i++) {
			inner = next_random(state);
			if (!in)
				p[n++] = (char)(inner & 31 ? 'a' + inner % 26 : 0xc0 + inner % 60);
			else if (inner % 11 == 0)
				p[n++] = quote, p[n++] = quote;
			else
				p[n++] = inner % 11 == 1 ? sep : inner % 11 == 2 ? '\n' : inner % 11 == 3 ? '\r' : 'q';
		}
		if (in)
			p[n++] = quote;
		if (r >> 40 & 7) {
			p[n++] = sep;
		} else {
			memcpy(p + n, end, strlen(end));
			n += strlen(end);
		}
	}
	if (!(shape >> 32 & 3))
		p[next_random(state) % n] = (shape >> 34 & 3) ? quote : 'x';
	return n;
}

static void random_texts(const struct index_ops *ops)
{
	static const char seps[] = { ',', ';', '\t', '|', (char)0xa7, '\0' }, quotes[] = { '"', '\'', (char)0xab };
	static struct reading want;
	static char text[MOST];
	uint64_t state = 72;
	size_t wrong = 0, n, violations = 0;

	for (int round = 0; round < 3000 && wrong < 5; round++) {
		uint64_t r = next_random(&state);
		char sep = seps[r % sizeof seps], quote = quotes[(r >> 8) % sizeof quotes];
		uint32_t base = (uint32_t)(r >> 16);

		n = random_text(&state, text, 256 + (r >> 48) % (round % 10 ? 512 : MOST - 256), sep, quote);
		base = base > UINT32_MAX - MOST ? 0 : base;
		read_bytes(&want, text, n, base, sep, quote);
		violations += want.bad != SIZE_MAX;
		wrong += !agrees(ops, &want, text, n, n, base, sep, quote);
		for (int i = 0; i < 4; i++)
			wrong += !agrees(ops, &want, text, n, 1 + next_random(&state) % 300, base, sep, quote);
		wrong += !agrees(ops, &want, text, n, 64, base, sep, quote);
	}
	ok(!wrong && violations > 300 && violations < 1500, "%s: 3000 random texts, %zu of them with a violation",
	   ops->name, violations);
}

/* Nothing but positions: the most that at[] must hold. */
static void only_separators(const struct index_ops *ops)
{
	static struct reading want;
	static char text[MOST];
	bool good = true;

	memset(text, ',', sizeof text);
	for (size_t n = 0; n <= 200; n++) {
		read_bytes(&want, text, n, 7, ',', '"');
		good = good && agrees(ops, &want, text, n, n ? n : 1, 7, ',', '"');
	}
	ok(good, "%s: every byte a separator", ops->name);
}

/* == the choice == */

static void choice(void)
{
	const struct index_ops *best;
	size_t n = 0;

	while (index_all[n])
		n++;
	best = index_all[n - 1];
	is_str(index_all[n - 1]->name, "plain", "the last resort is plain C");
	ok(index_all[n - 1]->supported(), "which runs everywhere");
	for (size_t i = n; i-- > 0;) {
		if (index_all[i]->supported())
			best = index_all[i];
		setenv("MUSTER_SIMD", index_all[i]->name, 1);
		ok(index_best() == best, "MUSTER_SIMD=%s gives %s", index_all[i]->name, index_best()->name);
	}
	setenv("MUSTER_SIMD", "libcsv", 1);
	ok(index_best() == best, "a name that no index has gives the best");
	setenv("MUSTER_SIMD", "", 1);
	ok(index_best() == best, "so does an empty one");
	unsetenv("MUSTER_SIMD");
	ok(index_best() == best, "and none: %s", best->name);
}

int main(void)
{
	choice();
	for (size_t i = 0; index_all[i]; i++) {
		if (!index_all[i]->supported()) {
			skip("%s does not run on this processor", index_all[i]->name);
			continue;
		}
		by_hand(index_all[i]);
		only_separators(index_all[i]);
		sweep(index_all[i]);
		random_texts(index_all[i]);
	}
	return done();
}
