/*
 * ops_choose.c - and, or, not, if, coalesce, is_missing: the operators that know about missing values.
 *
 * Who calls them has computed the arguments where they are needed; elsewhere they are missing.
 */
#include "expr/logic_priv.h"

#include <string.h>

/* == three-valued logic == */

/* Which rows are surely true, and which surely false, a byte each. */
KERNEL static void spread_truth(uint8_t *restrict yes, uint8_t *restrict no, const uint8_t *truth, const uint8_t *there, int32_t n)
{
	if (there)
		for (int32_t i = 0; i < n; i++) {
			yes[i] = truth[i] & there[i] & 1;
			no[i] = (truth[i] ^ 1) & there[i] & 1;
		}
	else
		for (int32_t i = 0; i < n; i++) {
			yes[i] = truth[i] & 1;
			no[i] = (truth[i] ^ 1) & 1;
		}
}

static void sides(uint8_t *yes, uint8_t *no, const struct vec *v, int32_t n)
{
	bool has;

	if (!v->constant) {
		spread_truth(yes, no, v->as.truth, v->there, n);
		return;
	}
	has = vec_has(v, 0);
	memset(yes, has && v->as.truth[0] & 1, (size_t)n);
	memset(no, has && !(v->as.truth[0] & 1), (size_t)n);
}

KERNEL static void and_bytes(uint8_t *restrict to, const uint8_t *a, const uint8_t *b, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = a[i] & b[i] & 1;
}

KERNEL static void or_bytes(uint8_t *restrict to, const uint8_t *a, const uint8_t *b, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = (a[i] | b[i]) & 1;
}

int logic_and(OP_KERNEL_ARGS)
{
	uint8_t yes[2][VEC_MAX], no[2][VEC_MAX];

	OP_UNUSED;
	if (!args[0].there && !args[1].there && !args[0].constant && !args[1].constant) {
		and_bytes(out_room, args[0].as.truth, args[1].as.truth, f->n);
		return 0;
	}
	sides(yes[0], no[0], &args[0], f->n);
	sides(yes[1], no[1], &args[1], f->n);
	and_bytes(out_room, yes[0], yes[1], f->n);
	or_bytes(f->out_there, no[0], no[1], f->n);
	or_bytes(yes[0], out_room, f->out_there, f->n);
	memcpy(f->out_there, yes[0], (size_t)f->n);
	out->there = f->out_there;
	return 0;
}

int logic_or(OP_KERNEL_ARGS)
{
	uint8_t yes[2][VEC_MAX], no[2][VEC_MAX];

	OP_UNUSED;
	if (!args[0].there && !args[1].there && !args[0].constant && !args[1].constant) {
		or_bytes(out_room, args[0].as.truth, args[1].as.truth, f->n);
		return 0;
	}
	sides(yes[0], no[0], &args[0], f->n);
	sides(yes[1], no[1], &args[1], f->n);
	or_bytes(out_room, yes[0], yes[1], f->n);
	and_bytes(f->out_there, no[0], no[1], f->n);
	or_bytes(yes[0], out_room, f->out_there, f->n);
	memcpy(f->out_there, yes[0], (size_t)f->n);
	out->there = f->out_there;
	return 0;
}

KERNEL int logic_not(OP_KERNEL_ARGS)
{
	uint8_t *restrict to = out_room;
	const uint8_t *from = args[0].as.truth;
	int32_t n = f->n;

	OP_UNUSED;
	for (int32_t i = 0; i < n; i++)
		to[i] = (from[i] ^ 1) & 1;
	return 0;
}

int logic_is_missing(OP_KERNEL_ARGS)
{
	uint8_t *to = out_room;

	OP_UNUSED;
	if (!args[0].there)
		memset(to, 0, (size_t)f->n);
	else if (args[0].constant)
		memset(to, !args[0].there[0], (size_t)f->n);
	else
		for (int32_t i = 0; i < f->n; i++)
			to[i] = args[0].there[i] ^ 1;
	return 0;
}

/* == choices == */

#define SELECT(name, T)                                                                                        \
	KERNEL static void name(T *restrict to, const uint8_t *choice, const T *a, bool a_constant, const T *b, \
				bool b_constant, int32_t n)                                                    \
	{                                                                                                      \
		OP_LOOP2(n, T, a, a_constant, T, b, b_constant, { to[i] = choice[i] & 1 ? x : y; });           \
	}
SELECT(select_1, uint8_t)
SELECT(select_2, uint16_t)
SELECT(select_4, uint32_t)
SELECT(select_8, uint64_t)
SELECT(select_text, struct slice)
SELECT(select_figure, struct quantity)

