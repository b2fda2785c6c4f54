/*
 * bind_object.c - classes whose values are Lua tables: fields are read, methods come from the list of functions.
 *
 * What was made of data may tell what the data said, so an object has an age as a table has, and is refused when it is too old.
 */
#include "bind/bind.h"

#include <stdio.h>
#include <string.h>

/* A field that the table has (also by its own __index, which may work it out when first asked), else a method. */
static int index_object(lua_State *L)
{
	const struct bind_age *age = lua_touserdata(L, 1);

	if (age->made != *age->now) {
		luaL_getmetafield(L, 1, "__name");
		return bind_too_old(L, lua_pushfstring(L, "the %s was", lua_tostring(L, -1) + strlen("muster.")));
	}
	lua_getiuservalue(L, 1, 1);
	lua_pushvalue(L, 2);
	if (lua_gettable(L, -2) != LUA_TNIL)
		return 1;
	lua_settop(L, 2);
	luaL_getmetafield(L, 1, "__name");
	return bind_push_method(L, lua_tostring(L, -1) + strlen("muster."));
}

/* new_class(name): once, by the Lua file that makes its values */
static int core_new_class(lua_State *L)
{
	static const luaL_Reg meta[] = { { "__index", index_object }, { NULL, NULL } };

	bind_class(L, luaL_checkstring(L, 1), NULL, meta);
	return 0;
}

/* new_object(class, fields) -> a value of the class; the fields stay reachable for who made it */
static int core_new_object(lua_State *L)
{
	char full[64];

	snprintf(full, sizeof full, "muster.%s", luaL_checkstring(L, 1));
	luaL_checktype(L, 2, LUA_TTABLE);
	*(struct bind_age *)lua_newuserdatauv(L, sizeof(struct bind_age), 1) = bind_age(L);
	lua_pushvalue(L, 2);
	lua_setiuservalue(L, -2, 1);
	luaL_setmetatable(L, full);
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "new_class", core_new_class }, { "new_object", core_new_object }, { NULL, NULL },
};

void bind_open_object(lua_State *L)
{
	bind_core(L, core_functions);
}
