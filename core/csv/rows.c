/*
 * rows.c - which records of a block are rows of the table.
 *
 * Nearly always all of them: then the index of the block serves as it is. Otherwise the records are gone through one
 * by one, blank lines and misshapen records dropped, and the index is closed up over the gaps.
 */
#include "csv/rows.h"

#include <string.h>

static int reserve(struct rows *r, size_t n, struct err *e)
{
	if (n <= r->cap)
		return 0;
	mem_free(r->start);
	mem_free(r->record);
	r->cap = 0;
	r->start = mem_alloc(n * sizeof *r->start);
	r->record = mem_alloc(n * sizeof *r->record);
	if (!r->start || !r->record)
		return err_nomem(e);
	r->cap = n;
	return 0;
}

void rows_release(struct rows *r)
{
	mem_free(r->start);
	mem_free(r->record);
	mem_free(r->line_of);
	records_release(&r->one);
	*r = (struct rows){ 0 };
}

static bool is_end(char c)
{
	return c == '\n' || c == '\r';
}

static size_t end_size(const struct block *b, size_t end)
{
	if (end >= b->n)
		return 0;
	return b->p[end] == '\r' && end + 1 < b->n && b->p[end + 1] == '\n' ? 2 : 1;
}

/* == lines == */

/* A row begins on the line behind all line ends before it: those of rows, one each, and those inside quotes. */
static void number_lines(struct rows *r, int64_t line)
{
	const struct block *b = r->b;
	size_t inner = 0;

	for (size_t i = 0; i < r->n; i++) {
		while (inner < b->ninner && b->inner[inner] < r->start[i])
			inner++;
		r->line_of[i] = line + (int64_t)(i + inner);
	}
}

static int reserve_lines(struct rows *r, struct err *e)
{
	if (r->line_cap < r->cap || !r->line_of) {
		mem_free(r->line_of);
		if (!(r->line_of = mem_alloc((r->cap ? r->cap : 1) * sizeof *r->line_of)))
			return err_nomem(e);
		r->line_cap = r->cap;
	}
	return 0;
}

/* == the common case == */

/* True when every record has nfields fields and there is nothing else in the block. */
static bool all_regular(struct rows *r, const struct rows_options *o)
{
	const struct block *b = r->b;
	size_t nf = o->nfields, n = nf ? b->nat / nf : 0, start = 0;
	int64_t bytes = 0, ends = 0;

	if (b->seen.blanks || n * nf != b->nat || n != (size_t)b->seen.ends + b->cut)
		return false;
	if (b->seen.high && text_utf8_valid(b->p, b->n) < b->n)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t end = b->at[i * nf + nf - 1];

		if (!is_end(b->p[end]) || !b->p[start])
			return false;
		r->start[i] = (uint32_t)start;
		bytes += (int64_t)(end - start);
		start = end + 1;
		if (b->p[end] == '\r' && start < b->n && b->p[start] == '\n')
			start++;
		ends += (int64_t)(start - end);
	}
	r->n = n;
	r->bytes_rows = bytes;
	r->bytes_terminators = ends - b->cut;
	r->records = (int64_t)n;
	return true;
}

/* == one by one == */

static bool all_nul(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return true;
}

/* The first field that is read and no UTF-8. */
static bool bad_utf8(const struct rows_options *o, const struct slice *fields, struct row_refusal *why)
{
	for (size_t k = 0; k < o->nwanted; k++) {
		struct slice s = fields[o->wanted[k]];
		size_t good = text_utf8_valid(s.p, s.n);

		if (good == s.n)
			continue;
		why->why = ROW_UTF8;
		why->field = (size_t)o->wanted[k];
		why->at = good;
		return true;
	}
	return false;
}

static bool misshapen(const struct rows_options *o, const struct slice *fields, size_t nfields, struct row_refusal *why)
{
	if (all_nul(why->raw))
		return why->why = ROW_NULS, true;
	if (nfields != o->nfields)
		return why->why = ROW_RAGGED, why->found = nfields, true;
	return text_utf8_valid(why->raw.p, why->raw.n) < why->raw.n && bad_utf8(o, fields, why);
}

/* The fields of one indexed record, unescaped: for the closer look only. */
static int unescaped(struct rows *r, const uint32_t *at, size_t nat, size_t start, char quote, const struct slice **out,
		     struct err *e)
{
	struct block part = *r->b;
	struct scan_batch batch;
	uint32_t *moved = mem_alloc((nat + 1) * sizeof *moved);
	int rc;

