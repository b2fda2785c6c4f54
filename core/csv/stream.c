/*
 * stream.c - files as a sequence of tables, in bounded memory.
 *
 * A pass stops after so many blocks, its rows become a table, and the next pass goes on where it stopped. Types are
 * those of the whole input: a first reading makes tables of nothing and only remembers what kinds of values it saw.
 *
 * An optimistic stream hopes that the first part shows the types of all. What it reads it remembers as a first reading
 * does; when a later part disappoints it, the first reading is done up to there and only has to be finished.
 */
#include "csv/load_priv.h"

#include <string.h>

enum { CHUNK_BLOCKS = 64 };

struct stream_column {
	char *name;
	bool declared;
	enum type type;
	uint32_t seen;           /* bits of enum kind */
	enum kind strings;       /* KIND_CODES or KIND_TEXT, as they were kept last; KIND_NONE = not known */
};

struct load_stream {
	struct loading l;
	struct load_options o;
	struct load result;
	struct stream_column *cols;
	size_t ncols;
	bool typed;              /* all types are known */
	bool once;               /* one reading does it: what it finds is recorded */
	bool hopeful;            /* and types that are not declared are those of the first part, */
	enum type *hoped;        /* a column each; NULL before there is one */
	size_t nhoped;
	bool some;               /* a table was handed out */
};

/* == types == */

static enum type type_of(uint32_t seen)
{
	static const struct {
		enum kind kind;
		enum type type;
	} of[] = { { KIND_BOOL, TYPE_BOOL }, { KIND_INT64, TYPE_INT64 }, { KIND_FLOAT64, TYPE_FLOAT64 },
		   { KIND_DATE, TYPE_DATE }, { KIND_DATETIME, TYPE_DATETIME } };
	const uint32_t numbers = 1u << KIND_INT64 | 1u << KIND_FLOAT64;

	seen &= ~(1u << KIND_NONE);
	if (seen == numbers)
		return TYPE_FLOAT64;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (seen == 1u << of[i].kind)
			return of[i].type;
	return TYPE_STRING;
}

/* What the columns of this part showed, and new ones. */
static int remember(struct load_stream *s, struct store *store, struct err *e)
{
	struct stream_column *grown = mem_resize(s->cols, store->ncols * sizeof *grown);

	if (!grown && store->ncols)
		return err_nomem(e);
	s->cols = grown;
	for (size_t k = 0; k < store->ncols; k++) {
		struct store_column *c = store->cols[k];

		if (k >= s->ncols) {
			s->cols[k] = (struct stream_column){ .name = mem_strdup(c->name), .declared = c->declared,
							     .type = c->type };
			if (!s->cols[k].name)
				return err_nomem(e);
			s->ncols++;
		}
		for (int64_t b = 0; b < store->nblocks; b++)
			s->cols[k].seen |= 1u << c->parts[b].kind;
	}
	return 0;
}

/*
 * The first part gives the types; all others have to have them, and the same columns. A column that is missing
 * altogether says nothing: where the first part has no value, it is text.
 */
static int check_hope(struct load_stream *s, const struct store *store, struct err *e)
{
	bool first = !s->hoped;

	if (first && !(s->hoped = mem_zero(store->ncols, sizeof *s->hoped)))
		return err_nomem(e);
	s->nhoped = first ? store->ncols : s->nhoped;
	if (store->ncols > s->nhoped)
		return err_set(e, ERR_RETYPE, "column '%s' is not in the first rows", store->cols[s->nhoped]->name);
	for (size_t k = 0; k < store->ncols; k++) {
		const struct store_column *c = store->cols[k];
		bool again, empty = true;
		enum type t = store_type(store, c, &again);

		for (int64_t b = 0; b < store->nblocks && empty; b++)
			empty = c->parts[b].kind == KIND_NONE;
		if (c->declared || first)
			s->hoped[k] = c->declared ? c->type : t;
		if (c->declared || (!again && (empty || t == s->hoped[k] || (t == TYPE_INT64 && s->hoped[k] == TYPE_FLOAT64))))
			continue;
		return err_set(e, ERR_RETYPE, "column '%s' has to be read again as %s", c->name,
			       type_name(type_of(s->cols[k].seen)));
	}
	return 0;
}

/* Strings are kept as in the part before, so that no block is looked at alone to find out what is better. */
static void remember_strings(struct load_stream *s, const struct store *store)
{
	for (size_t k = 0; k < store->ncols && k < s->ncols; k++)
		if (store->cols[k]->kind == KIND_CODES || store->cols[k]->kind == KIND_TEXT)
			s->cols[k].strings = store->cols[k]->kind;
}

