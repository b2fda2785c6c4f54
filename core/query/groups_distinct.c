/*
 * groups_distinct.c - how many different values a column has.
 *
 * Of a dictionary's codes those that occur are marked: a pass over small numbers. Other values are numbered as groups are, which deals
 * with text that hardly ever comes again without putting it into one table after the other.
 */
#include "query/groups_priv.h"

#include <string.h>

struct marks {
	const struct column *c;
	int segments;
	size_t codes;
	uint8_t *used;                   /* [segments][codes] */
};

#define MARK(type)                                                                                                    \
	for (int64_t i = from; i < to && !c->validity; i++)                                                           \
		used[((const type *)c->as.codes)[i]] = 1;                                                             \
	for (int64_t i = from; i < to && c->validity; i++)                                                            \
		if (column_has(c, i))                                                                                 \
			used[((const type *)c->as.codes)[i]] = 1

static int mark_segment(void *ctx, int k, struct err *e)
{
	const struct marks *m = ctx;
	const struct column *c = m->c;
	int64_t from = query_segment_start(c->length, m->segments, k), to = query_segment_start(c->length, m->segments, k + 1);
	uint8_t *used = m->used + (size_t)k * m->codes;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (c->code_size == 1) {
		MARK(uint8_t);
	} else if (c->code_size == 2) {
		MARK(uint16_t);
	} else {
		MARK(uint32_t);
	}
	return 0;
}

static int count_codes(const struct column *c, int threads, int64_t *count, struct err *e)
{
	struct marks m = { .c = c, .segments = query_segments(c->length), .codes = (size_t)c->dict->length };
	int rc;

	if (!(m.used = mem_zero((size_t)m.segments * m.codes + 1, 1)))
		return err_nomem(e);
	rc = query_parallel(m.segments, threads, mark_segment, &m, e);
	*count = 0;
	for (size_t code = 0; code < m.codes && !rc; code++) {
		uint8_t any = 0;

		for (int k = 0; k < m.segments; k++)
			any |= m.used[(size_t)k * m.codes + code];
		*count += any;
	}
	mem_free(m.used);
	return rc;
}

int groups_distinct(const struct column *c, int threads, int64_t *count, struct err *e)
{
	uint32_t *ids;
	int rc;

	if (c->type == TYPE_STRING && c->dict)
		return count_codes(c, threads, count, e);
	if (!(ids = mem_column(((size_t)c->length + 1) * sizeof *ids)))
		return err_nomem(e);
	if (!(rc = groups_of_columns(&c, 1, c->length, threads, ids, count, NULL, e)))
		*count -= c->missing > 0;
	mem_free(ids);
	return rc;
}
