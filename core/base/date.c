/* date.c - civil dates to day numbers and back, ISO 8601 in and out. Never mktime: it bends bad dates. */
#include "base/digits_priv.h"

#include <stdio.h>

#define DAY_MICROS INT64_C(86400000000)

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_month_last(int year, int month)
{
	static const int last[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : last[month - 1];
}

bool date_valid(int year, int month, int day)
{
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= date_month_last(year, month);
}

/* Eras of 400 years begin on 1 March, so that the leap day is the last day of a year. */
int32_t date_days(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static void civil_far(int32_t days, int *year, int *month, int *day)
{
	int64_t z = (int64_t)days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = (int)(z - era * 146097);
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

/*
 * The years that can be written by C. Neri and L. Schneider, "Euclidean affine functions and their application to
 * calendar algorithms" (2022): quotients and remainders out of one multiplication each. Days before them by division.
 */
void date_civil(int32_t days, int *year, int *month, int *day)
{
	uint32_t n = 4 * ((uint32_t)days + 719468) + 3, century, quarter, doy, md;
	uint64_t product;
	bool next;

	if (days < -719468 || days > 1000000000) {
		civil_far(days, year, month, day);
		return;
	}
	century = n / 146097;
	quarter = n % 146097 / 4 * 4 + 3;
	product = UINT64_C(2939745) * quarter;
	doy = (uint32_t)product / 2939745 / 4;
	md = 2141 * doy + 197913;
	next = doy >= 306;
	*year = (int)(100 * century + (uint32_t)(product >> 32) + next);
	*month = (int)((md >> 16) - (next ? 12 : 0));
	*day = (int)((md & 0xffff) / 2141 + 1);
}

/* The next `n` digits of *s, or -1. */
static int digits(struct slice *s, size_t n)
{
	int v = 0;

	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return -1;
		v = v * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return v;
}

static bool skip(struct slice *s, char c)
{
	if (!s->n || *s->p != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool take_date(struct slice *s, int32_t *days)
{
	uint64_t front, back, text;
	int year, month, day;
	uint32_t v;

	if (s->n < 10 || s->p[4] != '-' || s->p[7] != '-')
		return false;
	/* YYYY-MM- and YY-MM-DD, of which YYYYMMDD */
	front = digits_load(s->p);
	back = digits_load(s->p + 2);
	text = (front & UINT64_C(0xffffffff)) | (front >> 8 & UINT64_C(0xffff00000000)) | (back & UINT64_C(0xffff000000000000));
	if (!digits_all(text))
		return false;
	v = digits_value(text);
	year = (int)(v / 10000);
	month = (int)(v / 100 % 100);
	day = (int)(v % 100);
	if (!date_valid(year, month, day))
		return false;
	*days = date_days(year, month, day);
	s->p += 10;
	s->n -= 10;
	return true;
}

bool date_parse(struct slice s, int32_t *days)
{
	return s.n == 10 && take_date(&s, days);
}

/* Bytes from, from + 1 of eight digits, to where bytes to, to + 1 of a word are. */
static uint64_t pair(uint64_t digits, int from, int to)
{
	return (digits >> (8 * from) & 0xffff) << (8 * to);
}

/* Returns where it ends, with no NUL. Years of more than four digits cannot be read back, but are shown as they are. */
static char *put_date(char *p, int32_t days)
{
	uint64_t text;
	int y, m, d;

	date_civil(days, &y, &m, &d);
	if (HOT_UNLIKELY(y < 0 || y > 9999))
		return p + snprintf(p, DATE_TEXT_MAX, "%04d-%02d-%02d", y, m, d);
	text = digits_split((uint32_t)(y * 10000 + m * 100 + d)) + DIGITS_ZEROS;
	digits_store(p, (text & UINT64_C(0xffffffff)) | (uint64_t)'-' << 32 | pair(text, 4, 5) | (uint64_t)'-' << 56);
	p[8] = (char)(text >> 48);
	p[9] = (char)(text >> 56);
	return p + 10;
}

size_t date_print(char out[DATE_TEXT_MAX], int32_t days)
{
	char *end = put_date(out, days);

	*end = '\0';
	return (size_t)(end - out);
}

/* Z, +hh:mm, +hhmm or nothing; minutes east of Greenwich. */
static bool take_zone(struct slice *s, int *minutes)
{
	int sign, hh, mm;

	*minutes = 0;
	if (!s->n || skip(s, 'Z'))
		return true;
	sign = skip(s, '+') ? 1 : skip(s, '-') ? -1 : 0;
	if (!sign || (hh = digits(s, 2)) < 0 || hh > 23)
		return false;
	skip(s, ':');
	if ((mm = digits(s, 2)) < 0 || mm > 59)
		return false;
	*minutes = sign * (hh * 60 + mm);
	return true;
}

bool datetime_parse(struct slice s, int64_t *micros)
{
	int32_t days;
	int hh, mm, ss = 0, zone;
	int64_t fraction = 0, v;

	if (!take_date(&s, &days) || !(skip(&s, 'T') || skip(&s, ' ')))
		return false;
	if ((hh = digits(&s, 2)) < 0 || hh > 23 || !skip(&s, ':') || (mm = digits(&s, 2)) < 0 || mm > 59)
		return false;
	if (skip(&s, ':')) {
		if ((ss = digits(&s, 2)) < 0 || ss > 59)
			return false;
		if (skip(&s, '.')) {
			int64_t unit = 100000;
			int d;

			if (!s.n || *s.p < '0' || *s.p > '9')
				return false;
			while (unit && (d = digits(&s, 1)) >= 0) {
				fraction += d * unit;
				unit /= 10;
			}
		}
	}
	if (!take_zone(&s, &zone) || s.n)
		return false;
	v = (((int64_t)days * 24 + hh) * 60 + mm - zone) * 60000000 + (int64_t)ss * 1000000 + fraction;
	/* The zone may have moved it out of the years that can be written. */
	if (v < date_days(1, 1, 1) * DAY_MICROS || v >= (date_days(9999, 12, 31) + 1) * DAY_MICROS)
		return false;
	*micros = v;
	return true;
}

size_t datetime_print(char out[DATETIME_TEXT_MAX], int64_t micros)
{
	int64_t days = micros / DAY_MICROS - (micros % DAY_MICROS < 0), left = micros % DAY_MICROS;
	uint64_t rest = (uint64_t)(left < 0 ? left + DAY_MICROS : left), text;
	uint32_t second = (uint32_t)(rest / 1000000), fraction = (uint32_t)(rest % 1000000);
	char *p = put_date(out, (int32_t)days);

	text = digits_split(second / 3600 * 10000 + second / 60 % 60 * 100 + second % 60) + DIGITS_ZEROS;
	digits_store(p, 'T' | pair(text, 2, 1) | (uint64_t)':' << 24 | pair(text, 4, 4) | (uint64_t)':' << 48 |
				pair(text, 6, 7));
	p[8] = (char)(text >> 56);
	p += 9;
	if (fraction) {
		*p++ = '.';
		digits_store(p, (digits_split(fraction) + DIGITS_ZEROS) >> 16);
		for (p += 6; p[-1] == '0';)
			p--;
	}
	*p++ = 'Z';
	*p = '\0';
	return (size_t)(p - out);
}
