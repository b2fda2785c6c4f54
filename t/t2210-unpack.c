/*
 * Gzip and zstd, made here by the libraries: several members, padding, cuts at every byte, every byte changed to every
 * other value, bombs. What is expected is the text that was packed, or an error that says what is wrong.
 */
#define _GNU_SOURCE              /* memmem */
#include "packing.h"
#include "tap.h"

static const char csv[] = "id,name\r\n1,\"two\r\nlines\"\r\n2,last\r\n";
enum { CSV = sizeof csv - 1 };
static struct buf text = BUF_INIT;

typedef void pack_run(struct buf *out, const char *p, size_t n, int level);
static const struct format {
	const char *name;
	pack_run *pack;
	size_t magic;
} formats[] = { { "gzip", pack_gzip, 2 }, { "zstd", pack_zstd, 4 } };

static struct buf packed_twice(const struct format *f, const char *a, size_t na, const char *b, size_t nb)
{
	struct buf out = BUF_INIT;

	f->pack(&out, a, na, 6);
	f->pack(&out, b, nb, 1);
	return out;
}

static bool reads(const struct buf *packed, const char *p, size_t n)
{
	bool good = true;

	for (size_t piece = 0; piece < 20 && good; piece++) {
		text_of_bytes(&text, packed->p, packed->n, NULL, piece);
		good = same_bytes(&text, p, n);
	}
	if (!good)
		fprintf(stderr, "# found %s\n", text.p);
	return good;
}

/* The message, the same in every size of pieces. */
static const char *fault_of(const struct buf *packed)
{
	static struct buf first = BUF_INIT;

	text_of_bytes(&first, packed->p, packed->n, NULL, 0);
	for (size_t piece = 1; piece < 20; piece++)
		if (strcmp(text_of_bytes(&text, packed->p, packed->n, NULL, piece), first.p))
			return "not the same in pieces";
	return strchr(first.p, '!');
}

/* == what is good == */

static void good(const struct format *f)
{
	struct buf one = BUF_INIT, two = packed_twice(f, csv, 10, csv + 10, CSV - 10), many = BUF_INIT, big = BUF_INIT;
	struct input *in = NULL;
	int64_t taken, size;

	f->pack(&one, csv, CSV, 6);
	ok(reads(&one, csv, CSV), "%s: one member", f->name);
	ok(reads(&two, csv, CSV), "%s: a member that ends within quotes, and the rest", f->name);
	f->pack(&many, "", 0, 6);
	for (size_t i = 0; i < CSV; i++) {
		f->pack(&many, csv + i, 1, 6);
		f->pack(&many, "", 0, 6);
	}
	ok(reads(&many, csv, CSV), "%s: a member for each byte, and empty ones between", f->name);
	buf_clear(&many);
	f->pack(&many, "", 0, 6);
	ok(reads(&many, "", 0), "%s: of nothing", f->name);

	for (int i = 0; big.n < 3000000; i++)
		buf_printf(&big, "%d,line %d of a larger file,%x\n", i, i * 7, i * 0x9e3779b1u);
	buf_clear(&many);
	f->pack(&many, big.p, big.n, 1);
	text_of_bytes(&text, many.p, many.n, NULL, 0);
	ok(same_bytes(&text, big.p, big.n), "%s: %zu bytes from %zu", f->name, big.n, many.n);
	text_of_bytes(&text, many.p, many.n, NULL, 1777);
	ok(same_bytes(&text, big.p, big.n), "%s: the same in pieces", f->name);

	input_open_memory(&in, "FILE", many.p, many.n, NULL, NULL);
	is_str(input_compression(in), f->name, "told by content");
	read_all(in, &text, 0, NULL);
	input_progress(in, &taken, &size);
	ok(taken == (int64_t)many.n && size == taken, "%s: progress counts packed bytes", f->name);
	input_close(in);
	buf_release(&one);
	buf_release(&two);
	buf_release(&many);
	buf_release(&big);
}

/* == what is not == */

static void cut(const struct format *f)
{
	struct buf packed = packed_twice(f, csv, 10, csv + 10, CSV - 10), first = BUF_INIT, part = BUF_INIT;
	size_t wrong = 0;

	f->pack(&first, csv, 10, 6);
	for (size_t n = 0; n < packed.n; n++) {
		const char *found;

		buf_clear(&part);
		buf_add(&part, packed.p, n);
		if (!n || n == first.n || (n == 1 && f->pack == pack_zstd)) {   /* nothing; one whole member; "(" */
			text_of_bytes(&text, part.p, n, NULL, 0);
			wrong += !same_bytes(&text, n <= 1 ? part.p : csv, n <= 1 ? n : 10);
			continue;
		}
		found = fault_of(&part);
		if (!found || !strstr(found, "data ends early, behind byte") || strncmp(found, "!FILE:", 6)) {
			fprintf(stderr, "# cut at %zu: %s\n", n, found ? found : text.p);
			wrong++;
		}
	}
	is_int(wrong, 0, "%s: cut at each of %zu bytes", f->name, packed.n);
	buf_release(&packed);
	buf_release(&first);
	buf_release(&part);
}

