/*
 * pass.c - all files once through the store, in several threads.
 *
 * A thread takes the next block (reading is one at a time, in order), sorts out its rows, waits for its turn to learn
 * which rows of the table they are, and converts them. Turns come in the order of the blocks and are short: nothing but
 * sums. So the place of every value depends on the file alone.
 */
#include "csv/load_priv.h"

#include <string.h>

enum {
	MIN_SHARED = 1 << 20,    /* bytes; fewer are not worth a thread */
	FIRST_BLOCKS = 16,       /* at most, before strings are text or a dictionary for good */
	FIRST_ROWS = 65536,
};

static int64_t min_shared = MIN_SHARED;

void pass_shared_from(int64_t bytes)
{
	min_shared = bytes ? bytes : MIN_SHARED;
}

struct worker;

struct pass {
	struct loading *l;
	struct store *store;
	struct worker *workers;
	int nworkers;
	pthread_mutex_t reading;
	pthread_mutex_t turns;
	pthread_cond_t turn_came;
	int64_t turn;            /* number of the block whose turn it is */
	bool failed;             /* by some worker: the others stop; atomic */
	int read_rc;             /* reading failed, and ends as if the files did: blocks before it are still done */
	struct err read_err;
	int64_t most;            /* blocks of this pass */
	double rows_a_byte;      /* of the first block: guesses how large arrays get */
	double expected;         /* bytes of text in all; 0 = not known */
};

struct worker {
	struct pass *p;
	struct block block;
	struct rows rows;
	struct converter conv;
	struct rows_options shape;
	const struct source *source;
	int32_t file;
	int64_t number;          /* of the block */
	struct faults faults;
	struct reject_list refused;
	struct err err;
	int rc;
};

/* == faults == */

static void refuse(void *ctx, const struct row_refusal *r)
{
	struct worker *w = ctx;
	const struct source *s = w->source;
	struct reject_row row = { .row = -1, .line = r->line, .file = w->file };
	size_t before = w->faults.n, at = 0, shift;
	char guess[SOURCE_GUESS_MAX];

	if (w->p->l->settled)
		return;
	switch (r->why) {
	case ROW_GRAMMAR:
		fault_of_grammar(&w->faults, s, r);
		break;
	case ROW_NULS:
		fault_add(&w->faults, -1, NULL, "%zu NUL bytes and nothing else, as a cut or preallocated file has them", r->raw.n);
		fault_place(&w->faults, w->faults.n - 1, r->raw, r->line, 0);
		break;
	case ROW_RAGGED:
		fault_add(&w->faults, -1, NULL, "expected %zu field%s, found %zu%s", s->nfields, s->nfields == 1 ? "" : "s",
			  r->found, source_guess(w->p->l, s, guess));
		at = r->found > s->nfields ? scan_locate(&s->scan, r->raw, s->nfields) : r->raw.n;
		fault_place(&w->faults, w->faults.n - 1, r->raw, r->line, at);
		break;
	case ROW_UTF8:
		/* Inside quotes the byte stands one further, and each doubled quote before it one more. */
		at = scan_locate(&s->scan, r->raw, r->field);
		shift = at < r->raw.n && r->raw.p[at] == s->scan.quote;
		for (size_t i = at + shift, good = 0; shift && i < r->raw.n && good < r->at; i++, good++) {
			if (r->raw.p[i] == s->scan.quote && i + 1 < r->raw.n && r->raw.p[i + 1] == s->scan.quote) {
				shift++;
				i++;
			}
		}
		at += shift + r->at;
		fault_add(&w->faults, -1, s->header[r->field], "the byte 0x%02x is not UTF-8", (unsigned char)r->raw.p[at]);
		fault_place(&w->faults, w->faults.n - 1, r->raw, r->line, at);
		break;
	}
	for (size_t i = before; i < w->faults.n; i++) {
		w->faults.items[i].file = w->file;
		if (w->block.patch)
			fault_of_correction(&w->faults, i);
	}
	if (!w->rc)
		w->rc = reject_add(&w->refused, &row, r->raw, &w->err);
}

static int mistyped(void *ctx, const struct rows *r, size_t i, int64_t at, const struct converting *c, struct slice text,
		    struct err *e)
{
	struct worker *w = ctx;
	struct slice raw = rows_raw(r, i);
	struct reject_row row = { .row = at, .line = rows_line(r, i), .file = w->file };

