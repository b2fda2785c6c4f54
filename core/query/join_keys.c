/*
 * join_keys.c - keys of two tables as common numbers.
 *
 * Strings: the values of the right column are numbered, by its dictionary where it has one; a dictionary of the left is
 * looked up value by value once, then a row is one look at a small array. Numbers and dates: where those of the
 * right are close together a value is its distance from the least, else a hash table has them. Several keys: the
 * numbers of two become one, as digits do, through a hash table when that would be too many. So behind each step the
 * numbers are few enough for an array of the rows of each.
 */
#include "query/join_priv.h"

#include <string.h>

/* == numbers of numbers ======================================================================
 *
 * Open addressing; a value's place is the upper bits of its product with an odd constant (Knuth's multiplicative hash).
 */
struct number_table {
	struct slot {
		uint64_t key;
		uint32_t id;             /* QUERY_NONE = empty */
	} *slots;
	unsigned bits;
	int64_t count;
};

static size_t slot_of(const struct number_table *t, uint64_t key)
{
	return (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - t->bits);
}

static struct slot *probe(const struct number_table *t, uint64_t key)
{
	size_t mask = ((size_t)1 << t->bits) - 1, i = slot_of(t, key);

	while (t->slots[i].id != QUERY_NONE && t->slots[i].key != key)
		i = (i + 1) & mask;
	return &t->slots[i];
}

static bool table_resize(struct number_table *t, unsigned bits)
{
	struct number_table fresh = { .bits = bits, .count = t->count };

	if (!(fresh.slots = mem_column(sizeof *fresh.slots << bits)))
		return false;
	memset(fresh.slots, 0xff, sizeof *fresh.slots << bits);
	for (size_t i = 0; t->slots && i < (size_t)1 << t->bits; i++)
		if (t->slots[i].id != QUERY_NONE)
			*probe(&fresh, t->slots[i].key) = t->slots[i];
	mem_free(t->slots);
	*t = fresh;
	return true;
}

/* QUERY_NONE without memory. */
static uint32_t table_number(struct number_table *t, uint64_t key)
{
	struct slot *s;

	if ((!t->slots || t->count * 2 >= (int64_t)1 << t->bits) && !table_resize(t, t->slots ? t->bits + 1 : 10))
		return QUERY_NONE;
	s = probe(t, key);
	if (s->id == QUERY_NONE)
		*s = (struct slot){ key, (uint32_t)t->count++ };
	return s->id;
}

static uint32_t table_look(const struct number_table *t, uint64_t key)
{
	return t->slots ? probe(t, key)->id : QUERY_NONE;
}

/* == maps == */

enum map_kind { MAP_TEXT, MAP_NEAR, MAP_HASH };

struct key_map {
	enum map_kind kind;
	const struct column *left, *right;
	struct column *own_left, *own_right;     /* figures as text */
	bool whole;                      /* integers with floats: floats that are none have no number */
	uint64_t low;                    /* MAP_NEAR */
	struct number_table numbers;     /* MAP_HASH */
	struct dict *values;             /* MAP_TEXT */
	uint32_t *codes;                 /* by code of the left dictionary; NULL = they are the right's */
	int64_t count;
	/* with the keys before: both numbers as digits, or what the table has for that */
	bool folds;
	struct number_table folded;
};

/* How many numbers may be without a hash table, for so many right rows. */
static uint64_t most_numbers(int64_t rows)
{
	uint64_t n = (uint64_t)rows * 4 + (1 << 18);

	return n < INT32_MAX ? n : INT32_MAX;
}

static const double two_63 = 9223372036854775808.0;

