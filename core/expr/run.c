/*
 * run.c - a program over a batch of rows: each step once, into a buffer of its own.
 *
 * Steps that cannot fail are computed for all rows. Steps that may fail behind `and`, `or`, `if` and `coalesce` get a mask of
 * the rows that need them, and the kernel takes the others for missing.
 */
#include "expr/program_priv.h"

#include <string.h>

size_t vec_value_size(enum type t)
{
	static const size_t size[TYPE_COUNT] = {
		[TYPE_BOOL] = 1, [TYPE_INT64] = 8, [TYPE_FLOAT64] = 8, [TYPE_DATE] = 4, [TYPE_DATETIME] = 8,
		[TYPE_STRING] = sizeof(struct slice), [TYPE_QUANTITY] = sizeof(struct quantity),
	};

	return size[t];
}

char *op_text_room(struct op_text *text, size_t n)
{
	return arena_room(&text->arena, n);
}

/* == widening == */

KERNEL int widen_integers(struct op_frame *f, const struct vec *args, int nargs, struct vec *out, void *out_room, struct err *e)
{
	const int64_t *from = args[0].as.i64;
	double *to = out_room;
	int32_t n = f->n;

	(void)nargs, (void)out, (void)e;
	for (int32_t i = 0; i < n; i++)
		to[i] = (double)from[i];
	return 0;
}

/* Days of missing values may be any number, so they are multiplied as unsigned ones. */
KERNEL int widen_dates(struct op_frame *f, const struct vec *args, int nargs, struct vec *out, void *out_room, struct err *e)
{
	const int32_t *from = args[0].as.days;
	int64_t *to = out_room;
	int32_t n = f->n;

	(void)nargs, (void)out, (void)e;
	for (int32_t i = 0; i < n; i++)
		to[i] = (int64_t)((uint64_t)(int64_t)from[i] * UINT64_C(86400000000));
	return 0;
}

/* == masks == */

/* `to` may be one of the two. */
KERNEL static void and_bytes(uint8_t *to, const uint8_t *a, const uint8_t *b, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = a[i] & b[i];
}

/* to[i] = 1 where the value is there and what is asked; with `also`, where it is missing too. */
KERNEL static void mask_truth(uint8_t *restrict to, const uint8_t *truth, const uint8_t *there, uint8_t wanted, uint8_t also,
			      int32_t n)
{
	uint8_t flip = !wanted;

	if (!there)
		for (int32_t i = 0; i < n; i++)
			to[i] = (truth[i] ^ flip) & 1;
	else if (also)
		for (int32_t i = 0; i < n; i++)
			to[i] = (uint8_t)(((truth[i] ^ flip) & 1) | (there[i] ^ 1));
	else
		for (int32_t i = 0; i < n; i++)
			to[i] = (truth[i] ^ flip) & there[i] & 1;
}

KERNEL static void mask_missing(uint8_t *restrict to, const uint8_t *there, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		to[i] = there[i] ^ 1;
}

static bool any(const uint8_t *mask, int32_t n)
{
	return memchr(mask, 1, (size_t)n) != NULL;
}

/*
 * The rows that need argument i of a lazy operator, those of the arguments before it being known: into `to`. False when there
 * are none.
 */
static bool branch_mask(enum lazy kind, int i, const struct vec *args, const uint8_t *outer, uint8_t *to, int32_t n)
{
	const struct vec *a = kind == LAZY_COALESCE ? &args[i - 1] : args;
	bool wanted = kind == LAZY_AND || (kind == LAZY_IF && i == 1), also = kind == LAZY_AND || kind == LAZY_OR;
	uint8_t before[VEC_MAX];

	if (kind == LAZY_COALESCE && i > 1) {
		memcpy(before, to, (size_t)n);
		outer = before;                  /* which has the mask from outside in it */
	}
	if (a->constant) {
		bool has = vec_has(a, 0);
		bool need = kind == LAZY_COALESCE ? !has : has ? (a->as.truth[0] & 1) == wanted : also;

		memset(to, need, (size_t)n);
	} else if (kind == LAZY_COALESCE) {
		if (a->there)
			mask_missing(to, a->there, n);
		else
			memset(to, 0, (size_t)n);
	} else {
		mask_truth(to, a->as.truth, a->there, wanted, also, n);
	}
	if (outer)
		and_bytes(to, to, outer, n);
	return any(to, n);
}

