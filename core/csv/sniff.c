/*
 * sniff.c - the separator and the quote: the text read under each that could be meant, and the readings compared.
 *
 * The idea is from G. van den Burg, A. Nazabal, C. Sutton, "Wrangling messy CSV files by detecting row and type
 * patterns", Data Mining and Knowledge Discovery 33 (2019): the right dialect is the one under which rows have one
 * shape and cells look like something. The score here is
 *
 *   shape   the square of the share of records with the most frequent number of fields and no fault,
 *           less when the first record, which is to be the header, is not among them, or when the fields are few
 *   cells   a little more for numbers, dates, truth values and URLs (sniff_cell.c), less for bare cells that hold
 *           another separator: under a wrong one they nearly all do
 *
 * Comma is what a file has unless another one shows that it makes a table: most CSV is comma, and a file without any
 * separator has to be read somehow.
 */
#include "csv/sniff_priv.h"

#include <stdio.h>
#include <string.h>

/* The first is the one preferred. Those behind the first four occur inside fields, so they have to be perfect. */
static const char separators[] = ",;\t|" ":~^";
enum { NSEPARATORS = sizeof separators - 1, NCOMMON = 4 };

static const double worthy = 0.2;        /* a score below this is no guess */
static const double margin = 0.1;        /* between two that are not perfect */
static const double near_tie = 0.05;     /* a comma that makes a perfect table may be so much worse, */
static const double far_off = 0.2;       /* and has lost when it is so much worse */

/* == all separators == */

/* Of the colons, most are in times, before the // of a URL or behind a word in prose. */
static bool colons_are_punctuation(struct slice t)
{
	size_t all = 0, marks = 0;

	for (size_t i = 0; i < t.n; i++) {
		const char *p = t.p + i;
		size_t left = t.n - i - 1;

		if (*p != ':')
			continue;
		all++;
		marks += !left || p[1] == ' ' || (left > 1 && p[1] == '/' && p[2] == '/') ||
			 (i && left > 1 && is_digit(p[-1]) && is_digit(p[1]) && is_digit(p[2]));
	}
	return marks * 2 > all;
}

static size_t count_byte(struct slice t, char c)
{
	size_t n = 0;

	for (const char *p = t.p, *end = t.p + t.n; p < end && (p = memchr(p, c, (size_t)(end - p))); p++)
		n++;
	return n;
}

/* The first line that is neither blank nor dropped: where the header begins. */
static struct slice first_line(const struct question *q)
{
	struct slice t = q->text;
	int64_t line = 1;

	for (;;) {
		size_t n = 0;

		while (n < t.n && t.p[n] != '\n' && t.p[n] != '\r')
			n++;
		if (n == t.n || (line > q->skip && n && !(q->comment && t.p[0] == q->comment)))
			return slice_of(t.p, n);
		n += t.p[n] == '\r' && n + 1 < t.n && t.p[n + 1] == '\n' ? 2 : 1;
		t = slice_of(t.p + n, t.n - n);
		line++;
	}
}

/*
 * Could `sep` make a table of it? With a table by comma at hand, only if it is in every record and in the header: this
 * spares nearly every file all readings but the first. A header with quotes may go on in the next line.
 */
static bool is_possible(const struct question *q, char sep, const struct reading *comma)
{
	struct slice head;

	if (!memchr(q->text.p, sep, q->text.n) || (sep == ':' && colons_are_punctuation(q->text)))
		return false;
	if (!reading_is_table(comma) || comma->records < 2)
		return true;
	head = first_line(q);
	if (!count_byte(head, sep) && count_byte(head, '"') % 2 == 0)
		return false;
	return count_byte(q->text, sep) >= (size_t)comma->records;
}

/* A separator that is usually none: only without a fault or a ragged row, and when the comma makes no table. */
static bool is_rare(const struct reading *r, size_t k, const struct reading *comma)
{
	if (k < NCOMMON)
		return false;
	return !reading_is_table(r) || reading_is_table(comma) || r->records < (r->sep == ':' ? 2 : 3);
}

static int read_all(const struct question *q, char sep, char quote, bool strict, struct reading *all, struct err *e)
{
	int rc = 0;

	for (size_t k = 0; k < NSEPARATORS; k++)
		reading_release(&all[k]);
	if (sep)
		return reading_make(q, sep, quote, strict, &all[0], e);
	for (size_t k = 0; k < NSEPARATORS && !rc; k++) {
		if (separators[k] == quote || (k && !is_possible(q, separators[k], &all[0])))
			continue;
		if ((rc = reading_make(q, separators[k], quote, strict, &all[k], e)))
			break;
		if (is_rare(&all[k], k, &all[0]))
			all[k].score = 0;
	}
	return rc;
}

/* == the decision == */

/* The line of the first record that is as wide as most under one of them and not under the other. */
static int64_t first_difference(const struct reading *a, const struct reading *b)
{
	const struct seen *x = seen_of(a), *y = seen_of(b);
	int64_t i = 0, j = 0;

	while (i < a->records || j < b->records) {
		while (i < a->records && x[i].width == a->fields)
			i++;
		while (j < b->records && y[j].width == b->fields)
			j++;
		if (i < a->records && j < b->records && x[i].line == y[j].line) {
			i++;
			j++;
			continue;
		}
		if (i < a->records && (j == b->records || x[i].line < y[j].line))
			return x[i].line;
		return j < b->records ? y[j].line : 0;
	}
	return 0;
}

static struct sniff_guess guess_of(const struct reading *r)
{
	return (struct sniff_guess){ .sep = r->sep, .quote = r->quote, .score = r->score, .records = r->records,
				     .agree = r->agree, .fields = r->fields };
}

