/* compile.c - expressions of a model to nodes of its graph, for all lanes of a loop at once. */
#include "model/model_priv.h"

#include <math.h>
#include <string.h>

enum { COMPILE_DEPTH_MAX = 2000 };

/* == operators and functions of numbers ====================================================== */

int compile_apply(struct compiler *c, const struct expr_node *x, const struct rule *rule, const void *aux, const struct mvalue *args, int nargs,
		  struct mvalue *out, struct err *e)
{
	struct mvalue r = { .high = -1 };
	int nodes[4], rc;

	if ((rc = value_meet(c, x, args, nargs, &r.lanes, &r.rank, r.dims, e)))
		return rc;
	for (int k = 0; k < nargs; k++) {
		if (args[k].high >= 0)
			return model_fault(c, x->mark, ERR_TYPE, e, "a published figure is no number: it goes into figure ~ reported(...), "
								     "or into low(figure) and high(figure)");
		if ((rc = value_spread(c, &args[k], r.lanes, r.rank, r.dims, false, &nodes[k], e)))
			return rc;
	}
	if ((rc = graph_add(c->g, rule, nodes, nargs, value_numbers(&r), aux, &r.node, e)) || (rc = touch_merge(c, x, args, nargs, &r, e)))
		return rc;
	*out = r;
	return 0;
}

/* floor(a / b), and a - floor(a / b) * b: of whole numbers, for indexes. */
static int compile_division(struct compiler *c, const struct expr_node *x, bool rest, const struct mvalue *args, struct mvalue *out, struct err *e)
{
	const void *divide_aux, *multiply_aux, *subtract_aux;
	const struct rule *divide = rule_of_op(op_operator("/", 2), &divide_aux), *multiply = rule_of_op(op_operator("*", 2), &multiply_aux),
			  *subtract = rule_of_op(op_operator("-", 2), &subtract_aux);
	struct mvalue q, both[2];
	int rc;

	if ((rc = compile_apply(c, x, divide, divide_aux, args, 2, &q, e)) || (rc = compile_apply(c, x, &rule_floor, NULL, &q, 1, &q, e)))
		return rc;
	if (!rest) {
		*out = q;
		return 0;
	}
	both[0] = q;
	both[1] = args[1];
	if ((rc = compile_apply(c, x, multiply, multiply_aux, both, 2, &q, e)))
		return rc;
	both[0] = args[0];
	both[1] = q;
	return compile_apply(c, x, subtract, subtract_aux, both, 2, out, e);
}

/* log(x, base) = log(x) / log(base). */
static int compile_log_of_base(struct compiler *c, const struct expr_node *x, struct mvalue *args, struct mvalue *out, struct err *e)
{
	const void *divide_aux, *log_aux;
	const struct rule *divide = rule_of_op(op_operator("/", 2), &divide_aux), *log_rule = rule_of_op(op_find("log"), &log_aux);
	int rc;

	for (int k = 0; k < 2; k++)
		if ((rc = compile_apply(c, x, log_rule, log_aux, &args[k], 1, &args[k], e)))
			return rc;
	return compile_apply(c, x, divide, divide_aux, args, 2, out, e);
}

/* The rule of a whole-number function that has no derivative. */
static const struct rule *step_rule(const char *name)
{
	static const struct {
		const char *name;
		const struct rule *rule;
	} list[] = { { "floor", &rule_floor }, { "ceil", &rule_ceil }, { "round", &rule_round } };

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (!strcmp(list[i].name, name))
			return list[i].rule;
	return NULL;
}

/* Some overload has so many arguments; those in brackets may be left out. */
static bool takes(const struct op *op, int nargs)
{
	for (const struct op_overload *o = op->overloads; o && o->args; o++) {
		int least = 0, most = 0;
		bool left_out = false;

		for (const char *s = o->args; *s; s++) {
			left_out |= *s == '[';
			if (*s == '[' || *s == ']')
				continue;
			most++;
			least += !left_out;
		}
		if (nargs >= least && (nargs <= most || o->flags & OP_LAST_REPEATS))
			return true;
	}
	return false;
}

