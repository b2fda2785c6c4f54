/*
 * bind_model_data.c - data for models out of Lua values: numbers, columns, arrays of arrays.
 *
 * What is missing becomes NAN: only the model knows whether an open end or a hole is meant there.
 */
#include "bind/bind_model.h"

#include <limits.h>
#include <string.h>

#define MICROS_PER_DAY 86400e6

enum kind { KIND_NONE, KIND_NUMBER, KIND_TEXT, KIND_FIGURE };

/* One value of the data while it is read; the arrays are in the arena of its box. */
struct reading {
	const char *name;
	int rank;
	int32_t dims[MODEL_RANK_MAX];
	int32_t n, at;           /* numbers there will be, and how many there are */
	enum kind kind;
	double *low, *high;      /* high: NULL until there is a figure */
};

struct inputs_box {
	struct arena arena;
	struct dict *levels;     /* of the value that is being read */
	struct model_input *list;
	int n;
};

static int inputs_gc(lua_State *L)
{
	struct inputs_box *box = lua_touserdata(L, 1);

	arena_release(&box->arena);
	dict_free(box->levels);
	*box = (struct inputs_box){ ARENA_INIT, NULL, NULL, 0 };
	return 0;
}

static void *room(lua_State *L, struct inputs_box *box, size_t count, size_t size)
{
	void *p = arena_zero(&box->arena, count ? count : 1, size);

	if (!p)
		luaL_error(L, "out of memory");
	return p;
}

/* "data 'X', row 2, value 3" of the number that comes next. */
static const char *place(lua_State *L, const struct reading *r)
{
	int32_t at = r->at;

	if (!r->rank)
		return lua_pushfstring(L, "data '%s'", r->name);
	if (r->rank == 1)
		return lua_pushfstring(L, "data '%s', value %d", r->name, (int)at + 1);
	if (r->rank == 2)
		return lua_pushfstring(L, "data '%s', row %d, value %d", r->name, (int)(at / r->dims[1]) + 1,
				       (int)(at % r->dims[1]) + 1);
	return lua_pushfstring(L, "data '%s', [%d, %d, %d]", r->name, (int)(at / r->dims[2] / r->dims[1]) + 1,
			       (int)(at / r->dims[2] % r->dims[1]) + 1, (int)(at % r->dims[2]) + 1);
}

/* == one number after the other == */

static void be(lua_State *L, struct reading *r, enum kind kind)
{
	static const char *const names[] = { "", "a number", "text", "a figure" };

	if (r->kind == KIND_NUMBER && kind == KIND_FIGURE)
		r->kind = kind;
	if (r->kind == KIND_NONE)
		r->kind = kind;
	if (r->kind != kind && !(r->kind == KIND_FIGURE && kind == KIND_NUMBER))
		bind_fail(L, "%s: %s among values that are %s", place(L, r), names[kind],
			  r->kind == KIND_TEXT ? "text" : r->kind == KIND_FIGURE ? "figures" : "numbers");
}

static void put_missing(struct reading *r)
{
	if (r->high)
		r->high[r->at] = NAN;
	r->low[r->at++] = NAN;
}

static void put_number(lua_State *L, struct reading *r, double v)
{
	be(L, r, KIND_NUMBER);
	if (r->high)
		r->high[r->at] = v;
	r->low[r->at++] = v;
}

static void put_text(lua_State *L, struct inputs_box *box, struct reading *r, const char *p, size_t n)
{
	int32_t code;

	be(L, r, KIND_TEXT);
	if (!box->levels && !(box->levels = dict_new()))
		luaL_error(L, "out of memory");
	code = dict_code(box->levels, p, n);
	if (code < 0)
		luaL_error(L, "out of memory");
	r->low[r->at++] = code + 1;
}

/* An end that is not included is, of a count, the last whole number before it: "nearly 11,000" is at most 10,999. */
static void put_figure(lua_State *L, struct inputs_box *box, struct reading *r, const struct quantity *q)
{
	double high = q->high;

	be(L, r, KIND_FIGURE);
	if (!r->high) {
		r->high = room(L, box, (size_t)r->n, sizeof *r->high);
		memcpy(r->high, r->low, (size_t)r->at * sizeof *r->high);
	}
	if (!q->base.n && quantity_high_open(q) && isfinite(high))
		high = ceil(high) - 1;
	r->high[r->at] = high;
	r->low[r->at++] = q->low;
}

