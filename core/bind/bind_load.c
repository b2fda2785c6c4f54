/* bind_load.c - reading and writing files from Lua: options in, a table with its ledger, rejects and faults out. */
#include "bind/bind_load.h"

#include <string.h>

/* == options == */

/* A growing set of C arrays whose strings live in the Lua table at `idx`, which the caller keeps on the stack. */
static const char **string_list(lua_State *L, int idx, const char *name, size_t *n)
{
	const char **list;

	*n = 0;
	if (lua_getfield(L, idx, name) == LUA_TNIL)
		return NULL;
	luaL_checktype(L, -1, LUA_TTABLE);
	*n = lua_rawlen(L, -1);
	list = bind_scratch(L, *n * sizeof *list);
	for (size_t i = 0; i < *n; i++) {
		lua_rawgeti(L, -2, (lua_Integer)i + 1);
		list[i] = luaL_checkstring(L, -1);
		lua_pop(L, 1);       /* the list holds it */
	}
	return list;
}

/* The character of a one-character option; 0 when it is not given. */
static char char_option(lua_State *L, int idx, const char *name)
{
	size_t n;
	const char *s;
	char c = 0;

	if (lua_getfield(L, idx, name) != LUA_TNIL) {
		s = luaL_checklstring(L, -1, &n);
		if (n != 1 || *s == '\n' || *s == '\r')
			bind_fail(L, "option '%s': expected one character, found '%s'", name, s);
		c = *s;
	}
	lua_pop(L, 1);
	return c;
}

static bool flag_option(lua_State *L, int idx, const char *name, bool otherwise)
{
	bool v = lua_getfield(L, idx, name) == LUA_TNIL ? otherwise : lua_toboolean(L, -1);

	lua_pop(L, 1);
	return v;
}

void bind_scan_options(lua_State *L, int idx, struct scan_options *o)
{
	char c;

	idx = lua_absindex(L, idx);
	*o = (struct scan_options)SCAN_DEFAULT;
	if (!lua_istable(L, idx))
		return;
	o->sep = (c = char_option(L, idx, "sep")) ? c : o->sep;
	o->quote = (c = char_option(L, idx, "quote")) ? c : o->quote;
	o->comment = char_option(L, idx, "comment");
	o->lenient = flag_option(L, idx, "lenient", false);
	if (lua_getfield(L, idx, "skip") != LUA_TNIL)
		o->skip = luaL_checkinteger(L, -1);
	lua_pop(L, 1);
	if (o->sep == o->quote)
		bind_fail(L, "the separator and the quote cannot both be '%c'", o->sep);
}

/* types = {name = "date", ...}; sorted, so that messages do not depend on the order of a Lua table. */
static struct load_type *types_option(lua_State *L, int idx, size_t *n)
{
	struct load_type *list;
	size_t count = 0;

	*n = 0;
	if (lua_getfield(L, idx, "types") == LUA_TNIL)
		return NULL;
	luaL_checktype(L, -1, LUA_TTABLE);
	for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
		count++;
	list = bind_scratch(L, count * sizeof *list);
	for (lua_pushnil(L); lua_next(L, -3); lua_pop(L, 1)) {
		struct load_type t;
		size_t at = *n;

		if (lua_type(L, -2) != LUA_TSTRING)
			bind_fail(L, "option 'types': a column name is a string, found a %s", luaL_typename(L, -2));
		t.column = lua_tostring(L, -2);
		if (lua_type(L, -1) != LUA_TSTRING || !type_from_name(lua_tostring(L, -1), &t.type) || t.type == TYPE_QUANTITY)
			bind_fail(L, "option 'types': column '%s': expected bool, int64, float64, date, datetime or string, "
				  "found '%s'", t.column, luaL_tolstring(L, -1, NULL));
		for (; at > 0 && strcmp(list[at - 1].column, t.column) > 0; at--)
			list[at] = list[at - 1];
		list[at] = t;
		++*n;
	}
	return list;
}

