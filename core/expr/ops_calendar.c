/* ops_calendar.c - dates out of parts and text, steps by units of time, and dates as text. Row by row. */
#include "expr/ops_priv.h"

#include <stdio.h>
#include <string.h>

const char *op_quote(char out[OP_QUOTE_MAX], struct slice s)
{
	struct buf text = BUF_INIT;

	text_escape(&text, s.p, s.n < 40 ? s.n : 40);
	snprintf(out, OP_QUOTE_MAX, "%.*s%s", OP_QUOTE_MAX - 4, text.p ? text.p : "", s.n > 40 ? "..." : "");
	buf_release(&text);
	return out;
}

/* == out of parts and text == */

int op_date_of_parts(OP_KERNEL_ARGS)
{
	int32_t *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		int64_t y = args[0].as.i64[op_row(&args[0], i)], m = args[1].as.i64[op_row(&args[1], i)];
		int64_t d = args[2].as.i64[op_row(&args[2], i)];

		if (!op_has(f, i))
			continue;
		if (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 || !date_valid((int)y, (int)m, (int)d))
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "there is no date(%lld, %lld, %lld)", (long long)y, (long long)m,
						      (long long)d));
		to[i] = date_days((int)y, (int)m, (int)d);
	}
	return 0;
}

int op_date_of_text(OP_KERNEL_ARGS)
{
	char shown[OP_QUOTE_MAX];
	int32_t *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++)
		if (op_has(f, i) && !date_parse(vec_text(&args[0], i), &to[i]))
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "'%s' is not a date; parse_date(x) gives missing there",
						      op_quote(shown, vec_text(&args[0], i))));
	return 0;
}

int op_datetime_of_text(OP_KERNEL_ARGS)
{
	char shown[OP_QUOTE_MAX];
	int64_t *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++)
		if (op_has(f, i) && !datetime_parse(vec_text(&args[0], i), &to[i]))
			return op_fault(f, i, err_set(e, ERR_DOMAIN, "'%s' is not a datetime; parse_datetime(x) gives missing there",
						      op_quote(shown, vec_text(&args[0], i))));
	return 0;
}

/* == units == */

static const char *const unit_names[] = {
#define X(name, text) text,
	OP_UNIT_LIST(X)
#undef X
};

int op_unit_of(struct slice name, bool dates, enum op_unit *out, struct err *e)
{
	char word[OP_QUOTE_MAX];
	const char *near;

	for (int k = 0; k < UNIT_COUNT; k++) {
		if (!slice_is(name, unit_names[k]))
			continue;
		if (dates && k > UNIT_DAY)
			return err_set(e, ERR_NAME, "a date has no '%s': its units are year, quarter, month, week and day", unit_names[k]);
		*out = (enum op_unit)k;
		return 0;
	}
	near = text_nearest(op_quote(word, name), unit_names, UNIT_COUNT);
	if (near)
		return err_set(e, ERR_NAME, "no unit '%s'; did you mean '%s'?", word, near);
	return err_set(e, ERR_NAME, "no unit '%s': there are year, quarter, month, week, day%s", word,
		       dates ? "" : ", hour, minute and second");
}

int op_unit_prepare(const struct vec *args, int nargs, void **scratch, struct err *e)
{
	const struct vec *unit = &args[nargs - 1];
	enum op_unit ignored;

	*scratch = NULL;
	return unit->constant && vec_has(unit, 0) ? op_unit_of(vec_text(unit, 0), args[0].type == TYPE_DATE, &ignored, e) : 0;
}

/* Microseconds of the units whose length is fixed. */
static int64_t unit_micros(enum op_unit unit)
{
	static const int64_t micros[UNIT_COUNT] = {
		[UNIT_WEEK] = 7 * DAY_MICROS,           [UNIT_DAY] = DAY_MICROS,          [UNIT_HOUR] = INT64_C(3600000000),
		[UNIT_MINUTE] = INT64_C(60000000),      [UNIT_SECOND] = INT64_C(1000000),
	};

	return micros[unit];
}

static int unit_months(enum op_unit unit)
{
	return unit == UNIT_YEAR ? 12 : unit == UNIT_QUARTER ? 3 : 1;
}

/* False when it leaves the years that can be written. */
static bool add_months(int32_t days, int n, int32_t *out)
{
	int y, m, d, months, last;

	date_civil(days, &y, &m, &d);
	months = y * 12 + m - 1 + n;
	if (months < 12 || months >= 120000)
		return false;
	y = months / 12;
	m = months % 12 + 1;
	last = date_month_last(y, m);
	*out = date_days(y, m, d < last ? d : last);
	return true;
}

