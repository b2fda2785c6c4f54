/* rows.h - the rows of a block that have the shape of the table, as the typed parse takes them. */
#ifndef MUSTER_ROWS_H
#define MUSTER_ROWS_H

#include "csv/records.h"

/* Why a record is no row. */
enum row_fault { ROW_GRAMMAR, ROW_NULS, ROW_RAGGED, ROW_UTF8 };

struct row_refusal {
	enum row_fault why;
	int64_t line;            /* of the record */
	struct slice raw;
	const struct scan_record *record;        /* ROW_GRAMMAR */
	size_t found;            /* ROW_RAGGED: fields */
	size_t field, at;        /* ROW_UTF8: the field, and the byte in it when it is unescaped */
};

struct rows_options {
	char quote;
	size_t nfields;          /* that a record must have */
	const int *wanted;       /* fields that are read, ascending */
	size_t nwanted;
	void (*refuse)(void *ctx, const struct row_refusal *r);
	void *ctx;
};

/*
 * Row i, of n: in an indexed block from byte start[i], its fields ending at at[i * nfields + k]; in a slow one the
 * record number record[i] of the batch. A row's line is `line` + i where `line_of` is NULL, else line_of[i].
 */
struct rows {
	const struct block *b;
	size_t n, nfields;
	const uint32_t *at;
	uint32_t *start, *record;
	int64_t line;
	int64_t *line_of;
	int64_t records;         /* rows and refused ones */
	int64_t bytes_rows, bytes_terminators, bytes_skipped, blank_lines;
	size_t cap, line_cap;    /* of start and record; of line_of */
	struct records one;      /* scratch: a record that is looked at closely */
};

int rows_of_block(struct rows *r, struct block *b, const struct rows_options *o, struct err *e);
void rows_release(struct rows *r);
/* The bytes of row i as they stand in the input. */
struct slice rows_raw(const struct rows *r, size_t i);
static inline int64_t rows_line(const struct rows *r, size_t i)
{
	return r->line_of ? r->line_of[i] : r->line + (int64_t)i;
}

#endif
