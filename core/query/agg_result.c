/* agg_result.c - a value a group becomes a column. */
#include "query/agg_priv.h"

#include <string.h>

static int make_validity(const uint8_t *there, int64_t n, uint8_t **out, int64_t *missing, struct err *e)
{
	uint8_t *bits = NULL;

	*missing = 0;
	for (int64_t i = 0; there && i < n; i++)
		*missing += !there[i];
	if (*missing) {
		if (!(bits = mem_column((size_t)(n + 7) / 8)))
			return err_nomem(e);
		memset(bits, 0, (size_t)(n + 7) / 8);
		for (int64_t i = 0; i < n; i++)
			bits[i >> 3] |= (uint8_t)((there[i] != 0) << (i & 7));
	}
	*out = bits;
	return 0;
}

static int of_words(const void *v, const uint8_t *there, int64_t n, enum type type, struct column **out, struct err *e)
{
	void *copy = mem_column((size_t)n * 8);
	uint8_t *validity = NULL;
	int64_t missing;
	int rc = copy ? make_validity(there, n, &validity, &missing, e) : err_nomem(e);

	if (rc)
		goto fail;
	if (n)
		memcpy(copy, v, (size_t)n * 8);
	if (type == TYPE_FLOAT64)
		rc = column_of_float64(copy, validity, n, missing, out, e);
	else if (type == TYPE_INT64)
		rc = column_of_int64(copy, validity, n, missing, out, e);
	else
		rc = column_of_datetime(copy, validity, n, missing, out, e);
	if (!rc)
		return 0;
fail:
	mem_free(copy);
	mem_free(validity);
	return rc;
}

int agg_int64(const int64_t *v, const uint8_t *there, int64_t n, enum type type, struct column **out, struct err *e)
{
	return of_words(v, there, n, type, out, e);
}

int agg_float64(const double *v, const uint8_t *there, int64_t n, struct column **out, struct err *e)
{
	return of_words(v, there, n, TYPE_FLOAT64, out, e);
}

int agg_narrow(const int64_t *v, const uint8_t *there, int64_t n, enum type type, struct column **out, struct err *e)
{
	bool date = type == TYPE_DATE;
	size_t size = date ? (size_t)n * sizeof(int32_t) : (size_t)(n + 7) / 8;
	void *values = mem_column(size);
	uint8_t *validity = NULL;
	int64_t missing;
	int rc = values ? make_validity(there, n, &validity, &missing, e) : err_nomem(e);

	if (rc)
		goto fail;
	memset(values, 0, size);
	for (int64_t i = 0; i < n; i++) {
		if (there && !there[i])
			continue;
		if (date)
			((int32_t *)values)[i] = (int32_t)v[i];
		else
			((uint8_t *)values)[i >> 3] |= (uint8_t)((v[i] & 1) << (i & 7));
	}
	rc = date ? column_of_date(values, validity, n, missing, out, e) : column_of_bool(values, validity, n, missing, out, e);
	if (!rc)
		return 0;
fail:
	mem_free(values);
	mem_free(validity);
	return rc;
}
