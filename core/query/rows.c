/*
 * rows.c - rows of a table by number, in several threads.
 *
 * The numbers are looked at once for all columns, segment by segment: whether some are QUERY_NONE, and whether they come
 * in runs of consecutive rows, as they do behind a filter that keeps most; runs are copied as bytes, other rows one by
 * one. Then a column of a segment is a piece of work. Segments begin at multiples of 64 rows, so that no two threads
 * write to one byte of a bitmap.
 *
 * Text without a dictionary takes two rounds: how long the values are, then, when it is known where each segment of the
 * bytes begins, the bytes themselves.
 */
#include "query/rows_priv.h"

#include <assert.h>

enum { LONG_RUN = 8 };         /* rows; below this on average, runs cost more than they save */

/* == which rows == */

/* What the stretch is like; returns the greatest row. */
KERNEL static uint32_t count_rows(const uint32_t *idx, int64_t n, struct stretch *s)
{
	uint32_t runs = 1, falls = 0, nones = 0, most = 0;

	for (int64_t k = 1; k < n; k++) {
		runs += idx[k] != idx[k - 1] + 1;
		falls += idx[k] < idx[k - 1];
	}
	for (int64_t k = 0; k < n; k++) {
		uint32_t there = idx[k] == QUERY_NONE ? 0 : idx[k];

		nones += idx[k] == QUERY_NONE;
		most = there > most ? there : most;
	}
	s->nruns = n ? runs : 0;
	s->falls = falls;
	s->none = nones > 0;
	return most;
}

static int look(void *ctx, int k, struct err *e)
{
	struct gather *g = ctx;
	struct stretch *s = &g->stretches[k];
	struct run *run;
	uint32_t greatest;

	s->first = query_segment_start(g->n, g->segments, k);
	s->n = query_segment_start(g->n, g->segments, k + 1) - s->first;
	s->idx = g->idx + s->first;
	greatest = count_rows(s->idx, s->n, s);
	assert(!s->n || greatest < g->rows || (s->none && !greatest));
	if (!s->n || s->none || s->nruns > s->n / LONG_RUN)
		return 0;
	if (!(s->runs = run = mem_alloc((size_t)s->nruns * sizeof *run)))
		return err_nomem(e);
	*run = (struct run){ s->idx[0], 1 };
	for (int64_t i = 1; i < s->n; i++) {
		if (s->idx[i] == s->idx[i - 1] + 1)
			run->n++;
		else
			*++run = (struct run){ s->idx[i], 1 };
	}
	return 0;
}

/* All rows in their order: there is nothing to do. */
static bool takes_all(const struct gather *g)
{
	for (int k = 0; k < g->segments && g->n == g->rows; k++) {
		const struct stretch *s = &g->stretches[k];

		if (s->n && (!s->runs || s->nruns != 1 || s->runs->from != s->first))
			return false;
	}
	return g->n == g->rows;
}

/* == jobs == */

static bool is_text(const struct job *j)
{
	return j->from->type == TYPE_STRING && !j->from->dict;
}

static size_t value_size(const struct column *c)
{
	switch (c->type) {
	case TYPE_BOOL:
	case TYPE_QUANTITY:
		return 0;
	case TYPE_STRING:
		return c->dict ? c->code_size : 0;
	case TYPE_DATE:
		return sizeof(int32_t);
	default:
		return sizeof(int64_t);
	}
}

static bool has_none(const struct gather *g)
{
	for (int k = 0; k < g->segments; k++)
		if (g->stretches[k].none)
			return true;
	return false;
}

static bool job_open(struct job *j, const struct column *from, const struct gather *g)
{
	size_t n = (size_t)g->n;

	*j = (struct job){ .from = from, .size = value_size(from) };
	if ((from->validity || has_none(g)) && !(j->validity = mem_column((n + 7) / 8)))
		return false;
	if (is_text(j))
		return (j->offsets = mem_column((n + 1) * sizeof *j->offsets)) != NULL;
	if (from->type != TYPE_QUANTITY)
		return (j->values = mem_column(j->size ? n * j->size : (n + 7) / 8)) != NULL;
	return true;
}

