/* packing.h - gzip and zstd data made by the libraries themselves, and whole inputs as text, for tests in C. */
#ifndef PACKING_H
#define PACKING_H

#include "csv/input_priv.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

/* Add one gzip member that holds p[0..n). */
static inline void pack_gzip(struct buf *out, const char *p, size_t n, int level)
{
	size_t cap = n + n / 1000 + 1024;
	char *packed = malloc(cap);
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)p, .avail_in = (unsigned)n };

	if (!packed || deflateInit2(&z, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_out = (unsigned char *)packed;
	z.avail_out = (unsigned)cap;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	buf_add(out, packed, cap - z.avail_out);
	deflateEnd(&z);
	free(packed);
}

/* Add one zstd frame that holds p[0..n), with a checksum. */
static inline void pack_zstd(struct buf *out, const char *p, size_t n, int level)
{
	size_t cap = ZSTD_compressBound(n), size;
	char *packed = malloc(cap);
	ZSTD_CCtx *c = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	size = packed ? ZSTD_compress2(c, packed, cap, p, n) : 0;
	if (!size || ZSTD_isError(size))
		abort();
	buf_add(out, packed, size);
	ZSTD_freeCCtx(c);
	free(packed);
}

/* All that is left of an input, in reads of at most `piece` bytes; 0 = as many as fit. The code of the first error. */
static inline int read_all(struct input *in, struct buf *out, size_t piece, struct err *e)
{
	char block[4096];
	size_t got;
	int rc;

	buf_clear(out);
	input_limit(in, piece);
	while (!(rc = input_read(in, block, sizeof block, &got, e)) && got)
		buf_add(out, block, got);
	input_limit(in, 0);
	return rc;
}

/* The whole text of bytes in memory that are read as a file; "!" and the message when there is a fault. */
static inline const char *text_of_bytes(struct buf *out, const char *p, size_t n, const struct input_options *o, size_t piece)
{
	struct input *in = NULL;
	struct err e = ERR_INIT;
	int rc = input_open_memory(&in, "FILE", p, n, o, &e);

	buf_clear(out);
	if (!rc && piece) {              /* the bytes it has looked at would be beyond the limit */
		input_limit(in, piece);
		rc = input_rewind(in, &e);
	}
	if (!rc)
		rc = read_all(in, out, piece, &e);
	if (rc)
		buf_printf(out, "!%s", e.msg);
	else
		buf_str(out, "");
	input_close(in);
	return out->p;
}

static inline bool same_bytes(const struct buf *a, const char *p, size_t n)
{
	return a->n == n && (!n || !memcmp(a->p, p, n));
}

#endif
