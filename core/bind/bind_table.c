/*
 * bind_table.c - tables in Lua.
 *
 * A Table userdata holds a table, a plan that will give one when somebody looks, or both; and, as its user value, a Lua
 * table of extras (kind, sources, ledger ...) that derived tables share. `t.name` is for methods only; columns are t:column "name".
 */
#include "bind/bind_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TABLE "muster.Table"

/* == values == */

struct table_box {
	struct table *t;         /* NULL = the plan has not run yet */
	struct plan *p;          /* NULL = nobody has asked for one yet */
	struct bind_age age;
};

static struct table_box *new_table(lua_State *L)
{
	struct table_box *box = lua_newuserdatauv(L, sizeof *box, 1);

	*box = (struct table_box){ NULL, NULL, bind_age(L) };
	luaL_setmetatable(L, TABLE);
	return box;
}

/* Lua may run out of memory while making the box: protected, so that the reference is not lost. */
static int boxed(lua_State *L)
{
	const struct table_box *content = lua_touserdata(L, 1);
	struct table_box *box = new_table(L);

	box->t = content->t;
	box->p = content->p;
	return 1;
}

static void push_box(lua_State *L, struct table_box content)
{
	lua_pushcfunction(L, boxed);
	lua_pushlightuserdata(L, &content);
	if (lua_pcall(L, 1, 1, 0)) {
		table_unref(content.t);
		plan_unref(content.p);
		lua_error(L);
	}
}

/* The collector counts a userdata, not the megabytes behind it: let it work as if it had made them. */
static void account(lua_State *L, const struct table *t)
{
	int64_t kib = t->rows / 1024 * 8 * t->ncols;

	if (kib > 4096)
		lua_gc(L, LUA_GCSTEP, kib < INT32_MAX / 1024 ? (int)kib : INT32_MAX / 1024);
}

void bind_push_table(lua_State *L, struct table *t)
{
	push_box(L, (struct table_box){ .t = t });
	account(L, t);
}

static void inherit(lua_State *L, int from)
{
	lua_getiuservalue(L, from, 1);
	lua_setiuservalue(L, -2, 1);
}

void bind_push_table_like(lua_State *L, struct table *t, int from)
{
	from = lua_absindex(L, from);
	bind_push_table(L, t);
	inherit(L, from);
}

void bind_push_plan(lua_State *L, struct plan *p, int from)
{
	from = from ? lua_absindex(L, from) : 0;
	push_box(L, (struct table_box){ .p = p });
	if (from)
		inherit(L, from);
}

static struct table_box *check_box(lua_State *L, int idx)
{
	struct table_box *box = luaL_checkudata(L, idx, TABLE);

	if (!box->t && !box->p)
		bind_fail(L, "the table was closed");
	bind_check_age(L, &box->age, "the table was");
	return box;
}

/* A message that names the line of its verb already is raised as it is. */
int bind_raise_located(lua_State *L, bool located, const struct err *e)
{
	if (!located)
		return bind_raise(L, e);
	lua_pushstring(L, e->msg);
	return lua_error(L);
}

struct table *bind_check_table(lua_State *L, int idx)
{
	struct table_box *box = check_box(L, idx);
	struct err e = ERR_INIT;
	bool located;

	if (!box->t) {
		if (plan_run(box->p, bind_threads(L), &box->t, &located, &e))
			bind_raise_located(L, located, &e);
		fputs(plan_notes(box->p), stderr);
		account(L, box->t);
	}
	return box->t;
}

struct plan *bind_check_plan(lua_State *L, int idx)
{
	struct table_box *box = check_box(L, idx);
	struct err e = ERR_INIT;

	/* a loop that adds a verb each time would make a chain of any length */
	if (!box->t && plan_depth(box->p) >= PLAN_DEEP && !plan_of_parts(box->p))
		bind_check_table(L, idx);
	if (!box->p && plan_table(box->t, &box->p, &e))
		bind_raise(L, &e);
	return box->p;
}

