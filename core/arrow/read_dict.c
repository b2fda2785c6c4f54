/* read_dict.c - dictionaries: their values, and columns of indexes into them. */
#include "arrow/arrow_priv.h"

#include <string.h>

/* == pools == */

static int add_string(struct pool *p, const struct column *values, int64_t i)
{
	struct slice v = slice_of("", 0);
	int32_t code = -1;

	if (column_has(values, i)) {
		v = column_string(values, i);
		if ((code = dict_code(p->dict, v.p, v.n)) < 0)
			return ERR_MEMORY;
	}
	p->missing |= code < 0;
	p->now.same &= code == p->n - p->now.base && !p->now.base;
	buf_add(&p->map, &code, sizeof code);
	return 0;
}

/* Eight bytes whatever the type: integers and floats as they are, days as integers. */
static void add_word(struct pool *p, const struct column *values, int64_t i)
{
	int64_t word = 0;
	bool has = column_has(values, i);

	if (has && values->type == TYPE_DATE)
		word = values->as.days[i];
	else if (has)
		word = values->as.i64[i];        /* the bits of a float, too */
	p->missing |= !has;
	buf_add(&p->words, &word, sizeof word);
	buf_char(&p->has, has);
}

int pool_add(struct pool *p, const struct column *values, bool delta, struct err *e)
{
	if (!delta)
		p->now = (struct view){ .base = p->n, .same = true };
	p->set = true;
	for (int64_t i = 0; i < values->length; i++, p->n++) {
		if (!p->dict)
			add_word(p, values, i);
		else if (add_string(p, values, i))
			return err_nomem(e);
		p->now.count++;
	}
	return p->map.failed || p->words.failed || p->has.failed ? err_nomem(e) : 0;
}

int pool_finish(struct pool *p, struct err *e)
{
	return p->dict ? dict_column(p->dict, &p->column, e) : 0;
}

void pool_release(struct pool *p)
{
	if (!p)
		return;
	dict_free(p->dict);
	buf_release(&p->map);
	buf_release(&p->words);
	buf_release(&p->has);
	column_unref(p->column);
	mem_free(p);
}

/* == indexes == */

enum { PART = FEED_BLOCK / 8 };

static int bad_index(const struct unit *u, const struct source *s, int64_t row, int64_t index, const struct view *v,
		     struct err *e)
{
	return unit_fault(u, s, row, e, "index %lld into a dictionary of %lld values", (long long)index, (long long)v->count);
}

/*
 * The positions in the pool of the values of a piece, in parts: `use` gets n of them, -1 for those that are missing, for
 * the rows from `row` on.
 */
typedef void use_positions(void *ctx, int64_t row, const int64_t *positions, int64_t n);

static int walk_indexes(const struct unit *u, const struct piece *p, const struct source *s, int64_t row,
			const uint8_t *validity, use_positions *use, void *ctx, struct err *e)
{
	int size = u->field->index_width / 8, rc;
	int64_t *positions;
	struct feed feed;
	const void *part;

	if (!p->rows)
		return 0;
	if ((rc = feed_open(&feed, s, &p->buf[BUF_DATA], e)))
		return rc;
	if (!(positions = mem_alloc(PART * sizeof *positions)))
		rc = err_nomem(e);
	for (int64_t at = 0; at < p->rows && !rc; at += PART) {
		int64_t n = p->rows - at < PART ? p->rows - at : PART;

		if ((rc = feed_next(&feed, n * size, &part, e)))
			break;
		widen_ints(positions, part, n, u->field->index_width, u->field->index_signed);
		for (int64_t i = 0; i < n && !rc; i++) {
			if (!bit_of(validity, row + at + i))
				positions[i] = -1;
			else if (positions[i] < 0 || positions[i] >= p->view.count)
				rc = bad_index(u, s, row + at + i, positions[i], &p->view, e);
			else
				positions[i] += p->view.base;
		}
		if (!rc)
			use(ctx, row + at, positions, n);
	}
	mem_free(positions);
	feed_close(&feed);
	return rc;
}

/* == strings: codes == */

struct coding {
	const struct pool *pool;
	void *codes;
	int size;
	uint8_t *validity;
	int64_t missing;
};

static void store_code(void *codes, int size, int64_t i, int32_t code)
{
	if (size == 1)
		((uint8_t *)codes)[i] = (uint8_t)code;
	else if (size == 2)
		((uint16_t *)codes)[i] = (uint16_t)code;
	else
		((int32_t *)codes)[i] = code;
}

static void use_codes(void *ctx, int64_t row, const int64_t *positions, int64_t n)
{
	struct coding *c = ctx;
	const int32_t *map = (const int32_t *)(const void *)c->pool->map.p;

	for (int64_t i = 0; i < n; i++) {
		int32_t code = positions[i] < 0 ? -1 : map[positions[i]];

		if (positions[i] >= 0 && code < 0) {     /* a value of the dictionary that is missing */
			c->validity[(row + i) >> 3] &= (uint8_t)~(1 << ((row + i) & 7));
			c->missing++;
		}
		store_code(c->codes, c->size, row + i, code < 0 ? 0 : code);
	}
}

/* The first of the codes that were read to their place that is not below `limit`, among those that are there; or -1. */
#define FIRST_ABOVE(type)                                                                       \
	do {                                                                                    \
		const type *v = (const type *)codes + row;                                      \
		bool above = false;                                                             \
		for (int64_t i = 0; i < n; i++)                                                 \
			above |= v[i] >= (uint64_t)limit;                                       \
		for (int64_t i = 0; above && i < n; i++)                                        \
			if (v[i] >= (uint64_t)limit && bit_of(validity, row + i))               \
				return i;                                                       \
		return -1;                                                                      \
	} while (0)

