/*
 * number.c - text to numbers, exactly and fast.
 *
 * A decimal is digits * 10^power. Three ways lead to the double nearest to it, each taken when the one before cannot:
 *   - both digits and the power of ten are doubles: one multiplication or division rounds once, so it is right
 *     (W. D. Clinger, "How to read floating point numbers accurately", 1990);
 *   - a product of 64 digits of the number with 128 of the power, which tells on which side of the middle between two
 *     doubles the number is, or that it cannot tell (D. Lemire, "Number parsing at a gigabyte per second", 2021);
 *   - strtod, which takes all digits into account.
 */
#define _GNU_SOURCE        /* newlocale, strtod_l: a host of muster.so may have set a decimal comma */
#include "base/digits_priv.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* == integers == */

bool text_int64(struct slice s, int64_t *out)
{
	bool negative = s.n && *s.p == '-';
	uint64_t head, middle = DIGITS_ZEROS, tail = DIGITS_ZEROS, v;

	s.p += negative;
	s.n -= negative;
	if (s.n - 1 >= 19 || (s.p[0] == '0' && (s.n > 1 || negative)))
		return false;
	if (s.n <= 8) {
		head = digits_load_part(s.p, s.n);
		if (!digits_all(head))
			return false;
		v = digits_value(head);
	} else {
		tail = digits_load(s.p + s.n - 8);
		if (s.n > 16) {
			middle = digits_load(s.p + s.n - 16);
			head = digits_load_part(s.p, s.n - 16);
		} else {
			head = digits_load_part(s.p, s.n - 8);
		}
		if (!digits_all(head) || !digits_all(middle) || !digits_all(tail))
			return false;
		v = digits_value(head);
		if (s.n > 16)
			v = v * 100000000 + digits_value(middle);
		v = v * 100000000 + digits_value(tail);
		if (v > (uint64_t)INT64_MAX + negative)
			return false;
	}
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

/* == decimals == */

enum { DIGITS_MOST = 19 };       /* as many fit in 64 bits, whatever they are */

struct decimal {
	uint64_t digits;         /* the first DIGITS_MOST significant ones, */
	int64_t power;           /* times ten to this */
	bool more;               /* others, not all zero, follow them */
	bool negative;
};

static inline const char *read_digits(const char *p, const char *end, uint64_t *v)
{
	while (end - p >= 8) {
		uint64_t eight = digits_load(p);

		if (!digits_all(eight))
			break;
		*v = *v * 100000000 + digits_value(eight);
		p += 8;
	}
	for (; p < end && (unsigned char)(*p - '0') <= 9; p++)
		*v = *v * 10 + (uint64_t)(*p - '0');
	return p;
}

/* The digits from `p` to `end`, a point among them, that do not fit in 64 bits without those that lead with zeros. */
static void cut_digits(const char *p, const char *end, struct decimal *d)
{
	uint64_t v = 0;
	int kept = 0;

	while (*p == '0' || *p == '.')
		if (++p == end)
			break;
	for (; p < end; p++) {
		if (*p == '.')
			continue;
		if (kept < DIGITS_MOST) {
			v = v * 10 + (uint64_t)(*p - '0');
			kept++;
		} else {
			d->more |= *p != '0';
			d->power++;
		}
	}
	d->digits = v;
}

/* The grammar of base.h and nothing else: strtod by itself takes blanks, hexadecimal and "infinity". */
static bool read_decimal(struct slice s, struct decimal *d)
{
	const char *p = s.p, *end = s.p + s.n, *first, *mark, *last;
	size_t whole, part = 0;
	bool down;

	*d = (struct decimal){ .negative = s.n && *p == '-' };
	p += d->negative;
	first = p;
	p = read_digits(p, end, &d->digits);
	whole = (size_t)(p - first);
	if (whole > 1 && *first == '0')
		return false;          /* 007 is a code, not a number */
	if (p < end && *p == '.') {
		mark = ++p;
		p = read_digits(p, end, &d->digits);
		part = (size_t)(p - mark);
	}
	if (!(whole + part))
		return false;
	last = p;
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		down = p < end && *p == '-';
		if (p < end && (*p == '+' || down))
			p++;
		for (mark = p; p < end && (unsigned char)(*p - '0') <= 9; p++)
			if (d->power < INT64_MAX / 20)
				d->power = d->power * 10 + (*p - '0');
		if (p == mark)
			return false;
		d->power = down ? -d->power : d->power;
	}
	d->power -= (int64_t)part;
	if (whole + part > DIGITS_MOST)
		cut_digits(first, last, d);
	return p == end;
}

/*
 * The double nearest to w * 10^q, infinite when it is too large; false when 128 bits of the power cannot tell. The steps
 * are those of Lemire's algorithm 1.
 */
