/*
 * read_column.c - the pieces of a column, one behind the other in memory of its own.
 *
 * Values that stand in the file as they stand here are read to their place; all others go through a block that stays in
 * the cache. What a missing value would be is not looked at.
 */
#include "arrow/arrow_priv.h"

#include <math.h>
#include <string.h>

int unit_add(struct unit *u, const struct piece *p, struct err *e)
{
	struct piece *grown;
	int64_t cap = u->cap ? u->cap * 2 : 1;

	if (u->npieces == u->cap) {
		if (!(grown = mem_resize(u->pieces, (size_t)cap * sizeof *grown)))
			return err_nomem(e);
		u->pieces = grown;
		u->cap = cap;
	}
	u->pieces[u->npieces++] = *p;
	u->rows += p->rows;
	return 0;
}

void unit_release(struct unit *u)
{
	for (int64_t k = 0; k < u->npieces; k++)
		mem_free(u->pieces[k].more);
	mem_free(u->pieces);
	mem_free(u->validity);
	column_unref(u->out);
	*u = (struct unit){ 0 };
}

int unit_fault(const struct unit *u, const struct source *s, int64_t row, struct err *e, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	rc = text.failed ? err_nomem(e) :
	     source_fault(s, -1, e, "column '%s', %s %lld: %s", u->name, u->dictionary ? "dictionary value" : "row",
			  (long long)row + 1, text.p);
	buf_release(&text);
	return rc;
}

/* == bits == */

/* The bits behind the last row are zeros, whatever they were. */
static void clear_tail(uint8_t *bits, int64_t n)
{
	if (n & 7)
		bits[n >> 3] &= (uint8_t)((1 << (n & 7)) - 1);
}

/* The bits of a piece to `to` from bit `at` on, where all are clear still. */
static int read_bits(const struct source *s, const struct span_of *from, int64_t first, int64_t rows, uint8_t *to,
		     int64_t at, struct err *e)
{
	int64_t bytes = (first + rows + 7) / 8;
	uint8_t *own;
	int rc;

	if (!(at & 7) && !first) {
		if ((rc = span_read(s, from, to + at / 8, bytes, e)))
			return rc;
		clear_tail(to, at + rows);
		return 0;
	}
	if (!(own = mem_alloc((size_t)bytes + 8)))
		return err_nomem(e);
	if (!(rc = span_read(s, from, own, bytes, e)))
		bits_copy(to, at, own, first, rows);
	mem_free(own);
	return rc;
}

static int64_t count_clear(const uint8_t *bits, int64_t from, int64_t n)
{
	int64_t set = 0, i = from, end = from + n;

	for (; i < end && i & 7; i++)
		set += bits[i >> 3] >> (i & 7) & 1;
	for (uint64_t word; i + 64 <= end; i += 64) {
		memcpy(&word, bits + (i >> 3), sizeof word);
		set += __builtin_popcountll(word);
	}
	for (; i < end; i++)
		set += bits[i >> 3] >> (i & 7) & 1;
	return n - set;
}

static int piece_validity(struct unit *u, const struct piece *p, const struct source *s, uint8_t *bits, int64_t at,
			  struct err *e)
{
	int64_t missing;
	int rc;

	if (!p->buf[BUF_VALIDITY].raw || !p->rows) {
		bits_set(bits, at, p->rows);
		return 0;
	}
	if ((rc = read_bits(s, &p->buf[BUF_VALIDITY], p->first, p->rows, bits, at, e)))
		return rc;
	missing = count_clear(bits, at, p->rows);
	u->missing += missing;
	if (p->nulls >= 0 && missing != p->nulls)
		return source_fault(s, p->buf[BUF_VALIDITY].at, e, "column '%s': %lld values are said to be missing, and %lld are",
				    u->name, (long long)p->nulls, (long long)missing);
	return 0;
}

static bool may_miss(const struct unit *u)
{
	for (int64_t k = 0; k < u->npieces; k++)
		if (u->pieces[k].buf[BUF_VALIDITY].raw)
			return true;
	return u->pool && u->pool->missing;
}

