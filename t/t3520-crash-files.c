/*
 * t3520-crash-files.c - files that once crashed other readers: a clean error, or a table that is sound.
 *
 * They are not part of the repository; the folder is ../shared/data/arrow-ipc beside it, or ARROW_IPC.
 */
#include "arrow.h"
#include "tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static bool read_bytes(const char *path, struct buf *to)
{
	int fd = open(path, O_RDONLY);
	char part[65536];
	ssize_t n = 0;

	buf_clear(to);
	while (fd >= 0 && (n = read(fd, part, sizeof part)) > 0)
		buf_add(to, part, (size_t)n);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && !n && !to->failed;
}

static bool clean(const struct buf *bytes, bool skip)
{
	struct arrow_read_options o = { .skip = skip };
	struct arrow_data d = ARROW_DATA_INIT;
	struct err e = ERR_INIT;
	char *copy = mem_alloc(bytes->n);
	int rc;
	bool good;

	memcpy(copy, bytes->p, bytes->n);
	rc = arrow_read_memory("file", copy, bytes->n, &o, &d, &e);
	good = rc ? (rc == ERR_DATA || (rc == ERR_TYPE && !skip)) && !strncmp(e.msg, "file: error: ", 13) && !d.table :
	       sound_table(d.table);
	if (!good)
		fprintf(stderr, "%d %s\n", rc, e.msg);
	arrow_data_release(&d);
	mem_free(copy);
	return good;
}

static int each_file(const char *folder)
{
	struct buf bytes = BUF_INIT;
	DIR *d = opendir(folder);
	struct dirent *entry;
	int n = 0;

	while (d && (entry = readdir(d))) {
		char path[4096 + 300];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		ok(read_bytes(path, &bytes) && clean(&bytes, false) && clean(&bytes, true), "%.200s", entry->d_name);
		n++;
	}
	if (d)
		closedir(d);
	buf_release(&bytes);
	return n;
}

int main(void)
{
	const char *root = getenv("ROOT"), *given = getenv("ARROW_IPC");
	struct rlimit limit = { 1 << 30, 1 << 30 };
	char folder[4096];
	int n = 0;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	setrlimit(RLIMIT_AS, &limit);
#endif
	(void)limit;
	for (int k = 0; k < 2; k++) {
		snprintf(folder, sizeof folder, "%s%s/fuzz/%s", given ? given : root ? root : ".",
			 given ? "" : "/../shared/data/arrow-ipc", k ? "file" : "stream");
		n += each_file(folder);
	}
	if (!n)
		skip("no files in %s", folder);
	return done();
}