static bool nearest(uint64_t w, int64_t q, double *out)
{
	struct power ten, z, low;
	uint64_t m, bits;
	int zeros, top, exponent;

	if (!w || q < POWER_LEAST)           /* w < 2^64 < 10^20, and half the least double is above 10^-324 */
		return *out = 0, true;
	if (q > 308)
		return *out = INFINITY, true;
	ten = *power_of_ten((int)q);
	if (q < 0 && q >= -27)
		ten.lo++;                    /* 5^27 fits in 64 bits: from above, so that an exact quotient comes out exact */
	zeros = __builtin_clzll(w);
	w <<= zeros;
	z = power_product(w, ten.hi);
	if ((z.hi & 0x1ff) == 0x1ff) {       /* only then could the lower half of the power carry into the bits that count */
		low = power_product(w, ten.lo);
		z.lo += low.hi;
		z.hi += z.lo < low.hi;
		if (z.lo == UINT64_MAX && (q < -27 || q > 55))
			return false;
	}
	top = (int)(z.hi >> 63);
	m = z.hi >> (top + 9);               /* 54 bits: those of a double and one to round by */
	exponent = power_log2((int)q) + 63 + top - zeros + 1023;
	if (exponent <= 0) {                 /* subnormal; no exact middle is so small */
		if (exponent < -62)
			return *out = 0, true;
		m >>= 1 - exponent;
		m = (m + (m & 1)) >> 1;
		bits = m;                    /* 2^52, when it rounds up to that, is the least normal one */
	} else {
		/* exactly in the middle, which the power only allows here: to the even one, so do not round up */
		if (z.lo <= 1 && q >= -4 && q <= 23 && (m & 3) == 1 && m << (top + 9) == z.hi)
			m--;
		m = (m + (m & 1)) >> 1;
		if (m == UINT64_C(1) << 53) {
			m >>= 1;
			exponent++;
		}
		if (exponent >= 2047)
			return *out = INFINITY, true;
		bits = (m & ((UINT64_C(1) << 52) - 1)) | (uint64_t)exponent << 52;
	}
	memcpy(out, &bits, sizeof bits);
	return true;
}

/* == all digits == */

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void open_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/*
 * Text of any length with at most LONG_DIGITS digits, in no memory but the stack. 767 digits decide every double;
 * what comes behind them only matters by being zero or not.
 */
enum { LONG_DIGITS = 800, LONG_TEXT = LONG_DIGITS + 32 };

static void shorten(char out[LONG_TEXT], struct slice s)
{
	int64_t exponent = 0, given = 0;
	size_t i = 0, k = 0, digits = 0;
	bool point = false, more = false, down;

	if (s.p[0] == '-')
		out[k++] = s.p[i++];
	for (; i < s.n && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
		if (s.p[i] == '.') {
			point = true;
		} else if (!digits && s.p[i] == '0') {
			exponent -= point;
		} else if (digits < LONG_DIGITS) {
			out[k++] = s.p[i];
			digits++;
			exponent -= point;
		} else {
			more |= s.p[i] != '0';
			exponent += !point;
		}
	}
	if (!digits)
		out[k++] = '0';
	if (more) {
		out[k++] = '1';
		exponent--;
	}
	if (i++ < s.n) {
		down = s.p[i] == '-';
		for (i += down || s.p[i] == '+'; i < s.n; i++)
			given = given < INT64_MAX / 20 ? given * 10 + (s.p[i] - '0') : given;
		exponent += down ? -given : given;
	}
	/* Beyond these a number of LONG_DIGITS digits is infinite, or zero. */
	exponent = exponent > 9999 ? 9999 : exponent < -9999 ? -9999 : exponent;
	snprintf(out + k, LONG_TEXT - k, "e%d", (int)exponent);
}

/* `s` is of the grammar. */
static double by_all_digits(struct slice s)
{
	char text[LONG_TEXT];

	if (s.n < sizeof text) {
		memcpy(text, s.p, s.n);
		text[s.n] = '\0';
	} else {
		shorten(text, s);
	}
	pthread_once(&c_locale_once, open_c_locale);
	return strtod_l(text, NULL, c_locale);
}

/* == floats == */

static bool text_special(struct slice s, double *out)
{
	if (slice_is(s, "nan") || slice_is(s, "NaN"))
		return *out = NAN, true;
	if (slice_is(s, "inf") || slice_is(s, "-inf"))
		return *out = s.n == 3 ? INFINITY : -INFINITY, true;
	return false;
}

bool text_float64(struct slice s, double *out)
{
	static const double tens[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
				       1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	struct decimal d;
	double v, above;

	if (!read_decimal(s, &d))
		return text_special(s, out);
	if (!d.more && d.digits <= UINT64_C(1) << 53 && d.power >= -22 && d.power <= 22) {
		v = d.power < 0 ? (double)d.digits / tens[-d.power] : (double)d.digits * tens[d.power];
	} else if (!nearest(d.digits, d.power, &v) || (d.more && (!nearest(d.digits + 1, d.power, &above) || above != v))) {
		v = fabs(by_all_digits(s));
	}
	if (isinf(v))
		return false;
	*out = d.negative ? -v : v;
	return true;
}

bool text_bool(struct slice s, bool *out)
{
	bool yes = slice_is(s, "true");

	if (!yes && !slice_is(s, "false"))
		return false;
	*out = yes;
	return true;
}