/* Of what is there: the number that equal values share; false for a float that no integer equals. */
static inline bool number_of(const struct column *c, bool whole, int64_t row, uint64_t *out)
{
	double v;

	switch (c->type) {
	case TYPE_BOOL:
		*out = column_bool(c, row);
		return true;
	case TYPE_DATE:
		*out = (uint64_t)(int64_t)c->as.days[row];
		return true;
	case TYPE_FLOAT64:
		v = isnan(c->as.f64[row]) ? NAN : c->as.f64[row] + 0.0;      /* one NaN, one zero */
		if (!whole)
			return memcpy(out, &v, sizeof v), true;
		if (!(v >= -two_63 && v < two_63) || v != floor(v))
			return false;
		*out = (uint64_t)(int64_t)v;
		return true;
	default:
		*out = (uint64_t)c->as.i64[row];
		return true;
	}
}

/* == building == */

/* All that a figure says but its days, as bytes that are equal when it is. */
static int figures_as_text(const struct column *c, struct column **out, struct err *e)
{
	struct builder b;
	struct buf text = BUF_INIT;
	int rc = builder_init(&b, TYPE_STRING, e);

	if (rc)
		return rc;
	for (int64_t row = 0; row < c->length; row++) {
		struct quantity q;
		double bounds[3];

		if (!column_has(c, row)) {
			builder_missing(&b);
			continue;
		}
		q = column_quantity(c, row);
		bounds[0] = q.low, bounds[1] = q.high, bounds[2] = q.stated;
		for (int k = 0; k < 3; k++)
			bounds[k] = isnan(bounds[k]) ? NAN : bounds[k] + 0.0;
		buf_clear(&text);
		buf_add(&text, bounds, sizeof bounds);
		buf_printf(&text, "%d %zu %zu %zu ", (int)q.kind, q.measure.n, q.basis.n, q.base.n);
		buf_add(&text, q.measure.p, q.measure.n);
		buf_add(&text, q.basis.p, q.basis.n);
		buf_add(&text, q.base.p, q.base.n);
		buf_add(&text, q.unit.p, q.unit.n);
		builder_string(&b, text.p, text.n);
	}
	if ((rc = buf_check(&text, e)))
		builder_release(&b);
	else
		rc = builder_finish(&b, out, e);
	buf_release(&text);
	return rc;
}

static int number_text(struct key_map *m, uint32_t *right, struct err *e)
{
	const struct column *c = m->right, *d = c->dict;
	int64_t n = d ? d->length : c->length;

	/* with a dictionary the numbers are its codes, so none has to be found */
	m->count = d ? n : 0;
	for (int64_t row = 0; d && row < c->length; row++)
		right[row] = column_has(c, row) ? (uint32_t)column_code(c, row) : QUERY_NONE;
	if (d && m->left->dict == d)
		return 0;
	if (!(m->values = dict_new()))
		return err_nomem(e);
	for (int64_t k = 0; k < n; k++) {
		const struct column *from = d ? d : c;
		struct slice s;
		int32_t code;

		if (!column_has(from, k)) {
			right[k] = QUERY_NONE;
			continue;
		}
		s = column_string(from, k);
		if ((code = dict_code(m->values, s.p, s.n)) < 0)
			return err_nomem(e);
		if (!d)
			right[k] = (uint32_t)code;
	}
	m->count = dict_count(m->values);
	return 0;
}

static int map_codes(struct key_map *m, struct err *e)
{
	const struct column *d = m->left->dict;

	if (!d || !m->values)
		return 0;
	if (!(m->codes = mem_alloc((size_t)d->length * sizeof *m->codes)))
		return err_nomem(e);
	for (int64_t k = 0; k < d->length; k++) {
		struct slice s = column_string(d, k);
		int32_t code = dict_find(m->values, s.p, s.n);

		m->codes[k] = code < 0 ? QUERY_NONE : (uint32_t)code;
	}
	return 0;
}