void bind_load_options(lua_State *L, int idx, struct load_options *o)
{
	idx = lua_absindex(L, idx);
	*o = (struct load_options)LOAD_DEFAULT;
	if (!lua_istable(L, idx))
		return;
	luaL_checkstack(L, 16, "options");
	bind_scan_options(L, idx, &o->scan);
	o->no_header = !flag_option(L, idx, "header", true);
	o->rejects = flag_option(L, idx, "rejects", false);
	o->decimal = char_option(L, idx, "decimal");
	o->missing = string_list(L, idx, "missing", &o->nmissing);
	o->columns = string_list(L, idx, "columns", &o->ncolumns);
	o->types = types_option(L, idx, &o->ntypes);
}

/* == results == */

static int load_gc(lua_State *L)
{
	load_release(lua_touserdata(L, 1));
	return 0;
}

struct load *bind_new_load(lua_State *L)
{
	struct load *l = lua_newuserdatauv(L, sizeof *l, 0);

	*l = (struct load)LOAD_INIT;
	bind_collect(L, "muster.load", load_gc);
	return l;
}

static void push_ledger(lua_State *L, const struct ledger *g)
{
	const struct {
		const char *name;
		int64_t v;
	} rows[] = {
		{ "rows_read", g->rows_read },     { "rows_kept", g->rows_kept },
		{ "rows_rejected", g->rows_rejected }, { "blank_lines", g->blank_lines },
		{ "dropped_lines", g->dropped_lines }, { "bytes", g->bytes },
		{ "bytes_rows", g->bytes_rows },   { "bytes_terminators", g->bytes_terminators },
		{ "bytes_skipped", g->bytes_skipped }, { "columns_skipped", g->columns_skipped },
	};

	lua_createtable(L, 0, 10);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		lua_pushinteger(L, rows[i].v);
		lua_setfield(L, -2, rows[i].name);
	}
}

static void set_text(lua_State *L, const char *name, const char *p, size_t n)
{
	if (!p)
		return;
	lua_pushlstring(L, p, n);
	lua_setfield(L, -2, name);
}

static void set_place(lua_State *L, const char *name, int64_t v)
{
	if (v <= 0)
		return;
	lua_pushinteger(L, v);
	lua_setfield(L, -2, name);
}

