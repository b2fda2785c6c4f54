/*
 * stream.c - files as a sequence of tables, in bounded memory.
 *
 * A pass stops after so many blocks, its rows become a table, and the next pass goes on where it stopped. Types are
 * those of the whole input: a first reading makes tables of nothing and only remembers what kinds of values it saw.
 */
#include "csv/load_priv.h"

#include <string.h>

enum { CHUNK_BLOCKS = 64 };

struct stream_column {
	char *name;
	bool declared;
	enum type type;
	uint32_t seen;           /* bits of enum kind */
};

struct load_stream {
	struct loading l;
	struct load_options o;
	struct load result;
	struct stream_column *cols;
	size_t ncols;
	bool typed;              /* all types are known */
	bool once;               /* one reading does it: what it finds is recorded */
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

static int part_table(struct load_stream *s, struct store *store, struct table **out, struct err *e)
{
	struct origin *origin = NULL;
	struct table *t = NULL;
	bool again;
	int rc = table_new(store->rows, &t, e);

	for (size_t k = 0; k < store->ncols && !rc; k++) {
		struct column *c = NULL;

		loading_absent(&s->l, store, store->cols[k]);
		if ((rc = store_finish(store, store->cols[k], store->cols[k]->type, &c, &again, e)))
			break;
		rc = table_add(t, store->cols[k]->name, c, e);
		column_unref(c);
	}
	if (!rc)
		rc = loading_file_column(&s->l, store, t, e);
	if (!rc)
		rc = origin_finish(&s->l.origin, store->rows, (const char *const *)s->result.files, (int32_t)s->result.nfiles,
				   &origin, e);
	if (!rc) {
		table_set_origin(t, origin);
		rc = reject_drop(&s->l, t, out, e);
	}
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

	if (rc || (rc = loading_strict(&s->l, e)) || (rc = reject_table(&s->l, e)))
		return rc;
	s->result.ledger.rows_kept = s->result.ledger.rows_read - s->result.ledger.rows_rejected;
	return loading_balance(&s->l, e);
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
		if (!rc && s->once)
			rc = undeclared(s, &store, e);
		if (!rc && (store.nblocks || !s->some))
			rc = part_table(s, &store, &t, e);
		if (!rc && s->once)
			rc = store.nblocks ? faults_sort(&s->result.faults, e) : finish(s, e);
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

static bool all_declared(const struct load_stream *s)
{
	for (size_t k = 0; k < s->ncols; k++)
		if (!s->cols[k].declared)
			return false;
	return true;
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
	if (!s->once) {
		if ((rc = first_reading(s, e)) || (rc = header_check(&s->l, e)) || (rc = finish(s, e)))
			goto failed;
		sources_rewind(&s->l);
		reject_list_release(&s->l.refused);
	}
	s->typed = !s->once || all_declared(s);
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
	mem_free(s);
}