static void select_values(void *to, const uint8_t *choice, const struct vec *a, const struct vec *b, size_t size, int32_t n)
{
	switch (size) {
	case 1: select_1(to, choice, a->as.codes, a->constant, b->as.codes, b->constant, n); break;
	case 2: select_2(to, choice, a->as.codes, a->constant, b->as.codes, b->constant, n); break;
	case 4: select_4(to, choice, a->as.codes, a->constant, b->as.codes, b->constant, n); break;
	case 8: select_8(to, choice, a->as.codes, a->constant, b->as.codes, b->constant, n); break;
	case sizeof(struct slice): select_text(to, choice, a->as.codes, a->constant, b->as.codes, b->constant, n); break;
	default: select_figure(to, choice, a->as.codes, a->constant, b->as.codes, b->constant, n);
	}
}

static size_t value_size(const struct vec *v)
{
	switch (v->type) {
	case TYPE_BOOL: return 1;
	case TYPE_DATE: return 4;
	case TYPE_STRING: return v->code_size ? v->code_size : sizeof(struct slice);
	case TYPE_QUANTITY: return sizeof(struct quantity);
	default: return 8;
	}
}

/* Strings of one dictionary may be chosen by their codes. */
static bool same_codes(const struct vec *a, const struct vec *b)
{
	return a->type != TYPE_STRING || (a->code_size == b->code_size && a->dict == b->dict);
}

/* Whose values are all missing, so that they may be read as anything. */
static bool is_nothing(const struct vec *v)
{
	return v->constant && v->there && !v->there[0];
}

/* out = choice ? a : b. `room` is not where a or b are. */
static void choose(struct vec *out, void *room, const uint8_t *choice, const struct vec *a, const struct vec *b, int32_t n)
{
	const struct vec *like = is_nothing(a) ? b : a;  /* a value that nobody needs goes with every dictionary */
	struct slice *to = room;

	if (same_codes(a, b)) {
		select_values(room, choice, a, b, value_size(a), n);
	} else if (is_nothing(a) || is_nothing(b)) {
		select_values(room, choice, like, like, value_size(like), n);
	} else {
		for (int32_t i = 0; i < n; i++) {
			const struct vec *v = choice[i] & 1 ? a : b;

			to[i] = vec_has(v, i) ? vec_text(v, i) : slice_of("", 0);
		}
		out->code_size = 0;
		out->dict = NULL;
		return;
	}
	out->code_size = like->code_size;
	out->dict = like->dict;
}

static uint8_t there_at(const struct vec *v, int32_t i)
{
	return vec_has(v, i);
}

/* The result is that argument. */
static int just(struct vec *out, const struct vec *v)
{
	*out = *v;
	return 0;
}

int logic_if(OP_KERNEL_ARGS)
{
	const struct vec *c = &args[0], *a = &args[1], *b = &args[2];
	int32_t n = f->n;

	OP_UNUSED;
	if (c->constant && vec_has(c, 0))
		return just(out, c->as.truth[0] & 1 ? a : b);
	if (c->constant) {
		memset(f->out_there, 0, (size_t)n);
		out->there = f->out_there;
		return 0;
	}
	out->as.codes = out_room;
	choose(out, out_room, c->as.truth, a, b, n);
	if (!c->there && !a->there && !b->there)
		return 0;
	for (int32_t i = 0; i < n; i++) {
		uint8_t has = c->as.truth[i] & 1 ? there_at(a, i) : there_at(b, i);

		f->out_there[i] = c->there ? has & c->there[i] : has;
	}
	out->there = f->out_there;
	return 0;
}

static void fill_missing(void *to, uint8_t *there, const struct vec *v, size_t size, int32_t n)
{
	for (int32_t i = 0; i < n; i++) {
		if (there[i] || !vec_has(v, i))
			continue;
		memcpy((char *)to + (size_t)i * size, (const char *)v->as.codes + (v->constant ? 0 : (size_t)i * size), size);
		there[i] = 1;
	}
}

int logic_coalesce(OP_KERNEL_ARGS)
{
	const struct vec *first = &args[0];
	bool codes = true, open = false;
	int32_t n = f->n;

	OP_UNUSED;
	if (!first->there || (first->constant && first->there[0]))
		return just(out, first);
	if (first->type == TYPE_STRING)
		for (int k = 0; k < nargs; k++)
			codes &= is_nothing(&args[k]) || (args[k].code_size && args[k].dict == first->dict);
	memset(f->out_there, 0, (size_t)n);
	if (first->type == TYPE_STRING && codes && first->code_size) {
		out->code_size = first->code_size;
		out->dict = first->dict;
	}
	for (int k = 0; k < nargs; k++) {
		if (is_nothing(&args[k]))
			continue;
		if (first->type == TYPE_STRING && !out->code_size) {
			struct slice *to = out_room;

			for (int32_t i = 0; i < n; i++) {
				if (f->out_there[i] || !vec_has(&args[k], i))
					continue;
				to[i] = vec_text(&args[k], i);
				f->out_there[i] = 1;
			}
		} else {
			fill_missing(out_room, f->out_there, &args[k], value_size(&args[k]), n);
		}
	}
	for (int32_t i = 0; i < n; i++)
		open |= !f->out_there[i];
	out->there = open ? f->out_there : NULL;
	return 0;
}
