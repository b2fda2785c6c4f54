/*
 * quantity_codes.c - which figures may be put together, and what comes of it: measure, basis, base, unit and days.
 *
 * A figure counts a set of people (table/category.h), and its basis says in time: `cumulative` is everybody up to a day,
 * `increment` those of a period, `stock` those who are there on a day. So sets without common parts add up to their union, a part taken
 * from its whole leaves the rest, the later of two totals less the earlier is what came between, and all else is refused with the reason.
 * Days are those that a result is about: from the earliest first day to the latest day of its operands, unknown where one is.
 */
#include "table/table_priv.h"
#include "table/category.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool plain(const struct quantity *q)
{
	return !q->measure.n && !q->basis.n && !q->base.n && !q->unit.n;
}

/* == lists of what names mean == */

/* What sources call the base of a share, and the counts it is a share of; the first row of a base is what a division gives back. */
static const struct {
	const char *base, *measure, *basis;      /* basis NULL: any */
} bases[] = {
	{ "deployed", "dispatched", "cumulative" },
	{ "casualties", "casualties", NULL },
	{ "casualties", "killed_or_wounded", NULL },
};

/* Nobody has to have done what was intended. */
static const char *const intents[] = { "planned" };

#define COUNT(a) (sizeof(a) / sizeof *(a))

static struct slice text(const char *s)
{
	return slice_of(s, strlen(s));
}

static bool is_intent(struct slice measure)
{
	for (size_t k = 0; k < COUNT(intents); k++)
		if (slice_is(measure, intents[k]))
			return true;
	return false;
}

static bool same_measure(struct slice a, struct slice b)
{
	return category_relation(a, b) == CATEGORY_SAME;
}

/* b counts what the base means. */
static bool base_counts(struct slice base, const struct quantity *b)
{
	if (b->base.n ? slice_eq(base, b->measure) : same_measure(base, b->measure))
		return true;
	for (size_t k = 0; k < COUNT(bases); k++)
		if (slice_is(base, bases[k].base) && slice_is(b->measure, bases[k].measure))
			return !bases[k].basis || !b->basis.n || slice_is(b->basis, bases[k].basis);
	return false;
}

/* A base that is not in the list is a measure of its own name. */
static struct slice base_measure(struct slice base)
{
	for (size_t k = 0; k < COUNT(bases); k++)
		if (slice_is(base, bases[k].base))
			return text(bases[k].measure);
	return base;
}

/*
 * What a division by a measure calls its base. Sources say "casualties" of more than one set; who divided by all five parts says so by
 * the longer name of the same set, which is none of the loose words above.
 */
static struct slice exact_base(struct slice measure)
{
	return slice_is(measure, "casualties") ? text("killed_or_wounded_or_missing_or_captured") : measure;
}

/* == words of messages == */

enum { DESCRIBED = 160, REASON = 200 };

#define CODE(s) (int)((s).n < 40 ? (s).n : 40), (s).n ? (s).p : ""

/* "killed (cumulative)", "killed (cumulative) of sent". */
static void describe(char out[DESCRIBED], const struct quantity *q)
{
	struct slice m = q->measure.n ? q->measure : q->unit, k = q->basis, b = q->base;

	snprintf(out, DESCRIBED, "%.*s%s%.*s%s%s%.*s", CODE(m.n ? m : slice_of("a figure", 8)), k.n ? " (" : "", CODE(k),
		 k.n ? ")" : "", b.n ? " of " : "", CODE(b));
}

int codes_refuse(const struct quantity *a, const struct quantity *b, struct err *e, const char *fmt, ...)
{
	char one[DESCRIBED], two[DESCRIBED], why[2 * REASON];
	va_list ap;

	describe(one, a);
	describe(two, b);
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return err_set(e, ERR_TYPE, "%s and %s %s", one, two, why);
}

static int refuse_measures(const struct quantity *a, const struct quantity *b, const char *doing, struct err *e)
{
	const struct quantity *intent = is_intent(a->measure) ? a : b;
	enum category_relation r = category_relation(a->measure, b->measure);
	struct buf why = BUF_INIT;
	int rc;

	if (r != CATEGORY_UNRELATED)
		category_explain(&why, a->measure, b->measure);
	else if (is_intent(a->measure) != is_intent(b->measure))
		buf_printf(&why, "their measure differs; %.*s is an intent, not a count", CODE(intent->measure));
	else
		buf_str(&why, "their measure differs");
	rc = codes_refuse(a, b, e, "cannot be %s: %s", doing, why.p ? why.p : "");
	buf_release(&why);
	return rc;
}