static void job_release(struct job *j)
{
	mem_free(j->values);
	mem_free(j->offsets);
	mem_free(j->bytes);
	mem_free(j->validity);
}

/* A column, behind it the fields of a figure. */
static bool add_jobs(struct gather *g, const struct column *c)
{
	bool good = job_open(&g->jobs[g->njobs], c, g);

	g->njobs++;
	for (int k = 0; c->type == TYPE_QUANTITY && k < QUANTITY_FIELDS && good; k++)
		good = add_jobs(g, c->as.field[k]);
	return good;
}

/* == rounds ==================================================================================
 *
 * In each a job is done in so many slots: segments of the result, or parts of the source where rows are lists.
 */

static int slots(const struct gather *g)
{
	return g->lists.n && g->lists.parts > g->segments ? g->lists.parts : g->segments;
}

static int copy_fixed(struct gather *g, int slot, void *to, const void *values, size_t size, struct err *e)
{
	const struct stretch *s = &g->stretches[slot];

	if (g->lists.n)
		return slot < g->lists.parts ? blocks_values(g, slot, to, values, size, e) : 0;
	if (slot < g->segments)
		copy_values((char *)to + (size_t)s->first * size, values, size, s);
	return 0;
}

static int copy_places(struct gather *g, int slot, struct err *e)
{
	const int64_t *places = g->all_places ? g->all_places : origin_direct(g->origin);
	const struct stretch *s = &g->stretches[slot];

	if (places)
		return copy_fixed(g, slot, g->places, places, sizeof *places, e);
	if (slot < g->segments)
		origin_places(g->origin, s->idx, s->n, g->places + s->first);
	return 0;
}

static int first_round(void *ctx, int task, struct err *e)
{
	struct gather *g = ctx;
	int slot = task % slots(g);
	const struct stretch *s = &g->stretches[slot];
	struct job *j = &g->jobs[task / slots(g)];

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (task / slots(g) == g->njobs)
		return copy_places(g, slot, e);
	if (j->validity && slot < g->segments)
		j->missing[slot] = copy_bits(j->validity, j->from->validity, s);
	if (j->size)
		return copy_fixed(g, slot, j->values, j->from->as.codes, j->size, e);
	if (j->from->type == TYPE_BOOL && slot < g->segments)
		copy_bits(j->values, j->from->as.bits, s);
	if (is_text(j) && g->lists.n)
		return slot < g->lists.parts ? blocks_lengths(g, slot, j->offsets, j->from, e) : 0;
	if (is_text(j) && slot < g->segments)
		j->length[slot] = text_lengths(j->offsets + s->first, j->from, s);
	return 0;
}

/* Where rows are lists, it takes a round more until the places of text are known in the segment, */
static int lengths_round(void *ctx, int task, struct err *e)
{
	struct gather *g = ctx;
	const struct stretch *s = &g->stretches[task % g->segments];
	struct job *j = &g->jobs[task / g->segments];

	(void)e;
	if (is_text(j))
		j->length[task % g->segments] = lengths_add(j->offsets + s->first, s->n);
	return 0;
}

static int64_t segment_base(const struct job *j, int k)
{
	int64_t base = 0;

	for (int i = 0; i < k; i++)
		base += j->length[i];
	return base;
}

/* and another one until they are known in the column. */
static int offsets_round(void *ctx, int task, struct err *e)
{
	struct gather *g = ctx;
	const struct stretch *s = &g->stretches[task % g->segments];
	struct job *j = &g->jobs[task / g->segments];
	int64_t base = segment_base(j, task % g->segments);

	(void)e;
	for (int64_t k = s->first; is_text(j) && k < s->first + s->n; k++)
		j->offsets[k] += base;
	return 0;
}

static int bytes_round(void *ctx, int task, struct err *e)
{
	struct gather *g = ctx;
	int slot = task % slots(g);
	struct job *j = &g->jobs[task / slots(g)];

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (is_text(j) && g->lists.n)
		return slot < g->lists.parts ? blocks_bytes(g, slot, j, e) : 0;
	if (is_text(j) && slot < g->segments)
		text_bytes(j, &g->stretches[slot], segment_base(j, slot), j->length[slot]);
	return 0;
}

