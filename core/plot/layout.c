/*
 * layout.c - the page: title, key, panels, tics, caption, and labels that keep out of each other's way.
 *
 * From the top: title, subtitle, key; from the bottom: caption and notes, label and tics of x. What is
 * left belongs to the panels. The left margin fits the widest tic, the right one the labels at the ends
 * of lines.
 */
#include "plot/plot_priv.h"

#include <string.h>

#define GRID 0xe4e4e4
#define AXIS 0x999999

/* Okabe and Ito's palette, the yellow last because it is faint on white (jfly.uni-koeln.de/color). */
static const uint32_t palette[PALETTE_SIZE] = { 0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x222222, 0xd0c000 };

uint32_t group_rgb(int group)
{
	return palette[(group < 0 ? 0 : group) % PALETTE_SIZE];
}

static const struct room px_room = { 26, 22, 16, 10, 9, 22, 18, 74, 44, 12, ARROW_PX + 8 };
static const struct room cell_room = { 1, 0, 0, 0, 1, 2, 3, 9, 4, 1, ARROW_CELLS + 1 };

const struct room *page_room(const struct page *p)
{
	return p->scene->dev.cells ? &cell_room : &px_room;
}

struct slice text_of(const char *text)
{
	return slice_of(text, strlen(text));
}

void page_text(struct page *p, struct slice text, double x, double y, double size, enum align align, bool bold, uint32_t rgb)
{
	struct placed t = { .text = text, .x = x, .y = y, .size = size, .align = align, .bold = bold, .rgb = rgb };

	if (text.n)
		buf_add(&p->texts, &t, sizeof t);
}

void page_stroke(struct page *p, double x1, double y1, double x2, double y2, double width, uint32_t rgb, bool front)
{
	struct stroke s = { .x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2, .width = width, .rgb = rgb, .front = front };

	buf_add(&p->strokes, &s, sizeof s);
}

void page_arrow(struct page *p, double x1, double y1, double x2, double y2, uint32_t rgb)
{
	struct stroke s = { .x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2, .width = 1.6, .rgb = rgb, .front = true, .arrow = true };

	buf_add(&p->strokes, &s, sizeof s);
}

void page_mark(struct page *p, double x, double y, int group, bool hollow, bool block, uint32_t rgb)
{
	struct placed t = { .x = x, .y = y, .size = SIZE_TEXT, .rgb = rgb };

	t.shape = block ? SHAPE_BLOCK : hollow ? -(group + 2) : group + 2;
	buf_add(&p->texts, &t, sizeof t);
}

/* Wrapped lines from y downwards; the new y. */
static double paragraph(struct page *p, struct slice text, double x, double y, double width, double size, bool bold,
			uint32_t rgb)
{
	struct device *d = &p->scene->dev;
	struct buf lines = BUF_INIT;
	double height = label_height(d, size);

	label_wrap(d, text, size, bold, width, &lines);
	for (size_t k = 0; k < lines.n / sizeof(struct slice); k++) {
		page_text(p, ((struct slice *)lines.p)[k], x, y + height / 2, size, LEFT, bold, rgb);
		y += height;
	}
	if (lines.failed)
		p->texts.failed = true;
	buf_release(&lines);
	return y;
}

static double lines_height(struct page *p, struct slice text, double width, double size)
{
	struct buf lines = BUF_INIT;
	double n;

	label_wrap(&p->scene->dev, text, size, false, width, &lines);
	n = (double)(lines.n / sizeof(struct slice));
	p->texts.failed |= lines.failed;
	buf_release(&lines);
	return n * label_height(&p->scene->dev, size);
}

/* == panels == */

/* A name of the y axis, on as many lines as it needs. */
static double name_lines(struct page *p, struct slice name, double width, struct buf *lines)
{
	double widest = 0;

	buf_clear(lines);
	label_wrap(&p->scene->dev, name, SIZE_TEXT, false, width, lines);
	p->texts.failed |= lines->failed;
	for (size_t k = 0; k < lines->n / sizeof(struct slice); k++)
		widest = fmax(widest, label_width(&p->scene->dev, ((struct slice *)lines->p)[k], SIZE_TEXT, false));
	return widest;
}

