/*
 * t0010-text-number.c - numbers from text and back.
 *
 * The hexadecimal doubles were written by Python's float.hex, which is exact, and the decimal forms by its
 * repr, which is David Gay's shortest; neither shares code with muster. What is generated is compared with the C
 * library: strtod for reading, and for printing its %g with ever more digits until they read back.
 */
#include "base/base.h"
#include "tap.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>

static void ints(void)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "7", true, 7 },
		{ "-1", true, -1 },
		{ "12000", true, 12000 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "9999999999999999999", false, 0 },
		{ "18446744073709551617", false, 0 },      /* 2^64 + 1 is not 1 */
		{ "99999999999999999999999999", false, 0 },
		{ "+1", false, 0 },
		{ "007", false, 0 },
		{ "00", false, 0 },
		{ "-0", false, 0 },
		{ "-01", false, 0 },
		{ "-", false, 0 },
		{ "", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1,000", false, 0 },
		{ "1.0", false, 0 },
		{ "1e3", false, 0 },
		{ "0x10", false, 0 },
		{ "--1", false, 0 },
		{ "1-", false, 0 },
		{ "\xd9\xa1", false, 0 },                  /* the Arabic digit one */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t v = 42;
		bool good = text_int64(slice_of(cases[i].text, strlen(cases[i].text)), &v);

		ok(good == cases[i].ok && v == (good ? cases[i].value : 42), "int64 '%s'", cases[i].text);
	}
	int64_t v = 42;
	ok(!text_int64(slice_of("1\0", 2), &v) && v == 42, "int64: a NUL byte is no digit");
	ok(text_int64(slice_of("123456", 3), &v) && v == 123, "int64 reads its slice and nothing behind it");
}

