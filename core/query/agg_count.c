/* agg_count.c - count, count_if, n_missing, any, all: what can be told from bytes. */
#include "query/agg_priv.h"

/* One more for each byte that is `want`; bytes NULL = for each row. */
KERNEL static int64_t count_bytes(const uint8_t *restrict bytes, uint8_t want, int32_t n)
{
	int32_t count = 0;

	for (int32_t i = 0; i < n; i++)
		count += bytes[i] == want;
	return count;
}

static void count_rows(int64_t *count, const uint32_t *ids, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		count[ids[i]]++;
}

static void count_by(int64_t *count, const uint32_t *ids, const uint8_t *bytes, uint8_t want, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		count[ids[i]] += bytes[i] == want;
}

static int add_count(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	int64_t *count = a->part[0];
	const uint8_t *there = a->nargs ? args[0].there : NULL;
	bool one = there && args[0].constant;

	(void)e;
	if (one && !there[0])
		return 0;
	if (!ids)
		count[0] += there && !one ? count_bytes(there, 1, n) : n;
	else if (there && !one)
		count_by(count, ids, there, 1, n);
	else
		count_rows(count, ids, n);
	return 0;
}

static int add_missing(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	int64_t *count = a->part[0];
	const uint8_t *there = args[0].there;

	(void)e;
	if (!there || (args[0].constant && there[0]))
		return 0;
	if (args[0].constant)
		count_rows(count, ids ? ids : agg_zeros, n);
	else if (ids)
		count_by(count, ids, there, 0, n);
	else
		count[0] += count_bytes(there, 0, n);
	return 0;
}

static int add_if(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	int64_t *count = a->part[0];
	const uint8_t *truth = args[0].as.truth, *there = args[0].there;

	(void)e;
	ids = ids ? ids : agg_zeros;
	if (!there)
		count_by(count, ids, truth, 1, n);
	for (int32_t i = 0; there && i < n; i++)
		count[ids[i]] += truth[i] & there[i];
	return 0;
}

static int merge_count(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	int64_t *to = into->part[0];
	const int64_t *count = from->part[0];

	(void)e;
	for (int64_t g = 0; g < from->ngroups; g++)
		to[map ? map[g] : g] += count[g];
	return 0;
}

static int finish_count(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	return agg_int64(a->part[0], NULL, n, TYPE_INT64, out, e);
}

/* == any, all: a bit says that true was seen, another that false was == */

enum { SEEN_FALSE = 1, SEEN_TRUE = 2 };

static int add_truth(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	uint8_t *seen = a->part[0];
	const uint8_t *truth = args[0].as.truth, *there = args[0].there;

	(void)e;
	ids = ids ? ids : agg_zeros;
	for (int32_t i = 0; i < n; i++)
		if (!there || there[i])
			seen[ids[i]] |= truth[i] ? SEEN_TRUE : SEEN_FALSE;
	return 0;
}

static int merge_truth(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	uint8_t *to = into->part[0];
	const uint8_t *seen = from->part[0];

	(void)e;
	for (int64_t g = 0; g < from->ngroups; g++)
		to[map ? map[g] : g] |= seen[g];
	return 0;
}

static int finish_truth(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const uint8_t *seen = a->part[0];
	bool any = a->class->name[1] == 'n';
	int64_t *truth = mem_alloc((size_t)n * sizeof *truth);
	int rc;

	if (!truth)
		return err_nomem(e);
	for (int64_t g = 0; g < n; g++)
		truth[g] = any ? (seen[g] & SEEN_TRUE) != 0 : !(seen[g] & SEEN_FALSE);
	rc = agg_narrow(truth, seen, n, TYPE_BOOL, out, e);
	mem_free(truth);
	return rc;
}

const struct agg_class agg_counts[] = {
	{ .name = "count", .types = "", .size = { 8 }, .add = add_count, .merge = merge_count, .finish = finish_count },
	{ .name = "count", .types = "*", .size = { 8 }, .add = add_count, .merge = merge_count, .finish = finish_count },
	{ .name = "n_missing", .types = "*", .size = { 8 }, .add = add_missing, .merge = merge_count, .finish = finish_count },
	{ .name = "count_if", .types = "b", .size = { 8 }, .add = add_if, .merge = merge_count, .finish = finish_count },
	{ .name = "any", .types = "b", .size = { 1 }, .add = add_truth, .merge = merge_truth, .finish = finish_truth },
	{ .name = "all", .types = "b", .size = { 1 }, .add = add_truth, .merge = merge_truth, .finish = finish_truth },
	{ 0 },
};
