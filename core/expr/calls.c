/*
 * calls.c - aggregates and windows in expressions: each becomes a column that somebody else fills, with programs for its
 * arguments.
 */
#include "expr/compile_priv.h"

#include <string.h>

static int check_place(struct compiler *c, const struct expr_node *node, struct err *e)
{
	bool window = node->op->class == OP_WINDOW || node->over;
	const char *what = window ? "window" : "aggregate", *name = node->op->name;

	if (window ? !c->scope->windows : !c->scope->aggregates)
		return expr_fault(c->x, node->mark, ERR_TYPE, e, c->scope->grouped && window ?
				  "the window '%s' cannot stand in an aggregation: derive a column with it first" :
				  c->scope->windows ? "the aggregate '%s' cannot stand here without 'over (...)'" :
				  "'%s' looks at other rows and cannot stand here: derive a column with it first", name);
	if (c->within && c->within->class == OP_AGGREGATE)
		return expr_fault(c->x, node->mark, ERR_TYPE, e, "the %s '%s' cannot stand inside the aggregate '%s': derive a column "
				  "with it first", what, name, c->within->name);
	return 0;
}

static int check_over(struct compiler *c, const struct expr_node *node, struct err *e)
{
	const struct expr_over *over = node->over;

	for (int i = 0; over && i < over->ngroups; i++)
		if (scope_column(c->scope, over->groups[i]) < 0)
			return column_unknown(c, over->groups[i], node->mark, e);
	for (int i = 0; over && i < over->norder; i++)
		if (scope_column(c->scope, over->order[i]) < 0)
			return column_unknown(c, over->order[i], node->mark, e);
	return 0;
}

static int column_of_call(struct compiler *c, int k, const struct expr_node *node, struct typed *out, struct err *e)
{
	int column = c->scope->ncols + k;
	struct step s = { .kind = STEP_COLUMN, .type = c->top->calls[k].type, .mark = node->mark, .column = column,
			  .only_column = column };
	bool fresh;

	out->node = node;
	return step_add(c, &s, &out->step, &fresh, e);
}

/* An argument as a program of its own; its step is not the program's root yet. */
static int compile_argument(struct compiler *c, const struct expr_node *node, const struct op *op, struct compiler *sub,
			    struct typed *out, struct err *e)
{
	*sub = (struct compiler){ .x = c->x, .scope = c->scope, .top = c->top, .within = op };
	if (!(sub->p = program_new(c->x, e)))
		return ERR_MEMORY;
	return compile_node(sub, node, out, e);
}

static int call_add(struct program *top, const struct expr_call *call, struct err *e)
{
	if (top->ncalls == top->room_calls) {
		int room = top->room_calls ? top->room_calls * 2 : 4;
		struct expr_call *more = mem_resize(top->calls, (size_t)room * sizeof *more);

		if (!more)
			return err_nomem(e);
		top->calls = more;
		top->room_calls = room;
	}
	top->calls[top->ncalls++] = *call;
	return 0;
}

/* The parameters of an aggregate or a window, behind its first argument, are the same for every row. */
static int finish_arguments(struct compiler *c, const struct expr_node *node, struct compiler *subs, struct typed *args,
			    struct expr_call *call, struct err *e)
{
	struct found *found = arena_room(&c->p->arena, (size_t)(node->nargs + 1) * sizeof *found);
	enum type star;
	int n = node->nargs, rc;

	if (!found)
		return err_nomem(e);
	for (int i = 0; i < n; i++)
		found[i] = found_of(&args[i]);
	if ((rc = overload_choose(c->x, node, node->op, found, n, &call->overload, &star, e)))
		return rc;
	if (star == TYPE_COUNT && n && (call->overload->result == '*' || strchr(call->overload->args, '*')))
		return expr_fault(c->x, node->mark, ERR_TYPE, e, "'%s' of nil has no type", node->op->name);
	if (call->overload->flags & OP_CONSTANT_TAIL && (rc = tail_check(c, node->op, args, n, e)))
		return rc;
	call->type = overload_result(call->overload, star);
	for (int i = 0; i < n; i++) {
		struct step *root;

		if ((rc = step_adapt(&subs[i], &args[i], overload_type(call->overload, i, n, star), &root, e)) ||
		    (rc = program_finish(subs[i].p, root, c->scope->ncols + c->top->ncalls, e)))
			return rc;
	}
	return 0;
}

int compile_call(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e)
{
	struct program *top = c->top;
	struct expr_call call = { .op = node->op, .nargs = node->nargs, .over = node->over, .node = node };
	struct compiler *subs = NULL;
	struct typed *args;
	int rc;

	if ((rc = check_place(c, node, e)) || (rc = check_over(c, node, e)))
		return rc;
	*out = (struct typed){ .node = node };
	for (int k = 0; k < top->ncalls; k++)
		if (expr_same(top->calls[k].node, node))
			return column_of_call(c, k, node, out, e);
	subs = mem_zero((size_t)node->nargs, sizeof *subs);
	args = arena_zero(&top->arena, (size_t)node->nargs + 1, sizeof *args);
	call.args = arena_zero(&top->arena, (size_t)node->nargs + 1, sizeof *call.args);
	if (!subs || !args || !call.args) {
		rc = err_nomem(e);
		goto done;
	}
	for (int i = 0; i < node->nargs; i++)
		if ((rc = compile_argument(c, node->args[i], node->op, &subs[i], &args[i], e)))
			goto done;
	if ((rc = guard_check(c, node, e)) || (rc = finish_arguments(c, node, subs, args, &call, e)))
		goto done;
	for (int i = 0; i < node->nargs; i++)
		call.args[i] = subs[i].p;
	if ((rc = call_add(top, &call, e)))
		goto done;
	for (int i = 0; i < node->nargs; i++)
		subs[i].p = NULL;                /* now the list's */
	rc = column_of_call(c, top->ncalls - 1, node, out, e);
done:
	for (int i = 0; subs && i < node->nargs; i++)
		program_unref(subs[i].p);
	mem_free(subs);
	return rc;
}
