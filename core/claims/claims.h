/*
 * claims.h - what a row of claims must keep, and what its figure means.
 *
 * A kind of data set (casualties, sources, ...) is a schema: columns with types and allowed values, and
 * rules between columns. Schemas come from Lua tables (lua/muster/schema/); this layer knows the verbs
 * that a schema is written in and no schema by name.
 */
#ifndef MUSTER_CLAIMS_H
#define MUSTER_CLAIMS_H

#include "csv/load.h"
#include "table/table.h"

/* == schemas ================================================================================= */

/* How text must be spelled.  enum   name   what a message calls it */
#define CLAIMS_FORM_LIST(X)                                                                    \
	X(ANY, "any", "")                                                                      \
	X(SLUG, "slug", "lower-case letters, digits and underscores")                          \
	X(PERSON, "person", "the letter P and a number, since individuals carry no name")      \
	X(COUNTRY, "country", "two capital letters (ISO 3166-1), or INT")

enum claims_form {
#define X(name, text, meaning) CLAIMS_FORM_##name,
	CLAIMS_FORM_LIST(X)
#undef X
	CLAIMS_FORM_COUNT
};
bool claims_form_from_name(const char *name, enum claims_form *out);

/* Whether a column may be absent, and its values missing. */
enum claims_need {
	CLAIMS_OPTIONAL,         /* both */
	CLAIMS_COLUMN,           /* the column must be there, its fields may be empty */
	CLAIMS_VALUE             /* every row has a value */
};

/* A column of type quantity is not read: it is the figure, made from other columns (see claims_figure). */
struct claims_column {
	const char *name;
	enum type type;
	enum claims_need need;
	bool unique;                     /* of text */
	char separator;                  /* a field holds several values with this between them; 0 = one value */
	enum claims_form form;
	bool has_min, has_max;
	double min, max;                 /* of numbers, both included */
	const char *const *values;       /* allowed; NULL = any. Keys of another table are allowed values too. */
	size_t nvalues;
	const char *values_from;         /* the file they are from, for messages; NULL = the schema itself */
};

/* True of a row whose `column` holds one of `values`; of no row when column is NULL. */
struct claims_when {
	const char *column;
	const char *const *values;
	size_t nvalues;
};

struct claims_shape {
	const char *value, *shape;       /* "at_least", "xx-" */
};

/*
 * The verbs of rules. A column that is not in the table makes a rule hold.
 *
 *   order      the columns that are filled do not decrease from left to right
 *   together   the columns are all filled or all empty
 *   shape      which columns are filled and which are equal depends on the value of `by`: a letter of the shape
 *              stands for a number, the same letter for the same number, '-' for an empty field. In rows
 *              where `when` is true the columns are all empty, and only there.
 *   filled     where `when` is true the columns are filled
 *   only       where `when` is true the first column holds one of `values`
 *   month_end  where `when` is true the columns hold the last day of a month
 */
#define CLAIMS_VERB_LIST(X)        \
	X(ORDER, "order")          \
	X(TOGETHER, "together")    \
	X(SHAPE, "shape")          \
	X(FILLED, "filled")        \
	X(ONLY, "only")            \
	X(MONTH_END, "month_end")

enum claims_verb {
#define X(name, text) CLAIMS_##name,
	CLAIMS_VERB_LIST(X)
#undef X
	CLAIMS_VERB_COUNT
};
bool claims_verb_from_name(const char *name, enum claims_verb *out);
const char *claims_verb_name(enum claims_verb verb);

struct claims_rule {
	enum claims_verb verb;
	const char *const *columns;
	size_t ncolumns;
	struct claims_when when;
	const char *by;                          /* shape */
	const struct claims_shape *shapes;       /* shape */
	size_t nshapes;
	const char *const *values;               /* only */
	size_t nvalues;
};

struct claims_schema {
	const char *kind;                /* "casualties" */
	const struct claims_column *columns;
	size_t ncolumns;
	const struct claims_rule *rules;
	size_t nrules;
	double rounding;                 /* of "about", see quantity_bounds */
	const struct claims_note *notes; /* what the reader should know before anything else: reported as warnings */
	size_t nnotes;
};

struct claims_note {
	const char *field, *text;        /* field may be NULL */
};

/*
 * Report what in `t` breaks the schema, in the order of the rows, one message for a root cause: an absent column
 * makes one fault and silences the rules that need it, and a field with a fault, also one that is in `faults`
 * already, is not blamed again in that row. Columns that the schema does not have get a warning.
 * Errors: ERR_MEMORY only.
 */
int claims_check(const struct claims_schema *s, const struct table *t, struct faults *faults, struct err *e);
/* The same as a struct load_check: ctx is the schema. */
int claims_load_check(void *ctx, const struct table *t, struct faults *faults, struct err *e);

/*
 * The table with each column of the schema of its declared type. For tables that were not read from a file: text
 * is parsed as the CSV reader would, integers become floats, a column of nothing any type; what cannot be read is a
 * fault, and missing.
 */
int claims_typed(const struct claims_schema *s, const struct table *t, struct table **out, struct faults *faults,
		 struct err *e);

/* == figures ================================================================================= */

/*
 * What each row claims, as a quantity, from the columns qualifier, low, best, high, measure and basis (the last
 * two may be absent); missing where low, best and high all are. ERR_DATA with the row when its numbers do not
 * fit its qualifier, which does not happen to a row that claims_check passed under a schema with a figure.
 */
int claims_figure(const struct table *t, double rounding, struct column **out, struct err *e);
/* The table as readers get it: the columns of the schema in its order, the figure among them, then the others. */
int claims_arrange(const struct claims_schema *s, const struct table *t, struct table **out, struct err *e);

#endif