static void floats(void)
{
	static const struct {
		const char *text;
		bool ok;
		double value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0", true, -0.0 },
		{ "2.5", true, 2.5 },
		{ ".5", true, 0.5 },
		{ "5.", true, 5 },
		{ "-.5e1", true, -5 },
		{ "1e3", true, 1000 },
		{ "1E+3", true, 1000 },
		{ "1e-3", true, 0.001 },
		{ "1e22", true, 0x1.0f0cf064dd592p+73 },
		{ "1e23", true, 0x1.52d02c7e14af6p+76 },
		{ "1.7976931348623157e308", true, 0x1.fffffffffffffp+1023 },
		{ "1e400", false, 0 },
		{ "-1e400", false, 0 },
		{ "1e-400", true, 0 },
		{ "4.9e-324", true, 0x0.0000000000001p-1022 },
		{ "2.4703282292062327e-324", true, 0 },                     /* under half of the smallest */
		{ "2.4703282292062328e-324", true, 0x0.0000000000001p-1022 },
		{ "9007199254740993", true, 9007199254740992.0 },           /* a tie: to even */
		{ "9007199254740993.0000000001", true, 9007199254740994.0 },
		{ "nan", true, NAN },
		{ "NaN", true, NAN },
		{ "inf", true, INFINITY },
		{ "-inf", true, -INFINITY },
		{ "NAN", false, 0 },
		{ "-nan", false, 0 },
		{ "nan(1)", false, 0 },
		{ "+inf", false, 0 },
		{ "Inf", false, 0 },
		{ "infinity", false, 0 },
		{ "0x1p4", false, 0 },
		{ "0x10", false, 0 },
		{ "+1.5", false, 0 },
		{ " 1.5", false, 0 },
		{ "1.5 ", false, 0 },
		{ "1,5", false, 0 },
		{ "1_5", false, 0 },
		{ "1e", false, 0 },
		{ "1e+", false, 0 },
		{ "e3", false, 0 },
		{ ".", false, 0 },
		{ "-", false, 0 },
		{ "-.", false, 0 },
		{ ".e1", false, 0 },
		{ "1.2.3", false, 0 },
		{ "1e2e3", false, 0 },
		{ "1e2.5", false, 0 },
		{ "", false, 0 },
		{ "1d3", false, 0 },
		{ "1f", false, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double v = 42;
		bool good = text_float64(slice_of(cases[i].text, strlen(cases[i].text)), &v);

		if (ok(good == cases[i].ok, "float64 '%s' is %sone", cases[i].text, cases[i].ok ? "" : "not "))
			is_double(v, good ? cases[i].value : 42, "float64 '%s': its value", cases[i].text);
	}
}

/* Numbers longer than any scratch array: the last digit of a thousand may decide a tie. */
static void long_floats(void)
{
	static char text[200000];
	double v = 42;
	size_t n;

	n = (size_t)sprintf(text, "9007199254740993.");
	memset(text + n, '0', 5000);
	ok(text_float64(slice_of(text, n + 5000), &v), "5,000 zeros behind the point");
	is_double(v, 9007199254740992.0, "and the tie goes to even");
	text[n + 5000] = '1';
	ok(text_float64(slice_of(text, n + 5001), &v), "one more digit that is not zero");
	is_double(v, 9007199254740994.0, "breaks the tie");

	memset(text, '0', 100000);
	strcpy(text + 100000, "12.5");
	ok(!text_float64(slice_of(text, 100004), &v), "100,000 zeros in front are no number, as one is not");

	strcpy(text, "-0.");
	memset(text + 3, '0', 99999);
	strcpy(text + 3 + 99999, "25e100000");
	ok(text_float64(slice_of(text, strlen(text)), &v), "a long fraction and its exponent cancel");
	is_double(v, -2.5, "exactly");

	memset(text, '1', 400);
	ok(!text_float64(slice_of(text, 400), &v), "400 digits overflow");
	strcpy(text + 400, "e-399");
	ok(text_float64(slice_of(text, strlen(text)), &v), "unless the exponent takes them back");
	is_double(v, 0x1.1c71c71c71c72p+0, "1.111...");
	memset(text, '9', 30000);
	strcpy(text + 30000, "e99999999999999999999999");
	ok(!text_float64(slice_of(text, strlen(text)), &v), "a huge exponent overflows");
	strcpy(text + 30000, "e-99999999999999999999999");
	ok(text_float64(slice_of(text, strlen(text)), &v), "a hugely negative one does not");
	is_double(v, 0, "but is zero");

	mem_fail_after(0);
	bool good = text_float64(slice_of(text, strlen(text)), &v);
	mem_fail_after(-1);
	ok(good, "no memory is needed to read a long number: that could only look like bad data");
}

static uint64_t next_random(uint64_t *state)        /* Vigna, splitmix64 */
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static double of_bits(uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

static int significant_digits(const char *text)
{
	int n = 0, zeros = 0;

	for (; *text && *text != 'e'; text++) {
		if (*text < '0' || *text > '9' || (!n && *text == '0'))
			continue;
		n += *text != '0' ? 1 + zeros : 0;
		zeros = *text == '0' ? zeros + 1 : 0;
	}
	return n;
}

static bool reads_back(double v)
{
	char text[TEXT_NUMBER_MAX], shorter[64];
	double back = 42;
	size_t n = text_print_float64(text, v);

	if (n != strlen(text) || !text_float64(slice_of(text, n), &back) || memcmp(&back, &v, sizeof v))
		return fprintf(stderr, "%a is printed as '%s'\n", v, text), false;
	/* What fits in fewer digits also fits in one fewer. */
	snprintf(shorter, sizeof shorter, "%.*e", significant_digits(text) > 1 ? significant_digits(text) - 2 : 0, v);
	if (significant_digits(text) > 1 && strtod(shorter, NULL) == v)
		return fprintf(stderr, "%a is printed as '%s', but %s reads back\n", v, text, shorter), false;
	return true;
}

static void printing(void)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -0.0, "-0" },
		{ 1, "1" },
		{ -2.5, "-2.5" },
		{ 0.1, "0.1" },
		{ 0.3, "0.3" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 2.0 / 3, "0.6666666666666666" },
		{ 4.35, "4.35" },
		{ 100000, "100000" },
		{ 1e22, "1e+22" },
		{ 1e23, "1e+23" },
		{ 9007199254740991.0, "9007199254740991" },
		{ 0x1.0p-24, "5.960464477539063e-08" },         /* here %.16g rounds to a text that reads as a neighbour */
		{ 0x1.0p-1074, "5e-324" },
		{ 0x0.0000000000003p-1022, "1.5e-323" },
		{ 0x1.0p-1022, "2.2250738585072014e-308" },
		{ 0x0.fffffffffffffp-1022, "2.225073858507201e-308" },
		{ 0x1.fffffffffffffp+1023, "1.7976931348623157e+308" },
		{ 0x1.0p-1021, "4.450147717014403e-308" },
		{ NAN, "nan" },
		{ INFINITY, "inf" },
		{ -INFINITY, "-inf" },
	};
	/* powers of two whose shortest form has 16 digits though %.16g does not read back */
	static const int tight[] = { -1017, -1007, -957, -921, -808, -791, -383, -366, -296, -140, -97, -77, -44,
				      -24, 89, 122, 132, 149, 172, 182, 275, 305, 594, 710, 740, 803, 966, 976 };
	char text[TEXT_NUMBER_MAX];
	uint64_t state = 1;
	long bad = 0;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		text_print_float64(text, cases[i].value);
		is_str(text, cases[i].text, "%a prints as %s", cases[i].value, cases[i].text);
	}
	for (int i = 0; i < 100000; i++) {
		double v = of_bits(next_random(&state));

		bad += isfinite(v) && !reads_back(v);
	}
	is_int(bad, 0, "random bits read back, and no fewer digits would (seed 1)");
	bad = 0;
	for (int i = 0; i < 20000; i++) {
		bad += !reads_back((double)(int64_t)(next_random(&state) % 2000000) / 100);
		bad += !reads_back(of_bits(next_random(&state) >> 12));       /* subnormal */
	}
	is_int(bad, 0, "money-like and subnormal numbers too");
	bad = 0;
	for (int k = -1074; k < 1024; k++)
		bad += !reads_back(ldexp(1, k)) + !reads_back(nextafter(ldexp(1, k), 0)) + !reads_back(-ldexp(1.5, k));
	is_int(bad, 0, "powers of two and their neighbours too");
	bad = 0;
	for (size_t i = 0; i < sizeof tight / sizeof *tight; i++) {
		text_print_float64(text, ldexp(1, tight[i]));
		bad += significant_digits(text) > 16;
	}
	is_int(bad, 0, "tight powers of two have 16 digits");
}

