/*
 * file.c - whole files or none: written beside the target, synced, and renamed over it.
 */
#define _GNU_SOURCE        /* sync_file_range */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * STEP bytes are handed on at a time: few system calls, and still in the cache when the kernel copies them. The disk is
 * told to begin with every AHEAD of them, so that the sync at the end has little to wait for; it waits for so
 * many at a time, because a sync cannot be interrupted.
 */
enum { STEP = 256 << 10, AHEAD = 16 << 20 };

/* A write that a signal interrupts fails when it has written nothing, and is short otherwise. */
static int write_all(int fd, const char *name, const char *p, size_t n, struct err *e)
{
	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno != EINTR)
			return err_errno(e, "write", name);
		if ((k < 0 || (size_t)k < n) && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		p += k < 0 ? 0 : k;
		n -= k < 0 ? 0 : (size_t)k;
	}
	return 0;
}

/* == opening == */

/* A pipe or a device cannot be renamed over: it is written as it stands. */
static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static const char *shown_name(const struct file_out *o)
{
	return o->standard ? "standard output" : o->path;
}

static int open_special(struct file_out *o, int *fd, struct err *e)
{
	if (o->standard) {
		fflush(stdout);          /* a failure stays in the stream, and is told at the end */
		*fd = STDOUT_FILENO;
		return 0;
	}
	*fd = open(o->path, O_WRONLY | O_CLOEXEC);
	return *fd < 0 ? err_errno(e, "open", o->path) : 0;
}

/* Where the bytes really go when `path` is a symbolic link: the link stays, its target is replaced. */
static int open_temp(struct file_out *o, struct err *e)
{
	char *real = realpath(o->path, NULL), *slash;
	int rc;

	buf_str(&o->target, real ? real : o->path);
	free(real);
	slash = o->target.p ? strrchr(o->target.p, '/') : NULL;
	buf_add(&o->temp, o->target.p, slash ? (size_t)(slash - o->target.p) + 1 : 0);
	buf_str(&o->temp, ".muster-XXXXXX");
	if (!(rc = buf_check(&o->target, e)) && !(rc = buf_check(&o->temp, e)) && (o->fd = mkstemp(o->temp.p)) < 0)
		rc = err_errno(e, "write", o->path);
	if (rc)
		buf_clear(&o->temp);     /* there is none to remove */
	return rc;
}

/* What is held has no name from the start, so that it goes with the process. */
static int open_held(struct file_out *o, struct err *e)
{
	const char *folder = getenv("TMPDIR");
	struct buf name = BUF_INIT;
	int rc;

	buf_printf(&name, "%s/muster-XXXXXX", folder && *folder ? folder : "/tmp");
	if (!(rc = buf_check(&name, e))) {
		o->fd = mkstemp(name.p);
		if (o->fd < 0)
			rc = err_errno(e, "write a temporary file", name.p);
		else
			unlink(name.p);
	}
	buf_release(&name);
	return rc;
}

int file_out_open(struct file_out *o, const char *path, bool hold, struct err *e)
{
	int rc;

	*o = (struct file_out)FILE_OUT_INIT;
	o->text = &o->own;
	o->standard = !strcmp(path, "-");
	o->special = o->standard || is_special(path);
	o->hold = hold && o->special;
	if (!(o->path = mem_strdup(path)) || !buf_room(&o->own, STEP + STEP / 4))
		rc = err_nomem(e);
	else if (o->hold)
		rc = 0;
	else
		rc = o->special ? open_special(o, &o->fd, e) : open_temp(o, e);
	if (rc)
		file_out_release(o);
	return rc;
}

void file_out_memory(struct file_out *o, struct buf *to)
{
	*o = (struct file_out)FILE_OUT_INIT;
	o->text = to;
}

/* == writing == */

static int hand_on(struct file_out *o, const char *p, size_t n, struct err *e)
{
	int rc;

	if (o->fd < 0 && (rc = open_held(o, e)))
		return rc;
	if ((rc = write_all(o->fd, shown_name(o), p, n, e)))
		return rc;
	o->size += (int64_t)n;
#ifdef SYNC_FILE_RANGE_WRITE
	if (!o->special && o->size - o->started >= AHEAD) {
		sync_file_range(o->fd, o->started, o->size - o->started, SYNC_FILE_RANGE_WRITE);
		o->started = o->size;
	}
#endif
	return 0;
}

