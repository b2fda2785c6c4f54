/*
 * write.c - tables as Arrow IPC files and streams.
 *
 * The arrays of a column go out as they lie in memory; a record batch that does not begin with the first row takes its
 * part of them. Only the offsets of texts are moved, to begin at 0, as readers expect. Every buffer begins at a
 * multiple of 64 bytes of the file, so that it can be mapped.
 */
#include "arrow/write_priv.h"

#include <string.h>

enum { ALIGN = 64, BATCH_ROWS = 1 << 20, SMALL_DICTIONARY = 1 << 14 };

/* == bytes == */

static int put(struct arrow_writer *w, const void *p, int64_t n, struct err *e)
{
	w->at += n;
	return file_out_add(w->out, p, (size_t)n, e);
}

static int pad(struct arrow_writer *w, int64_t to, struct err *e)
{
	static const char zeros[ALIGN];
	int64_t n = (to - w->at % to) % to;

	return n ? put(w, zeros, n, e) : 0;
}

/* Length and metadata, so that what follows is at a multiple of 64. */
static int put_meta(struct arrow_writer *w, struct fb_out *o, struct err *e)
{
	int32_t head[2] = { -1, 0 };
	int rc;

	while (!o->b.failed && (w->at + 8 + (int64_t)o->b.n) % ALIGN)
		buf_char(&o->b, 0);
	if ((rc = buf_check(&o->b, e)))
		return rc;
	if (o->b.n > INT32_MAX)
		return err_set(e, ERR_DOMAIN, "the description of the columns takes more than 2 GiB");
	head[1] = (int32_t)o->b.n;
	rc = put(w, head, sizeof head, e);
	return rc ? rc : put(w, o->b.p, (int64_t)o->b.n, e);
}

static int put_offsets(struct arrow_writer *w, const struct part *p, struct err *e)
{
	int64_t some[1024], n = p->n / 8;
	const int64_t *from = p->p;
	int rc = 0;

	for (int64_t at = 0; at < n && !rc; at += 1024) {
		int64_t many = n - at < 1024 ? n - at : 1024;

		for (int64_t i = 0; i < many; i++)
			some[i] = from[at + i] - p->less;
		rc = put(w, some, many * 8, e);
	}
	return rc;
}

static int put_part(struct arrow_writer *w, const struct part *p, struct err *e)
{
	int rc = 0;

	if (stop_requested())
		return err_set(e, ERR_INTERRUPT, "interrupted");
	if (p->offsets && p->less)
		rc = put_offsets(w, p, e);
	else if (p->n)
		rc = put(w, p->p, p->n, e);
	return rc ? rc : pad(w, ALIGN, e);
}

/* == record batches == */

static void add_part(struct batch_parts *b, const void *p, int64_t n)
{
	struct part part = { .at = b->size, .n = n, .p = p };

	b->size += (n + ALIGN - 1) / ALIGN * ALIGN;
	buf_add(&b->parts, &part, sizeof part);
}

static void add_offsets(struct batch_parts *b, const int64_t *offsets, int64_t n)
{
	struct part part = { .at = b->size, .n = (n + 1) * 8, .p = offsets, .less = offsets[0], .offsets = true };

	b->size += (part.n + ALIGN - 1) / ALIGN * ALIGN;
	buf_add(&b->parts, &part, sizeof part);
}

static int64_t count_missing(const uint8_t *validity, int64_t from, int64_t n)
{
	int64_t set = 0, i = from, end = from + n;

	for (; i + 64 <= end; i += 64) {
		uint64_t word;

		memcpy(&word, validity + i / 8, sizeof word);
		set += __builtin_popcountll(word);
	}
	for (; i < end; i++)
		set += validity[i >> 3] >> (i & 7) & 1;
	return n - set;
}

/* Rows from..from+n of a leaf; `from` is a multiple of 8. */
static void add_leaf(struct batch_parts *b, const struct leaf *l, int64_t from, int64_t n)
{
	static const size_t sizes[] = {
#define X(name, text, size) size,
		TYPE_LIST(X)
#undef X
	};
	const uint8_t *validity = l->c->validity;
	int64_t node[2] = { n, validity ? count_missing(validity, from, n) : 0 };
	const int64_t *offsets = l->values;

	buf_add(&b->nodes, node, sizeof node);
	add_part(b, validity ? validity + from / 8 : NULL, node[1] ? (n + 7) / 8 : 0);
	if (l->type == TYPE_QUANTITY)
		return;
	if (l->coded) {
		add_part(b, (const char *)l->values + from * l->code_size, n * l->code_size);
	} else if (l->type == TYPE_STRING) {
		add_offsets(b, offsets + from, n);
		add_part(b, l->bytes + offsets[from], offsets[from + n] - offsets[from]);
	} else if (l->type == TYPE_BOOL) {
		add_part(b, (const char *)l->values + from / 8, (n + 7) / 8);
	} else {
		add_part(b, (const char *)l->values + (size_t)from * sizes[l->type], n * (int64_t)sizes[l->type]);
	}
}

