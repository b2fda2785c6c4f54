/*
 * input_raw.c - the bytes of an input as they come: from a file, a pipe, a socket or memory.
 *
 * What is no regular file is opened without waiting and asked by poll before each read: a FIFO that nobody
 * writes to would hold open() for ever, and a signal that arrives just before a blocking call is missed by it.
 */
#include "csv/input_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_MS = 100 };          /* how long a stop may go unnoticed */

static int interrupted(struct err *e)
{
	return err_set(e, ERR_INTERRUPT, "interrupted");
}

/* The descriptor that a name like /dev/stdin or /dev/fd/3 stands for, or -1. */
static int descriptor_of(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };

	if (!strcmp(path, "/dev/stdin"))
		return STDIN_FILENO;
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		size_t n = strlen(folders[i]);
		char *end;
		long fd;

		if (strncmp(path, folders[i], n) || path[n] < '0' || path[n] > '9')
			continue;
		fd = strtol(path + n, &end, 10);
		return *end || fd > 1 << 20 ? -1 : (int)fd;
	}
	return -1;
}

static int open_path(struct input *in, const char *path, struct err *e)
{
	struct raw *s = &in->raw;

	do {
		if (stop_requested())
			return interrupted(e);
		s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	} while (s->fd < 0 && errno == EINTR);
	/* A socket has no name to be opened by, not even the one in /dev/fd. */
	if (s->fd < 0 && errno == ENXIO && descriptor_of(path) >= 0)
		s->fd = fcntl(descriptor_of(path), F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (s->fd < 0)
		return err_errno(e, "open", path);
	s->owned = true;
	return 0;
}

int raw_open(struct input *in, const char *path, struct err *e)
{
	struct raw *s = &in->raw;
	int rc;

	s->fd = STDIN_FILENO;
	if (strcmp(path, "-") && (rc = open_path(in, path, e)))
		return rc;
	if (fstat(s->fd, &s->opened))
		return err_errno(e, "read", in->name);
	if (S_ISDIR(s->opened.st_mode)) {
		errno = EISDIR;
		return err_errno(e, "read", in->name);
	}
	s->start = S_ISREG(s->opened.st_mode) ? lseek(s->fd, 0, SEEK_CUR) : -1;
	s->regular = s->start >= 0;
	return 0;
}

/* Until there is something to read, or nothing ever will be. */
static int wait_readable(struct input *in, struct err *e)
{
	struct pollfd p = { .fd = in->raw.fd, .events = POLLIN };

	for (;;) {
		int n = poll(&p, 1, POLL_MS);

		if (stop_requested())
			return interrupted(e);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return err_errno(e, "read", in->name);
	}
}

/*
 * The size that is compared is also the number of bytes read, except for files whose size is said to be 0, as the kernel's
 * own in /proc. A rename or a new link does not matter: the bytes are those of the file that was opened.
 */
int raw_unchanged(const struct input *in, struct err *e)
{
	const struct raw *s = &in->raw;
	struct stat now;

	if (!s->regular)
		return 0;
	if (fstat(s->fd, &now))
		return err_errno(e, "read", in->name);
	if (now.st_size != s->opened.st_size || now.st_mtim.tv_sec != s->opened.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != s->opened.st_mtim.tv_nsec)
		return err_set(e, ERR_IO, "'%s' changed while it was read", in->name);
	return 0;
}

static int at_end(const struct input *in, struct err *e)
{
	const struct raw *s = &in->raw;
	int64_t size = s->opened.st_size > s->start ? s->opened.st_size - s->start : 0;
	int rc = raw_unchanged(in, e);

	if (!rc && s->regular && s->opened.st_size && s->taken != size)
		return err_set(e, ERR_IO, "'%s' changed while it was read: %lld bytes came of %lld", in->name,
			       (long long)s->taken, (long long)size);
	return rc;
}

static size_t read_memory(struct raw *s, char *p, size_t n)
{
	size_t left = s->mem_size - (size_t)s->taken;

	n = left < n ? left : n;
	if (n)
		memcpy(p, s->mem + s->taken, n);
	s->taken += (int64_t)n;
	return n;
}

int raw_read(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	struct raw *s = &in->raw;
	ssize_t k;
	int rc;

	n = input_piece(in, n);
	if (s->fd < 0) {
		*got = read_memory(s, p, n);
		return 0;
	}
	do {
		if (stop_requested())
			return interrupted(e);
		if (!s->regular && (rc = wait_readable(in, e)))
			return rc;
		k = read(s->fd, p, n);
	} while (k < 0 && (errno == EINTR || errno == EAGAIN));
	if (k < 0)
		return err_errno(e, "read", in->name);
	s->taken += k;
	*got = (size_t)k;
	return k ? 0 : at_end(in, e);
}

int raw_rewind(struct input *in, struct err *e)
{
	struct raw *s = &in->raw;

	if (s->fd >= 0 && !s->regular)
		return err_set(e, ERR_IO, "cannot read '%s' again: it is no file, and was not kept", in->name);
	if (s->fd >= 0 && lseek(s->fd, s->start, SEEK_SET) < 0)
		return err_errno(e, "read again", in->name);
	s->taken = 0;
	return 0;
}

void raw_close(struct input *in)
{
	if (in->raw.owned)
		close(in->raw.fd);
}
