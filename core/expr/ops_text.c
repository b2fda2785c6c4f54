/*
 * ops_text.c - text. Lengths and positions are bytes, as Lua's, except in functions whose name begins with utf8.
 *
 * Results that are a piece of their argument point into it and take no memory.
 */
#define _GNU_SOURCE        /* memmem */
#include "expr/ops_priv.h"

#include <string.h>

/* == the loops ===============================================================================
 *
 * A kernel is one of these with a body for one row, which has s, the first argument, and i, the row. That a function of a
 * column with a dictionary is computed once for each of its values is seen to by who runs it.
 */
#define TEXT_KERNEL(name, T, ...)                                                                              \
	static int name(OP_KERNEL_ARGS)                                                                        \
	{                                                                                                      \
		T *to = out_room;                                                                              \
                                                                                                               \
		OP_UNUSED;                                                                                     \
		for (int32_t i = 0; i < f->n; i++) {                                                           \
			struct slice s;                                                                        \
                                                                                                               \
			if (!op_has(f, i))                                                                     \
				continue;                                                                      \
			s = vec_text(&args[0], i);                                                             \
			__VA_ARGS__                                                                            \
		}                                                                                              \
		return 0;                                                                                      \
	}

/* The body sets `good`; where it is false the result is missing. */
#define TEXT_KERNEL_MISSING(name, T, ...)                                                                      \
	static int name(OP_KERNEL_ARGS)                                                                        \
	{                                                                                                      \
		T *to = out_room;                                                                              \
                                                                                                               \
		OP_UNUSED;                                                                                     \
		out->there = f->out_there;                                                                     \
		for (int32_t i = 0; i < f->n; i++) {                                                           \
			bool good = false;                                                                     \
                                                                                                               \
			if (op_has(f, i)) {                                                                    \
				struct slice s = vec_text(&args[0], i);                                        \
                                                                                                               \
				__VA_ARGS__                                                                    \
			}                                                                                      \
			f->out_there[i] = good;                                                                \
		}                                                                                              \
		return 0;                                                                                      \
	}

/* == lengths == */

