/*
 * place.c - labels among the marks: at the ends of lines, at points, at reference lines.
 *
 * Each label tries a few places, nearest first, and takes the one that covers least of what stands there
 * already. Ends of lines are spread in one column instead: sorted by height and pushed apart.
 */
#include "plot/plot_priv.h"

#include <stdlib.h>
#include <string.h>

struct box {
	double x1, y1, x2, y2, weight;   /* weight: how bad it is to cover this */
};

/* Text on text cannot be read; a line through a label can, so all of a long one weighs less than a text. */
#define TEXT 10.0
#define MARK 1.0
#define LINE 0.3

enum { MANY = 3000 };            /* with more marks than this only labels keep apart */

static bool overlap(const struct box *a, const struct box *b)
{
	return a->x1 < b->x2 && b->x1 < a->x2 && a->y1 < b->y2 && b->y1 < a->y2;
}

static void take(struct page *p, struct box b)
{
	buf_add(&p->taken, &b, sizeof b);
}

static void put_text(struct page *p, struct slice text, double x, double y, enum align align, uint32_t rgb)
{
	struct placed t = { .text = text, .x = x, .y = y, .size = SIZE_TEXT, .align = align, .rgb = rgb };

	buf_add(&p->texts, &t, sizeof t);
}

/* How much a box would cover; places off the page are worst. */
static double cost(const struct page *p, const struct box *b)
{
	const struct box *taken = (const struct box *)p->taken.p;
	const struct device *d = &p->scene->dev;
	double sum = 0;

	if (b->x1 < 0 || b->y1 < 0 || b->x2 > d->w || b->y2 > d->h)
		sum += 100;
	for (size_t k = 0; k < p->taken.n / sizeof *taken; k++)
		if (overlap(b, &taken[k]))
			sum += taken[k].weight;
	return sum;
}

uint32_t item_rgb(const struct scene *s, const struct item *it)
{
	const struct plot_layer *l = &s->f->layers[it->layer];

	return l->ink >= 0 ? (uint32_t)l->ink : group_rgb(it->group);
}

/* Where an item's dot, or the middle of its bar or segment, stands on the page. */
static void item_px(const struct scene *s, const struct item *it, double *x, double *y)
{
	const struct panel *panel = &s->panels[it->panel];
	bool lies = layer_lies(&s->f->layers[it->layer]);
	double v = isfinite(it->at) ? it->at : isfinite(it->low) && isfinite(it->high) ? (it->low + it->high) / 2 :
		   isfinite(it->low) ? it->low : it->high;

	*x = scale_px(&panel->sx, lies ? v : it->pos);
	*y = scale_px(&panel->sy, lies ? it->pos : v);
	if (s->f->layers[it->layer].mark == PLOT_SEGMENT) {
		*x = (*x + scale_px(&panel->sx, it->end_pos)) / 2;
		*y = (*y + scale_px(&panel->sy, it->end_at)) / 2;
	}
}

/* Small boxes along a segment, so that labels stand beside the line and not on it. */
static void take_segment(struct page *p, const struct item *it)
{
	const struct scene *s = p->scene;
	const struct panel *panel = &s->panels[it->panel];
	double x = scale_px(&panel->sx, it->pos), y = scale_px(&panel->sy, it->at);
	double dx = scale_px(&panel->sx, it->end_pos) - x, dy = scale_px(&panel->sy, it->end_at) - y;
	double half = s->dev.cells ? 0.5 : 2.5;
	int steps = (int)fmin(fmax(hypot(dx, dy) / (s->dev.cells ? 2 : 12), 1), 150);

	for (int k = 0; k <= steps; k++) {
		double cx = x + dx * k / steps, cy = y + dy * k / steps;

		take(p, (struct box){ cx - half, cy - half, cx + half, cy + half, LINE });
	}
}

