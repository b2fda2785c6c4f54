/*
 * load_paths.h - one load on all ways: threads, sizes of blocks, memory, files and pipes, and as a stream.
 *
 * Threads and where the bytes come from must not change a bit; blocks of any size and streams give the same values; and
 * what they give is what the slow loader says (slow_load.h).
 */
#ifndef LOAD_PATHS_H
#define LOAD_PATHS_H

#include "slow_load.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static struct load_options options;      /* of the file at hand */

/* == loads == */

enum from { MEMORY, PIECES, ON_DISK, PIPE, FROMS, FILES = FROMS };
static const char *const from_names[] = { "memory", "memory in pieces", "a file", "a pipe", "several files" };

struct how {
	size_t block;
	int threads;
	enum from from;
};

static const char name[] = "standard input";     /* a file of that name, so that messages are the same */
static const char *const *paths;                 /* of several files */
static size_t npaths;

struct writer {
	int fd;
	const char *p;
	size_t n;
};

static inline void *write_pipe(void *ctx)
{
	const struct writer *w = ctx;
	ssize_t put = 0;

	for (size_t at = 0; at < w->n && put >= 0; at += (size_t)put)
		put = write(w->fd, w->p + at, w->n - at);
	close(w->fd);
	return NULL;
}

static inline int load_pipe(const char *p, size_t n, struct load *l, struct err *e)
{
	struct writer w = { .p = p, .n = n };
	pthread_t thread;
	int ends[2], rc;

	signal(SIGPIPE, SIG_IGN);        /* a refusal comes before the last byte */
	if (pipe(ends))
		return err_errno(e, "open", "a pipe");
	w.fd = ends[1];
	if (ends[0]) {
		dup2(ends[0], 0);
		close(ends[0]);
	}
	if (pthread_create(&thread, NULL, write_pipe, &w))
		return err_errno(e, "start", "a thread");
	rc = load_file("-", &options, l, e);
	close(0);
	pthread_join(thread, NULL);
	return rc;
}

static inline int load_from(enum from from, const char *p, size_t n, struct load *l, struct err *e)
{
	struct input *in = NULL;
	int rc;

	switch (from) {
	case FILES:
		return load_files(paths, npaths, &options, l, e);
	case ON_DISK:
		return load_file(name, &options, l, e);
	case PIPE:
		return load_pipe(p, n, l, e);
	default:
		if ((rc = input_memory(&in, name, p, n, e)))
			return rc;
		input_limit(in, from == PIECES ? 7 : 0);
		rc = load_input(in, &options, l, e);
		input_close(in);
		return rc;
	}
}

static long loads, restarts;             /* restarts: of optimistic streams */
static int differences;

/* All that came of it; `table`, when not NULL, gets what the slow loader tells too. */
static inline bool run(const char *p, size_t n, const struct how *h, bool storage, struct buf *out, struct buf *table)
{
	struct load l = LOAD_INIT;
	struct err e = ERR_INIT;
	bool good;

	reader_block_size(h->block);
	pass_shared_from(1);
	options.threads = h->threads;
	buf_clear(out);
	good = !load_from(h->from, p, n, &l, &e);
	loads++;
	if (good) {
		outcome_of_load(out, &l, storage);
		outcome_of_reasons(out, &l);
	} else {
		buf_str(out, e.msg);
	}
	if (table)
		buf_clear(table);
	if (good && table && slow_knows(&l))
		slow_outcome(table, &l);
	load_release(&l);
	return good;
}

/* The same of a stream, its tables one behind the other; an optimistic one drops them when it has to begin again. */
static inline void run_stream(const char *const *files, size_t n, const struct how *h, bool optimistic, struct buf *out)
{
	struct load_stream *s = NULL;
	struct table *t = NULL, *last = NULL;
	struct buf *cols = NULL, lines = BUF_INIT;
	struct err e = ERR_INIT;
	long long rows = 0;
	struct slice file;
	int64_t line;
	int rc;

	reader_block_size(h->block);
	options.threads = h->threads;
	buf_clear(out);
	options.optimistic = optimistic;
	rc = load_stream_open(files, n, &options, &s, &e);
	while (!rc && (!(rc = load_stream_next(s, &t, &e)) || rc == ERR_RETYPE) && (rc || t)) {
		if (rc) {
			buf_clear(&lines);
			rows = 0;
			restarts++;
			for (int k = 0; cols && k < last->ncols; k++)
				buf_release(&cols[k]);
			mem_free(cols);
			cols = NULL;             /* there may be more columns now */
			rc = load_stream_restart(s, &e);
			continue;
		}
		cols = cols ? cols : mem_zero((size_t)t->ncols, sizeof *cols);
		for (int k = 0; k < t->ncols; k++)
			outcome_of_values(&cols[k], t->cols[k]);
		for (int64_t i = 0; i < t->rows; i++)
			if (table_where(t, i, &file, &line))
				outcome_number(&lines, ' ', line);
		rows += t->rows;
		table_unref(last);
		last = t;
	}
	if (rc) {
		buf_str(out, e.msg);
	} else {
		const struct load *l = load_stream_result(s);

		outcome_of_ledger(out, &l->ledger);
		buf_printf(out, "\ntable %lld x %d", rows, last->ncols);
		for (int k = 0; k < last->ncols; k++) {
			buf_printf(out, "\ncolumn %s %s", last->names[k], type_name(last->cols[k]->type));
			if (cols[k].n)
				buf_add(out, cols[k].p, cols[k].n);
		}
		if (lines.n)
			buf_add(out, lines.p, lines.n);
		if (l->rejects)
			outcome_of_table(out, l->rejects, false);
		outcome_of_faults(out, l);
	}
	loads++;
	options.optimistic = false;
	for (int k = 0; cols && k < last->ncols; k++)
		buf_release(&cols[k]);
	mem_free(cols);
	table_unref(last);
	buf_release(&lines);
	load_stream_close(s);
}

