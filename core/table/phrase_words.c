/*
 * phrase_words.c - the words that the grammar of phrases knows, a row each, and what is said where a word is not known.
 */
#include "table/phrase_priv.h"

#include <stdio.h>
#include <string.h>

/* == how a number is meant == */

const struct hedge_row phrase_before[] = {
	{ "exactly", HEDGE_NONE }, { "precisely", HEDGE_NONE }, { "just", HEDGE_NONE }, { "only", HEDGE_NONE },
	{ "a total of", HEDGE_CUMULATIVE }, { "the total of", HEDGE_CUMULATIVE }, { "in total", HEDGE_CUMULATIVE },
	{ "reportedly", HEDGE_NONE }, { "possibly", HEDGE_NONE }, { "probably", HEDGE_NONE }, { "likely", HEDGE_NONE },
	{ "a combined", HEDGE_NONE }, { "the", HEDGE_NONE },
	{ "another", HEDGE_INCREMENT }, { "an additional", HEDGE_INCREMENT }, { "additional", HEDGE_INCREMENT },
	{ "a further", HEDGE_INCREMENT }, { "further", HEDGE_INCREMENT }, { "an extra", HEDGE_INCREMENT },

	{ "about", HEDGE_ABOUT }, { "around", HEDGE_ABOUT }, { "approximately", HEDGE_ABOUT }, { "approx", HEDGE_ABOUT },
	{ "some", HEDGE_ABOUT }, { "roughly", HEDGE_ABOUT }, { "circa", HEDGE_ABOUT }, { "ca", HEDGE_ABOUT }, { "c", HEDGE_ABOUT },
	{ "~", HEDGE_ABOUT }, { "an estimated", HEDGE_ABOUT }, { "estimated", HEDGE_ABOUT }, { "est", HEDGE_ABOUT },
	{ "estimated at", HEDGE_ABOUT }, { "in the region of", HEDGE_ABOUT }, { "in the order of", HEDGE_ABOUT },
	{ "on the order of", HEDGE_ABOUT }, { "in the neighbourhood of", HEDGE_ABOUT }, { "in the neighborhood of", HEDGE_ABOUT },
	{ "in the vicinity of", HEDGE_ABOUT }, { "more or less", HEDGE_ABOUT }, { "an approximate", HEDGE_ABOUT },
	{ "somewhere around", HEDGE_ABOUT }, { "an average of", HEDGE_ABOUT }, { "give or take", HEDGE_ABOUT },

	{ "at least", HEDGE_AT_LEAST }, { "no fewer than", HEDGE_AT_LEAST }, { "no less than", HEDGE_AT_LEAST },
	{ "not fewer than", HEDGE_AT_LEAST }, { "not less than", HEDGE_AT_LEAST }, { "a minimum of", HEDGE_AT_LEAST },
	{ "minimum", HEDGE_AT_LEAST }, { "at a minimum", HEDGE_AT_LEAST }, { "at the very least", HEDGE_AT_LEAST },
	{ "as few as", HEDGE_AT_LEAST }, { ">=", HEDGE_AT_LEAST },

	{ "more than", HEDGE_MORE_THAN }, { "over", HEDGE_MORE_THAN }, { "above", HEDGE_MORE_THAN }, { "in excess of", HEDGE_MORE_THAN },
	{ "exceeding", HEDGE_MORE_THAN }, { "upward of", HEDGE_MORE_THAN }, { "upwards of", HEDGE_MORE_THAN },
	{ "north of", HEDGE_MORE_THAN }, { "greater than", HEDGE_MORE_THAN }, { "beyond", HEDGE_MORE_THAN }, { ">", HEDGE_MORE_THAN },
	{ "well over", HEDGE_MORE_THAN }, { "well above", HEDGE_MORE_THAN }, { "well in excess of", HEDGE_MORE_THAN },
	{ "far more than", HEDGE_MORE_THAN }, { "much more than", HEDGE_MORE_THAN }, { "significantly more than", HEDGE_MORE_THAN },
	{ "considerably more than", HEDGE_MORE_THAN }, { "far above", HEDGE_MORE_THAN },

	{ "up to", HEDGE_UP_TO }, { "upto", HEDGE_UP_TO }, { "at most", HEDGE_UP_TO }, { "no more than", HEDGE_UP_TO },
	{ "not more than", HEDGE_UP_TO }, { "a maximum of", HEDGE_UP_TO }, { "maximum", HEDGE_UP_TO }, { "at the very most", HEDGE_UP_TO },
	{ "<=", HEDGE_UP_TO }, { "not exceeding", HEDGE_UP_TO },
	{ "as many as", HEDGE_AS_MANY_AS }, { "as much as", HEDGE_AS_MANY_AS },

	{ "fewer than", HEDGE_LESS_THAN }, { "less than", HEDGE_LESS_THAN }, { "under", HEDGE_LESS_THAN }, { "below", HEDGE_LESS_THAN },
	{ "<", HEDGE_LESS_THAN }, { "well under", HEDGE_LESS_THAN }, { "well below", HEDGE_LESS_THAN }, { "far fewer than", HEDGE_LESS_THAN },
	{ "far less than", HEDGE_LESS_THAN }, { "south of", HEDGE_LESS_THAN },

	{ "nearly", HEDGE_NEARLY }, { "almost", HEDGE_NEARLY }, { "close to", HEDGE_NEARLY }, { "just under", HEDGE_NEARLY },
	{ "just below", HEDGE_NEARLY }, { "just short of", HEDGE_NEARLY }, { "not quite", HEDGE_NEARLY }, { "approaching", HEDGE_NEARLY },
	{ "nearing", HEDGE_NEARLY }, { "slightly less than", HEDGE_NEARLY }, { "slightly fewer than", HEDGE_NEARLY },
	{ "slightly under", HEDGE_NEARLY }, { "a little under", HEDGE_NEARLY }, { "a little less than", HEDGE_NEARLY },
	{ "a little fewer than", HEDGE_NEARLY }, { "just less than", HEDGE_NEARLY }, { "just fewer than", HEDGE_NEARLY },

	{ "just over", HEDGE_JUST_OVER }, { "just above", HEDGE_JUST_OVER }, { "just more than", HEDGE_JUST_OVER },
	{ "slightly over", HEDGE_JUST_OVER }, { "slightly more than", HEDGE_JUST_OVER }, { "slightly above", HEDGE_JUST_OVER },
	{ "a little over", HEDGE_JUST_OVER }, { "a little more than", HEDGE_JUST_OVER }, { "little more than", HEDGE_JUST_OVER },

	{ "in words", HEDGE_WORDS }, { "between", HEDGE_BETWEEN }, { "anywhere between", HEDGE_BETWEEN },
	{ "somewhere between", HEDGE_BETWEEN }, { "from", HEDGE_FROM }, { "anywhere from", HEDGE_FROM }, { NULL, HEDGE_NONE },
};

