/*
 * input.c - the text of an input, whatever layers it comes through (input_priv.h).
 *
 * On top of them: looking ahead, keeping, reading again, and the place in the text for messages of the layers
 * below. Text that was looked at waits in `ahead`; when that is empty and there are no layers, a read goes
 * straight from the file into the caller's buffer.
 */
#include "csv/input_priv.h"

#include <string.h>

enum { LOOK = 16 * 1024 };       /* how much input_peek reads at a time */

/* == places == */

/* At most 64 bytes, so that one byte counts them; a known number is what compilers make vectors of. */
static inline __attribute__((always_inline)) unsigned char few_line_ends(const char *p, size_t n)
{
	unsigned char count = 0;

	for (size_t i = 0; i < n; i++)
		count = (unsigned char)(count + ((p[i] == '\n') | ((p[i] == '\r') & (p[i + 1] != '\n'))));
	return count;
}

/* Line ends in p[0..n), where p[n] can be read: LF, and CR without LF behind it. */
static int64_t line_ends(const char *p, size_t n)
{
	int64_t lines = 0;

	for (; n >= 64; p += 64, n -= 64)
		lines += few_line_ends(p, 64);
	return lines + few_line_ends(p, n);
}

/* The text goes on with p[0..n), n > 0. A byte order mark is no column. */
static void place_take(struct place *at, const char *p, size_t n)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t last = n;

	for (size_t i = 0; i < n && at->mark < 3 && at->bytes + (int64_t)i == at->mark && p[i] == mark[at->mark]; i++)
		at->mark++;
	if (at->mark == 3 && !at->line_start)
		at->line_start = 3;
	while (last && p[last - 1] != '\n' && p[last - 1] != '\r')
		last--;
	if (at->cr && p[0] == '\n')
		at->lines--;             /* the LF of a CR that was counted */
	at->lines += line_ends(p, n - 1) + (p[n - 1] == '\n' || p[n - 1] == '\r');
	at->cr = p[n - 1] == '\r';
	if (last)
		at->line_start = at->bytes + (int64_t)last;
	at->bytes += (int64_t)n;
}

/* What a layer said, with the place where the text ends before it. */
static int placed(const struct input *in, int rc, const struct err *inner, struct err *e)
{
	if (rc != ERR_DATA)
		return err_set(e, (enum err_code)rc, "%s", inner->msg);
	return err_set(e, ERR_DATA, "%s:%lld:%lld: error: %s", in->name, (long long)in->place.lines + 1,
		       (long long)(in->place.bytes - in->place.line_start) + 1, inner->msg);
}

/* == the layers == */

int input_bytes(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	size_t left = in->head.n - in->head.at, more;
	int rc;

	n = input_piece(in, n);
	*got = left < n ? left : n;
	memcpy(p, in->head.p + in->head.at, *got);
	in->head.at += *got;
	if (*got == n || (*got && (in->unpack || !in->raw.regular)))
		return 0;
	rc = in->unpack ? unpack_read(in, p + *got, n - *got, &more, e) : raw_read(in, p + *got, n - *got, &more, e);
	*got += rc ? 0 : more;
	return rc;
}

/* Text that nobody has seen yet. */
static int read_text(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	struct err inner;
	int rc;

	*got = 0;
	if (in->ended || !n)
		return 0;
	if (!in->unpack && !in->decode) {
		rc = input_bytes(in, p, n, got, e);
	} else if ((rc = in->decode ? decode_read(in, p, n, got, &inner) : input_bytes(in, p, n, got, &inner))) {
		rc = placed(in, rc, &inner, e);
	} else if (*got) {
		place_take(&in->place, p, *got);
	}
	in->ended = !rc && !*got;
	return rc;
}

/* The first bytes as they are, or of what was packed. A fault behind the first of them comes up again when it is read. */
static int fill_head(struct input *in, struct err *e)
{
	struct err inner;
	size_t got = 1;
	int rc = 0;

	in->head.n = in->head.at = 0;
	while (in->head.n < HEAD && got && !rc) {
		char *p = in->head.p + in->head.n;
		size_t room = HEAD - in->head.n;

		got = 0;
		rc = in->unpack ? unpack_read(in, p, room, &got, &inner) : raw_read(in, p, room, &got, &inner);
		in->head.n += got;
	}
	if (!rc || (rc == ERR_DATA && in->head.n))
		return 0;
	return placed(in, rc, &inner, e);
}

/* What the first bytes say decides which layers there are. */
static int find_layers(struct input *in, const struct encoding *named, bool arrow, struct err *e)
{
	const struct encoding *from;
	const char *packing;
	int rc;

	if ((rc = fill_head(in, e)))
		return rc;
	if ((packing = content_packing(in)) && ((rc = unpack_open(in, packing, e)) || (rc = fill_head(in, e))))
		return rc;
	if (arrow && content_is_arrow(in)) {
		in->holds_arrow = true;
		return 0;
	}
	if ((rc = content_refuse(in, e)) || (rc = content_encoding(in, named, &from, e)))
		return rc;
	return from ? decode_open(in, from, e) : 0;
}

/* == opening == */

static struct input *new_input(const char *name, struct err *e)
{
	struct input *in = mem_zero(1, sizeof *in);

	if (in && !(in->name = mem_strdup(name))) {
		mem_free(in);
		in = NULL;
	}
	if (in)
		in->raw.fd = -1;
	else
		err_nomem(e);
	return in;
}

