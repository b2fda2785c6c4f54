/*
 * read_batch.c - where the buffers of record batches are.
 *
 * Nothing of a body is read here but the lengths in front of packed buffers. When all batches have been looked at it is
 * known how long every column gets and that the bytes for it are there; only then memory is asked for.
 */
#include "arrow/arrow_priv.h"

#include <string.h>

/* == units == */

static bool is_wanted(const struct reader *r, struct slice name)
{
	for (size_t k = 0; k < r->o->ncolumns; k++)
		if (slice_is(name, r->o->columns[k]))
			return true;
	return !r->o->ncolumns;
}

static int columns_exist(const struct reader *r, struct err *e)
{
	for (size_t k = 0; k < r->o->ncolumns; k++) {
		bool found = false;

		for (int at = 0; at < r->nfields && !found; at++)
			found = slice_is(r->fields[at].name, r->o->columns[k]);
		if (!found)
			return err_set(e, ERR_NAME, "%s: error: there is no column '%s'", r->s.name, r->o->columns[k]);
	}
	return 0;
}

static int refuse_type(struct reader *r, int k, struct err *e)
{
	const struct field *f = &r->fields[k];
	const char *name = r->columns[k].name;

	if (!r->o->skip)
		return err_set(e, ERR_TYPE, "%s: error: column '%s': there is no type here for a %s%s", r->s.name, name,
			       f->dictionary ? "dictionary of " : "", arrow_type_name(f->type));
	fault_warn(&r->out->faults, -1, name, "left out: there is no type here for a %s%s", f->dictionary ? "dictionary of " : "",
		   arrow_type_name(f->type));
	return r->out->faults.failed ? err_nomem(e) : 0;
}

static struct pool *pool_named(const struct reader *r, int64_t id)
{
	for (int k = 0; k < r->npools; k++)
		if (r->pools[k]->id == id)
			return r->pools[k];
	return NULL;
}

/* Fields may share a dictionary; then its values are of one type. */
static int find_pool(struct reader *r, const struct field *f, const char *name, struct pool **out, struct err *e)
{
	struct pool *p = pool_named(r, f->id), **grown;

	*out = p;
	if (p && (p->values.type != f->type || p->values.width != f->width || p->values.unit != f->unit ||
		  p->values.is_signed != f->is_signed))
		return source_fault(&r->s, -1, e, "dictionary %lld has values of two types", (long long)f->id);
	if (p)
		return 0;
	if (!(grown = mem_resize(r->pools, ((size_t)r->npools + 1) * sizeof *grown)))
		return err_nomem(e);
	r->pools = grown;
	if (!(*out = p = mem_zero(1, sizeof *p)))
		return err_nomem(e);
	r->pools[r->npools++] = p;
	p->id = f->id;
	p->name = name;
	p->values = *f;
	p->values.dictionary = false;
	p->now.same = true;
	if (field_column_type(f) == TYPE_STRING && !(p->dict = dict_new()))
		return err_nomem(e);
	return 0;
}

static int add_unit(struct reader *r, const struct field *f, const char *name, struct err *e)
{
	struct unit *u = &r->units[r->nunits++];

	u->field = f;
	u->name = name;
	u->only_validity = f->quantity;
	return f->dictionary ? find_pool(r, f, name, &u->pool, e) : 0;
}

static int add_column(struct reader *r, int k, struct err *e)
{
	const struct field *f = &r->fields[k];
	struct column_of *c = &r->columns[k];
	int rc;

	if (strlen(c->name) != f->name.n || text_utf8_valid(f->name.p ? f->name.p : "", f->name.n) != f->name.n)
		return source_fault(&r->s, -1, e, "the name of column %d is not text", k + 1);
	if (!is_wanted(r, f->name)) {
		r->out->columns_skipped++;
		return 0;
	}
	if (!field_known(f)) {
		r->out->columns_skipped++;
		return refuse_type(r, k, e);
	}
	c->wanted = true;
	c->null = f->type == ARROW_NULL;
	if (c->null)
		return 0;
	c->unit = r->nunits;
	rc = add_unit(r, f, c->name, e);
	for (int i = 0; f->quantity && i < f->nchildren && !rc; i++)
		rc = add_unit(r, &f->children[i], c->name, e);
	c->nunits = r->nunits - c->unit;
	return rc;
}

