/* bind_model_measure.c - how far numbers by draw can be trusted, for lua/muster/model. */
#include "bind/bind_model.h"
#include "stats/diagnose.h"

#include <stdatomic.h>

struct measure {
	enum diagnose_measure what;
	double p;
};

struct measuring {
	const struct block *b;
	const struct measure *list;
	int n;
	double *out;             /* [width][n] */
	atomic_int next;
	atomic_int rc;
};

static void work(void *ctx, int number)
{
	struct measuring *m = ctx;
	struct diagnose *d = NULL;
	int k, rc = diagnose_new(m->b->chains, m->b->draws, &d, NULL);

	(void)number;
	while (!rc && (k = atomic_fetch_add(&m->next, 1)) < m->b->width) {
		diagnose_load(d, m->b->values + k, m->b->draws * m->b->width, m->b->width);
		for (int i = 0; i < m->n; i++)
			m->out[(size_t)k * (size_t)m->n + (size_t)i] = diagnose_ask(d, m->list[i].what, m->list[i].p);
		if (stop_requested())
			rc = ERR_INTERRUPT;
	}
	if (rc)
		atomic_store(&m->rc, rc);
	diagnose_free(d);
}

static void read_measures(lua_State *L, int idx, struct measure *list, int n)
{
	for (int i = 0; i < n; i++) {
		int what;

		lua_rawgeti(L, idx, i + 1);
		lua_rawgeti(L, -1, 1);
		lua_rawgeti(L, -2, 2);
		what = diagnose_find(luaL_checkstring(L, -2));
		if (what < 0)
			bind_fail(L, "no measure '%s'", lua_tostring(L, -2));
		list[i] = (struct measure){ (enum diagnose_measure)what, luaL_optnumber(L, -1, 0) };
		lua_pop(L, 3);
	}
}

/* block_measure(block, array of { measure, probability }, threads) -> for each of its numbers an array of the answers */
static int core_block_measure(lua_State *L)
{
	struct measuring m = { .b = bind_check_block(L, 1), .n = (int)lua_rawlen(L, 2) };
	int threads = (int)luaL_optinteger(L, 3, 0);
	struct measure *list = bind_scratch(L, (size_t)m.n * sizeof *list);
	struct err e = ERR_INIT;

	luaL_checktype(L, 2, LUA_TTABLE);
	read_measures(L, 2, list, m.n);
	m.list = list;
	m.out = bind_scratch(L, (size_t)m.b->width * (size_t)m.n * sizeof *m.out);
	threads = threads > 0 ? threads : thread_online();
	thread_run(threads < m.b->width ? threads : m.b->width > 0 ? m.b->width : 1, work, &m);
	if (atomic_load(&m.rc) == ERR_INTERRUPT)
		err_set(&e, ERR_INTERRUPT, "interrupted");
	else if (atomic_load(&m.rc))
		err_nomem(&e);
	if (e.code)
		return bind_raise(L, &e);
	lua_createtable(L, m.b->width, 0);
	for (int k = 0; k < m.b->width; k++) {
		lua_createtable(L, m.n, 0);
		for (int i = 0; i < m.n; i++) {
			lua_pushnumber(L, m.out[(size_t)k * (size_t)m.n + (size_t)i]);
			lua_rawseti(L, -2, i + 1);
		}
		lua_rawseti(L, -2, k + 1);
	}
	return 1;
}

/* block_ebfmi(block, k) -> array by chain: the k-th numbers are energies */
static int core_block_ebfmi(lua_State *L)
{
	struct block *b = bind_check_block(L, 1);
	lua_Integer k = luaL_checkinteger(L, 2);

	if (k < 1 || k > b->width)
		return bind_fail(L, "no number %lld among %d", (long long)k, b->width);
	lua_createtable(L, b->chains, 0);
	for (int c = 0; c < b->chains; c++) {
		lua_pushnumber(L, diagnose_ebfmi(b->values + (int64_t)c * b->draws * b->width + k - 1, b->draws, b->width));
		lua_rawseti(L, -2, c + 1);
	}
	return 1;
}

static const luaL_Reg core_functions[] = {
	{ "block_measure", core_block_measure },
	{ "block_ebfmi", core_block_ebfmi },
	{ NULL, NULL },
};

void bind_open_model_measure(lua_State *L)
{
	bind_core(L, core_functions);
}
