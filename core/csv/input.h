/*
 * input.h - bytes from a file, standard input or memory, as UTF-8 and uncompressed whatever the file holds.
 *
 * Compression is told by content, never by name; so are UTF-16 and a byte order mark. Other encodings are named by
 * the caller. What is behind is hidden: a reader asks for bytes and gets those of the text.
 */
#ifndef MUSTER_INPUT_H
#define MUSTER_INPUT_H

#include "base/base.h"

struct input_options {
	const char *encoding;    /* NULL = UTF-8, or UTF-16 when the content says so; else a name of INPUT_ENCODING_LIST */
	double max_ratio;        /* a stream that inflates to more than so many times its size is refused; 0 = 200 */
};

/*      name in messages and options, iconv's name; other spellings (case, "-" and "_" left out) mean the same */
#define INPUT_ENCODING_LIST(X)         \
	X("utf-8", "UTF-8")            \
	X("utf-16", "UTF-16")          \
	X("utf-16le", "UTF-16LE")      \
	X("utf-16be", "UTF-16BE")      \
	X("latin1", "ISO-8859-1")      \
	X("cp1252", "CP1252")          \
	X("cp1251", "CP1251")          \
	X("koi8-u", "KOI8-U")          \
	X("koi8-r", "KOI8-R")          \
	X("euc-kr", "EUC-KR")          \
	X("cp949", "CP949")

struct input;

/*
 * Open `path`, "-" for standard input; `o` may be NULL. Directories and files that hold no text (zip, xz, bzip2,
 * Arrow, Parquet, ...) are refused by name, told by content: ERR_DATA, "...: this is a zip archive, not CSV".
 * ERR_NAME for an unknown encoding, with the nearest. The input keeps its own copy of the name.
 */
int input_open(struct input **out, const char *path, const struct input_options *o, struct err *e);
/* Bytes that stay the caller's, taken as they are: no decompression, no other encoding. */
int input_memory(struct input **out, const char *name, const char *p, size_t n, struct err *e);
void input_close(struct input *in);                      /* NULL is fine */

const char *input_name(const struct input *in);          /* for messages; "-" is "standard input" */
/*
 * Up to n bytes of text into p; 0 at the end, where it is also checked that the file did not change since it was
 * opened (size, modification time). ERR_IO, ERR_INTERRUPT; ERR_DATA for a damaged or cut stream, a ratio above the
 * cap, or bytes that are not of the encoding, with the place in the file. Bytes the encoding cannot mean come as
 * U+FFFD only if they did before; they are never invented.
 */
int input_read(struct input *in, char *p, size_t n, size_t *got, struct err *e);
/* At most so many bytes a read from here on (tests: 1); 0 = as many as fit. */
void input_limit(struct input *in, size_t chunk);
/* The first up to n bytes of the text without taking them: *p is good until the next call on this input. */
int input_peek(struct input *in, size_t n, struct slice *out, struct err *e);
/*
 * Start again from the first byte. A pipe can only do that when input_keep was called before the first read; then it
 * keeps all it reads.
 */
int input_rewind(struct input *in, struct err *e);
bool input_can_rewind(const struct input *in);           /* without input_keep */
void input_keep(struct input *in);
/* Bytes of the file as it lies on disk, and how many of them were taken so far; size -1 for a pipe. For progress. */
void input_progress(const struct input *in, int64_t *taken, int64_t *size);
/* "gzip", "zstd" or NULL; "utf-16le" ... or NULL for UTF-8. */
const char *input_compression(const struct input *in);
const char *input_encoding(const struct input *in);

#endif
