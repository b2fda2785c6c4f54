/*
 * read_table.c - the pieces of all record batches as columns of one table.
 *
 * Each column is read by one thread, from its first batch to its last; names that come twice or are empty are changed as those of a
 * CSV header, and rows know their places.
 */
#include "arrow/arrow_priv.h"

#include <string.h>

/* Rows that no buffer vouches for: tables of nulls, or without columns. */
enum { EMPTY_ROWS_MAX = 1 << 24 };

struct work {
	struct reader *r;
	int next;                        /* atomic */
	struct err *errs;                /* one a unit */
	int *rcs;
};

static void read_units(void *ctx, int number)
{
	struct work *w = ctx;
	int k;

	(void)number;
	while ((k = __atomic_fetch_add(&w->next, 1, __ATOMIC_RELAXED)) < w->r->nunits)
		w->rcs[k] = unit_read(&w->r->units[k], &w->r->s, w->r->view_most, &w->errs[k]);
}

/* Every unit is read to its end or its fault, so that the one that is told does not depend on the threads. */
static int read_all(struct reader *r, struct err *e)
{
	struct work w = { .r = r };
	int threads = r->o->threads > 0 ? r->o->threads : thread_online(), rc = 0;

	w.errs = mem_zero((size_t)r->nunits, sizeof *w.errs);
	w.rcs = mem_zero((size_t)r->nunits, sizeof *w.rcs);
	if (w.errs && w.rcs)
		thread_run(threads < r->nunits ? threads : r->nunits, read_units, &w);
	else
		rc = err_nomem(e);
	for (int k = 0; k < r->nunits && !rc; k++)
		if ((rc = w.rcs[k]) && e)
			*e = w.errs[k];
	mem_free(w.errs);
	mem_free(w.rcs);
	return rc;
}

/* One for all columns of nothing. */
static int null_column(int64_t rows, struct column **out, struct err *e)
{
	size_t bytes = (size_t)(rows + 7) / 8;
	uint8_t *validity = mem_column(bytes), *codes = mem_column((size_t)rows);
	struct dict *none = dict_new();
	struct column *dict = NULL;
	int rc = validity && codes && none ? dict_column(none, &dict, e) : err_nomem(e);

	if (!rc) {
		memset(validity, 0, bytes);
		memset(codes, 0, (size_t)rows);
		rc = column_of_codes(codes, 1, dict, validity, rows, rows, out, e);
	}
	if (rc) {
		mem_free(validity);
		mem_free(codes);
	}
	dict_free(none);
	column_unref(dict);
	return rc;
}

/* What no file of ours holds, but somebody else's may: a figure without bounds or of an unknown kind. */
static int check_quantity(const struct reader *r, const struct unit *u, const uint8_t *validity, struct err *e)
{
	for (int64_t i = 0; i < r->rows; i++) {
		enum quantity_kind kind;

		if (!bit_of(validity, i))
			continue;
		if (!column_has(u[1 + QUANTITY_LOW].out, i) || !column_has(u[1 + QUANTITY_HIGH].out, i))
			return unit_fault(u, &r->s, i, e, "a quantity has no bounds");
		if (!column_has(u[1 + QUANTITY_KIND].out, i) ||
		    !quantity_kind_from_name(column_string(u[1 + QUANTITY_KIND].out, i), &kind))
			return unit_fault(u, &r->s, i, e, "a quantity is of no known kind");
	}
	return 0;
}

/* A field that older files do not have. */
static int nothing(enum type t, int64_t rows, struct column **out, struct err *e)
{
	struct builder b;
	int rc = builder_init(&b, t, e);

	if (rc)
		return rc;
	for (int64_t i = 0; i < rows; i++)
		builder_missing(&b);
	return builder_finish(&b, out, e);
}

static int finish_column(struct reader *r, struct column_of *c, struct column **null, struct column **out, struct err *e)
{
	struct unit *u = &r->units[c->unit];
	struct column *fields[QUANTITY_FIELDS], *none[QUANTITY_FIELDS] = { 0 };
	int rc;

	if (c->null) {
		if (!*null && (rc = null_column(r->rows, null, e)))
			return rc;
		*out = column_ref(*null);
		return 0;
	}
	if (!u->only_validity) {
		*out = column_ref(u->out);
		return 0;
	}
	if ((rc = check_quantity(r, u, u->validity, e)))
		return rc;
	for (int k = 0; k < QUANTITY_FIELDS && !rc; k++) {
		if (k + 1 >= c->nunits)
			rc = nothing(quantity_field_type(k), r->rows, &none[k], e);
		fields[k] = k + 1 < c->nunits ? u[1 + k].out : none[k];
	}
	if (!rc && !(rc = column_of_quantity(fields, u->validity, r->rows, u->missing, out, e)))
		u->validity = NULL;
	for (int k = 0; k < QUANTITY_FIELDS; k++)
		column_unref(none[k]);
	return rc;
}

