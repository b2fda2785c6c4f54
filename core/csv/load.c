/*
 * load.c - one file to one typed table.
 *
 * The scan stores every field as text, column by column, and rejects at once what the grammar refuses:
 * broken quotes, ragged rows, bytes that are not UTF-8. Then types are inferred or applied and the check
 * that the caller handed in looks at the typed table; a fault found by those rejects its row too. At the end
 * the ledger must balance.
 */
#include "csv/load_priv.h"

#include <stdio.h>
#include <string.h>

/* == rows == */

static bool is_missing(const struct load_options *o, struct slice s)
{
	if (!s.n)
		return true;
	for (size_t i = 0; i < o->nmissing; i++)
		if (slice_is(s, o->missing[i]))
			return true;
	return false;
}

static void reject_scan_fault(struct loading *l, const struct scan_record *rec, struct slice raw)
{
	struct faults *faults = &l->out->faults;
	const char *field = l->header && rec->fault_field < l->nfields ? l->header[rec->fault_field] : NULL;
	size_t start = scan_locate(&l->o->scan, raw, rec->fault_field);
	struct slice text;
	int64_t line, column;

	scan_position(raw, rec->line, start, &line, &column, &text);
	if (rec->fault == SCAN_AFTER_QUOTE)
		fault_add(faults, -1, field, "%s that began at line %lld, column %lld", scan_fault_text(rec->fault),
			  (long long)line, (long long)column);
	else
		fault_add(faults, -1, field, "%s", scan_fault_text(rec->fault));
	fault_place(faults, faults->n - 1, raw, rec->line, rec->fault_at);
}

static bool all_nul(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return true;
}

/* What the grammar lets pass but no table can hold. True when the row is refused. */
static bool reject_shape(struct loading *l, const struct scan_batch *b, const struct scan_record *rec, struct slice raw)
{
	struct faults *faults = &l->out->faults;

	if (all_nul(raw)) {
		fault_add(faults, -1, NULL, "%zu NUL bytes and nothing else, as a cut or preallocated file has them", raw.n);
		fault_place(faults, faults->n - 1, raw, rec->line, 0);
		return true;
	}
	if (rec->nfields != l->nfields) {
		fault_add(faults, -1, NULL, "expected %zu field%s, found %zu", l->nfields, l->nfields == 1 ? "" : "s",
			  rec->nfields);
		fault_place(faults, faults->n - 1, raw, rec->line,
			    rec->nfields > l->nfields ? scan_locate(&l->o->scan, raw, l->nfields) : raw.n);
		return true;
	}
	for (size_t k = 0; k < l->ncols; k++) {
		struct slice s = b->fields[rec->field + (size_t)l->cols[k].field];
		size_t good = text_utf8_valid(s.p, s.n), start, shift;

		if (good == s.n)
			continue;
		/* Inside quotes the byte stands one further, and each doubled quote before it one more. */
		start = scan_locate(&l->o->scan, raw, (size_t)l->cols[k].field);
		shift = start < raw.n && raw.p[start] == l->o->scan.quote;
		for (size_t i = 0; shift && i < good; i++)
			shift += s.p[i] == l->o->scan.quote;
		fault_add(faults, -1, l->cols[k].name, "the byte 0x%02x is not UTF-8", (unsigned char)s.p[good]);
		fault_place(faults, faults->n - 1, raw, rec->line, start + shift + good);
		return true;
	}
	return false;
}

static int take_record(struct loading *l, const struct scan_batch *b, const struct scan_record *rec, struct err *e)
{
	struct slice raw = slice_of(b->raw + rec->raw, rec->raw_size);

	l->out->ledger.rows_read++;
	if (rec->fault)
		reject_scan_fault(l, rec, raw);
	if (rec->fault || reject_shape(l, b, rec, raw))
		return reject_add(l, &l->refused, rec->line, raw, e);
	for (size_t k = 0; k < l->ncols; k++) {
		struct slice s = b->fields[rec->field + (size_t)l->cols[k].field];

		if (is_missing(l->o, s))
			builder_missing(&l->cols[k].text);
		else
			builder_string(&l->cols[k].text, s.p, s.n);
	}
	buf_add(&l->lines, &rec->line, sizeof rec->line);
	if (l->keep_raw) {
		buf_add(&l->starts, &l->raw.n, sizeof l->raw.n);
		buf_add(&l->raw, raw.p, raw.n);
	}
	l->rows++;
	return l->lines.failed || l->starts.failed || l->raw.failed ? err_nomem(e) : 0;
}

