/*
 * t2230-sniff.c - the separator and the quote of texts, guessed: a table of texts, the figures of a guess, texts that are
 * cut off, memory that runs out, and noise.
 */
#include "tap.h"
#include "csv/load.h"

#include <stdlib.h>

#define TWICE(x) x x
#define EIGHT(x) TWICE(TWICE(TWICE(x)))

enum { SURE = 1, UNSURE = 0 };

static const struct {
	const char *name, *text;
	char sep, quote;
	int clear;
	int64_t skip;
	char comment;
} cases[] = {
	/* the plain ones */
	{ "comma", "a,b\n1,2\n3,4\n", ',', '"', SURE, 0, 0 },
	{ "semicolon", "a;b\n1;2\n3;4\n", ';', '"', SURE, 0, 0 },
	{ "tab", "a\tb\n1\t2\n3\t4\n", '\t', '"', SURE, 0, 0 },
	{ "pipe", "a|b\n1|2\n3|4\n", '|', '"', SURE, 0, 0 },
	{ "colon", "city:region:people\nSouthborough:MA:9686\nWestborough:MA:14061\n", ':', '"', SURE, 0, 0 },
	{ "a file of accounts", "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33:www:/var/www:/bin/false\n", ':', '"', SURE, 0, 0 },
	{ "caret", "a^b^c\n1^2^3\n4^5^6\n", '^', '"', SURE, 0, 0 },
	{ "tilde", "a~b\nx~2\ny~4\n", '~', '"', SURE, 0, 0 },
	{ "a tilde twice is no table", "a~b\nx~2\n", ',', '"', SURE, 0, 0 },

	/* one column, or nothing at all */
	{ "empty", "", ',', '"', SURE, 0, 0 },
	{ "a byte order mark alone", "\xef\xbb\xbf", ',', '"', SURE, 0, 0 },
	{ "blank lines", "\n\r\n\n", ',', '"', SURE, 0, 0 },
	{ "one column of numbers", "n\n1\n2\n3\n", ',', '"', SURE, 0, 0 },
	{ "one column of words", "name\nKursk\nSudzha\n", ',', '"', SURE, 0, 0 },
	{ "one word", "name", ',', '"', SURE, 0, 0 },
	{ "one column of times", "time\n12:30:00\n12:31:00\n", ',', '"', SURE, 0, 0 },
	{ "times without a header", "12:30:00\n12:31:00\n12:32:00\n", ',', '"', SURE, 0, 0 },
	{ "one column of instants", "when\n2025-01-13T12:30:00Z\n2025-01-14T08:00:00Z\n", ',', '"', SURE, 0, 0 },
	{ "one column of URLs", "url\nhttps://a.org/x\nhttps://b.org/y\n", ',', '"', SURE, 0, 0 },
	{ "URLs without a header", "https://a.org/x\nhttps://b.org/y\nhttps://c.org:80/z\n", ',', '"', SURE, 0, 0 },
	{ "names with a prefix", "term\nrdf:type\nrdfs:label\nowl:sameAs\n", ',', '"', SURE, 0, 0 },
	{ "what a mail begins with", "From: a@b.org\nTo: c@d.org\nSubject: losses\n", ',', '"', SURE, 0, 0 },
	{ "prose with commas",
	  "note\nSent, lost, and found\nNo one knows\nYes, said he\nA, b, c, and d\nNothing\nIn the end, no\n",
	  ',', '"', SURE, 0, 0 },
	{ "prose with semicolons",
	  "note\nSent; lost\nNo one knows\nYes; no; perhaps\nA, b, c; d\nNothing; nothing\nIn the end, no\n",
	  ',', '"', SURE, 0, 0 },
	{ "a column of decimal commas", "betrag\n1,5\n2,75\n3,0\n", ',', '"', SURE, 0, 0 },
	{ "lists of several lengths", "tags\na;b;c\nd\ne;f\ng;h;i;j\nk\n", ',', '"', SURE, 0, 0 },
	{ "quoted prose", "note\n\"Sent, lost; found\"\n\"a | b\"\n", ',', '"', SURE, 0, 0 },

	/* a header alone */
	{ "header, comma", "a,b,c\n", ',', '"', SURE, 0, 0 },
	{ "header, semicolon", "a;b;c\n", ';', '"', SURE, 0, 0 },
	{ "header, tab", "a\tb\tc", '\t', '"', SURE, 0, 0 },
	{ "header, pipe", "a|b", '|', '"', SURE, 0, 0 },
	{ "header, one name", "a\n", ',', '"', SURE, 0, 0 },
	{ "header, quoted", "\"a;b\",\"c;d\"\n", ',', '"', SURE, 0, 0 },

	/* ends of lines, marks, lines to drop */
	{ "CRLF", "a;b\r\n1;2\r\n3;4\r\n", ';', '"', SURE, 0, 0 },
	{ "CR", "a;b\r1;2\r3;4\r", ';', '"', SURE, 0, 0 },
	{ "CR, comma", "a,b;c\r1,2;x\r3,4\r", ',', '"', SURE, 0, 0 },
	{ "no final line end", "a;b\n1;2\n3;4", ';', '"', SURE, 0, 0 },
	{ "byte order mark", "\xef\xbb\xbf" "a;b\n1;2\n", ';', '"', SURE, 0, 0 },
	{ "byte order mark and a quoted name", "\xef\xbb\xbf\"a\"\t\"b\"\n1\t2\n", '\t', '"', SURE, 0, 0 },
	{ "blank lines between", "\n\na;b\n\n1;2\n\n", ';', '"', SURE, 0, 0 },
	{ "comments", "# a, b, c, d\na;b\n# e, f\n1;2\n# g\n3;4\n", ';', '"', SURE, 0, '#' },
	{ "skipped lines", "Report, of 2025, on losses\nby nobody, at all\na;b\n1;2\n3;4\n", ';', '"', SURE, 2, 0 },
	{ "skipped and comments", "x,y,z\n#p,q\na\tb\n#r,s,t\n1\t2\n", '\t', '"', SURE, 1, '#' },
	{ "all lines skipped", "a;b\n1;2\n", ',', '"', SURE, 9, 0 },

	/* other separators inside */
	{ "decimal commas", "a;b\n1,5;2,5\n", ';', '"', SURE, 0, 0 },
	{ "decimal commas in every column", "x;y;z\n1,5;2,5;3,5\n4,5;5,5;6,5\n7,5;8,5;9,5\n", ';', '"', SURE, 0, 0 },
	{ "decimal commas and tabs", "a\tb\n1,5\t2,5\n3,5\t4,5\n", '\t', '"', SURE, 0, 0 },
	{ "decimal commas behind dates", "datum;betrag\n31.12.2024;1.234,56\n01.01.2025;7,00\n", ';', '"', SURE, 0, 0 },
	{ "European dates", "31.12.2024,1\n01.01.2025,2\n", ',', '"', SURE, 0, 0 },
	{ "dates with slashes", "d|n\n31/12/2024|1,000\n01/01/2025|2,000\n", '|', '"', SURE, 0, 0 },
	{ "times, comma", "at,n\n12:30:00,5\n12:31:00,7\n", ',', '"', SURE, 0, 0 },
	{ "times, semicolon", "at;n\n12:30:00;5\n12:31:00;7\n", ';', '"', SURE, 0, 0 },
	{ "times and no header", "12:30:00,5\n12:31:00,7\n", ',', '"', SURE, 0, 0 },
	{ "URLs, comma", "id,url\n1,https://a.org/x;y?p=1|2\n2,https://b.org/z;w?p=1|2\n", ',', '"', SURE, 0, 0 },
	{ "URLs with commas, tab", "id\turl\n1\thttps://a.org/x,y,z\n2\thttps://b.org/p,q,r\n", '\t', '"', SURE, 0, 0 },
	{ "lists in a column", "id,tags\n1,a;b\n2,c;d\n3,e;f\n", ',', '"', SURE, 0, 0 },
	{ "lists in a column, pipes", "id,tags,n\n1,a|b|c,3\n2,d|e|f,4\n", ',', '"', SURE, 0, 0 },
	{ "lists of commas", "id;tags\n1;a,b\n2;c,d\n3;e,f\n", ';', '"', SURE, 0, 0 },
	{ "names with commas", "name (last, first)\tage\nSmith, John\t34\nDoe, Jane\t25\n", '\t', '"', SURE, 0, 0 },
	{ "names with commas, semicolon", "name;age\nSmith, John;34\nDoe, Jane;25\n", ';', '"', SURE, 0, 0 },
	{ "prose in a column", "id;note\n1;hello, world, and all\n2;nothing\n3;a, b\n", ';', '"', SURE, 0, 0 },
	{ "points by tab", "lat,lon\tname\n50.1,30.2\tKursk\n51.2,35.1\tSudzha\n", '\t', '"', SURE, 0, 0 },
	{ "lists and no header", "1,a;b\n2,c;d\n3,e;f\n", ',', '"', SURE, 0, 0 },
	{ "amounts in dollars", "n|price\nx|$1,000.00\ny|$2,500.50\n", '|', '"', SURE, 0, 0 },

	/* quotes */
	{ "quoted commas", "a;b\n\"1,5\";\"x,y\"\n\"2,5\";\"z,w\"\n", ';', '"', SURE, 0, 0 },
	{ "quoted semicolons", "a,b\n\"1;5\",\"x;y\"\n\"2;5\",\"z;w\"\n", ',', '"', SURE, 0, 0 },
	{ "quoted separators of its own", "a;b\n\"1;2;3\";4\n\"5;6;7\";8\n", ';', '"', SURE, 0, 0 },
	{ "all quoted", "\"a\";\"b\"\n\"1\";\"2\"\n", ';', '"', SURE, 0, 0 },
	{ "doubled quotes", "a;b\n\"he said \"\"no, no\"\"\";1\n\"x\";2\n", ';', '"', SURE, 0, 0 },
	{ "lines in quotes", "a;b\n\"1\n2,3\n4,5\";6\n\"7\n8,9\n\";10\n", ';', '"', SURE, 0, 0 },
	{ "a header in two lines", "\"a\nb\",c\n1,2\n3,4\n", ',', '"', SURE, 0, 0 },
	{ "a quote that stays open", "\"a\";\"b\"\n\"1\";\"2\"\n\"3\";\"4\"\n\"\n", ';', '"', SURE, 0, 0 },
	{ "inches everywhere", "id\tsize\n1\t5\"\n2\t6\"\n3\t7\"\n", '\t', '"', SURE, 0, 0 },
	{ "single quotes", "'a';'b'\n'1;5';'x'\n'2';'y'\n", ';', '\'', SURE, 0, 0 },
	{ "single quotes where needed", "a;b\n1;'x;y'\n2;z\n", ';', '\'', SURE, 0, 0 },
	{ "single quotes in a column", "1,'di4.wav',2.5\n2,'bu3.wav',8.7\n3,'bu2.wav',2.3\n", ',', '\'', SURE, 0, 0 },
	{ "single quotes, the double in them", "a,b\n'5\" pipe',1\n'6\" pipe',2\n", ',', '\'', SURE, 0, 0 },
	{ "apostrophes", "a,b\nit's,don't\nO'Brien,'t was\n", ',', '"', SURE, 0, 0 },
	{ "a title in single quotes", "title,n\n'Quoted',1\nPlain,2\nOther,3\n'Again',4\n", ',', '"', SURE, 0, 0 },
	{ "single inside double quotes", "a,b\n\"'x'\",1\n\"'y'\",2\n", ',', '"', SURE, 0, 0 },
	{ "one cell in single quotes", "a,b\n'x',1\ny,2\n", ',', '"', SURE, 0, 0 },

	/* tables with faults stay what they are */
	{ "ragged comma", "a,b,c\n1,2,3\n4,5\n6,7,8,9\n", ',', '"', SURE, 0, 0 },
	{ "ragged semicolon", "a;b;c\n1;2;3\n4;5\n6;7;8\n9;0;1\n", ';', '"', SURE, 0, 0 },
	{ "a title above, comma", "Population by region\nregion,people\na,1\nb,2\nc,3\n", ',', '"', SURE, 0, 0 },
	{ "a title above, decimal commas",
	  "Verluste gesamt\nort;n;m\na;1,5;2\nb;2,5;2\nc;3,5;1\nd;4,5;0\n", ';', '"', SURE, 0, 0 },
	{ "stray quotes, comma", "n,name\n1,a\n2\n3,\"x\"y\n4,\"open\n5,b\n", ',', '"', SURE, 0, 0 },
	{ "a short row, semicolon", "a;b\n1;2\n3\n", ';', '"', SURE, 0, 0 },

	/* nobody can know */
	{ "two tables in one", "a;x,y\n" EIGHT("p;x,y\nq;x,y\n") "p,q;x,y\np;q;x,y\n", ',', '"', UNSURE, 0, 0 },
	{ "pairs, or decimals", "1,5;2,5\n3,5;4,5\n", ',', '"', UNSURE, 0, 0 },
	{ "a title with a comma above decimal commas",
	  "Verluste, gesamt\nort;n;m\na;1,5;2\nb;2,5;2\nc;3,5;1\nd;4,5;0\n", ',', '"', UNSURE, 0, 0 },
	{ "a title above one column, or not", "Report\na;b;c\n1;2;3\n4;5;6\n7;8;9\n", ',', '"', UNSURE, 0, 0 },
};

