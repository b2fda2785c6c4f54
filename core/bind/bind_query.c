/* bind_query.c - the verbs in Lua: text and values in, a Table that is a plan out. */
#include "bind/bind_query.h"

#include <string.h>

int bind_threads(lua_State *L)
{
	(void)L;
	return 0;                /* what thread_limit allows */
}

/* == verbs: what lua/muster/part/query.lua makes its methods of == */

static int give(lua_State *L, int rc, struct plan *const *p, int like, const struct err *e)
{
	if (rc)
		return bind_raise(L, e);
	bind_push_plan(L, *p, like);
	return 1;
}

/* filter(table, text, bindings?) */
static int core_filter(lua_State *L)
{
	struct plan *in = bind_check_plan(L, 1), *out = NULL;
	const char *text = bind_text(L, 2);
	struct plan_context cx;
	struct err e = ERR_INIT;

	lua_settop(L, 3);
	bind_plan_context(L, 3, &cx);
	return give(L, plan_filter(in, text, &cx, &out, &e), &out, 1, &e);
}

/* filter_groups(table, keys, text, bindings?) */
static int core_filter_groups(lua_State *L)
{
	struct plan *in = bind_check_plan(L, 1), *out = NULL;
	const char **keys, *text = bind_text(L, 3);
	struct plan_context cx;
	struct err e = ERR_INIT;
	int n;

	lua_settop(L, 4);
	keys = bind_names(L, 2, &n);
	bind_plan_context(L, 4, &cx);
	return give(L, plan_filter_groups(in, text, keys, n, &cx, &out, &e), &out, 1, &e);
}

/* The verb over table, keys, definitions, bindings?; `like` as in give. */
static int by_groups(lua_State *L, int like, int (*verb)(const struct plan *, const char *const *, int, const char *const *, int,
							  const struct plan_context *, struct plan **, struct err *))
{
	struct plan *in = bind_check_plan(L, 1), *out = NULL;
	struct plan_context cx;
	struct err e = ERR_INIT;
	const char **keys, **defs;
	int nkeys, ndefs;

	lua_settop(L, 4);
	keys = bind_names(L, 2, &nkeys);
	defs = bind_names(L, 3, &ndefs);
	bind_plan_context(L, 4, &cx);
	return give(L, verb(in, keys, nkeys, defs, ndefs, &cx, &out, &e), &out, like, &e);
}

/* derive(table, keys, definitions, bindings?) */
static int core_derive(lua_State *L)
{
	return by_groups(L, 1, plan_derive);
}

/* agg(table, keys, definitions, bindings?): groups are no claims any more, what the loader knew of the rows is not true of them */
static int core_agg(lua_State *L)
{
	return by_groups(L, 0, plan_agg);
}

/* pick(table, from, to) */
static int core_pick(lua_State *L)
{
	struct plan *in = bind_check_plan(L, 1), *out = NULL;
	struct plan_context cx;
	struct err e = ERR_INIT;
	const char **from, **to;
	int n, nto;

	lua_settop(L, 3);
	from = bind_names(L, 2, &n);
	to = bind_names(L, 3, &nto);
	bind_plan_context(L, 0, &cx);
	return give(L, plan_select(in, from, to, n < nto ? n : nto, &cx, &out, &e), &out, 1, &e);
}

/* first(table, n) */
static int core_first(lua_State *L)
{
	struct plan *in = bind_check_plan(L, 1), *out = NULL;
	struct plan_context cx;
	struct err e = ERR_INIT;

	lua_settop(L, 2);
	bind_plan_context(L, 0, &cx);
	return give(L, plan_head(in, luaL_checkinteger(L, 2), &cx, &out, &e), &out, 1, &e);
}

static int by_names(lua_State *L, int (*verb)(const struct plan *, const char *const *, int, const struct plan_context *, struct plan **,
					      struct err *))
{
	struct plan *in = bind_check_plan(L, 1), *out = NULL;
	struct plan_context cx;
	struct err e = ERR_INIT;
	const char **names;
	int n;

