/*
 * outcome.h - all that came of a scan or a load, as bytes: two readings are the same when the bytes are.
 *
 * For the tests and the fuzzers that hold scanners, thread counts and ways the bytes arrive against each other.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "csv/load_priv.h"

#include <string.h>

static inline void outcome_slice(struct buf *out, const char *p, size_t n)
{
	buf_char(out, '[');
	if (n)
		buf_add(out, p, n);
	buf_char(out, ']');
}

static inline const char *outcome_text(const struct buf *b)
{
	return b->p ? b->p : "";
}

static inline bool outcome_same(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && !a->failed && !b->failed && (!a->n || !memcmp(a->p, b->p, a->n));
}

/* == scans == */

static inline void outcome_number(struct buf *out, char tag, int64_t v)
{
	char text[24];
	size_t at = sizeof text;
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do
		text[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (v < 0)
		text[--at] = '-';
	text[--at] = tag;
	buf_add(out, text + at, sizeof text - at);
}

/* Every record: fields, raw bytes, line, offset, fault; then the counts, or the error. Reads `chunk` bytes at a time, 0 = all. */
static inline void outcome_of_scan(struct buf *out, const struct scanner_ops *ops, const struct scan_options *o,
				   const char *p, size_t n, size_t chunk)
{
	struct scanner *s = NULL;
	struct input *in = NULL;
	struct scan_batch b;
	struct err e = ERR_INIT;
	int rc;

	buf_clear(out);
	rc = input_memory(&in, "memory", p, n, &e);
	if (!rc) {
		input_limit(in, chunk);
		rc = ops->open(in, o, &s, &e);
	}
	while (!rc && !(rc = ops->next(s, &b, &e)) && b.nrecords) {
		for (size_t i = 0; i < b.nrecords; i++) {
			const struct scan_record *r = &b.records[i];

			outcome_number(out, '\n', r->line);
			outcome_number(out, '+', r->offset);
			outcome_slice(out, b.raw + r->raw, r->raw_size);
			for (size_t k = 0; k < r->nfields; k++)
				outcome_slice(out, b.fields[r->field + k].p, b.fields[r->field + k].n);
			if (!r->fault)
				continue;
			outcome_number(out, '!', r->fault);
			outcome_number(out, '@', (int64_t)r->fault_at);
			outcome_number(out, '#', (int64_t)r->fault_field);
		}
	}
	if (rc) {
		buf_str(out, e.msg);
	} else {
		const struct scan_counts *c = &s->counts;

		outcome_number(out, '\n', c->bytes);
		outcome_number(out, '=', c->rows);
		outcome_number(out, '+', c->terminators);
		outcome_number(out, '+', c->skipped);
		outcome_number(out, ';', c->records);
		outcome_number(out, ',', c->blank_lines);
		outcome_number(out, ',', c->dropped_lines);
	}
	if (s)
		s->ops->close(s);
	input_close(in);
}

/* == loads == */

static inline void outcome_bytes(struct buf *out, const char *what, const void *p, size_t n)
{
	buf_printf(out, "\n%s %zu:", what, n);
	if (n)
		buf_add(out, p, n);
}

/* Every array as it lies in memory. */
static inline void outcome_of_storage(struct buf *out, const struct column *c)
{
	size_t n = (size_t)c->length;

	buf_printf(out, "\nlength %lld missing %lld code_size %d", (long long)c->length, (long long)c->missing, c->code_size);
	if (c->validity)
		outcome_bytes(out, "validity", c->validity, (n + 7) / 8);
	if (c->dict) {
		outcome_bytes(out, "codes", c->as.codes, n * c->code_size);
		outcome_of_storage(out, c->dict);
	} else if (c->type == TYPE_STRING) {
		outcome_bytes(out, "offsets", c->as.offsets, (n + 1) * sizeof(int64_t));
		outcome_bytes(out, "bytes", c->bytes, (size_t)c->as.offsets[n]);
	} else if (c->type == TYPE_BOOL) {
		outcome_bytes(out, "bits", c->as.bits, (n + 7) / 8);
	} else {
		outcome_bytes(out, "values", c->as.i64, n * (c->type == TYPE_DATE ? 4 : 8));
	}
}

/* The values alone: strings are stored as blocks of the first size suggest. */
static inline void outcome_of_values(struct buf *out, const struct column *c)
{
	for (int64_t i = 0; i < c->length; i++) {
		buf_str(out, column_has(c, i) ? "\n+" : "\n-");
		if (column_has(c, i))
			column_text(out, c, i);
	}
}

static inline void outcome_of_table(struct buf *out, const struct table *t, bool storage)
{
	struct slice file;
	int64_t line;

	buf_printf(out, "\ntable %lld x %d", (long long)t->rows, t->ncols);
	for (int k = 0; k < t->ncols; k++) {
		buf_printf(out, "\ncolumn %s %s", t->names[k], type_name(t->cols[k]->type));
		(storage ? outcome_of_storage : outcome_of_values)(out, t->cols[k]);
	}
	for (int64_t i = 0; i < t->rows; i++)
		if (table_where(t, i, &file, &line))
			outcome_number(out, ' ', line);
}

static inline void outcome_of_reasons(struct buf *out, const struct load *l)
{
	for (size_t i = 0; i < l->nreasons; i++) {
		const struct load_reason *r = &l->reasons[i];

		buf_printf(out, "\nreason %d %d %d %lld %s", r->column, r->file, (int)r->type, (long long)r->line, r->text);
	}
}

static inline void outcome_of_ledger(struct buf *out, const struct ledger *g)
{
	buf_printf(out, "ledger %lld=%lld+%lld %lld=%lld+%lld+%lld blank %lld dropped %lld columns %lld", (long long)g->rows_read,
		   (long long)g->rows_kept, (long long)g->rows_rejected, (long long)g->bytes, (long long)g->bytes_rows,
		   (long long)g->bytes_terminators, (long long)g->bytes_skipped, (long long)g->blank_lines,
		   (long long)g->dropped_lines, (long long)g->columns_skipped);
}

static inline void outcome_of_faults(struct buf *out, const struct load *l)
{
	for (size_t i = 0; i < l->faults.n; i++) {
		const struct fault *f = &l->faults.items[i];

		buf_printf(out, "\nfault %d %d %lld:%lld ", f->warning, f->file, (long long)f->line, (long long)f->column);
		fault_print(out, "file", f);
	}
}

/* All but the reasons, which a stream has none of. */
static inline void outcome_of_load(struct buf *out, const struct load *l, bool storage)
{
	outcome_of_ledger(out, &l->ledger);
	outcome_of_table(out, l->table, storage);
	if (l->rejects)
		outcome_of_table(out, l->rejects, storage);
	outcome_of_faults(out, l);
}

#endif