static int guess(const char *text, size_t n, bool whole, int64_t skip, char comment, struct sniff *out, struct err *e)
{
	return sniff_text(slice_of(text, n), whole, 0, 0, skip, comment, out, e);
}

static struct sniff sniff(const char *text, char sep, char quote)
{
	struct sniff s = { 0 };

	sniff_text(slice_of(text, strlen(text)), true, sep, quote, 0, 0, &s, NULL);
	return s;
}

static void test_cases(void)
{
	char got[64], want[64], a[SNIFF_NAME_MAX], b[SNIFF_NAME_MAX];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sniff s = { 0 };
		struct err e = ERR_INIT;
		int rc = guess(cases[i].text, strlen(cases[i].text), true, cases[i].skip, cases[i].comment, &s, &e);

		snprintf(got, sizeof got, "%s %s %s", sniff_name(a, s.best.sep), sniff_name(b, s.best.quote),
			 s.clear ? "clear" : "unclear");
		snprintf(want, sizeof want, "%s %s %s", sniff_name(a, cases[i].sep), sniff_name(b, cases[i].quote),
			 cases[i].clear ? "clear" : "unclear");
		/* of two equals either may come first */
		if (!cases[i].clear)
			snprintf(got, sizeof got, "%s %s %s", sniff_name(a, cases[i].sep), sniff_name(b, s.best.quote),
				 s.clear ? "clear" : "unclear");
		is_str(rc ? e.msg : got, want, "%s", cases[i].name);
	}
}

