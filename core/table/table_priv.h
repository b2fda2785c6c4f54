/* table_priv.h - what the files of the table layer share among themselves. */
#ifndef MUSTER_TABLE_PRIV_H
#define MUSTER_TABLE_PRIV_H

#include "table/table.h"

/* A column with one reference and no values yet; NULL when out of memory. */
struct column *column_new(enum type t, int64_t length);

/*
 * take.c: rows that were found to be there, to be copied out of one column after the other: as runs of consecutive
 * ones where these are long, else one by one.
 */
struct pick_run {
	int64_t from, n;
};
struct pick {
	int64_t n;
	const int64_t *idx;              /* NULL: the rows are those of runs[] */
	struct pick_run *runs, one;      /* runs may be &one: a pick stays where it is */
	size_t nruns;
};
/* Rows idx[0..n) of a `what` of so many rows; ERR_DOMAIN when one is not there. The pick does not own idx. */
int pick_rows(struct pick *p, const int64_t *idx, int64_t n, int64_t rows, const char *what, struct err *e);
int pick_span(struct pick *p, int64_t from, int64_t n, int64_t rows, const char *what, struct err *e);
void pick_release(struct pick *p);

int column_pick(const struct column *c, const struct pick *p, struct column **out, struct err *e);
int origin_pick(const struct origin *o, const struct pick *p, struct origin **out, struct err *e);
/* All rows of n origins, one behind the other; a file that several know is one. */
int origin_concat(const struct origin *const *from, int n, struct origin **out, struct err *e);

/*
 * quantity_codes.c: what may be put together, and the codes and days of what comes of it. `to` gets them; ERR_TYPE with a sentence
 * that says why not. *part is set to the reason why the result cannot be below 0 (and as a share above 1), or NULL when it can.
 */
int codes_of_sum(const struct quantity *a, const struct quantity *b, struct quantity *to, struct err *e);
int codes_of_difference(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e);
int codes_of_product(const struct quantity *a, const struct quantity *b, struct quantity *to, struct err *e);
int codes_of_quotient(const struct quantity *a, const struct quantity *b, struct quantity *to, const char **part, struct err *e);
void codes_take(struct quantity *to, const struct quantity *from);
/* "killed (cumulative) and wounded (cumulative) " and the rest as ERR_TYPE. */
int codes_refuse(const struct quantity *a, const struct quantity *b, struct err *e, const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif
