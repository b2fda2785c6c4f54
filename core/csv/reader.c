/*
 * reader.c - blocks of whole records.
 *
 * Quotes make it impossible to say of a byte in the middle of a file whether a line end there ends a record; from
 * the start of a record on, the number of quotes says it exactly. The reader goes through the file in order, always
 * from the start of a record, so it never guesses. A CR at the end of what was read so far is held back: the LF
 * that belongs to it may be the next byte.
 */
#include "csv/reader_priv.h"

#include <string.h>

enum { BLOCK = 256 * 1024, PAD = 64 };

static size_t block_size = BLOCK;

void reader_block_size(size_t bytes)
{
	block_size = bytes ? bytes : BLOCK;
}

int64_t reader_lines(const char *p, size_t n)
{
	int64_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n' || (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n'));
	return lines;
}

/* == memory of a block == */

static int grow(struct block *b, size_t cap, struct err *e)
{
	char *mem;

	if (cap <= b->cap)
		return 0;
	if (cap > UINT32_MAX - 2 * PAD)
		return err_set(e, ERR_DATA, "a record of more than 4 GB");
	if (!(mem = mem_alloc(cap + 2 * PAD)))
		return err_nomem(e);
	memset(mem, 0, PAD);
	if (b->mem)
		memcpy(mem + PAD, b->p, b->n);
	mem_free(b->mem);
	b->mem = mem;
	b->p = mem + PAD;
	b->cap = cap;
	return 0;
}

static int grow_index(struct block *b, struct err *e)
{
	size_t cap = b->cap + 2 * PAD;
	size_t inner = b->seen.inner ? (size_t)(b->seen.inner - b->inner) : 0;
	uint32_t *grown;

	if (cap <= b->at_cap)
		return 0;
	if (!(grown = mem_resize(b->at, cap * sizeof *grown)))
		return err_nomem(e);
	b->at = grown;
	if (!(grown = mem_resize(b->inner, cap * sizeof *grown)))
		return err_nomem(e);
	b->inner = grown;
	b->seen.inner = grown + inner;
	b->at_cap = cap;
	return 0;
}

void block_release(struct block *b)
{
	reader_drop_ref(b);
	mem_free(b->mem);
	mem_free(b->at);
	mem_free(b->inner);
	*b = (struct block){ 0 };
}

/* == bytes in == */

int reader_fill(struct reader *r, struct block *b, size_t want, struct err *e)
{
	size_t got, before;
	int rc;

	if ((rc = grow(b, want, e)))
		return rc;
	before = b->n;
	while (b->n < want && !r->eof && !r->broken) {
		rc = input_read(r->in, b->p + b->n, want - b->n, &got, &r->fault);
		if (rc && rc != ERR_DATA)
			return err_copy(e, &r->fault);
		r->broken = rc != 0;
		if (r->broken)
			break;
		b->n += got;
		r->bytes += (int64_t)got;
		r->eof = !got;
	}
	memset(b->p + b->n, 0, PAD);
	return r->broken && b->n == before && b->n < want ? err_copy(e, &r->fault) : 0;
}

/* The same, but records that are there already will do. */
static int fill_or_rest(struct reader *r, struct block *b, size_t want, struct err *e)
{
	int rc = reader_fill(r, b, want, e);

	return r->broken && b->n ? 0 : rc;
}

/* The first n bytes go to nobody. */
static void drop(struct reader *r, struct block *b, size_t n)
{
	memmove(b->p, b->p + n, b->n - n + PAD);
	b->n -= n;
	r->offset += (int64_t)n;
	r->skipped += (int64_t)n;
}

static size_t line_end(const char *p, size_t n, bool eof)
{
	size_t i = 0;

	while (i < n && p[i] != '\n' && p[i] != '\r')
		i++;
	if (i == n || (i + 1 == n && p[i] == '\r' && !eof))
		return 0;
	return i + (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 1);
}

/* A byte order mark, and the lines that `skip` drops whatever is in them. */
static int start(struct reader *r, struct block *b, struct err *e)
{
	size_t at = 0, n;
	int rc;

	r->started = true;
	if ((rc = fill_or_rest(r, b, 3, e)))     /* a block may be smaller */
		return rc;
	if (!r->o.resumed && b->n >= 3 && !memcmp(b->p, "\xef\xbb\xbf", 3))
		drop(r, b, 3);
	while (r->line <= r->o.skip && (at < b->n || !r->eof)) {
		n = line_end(b->p + at, b->n - at, r->eof);
		if (!n && !r->eof) {
			drop(r, b, at);
			at = 0;
			if ((rc = reader_fill(r, b, b->n + r->block, e)))
				return rc;
			continue;
		}
		r->dropped_lines++;
		r->line++;
		at += n ? n : b->n - at;
	}
	drop(r, b, at);
	return fill_or_rest(r, b, r->block, e);
}

