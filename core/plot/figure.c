/* figure.c - figures: adding texts and layers, and what a layer needs to make sense. */
#include "plot/plot.h"

#include <string.h>
#include <strings.h>

static const char *const mark_names[] = {
#define X(name, text) text,
	PLOT_MARK_LIST(X)
#undef X
};
static const char *const role_names[] = {
#define X(name, text) text,
	PLOT_ROLE_LIST(X)
#undef X
};
static const char *const format_names[] = {
#define X(name, text) text,
	PLOT_FORMAT_LIST(X)
#undef X
};
static const char *const policy_names[] = {
#define X(name, text) text,
	PLOT_POLICY_LIST(X)
#undef X
};
static const struct ink {
	const char *name;
	uint32_t rgb;
} inks[] = {
#define X(name, rgb) { name, rgb },
	PLOT_INK_LIST(X)
#undef X
};

const char *plot_mark_name(enum plot_mark m)
{
	return mark_names[m];
}

bool plot_mark_from_name(const char *name, enum plot_mark *out)
{
	for (int m = 0; m < PLOT_MARK_COUNT; m++)
		if (!strcmp(name, mark_names[m]))
			return *out = (enum plot_mark)m, true;
	return false;
}

const char *plot_role_name(enum plot_role r)
{
	return role_names[r];
}

bool plot_policy_from_name(const char *name, enum plot_policy *out)
{
	for (int p = 0; p < PLOT_POLICY_COUNT; p++)
		if (!strcmp(name, policy_names[p]))
			return *out = (enum plot_policy)p, true;
	return false;
}

bool plot_ink_from_name(const char *name, uint32_t *rgb)
{
	for (size_t k = 0; k < sizeof inks / sizeof *inks; k++)
		if (!strcmp(name, inks[k].name))
			return *rgb = inks[k].rgb, true;
	return false;
}

int plot_format_of(const char *path, enum plot_format *out, struct err *e)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
	struct buf known = BUF_INIT;
	int rc;

	for (int k = 0; dot && k < PLOT_FORMAT_COUNT; k++)
		if (!strcasecmp(dot + 1, format_names[k]))
			return *out = (enum plot_format)k, 0;
	for (int k = 0; k < PLOT_FORMAT_COUNT; k++)
		buf_printf(&known, "%s.%s", k == 0 ? "" : k + 1 < PLOT_FORMAT_COUNT ? ", " : " or ", format_names[k]);
	if (!(rc = buf_check(&known, e)))
		rc = err_set(e, ERR_USAGE, "cannot tell the format of '%s': its name should end in %s", path, known.p);
	buf_release(&known);
	return rc;
}

/* == texts == */

/* A copy that lives as long as the figure. */
static int keep(struct figure *f, struct slice s, struct slice *out, struct err *e)
{
	char **owned, *copy;

	if (!s.n) {
		*out = slice_of("", 0);
		return 0;
	}
	if (!(copy = mem_strndup(s.p, s.n)))
		return err_nomem(e);
	if (!(owned = mem_resize(f->owned, (size_t)(f->nowned + 1) * sizeof *owned))) {
		mem_free(copy);
		return err_nomem(e);
	}
	f->owned = owned;
	owned[f->nowned++] = copy;
	*out = slice_of(copy, s.n);
	return 0;
}

int figure_text(struct figure *f, enum plot_slot slot, struct slice text, struct err *e)
{
	return keep(f, text, &f->text[slot], e);
}

int figure_reference(struct figure *f, bool vertical, double at, struct slice label, struct err *e)
{
	struct plot_reference r = { .vertical = vertical, .at = at }, *grown;
	int rc;

	if (!isfinite(at))
		return err_set(e, ERR_DOMAIN, "a reference line needs a finite number");
	if ((rc = keep(f, label, &r.label, e)))
		return rc;
	if (!(grown = mem_resize(f->refs, (size_t)(f->nrefs + 1) * sizeof *grown)))
		return err_nomem(e);
	f->refs = grown;
	grown[f->nrefs++] = r;
	return 0;
}

/* == layers == */

static int need(const struct plot_layer *l, enum plot_role role, struct err *e)
{
	if (l->col[role])
		return 0;
	return err_set(e, ERR_USAGE, "%s needs the column for %s: %s = \"...\"", mark_names[l->mark], role_names[role],
		       role_names[role]);
}

static bool is_number(const struct column *c)
{
	return c->type == TYPE_INT64 || c->type == TYPE_FLOAT64;
}

