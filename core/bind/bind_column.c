/*
 * bind_column.c - columns in Lua: values out of them, and columns out of Lua arrays.
 */
#include "bind/bind.h"

#include <string.h>

#define COLUMN "muster.Column"

/* == values == */

struct column_box {
	struct column *c;        /* NULL = closed */
	struct bind_age age;
};

static struct column_box *new_column(lua_State *L)
{
	struct column_box *box = lua_newuserdatauv(L, sizeof *box, 0);

	*box = (struct column_box){ NULL, bind_age(L) };
	luaL_setmetatable(L, COLUMN);
	return box;
}

/* As for tables: protected, so that the reference is not lost when Lua has no memory for the box. */
static int boxed_column(lua_State *L)
{
	new_column(L)->c = lua_touserdata(L, 1);
	return 1;
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

struct column *bind_check_column(lua_State *L, int idx)
{
	struct column_box *box = luaL_checkudata(L, idx, COLUMN);

	if (!box->c)
		bind_fail(L, "the column was closed");
	bind_check_age(L, &box->age, "the column was");
	return box->c;
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

/* == Lua arrays == */

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

static void push_array_column(lua_State *L, int idx, lua_Integer n, const char *name)
{
	struct builder *b = lua_newuserdatauv(L, sizeof *b, 0);
	struct column_box *box;
	struct err e = ERR_INIT;

	memset(b, 0, sizeof *b);
	if ((lua_Integer)lua_rawlen(L, idx) > n)
		bind_fail(L, "column '%s' has %lld values where %lld are wanted", name, (long long)lua_rawlen(L, idx), (long long)n);
	bind_collect(L, "muster.builder", builder_gc);
	if (builder_init(b, common_type(L, idx, n, name), &e))
		bind_raise(L, &e);
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, idx, i);
		push_value(L, b);
		lua_pop(L, 1);
	}
	box = new_column(L);
	if (builder_finish(b, &box->c, &e))
		bind_raise(L, &e);
	lua_remove(L, -2);
}

struct column *bind_to_column(lua_State *L, int idx, lua_Integer n, const char *name)
{
	idx = lua_absindex(L, idx);
	if (!luaL_testudata(L, idx, COLUMN)) {
		luaL_checktype(L, idx, LUA_TTABLE);
		push_array_column(L, idx, n, name);
		lua_replace(L, idx);
	}
	return bind_check_column(L, idx);
}

/* == methods == */

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

/* == for muster describe == */

enum { BINS_MAX = 100, TOP_MAX = 100 };

/*
 * column_span(c, bins, whole) -> { values =, odd =, low =, middle =, high =, counts = {...} }: a histogram of at most
 * `bins` classes, and where values are whole no more than there are values between the ends.
 */
static int core_span(lua_State *L)
{
	const struct column *c = bind_check_column(L, 1);
	lua_Integer bins = luaL_checkinteger(L, 2);
	int64_t counts[BINS_MAX];
	struct span s;
	struct err e = ERR_INIT;

	luaL_argcheck(L, bins >= 1 && bins <= BINS_MAX, 2, "1 to 100");
	if (column_span(c, &s, &e))
		return bind_raise(L, &e);
	lua_createtable(L, 0, 6);
	lua_pushinteger(L, s.values);
	lua_setfield(L, -2, "values");
	lua_pushinteger(L, s.odd);
	lua_setfield(L, -2, "odd");
	if (!s.values)
		return 1;
	bind_push_value(L, c, s.low);
	lua_setfield(L, -2, "low");
	bind_push_value(L, c, s.middle);
	lua_setfield(L, -2, "middle");
	bind_push_value(L, c, s.high);
	lua_setfield(L, -2, "high");
	if (lua_toboolean(L, 3) && column_number(c, s.high) - column_number(c, s.low) + 1 < (double)bins)
		bins = (lua_Integer)(column_number(c, s.high) - column_number(c, s.low)) + 1;
	column_histogram(c, &s, (int)bins, counts);
	lua_createtable(L, (int)bins, 0);
	for (int k = 0; k < bins; k++) {
		lua_pushinteger(L, counts[k]);
		lua_rawseti(L, -2, k + 1);
	}
	lua_setfield(L, -2, "counts");
	return 1;
}

/* column_frequencies(c, want) -> how many distinct, { { value, count }, ... } */
static int core_frequencies(lua_State *L)
{
	const struct column *c = bind_check_column(L, 1);
	lua_Integer want = luaL_checkinteger(L, 2);
	struct frequency top[TOP_MAX];
	int64_t distinct;
	struct err e = ERR_INIT;

	luaL_argcheck(L, c->type == TYPE_STRING, 1, "a column of strings");
	luaL_argcheck(L, want >= 1 && want <= TOP_MAX, 2, "1 to 100");
	if (column_frequencies(c, top, (int)want, &distinct, &e))
		return bind_raise(L, &e);
	lua_pushinteger(L, distinct);
	lua_newtable(L);
	for (int k = 0; k < want && k < distinct; k++) {
		lua_createtable(L, 2, 0);
		bind_push_value(L, c, top[k].row);
		lua_rawseti(L, -2, 1);
		lua_pushinteger(L, top[k].count);
		lua_rawseti(L, -2, 2);
		lua_rawseti(L, -2, k + 1);
	}
	return 2;
}

static const luaL_Reg core_functions[] = {
	{ "column_span", core_span },
	{ "column_frequencies", core_frequencies },
	{ NULL, NULL },
};

static const struct bind_fn fns[] = {
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

static int column_release_box(lua_State *L)
{
	struct column_box *box = luaL_checkudata(L, 1, COLUMN);

	column_unref(box->c);
	box->c = NULL;
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
	return bind_push_method(L, "Column");
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

static const luaL_Reg column_meta[] = {
	{ "__len", column_len }, { "__index", column_index }, { "__tostring", column_tostring }, { NULL, NULL },
};

void bind_open_column(lua_State *L)
{
	bind_class(L, "Column", column_release_box, column_meta);
	bind_list(L, fns);
	bind_core(L, core_functions);
}
