/*
 * steps.c - the steps of a program: equal ones are one (hash consing), and those of constants are computed here and now.
 */
#include "expr/compile_priv.h"

#include <string.h>

static uint32_t hash_step(const struct step *s)
{
	uint64_t h = (uint64_t)s->kind * 31 + (uint64_t)s->type;

	h = h * 31 + (uint64_t)(int64_t)s->column;
	h = h * 31 + (uint64_t)(uintptr_t)s->kernel;
	for (int i = 0; i < s->nargs; i++)
		h = (h ^ (uint64_t)s->args[i]->number) * UINT64_C(0x9fb21c651e98df25);
	if (s->kind == STEP_CONSTANT && !s->value.missing)
		h ^= s->type == TYPE_STRING ? s->value.as.text.n : s->type == TYPE_DATE ? (uint64_t)s->value.as.days :
		     s->type == TYPE_INT64 ? (uint64_t)s->value.as.i64 : 0;
	h *= UINT64_C(0x9fb21c651e98df25);
	return (uint32_t)(h >> 32);
}

static bool same_step(const struct step *a, const struct step *b)
{
	if (a->kind != b->kind || a->type != b->type || a->apart || b->apart)
		return false;
	if (a->kind == STEP_COLUMN)
		return a->column == b->column;
	if (a->kind == STEP_CONSTANT)
		return value_same(&a->value, &b->value);
	return a->kernel == b->kernel && a->nargs == b->nargs &&
	       (!a->nargs || !memcmp(a->args, b->args, (size_t)a->nargs * sizeof *a->args));
}

int step_add(struct compiler *c, const struct step *s, struct step **out, bool *fresh, struct err *e)
{
	struct step **bucket = &c->buckets[hash_step(s) % BUCKETS], *made;

	*fresh = false;
	for (struct step *old = *bucket; old; old = old->chain)
		if (same_step(old, s))
			return *out = old, 0;
	if (!(made = arena_room(&c->p->arena, sizeof *made)))
		return err_nomem(e);
	*made = *s;
	made->number = c->p->nsteps++;
	made->state = s->kind == STEP_CALL ? c->p->nstates++ : -1;
	made->chain = *bucket;
	made->before = c->p->steps;
	*bucket = c->p->steps = made;
	*fresh = true;
	*out = made;
	return 0;
}

/* == constants == */

static int constant_vec(struct arena *a, const struct value *v, struct vec *out, struct err *e)
{
	static const uint8_t missing = 0;
	struct value *copy = arena_zero(a, 1, sizeof *copy);

	if (!copy)
		return err_nomem(e);
	*copy = *v;
	*out = (struct vec){ .type = v->type, .constant = true, .n = 1, .there = v->missing ? &missing : NULL };
	vec_point(out, &copy->as);
	return 0;
}

int step_constant(struct compiler *c, const struct value *v, int mark, struct step **out, struct err *e)
{
	struct step s = { .kind = STEP_CONSTANT, .type = v->type, .mark = mark, .only_column = NO_COLUMN };
	struct slice *parts[] = { NULL, NULL, NULL, NULL };
	bool fresh;
	int rc;

	s.value.type = v->type;
	s.value.missing = v->missing;
	if (!v->missing) {
		s.value.as = v->as;
		if (v->type == TYPE_STRING) {
			parts[0] = &s.value.as.text;
		} else if (v->type == TYPE_QUANTITY) {
			parts[0] = &s.value.as.figure.measure;
			parts[1] = &s.value.as.figure.basis;
			parts[2] = &s.value.as.figure.base;
			parts[3] = &s.value.as.figure.unit;
		}
	}
	for (int k = 0; k < 4 && parts[k]; k++) {
		char *copy = arena_text(&c->p->arena, parts[k]->p, parts[k]->n);

		if (!copy)
			return err_nomem(e);
		parts[k]->p = copy;
	}
	if ((rc = step_add(c, &s, out, &fresh, e)) || !fresh)
		return rc;
	return constant_vec(&c->p->arena, &(*out)->value, &(*out)->constant, e);
}

static int step_missing(struct compiler *c, enum type t, int mark, struct step **out, struct err *e)
{
	struct value v = { .type = t, .missing = true };

	return step_constant(c, &v, mark, out, e);
}

static struct value vec_value(const struct vec *v)
{
	struct value out = { .type = v->type, .missing = !vec_has(v, 0) };

	if (out.missing)
		return out;
	switch (v->type) {
	case TYPE_BOOL: out.as.truth = v->as.truth[0] & 1; break;
	case TYPE_FLOAT64: out.as.f64 = v->as.f64[0]; break;
	case TYPE_DATE: out.as.days = v->as.days[0]; break;
	case TYPE_STRING: out.as.text = vec_text(v, 0); break;
	case TYPE_QUANTITY: out.as.figure = v->as.figure[0]; break;
	default: out.as.i64 = v->as.i64[0];
	}
	return out;
}