	if (w->p->l->settled)
		return reject_add(&w->refused, &row, slice_of(raw.p, 0), e);
	fault_add(&w->faults, at, c->col->name, "%s, found '%.*s'%s", type_expectation(c->col->type),
		  (int)(text.n < 60 ? text.n : 60), text.p, text.n > 60 ? " ..." : "");
	fault_place(&w->faults, w->faults.n - 1, raw, row.line, scan_locate(&w->source->scan, raw, (size_t)c->field));
	if (w->block.patch)
		fault_of_correction(&w->faults, w->faults.n - 1);
	if (w->faults.failed)
		return err_nomem(e);
	w->faults.items[w->faults.n - 1].file = w->file;
	return reject_add(&w->refused, &row, raw, e);
}

/* == turns == */

static bool wait_turn(struct pass *p, int64_t number)
{
	bool came;

	pthread_mutex_lock(&p->turns);
	while (p->turn != number && !__atomic_load_n(&p->failed, __ATOMIC_RELAXED))
		pthread_cond_wait(&p->turn_came, &p->turns);
	came = p->turn == number;
	pthread_mutex_unlock(&p->turns);
	return came;
}

static void end_turn(struct pass *p)
{
	pthread_mutex_lock(&p->turns);
	p->turn++;
	pthread_cond_broadcast(&p->turn_came);
	pthread_mutex_unlock(&p->turns);
}

static void fail(struct worker *w, int rc)
{
	w->rc = rc;
	pthread_mutex_lock(&w->p->turns);
	__atomic_store_n(&w->p->failed, true, __ATOMIC_RELAXED);
	pthread_cond_broadcast(&w->p->turn_came);
	pthread_mutex_unlock(&w->p->turns);
}

/* What the first block says of the whole: arrays are made large enough at once, where the size is known. */
static int64_t guess_rows(const struct pass *p, int64_t at_least)
{
	double rows = p->rows_a_byte * p->expected * 1.05 + 64;

	return rows > (double)at_least ? (int64_t)rows : at_least;
}

static int keep_rows(struct loading *l, const struct worker *w, struct err *e)
{
	struct kept_block *kept = mem_resize(l->kept, (size_t)(w->number + 1) * sizeof *kept), *k;
	size_t total = 0, at = 0;

	if (!kept)
		return err_nomem(e);
	l->kept = kept;
	k = &kept[w->number];
	*k = (struct kept_block){ 0 };
	l->nkept = w->number + 1;
	for (size_t i = 0; i < w->rows.n; i++)
		total += rows_raw(&w->rows, i).n;
	k->raw = mem_alloc(total);
	k->rows = mem_alloc(w->rows.n * sizeof *k->rows);
	if (!k->raw || !k->rows)
		return err_nomem(e);
	for (size_t i = 0; i < w->rows.n; i++) {
		struct slice raw = rows_raw(&w->rows, i);

		k->rows[i] = (struct kept_row){ (uint32_t)at, (uint32_t)raw.n, rows_line(&w->rows, i) };
		memcpy(k->raw + at, raw.p, raw.n);
		at += raw.n;
	}
	return 0;
}

static void add_origin(struct origin_runs *runs, const struct rows *r, int64_t row, int32_t file)
{
	if (!r->n)
		return;
	origin_add(runs, row, file, rows_line(r, 0));
	for (size_t i = 1; r->line_of && i < r->n; i++)
		if (r->line_of[i] != r->line_of[i - 1] + 1)
			origin_add(runs, row + (int64_t)i, file, r->line_of[i]);
}

