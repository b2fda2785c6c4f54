/*
 * A load gives the same bits for any number of threads and from memory, a file or a pipe, and the same values for blocks
 * of any size: table, types, rejects, faults, reasons and ledger. What it gives is held against a slow loader made here of the
 * reference scanner and one value at a time. The files are generated: columns whose type widens late, missing at first,
 * more distinct strings than a dictionary may have, line ends in quotes, broken rows of all kinds.
 *
 * Arguments: how many files, and the first seed, for a longer run by hand.
 */
#include "tap.h"
#include "load_paths.h"
#include "maker.h"

#include <stdlib.h>

enum { NBLOCKS = sizeof all_blocks / sizeof *all_blocks };

static void check_file(struct maker *m)
{
	static struct buf slow;

	choose(m);
	options = m->options;
	make_file(m, !options.no_header);
	load_slowly(&slow, &m->text, 1, &options);
	write_file(name, &m->text);
	if (!check_loads(&m->text, &slow, MEMORY) && slow.n && options.rejects)
		tell("a table was expected", &m->text, &(struct how){ 0 }, &slow, &(struct buf)BUF_INIT);
	check_streams(&m->text, ON_DISK);
}

/* Columns that not every file has, at different places; options that fit them all. */
static void check_files(struct maker *m)
{
	static struct load_type types[] = { { "c", TYPE_INT64 }, { "e", TYPE_DATE } };
	static struct buf slow;
	static const char *const names[] = { "one.csv", "two.csv", "three.csv" };
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
	paths = names;
	npaths = 3;
	check_loads(&all, &slow, FILES);
	check_streams(&all, FILES);
	for (size_t i = 0; i < 3; i++) {
		buf_release(&texts[i]);
		unlink(names[i]);
	}
	buf_release(&all);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MADE_FILES = 20 };        /* each takes many times as long */
#else
enum { MADE_FILES = 60 };
#endif

int main(int argc, char **argv)
{
	int files = argc > 1 ? atoi(argv[1]) : MADE_FILES;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	const char *work = getenv("WORK");       /* set by t/run */
	struct maker m = { .text = BUF_INIT };
	size_t sizes[NBLOCKS + 1];

	memcpy(sizes, all_blocks, sizeof all_blocks);
	blocks = sizes;
	nblocks = NBLOCKS + 1;
	if (work && chdir(work))
		return 99;
	for (int i = 0; i < files; i++) {
		int before = differences;

		maker_seed = (first + (uint64_t)i) * UINT64_C(0x9e3779b97f4a7c15);
		below(2);
		store_codes_limit(below(2) ? 0 : 3 + below(30));
		sizes[NBLOCKS] = 2 + below(3000);
		if (i % 6)
			check_file(&m);
		else
			check_files(&m);
		if (differences > before)
			fprintf(stderr, "seed %llu\n", (unsigned long long)first + (unsigned long long)i);
	}
	is_int(differences, 0, "%d files: the same table, rejects, faults, reasons and ledger in %ld loads and streams", files, loads);
	unlink(name);
	buf_release(&m.text);
	return done();
}