static int refuse_bases(const struct quantity *a, const struct quantity *b, const char *doing, const char *why, struct err *e)
{
	bool stock = slice_is(a->basis, "stock") != slice_is(b->basis, "stock");

	if (!a->basis.n || !b->basis.n)
		why = "one of them says none";
	else if (stock)
		why = "a stock is who is there on a day, without those who left";
	return codes_refuse(a, b, e, "cannot be %s: their basis differs%s%s", doing, why ? "; " : "", why ? why : "");
}

/* == codes and days == */

void codes_take(struct quantity *to, const struct quantity *from)
{
	to->measure = from->measure;
	to->basis = from->basis;
	to->base = from->base;
	to->unit = from->unit;
	to->has_since = from->has_since;
	to->has_as_of = from->has_as_of;
	to->since = from->since;
	to->as_of = from->as_of;
}

void quantity_days(struct quantity *to, const struct quantity *more)
{
	to->has_since &= more->has_since;
	to->has_as_of &= more->has_as_of;
	if (to->has_since && more->since < to->since)
		to->since = more->since;
	if (to->has_as_of && more->as_of > to->as_of)
		to->as_of = more->as_of;
}

/* What says nothing of days, such as a share that always holds, leaves those of the other. */
static void known_days(struct quantity *to, const struct quantity *a, const struct quantity *b)
{
	struct quantity days = a->has_since || a->has_as_of ? *a : *b;
	const struct quantity *other = a->has_since || a->has_as_of ? b : a;

	if (other->has_since || other->has_as_of)
		quantity_days(&days, other);
	to->has_since = days.has_since;
	to->has_as_of = days.has_as_of;
	to->since = days.since;
	to->as_of = days.as_of;
}

static bool same_base(const struct quantity *a, const struct quantity *b)
{
	return slice_eq(a->base, b->base);
}

static bool same_basis(const struct quantity *a, const struct quantity *b)
{
	return slice_eq(a->basis, b->basis);
}

/* A share that says no basis is one of whatever it is taken of. */
static bool basis_goes(const struct quantity *share, const struct quantity *b)
{
	return !share->basis.n || same_basis(share, b);
}

static int check_units(const struct quantity *a, const struct quantity *b, const char *doing, struct quantity *to, struct err *e)
{
	if (a->unit.n && b->unit.n && !slice_eq(a->unit, b->unit))
		return codes_refuse(a, b, e, "cannot be %s: their unit differs, %.*s and %.*s", doing, CODE(a->unit), CODE(b->unit));
	if (to)
		to->unit = a->unit.n ? a->unit : b->unit;
	return 0;
}

static int alike(const struct quantity *a, const struct quantity *b, const char *doing, struct quantity *to, struct err *e)
{
	if (!same_measure(a->measure, b->measure))
		return refuse_measures(a, b, doing, e);
	if (!same_basis(a, b))
		return refuse_bases(a, b, doing, NULL, e);
	if (!same_base(a, b))
		return codes_refuse(a, b, e, "cannot be %s: their base differs", doing);
	return check_units(a, b, doing, to, e);
}

int quantity_like(const struct quantity *a, const struct quantity *b, const char *doing, struct quantity *codes, struct err *e)
{
	struct quantity all = { 0 };
	int rc;

	codes_take(&all, plain(a) ? b : a);
	if (!plain(a) && !plain(b)) {
		if ((rc = alike(a, b, doing, &all, e)))
			return rc;
		quantity_days(&all, b);
	}
	if (codes)
		codes_take(codes, &all);
	return 0;
}

/* == sums == */

/* A total up to a day, and what came from the next day on. */
static int sum_in_time(const struct quantity *total, const struct quantity *more, const struct quantity *a, const struct quantity *b,
		       struct quantity *to, struct err *e)
{
	char day[DATE_TEXT_MAX], other[DATE_TEXT_MAX], why[REASON];

