/* convert_priv.h - what the files of the typed parse share: a field of a row, and columns of text. */
#ifndef MUSTER_CONVERT_PRIV_H
#define MUSTER_CONVERT_PRIV_H

#include "csv/convert.h"

/* The bytes of a field: with their quotes in an indexed block, without in a slow one. */
static inline struct slice field_at(const struct rows *r, size_t i, int field)
{
	const struct block *b = r->b;
	uint32_t begin, end;

	if (b->slow)
		return b->batch.fields[b->batch.records[r->record[i]].field + (size_t)field];
	end = r->at[i * r->nfields + (size_t)field];
	begin = field ? r->at[i * r->nfields + (size_t)field - 1] + 1 : r->start[i];
	return slice_of(b->p + begin, end - begin);
}

static inline bool field_quoted(const struct converter *v, const struct rows *r, struct slice s)
{
	return s.n && *s.p == v->quote && !r->b->slow;
}

static inline size_t field_unquote(char *to, struct slice s, char quote)
{
	size_t n = 0;

	for (size_t i = 1; i + 1 < s.n; i++) {
		to[n++] = s.p[i];
		i += s.p[i] == quote;
	}
	return n;
}

static inline bool field_is_missing(const struct load_options *o, struct slice s)
{
	if (!s.n)
		return true;
	for (size_t i = 0; i < o->nmissing; i++)
		if (slice_is(s, o->missing[i]))
			return true;
	return false;
}

static inline void field_mark_missing(struct converting *c, size_t i)
{
	c->map[i / 64] |= UINT64_C(1) << (i % 64);
	c->missing++;
}

static inline struct kernel_fields fields_of(const struct rows *r, int field, size_t from)
{
	struct kernel_fields f = { .p = r->b->p, .end = r->at + from * r->nfields + (size_t)field, .end_stride = r->nfields };

	if (field) {
		f.begin = f.end - 1;
		f.begin_stride = r->nfields;
		f.begin_add = 1;
	} else {
		f.begin = r->start + from;
		f.begin_stride = 1;
	}
	return f;
}

/* convert_text.c: rows [from, from + n) of a column of text, behind those before them. */
int convert_text_rows(struct converter *v, const struct rows *r, struct converting *c, int64_t row, size_t from, size_t n,
		      struct err *e);
/* Exactly the bytes that all rows of the block will be: the value behind them begins there, and so the last one here ends. */
size_t convert_text_size(const struct converter *v, const struct rows *r, const struct converting *c);

#endif
