/*
 * guard.c - pcall, xpcall, coroutine.resume and coroutine.wrap for scripts that can be stopped.
 *
 * Lua's own would catch the error that a signal raises, so that `while true do pcall(f) end` never
 * ends; and they do not tell which thread runs, so that the hook could be set on the wrong one.
 * These pass the error on, and are otherwise the same.
 */
#include "cli/cli.h"

static int protected_done(lua_State *L, int status, lua_KContext skip)
{
	if (status == LUA_OK || status == LUA_YIELD)
		return lua_gettop(L) - (int)skip;
	if (signals_caught())
		return lua_error(L);
	lua_pushboolean(L, 0);
	lua_insert(L, -2);
	return 2;
}

static int guarded_pcall(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushboolean(L, 1);           /* the first result */
	lua_insert(L, 1);
	return protected_done(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, protected_done), 0);
}

static int guarded_xpcall(lua_State *L)
{
	int n = lua_gettop(L);

	luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_pushboolean(L, 1);
	lua_pushvalue(L, 1);
	lua_rotate(L, 3, 2);             /* f, handler, true, f, arguments */
	return protected_done(L, lua_pcallk(L, n - 2, LUA_MULTRET, 2, 2, protected_done), 2);
}

/* The number of results, now on L; or -1 and the error object on L. */
static int resume(lua_State *L, lua_State *co, int nargs)
{
	int status, n = 0;

	if (!lua_checkstack(co, nargs)) {
		lua_pushliteral(L, "too many arguments to resume");
		return -1;
	}
	lua_xmove(L, co, nargs);
	signals_enter(co);
	status = lua_resume(co, L, nargs, &n);
	signals_enter(L);
	if (status != LUA_OK && status != LUA_YIELD) {
		lua_xmove(co, L, 1);
		return -1;
	}
	if (!lua_checkstack(L, n + 1)) {
		lua_pop(co, n);
		lua_pushliteral(L, "too many results to resume");
		return -1;
	}
	lua_xmove(co, L, n);
	return n;
}

static int guarded_resume(lua_State *L)
{
	lua_State *co = lua_tothread(L, 1);
	int n;

	luaL_argexpected(L, co, 1, "coroutine");
	n = resume(L, co, lua_gettop(L) - 1);
	if (n < 0 && signals_caught())
		return lua_error(L);
	lua_pushboolean(L, n >= 0);
	n = n < 0 ? 1 : n;
	lua_insert(L, -(n + 1));
	return n + 1;
}

static int call_wrapped(lua_State *L)
{
	lua_State *co = lua_tothread(L, lua_upvalueindex(1));
	int n = resume(L, co, lua_gettop(L)), status;

	if (n >= 0)
		return n;
	status = lua_status(co);
	if (status != LUA_OK && status != LUA_YIELD) {
		lua_pop(L, 1);
		lua_resetthread(co);     /* runs what it left to close, which may fail in its turn */
		lua_xmove(co, L, 1);
	}
	if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING && !signals_caught()) {
		luaL_where(L, 1);
		lua_insert(L, -2);
		lua_concat(L, 2);
	}
	return lua_error(L);
}

static int guarded_wrap(lua_State *L)
{
	lua_State *co;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	co = lua_newthread(L);
	lua_pushvalue(L, 1);
	lua_xmove(L, co, 1);
	lua_pushcclosure(L, call_wrapped, 1);
	return 1;
}

void guard_open(lua_State *L)
{
	lua_register(L, "pcall", guarded_pcall);
	lua_register(L, "xpcall", guarded_xpcall);
	lua_getglobal(L, "coroutine");
	lua_pushcfunction(L, guarded_resume);
	lua_setfield(L, -2, "resume");
	lua_pushcfunction(L, guarded_wrap);
	lua_setfield(L, -2, "wrap");
	lua_pop(L, 1);
}
