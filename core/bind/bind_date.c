/* bind_date.c - dates and datetimes as Lua values: comparable, and a difference of dates is whole days. */
#include "bind/bind.h"

#include <string.h>

#define DATE "muster.Date"
#define DATETIME "muster.Datetime"

/* == library == */

static int lib_date(lua_State *L)
{
	int32_t days;
	int64_t micros;

	if (lua_isinteger(L, 1)) {
		lua_Integer y = lua_tointeger(L, 1), m = lua_tointeger(L, 2), d = lua_tointeger(L, 3);

		if (!lua_isinteger(L, 2) || !lua_isinteger(L, 3))
			return bind_fail(L, "muster.date takes a year, a month and a day, or text such as 2025-01-31");
		if (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 || !date_valid((int)y, (int)m, (int)d))
			return bind_fail(L, "no such day: %lld-%02lld-%02lld", (long long)y, (long long)m, (long long)d);
		bind_push_date(L, date_days((int)y, (int)m, (int)d));
	} else if (bind_test_datetime(L, 1, &micros)) {
		int64_t day = INT64_C(86400000000);

		bind_push_date(L, (int32_t)(micros / day - (micros % day < 0)));
	} else {
		days = bind_check_date(L, 1);
		bind_push_date(L, days);
	}
	return 1;
}

static int lib_datetime(lua_State *L)
{
	struct slice s;
	int64_t micros;

	s.p = luaL_checklstring(L, 1, &s.n);
	if (!datetime_parse(s, &micros))
		return bind_fail(L, "expected a datetime such as 2025-01-31T12:00:00Z, found '%.40s'", s.p);
	bind_push_datetime(L, micros);
	return 1;
}

static const struct bind_fn fns[] = {
	{ "muster.date", lib_date, "day: string|Date|Datetime|integer, month?: integer, of_month?: integer", "Date",
	  "A day, from ISO text (YYYY-MM-DD) or from year, month and day. Days compare, `a - b` is whole days, `d + 7` a week on; "
	  "fields year, month, day, days (since 1970-01-01).",
	  "return muster.date '2025-01-31' - muster.date(2025, 1, 1)" },
	{ "muster.datetime", lib_datetime, "text: string", "Datetime",
	  "An instant in UTC microseconds, from ISO text; without a zone it is UTC. Field micros.",
	  "return muster.datetime '2025-01-31T12:00:00+09:00'" },
	{ 0 },
};

/* == values == */

void bind_push_date(lua_State *L, int32_t days)
{
	int32_t *d = lua_newuserdatauv(L, sizeof *d, 0);

	*d = days;
	luaL_setmetatable(L, DATE);
}

void bind_push_datetime(lua_State *L, int64_t micros)
{
	int64_t *t = lua_newuserdatauv(L, sizeof *t, 0);

	*t = micros;
	luaL_setmetatable(L, DATETIME);
}

bool bind_test_date(lua_State *L, int idx, int32_t *days)
{
	const int32_t *d = luaL_testudata(L, idx, DATE);

	if (d)
		*days = *d;
	return d != NULL;
}

bool bind_test_datetime(lua_State *L, int idx, int64_t *micros)
{
	const int64_t *t = luaL_testudata(L, idx, DATETIME);

	if (t)
		*micros = *t;
	return t != NULL;
}

int32_t bind_check_date(lua_State *L, int idx)
{
	struct slice s;
	int32_t days;

	if (bind_test_date(L, idx, &days))
		return days;
	s.p = lua_type(L, idx) == LUA_TSTRING ? lua_tolstring(L, idx, &s.n) : NULL;
	if (!s.p)
		return bind_fail(L, "expected a date, found a %s", luaL_typename(L, idx));
	if (!date_parse(s, &days))
		return bind_fail(L, "expected a date such as 2025-01-31, found '%.40s'", s.p);
	return days;
}

/* == metamethods == */

static int date_eq(lua_State *L)
{
	int32_t a, b;

	lua_pushboolean(L, bind_test_date(L, 1, &a) && bind_test_date(L, 2, &b) && a == b);
	return 1;
}

static int date_lt(lua_State *L)
{
	lua_pushboolean(L, bind_check_date(L, 1) < bind_check_date(L, 2));
	return 1;
}

static int date_le(lua_State *L)
{
	lua_pushboolean(L, bind_check_date(L, 1) <= bind_check_date(L, 2));
	return 1;
}

static int shift(lua_State *L, int32_t from, lua_Integer by)
{
	static const int32_t first = -719162, last = 2932896;      /* 0001-01-01, 9999-12-31 */

	if (by < first - from || by > last - from)
		return bind_fail(L, "a date outside the years 1 to 9999");
	bind_push_date(L, from + (int32_t)by);
	return 1;
}

