/*
 * join.c - rows of two tables whose keys are equal.
 *
 * The keys of the right table are numbered (join_keys.c), and its rows listed by number, in their order. Each left row looks up its
 * number and has its partners there: a hash join whose table is an array. The left rows are counted segment by segment first, so the size of
 * the result is known before memory is taken for it, and each segment then writes its own part.
 *
 * When each left row has exactly one partner, as in a look-up of what is known of a unit, the left columns are shared,
 * not copied.
 */
#include "query/join_priv.h"

#include <string.h>

struct join {
	const struct table *left, *right;
	enum join_how how;
	int threads, segments;
	struct keys keys;
	uint32_t *start;                 /* [keys.count + 1]: where in `rows` those of a number begin */
	uint32_t *rows;                  /* of the right table; NULL when no number has two: then start[] is the row */
	uint8_t *met;                    /* full join: numbers that a left row has */
	uint32_t *ids;                   /* of left rows; the only partner where no number has two */
	int64_t count[QUERY_SEGMENTS_MAX], partners[QUERY_SEGMENTS_MAX], many[QUERY_SEGMENTS_MAX];
	int64_t n, right_only;           /* rows of the result; those of them without a left row */
	uint32_t *li, *ri;
};

/* == the right table == */

/* start[id] = the only row of each number. */
static void list_single(struct join *j)
{
	memset(j->start, 0xff, (size_t)j->keys.count * sizeof *j->start);
	for (int64_t row = 0; row < j->right->rows; row++)
		if (j->keys.right[row] != QUERY_NONE)
			j->start[j->keys.right[row]] = (uint32_t)row;
}

static int list_rows(struct join *j, struct err *e)
{
	const uint32_t *ids = j->keys.right;
	int64_t n = j->right->rows, single = 1;
	uint32_t at = 0;

	j->start = mem_column(((size_t)j->keys.count + 1) * sizeof *j->start);
	if (!j->start || (j->how == JOIN_FULL && !(j->met = mem_zero((size_t)j->keys.count, 1))))
		return err_nomem(e);
	memset(j->start, 0, ((size_t)j->keys.count + 1) * sizeof *j->start);
	for (int64_t row = 0; row < n; row++)
		if (ids[row] != QUERY_NONE && ++j->start[ids[row]] > 1)
			single = 0;
	if (single) {
		list_single(j);
		return 0;
	}
	if (!(j->rows = mem_column((size_t)n * sizeof *j->rows)))
		return err_nomem(e);
	for (int64_t id = 0; id <= j->keys.count; id++) {
		uint32_t count = j->start[id];

		j->start[id] = at;
		at += count;
	}
	for (int64_t row = 0; row < n; row++)
		if (ids[row] != QUERY_NONE)
			j->rows[j->start[ids[row]]++] = (uint32_t)row;
	/* each now says where the next begins */
	memmove(j->start + 1, j->start, (size_t)j->keys.count * sizeof *j->start);
	j->start[0] = 0;
	return 0;
}

/* == counting == */

/* Rows of the result that a left row with so many partners makes. */
static inline int64_t rows_made(enum join_how how, int64_t partners)
{
	switch (how) {
	case JOIN_INNER:
		return partners;
	case JOIN_SEMI:
		return partners > 0;
	case JOIN_ANTI:
		return !partners;
	default:
		return partners ? partners : 1;
	}
}

static void count_batch(struct join *j, int k, uint32_t *ids, int64_t n)
{
	int64_t partners, made = 0, all = 0, most = j->many[k];

	for (int64_t i = 0; j->met && i < n; i++)
		if (ids[i] != QUERY_NONE && !__atomic_load_n(&j->met[ids[i]], __ATOMIC_RELAXED))
			__atomic_store_n(&j->met[ids[i]], 1, __ATOMIC_RELAXED);
	for (int64_t i = 0; i < n; i++) {
		if (j->rows) {
			partners = ids[i] == QUERY_NONE ? 0 : j->start[ids[i] + 1] - j->start[ids[i]];
		} else {
			ids[i] = ids[i] == QUERY_NONE ? QUERY_NONE : j->start[ids[i]];
			partners = ids[i] != QUERY_NONE;
		}
		made += rows_made(j->how, partners);
		all += partners > 0;
		most = partners > most ? partners : most;
	}
	j->count[k] += made;
	j->partners[k] += all;
	j->many[k] = most;
}

static int count_segment(void *ctx, int k, struct err *e)
{
	struct join *j = ctx;
	int64_t end = query_segment_start(j->left->rows, j->segments, k + 1), n;

	for (int64_t from = query_segment_start(j->left->rows, j->segments, k); from < end; from += n) {
		n = end - from < VEC_MAX ? end - from : VEC_MAX;
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		keys_left(&j->keys, from, n, j->ids + from);
		count_batch(j, k, j->ids + from, n);
	}
	return 0;
}

