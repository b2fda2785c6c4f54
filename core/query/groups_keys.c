/* groups_keys.c - the keys of the groups as columns, from the words that are kept of each. */
#include "query/groups_priv.h"

#include <string.h>

static int bool_key(const struct key *key, int64_t n, uint8_t *validity, int64_t missing, struct column **out, struct err *e)
{
	uint8_t *bits = mem_column((size_t)(n + 7) / 8);
	int rc;

	if (!bits)
		return err_nomem(e);
	memset(bits, 0, (size_t)(n + 7) / 8);
	for (int64_t i = 0; i < n; i++)
		bits[i >> 3] |= (uint8_t)((key->words[i] & 1) << (i & 7));
	if ((rc = column_of_bool(bits, validity, n, missing, out, e)))
		mem_free(bits);
	return rc;
}

static int date_key(const struct key *key, int64_t n, uint8_t *validity, int64_t missing, struct column **out, struct err *e)
{
	int32_t *days = mem_column((size_t)n * sizeof *days);
	int rc;

	if (!days)
		return err_nomem(e);
	for (int64_t i = 0; i < n; i++)
		days[i] = (int32_t)key->words[i];
	if ((rc = column_of_date(days, validity, n, missing, out, e)))
		mem_free(days);
	return rc;
}

/* int64, float64, datetime: the words are the values. */
static int word_key(const struct key *key, int64_t n, uint8_t *validity, int64_t missing, struct column **out, struct err *e)
{
	void *words = mem_column((size_t)n * 8);
	int rc;

	if (!words)
		return err_nomem(e);
	if (n)
		memcpy(words, key->words, (size_t)n * 8);
	if (key->type == TYPE_FLOAT64)
		rc = column_of_float64(words, validity, n, missing, out, e);
	else if (key->type == TYPE_INT64)
		rc = column_of_int64(words, validity, n, missing, out, e);
	else
		rc = column_of_datetime(words, validity, n, missing, out, e);
	if (rc)
		mem_free(words);
	return rc;
}

/* == strings == */

/* Values of the names with these codes, one behind the other; codes NULL = 0, 1, 2 ... `there` may be NULL. */
static int text_column(const struct names *names, const uint64_t *codes, const uint8_t *there, int64_t n, uint8_t *validity,
		       int64_t missing, struct column **out, struct err *e)
{
	int64_t *offsets = mem_column((size_t)(n + 1) * sizeof *offsets);
	char *bytes = NULL;
	int64_t total = 0;
	int rc;

	if (!offsets)
		return err_nomem(e);
	for (int64_t i = 0; i < n; i++) {
		offsets[i] = total;
		total += !there || there[i] ? (int64_t)names_value(names, (uint32_t)codes[i]).n : 0;
	}
	offsets[n] = total;
	if (!(bytes = mem_column((size_t)total))) {
		mem_free(offsets);
		return err_nomem(e);
	}
	for (int64_t i = 0; i < n; i++) {
		struct slice s = slice_of("", 0);

		if (!there || there[i])
			s = names_value(names, (uint32_t)codes[i]);
		if (s.n)
			memcpy(bytes + offsets[i], s.p, s.n);
	}
	if ((rc = column_of_strings(offsets, bytes, validity, n, missing, out, e))) {
		mem_free(offsets);
		mem_free(bytes);
	}
	return rc;
}

struct numbered {
	uint32_t *fresh;         /* + 1 of each code of the names, in order of first appearance; 0 = does not occur */
	uint64_t *codes;         /* the codes that occur, in that order */
	int64_t n;
};

static int number_codes(const struct key *key, int64_t n, struct numbered *to, struct err *e)
{
	size_t count = names_count(&key->names);

	to->fresh = mem_zero(count, sizeof *to->fresh);
	to->codes = mem_alloc((count < (size_t)n ? count : (size_t)n) * sizeof *to->codes);
	if (!to->fresh || !to->codes)
		return err_nomem(e);
	for (int64_t i = 0; i < n; i++) {
		uint64_t code = key->words[i];

		if (!key->there[i] || to->fresh[code])
			continue;
		to->codes[to->n++] = code;
		to->fresh[code] = (uint32_t)to->n;
	}
	return 0;
}

static int coded_column(const struct key *key, int64_t n, const struct numbered *of, uint8_t *validity, int64_t missing,
			struct column **out, struct err *e)
{
	int size = code_size_for(of->n), rc;
	void *codes = mem_column((size_t)n * (size_t)size);
	struct column *dict = NULL;

	if (!codes)
		return err_nomem(e);
	for (int64_t i = 0; i < n; i++) {
		uint32_t code = key->there[i] ? of->fresh[key->words[i]] - 1 : 0;

		if (size == 1)
			((uint8_t *)codes)[i] = (uint8_t)code;
		else if (size == 2)
			((uint16_t *)codes)[i] = (uint16_t)code;
		else
			((int32_t *)codes)[i] = (int32_t)code;
	}
	if (!(rc = text_column(&key->names, of->codes, NULL, of->n, NULL, 0, &dict, e)))
		rc = column_of_codes(codes, size, dict, validity, n, missing, out, e);
	column_unref(dict);
	if (rc)
		mem_free(codes);
	return rc;
}

/* Bare text that hardly ever comes again stays bare; what had a dictionary keeps one. */
static int string_key(const struct key *key, int64_t n, uint8_t *validity, int64_t missing, struct column **out, struct err *e)
{
	struct numbered of = { 0 };
	int rc = number_codes(key, n, &of, e);

	if (!rc && !key->names.base && of.n > n / 2)
		rc = text_column(&key->names, key->words, key->there, n, validity, missing, out, e);
	else if (!rc)
		rc = coded_column(key, n, &of, validity, missing, out, e);
	mem_free(of.fresh);
	mem_free(of.codes);
	return rc;
}

static int quantity_key(const struct key *key, int64_t n, struct column **out, struct err *e)
{
	struct builder b;
	int rc = builder_init(&b, TYPE_QUANTITY, e);

	if (rc)
		return rc;
	for (int64_t i = 0; i < n; i++) {
		struct quantity q;

		if (!key->there[i]) {
			builder_missing(&b);
			continue;
		}
		quantity_unpack(names_value(&key->names, (uint32_t)key->words[i]), &q);
		builder_quantity(&b, &q);
	}
	return builder_finish(&b, out, e);
}

static int key_column(const struct key *key, int64_t n, struct column **out, struct err *e)
{
	uint8_t *validity;
	int64_t missing;
	int rc;

	if (key->type == TYPE_QUANTITY)
		return quantity_key(key, n, out, e);
	if (!(validity = bits_pack(key->there, n, &missing)))
		return err_nomem(e);
	if (key->type == TYPE_BOOL)
		rc = bool_key(key, n, validity, missing, out, e);
	else if (key->type == TYPE_DATE)
		rc = date_key(key, n, validity, missing, out, e);
	else if (key->type == TYPE_STRING)
		rc = string_key(key, n, validity, missing, out, e);
	else
		rc = word_key(key, n, validity, missing, out, e);
	if (rc)
		mem_free(validity);
	return rc;
}

int groups_keys(const struct groups *g, struct column **out, struct err *e)
{
	int rc = 0, k = 0;

	for (; k < g->nkeys && !rc; k++)
		rc = key_column(&g->keys[k], g->count, &out[k], e);
	for (k -= 2; rc && k >= 0; k--) {
		column_unref(out[k]);
		out[k] = NULL;
	}
	return rc;
}
