/*
 * t3040-expr-lua.c - precedence, literals and arithmetic are Lua's: random expressions of constants without parentheses, against
 * Lua itself.
 *
 * Whatever has a value here has the same one in Lua. Not all that Lua computes has one here (integers do not wrap, strings are no
 * numbers, numbers are no conditions), and what Lua refuses is refused.
 */
#include "bind/bind.h"
#include "expr/expr.h"
#include "tap.h"

#include <stdlib.h>

static uint64_t state = 4;

static uint32_t draw(uint32_t n)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % n;
}
#define PICK(list) (list)[draw(sizeof(list) / sizeof *(list))]

static void operand(struct buf *out)
{
	static const char *const numbers[] = { "1", "2", "3", "7", "10", "0", "0.5", "2.0", ".25", "3.", "1e2", "5E-1", "0x10", "0xfF", "007" };
	static const char *const strings[] = { "'a'", "\"b\"", "'a\\65\\x42\\u{43}\\z  d'", "''", "'\\'\\\"\\n'" };
	uint32_t k = draw(12);

	while (!draw(4))
		buf_str(out, draw(3) ? "- " : "not ");
	if (k < 8)
		buf_str(out, PICK(numbers));
	else if (k < 10)
		buf_str(out, PICK(strings));
	else
		buf_str(out, k == 10 ? "true" : "false");
}

static void text_of(struct buf *out)
{
	static const char *const operators[] = { "or", "and", "<", ">", "<=", ">=", "~=", "==", "..", "+", "-", "*", "/", "//", "%", "^",
						 "+", "-", "*", "^" };

	operand(out);
	for (uint32_t n = draw(6); n; n--) {
		buf_printf(out, " %s ", PICK(operators));
		operand(out);
	}
}

/* 1 the same, 0 another, -1 Lua has none. */
static int as_lua(lua_State *L, const char *text, const struct value *v)
{
	struct buf chunk = BUF_INIT;
	int rc = -1;

	buf_printf(&chunk, "return %s", text);
	if (!luaL_loadbuffer(L, chunk.p, chunk.n, "test") && !lua_pcall(L, 0, 1, 0)) {
		size_t n;
		double f;

		switch (v->type) {
		case TYPE_BOOL: rc = lua_isboolean(L, -1) && lua_toboolean(L, -1) == v->as.truth; break;
		case TYPE_INT64: rc = lua_isinteger(L, -1) && lua_tointeger(L, -1) == v->as.i64; break;
		case TYPE_FLOAT64:
			f = lua_tonumber(L, -1);         /* zeros are alike: Lua computes x - 0 as x + 0, where -0.0 gets lost */
			rc = lua_isnumber(L, -1) && !lua_isinteger(L, -1) && (f == v->as.f64 || (f != f && v->as.f64 != v->as.f64));
			break;
		default:
			rc = lua_type(L, -1) == LUA_TSTRING && !strncmp(lua_tolstring(L, -1, &n), v->as.text.p, v->as.text.n) &&
			     n == v->as.text.n;
		}
	}
	lua_settop(L, 0);
	buf_release(&chunk);
	return rc;
}

int main(void)
{
	enum { TRIALS = 40000 };
	struct expr_scope scope = { 0 };
	lua_State *L = luaL_newstate();
	int bad = 0, good = 0, kinds[TYPE_COUNT] = { 0 };

	for (int k = 0; k < TRIALS && bad < 5; k++) {
		struct buf text = BUF_INIT;
		struct expr *x = NULL;
		struct program *p = NULL;
		struct value v;

		text_of(&text);
		if (!expr_parse(text.p, text.n, 0, &x, NULL) && !expr_compile(x, &scope, &p, NULL) && program_constant(p, &v) &&
		    !v.missing) {
			int same = as_lua(L, text.p, &v);

			if (same != 1) {
				fprintf(stderr, "%s: %s\n", text.p, same ? "Lua has no value" : "Lua has another value");
				bad++;
			}
			good++;
			kinds[v.type]++;
		}
		program_unref(p);
		expr_unref(x);
		buf_release(&text);
	}
	lua_close(L);
	is_int(bad, 0, "%d of %d random expressions have Lua's value", good, TRIALS);
	ok(kinds[TYPE_INT64] > 1000 && kinds[TYPE_FLOAT64] > 1000 && kinds[TYPE_BOOL] > 500 && kinds[TYPE_STRING] > 200,
	   "%d integers, %d floats, %d bools, %d strings among them", kinds[TYPE_INT64], kinds[TYPE_FLOAT64], kinds[TYPE_BOOL],
	   kinds[TYPE_STRING]);
	return done();
}
