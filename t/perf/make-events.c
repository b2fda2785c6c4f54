/*
 * make-events.c - the event file of `make bench-load`: make-events BYTES [SEED] > FILE 2> TRUTH
 *                 and the units of it, for the joins of `make bench-query`: make-events units > FILE
 *
 * Whole rows until BYTES are reached, the same bytes for the same arguments on every machine: 13 columns, about 126 bytes
 * a row, so that 1 GB is 7.9 million rows. Dates are not sorted; 200 sources and 5,000 units are used unevenly, 40
 * regions evenly; of the notes 40 % are empty, 10 % quoted for their commas, 1 % hold doubled quotes, 0.1 % a line
 * break, and one word in ten or so is not ASCII. Nothing but a note is ever missing.
 *
 * On standard error, a line each, what every reader must find: bytes, rows, sum_best, note_bytes (unquoted),
 * filter_rows (date >= 2024-01-01 and credibility <= 3).
 *
 * Units have a row each, in the order of their names' numbers: unit, branch (10), parent (120), strength.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCES = 200, REGIONS = 40, UNITS = 5000, MEASURES = 5, DAYS = 1400, ARMS = 10, PARENTS = 120, NAME = 48 };
enum { PIECE = 1 << 20, ROW = 1024 };                   /* written at once; more than the longest row */

struct names {
	char source[SOURCES][NAME], region[REGIONS][NAME], unit[UNITS][NAME], day[DAYS][NAME];
	int first_2024;                                 /* the day that is 2024-01-01 */
};

struct truth {
	uint64_t bytes, rows, sum_best, note_bytes, filter_rows;
};

/* == random numbers ========================================================================== */

static uint64_t state;

static uint64_t next_random(void)                       /* Vigna, splitmix64 */
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int below(int n)                                 /* 0 <= x < n, evenly */
{
	return (int)((next_random() >> 32) * (uint64_t)n >> 32);
}

/* 0 <= x < n, the small ones more often: n u^power. Products only, which every machine rounds alike. */
static int skewed(int n, int power)
{
	double u = (double)(next_random() >> 11) * 0x1p-53, x = n;

	while (power--)
		x *= u;
	return (int)x;
}

/* == vocabulary ============================================================================== */

static const char *const measures[MEASURES] = { "killed", "wounded", "missing", "captured", "surrendered" };
static const char *const arms[ARMS] = { "Rifle", "Armoured", "Air Assault", "Howitzer", "Sapper", "Naval Infantry", "Reconnaissance", "Rocket",
					"Storm", "Territorial" };

static void names_fill(struct names *v)
{
	static const char *const who[20] = {
		"Ministry", "General Staff", "Intelligence", "Hospital Registry", "Obituary Index", "Village Council",
		"Local Press", "Wire Agency", "Open Archive", "Radio Monitor", "Parish Register", "Court Docket", "Relief Mission",
		"Exchange Office", "Drone Unit", "Satellite Group", "Veterans Board", "Pension Fund", "Customs Desk", "Field Team" };
	static const char *const what[10] = { "1", "daily", "weekly", "briefing", "annex", "extract", "tally", "register", "post",
					      "video log" };
	static const char *const place[10] = { "Lisova", "Kamin", "Berezan", "Stepne", "Horodok", "Vysoka", "Zelene", "Richka",
					       "Dubrava", "Brod" };
	static const char *const side[4] = { "East", "Rural", "Port", "Hills" };
	static const char *const size[5] = { "Company", "Battalion", "Regiment", "Brigade", "Division" };
	static const int month_days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y = 2022, m = 2, d = 24;

	for (int i = 0; i < SOURCES; i++)
		snprintf(v->source[i], NAME, "%s %s", who[i % 20], what[i / 20]);
	for (int i = 0; i < REGIONS; i++)
		snprintf(v->region[i], NAME, "%s %s", place[i % 10], side[i / 10]);
	for (int i = 0; i < UNITS; i++)                 /* 100 numbers of each of the 50 kinds of unit */
		snprintf(v->unit[i], NAME, "%d. %s %s", i / 50 + 1, arms[i % ARMS], size[i / 10 % 5]);
	for (int i = 0; i < DAYS; i++) {
		snprintf(v->day[i], NAME, "%d-%02d-%02d", y, m, d);
		if (y == 2024 && m == 1 && d == 1)
			v->first_2024 = i;
		if (++d > month_days[m - 1] + (m == 2 && y % 4 == 0))
			d = 1, m++;
		if (m > 12)
			m = 1, y++;
	}
}

/* == a row =================================================================================== */

static char *put(char *p, const char *text)
{
	size_t n = strlen(text);

	memcpy(p, text, n);
	return p + n;
}

static char *put_int(char *p, uint32_t x)
{
	char digits[10];
	int n = 0;

	do
		digits[n++] = (char)('0' + x % 10);
	while (x /= 10);
	while (n)
		*p++ = digits[--n];
	return p;
}

static char *put_decimal(char *p, uint32_t x)           /* x is in 1/100000 */
{
	p = put_int(p, x / 100000);
	*p++ = '.';
	for (uint32_t unit = 10000; unit; unit /= 10)
		*p++ = (char)('0' + x / unit % 10);
	return p;
}

