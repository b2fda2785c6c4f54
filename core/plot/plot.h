/*
 * plot.h - figures: what to draw, said once, and drawn by gnuplot into svg, png, pdf or text.
 *
 * A figure holds texts, axes, reference lines and layers; a layer is a kind of mark and the columns it
 * is drawn from. Everything that can be seen is decided here: ranges, tics, colours, places of labels.
 * gnuplot gets numbers and quoted text, never a name, a command or a path of the caller.
 */
#ifndef MUSTER_PLOT_H
#define MUSTER_PLOT_H

#include "table/table.h"

#define PLOT_FORMAT_LIST(X) \
	X(SVG, "svg")       \
	X(PNG, "png")       \
	X(PDF, "pdf")       \
	X(TXT, "txt")

enum plot_format {
#define X(name, text) PLOT_##name,
	PLOT_FORMAT_LIST(X)
#undef X
	PLOT_FORMAT_COUNT
};

/*      mark       name         draws */
#define PLOT_MARK_LIST(X)    \
	X(POINT, "point")       /* a dot at x, y; a quantity by its kind (see figure_layer) */ \
	X(LINE, "line")         /* x against y in the order of x */                            \
	X(STEP, "step")         /* a value that holds until the next x */                      \
	X(INTERVAL, "interval") /* a capped bar low..high at x, or at y when y is text */      \
	X(RIBBON, "ribbon")     /* the area between low and high over x */                     \
	X(BAR, "bar")           /* a bar from zero to y at x; lying when y is text */          \
	X(TORNADO, "tornado")   /* bars low..base..high by name, the widest on top */          \
	X(FOREST, "forest")     /* dot and interval by name, values lying */                   \
	X(TILE, "tile")         /* a coloured cell where the names x and y meet */             \
	X(SEGMENT, "segment")   /* a straight line from x, y to x_end, y_end */

enum plot_mark {
#define X(name, text) PLOT_##name,
	PLOT_MARK_LIST(X)
#undef X
	PLOT_MARK_COUNT
};

#define PLOT_ROLE_LIST(X)           \
	X(X, "x")                   \
	X(Y, "y")                   \
	X(LOW, "low")               \
	X(HIGH, "high")             \
	X(COLOUR, "colour")         \
	X(LABEL, "label")           \
	X(PANEL, "panel")           \
	X(HOLLOW, "hollow")         \
	X(LABEL_LOW, "label_low")   \
	X(LABEL_HIGH, "label_high") \
	X(X_END, "x_end")           \
	X(Y_END, "y_end")

enum plot_role {
#define X(name, text) PLOT_ROLE_##name,
	PLOT_ROLE_LIST(X)
#undef X
	PLOT_ROLES
};

/* Which number of a quantity a line follows; without one a line of quantities is refused. */
#define PLOT_POLICY_LIST(X)      \
	X(NONE, "none")          \
	X(MIDPOINT, "midpoint")  \
	X(FLOOR, "floor")        \
	X(CEILING, "ceiling")    \
	X(STATED, "stated")

enum plot_policy {
#define X(name, text) PLOT_POLICY_##name,
	PLOT_POLICY_LIST(X)
#undef X
	PLOT_POLICY_COUNT
};

/* Fixed colours a layer may ask for by name: the palette of Okabe and Ito, and three greys. */
#define PLOT_INK_LIST(X)                  \
	X("blue", 0x0072b2)               \
	X("vermillion", 0xd55e00)         \
	X("green", 0x009e73)              \
	X("purple", 0xcc79a7)             \
	X("orange", 0xe69f00)             \
	X("sky", 0x56b4e9)                \
	X("black", 0x222222)              \
	X("yellow", 0xf0e442)             \
	X("grey", 0x888888)               \
	X("light", 0xbbbbbb)              \
	X("pale", 0xececec)

