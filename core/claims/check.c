/*
 * check.c - does a table keep its schema?
 *
 * Row by row, columns first and then rules, so that faults come in file order. What makes one message for one
 * root cause is the blame: a column that has a fault in this row, whoever found it, is not looked at again
 * until the next row, and a rule that needs it is passed over.
 */
#include "claims/claims_priv.h"

#include <string.h>

enum { SHOWN_MAX = 60 };

/* A row of the loader's own faults. */
struct earlier {
	int64_t row;
	const char *field;               /* NULL: the whole row, nothing of it can be trusted */
};

/* == text of messages == */

/* Data as a message shows it: control bytes escaped, cut. Valid until the next call. */
static const char *shown(struct check *k, struct slice s)
{
	size_t n = s.n <= SHOWN_MAX ? s.n : SHOWN_MAX;

	while (n < s.n && n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	buf_clear(&k->text);
	text_escape(&k->text, s.p, n);
	if (n < s.n)
		buf_str(&k->text, "...");
	k->failed |= k->text.failed;
	return held(&k->text);
}

/* == columns == */

struct state *check_find(struct check *k, const char *name)
{
	/* Rules and columns of a schema from Lua share their strings, and this is asked for every row. */
	for (size_t i = 0; name && i < k->s->ncolumns; i++)
		if (k->s->columns[i].name == name)
			return &k->col[i];
	for (size_t i = 0; name && i < k->s->ncolumns; i++)
		if (!strcmp(k->s->columns[i].name, name))
			return &k->col[i];
	return NULL;
}

void check_blame(struct check *k, const char *name)
{
	struct state *st = check_find(k, name);

	if (st)
		st->blamed = true;
}

void check_list(struct buf *out, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n && i < LISTED_MAX; i++)
		buf_printf(out, "%s'%s'", !i ? "" : i == n - 1 ? " or " : ", ", names[i]);
	if (n > LISTED_MAX)
		buf_printf(out, " or %zu others", n - LISTED_MAX);
}

bool check_entry_next(struct slice *rest, bool *done, char separator, struct slice *entry)
{
	const char *end = *done ? NULL : separator && rest->n ? memchr(rest->p, separator, rest->n) : NULL;

	if (*done)
		return false;
	*entry = end ? slice_of(rest->p, (size_t)(end - rest->p)) : *rest;
	if (end)
		*rest = slice_of(end + 1, rest->n - entry->n - 1);
	else
		*done = true;
	return true;
}

/* NUL-terminated copy for text_nearest; names are short, longer data is no slip of the pen. */
static const char *nearest(struct slice s, const char *const *names, size_t n)
{
	char word[SHOWN_MAX + 1];

	if (s.n > SHOWN_MAX)
		return NULL;
	memcpy(word, s.p, s.n);
	word[s.n] = '\0';
	return text_nearest(word, names, n);
}

static void fault_not_allowed(struct check *k, int64_t row, const struct claims_column *w, struct slice s)
{
	const char *near = nearest(s, w->values, w->nvalues);
	struct buf hint = BUF_INIT;

	if (near)
		buf_printf(&hint, "; did you mean '%s'?", near);
	else if (!w->values_from && w->nvalues) {
		buf_str(&hint, "; expected ");
		check_list(&hint, w->values, w->nvalues);
	}
	if (w->values_from)
		fault_add(k->faults, row, w->name, "'%s' is not in %s%s", shown(k, s), w->values_from, held(&hint));
	else
		fault_add(k->faults, row, w->name, w->separator ? "'%s' is not allowed in %s%s" : "'%s' is not an allowed %s%s",
			  shown(k, s), w->name, held(&hint));
	k->failed |= hint.failed;
	buf_release(&hint);
}

