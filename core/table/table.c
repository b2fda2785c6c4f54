/* table.c - named columns of one length; verbs make new tables that share the columns. */
#include "table/table_priv.h"

#include <assert.h>
#include <string.h>

int table_new(int64_t rows, struct table **out, struct err *e)
{
	struct table *t = mem_zero(1, sizeof *t);

	if (!t)
		return err_nomem(e);
	t->refs = 1;
	t->rows = rows;
	*out = t;
	return 0;
}

struct table *table_ref(const struct table *t)
{
	struct table *shared = (struct table *)(uintptr_t)t;       /* only the count of a finished table changes */

	__atomic_fetch_add(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void table_unref(struct table *t)
{
	if (!t || __atomic_sub_fetch(&t->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (int k = 0; k < t->ncols; k++) {
		mem_free(t->names[k]);
		column_unref(t->cols[k]);
	}
	mem_free(t->names);
	mem_free(t->cols);
	dict_free(t->index);
	origin_unref(t->origin);
	mem_free(t);
}

/* From this many columns on names are looked up in a dictionary: a walk over all would make a walk over all quadratic. */
enum { WIDE = 32 };

/* The name of the column added last into the index, which is begun with all names once the table is wide. */
static int index_name(struct table *t, struct err *e)
{
	int from = t->index ? t->ncols - 1 : 0;

	if (t->ncols < WIDE)
		return 0;
	if (!t->index && !(t->index = dict_new()))
		return err_nomem(e);
	for (int k = from; k < t->ncols; k++) {
		int32_t code = dict_code(t->index, t->names[k], strlen(t->names[k]));

		if (code < 0)
			return err_nomem(e);
		assert(code == k);         /* names are unique */
	}
	return 0;
}

int table_add(struct table *t, const char *name, const struct column *c, struct err *e)
{
	size_t n = (size_t)t->ncols + 1;
	char **names;
	struct column **cols;
	char *copy;

	assert(c->length == t->rows);
	if (!(names = mem_resize(t->names, n * sizeof *names)))
		return err_nomem(e);
	t->names = names;
	if (!(cols = mem_resize(t->cols, n * sizeof *cols)))
		return err_nomem(e);
	t->cols = cols;
	if (!(copy = mem_strdup(name)))
		return err_nomem(e);
	t->names[t->ncols] = copy;
	t->cols[t->ncols++] = column_ref(c);
	return index_name(t, e);
}

void table_set_origin(struct table *t, const struct origin *o)
{
	struct origin *fresh = o ? origin_ref(o) : NULL;

	origin_unref(t->origin);
	t->origin = fresh;
}

bool table_where(const struct table *t, int64_t row, struct slice *file, int64_t *line)
{
	return origin_where(t->origin, row, file, line);
}

int table_find(const struct table *t, const char *name)
{
	if (t->index)
		return dict_find(t->index, name, strlen(name));
	for (int k = 0; k < t->ncols; k++)
		if (!strcmp(t->names[k], name))
			return k;
	return -1;
}

int table_column(const struct table *t, const char *name, const struct column **out, struct err *e)
{
	int k = table_find(t, name);
	const char *near;

	if (k < 0) {
		near = text_nearest(name, (const char *const *)t->names, (size_t)t->ncols);
		return err_set(e, ERR_NAME, near ? "no column '%s'; did you mean '%s'?" : "no column '%s'", name, near);
	}
	*out = t->cols[k];
	return 0;
}

static int table_pick(const struct table *t, const struct pick *p, struct table **out, struct err *e)
{
	struct table *fresh = NULL;
	struct column *c;
	int rc = table_new(p->n, &fresh, e);

	for (int k = 0; k < t->ncols && !rc; k++) {
		if ((rc = column_pick(t->cols[k], p, &c, e)))
			break;
		rc = table_add(fresh, t->names[k], c, e);
		column_unref(c);
	}
	if (!rc && t->origin)
		rc = origin_pick(t->origin, p, &fresh->origin, e);
	if (rc) {
		table_unref(fresh);
		return rc;
	}
	*out = fresh;
	return 0;
}

int table_take(const struct table *t, const int64_t *idx, int64_t n, struct table **out, struct err *e)
{
	struct pick p;
	int rc = pick_rows(&p, idx, n, t->rows, "table", e);

	if (rc)
		return rc;
	rc = table_pick(t, &p, out, e);
	pick_release(&p);
	return rc;
}

int table_slice(const struct table *t, int64_t from, int64_t n, struct table **out, struct err *e)
{
	struct pick p;
	int rc = pick_span(&p, from, n, t->rows, "table", e);

	return rc ? rc : table_pick(t, &p, out, e);
}

int table_select(const struct table *t, const char *const *names, int n, struct table **out, struct err *e)
{
	struct table *fresh = NULL;
	const struct column *c;
	int rc;

	rc = table_new(t->rows, &fresh, e);
	for (int k = 0; k < n && !rc; k++) {
		if (table_find(fresh, names[k]) >= 0)
			rc = err_set(e, ERR_NAME, "column '%s' is named twice", names[k]);
		else if (!(rc = table_column(t, names[k], &c, e)))
			rc = table_add(fresh, names[k], c, e);
	}
	if (rc) {
		table_unref(fresh);
		return rc;
	}
	table_set_origin(fresh, t->origin);
	*out = fresh;
	return 0;
}

int table_with(const struct table *t, const char *name, const struct column *c, struct table **out, struct err *e)
{
	struct table *fresh = NULL;
	int at = table_find(t, name), rc;

	if (c->length != t->rows)
		return err_set(e, ERR_DOMAIN, "column '%s' has %lld values, the table %lld rows", name,
			       (long long)c->length, (long long)t->rows);
	rc = table_new(t->rows, &fresh, e);
	for (int k = 0; k < t->ncols && !rc; k++)
		rc = table_add(fresh, t->names[k], k == at ? c : t->cols[k], e);
	if (!rc && at < 0)
		rc = table_add(fresh, name, c, e);
	if (rc) {
		table_unref(fresh);
		return rc;
	}
	table_set_origin(fresh, t->origin);
	*out = fresh;
	return 0;
}
