/* write.c - tables and raw records as CSV, JSON and JSON Lines. */
#include "csv/load.h"

#include <string.h>

static const char *const formats[] = {
#define X(name, text) text,
	WRITE_LIST(X)
#undef X
};

bool write_format_from_name(const char *name, enum write_format *out)
{
	for (int i = 0; i < WRITE_COUNT; i++)
		if (!strcmp(name, formats[i]))
			return *out = (enum write_format)i, true;
	return false;
}

/* == CSV == */

static void csv_field(struct buf *out, const char *p, size_t n, char sep, bool alone)
{
	bool quote = alone && !n;         /* a line with one empty field would be a blank line */

	for (size_t i = 0; i < n && !quote; i++)
		quote = p[i] == sep || p[i] == '"' || p[i] == '\n' || p[i] == '\r';
	quote |= n >= 3 && !memcmp(p, "\xef\xbb\xbf", 3);        /* at the start of a file it would be dropped */
	if (!quote) {
		buf_add(out, p, n);
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"')
			buf_char(out, '"');
		buf_char(out, p[i]);
	}
	buf_char(out, '"');
}

static void csv_table(struct buf *out, const struct table *t)
{
	struct buf cell = BUF_INIT;

	for (int k = 0; k < t->ncols; k++) {
		buf_str(out, k ? "," : "");
		csv_field(out, t->names[k], strlen(t->names[k]), ',', t->ncols == 1);
	}
	buf_str(out, t->ncols ? "\r\n" : "");
	for (int64_t i = 0; i < t->rows && t->ncols; i++) {
		for (int k = 0; k < t->ncols; k++) {
			buf_clear(&cell);
			column_text(&cell, t->cols[k], i);
			buf_str(out, k ? "," : "");
			csv_field(out, cell.p ? cell.p : "", cell.n, ',', t->ncols == 1);
			out->failed |= cell.failed;
		}
		buf_str(out, "\r\n");
	}
	buf_release(&cell);
}

/* == JSON == */

