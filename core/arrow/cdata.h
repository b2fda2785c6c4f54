/*
 * cdata.h - tables handed to other libraries of this process, and taken from them: the Arrow C data interface.
 *
 * What is handed out shares the memory of the columns and holds references to them, until the taker calls `release`.
 * The three structs are those of the specification, https://arrow.apache.org/docs/format/CDataInterface.html and
 * CStreamInterface.html, which every library defines for itself under these guards.
 */
#ifndef MUSTER_CDATA_H
#define MUSTER_CDATA_H

#include "arrow/ipc.h"

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
	const char *format, *name, *metadata;
	int64_t flags, n_children;
	struct ArrowSchema **children, *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};

struct ArrowArray {
	int64_t length, null_count, offset, n_buffers, n_children;
	const void **buffers;
	struct ArrowArray **children, *dictionary;
	void (*release)(struct ArrowArray *);
	void *private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
	int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
	int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
	const char *(*get_last_error)(struct ArrowArrayStream *);
	void (*release)(struct ArrowArrayStream *);
	void *private_data;
};
#endif

/*
 * The table as a struct array with a child for each column; types as arrow_write has them. The table may be dropped at once.
 * On failure the two are untouched.
 */
int arrow_export_table(const struct table *t, struct ArrowSchema *schema, struct ArrowArray *array, struct err *e);
/* The same as a stream of one array, which get_next gives once. */
int arrow_export_stream(const struct table *t, struct ArrowArrayStream *stream, struct err *e);
/*
 * A struct array as a table, copied: types, checks and errors as arrow_read has them. How long the buffers are the
 * interface does not say: that they are long enough for `length` is the giver's promise. Takes both over: they are released,
 * whatever comes of it. `o` may be NULL.
 */
int arrow_import_table(struct ArrowSchema *schema, struct ArrowArray *array, const struct arrow_read_options *o,
		       struct table **out, struct err *e);

#endif