/* == cutting == */

static bool is_end(const struct block *b, uint32_t at)
{
	return b->p[at] == '\n' || b->p[at] == '\r';
}

/* How many of at[] belong to whole records; *size is where those end. A separator that is a line end there is none. */
static size_t whole_records(const struct block *b, size_t nat, size_t *size)
{
	while (nat && !is_end(b, b->at[nat - 1]))
		nat--;
	*size = nat ? behind_line_end(b, b->at[nat - 1]) : 0;
	return nat;
}

/* The first record that is a comment, or SIZE_MAX. */
static size_t find_comment(const struct reader *r, const struct block *b)
{
	if (!r->o.comment)
		return SIZE_MAX;
	if (b->n && b->p[0] == r->o.comment)
		return 0;
	for (size_t i = 0; i < b->nat; i++) {
		size_t next = is_end(b, b->at[i]) ? behind_line_end(b, b->at[i]) : b->n;

		if (next < b->n && b->p[next] == r->o.comment)
			return next;
	}
	return SIZE_MAX;
}

int reader_cut(struct reader *r, struct block *b, size_t size, struct err *e)
{
	buf_clear(&r->left);
	buf_add(&r->left, b->p + size, b->n - size);
	b->n = size;
	r->offset += (int64_t)size;
	return buf_check(&r->left, e);
}

/* Whole records before `end` are a block. */
static int stop_at(struct reader *r, struct block *b, size_t end, struct err *e)
{
	size_t nat = 0, size, none;
	int rc;

	while (nat < b->nat && b->at[nat] < end)
		nat++;
	b->nat = whole_records(b, nat, &size);
	if ((rc = reader_cut(r, b, size, e)))
		return rc;
	/* The counters went too far. */
	b->seen = (struct index_state)INDEX_START;
	b->seen.inner = b->inner;
	b->nat = r->index->run(&b->seen, b->p, b->n, 0, r->o.sep, r->o.quote, b->at, &none);
	r->line += b->seen.lines;
	return 0;
}

/* The index met something at `bad`: what follows the last record before it is for libcsv. */
static int stop_before(struct reader *r, struct block *b, size_t bad, struct err *e)
{
	r->slow_next = r->slow_next ? r->slow_next * 2 : SLOW_FIRST;
	r->slow_next = r->slow_next < r->block ? r->slow_next : r->block;
	r->slow = r->slow_next;
	return stop_at(r, b, bad, e);
}

