/*
 * digits_priv.h - eight decimal digits at a time in one 64-bit word, for the readers and printers of numbers and dates;
 * and powers of ten to 128 bits.
 *
 * A word holds text as it lies in memory, the first byte lowest. Sums and shifts that work on all bytes of a word at
 * once are an old art; the reading of eight digits with three multiplications is J. Lee's, its description D. Lemire's.
 */
#ifndef MUSTER_DIGITS_PRIV_H
#define MUSTER_DIGITS_PRIV_H

#include "base/base.h"

#include <string.h>

#define DIGITS_ZEROS UINT64_C(0x3030303030303030)

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define DIGITS_REVERSED 1
#else
#define DIGITS_REVERSED 0
#endif

static inline uint64_t digits_load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
#if DIGITS_REVERSED
	v = __builtin_bswap64(v);
#endif
	return v;
}

static inline uint64_t digits_load_four(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
#if DIGITS_REVERSED
	v = __builtin_bswap32(v);
#endif
	return v;
}

static inline void digits_store(char *p, uint64_t v)
{
#if DIGITS_REVERSED
	v = __builtin_bswap64(v);
#endif
	memcpy(p, &v, sizeof v);
}

/* The n bytes at p, 1 to 8 of them, behind as many zeros (the digit) as make it eight; reads nothing else. */
static inline uint64_t digits_load_part(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t missing = 64 - 8 * n;
	uint64_t v;

	if (n == 8)
		return digits_load(p);
	/* two halves that agree where they overlap; or the first, middle and last byte, which may be the same */
	if (n >= 4)
		v = digits_load_four(p) << missing | digits_load_four(p + n - 4) << 32;
	else
		v = (uint64_t)u[0] << missing | (uint64_t)u[n / 2] << (missing + 8 * (n / 2)) | (uint64_t)u[n - 1] << 56;
	return v | DIGITS_ZEROS >> (8 * n);
}

static inline bool digits_all(uint64_t text)
{
	uint64_t d = text ^ DIGITS_ZEROS;

	return !((d | (d + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080));
}

/* The number that eight digits (digits_all) are. */
static inline uint32_t digits_value(uint64_t text)
{
	uint64_t d = text - DIGITS_ZEROS, pairs = d * 10 + (d >> 8);

	return (uint32_t)(((pairs & UINT64_C(0xff000000ff)) * (100 + (UINT64_C(1000000) << 32)) +
			   ((pairs >> 16) & UINT64_C(0xff000000ff)) * (1 + (UINT64_C(10000) << 32))) >> 32);
}

/*
 * A number below 10^8 as eight bytes from 0 to 9: halved into 4 + 4, 2 + 2 and 1 + 1 digits, all parts at once. The
 * multiplications are divisions by 100 and by 10, exact for numbers this small.
 */
static inline uint64_t digits_split(uint32_t v)
{
	uint64_t part = v / 10000 | (uint64_t)(v % 10000) << 32, q;

	q = (part * 10486 >> 20) & UINT64_C(0x7f0000007f);
	part = q | (part - 100 * q) << 16;
	q = (part * 103 >> 10) & UINT64_C(0x000f000f000f000f);
	return q | (part - 10 * q) << 8;
}

/*
 * 10^q for q from POWER_LEAST to POWER_MOST as the leading 128 bits of its binary form, the highest one set, what is
 * behind them cut off. Those of 5^q are the same.
 */
struct power {
	uint64_t hi, lo;
};
enum { POWER_LEAST = -342, POWER_MOST = 324 };
const struct power *power_of_ten(int q);

/* floor(log2(10^q)), for |q| up to 1233: a fraction near log2(10). */
static inline int power_log2(int q)
{
	return q * 1741647 >> 19;
}

static inline struct power power_product(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide p = (wide)a * b;

	return (struct power){ (uint64_t)(p >> 64), (uint64_t)p };
}

#endif