static int date_add(lua_State *L)
{
	int date = luaL_testudata(L, 1, DATE) ? 1 : 2;

	if (!lua_isinteger(L, 3 - date))
		return bind_fail(L, "to a date only a whole number of days can be added, found a %s",
				 luaL_typename(L, 3 - date));
	return shift(L, bind_check_date(L, date), lua_tointeger(L, 3 - date));
}

static int date_sub(lua_State *L)
{
	int32_t a = bind_check_date(L, 1), b;

	if (lua_isinteger(L, 2) && lua_tointeger(L, 2) > -8000000 && lua_tointeger(L, 2) < 8000000)
		return shift(L, a, -lua_tointeger(L, 2));
	b = bind_check_date(L, 2);
	lua_pushinteger(L, (lua_Integer)a - b);
	return 1;
}

static int date_tostring(lua_State *L)
{
	char text[DATE_TEXT_MAX];

	lua_pushlstring(L, text, date_print(text, bind_check_date(L, 1)));
	return 1;
}

static int date_concat(lua_State *L)
{
	luaL_tolstring(L, 1, NULL);
	luaL_tolstring(L, 2, NULL);
	lua_concat(L, 2);
	return 1;
}

static int date_index(lua_State *L)
{
	int32_t days = bind_check_date(L, 1);
	const char *key = luaL_checkstring(L, 2);
	int y, m, d;

	date_civil(days, &y, &m, &d);
	if (!strcmp(key, "days"))
		lua_pushinteger(L, days);
	else if (!strcmp(key, "year"))
		lua_pushinteger(L, y);
	else if (!strcmp(key, "month"))
		lua_pushinteger(L, m);
	else if (!strcmp(key, "day"))
		lua_pushinteger(L, d);
	else
		return bind_fail(L, "a date has no field '%s'; it has year, month, day and days", key);
	return 1;
}

static int64_t check_datetime(lua_State *L, int idx)
{
	int64_t micros = 0;

	if (!bind_test_datetime(L, idx, &micros))
		bind_fail(L, "a datetime goes with another datetime only; muster.date(t) is its day");
	return micros;
}

static int datetime_compare(lua_State *L)
{
	int64_t a = check_datetime(L, 1), b = check_datetime(L, 2);

	return (a > b) - (a < b);
}

static int datetime_eq(lua_State *L)
{
	lua_pushboolean(L, luaL_testudata(L, 1, DATETIME) && luaL_testudata(L, 2, DATETIME) && !datetime_compare(L));
	return 1;
}

static int datetime_lt(lua_State *L)
{
	lua_pushboolean(L, datetime_compare(L) < 0);
	return 1;
}

static int datetime_le(lua_State *L)
{
	lua_pushboolean(L, datetime_compare(L) <= 0);
	return 1;
}

static int datetime_sub(lua_State *L)
{
	int64_t a = check_datetime(L, 1), b = check_datetime(L, 2);

	lua_pushinteger(L, a - b);
	return 1;
}

static int datetime_tostring(lua_State *L)
{
	char text[DATETIME_TEXT_MAX];

	lua_pushlstring(L, text, datetime_print(text, *(int64_t *)luaL_checkudata(L, 1, DATETIME)));
	return 1;
}

static int datetime_index(lua_State *L)
{
	int64_t micros = *(int64_t *)luaL_checkudata(L, 1, DATETIME);

	if (strcmp(luaL_checkstring(L, 2), "micros"))
		return bind_fail(L, "a datetime has no field '%s'; it has micros, and muster.date(t) is its day",
				 lua_tostring(L, 2));
	lua_pushinteger(L, micros);
	return 1;
}

static const luaL_Reg date_meta[] = {
	{ "__eq", date_eq },   { "__lt", date_lt },         { "__le", date_le },
	{ "__add", date_add }, { "__sub", date_sub },       { "__tostring", date_tostring },
	{ "__concat", date_concat }, { "__index", date_index }, { NULL, NULL },
};

static const luaL_Reg datetime_meta[] = {
	{ "__eq", datetime_eq },   { "__lt", datetime_lt },       { "__le", datetime_le },
	{ "__sub", datetime_sub }, { "__tostring", datetime_tostring }, { "__concat", date_concat },
	{ "__index", datetime_index }, { NULL, NULL },
};

void bind_open_date(lua_State *L)
{
	bind_class(L, "Date", NULL, date_meta);
	bind_class(L, "Datetime", NULL, datetime_meta);
	bind_list(L, fns);
}
