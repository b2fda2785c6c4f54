/*
 * phrase_sizes.c - words of size: their bounds, each with its source, from the least to the greatest where sources differ; how
 * they are read.
 *
 * Published rules give most of these words a floor only; a word without a published ceiling has none. ACLED, the Armed Conflict
 * Location & Event Data project, codes the lowest number that a word allows. PITF is the Political Instability Task Force's
 * Worldwide Atrocities data set, whose ranges are told at badhessian.org ("Numerical approximation: words to numbers", 2013).
 */
#include "table/phrase_priv.h"

#include <stdio.h>
#include <string.h>

#define ACLED "ACLED, How does ACLED code fatalities: "
#define PITF "PITF Worldwide Atrocities (badhessian.org, 2013): "
#define ARMY "US Army, operational units: "
#define COUPLE "writingtips.org: two, or another small number; news.ycombinator.com 37722244: 2 to 4"
#define USIP "USIP, Guide for participants in peace, stability and relief operations: "

static const struct phrase_size sizes[] = {
	{ "couple", PHRASE_COUNT, 2, 4, COUPLE },
	{ "pair", PHRASE_COUNT, 2, 2, "Merriam-Webster: two" },
	{ "few", PHRASE_COUNT, 3, 10, "textanswer.com: three to five; writingtips.org: three, for some ten" },
	{ "handful", PHRASE_COUNT, 3, 10, "meaningslab.com: a small number; lingvocore.com: as 'small number, few', so the bounds of 'a few'" },
	{ "several", PHRASE_COUNT, 3, 24, "Oxford (grammarden.blog): more than two but not many; " PITF "5 to 24" },
	{ "tens", PHRASE_COUNT, 10, 99, ACLED "10; " PITF "50 to 99" },
	{ "dozens", PHRASE_COUNT, 12, 99, ACLED "12; ceiling of tens, " PITF "99" },
	{ "scores", PHRASE_COUNT, 20, INFINITY, "Merriam-Webster: a score is 20; as ACLED does with dozens, one of them; no ceiling published" },
	{ "hundreds", PHRASE_COUNT, 100, INFINITY, ACLED "100; no ceiling published" },
	{ "thousands", PHRASE_COUNT, 1000, INFINITY, ACLED "'and so on', 1,000; no ceiling published" },
	{ "millions", PHRASE_COUNT, 1e6, INFINITY, ACLED "'and so on', 1,000,000; no ceiling published" },
	{ "billions", PHRASE_COUNT, 1e9, INFINITY, ACLED "'and so on', 1,000,000,000; no ceiling published" },
	{ "several dozen", PHRASE_COUNT, 24, 119, "ultimatelexicon.com: 24 to 84; three to nine dozen by the rule of 'several'" },

	{ "couple", PHRASE_TIMES, 2, 4, COUPLE },
	{ "few", PHRASE_TIMES, 3, 9, "as alone, but below ten: ten of a unit have a name of their own" },
	{ "handful", PHRASE_TIMES, 3, 9, "as 'a few', which it is given as a synonym of (lingvocore.com)" },
	{ "several", PHRASE_TIMES, 3, 9, "Oxford (grammarden.blog): more than two; trendsmask.com: to nine; ten of a unit have a name of their own" },

	{ "fireteam", PHRASE_UNIT, 3, 4, "Military unit sizes (tysak.com): 3 to 4; Structure of the United States Armed Forces: 4" },
	{ "squad", PHRASE_UNIT, 6, 12, ARMY "9 to 10; " USIP "6 to 10; Structure of the United States Armed Forces (fact-index.com): 8 to 12" },
	{ "section", PHRASE_UNIT, 6, 12, ARMY "a squad or section; Canadian Army (army.ca): 8 to 10" },
	{ "platoon", PHRASE_UNIT, 15, 48, ARMY "16 to 44; tysak.com: 15 to 30; west-point.org, Chain of command: 24 to 48" },
	{ "company", PHRASE_UNIT, 62, 300, ARMY "62 to 190; fact-index.com: 150 to 300; tysak.com: 80 to 150" },
	{ "battalion", PHRASE_UNIT, 300, 1000, ARMY "300 to 1,000; tysak.com: 300 to 800" },
	{ "regiment", PHRASE_UNIT, 300, 3000, "Military unit (fact-archive.com): 2,000 to 3,000, in Commonwealth armies 300 to 1,000; tysak.com: 1,000 to 3,000" },
	{ "brigade", PHRASE_UNIT, 2000, 8000, ARMY "3,000 to 5,000; fact-archive.com: 2,000 to 5,000; Military organization (davidgessner.com): 4,000 to 8,000" },
	{ "division", PHRASE_UNIT, 10000, 30000, ARMY "10,000 to 15,000; Military organization (davidgessner.com): 10,000 to 30,000" },
	{ "corps", PHRASE_UNIT, 20000, 100000, USIP "30,000 to 100,000; tysak.com: 20,000 to 40,000" },

	{ "most", PHRASE_SHARE, 0.5, 1, "Merriam-Webster: more than half" },
	{ "majority", PHRASE_SHARE, 0.5, 1, "Merriam-Webster: more than half" },
	{ "minority", PHRASE_SHARE, 0, 0.5, "Merriam-Webster: less than half" },
	{ "all", PHRASE_SHARE, 1, 1, "Merriam-Webster: the whole" },
};

