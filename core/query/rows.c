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
#include "query/query.h"

#include <assert.h>
#include <string.h>

enum {
	LONG_RUN = 8,            /* rows; below this on average, runs cost more than they save */
	AHEAD = 24,              /* rows; how far ahead of a copy of text its bytes are asked for */
	SHORT_TEXT = 32,         /* bytes; up to here a copy of a fixed size is faster than memcpy's choice */
};

struct run {
	uint32_t from, n;
};

/* A segment of the rows that are taken. */
struct stretch {
	const uint32_t *idx;
	int64_t first, n;        /* of the result's rows */
	struct run *runs;        /* NULL = one by one */
	int64_t nruns;
	bool none;               /* there are QUERY_NONEs */
};

/* A column that is made: a table's, or one of the fields of a figure. */
struct job {
	const struct column *from;
	size_t size;             /* of a value; 0 = bits, text or none */
	void *values;
	int64_t *offsets;
	char *bytes;
	uint8_t *validity;
	int64_t total;           /* bytes of text */
	int64_t missing[QUERY_SEGMENTS_MAX], length[QUERY_SEGMENTS_MAX];
};

struct gather {
	const uint32_t *idx;
	int64_t n, rows;         /* of the result, and of what rows are taken from */
	int threads, segments;
	struct stretch stretches[QUERY_SEGMENTS_MAX];
	struct job *jobs;
	int njobs;
	const struct origin *origin;
	int64_t *places;
};

/* == which rows == */

