/*
 * slow_load.h - what a load has to give, found out the plain way: the records of libcsv, one value at a time.
 *
 * Nothing of the loader is used: no index, blocks, kernels, dictionaries or threads. For files with at most 40 columns
 * in all, whose names are all different and not empty.
 */
#ifndef SLOW_LOAD_H
#define SLOW_LOAD_H

#include "outcome.h"

#include <stdio.h>

enum { SLOW_COLUMNS = 40, SLOW_ABSENT = -1 };

struct slow {
	const struct load_options *o;
	char names[SLOW_COLUMNS][32];
	size_t ncols;
	struct buf bytes;
	struct buf cells;        /* struct slow_row */
};

struct slow_row {
	int file;
	int64_t line;
	size_t at[SLOW_COLUMNS]; /* in bytes */
	int64_t n[SLOW_COLUMNS]; /* SLOW_ABSENT: this file does not have it */
	bool bad;                /* a declared type does not fit */
};

static inline size_t slow_count(const struct slow *s)
{
	return s->cells.n / sizeof(struct slow_row);
}

static inline struct slow_row *slow_row(const struct slow *s, size_t i)
{
	return (struct slow_row *)(void *)s->cells.p + i;
}

static inline struct slice slow_cell(const struct slow *s, size_t row, size_t col)
{
	const struct slow_row *r = slow_row(s, row);

	return slice_of(s->bytes.p ? s->bytes.p + r->at[col] : "", r->n[col] > 0 ? (size_t)r->n[col] : 0);
}

/* == rows == */

static inline bool slow_is_row(const struct scan_batch *b, const struct scan_record *r, size_t nfields, const int *column)
{
	bool nul = true;

	for (size_t i = 0; i < r->raw_size; i++)
		nul &= !b->raw[r->raw + i];
	if (r->fault || nul || r->nfields != nfields)
		return false;
	for (size_t k = 0; k < nfields; k++) {
		struct slice s = b->fields[r->field + k];

		if (column[k] >= 0 && text_utf8_valid(s.p, s.n) < s.n)
			return false;
	}
	return true;
}

static inline void slow_add(struct slow *s, int file, int64_t line, const struct slice *fields, size_t nfields, const int *column)
{
	struct slow_row row = { .file = file, .line = line };

	for (size_t k = 0; k < SLOW_COLUMNS; k++)
		row.n[k] = SLOW_ABSENT;
	for (size_t k = 0; k < nfields; k++) {
		if (column[k] < 0)
			continue;
		row.at[column[k]] = s->bytes.n;
		row.n[column[k]] = (int64_t)fields[k].n;
		if (fields[k].n)
			buf_add(&s->bytes, fields[k].p, fields[k].n);
	}
	buf_add(&s->cells, &row, sizeof row);
}

/* The column of a name, -1 when it is not asked for. */
static inline int slow_column(struct slow *s, const char *name)
{
	const struct load_options *o = s->o;
	bool wanted = !o->ncolumns;

	for (size_t i = 0; i < o->ncolumns; i++)
		wanted |= !strcmp(o->columns[i], name);
	for (size_t k = 0; wanted && k < s->ncols; k++)
		if (!strcmp(s->names[k], name))
			return (int)k;
	if (!wanted)
		return -1;
	snprintf(s->names[s->ncols], sizeof s->names[0], "%s", name);
	return (int)s->ncols++;
}

/* False when there is no header. */
static inline bool slow_read(struct slow *s, int file, const struct buf *text)
{
	struct scanner *scan = NULL;
	struct input *in = NULL;
	struct scan_batch b;
	int column[SLOW_COLUMNS];
	size_t nfields = 0;

	input_memory(&in, "slow", text->p ? text->p : "", text->n, NULL);
	scan_ref.open(in, &s->o->scan, &scan, NULL);
	while (!scan_ref.next(scan, &b, NULL) && b.nrecords) {
		for (size_t i = 0; i < b.nrecords; i++) {
			const struct scan_record *r = &b.records[i];
			bool header = !nfields;

			if (header && (r->fault || r->nfields > SLOW_COLUMNS))
				goto done;
			for (size_t k = 0; header && k < r->nfields; k++) {
				struct slice name = b.fields[r->field + k];
				char copy[32];

				if (s->o->no_header)
					snprintf(copy, sizeof copy, "column_%zu", k + 1);
				else
					snprintf(copy, sizeof copy, "%.*s", (int)name.n, name.p);
				column[k] = slow_column(s, copy);
			}
			nfields = header ? r->nfields : nfields;
			if ((!header || s->o->no_header) && slow_is_row(&b, r, nfields, column))
				slow_add(s, file, r->line, b.fields + r->field, nfields, column);
		}
	}
done:
	scan->ops->close(scan);
	input_close(in);
	return nfields > 0;
}

/* == types == */

static inline bool slow_misses(const struct slow *s, struct slice text)
{
	bool is = !text.n;

	for (size_t i = 0; i < s->o->nmissing; i++)
		is |= slice_is(text, s->o->missing[i]);
	return is;
}

static inline const struct load_type *slow_declared(const struct slow *s, const char *name)
{
	for (size_t i = 0; i < s->o->ntypes; i++)
		if (!strcmp(s->o->types[i].column, name))
			return &s->o->types[i];
	return NULL;
}

