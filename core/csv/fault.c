/* fault.c - the list of what is wrong with the data, and how a fault is shown. */
#include "csv/load_priv.h"

#include <string.h>

static struct fault *grow(struct faults *list)
{
	struct fault *items;
	size_t cap = list->cap ? list->cap * 2 : 8;

	if (list->n < list->cap)
		return &list->items[list->n];
	if (list->failed || !(items = mem_resize(list->items, cap * sizeof *items))) {
		list->failed = true;
		return NULL;
	}
	list->items = items;
	list->cap = cap;
	return &items[list->n];
}

static void add(struct faults *list, bool warning, int64_t row, const char *field, const char *fmt, va_list ap)
{
	struct fault *f = grow(list);
	struct buf text = BUF_INIT;

	if (!f)
		return;
	buf_vprintf(&text, fmt, ap);
	*f = (struct fault){ .warning = warning, .row = row, .message = text.p };
	if (field && !(f->field = mem_strdup(field)))
		list->failed = true;
	list->failed |= text.failed;
	list->n++;
}

void fault_add(struct faults *list, int64_t row, const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(list, false, row, field, fmt, ap);
	va_end(ap);
}

void fault_warn(struct faults *list, int64_t row, const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(list, true, row, field, fmt, ap);
	va_end(ap);
}

void fault_place(struct faults *list, size_t fault, struct slice raw, int64_t line, size_t at)
{
	struct fault *f;
	struct slice text;

	if (list->failed)
		return;
	f = &list->items[fault];
	scan_position(raw, line, at, &f->line, &f->column, &text);
	mem_free(f->raw);
	if (!(f->raw = mem_strndup(text.p, text.n)))
		list->failed = true;
	else
		f->raw_size = text.n;
}

void fault_of_correction(struct faults *list, size_t fault)
{
	struct buf text = BUF_INIT;

	if (list->failed)
		return;
	buf_printf(&text, "corrected: %s", list->items[fault].message);
	if (text.failed) {
		list->failed = true;
		return;
	}
	mem_free(list->items[fault].message);
	list->items[fault].message = text.p;
}

void faults_release(struct faults *list)
{
	for (size_t i = 0; i < list->n; i++) {
		mem_free(list->items[i].field);
		mem_free(list->items[i].message);
		mem_free(list->items[i].raw);
	}
	mem_free(list->items);
	*list = (struct faults)FAULTS_INIT;
}

void faults_move(struct faults *to, struct faults *from)
{
	struct fault *items;

	to->failed |= from->failed;
	if (!from->n || to->failed) {
		faults_release(from);
		return;
	}
	if (!(items = mem_resize(to->items, (to->n + from->n) * sizeof *items))) {
		to->failed = true;
		faults_release(from);
		return;
	}
	memcpy(items + to->n, from->items, from->n * sizeof *items);
	to->items = items;
	to->n += from->n;
	to->cap = to->n;
	mem_free(from->items);
	*from = (struct faults)FAULTS_INIT;
}

void fault_of_grammar(struct faults *list, const struct source *s, const struct row_refusal *r)
{
	const struct scan_record *rec = r->record;
	const char *field = s->header && rec->fault_field < s->nfields ? s->header[rec->fault_field] : NULL;
	size_t start = scan_locate(&s->scan, r->raw, rec->fault_field);
	struct slice text;
	int64_t line, column;

	scan_position(r->raw, r->line, start, &line, &column, &text);
	if (rec->fault == SCAN_AFTER_QUOTE)
		fault_add(list, -1, field, "%s that began at line %lld, column %lld", scan_fault_text(rec->fault),
			  (long long)line, (long long)column);
	else
		fault_add(list, -1, field, "%s", scan_fault_text(rec->fault));
	fault_place(list, list->n - 1, r->raw, r->line, rec->fault_at);
}

/* At most this many bytes of a raw line are shown, around the fault. */
enum { SHOW_BEFORE = 60, SHOW_AFTER = 60 };

static void print_raw(struct buf *out, const struct fault *f)
{
	size_t at = f->column > 0 ? (size_t)f->column - 1 : 0, n = f->raw_size;
	size_t from, to, start;

	at = at > n ? n : at;
	from = at > SHOW_BEFORE ? at - SHOW_BEFORE : 0;
	to = n - at > SHOW_AFTER ? at + SHOW_AFTER : n;
	while (from > 0 && ((unsigned char)f->raw[from] & 0xc0) == 0x80)
		from--;
	while (to < n && ((unsigned char)f->raw[to] & 0xc0) == 0x80)
		to++;
	buf_str(out, "\n  ");
	start = out->n;
	buf_str(out, from ? "..." : "");
	text_escape(out, f->raw + from, at - from);
	start = out->failed ? 0 : text_width(out->p + start, out->n - start);
	text_escape(out, f->raw + at, to - at);
	buf_str(out, to < n ? "..." : "");
	buf_str(out, "\n  ");
	buf_fill(out, ' ', start);
	buf_char(out, '^');
}

void fault_print(struct buf *out, const char *file, const struct fault *f)
{
	buf_str(out, file);
	if (f->line > 0)
		buf_printf(out, ":%lld", (long long)f->line);
	if (f->line > 0 && f->column > 0)
		buf_printf(out, ":%lld", (long long)f->column);
	buf_str(out, f->warning ? ": warning: " : ": error: ");
	if (f->field) {
		buf_str(out, "column '");
		text_escape(out, f->field, strlen(f->field));
		buf_str(out, "': ");
	}
	if (f->message)         /* it may quote data */
		text_escape(out, f->message, strlen(f->message));
	if (f->raw)
		print_raw(out, f);
}

/* By place in the file; those that concern the whole file first. */
static int by_place(const void *a, const void *b, const void *ctx)
{
	const struct fault *f = a, *g = b;

	(void)ctx;
	if (f->file != g->file)
		return f->file < g->file ? -1 : 1;
	if (f->line != g->line)
		return f->line < g->line ? -1 : 1;
	return (f->column > g->column) - (f->column < g->column);
}

int faults_sort(struct faults *list, struct err *e)
{
	return sort_stable(list->items, list->n, sizeof *list->items, by_place, NULL, e);
}
