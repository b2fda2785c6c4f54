/*
 * check.c - does a table keep its schema?
 *
 * Row by row, columns first and then rules, so that faults come in file order. What makes one message for one
 * root cause is the blame: a column that has a fault in this row, whoever found it, is not looked at again
 * until the next row, and a rule that needs it is passed over.
 */
#include "claims/claims_priv.h"

#include <string.h>

enum { SHOWN_MAX = 60, LISTED_MAX = 12 };

struct state {
	const struct claims_column *want;
	const struct column *c;          /* NULL: absent, or of a type that cannot be used */
	struct dict *allowed;            /* NULL: any value */
	struct dict *seen;               /* unique: the values so far ... */
	struct buf first;                /* ... and the rows of their first appearance, int64_t by code */
	bool blamed;
};

/* A row of the loader's own faults. */
struct earlier {
	int64_t row;
	const char *field;               /* NULL: the whole row, nothing of it can be trusted */
};

struct check {
	const struct claims_schema *s;
	const struct table *t;
	struct faults *faults;
	struct state *col;               /* s->ncolumns of them */
	struct figure_columns figure;
	bool has_figure;
	struct buf text;                 /* scratch of messages */
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
	return k->text.p ? k->text.p : "";
}

static void value_text(struct buf *out, const struct column *c, int64_t i)
{
	if (column_has(c, i))
		column_text(out, c, i);
	else
		buf_str(out, "empty");
}

/* "low, best and high" */
static void list_names(struct buf *out, const char *const *names, size_t n, const char *last)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_str(out, i == n - 1 ? last : ", ");
		buf_str(out, names[i]);
	}
}

static void list_quoted(struct buf *out, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n && i < LISTED_MAX; i++)
		buf_printf(out, "%s'%s'", !i ? "" : i == n - 1 ? " or " : ", ", names[i]);
	if (n > LISTED_MAX)
		buf_printf(out, " or %zu others", n - LISTED_MAX);
}

/* == columns == */

static struct state *find(struct check *k, const char *name)
{
	for (size_t i = 0; name && i < k->s->ncolumns; i++)
		if (!strcmp(k->s->columns[i].name, name))
			return &k->col[i];
	return NULL;
}

static void blame(struct check *k, const char *name)
{
	struct state *st = find(k, name);

	if (st)
		st->blamed = true;
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
		list_quoted(&hint, w->values, w->nvalues);
	}
	if (w->values_from)
		fault_add(k->faults, row, w->name, "'%s' is not in %s%s", shown(k, s), w->values_from, hint.p ? hint.p : "");
	else
		fault_add(k->faults, row, w->name, "'%s' is not an allowed %s%s", shown(k, s), w->name, hint.p ? hint.p : "");
	k->text.failed |= hint.failed;
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

/* The next entry of *rest, which shrinks; false when there is none left. A field without separator is one entry. */
static bool next_entry(struct slice *rest, bool *done, char separator, struct slice *entry)
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

static bool check_entries(struct check *k, int64_t row, const struct state *st)
{
	struct slice rest = column_string(st->c, row), entry;
	bool done = false;

	while (next_entry(&rest, &done, st->want->separator, &entry))
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
		fault_add(k->faults, row, w->name, "%s is not between %s and %s", value.p, low, high);
	else if (w->has_min)
		fault_add(k->faults, row, w->name, "%s is below %s, the least it can be", value.p, low);
	else
		fault_add(k->faults, row, w->name, "%s is above %s, the most it can be", value.p, high);
	k->text.failed |= value.failed;
	buf_release(&value);
	return false;
}

static bool check_unique(struct check *k, int64_t row, struct state *st)
{
	struct slice s = column_string(st->c, row);
	int32_t known = dict_find(st->seen, s.p, s.n);
	int64_t first;

	if (known < 0) {
		if (dict_code(st->seen, s.p, s.n) < 0)
			k->text.failed = true;
		buf_add(&st->first, &row, sizeof row);
		return true;
	}
	memcpy(&first, st->first.p + (size_t)known * sizeof first, sizeof first);
	if (k->t->line && column_has(k->t->line, first))
		fault_add(k->faults, row, st->want->name, "'%s' is already the %s of line %lld", shown(k, s), st->want->name,
			  (long long)k->t->line->as.i64[first]);
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
	if (!st->blamed && st->seen)
		st->blamed = !check_unique(k, row, st);
}

