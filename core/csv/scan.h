/*
 * scan.h - bytes to records: the one interface behind which every CSV scanner stands.
 *
 * A scanner turns an input into batches of records. Each record carries its fields, unescaped, and
 * where it was: physical line, byte offset, raw bytes. The reference is libcsv (scan_ref.c), which
 * also defines the grammar; faster scanners must give the same records for every input and every
 * way the bytes arrive.
 *
 * Two readings, each exactly one mode of libcsv without space trimming (docs/design.md, "Grammar"):
 *   strict    CSV_STRICT | CSV_STRICT_FINI: a quote inside an unquoted field, bytes after a closing
 *             quote, and a quote open at the end are faults
 *   lenient   no flags: nothing is a fault
 * A leading UTF-8 byte order mark is skipped. LF, CRLF and lone CR end a record; blank lines are
 * skipped and counted; spaces are data. After a fault the record goes on to the end of the line the
 * fault is on, and reading resumes behind it.
 */
#ifndef MUSTER_SCAN_H
#define MUSTER_SCAN_H

#include "csv/input.h"

/* == records ================================================================================= */

struct scan_options {
	char sep, quote;
	bool lenient;
	int64_t skip;            /* physical lines dropped at the start */
	char comment;            /* lines that begin with it, outside quotes, are dropped; 0 = none */
	bool resumed;            /* the input does not begin here: no byte order mark */
};
#define SCAN_DEFAULT { .sep = ',', .quote = '"' }

#define SCAN_FAULT_LIST(X)                                                             \
	X(NONE, "")                                                                    \
	X(STRAY_QUOTE, "a quote inside a field that does not begin with one")          \
	X(AFTER_QUOTE, "bytes after the closing quote of a field")                     \
	X(OPEN_QUOTE, "a quoted field that never ends")

enum scan_fault {
#define X(name, text) SCAN_##name,
	SCAN_FAULT_LIST(X)
#undef X
};
const char *scan_fault_text(enum scan_fault f);

struct scan_record {
	int64_t line;            /* physical line it begins on, from 1 */
	int64_t offset;          /* byte of the input it begins at */
	size_t field, nfields;   /* into batch->fields; no fields when there is a fault */
	size_t raw, raw_size;    /* into batch->raw, without the line end */
	enum scan_fault fault;
	size_t fault_at;         /* byte within raw; for OPEN_QUOTE the opening quote */
	size_t fault_field;      /* fields complete before it */
};

struct scan_batch {
	const struct scan_record *records;
	size_t nrecords;         /* 0 = the input is at its end */
	const struct slice *fields;
	const char *raw;
};

/* Every byte is one of three: rows + terminators + skipped = bytes. */
struct scan_counts {
	int64_t bytes;           /* read so far */
	int64_t rows;            /* inside records */
	int64_t terminators;     /* line ends that ended a record */
	int64_t skipped;         /* byte order mark, blank lines, comments and lines dropped by `skip` */
	int64_t records, blank_lines, dropped_lines;
};

struct scanner {
	const struct scanner_ops *ops;
	struct scan_options options;
	struct scan_counts counts;
};

/* What a scanner implements. The batch that next() fills stays valid until the next call. */
struct scanner_ops {
	const char *name;        /* "libcsv" */
	int (*open)(struct input *in, const struct scan_options *o, struct scanner **out, struct err *e);
	int (*next)(struct scanner *s, struct scan_batch *out, struct err *e);
	void (*close)(struct scanner *s);
};

extern const struct scanner_ops scan_ref;        /* libcsv, MUSTER_SIMD=libcsv */
extern const struct scanner_ops scan_fast;       /* index.h where it understands the bytes, libcsv where not */

/* scan_fast, unless MUSTER_SIMD asks for the reference. */
const struct scanner_ops *scan_best(void);

/*
 * Where field k of a record begins: a byte within raw, its opening quote if it has one. The whole
 * record again, byte by byte: for messages only.
 */
size_t scan_locate(const struct scan_options *o, struct slice raw, size_t k);
/* Byte `at` of a record that begins on `line`: the physical line it is on, its byte in that line (from 1), and that line. */
void scan_position(struct slice raw, int64_t line, size_t at, int64_t *at_line, int64_t *at_column, struct slice *text);

#endif