/* From a little before the first difference. */
static inline void tell(const char *what, const struct buf *text, const struct how *h, const struct buf *want, const struct buf *got)
{
	struct buf b = BUF_INIT;
	size_t at = 0;

	if (++differences > 3)
		return;
	while (at < want->n && at < got->n && want->p[at] == got->p[at])
		at++;
	at = at > 80 ? at - 80 : 0;
	text_escape(&b, text->p, text->n < 600 ? text->n : 600);
	buf_str(&b, "\n-- expected ... ");
	if (want->n)
		text_escape(&b, want->p + at, want->n - at < 240 ? want->n - at : 240);
	buf_str(&b, "\n-- found ...... ");
	if (got->n)
		text_escape(&b, got->p + at, got->n - at < 240 ? got->n - at : 240);
	fprintf(stderr, "%s: blocks of %zu, %d threads, from %s, sep %c%s%s, skip %lld, %zu columns, %zu types, %zu missing\n%s\n", what,
		h->block, h->threads, from_names[h->from], options.scan.sep, options.scan.lenient ? ", lenient" : "",
		options.no_header ? ", no header" : "", (long long)options.scan.skip, options.ncolumns, options.ntypes,
		options.nmissing, outcome_text(&b));
	buf_release(&b);
}

static inline void write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "wb");

	if (f && text->n)
		fwrite(text->p, 1, text->n, f);
	if (!f || fclose(f))
		fprintf(stderr, "cannot write '%s'\n", path);
}

static const size_t all_blocks[] = { 0, 1, 2, 3, 5, 16, 63, 64, 65, 127, 128, 129, 256, 4095, 4096, 4097 };
static const size_t *blocks = all_blocks;        /* the first is what the others are held against */
static size_t nblocks = sizeof all_blocks / sizeof *all_blocks;

/*
 * `slow`: what the slow loader says, or NULL; `from`: the way that the first reading of each size of blocks takes. Does a
 * table come of it?
 */
static inline bool check_loads(const struct buf *text, const struct buf *slow, enum from from)
{
	static struct buf values, one, many, table;
	const char *p = text->p ? text->p : "";
	bool first = false;

	for (size_t b = 0; b < nblocks; b++) {
		size_t block = blocks[b];
		struct how h = { block, 1, from };
		bool good = run(p, text->n, &h, false, &many, &table);

		if (!b)
			buf_clear(&values);
		if (!b && many.n)
			buf_add(&values, many.p, many.n);
		if (!outcome_same(&values, &many))
			tell("not as with blocks as built", text, &h, &values, &many);
		if (slow && table.n && !outcome_same(slow, &table))
			tell("not what the slow loader says", text, &h, slow, &table);
		first = b ? first : good;
		run(p, text->n, &h, true, &one, NULL);
		for (size_t k = 0; k < 5; k++) {
			static const int threads[] = { 2, 3, 8, 1, 2 };
			struct how other = { block, threads[k], from == FILES ? FILES : (enum from)((k + b) % FROMS) };

			run(p, text->n, &other, true, &many, NULL);
			if (!outcome_same(&one, &many))
				tell("not as with one thread", text, &other, &one, &many);
		}
	}
	return first;
}

static inline void check_streams(const struct buf *text, enum from from)
{
	static const char *const one[] = { name };
	static struct buf want, got;
	struct load l = LOAD_INIT;
	struct err e = ERR_INIT;

	reader_block_size(0);
	options.threads = 1;
	buf_clear(&want);
	if (load_from(from, NULL, 0, &l, &e))
		buf_str(&want, e.msg);
	else
		outcome_of_load(&want, &l, false);
	load_release(&l);
	for (size_t b = 0; b < nblocks; b += 2) {
		struct how h = { blocks[b], 1 + (int)b % 3, from };

		/* Without rejects it is an error as soon as it is seen, and does not say how many more there are. */
		run_stream(from == FILES ? paths : one, from == FILES ? npaths : 1, &h, b % 4 && options.rejects, &got);
		if (!outcome_same(&want, &got))
			tell("another stream than table", text, &h, &want, &got);
	}
}

#endif
