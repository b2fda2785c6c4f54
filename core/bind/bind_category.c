/* bind_category.c - muster.category: what measures count, as sets of people, for scripts. */
#include "bind/bind.h"
#include "table/category.h"

static struct slice name_at(lua_State *L, int idx)
{
	struct slice s;

	s.p = luaL_checklstring(L, idx, &s.n);
	return s;
}

static int lib_parts(lua_State *L)
{
	unsigned parts = category_parts(name_at(L, 1));

	if (!parts)
		return lua_pushnil(L), 1;
	lua_newtable(L);
	for (int k = 0; k < CATEGORY_PARTS; k++) {
		if (!(parts >> k & 1))
			continue;
		lua_pushstring(L, category_part_name(k));
		lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	}
	return 1;
}

static int lib_relation(lua_State *L)
{
	lua_pushstring(L, category_relation_name(category_relation(name_at(L, 1), name_at(L, 2))));
	return 1;
}

static int lib_within(lua_State *L)
{
	struct slice up;

	if (!category_parent(name_at(L, 1), &up))
		return lua_pushnil(L), 1;
	lua_pushlstring(L, up.p, up.n);
	return 1;
}

static int push_made(lua_State *L, bool (*make)(struct slice, struct slice, struct slice *))
{
	struct slice made;

	if (!make(name_at(L, 1), name_at(L, 2), &made))
		return lua_pushnil(L), 1;
	lua_pushlstring(L, made.p, made.n);
	return 1;
}

static int lib_union(lua_State *L)
{
	return push_made(L, category_union);
}

static int lib_difference(lua_State *L)
{
	return push_made(L, category_difference);
}

static int lib_explain(lua_State *L)
{
	struct slice a = name_at(L, 1), b = name_at(L, 2);
	struct buf *text = bind_buf(L);

	category_explain(text, a, b);
	if (text->failed)
		return luaL_error(L, "out of memory");
	lua_pushlstring(L, text->p, text->n);
	return 1;
}

static const struct bind_fn fns[] = {
	{ "muster.category.parts", lib_parts, "name: string", "string[]?",
	  "The parts of a set of losses, of killed, seriously_wounded, lightly_wounded, missing and captured, which do not overlap; nil for "
	  "every other measure.",
	  "return table.concat(muster.category.parts 'killed_or_wounded', ' ')" },
	{ "muster.category.relation", lib_relation, "a: string, b: string",
	  "\"same\"|\"within\"|\"contains\"|\"apart\"|\"overlaps\"|\"unrelated\"",
	  "How two measures lie to each other: the same people, a within b, a contains b, nobody in both, a part in both, or nothing known.",
	  "return muster.category.relation('killed', 'killed_or_wounded')" },
	{ "muster.category.within", lib_within, "name: string", "string?",
	  "The measure that next contains a force or a count of prisoners, such as in_theatre for in_combat; nil when none is known, "
	  "and for sets of losses, which have parts.",
	  "return muster.category.within 'in_combat'" },
	{ "muster.category.union", lib_union, "a: string, b: string", "string?",
	  "The name of what two sets of losses count together; nil when one of them is no set of losses.",
	  "return muster.category.union('killed', 'wounded')" },
	{ "muster.category.difference", lib_difference, "a: string, b: string", "string?",
	  "The name of what is left of the first without the second; nil when nothing is left, or one of them is no set of losses.",
	  "return muster.category.difference('killed_or_wounded', 'killed')" },
	{ "muster.category.explain", lib_explain, "a: string, b: string", "string",
	  "The relation of two measures as a sentence.", "return muster.category.explain('killed', 'killed_or_wounded')" },
	{ 0 },
};

static const luaL_Reg core_functions[] = { { "category", lib_relation }, { NULL, NULL } };

void bind_open_category(lua_State *L)
{
	bind_list(L, fns);
	bind_core(L, core_functions);
}
