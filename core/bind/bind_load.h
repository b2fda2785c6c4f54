/* bind_load.h - what the bindings of files and of kinds share: options of a load, and its result as a Table. */
#ifndef MUSTER_BIND_LOAD_H
#define MUSTER_BIND_LOAD_H

#include "bind/bind.h"
#include "csv/load.h"

/* sep, quote, comment, lenient, skip from the Lua table at idx; the defaults when there is none. */
void bind_scan_options(lua_State *L, int idx, struct scan_options *o);
/*
 * All options of muster.load. Leaves on the stack what the arrays in *o live in; the table at idx has to
 * stay there as well.
 */
void bind_load_options(lua_State *L, int idx, struct load_options *o);
/* An empty load that the collector owns, on the stack top. */
struct load *bind_new_load(lua_State *L);
/* Push the table of *l, which gives it up, with the extras rejects, ledger, faults, reasons and file. */
void bind_push_loaded(lua_State *L, struct load *l, const char *file);
/* Push a list of faults as a Lua array of { line, column, field, message, raw, warning, text }. */
void bind_push_faults(lua_State *L, const struct faults *list, const char *file);

void bind_open_load(lua_State *L);

#endif