const struct hedge_row phrase_after[] = {
	{ "or so", HEDGE_ABOUT }, { "odd", HEDGE_ABOUT }, { "or thereabouts", HEDGE_ABOUT }, { "more or less", HEDGE_ABOUT },
	{ "approximately", HEDGE_ABOUT }, { "give or take", HEDGE_ABOUT }, { "estimated", HEDGE_ABOUT }, { "est", HEDGE_ABOUT },
	{ "roughly", HEDGE_ABOUT },
	{ "or more", HEDGE_AT_LEAST }, { "and more", HEDGE_AT_LEAST }, { "+", HEDGE_AT_LEAST }, { "plus", HEDGE_AT_LEAST },
	{ "at least", HEDGE_AT_LEAST }, { "at a minimum", HEDGE_AT_LEAST }, { "minimum", HEDGE_AT_LEAST },
	{ "or over", HEDGE_AT_LEAST }, { "and over", HEDGE_AT_LEAST }, { "or above", HEDGE_AT_LEAST }, { "and above", HEDGE_AT_LEAST },
	{ "and up", HEDGE_AT_LEAST }, { "and counting", HEDGE_AT_LEAST }, { "if not more", HEDGE_AT_LEAST },
	{ "or fewer", HEDGE_UP_TO }, { "or less", HEDGE_UP_TO }, { "or under", HEDGE_UP_TO }, { "or below", HEDGE_UP_TO },
	{ "at most", HEDGE_UP_TO }, { "at the most", HEDGE_UP_TO }, { "maximum", HEDGE_UP_TO },
	{ "more", HEDGE_INCREMENT }, { "additional", HEDGE_INCREMENT }, { "further", HEDGE_INCREMENT }, { "extra", HEDGE_INCREMENT },
	{ "in total", HEDGE_CUMULATIVE }, { "in all", HEDGE_CUMULATIVE }, { "altogether", HEDGE_CUMULATIVE },
	{ "cumulative", HEDGE_CUMULATIVE }, { "cumulatively", HEDGE_CUMULATIVE }, { "so far", HEDGE_CUMULATIVE }, { "to date", HEDGE_CUMULATIVE }, { "overall", HEDGE_CUMULATIVE }, { NULL, HEDGE_NONE },
};