static void test_figures(void)
{
	struct sniff s = sniff("a;b\n1,5;2,5\n3,5;4,5\n", 0, 0);
	struct err e = ERR_INIT;
	char name[SNIFF_NAME_MAX];

	is_int(s.best.records, 3, "records");
	is_int(s.best.agree, 3, "that agree");
	is_int(s.best.fields, 2, "fields");
	ok(s.best.score > 0.5 && s.best.score <= 1, "a score");
	is_int(s.second.sep, ',', "the comma is second");
	ok(s.second.score < s.best.score, "and behind");
	is_int(s.best.differs, 1, "the header tells them apart");
	is_int(s.second.differs, 1, "from both sides");

	s = sniff("a,b\n1,2\n", 0, 0);
	is_int(s.second.sep, 0, "no second guess where nothing else divides");
	is_int(s.best.differs, 0, "and no line");

	s = sniff("p;x,y\nq;x,y\nr,s;x\nt;u,v\n", ';', 0);
	is_int(s.best.sep, ';', "a separator that is given");
	ok(s.clear, "is not in doubt");
	s = sniff("a;b\n1;'x;y'\n", ';', 0);
	is_int(s.best.quote, '\'', "the quote alone can be guessed");
	s = sniff("a;b\n'1';'x'\n'2';'y'\n", 0, '"');
	is_int(s.best.quote, '"', "or the separator");
	is_int(s.best.sep, ';', "which is found");
	s = sniff("a\"b\n1\"2\n", '"', 0);
	is_int(s.best.quote, '\'', "the quote is never the separator");
	s = sniff("a\n", 0, ',');
	ok(s.best.sep != ',' && s.best.quote == ',', "nor is the separator the quote");

	s = (struct sniff){ .best = { ',', '"', 0.5, 50, 40, 3, 7 }, .second = { '\t', '"', 0.5, 50, 41, 1, 7 } };
	is_int(sniff_unclear(&s, "x.csv", &e), ERR_DATA, "a refusal");
	is_str(e.msg, "x.csv: error: cannot tell the separator: ',' gives 3 fields in 40 of 50 records, tab 1 field in 41 of 50; "
	       "line 7 tells them apart; name it with the option 'sep' (--sep)", "in words");
	is_str(sniff_name(name, '\x01'), "\\x01", "the name of a control byte");
}

