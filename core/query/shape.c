/*
 * shape.c - values of one column become columns, and columns become values of one.
 *
 * Both say of every cell of the result which row it is of, and rows.c takes them: what a value looks like is nobody's
 * business here.
 */
#include "query/join_priv.h"

#include <string.h>

/* == pivot == */

struct pivot {
	const struct table *t;
	const char *const *id;
	int nid;
	const char *names;
	const struct column **id_cols;
	const struct column *name_col, *value_col;
	uint32_t *row_of, *col_of;       /* of each row of t: its row and column in the result */
	uint32_t *first_row, *first_col; /* of each of those, the first row of t */
	int64_t nrows, ncols;
	uint32_t *cells;                 /* rows of t by column and row */
};

static void add_value(struct buf *text, const struct column *c, int64_t row)
{
	if (column_has(c, row))
		column_text(text, c, row);
	else
		buf_str(text, "missing");
}

/* Two rows of one cell. */
static int same_cell(const struct pivot *p, uint32_t a, uint32_t b, struct err *e)
{
	struct buf text = BUF_INIT, raw = BUF_INIT;
	struct slice file;
	int64_t line;
	int rc;

	for (int k = 0; k <= p->nid; k++) {
		const char *name = k < p->nid ? p->id[k] : p->names;

		buf_printf(&text, "%s%s ", k && k == p->nid ? " and " : k ? ", " : "", name);
		buf_clear(&raw);
		add_value(&raw, k < p->nid ? p->id_cols[k] : p->name_col, a);
		if (raw.n)
			text_escape(&text, raw.p, raw.n < 80 ? raw.n : 80);
	}
	for (int k = 0; k < 2; k++)
		if (table_where(p->t, k ? b : a, &file, &line))
			buf_printf(&text, "%s%.*s:%lld", k ? ", " : "; ", (int)file.n, file.p, (long long)line);
	if (!(rc = buf_check(&text, e)) && !(rc = buf_check(&raw, e)))
		rc = err_set(e, ERR_DOMAIN, "rows %lld and %lld are of one cell: %s", (long long)a + 1, (long long)b + 1, text.p);
	buf_release(&text);
	buf_release(&raw);
	return rc;
}

