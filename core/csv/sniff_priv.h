/* sniff_priv.h - what the files of sniffing share: a text read under one dialect, and a cell of it. */
#ifndef MUSTER_SNIFF_PRIV_H
#define MUSTER_SNIFF_PRIV_H

#include "csv/sniff.h"

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* == cells == */

struct cell {
	struct slice text;
	char sep;                /* of the reading that made it */
	bool quoted;
};

struct cell_counts {
	int64_t filled, typed, quoted;
	int64_t commas;          /* bare ones that neither number nor prose explains */
	double spoilt;           /* bare cells with another separator in them, by how much that means */
};

void cell_count(struct cell_counts *counts, const struct cell *c);

/* == readings == */

struct question {
	struct slice text;
	bool whole;
	int64_t skip;
	char comment;
};

struct seen {
	int64_t line;
	size_t width;            /* 0 = it has a fault */
};

struct reading {
	char sep, quote;
	bool done;
	int64_t records, agree, faults;
	size_t fields, header;   /* most frequent width, width of the first record */
	struct cell_counts first, rest;  /* of the first record, of all others */
	struct buf seen;         /* struct seen of each record */
	struct buf columns;      /* struct column_quotes of each, without the first record; for the single quote only */
	double score;
};

static inline const struct seen *seen_of(const struct reading *r)
{
	return (const struct seen *)(const void *)r->seen.p;
}

/* The share of records that are as wide as most. */
static inline double reading_share(const struct reading *r)
{
	return r->records ? (double)r->agree / (double)r->records : 0;
}

/* Every record has the width of the header, and that is no single column. */
static inline bool reading_is_table(const struct reading *r)
{
	return r->done && r->fields > 1 && r->agree == r->records;
}

/*
 * The text read with one separator and, when `quote` is 0, the better of the two quotes. The double quote unless all
 * speaks for the single one. ERR_MEMORY only.
 */
int reading_make(const struct question *q, char sep, char quote, bool strict, struct reading *out, struct err *e);
void reading_release(struct reading *r);

#endif
