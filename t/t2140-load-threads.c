/*
 * A load gives the same bits for any number of threads and from memory, a file or a pipe, and the same values for blocks
 * of any size: table, types, rejects, faults, reasons and ledger. What it gives is held against a slow loader made here of the
 * reference scanner and one value at a time. The files are generated: columns whose type widens late, missing at first,
 * more distinct strings than a dictionary may have, line ends in quotes, broken rows of all kinds.
 *
 * Arguments: how many files, and the first seed, for a longer run by hand.
 */
#define _GNU_SOURCE        /* F_SETPIPE_SZ */
#include "tap.h"
#include "maker.h"
#include "outcome.h"
#include "slow_load.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static struct load_options options;      /* of the file at hand */

/* == loads == */

enum from { MEMORY, PIECES, ON_DISK, PIPE, FROMS, FILES = FROMS };
static const char *const from_names[] = { "memory", "memory in pieces", "a file", "a pipe", "three files" };

struct how {
	size_t block;
	int threads;
	enum from from;
};

static const char name[] = "standard input";     /* a file of that name, so that messages are the same */
static const char *const names[] = { "one.csv", "two.csv", "three.csv" };

static int load_from(enum from from, const char *p, size_t n, struct load *l, struct err *e)
{
	struct input *in = NULL;
	int ends[2], rc;

	switch (from) {
	case FILES:
		return load_files(names, 3, &options, l, e);
	case ON_DISK:
		return load_file(name, &options, l, e);
	case PIPE:
		if (pipe(ends) || fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) < 0 || write(ends[1], p, n) != (ssize_t)n)
			return err_errno(e, "write", "a pipe");
		close(ends[1]);
		dup2(ends[0], 0);
		close(ends[0]);
		rc = load_file("-", &options, l, e);
		return rc;
	default:
		if ((rc = input_memory(&in, name, p, n, e)))
			return rc;
		input_limit(in, from == PIECES ? 7 : 0);
		rc = load_input(in, &options, l, e);
		input_close(in);
		return rc;
	}
}

static long loads;
static int differences;

/* All that came of it; `table`, when not NULL, gets what the slow loader tells too. */
static bool run(const char *p, size_t n, const struct how *h, bool storage, struct buf *out, struct buf *table)
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
	if (good && table)
		slow_outcome(table, &l);
	load_release(&l);
	return good;
}

/* The same of a stream, its tables one behind the other. */
static void run_stream(const char *const *paths, size_t n, const struct how *h, struct buf *out)
{
	struct load_stream *s = NULL;
	struct table *t = NULL, *last = NULL;
	struct buf cols[SLOW_COLUMNS] = { BUF_INIT }, lines = BUF_INIT;
	struct err e = ERR_INIT;
	long long rows = 0;
	struct slice file;
	int64_t line;
	int rc;

	reader_block_size(h->block);
	options.threads = h->threads;
	buf_clear(out);
	rc = load_stream_open(paths, n, &options, &s, &e);
	while (!rc && !(rc = load_stream_next(s, &t, &e)) && t) {
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
	table_unref(last);
	for (size_t k = 0; k < SLOW_COLUMNS; k++)
		buf_release(&cols[k]);
	buf_release(&lines);
	load_stream_close(s);
}

/* From a little before the first difference. */
static void tell(const char *what, const struct buf *text, const struct how *h, const struct buf *want, const struct buf *got)
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

static void write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "wb");

	if (f && text->n)
		fwrite(text->p, 1, text->n, f);
	if (!f || fclose(f))
		fprintf(stderr, "cannot write '%s'\n", path);
}

static const size_t blocks[] = { 0, 1, 2, 3, 5, 16, 63, 64, 65, 127, 128, 129, 256, 4095, 4096, 4097 };
enum { NBLOCKS = sizeof blocks / sizeof *blocks };

