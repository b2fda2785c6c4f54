/*
 * phrase_tail.c - what stands behind the number of a phrase: more hedges, who is counted and what happened to them, the base of a
 * share.
 *
 * Words that say nothing new are passed over, words that are not known are errors: a figure of tanks is no figure of people.
 */
#include "table/phrase_priv.h"

#include <string.h>

static bool at_end(const struct phrase *p)
{
	return p->tokens[p->at].kind == TOKEN_END;
}

static const struct noun_row *noun_at(const struct phrase *p, const struct noun_row *rows, int at, int *n)
{
	const struct noun_row *best = NULL;

	*n = 0;
	for (; rows->words; rows++) {
		int took = phrase_match(p, at, rows->words);

		if (took > *n) {
			*n = took;
			best = rows;
		}
	}
	return best;
}

bool phrase_is_filler(const struct phrase *p, int at)
{
	int n;
	const struct noun_row *r = noun_at(p, phrase_nouns, at, &n);

	return r && r->counts & COUNTS_FILLER;
}

/* Names with a capital before a word for people, "North Korean soldiers": how many tokens; 0 when no such word follows. */
static int names_at(const struct phrase *p, int at, bool in_base)
{
	int from = at, n;
	const struct noun_row *r;

	while (p->tokens[at].kind == TOKEN_WORD && p->tokens[at].capital)
		if (((r = noun_at(p, phrase_nouns, at, &n)) && !(r->counts & COUNTS_FILLER)) ||
		    (in_base && (r = noun_at(p, phrase_bases, at, &n)) && r->counts & COUNTS_FORCE))
			return at - from;
		else
			at++;
	if (at == from)
		return 0;
	if ((r = noun_at(p, phrase_nouns, at, &n)) && !(r->counts & COUNTS_FILLER))
		return at - from;
	return in_base && (r = noun_at(p, phrase_bases, at, &n)) && r->counts & COUNTS_FORCE ? at - from : 0;
}

/* "and", "or", "/" between two things that are counted. */
static bool links(const struct phrase *p, int at)
{
	const struct noun_row *r;
	int n;

	if (!phrase_is(p, at, "and") && !phrase_is(p, at, "or") && !phrase_is(p, at, "/") && !phrase_is(p, at, ",") && !phrase_is(p, at, "&"))
		return false;
	while (phrase_is(p, at, "and") || phrase_is(p, at, "or") || phrase_is(p, at, "/") || phrase_is(p, at, ",") || phrase_is(p, at, "&"))
		at++;
	return (r = noun_at(p, phrase_nouns, at, &n)) && !(r->counts & COUNTS_FILLER);
}

static int add_slug(struct phrase *p, struct phrase_reading *r, const struct token *t, struct err *e)
{
	size_t had = strlen(r->base), n = 0;
	char word[WORD_MAX + DIGITS_MAX];
	const char *from = t->kind == TOKEN_NUMBER ? t->digits : t->word;

	if (t->kind == TOKEN_SIGN)
		return phrase_is(p, (int)(t - p->tokens), "-") ? 0 : phrase_unexpected(p, (int)(t - p->tokens), "words for what it is a share of", e);
	for (; *from; from++)
		if (*from != '\'' && *from != '.' && (unsigned char)*from != 0xe2)
			word[n++] = *from;
		else if ((unsigned char)*from == 0xe2)
			from += 2;
	if (!n || had + n + 2 > PHRASE_CODE_MAX / 2)
		return err_set(e, ERR_DATA, "column %d: expected a few words for what it is a share of", t->column);
	/* "11th" is one word */
	if (had && (t->spaced || t[-1].kind != TOKEN_NUMBER))
		r->base[had++] = '_';
	memcpy(r->base + had, word, n);
	r->base[had + n] = '\0';
	return 0;
}

/*
 * "those sent", "the initial force", "the 12,000 deployed": known words give a code, others become one. What follows a verb, or
 * the word for the whole force, is what happened to them: "of those sent were killed".
 */
