/*
 * compile.c - tree and column types to a program: what the names mean, and which overload of an operator is meant.
 */
#include "expr/compile_priv.h"

#include <string.h>

/* == names == */

int scope_column(const struct expr_scope *scope, const char *name)
{
	for (int i = 0; i < scope->ncols; i++)
		if (!strcmp(scope->names[i], name))
			return i;
	return -1;
}

/*
 * In an aggregation names are columns of the rows inside of aggregates; outside they are results of the definitions before, and then keys.
 */
static int find_column(const struct compiler *c, const char *name)
{
	const struct expr_scope *scope = c->scope;
	int k = scope_column(scope, name);

	for (int i = scope->ncols - scope->nresults; i < scope->ncols && !c->within; i++)
		if (!strcmp(scope->names[i], name))
			return i;
	return k;
}

static const struct expr_binding *find_binding(const struct expr_scope *scope, const char *name)
{
	for (int i = 0; i < scope->nbindings; i++)
		if (!strcmp(scope->bindings[i].name, name))
			return &scope->bindings[i];
	return NULL;
}

int column_unknown(struct compiler *c, const char *name, int mark, struct err *e)
{
	const struct expr_scope *scope = c->scope;
	const char *near = text_nearest(name, scope->names, (size_t)scope->ncols);
	const char *advice = foreign_advice(slice_of(name, strlen(name)));
	struct buf shown = BUF_INIT;
	int rc = ERR_NAME;

	text_escape(&shown, name, strlen(name) < 100 ? strlen(name) : 100);
	if (buf_check(&shown, e))
		rc = ERR_MEMORY;
	else if (find_binding(scope, name))
		expr_fault(c->x, mark, ERR_NAME, e, "there is no column '%s'; did you mean $%s?", shown.p, shown.p);
	else if (near)
		expr_fault(c->x, mark, ERR_NAME, e, "there is no column '%s'; did you mean '%s'?", shown.p, near);
	else if (advice)
		expr_fault(c->x, mark, ERR_NAME, e, "there is no column '%s'; %s", shown.p, advice);
	else if (op_find(name))
		expr_fault(c->x, mark, ERR_NAME, e, "there is no column '%s'; the function is called by %s(...)", shown.p, shown.p);
	else
		expr_fault(c->x, mark, ERR_NAME, e, "there is no column '%s'; a string stands in quotes", shown.p);
	buf_release(&shown);
	return rc;
}

static bool is_guarded(const struct expr_scope *scope, const char *name)
{
	for (int i = 0; i < scope->nguarded; i++)
		if (!strcmp(scope->guarded[i], name))
			return true;
	return false;
}

static int compile_column(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e)
{
	int k = find_column(c, node->name);
	struct step s = { .kind = STEP_COLUMN, .mark = node->mark, .column = k, .only_column = k };
	bool fresh;

	if (k < 0)
		return column_unknown(c, node->name, node->mark, e);
	if (c->scope->grouped && !c->within && !c->scope->is_key[k])
		return expr_fault(c->x, node->mark, ERR_TYPE, e, "'%.100s' has many values in a group: take an aggregate of it, such as "
				  "first(%.100s), or group by it", node->name, node->name);
	if (c->within && k >= c->scope->ncols - c->scope->nresults)
		return expr_fault(c->x, node->mark, ERR_TYPE, e, "'%.100s' is one value for the group already, and '%s' takes values of its rows",
				  node->name, c->within->name);
	s.type = c->scope->types[k];
	*out = (struct typed){ .node = node };
	return step_add(c, &s, &out->step, &fresh, e);
}

static int find_value(struct compiler *c, const struct expr_node *node, const struct expr_binding **out, struct err *e)
{
	const struct expr_scope *scope = c->scope;
	const char *names[64], *near;
	int n = scope->nbindings < 64 ? scope->nbindings : 64;

	if ((*out = find_binding(scope, node->name)))
		return 0;
	for (int i = 0; i < n; i++)
		names[i] = scope->bindings[i].name;
	near = text_nearest(node->name, names, (size_t)n);
	return expr_fault(c->x, node->mark, ERR_NAME, e, near ? "nothing is bound to $%.100s; did you mean $%.100s?" :
			  "nothing is bound to $%.100s", node->name, near);
}

static int compile_binding(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e)
{
	const struct expr_binding *b;
	int rc = find_value(c, node, &b, e);

	if (rc)
		return rc;
	if (b->list)
		return expr_fault(c->x, node->mark, ERR_TYPE, e, "$%.100s is a list, which stands only behind 'in'", node->name);
	*out = (struct typed){ .node = node };
	return b->value.missing && b->value.type == TYPE_COUNT ? 0 : step_constant(c, &b->value, node->mark, &out->step, e);
}

/* == operators and functions == */

enum { LIST_MAX = 1 << 16 };

static enum lazy lazy_kind(const struct op *op)
{
	static const struct {
		const char *name;
		enum lazy kind;
	} list[] = { { "and", LAZY_AND }, { "or", LAZY_OR }, { "if", LAZY_IF }, { "coalesce", LAZY_COALESCE } };

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (!strcmp(op->name, list[i].name))
			return list[i].kind;
	return LAZY_NONE;
}

