/*
 * state.c - Lua as scripts find it: the standard libraries, `muster`, and text chunks only.
 *
 * Bytecode can crash the interpreter, so everything that loads code (load, loadfile, dofile, require)
 * takes source text only.
 */
#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <lualib.h>

static struct settings settings;

/* == text only == */

/* load and loadfile: the same with the mode, argument number upvalue 2, set to "t". */
static int load_text(lua_State *L)
{
	int at = (int)lua_tointeger(L, lua_upvalueindex(2));

	if (lua_gettop(L) < at)
		lua_settop(L, at);
	lua_pushliteral(L, "t");
	lua_replace(L, at);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
	return lua_gettop(L);
}

static int file_done(lua_State *L, int status, lua_KContext ctx)
{
	(void)status;
	(void)ctx;
	return lua_gettop(L) - 1;
}

static int do_file(lua_State *L)
{
	const char *path = luaL_optstring(L, 1, NULL);

	lua_settop(L, 1);
	if (luaL_loadfilex(L, path, "t"))
		return lua_error(L);
	lua_callk(L, 0, LUA_MULTRET, 0, file_done);
	return file_done(L, 0, 0);
}

/* package.searchers: upvalue 1 is package, whose path is read at each call. */
static int search_text(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	lua_getfield(L, lua_upvalueindex(1), "searchpath");
	lua_pushvalue(L, 1);
	if (lua_getfield(L, lua_upvalueindex(1), "path") != LUA_TSTRING)
		return luaL_error(L, "'package.path' must be a string");
	lua_call(L, 2, 2);
	if (lua_isnil(L, -2))
		return 1;               /* where it looked */
	lua_pop(L, 1);
	if (luaL_loadfilex(L, lua_tostring(L, -1), "t"))
		return luaL_error(L, "error loading module '%s': %s", name, lua_tostring(L, -1));
	lua_insert(L, -2);
	return 2;
}

static void wrap_loader(lua_State *L, const char *name, int mode_at)
{
	lua_getglobal(L, name);
	lua_pushinteger(L, mode_at);
	lua_pushcclosure(L, load_text, 2);
	lua_setglobal(L, name);
}

static void open_text_only(lua_State *L)
{
	wrap_loader(L, "load", 3);
	wrap_loader(L, "loadfile", 2);
	lua_register(L, "dofile", do_file);
	/* searchers: preloaded, muster's own (put there by luaopen_muster), Lua files, C libraries */
	lua_getglobal(L, "package");
	lua_getfield(L, -1, "searchers");
	lua_pushvalue(L, -2);
	lua_pushcclosure(L, search_text, 1);
	lua_rawseti(L, -2, 3);
	lua_pop(L, 2);
}

/* == what the options set == */

static int core_out(lua_State *L)
{
	lua_pushstring(L, settings.out);
	return 1;
}

static int core_threads(lua_State *L)
{
	if (!settings.threads)
		return 0;
	lua_pushinteger(L, settings.threads);
	return 1;
}

int make_folders(const char *path, unsigned mode, struct err *e)
{
	struct buf part = BUF_INIT;
	struct stat st;
	int rc;

	buf_str(&part, path);
	if ((rc = buf_check(&part, e)))
		goto done;
	for (char *p = part.p; *p; p++) {
		if (p == part.p || *p != '/')
			continue;
		*p = '\0';
		mkdir(part.p, mode);     /* what went wrong on the way shows at the end */
		*p = '/';
	}
	if (mkdir(part.p, mode) && (errno != EEXIST || stat(part.p, &st)))
		rc = err_errno(e, "make the folder", path);
	else if (!stat(part.p, &st) && !S_ISDIR(st.st_mode))
		rc = err_set(e, ERR_IO, "'%s' is not a folder", path);
done:
	buf_release(&part);
	return rc;
}

static int core_make_folders(lua_State *L)
{
	struct err e = ERR_INIT;

	if (make_folders(luaL_checkstring(L, 1), 0777, &e))
		return bind_raise(L, &e);
	return 0;
}

static const luaL_Reg core_functions[] = {
	{ "out", core_out }, { "threads", core_threads }, { "make_folders", core_make_folders }, { NULL, NULL },
};

/* == the state == */

static int open_all(lua_State *L)
{
	luaL_openlibs(L);
	luaL_requiref(L, "muster", luaopen_muster, 1);
	open_text_only(L);
	guard_open(L);
	bind_core(L, core_functions);
	versions_open(L);
	return 0;
}

lua_State *state_new(const struct settings *s)
{
	lua_State *L = luaL_newstate();

	if (s)
		settings = *s;
	if (!L) {
		fputs("muster: out of memory\n", stderr);
		return NULL;
	}
	signals_enter(L);
	lua_pushcfunction(L, open_all);
	if (run_call(L, 0, 0)) {
		lua_close(L);
		return NULL;
	}
	return L;
}

void state_script_folder(lua_State *L, const char *script)
{
	const char *slash = strrchr(script, '/');
	int top = lua_gettop(L);

	/* package.path has no way to quote its own marks: such a folder cannot be in it */
	if (!slash || strpbrk(script, ";?"))
		return;                 /* no slash: ./?.lua is on the path already */
	lua_getglobal(L, "package");
	lua_pushlstring(L, script, (size_t)(slash - script) + 1);
	lua_pushvalue(L, -1);
	lua_getfield(L, -3, "path");
	lua_pushfstring(L, "%s?.lua;%s?/init.lua;%s", lua_tostring(L, -3), lua_tostring(L, -2), lua_tostring(L, -1));
	lua_setfield(L, -5, "path");
	lua_settop(L, top);
}