/* == against the C library == */

static long wrong;

static void note(bool good, const char *what, const char *text)
{
	if (!good && wrong++ < 5)
		fprintf(stderr, "%s: '%.60s'\n", what, text);
}

/* Text that is a number by the grammar: exactly what strtod makes of it. */
static void same_as_strtod(const char *text)
{
	double v = 42, want = strtod(text, NULL);
	bool good = text_float64(slice_of(text, strlen(text)), &v);

	note(good == isfinite(want) && (!good || !memcmp(&v, &want, sizeof v)), "reads otherwise", text);
}

static double finite_bits(uint64_t *state)
{
	double v;

	do {
		v = of_bits(next_random(state));
	} while (!isfinite(v));
	return v;
}

static int below(uint64_t *state, int n)
{
	return (int)(next_random(state) % (uint64_t)n);
}

/* The middle between v and the next one, all its digits, and a hair to both sides of it. */
static void around_the_middle(double v, uint64_t *state)
{
	static char text[1300];
	double next = nextafter(v, INFINITY);
	char *e, exponent[16];

	if (!isfinite(next))
		return;
	snprintf(text, sizeof text, "%.800Le", ((long double)v + next) / 2);      /* exact: one more bit is all it takes */
	same_as_strtod(text);
	e = strchr(text, 'e');
	snprintf(exponent, sizeof exponent, "%s", e);
	snprintf(e, 32, "1%s", exponent);
	same_as_strtod(text);
	e = strchr(text, '.') + 15 + below(state, 8);        /* cut, and with a digit that is one off */
	snprintf(e, 32, "%s", exponent);
	same_as_strtod(text);
	e[-1] = e[-1] == '9' ? '8' : (char)(e[-1] + 1);
	same_as_strtod(text);
}

