/*
 * table.h - typed immutable columns in Apache Arrow's memory layout, and tables that share them.
 *
 * Columns and tables are counted: every pointer a function hands out through `out` is the caller's
 * reference, to be dropped with _unref, where NULL is fine. Nothing in a column changes after it is
 * built, so tables share columns freely, also between threads.
 */
#ifndef MUSTER_TABLE_H
#define MUSTER_TABLE_H

#include "base/base.h"

#include <math.h>

/*      enum       name         bytes of a value, 0 where there is no single array of them */
#define TYPE_LIST(X)                 \
	X(BOOL, "bool", 0)           \
	X(INT64, "int64", 8)         \
	X(FLOAT64, "float64", 8)     \
	X(DATE, "date", 4)           \
	X(DATETIME, "datetime", 8)   \
	X(STRING, "string", 0)       \
	X(QUANTITY, "quantity", 0)

enum type {
#define X(name, text, size) TYPE_##name,
	TYPE_LIST(X)
#undef X
	TYPE_COUNT
};

const char *type_name(enum type t);
bool type_from_name(const char *name, enum type *out);

/* == quantities ==============================================================================
 *
 * What a published figure means: an interval, and how it was said. `stated` is the number as
 * printed (NaN for a range, which has two). measure, basis and base (what a share is a share of)
 * are the codes that make quantities comparable; empty where they do not apply. The unit is a code as well. The days from `since` to
 * `as_of` are what the figure is about; both may be unknown. They travel with it, and two figures that say the same of different
 * days are said alike.
 *
 *   kind         said as                  bounds of x
 *   exact        "3,000"                  [x, x]
 *   about        "about 3,000"            x -+ half its last non-zero place, at most rounding * x
 *   at_least     "at least 3,000"         [x, inf)
 *   more_than    "more than 3,000"        [x + 1, inf)     counts are whole
 *   up_to        "up to 12,000"           [0, x]
 *   as_many_as   "as many as 12,000"      [0, x]
 *   nearly       "nearly 11,000"          [0.9 x, x)       the upper end is not included
 *   less_than    "fewer than 500"         [0, x - 1]
 *   range        "10,000-12,000"          [low, high]
 *   verbal       "several hundred"        [low, high]      what the words mean (claims/phrase.h); high may be open
 *   computed     (the result of arithmetic)
 *
 * A share (a quantity with a base) is no count: more_than x is (x, 1], the lower end not included, less_than x is [0, x), and
 * nothing is above 1.
 */
#define QUANTITY_KIND_LIST(X)  \
	X(EXACT, "exact")      \
	X(ABOUT, "about")      \
	X(AT_LEAST, "at_least")    \
	X(MORE_THAN, "more_than")  \
	X(UP_TO, "up_to")      \
	X(AS_MANY_AS, "as_many_as")  \
	X(NEARLY, "nearly")    \
	X(LESS_THAN, "less_than")  \
	X(RANGE, "range")      \
	X(VERBAL, "verbal")    \
	X(COMPUTED, "computed")

enum quantity_kind {
#define X(name, text) QUANTITY_##name,
	QUANTITY_KIND_LIST(X)
#undef X
	QUANTITY_KIND_COUNT
};

struct quantity {
	double low, high, stated;
	enum quantity_kind kind;
	bool has_since, has_as_of;
	int32_t since, as_of;                    /* days: the first that is covered, and the one that the figure describes */
	struct slice measure, basis, base, unit; /* bytes of the column's dictionaries, or static; no unit: persons, or not said */
};

#define QUANTITY_ROUNDING 0.1      /* "about": the most that rounding may move x, as a share of x */

const char *quantity_kind_name(enum quantity_kind kind);
bool quantity_kind_from_name(struct slice name, enum quantity_kind *out);
/*
 * The bounds of a printed figure: a count, or a share. `best` is the number, except for a range and words, which have low
 * and high; numbers that are not there are NaN. ERR_DATA when a number that the kind needs is missing, negative or not
 * finite, a share is above 1, or low > high. Source of the rules: docs/design.md, "Quantities".
 */
