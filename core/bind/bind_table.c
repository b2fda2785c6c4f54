/*
 * bind_table.c - tables and columns in Lua.
 *
 * A Table userdata holds one reference and, as its user value, a Lua table of extras (kind, sources,
 * ledger ...) that derived tables share. `t.name` is for methods only; columns are t:column "name".
 */
#include "bind/bind.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TABLE "muster.Table"
#define COLUMN "muster.Column"

/* == values == */

static struct table **new_table(lua_State *L)
{
	struct table **box = lua_newuserdatauv(L, sizeof *box, 1);

	*box = NULL;
	luaL_setmetatable(L, TABLE);
	return box;
}

static struct column **new_column(lua_State *L)
{
	struct column **box = lua_newuserdatauv(L, sizeof *box, 0);

	*box = NULL;
	luaL_setmetatable(L, COLUMN);
	return box;
}

/* Lua may run out of memory while making the box: protected, so that the reference is not lost. */
static int boxed_table(lua_State *L)
{
	*new_table(L) = lua_touserdata(L, 1);
	return 1;
}

static int boxed_column(lua_State *L)
{
	*new_column(L) = lua_touserdata(L, 1);
	return 1;
}

void bind_push_table(lua_State *L, struct table *t)
{
	lua_pushcfunction(L, boxed_table);
	lua_pushlightuserdata(L, t);
	if (lua_pcall(L, 1, 1, 0)) {
		table_unref(t);
		lua_error(L);
	}
}

void bind_push_table_like(lua_State *L, struct table *t, int from)
{
	from = lua_absindex(L, from);
	bind_push_table(L, t);
	lua_getiuservalue(L, from, 1);
	lua_setiuservalue(L, -2, 1);
}

void bind_push_column(lua_State *L, struct column *c)
{
	lua_pushcfunction(L, boxed_column);
	lua_pushlightuserdata(L, c);
	if (lua_pcall(L, 1, 1, 0)) {
		column_unref(c);
		lua_error(L);
	}
}

struct table *bind_check_table(lua_State *L, int idx)
{
	struct table **box = luaL_checkudata(L, idx, TABLE);

	if (!*box)
		bind_fail(L, "the table was closed");
	return *box;
}

struct column *bind_check_column(lua_State *L, int idx)
{
	struct column **box = luaL_checkudata(L, idx, COLUMN);

	if (!*box)
		bind_fail(L, "the column was closed");
	return *box;
}