static int wrong(const struct plot_layer *l, enum plot_role role, const char *wanted, struct err *e)
{
	return err_set(e, ERR_TYPE, "%s: %s = '%s' should be a column of %s, it holds %s", mark_names[l->mark],
		       role_names[role], l->col_name[role] ? l->col_name[role] : role_names[role], wanted,
		       type_name(l->col[role]->type));
}

static bool has_type(const struct plot_layer *l, enum plot_role role, enum type t)
{
	return l->col[role] && l->col[role]->type == t;
}

/* low and high, both numbers (or both dates: an interval in time), or a quantity in x or y instead. */
static int check_bounds(const struct plot_layer *l, struct err *e)
{
	int rc;

	if (has_type(l, PLOT_ROLE_Y, TYPE_QUANTITY) && !l->col[PLOT_ROLE_LOW])
		return need(l, PLOT_ROLE_X, e);
	if (has_type(l, PLOT_ROLE_X, TYPE_QUANTITY) && !l->col[PLOT_ROLE_LOW])
		return need(l, PLOT_ROLE_Y, e);
	if ((rc = need(l, PLOT_ROLE_LOW, e)) || (rc = need(l, PLOT_ROLE_HIGH, e)))
		return rc;
	for (int r = PLOT_ROLE_LOW; r <= PLOT_ROLE_HIGH; r++)
		if (!is_number(l->col[r]) && !(has_type(l, (enum plot_role)r, TYPE_DATE)))
			return wrong(l, (enum plot_role)r, "numbers or dates", e);
	if (l->col[PLOT_ROLE_LOW]->type == TYPE_DATE && l->col[PLOT_ROLE_HIGH]->type != TYPE_DATE)
		return wrong(l, PLOT_ROLE_HIGH, "dates, as low is", e);
	return l->col[PLOT_ROLE_X] ? 0 : need(l, PLOT_ROLE_Y, e);
}

/* A line follows one number a row; which number of a quantity that is, the caller must say. */
static int check_line(const struct plot_layer *l, struct err *e)
{
	int rc;

	if ((rc = need(l, PLOT_ROLE_X, e)) || (rc = need(l, PLOT_ROLE_Y, e)))
		return rc;
	if (has_type(l, PLOT_ROLE_X, TYPE_QUANTITY))
		return wrong(l, PLOT_ROLE_X, "dates, numbers or names", e);
	if (has_type(l, PLOT_ROLE_Y, TYPE_QUANTITY) && l->policy == PLOT_POLICY_NONE)
		return err_set(e, ERR_TYPE,
			       "%s: '%s' holds quantities, and a %s follows one number: give policy = \"midpoint\", "
			       "\"floor\", \"ceiling\" or \"stated\", or draw the bounds with interval or ribbon",
			       mark_names[l->mark], l->col_name[PLOT_ROLE_Y] ? l->col_name[PLOT_ROLE_Y] : "y",
			       mark_names[l->mark]);
	if (!is_number(l->col[PLOT_ROLE_Y]) && !has_type(l, PLOT_ROLE_Y, TYPE_QUANTITY))
		return wrong(l, PLOT_ROLE_Y, "numbers", e);
	return 0;
}

/* Both ends on the same axes; an end is a place, so a quantity has to become a number first. */
static int check_segment(const struct plot_layer *l, struct err *e)
{
	static const enum plot_role roles[] = { PLOT_ROLE_X, PLOT_ROLE_Y, PLOT_ROLE_X_END, PLOT_ROLE_Y_END };
	int rc;

	for (int k = 0; k < 4; k++) {
		const struct column *start;

		if ((rc = need(l, roles[k], e)))
			return rc;
		if (has_type(l, roles[k], TYPE_QUANTITY))
			return wrong(l, roles[k], "numbers, dates or names", e);
		if (k < 2)
			continue;
		start = l->col[roles[k - 2]];
		if (start->type != l->col[roles[k]]->type && !(is_number(start) && is_number(l->col[roles[k]])))
			return err_set(e, ERR_TYPE, "segment: %s holds %s and %s %s", role_names[roles[k - 2]],
				       type_name(start->type), role_names[roles[k]], type_name(l->col[roles[k]]->type));
	}
	return 0;
}

