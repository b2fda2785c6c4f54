/*
 * query.h - the verbs over tables: groups, aggregates, windows, order, joins, shapes; and plans, which run chains of them.
 *
 * Rows are numbered by uint32_t, so a table of a query has fewer than QUERY_NONE rows (ERR_DOMAIN). Whatever the number of threads,
 * results are the same to the bit: work is cut into segments that depend on the number of rows alone, each segment is done
 * by one thread in the order of its rows, and segments are put together in their order.
 */
#ifndef MUSTER_QUERY_H
#define MUSTER_QUERY_H

#include "expr/expr.h"
#include "csv/load.h"

#define QUERY_NONE UINT32_MAX            /* no row: the values are missing */

/* How many segments so many rows are cut into, 1 to QUERY_SEGMENTS_MAX; segment k begins at a multiple of 64 rows. */
enum { QUERY_SEGMENTS_MAX = 16 };
int query_segments(int64_t rows);
int64_t query_segment_start(int64_t rows, int segments, int k);          /* k = segments: rows */
/* work(ctx, k, e) for each k < n, in several threads; the error of the lowest k that failed. 0 threads = one a processor. */
typedef int query_work(void *ctx, int k, struct err *e);
int query_parallel(int n, int threads, query_work *work, void *ctx, struct err *e);

/* == rows (rows.c) ===========================================================================
 *
 * Rows idx[0..n) of every column, in several threads; QUERY_NONE gives a row of missing values. The origin of the rows follows
 * (none, where there are rows of nothing).
 */
int rows_gather(const struct table *t, const uint32_t *idx, int64_t n, int threads, struct table **out, struct err *e);
int rows_gather_column(const struct column *c, const uint32_t *idx, int64_t n, int threads, struct column **out, struct err *e);
/* `want` different rows, in table order, each set of them as likely as another; the same for the same seed. */
int rows_sample(int64_t rows, int64_t want, uint64_t seed, uint32_t *idx, struct err *e);

/* == order (order.c) =========================================================================
 *
 * Stable; bytewise for strings; numbers before NaN before missing, missing last also when descending; quantities by lower, then
 * upper bound. Codes and dates are counted, integers and floats sorted by radix, text compared.
 */
struct order_key {
	const struct column *column;
	bool descending;
};
int order_rows(const struct order_key *keys, int nkeys, int64_t rows, int threads, uint32_t *idx, struct err *e);

/* == groups (groups.c) =======================================================================
 *
 * Rows that have the same keys get the same number: 0, 1, 2 ... in order of first appearance. Missing is a key like others,
 * NaN equals NaN, 0.0 equals -0.0. Keys are given by batches, so the rows may come from anywhere. No keys = one group.
 */
struct groups;
int groups_new(const enum type *types, int nkeys, struct groups **out, struct err *e);
int groups_add(struct groups *g, const struct vec *keys, int32_t n, uint32_t *ids, struct err *e);
int64_t groups_count(const struct groups *g);
/* The groups of `from` become groups of `into`: number k there is map[k] here. Same types. */
int groups_merge(struct groups *into, const struct groups *from, uint32_t *map, struct err *e);
/* The keys of group 0, 1, ... as nkeys columns. Strings: the column's dictionary holds what occurs, in order of first appearance. */
int groups_keys(const struct groups *g, struct column **out, struct err *e);
void groups_free(struct groups *g);
/* Numbers of the groups of all rows of a table, and how many; `first` (may be NULL) takes the first row of each, malloc'd by mem_. */
int groups_of_columns(const struct column *const *keys, int nkeys, int64_t rows, int threads, uint32_t *ids, int64_t *count,
		      uint32_t **first, struct err *e);

/* How many different values a column has; missing is none. Equal as keys are. */
int groups_distinct(const struct column *c, int threads, int64_t *count, struct err *e);

/* == aggregates (agg.c) ======================================================================
 *
 * One value a group. Missing values are skipped; of no values the count is 0, everything else is missing. Sums of integers that
 * overflow are an error; sums of floats are compensated (Neumaier). sd and var divide by n - 1 (missing for one value). quantile
 * interpolates as R's type 7. median and quantile keep their values, the others a few bytes a group. first and last: the first
 * and last value that is not missing. mean of dates is not defined; min and max are for every type but quantity's kinds.
 *
 * Of quantities: sum adds bounds (codes have to agree, else ERR_TYPE that names both) and with a missing one the upper bound is
 * open; min, max: of lower and of upper bounds; mean, sd ... are ERR_TYPE with a sentence that names point(x, policy).
 */
