/*
 * agg_priv.h - what aggregates have in common.
 *
 * The state of an aggregate is up to three arrays with a place for each group, which grow together and begin as zeros. A class says
 * how big the places are, how a batch is added, how two states become one and how the state becomes a column.
 */
#ifndef MUSTER_AGG_PRIV_H
#define MUSTER_AGG_PRIV_H

#include "query/groups_priv.h"
#include "query/sum_priv.h"

enum { AGG_PARTS = 3, AGG_ARGS = 2 };

struct agg;
struct agg_class {
	const char *name;
	const char *types;               /* letters of the first argument's types; "" = it has none, "*" = any */
	size_t size[AGG_PARTS];          /* bytes a group */
	/* Values are n each, never constant but for strings and quantities; ids may be NULL. */
	int (*add)(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e);
	int (*merge)(struct agg *into, struct agg *from, const uint32_t *map, struct err *e);
	int (*finish)(struct agg *a, int64_t n, struct column **out, struct err *e);
	int (*open)(struct agg *a, struct err *e);       /* these may be NULL */
	void (*release)(struct agg *a);
	const char *refused;             /* why this aggregate is not for these types */
};

struct agg {
	const struct agg_class *class;
	int nargs;
	enum type types[AGG_ARGS];
	double param;                    /* quantile's p */
	int64_t ngroups, cap;            /* groups seen, and room */
	void *part[AGG_PARTS];
	struct agg_room {
		void *values;
		uint8_t *there;
	} room[AGG_ARGS];                /* for constants made into n values, and integers made into floats */
	void *own;                       /* of the class */
};

extern const struct agg_class agg_counts[], agg_sums[], agg_ends[], agg_texts[], agg_quantities[], agg_values[], agg_distincts[];

/* agg.c: by name, for the windows and the tests. The constant arguments are in `params`, which is NULL when there are none. */
int agg_open(const char *name, const enum type *types, int nargs, const struct value *params, struct agg **out, struct err *e);
extern const uint32_t agg_zeros[VEC_MAX];        /* ids of a single group */

/* agg_result.c: columns out of a value and a byte (0 = missing) a group; `there` NULL = all are there. */
int agg_int64(const int64_t *v, const uint8_t *there, int64_t n, enum type type, struct column **out, struct err *e);
int agg_float64(const double *v, const uint8_t *there, int64_t n, struct column **out, struct err *e);
int agg_narrow(const int64_t *v, const uint8_t *there, int64_t n, enum type type, struct column **out, struct err *e);

#endif