/* Units of a day and more. Ten thousand years of days are fewer than four million, and more of any unit leave the calendar. */
static bool add_to_date(int32_t days, int64_t n, enum op_unit unit, int32_t *out)
{
	if (n < -4000000 || n > 4000000)
		return false;
	if (unit <= UNIT_MONTH)
		return add_months(days, (int)n * unit_months(unit), out);
	*out = days + (int32_t)n * (unit == UNIT_WEEK ? 7 : 1);
	return *out >= DATE_FIRST && *out <= DATE_LAST;
}

static bool add_to_time(int64_t micros, int64_t n, enum op_unit unit, int64_t *out)
{
	int32_t days = op_micros_days(micros), moved;
	int64_t step;

	if (unit <= UNIT_DAY) {
		if (!add_to_date(days, n, unit, &moved))
			return false;
		*out = micros + (int64_t)(moved - days) * DAY_MICROS;
		return true;
	}
	return !__builtin_mul_overflow(n, unit_micros(unit), &step) && !__builtin_add_overflow(micros, step, out) &&
	       *out >= DATE_FIRST * DAY_MICROS && *out < (DATE_LAST + 1) * DAY_MICROS;
}

static int64_t read_micros(const struct vec *v, int32_t i)
{
	return v->type == TYPE_DATE ? v->as.days[op_row(v, i)] * DAY_MICROS : v->as.i64[op_row(v, i)];
}

int op_date_add(OP_KERNEL_ARGS)
{
	bool dates = args[0].type == TYPE_DATE, known = false, good;
	enum op_unit unit = UNIT_DAY;
	char text[DATETIME_TEXT_MAX];
	int rc;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		int32_t from = op_row(&args[0], i);
		int64_t n;

		if (!op_has(f, i))
			continue;
		if ((!known || !args[2].constant) && (rc = op_unit_of(vec_text(&args[2], i), dates, &unit, e)))
			return op_fault(f, i, rc);
		known = true;
		n = args[1].as.i64[op_row(&args[1], i)];
		good = dates ? add_to_date(args[0].as.days[from], n, unit, &((int32_t *)out_room)[i]) :
			       add_to_time(args[0].as.i64[from], n, unit, &((int64_t *)out_room)[i]);
		if (good)
			continue;
		dates ? date_print(text, args[0].as.days[from]) : datetime_print(text, args[0].as.i64[from]);
		return op_fault(f, i, err_set(e, ERR_DOMAIN, "date_add(%s, %lld, '%s') is not in the years 1 to 9999", text, (long long)n,
					      unit_names[unit]));
	}
	return 0;
}

/* The most units that can be added to `from` without passing `to`, from <= to. */
static int64_t units_between(int64_t from, int64_t to, enum op_unit unit)
{
	int y0, m0, d0, y1, m1, d1;
	int64_t n, back;

	if (unit > UNIT_MONTH)
		return (to - from) / unit_micros(unit);
	date_civil(op_micros_days(from), &y0, &m0, &d0);
	date_civil(op_micros_days(to), &y1, &m1, &d1);
	n = ((y1 - y0) * 12 + m1 - m0) / unit_months(unit);
	return n - (add_to_time(from, n, unit, &back) && back > to);
}

int op_date_diff(OP_KERNEL_ARGS)
{
	bool dates = args[1].type == TYPE_DATE, known = false;
	enum op_unit unit = UNIT_DAY;
	int64_t *to = out_room;
	int rc;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		int64_t a, b;

		if (!op_has(f, i))
			continue;
		if ((!known || !args[0].constant) && (rc = op_unit_of(vec_text(&args[0], i), dates, &unit, e)))
			return op_fault(f, i, rc);
		known = true;
		a = read_micros(&args[1], i);
		b = read_micros(&args[2], i);
		to[i] = a <= b ? units_between(a, b, unit) : -units_between(b, a, unit);
	}
	return 0;
}

/* == text == */

static const char *const month_names[] = { "January", "February", "March",     "April",   "May",      "June",
					   "July",    "August",   "September", "October", "November", "December" };
static const char *const weekday_names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

/* What stands behind % and the most bytes it becomes. */
static size_t code_room(char code)
{
	switch (code) {
	case 'Y': case 'G':
		return 4;
	case 'm': case 'd': case 'H': case 'M': case 'S': case 'V':
		return 2;
	case 'j': case 'b': case 'a':
		return 3;
	case 'u': case 'q': case '%':
		return 1;
	case 'B': case 'A':
		return 9;
	default:
		return 0;
	}
}

