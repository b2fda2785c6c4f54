/*
 * file.c - whole files or none: written beside the target, synced, and renamed over it.
 */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const char *name, const struct buf *bytes, struct err *e)
{
	for (size_t at = 0; at < bytes->n;) {
		ssize_t n = write(fd, bytes->p + at, bytes->n - at);

		if (n < 0 && errno == EINTR && !stop_requested())
			continue;
		if (n < 0)
			return errno == EINTR ? err_set(e, ERR_INTERRUPT, "interrupted") : err_errno(e, "write", name);
		at += (size_t)n;
	}
	return 0;
}

/* A pipe or a device cannot be renamed over: it is written as it stands. */
static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static int write_special(const char *path, const struct buf *bytes, struct err *e)
{
	int fd = strcmp(path, "-") ? open(path, O_WRONLY | O_CLOEXEC) : STDOUT_FILENO, rc;

	if (fd < 0)
		return err_errno(e, "open", path);
	rc = write_all(fd, strcmp(path, "-") ? path : "standard output", bytes, e);
	if (fd != STDOUT_FILENO && close(fd) && !rc)
		rc = err_errno(e, "write", path);
	return rc;
}

/* Where the bytes really go when `path` is a symbolic link: the link stays, its target is replaced. */
static char *resolve(const char *path)
{
	char *real = realpath(path, NULL), *copy;

	copy = mem_strdup(real ? real : path);
	free(real);
	return copy;
}

static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_strndup(path, slash == path ? 1 : (size_t)(slash - path)) : mem_strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	mem_free(folder);
	if (fd < 0)
		return 0;        /* the file is in place; only its survival of a power cut is not promised */
	fsync(fd);
	return close(fd);
}

int file_write(const char *path, const struct buf *bytes, struct err *e)
{
	struct buf temp = BUF_INIT;
	char *real;
	mode_t mask;
	int fd = -1, rc;

	if (!strcmp(path, "-") || is_special(path))
		return write_special(path, bytes, e);
	if (!(real = resolve(path)))
		return err_nomem(e);
	buf_add(&temp, real, strrchr(real, '/') ? (size_t)(strrchr(real, '/') - real) + 1 : 0);
	buf_str(&temp, ".muster-XXXXXX");
	if ((rc = buf_check(&temp, e)))
		goto done;
	if ((fd = mkstemp(temp.p)) < 0) {
		rc = err_errno(e, "write", path);
		goto done;
	}
	mask = umask(0);
	umask(mask);
	rc = write_all(fd, path, bytes, e);
	if (!rc && (fchmod(fd, 0666 & ~mask) || fsync(fd)))
		rc = err_errno(e, "write", path);
	if (close(fd) && !rc)
		rc = err_errno(e, "write", path);
	if (!rc && rename(temp.p, real))
		rc = err_errno(e, "write", path);
	if (rc)
		unlink(temp.p);
	else
		sync_folder(real);
done:
	mem_free(real);
	buf_release(&temp);
	return rc;
}
