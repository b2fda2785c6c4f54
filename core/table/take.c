/*
 * take.c - rows out of columns.
 *
 * The rows are looked at once for a whole table: whether they are all there, and whether they come in runs of
 * consecutive ones, as they do when a load drops a few rows or a head is taken. Runs are copied as bytes and words,
 * other rows one by one.
 */
#include "table/table_priv.h"

#include <string.h>

/* == which rows == */

enum { LONG_RUN = 8 };         /* rows; below this on average, runs cost more than they save */

static int no_such_row(int64_t row, int64_t rows, const char *what, struct err *e)
{
	return err_set(e, ERR_DOMAIN, "row %lld of a %s of %lld rows", (long long)row + 1, what, (long long)rows);
}

int pick_span(struct pick *p, int64_t from, int64_t n, int64_t rows, const char *what, struct err *e)
{
	if (n < 0 || from < 0 || from > rows)
		return no_such_row(from, rows, what, e);
	if (n > rows - from)
		return no_such_row(rows, rows, what, e);
	*p = (struct pick){ .n = n, .one = { from, n }, .runs = &p->one, .nruns = 1 };
	return 0;
}

int pick_rows(struct pick *p, const int64_t *idx, int64_t n, int64_t rows, const char *what, struct err *e)
{
	int64_t runs = 0, last = -2;
	struct pick_run *run;

	for (int64_t k = 0; k < n; k++) {
		if (idx[k] < 0 || idx[k] >= rows)
			return no_such_row(idx[k], rows, what, e);
		runs += idx[k] != last + 1;
		last = idx[k];
	}
	*p = (struct pick){ .n = n, .idx = idx };
	if (!n || runs > n / LONG_RUN)
		return 0;
	if (!(p->runs = mem_alloc((size_t)runs * sizeof *p->runs)))
		return err_nomem(e);
	p->idx = NULL;
	p->nruns = (size_t)runs;
	run = p->runs;
	*run = (struct pick_run){ idx[0], 1 };
	for (int64_t k = 1; k < n; k++) {
		if (idx[k] == idx[k - 1] + 1)
			run->n++;
		else
			*++run = (struct pick_run){ idx[k], 1 };
	}
	return 0;
}

void pick_release(struct pick *p)
{
	if (p->runs != &p->one)
		mem_free(p->runs);
}

/* == copying == */

static uint8_t *pick_bits(const uint8_t *bits, const struct pick *p)
{
	size_t bytes = (size_t)(p->n + 7) / 8;
	uint8_t *to = mem_column(bytes);
	int64_t at = 0;

	if (!to)
		return NULL;
	memset(to, 0, bytes);
	for (size_t k = 0; k < p->nruns; at += p->runs[k++].n)
		bits_copy(to, at, bits, p->runs[k].from, p->runs[k].n);
	for (int64_t k = 0; p->idx && k < p->n; k++)
		to[k >> 3] |= (uint8_t)((bits[p->idx[k] >> 3] >> (p->idx[k] & 7) & 1) << (k & 7));
	return to;
}

static int64_t count_bits(const uint8_t *bits, int64_t n)
{
	int64_t count = 0;

	for (int64_t k = 0; k < (n + 7) / 8; k++)
		count += __builtin_popcount(bits[k]);
	return count;
}

static bool pick_validity(const struct column *c, const struct pick *p, struct column *t)
{
	if (!c->validity)
		return true;
	if (!(t->validity = pick_bits(c->validity, p)))
		return false;
	t->missing = t->length - count_bits(t->validity, t->length);
	if (!t->missing) {
		mem_free(t->validity);
		t->validity = NULL;
	}
	return true;
}

#define GATHER(type)                                              \
	for (int64_t k = 0; k < p->n; k++)                        \
		((type *)to)[k] = ((const type *)values)[p->idx[k]]

