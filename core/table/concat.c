/*
 * concat.c - tables one behind the other.
 *
 * Fixed-width values and bits are copied in one go. Dictionaries are merged: each part's codes get common ones when a
 * row first has them, so that the outcome is what a single table would have had, and values that no row has are gone.
 */
#include "table/table_priv.h"

#include <assert.h>
#include <string.h>

/* One column of all tables. */
struct parts {
	const struct column **cols;      /* NULL: the table has no value of it */
	int64_t *rows;                   /* of the tables */
	int n;
	int64_t total;
	enum type type;
};

/* == validity == */

static bool concat_validity(const struct parts *p, struct column *to)
{
	size_t bytes = (size_t)(p->total + 7) / 8;
	int64_t at = 0;

	for (int k = 0; k < p->n; k++)
		to->missing += p->cols[k] ? p->cols[k]->missing : p->rows[k];
	if (!to->missing)
		return true;
	if (!(to->validity = mem_column(bytes)))
		return false;
	memset(to->validity, 0, bytes);
	for (int k = 0; k < p->n; at += p->rows[k++]) {
		if (p->cols[k] && p->cols[k]->validity)
			bits_copy(to->validity, at, p->cols[k]->validity, 0, p->rows[k]);
		else if (p->cols[k])
			bits_set(to->validity, at, p->rows[k]);
	}
	return true;
}

/* == values of one size == */

static uint8_t *concat_bits(const struct parts *p)
{
	size_t bytes = (size_t)(p->total + 7) / 8;
	uint8_t *to = mem_column(bytes);
	int64_t at = 0;

	if (!to)
		return NULL;
	memset(to, 0, bytes);
	for (int k = 0; k < p->n; at += p->rows[k++])
		if (p->cols[k])
			bits_copy(to, at, p->cols[k]->as.bits, 0, p->rows[k]);
	return to;
}

static void to_floats(double *to, const struct column *c)
{
	for (int64_t i = 0; i < c->length; i++)
		to[i] = column_has(c, i) ? (double)c->as.i64[i] : 0;
}

static void *concat_values(const struct parts *p, size_t size)
{
	char *all = mem_column((size_t)p->total * size), *to = all;

	for (int k = 0; all && k < p->n; to += (size_t)p->rows[k++] * size) {
		if (!p->cols[k])
			memset(to, 0, (size_t)p->rows[k] * size);
		else if (p->type == TYPE_FLOAT64 && p->cols[k]->type == TYPE_INT64)
			to_floats((double *)(void *)to, p->cols[k]);
		else if (p->rows[k])
			memcpy(to, p->cols[k]->as.i64, (size_t)p->rows[k] * size);
	}
	return all;
}

/* == strings == */

/* Rows of tables that have a dictionary are at least half of those that have values. */
static bool wants_dictionary(const struct parts *p)
{
	int64_t with = 0, without = 0;

	for (int k = 0; k < p->n; k++)
		if (p->cols[k])
			*(p->cols[k]->dict ? &with : &without) += p->rows[k] - p->cols[k]->missing;
	return with >= without;
}

/* The common code of row i of a part; `map` has those of its own codes, -1 where none is known yet. */
static int32_t common_code(struct dict *d, const struct column *c, int32_t *map, int64_t i)
{
	int32_t own = map ? column_code(c, i) : 0;
	struct slice v;

	if (map && map[own] >= 0)
		return map[own];
	v = column_string(c, i);
	return map ? (map[own] = dict_code(d, v.p, v.n)) : dict_code(d, v.p, v.n);
}

static int32_t *new_map(const struct column *c)
{
	size_t bytes = (size_t)c->dict->length * sizeof(int32_t);
	int32_t *map = mem_alloc(bytes);

	if (map)
		memset(map, 0xff, bytes);
	return map;
}