static int64_t first_above(const void *codes, int size, int64_t row, int64_t n, int64_t limit, const uint8_t *validity)
{
	if (size == 1)
		FIRST_ABOVE(uint8_t);
	if (size == 2)
		FIRST_ABOVE(uint16_t);
	FIRST_ABOVE(uint32_t);
}

/* Codes of the size and the numbers that are wanted here are read as they are. A negative one is above all others. */
static int read_as_they_are(const struct unit *u, const struct piece *p, const struct source *s, struct coding *c,
			    int64_t row, struct err *e)
{
	int64_t limit = p->view.count, half = INT64_C(1) << (8 * c->size - 1), bad = -1;
	int rc = span_read(s, &p->buf[BUF_DATA], (char *)c->codes + row * c->size, p->rows * c->size, e);

	if (u->field->index_signed && limit > half)
		limit = half;
	for (int64_t at = 0; at < p->rows && !rc; at += PART) {
		bad = first_above(c->codes, c->size, row + at, p->rows - at < PART ? p->rows - at : PART, limit, c->validity);
		if (bad >= 0) {
			int64_t index = 0;

			memcpy(&index, (char *)c->codes + (row + at + bad) * c->size, (size_t)c->size);
			rc = bad_index(u, s, row + at + bad, u->field->index_signed && index >= half ? index - 2 * half : index,
				       &p->view, e);
		}
	}
	return rc;
}

int unit_codes(struct unit *u, const struct source *s, uint8_t *validity, struct err *e)
{
	struct coding c = { .pool = u->pool, .size = code_size_for(u->pool->column->length), .validity = validity };
	int64_t row = 0;
	int rc = 0;

	if (!(c.codes = mem_column((size_t)u->rows * (size_t)c.size)))
		return err_nomem(e);
	for (int64_t k = 0; k < u->npieces && !rc; row += u->pieces[k++].rows) {
		const struct piece *p = &u->pieces[k];

		if (p->rows && p->view.same && u->field->index_width == 8 * c.size)
			rc = read_as_they_are(u, p, s, &c, row, e);
		else
			rc = walk_indexes(u, p, s, row, validity, use_codes, &c, e);
	}
	if (!rc)
		rc = column_of_codes(c.codes, c.size, u->pool->column, validity, u->rows, u->missing + c.missing, &u->out, e);
	if (rc)
		mem_free(c.codes);
	return rc;
}

/* == other types: the values == */

struct gathering {
	const struct pool *pool;
	enum type type;
	void *values;
	uint8_t *validity;
	int64_t missing;
};

static void use_values(void *ctx, int64_t row, const int64_t *positions, int64_t n)
{
	struct gathering *g = ctx;
	const int64_t *words = (const int64_t *)(const void *)g->pool->words.p;

	for (int64_t i = 0; i < n; i++) {
		bool has = positions[i] >= 0 && g->pool->has.p[positions[i]];
		int64_t word = has ? words[positions[i]] : 0, at = row + i;

		if (positions[i] >= 0 && !has) {
			g->validity[at >> 3] &= (uint8_t)~(1 << (at & 7));
			g->missing++;
		}
		if (g->type == TYPE_DATE)
			((int32_t *)g->values)[at] = (int32_t)word;
		else
			((int64_t *)g->values)[at] = word;
	}
}

static int finish_gathered(struct unit *u, struct gathering *g, struct err *e)
{
	int64_t missing = u->missing + g->missing;

	switch (g->type) {
	case TYPE_DATE:
		return column_of_date(g->values, g->validity, u->rows, missing, &u->out, e);
	case TYPE_DATETIME:
		return column_of_datetime(g->values, g->validity, u->rows, missing, &u->out, e);
	case TYPE_FLOAT64:
		return column_of_float64(g->values, g->validity, u->rows, missing, &u->out, e);
	default:
		return column_of_int64(g->values, g->validity, u->rows, missing, &u->out, e);
	}
}

int unit_values(struct unit *u, const struct source *s, uint8_t *validity, struct err *e)
{
	struct gathering g = { .pool = u->pool, .type = field_column_type(u->field), .validity = validity };
	size_t bytes = (size_t)u->rows * (g.type == TYPE_DATE ? 4 : 8);
	int64_t row = 0;
	int rc = 0;

	if (!(g.values = mem_column(bytes)))
		return err_nomem(e);
	for (int64_t k = 0; k < u->npieces && !rc; row += u->pieces[k++].rows)
		rc = walk_indexes(u, &u->pieces[k], s, row, validity, use_values, &g, e);
	if (!rc)
		rc = finish_gathered(u, &g, e);
	if (rc)
		mem_free(g.values);
	return rc;
}

/* == codes of columns == */

bool codes_are_wild(const struct column *c)
{
	return first_above(c->as.codes, c->code_size, 0, c->length, c->dict->length, NULL) >= 0;
}

void codes_tame(const struct column *c, void *to)
{
	size_t size = c->code_size;

	if (c->length)
		memcpy(to, c->as.codes, (size_t)c->length * size);
	for (int64_t i = 0; i < c->length; i++)
		if (!column_has(c, i))
			memset((char *)to + (size_t)i * size, 0, size);
}
