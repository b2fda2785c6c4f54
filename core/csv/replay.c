/*
 * replay.c - rejected rows that somebody corrected go back into their places.
 *
 * A table of rejects with one more column, `corrected`, says of each row which file and line it stood on, what stood
 * there and what should. The reader puts the new record where the old one was (reader.h), so that it is typed and
 * checked like any other. Whatever does not match exactly is an error: a correction must never land on another row.
 */
#include "csv/load_priv.h"

#include <string.h>

enum { FILE_NAME, LINE, RAW, CORRECTED, COLUMNS };
static const char *const names[COLUMNS] = { "file", "line", "raw", "corrected" };

/* == a file of rejects == */

/* Where the columns are in the record; false when one is not there, whose name is then in *lacks. */
static bool find_columns(const struct scan_batch *b, size_t at[COLUMNS], const char **lacks)
{
	const struct scan_record *rec = b->records;

	*lacks = names[FILE_NAME];
	for (int k = 0; k < COLUMNS && b->nrecords; k++) {
		*lacks = names[k];
		for (at[k] = 0; at[k] < rec->nfields; at[k]++)
			if (slice_is(b->fields[rec->field + at[k]], names[k]))
				break;
		if (at[k] == rec->nfields)
			return false;
	}
	return b->nrecords;
}

/* Spreadsheets write other separators than they read: that which makes the columns out of the header. */
static int guess_separator(struct input *in, struct scan_options *o, struct err *e)
{
	static const char seps[] = { ',', ';', '\t' };
	struct slice head;
	int rc = input_peek(in, 4096, &head, e);

	for (size_t k = 0; k < sizeof seps && !rc; k++) {
		struct input *text = NULL;
		struct scanner *s = NULL;
		struct scan_batch b;
		size_t at[COLUMNS];
		const char *lacks;
		bool found = false;

		o->sep = seps[k];
		if (!(rc = input_memory(&text, input_name(in), head.p, head.n, e)) && !(rc = scan_ref.open(text, o, &s, e)) &&
		    !(rc = s->ops->next(s, &b, e)))
			found = find_columns(&b, at, &lacks);
		if (s)
			s->ops->close(s);
		input_close(text);
		if (found)
			return 0;
	}
	o->sep = ',';
	return rc;
}

static int take_record(struct builder to[COLUMNS], const char *file, const struct scan_batch *b, const struct scan_record *rec,
		       const size_t at[COLUMNS], struct err *e)
{
	struct slice v[COLUMNS];
	int64_t line;

	if (rec->fault)
		return err_set(e, ERR_DATA, "%s:%lld:1: error: %s", file, (long long)rec->line, scan_fault_text(rec->fault));
	for (int k = 0; k < COLUMNS; k++) {
		if (at[k] >= rec->nfields)
			return err_set(e, ERR_DATA, "%s:%lld:1: error: there is no field for the column '%s'", file,
				       (long long)rec->line, names[k]);
		v[k] = b->fields[rec->field + at[k]];
	}
	if (!v[CORRECTED].n)
		return 0;
	if (!text_int64(v[LINE], &line))
		return err_set(e, ERR_DATA, "%s:%lld:1: error: column 'line': expected an integer, found '%.*s'", file,
			       (long long)rec->line, (int)(v[LINE].n < 60 ? v[LINE].n : 60), v[LINE].p);
	for (int k = 0; k < COLUMNS; k++) {
		if (k == LINE)
			builder_int64(&to[k], line);
		else
			builder_string(&to[k], v[k].p, v[k].n);
	}
	return 0;
}

static int take_records(struct builder to[COLUMNS], struct input *in, struct err *e)
{
	struct scan_options o = SCAN_DEFAULT;
	const struct scanner_ops *ops = scan_best();
	struct scanner *s = NULL;
	struct scan_batch b;
	size_t at[COLUMNS];
	const char *lacks;
	bool head = true;
	int rc;

	if ((rc = guess_separator(in, &o, e)) || (rc = ops->open(in, &o, &s, e)))
		return rc;
	while (!rc && !(rc = ops->next(s, &b, e)) && (b.nrecords || head)) {
		if (head && !find_columns(&b, at, &lacks))
			rc = err_set(e, ERR_DATA, "%s: no column '%s': not a file of rejects with corrections", input_name(in), lacks);
		for (size_t i = head; i < b.nrecords && !rc; i++)
			rc = take_record(to, input_name(in), &b, &b.records[i], at, e);
		head = false;
	}
	ops->close(s);
	return rc;
}

int replay_read(const char *path, struct table **out, struct err *e)
{
	struct builder to[COLUMNS] = { 0 };
	struct input *in = NULL;
	struct table *t = NULL;
	int rc = 0;

	for (int k = 0; k < COLUMNS && !rc; k++)
		rc = builder_init(&to[k], k == LINE ? TYPE_INT64 : TYPE_STRING, e);
	if (!rc && !(rc = input_open(&in, path, NULL, e)) && !(rc = take_records(to, in, e)))
		rc = table_new(to[FILE_NAME].length, &t, e);
	for (int k = 0; k < COLUMNS && !rc; k++) {
		struct column *c;

		if ((rc = builder_finish(&to[k], &c, e)))
			break;
		rc = table_add(t, names[k], c, e);
		column_unref(c);
	}
	for (int k = 0; k < COLUMNS; k++)
		builder_release(&to[k]);
	input_close(in);
	if (rc)
		table_unref(t);
	else
		*out = t;
	return rc;
}

