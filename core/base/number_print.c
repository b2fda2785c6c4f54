/*
 * number_print.c - numbers to text, without printf and whatever the locale.
 *
 * A double stands for all reals that round to it; of the decimals among these the one with the fewest digits is wanted,
 * and of several the nearest. Most doubles in data were written with a few decimal places: v * 10^k is then next to a whole
 * number for a small k, and one division tells whether that reads back. The others go through R. Giulietti's
 * algorithm ("The Schubfach way to render doubles", 2020).
 */
#include "base/digits_priv.h"

#include <math.h>

/* == integers == */

/* How many digits v < 10^8 has: 1233 / 4096 is about log10(2). Faster than to wait for the digits themselves. */
static inline int count_digits(uint32_t v)
{
	static const uint32_t tens[] = { 0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000 };
	int about = (32 - __builtin_clz(v | 1)) * 1233 >> 12;

	return about + (v >= tens[about]);
}

/* v < 10^8 without leading zeros; eight bytes are written. */
static inline char *put_small(char *p, uint32_t v)
{
	int n = count_digits(v);

	digits_store(p, (digits_split(v) + DIGITS_ZEROS) >> (64 - 8 * n));
	return p + n;
}

static inline char *put_eight(char *p, uint32_t v)
{
	digits_store(p, digits_split(v) + DIGITS_ZEROS);
	return p + 8;
}

/* At most 24 bytes are written. */
static char *put_unsigned(char *p, uint64_t v)
{
	if (v < 100000000)
		return put_small(p, (uint32_t)v);
	if (v < UINT64_C(10000000000000000)) {
		p = put_small(p, (uint32_t)(v / 100000000));
		return put_eight(p, (uint32_t)(v % 100000000));
	}
	p = put_small(p, (uint32_t)(v / UINT64_C(10000000000000000)));
	v %= UINT64_C(10000000000000000);
	p = put_eight(p, (uint32_t)(v / 100000000));
	return put_eight(p, (uint32_t)(v % 100000000));
}