/* The columns known so far, in a fresh store. */
static int begin_part(struct load_stream *s, struct store *store, struct err *e)
{
	int threads = s->o.threads > 0 ? s->o.threads : thread_online();
	int rc = store_init(store, (size_t)(threads < THREAD_MAX ? threads : THREAD_MAX), e);

	if (rc)
		return rc;
	store->codes_max = (size_t)1 << 30;      /* nothing can be read again */
	s->l.store = store;
	for (size_t k = 0; k < s->ncols && !rc; k++) {
		const struct stream_column *known = &s->cols[k];
		struct store_column *c;

		if ((rc = store_add_column(store, known->name, &c, e)))
			break;
		c->declared = s->typed || known->declared;
		c->type = s->typed && !known->declared ? type_of(known->seen) : known->type;
		if (c->declared)
			c->kind = convert_kind(c->type);
		else if (s->hoped && k < s->nhoped && known->seen & ~(1u << KIND_NONE))
			c->kind = convert_kind(s->hoped[k]);
		c->since = -1;           /* from the first block on */
		c->keeps_codes = known->strings == KIND_CODES;
		if (c->kind == KIND_CODES && known->strings == KIND_TEXT)
			c->kind = KIND_TEXT;
	}
	return rc;
}

static void end_part(struct load_stream *s, struct store *store)
{
	s->l.store = NULL;
	store_release(store);
	origin_runs_release(&s->l.origin);
}

/* Once through everything, for the types, the faults and the ledger. */
static int first_reading(struct load_stream *s, struct err *e)
{
	struct store store;
	bool end = false;
	int rc = 0;

	while (!rc && !end) {
		if (!(rc = begin_part(s, &store, e)) && !(rc = pass_run(&s->l, &store, CHUNK_BLOCKS, e)) &&
		    !(rc = remember(s, &store, e))) {
			end = !store.nblocks;
			s->result.ledger.rows_kept += store.rows;
		}
		end_part(s, &store);
	}
	return rc ? loading_first(&s->l, rc, e) : 0;
}

/* == tables == */

/*
 * What s->o.keep says of the rows, a byte each; *kept: of how many it is 1. Its columns are finished for it and go to cols[],
 * where they wait for the others.
 */
static int ask_keep(struct load_stream *s, struct store *store, struct column **cols, uint8_t **keep, int64_t *kept, struct err *e)
{
	const struct load_keep *ask = s->o.keep;
	struct table *t = NULL;
	bool again;
	int rc = table_new(store->rows, &t, e);

	for (size_t i = 0; i < ask->ncolumns && !rc; i++) {
		const struct store_column *c = store_find(store, ask->columns[i]);
		int k = c ? c->number : -1;

		if (k < 0)       /* another file may have it */
			rc = err_set(e, s->hopeful ? ERR_RETYPE : ERR_NAME,
				     "the rows to keep depend on column '%s', which is not read", ask->columns[i]);
		else if (!cols[k])
			rc = store_finish(store, store->cols[k], s->hoped ? s->hoped[k] : c->type, &cols[k], &again, e);
		rc = rc ? rc : table_add(t, ask->columns[i], cols[k], e);
	}
	*kept = 0;
	if (!rc && !(*keep = mem_zero((size_t)store->rows, 1)))
		rc = err_nomem(e);
	if (!rc && store->rows)
		rc = ask->run(ask->ctx, t, *keep, e);
	for (int64_t row = 0; row < store->rows && !rc; row++)
		*kept += (*keep)[row] != 0;
	table_unref(t);
	return rc;
}

/* Nobody will look at its strings: their dictionaries need not become one. */
static void forget_codes(struct store *store, struct store_column *c)
{
	for (int64_t b = 0; b < store->nblocks; b++)
		if (c->parts[b].kind == KIND_CODES)
			c->parts[b] = (struct part){ .kind = KIND_NONE, .missing = store->stretches[b].n };
}

static int part_columns(struct load_stream *s, struct store *store, struct column **cols, uint8_t **keep, struct err *e)
{
	int64_t kept = 1;
	bool again;
	int rc = 0;

	for (size_t k = 0; k < store->ncols; k++)
		loading_absent(&s->l, store, store->cols[k]);
	if (s->o.keep)
		rc = ask_keep(s, store, cols, keep, &kept, e);
	for (size_t k = 0; k < store->ncols && !rc; k++) {
		if (cols[k])
			continue;
		if (!kept)
			forget_codes(store, store->cols[k]);
		rc = store_finish(store, store->cols[k], s->hoped ? s->hoped[k] : store->cols[k]->type, &cols[k], &again, e);
	}
	return rc;
}

static int part_table(struct load_stream *s, struct store *store, struct table **out, struct err *e)
{
	struct column **cols = mem_zero(store->ncols, sizeof(struct column *));
	struct origin *origin = NULL;
	struct table *t = NULL;
	uint8_t *keep = NULL;
	int64_t filtered;
	int rc = cols ? part_columns(s, store, cols, &keep, e) : err_nomem(e);

	rc = rc ? rc : table_new(store->rows, &t, e);
	for (size_t k = 0; k < store->ncols && !rc; k++)
		rc = table_add(t, store->cols[k]->name, cols[k], e);
	if (!rc)
		rc = loading_file_column(&s->l, store, t, e);
	if (!rc)
		rc = origin_finish(&s->l.origin, store->rows, (const char *const *)s->result.files, (int32_t)s->result.nfiles,
				   &origin, e);
	if (!rc) {
		table_set_origin(t, origin);
		rc = reject_drop(&s->l, t, keep, &filtered, out, e);
	}
	if (!rc) {
		s->result.ledger.rows_filtered += filtered;
		s->result.ledger.rows_kept -= s->once ? 0 : filtered;    /* of the first reading */
	}
	for (size_t k = 0; cols && k < store->ncols; k++)
		column_unref(cols[k]);
	mem_free(cols);
	mem_free(keep);
	origin_unref(origin);
	table_unref(t);
	return rc;
}

