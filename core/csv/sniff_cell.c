/*
 * sniff_cell.c - whether a cell looks like a value of some type, for sniffing only.
 *
 * Wider than what the loader takes for a number or a date, since a file from elsewhere has decimal commas, thousands
 * marks, 31.12.2024 and 12:30. Nothing is computed, so nothing has to be right but the look.
 */
#include "csv/sniff_priv.h"

#include <string.h>

struct cursor {
	const char *p, *end;
};

static size_t digits(struct cursor *c)
{
	const char *start = c->p;

	while (c->p < c->end && is_digit(*c->p))
		c->p++;
	return (size_t)(c->p - start);
}

/* The next byte when it is one of `set`; else 0 and nothing is taken. */
static char one_of(struct cursor *c, const char *set)
{
	return c->p < c->end && *c->p && strchr(set, *c->p) ? *c->p++ : '\0';
}

/* 12 -1.5 1,5 1.234.567,89 1e-5 40% */
static bool is_number(struct cursor c)
{
	char mark, first_mark = 0;
	size_t marks = 0, group;

	one_of(&c, "+-");
	if (!digits(&c))
		return false;
	while ((mark = one_of(&c, ".,"))) {
		group = digits(&c);
		if (!group)
			return false;
		if (marks && mark != first_mark)         /* decimals behind thousands */
			break;
		if (marks && group != 3)
			return false;
		first_mark = mark;
		marks++;
	}
	if (one_of(&c, "eE")) {
		one_of(&c, "+-");
		if (!digits(&c))
			return false;
	}
	one_of(&c, "%");
	return c.p == c.end;
}

/* 12:30 12:30:00 12:30:00.5Z 12:30+01:00; a comma before the fraction would make 12:30:00,5 one cell */
static bool is_time(struct cursor c)
{
	size_t n = digits(&c);

	if (n < 1 || n > 2 || !one_of(&c, ":") || digits(&c) != 2)
		return false;
	if (one_of(&c, ":") && digits(&c) != 2)
		return false;
	if (one_of(&c, ".") && !digits(&c))
		return false;
	if (!one_of(&c, "Z") && one_of(&c, "+-")) {
		if (!digits(&c))
			return false;
		if (one_of(&c, ":") && digits(&c) != 2)
			return false;
	}
	return c.p == c.end;
}

/* 2024-12-31 31.12.2024 12/31/24, and a time behind it */
static bool is_date(struct cursor c)
{
	size_t n = digits(&c);
	char mark = one_of(&c, "-./"), same[2] = { mark, '\0' };

	if (n < 1 || n > 4 || !mark || (n = digits(&c)) < 1 || n > 2 || !one_of(&c, same) || (n = digits(&c)) < 1 || n > 4)
		return false;
	return c.p == c.end || (one_of(&c, " T") && is_time(c));
}

/* Commas and semicolons are in many; what URLs have encoded says that this is more than one cell. */
static bool is_url(struct slice s)
{
	if (s.n < 8 || (memcmp(s.p, "http://", 7) && memcmp(s.p, "https://", 8)))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '|' || s.p[i] == '"')
			return false;
	return true;
}

static bool is_typed(struct slice s)
{
	static const char *const words[] = { "true", "false", "TRUE", "FALSE", "True", "False" };
	struct cursor c = { s.p, s.p + s.n };

	if (s.n > 3 && s.n < 6 && (s.p[s.n - 1] | ' ') == 'e')
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (slice_is(s, words[i]))
				return true;
	if (is_url(s))
		return true;
	if (s.n > 40 || !(is_digit(s.p[0]) || s.p[0] == '-' || s.p[0] == '+'))
		return false;
	return is_number(c) || is_date(c) || is_time(c);
}

/* How little one expects a byte inside a bare cell: commas are in every prose, tabs in none. */
static double surprise(char c, char next)
{
	switch (c) {
	case ',':
		return next == ' ' ? 0.3 : 0.7;
	case ';':
		return next == ' ' ? 0.5 : 1;
	case '|':
		return 1.2;
	default:
		return 3;                /* tab */
	}
}

static void count_strangers(struct cell_counts *counts, const struct cell *c, bool typed)
{
	static const bool may_separate[256] = { [','] = true, [';'] = true, ['\t'] = true, ['|'] = true };
	struct slice s = c->text;
	bool number = typed && s.p[0] <= '9';    /* no URL, no truth value */
	double worst = 0;

	for (size_t i = 0; i < s.n; i++) {
		char next = i + 1 < s.n ? s.p[i + 1] : '\0';
		double d;

		if (!may_separate[(unsigned char)s.p[i]] || s.p[i] == c->sep)
			continue;
		d = surprise(s.p[i], next);
		worst = d > worst ? d : worst;
		counts->commas += s.p[i] == ',' && next != ' ' && !number;
	}
	counts->spoilt += typed ? 0 : worst;
}

void cell_count(struct cell_counts *counts, const struct cell *c)
{
	bool typed;

	if (!c->text.n)
		return;
	typed = is_typed(c->text);
	counts->filled++;
	counts->quoted += c->quoted;
	counts->typed += typed;
	if (!c->quoted)
		count_strangers(counts, c, typed);
}
