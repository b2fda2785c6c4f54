/*
 * input_unpack.c - gzip by zlib, zstd by libzstd: a stream of members (frames), each with its own checksum.
 *
 * Both libraries are driven the same way: one step takes bytes of `block` and gives bytes of the text, at most STEP of
 * them, so that a bomb is noticed and a stop is seen in time. What is behind the last member must be another member; gzip
 * also lets zeros stand there to the end, as gzip itself does.
 */
/* for ZSTD_createDCtx_advanced, the one way to give libzstd our allocator */
#define ZSTD_STATIC_LINKING_ONLY
#include "csv/input_priv.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* A ratio says little about a small file: a few kB of zeros are no attack. */
enum { BLOCK = 256 * 1024, STEP = 1 << 20, RATIO_FREE = 16 << 20 };

struct unpack {
	const char *name;
	int (*step)(struct unpack *u, char *p, size_t n, size_t *got, struct err *e);
	z_stream z;
	bool z_open;
	ZSTD_DCtx *zstd;
	size_t hint;             /* bytes that libzstd would like next, 0 at the start of a frame: to the end of a block, */
	int64_t block_at;        /* which begins here */
	bool header;             /* a frame header is such a block */
	bool waiting;            /* text may be left inside libzstd, for which there was no room */
	char *block;             /* packed bytes that wait: [at, n) */
	size_t at, n;
	bool ended;              /* there are no more packed bytes */
	bool inside;             /* a member has begun */
	bool padding;            /* zeros behind the last gzip member */
	int64_t members;         /* complete ones */
	int64_t taken, given;    /* packed bytes, bytes of the text */
	struct err failed;       /* said again when asked again */
};

static int damaged(struct unpack *u, const char *why, struct err *e)
{
	return err_set(e, ERR_DATA, "%s data is damaged at byte %lld: %s", u->name,
		       (long long)(u->zstd ? u->block_at + 1 : u->taken), why);
}

static int garbage(struct unpack *u, struct err *e)
{
	return err_set(e, ERR_DATA, "behind the %s data, at byte %lld, stands something else", u->name,
		       (long long)(u->zstd ? u->block_at : u->taken) + 1);
}

static void took(struct unpack *u, size_t n)
{
	u->at += n;
	u->taken += (int64_t)n;
}

/* == gzip == */

static void *z_alloc(void *ctx, unsigned n, unsigned size)
{
	(void)ctx;
	return mem_zero(n, size);
}

static void z_free(void *ctx, void *p)
{
	(void)ctx;
	mem_free(p);
}

static int gzip_fault(struct unpack *u, int r, struct err *e)
{
	const char *why = u->z.msg ? u->z.msg : "unknown format";

	if (r == Z_MEM_ERROR)
		return err_nomem(e);
	if (u->members && u->z.total_in <= 2)
		return u->taken -= (int64_t)u->z.total_in, garbage(u, e);
	if (!strcmp(why, "incorrect data check"))
		why = "the checksum does not match";
	else if (!strcmp(why, "incorrect length check"))
		why = "the length does not match";
	return damaged(u, why, e);
}

static int gzip_step(struct unpack *u, char *p, size_t n, size_t *got, struct err *e)
{
	int r;

	u->z.next_in = (unsigned char *)u->block + u->at;
	u->z.avail_in = (unsigned)(u->n - u->at);
	u->z.next_out = (unsigned char *)p;
	u->z.avail_out = (unsigned)n;
	r = inflate(&u->z, Z_NO_FLUSH);
	took(u, u->n - u->at - u->z.avail_in);
	*got = n - u->z.avail_out;
	if (r == Z_STREAM_END) {
		u->inside = false;
		u->members++;
		return inflateReset(&u->z) == Z_OK ? 0 : err_nomem(e);
	}
	/* Z_BUF_ERROR only says that nothing could be done; what came before a fault is handed out first. */
	return r == Z_OK || r == Z_BUF_ERROR || *got ? 0 : gzip_fault(u, r, e);
}

static int gzip_open(struct unpack *u, struct err *e)
{
	u->step = gzip_step;
	u->z.zalloc = z_alloc;
	u->z.zfree = z_free;
	if (inflateInit2(&u->z, MAX_WBITS + 16) != Z_OK)         /* 16: with gzip's header and trailer */
		return err_nomem(e);
	u->z_open = true;
	return 0;
}

/* == zstd == */

static void *zstd_alloc(void *ctx, size_t n)
{
	(void)ctx;
	return mem_alloc(n);
}

static int zstd_fault(struct unpack *u, size_t r, struct err *e)
{
	switch (ZSTD_getErrorCode(r)) {
	case ZSTD_error_memory_allocation:
		return err_nomem(e);
	case ZSTD_error_prefix_unknown:
		if (u->members)
			return garbage(u, e);
		return damaged(u, "unknown format", e);
	case ZSTD_error_checksum_wrong:
		return damaged(u, "the checksum does not match", e);
	case ZSTD_error_frameParameter_windowTooLarge:
		return err_set(e, ERR_DATA, "zstd data that needs more than 128 MiB of memory, as --long=28 and above make it");
	default:
		return damaged(u, ZSTD_getErrorName(r), e);
	}
}

/*
 * libzstd does not say where in its input a fault was, and takes back what the same call has put out. So a call gets no more
 * than to the end of a block (the hint has the 3 bytes of the next one's header in it), and nothing at all while text waits
 * inside. The place of a fault is the beginning of the block: where the hint is other than what was left of the last. What a
 * call gets does not depend on the pieces the file comes in (refill), so neither does what is there before a fault.
 */
static size_t zstd_want(const struct unpack *u)
{
	return u->hint > 3 ? u->hint - 3 : u->hint ? u->hint : 1;
}

