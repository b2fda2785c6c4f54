/*
 * reader.h - an input cut into blocks of whole records, one after the other.
 *
 * The structural index says where fields end; the block is cut behind its last record, and what is left over begins
 * the next one. So whoever gets a block can work on it without knowing any other. Where the index meets what it does
 * not understand (broken quotes, a comment) libcsv reads on from that record, for a stretch that grows as long as
 * the trouble lasts, and the block holds its records instead.
 *
 * The cuts depend on the bytes only: not on threads, timing, or how the bytes arrive.
 */
#ifndef MUSTER_READER_H
#define MUSTER_READER_H

#include "csv/index.h"
#include "csv/scan.h"

/* A record that stands in the place of another: a rejected row that was corrected. */
struct patch {
	int64_t line;            /* where the other one begins */
	struct slice raw;        /* the bytes that have to stand there */
	struct slice text;
	bool used;
};

struct block {
	int64_t number;          /* 0, 1, 2 ... of this reader */
	char *p;                 /* whole records; 64 bytes before and behind are readable */
	size_t n;
	int64_t offset, line;    /* of p[0] in the input */
	/* indexed: */
	uint32_t *at;            /* ends of fields, a record's last at its line end; see index.h */
	size_t nat;
	struct index_state seen; /* the counters of this block */
	uint32_t *inner;         /* line ends inside quotes */
	size_t ninner;
	bool cut;                /* the last record has no line end: the input ends there */
	/* or read by libcsv: */
	bool slow;
	const struct patch *patch;       /* the batch is this one record, the bytes and counts are those of the other */
	struct scan_batch batch; /* lines and offsets counted from the block's */
	struct scan_counts counts;

	struct scanner *ref;     /* owner of batch */
	struct input *ref_in;
	char *mem;
	size_t cap, at_cap;
};

struct reader;

/* Reads `in` from where it stands, which stays the caller's. */
int reader_open(struct input *in, const struct scan_options *o, struct reader **out, struct err *e);
void reader_close(struct reader *r);
/*
 * Corrections in the order of their lines, which stay the caller's and are marked when they are used. ERR_DATA from
 * reader_next when what stands on the line is not `raw`, or `text` is not one record; a line where no record begins is
 * passed over.
 */
void reader_patches(struct reader *r, struct patch *patches, size_t n);
/*
 * The next block, into *b, whose memory is used again; b->n = 0 at the end. One caller at a time; the block itself is
 * the caller's from then on.
 */
int reader_next(struct reader *r, struct block *b, struct err *e);
/* The block without its first `size` bytes, which are whole records and blank lines. Indexed blocks only. */
void reader_drop(const struct reader *r, struct block *b, size_t size);
/* Bytes read, and those skipped before any record: byte order mark, lines dropped at the start. */
void reader_counts(const struct reader *r, int64_t *bytes, int64_t *skipped, int64_t *dropped_lines);
/* Line ends of a run of bytes; CRLF is one. */
int64_t reader_lines(const char *p, size_t n);

void block_release(struct block *b);

/* Test hook: blocks of so many bytes in readers opened from here on, 0 = as built. Not while a load runs. */
void reader_block_size(size_t bytes);

#endif