static void take_marks(struct page *p)
{
	struct scene *s = p->scene;
	double half = s->dev.cells ? 0.5 : 5;

	for (int64_t i = 0; i < SCENE_COUNT(s) && SCENE_COUNT(s) <= MANY; i++) {
		struct item *it = &SCENE_ITEMS(s)[i];
		const struct panel *panel = &s->panels[it->panel];
		enum plot_mark m = s->f->layers[it->layer].mark;
		bool lies = layer_lies(&s->f->layers[it->layer]);
		double x, y, reach = s->dev.cells ? ARROW_CELLS : ARROW_PX;
		struct box b;

		if (m == PLOT_RIBBON || m == PLOT_TORNADO || m == PLOT_TILE)
			continue;
		if (m == PLOT_SEGMENT) {
			take_segment(p, it);
			continue;
		}
		item_px(s, it, &x, &y);
		if (!isfinite(x) || !isfinite(y))
			continue;
		b = (struct box){ x - half, y - half, x + half, y + half, MARK };
		if (isfinite(it->low) && isfinite(it->high) && it->low <= it->high) {
			const struct scale *scale = lies ? &panel->sx : &panel->sy;
			double a = scale_px(scale, it->low), z = scale_px(scale, it->high), sign = lies ? 1 : -1;

			if (it->high_end == END_ARROW)
				z += sign * reach;
			if (it->low_end == END_ARROW)
				a -= sign * reach;
			if (lies)
				b.x1 = fmin(b.x1, a), b.x2 = fmax(b.x2, z);
			else
				b.y1 = fmin(b.y1, z), b.y2 = fmax(b.y2, a);
		}
		take(p, b);
	}
}

/* Titles, keys and names that the layout has put on the page already. */
static void take_texts(struct page *p)
{
	const struct device *d = &p->scene->dev;
	const struct placed *t = (const struct placed *)p->texts.p;

	for (size_t k = 0; k < p->texts.n / sizeof *t; k++) {
		double half = label_height(d, t[k].size) / 2, wide = label_width(d, t[k].text, t[k].size, t[k].bold);
		double left = t[k].align == LEFT ? t[k].x : t[k].align == RIGHT ? t[k].x - wide : t[k].x - wide / 2;

		if (t[k].text.n)
			take(p, (struct box){ left, t[k].y - half, left + wide, t[k].y + half, TEXT });
	}
}

/* == ends of lines == */

struct ending {
	double x, y, wanted, pos;
	int group;
	uint32_t rgb;
};

static int by_height(const void *a, const void *b)
{
	const struct ending *x = a, *y = b;

	return x->wanted != y->wanted ? (x->wanted < y->wanted ? -1 : 1) : x->group - y->group;
}

/*
 * Keep labels `height` apart with the least moving: neighbours that would touch become one block, which
 * stands in the middle of where its labels want to be; blocks that touch then join in turn.
 */
static void spread(struct ending *ends, int n, double top, double bottom, double height)
{
	struct { double sum; int from, count; } block[GROUPS_MAX];
	int blocks = 0;

	for (int k = 0; k < n; k++) {
		block[blocks].sum = ends[k].wanted;
		block[blocks].from = k;
		block[blocks++].count = 1;
		while (blocks > 1) {
			double above = block[blocks - 2].sum / block[blocks - 2].count;
			double below = block[blocks - 1].sum / block[blocks - 1].count;
			double reach = height * (block[blocks - 2].count + block[blocks - 1].count) / 2;

			if (below - above >= reach)
				break;
			block[blocks - 2].sum += block[blocks - 1].sum;
			block[blocks - 2].count += block[blocks - 1].count;
			blocks--;
		}
	}
	for (int b = 0; b < blocks; b++)
		for (int k = 0; k < block[b].count; k++)
			ends[block[b].from + k].y = block[b].sum / block[b].count + height * (k - (block[b].count - 1) / 2.0);
	/* inside the panel as far as there is room */
	for (int k = n - 1; k >= 0; k--)
		ends[k].y = fmin(ends[k].y, bottom - height * (n - 1 - k));
	for (int k = 0; k < n; k++)
		ends[k].y = fmax(ends[k].y, top + height * k);
}

