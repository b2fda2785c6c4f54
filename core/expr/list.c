/* list.c - all operators and functions as one list, found by number and by name. */
#include "expr/expr_priv.h"

#include <string.h>

static const struct op *const groups[] = {
	ops_arithmetic, ops_logic, ops_math, ops_text, ops_dates, ops_figures, ops_aggregates, ops_windows,
};
enum { GROUPS = sizeof groups / sizeof *groups };

int op_count(void)
{
	int n = 0;

	for (int g = 0; g < GROUPS; g++)
		for (const struct op *op = groups[g]; op->name; op++)
			n++;
	return n;
}

const struct op *op_at(int i)
{
	for (int g = 0; g < GROUPS; g++)
		for (const struct op *op = groups[g]; op->name; op++)
			if (i-- == 0)
				return op;
	return NULL;
}

const struct op *op_find(const char *name)
{
	for (int g = 0; g < GROUPS; g++)
		for (const struct op *op = groups[g]; op->name; op++)
			if (op->class != OP_OPERATOR && !strcmp(op->name, name))
				return op;
	return NULL;
}

const struct op *op_operator(const char *name, int nargs)
{
	for (int g = 0; g < GROUPS; g++)
		for (const struct op *op = groups[g]; op->name; op++)
			if (op->class == OP_OPERATOR && !strcmp(op->name, name) && op_takes(op, nargs))
				return op;
	return NULL;
}

/*
 * "s[is]" are the letters s, i, s of which one is needed. With OP_LAST_REPEATS the last letter may come any number of times
 * more, and once is needed.
 */
char overload_letter(const struct op_overload *o, int i, int n)
{
	int most = 0, least = 0;
	bool optional = false;
	char last = '\0', found = '\0';

	for (const char *p = o->args; *p; p++) {
		optional |= *p == '[';
		if (*p == '[' || *p == ']')
			continue;
		if (most++ == i)
			found = *p;
		least += !optional;
		last = *p;
	}
	if (n < least || (n > most && !(o->flags & OP_LAST_REPEATS)))
		return '\0';
	return i < most ? found : last;
}

bool op_takes(const struct op *op, int nargs)
{
	for (const struct op_overload *o = op->overloads; o->args; o++)
		if (nargs ? overload_letter(o, 0, nargs) != '\0' : !*o->args || *o->args == '[')
			return true;
	return false;
}

/* Lua 5.4's, without the bitwise ones. */
const struct priority *operator_priority(struct slice name)
{
	static const struct priority list[] = {
		{ "or", 1, 1 },  { "and", 2, 2 }, { "<", 3, 3 },   { ">", 3, 3 },   { "<=", 3, 3 },  { ">=", 3, 3 },
		{ "~=", 3, 3 },  { "==", 3, 3 },  { "in", 3, 3 },  { "..", 9, 8 },  { "+", 10, 10 }, { "-", 10, 10 },
		{ "*", 11, 11 }, { "/", 11, 11 }, { "//", 11, 11 }, { "%", 11, 11 }, { "^", 14, 13 },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (slice_is(name, list[i].name))
			return &list[i];
	return NULL;
}
