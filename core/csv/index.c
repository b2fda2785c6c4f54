/* index.c - which implementation of the structural index runs. */
#include "csv/index_priv.h"

#include <stdlib.h>

const struct index_ops *const index_all[] = {
#if defined(__x86_64__)
	&index_avx512,
	&index_avx2,
#elif defined(__aarch64__)
	&index_neon,
#endif
	&index_plain,
	NULL,
};

/* The place of bit i in its entry: behind the places of the set bits below it. */
#define PLACE(b, i) ((uint64_t)((b) >> (i) & 1) * (i) << 8 * __builtin_popcount((b) & ((1 << (i)) - 1)))
#define PLACES_1(b) (PLACE(b, 1) | PLACE(b, 2) | PLACE(b, 3) | PLACE(b, 4) | PLACE(b, 5) | PLACE(b, 6) | PLACE(b, 7))
#define PLACES_4(b) PLACES_1(b), PLACES_1((b) + 1), PLACES_1((b) + 2), PLACES_1((b) + 3)
#define PLACES_16(b) PLACES_4(b), PLACES_4((b) + 4), PLACES_4((b) + 8), PLACES_4((b) + 12)
#define PLACES_64(b) PLACES_16(b), PLACES_16((b) + 16), PLACES_16((b) + 32), PLACES_16((b) + 48)

const uint64_t index_places[256] = { PLACES_64(0), PLACES_64(64), PLACES_64(128), PLACES_64(192) };

const struct index_ops *index_best(void)
{
	const char *name = getenv("MUSTER_SIMD");
	size_t first = 0;

	for (size_t i = 0; name && index_all[i]; i++) {
		if (!strcmp(index_all[i]->name, name))
			first = i;
	}
	while (!index_all[first]->supported())
		first++;
	return index_all[first];
}