static void place_ends(struct page *p, int k)
{
	struct scene *s = p->scene;
	struct panel *panel = &s->panels[k];
	struct ending ends[GROUPS_MAX] = { 0 };
	double height = label_height(&s->dev, SIZE_TEXT), gap = s->dev.cells ? 1 : 7;
	int n = 0;

	for (int64_t i = 0; i < SCENE_COUNT(s); i++) {
		struct item *it = &SCENE_ITEMS(s)[i];
		enum plot_mark m = s->f->layers[it->layer].mark;
		int at = 0;

		if (it->panel != k || it->group < 0 || !p->at_end[it->group] || !isfinite(it->at) ||
		    (m != PLOT_LINE && m != PLOT_STEP) || !scale_holds(&panel->sx, it->pos))
			continue;
		while (at < n && ends[at].group != it->group)
			at++;
		if (at == n)
			ends[n++] = (struct ending){ .group = it->group, .pos = -INFINITY };
		if (it->pos < ends[at].pos)
			continue;
		ends[at].pos = it->pos;
		ends[at].x = scale_px(&panel->sx, it->pos);
		ends[at].y = ends[at].wanted = fmin(fmax(scale_px(&panel->sy, it->at), panel->top), panel->bottom);
		ends[at].rgb = item_rgb(s, it);
	}
	qsort(ends, (size_t)n, sizeof *ends, by_height);
	spread(ends, n, panel->top, panel->bottom, height);
	for (int j = 0; j < n; j++) {
		struct slice name = dict_value(s->groups, ends[j].group);
		double width = label_width(&s->dev, name, SIZE_TEXT, false);

		put_text(p, name, ends[j].x + gap, ends[j].y, LEFT, ends[j].rgb);
		take(p, (struct box){ ends[j].x + gap, ends[j].y - height / 2, ends[j].x + gap + width, ends[j].y + height / 2,
				      TEXT });
	}
}

/* == reference lines == */

static void place_reference(struct page *p, const struct plot_reference *r, struct panel *panel, bool first)
{
	struct scene *s = p->scene;
	const struct scale *scale = r->vertical ? &panel->sx : &panel->sy;
	struct stroke line;
	double at, height = label_height(&s->dev, SIZE_TEXT), width = label_width(&s->dev, r->label, SIZE_TEXT, false);
	double gap = s->dev.cells ? 1 : 5, best = INFINITY;
	struct box chosen = { 0 }, tries[8];
	int n = 0;

	if (!scale_holds(scale, r->at))          /* scene.c has said so */
		return;
	at = scale_px(scale, r->at);
	if (r->vertical)
		line = (struct stroke){ at, panel->bottom, at, panel->top, 1.4, 0x555555, true, false, false };
	else
		line = (struct stroke){ panel->left, at, panel->right, at, 1.4, 0x555555, true, false, false };
	buf_add(&p->strokes, &line, sizeof line);
	if (!r->label.n || (r->vertical && !first))
		return;
	for (int side = 0; side < 2; side++)
		for (int end = 0; end < 2; end++) {
			double x = r->vertical ? (side ? at - gap - width : at + gap) :
						 (end ? panel->left + gap : panel->right - gap - width);
			double y = r->vertical ? (end ? panel->bottom - height : panel->top) : (side ? at + 1 : at - height - 1);

			tries[n++] = (struct box){ x, y, x + width, y + height, TEXT };
		}
	for (int k = 0; k < n; k++) {
		double c = cost(p, &tries[k]) + 0.01 * k + (tries[k].x1 < panel->left || tries[k].x2 > panel->right ? 5 : 0);

		if (c < best)
			best = c, chosen = tries[k];
	}
	put_text(p, r->label, chosen.x1, (chosen.y1 + chosen.y2) / 2, LEFT, 0x444444);
	take(p, chosen);
}

/* == labels at points == */

