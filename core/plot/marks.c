/*
 * marks.c - the marks of a panel as elements of gnuplot's plot command: numbers in a file of their own,
 * and a style of fixed words. Bounds are segments and arrows, in the units of the axes.
 */
#include "plot/plot_priv.h"

#include <string.h>

/* == data == */

/* One plot element: numbers go to a file of their own, the style is a string of ours. */
struct element {
	struct buf values;
	int columns;
};

static int add_file(struct script *out, struct element *el, const char *what)
{
	struct data_file *grown = mem_resize(out->files, (size_t)(out->nfiles + 1) * sizeof *grown);

	if (!grown) {
		out->text.failed = true;
		buf_release(&el->values);
		return -1;
	}
	out->files = grown;
	grown[out->nfiles++] = (struct data_file){ el->values, el->columns, what };
	el->values = (struct buf)BUF_INIT;
	return out->nfiles;
}

static void refer(struct drawing *d, int file, const char *style)
{
	struct data_file *f = &d->out->files[file - 1];

	buf_str(&d->plot, d->plot.n ? ", \\\n     " : "plot ");
	if (d->out->listing)
		buf_printf(&d->plot, "$d%d using 1", file);
	else
		buf_printf(&d->plot, "'d%d' binary record=(%zu) format='%%%ddouble' using 1", file,
			   f->bytes.n / sizeof(double) / (size_t)f->columns, f->columns);
	for (int k = 2; k <= f->columns; k++)
		buf_printf(&d->plot, ":%d", k);
	buf_printf(&d->plot, " with %s", style);
}

/* Nothing to draw leaves no element. */
static int element(struct drawing *d, struct element *el, const char *what, const struct buf *style)
{
	int file;

	if (el->values.failed || style->failed) {
		d->plot.failed = true;
		buf_release(&el->values);
		return -1;
	}
	if (!el->values.n) {
		buf_release(&el->values);
		return -1;
	}
	if ((file = add_file(d->out, el, what)) > 0)
		refer(d, file, style->p);
	return file;
}

static void row(struct element *el, int columns, const double *v)
{
	el->columns = columns;
	buf_add(&el->values, v, (size_t)columns * sizeof *v);
}

/* == items == */

struct view {                            /* one panel, one layer */
	const struct scene *s;
	const struct panel *panel;
	const struct plot_layer *l;
	int k, layer;
	bool lies;
	const struct scale *pos, *value;
};

static bool belongs(const struct view *v, const struct item *it, int group, int hollow)
{
	return it->layer == v->layer && it->panel == v->k && it->group == group && (hollow < 0 || it->hollow == (hollow > 0));
}

/* A segment between values a and b at positions p and q, in the order that the axes have. */
static void segment(const struct view *v, struct element *el, double p, double a, double q, double b)
{
	double up[] = { p, a, q - p, b - a }, lying[] = { a, p, b - a, q - p };

	row(el, 4, v->lies ? lying : up);
}

static double clip(const struct scale *s, double v)
{
	return fmin(fmax(v, fmin(s->lo, s->hi)), fmax(s->lo, s->hi));
}

/* The value `px` further along the axis, away from zero. */
static double reach(const struct view *v, double value, double px)
{
	double at = scale_px(v->value, value) + (v->value->px1 > v->value->px0 ? px : -px);

	return scale_value(v->value, fmin(fmax(at, fmin(v->value->px0, v->value->px1)), fmax(v->value->px0, v->value->px1)));
}

/* Half a cap's width, `px` on the axis of positions. */
static double aside(const struct view *v, double pos, double px)
{
	return scale_value(v->pos, scale_px(v->pos, pos) + px);
}