/* == what is counted == */

const struct noun_row phrase_nouns[] = {
	{ "killed", COUNTS_KILLED }, { "killed in action", COUNTS_KILLED }, { "kia", COUNTS_KILLED }, { "dead", COUNTS_KILLED },
	{ "deaths", COUNTS_KILLED }, { "death", COUNTS_KILLED }, { "died", COUNTS_KILLED }, { "fatalities", COUNTS_KILLED },
	{ "fatality", COUNTS_KILLED }, { "lost their lives", COUNTS_KILLED },
	{ "wounded", COUNTS_WOUNDED }, { "wounded in action", COUNTS_WOUNDED }, { "wia", COUNTS_WOUNDED }, { "injured", COUNTS_WOUNDED },
	{ "injuries", COUNTS_WOUNDED }, { "injury", COUNTS_WOUNDED },
	{ "seriously wounded", COUNTS_SERIOUSLY }, { "seriously injured", COUNTS_SERIOUSLY }, { "severely wounded", COUNTS_SERIOUSLY },
	{ "severely injured", COUNTS_SERIOUSLY }, { "badly wounded", COUNTS_SERIOUSLY }, { "gravely wounded", COUNTS_SERIOUSLY },
	{ "heavily wounded", COUNTS_SERIOUSLY }, { "lightly wounded", COUNTS_LIGHTLY }, { "lightly injured", COUNTS_LIGHTLY },
	{ "slightly wounded", COUNTS_LIGHTLY },
	{ "missing", COUNTS_MISSING }, { "missing in action", COUNTS_MISSING }, { "mia", COUNTS_MISSING },
	{ "captured", COUNTS_CAPTURED }, { "taken prisoner", COUNTS_CAPTURED }, { "prisoners", COUNTS_CAPTURED },
	{ "prisoner", COUNTS_CAPTURED }, { "prisoners taken", COUNTS_CAPTURED }, { "prisoners of war", COUNTS_CAPTURED },
	{ "prisoner of war", COUNTS_CAPTURED }, { "pows", COUNTS_CAPTURED }, { "pow", COUNTS_CAPTURED },
	{ "surrendered", COUNTS_SURRENDERED }, { "casualties", COUNTS_CASUALTIES }, { "casualty", COUNTS_CASUALTIES },
	{ "losses", COUNTS_CASUALTIES }, { "irrecoverable losses", COUNTS_IRRECOVERABLE },
	{ "sent", COUNTS_SENT }, { "dispatched", COUNTS_SENT }, { "deployed", COUNTS_SENT },
	{ "in combat", COUNTS_COMBAT }, { "in the fighting", COUNTS_COMBAT }, { "withdrawn", COUNTS_WITHDRAWN },

	{ "soldiers", COUNTS_PEOPLE }, { "soldier", COUNTS_PEOPLE }, { "troops", COUNTS_PEOPLE }, { "troop", COUNTS_PEOPLE },
	{ "men", COUNTS_PEOPLE }, { "man", COUNTS_PEOPLE }, { "women", COUNTS_PEOPLE }, { "servicemen", COUNTS_PEOPLE },
	{ "serviceman", COUNTS_PEOPLE }, { "servicewomen", COUNTS_PEOPLE }, { "servicemembers", COUNTS_PEOPLE },
	{ "service members", COUNTS_PEOPLE }, { "service personnel", COUNTS_PEOPLE }, { "personnel", COUNTS_PEOPLE },
	{ "people", COUNTS_PEOPLE }, { "persons", COUNTS_PEOPLE }, { "person", COUNTS_PEOPLE }, { "individuals", COUNTS_PEOPLE },
	{ "fighters", COUNTS_PEOPLE }, { "fighter", COUNTS_PEOPLE }, { "combatants", COUNTS_PEOPLE }, { "combat troops", COUNTS_PEOPLE },
	{ "combat soldiers", COUNTS_PEOPLE }, { "ground troops", COUNTS_PEOPLE }, { "special forces", COUNTS_PEOPLE },
	{ "forces", COUNTS_PEOPLE }, { "officers", COUNTS_PEOPLE }, { "officer", COUNTS_PEOPLE }, { "conscripts", COUNTS_PEOPLE },
	{ "recruits", COUNTS_PEOPLE }, { "reservists", COUNTS_PEOPLE }, { "volunteers", COUNTS_PEOPLE }, { "mercenaries", COUNTS_PEOPLE },
	{ "reinforcements", COUNTS_PEOPLE }, { "militants", COUNTS_PEOPLE }, { "civilians", COUNTS_PEOPLE }, { "infantrymen", COUNTS_PEOPLE },
	{ "sappers", COUNTS_PEOPLE }, { "engineers", COUNTS_PEOPLE }, { "military engineers", COUNTS_PEOPLE },
	{ "deminers", COUNTS_PEOPLE }, { "builders", COUNTS_PEOPLE }, { "workers", COUNTS_PEOPLE }, { "military personnel", COUNTS_PEOPLE },
	{ "military builders", COUNTS_PEOPLE }, { "military workers", COUNTS_PEOPLE }, { "defectors", COUNTS_PEOPLE },
	{ "foreign fighters", COUNTS_PEOPLE }, { "foreign troops", COUNTS_PEOPLE }, { "enemy soldiers", COUNTS_PEOPLE },
	{ "enemy troops", COUNTS_PEOPLE }, { "them", COUNTS_PEOPLE }, { "of them", COUNTS_PEOPLE }, { "of whom", COUNTS_PEOPLE },

	{ "were", COUNTS_FILLER }, { "was", COUNTS_FILLER }, { "are", COUNTS_FILLER }, { "is", COUNTS_FILLER }, { "have", COUNTS_FILLER },
	{ "has", COUNTS_FILLER }, { "had", COUNTS_FILLER }, { "been", COUNTS_FILLER }, { "being", COUNTS_FILLER },
	{ "have been", COUNTS_FILLER }, { "had been", COUNTS_FILLER }, { "reported", COUNTS_FILLER }, { "reportedly", COUNTS_FILLER },
	{ "believed", COUNTS_FILLER }, { "strong", COUNTS_FILLER }, { "sized", COUNTS_FILLER }, { "size", COUNTS_FILLER },
	{ "strength", COUNTS_FILLER }, { "unit", COUNTS_FILLER }, { "in number", COUNTS_FILLER }, { NULL, 0 },
};