/* Where the line begins that is so many line ends behind p[0]; SIZE_MAX when they are not in p[0..n). */
static size_t line_start(const char *p, size_t n, int64_t lines)
{
	size_t i = 0;

	for (; lines && i < n; i++)
		lines -= p[i] == '\n' || (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n'));
	return lines ? SIZE_MAX : i;
}

static bool begins_record(const struct block *b, size_t start)
{
	size_t low = 0, high = b->nat;           /* the first offset that is not before `start` is among them */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->at[middle] < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low && is_end(b, b->at[low - 1]) && behind_line_end(b, b->at[low - 1]) == start;
}

/* The first record of the indexed bytes p[0..n) that is to be replaced, before `limit`; SIZE_MAX when there is none. */
static size_t find_patch(struct reader *r, const struct block *b, size_t n, size_t limit)
{
	size_t whole, start;

	whole_records(b, b->nat, &whole);
	for (; r->npatches; r->patches++, r->npatches--) {
		if (r->patches->line <= r->line)
			continue;        /* no record began there */
		start = line_start(b->p, n, r->patches->line - r->line);
		if (start >= limit || start > whole)
			return SIZE_MAX;
		if (begins_record(b, start))
			return start;
	}
	return SIZE_MAX;
}

static int index_block(struct reader *r, struct block *b, struct err *e)
{
	size_t done = 0, size, bad, comment, held, patch;
	int rc;

	b->nat = 0;
	b->seen = (struct index_state)INDEX_START;
	b->seen.inner = b->inner;
	for (;;) {
		held = !r->eof && b->n && b->p[b->n - 1] == '\r';
		if ((rc = grow_index(b, e)))
			return rc;
		b->nat += r->index->run(&b->seen, b->p + done, b->n - held - done, (uint32_t)done, r->o.sep, r->o.quote,
					b->at + b->nat, &bad);
		done = b->n - held;
		comment = find_comment(r, b);
		bad = comment < bad ? comment : bad;
		if (bad == SIZE_MAX && r->eof && b->seen.inside)
			bad = b->n;
		if (r->npatches && (patch = find_patch(r, b, done, bad)) != SIZE_MAX)
			return stop_at(r, b, patch, e);
		if (bad != SIZE_MAX)
			return stop_before(r, b, bad, e);
		if (r->eof)
			break;
		if (whole_records(b, b->nat, &size))
			break;
		if ((rc = reader_fill(r, b, b->n * 2, e)))
			return rc;
	}
	r->slow_next /= 2;
	if (r->eof) {
		/* The last record may have no line end: it gets one that is not there. */
		if (whole_records(b, b->nat, &size) < b->nat || size < b->n) {
			b->at[b->nat++] = (uint32_t)b->n;
			b->p[b->n] = '\n';
			b->cut = true;
		}
		r->line += b->seen.lines;
		return reader_cut(r, b, b->n, e);
	}
	b->nat = whole_records(b, b->nat, &size);
	/* Line ends behind the last record are inside a quoted field that goes on. */
	while (b->seen.inner > b->inner && b->seen.inner[-1] >= size) {
		b->seen.inner--;
		b->seen.lines--;
	}
	r->line += b->seen.lines;
	return reader_cut(r, b, size, e);
}

/* == the interface == */

int reader_open(struct input *in, const struct scan_options *o, struct reader **out, struct err *e)
{
	struct reader *r = mem_zero(1, sizeof *r);

	if (!r)
		return err_nomem(e);
	r->in = in;
	r->o = *o;
	r->index = index_best();
	r->block = block_size;
	r->line = 1;
	*out = r;
	return 0;
}

void reader_patches(struct reader *r, struct patch *patches, size_t n)
{
	r->patches = patches;
	r->npatches = n;
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	buf_release(&r->left);
	mem_free(r);
}

/* What was left over, then new bytes. */
static int refill(struct reader *r, struct block *b, struct err *e)
{
	int rc;

	b->n = 0;
	b->p = b->mem ? b->mem + PAD : NULL;
	if ((rc = grow(b, r->left.n > r->block ? r->left.n : r->block, e)))
		return rc;
	if (r->left.n)
		memcpy(b->p, r->left.p, r->left.n);
	b->n = r->left.n;
	r->left.n = 0;
	return fill_or_rest(r, b, r->block, e);
}

int reader_next(struct reader *r, struct block *b, struct err *e)
{
	bool patched = false;
	int rc;

	reader_drop_ref(b);
	b->patch = NULL;
	b->nat = 0;
	b->slow = b->cut = false;
	b->batch.nrecords = 0;
	if ((rc = refill(r, b, e)) || (!r->started && (rc = start(r, b, e))))
		return rc;
	b->offset = r->offset;
	b->line = r->line;
	if (b->n && reader_patch_due(r) && ((rc = reader_patch_block(r, b, &patched, e)) || patched)) {
		b->number = r->number++;
		return rc;
	}
	if (b->n && !r->slow)
		rc = index_block(r, b, e);
	if (!rc && !b->n && r->slow) {           /* the trouble is in the first record */
		rc = refill(r, b, e);
	}
	if (!rc && b->n && r->slow && !b->nat)
		rc = reader_slow_block(r, b, e);
	b->ninner = b->seen.inner ? (size_t)(b->seen.inner - b->inner) : 0;
	b->number = r->number++;
	return rc;
}

void reader_drop(const struct reader *r, struct block *b, size_t size)
{
	size_t none;
	bool cut = b->cut;

	b->line += reader_lines(b->p, size);
	b->offset += (int64_t)size;
	b->p += size;
	b->n -= size;
	b->cut = cut && b->n;
	b->seen = (struct index_state)INDEX_START;
	b->seen.inner = b->inner;
	b->nat = r->index->run(&b->seen, b->p, b->n, 0, r->o.sep, r->o.quote, b->at, &none);
	b->ninner = (size_t)(b->seen.inner - b->inner);
	if (b->cut)
		b->at[b->nat++] = (uint32_t)b->n;
}

void reader_counts(const struct reader *r, int64_t *bytes, int64_t *skipped, int64_t *dropped_lines)
{
	*bytes = r->bytes;
	*skipped = r->skipped;
	*dropped_lines = r->dropped_lines;
}