/* Words with `between` between them, as many as fit into n bytes. */
static char *put_words(char *p, int n, const char *between)
{
	static const char *const words[32] = {
		"seen", "from", "road", "two", "trucks", "burnt", "buried", "home", "reported", "later", "assault", "trench", "north",
		"of", "mill", "after", "night", "raid", "family", "confirms", "name", "not", "given", "about", "wounds", "rotation",
		"prisoner", "photo", "drone", "\xd0\xb1\xd0\xbe\xd1\x94\xd1\x86\xd1\x8c", "\xc5\x81\xc3\xb3""d\xc5\xba",
		"200\xe2\x80\xaf" "m" };
	const char *end = p + n, *gap = "";

	for (;;) {
		const char *word = words[below(32)];

		if (p + strlen(gap) + strlen(word) > end)
			return p;
		p = put(put(p, gap), word);
		gap = between;
	}
}

/* A note as the file has it; *escapes is how many of its bytes are quoting. */
static char *put_note(char *p, int *escapes)
{
	int kind = below(1000), n = below(61);

	*escapes = kind < 400 || kind >= 511 ? 0 : kind >= 500 && kind < 510 ? 4 : 2;
	if (kind < 400)
		return p;
	if (kind >= 511)
		return put_words(p, n < 8 ? 8 : n, " ");
	*p++ = '"';
	if (kind < 500) {
		p = put_words(p, n < 30 ? 30 : n, ", ");
	} else if (kind < 510) {
		p = put(put_words(p, 18, " "), " \"\"");
		p = put(put_words(p, 14, " "), "\"\", ");
		p = put_words(p, 12, " ");
	} else {
		p = put(put_words(p, 22, " "), "\n");
		p = put_words(p, 22, " ");
	}
	*p++ = '"';
	return p;
}

static char *put_row(char *p, const struct names *v, struct truth *t)
{
	int day = below(DAYS), best = skewed(25, 3), credibility = 1 + below(6), escapes;
	char *note;

	if (below(64) == 0)                             /* now and then a heavy day */
		best *= 40;
	p = put_int(p, 1000000 + (uint32_t)++t->rows);
	*p++ = ',', p = put(p, v->day[day]);
	*p++ = ',', p = put(p, v->source[skewed(SOURCES, 2)]);
	*p++ = ',', p = put(p, v->region[below(REGIONS)]);
	*p++ = ',', p = put(p, v->unit[skewed(UNITS, 2)]);
	*p++ = ',', p = put(p, measures[skewed(MEASURES, 2)]);
	*p++ = ',', p = put_int(p, (uint32_t)(best * below(101) / 100));
	*p++ = ',', p = put_int(p, (uint32_t)best);
	*p++ = ',', p = put_int(p, (uint32_t)(best + best * below(101) / 100 + below(2)));
	*p++ = ',', p = put_decimal(p, 4450000 + (uint32_t)below(780000));
	*p++ = ',', p = put_decimal(p, 2250000 + (uint32_t)below(1750000));
	*p++ = ',', p = put_int(p, (uint32_t)credibility);
	*p++ = ',', p = put_note(note = p, &escapes);
	t->sum_best += (uint64_t)best;
	t->note_bytes += (uint64_t)(p - note - escapes);
	t->filter_rows += day >= v->first_2024 && credibility <= 3;
	*p++ = '\n';
	return p;
}

static int write_units(const struct names *v)
{
	state = 2;
	printf("unit,branch,parent,strength\n");
	for (int i = 0; i < UNITS; i++) {
		int parent = below(PARENTS) + 1;

		printf("%s,%s,Group %d,%d\n", v->unit[i], arms[i % ARMS], parent, 80 + below(4000));
	}
	return fflush(stdout) || ferror(stdout) ? (perror("make-events"), 1) : 0;
}

int main(int argc, char **argv)
{
	static const char header[] = "event_id,date,source,region,unit,measure,low,best,high,lat,lon,credibility,note\n";
	static char piece[PIECE + ROW];
	static struct names v;
	struct truth t = { 0 };
	uint64_t want = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	char *p = put(piece, header);

	names_fill(&v);
	if (argc == 2 && !strcmp(argv[1], "units"))
		return write_units(&v);
	if (!want || argc > 3)
		return fprintf(stderr, "usage: make-events BYTES [SEED] > FILE 2> TRUTH, or make-events units > FILE\n"), 2;
	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	while (t.bytes + (uint64_t)(p - piece) < want) {
		p = put_row(p, &v, &t);
		if (p < piece + PIECE)
			continue;
		t.bytes += fwrite(piece, 1, (size_t)(p - piece), stdout);
		p = piece;
		if (ferror(stdout))
			break;
	}
	t.bytes += fwrite(piece, 1, (size_t)(p - piece), stdout);
	if (fflush(stdout) || ferror(stdout))
		return perror("make-events"), 1;
	fprintf(stderr, "bytes %" PRIu64 "\nrows %" PRIu64 "\nsum_best %" PRIu64 "\nnote_bytes %" PRIu64 "\nfilter_rows %" PRIu64 "\n",
		t.bytes, t.rows, t.sum_best, t.note_bytes, t.filter_rows);
	return 0;
}