static void add_bars(const struct view *v, const struct item *it, struct element *bars, struct element *arrows)
{
	bool cells = v->s->dev.cells, about = isfinite(it->at);
	double low = clip(v->value, it->low), high = clip(v->value, it->high), cap = cells ? 0 : about ? 3.5 : 5;
	double far = cells ? ARROW_CELLS : ARROW_PX;

	if (isfinite(it->low) && isfinite(it->high) && it->low <= it->high) {
		if (low < high)
			segment(v, bars, it->pos, low, it->pos, high);
		if (cap > 0 && it->low_end == END_CAP && low == it->low)
			segment(v, bars, aside(v, it->pos, -cap), low, aside(v, it->pos, cap), low);
		if (cap > 0 && it->high_end == END_CAP && high == it->high)
			segment(v, bars, aside(v, it->pos, -cap), high, aside(v, it->pos, cap), high);
		/* an open end without a dot begins at a cap */
		if (cap > 0 && !about && low == high && it->low == low)
			segment(v, bars, aside(v, it->pos, -cap), low, aside(v, it->pos, cap), low);
		if (it->high_end == END_ARROW && high == it->high)
			segment(v, arrows, it->pos, high, it->pos, reach(v, high, far));
		if (it->low_end == END_ARROW && low == it->low)
			segment(v, arrows, it->pos, low, it->pos, reach(v, low, -far));
	}
}

static double size_of(const struct plot_layer *l, double usual)
{
	return l->size > 0 ? l->size : usual;
}

static void line_style(struct buf *style, const struct view *v, const char *with, double width, uint32_t rgb, int group)
{
	buf_clear(style);
	buf_str(style, with);
	if (v->s->dev.cells) {
		if (!strstr(with, "vectors"))
			buf_printf(style, " lt %d", (group < 0 ? 0 : group) % 7 + 1);
		return;
	}
	buf_str(style, " lw ");
	script_number(style, width);
	buf_str(style, v->l->dashed ? " dt (10,6) lc" : " dt solid lc");
	script_colour(style, rgb);
}

static void point_style(struct buf *style, const struct view *v, double size, int group, bool hollow, bool inside, uint32_t rgb)
{
	int family = group < 0 ? 0 : group / PALETTE_SIZE % 4;

	buf_clear(style);
	if (v->s->dev.cells) {
		buf_str(style, "points pt ");
		script_shape(style, v->s, group, hollow);
		return;
	}
	buf_printf(style, "points pt %d ps ", hollow && !inside ? script_hollow[family] : script_filled[family]);
	script_number(style, size * v->s->dev.mark_scale);
	buf_str(style, " lw 1.6 lc");
	script_colour(style, inside ? 0xffffff : rgb);
}

/* Dots, bars and arrows of points, intervals and forests; one group, filled or hollow. */
static void draw_points(struct drawing *d, const struct view *v, int group, int hollow)
{
	struct element bars = { 0 }, arrows = { 0 }, dots = { 0 };
	struct buf style = BUF_INIT;
	uint32_t rgb = 0;
	double size = size_of(v->l, 1.05);
	int file;

	for (int64_t i = 0; i < SCENE_COUNT(v->s); i++) {
		const struct item *it = &SCENE_ITEMS(v->s)[i];
		double at[2] = { v->lies ? it->at : it->pos, v->lies ? it->pos : it->at };

		if (!belongs(v, it, group, hollow))
			continue;
		rgb = item_rgb(v->s, it);
		add_bars(v, it, &bars, &arrows);
		if (isfinite(it->at) && scale_holds(v->value, it->at) && scale_holds(v->pos, it->pos))
			row(&dots, 2, at);
	}
	line_style(&style, v, "vectors nohead", size_of(v->l, 1) * 1.7, rgb, group);
	element(d, &bars, "x y dx dy", &style);
	buf_clear(&style);
	buf_str(&style, "vectors head filled size screen ");
	script_number(&style, 7 / v->s->dev.w);
	buf_str(&style, ",22,90 fixed");
	if (!v->s->dev.cells) {
		buf_str(&style, " lw 1.6 dt solid lc");
		script_colour(&style, rgb);
	}
	element(d, &arrows, "x y dx dy", &style);
	point_style(&style, v, size, group, hollow, hollow, rgb);
	file = element(d, &dots, "x y", &style);
	if (file > 0 && hollow && !v->s->dev.cells) {    /* the white inside first, then the ring */
		point_style(&style, v, size, group, true, false, rgb);
		refer(d, file, style.p ? style.p : "points");
	}
	buf_release(&style);
}