/* A text of more than SNIFF_BYTES; what is cut off at its end says nothing. */
static void test_cut(void)
{
	struct buf text = BUF_INIT;
	struct sniff s, again;
	struct input *in = NULL;
	struct slice first;
	size_t wrong = 0;

	buf_str(&text, "id;name;note\n");
	for (int i = 0; text.n < 3 * SNIFF_BYTES; i++)
		buf_printf(&text, "%d;\"name, of %d\";\"two\nlines, and more\"\n", i, i);
	for (size_t n = 5000; n < 5200; n++) {
		guess(text.p, n, false, 0, 0, &s, NULL);
		wrong += s.best.sep != ';' || !s.clear || s.best.agree != s.best.records;
	}
	is_int(wrong, 0, "a text cut off at any byte is a clean table");
	guess(text.p, SNIFF_BYTES, false, 0, 0, &s, NULL);
	input_memory(&in, "memory", text.p, text.n, NULL);
	is_int(sniff_input(in, 0, 0, 0, 0, &again, NULL), 0, "an input");
	is_int(again.best.records, s.best.records, "is looked at up to there");
	is_int(again.best.sep, ';', "with that result");
	input_peek(in, 3, &first, NULL);
	ok(first.n >= 3 && !memcmp(first.p, "id;", 3), "and nothing is taken");
	input_close(in);

	/* an apostrophe that opens a field early takes all the rest with it: no quote */
	buf_clear(&text);
	buf_str(&text, "a,b\n1,'x'\n2,'90s\n");
	while (text.n < SNIFF_BYTES)
		buf_str(&text, "3,plain\n");
	guess(text.p, SNIFF_BYTES, false, 0, 0, &s, NULL);
	is_int(s.best.quote, '"', "a quote that takes the rest of the text is none");
	ok(s.best.sep == ',' && s.clear, "and the separator stays");

	/* one record that is longer than what is looked at */
	buf_clear(&text);
	for (int i = 0; text.n < SNIFF_BYTES; i++)
		buf_printf(&text, "column %d;", i);
	guess(text.p, SNIFF_BYTES, false, 0, 0, &s, NULL);
	is_int(s.best.sep, ';', "a header longer than the text looked at");
	buf_release(&text);
}