/* == rules == */

/* True when one of the entries of the field is among the values. */
static bool holds_one_of(struct check *k, const struct state *st, int64_t row, const char *const *values, size_t n)
{
	struct buf text = BUF_INIT;
	struct slice rest, entry;
	bool done = false, found = false;

	if (!column_has(st->c, row))
		return false;
	column_text(&text, st->c, row);
	rest = slice_of(text.p ? text.p : "", text.n);
	while (!found && next_entry(&rest, &done, st->want->separator, &entry))
		for (size_t v = 0; v < n && !found; v++)
			found = slice_is(entry, values[v]);
	k->text.failed |= text.failed;
	buf_release(&text);
	return found;
}

static bool when_true(struct check *k, int64_t row, const struct claims_when *when)
{
	struct state *st = find(k, when->column);

	return st && st->c && !st->blamed && holds_one_of(k, st, row, when->values, when->nvalues);
}

/* "flags has 'verbal'": the value that made the condition true. */
static void when_text(struct check *k, struct buf *out, int64_t row, const struct claims_when *when)
{
	struct state *st = find(k, when->column);

	for (size_t v = 0; v < when->nvalues; v++)
		if (holds_one_of(k, st, row, &when->values[v], 1)) {
			buf_printf(out, "%s %s '%s'", when->column, st->want->separator ? "has" : "is", when->values[v]);
			return;
		}
}

/* A rule can be judged in this row when all its columns are there and none of them is blamed. */
static bool judgeable(struct check *k, const struct claims_rule *r)
{
	struct state *by = find(k, r->by), *when = find(k, r->when.column);

	if ((r->by && (!by || !by->c || by->blamed)) || (when && when->blamed))
		return false;
	for (size_t i = 0; i < r->ncolumns; i++) {
		struct state *st = find(k, r->columns[i]);

		if (!st || !st->c || st->blamed)
			return false;
	}
	return true;
}

static bool filled(struct check *k, const char *name, int64_t row)
{
	return column_has(find(k, name)->c, row);
}

static size_t count_filled(struct check *k, const struct claims_rule *r, int64_t row)
{
	size_t n = 0;

	for (size_t i = 0; i < r->ncolumns; i++)
		n += filled(k, r->columns[i], row);
	return n;
}

static void blame_all(struct check *k, const struct claims_rule *r)
{
	for (size_t i = 0; i < r->ncolumns; i++)
		blame(k, r->columns[i]);
	blame(k, r->by);
}

static void rule_order(struct check *k, const struct claims_rule *r, int64_t row)
{
	const char *before = NULL;
	struct buf text = BUF_INIT;

	/* Each pair by itself: an absent or blamed column takes no other one with it. */
	for (size_t i = 0; i < r->ncolumns; i++) {
		struct state *st = find(k, r->columns[i]), *last = find(k, before);

		if (!st || !st->c || st->blamed || !column_has(st->c, row))
			continue;
		if (last && column_number(last->c, row) > column_number(st->c, row)) {
			buf_printf(&text, "%s ", before);
			value_text(&text, last->c, row);
			buf_printf(&text, " is %s %s ", st->c->type == TYPE_DATE || st->c->type == TYPE_DATETIME ?
				   "after" : "above", r->columns[i]);
			value_text(&text, st->c, row);
			fault_add(k->faults, row, before, "%s", text.p);
			last->blamed = st->blamed = true;
			break;
		}
		before = r->columns[i];
	}
	k->text.failed |= text.failed;
	buf_release(&text);
}

static void rule_together(struct check *k, const struct claims_rule *r, int64_t row)
{
	size_t n = count_filled(k, r, row), empty = 0, full = 0;

	if (!n || n == r->ncolumns)
		return;
	for (size_t i = 0; i < r->ncolumns; i++)
		*(filled(k, r->columns[i], row) ? &full : &empty) = i;
	fault_add(k->faults, row, r->columns[empty], "must not be empty when %s is given", r->columns[full]);
	blame_all(k, r);
}

