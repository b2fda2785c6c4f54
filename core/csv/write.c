/*
 * write.c - tables as CSV, JSON and JSON Lines.
 *
 * Everything that comes again in every row is made once: what stands before a value (a comma, in JSON the name too), a
 * missing one, and each value of a small dictionary with all of it. A row is then copies and numbers, put side
 * by side in room that was asked for once; only long texts and quantities take the careful way.
 */
#include "csv/write_priv.h"

#include <pthread.h>
#include <string.h>

static const char *const formats[] = {
#define X(name, text) text,
	WRITE_LIST(X)
#undef X
};

bool write_format_from_name(const char *name, enum write_format *out)
{
	for (int i = 0; i < WRITE_COUNT; i++)
		if (!strcmp(name, formats[i]))
			return *out = (enum write_format)i, true;
	return false;
}

/* == values that take the careful way == */

/* JSON has no NaN and no infinity; they go out as the strings nan, inf, -inf. */
static void json_number(struct buf *out, double v)
{
	char text[TEXT_NUMBER_MAX];
	size_t n = text_print_float64(text, v);

	if (isfinite(v))
		buf_add(out, text, n);
	else
		buf_printf(out, "\"%s\"", text);
}

static void json_code(struct buf *out, const char *name, struct slice s)
{
	buf_printf(out, ",\"%s\":", name);
	if (s.n)
		write_json_string(out, s.p, s.n);
	else
		buf_str(out, "null");
}

/* Unit and days are written where they are known: most figures have none. */
static void json_day(struct buf *out, const char *name, bool known, int32_t days)
{
	char text[DATE_TEXT_MAX];

	if (known)
		buf_printf(out, ",\"%s\":\"%.*s\"", name, (int)date_print(text, days), text);
}

static void json_quantity(struct buf *out, const struct quantity *q)
{
	const char *kind = quantity_kind_name(q->kind);

	buf_str(out, "{\"low\":");
	json_number(out, q->low);
	buf_str(out, ",\"high\":");
	if (isinf(q->high))
		buf_str(out, "null");
	else
		json_number(out, q->high);
	buf_str(out, ",\"stated\":");
	if (isnan(q->stated))
		buf_str(out, "null");
	else
		json_number(out, q->stated);
	json_code(out, "kind", slice_of(kind, strlen(kind)));
	json_code(out, "measure", q->measure);
	json_code(out, "basis", q->basis);
	json_code(out, "base", q->base);
	if (q->unit.n)
		json_code(out, "unit", q->unit);
	json_day(out, "since", q->has_since, q->since);
	json_day(out, "as_of", q->has_as_of, q->as_of);
	buf_char(out, '}');
}

static void put_quantity(struct buf *out, const struct column *c, int64_t i, bool json, bool alone)
{
	struct quantity q = column_quantity(c, i);
	struct buf text = BUF_INIT;

	if (json) {
		json_quantity(out, &q);
		return;
	}
	quantity_print(&text, &q);
	write_csv_field(out, text.p ? text.p : "", text.n, alone);
	out->failed |= text.failed;
	buf_release(&text);
}

static void put_string(struct buf *out, struct slice s, bool json, bool alone)
{
	if (json)
		write_json_string(out, s.p, s.n);
	else
		write_csv_field(out, s.p, s.n, alone);
}

/* == what is made once == */

/*
 * A dictionary is made into text when there are fewer values than rows and they fit in a processor's cache. SPAN bytes are
 * copied at once, so whatever is copied from or to has as many behind it. NUMBER is more than any number or date takes.
 */
enum { CACHED_VALUES = 1 << 16, CACHED_BYTES = 1 << 20, SPAN = 32, NUMBER = 48 };

/* Texts one behind the other. */
struct words {
	struct buf text;
	struct buf ends;         /* uint32_t: of each */
	size_t longest;
};

struct cell {
	const struct column *c;
	struct words frame;      /* BEFORE a value; a MISSING one, with that */
	struct words values;     /* of a dictionary, with what is before; none when they are not made */
};
enum { BEFORE, MISSING };

