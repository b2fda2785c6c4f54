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

static void mark_columns(const struct step *s, uint8_t *columns, uint8_t *seen)
{
	if (seen[s->number])
		return;
	seen[s->number] = 1;
	if (s->kind == STEP_COLUMN)
		columns[s->column] = 1;
	for (int i = 0; i < s->nargs; i++)
		mark_columns(s->args[i], columns, seen);
}

int program_finish(struct program *p, struct step *root, int width, struct err *e)
{
	uint8_t *columns = mem_zero((size_t)width + (size_t)p->nsteps + 1, 1);
	int n = 0, rc = 0;

	if (!columns)
		return err_nomem(e);
	mark_columns(root, columns, columns + width);
	for (int i = 0; i < width; i++)
		n += columns[i];
	if (!(p->columns = arena_room(&p->arena, (size_t)(n + 1) * sizeof *p->columns))) {
		rc = err_nomem(e);
		goto done;
	}
	for (int i = 0; i < width; i++)
		if (columns[i])
			p->columns[p->ncolumns++] = i;
	p->root = root;
	p->width = width;
done:
	mem_free(columns);
	return rc;
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