static void test_memory(void)
{
	static const char *const texts[] = {
		"a;b\n1,5;2,5\n3,5;4\n", "'a'|'b'\n'x|y'|'z'\n", "id\tsize\n1\t5\"\n2\t6\"\n", "a:b:c\n1:x:3\n4:y:6\n", "",
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct sniff s = { 0 };
		struct err e = ERR_INIT;
		int rc = ERR_MEMORY;
		long n = 0;

		for (; rc == ERR_MEMORY && n < 10000; n++) {
			mem_fail_after(n);
			rc = guess(texts[i], strlen(texts[i]), true, 0, 0, &s, &e);
			mem_fail_after(-1);
			if (rc && s.best.sep)
				rc = ERR_USAGE;          /* outputs change only on success */
		}
		ok(!rc && n > 4, "text %zu: every allocation fails once (%ld)", i, n - 1);
	}
}

/* A loader that is to guess, when memory runs out. */
static void test_load(void)
{
	struct load_options o = LOAD_DEFAULT;
	struct input *in = NULL;
	struct load l = LOAD_INIT;
	struct err e = ERR_INIT;
	const char *text = "a;b\n1;2\n3\n";
	int rc = ERR_MEMORY;

	o.sniff = o.rejects = true;
	o.scan.sep = o.scan.quote = 0;
	for (long n = 0; rc == ERR_MEMORY && n < 10000; n++) {
		load_release(&l);
		input_memory(&in, "memory", text, strlen(text), NULL);
		mem_fail_after(n);
		rc = load_input(in, &o, &l, &e);
		mem_fail_after(-1);
		input_close(in);
	}
	is_int(rc, 0, "a load that guesses");
	if (ok(l.nfiles == 1 && l.dialects, "has a dialect")) {
		ok(l.dialects->sniffed && l.dialects->sep == ';' && l.dialects->quote == '"', "that was guessed");
		is_int(l.dialects->sniff.best.records, 3, "from so many records");
	}
	is_str(l.faults.n ? l.faults.items[0].message : NULL, "expected 2 fields, found 1 (separator ';' and quote '\"', guessed)",
	       "a ragged row tells");
	load_release(&l);

	o.scan.quote = '"';
	o.scan.sep = ',';
	input_memory(&in, "memory", "a,b\n1\n", 6, NULL);
	is_int(load_input(in, &o, &l, &e), 0, "a load with all named");
	ok(l.dialects && !l.dialects->sniffed && l.dialects->sep == ',', "does not guess");
	is_str(l.faults.n ? l.faults.items[0].message : NULL, "expected 2 fields, found 1", "nor speak of it");
	load_release(&l);
	input_close(in);
}

