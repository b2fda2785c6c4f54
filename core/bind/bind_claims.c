/*
 * bind_claims.c - schemas from Lua tables, and claims read and checked under them.
 *
 * The Lua side (lua/muster/base/schema.lua) has validated the schema and brought it into one plain form, so
 * that what is read here is what it made: an error here would be ours.
 */
#include "bind/bind_load.h"
#include "claims/claims.h"

#include <stdio.h>
#include <string.h>

/* == a schema: C structs whose strings live in the Lua table, and whose arrays live in `held` == */

struct reader {
	lua_State *L;
	int held;                /* a Lua table that keeps the arrays */
};

static void *array(struct reader *r, size_t n, size_t size)
{
	void *p = bind_scratch(r->L, n * size);

	lua_rawseti(r->L, r->held, (lua_Integer)lua_rawlen(r->L, r->held) + 1);
	return p;
}

/* The text in field `name` of the table on top; NULL when there is none. */
static const char *text(struct reader *r, const char *name)
{
	const char *s = lua_getfield(r->L, -1, name) == LUA_TNIL ? NULL : luaL_checkstring(r->L, -1);

	lua_pop(r->L, 1);
	return s;
}

static bool number(struct reader *r, const char *name, double *out)
{
	bool there = lua_getfield(r->L, -1, name) != LUA_TNIL;

	if (there)
		*out = luaL_checknumber(r->L, -1);
	lua_pop(r->L, 1);
	return there;
}

static const char *const *texts(struct reader *r, const char *name, size_t *n)
{
	const char **list;

	*n = 0;
	if (lua_getfield(r->L, -1, name) == LUA_TNIL) {
		lua_pop(r->L, 1);
		return NULL;
	}
	luaL_checktype(r->L, -1, LUA_TTABLE);
	*n = lua_rawlen(r->L, -1);
	list = array(r, *n, sizeof *list);
	for (size_t i = 0; i < *n; i++) {
		lua_rawgeti(r->L, -1, (lua_Integer)i + 1);
		list[i] = luaL_checkstring(r->L, -1);
		lua_pop(r->L, 1);
	}
	lua_pop(r->L, 1);
	return list;
}

/* Push the array in field `name`; its length. Each of its items is then read from the top of the stack. */
static size_t open_list(struct reader *r, const char *name)
{
	lua_getfield(r->L, -1, name);
	luaL_checktype(r->L, -1, LUA_TTABLE);
	return lua_rawlen(r->L, -1);
}

static void read_column(struct reader *r, struct claims_column *c)
{
	static const char *const needs[] = { "optional", "column", "value" };
	const char *form = text(r, "form"), *sep = text(r, "separator"), *need = text(r, "need");

	c->name = text(r, "name");
	if (!type_from_name(text(r, "type"), &c->type))
		luaL_error(r->L, "no type '%s'", text(r, "type"));
	for (int i = 0; i < 3; i++)
		if (need && !strcmp(need, needs[i]))
			c->need = (enum claims_need)i;
	lua_getfield(r->L, -1, "unique");
	c->unique = lua_toboolean(r->L, -1);
	lua_pop(r->L, 1);
	c->separator = sep ? *sep : 0;
	if (form && !claims_form_from_name(form, &c->form))
		luaL_error(r->L, "no form '%s'", form);
	c->has_min = number(r, "min", &c->min);
	c->has_max = number(r, "max", &c->max);
	c->values = texts(r, "values", &c->nvalues);
	c->values_from = text(r, "from");
}

static void read_when(struct reader *r, struct claims_when *w)
{
	if (lua_getfield(r->L, -1, "when") != LUA_TNIL) {
		w->column = text(r, "column");
		w->values = texts(r, "values", &w->nvalues);
	}
	lua_pop(r->L, 1);
}

static void read_shapes(struct reader *r, struct claims_rule *rule)
{
	struct claims_shape *shapes;

	if (lua_getfield(r->L, -1, "shapes") != LUA_TNIL) {
		rule->nshapes = lua_rawlen(r->L, -1);
		shapes = array(r, rule->nshapes, sizeof *shapes);
		for (size_t i = 0; i < rule->nshapes; i++) {
			lua_rawgeti(r->L, -1, (lua_Integer)i + 1);
			shapes[i] = (struct claims_shape){ text(r, "value"), text(r, "shape") };
			lua_pop(r->L, 1);
		}
		rule->shapes = shapes;
	}
	lua_pop(r->L, 1);
}

static void read_rule(struct reader *r, struct claims_rule *rule)
{
	if (!claims_verb_from_name(text(r, "verb"), &rule->verb))
		luaL_error(r->L, "no verb '%s'", text(r, "verb"));
	rule->columns = texts(r, "columns", &rule->ncolumns);
	rule->by = text(r, "by");
	rule->values = texts(r, "values", &rule->nvalues);
	read_when(r, &rule->when);
	read_shapes(r, rule);
}