void bind_push_faults(lua_State *L, const struct faults *list, const char *file)
{
	struct buf *text = bind_buf(L);

	lua_createtable(L, (int)(list->n < INT32_MAX ? list->n : 0), 0);
	for (size_t i = 0; i < list->n; i++) {
		const struct fault *f = &list->items[i];

		buf_clear(text);
		fault_print(text, file, f);
		if (text->failed)
			luaL_error(L, "out of memory");
		lua_createtable(L, 0, 7);
		set_place(L, "line", f->line);
		set_place(L, "column", f->column);
		set_text(L, "field", f->field, f->field ? strlen(f->field) : 0);
		set_text(L, "message", f->message, strlen(f->message));
		set_text(L, "raw", f->raw, f->raw_size);
		set_text(L, "text", text->p, text->n);
		lua_pushboolean(L, f->warning);
		lua_setfield(L, -2, "warning");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_remove(L, -2);
}

static void push_reasons(lua_State *L, const struct load *l)
{
	lua_newtable(L);
	for (size_t i = 0; i < l->nreasons; i++) {
		const struct load_reason *r = &l->reasons[i];

		lua_createtable(L, 0, 4);
		lua_pushinteger(L, r->column + 1);
		lua_setfield(L, -2, "column");
		lua_pushstring(L, type_name(r->type));
		lua_setfield(L, -2, "type");
		lua_pushinteger(L, r->line);
		lua_setfield(L, -2, "line");
		lua_pushstring(L, r->text);
		lua_setfield(L, -2, "text");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

void bind_push_loaded(lua_State *L, struct load *l, const char *file)
{
	struct table *t = l->table, *rejects = l->rejects;
	int at;

	/* One at a time: what is not yet Lua's stays with *l, which the collector owns. */
	l->table = NULL;
	bind_push_table(L, t);
	at = lua_gettop(L);
	l->rejects = NULL;
	bind_push_table(L, rejects);
	lua_createtable(L, 0, 6);
	lua_insert(L, -2);
	lua_setfield(L, -2, "rejects");
	push_ledger(L, &l->ledger);
	lua_setfield(L, -2, "ledger");
	bind_push_faults(L, &l->faults, file);
	lua_setfield(L, -2, "faults");
	push_reasons(L, l);
	lua_setfield(L, -2, "reasons");
	lua_pushstring(L, file);
	lua_setfield(L, -2, "file");
	/* The reasons number the columns as loaded, whatever a verb makes of the table later. */
	lua_createtable(L, t->ncols, 0);
	for (int k = 0; k < t->ncols; k++) {
		lua_pushstring(L, t->names[k]);
		lua_rawseti(L, -2, k + 1);
	}
	lua_setfield(L, -2, "loaded");
	lua_settop(L, at + 1);
	lua_setiuservalue(L, -2, 1);
}

/* == core functions: lua/muster/part/files.lua makes the public ones of them == */

/* load(path, options) -> Table with extras rejects, ledger, faults, reasons, file */
static int core_load(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	struct load_options o;
	struct load *l;
	struct err e = ERR_INIT;

	lua_settop(L, 2);
	bind_load_options(L, 2, &o);
	l = bind_new_load(L);
	if (load_file(path, &o, l, &e))
		return bind_raise(L, &e);
	bind_push_loaded(L, l, strcmp(path, "-") ? path : "standard input");
	return 1;
}

static enum write_format check_format(lua_State *L, int idx)
{
	enum write_format format;

	if (!write_format_from_name(luaL_checkstring(L, idx), &format))
		bind_fail(L, "no format '%s'; there are csv, json and jsonl", lua_tostring(L, idx));
	return format;
}

/* write(table, path, format) */
static int core_write(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	const char *path = luaL_checkstring(L, 2);
	enum write_format format = check_format(L, 3);
	struct buf *text = bind_buf(L);
	struct err e = ERR_INIT;

	write_table(text, t, format);
	if (buf_check(text, &e) || file_write(path, text, &e))
		return bind_raise(L, &e);
	return 0;
}

static int input_gc(lua_State *L)
{
	struct input **in = lua_touserdata(L, 1);

	input_close(*in);
	*in = NULL;
	return 0;
}

/* convert_strings(in, out, format, options): the records as the grammar reads them */
static int core_convert_strings(lua_State *L)
{
	const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
	enum write_format format = check_format(L, 3);
	struct scan_options o;
	struct buf *text = bind_buf(L);
	struct input **in = bind_scratch(L, sizeof *in);
	struct err e = ERR_INIT;

	*in = NULL;
	bind_collect(L, "muster.input", input_gc);
	bind_scan_options(L, 4, &o);
	if (input_open(in, from, NULL, &e) || write_strings(text, *in, &o, format, &e) || file_write(to, text, &e))
		return bind_raise(L, &e);
	input_close(*in);
	*in = NULL;
	return 0;
}

/* json_string(s) -> the JSON text of a string */
static int core_json_string(lua_State *L)
{
	size_t n;
	const char *s = luaL_checklstring(L, 1, &n);
	struct buf *text = bind_buf(L);

	write_json_string(text, s, n);
	if (text->failed)
		return luaL_error(L, "out of memory");
	lua_pushlstring(L, text->p, text->n);
	return 1;
}

/* scanner() -> the name of the scanner in use */
static int core_scanner(lua_State *L)
{
	lua_pushstring(L, scan_best()->name);
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "load", core_load },
	{ "write", core_write },
	{ "convert_strings", core_convert_strings },
	{ "json_string", core_json_string },
	{ "scanner", core_scanner },
	{ NULL, NULL },
};

void bind_open_load(lua_State *L)
{
	bind_core(L, core_functions);
}