/* "low = best, high empty" from "xx-". */
static void shape_text(struct buf *out, const struct claims_rule *r, const char *shape)
{
	bool begun = false;
	size_t n = strlen(shape);

	for (size_t i = 0; i < n && i < r->ncolumns; i++) {
		if (shape[i] == '-' || memchr(shape, shape[i], i))
			continue;
		buf_str(out, begun ? ", " : "");
		buf_str(out, r->columns[i]);
		for (size_t j = i + 1; j < n && j < r->ncolumns; j++)
			if (shape[j] == shape[i])
				buf_printf(out, " = %s", r->columns[j]);
		begun = true;
	}
	for (size_t i = 0; i < n && i < r->ncolumns; i++) {
		if (shape[i] != '-')
			continue;
		buf_printf(out, "%s%s empty", begun ? ", " : "", r->columns[i]);
		begun = true;
	}
}

static void found_text(struct check *k, struct buf *out, const struct claims_rule *r, int64_t row)
{
	bool begun = false;

	for (size_t i = 0; i < r->ncolumns; i++) {
		if (!filled(k, r->columns[i], row))
			continue;
		buf_printf(out, "%s%s ", begun ? ", " : "", r->columns[i]);
		value_text(out, find(k, r->columns[i])->c, row);
		begun = true;
	}
}

/* The first column that is not as the shape has it, or -1. */
static int shape_broken(struct check *k, const struct claims_rule *r, const char *shape, int64_t row)
{
	for (size_t i = 0; i < r->ncolumns && shape[i]; i++) {
		const struct column *c = find(k, r->columns[i])->c;
		const char *same = memchr(shape, shape[i], i);

		if (column_has(c, row) != (shape[i] != '-'))
			return (int)i;
		if (shape[i] != '-' && same &&
		    column_number(c, row) != column_number(find(k, r->columns[same - shape])->c, row))
			return (int)i;
	}
	return -1;
}

static const char *shape_for(struct check *k, const struct claims_rule *r, int64_t row)
{
	for (size_t i = 0; i < r->nshapes; i++)
		if (holds_one_of(k, find(k, r->by), row, &r->shapes[i].value, 1))
			return r->shapes[i].shape;
	return NULL;
}

static void rule_shape(struct check *k, const struct claims_rule *r, int64_t row)
{
	bool excused = when_true(k, row, &r->when);
	const char *shape = shape_for(k, r, row), *field = r->columns[0];
	size_t n = count_filled(k, r, row);
	struct buf text = BUF_INIT;
	int at;

	if (excused && n) {
		for (size_t i = r->ncolumns; i-- > 0;)
			field = filled(k, r->columns[i], row) ? r->columns[i] : field;
		when_text(k, &text, row, &r->when);
		buf_str(&text, ", so ");
		list_names(&text, r->columns, r->ncolumns, " and ");
		buf_str(&text, " must be empty; found ");
		found_text(k, &text, r, row);
	} else if (!excused && !n) {
		list_names(&text, r->columns, r->ncolumns, " and ");
		buf_str(&text, " are all empty");
		if (r->when.column) {
			buf_str(&text, ", which needs ");
			list_quoted(&text, r->when.values, r->when.nvalues);
			buf_printf(&text, " in %s", r->when.column);
		}
	} else if (!excused && shape && (at = shape_broken(k, r, shape, row)) >= 0) {
		field = r->columns[at];
		buf_printf(&text, "%s '", r->by);
		value_text(&text, find(k, r->by)->c, row);
		buf_str(&text, "' is written ");
		shape_text(&text, r, shape);
		buf_str(&text, "; found ");
		found_text(k, &text, r, row);
	}
	if (text.n) {
		fault_add(k->faults, row, field, "%s", text.p);
		blame_all(k, r);
	}
	k->text.failed |= text.failed;
	buf_release(&text);
}

static void rule_filled(struct check *k, const struct claims_rule *r, int64_t row)
{
	struct buf text = BUF_INIT;

	when_text(k, &text, row, &r->when);
	for (size_t i = 0; i < r->ncolumns; i++) {
		if (filled(k, r->columns[i], row))
			continue;
		fault_add(k->faults, row, r->columns[i], "must not be empty when %s", text.p);
		blame(k, r->columns[i]);
	}
	k->text.failed |= text.failed;
	buf_release(&text);
}

