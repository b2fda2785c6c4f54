/*
 * read.c - the messages of an Arrow file or stream.
 *
 * A stream is a schema and then dictionaries and record batches as they come, each a length, metadata, and a body. A
 * file is a stream between two marks with a list of its messages at the end, which is what is followed. First all
 * metadata is looked at, then the bodies are read (read_table.c).
 */
#include "arrow/arrow_priv.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char magic[] = "ARROW1";
enum { MAGIC = 6, TAIL = MAGIC + 4 };

/* == one message == */

struct message {
	char *own;
	struct fb f;
	size_t root, header;
	int type;
	int64_t meta, body, size;        /* where the metadata begins, the body, and how long that is */
	bool end;
};

static void message_release(struct message *m)
{
	mem_free(m->own);
	m->own = NULL;
}

/* The bytes of the metadata, in memory of their own unless all are in memory. */
static int read_meta(struct reader *r, int64_t at, int64_t n, char **own, struct fb *f, struct err *e)
{
	int rc = 0;

	*own = NULL;
	if (r->s.mem) {
		*f = (struct fb){ .p = (const uint8_t *)r->s.mem + at, .n = (size_t)n };
		return 0;
	}
	if (!(*own = mem_alloc((size_t)n)))
		return err_nomem(e);
	if ((rc = source_read(&r->s, at, *own, n, e))) {
		mem_free(*own);
		*own = NULL;
	}
	*f = (struct fb){ .p = (const uint8_t *)*own, .n = (size_t)n };
	return rc;
}

/* The length in front of the metadata at *at, which moves behind it. Since 0.15 a mark of four 0xff is before it. */
static int read_length(struct reader *r, int64_t *at, int64_t end, int32_t *n, struct err *e)
{
	int rc;

	*n = -1;
	for (int k = 0; k < 2 && *n == -1; k++) {
		if (end - *at < 4)
			return source_fault(&r->s, *at, e, "the file is cut");
		if ((rc = source_read(&r->s, *at, n, 4, e)))
			return rc;
		*at += 4;
	}
	return *n < 0 ? source_fault(&r->s, *at - 4, e, "a message has %d bytes of metadata", (int)*n) : 0;
}

static int check_version(const struct reader *r, int64_t version, int64_t at, struct err *e)
{
	if (version >= VERSION_4 && version <= VERSION_5)
		return 0;
	return source_fault(&r->s, at, e, "metadata of version %lld; versions 4 and 5 can be read", (long long)version + 1);
}

/* The message at `at`, which ends before `end`. */
static int read_message(struct reader *r, int64_t at, int64_t end, struct message *m, struct err *e)
{
	int32_t n;
	int rc;

	*m = (struct message){ 0 };
	if ((rc = read_length(r, &at, end, &n, e)))
		return rc;
	m->end = !n;
	m->meta = at;
	m->body = at + n;
	if (m->end)
		return 0;
	if (n > end - at)
		return source_fault(&r->s, at - 4, e, "the file is cut, or a message has a wrong length");
	if ((rc = read_meta(r, at, n, &m->own, &m->f, e)))
		return rc;
	m->root = fb_root(&m->f);
	m->type = (int)fb_int(&m->f, m->root, MESSAGE_HEADER_TYPE, 1, 0);
	m->header = fb_table(&m->f, m->root, MESSAGE_HEADER);
	m->size = fb_int(&m->f, m->root, MESSAGE_BODY, 8, 0);
	if (m->f.bad || !m->header)
		rc = source_fault(&r->s, at + (int64_t)m->f.bad_at, e, "a message is damaged");
	else if (!(rc = check_version(r, fb_int(&m->f, m->root, MESSAGE_VERSION, 2, 0), at, e)) &&
		 (m->size < 0 || m->size > end - m->body))
		rc = source_fault(&r->s, at, e, "the file is cut, or a message has a wrong length");
	if (!rc && (r->covered += n + m->size) > r->s.size)
		rc = source_fault(&r->s, at, e, "messages overlap");
	if (rc)
		message_release(m);
	return rc;
}

static int take_message(struct reader *r, struct message *m, struct err *e)
{
	if (m->type == HEADER_BATCH)
		return reader_batch(r, &m->f, m->header, m->meta, m->body, m->size, e);
	if (m->type == HEADER_DICTIONARY)
		return reader_dictionary(r, &m->f, m->header, m->meta, m->body, m->size, e);
	return source_fault(&r->s, m->meta, e, "a message is neither a record batch nor a dictionary");
}

/* == streams == */

