/* bind_query.h - tables that are plans, and what scripts hand to expressions. */
#ifndef MUSTER_BIND_QUERY_H
#define MUSTER_BIND_QUERY_H

#include "bind/bind.h"
#include "query/plan.h"

/* The plan of the Table at idx; the Table keeps it. */
struct plan *bind_check_plan(lua_State *L, int idx);
/* A Table that runs the plan when somebody looks, with the extras of the Table at `from` (0 = none). Takes over the reference. */
void bind_push_plan(lua_State *L, struct plan *p, int from);
/* As bind_raise, for messages of a plan that may name the line of their verb already. */
int bind_raise_located(lua_State *L, bool located, const struct err *e);

/*
 * The Lua table of values at idx (or nil) as bindings, and the reader's line as `where`. What it points to lives as long as what is on the
 * stack now: several values are pushed.
 */
void bind_plan_context(lua_State *L, int idx, struct plan_context *cx);
/* The array of strings at idx; lives as long as the array does. */
const char **bind_names(lua_State *L, int idx, int *n);
/* The text at idx, which holds no NUL. */
const char *bind_text(lua_State *L, int idx);
/* How many threads the reader allows: 0 = one a processor. */
int bind_threads(lua_State *L);

#endif