/* Each byte becomes each other value: an error, or the text itself where the byte means nothing; bytes that are no text when
 * the mark of the format is hit. */
static void changed(const struct format *f)
{
	struct buf packed = packed_twice(f, csv, 10, csv + 10, CSV - 10);
	int same = 0, errors = 0, others = 0, wrong = 0;

	for (size_t at = 0; at < packed.n; at++) {
		char was = packed.p[at];

		for (int k = 1; k < 256; k++) {
			packed.p[at] = (char)(was ^ k);
			text_of_bytes(&text, packed.p, packed.n, NULL, 0);
			if (text.n >= 6 && memmem(text.p, text.n, "!FILE:", 6))
				errors++;
			else if (same_bytes(&text, csv, CSV))
				same++;
			else if (at < f->magic && same_bytes(&text, packed.p, packed.n) && text_utf8_valid(text.p, text.n) < text.n)
				others++;
			else if (wrong++ < 5)
				fprintf(stderr, "# byte %zu ^ %02x: %s\n", at, (unsigned)k, text.p);
		}
		packed.p[at] = was;
	}
	ok(!wrong, "%s: no change goes unnoticed: %d errors, %d without effect, %d no longer %s", f->name, errors, same, others,
	   f->name);
	ok(errors > (int)packed.n * 150, "%s: most are errors", f->name);
	buf_release(&packed);
}

/* == what may stand behind, and what not == */

#define SKIP "\x50\x2a\x4d\x18\x03\0\0\0abc"
static const struct {
	size_t format;
	const char *bytes;
	size_t n;
	const char *name, *message;      /* %d: the byte behind the good member; NULL: it is good */
} endings[] = {
	{ 0, "\0", 1, "one zero", NULL },
	{ 0, "\0\0\0\0\0\0\0\0\0\0", 10, "zeros to the end", NULL },
	{ 0, "\0\0x", 3, "zeros, then something", "!FILE:5:1: error: behind the gzip data, at byte %d, stands something else" },
	{ 0, "x", 1, "a letter", "!FILE:5:1: error: behind the gzip data, at byte %d, stands something else" },
	{ 0, "\x1fzzz", 4, "half a mark", "!FILE:5:1: error: behind the gzip data, at byte %d, stands something else" },
	{ 0, "\x1f", 1, "the first byte of a member", "!FILE:5:1: error: gzip data ends early, behind byte %d: cut?" },
	{ 0, "\x1f\x8b\x09\x00", 4, "another method", "!FILE:5:1: error: gzip data is damaged at byte %d: unknown compression method" },
	{ 1, SKIP, 11, "a frame to be skipped", NULL },
	{ 1, SKIP SKIP, 22, "two of them", NULL },
	{ 1, SKIP, 10, "half of one", "!FILE:5:1: error: zstd data ends early, behind byte %d: cut?" },
	{ 1, "\0\0\0\0\0", 5, "zeros", "!FILE:5:1: error: behind the zstd data, at byte %d, stands something else" },
	{ 1, "id,name", 7, "text", "!FILE:5:1: error: behind the zstd data, at byte %d, stands something else" },
	{ 1, "\x28\xb5", 2, "the first bytes of a frame", "!FILE:5:1: error: zstd data ends early, behind byte %d: cut?" },
};

/* How many bytes of endings[i] a message's number is off from the one behind the good member. */
static int counted(size_t i)
{
	const char *m = endings[i].message;

	if (strstr(m, "ends early") || strstr(m, "damaged"))
		return (int)endings[i].n - 1;
	return endings[i].bytes[0] ? 0 : strstr(endings[i].name, "zeros, then") ? 2 : 0;
}

static void ending(void)
{
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		const struct format *f = &formats[endings[i].format];
		struct buf packed = BUF_INIT;
		char want[200] = "";

		f->pack(&packed, csv, CSV, 6);
		if (endings[i].message)
			snprintf(want, sizeof want, endings[i].message, (int)packed.n + 1 + counted(i));
		buf_add(&packed, endings[i].bytes, endings[i].n);
		if (endings[i].message)
			is_str(fault_of(&packed), want, "%s, then %s", f->name, endings[i].name);
		else
			ok(reads(&packed, csv, CSV), "%s, then %s", f->name, endings[i].name);
		buf_release(&packed);
	}
}