static void rule_only(struct check *k, const struct claims_rule *r, int64_t row)
{
	struct buf text = BUF_INIT;

	if (!holds_one_of(k, find(k, r->columns[0]), row, r->values, r->nvalues)) {
		buf_printf(&text, "%s is '", r->columns[0]);
		value_text(&text, find(k, r->columns[0])->c, row);
		buf_str(&text, "', but must be ");
		list_quoted(&text, r->values, r->nvalues);
		buf_str(&text, " when ");
		when_text(k, &text, row, &r->when);
		fault_add(k->faults, row, r->columns[0], "%s", text.p);
		blame_all(k, r);
	}
	k->text.failed |= text.failed;
	buf_release(&text);
}

static void rule_month_end(struct check *k, const struct claims_rule *r, int64_t row)
{
	struct buf text = BUF_INIT;
	char date[DATE_TEXT_MAX];
	int year, month, day;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = find(k, r->columns[i])->c;

		if (c->type != TYPE_DATE || !column_has(c, row))
			continue;
		date_civil(c->as.days[row], &year, &month, &day);
		if (day == date_month_last(year, month))
			continue;
		date_print(date, c->as.days[row]);
		when_text(k, &text, row, &r->when);
		fault_add(k->faults, row, r->columns[i], "%s is not the last day of its month, as it must be when %s", date,
			  text.p);
		blame(k, r->columns[i]);
	}
	k->text.failed |= text.failed;
	buf_release(&text);
}

static void check_rule(struct check *k, const struct claims_rule *r, int64_t row)
{
	if (r->verb == CLAIMS_ORDER) {
		rule_order(k, r, row);
		return;
	}
	if (!judgeable(k, r))
		return;
	switch (r->verb) {
	case CLAIMS_TOGETHER:
		rule_together(k, r, row);
		return;
	case CLAIMS_SHAPE:
		rule_shape(k, r, row);
		return;
	default:
		break;
	}
	if (!when_true(k, row, &r->when))
		return;
	if (r->verb == CLAIMS_FILLED)
		rule_filled(k, r, row);
	else if (r->verb == CLAIMS_ONLY)
		rule_only(k, r, row);
	else
		rule_month_end(k, r, row);
}

/* Last: what no rule of the schema forbids must still mean something. */
static void check_figure(struct check *k, int64_t row)
{
	static const char *const parts[] = { "low", "best", "high", "qualifier" };
	struct quantity q;
	struct err e = ERR_INIT;
	bool there;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct state *st = find(k, parts[i]);

		if (st && st->blamed)
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
		k->text.failed = true;
	if (near)
		fault_add(k->faults, -1, w->name, "a %s table needs the column '%s'; is it the one called '%s'?", k->s->kind,
			  w->name, near);
	else
		fault_add(k->faults, -1, w->name, "a %s table needs the column '%s'", k->s->kind, w->name);
}

static void check_extra(struct check *k, const char *name, const struct dict *taken)
{
	const char *near = NULL;

	if (find(k, name) || dict_find(taken, name, strlen(name)) >= 0)
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

/* Which columns are there and can be used; whole-file faults. */
static int open_columns(struct check *k, struct err *e)
{
	struct dict *taken = dict_new();

	if (!taken)
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

/* By row, keeping the order within one: a merge sort, since a broken file can have as many faults as rows. */
static void sort_earlier(struct earlier *a, struct earlier *spare, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * width) {
			size_t mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n;
			size_t i = lo, j = mid;

			for (size_t to = lo; to < hi; to++)
				spare[to] = j >= hi || (i < mid && a[i].row <= a[j].row) ? a[i++] : a[j++];
		}
		memcpy(a, spare, n * sizeof *a);
	}
}

/* The faults that were there before us, by row. */
static int list_earlier(const struct faults *faults, struct earlier **out, size_t *n, struct err *e)
{
	struct earlier *a = mem_zero(faults->n + 1, sizeof *a), *spare = mem_zero(faults->n + 1, sizeof *spare);

	if (!a || !spare) {
		mem_free(a);
		mem_free(spare);
		return err_nomem(e);
	}
	for (size_t i = 0; i < faults->n; i++)
		if (!faults->items[i].warning && faults->items[i].row >= 0)
			a[(*n)++] = (struct earlier){ faults->items[i].row, faults->items[i].field };
	sort_earlier(a, spare, *n);
	mem_free(spare);
	*out = a;
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
			blame(k, earlier[at].field);
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
		rc = open_sets(&k.col[i], e);
	if (!rc)
		rc = check_rows(&k, earlier, nearlier, e);
	if (!rc && (k.text.failed || faults->failed))
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
