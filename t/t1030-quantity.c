/*
 * t1030-quantity.c - what a printed figure means. The bounds were worked by hand from docs/design.md, "Quantities":
 * at_least [x, inf), more_than [x + 1, inf), up_to [0, x], nearly [0.9 x, x), about x -+ half its last non-zero
 * place and at most a tenth of x, range [low, high], exact x.
 */
#include "table/table.h"
#include "tap.h"

#define NONE NAN

static void bounds(void)
{
	static const struct {
		enum quantity_kind kind;
		double low, best, high, rounding;
		double want_low, want_high, stated;
		const char *shown;
	} cases[] = {
		{ QUANTITY_EXACT, NONE, 3000, NONE, .1, 3000, 3000, 3000, "3,000" },
		{ QUANTITY_EXACT, NONE, 0, NONE, .1, 0, 0, 0, "0" },
		{ QUANTITY_AT_LEAST, NONE, 3000, NONE, .1, 3000, INFINITY, 3000, ">= 3,000" },
		{ QUANTITY_MORE_THAN, NONE, 3000, NONE, .1, 3001, INFINITY, 3000, "> 3,000" },
		/* the next whole count, which is not 3.5 */
		{ QUANTITY_MORE_THAN, NONE, 2.5, NONE, .1, 3, INFINITY, 2.5, "> 2.5" },
		{ QUANTITY_LESS_THAN, NONE, 2.5, NONE, .1, 0, 2, 2.5, "< 2.5" },
		{ QUANTITY_UP_TO, NONE, 12000, NONE, .1, 0, 12000, 12000, "up to 12,000" },
		{ QUANTITY_AS_MANY_AS, NONE, 12000, NONE, .1, 0, 12000, 12000, "as many as 12,000" },
		{ QUANTITY_NEARLY, NONE, 11000, NONE, .1, 9900, 11000, 11000, "nearly 11,000" },
		{ QUANTITY_LESS_THAN, NONE, 500, NONE, .1, 0, 499, 500, "< 500" },
		{ QUANTITY_VERBAL, 300, NONE, 900, .1, 300, 900, NAN, "in words 300-900" },
		{ QUANTITY_VERBAL, 2000, NONE, INFINITY, .1, 2000, INFINITY, NAN, "in words >= 2,000" },
		{ QUANTITY_RANGE, 10000, NONE, 12000, .1, 10000, 12000, NAN, "10,000-12,000" },
		{ QUANTITY_RANGE, 10000, 11000, 12000, .1, 10000, 12000, NAN, "10,000-12,000" },
		{ QUANTITY_RANGE, 5, NONE, 5, .1, 5, 5, NAN, "5" },
		/* about: half of the last place that is not zero ... */
		{ QUANTITY_ABOUT, NONE, 12000, NONE, .1, 11500, 12500, 12000, "about 12,000" },
		{ QUANTITY_ABOUT, NONE, 10900, NONE, .1, 10850, 10950, 10900, "about 10,900" },
		{ QUANTITY_ABOUT, NONE, 1234, NONE, .1, 1233.5, 1234.5, 1234, "about 1,234" },
		{ QUANTITY_ABOUT, NONE, 101, NONE, .1, 100.5, 101.5, 101, "about 101" },
		{ QUANTITY_ABOUT, NONE, 2.5, NONE, .1, 2.45, 2.55, 2.5, "about 2.5" },
		/* ... and at most a tenth: 500 of 3,000 would be a sixth */
		{ QUANTITY_ABOUT, NONE, 3000, NONE, .1, 2700, 3300, 3000, "about 3,000" },
		{ QUANTITY_ABOUT, NONE, 1000000, NONE, .1, 900000, 1100000, 1000000, "about 1,000,000" },
		{ QUANTITY_ABOUT, NONE, 4, NONE, .1, 3.6, 4.4, 4, "about 4" },
		{ QUANTITY_ABOUT, NONE, 0, NONE, .1, 0, 0, 0, "about 0" },
		/* the option `rounding` */
		{ QUANTITY_ABOUT, NONE, 3000, NONE, .5, 2500, 3500, 3000, "about 3,000" },
		{ QUANTITY_ABOUT, NONE, 3000, NONE, .01, 2970, 3030, 3000, "about 3,000" },
		{ QUANTITY_ABOUT, NONE, 3000, NONE, 0, 3000, 3000, 3000, "about 3,000" },
		{ QUANTITY_ABOUT, NONE, 1e23, NONE, 1, 5e22, 1.5e23, 1e23, "about 1e+23" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct quantity q = { 0 };
		struct err e = ERR_INIT;
		struct buf text = BUF_INIT;
		double slack = 1e-12 * (fabs(cases[i].want_low) + 1);

		is_int(quantity_bounds(cases[i].kind, cases[i].low, cases[i].best, cases[i].high, cases[i].rounding, false, &q, &e), 0,
		       "%s", cases[i].shown);
		ok(fabs(q.low - cases[i].want_low) <= slack, "its lower bound %g is %g", q.low, cases[i].want_low);
		ok(q.high == cases[i].want_high || fabs(q.high - cases[i].want_high) <= slack, "its upper bound %g is %g", q.high,
		   cases[i].want_high);
		is_double(q.stated, cases[i].stated, "what was printed");
		is_int(q.kind, cases[i].kind, "how it was said");
		quantity_print(&text, &q);
		is_str(text.p, cases[i].shown, "shown as %s", cases[i].shown);
		buf_release(&text);
	}
}

static void refused(void)
{
	static const struct {
		enum quantity_kind kind;
		double low, best, high;
		const char *message;
	} cases[] = {
		{ QUANTITY_EXACT, NONE, NONE, NONE, "the qualifier 'exact' needs the number in best" },
		{ QUANTITY_UP_TO, 1, NONE, 2, "the qualifier 'up_to' needs the number in best" },
		{ QUANTITY_RANGE, 1, NONE, NONE, "a range needs low and high" },
		{ QUANTITY_RANGE, NONE, 5, NONE, "a range needs low and high" },
		{ QUANTITY_VERBAL, NONE, NONE, 900, "words need low and high" },
		{ QUANTITY_LESS_THAN, NONE, 0, NONE, "nothing is less than 0" },
		{ QUANTITY_RANGE, 12000, NONE, 10000, "low 12000 is above high 10000" },
		{ QUANTITY_EXACT, NONE, -1, NONE, "a count cannot be negative" },
		{ QUANTITY_RANGE, -2, NONE, 5, "a count cannot be negative" },
		{ QUANTITY_COMPUTED, NONE, 1, NONE, "'computed' is not a way to print a figure" },
		{ QUANTITY_EXACT, NONE, INFINITY, NONE, "a count is finite" },
		{ QUANTITY_RANGE, 1, NONE, INFINITY, "a count is finite" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct quantity q = { .low = 42, .high = 42, .stated = 42 };
		struct err e = ERR_INIT;

		is_int(quantity_bounds(cases[i].kind, cases[i].low, cases[i].best, cases[i].high, .1, false, &q, &e), ERR_DATA,
		       "refused: %s", cases[i].message);
		is_str(e.msg, cases[i].message, "and why");
		ok(q.low == 42 && q.high == 42 && q.stated == 42, "the result is untouched");
	}
}

static void shown(void)
{
	static const struct {
		struct quantity q;
		const char *text;
	} cases[] = {
		{ { .low = .38, .high = .42, .stated = .4, .kind = QUANTITY_ABOUT, .base = { "sent", 4 } }, "about 40 % of sent" },
		{ { .low = 1 / 3., .high = 1 / 3., .stated = 1 / 3., .base = { "sent", 4 } }, "33.3333 % of sent" },
		{ { .low = .25, .high = .5, .stated = NAN, .kind = QUANTITY_RANGE, .base = { "sent", 4 } }, "25-50 % of sent" },
		{ { .low = 3001, .high = INFINITY, .stated = NAN, .kind = QUANTITY_COMPUTED }, ">= 3,001" },
		{ { .low = 1.5, .high = 2.5, .stated = NAN, .kind = QUANTITY_COMPUTED }, "1.5-2.5" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = BUF_INIT;

		quantity_print(&text, &cases[i].q);
		is_str(text.p, cases[i].text, "%s", cases[i].text);
		buf_release(&text);
	}
}

/* A share is no count: no whole numbers, and nothing above 1. */
static void shares(void)
{
	static const struct {
		enum quantity_kind kind;
		double low, best, high, want_low, want_high;
	} cases[] = {
		{ QUANTITY_MORE_THAN, NONE, .4, NONE, .4, 1 },
		{ QUANTITY_AT_LEAST, NONE, .4, NONE, .4, 1 },
		{ QUANTITY_UP_TO, NONE, .4, NONE, 0, .4 },
		{ QUANTITY_ABOUT, NONE, .4, NONE, .36, .44 },
		{ QUANTITY_ABOUT, NONE, .33, NONE, .325, .335 },
		{ QUANTITY_ABOUT, NONE, 1, NONE, .9, 1 },
		{ QUANTITY_RANGE, .25, NONE, .5, .25, .5 },
	};
	struct quantity q = { 0 };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		quantity_bounds(cases[i].kind, cases[i].low, cases[i].best, cases[i].high, .1, true, &q, &e);
		ok(fabs(q.low - cases[i].want_low) < 1e-12 && fabs(q.high - cases[i].want_high) < 1e-12,
		   "share %zu: %g to %g", i, q.low, q.high);
	}
	is_int(quantity_bounds(QUANTITY_EXACT, NONE, 40, NONE, .1, true, &q, &e), ERR_DATA, "40 is no share");
	is_str(e.msg, "a share is at most 1; is 40 in per cent?", "and the message asks");
}

static void names(void)
{
	for (int k = 0; k < QUANTITY_KIND_COUNT; k++) {
		enum quantity_kind back = QUANTITY_KIND_COUNT;
		const char *name = quantity_kind_name((enum quantity_kind)k);

		ok(quantity_kind_from_name(slice_of(name, strlen(name)), &back) && (int)back == k, "the kind %s", name);
	}
	enum quantity_kind kind = QUANTITY_RANGE;
	ok(!quantity_kind_from_name(slice_of("more", 4), &kind) && kind == QUANTITY_RANGE, "no kind 'more'");
	for (int t = 0; t < TYPE_COUNT; t++) {
		enum type back = TYPE_COUNT;

		ok(type_from_name(type_name((enum type)t), &back) && (int)back == t, "the type %s", type_name((enum type)t));
	}
	enum type type = TYPE_DATE;
	ok(!type_from_name("integer", &type) && type == TYPE_DATE, "no type 'integer'");
}

int main(void)
{
	bounds();
	refused();
	shown();
	shares();
	names();
	return done();
}
