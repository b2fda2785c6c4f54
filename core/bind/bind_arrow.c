/* bind_arrow.c - Arrow files and streams from Lua: muster.load reads them by content, t:write makes them. */
#include "arrow/hash.h"
#include "bind/bind_load.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int data_gc(lua_State *L)
{
	arrow_data_release(lua_touserdata(L, 1));
	return 0;
}

/* What is read, which the collector owns, on the stack top. */
static struct arrow_data *new_data(lua_State *L)
{
	struct arrow_data *d = lua_newuserdatauv(L, sizeof *d, 0);

	*d = (struct arrow_data)ARROW_DATA_INIT;
	bind_collect(L, "muster.arrow", data_gc);
	return d;
}

/* == reading == */

/* Options of muster.load that say how text is to be read. */
static void refuse_options(lua_State *L, int idx, const char *path)
{
	static const char *const names[] = { "header", "sep",    "quote",   "lenient",  "skip", "comment",
					     "decimal", "missing", "types", "encoding", "file", "replay" };

	if (!lua_istable(L, idx))
		return;
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		if (lua_getfield(L, idx, names[k]) != LUA_TNIL)
			bind_fail(L, "option '%s' says how text is read, and '%s' is no text but Arrow", names[k], path);
		lua_pop(L, 1);
	}
}

static void set_list(lua_State *L, const char *name)
{
	lua_newtable(L);
	lua_setfield(L, -2, name);
}

/* The table of *d with what a load of text knows, as far as there is such a thing. */
static void push_data(lua_State *L, struct arrow_data *d, const char *const *files, size_t n)
{
	struct ledger g = { .rows_read = d->table->rows, .rows_kept = d->table->rows, .bytes = d->bytes,
			    .bytes_rows = d->bytes, .columns_skipped = d->columns_skipped };
	struct table *t = d->table;
	int at;

	d->table = NULL;
	bind_push_table(L, t);
	at = lua_gettop(L);
	lua_createtable(L, 0, 8);
	bind_push_ledger(L, &g);
	lua_setfield(L, -2, "ledger");
	bind_push_faults(L, &d->faults, files);
	lua_setfield(L, -2, "faults");
	lua_pushboolean(L, true);
	lua_setfield(L, -2, "arrow");
	set_list(L, "reasons");
	lua_newtable(L);
	lua_pushinteger(L, 0);
	lua_setfield(L, -2, "files");
	lua_setfield(L, -2, "drift");
	bind_set_files(L, files, n, t);
	lua_setiuservalue(L, at, 1);
	lua_settop(L, at);
}

/* All the files one behind the other, as one load. */
static int join(struct arrow_data *all, struct arrow_data *const *parts, size_t n, struct err *e)
{
	const struct table **ts = mem_zero(n, sizeof *ts);
	int rc;

	if (!ts)
		return err_nomem(e);
	for (size_t k = 0; k < n; k++) {
		ts[k] = parts[k]->table;
		all->bytes += parts[k]->bytes;
		all->columns_skipped += parts[k]->columns_skipped;
		for (size_t i = 0; i < parts[k]->faults.n; i++)
			parts[k]->faults.items[i].file = (int32_t)k;
		faults_move(&all->faults, &parts[k]->faults);
	}
	rc = all->faults.failed ? err_nomem(e) : table_concat(ts, (int)n, &all->table, e);
	mem_free(ts);
	return rc;
}

static void arrow_options(lua_State *L, int idx, const struct load_options *o, struct arrow_read_options *how)
{
	*how = (struct arrow_read_options){ .columns = o->columns, .ncolumns = o->ncolumns, .max_ratio = o->input.max_ratio,
					    .threads = o->threads };
	if (!lua_istable(L, idx))
		return;
	lua_getfield(L, idx, "skip_unknown");
	how->skip = lua_toboolean(L, -1);
	lua_pop(L, 1);
}

static void read_several(lua_State *L, const char *const *paths, size_t n, const struct arrow_read_options *how)
{
	struct arrow_data **parts = bind_scratch(L, n * sizeof *parts), *all = new_data(L);
	struct err e = ERR_INIT;

	luaL_checkstack(L, (int)(n < 1000000 ? n + 16 : 1000016), "files");
	for (size_t k = 0; k < n; k++) {
		parts[k] = new_data(L);
		if (arrow_read(paths[k], how, parts[k], &e))
			bind_raise(L, &e);
	}
	if (join(all, parts, n, &e))
		bind_raise(L, &e);
	push_data(L, all, paths, n);
}

