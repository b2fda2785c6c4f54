/* write_priv.h - what the files that write Arrow share: the writer, and the metadata it makes. */
#ifndef MUSTER_ARROW_WRITE_PRIV_H
#define MUSTER_ARROW_WRITE_PRIV_H

#include "arrow/arrow_priv.h"

/* What goes out as one field: a column, or a quantity and then, behind it, its seven. */
struct leaf {
	const char *name;
	enum type type;
	bool coded;                      /* a string with a dictionary */
	int code_size;
	int64_t id;                      /* of the dictionary */
	struct dict *dict;               /* of several tables: the values so far, */
	int32_t sent;                    /* and how many a stream has been told of */
	/* of the table that is being written */
	const struct column *c;
	const void *values;              /* codes, offsets, or what the column has */
	const char *bytes;
	void *own, *own_bytes;           /* the two when they had to be made */
};

struct arrow_writer {
	struct file_out *out;
	struct arrow_write_options o;
	bool single;                     /* there is one table, so its dictionaries are whole */
	bool begun;
	struct leaf *leaves;
	int nleaves, ncols;
	int64_t at;                      /* bytes written */
	struct buf dictionaries, batches;        /* the list of messages: blocks of 24 bytes */
};

/* A buffer of a body: where it begins there, and the bytes. Offsets are moved by `less` on the way. */
struct part {
	int64_t at, n;
	const void *p;
	int64_t less;
	bool offsets;
};
/* The field nodes and the buffers of a record batch. */
struct batch_parts {
	struct buf nodes;                /* int64_t length, missing */
	struct buf parts;                /* struct part */
	int64_t rows, size;
};

/* write_meta.c: messages without the length in front. `dictionary` < 0: a record batch. */
void meta_schema(struct fb_out *o, const struct arrow_writer *w);
void meta_batch(struct fb_out *o, const struct batch_parts *b, int64_t dictionary, bool delta);
void meta_footer(struct fb_out *o, const struct arrow_writer *w);

#endif
