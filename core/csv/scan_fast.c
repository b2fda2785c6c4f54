/*
 * scan_fast.c - the block reader as a scanner: records with their fields unescaped.
 *
 * For what wants records one by one: converting without types, headers, and the tests that hold it against libcsv. The
 * loader works on blocks.
 */
#include "csv/records.h"

#include <string.h>

struct fast {
	struct scanner base;
	struct reader *reader;
	struct block block;
	struct records records;
	int64_t skipped;         /* by the reader before any record, so far */
};

void records_release(struct records *r)
{
	buf_release(&r->records);
	buf_release(&r->fields);
	mem_free(r->text);
	*r = (struct records){ 0 };
}

/* A field without its quotes; text behind *to, which has room. */
static struct slice unquote(const char *p, size_t n, char quote, char **to)
{
	char *start = *to, *out = start;

	if (!n || *p != quote)
		return slice_of(p, n);
	for (size_t i = 1; i + 1 < n; i++) {
		*out++ = p[i];
		i += p[i] == quote;
	}
	*to = out;
	return slice_of(start, (size_t)(out - start));
}

static bool is_end(char c)
{
	return c == '\n' || c == '\r';
}

/* The records of an indexed block, at most `max`. */
static int from_index(struct records *r, const struct block *b, char quote, size_t max, struct err *e)
{
	size_t at = 0, start = 0, n = 0;
	int64_t line = b->line;
	char *to;

	if (r->text_cap < b->n) {
		mem_free(r->text);
		r->text_cap = 0;
		if (!(r->text = mem_alloc(b->n)))
			return err_nomem(e);
		r->text_cap = b->n;
	}
	to = r->text;
	while (at < b->nat && n < max) {
		struct scan_record rec = { .line = line, .offset = b->offset + (int64_t)start, .raw = start,
					   .field = r->fields.n / sizeof(struct slice) };
		size_t from = start, end;

		for (;; at++) {
			struct slice s;

			end = b->at[at];
			if (end == start && is_end(b->p[end]))
				break;
			s = unquote(b->p + from, end - from, quote, &to);
			buf_add(&r->fields, &s, sizeof s);
			rec.nfields++;
			if (is_end(b->p[end]))
				break;
			from = end + 1;
		}
		at++;
		rec.raw_size = end - start;
		if (!rec.nfields) {
			r->counts.blank_lines++;
			r->counts.skipped += b->p[end] == '\r' && end + 1 < b->n && b->p[end + 1] == '\n' ? 2 : 1;
		} else {
			buf_add(&r->records, &rec, sizeof rec);
			n++;
			r->counts.records++;
			r->counts.rows += (int64_t)rec.raw_size;
			if (end < b->n)
				r->counts.terminators += b->p[end] == '\r' && end + 1 < b->n && b->p[end + 1] == '\n' ? 2 : 1;
		}
		line += reader_lines(b->p + start, end - start) + 1;
		start = end + (b->p[end] == '\r' && end + 1 < b->n && b->p[end + 1] == '\n' ? 2 : 1);
	}
	return r->records.failed || r->fields.failed ? err_nomem(e) : 0;
}

static int from_ref(struct records *r, const struct block *b, size_t max, struct err *e)
{
	for (size_t i = 0; i < b->batch.nrecords && i < max; i++) {
		struct scan_record rec = b->batch.records[i];

		rec.line += b->line - 1;
		rec.offset += b->offset;
		buf_add(&r->records, &rec, sizeof rec);
	}
	r->counts = b->counts;
	return buf_check(&r->records, e);
}

int records_of_block(struct records *r, const struct block *b, char quote, size_t max, struct scan_batch *out, struct err *e)
{
	int rc;

	buf_clear(&r->records);
	buf_clear(&r->fields);
	r->counts = (struct scan_counts){ 0 };
	rc = b->slow ? from_ref(r, b, max, e) : from_index(r, b, quote, max, e);
	if (rc)
		return rc;
	out->records = (const struct scan_record *)(const void *)r->records.p;
	out->nrecords = r->records.n / sizeof(struct scan_record);
	out->fields = b->slow ? b->batch.fields : (const struct slice *)(const void *)r->fields.p;
	out->raw = b->slow ? b->batch.raw : b->p;
	return 0;
}

/* == the scanner == */

static void fast_close(struct scanner *s)
{
	struct fast *f = (struct fast *)s;

	reader_close(f->reader);
	block_release(&f->block);
	records_release(&f->records);
	mem_free(f);
}

static int fast_open(struct input *in, const struct scan_options *o, struct scanner **out, struct err *e)
{
	struct fast *f = mem_zero(1, sizeof *f);

	if (!f)
		return err_nomem(e);
	if (reader_open(in, o, &f->reader, e)) {
		mem_free(f);
		return ERR_MEMORY;
	}
	f->base = (struct scanner){ .ops = &scan_fast, .options = *o };
	*out = &f->base;
	return 0;
}

static void add_counts(struct scan_counts *to, const struct scan_counts *c)
{
	to->rows += c->rows;
	to->terminators += c->terminators;
	to->skipped += c->skipped;
	to->records += c->records;
	to->blank_lines += c->blank_lines;
}

static int fast_next(struct scanner *s, struct scan_batch *out, struct err *e)
{
	struct fast *f = (struct fast *)s;
	int64_t skipped;
	int rc;

	do {
		if ((rc = reader_next(f->reader, &f->block, e)) ||
		    (rc = records_of_block(&f->records, &f->block, s->options.quote, SIZE_MAX, out, e)))
			return rc;
		add_counts(&s->counts, &f->records.counts);
	} while (f->block.n && !out->nrecords);
	skipped = f->skipped;
	reader_counts(f->reader, &s->counts.bytes, &f->skipped, &s->counts.dropped_lines);
	s->counts.skipped += f->skipped - skipped;
	return 0;
}

const struct scanner_ops scan_fast = { "fast", fast_open, fast_next, fast_close };