/* *room is the most bytes that a date takes in this format. */
static int format_check(struct slice format, size_t *room, struct err *e)
{
	char shown[OP_QUOTE_MAX];

	*room = 0;
	for (size_t k = 0; k < format.n; k++, ++*room) {
		if (format.p[k] != '%')
			continue;
		if (++k == format.n)
			return err_set(e, ERR_DOMAIN, "the date format '%s' ends in %%; for a per cent sign write %%%%", op_quote(shown, format));
		if (!code_room(format.p[k]))
			return err_set(e, ERR_DOMAIN, "no code %%%s in the date format; there are Y m d H M S j G V u q b B a A and %%",
				       op_quote(shown, slice_of(format.p + k, 1)));
		*room += code_room(format.p[k]);
	}
	return 0;
}

int op_format_prepare(const struct vec *args, int nargs, void **scratch, struct err *e)
{
	size_t room;

	*scratch = NULL;
	return nargs == 2 && args[1].constant && vec_has(&args[1], 0) ? format_check(vec_text(&args[1], 0), &room, e) : 0;
}

static char *put_digits(char *p, int n, int v)
{
	for (int k = n; k-- > 0; v /= 10)
		p[k] = (char)('0' + v % 10);
	return p + n;
}

static char *put_word(char *p, const char *word, size_t most)
{
	size_t n = strlen(word);

	n = n < most ? n : most;
	memcpy(p, word, n);
	return p + n;
}

/* The format has been checked. Returns where the text ends. */
static char *format_put(char *p, struct slice format, int64_t micros)
{
	int32_t days = op_micros_days(micros), thursday;
	int second = (int)((micros - days * DAY_MICROS) / 1000000), weekday, y, m, d, iso_year, iso_month, iso_day;

	date_civil(days, &y, &m, &d);
	weekday = (days - DATE_FIRST) % 7;               /* 0001-01-01 was a Monday */
	thursday = days - weekday + 3;
	date_civil(thursday, &iso_year, &iso_month, &iso_day);
	for (size_t k = 0; k < format.n; k++) {
		if (format.p[k] != '%') {
			*p++ = format.p[k];
			continue;
		}
		switch (format.p[++k]) {
		case 'Y': p = put_digits(p, 4, y); break;
		case 'm': p = put_digits(p, 2, m); break;
		case 'd': p = put_digits(p, 2, d); break;
		case 'H': p = put_digits(p, 2, second / 3600); break;
		case 'M': p = put_digits(p, 2, second / 60 % 60); break;
		case 'S': p = put_digits(p, 2, second % 60); break;
		case 'j': p = put_digits(p, 3, days - date_days(y, 1, 1) + 1); break;
		case 'G': p = put_digits(p, 4, iso_year); break;
		case 'V': p = put_digits(p, 2, (thursday - date_days(iso_year, 1, 1)) / 7 + 1); break;
		case 'u': p = put_digits(p, 1, weekday + 1); break;
		case 'q': p = put_digits(p, 1, (m + 2) / 3); break;
		case 'b': p = put_word(p, month_names[m - 1], 3); break;
		case 'B': p = put_word(p, month_names[m - 1], 9); break;
		case 'a': p = put_word(p, weekday_names[weekday], 3); break;
		case 'A': p = put_word(p, weekday_names[weekday], 9); break;
		default: *p++ = '%';
		}
	}
	return p;
}

/* Rows of one day and one format follow each other where a table is in order: they share their text. */
int op_format_date(OP_KERNEL_ARGS)
{
	struct slice *to = out_room, format = slice_of("", 0);
	bool one_format = args[1].constant, dates = args[0].type == TYPE_DATE, known = false;
	int64_t last = 0;
	size_t room = 0;
	int32_t at = 0;
	int rc;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		int64_t micros;
		char *p;

		if (!op_has(f, i))
			continue;
		micros = read_micros(&args[0], i);
		if (known && one_format && dates && micros == last) {
			to[i] = to[at];
			continue;
		}
		if (!known || !one_format) {
			format = vec_text(&args[1], i);
			if ((rc = format_check(format, &room, e)))
				return op_fault(f, i, rc);
		}
		if (!(p = op_text_room(f->text, room + 1)))
			return op_fault(f, i, err_nomem(e));
		to[i] = slice_of(p, (size_t)(format_put(p, format, micros) - p));
		known = true;
		last = micros;
		at = i;
	}
	return 0;
}
