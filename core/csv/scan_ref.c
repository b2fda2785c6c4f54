/*
 * scan_ref.c - the reference scanner: libcsv, fed line by line.
 *
 * libcsv says what the fields are but not where. So the input is cut at line ends and each piece given
 * to csv_parse by itself: a record can only end with a piece, hence its line and offset are known
 * exactly at no cost inside the lines. Where in a record a fault is comes from the byte count that
 * csv_parse returns. After a fault libcsv's state is thrown away, also what csv_fini would still emit.
 */
#include "csv/scan.h"

#include <csv.h>
#include <string.h>

enum { BLOCK = 256 * 1024, BATCH_RECORDS = 4096, BATCH_BYTES = 1 << 20 };

struct field_span {
	size_t at, n;
};

struct ref {
	struct scanner base;
	struct input *in;
	struct csv_parser parser;
	char *block;
	size_t at, n;                /* the unread part of block */
	bool eof, after_cr;          /* after_cr: the last piece ended in CR at the end of a block, */
	bool cr_skipped;             /* and was a blank or dropped line */
	bool row_done;               /* set by libcsv's row callback */
	bool in_record, dropping;    /* dropping: a comment or a skipped line goes on in the next block */
	bool faulty;                 /* the record has its fault; take bytes up to the line end */
	bool broken;                 /* the text ends in a fault of the input: */
	struct err fault;
	int64_t line, offset;        /* of the next unread byte */
	struct buf records, spans, slices, arena, raw;
};

/* == libcsv's side == */

static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void on_field(void *p, size_t n, void *ctx)
{
	struct ref *r = ctx;
	struct field_span span = { r->arena.n, n };

	if (n)
		buf_add(&r->arena, p, n);
	buf_add(&r->spans, &span, sizeof span);
}

static void on_row(int c, void *ctx)
{
	(void)c;
	((struct ref *)ctx)->row_done = true;
}

static int open_parser(struct csv_parser *p, const struct scan_options *o, struct err *e)
{
	if (csv_init(p, o->lenient ? 0 : CSV_STRICT | CSV_STRICT_FINI))
		return err_nomem(e);
	csv_set_realloc_func(p, mem_resize);
	csv_set_free_func(p, mem_free);
	csv_set_space_func(p, no_space);
	csv_set_delim(p, (unsigned char)o->sep);
	csv_set_quote(p, (unsigned char)o->quote);
	return 0;
}

/* == records == */

static struct scan_record *current(struct ref *r)
{
	return (struct scan_record *)(void *)(r->records.p + r->records.n) - 1;
}

static size_t span_count(const struct ref *r)
{
	return r->spans.n / sizeof(struct field_span);
}

static void begin_record(struct ref *r)
{
	struct scan_record rec = { .line = r->line, .offset = r->offset, .field = span_count(r), .raw = r->raw.n };

	buf_add(&r->records, &rec, sizeof rec);
	r->in_record = true;
	r->faulty = false;
}

static int end_record(struct ref *r, size_t terminator, struct err *e)
{
	struct scan_record *rec = current(r);
	int rc = 0;

	rec->raw_size = r->raw.n - rec->raw;
	if (rec->fault) {
		r->spans.n = rec->field * sizeof(struct field_span);
		csv_free(&r->parser);
		rc = open_parser(&r->parser, &r->base.options, e);
	}
	rec->nfields = span_count(r) - rec->field;
	r->base.counts.records++;
	r->base.counts.rows += (int64_t)rec->raw_size;
	r->base.counts.terminators += (int64_t)terminator;
	r->in_record = false;
	return rc;
}

static void set_fault(struct ref *r, enum scan_fault fault, size_t at)
{
	struct scan_record *rec = current(r);

	rec->fault = fault;
	rec->fault_at = at;
	rec->fault_field = span_count(r) - rec->field;
	r->faulty = true;
}