bool bind_load_arrow(lua_State *L, int idx, const char *const *paths, size_t n, const struct load_options *o,
		     struct input **in)
{
	struct input_options reading = o->input;
	struct arrow_read_options how;
	struct arrow_data *d;
	const char *name;
	struct err e = ERR_INIT;

	idx = lua_absindex(L, idx);
	reading.arrow = true;
	if (input_open(in, paths[0], &reading, &e))
		bind_raise(L, &e);
	if (!input_holds_arrow(*in))
		return false;
	refuse_options(L, idx, paths[0]);
	arrow_options(L, idx, o, &how);
	if (n > 1) {
		read_several(L, paths, n, &how);
		return true;
	}
	d = new_data(L);
	if (arrow_read_input(*in, &how, d, &e))
		bind_raise(L, &e);
	name = input_name(*in);
	push_data(L, d, &name, 1);
	return true;
}

/* == writing == */

bool bind_arrow_format(const char *name, enum arrow_format *out)
{
	if (strcmp(name, "arrow") && strcmp(name, "arrows"))
		return false;
	*out = name[5] ? ARROW_STREAM : ARROW_FILE;
	return true;
}

/* Pairs of the Lua table at idx, sorted by key so that a file does not depend on the order of a table. */
static struct arrow_note *check_notes(lua_State *L, int idx, size_t *n)
{
	struct arrow_note *list;
	size_t count = 0;

	*n = 0;
	if (!lua_istable(L, idx))
		return NULL;
	for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1))
		count++;
	list = bind_scratch(L, count * sizeof *list);
	for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
		struct arrow_note note;
		size_t at = *n;

		if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
			bind_fail(L, "expected texts under texts");
		note.key = (char *)(uintptr_t)lua_tostring(L, -2);
		note.value = (char *)(uintptr_t)lua_tolstring(L, -1, &note.value_size);
		for (; at > 0 && strcmp(list[at - 1].key, note.key) > 0; at--)
			list[at] = list[at - 1];
		list[at] = note;
		++*n;
	}
	return list;
}

int bind_write_arrow(lua_State *L, const struct table *t, const char *path, enum arrow_format format, int notes)
{
	struct arrow_write_options o = { .format = format };
	struct file_out out = FILE_OUT_INIT;
	struct err e = ERR_INIT;
	int rc;

	o.notes = check_notes(L, notes, &o.nnotes);
	if (!(rc = file_out_open(&out, path, false, &e)) && !(rc = arrow_write(&out, t, &o, &e)))
		rc = file_out_commit(&out, &e);
	file_out_release(&out);
	return rc ? bind_raise(L, &e) : 0;
}

/* == the cache: lua/muster/base/cache.lua == */

/* file_hash(path) -> 32 hexadecimal digits, or nil when it is no plain file that can be read */
static int core_file_hash(lua_State *L)
{
	char text[HASH_TEXT];

	if (hash_file(luaL_checkstring(L, 1), text, NULL))
		return 0;
	lua_pushstring(L, text);
	return 1;
}

/* file_state(path) -> what changes when the file does, or nil when it is no plain file */
static int core_file_state(lua_State *L)
{
	struct stat st;

	if (stat(luaL_checkstring(L, 1), &st) || !S_ISREG(st.st_mode))
		return 0;
	lua_pushfstring(L, "%I %I %I %I", (lua_Integer)st.st_ino, (lua_Integer)st.st_size, (lua_Integer)st.st_mtim.tv_sec,
			(lua_Integer)st.st_mtim.tv_nsec);
	return 1;
}

/* write_noted(table, path, notes): an Arrow file with pairs of text in its schema */
static int core_write_noted(lua_State *L)
{
	return bind_write_arrow(L, bind_check_table(L, 1), luaL_checkstring(L, 2), ARROW_FILE, 3);
}

/* arrow_notes(path) -> the pairs of text in the schema of an Arrow file, or nil when there is none that can be read */
static int core_arrow_notes(lua_State *L)
{
	struct arrow_data *d = new_data(L);

	if (arrow_read_notes(luaL_checkstring(L, 1), d, NULL))
		return 0;
	lua_createtable(L, 0, (int)(d->nnotes < 64 ? d->nnotes : 64));
	for (size_t k = 0; k < d->nnotes; k++) {
		lua_pushlstring(L, d->notes[k].value, d->notes[k].value_size);
		lua_setfield(L, -2, d->notes[k].key);
	}
	return 1;
}

