/* input.c - bytes from a file, a pipe or memory, and a refusal by name of what is not text. */
#include "csv/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What files say of themselves in their first bytes. */
static const struct {
	const char *magic;
	size_t n;
	const char *what;
} containers[] = {
	{ "\x1f\x8b", 2, "gzip data" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd data" },
	{ "BZh", 3, "bzip2 data" },
	{ "\xfd" "7zXZ", 5, "xz data" },
	{ "PK\x03\x04", 4, "a zip archive (or a spreadsheet)" },
	{ "PAR1", 4, "a Parquet file" },
	{ "ARROW1", 6, "an Arrow IPC file" },
	{ "SQLite format 3", 15, "an SQLite database" },
	{ "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "a spreadsheet" },
	{ "%PDF-", 5, "a PDF document" },
	{ "\x89PNG", 4, "a PNG picture" },
	{ "\x7f" "ELF", 4, "a program" },
	{ "\xff\xfe\x00\x00", 4, "UTF-32 text" },
	{ "\x00\x00\xfe\xff", 4, "UTF-32 text" },
	{ "\xff\xfe", 2, "UTF-16 text" },
	{ "\xfe\xff", 2, "UTF-16 text" },
};

/* ASCII in UTF-16 without a byte order mark: every other byte is NUL. Which byte is the first NUL, or 0. */
static size_t utf16_nul(const struct input *in)
{
	for (size_t start = 0; start < 2; start++) {
		size_t i = 0;

		while (i < in->nhead && (in->head[i] == '\0') == (i % 2 == start))
			i++;
		if (i == in->nhead && i >= 4)
			return start + 1;
	}
	return 0;
}

static int refuse(const struct input *in, struct err *e)
{
	size_t nul;

	for (size_t k = 0; k < sizeof containers / sizeof *containers; k++)
		if (in->nhead >= containers[k].n && !memcmp(in->head, containers[k].magic, containers[k].n))
			return err_set(e, ERR_DATA, "%s:1:1: error: this is %s, not CSV in UTF-8", in->name,
				       containers[k].what);
	if ((nul = utf16_nul(in)))
		return err_set(e, ERR_DATA, "%s:1:%zu: error: a NUL byte at every other place: this looks like UTF-16 text, "
			       "not CSV in UTF-8", in->name, nul);
	return 0;
}

static int read_fd(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	ssize_t k;

	do {
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		k = read(in->fd, p, n);
	} while (k < 0 && errno == EINTR);
	if (k < 0)
		return err_errno(e, "read", in->name);
	*got = (size_t)k;
	return 0;
}

static int fill_head(struct input *in, struct err *e)
{
	size_t got = 1;
	int rc;

	while (in->nhead < sizeof in->head && got) {
		if ((rc = read_fd(in, in->head + in->nhead, sizeof in->head - in->nhead, &got, e)))
			return rc;
		in->nhead += got;
	}
	return refuse(in, e);
}

int input_open(struct input *in, const char *path, struct err *e)
{
	struct stat st;
	int rc;

	*in = (struct input){ .name = path, .fd = STDIN_FILENO };
	if (!strcmp(path, "-"))
		in->name = "standard input";
	else if ((in->fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return err_errno(e, "open", path);
	if (!fstat(in->fd, &st) && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		rc = err_errno(e, "read", in->name);
	} else {
		rc = fill_head(in, e);
	}
	if (rc)
		input_close(in);
	return rc;
}

void input_memory(struct input *in, const char *name, const char *p, size_t n)
{
	*in = (struct input){ .name = name, .fd = -1, .mem = p, .mem_size = n };
}

int input_read(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	n = in->chunk && in->chunk < n ? in->chunk : n;
	if (in->head_at < in->nhead) {
		*got = in->nhead - in->head_at < n ? in->nhead - in->head_at : n;
		memcpy(p, in->head + in->head_at, *got);
		in->head_at += *got;
		return 0;
	}
	if (in->fd >= 0)
		return read_fd(in, p, n, got, e);
	*got = in->mem_size < n ? in->mem_size : n;
	if (*got)
		memcpy(p, in->mem, *got);
	in->mem += *got;
	in->mem_size -= *got;
	return 0;
}

void input_close(struct input *in)
{
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	in->fd = -1;
}
