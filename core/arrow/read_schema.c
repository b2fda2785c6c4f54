/* read_schema.c - which fields a schema has, and which of them can become columns. */
#include "arrow/arrow_priv.h"

#include <string.h>

const char *arrow_type_name(int type)
{
#define X(name, text, buffers) text,
	static const char *const names[] = { ARROW_TYPE_LIST(X) };
#undef X

	return type >= 0 && type < ARROW_TYPE_COUNT ? names[type] : "unknown type";
}

void fields_release(struct field *fields, int n)
{
	for (int k = 0; fields && k < n; k++)
		fields_release(fields[k].children, fields[k].nchildren);
	mem_free(fields);
}

/* == what can be read == */

static bool type_known(const struct field *f)
{
	switch (f->type) {
	case ARROW_UTF8:
	case ARROW_LARGE_UTF8:
	case ARROW_UTF8_VIEW:
	case ARROW_DATE:
	case ARROW_TIMESTAMP:
		return true;
	case ARROW_INT:
		return f->width == 8 || f->width == 16 || f->width == 32 || f->width == 64;
	case ARROW_FLOAT:
		return f->width == 16 || f->width == 32 || f->width == 64;
	case ARROW_STRUCT:
		return f->quantity && !f->dictionary;
	case ARROW_NULL:
	case ARROW_BOOL:         /* nobody makes a dictionary of two values, but 72 times the size of the file could come of one */
		return !f->dictionary;
	default:
		return false;
	}
}

bool field_known(const struct field *f)
{
	return type_known(f) && (!f->dictionary || f->index_width == 8 || f->index_width == 16 || f->index_width == 32 ||
				 f->index_width == 64);
}

enum type field_column_type(const struct field *f)
{
	switch (f->type) {
	case ARROW_BOOL:
		return TYPE_BOOL;
	case ARROW_INT:
		return TYPE_INT64;
	case ARROW_FLOAT:
		return TYPE_FLOAT64;
	case ARROW_DATE:
		return TYPE_DATE;
	case ARROW_TIMESTAMP:
		return TYPE_DATETIME;
	case ARROW_STRUCT:
		return TYPE_QUANTITY;
	default:
		return TYPE_STRING;
	}
}

int field_bits(const struct field *f)
{
	if (f->dictionary)
		return f->index_width;
	switch (f->type) {
	case ARROW_BOOL:
		return 1;
	case ARROW_UTF8:
		return 32;
	case ARROW_UTF8_VIEW:
		return 128;
	case ARROW_DATE:
		return f->unit == UNIT_SECOND ? 32 : 64;
	case ARROW_INT:
	case ARROW_FLOAT:
		return f->width;
	default:
		return 64;
	}
}

const char *const quantity_fields[QUANTITY_FIELDS] = {
	[QUANTITY_LOW] = "low",         [QUANTITY_HIGH] = "high",   [QUANTITY_STATED] = "stated", [QUANTITY_KIND] = "kind",
	[QUANTITY_MEASURE] = "measure", [QUANTITY_BASIS] = "basis", [QUANTITY_BASE] = "base",     [QUANTITY_UNIT] = "unit",
	[QUANTITY_SINCE] = "since",     [QUANTITY_AS_OF] = "as_of",
};

void field_find_quantity(struct field *f, bool said)
{
	f->quantity = said && f->type == ARROW_STRUCT &&
		      (f->nchildren == QUANTITY_FIELDS || f->nchildren == QUANTITY_FIELDS_BEFORE);
	for (int k = 0; k < f->nchildren && f->quantity; k++) {
		const struct field *c = &f->children[k];

		f->quantity = slice_is(c->name, quantity_fields[k]) && field_known(c) && c->type != ARROW_NULL &&
			      field_column_type(c) == quantity_field_type(k) &&
			      (quantity_field_type(k) == TYPE_STRING || !c->dictionary);
	}
}

/* == reading == */

struct reading {
	struct fb *f;
	int64_t fields, bytes;   /* how many more, and how much more text in their names, the size of the metadata leaves room for */
};

static void find_type(struct field *to, struct fb *f, size_t type)
{
	static const int floats[] = { 16, 32, 64 };
	int64_t v;

	switch (to->type) {
	case ARROW_INT:
		to->width = (int)fb_int(f, type, 0, 4, 0);
		to->is_signed = fb_int(f, type, 1, 1, 0);
		break;
	case ARROW_FLOAT:
		v = fb_int(f, type, 0, 2, 0);
		to->width = v >= 0 && v < 3 ? floats[v] : 0;
		break;
	case ARROW_DATE:
		to->unit = fb_int(f, type, 0, 2, 1) ? UNIT_MILLI : UNIT_SECOND;
		break;
	case ARROW_TIMESTAMP:
		v = fb_int(f, type, 0, 2, 0);
		to->unit = v >= 0 && v <= UNIT_NANO ? (int)v : UNIT_SECOND;
		if (to->unit != v)
			f->bad = true;
		break;
	case ARROW_UNION:
		to->union_mode = (int)fb_int(f, type, 0, 2, 0);
		break;
	default:
		break;
	}
}

