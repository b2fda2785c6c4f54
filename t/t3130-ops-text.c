/*
 * t3130-ops-text.c - functions of text: values by hand and as Lua's string library gives them, random text against the plainest
 * way to write each function, patterns and what is wrong with them, memory that gives out.
 */
#include "op_run.h"

#include <locale.h>

#define FIFTY "01234567890123456789012345678901234567890123456789"
#define LONG FIFTY FIFTY FIFTY FIFTY FIFTY

static const struct op_row rows[] = {
	OP_ROW("contains", "b:true", "s:" LONG "abc", "s:9abc"),
	OP_ROW("contains", "b:false", "s:" LONG "abc", "s:9abd"),
	OP_ROW("split_part", "s:c", "s:" LONG "ab-c", "s:ab-", "i:2"),
	OP_ROW("..", "s:ab", "s:a", "s:b"),
	OP_ROW("..", "s:abc", "s:a", "s:b", "s:c"),
	OP_ROW("..", "s:", "s:", "s:"),
	OP_ROW("string", "s:true", "b:true"),
	OP_ROW("string", "s:-42", "i:-42"),
	OP_ROW("string", "s:0.1", "f:0.1"),
	OP_ROW("string", "s:1e+300", "f:1e300"),
	OP_ROW("string", "s:2025-01-13", "d:2025-01-13"),
	OP_ROW("string", "s:2025-01-13T08:30:00Z", "t:2025-01-13T08:30Z"),
	OP_ROW("string", "s:abc", "s:abc"),
	OP_ROW("string", "s:10,000-12,000", "q:10000 12000"),
	OP_ROW("len", "i:6", "s:muster"),
	OP_ROW("len", "i:0", "s:"),
	OP_ROW("len", "i:8", "s:Київ"),
	OP_ROW("utf8_len", "i:4", "s:Київ"),
	OP_ROW("utf8_len", "i:2", "s:평양"),
	OP_ROW("width", "i:4", "s:평양"),
	OP_ROW("lower", "s:kursk 11", "s:Kursk 11"),
	OP_ROW("lower", "s:покровськ ґедз", "s:ПОКРОВСЬК Ґедз"),
	OP_ROW("lower", "s:ünïcöde straße", "s:ÜNÏCÖDE STRAßE"),
	OP_ROW("upper", "s:ЇЖАК ΑΣ", "s:їжак ας"),
	OP_ROW("upper", "s:STRAßE ŻÓŁĆ", "s:straße żółć"),
	OP_ROW("upper", "s:평양", "s:평양"),
	OP_ROW("lower", "s:", "s:"),
	OP_ROW("trim", "s:a b", "s: \t\n\v\f\ra b  "),
	OP_ROW("trim", "s:", "s:   "),
	OP_ROW("ltrim", "s:a  ", "s:  a  "),
	OP_ROW("rtrim", "s:  a", "s:  a  "),
	OP_ROW("sub", "s:uste", "s:muster", "i:2", "i:-2"),
	OP_ROW("sub", "s:ster", "s:muster", "i:3"),
	OP_ROW("sub", "s:er", "s:muster", "i:-2"),
	OP_ROW("sub", "s:muster", "s:muster", "i:-100", "i:100"),
	OP_ROW("sub", "s:muster", "s:muster", "i:0"),
	OP_ROW("sub", "s:", "s:muster", "i:4", "i:3"),
	OP_ROW("sub", "s:", "s:muster", "i:7"),
	OP_ROW("sub", "s:", "s:muster", "i:9223372036854775807", "i:-9223372036854775808"),
	OP_ROW("sub", "s:muster", "s:muster", "i:-9223372036854775808", "i:9223372036854775807"),
	OP_ROW("utf8_sub", "s:Ки", "s:Київ", "i:1", "i:2"),
	OP_ROW("utf8_sub", "s:їв", "s:Київ", "i:-2"),
	OP_ROW("utf8_sub", "s:", "s:Київ", "i:5"),
	OP_ROW("utf8_sub", "s:양", "s:평양", "i:2", "i:2"),
	OP_ROW("split_part", "s:2025", "s:reuters:2025", "s::", "i:2"),
	OP_ROW("split_part", "s:reuters", "s:reuters:2025", "s::", "i:1"),
	OP_ROW("split_part", "?", "s:reuters:2025", "s::", "i:3"),
	OP_ROW("split_part", "?", "s:reuters:2025", "s::", "i:0"),
	OP_ROW("split_part", "s:2025", "s:reuters:2025", "s::", "i:-1"),
	OP_ROW("split_part", "s:reuters", "s:reuters:2025", "s::", "i:-2"),
	OP_ROW("split_part", "?", "s:reuters:2025", "s::", "i:-3"),
	OP_ROW("split_part", "?", "s:a", "s::", "i:-9223372036854775808"),
	OP_ROW("split_part", "s:", "s:a--", "s:-", "i:2"),
	OP_ROW("split_part", "s:", "s:", "s:-", "i:1"),
	OP_ROW("split_part", "s:whole", "s:whole", "s:", "i:1"),
	OP_ROW("starts_with", "b:true", "s:muster", "s:mu"),
	OP_ROW("starts_with", "b:false", "s:muster", "s:us"),
	OP_ROW("starts_with", "b:false", "s:mu", "s:muster"),
	OP_ROW("ends_with", "b:true", "s:muster", "s:er"),
	OP_ROW("ends_with", "b:false", "s:muster", "s:ste"),
	OP_ROW("ends_with", "b:true", "s:", "s:"),
	OP_ROW("contains", "b:true", "s:muster", "s:ust"),
	OP_ROW("contains", "b:false", "s:muster", "s:usd"),
	OP_ROW("contains", "b:true", "s:", "s:"),
	OP_ROW("contains", "b:false", "s:", "s:a"),
	OP_ROW("replace", "s:a_b_c", "s:a-b-c", "s:-", "s:_"),
	OP_ROW("replace", "s:abc", "s:a--b--c", "s:--", "s:"),
	OP_ROW("replace", "s:aaaa", "s:aa", "s:a", "s:aa"),
	OP_ROW("replace", "s:abc", "s:abc", "s:", "s:x"),
	OP_ROW("replace", "s:", "s:", "s:a", "s:x"),
	OP_ROW("parse_int", "i:12", "s:12"),
	OP_ROW("parse_int", "?", "s:12.0"),
	OP_ROW("parse_int", "?", "s:"),
	OP_ROW("parse_int", "?", "s:9223372036854775808"),
	OP_ROW("parse_float", "f:1.5", "s:1.5"),
	OP_ROW("parse_float", "f:nan", "s:nan"),
	OP_ROW("parse_float", "?", "s:1,5"),
	OP_ROW("parse_date", "d:2025-01-13", "s:2025-01-13"),
	OP_ROW("parse_date", "?", "s:2025-02-30"),
	OP_ROW("parse_datetime", "t:2025-01-13T08:30:00Z", "s:2025-01-13 08:30"),
	OP_ROW("parse_datetime", "?", "s:2025-01-13"),
	/* patterns */
	OP_ROW("matches", "b:true", "s:brigade 11", "s:[0-9]+$"),
	OP_ROW("matches", "b:false", "s:brigade 11", "s:^[0-9]+$"),
	OP_ROW("matches", "b:true", "s:", "s:^$"),
	OP_ROW("matches", "b:true", "s:muster", "s:ust"),
	OP_ROW("matches", "b:true", "s:muster", "s:"),
	OP_ROW("matches", "b:false", "s:muster", "s:Must"),
	OP_ROW("matches", "b:true", "s:Київ", "s:^.{4}$"),
	OP_ROW("matches", "b:true", "s:Київ", "s:^[А-Яа-яії]+$"),
	OP_ROW("matches", "b:true", "s:Київ", "s:^[^ ]{4}$"),
	OP_ROW("matches", "b:false", "s:Київ", "s:^[а-я]"),
	OP_ROW("matches", "b:true", "s:Київ", "s:^[^а-яA-Z]"),
	OP_ROW("matches", "b:true", "s:Київ", "s:^[a-я]*[]и-]"),
	OP_ROW("matches", "b:true", "s:~", "s:^[a-я]"),
	OP_ROW("matches", "b:true", "s:]", "s:^[]а-я]$"),
	OP_ROW("matches", "b:true", "s:[а-я]", "s:^\\[а-я]$"),
	OP_ROW("matches", "b:true", "s:9", "s:^[а-я[:digit:]]$"),
	OP_ROW("matches", "b:true", "s:평양", "s:^[가-꺀평양]+$"),
	OP_ROW("matches", "!bad pattern '[가-힣]': a range of more than 2000 characters; name a class, as [[:alpha:]]", "s:x", "s:[가-힣]"),
	OP_ROW("matches", "!bad pattern '[я-а]': Invalid collation character", "s:x", "s:[я-а]"),
	OP_ROW("matches", "!bad pattern '[а-я': Unmatched [, [^, [:, [., or [=", "s:x", "s:[а-я"),
	OP_ROW("matches", "b:true", "s:Київ", "s:^[[:alpha:]]{4}$"),
	OP_ROW("matches", "b:true", "s:killed", "s:^(killed|wounded)$"),
	OP_ROW("matches", "!bad pattern '(a': Unmatched ( or \\(", "s:x", "s:(a"),
	OP_ROW("matches", "!bad pattern 'a{2,1}': Invalid content of \\{\\}", "s:x", "s:a{2,1}"),
	OP_ROW("extract", "s:11", "s:brigade 11", "s:[0-9]+"),
	OP_ROW("extract", "s:11", "s:brigade 11 of 12", "s:brigade ([0-9]+)"),
	OP_ROW("extract", "s:12", "s:brigade 11 of 12", "s:([0-9]+) of ([0-9]+)", "i:2"),
	OP_ROW("extract", "s:11 of 12", "s:brigade 11 of 12", "s:([0-9]+) of ([0-9]+)", "i:0"),
	OP_ROW("extract", "?", "s:brigade", "s:[0-9]+"),
	OP_ROW("extract", "?", "s:b", "s:(a)|b"),
	OP_ROW("extract", "s:", "s:", "s:^(x*)$"),
	OP_ROW("extract", "s:gad", "s:brigade", "s:gad"),
	OP_ROW("extract", "s:ї", "s:Київ", "s:^..(.)"),
	OP_ROW("extract", "!no group 2 in the pattern: it has 1", "s:x", "s:(x)", "i:2"),
	OP_ROW("extract", "!no group -1 in the pattern: it has 1", "s:x", "s:(x)", "i:-1"),
	OP_ROW("extract", "!group 10: at most 9 can be asked for", "s:x", "s:(((((((((((x)))))))))))", "i:10"),
};