static int find_cells(struct pivot *p, int threads, struct err *e)
{
	size_t rows = (size_t)p->t->rows;
	int rc;

	if (!(p->row_of = mem_column(rows * sizeof *p->row_of)) || !(p->col_of = mem_column(rows * sizeof *p->col_of)))
		return err_nomem(e);
	if ((rc = groups_of_columns(p->id_cols, p->nid, p->t->rows, threads, p->row_of, &p->nrows, &p->first_row, e)) ||
	    (rc = groups_of_columns(&p->name_col, 1, p->t->rows, threads, p->col_of, &p->ncols, &p->first_col, e)))
		return rc;
	p->nrows = p->t->rows ? p->nrows : 0;
	if (p->ncols >= INT32_MAX - p->nid || (p->ncols && p->nrows > (int64_t)QUERY_NONE / p->ncols))
		return err_set(e, ERR_DOMAIN, "a pivot by '%s' would have %lld columns and %lld rows", p->names, (long long)p->ncols,
			       (long long)p->nrows);
	if (!(p->cells = mem_column((size_t)(p->nrows * p->ncols) * sizeof *p->cells)))
		return err_nomem(e);
	memset(p->cells, 0xff, (size_t)(p->nrows * p->ncols) * sizeof *p->cells);
	for (int64_t row = 0; row < p->t->rows; row++) {
		uint32_t *cell = &p->cells[(int64_t)p->col_of[row] * p->nrows + p->row_of[row]];

		if (!(row & 0xfffff) && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (*cell != QUERY_NONE)
			return same_cell(p, *cell, (uint32_t)row, e);
		*cell = (uint32_t)row;
	}
	return 0;
}

/* As names of a CSV file's columns: never empty, and base_2, base_3 ... where they are taken; they end before a NUL. */
static int name_column(const struct pivot *p, const struct table *t, int64_t k, struct buf *name, struct err *e)
{
	struct buf base = BUF_INIT;
	int rc;

	add_value(&base, p->name_col, p->first_col[k]);
	if (!base.failed && (!base.n || !*base.p)) {
		buf_clear(&base);
		buf_printf(&base, "column_%d", t->ncols + 1);
	}
	if ((rc = buf_check(&base, e)))
		goto done;
	buf_clear(name);
	buf_str(name, base.p);
	for (int i = 2; !(rc = buf_check(name, e)) && table_find(t, name->p) >= 0; i++) {
		buf_clear(name);
		buf_printf(name, "%s_%d", base.p, i);
	}
done:
	buf_release(&base);
	return rc;
}

static int make_wide(const struct pivot *p, int threads, struct table **out, struct err *e)
{
	struct table *t = NULL;
	struct column *c = NULL;
	struct buf name = BUF_INIT;
	int rc = table_new(p->nrows, &t, e);

	for (int k = 0; k < p->nid && !rc; k++) {
		if ((rc = rows_gather_column(p->id_cols[k], p->first_row, p->nrows, threads, &c, e)))
			break;
		rc = table_add(t, p->id[k], c, e);
		column_unref(c);
	}
	for (int64_t k = 0; k < p->ncols && !rc; k++) {
		if ((rc = name_column(p, t, k, &name, e)) ||
		    (rc = rows_gather_column(p->value_col, p->cells + k * p->nrows, p->nrows, threads, &c, e)))
			break;
		rc = table_add(t, name.p, c, e);
		column_unref(c);
	}
	buf_release(&name);
	if (rc)
		table_unref(t);
	else
		*out = t;
	return rc;
}

int shape_pivot(const struct table *t, const char *const *id, int nid, const char *names, const char *values, int threads,
		struct table **out, struct err *e)
{
	struct pivot p = { .t = t, .id = id, .nid = nid, .names = names };
	int rc = 0;

	if (!(p.id_cols = mem_zero((size_t)nid, sizeof *p.id_cols)))
		return err_nomem(e);
	for (int k = 0; k < nid && !rc; k++) {
		rc = table_column(t, id[k], &p.id_cols[k], e);
		for (int i = 0; i < k && !rc; i++)
			if (!strcmp(id[i], id[k]))
				rc = err_set(e, ERR_NAME, "column '%s' is named twice", id[k]);
	}
	if (!rc && !(rc = table_column(t, names, &p.name_col, e)) && !(rc = table_column(t, values, &p.value_col, e)) &&
	    !(rc = find_cells(&p, threads, e)))
		rc = make_wide(&p, threads, out, e);
	mem_free(p.id_cols);
	mem_free(p.row_of);
	mem_free(p.col_of);
	mem_free(p.first_row);
	mem_free(p.first_col);
	mem_free(p.cells);
	return rc;
}

/* == unpivot ================================================================================== */

struct unpivot {
	const struct table *t;
	const char *const *columns;
	int n;
	const char *name, *value;
	bool floats;                     /* there are float64 columns, maybe beside int64 */
	int64_t rows;                    /* of the result */
	uint32_t *idx;
};

static bool is_number(const struct column *c)
{
	return c->type == TYPE_INT64 || c->type == TYPE_FLOAT64;
}

static bool listed(const struct unpivot *u, const char *name, int n)
{
	for (int k = 0; k < n; k++)
		if (!strcmp(u->columns[k], name))
			return true;
	return false;
}

/* A column without any value goes with every type. */
static int check_columns(struct unpivot *u, struct err *e)
{
	const struct column *c, *other = NULL;
	const char *first = NULL;
	int rc;

	for (int k = 0; k < u->n; k++) {
		if ((rc = table_column(u->t, u->columns[k], &c, e)))
			return rc;
		if (listed(u, u->columns[k], k))
			return err_set(e, ERR_NAME, "column '%s' is named twice", u->columns[k]);
		u->floats |= c->type == TYPE_FLOAT64;
		if (c->missing == c->length)
			continue;
		if (!other) {
			other = c;
			first = u->columns[k];
		} else if (c->type != other->type && !(is_number(c) && is_number(other))) {
			return err_set(e, ERR_TYPE, "'%s' is %s and '%s' is %s: they cannot be one column", first, type_name(other->type),
				       u->columns[k], type_name(c->type));
		}
	}
	for (int k = 0; k < u->t->ncols; k++) {
		const char *kept = u->t->names[k];

		if (!listed(u, kept, u->n) && (!strcmp(kept, u->name) || !strcmp(kept, u->value)))
			return err_set(e, ERR_NAME, "there is a column '%s' already", kept);
	}
	if (!strcmp(u->name, u->value))
		return err_set(e, ERR_NAME, "names and values cannot both be called '%s'", u->name);
	return 0;
}

/* Values of all columns, in the order of rows and, in a row, of columns. */
static int all_values(const struct unpivot *u, struct column **out, struct err *e)
{
	struct table **parts = mem_zero((size_t)u->n, sizeof *parts), *all = NULL;
	struct column *floats = NULL;
	int rc = parts ? 0 : err_nomem(e);

	for (int k = 0; k < u->n && !rc; k++)
		if (!(rc = table_new(u->t->rows, &parts[k], e)))
			rc = table_add(parts[k], u->value, u->t->cols[table_find(u->t, u->columns[k])], e);
	if (!rc)
		rc = table_concat((const struct table *const *)parts, u->n, &all, e);
	/* a float64 column without values does not count there, but it is a column of the type */
	if (!rc && u->floats && all->cols[0]->type == TYPE_INT64)
		rc = column_as_floats(all->cols[0], &floats, e);
	for (int64_t row = 0; row < u->t->rows && !rc; row++)
		for (int k = 0; k < u->n; k++)
			u->idx[row * u->n + k] = (uint32_t)(k * u->t->rows + row);
	if (!rc)
		rc = rows_gather_column(floats ? floats : all->cols[0], u->idx, u->rows, 0, out, e);
	for (int k = 0; k < u->n && parts; k++)
		table_unref(parts[k]);
	mem_free(parts);
	table_unref(all);
	column_unref(floats);
	return rc;
}

/* The name of its column, for each value. */
static int all_names(const struct unpivot *u, struct column **out, struct err *e)
{
	int size = code_size_for(u->n), rc;
	char *codes = mem_column((size_t)u->rows * (size_t)size);
	struct dict *d = dict_new();
	struct column *values = NULL;

	rc = codes && d ? 0 : err_nomem(e);
	for (int k = 0; k < u->n && !rc; k++)
		if (dict_code(d, u->columns[k], strlen(u->columns[k])) < 0)
			rc = err_nomem(e);
	for (int64_t row = 0, at = 0; row < u->t->rows && !rc; row++) {
		for (int32_t k = 0; k < u->n; k++, at++) {
			if (size == 1)
				((uint8_t *)codes)[at] = (uint8_t)k;
			else if (size == 2)
				((uint16_t *)(void *)codes)[at] = (uint16_t)k;
			else
				((int32_t *)(void *)codes)[at] = k;
		}
	}
	if (!rc && !(rc = dict_column(d, &values, e)))
		rc = column_of_codes(codes, size, values, NULL, u->rows, 0, out, e);
	if (rc)
		mem_free(codes);
	column_unref(values);
	dict_free(d);
	return rc;
}

/* The other columns, each row as often as it has values. */
static int repeat_rows(const struct unpivot *u, struct table **out, struct err *e)
{
	struct table *kept = NULL;
	int rc = table_new(u->t->rows, &kept, e);

	for (int k = 0; k < u->t->ncols && !rc; k++)
		if (!listed(u, u->t->names[k], u->n))
			rc = table_add(kept, u->t->names[k], u->t->cols[k], e);
	if (!rc)
		table_set_origin(kept, u->t->origin);
	for (int64_t row = 0; row < u->t->rows && !rc; row++)
		for (int k = 0; k < u->n; k++)
			u->idx[row * u->n + k] = (uint32_t)row;
	if (!rc)
		rc = rows_gather(kept, u->idx, u->rows, 0, out, e);
	table_unref(kept);
	return rc;
}

int shape_unpivot(const struct table *t, const char *const *columns, int n, const char *name, const char *value,
		  struct table **out, struct err *e)
{
	struct unpivot u = { .t = t, .columns = columns, .n = n, .name = name, .value = value };
	struct table *kept = NULL, *named = NULL;
	struct column *values = NULL, *names = NULL;
	int rc;

	if (n < 1)
		return err_set(e, ERR_USAGE, "unpivot needs the name of a column");
	if ((rc = check_columns(&u, e)))
		return rc;
	if (t->rows >= (int64_t)QUERY_NONE / n)
		return err_set(e, ERR_DOMAIN, "%d columns of %lld rows are too many for one: a table has less than 2^32 rows", n,
			       (long long)t->rows);
	u.rows = t->rows * n;
	if (!(u.idx = mem_column((size_t)u.rows * sizeof *u.idx)))
		return err_nomem(e);
	if (!(rc = all_values(&u, &values, e)) && !(rc = all_names(&u, &names, e)) && !(rc = repeat_rows(&u, &kept, e)) &&
	    !(rc = table_with(kept, name, names, &named, e)))
		rc = table_with(named, value, values, out, e);
	mem_free(u.idx);
	table_unref(kept);
	table_unref(named);
	column_unref(values);
	column_unref(names);
	return rc;
}
