/*
 * phrase.c - the grammar of published figures:
 *
 *     phrase   hedge* value after* counted*                   "at least about 600 killed", "3,000 or more"
 *              hedge* ["between" | "from"] value (- | to | and | or) hedge* value after* counted*
 *     counted  what happened to whom, or for a share ["of"] base
 *
 * A hedge says how the value is meant: "about" widens it, the others make bounds of it. Each end of the result is the widest that
 * the hedges allow together: "at least about 600" begins where "about 600" does.
 */
#include "table/phrase_priv.h"

#include <stdio.h>
#include <string.h>

/* == hedges == */

/* "up to" and "as many as" say the same; "at least 600 or more" says it twice. */
static bool agree(enum hedge a, enum hedge b)
{
	return a == b || (a == HEDGE_UP_TO && b == HEDGE_AS_MANY_AS) || (a == HEDGE_AS_MANY_AS && b == HEDGE_UP_TO);
}

static const char *quote_tokens(const struct phrase *p, int at, int n, char out[PHRASE_QUOTE_MAX])
{
	const struct slice first = p->tokens[at].text, last = p->tokens[at + n - 1].text;

	return phrase_quote(out, slice_of(first.p, (size_t)(last.p + last.n - first.p)));
}

int phrase_add_hedge(struct phrase *p, struct phrase_reading *r, enum hedge h, int at, int n, struct err *e)
{
	char now[PHRASE_QUOTE_MAX], before[PHRASE_QUOTE_MAX];

	switch (h) {
	case HEDGE_NONE: return 0;
	case HEDGE_ABOUT: r->about = true; return 0;
	case HEDGE_WORDS: r->words = true; return 0;
	case HEDGE_CUMULATIVE: r->basis = "cumulative"; return 0;
	case HEDGE_INCREMENT: r->basis = "increment"; return 0;
	default: break;
	}
	if (r->hedge && !agree(r->hedge, h))
		return err_set(e, ERR_DATA, "column %d: expected one bound, found '%s' and '%s'", p->tokens[at].column,
			       quote_tokens(p, r->hedge_at, r->hedge_n, before), quote_tokens(p, at, n, now));
	if (!r->hedge) {
		r->hedge = h;
		r->hedge_at = at;
		r->hedge_n = n;
	}
	return 0;
}

/* All before a value; *opening becomes "between" or "from" where a range is announced. */
static int hedges(struct phrase *p, struct phrase_reading *r, enum hedge *opening, struct err *e)
{
	const struct hedge_row *h;
	int n, rc;

	while ((h = phrase_hedge_at(p, phrase_before, p->at, &n))) {
		if (h->hedge == HEDGE_BETWEEN || h->hedge == HEDGE_FROM) {
			if (!opening || *opening)
				return phrase_unexpected(p, p->at, "a number", e);
			*opening = h->hedge;
		} else if ((rc = phrase_add_hedge(p, r, h->hedge, p->at, n, e))) {
			return rc;
		}
		p->at += n;
	}
	return 0;
}

/* == ranges == */

/* What stands between the two numbers of a range; 0 when there is no second one. A hyphen may also join "3,000-strong". */
static int separator(const struct phrase *p, enum hedge opening)
{
	const struct token *t = &p->tokens[p->at], *next = t + 1;
	int n;

	if (phrase_is(p, p->at, "to") || phrase_is(p, p->at, "through") || phrase_is(p, p->at, "till"))
		return phrase_is(p, p->at + 1, "date") ? 0 : 1;
	if (opening == HEDGE_BETWEEN)
		return phrase_is(p, p->at, "and") || phrase_is(p, p->at, "-") || phrase_is(p, p->at, "&");
	if (phrase_is(p, p->at, "-"))
		return next->kind == TOKEN_NUMBER || next->kind == TOKEN_FRACTION || t->spaced || next->spaced ||
		       !(phrase_hedge_at(p, phrase_after, p->at + 1, &n) || phrase_is_filler(p, p->at + 1));
	if (!phrase_is(p, p->at, "or"))
		return 0;
	/* "3,000 or more" and "killed or wounded" are no ranges */
	return !phrase_hedge_at(p, phrase_after, p->at, &n);
}