/* == random text against the plain way == */

static size_t find_plain(const char *s, const char *what)
{
	for (size_t i = 0; i + strlen(what) <= strlen(s); i++)
		if (!strncmp(s + i, what, strlen(what)))
			return i;
	return SIZE_MAX;
}

static void replace_plain(char *out, const char *s, const char *from, const char *to)
{
	while (*s) {
		if (*from && !strncmp(s, from, strlen(from))) {
			for (const char *p = to; *p; p++)
				*out++ = *p;
			s += strlen(from);
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

/* Part n (from 1) of what stands between separators; false when there are fewer. */
static bool part_plain(char *out, const char *s, const char *sep, int n)
{
	size_t at;

	while ((at = find_plain(s, sep)) != SIZE_MAX && --n)
		s += at + strlen(sep);
	if (at == SIZE_MAX) {
		at = strlen(s);
		n--;
	}
	memcpy(out, s, at);
	out[at] = '\0';
	return n == 0;
}

static void random_text(char *out, size_t most, uint64_t *seed)
{
	size_t n = op_noise(seed) % (most + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = "aab-"[op_noise(seed) % 4];
	out[n] = '\0';
}

static void text_is(int *wrong, const char *name, const char *letters, const char *s, const char *t, const char *u, int64_t k,
		    const char *want)
{
	struct slice texts[3] = { slice_of(s, strlen(s)), slice_of(t, strlen(t)), slice_of(u, strlen(u)) };
	struct vec args[3];
	struct op_run r;
	int at = 0, nargs = (int)strlen(letters);
	bool same;

	for (int i = 0; i < nargs; i++) {
		args[i] = (struct vec){ .type = op_type(letters[i]), .n = 1 };
		if (letters[i] == 's')
			args[i].as.text = &texts[at++];
		else
			args[i].as.i64 = &k;
	}
	op_run_kernel(&r, op_overload_of(ops_text, name, nargs, letters), args, nargs, 1, NULL);
	if (!vec_has(&r.out, 0))
		same = !want;
	else if (r.out.type == TYPE_BOOL)
		same = want && r.out.as.truth[0] == (*want == '1');
	else
		same = want && slice_is(r.out.as.text[0], want);
	if (!same && (*wrong)++ < 3)
		fprintf(stderr, "%s('%s', '%s', '%s', %d) is not '%s'\n", name, s, t, u, (int)k, want ? want : "missing");
	op_run_free(&r);
}

static void plain(void)
{
	uint64_t seed = 5;
	int wrong = 0;

	for (int round = 0; round < 20000; round++) {
		char s[32], t[4], u[4], want[200], with[64];
		int k = (int)(op_noise(&seed) % 5) + 1;

		random_text(s, 20, &seed);
		random_text(t, 3, &seed);
		random_text(u, 3, &seed);
		replace_plain(want, s, t, u);
		text_is(&wrong, "replace", "sss", s, t, u, 0, want);
		text_is(&wrong, "contains", "ss", s, t, "", 0, find_plain(s, t) != SIZE_MAX ? "1" : "0");
		text_is(&wrong, "starts_with", "ss", s, t, "", 0, find_plain(s, t) == 0 ? "1" : "0");
		text_is(&wrong, "ends_with", "ss", s, t, "", 0, strlen(s) >= strlen(t) && !strcmp(s + strlen(s) - strlen(t), t) ? "1" : "0");
		if (*t)
			text_is(&wrong, "split_part", "ssi", s, t, "", k, part_plain(want, s, t, k) ? want : NULL);
		snprintf(with, sizeof with, "%s%s", s, t);
		text_is(&wrong, "..", "ss", s, t, "", 0, with);
	}
	is_int(wrong, 0, "20,000 random texts as the plain way has them");
}

/* == memory == */

/* Each failing allocation is reported, and the next call is well. */
static void memory(void)
{
	static const char *const cases[][4] = {
		{ "lower", "s:ABC" }, { "upper", "s:abc" }, { "replace", "s:abc", "s:b", "s:xyz" }, { "..", "s:a", "s:b" }, { "string", "f:0.1" },
	};
	static const struct slice texts[] = { { "abc", 3 }, { "b", 1 }, { "xyz", 3 } };
	double number = 0.1;

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		char letters[4] = "";
		struct vec args[3];
		int nargs = 0, rc = ERR_MEMORY, tries = 0;
		bool named = true;

		for (; nargs < 3 && cases[k][nargs + 1]; nargs++) {
			letters[nargs] = cases[k][nargs + 1][0];
			args[nargs] = (struct vec){ .type = op_type(letters[nargs]), .n = 1 };
			if (letters[nargs] == 's')
				args[nargs].as.text = &texts[nargs];
			else
				args[nargs].as.f64 = &number;
		}
		for (; rc && tries < 20; tries++) {
			struct op_run r;

			mem_fail_after(tries);
			op_run_kernel(&r, op_overload_of(ops_text, cases[k][0], nargs, letters), args, nargs, 1, NULL);
			mem_fail_after(-1);
			rc = r.rc;
			named &= !rc || (rc == ERR_MEMORY && r.f.fault_at == 0);
			op_run_free(&r);
		}
		ok(!rc && tries > 1 && named, "%s: without memory an error, with it a value", cases[k][0]);
	}
}

static void pattern_memory(void)
{
	struct slice text = slice_of("(a)b", 4);
	struct vec args[2] = { { .type = TYPE_STRING }, { .type = TYPE_STRING, .constant = true, .n = 1, .as.text = &text } };
	int rc = ERR_MEMORY, tries = 0;
	void *scratch;

	for (; rc == ERR_MEMORY && tries < 20; tries++) {
		mem_fail_after(tries);
		rc = op_overload_of(ops_text, "matches", 2, "ss")->prepare(args, 2, &scratch, NULL);
		mem_fail_after(-1);
	}
	ok(!rc && tries > 2, "a pattern without memory is an error, with it there");
	op_overload_of(ops_text, "matches", 2, "ss")->release(scratch);
}

/* == threads == */

struct shared {
	void *scratch;
	int wrong[THREAD_MAX];
};

/* More threads than there are copies of a pattern. */
static void search_some(void *ctx, int number)
{
	static const struct slice texts[] = { { "brigade 11", 10 }, { "brigade", 7 }, { "11 brigades", 11 }, { "1", 1 } };
	const struct op_overload *o = op_overload_of(ops_text, "matches", 2, "ss");
	struct shared *shared = ctx;
	struct slice text[VEC_MAX];
	uint8_t to[VEC_MAX];
	struct vec args[2] = { { .type = TYPE_STRING, .n = VEC_MAX, .as.text = text } };

	for (int32_t i = 0; i < VEC_MAX; i++)
		text[i] = texts[i % 4];
	for (int round = 0; round < 4; round++) {
		struct op_frame f = { .n = VEC_MAX, .scratch = shared->scratch };
		struct vec out = { .type = TYPE_BOOL, .n = VEC_MAX, .as.truth = to };

		shared->wrong[number] += o->kernel(&f, args, 2, &out, to, NULL);
		for (int32_t i = 0; i < VEC_MAX; i++)
			shared->wrong[number] += to[i] != (i % 2 == 0);
	}
}

static void threads(void)
{
	struct shared shared = { 0 };
	struct slice text = slice_of(".[0-9]{2}$|^11", 14);
	struct vec args[2] = { { .type = TYPE_STRING }, { .type = TYPE_STRING, .constant = true, .n = 1, .as.text = &text } };
	const struct op_overload *o = op_overload_of(ops_text, "matches", 2, "ss");
	int sum = 0;

	is_int(o->prepare(args, 2, &shared.scratch, NULL), 0, "a pattern for many threads");
	thread_run(12, search_some, &shared);
	for (int k = 0; k < THREAD_MAX; k++)
		sum += shared.wrong[k];
	is_int(sum, 0, "which all find what it matches");
	o->release(shared.scratch);
}

int main(void)
{
	const char *const *names = (const char *const[]){ "C.UTF-8", "POSIX", NULL };

	for (; *names; names++) {
		ok(setlocale(LC_ALL, *names) != NULL, "in the locale %s", *names);
		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
			op_case(ops_text, rows[k].name, rows[k].args, rows[k].want);
	}
	plain();
	memory();
	pattern_memory();
	threads();
	return done();
}