int reader_units(struct reader *r, struct err *e)
{
	int rc = columns_exist(r, e);
	int64_t views = 1;
	size_t n = 0;

	if (rc)
		return rc;
	for (int k = 0; k < r->nfields; k++) {
		n += r->fields[k].quantity ? 1 + QUANTITY_FIELDS : 1;
		views += r->fields[k].type == ARROW_UTF8_VIEW;
	}
	r->view_most = r->most / views;
	r->columns = mem_zero((size_t)r->nfields, sizeof *r->columns);
	r->units = mem_zero(n, sizeof *r->units);
	if (!r->columns || !r->units)
		return err_nomem(e);
	for (int k = 0; k < r->nfields && !rc; k++) {
		if (!(r->columns[k].name = mem_strndup(r->fields[k].name.p ? r->fields[k].name.p : "", r->fields[k].name.n)))
			return err_nomem(e);
		rc = add_column(r, k, e);
	}
	return rc;
}

/* == a record batch == */

struct walk {
	struct reader *r;
	struct fb *f;
	int64_t meta;                    /* where in the file the metadata begins */
	int64_t body, size;
	enum codec codec;
	int64_t rows;
	struct fb_vector nodes, buffers, variadic;
	size_t node, buffer, view;       /* the next ones */
	int64_t end;                     /* of the buffers so far */
};

static int bad_batch(const struct walk *w, size_t at, struct err *e, const char *what)
{
	return source_fault(&w->r->s, w->meta + (int64_t)at, e, "a record batch is damaged: %s", what);
}

/* The next buffer. They follow each other: what two of them shared would be read twice. */
static int next_buffer(struct walk *w, struct span_of *out, struct err *e)
{
	size_t at = w->buffers.at + BUFFER_SIZE * w->buffer;
	int64_t offset, n;

	if (w->buffer >= w->buffers.n)
		return bad_batch(w, w->buffers.at, e, "it lacks buffers");
	offset = fb_int64_at(w->f, at);
	n = fb_int64_at(w->f, at + 8);
	w->buffer++;
	if (offset < 0 || n < 0 || offset > w->size || n > w->size - offset)
		return bad_batch(w, at, e, "a buffer is not within it");
	if (n && offset < w->end)
		return bad_batch(w, at, e, "a buffer overlaps the one before it");
	w->end = n ? offset + n : w->end;
	*out = (struct span_of){ .mem = w->r->s.mem ? w->r->s.mem + w->body + offset : NULL, .at = w->body + offset, .n = n,
				 .raw = n, .codec = CODEC_NONE };
	return 0;
}

/* A packed buffer begins with its length unpacked, or -1 when it was left as it is. */
static int find_packed(struct walk *w, struct span_of *s, struct err *e)
{
	struct reader *r = w->r;
	int64_t raw;
	int rc;

	if (w->codec == CODEC_NONE || !s->n)
		return 0;
	if (s->n < 8)
		return source_fault(&r->s, s->at, e, "a packed buffer is damaged: it has no length");
	if ((rc = source_read(&r->s, s->at, &raw, sizeof raw, e)))
		return rc;
	s->at += 8;
	s->mem = s->mem ? s->mem + 8 : NULL;
	s->n -= 8;
	s->raw = raw == -1 ? s->n : raw;
	if (raw == -1)
		return 0;
	s->codec = w->codec;
	if (raw < 0)
		return source_fault(&r->s, s->at - 8, e, "a packed buffer is damaged: its length is %lld", (long long)raw);
	if (raw > r->most - r->unpacked)
		return source_fault(&r->s, s->at - 8, e, "the buffers unpack to more than %.15g times the size of the file "
				    "(the option max_ratio allows more)", r->o->max_ratio > 0 ? r->o->max_ratio : INPUT_MAX_RATIO);
	r->unpacked += raw;
	return 0;
}