static bool digits(struct slice s, size_t from)
{
	for (size_t i = from; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > from;
}

static bool has_form(enum claims_form form, struct slice s)
{
	switch (form) {
	case CLAIMS_FORM_SLUG:
		for (size_t i = 0; i < s.n; i++)
			if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", s.p[i]) || !s.p[i])
				return false;
		return s.n > 0;
	case CLAIMS_FORM_PERSON:
		return s.n && s.p[0] == 'P' && digits(s, 1);
	case CLAIMS_FORM_COUNTRY:
		return slice_is(s, "INT") ||
		       (s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z');
	default:
		return true;
	}
}

static const char *form_meaning(enum claims_form form)
{
	static const char *const meanings[] = {
#define X(name, text, meaning) meaning,
		CLAIMS_FORM_LIST(X)
#undef X
	};
	return meanings[form];
}

/* One value, or one entry of a field that holds several. False after a fault. */
static bool check_entry(struct check *k, int64_t row, const struct state *st, struct slice s)
{
	const struct claims_column *w = st->want;

	if (!s.n && w->separator)
		fault_add(k->faults, row, w->name, "an empty entry: a '%c' too many", w->separator);
	else if (st->allowed && dict_find(st->allowed, s.p, s.n) < 0)
		fault_not_allowed(k, row, w, s);
	else if (!has_form(w->form, s))
		fault_add(k->faults, row, w->name, "'%s' is not written as %s", shown(k, s), form_meaning(w->form));
	else
		return true;
	return false;
}

static bool check_entries(struct check *k, int64_t row, const struct state *st)
{
	struct slice rest = column_string(st->c, row), entry;
	bool done = false;

	while (check_entry_next(&rest, &done, st->want->separator, &entry))
		if (!check_entry(k, row, st, entry))
			return false;
	return true;
}

static bool check_range(struct check *k, int64_t row, const struct state *st)
{
	const struct claims_column *w = st->want;
	double v = column_number(st->c, row);
	char low[TEXT_NUMBER_MAX], high[TEXT_NUMBER_MAX];
	struct buf value = BUF_INIT;

	/* written so that NaN is outside */
	if ((!w->has_min || v >= w->min) && (!w->has_max || v <= w->max))
		return true;
	text_print_float64(low, w->min);
	text_print_float64(high, w->max);
	column_text(&value, st->c, row);
	if (w->has_min && w->has_max)
		fault_add(k->faults, row, w->name, "%s is not between %s and %s", held(&value), low, high);
	else if (w->has_min)
		fault_add(k->faults, row, w->name, "%s is below %s, the least it can be", held(&value), low);
	else
		fault_add(k->faults, row, w->name, "%s is above %s, the most it can be", held(&value), high);
	k->failed |= value.failed;
	buf_release(&value);
	return false;
}

static bool check_unique(struct check *k, int64_t row, struct state *st)
{
	struct slice s = column_string(st->c, row);
	int32_t known = dict_find(st->seen, s.p, s.n);
	struct slice file;
	int64_t first, line;

	if (k->failed)
		return true;
	if (known < 0) {
		buf_add(&st->first, &row, sizeof row);
		k->failed = dict_code(st->seen, s.p, s.n) < 0 || st->first.failed;
		return true;
	}
	memcpy(&first, st->first.p + (size_t)known * sizeof first, sizeof first);
	if (table_where(k->t, first, &file, &line))
		fault_add(k->faults, row, st->want->name, "'%s' is already the %s of line %lld", shown(k, s), st->want->name,
			  (long long)line);
	else
		fault_add(k->faults, row, st->want->name, "'%s' is already the %s of row %lld", shown(k, s), st->want->name,
			  (long long)first + 1);
	return false;
}

static void check_value(struct check *k, int64_t row, struct state *st)
{
	const struct claims_column *w = st->want;

	if (!column_has(st->c, row)) {
		if (w->need == CLAIMS_VALUE) {
			fault_add(k->faults, row, w->name, "must not be empty");
			st->blamed = true;
		}
		return;
	}
	if (st->c->type == TYPE_STRING)
		st->blamed = !check_entries(k, row, st);
	else if (w->has_min || w->has_max)
		st->blamed = !check_range(k, row, st);
	if (!st->blamed && st->seen && st->c->type == TYPE_STRING)
		st->blamed = !check_unique(k, row, st);
}

/* Last: what no rule of the schema forbids must still mean something. */
static void check_figure(struct check *k, int64_t row)
{
	static const char *const parts[] = { "low", "best", "high", "qualifier" };
	struct quantity q;
	struct err e = ERR_INIT;
	bool there;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct state *st = check_find(k, parts[i]);

		if (st && (st->blamed || (!st->c && st->want->need != CLAIMS_OPTIONAL)))
			return;
	}
	if (figure_of_row(&k->figure, row, k->s->rounding, &q, &there, &e))
		fault_add(k->faults, row, "qualifier", "%s", e.msg);
}

/* == the whole table == */

static void check_missing(struct check *k, const struct claims_column *w, struct dict *taken)
{
	const char *near;
	int at;

	if (w->need == CLAIMS_OPTIONAL || w->type == TYPE_QUANTITY)
		return;
	near = text_nearest(w->name, (const char *const *)k->t->names, (size_t)k->t->ncols);
	/* A name of the schema is a column in its own right, not a slip. */
	for (size_t i = 0; near && i < k->s->ncolumns; i++)
		if (!strcmp(k->s->columns[i].name, near))
			near = NULL;
	at = near ? table_find(k->t, near) : -1;
	if (at >= 0 && dict_code(taken, near, strlen(near)) < 0)
		k->failed = true;
	if (near)
		fault_add(k->faults, -1, w->name, "a %s table needs the column '%s'; is it the one called '%s'?", k->s->kind,
			  w->name, near);
	else
		fault_add(k->faults, -1, w->name, "a %s table needs the column '%s'", k->s->kind, w->name);
}

static void check_extra(struct check *k, const char *name, const struct dict *taken)
{
	const char *near = NULL;

	if (check_find(k, name) || dict_find(taken, name, strlen(name)) >= 0)
		return;
	for (size_t i = 0; i < k->s->ncolumns && !near; i++)
		near = k->col[i].c ? NULL : text_nearest(name, &k->s->columns[i].name, 1);
	if (near)
		fault_warn(k->faults, -1, name, "a %s table has no column '%s'; did you mean '%s'?", k->s->kind, name, near);
	else
		fault_warn(k->faults, -1, name, "a %s table has no column '%s'; it is kept as it is", k->s->kind, name);
}

static bool usable(const struct claims_column *w, const struct column *c)
{
	return c->type == w->type || (w->type == TYPE_FLOAT64 && c->type == TYPE_INT64) || c->missing == c->length;
}

/* A file of another kind, or one read with the wrong separator: one message, and not one for each column. */
static bool nothing_known(struct check *k)
{
	const struct claims_column *c = k->s->columns;
	size_t at = 0;

	for (int i = 0; i < k->t->ncols; i++)
		if (check_find(k, k->t->names[i]))
			return false;
	while (at < k->s->ncolumns && c[at].need == CLAIMS_OPTIONAL)
		at++;
	if (at == k->s->ncolumns)
		return false;
	fault_add(k->faults, -1, c[at].name, "no column of a %s table is here: is it a file of another kind, or with another "
		  "separator?", k->s->kind);
	return true;
}

/* Which columns are there and can be used; whole-file faults. */
static int open_columns(struct check *k, struct err *e)
{
	struct dict *taken;

	if (nothing_known(k))
		return 0;
	if (!(taken = dict_new()))
		return err_nomem(e);
	for (size_t i = 0; i < k->s->ncolumns; i++) {
		const struct claims_column *w = &k->s->columns[i];
		int at = table_find(k->t, w->name);

		k->col[i].want = w;
		if (w->type == TYPE_QUANTITY) {
			k->has_figure = true;
			if (at >= 0 && k->t->cols[at]->type != TYPE_QUANTITY)
				fault_warn(k->faults, -1, w->name, "'%s' is made from the other columns; what the file has is left out",
					   w->name);
		} else if (at < 0) {
			check_missing(k, w, taken);
		} else if (!usable(w, k->t->cols[at])) {
			fault_add(k->faults, -1, w->name, "expected values of type %s, found %s", type_name(w->type),
				  type_name(k->t->cols[at]->type));
		} else {
			k->col[i].c = k->t->cols[at];
		}
	}
	for (int i = 0; i < k->t->ncols; i++)
		check_extra(k, k->t->names[i], taken);
	dict_free(taken);
	return 0;
}

/* A list of names as a dictionary, so that a long file does not search a long list for each row. */
static int open_sets(struct state *st, struct err *e)
{
	if (st->want->unique && !(st->seen = dict_new()))
		return err_nomem(e);
	if (!st->want->values || !st->c || st->c->type != TYPE_STRING)
		return 0;
	if (!(st->allowed = dict_new()))
		return err_nomem(e);
	for (size_t v = 0; v < st->want->nvalues; v++)
		if (dict_code(st->allowed, st->want->values[v], strlen(st->want->values[v])) < 0)
			return err_nomem(e);
	return 0;
}

static int by_row(const void *a, const void *b, const void *ctx)
{
	const struct earlier *x = a, *y = b;

	(void)ctx;
	return (x->row > y->row) - (x->row < y->row);
}

/* The faults that were there before us, by row. */
static int list_earlier(const struct faults *faults, struct earlier **out, size_t *n, struct err *e)
{
	struct earlier *a = mem_zero(faults->n + 1, sizeof *a);
	size_t found = 0;
	int rc;

	if (!a)
		return err_nomem(e);
	for (size_t i = 0; i < faults->n; i++)
		if (!faults->items[i].warning && faults->items[i].row >= 0)
			a[found++] = (struct earlier){ faults->items[i].row, faults->items[i].field };
	if ((rc = sort_stable(a, found, sizeof *a, by_row, NULL, e))) {
		mem_free(a);
		return rc;
	}
	*out = a;
	*n = found;
	return 0;
}

static int check_rows(struct check *k, const struct earlier *earlier, size_t nearlier, struct err *e)
{
	size_t at = 0;

	for (int64_t row = 0; row < k->t->rows; row++) {
		bool lost = false;

		if ((row & 4095) == 0 && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		for (size_t i = 0; i < k->s->ncolumns; i++)
			k->col[i].blamed = false;
		for (; at < nearlier && earlier[at].row <= row; at++) {
			lost |= !earlier[at].field;
			check_blame(k, earlier[at].field);
		}
		for (size_t i = 0; i < k->s->ncolumns && !lost; i++)
			if (k->col[i].c && !k->col[i].blamed)
				check_value(k, row, &k->col[i]);
		for (size_t i = 0; i < k->s->nrules && !lost; i++)
			check_rule(k, &k->s->rules[i], row);
		if (k->has_figure && !lost)
			check_figure(k, row);
	}
	return 0;
}

int claims_check(const struct claims_schema *s, const struct table *t, struct faults *faults, struct err *e)
{
	struct check k = { .s = s, .t = t, .faults = faults, .figure = figure_columns_of(t) };
	struct earlier *earlier = NULL;
	size_t nearlier = 0;
	int rc;

	if (!(k.col = mem_zero(s->ncolumns, sizeof *k.col)))
		return err_nomem(e);
	if ((rc = list_earlier(faults, &earlier, &nearlier, e)))
		goto done;
	for (size_t i = 0; i < s->nnotes; i++)
		fault_warn(faults, -1, s->notes[i].field, "%s", s->notes[i].text);
	if ((rc = open_columns(&k, e)))
		goto done;
	for (size_t i = 0; i < s->ncolumns && !rc; i++)
		rc = k.col[i].c ? open_sets(&k.col[i], e) : 0;
	if (!rc)
		rc = check_rows(&k, earlier, nearlier, e);
	if (!rc && (k.failed || faults->failed))
		rc = err_nomem(e);
done:
	for (size_t i = 0; i < s->ncolumns; i++) {
		dict_free(k.col[i].allowed);
		dict_free(k.col[i].seen);
		buf_release(&k.col[i].first);
	}
	mem_free(k.col);
	mem_free(earlier);
	buf_release(&k.text);
	return rc;
}

int claims_load_check(void *ctx, const struct table *t, struct faults *faults, struct err *e)
{
	return claims_check(ctx, t, faults, e);
}