KERNEL static int64_t count_runs(const uint32_t *idx, int64_t n, bool *none, uint32_t *greatest)
{
	uint32_t runs = 1, nones = 0, most = 0;

	for (int64_t k = 1; k < n; k++)
		runs += idx[k] != idx[k - 1] + 1;
	for (int64_t k = 0; k < n; k++) {
		uint32_t there = idx[k] == QUERY_NONE ? 0 : idx[k];

		nones += idx[k] == QUERY_NONE;
		most = there > most ? there : most;
	}
	*none = nones > 0;
	*greatest = most;
	return n ? runs : 0;
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
	s->nruns = count_runs(s->idx, s->n, &s->none, &greatest);
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

/* == values of one size == */

#define COPY_ROWS(type)                                                                                    \
	for (int64_t k = 0; !s->none && k < s->n; k++)                                                     \
		((type *)to)[k] = ((const type *)values)[s->idx[k]];                                       \
	for (int64_t k = 0; s->none && k < s->n; k++)                                                      \
		((type *)to)[k] = s->idx[k] == QUERY_NONE ? 0 : ((const type *)values)[s->idx[k]]

static void copy_values(void *to, const void *values, size_t size, const struct stretch *s)
{
	char *end = to;

	if (s->runs) {
		for (int64_t k = 0; k < s->nruns; end += s->runs[k++].n * size)
			memcpy(end, (const char *)values + s->runs[k].from * size, s->runs[k].n * size);
	} else if (size == 1) {
		COPY_ROWS(uint8_t);
	} else if (size == 2) {
		COPY_ROWS(uint16_t);
	} else if (size == 4) {
		COPY_ROWS(uint32_t);
	} else {
		COPY_ROWS(uint64_t);
	}
}

/* == bits == */

/* The bits of n <= 64 rows. */
static uint64_t take_bits(const uint8_t *bits, const uint32_t *idx, int n)
{
	uint64_t word = 0;

	for (int k = 0; k < n; k++) {
		uint64_t bit = idx[k] == QUERY_NONE ? 0 : bits ? bits[idx[k] >> 3] >> (idx[k] & 7) & 1 : 1;

		word |= bit << k;
	}
	return word;
}

/* Returns how many bits are clear. Where `bits` is NULL the rows that there are have theirs set. */
static int64_t copy_bits(uint8_t *to, const uint8_t *bits, const struct stretch *s)
{
	int64_t set = 0, at = s->first;
	bool runs = s->runs && bits;
	uint64_t word;

	to += s->first >> 3;
	if (runs) {
		memset(to, 0, (size_t)(s->n + 7) / 8);
		for (int64_t k = 0; k < s->nruns; at += s->runs[k++].n)
			bits_copy(to, at - s->first, bits, s->runs[k].from, s->runs[k].n);
	}
	for (int64_t k = 0; k < s->n; k += 64) {
		int64_t left = s->n - k < 64 ? s->n - k : 64;
		size_t bytes = (size_t)(left + 7) / 8;

		word = 0;
		if (runs)
			memcpy(&word, to + (k >> 3), bytes);
		else
			word = take_bits(bits, s->idx + k, (int)left);
		memcpy(to + (k >> 3), &word, bytes);
		set += __builtin_popcountll(word);
	}
	return s->n - set;
}

/* == text == */

static int64_t text_lengths(int64_t *to, const struct column *c, const struct stretch *s)
{
	const int64_t *from = c->as.offsets;
	int64_t at = 0;

	for (int64_t k = 0; k < s->nruns && s->runs; k++) {
		const int64_t *first = from + s->runs[k].from;
		int64_t n = s->runs[k].n, shift = at - *first;

		for (int64_t i = 0; i < n; i++)
			*to++ = first[i] + shift;
		at = first[n] + shift;
	}
	for (int64_t k = 0; k < s->n && !s->runs; k++) {
		*to++ = at;
		at += s->idx[k] == QUERY_NONE ? 0 : from[s->idx[k] + 1] - from[s->idx[k]];
	}
	return at;
}

/*
 * The bytes of the values whose places were found, in the segment's own part, which begins at `base`. Short values are
 * copied with what is behind them, where that is still in the part and in the column: the next one is written over it.
 */
static void text_bytes(const struct job *j, const struct stretch *s, int64_t base, int64_t part)
{
	const int64_t *from = j->from->as.offsets;
	const char *bytes = j->from->bytes;
	int64_t *offsets = j->offsets + s->first, source_end = from[j->from->length] - SHORT_TEXT, at = base, n;
	int64_t last = base + part - SHORT_TEXT;

	for (int64_t k = 0; k < s->n; k++)
		offsets[k] += base;
	for (int64_t k = 0; k < s->nruns && s->runs; k++, at += n) {
		int64_t first = from[s->runs[k].from];

		n = from[s->runs[k].from + s->runs[k].n] - first;
		if (n)
			memcpy(j->bytes + at, bytes + first, (size_t)n);
	}
	for (int64_t k = 0; k < s->n && !s->runs; k++) {
		uint32_t row = s->idx[k];
		int64_t start;

		if (k + 2 * AHEAD < s->n && s->idx[k + 2 * AHEAD] != QUERY_NONE)
			__builtin_prefetch(&from[s->idx[k + 2 * AHEAD]]);
		if (k + AHEAD < s->n && s->idx[k + AHEAD] != QUERY_NONE)
			__builtin_prefetch(bytes + from[s->idx[k + AHEAD]]);
		if (row == QUERY_NONE)
			continue;
		start = from[row];
		n = from[row + 1] - start;
		if (n <= SHORT_TEXT && at <= last && start <= source_end)
			memcpy(j->bytes + at, bytes + start, SHORT_TEXT);
		else
			memcpy(j->bytes + at, bytes + start, (size_t)n);
		at += n;
	}
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

static int first_round(void *ctx, int task, struct err *e)
{
	struct gather *g = ctx;
	int k = task % g->segments;
	const struct stretch *s = &g->stretches[k];
	struct job *j = &g->jobs[task / g->segments];

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (task / g->segments == g->njobs) {
		origin_places(g->origin, s->idx, s->n, g->places + s->first);
		return 0;
	}
	if (j->validity)
		j->missing[k] = copy_bits(j->validity, j->from->validity, s);
	if (is_text(j))
		j->length[k] = text_lengths(j->offsets + s->first, j->from, s);
	else if (j->from->type == TYPE_BOOL)
		copy_bits(j->values, j->from->as.bits, s);
	else if (j->size)
		copy_values((char *)j->values + (size_t)s->first * j->size, j->from->as.codes, j->size, s);
	return 0;
}

static int second_round(void *ctx, int task, struct err *e)
{
	struct gather *g = ctx;
	int k = task % g->segments;
	struct job *j = &g->jobs[task / g->segments];
	int64_t base = 0;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	for (int i = 0; i < k; i++)
		base += j->length[i];
	if (is_text(j))
		text_bytes(j, &g->stretches[k], base, j->length[k]);
	return 0;
}

/* Room for the text, of which the lengths are known. */
static int text_room(struct gather *g, bool *any, struct err *e)
{
	for (int k = 0; k < g->njobs; k++) {
		struct job *j = &g->jobs[k];

		if (!is_text(j))
			continue;
		for (int i = 0; i < g->segments; i++)
			j->total += j->length[i];
		j->offsets[g->n] = j->total;
		if (!(j->bytes = mem_column((size_t)j->total)))
			return err_nomem(e);
		*any = true;
	}
	return 0;
}

static int copy_all(struct gather *g, struct err *e)
{
	bool text = false;
	int rc = query_parallel((g->njobs + (g->places != NULL)) * g->segments, g->threads, first_round, g, e);

	if (!rc)
		rc = text_room(g, &text, e);
	if (!rc && text)
		rc = query_parallel(g->njobs * g->segments, g->threads, second_round, g, e);
	return rc;
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
	*g = (struct gather){ .idx = idx, .n = n, .rows = rows, .threads = threads, .segments = query_segments(n) };
	if (n >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "a table of %lld rows is too long: a query takes less than 2^32", (long long)n);
	return query_parallel(g->segments, threads, look, g, e);
}

static void gather_release(struct gather *g)
{
	for (int k = 0; k < g->njobs; k++)
		job_release(&g->jobs[k]);
	for (int k = 0; k < g->segments; k++)
		mem_free(g->stretches[k].runs);
	mem_free(g->jobs);
	mem_free(g->places);
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
	if (!rc && t->origin && !has_none(&g)) {
		g.origin = t->origin;
		if (!(g.places = mem_column((size_t)n * sizeof *g.places)))
			rc = err_nomem(e);
	}
	if (!rc)
		rc = copy_all(&g, e);
	if (!rc)
		rc = make_table(&g, t, out, e);
done:
	gather_release(&g);
	return rc;
}