/* The type of a column from all its rows; what ruled out the narrower ones goes to *reasons. */
static inline enum type slow_type(const struct slow *s, size_t col, struct buf *reasons)
{
	static const enum type narrow[] = { TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_DATETIME };
	size_t first[5] = { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX };
	enum type t = TYPE_STRING;
	bool any = false;

	for (size_t row = 0; row < slow_count(s); row++) {
		struct slice text = slow_cell(s, row, col);
		enum type class;

		if (slow_misses(s, text))
			continue;
		any = true;
		class = infer_class(text, s->o->decimal);
		for (int k = 0; k < 5; k++)
			if (class != narrow[k] && !(class == TYPE_INT64 && narrow[k] == TYPE_FLOAT64) && first[k] == SIZE_MAX)
				first[k] = row;
	}
	for (int k = 4; any && k >= 0; k--)
		if (first[k] == SIZE_MAX)
			t = narrow[k];
	for (int k = 0; k < 5 && narrow[k] != t; k++) {
		struct slice text;

		if (first[k] == SIZE_MAX)
			continue;
		text = slow_cell(s, first[k], col);
		buf_printf(reasons, "\nreason %zu %d %d %lld %.*s", col, slow_row(s, first[k])->file, (int)narrow[k],
			   (long long)slow_row(s, first[k])->line, text.n < 200 ? (int)text.n : 200, text.p);
	}
	return t;
}

/* == values == */

static inline void slow_push(const struct slow *s, struct builder *b, struct slice text)
{
	int64_t value = 0;
	double d;
	int32_t days;
	uint8_t flag;

	if (slow_misses(s, text)) {
		builder_missing(b);
		return;
	}
	if (b->type != TYPE_STRING)
		infer_value(b->type, text, s->o->decimal, &value);
	memcpy(&d, &value, sizeof d);
	memcpy(&days, &value, sizeof days);
	memcpy(&flag, &value, sizeof flag);
	if (b->type == TYPE_STRING)
		builder_string(b, text.p, text.n);
	else if (b->type == TYPE_FLOAT64)
		builder_float64(b, d);
	else if (b->type == TYPE_DATE)
		builder_date(b, days);
	else if (b->type == TYPE_BOOL)
		builder_bool(b, flag);
	else
		builder_int64(b, value);
}

static inline void slow_print(struct buf *out, struct slow *s)
{
	struct buf reasons = BUF_INIT;
	enum type t[SLOW_COLUMNS];
	size_t kept = 0;

	for (size_t k = 0; k < s->ncols; k++) {
		const struct load_type *d = slow_declared(s, s->names[k]);

		t[k] = d ? d->type : slow_type(s, k, &reasons);
		for (size_t row = 0; row < slow_count(s); row++) {
			struct slice text = slow_cell(s, row, k);
			int64_t value;

			slow_row(s, row)->bad |= t[k] != TYPE_STRING && !slow_misses(s, text) &&
						 !infer_value(t[k], text, s->o->decimal, &value);
		}
	}
	for (size_t row = 0; row < slow_count(s); row++)
		kept += !slow_row(s, row)->bad;
	buf_printf(out, "\ntable %zu x %zu", kept, s->ncols);
	for (size_t k = 0; k < s->ncols; k++) {
		struct builder b;
		struct column *col;

		builder_init(&b, t[k], NULL);
		for (size_t row = 0; row < slow_count(s); row++)
			if (!slow_row(s, row)->bad)
				slow_push(s, &b, slow_cell(s, row, k));
		builder_finish(&b, &col, NULL);
		buf_printf(out, "\ncolumn %s %s", s->names[k], type_name(t[k]));
		outcome_of_values(out, col);
		column_unref(col);
	}
	for (size_t row = 0; row < slow_count(s); row++)
		if (!slow_row(s, row)->bad)
			outcome_number(out, ' ', slow_row(s, row)->line);
	if (reasons.n)
		buf_add(out, reasons.p, reasons.n);
	buf_release(&reasons);
}

/* Types, values, lines and reasons of the table, as slow_outcome has them; nothing when no table comes of it. */
static inline void load_slowly(struct buf *out, const struct buf *texts, size_t n, const struct load_options *o)
{
	struct slow s = { .o = o };
	bool good = true;

	buf_clear(out);
	for (size_t i = 0; i < n && good; i++)
		good = slow_read(&s, (int)i, &texts[i]);
	if (good)
		slow_print(out, &s);
	buf_release(&s.bytes);
	buf_release(&s.cells);
}

/* The names of the columns are as they stand in the file, and there are not too many: then the slow loader is right. */
static inline bool slow_knows(const struct load *l)
{
	for (size_t i = 0; i < l->faults.n; i++)
		if (l->faults.items[i].warning)
			return false;
	for (int k = 0; k < l->table->ncols; k++)
		if (strlen(l->table->names[k]) > 30)
			return false;
	return l->ledger.columns_skipped + l->table->ncols < SLOW_COLUMNS;
}

/* The same of a load. */
static inline void slow_outcome(struct buf *out, const struct load *l)
{
	buf_clear(out);
	outcome_of_table(out, l->table, false);
	outcome_of_reasons(out, l);
}

#endif
