/*
 * rules.c - the verbs of a schema's rules, one function each.
 *
 * A rule is judged only where all its columns are there and none is blamed; what it finds blames them, so that
 * one slip of the pen makes one message.
 */
#include "claims/claims_priv.h"

#include <string.h>

/* == text of messages == */

static void value_text(struct buf *out, const struct column *c, int64_t i)
{
	if (column_has(c, i))
		column_text(out, c, i);
	else
		buf_str(out, "empty");
}

/* "low, best and high" */
static void list_names(struct buf *out, const char *const *names, size_t n, const char *last)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_str(out, i == n - 1 ? last : ", ");
		buf_str(out, names[i]);
	}
}

/* == conditions == */

/* True when one of the entries of the field is among the values. */
static bool holds_one_of(struct check *k, const struct state *st, int64_t row, const char *const *values, size_t n)
{
	struct buf text = BUF_INIT;
	struct slice rest, entry;
	bool done = false, found = false;

	if (!column_has(st->c, row))
		return false;
	if (st->c->type == TYPE_STRING) {
		rest = column_string(st->c, row);
	} else {
		column_text(&text, st->c, row);
		rest = slice_of(held(&text), text.n);
	}
	while (!found && check_entry_next(&rest, &done, st->want->separator, &entry))
		for (size_t v = 0; v < n && !found; v++)
			found = slice_is(entry, values[v]);
	k->failed |= text.failed;
	buf_release(&text);
	return found;
}

static bool when_true(struct check *k, int64_t row, const struct claims_when *when)
{
	struct state *st = check_find(k, when->column);

	return st && st->c && !st->blamed && holds_one_of(k, st, row, when->values, when->nvalues);
}

/* "flags has 'verbal'": the value that made the condition true. */
static void when_text(struct check *k, struct buf *out, int64_t row, const struct claims_when *when)
{
	struct state *st = check_find(k, when->column);

	for (size_t v = 0; v < when->nvalues; v++)
		if (holds_one_of(k, st, row, &when->values[v], 1)) {
			buf_printf(out, "%s %s '%s'", when->column, st->want->separator ? "has" : "is", when->values[v]);
			return;
		}
}

/* A rule can be judged in this row when all its columns are there and none of them is blamed. */
static bool judgeable(struct check *k, const struct claims_rule *r)
{
	struct state *by = check_find(k, r->by), *when = check_find(k, r->when.column);

	if ((r->by && (!by || !by->c || by->blamed)) || (when && when->blamed))
		return false;
	for (size_t i = 0; i < r->ncolumns; i++) {
		struct state *st = check_find(k, r->columns[i]);

		if (!st || !st->c || st->blamed)
			return false;
	}
	return true;
}

static bool filled(struct check *k, const char *name, int64_t row)
{
	return column_has(check_find(k, name)->c, row);
}

static size_t count_filled(struct check *k, const struct claims_rule *r, int64_t row)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncolumns; i++)
		n += filled(k, r->columns[i], row);
	return n;
}

static void blame_all(struct check *k, const struct claims_rule *r)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		check_blame(k, r->columns[i]);
	check_blame(k, r->by);
}

static void rule_order(struct check *k, const struct claims_rule *r, int64_t row)
{
	const char *before = NULL;
	struct buf text = BUF_INIT;

	/* Each pair by itself: an absent or blamed column takes no other one with it. */
	for (size_t i = 0; i < r->ncolumns; i++) {
		struct state *st = check_find(k, r->columns[i]), *last = check_find(k, before);

		if (!st || !st->c || st->blamed || !column_has(st->c, row))
			continue;
		if (last && column_number(last->c, row) > column_number(st->c, row)) {
			buf_printf(&text, "%s ", before);
			value_text(&text, last->c, row);
			buf_printf(&text, " is %s %s ", st->c->type == TYPE_DATE || st->c->type == TYPE_DATETIME ?
				   "after" : "above", r->columns[i]);
			value_text(&text, st->c, row);
			fault_add(k->faults, row, before, "%s", held(&text));
			last->blamed = st->blamed = true;
			break;
		}
		before = r->columns[i];
	}
	k->failed |= text.failed;
	buf_release(&text);
}

static void rule_together(struct check *k, const struct claims_rule *r, int64_t row)
{
	size_t n = count_filled(k, r, row), empty = 0, full = 0;

	if (!n || n == r->ncolumns)
		return;
	for (size_t i = 0; i < r->ncolumns; i++)
		*(filled(k, r->columns[i], row) ? &full : &empty) = i;
	fault_add(k->faults, row, r->columns[empty], "must not be empty when %s is given", r->columns[full]);
	blame_all(k, r);
}

/* "low = best, high empty" from "xx-". */
static void shape_text(struct buf *out, const struct claims_rule *r, const char *shape)
{
	bool begun = false;
	size_t n = strlen(shape);

	for (size_t i = 0; i < n && i < r->ncolumns; i++) {
		if (shape[i] == '-' || memchr(shape, shape[i], i))
			continue;
		buf_str(out, begun ? ", " : "");
		buf_str(out, r->columns[i]);
		for (size_t j = i + 1; j < n && j < r->ncolumns; j++)
			if (shape[j] == shape[i])
				buf_printf(out, " = %s", r->columns[j]);
		begun = true;
	}
	for (size_t i = 0; i < n && i < r->ncolumns; i++) {
		if (shape[i] != '-')
			continue;
		buf_printf(out, "%s%s empty", begun ? ", " : "", r->columns[i]);
		begun = true;
	}
}

