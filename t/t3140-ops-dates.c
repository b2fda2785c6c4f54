/*
 * t3140-ops-dates.c - dates: every day of four hundred years, and the ends of the calendar, against one that counts day by day;
 * steps and differences by definition; text; what there is no date for.
 */
#include "op_run.h"

static const struct op_row rows[] = {
	OP_ROW("date", "d:2024-02-29", "i:2024", "i:2", "i:29"),
	OP_ROW("date", "!there is no date(2023, 2, 29)", "i:2023", "i:2", "i:29"),
	OP_ROW("date", "!there is no date(0, 1, 1)", "i:0", "i:1", "i:1"),
	OP_ROW("date", "!there is no date(4294969321, 1, 1)", "i:4294969321", "i:1", "i:1"),
	OP_ROW("date", "d:9999-12-31", "i:9999", "i:12", "i:31"),
	OP_ROW("date", "d:2025-01-13", "s:2025-01-13"),
	OP_ROW("date", "!'13.1.2025' is not a date; parse_date(x) gives missing there", "s:13.1.2025"),
	OP_ROW("date", "!'\\x1b[2J' is not a date; parse_date(x) gives missing there", "s:\x1b[2J"),
	OP_ROW("date", "d:2025-01-13", "t:2025-01-13T23:59:59.999999Z"),
	OP_ROW("date", "d:1969-12-31", "t:1969-12-31T23:59:59.999999Z"),
	OP_ROW("date", "d:2025-01-13", "d:2025-01-13"),
	OP_ROW("datetime", "t:2025-01-13T00:00:00Z", "d:2025-01-13"),
	OP_ROW("datetime", "t:2025-01-13T08:30:00Z", "s:2025-01-13T10:30+02:00"),
	OP_ROW("datetime", "!'noon' is not a datetime; parse_datetime(x) gives missing there", "s:noon"),
	OP_ROW("datetime", "t:0001-01-01T00:00:00Z", "t:0001-01-01T00:00Z"),
	OP_ROW("year", "i:2025", "t:2025-01-13T08:30Z"),
	OP_ROW("year", "i:1", "t:0001-01-01T00:00Z"),
	OP_ROW("year", "i:9999", "t:9999-12-31T23:59:59.999999Z"),
	OP_ROW("week", "i:53", "t:2020-12-31T08:30Z"),
	OP_ROW("weekday", "i:7", "t:2025-01-12T23:59:59.999999Z"),
	OP_ROW("day_of_year", "i:366", "t:2024-12-31T00:00Z"),
	OP_ROW("hour", "i:23", "t:1969-12-31T23:59:59.999999Z"),
	OP_ROW("minute", "i:59", "t:1969-12-31T23:59:59.999999Z"),
	OP_ROW("second", "i:59", "t:0001-01-01T00:00:59.999999Z"),
	OP_ROW("hour", "i:0", "t:0001-01-01T00:00:00Z"),
	OP_ROW("last_day", "d:2024-02-29", "t:2024-02-10T12:00Z"),
	OP_ROW("date_trunc", "d:2025-01-01", "s:year", "d:2025-11-13"),
	OP_ROW("date_trunc", "d:2025-10-01", "s:quarter", "d:2025-11-13"),
	OP_ROW("date_trunc", "d:2025-11-01", "s:month", "d:2025-11-13"),
	OP_ROW("date_trunc", "d:2025-11-10", "s:week", "d:2025-11-13"),
	OP_ROW("date_trunc", "d:2025-11-13", "s:day", "d:2025-11-13"),
	OP_ROW("date_trunc", "!a date has no 'hour': its units are year, quarter, month, week and day", "s:hour", "d:2025-11-13"),
	OP_ROW("date_trunc", "!no unit 'mont'; did you mean 'month'?", "s:mont", "d:2025-11-13"),
	OP_ROW("date_trunc", "!no unit 'fortnight': there are year, quarter, month, week, day, hour, minute and second", "s:fortnight",
	       "t:2025-01-01T00:00Z"),
	OP_ROW("date_trunc", "t:2025-01-01T00:00:00Z", "s:quarter", "t:2025-03-31T23:59:59.5Z"),
	OP_ROW("date_trunc", "t:2025-03-31T00:00:00Z", "s:week", "t:2025-03-31T23:59:59.5Z"),
	OP_ROW("date_trunc", "t:2025-03-31T00:00:00Z", "s:day", "t:2025-03-31T23:59:59.5Z"),
	OP_ROW("date_trunc", "t:2025-03-31T23:00:00Z", "s:hour", "t:2025-03-31T23:59:59.5Z"),
	OP_ROW("date_trunc", "t:1969-12-31T23:59:00Z", "s:minute", "t:1969-12-31T23:59:59.5Z"),
	OP_ROW("date_trunc", "t:1969-12-31T23:59:59Z", "s:second", "t:1969-12-31T23:59:59.5Z"),
	OP_ROW("date_add", "d:2025-02-28", "d:2025-01-31", "i:1", "s:month"),
	OP_ROW("date_add", "d:2024-02-28", "d:2025-02-28", "i:-12", "s:month"),
	OP_ROW("date_add", "d:2025-02-28", "d:2024-02-29", "i:1", "s:year"),
	OP_ROW("date_add", "d:2025-07-31", "d:2025-01-31", "i:2", "s:quarter"),
	OP_ROW("date_add", "d:2025-02-14", "d:2025-01-31", "i:2", "s:week"),
	OP_ROW("date_add", "d:2025-01-30", "d:2025-01-31", "i:-1", "s:day"),
	OP_ROW("date_add", "!date_add(9999-12-01, 1, 'month') is not in the years 1 to 9999", "d:9999-12-01", "i:1", "s:month"),
	OP_ROW("date_add", "!date_add(0001-01-01, -1, 'day') is not in the years 1 to 9999", "d:0001-01-01", "i:-1", "s:day"),
	OP_ROW("date_add", "!date_add(2025-01-01, 9223372036854775807, 'year') is not in the years 1 to 9999", "d:2025-01-01",
	       "i:9223372036854775807", "s:year"),
	OP_ROW("date_add", "!date_add(2025-01-01, -9223372036854775808, 'week') is not in the years 1 to 9999", "d:2025-01-01",
	       "i:-9223372036854775808", "s:week"),
	OP_ROW("date_add", "!a date has no 'minute': its units are year, quarter, month, week and day", "d:2025-01-01", "i:1", "s:minute"),
	OP_ROW("date_add", "t:2025-02-28T10:00:00Z", "t:2025-01-31T10:00Z", "i:1", "s:month"),
	OP_ROW("date_add", "t:2025-01-01T00:30:00Z", "t:2024-12-31T23:00Z", "i:90", "s:minute"),
	OP_ROW("date_add", "t:2024-12-31T22:59:59Z", "t:2024-12-31T23:00Z", "i:-1", "s:second"),
	OP_ROW("date_add", "!date_add(9999-12-31T23:00:00Z, 1, 'hour') is not in the years 1 to 9999", "t:9999-12-31T23:00Z", "i:1", "s:hour"),
	OP_ROW("date_diff", "i:1", "s:month", "d:2025-01-31", "d:2025-02-28"),
	OP_ROW("date_diff", "i:0", "s:month", "d:2025-01-31", "d:2025-02-27"),
	OP_ROW("date_diff", "i:-1", "s:month", "d:2025-02-28", "d:2025-01-31"),
	OP_ROW("date_diff", "i:0", "s:year", "d:2024-02-29", "d:2025-02-27"),
	OP_ROW("date_diff", "i:1", "s:year", "d:2024-02-29", "d:2025-02-28"),
	OP_ROW("date_diff", "i:3", "s:quarter", "d:2024-01-15", "d:2024-11-01"),
	OP_ROW("date_diff", "i:-1", "s:week", "d:2025-01-13", "d:2025-01-01"),
	OP_ROW("date_diff", "i:3652058", "s:day", "d:0001-01-01", "d:9999-12-31"),
	OP_ROW("date_diff", "i:9998", "s:year", "d:0001-01-01", "d:9999-12-31"),
	OP_ROW("date_diff", "i:0", "s:month", "t:2025-01-31T10:00Z", "t:2025-02-28T09:59Z"),
	OP_ROW("date_diff", "i:1", "s:month", "t:2025-01-31T10:00Z", "t:2025-02-28T10:00Z"),
	OP_ROW("date_diff", "i:-1", "s:hour", "t:2025-01-31T10:00Z", "t:2025-01-31T08:30Z"),
	OP_ROW("format_date", "s:2025-01", "d:2025-01-13", "s:%Y-%m"),
	OP_ROW("format_date", "s:13 January 2025, Mon Monday Jan 1", "d:2025-01-13", "s:%d %B %Y, %a %A %b %u"),
	OP_ROW("format_date", "s:2020-W53 366 Q1", "d:2021-01-01", "s:%G-W%V 366 Q%q"),
	OP_ROW("format_date", "s:366", "d:2024-12-31", "s:%j"),
	OP_ROW("format_date", "s:0001 100%", "d:0001-01-01", "s:%Y 100%%"),
	OP_ROW("format_date", "s:23:59:59 00:00:00", "t:1969-12-31T23:59:59.9Z", "s:%H:%M:%S 00:00:00"),
	OP_ROW("format_date", "s:00:00:00", "d:2025-01-13", "s:%H:%M:%S"),
	OP_ROW("format_date", "s:", "d:2025-01-13", "s:"),
	OP_ROW("format_date", "!no code %y in the date format; there are Y m d H M S j G V u q b B a A and %", "d:2025-01-13", "s:%y"),
	OP_ROW("format_date", "!the date format '100%' ends in %; for a per cent sign write %%", "d:2025-01-13", "s:100%"),
};

