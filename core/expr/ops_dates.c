/*
 * ops_dates.c - parts of dates, and dates made of parts.
 *
 * The parts of a date come from its count of days by multiplications and shifts alone, in loops that compilers turn into
 * vector code. Source: C. Neri and L. Schneider, "Euclidean affine functions and their application to calendar algorithms"
 * (2022), as date_civil in base/date.c. Weeks are those of ISO 8601: from Monday, the first is the one with 4 January.
 */
#include "expr/ops_priv.h"

#include <string.h>

/* The year begins on 1 March, so that its last day is the one that comes and goes. Unsigned: any bits may stand where no date is. */
struct civil {
	uint32_t year, month, day;
};

static inline struct civil civil_of(int32_t days)
{
	const uint32_t n = 4 * ((uint32_t)days + 719468) + 3, century = n / 146097, quarter = n % 146097 / 4 * 4 + 3;
	const uint32_t yoc = quarter / 1461, doy = quarter % 1461 / 4, md = 2141 * doy + 197913, next = doy >= 306;

	return (struct civil){ 100 * century + yoc + next, (md >> 16) - (next ? 12 : 0), (md & 0xffff) / 2141 + 1 };
}

static inline uint32_t year_of(int32_t days) { return civil_of(days).year; }
static inline uint32_t month_of(int32_t days) { return civil_of(days).month; }
static inline uint32_t day_of(int32_t days) { return civil_of(days).day; }
static inline uint32_t quarter_of(int32_t days) { return (civil_of(days).month + 2) / 3; }

/* 1 January, for a year from 1 on. */
static inline int32_t year_start(uint32_t year)
{
	const uint32_t y = year - 1;

	return (int32_t)(365 * y + y / 4 - y / 100 + y / 400) - 719162;
}

static inline uint32_t day_of_year(int32_t days) { return (uint32_t)days - (uint32_t)year_start(year_of(days)) + 1; }
/* 1970-01-01 was a Thursday, 719163 days (a multiple of 7, and 1) behind a Sunday. */
static inline uint32_t weekday_of(int32_t days) { return ((uint32_t)days + 719163 + 6) % 7 + 1; }
/* A week belongs to the year of its Thursday. */
static inline int32_t thursday(int32_t days) { return (int32_t)((uint32_t)days + 4 - weekday_of(days)); }
static inline uint32_t iso_year_of(int32_t days) { return year_of(thursday(days)); }
static inline uint32_t week_of(int32_t days) { return (day_of_year(thursday(days)) - 1) / 7 + 1; }

static inline uint32_t month_days(uint32_t year, uint32_t month)
{
	const uint32_t leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0));

	return month == 2 ? 28 + leap : 30 + ((month + (month >> 3)) & 1);
}

static inline uint32_t days_in_month_of(int32_t days)
{
	const struct civil c = civil_of(days);

	return month_days(c.year, c.month);
}

static inline uint32_t last_day_of(int32_t days)
{
	const struct civil c = civil_of(days);

	return (uint32_t)days + month_days(c.year, c.month) - c.day;
}

/* == datetimes == */

static inline int32_t days_of(int64_t micros) { return op_micros_days(micros); }
static inline int64_t micros_of(int32_t days) { return (int64_t)((uint64_t)(int64_t)days * (uint64_t)DAY_MICROS); }
static inline uint32_t second_of_day(int64_t micros)
{
	return (uint32_t)(((uint64_t)micros - (uint64_t)micros_of(days_of(micros))) / 1000000);
}

#define PART_KERNEL(name, type, field, T, value)                                                                              \
	KERNEL static int name(OP_KERNEL_ARGS)                                                                                \
	{                                                                                                                     \
		T *restrict to = out_room;                                                                                    \
                                                                                                                              \
		OP_UNUSED;                                                                                                    \
		OP_LOOP1(f->n, type, args[0].as.field, args[0].constant, { to[i] = (T)(value); });                            \
		return 0;                                                                                                     \
	}
