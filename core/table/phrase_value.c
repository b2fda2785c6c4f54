/*
 * phrase_value.c - the numbers of phrases: digits and words with their scale, fractions, shares, words of size, units.
 *
 * A number in digits keeps its text until its scale is known, so that "4.7 thousand" is 4700 and not the product of two doubles.
 */
#include "table/phrase_priv.h"

#include <stdio.h>
#include <string.h>

/* Past a hyphen that joins two words: "two-thirds". */
static int joined(const struct phrase *p, int at)
{
	return phrase_is(p, at, "-") && !p->tokens[at].spaced && !p->tokens[at + 1].spaced && p->tokens[at + 1].kind == TOKEN_WORD ? at + 1 : at;
}

static double lookup(const struct number_row *rows, const struct phrase *p, int at)
{
	for (; p->tokens[at].kind == TOKEN_WORD && rows->word; rows++)
		if (!strcmp(rows->word, p->tokens[at].word))
			return rows->value;
	return 0;
}

const struct scale_row *phrase_scale_at(const struct phrase *p, int at)
{
	const struct token *t = &p->tokens[at];

	for (const struct scale_row *r = phrase_scales; t->kind == TOKEN_WORD && r->word; r++)
		if (!strcmp(r->word, t->word))
			return r->glued && (t->spaced || !at || p->tokens[at - 1].kind != TOKEN_NUMBER) ? NULL : r;
	return NULL;
}

/* == results == */

static void set_number(struct value *v, double x)
{
	v->low = v->high = v->first = x;
}

static int scaled_text(const struct token *t, int exponent, double *out, struct err *e)
{
	char text[DIGITS_MAX + 24];
	int n = snprintf(text, sizeof text, "%se%d", t->digits, exponent);

	if (!text_float64(slice_of(text, (size_t)n), out))
		return err_set(e, ERR_DATA, "column %d: '%s' is not a number", t->column, t->digits);
	return 0;
}

/* The scale of *v applied to its first number. */
static int rescale(struct value *v, struct err *e)
{
	double x = v->first;
	int rc;

	if (v->number) {
		if ((rc = scaled_text(v->number, v->exponent - (v->percent ? 2 : 0), &x, e)))
			return rc;
	} else {
		for (int k = 0; k < v->exponent; k++)
			x *= 10;
		if (v->percent)
			x /= 100;
	}
	if (v->bottom)
		x /= v->bottom;
	v->low = x * v->times_low;
	v->high = x * v->times_high;
	return 0;
}

int phrase_share_scale(struct value *first, const struct value *second, struct err *e)
{
	if (first->scaled || first->share || first->verbal || isnan(first->first) || isnan(second->first) || first->first > second->first)
		return 0;
	if (!second->scaled && !second->share)
		return 0;
	first->exponent = second->exponent;
	first->times_low = second->times_low;
	first->times_high = second->times_high;
	first->scaled = second->scaled;
	first->verbal = second->verbal;
	first->share = second->share;
	first->percent = second->percent;
	first->bottom = second->bottom;
	first->rough = second->rough;
	return rescale(first, e);
}

/* == what follows a number == */

/* "percent", "per cent", "pc", "%" at p->at: how many tokens. */
static int percent_at(const struct phrase *p)
{
	static const char *const words[] = { "%", "percent", "per cent", "pct", "pc" };

	for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
		int n = phrase_match(p, p->at, words[k]);

		if (n)
			return n;
	}
	return 0;
}

/* hundred, thousand, dozen ... behind a number, each greater than the one before it; then a unit. */
static int scales(struct phrase *p, struct value *v, struct err *e)
{
	const struct scale_row *s;
	const struct phrase_size *unit;
	double before = 0;
	bool plural = true;
	int n;

	while ((s = phrase_scale_at(p, joined(p, p->at)))) {
		double size = s->exponent ? pow(10, s->exponent) : s->times;

		if (size <= before)
			return phrase_unexpected(p, p->at, "the end of the number", e);
		before = size;
		v->exponent += s->exponent;
		v->times_low *= s->times;
		v->times_high *= s->times;
		v->scaled = true;
		v->rough |= s->times > 1;
		p->at = joined(p, p->at) + 1;
	}
	if (v->exponent > 15)
		return phrase_unexpected(p, p->at, "a smaller number before here", e);
	n = rescale(v, e);
	if (n)
		return n;
	if ((unit = phrase_size_of(p, joined(p, p->at), PHRASE_UNIT, &n, &plural))) {
		p->at = joined(p, p->at) + n;
		phrase_take_unit(v, unit, v->low, v->high);
		if (before)
			v->first = NAN;
	}
	return 0;
}

