/*
 * quantity_math.c - arithmetic of published figures: intervals in, the interval of all that may be true out.
 *
 * Bounds are those of interval arithmetic (R. Moore, Interval Analysis, 1966), rounded to the nearest double like all
 * arithmetic here, so that whole counts stay whole. An infinite bound means that none was claimed: no value is infinite,
 * which is why 0 times an open bound is 0. Codes work as units do: they have to agree in a sum, and a share of X times
 * X is a count again.
 */
#include "table/table.h"

#include <stdio.h>

static bool plain(const struct quantity *q)
{
	return !q->measure.n && !q->basis.n && !q->base.n;
}

int quantity_of(double low, double high, struct quantity *out, struct err *e)
{
	if (isnan(low) || isnan(high))
		return err_set(e, ERR_DOMAIN, "nan is no figure");
	if (low > high)
		return err_set(e, ERR_DOMAIN, "low %g is above high %g", low, high);
	if (low == INFINITY || high == -INFINITY)
		return err_set(e, ERR_DOMAIN, "a figure is finite");
	*out = (struct quantity){ .low = low, .high = high, .stated = NAN, .kind = QUANTITY_COMPUTED };
	return 0;
}

/* == codes == */

enum { DESCRIBED = 160 };

/* "killed (cumulative)", "killed (cumulative) of sent". */
static const char *describe(char out[DESCRIBED], const struct quantity *q)
{
	struct slice m = q->measure, k = q->basis, b = q->base;

#define CODE(s) (int)((s).n < 40 ? (s).n : 40), (s).n ? (s).p : ""
	snprintf(out, DESCRIBED, "%.*s%s%.*s%s%s%.*s", CODE(m.n ? m : slice_of("a figure", 8)), k.n ? " (" : "", CODE(k),
		 k.n ? ")" : "", b.n ? " of " : "", CODE(b));
#undef CODE
	return out;
}

static int refuse(const struct quantity *a, const struct quantity *b, const char *fmt, struct err *e)
{
	char one[DESCRIBED], two[DESCRIBED];

	describe(one, a);
	describe(two, b);
	return err_set(e, ERR_TYPE, "%s and %s %s", one, two, fmt);
}

static void take_codes(struct quantity *to, const struct quantity *from)
{
	to->measure = from->measure;
	to->basis = from->basis;
	to->base = from->base;
}

int quantity_like(const struct quantity *a, const struct quantity *b, const char *doing, struct quantity *codes, struct err *e)
{
	const char *what = !slice_eq(a->measure, b->measure) ? "measure" : !slice_eq(a->basis, b->basis) ? "basis" : "base";
	char why[80];

	if (!plain(a) && !plain(b) &&
	    (!slice_eq(a->measure, b->measure) || !slice_eq(a->basis, b->basis) || !slice_eq(a->base, b->base))) {
		snprintf(why, sizeof why, "cannot be %s: their %s differs", doing, what);
		return refuse(a, b, why, e);
	}
	if (codes)
		take_codes(codes, plain(a) ? b : a);
	return 0;
}

/* a is a share of what b counts. */
static bool share_of(const struct quantity *a, const struct quantity *b)
{
	return a->base.n && slice_eq(a->base, b->measure) && slice_eq(a->basis, b->basis);
}

static int codes_of_product(const struct quantity *a, const struct quantity *b, struct quantity *to, struct err *e)
{
	if (plain(a) || plain(b)) {
		take_codes(to, plain(a) ? b : a);
	} else if (share_of(a, b)) {
		take_codes(to, a);
		to->base = b->base;
	} else if (share_of(b, a)) {
		take_codes(to, b);
		to->base = a->base;
	} else {
		return refuse(a, b, "cannot be multiplied: neither is a share of the other", e);
	}
	return 0;
}

static int codes_of_quotient(const struct quantity *a, const struct quantity *b, struct quantity *to, struct err *e)
{
	bool same_basis = slice_eq(a->basis, b->basis);

	to->measure = to->basis = to->base = slice_of("", 0);
	if (plain(b)) {
		take_codes(to, a);
	} else if (plain(a) || (same_basis && slice_eq(a->measure, b->measure) && slice_eq(a->base, b->base))) {
		return 0;
	} else if (same_basis && b->base.n && !a->base.n && slice_eq(a->measure, b->measure)) {
		/* 3,000 are 40 % of those sent: so many were sent */
		to->measure = b->base;
		to->basis = a->basis;
	} else if (same_basis && !a->base.n && !b->base.n) {
		take_codes(to, a);
		to->base = b->measure;
	} else {
		return refuse(a, b, same_basis ? "cannot be divided: they are shares of different things" :
						 "cannot be divided: their basis differs", e);
	}
	return 0;
}

/* == bounds == */

static double times(double x, double y)
{
	return x == 0 || y == 0 ? 0 : x * y;
}

/* y is not 0; an open bound only comes near. */
static double over(double x, double y)
{
	return isinf(y) ? 0 : x / y;
}

static void corners(struct quantity *q, double a, double b, double c, double d)
{
	q->low = fmin(fmin(a, b), fmin(c, d)) + 0.0;     /* 0, not -0 */
	q->high = fmax(fmax(a, b), fmax(c, d)) + 0.0;
}

static struct quantity computed(void)
{
	return (struct quantity){ .stated = NAN, .kind = QUANTITY_COMPUTED };
}

