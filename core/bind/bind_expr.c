/* bind_expr.c - what scripts hand to expressions, and what the language tells of itself. */
#include "bind/bind_query.h"

#include <string.h>

/* == values of bindings == */

static const char *class_or_type(lua_State *L, int idx)
{
	const char *class = NULL;

	if (luaL_getmetafield(L, idx, "__name") == LUA_TSTRING)
		class = lua_tostring(L, -1);
	return class && !strncmp(class, "muster.", 7) ? class + 7 : luaL_typename(L, idx);
}

/* The value at idx; false when it is none that an expression knows. */
static bool to_value(lua_State *L, int idx, struct value *out)
{
	const struct quantity *q;
	int32_t days;
	int64_t micros;
	size_t n;

	*out = (struct value){ .missing = false };
	switch (lua_type(L, idx)) {
	case LUA_TBOOLEAN:
		out->type = TYPE_BOOL;
		out->as.truth = lua_toboolean(L, idx);
		return true;
	case LUA_TNUMBER:
		out->type = lua_isinteger(L, idx) ? TYPE_INT64 : TYPE_FLOAT64;
		if (lua_isinteger(L, idx))
			out->as.i64 = lua_tointeger(L, idx);
		else
			out->as.f64 = lua_tonumber(L, idx);
		return true;
	case LUA_TSTRING:
		out->type = TYPE_STRING;
		out->as.text.p = lua_tolstring(L, idx, &n);
		out->as.text.n = n;
		return true;
	default:
		break;
	}
	if (bind_test_date(L, idx, &days)) {
		out->type = TYPE_DATE;
		out->as.days = days;
	} else if (bind_test_datetime(L, idx, &micros)) {
		out->type = TYPE_DATETIME;
		out->as.i64 = micros;
	} else if ((q = bind_test_quantity(L, idx))) {
		out->type = TYPE_QUANTITY;
		out->as.figure = *q;
	} else {
		return false;
	}
	return true;
}

/* One value of a column, its bytes those of the column. */
static void column_value(const struct column *c, int64_t i, struct value *out)
{
	*out = (struct value){ .type = c->type, .missing = !column_has(c, i) };
	if (out->missing)
		return;
	switch (c->type) {
	case TYPE_BOOL: out->as.truth = column_bool(c, i); break;
	case TYPE_INT64:
	case TYPE_DATETIME: out->as.i64 = c->as.i64[i]; break;
	case TYPE_FLOAT64: out->as.f64 = c->as.f64[i]; break;
	case TYPE_DATE: out->as.days = c->as.days[i]; break;
	case TYPE_STRING: out->as.text = column_string(c, i); break;
	default: out->as.figure = column_quantity(c, i); break;
	}
}

/* The Lua array or Column on the stack top, as a list; the memory is pushed. */
static void to_list(lua_State *L, struct expr_binding *b)
{
	int idx = lua_gettop(L);
	const struct column *c = lua_isuserdata(L, idx) ? bind_check_column(L, idx) : NULL;
	int64_t n = c ? c->length : (int64_t)lua_rawlen(L, idx);
	struct value *list = bind_scratch(L, (size_t)(n + 1) * sizeof *list);

	if (n > INT32_MAX)
		bind_fail(L, "$%s has %lld values", b->name, (long long)n);
	for (int64_t i = 0; i < n; i++) {
		if (c) {
			column_value(c, i, &list[i]);
			continue;
		}
		lua_rawgeti(L, idx, i + 1);
		if (!to_value(L, -1, &list[i]))
			bind_fail(L, "$%s: value %lld is a %s, which no expression can hold", b->name, (long long)i + 1, class_or_type(L, -1));
		lua_pop(L, 1);           /* the array holds it */
	}
	b->list = list;
	b->n = (int)n;
}

/* The binding's value is on the stack top, and stays there. */
static void to_binding(lua_State *L, struct expr_binding *b)
{
	if (to_value(L, lua_gettop(L), &b->value))
		return;
	/* a crosswalk (lua/muster/crosswalk.lua) is the share that it holds */
	if (lua_istable(L, -1) && luaL_getmetafield(L, -1, "__name") != LUA_TNIL) {
		bool crosswalk = lua_type(L, -1) == LUA_TSTRING && !strcmp(lua_tostring(L, -1), "muster.Crosswalk");

		lua_pop(L, 1);
		if (crosswalk) {
			lua_getfield(L, -1, "share");
			lua_replace(L, -2);
			if (to_value(L, lua_gettop(L), &b->value))
				return;
		}
	}
	if (!lua_istable(L, -1) && !luaL_testudata(L, -1, "muster.Column"))
		bind_fail(L, "$%s is a %s, which no expression can hold: a string, a number, a boolean, a date, a quantity, or a list of them",
			  b->name, class_or_type(L, lua_gettop(L)));
	to_list(L, b);
}

void bind_plan_context(lua_State *L, int idx, struct plan_context *cx)
{
	struct expr_binding *list;
	int n = 0;

	*cx = (struct plan_context){ NULL, NULL, 0 };
	bind_where(L);
	cx->where = lua_tostring(L, -1);
	if (!idx || !lua_istable(L, idx))
		return;
	for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1))
		n++;
	luaL_checkstack(L, 3 * n + 8, "bindings");
	list = bind_scratch(L, (size_t)n * sizeof *list + 1);
	cx->bindings = list;
	/* Values and keys stay on the stack, the key once more for lua_next. */
	for (lua_pushnil(L); lua_next(L, idx);) {
		int key = lua_gettop(L) - 1;

		if (lua_type(L, key) != LUA_TSTRING)
			bind_fail(L, "the bindings of an expression have names; found the key %s", luaL_tolstring(L, key, NULL));
		list[cx->nbindings] = (struct expr_binding){ .name = lua_tostring(L, key) };
		to_binding(L, &list[cx->nbindings++]);
		lua_pushvalue(L, key);
	}
}

