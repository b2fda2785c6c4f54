/*
 * phrase.h - figures as they are published in English: "up to 12,000", "about a third of those sent", "several hundred".
 *
 * A phrase is one figure: words for how sure it is, a number, a range, a share or a word of size, and what is counted. What
 * each word means is in tables (phrase_words.c, phrase_sizes.c); the grammar is in docs/manual/quantities.md.
 */
#ifndef MUSTER_PHRASE_H
#define MUSTER_PHRASE_H

#include "table/table.h"

enum {
	PHRASE_MAX = 400,        /* bytes of a phrase: one figure, not an article */
	PHRASE_CODE_MAX = 96,    /* of a code that the text itself gives */
};
#define PHRASE_BASE_UNSTATED "unstated"      /* the base of a share whose base is not said: a share stays a share */

struct phrase_options {
	double rounding;         /* as for quantity_bounds */
	char decimal;            /* '.', or ',' for texts where "1.100" is eleven hundred */
	struct slice measure, basis, base;       /* what the text leaves open; empty = nothing */
};
#define PHRASE_OPTIONS_INIT { .rounding = QUANTITY_ROUNDING, .decimal = '.' }

/* Where codes are put that the text gives; the quantity points here. */
struct phrase_room {
	char measure[PHRASE_CODE_MAX], base[PHRASE_CODE_MAX];
};

/*
 * The figure that the text says; no memory is allocated. ERR_DATA says the column (in characters, from 1), what was expected
 * and what was found, with the nearest known word; *out and *room are then as they were.
 */
int quantity_parse(struct slice text, const struct phrase_options *options, struct phrase_room *room, struct quantity *out,
		   struct err *e);

/* Words of size, each with the bounds it stands for and who says so (phrase_sizes.c). */
struct phrase_size {
	const char *word;
	enum phrase_use {
		PHRASE_COUNT,            /* stands alone: "several", "dozens", "hundreds" */
		PHRASE_TIMES,            /* before hundred, thousand, dozen ...: "several", "a few" */
		PHRASE_UNIT,             /* a unit of soldiers; also counted: "two battalions" */
		PHRASE_SHARE,            /* of a whole: "most" */
	} use;
	double low, high;
	const char *source;
};
const char *phrase_use_name(enum phrase_use use);
/* NULL behind the last. */
const struct phrase_size *phrase_size_at(int i);

#endif
