/*
 * quantity_policy.c - how a published figure becomes one number, under a name that says who would do it so.
 *
 * Recorders of conflicts have rules for what a report leaves open. They were written for reports of single events by several sources;
 * what is applied here is what they say of one figure. Where they have no answer there is none: a bound does not become a point by
 * a rule that nobody made.
 */
#include "table/table.h"

#include <stdio.h>

static const char *const policy_names[] = {
#define X(name, text, meaning, source) text,
	QUANTITY_POLICY_LIST(X)
#undef X
};

const char *quantity_policy_name(enum quantity_policy policy)
{
	return policy_names[policy];
}

const char *quantity_policy_meaning(enum quantity_policy policy)
{
	static const char *const meanings[] = {
#define X(name, text, meaning, source) meaning,
		QUANTITY_POLICY_LIST(X)
#undef X
	};

	return meanings[policy];
}

const char *quantity_policy_source(enum quantity_policy policy)
{
	static const char *const sources[] = {
#define X(name, text, meaning, source) source,
		QUANTITY_POLICY_LIST(X)
#undef X
	};

	return sources[policy];
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
		       near ? near : "a figure becomes a point by 'midpoint', 'floor', 'ceiling', 'stated', 'ucdp' or 'acled'",
		       near ? "'?" : "");
}

/* What a recorder writes down for a figure; NaN, and why, where their rules have no answer. */
static double recorded(const struct quantity *q, const char **why)
{
	switch (q->kind) {
	case QUANTITY_EXACT:
	case QUANTITY_ABOUT:
	case QUANTITY_NEARLY:
	case QUANTITY_AT_LEAST:
	case QUANTITY_MORE_THAN:
		return q->stated;
	case QUANTITY_UP_TO:
	case QUANTITY_AS_MANY_AS:
	case QUANTITY_LESS_THAN:
		*why = "only an upper end was given";
		return NAN;
	case QUANTITY_VERBAL:
		/* the least that the words allow: that is the code of dozens, 12, and of hundreds, 100 */
		*why = "only an upper end was given";
		return q->low > 0 ? q->low : NAN;
	default:
		*why = "it has no lower bound";
		return q->low;
	}
}

static double point_of(const struct quantity *q, enum quantity_policy policy, const char **why)
{
	switch (policy) {
	case POLICY_STATED:
		*why = q->kind == QUANTITY_COMPUTED ? "it was computed" :
		       q->kind == QUANTITY_VERBAL   ? "it was said in words" : "two numbers were printed";
		return q->stated;
	case POLICY_UCDP:
	case POLICY_ACLED:
		return recorded(q, why);
	case POLICY_AIRWARS:
		*why = "it keeps the range, which is low and high";
		return q->low == q->high ? q->low : NAN;
	default:
		*why = policy != POLICY_FLOOR && isinf(q->high) ? "no upper bound was claimed" : "it has no lower bound";
		return policy == POLICY_MIDPOINT ? (q->low + q->high) / 2 : policy == POLICY_FLOOR ? q->low : q->high;
	}
}

int quantity_point(const struct quantity *q, enum quantity_policy policy, double *out, struct err *e)
{
	const char *why = "";
	double v = point_of(q, policy, &why);
	struct buf text = BUF_INIT;

	if (isfinite(v))
		return *out = v, 0;
	quantity_print(&text, q);
	err_set(e, ERR_DOMAIN, "'%s' has no %s%s: %s", text.p ? text.p : "", policy_names[policy], policy >= POLICY_UCDP ? " point" : "", why);
	buf_release(&text);
	return ERR_DOMAIN;
}