/* "in five", "out of ten" behind a whole number. */
static int one_in(struct phrase *p, struct value *v, bool *found, struct err *e)
{
	int at = p->at, n = phrase_match(p, at, "in every");
	bool out_of = false;
	double of;

	if (!n)
		n = phrase_match(p, at, "in");
	if (!n) {
		n = phrase_match(p, at, "out of every");
		n = n ? n : phrase_match(p, at, "out of");
		out_of = n > 0;
	}
	*found = false;
	if (!n)
		return 0;
	at += n;
	if (p->tokens[at].kind == TOKEN_NUMBER && p->tokens[at].whole) {
		int rc = scaled_text(&p->tokens[at], 0, &of, e);

		if (rc)
			return rc;
	} else if (!(of = lookup(phrase_numbers, p, at))) {
		return 0;
	}
	if (out_of && of > 100)
		return phrase_unexpected(p, p->at, "one figure, as a count and the count it is part of are two", e);
	if (of < v->first || of == 0)
		return phrase_unexpected(p, at, "a number above the first", e);
	p->at = at + 1;
	v->low = v->high = v->first / of;
	v->first = NAN;
	v->share = v->rough = v->scaled = *found = true;
	return 0;
}

/* A fraction top/bottom: a share, or a part of "a million" or of a unit. */
static int fraction(struct phrase *p, struct value *v, double top, double bottom, struct err *e)
{
	int at = p->at, n;
	const struct phrase_size *unit;
	const struct scale_row *s;
	bool plural = false;

	set_number(v, top / bottom);
	v->rough = true;
	at += phrase_is(p, at, "of") && (phrase_is(p, at + 1, "a") || phrase_is(p, at + 1, "one"));
	at += phrase_is(p, at, "a") || phrase_is(p, at, "an") || (at > p->at && phrase_is(p, at, "one"));
	if ((s = phrase_scale_at(p, joined(p, at)))) {
		p->at = at;
		v->rough = false;        /* as in digits: half a million is 500,000 */
		if ((n = scales(p, v, e)))
			return n;
		v->first = NAN;
		return 0;
	}
	if ((unit = phrase_size_of(p, at, PHRASE_UNIT, &n, &plural)) && !plural) {
		p->at = at + n;
		phrase_take_unit(v, unit, v->low, v->high);
		v->first = NAN;
		return 0;
	}
	if (top > bottom)
		return phrase_unexpected(p, v->at, "a share of at most 1", e);
	v->share = v->scaled = true;
	v->bottom = (int)bottom;
	v->first = top;
	return 0;
}

/* A number is read: its fraction, percentage, scale or unit. */
static int behind_number(struct phrase *p, struct value *v, struct err *e)
{
	double bottom = lookup(phrase_denominators, p, joined(p, p->at));
	bool whole = v->first == floor(v->first), found;
	int n, rc;

	if (whole && (rc = one_in(p, v, &found, e)))
		return rc;
	if (v->share)
		return 0;
	if (whole && bottom > 0) {
		p->at = joined(p, p->at) + 1;
		return fraction(p, v, v->first, bottom, e);
	}
	if (phrase_is(p, p->at, "/") && whole && p->tokens[p->at + 1].kind == TOKEN_NUMBER && p->tokens[p->at + 1].whole) {
		if ((rc = scaled_text(&p->tokens[p->at + 1], 0, &bottom, e)))
			return rc;
		if (bottom == 0 || bottom > 1000)
			return phrase_unexpected(p, p->at + 1, "the lower number of a fraction, 1 to 1000", e);
		p->at += 2;
		rc = fraction(p, v, v->first, bottom, e);
		v->first = NAN;          /* its top cannot be told from a number of its own: 1-2/3 */
		return rc;
	}
	if (phrase_match(p, p->at, "and a half")) {
		p->at += 3;
		v->number = NULL;
		set_number(v, v->first + 0.5);
	}
	if ((n = percent_at(p))) {
		p->at += n;
		v->share = v->percent = true;
		return rescale(v, e);
	}
	return scales(p, v, e);
}

/* == numbers in words == */

/*
 * "two thousand five hundred and twelve": parts below a hundred, hundreds of them, and thousands of those, each smaller than the
 * one before. A number with one part only keeps it as `first`, so that its scale can be that of another.
 */