int quantity_bounds(enum quantity_kind kind, double low, double best, double high, double rounding, bool share,
		    struct quantity *out, struct err *e);
/* Said alike: the same bounds, kind, stated number and codes; and, for equal, of the same days. */
bool quantity_same(const struct quantity *a, const struct quantity *b);
bool quantity_equal(const struct quantity *a, const struct quantity *b);
/* "> 3,000", "10,000-12,000", "up to 12,000", "about 40 %" for a share (one with a base). */
void quantity_print(struct buf *out, const struct quantity *q);

/*
 * Arithmetic (quantity_math.c). The result holds every value that the operands allow, is `computed`, and has no stated number.
 * A quantity without any code is an uncertain number: it takes the codes of the other one. Else (quantity_codes.c)
 *
 *   sum                 of one measure, or of sets without common parts, then of their union; a total and the increment that follows it
 *   difference          of one measure; of a whole and its part, then what is left; of two totals, then the increment between their days
 *   product             a share of X times a figure of X: what the share counts, a share of the other's base if it has one
 *   quotient            like codes: a number; a count by its own share of X: a count of X; counts of A by B: A as a share of B
 *
 * and the basis agrees; all else is ERR_TYPE, naming both and saying why. Bounds of a part are cut to 0 and its whole; ERR_TYPE when
 * nothing is left of them. A divisor that may be 0 leaves bounds open, and none by a share that may be 0 is any number; by 0 alone the bounds of the result are NaN, which the caller
 * makes a missing value. `out` may be a or b.
 */
int quantity_add(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e);
int quantity_subtract(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e);
int quantity_multiply(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e);
int quantity_divide(const struct quantity *a, const struct quantity *b, struct quantity *out, struct err *e);
void quantity_negate(const struct quantity *a, struct quantity *out);
/*
 * Whether two may be added or compared: ERR_TYPE, "killed (cumulative) and wounded (cumulative) cannot be added: ...", `doing` being
 * the participle. The codes of the two together go to *codes, which may be NULL.
 */
int quantity_like(const struct quantity *a, const struct quantity *b, const char *doing, struct quantity *codes, struct err *e);
/* The days that both are about: from the earlier first day to the later day, unknown where one of them is. */
void quantity_days(struct quantity *to, const struct quantity *more);
/* An uncertain number, without codes. ERR_DOMAIN for NaN, low > high, or no finite value between. */
int quantity_of(double low, double high, struct quantity *out, struct err *e);
/* Whether a is below, or at most, b whatever the two are: 1, 0 when it surely is not, -1 when that was left open. Codes are not looked at. */
int quantity_below(const struct quantity *a, const struct quantity *b);
int quantity_at_most(const struct quantity *a, const struct quantity *b);
/* Some value is allowed by both; x is allowed. Ends that are not included are not, codes are not looked at. */
bool quantity_overlaps(const struct quantity *a, const struct quantity *b);
bool quantity_covers(const struct quantity *q, double x);
/* Whether an end is not itself allowed: "nearly 11,000" is below it, "more than 40 %" above it. */
bool quantity_low_open(const struct quantity *q);
bool quantity_high_open(const struct quantity *q);

/*
 * How a quantity becomes a number: never without a name (quantity_policy.c). The first four are arithmetic, the others what
 * recorders of conflicts do, as far as a figure says what they need:
 *
 *              exact, about, nearly  at_least, more_than  up_to, less_than  range  words  computed
 *   ucdp       as printed            as printed           none              low    low    low
 *   acled      as printed            as printed           none              low    none   low
 *   airwars    the number where both bounds are one, else none: it publishes the range
 */