/* A fault that leaves no table at all: told in full, whatever `rejects` says. */
int fatal_fault(struct loading *l, const struct fault *f, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	fault_print(&text, l->file, f);
	rc = text.failed ? err_nomem(e) : err_set(e, ERR_DATA, "%s", text.p);
	buf_release(&text);
	return rc;
}

static int first_record(struct loading *l, const struct scan_batch *b, const struct scan_record *rec, struct err *e)
{
	struct faults *faults = &l->out->faults;

	if (rec->fault) {
		reject_scan_fault(l, rec, slice_of(b->raw + rec->raw, rec->raw_size));
		return faults->failed ? err_nomem(e) : fatal_fault(l, &faults->items[faults->n - 1], e);
	}
	return header_read(l, b, rec, e);
}

static int scan_all(struct loading *l, struct input *in, struct err *e)
{
	const struct scanner_ops *ops = l->o->scanner ? l->o->scanner : scan_best();
	struct ledger *ledger = &l->out->ledger;
	struct scanner *s = NULL;
	struct scan_batch b;
	int rc = ops->open(in, &l->o->scan, &s, e);

	while (!rc && !(rc = ops->next(s, &b, e)) && b.nrecords) {
		size_t i = 0;

		if (!l->header) {
			rc = first_record(l, &b, &b.records[0], e);
			i = l->o->no_header ? 0 : 1;
		}
		for (; i < b.nrecords && !rc; i++)
			rc = take_record(l, &b, &b.records[i], e);
	}
	if (s) {
		ledger->bytes = s->counts.bytes;
		ledger->bytes_rows = s->counts.rows;
		ledger->bytes_terminators = s->counts.terminators;
		ledger->bytes_skipped = s->counts.skipped;
		ledger->blank_lines = s->counts.blank_lines;
		ledger->dropped_lines = s->counts.dropped_lines;
		ops->close(s);
	}
	if (!rc && !l->header)
		return err_set(e, ERR_DATA, "%s:1:1: error: %s", l->file,
			       ledger->bytes ? "no header: there are only blank lines" : "the file is empty");
	if (!rc && l->keep_raw) {
		buf_add(&l->starts, &l->raw.n, sizeof l->raw.n);
		rc = buf_check(&l->starts, e);
	}
	return rc;
}

/* == types == */

/* A fault of a row of the table: the place of its field, or of the row, in the file. */
static void place_in_row(struct loading *l, size_t fault)
{
	const struct fault *f = &l->out->faults.items[fault];
	struct slice raw = loading_raw(l, f->row);
	size_t k = 0, at;

	while (f->field && k < l->ncols && strcmp(l->cols[k].name, f->field))
		k++;
	at = f->field && k < l->ncols ? scan_locate(&l->o->scan, raw, (size_t)l->cols[k].field) : 0;
	fault_place(&l->out->faults, fault, raw, loading_line(l, f->row), at);
}

static int convert(struct loading *l, struct text_column *c, struct column **out, struct err *e)
{
	const int32_t *codes = (const int32_t *)(const void *)c->text.values.p;
	struct builder typed;
	int rc;

	if (c->type == TYPE_STRING)
		return builder_finish(&c->text, out, e);
	if ((rc = builder_init(&typed, c->type, e)))
		return rc;
	for (int64_t i = 0; i < l->rows && !c->text.failed; i++) {
		struct slice s;

		if (!c->text.valid.p[i]) {
			builder_missing(&typed);
			continue;
		}
		s = dict_value(c->text.dict, codes[i]);
		if (parse_value(&typed, s, l->o->decimal))
			continue;
		builder_missing(&typed);
		fault_add(&l->out->faults, i, c->name, "%s, found '%.*s'%s", type_expectation(c->type),
			  (int)(s.n < 60 ? s.n : 60), s.p, s.n > 60 ? " ..." : "");
		if (!l->out->faults.failed)
			place_in_row(l, l->out->faults.n - 1);
	}
	typed.failed |= c->text.failed;
	rc = builder_finish(&typed, out, e);
	builder_release(&c->text);
	return rc;
}

static int origin_columns(struct loading *l, struct table *t, struct err *e)
{
	struct builder file = { 0 }, line = { 0 };
	struct column *f = NULL, *n = NULL;
	int rc;

	if (!(rc = builder_init(&file, TYPE_STRING, e)))
		rc = builder_init(&line, TYPE_INT64, e);
	for (int64_t i = 0; i < l->rows && !rc; i++) {
		builder_string(&file, l->file, strlen(l->file));
		builder_int64(&line, loading_line(l, i));
	}
	if (!rc && !(rc = builder_finish(&file, &f, e)))
		rc = builder_finish(&line, &n, e);
	if (!rc)
		table_set_origin(t, f, n);
	column_unref(f);
	column_unref(n);
	builder_release(&file);
	builder_release(&line);
	return rc;
}

