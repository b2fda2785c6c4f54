/* column.c - reading columns and comparing their values. */
#include "table/table.h"

#include <string.h>

struct column *column_ref(const struct column *c)
{
	struct column *shared = (struct column *)(uintptr_t)c;     /* only the count of a column ever changes */

	__atomic_fetch_add(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void column_unref(struct column *c)
{
	if (!c || __atomic_sub_fetch(&c->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	mem_free(c->validity);
	if (c->type == TYPE_QUANTITY) {
		for (int k = 0; k < QUANTITY_FIELDS; k++)
			column_unref(c->as.field[k]);
	} else {
		mem_free(c->as.i64);
	}
	mem_free(c->bytes);
	column_unref(c->dict);
	mem_free(c);
}

struct slice column_string(const struct column *c, int64_t i)
{
	if (c->dict) {
		i = column_code(c, i);
		c = c->dict;
	}
	return slice_of(c->bytes + c->as.offsets[i], (size_t)(c->as.offsets[i + 1] - c->as.offsets[i]));
}

static struct slice code_text(const struct column *c, int64_t i)
{
	return column_has(c, i) ? column_string(c, i) : slice_of("", 0);
}

struct quantity column_quantity(const struct column *c, int64_t i)
{
	struct column *const *f = c->as.field;
	struct quantity q = {
		.low = column_number(f[QUANTITY_LOW], i),
		.high = column_number(f[QUANTITY_HIGH], i),
		.stated = column_number(f[QUANTITY_STATED], i),
		.kind = QUANTITY_COMPUTED,
		.measure = code_text(f[QUANTITY_MEASURE], i),
		.basis = code_text(f[QUANTITY_BASIS], i),
		.base = code_text(f[QUANTITY_BASE], i),
		.unit = code_text(f[QUANTITY_UNIT], i),
		.has_since = column_has(f[QUANTITY_SINCE], i),
		.has_as_of = column_has(f[QUANTITY_AS_OF], i),
	};

	if (q.has_since)
		q.since = f[QUANTITY_SINCE]->as.days[i];
	if (q.has_as_of)
		q.as_of = f[QUANTITY_AS_OF]->as.days[i];
	quantity_kind_from_name(code_text(f[QUANTITY_KIND], i), &q.kind);
	return q;
}

double column_number(const struct column *c, int64_t i)
{
	if (!column_has(c, i))
		return NAN;
	switch (c->type) {
	case TYPE_INT64:
	case TYPE_DATETIME:
		return (double)c->as.i64[i];
	case TYPE_FLOAT64:
		return c->as.f64[i];
	case TYPE_DATE:
		return c->as.days[i];
	case TYPE_BOOL:
		return column_bool(c, i);
	default:
		return NAN;
	}
}

static int compare_numbers(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return (a > b) - (a < b);
}

static int compare_slices(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : (a.n > b.n) - (a.n < b.n);
}

static int compare_values(const struct column *a, int64_t i, const struct column *b, int64_t j)
{
	struct quantity p, q;
	int d;

	switch (a->type) {
	case TYPE_INT64:
	case TYPE_DATETIME:
		return (a->as.i64[i] > b->as.i64[j]) - (a->as.i64[i] < b->as.i64[j]);
	case TYPE_STRING:
		return compare_slices(column_string(a, i), column_string(b, j));
	case TYPE_QUANTITY:
		p = column_quantity(a, i);
		q = column_quantity(b, j);
		d = compare_numbers(p.low, q.low);
		d = d ? d : compare_numbers(p.high, q.high);
		return d ? d : (int)p.kind - (int)q.kind;
	default:
		return compare_numbers(column_number(a, i), column_number(b, j));
	}
}

/* All that a quantity says: its order looks at the bounds only. */
bool column_equal(const struct column *a, int64_t i, const struct column *b, int64_t j)
{
	bool has = column_has(a, i);
	struct quantity p, q;

	if (a->type != b->type || has != column_has(b, j))
		return false;
	if (!has || a->type != TYPE_QUANTITY)
		return !has || compare_values(a, i, b, j) == 0;
	p = column_quantity(a, i);
	q = column_quantity(b, j);
	return quantity_equal(&p, &q);
}

int column_compare(const struct column *c, int64_t i, int64_t j)
{
	bool has_i = column_has(c, i), has_j = column_has(c, j);

	if (!has_i || !has_j)
		return has_j - has_i;
	return compare_values(c, i, c, j);
}

void column_text(struct buf *out, const struct column *c, int64_t i)
{
	char text[DATETIME_TEXT_MAX];
	struct slice s;
	struct quantity q;

	if (!column_has(c, i))
		return;
	switch (c->type) {
	case TYPE_BOOL:
		buf_str(out, column_bool(c, i) ? "true" : "false");
		return;
	case TYPE_INT64:
		buf_add(out, text, text_print_int64(text, c->as.i64[i]));
		return;
	case TYPE_FLOAT64:
		buf_add(out, text, text_print_float64(text, c->as.f64[i]));
		return;
	case TYPE_DATE:
		buf_add(out, text, date_print(text, c->as.days[i]));
		return;
	case TYPE_DATETIME:
		buf_add(out, text, datetime_print(text, c->as.i64[i]));
		return;
	case TYPE_STRING:
		s = column_string(c, i);
		buf_add(out, s.p, s.n);
		return;
	default:
		q = column_quantity(c, i);
		quantity_print(out, &q);
	}
}