#define QUANTITY_POLICY_LIST(X)                                                                                            \
	X(MIDPOINT, "midpoint", "Half of the sum of both bounds.", "arithmetic")                                           \
	X(FLOOR, "floor", "The lower bound.", "arithmetic")                                                                \
	X(CEILING, "ceiling", "The upper bound.", "arithmetic")                                                            \
	X(STATED, "stated", "The number as printed.", "the claim itself")                                                  \
	X(UCDP, "ucdp", "The best estimate: the number as printed, of two the lower; none where only an upper end was given.", \
	  "Uppsala Conflict Data Program, Definitions, sources and methods for battle-death estimates: the lower figure where reports " \
	  "do not tell which is the more reliable")                                                                        \
	X(ACLED, "acled", "The most conservative number: as printed, of two the lower, of words the least that they allow (10 for tens, 12 for dozens, " \
	  "100 for hundreds); none where only an upper end was given.",                                                    \
	  "Armed Conflict Location & Event Data, FAQ on fatalities, May 2024: the most conservative estimate available")   \
	X(AIRWARS, "airwars", "No number but an exact one: minimum and maximum are published, which are low and high.",   \
	  "Airwars, Methodology: a minimum and a maximum for each incident")

enum quantity_policy {
#define X(name, text, meaning, source) POLICY_##name,
	QUANTITY_POLICY_LIST(X)
#undef X
	POLICY_COUNT
};
const char *quantity_policy_name(enum quantity_policy policy);
const char *quantity_policy_meaning(enum quantity_policy policy);
const char *quantity_policy_source(enum quantity_policy policy);
/* ERR_NAME with the nearest one. */
int quantity_policy_from_name(struct slice name, enum quantity_policy *out, struct err *e);
/* ERR_DOMAIN when the quantity has no such point: no upper bound, or two numbers were printed. */
int quantity_point(const struct quantity *q, enum quantity_policy policy, double *out, struct err *e);

/* == columns =================================================================================
 *
 * Layouts (Arrow's names): bool = bitmap, least significant bit first; int64, float64; date =
 * date32; datetime = timestamp[us, UTC]; string = large_utf8 (int64 offsets, bytes), or a dictionary with
 * uint8, uint16 or int32 codes into one, the narrowest that its length allows where a builder made it;
 * quantity = a struct of low, high, stated (float64), kind, measure, basis, base, unit (dictionaries), since and as_of (date).
 * validity has a set bit for each value that is there; NULL = all are. Every array is a mem_column.
 */
enum { QUANTITY_LOW, QUANTITY_HIGH, QUANTITY_STATED, QUANTITY_KIND, QUANTITY_MEASURE, QUANTITY_BASIS, QUANTITY_BASE,
       QUANTITY_UNIT, QUANTITY_SINCE, QUANTITY_AS_OF, QUANTITY_FIELDS };
enum type quantity_field_type(int field);

struct column {
	long refs;                       /* atomic; only column_ref and column_unref touch it */
	enum type type;
	uint8_t code_size;               /* string with a dictionary: bytes of a code, 1, 2 or 4; else 0 */
	int64_t length, missing;
	uint8_t *validity;
	union {
		uint8_t *bits;           /* bool */
		int64_t *i64;            /* int64, datetime */
		double *f64;
		int32_t *days;           /* date */
		void *codes;             /* string with a dictionary: see column_code */
		int64_t *offsets;        /* string without: length + 1 of them */
		struct column *field[QUANTITY_FIELDS];
	} as;
	char *bytes;                     /* string without a dictionary */
	struct column *dict;             /* string: the distinct values, in order of first appearance */
};

struct column *column_ref(const struct column *c);
void column_unref(struct column *c);

static inline bool column_has(const struct column *c, int64_t i)
{
	return !c->validity || (c->validity[i >> 3] >> (i & 7) & 1);
}
/* Values; the caller has checked type, range and column_has. */
static inline bool column_bool(const struct column *c, int64_t i) { return c->as.bits[i >> 3] >> (i & 7) & 1; }
/* Of a string with a dictionary: its position in c->dict. Undefined where missing, which may be past the end. */
static inline int32_t column_code(const struct column *c, int64_t i)
{
	if (c->code_size == 1)
		return ((const uint8_t *)c->as.codes)[i];
	return c->code_size == 2 ? ((const uint16_t *)c->as.codes)[i] : ((const int32_t *)c->as.codes)[i];
}
struct slice column_string(const struct column *c, int64_t i);
struct quantity column_quantity(const struct column *c, int64_t i);
/* Any number, date or datetime as a double (dates: days; datetimes: microseconds); NaN where missing. */
double column_number(const struct column *c, int64_t i);
/* True when both hold equal values, or both are missing; NaN equals NaN. */
bool column_equal(const struct column *a, int64_t i, const struct column *b, int64_t j);
/* Order of two values of one column: bytewise for strings, NaN after numbers, missing after NaN. */
int column_compare(const struct column *c, int64_t i, int64_t j);
/* The value as it is written to CSV, the shortest text that reads back; nothing for a missing one. */
void column_text(struct buf *out, const struct column *c, int64_t i);

