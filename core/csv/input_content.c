/* input_content.c - what the first bytes of a file say it is: packed, no text at all, or text in another encoding. */
#include "csv/input_priv.h"

#include <ctype.h>
#include <string.h>

static bool has(struct slice head, size_t at, const char *bytes, size_t n)
{
	return head.n >= at + n && !memcmp(head.p + at, bytes, n);
}

static struct slice head_of(const struct input *in)
{
	return slice_of(in->head.p, in->head.n);
}

/* == packed == */

/*
 * A file that is nothing but the beginning of such a mark was cut. One "(" alone is a text, though also the first byte of
 * zstd data. A zstd frame to be skipped may come first; its mark has a range.
 */
const char *content_packing(const struct input *in)
{
	static const char gzip[] = "\x1f\x8b", zstd[] = "\x28\xb5\x2f\xfd";
	struct slice h = head_of(in);

	if (h.n && !memcmp(h.p, gzip, h.n < 2 ? h.n : 2))
		return "gzip";
	if (h.n >= 2 && !memcmp(h.p, zstd, h.n < 4 ? h.n : 4))
		return "zstd";
	if (has(h, 1, "\x2a\x4d\x18", 3) && (h.p[0] & 0xf0) == 0x50)
		return "zstd";
	return NULL;
}

/* == no text == */

static const struct {
	size_t at;
	const char *magic;
	size_t n;
	const char *what;
} containers[] = {
	{ 0, "BZh", 3, "bzip2 data" },
	{ 0, "\xfd" "7zXZ", 5, "xz data" },
	{ 0, "\x04\x22\x4d\x18", 4, "lz4 data" },
	{ 0, "\x1f\x9d", 2, "compress data" },
	{ 0, "7z\xbc\xaf\x27\x1c", 6, "a 7-Zip archive" },
	{ 0, "PK\x03\x04", 4, "a zip archive (or a spreadsheet)" },
	{ 257, "ustar", 5, "a tar archive" },
	{ 0, "PAR1", 4, "a Parquet file" },
	{ 0, "ARROW1", 6, "an Arrow IPC file" },
	{ 0, "SQLite format 3", 15, "an SQLite database" },
	{ 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "a spreadsheet" },
	{ 0, "%PDF-", 5, "a PDF document" },
	{ 0, "\x89PNG", 4, "a PNG picture" },
	{ 0, "\x7f" "ELF", 4, "a program" },
	{ 0, "\xff\xfe\x00\x00", 4, "UTF-32 text" },
	{ 0, "\x00\x00\xfe\xff", 4, "UTF-32 text" },
};

/*
 * A stream of Arrow IPC has no mark of its own: it is a length, since 0.15 with four 0xff before it, and metadata that
 * says it is a schema. The numbers looked at are those of the first table of a FlatBuffer (core/arrow/fb.h).
 */
static bool is_arrow_stream(struct slice h)
{
	size_t at = has(h, 0, "\xff\xff\xff\xff", 4) ? 8 : 4, table;
	uint32_t n, root;
	int32_t back;
	uint16_t size, version, type;

	if (h.n < at + 4)
		return false;
	memcpy(&n, h.p + at - 4, sizeof n);
	memcpy(&root, h.p + at, sizeof root);
	table = at + root;
	if (n < 16 || root < 4 || root > h.n || table + 4 > h.n)
		return false;
	memcpy(&back, h.p + table, sizeof back);
	if (back > (int64_t)root || (int64_t)root - back > (int64_t)(h.n - at) - 8)
		return false;
	memcpy(&size, h.p + table - back, sizeof size);
	memcpy(&version, h.p + table - back + 4, sizeof version);
	memcpy(&type, h.p + table - back + 6, sizeof type);
	if (size < 8 || version < 4 || type < 4 || table + version + 2 > h.n || table + type >= h.n)
		return false;
	memcpy(&version, h.p + table + version, sizeof version);
	return version <= 4 && h.p[table + type] == 1;
}

bool content_is_arrow(const struct input *in)
{
	struct slice h = head_of(in);

	return has(h, 0, "ARROW1", 6) || is_arrow_stream(h);
}

/* zlib data as its two usual beginnings: bytes that no UTF-8 begins with, but that may be a letter in one-byte encodings. */
static bool is_zlib(struct slice h)
{
	return has(h, 0, "\x78\x9c", 2) || (has(h, 0, "\x78\xda", 2) && (h.n < 3 || ((unsigned char)h.p[2] & 0xc0) != 0x80));
}

static int refuse(const struct input *in, const char *what, struct err *e)
{
	const char *packing = in->unpack ? unpack_name(in->unpack) : NULL;

	return err_set(e, ERR_DATA, "%s:1:1: error: this is %s%s%s%s, not CSV", in->name, what, packing ? " inside " : "",
		       packing ? packing : "", packing ? " data" : "");
}