static void *pick_values(const void *values, size_t size, const struct pick *p)
{
	void *to = mem_column((size_t)p->n * size);
	char *end = to;

	if (!to)
		return NULL;
	for (size_t k = 0; k < p->nruns; end += (size_t)p->runs[k++].n * size)
		if (p->runs[k].n)
			memcpy(end, (const char *)values + (size_t)p->runs[k].from * size, (size_t)p->runs[k].n * size);
	if (!p->idx)
		return to;
	if (size == 1)
		GATHER(uint8_t);
	else if (size == 2)
		GATHER(uint16_t);
	else if (size == 4)
		GATHER(uint32_t);
	else
		GATHER(uint64_t);
	return to;
}

static bool pick_strings(const struct column *c, const struct pick *p, struct column *t)
{
	const int64_t *from = c->as.offsets;
	int64_t *to, total = 0;

	if (!(to = t->as.offsets = mem_column(((size_t)p->n + 1) * sizeof *to)))
		return false;
	for (size_t k = 0; k < p->nruns; k++) {
		const int64_t *first = from + p->runs[k].from;
		int64_t n = p->runs[k].n, shift = total - *first;

		for (int64_t i = 0; i < n; i++)
			*to++ = first[i] + shift;
		total = first[n] + shift;
	}
	for (int64_t k = 0; p->idx && k < p->n; k++) {
		*to++ = total;
		total += from[p->idx[k] + 1] - from[p->idx[k]];
	}
	*to = total;
	if (!(t->bytes = mem_column((size_t)total)))
		return false;
	total = 0;
	for (size_t k = 0; k < p->nruns; k++) {
		int64_t first = from[p->runs[k].from], n = from[p->runs[k].from + p->runs[k].n] - first;

		if (n)
			memcpy(t->bytes + total, c->bytes + first, (size_t)n);
		total += n;
	}
	for (int64_t k = 0; p->idx && k < p->n; k++) {
		struct slice v = column_string(c, p->idx[k]);

		if (v.n)
			memcpy(t->bytes + t->as.offsets[k], v.p, v.n);
	}
	return true;
}

/* == columns == */

static int pick_fields(const struct column *c, const struct pick *p, struct column *t, struct err *e)
{
	int rc = 0;

	for (int k = 0; k < QUANTITY_FIELDS && !rc; k++)
		rc = column_pick(c->as.field[k], p, &t->as.field[k], e);
	return rc;
}

int column_pick(const struct column *c, const struct pick *p, struct column **out, struct err *e)
{
	struct column *t = column_new(c->type, p->n);
	bool ok = t && pick_validity(c, p, t);
	int rc = 0;

	if (ok && c->type == TYPE_QUANTITY) {
		rc = pick_fields(c, p, t, e);
	} else if (ok && c->type == TYPE_BOOL) {
		ok = (t->as.bits = pick_bits(c->as.bits, p)) != NULL;
	} else if (ok && c->type == TYPE_STRING && !c->dict) {
		ok = pick_strings(c, p, t);
	} else if (ok) {
		ok = (t->as.codes = pick_values(c->as.codes, c->dict ? c->code_size : c->type == TYPE_DATE ? 4 : 8, p)) != NULL;
		t->code_size = c->code_size;
		t->dict = c->dict ? column_ref(c->dict) : NULL;
	}
	if (!ok || rc) {
		column_unref(t);
		return rc ? rc : err_nomem(e);
	}
	*out = t;
	return 0;
}

int column_take(const struct column *c, const int64_t *idx, int64_t n, struct column **out, struct err *e)
{
	struct pick p;
	int rc = pick_rows(&p, idx, n, c->length, "column", e);

	if (rc)
		return rc;
	rc = column_pick(c, &p, out, e);
	pick_release(&p);
	return rc;
}

int column_slice(const struct column *c, int64_t from, int64_t n, struct column **out, struct err *e)
{
	struct pick p;
	int rc = pick_span(&p, from, n, c->length, "column", e);

	return rc ? rc : column_pick(c, &p, out, e);
}
