/* load_priv.h - what the files of the loader share among themselves. */
#ifndef MUSTER_LOAD_PRIV_H
#define MUSTER_LOAD_PRIV_H

#include "csv/load.h"

/*
 * The rows of a file as text, column by column. Each column is a string builder, so equal fields are
 * stored once; a missing field is missing whatever type the column gets.
 */
struct text_column {
	char *name;
	int field;               /* position in the file */
	bool declared;
	enum type type;          /* declared, else what inference found */
	struct builder text;
};

/* Rows that were refused: their line and raw bytes, in file order. */
struct reject_list {
	struct buf rows;         /* struct reject_row */
	struct buf raw;
};

struct loading {
	const struct load_options *o;
	struct load *out;
	const char *file;
	struct text_column *cols;
	size_t ncols;
	size_t nfields;          /* of the header: what every record must have */
	char **header;           /* all nfields names, made unique */
	struct dict *names;      /* the same, to look them up */
	bool keep_raw;           /* faults can still be found after the scan */
	struct buf lines;        /* int64_t: line of each row */
	struct buf starts;       /* size_t: where its raw bytes begin in raw; one more at the end */
	struct buf raw;
	struct reject_list refused;      /* by the scan */
	int64_t rows;            /* rows in cols; those rejected during the scan are not among them */
};

/*
 * Where fault number `fault` is: byte `at` of the record `raw` that begins on `line`. Does nothing after a failed
 * allocation, when the number may mean nothing.
 */
void fault_place(struct faults *list, size_t fault, struct slice raw, int64_t line, size_t at);
int faults_sort(struct faults *list, struct err *e);
/* ERR_DATA with the whole text of a fault. */
int fatal_fault(struct loading *l, const struct fault *f, struct err *e);

/* header.c: names from the first record, and the columns that are wanted of them. */
int header_read(struct loading *l, const struct scan_batch *b, const struct scan_record *rec, struct err *e);

/* reject.c: refused rows of the scan, then those with later faults; l->out gets table, rejects and counts. */
int reject_add(struct loading *l, struct reject_list *to, int64_t line, struct slice raw, struct err *e);
int reject_rows(struct loading *l, const struct table *all, struct err *e);
void reject_list_release(struct reject_list *list);

/* infer.c: the narrowest type that holds every value, with the first value that ruled out each narrower one. */
int infer_types(struct loading *l, struct err *e);
/* Text to value of the column's type, the decimal mark and `missing` applied; false when it is none. */
bool parse_value(struct builder *b, struct slice text, char decimal);
/* "expected an integer" */
const char *type_expectation(enum type t);

static inline int64_t loading_line(const struct loading *l, int64_t row)
{
	return ((const int64_t *)(const void *)l->lines.p)[row];
}

static inline struct slice loading_raw(const struct loading *l, int64_t row)
{
	const size_t *starts = (const size_t *)(const void *)l->starts.p;

	return slice_of(l->raw.p + starts[row], starts[row + 1] - starts[row]);
}

#endif
