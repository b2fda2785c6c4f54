/*
 * ops_in.c - x in (list): the list becomes a set once, and rows are looked up in it.
 *
 * A few numbers are compared one by one, which is one pass of vector code for each; integers and dates that lie close together
 * become a table of bytes; the rest is sorted and halved. Strings of a dictionary never come here row by row: the lookup is
 * made once for each value (lift.c).
 */
#include "expr/logic_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 8, FEW_OF_TABLE = 3, TABLE = 1 << 14 };

struct set {
	enum type type;                  /* of the rows: TYPE_INT64 for times too */
	int n;
	union {
		int64_t *i64;            /* dates too */
		double *f64;
	} as;
	struct dict *texts;
	uint8_t *table;                  /* of the values low ... low + TABLE - 1; NULL = none */
	int64_t low;
};

static void set_free(void *scratch)
{
	struct set *s = scratch;

	if (!s)
		return;
	mem_free(s->as.i64);
	mem_free(s->table);
	dict_free(s->texts);
	mem_free(s);
}

static int by_int(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int by_float(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value of a list as a value of the rows: false when no row can have it. */
static bool add_int(struct set *s, const struct vec *v)
{
	double y;

	if (v->type == TYPE_FLOAT64) {
		y = v->as.f64[0];
		if (!(y >= -9223372036854775808.0 && y < 9223372036854775808.0) || y != floor(y))
			return false;
		s->as.i64[s->n++] = (int64_t)y;
	} else {
		s->as.i64[s->n++] = v->type == TYPE_DATE ? v->as.days[0] : v->as.i64[0];
	}
	return true;
}

static bool add_float(struct set *s, const struct vec *v)
{
	double y = v->type == TYPE_FLOAT64 ? v->as.f64[0] : (double)v->as.i64[0];

	if (isnan(y) || (v->type == TYPE_INT64 && (y >= 0x1p63 || (int64_t)y != v->as.i64[0])))
		return false;
	s->as.f64[s->n++] = y;
	return true;
}

/* Sorts the numbers, or makes a table of them. */
static int arrange(struct set *s)
{
	bool floats = s->type == TYPE_FLOAT64;

	if (s->n > FEW_OF_TABLE)
		qsort(s->as.i64, (size_t)s->n, sizeof *s->as.i64, floats ? by_float : by_int);
	if (floats || s->n <= FEW_OF_TABLE || (uint64_t)s->as.i64[s->n - 1] - (uint64_t)s->as.i64[0] >= TABLE)
		return 0;
	s->low = s->as.i64[0];
	if (!(s->table = mem_zero(TABLE, 1)))
		return ERR_MEMORY;
	for (int k = 0; k < s->n; k++)
		s->table[s->as.i64[k] - s->low] = 1;
	return 0;
}

static int set_make(const struct vec *args, int nargs, void **scratch, struct err *e)
{
	struct set *s = mem_zero(1, sizeof *s);

	if (!s)
		return err_nomem(e);
	s->type = args[0].type;
	if (s->type == TYPE_STRING)
		s->texts = dict_new();
	else
		s->as.i64 = mem_zero((size_t)nargs, sizeof *s->as.i64);
	if (!s->texts && !s->as.i64)
		goto nomem;
	for (int i = 1; i < nargs; i++) {
		if (s->texts) {
			struct slice t = vec_text(&args[i], 0);

			if (dict_code(s->texts, t.p, t.n) < 0)
				goto nomem;
		} else if (s->type == TYPE_FLOAT64) {
			add_float(s, &args[i]);
		} else {
			add_int(s, &args[i]);
		}
	}
	if (arrange(s))
		goto nomem;
	*scratch = s;
	return 0;
nomem:
	set_free(s);
	return err_nomem(e);
}

/* == looking up == */

/* The last of n sorted values that is not above x, or the first, found without a branch that depends on the values. */
#define HALVE(at, values, count, x)                                  \
	for (int left = (count); left > 1;) {                        \
		int half = left / 2;                                 \
		(at) += (values)[(at) + half] <= (x) ? half : 0;     \
		left -= half;                                        \
	}

#define MEMBER(name, T, SET, member, set_member, ...)                                                          \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                 \
	{                                                                                                      \
		const struct set *s = f->scratch;                                                              \
		uint8_t *restrict to = out_room;                                                               \
		const T *from = args[0].as.member;                                                             \
		const SET *values = s->as.set_member;                                                          \
		int32_t n = f->n;                                                                              \
                                                                                                               \
		OP_UNUSED;                                                                                     \
		__VA_ARGS__                                                                                    \
		if (s->n <= FEW) {                                                                             \
			memset(to, 0, (size_t)n);                                                              \
			for (int k = 0; k < s->n; k++) {                                                       \
				const SET y = values[k];                                                       \
				for (int32_t i = 0; i < n; i++)                                                \
					to[i] |= (SET)from[i] == y;                                            \
			}                                                                                      \
			return 0;                                                                              \
		}                                                                                              \
		for (int32_t i = 0; i < n; i++) {                                                              \
			const SET x = (SET)from[i];                                                            \
			int at = 0;                                                                            \
			HALVE(at, values, s->n, x)                                                             \
			to[i] = values[at] == x;                                                               \
		}                                                                                              \
		return 0;                                                                                      \
	}
/* Where there is a table: one look for each row, and none for those that lie outside. */
#define FROM_TABLE                                                                                             \
	if (s->table) {                                                                                        \
		const uint8_t *table = s->table;                                                               \
		const uint64_t low = (uint64_t)s->low;                                                         \
		for (int32_t i = 0; i < n; i++) {                                                              \
			const uint64_t at = (uint64_t)(int64_t)from[i] - low;                                  \
			to[i] = at < TABLE ? table[at] : 0;                                                    \
		}                                                                                              \
		return 0;                                                                                      \
	}
MEMBER(in_ints, int64_t, int64_t, i64, i64, FROM_TABLE)
MEMBER(in_floats, double, double, f64, f64, )
MEMBER(in_days, int32_t, int64_t, days, i64, FROM_TABLE)

static int in_strings(OP_KERNEL_ARGS)
{
	const struct set *s = f->scratch;
	uint8_t *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		struct slice t;

		if (!op_has(f, i))
			continue;
		t = vec_text(&args[0], i);
		to[i] = dict_find(s->texts, t.p, t.n) >= 0;
	}
	return 0;
}

enum { IN_FLAGS = OP_LAST_REPEATS | OP_CONSTANT_TAIL };
const struct op_overload in_overloads[] = {
	{ "ii", 'b', in_ints, IN_FLAGS, set_make, set_free },   { "ff", 'b', in_floats, IN_FLAGS, set_make, set_free },
	{ "if", 'b', in_ints, IN_FLAGS, set_make, set_free },   { "fi", 'b', in_floats, IN_FLAGS, set_make, set_free },
	{ "dd", 'b', in_days, IN_FLAGS, set_make, set_free },   { "tt", 'b', in_ints, IN_FLAGS, set_make, set_free },
	{ "ss", 'b', in_strings, IN_FLAGS, set_make, set_free }, { 0 },
};
