/*
 * order_text.c - the stable order of strings that have no dictionary.
 *
 * Eight bytes of a string make a number that compares as they do, and numbers are sorted by radix. What is equal in its
 * first eight bytes is sorted by the next eight, and so on; a few strings that are equal so far are compared instead. A
 * string that ends early is filled up with zeros, so of equal numbers the shorter string comes first; those that end
 * within the eight bytes at one length are equal for good. This is radix sort from the most significant digit with a cache of the bytes
 * that are looked at (Ng and Kakehi, "Cache efficient radix sort for string sorting", 2007).
 */
#include "query/order_priv.h"

#include <string.h>

enum { FEW = 256, INSERTED = 12, AHEAD = 16 };

/* == strings == */

static inline struct slice value_of(const struct column *c, uint64_t row)
{
	int64_t at = c->as.offsets[row];

	return slice_of(c->bytes + at, (size_t)(c->as.offsets[row + 1] - at));
}

/* Bytes from `depth` on, the first in the highest place. */
static inline uint64_t number_at(const struct column *c, uint64_t row, size_t depth)
{
	struct slice s = value_of(c, row);
	uint64_t v = 0;

	if (s.n > depth)
		memcpy(&v, s.p + depth, s.n - depth < 8 ? s.n - depth : 8);
	return __builtin_bswap64(v);
}

static int compare_from(const struct column *c, uint64_t a, uint64_t b, size_t depth)
{
	struct slice x = value_of(c, a), y = value_of(c, b);
	size_t n = x.n < y.n ? x.n : y.n;
	int d = n > depth ? memcmp(x.p + depth, y.p + depth, n - depth) : 0;

	return d ? d : (x.n > y.n) - (x.n < y.n);
}

/* == a group of equal beginnings == */

struct group {
	int64_t at, n;
	size_t depth;            /* bytes in which they are equal */
};

struct groups_todo {
	struct group *items;
	size_t n, cap;
};

static int add_group(struct groups_todo *t, int64_t at, int64_t n, size_t depth, struct err *e)
{
	size_t cap = t->cap ? t->cap * 2 : 16;
	struct group *grown;

	if (t->n == t->cap) {
		if (!(grown = mem_resize(t->items, cap * sizeof *grown)))
			return err_nomem(e);
		t->items = grown;
		t->cap = cap;
	}
	t->items[t->n++] = (struct group){ at, n, depth };
	return 0;
}

struct comparing {
	const struct column *column;
	size_t depth;
};

static int compare_items(const void *a, const void *b, const void *ctx)
{
	const struct comparing *c = ctx;
	const struct ranked *x = a, *y = b;

	return compare_from(c->column, x->row, y->row, c->depth);
}

static int sort_few(const struct column *c, struct ranked *items, int64_t n, size_t depth, struct err *e)
{
	struct comparing comparing = { c, depth };

	if (n > INSERTED)
		return sort_stable(items, (size_t)n, sizeof *items, compare_items, &comparing, e);
	for (int64_t i = 1; i < n; i++) {
		struct ranked item = items[i];
		int64_t k = i;

		for (; k > 0 && compare_from(c, items[k - 1].row, item.row, depth) > 0; k--)
			items[k] = items[k - 1];
		items[k] = item;
	}
	return 0;
}

/* Those that end at `depth` go first and are done; returns how many. Both keep their order. */
static int64_t ended_first(const struct column *c, struct ranked *items, struct ranked *spare, int64_t n, size_t depth)
{
	int64_t ended = 0, others = 0;

	for (int64_t k = 0; k < n; k++) {
		if (value_of(c, items[k].row).n <= depth)
			items[ended++] = items[k];
		else
			spare[others++] = items[k];
	}
	memcpy(items + ended, spare, (size_t)others * sizeof *items);
	return ended;
}

/*
 * Equal numbers next to one another, which stand for the 8 bytes before `depth`. A string that ends among them ends in
 * their zeros: those come first, by length. The others are a new group, and so are few, which are compared anyway.
 */
static int split_group(const struct column *c, struct ranked *items, struct ranked *spare, int64_t at, int64_t n, size_t depth,
		       struct groups_todo *todo, struct err *e)
{
	uint64_t key = items[at].key;
	size_t zeros = key ? (size_t)__builtin_ctzll(key) / 8 : 8;
	int64_t done = 0;

	if (n <= FEW)
		return add_group(todo, at, n, depth, e);
	for (size_t length = depth - zeros; length <= depth && n - done > 1; length++)
		done += ended_first(c, items + at + done, spare, n - done, length);
	return n - done > 1 ? add_group(todo, at + done, n - done, depth, e) : 0;
}

/* Where groups of equal numbers begin among items from..end. */
static int find_groups(const struct column *c, struct ranked *items, struct ranked *spare, int64_t from, int64_t end, size_t depth,
		       struct groups_todo *todo, struct err *e)
{
	int rc = 0;