/* Row number at idx, from 1 or from the end when negative, as a row from 0; raises when there is no such row. */
static int64_t check_row(lua_State *L, int idx, int64_t rows)
{
	lua_Integer i = lua_tointeger(L, idx), at = i < 0 ? rows + i : i - 1;

	if (!lua_isinteger(L, idx))
		bind_fail(L, "expected the number of a row, found a %s", luaL_typename(L, idx));
	if (at < 0 || at >= rows)
		bind_fail(L, "no row %lld in %lld rows", (long long)i, (long long)rows);
	return at;
}

/* == library: what lua/muster/part/tables.lua makes its functions of == */

/* columns(names, arrays, rows): what lua/muster/part/tables.lua has made of the caller's table. */
static int lib_columns(lua_State *L)
{
	lua_Integer rows = luaL_checkinteger(L, 3), n = (luaL_checktype(L, 1, LUA_TTABLE), (lua_Integer)lua_rawlen(L, 1));
	struct table_box *box = new_table(L);
	struct err e = ERR_INIT;

	luaL_checktype(L, 2, LUA_TTABLE);
	if (rows > INT32_MAX)
		return bind_fail(L, "a table made in Lua has at most %d rows, not %lld", INT32_MAX, (long long)rows);
	if (table_new(rows, &box->t, &e))
		return bind_raise(L, &e);
	for (lua_Integer k = 1; k <= n; k++) {
		const char *name = (lua_rawgeti(L, 1, k), luaL_checkstring(L, -1));
		const struct column *c;

		if (lua_rawlen(L, -1) != strlen(name))
			return bind_fail(L, "a column name holds a NUL byte after '%s'", name);
		if (table_find(box->t, name) >= 0)
			return bind_fail(L, "column '%s' is named twice", name);
		lua_rawgeti(L, 2, k);
		c = bind_to_column(L, lua_gettop(L), rows, name);
		if (c->length != rows)
			return bind_fail(L, "column '%s' has %lld values where %lld are wanted", name, (long long)c->length,
					 (long long)rows);
		if (table_add(box->t, name, c, &e))
			return bind_raise(L, &e);
		lua_settop(L, 4);
	}
	return 1;
}

/* concat{table, ...} -> one table of all their rows, without extras */
static int core_concat(lua_State *L)
{
	lua_Integer n = (luaL_checktype(L, 1, LUA_TTABLE), (lua_Integer)lua_rawlen(L, 1));
	const struct table **ts = bind_scratch(L, (size_t)n * sizeof *ts);
	struct table *out;
	struct err e = ERR_INIT;

	luaL_argcheck(L, n > 0 && n <= INT32_MAX, 1, "no table");
	for (lua_Integer k = 0; k < n; k++) {
		lua_rawgeti(L, 1, k + 1);
		ts[k] = bind_check_table(L, -1);
		lua_pop(L, 1);       /* the array holds it */
	}
	if (table_concat(ts, (int)n, &out, &e))
		return bind_raise(L, &e);
	bind_push_table(L, out);
	return 1;
}

/* == methods of Table == */

static int m_column(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	const struct column *c;
	struct err e = ERR_INIT;

	if (table_column(t, luaL_checkstring(L, 2), &c, &e))
		return bind_raise(L, &e);
	bind_push_column(L, column_ref(c));
	return 1;
}