/* In the base of a share, beside the nouns above. */
const struct noun_row phrase_bases[] = {
	{ "force", COUNTS_FORCE }, { "forces", COUNTS_FORCE }, { "contingent", COUNTS_FORCE }, { "deployment", COUNTS_FORCE },
	{ "expedition", COUNTS_FORCE }, { "expeditionary force", COUNTS_FORCE }, { "expeditionary corps", COUNTS_FORCE },
	{ "sent", COUNTS_FORCE }, { "deployed", COUNTS_FORCE }, { "dispatched", COUNTS_FORCE },
	{ "initial", COUNTS_FIRST }, { "initially", COUNTS_FIRST }, { "original", COUNTS_FIRST }, { "originally", COUNTS_FIRST },
	{ "fighting", COUNTS_COMBAT }, { "in action", COUNTS_COMBAT }, { "at the front", COUNTS_COMBAT },
	{ "the", COUNTS_ARTICLE }, { "those", COUNTS_ARTICLE }, { "all", COUNTS_ARTICLE }, { "its", COUNTS_ARTICLE },
	{ "their", COUNTS_ARTICLE }, { "these", COUNTS_ARTICLE }, { "his", COUNTS_ARTICLE }, { "that", COUNTS_ARTICLE },
	{ "this", COUNTS_ARTICLE }, { "who", COUNTS_ARTICLE }, { "a", COUNTS_ARTICLE }, { "an", COUNTS_ARTICLE },
	{ "entire", COUNTS_ARTICLE }, { "whole", COUNTS_ARTICLE }, { "total", COUNTS_ARTICLE }, { "strong", COUNTS_ARTICLE },
	{ NULL, 0 },
};