static double left_margin(struct page *p)
{
	struct scene *s = p->scene;
	struct buf lines = BUF_INIT;
	double widest = 0;

	for (int k = 0; k < s->npanels; k++) {
		struct panel *panel = &s->panels[k];

		for (size_t t = 0; t < panel->yticks.n / sizeof(struct tick); t++)
			widest = fmax(widest, label_width(&s->dev, text_of(((struct tick *)panel->yticks.p)[t].text), SIZE_TEXT,
							  false));
		for (int32_t n = 0; s->ykind == AXIS_NAMES && n < dict_count(panel->names); n++)
			widest = fmax(widest, name_lines(p, dict_value(panel->names, n), s->dev.w * 0.36, &lines));
	}
	buf_release(&lines);
	return page_room(p)->side + widest + page_room(p)->tick_gap;
}

/* Labels at the ends of lines and beside a forest stand to the right of the plot. */
static double right_margin(struct page *p)
{
	struct scene *s = p->scene;
	double widest = 0;

	for (int g = 0; g < dict_count(s->groups); g++)
		if (p->at_end[g])
			widest = fmax(widest, label_width(&s->dev, dict_value(s->groups, g), SIZE_TEXT, false));
	for (int64_t i = 0; i < SCENE_COUNT(s); i++)
		if (s->f->layers[SCENE_ITEMS(s)[i].layer].mark == PLOT_FOREST)
			widest = fmax(widest, label_width(&s->dev, SCENE_ITEMS(s)[i].label, SIZE_TEXT, false));
	return page_room(p)->side + (widest > 0 ? fmin(widest, s->dev.w * 0.35) + page_room(p)->tick_gap : 0);
}

/* Text at the ends of a tornado's bars needs room inside the axis. */
static double tornado_spare(struct page *p)
{
	struct scene *s = p->scene;
	double widest = 0;

	for (int64_t i = 0; i < SCENE_COUNT(s); i++) {
		struct item *it = &SCENE_ITEMS(s)[i];

		widest = fmax(widest, label_width(&s->dev, it->label_low, SIZE_TEXT, false));
		widest = fmax(widest, label_width(&s->dev, it->label_high, SIZE_TEXT, false));
	}
	return widest > 0 ? widest + 10 : 0;
}

static double names_on_y(const struct scene *s, int k)
{
	return s->ykind == AXIS_NAMES ? fmax(dict_count(s->panels[k].names), 1) : 1;
}

static bool draws_bars(const struct scene *s, bool lies)
{
	for (int k = 0; k < s->f->nlayers; k++)
		if ((s->f->layers[k].mark == PLOT_BAR || s->f->layers[k].mark == PLOT_TORNADO) &&
		    layer_lies(&s->f->layers[k]) == lies)
			return true;
	return false;
}

/* An axis without data and without a range of its own has no tics; one too long for double is refused. */
static int add_ticks(const struct scale *sc, const struct extent *data, const struct plot_axis *axis, double room,
		     struct buf *ticks, struct err *e)
{
	if (!isfinite(sc->lo) || !isfinite(sc->hi) || !isfinite(sc->hi - sc->lo) || sc->hi == sc->lo)
		return err_set(e, ERR_DOMAIN, "the data run from %g to %g, which no axis can show", data->lo, data->hi);
	if (data->lo <= data->hi || (!isnan(axis->low) && !isnan(axis->high)))
		scale_ticks(sc, room, ticks);
	return buf_check(ticks, e);
}