/* One piece, at most one line end long, into libcsv; `body` is its length without the line end. */
static int feed(struct ref *r, const char *p, size_t n, size_t body, struct err *e)
{
	size_t before = r->raw.n - current(r)->raw, done;

	r->row_done = false;
	if (!r->faulty) {
		done = csv_parse(&r->parser, p, n, on_field, on_row, r);
		if (done < n && csv_error(&r->parser) != CSV_EPARSE)
			return err_nomem(e);
		if (done < n)
			set_fault(r, r->parser.quoted ? SCAN_AFTER_QUOTE : SCAN_STRAY_QUOTE, before + done);
	}
	if (r->faulty || r->row_done) {
		buf_add(&r->raw, p, body);
		return body < n ? end_record(r, n - body, e) : 0;
	}
	buf_add(&r->raw, p, n);      /* a line end inside quotes belongs to the record */
	return 0;
}

/* == lines == */

/* The length of the next piece of the block: up to and with a line end, or what is left. */
static size_t next_piece(struct ref *r, size_t *body)
{
	const char *p = r->block + r->at;
	size_t left = r->n - r->at, i = 0;

	while (i < left && p[i] != '\n' && p[i] != '\r')
		i++;
	*body = i;
	if (i == left)
		return i;
	if (p[i] == '\r' && i + 1 < left && p[i + 1] == '\n')
		return i + 2;
	return i + 1;
}

/* The LF of a CRLF that two blocks share. Inside a record (quotes) it is data; else it goes with its CR. */
static int split_crlf(struct ref *r, struct err *e)
{
	r->at++;
	r->offset++;
	if (r->in_record && !r->dropping)
		return feed(r, "\n", 1, 1, e);
	if (r->cr_skipped)
		r->base.counts.skipped++;
	else
		r->base.counts.terminators++;
	return 0;
}

static bool starts_dropped_line(const struct ref *r, size_t body)
{
	const struct scan_options *o = &r->base.options;

	return r->line <= o->skip || (o->comment && body && r->block[r->at] == o->comment);
}

static int take_piece(struct ref *r, struct err *e)
{
	struct scan_counts *c = &r->base.counts;
	size_t body, n = next_piece(r, &body);
	const char *p = r->block + r->at;
	bool ends = body < n;
	int rc = 0;

	r->cr_skipped = r->dropping;
	if (!r->in_record && !r->dropping) {
		if (!body && r->line > r->base.options.skip) {
			c->blank_lines++;
			c->skipped += (int64_t)n;
			r->cr_skipped = true;
			goto taken;
		}
		if (starts_dropped_line(r, body)) {
			c->dropped_lines++;
			r->dropping = r->cr_skipped = true;
		} else {
			begin_record(r);
			if (r->records.failed)
				return err_nomem(e);
		}
	}
	if (r->dropping) {
		c->skipped += (int64_t)n;
		r->dropping = !ends;
	} else {
		rc = feed(r, p, n, body, e);
	}
taken:
	r->at += n;
	r->offset += (int64_t)n;
	r->line += ends;
	r->after_cr = ends && p[n - 1] == '\r' && r->at == r->n;
	return rc;
}

/* The input is at its end inside a record that has no line end. */
static int finish(struct ref *r, struct err *e)
{
	struct scan_record *rec = current(r);
	struct slice raw = slice_of(r->raw.p + rec->raw, r->raw.n - rec->raw);

	if (r->raw.failed)
		return err_nomem(e);
	if (!r->faulty) {
		size_t before = span_count(r) - rec->field;

		if (csv_fini(&r->parser, on_field, on_row, r)) {
			if (csv_error(&r->parser) != CSV_EPARSE)
				return err_nomem(e);
			r->spans.n = (rec->field + before) * sizeof(struct field_span);
			set_fault(r, SCAN_OPEN_QUOTE, scan_locate(&r->base.options, raw, before));
		}
	}
	return end_record(r, 0, e);
}

