/*
 * kernel_plain.c - numbers and dates from eight bytes at a time in a 64-bit word, for every processor; and the second
 * pass of all implementations.
 *
 * The first byte in memory is the lowest byte of a word. Digits are joined in pairs by multiplication, then pairs of
 * pairs. Source: D. Lemire, "Quickly parsing eight digits" (2018), after J. Muła, "SIMD-ized parsing of integers".
 *
 * A decimal is its digits as an integer, divided by a power of ten. Both are exact, so the one rounding of the
 * division is that of strtod. Source: W. Clinger, "How to Read Floating Point Numbers Accurately" (1990).
 */
#include "csv/kernel_priv.h"

#include <string.h>

#define NONE UINT64_MAX          /* least value of what has too many digits or too few: none is as large */
#define BYTES(x) (UINT64_C(0x0101010101010101) * (x))

const uint8_t kernel_last_bytes[32] = {
	[16] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

const double kernel_powers[KERNEL_NO_POINT + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1,
};

static inline uint64_t load64(const void *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* Sixteen bytes up to `end`; and ones in the last n of as many. */
struct pair {
	uint64_t high, low;      /* what stands first, and last */
};

static inline struct pair load_before(const char *end)
{
	return (struct pair){ load64(end - 16), load64(end - 8) };
}

static inline struct pair last_bytes(size_t n)
{
	return (struct pair){ load64(kernel_last_bytes + n), load64(kernel_last_bytes + n + 8) };
}

/* Of eight bytes less '0': not zero when some were no digits. */
static inline uint64_t not_digits(uint64_t d)
{
	return ((d + BYTES(0x76)) | d) & BYTES(0x80);
}

/* Eight digits, the first in the lowest byte. */
static inline uint64_t join_digits(uint64_t d)
{
	d = (d * (10 * 0x100 + 1) >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	d = (d * (100 * 0x10000 + 1) >> 16) & UINT64_C(0x0000ffff0000ffff);
	return d * (10000 * UINT64_C(0x100000000) + 1) >> 32;
}

/* The digits of up to 16 bytes, where `inside` is; whatever it says, *v is written. */
static inline bool join_pair(struct pair w, struct pair inside, uint64_t *v)
{
	w.high = (w.high ^ BYTES('0')) & inside.high;
	w.low = (w.low ^ BYTES('0')) & inside.low;
	*v = join_digits(w.high) * 100000000 + join_digits(w.low);
	return !(not_digits(w.high) | not_digits(w.low));
}

/* 0x80 in the bytes of w that are those of `wanted`. */
static inline uint64_t equal_bytes(uint64_t w, uint64_t wanted)
{
	uint64_t x = w ^ wanted;

	return ~(((x & BYTES(0x7f)) + BYTES(0x7f)) | x) & BYTES(0x80);
}

static bool always(void)
{
	return true;
}

/* A column in whose last block most were left, left[from..nleft), for being long: no more for the first pass. */
static bool mostly_long(const struct kernel_fields *f, const uint32_t *left, size_t from, size_t nleft)
{
	return nleft - from > KERNEL_BLOCK / 2 && kernel_field(f, left[from]).n > 8;
}

/* == int64 =================================================================================== */

/* By size in bytes, then with "-": a smaller value has a leading zero. */
static const uint64_t least[2][16] = {
	{ NONE, 0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, NONE, NONE, NONE, NONE, NONE, NONE, NONE },
	{ NONE, NONE, 1, 10, 100, 1000, 10000, 100000, 1000000, NONE, NONE, NONE, NONE, NONE, NONE, NONE },
};

/* One to eight bytes: digits, or "-" and digits. Whatever it says, *out is written. */
static inline bool short_int64(const char *p, uint32_t n, int64_t *out)
{
	uint64_t x = load64(p) ^ BYTES('0'), negative = (x & 0xff) == ('-' ^ '0'), v;

	n = n < 15 ? n : 15;
	/* The sign becomes a zero; what stands behind the field goes out. */
	x = (x ^ (('-' ^ '0') & (0 - negative))) << (-(n * 8) & 63);
	v = join_digits(x);
	*out = (int64_t)((v ^ (0 - negative)) + negative);
	return (not_digits(x) == 0) & (v >= least[negative][n]);
}

static size_t plain_int64(const struct kernel_fields *f, size_t n, int64_t *out, uint32_t *left)
{
	size_t nleft = 0, i = 0, from;
	struct kernel_block b;

	do {
		size_t block = n - i < KERNEL_BLOCK ? n - i : KERNEL_BLOCK;

		kernel_gather(f, i, block, &b);
		from = nleft;
		for (size_t k = 0; k < block; k++, i++) {
			left[nleft] = (uint32_t)i;
			nleft += !short_int64(f->p + b.begin[k], b.size[k], out + i);
		}
	} while (i < n && !mostly_long(f, left, from, nleft));
	for (; i < n; i++)
		left[nleft++] = (uint32_t)i;
	return nleft ? kernel_rest_int64(f, out, left, nleft) : 0;
}

/* Up to 18 digits. */
static inline bool any_int64(struct slice s, int64_t *out)
{
	bool negative = *s.p == '-';
	size_t digits = s.n - negative;
	uint64_t v, first = 0;

	if (!s.n || digits - 1 > 17 || ((s.p[negative] == '0') & (s.n > 1)) ||
	    !join_pair(load_before(s.p + s.n), last_bytes(digits < 16 ? digits : 16), &v) ||
	    (digits > 16 && !join_pair(load_before(s.p + s.n - 16), last_bytes(digits - 16), &first)))
		return false;
	v += first * UINT64_C(10000000000000000);
	*out = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

size_t kernel_rest_int64(const struct kernel_fields *f, int64_t *out, uint32_t *left, size_t nleft)
{
	size_t kept = 0;

	for (size_t k = 0; k < nleft; k++) {
		uint32_t i = left[k];

		if (!any_int64(kernel_field(f, i), out + i))
			left[kept++] = i;
	}
	return kept;
}

/* == float64 ================================================================================= */

/* What the places are for one field after the other; see kernel_places. */
struct decimal {
	unsigned places;
	bool point;              /* there is one */
	uint64_t before;         /* ones in those of the last eight bytes that end with the point */
	double power;
	uint64_t least[16];      /* by digits: a smaller value has a leading zero; NONE when that is no form of ours */
};

static void decimal_init(struct decimal *d, unsigned places)
{
	uint64_t power = 1;

	d->places = places;
	d->point = places != KERNEL_NO_POINT;
	d->before = places < 8 ? ~UINT64_C(0) >> places * 8 : 0;
	d->power = kernel_powers[places];
	places = d->point ? places : 0;
	d->least[0] = NONE;
	for (unsigned digits = 1; digits < 16; digits++, power *= 10)
		d->least[digits] = digits < places || digits > 8 ? NONE : digits > places + 1 ? power : 0;
}

/* Up to eight digits with the point where it is expected, and "-" before them. Whatever it says, *out is written. */
static inline bool short_float64(const char *p, uint32_t size, char point, const struct decimal *d, double *out)
{
	const char *end = p + size;
	bool negative = *p == '-', point_there = !d->point | (end[-1 - (int)d->places] == point);
	uint32_t digits = size - negative - d->point;
	uint64_t w = load64(end - 8), v;
	double r;

	digits = digits < 15 ? digits : 15;
	w ^= (w ^ load64(end - 9)) & d->before;          /* what stands before the point, one byte to the right */
	w = (w ^ BYTES('0')) & ~UINT64_C(0) << (-(digits * 8) & 63);
	v = join_digits(w);
	r = (double)(int64_t)v / d->power;
	*out = negative ? -r : r;
	return (not_digits(w) == 0) & (v >= d->least[digits]) & point_there;
}

static size_t plain_float64(const struct kernel_fields *f, size_t n, char point, double *out, uint32_t *left)
{
	size_t nleft = 0, i = 0, from;
	struct kernel_block b;
	struct decimal d;
	unsigned places = kernel_places(f, n, point);

	if (places == KERNEL_MIXED)
		return kernel_rest_float64(f, point, out, left, kernel_leave_all(left, n));
	decimal_init(&d, places);
	do {
		size_t block = n - i < KERNEL_BLOCK ? n - i : KERNEL_BLOCK;

		kernel_gather(f, i, block, &b);
		from = nleft;
		for (size_t k = 0; k < block; k++, i++) {
			left[nleft] = (uint32_t)i;
			nleft += !short_float64(f->p + b.begin[k], b.size[k], point, &d, out + i);
		}
	} while (i < n && !mostly_long(f, left, from, nleft));
	for (; i < n; i++)
		left[nleft++] = (uint32_t)i;
	return nleft ? kernel_rest_float64(f, point, out, left, nleft) : 0;
}

/* How many of the last n bytes before `end`, up to 16, stand behind the point. */
static inline unsigned find_places(const char *end, size_t n, char point)
{
	struct pair w = load_before(end), inside = last_bytes(n);

	w.low = equal_bytes(w.low, BYTES((unsigned char)point)) & inside.low;
	w.high = equal_bytes(w.high, BYTES((unsigned char)point)) & inside.high;
	return w.low    ? (unsigned)__builtin_clzll(w.low) / 8
	       : w.high ? 8 + (unsigned)__builtin_clzll(w.high) / 8
			: KERNEL_NO_POINT;
}

unsigned kernel_places(const struct kernel_fields *f, size_t n, char point)
{
	unsigned count[KERNEL_NO_POINT + 1] = { 0 }, best = KERNEL_NO_POINT, all = 0;

	for (size_t i = 0; i < n; i += n / 8 + 1) {
		struct slice s = kernel_field(f, i);

		if (s.n) {
			count[find_places(s.p + s.n, s.n < 16 ? s.n : 16, point)]++;
			all++;
		}
	}
	for (unsigned k = 0; k < KERNEL_NO_POINT; k++)
		best = count[k] > count[best] ? k : best;
	return count[best] * 4 >= all * 3 ? best : KERNEL_MIXED;
}

/* Up to 15 digits, the point anywhere. */
static inline bool any_float64(struct slice s, char point, double *out)
{
	bool negative = *s.p == '-', has_point;
	const char *end = s.p + s.n;
	size_t n = s.n - negative, digits;
	unsigned places;
	struct pair w, shifted, behind;
	uint64_t v;
	double r;

	if (!s.n || n - 1 > 15)
		return false;
	places = find_places(end, n, point);
	has_point = places != KERNEL_NO_POINT;
	digits = n - has_point;
	if (digits - 1 > 14 || ((s.p[negative] == '0') & (digits - (has_point ? places : 0) > 1)))
		return false;
	w = load_before(end);
	shifted = load_before(end - 1);
	behind = last_bytes(places);
	w.high ^= (w.high ^ shifted.high) & ~behind.high;
	w.low ^= (w.low ^ shifted.low) & ~behind.low;
	if (!join_pair(w, last_bytes(digits), &v))
		return false;
	r = (double)(int64_t)v / kernel_powers[places];
	*out = negative ? -r : r;
	return true;
}

size_t kernel_rest_float64(const struct kernel_fields *f, char point, double *out, uint32_t *left, size_t nleft)
{
	size_t kept = 0;

	for (size_t k = 0; k < nleft; k++) {
		uint32_t i = left[k];

		if (!any_float64(kernel_field(f, i), point, out + i))
			left[kept++] = i;
	}
	return kept;
}

/* == date ==================================================================================== */

/* Days before a month, and how many it has; [0] in common years, [1] in leap years. */
static const struct month {
	uint16_t before, last;
} months[2][16] = {
	{ { 0, 0 }, { 0, 31 }, { 31, 28 }, { 59, 31 }, { 90, 30 }, { 120, 31 }, { 151, 30 }, { 181, 31 }, { 212, 31 },
	  { 243, 30 }, { 273, 31 }, { 304, 30 }, { 334, 31 } },
	{ { 0, 0 }, { 0, 31 }, { 31, 29 }, { 60, 31 }, { 91, 30 }, { 121, 31 }, { 152, 30 }, { 182, 31 }, { 213, 31 },
	  { 244, 30 }, { 274, 31 }, { 305, 30 }, { 335, 31 } },
};

/*
 * "YYYY-MM-DD" as century, year in it, month and day. A century before the year has 36524 1/4 days, a year in the
 * century 365 1/4, rounded down, with year 0 a leap year; a leap year's own day comes with its months. Whatever it
 * says, *out is written.
 */
static inline bool one_date(const char *p, uint32_t n, int32_t *out)
{
	uint64_t w = load64(p) ^ (BYTES('0') ^ UINT64_C(0x1d00001d00000000));          /* '-' ^ '0' = 0x1d */
	uint64_t digits, bad;
	uint32_t century, year, month, day, leap;
	struct month m;

	/* YYYYMMDD */
	digits = (w & 0xffffffff) | (w >> 8 & UINT64_C(0x0000ffff00000000)) |
		 ((load64(p + 2) ^ BYTES('0')) & UINT64_C(0xffff000000000000));
	bad = (w & UINT64_C(0xff0000ff00000000)) | not_digits(digits);
	digits = digits * (10 * 0x100 + 1) >> 8;
	century = digits & 0xff;
	year = digits >> 16 & 0xff;
	month = digits >> 32 & 0xff;
	day = digits >> 48 & 0xff;
	leap = ((year ? year : century) & 3) == 0;
	m = months[leap][month & 15];
	bad |= (n ^ 10) | month >> 4;
	*out = (int32_t)((century * 146097 >> 2) + (year * 1461 >> 2) - leap + m.before + day) - 719528;
	return (bad == 0) & (day - 1 < m.last) & ((century | year) != 0);
}

static size_t plain_date(const struct kernel_fields *f, size_t n, int32_t *out, uint32_t *left)
{
	size_t nleft = 0;
	struct kernel_block b;

	for (size_t i = 0; i < n; i += KERNEL_BLOCK) {
		size_t block = n - i < KERNEL_BLOCK ? n - i : KERNEL_BLOCK;

		kernel_gather(f, i, block, &b);
		for (size_t k = 0; k < block; k++) {
			left[nleft] = (uint32_t)(i + k);
			nleft += !one_date(f->p + b.begin[k], b.size[k], out + i + k);
		}
	}
	return nleft;
}

size_t kernel_rest_date(const struct kernel_fields *f, int32_t *out, uint32_t *left, size_t nleft)
{
	size_t kept = 0;

	for (size_t k = 0; k < nleft; k++) {
		struct slice s = kernel_field(f, left[k]);

		if (s.n != 10 || !one_date(s.p, 10, out + left[k]))
			left[kept++] = left[k];
	}
	return kept;
}

const struct kernel_ops kernel_plain = { "plain", always, plain_int64, plain_float64, plain_date };