/* The schema at idx, which stays on the stack while *s is used; pushes the table that holds the arrays. */
static void read_schema(lua_State *L, int idx, struct claims_schema *s)
{
	struct reader r = { L, 0 };
	struct claims_column *columns;
	struct claims_rule *rules;
	struct claims_note *notes;

	idx = lua_absindex(L, idx);
	luaL_checktype(L, idx, LUA_TTABLE);
	lua_newtable(L);
	r.held = lua_gettop(L);
	lua_pushvalue(L, idx);
	*s = (struct claims_schema){ .kind = text(&r, "kind"), .rounding = QUANTITY_ROUNDING };
	number(&r, "rounding", &s->rounding);

	columns = array(&r, s->ncolumns = open_list(&r, "columns"), sizeof *columns);
	for (size_t i = 0; i < s->ncolumns; i++, lua_pop(L, 1)) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		read_column(&r, &columns[i]);
	}
	lua_pop(L, 1);
	rules = array(&r, s->nrules = open_list(&r, "rules"), sizeof *rules);
	for (size_t i = 0; i < s->nrules; i++, lua_pop(L, 1)) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		read_rule(&r, &rules[i]);
	}
	lua_pop(L, 1);
	notes = array(&r, s->nnotes = open_list(&r, "notes"), sizeof *notes);
	for (size_t i = 0; i < s->nnotes; i++, lua_pop(L, 1)) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		notes[i] = (struct claims_note){ text(&r, "field"), text(&r, "text") };
	}
	lua_pop(L, 2);
	s->columns = columns;
	s->rules = rules;
	s->notes = notes;
}

/* == core functions: lua/muster/part/kinds.lua makes the public ones of them == */

/* load_kind(path, options, schema) -> Table with the extras of any load */
static int core_load_kind(lua_State *L)
{
	const char **paths;
	size_t n;
	struct claims_schema s;
	struct load_check check = { claims_load_check, &s };
	struct load_options o;
	struct load *l;
	struct table *arranged;
	struct err e = ERR_INIT;

	lua_settop(L, 3);
	read_schema(L, 3, &s);
	bind_load_options(L, 2, &o);
	o.check = &check;
	paths = bind_paths(L, 1, &n);
	l = bind_new_load(L);
	if (load_files(paths, n, &o, l, &e))
		return bind_raise(L, &e);
	bind_push_loaded(L, l);
	if (claims_arrange(&s, bind_check_table(L, -1), &arranged, &e))
		return bind_raise(L, &e);
	bind_push_table_like(L, arranged, -1);
	return 1;
}

static int faults_gc(lua_State *L)
{
	faults_release(lua_touserdata(L, 1));
	return 0;
}

static struct faults *new_faults(lua_State *L)
{
	struct faults *list = lua_newuserdatauv(L, sizeof *list, 0);

	*list = (struct faults)FAULTS_INIT;
	bind_collect(L, "muster.faults", faults_gc);
	return list;
}

/* The first error of a table that has no file to point into, and how many more there are. */
static int raise_first(lua_State *L, const struct claims_schema *s, const struct faults *list)
{
	const struct fault *first = NULL;
	size_t n = 0;
	char row[40] = "";

	for (size_t i = 0; i < list->n; i++) {
		const struct fault *f = &list->items[i];

		if (f->warning)
			continue;
		if (!first || f->row < first->row)
			first = f;
		n++;
	}
	if (!first)
		return 0;
	if (first->row >= 0)
		snprintf(row, sizeof row, "row %lld, ", (long long)first->row + 1);
	return bind_fail(L, n > 1 ? "%s: %scolumn '%s': %s (%zu more)" : "%s: %scolumn '%s': %s", s->kind, row,
			 first->field ? first->field : "", first->message, n - 1);
}

/* check_kind(table, schema) -> Table in the schema's types and order with its figures, list of warnings */
static int core_check_kind(lua_State *L)
{
	struct table *given = bind_check_table(L, 1), *typed, *arranged;
	struct claims_schema s;
	struct faults *list;
	struct err e = ERR_INIT;

	lua_settop(L, 2);
	read_schema(L, 2, &s);
	list = new_faults(L);
	if (claims_typed(&s, given, &typed, list, &e))
		return bind_raise(L, &e);
	bind_push_table(L, typed);
	if (claims_check(&s, typed, list, &e))
		return bind_raise(L, &e);
	raise_first(L, &s, list);
	if (claims_arrange(&s, typed, &arranged, &e))
		return bind_raise(L, &e);
	bind_push_table(L, arranged);
	bind_push_faults(L, list, &s.kind);
	return 2;
}

static void push_words(lua_State *L, const char *name, const char *const *words, int n)
{
	lua_createtable(L, n, 0);
	for (int i = 0; i < n; i++) {
		lua_pushstring(L, words[i]);
		lua_rawseti(L, -2, i + 1);
	}
	lua_setfield(L, -2, name);
}

/* schema_words() -> { types, forms, verbs }: what a schema can be written with */
static int core_schema_words(lua_State *L)
{
#define X(id, name, size) name,
	static const char *const types[] = { TYPE_LIST(X) };
#undef X
#define X(id, name, meaning) name,
	static const char *const forms[] = { CLAIMS_FORM_LIST(X) };
#undef X
#define X(id, name) name,
	static const char *const verbs[] = { CLAIMS_VERB_LIST(X) };
#undef X

	lua_createtable(L, 0, 3);
	push_words(L, "types", types, TYPE_COUNT);
	push_words(L, "forms", forms, CLAIMS_FORM_COUNT);
	push_words(L, "verbs", verbs, CLAIMS_VERB_COUNT);
	return 1;
}

/* complain(text): a line on standard error, where data's warnings go */
static int core_complain(lua_State *L)
{
	fprintf(stderr, "%s\n", luaL_checkstring(L, 1));
	return 0;
}

static const luaL_Reg functions[] = {
	{ "load_kind", core_load_kind },
	{ "check_kind", core_check_kind },
	{ "schema_words", core_schema_words },
	{ "complain", core_complain },
	{ NULL, NULL },
};

void bind_open_claims(lua_State *L)
{
	bind_core(L, functions);
}
