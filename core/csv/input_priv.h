/*
 * input_priv.h - the layers of an input.
 *
 *   raw       the bytes as they lie on disk, in a pipe or in memory      input_raw.c
 *   unpack    gzip or zstd to what was packed                            input_unpack.c
 *   decode    another encoding to UTF-8                                  input_decode.c
 *
 * The last two are there only when the content, or the caller, asks for them; a plain file is read straight into
 * the caller's buffer. Each layer hands out up to n bytes, 0 at its end. ERR_DATA of the layers says what is
 * wrong without a place: input.c puts file, line and column in front. After ERR_DATA a layer says the same again.
 */
#ifndef MUSTER_INPUT_PRIV_H
#define MUSTER_INPUT_PRIV_H

#include "csv/input.h"

#include <sys/stat.h>

enum { HEAD = 512 };             /* looked at to tell what the content is: as far as the mark of a tar archive */

struct encoding {
	const char *name, *iconv;
};

struct raw {
	int fd;                  /* -1 when it reads memory */
	bool owned;              /* the descriptor is ours to close */
	const char *mem;
	size_t mem_size;
	bool regular;            /* a file with a size, which can be read again */
	off_t start;             /* where standard input stood when it was opened */
	struct stat opened;
	int64_t taken;
};

/* Where in the text the next byte stands, for messages. */
struct place {
	int64_t lines;           /* line ends so far: LF, CRLF or a lone CR */
	int64_t bytes, line_start;
	int mark;                /* bytes of a byte order mark it begins with */
	bool cr;                 /* the byte before was a CR, counted already */
};

struct input {
	char *name;
	size_t limit;
	double max_ratio;
	struct raw raw;
	struct unpack *unpack;   /* NULL: not compressed */
	struct decode *decode;   /* NULL: UTF-8 already */
	struct {
		char p[HEAD];
		size_t n, at;
	} head;                  /* looked at by input_open, below decode */
	struct place place;      /* kept only with one of the two */
	struct buf ahead;        /* text looked at by input_peek, or kept since the start */
	size_t ahead_at;
	bool keep;
	bool passed;             /* text was handed out that is not in `ahead` */
	bool ended;
	bool holds_arrow;        /* as it may, by the options */
};

static inline size_t input_piece(const struct input *in, size_t n)
{
	return in->limit && in->limit < n ? in->limit : n;
}

/* == raw == */
int raw_open(struct input *in, const char *path, struct err *e);
int raw_read(struct input *in, char *p, size_t n, size_t *got, struct err *e);
/* ERR_IO when a regular file has another size or time than when it was opened. */
int raw_unchanged(const struct input *in, struct err *e);
int raw_rewind(struct input *in, struct err *e);
void raw_close(struct input *in);

/* == content: what the first bytes say (input_content.c) == */
/* "gzip", "zstd" or NULL. */
const char *content_packing(const struct input *in);
/* The beginning of an Arrow IPC file or stream. */
bool content_is_arrow(const struct input *in);
/* ERR_DATA, placed, for what holds no text. */
int content_refuse(const struct input *in, struct err *e);
/* The encoding to decode from, NULL for UTF-8. `named` is the caller's wish or NULL. ERR_DATA, placed. */
int content_encoding(const struct input *in, const struct encoding *named, const struct encoding **out, struct err *e);
/* By any spelling; NULL for an unknown name. */
const struct encoding *encoding_find(const char *name);

/* == unpack == */
/* Begins with the bytes in `head`, which it takes. */
int unpack_open(struct input *in, const char *packing, struct err *e);
int unpack_read(struct input *in, char *p, size_t n, size_t *got, struct err *e);
int unpack_rewind(struct unpack *u, struct err *e);
void unpack_close(struct unpack *u);                     /* NULL is fine */
const char *unpack_name(const struct unpack *u);

/* == decode == */
int decode_open(struct input *in, const struct encoding *from, struct err *e);
int decode_read(struct input *in, char *p, size_t n, size_t *got, struct err *e);
void decode_rewind(struct decode *d);
void decode_close(struct decode *d);                     /* NULL is fine */
const char *decode_name(const struct decode *d);
/* What decode reads: the head, then unpack or raw. */
int input_bytes(struct input *in, char *p, size_t n, size_t *got, struct err *e);

/* For tests: bytes in memory as input_open treats those of a file. They stay the caller's. */
int input_open_memory(struct input **out, const char *name, const char *p, size_t n, const struct input_options *o,
		      struct err *e);

#endif
