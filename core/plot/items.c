/*
 * items.c - rows become items: where each stands, how far it reaches, and what its ends say.
 *
 * Nothing is dropped in silence: a row that cannot be drawn is counted under its reason, and the reasons
 * are written below the plot.
 */
#include "plot/plot_priv.h"

#include <stdlib.h>
#include <string.h>

struct sorted {
	double key;
	int64_t row;
};

static int by_key(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	if (x->key != y->key && !(isnan(x->key) && isnan(y->key)))
		return isnan(x->key) ? 1 : isnan(y->key) ? -1 : x->key < y->key ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static double number_at(const struct column *c, int64_t i)
{
	if (!c || !column_has(c, i))
		return NAN;
	return c->type == TYPE_DATETIME ? (double)c->as.i64[i] / 86400e6 : column_number(c, i);
}

/* How wide a tornado's bar is, over the base too. */
static double span_at(const struct plot_layer *l, int64_t i)
{
	double low = number_at(l->col[PLOT_ROLE_LOW], i), high = number_at(l->col[PLOT_ROLE_HIGH], i);

	if (isnan(low) || isnan(high))
		return NAN;
	return fmax(fmax(low, high), isnan(l->base) ? -INFINITY : l->base) -
	       fmin(fmin(low, high), isnan(l->base) ? INFINITY : l->base);
}

/* Lines go along x, the widest bar of a tornado comes first; all other marks keep the order of the rows. */
static struct sorted *drawing_order(const struct plot_layer *l, int64_t rows)
{
	struct sorted *order = mem_zero((size_t)(rows ? rows : 1), sizeof *order);
	bool along = l->mark == PLOT_LINE || l->mark == PLOT_STEP || l->mark == PLOT_RIBBON;
	const struct column *x = l->col[PLOT_ROLE_X];

	if (!order)
		return NULL;
	for (int64_t i = 0; i < rows; i++) {
		order[i].row = i;
		if (along && axis_of(x) != AXIS_NAMES)
			order[i].key = number_at(x, i);
		else if (l->mark == PLOT_TORNADO)
			order[i].key = -span_at(l, i);
	}
	qsort(order, (size_t)rows, sizeof *order, by_key);
	return order;
}

static double policy_number(const struct quantity *q, enum plot_policy policy)
{
	double v = policy == PLOT_POLICY_MIDPOINT ? (q->low + q->high) / 2 :
		   policy == PLOT_POLICY_FLOOR ? q->low : policy == PLOT_POLICY_CEILING ? q->high : q->stated;

	return isfinite(v) ? v : NAN;
}

static void item_from_quantity(struct scene *s, const struct quantity *q, struct item *it)
{
	it->at = q->stated;
	switch (q->kind) {
	case QUANTITY_EXACT:
		return;
	case QUANTITY_ABOUT:
		it->low = q->low;
		it->high = q->high;
		it->low_end = it->high_end = END_CAP;
		s->key[KEY_ABOUT] = true;
		return;
	case QUANTITY_AT_LEAST:
	case QUANTITY_MORE_THAN:
		it->low = it->high = q->stated;
		it->high_end = END_ARROW;
		s->key[KEY_AT_LEAST] = true;
		return;
	case QUANTITY_UP_TO:
	case QUANTITY_AS_MANY_AS:
	case QUANTITY_LESS_THAN:
		it->low = it->high = q->stated;
		it->low_end = END_ARROW;
		s->key[KEY_UP_TO] = true;
		return;
	case QUANTITY_NEARLY:
		it->low = q->low;
		it->high = q->high;
		it->low_end = END_CAP;
		s->key[KEY_NEARLY] = true;
		return;
	default:
		it->low = q->low;
		it->high = q->high;
		it->low_end = it->high_end = END_CAP;
		if (q->low == q->high) {
			it->at = q->low;
			it->low = it->high = NAN;
		} else {
			it->at = NAN;
			s->key[KEY_RANGE] |= isfinite(q->low) && isfinite(q->high);
		}
	}
}

/* An end at infinity is an arrow from the other one. */
static void arrows_for_infinity(struct scene *s, struct item *it)
{
	if (it->high == INFINITY && isfinite(it->low)) {
		it->high = it->low;
		it->high_end = END_ARROW;
		s->key[KEY_AT_LEAST] = true;
	} else if (it->low == -INFINITY && isfinite(it->high)) {
		it->low = it->high;
		it->low_end = END_ARROW;
		s->key[KEY_UP_TO] = true;
	}
}

struct counts {
	int64_t rows, drawn, missing[PLOT_ROLES], unfinite, below, outside;
};

/* A cell as text that lives as long as the scene. */
static struct slice text_at(const struct column *c, int64_t i, struct scene *s)
{
	struct buf text = BUF_INIT;

	if (!c || !column_has(c, i))
		return slice_of("", 0);
	if (c->type == TYPE_STRING)
		return column_string(c, i);
	if (c->type == TYPE_QUANTITY) {
		struct quantity q = column_quantity(c, i);

		quantity_print(&text, &q);
	} else {
		column_text(&text, c, i);
	}
	return scene_keep(s, &text);
}

/* The other end of the segment in row i; false, and counted, when there is none. Segments never lie. */
static bool add_end(struct scene *s, const struct plot_layer *l, int64_t i, struct item *it, struct counts *n)
{
	struct dict *names[] = { s->names, s->panels[it->panel].names };
	double *ends[] = { &it->end_pos, &it->end_at };

	for (int k = 0; k < 2; k++) {
		enum plot_role r = k ? PLOT_ROLE_Y_END : PLOT_ROLE_X_END;
		const struct column *c = l->col[r];

		if (!column_has(c, i))
			return n->missing[r]++, false;
		*ends[k] = axis_of(c) == AXIS_NAMES ? scene_code(s, names[k], c, i) : number_at(c, i);
		if (!isfinite(*ends[k]))
			return n->unfinite++, false;
	}
	return true;
}

/* The item of row i in `it`; false, and counted, when the row cannot be drawn. */
static bool make_item(struct scene *s, const struct plot_layer *l, int64_t i, struct item *it, struct counts *n)
{
	bool lies = layer_lies(l), bounds = l->mark == PLOT_INTERVAL || l->mark == PLOT_RIBBON || l->mark == PLOT_TORNADO;
	enum plot_role prole = lies ? PLOT_ROLE_Y : PLOT_ROLE_X, vrole = lies ? PLOT_ROLE_X : PLOT_ROLE_Y;
	const struct column *pos = l->col[prole], *value = l->col[vrole], *low = l->col[PLOT_ROLE_LOW];
	struct panel *p = &s->panels[it->panel];

	it->low = it->high = it->at = it->label_x = it->label_y = NAN;
	if (!column_has(pos, i))
		return n->missing[prole]++, false;
	if (bounds && low)
		value = NULL;
	if (value && !column_has(value, i) && l->mark != PLOT_LINE && l->mark != PLOT_STEP)
		return n->missing[vrole]++, false;
	if (low && l->mark != PLOT_POINT && l->mark != PLOT_LINE && l->mark != PLOT_STEP && l->mark != PLOT_BAR)
		for (int r = PLOT_ROLE_LOW; r <= PLOT_ROLE_HIGH; r++) {
			if (!l->col[r] || column_has(l->col[r], i))
				continue;
			return n->missing[r]++, false;
		}
	if (axis_of(pos) == AXIS_NAMES)
		it->pos = scene_code(s, lies ? p->names : s->names, pos, i);
	else
		it->pos = number_at(pos, i);

	if (value && value->type == TYPE_QUANTITY && column_has(value, i)) {
		struct quantity q = column_quantity(value, i);

		if (l->policy != PLOT_POLICY_NONE) {
			it->at = policy_number(&q, l->policy);
			if (isnan(it->at))
				n->unfinite++;
		} else if (l->mark == PLOT_RIBBON) {
			it->low = q.low;
			it->high = q.high;
		} else {
			item_from_quantity(s, &q, it);
		}
	} else if (value && axis_of(value) == AXIS_NAMES) {
		it->at = scene_code(s, lies ? s->names : p->names, value, i);
	} else if (value) {
		it->at = number_at(value, i);
		if (!column_has(value, i))
			n->missing[vrole]++;
		else if (!isfinite(it->at))
			n->unfinite++;
	}
	if (low && (bounds || l->mark == PLOT_FOREST)) {
		it->low = number_at(low, i);
		it->high = number_at(l->col[PLOT_ROLE_HIGH], i);
		if (l->mark != PLOT_TORNADO)
			it->low_end = it->high_end = END_CAP;
		if (l->mark != PLOT_TORNADO && it->low > it->high) {
			double swap = it->low;

			it->low = it->high;
			it->high = swap;
		}
	}
	if (l->mark == PLOT_RIBBON) {            /* an open side runs to the edge */
		if (isnan(it->low) || isnan(it->high))
			return n->unfinite++, false;
	} else if (l->mark != PLOT_TORNADO) {
		arrows_for_infinity(s, it);
	}
	if (l->mark == PLOT_LINE || l->mark == PLOT_STEP) {
		it->gap = !isfinite(it->at);
		return isfinite(it->pos);
	}
	if (!isfinite(it->pos) || (!isfinite(it->at) && !isfinite(it->low) && !isfinite(it->high))) {
		n->unfinite += value == NULL || value->type == TYPE_QUANTITY || isfinite(it->at);
		return false;
	}
	return l->mark != PLOT_SEGMENT || add_end(s, l, i, it, n);
}

/* On a logarithmic axis nothing stands at or below zero; a bar that begins there runs to the edge. */
static bool fits_log(const struct plot_layer *l, const struct figure *f, struct item *it)
{
	bool lies = layer_lies(l);

	if ((lies ? f->y.log : f->x.log) && it->pos <= 0)
		return false;
	if (l->mark == PLOT_SEGMENT && ((f->x.log && it->end_pos <= 0) || (f->y.log && it->end_at <= 0)))
		return false;
	if (!(lies ? f->x.log : f->y.log))
		return true;
	if (it->at <= 0) {
		it->at = NAN;
		it->gap = true;
		if (!(it->high > 0))
			return false;
	}
	return !(it->high <= 0);
}

static void grow_extents(struct scene *s, const struct plot_layer *l, const struct item *it)
{
	bool lies = layer_lies(l);
	struct panel *p = &s->panels[it->panel];
	struct extent *pos = lies ? &p->y : &s->x, *value = lies ? &s->x : &p->y;

	extent_add(pos, it->pos);
	extent_add(value, it->at);
	extent_add(value, it->low);
	extent_add(value, it->high);
	if (l->mark == PLOT_SEGMENT) {
		extent_add(pos, it->end_pos);
		extent_add(value, it->end_at);
	}
	if (l->mark == PLOT_BAR)
		extent_add(value, 0);
	if (l->mark == PLOT_TORNADO)
		extent_add(value, l->base);
	if (it->high_end == END_ARROW)
		*(lies ? &s->right : &p->up) = true;
	if (it->low_end == END_ARROW)
		*(lies ? &s->left : &p->down) = true;
	p->items++;
}

/* Outside a range that was asked for: counted, so that a narrow view does not hide rows. */
static bool is_outside(const struct scene *s, const struct plot_layer *l, const struct item *it)
{
	const struct plot_axis *pos = layer_lies(l) ? &s->f->y : &s->f->x, *value = layer_lies(l) ? &s->f->x : &s->f->y;
	double least = fmin(fmin(it->at, it->low), it->high), most = fmax(fmax(it->at, it->low), it->high);

	if (l->mark == PLOT_SEGMENT && (it->end_pos < pos->low || it->end_pos > pos->high || it->end_at < value->low ||
					it->end_at > value->high))
		return true;             /* half a line would point at nothing */
	return it->pos < pos->low || it->pos > pos->high || most < value->low || least > value->high;
}

static int add_item(struct scene *s, const struct plot_layer *l, struct item *it, struct counts *n, struct err *e)
{
	if (!fits_log(l, s->f, it)) {
		n->below++;
		return 0;
	}
	if (SCENE_COUNT(s) >= ITEMS_MAX)
		return err_set(e, ERR_DOMAIN, "more than %d marks: summarise the table first", ITEMS_MAX);
	if (is_outside(s, l, it)) {
		n->outside++;
		if (l->mark != PLOT_LINE && l->mark != PLOT_STEP && l->mark != PLOT_RIBBON)
			return 0;
	}
	n->drawn++;
	grow_extents(s, l, it);
	buf_add(&s->items, it, sizeof *it);
	return buf_check(&s->items, e);
}

static const char *rows_text(int64_t n)
{
	return n == 1 ? "row" : "rows";
}

/* What the reader should know about rows that are not there. Quotes are those of print, see label.c. */
static void add_notes(struct scene *s, const struct plot_layer *l, const struct counts *n)
{
	for (int r = 0; r < PLOT_ROLES; r++)
		if (n->missing[r])
			scene_note(s, "Not drawn: %lld of %lld %s without \xe2\x80\x98%s\xe2\x80\x99.", (long long)n->missing[r], (long long)n->rows,
				   rows_text(n->rows), l->col_name[r]);
	if (n->unfinite && l->policy != PLOT_POLICY_NONE)
		scene_note(s, "Not drawn: %lld of %lld %s whose \xe2\x80\x98%s\xe2\x80\x99 has no such number.", (long long)n->unfinite,
			   (long long)n->rows, rows_text(n->rows), l->col_name[PLOT_ROLE_Y]);
	else if (n->unfinite)
		scene_note(s, "Not drawn: %lld of %lld %s without a finite number.", (long long)n->unfinite,
			   (long long)n->rows, rows_text(n->rows));
	if (n->below)
		scene_note(s, "Not drawn: %lld of %lld %s at or below zero, which a logarithmic axis does not have.",
			   (long long)n->below, (long long)n->rows, rows_text(n->rows));
	if (n->outside)
		scene_note(s, "Outside the range shown: %lld of %lld %s.", (long long)n->outside, (long long)n->rows,
			   rows_text(n->rows));
	if (l->policy != PLOT_POLICY_NONE && l->col[PLOT_ROLE_Y] && l->col[PLOT_ROLE_Y]->type == TYPE_QUANTITY)
		scene_note(s, "The %s follows the %s of each figure in \xe2\x80\x98%s\xe2\x80\x99.", plot_mark_name(l->mark),
			   l->policy == PLOT_POLICY_MIDPOINT ? "midpoint" : l->policy == PLOT_POLICY_FLOOR ? "lower bound" :
			   l->policy == PLOT_POLICY_CEILING ? "upper bound" : "stated number", l->col_name[PLOT_ROLE_Y]);
}

int scene_layer(struct scene *s, int k, struct err *e)
{
	const struct plot_layer *l = &s->f->layers[k];
	const struct column *colour = l->col[PLOT_ROLE_COLOUR], *panel = l->col[PLOT_ROLE_PANEL];
	const struct column *hollow = l->col[PLOT_ROLE_HOLLOW];
	struct counts n = { .rows = layer_positions(l)->length };
	struct sorted *order = drawing_order(l, n.rows);
	int rc = 0;

	if (!order)
		return err_nomem(e);
	for (int64_t i = 0; i < n.rows && !rc; i++) {
		int64_t row = order[i].row;
		struct item it = { .layer = k, .group = -1, .hollow = l->hollow };
		int first = 0, last = s->npanels - 1;

		if (panel)
			first = last = scene_code(s, s->panel_names, panel, row);
		if (colour)
			it.group = scene_code(s, s->groups, colour, row);
		else if (l->name.n)
			it.group = dict_find(s->groups, l->name.p, l->name.n);
		if (hollow && column_has(hollow, row) && column_bool(hollow, row)) {
			it.hollow = true;
			s->key[KEY_HOLLOW] = true;
			s->hollow_name = l->col_name[PLOT_ROLE_HOLLOW];
		}
		it.label = text_at(l->col[PLOT_ROLE_LABEL], row, s);
		it.label_low = text_at(l->col[PLOT_ROLE_LABEL_LOW], row, s);
		it.label_high = text_at(l->col[PLOT_ROLE_LABEL_HIGH], row, s);
		/* a layer without the panel column stands in every panel, but its rows count once */
		for (int p = first; p <= last && !rc; p++) {
			struct counts again = n, *count = p == first ? &n : &again;

			it.panel = p;
			it.low_end = it.high_end = END_NONE;
			it.gap = false;
			if (make_item(s, l, row, &it, count))
				rc = add_item(s, l, &it, count, e);
			if (s->kept.failed)
				rc = err_nomem(e);
		}
	}
	s->lies |= layer_lies(l);
	if (l->mark == PLOT_TORNADO && !isnan(l->base))
		s->key[KEY_TORNADO_LOW] = s->key[KEY_TORNADO_HIGH] = true;
	add_notes(s, l, &n);
	mem_free(order);
	return rc;
}

/* A bar is as wide as the nearest two positions allow; bars of several groups at one position stand side by side. */
int scene_bars(struct scene *s, struct err *e)
{
	if (!(s->bars = mem_zero((size_t)s->f->nlayers, sizeof *s->bars)))
		return err_nomem(e);
	for (int k = 0; k < s->f->nlayers; k++) {
		bool lies = layer_lies(&s->f->layers[k]);
		struct buf list = BUF_INIT;
		struct sorted *at;
		size_t n;

		s->bars[k].width = INFINITY;
		if (s->f->layers[k].mark != PLOT_BAR)
			continue;
		for (int64_t i = 0; i < SCENE_COUNT(s); i++) {
			struct item *it = &SCENE_ITEMS(s)[i];
			/* by panel, then position: the same position in two panels is no neighbour */
			struct sorted one = { it->pos, it->panel * (GROUPS_MAX + 1) + it->group };

			if (it->layer == k)
				buf_add(&list, &one, sizeof one);
		}
		if (list.failed) {
			buf_release(&list);
			return err_nomem(e);
		}
		at = (struct sorted *)list.p;
		n = list.n / sizeof *at;
		if (n)
			qsort(at, n, sizeof *at, by_key);
		for (size_t i = 1; i < n; i++) {
			double apart = at[i].key - at[i - 1].key;

			if (apart > 0)
				s->bars[k].width = fmin(s->bars[k].width, apart);
			else if (at[i].row != at[i - 1].row && at[i].row / (GROUPS_MAX + 1) == at[i - 1].row / (GROUPS_MAX + 1))
				s->bars[k].dodge = true;
		}
		if (axis_of(layer_positions(&s->f->layers[k])) == AXIS_NAMES || isinf(s->bars[k].width))
			s->bars[k].width = 1;
		for (int p = 0; p < s->npanels && n && axis_of(layer_positions(&s->f->layers[k])) != AXIS_NAMES; p++) {
			struct extent *x = lies ? &s->panels[p].y : &s->x;

			extent_add(x, at[0].key - s->bars[k].width / 2);
			extent_add(x, at[n - 1].key + s->bars[k].width / 2);
		}
		buf_release(&list);
	}
	return 0;
}