static void special(void)
{
	struct buf packed = BUF_INIT, inner = BUF_INIT;
	const char *found;

	buf_add(&packed, SKIP, 11);
	pack_zstd(&packed, csv, CSV, 3);
	ok(reads(&packed, csv, CSV), "zstd that begins with a frame to be skipped");
	buf_clear(&packed);
	buf_add(&packed, SKIP, 11);
	ok(reads(&packed, "", 0), "zstd with nothing else");
	buf_clear(&packed);
	pack_gzip(&inner, csv, CSV, 6);
	pack_gzip(&packed, inner.p, inner.n, 6);
	is_str(fault_of(&packed), "!FILE:1:1: error: this is gzip data inside gzip data, not CSV", "packed twice");

	/* the checksum, by its byte: the last 8 of gzip are checksum and length, the last 4 of zstd the checksum */
	inner.p[inner.n - 8] ^= 1;
	found = fault_of(&inner);
	ok(found && strstr(found, "the checksum does not match"), "gzip: %s", found);
	inner.p[inner.n - 8] ^= 1;
	inner.p[inner.n - 1] ^= 1;
	found = fault_of(&inner);
	ok(found && strstr(found, "the length does not match"), "gzip: %s", found);
	buf_clear(&packed);
	pack_zstd(&packed, csv, CSV, 3);
	packed.p[packed.n - 1] ^= 1;
	found = fault_of(&packed);
	ok(found && strstr(found, "the checksum does not match"), "zstd: %s", found);

	/* a frame that claims a window of 2 GiB: descriptor 0, window exponent 21 */
	buf_clear(&packed);
	buf_add(&packed, "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9);
	found = fault_of(&packed);
	ok(found && strstr(found, "more than 128 MiB of memory"), "zstd: %s", found);

	/* a block as it is of 6 bytes, in a frame that claims 256: libzstd takes it in any pieces, the fault comes last */
	buf_clear(&packed);
	buf_add(&packed, "\x28\xb5\x2f\xfd\x41\x00\x00\x00\x00\x31\x00\x00" "abcdefg", 19);
	found = fault_of(&packed);
	ok(found && strstr(found, "damaged at byte 13"), "zstd, shorter than it claims: %s", found);
	buf_release(&packed);
	buf_release(&inner);
}

/* The text before a fault is handed out, and the fault stands behind it. */
static void text_first(const struct format *f)
{
	struct buf packed = BUF_INIT, plain = BUF_INIT;
	struct input *in = NULL;
	struct slice ahead;
	struct err e = ERR_INIT;
	char place[64];
	size_t got, line_start;
	int lines = 1;

	for (int i = 0; plain.n < 3000; i++)
		buf_printf(&plain, "%d,%x%s", i, (unsigned)i * 0x9e3779b1u, i % 3 == 0 ? "\r\n" : i % 3 == 1 ? "\n" : "\r");
	f->pack(&packed, plain.p, plain.n, 6);
	buf_str(&packed, "garbage");
	line_start = 0;
	for (size_t i = 0; i < plain.n; i++)
		if (plain.p[i] == '\n' || (plain.p[i] == '\r' && plain.p[i + 1] != '\n'))
			lines++, line_start = i + 1;
	snprintf(place, sizeof place, "FILE:%d:%zu: error: behind the", lines, plain.n - line_start + 1);
	ok(!input_open_memory(&in, "FILE", packed.p, packed.n, NULL, &e), "%s: a file with a fault at its end is opened", f->name);
	ok(!input_peek(in, 100000, &ahead, &e) && ahead.n == plain.n, "and looked into up to the fault");
	is_int(read_all(in, &text, 0, &e), ERR_DATA, "which comes when it is reached");
	ok(same_bytes(&text, plain.p, plain.n), "behind all of the text");
	ok(!strncmp(e.msg, place, strlen(place)), "with its place: %s", e.msg);
	is_int(input_read(in, place, 1, &got, &e), ERR_DATA, "and again");
	ok(!input_rewind(in, &e) && read_all(in, &text, 5, &e) == ERR_DATA && same_bytes(&text, plain.p, plain.n), "also from the beginning");
	input_close(in);
	buf_release(&packed);
	buf_release(&plain);
}

/* == bombs == */

static void bomb(const struct format *f, int mib)
{
	struct buf zeros = BUF_INIT, packed = BUF_INIT;
	struct input_options o = { 0 };
	struct input *in = NULL;
	struct err e = ERR_INIT;
	char *block = malloc(1 << 20);
	size_t got;
	int64_t out = 0;
	int rc;

	buf_fill(&zeros, '0', 1 << 20);
	for (int i = 0; i < mib; i++)
		f->pack(&packed, zeros.p, zeros.n, 1);
	for (int wide = 0; wide < 2; wide++) {
		o.max_ratio = wide ? 1e6 : 0;
		out = 0;
		input_open_memory(&in, "FILE", packed.p, packed.n, &o, &e);
		while (!(rc = input_read(in, block, 1 << 20, &got, &e)) && got)
			out += (int64_t)got;
		input_close(in);
		if (wide || mib <= 16)
			ok(!rc && out == (int64_t)mib << 20, "%s: %d MiB from %zu bytes are read%s", f->name, mib, packed.n,
			   wide ? " when the cap is high" : ": little is no bomb");
		else
			ok(rc == ERR_DATA && out <= 17 << 20 && strstr(e.msg, "ratio of ") && strstr(e.msg, "the cap of 200") &&
			   strstr(e.msg, "max_ratio"), "%s: %s", f->name, e.msg);
	}
	free(block);
	buf_release(&zeros);
	buf_release(&packed);
}

int main(void)
{
	for (size_t k = 0; k < 2; k++) {
		good(&formats[k]);
		cut(&formats[k]);
		changed(&formats[k]);
		text_first(&formats[k]);
		bomb(&formats[k], 16);
		bomb(&formats[k], 40);
	}
	ending();
	special();
	buf_release(&text);
	return done();
}
