/* source.c - bytes of an Arrow file: read where they stand, or unpacked. */
#include "arrow/arrow_priv.h"

#include <errno.h>
#include <lz4frame.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

int source_fault(const struct source *s, int64_t at, struct err *e, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	if (text.failed)
		rc = err_nomem(e);
	else if (at >= 0)
		rc = err_set(e, ERR_DATA, "%s: error: %s (byte %lld)", s->name, text.p, (long long)at);
	else
		rc = err_set(e, ERR_DATA, "%s: error: %s", s->name, text.p);
	buf_release(&text);
	return rc;
}

/* In parts, so that a stop is noticed. */
static int read_file(const struct source *s, int64_t at, char *to, int64_t n, struct err *e)
{
	enum { PART = 16 << 20 };

	while (n > 0) {
		ssize_t got = pread(s->fd, to, (size_t)(n < PART ? n : PART), (off_t)at);

		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (got < 0 && errno != EINTR)
			return err_errno(e, "read", s->name);
		if (!got)
			return err_set(e, ERR_IO, "'%s' changed while it was read", s->name);
		at += got < 0 ? 0 : got;
		to += got < 0 ? 0 : got;
		n -= got < 0 ? 0 : got;
	}
	return 0;
}

int source_read(const struct source *s, int64_t at, void *to, int64_t n, struct err *e)
{
	if (s->fd >= 0)
		return read_file(s, at, to, n, e);
	if (n)
		memcpy(to, s->mem + at, (size_t)n);
	return 0;
}

/* == packed == */

static bool unpack_lz4(const char *p, size_t n, char *to, size_t size)
{
	LZ4F_dctx *ctx;
	size_t done = 0, more = 1;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&ctx, LZ4F_VERSION)))
		return false;
	while (n && more && !LZ4F_isError(more)) {
		size_t out = size - done, in = n;

		more = LZ4F_decompress(ctx, to + done, &out, p, &in, NULL);
		if (!in && !out)
			break;
		done += out;
		p += in;
		n -= in;
	}
	LZ4F_freeDecompressionContext(ctx);
	return !more && done == size;
}

/* All of a packed span to `to`, which has room for from->raw bytes. */
static int unpack(const struct source *s, const struct span_of *from, char *to, struct err *e)
{
	char *own = NULL;
	const char *p = from->mem;
	int rc = 0;
	bool good;

	if (!p && !(p = own = mem_alloc((size_t)from->n)))
		return err_nomem(e);
	if (own)
		rc = source_read(s, from->at, own, from->n, e);
	if (!rc) {
		if (from->codec == CODEC_LZ4)
			good = unpack_lz4(p, (size_t)from->n, to, (size_t)from->raw);
		else
			good = ZSTD_decompress(to, (size_t)from->raw, p, (size_t)from->n) == (size_t)from->raw;
		if (!good)
			rc = source_fault(s, from->at, e, "a buffer packed with %s does not unpack to the %lld bytes that it should",
					  from->codec == CODEC_LZ4 ? "lz4" : "zstd", (long long)from->raw);
	}
	mem_free(own);
	return rc;
}

int span_read(const struct source *s, const struct span_of *from, void *to, int64_t n, struct err *e)
{
	char *whole;
	int rc;

	if (!n)
		return 0;
	if (from->codec == CODEC_NONE && from->mem) {
		memcpy(to, from->mem, (size_t)n);
		return 0;
	}
	if (from->codec == CODEC_NONE)
		return source_read(s, from->at, to, n, e);
	if (n == from->raw)
		return unpack(s, from, to, e);
	if (!(whole = mem_alloc((size_t)from->raw)))
		return err_nomem(e);
	if (!(rc = unpack(s, from, whole, e)))
		memcpy(to, whole, (size_t)n);
	mem_free(whole);
	return rc;
}

/* == parts == */

int feed_open(struct feed *f, const struct source *s, const struct span_of *from, struct err *e)
{
	int rc;

	*f = (struct feed){ .s = s, .from = from };
	if (from->codec == CODEC_NONE) {
		f->p = from->mem;
		return f->p || (f->own = mem_alloc(FEED_BLOCK)) ? 0 : err_nomem(e);
	}
	if (!(f->own = mem_alloc((size_t)from->raw)))
		return err_nomem(e);
	f->p = f->own;
	if ((rc = unpack(s, from, f->own, e)))
		feed_close(f);
	return rc;
}

int feed_next(struct feed *f, int64_t n, const void **out, struct err *e)
{
	int rc = 0;

	if (!f->p)
		rc = source_read(f->s, f->from->at + f->at, f->own, n, e);
	*out = f->p ? f->p + f->at : f->own;
	f->at += n;
	return rc;
}

void feed_close(struct feed *f)
{
	mem_free(f->own);
	*f = (struct feed)FEED_INIT;
}
