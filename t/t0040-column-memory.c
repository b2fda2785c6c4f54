/* t0040-column-memory.c - storage of columns: small and big, grown and shrunk, with and without room. */
#define _GNU_SOURCE        /* mremap, mincore */
#include "base/base.h"
#include "tap.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MIB = 1 << 20 };

/*
 * These stand before those of the C library. A kernel may refuse to move pages, old ones always, others after they have
 * unmapped the target; then it may also have no pages to put there.
 */
static bool no_moves, no_maps;
static int moves;

void *mremap(void *old, size_t old_size, size_t new_size, int flags, ...)
{
	va_list ap;
	void *to;

	va_start(ap, flags);
	to = va_arg(ap, void *);
	va_end(ap);
	moves++;
	if (!no_moves)
		return (void *)syscall(SYS_mremap, old, old_size, new_size, flags, to);
	munmap(to, new_size);
	errno = ENOMEM;
	return MAP_FAILED;
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	if (!no_maps)
		return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
	errno = ENOMEM;
	return MAP_FAILED;
}

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 167 >> 5);
}

static void fill(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = byte_at(i);
}

static bool kept(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != byte_at(i))
			return false;
	return true;
}

static bool well_formed(const unsigned char *p, size_t size)
{
	size_t padded = size ? (size + 63) / 64 * 64 : 64;

	if (!p || (uintptr_t)p % (padded < 4 * MIB ? 64 : 2 * MIB))
		return false;
	for (size_t i = size; i < padded; i++)
		if (p[i])
			return false;
	return true;
}

static void sizes(void)
{
	int bad = 0;

	for (size_t n = 4 * MIB - 70; n < 4 * MIB + 70; n++) {
		unsigned char *p = mem_column(n);

		bad += !well_formed(p, n);
		memset(p, 0xff, n);
		mem_free(p);
	}
	is_int(bad, 0, "aligned to 64 bytes, from 4 MiB on to 2 MiB, with zeroed padding");
}

static void resizing(void)
{
	static const struct {
		size_t from, used, to;
	} cases[] = {
		{ 0, 0, 0 },                                     { 0, 0, 100 },
		{ 100, 100, 0 },                                 { 100, 33, 101 },
		{ 1000, 1000, 10 },                              { 1000, 10, 5 * MIB + 1 },
		{ MIB, MIB, 9 * MIB - 3 },                       { 5 * MIB + 7, 5 * MIB + 7, 9 * MIB + 1 },
		{ 8 * MIB, 8 * MIB, 16 * MIB },                  { 9 * MIB, 9 * MIB, 9 * MIB },
		{ 9 * MIB, 8 * MIB - 1, 4 * MIB },               { 9 * MIB, 9 * MIB, 7 * MIB + 5 },
		{ 9 * MIB, 4 * MIB - 1, 4 * MIB + 1 },           { 9 * MIB, 20, 60 },
		{ 9 * MIB, 3 * MIB + 1, 3 * MIB + 1 },           { 4 * MIB, 4 * MIB, 4 * MIB + 1 },
		{ 33 * MIB + 11, 33 * MIB + 11, 48 * MIB + 50 },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		size_t keep = cases[k].used < cases[k].to ? cases[k].used : cases[k].to;
		unsigned char *p = mem_column(cases[k].from), *q;

		fill(p, cases[k].used);
		q = mem_column_resize(p, cases[k].used, cases[k].to);
		ok(well_formed(q, cases[k].to) && kept(q, keep), "%zu bytes of %zu in room for %zu", cases[k].used,
		   cases[k].from, cases[k].to);
		if (q)
			memset(q, 0, cases[k].to);       /* all of it can be written */
		mem_free(q);
	}
}

/* As a builder would: again and again by half, other blocks in between. */
static void growing(void)
{
	size_t size = 1000, bad = 0;
	unsigned char *p = mem_column(size), *others[30];
	int n = 0;

	fill(p, size);
	for (; size < 60 * MIB; n++) {
		size_t more = size + size / 2;

		others[n] = mem_column(size / 3);
		p = mem_column_resize(p, size, more);
		bad += !well_formed(p, more) || !kept(p, size);
		fill(p, more);
		size = more;
	}
	ok(!bad && n > 20, "grown %d times to %zu bytes", n, size);
	while (n--)
		mem_free(others[n]);
	mem_free(p);
}

static void unmovable(void)
{
	size_t n = 12 * MIB;
	unsigned char *p = mem_column(n), *q;

	fill(p, n);
	no_moves = true;
	q = mem_column_resize(p, n, 2 * n);
	no_moves = false;
	ok(well_formed(q, 2 * n) && kept(q, n), "where the kernel moves no pages they are copied");
	fill(q, 2 * n);
	ok(kept(q, 2 * n), "to a place that can be written");
	if (!moves) {
		skip("under a sanitizer no pages are moved");
	} else {
		no_moves = no_maps = true;
		p = mem_column_resize(q, 2 * n, 3 * n);
		no_moves = no_maps = false;
		ok(!p && kept(q, 2 * n), "without memory for the copy the column stays as it was");
		no_maps = true;
		q = mem_column_resize(q, 2 * n, 3 * n);
		no_maps = false;
		ok(well_formed(q, 3 * n) && kept(q, 2 * n), "without memory in the place of what moved it is whole, too");
	}
	mem_free(q);
}

static size_t resident(void *p, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = size / page, count = 0;
	unsigned char *pages = malloc(n);

	if (mincore(p, n * page, pages))
		count = n;
	else
		for (size_t i = 0; i < n; i++)
			count += pages[i] & 1;
	free(pages);
	return count * page;
}

static void untouched(void)
{
	size_t n = 256 * MIB;
	void *p = mem_column(n + 1);

	ok(resident(p, n) <= 2 * MIB, "a column that nobody wrote to takes no memory");
	memset(p, 1, 5 * MIB);
	p = mem_column_resize(p, 5 * MIB, 2 * n + 1);
	ok(resident(p, 2 * n) <= 10 * MIB, "nor does the room that it gets");
	mem_free(p);
}

static void failures(void)
{
	static const size_t sizes_from[] = { 100, 9 * MIB }, sizes_to[] = { 50, 200, 5 * MIB, 20 * MIB };

	for (size_t i = 0; i < sizeof sizes_from / sizeof *sizes_from; i++) {
		size_t n = sizes_from[i];
		unsigned char *p = mem_column(n);
		int bad = 0;

		fill(p, n);
		for (size_t k = 0; k < sizeof sizes_to / sizeof *sizes_to; k++) {
			mem_fail_after(0);
			bad += mem_column_resize(p, n, sizes_to[k]) != NULL || mem_allocations() != 1;
			mem_fail_after(-1);
		}
		bad += mem_column_resize(p, n, SIZE_MAX) != NULL || mem_column_resize(p, n, SIZE_MAX - 63) != NULL;
		ok(!bad && kept(p, n), "without memory, %zu bytes stay as they are", n);
		mem_free(p);
	}
	mem_fail_after(0);
	ok(!mem_column(8 * MIB), "a big column fails like a small one");
	mem_fail_after(-1);
}

int main(void)
{
	sizes();
	resizing();
	growing();
	unmovable();
	untouched();
	failures();
	return done();
}
