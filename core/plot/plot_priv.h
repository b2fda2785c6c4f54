/*
 * plot_priv.h - what the files of core/plot share.
 *
 * A figure is drawn in four steps: scene.c and items.c turn rows into items (where, how far, what ends),
 * axis.c chooses ranges and tics, layout.c, key.c and place.c place everything on the page, script.c and
 * marks.c write it down for gnuplot; gnuplot.c runs it, save.c moves the result into place.
 * Page coordinates are px (or cells of a terminal) from the top left corner.
 */
#ifndef MUSTER_PLOT_PRIV_H
#define MUSTER_PLOT_PRIV_H

#include "plot/plot.h"

struct device {
	enum plot_format format;
	bool cells;                      /* a terminal: every letter is one unit wide and high */
	double text_scale, mark_scale;   /* what gnuplot calls a font of 1 px, and a mark of the usual size */
	double w, h;
};

/* == label.c: letters == */

enum { LABEL_MAX = 2000 };               /* letters of one text that reach gnuplot */

/* Sizes in px; a terminal has one size only. */
#define SIZE_TITLE 19.0
#define SIZE_SUBTITLE 13.5
#define SIZE_HEAD 12.5
#define SIZE_TEXT 12.0
#define SIZE_CAPTION 11.0

/*
 * The text as a gnuplot string in single quotes, with the quotes of print (U+2018, U+2019) for its own; control bytes dropped (tab and line end become a blank), what is not UTF-8 replaced by U+FFFD, cut at LABEL_MAX letters. This is the only
 * way by which text gets into a script.
 */
void label_quote(struct buf *out, struct slice text);
double label_width(const struct device *d, struct slice text, double size, bool bold);
double label_height(const struct device *d, double size);
/* Appends the lines (struct slice) that fit `width`; breaks at blanks and line ends, long words anywhere. */
void label_wrap(const struct device *d, struct slice text, double size, bool bold, double width, struct buf *lines);

/* == axis.c: ranges and tics == */

enum axis_kind { AXIS_NONE, AXIS_NUMBER, AXIS_DATE, AXIS_NAMES };

/* lo is drawn at px0, hi at px1. */
struct scale {
	enum axis_kind kind;
	bool log, percent;
	double lo, hi, px0, px1;
};

struct tick {
	double at;
	char text[48], year[8];          /* year: the second line of a date axis, often empty */
};

struct extent {
	double lo, hi;                   /* over the values that are there; lo > hi when there are none */
	double least_positive;
};
#define EXTENT_INIT { INFINITY, -INFINITY, INFINITY }

void extent_add(struct extent *x, double v);
double scale_px(const struct scale *s, double v);
double scale_value(const struct scale *s, double px);
bool scale_holds(const struct scale *s, double v);
/*
 * Set lo and hi from the data and the axis' own wishes, px0 and px1 being set: zero belongs to an axis
 * of counts unless the data are far from it; `spare` px stay free at both ends (for arrows and marks).
 */
void scale_fit(struct scale *s, const struct extent *data, const struct plot_axis *axis, bool zero, double spare_lo,
	       double spare_hi);
/* Appends struct tick, about one for every `room` px. */
void scale_ticks(const struct scale *s, double room, struct buf *ticks);
/* A number as an axis writes it, with as many decimals as `step` needs. */
void axis_number(char out[48], double v, double step, bool percent);

/* == scene.c: rows to items == */

enum { GROUPS_MAX = 32, PANELS_MAX = 24, ITEMS_MAX = 1000000 };

enum end { END_NONE, END_CAP, END_ARROW };

struct item {
	int layer, panel, group;         /* group -1: none */
	double pos;                      /* on the axis that says which one */
	double at, low, high;            /* on the other; at NaN = no dot; low > high or NaN = no bar */
	enum end low_end, high_end;
	double end_pos, end_at;          /* of a segment: its other end */
	bool hollow, gap;                /* gap: a line breaks here */
	struct slice label, label_low, label_high;
	double label_x, label_y;         /* layout.c: where the label goes; NaN = nowhere */
};

struct panel {
	struct slice name;
	struct dict *names;              /* on the y axis, top to bottom */
	struct extent y;
	double left, top, right, bottom;
	struct scale sx, sy;
	struct buf xticks, yticks;
	bool up, down;                   /* arrows beyond the extent */
	int items;
};

enum key { KEY_AT_LEAST, KEY_UP_TO, KEY_RANGE, KEY_ABOUT, KEY_NEARLY, KEY_HOLLOW, KEY_TORNADO_LOW, KEY_TORNADO_HIGH, KEYS };