static int next_unit_buffer(struct walk *w, struct span_of *out, int64_t need, struct err *e)
{
	int rc = next_buffer(w, out, e);

	if (rc || (rc = find_packed(w, out, e)))
		return rc;
	if (out->raw < need)
		return source_fault(&w->r->s, out->at, e, "a buffer has %lld bytes where its rows need %lld", (long long)out->raw,
				    (long long)need);
	return 0;
}

static int64_t field_buffers(const struct reader *r, const struct field *f)
{
#define X(name, text, buffers) buffers,
	static const int numbers[] = { ARROW_TYPE_LIST(X) };
#undef X

	if (f->dictionary)
		return 2;
	if (f->type == ARROW_UNION)
		return (f->union_mode ? 2 : 1) + r->old_unions;
	return numbers[f->type];
}

/* How many buffers of bytes the next view column has. */
static int next_variadic(struct walk *w, int64_t *n, struct err *e)
{
	if (w->view >= w->variadic.n)
		return bad_batch(w, w->variadic.at, e, "it does not say how many buffers a column of views has");
	*n = fb_int64_at(w->f, w->variadic.at + 8 * w->view++);
	if (*n < 0 || (uint64_t)*n > w->buffers.n - w->buffer)
		return bad_batch(w, w->variadic.at, e, "it lacks buffers");
	return 0;
}

static bool is_view(const struct field *f)
{
	return !f->dictionary && (f->type == ARROW_UTF8_VIEW || f->type == ARROW_BINARY_VIEW);
}

/* A field that is left out, and all below it. */
static int pass_field(struct walk *w, const struct field *f, struct err *e)
{
	int64_t n = field_buffers(w->r, f), more;
	struct span_of s;
	int rc = 0;

	if (w->node++ >= w->nodes.n)
		return bad_batch(w, w->nodes.at, e, "it lacks columns");
	for (; n > 0 && !rc; n--)
		rc = next_buffer(w, &s, e);
	if (!rc && is_view(f)) {
		rc = next_variadic(w, &more, e);
		for (; !rc && more > 0; more--)
			rc = next_buffer(w, &s, e);
	}
	for (int k = 0; !f->dictionary && k < f->nchildren && !rc; k++)
		rc = pass_field(w, &f->children[k], e);
	return rc;
}

static int next_views(struct walk *w, struct piece *p, struct err *e)
{
	int64_t n;
	int rc = next_variadic(w, &n, e);

	if (rc || !n)
		return rc;
	if (!(p->more = mem_zero((size_t)n, sizeof *p->more)))
		return err_nomem(e);
	for (; p->nmore < n && !rc; p->nmore++)
		rc = next_unit_buffer(w, &p->more[p->nmore], 0, e);
	return rc;
}

static int next_values(struct walk *w, const struct field *f, struct piece *p, struct err *e)
{
	bool offsets = !f->dictionary && (f->type == ARROW_UTF8 || f->type == ARROW_LARGE_UTF8);
	int64_t n = p->rows + (offsets && p->rows), bits = field_bits(f);
	int rc = next_unit_buffer(w, &p->buf[BUF_DATA], bits == 1 ? (n + 7) / 8 : n * (bits / 8), e);

	if (!rc && offsets)
		rc = next_unit_buffer(w, &p->buf[BUF_BYTES], 0, e);
	if (!rc && is_view(f))
		rc = next_views(w, p, e);
	return rc;
}

static int unit_piece(struct walk *w, struct unit *u, struct err *e)
{
	size_t at = w->nodes.at + NODE_SIZE * w->node;
	struct piece p = { 0 };
	int rc;

	if (w->node++ >= w->nodes.n)
		return bad_batch(w, w->nodes.at, e, "it lacks columns");
	p.rows = fb_int64_at(w->f, at);
	p.nulls = fb_int64_at(w->f, at + 8);
	if (p.rows != w->rows || p.nulls < 0 || p.nulls > p.rows)
		return bad_batch(w, at, e, "the numbers of rows do not agree");
	if ((rc = next_unit_buffer(w, &p.buf[BUF_VALIDITY], 0, e)))
		return rc;
	if (p.buf[BUF_VALIDITY].raw ? p.buf[BUF_VALIDITY].raw < (p.rows + 7) / 8 : p.nulls > 0)
		return bad_batch(w, at, e, "the bits that say which values are missing are not there");
	if (!u->only_validity)
		rc = next_values(w, u->field, &p, e);
	if (u->pool)
		p.view = u->pool->now;
	if (!rc)
		rc = unit_add(u, &p, e);
	if (rc)
		mem_free(p.more);
	return rc;
}