static int compile_op(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const struct rule *rule;
	const void *aux = NULL;
	struct mvalue args[3];
	int rc;

	if (!strcmp(x->op->name, ".."))
		return model_fault(c, x->mark, ERR_DATA, e, "'..' stands in indexes, x[2 .. 5], and behind 'in' of a loop");
	if (x->nargs > 3 || x->nargs < 1)
		return model_fault(c, x->mark, ERR_DATA, e, "'%s' does not take %d arguments in a model", x->op->name, x->nargs);
	if (!takes(x->op, x->nargs))
		return model_fault(c, x->mark, ERR_DATA, e, "%s(%s) does not take %d argument%s", x->op->name, x->op->args ? x->op->args : "", x->nargs,
				   x->nargs == 1 ? "" : "s");
	for (int k = 0; k < x->nargs; k++)
		if ((rc = compile(c, x->args[k], lanes, &args[k], e)))
			return rc;
	if (!strcmp(x->op->name, "if") && x->nargs == 3)
		return compile_apply(c, x, &rule_select, NULL, args, 3, out, e);
	if (!strcmp(x->op->name, "//") || !strcmp(x->op->name, "%"))
		return compile_division(c, x, *x->op->name == '%', args, out, e);
	if (!strcmp(x->op->name, "log") && x->nargs == 2)
		return compile_log_of_base(c, x, args, out, e);
	if (x->nargs == 1 && (rule = step_rule(x->op->name)))
		return compile_apply(c, x, rule, NULL, args, 1, out, e);
	if (x->nargs <= 2 && ((rule = rule_of_op(x->op, &aux)) || (rule = rule_of_condition(x->op, &aux))))
		return compile_apply(c, x, rule, aux, args, x->nargs, out, e);
	return model_fault(c, x->mark, ERR_NAME, e, "'%s' has no derivative, so it cannot stand in a model", x->op->name);
}

/* == names and literals ====================================================================== */

static int compile_literal(struct compiler *c, const struct expr_node *x, struct mvalue *out, struct err *e)
{
	double v;

	switch (x->value.type) {
	case TYPE_INT64:
		v = (double)x->value.as.i64;
		break;
	case TYPE_FLOAT64:
		v = x->value.as.f64;
		break;
	case TYPE_BOOL:
		v = x->value.as.truth;
		break;
	default:
		return model_fault(c, x->mark, ERR_TYPE, e, "in a model there are only numbers; text belongs into the data");
	}
	return value_constant(c, &v, 0, NULL, out, e);
}

/* inf and pi, which anything else of that name hides. */
static bool compile_known_name(const char *name, double *out)
{
	if (!strcmp(name, "inf"))
		*out = INFINITY;
	else if (!strcmp(name, "pi"))
		*out = 3.14159265358979323846;
	else
		return false;
	return true;
}

static int compile_name(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	struct symbol *s;
	double known;

	for (const struct domain *d = lanes; d; d = d->up)
		for (int k = 0; k < d->nvars; k++)
			if (!strcmp(d->names[k], x->name)) {
				*out = (struct mvalue){ .node = d->nodes[k], .high = -1, .lanes = d };
				return 0;
			}
	if ((s = symbol_find(c, x->name)))
		return symbol_value(c, x, s, out, e);
	if (compile_known_name(x->name, &known))
		return value_constant(c, &known, 0, NULL, out, e);
	return symbol_unknown(c, x, e);
}

/* == calls =================================================================================== */

static int compile_call(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const char *name = x->name ? x->name : x->op->name;
	const struct model_function *f = x->op && x->op->class == OP_OPERATOR ? NULL : model_function_find(name);
	bool done = false;
	int rc;

	for (int k = 0; k < x->nargs; k++)
		if (x->args[k]->kind == EXPR_NAMED && !(f && f->named))
			return model_fault(c, x->args[k]->mark, ERR_DATA, e, "arguments of %s have no names, they go by their place", name);
	if (f) {
		if (x->nargs < f->least || x->nargs > f->most)
			return model_fault(c, x->mark, ERR_DATA, e, "%s(%s) takes %s%d argument%s, found %d", f->name, f->args,
					   f->least == f->most ? "" : x->nargs < f->least ? "at least " : "at most ",
					   x->nargs < f->least ? f->least : f->most, (x->nargs < f->least ? f->least : f->most) == 1 ? "" : "s",
					   x->nargs);
		return f->build(c, x, lanes, out, e);
	}
	if (x->op)
		return compile_op(c, x, lanes, out, e);
	if ((rc = density_call(c, x, lanes, &done, out, e)) || done)
		return rc;
	return model_unknown_function(c, x, e);
}

static int compile_kind(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	switch (x->kind) {
	case EXPR_LITERAL:
		return compile_literal(c, x, out, e);
	case EXPR_COLUMN:
		return compile_name(c, x, lanes, out, e);
	case EXPR_BINDING:
		return model_fault(c, x->mark, ERR_NAME, e, "'$%s' has no meaning in a model: give it as data and write %s", x->name, x->name);
	case EXPR_INDEX:
		return compile_index(c, x, lanes, out, e);
	case EXPR_LIST:
		return compile_list(c, x, lanes, out, e);
	case EXPR_EACH:
		return model_fault(c, x->mark, ERR_DATA, e, "'for' stands in an argument, sum(x[i] for i in 1..n), in a list, or behind a statement");
	case EXPR_NAMED:
		return model_fault(c, x->mark, ERR_DATA, e, "'=' stands behind a name at the beginning of a line; to compare, write '=='");
	case EXPR_CALL:
		return compile_call(c, x, lanes, out, e);
	}
	return model_fault(c, x->mark, ERR_DATA, e, "this has no meaning in a model");
}

