/*
 * t0020-date.c - days and instants. The calendar is walked day by day with a rule of its own, so that every day of
 * 9,999 years is compared; the fixed points are from the C library's documentation of the epoch and from ISO 8601.
 */
#include "base/base.h"
#include "tap.h"

static struct slice text(const char *s)
{
	return slice_of(s, strlen(s));
}

static void every_day(void)
{
	static const int last[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int32_t expected = -719162, back = 0;        /* 0001-01-01: 1970 - 1 years of 365 days and 477 leap days */
	char shown[DATE_TEXT_MAX], want[64];
	long bad = 0, days = 0;

	for (int y = 1; y <= 9999; y++) {
		bool leap = y % 4 ? false : y % 100 ? true : y % 400 == 0;

		for (int m = 1; m <= 12; m++) {
			int n = last[m - 1] + (m == 2 && leap), cy, cm, cd;

			bad += date_month_last(y, m) != n;
			bad += date_valid(y, m, 0) || date_valid(y, m, n + 1);
			for (int d = 1; d <= n; d++, expected++, days++) {
				date_civil(expected, &cy, &cm, &cd);
				sprintf(want, "%04d-%02d-%02d", y, m, d);
				if (!date_valid(y, m, d) || date_days(y, m, d) != expected || cy != y || cm != m || cd != d ||
				    date_print(shown, expected) != 10 || strcmp(shown, want) ||
				    !date_parse(slice_of(shown, 10), &back) || back != expected)
					bad += bad < 5 ? fprintf(stderr, "wrong at %s\n", want) > 0 : 1;
			}
		}
	}
	is_int(bad, 0, "every day from 0001 to 9999 and back");
	is_int(days, 3652059, "and their number");
	is_int(date_days(1970, 1, 1), 0, "the epoch is day 0");
	is_int(date_days(2000, 3, 1), 11017, "951868800 s / 86400");
	is_int(date_days(2024, 10, 21), 20017, "the day of the first claims");
}

/* Each byte of a date replaced by every other, and two of them. */
static void every_byte(void)
{
	static const char *const days[] = { "2025-01-31", "1999-12-09", "2024-02-29", "0010-10-10" };
	long bad = 0;

	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		for (int at = 0; at < 10; at++) {
			for (int c = 0; c < 256; c++) {
				char day[11], want[64];
				int y = 0, m = 0, d = 0;
				int32_t got = 42;
				bool good;

				strcpy(day, days[i]);
				day[at] = (char)c;
				sscanf(day, "%4d-%2d-%2d", &y, &m, &d);
				snprintf(want, sizeof want, "%04d-%02d-%02d", y, m, d);
				good = !memcmp(want, day, 10) && date_valid(y, m, d);
				bad += date_parse(slice_of(day, 10), &got) != good || got != (good ? date_days(y, m, d) : 42);
			}
		}
	}
	is_int(bad, 0, "every byte of a date has to be what it is");
}

/* Days and instants that have no text that reads back are still shown. */
static void far_away(void)
{
	static const struct {
		int32_t days;
		const char *text;
	} cases[] = {
		{ -719163, "0000-12-31" }, { -719469, "0000-02-29" }, { -719529, "-001-12-31" }, { 2932897, "10000-01-01" },
		{ INT32_MAX, "5881580-07-11" }, { INT32_MIN, "-5877641-06-23" },
	};
	char shown[DATETIME_TEXT_MAX];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		date_print(shown, cases[i].days);
		is_str(shown, cases[i].text, "day %d", (int)cases[i].days);
	}
	datetime_print(shown, INT64_MAX);
	is_str(shown, "294247-01-10T04:00:54.775807Z", "the last microsecond there is");
	datetime_print(shown, INT64_MIN);
	is_str(shown, "-290308-12-21T19:59:05.224192Z", "and the first");
}

static void random_instants(void)
{
	uint64_t state = 5;
	long bad = 0;

	for (int i = 0; i < 100000; i++) {
		char shown[DATETIME_TEXT_MAX], want[64];
		int64_t micros, second, back = 0;
		int y, m, d, n;

		state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);      /* Knuth's MMIX */
		micros = INT64_C(-62135596800000000) + (int64_t)(state >> 3) % INT64_C(315537897600000000);
		micros -= i % 3 ? 0 : micros % 1000000;
		second = (micros + INT64_C(62135596800000000)) / 1000000;
		date_civil((int32_t)(second / 86400 - 719162), &y, &m, &d);
		n = snprintf(want, sizeof want, "%04d-%02d-%02dT%02d:%02d:%02d.%06d", y, m, d, (int)(second / 3600 % 24),
			     (int)(second / 60 % 60), (int)(second % 60),
			     (int)((micros + INT64_C(62135596800000000)) % 1000000));
		while (want[n - 1] == '0' || want[n - 1] == '.') {
			n--;
			if (want[n] == '.')
				break;
		}
		snprintf(want + n, 2, "Z");
		bad += datetime_print(shown, micros) != strlen(want) || strcmp(shown, want) ||
		       !datetime_parse(text(shown), &back) || back != micros;
	}
	is_int(bad, 0, "100,000 instants are shown as by printf, and read back (seed 5)");
}