/* Room for the text, of which the lengths are known. */
static int text_room(struct gather *g, struct err *e)
{
	for (int k = 0; k < g->njobs; k++) {
		struct job *j = &g->jobs[k];

		if (!is_text(j))
			continue;
		j->total = segment_base(j, g->segments);
		j->offsets[g->n] = j->total;
		if (!(j->bytes = mem_column((size_t)j->total)))
			return err_nomem(e);
	}
	return 0;
}

static int copy_all(struct gather *g, struct err *e)
{
	bool text = false;
	int rc;

	for (int k = 0; k < g->njobs; k++)
		text |= is_text(&g->jobs[k]);
	rc = query_parallel((g->njobs + (g->places != NULL)) * slots(g), g->threads, first_round, g, e);
	if (rc || !text)
		return rc;
	if (g->lists.n)
		rc = query_parallel(g->njobs * g->segments, g->threads, lengths_round, g, e);
	if (!rc)
		rc = text_room(g, e);
	if (!rc && g->lists.n)
		rc = query_parallel(g->njobs * g->segments, g->threads, offsets_round, g, e);
	return rc ? rc : query_parallel(g->njobs * slots(g), g->threads, bytes_round, g, e);
}

/* == origins == */

static int all_places(void *ctx, int k, struct err *e)
{
	struct gather *g = ctx;
	int64_t from = query_segment_start(g->rows, query_segments(g->rows), k);

	(void)e;
	origin_span(g->origin, from, query_segment_start(g->rows, query_segments(g->rows), k + 1) - from, g->all_places + from);
	return 0;
}

/*
 * Rows that jump about would each be looked for among the runs of lines, up to once a run between two that fall behind;
 * then it is faster to write down the places of all.
 */
static bool searches(const struct gather *g)
{
	int64_t falls = 1;

	for (int k = 0; k < g->segments; k++)
		falls += g->stretches[k].falls;
	return origin_breaks(g->origin) > 1 && falls >= g->n / 8 / origin_breaks(g->origin);
}

static int find_places(struct gather *g, const struct origin *o, struct err *e)
{
	g->origin = o;
	if (!(g->places = mem_column((size_t)g->n * sizeof *g->places)))
		return err_nomem(e);
	if (origin_direct(o) || g->n < g->rows / 4 || !searches(g))
		return 0;
	if (!(g->all_places = mem_column((size_t)g->rows * sizeof *g->all_places)))
		return err_nomem(e);
	return query_parallel(query_segments(g->rows), g->threads, all_places, g, e);
}

/* == columns == */

/* The next job's column; what the column owns is the job's no more. */
static int make_column(struct gather *g, int *at, struct column **out, struct err *e);

static int make_figures(struct gather *g, int *at, struct job *j, int64_t missing, struct column **out, struct err *e)
{
	struct column *fields[QUANTITY_FIELDS] = { 0 };
	int rc = 0;

	for (int k = 0; k < QUANTITY_FIELDS && !rc; k++)
		rc = make_column(g, at, &fields[k], e);
	if (!rc)
		rc = column_of_quantity(fields, j->validity, g->n, missing, out, e);
	for (int k = 0; k < QUANTITY_FIELDS; k++)
		column_unref(fields[k]);
	return rc;
}

