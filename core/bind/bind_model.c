/* bind_model.c - models in Lua: text to a Model, and the same bound to data. What is done with it is lua/muster/model/. */
#include "bind/bind_model.h"

#include <string.h>

#define MODEL "muster.Model"
#define POSTERIOR "muster.posterior"

struct model_box {
	struct model *m;         /* NULL = closed */
};

struct posterior_box {
	struct posterior *p;
};

/* == Model == */

static struct model *check_model(lua_State *L, int idx)
{
	struct model_box *box = luaL_checkudata(L, idx, MODEL);

	if (!box->m)
		bind_fail(L, "the model was closed");
	return box->m;
}

static int model_gc(lua_State *L)
{
	struct model_box *box = luaL_checkudata(L, 1, MODEL);

	model_unref(box->m);
	box->m = NULL;
	return 0;
}

static int model_tostring(lua_State *L)
{
	lua_pushstring(L, model_text(check_model(L, 1)));
	return 1;
}

static int model_index(lua_State *L)
{
	return bind_push_method(L, "Model");
}

static int lib_model(lua_State *L)
{
	size_t n;
	const char *text = luaL_checklstring(L, 1, &n);
	struct model_box *box = lua_newuserdatauv(L, sizeof *box, 0);
	struct err e = ERR_INIT;

	box->m = NULL;
	luaL_setmetatable(L, MODEL);
	if (model_parse(text, n, &box->m, &e))
		return bind_raise(L, &e);
	return 1;
}

static int lib_model_text(lua_State *L)
{
	return model_tostring(L);
}

/* == bound to data == */

static int posterior_gc(lua_State *L)
{
	struct posterior_box *box = lua_touserdata(L, 1);

	posterior_unref(box->p);
	box->p = NULL;
	return 0;
}

struct posterior *bind_check_posterior(lua_State *L, int idx)
{
	struct posterior_box *box = luaL_checkudata(L, idx, POSTERIOR);

	if (!box->p)
		bind_fail(L, "the model was closed");
	return box->p;
}

static unsigned check_flags(lua_State *L, int idx)
{
	static const char *const names[] = { "posterior", "prior", "plain", NULL };
	static const unsigned flags[] = { 0, MODEL_NO_LIKELIHOOD, MODEL_NO_JACOBIAN };

	return flags[luaL_checkoption(L, idx, "posterior", names)];
}

/* model_bind(model, array of { name, value }, "posterior" | "prior" | "plain") -> posterior, or nil and what is wrong */
static int core_model_bind(lua_State *L)
{
	struct model *m = check_model(L, 1);
	unsigned flags = check_flags(L, 3);
	const struct model_input *inputs;
	struct posterior_box *box;
	int n;
	struct err e = ERR_INIT;

	luaL_checktype(L, 2, LUA_TTABLE);
	inputs = bind_model_inputs(L, 2, &n);
	box = lua_newuserdatauv(L, sizeof *box, 0);
	box->p = NULL;
	bind_collect(L, POSTERIOR, posterior_gc);
	if (model_bind(m, inputs, n, flags, &box->p, &e))
		return bind_raise(L, &e);
	return 1;
}

static void set_integer(lua_State *L, const char *name, lua_Integer v)
{
	lua_pushinteger(L, v);
	lua_setfield(L, -2, name);
}

static void set_flag(lua_State *L, const char *name, bool v)
{
	lua_pushboolean(L, v);
	lua_setfield(L, -2, name);
}

static void push_quantity(lua_State *L, const struct model_quantity *q)
{
	static const char *const roles[] = { "parameter", "derived", "observed", "discrete" };

	lua_createtable(L, 0, 11);
	lua_pushstring(L, q->name);
	lua_setfield(L, -2, "name");
	lua_pushstring(L, roles[q->role]);
	lua_setfield(L, -2, "role");
	lua_createtable(L, q->rank, 0);
	for (int k = 0; k < q->rank; k++) {
		lua_pushinteger(L, q->dims[k]);
		lua_rawseti(L, -2, k + 1);
	}
	lua_setfield(L, -2, "dims");
	set_integer(L, "n", q->n);
	set_integer(L, "at", q->at);
	set_integer(L, "outcomes", q->outcomes);
	set_integer(L, "log_lik_at", q->log_lik_at);
	set_integer(L, "line", q->line);
	set_flag(L, "whole", q->whole);
	set_flag(L, "positive", q->positive);
	if (!q->levels || !q->rank)
		return;
	lua_createtable(L, q->dims[0], 0);
	for (int k = 0; k < q->dims[0]; k++) {
		lua_pushstring(L, q->levels[k]);
		lua_rawseti(L, -2, k + 1);
	}
	lua_setfield(L, -2, "levels");
}

