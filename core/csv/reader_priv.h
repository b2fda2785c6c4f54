/* reader_priv.h - what the files of the reader share: its state, and how a block is filled and cut. */
#ifndef MUSTER_READER_PRIV_H
#define MUSTER_READER_PRIV_H

#include "csv/reader.h"

enum { SLOW_FIRST = 4096 };      /* bytes that libcsv gets where the trouble begins */

struct reader {
	struct input *in;
	struct scan_options o;
	const struct index_ops *index;
	size_t block;            /* bytes of a block, when a record is not longer */
	struct buf left;         /* read, but in no block yet */
	bool eof;
	bool broken;             /* the text ends in a fault of the input, which is told behind its last whole record: */
	struct err fault;
	bool started;
	int64_t offset, line;    /* of the first byte in no block */
	int64_t number;
	int64_t bytes, skipped, dropped_lines;
	size_t slow;             /* bytes libcsv gets from here; 0 = the index reads */
	size_t slow_next;        /* and how many it would get the next time */
	struct patch *patches;   /* those that are not behind */
	size_t npatches;
};

static inline void reader_drop_ref(struct block *b)
{
	if (b->ref)
		b->ref->ops->close(b->ref);
	input_close(b->ref_in);
	b->ref = NULL;
	b->ref_in = NULL;
}

/* Behind the line end at `at`. */
static inline size_t behind_line_end(const struct block *b, uint32_t at)
{
	return at + (b->p[at] == '\r' && at + 1 < b->n && b->p[at + 1] == '\n' ? 2 : 1);
}

/*
 * reader.c: until the block holds `want` bytes or the input ends. Where it breaks off, what came before is taken first: the
 * fault is the answer when nothing came.
 */
int reader_fill(struct reader *r, struct block *b, size_t want, struct err *e);
/* The block ends here; the rest waits for the next. */
int reader_cut(struct reader *r, struct block *b, size_t size, struct err *e);

/* reader_slow.c: the block is the next r->slow bytes as libcsv reads them, or as many more as a record needs. */
int reader_slow_block(struct reader *r, struct block *b, struct err *e);
/* Does the block begin on a line with a correction? */
bool reader_patch_due(struct reader *r);
/* Then this makes it that record. *done says whether one began here; if not, the block is read as any other. */
int reader_patch_block(struct reader *r, struct block *b, bool *done, struct err *e);

#endif