static void place_item_label(struct page *p, struct item *it)
{
	struct scene *s = p->scene;
	struct panel *panel = &s->panels[it->panel];
	double height = label_height(&s->dev, SIZE_TEXT), gap = s->dev.cells ? 2 : 9, x, y, wide = 0, tall, best = INFINITY;
	struct buf lines = BUF_INIT;
	struct box chosen = { 0 };
	size_t n;

	item_px(s, it, &x, &y);
	if (!isfinite(x) || !isfinite(y) || !scale_holds(&panel->sx, scale_value(&panel->sx, x)))
		return;
	label_wrap(&s->dev, it->label, SIZE_TEXT, false, s->dev.cells ? 30 : 230, &lines);
	p->texts.failed |= lines.failed;
	n = lines.n / sizeof(struct slice);
	for (size_t k = 0; k < n; k++)
		wide = fmax(wide, label_width(&s->dev, ((struct slice *)lines.p)[k], SIZE_TEXT, false));
	tall = height * (double)n;
	/* beside, then above and below, then further and further up and down */
	for (int k = 0; k < 28; k++) {
		double dy = k < 4 ? 0 : (double)((k - 4) / 4 + 1) * height * 0.6 * ((k & 2) ? 1 : -1);
		double left = k == 2 || k == 3 ? x - wide / 2 : (k & 1) ? x - gap - wide : x + gap;
		double top = k == 2 ? y - gap / 2 - tall - 2 : k == 3 ? y + gap / 2 + 2 : y - tall / 2 + dy;
		struct box b = { left, top, left + wide, top + tall, TEXT };
		double c;

		if (b.y1 < panel->top - height || b.y2 > panel->bottom + height / 2 || b.x1 < panel->left)
			c = 50;
		else
			c = 0;
		c += cost(p, &b) + 0.02 * k;
		if (c < best)
			best = c, chosen = b;
	}
	for (size_t k = 0; k < n; k++)
		put_text(p, ((struct slice *)lines.p)[k], chosen.x1, chosen.y1 + height * ((double)k + 0.5), LEFT, 0x333333);
	if (!s->dev.cells && (chosen.y1 > y + height || chosen.y2 < y - height)) {
		struct stroke leader = { .x1 = x, .y1 = y, .width = 0.7, .rgb = 0x888888, .front = true };

		leader.x2 = fmin(fmax(x, chosen.x1), chosen.x2);
		leader.y2 = chosen.y1 > y ? chosen.y1 : chosen.y2;
		buf_add(&p->strokes, &leader, sizeof leader);
	}
	take(p, chosen);
	buf_release(&lines);
}

/* A column of text right of the plot, one line for each name. */
static void place_forest_label(struct page *p, const struct item *it)
{
	struct panel *panel = &p->scene->panels[it->panel];

	put_text(p, it->label, panel->right + (p->scene->dev.cells ? 1 : 10), scale_px(&panel->sy, it->pos), LEFT, 0x444444);
}

static void place_tornado_labels(struct page *p, const struct item *it)
{
	struct scene *s = p->scene;
	struct panel *panel = &s->panels[it->panel];
	double y = scale_px(&panel->sy, it->pos), gap = s->dev.cells ? 1 : 5;
	bool low_left = it->low <= it->high;

	put_text(p, it->label_low, scale_px(&panel->sx, it->low) + (low_left ? -gap : gap), y, low_left ? RIGHT : LEFT, 0x555555);
	put_text(p, it->label_high, scale_px(&panel->sx, it->high) + (low_left ? gap : -gap), y, low_left ? LEFT : RIGHT,
		 0x555555);
}

/* In the middle of the cell, white on dark: half of the luminance that the eye gives (ITU-R BT.601). */
static void place_tile_label(struct page *p, const struct item *it)
{
	uint32_t rgb = item_rgb(p->scene, it);
	double light = 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255), x, y;

	item_px(p->scene, it, &x, &y);
	if (!p->scene->dev.cells)
		put_text(p, it->label, x, y, CENTRE, light < 140 ? 0xffffff : INK);
}

void place_labels(struct page *p)
{
	struct scene *s = p->scene;

	take_marks(p);
	take_texts(p);
	for (int k = 0; k < s->npanels; k++) {
		place_ends(p, k);
		for (int r = 0; r < s->f->nrefs; r++)
			place_reference(p, &s->f->refs[r], &s->panels[k], k == 0);
	}
	for (int64_t i = 0; i < SCENE_COUNT(s); i++) {
		struct item *it = &SCENE_ITEMS(s)[i];

		switch (s->f->layers[it->layer].mark) {
		case PLOT_FOREST:
			place_forest_label(p, it);
			break;
		case PLOT_TORNADO:
			place_tornado_labels(p, it);
			break;
		case PLOT_TILE:
			place_tile_label(p, it);
			break;
		default:
			if (it->label.n)
				place_item_label(p, it);
		}
	}
	if (p->taken.failed)
		p->texts.failed = true;
}
