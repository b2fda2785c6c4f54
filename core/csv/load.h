/*
 * load.h - a CSV file becomes a table, and a table a file.
 *
 * Nothing lost, nothing invented: rows read = rows kept + rows rejected + rows filtered, every byte of the input is in
 * a row, a line end or skipped, and both identities are checked at run time. A rejected row is kept
 * with its place, reason and raw text.
 */
#ifndef MUSTER_LOAD_H
#define MUSTER_LOAD_H

#include "csv/scan.h"
#include "csv/sniff.h"
#include "table/table.h"

/* == faults ==================================================================================
 *
 * What is wrong with the data, in file order. A fault rejects its row (row < 0: the whole file);
 * a warning rejects nothing. Checks that only know the table leave line, column and raw empty; the
 * loader fills them in.
 */
struct fault {
	bool warning;
	int32_t file;            /* of those that were loaded, from 0 */
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
/* All of `from` behind `to`; `from` is empty then. */
void faults_move(struct faults *to, struct faults *from);
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

/*
 * Rows of a stream that nobody wants (handed in: the loader knows no expressions). `part` has the columns that are named,
 * which have to be among those that are read, in that order, and all rows of the part; keep[i] = 1 keeps row i, 0 drops
 * it. When it drops all, nothing is made of the other columns.
 */
struct load_keep {
	const char *const *columns;
	size_t ncolumns;
	int (*run)(void *ctx, const struct table *part, uint8_t *keep, struct err *e);
	void *ctx;
};

struct load_options {
	struct scan_options scan;
	bool sniff;              /* guess scan.sep and scan.quote where they are 0; ERR_DATA if none stands out */
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
	/*
	 * Rows as somebody corrected them: a table with the columns file, line, raw, as those of the rejects, and corrected
	 * (string), the record that takes the place of `raw` where it is not missing. NULL = none.
	 */
	const struct table *replay;
	const struct load_keep *keep;    /* streams only */
	/*
	 * Streams of files: read once and take the types of columns that are not declared from the first part. For callers that
	 * hand nothing out before the end: see load_stream_restart.
	 */
	bool optimistic;
	const char *file_column; /* one more column, of this name: the file each row is of; NULL = none */
	struct input_options input;      /* encoding, compression */
	int threads;             /* at most so many; 0 = one a processor */
	/*
	 * Called now and then, never by two threads at once: bytes of the files taken, of `size` (-1 = not known), and rows;
	 * at the end once more with rows = -1.
	 */
	void (*progress)(void *ctx, int64_t taken, int64_t size, int64_t rows);
	void *progress_ctx;
};
#define LOAD_DEFAULT { .scan = SCAN_DEFAULT }

/* == result ================================================================================== */

struct ledger {
	int64_t rows_read, rows_kept, rows_rejected;
	int64_t rows_replayed;           /* of those read: corrected ones */
	int64_t rows_filtered;           /* read = kept + rejected + filtered */
	int64_t blank_lines, dropped_lines;
	int64_t bytes, bytes_rows, bytes_terminators, bytes_skipped;
	int64_t columns_skipped;         /* in the file but not asked for: not parsed */
};

/* The first value that ruled out a type narrower than the one the column got. */
struct load_reason {
	int column;
	int32_t file;
	enum type type;
	int64_t line;
	char *text;
};

/* What the records were cut with. */
struct load_dialect {
	char sep, quote;
	bool sniffed;            /* guessed, at least one of them: then `sniff` says how sure that is */
	struct sniff sniff;
};

/* How the files of a load differ. */
#define LOAD_DRIFT_LIST(X)                                                                                     \
	X(MISSING, "missing")    /* the file lacks a column that others have */                                \
	X(ADDED, "added")        /* it has one that the first file lacks */                                    \
	X(RETYPED, "retyped")    /* its values alone make another type than those of most files do */
enum load_drift_what {
#define X(name, text) DRIFT_##name,
	LOAD_DRIFT_LIST(X)
#undef X
};
struct load_drift {
	int32_t file;
	int column;
	enum load_drift_what what;
	enum type type;          /* that this file alone would give; TYPE_COUNT = none */
};

struct load {
	struct table *table;             /* the rows kept */
	struct table *rejects;           /* file, line, column, field, reason, raw; one row a rejected row */
	struct faults faults;            /* errors and warnings, in file order */
	struct ledger ledger;
	struct load_reason *reasons;
	size_t nreasons;
	struct load_drift *drift;        /* by file and column; integers where most have floats are none */
	size_t ndrift, ndrifted;         /* ndrifted: files whose columns are not those of the first, or retyped */
	char **files;                    /* names for messages, in the order they were read */
	struct load_dialect *dialects;   /* one a file */
	size_t nfiles;
};
#define LOAD_INIT { 0 }

/*
 * Read files as one table into *out, which is empty before and holds something only after success. ERR_DATA with the
 * first fault as text (place, message, raw line, caret) when rejects is off; also, whatever rejects says, when
 * no table comes of the input at all: not text, empty, no header. Columns are matched by name; a column that a file lacks
 * is missing in its rows. The type of a column depends on all files.
 */
int load_files(const char *const *paths, size_t n, const struct load_options *o, struct load *out, struct err *e);
int load_file(const char *path, const struct load_options *o, struct load *out, struct err *e);
int load_input(struct input *in, const struct load_options *o, struct load *out, struct err *e);
void load_release(struct load *l);

/*
 * The rows of a file of rejects that have a correction, as o->replay takes them: separator comma, semicolon or tab,
 * bytes as they are.
 */
int replay_read(const char *path, struct table **out, struct err *e);

/* == streams =================================================================================
 *
 * The same files as tables one after the other, in memory that does not grow with them. The types of columns that are
 * not declared come from a first reading that keeps nothing; standard input can only be read once, so all its types have to
 * be declared. `o`, `paths` and what they point to have to outlive the stream; o->check is not for streams.
 */
struct load_stream;
int load_stream_open(const char *const *paths, size_t n, const struct load_options *o, struct load_stream **out, struct err *e);
/*
 * The next rows in file order, all tables with the same columns and types; *out = NULL at the end. At least one table comes.
 * ERR_RETYPE, of an optimistic stream alone: there are columns or types that the first part did not show, so the tables so far
 * are not those that a stream has to give. They are to be dropped, and the stream to be closed or started again.
 */
int load_stream_next(struct load_stream *s, struct table **out, struct err *e);
/*
 * After ERR_RETYPE: goes on to the end of the files for the types, which makes this the first reading of a stream that is
 * not optimistic, and as such it begins again: two readings in all.
 */
int load_stream_restart(struct load_stream *s, struct err *e);
/* What is known so far: rejects (at the end), faults, ledger, files; no table. */
const struct load *load_stream_result(const struct load_stream *s);
void load_stream_close(struct load_stream *s);

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
 * {"low", "high", "stated", "kind", ...}, text that is not UTF-8 as {"hex": "..."}. In at most so
 * many threads, 0 = one a processor; the bytes are the same. ERR_MEMORY, and what file_out_step fails with; the commit
 * is left to the caller.
 */
int write_table(struct file_out *out, const struct table *t, enum write_format format, int threads, struct err *e);
/* The rows alone, behind those of another table with the same columns; not for JSON, whose array is one. */
int write_more(struct file_out *out, const struct table *t, enum write_format format, int threads, struct err *e);
int write_table_text(struct buf *out, const struct table *t, enum write_format format, struct err *e);
/* One JSON string, or {"hex": "..."} when the bytes are not UTF-8. */
void write_json_string(struct buf *out, const char *p, size_t n);
/*
 * The records of an input exactly as the grammar reads them, header included, every field a string: no types,
 * ragged rows as they are, nothing from an empty input. ERR_DATA with place, message, raw line and caret at the first
 * fault; *out is then not to be committed.
 */
int write_strings(struct file_out *out, struct input *in, const struct scan_options *o, enum write_format format,
		  struct err *e);

#endif
