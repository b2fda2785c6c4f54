/*
 * typed.c - a table brought into the types of a schema.
 *
 * A file gets its types while it is read. A table made in Lua has what Lua had: dates as text, whole numbers
 * where a float is meant, a column of nothing.
 */
#include "claims/claims.h"

static bool parses_as(const struct claims_column *want, const struct column *c)
{
	return c->type == TYPE_STRING || c->missing == c->length ||
	       (c->type == TYPE_INT64 && want->type == TYPE_FLOAT64);
}

/* The value as text and back: slow, and the one way in which a table from Lua and a file cannot disagree. */
static int convert(const struct claims_column *want, const struct column *c, struct column **out,
		   struct faults *faults, struct err *e)
{
	struct builder b;
	struct buf text = BUF_INIT, shown = BUF_INIT;
	bool failed = false;
	int rc = builder_init(&b, want->type, e);

	if (rc)
		return rc;
	for (int64_t i = 0; i < c->length; i++) {
		buf_clear(&text);
		if (column_has(c, i))
			column_text(&text, c, i);
		failed |= text.failed;
		if (!text.n) {
			builder_missing(&b);
		} else if (!builder_parse(&b, slice_of(text.p, text.n))) {
			buf_clear(&shown);
			text_escape(&shown, text.p, text.n < 60 ? text.n : 60);
			fault_add(faults, i, want->name, "expected a value of type %s, found '%s'", type_name(want->type),
				  shown.p ? shown.p : "");
			builder_missing(&b);
			failed |= shown.failed;
		}
	}
	if (failed) {
		rc = err_nomem(e);
		builder_release(&b);
	} else {
		rc = builder_finish(&b, out, e);
	}
	buf_release(&text);
	buf_release(&shown);
	return rc;
}

int claims_typed(const struct claims_schema *s, const struct table *t, struct table **out, struct faults *faults,
		 struct err *e)
{
	struct table *typed = table_ref(t), *next;
	struct column *fresh;
	int rc = 0;

	for (size_t k = 0; k < s->ncolumns && !rc; k++) {
		const struct claims_column *want = &s->columns[k];
		int at = table_find(typed, want->name);
		const struct column *c = at < 0 ? NULL : typed->cols[at];

		/* Of a type that cannot be read as the wanted one: as it is, and claims_check says so. */
		if (!c || want->type == TYPE_QUANTITY || c->type == want->type || !parses_as(want, c))
			continue;
		if ((rc = convert(want, c, &fresh, faults, e)))
			break;
		rc = table_with(typed, want->name, fresh, &next, e);
		column_unref(fresh);
		if (!rc) {
			table_unref(typed);
			typed = next;
		}
	}
	if (rc) {
		table_unref(typed);
		return rc;
	}
	*out = typed;
	return 0;
}