/* == steps == */

/* A missing value of type t, in place of what nobody needs. */
static struct vec missing_vec(enum type t)
{
	static const uint8_t no;
	static const struct value nothing;
	static const struct slice empty = { "", 0 };
	struct vec v = { .type = t, .constant = true, .n = 1, .there = &no };

	if (t == TYPE_STRING)
		v.as.text = &empty;
	else
		vec_point(&v, &nothing.as);
	return v;
}

static int make_room(void **p, size_t size, struct err *e)
{
	if (*p)
		return 0;
	if (!(*p = mem_column(VEC_MAX * size)))
		return err_nomem(e);
	memset(*p, 0, VEC_MAX * size);           /* a value that is missing is zero, not whatever was in memory */
	return 0;
}

static int make_bytes(uint8_t **p, struct err *e)
{
	void *made = *p;
	int rc = make_room(&made, 1, e);

	*p = made;
	return rc;
}

/* The arguments, constants among them from the start. */
static int make_args(struct step_state *st, const struct step *s, struct err *e)
{
	if (st->args)
		return 0;
	if (!(st->args = mem_zero((size_t)s->nargs, sizeof *st->args)))
		return err_nomem(e);
	for (int i = 0; i < s->nargs; i++)
		if (s->args[i]->kind == STEP_CONSTANT)
			st->args[i] = s->args[i]->constant;
	return 0;
}

static int run_args(struct program_run *r, const struct step *s, struct step_state *st, const uint8_t *mask, struct err *e)
{
	const struct vec *v;
	int rc;

	for (int i = 0; i < s->nvary; i++) {
		const struct step *a = s->args[i];
		const uint8_t *needed = mask;

		if (s->lazy != LAZY_NONE && i > 0 && (a->kind == STEP_CALL || s->lazy == LAZY_COALESCE)) {
			if ((rc = make_bytes(&st->mask, e)))
				return rc;
			if (!branch_mask(s->lazy, i, st->args, mask, st->mask, r->batch->n)) {
				st->args[i] = missing_vec(a->type);
				continue;
			}
			needed = st->mask;
		}
		if ((rc = step_run(r, a, a->fails ? needed : NULL, &v, e)))
			return rc;
		st->args[i] = *v;
	}
	return 0;
}

/*
 * Where all arguments are: NULL = everywhere. False when one is constant and missing, so that nothing is. With `mask`, only
 * there.
 */
static bool common_there(const struct step *s, struct step_state *st, const uint8_t *mask, int32_t n, const uint8_t **out)
{
	const uint8_t *there = NULL;

	for (int i = 0; i < s->nvary; i++) {
		const struct vec *a = &st->args[i];

		if (!a->there || a->there == there)
			continue;
		if (a->constant) {
			if (!a->there[0])
				return false;
			continue;
		}
		if (!there) {
			there = a->there;
			continue;
		}
		and_bytes(st->there, there, a->there, n);
		there = st->there;
	}
	if (mask) {
		/* a copy in any case: the mask is used again for the next argument of whoever made it */
		if (there)
			and_bytes(st->there, there, mask, n);
		else
			memcpy(st->there, mask, (size_t)n);
		there = st->there;
	}
	*out = there;
	return true;
}

/* The kernel's message with the row, from 1, and the place in the text. */
static int row_fault(const struct program_run *r, const struct step *s, int rc, int32_t at, const struct err *reason,
		     struct err *e)
{
	const struct batch *b = r->batch;
	int64_t row = (b->rows ? (int64_t)b->rows[at] : b->first + at) + 1;

	if (rc == ERR_MEMORY)
		return err_nomem(e);
	return expr_fault(r->program->expr, s->mark, (enum err_code)rc, e, "row %lld: %s", (long long)row, reason->msg);
}