static int fit_rows(struct page *p, double top, double bottom, struct err *e)
{
	struct scene *s = p->scene;
	const struct room *r = page_room(p);
	double head = s->npanels > 1 ? label_height(&s->dev, SIZE_HEAD) + r->gap / 2 : 0;
	double below = s->npanels > 1 ? r->gap * 1.4 : 0, names = 0, each, y = top, least = s->dev.cells ? 3 : 36;
	struct extent shared = EXTENT_INIT;
	int rc;

	for (int k = 0; k < s->npanels; k++) {
		names += names_on_y(s, k);
		extent_add(&shared, s->panels[k].y.lo);
		extent_add(&shared, s->panels[k].y.hi);
		extent_add(&shared, s->panels[k].y.least_positive);
	}
	each = (bottom - top - head * s->npanels - below * (s->npanels - 1)) / names;
	if (each * names < least * s->npanels)
		return err_set(e, ERR_DOMAIN, "a plot of %g by %g has no room for its data below the texts: make it higher",
			       s->dev.w, s->dev.h);
	for (int k = 0; k < s->npanels; k++) {
		struct panel *panel = &s->panels[k];
		struct scale *sy = &panel->sy;
		double height = each * names_on_y(s, k);

		y += head;
		panel->top = y;
		panel->bottom = s->dev.cells ? floor(y + height) : y + height;
		y = panel->bottom + below;
		*sy = (struct scale){ .kind = s->ykind, .log = s->f->y.log, .percent = s->ypercent };
		sy->px0 = s->ykind == AXIS_NAMES ? panel->top : panel->bottom;
		sy->px1 = s->ykind == AXIS_NAMES ? panel->bottom : panel->top;
		scale_fit(sy, s->f->same_y ? &shared : &panel->y, &s->f->y, draws_bars(s, false),
			  panel->down ? r->arrow : r->spare, panel->up ? r->arrow : r->spare);
		if ((rc = add_ticks(sy, s->f->same_y ? &shared : &panel->y, &s->f->y, r->y_tick, &panel->yticks, e)))
			return rc;
	}
	return 0;
}

static int fit_columns(struct page *p, double left, double right, struct err *e)
{
	struct scene *s = p->scene;
	const struct room *r = page_room(p);
	double ends = tornado_spare(p);
	int rc;

	if (right - left < s->dev.w * 0.15)
		return err_set(e, ERR_DOMAIN, "a plot of %g by %g has no room for its data beside the names: make it wider",
			       s->dev.w, s->dev.h);
	for (int k = 0; k < s->npanels; k++) {
		struct panel *panel = &s->panels[k];
		struct scale *sx = &panel->sx;
		struct extent all = s->x;

		panel->left = left;
		panel->right = right;
		if (s->xkind == AXIS_NAMES) {
			all.lo = 0;
			all.hi = fmax(dict_count(s->names) - 1, 0);
		}
		if (ends > 0 && all.lo < all.hi) {       /* also on the far side of zero */
			double each = (all.hi - all.lo) / fmax(right - left - 2 * ends, 1);

			all.lo -= each * ends;
			all.hi += each * ends;
		}
		*sx = (struct scale){ .kind = s->xkind, .log = s->f->x.log, .percent = s->xpercent, .px0 = left, .px1 = right };
		scale_fit(sx, &all, &s->f->x, draws_bars(s, true), s->left ? r->arrow : r->spare,
			  s->right ? r->arrow : r->spare);
		if ((rc = add_ticks(sx, &s->x, &s->f->x, r->x_tick, &panel->xticks, e)))
			return rc;
	}
	return 0;
}

/* == tics and grid == */

static void draw_y_axis(struct page *p, struct panel *panel)
{
	struct scene *s = p->scene;
	struct device *d = &s->dev;
	double x = panel->left - page_room(p)->tick_gap, height = label_height(d, SIZE_TEXT);
	struct buf lines = BUF_INIT;

	for (size_t t = 0; t < panel->yticks.n / sizeof(struct tick); t++) {
		struct tick *tick = &((struct tick *)panel->yticks.p)[t];
		double y = scale_px(&panel->sy, tick->at);
		bool zero = tick->at == 0 && !panel->sy.log;

		if (d->cells)
			y = round(y);
		if (!d->cells || zero)
			page_stroke(p, panel->left, y, panel->right, y, 1, zero ? AXIS : GRID, false);
		page_text(p, text_of(tick->text), x, y, SIZE_TEXT, RIGHT, false, SOFT);
	}
	for (int32_t n = 0; s->ykind == AXIS_NAMES && n < dict_count(panel->names); n++) {
		double y = scale_px(&panel->sy, n);
		size_t count;

		name_lines(p, dict_value(panel->names, n), d->w * 0.36, &lines);
		count = lines.n / sizeof(struct slice);
		y -= height * ((double)count - 1) / 2;
		for (size_t k = 0; k < count; k++, y += height)
			page_text(p, ((struct slice *)lines.p)[k], x, y, SIZE_TEXT, RIGHT, false, INK);
	}
	buf_release(&lines);
}

