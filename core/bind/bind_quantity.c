/* bind_quantity.c - a published figure as a Lua value: its bounds, how it was said, never a bare number. */
#include "bind/bind.h"

#include <string.h>

#define QUANTITY "muster.Quantity"

/* == library == */

/* The number in field `name` of the table at 1; NaN when it is not there. */
static double number_field(lua_State *L, const char *name)
{
	double v = NAN;

	if (lua_getfield(L, 1, name) != LUA_TNIL)
		v = luaL_checknumber(L, -1);
	lua_pop(L, 1);
	return v;
}

/* The text in field `name`, left on the stack so that it lives until the quantity is made. */
static struct slice text_field(lua_State *L, const char *name)
{
	struct slice s = { "", 0 };

	if (lua_getfield(L, 1, name) != LUA_TNIL)
		s.p = luaL_checklstring(L, -1, &s.n);
	return s;
}

static bool day_field(lua_State *L, const char *name, int32_t *days)
{
	bool there = lua_getfield(L, 1, name) != LUA_TNIL;

	if (there)
		*days = bind_check_date(L, -1);
	lua_pop(L, 1);
	return there;
}

static int no_qualifier(lua_State *L, const char *word)
{
	const char *names[QUANTITY_KIND_COUNT], *near;

	for (int k = 0; k < QUANTITY_COMPUTED; k++)
		names[k] = quantity_kind_name((enum quantity_kind)k);
	near = text_nearest(word, names, QUANTITY_COMPUTED);
	return near ? bind_fail(L, "no qualifier '%.40s'; did you mean '%s'?", word, near) :
		      bind_fail(L, "no qualifier '%.40s'", word);
}

static int lib_quantity(lua_State *L)
{
	struct quantity q = { 0 };
	struct slice qualifier;
	double rounding = QUANTITY_ROUNDING;
	struct err e = ERR_INIT;

	if (lua_type(L, 1) == LUA_TSTRING)
		return bind_quantity_of_text(L);
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	qualifier = text_field(L, "qualifier");
	if (!qualifier.n)
		qualifier = slice_of("exact", 5);
	if (!quantity_kind_from_name(qualifier, &q.kind))
		return no_qualifier(L, qualifier.p);
	if (lua_getfield(L, 1, "rounding") != LUA_TNIL)
		rounding = luaL_checknumber(L, -1);
	q.measure = text_field(L, "measure");
	q.basis = text_field(L, "basis");
	q.base = text_field(L, "base");
	q.unit = text_field(L, "unit");
	q.has_since = day_field(L, "since", &q.since);
	q.has_as_of = day_field(L, "as_of", &q.as_of);
	if (quantity_bounds(q.kind, number_field(L, "low"), number_field(L, "best"), number_field(L, "high"), rounding,
			    q.base.n > 0, &q, &e))
		return bind_raise(L, &e);
	bind_push_quantity(L, &q);
	return 1;
}

/* == methods == */

static int m_point(lua_State *L)
{
	const struct quantity *q = luaL_checkudata(L, 1, QUANTITY);
	static const char *const policies[] = {
#define X(name, text, meaning, source) text,
		QUANTITY_POLICY_LIST(X)
#undef X
		NULL
	};
	enum quantity_policy policy = (enum quantity_policy)luaL_checkoption(L, 2, NULL, policies);
	struct err e = ERR_INIT;
	double v;

	if (quantity_point(q, policy, &v, &e))
		return bind_raise(L, &e);
	lua_pushnumber(L, v);
	return 1;
}

static const struct bind_fn fns[] = {
	{ "muster.quantity", lib_quantity,
	  "figure: string|{qualifier?: string, low?: number, best?: number, high?: number, rounding?: number, measure?: string, "
	  "basis?: string, base?: string, unit?: string, since?: Date|string, as_of?: Date|string}, "
	  "options?: {rounding?: number, measure?: string, basis?: string, base?: string, decimal?: \".\"|\",\"}",
	  "Quantity",
	  "What a printed figure means: the interval its qualifier implies; with a `base` it is a share, 0 to 1. A text is read as English as published, "
	  "\"more than 3,000 killed\", \"about a third of those sent\"; the options say what it leaves open. Fields low, high, stated, kind, measure, basis, "
	  "base, unit, since, as_of.",
	  "return muster.quantity 'more than 3,000 killed'" },
	{ "Quantity:point", m_point, "policy: \"midpoint\"|\"floor\"|\"ceiling\"|\"stated\"|\"ucdp\"|\"acled\"|\"airwars\"", "number",
	  "One number for a claim, by a policy you name; an error where the claim has none (no upper bound, or a range's "
	  "stated number).",
	  "return muster.quantity{ qualifier = 'range', low = 10000, high = 12000 }:point 'midpoint'" },
	{ 0 },
};