static void bad_dates(void)
{
	static const char *const bad[] = {
		"2025-02-29", "2024-02-30", "1900-02-29", "2025-04-31", "2025-13-01", "2025-00-01", "2025-01-00",
		"2025-01-32", "0000-01-01", "10000-01-01", "025-01-01", "2025-1-1", "2025-01-1", "2025/01/01", "20250101",
		"2025-01-01 ", " 2025-01-01", "2025-01-01T00:00:00Z", "2025-01-", "2025-01", "2025", "", "-2025-01-01",
		"+025-01-01", "2025-01-0a", "2025-W01-1", "2025-001", "01-01-2025", "2025-01-+1",
	};
	int32_t days = 42;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!date_parse(text(bad[i]), &days) && days == 42, "'%s' is no day", bad[i]);
	ok(!date_valid(2025, 0, 1) && !date_valid(2025, 13, 1) && !date_valid(0, 1, 1) && !date_valid(10000, 1, 1),
	   "months and years outside the calendar");
	ok(date_parse(text("2000-02-29"), &days), "2000 is a leap year");
	ok(date_parse(slice_of("2025-01-31x", 10), &days) && days == date_days(2025, 1, 31),
	   "nothing behind the slice is read");
}

static void datetimes(void)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t micros;
		const char *shown;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", true, 0, "1970-01-01T00:00:00Z" },
		{ "1970-01-01 00:00", true, 0, "1970-01-01T00:00:00Z" },
		{ "2001-09-09T01:46:40Z", true, INT64_C(1000000000000000), "2001-09-09T01:46:40Z" },
		{ "2001-09-09T10:46:40+09:00", true, INT64_C(1000000000000000), "2001-09-09T01:46:40Z" },
		{ "2001-09-09T10:46:40+0900", true, INT64_C(1000000000000000), "2001-09-09T01:46:40Z" },
		{ "2001-09-08T20:16:40-05:30", true, INT64_C(1000000000000000), "2001-09-09T01:46:40Z" },
		{ "1969-12-31T23:59:59.999999Z", true, -1, "1969-12-31T23:59:59.999999Z" },
		{ "1969-12-31T23:59:59.5Z", true, -500000, "1969-12-31T23:59:59.5Z" },
		{ "1970-01-01T00:00:00.000001", true, 1, "1970-01-01T00:00:00.000001Z" },
		{ "1970-01-01T00:00:01.10", true, 1100000, "1970-01-01T00:00:01.1Z" },
		{ "0001-01-01T00:00:00Z", true, INT64_C(-62135596800000000), "0001-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59.999999Z", true, INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z" },
		{ "0001-01-01T00:00:00+00:01", false, 0, NULL },         /* in UTC it is a year before 1 */
		{ "9999-12-31T23:59:59-00:01", false, 0, NULL },         /* and this one in 10000 */
		{ "2025-01-01T24:00:00Z", false, 0, NULL },
		{ "2025-01-01T23:60:00Z", false, 0, NULL },
		{ "2025-01-01T23:59:60Z", false, 0, NULL },
		{ "2025-02-29T00:00:00Z", false, 0, NULL },
		{ "2025-01-01T00:00:00.1234567Z", false, 0, NULL },
		{ "2025-01-01T00:00:00.Z", false, 0, NULL },
		{ "2025-01-01T00:00:00,5Z", false, 0, NULL },
		{ "2025-01-01T00:00.5Z", false, 0, NULL },
		{ "2025-01-01T00Z", false, 0, NULL },
		{ "2025-01-01T", false, 0, NULL },
		{ "2025-01-01", false, 0, NULL },
		{ "2025-01-01t00:00:00z", false, 0, NULL },
		{ "2025-01-01T00:00:00z", false, 0, NULL },
		{ "2025-01-01T00:00:00+9", false, 0, NULL },
		{ "2025-01-01T00:00:00+09", false, 0, NULL },
		{ "2025-01-01T00:00:00+24:00", false, 0, NULL },
		{ "2025-01-01T00:00:00+09:60", false, 0, NULL },
		{ "2025-01-01T00:00:00ZZ", false, 0, NULL },
		{ "2025-01-01T00:00:00 Z", false, 0, NULL },
		{ "2025-01-01T00:00:00Z ", false, 0, NULL },
		{ "2025-01-01  00:00:00", false, 0, NULL },
		{ "2025-01-01T0:00:00", false, 0, NULL },
		{ "2025-01-01T000000", false, 0, NULL },
		{ "", false, 0, NULL },
	};
	char shown[DATETIME_TEXT_MAX];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t v = 42;
		bool good = datetime_parse(text(cases[i].text), &v);

		ok(good == cases[i].ok && v == (good ? cases[i].micros : 42), "datetime '%s' is %s", cases[i].text,
		   cases[i].ok ? "an instant" : "none");
		if (cases[i].ok) {
			size_t n = datetime_print(shown, cases[i].micros);

			is_str(shown, cases[i].shown, "and is shown as %s", cases[i].shown);
			is_int(n, strlen(shown), "of that length");
		}
	}
}

int main(void)
{
	every_day();
	every_byte();
	far_away();
	bad_dates();
	datetimes();
	random_instants();
	return done();
}