const char *phrase_use_name(enum phrase_use use)
{
	static const char *const names[] = { "count", "times", "unit", "share" };

	return names[use];
}

const struct phrase_size *phrase_size_at(int i)
{
	return i >= 0 && (size_t)i < sizeof sizes / sizeof *sizes ? &sizes[i] : NULL;
}

/* == reading them == */

const struct phrase_size *phrase_size_of(const struct phrase *p, int at, enum phrase_use use, int *n, bool *plural)
{
	const struct phrase_size *best = NULL, *s;
	char many[WORD_MAX];
	int took;

	*n = 0;
	for (int k = 0; (s = phrase_size_at(k)); k++) {
		if (s->use != use)
			continue;
		if ((took = phrase_match(p, at, s->word)) > *n) {
			best = s;
			*n = took;
			*plural = !strcmp(s->word, "corps") ? *plural : false;
		}
		if (use != PHRASE_UNIT)
			continue;
		if (!strcmp(s->word, "company"))
			strcpy(many, "companies");
		else
			snprintf(many, sizeof many, "%ss", s->word);
		if (phrase_match(p, at, many)) {
			*n = 1;
			*plural = true;
			return s;
		}
	}
	return best;
}

void phrase_take_unit(struct value *v, const struct phrase_size *unit, double low, double high)
{
	v->times_low = unit->low;
	v->times_high = unit->high;
	v->low = low * unit->low;
	v->high = high * unit->high;
	v->verbal = v->scaled = true;
}

static int times_a_scale(struct phrase *p, struct value *v, const struct phrase_size *s, int at, bool *found, struct err *e)
{
	const struct phrase_size *unit;
	double scale = 1;
	bool plural = true;
	int n;

	at += phrase_is(p, at, "of");
	while (phrase_scale_at(p, at))
		scale *= phrase_scale_at(p, at)->exponent ? pow(10, phrase_scale_at(p, at)->exponent) : phrase_scale_at(p, at)->times, at++;
	if (scale > 1e15)
		return phrase_unexpected(p, at, "a smaller number before here", e);
	unit = phrase_size_of(p, at, PHRASE_UNIT, &n, &plural);
	*found = scale > 1 || unit;
	if (!*found)
		return 0;
	v->verbal = v->scaled = true;
	v->low = s->low * scale;
	v->high = scale > 1 ? (s->high + 1) * scale - 1 : s->high;
	p->at = at;
	if (unit) {
		phrase_take_unit(v, unit, v->low, v->high);
		p->at += n;
	}
	return 0;
}

/* "tens of thousands": a word of size and the plural of a scale. */
static double plural_scale(const struct phrase *p, int at)
{
	return phrase_is(p, at, "of") && phrase_is(p, at + 1, "thousands") ? 1e3 : phrase_is(p, at, "of") && phrase_is(p, at + 1, "millions") ? 1e6 : 0;
}

int phrase_word_of_size(struct phrase *p, struct value *v, bool *found, struct err *e)
{
	const struct phrase_size *s;
	bool article = phrase_is(p, p->at, "a") || phrase_is(p, p->at, "an") || phrase_is(p, p->at, "one"), plural = false;
	int at = p->at + article, n, rc;
	double scale;

	*found = true;
	while (phrase_is(p, at, "vast") || phrase_is(p, at, "large") || phrase_is(p, at, "small") || phrase_is(p, at, "overwhelming") ||
	       phrase_is(p, at, "whole") || phrase_is(p, at, "entire") || phrase_is(p, at, "full"))
		at++;
	/* A row of several words is more special than its first word times the next. */
	if ((!phrase_size_of(p, at, PHRASE_COUNT, &n, &plural) || n == 1) && (s = phrase_size_of(p, at, PHRASE_TIMES, &n, &plural))) {
		if ((rc = times_a_scale(p, v, s, at + n, found, e)) || *found)
			return rc;
		*found = true;
	}
	if ((s = phrase_size_of(p, at, PHRASE_UNIT, &n, &plural))) {
		p->at = at + n;
		phrase_take_unit(v, s, plural ? 2 : 1, plural ? INFINITY : 1);
		return 0;
	}
	if ((s = phrase_size_of(p, at, PHRASE_SHARE, &n, &plural))) {
		p->at = at + n;
		v->low = s->low;
		v->high = s->high;
		v->verbal = s->low < s->high;
		v->share = v->scaled = v->rough = true;
		return 0;
	}
	/* "few" by itself says that there were hardly any, "a few" that there were some. */
	if ((s = phrase_size_of(p, at, PHRASE_COUNT, &n, &plural)) && (article || strcmp(s->word, "few"))) {
		p->at = at + n;
		v->low = s->low;
		v->high = s->high;
		v->verbal = s->low < s->high;
		v->scaled = true;
		if ((scale = plural_scale(p, p->at))) {
			p->at += 2;
			v->low *= scale;
			v->high = (v->high + 1) * scale - 1;
		}
		return 0;
	}
	*found = false;
	return 0;
}