	if (!moved)
		return err_nomem(e);
	for (size_t k = 0; k < nat; k++)
		moved[k] = at[k] - (uint32_t)start;
	part.at = moved;
	part.nat = nat;
	part.p += start;
	part.n -= start;
	rc = records_of_block(&r->one, &part, quote, 1, &batch, e);
	mem_free(moved);
	*out = rc ? NULL : batch.fields;
	return rc;
}

static int walk_index(struct rows *r, struct block *b, const struct rows_options *o, struct err *e)
{
	uint32_t *to = b->at;
	size_t at = 0, start = 0;
	int64_t line = b->line;
	int rc;

	while (at < b->nat) {
		size_t first = at, end, nat;
		const struct slice *fields = NULL;
		struct row_refusal why = { .line = line };
		bool refused;

		while (!is_end(b->p[b->at[at]]))
			at++;
		end = b->at[at++];
		nat = at - first;
		why.raw = slice_of(b->p + start, end - start);
		line += reader_lines(b->p + start, end - start) + 1;
		if (end == start) {
			r->blank_lines++;
			r->bytes_skipped += (int64_t)end_size(b, end);
			start = end + end_size(b, end);
			continue;
		}
		if (nat == o->nfields && text_utf8_valid(why.raw.p, why.raw.n) < why.raw.n &&
		    (rc = unescaped(r, b->at + first, nat, start, o->quote, &fields, e)))
			return rc;
		refused = misshapen(o, fields, nat, &why);
		r->records++;
		r->bytes_rows += (int64_t)(end - start);
		r->bytes_terminators += (int64_t)end_size(b, end);
		if (refused) {
			o->refuse(o->ctx, &why);
		} else {
			r->start[r->n] = (uint32_t)start;
			r->line_of[r->n++] = why.line;
			memmove(to, b->at + first, nat * sizeof *to);
			to += nat;
		}
		start = end + end_size(b, end);
	}
	return 0;
}

static void walk_batch(struct rows *r, const struct rows_options *o)
{
	const struct block *b = r->b;

	r->bytes_rows = b->counts.rows;
	r->bytes_terminators = b->counts.terminators;
	r->bytes_skipped = b->counts.skipped;
	r->blank_lines = b->counts.blank_lines;
	for (size_t i = 0; i < b->batch.nrecords; i++) {
		const struct scan_record *rec = &b->batch.records[i];
		struct row_refusal why = { .line = b->line + rec->line - 1, .record = rec,
					   .raw = slice_of(b->batch.raw + rec->raw, rec->raw_size) };

		r->records++;
		if (rec->fault) {
			why.why = ROW_GRAMMAR;
			o->refuse(o->ctx, &why);
		} else if (misshapen(o, b->batch.fields + rec->field, rec->nfields, &why)) {
			o->refuse(o->ctx, &why);
		} else {
			r->line_of[r->n] = why.line;
			r->record[r->n++] = (uint32_t)i;
		}
	}
}

int rows_of_block(struct rows *r, struct block *b, const struct rows_options *o, struct err *e)
{
	size_t most = b->slow ? b->batch.nrecords : b->nat;
	int rc;

	r->b = b;
	r->n = 0;
	r->nfields = o->nfields;
	r->at = b->at;
	r->line = b->line;
	r->records = r->bytes_rows = r->bytes_terminators = r->bytes_skipped = r->blank_lines = 0;
	if (!b->slow && o->nfields)
		most = (size_t)b->seen.ends + 1;
	if ((rc = reserve(r, most, e)))
		return rc;
	if (!b->slow && all_regular(r, o)) {
		if (!b->ninner) {
			mem_free(r->line_of);
			r->line_of = NULL;
			return 0;
		}
		if ((rc = reserve_lines(r, e)))
			return rc;
		number_lines(r, b->line);
		return 0;
	}
	if ((rc = reserve_lines(r, e)))
		return rc;
	r->n = 0;
	r->bytes_rows = r->bytes_terminators = r->records = 0;
	if (b->slow)
		walk_batch(r, o);
	else
		rc = walk_index(r, b, o, e);
	return rc;
}

struct slice rows_raw(const struct rows *r, size_t i)
{
	const struct block *b = r->b;

	if (b->slow) {
		const struct scan_record *rec = &b->batch.records[r->record[i]];

		return slice_of(b->batch.raw + rec->raw, rec->raw_size);
	}
	return slice_of(b->p + r->start[i], r->at[i * r->nfields + r->nfields - 1] - r->start[i]);
}
