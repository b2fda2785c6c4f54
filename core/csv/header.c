/* header.c - column names from the first record: unique, never empty, and which of them are wanted. */
#include "csv/load_priv.h"

#include <string.h>

static bool known(const struct loading *l, const char *name)
{
	return dict_find(l->names, name, strlen(name)) >= 0;
}

/* `base_2`, `base_3` ... until it is new. */
static char *unique_name(const struct loading *l, const char *base)
{
	struct buf b = BUF_INIT;

	for (size_t k = 2;; k++) {
		buf_clear(&b);
		buf_printf(&b, "%s_%zu", base, k);
		if (b.failed) {
			buf_release(&b);
			return NULL;
		}
		if (!known(l, b.p))
			return b.p;
	}
}

/* A name has to be text that can be typed: no NUL, valid UTF-8. */
static int check_bytes(struct loading *l, const struct scan_record *rec, struct slice raw, struct slice text, size_t k,
		       struct err *e)
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
	fault_place(faults, faults->n - 1, raw, rec->line, scan_locate(&l->o->scan, raw, k));
	return faults->failed ? err_nomem(e) : fatal_fault(l, &faults->items[faults->n - 1], e);
}

static int add_name(struct loading *l, const struct scan_record *rec, struct slice raw, struct slice text, size_t k,
		    struct err *e)
{
	struct faults *faults = &l->out->faults;
	struct buf base = BUF_INIT;
	char *name = NULL;
	bool twice;
	int rc;

	if ((rc = check_bytes(l, rec, raw, text, k, e)))
		return rc;
	if (text.n)
		buf_add(&base, text.p, text.n);
	else
		buf_printf(&base, "column_%zu", k + 1);
	if ((rc = buf_check(&base, e)))
		goto done;
	twice = known(l, base.p);
	name = twice ? unique_name(l, base.p) : mem_strdup(base.p);
	if (!name || dict_code(l->names, name, strlen(name)) < 0) {
		mem_free(name);
		rc = err_nomem(e);
		goto done;
	}
	l->header[k] = name;
	l->nfields = k + 1;
	if (l->o->no_header || (text.n && !twice))
		goto done;
	if (text.n)
		fault_warn(faults, -1, NULL, "the name '%s' is there twice; this column is '%s'", base.p, name);
	else
		fault_warn(faults, -1, NULL, "a column without a name; it is called '%s'", name);
	fault_place(faults, faults->n - 1, raw, rec->line, scan_locate(&l->o->scan, raw, k));
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
	const char *near;

	if (known(l, name))
		return 0;
	near = text_nearest(name, (const char *const *)l->header, l->nfields);
	return err_set(e, ERR_NAME, near ? "%s: no column '%s' to %s; did you mean '%s'?" : "%s: no column '%s' to %s", l->file,
		       name, what, near);
}

static int open_columns(struct loading *l, struct err *e)
{
	const struct load_options *o = l->o;
	int rc = 0;

	for (size_t i = 0; i < o->ncolumns && !rc; i++)
		rc = check_asked(l, o->columns[i], "read", e);
	/* With a check, declared columns may be absent: the check knows which are required. */
	for (size_t i = 0; i < o->ntypes && !rc && !o->check; i++)
		rc = check_asked(l, o->types[i].column, "give a type to", e);
	if (!rc && !(l->cols = mem_zero(l->nfields, sizeof *l->cols)))
		rc = err_nomem(e);
	for (size_t k = 0; k < l->nfields && !rc; k++) {
		struct text_column *c = &l->cols[l->ncols];
		const struct load_type *t = declared_type(o, l->header[k]);

		if (!wanted(o, l->header[k]))
			continue;
		if ((rc = builder_init(&c->text, TYPE_STRING, e)))
			break;
		c->name = l->header[k];
		c->field = (int)k;
		c->declared = t != NULL;
		c->type = t ? t->type : TYPE_STRING;
		l->keep_raw |= t && t->type != TYPE_STRING;
		l->ncols++;
	}
	return rc;
}

int header_read(struct loading *l, const struct scan_batch *b, const struct scan_record *rec, struct err *e)
{
	struct slice raw = slice_of(b->raw + rec->raw, rec->raw_size);
	int rc = 0;

	if (!(l->names = dict_new()) || !(l->header = mem_zero(rec->nfields, sizeof *l->header)))
		return err_nomem(e);
	for (size_t k = 0; k < rec->nfields && !rc; k++)
		rc = add_name(l, rec, raw, l->o->no_header ? slice_of("", 0) : b->fields[rec->field + k], k, e);
	return rc ? rc : open_columns(l, e);
}