/* Rows idx[0..n) in that order. ERR_DOMAIN when one is not in [0, length). */
int column_take(const struct column *c, const int64_t *idx, int64_t n, struct column **out, struct err *e);
/* Rows from, from + 1, ... from + n - 1, copied. ERR_DOMAIN when one is not in [0, length). */
int column_slice(const struct column *c, int64_t from, int64_t n, struct column **out, struct err *e);

/* == columns of ready storage ================================================================
 *
 * Arrays that were filled elsewhere become a column as they are. Each array is a mem_column of at least the
 * bytes that its length needs; it is the column's on success, and stays the caller's after a failure.
 * `validity` has `missing` clear bits among the first `length` and none set behind them; it is NULL, or is
 * dropped, when nothing is missing. The bits of bools end in zeros in the same way.
 */
int column_of_bool(uint8_t *bits, uint8_t *validity, int64_t length, int64_t missing, struct column **out, struct err *e);
int column_of_int64(int64_t *values, uint8_t *validity, int64_t length, int64_t missing, struct column **out,
		    struct err *e);
int column_of_float64(double *values, uint8_t *validity, int64_t length, int64_t missing, struct column **out,
		      struct err *e);
int column_of_date(int32_t *days, uint8_t *validity, int64_t length, int64_t missing, struct column **out, struct err *e);
int column_of_datetime(int64_t *micros, uint8_t *validity, int64_t length, int64_t missing, struct column **out,
		       struct err *e);
/* length + 1 offsets from 0 upwards, each where its value begins in `bytes`; a missing value has no bytes. */
int column_of_strings(int64_t *offsets, char *bytes, uint8_t *validity, int64_t length, int64_t missing,
		      struct column **out, struct err *e);
/*
 * Codes of 1, 2 or 4 bytes (uint8, uint16, int32) into `dict`, a column of distinct strings, none missing, of which
 * the new column takes its own reference.
 */
int column_of_codes(void *codes, int code_size, const struct column *dict, uint8_t *validity, int64_t length,
		    int64_t missing, struct column **out, struct err *e);
/*
 * Columns of low, high, stated, kind, measure, basis, base, unit, since and as_of, in this order and of the types that these have,
 * which miss a value where the figure is missing. The new column takes its own references of them.
 */
int column_of_quantity(struct column *const fields[QUANTITY_FIELDS], uint8_t *validity, int64_t length, int64_t missing,
		       struct column **out, struct err *e);
/* n bits of `from`, beginning with bit `first`, to `to` from bit `at` on, where all bits are still clear. */
void bits_copy(uint8_t *to, int64_t at, const uint8_t *from, int64_t first, int64_t n);
/* Bits at, at + 1, ... at + n - 1 of `to`, all clear before, are set. */
void bits_set(uint8_t *to, int64_t at, int64_t n);
/*
 * Bytes that are 0 or 1 as bits from the first bit of `to` on; one byte for all n when it is `constant`. The rest of the last byte is cleared.
 * How many bits are clear.
 */
int64_t bits_put(uint8_t *to, const uint8_t *bytes, bool constant, int64_t n);
/* The same in an array of its own, a mem_column; NULL without memory. */
uint8_t *bits_pack(const uint8_t *bytes, int64_t n, int64_t *clear);
/* The narrowest codes for a dictionary of so many values. */
static inline int code_size_for(int64_t distinct)
{
	return distinct <= 256 ? 1 : distinct <= 65536 ? 2 : 4;
}

