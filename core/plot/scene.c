/*
 * scene.c - what is to be drawn, before it has a place: the kinds of the axes, groups, panels, and the
 * items of every layer (items.c).
 */
#include "plot/plot_priv.h"

#include <stdio.h>
#include <string.h>

bool layer_lies(const struct plot_layer *l)
{
	const struct column *x = l->col[PLOT_ROLE_X], *y = l->col[PLOT_ROLE_Y];

	switch (l->mark) {
	case PLOT_TORNADO:
	case PLOT_FOREST:
		return true;
	case PLOT_LINE:
	case PLOT_STEP:
	case PLOT_RIBBON:
	case PLOT_SEGMENT:
		return false;
	default:
		return !x || x->type == TYPE_QUANTITY || (y && y->type == TYPE_STRING);
	}
}

void scene_note(struct scene *s, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (dict_code(s->notes, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1) < 0)
		s->kept.failed = true;
}

/* Takes over the bytes of `text`, until scene_release. */
struct slice scene_keep(struct scene *s, struct buf *text)
{
	struct slice kept = slice_of(text->p ? text->p : "", text->n);

	buf_add(&s->kept, &text->p, sizeof text->p);
	if (s->kept.failed) {
		buf_release(text);
		return slice_of("", 0);
	}
	*text = (struct buf)BUF_INIT;
	return kept;
}

/* == axes == */

enum axis_kind axis_of(const struct column *c)
{
	switch (c->type) {
	case TYPE_DATE:
	case TYPE_DATETIME:
		return AXIS_DATE;
	case TYPE_STRING:
	case TYPE_BOOL:
		return AXIS_NAMES;
	default:
		return AXIS_NUMBER;
	}
}

static int join_kind(enum axis_kind *have, enum axis_kind next, const char *axis, struct err *e)
{
	static const char *const what[] = { "nothing", "numbers", "dates", "names" };

	if (*have != AXIS_NONE && *have != next)
		return err_set(e, ERR_TYPE, "the %s axis shows %s in one layer and %s in another", axis, what[*have],
			       what[next]);
	*have = next;
	return 0;
}

/* The column whose type says what the axis of values shows; NULL: low and high do not exist either. */
static const struct column *value_column(const struct plot_layer *l)
{
	const struct column *v = l->col[layer_lies(l) ? PLOT_ROLE_X : PLOT_ROLE_Y];

	if ((l->mark == PLOT_INTERVAL || l->mark == PLOT_RIBBON || l->mark == PLOT_TORNADO) && l->col[PLOT_ROLE_LOW])
		return l->col[PLOT_ROLE_LOW];
	return v ? v : l->col[PLOT_ROLE_LOW];
}

const struct column *layer_positions(const struct plot_layer *l)
{
	return l->col[layer_lies(l) ? PLOT_ROLE_Y : PLOT_ROLE_X];
}

/* A share has a base: its axis is in per cent. */
static bool is_share(const struct column *c)
{
	for (int64_t i = 0; c->type == TYPE_QUANTITY && i < c->length; i++)
		if (column_has(c, i))
			return column_quantity(c, i).base.n > 0;
	return false;
}

static int find_kinds(struct scene *s, struct err *e)
{
	int rc;

	for (int k = 0; k < s->f->nlayers; k++) {
		const struct plot_layer *l = &s->f->layers[k];
		const struct column *value = value_column(l);
		bool lies = layer_lies(l);

		if ((rc = join_kind(lies ? &s->ykind : &s->xkind, axis_of(layer_positions(l)), lies ? "y" : "x", e)) ||
		    (rc = join_kind(lies ? &s->xkind : &s->ykind, axis_of(value), lies ? "x" : "y", e)))
			return rc;
		if (is_share(value))
			*(lies ? &s->xpercent : &s->ypercent) = true;
	}
	s->xpercent |= s->f->x.percent;
	s->ypercent |= s->f->y.percent;
	if ((s->f->x.log && s->xkind != AXIS_NUMBER) || (s->f->y.log && s->ykind != AXIS_NUMBER))
		return err_set(e, ERR_TYPE, "only an axis of numbers can be logarithmic");
	return 0;
}

/* == names, groups, panels == */

#define NOT_STATED "not stated"       /* the group or panel of rows that name none */

static int32_t name_code(struct dict *d, const struct column *c, int64_t i, const char *missing)
{
	struct buf text = BUF_INIT;
	int32_t code;

	if (column_has(c, i))
		column_text(&text, c, i);
	else
		buf_str(&text, missing);
	code = text.failed ? -1 : dict_code(d, text.p ? text.p : "", text.n);
	buf_release(&text);
	return code;
}

