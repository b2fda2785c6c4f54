/*
 * quantity.c - what a published figure means.
 *
 * "More than 3,000" is not 3,000. Each kind of qualifier implies an interval; this file holds the one
 * table of those rules and the way a quantity is shown.
 */
#include "table/table.h"

#include <string.h>

static const char *const kind_names[] = {
#define X(name, text) text,
	QUANTITY_KIND_LIST(X)
#undef X
};

const char *quantity_kind_name(enum quantity_kind kind)
{
	return kind_names[kind];
}

bool quantity_kind_from_name(struct slice name, enum quantity_kind *out)
{
	for (int i = 0; i < QUANTITY_KIND_COUNT; i++)
		if (slice_is(name, kind_names[i]))
			return *out = (enum quantity_kind)i, true;
	return false;
}

/*
 * Half of the last place of x that is not zero: 3,000 -> 500, 10,900 -> 50, 0.4 -> 0.05. Worked on the
 * shortest decimal text, because the places of 0.36 are not those of the double next to it.
 */
static double half_last_place(double x)
{
	char text[TEXT_NUMBER_MAX];
	int exponent = 0, place = 0;
	char *e, *dot;

	text_print_float64(text, x);
	if ((e = strchr(text, 'e'))) {
		int64_t v = 0;

		*e = '\0';
		text_int64(slice_of(e + 1 + (e[1] == '+'), strlen(e + 1 + (e[1] == '+'))), &v);
		exponent = (int)v;
	}
	if ((dot = strchr(text, '.'))) {
		place = -(int)strlen(dot + 1);
	} else {
		for (size_t n = strlen(text); n > 1 && text[n - 1] == '0'; n--)
			place++;
	}
	return 0.5 * pow(10, place + exponent);
}

int quantity_bounds(enum quantity_kind kind, double low, double best, double high, double rounding, bool share,
		    struct quantity *out, struct err *e)
{
	double half, most = share ? 1 : INFINITY;

	if (kind == QUANTITY_RANGE || kind == QUANTITY_VERBAL) {
		if (isnan(low) || isnan(high))
			return err_set(e, ERR_DATA, "%s low and high", kind == QUANTITY_RANGE ? "a range needs" : "words need");
		if (low > high)
			return err_set(e, ERR_DATA, "low %g is above high %g", low, high);
		best = NAN;
	} else if (isnan(best)) {
		return err_set(e, ERR_DATA, "the qualifier '%s' needs the number in best", kind_names[kind]);
	}
	if (low < 0 || best < 0 || high < 0)
		return err_set(e, ERR_DATA, "a %s cannot be negative", share ? "share" : "count");
	if (isinf(low) || isinf(best) || (isinf(high) && kind != QUANTITY_VERBAL))
		return err_set(e, ERR_DATA, "a %s is finite", share ? "share" : "count");
	if (low > most || best > most || high > most)
		return err_set(e, ERR_DATA, "a share is at most 1; is %g in per cent?", fmax(fmax(low, best), high));

	switch (kind) {
	case QUANTITY_EXACT:
		low = high = best;
		break;
	case QUANTITY_ABOUT:
		half = fmin(half_last_place(best), rounding * best);
		low = best - half;
		high = fmin(best + half, most);
		break;
	case QUANTITY_AT_LEAST:
		low = best;
		high = most;
		break;
	case QUANTITY_MORE_THAN:
		low = share ? best : floor(best) + 1;
		high = most;
		break;
	case QUANTITY_UP_TO:
	case QUANTITY_AS_MANY_AS:
		low = 0;
		high = best;
		break;
	case QUANTITY_NEARLY:
		low = 0.9 * best;
		high = best;
		break;
	case QUANTITY_LESS_THAN:
		if (best == 0)
			return err_set(e, ERR_DATA, "nothing is less than 0");
		low = 0;
		high = share ? best : ceil(best) - 1;
		break;
	case QUANTITY_RANGE:
	case QUANTITY_VERBAL:
		high = fmin(high, most);
		break;
	default:
		return err_set(e, ERR_DATA, "'%s' is not a way to print a figure", kind_names[kind]);
	}
	out->low = low;
	out->high = high;
	out->stated = best;
	out->kind = kind;
	return 0;
}

static bool same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

bool quantity_same(const struct quantity *a, const struct quantity *b)
{
	return a->kind == b->kind && same_number(a->low, b->low) && same_number(a->high, b->high) &&
	       same_number(a->stated, b->stated) && slice_eq(a->measure, b->measure) && slice_eq(a->basis, b->basis) &&
	       slice_eq(a->base, b->base) && slice_eq(a->unit, b->unit);
}

bool quantity_equal(const struct quantity *a, const struct quantity *b)
{
	return quantity_same(a, b) && a->has_since == b->has_since && a->has_as_of == b->has_as_of &&
	       (!a->has_since || a->since == b->since) && (!a->has_as_of || a->as_of == b->as_of);
}

enum type quantity_field_type(int field)
{
	return field <= QUANTITY_STATED ? TYPE_FLOAT64 : field >= QUANTITY_SINCE ? TYPE_DATE : TYPE_STRING;
}

/* A count with thousands marks, a share in per cent. */
static void print_number(struct buf *out, double v, bool share)
{
	char text[TEXT_NUMBER_MAX];

	if (share)
		text_print_float64(text, round(v * 1e6) / 1e4);
	else if (v == floor(v) && fabs(v) < 1e15)
		text_print_grouped(text, (int64_t)v);
	else
		text_print_float64(text, v);
	buf_str(out, text);
}

void quantity_print(struct buf *out, const struct quantity *q)
{
	static const char *const before[] = {
		[QUANTITY_EXACT] = "",        [QUANTITY_ABOUT] = "about ", [QUANTITY_AT_LEAST] = ">= ",
		[QUANTITY_MORE_THAN] = "> ",  [QUANTITY_UP_TO] = "up to ", [QUANTITY_AS_MANY_AS] = "as many as ",
		[QUANTITY_NEARLY] = "nearly ", [QUANTITY_LESS_THAN] = "< ", [QUANTITY_RANGE] = "",
		[QUANTITY_VERBAL] = "in words ", [QUANTITY_COMPUTED] = "",
	};
	bool share = q->base.n > 0;

	buf_str(out, before[q->kind]);
	if (!isnan(q->stated)) {
		print_number(out, q->stated, share);
	} else if (isinf(q->high) && isinf(q->low)) {
		buf_str(out, "any number");
	} else if (isinf(q->high) || isinf(q->low)) {
		buf_str(out, isinf(q->high) ? ">= " : "<= ");
		print_number(out, isinf(q->high) ? q->low : q->high, share);
	} else {
		print_number(out, q->low, share);
		if (q->high != q->low) {
			buf_str(out, q->low < 0 ? " to " : "-");
			print_number(out, q->high, share);
		}
	}
	if (share) {
		buf_str(out, " % of ");
		buf_add(out, q->base.p, q->base.n);
	} else if (q->unit.n) {
		buf_char(out, ' ');
		buf_add(out, q->unit.p, q->unit.n);
	}
}