/* == summaries ===============================================================================
 *
 * Of a column of numbers, dates or datetimes: rows of the least, the lower middle and the greatest of its finite values
 * (-1 when there is none), how many those are, and how many are NaN or infinite.
 */
struct span {
	int64_t values, odd;
	int64_t low, middle, high;
};
int column_span(const struct column *c, struct span *out, struct err *e);
/* How many of those values fall into each of `bins` classes of one width from the least to the greatest. */
void column_histogram(const struct column *c, const struct span *s, int bins, int64_t *counts);

/* Of a column of strings: the first row of a value, and how many rows have it. */
struct frequency {
	int64_t row, count;
};
/* How many values there are, and the `want` most frequent, ties in the order of their bytes. */
int column_frequencies(const struct column *c, struct frequency *top, int want, int64_t *distinct, struct err *e);

/* == builders ================================================================================
 *
 * One value at a time, then finish. A push of the wrong type is the caller's bug (assert). Strings
 * become a dictionary when that is smaller. A builder that failed stays failed; finish reports it.
 */
struct builder {
	enum type type;
	int64_t length, missing;
	bool failed;
	struct buf values;               /* fixed-width values, string codes, or one byte per bool */
	struct buf valid;                /* one byte per value */
	struct dict *dict;               /* string */
	struct builder *field;           /* quantity: QUANTITY_FIELDS of them */
};

int builder_init(struct builder *b, enum type t, struct err *e);
void builder_missing(struct builder *b);
void builder_bool(struct builder *b, bool v);
void builder_int64(struct builder *b, int64_t v);        /* int64 and datetime */
void builder_float64(struct builder *b, double v);
void builder_date(struct builder *b, int32_t days);
void builder_string(struct builder *b, const char *p, size_t n);
void builder_quantity(struct builder *b, const struct quantity *q);
/* Text to value by the builder's own type, as the CSV reader does; false, and nothing pushed, when it is none. */
bool builder_parse(struct builder *b, struct slice text);
int builder_finish(struct builder *b, struct column **out, struct err *e);    /* empties the builder */
void builder_release(struct builder *b);

/* == dictionaries ============================================================================
 *
 * Distinct byte strings with codes 0, 1, 2 ... in order of first appearance.
 */
struct dict *dict_new(void);
void dict_free(struct dict *d);
int32_t dict_code(struct dict *d, const char *p, size_t n);          /* adds; -1 when out of memory or full */
int32_t dict_find(const struct dict *d, const char *p, size_t n);    /* -1 when it is not there */
int32_t dict_count(const struct dict *d);
struct slice dict_value(const struct dict *d, int32_t code);
/* The values in the order of their codes, as strings without a dictionary: what column_of_codes asks for. */
int dict_column(const struct dict *d, struct column **out, struct err *e);

/* == origins =================================================================================
 *
 * Which line of which file each row of a table was read from; immutable and counted as columns are. Rows on
 * consecutive lines take no memory of their own; where there are no such runs, a row takes 8 bytes.
 */
struct origin;
struct origin_run {
	int64_t row;                     /* the first of the run */
	int64_t place;                   /* of that row: ORIGIN_LINE_BITS of line, and above them the file */
};
struct origin_runs {
	struct origin_run *items;
	size_t n, cap;
	bool failed;                     /* out of memory; sticky, as in struct buf */
	bool beyond;                     /* a line or a file that a place cannot hold; sticky too */
};
#define ORIGIN_RUNS_INIT { 0 }
enum { ORIGIN_LINE_BITS = 40, ORIGIN_FILES_MAX = 1 << 23 };

/*
 * Row `row` begins on `line` of file number `file`; the rows behind it, up to the next one added, on the lines that
 * follow. Rows are added in ascending order from 0 on, all of them or only those where a run begins.
 */