/* A message with a body, and its place in the list. */
static int put_batch(struct arrow_writer *w, const struct batch_parts *b, int64_t dictionary, bool delta, struct err *e)
{
	const struct part *parts = (const struct part *)(const void *)b->parts.p;
	struct fb_out meta = FB_OUT_INIT;
	int64_t block[3] = { w->at, 0, b->size };
	int rc;

	if ((rc = buf_check(&b->nodes, e)) || (rc = buf_check(&b->parts, e)))
		return rc;
	meta_batch(&meta, b, dictionary, delta);
	rc = put_meta(w, &meta, e);
	block[1] = w->at - block[0];
	buf_release(&meta.b);
	for (size_t k = 0; k < b->parts.n / sizeof *parts && !rc; k++)
		rc = put_part(w, &parts[k], e);
	if (!rc && w->o.format == ARROW_FILE)
		buf_add(dictionary < 0 ? &w->batches : &w->dictionaries, block, sizeof block);
	return rc;
}

static void parts_release(struct batch_parts *b)
{
	buf_release(&b->nodes);
	buf_release(&b->parts);
}

static int put_rows(struct arrow_writer *w, int64_t from, int64_t n, struct err *e)
{
	struct batch_parts b = { .rows = n };
	int rc;

	for (int k = 0; k < w->nleaves; k++)
		add_leaf(&b, &w->leaves[k], from, n);
	rc = put_batch(w, &b, -1, false, e);
	parts_release(&b);
	return rc;
}

/* == dictionaries == */

/* Values as offsets and bytes. */
static int put_values(struct arrow_writer *w, const struct leaf *l, const int64_t *offsets, const char *bytes, int64_t n,
		      bool delta, struct err *e)
{
	struct batch_parts b = { .rows = n };
	int64_t node[2] = { n, 0 };
	int rc;

	buf_add(&b.nodes, node, sizeof node);
	add_part(&b, NULL, 0);
	add_offsets(&b, offsets, n);
	add_part(&b, bytes + offsets[0], offsets[n] - offsets[0]);
	rc = put_batch(w, &b, l->id, delta, e);
	parts_release(&b);
	return rc;
}

/* Of several tables: the values that were not there when this was done last. */
static int put_new_values(struct arrow_writer *w, struct leaf *l, struct err *e)
{
	int32_t n = dict_count(l->dict) - l->sent;
	int64_t *offsets = mem_alloc(((size_t)n + 1) * sizeof *offsets);
	struct buf bytes = BUF_INIT;
	int rc;

	for (int32_t k = 0; offsets && k < n; k++) {
		struct slice v = dict_value(l->dict, l->sent + k);

		offsets[k] = (int64_t)bytes.n;
		buf_add(&bytes, v.p, v.n);
	}
	if (!offsets || bytes.failed) {
		rc = err_nomem(e);
	} else {
		offsets[n] = (int64_t)bytes.n;
		rc = put_values(w, l, offsets, bytes.p ? bytes.p : "", n, l->sent > 0, e);
		l->sent += n;
	}
	mem_free(offsets);
	buf_release(&bytes);
	return rc;
}

static int put_dictionaries(struct arrow_writer *w, bool first, struct err *e)
{
	int rc = 0;

	for (int k = 0; k < w->nleaves && !rc; k++) {
		struct leaf *l = &w->leaves[k];

		if (!l->coded)
			continue;
		if (w->single)
			rc = put_values(w, l, l->c->dict->as.offsets, l->c->dict->bytes, l->c->dict->length, false, e);
		else if (first || dict_count(l->dict) > l->sent)
			rc = put_new_values(w, l, e);
	}
	return rc;
}

/* == columns as they are to be written == */

static void drop_made(struct arrow_writer *w)
{
	for (int k = 0; k < w->nleaves; k++) {
		mem_free(w->leaves[k].own);
		mem_free(w->leaves[k].own_bytes);
		w->leaves[k].own = w->leaves[k].own_bytes = NULL;
	}
}

static int tame_codes(struct leaf *l, struct err *e)
{
	if (!codes_are_wild(l->c))
		return 0;
	if (!(l->own = mem_alloc((size_t)l->c->length * l->c->code_size)))
		return err_nomem(e);
	codes_tame(l->c, l->own);
	l->values = l->own;
	return 0;
}

