/* versions.c - which libraries the program runs with, for muster doctor. */
#include "cli/cli.h"

#include <csv.h>
#include <gsl/gsl_version.h>
#include <lz4.h>
#include <stdio.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include <readline/readline.h>

#define TEXT(x) #x
#define NUMBER(x) TEXT(x)

/* versions() -> {lua = "5.4.4", ...}; libcsv, Lua and xxHash tell theirs only when compiling */
static int core_versions(lua_State *L)
{
	const struct {
		const char *name, *version;
	} rows[] = {
		{ "lua", LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE },
		{ "libcsv", NUMBER(CSV_MAJOR) "." NUMBER(CSV_MINOR) "." NUMBER(CSV_RELEASE) },
		{ "gsl", gsl_version },
		{ "zlib", zlibVersion() },
		{ "zstd", ZSTD_versionString() },
		{ "lz4", LZ4_versionString() },
		{ "xxhash", NUMBER(XXH_VERSION_MAJOR) "." NUMBER(XXH_VERSION_MINOR) "." NUMBER(XXH_VERSION_RELEASE) },
		{ "readline", rl_library_version },
#ifdef __clang__
		{ "compiler", __VERSION__ },
#else
		{ "compiler", "gcc " __VERSION__ },
#endif
	};

	lua_newtable(L);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		lua_pushstring(L, rows[i].version);
		lua_setfield(L, -2, rows[i].name);
	}
	return 1;
}

void versions_open(lua_State *L)
{
	static const luaL_Reg functions[] = { { "versions", core_versions }, { NULL, NULL } };

	bind_core(L, functions);
}