	for (int64_t next; from < end && !rc; from = next) {
		for (next = from + 1; next < end && items[next].key == items[from].key; )
			next++;
		if (next - from > 1)
			rc = split_group(c, items, spare, from, next - from, depth, todo, e);
	}
	return rc;
}

/* One group by its next eight bytes; what is still equal is added to `todo`. The items stay where they are in memory. */
static int sort_group(const struct column *c, struct ranked *items, struct ranked *spare, struct group g,
		      struct groups_todo *todo, struct err *e)
{
	struct ranked *own = items + g.at, *other = spare;
	uint64_t all = UINT64_MAX, any = 0;
	int rc;

	if (g.n <= FEW)
		return sort_few(c, own, g.n, g.depth, e);
	for (int64_t k = 0; k < g.n; k++) {
		own[k].key = number_at(c, own[k].row, g.depth);
		all &= own[k].key;
		any |= own[k].key;
	}
	rc = ranked_sort(&own, &other, g.n, any & ~all, 1, e);
	if (own != items + g.at)
		memcpy(items + g.at, own, (size_t)g.n * sizeof *own);
	return rc ? rc : find_groups(c, items, spare, g.at, g.at + g.n, g.depth + 8, todo, e);
}

static int sort_groups(const struct column *c, struct ranked *items, struct ranked *spare, struct groups_todo *todo,
		       struct err *e)
{
	int rc = 0;

	while (todo->n && !rc) {
		struct group g = todo->items[--todo->n];

		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		rc = sort_group(c, items, spare, g, todo, e);
	}
	return rc;
}

/* == all of a column == */

struct sorting {
	const struct column *column;
	struct ranked *items, *spare;
	int64_t n;
	int segments;
	int64_t first;                   /* row that has a value */
	size_t depth;                    /* bytes that all values begin with */
	int64_t there[QUERY_SEGMENTS_MAX];       /* of a segment's rows */
	size_t shared[QUERY_SEGMENTS_MAX];       /* bytes that its values share with the first */
	uint64_t all[QUERY_SEGMENTS_MAX], any[QUERY_SEGMENTS_MAX];
	int64_t borders[QUERY_SEGMENTS_MAX + 1];
	uint32_t *idx;
};

static size_t shared_bytes(struct slice a, struct slice b, size_t most)
{
	size_t n = 0;

	most = a.n < most ? a.n : most;
	most = b.n < most ? b.n : most;
	if (!most || !memcmp(a.p, b.p, most))
		return most;
	while (a.p[n] == b.p[n])
		n++;
	return n;
}

static int count_there(void *ctx, int k, struct err *e)
{
	struct sorting *s = ctx;
	const struct column *c = s->column;
	int64_t from = query_segment_start(c->length, s->segments, k), end = query_segment_start(c->length, s->segments, k + 1);

	(void)e;
	s->there[k] = 0;
	s->shared[k] = s->depth;
	for (int64_t row = from; row < end; row++) {
		if (!column_has(c, row))
			continue;
		s->there[k]++;
		if (s->shared[k])
			s->shared[k] = shared_bytes(value_of(c, (uint64_t)s->first), value_of(c, (uint64_t)row), s->shared[k]);
	}
	return 0;
}

static int first_numbers(void *ctx, int k, struct err *e)
{
	struct sorting *s = ctx;
	const struct column *c = s->column;
	int64_t from = query_segment_start(c->length, s->segments, k), end = query_segment_start(c->length, s->segments, k + 1);
	int64_t at = 0, missing = s->n;
	uint64_t all = UINT64_MAX, any = 0;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int i = 0; i < k; i++)
		at += s->there[i];
	missing += from - at;
	for (int64_t row = from; row < end; row++) {
		uint64_t key;

		if (!column_has(c, row)) {
			s->idx[missing++] = (uint32_t)row;
			continue;
		}
		key = number_at(c, (uint64_t)row, s->depth);
		s->items[at++] = (struct ranked){ key, (uint64_t)row };
		all &= key;
		any |= key;
	}
	s->all[k] = all;
	s->any[k] = any;
	return 0;
}

/* The first item at or behind `at` whose number is not that of the one before, or `end`. */
static int64_t group_start(const struct sorting *s, int64_t at, int64_t end)
{
	while (at > 0 && at < end && s->items[at].key == s->items[at - 1].key)
		at++;
	return at;
}

/* The groups that begin in each segment of the sorted items: found before any is touched, as sorting them changes numbers. */
static void find_borders(struct sorting *s)
{
	int segments = query_segments(s->n);

	for (int k = 0; k <= segments; k++) {
		int64_t at = query_segment_start(s->n, segments, k);

		s->borders[k] = k && s->borders[k - 1] > at ? s->borders[k - 1] : group_start(s, at, s->n);
	}
}

