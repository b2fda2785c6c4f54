/* records.h - the records of a block, one by one, with their fields unescaped. */
#ifndef MUSTER_RECORDS_H
#define MUSTER_RECORDS_H

#include "csv/reader.h"

struct records {
	struct buf records;      /* struct scan_record */
	struct buf fields;       /* struct slice */
	char *text;              /* of fields that had quotes */
	size_t text_cap;
	struct scan_counts counts;       /* of this block */
};

/* At most `max` records, with lines and offsets of the input; *out is good until the next call or block. */
int records_of_block(struct records *r, const struct block *b, char quote, size_t max, struct scan_batch *out, struct err *e);
void records_release(struct records *r);

#endif
