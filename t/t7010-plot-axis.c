/* t7010-plot-axis.c - ranges and tics: what an axis shows for given data. */
#include "plot/plot_priv.h"
#include "tap.h"

static const struct plot_axis by_data = { NAN, NAN, false, false };

/* "0 5,000 10,000", years in brackets */
static const char *ticks_text(const struct scale *s, double room)
{
	static char text[2000];
	struct buf ticks = BUF_INIT;
	size_t n = 0;

	text[0] = '\0';
	scale_ticks(s, room, &ticks);
	for (size_t k = 0; k < ticks.n / sizeof(struct tick); k++) {
		struct tick *t = &((struct tick *)ticks.p)[k];

		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s%s%s", k ? " " : "", t->text, *t->year ? "(" : "", t->year,
				      *t->year ? ")" : "");
	}
	buf_release(&ticks);
	return text;
}

static const char *date_axis(const char *from, const char *to, double px)
{
	struct scale s = { .kind = AXIS_DATE, .px0 = 0, .px1 = px };
	int32_t a = 0, b = 0;

	date_parse(slice_of(from, 10), &a);
	date_parse(slice_of(to, 10), &b);
	s.lo = a;
	s.hi = b;
	return ticks_text(&s, 70);
}

static struct scale fitted(double lo, double hi, bool log)
{
	struct scale s = { .kind = AXIS_NUMBER, .log = log, .px0 = 0, .px1 = 500 };
	struct extent x = EXTENT_INIT;

	extent_add(&x, lo);
	extent_add(&x, hi);
	scale_fit(&s, &x, &by_data, false, 0, 0);
	return s;
}

static void numbers(void)
{
	struct scale s = fitted(0, 12000, false);
	char text[48];

	is_str(ticks_text(&s, 60), "0 2,000 4,000 6,000 8,000 10,000 12,000", "thousands are marked");
	s = fitted(3, 7, false);
	is_double(s.lo, 0, "zero belongs to the axis when the data are not far from it");
	s = fitted(100, 104, false);
	ok(s.lo > 90, "and not when they are");
	s = fitted(-5, 5, false);
	is_str(ticks_text(&s, 100), "\xe2\x88\x92" "4 \xe2\x88\x92" "2 0 2 4", "negative numbers have a minus sign");
	s = fitted(0, 0.3, false);
	is_str(ticks_text(&s, 100), "0.0 0.1 0.2 0.3", "one number of decimals for all tics");
	s.percent = true;
	is_str(ticks_text(&s, 100), "0 % 10 % 20 % 30 %", "per cent");
	s = fitted(1, 1000, true);
	is_str(ticks_text(&s, 50), "1 2 5 10 20 50 100 200 500 1,000", "a short logarithmic axis has 1, 2, 5");
	s = fitted(1, 1e9, true);
	is_str(ticks_text(&s, 60), "1 100 10,000 1,000,000 100,000,000", "a long one some of the decades");
	s = fitted(5, 5, false);
	ok(s.lo < 5 && s.hi > 5, "one value stands inside its axis");
	axis_number(text, 0.305, 0.005, false);
	is_str(text, "0.305", "decimals follow the step");
	axis_number(text, -0.0001, 1, false);
	is_str(text, "0", "no minus zero");
}

static void dates(void)
{
	is_str(date_axis("2024-10-01", "2026-03-31", 500), "Oct(2024) Jan(2025) Apr Jul Oct Jan(2026)", "quarters");
	is_str(date_axis("2024-10-28", "2024-11-03", 500), "28 Oct(2024) 29 Oct 30 Oct 31 Oct 1 Nov 2 Nov 3 Nov", "days");
	is_str(date_axis("2024-12-20", "2025-01-20", 500), "22 Dec(2024) 1 Jan(2025) 8 Jan 15 Jan", "weeks begin with the month");
	is_str(date_axis("1939-01-01", "1999-01-01", 500), "1940 1950 1960 1970 1980 1990", "years");
	ok(*date_axis("0001-01-01", "9999-12-31", 500), "the whole calendar");
}

static void mapping(void)
{
	struct scale s = fitted(1, 1000, true);

	is_double(scale_px(&s, s.lo), 0, "the low end is at its px");
	ok(fabs(scale_value(&s, scale_px(&s, 37)) - 37) < 1e-9, "px and back");
}

int main(void)
{
	numbers();
	dates();
	mapping();
	return done();
}