static int typed_table(struct loading *l, struct table **out, struct err *e)
{
	struct table *t = NULL;
	struct column *c;
	int rc;

	if ((rc = infer_types(l, e)) || (rc = table_new(l->rows, &t, e)))
		return rc;
	for (size_t k = 0; k < l->ncols && !rc; k++) {
		if ((rc = convert(l, &l->cols[k], &c, e)))
			break;
		rc = table_add(t, l->cols[k].name, c, e);
		column_unref(c);
	}
	if (!rc)
		rc = origin_columns(l, t, e);
	if (rc) {
		table_unref(t);
		return rc;
	}
	*out = t;
	return 0;
}

/* == the caller's check == */

static int run_check(struct loading *l, const struct table *t, struct err *e)
{
	struct faults *faults = &l->out->faults;
	size_t known = faults->n;
	int rc = l->o->check->run(l->o->check->ctx, t, faults, e);

	for (size_t i = known; i < faults->n && !rc; i++)
		if (faults->items[i].row >= 0)
			place_in_row(l, i);
	return rc;
}

/* == the end: rejected rows go, the ledger balances == */

static int balance(struct loading *l, struct err *e)
{
	struct ledger *g = &l->out->ledger;

	g->rows_kept = l->out->table->rows;
	g->columns_skipped = (int64_t)(l->nfields - l->ncols);
	if (g->rows_read != g->rows_kept + g->rows_rejected ||
	    g->bytes != g->bytes_rows + g->bytes_terminators + g->bytes_skipped)
		return err_set(e, ERR_DATA, "%s: the ledger does not balance: %lld rows read, %lld kept, %lld rejected; %lld bytes "
			       "read, %lld accounted for; please report this", l->file, (long long)g->rows_read,
			       (long long)g->rows_kept, (long long)g->rows_rejected, (long long)g->bytes,
			       (long long)(g->bytes_rows + g->bytes_terminators + g->bytes_skipped));
	return 0;
}

/* In strict mode the first fault in file order is the error, and the number of the others is told. */
static int strict(struct loading *l, struct err *e)
{
	const struct faults *faults = &l->out->faults;
	const struct fault *first = NULL;
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < faults->n; i++) {
		if (faults->items[i].warning)
			continue;
		first = first ? first : &faults->items[i];
		n++;
	}
	if (!first || l->o->rejects)
		return 0;
	rc = fatal_fault(l, first, e);
	if (n > 1 && e) {
		size_t used = strlen(e->msg);

		snprintf(e->msg + used, sizeof e->msg - used, "\n(%zu more; muster check lists them all)", n - 1);
	}
	return rc;
}

static void loading_release(struct loading *l)
{
	for (size_t k = 0; k < l->nfields; k++)
		mem_free(l->header[k]);
	for (size_t k = 0; k < l->ncols; k++)
		builder_release(&l->cols[k].text);
	mem_free(l->header);
	dict_free(l->names);
	mem_free(l->cols);
	buf_release(&l->lines);
	buf_release(&l->starts);
	buf_release(&l->raw);
	reject_list_release(&l->refused);
}

int load_input(struct input *in, const struct load_options *o, struct load *out, struct err *e)
{
	struct load fresh = LOAD_INIT;
	struct loading l = { .o = o, .out = &fresh, .file = input_name(in), .keep_raw = o->check != NULL };
	struct table *t = NULL;
	int rc;

	if ((rc = scan_all(&l, in, e)) || (rc = typed_table(&l, &t, e)) || (o->check && (rc = run_check(&l, t, e))) ||
	    (rc = fresh.faults.failed ? err_nomem(e) : 0) || (rc = faults_sort(&fresh.faults, e)) ||
	    (rc = reject_rows(&l, t, e)) || (rc = balance(&l, e)))
		goto done;
	rc = strict(&l, e);
done:
	table_unref(t);
	loading_release(&l);
	if (rc)
		load_release(&fresh);
	else
		*out = fresh;
	return rc;
}

int load_file(const char *path, const struct load_options *o, struct load *out, struct err *e)
{
	struct input *in;
	int rc = input_open(&in, path, NULL, e);

	if (rc)
		return rc;
	rc = load_input(in, o, out, e);
	input_close(in);
	return rc;
}

void load_release(struct load *l)
{
	table_unref(l->table);
	table_unref(l->rejects);
	faults_release(&l->faults);
	for (size_t i = 0; i < l->nreasons; i++)
		mem_free(l->reasons[i].text);
	mem_free(l->reasons);
	*l = (struct load)LOAD_INIT;
}
