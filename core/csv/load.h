/*
 * load.h - a CSV file becomes a table, and a table a file.
 *
 * Nothing lost, nothing invented: rows read = rows kept + rows rejected, every byte of the input is in
 * a row, a line end or skipped, and both identities are checked at run time. A rejected row is kept
 * with its place, reason and raw text.
 */
#ifndef MUSTER_LOAD_H
#define MUSTER_LOAD_H

#include "csv/scan.h"
#include "table/table.h"

/* == faults ==================================================================================
 *
 * What is wrong with the data, in file order. A fault rejects its row (row < 0: the whole file);
 * a warning rejects nothing. Checks that only know the table leave line, column and raw empty; the
 * loader fills them in.
 */
struct fault {
	bool warning;
	int64_t row;             /* data row from 0, as in the table that is checked; -1 = the whole file */
	int64_t line, column;    /* physical line, byte in it, from 1; 0 = not known */
	char *field;             /* name of the column, or NULL */
	char *message;           /* "expected an integer, found 'abc'" */
	char *raw;               /* the physical line, or NULL */
	size_t raw_size;
};

struct faults {
	struct fault *items;
	size_t n, cap;
	bool failed;             /* out of memory; sticky, as in struct buf */
};
#define FAULTS_INIT { 0 }

void fault_add(struct faults *list, int64_t row, const char *field, const char *fmt, ...) PRINTF_LIKE(4, 5);
void fault_warn(struct faults *list, int64_t row, const char *field, const char *fmt, ...) PRINTF_LIKE(4, 5);
void faults_release(struct faults *list);
/*
 * "claims.csv:12:3: error: column 'best': expected an integer, found 'abc'", then the raw line and a caret
 * under the byte, control bytes escaped and long lines cut around it. No final line end.
 */
void fault_print(struct buf *out, const char *file, const struct fault *f);

/* == options ================================================================================= */

struct load_type {
	const char *column;
	enum type type;
};

/*
 * A last look at the typed table before rows are rejected (handed in: the loader knows no schemas). `faults` holds
 * what is known of cells already: those of a wrong type are missing in the table. New ones are added behind.
 */
struct load_check {
	int (*run)(void *ctx, const struct table *t, struct faults *faults, struct err *e);
	void *ctx;
};

struct load_options {
	struct scan_options scan;
	bool no_header;          /* columns are column_1, column_2, ... */
	bool rejects;            /* keep faulty rows in a rejects table; else the first fault is the error */
	char decimal;            /* decimal mark of float columns; 0 = '.' */
	const char *const *missing;      /* spellings of a missing value besides the empty field */
	size_t nmissing;
	const char *const *columns;      /* only these, in the file's order; all when ncolumns = 0 */
	size_t ncolumns;
	const struct load_type *types;   /* declared; columns that are not here are inferred */
	size_t ntypes;
	const struct load_check *check;
	const struct scanner_ops *scanner;       /* NULL = scan_best() */
};
#define LOAD_DEFAULT { .scan = SCAN_DEFAULT }

/* == result ================================================================================== */

struct ledger {
	int64_t rows_read, rows_kept, rows_rejected;
	int64_t blank_lines, dropped_lines;
	int64_t bytes, bytes_rows, bytes_terminators, bytes_skipped;
	int64_t columns_skipped;         /* in the file but not asked for: not parsed */
};

/* The first value that ruled out a type narrower than the one the column got. */
struct load_reason {
	int column;
	enum type type;
	int64_t line;
	char *text;
};

struct load {
	struct table *table;             /* the rows kept */
	struct table *rejects;           /* file, line, column, field, reason, raw; one row a rejected row */
	struct faults faults;            /* errors and warnings, in file order */
	struct ledger ledger;
	struct load_reason *reasons;
	size_t nreasons;
};
#define LOAD_INIT { 0 }

/*
 * Read one file into *out, which is empty before and holds something only after success. ERR_DATA with the
 * first fault as text (place, message, raw line, caret) when rejects is off; also, whatever rejects says, when
 * no table comes of the input at all: not text, empty, no header. `name` is what messages call the file.
 */
int load_file(const char *path, const struct load_options *o, struct load *out, struct err *e);
int load_input(struct input *in, const struct load_options *o, struct load *out, struct err *e);
void load_release(struct load *l);

/* == writing ================================================================================= */

#define WRITE_LIST(X) X(CSV, "csv") X(JSON, "json") X(JSONL, "jsonl")
enum write_format {
#define X(name, text) WRITE_##name,
	WRITE_LIST(X)
#undef X
	WRITE_COUNT
};
bool write_format_from_name(const char *name, enum write_format *out);

/*
 * The table as text. CSV: header, CRLF as RFC 4180 has it, quotes where needed, missing = empty. JSON: an array
 * of objects; JSON Lines: one object a line; missing = null, NaN and infinities as strings, a quantity as
 * {"low", "high", "stated", "kind", ...}, text that is not UTF-8 as {"hex": "..."}.
 */
void write_table(struct buf *out, const struct table *t, enum write_format format);
/* One JSON string, or {"hex": "..."} when the bytes are not UTF-8. */
void write_json_string(struct buf *out, const char *p, size_t n);
/*
 * The records of an input exactly as the grammar reads them, header included, every field a string: no types,
 * ragged rows as they are, nothing from an empty input. ERR_DATA with place, message, raw line and caret at the first fault; *out is then of no use.
 */
int write_strings(struct buf *out, struct input *in, const struct scan_options *o, enum write_format format,
		  struct err *e);

#endif