/* NULL when nothing can be missing. */
static int read_validity(struct unit *u, const struct source *s, uint8_t **out, struct err *e)
{
	size_t bytes = (size_t)(u->rows + 7) / 8;
	uint8_t *bits;
	int64_t at = 0;
	int rc = 0;

	if (!may_miss(u))
		return 0;
	if (!(bits = mem_column(bytes)))
		return err_nomem(e);
	memset(bits, 0, bytes);
	for (int64_t k = 0; k < u->npieces && !rc; at += u->pieces[k++].rows)
		rc = piece_validity(u, &u->pieces[k], s, bits, at, e);
	if (rc)
		mem_free(bits);
	else
		*out = bits;
	return rc;
}

/* == numbers == */

static double half_to_double(uint16_t h)
{
	int exponent = h >> 10 & 31, fraction = h & 1023;
	double v;

	if (exponent == 31)
		v = fraction ? NAN : INFINITY;
	else
		v = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
	return h & 0x8000 ? -v : v;
}

#define WIDEN(type, from, to)                                     \
	for (int64_t i = 0; i < n; i++) {                         \
		type v;                                           \
		memcpy(&v, (const char *)(from) + (size_t)i * sizeof v, sizeof v); \
		(to)[i] = v;                                      \
	}

void widen_ints(int64_t *to, const void *from, int64_t n, int width, bool is_signed)
{
	switch (is_signed ? width : -width) {
	case 8:
		WIDEN(int8_t, from, to)
		break;
	case -8:
		WIDEN(uint8_t, from, to)
		break;
	case 16:
		WIDEN(int16_t, from, to)
		break;
	case -16:
		WIDEN(uint16_t, from, to)
		break;
	case 32:
		WIDEN(int32_t, from, to)
		break;
	case -32:
		WIDEN(uint32_t, from, to)
		break;
	default:
		WIDEN(int64_t, from, to)
	}
}

static void widen_floats(double *to, const void *from, int64_t n, int width)
{
	if (width == 32) {
		WIDEN(float, from, to)
	} else {
		for (int64_t i = 0; i < n; i++) {
			uint16_t v;

			memcpy(&v, (const char *)from + 2 * i, sizeof v);
			to[i] = half_to_double(v);
		}
	}
}

/* == values that the type here may not be able to hold == */

/* The years 0001 to 9999. */
#define DAY_FIRST INT64_C(-719162)
#define DAY_LAST INT64_C(2932896)
#define DAY_MICROS INT64_C(86400000000)

/* Is some value that is there outside of what is allowed? Its row in the part, or -1. */
static int64_t first_beyond(const int64_t *v, int64_t n, int64_t low, int64_t high, const uint8_t *validity, int64_t row)
{
	bool beyond = false;

	for (int64_t i = 0; i < n; i++)
		beyond |= (v[i] < low) | (v[i] > high);
	for (int64_t i = 0; beyond && i < n; i++)
		if ((v[i] < low || v[i] > high) && bit_of(validity, row + i))
			return i;
	return -1;
}

static int64_t first_day_beyond(const int32_t *v, int64_t n, const uint8_t *validity, int64_t row)
{
	bool beyond = false;

	for (int64_t i = 0; i < n; i++)
		beyond |= (v[i] < DAY_FIRST) | (v[i] > DAY_LAST);
	for (int64_t i = 0; beyond && i < n; i++)
		if ((v[i] < DAY_FIRST || v[i] > DAY_LAST) && bit_of(validity, row + i))
			return i;
	return -1;
}

static int no_such_day(const struct unit *u, const struct source *s, int64_t row, struct err *e)
{
	return unit_fault(u, s, row, e, "a day that is not in the years 1 to 9999");
}