static int read_base(struct phrase *p, struct phrase_reading *r, struct err *e)
{
	unsigned seen = 0, lost = 0;
	bool other = false, verb = false;
	int rc;

	if (at_end(p))
		return phrase_unexpected(p, p->at, "what it is a share of", e);
	while (!at_end(p)) {
		const struct token *t = &p->tokens[p->at];
		const struct noun_row *b, *c;
		int nb, nc, names = names_at(p, p->at, true);

		b = noun_at(p, phrase_bases, p->at, &nb);
		c = noun_at(p, phrase_nouns, p->at, &nc);
		if (b && nb < nc)
			b = NULL;
		if (!b && c && c->counts & COUNTS_FILLER && seen | lost | (unsigned)other | (unsigned)(r->base[0] != 0)) {
			verb = true;
			p->at += nc;
		} else if ((verb || seen & COUNTS_FORCE) && c && !(c->counts & (COUNTS_FILLER | COUNTS_PEOPLE | COUNTS_SENT | COUNTS_COMBAT))) {
			r->counts |= c->counts;
			verb = true;
			p->at += nc;
		} else if (verb && links(p, p->at)) {
			p->at++;
		} else if (verb) {
			return phrase_unexpected(p, p->at, "what happened to them (killed, wounded ...)", e);
		} else if (links(p, p->at) && lost) {
			p->at++;
		} else {
			int n = names ? names : b ? nb : c ? nc : 1;

			for (int k = 0; k < n; k++)
				if (!(b && b->counts & COUNTS_ARTICLE) && (rc = add_slug(p, r, &t[k], e)))
					return rc;
			if (b && !names)
				seen |= b->counts;
			else if (c && !names && c->counts & (COUNTS_PEOPLE - 1))
				lost |= c->counts;
			else if (t->kind == TOKEN_WORD && !names && !(c && c->counts & COUNTS_PEOPLE))
				other = true;
			p->at += n;
		}
	}
	seen |= lost & COUNTS_COMBAT ? COUNTS_COMBAT : 0;
	if (!other && lost && !(seen & (COUNTS_FORCE | COUNTS_FIRST | COUNTS_COMBAT)) && phrase_measure(lost, r->base))
		return 0;
	if (!other && seen & COUNTS_COMBAT)
		strcpy(r->base, "in_combat");
	else if (!other && !lost && seen & COUNTS_FIRST)
		strcpy(r->base, "initial_deployment");
	else if (!other && !lost && seen & COUNTS_FORCE)
		strcpy(r->base, "deployed");
	if (!r->base[0])
		return phrase_unexpected(p, p->at, "what it is a share of", e);
	return 0;
}

int phrase_tail(struct phrase *p, struct phrase_reading *r, struct err *e)
{
	bool share = r->first.share, counted = false;

	while (!at_end(p)) {
		int at = p->at, n, names, rc;
		const struct hedge_row *h;
		const struct noun_row *c;

		if (phrase_is(p, at, "-") && !p->tokens[at].spaced && !p->tokens[at + 1].spaced)
			at++;
		if ((h = phrase_hedge_at(p, phrase_after, at, &n)) && !(c = noun_at(p, phrase_nouns, at, &names), c && names > n)) {
			if ((rc = phrase_add_hedge(p, r, h->hedge, at, n, e)))
				return rc;
		} else if ((c = noun_at(p, phrase_nouns, at, &n))) {
			r->counts |= c->counts;
			counted = true;
		} else if ((n = names_at(p, at, false))) {
			/* a name says whose soldiers they are */
		} else if (counted && links(p, at)) {
			n = 1;
		} else if (share && (phrase_is(p, at, "of") || phrase_is(p, at, "the") || phrase_is(p, at, "those") || phrase_is(p, at, "its") ||
				     phrase_is(p, at, "their"))) {
			p->at = at + phrase_is(p, at, "of");
			return read_base(p, r, e);
		} else if (!share && phrase_is(p, at, "of")) {
			int from = at + 1;

			while (phrase_is(p, from, "the") || phrase_is(p, from, "its") || phrase_is(p, from, "their"))
				from++;
			n = from - at;
			if (!noun_at(p, phrase_nouns, from, &names) && !names_at(p, from, false))
				return phrase_unexpected(p, at, "a count without 'of', as only a share has a base", e);
		} else {
			return phrase_unexpected(p, at, share ? "the end, what is counted, or 'of' and a base" :
								  "the end or what is counted (soldiers, killed, wounded ...)", e);
		}
		p->at = at + n;
	}
	return 0;
}
