/* write_meta.c - the metadata of what is written: schema, record batches, dictionaries, the list at the end of a file. */
#include "arrow/write_priv.h"

#include <string.h>

static const uint8_t message_sizes[] = { 2, 1, 4, 8 };           /* version, type of the header, header, size of the body */

static size_t add_message(struct fb_out *o, int type, int64_t body)
{
	size_t root = fb_add_root(o, message_sizes, 4);

	fb_set(o, root, MESSAGE_VERSION, 2, VERSION_5);
	fb_set(o, root, MESSAGE_HEADER_TYPE, 1, type);
	fb_set(o, root, MESSAGE_BODY, 8, body);
	return root;
}

/* == schema == */

static void add_pair(struct fb_out *o, size_t at, const char *key, const char *value, size_t n)
{
	static const uint8_t sizes[] = { 4, 4 };
	size_t pair = fb_add_table(o, sizes, 2);

	fb_link_at(o, at, pair);
	fb_link(o, pair, 0, fb_add_string(o, key, strlen(key)));
	fb_link(o, pair, 1, fb_add_string(o, value, n));
}

/* The table that says more of a type; *type is its number. */
static size_t add_type(struct fb_out *o, const struct leaf *l, int *type)
{
	static const uint8_t none[1], integer[] = { 4, 1 }, two[] = { 2 }, timestamp[] = { 2, 4 };
	size_t at;

	switch (l->type) {
	case TYPE_BOOL:
		*type = ARROW_BOOL;
		return fb_add_table(o, none, 0);
	case TYPE_INT64:
		*type = ARROW_INT;
		at = fb_add_table(o, integer, 2);
		fb_set(o, at, 0, 4, 64);
		fb_set(o, at, 1, 1, true);
		return at;
	case TYPE_FLOAT64:
		*type = ARROW_FLOAT;
		at = fb_add_table(o, two, 1);
		fb_set(o, at, 0, 2, 2);
		return at;
	case TYPE_DATE:
		*type = ARROW_DATE;
		at = fb_add_table(o, two, 1);
		fb_set(o, at, 0, 2, 0);
		return at;
	case TYPE_DATETIME:
		*type = ARROW_TIMESTAMP;
		at = fb_add_table(o, timestamp, 2);
		fb_set(o, at, 0, 2, UNIT_MICRO);
		fb_link(o, at, 1, fb_add_string(o, "UTC", 3));
		return at;
	case TYPE_QUANTITY:
		*type = ARROW_STRUCT;
		return fb_add_table(o, none, 0);
	default:
		*type = ARROW_LARGE_UTF8;
		return fb_add_table(o, none, 0);
	}
}

static size_t add_encoding(struct fb_out *o, const struct leaf *l)
{
	static const uint8_t sizes[] = { 8, 4 }, integer[] = { 4, 1 };
	size_t at = fb_add_table(o, sizes, 2), index = fb_add_table(o, integer, 2);

	fb_set(o, at, DICT_ID, 8, l->id);
	fb_link(o, at, DICT_INDEX, index);
	fb_set(o, index, 0, 4, 8 * l->code_size);
	fb_set(o, index, 1, 1, l->code_size == 4);
	return at;
}

/* The field of a leaf; of a quantity also those behind it. Returns how many leaves that were. */
static int add_field(struct fb_out *o, size_t at, const struct leaf *l)
{
	uint8_t sizes[] = { 4, 1, 1, 4, 0, 4, 0 };
	bool quantity = l->type == TYPE_QUANTITY;
	int n = quantity ? QUANTITY_FIELDS : 0, type;
	size_t field, children, notes;

	sizes[FIELD_DICTIONARY] = l->coded ? 4 : 0;
	sizes[FIELD_NOTES] = quantity ? 4 : 0;
	field = fb_add_table(o, sizes, 7);
	fb_link_at(o, at, field);
	fb_link(o, field, FIELD_NAME, fb_add_string(o, l->name, strlen(l->name)));
	fb_set(o, field, FIELD_NULLABLE, 1, true);
	fb_link(o, field, FIELD_TYPE, add_type(o, l, &type));
	fb_set(o, field, FIELD_TYPE_TYPE, 1, type);
	if (l->coded)
		fb_link(o, field, FIELD_DICTIONARY, add_encoding(o, l));
	fb_link(o, field, FIELD_CHILDREN, children = fb_add_vector(o, (size_t)n, 4));
	for (int k = 0; k < n; k++)
		add_field(o, children + 4 + 4 * (size_t)k, l + 1 + k);
	if (quantity) {
		fb_link(o, field, FIELD_NOTES, notes = fb_add_vector(o, 1, 4));
		add_pair(o, notes + 4, QUANTITY_KEY, QUANTITY_VALUE, strlen(QUANTITY_VALUE));
	}
	return 1 + n;
}

