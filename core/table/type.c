/* type.c - names of types. */
#include "table/table.h"

#include <string.h>

static const char *const names[] = {
#define X(name, text, size) text,
	TYPE_LIST(X)
#undef X
};

const char *type_name(enum type t)
{
	return names[t];
}

bool type_from_name(const char *name, enum type *out)
{
	for (int i = 0; i < TYPE_COUNT; i++)
		if (!strcmp(name, names[i]))
			return *out = (enum type)i, true;
	return false;
}
