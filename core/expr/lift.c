/*
 * lift.c - what depends on one column of codes alone is computed once for each value of its dictionary.
 *
 * measure == 'killed' over eight million rows is then a comparison of a dozen strings, and eight million times a look into a
 * table of a dozen bytes. The table has an entry for each code, as many as a code can say where it has 1 or 2 bytes, and one
 * for missing behind them. Results that are strings are codes again, into a dictionary of the results, so that groups of
 * lower(origin) are as quick as groups of origin.
 *
 * A big dictionary is computed only when as many rows have been seen: at worst, that is double the work.
 */
#include "expr/program_priv.h"

#include <string.h>

enum { SMALL = 4096, SMALL_TEXT = 65536 };

/* == looking up == */

#define LOOKUP(name, CODE, VALUE)                                                                              \
	KERNEL static void name(VALUE *restrict to, const VALUE *restrict table, const CODE *restrict codes,   \
				const uint8_t *there, size_t missing, int32_t n)                               \
	{                                                                                                      \
		if (!there)                                                                                    \
			for (int32_t i = 0; i < n; i++)                                                        \
				to[i] = table[codes[i]];                                                       \
		else                                                                                           \
			for (int32_t i = 0; i < n; i++)                                                        \
				to[i] = table[there[i] ? (size_t)codes[i] : missing];                          \
	}
LOOKUP(lookup_1_1, uint8_t, uint8_t)
LOOKUP(lookup_1_2, uint8_t, uint16_t)
LOOKUP(lookup_1_4, uint8_t, uint32_t)
LOOKUP(lookup_1_8, uint8_t, uint64_t)
LOOKUP(lookup_2_1, uint16_t, uint8_t)
LOOKUP(lookup_2_2, uint16_t, uint16_t)
LOOKUP(lookup_2_4, uint16_t, uint32_t)
LOOKUP(lookup_2_8, uint16_t, uint64_t)
LOOKUP(lookup_4_1, int32_t, uint8_t)
LOOKUP(lookup_4_2, int32_t, uint16_t)
LOOKUP(lookup_4_4, int32_t, uint32_t)
LOOKUP(lookup_4_8, int32_t, uint64_t)
#undef LOOKUP

static void lookup(void *to, const void *table, int size, const struct vec *v, const uint8_t *there, size_t missing)
{
#define SIZES(code)                                                                                            \
	switch (size) {                                                                                        \
	case 1: lookup_##code##_1(to, table, v->as.codes, there, missing, v->n); break;                        \
	case 2: lookup_##code##_2(to, table, v->as.codes, there, missing, v->n); break;                        \
	case 4: lookup_##code##_4(to, table, v->as.codes, there, missing, v->n); break;                        \
	default: lookup_##code##_8(to, table, v->as.codes, there, missing, v->n); break;                       \
	}
	if (v->code_size == 1)
		SIZES(1)
	else if (v->code_size == 2)
		SIZES(2)
	else
		SIZES(4)
#undef SIZES
}

/* == computing == */

static void lift_release(struct lift *l)
{
	column_unref(l->dict);
	column_unref(l->out);
	mem_free(l->table);
	mem_free(l->there);
	*l = (struct lift){ 0 };
}

void lifts_free(struct lift *lifts)
{
	for (int k = 0; lifts && k < LIFTS; k++)
		lift_release(&lifts[k]);
	mem_free(lifts);
}

/* The results of one batch of values as entries of the table from `at` on. */
static int keep(struct lift *l, struct dict *texts, const struct vec *v, size_t at, struct err *e)
{
	for (int32_t i = 0; i < v->n; i++) {
		size_t to = at + (size_t)i;
		struct slice s;
		int32_t code;

		l->there[to] = vec_has(v, i);
		if (!l->there[to])
			continue;
		if (!texts) {
			memcpy((char *)l->table + to * (size_t)l->size,
			       (const char *)v->as.codes + (v->constant ? 0 : (size_t)i * (size_t)l->size), (size_t)l->size);
			continue;
		}
		s = vec_text(v, i);
		if ((code = dict_code(texts, s.p, s.n)) < 0)
			return err_nomem(e);
		((int32_t *)l->table)[to] = code;
	}
	return 0;
}

/* A batch in which the column is `v` and no other is. */
static int run_values(struct program_run *r, const struct step *s, const struct vec *v, const struct vec **out, struct err *e)
{
	struct program_run *values = r->values;
	struct batch b = { .n = v->n, .cols = r->columns };
	int rc;

	r->columns[s->only_column] = *v;
	values->batch = &b;
	values->stamp++;
	arena_clear(&values->text.arena);
	rc = step_run(values, s, NULL, out, e);
	values->batch = NULL;
	return rc;
}

