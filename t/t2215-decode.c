/*
 * Text in other encodings: the same in reads of any size, also packed; what is no text of the encoding, and where. What is
 * expected comes from the tables of Unicode, or from iconv given everything at once.
 */
#include "packing.h"
#include "tap.h"

#include <iconv.h>

static struct buf text = BUF_INIT;

static const struct {
	const char *encoding, *bytes;
	size_t n;
	const char *want;                /* "!..." is the end of a message, behind the text */
	const char *found;               /* input_encoding */
} cases[] = {
#define BYTES(s) s, sizeof(s) - 1
	{ NULL, BYTES("\xff\xfe" "a\0,\0\x16\x04\n\0"), "\xef\xbb\xbf" "a,\xd0\x96\n", "utf-16le" },
	{ NULL, BYTES("\xfe\xff\0a\0,\x04\x16\0\n"), "\xef\xbb\xbf" "a,\xd0\x96\n", "utf-16be" },
	{ NULL, BYTES("\xef\xbb\xbf" "a\n"), "\xef\xbb\xbf" "a\n", NULL },
	{ "utf-8", BYTES("\xef\xbb\xbf" "a\n"), "\xef\xbb\xbf" "a\n", NULL },
	{ "utf-8", BYTES("\xff,a\n"), "\xff,a\n", NULL },                /* the loader's to refuse, with the column */
	{ "utf-16", BYTES("\xff\xfe" "a\0\n\0"), "\xef\xbb\xbf" "a\n", "utf-16le" },
	{ "UTF_16", BYTES("\xfe\xff\0a\0\n"), "\xef\xbb\xbf" "a\n", "utf-16be" },
	{ "utf16", BYTES("a\0\n\0"), "a\n", "utf-16le" },
	{ "utf16", BYTES("\0a\0\n"), "a\n", "utf-16be" },
	/* a Korean name first; the comma tells the order */
	{ "utf-16", BYTES("\xa0\xb0\xdc\xc9,\0n\0\n\0"), "\xeb\x82\xa0\xec\xa7\x9c,n\n", "utf-16le" },
	{ "utf-16", BYTES("\xb0\xa0\xc9\xdc\0,\0n\0\n"), "\xeb\x82\xa0\xec\xa7\x9c,n\n", "utf-16be" },
	{ "utf-16", BYTES("\xa0\xb0\xdc\xc9"), "\xeb\x82\xa0\xec\xa7\x9c", "utf-16le" },
	{ "utf-16le", BYTES("\x3d\xd8\x00\xde\n\0"), "\xf0\x9f\x98\x80\n", "utf-16le" },        /* two surrogates */
	{ "utf-16be", BYTES("\xd8\x3d\xde\x00\0\n"), "\xf0\x9f\x98\x80\n", "utf-16be" },
	{ "utf-16le", BYTES("a\0\n\0\x3d\xd8" "b\0"), "a\n!FILE:2:1: error: the bytes 0x3d 0xd8 are not utf-16le", "utf-16le" },
	{ "utf-16le", BYTES("a\0b\0\x00\xde" "b\0"), "ab!FILE:1:3: error: the bytes 0x00 0xde are not utf-16le", "utf-16le" },
	{ "utf-16be", BYTES("\0a\0\r\0\n\0b\0"), "a\r\nb!FILE:2:2: error: the text ends within a character of utf-16be, behind the byte "
	  "0x00", "utf-16be" },
	{ "utf-16be", BYTES("\0a\0\r\0b\xd8\x3d"), "a\rb!FILE:2:2: error: the bytes 0xd8 0x3d are not utf-16be", "utf-16be" },
	{ "utf-16be", BYTES("a\0\n\0b\0\n\0"), "!FILE:1:2: error: a NUL byte at every other place: this looks like UTF-16 text without "
	  "a byte order mark, which is read when the encoding is named utf-16le", NULL },
	{ "latin1", BYTES("a\0\n\0b\0\n\0"), "!FILE:1:2: error: a NUL byte at every other place: this looks like UTF-16 text without "
	  "a byte order mark, which is read when the encoding is named utf-16le", NULL },
	{ "utf-16be", BYTES("\xff\xfe" "a\0"), "!FILE:1:1: error: the text begins with the byte order mark of utf-16le, so it is not "
	  "utf-16be", NULL },
	{ "cp1251", BYTES("\xef\xbb\xbf" "a\n"), "!FILE:1:1: error: the text begins with the byte order mark of utf-8, so it is not "
	  "cp1251", NULL },
	{ "utf-16", BYTES("\xef\xbb\xbf" "a\n"), "!FILE:1:1: error: the text begins with the byte order mark of utf-8, so it is not "
	  "utf-16", NULL },
	{ "latin1", BYTES("\xfcml\xe4ut\x85,\xff"), "\xc3\xbcml\xc3\xa4ut\xc2\x85,\xc3\xbf", "latin1" },
	{ "ISO-8859-1", BYTES("\xa0"), "\xc2\xa0", "latin1" },
	{ "windows-1252", BYTES("\x80 \x93q\x94"), "\xe2\x82\xac \xe2\x80\x9cq\xe2\x80\x9d", "cp1252" },
	{ "cp1252", BYTES("a,b\nx\x81\n"), "a,b\nx!FILE:2:2: error: the byte 0x81 is not cp1252", "cp1252" },
	{ "CP-1251", BYTES("\xca\xf3\xf0\xf1\xea \xa8\xe6"), "\xd0\x9a\xd1\x83\xd1\x80\xd1\x81\xd0\xba \xd0\x81\xd0\xb6", "cp1251" },
	{ "cp1251", BYTES("\x98"), "!FILE:1:1: error: the byte 0x98 is not cp1251", "cp1251" },
	{ "koi8-u", BYTES("\xb7\xd6\xc1\xcb \xa6 \xad\xc1\xce\xcf\xcb"),
	  "\xd0\x87\xd0\xb6\xd0\xb0\xd0\xba \xd1\x96 \xd2\x91\xd0\xb0\xd0\xbd\xd0\xbe\xd0\xba", "koi8-u" },
	{ "koi8-r", BYTES("x\x9c,\xb3\n"), "x\xc2\xb0,\xd0\x81\n", "koi8-r" },           /* begins as zlib data would */
	{ "euc-kr", BYTES("\xb3\xaf\xc2\xa5,\xac\xa1\n"), "\xeb\x82\xa0\xec\xa7\x9c,\xd0\x90\n", "euc-kr" },
	{ "euckr", BYTES("n,s\n1,\x8c\x63\n"), "n,s\n1,!FILE:2:3: error: the bytes 0x8c 0x63 are not euc-kr", "euc-kr" },
	{ "euc-kr", BYTES("\xb3\xaf\xb3\x85"), "\xeb\x82\xa0!FILE:1:4: error: the bytes 0xb3 0x85 are not euc-kr", "euc-kr" },
	{ "cp949", BYTES("n,s\n1,\x8c\x63\n"), "n,s\n1,\xeb\x98\xa0\n", "cp949" },
	{ "cp949", BYTES("\xac\xac\xac\xe5\xac\xe2\xac\xe3\xac\xdc,\xb3\xaf"), "\xd0\x9a\xd1\x83\xd1\x80\xd1\x81\xd0\xba,\xeb\x82\xa0", "cp949" },
	{ "cp949", BYTES("\xb3\xaf\n\xc9\x41\n"), "\xeb\x82\xa0\n!FILE:2:1: error: the bytes 0xc9 0x41 are not cp949", "cp949" },
	{ "cp949", BYTES("\xb3\xaf\n\xb3"), "\xeb\x82\xa0\n!FILE:2:1: error: the text ends within a character of cp949, behind the byte "
	  "0xb3", "cp949" },
	{ "cp949", BYTES(""), "", "cp949" },
};