struct agg;
/* The op of the list (ops_aggregates) and the types of its arguments; parameters (quantile's p) are constants in `params`. */
int agg_new(const struct expr_call *call, struct agg **out, struct err *e);
/* Rows of batch: args[k].n values; ids[i] < ngroups; ids NULL = all of group 0. */
int agg_add(struct agg *a, const uint32_t *ids, int64_t ngroups, const struct vec *args, int32_t n, struct err *e);
/* What `from` saw comes behind what `into` saw; group k of `from` is map[k] of `into`, which has ngroups then. `from` is spent. */
int agg_merge(struct agg *into, struct agg *from, const uint32_t *map, int64_t ngroups, struct err *e);
/* The value of each of ngroups groups. */
int agg_finish(struct agg *a, int64_t ngroups, struct column **out, struct err *e);
void agg_free(struct agg *a);

/* == windows (window.c) ======================================================================
 *
 * A value for each row from the rows of its group, in an order: lag, lead, cumsum, cumcount, cummin, cummax, diff, rank, dense_rank,
 * row_number, rolling_sum, rolling_mean, rolling_min, rolling_max, first_value, last_value; also any aggregate, whose value each
 * row of the group gets. ids NULL = one group; idx NULL = the order of the rows, else idx[0..rows) lists the rows in order.
 * ties (may be NULL): ties[i] is true when row idx[i] ties with idx[i - 1], for ranks.
 */
struct window {
	const uint32_t *ids;
	int64_t ngroups;
	const uint32_t *idx;
	const uint8_t *ties;
};
bool window_looks_at_ties(const struct expr_call *call);
int window_run(const struct expr_call *call, const struct column *const *args, int64_t rows, const struct window *w, int threads,
	       struct column **out, struct err *e);

/* == joins (join.c, asof.c) ==================================================================
 *
 * Rows of the left table, in their order, with those of the right table whose keys are equal, in theirs. Missing keys never join. Key
 * columns of the result are the left's. A column of the right whose name the left has too gets the suffix. Full: rows of the right
 * without a partner come last, in their order. `many` (may be NULL) takes the most right rows that one left row met.
 */
#define JOIN_LIST(X) X(INNER, "inner") X(LEFT, "left") X(FULL, "full") X(SEMI, "semi") X(ANTI, "anti")
enum join_how {
#define X(name, text) JOIN_##name,
	JOIN_LIST(X)
#undef X
};
struct join_keys {
	const char *const *left, *const *right;  /* column names */
	int n;
};
int join_tables(const struct table *left, const struct table *right, const struct join_keys *on, enum join_how how,
		const char *suffix, int threads, struct table **out, int64_t *many, struct err *e);
/*
 * Each left row with the one right row of the same keys whose time is the nearest at or before its own (backward), at or after
 * (forward), or either (nearest; backward wins a tie), and not further than `tolerance` (days for dates, microseconds for
 * datetimes, units for numbers; negative = any). Of several at that time the last. `strict`: not at the same time.
 */
enum asof_direction { ASOF_BACKWARD, ASOF_FORWARD, ASOF_NEAREST };
int join_asof(const struct table *left, const struct table *right, const struct join_keys *on, const char *left_time,
	      const char *right_time, enum asof_direction direction, double tolerance, bool strict, const char *suffix, int threads,
	      struct table **out, struct err *e);

/* == shapes (shape.c) ========================================================================
 *
 * pivot: one row for each combination of `id` columns (in order of first appearance), one column for each value of `names`
 * (likewise), with the value of `values` there; two rows for one cell are an error that names them. unpivot: the columns become
 * rows, `name` says which and `value` holds it; missing values become rows too.
 */
int shape_pivot(const struct table *t, const char *const *id, int nid, const char *names, const char *values, int threads,
		struct table **out, struct err *e);
int shape_unpivot(const struct table *t, const char *const *columns, int n, const char *name, const char *value,
		  struct table **out, struct err *e);

#endif