static int second_value(struct phrase *p, struct phrase_reading *r, struct err *e)
{
	struct phrase_reading extra = { .hedge = HEDGE_NONE };
	struct value *a = &r->first, *b = &r->second;
	int rc, at = p->at - 1;
	char from[PHRASE_QUOTE_MAX], to[PHRASE_QUOTE_MAX];

	if ((rc = hedges(p, &extra, NULL, e)) || (rc = phrase_value(p, b, e)))
		return rc;
	if (extra.hedge && extra.hedge != HEDGE_UP_TO && extra.hedge != HEDGE_AS_MANY_AS)
		return phrase_unexpected(p, extra.hedge_at, "the second number of a range", e);
	r->about |= extra.about;
	/* "10-12,000" may mean 10,000 to 12,000 */
	if (a->number && b->number && !a->scaled && !b->scaled && !a->number->grouped && b->number->grouped && a->high * 1000 <= b->low)
		return err_set(e, ERR_DATA, "column %d: expected a range that can be read in one way, found '%s' to '%s'; write both numbers in full, "
			       "or '%s to %.0f thousand'", a->number->column, phrase_quote(from, a->number->text),
			       phrase_quote(to, b->number->text), from, b->high / 1000);
	if ((rc = phrase_share_scale(a, b, e)))
		return rc;
	if (a->share != b->share)
		return phrase_unexpected(p, at, "two counts or two shares", e);
	if (a->low > b->high || (!a->verbal && !b->verbal && a->low > b->low))
		return err_set(e, ERR_DATA, "column %d: expected a range that goes upwards, found %g before %g", p->tokens[a->at].column, a->low, b->high);
	r->range = true;
	return 0;
}

/* == bounds == */

/* The widest that "about" makes of x. Fractions and dozens have no last place: a share of them. */
static int around(const struct value *v, double x, double rounding, double *low, double *high, struct err *e)
{
	struct quantity q;
	int rc;

	if (isinf(x) || v->verbal || v->rough) {
		*low = x - (isinf(x) || v->verbal ? 0 : rounding * x);
		*high = x + (isinf(x) || v->verbal ? 0 : rounding * x);
		if (v->share)
			*high = fmin(*high, 1);
		return 0;
	}
	if ((rc = quantity_bounds(QUANTITY_ABOUT, NAN, x, NAN, rounding, v->share, &q, e)))
		return rc;
	*low = q.low;
	*high = q.high;
	return 0;
}

static int bounds(const struct phrase_reading *r, double rounding, struct quantity *q, struct err *e)
{
	static const enum quantity_kind kinds[] = {
		[HEDGE_AT_LEAST] = QUANTITY_AT_LEAST, [HEDGE_MORE_THAN] = QUANTITY_MORE_THAN, [HEDGE_JUST_OVER] = QUANTITY_MORE_THAN,
		[HEDGE_UP_TO] = QUANTITY_UP_TO, [HEDGE_AS_MANY_AS] = QUANTITY_AS_MANY_AS, [HEDGE_LESS_THAN] = QUANTITY_LESS_THAN,
		[HEDGE_NEARLY] = QUANTITY_NEARLY,
	};
	const struct value *a = &r->first, *b = r->range ? &r->second : a;
	bool share = a->share, verbal = a->verbal || b->verbal || r->words;
	double low = a->low, high = b->high, from = low, to = high, most = share ? 1 : INFINITY, unused;
	int rc;

	if (share && high > 1)
		return err_set(e, ERR_DATA, "a share is at most 100 %%, found %g %%", high * 100);
	if (r->about && ((rc = around(a, low, rounding, &from, &unused, e)) || (rc = around(b, high, rounding, &unused, &to, e))))
		return rc;
	q->stated = verbal ? NAN : low;
	q->kind = verbal ? QUANTITY_VERBAL : r->hedge ? kinds[r->hedge] : r->range ? QUANTITY_RANGE : r->about ? QUANTITY_ABOUT : QUANTITY_EXACT;
	q->low = from;
	q->high = to;
	switch (r->hedge) {
	case HEDGE_AT_LEAST:
		q->high = most;
		break;
	case HEDGE_MORE_THAN:
		q->low = share ? from : floor(from) + 1;
		q->high = most;
		break;
	case HEDGE_JUST_OVER:
		q->low = share ? from : floor(from) + 1;
		q->high = fmin(fmax(to + 0.1 * to, q->low), most);
		break;
	case HEDGE_UP_TO:
	case HEDGE_AS_MANY_AS:
		q->low = 0;
		q->stated = verbal ? NAN : high;
		break;
	case HEDGE_LESS_THAN:
		if (to <= 0)
			return err_set(e, ERR_DATA, "nothing is less than 0");
		q->low = 0;
		q->high = share || isinf(to) ? to : ceil(to) - 1;
		q->stated = verbal ? NAN : high;
		break;
	case HEDGE_NEARLY:
		q->low = 0.9 * from;
		if (r->range && !verbal)
			q->kind = QUANTITY_RANGE;
		break;
	default:
		break;
	}
	if (q->kind == QUANTITY_RANGE)
		q->stated = NAN;
	if (share && q->low >= 1 && r->hedge == HEDGE_MORE_THAN)
		return err_set(e, ERR_DATA, "no share is more than 100 %%");
	return 0;
}

