/* program.c - programs: counted, and asked what they are. */
#include "expr/program_priv.h"

struct program *program_new(const struct expr *x, struct err *e)
{
	struct program *p = mem_zero(1, sizeof *p);

	if (!p) {
		err_nomem(e);
		return NULL;
	}
	p->refs = 1;
	p->expr = expr_ref(x);
	return p;
}

struct program *program_ref(const struct program *p)
{
	struct program *shared = (struct program *)(uintptr_t)p;  /* only the count ever changes */

	__atomic_fetch_add(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void program_unref(struct program *p)
{
	if (!p || __atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (struct step *s = p->steps; s; s = s->before)
		if (s->release && s->scratch)
			s->release(s->scratch);
	for (int k = 0; k < p->ncalls; k++)
		for (int i = 0; i < p->calls[k].nargs; i++)
			program_unref(p->calls[k].args[i]);
	mem_free(p->calls);
	arena_release(&p->arena);
	expr_unref(p->expr);
	mem_free(p);
}

enum type program_type(const struct program *p)
{
	return p->root->type;
}

int program_columns(const struct program *p, const int **out)
{
	*out = p->columns;
	return p->ncolumns;
}

int program_calls(const struct program *p, const struct expr_call **out)
{
	*out = p->calls;
	return p->ncalls;
}

bool program_fails(const struct program *p)
{
	return p->root->fails;
}

bool program_constant(const struct program *p, struct value *out)
{
	if (p->root->kind == STEP_CONSTANT)
		*out = p->root->value;
	return p->root->kind == STEP_CONSTANT;
}

bool program_is_column(const struct program *p, int *out)
{
	if (p->root->kind == STEP_COLUMN)
		*out = p->root->column;
	return p->root->kind == STEP_COLUMN;
}

const struct expr *program_expr(const struct program *p)
{
	return p->expr;
}