static int m_names(lua_State *L)
{
	struct plan *p = bind_check_plan(L, 1);

	lua_createtable(L, plan_ncols(p), 0);
	for (int k = 0; k < plan_ncols(p); k++) {
		lua_pushstring(L, plan_name(p, k));
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

static int push_rows(lua_State *L, const struct table *t, const int64_t *idx, int64_t n)
{
	struct table *out;
	struct err e = ERR_INIT;

	if (table_take(t, idx, n, &out, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, out, 1);
	return 1;
}

static int m_take(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	int64_t n = (luaL_checktype(L, 2, LUA_TTABLE), (int64_t)lua_rawlen(L, 2));
	int64_t *idx = bind_scratch(L, (size_t)n * sizeof *idx);

	for (int64_t i = 0; i < n; i++) {
		lua_rawgeti(L, 2, i + 1);
		idx[i] = check_row(L, -1, t->rows);
		lua_pop(L, 1);
	}
	return push_rows(L, t, idx, n);
}

static int push_span(lua_State *L, const struct table *t, int64_t from, int64_t n)
{
	struct table *out;
	struct err e = ERR_INIT;

	if (table_slice(t, from, n, &out, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, out, 1);
	return 1;
}

static int64_t check_count(lua_State *L, int64_t rows)
{
	lua_Integer n = luaL_optinteger(L, 2, 10);

	if (n < 0)
		bind_fail(L, "Table:tail: a number of rows cannot be negative: %lld", (long long)n);
	return n < rows ? n : rows;
}

static int m_tail(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	int64_t n = check_count(L, t->rows);

	return push_span(L, t, t->rows - n, n);
}

static int m_with(lua_State *L)
{
	struct table *t = bind_check_table(L, 1), *out;
	const char *name = luaL_checkstring(L, 2);
	struct err e = ERR_INIT;

	if (table_with(t, name, bind_to_column(L, 3, t->rows, name), &out, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, out, 1);
	return 1;
}

static int m_where(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	int64_t i = check_row(L, 2, t->rows), line;
	struct slice file;

	if (!table_where(t, i, &file, &line))
		return bind_fail(L, "this table was not read from a file");
	lua_pushlstring(L, file.p, file.n);
	lua_pushinteger(L, line);
	return 2;
}

/* The width to print for: the terminal's, or 100 where there is none. */
static int print_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col > 20)
		return size.ws_col;
	return 100;
}

/* print_width() -> how wide what is printed may be */
static int core_print_width(lua_State *L)
{
	lua_pushinteger(L, print_width());
	return 1;
}

/* in_colour() -> whether what is printed may be coloured: on a terminal that can, and nobody asked for plain (no-color.org) */
static int core_in_colour(lua_State *L)
{
	const char *plain = getenv("NO_COLOR"), *term = getenv("TERM");

	lua_pushboolean(L, isatty(STDOUT_FILENO) && !(plain && *plain) && term && strcmp(term, "dumb"));
	return 1;
}

/* Below the rows: by which policies figures became numbers (lua/muster/base/notes.lua). */
static void print_policies(lua_State *L, struct buf *out)
{
	int top = lua_gettop(L);

	if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE && lua_getfield(L, -1, "policies") == LUA_TTABLE)
		for (lua_Integer k = 1; lua_rawgeti(L, top + 2, k) == LUA_TSTRING; k++) {
			buf_str(out, lua_tostring(L, -1));
			buf_char(out, '\n');
			lua_pop(L, 1);
		}
	lua_settop(L, top);
}

static int m_format(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	struct table_print how = { .width = print_width() };
	struct buf *text;

	if (lua_istable(L, 2)) {
		if (lua_getfield(L, 2, "width") != LUA_TNIL)
			how.width = (int)luaL_checkinteger(L, -1);
		if (lua_getfield(L, 2, "rows") != LUA_TNIL)
			how.rows = luaL_checkinteger(L, -1);
	}
	text = bind_buf(L);
	table_print(text, t, &how);
	print_policies(L, text);
	if (text->failed)
		return luaL_error(L, "out of memory");
	/* print adds the last line end itself */
	lua_pushlstring(L, text->p ? text->p : "", text->n ? text->n - 1 : 0);
	return 1;
}

static int core_extras(lua_State *L)
{
	check_box(L, 1);
	if (lua_gettop(L) > 1) {
		lua_settop(L, 2);
		lua_setiuservalue(L, 1, 1);
		return 0;
	}
	lua_getiuservalue(L, 1, 1);
	return 1;
}

static const struct bind_fn fns[] = {
	{ "Table:column", m_column, "name: string", "Column", "The column of that name.",
	  "return muster.table{ n = {1, 2} }:column 'n'" },
	{ "Table:names", m_names, "", "string[]", "The names of the columns, in order.",
	  "return muster.table{ n = {1, 2} }:names()" },
	{ "Table:take", m_take, "rows: integer[]", "Table",
	  "These rows, in this order; from 1, or from the end when negative.",
	  "return muster.table{ n = {1, 2, 3} }:take{ -1, 1 }" },
	{ "Table:tail", m_tail, "n?: integer", "Table", "The last n rows (10).",
	  "return muster.table{ n = {1, 2, 3} }:tail(2)" },
	{ "Table:with", m_with, "name: string, values: Column|table", "Table",
	  "With one more column, or another in the place of one of that name.",
	  "return muster.table{ n = {1, 2} }:with('double', {2, 4})" },
	{ "Table:where", m_where, "row: integer", "string, integer", "The file and the line that row was read from.",
	  "return select('#', pcall(muster.table{ n = {1} }.where, muster.table{ n = {1} }, 1))" },
	{ "Table:format", m_format, "how?: {width?: integer, rows?: integer}", "string",
	  "The table as text: as wide as the terminal (100 columns where there is none), 20 rows.",
	  "return muster.table{ n = {1, 2, 3} }:format{ rows = 2 }" },
	{ 0 },
};

/* == metamethods == */

static int table_release_box(lua_State *L)
{
	struct table_box *box = luaL_checkudata(L, 1, TABLE);

	table_unref(box->t);
	plan_unref(box->p);
	box->t = NULL;
	box->p = NULL;
	return 0;
}

static int table_len(lua_State *L)
{
	lua_pushinteger(L, bind_check_table(L, 1)->rows);
	return 1;
}

static int table_index(lua_State *L)
{
	if (lua_type(L, 2) == LUA_TNUMBER) {
		struct table *t = bind_check_table(L, 1);
		int whole;
		int64_t i = lua_tointegerx(L, 2, &whole);

		/* Past the end is nil, as in any Lua array, so that `while t[i]` works; 1.0 is 1, as there. */
		if (!whole || i > t->rows || i < 1)
			return 0;
		i--;
		lua_createtable(L, 0, t->ncols);
		for (int k = 0; k < t->ncols; k++) {
			bind_push_value(L, t->cols[k], i);
			lua_setfield(L, -2, t->names[k]);
		}
		return 1;
	}
	if (lua_type(L, 2) == LUA_TSTRING && plan_find(bind_check_plan(L, 1), lua_tostring(L, 2)) >= 0) {
		luaL_getmetafield(L, 1, "methods");
		lua_pushvalue(L, 2);
		if (lua_gettable(L, -2) == LUA_TNIL)
			return bind_fail(L, "a table has no method '%s'; the column is t:column '%s'", lua_tostring(L, 2),
					 lua_tostring(L, 2));
		return 1;
	}
	return bind_push_method(L, "Table");
}

/* A table that knows how it is best read says that (`text` of its extras); verbs drop it, so what they make is a plain table again. */
static int table_tostring(lua_State *L)
{
	lua_settop(L, 1);
	check_box(L, 1);
	if (lua_getiuservalue(L, 1, 1) == LUA_TTABLE && lua_getfield(L, -1, "text") == LUA_TSTRING)
		return 1;
	lua_settop(L, 1);
	return m_format(L);
}

static const luaL_Reg table_meta[] = {
	{ "__len", table_len }, { "__index", table_index }, { "__tostring", table_tostring }, { NULL, NULL },
};

static const luaL_Reg core_functions[] = { { "columns", lib_columns }, { "extras", core_extras }, { "concat", core_concat },
					 { "print_width", core_print_width }, { "in_colour", core_in_colour }, { NULL, NULL } };

void bind_open_table(lua_State *L)
{
	bind_class(L, "Table", table_release_box, table_meta);
	bind_list(L, fns);
	bind_core(L, core_functions);
}