static int run_kernel(struct program_run *r, const struct step *s, struct step_state *st, const uint8_t *mask, struct err *e)
{
	struct op_frame f = { .n = r->batch->n, .scratch = s->scratch, .text = &r->text };
	const uint8_t *there = NULL, *first;
	bool constant = !(s->flags & OP_RANDOM);
	struct err reason = ERR_INIT;
	int32_t some = 0;                /* of constants: the first row that needs them */
	int rc;

	for (int i = 0; i < s->nvary; i++)
		constant &= st->args[i].constant;
	/* only who fails has to know which rows are not needed; who stands above that sees them missing */
	if (!(s->flags & OP_FAILS))
		mask = NULL;
	if ((rc = make_room(&st->room, vec_value_size(s->type), e)) || (rc = make_bytes(&st->there, e)) ||
	    (rc = make_bytes(&st->out_there, e)))
		return rc;
	if (constant) {
		f.n = 1;
		first = mask ? memchr(mask, 1, (size_t)r->batch->n) : NULL;
		some = first ? (int32_t)(first - mask) : 0;
		if (mask && !first) {
			st->out = missing_vec(s->type);
			return 0;
		}
		mask = NULL;
	}
	if (s->flags & OP_LAZY) {
		there = mask;
	} else if (!common_there(s, st, mask, f.n, &there)) {
		st->out = missing_vec(s->type);
		return 0;
	}
	f.there = there;
	f.out_there = st->out_there;
	st->out = (struct vec){ .type = s->type, .constant = constant, .n = f.n, .there = s->flags & OP_LAZY ? NULL : there };
	vec_point(&st->out, st->room);
	rc = s->kernel(&f, st->args, s->nargs, &st->out, st->room, &reason);
	return rc ? row_fault(r, s, rc, constant ? some : f.fault_at, &reason, e) : 0;
}

int step_run(struct program_run *r, const struct step *s, const uint8_t *mask, const struct vec **out, struct err *e)
{
	struct step_state *st;
	bool done = false;
	int rc = 0;

	if (s->kind != STEP_CALL) {
		*out = s->kind == STEP_COLUMN ? &r->batch->cols[s->column] : &s->constant;
		return 0;
	}
	st = &r->states[s->state];
	*out = &st->out;
	if (st->stamp == r->stamp)
		return 0;
	if (s->lifts && (rc = step_lift(r, s, &done, e)))
		return rc;
	if (!done && ((rc = make_args(st, s, e)) || (rc = run_args(r, s, st, s->fails ? mask : NULL, e)) ||
		      (rc = run_kernel(r, s, st, mask, e))))
		return rc;
	st->out.n = r->batch->n;
	st->stamp = r->stamp;
	return 0;
}

/* == runs == */

int program_run_new(const struct program *p, struct program_run **out, struct err *e)
{
	struct program_run *r = mem_zero(1, sizeof *r);

	if (!r)
		return err_nomem(e);
	if (!(r->states = mem_zero((size_t)p->nstates, sizeof *r->states))) {
		mem_free(r);
		return err_nomem(e);
	}
	r->program = program_ref(p);
	*out = r;
	return 0;
}

void program_run_free(struct program_run *r)
{
	if (!r)
		return;
	for (int i = 0; i < r->program->nstates; i++) {
		struct step_state *st = &r->states[i];

		mem_free(st->args);
		mem_free(st->room);
		mem_free(st->there);
		mem_free(st->out_there);
		mem_free(st->mask);
		lifts_free(st->lifts);
	}
	mem_free(r->states);
	mem_free(r->columns);
	vec_room_release(&r->column_room);
	arena_release(&r->text.arena);
	program_run_free(r->values);
	program_unref(r->program);
	mem_free(r);
}

int program_run(struct program_run *r, const struct batch *b, const struct vec **out, struct err *e)
{
	const struct step *root = r->program->root;
	int rc;

	if (!b->n || root->kind == STEP_CONSTANT) {
		r->alike = b->n ? root->constant : missing_vec(root->type);
		r->alike.n = b->n;
		*out = &r->alike;
		return 0;
	}
	r->batch = b;
	r->stamp++;
	arena_clear(&r->text.arena);
	rc = step_run(r, root, NULL, out, e);
	r->rows_seen += b->n;
	return rc;
}
