/*
 * reject.c - rows that do not make it into the table, each with its place, reasons and raw text.
 *
 * Some are refused while scanning, some when types or a schema are applied. Both lists are in file order
 * and are merged; the faults, sorted by place, then fall to the rows in turn, because a fault of a row
 * stands on one of its lines.
 */
#include "csv/load_priv.h"

#include <string.h>

struct reject_row {
	int64_t line;
	size_t raw, raw_size;
};

static const struct {
	const char *name;
	enum type type;
} columns[] = {
	{ "file", TYPE_STRING },  { "line", TYPE_INT64 },    { "column", TYPE_INT64 },
	{ "field", TYPE_STRING }, { "reason", TYPE_STRING }, { "raw", TYPE_STRING },
};
enum { NCOLUMNS = sizeof columns / sizeof *columns };

int reject_add(struct loading *l, struct reject_list *to, int64_t line, struct slice raw, struct err *e)
{
	struct reject_row row = { line, to->raw.n, raw.n };

	buf_add(&to->rows, &row, sizeof row);
	buf_add(&to->raw, raw.p, raw.n);
	l->out->ledger.rows_rejected++;
	return to->rows.failed || to->raw.failed ? err_nomem(e) : 0;
}

void reject_list_release(struct reject_list *list)
{
	buf_release(&list->rows);
	buf_release(&list->raw);
}

static size_t count(const struct reject_list *list)
{
	return list->rows.n / sizeof(struct reject_row);
}

static const struct reject_row *row_at(const struct reject_list *list, size_t i)
{
	return (const struct reject_row *)(const void *)list->rows.p + i;
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

/* The rows of the table that a later fault condemns go to `late`, the others to keep[]. */
static int divide(struct loading *l, struct reject_list *late, int64_t *keep, int64_t *kept, struct err *e)
{
	const struct faults *faults = &l->out->faults;
	char *bad = mem_zero((size_t)l->rows, 1);
	int rc = bad ? 0 : err_nomem(e);

	if (bad && whole_file(faults))
		memset(bad, 1, (size_t)l->rows);
	for (size_t i = 0; i < faults->n && !rc; i++)
		if (!faults->items[i].warning && faults->items[i].row >= 0)
			bad[faults->items[i].row] = 1;
	*kept = 0;
	for (int64_t row = 0; row < l->rows && !rc; row++) {
		if (bad[row])
			rc = reject_add(l, late, loading_line(l, row), loading_raw(l, row), e);
		else
			keep[(*kept)++] = row;
	}
	mem_free(bad);
	return rc;
}

/* One rejected row; takes the faults that stand before the line `until` and returns where the next begin. */
static size_t put_row(const struct loading *l, struct builder *to, const struct reject_row *row, const char *raw,
		      size_t fault, int64_t until)
{
	const struct faults *faults = &l->out->faults;
	const struct fault *first = NULL, *all = whole_file(faults);
	struct buf reason = BUF_INIT;

	for (; fault < faults->n && faults->items[fault].line < until; fault++) {
		const struct fault *f = &faults->items[fault];

		if (f->warning || f->line < row->line)
			continue;
		buf_printf(&reason, "%s%s", first ? "; " : "", f->message);
		first = first ? first : f;
	}
	if (all && !first)
		buf_str(&reason, all->message);
	first = first ? first : all;
	builder_string(&to[0], l->file, strlen(l->file));
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
	builder_string(&to[5], raw, row->raw_size);
	buf_release(&reason);
	return fault;
}

static void put_rows(const struct loading *l, const struct reject_list *late, struct builder *to)
{
	const struct reject_list *lists[] = { &l->refused, late };
	size_t at[] = { 0, 0 }, fault = 0;

	while (at[0] < count(lists[0]) || at[1] < count(lists[1])) {
		int which = at[0] == count(lists[0]) ||
			    (at[1] < count(lists[1]) && row_at(lists[1], at[1])->line < row_at(lists[0], at[0])->line);
		const struct reject_row *row = row_at(lists[which], at[which]++);
		int64_t until = INT64_MAX;

		for (int k = 0; k < 2; k++)
			if (at[k] < count(lists[k]) && row_at(lists[k], at[k])->line < until)
				until = row_at(lists[k], at[k])->line;
		fault = put_row(l, to, row, lists[which]->raw.p + row->raw, fault, until);
	}
}

static int make_table(const struct loading *l, const struct reject_list *late, struct table **out, struct err *e)
{
	struct builder to[NCOLUMNS] = { 0 };
	struct table *t = NULL;
	struct column *c;
	int rc = 0;

	for (int k = 0; k < NCOLUMNS && !rc; k++)
		rc = builder_init(&to[k], columns[k].type, e);
	if (!rc) {
		put_rows(l, late, to);
		rc = table_new(to[0].length, &t, e);
	}
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

int reject_rows(struct loading *l, const struct table *all, struct err *e)
{
	struct reject_list late = { 0 };
	int64_t *keep = mem_zero((size_t)l->rows, sizeof *keep), kept = 0;
	int rc = keep ? divide(l, &late, keep, &kept, e) : err_nomem(e);

	if (!rc)
		rc = make_table(l, &late, &l->out->rejects, e);
	if (!rc && kept == l->rows)
		l->out->table = table_ref(all);
	else if (!rc)
		rc = table_take(all, keep, kept, &l->out->table, e);
	mem_free(keep);
	reject_list_release(&late);
	return rc;
}