static int check_layer(const struct plot_layer *l, struct err *e)
{
	int rc;

	switch (l->mark) {
	case PLOT_POINT:
		if ((rc = need(l, PLOT_ROLE_X, e)) || (rc = need(l, PLOT_ROLE_Y, e)))
			return rc;
		if (has_type(l, PLOT_ROLE_X, TYPE_QUANTITY) && has_type(l, PLOT_ROLE_Y, TYPE_QUANTITY))
			return err_set(e, ERR_TYPE, "point: only one of x and y can be a quantity");
		return 0;
	case PLOT_LINE:
	case PLOT_STEP:
		return check_line(l, e);
	case PLOT_INTERVAL:
		return check_bounds(l, e);
	case PLOT_RIBBON:
		if ((rc = need(l, PLOT_ROLE_X, e)) || (rc = check_bounds(l, e)))
			return rc;
		if (!is_number(l->col[PLOT_ROLE_X]) && !has_type(l, PLOT_ROLE_X, TYPE_DATE) &&
		    !has_type(l, PLOT_ROLE_X, TYPE_DATETIME))
			return wrong(l, PLOT_ROLE_X, "dates or numbers", e);
		return 0;
	case PLOT_BAR:
		if ((rc = need(l, PLOT_ROLE_X, e)) || (rc = need(l, PLOT_ROLE_Y, e)))
			return rc;
		if (has_type(l, PLOT_ROLE_Y, TYPE_STRING))
			return is_number(l->col[PLOT_ROLE_X]) ? 0 : wrong(l, PLOT_ROLE_X, "numbers", e);
		return is_number(l->col[PLOT_ROLE_Y]) ? 0 : wrong(l, PLOT_ROLE_Y, "numbers", e);
	case PLOT_TORNADO:
	case PLOT_FOREST:
		if ((rc = need(l, PLOT_ROLE_Y, e)))
			return rc;
		if (l->col[PLOT_ROLE_Y]->type != TYPE_STRING)
			return wrong(l, PLOT_ROLE_Y, "names", e);
		if (l->mark == PLOT_FOREST && l->col[PLOT_ROLE_X] && !l->col[PLOT_ROLE_LOW] && !l->col[PLOT_ROLE_HIGH])
			return is_number(l->col[PLOT_ROLE_X]) || has_type(l, PLOT_ROLE_X, TYPE_QUANTITY) ?
				       0 : wrong(l, PLOT_ROLE_X, "numbers or quantities", e);
		if (has_type(l, PLOT_ROLE_X, TYPE_QUANTITY))
			return err_set(e, ERR_USAGE, "forest: a quantity has its own bounds: leave out low and high");
		return check_bounds(l, e);
	case PLOT_TILE:
		for (int r = PLOT_ROLE_X; r <= PLOT_ROLE_Y; r++) {
			if ((rc = need(l, (enum plot_role)r, e)))
				return rc;
			if (!has_type(l, (enum plot_role)r, TYPE_STRING))
				return wrong(l, (enum plot_role)r, "names", e);
		}
		return 0;
	case PLOT_SEGMENT:
		return check_segment(l, e);
	default:
		return err_set(e, ERR_USAGE, "no mark %d", (int)l->mark);
	}
}

int figure_layer(struct figure *f, const struct plot_layer *l, struct err *e)
{
	struct plot_layer own = *l, *grown;
	const struct column *first = NULL;
	int rc;

	for (int r = 0; r < PLOT_ROLES; r++) {
		if (!l->col[r])
			continue;
		if (first && l->col[r]->length != first->length)
			return err_set(e, ERR_USAGE, "the columns of a layer differ in length: %lld and %lld values",
				       (long long)first->length, (long long)l->col[r]->length);
		first = l->col[r];
	}
	if ((rc = check_layer(l, e)))
		return rc;
	if (l->col[PLOT_ROLE_HOLLOW] && l->col[PLOT_ROLE_HOLLOW]->type != TYPE_BOOL)
		return wrong(l, PLOT_ROLE_HOLLOW, "true and false", e);
	if ((rc = keep(f, l->name, &own.name, e)))
		return rc;
	for (int r = 0; r < PLOT_ROLES; r++) {
		const char *name = l->col_name[r] ? l->col_name[r] : role_names[r];
		struct slice copy;

		if ((rc = keep(f, slice_of(name, strlen(name)), &copy, e)))
			return rc;
		own.col_name[r] = copy.n ? copy.p : "";
	}
	if (!(grown = mem_resize(f->layers, (size_t)(f->nlayers + 1) * sizeof *grown)))
		return err_nomem(e);
	for (int r = 0; r < PLOT_ROLES; r++)
		if (own.col[r])
			own.col[r] = column_ref(own.col[r]);
	f->layers = grown;
	grown[f->nlayers++] = own;
	return 0;
}

void figure_release(struct figure *f)
{
	for (int k = 0; k < f->nlayers; k++)
		for (int r = 0; r < PLOT_ROLES; r++)
			column_unref((struct column *)f->layers[k].col[r]);
	for (int k = 0; k < f->nowned; k++)
		mem_free(f->owned[k]);
	mem_free(f->layers);
	mem_free(f->refs);
	mem_free(f->owned);
	*f = (struct figure)FIGURE_INIT;
}
