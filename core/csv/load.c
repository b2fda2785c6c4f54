/*
 * load.c - files to one typed table.
 *
 * One pass over the files turns their rows into columns (pass.c). A column whose values turned out to be text only
 * after some had been taken for numbers is read again, it alone. Then the check that the caller handed in looks at the
 * typed table, rows with a fault go to the rejects, and the ledger must balance.
 */
#include "csv/load_priv.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* == faults == */

/* A fault that leaves no table at all: told in full, whatever `rejects` says. */
int fatal_fault(const struct loading *l, const struct fault *f, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	fault_print(&text, l->sources[f->file].name, f);
	rc = text.failed ? err_nomem(e) : err_set(e, ERR_DATA, "%s", text.p);
	buf_release(&text);
	return rc;
}

const char *type_expectation(enum type t)
{
	static const char *const texts[] = {
		[TYPE_BOOL] = "expected true or false",
		[TYPE_INT64] = "expected an integer",
		[TYPE_FLOAT64] = "expected a number",
		[TYPE_DATE] = "expected a date YYYY-MM-DD",
		[TYPE_DATETIME] = "expected a datetime YYYY-MM-DDThh:mm:ss",
		[TYPE_STRING] = "expected text",
		[TYPE_QUANTITY] = "expected a quantity",
	};

	return texts[t];
}

static const struct fault *first_fault(const struct faults *faults, size_t *n)
{
	const struct fault *first = NULL;

	*n = 0;
	for (size_t i = 0; i < faults->n; i++) {
		if (faults->items[i].warning)
			continue;
		first = first ? first : &faults->items[i];
		++*n;
	}
	return first;
}

/* In strict mode the first fault in file order is the error, and the number of the others is told. */
int loading_strict(struct loading *l, struct err *e)
{
	size_t n;
	const struct fault *first = first_fault(&l->out->faults, &n);
	int rc;

	if (!first || l->o->rejects)
		return 0;
	rc = fatal_fault(l, first, e);
	if (n > 1 && e) {
		size_t used = strlen(e->msg);

		snprintf(e->msg + used, sizeof e->msg - used, "\n(%zu more; muster check lists them all)", n - 1);
	}
	return rc;
}

/* == rows as they stood in the file == */

