/*
 * sample.c - different rows by chance, in table order.
 *
 * Selection sampling (Fan, Muller and Rezucha 1962; Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S): each
 * row is taken with the share of those still wanted among those still to come, so the rows come out in order and each
 * set of them is as likely as another. The numbers are SplitMix64's (Steele, Lea and Flood 2014), brought below a bound
 * without bias by a product and a rejection (Lemire 2019). All of it is integers, the same everywhere.
 */
#include "query/query.h"

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* 0 to n - 1, 0 < n < 2^32. */
static uint32_t below(uint64_t *state, uint32_t n)
{
	uint64_t product = (next_random(state) >> 32) * n;

	if (HOT_UNLIKELY((uint32_t)product < n))
		for (uint32_t least = -n % n; (uint32_t)product < least; )
			product = (next_random(state) >> 32) * n;
	return (uint32_t)(product >> 32);
}

int rows_sample(int64_t rows, int64_t want, uint64_t seed, uint32_t *idx, struct err *e)
{
	uint64_t state = seed;
	int64_t taken = 0;

	if (rows >= QUERY_NONE)
		return err_set(e, ERR_DOMAIN, "a table of %lld rows is too long: a query takes less than 2^32", (long long)rows);
	if (want < 0 || want > rows)
		return err_set(e, ERR_DOMAIN, "a sample of %lld rows out of %lld", (long long)want, (long long)rows);
	for (int64_t row = 0; taken < want; row++) {
		if (!(row & 0xfffff) && stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if (below(&state, (uint32_t)(rows - row)) < want - taken)
			idx[taken++] = (uint32_t)row;
	}
	return 0;
}