static void table(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct input_options o = { .encoding = cases[i].encoding };
		struct buf gz = BUF_INIT;
		struct input *in = NULL;
		bool good = true;

		is_str(text_of_bytes(&text, cases[i].bytes, cases[i].n, &o, 0), cases[i].want, "%zu: %s", i,
		       cases[i].encoding ? cases[i].encoding : "by its mark");
		pack_gzip(&gz, cases[i].bytes, cases[i].n, 6);
		for (size_t piece = 0; piece < 20; piece++) {
			good &= !strcmp(text_of_bytes(&text, cases[i].bytes, cases[i].n, &o, piece), cases[i].want);
			good &= !strcmp(text_of_bytes(&text, gz.p, gz.n, &o, piece), cases[i].want);
		}
		ok(good, "%zu: the same in pieces, and packed", i);
		if (!input_open_memory(&in, "FILE", cases[i].bytes, cases[i].n, &o, NULL))
			is_str(input_encoding(in), cases[i].found, "%zu: the encoding that was found", i);
		input_close(in);
		buf_release(&gz);
	}
}

/* A larger text, encoded by iconv and read back. */
static void there_and_back(const char *encoding, const char *iconv_name, const char *words)
{
	struct input_options o = { .encoding = encoding };
	struct buf plain = BUF_INIT, coded = BUF_INIT;
	iconv_t cd = iconv_open(iconv_name, "UTF-8");
	char *from, *to;
	size_t left, room;
	bool good = true;

	for (int i = 0; plain.n < 300000; i++)
		buf_printf(&plain, "%d,%s,%x\r\n", i, words, (unsigned)i * 0x9e3779b1u);
	buf_fill(&coded, ' ', plain.n * 2 + 16);
	from = plain.p, to = coded.p, left = plain.n, room = coded.n;
	if (iconv(cd, &from, &left, &to, &room) == (size_t)-1 || left)
		exit(99);
	coded.n -= room;
	iconv_close(cd);
	for (size_t piece = 0; piece < 50000; piece = piece * 7 + 1) {
		text_of_bytes(&text, coded.p, coded.n, &o, piece);
		good &= same_bytes(&text, plain.p, plain.n);
	}
	ok(good, "%s: %zu bytes there and back, in pieces", encoding, coded.n);
	buf_release(&plain);
	buf_release(&coded);
}

int main(void)
{
	table();
	there_and_back("cp949", "CP949", "\xeb\x82\xa0\xec\xa7\x9c \xeb\x98\xa0 \xd0\x9a\xd1\x83\xd1\x80\xd1\x81\xd0\xba");
	there_and_back("euc-kr", "EUC-KR", "\xeb\x82\xa0\xec\xa7\x9c a \xd0\x9a\xd1\x83\xd1\x80\xd1\x81\xd0\xba");
	there_and_back("koi8-u", "KOI8-U", "\xd0\x87\xd0\xb6\xd0\xb0\xd0\xba \xd2\x91");
	there_and_back("cp1251", "CP1251", "\xd0\x9a\xd1\x83\xd1\x80\xd1\x81\xd0\xba \xe2\x84\x96");
	there_and_back("utf-16le", "UTF-16LE", "\xeb\x82\xa0 \xf0\x9f\x98\x80 \xd0\x9a");
	there_and_back("utf-16be", "UTF-16BE", "\xeb\x82\xa0 \xf0\x9f\x98\x80 \xd0\x9a");
	there_and_back("latin1", "ISO-8859-1", "\xc3\xbcml\xc3\xa4ut");
	buf_release(&text);
	return done();
}