/* Of a date, and of a datetime's date. */
#define BOTH_KERNELS(name, T, of)                                                                                             \
	PART_KERNEL(name##_date, int32_t, days, T, of(x))                                                                     \
	PART_KERNEL(name##_time, int64_t, i64, T, of(days_of(x)))
BOTH_KERNELS(year, int64_t, year_of)
BOTH_KERNELS(iso_year, int64_t, iso_year_of)
BOTH_KERNELS(quarter, int64_t, quarter_of)
BOTH_KERNELS(month, int64_t, month_of)
BOTH_KERNELS(week, int64_t, week_of)
BOTH_KERNELS(day, int64_t, day_of)
BOTH_KERNELS(weekday, int64_t, weekday_of)
BOTH_KERNELS(day_of_year, int64_t, day_of_year)
BOTH_KERNELS(days_in_month, int64_t, days_in_month_of)
BOTH_KERNELS(last_day, int32_t, last_day_of)
PART_KERNEL(hour, int64_t, i64, int64_t, second_of_day(x) / 3600)
PART_KERNEL(minute, int64_t, i64, int64_t, second_of_day(x) / 60 % 60)
PART_KERNEL(second, int64_t, i64, int64_t, second_of_day(x) % 60)
PART_KERNEL(date_of_time, int64_t, i64, int32_t, days_of(x))
PART_KERNEL(time_of_date, int32_t, days, int64_t, micros_of(x))

/* == beginnings == */

static inline int32_t month_start(int32_t days) { return (int32_t)((uint32_t)days - day_of(days) + 1); }
static inline int32_t week_start(int32_t days) { return (int32_t)((uint32_t)days - weekday_of(days) + 1); }
static inline int32_t year_first(int32_t days) { return year_start(year_of(days)); }

/* Days behind 1 January of the quarter's first month are 0, 90, 181 and 273, one more behind a leap day. */
static inline int32_t quarter_start(int32_t days)
{
	const struct civil c = civil_of(days);
	const uint32_t q = (c.month + 2) / 3, before = q == 1 ? 0 : (q == 2 ? 90 : q == 3 ? 181 : 273) + month_days(c.year, 2) - 28;

	return (int32_t)((uint32_t)year_start(c.year) + before);
}

#define TRUNC_KERNELS(name, of)                                                                                               \
	PART_KERNEL(name##_date, int32_t, days, int32_t, of(x))                                                               \
	PART_KERNEL(name##_time, int64_t, i64, int64_t, micros_of(of(days_of(x))))
TRUNC_KERNELS(trunc_year, year_first)
TRUNC_KERNELS(trunc_quarter, quarter_start)
TRUNC_KERNELS(trunc_month, month_start)
TRUNC_KERNELS(trunc_week, week_start)
PART_KERNEL(trunc_day_time, int64_t, i64, int64_t, micros_of(days_of(x)))

/* Whole multiples of so many microseconds; all units of the day divide it. */
static inline int64_t trunc_micros(int64_t t, int64_t unit)
{
	int64_t left = t % unit;

	return (int64_t)((uint64_t)t - (uint64_t)(left < 0 ? left + unit : left));
}
PART_KERNEL(trunc_hour, int64_t, i64, int64_t, trunc_micros(x, INT64_C(3600000000)))
PART_KERNEL(trunc_minute, int64_t, i64, int64_t, trunc_micros(x, INT64_C(60000000)))
PART_KERNEL(trunc_second, int64_t, i64, int64_t, trunc_micros(x, INT64_C(1000000)))

static op_kernel *const trunc_date[UNIT_COUNT] = { trunc_year_date, trunc_quarter_date, trunc_month_date, trunc_week_date, op_same };
static op_kernel *const trunc_time[UNIT_COUNT] = { trunc_year_time, trunc_quarter_time, trunc_month_time, trunc_week_time,
						   trunc_day_time,  trunc_hour,         trunc_minute,     trunc_second };

/* One unit for all rows is one loop; where it differs, rows of one unit after the other are computed alone. */
static int trunc_by(struct op_frame *f, const struct vec *args, struct vec *out, void *out_room, struct err *e)
{
	bool dates = args[1].type == TYPE_DATE;
	op_kernel *const *kernels = dates ? trunc_date : trunc_time;
	struct op_frame one = { .n = 1 };
	enum op_unit unit;
	int rc;

	for (int32_t i = 0; i < f->n; i++) {
		struct vec value = args[1];

		if (!op_has(f, i))
			continue;
		if ((rc = op_unit_of(vec_text(&args[0], i), dates, &unit, e)))
			return op_fault(f, i, rc);
		if (args[0].constant)
			return kernels[unit](f, &args[1], 1, out, out_room, e);
		value.constant = true;
		value.as.days = dates ? &args[1].as.days[op_row(&args[1], i)] : NULL;
		if (!dates)
			value.as.i64 = &args[1].as.i64[op_row(&args[1], i)];
		if ((rc = kernels[unit](&one, &value, 1, out, (char *)out_room + (size_t)i * (dates ? 4 : 8), e)))
			return op_fault(f, i, rc);
	}
	return 0;
}

static int date_trunc(OP_KERNEL_ARGS)
{
	OP_UNUSED;
	return trunc_by(f, args, out, out_room, e);
}

/* == the list == */

#define OVERLOADS(...) (const struct op_overload[]){ __VA_ARGS__, { 0 } }
#define FUNCTION(name_, args_, overloads_, example_, help_)                                                                   \
	{ .name = name_, .class = OP_FUNCTION, .args = args_, .help = help_, .group = "Dates", .example = example_,           \
	  .overloads = overloads_ }
#define ONE(args_, result_, kernel_) { .args = args_, .result = result_, .kernel = kernel_ }
#define FAILS(args_, result_, kernel_) { .args = args_, .result = result_, .kernel = kernel_, .flags = OP_FAILS }
#define UNIT(args_, result_, kernel_, prepare_)                                                                               \
	{ .args = args_, .result = result_, .kernel = kernel_, .flags = OP_FAILS, .prepare = prepare_ }
#define PART(name, result) OVERLOADS(ONE("d", result, name##_date), ONE("t", result, name##_time))

const struct op ops_dates[] = {
	FUNCTION("date", "year, month, day",
		 OVERLOADS(FAILS("iii", 'd', op_date_of_parts), FAILS("s", 'd', op_date_of_text), ONE("t", 'd', date_of_time),
			   ONE("d", 'd', op_same)),
		 "date(2025, 1, 13)",
		 "A date from year, month and day, from text as 2025-01-13, or of a datetime (in UTC); an error where there is none."),
	FUNCTION("datetime", "date",
		 OVERLOADS(ONE("d", 't', time_of_date), FAILS("s", 't', op_datetime_of_text), ONE("t", 't', op_same)),
		 "datetime('2025-01-13T08:30Z')", "A datetime from text, or the beginning of a date in UTC; an error where there is none."),
	FUNCTION("year", "date", PART(year, 'i'), "year(date '2025-01-13')", "Year, 1 to 9999."),
	FUNCTION("quarter", "date", PART(quarter, 'i'), "quarter(date '2025-01-13')", "Quarter of the year, 1 to 4."),
	FUNCTION("month", "date", PART(month, 'i'), "month(date '2025-01-13')", "Month, 1 to 12."),
	FUNCTION("week", "date", PART(week, 'i'), "week(date '2024-12-30')", "ISO week, 1 to 53; it belongs to iso_year."),
	FUNCTION("iso_year", "date", PART(iso_year, 'i'), "iso_year(date '2024-12-30')", "Year that the ISO week belongs to."),
	FUNCTION("day", "date", PART(day, 'i'), "day(date '2025-01-13')", "Day of the month, 1 to 31."),
	FUNCTION("weekday", "date", PART(weekday, 'i'), "weekday(date '2025-01-13')", "Day of the week, 1 (Monday) to 7 (Sunday)."),
	FUNCTION("day_of_year", "date", PART(day_of_year, 'i'), "day_of_year(date '2025-01-13')", "Day of the year, 1 to 366."),
	FUNCTION("hour", "datetime", OVERLOADS(ONE("t", 'i', hour)), "hour(datetime('2025-01-13T08:30Z'))", "Hour, 0 to 23, in UTC."),
	FUNCTION("minute", "datetime", OVERLOADS(ONE("t", 'i', minute)), "minute(datetime('2025-01-13T08:30Z'))", "Minute, 0 to 59."),
	FUNCTION("second", "datetime", OVERLOADS(ONE("t", 'i', second)), "second(datetime('2025-01-13T08:30:15Z'))",
		 "Whole second, 0 to 59."),
	FUNCTION("days_in_month", "date", PART(days_in_month, 'i'), "days_in_month(date '2024-02-01')",
		 "How many days the month of the date has."),
	FUNCTION("last_day", "date", PART(last_day, 'd'), "last_day(date '2024-02-01')", "Last day of the month of the date."),
	FUNCTION("date_trunc", "unit, date",
		 OVERLOADS(UNIT("sd", 'd', date_trunc, NULL), UNIT("st", 't', date_trunc, NULL)),
		 "date_trunc('month', date '2025-01-13')",
		 "Beginning of the date's 'year', 'quarter', 'month' or 'week', of a datetime also 'day', 'hour', 'minute', 'second'."),
	FUNCTION("date_add", "date, n, unit",
		 OVERLOADS(UNIT("dis", 'd', op_date_add, op_unit_prepare), UNIT("tis", 't', op_date_add, op_unit_prepare)),
		 "date_add(date '2025-01-31', 1, 'month')",
		 "The date n units later (earlier where n is negative), at most the last day of its month; units as for date_trunc."),
	FUNCTION("date_diff", "unit, from, to",
		 OVERLOADS(UNIT("sdd", 'i', op_date_diff, NULL), UNIT("stt", 'i', op_date_diff, NULL)),
		 "date_diff('month', date '2025-01-31', date '2025-03-30')",
		 "Whole units between two dates, what is left over is dropped; negative where `to` is before `from`."),
	FUNCTION("format_date", "date, format",
		 OVERLOADS(UNIT("ds", 's', op_format_date, op_format_prepare), UNIT("ts", 's', op_format_date, op_format_prepare)),
		 "format_date(date '2025-01-13', '%d %B %Y')",
		 "Text with %Y %m %d %H %M %S %j (day of the year) %G %V (ISO year, week) %u (weekday) %q (quarter) %b %B %a %A (English), %%."),
	{ 0 },
};