int compile(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	bool done = false;
	int rc;

	if (++c->depth > COMPILE_DEPTH_MAX) {
		c->depth--;
		return model_fault(c, x->mark, ERR_DATA, e, "definitions build on each other more than %d deep", COMPILE_DEPTH_MAX);
	}
	rc = c->recurrence ? recurrence_compile(c, x, lanes, &done, out, e) : 0;
	if (!rc && !done)
		rc = compile_kind(c, x, lanes, out, e);
	c->depth--;
	return rc;
}

/* == loops inside of arguments =============================================================== */

int compile_each(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, const struct domain **inner,
		 struct err *e)
{
	const struct domain *d;
	int rc;

	if ((rc = domain_of_each(c, x, lanes, &d, e)))
		return rc;
	if (x->args[0]->kind == EXPR_EACH)
		return compile_each(c, x->args[0], d, out, inner, e);
	*inner = d;
	if (!d->n) {
		*out = (struct mvalue){ .high = -1, .lanes = d };
		return 0;
	}
	if ((rc = compile(c, x->args[0], d, out, e)))
		return rc;
	return value_promote(c, out, d, out, e);
}

/* Equal numbers of inner lanes in every outer one become a dimension in front. */
static int each_array(struct compiler *c, const struct expr_node *x, const struct domain *lanes, const struct domain *inner, struct mvalue *v,
		      struct err *e)
{
	int32_t n = lanes ? lanes->n : 1, length = n ? inner->n / n : 0;
	const int32_t *map;
	int rc;

	if (!inner->n)
		return model_fault(c, x->mark, ERR_DATA, e, "the loop over '%s' is empty", x->name);
	if (v->rank == MODEL_RANK_MAX)
		return model_fault(c, x->mark, ERR_DATA, e, "an array has at most %d dimensions", MODEL_RANK_MAX);
	if ((rc = domain_map(c, inner, lanes, &map, e)))
		return rc;
	for (int32_t i = 0; i < inner->n; i++)
		if (map[i] != i / (length ? length : 1))
			return model_fault(c, x->mark, ERR_DATA, e, "the loop over '%s' is not of one length for all of the loops around it; sum, mean, min, max, "
								     "prod and log_sum_exp take it as it is", x->name);
	memmove(v->dims + 1, v->dims, (size_t)v->rank * sizeof *v->dims);
	v->dims[0] = length;
	v->rank++;
	v->lanes = lanes;
	return 0;
}

int compile_argument(struct compiler *c, const struct expr_node *x, const struct domain *lanes, struct mvalue *out, struct err *e)
{
	const struct domain *inner;
	int rc;

	if (x->kind != EXPR_EACH)
		return compile(c, x, lanes, out, e);
	if (x->args[0]->kind == EXPR_EACH) {
		/* two loops: a matrix */
		if ((rc = domain_of_each(c, x, lanes, &inner, e)) || (rc = compile_argument(c, x->args[0], inner, out, e)) ||
		    (rc = value_promote(c, out, inner, out, e)))
			return rc;
	} else if ((rc = compile_each(c, x, lanes, out, &inner, e))) {
		return rc;
	}
	return each_array(c, x, lanes, inner, out, e);
}

int compile_whole(struct compiler *c, const struct expr_node *x, const char *what, int32_t *out, struct err *e)
{
	const double *values;
	struct mvalue v;
	char shape[64];
	int rc;

	if ((rc = compile(c, x, NULL, &v, e)))
		return rc;
	if (v.rank)
		return model_fault(c, x->mark, ERR_DATA, e, "%s is one whole number, this is %s%s", what, value_shape(shape, &v),
				   v.nlevels ? "; the number of different texts is levels(x)" : v.rank == 1 ? "; its length is length(x), its largest value max(x)" : "");
	if (!(values = graph_values(c->g, v.node)))
		return model_fault(c, x->mark, ERR_DATA, e, "%s has to be known; this depends on a parameter", what);
	if (!(values[0] >= 0 && values[0] < 1e9) || values[0] != floor(values[0]))
		return model_fault(c, x->mark, ERR_DATA, e, "%s is a whole number, this is %g", what, values[0]);
	*out = (int32_t)values[0];
	return 0;
}
