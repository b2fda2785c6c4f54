/* text.c - runs of bytes, and the nearest of some names. */
#include "base/base.h"

#include <string.h>
#include <strings.h>

bool slice_is(struct slice s, const char *word)
{
	return s.n == strlen(word) && !memcmp(s.p, word, s.n);
}

bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

/* Optimal string alignment distance, cut off at 64 letters, which no name of ours reaches. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), rows[3][65];
	size_t *before = rows[0], *last = rows[1], *now = rows[2], *swap;

	if (na > 64 || nb > 64)
		return SIZE_MAX;
	for (size_t j = 0; j <= nb; j++)
		last[j] = j;
	for (size_t i = 1; i <= na; i++) {
		now[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t cost = a[i - 1] != b[j - 1], best = last[j - 1] + cost;

			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		swap = before, before = last, last = now, now = swap;
	}
	return last[nb];
}

const char *text_nearest(const char *wanted, const char *const *names, size_t n)
{
	size_t limit = strlen(wanted) / 3 > 1 ? strlen(wanted) / 3 : 1, best = SIZE_MAX;
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = strcasecmp(wanted, names[i]) ? edit_distance(wanted, names[i]) : 0;

		if (d < best && d <= limit) {
			best = d;
			nearest = names[i];
		}
	}
	return nearest;
}
