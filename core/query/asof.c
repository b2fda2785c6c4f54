/*
 * asof.c - each row beside the one of another table that was the nearest in time.
 *
 * The rows of the right table are listed by key and in the order of their times, of several at one time only the last;
 * each left row then finds its place among those of its key by halving. So the left table needs no order, and
 * its rows keep theirs.
 */
#include "query/join_priv.h"

#include <string.h>

struct asof {
	const struct table *left, *right;
	const struct column *left_time, *right_time;
	bool floats;                     /* one of the times is float64: both are compared as that */
	enum asof_direction direction;
	double tolerance;
	bool strict;
	struct keys keys;
	uint32_t *start, *end;           /* [keys.count] */
	uint64_t *times;                 /* of the right rows by key and time, as numbers that compare as they do */
	uint32_t *rows;
	int segments;
	uint32_t *ri;
};

/* == times == */

static const uint64_t top_bit = UINT64_C(1) << 63;

/* False for NaN. */
static bool time_of(const struct column *c, bool floats, int64_t row, uint64_t *out)
{
	double v;

	if (!floats) {
		*out = (uint64_t)(c->type == TYPE_DATE ? c->as.days[row] : c->as.i64[row]) ^ top_bit;
		return true;
	}
	v = (c->type == TYPE_INT64 ? (double)c->as.i64[row] : c->as.f64[row]) + 0.0;
	memcpy(out, &v, sizeof v);
	*out = *out & top_bit ? ~*out : *out | top_bit;
	return !isnan(v);
}

/* How far two of them are apart; low <= high. */
static double distance(bool floats, uint64_t low, uint64_t high)
{
	double a, b;

	if (!floats)
		return (double)(high - low);
	low = low & top_bit ? low ^ top_bit : ~low;
	high = high & top_bit ? high ^ top_bit : ~high;
	memcpy(&a, &low, sizeof a);
	memcpy(&b, &high, sizeof b);
	return a == b ? 0 : b - a;
}

static bool is_time(const struct column *c)
{
	return c->type == TYPE_DATE || c->type == TYPE_DATETIME || c->type == TYPE_INT64 || c->type == TYPE_FLOAT64;
}

static bool is_number(const struct column *c)
{
	return c->type == TYPE_INT64 || c->type == TYPE_FLOAT64;
}

static int find_times(struct asof *a, const char *left_time, const char *right_time, struct err *e)
{
	int rc;

	if ((rc = table_column(a->left, left_time, &a->left_time, e)) ||
	    (rc = table_column(a->right, right_time, &a->right_time, e)))
		return rc;
	if (!is_time(a->left_time) || !is_time(a->right_time) ||
	    (a->left_time->type != a->right_time->type && !(is_number(a->left_time) && is_number(a->right_time))))
		return err_set(e, ERR_TYPE, "'%s' (%s) and '%s' (%s) are not two dates, datetimes or numbers", left_time,
			       type_name(a->left_time->type), right_time, type_name(a->right_time->type));
	a->floats = a->left_time->type == TYPE_FLOAT64 || a->right_time->type == TYPE_FLOAT64;
	return 0;
}

/* == the right table == */

static int list_rows(struct asof *a, int threads, struct err *e)
{
	const struct order_key key = { a->right_time, false };
	const uint32_t *ids = a->keys.right;
	size_t count = (size_t)a->keys.count, n = (size_t)a->right->rows;
	uint32_t *order = mem_column(n * sizeof *order), at = 0;
	int rc = 0;

	a->start = mem_zero(count, sizeof *a->start);
	a->end = mem_alloc(count * sizeof *a->end);
	a->times = mem_column(n * sizeof *a->times);
	a->rows = mem_column(n * sizeof *a->rows);
	if (!order || !a->start || !a->end || !a->times || !a->rows)
		rc = err_nomem(e);
	if (!rc)
		rc = order_rows(&key, 1, a->right->rows, threads, order, e);
	for (size_t row = 0; row < n && !rc; row++)
		if (ids[row] != QUERY_NONE)
			a->start[ids[row]]++;
	for (size_t id = 0; id < count && !rc; id++) {
		uint32_t rows = a->start[id];

		a->start[id] = a->end[id] = at;
		at += rows;
	}
	for (size_t k = 0; k < n && !rc; k++) {
		uint32_t row = order[k], id = ids[row];
		uint64_t t;

		if (id == QUERY_NONE || !column_has(a->right_time, row) || !time_of(a->right_time, a->floats, row, &t))
			continue;
		/* the last at one time takes the place of those before it */
		if (a->end[id] == a->start[id] || a->times[a->end[id] - 1] != t)
			a->end[id]++;
		a->times[a->end[id] - 1] = t;
		a->rows[a->end[id] - 1] = row;
	}
	mem_free(order);
	return rc;
}