/* == corrections of a load == */

static const char *base_name(const char *path, size_t n)
{
	const char *p = path + n;

	while (p > path && p[-1] != '/')
		p--;
	return p;
}

/* As it was named, or in another folder when there is only one file. */
static bool is_file(const struct loading *l, const struct source *s, struct slice name)
{
	const char *base = base_name(name.p, name.n);

	return slice_is(name, s->name) || (l->nsources == 1 && slice_is(slice_of(base, (size_t)(name.p + name.n - base)),
								      base_name(s->name, strlen(s->name))));
}

static int add_patch(struct source *s, const struct patch *p, struct err *e)
{
	struct patch *grown;
	size_t cap = s->patch_cap ? s->patch_cap * 2 : 16;

	if (s->npatches == s->patch_cap) {
		if (!(grown = mem_resize(s->patches, cap * sizeof *grown)))
			return err_nomem(e);
		s->patches = grown;
		s->patch_cap = cap;
	}
	s->patches[s->npatches++] = *p;
	return 0;
}

static int by_line(const void *a, const void *b, const void *ctx)
{
	const struct patch *x = a, *y = b;

	(void)ctx;
	return (x->line > y->line) - (x->line < y->line);
}

/* In the order of their lines, one a line. */
static int order(struct source *s, struct err *e)
{
	size_t n = 0;
	int rc = sort_stable(s->patches, s->npatches, sizeof *s->patches, by_line, NULL, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < s->npatches; i++) {
		const struct patch *p = &s->patches[i], *last = n ? &s->patches[n - 1] : NULL;

		if (!last || last->line != p->line)
			s->patches[n++] = *p;
		else if (!slice_eq(last->text, p->text) || !slice_eq(last->raw, p->raw))
			return err_set(e, ERR_DATA, "line %lld of '%s' is corrected in two ways", (long long)p->line, s->name);
	}
	s->npatches = n;
	return 0;
}

static int find_table_columns(const struct table *t, const struct column *cols[COLUMNS], struct err *e)
{
	for (int k = 0; k < COLUMNS; k++) {
		enum type want = k == LINE ? TYPE_INT64 : TYPE_STRING;
		int rc = table_column(t, names[k], &cols[k], e);

		if (rc)
			return rc;
		if (cols[k]->type != want && cols[k]->missing < cols[k]->length)
			return err_set(e, ERR_TYPE, "corrections: column '%s' is %s and has to be %s", names[k],
				       type_name(cols[k]->type), type_name(want));
	}
	return 0;
}

static int take_row(struct loading *l, const struct column *const cols[COLUMNS], int64_t row, struct err *e)
{
	struct patch p = { 0 };
	struct slice file;
	bool known = false;
	int rc = 0;

	for (int k = 0; k < COLUMNS; k++)
		if (!column_has(cols[k], row))
			return err_set(e, ERR_DATA, "row %lld of the corrections has no '%s'", (long long)row + 1, names[k]);
	file = column_string(cols[FILE_NAME], row);
	p.line = cols[LINE]->as.i64[row];
	p.raw = column_string(cols[RAW], row);
	p.text = column_string(cols[CORRECTED], row);
	for (size_t i = 0; i < l->nsources && !rc; i++) {
		if (!is_file(l, &l->sources[i], file))
			continue;
		known = true;
		rc = add_patch(&l->sources[i], &p, e);
	}
	if (!rc && !known)
		rc = err_set(e, ERR_DATA, "row %lld of the corrections is for '%.*s', which is not read here", (long long)row + 1,
			     (int)(file.n < 500 ? file.n : 500), file.p);
	return rc;
}

int replay_open(struct loading *l, struct err *e)
{
	const struct column *cols[COLUMNS];
	int rc = 0;

	if (!l->o->replay)
		return 0;
	rc = find_table_columns(l->o->replay, cols, e);
	/* a row without a correction may lack the rest, too */
	for (int64_t row = 0; row < l->o->replay->rows && !rc; row++)
		if (column_has(cols[CORRECTED], row))
			rc = take_row(l, cols, row, e);
	for (size_t i = 0; i < l->nsources && !rc; i++)
		rc = order(&l->sources[i], e);
	return rc;
}

int replay_check(const struct loading *l, struct err *e)
{
	for (size_t i = 0; i < l->nsources; i++)
		for (size_t k = 0; k < l->sources[i].npatches; k++)
			if (!l->sources[i].patches[k].used)
				return err_set(e, ERR_DATA, "no row begins on line %lld of '%s', which the rejects correct",
					       (long long)l->sources[i].patches[k].line, l->sources[i].name);
	return 0;
}

const struct patch *replay_find(const struct loading *l, int32_t file, int64_t line)
{
	const struct source *s = &l->sources[file];
	size_t low = 0, high = s->npatches;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->patches[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->npatches && s->patches[low].line == line ? &s->patches[low] : NULL;
}