/* == values == */

/* The codes are copied behind the struct, so that the value outlives its column. */
void bind_push_quantity(lua_State *L, const struct quantity *q)
{
	struct quantity *copy = lua_newuserdatauv(L, sizeof *copy + q->measure.n + q->basis.n + q->base.n + q->unit.n, 0);
	struct slice *codes[] = { &copy->measure, &copy->basis, &copy->base, &copy->unit };
	char *to = (char *)(copy + 1);

	*copy = *q;
	for (int k = 0; k < 4; k++) {
		if (codes[k]->n)
			memcpy(to, codes[k]->p, codes[k]->n);
		codes[k]->p = to;
		to += codes[k]->n;
	}
	luaL_setmetatable(L, QUANTITY);
}

struct quantity *bind_test_quantity(lua_State *L, int idx)
{
	return luaL_testudata(L, idx, QUANTITY);
}

/* == metamethods == */

static int quantity_tostring(lua_State *L)
{
	const struct quantity *q = luaL_checkudata(L, 1, QUANTITY);
	struct buf *text = bind_buf(L);

	quantity_print(text, q);
	if (text->failed)
		return luaL_error(L, "out of memory");
	lua_pushlstring(L, text->p ? text->p : "", text->n);
	return 1;
}

static void push_code(lua_State *L, struct slice s)
{
	if (s.n)
		lua_pushlstring(L, s.p, s.n);
	else
		lua_pushnil(L);
}

static void push_day(lua_State *L, bool known, int32_t days)
{
	if (known)
		bind_push_date(L, days);
	else
		lua_pushnil(L);
}

static int quantity_index(lua_State *L)
{
	const struct quantity *q = luaL_checkudata(L, 1, QUANTITY);
	const char *key = luaL_checkstring(L, 2);

	luaL_getmetafield(L, 1, "methods");
	if (lua_getfield(L, -1, key) != LUA_TNIL)
		return 1;
	if (!strcmp(key, "low"))
		lua_pushnumber(L, q->low);
	else if (!strcmp(key, "high"))
		lua_pushnumber(L, q->high);
	else if (!strcmp(key, "stated"))
		isnan(q->stated) ? lua_pushnil(L) : lua_pushnumber(L, q->stated);
	else if (!strcmp(key, "kind"))
		lua_pushstring(L, quantity_kind_name(q->kind));
	else if (!strcmp(key, "measure"))
		push_code(L, q->measure);
	else if (!strcmp(key, "basis"))
		push_code(L, q->basis);
	else if (!strcmp(key, "base"))
		push_code(L, q->base);
	else if (!strcmp(key, "unit"))
		push_code(L, q->unit);
	else if (!strcmp(key, "since"))
		push_day(L, q->has_since, q->since);
	else if (!strcmp(key, "as_of"))
		push_day(L, q->has_as_of, q->as_of);
	else
		return bind_fail(L, "a quantity has no field '%s'; it has low, high, stated, kind, measure, basis, base, unit, since and "
				 "as_of", key);
	return 1;
}

/* A Quantity, or a number as an exact one without codes. */
static struct quantity operand(lua_State *L, int idx)
{
	const struct quantity *q = bind_test_quantity(L, idx);
	struct quantity number;
	struct err e = ERR_INIT;

	if (q)
		return *q;
	if (lua_type(L, idx) != LUA_TNUMBER)
		bind_fail(L, "a claim is not a number: name a policy first, such as figure:point 'midpoint'");
	if (quantity_of(lua_tonumber(L, idx), lua_tonumber(L, idx), &number, &e))
		bind_raise(L, &e);
	return number;
}

