/*
 * bind.h - Lua's view of the core: one file per type, and the list of functions they all register in.
 *
 * Bindings check and convert; the work is in the layers below, which know no Lua. A binding fills a
 * userdata that the collector already owns before it calls anything that can fail, so that no error,
 * ours or Lua's own, can leak.
 */
#ifndef MUSTER_BIND_H
#define MUSTER_BIND_H

#include "table/table.h"

#include <lua.h>
#include <lauxlib.h>

/* == the list of functions ===================================================================
 *
 * Every function a script can call is a row of such a list (Lua modules add rows with the same
 * fields, see lua/muster/base/registry.lua). `args` and `returns` are in LuaCATS notation and drive
 * the argument checks, help(), completion and the manual; `example` is run by the tests.
 *
 *   name      "muster.load" for a function, "Table:head" for a method of a class
 *   args      "path: string, options?: {lenient?: boolean, rows?: integer}", without self
 *   returns   "Table", "integer", "Table, string?", or "" for nothing
 */
struct bind_fn {
	const char *name;
	lua_CFunction fn;
	const char *args, *returns, *help, *example;
};

/* Append a list that ends in a row without a name to the core's functions. Called by the open functions below. */
void bind_list(lua_State *L, const struct bind_fn *fns);
/*
 * A class: metatable "muster.NAME" with __gc and __close (`release`), __metatable closed, __index over the
 * methods that the list declares as "NAME:method", and the metamethods `meta` (may be NULL).
 */
void bind_class(lua_State *L, const char *name, lua_CFunction release, const luaL_Reg *meta);

/* For an __index: the method of the object at 1 that is named at 2, or an error with the nearest name. */
int bind_push_method(lua_State *L, const char *name);

/* Functions for our own Lua files only, in require "muster.core"; not in the list. */
void bind_core(lua_State *L, const luaL_Reg *fns);

/* One per file, called once by luaopen_muster. */
void bind_open_replay(lua_State *L);
void bind_open_date(lua_State *L);
void bind_open_quantity(lua_State *L);
void bind_open_phrase(lua_State *L);
void bind_open_column(lua_State *L);
void bind_open_table(lua_State *L);
void bind_open_plot(lua_State *L);
void bind_open_files(lua_State *L);
void bind_open_chunk(lua_State *L);
void bind_open_stats(lua_State *L);
void bind_open_dist(lua_State *L);
void bind_open_category(lua_State *L);
void bind_open_claims(lua_State *L);
void bind_open_object(lua_State *L);
void bind_open_draws(lua_State *L);
void bind_open_query(lua_State *L);
void bind_open_expr(lua_State *L);
void bind_open_model(lua_State *L);

/* == the Lua files inside the program ======================================================== */
struct bind_source {
	const char *name;        /* "muster.losses" */
	const char *text;
	size_t size;
};
extern const struct bind_source bind_sources[];      /* ends in a row without a name */
extern const char bind_prefix[];                     /* where `make install` puts the program: PREFIX */

/* The module: leaves the `muster` table on the stack. Safe to call in any Lua 5.4 state, also twice. */
int luaopen_muster(lua_State *L);

/* == errors ==================================================================================
 *
 * Push "script.lua:12: " for the innermost frame that is not one of muster's own files ("" when there
 * is none), so that a message points at the reader's line and not into a library.
 */
void bind_where(lua_State *L);
#define BIND_AT "muster.at"      /* registry key: a place that bind_where says instead, while core.at runs */
int bind_raise(lua_State *L, const struct err *e);                          /* never returns */
int bind_fail(lua_State *L, const char *fmt, ...) PRINTF_LIKE(2, 3);       /* never returns */

/* == replay: bind_replay.c ===================================================================
 *
 * A handle on data, or an object made of data, holds its age, taken when it is made, and is refused once muster.known_by has
 * begun a new one. Only releasing a handle does not ask.
 */
struct bind_age {
	const uint64_t *now;     /* the state's, and lives as long as that */
	uint64_t made;
};

struct bind_age bind_age(lua_State *L);
int bind_too_old(lua_State *L, const char *what);       /* "the table was"; never returns */

static inline void bind_check_age(lua_State *L, const struct bind_age *a, const char *what)
{
	if (a->made != *a->now)
		bind_too_old(L, what);
}

/* == values ==================================================================================
 *
 * check: the value at idx or a Lua error. push: takes over the reference, also when it raises.
 */
struct table *bind_check_table(lua_State *L, int idx);
void bind_push_table(lua_State *L, struct table *t);
/* A derived table: `t` with the extras (kind, sources) of the table at `from`. */
void bind_push_table_like(lua_State *L, struct table *t, int from);
struct column *bind_check_column(lua_State *L, int idx);
void bind_push_column(lua_State *L, struct column *c);
/* The Column at idx, which takes the place of a Lua array (1..n, nil = missing); `name` is for messages. */
struct column *bind_to_column(lua_State *L, int idx, lua_Integer n, const char *name);
/* A Date at idx, or the text of one; raises with the argument's text. */
int32_t bind_check_date(lua_State *L, int idx);
void bind_push_date(lua_State *L, int32_t days);
void bind_push_datetime(lua_State *L, int64_t micros);
bool bind_test_date(lua_State *L, int idx, int32_t *days);
bool bind_test_datetime(lua_State *L, int idx, int64_t *micros);
struct quantity *bind_test_quantity(lua_State *L, int idx);     /* NULL when it is none */
int bind_quantity_of_text(lua_State *L);          /* bind_phrase.c: text at 1, options at 2; pushes a Quantity or raises */
void bind_push_quantity(lua_State *L, const struct quantity *q);      /* copies the codes */
/* Row i (from 0) of a column as a Lua value; nil when missing. */
void bind_push_value(lua_State *L, const struct column *c, int64_t i);

/*
 * Have the collector call `gc` on the userdata on the stack top, whose bytes are valid already. `name` is the registry
 * key of the metatable. __gc is set every time: had memory run out between making the table and setting it, the table
 * would stay without, and all that comes later would leak.
 */
void bind_collect(lua_State *L, const char *name, lua_CFunction gc);

/* A buf the collector owns: a userdata on the stack top, released also when an error passes. */
struct buf *bind_buf(lua_State *L);
/* n zeroed bytes the collector owns, on the stack top. */
void *bind_scratch(lua_State *L, size_t n);

#endif