/* `slow`: what the slow loader says, or NULL; `from`: the way the first reading of each size of blocks takes. */
static void check_loads(const struct buf *text, const struct buf *slow, enum from from)
{
	static struct buf values, one, many, table;
	const char *p = text->p ? text->p : "";

	for (size_t b = 0; b < NBLOCKS + 2; b++) {
		size_t block = b < NBLOCKS ? blocks[b] : 2 + below(3000);
		struct how h = { block, 1, from };
		bool good = run(p, text->n, &h, false, &many, &table);

		if (!b)
			buf_clear(&values);
		if (!b && many.n)
			buf_add(&values, many.p, many.n);
		if (!outcome_same(&values, &many))
			tell("not as with blocks as built", text, &h, &values, &many);
		if (slow && good && !outcome_same(slow, &table))
			tell("not what the slow loader says", text, &h, slow, &table);
		if (slow && slow->n && !good && options.rejects)
			tell("a table was expected", text, &h, slow, &many);
		run(p, text->n, &h, true, &one, NULL);
		for (size_t k = 0; k < 5; k++) {
			static const int threads[] = { 2, 3, 8, 1, 2 };
			struct how other = { block, threads[k], from == FILES ? FILES : (enum from)((k + b) % FROMS) };

			run(p, text->n, &other, true, &many, NULL);
			if (!outcome_same(&one, &many))
				tell("not as with one thread", text, &other, &one, &many);
		}
	}
}

static void check_streams(const struct buf *text, enum from from)
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
	for (size_t b = 0; b < NBLOCKS; b += 2) {
		struct how h = { blocks[b], 1 + (int)b % 3, from };

		run_stream(from == FILES ? names : one, from == FILES ? 3 : 1, &h, &got);
		if (!outcome_same(&want, &got))
			tell("another stream than table", text, &h, &want, &got);
	}
}

static void check_file(struct maker *m)
{
	static struct buf slow;

	choose(m);
	options = m->options;
	make_file(m, !options.no_header);
	load_slowly(&slow, &m->text, 1, &options);
	write_file(name, &m->text);
	check_loads(&m->text, &slow, MEMORY);
	check_streams(&m->text, ON_DISK);
}

/* Columns that not every file has, at different places; options that fit them all. */
static void check_files(struct maker *m)
{
	static struct load_type types[] = { { "c", TYPE_INT64 }, { "e", TYPE_DATE } };
	static struct buf slow;
	struct buf all = BUF_INIT, texts[3] = { BUF_INIT, BUF_INIT, BUF_INIT };

	choose(m);
	options = m->options;
	options.no_header = false;
	options.columns = NULL;
	options.ncolumns = options.ntypes = 0;
	for (size_t i = 0; i < 3; i++) {
		choose(m);
		m->options = options;
		m->sep = options.scan.sep;
		m->decimal = options.decimal ? options.decimal : '.';
		m->comments = options.scan.comment;
		for (size_t k = 0; k < m->ncols; k++)
			m->names[k] = (char)('a' + (k + i * 2) % 8);
		make_file(m, true);
		write_file(names[i], &m->text);
		buf_add(&texts[i], m->text.p, m->text.n);
		buf_add(&all, m->text.p, m->text.n < 180 ? m->text.n : 180);
		buf_str(&all, "\n...\n");
	}
	if (below(2)) {
		options.types = types;
		options.ntypes = 2;
	}
	load_slowly(&slow, texts, 3, &options);
	check_loads(&all, &slow, FILES);
	check_streams(&all, FILES);
	for (size_t i = 0; i < 3; i++)
		buf_release(&texts[i]);
	buf_release(&all);
}

int main(int argc, char **argv)
{
	int files = argc > 1 ? atoi(argv[1]) : 60;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *work = getenv("WORK");       /* set by t/run */
	struct maker m = { .text = BUF_INIT };

	if (work && chdir(work))
		return 99;
	for (int i = 0; i < files; i++) {
		int before = differences;

		maker_seed = (first + (uint64_t)i) * UINT64_C(0x9e3779b97f4a7c15);
		below(2);
		store_codes_limit(below(2) ? 0 : 3 + below(30));
		if (i % 6)
			check_file(&m);
		else
			check_files(&m);
		if (differences > before)
			fprintf(stderr, "seed %llu\n", (unsigned long long)first + (unsigned long long)i);
	}
	is_int(differences, 0, "%d files: the same table, rejects, faults, reasons and ledger in %ld loads and streams", files, loads);
	unlink(name);
	for (size_t i = 0; i < 3; i++)
		unlink(names[i]);
	buf_release(&m.text);
	return done();
}