static bool says_quantity(struct fb *f, size_t field)
{
	struct fb_vector notes = fb_vector(f, field, FIELD_NOTES, 4);
	bool said = false;

	for (size_t k = 0; k < notes.n && !f->bad; k++) {
		size_t pair = fb_vector_table(f, notes, k);

		said |= slice_is(fb_string(f, pair, 0), QUANTITY_KEY) && slice_is(fb_string(f, pair, 1), QUANTITY_VALUE);
	}
	return said;
}

static int read_fields(struct reading *r, struct fb_vector v, struct field **out, int *n, int depth, struct err *e);

static int read_field(struct reading *r, size_t at, struct field *to, int depth, struct err *e)
{
	struct fb *f = r->f;
	size_t dictionary = fb_table(f, at, FIELD_DICTIONARY), index;
	int64_t type = fb_int(f, at, FIELD_TYPE_TYPE, 1, 0);
	int rc;

	to->name = fb_string(f, at, FIELD_NAME);
	if ((r->bytes -= (int64_t)to->name.n) < 0)
		f->bad = true;
	to->type = type < ARROW_TYPE_COUNT ? (enum arrow_type)type : ARROW_NONE;
	find_type(to, f, fb_table(f, at, FIELD_TYPE));
	if (dictionary) {
		to->dictionary = true;
		to->id = fb_int(f, dictionary, DICT_ID, 8, 0);
		index = fb_table(f, dictionary, DICT_INDEX);
		to->index_width = index ? (int)fb_int(f, index, 0, 4, 0) : 32;
		to->index_signed = index ? fb_int(f, index, 1, 1, 0) : true;
	}
	rc = read_fields(r, fb_vector(f, at, FIELD_CHILDREN, 4), &to->children, &to->nchildren, depth + 1, e);
	if (!rc)
		field_find_quantity(to, says_quantity(f, at));
	return rc;
}

/* A field takes more than 16 bytes; one that is pointed to again and again takes none, so they are counted. So are names. */
static int read_fields(struct reading *r, struct fb_vector v, struct field **out, int *n, int depth, struct err *e)
{
	int rc = 0;

	if (!v.n || r->f->bad)
		return 0;
	if ((r->fields -= (int64_t)v.n) < 0 || r->bytes < 0 || depth > 64) {
		r->f->bad = true;
		r->f->bad_at = v.at;
		return 0;
	}
	if (!(*out = mem_zero(v.n, sizeof **out)))
		return err_nomem(e);
	*n = (int)v.n;
	for (size_t k = 0; k < v.n && !rc && !r->f->bad; k++)
		rc = read_field(r, fb_vector_table(r->f, v, k), *out + k, depth, e);
	return rc;
}

static char *copy_text(struct slice s)
{
	return mem_strndup(s.p ? s.p : "", s.n);
}

static int read_notes(struct arrow_data *out, struct fb *f, struct fb_vector v, struct err *e)
{
	size_t bytes = 0;

	if (!v.n || f->bad)
		return 0;
	if (!(out->notes = mem_zero(v.n, sizeof *out->notes)))
		return err_nomem(e);
	for (; out->nnotes < v.n; out->nnotes++) {
		struct arrow_note *note = &out->notes[out->nnotes];
		size_t pair = fb_vector_table(f, v, out->nnotes);
		struct slice key = fb_string(f, pair, 0), value = fb_string(f, pair, 1);

		/* What many pairs point to would be copied many times; writers share keys at most. */
		bytes += key.n + value.n;
		if (bytes > 2 * f->n) {
			f->bad = true;
			return 0;
		}
		note->key = copy_text(key);
		note->value = copy_text(value);
		note->value_size = value.n;
		if (!note->key || !note->value) {
			out->nnotes++;
			return err_nomem(e);
		}
	}
	return 0;
}

int schema_fields(struct reader *r, struct fb *f, size_t schema, size_t base, struct err *e)
{
	struct reading reading = { f, (int64_t)(f->n / 16), 2 * (int64_t)f->n };
	int rc;

	if (fb_int(f, schema, SCHEMA_ENDIAN, 2, 0) == 1 && !f->bad)
		return source_fault(&r->s, (int64_t)base, e, "the numbers are big-endian; only little-endian files can be read");
	rc = read_fields(&reading, fb_vector(f, schema, SCHEMA_FIELDS, 4), &r->fields, &r->nfields, 0, e);
	if (!rc)
		rc = read_notes(r->out, f, fb_vector(f, schema, SCHEMA_NOTES, 4), e);
	if (!rc && (f->bad || !schema))
		rc = source_fault(&r->s, (int64_t)(base + f->bad_at), e, "the schema is damaged");
	return rc;
}