void bind_push_value(lua_State *L, const struct column *c, int64_t i)
{
	struct slice s;
	struct quantity q;

	if (!column_has(c, i)) {
		lua_pushnil(L);
		return;
	}
	switch (c->type) {
	case TYPE_BOOL:
		lua_pushboolean(L, column_bool(c, i));
		return;
	case TYPE_INT64:
		lua_pushinteger(L, c->as.i64[i]);
		return;
	case TYPE_FLOAT64:
		lua_pushnumber(L, c->as.f64[i]);
		return;
	case TYPE_DATE:
		bind_push_date(L, c->as.days[i]);
		return;
	case TYPE_DATETIME:
		bind_push_datetime(L, c->as.i64[i]);
		return;
	case TYPE_STRING:
		s = column_string(c, i);
		lua_pushlstring(L, s.p, s.n);
		return;
	default:
		q = column_quantity(c, i);
		bind_push_quantity(L, &q);
	}
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

/* == making tables from Lua values == */

static enum type value_type(lua_State *L, int idx)
{
	int32_t days;
	int64_t micros;

	switch (lua_type(L, idx)) {
	case LUA_TBOOLEAN:
		return TYPE_BOOL;
	case LUA_TNUMBER:
		return lua_isinteger(L, idx) ? TYPE_INT64 : TYPE_FLOAT64;
	case LUA_TSTRING:
		return TYPE_STRING;
	case LUA_TUSERDATA:
		if (bind_test_date(L, idx, &days))
			return TYPE_DATE;
		if (bind_test_datetime(L, idx, &micros))
			return TYPE_DATETIME;
		if (bind_test_quantity(L, idx))
			return TYPE_QUANTITY;
	}
	return TYPE_COUNT;
}

static bool exact_float(lua_Integer i)
{
	double d = (double)i;

	return d < 0x1p63 && (lua_Integer)d == i;
}

/* The type that all values of the Lua array at `idx` share; integers among floats are floats, if none of them changes. */
static enum type common_type(lua_State *L, int idx, lua_Integer n, const char *name)
{
	enum type all = TYPE_COUNT, one;
	lua_Integer inexact = 0;

	for (lua_Integer i = 1; i <= n; i++) {
		if (lua_rawgeti(L, idx, i) != LUA_TNIL) {
			one = value_type(L, -1);
			if (one == TYPE_COUNT)
				bind_fail(L, "column '%s', value %lld: a %s cannot be in a column", name, (long long)i,
					  luaL_typename(L, -1));
			if (one == TYPE_INT64 && !inexact && !exact_float(lua_tointeger(L, -1)))
				inexact = i;
			if ((all == TYPE_INT64 && one == TYPE_FLOAT64) || (all == TYPE_FLOAT64 && one == TYPE_INT64))
				one = TYPE_FLOAT64;
			else if (all != TYPE_COUNT && all != one)
				bind_fail(L, "column '%s', value %lld: a %s among values of type %s", name, (long long)i,
					  type_name(one), type_name(all));
			all = one;
		}
		lua_pop(L, 1);
	}
	if (all == TYPE_FLOAT64 && inexact)
		bind_fail(L, "column '%s', value %lld: an integer that no float holds, among floats", name, (long long)inexact);
	return all == TYPE_COUNT ? TYPE_STRING : all;
}

static void push_value(lua_State *L, struct builder *b)
{
	struct slice s;
	int32_t days;
	int64_t micros;

	switch (lua_isnil(L, -1) ? TYPE_COUNT : b->type) {
	case TYPE_BOOL:
		builder_bool(b, lua_toboolean(L, -1));
		return;
	case TYPE_INT64:
		builder_int64(b, lua_tointeger(L, -1));
		return;
	case TYPE_FLOAT64:
		builder_float64(b, lua_tonumber(L, -1));
		return;
	case TYPE_STRING:
		s.p = lua_tolstring(L, -1, &s.n);
		builder_string(b, s.p, s.n);
		return;
	case TYPE_DATE:
		bind_test_date(L, -1, &days);
		builder_date(b, days);
		return;
	case TYPE_DATETIME:
		bind_test_datetime(L, -1, &micros);
		builder_int64(b, micros);
		return;
	case TYPE_QUANTITY:
		builder_quantity(b, bind_test_quantity(L, -1));
		return;
	default:
		builder_missing(b);
	}
}

static int builder_gc(lua_State *L)
{
	builder_release(lua_touserdata(L, 1));
	return 0;
}

/* The Lua array at `idx` (rows 1..n, nil = missing) as a Column on the stack. */
static void push_array_column(lua_State *L, int idx, lua_Integer n, const char *name)
{
	struct builder *b = lua_newuserdatauv(L, sizeof *b, 0);
	struct column **box;
	struct err e = ERR_INIT;

	memset(b, 0, sizeof *b);
	if ((lua_Integer)lua_rawlen(L, idx) > n)
		bind_fail(L, "column '%s' has %lld values where %lld are wanted", name, (long long)lua_rawlen(L, idx), (long long)n);
	if (luaL_newmetatable(L, "muster.builder")) {
		lua_pushcfunction(L, builder_gc);
		lua_setfield(L, -2, "__gc");
	}
	lua_setmetatable(L, -2);
	if (builder_init(b, common_type(L, idx, n, name), &e))
		bind_raise(L, &e);
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, idx, i);
		push_value(L, b);
		lua_pop(L, 1);
	}
	box = new_column(L);
	if (builder_finish(b, box, &e))
		bind_raise(L, &e);
	lua_remove(L, -2);
}

