/* schema.c - the names of the verbs and forms that schemas are written in. */
#include "claims/claims.h"

#include <string.h>

bool claims_form_from_name(const char *name, enum claims_form *out)
{
	static const char *const names[] = {
#define X(id, text, meaning) text,
		CLAIMS_FORM_LIST(X)
#undef X
	};

	for (int i = 0; i < CLAIMS_FORM_COUNT; i++)
		if (!strcmp(name, names[i]))
			return *out = (enum claims_form)i, true;
	return false;
}

static const char *const verbs[] = {
#define X(id, text) text,
	CLAIMS_VERB_LIST(X)
#undef X
};

const char *claims_verb_name(enum claims_verb verb)
{
	return verbs[verb];
}

bool claims_verb_from_name(const char *name, enum claims_verb *out)
{
	for (int i = 0; i < CLAIMS_VERB_COUNT; i++)
		if (!strcmp(name, verbs[i]))
			return *out = (enum claims_verb)i, true;
	return false;
}
