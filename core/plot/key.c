/*
 * key.c - what the marks mean: a row of colours and their names, a row of the marks that occur. Names that
 * can stand at the ends of their lines are not in it.
 */
#include "plot/plot_priv.h"

#include <string.h>

static bool is_line(enum plot_mark m)
{
	return m == PLOT_LINE || m == PLOT_STEP;
}

/* The names of line series stand at their ends when there are few of them in each panel. */
void page_choose_ends(struct page *p)
{
	struct scene *s = p->scene;
	double height = (s->dev.h * 0.55) / s->npanels;

	memset(p->at_end, 0, sizeof p->at_end);
	for (int64_t i = 0; i < SCENE_COUNT(s); i++) {
		struct item *it = &SCENE_ITEMS(s)[i];

		if (it->group >= 0 && is_line(s->f->layers[it->layer].mark))
			p->at_end[it->group] = true;
	}
	for (int g = 0; g < dict_count(s->groups); g++)
		if (label_width(&s->dev, dict_value(s->groups, g), SIZE_TEXT, false) > s->dev.w * 0.28 ||
		    dict_count(s->groups) * label_height(&s->dev, SIZE_TEXT) > height)
			p->at_end[g] = false;
}

struct flow {
	double x, y, left, right;
};

/* Room for one entry of the key: to the next row when it does not fit; x where its text begins. */
static double flow_entry(struct page *p, struct flow *at, struct slice text)
{
	const struct room *r = page_room(p);
	double width = r->swatch + label_width(&p->scene->dev, text, SIZE_TEXT, false), x;

	if (at->x > at->left && at->x + width > at->right) {
		at->x = at->left;
		at->y += label_height(&p->scene->dev, SIZE_TEXT) * (p->scene->dev.cells ? 1 : 1.15);
	}
	x = at->x + r->swatch;
	at->x += width + r->between;
	page_text(p, text, x, at->y + label_height(&p->scene->dev, SIZE_TEXT) / 2, SIZE_TEXT, LEFT, false, SOFT);
	return x;
}

static void group_swatch(struct page *p, int g, double x, double y)
{
	struct scene *s = p->scene;
	bool dot = false, line = false, dashed = false;
	uint32_t rgb = group_rgb(g);

	for (int64_t i = 0; i < SCENE_COUNT(s); i++) {
		struct item *it = &SCENE_ITEMS(s)[i];
		const struct plot_layer *l = &s->f->layers[it->layer];

		if (it->group != g)
			continue;
		if (l->ink >= 0)
			rgb = (uint32_t)l->ink;
		line |= is_line(l->mark) || l->mark == PLOT_SEGMENT;
		dashed |= l->dashed;
		dot |= l->mark == PLOT_POINT || l->mark == PLOT_INTERVAL || l->mark == PLOT_FOREST ||
		       (l->mark == PLOT_TILE && s->dev.cells);       /* a letter there */
	}
	if (line && !s->dev.cells) {
		struct stroke sample = { .x1 = x - 20, .y1 = y, .x2 = x - 4, .y2 = y, .width = 2.2, .rgb = rgb,
					 .dashed = dashed, .front = true };

		buf_add(&p->strokes, &sample, sizeof sample);
	}
	if (dot || !line || s->dev.cells)
		page_mark(p, s->dev.cells ? x - 2 : x - (dot ? 10 : 11), y, g, false, !dot && !line, rgb);
}

