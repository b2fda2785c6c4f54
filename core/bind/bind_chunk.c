/*
 * bind_chunk.c - a file of data that is written as Lua: run where it can reach nothing.
 *
 * A schema from elsewhere must not be able to do anything, so it does not run in the reader's state at all:
 * a state of its own with no library loaded (not even the methods of strings), an empty environment that says
 * so when it is touched, a count of instructions, a cap on memory in use and one on memory asked for in all,
 * which bounds what a single instruction can cost. Only plain data is copied out.
 */
#include "bind/bind.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK "muster.chunk"

enum { STEPS = 200000, STEPS_A_HOOK = 1000, DEPTH = 16, VALUES = 50000 };
static const size_t LIVE_MAX = 1 << 20, TOTAL_MAX = 64 << 20;

struct chunk {
	lua_State *S;
	size_t live, total;
	int hooks;               /* how many more times the hook may fire */
	int values;              /* how many more values may be copied out */
	const char *text, *name;
	size_t size;
};

static void *limited(void *ctx, void *p, size_t before, size_t n)
{
	struct chunk *c = ctx;
	void *q;

	before = p ? before : 0;
	if (!n) {
		c->live -= before;
		mem_free(p);
		return NULL;
	}
	if (n > before && (c->live + (n - before) > LIVE_MAX || c->total + (n - before) > TOTAL_MAX))
		return NULL;
	if (!(q = mem_resize(p, n)))
		return NULL;
	c->live = c->live - before + n;
	c->total += n > before ? n - before : 0;
	return q;
}

static struct chunk *chunk_of(lua_State *S)
{
	void *ctx;

	lua_getallocf(S, &ctx);
	return ctx;
}

static void count(lua_State *S, lua_Debug *ar)
{
	if (--chunk_of(S)->hooks >= 0)
		return;
	lua_getinfo(S, "Sl", ar);
	lua_pushfstring(S, "%s:%d: took more than %d steps: a schema is data, not a program", ar->short_src, ar->currentline,
			STEPS);
	lua_error(S);
}

static int no_global(lua_State *S)
{
	return luaL_error(S, "no '%s' here: a schema is data and has no globals",
			  lua_type(S, 2) == LUA_TSTRING ? lua_tostring(S, 2) : "?");
}

/* Compile and run, all inside one protected call of the chunk's state. */
static int run(lua_State *S)
{
	struct chunk *c = lua_touserdata(S, 1);

	if (luaL_loadbufferx(S, c->text, c->size, c->name, "t"))
		return lua_error(S);
	lua_newtable(S);
	lua_newtable(S);
	lua_pushcfunction(S, no_global);
	lua_setfield(S, -2, "__index");
	lua_pushcfunction(S, no_global);
	lua_setfield(S, -2, "__newindex");
	lua_setmetatable(S, -2);
	lua_setupvalue(S, -2, 1);
	lua_sethook(S, count, LUA_MASKCOUNT, STEPS_A_HOOK);
	lua_call(S, 0, 1);
	return 1;
}

static int chunk_gc(lua_State *L)
{
	struct chunk *c = luaL_checkudata(L, 1, CHUNK);

	if (c->S)
		lua_close(c->S);
	c->S = NULL;
	return 0;
}

/* The value on top of S, which stays there, as a value of L; false when it is not plain data. */
static bool copy(lua_State *L, struct chunk *c, int depth)
{
	lua_State *S = c->S;
	const char *s;
	size_t n;

	if (--c->values < 0 || depth > DEPTH || !lua_checkstack(S, 4))
		return false;
	luaL_checkstack(L, 4, "a schema");
	switch (lua_type(S, -1)) {
	case LUA_TBOOLEAN:
		lua_pushboolean(L, lua_toboolean(S, -1));
		return true;
	case LUA_TNUMBER:
		if (lua_isinteger(S, -1))
			lua_pushinteger(L, lua_tointeger(S, -1));
		else
			lua_pushnumber(L, lua_tonumber(S, -1));
		return true;
	case LUA_TSTRING:
		s = lua_tolstring(S, -1, &n);
		lua_pushlstring(L, s, n);
		return true;
	case LUA_TTABLE:
		lua_newtable(L);
		for (lua_pushnil(S); lua_next(S, -2);) {
			lua_pushvalue(S, -2);
			if (!copy(L, c, depth + 1))
				return false;
			lua_pop(S, 1);
			if (!copy(L, c, depth + 1))
				return false;
			lua_pop(S, 1);
			lua_rawset(L, -3);
		}
		return true;
	default:
		return false;
	}
}

static int fail(lua_State *L, struct chunk *c, int status)
{
	const char *why = lua_tostring(c->S, -1);

	if (status == LUA_ERRMEM || !why)
		lua_pushfstring(L, "%s: needs more memory than a schema may use", c->name + 1);
	/* Lua puts the place in front (a long path cut to "...end"), but not when the parser runs out of stack. */
	else if (strncmp(why, "...", 3) && strncmp(why, c->name + 1, strlen(c->name + 1)))
		lua_pushfstring(L, "%s: %s", c->name + 1, why);
	else
		lua_pushstring(L, why);
	lua_pushnil(L);
	lua_insert(L, -2);
	return 2;
}

/* data(text, name) -> the value that the chunk returns, or nil and what is wrong with it, with its line */
static int core_data(lua_State *L)
{
	struct chunk *c;
	int status;

	luaL_checkstring(L, 1);
	lua_pushfstring(L, "@%s", luaL_checkstring(L, 2));
	lua_replace(L, 2);
	lua_settop(L, 2);
	c = lua_newuserdatauv(L, sizeof *c, 0);
	*c = (struct chunk){ .hooks = STEPS / STEPS_A_HOOK, .values = VALUES, .name = lua_tostring(L, 2) };
	c->text = lua_tolstring(L, 1, &c->size);
	bind_collect(L, CHUNK, chunk_gc);
	if (!(c->S = lua_newstate(limited, c)))
		return luaL_error(L, "out of memory");
	lua_pushcfunction(c->S, run);
	lua_pushlightuserdata(c->S, c);
	if ((status = lua_pcall(c->S, 1, 1, 0)))
		return fail(L, c, status);
	if (lua_type(c->S, -1) != LUA_TTABLE) {
		lua_pushnil(L);
		lua_pushfstring(L, "%s: a schema file returns a table, this one a %s", c->name + 1, luaL_typename(c->S, -1));
		return 2;
	}
	if (!copy(L, c, 0)) {
		lua_settop(L, 3);
		lua_pushnil(L);
		lua_pushfstring(L, "%s: a schema holds text, numbers, booleans and tables of them, and no table in itself",
				c->name + 1);
		return 2;
	}
	return 1;
}

static const luaL_Reg functions[] = { { "data", core_data }, { NULL, NULL } };

void bind_open_chunk(lua_State *L)
{
	bind_core(L, functions);
}
