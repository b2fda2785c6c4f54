/* summary.c - a column in a few numbers: its ends and middle, a histogram, its most frequent values. */
#include "table/table.h"

#include <string.h>

static bool finite_value(const struct column *c, int64_t i)
{
	return column_has(c, i) && (c->type != TYPE_FLOAT64 || isfinite(c->as.f64[i]));
}

static int by_value(const void *a, const void *b, const void *ctx)
{
	return column_compare(ctx, *(const int64_t *)a, *(const int64_t *)b);
}

int column_span(const struct column *c, struct span *out, struct err *e)
{
	int64_t *rows = mem_zero((size_t)c->length, sizeof *rows), n = 0;
	struct span s = { .low = -1, .middle = -1, .high = -1 };
	int rc;

	if (!rows)
		return err_nomem(e);
	for (int64_t i = 0; i < c->length; i++)
		if (finite_value(c, i))
			rows[n++] = i;
	rc = sort_stable(rows, (size_t)n, sizeof *rows, by_value, c, e);
	if (!rc) {
		s.values = n;
		s.odd = c->length - c->missing - n;
		if (n) {
			s.low = rows[0];
			s.middle = rows[(n - 1) / 2];
			s.high = rows[n - 1];
		}
		*out = s;
	}
	mem_free(rows);
	return rc;
}

void column_histogram(const struct column *c, const struct span *s, int bins, int64_t *counts)
{
	double low = s->values ? column_number(c, s->low) : 0, high = s->values ? column_number(c, s->high) : 0;

	memset(counts, 0, (size_t)bins * sizeof *counts);
	for (int64_t i = 0; i < c->length; i++) {
		/* each end is scaled on its own, so that high - low cannot overflow */
		double share = high > low && finite_value(c, i) ? (column_number(c, i) / 2 - low / 2) / (high / 2 - low / 2) : 0;
		int at = (int)(share * bins);

		if (finite_value(c, i))
			counts[at < bins ? at : bins - 1]++;
	}
}

/* The distinct values of a column, numbered as they appear; the numbers of a dictionary are its codes. */
struct tally {
	const struct column *c;
	int64_t *rows, *counts;          /* by number: the first row with that value, and how many have it */
};

/* The most frequent first, those of one frequency by their bytes. */
static int by_count(const void *a, const void *b, const void *ctx)
{
	const struct tally *t = ctx;
	int32_t i = *(const int32_t *)a, j = *(const int32_t *)b;

	if (t->counts[i] != t->counts[j])
		return t->counts[i] > t->counts[j] ? -1 : 1;
	return column_compare(t->c, t->rows[i], t->rows[j]);
}

/* Counts by the codes of the column, or by those of a dictionary made here; the number of codes in *n. */
static int count_values(const struct column *c, struct buf *rows, struct buf *counts, int64_t *n, struct err *e)
{
	struct dict *values = NULL;
	int64_t none = 0;
	int rc = 0;

	*n = c->dict ? c->dict->length : 0;
	if (!c->dict && !(values = dict_new()))
		return err_nomem(e);
	buf_fill(rows, 0, (size_t)*n * sizeof none);
	buf_fill(counts, 0, (size_t)*n * sizeof none);
	for (int64_t i = 0; i < c->length && !rc; i++) {
		struct slice s;
		int32_t code;

		if (!column_has(c, i))
			continue;
		if (c->dict) {
			code = column_code(c, i);
		} else {
			s = column_string(c, i);
			code = dict_code(values, s.p, s.n);
		}
		if (code == *n) {
			buf_add(rows, &none, sizeof none);
			buf_add(counts, &none, sizeof none);
			++*n;
		}
		if (code < 0 || rows->failed || counts->failed)
			rc = err_nomem(e);
		else if (!((int64_t *)(void *)counts->p)[code]++)
			((int64_t *)(void *)rows->p)[code] = i;
	}
	dict_free(values);
	return rc;
}

int column_frequencies(const struct column *c, struct frequency *top, int want, int64_t *distinct, struct err *e)
{
	struct buf counts = BUF_INIT, rows = BUF_INIT, order = BUF_INIT;
	struct tally t;
	int64_t n, seen = 0;
	int rc = count_values(c, &rows, &counts, &n, e);

	t = (struct tally){ c, (int64_t *)(void *)rows.p, (int64_t *)(void *)counts.p };
	for (int32_t code = 0; !rc && code < n; code++) {
		if (!t.counts[code])
			continue;        /* of a dictionary that is shared with other rows */
		buf_add(&order, &code, sizeof code);
		seen++;
	}
	if (!rc && !(rc = buf_check(&order, e)))
		rc = sort_stable(order.p, (size_t)seen, sizeof(int32_t), by_count, &t, e);
	for (int k = 0; !rc && k < want && k < seen; k++) {
		int32_t code = ((const int32_t *)(void *)order.p)[k];

		top[k] = (struct frequency){ t.rows[code], t.counts[code] };
	}
	if (!rc)
		*distinct = seen;
	buf_release(&counts);
	buf_release(&rows);
	buf_release(&order);
	return rc;
}