static int quantity_arithmetic(lua_State *L, int (*op)(const struct quantity *, const struct quantity *, struct quantity *, struct err *))
{
	struct quantity a = operand(L, 1), b = operand(L, 2), out;
	struct err e = ERR_INIT;

	if (op(&a, &b, &out, &e))
		return bind_raise(L, &e);
	if (isnan(out.low))
		return bind_fail(L, "nothing can be divided by 0");
	bind_push_quantity(L, &out);
	return 1;
}

static int quantity_plus(lua_State *L)
{
	return quantity_arithmetic(L, quantity_add);
}

static int quantity_minus(lua_State *L)
{
	return quantity_arithmetic(L, quantity_subtract);
}

static int quantity_times(lua_State *L)
{
	return quantity_arithmetic(L, quantity_multiply);
}

static int quantity_over(lua_State *L)
{
	return quantity_arithmetic(L, quantity_divide);
}

static int quantity_negative(lua_State *L)
{
	struct quantity q = operand(L, 1);

	quantity_negate(&q, &q);
	bind_push_quantity(L, &q);
	return 1;
}

/* Lua's answer is true or false; what was left open is an error. */
static int quantity_compare(lua_State *L, const char *doing, int (*compare)(const struct quantity *, const struct quantity *))
{
	struct quantity a = operand(L, 1), b = operand(L, 2);
	struct buf *text;
	int known;

	if (bind_test_quantity(L, 1) && bind_test_quantity(L, 2) && !slice_eq(a.base, b.base))
		return bind_fail(L, "a share of %s does not compare with a %s", a.base.n ? lua_pushlstring(L, a.base.p, a.base.n) :
				 lua_pushlstring(L, b.base.p, b.base.n), a.base.n && b.base.n ? "share of something else" : "count");
	if ((known = compare(&a, &b)) < 0) {
		text = bind_buf(L);
		buf_str(text, "a claim is not a number: '");
		quantity_print(text, &a);
		buf_printf(text, "' may be %s '", doing);
		quantity_print(text, &b);
		buf_str(text, "' or not; name a policy first, such as figure:point 'midpoint', or compare the bounds");
		return bind_fail(L, "%s", text->failed ? "out of memory" : text->p);
	}
	lua_pushboolean(L, known);
	return 1;
}

static int quantity_less(lua_State *L)
{
	return quantity_compare(L, "below", quantity_below);
}

static int quantity_less_equal(lua_State *L)
{
	return quantity_compare(L, "at most", quantity_at_most);
}

static int quantity_eq(lua_State *L)
{
	const struct quantity *a = bind_test_quantity(L, 1), *b = bind_test_quantity(L, 2);

	lua_pushboolean(L, a && b && quantity_same(a, b));
	return 1;
}

static int quantity_concat(lua_State *L)
{
	luaL_tolstring(L, 1, NULL);
	luaL_tolstring(L, 2, NULL);
	lua_concat(L, 2);
	return 1;
}

static const luaL_Reg meta[] = {
	{ "__tostring", quantity_tostring }, { "__index", quantity_index },   { "__concat", quantity_concat },
	{ "__add", quantity_plus },          { "__sub", quantity_minus },     { "__mul", quantity_times },
	{ "__div", quantity_over },          { "__unm", quantity_negative },  { "__lt", quantity_less },
	{ "__le", quantity_less_equal },     { "__eq", quantity_eq },         { NULL, NULL },
};

/* policies() -> { { name, meaning, source } ... } */
static int core_policies(lua_State *L)
{
	lua_createtable(L, POLICY_COUNT, 0);
	for (int k = 0; k < POLICY_COUNT; k++) {
		enum quantity_policy p = (enum quantity_policy)k;

		lua_createtable(L, 0, 3);
		lua_pushstring(L, quantity_policy_name(p));
		lua_setfield(L, -2, "policy");
		lua_pushstring(L, quantity_policy_meaning(p));
		lua_setfield(L, -2, "meaning");
		lua_pushstring(L, quantity_policy_source(p));
		lua_setfield(L, -2, "source");
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

static const luaL_Reg core_functions[] = { { "policies", core_policies }, { "quantity", lib_quantity }, { NULL, NULL } };

void bind_open_quantity(lua_State *L)
{
	bind_class(L, "Quantity", NULL, meta);
	bind_list(L, fns);
	bind_core(L, core_functions);
}
