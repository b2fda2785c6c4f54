/* main.c - the smallest program that runs a line of Lua. */
#include "bind/bind.h"
#include <lualib.h>
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
	lua_State *L = luaL_newstate();
	luaL_openlibs(L);
	luaL_requiref(L, "muster", luaopen_muster, 1);
	if (argc > 2 && ((strcmp(argv[1], "run") ? luaL_loadstring(L, argv[2]) : luaL_loadfile(L, argv[2])) || lua_pcall(L, 0, 0, 0)))
		return fprintf(stderr, "muster: %s\n", lua_tostring(L, -1)), 1;
	lua_close(L);
	return 0;
}
