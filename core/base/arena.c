/* arena.c - memory that is freed all at once: blocks that grow, handed out from the front. */
#include "base/base.h"

#include <string.h>

enum { FIRST_BLOCK = 1024, ROUND = 16 };

struct arena_block {
	struct arena_block *before;
	size_t used, size;
	_Alignas(ROUND) char bytes[];
};

void *arena_room(struct arena *a, size_t n)
{
	struct arena_block *b = a->last;
	void *p;

	if (n > SIZE_MAX / 4)
		return NULL;
	n = (n + ROUND - 1) / ROUND * ROUND;
	if (!b || b->size - b->used < n) {
		size_t size = b ? b->size * 2 : FIRST_BLOCK;

		while (size < n)
			size *= 2;
		b = mem_alloc(sizeof *b + size);
		if (!b)
			return NULL;
		*b = (struct arena_block){ .before = a->last, .size = size };
		a->last = b;
	}
	p = b->bytes + b->used;
	b->used += n;
	return p;
}

void *arena_zero(struct arena *a, size_t count, size_t size)
{
	void *p = size && count > SIZE_MAX / size ? NULL : arena_room(a, count * size);

	if (p && count && size)
		memset(p, 0, count * size);
	return p;
}

char *arena_text(struct arena *a, const char *p, size_t n)
{
	char *copy = n < SIZE_MAX ? arena_room(a, n + 1) : NULL;

	if (copy && n)
		memcpy(copy, p, n);
	if (copy)
		copy[n] = '\0';
	return copy;
}

/* The last block is the biggest, and what was enough once will be enough again. */
void arena_clear(struct arena *a)
{
	struct arena_block *keep = a->last;

	if (!keep)
		return;
	a->last = keep->before;
	arena_release(a);
	keep->before = NULL;
	keep->used = 0;
	a->last = keep;
}

void arena_release(struct arena *a)
{
	while (a->last) {
		struct arena_block *before = a->last->before;

		mem_free(a->last);
		a->last = before;
	}
}
