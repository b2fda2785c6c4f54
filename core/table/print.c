/*
 * print.c - a table as a person reads it: types under the names, numbers aligned right, as many
 * columns as the terminal is wide, and a line that says what is not shown.
 */
#include "table/table.h"

#include <string.h>

enum { CELL_MAX = 40, GAP = 2 };

/* Numbers stay without thousands marks, so that what is printed can be pasted back; quantities are prose. */
static bool aligns_right(enum type t)
{
	return t == TYPE_INT64 || t == TYPE_FLOAT64 || t == TYPE_QUANTITY;
}

/* Text as shown, in at most `max` columns: control bytes escaped, cut with "..." where it is longer. */
static void add_cut(struct buf *out, const char *p, size_t n, size_t max)
{
	struct buf safe = BUF_INIT;
	size_t dots = max > 3 ? 3 : 0, keep;

	text_escape(&safe, p, n);
	keep = safe.n;
	if (safe.n && text_width(safe.p, safe.n) > max) {
		while (keep && (text_width(safe.p, keep) > max - dots || ((unsigned char)safe.p[keep] & 0xc0) == 0x80))
			keep--;
	}
	buf_add(out, safe.p, keep);
	buf_fill(out, '.', keep < safe.n ? dots : 0);
	out->failed |= safe.failed;
	buf_release(&safe);
}

/* A cell, "-" where it is missing. */
static void cell_text(struct buf *out, const struct column *c, int64_t i, size_t max)
{
	struct buf raw = BUF_INIT;

	buf_clear(out);
	if (!column_has(c, i)) {
		buf_char(out, '-');
		return;
	}
	column_text(&raw, c, i);
	add_cut(out, raw.p, raw.n, max);
	out->failed |= raw.failed;
	buf_release(&raw);
}

static size_t shown_width(const struct buf *b)
{
	return b->n ? text_width(b->p, b->n) : 0;
}

/* What column k needs; `cell` is scratch, and remembers when memory ran out. */
static size_t column_width(struct buf *cell, const struct table *t, int k, int64_t rows, size_t max)
{
	size_t width, type = strlen(type_name(t->cols[k]->type));

	buf_clear(cell);
	add_cut(cell, t->names[k], strlen(t->names[k]), max);
	width = shown_width(cell);
	width = type > width ? type : width;
	for (int64_t i = 0; i < rows; i++) {
		cell_text(cell, t->cols[k], i, max);
		width = shown_width(cell) > width ? shown_width(cell) : width;
	}
	return width;
}

static void put(struct buf *out, const char *p, size_t n, size_t width, bool right, bool last)
{
	size_t taken = n ? text_width(p, n) : 0, pad = taken < width ? width - taken : 0;

	if (right)
		buf_fill(out, ' ', pad);
	buf_add(out, p, n);
	if (!right && !last)
		buf_fill(out, ' ', pad);
	buf_fill(out, ' ', last ? 0 : GAP);
}

static void print_head(struct buf *out, struct buf *cell, const struct table *t, int shown, const size_t *widths,
		       size_t max)
{
	for (int k = 0; k < shown; k++) {
		buf_clear(cell);
		add_cut(cell, t->names[k], strlen(t->names[k]), max);
		put(out, cell->p, cell->n, widths[k], aligns_right(t->cols[k]->type), k == shown - 1);
	}
	buf_char(out, '\n');
	for (int k = 0; k < shown; k++) {
		const char *type = type_name(t->cols[k]->type);

		put(out, type, strlen(type), widths[k], aligns_right(t->cols[k]->type), k == shown - 1);
	}
	buf_char(out, '\n');
}

static void print_rest(struct buf *out, const struct table *t, int shown, int64_t rows)
{
	if (t->rows > rows)
		buf_printf(out, "... %lld more row%s\n", (long long)(t->rows - rows), t->rows - rows == 1 ? "" : "s");
	if (shown < t->ncols) {
		buf_str(out, "not shown:");
		for (int k = shown; k < t->ncols && k < shown + 12; k++) {
			buf_str(out, k == shown ? " " : ", ");
			text_escape(out, t->names[k], strlen(t->names[k]));
		}
		if (t->ncols > shown + 12)
			buf_printf(out, " and %d more", t->ncols - shown - 12);
		buf_char(out, '\n');
	}
}

void table_print(struct buf *out, const struct table *t, const struct table_print *how)
{
	size_t room = how && how->width > 0 ? (size_t)how->width : 80, used = 0, max = room < CELL_MAX ? room : CELL_MAX;
	int64_t rows = how && how->rows > 0 ? how->rows : 20;
	size_t *widths = mem_zero((size_t)t->ncols, sizeof *widths);
	struct buf cell = BUF_INIT;
	int shown = 0;

	if (!widths) {
		out->failed = true;
		return;
	}
	rows = t->rows < rows ? t->rows : rows;
	for (; shown < t->ncols; shown++) {
		widths[shown] = column_width(&cell, t, shown, rows, max);
		if (shown && used + widths[shown] > room)
			break;
		used += widths[shown] + GAP;
	}
	if (!t->ncols)
		buf_printf(out, "%lld rows, no columns\n", (long long)t->rows);
	else
		print_head(out, &cell, t, shown, widths, max);
	for (int64_t i = 0; i < rows && shown; i++) {
		for (int k = 0; k < shown; k++) {
			cell_text(&cell, t->cols[k], i, max);
			put(out, cell.p, cell.n, widths[k], aligns_right(t->cols[k]->type), k == shown - 1);
		}
		buf_char(out, '\n');
	}
	out->failed |= cell.failed;
	print_rest(out, t, shown, rows);
	buf_release(&cell);
	mem_free(widths);
}
