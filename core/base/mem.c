/* mem.c - allocation with a switch that makes it fail, for the tests of every error path. */
#include "base/base.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

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

void *mem_column(size_t size)
{
	size_t padded;
	char *p;

	if (size > SIZE_MAX - 128)
		return NULL;
	padded = (size + 63) / 64 * 64;
	padded = padded ? padded : 64;
	p = allowed() ? aligned_alloc(64, padded) : NULL;
	if (p)
		memset(p + size, 0, padded - size);
	return p;
}

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