/* The codes of the dictionary that all tables share. */
static int common_codes(struct leaf *l, struct err *e)
{
	const struct column *c = l->c;
	int64_t n = c->dict ? c->dict->length : 0;
	int32_t *codes = l->own = mem_alloc((size_t)c->length * sizeof *codes), *map = mem_alloc((size_t)n * sizeof *map);
	bool good = codes && map;

	for (int64_t k = 0; k < n && good; k++) {
		struct slice v = column_string(c->dict, k);

		good = (map[k] = dict_code(l->dict, v.p, v.n)) >= 0;
	}
	for (int64_t i = 0; i < c->length && good; i++) {
		codes[i] = 0;
		if (!column_has(c, i))
			continue;
		if (c->dict) {
			codes[i] = map[column_code(c, i)];
		} else {
			struct slice v = column_string(c, i);

			good = (codes[i] = dict_code(l->dict, v.p, v.n)) >= 0;
		}
	}
	mem_free(map);
	l->values = codes;
	return good ? 0 : err_nomem(e);
}

/* Texts where the first table had no dictionary and this one has. */
static int plain_texts(struct leaf *l, struct err *e)
{
	const struct column *c = l->c;
	int64_t *offsets = l->own = mem_alloc(((size_t)c->length + 1) * sizeof *offsets), total = 0;
	char *bytes;

	if (!offsets)
		return err_nomem(e);
	offsets[0] = 0;
	for (int64_t i = 0; i < c->length; i++)
		offsets[i + 1] = total += column_has(c, i) ? (int64_t)column_string(c, i).n : 0;
	if (!(l->own_bytes = bytes = mem_alloc((size_t)total)))
		return err_nomem(e);
	for (int64_t i = 0; i < c->length; i++)
		if (offsets[i + 1] > offsets[i])
			memcpy(bytes + offsets[i], column_string(c, i).p, (size_t)(offsets[i + 1] - offsets[i]));
	l->values = offsets;
	l->bytes = bytes;
	return 0;
}

static int take_column(struct arrow_writer *w, struct leaf *l, const struct column *c, struct err *e)
{
	l->c = c;
	l->values = c->type == TYPE_QUANTITY ? NULL : c->as.i64;
	l->bytes = c->bytes;
	if (l->coded && w->single)
		return c->missing ? tame_codes(l, e) : 0;
	if (l->coded)
		return common_codes(l, e);
	return c->type == TYPE_STRING && c->dict ? plain_texts(l, e) : 0;
}

static int take_table(struct arrow_writer *w, const struct table *t, struct err *e)
{
	int rc = 0;

	for (int k = 0, at = 0; k < t->ncols && !rc; k++) {
		const struct column *c = t->cols[k];

		rc = take_column(w, &w->leaves[at++], c, e);
		for (int f = 0; c->type == TYPE_QUANTITY && f < QUANTITY_FIELDS && !rc; f++)
			rc = take_column(w, &w->leaves[at++], c->as.field[f], e);
	}
	return rc;
}

/* == the schema == */

static int add_described(struct arrow_writer *w, const char *name, const struct column *c, struct err *e)
{
	struct leaf *l = &w->leaves[w->nleaves];

	l->name = mem_strdup(name);
	if (!l->name)
		return err_nomem(e);
	w->nleaves++;
	l->type = c->type;
	l->id = w->nleaves - 1;
	l->coded = c->type == TYPE_STRING && c->dict && (w->single || c->dict->length <= SMALL_DICTIONARY);
	l->code_size = w->single ? c->code_size : 4;
	return l->coded && !w->single && !(l->dict = dict_new()) ? err_nomem(e) : 0;
}

static int describe(struct arrow_writer *w, const struct table *t, struct err *e)
{
	int rc = 0;

	if (!(w->leaves = mem_zero((size_t)t->ncols, (1 + QUANTITY_FIELDS) * sizeof *w->leaves)))
		return err_nomem(e);
	w->ncols = t->ncols;
	for (int k = 0; k < t->ncols && !rc; k++) {
		const struct column *c = t->cols[k];

		rc = add_described(w, t->names[k], c, e);
		for (int f = 0; c->type == TYPE_QUANTITY && f < QUANTITY_FIELDS && !rc; f++)
			rc = add_described(w, quantity_fields[f], c->as.field[f], e);
	}
	return rc;
}

