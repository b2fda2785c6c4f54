/*
 * script.c - a page written for gnuplot: a script of fixed commands, numbers and quoted text, and files
 * of numbers.
 *
 * What a script may hold, and nothing else: words written here, numbers (shortest form that reads back,
 * decimal point whatever the locale), colours and text through label_quote. gnuplot does no layout: no
 * tics, no key, no margins of its own.
 */
#include "plot/plot_priv.h"

#include <stdio.h>
#include <string.h>

static const int filled_shapes[] = { 7, 13, 9, 5 }, hollow_shapes[] = { 6, 12, 8, 4 };
enum { PALETTE_SIZE = 8 };

/* == numbers and places == */

static void number(struct buf *b, double v)
{
	char text[TEXT_NUMBER_MAX];

	text_print_float64(text, v);
	buf_str(b, text);
}

static void colour(struct buf *b, uint32_t rgb)
{
	buf_printf(b, " rgb '#%06x'", (unsigned)(rgb & 0xffffff));
}

/* A terminal's first cell is 0 and its last is 1; a page of px ends at its edge. */
static double screen_x(const struct device *d, double x)
{
	return d->cells ? x / (d->w - 1) : x / d->w;
}

static double screen_y(const struct device *d, double y)
{
	return d->cells ? 1 - (y - 0.5) / (d->h - 1) : 1 - y / d->h;
}

static void place(struct buf *b, const struct device *d, double x, double y)
{
	buf_str(b, "screen ");
	number(b, round(screen_x(d, x) * 1e6) / 1e6);
	buf_str(b, ", screen ");
	number(b, round(screen_y(d, y) * 1e6) / 1e6);
}

/* == texts and strokes of the page == */

/* The letter that stands for a group in a terminal: upper case filled, lower case hollow. */
static void cell_shape(struct buf *b, const struct scene *s, int group, bool hollow)
{
	if (dict_count(s->groups) > 1 && group >= 0)
		buf_printf(b, "'%c'", (hollow ? 'a' : 'A') + group % 26);
	else
		buf_str(b, hollow ? "'\xe2\x97\x8b'" : "'\xe2\x97\x8f'");
}

static void write_mark(struct buf *b, const struct scene *s, const struct placed *t, int n)
{
	bool hollow = t->shape < 0, block = t->shape == SHAPE_BLOCK;
	int group = (hollow ? -t->shape : t->shape) - 2, family = group < 0 ? 0 : group / PALETTE_SIZE % 4;

	if (s->dev.cells) {
		buf_printf(b, "set label %d ", n);
		if (block)
			buf_str(b, "'#'");
		else
			cell_shape(b, s, group, hollow);
		buf_str(b, " at ");
		place(b, &s->dev, t->x, t->y);
		buf_str(b, " left noenhanced front\n");
		return;
	}
	buf_printf(b, "set label %d '' at ", n);
	place(b, &s->dev, t->x, t->y);
	buf_printf(b, " point pt %d ps ", block ? 5 : hollow ? hollow_shapes[family] : filled_shapes[family]);
	number(b, (block ? 1.2 : 1) * s->dev.mark_scale);
	buf_str(b, " lw 1.6 lc");
	colour(b, t->rgb);
	buf_str(b, " front\n");
}

static void write_texts(struct buf *b, const struct page *p)
{
	static const char *const aligned[] = { "left", "center", "right" };
	const struct placed *t = (const struct placed *)p->texts.p;
	const struct device *d = &p->scene->dev;

	for (size_t k = 0; k < p->texts.n / sizeof *t; k++, t++) {
		if (t->shape) {
			write_mark(b, p->scene, t, (int)k + 1);
			continue;
		}
		buf_printf(b, "set label %d ", (int)k + 1);
		label_quote(b, t->text);
		buf_str(b, " at ");
		place(b, d, t->x, t->y);
		buf_printf(b, " %s noenhanced front", aligned[t->align]);
		if (!d->cells) {
			buf_printf(b, " font 'DejaVu Sans%s,", t->bold ? ":Bold" : "");
			number(b, t->size * d->text_scale);
			buf_str(b, "' textcolor");
			colour(b, t->rgb);
		}
		buf_char(b, '\n');
	}
}

static void write_strokes(struct buf *b, const struct page *p, bool front)
{
	const struct stroke *s = (const struct stroke *)p->strokes.p;
	const struct device *d = &p->scene->dev;

	for (size_t k = 0; k < p->strokes.n / sizeof *s; k++, s++) {
		if (s->front != front)
			continue;
		buf_printf(b, "set arrow %d from ", (int)k + 1);
		place(b, d, s->x1, s->y1);
		buf_str(b, " to ");
		place(b, d, s->x2, s->y2);
		if (s->arrow) {
			buf_str(b, " head filled size screen ");
			number(b, 6 / d->w);
			buf_str(b, ",22,90 fixed");
		} else {
			buf_str(b, " nohead");
		}
		buf_str(b, front ? " front" : " back");
		if (!d->cells) {
			buf_str(b, " lw ");
			number(b, s->width);
			buf_str(b, s->dashed ? " dt (7,5) lc" : " dt solid lc");
			colour(b, s->rgb);
		}
		buf_char(b, '\n');
	}
}

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

struct drawing {
	struct script *out;
	struct buf plot;                 /* the elements of the plot command so far */
};

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
	number(style, width);
	buf_str(style, v->l->dashed ? " dt (10,6) lc" : " dt solid lc");
	colour(style, rgb);
}

