/* write_strings.c - the records of an input as they are: no types, no names. */
#include "csv/write_priv.h"

static void put_record(struct buf *out, const struct slice *fields, size_t n, enum write_format format, bool first)
{
	if (format == WRITE_JSON)
		buf_str(out, first ? "\n" : ",\n");
	if (format != WRITE_CSV)
		buf_char(out, '[');
	for (size_t k = 0; k < n; k++) {
		if (k)
			buf_char(out, ',');
		if (format == WRITE_CSV)
			write_csv_field(out, fields[k].p, fields[k].n, n == 1);
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

int write_strings(struct file_out *out, struct input *in, const struct scan_options *o, enum write_format format,
		  struct err *e)
{
	const struct scanner_ops *ops = scan_best();
	struct scanner *s = NULL;
	struct scan_batch b;
	bool first = true;
	int rc = ops->open(in, o, &s, e);

	buf_str(out->text, format == WRITE_JSON ? "[" : "");
	while (!rc && !(rc = ops->next(s, &b, e)) && b.nrecords) {
		for (size_t i = 0; i < b.nrecords && !rc; i++, first = false) {
			const struct scan_record *r = &b.records[i];

			if (r->fault) {
				rc = record_fault(input_name(in), &b, r, e);
			} else {
				put_record(out->text, b.fields + r->field, r->nfields, format, first);
				rc = file_out_step(out, e);
			}
		}
	}
	if (format == WRITE_JSON)
		buf_str(out->text, first ? "]\n" : "\n]\n");
	if (s)
		ops->close(s);
	return rc ? rc : buf_check(out->text, e);
}
