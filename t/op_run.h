/*
 * op_run.h - one row of an operator or function, computed in every shape that a batch can have.
 *
 * A value is written as the letter of its type and its text: "i:5", "f:nan", "b:true", "d:2025-01-13", "t:2025-01-13T08:30Z",
 * "s:abc", "q:low high [stated kind measure basis base]" with '-' for an empty code. "?" as a result is a missing value, "!text" an
 * error. op_case computes a row alone, among rows that are not there and hold noise, in full batches, with arguments
 * constant or not, strings with and without a dictionary; all have to agree.
 */
#ifndef OP_RUN_H
#define OP_RUN_H

#include "expr/ops.h"
#include "tap.h"

#include <stdlib.h>

enum { OP_ARGS_MAX = 6, OP_BLOCKS_MAX = 2 * VEC_MAX };

/* Text of a batch: blocks until the case is over. The expression layer has its own. */
struct op_text {
	int n;
	void *blocks[OP_BLOCKS_MAX];
};

char *op_text_room(struct op_text *text, size_t n)
{
	void *p = text->n < OP_BLOCKS_MAX ? mem_alloc(n) : NULL;

	if (p)
		text->blocks[text->n++] = p;
	return p;
}

static inline void op_text_clear(struct op_text *text)
{
	while (text->n)
		mem_free(text->blocks[--text->n]);
}

/* == values == */

static inline enum type op_type(char letter)
{
	static const char letters[] = "bifdtsq";

	return (enum type)(strchr(letters, letter) - letters);
}

static inline size_t op_size(enum type t)
{
	return t == TYPE_BOOL ? 1 : t == TYPE_DATE ? 4 : t == TYPE_STRING ? sizeof(struct slice) :
	       t == TYPE_QUANTITY ? sizeof(struct quantity) : 8;
}

union op_value {
	uint8_t truth;
	int64_t i64;
	double f64;
	int32_t days;
	struct slice text;
	struct quantity figure;
};

static inline struct slice op_word(const char **p)
{
	const char *start = *p += **p == ' ';

	*p += strcspn(*p, " ");
	return *start == '-' && *p - start == 1 ? slice_of("", 0) : slice_of(start, (size_t)(*p - start));
}

static inline double op_number(const char **p)
{
	struct slice s = op_word(p);
	double v = NAN;

	text_float64(s, &v);
	return v;
}

/* The type of what is written; the value points into `spec`. Bad ones end the program. */
static inline enum type op_read(const char *spec, union op_value *v)
{
	enum type t = op_type(spec[0]);
	const char *p = spec + 2;
	struct slice s = slice_of(p, strlen(p));
	bool good = spec[1] == ':', truth;

	memset(v, 0, sizeof *v);
	switch (t) {
	case TYPE_BOOL:
		good = good && text_bool(s, &truth);
		v->truth = good && truth;
		break;
	case TYPE_INT64:
		good = good && text_int64(s, &v->i64);
		break;
	case TYPE_FLOAT64:
		good = good && text_float64(s, &v->f64);
		break;
	case TYPE_DATE:
		good = good && date_parse(s, &v->days);
		break;
	case TYPE_DATETIME:
		good = good && datetime_parse(s, &v->i64);
		break;
	case TYPE_STRING:
		v->text = s;
		break;
	default:
		v->figure = (struct quantity){ .stated = NAN, .kind = QUANTITY_COMPUTED };
		v->figure.low = op_number(&p);
		v->figure.high = op_number(&p);
		if (*p) {
			v->figure.stated = op_number(&p);
			quantity_kind_from_name(op_word(&p), &v->figure.kind);
			v->figure.measure = op_word(&p);
			v->figure.basis = op_word(&p);
			v->figure.base = op_word(&p);
		}
	}
	if (!good) {
		fprintf(stderr, "a test has the bad value '%s'\n", spec);
		exit(1);
	}
	return t;
}

static inline void op_code(struct buf *out, struct slice s)
{
	buf_char(out, ' ');
	buf_add(out, s.n ? s.p : "-", s.n ? s.n : 1);
}

