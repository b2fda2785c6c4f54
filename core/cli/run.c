/*
 * run.c - running a script or a line of code, and saying what went wrong in it.
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* == errors == */

enum { FRAMES_TOP = 8, FRAMES_BOTTOM = 3, LOOK = 50 };

/* A function in a file of the reader's, not in C and not in one of ours. */
static bool is_readers(lua_State *L, lua_Debug *ar)
{
	lua_getinfo(L, "Slnt", ar);
	return ar->currentline > 0 && strncmp(ar->source, "=muster.", 8);
}

static void add_frame(struct buf *b, const lua_Debug *ar)
{
	buf_printf(b, "\n  %s:%d: in ", ar->short_src, ar->currentline);
	if (!strcmp(ar->what, "main"))
		buf_str(b, "the main chunk");
	else if (ar->name)
		buf_printf(b, "%s '%s'", strcmp(ar->namewhat, "method") ? "function" : "method", ar->name);
	else
		buf_printf(b, "the function at line %d", ar->linedefined);
}

/* The number of active functions. Finding a level takes time in proportion to it, so not one by one. */
static int stack_depth(lua_State *L)
{
	lua_Debug ar;
	int low = 0, high = 1;

	while (lua_getstack(L, high, &ar)) {
		low = high;
		high *= 2;
	}
	while (low + 1 < high) {
		int middle = low + (high - low) / 2;

		if (lua_getstack(L, middle, &ar))
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* Where each of the reader's functions was, when there is more than one; of a deep stack only its ends. */
static void add_frames(lua_State *L, struct buf *b)
{
	int levels[2 * LOOK], n = 0, depth = stack_depth(L);
	lua_Debug ar;

	for (int level = 1; level < depth; level++) {
		if (level == LOOK && depth > 2 * LOOK)
			level = depth - LOOK;
		if (lua_getstack(L, level, &ar) && is_readers(L, &ar))
			levels[n++] = level;
	}
	for (int i = 0; i < n && n > 1; i++) {
		if (i >= FRAMES_TOP && i < n - FRAMES_BOTTOM) {
			if (i == FRAMES_TOP)
				buf_str(b, "\n  ...");
			continue;
		}
		lua_getstack(L, levels[i], &ar);
		is_readers(L, &ar);
		add_frame(b, &ar);
	}
}

/* The message handler: the message as text, and the frames. */
static int explain(lua_State *L)
{
	struct buf *b;

	if (lua_type(L, 1) != LUA_TSTRING) {
		if (signals_caught())
			lua_pushliteral(L, "interrupted");      /* a handler of xpcall may have lost the message */
		else if (luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL)
			luaL_tolstring(L, 1, NULL);
		else
			lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
		lua_replace(L, 1);
	}
	lua_settop(L, 1);
	b = bind_buf(L);
	add_frames(L, b);
	lua_pushvalue(L, 1);
	lua_pushlstring(L, b->p ? b->p : "", b->failed ? 0 : b->n);
	lua_concat(L, 2);
	return 1;
}

/* What can be shown of the error object on the stack; the handler has made a string of most. */
void run_report(lua_State *L)
{
	const char *msg = lua_tostring(L, -1);

	if (signals_caught() == SIGPIPE)
		return;
	fflush(stdout);
	fprintf(stderr, "muster: %s\n", msg ? msg : "(no error message)");
}

int run_call(lua_State *L, int n, int nresults)
{
	int at = lua_gettop(L) - n, rc;

	lua_pushcfunction(L, explain);
	lua_insert(L, at);
	rc = lua_pcall(L, n, nresults, at);
	lua_remove(L, at);
	if (rc) {
		run_report(L);
		lua_pop(L, 1);
	}
	return signals_status(rc ? STATUS_FAILED : STATUS_FINE);
}

/* == chunks == */

/* A syntax error at the end of the text: more lines may mend it. */
static bool is_incomplete(lua_State *L)
{
	static const char mark[] = "<eof>";
	size_t n;
	const char *msg = lua_tolstring(L, -1, &n);

	return msg && n >= sizeof mark - 1 && !strcmp(msg + n - (sizeof mark - 1), mark);
}

int run_load(lua_State *L, const char *text, size_t n, const char *name, bool *incomplete)
{
	int top = lua_gettop(L), rc;

	lua_pushliteral(L, "return ");
	lua_pushlstring(L, text, n);
	lua_concat(L, 2);
	rc = luaL_loadbufferx(L, lua_tostring(L, -1), lua_rawlen(L, -1), name, "t");
	if (!rc) {
		lua_remove(L, -2);
		return LUA_OK;
	}
	*incomplete = is_incomplete(L);
	lua_settop(L, top);
	rc = luaL_loadbufferx(L, text, n, name, "t");
	*incomplete = rc && (*incomplete || is_incomplete(L));
	return rc;
}

int run_print(lua_State *L, int base)
{
	int n = lua_gettop(L) - base;

	lua_getglobal(L, "require");
	lua_pushliteral(L, "muster.base.show");
	if (run_call(L, 1, 1))
		return STATUS_FAILED;
	lua_getfield(L, -1, "print");
	lua_remove(L, -2);
	lua_insert(L, base + 1);
	return run_call(L, n, 0);
}

/* argv as the global `arg` with the script as arg[0], and the arguments on the stack. */
static void push_arguments(lua_State *L, const char *script, char **argv, int argc)
{
	luaL_checkstack(L, argc + LUA_MINSTACK, "too many arguments");
	lua_createtable(L, argc, 1);
	lua_pushstring(L, script);
	lua_rawseti(L, -2, 0);
	for (int i = 0; i < argc; i++) {
		lua_pushstring(L, argv[i]);
		lua_rawseti(L, -2, i + 1);
	}
	lua_setglobal(L, "arg");
	for (int i = 0; i < argc; i++)
		lua_pushstring(L, argv[i]);
}

int run_script(lua_State *L, char **argv, int argc)
{
	const char *path = argv[0];

	if (luaL_loadfilex(L, strcmp(path, "-") ? path : NULL, "t")) {
		run_report(L);
		return signals_status(STATUS_FAILED);
	}
	state_script_folder(L, path);
	push_arguments(L, path, argv + 1, argc - 1);
	return run_call(L, argc - 1, 0);
}

int run_code(lua_State *L, const char *code, char **argv, int argc)
{
	int base = lua_gettop(L), rc;
	bool incomplete;

	if (run_load(L, code, strlen(code), "=(command line)", &incomplete)) {
		run_report(L);
		return STATUS_FAILED;
	}
	push_arguments(L, "-e", argv, argc);
	if ((rc = run_call(L, argc, LUA_MULTRET)))
		return rc;
	return lua_gettop(L) > base ? run_print(L, base) : STATUS_FINE;
}

int run_lua(lua_State *L, const char *module, const char *function, char **argv, int argc)
{
	int rc;

	lua_getglobal(L, "require");
	lua_pushstring(L, module);
	if ((rc = run_call(L, 1, 1)))
		return rc;
	lua_getfield(L, -1, function);
	for (int i = 0; i < argc; i++)
		lua_pushstring(L, argv[i]);
	if ((rc = run_call(L, argc, 1)))
		return rc;
	return (int)lua_tointeger(L, -1);
}