/* Microseconds of n values, in place. */
static int to_micros(const struct unit *u, const struct source *s, int64_t *v, int64_t n, const uint8_t *validity,
		     int64_t row, struct err *e)
{
	static const int64_t times[] = { 1000000, 1000, 1, 1 };
	int unit = u->field->unit;
	int64_t many = times[unit], low = DAY_FIRST * (DAY_MICROS / many), high = (DAY_LAST + 1) * (DAY_MICROS / many) - 1, bad;

	if (unit == UNIT_NANO) {
		low = INT64_MIN;
		high = INT64_MAX;
		for (int64_t i = 0; i < n; i++) {
			if (v[i] % 1000 && bit_of(validity, row + i))
				return unit_fault(u, s, row + i, e, "a time of %lld ns is finer than a microsecond",
						  (long long)(v[i] % 1000));
			v[i] /= 1000;
		}
	}
	if ((bad = first_beyond(v, n, low, high, validity, row)) >= 0)
		return no_such_day(u, s, row + bad, e);
	for (int64_t i = 0; many > 1 && i < n; i++)
		v[i] = bit_of(validity, row + i) ? v[i] * many : 0;
	return 0;
}

static int millis_to_days(const struct unit *u, const struct source *s, int32_t *to, const char *from, int64_t n,
			  const uint8_t *validity, int64_t row, struct err *e)
{
	const int64_t day = DAY_MICROS / 1000;

	for (int64_t i = 0; i < n; i++) {
		int64_t v;

		memcpy(&v, from + 8 * i, sizeof v);
		to[i] = 0;
		if (!bit_of(validity, row + i))
			continue;
		if (v % day)
			return unit_fault(u, s, row + i, e, "a date of %lld ms is not a whole day", (long long)v);
		if (v / day < DAY_FIRST || v / day > DAY_LAST)
			return no_such_day(u, s, row + i, e);
		to[i] = (int32_t)(v / day);
	}
	return 0;
}

/* What has to be right about n values that are in their place, from `row` on. */
static int check_values(const struct unit *u, const struct source *s, void *values, int64_t row, int64_t n,
			const uint8_t *validity, struct err *e)
{
	const struct field *f = u->field;
	int64_t *v = (int64_t *)values + row, bad;

	switch (f->type) {
	case ARROW_INT:
		if (f->width == 64 && !f->is_signed && (bad = first_beyond(v, n, 0, INT64_MAX, validity, row)) >= 0)
			return unit_fault(u, s, row + bad, e, "%llu is above 2^63 - 1", (unsigned long long)v[bad]);
		return 0;
	case ARROW_TIMESTAMP:
		return to_micros(u, s, v, n, validity, row, e);
	case ARROW_DATE:
		if (f->unit == UNIT_SECOND && (bad = first_day_beyond((int32_t *)values + row, n, validity, row)) >= 0)
			return no_such_day(u, s, row + bad, e);
		return 0;
	default:
		return 0;
	}
}

/* == columns of one size == */

/* Bytes of a value in the file. */
static int file_size(const struct field *f)
{
	if (f->type == ARROW_DATE)
		return f->unit == UNIT_SECOND ? 4 : 8;
	return f->type == ARROW_TIMESTAMP ? 8 : f->width / 8;
}

static int convert(const struct unit *u, const struct source *s, void *values, int64_t row, const void *from, int64_t n,
		   const uint8_t *validity, struct err *e)
{
	const struct field *f = u->field;

	if (f->type == ARROW_FLOAT) {
		widen_floats((double *)values + row, from, n, f->width);
		return 0;
	}
	if (f->type == ARROW_DATE)
		return millis_to_days(u, s, (int32_t *)values + row, from, n, validity, row, e);
	widen_ints((int64_t *)values + row, from, n, f->width, f->is_signed);
	return 0;
}

/* Checks are made in parts of so many rows, which are still in the cache then. */
enum { PART_ROWS = FEED_BLOCK / 8 };

