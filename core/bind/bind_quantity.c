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
#define X(name, text) text,
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
	  "figure: {qualifier?: string, low?: number, best?: number, high?: number, rounding?: number, measure?: string, "
	  "basis?: string, base?: string, unit?: string, since?: Date|string, as_of?: Date|string}",
	  "Quantity",
	  "What a printed figure means: the interval its qualifier implies; with a `base` it is a share, 0 to 1. Fields low, high, stated, kind, measure, basis, base, unit, since, as_of.",
	  "return muster.quantity{ qualifier = 'more_than', best = 3000 }.low" },
	{ "Quantity:point", m_point, "policy: \"midpoint\"|\"floor\"|\"ceiling\"|\"stated\"", "number",
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

static int quantity_arithmetic(lua_State *L)
{
	return bind_fail(L, "a claim is not a number: name a policy first, such as figure:point 'midpoint'");
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
	{ "__add", quantity_arithmetic },    { "__sub", quantity_arithmetic }, { "__mul", quantity_arithmetic },
	{ "__div", quantity_arithmetic },    { "__unm", quantity_arithmetic }, { "__lt", quantity_arithmetic },
	{ "__le", quantity_arithmetic },     { "__eq", quantity_eq },         { NULL, NULL },
};

void bind_open_quantity(lua_State *L)
{
	bind_class(L, "Quantity", NULL, meta);
	bind_list(L, fns);
}
