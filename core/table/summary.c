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

struct tally {
	const struct dict *values;
	const int64_t *counts;
};

/* The most frequent first, those of one frequency by their bytes. */
static int by_count(const void *a, const void *b, const void *ctx)
{
	const struct tally *t = ctx;
	int32_t i = *(const int32_t *)a, j = *(const int32_t *)b;
	struct slice v = dict_value(t->values, i), w = dict_value(t->values, j);
	size_t n = v.n < w.n ? v.n : w.n;
	int d;

	if (t->counts[i] != t->counts[j])
		return t->counts[i] > t->counts[j] ? -1 : 1;
	d = n ? memcmp(v.p, w.p, n) : 0;
	return d ? d : (v.n > w.n) - (v.n < w.n);
}

int column_frequencies(const struct column *c, struct frequency *top, int want, int64_t *distinct, struct err *e)
{
	struct dict *values = dict_new();
	struct buf counts = BUF_INIT, rows = BUF_INIT, order = BUF_INIT;
	int rc = values ? 0 : err_nomem(e);

	for (int64_t i = 0; i < c->length && !rc; i++) {
		struct slice s = column_has(c, i) ? column_string(c, i) : slice_of(NULL, 0);
		int32_t before = dict_count(values), code;
		int64_t none = 0;

		if (!column_has(c, i))
			continue;
		if ((code = dict_code(values, s.p, s.n)) < 0) {
			rc = err_nomem(e);
		} else if (code == before) {
			buf_add(&counts, &none, sizeof none);
			buf_add(&rows, &i, sizeof i);
			buf_add(&order, &code, sizeof code);
			rc = counts.failed || rows.failed || order.failed ? err_nomem(e) : 0;
		}
		if (!rc)
			((int64_t *)(void *)counts.p)[code]++;
	}
	if (!rc)
		rc = sort_stable(order.p, (size_t)dict_count(values), sizeof(int32_t), by_count,
				 &(struct tally){ values, (const int64_t *)(void *)counts.p }, e);
	if (!rc) {
		*distinct = dict_count(values);
		for (int k = 0; k < want && k < dict_count(values); k++) {
			int32_t code = ((const int32_t *)(void *)order.p)[k];

			top[k] = (struct frequency){ ((const int64_t *)(void *)rows.p)[code], ((const int64_t *)(void *)counts.p)[code] };
		}
	}
	dict_free(values);
	buf_release(&counts);
	buf_release(&rows);
	buf_release(&order);
	return rc;
}