static int open_with(struct input *in, const char *path, const struct input_options *o, struct input **out, struct err *e)
{
	const struct encoding *named = NULL;
	int rc = 0;

	in->max_ratio = o && o->max_ratio > 0 ? o->max_ratio : INPUT_MAX_RATIO;
	if (o && o->encoding && input_encoding_named(o->encoding, e))
		named = encoding_find(o->encoding);
	else if (o && o->encoding)
		rc = ERR_NAME;
	if (!rc && path)
		rc = raw_open(in, path, e);
	if (!rc)
		rc = find_layers(in, named, o && o->arrow, e);
	if (rc)
		input_close(in);
	else
		*out = in;
	return rc;
}

int input_open(struct input **out, const char *path, const struct input_options *o, struct err *e)
{
	struct input *in = new_input(strcmp(path, "-") ? path : "standard input", e);

	return in ? open_with(in, path, o, out, e) : ERR_MEMORY;
}

static struct input *new_memory(const char *name, const char *p, size_t n, struct err *e)
{
	struct input *in = new_input(name, e);

	if (in) {
		in->raw.mem = p;
		in->raw.mem_size = n;
	}
	return in;
}

int input_memory(struct input **out, const char *name, const char *p, size_t n, struct err *e)
{
	struct input *in = new_memory(name, p, n, e);

	if (in)
		*out = in;
	return in ? 0 : ERR_MEMORY;
}

int input_open_memory(struct input **out, const char *name, const char *p, size_t n, const struct input_options *o,
		      struct err *e)
{
	struct input *in = new_memory(name, p, n, e);

	return in ? open_with(in, NULL, o, out, e) : ERR_MEMORY;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	raw_close(in);
	unpack_close(in->unpack);
	decode_close(in->decode);
	buf_release(&in->ahead);
	mem_free(in->name);
	mem_free(in);
}

/* == reading == */

int input_read(struct input *in, char *p, size_t n, size_t *got, struct err *e)
{
	size_t left = in->ahead.n - in->ahead_at;
	int rc;

	n = input_piece(in, n);
	if (left) {
		*got = left < n ? left : n;
		memcpy(p, in->ahead.p + in->ahead_at, *got);
		in->ahead_at += *got;
		return 0;
	}
	if ((rc = read_text(in, p, n, got, e)))
		return rc;
	if (in->keep) {
		buf_add(&in->ahead, p, *got);
		in->ahead_at = in->ahead.n;
		return buf_check(&in->ahead, e);
	}
	in->passed |= in->ahead.n || *got;
	in->ahead.n = in->ahead_at = 0;
	return 0;
}

void input_limit(struct input *in, size_t chunk)
{
	in->limit = chunk;
}

/* Memory that needs no layers is looked at where it lies. */
static bool peek_in_place(struct input *in, size_t n, struct slice *out)
{
	const struct raw *s = &in->raw;
	size_t left;

	if (s->fd >= 0 || in->unpack || in->decode || in->head.n)
		return false;
	left = s->mem_size - (size_t)s->taken;
	*out = slice_of(s->mem + s->taken, left < n ? left : n);
	return true;
}

int input_peek(struct input *in, size_t n, struct slice *out, struct err *e)
{
	char block[LOOK];
	size_t left, got = 1;
	int rc = 0;

	if (peek_in_place(in, n, out))
		return 0;
	if (!in->keep && in->ahead_at) {
		memmove(in->ahead.p, in->ahead.p + in->ahead_at, in->ahead.n - in->ahead_at);
		in->ahead.n -= in->ahead_at;
		in->ahead_at = 0;
		in->passed = true;
	}
	while (!rc && got && in->ahead.n - in->ahead_at < n) {
		if ((rc = read_text(in, block, input_piece(in, sizeof block), &got, e)))
			break;
		buf_add(&in->ahead, block, got);
		rc = buf_check(&in->ahead, e);
	}
	left = in->ahead.n - in->ahead_at;
	/* A fault behind what was found comes up again when it is read. */
	if (rc && !(left && (rc == ERR_DATA || rc == ERR_IO)))
		return rc;
	*out = slice_of(in->ahead.p ? in->ahead.p + in->ahead_at : "", left < n ? left : n);
	return 0;
}

int input_rewind(struct input *in, struct err *e)
{
	int rc;

	if (!input_can_rewind(in) && !in->passed) {
		in->ahead_at = 0;
		return 0;
	}
	if ((rc = raw_rewind(in, e)) || (in->unpack && (rc = unpack_rewind(in->unpack, e))))
		return rc;
	if (in->decode)
		decode_rewind(in->decode);
	in->head.n = in->head.at = in->ahead.n = in->ahead_at = 0;
	in->place = (struct place){ 0 };
	in->ended = in->passed = false;
	return 0;
}

bool input_can_rewind(const struct input *in)
{
	return in->raw.fd < 0 || in->raw.regular;
}

void input_keep(struct input *in)
{
	in->keep = !input_can_rewind(in);
}

/* == what it is == */

const char *input_name(const struct input *in)
{
	return in->name;
}

void input_progress(const struct input *in, int64_t *taken, int64_t *size)
{
	const struct raw *s = &in->raw;

	*taken = s->taken;
	if (s->fd < 0)
		*size = (int64_t)s->mem_size;
	else
		*size = s->regular ? s->opened.st_size - s->start : -1;
}

bool input_holds_arrow(const struct input *in)
{
	return in->holds_arrow;
}

int input_file(const struct input *in, int64_t *size)
{
	const struct raw *s = &in->raw;

	if (s->fd < 0 || !s->regular || s->start || !s->opened.st_size || in->unpack || in->decode || in->passed ||
	    in->ahead_at || in->limit)
		return -1;
	*size = s->opened.st_size;
	return s->fd;
}

int input_unchanged(const struct input *in, struct err *e)
{
	return raw_unchanged(in, e);
}

const char *input_compression(const struct input *in)
{
	return in->unpack ? unpack_name(in->unpack) : NULL;
}

const char *input_encoding(const struct input *in)
{
	return in->decode ? decode_name(in->decode) : NULL;
}
