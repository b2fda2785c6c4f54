/*
 * window_rolls.c - rolling_sum, rolling_mean, rolling_min, rolling_max, rolling_count over the last n rows, this one among them.
 *
 * Nothing is ever taken out of a sum of floats, so nothing drifts, and an infinity or NaN leaves with its row: the rows are
 * cut into blocks of n; a window is the end of one block and the beginning of the next, and for each block the sums from every
 * row to its end are made when it is full. That is two additions a row whatever n is. The method is van Herk's (1992) and Gil and
 * Werman's (1993) for minima. Integers are exact in 128 bits, where taking out is no loss.
 */
#include "query/window_priv.h"

static int roll_count(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	int64_t *out = p->out, count = 0;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		int64_t row = pane_row(p, k);

		count += column_has(p->x, row);
		if (k - from >= p->n)
			count -= column_has(p->x, pane_row(p, k - p->n));
		out[row] = count;
	}
	return 0;
}

static int roll_ints(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	const int64_t *x = p->x->as.i64;
	bool mean = p->kind->result == TYPE_FLOAT64;
	int64_t count = 0;
	int128 sum = 0;

	(void)room;
	for (int64_t k = from; k < to; k++) {
		int64_t row = pane_row(p, k), old = k - from >= p->n ? pane_row(p, k - p->n) : -1;

		if (column_has(p->x, row)) {
			sum += x[row];
			count++;
		}
		if (old >= 0 && column_has(p->x, old)) {
			sum -= x[old];
			count--;
		}
		p->there[row] = count > 0;
		if (mean) {
			((double *)p->out)[row] = count ? (double)sum / (double)count : 0;
			continue;
		}
		if (sum < INT64_MIN || sum > INT64_MAX)
			return err_set(e, ERR_DOMAIN, "row %lld: the sum of rolling_sum overflows", (long long)row + 1);
		((int64_t *)p->out)[row] = (int64_t)sum;
	}
	return 0;
}

struct some {                            /* of the rows from one on to the end of its block */
	struct sum sum;
	int64_t count;
};

static void take(struct some *s, const struct pane *p, int64_t row)
{
	if (!column_has(p->x, row))
		return;
	sum_add(&s->sum, p->x->as.f64[row]);
	s->count++;
}

static int roll_floats(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	struct some *ends = room, begun = { 0 };
	double *out = p->out;
	bool mean = p->kind->name[8] == 'm';

	(void)e;
	for (int64_t k = from, in_block = 0; k < to; k++, in_block = in_block + 1 < p->n ? in_block + 1 : 0) {
		int64_t row = pane_row(p, k);
		struct some all;

		if (!in_block) {
			struct some end = { 0 };

			for (int64_t j = p->n - 1; k > from && j > 0; j--) {
				take(&end, p, pane_row(p, k - p->n + j));
				ends[j] = end;
			}
			begun = end = (struct some){ 0 };
		}
		take(&begun, p, row);
		all = begun;
		if (k - from >= p->n && in_block + 1 < p->n) {
			sum_join(&all.sum, &ends[in_block + 1].sum);
			all.count += ends[in_block + 1].count;
		}
		p->there[row] = all.count > 0;
		out[row] = all.count == 0 ? 0 : sum_value(&all.sum) / (mean ? (double)all.count : 1);
	}
	return 0;
}

#define ROLL(name, T, field, TAKES)                                                                                   \
	struct name##_end {                                                                                           \
		T v;                                                                                                  \
		bool any;                                                                                             \
	};                                                                                                            \
	static void name##_take(struct name##_end *end, T x)                                                          \
	{                                                                                                             \
		T cur = end->v;                                                                                       \
		end->v = !end->any || (TAKES) ? x : cur;                                                              \
		end->any = true;                                                                                      \
	}                                                                                                             \
	static int name(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)                    \
	{                                                                                                             \
		const T *v = p->x->as.field;                                                                          \
		struct name##_end *ends = room, begun = { 0, false };                                                 \
		T *out = p->out;                                                                                      \
		(void)e;                                                                                              \
		for (int64_t k = from, in_block = 0; k < to; k++, in_block = in_block + 1 < p->n ? in_block + 1 : 0) { \
			int64_t row = pane_row(p, k);                                                                 \
			struct name##_end all;                                                                        \
			if (!in_block) {                                                                              \
				struct name##_end end = { 0, false };                                                 \
				for (int64_t j = p->n - 1; k > from && j > 0; j--) {                                  \
					int64_t old = pane_row(p, k - p->n + j);                                      \
					if (column_has(p->x, old))                                                    \
						name##_take(&end, v[old]);                                            \
					ends[j] = end;                                                                \
				}                                                                                     \
				begun.any = false;                                                                    \
			}                                                                                             \
			if (column_has(p->x, row))                                                                    \
				name##_take(&begun, v[row]);                                                          \
			all = begun;                                                                                  \
			if (k - from >= p->n && in_block + 1 < p->n && ends[in_block + 1].any) {                      \
				/* of what is alike the first is kept: the older */                                   \
				all = ends[in_block + 1];                                                             \
				if (begun.any)                                                                        \
					name##_take(&all, begun.v);                                                   \
			}                                                                                             \
			p->there[row] = all.any;                                                                      \
			out[row] = all.any ? all.v : 0;                                                               \
		}                                                                                                     \
		return 0;                                                                                             \
	}
ROLL(rollmin_int, int64_t, i64, x < cur)
ROLL(rollmax_int, int64_t, i64, x > cur)
ROLL(rollmin_days, int32_t, days, x < cur)
ROLL(rollmax_days, int32_t, days, x > cur)
ROLL(rollmin_float, double, f64, x < cur || (cur != cur && x == x))
ROLL(rollmax_float, double, f64, x > cur || (x != x && cur == cur))

#define ROLLING(of, letters, type, how, bytes)                                                                        \
	{ .name = of, .types = letters, .result = type, .missing = WINDOW_OWN, .run = how, .room = bytes, .least = 1 }
const struct window_kind window_rolls[] = {
	{ .name = "rolling_count", .types = "*", .result = TYPE_INT64, .missing = WINDOW_NEVER, .run = roll_count, .least = 1 },
	ROLLING("rolling_sum", "i", TYPE_INT64, roll_ints, 0),
	ROLLING("rolling_mean", "i", TYPE_FLOAT64, roll_ints, 0),
	ROLLING("rolling_sum", "f", TYPE_FLOAT64, roll_floats, sizeof(struct some)),
	ROLLING("rolling_mean", "f", TYPE_FLOAT64, roll_floats, sizeof(struct some)),
	ROLLING("rolling_min", "it", TYPE_COUNT, rollmin_int, sizeof(struct rollmin_int_end)),
	ROLLING("rolling_max", "it", TYPE_COUNT, rollmax_int, sizeof(struct rollmax_int_end)),
	ROLLING("rolling_min", "d", TYPE_COUNT, rollmin_days, sizeof(struct rollmin_days_end)),
	ROLLING("rolling_max", "d", TYPE_COUNT, rollmax_days, sizeof(struct rollmax_days_end)),
	ROLLING("rolling_min", "f", TYPE_COUNT, rollmin_float, sizeof(struct rollmin_float_end)),
	ROLLING("rolling_max", "f", TYPE_COUNT, rollmax_float, sizeof(struct rollmax_float_end)),
	{ 0 },
};
