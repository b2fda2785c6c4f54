/* phrase_priv.h - what the files of phrases share: tokens, tables of words, the values that phrases are made of. */
#ifndef MUSTER_PHRASE_PRIV_H
#define MUSTER_PHRASE_PRIV_H

#include "table/phrase.h"

enum { TOKEN_MAX = 96, WORD_MAX = 40, DIGITS_MAX = 24 };

/* == tokens (phrase_lex.c) == */

enum token_kind { TOKEN_END, TOKEN_NUMBER, TOKEN_WORD, TOKEN_FRACTION, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	struct slice text;               /* as it stands */
	int column;                      /* in characters, from 1 */
	bool spaced, capital;            /* there is a blank before it; it begins with a capital letter */
	char word[WORD_MAX];             /* in lower case; signs under one spelling: "-" "%" "~" "<=" ... */
	char digits[DIGITS_MAX + 8];     /* of a number, without separators, with a decimal point */
	bool grouped, whole;             /* it had separators; no decimal part */
	int top, bottom;                 /* of one sign for a fraction */
};

struct phrase {
	const struct phrase_options *options;
	struct token tokens[TOKEN_MAX + 1];      /* ends in TOKEN_END */
	int n, at;
	bool and_divides;                        /* "and" is between the numbers of a range, not within one */
};

int phrase_lex(struct phrase *p, struct slice text, struct err *e);
/* A part of the text for a message: printable, at most 40 bytes. */
enum { PHRASE_QUOTE_MAX = 64 };
const char *phrase_quote(char out[PHRASE_QUOTE_MAX], struct slice s);

/* == words (phrase_words.c) == */

/* How a number is meant. The first of two that are alike in meaning counts; two that differ are an error. */
enum hedge {
	HEDGE_NONE, HEDGE_ABOUT, HEDGE_AT_LEAST, HEDGE_MORE_THAN, HEDGE_UP_TO, HEDGE_AS_MANY_AS, HEDGE_LESS_THAN, HEDGE_NEARLY,
	HEDGE_JUST_OVER, HEDGE_WORDS, HEDGE_BETWEEN, HEDGE_FROM, HEDGE_CUMULATIVE, HEDGE_INCREMENT,
};
struct hedge_row {
	const char *words;
	enum hedge hedge;
};
extern const struct hedge_row phrase_before[], phrase_after[];   /* end in NULL */

/* What is counted, as a set of bits; the rest of the tail of a phrase says nothing new. */
enum {
	COUNTS_KILLED = 1, COUNTS_SERIOUSLY = 2, COUNTS_LIGHTLY = 4, COUNTS_WOUNDED = 8, COUNTS_MISSING = 16, COUNTS_CAPTURED = 32,
	COUNTS_CASUALTIES = 64, COUNTS_SENT = 128, COUNTS_COMBAT = 256, COUNTS_SURRENDERED = 512, COUNTS_WITHDRAWN = 1024,
	COUNTS_IRRECOVERABLE = 2048,
	COUNTS_PEOPLE = 1 << 16,         /* soldiers, troops ...: people, whatever happened to them */
	COUNTS_FILLER = 1 << 17,         /* were, have been, reported: nothing */
	COUNTS_FORCE = 1 << 18,          /* in a base: all who were sent */
	COUNTS_FIRST = 1 << 19,          /* in a base: the first of them */
	COUNTS_ARTICLE = 1 << 20,        /* in a base: the, those */
};
struct noun_row {
	const char *words;
	unsigned counts;
};
extern const struct noun_row phrase_nouns[], phrase_bases[];
/* The code of a set of COUNTS_ of losses or of one of the others, joined by "_or_"; false when two cannot be one code. */
bool phrase_measure(unsigned counts, char out[PHRASE_CODE_MAX]);

struct number_row {
	const char *word;
	double value;
};
extern const struct number_row phrase_numbers[], phrase_denominators[];
struct scale_row {
	const char *word;
	int exponent;                    /* a power of ten; 0 = times */
	double times;
	bool glued;                      /* only right behind digits: "12k" */
};
extern const struct scale_row phrase_scales[];
extern const char *const phrase_vague[];         /* words that are no number: "many" */
extern const char *const phrase_money[];

/* The word or sign at `at`. */
bool phrase_is(const struct phrase *p, int at, const char *word);
/* Tokens that `words` takes from token `at` on; 0 when they are not there. A hyphen between two of them is passed over. */
int phrase_match(const struct phrase *p, int at, const char *words);
/* ERR_DATA: "column 4: expected ..., found '...'", with the nearest known word. */
int phrase_unexpected(const struct phrase *p, int at, const char *expected, struct err *e);

/* == values (phrase_value.c) == */

struct value {
	double low, high;
	double first;                    /* the number before its scale, for "10-12 thousand"; NaN when there is none to share */
	struct token *number;            /* where `first` was written in digits, else NULL */
	int exponent;                    /* the scale: a power of ten, times a factor that words or a unit may make an interval */
	double times_low, times_high;
	bool scaled, verbal, share, rough;       /* rough: "about" is a share of it, not half its last place */
	bool percent;
	int bottom;                      /* of a fraction: "one to two thirds" */
	int at;                          /* its first token */
};
/* Whether a number begins at p->at. */
int phrase_value(struct phrase *p, struct value *v, struct err *e);
/* The scale, unit or bottom of the second number of a range, for the first when it has none. */
int phrase_share_scale(struct value *first, const struct value *second, struct err *e);

/* The scale at `at`, "thousand"; NULL when there is none. */
const struct scale_row *phrase_scale_at(const struct phrase *p, int at);

/* == the whole (phrase.c, phrase_tail.c) == */

struct phrase_reading {
	struct value first, second;
	bool range, about, words;
	enum hedge hedge;
	int hedge_at, hedge_n;           /* its tokens, for messages */
	unsigned counts;
	const char *basis;               /* that the text gives, or NULL */
	char base[PHRASE_CODE_MAX];
};

/* The longest of the rows that begins at `at` and how many tokens it is; NULL and 0. */
const struct hedge_row *phrase_hedge_at(const struct phrase *p, const struct hedge_row *rows, int at, int *n);
/* The hedge that the n tokens at `at` are; ERR_DATA when it contradicts one before it. */
int phrase_add_hedge(struct phrase *p, struct phrase_reading *r, enum hedge h, int at, int n, struct err *e);
/* "strong", "sized", "were": words that a tail passes over. */
bool phrase_is_filler(const struct phrase *p, int at);
/* All behind the value, in any order: more hedges, people, what happened to them, the base of a share. */
int phrase_tail(struct phrase *p, struct phrase_reading *r, struct err *e);

/* == words of size (phrase_sizes.c) == */

/* The one at `at` and how many tokens it is; NULL and 0. Of units also the plural, which *plural tells. */
const struct phrase_size *phrase_size_of(const struct phrase *p, int at, enum phrase_use use, int *n, bool *plural);
/* From `low` to `high` such units. */
void phrase_take_unit(struct value *v, const struct phrase_size *unit, double low, double high);
/* "several", "a few hundred", "tens of thousands", "battalions", "most" at p->at, if there is one. */
int phrase_word_of_size(struct phrase *p, struct value *v, bool *found, struct err *e);

#endif
