/*
 * cdata_export.c - columns as arrays of the C data interface.
 *
 * Every struct owns what hangs on it, and each child holds its own references: a taker may move a child out of its
 * parent and release the two in any order.
 */
#include "arrow/arrow_priv.h"
#include "arrow/cdata.h"

#include <errno.h>
#include <string.h>

/* == schemas == */

struct schema_own {
	char *name, *metadata;
	struct ArrowSchema *kids, **kid_list, *dictionary;
};

static void release_schema(struct ArrowSchema *s)
{
	struct schema_own *own = s->private_data;

	for (int64_t k = 0; k < s->n_children; k++)
		if (s->children[k]->release)
			s->children[k]->release(s->children[k]);
	if (s->dictionary && s->dictionary->release)
		s->dictionary->release(s->dictionary);
	mem_free(own->name);
	mem_free(own->metadata);
	mem_free(own->kids);
	mem_free(own->kid_list);
	mem_free(own->dictionary);
	mem_free(own);
	s->release = NULL;
}

/* A schema that can be released from here on, with room for children; ERR_MEMORY leaves it untouched. */
static int begin_schema(struct ArrowSchema *s, const char *format, const char *name, int64_t n, bool dictionary,
			struct err *e)
{
	struct schema_own *own = mem_zero(1, sizeof *own);

	if (!own)
		return err_nomem(e);
	own->name = mem_strdup(name);
	own->kids = mem_zero((size_t)n, sizeof *own->kids);
	own->kid_list = mem_zero((size_t)n, sizeof *own->kid_list);
	own->dictionary = dictionary ? mem_zero(1, sizeof *own->dictionary) : NULL;
	*s = (struct ArrowSchema){ .format = format, .name = own->name, .flags = ARROW_FLAG_NULLABLE, .n_children = n,
				   .children = own->kid_list, .dictionary = own->dictionary, .release = release_schema,
				   .private_data = own };
	if (!own->name || !own->kids || !own->kid_list || (dictionary && !own->dictionary)) {
		s->n_children = 0;
		release_schema(s);
		return err_nomem(e);
	}
	for (int64_t k = 0; k < n; k++)
		own->kid_list[k] = &own->kids[k];
	return 0;
}

static const char *format_of(const struct column *c)
{
	static const char *const formats[] = {
		[TYPE_BOOL] = "b", [TYPE_INT64] = "l",  [TYPE_FLOAT64] = "g",   [TYPE_DATE] = "tdD", [TYPE_DATETIME] = "tsu:UTC",
		[TYPE_STRING] = "U", [TYPE_QUANTITY] = "+s",
	};

	if (c->type == TYPE_STRING && c->dict)
		return c->code_size == 1 ? "C" : c->code_size == 2 ? "S" : "i";
	return formats[c->type];
}

/* One pair in the interface's form: how many, and each text behind its length. */
static char *quantity_metadata(void)
{
	const char key[] = QUANTITY_KEY, value[] = QUANTITY_VALUE;
	const int32_t n = 1, key_size = sizeof key - 1, value_size = sizeof value - 1;
	char *out = mem_alloc(3 * sizeof n + sizeof key + sizeof value), *p = out;

	if (!out)
		return NULL;
	p = (char *)memcpy(p, &n, sizeof n) + sizeof n;
	p = (char *)memcpy(p, &key_size, sizeof n) + sizeof n;
	p = (char *)memcpy(p, key, sizeof key - 1) + key_size;
	p = (char *)memcpy(p, &value_size, sizeof n) + sizeof n;
	memcpy(p, value, sizeof value - 1);
	return out;
}

static int column_schema(const struct column *c, const char *name, struct ArrowSchema *s, struct err *e)
{
	bool quantity = c->type == TYPE_QUANTITY;
	struct schema_own *own;
	int rc = begin_schema(s, format_of(c), name, quantity ? QUANTITY_FIELDS : 0, c->dict != NULL, e);

	if (rc)
		return rc;
	own = s->private_data;
	if (c->dict)
		rc = column_schema(c->dict, "", own->dictionary, e);
	for (int k = 0; quantity && k < QUANTITY_FIELDS && !rc; k++)
		rc = column_schema(c->as.field[k], quantity_fields[k], &own->kids[k], e);
	if (!rc && quantity && !(s->metadata = own->metadata = quantity_metadata()))
		rc = err_nomem(e);
	if (rc)
		release_schema(s);
	return rc;
}

static int table_schema(const struct table *t, struct ArrowSchema *s, struct err *e)
{
	int rc = begin_schema(s, "+s", "", t->ncols, false, e);

	if (rc)
		return rc;
	s->flags = 0;
	for (int k = 0; k < t->ncols && !rc; k++)
		rc = column_schema(t->cols[k], t->names[k], s->children[k], e);
	if (rc)
		release_schema(s);
	return rc;
}

/* == arrays == */

struct array_own {
	struct column *c;                /* NULL for a table */
	const void *buffers[3];
	struct ArrowArray *kids, **kid_list, *dictionary;
};