static int make_column(struct gather *g, int *at, struct column **out, struct err *e)
{
	struct job *j = &g->jobs[(*at)++];
	int64_t missing = 0;
	int rc;

	for (int k = 0; k < g->segments; k++)
		missing += j->missing[k];
	if (j->from->type == TYPE_QUANTITY)
		rc = make_figures(g, at, j, missing, out, e);
	else if (is_text(j))
		rc = column_of_strings(j->offsets, j->bytes, j->validity, g->n, missing, out, e);
	else if (j->from->type == TYPE_STRING)
		rc = column_of_codes(j->values, j->from->code_size, j->from->dict, j->validity, g->n, missing, out, e);
	else if (j->from->type == TYPE_BOOL)
		rc = column_of_bool(j->values, j->validity, g->n, missing, out, e);
	else if (j->from->type == TYPE_DATE)
		rc = column_of_date(j->values, j->validity, g->n, missing, out, e);
	else if (j->from->type == TYPE_FLOAT64)
		rc = column_of_float64(j->values, j->validity, g->n, missing, out, e);
	else if (j->from->type == TYPE_INT64)
		rc = column_of_int64(j->values, j->validity, g->n, missing, out, e);
	else
		rc = column_of_datetime(j->values, j->validity, g->n, missing, out, e);
	if (!rc)
		*j = (struct job){ .from = j->from };
	return rc;
}

static int gather_open(struct gather *g, const uint32_t *idx, int64_t n, int64_t rows, int threads, struct err *e)
{
	int rc;

	*g = (struct gather){ .idx = idx, .n = n, .rows = rows, .threads = threads, .segments = query_segments(n) };
	if (n >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "a table of %lld rows is too long: a query takes less than 2^32", (long long)n);
	rc = query_parallel(g->segments, threads, look, g, e);
	return rc ? rc : lists_find(g, e);
}

static void gather_release(struct gather *g)
{
	for (int k = 0; k < g->njobs; k++)
		job_release(&g->jobs[k]);
	for (int k = 0; k < g->segments; k++)
		mem_free(g->stretches[k].runs);
	mem_free(g->jobs);
	mem_free(g->places);
	mem_free(g->all_places);
	lists_release(&g->lists);
}

static int count_jobs(const struct column *c)
{
	return c->type == TYPE_QUANTITY ? 1 + QUANTITY_FIELDS : 1;
}

int rows_gather_column(const struct column *c, const uint32_t *idx, int64_t n, int threads, struct column **out, struct err *e)
{
	struct gather g;
	int rc = gather_open(&g, idx, n, c->length, threads, e), at = 0;

	if (rc)
		goto done;
	if (takes_all(&g)) {
		*out = column_ref(c);
		goto done;
	}
	if (!(g.jobs = mem_zero((size_t)count_jobs(c), sizeof *g.jobs)) || !add_jobs(&g, c))
		rc = err_nomem(e);
	if (!rc)
		rc = copy_all(&g, e);
	if (!rc)
		rc = make_column(&g, &at, out, e);
done:
	gather_release(&g);
	return rc;
}

static int make_table(struct gather *g, const struct table *t, struct table **out, struct err *e)
{
	struct table *fresh = NULL;
	struct column *c = NULL;
	int rc = table_new(g->n, &fresh, e), at = 0;

	for (int k = 0; k < t->ncols && !rc; k++) {
		if ((rc = make_column(g, &at, &c, e)))
			break;
		rc = table_add(fresh, t->names[k], c, e);
		column_unref(c);
	}
	if (!rc && g->places && !(rc = origin_of_places(t->origin, g->places, g->n, &fresh->origin, e)))
		g->places = NULL;
	if (rc)
		table_unref(fresh);
	else
		*out = fresh;
	return rc;
}

int rows_gather(const struct table *t, const uint32_t *idx, int64_t n, int threads, struct table **out, struct err *e)
{
	struct gather g;
	int rc = gather_open(&g, idx, n, t->rows, threads, e), jobs = 0;

	if (rc)
		goto done;
	if (takes_all(&g)) {
		*out = table_ref(t);
		goto done;
	}
	for (int k = 0; k < t->ncols; k++)
		jobs += count_jobs(t->cols[k]);
	if (!(g.jobs = mem_zero((size_t)jobs, sizeof *g.jobs)))
		rc = err_nomem(e);
	for (int k = 0; k < t->ncols && !rc; k++)
		if (!add_jobs(&g, t->cols[k]))
			rc = err_nomem(e);
	if (!rc && t->origin && !has_none(&g))
		rc = find_places(&g, t->origin, e);
	if (!rc)
		rc = copy_all(&g, e);
	if (!rc)
		rc = make_table(&g, t, out, e);
done:
	gather_release(&g);
	return rc;
}
