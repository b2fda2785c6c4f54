/* t7030-plot-memory.c - every allocation fails once: building and writing a figure gives ERR_MEMORY and leaks nothing. */
#include "plot/plot.h"
#include "tap.h"

#include <stdlib.h>

static struct column *numbers(const double *v, int n)
{
	struct builder b;
	struct column *c = NULL;

	builder_init(&b, TYPE_FLOAT64, NULL);
	for (int i = 0; i < n; i++)
		builder_float64(&b, v[i]);
	builder_finish(&b, &c, NULL);
	return c;
}

static struct column *words(const char *const *v, int n)
{
	struct builder b;
	struct column *c = NULL;

	builder_init(&b, TYPE_STRING, NULL);
	for (int i = 0; i < n; i++)
		builder_string(&b, v[i], strlen(v[i]));
	builder_finish(&b, &c, NULL);
	return c;
}

static const enum plot_mark marks[] = { PLOT_POINT, PLOT_LINE, PLOT_RIBBON, PLOT_BAR, PLOT_INTERVAL };

/* Marks between names: a figure of their own, since their axes are others. */
static int add_names(struct column *who, struct buf *script, struct buf *data, struct err *e)
{
	static const enum plot_mark between[] = { PLOT_TILE, PLOT_SEGMENT };
	struct figure f = FIGURE_INIT;
	int rc = 0;

	for (int k = 0; k < 2 && !rc; k++) {
		struct plot_layer l = PLOT_LAYER_INIT;

		l.mark = between[k];
		l.col[PLOT_ROLE_X] = l.col[PLOT_ROLE_Y] = l.col[PLOT_ROLE_X_END] = l.col[PLOT_ROLE_Y_END] = who;
		l.col[PLOT_ROLE_COLOUR] = l.col[PLOT_ROLE_LABEL] = who;
		rc = figure_layer(&f, &l, e);
	}
	if (!rc)
		rc = plot_listing(&f, PLOT_SVG, script, data, e);
	figure_release(&f);
	return rc;
}

static int once(struct column *x, struct column *y, struct column *who, struct buf *script, struct buf *data, struct err *e)
{
	struct figure f = FIGURE_INIT;
	int rc = 0;

	for (size_t k = 0; k < sizeof marks / sizeof *marks && !rc; k++) {
		struct plot_layer l = PLOT_LAYER_INIT;

		l.mark = marks[k];
		l.col[PLOT_ROLE_X] = l.col[PLOT_ROLE_LOW] = x;
		l.col[PLOT_ROLE_Y] = l.col[PLOT_ROLE_HIGH] = y;
		l.col[PLOT_ROLE_COLOUR] = l.col[PLOT_ROLE_LABEL] = l.col[PLOT_ROLE_PANEL] = who;
		rc = figure_layer(&f, &l, e);
	}
	for (int k = 0; k < PLOT_SLOTS && !rc; k++)
		rc = figure_text(&f, (enum plot_slot)k, slice_of("some text", 9), e);
	if (!rc)
		rc = figure_reference(&f, false, 2, slice_of("line", 4), e);
	if (!rc)
		rc = plot_listing(&f, PLOT_SVG, script, data, e);
	figure_release(&f);
	return rc ? rc : add_names(who, script, data, e);
}

int main(void)
{
	struct column *x = numbers((double[]){ 1, 2, 3, 4 }, 4), *y = numbers((double[]){ 2, 4, INFINITY, NAN }, 4);
	struct column *who = words((const char *const[]){ "a", "b", "a", "b" }, 4);
	struct buf script = BUF_INIT, data = BUF_INIT, again = BUF_INIT, more = BUF_INIT;
	struct err e = ERR_INIT;
	int rc = 1, other = 0;
	long n = 0;

	is_int(once(x, y, who, &script, &data, &e), 0, "the figure can be written (%s)", e.msg);
	for (; rc && n < 100000; n++) {
		buf_release(&again);
		buf_release(&more);
		mem_fail_after(n);
		rc = once(x, y, who, &again, &more, &e);
		mem_fail_after(-1);
		other += rc && rc != ERR_MEMORY;
	}
	is_int(rc, 0, "it succeeds once there is memory enough");
	is_int(other, 0, "and fails only for the memory before");
	ok(n > 50, "after %ld failures", n);
	is_str(again.p, script.p, "and then writes the same");
	buf_release(&script);
	buf_release(&data);
	buf_release(&again);
	buf_release(&more);
	column_unref(x);
	column_unref(y);
	column_unref(who);
	return done();
}