static bool follows(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static int64_t characters(struct slice s)
{
	int64_t n = 0;

	for (size_t k = 0; k < s.n; k++)
		n += !follows(s.p[k]);
	return n;
}

TEXT_KERNEL(len, int64_t, { to[i] = (int64_t)s.n; })
TEXT_KERNEL(utf8_len, int64_t, { to[i] = characters(s); })
TEXT_KERNEL(width, int64_t, { to[i] = (int64_t)text_width(s.p, s.n); })

/* == pieces == */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct slice trim(struct slice s, bool left, bool right)
{
	for (; left && s.n && is_blank(*s.p); s.n--)
		s.p++;
	for (; right && s.n && is_blank(s.p[s.n - 1]);)
		s.n--;
	return s;
}

TEXT_KERNEL(trim_both, struct slice, { to[i] = trim(s, true, true); })
TEXT_KERNEL(trim_left, struct slice, { to[i] = trim(s, true, false); })
TEXT_KERNEL(trim_right, struct slice, { to[i] = trim(s, false, true); })

/* As string.sub: from 1, negative ones from the end, what is outside is cut off. [*i, *j) from 0 of n. */
static void lua_range(int64_t *i, int64_t *j, int64_t n)
{
	*i = *i > 0 ? *i : *i == 0 || *i < -n ? 1 : n + *i + 1;
	*j = *j > n ? n : *j >= 0 ? *j : *j < -n ? 0 : n + *j + 1;
	*i = *i > *j ? *j : *i - 1;
}

static struct slice sub_bytes(struct slice s, int64_t i, int64_t j)
{
	lua_range(&i, &j, (int64_t)s.n);
	return slice_of(s.p + i, (size_t)(j - i));
}

/* Where character k begins, from 0. */
static size_t character_at(struct slice s, int64_t k)
{
	size_t at = 0;

	for (; at < s.n; at++)
		if (!follows(s.p[at]) && k-- == 0)
			break;
	return at;
}

static struct slice sub_characters(struct slice s, int64_t i, int64_t j)
{
	size_t from;

	lua_range(&i, &j, characters(s));
	if (i >= j)
		return slice_of(s.p, 0);
	from = character_at(s, i);
	return slice_of(s.p + from, character_at(s, j) - from);
}

static int64_t end_of(const struct vec *args, int nargs, int32_t i)
{
	return nargs > 2 ? args[2].as.i64[op_row(&args[2], i)] : -1;
}

TEXT_KERNEL(sub, struct slice, { to[i] = sub_bytes(s, args[1].as.i64[op_row(&args[1], i)], end_of(args, nargs, i)); })
TEXT_KERNEL(utf8_sub, struct slice, { to[i] = sub_characters(s, args[1].as.i64[op_row(&args[1], i)], end_of(args, nargs, i)); })

/* memmem first makes a table of the needle, which is more work than all the rest in short text. */
const char *op_text_find(struct slice s, struct slice what)
{
	const char *p = s.p, *end;

	if (what.n > s.n)
		return NULL;
	if (!what.n)
		return s.p;
	if (s.n > 200)
		return memmem(s.p, s.n, what.p, what.n);
	for (end = s.p + (s.n - what.n) + 1; (p = memchr(p, *what.p, (size_t)(end - p))); p++)
		if (!memcmp(p, what.p, what.n))
			return p;
	return NULL;
}

static bool split_next(struct slice *rest, struct slice sep, struct slice *part)
{
	const char *at = sep.n ? op_text_find(*rest, sep) : NULL;

	*part = *rest;
	if (!at)
		return false;
	part->n = (size_t)(at - rest->p);
	*rest = slice_of(at + sep.n, rest->n - part->n - sep.n);
	return true;
}

/* Part n from 1, or from the end where n is negative. */
static bool split_part(struct slice s, struct slice sep, int64_t n, struct slice *out)
{
	struct slice rest = s;
	int64_t parts = 1;

	if (n < 0) {
		while (split_next(&rest, sep, out))
			parts++;
		n += parts + 1;
		rest = s;
	}
	for (int64_t k = 1; n > 0; k++) {
		bool more = split_next(&rest, sep, out);

		if (k == n)
			return true;
		if (!more)
			break;
	}
	return false;
}

TEXT_KERNEL_MISSING(split, struct slice, {
	good = split_part(s, vec_text(&args[1], i), args[2].as.i64[op_row(&args[2], i)], &to[i]);
})

/* == tests == */

static bool starts(struct slice s, struct slice with)
{
	return s.n >= with.n && (!with.n || !memcmp(s.p, with.p, with.n));
}

static bool ends(struct slice s, struct slice with)
{
	return s.n >= with.n && (!with.n || !memcmp(s.p + s.n - with.n, with.p, with.n));
}

TEXT_KERNEL(starts_with, uint8_t, { to[i] = starts(s, vec_text(&args[1], i)); })
TEXT_KERNEL(ends_with, uint8_t, { to[i] = ends(s, vec_text(&args[1], i)); })
TEXT_KERNEL(contains, uint8_t, {
	struct slice what = vec_text(&args[1], i);

	to[i] = !what.n || op_text_find(s, what);
})

/* == new text == */

TEXT_KERNEL(lower, struct slice, {
	char *p = op_text_room(f->text, s.n + 1);

	if (!p)
		return op_fault(f, i, err_nomem(e));
	to[i] = slice_of(p, text_lower(p, s.p, s.n));
})
TEXT_KERNEL(upper, struct slice, {
	char *p = op_text_room(f->text, s.n + 1);

	if (!p)
		return op_fault(f, i, err_nomem(e));
	to[i] = slice_of(p, text_upper(p, s.p, s.n));
})

/* The text itself where `from` does not occur. False without memory. */
static bool replace_all(struct op_text *room, struct slice s, struct slice from, struct slice with, struct slice *out)
{
	struct slice rest = s, part;
	size_t times = 0;
	char *p;

	while (split_next(&rest, from, &part))
		times++;
	*out = s;
	if (!times)
		return true;
	if (with.n > from.n && times > (SIZE_MAX / 2 - s.n) / (with.n - from.n))
		return false;
	out->n = s.n - times * from.n + times * with.n;
	if (!(p = op_text_room(room, out->n + 1)))
		return false;
	out->p = p;
	for (rest = s; split_next(&rest, from, &part);) {
		if (part.n)
			memcpy(p, part.p, part.n);
		if (with.n)
			memcpy(p + part.n, with.p, with.n);
		p += part.n + with.n;
	}
	if (part.n)
		memcpy(p, part.p, part.n);
	return true;
}

TEXT_KERNEL(replace, struct slice, {
	if (!replace_all(f->text, s, vec_text(&args[1], i), vec_text(&args[2], i), &to[i]))
		return op_fault(f, i, err_nomem(e));
})

static int concat(OP_KERNEL_ARGS)
{
	struct slice *to = out_room;

	OP_UNUSED;
	for (int32_t i = 0; i < f->n; i++) {
		size_t n = 0;
		char *p;

		if (!op_has(f, i))
			continue;
		for (int k = 0; k < nargs; k++)
			n += vec_text(&args[k], i).n;
		if (!(p = op_text_room(f->text, n + 1)))
			return op_fault(f, i, err_nomem(e));
		to[i] = slice_of(p, n);
		for (int k = 0; k < nargs; k++) {
			struct slice s = vec_text(&args[k], i);

			if (s.n)
				memcpy(p, s.p, s.n);
			p += s.n;
		}
	}
	return 0;
}

/* == any value as text == */

static void print_value(struct buf *out, const struct vec *v, int32_t i)
{
	char text[DATETIME_TEXT_MAX];

	i = op_row(v, i);
	switch (v->type) {
	case TYPE_BOOL:
		buf_str(out, v->as.truth[i] ? "true" : "false");
		return;
	case TYPE_INT64:
		buf_add(out, text, text_print_int64(text, v->as.i64[i]));
		return;
	case TYPE_FLOAT64:
		buf_add(out, text, text_print_float64(text, v->as.f64[i]));
		return;
	case TYPE_DATE:
		buf_add(out, text, date_print(text, v->as.days[i]));
		return;
	case TYPE_DATETIME:
		buf_add(out, text, datetime_print(text, v->as.i64[i]));
		return;
	default:
		quantity_print(out, &v->as.figure[i]);
	}
}

static int string_of(OP_KERNEL_ARGS)
{
	struct slice *to = out_room;
	struct buf text = BUF_INIT;
	int rc = 0;

	if (args[0].type == TYPE_STRING)
		return op_same(f, args, nargs, out, out_room, e);
	for (int32_t i = 0; i < f->n && !rc; i++) {
		char *p = NULL;

		if (!op_has(f, i))
			continue;
		buf_clear(&text);
		print_value(&text, &args[0], i);
		if (!text.failed && (p = op_text_room(f->text, text.n + 1))) {
			memcpy(p, text.p, text.n);
			to[i] = slice_of(p, text.n);
		} else {
			rc = op_fault(f, i, err_nomem(e));
		}
	}
	buf_release(&text);
	return rc;
}

/* == values of text, missing where it is none == */

TEXT_KERNEL_MISSING(parse_int, int64_t, { good = text_int64(s, &to[i]); })
TEXT_KERNEL_MISSING(parse_float, double, { good = text_float64(s, &to[i]); })
TEXT_KERNEL_MISSING(parse_date, int32_t, { good = date_parse(s, &to[i]); })
TEXT_KERNEL_MISSING(parse_datetime, int64_t, { good = datetime_parse(s, &to[i]); })

/* == the list == */

#define ENTRY(name_, class_, args_, types, result_, kernel_, flags_, example_, help_)                                         \
	{ .name = name_, .class = class_, .args = args_, .help = help_, .group = "Text", .example = example_,                 \
	  .overloads = (const struct op_overload[]){ { .args = types, .result = result_, .kernel = kernel_, .flags = flags_ }, { 0 } } }
#define FUNCTION(name, args, types, result, kernel, example, help)                                                            \
	ENTRY(name, OP_FUNCTION, args, types, result, kernel, 0, example, help)
#define PATTERN(name_, args_, types, result_, kernel_, prepare_, example_, help_)                                                      \
	{ .name = name_, .class = OP_FUNCTION, .args = args_, .help = help_, .group = "Text", .example = example_,            \
	  .overloads = (const struct op_overload[]){ { .args = types, .result = result_, .kernel = kernel_,                   \
						       .flags = OP_CONSTANT_TAIL, .prepare = prepare_,                        \
						       .release = op_pattern_release }, { 0 } } }

const struct op ops_text[] = {
	ENTRY("..", OP_OPERATOR, "x, y", "ss", 's', concat, OP_LAST_REPEATS, "'killed' .. ' or wounded'",
	      "One text behind the other; other types become text by string(x)."),
	FUNCTION("string", "x", "*", 's', string_of, "string(0.1)", "Any value as text, in the shortest form that reads back."),
	FUNCTION("len", "text", "s", 'i', len, "len('muster')", "Length in bytes."),
	FUNCTION("utf8_len", "text", "s", 'i', utf8_len, "utf8_len('Pyöngyang')", "Length in characters (code points)."),
	FUNCTION("width", "text", "s", 'i', width, "width('평양')", "Columns that the text takes on a terminal."),
	FUNCTION("lower", "text", "s", 's', lower, "lower('Kursk')",
		 "In small letters: Latin, Greek, Cyrillic and Armenian ones; the same in every locale."),
	FUNCTION("upper", "text", "s", 's', upper, "upper('Kursk')",
		 "In capital letters: Latin, Greek, Cyrillic and Armenian ones; the same in every locale."),
	FUNCTION("trim", "text", "s", 's', trim_both, "trim('  a b ')", "Without blanks, tabs and line ends on both sides."),
	FUNCTION("ltrim", "text", "s", 's', trim_left, "ltrim('  a b ')", "Without blanks, tabs and line ends in front."),
	FUNCTION("rtrim", "text", "s", 's', trim_right, "rtrim('  a b ')", "Without blanks, tabs and line ends behind."),
	FUNCTION("sub", "text, i[, j]", "si[i]", 's', sub, "sub('muster', 2, -2)",
		 "Bytes i to j (or the end), from 1; negative numbers count from the end, as Lua's string.sub."),
	FUNCTION("utf8_sub", "text, i[, j]", "si[i]", 's', utf8_sub, "utf8_sub('Київ', 1, 2)",
		 "Characters i to j (or the end), from 1; negative numbers count from the end."),
	FUNCTION("split_part", "text, separator, n", "ssi", 's', split, "split_part('reuters:2025', ':', 2)",
		 "Part n of the text between separators, from 1, or from the end with -1; missing where there is none."),
	FUNCTION("starts_with", "text, start", "ss", 'b', starts_with, "starts_with('muster', 'mu')", "Whether the text begins so."),
	FUNCTION("ends_with", "text, ending", "ss", 'b', ends_with, "ends_with('muster', 'er')", "Whether the text ends so."),
	FUNCTION("contains", "text, part", "ss", 'b', contains, "contains('muster', 'ust')", "Whether the part occurs in the text."),
	FUNCTION("replace", "text, from, to", "sss", 's', replace, "replace('a-b-c', '-', '_')",
		 "With `to` in place of each `from`; both are plain text."),
	PATTERN("matches", "text, pattern", "ss", 'b', op_matches, op_matches_prepare, "matches('brigade 11', '[0-9]+$')",
		"Whether the pattern, a POSIX extended regular expression, occurs in the text; ^ and $ tie it to the ends."),
	PATTERN("extract", "text, pattern[, group]", "ss[i]", 's', op_extract, op_extract_prepare, "extract('brigade 11', '[0-9]+')",
		"What the pattern's first group (or the one given, or all of it, 0) matches; missing where the pattern does not occur."),
	FUNCTION("parse_int", "text", "s", 'i', parse_int, "parse_int('12')", "The text as an integer; missing where it is none."),
	FUNCTION("parse_float", "text", "s", 'f', parse_float, "parse_float('1.5')", "The text as a float; missing where it is none."),
	FUNCTION("parse_date", "text", "s", 'd', parse_date, "parse_date('2025-01-13')",
		 "The text as a date; missing where it is none. date(x) is an error there."),
	FUNCTION("parse_datetime", "text", "s", 't', parse_datetime, "parse_datetime('2025-01-13T08:30Z')",
		 "The text as a datetime; missing where it is none. datetime(x) is an error there."),
	{ 0 },
};