/* Names that came up, and the number that the next of that name is tried with. */
struct naming {
	struct dict *names;
	struct buf next;                 /* int32_t each */
};

static int32_t *next_number(struct naming *g, const char *name)
{
	int32_t known = dict_count(g->names), code = dict_code(g->names, name, strlen(name)), two = 2;

	if (code < 0)
		return NULL;
	if (code == known)
		buf_add(&g->next, &two, sizeof two);
	return g->next.failed ? NULL : (int32_t *)(void *)g->next.p + code;
}

/* A name for column k as the loader makes them: column_3 for none, name_2 for one that is taken. */
static int free_name(struct reader *r, const struct table *t, int k, struct naming *g, struct buf *name, struct err *e)
{
	const char *own = r->columns[k].name;
	int32_t *number = next_number(g, own);

	if (!number)
		return err_nomem(e);
	buf_clear(name);
	if (*own)
		buf_str(name, own);
	else
		buf_printf(name, "column_%d", k + 1);
	while (!name->failed && table_find(t, name->p) >= 0) {
		buf_clear(name);
		buf_printf(name, "%s_%d", *own ? own : "column", (int)(*number)++);
	}
	if (!name->failed && strcmp(name->p, own))
		fault_warn(&r->out->faults, -1, NULL, *own ? "the name '%s' is there twice; this column is '%s'" :
			   "a column without a name%s; it is called '%s'", own, name->p);
	if (r->out->faults.failed)
		return err_nomem(e);
	return buf_check(name, e);
}

static int add_columns(struct reader *r, struct table *t, struct err *e)
{
	struct column *null = NULL;
	struct naming g = { .names = dict_new() };
	struct buf name = BUF_INIT;
	int rc = g.names ? 0 : err_nomem(e);

	for (int k = 0; k < r->nfields && !rc; k++) {
		struct column *c = NULL;

		if (r->columns[k].wanted && !(rc = finish_column(r, &r->columns[k], &null, &c, e)) &&
		    !(rc = free_name(r, t, k, &g, &name, e)))
			rc = table_add(t, name.p, c, e);
		column_unref(c);
	}
	column_unref(null);
	dict_free(g.names);
	buf_release(&g.next);
	buf_release(&name);
	return rc;
}

static int add_origin(struct reader *r, struct table *t, struct err *e)
{
	struct origin_runs runs = ORIGIN_RUNS_INIT;
	struct origin *origin = NULL;
	int rc;

	if (r->rows)
		origin_add(&runs, 0, 0, 1);
	if ((rc = origin_finish(&runs, r->rows, &r->s.name, 1, &origin, e)))
		return rc;
	table_set_origin(t, origin);
	origin_unref(origin);
	return 0;
}

int reader_finish(struct reader *r, struct err *e)
{
	struct table *t = NULL;
	int rc = 0;

	if (!r->nunits && r->rows > EMPTY_ROWS_MAX)
		return source_fault(&r->s, -1, e, "%lld rows of nothing", (long long)r->rows);
	for (int k = 0; k < r->npools && !rc; k++)
		rc = pool_finish(r->pools[k], e);
	if (!rc && !(rc = read_all(r, e)) && !(rc = table_new(r->rows, &t, e)) && !(rc = add_columns(r, t, e)) &&
	    !r->no_origin)
		rc = add_origin(r, t, e);
	if (rc)
		table_unref(t);
	else
		r->out->table = t;
	return rc;
}

void reader_release(struct reader *r)
{
	for (int k = 0; k < r->nunits; k++)
		unit_release(&r->units[k]);
	for (int k = 0; k < r->npools; k++)
		pool_release(r->pools[k]);
	for (int k = 0; r->columns && k < r->nfields; k++)
		mem_free(r->columns[k].name);
	mem_free(r->units);
	mem_free(r->pools);
	mem_free(r->columns);
	fields_release(r->fields, r->nfields);
	mem_free(r->schema);
}