static void point_style(struct buf *style, const struct view *v, double size, int group, bool hollow, bool inside, uint32_t rgb)
{
	int family = group < 0 ? 0 : group / PALETTE_SIZE % 4;

	buf_clear(style);
	if (v->s->dev.cells) {
		buf_str(style, "points pt ");
		cell_shape(style, v->s, group, hollow);
		return;
	}
	buf_printf(style, "points pt %d ps ", hollow && !inside ? hollow_shapes[family] : filled_shapes[family]);
	number(style, size * v->s->dev.mark_scale);
	buf_str(style, " lw 1.6 lc");
	colour(style, inside ? 0xffffff : rgb);
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
	number(&style, 7 / v->s->dev.w);
	buf_str(&style, ",22,90 fixed");
	if (!v->s->dev.cells) {
		buf_str(&style, " lw 1.6 dt solid lc");
		colour(&style, rgb);
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
	colour(&style, rgb);
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
	colour(style, rgb);
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

static void draw_panel(struct drawing *d, const struct scene *s, int k)
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
			default:
				draw_points(d, &v, group, 0);
				draw_points(d, &v, group, 1);
			}
		}
	}
	if (!d->plot.n)
		buf_str(&d->plot, "plot NaN with lines");
}

/* == the script == */

static void terminal(struct buf *b, const struct device *d)
{
	static const char *const kinds[] = { "svg", "pngcairo", "pdfcairo", "dumb" };
	double scale = d->format == PLOT_PDF ? 72 : 1;

	buf_printf(b, "set encoding utf8\nset terminal %s noenhanced size ", kinds[d->format]);
	number(b, d->w / scale);
	buf_str(b, d->format == PLOT_PDF ? "in," : ",");
	number(b, d->h / scale);
	if (d->format == PLOT_PDF)
		buf_str(b, "in fontscale 1 linewidth 2");
	if (d->cells)
		buf_str(b, " mono");
	else
		buf_printf(b, " rounded font 'DejaVu Sans,%g' background '#ffffff'", SIZE_TEXT * d->text_scale);
	buf_char(b, '\n');
}

static void write_range(struct buf *b, const char *axis, double from, double to, bool log)
{
	buf_printf(b, log ? "set logscale %s\n" : "unset logscale %s\n", axis);
	buf_printf(b, "set %srange [", axis);
	number(b, from);
	buf_str(b, ":");
	number(b, to);
	buf_str(b, "] noextend\n");
}

static void write_panel_frame(struct buf *b, const struct scene *s, const struct panel *p)
{
	static const char *const sides[] = { "lmargin", "rmargin", "bmargin", "tmargin" };
	double at[] = { screen_x(&s->dev, p->left), screen_x(&s->dev, p->right), screen_y(&s->dev, p->bottom),
			screen_y(&s->dev, p->top) };

	for (int k = 0; k < 4; k++) {
		buf_printf(b, "set %s at screen ", sides[k]);
		number(b, round(at[k] * 1e6) / 1e6);
		buf_char(b, '\n');
	}
	write_range(b, "x", scale_value(&p->sx, p->left), scale_value(&p->sx, p->right), p->sx.log);
	write_range(b, "y", scale_value(&p->sy, p->bottom), scale_value(&p->sy, p->top), p->sy.log);
}

static void write_blocks(struct buf *b, const struct script *s)
{
	for (int k = 0; k < s->nfiles; k++) {
		const double *v = (const double *)s->files[k].bytes.p;
		size_t n = s->files[k].bytes.n / sizeof *v;

		buf_printf(b, "$d%d << EOD\n", k + 1);
		for (size_t i = 0; i < n; i++) {
			if (isnan(v[i]))
				buf_str(b, "NaN");
			else
				number(b, v[i]);
			buf_char(b, (i + 1) % (size_t)s->files[k].columns ? ' ' : '\n');
		}
		buf_str(b, "EOD\n");
	}
}

static int write_page(struct script *out, const struct page *p, const char *output, struct err *e)
{
	const struct scene *s = p->scene;
	struct buf body = BUF_INIT, *b = &body;
	struct drawing d = { .out = out };
	int rc;

	for (int k = 0; k < s->npanels; k++) {
		write_panel_frame(b, s, &s->panels[k]);
		if (k == 0)
			write_strokes(b, p, false);
		if (k == s->npanels - 1) {
			write_strokes(b, p, true);
			write_texts(b, p);
		}
		buf_clear(&d.plot);
		draw_panel(&d, s, k);
		if (d.plot.failed)
			b->failed = true;
		else
			buf_add(b, d.plot.p, d.plot.n);
		buf_str(b, "\nunset label\nunset arrow\n");
	}
	b = &out->text;
	terminal(b, &s->dev);
	buf_printf(b, "set output '%s'\nunset key\nunset border\nunset tics\nunset title\nset datafile missing NaN\n"
		   "set style fill solid noborder\nset clip two\n", output);
	if (out->listing)
		write_blocks(b, out);
	if (s->npanels > 1)
		buf_str(b, "set multiplot\n");
	buf_add(b, body.p ? body.p : "", body.n);
	if (s->npanels > 1)
		buf_str(b, "unset multiplot\n");
	buf_str(b, "unset output\n");
	rc = body.failed || d.plot.failed ? err_nomem(e) : buf_check(b, e);
	buf_release(&body);
	buf_release(&d.plot);
	return rc;
}

int script_write(struct script *out, const struct figure *f, const struct device *d, const char *output, struct err *e)
{
	struct scene scene = { 0 };
	struct page page = { 0 };
	int rc;

	if ((rc = scene_build(&scene, f, d, e)) || (rc = layout_build(&page, &scene, e)))
		goto done;
	rc = write_page(out, &page, output, e);
done:
	layout_release(&page);
	scene_release(&scene);
	return rc;
}

void script_release(struct script *s)
{
	for (int k = 0; k < s->nfiles; k++)
		buf_release(&s->files[k].bytes);
	mem_free(s->files);
	buf_release(&s->text);
	*s = (struct script)SCRIPT_INIT;
}
