/* claims_priv.h - what the files of this folder share. */
#ifndef MUSTER_CLAIMS_PRIV_H
#define MUSTER_CLAIMS_PRIV_H

#include "claims/claims.h"

/* The columns a figure is made of; NULL where the table has none of that name or of another type. */
struct figure_columns {
	const struct column *qualifier, *low, *best, *high, *measure, *basis, *unit, *since, *as_of;
};
struct figure_columns figure_columns_of(const struct table *t);
/* 0 and *there = false when the row has no numbers. The codes point into the columns. */
int figure_of_row(const struct figure_columns *c, int64_t row, double rounding, struct quantity *out, bool *there,
		  struct err *e);

/* == one run of claims_check == */

struct state {
	const struct claims_column *want;
	const struct column *c;          /* NULL: absent, or of a type that cannot be used */
	struct dict *allowed;            /* NULL: any value */
	struct dict *seen;               /* unique: the values so far ... */
	struct buf first;                /* ... and the rows of their first appearance, int64_t by code */
	bool blamed;
};

struct check {
	const struct claims_schema *s;
	const struct table *t;
	struct faults *faults;
	struct state *col;               /* s->ncolumns of them */
	struct figure_columns figure;
	bool has_figure;
	struct buf text;                 /* scratch of messages */
	bool failed;                     /* out of memory; sticky */
};

enum { LISTED_MAX = 12 };

/* What a buffer holds, "" when it is empty or memory ran out. */
static inline const char *held(const struct buf *b)
{
	return b->p ? b->p : "";
}

/* check.c */
struct state *check_find(struct check *k, const char *name);       /* NULL when the schema has no such column */
void check_blame(struct check *k, const char *name);
/* 'killed', 'wounded' or 'missing'; the first LISTED_MAX of a long list. */
void check_list(struct buf *out, const char *const *names, size_t n);
/* The next entry of *rest, which shrinks; false when there is none left. A field without separator is one entry. */
bool check_entry_next(struct slice *rest, bool *done, char separator, struct slice *entry);

/* rules.c */
void check_rule(struct check *k, const struct claims_rule *r, int64_t row);

#endif