size_t text_print_int64(char out[TEXT_NUMBER_MAX], int64_t v)
{
	char *p = out;

	*p = '-';
	p += v < 0;
	if (v >= 0 && v < 100000000)
		p = put_small(p, (uint32_t)v);
	else
		p = put_unsigned(p, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	*p = '\0';
	return (size_t)(p - out);
}

size_t text_print_grouped(char out[TEXT_NUMBER_MAX], int64_t v)
{
	char digits[TEXT_NUMBER_MAX];
	size_t n = text_print_int64(digits, v), start = v < 0, k = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > start && (n - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = digits[i];
	}
	out[k] = '\0';
	return k;
}

/* == a few decimal places == */

/*
 * v = m / 10^k for the least k from 0 to 6 and m < 10^15, written with k places; NULL when v is none. No other decimal of
 * so few digits rounds to v, and none of fewer does, since k is the least. `v` is at least 0.001.
 *
 * The product is off by half of its last bit, and m / 10^k by as much, so that only a number next to a whole one can
 * pass the division. Adding 1.5 * 2^52 rounds to a whole number.
 */
static char *put_places(char *p, double v)
{
	static const double tens[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
	static const uint32_t whole_tens[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };
	const double rounder = 0x1.8p52;

	for (int k = 0; k <= 6; k++) {
		double product = v * tens[k], m = (product + rounder) - rounder;
		uint64_t whole;

		if (m >= 1e15)
			return NULL;
		if (fabs(product - m) > product * 0x1p-51 || (k ? m / tens[k] : m) != v)
			continue;
		/* that of m / 10^k too: a whole number between them would be nearer to it than v */
		whole = (uint64_t)v;
		p = whole < 100000000 ? put_small(p, (uint32_t)whole) : put_unsigned(p, whole);
		if (k) {
			*p++ = '.';
			digits_store(p, (digits_split((uint32_t)((uint64_t)m - whole * whole_tens[k])) + DIGITS_ZEROS) >>
						(64 - 8 * k));
			p += k;
		}
		return p;
	}
	return NULL;
}

/* == the shortest decimal == */

struct shortest {
	uint64_t digits;
	int power;               /* of ten */
};

/* floor(log10(2^e)) and floor(log10(3/4 * 2^e)), for |e| up to 1500. */
static int log10_of_two(int e)
{
	return e * 1262611 >> 22;
}

static int log10_of_three_quarters(int e)
{
	return (e * 1262611 - 524031) >> 22;
}

/*
 * floor(c * g / 2^128) for the power g, a last bit of 1 saying that something was cut off. g is a little too large, by
 * less than 1, hence the product by less than 2^64: a second word of 1 is still nothing.
 */
static uint64_t scale(struct power g, uint64_t c)
{
	struct power high = power_product(g.hi, c), low = power_product(g.lo, c);

	high.lo += low.hi;
	high.hi += high.lo < low.hi;
	return high.hi | (high.lo > 1);
}

/*
 * v = c * 2^q. The decimals that round to v reach half way to its neighbours, the ends included when c is even. With 10^k at
 * most as wide as that, one or more of the multiples of 10^k are in it and at most one multiple of 10^(k+1). All is
 * counted in quarters of 10^k, as the ends are odd quarters of 2^q: the three numbers times 4 * 10^-k, each
 * correct to where it stands between two quarters.
 */
static struct shortest shortest_of(uint64_t bits)
{
	uint64_t c = bits & ((UINT64_C(1) << 52) - 1), exponent = bits >> 52 & 0x7ff;
	int q = exponent ? (int)exponent - 1075 : -1074, k, shift;
	bool narrow = exponent > 1 && !c;        /* a power of two is nearer to the one below */
	uint64_t below, at, above, tens, ones;
	bool odd, under, over;
	struct power g;

	c |= exponent ? UINT64_C(1) << 52 : 0;
	odd = c & 1;
	k = narrow ? log10_of_three_quarters(q) : log10_of_two(q);
	g = *power_of_ten(-k);
	g.hi += ++g.lo == 0;
	shift = q + power_log2(-k) + 1;
	below = scale(g, (4 * c - (narrow ? 1 : 2)) << shift) + odd;
	at = scale(g, (4 * c) << shift);
	above = scale(g, (4 * c + 2) << shift) - odd;

	tens = at / 40;
	under = 40 * tens >= below;
	over = 40 * tens + 40 <= above;
	if (under != over)
		return (struct shortest){ tens + over, k + 1 };
	ones = at / 4;
	under = 4 * ones >= below;
	over = 4 * ones + 4 <= above;
	if (under == over)       /* both are in: the nearer, the even one when at is in the middle */
		over = at % 4 > 2 || (at % 4 == 2 && ones & 1);
	return (struct shortest){ ones + over, k };
}

/* As %g lays it out with 15, 16 or 17 digits, whichever the number needs; with 1 to 17 when it is subnormal. */
static char *put_shortest(char *p, struct shortest s, bool subnormal)
{
	char *first = p;
	int n, exponent;

	while (s.digits % 10 == 0) {
		s.digits /= 10;
		s.power++;
	}
	p = put_unsigned(p, s.digits);
	n = (int)(p - first);
	exponent = s.power + n - 1;
	if (!subnormal && exponent >= -4 && exponent < (n > 15 ? n : 15)) {
		if (exponent < 0) {
			memmove(first + 1 - exponent, first, (size_t)n);
			memset(first, '0', (size_t)(1 - exponent));
			first[1] = '.';
			return p + 1 - exponent;
		}
		if (s.power >= 0) {
			memset(p, '0', (size_t)s.power);
			return p + s.power;
		}
		memmove(first + exponent + 2, first + exponent + 1, (size_t)(n - exponent - 1));
		first[exponent + 1] = '.';
		return p + 1;
	}
	if (n > 1) {
		memmove(first + 2, first + 1, (size_t)n - 1);
		first[1] = '.';
		p++;
	}
	*p++ = 'e';
	*p++ = exponent < 0 ? '-' : '+';
	exponent = exponent < 0 ? -exponent : exponent;
	if (exponent < 10)
		*p++ = '0';
	return put_unsigned(p, (uint64_t)exponent);
}

size_t text_print_float64(char out[TEXT_NUMBER_MAX], double v)
{
	uint64_t bits;
	char *p = out, *end = NULL;

	memcpy(&bits, &v, sizeof bits);
	*p = '-';
	if (bits >> 52 == 0x7ff || bits >> 52 == 0xfff) {
		p += v < 0;
		memcpy(p, isnan(v) ? "nan" : "inf", 4);
		return (size_t)(p + 3 - out);
	}
	p += bits >> 63;
	bits &= INT64_MAX;
	v = fabs(v);
	if (v >= 1e-3 && v < 1e15)
		end = put_places(p, v);
	if (!end && v == 0) {
		*p = '0';
		end = p + 1;
	} else if (!end) {
		end = put_shortest(p, shortest_of(bits), bits >> 52 == 0);
	}
	*end = '\0';
	return (size_t)(end - out);
}
