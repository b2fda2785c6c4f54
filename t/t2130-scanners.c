/*
 * The fast scanner gives what libcsv gives: the same records, fields, raw bytes, places, faults and counts, with every
 * index that runs here, for blocks and reads of any size. Every short text over the bytes that mean something; the cases of
 * the grammar; quotes and line ends slid over the borders of words and blocks; random texts.
 */
#include "tap.h"
#include "outcome.h"

#include <stdlib.h>

enum { TELL = 5 };               /* differences told of one check */

struct how {
	size_t block, chunk;     /* 0 = as built; whole */
	const struct index_ops *index;
};

static struct buf want, got;
static int differences;          /* of the check at hand */
static long readings;

static const struct index_ops *present[8];
static size_t npresent;

static void tell(const struct scan_options *o, const char *p, size_t n, const struct how *h)
{
	struct buf text = BUF_INIT;

	if (++differences > TELL)
		return;
	text_escape(&text, p, n);
	fprintf(stderr, "%s, sep '%c', skip %lld, blocks of %zu, reads of %zu, %s: \"%s\"\n-- libcsv%s\n-- fast%s\n",
		o->lenient ? "lenient" : "strict", o->sep, (long long)o->skip, h->block, h->chunk, h->index->name,
		outcome_text(&text), outcome_text(&want), outcome_text(&got));
	buf_release(&text);
}

static void expect(const struct scan_options *o, const char *p, size_t n)
{
	outcome_of_scan(&want, &scan_ref, o, p, n, 0);
}

/* `want` is what libcsv says of p[0..n). */
static void compare(const struct scan_options *o, const char *p, size_t n, const struct how *h)
{
	static const struct index_ops *set;

	if (set != h->index)
		setenv("MUSTER_SIMD", h->index->name, 1);
	set = h->index;
	reader_block_size(h->block);
	outcome_of_scan(&got, &scan_fast, o, p, n, h->chunk);
	readings++;
	if (!outcome_same(&want, &got))
		tell(o, p, n, h);
}

static const size_t blocks[] = { 1, 2, 3, 5, 16, 63, 64, 65, 127, 128, 129, 256, 4095, 4096, 4097, 0 };
enum { NBLOCKS = sizeof blocks / sizeof *blocks };

/* With every index and block size; reads of all sizes too, but not with each of them. */
static void compare_all(const struct scan_options *o, const char *p, size_t n)
{
	expect(o, p, n);
	for (size_t i = 0; i < npresent; i++)
		for (size_t b = 0; b < NBLOCKS; b++)
			compare(o, p, n, &(struct how){ blocks[b], (b + i) % 4, present[i] });
}

static void finish(const char *what)
{
	is_int(differences, 0, "%s: the same as libcsv in %ld readings", what, readings);
	differences = 0;
	readings = 0;
}

/* == every short text == */

/* Under a sanitizer every reading takes many times as long: shorter texts, fewer places, every line of code all the same. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LONGEST = 5, SPARSE = 6, RANDOM_TEXTS = 1500 };
#else
enum { LONGEST = 7, SPARSE = 1, RANDOM_TEXTS = 10000 };
#endif
static const char alphabet[] = "a,\"\n\r";

static void every_short_text(bool lenient)
{
	static const struct { size_t block, chunk; } hows[] = { { 64, 0 }, { 64, 1 }, { 64, 2 }, { 64, 3 },
								{ 1, 0 },  { 2, 0 },  { 3, 1 },  { 5, 2 } };
	struct scan_options o = SCAN_DEFAULT;
	size_t letters = sizeof alphabet - 1, total = 1;
	char text[LONGEST + 1];

	o.lenient = lenient;
	for (size_t n = 0; n <= LONGEST; n++, total *= letters) {
		for (size_t k = 0; k < total; k++) {
			for (size_t i = 0, left = k; i < n; i++, left /= letters)
				text[i] = alphabet[left % letters];
			expect(&o, text, n);
			/* The longest ones take most of the time: with every second of the ways, in turn. */
			for (size_t h = n < LONGEST ? 0 : k % 2; h < sizeof hows / sizeof *hows; h += n < LONGEST ? 1 : 2)
				compare(&o, text, n, &(struct how){ hows[h].block, hows[h].chunk, present[(h / 2 + k) % npresent] });
		}
	}
	finish(lenient ? "every short text, lenient" : "every short text");
}

