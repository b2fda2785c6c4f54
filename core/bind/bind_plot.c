/*
 * bind_plot.c - plots in Lua: an immutable value that holds a description, and the way from there to a figure.
 *
 * The description is a Lua table that only lua/muster/plot.lua can reach; it is never changed after the
 * Plot is made. A figure is built from it each time something is drawn or checked.
 */
#include "bind/bind.h"
#include "plot/plot.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PLOT "muster.Plot"

/* plot_new(description) -> Plot */
static int core_new(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_newuserdatauv(L, 0, 1);
	luaL_setmetatable(L, PLOT);
	lua_pushvalue(L, 1);
	lua_setiuservalue(L, -2, 1);
	return 1;
}

/* plot_description(Plot) -> the table, for our own Lua file only */
static int core_description(lua_State *L)
{
	luaL_checkudata(L, 1, PLOT);
	lua_getiuservalue(L, 1, 1);
	return 1;
}

/* == description to figure == */

static int figure_gc(lua_State *L)
{
	figure_release(lua_touserdata(L, 1));
	return 0;
}

static struct figure *push_figure(lua_State *L)
{
	struct figure *f = lua_newuserdatauv(L, sizeof *f, 0);

	*f = (struct figure)FIGURE_INIT;
	bind_collect(L, "muster.figure", figure_gc);
	return f;
}

/* A number, or a date as the axis counts it; NaN when the field is absent. */
static double number_field(lua_State *L, int idx, const char *key)
{
	double v = NAN;
	int32_t days;
	int64_t micros;

	lua_getfield(L, idx, key);
	if (lua_type(L, -1) == LUA_TNUMBER)
		v = lua_tonumber(L, -1);
	else if (bind_test_date(L, -1, &days))
		v = days;
	else if (bind_test_datetime(L, -1, &micros))
		v = (double)micros / 86400e6;
	lua_pop(L, 1);
	return v;
}

static bool flag_field(lua_State *L, int idx, const char *key)
{
	bool set = (lua_getfield(L, idx, key), lua_toboolean(L, -1));

	lua_pop(L, 1);
	return set;
}

/* The bytes belong to the string in the table, which outlives the call. */
static struct slice text_field(lua_State *L, int idx, const char *key)
{
	struct slice s = { "", 0 };

	if (lua_getfield(L, idx, key) == LUA_TSTRING)
		s.p = lua_tolstring(L, -1, &s.n);
	lua_pop(L, 1);
	return s;
}

static void add_texts(lua_State *L, int idx, struct figure *f)
{
	static const char *const keys[] = { "title", "subtitle", "caption", "xlabel", "ylabel" };
	struct err e = ERR_INIT;

	for (int k = 0; k < PLOT_SLOTS; k++)
		if (figure_text(f, (enum plot_slot)k, text_field(L, idx, keys[k]), &e))
			bind_raise(L, &e);
}