static void draw_x_grid(struct page *p, struct panel *panel)
{
	struct scene *s = p->scene;
	bool names_on_left = s->ykind == AXIS_NAMES;

	for (size_t t = 0; t < panel->xticks.n / sizeof(struct tick); t++) {
		struct tick *tick = &((struct tick *)panel->xticks.p)[t];
		double x = scale_px(&panel->sx, tick->at);

		if (names_on_left && !s->dev.cells)
			page_stroke(p, x, panel->top, x, panel->bottom, 1, tick->at == 0 ? AXIS : GRID, false);
		else if (!s->dev.cells)
			page_stroke(p, x, panel->bottom, x, panel->bottom + 4, 1, AXIS, false);
	}
	if (!names_on_left || s->dev.cells)
		page_stroke(p, panel->left, panel->bottom, panel->right, panel->bottom, 1, AXIS, false);
}

static void draw_x_labels(struct page *p, struct panel *panel)
{
	struct scene *s = p->scene;
	struct device *d = &s->dev;
	double height = label_height(d, SIZE_TEXT), y = panel->bottom + (d->cells ? 1 : 6 + height / 2);
	struct buf lines = BUF_INIT;

	for (size_t t = 0; t < panel->xticks.n / sizeof(struct tick); t++) {
		struct tick *tick = &((struct tick *)panel->xticks.p)[t];
		double x = scale_px(&panel->sx, tick->at);

		page_text(p, text_of(tick->text), x, y, SIZE_TEXT, CENTRE, false, SOFT);
		page_text(p, text_of(tick->year), x, y + height, SIZE_TEXT, CENTRE, false, SOFT);
	}
	for (int32_t n = 0; s->xkind == AXIS_NAMES && n < dict_count(s->names); n++) {
		double slot = (panel->right - panel->left) / dict_count(s->names);

		name_lines(p, dict_value(s->names, n), slot * 0.94, &lines);
		for (size_t k = 0; k < lines.n / sizeof(struct slice); k++)
			page_text(p, ((struct slice *)lines.p)[k], scale_px(&panel->sx, n), y + height * (double)k, SIZE_TEXT, CENTRE,
			    false, INK);
	}
	buf_release(&lines);
}

/* Rows that the tics of x need below the last panel. */
static double x_rows(struct page *p)
{
	struct scene *s = p->scene;
	struct buf lines = BUF_INIT;
	double rows = s->xkind == AXIS_DATE ? 2 : 1, slot;

	if (s->xkind == AXIS_NAMES && dict_count(s->names)) {
		slot = (s->dev.w * 0.85 - 2 * page_room(p)->side) / dict_count(s->names);
		for (int32_t n = 0; n < dict_count(s->names); n++) {
			name_lines(p, dict_value(s->names, n), slot * 0.94, &lines);
			rows = fmax(rows, (double)(lines.n / sizeof(struct slice)));
		}
	}
	buf_release(&lines);
	return rows;
}

/* == the page == */

static void choose_size(struct scene *s)
{
	double names = 0, most = s->dev.cells ? 400 : 8000;

	if (s->dev.w <= 0)
		s->dev.w = s->dev.cells ? 100 : 900;
	if (s->dev.h > 0)
		return;
	for (int k = 0; k < s->npanels; k++)
		names += names_on_y(s, k);
	if (s->dev.cells)
		s->dev.h = s->ykind == AXIS_NAMES ? 10 + 2 * names + s->npanels : fmax(30, 10 + 10 * s->npanels);
	else
		/* a panel of one name is as high as its head and its axis need */
		s->dev.h = s->ykind == AXIS_NAMES ? fmax(300, 190 + fmax(30 * names, 66 * s->npanels) + 36 * (s->npanels - 1)) :
						    fmax(560, 210 + 190 * s->npanels);
	s->dev.h = fmin(s->dev.h, most);
}