static size_t add_schema(struct fb_out *o, const struct arrow_writer *w)
{
	static const uint8_t sizes[] = { 2, 4, 4 };
	size_t schema = fb_add_table(o, sizes, 3), fields, notes;

	fb_link(o, schema, SCHEMA_FIELDS, fields = fb_add_vector(o, (size_t)w->ncols, 4));
	for (int k = 0, leaf = 0; k < w->ncols; k++)
		leaf += add_field(o, fields + 4 + 4 * (size_t)k, &w->leaves[leaf]);
	fb_link(o, schema, SCHEMA_NOTES, notes = fb_add_vector(o, w->o.nnotes, 4));
	for (size_t k = 0; k < w->o.nnotes; k++)
		add_pair(o, notes + 4 + 4 * k, w->o.notes[k].key, w->o.notes[k].value, w->o.notes[k].value_size);
	return schema;
}

void meta_schema(struct fb_out *o, const struct arrow_writer *w)
{
	size_t root = add_message(o, HEADER_SCHEMA, 0);

	fb_link(o, root, MESSAGE_HEADER, add_schema(o, w));
}

/* == batches == */

static size_t add_batch(struct fb_out *o, const struct batch_parts *b)
{
	static const uint8_t sizes[] = { 8, 4, 4 };
	const struct part *parts = (const struct part *)(const void *)b->parts.p;
	size_t batch = fb_add_table(o, sizes, 3), nodes = b->nodes.n / NODE_SIZE, n = b->parts.n / sizeof *parts, at;

	fb_set(o, batch, BATCH_LENGTH, 8, b->rows);
	fb_link(o, batch, BATCH_NODES, at = fb_add_vector(o, nodes, NODE_SIZE));
	if (!o->b.failed && nodes)
		memcpy(o->b.p + at + 4, b->nodes.p, b->nodes.n);
	fb_link(o, batch, BATCH_BUFFERS, at = fb_add_vector(o, n, BUFFER_SIZE));
	for (size_t k = 0; k < n; k++) {
		fb_set_at(o, at + 4 + BUFFER_SIZE * k, 8, parts[k].at);
		fb_set_at(o, at + 12 + BUFFER_SIZE * k, 8, parts[k].n);
	}
	return batch;
}

void meta_batch(struct fb_out *o, const struct batch_parts *b, int64_t dictionary, bool delta)
{
	static const uint8_t sizes[] = { 8, 4, 1 };
	size_t root = add_message(o, dictionary < 0 ? HEADER_BATCH : HEADER_DICTIONARY, b->size), at;

	if (dictionary < 0) {
		fb_link(o, root, MESSAGE_HEADER, add_batch(o, b));
		return;
	}
	fb_link(o, root, MESSAGE_HEADER, at = fb_add_table(o, sizes, 3));
	fb_set(o, at, DICTIONARY_ID, 8, dictionary);
	fb_set(o, at, DICTIONARY_DELTA, 1, delta);
	fb_link(o, at, DICTIONARY_DATA, add_batch(o, b));
}

/* == the end of a file == */

static size_t add_blocks(struct fb_out *o, const struct buf *blocks)
{
	size_t at = fb_add_vector(o, blocks->n / BLOCK_SIZE, BLOCK_SIZE);

	if (!o->b.failed && blocks->n)
		memcpy(o->b.p + at + 4, blocks->p, blocks->n);
	return at;
}

void meta_footer(struct fb_out *o, const struct arrow_writer *w)
{
	static const uint8_t sizes[] = { 2, 4, 4, 4 };
	size_t root = fb_add_root(o, sizes, 4);

	fb_set(o, root, FOOTER_VERSION, 2, VERSION_5);
	fb_link(o, root, FOOTER_SCHEMA, add_schema(o, w));
	fb_link(o, root, FOOTER_DICTIONARIES, add_blocks(o, &w->dictionaries));
	fb_link(o, root, FOOTER_BATCHES, add_blocks(o, &w->batches));
}