static bool is_any(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}
#define IS_ANY(name, list) is_any(name, list, sizeof(list) / sizeof *(list))

static const char *const compares[] = { "==", "~=", "<", "<=", ">", ">=", "in", "between", "is_missing", "count",
					"count_distinct", "n_missing" };
static const char *const passes[] = { "if", "coalesce", "first", "last", "lag", "lead", "first_value", "last_value" };

/* A guarded column, or what hands one on. */
static bool node_guarded(const struct expr_scope *scope, const struct expr_node *node)
{
	if (node->kind == EXPR_COLUMN)
		return is_guarded(scope, node->name);
	if (node->kind != EXPR_CALL || !IS_ANY(node->op->name, passes))
		return false;
	for (int i = !strcmp(node->op->name, "if"); i < node->nargs; i++)
		if (node_guarded(scope, node->args[i]))
			return true;
	return false;
}

int guard_check(struct compiler *c, const struct expr_node *node, struct err *e)
{
	if (!c->scope->nguarded || IS_ANY(node->op->name, compares) || IS_ANY(node->op->name, passes))
		return 0;
	for (int i = 0; i < node->nargs; i++)
		if (node_guarded(c->scope, node->args[i]))
			return expr_fault(c->x, node->args[i]->mark, ERR_TYPE, e, "%s", c->scope->guard_message);
	return 0;
}

/* nil equals nothing, not even nil. */
static int check_nil(struct compiler *c, const struct expr_node *node, const struct typed *args, int n, struct err *e)
{
	static const char *const comparing[] = { "==", "~=", "<", "<=", ">", ">=", "between" };
	bool equal = !strcmp(node->op->name, "==");
	struct buf other = BUF_INIT;
	int rc = 0;

	for (int i = 0; i < n; i++) {
		if (args[i].step)
			continue;
		if (!strcmp(node->op->name, "in"))
			return expr_fault(c->x, args[i].node->mark, ERR_TYPE, e,
					  "nil is in no list: whether a value is missing is asked by is_missing(x)");
		if (!IS_ANY(node->op->name, comparing))
			continue;
		if (n != 2 || (!equal && strcmp(node->op->name, "~=")))
			return expr_fault(c->x, node->mark, ERR_TYPE, e, "nothing compares with nil, a missing value: is_missing(x) "
					  "asks for it");
		expr_print(&other, args[1 - i].node);
		if (!(rc = buf_check(&other, e)))
			rc = expr_fault(c->x, node->mark, ERR_TYPE, e, "nothing equals nil, a missing value: write %sis_missing(%.200s)",
					equal ? "" : "not ", other.p);
		buf_release(&other);
		return rc;
	}
	return 0;
}

static int add_op(struct compiler *c, const struct expr_node *node, const struct op *op, const struct typed *args, int n,
		  struct step **out, struct err *e);

/* between(x, a, b) is x >= a and x <= b, so that all that compares can be between. */
static int add_between(struct compiler *c, const struct expr_node *node, const struct typed *args, struct step **out,
		       struct err *e)
{
	bool conditional = c->conditional;
	struct typed low[] = { args[0], args[1] }, high[] = { args[0], args[2] }, both[2] = { { .node = node }, { .node = node } };
	int rc;

	if ((rc = add_op(c, node, op_operator(">=", 2), low, 2, &both[0].step, e)))
		return rc;
	c->conditional = true;
	rc = add_op(c, node, op_operator("<=", 2), high, 2, &both[1].step, e);
	c->conditional = conditional;
	return rc ? rc : add_op(c, node, op_operator("and", 2), both, 2, out, e);
}

int tail_check(struct compiler *c, const struct op *op, const struct typed *args, int n, struct err *e)
{
	for (int i = 1; i < n; i++)
		if (args[i].step && args[i].step->kind != STEP_CONSTANT)
			return expr_fault(c->x, args[i].node->mark, ERR_TYPE, e, !strcmp(op->name, "in") ?
					  "the list behind '%s' has to be the same for every row: literals or $bindings" :
					  "'%s' takes one value for all rows here: a literal or a $binding", op->name);
	return 0;
}

/* *out NULL: nil again, as of coalesce(nil, nil). */
static int add_op(struct compiler *c, const struct expr_node *node, const struct op *op, const struct typed *args, int n,
		  struct step **out, struct err *e)
{
	struct found *found = arena_room(&c->p->arena, (size_t)(n + 1) * sizeof *found);
	struct step **steps = arena_room(&c->p->arena, (size_t)(n + 1) * sizeof *steps);
	struct step s = { .mark = node->mark, .nargs = n, .args = steps, .lazy = lazy_kind(op) };
	const struct op_overload *o;
	enum type star;
	int rc;

