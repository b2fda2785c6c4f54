/* window_ranks.c - row_number, cumcount, rank, dense_rank, percent_rank, ntile: places in the order of a group. */
#include "query/window_priv.h"

static bool tie(const struct pane *p, int64_t k)
{
	return p->ties && p->ties[pane_row(p, k)] == p->ties[pane_row(p, k - 1)];
}

static int row_number(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	int64_t *out = p->out;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++)
		out[pane_row(p, k)] = k - from + 1;
	return 0;
}

static int cumcount(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	int64_t *out = p->out, count = 0;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		int64_t row = pane_row(p, k);

		count += column_has(p->x, row);
		out[row] = count;
	}
	return 0;
}

static int rank(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	int64_t *out = p->out, place = 1;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		if (k > from && !tie(p, k))
			place = k - from + 1;
		out[pane_row(p, k)] = place;
	}
	return 0;
}

static int dense_rank(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	int64_t *out = p->out, place = 1;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		place += k > from && !tie(p, k);
		out[pane_row(p, k)] = place;
	}
	return 0;
}

static int percent_rank(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	double *out = p->out;
	int64_t place = 0;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		if (k > from && !tie(p, k))
			place = k - from;
		out[pane_row(p, k)] = to - from > 1 ? (double)place / (double)(to - from - 1) : 0;
	}
	return 0;
}

/* Buckets whose sizes differ by one at most, the bigger ones first. */
static int ntile(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	int64_t *out = p->out, rows = to - from, size = rows / p->n, bigger = rows % p->n;

	(void)room, (void)e;
	for (int64_t k = 0; k < rows; k++)
		out[pane_row(p, from + k)] =
			k < bigger * (size + 1) ? k / (size + 1) + 1 : bigger + (k - bigger * (size + 1)) / size + 1;
	return 0;
}

#define PLACE(of, type, how, t) { .name = of, .types = "", .result = type, .missing = WINDOW_NEVER, .run = how, .least = -1, .ties = t }
const struct window_kind window_ranks[] = {
	PLACE("row_number", TYPE_INT64, row_number, false),
	PLACE("cumcount", TYPE_INT64, row_number, false),
	PLACE("rank", TYPE_INT64, rank, true),
	PLACE("dense_rank", TYPE_INT64, dense_rank, true),
	PLACE("percent_rank", TYPE_FLOAT64, percent_rank, true),
	{ .name = "cumcount", .types = "*", .result = TYPE_INT64, .missing = WINDOW_NEVER, .run = cumcount, .least = -1 },
	{ .name = "ntile", .types = "", .result = TYPE_INT64, .missing = WINDOW_NEVER, .run = ntile, .least = 1 },
	{ 0 },
};