/* == the cases of the grammar == */

static size_t unescape(char *to, const char *p, size_t n)
{
	static const char letters[] = "rnt0\\", bytes[] = "\r\n\t\0\\";
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const char *found;

		if (p[i] != '\\' || i + 1 == n) {
			to[k++] = p[i];
		} else if (p[i + 1] == 'x' && i + 3 < n) {
			to[k++] = (char)strtol((char[]){ p[i + 2], p[i + 3], 0 }, NULL, 16);
			i += 3;
		} else {
			i++;
			found = strchr(letters, p[i]);
			to[k++] = found ? bytes[found - letters] : p[i];
		}
	}
	return k;
}

static void every_case(void)
{
	const char *t = getenv("T");     /* set by t/run */
	char line[1024], text[1024];
	FILE *f;
	int cases = 0;

	snprintf(line, sizeof line, "%s/cases/csv.test", t ? t : "t");
	if (!ok((f = fopen(line, "r")) != NULL, "%s", line))
		return;
	while (fgets(line, sizeof line, f)) {
		struct scan_options o = SCAN_DEFAULT;
		const char *p = line, *end;
		size_t n;

		if (!strncmp(p, "--", 2) || !(end = strstr(p, "->")))
			continue;
		if (!strncmp(p, "lenient:", 8)) {
			o.lenient = true;
			p += 9;
		}
		while (end > p && end[-1] == ' ')
			end--;
		n = unescape(text, p, (size_t)(end - p));
		compare_all(&o, text, n);
		o.lenient = !o.lenient;
		compare_all(&o, text, n);
		cases++;
	}
	fclose(f);
	ok(cases > 40, "t/cases/csv.test has %d cases", cases);
	finish("the cases of the grammar");
}

/* == patterns slid over the borders == */

static const char *const patterns[] = {
	"\"", "\"\"", "\"\"\"", "\"\"\"\"", "\n", "\r", "\r\n", "\n\r", "\n\n", "\r\r\n", "\"\n", "\"\r\n", "\n\"", "\r\n\"",
	"\"\n\"", "\"\r\n\"", ",\"", "\",", "\",\"", "\"\",", ",\"\"", ",\"\",", ",\"\"\n", "\"a", "a\"", "\" ", "\"\"a", ",,",
	"\n,\n", "\"\r", "\r\"", "\"\r\"", "\"\n\r\n\"", "\n#", "#", ",\n", "\"\"\r\"\"", "\0", "\xff",
};
static const char *const starts[] = { "x", "\"", "a,\"", "a\r\n\"\"\"", "\"b\",", "\"b\"\n" };
static const char *const tails[] = { "", "\n", "\r\n1,2\r\n", "\"\nc,d\n", "\",\"e\"\r", "z\n\"w\"q\r\nv\n" };

static size_t put(char *text, size_t n, const char *s)
{
	size_t size = *s ? strlen(s) : 0;

	memcpy(text + n, s, size);
	return n + size;
}

/* Every stride-th pattern from `from` bytes on, at 72 places. */
static void slide(size_t from, size_t block, size_t stride)
{
	static char text[8192];
	struct scan_options o = SCAN_DEFAULT;
	size_t turn = 0;

	o.comment = '#';
	for (size_t s = 0; s < sizeof starts / sizeof *starts; s++) {
		for (size_t k = s % stride; k < sizeof patterns / sizeof *patterns; k += stride * SPARSE) {
			for (size_t step = 0; step < 72; step++, turn++) {
				size_t n = put(text, 0, starts[s]);

				while (n < from + step)
					text[n++] = 'x';
				n = put(text, n, patterns[k]);
				if (!*patterns[k])
					text[n++] = '\0';
				n = put(text, n, tails[turn % (sizeof tails / sizeof *tails)]);
				o.lenient = turn / 2 % 2;
				expect(&o, text, n);
				compare(&o, text, n, &(struct how){ block, turn % 3, present[turn % npresent] });
				compare(&o, text, n, &(struct how){ turn % 130 + 1, 0, present[turn % npresent] });
			}
		}
	}
}