static int number_numbers(struct key_map *m, uint32_t *right, struct err *e)
{
	const struct column *c = m->right;
	int64_t low = INT64_MAX, high = INT64_MIN;
	uint64_t v;

	for (int64_t row = 0; row < c->length; row++) {
		if (!column_has(c, row) || !number_of(c, m->whole, row, &v))
			continue;
		low = (int64_t)v < low ? (int64_t)v : low;
		high = (int64_t)v > high ? (int64_t)v : high;
	}
	m->low = (uint64_t)low;
	if (low > high || (uint64_t)high - m->low < most_numbers(c->length))
		m->count = low > high ? 0 : (int64_t)((uint64_t)high - m->low + 1);
	else
		m->kind = MAP_HASH;
	for (int64_t row = 0; row < c->length; row++) {
		if (!(row & 0xfffff) && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (!column_has(c, row) || !number_of(c, m->whole, row, &v))
			right[row] = QUERY_NONE;
		else if (m->kind == MAP_NEAR)
			right[row] = (uint32_t)(v - m->low);
		else if ((right[row] = table_number(&m->numbers, v)) == QUERY_NONE)
			return err_nomem(e);
	}
	if (m->kind == MAP_HASH)
		m->count = m->numbers.count;
	return 0;
}

/* The numbers of the keys before and of this one become one. */
static int fold(struct keys *k, struct key_map *m, const uint32_t *right, int64_t rows, struct err *e)
{
	uint64_t product = (uint64_t)k->count * (uint64_t)m->count;      /* both below 2^32 */

	m->folds = product > most_numbers(rows);
	for (int64_t row = 0; row < rows; row++) {
		uint64_t both;

		if (!(row & 0xfffff) && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (k->right[row] == QUERY_NONE || right[row] == QUERY_NONE) {
			k->right[row] = QUERY_NONE;
			continue;
		}
		both = (uint64_t)k->right[row] * (uint64_t)m->count + right[row];
		k->right[row] = m->folds ? table_number(&m->folded, both) : (uint32_t)both;
		if (k->right[row] == QUERY_NONE)
			return err_nomem(e);
	}
	k->count = m->folds ? m->folded.count : (int64_t)product;
	return 0;
}

static bool is_number(const struct column *c)
{
	return c->type == TYPE_INT64 || c->type == TYPE_FLOAT64;
}

static int map_open(struct key_map *m, const struct table *left, const struct table *right, const struct join_keys *on, int k,
		    struct err *e)
{
	int rc;

	if ((rc = table_column(left, on->left[k], &m->left, e)) || (rc = table_column(right, on->right[k], &m->right, e)))
		return rc;
	if (m->left->type != m->right->type && !(is_number(m->left) && is_number(m->right)))
		return err_set(e, ERR_TYPE, "cannot join '%s' (%s) with '%s' (%s): keys are of one type", on->left[k],
			       type_name(m->left->type), on->right[k], type_name(m->right->type));
	m->whole = m->left->type != m->right->type;
	m->kind = m->left->type == TYPE_STRING || m->left->type == TYPE_QUANTITY ? MAP_TEXT : MAP_NEAR;
	if (m->left->type != TYPE_QUANTITY)
		return 0;
	if ((rc = figures_as_text(m->left, &m->own_left, e)) || (rc = figures_as_text(m->right, &m->own_right, e)))
		return rc;
	m->left = m->own_left;
	m->right = m->own_right;
	return 0;
}

int keys_open(struct keys *k, const struct table *left, const struct table *right, const struct join_keys *on, int threads,
	      struct err *e)
{
	uint32_t *more = NULL;
	size_t bytes = (size_t)right->rows * sizeof *k->right;
	int rc = 0;

	(void)threads;
	*k = (struct keys){ .count = 1 };
	if (left->rows >= QUERY_NONE || right->rows >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "a table of %lld rows is too long: a query takes less than 2^32",
			       (long long)(left->rows > right->rows ? left->rows : right->rows));
	if (!(k->maps = mem_zero((size_t)on->n, sizeof *k->maps)) || !(k->right = mem_column(bytes)) ||
	    (on->n > 1 && !(more = mem_column(bytes))))
		rc = err_nomem(e);
	if (!rc && !on->n && right->rows)
		memset(k->right, 0, bytes);
	for (; k->n < on->n && !rc; k->n++) {
		struct key_map *m = &k->maps[k->n];
		uint32_t *ids = k->n ? more : k->right;

		/* what is made of the key is released with the others */
		if ((rc = map_open(m, left, right, on, k->n, e)))
			continue;
		rc = m->kind == MAP_TEXT ? number_text(m, ids, e) : number_numbers(m, ids, e);
		if (!rc && m->kind == MAP_TEXT)
			rc = map_codes(m, e);
		if (!rc && k->n)
			rc = fold(k, m, more, right->rows, e);
		else if (!rc)
			k->count = m->count;
	}
	mem_free(more);
	return rc;
}

void keys_release(struct keys *k)
{
	for (int i = 0; i < k->n; i++) {
		struct key_map *m = &k->maps[i];

		mem_free(m->numbers.slots);
		mem_free(m->folded.slots);
		mem_free(m->codes);
		dict_free(m->values);
		column_unref(m->own_left);
		column_unref(m->own_right);
	}
	mem_free(k->maps);
	mem_free(k->right);
}

/* == looking up == */

static uint32_t text_number(const struct key_map *m, int64_t row)
{
	struct slice s;
	int32_t code;

	if (m->left->dict) {
		code = column_code(m->left, row);
		return m->codes ? m->codes[code] : (uint32_t)code;
	}
	s = column_string(m->left, row);
	code = dict_find(m->values, s.p, s.n);
	return code < 0 ? QUERY_NONE : (uint32_t)code;
}

/* The common case of few values: one look at a small array a row. */
#define LOOK_CODES(type)                                                                                      \
	for (int64_t k = 0; k < n; k++)                                                                       \
		ids[k] = column_has(c, from + k) ? m->codes[((const type *)c->as.codes)[from + k]] : QUERY_NONE

static void look_codes(const struct key_map *m, int64_t from, int64_t n, uint32_t *ids)
{
	const struct column *c = m->left;

	if (c->code_size == 1)
		LOOK_CODES(uint8_t);
	else if (c->code_size == 2)
		LOOK_CODES(uint16_t);
	else
		LOOK_CODES(int32_t);
}

static void look(const struct key_map *m, int64_t from, int64_t n, uint32_t *ids)
{
	const struct column *c = m->left;
	uint64_t v;

	if (m->codes) {
		look_codes(m, from, n, ids);
		return;
	}
	for (int64_t k = 0; k < n; k++) {
		if (!column_has(c, from + k))
			ids[k] = QUERY_NONE;
		else if (m->kind == MAP_TEXT)
			ids[k] = text_number(m, from + k);
		else if (!number_of(c, m->whole, from + k, &v))
			ids[k] = QUERY_NONE;
		else if (m->kind == MAP_NEAR)
			ids[k] = v - m->low < (uint64_t)m->count ? (uint32_t)(v - m->low) : QUERY_NONE;
		else
			ids[k] = table_look(&m->numbers, v);
	}
}

void keys_left(const struct keys *k, int64_t from, int64_t n, uint32_t *ids)
{
	uint32_t more[VEC_MAX];

	if (!k->n)
		memset(ids, 0, (size_t)n * sizeof *ids);
	for (int i = 0; i < k->n; i++) {
		const struct key_map *m = &k->maps[i];

		if (!i) {
			look(m, from, n, ids);
			continue;
		}
		look(m, from, n, more);
		for (int64_t row = 0; row < n; row++) {
			uint64_t both = (uint64_t)ids[row] * (uint64_t)m->count + more[row];

			if (ids[row] == QUERY_NONE || more[row] == QUERY_NONE)
				ids[row] = QUERY_NONE;
			else
				ids[row] = m->folds ? table_look(&m->folded, both) : (uint32_t)both;
		}
	}
}