static void put_cell(lua_State *L, struct inputs_box *box, struct reading *r, const struct column *c, int64_t i)
{
	struct slice s;
	struct quantity q;

	if (!column_has(c, i)) {
		put_missing(r);
		return;
	}
	switch (c->type) {
	case TYPE_BOOL:
		put_number(L, r, column_bool(c, i));
		return;
	case TYPE_DATETIME:
		put_number(L, r, (double)c->as.i64[i] / MICROS_PER_DAY);
		return;
	case TYPE_STRING:
		s = column_string(c, i);
		put_text(L, box, r, s.p, s.n);
		return;
	case TYPE_QUANTITY:
		q = column_quantity(c, i);
		put_figure(L, box, r, &q);
		return;
	default:
		put_number(L, r, column_number(c, i));
	}
}

/* The single value at idx. */
static void put_value(lua_State *L, struct inputs_box *box, struct reading *r, int idx)
{
	struct quantity *q;
	int64_t micros;
	int32_t days;
	size_t n;
	const char *s;

	switch (lua_type(L, idx)) {
	case LUA_TNIL:
		put_missing(r);
		return;
	case LUA_TNUMBER:
		put_number(L, r, lua_tonumber(L, idx));
		return;
	case LUA_TBOOLEAN:
		put_number(L, r, lua_toboolean(L, idx));
		return;
	case LUA_TSTRING:
		s = lua_tolstring(L, idx, &n);
		put_text(L, box, r, s, n);
		return;
	case LUA_TUSERDATA:
		if ((q = bind_test_quantity(L, idx)))
			put_figure(L, box, r, q);
		else if (bind_test_date(L, idx, &days))
			put_number(L, r, days);
		else if (bind_test_datetime(L, idx, &micros))
			put_number(L, r, (double)micros / MICROS_PER_DAY);
		else
			break;
		return;
	}
	bind_fail(L, "%s: expected a number, true or false, text, a date or a figure, found a %s", place(L, r),
		  luaL_typename(L, idx));
}

/* == arrays == */

static bool is_column(lua_State *L, int idx)
{
	return luaL_testudata(L, idx, "muster.Column") != NULL;
}

static bool is_sequence(lua_State *L, int idx)
{
	return lua_type(L, idx) == LUA_TTABLE || is_column(L, idx);
}

static int32_t sequence_length(lua_State *L, const struct reading *r, int idx)
{
	int64_t n = is_column(L, idx) ? bind_check_column(L, idx)->length : (int64_t)lua_rawlen(L, idx);

	if (!is_column(L, idx) && lua_getfield(L, idx, "n") != LUA_TNIL)         /* as columns from Lua say their length */
		n = luaL_checkinteger(L, -1);
	if (!is_column(L, idx))
		lua_pop(L, 1);
	if (n < 0 || n > INT_MAX)
		bind_fail(L, "data '%s': %lld values are too many", r->name, (long long)n);
	return (int32_t)n;
}

/* The shape, by the first element of each dimension; the others are held to it. */
static void measure(lua_State *L, struct reading *r, int idx)
{
	int top = lua_gettop(L);
	int64_t n = 1;

	lua_pushvalue(L, idx);
	while (is_sequence(L, -1)) {
		if (r->rank == MODEL_RANK_MAX)
			bind_fail(L, "data '%s': arrays have at most %d dimensions", r->name, MODEL_RANK_MAX);
		r->dims[r->rank++] = sequence_length(L, r, lua_gettop(L));
		n *= r->dims[r->rank - 1];
		if (n > INT_MAX)
			bind_fail(L, "data '%s': %lld values are too many", r->name, (long long)n);
		if (is_column(L, -1) || !r->dims[r->rank - 1])
			break;
		lua_rawgeti(L, -1, 1);
	}
	r->n = (int32_t)n;
	lua_settop(L, top);
}

static void fill(lua_State *L, struct inputs_box *box, struct reading *r, int idx, int depth)
{
	int32_t n;

	luaL_checkstack(L, 8, "data");
	if (depth == r->rank) {
		if (is_sequence(L, idx))
			bind_fail(L, "%s: expected a number, found an array: all elements have one shape", place(L, r));
		put_value(L, box, r, idx);
		return;
	}
	if (!is_sequence(L, idx))
		bind_fail(L, "data '%s': row %d is a %s, the first is an array", r->name, (int)(r->at / (r->dims[depth] ? r->dims[depth] : 1)) + 1,
			  luaL_typename(L, idx));
	n = sequence_length(L, r, idx);
	if (n != r->dims[depth])
		bind_fail(L, "data '%s': row %d has %d values, the first has %d", r->name, (int)(r->at / (r->dims[depth] ? r->dims[depth] : 1)) + 1,
			  (int)n, (int)r->dims[depth]);
	if (is_column(L, idx)) {
		const struct column *c = bind_check_column(L, idx);

		if (depth != r->rank - 1)
			bind_fail(L, "data '%s': a column among arrays of arrays", r->name);
		for (int32_t i = 0; i < n; i++)
			put_cell(L, box, r, c, i);
		return;
	}
	for (int32_t i = 1; i <= n; i++) {
		lua_rawgeti(L, idx, i);
		fill(L, box, r, lua_gettop(L), depth + 1);
		lua_pop(L, 1);
	}
}

