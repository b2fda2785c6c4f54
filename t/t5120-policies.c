/*
 * t5120-policies.c - what each policy makes of each kind of figure. By hand from what the recorders say of themselves: a best estimate is
 * the number that was reported, of two the lower (UCDP); the most conservative number (ACLED); minimum and maximum, no number (Airwars).
 */
#include "table/phrase.h"
#include "table/table.h"
#include "tap.h"

#define NONE NAN

static const char *const policies[] = { "midpoint", "floor", "ceiling", "stated", "ucdp", "acled", "airwars" };

static const struct {
	enum quantity_kind kind;
	double low, best, high;
	double want[7];
} cases[] = {
	{ QUANTITY_EXACT, NONE, 3000, NONE, { 3000, 3000, 3000, 3000, 3000, 3000, 3000 } },
	{ QUANTITY_ABOUT, NONE, 3000, NONE, { 3000, 2700, 3300, 3000, 3000, 3000, NONE } },
	{ QUANTITY_AT_LEAST, NONE, 3000, NONE, { NONE, 3000, NONE, 3000, 3000, 3000, NONE } },
	{ QUANTITY_MORE_THAN, NONE, 3000, NONE, { NONE, 3001, NONE, 3000, 3000, 3000, NONE } },
	{ QUANTITY_UP_TO, NONE, 12000, NONE, { 6000, 0, 12000, 12000, NONE, NONE, NONE } },
	{ QUANTITY_AS_MANY_AS, NONE, 12000, NONE, { 6000, 0, 12000, 12000, NONE, NONE, NONE } },
	{ QUANTITY_NEARLY, NONE, 10000, NONE, { 9500, 9000, 10000, 10000, 10000, 10000, NONE } },
	{ QUANTITY_LESS_THAN, NONE, 501, NONE, { 250, 0, 500, 501, NONE, NONE, NONE } },
	{ QUANTITY_RANGE, 10000, NONE, 12000, { 11000, 10000, 12000, NONE, 10000, 10000, NONE } },
	{ QUANTITY_RANGE, 7, NONE, 7, { 7, 7, 7, NONE, 7, 7, 7 } },
	{ QUANTITY_VERBAL, 300, NONE, 900, { 600, 300, 900, NONE, 300, 300, NONE } },
	{ QUANTITY_VERBAL, 2000, NONE, INFINITY, { NONE, 2000, NONE, NONE, 2000, 2000, NONE } },
	{ QUANTITY_VERBAL, 0, NONE, 900, { 450, 0, 900, NONE, NONE, NONE, NONE } },
};

/* "How does ACLED code fatalities": what it makes of words. */
static const struct {
	const char *word;
	double code;
} codes[] = { { "tens", 10 }, { "dozens", 12 }, { "hundreds", 100 }, { "thousands", 1000 } };

int main(void)
{
	struct quantity q;
	enum quantity_policy p;
	struct err e = ERR_INIT;
	double v;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		quantity_bounds(cases[i].kind, cases[i].low, cases[i].best, cases[i].high, .1, false, &q, NULL);
		for (int k = 0; k < 7; k++) {
			bool none = isnan(cases[i].want[k]);

			v = -1;
			is_int(quantity_policy_from_name(slice_of(policies[k], strlen(policies[k])), &p, NULL), 0, "%s", policies[k]);
			is_int(quantity_point(&q, p, &v, &e), none ? ERR_DOMAIN : 0, "%s of %s", policies[k], quantity_kind_name(cases[i].kind));
			is_double(v, none ? -1 : cases[i].want[k], "its value");
		}
	}
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct phrase_room room;

		quantity_parse(slice_of(codes[i].word, strlen(codes[i].word)), NULL, &room, &q, NULL);
		ok(!quantity_point(&q, POLICY_ACLED, &v, NULL) && v == codes[i].code, "ACLED codes %s as %g", codes[i].word, codes[i].code);
	}
	quantity_of(2, 8, &q, NULL);
	ok(!quantity_point(&q, POLICY_UCDP, &v, NULL) && v == 2, "of a computed figure the lower bound");
	quantity_of(-INFINITY, 8, &q, NULL);
	is_int(quantity_point(&q, POLICY_ACLED, &v, &e), ERR_DOMAIN, "where there is one");
	is_str(e.msg, "'<= 8' has no acled point: it has no lower bound", "and the message says why");
	quantity_bounds(QUANTITY_UP_TO, NONE, 12000, NONE, .1, false, &q, NULL);
	quantity_point(&q, POLICY_UCDP, &v, &e);
	is_str(e.msg, "'up to 12,000' has no ucdp point: only an upper end was given", "a high estimate is no best estimate");
	quantity_point(&q, POLICY_AIRWARS, &v, &e);
	is_str(e.msg, "'up to 12,000' has no airwars point: it keeps the range, which is low and high", "a range stays one");
	is_int(POLICY_COUNT, 7, "all policies are here");
	return done();
}
