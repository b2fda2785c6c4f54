/*
 * read_string.c - strings without a dictionary.
 *
 * The bytes of all pieces are read one behind the other, and offsets moved to where they are then. A missing value may
 * have bytes in the file; here it has none. In the end all bytes together must be UTF-8, and every value begin with a
 * character, so each is.
 */
#include "arrow/arrow_priv.h"

#include <string.h>

/* == offsets == */

enum { PART = FEED_BLOCK / 8 };

/* n + 1 offsets of a piece to `to`, which must not go back nor beyond `bytes`. */
static int read_offsets(const struct unit *u, const struct piece *p, const struct source *s, int64_t *to, struct err *e)
{
	int width = u->field->type == ARROW_UTF8 ? 4 : 8, rc = 0;
	int64_t n = p->rows + 1, last = 0;
	struct feed feed = FEED_INIT;
	const void *part;

	if (width == 8)
		rc = span_read(s, &p->buf[BUF_DATA], to, n * 8, e);
	else
		rc = feed_open(&feed, s, &p->buf[BUF_DATA], e);
	for (int64_t at = 0; at < n && !rc; at += PART) {
		int64_t many = n - at < PART ? n - at : PART;
		bool bad = false;

		if (width == 4) {
			if ((rc = feed_next(&feed, many * 4, &part, e)))
				break;
			widen_ints(to + at, part, many, 32, true);
		}
		bad = to[at] < last;
		for (int64_t i = at + 1; i < at + many; i++)
			bad |= to[i] < to[i - 1];
		last = to[at + many - 1];
		if (bad || last > p->buf[BUF_BYTES].raw)
			rc = source_fault(s, p->buf[BUF_DATA].at + at * width, e, "column '%s': a text is not within its buffer",
					  u->name);
	}
	feed_close(&feed);
	return rc;
}

/* Part of a span from `first` on. */
static int read_bytes(const struct source *s, const struct span_of *from, int64_t first, int64_t n, char *to, struct err *e)
{
	struct span_of rest = *from;
	char *whole;
	int rc;

	if (!n)
		return 0;
	if (from->codec == CODEC_NONE) {
		rest.mem = from->mem ? from->mem + first : NULL;
		rest.at += first;
		return span_read(s, &rest, to, n, e);
	}
	if (!first)
		return span_read(s, from, to, n, e);
	if (!(whole = mem_alloc((size_t)from->raw)))
		return err_nomem(e);
	if (!(rc = span_read(s, from, whole, from->raw, e)))
		memcpy(to, whole + first, (size_t)n);
	mem_free(whole);
	return rc;
}

static int piece_strings(struct unit *u, const struct piece *p, const struct source *s, int64_t *offsets, char *bytes,
			 int64_t *total, struct err *e)
{
	int64_t move, first;
	int rc;

	if (!p->rows)
		return 0;
	if ((rc = read_offsets(u, p, s, offsets, e)))
		return rc;
	first = offsets[0];
	move = *total - first;
	*total += offsets[p->rows] - first;
	if ((rc = read_bytes(s, &p->buf[BUF_BYTES], first, offsets[p->rows] - first, bytes + first + move, e)))
		return rc;
	for (int64_t i = 0; move && i <= p->rows; i++)
		offsets[i] += move;
	return 0;
}

/* == what a text has to be == */

static int64_t drop_missing(int64_t *offsets, char *bytes, int64_t rows, const uint8_t *validity)
{
	int64_t to = 0, from = 0;
	bool drop = false;

	for (int64_t i = 0; validity && i < rows && !drop; i++)
		drop = !bit_of(validity, i) && offsets[i + 1] > offsets[i];
	if (!drop)
		return offsets[rows];
	for (int64_t i = 0; i < rows; i++) {
		int64_t n = bit_of(validity, i) ? offsets[i + 1] - from : 0;

		memmove(bytes + to, bytes + from, (size_t)n);
		from = offsets[i + 1];
		to += n;
		offsets[i + 1] = to;
	}
	return to;
}

static bool continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static int check_text(const struct unit *u, const struct source *s, const int64_t *offsets, const char *bytes, struct err *e)
{
	int64_t n = offsets[u->rows], good = (int64_t)text_utf8_valid(bytes, (size_t)n), row = u->rows;

	for (int64_t i = 0; i < u->rows && row == u->rows; i++)
		if (offsets[i] < n && continues(bytes[offsets[i]]))
			row = i;
	if (row == u->rows && good == n)
		return 0;
	for (int64_t i = 0; good < n && i < u->rows && i < row; i++)
		if (offsets[i + 1] > good)
			row = i;
	return unit_fault(u, s, row, e, "a text is not UTF-8");
}

/* Takes the two arrays over, whatever comes of it; validity only on success. */
static int finish(struct unit *u, const struct source *s, int64_t *offsets, char *bytes, int64_t room, uint8_t *validity,
		  struct err *e)
{
	int64_t total = drop_missing(offsets, bytes, u->rows, validity);
	int rc = check_text(u, s, offsets, bytes, e);
	char *fitting;

	if (!rc && (fitting = room - total > room / 8 ? mem_column_resize(bytes, (size_t)total, (size_t)total) : NULL))
		bytes = fitting;
	else if (!rc)
		memset(bytes + total, 0, (size_t)(room - total));
	if (!rc)
		rc = column_of_strings(offsets, bytes, validity, u->rows, u->missing, &u->out, e);
	if (rc) {
		mem_free(offsets);
		mem_free(bytes);
	}
	return rc;
}