void write_json_string(struct buf *out, const char *p, size_t n)
{
	if (text_utf8_valid(p, n) < n) {
		buf_str(out, "{\"hex\": \"");
		for (size_t i = 0; i < n; i++)
			buf_printf(out, "%02x", (unsigned char)p[i]);
		buf_str(out, "\"}");
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_str(out, "\\n");
		else if (c == '\r')
			buf_str(out, "\\r");
		else if (c == '\t')
			buf_str(out, "\\t");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\u%04x", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

/* JSON has no NaN and no infinity; they go out as the strings nan, inf, -inf. */
static void json_number(struct buf *out, double v)
{
	char text[TEXT_NUMBER_MAX];
	size_t n = text_print_float64(text, v);

	if (isfinite(v))
		buf_add(out, text, n);
	else
		buf_printf(out, "\"%s\"", text);
}

static void json_code(struct buf *out, const char *name, struct slice s)
{
	buf_printf(out, ",\"%s\":", name);
	if (s.n)
		write_json_string(out, s.p, s.n);
	else
		buf_str(out, "null");
}

static void json_quantity(struct buf *out, const struct quantity *q)
{
	const char *kind = quantity_kind_name(q->kind);

	buf_str(out, "{\"low\":");
	json_number(out, q->low);
	buf_str(out, ",\"high\":");
	if (isinf(q->high))
		buf_str(out, "null");
	else
		json_number(out, q->high);
	buf_str(out, ",\"stated\":");
	if (isnan(q->stated))
		buf_str(out, "null");
	else
		json_number(out, q->stated);
	json_code(out, "kind", slice_of(kind, strlen(kind)));
	json_code(out, "measure", q->measure);
	json_code(out, "basis", q->basis);
	json_code(out, "base", q->base);
	buf_char(out, '}');
}

static void json_value(struct buf *out, const struct column *c, int64_t i)
{
	struct slice s;
	struct quantity q;

	if (!column_has(c, i)) {
		buf_str(out, "null");
		return;
	}
	switch (c->type) {
	case TYPE_BOOL:
	case TYPE_INT64:
		column_text(out, c, i);
		return;
	case TYPE_FLOAT64:
		json_number(out, c->as.f64[i]);
		return;
	case TYPE_STRING:
		s = column_string(c, i);
		write_json_string(out, s.p, s.n);
		return;
	case TYPE_QUANTITY:
		q = column_quantity(c, i);
		json_quantity(out, &q);
		return;
	default:
		buf_char(out, '"');
		column_text(out, c, i);
		buf_char(out, '"');
	}
}

static void json_table(struct buf *out, const struct table *t, bool lines)
{
	buf_str(out, lines ? "" : "[");
	for (int64_t i = 0; i < t->rows; i++) {
		buf_str(out, lines ? "" : i ? ",\n" : "\n");
		buf_char(out, '{');
		for (int k = 0; k < t->ncols; k++) {
			buf_str(out, k ? "," : "");
			write_json_string(out, t->names[k], strlen(t->names[k]));
			buf_char(out, ':');
			json_value(out, t->cols[k], i);
		}
		buf_str(out, lines ? "}\n" : "}");
	}
	buf_str(out, lines ? "" : "\n]\n");
}

void write_table(struct buf *out, const struct table *t, enum write_format format)
{
	if (format == WRITE_CSV)
		csv_table(out, t);
	else
		json_table(out, t, format == WRITE_JSONL);
}

/* == records as they are == */

static void put_record(struct buf *out, const struct slice *fields, size_t n, enum write_format format, bool first)
{
	if (format == WRITE_JSON)
		buf_str(out, first ? "\n" : ",\n");
	buf_str(out, format == WRITE_CSV ? "" : "[");
	for (size_t k = 0; k < n; k++) {
		buf_str(out, k ? "," : "");
		if (format == WRITE_CSV)
			csv_field(out, fields[k].p, fields[k].n, ',', n == 1);
		else
			write_json_string(out, fields[k].p, fields[k].n);
	}
	buf_str(out, format == WRITE_CSV ? "\r\n" : format == WRITE_JSONL ? "]\n" : "]");
}

static int record_fault(const char *file, const struct scan_batch *b, const struct scan_record *r, struct err *e)
{
	struct fault f = { .row = -1 };
	struct buf text = BUF_INIT, message = BUF_INIT;
	struct slice raw = slice_of(b->raw + r->raw, r->raw_size), line;
	int rc;

	scan_position(raw, r->line, r->fault_at, &f.line, &f.column, &line);
	buf_str(&message, scan_fault_text(r->fault));
	f.message = message.p;
	f.raw = (char *)(uintptr_t)line.p;       /* only read by fault_print */
	f.raw_size = line.n;
	fault_print(&text, file, &f);
	rc = text.failed || message.failed ? err_nomem(e) : err_set(e, ERR_DATA, "%s", text.p);
	buf_release(&text);
	buf_release(&message);
	return rc;
}

int write_strings(struct buf *out, struct input *in, const struct scan_options *o, enum write_format format,
		  struct err *e)
{
	const struct scanner_ops *ops = scan_best();
	struct scanner *s = NULL;
	struct scan_batch b;
	int64_t n = 0;
	int rc = ops->open(in, o, &s, e);

	buf_str(out, format == WRITE_JSON ? "[" : "");
	while (!rc && !(rc = ops->next(s, &b, e)) && b.nrecords) {
		for (size_t i = 0; i < b.nrecords && !rc; i++, n++) {
			const struct scan_record *r = &b.records[i];

			if (r->fault)
				rc = record_fault(input_name(in), &b, r, e);
			else
				put_record(out, b.fields + r->field, r->nfields, format, n == 0);
		}
		rc = rc ? rc : buf_check(out, e);
	}
	buf_str(out, format == WRITE_JSON ? n ? "\n]\n" : "]\n" : "");
	if (s)
		ops->close(s);
	return rc ? rc : buf_check(out, e);
}