/* Codes of 4 bytes, which are narrowed once it is known how many values there are. */
static bool merge_codes(const struct parts *p, struct dict *d, int32_t *to)
{
	for (int k = 0; k < p->n; to += p->rows[k++]) {
		const struct column *c = p->cols[k];
		int32_t *map = NULL;
		bool good = !c || !c->dict || (map = new_map(c));

		for (int64_t i = 0; i < p->rows[k] && good; i++) {
			to[i] = c && column_has(c, i) ? common_code(d, c, map, i) : 0;
			good = to[i] >= 0;
		}
		mem_free(map);
		if (!good)
			return false;
	}
	return true;
}

/* In place: what is written is never before what is still read. */
static void narrow(void *codes, int64_t n, int size)
{
	char *p = codes, *to = codes;

	for (int64_t i = 0; size < 4 && i < n; i++, p += sizeof(int32_t), to += size) {
		int32_t code;
		uint16_t two;

		memcpy(&code, p, sizeof code);
		two = (uint16_t)code;
		if (size == 1)
			*to = (char)code;
		else
			memcpy(to, &two, sizeof two);
	}
}

static bool concat_codes(const struct parts *p, struct column *to)
{
	struct dict *d = dict_new();
	size_t n = (size_t)p->total;
	int32_t *codes = mem_column(n * sizeof *codes);
	void *fitting = NULL;
	bool good = d && codes && merge_codes(p, d, codes) && !dict_column(d, &to->dict, NULL);

	if (good) {
		to->code_size = (uint8_t)code_size_for(dict_count(d));
		narrow(codes, p->total, to->code_size);
		fitting = mem_column_resize(codes, n * to->code_size, n * to->code_size);
		to->as.codes = fitting ? fitting : codes;
	} else {
		mem_free(codes);
	}
	dict_free(d);
	return good;
}

static bool concat_text(const struct parts *p, struct column *to)
{
	int64_t *offsets = to->as.offsets = mem_column(((size_t)p->total + 1) * sizeof *offsets);
	size_t total = 0, at = 0;

	if (!offsets)
		return false;
	for (int k = 0; k < p->n; k++)
		for (int64_t i = 0; i < p->rows[k]; i++) {
			*offsets++ = (int64_t)total;
			if (p->cols[k] && column_has(p->cols[k], i))
				total += column_string(p->cols[k], i).n;
		}
	*offsets = (int64_t)total;
	if (!(to->bytes = mem_column(total)))
		return false;
	for (int k = 0; k < p->n; k++)
		for (int64_t i = 0; p->cols[k] && i < p->rows[k]; i++) {
			struct slice v = column_has(p->cols[k], i) ? column_string(p->cols[k], i) : slice_of("", 0);

			if (v.n)
				memcpy(to->bytes + at, v.p, v.n);
			at += v.n;
		}
	return true;
}

/* == columns == */

static int concat_column(const struct parts *p, struct column **out, struct err *e);

/* The figures of a quantity are columns of the same length. */
static int concat_fields(const struct parts *p, struct column *to, struct err *e)
{
	struct parts field = *p;
	int rc = 0;

	if (!(field.cols = mem_zero((size_t)p->n, sizeof *field.cols)))
		return err_nomem(e);
	for (int f = 0; f < QUANTITY_FIELDS && !rc; f++) {
		field.type = quantity_field_type(f);
		for (int k = 0; k < p->n; k++)
			field.cols[k] = p->cols[k] ? p->cols[k]->as.field[f] : NULL;
		rc = concat_column(&field, &to->as.field[f], e);
	}
	mem_free(field.cols);
	return rc;
}