struct writer {
	const struct table *t;
	struct cell *cells;
	int n;
	struct words frame;      /* of a row: BEGIN and END */
	size_t room;             /* what a row takes at most, without what goes the careful way */
	size_t usual;            /* what it takes about, with that */
	bool json, array, alone;
};
enum { BEGIN, END };

static void end_word(struct words *w)
{
	uint32_t end = (uint32_t)w->text.n, from = 0;

	if (w->ends.n)
		memcpy(&from, w->ends.p + w->ends.n - sizeof from, sizeof from);
	w->longest = end - from > w->longest ? end - from : w->longest;
	buf_add(&w->ends, &end, sizeof end);
	buf_room(&w->text, SPAN);
}

static inline struct slice word(const struct words *w, int64_t k)
{
	const uint32_t *ends = (const uint32_t *)(const void *)w->ends.p;
	uint32_t from = k ? ends[k - 1] : 0;

	return slice_of(w->text.p + from, ends[k] - from);
}

static inline char *put_word(char *to, const struct words *w, int64_t k)
{
	struct slice s = word(w, k);

	if (s.n <= SPAN)
		memcpy(to, s.p, SPAN);
	else
		memcpy(to, s.p, s.n);
	return to + s.n;
}

static bool words_failed(const struct words *w)
{
	return w->text.failed || w->ends.failed;
}

static void words_release(struct words *w)
{
	buf_release(&w->text);
	buf_release(&w->ends);
}

/* What stands around a row. Between those of an array there is a comma besides. */
static void frame_row(struct words *w, enum write_format format)
{
	buf_str(&w->text, format == WRITE_CSV ? "" : format == WRITE_JSON ? "\n{" : "{");
	end_word(w);
	buf_str(&w->text, format == WRITE_CSV ? "\r\n" : format == WRITE_JSON ? "}" : "}\n");
	end_word(w);
}

static void add_before(struct buf *to, const char *name, bool first, bool json)
{
	buf_str(to, first ? "" : ",");
	if (json) {
		write_json_string(to, name, strlen(name));
		buf_char(to, ':');
	}
}

static void frame_value(struct words *w, const char *name, bool first, bool json, bool alone)
{
	add_before(&w->text, name, first, json);
	end_word(w);
	add_before(&w->text, name, first, json);
	buf_str(&w->text, json ? "null" : alone ? "\"\"" : "");
	end_word(w);
}

static void make_values(struct words *w, const struct column *dict, struct slice before, int64_t rows, bool json,
			bool alone)
{
	if (dict->length > CACHED_VALUES || dict->length > rows ||
	    dict->as.offsets[dict->length] + dict->length * (int64_t)before.n > CACHED_BYTES)
		return;
	for (int64_t k = 0; k < dict->length; k++) {
		buf_add(&w->text, before.p, before.n);
		put_string(&w->text, column_string(dict, k), json, alone);
		end_word(w);
	}
}

/* Bytes of a text of the column, on average. */
static size_t usual_size(const struct column *c)
{
	c = c->dict ? c->dict : c;
	if (c->type != TYPE_STRING || !c->length)
		return c->type == TYPE_QUANTITY ? 2 * NUMBER : NUMBER / 6;
	return (size_t)(c->as.offsets[c->length] / c->length);
}

static int prepare(struct writer *w, const struct table *t, enum write_format format, struct err *e)
{
	bool failed = false;

	w->t = t;
	w->json = format != WRITE_CSV;
	w->array = format == WRITE_JSON;
	w->alone = t->ncols == 1;
	if (!(w->cells = mem_zero((size_t)t->ncols, sizeof *w->cells)))
		return err_nomem(e);
	frame_row(&w->frame, format);
	w->room = 2 * w->frame.longest + SPAN;
	for (w->n = 0; w->n < t->ncols; w->n++) {
		struct cell *cell = &w->cells[w->n];

		cell->c = t->cols[w->n];
		frame_value(&cell->frame, t->names[w->n], !w->n, w->json, w->alone);
		if (cell->c->dict && !words_failed(&cell->frame))
			make_values(&cell->values, cell->c->dict, word(&cell->frame, BEFORE), t->rows, w->json, w->alone);
		w->room += cell->frame.longest + NUMBER + cell->values.longest;
		w->usual += cell->frame.longest + usual_size(cell->c);
		failed |= words_failed(&cell->frame) || words_failed(&cell->values);
	}
	return failed || words_failed(&w->frame) ? err_nomem(e) : 0;
}