static void draw_line(struct drawing *d, const struct view *v, int group)
{
	struct element line = { 0 }, dots = { 0 };
	struct buf style = BUF_INIT;
	const struct item *last = NULL;
	uint32_t rgb = 0;
	bool alone = true;               /* a value between two gaps would leave no trace as a line */

	for (int64_t i = 0; i < SCENE_COUNT(v->s); i++) {
		const struct item *it = &SCENE_ITEMS(v->s)[i];
		double at[2] = { it->pos, it->gap ? NAN : it->at };

		if (!belongs(v, it, group, -1))
			continue;
		rgb = item_rgb(v->s, it);
		row(&line, 2, at);
		if (last && !last->gap && alone && it->gap)
			row(&dots, 2, (double[]){ last->pos, last->at });
		alone = !last || last->gap;
		last = it;
	}
	if (last && !last->gap && alone)
		row(&dots, 2, (double[]){ last->pos, last->at });
	line_style(&style, v, v->l->mark == PLOT_STEP ? "steps" : "lines", size_of(v->l, 1) * 2.2, rgb, group);
	element(d, &line, "x y", &style);
	point_style(&style, v, 0.5, group, false, false, rgb);
	element(d, &dots, "x y", &style);
	buf_release(&style);
}

static void draw_ribbon(struct drawing *d, const struct view *v, int group)
{
	struct element area = { 0 }, low = { 0 }, high = { 0 };
	struct buf style = BUF_INIT;
	uint32_t rgb = 0;

	for (int64_t i = 0; i < SCENE_COUNT(v->s); i++) {
		const struct item *it = &SCENE_ITEMS(v->s)[i];
		double at[3] = { it->pos, clip(v->value, it->low), clip(v->value, it->high) };

		if (!belongs(v, it, group, -1))
			continue;
		rgb = item_rgb(v->s, it);
		if (v->s->dev.cells) {
			row(&low, 2, (double[]){ at[0], at[1] });
			row(&high, 2, (double[]){ at[0], at[2] });
		} else {
			row(&area, 3, at);
		}
	}
	line_style(&style, v, "lines", 1, rgb, group);
	element(d, &low, "x low", &style);
	element(d, &high, "x high", &style);
	buf_clear(&style);
	buf_str(&style, "filledcurves fs transparent solid 0.22 noborder lc");
	script_colour(&style, rgb);
	element(d, &area, "x low high", &style);
	buf_release(&style);
}

static void box(const struct view *v, struct element *el, double pos, double half, double from, double to)
{
	double a = clip(v->value, fmin(from, to)), b = clip(v->value, fmax(from, to)), mid = (a + b) / 2;
	double up[] = { pos, mid, pos - half, pos + half, a, b }, lying[] = { mid, pos, a, b, pos - half, pos + half };

	row(el, 6, v->lies ? lying : up);
}

static void box_style(struct buf *style, const struct view *v, uint32_t rgb)
{
	buf_clear(style);
	buf_str(style, "boxxyerror");
	if (v->s->dev.cells)
		return;
	buf_str(style, " fs solid noborder lc");
	script_colour(style, rgb);
}

static void draw_bars(struct drawing *d, const struct view *v, int group)
{
	int groups = dict_count(v->s->groups);
	bool dodge = v->s->bars[v->layer].dodge && groups > 1;
	double width = v->s->bars[v->layer].width * 0.78, each = dodge ? width / groups : width;
	struct element boxes = { 0 };
	struct buf style = BUF_INIT;
	uint32_t rgb = 0;

	for (int64_t i = 0; i < SCENE_COUNT(v->s); i++) {
		const struct item *it = &SCENE_ITEMS(v->s)[i];

		if (!belongs(v, it, group, -1))
			continue;
		rgb = item_rgb(v->s, it);
		box(v, &boxes, dodge ? it->pos - width / 2 + each * (group + 0.5) : it->pos, each * 0.5 * (dodge ? 0.94 : 1), 0, it->at);
	}
	box_style(&style, v, rgb);
	element(d, &boxes, "x y xlow xhigh ylow yhigh", &style);
	buf_release(&style);
}

