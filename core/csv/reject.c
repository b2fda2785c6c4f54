/*
 * reject.c - rows that do not make it into the table, each with its place, reasons and raw text.
 *
 * Some are refused while the file is read, some when a schema is applied to the typed table. The faults, sorted by
 * place, fall to the rows in turn, because a fault of a row stands on one of its lines.
 */
#include "csv/load_priv.h"

#include <string.h>

static const struct {
	const char *name;
	enum type type;
} columns[] = {
	{ "file", TYPE_STRING },  { "line", TYPE_INT64 },    { "column", TYPE_INT64 },
	{ "field", TYPE_STRING }, { "reason", TYPE_STRING }, { "raw", TYPE_STRING },
};
enum { NCOLUMNS = sizeof columns / sizeof *columns };

int reject_add(struct reject_list *to, const struct reject_row *row, struct slice raw, struct err *e)
{
	struct reject_row at = *row;

	at.raw = to->raw.n;
	at.raw_size = raw.n;
	buf_add(&to->rows, &at, sizeof at);
	buf_add(&to->raw, raw.p, raw.n);
	return to->rows.failed || to->raw.failed ? err_nomem(e) : 0;
}

static size_t count(const struct reject_list *list)
{
	return list->rows.n / sizeof(struct reject_row);
}

static struct reject_row *row_at(const struct reject_list *list, size_t i)
{
	return (struct reject_row *)(void *)list->rows.p + i;
}

int reject_move(struct reject_list *to, struct reject_list *from, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < count(from) && !rc; i++)
		rc = reject_add(to, row_at(from, i), slice_of(from->raw.p + row_at(from, i)->raw, row_at(from, i)->raw_size), e);
	reject_list_release(from);
	return rc;
}

void reject_list_release(struct reject_list *list)
{
	buf_release(&list->rows);
	buf_release(&list->raw);
}

/* A fault of the whole file, such as a column that is not there, leaves no row that means what it should. */
static const struct fault *whole_file(const struct faults *faults)
{
	/* they are sorted by line, and these have none */
	for (size_t i = 0; i < faults->n && !faults->items[i].line; i++)
		if (!faults->items[i].warning && faults->items[i].row < 0)
			return &faults->items[i];
	return NULL;
}

/* == which rows == */

/* The rows of the table that some fault condemns, a byte each; NULL when there are none. */
static int condemn(const struct loading *l, int64_t rows, char **out, int64_t *n, struct err *e)
{
	const struct faults *faults = &l->out->faults;
	bool all = whole_file(faults) != NULL, any = all;
	char *bad;

	*out = NULL;
	*n = 0;
	for (size_t i = 0; i < faults->n && !any; i++)
		any = !faults->items[i].warning && faults->items[i].row >= 0;
	if (!any || !rows)
		return 0;
	if (!(bad = mem_zero((size_t)rows, 1)))
		return err_nomem(e);
	if (all)
		memset(bad, 1, (size_t)rows);
	for (size_t i = 0; i < faults->n; i++)
		if (!faults->items[i].warning && faults->items[i].row >= 0)
			bad[faults->items[i].row] = 1;
	for (int64_t i = 0; i < rows; i++)
		*n += bad[i];
	*out = bad;
	return 0;
}

