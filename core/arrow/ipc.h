/*
 * ipc.h - tables as Apache Arrow IPC files and streams, and back.
 *
 * A column in memory is already what the format wants: it is written and read without a conversion. Every number of a
 * file is checked before it is used, and no more memory is asked for than the size of the file justifies.
 * Source: https://arrow.apache.org/docs/format/Columnar.html, metadata version 5.
 */
#ifndef MUSTER_IPC_H
#define MUSTER_IPC_H

#include "csv/input.h"
#include "csv/load.h"
#include "table/table.h"

/* A pair of the metadata of a schema. */
struct arrow_note {
	char *key, *value;
	size_t value_size;
};

/* == writing ================================================================================= */

enum arrow_format { ARROW_FILE, ARROW_STREAM };

/*
 * One table. bool, int64, float64, date32, timestamp[us, UTC]; strings as a dictionary of large_utf8 where the column
 * has one, else as large_utf8; a quantity as a struct whose metadata says so (muster.type). At most so many rows to a
 * record batch; 0 = about a million. ERR_MEMORY, and what file_out_step fails with; the commit is left to the caller.
 */
struct arrow_write_options {
	enum arrow_format format;
	int64_t rows;
	const struct arrow_note *notes;
	size_t nnotes;
};
int arrow_write(struct file_out *out, const struct table *t, const struct arrow_write_options *o, struct err *e);

/*
 * Tables one behind the other, all with the columns of the first: ERR_TYPE for others. A string column has a dictionary
 * when that of the first table is small. It grows: a file holds it whole at its end, a stream adds to it as it goes.
 */
struct arrow_writer;
int arrow_writer_open(struct file_out *out, const struct arrow_write_options *o, struct arrow_writer **w, struct err *e);
int arrow_writer_add(struct arrow_writer *w, const struct table *t, struct err *e);
int arrow_writer_finish(struct arrow_writer *w, struct err *e);
void arrow_writer_close(struct arrow_writer *w);         /* NULL is fine */

/* == reading ================================================================================= */

struct arrow_read_options {
	const char *const *columns;      /* only these, in the file's order; all when ncolumns = 0 */
	size_t ncolumns;
	bool skip;               /* leave out columns of types that there are none of here, with a warning */
	double max_ratio;        /* buffers that unpack to more than so many times the file are refused; 0 = INPUT_MAX_RATIO */
	int threads;             /* at most so many; 0 = one a processor */
};

struct arrow_data {
	struct table *table;             /* its origin is the file, each row on the line of its number */
	struct faults faults;            /* warnings only: columns renamed or left out */
	struct arrow_note *notes;
	size_t nnotes;
	int64_t bytes;                   /* of the file */
	int64_t columns_skipped;
};
#define ARROW_DATA_INIT { 0 }

/*
 * A file or a stream, told by its content; metadata of versions 4 and 5, also in the framing before Arrow 0.15; buffers
 * plain or packed with LZ4 or zstd. All record batches become one table.
 *
 *   bool; int8 to uint64 -> int64; float16 to float64 -> float64; date32, date64 -> date; timestamp -> datetime
 *   utf8, large_utf8, utf8_view, and a dictionary of them -> string; a dictionary of numbers or times -> its values
 *   null -> string, all missing; struct that says it is a quantity -> quantity
 *
 * Into *out, which is empty before. ERR_TYPE names a column of another type; ERR_DATA with the byte for what is damaged, and
 * for values that the type here cannot hold (uint64 above 2^63 - 1, nanoseconds, years beyond 1 to 9999, a date64
 * within a day, text that is not UTF-8). ERR_NAME for a column that is asked for and not there. ERR_IO also when the
 * file changes meanwhile.
 */
int arrow_read(const char *path, const struct arrow_read_options *o, struct arrow_data *out, struct err *e);
int arrow_read_memory(const char *name, const char *p, size_t n, const struct arrow_read_options *o,
		      struct arrow_data *out, struct err *e);
/* All the bytes of an input that was opened with `arrow` (csv/input.h), as a pipe gives them. */
int arrow_read_input(struct input *in, const struct arrow_read_options *o, struct arrow_data *out, struct err *e);
/* The notes alone. */
int arrow_read_notes(const char *path, struct arrow_data *out, struct err *e);
void arrow_data_release(struct arrow_data *d);

#endif
