/* bind_scan.c - files as a sequence of tables: the class Scan is a recipe, the stream does the work. */
#include "bind/bind_load.h"

#include <string.h>

/* == Scan and Grouped: userdata that hold a Lua table, which lua/muster/part/scan.lua and query.lua fill == */

static int new_recipe(lua_State *L, const char *class)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	*(struct bind_age *)lua_newuserdatauv(L, sizeof(struct bind_age), 1) = bind_age(L);
	lua_pushvalue(L, 1);
	lua_setiuservalue(L, -2, 1);
	luaL_setmetatable(L, class);
	return 1;
}

static int recipe_of(lua_State *L, const char *class, const char *what)
{
	bind_check_age(L, luaL_checkudata(L, 1, class), what);
	lua_getiuservalue(L, 1, 1);
	return 1;
}

/* new_scan(recipe) -> Scan; scan_recipe(Scan) -> its table; the same for Grouped */
static int core_new_scan(lua_State *L) { return new_recipe(L, "muster.Scan"); }
static int core_scan_recipe(lua_State *L) { return recipe_of(L, "muster.Scan", "the scan was"); }
static int core_new_grouped(lua_State *L) { return new_recipe(L, "muster.Grouped"); }
static int core_grouped_recipe(lua_State *L) { return recipe_of(L, "muster.Grouped", "the groups were"); }

/* == streams == */

#define STREAM "muster.stream"

struct stream {
	struct load_options o;
	struct load_stream *s;
	struct bind_age age;
};

static int stream_gc(lua_State *L)
{
	struct stream *s = luaL_checkudata(L, 1, STREAM);

	load_stream_close(s->s);
	s->s = NULL;
	return 0;
}

static struct stream *check_stream(lua_State *L)
{
	struct stream *s = luaL_checkudata(L, 1, STREAM);

	if (!s->s)
		luaL_error(L, "the scan is closed");
	bind_check_age(L, &s->age, "the scan was");
	return s;
}

/* stream_open(paths, options, optimistic?) -> stream */
static int core_stream_open(lua_State *L)
{
	struct stream *s;
	const char **paths;
	size_t n;
	int held;
	bool optimistic = lua_toboolean(L, 3);
	struct err e = ERR_INIT;

	lua_settop(L, 2);
	s = lua_newuserdatauv(L, sizeof *s, 1);
	s->s = NULL;
	s->age = bind_age(L);
	bind_collect(L, STREAM, stream_gc);
	lua_getmetatable(L, -1);
	lua_pushcfunction(L, stream_gc);
	lua_setfield(L, -2, "__close");
	lua_pop(L, 1);
	bind_load_options(L, 2, &s->o);
	s->o.optimistic = optimistic;
	paths = bind_paths(L, 1, &n);
	/* What the options and the paths point into lives as long as the stream. */
	held = lua_gettop(L);
	lua_createtable(L, held, 0);
	for (int i = 1; i <= held; i++) {
		if (i == 3)
			continue;
		lua_pushvalue(L, i);
		lua_rawseti(L, -2, i);
	}
	lua_setiuservalue(L, 3, 1);
	if (load_stream_open(paths, n, &s->o, &s->s, &e))
		return bind_raise(L, &e);
	lua_pushvalue(L, 3);
	return 1;
}

/* stream_next(stream) -> Table, nothing at the end, or false when an optimistic stream has to be restarted */
static int core_stream_next(lua_State *L)
{
	struct stream *s = check_stream(L);
	struct table *t;
	struct err e = ERR_INIT;
	int rc = load_stream_next(s->s, &t, &e);

	if (rc == ERR_RETYPE) {
		lua_pushboolean(L, 0);
		return 1;
	}
	if (rc)
		return bind_raise(L, &e);
	if (!t)
		return 0;
	bind_push_table(L, t);
	return 1;
}

/* stream_restart(stream): after stream_next gave false, the tables come from the first on, and now with the right types */
static int core_stream_restart(lua_State *L)
{
	struct err e = ERR_INIT;

	return load_stream_restart(check_stream(L)->s, &e) ? bind_raise(L, &e) : 0;
}

