/* t1040-summary.c - a column in a few numbers: worked by hand, with missing and odd values, and without memory. */
#include "table/table.h"
#include "tap.h"

static struct column *column_of(enum type type, const char *const *words, int n)
{
	struct builder b;
	struct column *c = NULL;

	builder_init(&b, type, NULL);
	for (int i = 0; i < n; i++)
		if (!*words[i] || !builder_parse(&b, slice_of(words[i], strlen(words[i]))))
			builder_missing(&b);
	builder_finish(&b, &c, NULL);
	return c;
}
#define COLUMN(type, ...) \
	column_of(type, (const char *const[]){ __VA_ARGS__ }, (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)))

static void spans(void)
{
	struct column *c = COLUMN(TYPE_FLOAT64, "5", "", "nan", "1", "inf", "9", "-inf", "3");
	struct span s;

	is_int(column_span(c, &s, NULL), 0, "floats");
	is_int(s.values, 4, "four of them finite");
	is_int(s.odd, 3, "three not");
	is_int(s.low, 3, "the least is in row 3");
	is_int(s.middle, 7, "the lower middle of 1 3 5 9 is 3");
	is_int(s.high, 5, "the greatest is in row 5");
	column_unref(c);

	c = COLUMN(TYPE_DATE, "2025-01-31", "2024-02-29", "");
	column_span(c, &s, NULL);
	ok(s.low == 1 && s.middle == 1 && s.high == 0 && s.values == 2, "dates");
	column_unref(c);

	c = COLUMN(TYPE_INT64, "", "");
	column_span(c, &s, NULL);
	ok(s.values == 0 && s.low == -1 && s.middle == -1 && s.high == -1, "nothing there");
	column_unref(c);
}

static void histograms(void)
{
	struct column *c = COLUMN(TYPE_INT64, "0", "1", "2", "9", "10", "", "5");
	int64_t counts[4];
	struct span s;

	column_span(c, &s, NULL);
	column_histogram(c, &s, 4, counts);
	/* classes [0, 2.5) [2.5, 5) [5, 7.5) [7.5, 10] */
	ok(counts[0] == 3 && counts[1] == 0 && counts[2] == 1 && counts[3] == 2, "four classes of 0 1 2 5 9 10");
	column_unref(c);
	c = COLUMN(TYPE_FLOAT64, "1.7e308", "-1.7e308", "0");
	column_span(c, &s, NULL);
	column_histogram(c, &s, 2, counts);
	ok(counts[0] == 1 && counts[1] == 2, "ends whose difference is beyond a double");
	column_unref(c);
}

static void frequencies(void)
{
	struct column *c = COLUMN(TYPE_STRING, "b", "a", "", "c", "a", "b", "d");
	struct frequency top[3] = { { -1, -1 } };
	int64_t distinct = 0;
	int rc, n = 0;

	is_int(column_frequencies(c, top, 3, &distinct, NULL), 0, "strings");
	is_int(distinct, 4, "four of them");
	ok(top[0].row == 1 && top[0].count == 2, "a first: as often as b, and before it by its bytes");
	ok(top[1].row == 0 && top[1].count == 2, "then b");
	ok(top[2].row == 3 && top[2].count == 1, "then c");
	for (rc = ERR_MEMORY; rc == ERR_MEMORY && n < 100; n++) {
		mem_fail_after(n);
		rc = column_frequencies(c, top, 3, &distinct, NULL);
		mem_fail_after(-1);
	}
	ok(rc == 0 && n > 3, "every allocation that fails is reported (%d)", n);
	column_unref(c);
}

int main(void)
{
	spans();
	histograms();
	frequencies();
	return done();
}
