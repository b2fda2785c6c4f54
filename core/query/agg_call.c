/* agg_call.c - the aggregate that a compiled expression asks for. */
#include "query/agg_priv.h"

#include <assert.h>

int agg_new(const struct expr_call *call, struct agg **out, struct err *e)
{
	enum type types[AGG_ARGS];
	struct value param;
	bool constant = false;

	assert(call->nargs <= AGG_ARGS);
	for (int k = 0; k < call->nargs; k++)
		types[k] = program_type(call->args[k]);
	if (call->nargs == 2 && call->overload->flags & OP_CONSTANT_TAIL)
		constant = program_constant(call->args[1], &param);
	return agg_open(call->op->name, types, call->nargs, constant ? &param : NULL, out, e);
}