static void found_text(struct check *k, struct buf *out, const struct claims_rule *r, int64_t row)
{
	bool begun = false;

	for (size_t i = 0; i < r->ncolumns; i++) {
		if (!filled(k, r->columns[i], row))
			continue;
		buf_printf(out, "%s%s ", begun ? ", " : "", r->columns[i]);
		value_text(out, check_find(k, r->columns[i])->c, row);
		begun = true;
	}
}

/* The first column that is not as the shape has it, or -1. */
static int shape_broken(struct check *k, const struct claims_rule *r, const char *shape, int64_t row)
{
	for (size_t i = 0; i < r->ncolumns && shape[i]; i++) {
		const struct column *c = check_find(k, r->columns[i])->c;
		const char *same = memchr(shape, shape[i], i);

		if (column_has(c, row) != (shape[i] != '-'))
			return (int)i;
		if (shape[i] != '-' && same &&
		    column_number(c, row) != column_number(check_find(k, r->columns[same - shape])->c, row))
			return (int)i;
	}
	return -1;
}

static const char *shape_for(struct check *k, const struct claims_rule *r, int64_t row)
{
	for (size_t i = 0; i < r->nshapes; i++)
		if (holds_one_of(k, check_find(k, r->by), row, &r->shapes[i].value, 1))
			return r->shapes[i].shape;
	return NULL;
}

static void rule_shape(struct check *k, const struct claims_rule *r, int64_t row)
{
	bool excused = when_true(k, row, &r->when);
	const char *shape = shape_for(k, r, row), *field = r->columns[0];
	size_t n = count_filled(k, r, row);
	struct buf text = BUF_INIT;
	int at;

	if (excused && n) {
		for (size_t i = r->ncolumns; i-- > 0;)
			field = filled(k, r->columns[i], row) ? r->columns[i] : field;
		when_text(k, &text, row, &r->when);
		buf_str(&text, ", so ");
		list_names(&text, r->columns, r->ncolumns, " and ");
		buf_str(&text, " must be empty; found ");
		found_text(k, &text, r, row);
	} else if (!excused && !n) {
		list_names(&text, r->columns, r->ncolumns, " and ");
		buf_str(&text, " are all empty");
		if (r->when.column) {
			buf_str(&text, ", which needs ");
			check_list(&text, r->when.values, r->when.nvalues);
			buf_printf(&text, " in %s", r->when.column);
		}
	} else if (!excused && shape && (at = shape_broken(k, r, shape, row)) >= 0) {
		field = r->columns[at];
		buf_printf(&text, "%s '", r->by);
		value_text(&text, check_find(k, r->by)->c, row);
		buf_str(&text, "' is written ");
		shape_text(&text, r, shape);
		buf_str(&text, "; found ");
		found_text(k, &text, r, row);
	}
	if (text.n) {
		fault_add(k->faults, row, field, "%s", held(&text));
		blame_all(k, r);
	}
	k->failed |= text.failed;
	buf_release(&text);
}

static void rule_filled(struct check *k, const struct claims_rule *r, int64_t row)
{
	struct buf text = BUF_INIT;

	when_text(k, &text, row, &r->when);
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (filled(k, r->columns[i], row))
			continue;
		fault_add(k->faults, row, r->columns[i], "must not be empty when %s", held(&text));
		check_blame(k, r->columns[i]);
	}
	k->failed |= text.failed;
	buf_release(&text);
}

static void rule_only(struct check *k, const struct claims_rule *r, int64_t row)
{
	struct buf text = BUF_INIT;

	if (!holds_one_of(k, check_find(k, r->columns[0]), row, r->values, r->nvalues)) {
		buf_printf(&text, "%s is '", r->columns[0]);
		value_text(&text, check_find(k, r->columns[0])->c, row);
		buf_str(&text, "', but must be ");
		check_list(&text, r->values, r->nvalues);
		buf_str(&text, " when ");
		when_text(k, &text, row, &r->when);
		fault_add(k->faults, row, r->columns[0], "%s", held(&text));
		blame_all(k, r);
	}
	k->failed |= text.failed;
	buf_release(&text);
}

static void rule_month_end(struct check *k, const struct claims_rule *r, int64_t row)
{
	struct buf text = BUF_INIT;
	char date[DATE_TEXT_MAX];
	int year, month, day;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = check_find(k, r->columns[i])->c;

		if (c->type != TYPE_DATE || !column_has(c, row))
			continue;
		date_civil(c->as.days[row], &year, &month, &day);
		if (day == date_month_last(year, month))
			continue;
		date_print(date, c->as.days[row]);
		when_text(k, &text, row, &r->when);
		fault_add(k->faults, row, r->columns[i], "%s is not the last day of its month, as it must be when %s", date,
			  held(&text));
		check_blame(k, r->columns[i]);
	}
	k->failed |= text.failed;
	buf_release(&text);
}

void check_rule(struct check *k, const struct claims_rule *r, int64_t row)
{
	if (r->verb == CLAIMS_ORDER) {
		rule_order(k, r, row);
		return;
	}
	if (!judgeable(k, r))
		return;
	switch (r->verb) {
	case CLAIMS_TOGETHER:
		rule_together(k, r, row);
		return;
	case CLAIMS_SHAPE:
		rule_shape(k, r, row);
		return;
	default:
		break;
	}
	if (!when_true(k, row, &r->when))
		return;
	if (r->verb == CLAIMS_FILLED)
		rule_filled(k, r, row);
	else if (r->verb == CLAIMS_ONLY)
		rule_only(k, r, row);
	else
		rule_month_end(k, r, row);
}