static void release(struct writer *w)
{
	words_release(&w->frame);
	for (int k = 0; k < w->n; k++) {
		words_release(&w->cells[k].frame);
		words_release(&w->cells[k].values);
	}
	mem_free(w->cells);
}

/* == rows == */

/* A number or date, at most NUMBER bytes; in JSON what is no number stands in quotes. */
static inline char *put_value(char *to, const struct column *c, int64_t i, bool json)
{
	bool quoted = json && (c->type == TYPE_DATE || c->type == TYPE_DATETIME ||
			       (c->type == TYPE_FLOAT64 && !isfinite(c->as.f64[i])));

	*to = '"';
	to += quoted;
	switch (c->type) {
	case TYPE_BOOL:
		memcpy(to, column_bool(c, i) ? "true" : "false", 5);
		to += column_bool(c, i) ? 4 : 5;
		break;
	case TYPE_INT64:
		to += text_print_int64(to, c->as.i64[i]);
		break;
	case TYPE_FLOAT64:
		to += text_print_float64(to, c->as.f64[i]);
		break;
	case TYPE_DATE:
		to += date_print(to, c->as.days[i]);
		break;
	default:
		to += datetime_print(to, c->as.i64[i]);
	}
	*to = '"';
	return to + quoted;
}

static void put_row(const struct writer *w, struct buf *out, int64_t i)
{
	char *to = buf_room(out, w->room);

	if (!to)
		return;
	to = put_word(to, &w->frame, BEGIN);
	for (int k = 0; k < w->n; k++) {
		const struct cell *cell = &w->cells[k];
		const struct column *c = cell->c;

		if (!column_has(c, i)) {
			to = put_word(to, &cell->frame, MISSING);
		} else if (cell->values.ends.n) {
			to = put_word(to, &cell->values, column_code(c, i));
		} else if (c->type == TYPE_STRING || c->type == TYPE_QUANTITY) {
			out->n = (size_t)(put_word(to, &cell->frame, BEFORE) - out->p);
			if (c->type == TYPE_STRING)
				put_string(out, column_string(c, i), w->json, w->alone);
			else
				put_quantity(out, c, i, w->json, w->alone);
			if (!(to = buf_room(out, w->room)))
				return;
		} else {
			to = put_value(put_word(to, &cell->frame, BEFORE), c, i, w->json);
		}
	}
	out->n = (size_t)(put_word(to, &w->frame, END) - out->p);
}

/* The rows from `from` to before `to`, with the commas between those of an array. */
static void put_rows(const struct writer *w, struct buf *out, int64_t from, int64_t to)
{
	for (int64_t i = from; i < to; i++) {
		if (w->array && i)
			buf_char(out, ',');
		put_row(w, out, i);
	}
}

/* == several threads == */

enum { BLOCK = 256 << 10 };

/*
 * Blocks of rows become texts in any thread and are handed on in their order by the first, which alone may have to wait for
 * a pipe or a disk and be interrupted there. Each slot holds a text until then.
 */
struct blocks {
	const struct writer *w;
	struct file_out *out;
	struct err *e;
	int rc;
	int64_t rows, n;         /* of a block, and how many blocks there are */
	int64_t claimed, written;
	int64_t nslots;
	struct block {
		struct buf text;
		bool ready;
	} *slots;
	pthread_mutex_t lock;    /* claimed, written, ready and rc */
	pthread_cond_t moved;
};

static void make_block(struct blocks *b)
{
	int64_t i = b->claimed++, end = (i + 1) * b->rows;
	struct block *slot = &b->slots[i % b->nslots];

	pthread_mutex_unlock(&b->lock);
	put_rows(b->w, &slot->text, i * b->rows, end < b->w->t->rows ? end : b->w->t->rows);
	pthread_mutex_lock(&b->lock);
	slot->ready = true;
	pthread_cond_broadcast(&b->moved);
}

