/*
 * sniff.h - which separator and which quote a file uses, from its first bytes.
 *
 * A guess is scored on whole records read by the reference grammar, never on counts of characters alone: a dialect is
 * good when its records have the same number of fields, more than one, and no fault. Without a clear winner the
 * caller is told the two best and has to say which.
 */
#ifndef MUSTER_SNIFF_H
#define MUSTER_SNIFF_H

#include "csv/input.h"

enum { SNIFF_BYTES = 65536 };    /* looked at, at most */

struct sniff_guess {
	char sep, quote;         /* sep 0: there is no such guess */
	double score;            /* 0 to 1 */
	int64_t records;         /* read under this guess */
	int64_t agree;           /* of them, those with the most frequent number of fields and no fault */
	size_t fields;           /* that number */
	int64_t differs;         /* line of the first record that tells it from the other guess; 0 = none */
};

struct sniff {
	struct sniff_guess best, second;
	bool clear;              /* the margin between them is wide enough */
};

/*
 * Looks at `text`, the first bytes of an input (`whole`: all of it), behind `skip` lines and without lines that begin
 * with `comment` (0 = none). `sep` or `quote`, when not 0, are given and not guessed. One column reads as comma.
 * `second` is the best guess with another separator that makes at least two columns of it. ERR_MEMORY only.
 */
int sniff_text(struct slice text, bool whole, char sep, char quote, int64_t skip, char comment, struct sniff *out,
	       struct err *e);
/* The same for what stands first in an input, of which nothing is taken. */
int sniff_input(struct input *in, char sep, char quote, int64_t skip, char comment, struct sniff *out, struct err *e);
/* ERR_DATA: what the two guesses are and which line tells them apart. */
int sniff_unclear(const struct sniff *s, const char *file, struct err *e);

enum { SNIFF_NAME_MAX = 8 };
/* A separator or a quote in a message: ';' with its quotes, tab without. Returns `out`. */
const char *sniff_name(char out[SNIFF_NAME_MAX], char c);

#endif
