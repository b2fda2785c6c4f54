/* window_shifts.c - lag, lead, first_value, last_value: each row takes the value of another row, whatever the type. */
#include "query/window_priv.h"

static int lag(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	uint32_t *out = p->out;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++)
		out[pane_row(p, k)] = k - from >= p->n ? (uint32_t)pane_row(p, k - p->n) : p->outside;
	return 0;
}

static int lead(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	uint32_t *out = p->out;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++)
		out[pane_row(p, k)] = to - k > p->n ? (uint32_t)pane_row(p, k + p->n) : p->outside;
	return 0;
}

static void take_all(const struct pane *p, int64_t from, int64_t to, int64_t k)
{
	uint32_t *out = p->out, row = from < to ? (uint32_t)pane_row(p, k) : 0;

	for (; from < to; from++)
		out[pane_row(p, from)] = row;
}

static int first_value(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	(void)room, (void)e;
	take_all(p, from, to, from);
	return 0;
}

static int last_value(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	(void)room, (void)e;
	take_all(p, from, to, to - 1);
	return 0;
}

const struct window_kind window_shifts[] = {
	{ .name = "lag", .types = "*", .result = TYPE_COUNT, .run = lag, .standard = 1, .source = true },
	{ .name = "lead", .types = "*", .result = TYPE_COUNT, .run = lead, .standard = 1, .source = true },
	{ .name = "first_value", .types = "*", .result = TYPE_COUNT, .run = first_value, .least = -1, .source = true },
	{ .name = "last_value", .types = "*", .result = TYPE_COUNT, .run = last_value, .least = -1, .source = true },
	{ 0 },
};
