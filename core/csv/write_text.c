/*
 * write_text.c - one text as a CSV field or a JSON string.
 *
 * Most texts need nothing but a copy, so all bytes are looked at first, sixteen at once; the few others are copied run by
 * run. The vectors are those of the compiler (gcc, clang), which every processor of ours has.
 */
#include "csv/write_priv.h"

#include <string.h>

typedef uint8_t lanes __attribute__((vector_size(16)));

#define LANES(c) ((lanes){ c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c })

static inline lanes load(const char *p)
{
	lanes v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* All of 1 to 15 bytes, some of them more than once. */
static inline lanes load_short(const char *p, size_t n)
{
	char twice[16];

	if (n >= 8) {
		memcpy(twice, p, 8);
		memcpy(twice + 8, p + n - 8, 8);
	} else if (n >= 4) {
		memcpy(twice, p, 4);
		memcpy(twice + 4, p + n - 4, 4);
		memcpy(twice + 8, twice, 8);
	} else {
		memset(twice, p[0], sizeof twice);
		twice[1] = p[n / 2];
		twice[2] = p[n - 1];
	}
	return load(twice);
}

typedef lanes marks(lanes v);

/* The marks of p[0..n), or'ed together into eight bytes. Inlined, so that the marks are too. */
static inline __attribute__((always_inline)) uint64_t all_marks(const char *p, size_t n, marks *of)
{
	uint64_t halves[2];
	lanes found;

	if (n < 16) {
		found = of(n ? load_short(p, n) : LANES('a'));
	} else {
		found = of(load(p + n - 16));
		for (size_t at = 0; at + 16 < n; at += 16)
			found |= of(load(p + at));
	}
	memcpy(halves, &found, sizeof found);
	return halves[0] | halves[1];
}

/* == CSV == */

static inline lanes csv_marks(lanes v)
{
	return (lanes)((v == LANES(',')) | (v == LANES('"')) | (v == LANES('\n')) | (v == LANES('\r')));
}

void write_csv_field(struct buf *out, const char *p, size_t n, bool alone)
{
	bool mark = n >= 3 && !memcmp(p, "\xef\xbb\xbf", 3);        /* at the start of a file it would be dropped */

	if (!(alone && !n) && !mark && !all_marks(p, n, csv_marks)) {
		buf_add(out, p, n);
		return;
	}
	buf_char(out, '"');
	while (n) {
		const char *quote = memchr(p, '"', n);
		size_t run = quote ? (size_t)(quote - p) + 1 : n;

		buf_add(out, p, run);
		if (quote)
			buf_char(out, '"');
		p += run;
		n -= run;
	}
	buf_char(out, '"');
}

/* == JSON == */

/* All bits of what has to be escaped, the highest of what is not ASCII. */
static inline lanes json_marks(lanes v)
{
	return (lanes)((v == LANES('"')) | (v == LANES('\\')) | (v < LANES(0x20)) | (v == LANES(0x7f))) | (v & LANES(0x80));
}

/* Nothing when the byte stands for itself. */
static size_t json_escape(char out[6], unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char letter = c == '"' || c == '\\' ? (char)c : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : 0;

	if (!letter && c >= 0x20 && c != 0x7f)
		return 0;
	memcpy(out, "\\u00", 4);
	out[4] = hex[c >> 4];
	out[5] = hex[c & 15];
	if (letter)
		out[1] = letter;
	return letter ? 2 : 6;
}

static void put_escaped(struct buf *out, const char *p, size_t n)
{
	size_t from = 0, k;
	char text[6];

	for (size_t i = 0; i < n; i++) {
		if (!(k = json_escape(text, (unsigned char)p[i])))
			continue;
		buf_add(out, p + from, i - from);
		buf_add(out, text, k);
		from = i + 1;
	}
	buf_add(out, p + from, n - from);
}

static void put_hex(struct buf *out, const char *p, size_t n)
{
	buf_str(out, "{\"hex\": \"");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%02x", (unsigned char)p[i]);
	buf_str(out, "\"}");
}

void write_json_string(struct buf *out, const char *p, size_t n)
{
	uint64_t found = all_marks(p, n, json_marks);

	if (found & UINT64_C(0x8080808080808080) && text_utf8_valid(p, n) < n) {
		put_hex(out, p, n);
		return;
	}
	buf_char(out, '"');
	if (found & UINT64_C(0x7f7f7f7f7f7f7f7f))
		put_escaped(out, p, n);
	else
		buf_add(out, p, n);
	buf_char(out, '"');
}