static int take_schema(struct reader *r, struct message *m, struct err *e)
{
	int rc;

	if (m->type != HEADER_SCHEMA)
		return source_fault(&r->s, m->meta, e, "the stream does not begin with a schema");
	r->old_unions = fb_int(&m->f, m->root, MESSAGE_VERSION, 2, 0) == VERSION_4;
	r->schema = m->own;      /* which the names of fields point into */
	m->own = NULL;
	rc = schema_fields(r, &m->f, m->header, (size_t)m->meta, e);
	return rc || r->only_notes ? rc : reader_units(r, e);
}

static int read_stream(struct reader *r, struct err *e)
{
	struct message m;
	int64_t at;
	int rc = read_message(r, 0, r->s.size, &m, e);

	if (rc)
		return rc;
	if (m.end)
		return source_fault(&r->s, 0, e, "the stream has no schema");
	rc = take_schema(r, &m, e);
	message_release(&m);
	at = m.body + m.size;
	if (r->only_notes)
		return rc;
	while (!rc && at < r->s.size && !m.end) {
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		if ((rc = read_message(r, at, r->s.size, &m, e)))
			return rc;
		if (!m.end)
			rc = take_message(r, &m, e);
		message_release(&m);
		at = m.body + m.size;
	}
	if (!rc && m.end && at < r->s.size)
		return source_fault(&r->s, at, e, "something stands behind the end of the stream");
	if (!rc && !m.end)
		fault_warn(&r->out->faults, -1, NULL, "the stream has no end mark; it may have been cut");
	return rc ? rc : r->out->faults.failed ? err_nomem(e) : 0;
}

/* == files == */

struct block {
	int64_t at, meta, body;
};

static int take_block(struct reader *r, struct fb *f, size_t at, int type, int64_t end, struct err *e)
{
	struct block b = { fb_int64_at(f, at), fb_int32_at(f, at + 8), fb_int64_at(f, at + 16) };
	struct message m;
	int rc;

	if (b.at < 0 || b.meta < 0 || b.body < 0 || b.at > end || b.meta > end - b.at || b.body > end - b.at - b.meta)
		return source_fault(&r->s, end + (int64_t)at, e, "the list of messages points outside the file");
	if ((rc = read_message(r, b.at, end, &m, e)))
		return rc;
	if (m.end || m.type != type || m.body > b.at + b.meta || m.size != b.body)
		rc = source_fault(&r->s, b.at, e, "a message is not what the list of messages says");
	m.body = b.at + b.meta;
	if (!rc)
		rc = take_message(r, &m, e);
	message_release(&m);
	return rc;
}

static int take_blocks(struct reader *r, struct fb *f, struct fb_vector blocks, int type, int64_t end, struct err *e)
{
	int rc = 0;

	for (size_t k = 0; k < blocks.n && !rc; k++) {
		if (stop_requested())
			return err_set(e, ERR_INTERRUPT, "interrupted");
		rc = take_block(r, f, blocks.at + BLOCK_SIZE * k, type, end, e);
	}
	return rc;
}

static int read_file(struct reader *r, struct err *e)
{
	char tail[TAIL] = "";
	struct fb_vector dictionaries, batches;
	struct fb f;
	int32_t n = 0;
	int64_t end, version;
	size_t root, schema;
	int rc;

	if (r->s.size >= 8 + TAIL) {
		if ((rc = source_read(&r->s, r->s.size - TAIL, tail, TAIL, e)))
			return rc;
		memcpy(&n, tail, sizeof n);
	}
	if (r->s.size < 8 + TAIL || memcmp(tail + 4, magic, MAGIC))
		return source_fault(&r->s, r->s.size, e, "the file is cut: it does not end in " "ARROW1");
	end = r->s.size - TAIL - n;
	if (n <= 0 || end < 8)
		return source_fault(&r->s, r->s.size - TAIL, e, "the list of messages cannot have %d bytes", (int)n);
	if ((rc = read_meta(r, end, n, &r->schema, &f, e)))
		return rc;
	r->covered = n;
	r->is_file = true;
	root = fb_root(&f);
	schema = fb_table(&f, root, FOOTER_SCHEMA);
	dictionaries = fb_vector(&f, root, FOOTER_DICTIONARIES, BLOCK_SIZE);
	batches = fb_vector(&f, root, FOOTER_BATCHES, BLOCK_SIZE);
	if (f.bad || !schema)
		return source_fault(&r->s, end + (int64_t)f.bad_at, e, "the list of messages is damaged");
	version = fb_int(&f, root, FOOTER_VERSION, 2, 0);
	if (version && (rc = check_version(r, version, end, e)))
		return rc;       /* writers of old forgot it; then it is that of the messages */
	r->old_unions = version <= VERSION_4;
	if ((rc = schema_fields(r, &f, schema, (size_t)end, e)) || r->only_notes)
		return rc;
	if ((rc = reader_units(r, e)) || (rc = take_blocks(r, &f, dictionaries, HEADER_DICTIONARY, end, e)))
		return rc;
	return take_blocks(r, &f, batches, HEADER_BATCH, end, e);
}