static int compute(struct program_run *r, const struct step *s, struct lift *l, struct dict *texts, struct err *e)
{
	static const uint8_t no;
	static const struct slice empty = { "", 0 };
	struct vec v, missing = { .type = TYPE_STRING, .n = 1, .there = &no, .as.text = &empty };
	const struct vec *result;
	int64_t n = l->dict->length;
	int rc;

	for (int64_t from = 0; from < n; from += VEC_MAX) {
		int32_t some = (int32_t)(n - from < VEC_MAX ? n - from : VEC_MAX);

		if ((rc = vec_of_column(&v, &r->column_room, l->dict, from, NULL, some, e)) ||
		    (rc = run_values(r, s, &v, &result, e)) || (rc = keep(l, texts, result, (size_t)from, e)))
			return rc;
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
	}
	l->strict = true;
	for (int64_t i = 0; i < n; i++)
		l->strict &= l->there[i];
	if ((rc = run_values(r, s, &missing, &result, e)) || (rc = keep(l, texts, result, l->missing, e)))
		return rc;
	l->all_there = l->strict && l->there[l->missing];
	l->strict &= !l->there[l->missing];
	return 0;
}

/* Codes of 4 bytes as narrow ones. */
static int narrow(struct lift *l, struct dict *texts, size_t entries, struct err *e)
{
	const int32_t *codes = l->table;
	int size = code_size_for(dict_count(texts));
	void *table;
	int rc;

	if ((rc = dict_column(texts, &l->out, e)))
		return rc;
	l->size = size;
	if (size == 4)
		return 0;
	if (!(table = mem_zero(entries, (size_t)size)))
		return err_nomem(e);
	for (size_t i = 0; i < entries; i++) {
		if (size == 1)
			((uint8_t *)table)[i] = (uint8_t)codes[i];
		else
			((uint16_t *)table)[i] = (uint16_t)codes[i];
	}
	mem_free(l->table);
	l->table = table;
	return 0;
}

static int lift_make(struct program_run *r, const struct step *s, const struct vec *v, struct lift *out, struct err *e)
{
	size_t entries = v->code_size == 1 ? 256 : v->code_size == 2 ? 65536 : (size_t)v->dict->length;
	struct dict *texts = NULL;
	struct lift l = { .missing = entries, .size = (int)(s->type == TYPE_STRING ? sizeof(int32_t) : vec_value_size(s->type)) };
	int rc = 0;

	entries++;
	if (!r->values && (rc = program_run_new(r->program, &r->values, e)))
		return rc;
	if (!r->columns && !(r->columns = mem_zero((size_t)r->program->width, sizeof *r->columns)))
		return err_nomem(e);
	l.dict = column_ref(v->dict);
	l.table = mem_zero(entries, (size_t)l.size);
	l.there = mem_zero(entries, 1);
	if (!l.table || !l.there || (s->type == TYPE_STRING && !(texts = dict_new())))
		rc = err_nomem(e);
	if (!rc && !(rc = compute(r, s, &l, texts, e)) && texts)
		rc = narrow(&l, texts, entries, e);
	dict_free(texts);
	if (rc)
		lift_release(&l);
	else
		*out = l;
	return rc;
}

int step_lift(struct program_run *r, const struct step *s, bool *done, struct err *e)
{
	const struct vec *v = &r->batch->cols[s->only_column];
	struct step_state *st = &r->states[s->state];
	const uint8_t *there;
	struct lift *l = NULL;
	void *room;
	int rc;

	*done = false;
	if (!v->code_size || v->constant)
		return 0;
	if (!st->lifts && !(st->lifts = mem_zero(LIFTS, sizeof *st->lifts)))
		return err_nomem(e);
	for (int k = 0; k < LIFTS && !l; k++)
		if (st->lifts[k].dict == v->dict)
			l = &st->lifts[k];
	if (!l) {
		if (v->dict->length > SMALL && v->dict->length > r->rows_seen &&
		    (s->type != TYPE_STRING || v->dict->length > SMALL_TEXT))
			return 0;
		l = &st->lifts[st->next_lift];
		lift_release(l);
		if ((rc = lift_make(r, s, v, l, e)))
			return rc;
		st->next_lift = (st->next_lift + 1) % LIFTS;
	}
	if ((!st->room && !(st->room = mem_column(VEC_MAX * vec_value_size(s->type)))) ||
	    (!st->out_there && !(st->out_there = mem_column(VEC_MAX))))
		return err_nomem(e);
	room = st->room;
	/* 1 and 2 bytes cannot say a code that the table has no entry for, so missing rows may read any */
	there = !v->there || (l->strict && v->code_size < 4) ? NULL : v->there;
	lookup(room, l->table, l->size, v, there, l->missing);
	st->out = (struct vec){ .type = s->type, .n = v->n };
	vec_point(&st->out, room);
	if (l->out) {
		st->out.code_size = (uint8_t)l->size;
		st->out.dict = l->out;
	}
	if (l->strict) {
		st->out.there = v->there;
	} else if (!l->all_there) {
		lookup(st->out_there, l->there, 1, v, v->there, l->missing);
		st->out.there = st->out_there;
	}
	*done = true;
	return 0;
}
