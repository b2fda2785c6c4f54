/* plan_priv.h - what the files of plans share among themselves: nodes, and stages, which run chains of them over rows. */
#ifndef MUSTER_PLAN_PRIV_H
#define MUSTER_PLAN_PRIV_H

#include "query/plan.h"

/* == nodes =================================================================================== */

enum plan_kind { PLAN_TABLE, PLAN_HOLE, PLAN_FILTER, PLAN_DERIVE, PLAN_SELECT, PLAN_HEAD, PLAN_AGG, PLAN_SORT, PLAN_DISTINCT, PLAN_JOIN };

struct plan_definition {
	char *name;
	struct program *program;
};

struct plan {
	long refs;
	enum plan_kind kind;
	int depth;                       /* nodes below it, down to a table or a result */
	bool parts;                      /* there is a hole below it */
	char *where;                     /* NULL = not known */
	struct plan *in, *right;         /* right: of a join */
	int ncols;
	char **names;
	enum type *types;
	struct table *result;            /* a table's own, or what a run gave: then nothing below is needed any more */
	struct buf notes;
	struct program *filter;
	struct plan_definition *defs;    /* derive: one; agg: all */
	int ndefs;
	int *cols;                       /* select: columns of `in`; keys of agg, derive, sort, distinct: columns of `in` */
	int ncolsof;
	bool *descending;                /* sort */
	int64_t n;                       /* head */
	struct plan_join join;           /* with copies of its own of the texts */
};

/* A node with one reference, the `where` of cx and a reference of `in`; NULL when out of memory. */
struct plan *plan_new(enum plan_kind kind, const struct plan *in, const struct plan_context *cx);
/* Takes a copy of the name. */
int plan_add_column(struct plan *p, const char *name, enum type type, struct err *e);
/* All columns of `in`. */
int plan_add_columns(struct plan *p, const struct plan *in, struct err *e);
/* What constructors end in: the node is the caller's, or nobody's. */
int plan_give(struct plan *p, int rc, struct plan **out);
/* The verb in front of the message. */
int plan_name_verb(enum plan_kind kind, int rc, struct err *e);
const char *plan_article(enum type t);           /* "an" int64, "a" string */
void texts_free(char **texts, int n);
void plan_join_free(struct plan_join *j);
/* Whose rows can be computed batch by batch, each from one row of the input. */
bool plan_streams(const struct plan *p);
/* need[k] is true for each column of p, in memory of the caller's; NULL when there is none. */
bool *plan_need_all(const struct plan *p);
/*
 * The columns in[0..p->in->ncols) of the input that columns need[0..p->ncols) of p are made of, and right[] of a join's other input. What
 * groups are made of does not depend on what is needed of them.
 */
void plan_inputs(const struct plan *p, const bool *need, bool *in, bool *right);
/* p->cols from names of columns of `in`; with `signs`, "-name" is descending. */
int plan_sorted_keys(const struct plan *in, struct plan *p, const char *const *names, int n, bool signs, struct err *e);
/* A column of the right table that the result of a join does not have, as it equals one of the left. */
bool plan_join_key(const struct plan_join *j, const char *right_name);
/* `where` in front of the message, once. */
int plan_blame(const struct plan *p, int rc, bool *located, struct err *e);

/* == running nodes (plan_run.c) ============================================================== */

struct plan_runner {
	int threads;
	bool located;                    /* the message begins with the place of the verb already */
	struct buf *notes;
	const struct table *part;        /* what a hole stands for, when the plan is run over parts; */
	struct plan_limit {
		const struct plan *head;
		int64_t left;
	} *limits;                       /* then heads count over all parts */
	int nlimits;
};
/* How many rows a head still wants; NULL when it is not run over parts. */
int64_t *plan_limit(struct plan_runner *r, const struct plan *head);
/* The columns need[] of the node, under their names, in their order. */
int plan_result(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e);
/* Of a table with the node's columns, those that are needed. */
int plan_some_columns(const struct table *t, const struct plan *p, const bool *need, struct table **out, struct err *e);
int plan_run_join(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e);
int plan_run_agg(const struct plan *p, struct plan_runner *r, struct table **out, struct err *e);
/* An aggregation that takes its rows in several goes (plan_agg.c). */
struct agg_state;
int agg_state_new(const struct plan *p, struct agg_state **out, struct err *e);
int agg_state_add(struct agg_state *a, struct plan_runner *r, struct err *e);
int agg_state_finish(struct agg_state *a, struct plan_runner *r, struct table **out, struct err *e);
void agg_state_free(struct agg_state *a);
int plan_run_windows(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e);

