/*
 * axis.c - ranges and tics. gnuplot has its own, but labels can only be kept apart by whoever knows
 * where the tics are, so they are chosen here.
 */
#include "plot/plot_priv.h"

#include <stdio.h>
#include <string.h>

void extent_add(struct extent *x, double v)
{
	if (!isfinite(v))
		return;
	x->lo = fmin(x->lo, v);
	x->hi = fmax(x->hi, v);
	if (v > 0)
		x->least_positive = fmin(x->least_positive, v);
}

/* == scales == */

static double forward(const struct scale *s, double v)
{
	return s->log ? log10(v) : v;
}

double scale_px(const struct scale *s, double v)
{
	double lo = forward(s, s->lo), hi = forward(s, s->hi);

	return s->px0 + (forward(s, v) - lo) / (hi - lo) * (s->px1 - s->px0);
}

double scale_value(const struct scale *s, double px)
{
	double lo = forward(s, s->lo), hi = forward(s, s->hi), v;

	v = lo + (px - s->px0) / (s->px1 - s->px0) * (hi - lo);
	return s->log ? pow(10, v) : v;
}

bool scale_holds(const struct scale *s, double v)
{
	return v >= fmin(s->lo, s->hi) && v <= fmax(s->lo, s->hi);
}

void scale_fit(struct scale *s, const struct extent *data, const struct plot_axis *axis, bool zero, double spare_lo,
	       double spare_hi)
{
	double length = fabs(s->px1 - s->px0), lo = data->lo, hi = data->hi, each, room;

	if (s->log)
		lo = data->least_positive;
	if (!(lo <= hi)) {               /* no data */
		lo = s->log ? 1 : 0;
		hi = s->log ? 10 : 1;
	}
	if (s->kind == AXIS_NAMES) {     /* data: 0 .. n - 1; a name has one unit */
		s->lo = lo - 0.5;
		s->hi = hi + 0.5;
		return;
	}
	if (!isnan(axis->low))
		lo = fmin(axis->low, hi);
	if (!isnan(axis->high))
		hi = fmax(axis->high, lo);
	if (s->kind == AXIS_NUMBER && !s->log && isnan(axis->low) && lo > 0 && (zero || lo <= 0.6 * hi))
		lo = 0;
	if (s->kind == AXIS_NUMBER && !s->log && isnan(axis->high) && hi < 0 && (zero || hi >= 0.6 * lo))
		hi = 0;
	if (lo == hi) {                  /* one value: some room around it */
		double around = s->kind == AXIS_DATE ? 3 : s->log ? 0 : lo != 0 ? fabs(lo) * 0.5 : 1;

		if (isnan(axis->low) || !isnan(axis->high))
			lo = s->log ? lo / 3 : lo - around;
		if (isnan(axis->high) || !isnan(axis->low))
			hi = s->log ? hi * 3 : hi + around;
	}
	/* spare px at an end that was not asked for; zero is an edge of its own and needs none */
	spare_lo = !isnan(axis->low) || (lo == 0 && !s->log && data->lo >= 0) ? 0 : spare_lo;
	spare_hi = !isnan(axis->high) || (hi == 0 && !s->log && data->hi <= 0) ? 0 : spare_hi;
	room = fmax(length - spare_lo - spare_hi, length * 0.2);
	if (s->log) {
		each = (log10(hi) - log10(lo)) / room;
		s->lo = pow(10, log10(lo) - each * spare_lo);
		s->hi = pow(10, log10(hi) + each * spare_hi);
	} else {
		each = (hi - lo) / room;
		s->lo = lo - each * spare_lo;
		s->hi = hi + each * spare_hi;
	}
	if (!isnan(axis->low))
		s->lo = axis->low;
	if (!isnan(axis->high))
		s->hi = axis->high;
}

/* == numbers == */

static int decimals_of(double step)
{
	for (int d = 0; d < 12; d++) {
		double scaled = step * pow(10, d);

		if (fabs(scaled - round(scaled)) < 1e-6 * scaled)
			return d;
	}
	return 12;
}

void axis_number(char out[48], double v, double step, bool percent)
{
	char text[TEXT_NUMBER_MAX];
	double scale, whole;
	int d;

	if (percent) {
		v *= 100;
		step *= 100;
	}
	d = decimals_of(step);
	scale = pow(10, d);
	if (fabs(v) * scale >= 9e15 || (d >= 12 && v != 0)) {
		text_print_float64(text, v);
		snprintf(out, 48, "%s%s", text, percent ? " %" : "");
		return;
	}
	v = round(v * scale);
	whole = floor(fabs(v) / scale);
	text_print_grouped(text, (int64_t)whole);
	if (d)
		snprintf(out, 48, "%s%s.%0*lld%s", v < 0 ? "\xe2\x88\x92" : "", text, d,
			 (long long)(fabs(v) - whole * scale), percent ? " %" : "");
	else
		snprintf(out, 48, "%s%s%s", v < 0 ? "\xe2\x88\x92" : "", text, percent ? " %" : "");
}

/* The step among 1, 2, 5 times a power of ten that is not below `least`. */
static double nice_step(double least)
{
	double power = pow(10, floor(log10(least)));

	return least <= power ? power : least <= 2 * power ? 2 * power : least <= 5 * power ? 5 * power : 10 * power;
}