int content_refuse(const struct input *in, struct err *e)
{
	struct slice h = head_of(in);
	const char *packing = in->unpack ? content_packing(in) : NULL;

	for (size_t k = 0; k < sizeof containers / sizeof *containers; k++)
		if (has(h, containers[k].at, containers[k].magic, containers[k].n))
			return refuse(in, containers[k].what, e);
	if (is_arrow_stream(h))
		return refuse(in, "an Arrow IPC stream", e);
	if (packing)
		return refuse(in, *packing == 'g' ? "gzip data" : "zstd data", e);
	return 0;
}

/* == encodings == */

static const struct encoding encodings[] = {
#define X(name, iconv) { name, iconv },
	INPUT_ENCODING_LIST(X)
#undef X
};
enum { ENCODINGS = sizeof encodings / sizeof *encodings, NAME_MAX_LENGTH = 32 };

/* Lower case, without "-", "_" and blanks; windows-1251 is cp1251. */
static void plain_name(char out[NAME_MAX_LENGTH], const char *name)
{
	size_t n = 0;

	for (; *name && n + 1 < NAME_MAX_LENGTH; name++)
		if (!strchr("-_ ", *name))
			out[n++] = (char)tolower((unsigned char)*name);
	out[n] = '\0';
	if (!strncmp(out, "windows", 7)) {
		memcpy(out, "cp", 2);
		memmove(out + 2, out + 7, n - 7 + 1);
	}
}

const struct encoding *encoding_find(const char *name)
{
	char wanted[NAME_MAX_LENGTH], known[NAME_MAX_LENGTH];

	plain_name(wanted, name);
	for (size_t i = 0; i < ENCODINGS; i++) {
		plain_name(known, encodings[i].name);
		if (!strcmp(wanted, known))
			return &encodings[i];
		plain_name(known, encodings[i].iconv);
		if (!strcmp(wanted, known))
			return &encodings[i];
	}
	return NULL;
}

const char *input_encoding_named(const char *name, struct err *e)
{
	const struct encoding *found = encoding_find(name);
	const char *names[ENCODINGS], *near;
	struct buf all = BUF_INIT;

	if (found)
		return found->name;
	for (size_t i = 0; i < ENCODINGS; i++) {
		names[i] = encodings[i].name;
		buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	near = text_nearest(name, names, ENCODINGS);
	if (near)
		err_set(e, ERR_NAME, "unknown encoding '%s'; did you mean '%s'?", name, near);
	else if (all.failed)
		err_nomem(e);
	else
		err_set(e, ERR_NAME, "unknown encoding '%s'; there are %s", name, all.p);
	buf_release(&all);
	return NULL;
}

/* The encoding whose byte order mark comes first, or NULL. */
static const struct encoding *marked(struct slice h)
{
	if (has(h, 0, "\xff\xfe", 2))
		return encoding_find("utf-16le");
	if (has(h, 0, "\xfe\xff", 2))
		return encoding_find("utf-16be");
	if (has(h, 0, "\xef\xbb\xbf", 3))
		return encoding_find("utf-8");
	return NULL;
}

/* ASCII in UTF-16 without a byte order mark: every other byte is NUL. Which byte is the first NUL, or 0. */
static size_t utf16_nul(struct slice h)
{
	size_t n = h.n < 8 ? h.n : 8;

	for (size_t start = 0; start < 2; start++) {
		size_t i = 0;

		while (i < n && (h.p[i] == '\0') == (i % 2 == start))
			i++;
		if (i == n && i >= 4)
			return start + 1;
	}
	return 0;
}

/* UTF-16 without a mark: the NULs of ASCII, of which any CSV has some, stand first in the big-endian form. */
static const struct encoding *utf16_order(struct slice h)
{
	size_t sure = utf16_nul(h), nul[2] = { 0, 0 };

	for (size_t i = 0; i < h.n; i++)
		nul[i % 2] += h.p[i] == '\0';
	return encoding_find((sure ? sure == 1 : nul[0] > nul[1]) ? "utf-16be" : "utf-16le");
}

static bool is(const struct encoding *one, const char *name)
{
	return one && !strcmp(one->name, name);
}

static bool is_utf16(const struct encoding *one)
{
	return one && !strncmp(one->name, "utf-16", 6);
}

int content_encoding(const struct input *in, const struct encoding *named, const struct encoding **out, struct err *e)
{
	struct slice h = head_of(in);
	const struct encoding *mark = marked(h), *found = named ? named : mark;
	size_t nul = mark ? 0 : utf16_nul(h);

	if (is(named, "utf-16"))
		found = is_utf16(mark) ? mark : utf16_order(h);
	if (mark && found != mark)
		return err_set(e, ERR_DATA, "%s:1:1: error: the text begins with the byte order mark of %s, so it is not %s",
			       in->name, mark->name, named->name);
	if (nul && found != utf16_order(h))
		return err_set(e, ERR_DATA, "%s:1:%zu: error: a NUL byte at every other place: this looks like UTF-16 text without "
			       "a byte order mark, which is read when the encoding is named %s", in->name, nul,
			       utf16_order(h)->name);
	if ((!named || is(named, "utf-8")) && is_zlib(h))
		return refuse(in, "zlib data", e);
	*out = is(found, "utf-8") ? NULL : found;
	return 0;
}
