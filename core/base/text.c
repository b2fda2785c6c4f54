/* text.c - numbers and UTF-8, read and written the same way under every locale. */
#define _GNU_SOURCE        /* newlocale, strtod_l: a host of muster.so may have set a decimal comma */
#include "base/base.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void open_c_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

bool slice_is(struct slice s, const char *word)
{
	return s.n == strlen(word) && !memcmp(s.p, word, s.n);
}

bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

bool text_int64(struct slice s, int64_t *out)
{
	bool negative = s.n && *s.p == '-';
	uint64_t v = 0, limit = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;

	if (negative) {
		s.p++;
		s.n--;
	}
	if (!s.n || s.n > 19 || (s.p[0] == '0' && (s.n > 1 || negative)))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	if (v > limit)
		return false;
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

static size_t run_of_digits(struct slice s, size_t from)
{
	size_t i = from;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i - from;
}

/* Only the grammar of base.h reaches strtod, which by itself takes blanks, hexadecimal and "infinity". */
static bool looks_like_float(struct slice s)
{
	size_t i = s.n && s.p[0] == '-', whole, part = 0, e;

	whole = run_of_digits(s, i);
	if (whole > 1 && s.p[i] == '0')
		return false;          /* 007 is a code, not a number */
	i += whole;
	if (i < s.n && s.p[i] == '.') {
		part = run_of_digits(s, i + 1);
		i += 1 + part;
	}
	if (!whole && !part)
		return false;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
			i++;
		e = run_of_digits(s, i);
		if (!e)
			return false;
		i += e;
	}
	return i == s.n;
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

bool text_float64(struct slice s, double *out)
{
	char text[LONG_TEXT];
	double v;

	if (slice_is(s, "nan") || slice_is(s, "NaN"))
		return *out = NAN, true;
	if (slice_is(s, "inf") || slice_is(s, "-inf"))
		return *out = s.n == 3 ? INFINITY : -INFINITY, true;
	if (!looks_like_float(s))
		return false;
	if (s.n < sizeof text) {
		memcpy(text, s.p, s.n);
		text[s.n] = '\0';
	} else {
		shorten(text, s);
	}
	pthread_once(&c_locale_once, open_c_locale);
	v = strtod_l(text, NULL, c_locale);
	if (isinf(v))
		return false;
	*out = v;
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

/*
 * A power of two is nearer to its lower neighbour than to its upper, so that the 16 digits nearest to it may read as
 * something else while the next 16 digits up read back. Such a number is far from 1, where %g has an exponent too; a
 * last digit of 9 would carry into fewer digits, which have been tried.
 */
static bool print_next_up(char out[TEXT_NUMBER_MAX], double v)
{
	char *last;

	snprintf(out, TEXT_NUMBER_MAX, "%.15e", v);
	last = strchr(out, 'e') - 1;
	if (*last == '9')
		return false;
	++*last;
	return strtod(out, NULL) == v;
}

size_t text_print_float64(char out[TEXT_NUMBER_MAX], double v)
{
	bool normal = fabs(v) >= DBL_MIN;
	locale_t before;

	if (isnan(v))
		return (size_t)snprintf(out, TEXT_NUMBER_MAX, "nan");
	if (isinf(v))
		return (size_t)snprintf(out, TEXT_NUMBER_MAX, v > 0 ? "inf" : "-inf");
	pthread_once(&c_locale_once, open_c_locale);
	before = uselocale(c_locale);
	/* 15 digits always fit a normal double and lose their zeros, 17 always read back. */
	for (int digits = normal ? 15 : 1; digits <= 17; digits++) {
		if (digits == 17 && print_next_up(out, v))
			break;
		snprintf(out, TEXT_NUMBER_MAX, "%.*g", digits, v);
		if (strtod(out, NULL) == v)
			break;
	}
	uselocale(before);
	return strlen(out);
}

size_t text_print_grouped(char out[TEXT_NUMBER_MAX], int64_t v)
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%lld", (long long)v), start = v < 0;
	size_t k = 0;

	for (int i = 0; i < n; i++) {
		if (i > start && (n - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = digits[i];
	}
	out[k] = '\0';
	return k;
}

/* Bytes of the valid UTF-8 sequence at p, or 0. */
static size_t utf8_step(const unsigned char *p, size_t n, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	uint32_t c;

	if (p[0] < 0x80)
		return *code = p[0], 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	c = p[0] & (0xff >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return len;
}

size_t text_utf8_valid(const char *p, size_t n)
{
	size_t i = 0, step;
	uint32_t code;

	while (i < n && (step = utf8_step((const unsigned char *)p + i, n - i, &code)))
		i += step;
	return i;
}

/* Enough of Unicode's East Asian Width for names in Hangul, kana and Han; the C locale's wcwidth knows none. */
static size_t code_width(uint32_t c)
{
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	    (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

size_t text_width(const char *p, size_t n)
{
	size_t i = 0, step, width = 0;
	uint32_t code;

	while (i < n) {
		step = utf8_step((const unsigned char *)p + i, n - i, &code);
		width += step ? code_width(code) : 1;
		i += step ? step : 1;
	}
	return width;
}

void text_escape(struct buf *out, const char *p, size_t n)
{
	size_t i = 0, step;
	uint32_t code = 0;

	while (i < n) {
		unsigned char c = (unsigned char)p[i];

		step = utf8_step((const unsigned char *)p + i, n - i, &code);
		if (!step || c < 0x20 || c == 0x7f || (step == 2 && code < 0xa0)) {
			buf_printf(out, "\\x%02x", c);
			i++;
		} else {
			buf_add(out, p + i, step);
			i += step;
		}
	}
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