const char *plot_mark_name(enum plot_mark m);
bool plot_mark_from_name(const char *name, enum plot_mark *out);
const char *plot_role_name(enum plot_role r);
bool plot_policy_from_name(const char *name, enum plot_policy *out);
bool plot_ink_from_name(const char *name, uint32_t *rgb);
/* By the letters behind the last dot of `path`; ERR_USAGE lists the formats there are. */
int plot_format_of(const char *path, enum plot_format *out, struct err *e);

/* == figures ================================================================================= */

enum plot_slot { PLOT_TITLE, PLOT_SUBTITLE, PLOT_CAPTION, PLOT_XLABEL, PLOT_YLABEL, PLOT_SLOTS };

struct plot_layer {
	enum plot_mark mark;
	const struct column *col[PLOT_ROLES];    /* NULL where not given; all of one length */
	const char *col_name[PLOT_ROLES];        /* for messages and notes */
	struct slice name;                       /* a series name where there is no colour column */
	bool hollow, dashed;
	enum plot_policy policy;
	double size;                             /* of marks, of lines; 0 = the usual */
	double base;                             /* tornado: the value all bars start from; NaN = none */
	int64_t ink;                             /* 0xrrggbb, or -1: by group */
};
#define PLOT_LAYER_INIT { .base = NAN, .ink = -1 }

struct plot_axis {
	double low, high;                        /* NaN = from the data */
	bool log, percent;
};

struct plot_reference {
	bool vertical;                           /* at x = `at`, else at y = `at` */
	double at;                               /* days where the axis shows dates */
	struct slice label;
};

struct figure {
	struct slice text[PLOT_SLOTS];
	struct plot_axis x, y;
	double width, height;                    /* px, or cells of a terminal; 0 = the usual */
	bool same_y;                             /* panels share the range of y */
	struct plot_layer *layers;
	int nlayers;
	struct plot_reference *refs;
	int nrefs;
	char **owned;                            /* the bytes of every slice above */
	int nowned;
};
#define FIGURE_INIT { .x = { NAN, NAN, false, false }, .y = { NAN, NAN, false, false } }

/* The figure copies what it is given. Any bytes are text; what cannot be drawn is dropped when it is written. */
int figure_text(struct figure *f, enum plot_slot slot, struct slice text, struct err *e);
int figure_reference(struct figure *f, bool vertical, double at, struct slice label, struct err *e);
/*
 * Add a layer; takes its own references of the columns. ERR_USAGE when the mark lacks a column it
 * needs, ERR_TYPE when a column is of a type it cannot draw.
 *
 * A quantity as x or y of point, interval or forest is drawn as what it says:
 *   exact               a dot
 *   about               a dot with short whiskers to its bounds
 *   at_least, more_than a dot at the stated number and an arrow away from zero: no upper end is claimed
 *   up_to, as_many_as,
 *   less_than           a dot at the stated number and an arrow towards zero
 *   nearly              a dot at the stated number and a bar down to the lower bound
 *   range, computed     a capped bar over the bounds, an arrow where one is infinite
 */
int figure_layer(struct figure *f, const struct plot_layer *l, struct err *e);
void figure_release(struct figure *f);

/* == drawing =================================================================================
 *
 * All need the program gnuplot on PATH and fail with ERR_CHILD and its message when it fails, with
 * ERR_INTERRUPT on stop_requested, with ERR_DOMAIN when the texts leave no room for the data.
 * The same figure gives the same bytes.
 */
#define PLOT_SECONDS 60          /* gnuplot is killed after so many */

/* To `path`, by its extension; the old file stays until the new one is complete. */
int plot_save(const struct figure *f, const char *path, int seconds, struct err *e);
/* For a terminal of that many cells; height 0 = by the figure. */
int plot_terminal(const struct figure *f, int width, int height, int seconds, struct buf *out, struct err *e);
/* A gnuplot script that stands alone (the numbers in it as data blocks), and the numbers as a text table. */
int plot_listing(const struct figure *f, enum plot_format format, struct buf *script, struct buf *data, struct err *e);

/* The program that would be run: the first file named gnuplot on PATH, absolute. ERR_CHILD when there is none. */
int plot_program(struct buf *path, struct err *e);

#endif
