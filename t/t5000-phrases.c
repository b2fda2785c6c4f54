/*
 * t5000-phrases.c - t/cases/phrases.test: what figures published in English mean, or why they are refused; what is printed of a
 * figure is read again; and whatever is read, bounds are sound and an error changes nothing.
 */
#include "table/phrase.h"
#include "tap.h"

#include <stdlib.h>

static const struct quantity untouched = { .low = 7, .high = 8, .stated = 9, .kind = QUANTITY_COMPUTED };

static char *trim(char *s)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == ' ')
		s[--n] = '\0';
	while (*s == ' ')
		s++;
	return s;
}

/* "inf", "-" for none, "1/3", "0.4". */
static double number(const char *s)
{
	char *slash = strchr(s, '/');

	return !strcmp(s, "-") ? NAN : slash ? atof(s) / atof(slash + 1) : !strcmp(s, "inf") ? INFINITY : atof(s);
}

static bool close_to(double a, double b)
{
	return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12 * fabs(b);
}

static void options_of(char *text, struct phrase_options *o)
{
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		char *value = strchr(word, '=') + 1;
		struct slice s = slice_of(value, strlen(value));

		if (*word == 'd')
			o->decimal = *value;
		else if (*word == 'r')
			o->rounding = atof(value);
		else if (*word == 'm')
			o->measure = s;
		else if (!strncmp(word, "basis", 5))
			o->basis = s;
		else
			o->base = s;
	}
}

static bool code_is(const char *name, struct slice found, const char *codes)
{
	char want[200] = "";
	const char *at = strstr(codes, name);

	if (at)
		snprintf(want, sizeof want, "%.*s", (int)strcspn(at + strlen(name), " "), at + strlen(name));
	return slice_is(found, want);
}

static void show(char *out, size_t size, const struct quantity *q)
{
	snprintf(out, size, "%s %.15g %.15g %.15g measure=%.*s basis=%.*s base=%.*s", quantity_kind_name(q->kind), q->low, q->high, q->stated,
		 (int)q->measure.n, q->measure.p, (int)q->basis.n, q->basis.p, (int)q->base.n, q->base.p);
}

static void run_case(int line, const char *phrase, const char *wanted, char *opts)
{
	struct phrase_options o = PHRASE_OPTIONS_INIT;
	struct quantity q = untouched;
	struct phrase_room room;
	struct err e = ERR_INIT;
	char found[600], kind[20], low[20], high[20], stated[20];
	int codes = 0;
	bool good;

	options_of(opts, &o);
	if (quantity_parse(slice_of(phrase, strlen(phrase)), &o, &room, &q, &e)) {
		good = *wanted == '!' && !strncmp(e.msg, wanted + 1, strlen(wanted + 1)) && e.code == ERR_DATA &&
		       !memcmp(&q, &untouched, sizeof q);
		ok(good, "%d: %s", line, phrase);
		if (!good)
			fprintf(stderr, "phrases.test:%d: got      !%s\nphrases.test:%d: expected %s\n", line, e.msg, line, wanted);
		return;
	}
	show(found, sizeof found, &q);
	good = sscanf(wanted, "%19s %19s %19s %19s %n", kind, low, high, stated, &codes) == 4 && !strcmp(kind, quantity_kind_name(q.kind)) &&
	       close_to(q.low, number(low)) && close_to(q.high, number(high)) && close_to(q.stated, number(stated)) &&
	       code_is("measure=", q.measure, wanted + codes) && code_is("basis=", q.basis, wanted + codes) &&
	       code_is("base=", q.base, wanted + codes);
	ok(good, "%d: %s", line, phrase);
	if (!good)
		fprintf(stderr, "phrases.test:%d: got      %s\nphrases.test:%d: expected %s\n", line, found, line, wanted);
}

static void cases(void)
{
	char path[1000], text[1000];
	const char *root = getenv("T");
	int line = 0, n = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/cases/phrases.test", root ? root : "t");
	if (!(f = fopen(path, "rb"))) {
		ok(false, "%s opens", path);
		return;
	}
	while (fgets(text, sizeof text, f)) {
		char *wanted, *opts, none[] = "";

		line++;
		text[strcspn(text, "\n")] = '\0';
		if (!*text || *text == '#')
			continue;
		wanted = strchr(text, '|');
		*wanted++ = '\0';
		opts = strstr(wanted, " | ");
		if (opts)
			*opts = '\0', opts += 3;
		if (strlen(text) && text[strlen(text) - 1] == ' ')
			text[strlen(text) - 1] = '\0';
		run_case(line, text, trim(wanted), opts ? opts : none);
		n++;
	}
	fclose(f);
	ok(n >= 300, "%d phrases, at least 300", n);
}

/* What quantity_print says of a figure is the figure: for every kind, of counts and of shares in whole per cent. */
static void round_trip(void)
{
	static const double bests[] = { 1, 12, 143, 3000, 10900, 12000, 1200000, 2.5 }, shares[] = { 0.01, 0.1, 0.4, 0.5, 0.67, 0.335 };

	for (int share = 0; share < 2; share++)
		for (int k = 0; k < QUANTITY_COMPUTED; k++)
			for (size_t i = 0; i < (share ? sizeof shares : sizeof bests) / sizeof *bests; i++) {
				double x = share ? shares[i] : bests[i];
				struct quantity q = { .base = share ? slice_of("in_combat", 9) : slice_of("", 0) }, again = untouched;
				struct phrase_room room;
				struct buf text = BUF_INIT;
				struct err e = ERR_INIT;

				q.measure = q.basis = slice_of("", 0);
				quantity_bounds((enum quantity_kind)k, x, x, share ? x * 2 > 1 ? 1 : x * 2 : x * 2, QUANTITY_ROUNDING, share, &q, &e);
				quantity_print(&text, &q);
				ok(!quantity_parse(slice_of(text.p, text.n), NULL, &room, &again, &e) && quantity_same(&q, &again), "'%s' is itself",
				   text.p);
				buf_release(&text);
			}
}

