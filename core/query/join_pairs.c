/* join_pairs.c - the table that comes of pairs of rows of two tables. */
#include "query/join_priv.h"

#include <string.h>

static bool is_key(const struct join_keys *on, const char *name)
{
	for (int k = 0; k < on->n; k++)
		if (!strcmp(on->right[k], name))
			return true;
	return false;
}

/* The columns of the right table that come into the result, under their names there. */
static int right_columns(const struct pairs *p, struct table **out, struct err *e)
{
	const struct table *t = p->right;
	struct table *rest = NULL;
	struct buf name = BUF_INIT;
	int rc = table_new(t->rows, &rest, e);

	for (int k = 0; k < t->ncols && p->ri && !rc; k++) {
		if (is_key(p->on, t->names[k]))
			continue;
		buf_clear(&name);
		buf_str(&name, t->names[k]);
		if (table_find(p->left, t->names[k]) >= 0)
			buf_str(&name, p->suffix ? p->suffix : "");
		if ((rc = buf_check(&name, e)))
			break;
		if (table_find(p->left, name.p) >= 0 || table_find(rest, name.p) >= 0)
			rc = err_set(e, ERR_NAME, "both tables have a column '%s', and '%s' is taken too: give another suffix",
				     t->names[k], name.p);
		else
			rc = table_add(rest, name.p, t->cols[k], e);
	}
	buf_release(&name);
	if (rc)
		table_unref(rest);
	else
		*out = rest;
	return rc;
}

/* == keys of a full join == */

int column_as_floats(const struct column *c, struct column **out, struct err *e)
{
	double *values = mem_column((size_t)c->length * sizeof *values);
	uint8_t *validity = c->validity ? mem_column((size_t)(c->length + 7) / 8) : NULL;
	int rc = values && (validity || !c->validity) ? 0 : err_nomem(e);

	for (int64_t k = 0; k < c->length && !rc; k++)
		values[k] = column_has(c, k) ? (double)c->as.i64[k] : 0;
	if (!rc && validity)
		memcpy(validity, c->validity, (size_t)(c->length + 7) / 8);
	if (!rc)
		rc = column_of_float64(values, validity, c->length, c->missing, out, e);
	if (rc) {
		mem_free(values);
		mem_free(validity);
	}
	return rc;
}

/* Rows of a key column, integers as floats where the other table has floats. */
static int add_key(struct table *t, const char *name, const struct column *c, const struct column *other, const uint32_t *idx,
		   int threads, struct err *e)
{
	struct column *rows = NULL, *floats = NULL;
	int rc = idx ? rows_gather_column(c, idx, t->rows, threads, &rows, e) : 0;

	if (!idx)
		rows = column_ref(c);
	if (!rc && c->type != other->type && c->type == TYPE_INT64)
		rc = column_as_floats(rows, &floats, e);
	if (!rc)
		rc = table_add(t, name, floats ? floats : rows, e);
	column_unref(rows);
	column_unref(floats);
	return rc;
}

/* The keys of the left table's rows, then those of the right's that have no partner. */
static int both_keys(const struct pairs *p, int threads, struct table **out, struct err *e)
{
	int64_t n = p->n - p->right_only;
	struct table *parts[2] = { NULL, NULL };
	int rc = table_new(n, &parts[0], e);

	if (!rc)
		rc = table_new(p->right_only, &parts[1], e);
	for (int k = 0; k < p->on->n && !rc; k++) {
		const char *name = p->on->left[k];
		const struct column *l = p->left->cols[table_find(p->left, name)];
		const struct column *r = p->right->cols[table_find(p->right, p->on->right[k])];

		if (table_find(parts[0], name) >= 0)     /* one column joined with two */
			continue;
		rc = add_key(parts[0], name, l, r, p->li, threads, e);
		if (!rc)
			rc = add_key(parts[1], name, r, l, p->ri + n, threads, e);
	}
	if (!rc && p->right_only) {
		rc = table_concat((const struct table *const *)parts, 2, out, e);
	} else if (!rc) {
		*out = parts[0];
		parts[0] = NULL;
	}
	table_unref(parts[0]);
	table_unref(parts[1]);
	return rc;
}

/* == all columns == */

static int put_together(const struct pairs *p, const struct table *left, const struct table *right, const struct table *keys,
			struct table **out, struct err *e)
{
	struct table *t = NULL;
	int rc = table_new(p->n, &t, e);

	for (int k = 0; k < left->ncols && !rc; k++) {
		int at = keys ? table_find(keys, left->names[k]) : -1;

		rc = table_add(t, left->names[k], at < 0 ? left->cols[k] : keys->cols[at], e);
	}
	for (int k = 0; right && k < right->ncols && !rc; k++)
		rc = table_add(t, right->names[k], right->cols[k], e);
	if (rc) {
		table_unref(t);
		return rc;
	}
	table_set_origin(t, left->origin);
	*out = t;
	return 0;
}

int pairs_table(const struct pairs *p, int threads, struct table **out, struct err *e)
{
	struct table *left = NULL, *rest = NULL, *right = NULL, *keys = NULL;
	int rc = right_columns(p, &rest, e);

	if (!rc && p->li)
		rc = rows_gather(p->left, p->li, p->n, threads, &left, e);
	else if (!rc)
		left = table_ref(p->left);
	if (!rc && p->ri)
		rc = rows_gather(rest, p->ri, p->n, threads, &right, e);
	if (!rc && p->full)
		rc = both_keys(p, threads, &keys, e);
	if (!rc)
		rc = put_together(p, left, right, keys, out, e);
	table_unref(left);
	table_unref(rest);
	table_unref(right);
	table_unref(keys);
	return rc;
}