/* A stream settles the dialect with its first reading. */
static void test_stream(void)
{
	const char *work = getenv("WORK");
	struct load_options o = LOAD_DEFAULT;
	struct load_stream *s = NULL;
	struct buf path = BUF_INIT, text = BUF_INIT;

	buf_printf(&path, "%s/stream.csv", work ? work : "/tmp");
	buf_str(&text, "a;b\n1;'x;y'\n2;z\n");
	o.sniff = true;
	o.scan.sep = o.scan.quote = 0;
	ok(!file_write(path.p, &text, NULL) && !load_stream_open((const char *const *)&path.p, 1, &o, &s, NULL),
	   "a stream that guesses");
	ok(s && load_stream_result(s)->ledger.rows_kept == 2, "reads the rows of its file");
	ok(s && load_stream_result(s)->dialects->sep == ';' && load_stream_result(s)->dialects->quote == '\'', "and its dialect");
	load_stream_close(s);
	remove(path.p);
	buf_release(&path);
	buf_release(&text);
}

static uint32_t noise = 12345;

static uint32_t draw(uint32_t n)
{
	noise = noise * 1664525 + 1013904223;
	return (noise >> 8) % n;
}

/* Texts of separators, quotes, line ends and little else: no crash, and figures that fit together. */
static void test_noise(void)
{
	static const char bytes[] = ",;\t|:~^\"'\r\n\n  ab1290.-/\\#\xc3\xff";
	char text[400];
	size_t odd = 0;

	for (int i = 0; i < 20000; i++) {
		size_t n = draw(sizeof text);
		struct sniff s = { 0 };
		int rc;

		for (size_t k = 0; k < n; k++)
			text[k] = draw(60) ? bytes[draw(sizeof bytes - 1)] : (char)draw(256);
		rc = sniff_text(slice_of(text, n), draw(2), draw(9) ? 0 : ';', draw(9) ? 0 : '\'', draw(3), draw(2) ? 0 : '#',
				&s, NULL);
		odd += rc || !s.best.sep || !s.best.quote || s.best.sep == s.best.quote ||
		       !(s.best.score >= 0 && s.best.score <= 1) || s.best.agree > s.best.records || s.second.agree > s.second.records || s.second.sep == s.best.sep ||
		       (!s.clear && !s.second.sep);
	}
	is_int(odd, 0, "noise gives a guess, whatever it is worth");
}

