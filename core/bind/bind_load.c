/* bind_load.c - reading and writing files from Lua: a table with its ledger, rejects and faults out. */
#include "bind/bind_load.h"

#include <string.h>
#include <sys/stat.h>

void (*bind_progress)(void *ctx, int64_t taken, int64_t size, int64_t rows);

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

void bind_push_ledger(lua_State *L, const struct ledger *g)
{
	const struct {
		const char *name;
		int64_t v;
	} rows[] = {
		{ "rows_read", g->rows_read },     { "rows_kept", g->rows_kept },
		{ "rows_rejected", g->rows_rejected }, { "rows_replayed", g->rows_replayed },
		{ "blank_lines", g->blank_lines },
		{ "dropped_lines", g->dropped_lines }, { "bytes", g->bytes },
		{ "bytes_rows", g->bytes_rows },   { "bytes_terminators", g->bytes_terminators },
		{ "bytes_skipped", g->bytes_skipped }, { "columns_skipped", g->columns_skipped },
	};

	lua_createtable(L, 0, sizeof rows / sizeof *rows);
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

void bind_push_faults(lua_State *L, const struct faults *list, const char *const *files)
{
	struct buf *text = bind_buf(L);

	lua_createtable(L, (int)(list->n < INT32_MAX ? list->n : 0), 0);
	for (size_t i = 0; i < list->n; i++) {
		const struct fault *f = &list->items[i];

		buf_clear(text);
		fault_print(text, files[f->file], f);
		if (text->failed)
			luaL_error(L, "out of memory");
		lua_createtable(L, 0, 8);
		lua_pushstring(L, files[f->file]);
		lua_setfield(L, -2, "file");
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
		lua_pushstring(L, l->files[r->file]);
		lua_setfield(L, -2, "file");
		lua_pushinteger(L, r->line);
		lua_setfield(L, -2, "line");
		lua_pushstring(L, r->text);
		lua_setfield(L, -2, "text");
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

/* The character as a field of the table on the stack top. */
static void set_char(lua_State *L, const char *name, char c)
{
	lua_pushlstring(L, &c, 1);
	lua_setfield(L, -2, name);
}

/* { sep, quote, score, records, agree, fields } */
static void push_guess(lua_State *L, const struct sniff_guess *g)
{
	lua_createtable(L, 0, 9);
	set_char(L, "sep", g->sep);
	set_char(L, "quote", g->quote);
	lua_pushnumber(L, g->score);
	lua_setfield(L, -2, "score");
	lua_pushinteger(L, g->records);
	lua_setfield(L, -2, "records");
	lua_pushinteger(L, g->agree);
	lua_setfield(L, -2, "agree");
	lua_pushinteger(L, (lua_Integer)g->fields);
	lua_setfield(L, -2, "fields");
}

/* The best guess, with the second in it. */
static void push_sniff(lua_State *L, const struct sniff *s)
{
	push_guess(L, &s->best);
	if (s->second.sep) {
		push_guess(L, &s->second);
		lua_setfield(L, -2, "second");
	}
	set_place(L, "differs", s->best.differs);
}

static void push_dialect(lua_State *L, const struct load_dialect *d)
{
	if (d->sniffed)
		push_sniff(L, &d->sniff);
	else
		lua_createtable(L, 0, 3);
	set_char(L, "sep", d->sep);
	set_char(L, "quote", d->quote);
	lua_pushboolean(L, d->sniffed);
	lua_setfield(L, -2, "sniffed");
}

static void push_dialects(lua_State *L, const struct load *l)
{
	lua_createtable(L, (int)l->nfiles, 0);
	for (size_t i = 0; i < l->nfiles; i++) {
		push_dialect(L, &l->dialects[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

static void push_drift(lua_State *L, const struct load *l)
{
#define X(name, text) text,
	static const char *const whats[] = { LOAD_DRIFT_LIST(X) };
#undef X

	lua_createtable(L, (int)(l->ndrift < INT32_MAX ? l->ndrift : 0), 1);
	lua_pushinteger(L, (lua_Integer)l->ndrifted);
	lua_setfield(L, -2, "files");
	for (size_t i = 0; i < l->ndrift; i++) {
		const struct load_drift *d = &l->drift[i];

		lua_createtable(L, 0, 4);
		lua_pushstring(L, l->files[d->file]);
		lua_setfield(L, -2, "file");
		lua_pushinteger(L, d->column + 1);
		lua_setfield(L, -2, "column");
		lua_pushstring(L, whats[d->what]);
		lua_setfield(L, -2, "what");
		if (d->type != TYPE_COUNT) {
			lua_pushstring(L, type_name(d->type));
			lua_setfield(L, -2, "type");
		}
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

void bind_set_files(lua_State *L, const char *const *files, size_t n, const struct table *t)
{
	lua_pushstring(L, files[0]);
	lua_setfield(L, -2, "file");
	lua_createtable(L, (int)n, 0);
	for (size_t i = 0; i < n; i++) {
		lua_pushstring(L, files[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, "files");
	/* The reasons number the columns as loaded, whatever a verb makes of the table later. */
	lua_createtable(L, t->ncols, 0);
	for (int k = 0; k < t->ncols; k++) {
		lua_pushstring(L, t->names[k]);
		lua_rawseti(L, -2, k + 1);
	}
	lua_setfield(L, -2, "loaded");
}

void bind_push_loaded(lua_State *L, struct load *l)
{
	struct table *t = l->table, *rejects = l->rejects;
	int at;

	/* One at a time: what is not yet Lua's stays with *l, which the collector owns. */
	l->table = NULL;
	bind_push_table(L, t);
	at = lua_gettop(L);
	l->rejects = NULL;
	bind_push_table(L, rejects);
	lua_createtable(L, 0, 7);
	lua_insert(L, -2);
	lua_setfield(L, -2, "rejects");
	bind_push_ledger(L, &l->ledger);
	lua_setfield(L, -2, "ledger");
	push_dialects(L, l);
	lua_setfield(L, -2, "dialects");
	bind_push_faults(L, &l->faults, (const char *const *)l->files);
	lua_setfield(L, -2, "faults");
	push_reasons(L, l);
	lua_setfield(L, -2, "reasons");
	push_drift(L, l);
	lua_setfield(L, -2, "drift");
	bind_set_files(L, (const char *const *)l->files, l->nfiles, t);
	lua_settop(L, at + 1);
	lua_setiuservalue(L, -2, 1);
}

/* == core functions: lua/muster/part/files.lua makes the public ones of them == */

const char **bind_paths(lua_State *L, int idx, size_t *n)
{
	const char **paths;

	if (lua_type(L, idx) == LUA_TSTRING) {
		paths = bind_scratch(L, sizeof *paths);
		paths[0] = lua_tostring(L, idx);
		*n = 1;
		return paths;
	}
	luaL_checktype(L, idx, LUA_TTABLE);
	*n = lua_rawlen(L, idx);
	if (!*n)
		bind_fail(L, "no file is named");
	paths = bind_scratch(L, *n * sizeof *paths);
	for (size_t i = 0; i < *n; i++) {
		lua_rawgeti(L, idx, (lua_Integer)i + 1);
		paths[i] = luaL_checkstring(L, -1);
		lua_pop(L, 1);       /* the array holds it */
	}
	return paths;
}

static int input_gc(lua_State *L)
{
	struct input **in = lua_touserdata(L, 1);

	input_close(*in);
	*in = NULL;
	return 0;
}

/* An input that the collector owns, on the stack top; NULL until it is opened. */
static struct input **new_input(lua_State *L)
{
	struct input **in = bind_scratch(L, sizeof *in);

	*in = NULL;
	bind_collect(L, "muster.input", input_gc);
	return in;
}

/* Bytes that can be read once only; a pattern was expanded before. */
static bool is_plain_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* load(path or array of paths, options) -> Table with extras rejects, ledger, faults, reasons, file, files */
static int core_load(lua_State *L)
{
	const char **paths;
	size_t n;
	struct load_options o;
	struct input **in;
	struct load *l;
	struct err e = ERR_INIT;
	int rc;

	lua_settop(L, 2);
	bind_load_options(L, 2, &o);
	paths = bind_paths(L, 1, &n);
	l = bind_new_load(L);
	in = new_input(L);
	/* Of several files the others are told what the first is; a pipe is not opened twice. */
	if ((n == 1 || is_plain_file(paths[0])) && bind_load_arrow(L, 2, paths, n, &o, in))
		return 1;
	if (*in && !is_plain_file(paths[0])) {
		rc = load_input(*in, &o, l, &e);
	} else {
		input_close(*in);
		*in = NULL;
		rc = load_files(paths, n, &o, l, &e);
	}
	if (rc)
		return bind_raise(L, &e);
	bind_push_loaded(L, l);
	return 1;
}

/* sniff(path, options) -> { sep, quote, score, clear, records, agree, fields, second, differs } */
static int core_sniff(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	struct load_options o;
	struct input **in;
	struct sniff s;
	struct err e = ERR_INIT;

	lua_settop(L, 2);
	bind_load_options(L, 2, &o);
	if (!o.sniff && lua_getfield(L, 2, "quote") == LUA_TNIL)
		o.scan.quote = 0;
	in = new_input(L);
	if (input_open(in, path, &o.input, &e) ||
	    sniff_input(*in, o.scan.sep, o.scan.quote, o.scan.skip, o.scan.comment, &s, &e))
		return bind_raise(L, &e);
	input_close(*in);
	*in = NULL;
	push_sniff(L, &s);
	lua_pushboolean(L, s.clear);
	lua_setfield(L, -2, "clear");
	return 1;
}

/* read_replay(path) -> Table of the corrections in a file of rejects */
static int core_read_replay(lua_State *L)
{
	struct table *t;
	struct err e = ERR_INIT;

	if (replay_read(luaL_checkstring(L, 1), &t, &e))
		return bind_raise(L, &e);
	bind_push_table(L, t);
	return 1;
}

static enum write_format check_format(lua_State *L, int idx)
{
	enum write_format format;

	if (!write_format_from_name(luaL_checkstring(L, idx), &format))
		bind_fail(L, "no format '%s'; there are csv, json, jsonl, arrow and arrows", lua_tostring(L, idx));
	return format;
}

/* write(table, path, format, threads); Arrow needs one */
static int core_write(lua_State *L)
{
	struct table *t = bind_check_table(L, 1);
	const char *path = luaL_checkstring(L, 2);
	enum arrow_format arrow;
	enum write_format format;
	lua_Integer threads = luaL_optinteger(L, 4, 0);
	int rc;
	struct file_out out = FILE_OUT_INIT;
	struct err e = ERR_INIT;

	if (bind_arrow_format(luaL_checkstring(L, 3), &arrow))
		return bind_write_arrow(L, t, path, arrow, 5);
	format = check_format(L, 3);
	rc = file_out_open(&out, path, false, &e);
	if (!rc && !(rc = write_table(&out, t, format, threads < THREAD_MAX ? (int)threads : THREAD_MAX, &e)))
		rc = file_out_commit(&out, &e);
	file_out_release(&out);
	return rc ? bind_raise(L, &e) : 0;
}

/* convert_strings(in, out, format, options): the records as the grammar reads them */
static int core_convert_strings(lua_State *L)
{
	const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
	enum write_format format = check_format(L, 3);
	struct input_options reading;
	struct scan_options o;
	struct file_out out = FILE_OUT_INIT;
	struct input **in = new_input(L);
	struct err e = ERR_INIT;
	int rc;

	bind_input_options(L, 4, &reading);
	bind_scan_options(L, 4, &o);
	rc = input_open(in, from, &reading, &e);
	if (!rc && !(rc = file_out_open(&out, to, true, &e)) && !(rc = write_strings(&out, *in, &o, format, &e)))
		rc = file_out_commit(&out, &e);
	file_out_release(&out);
	input_close(*in);
	*in = NULL;
	return rc ? bind_raise(L, &e) : 0;
}

/* encoding(name) -> the name it is a spelling of, or nil and what is wrong */
static int core_encoding(lua_State *L)
{
	struct err e = ERR_INIT;
	const char *name = input_encoding_named(luaL_checkstring(L, 1), &e);

	lua_pushstring(L, name);
	if (name)
		return 1;
	lua_pushstring(L, e.msg);
	return 2;
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
	{ "read_replay", core_read_replay },
	{ "sniff", core_sniff },
	{ "write", core_write },
	{ "convert_strings", core_convert_strings },
	{ "encoding", core_encoding },
	{ "json_string", core_json_string },
	{ "scanner", core_scanner },
	{ NULL, NULL },
};

void bind_open_load(lua_State *L)
{
	bind_core(L, core_functions);
}
