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

const int script_filled[4] = { 7, 13, 9, 5 }, script_hollow[4] = { 6, 12, 8, 4 };

/* == numbers and places == */

void script_number(struct buf *b, double v)
{
	char text[TEXT_NUMBER_MAX];

	text_print_float64(text, v);
	buf_str(b, text);
}

void script_colour(struct buf *b, uint32_t rgb)
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
	script_number(b, round(screen_x(d, x) * 1e6) / 1e6);
	buf_str(b, ", screen ");
	script_number(b, round(screen_y(d, y) * 1e6) / 1e6);
}

/* == texts and strokes of the page == */

/* The letter that stands for a group in a terminal: upper case filled, lower case hollow. */
void script_shape(struct buf *b, const struct scene *s, int group, bool hollow)
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
			script_shape(b, s, group, hollow);
		buf_str(b, " at ");
		place(b, &s->dev, t->x, t->y);
		buf_str(b, " left noenhanced front\n");
		return;
	}
	buf_printf(b, "set label %d '' at ", n);
	place(b, &s->dev, t->x, t->y);
	buf_printf(b, " point pt %d ps ", block ? 5 : hollow ? script_hollow[family] : script_filled[family]);
	script_number(b, (block ? 1.2 : 1) * s->dev.mark_scale);
	buf_str(b, " lw 1.6 lc");
	script_colour(b, t->rgb);
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
			script_number(b, t->size * d->text_scale);
			buf_str(b, "' textcolor");
			script_colour(b, t->rgb);
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
			script_number(b, 6 / d->w);
			buf_str(b, ",22,90 fixed");
		} else {
			buf_str(b, " nohead");
		}
		buf_str(b, front ? " front" : " back");
		if (!d->cells) {
			buf_str(b, " lw ");
			script_number(b, s->width);
			buf_str(b, s->dashed ? " dt (7,5) lc" : " dt solid lc");
			script_colour(b, s->rgb);
		}
		buf_char(b, '\n');
	}
}

/* == the script == */

static void terminal(struct buf *b, const struct device *d)
{
	static const char *const kinds[] = { "svg", "pngcairo", "pdfcairo", "dumb" };
	double scale = d->format == PLOT_PDF ? 72 : 1;

	buf_printf(b, "set encoding utf8\nset terminal %s noenhanced size ", kinds[d->format]);
	script_number(b, d->w / scale);
	buf_str(b, d->format == PLOT_PDF ? "in," : ",");
	script_number(b, d->h / scale);
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
	script_number(b, from);
	buf_str(b, ":");
	script_number(b, to);
	buf_str(b, "] noextend\n");
}

static void write_panel_frame(struct buf *b, const struct scene *s, const struct panel *p)
{
	static const char *const sides[] = { "lmargin", "rmargin", "bmargin", "tmargin" };
	double at[] = { screen_x(&s->dev, p->left), screen_x(&s->dev, p->right), screen_y(&s->dev, p->bottom),
			screen_y(&s->dev, p->top) };

	for (int k = 0; k < 4; k++) {
		buf_printf(b, "set %s at screen ", sides[k]);
		script_number(b, round(at[k] * 1e6) / 1e6);
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
				script_number(b, v[i]);
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
		script_panel(&d, s, k);
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
