/* convert.h - the rows of a block into the arrays of the store: the typed parse. */
#ifndef MUSTER_CONVERT_H
#define MUSTER_CONVERT_H

#include "csv/rows.h"
#include "csv/store.h"

enum { CONVERT_ROWS = 512 };     /* at once: their text stays in the first cache */

/* What is being done to one column of the block at hand. */
struct converting {
	struct store_column *col;
	int field;               /* in this file; -1 = the file does not have it */
	enum kind kind;
	uint32_t missing;
	uint64_t *map;           /* bits of missing rows */
	size_t text_at, text_end;        /* of this block in col->bytes */
};

/* A thread's scratch. */
struct converter {
	struct store *store;
	const struct load_options *o;
	const struct kernel_ops *kernel;
	int thread;
	int32_t file;            /* of the block at hand, */
	char quote;              /* and its quote */
	bool plain_missing;      /* only the empty field is missing, so that kernels can be trusted */
	bool first;              /* this block is converted before all others */
	bool settled;            /* types are known: nothing is ruled out any more */
	struct converting *cols;
	size_t ncols;
	uint64_t *maps;
	size_t map_words;        /* of one column */
	uint32_t left[CONVERT_ROWS], code[CONVERT_ROWS];
	struct buf text;         /* a field without its quotes */
	/* Declared types only: what was found in row i is none of them. */
	int (*mistyped)(void *ctx, const struct rows *r, size_t i, int64_t row, const struct converting *c, struct slice text,
			struct err *e);
	void *ctx;
};

/* Before the block has its rows in the table: kinds, and the bytes each text column needs (in text_end). */
int convert_begin(struct converter *v, const struct rows *r, int64_t block, struct err *e);
/* Into rows [row, row + r->n), text from text_at on. Inside store->moving, which may be left for a moment. */
int convert_block(struct converter *v, const struct rows *r, int64_t block, int64_t row, struct err *e);
/* The value of a field, good until the next call; p = NULL when it is missing. */
struct slice convert_text_of(struct converter *v, const struct rows *r, size_t i, int field, struct err *e, int *rc);
void converter_release(struct converter *v);

enum kind convert_kind(enum type t);

/* drift.c: after a block was converted, of a column whose type is inferred: which classes of values its file has. */
int drift_look(struct converter *v, const struct rows *r, const struct converting *c, struct err *e);

/* infer.c: the narrowest type of one value. */
enum type infer_class(struct slice text, char decimal);
/* Text as a value of a declared type. */
bool infer_value(enum type t, struct slice text, char decimal, void *out);

#endif