static int read_block(struct ref *r, struct err *e)
{
	static const char bom[] = "\xef\xbb\xbf";
	size_t got;
	int rc;

	r->at = r->n = 0;
	do {
		if ((rc = input_read(r->in, r->block + r->n, BLOCK - r->n, &got, &r->fault))) {
			r->broken = rc == ERR_DATA;
			return err_copy(e, &r->fault);
		}
		r->n += got;
		r->base.counts.bytes += (int64_t)got;
		r->eof = !got;
	} while (!r->eof && !r->offset && r->n < 3);       /* enough to see a byte order mark */
	if (!r->offset && !r->base.options.resumed && r->n >= 3 && !memcmp(r->block, bom, 3)) {
		r->at = 3;
		r->offset = 3;
		r->base.counts.skipped += 3;
	}
	if (r->after_cr && r->n && r->block[0] == '\n')
		rc = split_crlf(r, e);
	if (r->n)
		r->after_cr = false;
	return rc;
}

/* == the interface == */

static void ref_close(struct scanner *s)
{
	struct ref *r = (struct ref *)s;

	csv_free(&r->parser);
	buf_release(&r->records);
	buf_release(&r->spans);
	buf_release(&r->slices);
	buf_release(&r->arena);
	buf_release(&r->raw);
	mem_free(r->block);
	mem_free(r);
}

static int ref_open(struct input *in, const struct scan_options *o, struct scanner **out, struct err *e)
{
	struct ref *r = mem_zero(1, sizeof *r);

	if (!r || !(r->block = mem_alloc(BLOCK))) {
		mem_free(r);
		return err_nomem(e);
	}
	if (open_parser(&r->parser, o, e)) {
		mem_free(r->block);
		mem_free(r);
		return ERR_MEMORY;
	}
	r->base = (struct scanner){ .ops = &scan_ref, .options = *o };
	r->in = in;
	r->line = 1;
	*out = &r->base;
	return 0;
}

/* Spans are offsets while the arena grows; now that it stands still they become pointers. */
static int publish(struct ref *r, struct scan_batch *out, struct err *e)
{
	const struct field_span *spans = (const struct field_span *)(const void *)r->spans.p;

	buf_clear(&r->slices);
	for (size_t i = 0; i < span_count(r); i++) {
		struct slice s = slice_of(r->arena.p ? r->arena.p + spans[i].at : "", spans[i].n);

		buf_add(&r->slices, &s, sizeof s);
	}
	if (r->records.failed || r->spans.failed || r->slices.failed || r->arena.failed || r->raw.failed)
		return err_nomem(e);
	out->records = (const struct scan_record *)(const void *)r->records.p;
	out->nrecords = r->records.n / sizeof(struct scan_record);
	out->fields = (const struct slice *)(const void *)r->slices.p;
	out->raw = r->raw.p ? r->raw.p : "";
	return 0;
}

static int ref_next(struct scanner *s, struct scan_batch *out, struct err *e)
{
	struct ref *r = (struct ref *)s;
	int rc = 0;

	buf_clear(&r->records);
	buf_clear(&r->spans);
	buf_clear(&r->arena);
	buf_clear(&r->raw);
	while (!rc && (r->in_record || (r->records.n < BATCH_RECORDS * sizeof(struct scan_record) && r->raw.n < BATCH_BYTES))) {
		if (r->raw.failed || r->arena.failed || r->spans.failed)
			return err_nomem(e);
		if (r->at < r->n)
			rc = take_piece(r, e);
		else if (!r->eof)
			rc = r->broken ? err_copy(e, &r->fault) : read_block(r, e);
		else if (r->in_record)
			rc = finish(r, e);
		else
			break;
	}
	if (r->broken && r->records.n)           /* first the records in front of it */
		rc = 0;
	return rc ? rc : publish(r, out, e);
}

const struct scanner_ops scan_ref = { "libcsv", ref_open, ref_next, ref_close };

static void count_field(void *p, size_t n, void *ctx)
{
	(void)p;
	(void)n;
	++*(size_t *)ctx;
}

static void ignore_row(int c, void *ctx)
{
	(void)c;
	(void)ctx;
}

size_t scan_locate(const struct scan_options *o, struct slice raw, size_t k)
{
	struct csv_parser p;
	size_t fields = 0, at = 0;

	if (!k || open_parser(&p, o, NULL))
		return 0;
	while (at < raw.n && fields < k && csv_parse(&p, raw.p + at, 1, count_field, ignore_row, &fields) == 1)
		at++;
	csv_free(&p);
	return at;
}
