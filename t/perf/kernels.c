/*
 * kernels.c - nanoseconds a field of every kernel of core/csv/kernel.h, for every implementation that runs here, and
 * of the dictionaries of core/csv/codes.h:
 *
 *   make && mkdir -p build/perf && cc -O2 -std=c11 -D_GNU_SOURCE -Icore -o build/perf/kernels t/perf/kernels.c \
 *     build/layers.a -lm -lpthread && build/perf/kernels
 *
 * 2,048 rows of 13 columns as the reader has them: text in the second-level cache, offsets of the separators with a
 * stride of 13. A figure is the least of many passes, what the processor needs when nobody disturbs it; "left" is the
 * share of fields that the careful parser of base would have to take. Beside them what that parser needs alone.
 * kernels NAME KIND [PASSES] runs one pair alone, for perf stat.
 */
#include "csv/codes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROWS = 2048, COLUMNS = 13, PAD = 64, WIDTH = 160 };

static uint64_t state = 1;

static uint64_t next_random(void)        /* Vigna, splitmix64 */
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static double uniform(void)
{
	return (double)(next_random() >> 11) * 0x1p-53;
}

/* == one column of each kind ================================================================= */

/* Each writes one field and says how long it is. */
#define MAKER(name, row, ...) \
	static int name(char *out, int row) { (void)row; return sprintf(out, __VA_ARGS__); }

MAKER(ids,     row, "%d", 1000001 + row)
MAKER(counts,  row, "%d", (int)(-6 * log(1 - uniform()) * (next_random() & 63 ? 1 : 40)))
MAKER(lengths, row, "%d", (int)pow(10, 7 * uniform()))
MAKER(signs,   row, "%d", (int)(2000 * uniform()) - 1000)
MAKER(millis,  row, "%lld", 1645660800000LL + (long long)(1e11 * uniform()))
MAKER(mixed,   row, "%.0f", pow(10, 17 * uniform()))
MAKER(places,  row, "%.5f", 44 + 8.5 * uniform())
MAKER(world,   row, "%.5f", 360 * uniform() - 180)
MAKER(shares,  row, "%.*f", (int)(next_random() % 8), pow(10, 4 * uniform()))
MAKER(exact,   row, "%.12f", 100 * uniform())
MAKER(dates,   row, "20%02d-%02d-%02d", (int)(22 + next_random() % 4), (int)(1 + next_random() % 12),
      (int)(1 + next_random() % 28))

static int gaps(char *out, int row)       { return uniform() < 0.1 ? (*out = 0) : counts(out, row); }
static int date_gaps(char *out, int row)  { return uniform() < 0.1 ? (*out = 0) : dates(out, row); }

/* == strings, as an event file has them ====================================================== */

static int pick(int n, double skew)       { return (int)(n * pow(uniform(), skew)); }

static int measures(char *out, int row)
{
	static const char *const words[] = { "killed", "wounded", "captured", "missing", "surrendered" };

	(void)row;
	return sprintf(out, "%s", words[pick(5, 2)]);
}

static int regions(char *out, int row)
{
	static const char *const towns[] = { "Varena", "Ostrov", "Kalmar", "Dolina", "Sredna", "Luka", "Tarnov", "Belogor" };
	static const char *const sides[] = { "North", "South", "East", "West", "" };
	int k = pick(40, 1);

	(void)row;
	return sprintf(out, "%s %s", towns[k % 8], sides[k / 8]);
}

static int sources(char *out, int row)
{
	static const char *const agencies[] = {
		"Ministry", "Obituary Register", "Open Source Desk", "Red Cross", "Staff Report",
		"Cemetery Survey", "Court Record", "Drone Footage", "Social Media", "Local Press",
	};
	static const char *const forms[] = { "A", "bulletin", "weekly", "daily", "archive", "leak", "estimate", "list" };
	int k = pick(200, 2);

	(void)row;
	return sprintf(out, "%s %s %d", agencies[k % 10], forms[k / 10 % 8], k / 80);
}

static int units(char *out, int row)
{
	static const char *const arms[] = {
		"Motor Rifle", "Tank", "Airborne", "Artillery", "Engineer", "Marine", "Mountain", "Signal",
	};
	static const char *const echelons[] = { "Regiment", "Brigade", "Battalion", "Division", "Company" };
	int k = pick(5000, 1.5);

	(void)row;
	return sprintf(out, "%dth %s %s", 1 + k / 40, arms[k % 8], echelons[k / 8 % 5]);
}

static int half(char *out, int row)       { return uniform() < 0.5 ? (*out = 0) : regions(out, row); }

enum kind { INT64, FLOAT64, DATE, CODES };
static const struct {
	const char *name, *about;
	enum kind kind;
	int (*make)(char *out, int row);
} columns[] = {
	{ "ids",       "int64, 7 digits",                  INT64,   ids },
	{ "counts",    "int64, small counts",              INT64,   counts },
	{ "lengths",   "int64, 1 to 7 digits",             INT64,   lengths },
	{ "signs",     "int64, -1000 to 999",              INT64,   signs },
	{ "gaps",      "int64, 10 % empty",                INT64,   gaps },
	{ "millis",    "int64, 13 digits",                 INT64,   millis },
	{ "mixed",     "int64, 1 to 17 digits",            INT64,   mixed },
	{ "places",    "float64, 48.12345",                FLOAT64, places },
	{ "world",     "float64, -180.00000 to 180.00000", FLOAT64, world },
	{ "shares",    "float64, 0 to 7 places",           FLOAT64, shares },
	{ "exact",     "float64, 12 places",               FLOAT64, exact },
	{ "ints",      "float64, 1 to 7 digits",           FLOAT64, lengths },
	{ "dates",     "date",                             DATE,    dates },
	{ "date_gaps", "date, 10 % empty",                 DATE,    date_gaps },
	{ "measures",  "codes, 5 values",                  CODES,   measures },
	{ "regions",   "codes, 40 values",                 CODES,   regions },
	{ "sources",   "codes, 200 values",                CODES,   sources },
	{ "units",     "codes, 5,000 values",              CODES,   units },
	{ "half",      "codes, 40 values, half empty",     CODES,   half },
};
enum { NCOLUMNS = sizeof columns / sizeof *columns };