/* stream_known(stream) -> { ledger, faults, rejects } so far */
static int core_stream_known(lua_State *L)
{
	struct stream *s = check_stream(L);
	const struct load *l = load_stream_result(s->s);

	lua_createtable(L, 0, 3);
	bind_push_ledger(L, &l->ledger);
	lua_setfield(L, -2, "ledger");
	bind_push_faults(L, &l->faults, (const char *const *)l->files);
	lua_setfield(L, -2, "faults");
	if (l->rejects) {
		bind_push_table(L, table_ref(l->rejects));
		lua_setfield(L, -2, "rejects");
	}
	return 1;
}

static int core_stream_close(lua_State *L)
{
	return stream_gc(L);
}

/* == writing in parts == */

#define PARTS "muster.parts"

struct parts {
	struct file_out out;
	enum write_format format;
	struct arrow_writer *arrow;      /* NULL: text */
	bool open, begun;
};

static int parts_gc(lua_State *L)
{
	struct parts *p = luaL_checkudata(L, 1, PARTS);

	arrow_writer_close(p->arrow);
	p->arrow = NULL;
	if (p->open)
		file_out_release(&p->out);
	p->open = false;
	return 0;
}

/* parts_open(path, format) -> parts */
static int core_parts_open(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1), *format = luaL_checkstring(L, 2);
	struct parts *p = lua_newuserdatauv(L, sizeof *p, 0);
	struct arrow_write_options arrow = { 0 };
	bool is_arrow = bind_arrow_format(format, &arrow.format);
	struct err e = ERR_INIT;

	*p = (struct parts){ .out = FILE_OUT_INIT };
	bind_collect(L, PARTS, parts_gc);
	if (!is_arrow && (!write_format_from_name(format, &p->format) || p->format == WRITE_JSON))
		return bind_fail(L, "a scan is written as csv, jsonl, arrow or arrows, not as %s", format);
	if (file_out_open(&p->out, path, false, &e))
		return bind_raise(L, &e);
	p->open = true;
	if (is_arrow && arrow_writer_open(&p->out, &arrow, &p->arrow, &e))
		return bind_raise(L, &e);
	return 1;
}

/* parts_add(parts, table) */
static int core_parts_add(lua_State *L)
{
	struct parts *p = luaL_checkudata(L, 1, PARTS);
	const struct table *t = bind_check_table(L, 2);
	struct err e = ERR_INIT;

	if (p->arrow)
		return arrow_writer_add(p->arrow, t, &e) ? bind_raise(L, &e) : 0;
	if ((p->begun ? write_more : write_table)(&p->out, t, p->format, 0, &e))
		return bind_raise(L, &e);
	p->begun = true;
	return 0;
}

/* parts_commit(parts): the file is there */
static int core_parts_commit(lua_State *L)
{
	struct parts *p = luaL_checkudata(L, 1, PARTS);
	struct err e = ERR_INIT;

	if (p->arrow && arrow_writer_finish(p->arrow, &e))
		return bind_raise(L, &e);
	p->open = false;
	return file_out_commit(&p->out, &e) ? bind_raise(L, &e) : 0;
}

static const luaL_Reg core_functions[] = {
	{ "new_grouped", core_new_grouped }, { "grouped_recipe", core_grouped_recipe },
	{ "new_scan", core_new_scan },       { "scan_recipe", core_scan_recipe }, { "stream_open", core_stream_open },
	{ "stream_next", core_stream_next }, { "stream_known", core_stream_known }, { "stream_restart", core_stream_restart }, { "stream_close", core_stream_close },
	{ "parts_open", core_parts_open },   { "parts_add", core_parts_add },     { "parts_commit", core_parts_commit },
	{ NULL, NULL },
};

static int index_scan(lua_State *L)
{
	return bind_push_method(L, "Scan");
}

static int index_grouped(lua_State *L)
{
	return bind_push_method(L, "Grouped");
}

void bind_open_scan(lua_State *L)
{
	static const luaL_Reg meta[] = { { "__index", index_scan }, { NULL, NULL } };
	static const luaL_Reg grouped[] = { { "__index", index_grouped }, { NULL, NULL } };

	bind_core(L, core_functions);
	bind_class(L, "Scan", NULL, meta);
	bind_class(L, "Grouped", NULL, grouped);
}