static int hand_on_text(struct file_out *o, struct err *e)
{
	int rc;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if ((rc = buf_check(o->text, e)) || (rc = hand_on(o, o->text->p, o->text->n, e)))
		return rc;
	buf_clear(o->text);
	return 0;
}

int file_out_step(struct file_out *o, struct err *e)
{
	if (o->path && o->text->n >= STEP)
		return hand_on_text(o, e);
	return buf_check(o->text, e);
}

int file_out_add(struct file_out *o, const char *p, size_t n, struct err *e)
{
	int rc;

	if (!o->path || n < STEP / 4) {
		buf_add(o->text, p, n);
		return file_out_step(o, e);
	}
	rc = hand_on_text(o, e);
	return rc ? rc : hand_on(o, p, n, e);
}

/* == the end == */

/* What was held goes out after all. */
static int let_go(struct file_out *o, struct err *e)
{
	char part[1 << 16];
	ssize_t n = 0;
	int to, rc = open_special(o, &to, e);

	if (rc)
		return rc;
	if (o->fd >= 0 && lseek(o->fd, 0, SEEK_SET) < 0)
		rc = err_errno(e, "read back", shown_name(o));
	while (!rc && o->fd >= 0 && (n = read(o->fd, part, sizeof part)) > 0)
		rc = write_all(to, shown_name(o), part, (size_t)n, e);
	if (!rc && n < 0)
		rc = err_errno(e, "read back", shown_name(o));
	if (!rc)
		rc = write_all(to, shown_name(o), o->text->p, o->text->n, e);
	if (!o->standard && close(to) && !rc)
		rc = err_errno(e, "write", o->path);
	return rc;
}

/* An error is told once, by whichever call meets it first; systems that have no such call are left to fsync. */
static int sync_file(struct file_out *o, struct err *e)
{
#ifdef SYNC_FILE_RANGE_WRITE
	const unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

	for (int64_t at = 0; o->size > AHEAD && at < o->size; at += AHEAD) {
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (sync_file_range(o->fd, at, AHEAD, all) && errno != ENOSYS && errno != EINVAL && errno != ESPIPE)
			return err_errno(e, "write", o->path);
	}
#endif
	return fsync(o->fd) ? err_errno(e, "write", o->path) : 0;
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

static int close_file(struct file_out *o, struct err *e)
{
	int fd = o->fd;

	o->fd = -1;
	return !o->standard && close(fd) ? err_errno(e, "write", o->path) : 0;
}

static int put_in_place(struct file_out *o, struct err *e)
{
	mode_t mask = umask(0);
	int rc;

	umask(mask);
	if (fchmod(o->fd, 0666 & ~mask))
		return err_errno(e, "write", o->path);
	if ((rc = sync_file(o, e)) || (rc = close_file(o, e)))
		return rc;
	if (rename(o->temp.p, o->target.p))
		return err_errno(e, "write", o->path);
	buf_clear(&o->temp);
	sync_folder(o->target.p);
	return 0;
}

int file_out_commit(struct file_out *o, struct err *e)
{
	int rc = buf_check(o->text, e);

	if (!rc && o->hold)
		rc = let_go(o, e);
	else if (!rc && o->path && !(rc = hand_on(o, o->text->p, o->text->n, e)))
		rc = o->special ? close_file(o, e) : put_in_place(o, e);
	file_out_release(o);
	return rc;
}

void file_out_release(struct file_out *o)
{
	if (o->fd >= 0 && (!o->standard || o->hold))
		close(o->fd);
	if (o->temp.n)
		unlink(o->temp.p);
	buf_release(&o->own);
	buf_release(&o->temp);
	buf_release(&o->target);
	mem_free(o->path);
	*o = (struct file_out)FILE_OUT_INIT;
}

int file_write(const char *path, const struct buf *bytes, struct err *e)
{
	struct file_out o;
	int rc = file_out_open(&o, path, false, e);

	if (rc)
		return rc;
	rc = hand_on(&o, bytes->p, bytes->n, e);
	if (!rc)
		return file_out_commit(&o, e);
	file_out_release(&o);
	return rc;
}
