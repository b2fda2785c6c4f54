/* bind_files.c - what our Lua files need to know of the file system, without Lua's io library. */
#include "bind/bind.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* path_kind(path) -> "file" (anything that can be read as one), "folder", or nil */
static int core_path_kind(lua_State *L)
{
	struct stat st;

	if (stat(luaL_checkstring(L, 1), &st))
		return 0;
	lua_pushstring(L, S_ISDIR(st.st_mode) ? "folder" : "file");
	return 1;
}

static int dir_gc(lua_State *L)
{
	DIR **box = lua_touserdata(L, 1);

	if (*box)
		closedir(*box);
	*box = NULL;
	return 0;
}

/* folder(path) -> the names in it, unsorted, without hidden ones; nil and why when it cannot be read as one */
static int core_folder(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	DIR **box = lua_newuserdatauv(L, sizeof *box, 0);
	struct dirent *entry;

	*box = NULL;
	bind_collect(L, "muster.dir", dir_gc);
	if (!(*box = opendir(path))) {
		lua_pushnil(L);
		lua_pushstring(L, strerror(errno));
		return 2;
	}
	lua_newtable(L);
	while ((entry = readdir(*box))) {
		if (entry->d_name[0] == '.')
			continue;
		lua_pushstring(L, entry->d_name);
		lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	}
	return 1;
}

static int glob_gc(lua_State *L)
{
	globfree(lua_touserdata(L, 1));
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* glob(pattern) -> the names that match it, in the order of their bytes; nil when none does */
static int core_glob(lua_State *L)
{
	const char *pattern = luaL_checkstring(L, 1);
	glob_t *found = bind_scratch(L, sizeof *found);
	int rc;

	bind_collect(L, "muster.glob", glob_gc);
	rc = glob(pattern, GLOB_NOSORT, NULL, found);
	if (rc == GLOB_NOSPACE)
		return luaL_error(L, "out of memory");
	if (rc || !found->gl_pathc)
		return 0;
	qsort(found->gl_pathv, found->gl_pathc, sizeof *found->gl_pathv, by_bytes);
	lua_createtable(L, (int)found->gl_pathc, 0);
	for (size_t i = 0; i < found->gl_pathc; i++) {
		lua_pushstring(L, found->gl_pathv[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

/*
 * Plain files only, and not waited for: a FIFO or a device in the place of a schema must not hang the reader.
 * At most `most` bytes, since these are texts that people write.
 */
static int read_text(struct buf *out, const char *path, size_t most, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char part[8192];
	ssize_t n = 0;
	int rc = 0;

	if (fd < 0)
		return err_errno(e, "open", path);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		rc = err_set(e, ERR_IO, "%s: not a plain file", path);
	while (!rc && (n = read(fd, part, sizeof part)) > 0) {
		buf_add(out, part, (size_t)n);
		if (out->n > most)
			rc = err_set(e, ERR_DATA, "%s: longer than %zu bytes", path, most);
	}
	if (!rc && n < 0)
		rc = err_errno(e, "read", path);
	close(fd);
	return rc ? rc : buf_check(out, e);
}

/* text(path, most) -> the bytes of a plain file, or nil and why not */
static int core_text(lua_State *L)
{
	const char *path = luaL_checkstring(L, 1);
	lua_Integer most = luaL_checkinteger(L, 2);
	struct buf *b = bind_buf(L);
	struct err e = ERR_INIT;

	if (read_text(b, path, (size_t)most, &e)) {
		lua_pushnil(L);
		lua_pushstring(L, e.msg);
		return 2;
	}
	lua_pushlstring(L, b->p ? b->p : "", b->n);
	return 1;
}

/* share_folders() -> where an installed program keeps its data: beside its own folder, then under PREFIX */
static int core_share_folders(lua_State *L)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash = n > 0 ? (path[n] = '\0', strrchr(path, '/')) : NULL;

	lua_newtable(L);
	if (slash) {
		*slash = '\0';
		lua_pushfstring(L, "%s/../share/muster", path);
		lua_rawseti(L, -2, 1);
	}
	lua_pushfstring(L, "%s/share/muster", bind_prefix);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	return 1;
}

static const luaL_Reg functions[] = {
	{ "path_kind", core_path_kind }, { "folder", core_folder }, { "glob", core_glob },
	{ "text", core_text },           { "share_folders", core_share_folders },
	{ NULL, NULL },
};

void bind_open_files(lua_State *L)
{
	bind_core(L, functions);
}