/* == tables of all sorts, written as a program would ==
 *
 * With a header a comma file is always read as one, and no other is read wrongly; without, commas still are.
 */
static void add_cell(struct buf *out, int kind, char sep)
{
	struct buf cell = BUF_INIT;
	static const char *const words[] = { "Kursk", "up to 3,000", "sent; returned", "a|b", "it's", "'so'", "x", "note: no",
					     "5\"" };
	bool quoted;

	switch (kind) {
	case 0:
		buf_printf(&cell, "%u", draw(99999));
		break;
	case 1:
		buf_printf(&cell, "%u.%02u", draw(100), draw(100));
		break;
	case 2:
		buf_printf(&cell, "%u,%02u", draw(100), draw(100));
		break;
	case 3:
		buf_printf(&cell, "2024-%02u-%02u", 1 + draw(12), 1 + draw(28));
		break;
	case 4:
		buf_printf(&cell, "%02u:%02u:%02u", draw(24), draw(60), draw(60));
		break;
	case 5:
		buf_printf(&cell, "https://example.org/%u;p=%u", draw(1000), draw(9));
		break;
	case 6:
		buf_printf(&cell, "%u;%u", draw(9), draw(9));
		break;
	case 7:
		buf_printf(&cell, "Last%u, First", draw(9));
		break;
	default:
		for (uint32_t n = draw(6); n > 0; n--)
			buf_printf(&cell, "%s%s", words[draw(9)], n > 1 ? " " : "");
	}
	quoted = cell.n && (memchr(cell.p, sep, cell.n) || memchr(cell.p, '"', cell.n));
	if (quoted)
		buf_char(out, '"');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, cell.p[i]);
	}
	if (quoted)
		buf_char(out, '"');
	buf_release(&cell);
}

static void add_table(struct buf *out, char sep, bool header, int columns, int rows)
{
	int kinds[8];

	buf_clear(out);
	for (int k = 0; k < columns; k++)
		kinds[k] = (int)draw(10);
	for (int k = 0; header && k < columns; k++)
		buf_printf(out, "name%d%c", k + 1, k + 1 < columns ? sep : '\n');
	for (int i = 0; i < rows; i++)
		for (int k = 0; k < columns; k++) {
			add_cell(out, kinds[k], sep);
			buf_char(out, k + 1 < columns ? sep : '\n');
		}
}

static void test_tables(void)
{
	static const char seps[] = ",;\t|";
	struct buf text = BUF_INIT;
	size_t wrong[2][2] = { { 0 } }, refused[2][2] = { { 0 } };

	for (int i = 0; i < 8000; i++) {
		char sep = seps[i % 4];
		bool header = draw(3) > 0;
		int columns = 2 + (int)draw(6), rows = 1 + (int)draw(draw(2) ? 4 : 40);
		struct sniff s = { 0 };

		add_table(&text, sep, header, columns, rows);
		guess(text.p, text.n, true, 0, 0, &s, NULL);
		if (!s.clear)
			refused[header][sep == ',']++;
		else if (s.best.sep != sep || s.best.quote != '"')
			wrong[header][sep == ',']++;
	}
	printf("# without a header: comma %zu wrong, %zu refused; others %zu wrong, %zu refused\n", wrong[0][1], refused[0][1],
	       wrong[0][0], refused[0][0]);
	is_int(wrong[1][1], 0, "no comma file with a header is read wrongly");
	is_int(refused[1][1], 0, "or refused");
	is_int(wrong[1][0], 0, "no other file with a header is read wrongly");
	is_int(refused[1][0], 0, "or refused");
	is_int(wrong[0][1], 0, "no comma file without a header is read wrongly");
	ok(refused[0][1] < 20, "and few are refused (%zu of some 670)", refused[0][1]);
	buf_release(&text);
}

int main(void)
{
	test_cases();
	test_figures();
	test_cut();
	test_memory();
	test_load();
	test_stream();
	test_noise();
	test_tables();
	return done();
}
