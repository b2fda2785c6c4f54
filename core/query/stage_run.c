/* stage_run.c - a stage over all rows in several threads: which rows are left, and the values of a slot as a column. */
#include "query/plan_priv.h"

#include <assert.h>
#include <string.h>

/* == filters == */

struct filtering {
	const struct stage *s;
	int64_t rows;
	int segments;
	struct found {
		uint32_t *rows;
		int64_t n;
		const struct plan *blamed;
	} found[QUERY_SEGMENTS_MAX];
};

static int filter_segment(void *ctx, int k, struct err *e)
{
	struct filtering *f = ctx;
	struct found *found = &f->found[k];
	int64_t at = query_segment_start(f->rows, f->segments, k), end = query_segment_start(f->rows, f->segments, k + 1);
	struct lane *l = NULL;
	int rc = lane_open(f->s, &l, e);

	/* what is not touched takes no memory */
	if (!rc && !(found->rows = mem_column((size_t)(end - at) * sizeof *found->rows)))
		rc = err_nomem(e);
	for (int32_t n; !rc && at < end; at += n) {
		int32_t left;

		n = end - at < VEC_MAX ? (int32_t)(end - at) : VEC_MAX;
		if (stop_requested()) {
			rc = err_set(e, ERR_INTERRUPT, "interrupted");
			break;
		}
		if ((rc = lane_batch(l, at, NULL, n, &left, e)))
			break;
		if (left && lane_left(l))
			memcpy(found->rows + found->n, lane_left(l), (size_t)left * sizeof *found->rows);
		for (int32_t i = 0; left && !lane_left(l) && i < left; i++)
			found->rows[found->n + i] = (uint32_t)(at + i);
		found->n += left;
	}
	if (rc && l)
		found->blamed = lane_blamed(l);
	lane_close(l);
	return rc;
}

int stage_filter(const struct stage *s, int threads, uint32_t **rows, int64_t *n, const struct plan **blamed, struct err *e)
{
	struct filtering f = { .s = s, .rows = s->source->rows, .segments = query_segments(s->source->rows) };
	uint32_t *all = NULL;
	int rc = query_parallel(f.segments, threads, filter_segment, &f, e);

	*n = 0;
	*rows = NULL;
	for (int k = f.segments - 1; k >= 0; k--) {
		*n += f.found[k].n;
		if (f.found[k].blamed)
			*blamed = f.found[k].blamed;
	}
	if (!rc && *n < f.rows) {
		int64_t at = 0;

		if (!(all = mem_column((size_t)(*n + 1) * sizeof *all)))
			rc = err_nomem(e);
		for (int k = 0; k < f.segments && !rc; k++) {
			if (f.found[k].n)
				memcpy(all + at, f.found[k].rows, (size_t)f.found[k].n * sizeof *all);
			at += f.found[k].n;
		}
	}
	for (int k = 0; k < f.segments; k++)
		mem_free(f.found[k].rows);
	*rows = all;
	return rc;
}

int stage_first_fault(const struct stage *s, int threads, int rc, const struct plan **blamed, struct err *e)
{
	for (int k = 0; k < s->nsteps && rc == ERR_DOMAIN; k++) {
		const struct stage_slot *slot = &s->slots[s->steps[k].slot];
		const struct plan *culprit = NULL;
		struct stage some = *s;
		struct err before = ERR_INIT;
		uint32_t *rows = NULL;
		int64_t n;
		int failed;

		if (!slot->program || !program_fails(slot->program))
			continue;
		if (slot->node == *blamed)
			break;
		some.nsteps = k + 1;
		failed = stage_filter(&some, threads, &rows, &n, &culprit, &before);
		mem_free(rows);
		if (failed) {
			*blamed = culprit;
			if (e)
				*e = before;
			return failed;
		}
	}
	return rc;
}

/* == columns == */

struct filling {
	const struct stage *s;
	int slot;
	enum type type;
	const uint32_t *rows;
	int64_t n;
	int segments;
	void *values;                    /* of types with one array of values, */
	uint8_t *validity;
	struct part {
		int64_t missing;
		struct column *column;   /* else a column a segment */
		const struct plan *blamed;
	} part[QUERY_SEGMENTS_MAX];
};

