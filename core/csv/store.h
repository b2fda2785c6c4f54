/*
 * store.h - the columns of a table while they are loaded: arrays that every block fills at its own rows.
 *
 * The number of rows before a block is known before it is converted, so a value goes straight to its final place and
 * nothing is put together afterwards. What depends on all blocks (the type of a column, the codes of its strings) is
 * settled at the end from one small record a block and column.
 */
#ifndef MUSTER_STORE_H
#define MUSTER_STORE_H

#include "csv/codes.h"
#include "csv/load.h"

#include <pthread.h>

/* What a block holds of a column. */
enum kind {
	KIND_NONE,               /* only missing values */
	KIND_BOOL,
	KIND_INT64,
	KIND_FLOAT64,
	KIND_DATE,
	KIND_DATETIME,
	KIND_CODES,              /* strings, by the dictionary of the thread */
	KIND_TEXT,               /* strings, byte by byte */
	KIND_LEFT,               /* was not converted: the column is read again as another type */
};

/* A column with more distinct strings is text. */
size_t store_codes_max(void);
/* Test hook: so many in stores made from here on, 0 = as built. */
void store_codes_limit(size_t values);

struct part {
	uint8_t kind, thread;
	uint32_t missing;
};

/* A block's rows in the table. */
struct stretch {
	int64_t row;
	uint32_t n;
	uint32_t file;
};

/* The first value that ruled out a type, in file order. */
struct ruled_out {
	int64_t row;             /* -1 = none has */
	int64_t line;
	char *text;
};

struct store_column {
	char *name;
	int number;              /* in the store */
	size_t text_guess;       /* bytes of text expected in all */
	bool declared;
	enum type type;          /* declared */
	/*
	 * What to expect: `kind` from the block after `since` on. Written under `lock`, and only ever to a wider kind, so a
	 * block never misses a value that some earlier one would have been the first to show.
	 */
	enum kind kind;
	int64_t since;
	/*
	 * Blocks of this file behind this one need not convert: the column will be read again; INT64_MAX = none. Other
	 * files are read all the same, to tell what they have.
	 */
	int64_t left_since;
	int32_t left_file;
	bool early;              /* it had values in the first blocks */
	bool keeps_codes;        /* its strings are not made text, however rarely they repeat */
	bool crowded;            /* more distinct values than a dictionary may have: text when it is read again */
	struct ruled_out ruled_out[TYPE_COUNT];
	uint8_t *seen;           /* a file each: bits of the classes of its values; NULL when there is one file */
	pthread_mutex_t lock;

	/* Arrays of row_cap values, made when they are first needed. */
	void *wide;              /* int64_t or double: int64, float64, datetime */
	int32_t *days;
	uint8_t *flags;          /* bool, a byte each until the end */
	void *codes;
	int code_size;
	int64_t *offsets;        /* text: one more than rows */
	char *bytes;
	size_t nbytes, bytes_cap;
	uint8_t *validity;       /* bits of blocks with missing values; the others are not written */
	struct part *parts;      /* a block each */
	struct codes **dicts;    /* a thread each */
};

struct store {
	struct store_column **cols;      /* each stays where it is */
	size_t ncols;
	struct dict *names;              /* of the columns, to their numbers */
	size_t nthreads;
	size_t nfiles;           /* whose differences are looked for; 0 = none are. Set before there are columns */
	size_t codes_max;        /* distinct values of a dictionary: store_codes_max() unless it is a stream */
	struct stretch *stretches;
	int64_t nblocks, block_cap;
	int64_t rows, row_cap;
	/*
	 * Held for reading while a block is converted, for writing while arrays move. The last writer waits for all
	 * readers, which are done within a block.
	 */
	pthread_rwlock_t moving;
};

int store_init(struct store *s, size_t nthreads, struct err *e);
void store_release(struct store *s);
/* Also while blocks are converted: those see the column from their next block on. */
int store_add_column(struct store *s, const char *name, struct store_column **out, struct err *e);
struct store_column *store_find(const struct store *s, const char *name);

/* Room for so many rows and blocks in all, and `text` bytes more in text columns. One caller at a time, not inside `moving`. */
int store_reserve(struct store *s, int64_t rows, int64_t blocks, struct err *e);
int store_reserve_text(struct store *s, struct store_column *c, size_t bytes, struct err *e);
/* The array of a kind, inside `moving`; NULL = out of memory. */
void *store_array(struct store *s, struct store_column *c, enum kind kind);
/* Codes of `size` bytes from now on; inside `moving`, which it leaves and enters again: pointers may have moved. */
int store_widen(struct store *s, struct store_column *c, int size, struct err *e);
/* The bits of rows [row, row + n) from the map of those that are missing; inside `moving`. */
int store_missing(struct store *s, struct store_column *c, int64_t row, size_t n, const uint64_t *missing, struct err *e);

/*
 * After the first blocks, which one thread did: does a column of strings hardly ever repeat one? Then it is better off as
 * text, from those blocks on; `scale` times as much is expected in all. No other thread is in the store.
 */
bool store_prefers_text(const struct store *s, const struct store_column *c, int thread);
int store_make_text(struct store *s, struct store_column *c, int thread, double scale, struct err *e);

/* Is `row` the first that ruled out `t`? Then it is kept. */
int store_rule_out(struct store_column *c, enum type t, int64_t row, int64_t line, struct slice text, struct err *e);

/* After the last block: the type all parts agree on. Does it have to be read again to be that? */
enum type store_type(const struct store *s, const struct store_column *c, bool *again);
/*
 * The column, which takes its arrays out of the store. Uses up to nthreads threads. *again, and no column, when all threads
 * together have more distinct values than a dictionary may hold.
 */
int store_finish(struct store *s, struct store_column *c, enum type t, struct column **out, bool *again, struct err *e);

#endif