static void sliding(void)
{
	slide(0, 64, 1);
	slide(64, 0, 1);
	finish("patterns slid over words of 64 bytes");
	slide(128 - 36, 128, 1);
	slide(256 - 36, 256, 1);
	slide(4096 - 36, 4096, 5);
	finish("patterns slid over the ends of blocks");
}

/* The same at the end of a block of the size that is built in. */
static void real_blocks(void)
{
	static char text[256 * 1024 + 256];
	struct scan_options o = SCAN_DEFAULT;

	for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++) {
		for (size_t step = k % 3; step < 6; step += 3) {
			size_t n = 0, end = 256 * 1024 - 4 + step;

			for (; n < end; n++)
				text[n] = k % 2 && n < 100000 ? "a,b\n"[n % 4] : 'x';
			n = put(text, end, patterns[k]);
			n = put(text, n, tails[(k + step) % (sizeof tails / sizeof *tails)]);
			o.lenient = k / 2 % 2;
			expect(&o, text, n);
			compare(&o, text, n, &(struct how){ 0, 0, present[k % npresent] });
		}
	}
	finish("patterns at the end of the first 256 KiB");
}

/* == random texts == */

static uint32_t seed = 1;

static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(seed >> 4) * n) >> 28);
}

static void random_texts(int how_many)
{
	static const char *const pieces[] = {
		"a", "bc", "12", ",", ",", ",", "\n", "\r\n", "\r", "\"", "\"\"", "\"x\"", ",\"y\"", "\"p\nq\"", "\"p\r\nq\"\r\n",
		" ", "#", "\n#", "\n\n", "a,b,c\n", "a,b\r\n", "\xc3\xa9", "\xef\xbb\xbf", ";", "\x01", "1,\"a\"\"b\",3\n",
		"some longer text without anything in it", "\"some longer quoted text, with a separator\",",
	};
	char text[2048];

	for (int i = 0; i < how_many; i++) {
		struct scan_options o = SCAN_DEFAULT;
		uint32_t wanted = random_below(600), mild = random_below(3);
		size_t n = 0;

		o.lenient = random_below(2);
		o.sep = ",,,;\t"[random_below(5)];
		o.comment = random_below(3) ? 0 : '#';
		o.skip = random_below(4) ? 0 : random_below(4);
		o.resumed = !random_below(5);
		while (n < wanted) {
			const char *s = pieces[random_below(sizeof pieces / sizeof *pieces)];

			/* Most texts have few faults, or libcsv would read all of them. */
			if (mild && strlen(s) < 3 && *s == '"')
				s = mild == 1 ? "\"z\"," : "y\n";
			n = put(text, n, s);
		}
		expect(&o, text, n);
		for (int k = 0; k < 4; k++)
			compare(&o, text, n, &(struct how){ random_below(2) ? blocks[random_below(NBLOCKS)] : 1 + random_below(700),
							    random_below(2) ? 0 : 1 + random_below(80),
							    present[random_below((uint32_t)npresent)] });
	}
	finish("random texts");
}

int main(void)
{
	for (size_t i = 0; index_all[i]; i++)
		if (index_all[i]->supported() && npresent < sizeof present / sizeof *present)
			present[npresent++] = index_all[i];
	for (size_t i = 0; i < npresent; i++) {
		setenv("MUSTER_SIMD", present[i]->name, 1);
		ok(index_best() == present[i], "MUSTER_SIMD=%s chooses it", present[i]->name);
	}
	every_short_text(false);
	every_short_text(true);
	every_case();
	sliding();
	real_blocks();
	random_texts(RANDOM_TEXTS);
	reader_block_size(0);
	buf_release(&want);
	buf_release(&got);
	return done();
}