/* == the slow calendar == */

/* 0001-01-01, a Monday, and 9999-12-31 */
enum { DATE_OF_START = -719162, DATE_OF_END = 2932896 };

struct day {
	int year, month, day, weekday, of_year, iso_year, week, last;
};

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_last(int y, int m)
{
	return m == 2 ? 28 + leap(y) : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
}

/* ISO 8601: week 1 is the week of the first Thursday, so the Thursday of a week says its year. */
static void set_week(struct day *d)
{
	int thursday = d->of_year + 4 - d->weekday;

	d->iso_year = thursday < 1 ? d->year - 1 : thursday > 365 + leap(d->year) ? d->year + 1 : d->year;
	if (thursday < 1)
		thursday += 365 + leap(d->year - 1);
	else if (thursday > 365 + leap(d->year))
		thursday -= 365 + leap(d->year);
	d->week = (thursday - 1) / 7 + 1;
	d->last = month_last(d->year, d->month);
}

static void tomorrow(struct day *d)
{
	d->weekday = d->weekday % 7 + 1;
	d->of_year++;
	if (++d->day > month_last(d->year, d->month)) {
		d->day = 1;
		if (++d->month > 12) {
			d->month = 1;
			d->year++;
			d->of_year = 1;
		}
	}
	set_week(d);
}