	lua_settop(L, 2);
	names = bind_names(L, 2, &n);
	bind_plan_context(L, 0, &cx);
	return give(L, verb(in, names, n, &cx, &out, &e), &out, 1, &e);
}

/* sort(table, names) */
static int core_sort(lua_State *L)
{
	return by_names(L, plan_sort);
}

/* distinct(table, names) */
static int core_distinct(lua_State *L)
{
	return by_names(L, plan_distinct);
}

static const char *text_field(lua_State *L, int idx, const char *name)
{
	lua_getfield(L, idx, name);      /* stays on the stack, and so alive */
	return lua_isnil(L, -1) ? NULL : luaL_checkstring(L, -1);
}

static int option(const char *word, const char *const *words)
{
	int k = 0;

	while (word && words[k] && strcmp(words[k], word))
		k++;
	return word ? k : 0;
}

/* join(left, right, { left = names, right = names, how, suffix, left_time, right_time, direction, tolerance, strict, multiplies }) */
static int core_join(lua_State *L)
{
	static const char *const hows[] = {
#define X(name, text) text,
		JOIN_LIST(X)
#undef X
		NULL };
	static const char *const directions[] = { "backward", "forward", "nearest", NULL };
	struct plan *left = bind_check_plan(L, 1), *right = bind_check_plan(L, 2), *out = NULL;
	struct plan_join j = { .tolerance = -1 };
	struct plan_context cx;
	struct err e = ERR_INIT;
	int nright;

	luaL_checktype(L, 3, LUA_TTABLE);
	lua_settop(L, 3);
	lua_getfield(L, 3, "left");
	j.on.left = bind_names(L, 4, &j.on.n);
	lua_getfield(L, 3, "right");
	j.on.right = bind_names(L, 6, &nright);
	if (nright != j.on.n)
		return bind_fail(L, "%d keys on the left and %d on the right", j.on.n, nright);
	j.how = (enum join_how)option(text_field(L, 3, "how"), hows);
	j.suffix = text_field(L, 3, "suffix");
	j.suffix = j.suffix ? j.suffix : "_right";
	j.left_time = text_field(L, 3, "left_time");
	j.right_time = text_field(L, 3, "right_time");
	j.direction = (enum asof_direction)option(text_field(L, 3, "direction"), directions);
	if (lua_getfield(L, 3, "tolerance") != LUA_TNIL)
		j.tolerance = luaL_checknumber(L, -1);
	lua_getfield(L, 3, "strict");
	j.strict = lua_toboolean(L, -1);
	lua_getfield(L, 3, "multiplies");
	j.multiplies = lua_toboolean(L, -1);
	bind_plan_context(L, 0, &cx);
	return give(L, plan_join(left, right, &j, &cx, &out, &e), &out, 1, &e);
}

/* explain(table) -> text */
static int core_explain(lua_State *L)
{
	struct plan *p = bind_check_plan(L, 1);
	struct buf *text = bind_buf(L);
	struct err e = ERR_INIT;

	if (plan_explain(p, text, &e))
		return bind_raise(L, &e);
	lua_pushlstring(L, text->p ? text->p : "", text->n ? text->n - 1 : 0);
	return 1;
}