bool phrase_measure(unsigned counts, char out[PHRASE_CODE_MAX])
{
	/* In the order of the names of sets of losses, category.h: the worse first. */
	static const struct noun_row losses[] = {
		{ "killed", COUNTS_KILLED }, { "seriously_wounded", COUNTS_SERIOUSLY }, { "lightly_wounded", COUNTS_LIGHTLY },
		{ "wounded", COUNTS_WOUNDED }, { "missing", COUNTS_MISSING }, { "captured", COUNTS_CAPTURED },
	};
	static const struct noun_row alone[] = {
		{ "casualties", COUNTS_CASUALTIES }, { "irrecoverable", COUNTS_IRRECOVERABLE }, { "dispatched", COUNTS_SENT },
		{ "in_combat", COUNTS_COMBAT }, { "surrendered", COUNTS_SURRENDERED }, { "withdrawn", COUNTS_WITHDRAWN },
	};
	size_t n = 0;

	counts &= COUNTS_PEOPLE - 1;
	for (size_t k = 0; k < sizeof alone / sizeof *alone; k++)
		if (counts == alone[k].counts)
			return strcpy(out, alone[k].words), true;
	if (counts & ~63u || !counts)
		return false;
	if (counts & COUNTS_WOUNDED || (counts & COUNTS_SERIOUSLY && counts & COUNTS_LIGHTLY))
		counts = (counts & ~(unsigned)(COUNTS_SERIOUSLY | COUNTS_LIGHTLY)) | COUNTS_WOUNDED;
	for (size_t k = 0; k < sizeof losses / sizeof *losses; k++)
		if (counts & losses[k].counts)
			n += (size_t)snprintf(out + n, PHRASE_CODE_MAX - n, "%s%s", n ? "_or_" : "", losses[k].words);
	return true;
}

/* == numbers == */

const struct number_row phrase_numbers[] = {
	{ "one", 1 }, { "two", 2 }, { "three", 3 }, { "four", 4 }, { "five", 5 }, { "six", 6 }, { "seven", 7 }, { "eight", 8 },
	{ "nine", 9 }, { "ten", 10 }, { "eleven", 11 }, { "twelve", 12 }, { "thirteen", 13 }, { "fourteen", 14 }, { "fifteen", 15 },
	{ "sixteen", 16 }, { "seventeen", 17 }, { "eighteen", 18 }, { "nineteen", 19 }, { "twenty", 20 }, { "thirty", 30 },
	{ "forty", 40 }, { "fifty", 50 }, { "sixty", 60 }, { "seventy", 70 }, { "eighty", 80 }, { "ninety", 90 }, { NULL, 0 },
};

const struct number_row phrase_denominators[] = {
	{ "half", 2 }, { "halves", 2 }, { "third", 3 }, { "thirds", 3 }, { "quarter", 4 }, { "quarters", 4 }, { "fourth", 4 },
	{ "fourths", 4 }, { "fifth", 5 }, { "fifths", 5 }, { "sixth", 6 }, { "sixths", 6 }, { "seventh", 7 }, { "sevenths", 7 },
	{ "eighth", 8 }, { "eighths", 8 }, { "ninth", 9 }, { "ninths", 9 }, { "tenth", 10 }, { "tenths", 10 }, { "twelfth", 12 },
	{ "twentieth", 20 }, { "hundredth", 100 }, { NULL, 0 },
};

