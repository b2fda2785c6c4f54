/* rank.c - values in order, without allocating, and the normal scores of ranks. */
#include "stats/diagnose_priv.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

enum { RUN = 8 };

/* Short runs by insertion, then merged in pairs: what is in order already, or backwards and forwards, stays cheap. */
void rank_sort(struct ranked *items, struct ranked *spare, int64_t n)
{
	struct ranked *from = items, *to = spare, *swap;

	for (int64_t lo = 0; lo < n; lo += RUN) {
		int64_t hi = lo + RUN < n ? lo + RUN : n;

		for (int64_t i = lo + 1; i < hi; i++) {
			struct ranked v = items[i];
			int64_t k = i;

			for (; k > lo && items[k - 1].value > v.value; k--)
				items[k] = items[k - 1];
			items[k] = v;
		}
	}
	for (int64_t width = RUN; width < n; width *= 2) {
		for (int64_t lo = 0; lo < n; lo += 2 * width) {
			int64_t mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
			int64_t i = lo, j = mid;

			for (int64_t k = lo; k < hi; k++)
				to[k] = j >= hi || (i < mid && from[i].value <= from[j].value) ? from[i++] : from[j++];
		}
		swap = from, from = to, to = swap;
	}
	if (from != items)
		memcpy(items, from, (size_t)n * sizeof *items);
}

double rank_score(double rank, int64_t n)
{
	return gsl_cdf_ugaussian_Pinv((rank - 0.375) / ((double)n + 0.25));
}