static void read_columns(lua_State *L, int idx, struct plot_layer *l)
{
	const struct table *t;
	struct err e = ERR_INIT;

	lua_getfield(L, idx, "table");
	t = bind_check_table(L, -1);
	for (int r = 0; r < PLOT_ROLES; r++) {
		l->col_name[r] = plot_role_name((enum plot_role)r);
		if (lua_getfield(L, idx, plot_role_name((enum plot_role)r)) == LUA_TSTRING) {
			l->col_name[r] = lua_tostring(L, -1);
			if (table_column(t, l->col_name[r], &l->col[r], &e))
				bind_fail(L, "%s: %s", plot_role_name((enum plot_role)r), e.msg);
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);                   /* the layer keeps its table, and the table its columns */
}

static void add_layer(lua_State *L, int idx, struct figure *f)
{
	struct plot_layer l = PLOT_LAYER_INIT;
	struct err e = ERR_INIT;
	const char *word;
	double size;
	uint32_t rgb;

	lua_getfield(L, idx, "mark");
	if (!plot_mark_from_name(luaL_checkstring(L, -1), &l.mark))
		bind_fail(L, "no mark '%s'", lua_tostring(L, -1));
	lua_pop(L, 1);
	read_columns(L, idx, &l);
	l.name = text_field(L, idx, "name");
	l.hollow = (lua_getfield(L, idx, "hollow"), lua_isboolean(L, -1) && lua_toboolean(L, -1));
	lua_pop(L, 1);
	l.dashed = flag_field(L, idx, "dashed");
	l.base = number_field(L, idx, "base");
	size = number_field(L, idx, "size");
	l.size = size > 0 ? fmin(size, 20) : 0;
	word = text_field(L, idx, "policy").p;
	if (*word && !plot_policy_from_name(word, &l.policy))
		bind_fail(L, "no policy '%s': there are midpoint, floor, ceiling and stated", word);
	word = text_field(L, idx, "ink").p;
	if (*word && !plot_ink_from_name(word, &rgb))
		bind_fail(L, "no ink '%s': there are blue, vermillion, green, purple, orange, sky, black, yellow, grey, light and pale",
			  word);
	if (*word)
		l.ink = rgb;
	if (figure_layer(f, &l, &e))
		bind_raise(L, &e);
}

/* Calls `add` for each table in the list field `key`. */
static void each(lua_State *L, int idx, const char *key, struct figure *f, void (*add)(lua_State *, int, struct figure *))
{
	lua_getfield(L, idx, key);
	for (lua_Integer k = 1, n = lua_istable(L, -1) ? (lua_Integer)lua_rawlen(L, -1) : 0; k <= n; k++) {
		lua_rawgeti(L, -1, k);
		add(L, lua_gettop(L), f);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static void add_reference(lua_State *L, int idx, struct figure *f)
{
	struct err e = ERR_INIT;

	if (figure_reference(f, flag_field(L, idx, "vertical"), number_field(L, idx, "at"), text_field(L, idx, "label"), &e))
		bind_raise(L, &e);
}

static struct figure *to_figure(lua_State *L, int idx)
{
	struct figure *f = push_figure(L);
	double width = number_field(L, idx, "width"), height = number_field(L, idx, "height");

	f->width = width > 0 ? width : 0;
	f->height = height > 0 ? height : 0;
	f->same_y = flag_field(L, idx, "same_y");
	f->x = (struct plot_axis){ number_field(L, idx, "xlow"), number_field(L, idx, "xhigh"), flag_field(L, idx, "xlog"),
				   flag_field(L, idx, "xpercent") };
	f->y = (struct plot_axis){ number_field(L, idx, "ylow"), number_field(L, idx, "yhigh"), flag_field(L, idx, "ylog"),
				   flag_field(L, idx, "ypercent") };
	add_texts(L, idx, f);
	each(L, idx, "layers", f, add_layer);
	each(L, idx, "refs", f, add_reference);
	return f;
}

/* plot_check(description): an error when it cannot be made into a figure, before anything is drawn */
static int core_check(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	to_figure(L, 1);
	return 0;
}

/* == drawing == */

/* plot_save(description, path) */
static int core_save(lua_State *L)
{
	const char *path = luaL_checkstring(L, 2);
	struct figure *f = (luaL_checktype(L, 1, LUA_TTABLE), to_figure(L, 1));
	struct err e = ERR_INIT;

	if (strlen(path) != lua_rawlen(L, 2))
		return bind_fail(L, "the name of a file cannot hold a NUL byte");
	if (plot_save(f, path, PLOT_SECONDS, &e))
		return bind_raise(L, &e);
	return 0;
}

/* plot_text(description) -> the plot in letters, as wide as the terminal (100 columns where there is none) */
static int core_text(lua_State *L)
{
	struct figure *f = (luaL_checktype(L, 1, LUA_TTABLE), to_figure(L, 1));
	struct buf *text = bind_buf(L);
	struct err e = ERR_INIT;
	struct winsize size;
	int width = 100;

	if (f->width > 0)
		width = (int)fmin(fmax(round(f->width / 9), 20), 1000);
	else if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col > 20)
		width = size.ws_col;
	if (plot_terminal(f, width, (int)fmin(round(f->height / 18), 1000), PLOT_SECONDS, text, &e))
		return bind_raise(L, &e);
	lua_pushlstring(L, text->p, text->n);
	return 1;
}

/* plot_listing(description, format) -> script, data */
static int core_listing(lua_State *L)
{
	const char *name = luaL_checkstring(L, 2);
	struct figure *f = (luaL_checktype(L, 1, LUA_TTABLE), to_figure(L, 1));
	struct buf *script = bind_buf(L), *data = bind_buf(L);
	struct err e = ERR_INIT;
	enum plot_format format;
	char path[32];

	snprintf(path, sizeof path, ".%.20s", name);
	if (plot_format_of(path, &format, &e) || plot_listing(f, format, script, data, &e))
		return bind_raise(L, &e);
	lua_pushlstring(L, script->p, script->n);
	lua_pushlstring(L, data->p ? data->p : "", data->n);
	return 2;
}

static int plot_tostring(lua_State *L)
{
	lua_Integer n;

	luaL_checkudata(L, 1, PLOT);
	lua_getiuservalue(L, 1, 1);
	lua_getfield(L, -1, "layers");
	n = (lua_Integer)lua_rawlen(L, -1);
	lua_pushfstring(L, "plot of %I layer%s", n, n == 1 ? "" : "s");
	return 1;
}

/* An unknown method is an error at once: p:tilte "..." would otherwise be "attempt to call a nil value". */
static int plot_index(lua_State *L)
{
	return bind_push_method(L, "Plot");
}

static const luaL_Reg meta[] = { { "__tostring", plot_tostring }, { "__index", plot_index }, { NULL, NULL } };

static const luaL_Reg core_functions[] = {
	{ "plot_new", core_new },   { "plot_description", core_description }, { "plot_check", core_check },
	{ "plot_save", core_save }, { "plot_text", core_text },               { "plot_listing", core_listing },
	{ NULL, NULL },
};

void bind_open_plot(lua_State *L)
{
	bind_class(L, "Plot", NULL, meta);
	bind_core(L, core_functions);
}