static int same_columns(const struct arrow_writer *w, const struct table *t, struct err *e)
{
	int at = 0;

	for (int k = 0; k < t->ncols && k < w->ncols; k++) {
		const struct leaf *l = &w->leaves[at];

		if (strcmp(l->name, t->names[k]))
			return err_set(e, ERR_TYPE, "column %d is '%s' in one table and '%s' in another", k + 1, l->name, t->names[k]);
		if (l->type != t->cols[k]->type)
			return err_set(e, ERR_TYPE, "column '%s' is %s in one table and %s in another", l->name,
				       type_name(l->type), type_name(t->cols[k]->type));
		at += l->type == TYPE_QUANTITY ? 1 + QUANTITY_FIELDS : 1;
	}
	if (t->ncols != w->ncols)
		return err_set(e, ERR_TYPE, "one table has %d columns and another has %d", w->ncols, t->ncols);
	return 0;
}

static int begin(struct arrow_writer *w, const struct table *t, struct err *e)
{
	struct fb_out meta = FB_OUT_INIT;
	int rc = describe(w, t, e);

	if (rc)
		return rc;
	w->begun = true;
	if (w->o.format == ARROW_FILE && (rc = put(w, "ARROW1\0", 8, e)))
		return rc;
	meta_schema(&meta, w);
	rc = put_meta(w, &meta, e);
	buf_release(&meta.b);
	return rc;
}

/* == the whole == */

int arrow_writer_open(struct file_out *out, const struct arrow_write_options *o, struct arrow_writer **w, struct err *e)
{
	struct arrow_writer *fresh = mem_zero(1, sizeof *fresh);

	if (!fresh)
		return err_nomem(e);
	fresh->out = out;
	fresh->o = *o;
	fresh->o.rows = o->rows > 0 ? (o->rows + 7) / 8 * 8 : BATCH_ROWS;
	*w = fresh;
	return 0;
}

int arrow_writer_add(struct arrow_writer *w, const struct table *t, struct err *e)
{
	bool first = !w->begun;
	int64_t rows = t->ncols ? w->o.rows : t->rows;
	int rc = first ? begin(w, t, e) : same_columns(w, t, e);

	if (!rc)
		rc = take_table(w, t, e);
	if (!rc && (w->single || w->o.format == ARROW_STREAM))
		rc = put_dictionaries(w, first, e);
	for (int64_t from = 0; from < t->rows && !rc; from += rows)
		rc = put_rows(w, from, t->rows - from < rows ? t->rows - from : rows, e);
	drop_made(w);
	return rc;
}

static int put_end(struct arrow_writer *w, struct err *e)
{
	static const int32_t end[] = { -1, 0 };
	struct fb_out meta = FB_OUT_INIT;
	int32_t n;
	int rc;

	if (w->o.format == ARROW_FILE && !w->single && (rc = put_dictionaries(w, true, e)))
		return rc;
	if ((rc = put(w, end, sizeof end, e)) || w->o.format == ARROW_STREAM)
		return rc;
	if ((rc = buf_check(&w->dictionaries, e)) || (rc = buf_check(&w->batches, e)))
		return rc;
	meta_footer(&meta, w);
	if (!(rc = buf_check(&meta.b, e)) && meta.b.n > INT32_MAX)
		rc = err_set(e, ERR_DOMAIN, "the list of record batches takes more than 2 GiB");
	n = (int32_t)meta.b.n;
	if (!rc && !(rc = put(w, meta.b.p, n, e)) && !(rc = put(w, &n, sizeof n, e)))
		rc = put(w, "ARROW1", 6, e);
	buf_release(&meta.b);
	return rc;
}

int arrow_writer_finish(struct arrow_writer *w, struct err *e)
{
	struct table *none;
	int rc;

	if (!w->begun) {
		if ((rc = table_new(0, &none, e)))
			return rc;
		rc = arrow_writer_add(w, none, e);
		table_unref(none);
		if (rc)
			return rc;
	}
	rc = put_end(w, e);
	return rc ? rc : file_out_step(w->out, e);
}

void arrow_writer_close(struct arrow_writer *w)
{
	if (!w)
		return;
	drop_made(w);
	for (int k = 0; k < w->nleaves; k++) {
		mem_free((char *)(uintptr_t)w->leaves[k].name);
		dict_free(w->leaves[k].dict);
	}
	mem_free(w->leaves);
	buf_release(&w->dictionaries);
	buf_release(&w->batches);
	mem_free(w);
}

int arrow_write(struct file_out *out, const struct table *t, const struct arrow_write_options *o, struct err *e)
{
	struct arrow_writer *w;
	int rc = arrow_writer_open(out, o, &w, e);

	if (rc)
		return rc;
	w->single = true;
	if (!(rc = arrow_writer_add(w, t, e)))
		rc = arrow_writer_finish(w, e);
	arrow_writer_close(w);
	return rc;
}
