/*
 * figure.c - the column `figure`: each row's printed numbers and their qualifier as one quantity.
 *
 * The rules of the bounds are in table/quantity.c; here rows are turned into its arguments.
 */
#include "claims/claims_priv.h"

#include <string.h>

/* From here on a whole number may have no double of its own, and a count must not change on the way. */
#define EXACT_MAX 9007199254740992.0

enum wanted { NUMBERS, TEXT, DAYS };

static const struct column *typed(const struct table *t, const char *name, enum wanted what)
{
	int k = table_find(t, name);
	enum type type;

	if (k < 0)
		return NULL;
	type = t->cols[k]->type;
	return (what == TEXT ? type == TYPE_STRING : what == DAYS ? type == TYPE_DATE : type == TYPE_INT64 || type == TYPE_FLOAT64) ?
		       t->cols[k] : NULL;
}

struct figure_columns figure_columns_of(const struct table *t)
{
	return (struct figure_columns){
		.qualifier = typed(t, "qualifier", TEXT), .low = typed(t, "low", NUMBERS),
		.best = typed(t, "best", NUMBERS),        .high = typed(t, "high", NUMBERS),
		.measure = typed(t, "measure", TEXT),     .basis = typed(t, "basis", TEXT),
		.unit = typed(t, "unit", TEXT),           .since = typed(t, "since", DAYS),
		.as_of = typed(t, "as_of", DAYS),
	};
}

static double number_at(const struct column *c, int64_t row)
{
	return c && column_has(c, row) ? column_number(c, row) : NAN;
}

static struct slice code_at(const struct column *c, int64_t row)
{
	return c && column_has(c, row) ? column_string(c, row) : slice_of("", 0);
}

int figure_of_row(const struct figure_columns *c, int64_t row, double rounding, struct quantity *out, bool *there,
		  struct err *e)
{
	double low = number_at(c->low, row), best = number_at(c->best, row), high = number_at(c->high, row);
	struct slice said = code_at(c->qualifier, row);
	struct quantity q = { 0 };
	int rc;

	if (isnan(low) && isnan(best) && isnan(high)) {
		*there = false;
		return 0;
	}
	if (!said.n)
		return err_set(e, ERR_DATA, "a figure needs a qualifier, such as 'exact' or 'about'");
	if (!quantity_kind_from_name(said, &q.kind))
		return err_set(e, ERR_DATA, "'%.*s' is not a qualifier", (int)(said.n < 40 ? said.n : 40), said.p);
	if (low >= EXACT_MAX || best >= EXACT_MAX || high >= EXACT_MAX)
		return err_set(e, ERR_DATA, "a number of 2^53 or more cannot be held exactly");
	if ((rc = quantity_bounds(q.kind, low, best, high, rounding, false, &q, e)))
		return rc;
	q.measure = code_at(c->measure, row);
	q.basis = code_at(c->basis, row);
	q.base = slice_of("", 0);
	q.unit = code_at(c->unit, row);
	if ((q.has_since = c->since && column_has(c->since, row)))
		q.since = c->since->as.days[row];
	if ((q.has_as_of = c->as_of && column_has(c->as_of, row)))
		q.as_of = c->as_of->as.days[row];
	*out = q;
	*there = true;
	return 0;
}

int claims_figure(const struct table *t, double rounding, struct column **out, struct err *e)
{
	struct figure_columns c = figure_columns_of(t);
	struct builder b;
	struct err why = ERR_INIT;
	int rc;

	if ((rc = builder_init(&b, TYPE_QUANTITY, e)))
		return rc;
	for (int64_t i = 0; i < t->rows; i++) {
		struct quantity q;
		bool there;

		if ((rc = figure_of_row(&c, i, rounding, &q, &there, &why))) {
			builder_release(&b);
			return err_set(e, (enum err_code)rc, "row %lld: %s", (long long)i + 1, why.msg);
		}
		if (there)
			builder_quantity(&b, &q);
		else
			builder_missing(&b);
	}
	return builder_finish(&b, out, e);
}

static bool in_schema(const struct claims_schema *s, const char *name)
{
	for (size_t k = 0; k < s->ncolumns; k++)
		if (!strcmp(s->columns[k].name, name))
			return true;
	return false;
}

int claims_arrange(const struct claims_schema *s, const struct table *t, struct table **out, struct err *e)
{
	struct table *fresh = NULL;
	struct column *figure = NULL;
	int rc = table_new(t->rows, &fresh, e);

	for (size_t k = 0; k < s->ncolumns && !rc; k++) {
		const char *name = s->columns[k].name;
		int at = table_find(t, name);

		if (s->columns[k].type == TYPE_QUANTITY && !(rc = claims_figure(t, s->rounding, &figure, e))) {
			rc = table_add(fresh, name, figure, e);
			column_unref(figure);
		} else if (!rc && at >= 0) {
			rc = table_add(fresh, name, t->cols[at], e);
		}
	}
	for (int k = 0; k < t->ncols && !rc; k++)
		if (!in_schema(s, t->names[k]))
			rc = table_add(fresh, t->names[k], t->cols[k], e);
	if (rc) {
		table_unref(fresh);
		return rc;
	}
	table_set_origin(fresh, t->origin);
	*out = fresh;
	return 0;
}