static int begin_walk(struct walk *w, size_t batch, struct err *e)
{
	struct fb *f = w->f;
	size_t packing = fb_table(f, batch, BATCH_COMPRESSION);

	w->rows = fb_int(f, batch, BATCH_LENGTH, 8, 0);
	w->nodes = fb_vector(f, batch, BATCH_NODES, NODE_SIZE);
	w->buffers = fb_vector(f, batch, BATCH_BUFFERS, BUFFER_SIZE);
	w->variadic = fb_vector(f, batch, BATCH_VARIADIC, 8);
	w->codec = CODEC_NONE;
	if (packing) {
		int64_t codec = fb_int(f, packing, 0, 1, 0);

		if (codec > CODEC_ZSTD || fb_int(f, packing, 1, 1, 0))
			return bad_batch(w, packing, e, "it is packed in an unknown way");
		w->codec = (enum codec)codec;
	}
	if (f->bad || !batch)
		return bad_batch(w, f->bad_at, e, "its metadata points outside itself");
	/* so that sums of rows and of their bytes stay within int64 */
	if (w->rows < 0 || w->rows > INT64_MAX / 4096 || w->r->rows > INT64_MAX / 4096)
		return bad_batch(w, 0, e, "it cannot have so many rows");
	return 0;
}

int reader_batch(struct reader *r, struct fb *f, size_t batch, int64_t meta, int64_t body, int64_t size, struct err *e)
{
	struct walk w = { .r = r, .f = f, .meta = meta, .body = body, .size = size };
	int rc = begin_walk(&w, batch, e);

	for (int k = 0; k < r->nfields && !rc; k++) {
		const struct column_of *c = &r->columns[k];

		if (!c->nunits)
			rc = pass_field(&w, &r->fields[k], e);
		for (int u = 0; u < c->nunits && !rc; u++)
			rc = unit_piece(&w, &r->units[c->unit + u], e);
	}
	if (rc)
		return rc;
	r->rows += w.rows;
	r->batches++;
	return 0;
}

/* == dictionaries == */

int reader_dictionary(struct reader *r, struct fb *f, size_t dictionary, int64_t meta, int64_t body, int64_t size,
		      struct err *e)
{
	struct walk w = { .r = r, .f = f, .meta = meta, .body = body, .size = size };
	bool delta = fb_int(f, dictionary, DICTIONARY_DELTA, 1, 0);
	struct pool *p = pool_named(r, fb_int(f, dictionary, DICTIONARY_ID, 8, 0));
	struct unit u = { .dictionary = true };
	int rc;

	if (f->bad)
		return source_fault(&r->s, meta + (int64_t)f->bad_at, e, "a dictionary is damaged");
	if (!p)                  /* of a column that is left out, or of none */
		return 0;
	if (p->set && !delta && r->is_file)
		return source_fault(&r->s, meta, e, "dictionary %lld is there twice, which cannot be in a file", (long long)p->id);
	u.name = p->name;
	u.field = &p->values;
	if (!(rc = begin_walk(&w, fb_table(f, dictionary, DICTIONARY_DATA), e)) && !(rc = unit_piece(&w, &u, e)) &&
	    !(rc = unit_read(&u, &r->s, r->view_most, e))) {
		/* there may be many of an id, and what they repeat is in memory only once; but it takes time */
		if (p->values.type == ARROW_UTF8_VIEW)
			r->view_most -= u.out->as.offsets[u.out->length];
		rc = pool_add(p, u.out, delta, e);
	}
	unit_release(&u);
	return rc;
}
