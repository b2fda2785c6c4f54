/*
 * window_sums.c - what runs along the rows of a group: cumsum, cummean, cummin, cummax, diff, increments, pct_change.
 *
 * A missing value is passed over: its row has no result, and the next value goes on from the one before it. So increments is the
 * inverse of cumsum. diff and pct_change look at a row n rows before, and have no result when that one is missing.
 */
#include "query/window_priv.h"

static int overflows(const struct pane *p, int64_t row, const char *what, struct err *e)
{
	return err_set(e, ERR_DOMAIN, "row %lld: the %s of %s overflows", (long long)row + 1, what, p->kind->name);
}

static int cumsum_int(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	const int64_t *x = p->x->as.i64;
	int64_t *out = p->out, sum = 0;

	(void)room;
	for (int64_t k = from; k < to; k++) {
		int64_t row = pane_row(p, k);

		out[row] = 0;
		if (!column_has(p->x, row))
			continue;
		if (__builtin_add_overflow(sum, x[row], &sum))
			return overflows(p, row, "sum", e);
		out[row] = sum;
	}
	return 0;
}

static int cumsum_float(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	const double *x = p->x->as.f64;
	double *out = p->out;
	struct sum sum = { 0 };

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		int64_t row = pane_row(p, k);

		out[row] = 0;
		if (!column_has(p->x, row))
			continue;
		sum_add(&sum, x[row]);
		out[row] = sum_value(&sum);
	}
	return 0;
}

static int cummean_int(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	const int64_t *x = p->x->as.i64;
	double *out = p->out;
	int64_t count = 0;
	int128 sum = 0;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		int64_t row = pane_row(p, k);

		out[row] = 0;
		if (!column_has(p->x, row))
			continue;
		sum += x[row];
		out[row] = (double)sum / (double)++count;
	}
	return 0;
}

static int cummean_float(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)
{
	const double *x = p->x->as.f64;
	double *out = p->out;
	struct sum sum = { 0 };
	int64_t count = 0;

	(void)room, (void)e;
	for (int64_t k = from; k < to; k++) {
		int64_t row = pane_row(p, k);

		out[row] = 0;
		if (!column_has(p->x, row))
			continue;
		sum_add(&sum, x[row]);
		out[row] = sum_value(&sum) / (double)++count;
	}
	return 0;
}

/* NaN is behind all numbers. */
#define CUMULATE(name, T, field, TAKES)                                                                               \
	static int name(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)                    \
	{                                                                                                             \
		const T *v = p->x->as.field;                                                                          \
		T *out = p->out, cur = 0;                                                                             \
		bool any = false;                                                                                     \
		(void)room, (void)e;                                                                                  \
		for (int64_t k = from; k < to; k++) {                                                                 \
			int64_t row = pane_row(p, k);                                                                 \
			if (column_has(p->x, row)) {                                                                  \
				T x = v[row];                                                                         \
				cur = !any || (TAKES) ? x : cur;                                                      \
				any = true;                                                                           \
			}                                                                                             \
			out[row] = cur;                                                                               \
		}                                                                                                     \
		return 0;                                                                                             \
	}
CUMULATE(cummin_int, int64_t, i64, x < cur)
CUMULATE(cummax_int, int64_t, i64, x > cur)
CUMULATE(cummin_days, int32_t, days, x < cur)
CUMULATE(cummax_days, int32_t, days, x > cur)
CUMULATE(cummin_float, double, f64, x < cur || (cur != cur && x == x))
CUMULATE(cummax_float, double, f64, x > cur || (x != x && cur == cur))

/* == differences == */

#define DIFFERENCE(name, T, R, field, SUBTRACT)                                                                       \
	static int name(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)                    \
	{                                                                                                             \
		const T *v = p->x->as.field;                                                                          \
		R *out = p->out;                                                                                      \
		(void)room, (void)e;                                                                                  \
		for (int64_t k = from; k < to; k++) {                                                                 \
			int64_t row = pane_row(p, k), old = k - from >= p->n ? pane_row(p, k - p->n) : -1;            \
			out[row] = 0;                                                                                 \
			p->there[row] = old >= 0 && column_has(p->x, row) && column_has(p->x, old);                   \
			if (!p->there[row])                                                                           \
				continue;                                                                             \
			T a = v[row], b = v[old];                                                                     \
			SUBTRACT                                                                                      \
		}                                                                                                     \
		return 0;                                                                                             \
	}
#define EXACTLY                                                                                                       \
	if (__builtin_sub_overflow(a, b, &out[row]))                                                                  \
		return overflows(p, row, "difference", e);
DIFFERENCE(diff_int, int64_t, int64_t, i64, EXACTLY)
DIFFERENCE(diff_float, double, double, f64, out[row] = a - b;)
DIFFERENCE(diff_days, int32_t, int64_t, days, out[row] = (int64_t)a - b;)
DIFFERENCE(change_int, int64_t, double, i64, out[row] = (double)a / (double)b - 1;)
DIFFERENCE(change_float, double, double, f64, out[row] = a / b - 1;)

#define INCREMENTS(name, T, field, SUBTRACT)                                                                          \
	static int name(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e)                    \
	{                                                                                                             \
		const T *v = p->x->as.field;                                                                          \
		T *out = p->out, b = 0;                                                                               \
		(void)room, (void)e;                                                                                  \
		for (int64_t k = from; k < to; k++) {                                                                 \
			int64_t row = pane_row(p, k);                                                                 \
			out[row] = 0;                                                                                 \
			if (!column_has(p->x, row))                                                                   \
				continue;                                                                             \
			T a = v[row];                                                                                 \
			SUBTRACT                                                                                      \
			b = a;                                                                                        \
		}                                                                                                     \
		return 0;                                                                                             \
	}
INCREMENTS(increments_int, int64_t, i64, EXACTLY)
INCREMENTS(increments_float, double, f64, out[row] = a - b;)

#define ALONG(of, letters, type, how) { .name = of, .types = letters, .result = type, .missing = WINDOW_AS_ARG, .run = how, .least = -1 }
#define BACK(of, letters, type, how) \
	{ .name = of, .types = letters, .result = type, .missing = WINDOW_OWN, .run = how, .least = 1, .standard = 1 }
const struct window_kind window_sums[] = {
	ALONG("cumsum", "i", TYPE_INT64, cumsum_int), ALONG("cumsum", "f", TYPE_FLOAT64, cumsum_float),
	ALONG("cummean", "i", TYPE_FLOAT64, cummean_int), ALONG("cummean", "f", TYPE_FLOAT64, cummean_float),
	ALONG("cummin", "it", TYPE_COUNT, cummin_int), ALONG("cummin", "f", TYPE_COUNT, cummin_float),
	ALONG("cummin", "d", TYPE_COUNT, cummin_days), ALONG("cummax", "it", TYPE_COUNT, cummax_int),
	ALONG("cummax", "f", TYPE_COUNT, cummax_float), ALONG("cummax", "d", TYPE_COUNT, cummax_days),
	ALONG("increments", "i", TYPE_INT64, increments_int), ALONG("increments", "f", TYPE_FLOAT64, increments_float),
	BACK("diff", "it", TYPE_INT64, diff_int), BACK("diff", "f", TYPE_FLOAT64, diff_float),
	BACK("diff", "d", TYPE_INT64, diff_days), BACK("pct_change", "i", TYPE_FLOAT64, change_int),
	BACK("pct_change", "f", TYPE_FLOAT64, change_float), { 0 },
};
