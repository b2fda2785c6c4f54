/*
 * t4300-memory.c - loading claims and reading schemas when memory runs out, from Lua.
 *
 * Each script runs again and again with one more of the core's allocations allowed, until it succeeds: every
 * other run must end in Lua's error for it, and the sanitizers must find nothing lost.
 */
#include "bind/bind.h"
#include "tap.h"

#include <lualib.h>
#include <stdlib.h>

static lua_State *L;

static const struct {
	const char *name, *script;
} cases[] = {
	{ "a file of claims", "local t = muster.casualties(files .. '/casualties.csv'); assert(#t == 2 and t[1].figure.low == 3001)" },
	{ "with rejects", "local t = muster.casualties(files .. '/broken.csv', { rejects = true }); assert(#t:rejects() == 3)" },
	{ "a table from Lua", "local t = muster.codebook(muster.table{ kind = {'a'}, column = {'b'}, value = {'c'}, meaning = {'d'} })" },
	{ "a schema file", "assert(muster.kind(files .. '/own.lua').name == 'own')" },
	{ "a schema that extends one", "assert(#muster.kind(files .. '/extends.lua').columns == 19)" },
	{ "draws", "local mu, p = {}, {}\n"
	  "for i = 1, 40 do mu[i], p[i] = i * 7 % 11 + i / 64, -(i * 5 % 13) - i / 64 end\n"
	  "local d = muster.draws{ chains = { { mu = mu, p = p } } }\n"
	  "assert(d:summary()[1].ess_bulk > 5 and muster.loo(d, { by = { 1, 1 } }).elpd < 100)\n"
	  "assert(muster.power_scale(d, { prior = 'p', likelihood = 'p' })[1].says)" },
	{ "citations", "assert(#muster.casualties(files .. '/casualties.csv'):sources() == 2)" },
};

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (!(f = fopen(path, "w")) || fputs(text, f) < 0 || fclose(f))
		exit(99);
}

#define HEADER "claim_id,reported,as_of,origin,via,measure,basis,low,best,high,qualifier,contingent,location,credibility,url\n"

static void write_files(const char *folder)
{
	write_file(folder, "sources.csv", "source_id,name,kind,country,reliability\na,A,media,FR,B\nb,B,ngo,INT,C\n");
	write_file(folder, "casualties.csv",
		   HEADER "1,2025-01-02,2025-01-01,a,b,killed,stock,3000,3000,,more_than,all,kursk,2,u\n"
			  "2,2025-01-02,2025-01-01,a,a,killed,stock,3,,5,range,all,kursk,2,u\n");
	write_file(folder, "broken.csv",
		   HEADER "1,2025-01-02,soon,a,b,killed,stock,3000,3000,,more_than,all,kursk,2,u\n"
			  "2,2025-01-02,2025-01-01,c,a,kiled,stock,3,,1,range,all,kursk,2,u\n"
			  "3,2025-01-02,2025-01-01,a,a,killed,stock,3,,1,range,all,kursk,2,u\n");
	write_file(folder, "own.lua", "return { name = 'own', help = 'h', columns = { { 'a', 'string', values = { 'x' } } } }");
	write_file(folder, "extends.lua", "return { name = 'own', help = 'h', extends = 'claims', columns = { { 'a', 'string' } } }");
}

/* True when the script succeeded; else the error is a text that speaks of memory. */
static bool run(const char *script, bool *told)
{
	bool good = !luaL_dostring(L, script);

	*told = good || (lua_type(L, -1) == LUA_TSTRING && strstr(lua_tostring(L, -1), "memory"));
	if (!*told)
		fprintf(stderr, "# %s\n", lua_tostring(L, -1));
	lua_settop(L, 0);
	return good;
}

int main(void)
{
	const char *folder = getenv("WORK");

	if (!folder || !(L = luaL_newstate()))
		return 99;
	write_files(folder);
	luaL_openlibs(L);
	luaL_requiref(L, "muster", luaopen_muster, 1);
	lua_settop(L, 0);
	lua_pushstring(L, folder);
	lua_setglobal(L, "files");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool told = true, good;
		long n = 0;

		good = run(cases[i].script, &told);      /* once as it is: what loads on first use is loaded */
		if (!ok(good, "%s", cases[i].name))
			continue;
		for (good = false; !good && told && n < 5000; n++) {
			mem_fail_after(n);
			good = run(cases[i].script, &told);
			mem_fail_after(-1);
		}
		ok(told, "%s: every failure says that memory ran out", cases[i].name);
		ok(good && n > 5, "%s: succeeds after %ld failures", cases[i].name, n - 1);
	}
	lua_close(L);
	return done();
}
