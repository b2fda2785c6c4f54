/*
 * bind.c - opening the module: the search for muster's own Lua files, classes, and errors that point
 * at the reader's script.
 */
#include "bind/bind.h"
#include "bind/bind_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define UNKNOWN "muster.unknown"   /* registry key: answers for methods that are not there */
#define CORE "muster.core"         /* package.loaded key of what C gives to the Lua files */
#define OWN "=muster."             /* chunk names of our own files begin so; those of files, also of a muster.lua, with @ */

/* == errors == */

void bind_where(lua_State *L)
{
	lua_Debug ar;

	if (lua_getfield(L, LUA_REGISTRYINDEX, BIND_AT) == LUA_TSTRING)
		return;
	lua_pop(L, 1);
	for (int level = 0; lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "Sl", &ar);
		if (ar.currentline > 0 && strncmp(ar.source, OWN, strlen(OWN))) {
			lua_pushfstring(L, "%s:%d: ", ar.short_src, ar.currentline);
			return;
		}
	}
	lua_pushliteral(L, "");
}

int bind_raise(lua_State *L, const struct err *e)
{
	bind_where(L);
	lua_pushstring(L, e->msg);
	lua_concat(L, 2);
	return lua_error(L);
}

int bind_fail(lua_State *L, const char *fmt, ...)
{
	struct err e = ERR_INIT;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e.msg, sizeof e.msg, fmt, ap);
	va_end(ap);
	return bind_raise(L, &e);
}

/* == scratch memory == */

void bind_collect(lua_State *L, const char *name, lua_CFunction gc)
{
	luaL_newmetatable(L, name);
	lua_pushcfunction(L, gc);
	lua_setfield(L, -2, "__gc");
	lua_setmetatable(L, -2);
}

static int buf_gc(lua_State *L)
{
	buf_release(lua_touserdata(L, 1));
	return 0;
}

struct buf *bind_buf(lua_State *L)
{
	struct buf *b = lua_newuserdatauv(L, sizeof *b, 0);

	*b = (struct buf)BUF_INIT;
	bind_collect(L, "muster.buf", buf_gc);
	return b;
}

void *bind_scratch(lua_State *L, size_t n)
{
	void *p = lua_newuserdatauv(L, n ? n : 1, 0);

	memset(p, 0, n);
	return p;
}

/* == lists and classes == */

void bind_list(lua_State *L, const struct bind_fn *fns)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	luaL_getsubtable(L, -1, CORE);
	luaL_getsubtable(L, -1, "functions");
	for (const struct bind_fn *f = fns; f->name; f++) {
		lua_createtable(L, 0, 6);
		lua_pushstring(L, f->name);
		lua_setfield(L, -2, "name");
		lua_pushcfunction(L, f->fn);
		lua_setfield(L, -2, "fn");
		lua_pushstring(L, f->args);
		lua_setfield(L, -2, "args");
		lua_pushstring(L, f->returns);
		lua_setfield(L, -2, "returns");
		lua_pushstring(L, f->help);
		lua_setfield(L, -2, "help");
		lua_pushstring(L, f->example);
		lua_setfield(L, -2, "example");
		lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	}
	lua_pop(L, 3);
}

void bind_class(lua_State *L, const char *name, lua_CFunction release, const luaL_Reg *meta)
{
	char full[64];

	snprintf(full, sizeof full, "muster.%s", name);
	luaL_newmetatable(L, full);
	if (meta)
		luaL_setfuncs(L, meta, 0);
	if (release) {
		lua_pushcfunction(L, release);
		lua_pushvalue(L, -1);
		lua_setfield(L, -3, "__gc");
		lua_setfield(L, -2, "__close");
	}
	lua_pushstring(L, full);
	lua_setfield(L, -2, "__metatable");
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	luaL_getsubtable(L, -1, CORE);
	luaL_getsubtable(L, -1, "classes");
	lua_newtable(L);                         /* the methods, filled by the registry */
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, name);               /* classes[name] = methods */
	lua_setfield(L, -5, "methods");          /* metatable.methods, where __index looks */
	if (lua_getfield(L, -4, "__index") == LUA_TNIL) {
		lua_getfield(L, -5, "methods");
		lua_setfield(L, -6, "__index");
	}
	lua_pop(L, 5);
}

int bind_push_method(lua_State *L, const char *name)
{
	luaL_getmetafield(L, 1, "methods");
	lua_pushvalue(L, 2);
	if (lua_gettable(L, -2) != LUA_TNIL)
		return 1;
	lua_getfield(L, LUA_REGISTRYINDEX, UNKNOWN);
	lua_pushstring(L, name);
	lua_pushvalue(L, 2);
	lua_call(L, 2, 0);
	return 0;
}

void bind_core(lua_State *L, const luaL_Reg *fns)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	luaL_getsubtable(L, -1, CORE);
	luaL_setfuncs(L, fns, 0);
	lua_pop(L, 2);
}

/* == what the Lua files get from C besides the functions: require "muster.core" == */

/* class(v) -> "Table", "Date", ... or nil: metatables are closed, so Lua cannot ask itself. */
static int core_class(lua_State *L)
{
	const char *name;

	if (lua_type(L, 1) != LUA_TUSERDATA || !luaL_getmetafield(L, 1, "__name"))
		return 0;
	name = lua_tostring(L, -1);
	if (!name || strncmp(name, "muster.", 7))
		return 0;
	lua_pushstring(L, name + 7);
	return 1;
}

/* unknown_method(fn): what bind_push_method calls, as fn(class, name), for a name that no method has. */
static int core_unknown_method(lua_State *L)
{
	lua_settop(L, 1);
	lua_setfield(L, LUA_REGISTRYINDEX, UNKNOWN);
	return 0;
}