/* == the left table == */

/*
 * How many of n ascending times are before t; with `too`, also those at it. The steps depend on n alone and nothing is
 * guessed: half of all guesses would be wrong.
 */
static uint32_t count_before(const uint64_t *times, uint32_t n, uint64_t t, bool too)
{
	uint32_t low = 0;

	if (!n || (too && t == UINT64_MAX))
		return n;
	t += too;                        /* before the next number is at t or before it */
	for (; n > 1; n -= n / 2)
		low += times[low + n / 2 - 1] < t ? n / 2 : 0;
	return low + (times[low] < t);
}

static uint32_t partner(const struct asof *a, uint32_t id, uint64_t t)
{
	const uint64_t *times = a->times + a->start[id];
	uint32_t n = a->end[id] - a->start[id], best;
	uint32_t back = a->direction == ASOF_FORWARD ? 0 : count_before(times, n, t, !a->strict);
	uint32_t ahead = a->direction == ASOF_BACKWARD ? n : count_before(times, n, t, a->strict);
	double gap;

	if (!back && ahead == n)
		return QUERY_NONE;
	if (!back)
		best = ahead;
	else if (ahead == n || distance(a->floats, times[back - 1], t) <= distance(a->floats, t, times[ahead]))
		best = back - 1;
	else
		best = ahead;
	gap = times[best] < t ? distance(a->floats, times[best], t) : distance(a->floats, t, times[best]);
	return a->tolerance >= 0 && gap > a->tolerance ? QUERY_NONE : a->rows[a->start[id] + best];
}

static int find_partners(void *ctx, int k, struct err *e)
{
	struct asof *a = ctx;
	int64_t end = query_segment_start(a->left->rows, a->segments, k + 1), n;
	uint32_t ids[VEC_MAX];
	uint64_t t;

	for (int64_t from = query_segment_start(a->left->rows, a->segments, k); from < end; from += n) {
		n = end - from < VEC_MAX ? end - from : VEC_MAX;
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		keys_left(&a->keys, from, n, ids);
		for (int64_t i = 0; i < n; i++) {
			bool known = ids[i] != QUERY_NONE && column_has(a->left_time, from + i) &&
				     time_of(a->left_time, a->floats, from + i, &t);

			a->ri[from + i] = known ? partner(a, ids[i], t) : QUERY_NONE;
		}
	}
	return 0;
}

int join_asof(const struct table *left, const struct table *right, const struct join_keys *on, const char *left_time,
	      const char *right_time, enum asof_direction direction, double tolerance, bool strict, const char *suffix, int threads,
	      struct table **out, struct err *e)
{
	struct asof a = { .left = left, .right = right, .direction = direction, .tolerance = tolerance, .strict = strict,
			  .segments = query_segments(left->rows) };
	struct pairs p = { .left = left, .right = right, .on = on, .n = left->rows, .suffix = suffix };
	int rc;

	if (isnan(tolerance))
		return err_set(e, ERR_DOMAIN, "the tolerance of an as-of join is not a number");
	if ((rc = find_times(&a, left_time, right_time, e)) || (rc = keys_open(&a.keys, left, right, on, threads, e)) ||
	    (rc = list_rows(&a, threads, e)))
		goto done;
	if (!(a.ri = mem_column((size_t)left->rows * sizeof *a.ri))) {
		rc = err_nomem(e);
		goto done;
	}
	if ((rc = query_parallel(a.segments, threads, find_partners, &a, e)))
		goto done;
	p.ri = a.ri;
	rc = pairs_table(&p, threads, out, e);
done:
	keys_release(&a.keys);
	mem_free(a.start);
	mem_free(a.end);
	mem_free(a.times);
	mem_free(a.rows);
	mem_free(a.ri);
	return rc;
}