void origin_add(struct origin_runs *b, int64_t row, int32_t file, int64_t line);
/*
 * Of so many rows; empties the list. ERR_DOMAIN when there are more lines or files than a place can hold (2^40, 2^23).
 */
int origin_finish(struct origin_runs *b, int64_t rows, const char *const *files, int32_t nfiles, struct origin **out,
		  struct err *e);
void origin_runs_release(struct origin_runs *b);

struct origin *origin_ref(const struct origin *o);
void origin_unref(struct origin *o);
/* False, and nothing set, when o is NULL. *file holds as long as o does. */
bool origin_where(const struct origin *o, int64_t row, struct slice *file, int64_t *line);
/* As column_take and column_slice. */
int origin_take(const struct origin *o, const int64_t *idx, int64_t n, struct origin **out, struct err *e);
int origin_slice(const struct origin *o, int64_t from, int64_t n, struct origin **out, struct err *e);
/*
 * The same in pieces, for several threads: the places of rows idx[0..n), or from, from + 1, ..., which are all there; and the
 * origin of so many rows of the same files, whose places are a mem_column that is the origin's on success.
 */
void origin_places(const struct origin *o, const uint32_t *idx, int64_t n, int64_t *places);
void origin_span(const struct origin *o, int64_t from, int64_t n, int64_t *places);
const int64_t *origin_direct(const struct origin *o);    /* the places of all its rows, where it keeps them; else NULL, */
int64_t origin_breaks(const struct origin *o);           /* and it is in so many runs, among which one is looked for */
int origin_of_places(const struct origin *o, int64_t *places, int64_t rows, struct origin **out, struct err *e);

/* == tables ==================================================================================
 *
 * Named columns of one length. `origin` says where each row was read (NULL when the table was not read from
 * a file); it follows the rows through every verb.
 */
struct table {
	long refs;
	int64_t rows;
	int ncols;
	char **names;
	struct column **cols;
	struct dict *index;              /* names to positions, in wide tables; NULL in others */
	struct origin *origin;
};

int table_new(int64_t rows, struct table **out, struct err *e);
/* Only while the table is being built and nobody else holds it. Takes its own reference of `c`. */
int table_add(struct table *t, const char *name, const struct column *c, struct err *e);
/* Takes its own reference of `o`, which may be NULL. */
void table_set_origin(struct table *t, const struct origin *o);
struct table *table_ref(const struct table *t);
void table_unref(struct table *t);

int table_find(const struct table *t, const char *name);      /* -1 when there is none */
/* As table_find, but with a message that suggests the nearest name. */
int table_column(const struct table *t, const char *name, const struct column **out, struct err *e);

/* The file and the line that a row was read from; false when the table was not read from a file. */
bool table_where(const struct table *t, int64_t row, struct slice *file, int64_t *line);

int table_take(const struct table *t, const int64_t *idx, int64_t n, struct table **out, struct err *e);
/* Rows from, from + 1, ... from + n - 1. ERR_DOMAIN when one is not in [0, rows). */
int table_slice(const struct table *t, int64_t from, int64_t n, struct table **out, struct err *e);
int table_select(const struct table *t, const char *const *names, int n, struct table **out, struct err *e);
/* With `c` as column `name`, replacing one of that name in its place, else added at the end. */
int table_with(const struct table *t, const char *name, const struct column *c, struct table **out, struct err *e);
/*
 * The rows of n tables (n > 0), one table behind the other. Columns are matched by name, in the order in which they come
 * up; a table that lacks one misses it. Integers beside floats become floats, a column without any value goes with every
 * type; ERR_TYPE with the name for other types that differ. Strings have a dictionary where most of them had one; its
 * values are in order of first appearance. The origin is known when all tables that have rows know theirs.
 */
int table_concat(const struct table *const *ts, int n, struct table **out, struct err *e);

struct table_print {
	int width;               /* columns of the terminal; 0 = 80 */
	int64_t rows;            /* at most so many rows; 0 = 20 */
};
/* Header with types, aligned cells, "n more rows"; columns that do not fit are named below. */
void table_print(struct buf *out, const struct table *t, const struct table_print *how);

#endif
