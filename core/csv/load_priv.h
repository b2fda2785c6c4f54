/* load_priv.h - what the files of the loader share among themselves. */
#ifndef MUSTER_LOAD_PRIV_H
#define MUSTER_LOAD_PRIV_H

#include "csv/convert.h"

/* One file of a load. */
struct source {
	const char *path;        /* NULL when the input is the caller's */
	char *name;              /* for messages */
	struct input *in;        /* open while it is read, or all the time when it cannot be opened again */
	struct scan_options scan;
	char **header;           /* all nfields names, made unique; NULL until it is read */
	size_t nfields;          /* what every record must have */
	struct dict *names;      /* the same, to look them up */
	int *wanted;             /* fields that are read, ascending */
	size_t nwanted;
	int *field;              /* the other way round: where a column is in this file, -1 = nowhere; see source_field */
	size_t nfield;
	int64_t size;            /* bytes on disk; -1 = not known */
	int64_t size_read;       /* and when it was read first, with the time of its last change: */
	int64_t seconds, nanoseconds;    /* a second reading has to find the same file */
	bool begun;              /* in this pass the header is behind */
	struct patch *patches;   /* corrections of rows, by line */
	size_t npatches, patch_cap;
};

/* Where a file has the column of that number; -1 = nowhere. */
static inline int source_field(const struct source *s, int number)
{
	return (size_t)number < s->nfield ? s->field[number] : -1;
}

/* Rows that were refused: place and raw bytes. */
struct reject_row {
	int64_t row;             /* in the table; -1 = it never was there */
	int64_t line;
	size_t raw, raw_size;
	int32_t file;
};
struct reject_list {
	struct buf rows;         /* struct reject_row */
	struct buf raw;
};

/* The bytes of the rows of a block, when faults can still be found after the scan. */
struct kept_block {
	char *raw;
	struct kept_row { uint32_t at, n; int64_t line; } *rows;
};

struct loading {
	const struct load_options *o;
	struct load *out;
	struct source *sources;
	size_t nsources, at;     /* at: the one being read */
	struct reader *reader;
	struct ledger read;      /* counted while reading, by one thread at a time; out->ledger is counted in turns */
	struct store *store;
	bool settled;            /* the second pass: nothing is counted, refused or told again */
	bool keep_raw;
	bool cut;                /* the pass failed in a fault of the text, and all rows before it were taken */
	bool forgets;            /* a stream: pipes need not remember what they gave */
	int64_t blocks;          /* handed out */
	struct kept_block *kept; /* a block each */
	int64_t nkept;
	struct origin_runs origin;
	struct reject_list refused;
};

/* faults */
/*
 * Where fault number `fault` is: byte `at` of the record `raw` that begins on `line`. Does nothing after a failed
 * allocation, when the number may mean nothing.
 */
void fault_place(struct faults *list, size_t fault, struct slice raw, int64_t line, size_t at);
int faults_sort(struct faults *list, struct err *e);
/* Fault number `fault` is one of a row as it was corrected, and says so. */
void fault_of_correction(struct faults *list, size_t fault);
/* ERR_DATA with the whole text of a fault. */
int fatal_fault(const struct loading *l, const struct fault *f, struct err *e);
void fault_of_grammar(struct faults *list, const struct source *s, const struct row_refusal *r);

/* header.c: names from the first record, and the columns that are wanted of them. */
int header_read(struct loading *l, struct source *s, const struct scan_batch *b, const struct scan_record *rec, struct err *e);
/* Every column that was asked for by name is in some file. */
int header_check(const struct loading *l, struct err *e);

/* source.c: the files, one after the other. */
enum { SOURCE_GUESS_MAX = 64 };
/*
 * " (separator ';' and quote '"', guessed)" behind what a wrong guess would explain, or "". Lists of rejects do without
 * where the guess is the usual one and divides the header.
 */
const char *source_guess(const struct loading *l, const struct source *s, char out[SOURCE_GUESS_MAX]);
/* The next block of the next file that has one, behind its header; b->n = 0 at the end of all. One caller at a time. */
int sources_next(struct loading *l, struct block *b, int32_t *file, struct err *e);
/* After a pass: what was counted while reading, to what was counted in turns. */
void sources_counted(struct loading *l);
/* From the first file again. */
void sources_rewind(struct loading *l);
void source_release(struct source *s);

/* reject.c: refused rows of the scan, then those with later faults; l->out gets table, rejects and counts. */
int reject_add(struct reject_list *to, const struct reject_row *row, struct slice raw, struct err *e);
int reject_move(struct reject_list *to, struct reject_list *from, struct err *e);
int reject_rows(struct loading *l, const struct table *all, struct err *e);
/* The same in parts, for streams: the table of rejects alone, and the rows of a chunk without those refused since. */
int reject_table(struct loading *l, struct err *e);
/* `keep` may be NULL; *filtered counts the rows that it alone drops. */
int reject_drop(struct loading *l, const struct table *all, const uint8_t *keep, int64_t *filtered, struct table **out,
		struct err *e);
void reject_list_release(struct reject_list *list);

/* pass.c: all sources into the store, in several threads; faults and refused rows go to l->out and l->refused. */
/* From where the last pass stopped; at most so many blocks. Nothing is left when the store stays empty of blocks. */
int pass_run(struct loading *l, struct store *store, int64_t most, struct err *e);

/* replay.c: o->replay to the sources; each has found its line; that of the row that begins on `line`, or NULL. */
int replay_open(struct loading *l, struct err *e);
int replay_check(const struct loading *l, struct err *e);
const struct patch *replay_find(const struct loading *l, int32_t file, int64_t line);

/* load.c */
int loading_open(struct loading *l, const char *const *paths, size_t n, const struct load_options *o, struct load *out, struct err *e);
/* l->out->files. */
int loading_names(struct loading *l, struct err *e);
void loading_release(struct loading *l);
int loading_balance(struct loading *l, struct err *e);
/* The first fault as an error, unless rejects are asked for. */
int loading_strict(struct loading *l, struct err *e);
/* After a pass that failed with `rc`: the fault that is the first in the file, which may be one of a row. */
int loading_first(struct loading *l, int rc, struct err *e);
/* Blocks of files that do not have a column miss all of it. */
void loading_absent(const struct loading *l, struct store *s, struct store_column *c);
/* Test hook: inputs of so many bytes are shared among threads, 0 = as built. */
void pass_shared_from(int64_t bytes);

/* The column of file names that the options ask for; an error when there is one of that name. */
int loading_file_column(const struct loading *l, const struct store *s, struct table *t, struct err *e);
/* drift.c: how the files differ, into l->out; after a pass over a store with nfiles. */
int drift_find(struct loading *l, struct err *e);

/* "expected an integer" */
const char *type_expectation(enum type t);

/* The raw bytes and the line of a row, where keep_raw is set; *file too. */
struct slice loading_raw(const struct loading *l, int64_t row, int64_t *line, int32_t *file);

#endif