static int fill_segment(void *ctx, int k, struct err *e)
{
	struct filling *f = ctx;
	struct part *part = &f->part[k];
	int64_t at = query_segment_start(f->n, f->segments, k), end = query_segment_start(f->n, f->segments, k + 1);
	struct vec_sink *sink = NULL;
	struct lane *l = NULL;
	int rc = lane_open(f->s, &l, e);

	if (!rc && !f->values)
		rc = vec_sink_open(f->type, &sink, e);
	for (int32_t n; !rc && at < end; at += n) {
		const struct vec *v;

		n = end - at < VEC_MAX ? (int32_t)(end - at) : VEC_MAX;
		if (stop_requested()) {
			rc = err_set(e, ERR_INTERRUPT, "interrupted");
			break;
		}
		lane_rows(l, at, f->rows ? f->rows + at : NULL, n);
		if ((rc = lane_values(l, f->slot, &v, e)))
			break;
		if (f->values)
			part->missing += vec_put(v, f->values, f->validity, at);
		else
			rc = vec_sink_add(sink, v, e);
	}
	if (rc && l)
		part->blamed = lane_blamed(l);
	if (!rc && sink) {
		rc = vec_sink_finish(sink, &part->column, e);
		sink = NULL;
	}
	vec_sink_release(sink);
	lane_close(l);
	return rc;
}

static int join_parts(struct filling *f, struct column **out, struct err *e)
{
	struct table *parts[QUERY_SEGMENTS_MAX] = { NULL }, *whole = NULL;
	int rc = 0;

	if (f->segments == 1) {
		*out = column_ref(f->part[0].column);
		return 0;
	}
	for (int k = 0; k < f->segments && !rc; k++) {
		rc = table_new(f->part[k].column->length, &parts[k], e);
		if (!rc)
			rc = table_add(parts[k], "values", f->part[k].column, e);
	}
	if (!rc)
		rc = table_concat((const struct table *const *)parts, f->segments, &whole, e);
	if (!rc)
		*out = column_ref(whole->cols[0]);
	table_unref(whole);
	for (int k = 0; k < f->segments; k++)
		table_unref(parts[k]);
	return rc;
}

static int wrap(struct filling *f, int64_t missing, struct column **out, struct err *e)
{
	switch (f->type) {
	case TYPE_BOOL: return column_of_bool(f->values, f->validity, f->n, missing, out, e);
	case TYPE_INT64: return column_of_int64(f->values, f->validity, f->n, missing, out, e);
	case TYPE_FLOAT64: return column_of_float64(f->values, f->validity, f->n, missing, out, e);
	case TYPE_DATE: return column_of_date(f->values, f->validity, f->n, missing, out, e);
	default: return column_of_datetime(f->values, f->validity, f->n, missing, out, e);
	}
}

static size_t bytes_of(enum type type, int64_t n)
{
	return type == TYPE_BOOL ? (size_t)(n + 7) / 8 : (size_t)n * (type == TYPE_DATE ? 4 : 8);
}

int stage_column(const struct stage *s, int slot, const uint32_t *rows, int64_t n, int threads, struct column **out,
		 const struct plan **blamed, struct err *e)
{
	struct filling f = { .s = s, .slot = slot, .type = s->slots[slot].type, .rows = rows, .n = n, .segments = query_segments(n) };
	int64_t missing = 0;
	int rc;

	if (!s->slots[slot].program) {
		const struct column *c = s->source->cols[s->slots[slot].column];

		if (rows)
			return rows_gather_column(c, rows, n, threads, out, e);
		*out = column_ref(c);
		return 0;
	}
	if (f.type != TYPE_STRING && f.type != TYPE_QUANTITY) {
		f.values = mem_column(bytes_of(f.type, n) + 1);
		f.validity = mem_column((size_t)(n + 7) / 8 + 1);
		if (!f.values || !f.validity) {
			rc = err_nomem(e);
			goto done;
		}
	}
	rc = query_parallel(f.segments, threads, fill_segment, &f, e);
	for (int k = f.segments - 1; k >= 0; k--) {
		missing += f.part[k].missing;
		if (f.part[k].blamed)
			*blamed = f.part[k].blamed;
	}
	if (!rc)
		rc = f.values ? wrap(&f, missing, out, e) : join_parts(&f, out, e);
	if (!rc)
		f.values = f.validity = NULL;
done:
	mem_free(f.values);
	mem_free(f.validity);
	for (int k = 0; k < f.segments; k++)
		column_unref(f.part[k].column);
	return rc;
}
