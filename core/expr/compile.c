/*
 * compile.c - tree and column types to a program: names, types, constants, and what is computed by others.
 *
 * Equal steps become one (hash consing); constants are computed here and now; an aggregate or a window becomes a column that
 * somebody else fills, with programs for its arguments.
 */
#include "expr/program_priv.h"

#include <string.h>

enum { BUCKETS = 128 };

/* One program in the making, and the one whose list of calls it shares. */
struct compiler {
	const struct expr *x;
	const struct expr_scope *scope;
	struct program *p, *top;
	const struct op *within;         /* the aggregate or window whose argument this is */
	bool conditional;                /* what is compiled now is not needed for every row */
	struct step *buckets[BUCKETS];
};

/* A node that was compiled; step NULL: nil, whose type is not known yet. */
struct typed {
	struct step *step;
	const struct expr_node *node;
};

static int compile(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e);

static struct found found_of(const struct typed *t)
{
	return (struct found){ t->step ? t->step->type : TYPE_COUNT, t->node };
}

/* == steps == */

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

/* *s as a step of the program: one that is there already, or a new one. *fresh tells which. */
static int step_add(struct compiler *c, const struct step *s, struct step **out, bool *fresh, struct err *e)
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

/* A step of its value; bytes of a string are copied. */
static int add_constant(struct compiler *c, const struct value *v, int mark, struct step **out, struct err *e)
{
	struct step s = { .kind = STEP_CONSTANT, .type = v->type, .mark = mark, .only_column = NO_COLUMN };
	struct slice *parts[] = { NULL, NULL, NULL };
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
		}
	}
	for (int k = 0; k < 3 && parts[k]; k++) {
		char *copy = arena_text(&c->p->arena, parts[k]->p, parts[k]->n);

		if (!copy)
			return err_nomem(e);
		parts[k]->p = copy;
	}
	if ((rc = step_add(c, &s, out, &fresh, e)) || !fresh)
		return rc;
	return constant_vec(&c->p->arena, &(*out)->value, &(*out)->constant, e);
}

static int add_missing(struct compiler *c, enum type t, int mark, struct step **out, struct err *e)
{
	struct value v = { .type = t, .missing = true };

	return add_constant(c, &v, mark, out, e);
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
		rc = add_missing(c, s->type, s->mark, out, e);
		goto done;
	}
	rc = s->kernel(&f, all, s->nargs, &result, &room.as, &failure);
	if (rc == ERR_MEMORY) {
		rc = err_nomem(e);
	} else if (rc) {
		rc = 0;
	} else {
		v = vec_value(&result);
		rc = add_constant(c, &v, s->mark, out, e);
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

/*
 * The kernel over steps of the right types: a new step, an old one, or the constant it comes to. `s` has what is known, and its
 * args may be the caller's.
 */
static int add_call(struct compiler *c, struct step s, const struct op_overload *o, struct step **out, struct err *e)
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
		fails |= args[i]->fails;
		missing |= args[i]->kind == STEP_CONSTANT && args[i]->value.missing;
		s.only_column = merge_columns(s.only_column, args[i]->only_column);
	}
	/* missing for every row; but what stands beside the missing value may fail, and then it has to */
	if (missing && !fails && !(s.flags & OP_LAZY))
		return add_missing(c, s.type, s.mark, out, e);
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

/* `t` as a value of that type: nil takes it, numbers and dates widen. */
static int adapt(struct compiler *c, const struct typed *t, enum type want, struct step **out, struct err *e)
{
	struct step s = { .type = want, .mark = t->node->mark, .nargs = 1, .args = (struct step **)&t->step };

	if (!t->step)
		return add_missing(c, want, t->node->mark, out, e);
	if (t->step->type == want)
		return *out = t->step, 0;
	s.kernel = want == TYPE_FLOAT64 ? widen_integers : widen_dates;
	return add_call(c, s, NULL, out, e);
}

/* == names == */

static int find_name(const struct expr_scope *scope, const char *name)
{
	for (int i = 0; i < scope->ncols; i++)
		if (!strcmp(scope->names[i], name))
			return i;
	return -1;
}

static const struct expr_binding *find_binding(const struct expr_scope *scope, const char *name)
{
	for (int i = 0; i < scope->nbindings; i++)
		if (!strcmp(scope->bindings[i].name, name))
			return &scope->bindings[i];
	return NULL;
}

