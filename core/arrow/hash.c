/* hash.c - the hash of a file, by several threads. */
#include "arrow/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { PART = 16 << 20, BLOCK = 256 << 10 };

struct hashing {
	int fd;
	int64_t size, parts, next;       /* next: atomic */
	XXH128_canonical_t *hashes;      /* of the parts */
	bool failed;                     /* atomic */
};

static bool hash_part(struct hashing *h, int64_t part, XXH3_state_t *state, char *block)
{
	int64_t at = part * PART, end = at + PART < h->size ? at + PART : h->size;

	XXH3_128bits_reset(state);
	while (at < end) {
		ssize_t n = pread(h->fd, block, (size_t)(end - at < BLOCK ? end - at : BLOCK), (off_t)at);

		if (stop_requested() || (n <= 0 && (!n || errno != EINTR)))
			return false;
		if (n > 0) {
			XXH3_128bits_update(state, block, (size_t)n);
			at += n;
		}
	}
	XXH128_canonicalFromHash(&h->hashes[part], XXH3_128bits_digest(state));
	return true;
}

static void hash_parts(void *ctx, int number)
{
	struct hashing *h = ctx;
	XXH3_state_t *state = XXH3_createState();
	char *block = mem_alloc(BLOCK);
	bool good = state && block;
	int64_t part;

	(void)number;
	while (good && (part = __atomic_fetch_add(&h->next, 1, __ATOMIC_RELAXED)) < h->parts)
		good = hash_part(h, part, state, block);
	if (!good)
		__atomic_store_n(&h->failed, true, __ATOMIC_RELAXED);
	mem_free(block);
	XXH3_freeState(state);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int hash_all(struct hashing *h, const char *path, char text[HASH_TEXT], struct err *e)
{
	struct stat before, after;
	XXH128_canonical_t all;
	int threads;

	if (fstat(h->fd, &before) || !S_ISREG(before.st_mode))
		return err_set(e, ERR_IO, "%s: not a plain file", path);
	h->size = before.st_size;
	h->parts = (h->size + PART - 1) / PART;
	if (!(h->hashes = mem_zero((size_t)h->parts, sizeof *h->hashes)))
		return err_nomem(e);
	threads = thread_online();
	thread_run(h->parts < threads ? (int)h->parts : threads, hash_parts, h);
	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (h->failed || fstat(h->fd, &after) || !same_file(&before, &after))
		return err_set(e, ERR_IO, "'%s' changed while it was read", path);
	XXH128_canonicalFromHash(&all, XXH3_128bits(h->hashes, (size_t)h->parts * sizeof *h->hashes));
	for (int k = 0; k < 16; k++)
		snprintf(text + 2 * k, 3, "%02x", all.digest[k]);
	return 0;
}

int hash_file(const char *path, char text[HASH_TEXT], struct err *e)
{
	struct hashing h = { .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) };
	int rc;

	if (h.fd < 0)
		return err_errno(e, "open", path);
	rc = hash_all(&h, path, text, e);
	mem_free(h.hashes);
	close(h.fd);
	return rc;
}
