/*
 * load.c - the loader under libFuzzer and AFL++ (make fuzz, make fuzz-afl).
 *
 * The first eight bytes of an input choose options, the size of a block, how many threads there are and how the bytes
 * arrive; the rest is the file. Whatever it holds: no crash, the ledger balances, several threads and reads in pieces give
 * the same bits as one thread and one go, small blocks the same values as big ones, and all of them the table that the slow
 * loader finds (t/slow_load.h), or the same refusal.
 */
#include "../slow_load.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct how {
	size_t block, chunk;
	int threads;
	bool storage;
};

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void read_once(const struct buf *file, struct load_options *o, const struct how *h, struct buf *out)
{
	static struct buf want, got;
	struct load l = LOAD_INIT;
	struct input *in = NULL;
	struct err e = ERR_INIT;
	const struct ledger *g = &l.ledger;

	buf_clear(out);
	reader_block_size(h->block);
	pass_shared_from(1);
	o->threads = h->threads;
	require(!input_memory(&in, "fuzz", file->p ? file->p : "", file->n, &e), "memory");
	input_limit(in, h->chunk);
	if (!load_input(in, o, &l, &e)) {
		require(g->bytes == (int64_t)file->n, "every byte was read");
		require(g->rows_read == g->rows_kept + g->rows_rejected, "rows read = kept + rejected");
		require(g->bytes == g->bytes_rows + g->bytes_terminators + g->bytes_skipped, "bytes = rows + line ends + skipped");
		require(l.table->rows == g->rows_kept && l.rejects->rows == g->rows_rejected, "tables have the rows of the ledger");
		outcome_of_load(out, &l, h->storage);
		outcome_of_reasons(out, &l);
		if (!h->storage && slow_knows(&l)) {
			load_slowly(&want, file, 1, o);
			slow_outcome(&got, &l);
			if (!outcome_same(&want, &got)) {
				fprintf(stderr, "-- slow%s\n-- found%s\n", outcome_text(&want), outcome_text(&got));
				abort();
			}
		}
	} else {
		require(e.code == ERR_DATA || e.code == ERR_USAGE || e.code == ERR_NAME, "a refusal blames the data or the options");
		require(e.msg[0], "and says why");
		buf_str(out, e.msg);
	}
	require(!out->failed, "memory");
	input_close(in);
	load_release(&l);
}

static void expect(const struct buf *want, const struct buf *got, const char *what)
{
	size_t at = 0;

	if (outcome_same(want, got))
		return;
	while (at < want->n && at < got->n && want->p[at] == got->p[at])
		at++;
	at = at > 40 ? at - 40 : 0;
	fprintf(stderr, "broken: %s\n-- expected ... %.*s\n-- found ... %.*s\n", what, (int)(want->n - at < 300 ? want->n - at : 300),
		outcome_text(want) + at, (int)(got->n - at < 300 ? got->n - at : 300), outcome_text(got) + at);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char seps[] = ",;\t|", comments[] = { 0, 0, 0, '#' };
	static const char *const missing[] = { "NA", "-" }, *const columns[] = { "a", "column_1", "column_3" };
	static const enum type declared[] = { TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_STRING, TYPE_BOOL, TYPE_DATETIME,
					      TYPE_INT64, TYPE_DATE };
	static const size_t blocks[] = { 0, 1, 2, 3, 5, 16, 63, 64, 65, 127, 128, 129, 256, 511, 512, 4096 };
	static struct buf values, one, other, file;
	struct load_type types[2] = { { "a", TYPE_INT64 }, { "b", TYPE_DATE } };
	struct load_options o = LOAD_DEFAULT;
	struct how how = { .threads = 1 };

	if (size < 8)
		return 0;
	o.scan.sep = seps[data[0] & 3];
	o.scan.lenient = data[0] & 4;
	o.no_header = data[0] & 8;
	o.rejects = !(data[0] & 16);
	o.scan.quote = data[0] & 32 ? '\'' : '"';
	o.decimal = data[1] & 1 && o.scan.sep != ',' ? ',' : 0;
	o.scan.comment = comments[data[1] >> 1 & 3];
	o.missing = missing;
	o.nmissing = data[1] >> 3 & 1 ? 2 : 0;
	o.columns = columns;
	o.ncolumns = data[1] >> 4 & 7 ? 0 : data[1] & 128 ? 1 : 2;
	if (o.ncolumns && o.no_header)
		o.columns = columns + 1;
	types[0].type = declared[data[2] & 7];
	types[1].type = declared[data[2] >> 3 & 7];
	o.types = types;
	o.ntypes = data[2] >> 6;
	o.ntypes = o.ntypes > 2 ? 0 : o.ntypes;
	if (o.no_header) {
		types[0].column = "column_1";
		types[1].column = "column_2";
	}
	o.scan.skip = data[3] & 3;
	store_codes_limit(data[3] & 4 ? 0 : 1 + (data[3] >> 3 & 7));
	buf_clear(&file);
	buf_add(&file, data + 8, size - 8);

	read_once(&file, &o, &how, &values);
	how.block = data[4] & 16 ? blocks[data[4] & 15] : 1 + data[5];
	read_once(&file, &o, &how, &other);
	expect(&values, &other, "small blocks give the same values");
	how.storage = true;
	read_once(&file, &o, &how, &one);
	how.threads = 2 + data[6] % 3;
	how.chunk = data[7];
	read_once(&file, &o, &how, &other);
	expect(&one, &other, "threads and pieces give the same bits");
	return 0;
}
