/* input.c - bytes from a file, a pipe or memory, and a refusal by name of what is not text. */
#include "csv/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct input {
	char *name;
	int fd;                  /* -1 when it reads memory */
	const char *mem;
	size_t mem_size, mem_at;
	char head[16];           /* looked at by input_open */
	size_t nhead;
	bool regular;
	struct stat opened;
	struct buf ahead;        /* looked at by input_peek, or kept since the start */
	size_t ahead_at;
	bool keep;
	size_t limit;
	int64_t taken;
};

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
			return err_set(e, ERR_DATA, "%s:1:1: error: this is %s, not CSV in UTF-8", input_name(in),
				       containers[k].what);
	if ((nul = utf16_nul(in)))
		return err_set(e, ERR_DATA, "%s:1:%zu: error: a NUL byte at every other place: this looks like UTF-16 text, "
			       "not CSV in UTF-8", input_name(in), nul);
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
	in->taken += k;
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
	buf_add(&in->ahead, in->head, in->nhead);
	return buf_check(&in->ahead, e) ? ERR_MEMORY : refuse(in, e);
}

static struct input *new_input(const char *name)
{
	struct input *in = mem_zero(1, sizeof *in);

	if (in && !(in->name = mem_strdup(name))) {
		mem_free(in);
		return NULL;
	}
	return in;
}

int input_open(struct input **out, const char *path, const struct input_options *o, struct err *e)
{
	bool standard = !strcmp(path, "-");
	struct input *in = new_input(standard ? "standard input" : path);
	int rc;

	(void)o;
	if (!in)
		return err_nomem(e);
	in->fd = STDIN_FILENO;
	if (!standard && (in->fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
		rc = err_errno(e, "open", path);
	} else if (!fstat(in->fd, &in->opened) && S_ISDIR(in->opened.st_mode)) {
		errno = EISDIR;
		rc = err_errno(e, "read", in->name);
	} else {
		in->regular = S_ISREG(in->opened.st_mode);
		rc = fill_head(in, e);
	}
	if (rc)
		input_close(in);
	else
		*out = in;
	return rc;
}

int input_memory(struct input **out, const char *name, const char *p, size_t n, struct err *e)
{
	struct input *in = new_input(name);

	if (!in)
		return err_nomem(e);
	in->fd = -1;
	in->mem = p;
	in->mem_size = n;
	*out = in;
	return 0;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	buf_release(&in->ahead);
	mem_free(in->name);
	mem_free(in);
}

const char *input_name(const struct input *in)
{
	return in->name;
}

int input_read(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	int rc;

	n = in->limit && in->limit < n ? in->limit : n;
	if (in->ahead_at < in->ahead.n) {
		*got = in->ahead.n - in->ahead_at < n ? in->ahead.n - in->ahead_at : n;
		memcpy(p, in->ahead.p + in->ahead_at, *got);
		in->ahead_at += *got;
		return 0;
	}
	if (in->fd >= 0) {
		if ((rc = read_fd(in, p, n, got, e)))
			return rc;
		if (in->keep) {
			buf_add(&in->ahead, p, *got);
			in->ahead_at = in->ahead.n;
			return buf_check(&in->ahead, e);
		}
		return 0;
	}
	*got = in->mem_size - in->mem_at < n ? in->mem_size - in->mem_at : n;
	if (*got)
		memcpy(p, in->mem + in->mem_at, *got);
	in->mem_at += *got;
	return 0;
}

void input_limit(struct input *in, size_t chunk)
{
	in->limit = chunk;
}

int input_peek(struct input *in, size_t n, struct slice *out, struct err *e)
{
	char block[4096];
	size_t got = 1;
	int rc;

	if (in->fd < 0) {
		*out = slice_of(in->mem + in->mem_at, in->mem_size - in->mem_at < n ? in->mem_size - in->mem_at : n);
		return 0;
	}
	while (in->ahead.n - in->ahead_at < n && got) {
		if ((rc = read_fd(in, block, sizeof block, &got, e)))
			return rc;
		buf_add(&in->ahead, block, got);
		if ((rc = buf_check(&in->ahead, e)))
			return rc;
	}
	*out = slice_of(in->ahead.p + in->ahead_at, in->ahead.n - in->ahead_at < n ? in->ahead.n - in->ahead_at : n);
	return 0;
}

int input_rewind(struct input *in, struct err *e)
{
	in->mem_at = in->ahead_at = 0;
	if (in->fd < 0 || in->keep)
		return 0;
	if (lseek(in->fd, 0, SEEK_SET) < 0)
		return err_errno(e, "read again", in->name);
	in->ahead.n = 0;
	in->taken = 0;
	return 0;
}

bool input_can_rewind(const struct input *in)
{
	return in->fd < 0 || in->regular;
}

void input_keep(struct input *in)
{
	in->keep = true;
}

void input_progress(const struct input *in, int64_t *taken, int64_t *size)
{
	*taken = in->fd < 0 ? (int64_t)in->mem_at : in->taken;
	*size = in->fd < 0 ? (int64_t)in->mem_size : in->regular ? in->opened.st_size : -1;
}

const char *input_compression(const struct input *in)
{
	(void)in;
	return NULL;
}

const char *input_encoding(const struct input *in)
{
	(void)in;
	return NULL;
}
