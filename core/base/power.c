/*
 * power.c - the table of powers of ten behind the reading and printing of doubles, made when it is first needed.
 *
 * 10^q and 5^q differ by a power of two, so the leading bits are those of 5^q: a long product for q > 0; for q < 0 a
 * reciprocal. Dividing 2^992 by 5 over and over gives floor(2^992 / 5^n) exactly, since a floor of a floor is the
 * floor of the whole; 197 bits are left of it for the last. 5^324 takes 753.
 */
#include "base/digits_priv.h"

#include <pthread.h>

enum { WORDS = 32 };

static struct power table[POWER_MOST - POWER_LEAST + 1];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

/* The leading 128 bits of a number of n words of 32 bits, lowest first, the last one not zero. */
static struct power leading(const uint32_t *words, int n)
{
	uint32_t top[6] = { 0 };
	struct power p;
	int shift;

	for (int i = 0; i < 5 && i < n; i++)
		top[i] = words[n - 1 - i];
	shift = __builtin_clz(top[0]);
	for (int i = 0; i < 5 && shift; i++)
		top[i] = top[i] << shift | top[i + 1] >> (32 - shift);
	p.hi = (uint64_t)top[0] << 32 | top[1];
	p.lo = (uint64_t)top[2] << 32 | top[3];
	return p;
}

static void make_table(void)
{
	uint32_t product[WORDS] = { 1 }, rest[WORDS] = { 0 };
	int n = 1;

	for (int q = 0; q <= POWER_MOST; q++) {
		uint64_t carry = 0;

		table[q - POWER_LEAST] = leading(product, n);
		for (int i = 0; i < n; i++) {
			carry += (uint64_t)product[i] * 5;
			product[i] = (uint32_t)carry;
			carry >>= 32;
		}
		if (carry)
			product[n++] = (uint32_t)carry;
	}
	rest[WORDS - 1] = 1;
	n = WORDS;
	for (int q = -1; q >= POWER_LEAST; q--) {
		uint64_t left = 0;

		for (int i = n; i-- > 0;) {
			left = left << 32 | rest[i];
			rest[i] = (uint32_t)(left / 5);
			left %= 5;
		}
		n -= !rest[n - 1];
		table[q - POWER_LEAST] = leading(rest, n);
	}
}

const struct power *power_of_ten(int q)
{
	pthread_once(&table_once, make_table);
	return &table[q - POWER_LEAST];
}
