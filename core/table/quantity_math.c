/*
 * quantity_math.c - arithmetic of published figures: intervals in, the interval of all that may be true out.
 *
 * Bounds are those of interval arithmetic (R. Moore, Interval Analysis, 1966), rounded to the nearest double like all
 * arithmetic here, so that whole counts stay whole. An infinite bound means that none was claimed: no value is infinite,
 * which is why 0 times an open bound is 0. Codes work as units do; their rules are in quantity_codes.c.
 */
#include "table/table_priv.h"


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
	int rc = codes_of_sum(a, b, &q, e);

	if (rc)
		return rc;
	q.low = a->low + b->low;
	q.high = a->high + b->high;
	*out = q;
	return 0;
}

/*
 * A part is not below 0 and not above its whole: bounds are cut to what can be. When nothing is left of them the two figures
 * contradict each other, and no interval says that.
 */
static int cut(struct quantity *q, const struct quantity *a, const struct quantity *b, double most, const char *why, struct err *e)
{
	if (q->high < 0 || q->low > most)
		return codes_refuse(a, b, e, "cannot both be true: %s", why);
	q->low = fmax(q->low, 0);
	q->high = fmin(q->high, most);
	return 0;
}

int quantity_subtract(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e)
{
	struct quantity q = computed();
	const char *part;
	int rc = codes_of_difference(a, b, &q, &part, e);

	if (rc)
		return rc;
	q.low = a->low - b->high;
	q.high = a->high - b->low;
	if (part && (rc = cut(&q, a, b, INFINITY, part, e)))
		return rc;
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
	const char *part;
	int rc = codes_of_quotient(a, b, &q, &part, e);

	if (rc)
		return rc;
	if (b->base.n && !a->base.n && a->measure.n && a->low <= 0 && b->low <= 0) {
		/* None may be a share of none, of whatever number. */
		q.low = 0;
		q.high = INFINITY;
	} else if (b->low == 0 && b->high == 0) {
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
	if (part && !isnan(q.low) && (rc = cut(&q, a, b, 1, part, e)))
		return rc;
	*out = q;
	return 0;
}

void quantity_negate(const struct quantity *a, struct quantity *out)
{
	struct quantity q = computed();

	codes_take(&q, a);
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

static bool surely_below(const struct quantity *a, const struct quantity *b)
{
	return a->high < b->low || (a->high == b->low && (quantity_high_open(a) || quantity_low_open(b)));
}

/* NaN bounds say nothing. */
int quantity_below(const struct quantity *a, const struct quantity *b)
{
	return surely_below(a, b) ? 1 : b->high <= a->low ? 0 : -1;
}

int quantity_at_most(const struct quantity *a, const struct quantity *b)
{
	return a->high <= b->low ? 1 : surely_below(b, a) ? 0 : -1;
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