static int number_in_words(struct phrase *p, struct value *v, struct err *e)
{
	double total = 0, part = 0, first = 0, last_scale = INFINITY;
	int parts = 0, from = p->at, only_end = 0;
	bool started = false;

	for (;;) {
		int at = joined(p, p->at);
		double x;
		const struct scale_row *s;

		if (started && !p->and_divides && phrase_is(p, at, "and") && lookup(phrase_numbers, p, at + 1) && (part >= 100 || (!part && total)) &&
		    !lookup(phrase_denominators, p, at + 2))
			at++;
		if (at > p->at && phrase_is(p, p->at, "-") && !(part >= 20 && fmod(part, 100) >= 20 && fmod(part, 10) == 0 &&
							     lookup(phrase_numbers, p, at) < 10) && !phrase_scale_at(p, at))
			break;
		if ((x = lookup(phrase_numbers, p, at))) {
			double rest = fmod(part, 100);

			if (rest && !(rest >= 20 && fmod(rest, 10) == 0 && x < 10))
				return phrase_unexpected(p, at, "hundred, thousand or the end of the number", e);
			if (!rest)
				parts++;
			part += x;
			if (parts == 1)
				first = part, only_end = at + 1;
		} else if ((s = phrase_scale_at(p, at)) && s->exponent && started && (part || s->exponent == 2)) {
			double size = pow(10, s->exponent);

			if (s->exponent == 2 && part < 100 && part) {
				part *= 100;
			} else if (s->exponent > 2 && size < last_scale) {
				total += part * size;
				part = 0;
				last_scale = size;
			} else {
				return phrase_unexpected(p, at, "the end of the number", e);
			}
		} else {
			break;
		}
		started = true;
		p->at = at + 1;
	}
	if (p->at == from)
		return 0;
	if (parts == 1) {
		p->at = only_end;
		set_number(v, first);
	} else {
		set_number(v, total + part);
		v->scaled = true;
	}
	return 0;
}

/* == a value == */

/* "soldier", "casualties": what may follow "a" or "no". */
static bool counts_people(const struct phrase *p, int at)
{
	for (const struct noun_row *r = phrase_nouns; r->words; r++)
		if (!(r->counts & COUNTS_FILLER) && phrase_match(p, at, r->words))
			return true;
	return phrase_is(p, at, "single");
}

static bool is_nobody(const struct phrase *p, int *n)
{
	static const char *const words[] = { "none", "no one", "nobody", "zero", "nil" };

	for (size_t k = 0; k < sizeof words / sizeof *words; k++)
		if ((*n = phrase_match(p, p->at, words[k])))
			return true;
	return (*n = phrase_is(p, p->at, "no")) && counts_people(p, p->at + 1);
}

int phrase_value(struct phrase *p, struct value *v, struct err *e)
{
	struct token *t = &p->tokens[p->at];
	struct value fresh = { .first = NAN, .times_low = 1, .times_high = 1, .at = p->at };
	int from = p->at, n, rc;
	double bottom;
	bool article, found;

	*v = fresh;
	if (t->kind == TOKEN_NUMBER) {
		v->number = t;
		if ((rc = scaled_text(t, 0, &v->first, e)))
			return rc;
		p->at++;
		return behind_number(p, v, e);
	}
	if (t->kind == TOKEN_FRACTION) {
		p->at++;
		return fraction(p, v, t->top, t->bottom, e);
	}
	if (is_nobody(p, &n)) {
		p->at += n;
		v->low = v->high = 0;
		v->scaled = true;
		return 0;
	}
	if ((rc = phrase_word_of_size(p, v, &found, e)) || found)
		return rc;
	*v = fresh;
	if ((rc = number_in_words(p, v, e)))
		return rc;
	if (p->at > from)
		return behind_number(p, v, e);

	article = phrase_is(p, p->at, "a") || phrase_is(p, p->at, "an");
	if (article || phrase_is(p, p->at, "half")) {
		int at = p->at + article;

		if ((bottom = lookup(phrase_denominators, p, at))) {
			p->at = at + 1;
			return fraction(p, v, 1, bottom, e);
		}
		if (article && phrase_scale_at(p, at)) {
			set_number(v, 1);
			/* "a hundred and fifty" is a number of several words, "a hundred" its scale alone */
			p->at = at;
			if ((rc = scales(p, v, e)))
				return rc;
			if (!p->and_divides && phrase_is(p, p->at, "and") && lookup(phrase_numbers, p, p->at + 1) && !v->verbal && v->times_low == 1) {
				struct value rest = fresh;

				p->at++;
				if ((rc = number_in_words(p, &rest, e)))
					return rc;
				if (rest.first < v->low) {
					set_number(v, v->low + rest.first);
					v->exponent = 0;
					return scales(p, v, e);
				}
			}
			v->first = NAN;
			return 0;
		}
		if (article && counts_people(p, at)) {
			p->at = at + phrase_is(p, at, "single");
			v->low = v->high = 1;
			v->scaled = true;
			return 0;
		}
	}
	for (int k = 0; phrase_vague[k]; k++)
		if (phrase_is(p, p->at, phrase_vague[k]))
			return err_set(e, ERR_DATA, "column %d: '%s' gives no number", t->column, t->word);
	return phrase_unexpected(p, p->at, "a number", e);
}