static void key_glyph(struct page *p, enum key k, double x, double y)
{
	bool lies = p->scene->lies;
	double cx = x - (lies && k < KEY_HOLLOW ? 15 : 11), up = 8, cap = 4;

	switch (k) {
	case KEY_AT_LEAST:
		if (lies)
			page_arrow(p, x - 22, y, x - 7, y, SOFT);
		else
			page_arrow(p, cx, y + up - 3, cx, y - up, SOFT);
		page_mark(p, lies ? x - 22 : cx, lies ? y : y + up - 3, -1, false, false, SOFT);
		return;
	case KEY_UP_TO:
		if (lies)
			page_arrow(p, x - 8, y, x - 23, y, SOFT);
		else
			page_arrow(p, cx, y - up + 3, cx, y + up, SOFT);
		page_mark(p, lies ? x - 8 : cx, lies ? y : y - up + 3, -1, false, false, SOFT);
		return;
	case KEY_RANGE:
	case KEY_ABOUT:
		if (k == KEY_ABOUT)
			up = 7, cap = 3;
		if (lies) {
			page_stroke(p, cx - up, y, cx + up, y, 1.6, SOFT, true);
			page_stroke(p, cx - up, y - cap, cx - up, y + cap, 1.6, SOFT, true);
			page_stroke(p, cx + up, y - cap, cx + up, y + cap, 1.6, SOFT, true);
		} else {
			page_stroke(p, cx, y - up, cx, y + up, 1.6, SOFT, true);
			page_stroke(p, cx - cap, y - up, cx + cap, y - up, 1.6, SOFT, true);
			page_stroke(p, cx - cap, y + up, cx + cap, y + up, 1.6, SOFT, true);
		}
		if (k == KEY_ABOUT)
			page_mark(p, cx, y, -1, false, false, SOFT);
		return;
	case KEY_NEARLY:
		if (lies) {
			page_stroke(p, cx - up, y, cx + up - 2, y, 1.6, SOFT, true);
			page_stroke(p, cx - up, y - cap, cx - up, y + cap, 1.6, SOFT, true);
		} else {
			page_stroke(p, cx, y - up + 3, cx, y + up, 1.6, SOFT, true);
			page_stroke(p, cx - cap, y + up, cx + cap, y + up, 1.6, SOFT, true);
		}
		page_mark(p, lies ? cx + up - 3 : cx, lies ? y : y - up + 3, -1, false, false, SOFT);
		return;
	case KEY_HOLLOW:
		page_mark(p, cx, y, -1, true, false, SOFT);
		return;
	default:
		page_mark(p, cx, y, -1, false, true, group_rgb(k == KEY_TORNADO_HIGH));
	}
}

/* In a terminal the glyph is part of the words. */
static const char *key_words(enum key k, bool cells, bool lies)
{
	static const char *const drawn[KEYS] = { "at least, more than", "up to", "range", "about", "nearly", "",
						 "input at its low end", "input at its high end" };
	static const char *const typed[2][KEYS] = {
		{ "^ at least, more than", "v up to", "+|+ range", "+o+ about", "+|o nearly", "", "", "" },
		{ "> at least, more than", "< up to", "+-+ range", "+o+ about", "+-o nearly", "", "", "" },
	};

	return cells ? typed[lies][k] : drawn[k];
}

double page_key(struct page *p, double y)
{
	struct scene *s = p->scene;
	const struct room *r = page_room(p);
	struct flow at = { r->side, y, r->side, s->dev.w - r->side };
	double half = label_height(&s->dev, SIZE_TEXT) / 2, x;
	bool any = false;

	for (int g = 0; g < dict_count(s->groups); g++) {
		if (p->at_end[g])
			continue;
		x = flow_entry(p, &at, dict_value(s->groups, g));
		group_swatch(p, g, x, at.y + half);
		any = true;
	}
	if (any && at.x > at.left && (s->key[KEY_AT_LEAST] || s->key[KEY_UP_TO] || s->key[KEY_RANGE] || s->key[KEY_ABOUT] || s->key[KEY_NEARLY]) &&
	    dict_count(s->groups) > 2) {
		at.x = at.left;
		at.y += label_height(&s->dev, SIZE_TEXT) * (s->dev.cells ? 1 : 1.15);
	}
	for (int k = 0; k < KEYS; k++) {
		struct slice text = text_of(key_words((enum key)k, s->dev.cells, s->lies));

		if (!s->key[k])
			continue;
		if (k == KEY_HOLLOW) {
			struct buf name = BUF_INIT;

			buf_printf(&name, s->dev.cells ? "%s: %s" : "%s%s", s->dev.cells ? "hollow or lower case" : "", s->hollow_name);
			s->kept.failed |= name.failed;
			for (size_t i = 0; i < name.n; i++)
				if (name.p[i] == '_')
					name.p[i] = ' ';
			text = scene_keep(s, &name);
		}
		if (!text.n)
			continue;
		x = flow_entry(p, &at, text);
		if (!s->dev.cells)
			key_glyph(p, (enum key)k, x, at.y + half);
		any = true;
	}
	return any ? at.y + 2 * half + r->gap : y;
}
