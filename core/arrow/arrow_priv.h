/* arrow_priv.h - what the files of the Arrow layer share among themselves. */
#ifndef MUSTER_ARROW_PRIV_H
#define MUSTER_ARROW_PRIV_H

#include "arrow/fb.h"
#include "arrow/ipc.h"

/* == the format's numbers (Schema.fbs, Message.fbs, File.fbs) == */

enum { VERSION_4 = 3, VERSION_5 = 4 };
enum { HEADER_SCHEMA = 1, HEADER_DICTIONARY = 2, HEADER_BATCH = 3 };
enum { MESSAGE_VERSION, MESSAGE_HEADER_TYPE, MESSAGE_HEADER, MESSAGE_BODY, MESSAGE_NOTES, MESSAGE_FIELDS };
enum { SCHEMA_ENDIAN, SCHEMA_FIELDS, SCHEMA_NOTES, SCHEMA_FEATURES };
enum { FIELD_NAME, FIELD_NULLABLE, FIELD_TYPE_TYPE, FIELD_TYPE, FIELD_DICTIONARY, FIELD_CHILDREN, FIELD_NOTES };
enum { DICT_ID, DICT_INDEX, DICT_ORDERED };
enum { BATCH_LENGTH, BATCH_NODES, BATCH_BUFFERS, BATCH_COMPRESSION, BATCH_VARIADIC };
enum { DICTIONARY_ID, DICTIONARY_DATA, DICTIONARY_DELTA };
enum { FOOTER_VERSION, FOOTER_SCHEMA, FOOTER_DICTIONARIES, FOOTER_BATCHES };
enum { BLOCK_SIZE = 24, NODE_SIZE = 16, BUFFER_SIZE = 16 };
enum { UNIT_SECOND, UNIT_MILLI, UNIT_MICRO, UNIT_NANO };

/*
 * What the metadata of a field says when a struct is a quantity. Not an extension type: Polars gives up on a file that
 * has one it does not know, and reads a struct with metadata as a struct.
 */
#define QUANTITY_KEY "muster.type"
#define QUANTITY_VALUE "quantity"

/* Name in messages, buffers in a record batch without those of the children (-1: see field_buffers). */
#define ARROW_TYPE_LIST(X)                                                                                              \
	X(NONE, "no type", 0) X(NULL, "null", 0) X(INT, "int", 2) X(FLOAT, "float", 2) X(BINARY, "binary", 3)           \
	X(UTF8, "utf8", 3) X(BOOL, "bool", 2) X(DECIMAL, "decimal", 2) X(DATE, "date", 2) X(TIME, "time", 2)            \
	X(TIMESTAMP, "timestamp", 2) X(INTERVAL, "interval", 2) X(LIST, "list", 2) X(STRUCT, "struct", 1)               \
	X(UNION, "union", -1) X(FIXED_BINARY, "fixed_size_binary", 2) X(FIXED_LIST, "fixed_size_list", 1)               \
	X(MAP, "map", 2) X(DURATION, "duration", 2) X(LARGE_BINARY, "large_binary", 3)                                  \
	X(LARGE_UTF8, "large_utf8", 3) X(LARGE_LIST, "large_list", 2) X(RUN_END, "run_end_encoded", 0)                  \
	X(BINARY_VIEW, "binary_view", 2) X(UTF8_VIEW, "utf8_view", 2) X(LIST_VIEW, "list_view", 3)                      \
	X(LARGE_LIST_VIEW, "large_list_view", 3)

enum arrow_type {
#define X(name, text, buffers) ARROW_##name,
	ARROW_TYPE_LIST(X)
#undef X
	ARROW_TYPE_COUNT
};
const char *arrow_type_name(int type);

/* == fields (read_schema.c) == */

enum { QUANTITY_FIELDS_BEFORE = QUANTITY_UNIT };     /* files of version 0.1: without unit and days */
extern const char *const quantity_fields[QUANTITY_FIELDS];       /* "low", "high", ... */