	if (!total->has_as_of || !more->has_since)
		return refuse_bases(a, b, "added", "an increment adds to the total that it follows, and their days are not known", e);
	if (more->since != total->as_of + 1) {
		date_print(day, total->as_of);
		date_print(other, more->since);
		snprintf(why, sizeof why, more->since > total->as_of ? "days between the total of %s and the increment from %s are in neither" :
								       "the total of %s already has days of the increment from %s", day, other);
		return refuse_bases(a, b, "added", why, e);
	}
	to->has_since = total->has_since;
	to->since = total->since;
	to->has_as_of = more->has_as_of;
	to->as_of = more->as_of;
	to->basis = total->basis;
	return 0;
}

/* Of counts: the base of a share is another one on another day. */
static bool total_and_increment(const struct quantity *a, const struct quantity *b)
{
	return !a->base.n && slice_is(a->basis, "cumulative") && slice_is(b->basis, "increment");
}

int codes_of_sum(const struct quantity *a, const struct quantity *b, struct quantity *to, struct err *e)
{
	int rc;

	codes_take(to, plain(a) ? b : a);
	if (plain(a) || plain(b))
		return 0;
	quantity_days(to, b);
	if (!same_measure(a->measure, b->measure) &&
	    (category_relation(a->measure, b->measure) != CATEGORY_APART || !category_union(a->measure, b->measure, &to->measure)))
		return refuse_measures(a, b, "added", e);
	if (!same_base(a, b))
		return codes_refuse(a, b, e, "cannot be added: their base differs");
	if ((rc = check_units(a, b, "added", to, e)) || same_basis(a, b))
		return rc;
	if (same_measure(a->measure, b->measure) && total_and_increment(a, b))
		return sum_in_time(a, b, a, b, to, e);
	if (same_measure(a->measure, b->measure) && total_and_increment(b, a))
		return sum_in_time(b, a, a, b, to, e);
	return refuse_bases(a, b, "added", NULL, e);
}

/* == differences == */

static const char never_falls[] = "the later total counts all that the earlier one did";
static const char part_of_whole[] = "a part is at most its whole";

/* As far as they are known. */
static bool same_days(const struct quantity *a, const struct quantity *b)
{
	return (!a->has_as_of || !b->has_as_of || a->as_of == b->as_of) && (!a->has_since || !b->has_since || a->since == b->since);
}

static bool dated(const struct quantity *a, const struct quantity *b)
{
	return a->has_as_of && b->has_as_of;
}

/*
 * Two totals of one measure: what came between their days. Of one day, or of days that nobody said, they are two accounts of one thing;
 * shares of what grows, and intents, may fall.
 */
static int totals_apart(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e)
{
	char day[DATE_TEXT_MAX], other[DATE_TEXT_MAX];

	if (!dated(a, b) || a->as_of == b->as_of || a->base.n || is_intent(a->measure))
		return 0;
	date_print(day, a->as_of);
	date_print(other, b->as_of);
	if (a->as_of < b->as_of)
		return codes_refuse(a, b, e, "cannot be subtracted: the first is of %s and the second of %s, and the later total stands first",
				    day, other);
	if (a->has_since && b->has_since && a->since != b->since)
		return codes_refuse(a, b, e, "cannot be subtracted: the totals begin on different days");
	to->basis = slice_of("increment", 9);
	to->has_since = to->has_as_of = true;
	to->since = b->as_of + 1;
	to->as_of = a->as_of;
	*part = never_falls;
	return 0;
}

/* A total without what came last is the total before. */
static int total_before(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e)
{
	if (!dated(a, b) || !b->has_since)
		return refuse_bases(a, b, "subtracted", "an increment is taken from the total that it ends, and their days are not known", e);
	if (a->as_of != b->as_of)
		return refuse_bases(a, b, "subtracted", "the increment does not end on the day of the total", e);
	to->has_since = a->has_since;
	to->since = a->since;
	to->has_as_of = true;
	to->as_of = b->since - 1;
	*part = never_falls;
	return 0;
}

static int rest(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e)
{
	if (!same_basis(a, b))
		return refuse_bases(a, b, "subtracted", NULL, e);
	if (!category_difference(a->measure, b->measure, &to->measure))
		return codes_refuse(a, b, e, "cannot be subtracted: what is left of %.*s without %.*s has no name", CODE(a->measure),
				    CODE(b->measure));
	if (!same_days(a, b))
		return codes_refuse(a, b, e, "cannot be subtracted: what is left is only known when both are of the same days");
	*part = part_of_whole;
	return 0;
}

