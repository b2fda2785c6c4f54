/* storage.c - columns made of arrays that somebody else has filled. */
#include "table/table_priv.h"

#include <assert.h>

struct column *column_new(enum type t, int64_t length)
{
	struct column *c = mem_zero(1, sizeof *c);

	if (c) {
		c->refs = 1;
		c->type = t;
		c->length = length;
	}
	return c;
}

/* Everything but the values themselves, which cannot fail any more. */
static int begin(enum type t, uint8_t *validity, int64_t length, int64_t missing, struct column **out, struct err *e)
{
	struct column *c = column_new(t, length);

	assert(missing >= 0 && missing <= length && (validity || !missing));
	if (!c)
		return err_nomem(e);
	if (missing)
		c->validity = validity;
	else
		mem_free(validity);
	c->missing = missing;
	*out = c;
	return 0;
}

int column_of_bool(uint8_t *bits, uint8_t *validity, int64_t length, int64_t missing, struct column **out, struct err *e)
{
	int rc = begin(TYPE_BOOL, validity, length, missing, out, e);

	if (!rc)
		(*out)->as.bits = bits;
	return rc;
}

int column_of_int64(int64_t *values, uint8_t *validity, int64_t length, int64_t missing, struct column **out,
		    struct err *e)
{
	int rc = begin(TYPE_INT64, validity, length, missing, out, e);

	if (!rc)
		(*out)->as.i64 = values;
	return rc;
}

int column_of_float64(double *values, uint8_t *validity, int64_t length, int64_t missing, struct column **out,
		      struct err *e)
{
	int rc = begin(TYPE_FLOAT64, validity, length, missing, out, e);

	if (!rc)
		(*out)->as.f64 = values;
	return rc;
}

int column_of_date(int32_t *days, uint8_t *validity, int64_t length, int64_t missing, struct column **out, struct err *e)
{
	int rc = begin(TYPE_DATE, validity, length, missing, out, e);

	if (!rc)
		(*out)->as.days = days;
	return rc;
}

int column_of_datetime(int64_t *micros, uint8_t *validity, int64_t length, int64_t missing, struct column **out,
		       struct err *e)
{
	int rc = begin(TYPE_DATETIME, validity, length, missing, out, e);

	if (!rc)
		(*out)->as.i64 = micros;
	return rc;
}

int column_of_strings(int64_t *offsets, char *bytes, uint8_t *validity, int64_t length, int64_t missing,
		      struct column **out, struct err *e)
{
	int rc = begin(TYPE_STRING, validity, length, missing, out, e);

	assert(offsets[0] == 0);
	if (rc)
		return rc;
	(*out)->as.offsets = offsets;
	(*out)->bytes = bytes;
	return 0;
}

int column_of_codes(void *codes, int code_size, const struct column *dict, uint8_t *validity, int64_t length,
		    int64_t missing, struct column **out, struct err *e)
{
	int rc = begin(TYPE_STRING, validity, length, missing, out, e);

	assert(code_size == 1 || code_size == 2 || code_size == 4);
	assert(dict->type == TYPE_STRING && !dict->dict && !dict->missing);
	if (rc)
		return rc;
	(*out)->as.codes = codes;
	(*out)->code_size = (uint8_t)code_size;
	(*out)->dict = column_ref(dict);
	return 0;
}

int column_of_quantity(struct column *const fields[QUANTITY_FIELDS], uint8_t *validity, int64_t length, int64_t missing,
		       struct column **out, struct err *e)
{
	int rc = begin(TYPE_QUANTITY, validity, length, missing, out, e);

	for (int k = 0; k < QUANTITY_FIELDS && !rc; k++) {
		assert(fields[k]->length == length);
		assert(fields[k]->type == quantity_field_type(k));
		(*out)->as.field[k] = column_ref(fields[k]);
	}
	return rc;
}