/* Rows of the right table that nobody met. */
static bool alone(const struct join *j, int64_t row)
{
	return j->keys.right[row] == QUERY_NONE || !j->met[j->keys.right[row]];
}

static int count_all(struct join *j, int64_t *many, struct err *e)
{
	int64_t most = 0;
	int rc = query_parallel(j->segments, j->threads, count_segment, j, e);

	if (rc)
		return rc;
	for (int k = 0; k < j->segments; k++) {
		j->n += j->count[k];
		most = j->many[k] > most ? j->many[k] : most;
	}
	for (int64_t row = 0; j->how == JOIN_FULL && row < j->right->rows; row++)
		j->right_only += alone(j, row);
	j->n += j->right_only;
	if (many)
		*many = most;
	if (j->n >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "the join would have %lld rows, as a row on the left meets up to %lld on the right;"
			       " a table has less than 2^32", (long long)j->n, (long long)most);
	return 0;
}

/* == pairs == */

static int write_segment(void *ctx, int k, struct err *e)
{
	struct join *j = ctx;
	int64_t end = query_segment_start(j->left->rows, j->segments, k + 1), at = 0;
	bool keeps = j->how == JOIN_LEFT || j->how == JOIN_FULL;

	for (int i = 0; i < k; i++)
		at += j->count[i];
	for (int64_t row = query_segment_start(j->left->rows, j->segments, k); row < end; row++) {
		uint32_t id = j->ids[row], first = id, partners = id != QUERY_NONE;

		if (!(row & 0xfff) && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (j->rows && partners) {
			first = j->start[id];
			partners = j->start[id + 1] - first;
		}
		if (!j->ri) {
			if (partners ? j->how == JOIN_SEMI : j->how == JOIN_ANTI)
				j->li[at++] = (uint32_t)row;
			continue;
		}
		for (uint32_t i = 0; i < partners; i++) {
			j->li[at] = (uint32_t)row;
			j->ri[at++] = j->rows ? j->rows[first + i] : first;
		}
		if (!partners && keeps) {
			j->li[at] = (uint32_t)row;
			j->ri[at++] = QUERY_NONE;
		}
	}
	return 0;
}

static void write_right_only(struct join *j)
{
	int64_t at = j->n - j->right_only;

	for (int64_t row = 0; row < j->right->rows && j->right_only; row++) {
		if (alone(j, row)) {
			j->li[at] = QUERY_NONE;
			j->ri[at++] = (uint32_t)row;
		}
	}
}

/* Each left row makes one row, in its place. */
static bool one_each(const struct join *j)
{
	int64_t partners = 0;

	for (int k = 0; k < j->segments; k++)
		partners += j->partners[k];
	return !j->rows && !j->right_only && j->how != JOIN_SEMI && j->how != JOIN_ANTI &&
	       (j->how != JOIN_INNER || partners == j->left->rows);
}

static int make_pairs(struct join *j, struct err *e)
{
	size_t bytes = (size_t)j->n * sizeof *j->li;
	int rc;

	if (one_each(j)) {
		j->ri = j->ids;
		j->ids = NULL;
		return 0;
	}
	if (!(j->li = mem_column(bytes)))
		return err_nomem(e);
	if (j->how != JOIN_SEMI && j->how != JOIN_ANTI && !(j->ri = mem_column(bytes)))
		return err_nomem(e);
	rc = query_parallel(j->segments, j->threads, write_segment, j, e);
	if (!rc)
		write_right_only(j);
	mem_free(j->ids);
	j->ids = NULL;
	return rc;
}

int join_tables(const struct table *left, const struct table *right, const struct join_keys *on, enum join_how how,
		const char *suffix, int threads, struct table **out, int64_t *many, struct err *e)
{
	struct join j = { .left = left, .right = right, .how = how, .threads = threads };
	struct pairs p = { .left = left, .right = right, .on = on, .full = how == JOIN_FULL, .suffix = suffix };
	int rc;

	if (on->n < 1)
		return err_set(e, ERR_USAGE, "a join needs a key");
	if ((rc = keys_open(&j.keys, left, right, on, threads, e)) || (rc = list_rows(&j, e)))
		goto done;
	j.segments = query_segments(left->rows);
	if (!(j.ids = mem_column((size_t)left->rows * sizeof *j.ids))) {
		rc = err_nomem(e);
		goto done;
	}
	if ((rc = count_all(&j, many, e)) || (rc = make_pairs(&j, e)))
		goto done;
	p.li = j.li;
	p.ri = j.ri;
	p.n = j.n;
	p.right_only = j.right_only;
	rc = pairs_table(&p, threads, out, e);
done:
	keys_release(&j.keys);
	mem_free(j.start);
	mem_free(j.rows);
	mem_free(j.met);
	mem_free(j.ids);
	mem_free(j.li);
	mem_free(j.ri);
	return rc;
}