/* metamethod(class, name, fn): what print and # say of a value of a class that is made in Lua. */
static int core_metamethod(lua_State *L)
{
	lua_settop(L, 3);
	luaL_getmetatable(L, lua_pushfstring(L, "muster.%s", luaL_checkstring(L, 1)));
	lua_pushvalue(L, 3);
	lua_setfield(L, -2, luaL_checkstring(L, 2));
	return 0;
}

static int core_where(lua_State *L)
{
	bind_where(L);
	return 1;
}

/* nearest(word, {names}) -> the name that was probably meant, or nil */
static int core_nearest(lua_State *L)
{
	const char *word = luaL_checkstring(L, 1), *near;
	lua_Integer n = (luaL_checktype(L, 2, LUA_TTABLE), (lua_Integer)lua_rawlen(L, 2));
	const char **names = bind_scratch(L, (size_t)n * sizeof *names);

	luaL_checkstack(L, (int)(n < 1000 ? n : 1000) + 4, "too many names");
	if (n > 1000)
		n = 1000;
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, 2, i);
		names[i - 1] = luaL_checkstring(L, -1);
	}
	near = text_nearest(word, names, (size_t)n);
	if (!near)
		return 0;
	lua_pushstring(L, near);
	return 1;
}

/* number(v) -> the shortest text that reads back as the same number */
static int core_number(lua_State *L)
{
	char text[TEXT_NUMBER_MAX];

	if (lua_isinteger(L, 1)) {
		lua_pushstring(L, lua_tostring(L, 1));
		return 1;
	}
	lua_pushlstring(L, text, text_print_float64(text, luaL_checknumber(L, 1)));
	return 1;
}

/* sources() -> the names of the embedded modules */
static int core_sources(lua_State *L)
{
	lua_newtable(L);
	for (int i = 0; bind_sources[i].name; i++) {
		lua_pushstring(L, bind_sources[i].name);
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

/* clock() -> seconds since some moment, never going back, for measurements; no result may hold it */
static int core_clock(lua_State *L)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	lua_pushnumber(L, (double)t.tv_sec + (double)t.tv_nsec * 1e-9);
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "class", core_class },   { "where", core_where },     { "nearest", core_nearest },
	{ "unknown_method", core_unknown_method }, { "metamethod", core_metamethod },
	{ "number", core_number }, { "sources", core_sources }, { "clock", core_clock },
	{ NULL, NULL },
};

/* == finding our own files == */

static int load_source(lua_State *L, const char *dir, const char *module)
{
	const char *path;
	int rc;

	lua_pushfstring(L, "%s/", dir);
	luaL_gsub(L, module, ".", "/");
	lua_pushliteral(L, ".lua");
	lua_concat(L, 3);
	path = lua_tostring(L, -1);
	rc = luaL_loadfilex(L, path, "t");
	if (rc == LUA_ERRFILE) {
		lua_pop(L, 2);
		return 0;
	}
	if (rc)
		return lua_error(L);
	lua_pushvalue(L, -2);
	return 2;
}

/* package.searchers entry: MUSTER_LUA=DIR first, then what is inside the program. */
static int search(lua_State *L)
{
	const char *module = luaL_checkstring(L, 1), *dir = getenv("MUSTER_LUA");
	int n;

	if (strncmp(module, "muster.", 7)) {
		lua_pushliteral(L, "no module of muster");
		return 1;
	}
	if (dir && *dir && (n = load_source(L, dir, module)))
		return n;
	for (const struct bind_source *s = bind_sources; s->name; s++) {
		if (strcmp(s->name, module))
			continue;
		lua_pushfstring(L, "=%s", module);
		if (luaL_loadbufferx(L, s->text, s->size, lua_tostring(L, -1), "t"))
			return lua_error(L);
		lua_pushstring(L, module);
		return 2;
	}
	lua_pushfstring(L, "no module '%s' in muster", module);
	return 1;
}

/* Before Lua's own file search: a file muster/losses.lua in the working folder must not shadow ours. */
static void install_search(lua_State *L)
{
	lua_getglobal(L, "package");
	lua_getfield(L, -1, "searchers");
	for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i >= 2; i--) {
		lua_rawgeti(L, -1, i);
		lua_rawseti(L, -2, i + 1);
	}
	lua_pushcfunction(L, search);
	lua_rawseti(L, -2, 2);
	lua_pop(L, 2);
}

__attribute__((visibility("default"))) int luaopen_muster(lua_State *L)
{
	luaL_checkversion(L);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	if (!luaL_getsubtable(L, -1, CORE)) {
		luaL_setfuncs(L, core_functions, 0);
		lua_pushliteral(L, MUSTER_VERSION);
		lua_setfield(L, -2, "version");
		bind_open_replay(L);
		bind_open_date(L);
		bind_open_quantity(L);
		bind_open_phrase(L);
		bind_open_column(L);
		bind_open_table(L);
		bind_open_plot(L);
		bind_open_load(L);
		bind_open_arrow(L);
		bind_open_scan(L);
		bind_open_files(L);
		bind_open_chunk(L);
		bind_open_stats(L);
		bind_open_dist(L);
		bind_open_category(L);
		bind_open_claims(L);
		bind_open_object(L);
		bind_open_draws(L);
		bind_open_query(L);
		bind_open_expr(L);
		bind_open_model(L);
		install_search(L);
	}
	lua_settop(L, 0);
	lua_getglobal(L, "require");
	lua_pushliteral(L, "muster.init");
	lua_call(L, 1, 1);
	return 1;
}