static void reading(void)
{
	static char text[1300];
	uint64_t state = 2;

	wrong = 0;
	for (int i = 0; i < 60000; i++) {
		double v = finite_bits(&state);

		snprintf(text, sizeof text, "%.17g", v);
		same_as_strtod(text);
		snprintf(text, sizeof text, "%.*e", below(&state, 25), v);
		same_as_strtod(text);
		snprintf(text, sizeof text, "%.*g", 1 + below(&state, 20), of_bits(next_random(&state) >> 12));
		same_as_strtod(text);
	}
	is_int(wrong, 0, "random doubles of 1 to 25 digits, subnormal ones too, read as strtod reads them (seed 2)");
	wrong = 0;
	for (int i = 0; i < 60000; i++) {
		uint64_t r = next_random(&state);

		snprintf(text, sizeof text, "%d.%0*d", below(&state, 100000), 1 + below(&state, 9), below(&state, 100000));
		same_as_strtod(text);
		snprintf(text, sizeof text, "%lluE%d", (unsigned long long)(r >> below(&state, 64)), below(&state, 700) - 350);
		same_as_strtod(text);
		snprintf(text, sizeof text, "-%llu.%020llu%llue%d", (unsigned long long)(r % 1000000), (unsigned long long)r,
			 (unsigned long long)next_random(&state), below(&state, 700) - 370);
		same_as_strtod(text);
		/* ties of whole numbers: 54 bits, the last one set */
		snprintf(text, sizeof text, "%llue%d", (unsigned long long)(r >> 10 | UINT64_C(1) << 53 | 1), below(&state, 30) - 5);
		same_as_strtod(text);
	}
	is_int(wrong, 0, "decimals, and digits by powers of ten up to both ends");
	wrong = 0;
	for (int i = 0; i < 4000; i++) {
		around_the_middle(fabs(finite_bits(&state)), &state);
		around_the_middle(of_bits(next_random(&state) >> 12), &state);
		around_the_middle((double)(next_random(&state) >> 11) * ldexp(1, below(&state, 90) - 60), &state);
	}
	is_int(wrong, 0, "numbers in the middle of two doubles, a hair beside it, and cut");
}

/* The grammar of base.h as regular expressions. */
static void grammar(void)
{
	static const char bytes[] = "0123456789000019..ee--+ nainfx\t";
	static const char edges[] = "/:09.-+ \x80";
	regex_t is_float, is_int;
	char text[64];
	uint64_t state = 3;

	regcomp(&is_float, "^(-?((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?|nan|NaN|-?inf)$", REG_EXTENDED | REG_NOSUB);
	regcomp(&is_int, "^(0|-?[1-9][0-9]{0,18})$", REG_EXTENDED | REG_NOSUB);
	wrong = 0;
	for (int i = 0; i < 100000; i++) {
		int n = below(&state, 24);
		bool good, want;
		int64_t whole = 42;
		double v = 42;

		if (i % 2) {             /* nearly a number */
			n = snprintf(text, sizeof text, i % 4 == 1 ? "%lld" : "%lld.25e3",
				     (long long)((int64_t)next_random(&state) >> below(&state, 64)));
			if (below(&state, 2))
				text[below(&state, n)] = edges[below(&state, sizeof edges - 1)];
			if (!below(&state, 4))
				n += snprintf(text + n, 8, "%d", below(&state, 1000));
		} else {
			for (int k = 0; k < n; k++)
				text[k] = bytes[below(&state, sizeof bytes - 1)];
		}
		text[n] = '\0';
		good = text_float64(slice_of(text, (size_t)n), &v);
		want = !regexec(&is_float, text, 0, NULL, 0) && (strchr(text, 'n') || isfinite(strtod(text, NULL)));
		note(good == want && (good || v == 42), "is wrongly a float or none", text);
		if (good && !strchr(text, 'n'))
			same_as_strtod(text);
		good = text_int64(slice_of(text, (size_t)n), &whole);
		want = !regexec(&is_int, text, 0, NULL, 0) && strtold(text, NULL) <= 9223372036854775807.0L &&
		       strtold(text, NULL) >= -9223372036854775808.0L;
		note(good == want && whole == (good ? strtoll(text, NULL, 10) : 42), "is wrongly an int or none", text);
	}
	is_int(wrong, 0, "random bytes and numbers with one byte changed are numbers when the grammar says so (seed 3)");
	regfree(&is_float);
	regfree(&is_int);
}

/*
 * The shortest form by trial. A power of two is nearer to the double below than to the one above, so that the 16 digits
 * nearest to it may read as another while the next ones up read back.
 */
static void shortest_by_trial(char out[64], double v)
{
	for (int digits = fabs(v) >= DBL_MIN ? 15 : 1; digits <= 17; digits++) {
		if (digits == 17) {
			char *last;

			snprintf(out, 64, "%.15e", v);
			last = strchr(out, 'e') - 1;
			if (*last != '9' && (++*last, strtod(out, NULL) == v))
				return;
		}
		snprintf(out, 64, "%.*g", digits, v);
		if (strtod(out, NULL) == v)
			return;
	}
}

