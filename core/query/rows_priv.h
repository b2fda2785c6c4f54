/* rows_priv.h - what the ways to take rows share: which rows, and the columns that are made of them. */
#ifndef MUSTER_ROWS_PRIV_H
#define MUSTER_ROWS_PRIV_H

#include "query/query.h"

struct run {
	uint32_t from, n;
};

/* A segment of the rows that are taken. */
struct stretch {
	const uint32_t *idx;
	int64_t first, n;        /* of the result's rows */
	struct run *runs;        /* of consecutive rows; NULL = one by one */
	int64_t nruns;
	int64_t falls;           /* rows that are not behind the one before */
	bool none;               /* there are QUERY_NONEs */
};

/* A column that is made: a table's, or one of the fields of a figure. */
struct job {
	const struct column *from;
	size_t size;             /* of a value; 0 = bits, text or none */
	void *values;
	int64_t *offsets;
	char *bytes;
	uint8_t *validity;
	int64_t total;           /* bytes of text */
	int64_t missing[QUERY_SEGMENTS_MAX], length[QUERY_SEGMENTS_MAX];
};

/* rows_blocks.c: what the rows are when they are many ascending lists. */
struct lists {
	int64_t n;               /* 0 = they are not */
	uint32_t *start;         /* n + 1 of them: where each begins in idx */
	int parts;               /* of the rows of the source, as segments */
	uint32_t *cut;           /* [parts + 1][n]: where in idx a list reaches the part */
};

struct gather {
	const uint32_t *idx;
	int64_t n, rows;         /* of the result, and of what rows are taken from */
	int threads, segments;
	struct stretch stretches[QUERY_SEGMENTS_MAX];
	struct lists lists;
	struct job *jobs;
	int njobs;
	const struct origin *origin;
	int64_t *places;         /* of the result's rows */
	int64_t *all_places;     /* of all rows, where that is faster */
};

/* == rows_copy.c: a segment, row by row or run by run == */

void copy_values(void *to, const void *values, size_t size, const struct stretch *s);
/* Returns how many bits are clear. Where `bits` is NULL the rows that there are have theirs set. */
int64_t copy_bits(uint8_t *to, const uint8_t *bits, const struct stretch *s);
/* Offsets of the segment's values from its own beginning; how long they are together. */
int64_t text_lengths(int64_t *to, const struct column *c, const struct stretch *s);
/* The bytes, into the segment's own part, which begins at `base`. The offsets rise by it. */
void text_bytes(const struct job *j, const struct stretch *s, int64_t base, int64_t part);

/* == rows_blocks.c == */

/* Finds the lists when they pay. */
int lists_find(struct gather *g, struct err *e);
void lists_release(struct lists *l);
/* Rows of part q of the source. */
int blocks_values(const struct gather *g, int q, void *to, const void *values, size_t size, struct err *e);
/* Lengths instead of offsets. */
int blocks_lengths(const struct gather *g, int q, int64_t *to, const struct column *c, struct err *e);
int blocks_bytes(const struct gather *g, int q, const struct job *j, struct err *e);
/* Lengths become offsets from the segment's beginning; how long they are together. */
int64_t lengths_add(int64_t *offsets, int64_t n);

#endif