int unit_strings(struct unit *u, const struct source *s, uint8_t *validity, struct err *e)
{
	int64_t *offsets = mem_column((size_t)(u->rows + 1) * sizeof *offsets), room = 0, total = 0, row = 0;
	char *bytes;
	int rc = 0;

	for (int64_t k = 0; k < u->npieces; k++)
		room += u->pieces[k].rows ? u->pieces[k].buf[BUF_BYTES].raw : 0;
	bytes = mem_column((size_t)room);
	if (!offsets || !bytes) {
		mem_free(offsets);
		mem_free(bytes);
		return err_nomem(e);
	}
	offsets[0] = 0;
	for (int64_t k = 0; k < u->npieces && !rc; row += u->pieces[k++].rows)
		rc = piece_strings(u, &u->pieces[k], s, offsets + row, bytes, &total, e);
	if (!rc)
		return finish(u, s, offsets, bytes, room, validity, e);
	mem_free(offsets);
	mem_free(bytes);
	return rc;
}

/* == views ==
 *
 * 16 bytes each: the length, and then the bytes themselves when they are at most 12, else the first four of them, the
 * number of a buffer and where in it they begin. Several views may show the same bytes.
 */
enum { VIEW_SIZE = 16, VIEW_SHORT = 12 };

struct view_of {
	int32_t n, buffer, at;
};

static struct view_of view_at(const char *p)
{
	struct view_of v;

	memcpy(&v.n, p, 4);
	memcpy(&v.buffer, p + 8, 4);
	memcpy(&v.at, p + 12, 4);
	return v;
}

static bool view_good(const struct piece *p, struct view_of v)
{
	return v.n >= 0 && (v.n <= VIEW_SHORT || (v.buffer >= 0 && v.buffer < p->nmore && v.at >= 0 &&
						  v.n <= p->more[v.buffer].raw - v.at));
}

/* Each view of a piece: what is done with it is `use`. */
struct views {
	struct unit *u;
	const struct piece *p;
	const uint8_t *validity;
	int64_t *offsets;
	int64_t total, most;
	char *bytes;
	char **more;             /* the piece's buffers, in memory; NULL: only lengths are wanted */
};

static int use_views(struct views *w, const struct source *s, int64_t row, struct err *e)
{
	const struct piece *p = w->p;
	struct feed feed;
	const void *part;
	int rc;

	if (!p->rows)
		return 0;
	if ((rc = feed_open(&feed, s, &p->buf[BUF_DATA], e)))
		return rc;
	for (int64_t i = 0; i < p->rows && !rc; i++) {
		enum { MANY = FEED_BLOCK / VIEW_SIZE };
		struct view_of v;
		const char *at;

		if (!(i % MANY) && (rc = feed_next(&feed, (p->rows - i < MANY ? p->rows - i : MANY) * VIEW_SIZE, &part, e)))
			break;
		at = (const char *)part + i % MANY * VIEW_SIZE;
		v = view_at(at);
		if (bit_of(w->validity, row + i)) {
			if (w->more) {
				memcpy(w->bytes + w->total, v.n <= VIEW_SHORT ? at + 4 : w->more[v.buffer] + v.at, (size_t)v.n);
			} else if (!view_good(p, v)) {
				rc = source_fault(s, p->buf[BUF_DATA].at + i * VIEW_SIZE, e,
						  "column '%s': a text is not within its buffer", w->u->name);
				break;
			}
			w->total += v.n;
		}
		w->offsets[row + i + 1] = w->total;
		if (w->total > w->most)
			rc = source_fault(s, -1, e, "column '%s': its texts repeat more bytes than the size of the file allows "
					  "(the option max_ratio allows more)", w->u->name);
	}
	feed_close(&feed);
	return rc;
}

static int copy_views(struct views *w, const struct source *s, int64_t row, struct err *e)
{
	const struct piece *p = w->p;
	int rc = 0;

	if (!(w->more = mem_zero((size_t)p->nmore, sizeof *w->more)))
		return err_nomem(e);
	for (int64_t k = 0; k < p->nmore && !rc; k++) {
		if (!(w->more[k] = mem_alloc((size_t)p->more[k].raw)))
			rc = err_nomem(e);
		else
			rc = span_read(s, &p->more[k], w->more[k], p->more[k].raw, e);
	}
	if (!rc)
		rc = use_views(w, s, row, e);
	for (int64_t k = 0; k < p->nmore; k++)
		mem_free(w->more[k]);
	mem_free(w->more);
	w->more = NULL;
	return rc;
}

int unit_views(struct unit *u, const struct source *s, uint8_t *validity, int64_t most, struct err *e)
{
	struct views w = { .u = u, .validity = validity, .most = most };
	int64_t row = 0;
	int rc = 0;

	if (!(w.offsets = mem_column((size_t)(u->rows + 1) * sizeof *w.offsets)))
		return err_nomem(e);
	w.offsets[0] = 0;
	for (int64_t k = 0; k < u->npieces && !rc; row += u->pieces[k++].rows) {
		w.p = &u->pieces[k];
		rc = use_views(&w, s, row, e);
	}
	if (!rc && !(w.bytes = mem_column((size_t)w.total)))
		rc = err_nomem(e);
	w.total = row = 0;
	for (int64_t k = 0; k < u->npieces && !rc; row += u->pieces[k++].rows) {
		w.p = &u->pieces[k];
		rc = copy_views(&w, s, row, e);
	}
	if (!rc)
		return finish(u, s, w.offsets, w.bytes, w.total, validity, e);
	mem_free(w.offsets);
	mem_free(w.bytes);
	return rc;
}