/* == codes == */

/* What the text says, or else the option; an error when both speak and differ. */
static int choose(const char *said, struct slice option, const char *what, struct slice *out, struct err *e)
{
	struct slice s = slice_of(said, strlen(said));

	if (s.n && option.n && !slice_eq(s, option))
		return err_set(e, ERR_DATA, "the text says the %s is %s, the option says %.*s", what, said, option.n < 40 ? (int)option.n : 40, option.p);
	*out = s.n ? s : option.n ? option : slice_of("", 0);
	return 0;
}

static int codes(struct phrase_reading *r, const struct phrase_options *o, struct phrase_room *room, struct quantity *q, struct err *e)
{
	unsigned counts = r->counts & (COUNTS_PEOPLE - 1);
	char measure[PHRASE_CODE_MAX] = "";
	int rc;

	/* of those "sent and wounded" the measure is what happened to them last */
	if (counts & ~(unsigned)COUNTS_SENT)
		counts &= ~(unsigned)COUNTS_SENT;
	if (counts && !phrase_measure(counts, measure))
		return err_set(e, ERR_DATA, "expected one measure, found words for two that have no name together");
	if (r->first.share && !r->base[0])
		strcpy(r->base, o->base.n ? "" : PHRASE_BASE_UNSTATED);
	else if (!r->first.share && o->base.n)
		return err_set(e, ERR_DATA, "expected a share, as it has the base %.*s, found a count", o->base.n < 40 ? (int)o->base.n : 40, o->base.p);
	if ((rc = choose(measure, o->measure, "measure", &q->measure, e)) || (rc = choose(r->basis ? r->basis : "", o->basis, "basis", &q->basis, e)) ||
	    (rc = choose(r->base, o->base, "base", &q->base, e)))
		return rc;
	if (measure[0])
		q->measure = slice_of(strcpy(room->measure, measure), q->measure.n);
	if (r->base[0])
		q->base = slice_of(strcpy(room->base, r->base), q->base.n);
	return 0;
}

/*
 * "between two hundred and three hundred": the first "and" divides, and only where this makes no sense is it part of a number, as in
 * "between a hundred and fifty and two hundred".
 */
static int read_phrase(struct phrase *p, struct phrase_room *room, struct quantity *out, enum hedge *opening, struct err *e)
{
	struct phrase_reading r = { .hedge = HEDGE_NONE };
	struct quantity q = { .kind = QUANTITY_EXACT };
	int rc, between;

	*opening = HEDGE_NONE;
	if ((rc = hedges(p, &r, opening, e)))
		return rc;
	p->and_divides &= *opening == HEDGE_BETWEEN;
	if ((rc = phrase_value(p, &r.first, e)))
		return rc;
	p->and_divides = false;
	if ((between = separator(p, *opening))) {
		p->at += between;
		if ((rc = second_value(p, &r, e)))
			return rc;
	} else if (*opening) {
		return phrase_unexpected(p, p->at, *opening == HEDGE_BETWEEN ? "'and' with the second number" : "'to' with the second number", e);
	}
	if ((rc = phrase_tail(p, &r, e)) || (rc = bounds(&r, p->options->rounding, &q, e)) || (rc = codes(&r, p->options, room, &q, e)))
		return rc;
	*out = q;
	return 0;
}

int quantity_parse(struct slice text, const struct phrase_options *options, struct phrase_room *room, struct quantity *out,
		   struct err *e)
{
	struct phrase_options o = PHRASE_OPTIONS_INIT;
	struct phrase p = { .options = options ? options : &o };
	struct err why = ERR_INIT;
	enum hedge opening;
	int rc;

	if ((rc = phrase_lex(&p, text, e)))
		return rc;
	p.and_divides = true;
	rc = read_phrase(&p, room, out, &opening, &why);
	if (rc && opening == HEDGE_BETWEEN) {
		p.and_divides = false;
		p.at = 0;
		if (!read_phrase(&p, room, out, &opening, NULL))
			return 0;
	}
	return rc ? err_copy(e, &why) : 0;
}
