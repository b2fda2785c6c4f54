/*
 * infer.c - which type a column of text has.
 *
 * Decided by every value of the whole input, never by a sample, so the order of rows cannot change it.
 * The distinct values suffice, and they stand in order of first appearance, so the first that fails
 * for a type is also the one to show the reader.
 */
#include "csv/load_priv.h"

#include <string.h>

/* Narrowest first. A column of 0 and 1 is int64: bool has words of its own. */
static const enum type candidates[] = { TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_DATETIME };
enum { NCANDIDATES = sizeof candidates / sizeof *candidates };

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

static bool is_of_type(enum type t, struct slice text, char decimal)
{
	bool flag;
	int64_t i;
	double d;
	int32_t days;

	switch (t) {
	case TYPE_BOOL:
		return text_bool(text, &flag);
	case TYPE_INT64:
		return text_int64(text, &i);
	case TYPE_FLOAT64:
		if (is_huge_integer(text))
			return false;
		return decimal && decimal != '.' ? float_with_decimal(text, decimal, &d) : text_float64(text, &d);
	case TYPE_DATE:
		return date_parse(text, &days);
	case TYPE_DATETIME:
		return datetime_parse(text, &i);
	default:
		return true;
	}
}

bool parse_value(struct builder *b, struct slice text, char decimal)
{
	double d;

	if (b->type != TYPE_FLOAT64 || !decimal || decimal == '.')
		return builder_parse(b, text);
	return float_with_decimal(text, decimal, &d) ? builder_float64(b, d), true : false;
}

const char *type_expectation(enum type t)
{
	static const char *const texts[] = {
		[TYPE_BOOL] = "expected true or false",
		[TYPE_INT64] = "expected an integer",
		[TYPE_FLOAT64] = "expected a number",
		[TYPE_DATE] = "expected a date YYYY-MM-DD",
		[TYPE_DATETIME] = "expected a datetime YYYY-MM-DDThh:mm:ss",
		[TYPE_STRING] = "expected text",
		[TYPE_QUANTITY] = "expected a quantity",
	};

	return texts[t];
}

static int64_t first_row_of(const struct builder *b, int32_t code)
{
	const int32_t *codes = (const int32_t *)(const void *)b->values.p;

	for (int64_t i = 0; i < b->length; i++)
		if (b->valid.p[i] && codes[i] == code)
			return i;
	return 0;
}

static int add_reason(struct loading *l, size_t column, enum type t, int32_t code, struct err *e)
{
	const struct builder *b = &l->cols[column].text;
	struct slice value = dict_value(b->dict, code);
	struct load_reason *grown = mem_resize(l->out->reasons, (l->out->nreasons + 1) * sizeof *grown);
	struct load_reason reason = { .column = (int)column, .type = t, .line = loading_line(l, first_row_of(b, code)) };

	if (!grown)
		return err_nomem(e);
	l->out->reasons = grown;
	if (!(reason.text = mem_strndup(value.p, value.n < 200 ? value.n : 200)))
		return err_nomem(e);
	grown[l->out->nreasons++] = reason;
	return 0;
}

static int infer_column(struct loading *l, size_t column, struct err *e)
{
	struct text_column *c = &l->cols[column];
	int32_t n = dict_count(c->text.dict), code;
	int rc;

	c->type = TYPE_STRING;
	for (size_t k = 0; n && k < NCANDIDATES; k++) {
		for (code = 0; code < n; code++)
			if (!is_of_type(candidates[k], dict_value(c->text.dict, code), l->o->decimal))
				break;
		if (code == n) {
			c->type = candidates[k];
			return 0;
		}
		if ((rc = add_reason(l, column, candidates[k], code, e)))
			return rc;
	}
	return 0;
}

int infer_types(struct loading *l, struct err *e)
{
	int rc = 0;

	for (size_t k = 0; k < l->ncols && !rc; k++)
		if (!l->cols[k].declared)
			rc = infer_column(l, k, e);
	return rc;
}