/* == any words in any order == */

static uint64_t state = 20241014;

static unsigned draw(unsigned n)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(state >> 33) % n;
}

static bool sound(const struct quantity *q)
{
	bool share = q->base.n > 0;

	return !isnan(q->low) && !isnan(q->high) && q->low >= 0 && q->low <= q->high && (!share || q->high <= 1) &&
	       q->kind < QUANTITY_COMPUTED && (isnan(q->stated) || isfinite(q->stated)) && isfinite(q->low);
}

static void random_phrases(void)
{
	static const char *const pieces[] = {
		"3,000", "12", "10,000-12,000", "1 100", "1,00", "4.7", "0", "999999999999999999999999", "up to", "at least", "about", "some", "between",
		"from", "and", "or", "to", "-", "–", "more", "than", "a", "an", "the", "half", "third", "two-thirds", "quarter", "of", "those", "sent",
		"force", "in", "five", "two", "hundred", "thousand", "million", "billion", "dozen", "several", "few", "couple", "dozens", "thousands", "tens",
		"battalion", "brigades", "most", "majority", "killed", "wounded", "soldiers", "%", "percent", "per", "cent", "/", "+", "k", "odd", "so",
		"North", "Korean", "initial", "deployment", "casualties", "none", "no", "one", "½", ",", ".", "(", ")", "~", ">", "<=", "in words", "nearly",
		"less", "fewer", "over", "out", "every", "ninety", "-", "were", "missing", "'", "\xe2\x80\x89", "\xff", "$", "x1", "all", "unknownword",
	};
	enum { N = sizeof pieces / sizeof *pieces };
	int read = 0, broken = 0;

	for (int round = 0; round < 200000; round++) {
		char text[600];
		size_t n = 0;
		int words = 1 + (int)draw(9);
		struct quantity q = untouched;
		struct phrase_room room = { "", "" };
		struct err e = ERR_INIT;
		char *exact;

		for (int k = 0; k < words; k++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", k && draw(5) ? " " : "", pieces[draw(N)]);
		if (!draw(6))
			text[draw((unsigned)n)] = (char)draw(256);
		/* a block of its own, so that the sanitizers see a byte too far */
		exact = malloc(n + !n);
		memcpy(exact, text, n);
		if (quantity_parse(slice_of(exact, n), NULL, &room, &q, &e))
			broken += memcmp(&q, &untouched, sizeof q) || room.base[0] || room.measure[0] || e.code != ERR_DATA || !e.msg[0];
		else
			broken += !sound(&q), read++;
		if (broken == 1) {
			fprintf(stderr, "broken by '%.*s': %g to %g, %s\n", (int)n, text, q.low, q.high, e.msg);
			broken++;
		}
		free(exact);
	}
	is_int(broken, 0, "200,000 random phrases: sound bounds, or an error that changes nothing");
	ok(read > 1000, "%d of them are figures", read);
}

/* "about", "up to" and the like never make an interval narrower than the figure itself says, and words keep their order. */
static void sizes(void)
{
	const struct phrase_size *s;
	int n = 0;

	for (; (s = phrase_size_at(n)); n++)
		ok(s->low <= s->high && s->low >= 0 && strlen(s->source) > 10 && *phrase_use_name(s->use), "%s is %g to %g: %s", s->word, s->low, s->high,
		   s->source);
	ok(n > 25, "%d words of size", n);
}

static void limits(void)
{
	struct quantity q = untouched;
	struct phrase_room room;
	struct err e = ERR_INIT;
	char text[PHRASE_MAX + 2];

	memset(text, ' ', sizeof text);
	memcpy(text, "600", 3);
	ok(!quantity_parse(slice_of(text, PHRASE_MAX), NULL, &room, &q, &e) && q.low == 600, "a phrase of the greatest length");
	is_int(quantity_parse(slice_of(text, PHRASE_MAX + 1), NULL, &room, &q, &e), ERR_DATA, "one byte more");
	is_str(e.msg, "expected one figure of at most 400 bytes, found 401", "and its message");
	for (int k = 0; k < 200; k++)
		memcpy(text + 2 * k, "1-", 2);
	is_int(quantity_parse(slice_of(text, 400), NULL, &room, &q, &e), ERR_DATA, "too many tokens");
	is_int(quantity_parse(slice_of("3\xff", 2), NULL, &room, &q, &e), ERR_DATA, "bytes that are no text");
	is_str(e.msg, "byte 2 of the phrase is not UTF-8", "and their message");
	is_int(quantity_parse(slice_of("many", 4), NULL, &room, &q, NULL), ERR_DATA, "no message is asked for");
}

int main(void)
{
	cases();
	round_trip();
	sizes();
	limits();
	random_phrases();
	return done();
}
