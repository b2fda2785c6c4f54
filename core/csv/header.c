/* header.c - column names from the first record: unique, never empty, and which of them are wanted. */
#include "csv/load_priv.h"

#include <string.h>

static bool known(const struct source *s, const char *name)
{
	return dict_find(s->names, name, strlen(name)) >= 0;
}
/* `base_2`, `base_3` ... until it is new. */
static char *unique_name(const struct source *s, const char *base)
{
	struct buf b = BUF_INIT;

	for (size_t k = 2;; k++) {
		buf_clear(&b);
		buf_printf(&b, "%s_%zu", base, k);
		if (b.failed) {
			buf_release(&b);
			return NULL;
		}
		if (!known(s, b.p))
			return b.p;
	}
}

/* The last fault is one of this file. */
static void place(struct loading *l, const struct source *s, struct slice raw, int64_t line, size_t at)
{
	struct faults *faults = &l->out->faults;

	fault_place(faults, faults->n - 1, raw, line, at);
	if (!faults->failed)
		faults->items[faults->n - 1].file = (int32_t)(s - l->sources);
}

/* A name has to be text that can be typed: no NUL, valid UTF-8. */
static int check_bytes(struct loading *l, const struct source *s, const struct scan_record *rec, struct slice raw,
		       struct slice text, size_t k, struct err *e)
{
	struct faults *faults = &l->out->faults;
	size_t good = text_utf8_valid(text.p, text.n);
	const char *nul = text.n ? memchr(text.p, '\0', text.n) : NULL;

	if (good == text.n && !nul)
		return 0;
	if (nul)
		fault_add(faults, -1, NULL, "a NUL byte in the name of column %zu", k + 1);
	else
		fault_add(faults, -1, NULL, "the name of column %zu is not UTF-8: byte 0x%02x", k + 1, (unsigned char)text.p[good]);
	place(l, s, raw, rec->line, scan_locate(&s->scan, raw, k));
	return faults->failed ? err_nomem(e) : fatal_fault(l, &faults->items[faults->n - 1], e);
}

static int add_name(struct loading *l, struct source *s, const struct scan_record *rec, struct slice raw, struct slice text,
		    size_t k, struct err *e)
{
	struct faults *faults = &l->out->faults;
	struct buf base = BUF_INIT;
	char *name = NULL;
	bool twice;
	int rc;

	if ((rc = check_bytes(l, s, rec, raw, text, k, e)))
		return rc;
	if (text.n)
		buf_add(&base, text.p, text.n);
	else
		buf_printf(&base, "column_%zu", k + 1);
	if ((rc = buf_check(&base, e)))
		goto done;
	twice = known(s, base.p);
	name = twice ? unique_name(s, base.p) : mem_strdup(base.p);
	if (!name || dict_code(s->names, name, strlen(name)) < 0) {
		mem_free(name);
		rc = err_nomem(e);
		goto done;
	}
	s->header[k] = name;
	s->nfields = k + 1;
	if (l->o->no_header || (text.n && !twice))
		goto done;
	if (text.n)
		fault_warn(faults, -1, NULL, "the name '%s' is there twice; this column is '%s'", base.p, name);
	else
		fault_warn(faults, -1, NULL, "a column without a name; it is called '%s'", name);
	place(l, s, raw, rec->line, scan_locate(&s->scan, raw, k));
done:
	buf_release(&base);
	return rc;
}

static const struct load_type *declared_type(const struct load_options *o, const char *name)
{
	for (size_t i = 0; i < o->ntypes; i++)
		if (!strcmp(o->types[i].column, name))
			return &o->types[i];
	return NULL;
}

static bool wanted(const struct load_options *o, const char *name)
{
	for (size_t i = 0; i < o->ncolumns; i++)
		if (!strcmp(o->columns[i], name))
			return true;
	return !o->ncolumns;
}

static int check_asked(const struct loading *l, const char *name, const char *what, struct err *e)
{
	const struct source *first = &l->sources[0];
	const char *near;

	for (size_t i = 0; i < l->nsources; i++)
		if (known(&l->sources[i], name))
			return 0;
	near = text_nearest(name, (const char *const *)first->header, first->nfields);
	return err_set(e, ERR_NAME, near ? "%s: no column '%s' to %s; did you mean '%s'?" : "%s: no column '%s' to %s", first->name,
		       name, what, near);
}

int header_check(const struct loading *l, struct err *e)
{
	const struct load_options *o = l->o;
	int rc = 0;

	for (size_t i = 0; i < o->ncolumns && !rc; i++)
		rc = check_asked(l, o->columns[i], "read", e);
	/* With a check, declared columns may be absent: the check knows which are required. */
	for (size_t i = 0; i < o->ntypes && !rc && !o->check; i++)
		rc = check_asked(l, o->types[i].column, "give a type to", e);
	return rc;
}

static int find_column(struct loading *l, const char *name, struct store_column **out, struct err *e)
{
	const struct load_type *t = declared_type(l->o, name);
	struct store *store = l->store;
	int rc;

	if ((*out = store_find(store, name)))
		return 0;
	if ((rc = store_add_column(store, name, out, e)) || !t)
		return rc;
	/* Threads that are at another file, which lacks the column, have met it already. */
	pthread_mutex_lock(&(*out)->lock);
	(*out)->declared = true;
	(*out)->type = t->type;
	(*out)->kind = convert_kind(t->type);
	pthread_mutex_unlock(&(*out)->lock);
	return 0;
}

static int open_columns(struct loading *l, struct source *s, struct err *e)
{
	struct store_column *c;
	int rc = 0;

	s->wanted = mem_zero(s->nfields, sizeof *s->wanted);
	if (!s->wanted)
		return err_nomem(e);
	/* Columns have their numbers in the order of their first file, so there are at most so many by now. */
	s->nfield = l->store->ncols + s->nfields;
	if (!(s->field = mem_alloc(s->nfield * sizeof *s->field)))
		return err_nomem(e);
	for (size_t k = 0; k < s->nfield; k++)
		s->field[k] = -1;
	for (size_t k = 0; k < s->nfields && !rc; k++) {
		if (!wanted(l->o, s->header[k]))
			continue;
		if ((rc = find_column(l, s->header[k], &c, e)))
			break;
		s->wanted[s->nwanted] = (int)k;
		s->field[c->number] = (int)k;
		s->nwanted++;
	}
	return rc;
}

int header_read(struct loading *l, struct source *s, const struct scan_batch *b, const struct scan_record *rec, struct err *e)
{
	struct faults *faults = &l->out->faults;
	struct slice raw = slice_of(b->raw + rec->raw, rec->raw_size);
	int rc = 0;

	if (rec->fault) {
		struct row_refusal why = { .line = rec->line, .raw = raw, .record = rec };

		fault_of_grammar(faults, s, &why);
		return faults->failed ? err_nomem(e) : fatal_fault(l, &faults->items[faults->n - 1], e);
	}
	if (!(s->names = dict_new()) || !(s->header = mem_zero(rec->nfields, sizeof *s->header)))
		return err_nomem(e);
	for (size_t k = 0; k < rec->nfields && !rc; k++)
		rc = add_name(l, s, rec, raw, l->o->no_header ? slice_of("", 0) : b->fields[rec->field + k], k, e);
	if (!rc)
		rc = open_columns(l, s, e);
	return rc || l->nsources > 1 ? rc : header_check(l, e);
}