struct field {
	struct slice name;               /* bytes of the metadata, or the caller's */
	enum arrow_type type;
	int width;                       /* bits of an int or a float */
	bool is_signed;
	int unit;                        /* UNIT_ of a timestamp; of a date UNIT_SECOND (days) or UNIT_MILLI */
	int union_mode;                  /* 0 = sparse */
	bool dictionary;                 /* a dictionary of the type, with indexes of index_width bits */
	int64_t id;
	int index_width;
	bool index_signed;
	bool quantity;                   /* a struct that is one of ours */
	struct field *children;
	int nchildren;
};

/* Fill *fields; the strings stay in the buffer of f. `base` is where in the file that begins, for messages. */
struct reader;
int schema_fields(struct reader *r, struct fb *f, size_t schema, size_t base, struct err *e);
void fields_release(struct field *fields, int n);
/* Can a column be made of it? A dictionary: of its values. */
bool field_known(const struct field *f);
/* Do the children make a quantity? Sets f->quantity. */
void field_find_quantity(struct field *f, bool said);
enum type field_column_type(const struct field *f);
/* Bits of a value in the data buffer; strings: of an offset or a view. */
int field_bits(const struct field *f);

/* == bytes (source.c) ==
 *
 * A span is a buffer of a body: n bytes that stand in the file or in memory, `raw` of them when unpacked.
 */
enum codec { CODEC_NONE = -1, CODEC_LZ4, CODEC_ZSTD };
struct span_of {
	const char *mem;                 /* in memory; NULL: in the file */
	int64_t at, n, raw;
	enum codec codec;
};

