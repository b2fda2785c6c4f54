/* write_priv.h - what the files that write CSV and JSON share. */
#ifndef MUSTER_WRITE_PRIV_H
#define MUSTER_WRITE_PRIV_H

#include "csv/load.h"

/* A field with quotes around it where it needs them; `alone`: it is all of its line, which must not be blank. */
void write_csv_field(struct buf *out, const char *p, size_t n, bool alone);

#endif
