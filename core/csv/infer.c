/*
 * infer.c - which type one value has.
 *
 * That of a column is decided by every value of the whole input, never by a sample: it widens as values demand it.
 */
#include "csv/load_priv.h"

#include <string.h>

static bool float_with_decimal(struct slice text, char decimal, double *out)
{
	char small[64];

	if (text.n >= sizeof small || memchr(text.p, '.', text.n))
		return false;
	for (size_t i = 0; i < text.n; i++)
		small[i] = text.p[i] == decimal ? '.' : text.p[i];
	return text_float64(slice_of(small, text.n), out);
}

/* Digits alone that int64 cannot hold: as a double they would quietly lose their last places. */
static bool is_huge_integer(struct slice text)
{
	size_t i = text.n && text.p[0] == '-';
	int64_t v;

	if (text.n - i < 19 || text_int64(text, &v))
		return false;
	while (i < text.n && text.p[i] >= '0' && text.p[i] <= '9')
		i++;
	return i == text.n;
}

bool infer_value(enum type t, struct slice text, char decimal, void *out)
{
	bool flag;
	uint8_t byte;

	switch (t) {
	case TYPE_BOOL:
		if (!text_bool(text, &flag))
			return false;
		byte = flag;
		memcpy(out, &byte, 1);
		return true;
	case TYPE_INT64:
		return text_int64(text, out);
	case TYPE_FLOAT64:
		return decimal && decimal != '.' ? float_with_decimal(text, decimal, out) : text_float64(text, out);
	case TYPE_DATE:
		return date_parse(text, out);
	case TYPE_DATETIME:
		return datetime_parse(text, out);
	default:
		return false;
	}
}

/* Narrowest first. A column of 0 and 1 is int64: bool has words of its own. */
enum type infer_class(struct slice text, char decimal)
{
	static const enum type candidates[] = { TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_DATETIME };
	int64_t value;

	for (size_t k = 0; k < sizeof candidates / sizeof *candidates; k++)
		if (infer_value(candidates[k], text, decimal, &value) &&
		    !(candidates[k] == TYPE_FLOAT64 && is_huge_integer(text)))
			return candidates[k];
	return TYPE_STRING;
}