struct source {
	const char *name;                /* for messages */
	int fd;
	const char *mem;                 /* the whole of it, when fd < 0 */
	int64_t size;
};
/* n bytes at a place that is within the file. */
int source_read(const struct source *s, int64_t at, void *to, int64_t n, struct err *e);
/* ERR_DATA: "NAME: error: ... (byte N)". */
int source_fault(const struct source *s, int64_t at, struct err *e, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* The first n bytes of a span, n <= raw. */
int span_read(const struct source *s, const struct span_of *from, void *to, int64_t n, struct err *e);

/* The same bytes one part after the other: straight out of the file, or out of memory that holds them unpacked. */
enum { FEED_BLOCK = 256 << 10 };
struct feed {
	const struct source *s;
	const struct span_of *from;
	char *own;                       /* what was unpacked, or a block of the file */
	const char *p;                   /* where all of it is, or NULL */
	int64_t at;
};
#define FEED_INIT { 0 }
int feed_open(struct feed *f, const struct source *s, const struct span_of *from, struct err *e);
/* The next n bytes, at most FEED_BLOCK; they are good until the next call. */
int feed_next(struct feed *f, int64_t n, const void **out, struct err *e);
void feed_close(struct feed *f);

/* == dictionaries (read_dict.c) ==
 *
 * All values that an id ever had stand one behind the other in its pool. A record batch sees `count` of them from `base`
 * on: those of the last full dictionary before it and of what was added since.
 */
struct view {
	int64_t base, count;
	bool same;                       /* the codes of its strings are their positions */
};
struct pool {
	int64_t id;
	const char *name;                /* of the first column that has it */
	struct field values;             /* shares name and children with the field it was made of */
	struct view now;
	bool set;                        /* there was one */
	int64_t n;
	bool missing;                    /* some value is missing */
	struct dict *dict;               /* strings: distinct ones; map[] has the code of each position, -1 = missing */
	struct buf map;
	struct buf words;                /* others: 8 bytes each, and one byte that says whether it is there */
	struct buf has;
	struct column *column;           /* of dict, when all is read */
};

/* == units (read_column.c, read_string.c) ==
 *
 * What is read as one column: a field, or one of the seven of a quantity, or the validity of a quantity itself.
 * A piece is its part of one record batch.
 */
enum { BUF_VALIDITY, BUF_DATA, BUF_BYTES, BUF_MAX };      /* strings: the offsets (or views), then the bytes */
struct piece {
	int64_t rows, nulls;             /* nulls < 0: not known */
	int64_t first;                   /* rows of the buffers that come before; bits only, others are moved already */
	struct span_of buf[BUF_MAX];
	struct span_of *more;            /* of views: the buffers of bytes */
	int64_t nmore;
	struct view view;
};
struct unit {
	const struct field *field;
	const char *name;                /* of the column, for messages */
	bool only_validity;
	bool dictionary;                 /* the values of one, of the column of that name among others */
	struct pool *pool;
	struct piece *pieces;
	int64_t npieces, cap;
	int64_t rows;                    /* of all pieces */
	struct column *out;
	uint8_t *validity;               /* of a quantity: what out has no place for yet */
	int64_t missing;
};
int unit_add(struct unit *u, const struct piece *p, struct err *e);
void unit_release(struct unit *u);
/* All pieces as u->out. `most` bounds the bytes that views may repeat. */
int unit_read(struct unit *u, const struct source *s, int64_t most, struct err *e);
/* The kinds that are not one array of values of one size. u->missing is known; validity is the unit's on success. */
int unit_strings(struct unit *u, const struct source *s, uint8_t *validity, struct err *e);
int unit_views(struct unit *u, const struct source *s, uint8_t *validity, int64_t most, struct err *e);
int unit_codes(struct unit *u, const struct source *s, uint8_t *validity, struct err *e);
int unit_values(struct unit *u, const struct source *s, uint8_t *validity, struct err *e);
/* The integers at `from`, of so many bits; above int64 they come out negative. */
void widen_ints(int64_t *to, const void *from, int64_t n, int width, bool is_signed);
/* ERR_DATA about a row of a column, or a value of its dictionary. */
int unit_fault(const struct unit *u, const struct source *s, int64_t row, struct err *e, const char *fmt, ...)
	PRINTF_LIKE(5, 6);
static inline bool bit_of(const uint8_t *bits, int64_t i)
{
	return !bits || (bits[i >> 3] >> (i & 7) & 1);
}
/*
 * Codes of missing values may be anything, here and in the format; but readers look at them too. Is one beyond the
 * dictionary? All codes of the column to `to`, those of missing values as 0.
 */
bool codes_are_wild(const struct column *c);
void codes_tame(const struct column *c, void *to);

int pool_add(struct pool *p, const struct column *values, bool delta, struct err *e);
int pool_finish(struct pool *p, struct err *e);
void pool_release(struct pool *p);

/* == the reader (read.c, read_batch.c, read_table.c) == */

struct column_of {
	int unit, nunits;                /* of reader.units; 0 when it is left out, or null */
	char *name;
	bool wanted, null;
};

struct reader {
	struct source s;
	const struct arrow_read_options *o;
	struct arrow_data *out;
	char *schema;                    /* the metadata that names point into */
	struct field *fields;
	struct column_of *columns;       /* one a field */
	int nfields;
	bool no_origin;
	bool is_file;                    /* whose dictionaries all come first */
	bool only_notes;                 /* of the schema nothing else is wanted */
	bool old_unions;                 /* version 4: unions have a validity buffer */
	struct pool **pools;             /* not moved once units point to them */
	int npools;
	struct unit *units;
	int nunits;
	int64_t rows, batches;
	int64_t unpacked, most;          /* bytes that packed buffers were said to hold, and the limit */
	int64_t view_most;               /* bytes that the texts of one column of views may have, and all dictionaries */
	int64_t covered;                 /* bytes of the file that messages were found in */
};
int reader_units(struct reader *r, struct err *e);
/* A message body at `body`, of so many bytes. */
int reader_batch(struct reader *r, struct fb *f, size_t batch, int64_t meta, int64_t body, int64_t size, struct err *e);
int reader_dictionary(struct reader *r, struct fb *f, size_t dictionary, int64_t meta, int64_t body, int64_t size,
		      struct err *e);
/* The table of all batches, when all messages have been walked. */
int reader_finish(struct reader *r, struct err *e);
void reader_release(struct reader *r);

#endif
