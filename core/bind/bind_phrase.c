/* bind_phrase.c - figures as published in English: muster.quantity "up to 12,000", and the words of size with their bounds. */
#include "bind/bind.h"
#include "table/phrase.h"

/* A text option, left on the stack so that it lives until the quantity is made. */
static struct slice text_option(lua_State *L, const char *name)
{
	struct slice s = { "", 0 };

	if (lua_istable(L, 2) && lua_getfield(L, 2, name) != LUA_TNIL)
		s.p = luaL_checklstring(L, -1, &s.n);
	return s;
}

int bind_quantity_of_text(lua_State *L)
{
	struct phrase_options o = PHRASE_OPTIONS_INIT;
	struct phrase_room room;
	struct quantity q;
	struct slice text, decimal;
	struct err e = ERR_INIT;

	text.p = luaL_checklstring(L, 1, &text.n);
	lua_settop(L, 2);
	decimal = text_option(L, "decimal");
	if (decimal.n)
		o.decimal = decimal.p[0];
	o.measure = text_option(L, "measure");
	o.basis = text_option(L, "basis");
	o.base = text_option(L, "base");
	if (lua_istable(L, 2) && lua_getfield(L, 2, "rounding") != LUA_TNIL)
		o.rounding = luaL_checknumber(L, -1);
	if (!(o.rounding >= 0 && o.rounding <= 1))
		return bind_fail(L, "option 'rounding': expected a share from 0 to 1, found %g", o.rounding);
	if (quantity_parse(text, &o, &room, &q, &e)) {
		struct buf *shown = bind_buf(L);
		size_t n = text.n < 60 ? text.n : 60;

		while (n && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
			n--;
		text_escape(shown, text.p, n);
		return bind_fail(L, "'%s%s' is no figure: %s", shown->p ? shown->p : "", n < text.n ? "..." : "", e.msg);
	}
	bind_push_quantity(L, &q);
	return 1;
}

/* quantity_words() -> { { word, use, low, high, source }, ... } */
static int core_quantity_words(lua_State *L)
{
	const struct phrase_size *s;

	lua_newtable(L);
	for (int i = 0; (s = phrase_size_at(i)); i++) {
		lua_createtable(L, 0, 5);
		lua_pushstring(L, s->word);
		lua_setfield(L, -2, "word");
		lua_pushstring(L, phrase_use_name(s->use));
		lua_setfield(L, -2, "use");
		lua_pushnumber(L, s->low);
		lua_setfield(L, -2, "low");
		lua_pushnumber(L, s->high);
		lua_setfield(L, -2, "high");
		lua_pushstring(L, s->source);
		lua_setfield(L, -2, "source");
		lua_rawseti(L, -2, i + 1);
	}
	return 1;
}

static const luaL_Reg core_functions[] = { { "quantity_words", core_quantity_words }, { NULL, NULL } };

void bind_open_phrase(lua_State *L)
{
	bind_core(L, core_functions);
}