static void same_as_trial(double v)
{
	char text[TEXT_NUMBER_MAX], want[64];
	size_t n = text_print_float64(text, v);

	shortest_by_trial(want, v);
	note(n == strlen(want) && !strcmp(text, want), "prints otherwise than by trial", want);
}

static void printing_again(void)
{
	uint64_t state = 4;
	char text[TEXT_NUMBER_MAX], want[64];

	wrong = 0;
	for (int i = 0; i < 40000; i++) {
		double v = (double)(int64_t)(next_random(&state) >> below(&state, 64)) / pow(10, below(&state, 12));

		same_as_trial(finite_bits(&state));
		same_as_trial(of_bits(next_random(&state) >> 12));
		same_as_trial(v);
		same_as_trial(-nextafter(v, INFINITY));
		same_as_trial(ldexp((double)(next_random(&state) >> 11), below(&state, 100) - 80));
	}
	is_int(wrong, 0, "200,000 doubles print as %%g with the fewest digits that read back (seed 4)");
	wrong = 0;
	for (int k = -1074; k < 1024; k++) {
		same_as_trial(ldexp(1, k));
		same_as_trial(nextafter(ldexp(1, k), 0));
		same_as_trial(nextafter(ldexp(1, k), INFINITY));
	}
	for (uint64_t bits = 1; bits < 5000; bits++)
		same_as_trial(of_bits(bits));
	for (int k = -323; k < 309; k++)
		for (int d = 1; d < 20; d++) {
			snprintf(text, sizeof text, "%de%d", d, k);
			if (isfinite(strtod(text, NULL)))
				same_as_trial(strtod(text, NULL));
		}
	is_int(wrong, 0, "so do powers of two with their neighbours, the least numbers, and few digits at every power of ten");
	wrong = 0;
	for (int i = 0; i < 100000; i++) {
		int64_t v = i == 0 ? INT64_MIN : i == 1 ? INT64_MAX : (int64_t)next_random(&state) >> below(&state, 64);
		size_t n = text_print_int64(text, v);

		snprintf(want, sizeof want, "%lld", (long long)v);
		note(n == strlen(want) && !strcmp(text, want), "integer prints otherwise", want);
	}
	is_int(wrong, 0, "integers of all lengths print as with printf");
}

static void locales(void)
{
	static const char *const comma[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE", "ru_RU.UTF-8" };
	char text[TEXT_NUMBER_MAX];
	const char *set = NULL;
	double v = 0;

	for (size_t i = 0; i < sizeof comma / sizeof *comma && !set; i++)
		set = setlocale(LC_ALL, comma[i]);
	if (!set || localeconv()->decimal_point[0] != ',') {
		skip("no locale with a decimal comma is installed");
		return;
	}
	text_print_float64(text, 2.5);
	ok(!strcmp(text, "2.5") && text_float64(slice_of("2.5", 3), &v) && v == 2.5, "a decimal comma of the host is ignored");
	setlocale(LC_ALL, "C");
}

static void grouped(void)
{
	static const struct {
		int64_t value;
		const char *text;
	} cases[] = {
		{ 0, "0" },                { 999, "999" },         { 1000, "1,000" },
		{ 12000, "12,000" },       { -999, "-999" },       { -1000, "-1,000" },
		{ 1234567, "1,234,567" },  { INT64_MIN, "-9,223,372,036,854,775,808" },
		{ INT64_MAX, "9,223,372,036,854,775,807" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[TEXT_NUMBER_MAX];
		size_t n = text_print_grouped(text, cases[i].value);

		is_str(text, cases[i].text, "grouped %s", cases[i].text);
		is_int(n, strlen(text), "and its length");
	}
}

static void bools(void)
{
	static const char *const not[] = { "True", "TRUE", "t", "1", "yes", "", "true ", "truefalse" };
	bool v = false;

	ok(text_bool(slice_of("true", 4), &v) && v, "true");
	ok(text_bool(slice_of("false", 5), &v) && !v, "false");
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		ok(!text_bool(slice_of(not[i], strlen(not[i])), &v), "'%s' is no bool", not[i]);
}

int main(void)
{
	ints();
	floats();
	long_floats();
	reading();
	grammar();
	printing();
	printing_again();
	locales();
	grouped();
	bools();
	return done();
}