static char text[PAD + ROWS * WIDTH + PAD];
static uint32_t at[ROWS * COLUMNS + 1];        /* at[0]: the byte before the first field */
static uint32_t left[ROWS];
static union { int64_t i[ROWS]; double d[ROWS]; int32_t t[ROWS]; uint32_t c[ROWS]; } out;
static struct codes *dictionary;

/* The column stands as the eighth of 13; the others are text of 8 to 11 bytes. */
static void fill(int which)
{
	char *p = text + PAD, value[WIDTH];
	uint32_t *next = at, code;

	*p++ = '\n';
	*next++ = 0;
	state = 1;
	for (int row = 0; row < ROWS; row++) {
		for (int c = 0; c < COLUMNS; c++) {
			if (c == 7)
				p += columns[which].make(p, row);
			else
				p += sprintf(p, "%.*s", (int)(8 + next_random() % 4), "1.5-abcdefgh");
			*next++ = (uint32_t)(p - (text + PAD));
			*p++ = c == COLUMNS - 1 ? '\n' : ',';
		}
	}
	/* as far into a file all that is not rare has been seen */
	codes_clear(dictionary);
	for (int i = 0; columns[which].kind == CODES && i < 100000; i++) {
		int n = columns[which].make(value, 0);

		if (n)
			codes_add(dictionary, slice_of(value, (size_t)n), 0, &code);
	}
}

static size_t run(const struct kernel_ops *ops, enum kind kind, const struct kernel_fields *f)
{
	size_t nleft;

	switch (kind) {
	case INT64:
		return ops->int64(f, ROWS, out.i, left);
	case FLOAT64:
		return ops->float64(f, ROWS, '.', out.d, left);
	case DATE:
		return ops->date(f, ROWS, out.t, left);
	default:
		codes_fields(dictionary, f, ROWS, '"', 0, out.c, left, &nleft);
		return nleft;
	}
}

/* What there was before: field by field through base. */
static size_t run_base(enum kind kind, const struct kernel_fields *f)
{
	size_t nleft = 0;

	for (size_t i = 0; i < ROWS; i++) {
		uint32_t b = f->begin[i * f->begin_stride] + f->begin_add;
		struct slice s = slice_of(f->p + b, f->end[i * f->end_stride] - b);

		nleft += !(kind == INT64 ? text_int64(s, &out.i[i]) : kind == FLOAT64 ? text_float64(s, &out.d[i])
									      : date_parse(s, &out.t[i]));
	}
	return nleft;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double measure(const struct kernel_ops *ops, int which, const struct kernel_fields *f, int passes, size_t *nleft)
{
	double best = 1e30;

	for (int i = 0; i < passes; i++) {
		double t = now();

		*nleft = ops ? run(ops, columns[which].kind, f) : run_base(columns[which].kind, f);
		t = now() - t;
		best = t < best ? t : best;
	}
	return best / ROWS;
}

int main(int argc, char **argv)
{
	const struct kernel_fields f = { text + PAD, at + 7, at + 8, COLUMNS, COLUMNS, 1 };
	int passes = argc > 3 ? atoi(argv[3]) : 2000;
	size_t nleft = 0;
	double ns;

	if (!(dictionary = codes_new(100000)))
		return 1;
	if (argc == 1) {
		printf("%-32s", "ns a field (left)");
		for (size_t k = 0; kernel_all[k]; k++)
			printf("%16s", kernel_all[k]->name);
		printf("%16s\n", "base");
	}
	for (int which = 0; which < NCOLUMNS; which++) {
		if (argc > 2 && strcmp(argv[2], columns[which].name))
			continue;
		fill(which);
		if (argc == 1)
			printf("%-32s", columns[which].about);
		for (size_t k = 0; kernel_all[k]; k++) {
			if (argc > 2 && strcmp(argv[1], kernel_all[k]->name))
				continue;
			if (columns[which].kind == CODES && kernel_all[k + 1])
				continue;
			if (!kernel_all[k]->supported()) {
				printf("%16s", "-");
				continue;
			}
			ns = measure(kernel_all[k], which, &f, passes, &nleft);
			printf("%8.2f (%3.0f %%)", ns, 100.0 * (double)nleft / ROWS);
		}
		if (argc == 1 && columns[which].kind == CODES) {
			putchar('\n');
		} else if (argc == 1) {
			ns = measure(NULL, which, &f, 100, &nleft);
			printf("%8.2f (%3.0f %%)\n", ns, 100.0 * (double)nleft / ROWS);
		}
	}
	if (argc > 1)
		putchar('\n');
	codes_free(dictionary);
	return 0;
}