enum { YEAR, MONTH, DAY, QUARTER, WEEKDAY, OF_YEAR, ISO_YEAR, WEEK, LAST, PARTS };

static void all_days(void)
{
	static const char *const names[PARTS] = { "year",        "month",    "day",  "quarter",      "weekday",
						  "day_of_year", "iso_year", "week", "days_in_month" };
	static int32_t days[VEC_MAX];
	static int64_t micros[VEC_MAX], want[PARTS][VEC_MAX];
	struct day d = { .year = 1, .month = 1, .day = 1, .weekday = 1, .of_year = 1 };
	int64_t wrong[PARTS] = { 0 }, ends = 0, starts = 0, seen = 0;
	uint64_t seed = 3;

	set_week(&d);
	for (int32_t first = DATE_OF_START; first <= DATE_OF_END; first += VEC_MAX) {
		int32_t n = DATE_OF_END - first + 1 < VEC_MAX ? DATE_OF_END - first + 1 : VEC_MAX;
		static int32_t month[VEC_MAX], week[VEC_MAX], quarter[VEC_MAX], year[VEC_MAX], last[VEC_MAX];

		for (int32_t i = 0; i < n; i++) {
			const int64_t parts[PARTS] = { d.year, d.month, d.day, (d.month + 2) / 3, d.weekday, d.of_year, d.iso_year, d.week, d.last };

			days[i] = first + i;
			micros[i] = days[i] * INT64_C(86400000000) + (int64_t)(op_noise(&seed) % UINT64_C(86400000000));
			for (int k = 0; k < PARTS; k++)
				want[k][i] = parts[k];
			month[i] = days[i] - d.day + 1;
			last[i] = month[i] + d.last - 1;
			week[i] = days[i] - d.weekday + 1;
			year[i] = days[i] - d.of_year + 1;
			quarter[i] = year[i];
			for (int m = 1; m <= (d.month - 1) / 3 * 3; m++)
				quarter[i] += month_last(d.year, m);
			tomorrow(&d);
		}
		/* most years by their parts at random, four hundred of them and both ends whole */
		if (first > DATE_OF_START + 5000 && first < DATE_OF_END - 5000 && (first < -100000 || first > 50000) && op_noise(&seed) % 16)
			continue;
		seen += n;
		for (int k = 0; k < PARTS; k++)
			for (int time = 0; time < 2; time++) {
				const struct vec arg = time ? (struct vec){ .type = TYPE_DATETIME, .n = n, .as.i64 = micros } :
							      (struct vec){ .type = TYPE_DATE, .n = n, .as.days = days };
				struct op_run r;

				op_run_kernel(&r, op_overload_of(ops_dates, names[k], 1, time ? "t" : "d"), &arg, 1, n, NULL);
				for (int32_t i = 0; i < n; i++)
					wrong[k] += r.out.as.i64[i] != want[k][i];
				op_run_free(&r);
			}
		for (int k = 0; k < 5; k++) {
			static const char *const units[] = { "month", "week", "quarter", "year" };
			const int32_t *begins[] = { month, week, quarter, year, last };
			struct slice unit = k < 4 ? slice_of(units[k], strlen(units[k])) : slice_of("", 0);
			const struct vec args[] = { { .type = TYPE_STRING, .constant = true, .n = 1, .as.text = &unit },
						    { .type = TYPE_DATE, .n = n, .as.days = days },
						    { .type = TYPE_DATETIME, .n = n, .as.i64 = micros } };
			const struct vec times[] = { args[0], args[2] };
			struct op_run r;

			op_run_kernel(&r, k < 4 ? op_overload_of(ops_dates, "date_trunc", 2, "sd") : op_overload_of(ops_dates, "last_day", 1, "d"),
				      args + k / 4, 2 - k / 4, n, NULL);
			for (int32_t i = 0; i < n; i++)
				*(k < 4 ? &starts : &ends) += r.out.as.days[i] != begins[k][i];
			op_run_free(&r);
			if (k == 4)
				break;
			op_run_kernel(&r, op_overload_of(ops_dates, "date_trunc", 2, "st"), times, 2, n, NULL);
			for (int32_t i = 0; i < n; i++)
				starts += r.out.as.i64[i] != begins[k][i] * INT64_C(86400000000);
			op_run_free(&r);
		}
	}
	ok(seen > 300000, "%lld days were looked at", (long long)seen);
	for (int k = 0; k < PARTS; k++)
		is_int(wrong[k], 0, "%s, day by day", names[k]);
	is_int(starts, 0, "date_trunc, day by day");
	is_int(ends, 0, "last_day, day by day");
}