/* Which rows of the table are this block's, and which bytes of its text columns. */
static int take_turn(struct worker *w, int64_t *row, struct err *e)
{
	struct pass *p = w->p;
	struct loading *l = p->l;
	struct store *s = p->store;
	const struct rows *r = &w->rows;
	struct ledger *g = &l->out->ledger;
	int64_t want = s->rows + (int64_t)r->n;
	int rc;

	*row = s->rows;
	if (!w->number && w->block.n) {
		double part = (double)w->block.n * (double)p->most;

		p->rows_a_byte = (double)r->n / (double)w->block.n;
		p->expected = p->expected > 0 && p->expected < part ? p->expected : p->most < INT64_MAX ? part : 0;
	}
	if (want > s->row_cap)
		want = s->row_cap ? want : guess_rows(p, want);
	if ((rc = store_reserve(s, want, w->number + 1, e)))
		return rc;
	for (size_t k = 0; k < w->conv.ncols; k++) {
		struct converting *c = &w->conv.cols[k];

		if (c->kind != KIND_TEXT)
			continue;
		if ((rc = store_reserve_text(s, c->col, c->text_end, e)))
			return rc;
		c->text_at = c->col->nbytes;
		c->text_end += c->text_at;
		c->col->nbytes = c->text_end;
	}
	s->stretches[w->number] = (struct stretch){ *row, (uint32_t)r->n, (uint32_t)w->file };
	s->nblocks = w->number + 1;
	__atomic_store_n(&s->rows, s->rows + (int64_t)r->n, __ATOMIC_RELAXED);
	if (!l->settled || l->forgets)           /* each part of a stream has rows of its own */
		add_origin(&l->origin, r, *row, w->file);
	if (l->settled)
		return 0;
	g->rows_read += r->records;
	g->rows_replayed += w->block.patch != NULL;
	g->bytes_rows += r->bytes_rows;
	g->bytes_terminators += r->bytes_terminators;
	g->bytes_skipped += r->bytes_skipped;
	g->blank_lines += r->blank_lines;
	return l->keep_raw ? keep_rows(l, w, e) : 0;
}

/* == one block == */

/* The columns there are by now, and where this file has them. */
static int meet_columns(struct worker *w, struct err *e)
{
	struct store *s = w->p->store;
	struct converter *v = &w->conv;
	size_t ncols;

	pthread_rwlock_rdlock(&s->moving);
	ncols = s->ncols;
	if (ncols > v->ncols) {
		struct converting *cols = mem_resize(v->cols, ncols * sizeof *cols);

		if (!cols) {
			pthread_rwlock_unlock(&s->moving);
			return err_nomem(e);
		}
		v->cols = cols;
		v->ncols = ncols;
		v->map_words = 0;
	}
	for (size_t k = 0; k < ncols; k++)
		v->cols[k] = (struct converting){ .col = s->cols[k], .field = source_field(w->source, (int)k) };
	pthread_rwlock_unlock(&s->moving);
	v->file = w->file;
	v->quote = w->source->scan.quote;
	w->shape.nfields = w->source->nfields;
	w->shape.quote = w->source->scan.quote;
	w->shape.wanted = w->source->wanted;
	w->shape.nwanted = w->source->nwanted;
	return 0;
}

static int do_block(struct worker *w, struct err *e)
{
	struct pass *p = w->p;
	int64_t row;
	int rc;

	if ((rc = meet_columns(w, e)) || (rc = rows_of_block(&w->rows, &w->block, &w->shape, e)) || (rc = w->rc) ||
	    (rc = convert_begin(&w->conv, &w->rows, w->number, e)))
		return rc;
	if (!wait_turn(p, w->number))
		return 0;                /* somebody failed before */
	rc = take_turn(w, &row, e);
	if (rc)
		return rc;
	end_turn(p);
	pthread_rwlock_rdlock(&p->store->moving);
	rc = convert_block(&w->conv, &w->rows, w->number, row, e);
	pthread_rwlock_unlock(&p->store->moving);
	return rc;
}

static void tell_progress(const struct loading *l)
{
	int64_t taken = 0, size = 0, done = 0;

	for (size_t i = 0; i < l->nsources && size >= 0; i++) {
		if (i < l->at)
			done += l->sources[i].size;
		size = l->sources[i].size < 0 ? -1 : size + l->sources[i].size;
	}
	if (l->at < l->nsources && l->sources[l->at].in) {
		int64_t all;

		input_progress(l->sources[l->at].in, &taken, &all);
	}
	l->o->progress(l->o->progress_ctx, done + taken, size, __atomic_load_n(&l->store->rows, __ATOMIC_RELAXED));
}

/* The next block is this worker's; w->block.n = 0 when there is none. */
static void get_block(struct worker *w)
{
	struct pass *p = w->p;

	pthread_mutex_lock(&p->reading);
	if (__atomic_load_n(&p->failed, __ATOMIC_RELAXED) || p->read_rc || p->l->blocks == p->most)
		w->block.n = 0;
	else if (stop_requested())
		p->read_rc = err_set(&p->read_err, ERR_INTERRUPT, "interrupted");
	else
		p->read_rc = sources_next(p->l, &w->block, &w->file, &p->read_err);
	if (p->read_rc)
		w->block.n = 0;
	if (w->block.n)
		w->number = p->l->blocks++;
	if (!p->read_rc && p->l->o->progress)
		tell_progress(p->l);
	pthread_mutex_unlock(&p->reading);
	w->source = &p->l->sources[w->file];
}

