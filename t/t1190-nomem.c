/*
 * t1190-nomem.c - scripts in which the n-th allocation fails, for n = 1, 2, 3 ... until the script gets through.
 *
 * Lua's allocations and the core's are counted by one counter each way: the state's allocator fails from the n-th
 * request on, or only at the n-th and at Lua's second try after a collection (memory that comes back), and
 * mem_fail_after does the same for the core. Whatever happens has to be an error of Lua's or success with the right
 * answer; the sanitizer sees to leaks and worse.
 *
 * Under the address sanitizer most of Lua's allocations are passed over, as each run takes many times as long. Its
 * collector waits there until memory is back: calling a finalizer takes a few bytes, and when Lua does not get them it
 * drops the finalizer with a warning and never calls it again, so what the object holds is lost. That is Lua's to
 * mend, and would be reported as a leak of ours.
 */
#include <stdio.h>
#include "bind/bind.h"
#include "tap.h"

#include <limits.h>
#include <lualib.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED
enum { SLOW = 1, EVERY = 7 };
#else
enum { SLOW = 0, EVERY = 1 };
#endif

static struct { long left, failures; } lua_budget = { -1, 0 };       /* requests to grant, then how many to refuse */

static void *counting(void *ud, void *p, size_t old, size_t size)
{
	(void)ud;
	(void)old;
	if (!size) {
		free(p);
		return NULL;
	}
	/* shrinking may not fail, says the manual */
	if (lua_budget.left >= 0 && !(p && size <= old)) {
		if (lua_budget.left == 0) {
			if (--lua_budget.failures == 0)
				lua_budget.left = -1;
			return NULL;
		}
		lua_budget.left--;
	}
	return realloc(p, size);
}

static lua_State *open_state(void)
{
	lua_State *L = lua_newstate(counting, NULL);

	if (!L)
		return NULL;
	luaL_openlibs(L);
	luaL_requiref(L, "muster", luaopen_muster, 1);
	lua_pop(L, 1);
	return L;
}

static const struct {
	const char *name, *text;         /* returns true when the answer is right */
	bool file;
	int every;                       /* of Lua's allocations only each of so many fails; 0 = all */
} scripts[] = {
	{ "a table",
	  "local t = muster.table({ { a = 'x', n = 1, d = muster.date '2025-01-01', q = muster.quantity{ best = 3, measure = 'm' } },"
	  " { a = 'y', n = 2.5, b = true } }, { 'a', 'n', 'd', 'q', 'b' })\n"
	  "return #t == 2 and t[2].n == 2.5 and t[1].q.measure == 'm' and tostring(t[1].d) == '2025-01-01'", false, 0 },
	{ "sort and take",
	  "local t = muster.table{ n = { 3, 1, nil, 2, n = 4 }, s = { 'a', 'b', 'a', 'a' } }\n"
	  "local u = t:sort('-n'):take{ 1, -1, 2 }\n"
	  "return u[1].n == 3 and u[2].n == nil and u[3].n == 2 and #u == 3", false, 0 },
	{ "select, with, head",
	  "local t = muster.table{ n = { 1, 2, 3 }, s = { 'a', 'b', 'c' } }\n"
	  "local u = t:select('s'):with('k', { 1.5, 2.5 }):head(2)\n"
	  "return u:names()[2] == 'k' and u:column('k'):values()[2] == 2.5", false, 0 },
	{ "format and print",
	  "local t = muster.table{ n = { 1, 2, 3 }, s = { ('long '):rep(30), 'b', 'c' } }\n"
	  "local text = t:format{ width = 60 }\n"
	  "return select(2, text:gsub('\\n', '')) == 4 and text:find 'long long .*%.%.%.\\n' and #tostring(t:column 's') == 165",
	  false, 0 },
	{ "an error of ours",
	  "local ok, why = pcall(muster.date, '2025-02-30')\n"
	  "return not ok and (why:find 'expected a date' or why:find 'memory') ~= nil", false, 0 },
	{ "verbs",
	  "local t = muster.table({ { o = 'a', n = 1, x = 0.5 }, { o = 'b', n = 2 }, { o = 'a', n = 5, x = 2.5 } }, { 'o', 'n', 'x' })\n"
	  "local u = t:filter('n < $most and o ~= \"z\"', { most = 9 }):derive('y = n * 2', 'r = cumsum(n) over (o order -n)')"
	  ":group_by('o'):agg('s = sum(y)', 'm = median(x)', 'd = count_distinct(n)', 'r = max(r)'):sort('-s')\n"
	  "return #u == 2 and u[1].o == 'a' and u[1].s == 12 and u[1].m == 1.5 and u[1].r == 6 and u[2].m == nil", false, 37 },
	{ "joins and shapes",
	  "local t = muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }, { 'o', 'n' })\n"
	  "local u = t:join(t:distinct('o'):rename('m = n'), { on = 'o', how = 'full' }):asof_join(t, { time = 'n' })\n"
	  "local w = t:group_by('o'):filter('n == max(n)'):pivot{ id = {}, names = 'o', values = 'n' }\n"
	  "return #u == 3 and u[3].m == 1 and u[3].n_right == 5 and w[1].a == 5 and #w:unpivot{ 'a', 'b' } == 2"
	  " and #u:explain() > 20", false, 37 },
	{ "a scan",
	  "local s = muster.scan(arg):filter('n > 5'):derive('m = n * 2'):group_by('s'):agg('c = count()', 'm = max(m)')\n"
	  "return #s == 33 and s[1].m == 78 and #muster.scan(arg):head(3):table() == 3", true, 37 },
	{ "load",
	  "local t = muster.load(arg)\n"
	  "return #t == 40 and t:column('n'):type() == 'int64' and t[40].s == 'word 7' and tostring(t[2].d) == '2025-01-03'", true, 0 },
	{ "load with rejects",
	  "local t = muster.load(arg, { rejects = true, types = { d = 'int64' }, columns = { 'n', 'd' } })\n"
	  "return #t == 0 and #t:rejects() == 40 and t:ledger().rows_rejected == 40", true, 0 },
	{ "a load with a cache",
	  "local t = muster.load(arg, { cache = true })\n"
	  "return #t == 40 and select(2, t:where(40)) == 41 and t:dialect().sep == ',' and t[40].s == 'word 7'", true, 0 },
	{ "Arrow out and in",       /* the file is the cache of the script before; a device is not synced */
	  "local t = muster.load(arg .. '.arrow')\n"
	  "t:write('/dev/null', 'arrow')\n"
	  "return #t == 40 and select(2, t:where(40)) == 40 and #t:rejects() == 0 and t[40].s == 'word 7'", true, 0 },
};