/* columns(names, arrays, rows): what lua/muster/part/tables.lua has made of the caller's table. */
static int lib_columns(lua_State *L)
{
	lua_Integer rows = luaL_checkinteger(L, 3), n = (luaL_checktype(L, 1, LUA_TTABLE), (lua_Integer)lua_rawlen(L, 1));
	struct table **box = new_table(L);
	struct err e = ERR_INIT;

	luaL_checktype(L, 2, LUA_TTABLE);
	if (rows > INT32_MAX)
		return bind_fail(L, "a table made in Lua has at most %d rows, not %lld", INT32_MAX, (long long)rows);
	if (table_new(rows, box, &e))
		return bind_raise(L, &e);
	for (lua_Integer k = 1; k <= n; k++) {
		const char *name = (lua_rawgeti(L, 1, k), luaL_checkstring(L, -1));
		struct column **given;

		if (lua_rawlen(L, -1) != strlen(name))
			return bind_fail(L, "a column name holds a NUL byte after '%s'", name);
		if (table_find(*box, name) >= 0)
			return bind_fail(L, "column '%s' is named twice", name);
		lua_rawgeti(L, 2, k);
		if (!(given = luaL_testudata(L, -1, COLUMN))) {
			luaL_checktype(L, -1, LUA_TTABLE);
			push_array_column(L, lua_gettop(L), rows, name);
			given = lua_touserdata(L, -1);
		}
		if ((*given)->length != rows)
			return bind_fail(L, "column '%s' has %lld values where %lld are wanted", name,
					 (long long)(*given)->length, (long long)rows);
		if (table_add(*box, name, *given, &e))
			return bind_raise(L, &e);
		lua_settop(L, 4);
	}
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
	struct table *t = bind_check_table(L, 1);

	lua_createtable(L, t->ncols, 0);
	for (int k = 0; k < t->ncols; k++) {
		lua_pushstring(L, t->names[k]);
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

static int m_select(lua_State *L)
{
	struct table *t = bind_check_table(L, 1), *out;
	int n = lua_gettop(L) - 1;
	const char **names = bind_scratch(L, (size_t)n * sizeof *names);
	struct err e = ERR_INIT;

	for (int k = 0; k < n; k++)
		names[k] = luaL_checkstring(L, k + 2);
	if (table_select(t, names, n, &out, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, out, 1);
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

static int take_span(lua_State *L, const struct table *t, int64_t from, int64_t n)
{
	int64_t *idx = bind_scratch(L, (size_t)n * sizeof *idx);

	for (int64_t i = 0; i < n; i++)
		idx[i] = from + i;
	return push_rows(L, t, idx, n);
}

static int64_t check_count(lua_State *L, int64_t rows)
{
	lua_Integer n = luaL_optinteger(L, 2, 10);

	if (n < 0)
		bind_fail(L, "a number of rows cannot be negative: %lld", (long long)n);
	return n < rows ? n : rows;
}

static int m_head(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);

	return take_span(L, t, 0, check_count(L, t->rows));
}

static int m_tail(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	int64_t n = check_count(L, t->rows);

	return take_span(L, t, t->rows - n, n);
}

static int m_sort(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	int n = lua_gettop(L) - 1;
	const char **names = bind_scratch(L, (size_t)n * sizeof *names);
	bool *descending = bind_scratch(L, (size_t)n * sizeof *descending);
	int64_t *idx = bind_scratch(L, (size_t)t->rows * sizeof *idx);
	struct err e = ERR_INIT;

	if (!n)
		return bind_fail(L, "sort needs the name of a column");
	for (int k = 0; k < n; k++) {
		names[k] = luaL_checkstring(L, k + 2);
		descending[k] = names[k][0] == '-';
		names[k] += descending[k];
	}
	if (table_order(t, names, descending, n, idx, &e))
		return bind_raise(L, &e);
	return push_rows(L, t, idx, t->rows);
}

static int m_with(lua_State *L)
{
	struct table *t = bind_check_table(L, 1), *out;
	const char *name = luaL_checkstring(L, 2);
	struct err e = ERR_INIT;

	if (!luaL_testudata(L, 3, COLUMN)) {
		luaL_checktype(L, 3, LUA_TTABLE);
		push_array_column(L, 3, t->rows, name);
		lua_replace(L, 3);
	}
	if (table_with(t, name, bind_check_column(L, 3), &out, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, out, 1);
	return 1;
}

static int m_where(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	int64_t i = check_row(L, 2, t->rows);

	if (!t->file || !t->line)
		return bind_fail(L, "this table was not read from a file");
	bind_push_value(L, t->file, i);
	bind_push_value(L, t->line, i);
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
	if (text->failed)
		return luaL_error(L, "out of memory");
	/* print adds the last line end itself */
	lua_pushlstring(L, text->p ? text->p : "", text->n ? text->n - 1 : 0);
	return 1;
}

static int core_extras(lua_State *L)
{
	bind_check_table(L, 1);
	if (lua_gettop(L) > 1) {
		lua_settop(L, 2);
		lua_setiuservalue(L, 1, 1);
		return 0;
	}
	lua_getiuservalue(L, 1, 1);
	return 1;
}

/* unknown_method(fn): what t.name and c.name call, as fn(class, name), for a name that no method has. */
static int core_unknown_method(lua_State *L)
{
	static const char *const classes[] = { TABLE, COLUMN };

	for (int k = 0; k < 2; k++) {
		luaL_getmetatable(L, classes[k]);
		lua_pushvalue(L, 1);
		lua_setfield(L, -2, "unknown");
	}
	return 0;
}

/* == methods of Column == */

static int c_type(lua_State *L)
{
	lua_pushstring(L, type_name(bind_check_column(L, 1)->type));
	return 1;
}

static int c_values(lua_State *L)
{
	struct column *c = bind_check_column(L, 1);

	lua_createtable(L, (int)(c->length < INT32_MAX ? c->length : 0), 1);
	for (int64_t i = 0; i < c->length; i++) {
		bind_push_value(L, c, i);
		lua_rawseti(L, -2, i + 1);
	}
	lua_pushinteger(L, c->length);
	lua_setfield(L, -2, "n");
	return 1;
}

static int c_missing(lua_State *L)
{
	lua_pushinteger(L, bind_check_column(L, 1)->missing);
	return 1;
}

static const struct bind_fn fns[] = {
	{ "Table:column", m_column, "name: string", "Column", "The column of that name.",
	  "return muster.table{ n = {1, 2} }:column 'n'" },
	{ "Table:names", m_names, "", "string[]", "The names of the columns, in order.",
	  "return muster.table{ n = {1, 2} }:names()" },
	{ "Table:select", m_select, "...: string", "Table", "Only these columns, in this order.",
	  "return muster.table{ a = {1}, b = {2} }:select 'b'" },
	{ "Table:take", m_take, "rows: integer[]", "Table",
	  "These rows, in this order; from 1, or from the end when negative.",
	  "return muster.table{ n = {1, 2, 3} }:take{ -1, 1 }" },
	{ "Table:head", m_head, "n?: integer", "Table", "The first n rows (10).",
	  "return muster.table{ n = {1, 2, 3} }:head(2)" },
	{ "Table:tail", m_tail, "n?: integer", "Table", "The last n rows (10).",
	  "return muster.table{ n = {1, 2, 3} }:tail(2)" },
	{ "Table:sort", m_sort, "...: string", "Table",
	  "Rows in the order of these columns; `-name` for descending. Stable; missing is last both ways.",
	  "return muster.table{ n = {3, 1, 2} }:sort '-n'" },
	{ "Table:with", m_with, "name: string, values: Column|table", "Table",
	  "With one more column, or another in the place of one of that name.",
	  "return muster.table{ n = {1, 2} }:with('double', {2, 4})" },
	{ "Table:where", m_where, "row: integer", "string, integer", "The file and the line that row was read from.",
	  "return select('#', pcall(muster.table{ n = {1} }.where, muster.table{ n = {1} }, 1))" },
	{ "Table:format", m_format, "how?: {width?: integer, rows?: integer}", "string",
	  "The table as text: as wide as the terminal (100 columns where there is none), 20 rows.",
	  "return muster.table{ n = {1, 2, 3} }:format{ rows = 2 }" },
	{ "Column:type", c_type, "", "string", "bool, int64, float64, date, datetime, string or quantity.",
	  "return muster.table{ n = {1} }:column('n'):type()" },
	{ "Column:values", c_values, "", "table",
	  "All values as a Lua array with their number in `n`; missing ones are nil.",
	  "return muster.table{ n = {1, nil, 3, n = 3} }:column('n'):values().n" },
	{ "Column:missing", c_missing, "", "integer", "How many values are missing.",
	  "return muster.table{ n = {1, nil, 3, n = 3} }:column('n'):missing()" },
	{ 0 },
};

/* == metamethods == */

static int table_release_box(lua_State *L)
{
	struct table **box = luaL_checkudata(L, 1, TABLE);

	table_unref(*box);
	*box = NULL;
	return 0;
}

static int table_len(lua_State *L)
{
	lua_pushinteger(L, bind_check_table(L, 1)->rows);
	return 1;
}

/* The method named at 2, or an error with the nearest one. */
static int push_method(lua_State *L, const char *class)
{
	luaL_getmetafield(L, 1, "methods");
	lua_pushvalue(L, 2);
	if (lua_gettable(L, -2) != LUA_TNIL)
		return 1;
	luaL_getmetafield(L, 1, "unknown");
	lua_pushstring(L, class);
	lua_pushvalue(L, 2);
	lua_call(L, 2, 0);
	return 0;
}

static int table_index(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);

	if (lua_type(L, 2) == LUA_TNUMBER) {
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
	if (lua_type(L, 2) == LUA_TSTRING && table_find(t, lua_tostring(L, 2)) >= 0) {
		luaL_getmetafield(L, 1, "methods");
		lua_pushvalue(L, 2);
		if (lua_gettable(L, -2) == LUA_TNIL)
			return bind_fail(L, "a table has no method '%s'; the column is t:column '%s'", lua_tostring(L, 2),
					 lua_tostring(L, 2));
		return 1;
	}
	return push_method(L, "Table");
}

static int table_tostring(lua_State *L)
{
	lua_settop(L, 1);
	return m_format(L);
}

static int column_release_box(lua_State *L)
{
	struct column **box = luaL_checkudata(L, 1, COLUMN);

	column_unref(*box);
	*box = NULL;
	return 0;
}

static int column_len(lua_State *L)
{
	lua_pushinteger(L, bind_check_column(L, 1)->length);
	return 1;
}

static int column_index(lua_State *L)
{
	struct column *c = bind_check_column(L, 1);

	if (lua_type(L, 2) == LUA_TNUMBER) {
		int whole;
		lua_Integer i = lua_tointegerx(L, 2, &whole);

		if (!whole || i < 1 || i > c->length)
			return 0;
		bind_push_value(L, c, i - 1);
		return 1;
	}
	return push_method(L, "Column");
}

static int column_tostring(lua_State *L)
{
	struct column *c = bind_check_column(L, 1);
	struct buf *text = bind_buf(L);

	buf_printf(text, "%s[%lld]:", type_name(c->type), (long long)c->length);
	for (int64_t i = 0; i < c->length && i < 12; i++) {
		buf_char(text, ' ');
		if (column_has(c, i))
			column_text(text, c, i);
		else
			buf_char(text, '-');
	}
	if (c->length > 12)
		buf_str(text, " ...");
	if (text->failed)
		return luaL_error(L, "out of memory");
	lua_pushlstring(L, text->p, text->n);
	return 1;
}

static const luaL_Reg table_meta[] = {
	{ "__len", table_len }, { "__index", table_index }, { "__tostring", table_tostring }, { NULL, NULL },
};

static const luaL_Reg column_meta[] = {
	{ "__len", column_len }, { "__index", column_index }, { "__tostring", column_tostring }, { NULL, NULL },
};

static const luaL_Reg core_functions[] = { { "columns", lib_columns }, { "extras", core_extras },
					 { "unknown_method", core_unknown_method }, { "print_width", core_print_width }, { NULL, NULL } };

void bind_open_table(lua_State *L)
{
	bind_class(L, "Table", table_release_box, table_meta);
	bind_class(L, "Column", column_release_box, column_meta);
	bind_list(L, fns);
	bind_core(L, core_functions);
}
