/*
 * load.c - the loader under libFuzzer (make fuzz).
 *
 * The first six bytes of an input choose options and how the bytes arrive, the rest is the file. Whatever it holds:
 * no crash, the ledger balances, and a reading byte by byte, or in pieces of any size, gives the same table, the same
 * rejects, faults and ledger, or the same refusal, as the reading in one go.
 */
#include "csv/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	struct buf text;         /* all that was read, or why nothing was */
	bool ok;
};

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void add_ledger(struct buf *out, const struct ledger *g)
{
	require(g->rows_read == g->rows_kept + g->rows_rejected, "rows read = kept + rejected");
	require(g->bytes == g->bytes_rows + g->bytes_terminators + g->bytes_skipped, "every byte is in a row, a line end or skipped");
	buf_printf(out, "\nledger %lld %lld %lld %lld %lld %lld %lld\n", (long long)g->rows_read, (long long)g->rows_kept,
		   (long long)g->rows_rejected, (long long)g->bytes, (long long)g->bytes_rows, (long long)g->bytes_terminators,
		   (long long)g->bytes_skipped);
}

static void add_table(struct buf *out, const struct table *t)
{
	for (int k = 0; k < t->ncols; k++)
		buf_printf(out, "%s:%s,", t->names[k], type_name(t->cols[k]->type));
	buf_char(out, '\n');
	write_table(out, t, WRITE_JSON);
}

static void read_once(const uint8_t *data, size_t size, size_t chunk, const struct load_options *o, struct outcome *out)
{
	struct load l = LOAD_INIT;
	struct input *in = NULL;
	struct err e = ERR_INIT;

	*out = (struct outcome){ .text = BUF_INIT };
	input_memory(&in, "fuzz", (const char *)data, size, NULL);
	input_limit(in, chunk);
	out->ok = load_input(in, o, &l, &e) == 0;
	input_close(in);
	if (out->ok) {
		require(l.ledger.bytes == (int64_t)size, "every byte was read");
		require(l.table->rows == l.ledger.rows_kept, "the table has the rows kept");
		require(!l.rejects || l.rejects->rows == l.ledger.rows_rejected, "the rejects have the rows rejected");
		add_table(&out->text, l.table);
		if (l.rejects)
			add_table(&out->text, l.rejects);
		add_ledger(&out->text, &l.ledger);
		for (size_t i = 0; i < l.faults.n; i++)
			fault_print(&out->text, "fuzz", &l.faults.items[i]);
	} else {
		require(e.code == ERR_DATA || e.code == ERR_USAGE || e.code == ERR_NAME, "a refusal blames the data or the options");
		require(e.msg[0], "and says why");
		buf_str(&out->text, e.msg);
	}
	require(!out->text.failed, "memory");
	load_release(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char seps[] = ",;\t|", decimals[] = { 0, ',' }, comments[] = { 0, 0, 0, '#' };
	static const char *const missing[] = { "NA", "-" };
	static const struct load_type types[] = { { "a", TYPE_INT64 }, { "b", TYPE_DATE } };
	struct load_options o = LOAD_DEFAULT;
	struct outcome whole, pieces;

	if (size < 6)
		return 0;
	o.scan.sep = seps[data[0] & 3];
	o.scan.lenient = data[0] & 4;
	o.no_header = data[0] & 8;
	o.rejects = data[0] & 16;
	o.scan.quote = data[0] & 32 ? '\'' : '"';
	o.decimal = decimals[data[1] & 1 && o.scan.sep != ','];
	o.scan.comment = comments[data[1] >> 1 & 3];
	o.missing = missing;
	o.nmissing = data[1] >> 3 & 1 ? 2 : 0;
	o.types = types;
	o.ntypes = data[1] >> 4 & 1 ? 2 : 0;
	o.scan.skip = data[2] & 3;
	size_t chunk = 1 + (data[3] | (size_t)data[4] << 8) % 300;

	read_once(data + 6, size - 6, 0, &o, &whole);
	read_once(data + 6, size - 6, data[5] & 1 ? 1 : chunk, &o, &pieces);
	require(whole.ok == pieces.ok && whole.text.n == pieces.text.n && !memcmp(whole.text.p, pieces.text.p, whole.text.n),
		"the same in pieces as in one go");
	buf_release(&whole.text);
	buf_release(&pieces.text);
	return 0;
}
