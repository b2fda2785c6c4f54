/* bind_load_options.c - the options of loaders, from Lua tables into C. */
#include "bind/bind_load.h"

#include <string.h>

/* A growing set of C arrays whose strings live in the Lua table at `idx`, which the caller keeps on the stack. */
static const char **string_list(lua_State *L, int idx, const char *name, size_t *n)
{
	const char **list;

	*n = 0;
	if (lua_getfield(L, idx, name) == LUA_TNIL)
		return NULL;
	luaL_checktype(L, -1, LUA_TTABLE);
	*n = lua_rawlen(L, -1);
	list = bind_scratch(L, *n * sizeof *list);
	for (size_t i = 0; i < *n; i++) {
		lua_rawgeti(L, -2, (lua_Integer)i + 1);
		list[i] = luaL_checkstring(L, -1);
		lua_pop(L, 1);       /* the list holds it */
	}
	return list;
}

/* The character of a one-character option; 0 when it is not given. */
static char char_option(lua_State *L, int idx, const char *name)
{
	size_t n;
	const char *s;
	char c = 0;

	if (lua_getfield(L, idx, name) != LUA_TNIL) {
		s = luaL_checklstring(L, -1, &n);
		if (n != 1 || *s == '\n' || *s == '\r')
			bind_fail(L, "option '%s': expected one character, found '%s'", name, s);
		c = *s;
	}
	lua_pop(L, 1);
	return c;
}

/* The name of a column, which stays in the Lua table; NULL when it is not given. */
static const char *name_option(lua_State *L, int idx, const char *name)
{
	const char *s = NULL;
	size_t n;

	if (lua_getfield(L, idx, name) != LUA_TNIL) {
		s = luaL_checklstring(L, -1, &n);
		if (!n || strlen(s) != n || text_utf8_valid(s, n) != n)
			bind_fail(L, "option '%s': expected the name of a column", name);
	}
	lua_pop(L, 1);
	return s;
}

/* 0 when it is not given. */
static int threads_option(lua_State *L, int idx)
{
	lua_Integer n = 0;

	if (lua_getfield(L, idx, "threads") != LUA_TNIL && (n = luaL_checkinteger(L, -1)) < 1)
		bind_fail(L, "option 'threads': expected 1 or more, found %lld", (long long)n);
	lua_pop(L, 1);
	return n < THREAD_MAX ? (int)n : THREAD_MAX;
}

static bool flag_option(lua_State *L, int idx, const char *name, bool otherwise)
{
	bool v = lua_getfield(L, idx, name) == LUA_TNIL ? otherwise : lua_toboolean(L, -1);

	lua_pop(L, 1);
	return v;
}

static bool named(lua_State *L, int idx, const char *name)
{
	bool there = lua_getfield(L, idx, name) != LUA_TNIL;

	lua_pop(L, 1);
	return there;
}

void bind_scan_options(lua_State *L, int idx, struct scan_options *o)
{
	char c;

	idx = lua_absindex(L, idx);
	*o = (struct scan_options)SCAN_DEFAULT;
	if (!lua_istable(L, idx))
		return;
	o->sep = (c = char_option(L, idx, "sep")) ? c : o->sep;
	o->quote = (c = char_option(L, idx, "quote")) ? c : o->quote;
	o->comment = char_option(L, idx, "comment");
	o->lenient = flag_option(L, idx, "lenient", false);
	if (lua_getfield(L, idx, "skip") != LUA_TNIL)
		o->skip = luaL_checkinteger(L, -1);
	lua_pop(L, 1);
	if (o->sep == o->quote)
		bind_fail(L, "the separator and the quote cannot both be '%c'", o->sep);
}

void bind_input_options(lua_State *L, int idx, struct input_options *o)
{
	idx = lua_absindex(L, idx);
	*o = (struct input_options){ 0 };
	if (!lua_istable(L, idx))
		return;
	if (lua_getfield(L, idx, "encoding") != LUA_TNIL)
		o->encoding = luaL_checkstring(L, -1);
	if (lua_getfield(L, idx, "max_ratio") != LUA_TNIL) {
		o->max_ratio = luaL_checknumber(L, -1);
		if (!(o->max_ratio > 0))
			bind_fail(L, "option 'max_ratio': expected a number above 0, found %s", luaL_tolstring(L, -1, NULL));
	}
	lua_pop(L, 2);
}

/* types = {name = "date", ...}; sorted, so that messages do not depend on the order of a Lua table. */
static struct load_type *types_option(lua_State *L, int idx, size_t *n)
{
	struct load_type *list;
	size_t count = 0;

	*n = 0;
	if (lua_getfield(L, idx, "types") == LUA_TNIL)
		return NULL;
	luaL_checktype(L, -1, LUA_TTABLE);
	for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
		count++;
	list = bind_scratch(L, count * sizeof *list);
	for (lua_pushnil(L); lua_next(L, -3); lua_pop(L, 1)) {
		struct load_type t;
		size_t at = *n;

		if (lua_type(L, -2) != LUA_TSTRING)
			bind_fail(L, "option 'types': a column name is a string, found a %s", luaL_typename(L, -2));
		t.column = lua_tostring(L, -2);
		if (lua_type(L, -1) != LUA_TSTRING || !type_from_name(lua_tostring(L, -1), &t.type) || t.type == TYPE_QUANTITY)
			bind_fail(L, "option 'types': column '%s': expected bool, int64, float64, date, datetime or string, "
				  "found '%s'", t.column, luaL_tolstring(L, -1, NULL));
		for (; at > 0 && strcmp(list[at - 1].column, t.column) > 0; at--)
			list[at] = list[at - 1];
		list[at] = t;
		++*n;
	}
	return list;
}

void bind_load_options(lua_State *L, int idx, struct load_options *o)
{
	idx = lua_absindex(L, idx);
	*o = (struct load_options)LOAD_DEFAULT;
	if (!lua_istable(L, idx)) {
		o->sniff = true;
		o->scan.sep = o->scan.quote = 0;
		return;
	}
	luaL_checkstack(L, 16, "options");
	bind_input_options(L, idx, &o->input);
	bind_scan_options(L, idx, &o->scan);
	if (!named(L, idx, "sep")) {
		o->sniff = true;
		o->scan.sep = 0;
		o->scan.quote = named(L, idx, "quote") ? o->scan.quote : 0;
	}
	o->no_header = !flag_option(L, idx, "header", true);
	o->rejects = flag_option(L, idx, "rejects", false);
	o->decimal = char_option(L, idx, "decimal");
	o->missing = string_list(L, idx, "missing", &o->nmissing);
	o->columns = string_list(L, idx, "columns", &o->ncolumns);
	o->types = types_option(L, idx, &o->ntypes);
	o->threads = threads_option(L, idx);
	o->file_column = name_option(L, idx, "file");
	if (lua_getfield(L, idx, "replay") != LUA_TNIL)
		o->replay = bind_check_table(L, -1);     /* which the options keep */
	lua_pop(L, 1);
	o->progress = bind_progress;
}
