/*
 * reader_slow.c - blocks that libcsv reads: what the index does not understand, and records that were corrected.
 */
#include "csv/reader_priv.h"

/* == libcsv == */

/* Where the stretch for libcsv ends: behind the last line of the first r->slow bytes, or behind the first line. */
static size_t slow_size(const struct reader *r, const struct block *b, size_t want)
{
	size_t held = !r->eof && b->n && b->p[b->n - 1] == '\r', n = b->n - held, m = want < n ? want : n;

	if (m == n && r->eof)
		return n;
	if (m && m < b->n && b->p[m - 1] == '\r' && b->p[m] == '\n')
		m++;
	while (m && b->p[m - 1] != '\n' && b->p[m - 1] != '\r')
		m--;
	if (m)
		return m;
	while (m < n && b->p[m] != '\n' && b->p[m] != '\r')
		m++;
	return m < n ? behind_line_end(b, (uint32_t)m) : r->eof ? n : 0;
}

/* p[0..m) through libcsv; *used = 0 when no record in it is whole. */
static int ref_pass(struct reader *r, struct block *b, size_t m, size_t *used, struct err *e)
{
	struct scan_options o = r->o;
	const struct scan_record *last;
	int rc;

	reader_drop_ref(b);
	o.skip = 0;
	o.resumed = true;
	if ((rc = input_memory(&b->ref_in, input_name(r->in), b->p, m, e)) ||
	    (rc = scan_ref.open(b->ref_in, &o, &b->ref, e)) || (rc = scan_ref.next(b->ref, &b->batch, e)))
		return rc;
	b->counts = b->ref->counts;
	*used = (size_t)(b->counts.rows + b->counts.terminators + b->counts.skipped);
	if (!b->batch.nrecords || (r->eof && m == b->n))
		return 0;
	last = &b->batch.records[b->batch.nrecords - 1];
	if ((size_t)last->offset + last->raw_size < m)
		return 0;
	/* It has no line end here: it goes on in what was not read yet. */
	*used = (size_t)last->offset;
	b->batch.nrecords--;
	b->counts.records--;
	b->counts.rows -= (int64_t)last->raw_size;
	return 0;
}

/* The next r->slow bytes through libcsv, or as many more as a record needs. */
static int slow_stretch(struct reader *r, struct block *b, size_t *used, struct err *e)
{
	size_t m;
	int rc;

	*used = 0;
	for (;;) {
		bool all = r->slow >= b->n;

		m = slow_size(r, b, r->slow);
		if (m && (rc = ref_pass(r, b, m, used, e)))
			return rc;
		if (*used)
			return 0;
		/* The record is longer than the stretch, */
		if (all && (rc = reader_fill(r, b, b->n * 2, e)))       /* or even than what was read */
			return rc;
		r->slow = r->slow * 2 > b->n ? r->slow * 2 : b->n;
	}
}

/* Where in the batch a record begins that is to be replaced, behind its start; 0 when there is none. */
static size_t patch_in_batch(const struct reader *r, const struct block *b)
{
	size_t k = 0;

	for (size_t i = 0; i < b->batch.nrecords && k < r->npatches; i++) {
		const struct scan_record *rec = &b->batch.records[i];
		int64_t line = r->line + rec->line - 1;

		while (k < r->npatches && r->patches[k].line < line)
			k++;
		if (k < r->npatches && r->patches[k].line == line && rec->offset)
			return (size_t)rec->offset;
	}
	return 0;
}

int reader_slow_block(struct reader *r, struct block *b, struct err *e)
{
	size_t used, patch;
	int rc;

	b->slow = true;
	if ((rc = slow_stretch(r, b, &used, e)) || ((patch = patch_in_batch(r, b)) && (rc = ref_pass(r, b, patch, &used, e))))
		return rc;
	r->slow = 0;
	r->dropped_lines += b->counts.dropped_lines;
	r->line += reader_lines(b->p, used);
	return reader_cut(r, b, used, e);
}

/* == corrections == */

bool reader_patch_due(struct reader *r)
{
	while (r->npatches && r->patches->line < r->line) {
		r->patches++;
		r->npatches--;
	}
	return r->npatches && r->patches->line == r->line;
}

/* The record as it was corrected in the place of the one that libcsv read. */
static int put_patch(struct reader *r, struct block *b, struct patch *p, struct err *e)
{
	struct scan_options o = r->o;
	const struct scan_counts *c;
	int rc;

	reader_drop_ref(b);
	o.skip = 0;
	o.resumed = true;
	if ((rc = input_memory(&b->ref_in, input_name(r->in), p->text.p, p->text.n, e)) ||
	    (rc = scan_ref.open(b->ref_in, &o, &b->ref, e)) || (rc = scan_ref.next(b->ref, &b->batch, e)))
		return rc;
	c = &b->ref->counts;
	if (b->batch.nrecords != 1 || (size_t)(c->rows + c->terminators) != p->text.n)
		return err_set(e, ERR_DATA, "the correction of line %lld of '%s' is not one record", (long long)p->line,
			       input_name(r->in));
	p->used = true;
	b->patch = p;
	return 0;
}

int reader_patch_block(struct reader *r, struct block *b, bool *done, struct err *e)
{
	size_t slow = r->slow, used, size;
	struct patch *p = r->patches;
	const struct scan_record *rec;
	int rc;

	r->slow = r->slow ? r->slow : SLOW_FIRST;
	if ((rc = slow_stretch(r, b, &used, e)))
		return rc;
	r->patches++;
	r->npatches--;
	rec = b->batch.records;
	*done = b->batch.nrecords && !rec->offset;
	r->slow = *done ? 0 : slow;
	if (!*done) {
		b->batch.nrecords = 0;
		return 0;
	}
	if (!slice_eq(slice_of(b->batch.raw + rec->raw, rec->raw_size), p->raw))
		return err_set(e, ERR_DATA, "line %lld of '%s' is not what the rejects say (the file changed?)",
			       (long long)p->line, input_name(r->in));
	size = rec->raw_size;
	used = size < b->n ? behind_line_end(b, (uint32_t)size) : size;
	b->slow = true;
	b->counts = (struct scan_counts){ .bytes = (int64_t)used, .rows = (int64_t)size,
					  .terminators = (int64_t)(used - size), .records = 1 };
	r->line += reader_lines(b->p, used);
	return (rc = reader_cut(r, b, used, e)) ? rc : put_patch(r, b, p, e);
}