/* As name_code, for rows: out of memory shows in s->kept.failed, and code 0 keeps indices valid until it is seen. */
int scene_code(struct scene *s, struct dict *d, const struct column *c, int64_t i)
{
	int32_t code = name_code(d, c, i, NOT_STATED);

	if (code < 0)
		s->kept.failed = true;
	return code < 0 ? 0 : code;
}

static int find_groups(struct scene *s, struct err *e)
{
	for (int k = 0; k < s->f->nlayers; k++) {
		const struct plot_layer *l = &s->f->layers[k];
		const struct column *c = l->col[PLOT_ROLE_COLOUR], *p = l->col[PLOT_ROLE_PANEL];

		if (!c && l->name.n && dict_code(s->groups, l->name.p, l->name.n) < 0)
			return err_nomem(e);
		for (int64_t i = 0; c && i < c->length; i++)
			if (name_code(s->groups, c, i, NOT_STATED) < 0)
				return err_nomem(e);
			else if (dict_count(s->groups) > GROUPS_MAX)
				return err_set(e, ERR_DOMAIN, "colour = '%s' makes more than %d groups: filter the table, "
					       "or give the rest one name", l->col_name[PLOT_ROLE_COLOUR], GROUPS_MAX);
		for (int64_t i = 0; p && i < p->length; i++) {
			int32_t code = name_code(s->panel_names, p, i, NOT_STATED);

			if (code < 0)
				return err_nomem(e);
			if (code >= PANELS_MAX)
				return err_set(e, ERR_DOMAIN, "panel = '%s' makes more than %d panels",
					       l->col_name[PLOT_ROLE_PANEL], PANELS_MAX);
			s->npanels = code + 1 > s->npanels ? code + 1 : s->npanels;
		}
	}
	if (!s->npanels)
		s->npanels = 1;
	if (!(s->panels = mem_zero((size_t)s->npanels, sizeof *s->panels)))
		return err_nomem(e);
	for (int k = 0; k < s->npanels; k++) {
		s->panels[k].y = (struct extent)EXTENT_INIT;
		if (k < dict_count(s->panel_names))
			s->panels[k].name = dict_value(s->panel_names, k);
		if (!(s->panels[k].names = dict_new()))
			return err_nomem(e);
	}
	return 0;
}

int scene_build(struct scene *s, const struct figure *f, const struct device *d, struct err *e)
{
	int rc;

	*s = (struct scene){ .f = f, .dev = *d, .x = EXTENT_INIT };
	if (!f->nlayers)
		return err_set(e, ERR_USAGE, "nothing to draw: add a layer, such as :point()");
	s->groups = dict_new();
	s->names = dict_new();
	s->panel_names = dict_new();
	s->notes = dict_new();
	if (!s->groups || !s->names || !s->panel_names || !s->notes)
		return err_nomem(e);
	if ((rc = find_kinds(s, e)) || (rc = find_groups(s, e)))
		return rc;
	for (int k = 0; k < f->nlayers; k++)
		if ((rc = scene_layer(s, k, e)))
			return rc;
	if ((rc = scene_bars(s, e)))
		return rc;
	for (int k = 0; k < f->nrefs; k++) {
		const struct plot_reference *r = &f->refs[k];
		const struct plot_axis *axis = r->vertical ? &f->x : &f->y;

		if (r->at < axis->low || r->at > axis->high || (axis->log && r->at <= 0)) {
			scene_note(s, "Outside the range shown: the line \xe2\x80\x98%.*s\xe2\x80\x99.", r->label.n < 80 ? (int)r->label.n : 80,
				   r->label.n ? r->label.p : "");
			continue;
		}
		if (r->vertical)
			extent_add(&s->x, r->at);
		for (int p = 0; p < s->npanels && !r->vertical; p++)
			extent_add(&s->panels[p].y, r->at);
	}
	return buf_check(&s->kept, e);
}

void scene_release(struct scene *s)
{
	for (int k = 0; k < s->npanels && s->panels; k++) {
		dict_free(s->panels[k].names);
		buf_release(&s->panels[k].xticks);
		buf_release(&s->panels[k].yticks);
	}
	mem_free(s->panels);
	mem_free(s->bars);
	dict_free(s->groups);
	dict_free(s->names);
	dict_free(s->panel_names);
	dict_free(s->notes);
	for (size_t k = 0; k < s->kept.n / sizeof(char *); k++)
		mem_free(((char **)s->kept.p)[k]);
	buf_release(&s->kept);
	buf_release(&s->items);
	*s = (struct scene){ 0 };
}