static int finish_segment(void *ctx, int k, struct err *e)
{
	struct sorting *s = ctx;
	int64_t from = s->borders[k], end = s->borders[k + 1];
	struct groups_todo todo = { 0 };
	int rc = 0;

	/* a bite at a time: the groups of all would be a long list */
	for (int64_t at = from, next; at < end && !rc; at = next) {
		next = group_start(s, at + 1024 < end ? at + 1024 : end, end);
		rc = find_groups(s->column, s->items, s->spare + at, at, next, s->depth + 8, &todo, e);
		if (!rc)
			rc = sort_groups(s->column, s->items, s->spare + at, &todo, e);
	}
	for (int64_t i = from; i < end && !rc; i++)
		s->idx[i] = (uint32_t)s->items[i].row;
	mem_free(todo.items);
	return rc;
}

int text_order(const struct column *c, int threads, uint32_t *idx, int64_t *there, struct err *e)
{
	struct sorting s = { .column = c, .segments = query_segments(c->length), .idx = idx };
	uint64_t all = UINT64_MAX, any = 0;
	int rc;

	while (s.first < c->length && !column_has(c, s.first))
		s.first++;
	s.depth = s.first < c->length ? value_of(c, (uint64_t)s.first).n : 0;
	query_parallel(s.segments, threads, count_there, &s, NULL);
	for (int k = 0; k < s.segments; k++) {
		s.n += s.there[k];
		s.depth = s.shared[k] < s.depth ? s.shared[k] : s.depth;
	}
	s.items = mem_column((size_t)s.n * sizeof *s.items);
	s.spare = mem_column((size_t)s.n * sizeof *s.spare);
	rc = s.items && s.spare ? query_parallel(s.segments, threads, first_numbers, &s, e) : err_nomem(e);
	for (int k = 0; k < s.segments && !rc; k++) {
		all &= s.all[k];
		any |= s.any[k];
	}
	if (!rc)
		rc = ranked_sort(&s.items, &s.spare, s.n, any & ~all, threads, e);
	if (!rc) {
		find_borders(&s);
		rc = query_parallel(query_segments(s.n), threads, finish_segment, &s, e);
	}
	if (!rc)
		*there = s.n;
	mem_free(s.items);
	mem_free(s.spare);
	return rc;
}

/* == ranks == */

struct ranking {
	const struct column *column;
	const uint32_t *idx;
	uint32_t *rank;
	int64_t n;
	int64_t fresh[QUERY_SEGMENTS_MAX];       /* values of a segment that are not the one before */
};

static bool is_fresh(const struct ranking *r, int64_t k)
{
	return k > 0 && !slice_eq(value_of(r->column, r->idx[k]), value_of(r->column, r->idx[k - 1]));
}

/* Within the segment; what is before it comes on top when all segments are known. */
static int rank_segment(void *ctx, int k, struct err *e)
{
	struct ranking *r = ctx;
	int segments = query_segments(r->n);
	int64_t end = query_segment_start(r->n, segments, k + 1);
	uint32_t rank = 0;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int64_t i = query_segment_start(r->n, segments, k); i < end; i++) {
		if (i + AHEAD < end)
			__builtin_prefetch(&r->column->as.offsets[r->idx[i + AHEAD]]);
		if (i + AHEAD / 2 < end)
			__builtin_prefetch(r->column->bytes + r->column->as.offsets[r->idx[i + AHEAD / 2]]);
		rank += is_fresh(r, i);
		r->rank[r->idx[i]] = rank;
	}
	r->fresh[k] = rank;
	return 0;
}

static int raise_segment(void *ctx, int k, struct err *e)
{
	struct ranking *r = ctx;
	int segments = query_segments(r->n);
	int64_t end = query_segment_start(r->n, segments, k + 1);
	uint32_t before = 0;

	(void)e;
	for (int i = 0; i < k; i++)
		before += (uint32_t)r->fresh[i];
	for (int64_t i = query_segment_start(r->n, segments, k); before && i < end; i++)
		r->rank[r->idx[i]] += before;
	return 0;
}

int text_ranks(const struct column *c, int threads, uint32_t *rank, int64_t *ranks, struct err *e)
{
	uint32_t *idx = mem_column((size_t)c->length * sizeof *idx);
	struct ranking r = { .column = c, .idx = idx, .rank = rank };
	int rc = idx ? text_order(c, threads, idx, &r.n, e) : err_nomem(e);

	if (!rc)
		rc = query_parallel(query_segments(r.n), threads, rank_segment, &r, e);
	if (!rc)
		rc = query_parallel(query_segments(r.n), threads, raise_segment, &r, e);
	*ranks = r.n > 0;
	for (int k = 0; k < query_segments(r.n) && !rc; k++)
		*ranks += r.fresh[k];
	mem_free(idx);
	return rc;
}