static double caption_height(struct page *p, double width)
{
	struct scene *s = p->scene;
	double height = lines_height(p, s->f->text[PLOT_CAPTION], width, SIZE_CAPTION);

	for (int32_t k = 0; k < dict_count(s->notes); k++)
		height += lines_height(p, dict_value(s->notes, k), width, SIZE_CAPTION);
	return height;
}

int layout_build(struct page *p, struct scene *s, struct err *e)
{
	const struct figure *f = s->f;
	const struct room *r;
	double width, y, bottom, caption, line;
	int rc;

	*p = (struct page){ .scene = s };
	choose_size(s);
	r = page_room(p);
	width = s->dev.w - 2 * r->side;
	line = label_height(&s->dev, SIZE_TEXT);
	if (width <= 0)
		return err_set(e, ERR_DOMAIN, "a plot of %g by %g is too small", s->dev.w, s->dev.h);
	page_choose_ends(p);
	y = paragraph(p, f->text[PLOT_TITLE], r->side, r->top, width, SIZE_TITLE, true, INK);
	y = paragraph(p, f->text[PLOT_SUBTITLE], r->side, y + (f->text[PLOT_TITLE].n ? r->gap / 4 : 0), width, SIZE_SUBTITLE,
		      false, SOFT);
	y = page_key(p, y + r->gap);
	if (f->text[PLOT_YLABEL].n)
		y = paragraph(p, f->text[PLOT_YLABEL], r->side, y, width, SIZE_TEXT, false, FAINT);
	y += s->npanels > 1 ? r->gap / 2 : r->gap;

	caption = caption_height(p, width);
	bottom = s->dev.h - r->bottom - caption - (caption > 0 ? r->gap : 0);
	bottom -= f->text[PLOT_XLABEL].n ? line + r->gap / 2 : 0;
	bottom -= x_rows(p) * line + (s->dev.cells ? 1 : 10);

	if ((rc = fit_rows(p, y, bottom, e)) || (rc = fit_columns(p, left_margin(p), s->dev.w - right_margin(p), e)))
		return rc;
	for (int k = 0; k < s->npanels; k++) {
		struct panel *panel = &s->panels[k];

		if (s->npanels > 1)
			page_text(p, panel->name, r->side, panel->top - label_height(&s->dev, SIZE_HEAD) / 2 - r->gap / 2, SIZE_HEAD,
			    LEFT, true, INK);
		draw_x_grid(p, panel);
		draw_y_axis(p, panel);
		if (!SCENE_COUNT(s))
			page_text(p, text_of("no data to draw"), (panel->left + panel->right) / 2, (panel->top + panel->bottom) / 2,
			    SIZE_TEXT, CENTRE, false, FAINT);
	}
	draw_x_labels(p, &s->panels[s->npanels - 1]);
	place_labels(p);

	y = s->dev.h - r->bottom - caption;
	if (f->text[PLOT_XLABEL].n)
		page_text(p, f->text[PLOT_XLABEL], (s->panels[0].left + s->panels[0].right) / 2,
		    y - (caption > 0 ? r->gap : 0) - line / 2, SIZE_TEXT, CENTRE, false, FAINT);
	y = paragraph(p, f->text[PLOT_CAPTION], r->side, y, width, SIZE_CAPTION, false, FAINT);
	for (int32_t k = 0; k < dict_count(s->notes); k++)
		y = paragraph(p, dict_value(s->notes, k), r->side, y, width, SIZE_CAPTION, false, FAINT);
	if (s->kept.failed)
		return err_nomem(e);
	return (rc = buf_check(&p->texts, e)) ? rc : buf_check(&p->strokes, e);
}

void layout_release(struct page *p)
{
	buf_release(&p->texts);
	buf_release(&p->strokes);
	buf_release(&p->taken);
}