/* The value of a step over constants; *out stays NULL where it fails: then it fails when it runs, if it is needed. */
static int fold(struct compiler *c, const struct step *s, struct step **out, struct err *e)
{
	uint8_t there[1] = { 1 }, out_there[1] = { 1 };
	struct vec args[8], *all = args, result = { .type = s->type, .n = 1 };
	struct op_text text = { ARENA_INIT };
	struct op_frame f = { .n = 1, .there = NULL, .out_there = out_there, .scratch = s->scratch, .text = &text };
	struct value room = { 0 }, v;
	struct err failure = ERR_INIT;
	int rc = 0;

	*out = NULL;
	if (s->nargs > 8 && !(all = mem_alloc((size_t)s->nargs * sizeof *all)))
		return err_nomem(e);
	for (int i = 0; i < s->nargs; i++) {
		all[i] = s->args[i]->constant;
		there[0] &= vec_has(&all[i], 0);
	}
	vec_point(&result, &room.as);
	if (!(s->flags & OP_LAZY) && !there[0]) {
		rc = step_missing(c, s->type, s->mark, out, e);
		goto done;
	}
	rc = s->kernel(&f, all, s->nargs, &result, &room.as, &failure);
	if (rc == ERR_MEMORY) {
		rc = err_nomem(e);
	} else if (rc) {
		rc = 0;
	} else {
		v = vec_value(&result);
		rc = step_constant(c, &v, s->mark, out, e);
	}
done:
	arena_release(&text.arena);
	if (all != args)
		mem_free(all);
	return rc;
}

/* == calls of kernels == */

static int merge_columns(int a, int b)
{
	return a == NO_COLUMN || a == b ? b : b == NO_COLUMN ? a : MANY_COLUMNS;
}

static enum type column_type(const struct compiler *c, int column)
{
	return column < c->scope->ncols ? c->scope->types[column] : c->top->calls[column - c->scope->ncols].type;
}

static int prepare(struct compiler *c, const struct op_overload *o, struct step *s, struct err *e)
{
	struct err reason = ERR_INIT;
	struct vec args[8] = { { .type = TYPE_BOOL } }, *all = args;
	int rc = 0;

	for (int i = 1; i < s->nargs; i++)
		if (s->args[i]->kind != STEP_CONSTANT || s->args[i]->value.missing)
			return 0;
	if (s->nargs > 8 && !(all = mem_alloc((size_t)s->nargs * sizeof *all)))
		return err_nomem(e);
	for (int i = 0; i < s->nargs; i++)
		all[i] = s->args[i]->kind == STEP_CONSTANT ? s->args[i]->constant : (struct vec){ .type = s->args[i]->type };
	rc = o->prepare(all, s->nargs, &s->scratch, &reason);
	if (all != args)
		mem_free(all);
	if (rc == ERR_MEMORY)
		return err_nomem(e);
	if (rc)
		return expr_fault(c->x, s->mark, (enum err_code)rc, e, "%s", reason.msg);
	s->release = o->release;
	return 0;
}

int step_call(struct compiler *c, struct step s, const struct op_overload *o, struct step **out, struct err *e)
{
	bool constant = true, missing = false, fails = false, fresh;
	struct step **args = arena_room(&c->p->arena, (size_t)(s.nargs + 1) * sizeof *args), *made;
	int rc;

	if (!args)
		return err_nomem(e);
	s.kind = STEP_CALL;
	s.only_column = NO_COLUMN;
	for (int i = 0; i < s.nargs; i++) {
		args[i] = s.args[i];
		constant &= args[i]->kind == STEP_CONSTANT;
		if (args[i]->kind != STEP_CONSTANT || args[i]->value.missing || s.flags & OP_LAZY)
			s.nvary = i + 1;
		fails |= args[i]->fails;
		missing |= args[i]->kind == STEP_CONSTANT && args[i]->value.missing;
		s.only_column = merge_columns(s.only_column, args[i]->only_column);
	}
	/* missing for every row; but what stands beside the missing value may fail, and then it has to */
	if (missing && !fails && !(s.flags & OP_LAZY))
		return step_missing(c, s.type, s.mark, out, e);
	s.fails = fails || s.flags & OP_FAILS;
	s.args = args;
	s.apart = (s.fails && c->conditional) || s.flags & OP_RANDOM;
	/* whether a code is there is known without looking it up */
	s.lifts = !s.fails && !(s.kernel == logic_is_missing && args[0]->kind == STEP_COLUMN) &&
		  !(s.flags & OP_RANDOM) && s.type != TYPE_QUANTITY && s.only_column >= 0 &&
		  column_type(c, s.only_column) == TYPE_STRING;
	if ((rc = step_add(c, &s, &made, &fresh, e)))
		return rc;
	if (fresh && o && o->prepare && (rc = prepare(c, o, made, e)))
		return rc;
	if (fresh && constant && !(s.flags & OP_RANDOM) && (rc = fold(c, made, &made->folded, e)))
		return rc;
	*out = made->folded ? made->folded : made;
	return 0;
}

int step_adapt(struct compiler *c, const struct typed *t, enum type want, struct step **out, struct err *e)
{
	struct step s = { .type = want, .mark = t->node->mark, .nargs = 1, .args = (struct step **)&t->step };

	if (!t->step)
		return step_missing(c, want, t->node->mark, out, e);
	if (t->step->type == want)
		return *out = t->step, 0;
	s.kernel = want == TYPE_FLOAT64 ? widen_integers : widen_dates;
	return step_call(c, s, NULL, out, e);
}