static void hand_on_block(struct blocks *b)
{
	struct block *slot = &b->slots[b->written % b->nslots];
	int rc;

	pthread_mutex_unlock(&b->lock);
	rc = buf_check(&slot->text, b->e);
	rc = rc ? rc : file_out_add(b->out, slot->text.p, slot->text.n, b->e);
	buf_clear(&slot->text);
	pthread_mutex_lock(&b->lock);
	slot->ready = false;
	b->written++;
	b->rc = rc;
	pthread_cond_broadcast(&b->moved);
}

static void work_on_blocks(void *ctx, int number)
{
	struct blocks *b = ctx;

	pthread_mutex_lock(&b->lock);
	while (!b->rc && b->written < b->n) {
		if (!number && b->slots[b->written % b->nslots].ready)
			hand_on_block(b);
		else if (b->claimed < b->n && b->claimed < b->written + b->nslots)
			make_block(b);
		else
			pthread_cond_wait(&b->moved, &b->lock);
	}
	pthread_mutex_unlock(&b->lock);
}

static int write_blocks(const struct writer *w, struct file_out *out, int64_t rows, int threads, struct err *e)
{
	struct blocks b = { .w = w, .out = out, .e = e, .rows = rows, .n = (w->t->rows + rows - 1) / rows,
			    .nslots = threads + 2, .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER };

	if (!(b.slots = mem_zero((size_t)b.nslots, sizeof *b.slots)))
		return err_nomem(e);
	thread_run(threads, work_on_blocks, &b);
	for (int64_t i = 0; i < b.nslots; i++)
		buf_release(&b.slots[i].text);
	mem_free(b.slots);
	pthread_mutex_destroy(&b.lock);
	pthread_cond_destroy(&b.moved);
	return b.rc;
}

/* == tables == */

static void put_head(struct buf *out, const struct table *t)
{
	for (int k = 0; k < t->ncols; k++) {
		buf_str(out, k ? "," : "");
		write_csv_field(out, t->names[k], strlen(t->names[k]), t->ncols == 1);
	}
	buf_str(out, "\r\n");
}

/* Rows of a block, so that it has about BLOCK bytes; all when one thread does as well. */
static int64_t block_rows(const struct writer *w, int threads)
{
	int64_t rows = BLOCK / (int64_t)(w->usual + 1) + 1;

	return threads > 1 && rows < w->t->rows / 4 ? rows : w->t->rows;
}

static int write_part(struct file_out *out, const struct table *t, enum write_format format, bool head, int threads,
		      struct err *e)
{
	struct writer w = { 0 };
	int rc = prepare(&w, t, format, e);
	int64_t rows;

	threads = threads > THREAD_MAX ? THREAD_MAX : threads > 0 ? threads : thread_online();
	rows = block_rows(&w, threads);
	if (w.array)
		buf_char(out->text, '[');
	if (!w.json && t->ncols && head)
		put_head(out->text, t);
	if (!rc && rows < t->rows)
		rc = write_blocks(&w, out, rows, threads, e);
	for (int64_t i = 0; i < t->rows && rows == t->rows && !rc && (w.json || t->ncols); i++) {
		put_rows(&w, out->text, i, i + 1);
		rc = file_out_step(out, e);
	}
	if (w.array)
		buf_str(out->text, "\n]\n");
	release(&w);
	return rc ? rc : buf_check(out->text, e);
}

int write_table(struct file_out *out, const struct table *t, enum write_format format, int threads, struct err *e)
{
	return write_part(out, t, format, true, threads, e);
}

int write_more(struct file_out *out, const struct table *t, enum write_format format, int threads, struct err *e)
{
	return write_part(out, t, format, false, threads, e);
}

int write_table_text(struct buf *out, const struct table *t, enum write_format format, struct err *e)
{
	struct file_out memory;

	file_out_memory(&memory, out);
	return write_table(&memory, t, format, 1, e);
}