static int by_place(const void *a, const void *b, const void *ctx)
{
	const struct reject_row *x = a, *y = b;

	(void)ctx;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* All refused rows in file order, once each: those of the scan, and those of the table. */
static int gather(struct loading *l, const char *bad, int64_t rows, struct err *e)
{
	struct reject_list *list = &l->refused;
	size_t n = 0;
	int rc = 0;

	if (bad && l->keep_raw) {
		/* Mistyped cells have put their row there already, some twice; here come all with their bytes. */
		for (size_t i = 0; i < count(list); i++)
			if (row_at(list, i)->row < 0)
				*row_at(list, n++) = *row_at(list, i);
		list->rows.n = n * sizeof(struct reject_row);
		for (int64_t row = 0; row < rows && !rc; row++) {
			struct reject_row r = { .row = row };
			struct slice raw;

			if (!bad[row])
				continue;
			raw = loading_raw(l, row, &r.line, &r.file);
			rc = reject_add(list, &r, raw, e);
		}
	}
	if (rc || (rc = sort_stable(list->rows.p, count(list), sizeof(struct reject_row), by_place, NULL, e)))
		return rc;
	n = 0;
	for (size_t i = 0; i < count(list); i++)
		if (!n || by_place(row_at(list, i), row_at(list, n - 1), NULL))
			*row_at(list, n++) = *row_at(list, i);
	list->rows.n = n * sizeof(struct reject_row);
	l->out->ledger.rows_rejected = (int64_t)n;
	return 0;
}

/* == their table == */

static bool stands_before(const struct fault *f, const struct reject_row *row)
{
	return f->file < row->file || (f->file == row->file && f->line < row->line);
}

/* One rejected row; takes the faults that stand before the row `next` and returns where the next begin. */
static size_t put_row(const struct loading *l, struct builder *to, const struct reject_row *row, size_t fault,
		      const struct reject_row *next)
{
	const struct faults *faults = &l->out->faults;
	const struct fault *first = NULL, *all = whole_file(faults);
	const char *file = l->out->files[row->file];
	const struct patch *patch = replay_find(l, row->file, row->line);
	struct buf reason = BUF_INIT;

	for (; fault < faults->n && (!next || stands_before(&faults->items[fault], next)); fault++) {
		const struct fault *f = &faults->items[fault];

		if (f->warning || stands_before(f, row))
			continue;
		buf_printf(&reason, "%s%s", first ? "; " : "", f->message);
		first = first ? first : f;
	}
	if (all && !first)
		buf_str(&reason, all->message);
	first = first ? first : all;
	builder_string(&to[0], file, strlen(file));
	builder_int64(&to[1], row->line);
	if (first && first->column)
		builder_int64(&to[2], first->column);
	else
		builder_missing(&to[2]);
	if (first && first->field)
		builder_string(&to[3], first->field, strlen(first->field));
	else
		builder_missing(&to[3]);
	builder_string(&to[4], reason.p ? reason.p : "", reason.n);
	to[4].failed |= reason.failed;
	/* what stands in the file, so that the row can be corrected once more */
	if (patch)
		builder_string(&to[5], patch->raw.p, patch->raw.n);
	else
		builder_string(&to[5], l->refused.raw.p + row->raw, row->raw_size);
	buf_release(&reason);
	return fault;
}

static int make_table(const struct loading *l, struct table **out, struct err *e)
{
	const struct reject_list *list = &l->refused;
	struct builder to[NCOLUMNS] = { 0 };
	struct table *t = NULL;
	struct column *c;
	size_t fault = 0;
	int rc = 0;

	for (int k = 0; k < NCOLUMNS && !rc; k++)
		rc = builder_init(&to[k], columns[k].type, e);
	for (size_t i = 0; i < count(list) && !rc; i++)
		fault = put_row(l, to, row_at(list, i), fault, i + 1 < count(list) ? row_at(list, i + 1) : NULL);
	if (!rc)
		rc = table_new(to[0].length, &t, e);
	for (int k = 0; k < NCOLUMNS && !rc; k++) {
		if ((rc = builder_finish(&to[k], &c, e)))
			break;
		rc = table_add(t, columns[k].name, c, e);
		column_unref(c);
	}
	for (int k = 0; k < NCOLUMNS; k++)
		builder_release(&to[k]);
	if (rc)
		table_unref(t);
	else
		*out = t;
	return rc;
}

/* == the rows that stay == */

static int keep_others(const struct table *all, const char *bad, int64_t n, struct table **out, struct err *e)
{
	int64_t *keep, kept = 0;
	int rc;

	if (!bad) {
		*out = table_ref(all);
		return 0;
	}
	if (!(keep = mem_alloc((size_t)(all->rows - n) * sizeof *keep)))
		return err_nomem(e);
	for (int64_t row = 0; row < all->rows; row++)
		if (!bad[row])
			keep[kept++] = row;
	rc = table_take(all, keep, kept, out, e);
	mem_free(keep);
	return rc;
}

int reject_table(struct loading *l, struct err *e)
{
	int rc = gather(l, NULL, 0, e);

	return rc ? rc : make_table(l, &l->out->rejects, e);
}

int reject_drop(struct loading *l, const struct table *all, const uint8_t *keep, int64_t *filtered, struct table **out,
		struct err *e)
{
	struct reject_list *list = &l->refused;
	char *bad = NULL;
	int64_t n = 0;
	int rc;

	*filtered = 0;
	if (keep && !(bad = mem_zero((size_t)all->rows, 1)))
		return err_nomem(e);
	for (size_t i = 0; i < count(list); i++) {
		int64_t row = row_at(list, i)->row;

		if (row < 0)
			continue;
		if (!bad && !(bad = mem_zero((size_t)all->rows, 1)))
			return err_nomem(e);
		n += !bad[row];
		bad[row] = 1;
		row_at(list, i)->row = -1;       /* the next rows have these numbers again */
	}
	for (int64_t row = 0; keep && row < all->rows; row++) {
		bool drop = !keep[row] && !bad[row];

		*filtered += drop;
		bad[row] |= drop;
	}
	n += *filtered;
	if (!n) {
		mem_free(bad);
		bad = NULL;
	}
	rc = keep_others(all, bad, n, out, e);
	mem_free(bad);
	return rc;
}

int reject_rows(struct loading *l, const struct table *all, struct err *e)
{
	char *bad;
	int64_t n;
	int rc;

	if ((rc = condemn(l, all->rows, &bad, &n, e)))
		return rc;
	if (!(rc = gather(l, bad, all->rows, e)) && !(rc = make_table(l, &l->out->rejects, e)))
		rc = keep_others(all, bad, n, &l->out->table, e);
	mem_free(bad);
	return rc;
}