static void work(void *ctx, int number)
{
	struct pass *p = ctx;
	struct worker *w = &p->workers[number];
	int rc;

	for (get_block(w); w->block.n; get_block(w)) {
		if ((rc = do_block(w, &w->err))) {
			fail(w, rc);
			break;
		}
	}
}

/* Strings that did not repeat so far may do so among more rows. */
static bool undecided(const struct store *s)
{
	for (size_t k = 0; k < s->ncols; k++)
		if (store_prefers_text(s, s->cols[k], 0))
			return s->nblocks < FIRST_BLOCKS && s->rows < FIRST_ROWS;
	return false;
}

/*
 * The first blocks alone: their types are what the others expect, and strings that hardly come again are kept as text.
 */
static int first_blocks(struct pass *p, struct err *e)
{
	struct worker *w = &p->workers[0];
	struct store *s = p->store;
	double read = 0;
	int rc = 0;

	for (size_t i = 0; i < p->l->nsources; i++) {
		if (p->l->sources[i].size < 0) {         /* a pipe: nothing is known */
			p->expected = 0;
			break;
		}
		p->expected += (double)p->l->sources[i].size;
	}
	w->conv.first = true;
	do {
		get_block(w);
		if (!w->block.n)
			break;
		read += (double)w->block.n;
		rc = do_block(w, e);
		w->conv.first = false;
	} while (!rc && undecided(s));
	for (size_t k = 0; k < s->ncols && !rc; k++) {
		s->cols[k]->early = s->cols[k]->kind != KIND_NONE;
		loading_absent(p->l, s, s->cols[k]);     /* blocks that came before a file with the column */
		if (store_prefers_text(s, s->cols[k], 0))
			rc = store_make_text(s, s->cols[k], 0, read > 0 && p->expected > read ? p->expected / read : 1, e);
	}
	return rc;
}

/* == the whole == */

static int open_workers(struct pass *p, struct err *e)
{
	const struct load_options *o = p->l->o;

	if (!(p->workers = mem_zero((size_t)p->nworkers, sizeof *p->workers)))
		return err_nomem(e);
	for (int i = 0; i < p->nworkers; i++) {
		struct worker *w = &p->workers[i];

		w->p = p;
		w->shape.refuse = refuse;
		w->shape.ctx = w;
		w->conv.store = p->store;
		w->conv.o = o;
		w->conv.kernel = kernel_best();
		w->conv.thread = i;
		w->conv.plain_missing = !o->nmissing;
		w->conv.settled = p->l->settled;
		w->conv.mistyped = mistyped;
		w->conv.ctx = w;
	}
	return 0;
}

/* Faults and refused rows of all threads; the first error, that of reading last. */
static int collect(struct pass *p, int rc, struct err *e)
{
	for (int i = 0; p->workers && i < p->nworkers; i++) {
		struct worker *w = &p->workers[i];

		faults_move(&p->l->out->faults, &w->faults);
		if (!rc && w->rc) {
			rc = w->rc;
			if (e)
				*e = w->err;
		}
		if (!rc)
			rc = reject_move(&p->l->refused, &w->refused, e);
		reject_list_release(&w->refused);
		block_release(&w->block);
		rows_release(&w->rows);
		converter_release(&w->conv);
	}
	mem_free(p->workers);
	if (rc || !p->read_rc)
		return rc;
	p->l->cut = p->read_rc == ERR_DATA;
	return err_copy(e, &p->read_err);
}

int pass_run(struct loading *l, struct store *store, int64_t most, struct err *e)
{
	struct pass p = { .l = l, .store = store, .nworkers = (int)store->nthreads, .most = most };
	struct err first = ERR_INIT;
	int rc;

	l->blocks = 0;
	pthread_mutex_init(&p.reading, NULL);
	pthread_mutex_init(&p.turns, NULL);
	pthread_cond_init(&p.turn_came, NULL);
	if (!(rc = open_workers(&p, e)) && (rc = first_blocks(&p, &first)) && e)
		*e = first;
	if (!rc && p.workers[0].block.n)
		thread_run(p.expected > 0 && p.expected < (double)min_shared ? 1 : p.nworkers, work, &p);
	rc = collect(&p, rc, e);
	sources_counted(l);
	pthread_mutex_destroy(&p.reading);
	pthread_mutex_destroy(&p.turns);
	pthread_cond_destroy(&p.turn_came);
	return rc;
}
