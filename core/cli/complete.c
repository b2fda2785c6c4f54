/*
 * complete.c - Tab at the prompt: readline's side of lua/muster/base/complete.lua, which knows the names.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

static lua_State *lua;

/* Where the string that the cursor is in begins, or -1. Long brackets and earlier lines are not looked at. */
static int open_quote(void)
{
	int at = -1;

	for (int i = 0; i < rl_point; i++) {
		char c = rl_line_buffer[i];

		if (at >= 0 && c == '\\')
			i++;
		else if (at >= 0 && c == rl_line_buffer[at])
			at = -1;
		else if (at < 0 && (c == '"' || c == '\''))
			at = i;
	}
	return at;
}

/* What ends a word to the left: a name with its dots and colons, or all that is inside the quotes. */
static char *word_breaks(void)
{
	static char code[] = " \t\n\"'`@$><=;|&{}()[],+-*/%^~#", quoted[] = "\"'";

	return open_quote() >= 0 ? quoted : code;
}

/* The list of candidates is on the Lua stack while readline asks for them one by one. */
static char *next_match(const char *text, int state)
{
	static lua_Integer at;
	char *copy;

	(void)text;
	at = state ? at + 1 : 1;
	copy = lua_rawgeti(lua, -1, at) == LUA_TSTRING ? strdup(lua_tostring(lua, -1)) : NULL;
	lua_pop(lua, 1);
	return copy;
}

/* complete(line up to the cursor, where the word begins, where its quote is or nil) -> list of words */
static int ask(lua_State *L)
{
	int quote = open_quote();

	lua_getglobal(L, "require");
	lua_pushliteral(L, "muster.base.complete");
	lua_call(L, 1, 1);
	lua_getfield(L, -1, "complete");
	lua_pushlstring(L, rl_line_buffer, (size_t)rl_point);
	lua_pushinteger(L, lua_tointeger(L, 1) + 1);
	if (quote >= 0)
		lua_pushinteger(L, quote + 1);
	else
		lua_pushnil(L);
	lua_call(L, 3, 1);
	return 1;
}

static char **attempt(const char *text, int start, int end)
{
	int top = lua_gettop(lua), quote = open_quote();
	char **found = NULL;

	(void)end;
	rl_completion_append_character = quote >= 0 ? rl_line_buffer[quote] : '\0';
	lua_pushcfunction(lua, ask);
	lua_pushinteger(lua, start);
	if (!lua_pcall(lua, 1, 1, 0) && lua_istable(lua, -1))
		found = rl_completion_matches(text, next_match);
	lua_settop(lua, top);
	/* within quotes, what is not the name of a column may be that of a file */
	rl_attempted_completion_over = found || quote < 0;
	return found;
}

void complete_install(lua_State *L)
{
	lua = L;
	rl_attempted_completion_function = attempt;
	rl_completion_word_break_hook = word_breaks;
	rl_completer_quote_characters = NULL;
}