static int unknown_column(struct compiler *c, const char *name, int mark, struct err *e)
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
	int k = find_name(c->scope, node->name);
	struct step s = { .kind = STEP_COLUMN, .mark = node->mark, .column = k, .only_column = k };
	bool fresh;

	if (k < 0)
		return unknown_column(c, node->name, node->mark, e);
	if (c->scope->grouped && !c->within && !c->scope->is_key[k])
		return expr_fault(c->x, node->mark, ERR_TYPE, e, "'%.100s' has many values in a group: take an aggregate of it, such as "
				  "first(%.100s), or group by it", node->name, node->name);
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
	return b->value.missing && b->value.type == TYPE_COUNT ? 0 : add_constant(c, &b->value, node->mark, &out->step, e);
}

/* == operators and functions == */

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

/* Guarded columns may be looked at and handed on. */
static int check_guarded(struct compiler *c, const struct expr_node *node, struct err *e)
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

static int constant_tail(struct compiler *c, const struct op *op, const struct typed *args, int n, struct err *e)
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
	if (o->flags & OP_CONSTANT_TAIL && (rc = constant_tail(c, op, args, n, e)))
		return rc;
	if (!strcmp(op->name, "between"))
		return add_between(c, node, args, out, e);
	for (int i = 0; i < n; i++)
		if ((rc = adapt(c, &args[i], overload_type(o, i, n, star), &steps[i], e)))
			return rc;
	s.type = overload_result(o, star);
	s.kernel = o->kernel;
	s.flags = o->flags;
	return add_call(c, s, o, out, e);
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
	if (!(args = arena_zero(&c->p->arena, most, sizeof *args)))
		return err_nomem(e);
	if ((rc = compile(c, node->args[0], &args[k++], e)))
		return rc;
	for (int i = 1; i < node->nargs; i++) {
		const struct expr_node *item = node->args[i];

		if (item->kind != EXPR_BINDING || ((rc = find_value(c, item, &b, e)) == 0 && !b->list)) {
			if ((rc = compile(c, item, &args[k++], e)))
				return rc;
			continue;
		}
		for (int j = 0; !rc && j < b->n; j++, k++) {
			args[k].node = item;
			rc = add_constant(c, &b->list[j], item->mark, &args[k].step, e);
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

static int compile_call(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e);

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
		rc = compile(c, node->args[i], &args[i], e);
		c->conditional = conditional;
	}
	if (rc)
		return rc;
	*out = (struct typed){ .node = node };
	if ((rc = check_guarded(c, node, e)) || (rc = check_nil(c, node, args, n, e)))
		return rc;
	if (in && n == 1) {                      /* a list binding without values */
		struct value no = { .type = TYPE_BOOL };

		return add_constant(c, &no, node->mark, &out->step, e);
	}
	return add_op(c, node, node->op, args, n, &out->step, e);
}

static int compile(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e)
{
	switch (node->kind) {
	case EXPR_LITERAL:
		*out = (struct typed){ .node = node };
		return node->value.missing ? 0 : add_constant(c, &node->value, node->mark, &out->step, e);
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

/* == aggregates and windows == */

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
		if (find_name(c->scope, over->groups[i]) < 0)
			return unknown_column(c, over->groups[i], node->mark, e);
	for (int i = 0; over && i < over->norder; i++)
		if (find_name(c->scope, over->order[i]) < 0)
			return unknown_column(c, over->order[i], node->mark, e);
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

static int program_finish(struct program *p, struct step *root, int width, struct err *e);

/* An argument as a program of its own; its step is not the program's root yet. */
static int compile_argument(struct compiler *c, const struct expr_node *node, const struct op *op, struct compiler *sub,
			    struct typed *out, struct err *e)
{
	*sub = (struct compiler){ .x = c->x, .scope = c->scope, .top = c->top, .within = op };
	if (!(sub->p = program_new(c->x, e)))
		return ERR_MEMORY;
	return compile(sub, node, out, e);
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
	if (call->overload->flags & OP_CONSTANT_TAIL && (rc = constant_tail(c, node->op, args, n, e)))
		return rc;
	call->type = overload_result(call->overload, star);
	for (int i = 0; i < n; i++) {
		struct step *root;

		if ((rc = adapt(&subs[i], &args[i], overload_type(call->overload, i, n, star), &root, e)) ||
		    (rc = program_finish(subs[i].p, root, c->scope->ncols + c->top->ncalls, e)))
			return rc;
	}
	return 0;
}

static int compile_call(struct compiler *c, const struct expr_node *node, struct typed *out, struct err *e)
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
	if ((rc = check_guarded(c, node, e)) || (rc = finish_arguments(c, node, subs, args, &call, e)))
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

/* == the whole == */

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

static int program_finish(struct program *p, struct step *root, int width, struct err *e)
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
	if ((rc = compile(c, x->root, &root, e)))
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