static int undeclared(const struct load_stream *s, const struct store *store, struct err *e)
{
	for (size_t k = 0; k < store->ncols; k++)
		if (!store->cols[k]->declared)
			return err_set(e, ERR_USAGE, "%s: a pipe can be read only once, so the types of all its columns have to be "
				       "declared; that of '%s' is not", s->l.sources[0].name, store->cols[k]->name);
	return 0;
}

static int finish(struct load_stream *s, struct err *e)
{
	int rc = s->result.faults.failed ? err_nomem(e) : faults_sort(&s->result.faults, e);

	/* a stream that is asked for more behind its end, or begun anew, ends more than once */
	table_unref(s->result.rejects);
	s->result.rejects = NULL;
	if (rc || (rc = loading_strict(&s->l, e)) || (rc = reject_table(&s->l, e)))
		return rc;
	s->result.ledger.rows_kept = s->result.ledger.rows_read - s->result.ledger.rows_rejected - s->result.ledger.rows_filtered;
	return loading_balance(&s->l, e);
}

/* The end of the only reading. */
static int finish_once(struct load_stream *s, struct err *e)
{
	int rc = s->hopeful ? header_check(&s->l, e) : 0;

	return rc ? rc : finish(s, e);
}

int load_stream_next(struct load_stream *s, struct table **out, struct err *e)
{
	struct store store;
	struct table *t = NULL;
	int rc;

	*out = NULL;
	s->l.settled = !s->once;
	if (!(rc = begin_part(s, &store, e)) && !(rc = pass_run(&s->l, &store, CHUNK_BLOCKS, e))) {
		if (s->once)
			rc = remember(s, &store, e);
		remember_strings(s, &store);
		if (!rc && s->hopeful)
			rc = check_hope(s, &store, e);
		else if (!rc && s->once)
			rc = undeclared(s, &store, e);
		if (!rc && (store.nblocks || !s->some))
			rc = part_table(s, &store, &t, e);
		if (!rc && s->once)
			rc = store.nblocks ? faults_sort(&s->result.faults, e) : finish_once(s, e);
		if (!rc && s->once && store.nblocks)
			rc = loading_strict(&s->l, e);
	}
	end_part(s, &store);
	if (rc) {
		table_unref(t);
		return loading_first(&s->l, rc, e);
	}
	s->some = true;
	*out = t;
	return 0;
}

/* == the whole == */

/* The first reading, from where it is to the end; then everything begins. */
static int settle_types(struct load_stream *s, struct err *e)
{
	int rc;

	if ((rc = first_reading(s, e)) || (rc = header_check(&s->l, e)) || (rc = finish(s, e)))
		return rc;
	sources_rewind(&s->l);
	reject_list_release(&s->l.refused);
	s->typed = true;
	return 0;
}

int load_stream_restart(struct load_stream *s, struct err *e)
{
	mem_free(s->hoped);
	s->hoped = NULL;
	s->hopeful = s->once = s->some = false;
	s->result.ledger.rows_filtered = 0;
	return settle_types(s, e);
}

int load_stream_open(const char *const *paths, size_t n, const struct load_options *o, struct load_stream **out, struct err *e)
{
	struct load_stream *s = mem_zero(1, sizeof *s);
	int rc;

	if (!s)
		return err_nomem(e);
	s->o = *o;
	if ((rc = loading_open(&s->l, paths, n, &s->o, &s->result, e)) || (rc = loading_names(&s->l, e)))
		goto failed;
	s->l.forgets = true;
	for (size_t i = 0; i < n; i++)
		s->once |= s->l.sources[i].size < 0;     /* a pipe, or something like it */
	s->hopeful = o->optimistic && !s->once;
	s->once |= s->hopeful;
	s->typed = s->once && !s->hopeful;       /* or they are declared, which is seen when the header is */
	if (!s->once && (rc = settle_types(s, e)))
		goto failed;
	*out = s;
	return 0;
failed:
	load_stream_close(s);
	return rc;
}

const struct load *load_stream_result(const struct load_stream *s)
{
	return &s->result;
}

void load_stream_close(struct load_stream *s)
{
	if (!s)
		return;
	loading_release(&s->l);
	load_release(&s->result);
	for (size_t k = 0; k < s->ncols; k++)
		mem_free(s->cols[k].name);
	mem_free(s->cols);
	mem_free(s->hoped);
	mem_free(s);
}
