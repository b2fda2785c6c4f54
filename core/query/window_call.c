/* window_call.c - the window that a compiled expression asks for. */
#include "query/window_priv.h"

#include <assert.h>
#include <string.h>

/* An argument that is the same in every row comes without a column. */
static int constant_column(const struct program *p, int64_t rows, int threads, struct column **out, struct err *e)
{
	uint32_t *zeros = mem_zero((size_t)rows, sizeof *zeros);
	struct column *one = NULL;
	struct value v = { .missing = true };
	int rc;

	program_constant(p, &v);
	if (!zeros)
		rc = err_nomem(e);
	else if (!(rc = window_one_value(program_type(p), &v, &one, e)))
		rc = rows_gather_column(one, zeros, rows, threads, out, e);
	mem_free(zeros);
	column_unref(one);
	return rc;
}

int window_run(const struct expr_call *call, const struct column *const *args, int64_t rows, const struct window *w, int threads,
	       struct column **out, struct err *e)
{
	int first = strcmp(call->op->name, "ntile") != 0, nargs = call->nargs, nparams = 0, rc = 0;
	struct column *own[AGG_ARGS] = { NULL };
	const struct column *given[AGG_ARGS];
	struct value params[WINDOW_PARAMS];

	if (call->overload->flags & OP_CONSTANT_TAIL || !first) {
		for (; first + nparams < nargs && nparams < WINDOW_PARAMS; nparams++)
			if (!program_constant(call->args[first + nparams], &params[nparams]))
				return err_set(e, ERR_TYPE, "%s needs a constant as argument %d", call->op->name, first + nparams + 1);
		nargs -= nparams;
	}
	assert(nargs <= AGG_ARGS);
	for (int k = 0; k < nargs && !rc; k++) {
		if (!args[k])
			rc = constant_column(call->args[k], rows, threads, &own[k], e);
		given[k] = args[k] ? args[k] : own[k];
	}
	if (!rc)
		rc = window_apply(call->op->name, call->type, given, nargs, params, nparams, rows, w, threads, out, e);
	for (int k = 0; k < AGG_ARGS; k++)
		column_unref(own[k]);
	return rc;
}