/* { columns = {...}, intercept = } at idx: by column as it comes, by row as it is kept. */
static void fill_columns(lua_State *L, struct inputs_box *box, struct reading *r, int idx, int list)
{
	bool intercept = lua_getfield(L, idx, "intercept") != LUA_TNIL && lua_toboolean(L, -1);
	int ncols = (int)lua_rawlen(L, list), from = intercept;
	const struct column *c;
	int64_t rows = -1, n;

	lua_pop(L, 1);
	for (int k = 1; k <= ncols; k++) {
		lua_rawgeti(L, list, k);
		c = bind_check_column(L, -1);
		if (c->type == TYPE_STRING || c->type == TYPE_QUANTITY)
			bind_fail(L, "data '%s', column %d: a matrix has numbers, found %s", r->name, k, type_name(c->type));
		if (rows >= 0 && c->length != rows)
			bind_fail(L, "data '%s': column %d has %lld values, the first has %lld", r->name, k, (long long)c->length,
				  (long long)rows);
		rows = c->length;
		lua_pop(L, 1);
	}
	if (rows < 0)
		bind_fail(L, "data '%s': a matrix without columns", r->name);
	n = rows * (ncols + from);
	if (n > INT_MAX)
		bind_fail(L, "data '%s': %lld values are too many", r->name, (long long)n);
	r->rank = 2;
	r->dims[0] = (int32_t)rows;
	r->dims[1] = ncols + from;
	r->n = (int32_t)n;
	r->low = room(L, box, (size_t)n, sizeof *r->low);
	for (int k = 1; k <= ncols; k++) {
		lua_rawgeti(L, list, k);
		c = bind_check_column(L, -1);
		for (int64_t i = 0; i < rows; i++) {
			r->at = (int32_t)(i * r->dims[1] + from + k - 1);
			put_cell(L, box, r, c, i);
		}
		lua_pop(L, 1);
	}
	for (int64_t i = 0; intercept && i < rows; i++)
		r->low[i * r->dims[1]] = 1;
}

/* == inputs == */

static const char *const *level_names(lua_State *L, struct inputs_box *box, int *n)
{
	int32_t count = dict_count(box->levels);
	const char **names = room(L, box, (size_t)count, sizeof *names);

	for (int32_t i = 0; i < count; i++) {
		struct slice s = dict_value(box->levels, i);

		if (!(names[i] = arena_text(&box->arena, s.p, s.n)))
			luaL_error(L, "out of memory");
	}
	dict_free(box->levels);
	box->levels = NULL;
	*n = count;
	return names;
}

static void read_input(lua_State *L, struct inputs_box *box, const char *name, int idx, struct model_input *out)
{
	struct reading r = { .name = name };
	int top = lua_gettop(L);

	if (lua_type(L, idx) == LUA_TTABLE && lua_getfield(L, idx, "columns") == LUA_TTABLE) {
		fill_columns(L, box, &r, idx, lua_gettop(L));
	} else {
		lua_settop(L, top);
		measure(L, &r, idx);
		r.low = room(L, box, (size_t)r.n, sizeof *r.low);
		fill(L, box, &r, idx, 0);
	}
	lua_settop(L, top);
	*out = (struct model_input){ .name = name, .rank = r.rank, .values = r.low, .high = r.high };
	memcpy(out->dims, r.dims, sizeof out->dims);
	if (box->levels)
		out->levels = level_names(L, box, &out->nlevels);
}

const struct model_input *bind_model_inputs(lua_State *L, int idx, int *n)
{
	struct inputs_box *box = lua_newuserdatauv(L, sizeof *box, 0);
	lua_Unsigned count = lua_rawlen(L, idx);

	*box = (struct inputs_box){ ARENA_INIT, NULL, NULL, 0 };
	bind_collect(L, "muster.model_inputs", inputs_gc);
	if (count > INT_MAX)
		bind_fail(L, "too many data");
	box->list = room(L, box, (size_t)count, sizeof *box->list);
	for (lua_Unsigned i = 0; i < count; i++) {
		lua_rawgeti(L, idx, (lua_Integer)i + 1);
		lua_rawgeti(L, -1, 1);
		lua_rawgeti(L, -2, 2);
		read_input(L, box, luaL_checkstring(L, -2), lua_gettop(L), &box->list[i]);
		lua_pop(L, 3);           /* the name stays in the array */
	}
	box->n = (int)count;
	*n = box->n;
	return box->list;
}