/* == stages (stage.c) =========================================================================
 *
 * Filters, derived columns and selections over one table, in one pass. A slot is a column of the source or a program over other slots;
 * a lane is what one thread needs to go through the rows, a batch at a time.
 */
struct stage_slot {
	int column;                      /* of the source, or -1 */
	enum type type;
	struct program *program;
	int *map;                        /* the program's column c is slot map[c]; -1 where it is not needed */
	int ncols;
	const struct plan *node;         /* to blame; NULL for columns */
};

struct stage_step {
	int slot;
	bool filter;                     /* keep only rows where it is true; else only computed, since it may fail */
};

struct stage {
	struct table *source;
	struct stage_slot *slots;
	int nslots;
	struct stage_step *steps;
	int nsteps;
	int *visible;                    /* the slots of the columns behind the last step; -1 = not wanted */
	int nvisible;
	bool filters;                    /* some step is a filter */
};
#define STAGE_INIT { 0 }

/*
 * The chain that ends in `p`, over the columns need[] of its result, down to the first node that cannot be a part of it, which is run.
 */
int stage_open(struct stage *s, const struct plan *p, const bool *need, struct plan_runner *r, struct err *e);
/* Over a table that has some of the columns of `names`, by name; no steps. */
int stage_over(struct stage *s, const struct plan *names, const struct table *t, struct err *e);
/* Over these columns of so many rows, some of which may be NULL: programs are over them by their places. */
int stage_columns(struct stage *s, struct column *const *cols, int n, int64_t rows, struct err *e);
/* One more column behind those that are visible. */
int stage_see(struct stage *s, const struct column *c, struct err *e);
/* One more slot: a program over the columns behind the last step. */
int stage_add(struct stage *s, const struct program *p, const struct plan *node, int *slot, struct err *e);
void stage_release(struct stage *s);

struct lane;
int lane_open(const struct stage *s, struct lane **out, struct err *e);
/* Rows [first, first + n) of the source, or rows[0..n), through the steps. How many are left. */
int lane_batch(struct lane *l, int64_t first, const uint32_t *rows, int32_t n, int32_t *left, struct err *e);
/* The same rows without the steps, which they have passed already. */
void lane_rows(struct lane *l, int64_t first, const uint32_t *rows, int32_t n);
/* The values of a slot for the rows that are left. */
int lane_values(struct lane *l, int slot, const struct vec **out, struct err *e);
/* The rows that are left: rows[0..left), or the whole batch when NULL. */
const uint32_t *lane_left(const struct lane *l);
const struct plan *lane_blamed(const struct lane *l);    /* the node whose program failed, or NULL */
void lane_close(struct lane *l);

/* The numbers of the rows that pass the filters, in order. *rows = NULL when all do. */
int stage_filter(const struct stage *s, int threads, uint32_t **rows, int64_t *n, const struct plan **blamed, struct err *e);
/*
 * After a failure rc of some step: when a verb before it fails too, in a later batch, that is the one to tell, since it is told when
 * somebody looks at its result first.
 */
int stage_first_fault(const struct stage *s, int threads, int rc, const struct plan **blamed, struct err *e);
/* The values of a slot for all rows of the source, or for rows[0..n), as a column. */
int stage_column(const struct stage *s, int slot, const uint32_t *rows, int64_t n, int threads, struct column **out,
		 const struct plan **blamed, struct err *e);

#endif