static void release_array(struct ArrowArray *a)
{
	struct array_own *own = a->private_data;

	for (int64_t k = 0; k < a->n_children; k++)
		if (a->children[k]->release)
			a->children[k]->release(a->children[k]);
	if (a->dictionary && a->dictionary->release)
		a->dictionary->release(a->dictionary);
	column_unref(own->c);
	mem_free(own->kids);
	mem_free(own->kid_list);
	mem_free(own->dictionary);
	mem_free(own);
	a->release = NULL;
}

static int begin_array(struct ArrowArray *a, int64_t length, int64_t n, bool dictionary, struct err *e)
{
	struct array_own *own = mem_zero(1, sizeof *own);

	if (!own)
		return err_nomem(e);
	own->kids = mem_zero((size_t)n, sizeof *own->kids);
	own->kid_list = mem_zero((size_t)n, sizeof *own->kid_list);
	own->dictionary = dictionary ? mem_zero(1, sizeof *own->dictionary) : NULL;
	*a = (struct ArrowArray){ .length = length, .n_buffers = 1, .n_children = n, .buffers = own->buffers,
				  .children = own->kid_list, .dictionary = own->dictionary, .release = release_array,
				  .private_data = own };
	if (!own->kids || !own->kid_list || (dictionary && !own->dictionary)) {
		a->n_children = 0;
		release_array(a);
		return err_nomem(e);
	}
	for (int64_t k = 0; k < n; k++)
		own->kid_list[k] = &own->kids[k];
	return 0;
}

/* The column itself, or one with the same values whose codes are all in the dictionary, since takers look at them all. */
static int tame_column(const struct column *c, struct column **out, struct err *e)
{
	size_t bytes = (size_t)c->length * c->code_size, bits = (size_t)(c->length + 7) / 8;
	uint8_t *validity;
	void *codes;
	int rc;

	if (!c->dict || !c->missing || !codes_are_wild(c)) {
		*out = column_ref(c);
		return 0;
	}
	codes = mem_column(bytes);
	validity = mem_column(bits);
	if (codes && validity) {
		codes_tame(c, codes);
		memcpy(validity, c->validity, bits);
		rc = column_of_codes(codes, c->code_size, c->dict, validity, c->length, c->missing, out, e);
	} else {
		rc = err_nomem(e);
	}
	if (rc) {
		mem_free(codes);
		mem_free(validity);
	}
	return rc;
}

static int column_array(const struct column *c, struct ArrowArray *a, struct err *e)
{
	bool quantity = c->type == TYPE_QUANTITY;
	struct array_own *own;
	int rc = begin_array(a, c->length, quantity ? QUANTITY_FIELDS : 0, c->dict != NULL, e);

	if (rc)
		return rc;
	own = a->private_data;
	if ((rc = tame_column(c, &own->c, e))) {
		release_array(a);
		return rc;
	}
	a->null_count = c->missing;
	own->buffers[0] = own->c->validity;
	if (!quantity) {
		own->buffers[1] = own->c->as.i64;
		own->buffers[2] = own->c->bytes;
		a->n_buffers = c->type == TYPE_STRING && !c->dict ? 3 : 2;
	}
	if (c->dict)
		rc = column_array(c->dict, own->dictionary, e);
	for (int k = 0; quantity && k < QUANTITY_FIELDS && !rc; k++)
		rc = column_array(c->as.field[k], &own->kids[k], e);
	if (rc)
		release_array(a);
	return rc;
}

static int table_array(const struct table *t, struct ArrowArray *a, struct err *e)
{
	int rc = begin_array(a, t->rows, t->ncols, false, e);

	for (int k = 0; k < t->ncols && !rc; k++)
		if ((rc = column_array(t->cols[k], a->children[k], e)))
			release_array(a);
	return rc;
}

int arrow_export_table(const struct table *t, struct ArrowSchema *schema, struct ArrowArray *array, struct err *e)
{
	struct ArrowSchema s;
	struct ArrowArray a;
	int rc = table_schema(t, &s, e);

	if (rc)
		return rc;
	if ((rc = table_array(t, &a, e))) {
		release_schema(&s);
		return rc;
	}
	*schema = s;
	*array = a;
	return 0;
}

/* == streams == */

struct stream_own {
	struct table *t;
	bool given;
	struct err e;
};

static int stream_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
	struct stream_own *own = s->private_data;

	return table_schema(own->t, out, &own->e) ? ENOMEM : 0;
}

/* The end is an array that is released already. */
static int stream_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
	struct stream_own *own = s->private_data;

	if (own->given) {
		*out = (struct ArrowArray){ 0 };
		return 0;
	}
	if (table_array(own->t, out, &own->e))
		return ENOMEM;
	own->given = true;
	return 0;
}

static const char *stream_error(struct ArrowArrayStream *s)
{
	struct stream_own *own = s->private_data;

	return own->e.code ? own->e.msg : NULL;
}

static void stream_release(struct ArrowArrayStream *s)
{
	struct stream_own *own = s->private_data;

	table_unref(own->t);
	mem_free(own);
	s->release = NULL;
}

int arrow_export_stream(const struct table *t, struct ArrowArrayStream *stream, struct err *e)
{
	struct stream_own *own = mem_zero(1, sizeof *own);

	if (!own)
		return err_nomem(e);
	own->t = table_ref(t);
	*stream = (struct ArrowArrayStream){ stream_schema, stream_next, stream_error, stream_release, own };
	return 0;
}