/* May it stand against a text that comma leaves in one column? Lists of equal length in such a column are no columns. */
static bool divides(const struct reading *r)
{
	return r->header == r->fields || (r->fields > 2 && r->records > 3 && reading_share(r) >= 0.8);
}

/*
 * How far ahead of a comma that makes a perfect table another separator, which makes one too, may be and not be thought
 * of (*low), and from where on it has won (*high). False when it cannot be meant at all.
 *
 * Header names do not have the same number of other separators in them as every row. Data may: lists of one length
 * and decimal commas look alike, and there only the reader can know. A bare tab in a cell is an accident.
 */
static bool may_beat_table(const struct reading *comma, const struct reading *other, double *low, double *high)
{
	*low = near_tie;
	*high = far_off;
	if (other->sep == '\t' && other->records > 1) {
		*low = -margin;
		*high = margin;
	} else if (comma->first.typed + other->first.typed) {
		*low = 0;
		*high = 1;
		return !(other->first.commas + other->rest.commas);
	}
	return true;
}

/* Does the comma stand against the best of the others? *clear says whether one could doubt it. */
static bool comma_wins(const struct reading *comma, const struct reading *other, bool *clear)
{
	double ahead = other->score - comma->score, low = -margin, high = margin;

	*clear = true;
	if (!comma->done)
		return false;
	if (other->score < worthy || (comma->fields == 1 && reading_share(comma) == 1 && !divides(other)))
		return true;
	if (comma->fields < 2 && other->header == other->fields)
		return false;            /* every text is one column by what is not in it */
	if (reading_is_table(comma) && !may_beat_table(comma, other, &low, &high))
		return true;
	*clear = ahead <= low || ahead >= high;
	return ahead <= (*clear ? low : 0);
}

static void decide(const struct reading *all, struct sniff *out)
{
	const struct reading none = { 0 }, *comma = &all[0], *best = &none, *second = &none, *third = &none;
	bool clear;

	for (size_t k = 1; k < NSEPARATORS; k++) {
		if (all[k].score > best->score) {
			third = best;
			best = &all[k];
		} else if (all[k].score > third->score) {
			third = &all[k];
		}
	}
	if (comma_wins(comma, best, &clear)) {
		second = best;
		best = comma;
	} else if (!clear) {
		second = comma;
	} else {
		clear = best->score - third->score >= margin;
		second = !clear || comma->fields < 2 || third->score > comma->score ? third : comma;
	}
	out->clear = clear;
	out->best = guess_of(best);
	if (!second->done || (clear && second->fields < 2))
		return;
	out->second = guess_of(second);
	out->best.differs = out->second.differs = first_difference(best, second);
}

static bool any_faults(const struct reading *all)
{
	for (size_t k = 0; k < NSEPARATORS; k++)
		if (all[k].faults)
			return true;
	return false;
}

/* No guess is worth the name. */
static bool is_unknown(const struct reading *all)
{
	for (size_t k = 0; k < NSEPARATORS; k++)
		if (all[k].score >= worthy)
			return false;
	return true;
}

int sniff_text(struct slice text, bool whole, char sep, char quote, int64_t skip, char comment, struct sniff *out,
	       struct err *e)
{
	struct question q = { slice_of(text.n ? text.p : "", text.n), whole, skip, comment };
	struct reading all[NSEPARATORS] = { 0 };
	struct sniff fresh = { .clear = true };
	int rc = read_all(&q, sep, quote, true, all, e);

	/* A text full of stray quotes may still be divided well. */
	if (!rc && is_unknown(all) && any_faults(all))
		rc = read_all(&q, sep, quote, false, all, e);
	if (!rc) {
		decide(all, &fresh);
		if (!fresh.best.sep) {   /* the comma is the quote, and nothing else divides */
			fresh.best.sep = ';';
			fresh.best.quote = quote;
		}
		*out = fresh;
	}
	for (size_t k = 0; k < NSEPARATORS; k++)
		reading_release(&all[k]);
	return rc;
}

int sniff_input(struct input *in, char sep, char quote, int64_t skip, char comment, struct sniff *out, struct err *e)
{
	struct slice text = { 0 };
	int rc = input_peek(in, SNIFF_BYTES + 1, &text, e);
	bool whole = text.n <= SNIFF_BYTES;

	if (rc)
		return rc;
	text.n = whole ? text.n : SNIFF_BYTES;
	return sniff_text(text, whole, sep, quote, skip, comment, out, e);
}

/* == messages == */

const char *sniff_name(char out[SNIFF_NAME_MAX], char c)
{
	unsigned char byte = (unsigned char)c;

	if (c == '\t')
		snprintf(out, SNIFF_NAME_MAX, "tab");
	else
		snprintf(out, SNIFF_NAME_MAX, byte > ' ' && byte < 0x7f ? "'%c'" : "\\x%02x", byte);
	return out;
}

int sniff_unclear(const struct sniff *s, const char *file, struct err *e)
{
	bool comma = s->second.sep == ',';       /* which stands first, whatever is ahead */
	const struct sniff_guess *a = comma ? &s->second : &s->best, *b = comma ? &s->best : &s->second;
	char first[SNIFF_NAME_MAX], second[SNIFF_NAME_MAX], line[64] = "";

	if (a->differs)
		snprintf(line, sizeof line, "; line %lld tells them apart", (long long)a->differs);
	return err_set(e, ERR_DATA, "%s: error: cannot tell the separator: %s gives %zu field%s in %lld of %lld records, "
		       "%s %zu field%s in %lld of %lld%s; name it with the option 'sep' (--sep)", file, sniff_name(first, a->sep),
		       a->fields, a->fields == 1 ? "" : "s", (long long)a->agree, (long long)a->records,
		       sniff_name(second, b->sep), b->fields, b->fields == 1 ? "" : "s", (long long)b->agree,
		       (long long)b->records, line);
}
