/*
 * window_priv.h - what windows have in common.
 *
 * The rows are listed group by group, in order within each; a kind of window works on the rows of one group at a time, in one
 * thread, and writes the result of each row to the row's own place. So it does not matter who does which group.
 */
#ifndef MUSTER_WINDOW_PRIV_H
#define MUSTER_WINDOW_PRIV_H

#include "query/agg_priv.h"

enum { WINDOW_PARAMS = 2 };               /* constants behind the argument */

struct window_kind;
struct pane {                            /* a window call at work */
	const struct window_kind *kind;
	const struct column *x;          /* the argument; NULL = there is none */
	int64_t rows, n;                 /* n: how many rows, buckets ... */
	const uint32_t *list;            /* rows by group; NULL = 0, 1, 2 ... */
	const uint32_t *start;           /* [ngroups + 1]: where a group begins in the list */
	int64_t ngroups;
	const uint32_t *ties;            /* of each row: rows with equal numbers, one behind the other, tie; NULL = none do */
	uint32_t outside;                /* `source`: the row of the default, or QUERY_NONE */
	void *out;                       /* [rows] */
	uint8_t *there;                  /* [rows]; NULL = as the kind says */
};

enum window_missing {
	WINDOW_NEVER,                    /* each row has a value */
	WINDOW_AS_ARG,                   /* as the argument has */
	WINDOW_OWN,                      /* the kind fills `there` */
};

struct window_kind {
	const char *name;
	const char *types;               /* letters of the argument's types; "" = none */
	enum type result;                /* TYPE_COUNT = the type of the argument */
	enum window_missing missing;
	/* Rows list[from .. to) of a group. */
	int (*run)(const struct pane *p, int64_t from, int64_t to, void *room, struct err *e);
	size_t room;                     /* bytes of room for each of min(n, rows of the group) */
	int64_t least, standard;         /* of n; least < 0: it has none */
	bool ties;                       /* it looks at them */
	bool source;                     /* out is the row (uint32_t) that the value is taken from, or QUERY_NONE */
};

extern const struct window_kind window_sums[], window_shifts[], window_ranks[], window_rolls[];

static inline int64_t pane_row(const struct pane *p, int64_t k)
{
	return p->list ? p->list[k] : k;
}
/* A number as a float. */
static inline double pane_float(const struct pane *p, int64_t row)
{
	return p->x->type == TYPE_INT64 ? (double)p->x->as.i64[row] : p->x->as.f64[row];
}

/* window.c: by name, for the tests; constant arguments behind the first are in params. */
int window_apply(const char *name, enum type result, const struct column *const *args, int nargs, const struct value *params,
		 int nparams, int64_t rows, const struct window *w, int threads, struct column **out, struct err *e);
/* A column of that one value; a whole number may become a float, a date a datetime. */
int window_one_value(enum type type, const struct value *v, struct column **out, struct err *e);
/* window_agg.c: the value of the group's aggregate in each row. */
int window_aggregate(const char *name, const struct column *const *args, int nargs, const struct value *params, int64_t rows,
		     const struct window *w, int threads, struct column **out, struct err *e);
/* window_list.c: rows by group, and where each group begins; *list NULL = in their order. Both are mem_alloc'd. */
int window_list(int64_t rows, const struct window *w, int threads, uint32_t **list, uint32_t **start, struct err *e);
/* Numbers for `ties` of a pane, from those of a window. */
int window_ties(int64_t rows, const struct window *w, uint32_t **out, struct err *e);

#endif
