/* date.c - civil dates to day numbers and back, ISO 8601 in and out. Never mktime: it bends bad dates. */
#include "base/base.h"

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

void date_civil(int32_t days, int *year, int *month, int *day)
{
	int z = days + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
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
	int year, month, day;

	if ((year = digits(s, 4)) < 0 || !skip(s, '-') || (month = digits(s, 2)) < 0 || !skip(s, '-') ||
	    (day = digits(s, 2)) < 0 || !date_valid(year, month, day))
		return false;
	*days = date_days(year, month, day);
	return true;
}

bool date_parse(struct slice s, int32_t *days)
{
	int32_t d;

	if (!take_date(&s, &d) || s.n)
		return false;
	*days = d;
	return true;
}

size_t date_print(char out[DATE_TEXT_MAX], int32_t days)
{
	int y, m, d;

	date_civil(days, &y, &m, &d);
	return (size_t)snprintf(out, DATE_TEXT_MAX, "%04d-%02d-%02d", y, m, d);
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
	int64_t days = micros / DAY_MICROS - (micros % DAY_MICROS < 0);
	int64_t rest = micros - days * DAY_MICROS;
	int y, m, d, n;

	date_civil((int32_t)days, &y, &m, &d);
	n = snprintf(out, DATETIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d", y, m, d, (int)(rest / 3600000000),
		     (int)(rest / 60000000 % 60), (int)(rest / 1000000 % 60));
	if (rest % 1000000) {
		n += snprintf(out + n, DATETIME_TEXT_MAX - (size_t)n, ".%06d", (int)(rest % 1000000));
		while (out[n - 1] == '0')
			n--;
	}
	out[n++] = 'Z';
	out[n] = '\0';
	return (size_t)n;
}