static int piece_values(struct unit *u, const struct piece *p, const struct source *s, void *values, int64_t row,
			const uint8_t *validity, struct err *e)
{
	int size = file_size(u->field), here = field_column_type(u->field) == TYPE_DATE ? 4 : 8, rc = 0;
	const struct span_of *from = &p->buf[BUF_DATA];
	struct feed feed;
	const void *part;

	if (!p->rows)
		return 0;
	if (size == here) {
		rc = span_read(s, from, (char *)values + row * size, p->rows * size, e);
		for (int64_t at = 0; at < p->rows && !rc; at += PART_ROWS)
			rc = check_values(u, s, values, row + at, p->rows - at < PART_ROWS ? p->rows - at : PART_ROWS, validity, e);
		return rc;
	}
	if ((rc = feed_open(&feed, s, from, e)))
		return rc;
	for (int64_t at = 0; at < p->rows && !rc; at += PART_ROWS) {
		int64_t n = p->rows - at < PART_ROWS ? p->rows - at : PART_ROWS;

		if (!(rc = feed_next(&feed, n * size, &part, e)))
			rc = convert(u, s, values, row + at, part, n, validity, e);
	}
	feed_close(&feed);
	return rc;
}

static int finish_values(struct unit *u, void *values, uint8_t *validity, struct err *e)
{
	switch (field_column_type(u->field)) {
	case TYPE_FLOAT64:
		return column_of_float64(values, validity, u->rows, u->missing, &u->out, e);
	case TYPE_DATE:
		return column_of_date(values, validity, u->rows, u->missing, &u->out, e);
	case TYPE_DATETIME:
		return column_of_datetime(values, validity, u->rows, u->missing, &u->out, e);
	default:
		return column_of_int64(values, validity, u->rows, u->missing, &u->out, e);
	}
}

static int read_values(struct unit *u, const struct source *s, uint8_t *validity, struct err *e)
{
	size_t here = field_column_type(u->field) == TYPE_DATE ? 4 : 8;
	void *values = mem_column((size_t)u->rows * here);
	int64_t row = 0;
	int rc = 0;

	if (!values)
		return err_nomem(e);
	for (int64_t k = 0; k < u->npieces && !rc; row += u->pieces[k++].rows)
		rc = piece_values(u, &u->pieces[k], s, values, row, validity, e);
	if (!rc)
		rc = finish_values(u, values, validity, e);
	if (rc)
		mem_free(values);
	return rc;
}

static int read_bools(struct unit *u, const struct source *s, uint8_t *validity, struct err *e)
{
	size_t bytes = (size_t)(u->rows + 7) / 8;
	uint8_t *bits = mem_column(bytes);
	int64_t row = 0;
	int rc = 0;

	if (!bits)
		return err_nomem(e);
	memset(bits, 0, bytes);
	for (int64_t k = 0; k < u->npieces && !rc; row += u->pieces[k++].rows)
		if (u->pieces[k].rows)
			rc = read_bits(s, &u->pieces[k].buf[BUF_DATA], u->pieces[k].first, u->pieces[k].rows, bits, row, e);
	if (!rc)
		rc = column_of_bool(bits, validity, u->rows, u->missing, &u->out, e);
	if (rc)
		mem_free(bits);
	return rc;
}

int unit_read(struct unit *u, const struct source *s, int64_t most, struct err *e)
{
	const struct field *f = u->field;
	uint8_t *validity = NULL;
	int rc = read_validity(u, s, &validity, e);

	if (rc)
		return rc;
	if (u->only_validity)
		u->validity = validity;
	else if (f->dictionary && field_column_type(f) == TYPE_STRING)
		rc = unit_codes(u, s, validity, e);
	else if (f->dictionary)
		rc = unit_values(u, s, validity, e);
	else if (f->type == ARROW_UTF8_VIEW)
		rc = unit_views(u, s, validity, most, e);
	else if (field_column_type(f) == TYPE_STRING)
		rc = unit_strings(u, s, validity, e);
	else if (f->type == ARROW_BOOL)
		rc = read_bools(u, s, validity, e);
	else
		rc = read_values(u, s, validity, e);
	if (rc)
		mem_free(validity);
	return rc;
}
