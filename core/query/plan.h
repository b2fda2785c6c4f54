/*
 * plan.h - chains of verbs: checked as they are written down, run when somebody looks at the result.
 *
 * A plan is a tree of nodes: tables at the leaves, a verb in each other node. Names and types of a node's columns are known before
 * anything runs, so what is wrong with an expression is told where it stands. Filters, derived columns and selections that
 * follow each other are one pass over the rows in batches; an aggregation takes its rows from such a pass and nothing in between is
 * stored; a sort, a join or a distinct brings together only the columns that are asked for behind it.
 *
 * Plans are immutable but for the result that a node keeps once it was run, and counted. They are not for several threads at once; what
 * runs inside uses threads.
 */
#ifndef MUSTER_PLAN_H
#define MUSTER_PLAN_H

#include "query/query.h"

struct plan;
struct plan *plan_ref(const struct plan *p);
void plan_unref(struct plan *p);

int plan_table(const struct table *t, struct plan **out, struct err *e);
/*
 * The other constructors take their own references of plans. `where` ("script.lua:12: ", may be NULL) goes in front of the messages of what
 * fails later, when the plan runs. Bindings are copied.
 */
struct plan_context {
	const char *where;
	const struct expr_binding *bindings;
	int nbindings;
};

int plan_filter(const struct plan *in, const char *text, const struct plan_context *cx, struct plan **out, struct err *e);
/* The same with aggregates and windows in the condition, which are of the groups of `keys`. */
int plan_filter_groups(const struct plan *in, const char *text, const char *const *keys, int nkeys, const struct plan_context *cx,
		       struct plan **out, struct err *e);
/*
 * One more column for each `name = expression`, or another in the place of one of that name; later ones see earlier ones.
 * Aggregates and windows without `over` are of the groups of `keys` (column names; nkeys = 0: of the whole table).
 */
int plan_derive(const struct plan *in, const char *const *keys, int nkeys, const char *const *definitions, int n,
		const struct plan_context *cx, struct plan **out, struct err *e);
/* Columns `from[k]` under the names `to[k]`, in that order. */
int plan_select(const struct plan *in, const char *const *from, const char *const *to, int n, const struct plan_context *cx,
		struct plan **out, struct err *e);
/* The first n rows. */
int plan_head(const struct plan *in, int64_t n, const struct plan_context *cx, struct plan **out, struct err *e);
/* A row for each group: the keys, and a column for each `name = expression`. No keys: one row. */
int plan_agg(const struct plan *in, const char *const *keys, int nkeys, const char *const *definitions, int n,
	     const struct plan_context *cx, struct plan **out, struct err *e);
/* By columns; "-name" descending. */
int plan_sort(const struct plan *in, const char *const *names, int n, const struct plan_context *cx, struct plan **out,
	      struct err *e);
/* The first row of each combination of these columns (all columns when n = 0). */
int plan_distinct(const struct plan *in, const char *const *names, int n, const struct plan_context *cx, struct plan **out,
		  struct err *e);
struct plan_join {
	struct join_keys on;
	enum join_how how;
	const char *suffix;
	bool multiplies;                 /* that there are more rows than before is meant: no note */
	/* An as-of join has times. */
	const char *left_time, *right_time;      /* NULL = no as-of join */
	enum asof_direction direction;
	double tolerance;
	bool strict;
};
int plan_join(const struct plan *left, const struct plan *right, const struct plan_join *j, const struct plan_context *cx,
	      struct plan **out, struct err *e);

/* == looking == */

int plan_ncols(const struct plan *p);
const char *plan_name(const struct plan *p, int k);
enum type plan_type(const struct plan *p, int k);
int plan_find(const struct plan *p, const char *name);           /* -1 when there is none */
int plan_column(const struct plan *p, const char *name, int *out, struct err *e);        /* suggests the nearest name */

/*
 * How many verbs stand between it and tables that are there. Running a plan takes stack for each, so who lets chains grow runs them now and
 * then; those of scans, which cannot be run before, are bounded by PLAN_DEEPEST.
 */
int plan_depth(const struct plan *p);
bool plan_of_parts(const struct plan *p);        /* over a hole: it cannot be run as a whole */
enum { PLAN_DEEP = 250, PLAN_DEEPEST = 2000 };

/* The result; the node keeps it. What fails carries the `where` of its verb: then e->msg begins with it and *located is true. */
int plan_run(struct plan *p, int threads, struct table **out, bool *located, struct err *e);
/* Notes of the run for the user (a join that multiplied rows), or "". */
const char *plan_notes(const struct plan *p);
/* As text, a line a node, the last verb first. */
int plan_explain(const struct plan *p, struct buf *out, struct err *e);

/* == the same in parts ========================================================================
 *
 * For tables that come one after the other, as a scan's do: a chain whose leaf is `hole`, a plan of a table without rows that only says
 * names and types, is run over each part.
 */
int plan_hole(int ncols, const char *const *names, const enum type *types, struct plan **out, struct err *e);
/* The columns of the hole that the plan needs: need[k] for each. */
void plan_needs(const struct plan *p, bool *need);
struct plan_parts;
/* ERR_USAGE, with the place of the verb, when the chain needs all rows at once (a sort, a window). */
int plan_parts_open(const struct plan *p, int threads, struct plan_parts **out, struct err *e);
/* An aggregation remembers the part, and *out = NULL; else *out = the rows of the part. *enough: no more parts are wanted. */
int plan_parts_add(struct plan_parts *s, const struct table *part, struct table **out, bool *enough, bool *located, struct err *e);
/* What an aggregation at the end gives; NULL for other chains. */
int plan_parts_finish(struct plan_parts *s, struct table **out, bool *located, struct err *e);
void plan_parts_close(struct plan_parts *s);

#endif
