/* bind_load.h - what the bindings of files and of kinds share: options of a load, and its result as a Table. */
#ifndef MUSTER_BIND_LOAD_H
#define MUSTER_BIND_LOAD_H

#include "arrow/ipc.h"
#include "bind/bind.h"
#include "csv/load.h"

/* sep, quote, comment, lenient, skip from the Lua table at idx; the defaults when there is none. */
void bind_scan_options(lua_State *L, int idx, struct scan_options *o);
/* encoding, max_ratio likewise; the name of the encoding stays in the table. */
void bind_input_options(lua_State *L, int idx, struct input_options *o);
/*
 * All options of muster.load; separator and quote are to be guessed unless the separator is named. Leaves on the stack
 * what the arrays in *o live in; the table at idx has to stay there as well.
 */
void bind_load_options(lua_State *L, int idx, struct load_options *o);
/* The paths at idx: a string, or an array of them that stays on the stack. The array is on the stack top. */
const char **bind_paths(lua_State *L, int idx, size_t *n);
/* An empty load that the collector owns, on the stack top. */
struct load *bind_new_load(lua_State *L);
/* Push the table of *l, which gives it up, with the extras rejects, ledger, dialects, faults, reasons, file and files. */
void bind_push_loaded(lua_State *L, struct load *l);
/* Fields file, files and loaded (the names of the columns as they are now) of the extras on the stack top. */
void bind_set_files(lua_State *L, const char *const *files, size_t n, const struct table *t);
/* Push the ledger of a load as a Lua table. */
void bind_push_ledger(lua_State *L, const struct ledger *g);
/* Push a list of faults as a Lua array of { file, line, column, field, message, raw, warning, text }. */
void bind_push_faults(lua_State *L, const struct faults *list, const char *const *files);

/*
 * Arrow instead of text, told by the first of the files, which is opened as *in (NULL until then): then its table is pushed as
 * bind_push_loaded does it, or an error raised. Else false, and *in is the input that was opened. `idx`: the options.
 */
bool bind_load_arrow(lua_State *L, int idx, const char *const *paths, size_t n, const struct load_options *o,
		     struct input **in);
/* "arrow" and "arrows" (a stream). */
bool bind_arrow_format(const char *name, enum arrow_format *out);
/* The table as a file, with the pairs of the Lua table at `notes`, if it is one, in its schema. */
int bind_write_arrow(lua_State *L, const struct table *t, const char *path, enum arrow_format format, int notes);

/* What the host of the module shows of long loads (struct load_options); NULL = nothing. */
extern void (*bind_progress)(void *ctx, int64_t taken, int64_t size, int64_t rows);

void bind_open_load(lua_State *L);
void bind_open_arrow(lua_State *L);
void bind_open_scan(lua_State *L);

#endif