	if (!found || !steps)
		return err_nomem(e);
	for (int i = 0; i < n; i++)
		found[i] = found_of(&args[i]);
	if ((rc = overload_choose(c->x, node, op, found, n, &o, &star, e)))
		return rc;
	if (star == TYPE_COUNT && o->result == '*')
		return *out = NULL, 0;
	star = star == TYPE_COUNT ? TYPE_INT64 : star;
	if (o->flags & OP_CONSTANT_TAIL && (rc = tail_check(c, op, args, n, e)))
		return rc;
	if (!strcmp(op->name, "between"))
		return add_between(c, node, args, out, e);
	for (int i = 0; i < n; i++)
		if ((rc = step_adapt(c, &args[i], overload_type(o, i, n, star), &steps[i], e)))
			return rc;
	s.type = overload_result(o, star);
	s.kernel = o->kernel;
	s.flags = o->flags;
	return step_call(c, s, o, out, e);
}

/* The values behind `in`, a list binding as its values. */
static int compile_list(struct compiler *c, const struct expr_node *node, struct typed **out, int *n, struct err *e)
{
	const struct expr_binding *b;
	size_t most = 1;
	struct typed *args;
	int rc, k = 0;

	for (int i = 1; i < node->nargs; i++) {
		b = node->args[i]->kind == EXPR_BINDING ? find_binding(c->scope, node->args[i]->name) : NULL;
		most += b && b->list ? (size_t)b->n : 1;
	}
	if (most > LIST_MAX)
		return expr_fault(c->x, node->mark, ERR_TYPE, e, "a list of %zu values is too long for 'in': make a table of them and "
				  "join it (semi)", most - 1);
	if (!(args = arena_zero(&c->p->arena, most, sizeof *args)))
		return err_nomem(e);
	if ((rc = compile_node(c, node->args[0], &args[k++], e)))
		return rc;
	for (int i = 1; i < node->nargs; i++) {
		const struct expr_node *item = node->args[i];

		if (item->kind != EXPR_BINDING || ((rc = find_value(c, item, &b, e)) == 0 && !b->list)) {
			if ((rc = compile_node(c, item, &args[k++], e)))
				return rc;
			continue;
		}
		for (int j = 0; !rc && j < b->n; j++, k++) {
			args[k].node = item;
			rc = step_constant(c, &b->list[j], item->mark, &args[k].step, e);
		}
		if (rc)
			return rc;
	}
	*out = args;
	*n = k;
	return 0;
}

/* Which arguments are computed only for rows that need them. */
static bool is_conditional(enum lazy kind, int i)
{
	return kind != LAZY_NONE && i > 0;
}

static int compile_op(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e)
{
	enum lazy lazy = lazy_kind(node->op);
	bool conditional = c->conditional, in = node->op->class == OP_OPERATOR && !strcmp(node->op->name, "in");
	struct typed *args = NULL;
	int n = node->nargs, rc = 0;

	if (in) {
		rc = compile_list(c, node, &args, &n, e);
	} else if (!(args = arena_zero(&c->p->arena, (size_t)n + 1, sizeof *args))) {
		rc = err_nomem(e);
	}
	for (int i = 0; !in && !rc && i < n; i++) {
		c->conditional = conditional || is_conditional(lazy, i) || (i == 2 && !strcmp(node->op->name, "between"));
		rc = compile_node(c, node->args[i], &args[i], e);
		c->conditional = conditional;
	}
	if (rc)
		return rc;
	*out = (struct typed){ .node = node };
	if ((rc = guard_check(c, node, e)) || (rc = check_nil(c, node, args, n, e)))
		return rc;
	if (in && n == 1) {                      /* a list binding without values */
		struct value no = { .type = TYPE_BOOL };

		return step_constant(c, &no, node->mark, &out->step, e);
	}
	return add_op(c, node, node->op, args, n, &out->step, e);
}

int compile_node(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e)
{
	switch (node->kind) {
	case EXPR_LITERAL:
		*out = (struct typed){ .node = node };
		return node->value.missing ? 0 : step_constant(c, &node->value, node->mark, &out->step, e);
	case EXPR_COLUMN:
		return compile_column(c, node, out, e);
	case EXPR_BINDING:
		return compile_binding(c, node, out, e);
	default:
		break;
	}
	if (node->op->class == OP_AGGREGATE || node->op->class == OP_WINDOW)
		return compile_call(c, node, out, e);
	return compile_op(c, node, out, e);
}

/* == the whole == */

int expr_compile(const struct expr *x, const struct expr_scope *scope, struct program **out, struct err *e)
{
	struct compiler *c = mem_zero(1, sizeof *c);
	struct typed root = { 0 };
	int rc;

	if (!c)
		return err_nomem(e);
	*c = (struct compiler){ .x = x, .scope = scope };
	if (!(c->p = c->top = program_new(x, e))) {
		rc = ERR_MEMORY;
		goto done;
	}
	if ((rc = compile_node(c, x->root, &root, e)))
		goto done;
	if (!root.step) {
		rc = expr_fault(x, x->root->mark, ERR_TYPE, e, "nil alone has no type: give it one by if(false, 0, nil)");
		goto done;
	}
	if ((rc = program_finish(c->p, root.step, scope->ncols + c->p->ncalls, e)))
		goto done;
	*out = c->p;
	c->p = NULL;
done:
	program_unref(c->p);
	mem_free(c);
	return rc;
}