static int64_t block_of(const struct store *s, int64_t row)
{
	int64_t low = 0, high = s->nblocks - 1;

	while (low < high) {
		int64_t middle = low + (high - low + 1) / 2;

		if (s->stretches[middle].row <= row)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

struct slice loading_raw(const struct loading *l, int64_t row, int64_t *line, int32_t *file)
{
	int64_t block = block_of(l->store, row);
	const struct stretch *s = &l->store->stretches[block];
	const struct kept_row *r = &l->kept[block].rows[row - s->row];

	*line = r->line;
	*file = (int32_t)s->file;
	return slice_of(l->kept[block].raw + r->at, r->n);
}

/* A fault of a row of the table: the place of its field, or of the row, in the file. */
static void place_in_row(struct loading *l, size_t fault)
{
	struct fault *f = &l->out->faults.items[fault];
	const struct store_column *column;
	const struct source *s;
	int64_t line;
	struct slice raw = loading_raw(l, f->row, &line, &f->file);
	int field;

	s = &l->sources[f->file];
	column = f->field ? store_find(l->store, f->field) : NULL;
	field = column ? source_field(s, column->number) : -1;
	fault_place(&l->out->faults, fault, raw, line, field > 0 ? scan_locate(&s->scan, raw, (size_t)field) : 0);
	if (replay_find(l, f->file, line))
		fault_of_correction(&l->out->faults, fault);
}

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

/* == columns == */

/* Blocks of files that do not have a column miss all of it. */
void loading_absent(const struct loading *l, struct store *s, struct store_column *c)
{
	for (int64_t b = 0; b < s->nblocks; b++) {
		const struct source *source = &l->sources[s->stretches[b].file];

		if (source_field(source, c->number) < 0 && c->parts[b].kind != KIND_TEXT)
			c->parts[b] = (struct part){ .kind = KIND_NONE, .missing = s->stretches[b].n };
	}
}

static int add_reasons(struct loading *l, int column, const struct store_column *c, enum type t, struct err *e)
{
	static const enum type narrow[] = { TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_DATETIME };

	for (size_t i = 0; i < sizeof narrow / sizeof *narrow && !c->declared && narrow[i] != t; i++) {
		const struct ruled_out *r = &c->ruled_out[narrow[i]];
		struct load_reason *grown;

		if (r->row < 0)
			continue;
		if (!(grown = mem_resize(l->out->reasons, (l->out->nreasons + 1) * sizeof *grown)))
			return err_nomem(e);
		l->out->reasons = grown;
		grown[l->out->nreasons] = (struct load_reason){ .column = column, .type = narrow[i], .line = r->line,
			.file = (int32_t)l->store->stretches[block_of(l->store, r->row)].file };
		if (!(grown[l->out->nreasons].text = mem_strdup(r->text)))
			return err_nomem(e);
		l->out->nreasons++;
	}
	return 0;
}

/* Columns that have to be read again as text, into a store of their own. */
static int read_again(struct loading *l, struct column **cols, const bool *again, struct err *e)
{
	struct store *first = l->store, second;
	int rc = store_init(&second, first->nthreads, e);

	if (rc)
		return rc;
	/* The same numbers as in the first pass: what is not read again is there, but asks for nothing. */
	for (size_t k = 0; k < first->ncols && !rc; k++) {
		struct store_column *c;

		if ((rc = store_add_column(&second, first->cols[k]->name, &c, e)))
			break;
		c->declared = true;
		c->type = TYPE_STRING;
		c->kind = !again[k] ? KIND_LEFT : first->cols[k]->crowded ? KIND_TEXT : KIND_CODES;
		/*
		 * Values that came after the first blocks can look like text to one thread and like numbers to two, which
		 * must not decide how they are kept: strings at once have codes, so those read again have them too.
		 */
		c->keeps_codes = !first->cols[k]->early;
	}
	l->settled = true;
	sources_rewind(l);
	rc = rc ? rc : pass_run(l, &second, INT64_MAX, e);
	l->settled = false;
	if (!rc && second.rows != first->rows)
		rc = err_set(e, ERR_IO, "'%s' changed while it was read", l->sources[0].name);
	for (size_t k = 0; k < first->ncols && !rc; k++) {
		bool crowded = false;

		if (!again[k])
			continue;
		loading_absent(l, &second, second.cols[k]);
		rc = store_finish(&second, second.cols[k], TYPE_STRING, &cols[k], &crowded, e);
		first->cols[k]->crowded |= crowded;
	}
	store_release(&second);
	return rc;
}

static int finish_columns(struct loading *l, struct column **cols, bool *again, bool *any, struct err *e)
{
	struct store *s = l->store;
	int rc = 0;

	*any = false;
	for (size_t k = 0; k < s->ncols && !rc; k++) {
		struct store_column *c = s->cols[k];
		enum type t;

		loading_absent(l, s, c);
		t = store_type(s, c, &again[k]);
		t = c->declared ? c->type : t;
		if (!again[k])
			rc = store_finish(s, c, t, &cols[k], &again[k], e);
		*any |= again[k];
		rc = rc ? rc : add_reasons(l, (int)k, c, t, e);
	}
	return rc;
}

static int make_table(struct loading *l, struct table **out, struct err *e)
{
	struct store *s = l->store;
	struct column **cols = mem_zero(s->ncols, sizeof(struct column *));
	bool *again = mem_zero(s->ncols, sizeof *again), any = false;
	struct origin *origin = NULL;
	struct table *t = NULL;
	int rc = cols && again ? finish_columns(l, cols, again, &any, e) : err_nomem(e);

	/* Twice at most: a dictionary that is too big for all threads together is only seen at the end. */
	for (int round = 0; round < 2 && any && !rc; round++) {
		rc = read_again(l, cols, again, e);
		any = false;
		for (size_t k = 0; k < s->ncols; k++)
			any |= again[k] = again[k] && !cols[k];
	}
	if (!rc)
		rc = table_new(s->rows, &t, e);
	for (size_t k = 0; k < s->ncols && !rc; k++)
		rc = table_add(t, s->cols[k]->name, cols[k], e);
	if (!rc && !(rc = origin_finish(&l->origin, s->rows, (const char *const *)l->out->files, (int32_t)l->out->nfiles, &origin, e)))
		table_set_origin(t, origin);
	origin_unref(origin);
	for (size_t k = 0; cols && k < s->ncols; k++)
		column_unref(cols[k]);
	mem_free(cols);
	mem_free(again);
	if (rc)
		table_unref(t);
	else
		*out = t;
	return rc;
}

/* == the end == */

/* What the check finds of the rows before a fault of the text; of columns it can only speak when all headers were read. */
static void check_rows_before(struct loading *l)
{
	struct table *t = NULL;

	if (l->o->check && l->sources[l->nsources - 1].header && !make_table(l, &t, NULL))
		run_check(l, t, NULL);
	table_unref(t);
}

int loading_first(struct loading *l, int rc, struct err *e)
{
	const struct fault *first;
	size_t n;

	if (!l->cut || l->o->rejects)
		return rc;
	check_rows_before(l);
	if (l->out->faults.failed || faults_sort(&l->out->faults, NULL) || !(first = first_fault(&l->out->faults, &n)))
		return rc;
	return fatal_fault(l, first, e);
}

int loading_balance(struct loading *l, struct err *e)
{
	struct ledger *g = &l->out->ledger;

	if (l->out->table)
		g->rows_kept = l->out->table->rows;
	g->columns_skipped = 0;
	for (size_t i = 0; i < l->nsources; i++)
		g->columns_skipped += (int64_t)(l->sources[i].nfields - l->sources[i].nwanted);
	if (g->rows_read != g->rows_kept + g->rows_rejected + g->rows_filtered ||
	    g->bytes != g->bytes_rows + g->bytes_terminators + g->bytes_skipped)
		return err_set(e, ERR_DATA, "%s: the ledger does not balance: %lld rows read, %lld kept, %lld rejected; %lld bytes "
			       "read, %lld accounted for; please report this", l->sources[0].name, (long long)g->rows_read,
			       (long long)g->rows_kept, (long long)g->rows_rejected, (long long)g->bytes,
			       (long long)(g->bytes_rows + g->bytes_terminators + g->bytes_skipped));
	return 0;
}

void loading_release(struct loading *l)
{
	reader_close(l->reader);
	for (size_t i = 0; i < l->nsources; i++)
		source_release(&l->sources[i]);
	mem_free(l->sources);
	for (int64_t b = 0; b < l->nkept; b++) {
		mem_free(l->kept[b].raw);
		mem_free(l->kept[b].rows);
	}
	mem_free(l->kept);
	origin_runs_release(&l->origin);
	reject_list_release(&l->refused);
	if (l->store)
		store_release(l->store);
	*l = (struct loading){ 0 };      /* a stream that could not be opened is closed, too */
}

int loading_names(struct loading *l, struct err *e)
{
	struct load *out = l->out;

	if (!(out->files = mem_zero(l->nsources, sizeof *out->files)) ||
	    !(out->dialects = mem_zero(l->nsources, sizeof *out->dialects)))
		return err_nomem(e);
	for (; out->nfiles < l->nsources; out->nfiles++)
		if (!(out->files[out->nfiles] = mem_strdup(l->sources[out->nfiles].name)))
			return err_nomem(e);
	return 0;
}

static int load_sources(struct loading *l, struct load *out, struct err *e)
{
	struct store *store = l->store;
	struct faults *faults = &l->out->faults;
	struct table *t = NULL;
	int threads = l->o->threads > 0 ? l->o->threads : thread_online();
	int rc = store_init(store, (size_t)(threads < THREAD_MAX ? threads : THREAD_MAX), e);

	store->nfiles = l->nsources > 1 ? l->nsources : 0;
	l->keep_raw = l->o->check != NULL;
	if (rc || (rc = loading_names(l, e)) || (rc = replay_open(l, e)))
		goto done;
	if ((rc = pass_run(l, store, INT64_MAX, e))) {
		rc = loading_first(l, rc, e);
		goto done;
	}
	if ((rc = replay_check(l, e)) ||
	    (l->nsources > 1 && (rc = header_check(l, e))) || (rc = make_table(l, &t, e)) ||
	    (l->o->check && (rc = run_check(l, t, e))) || (rc = loading_file_column(l, store, t, e)) ||
	    (l->nsources > 1 && (rc = drift_find(l, e))) || (rc = faults->failed ? err_nomem(e) : 0) ||
	    (rc = faults_sort(faults, e)) || (rc = reject_rows(l, t, e)) || (rc = loading_balance(l, e)))
		goto done;
	rc = loading_strict(l, e);
done:
	if (l->o->progress)
		l->o->progress(l->o->progress_ctx, 0, 0, -1);
	table_unref(t);
	if (rc)
		load_release(l->out);
	else
		*out = *l->out;
	loading_release(l);
	return rc;
}

int load_input(struct input *in, const struct load_options *o, struct load *out, struct err *e)
{
	struct load fresh = LOAD_INIT;
	struct store store;
	struct loading l = { .o = o, .nsources = 1, .out = &fresh, .store = &store };
	int64_t taken;

	if (!(l.sources = mem_zero(1, sizeof *l.sources)))
		return err_nomem(e);
	l.sources[0].in = in;
	input_progress(in, &taken, &l.sources[0].size);
	if (!(l.sources[0].name = mem_strdup(input_name(in)))) {
		mem_free(l.sources);
		return err_nomem(e);
	}
	return load_sources(&l, out, e);
}

static int64_t size_of_file(const char *path)
{
	struct stat st;

	if (!strcmp(path, "-"))
		return -1;
	return !stat(path, &st) && S_ISREG(st.st_mode) ? st.st_size : -1;
}

int loading_open(struct loading *l, const char *const *paths, size_t n, const struct load_options *o, struct load *out, struct err *e)
{
	*l = (struct loading){ .o = o, .out = out };
	if (!(l->sources = mem_zero(n, sizeof *l->sources)))
		return err_nomem(e);
	for (; l->nsources < n; l->nsources++) {
		struct source *s = &l->sources[l->nsources];

		s->path = paths[l->nsources];
		s->size = size_of_file(s->path);
		if (!(s->name = mem_strdup(strcmp(s->path, "-") ? s->path : "standard input"))) {
			/* who called may release it once more */
			loading_release(l);
			*l = (struct loading){ .o = o, .out = out };
			return err_nomem(e);
		}
	}
	return 0;
}

int load_files(const char *const *paths, size_t n, const struct load_options *o, struct load *out, struct err *e)
{
	struct load fresh = LOAD_INIT;
	struct store store;
	struct loading l;
	int rc = loading_open(&l, paths, n, o, &fresh, e);

	l.store = &store;
	return rc ? rc : load_sources(&l, out, e);
}

int load_file(const char *path, const struct load_options *o, struct load *out, struct err *e)
{
	return load_files(&path, 1, o, out, e);
}

void load_release(struct load *l)
{
	table_unref(l->table);
	table_unref(l->rejects);
	faults_release(&l->faults);
	for (size_t i = 0; i < l->nreasons; i++)
		mem_free(l->reasons[i].text);
	mem_free(l->reasons);
	mem_free(l->drift);
	for (size_t i = 0; i < l->nfiles; i++)
		mem_free(l->files[i]);
	mem_free(l->files);
	mem_free(l->dialects);
	*l = (struct load)LOAD_INIT;
}