static int concat_column(const struct parts *p, struct column **out, struct err *e)
{
	struct column *to = column_new(p->type, p->total);
	bool good = to && concat_validity(p, to);
	int rc = 0;

	if (good && p->type == TYPE_QUANTITY)
		rc = concat_fields(p, to, e);
	else if (good && p->type == TYPE_STRING)
		good = wants_dictionary(p) ? concat_codes(p, to) : concat_text(p, to);
	else if (good && p->type == TYPE_BOOL)
		good = (to->as.bits = concat_bits(p)) != NULL;
	else if (good)
		good = (to->as.i64 = concat_values(p, p->type == TYPE_DATE ? 4 : 8)) != NULL;
	if (!good || rc) {
		column_unref(to);
		return rc ? rc : err_nomem(e);
	}
	*out = to;
	return 0;
}

/* == tables == */

/*
 * The column of all tables, and the type that fits all their values. A column without values fits every type, as a file's of which nothing is
 * known; but floats make numbers floats whether or not there are any, or a filter before a union would give another type than one behind.
 */
static int find_parts(struct parts *p, const struct table *const *ts, const char *name, struct err *e)
{
	const struct column *any = NULL;
	bool typed = false, floats = false;

	for (int k = 0; k < p->n; k++) {
		int at = table_find(ts[k], name);
		const struct column *c = at < 0 ? NULL : ts[k]->cols[at];

		any = any ? any : c;
		floats |= c && c->type == TYPE_FLOAT64;
		p->cols[k] = c = c && c->missing < c->length ? c : NULL;
		if (!c || (typed && c->type == p->type))
			continue;
		if (typed && ((c->type != TYPE_INT64 && c->type != TYPE_FLOAT64) ||
			      (p->type != TYPE_INT64 && p->type != TYPE_FLOAT64)))
			return err_set(e, ERR_TYPE, "column '%s' is %s in one table and %s in another", name, type_name(p->type),
				       type_name(c->type));
		p->type = typed ? TYPE_FLOAT64 : c->type;
		typed = true;
	}
	if (!typed)              /* some table has it: that is how its name was found */
		p->type = any ? any->type : TYPE_STRING;
	if (p->type == TYPE_INT64 && floats)
		p->type = TYPE_FLOAT64;
	return 0;
}

static int add_columns(struct table *to, struct parts *p, const struct table *const *ts, struct err *e)
{
	int rc = 0;

	for (int k = 0; k < p->n; k++) {
		for (int at = 0; at < ts[k]->ncols; at++) {
			const char *name = ts[k]->names[at];
			struct column *c = NULL;

			if (table_find(to, name) >= 0)
				continue;
			if ((rc = find_parts(p, ts, name, e)) || (rc = concat_column(p, &c, e)))
				return rc;
			rc = table_add(to, name, c, e);
			column_unref(c);
			if (rc)
				return rc;
		}
	}
	return 0;
}

static int join_origins(struct table *to, const struct table *const *ts, int n, struct err *e)
{
	const struct origin **from = mem_zero((size_t)n, sizeof *from);
	int m = 0, rc = 0;
	bool known = true;

	if (!from)
		return err_nomem(e);
	for (int k = 0; k < n; k++) {
		if (ts[k]->origin)
			from[m++] = ts[k]->origin;
		else
			known &= !ts[k]->rows;
	}
	if (known && m)
		rc = origin_concat(from, m, &to->origin, e);
	mem_free(from);
	return rc;
}

int table_concat(const struct table *const *ts, int n, struct table **out, struct err *e)
{
	struct parts p = { .n = n };
	struct table *to = NULL;
	int rc;

	assert(n > 0);
	p.cols = mem_zero((size_t)n, sizeof *p.cols);
	p.rows = mem_zero((size_t)n, sizeof *p.rows);
	for (int k = 0; p.rows && k < n; k++)
		p.total += p.rows[k] = ts[k]->rows;
	if (!p.cols || !p.rows)
		rc = err_nomem(e);
	else if (!(rc = table_new(p.total, &to, e)) && !(rc = add_columns(to, &p, ts, e)))
		rc = join_origins(to, ts, n, e);
	mem_free(p.cols);
	mem_free(p.rows);
	if (rc)
		table_unref(to);
	else
		*out = to;
	return rc;
}