/* posterior_about(posterior) -> { unknowns, width, rows, notes, quantities = { { name, role, dims, n, at, ... } ... } } */
static int core_posterior_about(lua_State *L)
{
	struct posterior *p = bind_check_posterior(L, 1);
	const struct model_quantity *q;
	int n = posterior_quantities(p, &q);

	lua_createtable(L, 0, 5);
	set_integer(L, "unknowns", posterior_unknowns(p));
	set_integer(L, "width", posterior_width(p));
	set_integer(L, "rows", posterior_rows(p));
	lua_pushstring(L, posterior_notes(p));
	lua_setfield(L, -2, "notes");
	lua_createtable(L, n, 0);
	for (int i = 0; i < n; i++) {
		push_quantity(L, &q[i]);
		lua_rawseti(L, -2, i + 1);
	}
	lua_setfield(L, -2, "quantities");
	return 1;
}

static void push_ends(lua_State *L, const double *v, int n)
{
	if (!v) {
		lua_pushnil(L);
		return;
	}
	lua_createtable(L, n, 0);
	for (int i = 0; i < n; i++) {
		lua_pushnumber(L, v[i]);
		lua_rawseti(L, -2, i + 1);
	}
}

/* posterior_data(posterior, number of the quantity) -> its lower ends, its upper ends (nil: one number each) */
static int core_posterior_data(lua_State *L)
{
	struct posterior *p = bind_check_posterior(L, 1);
	const struct model_quantity *q;
	lua_Integer k = luaL_checkinteger(L, 2);

	if (k < 1 || k > posterior_quantities(p, &q))
		return bind_fail(L, "no quantity number %lld", (long long)k);
	push_ends(L, q[k - 1].low, q[k - 1].n);
	push_ends(L, q[k - 1].high, q[k - 1].n);
	return 2;
}

static void set_text(lua_State *L, const char *name, const char *v)
{
	lua_pushstring(L, v);
	lua_setfield(L, -2, name);
}

/* Rows for muster.model_functions. */
static int core_model_functions(lua_State *L)
{
	struct model_function_help f;

	lua_newtable(L);
	for (int i = 0; model_function_at(i, &f); i++) {
		lua_createtable(L, 0, 3);
		set_text(L, "name", f.name);
		set_text(L, "arguments", f.args);
		set_text(L, "help", f.help);
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

static const struct bind_fn fns[] = {
	{ "muster.model", lib_model, "text: string", "Model",
	  "A model as text, parsed at once: docs/manual/models.md has the language. What is wrong with it is told with its line and column.",
	  "return muster.model [[\n  p ~ beta(1, 1)\n  k ~ binomial(n, p)\n]]" },
	{ "Model:text", lib_model_text, "", "string", "The text of the model, as it was given.",
	  "return muster.model('mu ~ normal(0, 1)'):text()" },
	{ 0 },
};

static const luaL_Reg core_functions[] = {
	{ "model_bind", core_model_bind },
	{ "model_functions", core_model_functions },
	{ "posterior_about", core_posterior_about },
	{ "posterior_data", core_posterior_data },
	{ NULL, NULL },
};

void bind_open_model(lua_State *L)
{
	static const luaL_Reg meta[] = { { "__tostring", model_tostring }, { "__index", model_index }, { NULL, NULL } };

	bind_class(L, "Model", model_gc, meta);
	bind_list(L, fns);
	bind_core(L, core_functions);
	bind_open_model_rows(L);
	bind_open_model_sample(L);
	bind_open_model_optimize(L);
	bind_open_model_measure(L);
}