/* types(table) -> { type of each column }, without running anything */
static int core_types(lua_State *L)
{
	struct plan *p = bind_check_plan(L, 1);

	lua_createtable(L, plan_ncols(p), 0);
	for (int k = 0; k < plan_ncols(p); k++) {
		lua_pushstring(L, type_name(plan_type(p, k)));
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

/* == verbs that run at once: their columns depend on the data, or their rows on chance == */

/* sample(table, n, seed) */
static int core_sample(lua_State *L)
{
	struct table *t = bind_check_table(L, 1), *out;
	int64_t n = luaL_checkinteger(L, 2);
	uint32_t *idx;
	struct err e = ERR_INIT;

	if (n < 0)
		return bind_fail(L, "a number of rows cannot be negative: %lld", (long long)n);
	n = n < t->rows ? n : t->rows;
	idx = bind_scratch(L, ((size_t)n + 1) * sizeof *idx);
	if (rows_sample(t->rows, n, (uint64_t)luaL_checkinteger(L, 3), idx, &e) || rows_gather(t, idx, n, bind_threads(L), &out, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, out, 1);
	return 1;
}

static int numbers_gc(lua_State *L)
{
	struct column **box = lua_touserdata(L, 1);

	column_unref(*box);
	*box = NULL;
	return 0;
}

/* number_groups(table, keys, name) -> the table with one more column: the number of each row's group, also where keys are missing */
static int core_number_groups(lua_State *L)
{
	struct table *t = bind_check_table(L, 1), *out;
	const char *name = luaL_checkstring(L, 3);
	int n;
	const char **names = bind_names(L, 2, &n);
	const struct column **keys = bind_scratch(L, ((size_t)n + 1) * sizeof *keys);
	uint32_t *ids = bind_scratch(L, ((size_t)t->rows + 1) * sizeof *ids);
	struct column **box = lua_newuserdatauv(L, sizeof *box, 0);
	int64_t count, *numbers;
	struct err e = ERR_INIT;

	*box = NULL;
	bind_collect(L, "muster.numbers", numbers_gc);
	for (int k = 0; k < n; k++)
		if (table_column(t, names[k], &keys[k], &e))
			return bind_raise(L, &e);
	if (n && groups_of_columns(keys, n, t->rows, bind_threads(L), ids, &count, NULL, &e))
		return bind_raise(L, &e);
	if (!(numbers = mem_column(((size_t)t->rows + 1) * sizeof *numbers)))
		return bind_fail(L, "out of memory");
	for (int64_t i = 0; i < t->rows; i++)
		numbers[i] = ids[i];
	if (column_of_int64(numbers, NULL, t->rows, 0, box, &e)) {
		mem_free(numbers);
		return bind_raise(L, &e);
	}
	if (table_with(t, name, *box, &out, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, out, 1);
	return 1;
}

/* pivot(table, id names, names column, values column) */
static int core_pivot(lua_State *L)
{
	struct table *t = bind_check_table(L, 1), *out;
	struct err e = ERR_INIT;
	const char **id;
	int n;

	lua_settop(L, 4);
	id = bind_names(L, 2, &n);
	if (shape_pivot(t, id, n, luaL_checkstring(L, 3), luaL_checkstring(L, 4), bind_threads(L), &out, &e))
		return bind_raise(L, &e);
	bind_push_table(L, out);
	return 1;
}

/* unpivot(table, columns, name, value) */
static int core_unpivot(lua_State *L)
{
	struct table *t = bind_check_table(L, 1), *out;
	struct err e = ERR_INIT;
	const char **columns;
	int n;

	lua_settop(L, 4);
	columns = bind_names(L, 2, &n);
	if (shape_unpivot(t, columns, n, luaL_checkstring(L, 3), luaL_checkstring(L, 4), &out, &e))
		return bind_raise(L, &e);
	bind_push_table(L, out);
	return 1;
}

/* == chains over the parts of a scan == */

#define CHAIN "muster.chain"

struct chain {
	struct plan_parts *parts;
	struct bind_age age;
};

static int chain_gc(lua_State *L)
{
	struct chain *c = lua_touserdata(L, 1);

	plan_parts_close(c->parts);
	c->parts = NULL;
	return 0;
}

/* hole(table, part?) -> a Table without rows of the same columns, for plans over parts; those of `part` have its types */
static int core_hole(lua_State *L)
{
	struct plan *p = bind_check_plan(L, 1), *part = lua_isnoneornil(L, 2) ? NULL : bind_check_plan(L, 2), *out = NULL;
	int n = plan_ncols(p);
	const char **names = bind_scratch(L, ((size_t)n + 1) * sizeof *names);
	enum type *types = bind_scratch(L, ((size_t)n + 1) * sizeof *types);
	struct err e = ERR_INIT;

	for (int k = 0; k < n; k++) {
		int at = part ? plan_find(part, plan_name(p, k)) : -1;

		names[k] = plan_name(p, k);
		types[k] = at >= 0 ? plan_type(part, at) : plan_type(p, k);
	}
	return give(L, plan_hole(n, names, types, &out, &e), &out, 0, &e);
}

/* needs(table over a hole) -> the names of the hole's columns that it needs */
static int core_needs(lua_State *L)
{
	struct plan *p = bind_check_plan(L, 1), *hole = bind_check_plan(L, 2);
	int n = plan_ncols(hole), listed = 0;
	bool *need = bind_scratch(L, (size_t)n + 1);

	plan_needs(p, need);
	lua_newtable(L);
	for (int k = 0; k < n; k++)
		if (need[k]) {
			lua_pushstring(L, plan_name(hole, k));
			lua_rawseti(L, -2, ++listed);
		}
	return 1;
}

/* chain_open(table over a hole) -> chain */
static int core_chain_open(lua_State *L)
{
	struct plan *p = bind_check_plan(L, 1);
	struct chain *c = lua_newuserdatauv(L, sizeof *c, 0);
	struct err e = ERR_INIT;

	*c = (struct chain){ NULL, bind_age(L) };
	bind_collect(L, CHAIN, chain_gc);
	if (plan_parts_open(p, bind_threads(L), &c->parts, &e))
		return bind_raise_located(L, true, &e);
	return 1;
}

static struct plan_parts *check_chain(lua_State *L)
{
	struct chain *c = luaL_checkudata(L, 1, CHAIN);

	if (!c->parts)
		bind_fail(L, "the scan is closed");
	bind_check_age(L, &c->age, "the scan was");
	return c->parts;
}

/* chain_add(chain, part) -> Table or nil, whether no more parts are wanted */
static int core_chain_add(lua_State *L)
{
	struct plan_parts *s = check_chain(L);
	struct table *out;
	struct err e = ERR_INIT;
	bool enough, located = false;

	if (plan_parts_add(s, bind_check_table(L, 2), &out, &enough, &located, &e))
		return bind_raise_located(L, located, &e);
	if (out)
		bind_push_table(L, out);
	else
		lua_pushnil(L);
	lua_pushboolean(L, enough);
	return 2;
}

/* chain_finish(chain) -> Table or nil */
static int core_chain_finish(lua_State *L)
{
	struct plan_parts *s = check_chain(L);
	struct table *out;
	struct err e = ERR_INIT;
	bool located = false;

	if (plan_parts_finish(s, &out, &located, &e))
		return bind_raise_located(L, located, &e);
	if (!out)
		return 0;
	bind_push_table(L, out);
	return 1;
}

/* at(where, fn, ...) -> what fn(...) gives; what is planned or raised in it is of that line */
static int core_at(lua_State *L)
{
	int rc;

	luaL_checkstring(L, 1);
	lua_pushvalue(L, 1);
	lua_setfield(L, LUA_REGISTRYINDEX, BIND_AT);
	rc = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
	lua_pushnil(L);
	lua_setfield(L, LUA_REGISTRYINDEX, BIND_AT);
	return rc ? lua_error(L) : lua_gettop(L) - 1;
}

static const luaL_Reg core_functions[] = {
	{ "filter", core_filter },   { "filter_groups", core_filter_groups }, { "number_groups", core_number_groups },
	{ "derive", core_derive },     { "agg", core_agg },         { "pick", core_pick },
	{ "first", core_first },     { "sort", core_sort },         { "distinct", core_distinct }, { "join", core_join },
	{ "explain", core_explain }, { "types", core_types },       { "sample", core_sample },   { "pivot", core_pivot },
	{ "hole", core_hole },       { "needs", core_needs },       { "chain_open", core_chain_open }, { "chain_add", core_chain_add },
	{ "chain_finish", core_chain_finish }, { "at", core_at },
	{ "unpivot", core_unpivot }, { NULL, NULL },
};

void bind_open_query(lua_State *L)
{
	bind_core(L, core_functions);
}