/* == all == */

static int read_source(const struct source *s, const struct arrow_read_options *o, bool only_notes, struct arrow_data *out,
		       struct err *e)
{
	static const struct arrow_read_options defaults = { 0 };
	struct reader r = { .s = *s, .o = o ? o : &defaults, .out = out, .only_notes = only_notes };
	double most = (double)s->size * (r.o->max_ratio > 0 ? r.o->max_ratio : INPUT_MAX_RATIO);
	char head[MAGIC] = "";
	int rc;

	r.most = most < 16 << 20 ? 16 << 20 : most > 1e18 ? (int64_t)1e18 : (int64_t)most;
	rc = source_read(s, 0, head, s->size < MAGIC ? s->size : MAGIC, e);
	if (!rc)
		rc = memcmp(head, magic, MAGIC) ? read_stream(&r, e) : read_file(&r, e);
	if (!rc && !only_notes)
		rc = reader_finish(&r, e);
	out->bytes = s->size;
	reader_release(&r);
	if (rc)
		arrow_data_release(out);
	return rc;
}

int arrow_read_memory(const char *name, const char *p, size_t n, const struct arrow_read_options *o,
		      struct arrow_data *out, struct err *e)
{
	struct source s = { .name = name, .fd = -1, .mem = p, .size = (int64_t)n };

	return read_source(&s, o, false, out, e);
}

/* What cannot be read in any order is read to memory; it grows with what comes. */
static int read_all(struct input *in, const struct arrow_read_options *o, struct arrow_data *out, struct err *e)
{
	size_t room = 1 << 20, n = 0, got = 1;
	char *all = mem_column(room), *grown;
	int rc = all ? 0 : err_nomem(e);

	while (!rc && got) {
		if (n == room) {
			if (room > SIZE_MAX / 4 || !(grown = mem_column_resize(all, n, room * 2))) {
				rc = err_nomem(e);
				break;
			}
			all = grown;
			room *= 2;
		}
		rc = input_read(in, all + n, room - n, &got, e);
		n += rc ? 0 : got;
	}
	if (!rc)
		rc = arrow_read_memory(input_name(in), all, n, o, out, e);
	mem_free(all);
	return rc;
}

int arrow_read_input(struct input *in, const struct arrow_read_options *o, struct arrow_data *out, struct err *e)
{
	struct source s = { .name = input_name(in) };
	int rc;

	s.fd = input_file(in, &s.size);
	if (s.fd < 0)
		return read_all(in, o, out, e);
	if (!(rc = read_source(&s, o, false, out, e)) && (rc = input_unchanged(in, e)))
		arrow_data_release(out);
	return rc;
}

int arrow_read(const char *path, const struct arrow_read_options *o, struct arrow_data *out, struct err *e)
{
	struct input_options how = { .arrow = true, .max_ratio = o ? o->max_ratio : 0 };
	struct input *in;
	int rc = input_open(&in, path, &how, e);

	if (rc)
		return rc;
	if (input_holds_arrow(in))
		rc = arrow_read_input(in, o, out, e);
	else
		rc = err_set(e, ERR_DATA, "%s: error: this is no Arrow file", input_name(in));
	input_close(in);
	return rc;
}

int arrow_read_notes(const char *path, struct arrow_data *out, struct err *e)
{
	struct input_options how = { .arrow = true };
	struct source s = { 0 };
	struct input *in;
	int rc = input_open(&in, path, &how, e);

	if (rc)
		return rc;
	s.name = input_name(in);
	if (!input_holds_arrow(in) || (s.fd = input_file(in, &s.size)) < 0)
		rc = err_set(e, ERR_DATA, "%s: error: this is no Arrow file", input_name(in));
	else
		rc = read_source(&s, NULL, true, out, e);
	input_close(in);
	return rc;
}

void arrow_data_release(struct arrow_data *d)
{
	table_unref(d->table);
	faults_release(&d->faults);
	for (size_t k = 0; k < d->nnotes; k++) {
		mem_free(d->notes[k].key);
		mem_free(d->notes[k].value);
	}
	mem_free(d->notes);
	*d = (struct arrow_data)ARROW_DATA_INIT;
}