/* As op_read reads it. */
static inline void op_write(struct buf *out, const struct vec *v, int32_t i)
{
	char text[DATETIME_TEXT_MAX];
	struct quantity q;
	int32_t k = v->constant ? 0 : i;

	if (!vec_has(v, i)) {
		buf_char(out, '?');
		return;
	}
	buf_char(out, "bifdtsq"[v->type]);
	buf_char(out, ':');
	switch (v->type) {
	case TYPE_BOOL:
		buf_str(out, v->as.truth[k] == 0 ? "false" : v->as.truth[k] == 1 ? "true" : "neither 0 nor 1");
		return;
	case TYPE_INT64:
		buf_add(out, text, text_print_int64(text, v->as.i64[k]));
		return;
	case TYPE_FLOAT64:
		buf_add(out, text, text_print_float64(text, v->as.f64[k]));
		return;
	case TYPE_DATE:
		buf_add(out, text, date_print(text, v->as.days[k]));
		return;
	case TYPE_DATETIME:
		buf_add(out, text, datetime_print(text, v->as.i64[k]));
		return;
	case TYPE_STRING:
		buf_add(out, vec_text(v, i).p, vec_text(v, i).n);
		return;
	default:
		q = v->as.figure[k];
		buf_add(out, text, text_print_float64(text, q.low));
		buf_char(out, ' ');
		buf_add(out, text, text_print_float64(text, q.high));
		if (!isnan(q.stated) || q.kind != QUANTITY_COMPUTED || q.measure.n || q.basis.n || q.base.n) {
			buf_char(out, ' ');
			buf_add(out, text, text_print_float64(text, q.stated));
			buf_printf(out, " %s", quantity_kind_name(q.kind));
			op_code(out, q.measure);
			op_code(out, q.basis);
			op_code(out, q.base);
		}
	}
}

/* == arguments == */

static inline uint64_t op_noise(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed ^ *seed >> 29;
}

enum op_shape { OP_ARRAY, OP_CONSTANT, OP_CODES_1, OP_CODES_2, OP_CODES_4, OP_SHAPES };

/* `there` has n entries, NULL = all. Rows that are not there hold noise, or what would crash who looks at it. */
struct op_arg {
	struct vec v;
	void *values;
	struct column *dict;
};

static inline void op_arg_make(struct op_arg *a, const char *spec, enum op_shape shape, int32_t n, const uint8_t *there,
			       uint64_t *seed)
{
	union op_value value;
	enum type t = op_read(spec, &value);
	bool codes = shape >= OP_CODES_1 && t == TYPE_STRING;
	size_t size = codes ? (size_t)1 << (shape - OP_CODES_1) : op_size(t);
	int32_t rows = shape == OP_CONSTANT ? 1 : n;
	char *p;

	memset(a, 0, sizeof *a);
	a->v = (struct vec){ .type = t, .constant = shape == OP_CONSTANT, .n = n, .there = NULL };
	a->values = p = mem_alloc((size_t)rows * size + 1);
	for (size_t k = 0; k < (size_t)rows * size; k++)
		p[k] = (char)op_noise(seed);
	if (codes) {
		struct dict *d = dict_new();

		/* Not the first code, and none of noise below 3. */
		dict_code(d, "other", 5);
		dict_code(d, value.text.p, value.text.n);
		dict_code(d, "", 0);
		if (dict_column(d, &a->dict, NULL))
			abort();
		a->v.dict = a->dict;
		a->v.code_size = (uint8_t)size;
		for (int32_t i = 0; i < rows; i++)
			if (!there || there[i]) {
				int32_t code = dict_find(d, value.text.p, value.text.n);

				memcpy(p + (size_t)i * size, &code, size);       /* the low bytes come first */
			}
		dict_free(d);
	} else {
		for (int32_t i = 0; i < rows; i++)
			if (shape == OP_CONSTANT || !there || there[i])
				memcpy(p + (size_t)i * size, &value, size);
	}
	a->v.as.codes = p;
}

