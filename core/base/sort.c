/* sort.c - one stable sort for all layers: bottom-up merging, whose comparison takes a context as qsort's does not. */
#include "base/base.h"

#include <string.h>

int sort_stable(void *items, size_t n, size_t size, sort_compare *compare, const void *ctx, struct err *e)
{
	char *from = items, *spare = mem_zero(n, size), *to = spare, *swap;

	if (!spare)
		return err_nomem(e);
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * width) {
			size_t mid = lo + width < n ? lo + width : n, hi = lo + 2 * width < n ? lo + 2 * width : n;
			size_t i = lo, j = mid;

			for (size_t k = lo; k < hi; k++) {
				bool left = j >= hi || (i < mid && compare(from + i * size, from + j * size, ctx) <= 0);

				memcpy(to + k * size, from + (left ? i++ : j++) * size, size);
			}
		}
		swap = from, from = to, to = swap;
	}
	if (from != items)
		memcpy(items, from, n * size);
	mem_free(spare);
	return 0;
}