static void add_tick(struct buf *ticks, const struct tick *t)
{
	buf_add(ticks, t, sizeof *t);
}

/* Two tics that read alike are one: the axis is finer than its numbers can say. */
static bool reads_alike(const struct buf *ticks, const char *text)
{
	const struct tick *t = (const struct tick *)ticks->p;

	return ticks->n && !strcmp(t[ticks->n / sizeof *t - 1].text, text);
}

static void number_ticks(const struct scale *s, double room, struct buf *ticks)
{
	double lo = fmin(s->lo, s->hi), hi = fmax(s->lo, s->hi), most = fmax(fabs(s->px1 - s->px0) / room, 1);
	double step = nice_step((hi - lo) / most), slack = (hi - lo) * 1e-9;

	for (double k = ceil((lo - slack) / step); k * step <= hi + slack && ticks->n < 200 * sizeof(struct tick); k++) {
		struct tick t = { .at = k * step };

		axis_number(t.text, t.at, step, s->percent);
		if (!reads_alike(ticks, t.text))
			add_tick(ticks, &t);
	}
}

static void log_ticks(const struct scale *s, double room, struct buf *ticks)
{
	static const int every[] = { 1, 2, 5 };
	double decades = log10(s->hi) - log10(s->lo), most = fmax(fabs(s->px1 - s->px0) / room, 1);
	int parts = decades * 3 <= most * 1.5 ? 3 : 1, skip = (int)fmax(1, ceil(decades / most));

	for (int k = (int)floor(log10(s->lo)); k <= (int)ceil(log10(s->hi)); k++) {
		if (k % skip)
			continue;
		for (int part = 0; part < parts; part++) {
			struct tick t = { .at = every[part] * pow(10, k) };

			if (t.at < s->lo * (1 - 1e-9) || t.at > s->hi * (1 + 1e-9))
				continue;
			axis_number(t.text, t.at, t.at, s->percent);
			add_tick(ticks, &t);
		}
	}
}

/* == dates == */

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* Days of a month at which a step of that many days has its tics: 1, 8, 15, 22 for a week. */
static bool on_step(int day, int step)
{
	return (day - 1) % step == 0 && day + step - 1 <= 31;
}

/* First and last day worth looking at; dates end with the year 9999. */
static int32_t day_within(double v, double (*round_to)(double))
{
	return (int32_t)round_to(fmin(fmax(v, -719162), 2932896));
}

static void date_tick(struct buf *ticks, int32_t day, int y, const char *text, int *last_year)
{
	struct tick t = { .at = day };

	snprintf(t.text, sizeof t.text, "%s", text);
	if (*last_year != y)
		snprintf(t.year, sizeof t.year, "%d", y);
	*last_year = y;
	add_tick(ticks, &t);
}

static void date_ticks(const struct scale *s, double room, struct buf *ticks)
{
	static const int day_steps[] = { 1, 2, 7, 14 }, month_steps[] = { 1, 2, 3, 6 };
	double lo = fmin(s->lo, s->hi), hi = fmax(s->lo, s->hi), most = fmax(fabs(s->px1 - s->px0) / room, 2);
	int32_t first = day_within(lo, ceil), last = day_within(hi, floor);
	int y, m, d, last_year = 0, step = 0;
	char text[48];

	for (size_t k = 0; k < sizeof day_steps / sizeof *day_steps && !step; k++)
		if ((hi - lo) / day_steps[k] <= most)
			step = day_steps[k];
	if (step) {
		for (int32_t day = first; day <= last; day++) {
			date_civil(day, &y, &m, &d);
			if (!on_step(d, step))
				continue;
			snprintf(text, sizeof text, "%d %s", d, months[m - 1]);
			date_tick(ticks, day, y, text, &last_year);
		}
		return;
	}
	for (size_t k = 0; k < sizeof month_steps / sizeof *month_steps && !step; k++)
		if ((hi - lo) / (30.44 * month_steps[k]) <= most)
			step = month_steps[k];
	if (step) {
		date_civil(first, &y, &m, &d);
		for (int at = y * 12 + m - 1;; at++) {
			int32_t day;

			if (at / 12 > 9999 || (day = date_days(at / 12, at % 12 + 1, 1)) > last)
				break;
			if (day >= first && at % 12 % step == 0)
				date_tick(ticks, day, at / 12, months[at % 12], &last_year);
		}
		return;
	}
	step = (int)fmax(1, nice_step((hi - lo) / 365.25 / most));
	date_civil(first, &y, &m, &d);
	for (int year = y; year <= 9999 && date_days(year, 1, 1) <= last; year++) {
		struct tick t = { .at = date_days(year, 1, 1) };

		if (year % step || t.at < first)
			continue;
		snprintf(t.text, sizeof t.text, "%d", year);
		add_tick(ticks, &t);
	}
}

void scale_ticks(const struct scale *s, double room, struct buf *ticks)
{
	switch (s->kind) {
	case AXIS_NUMBER:
		if (s->log)
			log_ticks(s, room, ticks);
		else
			number_ticks(s, room, ticks);
		return;
	case AXIS_DATE:
		date_ticks(s, room, ticks);
		return;
	default:
		return;
	}
}