/* In a terminal a cell is a letter: boxes of two lines' height would leave no room inside. */
static void draw_tiles(struct drawing *d, const struct view *v, int group)
{
	struct element boxes = { 0 }, dots = { 0 };
	struct buf style = BUF_INIT;
	uint32_t rgb = 0;

	for (int64_t i = 0; i < SCENE_COUNT(v->s); i++) {
		const struct item *it = &SCENE_ITEMS(v->s)[i];

		if (!belongs(v, it, group, -1))
			continue;
		rgb = item_rgb(v->s, it);
		if (v->s->dev.cells)
			row(&dots, 2, (double[]){ it->at, it->pos });
		else
			box(v, &boxes, it->pos, 0.47, it->at - 0.47, it->at + 0.47);
	}
	box_style(&style, v, rgb);
	element(d, &boxes, "x y xlow xhigh ylow yhigh", &style);
	point_style(&style, v, 1, group, false, false, rgb);
	element(d, &dots, "x y", &style);
	buf_release(&style);
}

static void draw_segments(struct drawing *d, const struct view *v, int group)
{
	struct element lines = { 0 };
	struct buf style = BUF_INIT;
	uint32_t rgb = 0;

	for (int64_t i = 0; i < SCENE_COUNT(v->s); i++) {
		const struct item *it = &SCENE_ITEMS(v->s)[i];

		if (!belongs(v, it, group, -1))
			continue;
		rgb = item_rgb(v->s, it);
		segment(v, &lines, it->pos, it->at, it->end_pos, it->end_at);
	}
	line_style(&style, v, "vectors nohead", size_of(v->l, 1) * 1.3, rgb, group);
	element(d, &lines, "x y dx dy", &style);
	buf_release(&style);
}

static void draw_tornado(struct drawing *d, const struct view *v, int group)
{
	struct element low = { 0 }, high = { 0 };
	struct buf style = BUF_INIT;
	uint32_t rgb = 0;

	for (int64_t i = 0; i < SCENE_COUNT(v->s); i++) {
		const struct item *it = &SCENE_ITEMS(v->s)[i];

		if (!belongs(v, it, group, -1))
			continue;
		rgb = item_rgb(v->s, it);
		if (isnan(v->l->base)) {
			box(v, &low, it->pos, 0.34, it->low, it->high);
		} else {
			box(v, &low, it->pos, 0.34, v->l->base, it->low);
			box(v, &high, it->pos, 0.34, v->l->base, it->high);
		}
	}
	box_style(&style, v, isnan(v->l->base) ? rgb : group_rgb(0));
	element(d, &low, "x y xlow xhigh ylow yhigh", &style);
	box_style(&style, v, group_rgb(1));
	element(d, &high, "x y xlow xhigh ylow yhigh", &style);
	buf_release(&style);
}

void script_panel(struct drawing *d, const struct scene *s, int k)
{
	for (int layer = 0; layer < s->f->nlayers; layer++) {
		const struct plot_layer *l = &s->f->layers[layer];
		struct view v = { .s = s, .panel = &s->panels[k], .l = l, .k = k, .layer = layer, .lies = layer_lies(l) };

		v.pos = v.lies ? &v.panel->sy : &v.panel->sx;
		v.value = v.lies ? &v.panel->sx : &v.panel->sy;
		for (int group = -1; group < dict_count(s->groups); group++) {
			switch (l->mark) {
			case PLOT_LINE:
			case PLOT_STEP:
				draw_line(d, &v, group);
				break;
			case PLOT_RIBBON:
				draw_ribbon(d, &v, group);
				break;
			case PLOT_BAR:
				draw_bars(d, &v, group);
				break;
			case PLOT_TORNADO:
				draw_tornado(d, &v, group);
				break;
			case PLOT_TILE:
				draw_tiles(d, &v, group);
				break;
			case PLOT_SEGMENT:
				draw_segments(d, &v, group);
				break;
			default:
				draw_points(d, &v, group, 0);
				draw_points(d, &v, group, 1);
			}
		}
	}
	if (!d->plot.n)
		buf_str(&d->plot, "plot NaN with lines");
}