/* The n-th allocation fails, n in steps; returns how many runs failed, -1 when something was wrong. */
static long run(int k, const char *file, bool core, bool once)
{
	long failures = 0;

	for (long n = 0; n < 20000; n += core ? (scripts[k].every ? 3 : 1) : EVERY * (scripts[k].every ? scripts[k].every : 1)) {
		lua_State *L = open_state();
		int rc;
		bool right;

		if (luaL_loadstring(L, scripts[k].text))
			return -1;
		lua_pushstring(L, file);
		lua_setglobal(L, "arg");
		if (SLOW)
			lua_gc(L, LUA_GCSTOP);
		if (core) {
			mem_fail_after(n);
		} else {
			lua_budget.failures = once ? 2 : LONG_MAX;
			lua_budget.left = n;
		}
		rc = lua_pcall(L, 0, 1, 0);
		bool spent = core ? mem_allocations() > n : lua_budget.left <= 0;
		mem_fail_after(-1);
		lua_budget.left = -1;
		right = !rc && lua_toboolean(L, -1);
		if (rc && !lua_isstring(L, -1)) {
			fprintf(stderr, "%s, allocation %ld: an error that is no text\n", scripts[k].name, n + 1);
			return -1;
		}
		if (!rc && !right) {
			fprintf(stderr, "%s, allocation %ld: a wrong answer\n", scripts[k].name, n + 1);
			return -1;
		}
		if (rc && !strstr(lua_tostring(L, -1), "memory")) {
			fprintf(stderr, "%s, allocation %ld: '%s'\n", scripts[k].name, n + 1, lua_tostring(L, -1));
			return -1;
		}
		failures += rc != 0;
		lua_close(L);
		if (right && !spent)
			return failures;
	}
	return -1;
}

/* Opening the module, too; and a state in which that failed may try again. */
static void opening(void)
{
	long failures = 0, n = 0;
	bool done_once = false;

	for (; n < 20000 && !done_once; n += 7) {
		lua_State *L = lua_newstate(counting, NULL);
		int rc;

		luaL_openlibs(L);
		lua_budget.failures = LONG_MAX;
		lua_budget.left = n;
		lua_pushcfunction(L, luaopen_muster);
		rc = lua_pcall(L, 0, 1, 0);
		done_once = lua_budget.left > 0;
		lua_budget.left = -1;
		failures += rc != 0;
		lua_close(L);
	}
	ok(done_once && failures > 10, "opening the module fails cleanly %ld times, then succeeds", failures);
}

int main(void)
{
	char path[] = "/tmp/muster-nomem-XXXXXX", text[64];
	const char *work = getenv("WORK");
	char file[4096];
	FILE *f;

	snprintf(file, sizeof file, "%s/data.csv", work ? work : mkdtemp(path));
	f = fopen(file, "w");
	fputs("n,s,d,x\r\n", f);
	for (int i = 1; i <= 40; i++) {
		snprintf(text, sizeof text, "%d,\"word %d\",2025-01-%02d,%s\r\n", i, i % 33, 1 + i % 28, i % 3 ? "1.5" : "");
		if (i == 1)
			snprintf(text, sizeof text, "1,\"word, \"\"1\"\"\",2025-01-01,\r\n");
		fputs(text, f);
	}
	fclose(f);

	opening();
	for (size_t k = 0; k < sizeof scripts / sizeof *scripts; k++) {
		long core = run((int)k, file, true, false), all = run((int)k, file, false, false),
		     once = run((int)k, file, false, true);

		ok(core >= 0, "%s: %ld failures of the core", scripts[k].name, core);
		ok(all >= 0, "%s: %ld failures of Lua that stay", scripts[k].name, all);
		ok(once >= 0, "%s: %ld failures of Lua that pass", scripts[k].name, once);
	}
	if (!work) {
		unlink(file);
		rmdir(path);
	}
	return done();
}