const char **bind_names(lua_State *L, int idx, int *n)
{
	const char **names;

	luaL_checktype(L, idx, LUA_TTABLE);
	*n = (int)lua_rawlen(L, idx);
	names = bind_scratch(L, ((size_t)*n + 1) * sizeof *names);
	for (int k = 0; k < *n; k++) {
		lua_rawgeti(L, idx, k + 1);
		if (lua_type(L, -1) != LUA_TSTRING)
			bind_fail(L, "expected a string, found a %s", class_or_type(L, lua_gettop(L)));
		names[k] = lua_tostring(L, -1);
		if (strlen(names[k]) != lua_rawlen(L, -1))
			bind_fail(L, "a NUL byte in '%s'", names[k]);
		lua_pop(L, 1);
	}
	return names;
}

const char *bind_text(lua_State *L, int idx)
{
	size_t n;
	const char *text = luaL_checklstring(L, idx, &n);

	if (strlen(text) != n)
		bind_fail(L, "a NUL byte in the expression");
	return text;
}

/* == the language itself == */

/* expression_parts(text, named) -> name or nil, set of its columns, its outermost function or nil: before there is a table */
static void collect(lua_State *L, const struct expr_node *node, int set)
{
	if (node->kind == EXPR_COLUMN) {
		lua_pushboolean(L, 1);
		lua_setfield(L, set, node->name);
	}
	for (int k = 0; k < node->nargs; k++)
		collect(L, node->args[k], set);
	for (int k = 0; node->over && k < node->over->ngroups + node->over->norder; k++) {
		lua_pushboolean(L, 1);
		lua_setfield(L, set, k < node->over->ngroups ? node->over->groups[k] : node->over->order[k - node->over->ngroups]);
	}
}

/* The policies of point() in a tree, behind those in the list at `to`. A name that comes by `$` is looked up in the bindings at `bound`. */
static void collect_policies(lua_State *L, const struct expr_node *node, int to, int bound)
{
	const struct expr_node *policy = node->kind == EXPR_CALL && !strcmp(node->op->name, "point") && node->nargs == 2 ? node->args[1] : NULL;

	if (policy) {
		if (policy->kind == EXPR_LITERAL && policy->value.type == TYPE_STRING && !policy->value.missing)
			lua_pushlstring(L, policy->value.as.text.p, policy->value.as.text.n);
		else if (policy->kind != EXPR_BINDING || !lua_istable(L, bound) || lua_getfield(L, bound, policy->name) != LUA_TSTRING)
			lua_pushliteral(L, "of each row");
		lua_rawseti(L, to, (lua_Integer)lua_rawlen(L, to) + 1);
		lua_settop(L, to);
	}
	for (int k = 0; k < node->nargs; k++)
		collect_policies(L, node->args[k], to, bound);
}

static int expr_gc(lua_State *L)
{
	struct expr **box = lua_touserdata(L, 1);

	expr_unref(*box);
	*box = NULL;
	return 0;
}

static int core_expression_parts(lua_State *L)
{
	const char *text = bind_text(L, 1);
	int named = (int)luaL_checkinteger(L, 2);
	struct expr **box = lua_newuserdatauv(L, sizeof *box, 0);
	struct err e = ERR_INIT;

	*box = NULL;
	bind_collect(L, "muster.expr", expr_gc);
	if (expr_parse(text, strlen(text), named, box, &e))
		return bind_raise(L, &e);
	lua_pushstring(L, (*box)->name);
	lua_newtable(L);
	luaL_checkstack(L, 64, "expression");
	collect(L, (*box)->root, lua_gettop(L));
	lua_pushstring(L, (*box)->root->kind == EXPR_CALL ? (*box)->root->op->name : NULL);
	return 3;
}

/* policies_in(text, bindings?) -> the names of the policies in an expression or definition */
static int core_policies_in(lua_State *L)
{
	const char *text = bind_text(L, 1);
	struct expr **box;
	struct err e = ERR_INIT;

	lua_settop(L, 2);
	box = lua_newuserdatauv(L, sizeof *box, 0);
	*box = NULL;
	bind_collect(L, "muster.expr", expr_gc);
	lua_newtable(L);
	if (expr_parse(text, strlen(text), 2, box, &e))
		return bind_raise(L, &e);
	collect_policies(L, (*box)->root, lua_gettop(L), 2);
	return 1;
}

/* operators() -> { name, class, args, help, group, example, types } for each operator and function of expressions */
static int core_operators(lua_State *L)
{
	static const char *const classes[] = { "operator", "function", "aggregate", "window" };

	lua_createtable(L, op_count(), 0);
	for (int i = 0; i < op_count(); i++) {
		const struct op *op = op_at(i);
		const struct {
			const char *key, *value;
		} fields[] = { { "name", op->name }, { "class", classes[op->class] }, { "args", op->args }, { "help", op->help },
			       { "group", op->group }, { "example", op->example } };

		lua_createtable(L, 0, 7);
		for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
			lua_pushstring(L, fields[k].value);
			lua_setfield(L, -2, fields[k].key);
		}
		lua_newtable(L);
		for (int k = 0; op->overloads[k].args; k++) {
			lua_pushfstring(L, "%s:%c", op->overloads[k].args, op->overloads[k].result);
			lua_rawseti(L, -2, k + 1);
		}
		lua_setfield(L, -2, "types");
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "operators", core_operators }, { "expression_parts", core_expression_parts }, { "policies_in", core_policies_in }, { NULL, NULL },
};

void bind_open_expr(lua_State *L)
{
	bind_core(L, core_functions);
}