/* The line of a row, of the only file that the table is of. */
static int64_t line_of(lua_State *L, const struct table *t, int64_t row)
{
	struct slice file;
	int64_t line = 0;

	if (!table_where(t, row, &file, &line))
		bind_fail(L, "this table was not read from a file");
	return line;
}

/* lines(table, most) -> the rows, from 0, at which runs of consecutive lines begin, and their lines; nil for more runs */
static int core_lines(lua_State *L)
{
	const struct table *t = bind_check_table(L, 1);
	lua_Integer most = luaL_checkinteger(L, 2), runs = 0;
	struct buf *text = bind_buf(L);
	int64_t before = -2;

	for (int64_t i = 0; i < t->rows; i++) {
		int64_t line = line_of(L, t, i);

		if (line != before + 1) {
			if (++runs > most)
				return 0;
			buf_printf(text, "%lld %lld ", (long long)i, (long long)line);
		}
		before = line;
	}
	if (text->failed)
		return luaL_error(L, "out of memory");
	lua_pushlstring(L, text->p ? text->p : "", text->n);
	return 1;
}

/* line_column(table) -> Column of the line of each row */
static int core_line_column(lua_State *L)
{
	const struct table *t = bind_check_table(L, 1);
	struct column *c = NULL;
	int64_t *lines;
	struct err e = ERR_INIT;

	if (t->rows)
		line_of(L, t, 0);
	if (!(lines = mem_column((size_t)t->rows * sizeof *lines)))
		return luaL_error(L, "out of memory");
	for (int64_t i = 0; i < t->rows; i++)
		lines[i] = line_of(L, t, i);
	if (column_of_int64(lines, NULL, t->rows, 0, &c, &e)) {
		mem_free(lines);
		return bind_raise(L, &e);
	}
	bind_push_column(L, c);
	return 1;
}

/* What core_lines made; false for anything else. */
static bool add_runs(struct origin_runs *runs, const char *text, int64_t rows)
{
	int64_t before = -1;

	while (*text) {
		char *end;
		int64_t row = strtoll(text, &end, 10), line = strtoll(end, &end, 10);

		if (end == text || *end != ' ' || row <= before || (before < 0 && row) || row >= rows)
			return false;
		origin_add(runs, row, 0, line);
		before = row;
		text = end + 1;
	}
	return before >= 0 || !rows;
}

static bool add_lines(struct origin_runs *runs, const struct column *c, int64_t rows)
{
	if (c->type != TYPE_INT64 || c->missing || c->length != rows)
		return false;
	for (int64_t i = 0; i < rows; i++)
		origin_add(runs, i, 0, c->as.i64[i]);
	return true;
}

static int share_columns(const struct table *t, struct table **out, struct err *e)
{
	int rc = table_new(t->rows, out, e);

	for (int k = 0; k < t->ncols && !rc; k++)
		rc = table_add(*out, t->names[k], t->cols[k], e);
	return rc;
}

/* with_lines(table, file, text or Column) -> the table, read from those lines of the file */
static int core_with_lines(lua_State *L)
{
	const struct table *t = bind_check_table(L, 1);
	const char *file = luaL_checkstring(L, 2);
	struct origin_runs runs = ORIGIN_RUNS_INIT;
	const struct column *c = lua_type(L, 3) == LUA_TSTRING ? NULL : bind_check_column(L, 3);
	struct origin *origin = NULL;
	struct table *out = NULL;
	struct err e = ERR_INIT;
	int rc;

	if (c ? !add_lines(&runs, c, t->rows) : !add_runs(&runs, lua_tostring(L, 3), t->rows)) {
		origin_runs_release(&runs);
		return bind_fail(L, "these are not the lines of a table");
	}
	if (!(rc = origin_finish(&runs, t->rows, &file, 1, &origin, &e)) && !(rc = share_columns(t, &out, &e)))
		table_set_origin(out, origin);
	origin_unref(origin);
	if (rc) {
		table_unref(out);
		return bind_raise(L, &e);
	}
	bind_push_table(L, out);
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "lines", core_lines },             { "line_column", core_line_column }, { "with_lines", core_with_lines },
	{ "file_hash", core_file_hash },     { "file_state", core_file_state }, { "write_noted", core_write_noted },
	{ "arrow_notes", core_arrow_notes }, { NULL, NULL },
};

void bind_open_arrow(lua_State *L)
{
	bind_core(L, core_functions);
}