int codes_of_difference(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e)
{
	enum category_relation r = category_relation(a->measure, b->measure);
	int rc;

	*part = NULL;
	codes_take(to, plain(a) ? b : a);
	if (plain(a) || plain(b))
		return 0;
	quantity_days(to, b);
	if (r == CATEGORY_WITHIN)
		return codes_refuse(a, b, e, "cannot be subtracted: a whole is not taken from its part, and the %.*s are among %.*s",
				    CODE(a->measure), CODE(b->measure));
	if (r != CATEGORY_SAME && r != CATEGORY_CONTAINS)
		return refuse_measures(a, b, "subtracted", e);
	if (!same_base(a, b))
		return codes_refuse(a, b, e, "cannot be subtracted: their base differs");
	if ((rc = check_units(a, b, "subtracted", to, e)))
		return rc;
	if (r == CATEGORY_CONTAINS)
		return rest(a, b, to, part, e);
	if (total_and_increment(a, b))
		return total_before(a, b, to, part, e);
	if (!same_basis(a, b))
		return refuse_bases(a, b, "subtracted", NULL, e);
	return slice_is(a->basis, "cumulative") ? totals_apart(a, b, to, part, e) : 0;
}

/* == products and quotients == */

static bool share_of(const struct quantity *share, const struct quantity *b)
{
	return share->base.n && base_counts(share->base, b) && basis_goes(share, b);
}

int codes_of_product(const struct quantity *a, const struct quantity *b, struct quantity *to, struct err *e)
{
	const struct quantity *share = share_of(a, b) ? a : b, *of = share == a ? b : a;
	struct slice means;

	codes_take(to, plain(a) ? b : a);
	if (plain(a) || plain(b))
		return 0;
	if (share_of(share, of)) {
		to->measure = share->measure;
		to->basis = share->basis.n ? share->basis : of->basis;
		to->base = of->base;
		to->unit = of->unit;
		known_days(to, a, b);
		return 0;
	}
	share = a->base.n ? a : b;
	of = share == a ? b : a;
	if (!share->base.n)
		return codes_refuse(a, b, e, "cannot be multiplied: neither is a share of the other");
	if (is_intent(of->measure))
		return codes_refuse(a, b, e, "cannot be multiplied: neither is a share of the other; %.*s is an intent, not a count",
				    CODE(of->measure));
	means = base_measure(share->base);
	return codes_refuse(a, b, e, "cannot be multiplied: neither is a share of the other; the share is one of %.*s%s%.*s%s",
			    CODE(share->base), slice_eq(means, share->base) ? "" : " (that is ", CODE(slice_eq(means, share->base) ? text("") : means),
			    slice_eq(means, share->base) ? "" : ")");
}

/* Counts of one basis, or shares of one base: the first as a share of the second. */
static int ratio(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e)
{
	enum category_relation r = category_relation(a->measure, b->measure);

	if (!same_basis(a, b))
		return refuse_bases(a, b, "divided", NULL, e);
	if (r == CATEGORY_OVERLAPS || (r == CATEGORY_UNRELATED && is_intent(a->measure) != is_intent(b->measure)))
		return refuse_measures(a, b, "divided", e);
	codes_take(to, a);
	to->base = exact_base(b->measure);
	to->unit = slice_of("", 0);
	known_days(to, a, b);
	if (r == CATEGORY_WITHIN && same_days(a, b))
		*part = part_of_whole;
	return 0;
}

int codes_of_quotient(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e)
{
	struct quantity none = { .measure = { "", 0 }, .basis = { "", 0 }, .base = { "", 0 }, .unit = { "", 0 } };
	int rc;

	*part = NULL;
	codes_take(to, plain(b) ? a : &none);
	if (plain(a) || plain(b))
		return 0;
	if ((rc = check_units(a, b, "divided", NULL, e)))
		return rc;
	if (same_measure(a->measure, b->measure) && same_base(a, b) && same_basis(a, b))
		return 0;
	if (b->base.n && !a->base.n && same_measure(a->measure, b->measure) && basis_goes(b, a)) {
		/* 3,000 are 40 % of those sent: so many were sent */
		to->measure = base_measure(b->base);
		to->basis = a->basis;
		known_days(to, a, b);
		return 0;
	}
	if (same_base(a, b))
		return ratio(a, b, to, part, e);
	if (!same_basis(a, b))
		return refuse_bases(a, b, "divided", NULL, e);
	return codes_refuse(a, b, e, "cannot be divided: they are shares of different things");
}