const struct scale_row phrase_scales[] = {
	{ "hundred", 2, 1, false }, { "thousand", 3, 1, false }, { "million", 6, 1, false }, { "billion", 9, 1, false },
	{ "dozen", 0, 12, false }, { "score", 0, 20, false }, { "k", 3, 1, true }, { "m", 6, 1, true }, { "mn", 6, 1, true },
	{ "mln", 6, 1, true }, { "bn", 9, 1, true }, { "thsd", 3, 1, true }, { NULL, 0, 0, false },
};

const char *const phrase_vague[] = {
	"many", "lots", "numerous", "countless", "multiple", "some", "few", "unknown", "considerable", "substantial", "significant", "large",
	"heavy", "numbers", "masses", "plenty", "innumerable", "any", "various", NULL,
};

const char *const phrase_money[] = { "dollars", "dollar", "usd", "euros", "euro", "eur", "pounds", "rubles", "roubles", "won", "yen", "hryvnia", NULL };

/* == matching, and what was not expected == */

bool phrase_is(const struct phrase *p, int at, const char *word)
{
	const struct token *t = &p->tokens[at];

	return (t->kind == TOKEN_WORD || t->kind == TOKEN_SIGN) && !strcmp(t->word, word);
}

int phrase_match(const struct phrase *p, int at, const char *words)
{
	int from = at;

	for (;;) {
		size_t n = strcspn(words, " ");
		const struct token *t = &p->tokens[at];

		if (at > from && t->kind == TOKEN_SIGN && t->word[0] == '-' && !t->spaced && !t[1].spaced)
			t = &p->tokens[++at];
		if ((t->kind != TOKEN_WORD && t->kind != TOKEN_SIGN) || strlen(t->word) != n || memcmp(t->word, words, n))
			return 0;
		at++;
		if (!words[n])
			return at - from;
		words += n + 1;
	}
}

const struct hedge_row *phrase_hedge_at(const struct phrase *p, const struct hedge_row *rows, int at, int *n)
{
	const struct hedge_row *best = NULL;

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

/* The nearest of all words that stand alone in the tables. */
static const char *nearest(const char *word)
{
	const char *all[600];
	size_t n = 0;

#define ADD(list, name)                                                           \
	for (size_t k = 0; (list)[k].name && n < sizeof all / sizeof *all; k++)   \
		if (!strchr((list)[k].name, ' ') && strlen((list)[k].name) > 2)   \
			all[n++] = (list)[k].name
	ADD(phrase_before, words);
	ADD(phrase_numbers, word);
	ADD(phrase_scales, word);
	ADD(phrase_denominators, word);
	ADD(phrase_nouns, words);
	ADD(phrase_bases, words);
#undef ADD
	for (int k = 0; phrase_size_at(k) && n < sizeof all / sizeof *all; k++)
		all[n++] = phrase_size_at(k)->word;
	all[n++] = "percent";
	return strlen(word) > 2 ? text_nearest(word, all, n) : NULL;
}

int phrase_unexpected(const struct phrase *p, int at, const char *expected, struct err *e)
{
	const struct token *t = &p->tokens[at];
	char shown[PHRASE_QUOTE_MAX];
	const char *near = NULL;

	if (t->kind == TOKEN_END)
		return err_set(e, ERR_DATA, "column %d: expected %s, found the end", t->column, expected);
	for (int k = 0; t->kind == TOKEN_WORD && phrase_money[k]; k++)
		if (!strcmp(t->word, phrase_money[k]))
			return err_set(e, ERR_DATA, "column %d: '%s' is money; a figure counts people", t->column, t->word);
	if (t->kind == TOKEN_WORD)
		near = nearest(t->word);
	if (near && !strcmp(near, t->word))
		near = NULL;
	phrase_quote(shown, t->text);
	return err_set(e, ERR_DATA, "column %d: expected %s, found '%s'%s%s%s", t->column, expected, shown, near ? "; did you mean '" : "",
		       near ? near : "", near ? "'?" : "");
}