static int zstd_step(struct unpack *u, char *p, size_t n, size_t *got, struct err *e)
{
	size_t want = zstd_want(u), left = u->n - u->at, r;
	ZSTD_outBuffer to = { p, n, 0 };
	bool again;

	do {
		ZSTD_inBuffer from = { u->block + u->at, u->waiting ? 0 : left < want ? left : want, 0 };

		r = ZSTD_decompressStream(u->zstd, &to, &from);
		if (ZSTD_isError(r))
			return zstd_fault(u, r, e);
		took(u, from.pos);
		if (u->header ? r <= 3 : r != u->hint - from.pos) {
			u->block_at = u->taken;
			u->header = false;
		}
		u->inside = r > 0;
		u->members += r == 0;
		u->hint = r;
		again = u->waiting && !to.pos;
		u->waiting = to.pos == n;
	} while (again && u->inside);
	*got = to.pos;
	return 0;
}

static int zstd_open(struct unpack *u, struct err *e)
{
	u->step = zstd_step;
	u->zstd = ZSTD_createDCtx_advanced((ZSTD_customMem){ zstd_alloc, z_free, NULL });
	return u->zstd ? 0 : err_nomem(e);
}

/* == both == */

/* At least as many packed bytes as the next step takes, unless there are no more. */
static int refill(struct input *in, struct unpack *u, struct err *e)
{
	size_t want = u->zstd ? zstd_want(u) : 1, got;
	int rc;

	want = want < BLOCK ? want : BLOCK;
	while (u->n - u->at < want && !u->ended) {
		memmove(u->block, u->block + u->at, u->n - u->at);
		u->n -= u->at;
		u->at = 0;
		if ((rc = raw_read(in, u->block + u->n, BLOCK - u->n, &got, e)))
			return rc;
		u->n += got;
		u->ended = !got;
	}
	return 0;
}

/* Between two members: *done when there is no other. */
static int next_member(struct input *in, struct unpack *u, bool *done, struct err *e)
{
	bool gzip = u->step == gzip_step;
	int rc;

	for (;;) {
		if ((rc = refill(in, u, e)))
			return rc;
		*done = u->at == u->n;
		if (*done)
			return 0;
		if (!gzip || !u->members)
			break;
		if (u->block[u->at]) {
			if (u->padding || u->block[u->at] != '\x1f')
				return garbage(u, e);
			break;
		}
		u->padding = true;
		took(u, 1);
	}
	u->inside = u->header = true;
	u->block_at = u->taken;
	return 0;
}

static int check_ratio(const struct input *in, const struct unpack *u, struct err *e)
{
	double ratio = (double)u->given / (double)(u->taken ? u->taken : 1);

	if (u->given <= RATIO_FREE || ratio <= in->max_ratio)
		return 0;
	return err_set(e, ERR_DATA, "%s data that inflates at a ratio of %.0f, above the cap of %g: the option max_ratio raises it",
		       u->name, ratio, in->max_ratio);
}

static int unpack_some(struct input *in, struct unpack *u, char *p, size_t n, size_t *got, struct err *e)
{
	bool done = false;
	int rc;

	*got = 0;
	n = n < STEP ? n : STEP;
	while (!*got) {
		int64_t before = u->taken;

		if (!u->inside && ((rc = next_member(in, u, &done, e)) || done))
			return rc;
		if ((rc = refill(in, u, e)) || (rc = u->step(u, p, n, got, e)))
			return rc;
		u->given += (int64_t)*got;
		if (*got || u->taken > before || !u->inside)
			continue;
		if (u->at < u->n)
			return damaged(u, "it does not go on", e);
		return err_set(e, ERR_DATA, "%s data ends early, behind byte %lld: cut?", u->name, (long long)u->taken);
	}
	return check_ratio(in, u, e);
}

int unpack_read(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	struct unpack *u = in->unpack;
	struct err inner = ERR_INIT;
	int rc;

	if (u->failed.code)
		return err_set(e, u->failed.code, "%s", u->failed.msg);
	rc = unpack_some(in, u, p, input_piece(in, n), got, &inner);
	/* Somebody who writes the file at this moment is the better reason. */
	if (rc == ERR_DATA)
		rc = raw_unchanged(in, &inner) ? ERR_IO : ERR_DATA;
	if (rc == ERR_DATA)
		u->failed = inner;
	return rc ? err_set(e, (enum err_code)rc, "%s", inner.msg) : 0;
}

int unpack_open(struct input *in, const char *packing, struct err *e)
{
	struct unpack *u = mem_zero(1, sizeof *u);

	if (!u)
		return err_nomem(e);
	in->unpack = u;          /* from here input_close sees to it */
	u->name = packing;
	if (!(u->block = mem_alloc(BLOCK)))
		return err_nomem(e);
	memcpy(u->block, in->head.p, in->head.n);
	u->n = in->head.n;
	in->head.n = 0;
	return *packing == 'g' ? gzip_open(u, e) : zstd_open(u, e);
}

int unpack_rewind(struct unpack *u, struct err *e)
{
	u->at = u->n = 0;
	u->ended = u->inside = u->padding = u->waiting = false;
	u->members = u->taken = u->given = u->block_at = 0;
	u->failed.code = ERR_OK;
	if (u->z_open)
		return inflateReset(&u->z) == Z_OK ? 0 : err_nomem(e);
	u->hint = 0;
	ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
	return 0;
}

void unpack_close(struct unpack *u)
{
	if (!u)
		return;
	if (u->z_open)
		inflateEnd(&u->z);
	ZSTD_freeDCtx(u->zstd);
	mem_free(u->block);
	mem_free(u);
}

const char *unpack_name(const struct unpack *u)
{
	return u->name;
}
