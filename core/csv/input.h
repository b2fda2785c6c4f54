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
	const char *encoding;    /* NULL = UTF-8, or UTF-16 when it has a byte order mark; else a name of INPUT_ENCODING_LIST */
	double max_ratio;        /* a stream that inflates to more than so many times its size is refused; 0 = INPUT_MAX_RATIO */
	bool arrow;              /* what holds Arrow IPC is not refused; the bytes come as they are */
};
enum { INPUT_MAX_RATIO = 200 };  /* looked at when 16 MiB have come out */

/*
 * Name in messages and options, iconv's name; either in another spelling (case, "-", "_" and blanks left out, windows
 * for cp) means the same. utf-16 takes the order of bytes from the mark, else from where the NULs of ASCII stand, else little endian.
 */
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

/* The name of the list that `name` is a spelling of; NULL and ERR_NAME with the nearest for an unknown one. */
const char *input_encoding_named(const char *name, struct err *e);

/*
 * Open `path`, "-" for standard input; `o` may be NULL. Gzip (any number of members) and zstd (any number of frames) are told by
 * content and unpacked. Directories and files that hold no text (zip, xz, bzip2, Arrow, Parquet, something packed twice, ...)
 * are refused by name: ERR_DATA, "...: this is a zip archive, not CSV"; so are a byte order mark of another encoding than
 * the one asked for, and UTF-16 that has neither a mark nor a name. ERR_NAME for an unknown encoding, with the nearest. Waits for
 * the first bytes of a pipe, and ends with ERR_INTERRUPT when it is to stop. The input keeps its own copy of the name.
 */
int input_open(struct input **out, const char *path, const struct input_options *o, struct err *e);
/* Bytes that stay the caller's, taken as they are: no decompression, no other encoding. */
int input_memory(struct input **out, const char *name, const char *p, size_t n, struct err *e);
void input_close(struct input *in);                      /* NULL is fine */

const char *input_name(const struct input *in);          /* for messages; "-" is "standard input" */
/*
 * Up to n bytes of text into p; 0 at the end, and from then on. There it is also checked that a regular file did not change since
 * it was opened: ERR_IO when its size, its modification time or the number of bytes that came is another. ERR_INTERRUPT.
 * ERR_DATA for a damaged or cut stream, something behind it, a ratio above the cap, or bytes that are not of the
 * encoding: "FILE:LINE:COLUMN: error: ...", the physical line and byte where the text, as UTF-8, ends before the fault. All
 * text up to there has been handed out by then. Bytes are never replaced. A byte order mark stays in the text, as one of
 * UTF-8, which the scanner skips. After an error: input_rewind or input_close.
 */
int input_read(struct input *in, char *p, size_t n, size_t *got, struct err *e);
/* At most so many bytes a read from here on (tests: 1); 0 = as many as fit. */
void input_limit(struct input *in, size_t chunk);
/*
 * The next up to n bytes of the text without taking them; fewer at the end, or in front of a fault, which input_read then reports.
 * *out is good until the next call on this input.
 */
int input_peek(struct input *in, size_t n, struct slice *out, struct err *e);
/*
 * Start again from the first byte. A pipe can only do that when input_keep was called before the first read; then it
 * keeps all the text it gives. Without it: ERR_IO.
 */
int input_rewind(struct input *in, struct err *e);
bool input_can_rewind(const struct input *in);           /* without input_keep */
void input_keep(struct input *in);
/* Bytes of the file as it lies on disk, compressed if it is, and how many were taken so far; size -1 for a pipe. */
void input_progress(const struct input *in, int64_t *taken, int64_t *size);
/* It was opened with `arrow`, and is an Arrow IPC file or stream. */
bool input_holds_arrow(const struct input *in);
/*
 * The descriptor of a plain file that nothing has been read of and that lies on disk as its bytes are handed out, for pread, and
 * its size; else -1. The descriptor stays the input's. Whoever reads so asks at the end whether the file changed: ERR_IO.
 */
int input_file(const struct input *in, int64_t *size);
int input_unchanged(const struct input *in, struct err *e);
/* "gzip", "zstd" or NULL; "utf-16le" ... or NULL for UTF-8. */
const char *input_compression(const struct input *in);
const char *input_encoding(const struct input *in);

#endif
