/* foreign.c - words of other languages, and how they are written here. */
#include "expr/expr_priv.h"

const char *foreign_advice(struct slice word)
{
	static const struct {
		const char *word, *advice;
	} list[] = {
		{ "AND", "'AND' is written 'and'" },
		{ "OR", "'OR' is written 'or'" },
		{ "NOT", "'NOT' is written 'not'" },
		{ "NULL", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "null", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "None", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "NA", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "TRUE", "'TRUE' is written 'true'" },
		{ "FALSE", "'FALSE' is written 'false'" },
		{ "True", "'True' is written 'true'" },
		{ "False", "'False' is written 'false'" },
		{ "case", "a choice is written if(condition, a, b)" },
		{ "CASE", "a choice is written if(condition, a, b)" },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (slice_is(word, list[i].word))
			return list[i].advice;
	return NULL;
}