struct scene {
	const struct figure *f;
	struct device dev;
	struct dict *groups, *panel_names, *names;       /* names: on the x axis */
	struct dict *notes;              /* lines below the caption */
	struct buf kept;                 /* char *: bytes of texts made here */
	struct panel *panels;
	int npanels;
	enum axis_kind xkind, ykind;
	bool xpercent, ypercent;
	struct extent x;
	bool left, right;                /* arrows beyond the extent of x */
	bool lies;                       /* quantities run along x */
	struct { double width; bool dodge; } *bars;      /* by layer, for bars: in units of the axis */
	struct buf items;                /* struct item, in the order of drawing */
	bool key[KEYS];
	const char *hollow_name;
};
#define SCENE_ITEMS(s) ((struct item *)(s)->items.p)
#define SCENE_COUNT(s) ((int64_t)((s)->items.n / sizeof(struct item)))

bool layer_lies(const struct plot_layer *l);     /* values run along x, positions along y */
const struct column *layer_positions(const struct plot_layer *l);
enum axis_kind axis_of(const struct column *c);
/* The code of row i's name in `d`; out of memory shows in s->kept.failed, and code 0 keeps indices valid until then. */
int scene_code(struct scene *s, struct dict *d, const struct column *c, int64_t i);
int scene_layer(struct scene *s, int layer, struct err *e);      /* items.c: its rows */
int scene_bars(struct scene *s, struct err *e);                  /* items.c: how wide bars are */
int scene_build(struct scene *s, const struct figure *f, const struct device *d, struct err *e);
void scene_note(struct scene *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Takes over the bytes of `text` until scene_release; the empty text when memory is out (kept.failed). */
struct slice scene_keep(struct scene *s, struct buf *text);
void scene_release(struct scene *s);

/* == layout.c: the page == */

enum align { LEFT, CENTRE, RIGHT };

struct placed {
	struct slice text;
	double x, y, size;               /* y: the middle of the line */
	enum align align;
	bool bold;
	uint32_t rgb;
	int shape;                       /* a mark in place of a text: group number + 2, negative = hollow; or SHAPE_BLOCK */
};
enum { SHAPE_BLOCK = 1000 };

struct stroke {                          /* a line between two places of the page */
	double x1, y1, x2, y2, width;
	uint32_t rgb;
	bool dashed, arrow, front;
};

struct page {
	struct scene *scene;
	struct buf texts, strokes;       /* struct placed, struct stroke; over the whole page */
	struct buf taken;                /* place.c: boxes that labels keep off */
	bool at_end[GROUPS_MAX];         /* groups whose name stands at the end of their line, not in the key */
};

uint32_t group_rgb(int group);
uint32_t item_rgb(const struct scene *s, const struct item *it);       /* place.c */
void place_labels(struct page *p);                                       /* place.c */
/* Colours of texts. */
#define INK 0x222222
#define SOFT 0x555555
#define FAINT 0x777777

/* Lengths of the page, in px or in cells. */
struct room {
	double side, top, bottom, gap, tick_gap, swatch, between, x_tick, y_tick, spare, arrow;
};
const struct room *page_room(const struct page *p);
struct slice text_of(const char *text);

/* layout.c: add to the page. */
void page_text(struct page *p, struct slice text, double x, double y, double size, enum align align, bool bold, uint32_t rgb);
void page_stroke(struct page *p, double x1, double y1, double x2, double y2, double width, uint32_t rgb, bool front);
void page_arrow(struct page *p, double x1, double y1, double x2, double y2, uint32_t rgb);
void page_mark(struct page *p, double x, double y, int group, bool hollow, bool block, uint32_t rgb);
/* key.c: which groups are named at the ends of their lines; the key below y, and where it ends. */
void page_choose_ends(struct page *p);
double page_key(struct page *p, double y);

/* How far the arrow of an open end reaches; it has no scale. */
enum { ARROW_PX = 20, ARROW_CELLS = 2 };

int layout_build(struct page *p, struct scene *s, struct err *e);
void layout_release(struct page *p);

/* == script.c: the script and its data files == */

struct data_file {
	struct buf bytes;                /* doubles, row after row */
	int columns;
	const char *what;                /* for readers: "x y dx dy" */
};

struct script {
	struct buf text;
	struct data_file *files;
	int nfiles;
	bool listing;                    /* data blocks instead of files */
};
#define SCRIPT_INIT { 0 }

struct drawing {
	struct script *out;
	struct buf plot;                 /* the elements of the plot command so far */
};

/* Shapes of points in gnuplot's numbers, by group / PALETTE_SIZE. */
enum { PALETTE_SIZE = 8 };
extern const int script_filled[4], script_hollow[4];
void script_number(struct buf *b, double v);
void script_colour(struct buf *b, uint32_t rgb);
void script_shape(struct buf *b, const struct scene *s, int group, bool hollow);     /* a letter, for a terminal */
void script_panel(struct drawing *d, const struct scene *s, int panel);              /* marks.c */

/* `output` is a name of ours, in the folder gnuplot runs in. */
int script_write(struct script *s, const struct figure *f, const struct device *d, const char *output, struct err *e);
void script_release(struct script *s);

/* == gnuplot.c: the child == */

/* Runs `program -d script` in `dir`; what it prints is the message of ERR_CHILD. */
int gnuplot_run(const char *program, const char *dir, const char *script, int seconds, struct err *e);

#endif