static inline void op_arg_free(struct op_arg *a)
{
	mem_free(a->values);
	column_unref(a->dict);
}

/* == overloads == */

/* Whether values of these types (letters) may be the arguments, exactly. */
static inline bool op_takes(const struct op_overload *o, const char *letters)
{
	const char *p = o->args;
	char star = 0, last = 0;

	for (; *letters; letters++) {
		bool optional = *p == '[';

		p += optional;
		if (*p == ']' || !*p) {
			if (!(o->flags & OP_LAST_REPEATS) || *letters != last)
				return false;
			continue;
		}
		last = *p == '*' ? (star ? star : *letters) : *p;
		star = *p == '*' ? last : star;
		if (*letters != last)
			return false;
		p++;
		p += *p == ']';
	}
	return !*p || *p == '[' || *p == ']';
}

static inline const struct op_overload *op_overload_of(const struct op *list, const char *name, int nargs, const char *letters)
{
	for (const struct op *op = list; op->name; op++) {
		if (strcmp(op->name, name))
			continue;
		for (const struct op_overload *o = op->overloads; o->args; o++)
			if ((int)strlen(letters) == nargs && op_takes(o, letters))
				return o;
	}
	return NULL;
}

/* == runs == */

struct op_run {
	struct op_frame f;
	struct op_text text;
	struct vec out;
	union op_value *room;
	uint8_t *out_there;
	struct err e;
	int rc;
};

static inline void op_run_free(struct op_run *r)
{
	op_text_clear(&r->text);
	mem_free(r->room);
	mem_free(r->out_there);
}

/* As the expression layer calls a kernel, with `prepare` before. rc and e say what came of it. */
static inline void op_run_kernel(struct op_run *r, const struct op_overload *o, const struct vec *args, int nargs, int32_t n,
				 const uint8_t *there)
{
	enum type t = o->result == '*' ? args[0].type : op_type(o->result);
	void *scratch = NULL;

	memset(r, 0, sizeof *r);
	r->room = malloc((size_t)n * op_size(t) + 1);
	r->out_there = malloc((size_t)n + 1);
	memset(r->room, 0xa5, (size_t)n * op_size(t) + 1);
	memset(r->out_there, 0xa5, (size_t)n + 1);
	r->out = (struct vec){ .type = t, .n = n, .there = there, .as.codes = r->room };
	r->f = (struct op_frame){ .n = n, .there = there, .out_there = r->out_there, .text = &r->text, .fault_at = -1 };
	if (o->prepare && (r->rc = o->prepare(args, nargs, &scratch, &r->e))) {
		r->f.fault_at = -2;
		return;
	}
	r->f.scratch = scratch;
	r->rc = o->kernel(&r->f, args, nargs, &r->out, r->room, &r->e);
	if (o->release)
		o->release(scratch);
}