/* == steps == */

static int64_t step(const char *name, const char *letters, int32_t from, int32_t to, int64_t n, const char *unit, int *rc)
{
	struct slice text = slice_of(unit, strlen(unit));
	struct vec args[3];
	struct op_run r;
	bool add = letters[0] == 'd';
	int64_t got;

	args[add ? 2 : 0] = (struct vec){ .type = TYPE_STRING, .constant = true, .n = 1, .as.text = &text };
	args[add ? 0 : 1] = (struct vec){ .type = TYPE_DATE, .n = 1, .as.days = &from };
	if (add)
		args[1] = (struct vec){ .type = TYPE_INT64, .n = 1, .as.i64 = &n };
	else
		args[2] = (struct vec){ .type = TYPE_DATE, .n = 1, .as.days = &to };
	op_run_kernel(&r, op_overload_of(ops_dates, name, 3, letters), args, 3, 1, NULL);
	*rc = r.rc;
	got = r.rc ? 0 : add ? r.out.as.days[0] : r.out.as.i64[0];
	op_run_free(&r);
	return got;
}

/* date_diff is the most steps of date_add that do not pass; both ways round. */
static void steps(void)
{
	static const char *const units[] = { "year", "quarter", "month", "week", "day" };
	uint64_t seed = 21;
	int wrong = 0;

	for (int k = 0; k < 20000; k++) {
		int32_t from = (int32_t)(op_noise(&seed) % 80000) - 20000, to = from + (int32_t)(op_noise(&seed) % 3000);
		const char *unit = units[op_noise(&seed) % 5];
		int rc;
		int64_t n = step("date_diff", "sdd", from, to, 0, unit, &rc);

		wrong += rc || step("date_add", "dis", from, 0, n, unit, &rc) > to || step("date_add", "dis", from, 0, n + 1, unit, &rc) <= to;
		wrong += step("date_diff", "sdd", to, from, 0, unit, &rc) != -n;
	}
	is_int(wrong, 0, "date_diff counts the steps of date_add");
}

int main(void)
{
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
		op_case(ops_dates, rows[k].name, rows[k].args, rows[k].want);
	all_days();
	steps();
	return done();
}