int quantity_add(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e)
{
	struct quantity q = computed();
	int rc = quantity_like(a, b, "added", &q, e);

	if (rc)
		return rc;
	q.low = a->low + b->low;
	q.high = a->high + b->high;
	*out = q;
	return 0;
}

int quantity_subtract(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e)
{
	struct quantity q = computed();
	int rc = quantity_like(a, b, "subtracted", &q, e);

	if (rc)
		return rc;
	q.low = a->low - b->high;
	q.high = a->high - b->low;
	*out = q;
	return 0;
}

int quantity_multiply(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e)
{
	struct quantity q = computed();
	int rc = codes_of_product(a, b, &q, e);

	if (rc)
		return rc;
	corners(&q, times(a->low, b->low), times(a->low, b->high), times(a->high, b->low), times(a->high, b->high));
	*out = q;
	return 0;
}

int quantity_divide(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e)
{
	struct quantity q = computed();
	int rc = codes_of_quotient(a, b, &q, e);

	if (rc)
		return rc;
	if (b->low == 0 && b->high == 0) {
		q.low = q.high = NAN;
	} else if (b->low > 0 || b->high < 0) {
		corners(&q, over(a->low, b->low), over(a->low, b->high), over(a->high, b->low), over(a->high, b->high));
	} else if ((b->low < 0 && b->high > 0) || (a->low < 0 && a->high > 0)) {
		q.low = -INFINITY;
		q.high = INFINITY;
	} else if ((b->low == 0) == (a->low >= 0)) {
		/* The divisor comes as near to 0 as it likes, from the side of the dividend's sign. */
		q.low = (b->low == 0 ? over(a->low, b->high) : over(a->high, b->low)) + 0.0;
		q.high = a->low == 0 && a->high == 0 ? q.low : INFINITY;
	} else {
		q.high = (b->low == 0 ? over(a->high, b->high) : over(a->low, b->low)) + 0.0;
		q.low = a->low == 0 && a->high == 0 ? q.high : -INFINITY;
	}
	*out = q;
	return 0;
}

void quantity_negate(const struct quantity *a, struct quantity *out)
{
	struct quantity q = computed();

	take_codes(&q, a);
	q.low = 0 - a->high;
	q.high = 0 - a->low;
	*out = q;
}

/* == what may be true == */

bool quantity_low_open(const struct quantity *q)
{
	return q->kind == QUANTITY_MORE_THAN && q->base.n > 0;
}

bool quantity_high_open(const struct quantity *q)
{
	return q->kind == QUANTITY_NEARLY || (q->kind == QUANTITY_LESS_THAN && q->base.n > 0);
}

static bool below(double x, const struct quantity *q)
{
	return quantity_low_open(q) ? x <= q->low : x < q->low;
}

static bool above(double x, const struct quantity *q)
{
	return quantity_high_open(q) ? x >= q->high && x > q->low : x > q->high;
}

bool quantity_covers(const struct quantity *q, double x)
{
	return !isnan(x) && !below(x, q) && !above(x, q);
}

bool quantity_overlaps(const struct quantity *a, const struct quantity *b)
{
	double low = fmax(a->low, b->low), high = fmin(a->high, b->high);

	return low < high || (low == high && quantity_covers(a, low) && quantity_covers(b, low));
}

/* == points == */

static const char *const policy_names[] = {
#define X(name, text) text,
	QUANTITY_POLICY_LIST(X)
#undef X
};

const char *quantity_policy_name(enum quantity_policy policy)
{
	return policy_names[policy];
}

int quantity_policy_from_name(struct slice name, enum quantity_policy *out, struct err *e)
{
	char word[41];
	const char *near;

	for (int k = 0; k < POLICY_COUNT; k++)
		if (slice_is(name, policy_names[k]))
			return *out = (enum quantity_policy)k, 0;
	snprintf(word, sizeof word, "%.*s", (int)(name.n < 40 ? name.n : 40), name.n ? name.p : "");
	near = text_nearest(word, policy_names, POLICY_COUNT);
	return err_set(e, ERR_NAME, "no policy '%s'; %s%s%s", word, near ? "did you mean '" : "",
		       near ? near : "a figure becomes a point by 'midpoint', 'floor', 'ceiling' or 'stated'", near ? "'?" : "");
}

int quantity_point(const struct quantity *q, enum quantity_policy policy, double *out, struct err *e)
{
	double v = policy == POLICY_MIDPOINT ? (q->low + q->high) / 2 :
		   policy == POLICY_FLOOR    ? q->low :
		   policy == POLICY_CEILING  ? q->high :
						 q->stated;
	struct buf text = BUF_INIT;
	const char *why;

	if (isfinite(v))
		return *out = v, 0;
	if (policy == POLICY_STATED)
		why = q->kind == QUANTITY_COMPUTED ? "it was computed" : q->kind == QUANTITY_VERBAL ? "it was said in words" : "two numbers were printed";
	else
		why = policy != POLICY_FLOOR && isinf(q->high) ? "no upper bound was claimed" : "it has no lower bound";
	quantity_print(&text, q);
	err_set(e, ERR_DOMAIN, "'%s' has no %s: %s", text.p ? text.p : "", policy_names[policy], why);
	buf_release(&text);
	return ERR_DOMAIN;
}