/* One shape of a case: what is wrong with it goes to `why`, which stays empty when all is well. */
static inline void op_shape_run(struct buf *why, const struct op_overload *o, const char *const *specs, int nargs, const char *want,
				const enum op_shape *shapes, int32_t n, const uint8_t *there, uint64_t *seed)
{
	struct op_arg args[OP_ARGS_MAX];
	struct vec vecs[OP_ARGS_MAX];
	struct buf got = BUF_INIT;
	struct op_run r;
	int32_t first = 0;

	while (there && first < n && !there[first])
		first++;
	for (int k = 0; k < nargs; k++) {
		op_arg_make(&args[k], specs[k], shapes[k], n, there, seed);
		vecs[k] = args[k].v;
	}
	op_run_kernel(&r, o, vecs, nargs, n, there);
	if (r.f.fault_at == -2) {
		if (want[0] != '!' || strcmp(r.e.msg, want + 1))
			buf_printf(why, "preparing: %s", r.e.msg);
	} else if (want[0] == '!' && first < n) {
		if (!r.rc || strcmp(r.e.msg, want + 1))
			buf_printf(why, "wanted an error, got %d: %s", r.rc, r.e.msg);
		else if (r.f.fault_at != first)
			buf_printf(why, "row %d failed, not %d", r.f.fault_at, first);
	} else if (r.rc) {
		buf_printf(why, "error %d: %s", r.rc, r.e.msg);
	} else {
		for (int32_t i = 0; i < n && !why->n; i++) {
			if (there && !there[i]) {
				if (vec_has(&r.out, i))
					buf_printf(why, "row %d should be missing", i);
				continue;
			}
			buf_clear(&got);
			op_write(&got, &r.out, i);
			if (strcmp(got.p, want))
				buf_printf(why, "row %d of %d is %s", i, n, got.p);
		}
	}
	if (why->n) {
		buf_str(why, "; shapes");
		for (int k = 0; k < nargs; k++)
			buf_printf(why, " %d", shapes[k]);
		buf_str(why, there ? " with gaps" : "");
	}
	buf_release(&got);
	op_run_free(&r);
	for (int k = 0; k < nargs; k++)
		op_arg_free(&args[k]);
}

/* The next combination of shapes that the arguments can have; false after the last. */
static inline bool op_shapes_next(enum op_shape *shapes, const char *const *specs, int nargs, unsigned flags)
{
	for (int k = 0; k < nargs; k++) {
		int most = specs[k][0] == 's' && k == 0 ? OP_SHAPES : specs[k][0] == 's' ? OP_CODES_1 + 1 : OP_CONSTANT + 1;

		if (k && (flags & OP_CONSTANT_TAIL))
			continue;
		if ((int)++shapes[k] < most)
			return true;
		shapes[k] = OP_ARRAY;
	}
	return false;
}

/* specs ends in NULL. One check. */
static inline bool op_case(const struct op *list, const char *name, const char *const *specs, const char *want)
{
	static uint8_t gaps[VEC_MAX];
	char letters[OP_ARGS_MAX + 1] = "";
	enum op_shape shapes[OP_ARGS_MAX] = { OP_ARRAY };
	const struct op_overload *o;
	struct buf why = BUF_INIT, title = BUF_INIT;
	uint64_t seed = 1;
	int nargs = 0;
	bool good;

	buf_printf(&title, "%s(", name);
	for (; specs[nargs]; nargs++) {
		letters[nargs] = specs[nargs][0];
		buf_printf(&title, "%s%s", nargs ? ", " : "", specs[nargs]);
	}
	buf_printf(&title, ") is %s", want);
	for (int32_t i = 0; i < VEC_MAX; i++)
		gaps[i] = i % 7 == 2 || i % 5 == 3;
	if (!(o = op_overload_of(list, name, nargs, letters))) {
		buf_str(&why, "no such overload");
	} else {
		for (int k = 1; k < nargs && (o->flags & OP_CONSTANT_TAIL); k++)
			shapes[k] = OP_CONSTANT;
		do {
			static const int32_t sizes[] = { 1, 0, 7, VEC_MAX };

			for (size_t k = 0; k < sizeof sizes / sizeof *sizes && !why.n; k++) {
				op_shape_run(&why, o, specs, nargs, want, shapes, sizes[k], NULL, &seed);
				if (!why.n)
					op_shape_run(&why, o, specs, nargs, want, shapes, sizes[k], gaps, &seed);
			}
		} while (!why.n && op_shapes_next(shapes, specs, nargs, o->flags));
	}
	for (char *p = title.p; p && *p; p++)
		*p = *p == '#' ? '=' : *p == '\n' ? ' ' : *p;
	good = ok(!why.n, "%s", title.p);
	if (!good)
		fprintf(stderr, "%s\n", why.p);
	buf_release(&why);
	buf_release(&title);
	return good;
}

/* A row of a table of cases. */
struct op_row {
	const char *name, *args[OP_ARGS_MAX], *want;
};
#define OP_ROW(name, want, ...) { name, { __VA_ARGS__ }, want }

#endif
