/*
 * mem.c - allocation with a switch that makes it fail, for the tests of every error path.
 *
 * Storage of big columns is placed and advised so that the kernel can back it with huge pages: touching a gigabyte for
 * the first time takes a quarter of the time then. It still belongs to malloc, so free is free. When a column gets
 * another size, its pages move to the new place by their page tables: a copy of 80 MB took 14 ms here, moving the same
 * pages 0.1 ms, and they are never there twice. (realloc copies such a block, since only a part of its mapping has the
 * advice, and what it gives back is not aligned.)
 */
#define _GNU_SOURCE        /* mremap */
#include "base/base.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

static atomic_long budget = -1;
static atomic_long asked;

void mem_fail_after(long n)
{
	atomic_store(&budget, n);
	atomic_store(&asked, 0);
}

long mem_allocations(void)
{
	return atomic_load(&asked);
}

/* At zero the budget stays: after the first failure all later ones fail too, as when memory is gone. */
static bool allowed(void)
{
	long left = atomic_load_explicit(&budget, memory_order_relaxed);

	atomic_fetch_add_explicit(&asked, 1, memory_order_relaxed);
	while (left > 0 && !atomic_compare_exchange_weak(&budget, &left, left - 1))
		;
	return left != 0;
}

void *mem_alloc(size_t size)
{
	return allowed() ? malloc(size ? size : 1) : NULL;
}

void *mem_zero(size_t count, size_t size)
{
	return allowed() ? calloc(count ? count : 1, size ? size : 1) : NULL;
}

void *mem_resize(void *p, size_t size)
{
	return allowed() ? realloc(p, size ? size : 1) : NULL;
}

/* == columns == */

enum { HUGE_PAGE = 2 << 20, BIG = 2 * HUGE_PAGE };

/* What a column of that size takes, with its padding; 0 when that is more than memory. */
static size_t padded_size(size_t size)
{
	if (size > SIZE_MAX - 128)
		return 0;
	return size ? (size + 63) / 64 * 64 : 64;
}

static void *column_block(size_t size, size_t padded)
{
	void *p;

	if (posix_memalign(&p, padded < BIG ? 64 : HUGE_PAGE, padded))
		return NULL;
	if (padded >= BIG)
		madvise(p, padded, MADV_HUGEPAGE);       /* when the advice is not taken, nothing is wrong */
	memset((char *)p + size, 0, padded - size);
	return p;
}

void *mem_column(size_t size)
{
	size_t padded = padded_size(size);

	return padded && allowed() ? column_block(size, padded) : NULL;
}

#if defined(MREMAP_DONTUNMAP) && !defined(SANITIZED)
static bool new_pages(void *at, size_t n)
{
	return mmap(at, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at;
}
#endif

/*
 * The first n bytes of one column to another, and the first is freed. False, and nothing was done to `from`, when
 * `to` has become unusable. malloc must not get a block with a hole back, so one that has a hole is left lying.
 */
static bool move_block(char *to, char *from, size_t n)
{
	bool hole = false;
	size_t moved = 0;

#if defined(MREMAP_DONTUNMAP) && !defined(SANITIZED)
	size_t whole = n / HUGE_PAGE * HUGE_PAGE;

	if (n >= BIG && mremap(from, whole, whole, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) == to) {
		moved = whole;
		hole = !new_pages(from, whole);          /* qemu's emulation of Linux unmaps them all the same */
	} else if (n >= BIG && !new_pages(to, whole)) {
		return false;                            /* the kernel may have unmapped them before it gave up */
	}
#endif
	if (n > moved)
		memcpy(to + moved, from + moved, n - moved);
	if (!hole)
		free(from);
	return true;
}

void *mem_column_resize(void *p, size_t used, size_t size)
{
	size_t padded = padded_size(size), keep = used < size ? used : size;
	char *fresh;

	if (!padded || !allowed())
		return NULL;
	fresh = column_block(size, padded);
	return fresh && move_block(fresh, p, keep) ? fresh : NULL;
}

/* == the rest == */

void mem_free(void *p)
{
	free(p);
}

char *mem_strndup(const char *s, size_t n)
{
	char *copy = mem_alloc(n + 1);

	if (copy) {
		memcpy(copy, s, n);
		copy[n] = '\0';
	}
	return copy;
}

char *mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}
