/*
 * ops_figure_compare.c - comparisons of figures: intervals, which may leave the answer open.
 *
 * "More than 3,000" is above 2,000, and whether it is above 5,000 nobody has said: missing. An end that is not included
 * ("nearly 11,000" is below 11,000, "more than 40 %" above 40 %) decides where two intervals touch.
 */
#include "expr/logic_priv.h"

#include <string.h>

static bool is_point(const struct quantity *q)
{
	return q->low == q->high && !quantity_high_open(q) && !quantity_low_open(q);
}

/* 1, 0, or -1 for unknown. */
static int answer(enum comparison how, const struct quantity *a, const struct quantity *b)
{
	switch (how) {
	case COMPARE_LT:
		return quantity_below(a, b);
	case COMPARE_LE:
		return quantity_at_most(a, b);
	case COMPARE_GT:
		return answer(COMPARE_LT, b, a);
	case COMPARE_GE:
		return answer(COMPARE_LE, b, a);
	default:
		if (quantity_below(a, b) == 1 || quantity_below(b, a) == 1)
			return how == COMPARE_NE;
		return is_point(a) && is_point(b) && a->low == b->low ? how == COMPARE_EQ : -1;
	}
}

static struct quantity figure_at(const struct vec *v, int32_t i)
{
	i = op_row(v, i);
	if (v->type == TYPE_QUANTITY)
		return v->as.figure[i];
	return (struct quantity){ .low = v->as.f64[i], .high = v->as.f64[i], .kind = QUANTITY_EXACT };
}

static int other_base(struct op_frame *f, int32_t i, const struct quantity *a, const struct quantity *b, struct err *e)
{
	struct slice of = a->base.n ? a->base : b->base;

	if (a->base.n && b->base.n)
		return op_fault(f, i, err_set(e, ERR_DOMAIN, "a share of %.*s does not compare with a share of %.*s",
					      (int)(a->base.n < 60 ? a->base.n : 60), a->base.p,
					      (int)(b->base.n < 60 ? b->base.n : 60), b->base.p));
	return op_fault(f, i, err_set(e, ERR_DOMAIN, "a share of %.*s does not compare with a count", (int)(of.n < 60 ? of.n : 60),
				      of.p));
}

int compare_figures(enum comparison how, struct op_frame *f, const struct vec *args, uint8_t *to, struct vec *out, struct err *e)
{
	bool both = args[0].type == TYPE_QUANTITY && args[1].type == TYPE_QUANTITY;

	for (int32_t i = 0; i < f->n; i++) {
		struct quantity a, b;
		int known = -1;

		if (op_has(f, i)) {
			a = figure_at(&args[0], i);
			b = figure_at(&args[1], i);
			if (both && !slice_eq(a.base, b.base))
				return other_base(f, i, &a, &b, e);
			known = answer(how, &a, &b);
		}
		f->out_there[i] = known >= 0;
		to[i] = known > 0;
	}
	out->there = f->out_there;
	return 0;
}
