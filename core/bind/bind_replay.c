/*
 * bind_replay.c - the day up to which a script knows, and the age of every handle on data.
 *
 * muster.known_by(day) begins a new age. A handle (a table, a column, a scan, groups, a stream, a chain, an object such as an audit)
 * carries the number of the age that it was made in; where handles are checked anyway, the two numbers are compared, and what is
 * older is refused: it may hold what was not known on that day. The box that holds the number of now belongs to the state and lives as long as it.
 */
#include "bind/bind.h"

struct replay {
	uint64_t age;
	int32_t day;             /* of no meaning in age 0 */
};

static const char key;           /* its address is the registry key */

static struct replay *replay_of(lua_State *L)
{
	struct replay *r;

	lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
	r = lua_touserdata(L, -1);
	lua_pop(L, 1);
	return r;
}

struct bind_age bind_age(lua_State *L)
{
	struct replay *r = replay_of(L);

	return (struct bind_age){ &r->age, r->age };
}

int bind_too_old(lua_State *L, const char *what)
{
	char day[DATE_TEXT_MAX];
	size_t n = date_print(day, replay_of(L)->day);

	return bind_fail(L, "%s made before muster.known_by '%.*s', and may hold what was not known on that day: make it again", what,
			 (int)n, day);
}

/* replay_day() -> the day up to which is known, or nil */
static int core_replay_day(lua_State *L)
{
	const struct replay *r = replay_of(L);

	if (!r->age)
		return 0;
	bind_push_date(L, r->day);
	return 1;
}

/* replay_begin(day): a new age */
static int core_replay_begin(lua_State *L)
{
	struct replay *r = replay_of(L);

	r->day = bind_check_date(L, 1);
	r->age++;
	return 0;
}

static const luaL_Reg core_functions[] = {
	{ "replay_day", core_replay_day },
	{ "replay_begin", core_replay_begin },
	{ NULL, NULL },
};

void bind_open_replay(lua_State *L)
{
	*(struct replay *)lua_newuserdatauv(L, sizeof(struct replay), 0) = (struct replay){ 0 };
	lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
	bind_core(L, core_functions);
}
