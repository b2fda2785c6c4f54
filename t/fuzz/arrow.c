/*
 * arrow.c - the reader of Arrow files and streams under libFuzzer (make fuzz).
 *
 * The first byte of an input chooses options, the rest is the file; a set bit makes an input that is a table written by
 * muster with some bytes changed, which gets further than chance would. Whatever it holds: no crash, an error that says
 * where, or a table that is sound, which then survives being written and read again.
 */
#include "arrow.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void read_again(const struct table *t, enum arrow_format format)
{
	struct arrow_data d = ARROW_DATA_INIT;
	struct buf bytes = BUF_INIT;
	struct err e = ERR_INIT;

	require(table_bytes(&bytes, t, format, 16, &e), "what was read can be written");
	require(!arrow_read_memory("again", bytes.p, bytes.n, NULL, &d, &e), "and read again");
	require(same_table(t, d.table), "as it was");
	arrow_data_release(&d);
	buf_release(&bytes);
}

static void read_once(const char *p, size_t n, uint8_t how)
{
	struct arrow_read_options o = { .skip = how & 1, .threads = 1, .max_ratio = how & 2 ? 10 : 0 };
	struct arrow_data d = ARROW_DATA_INIT;
	struct err e = ERR_INIT;
	int rc = arrow_read_memory("fuzz", p, n, &o, &d, &e);

	if (rc) {
		require((rc == ERR_DATA || (rc == ERR_TYPE && !o.skip)) && strstr(e.msg, "fuzz: error: "), "an error blames the data");
		require(!d.table, "and leaves no table");
		return;
	}
	require(sound_table(d.table), "a table is sound");
	if (d.table->rows < 10000 && d.table->ncols < 100)
		read_again(d.table, how & 4 ? ARROW_FILE : ARROW_STREAM);
	arrow_data_release(&d);
}

/* Three bytes each: where, and what is mixed in. */
static void read_changed(const uint8_t *data, size_t size, uint8_t how)
{
	static struct buf tables[2][2];
	struct buf *bytes = &tables[how & 4 ? 1 : 0][how & 8 ? 1 : 0];
	struct buf copy = BUF_INIT;

	if (!bytes->n) {
		struct table *t = any_table(how & 8 ? 70 : 9, 1, 5);

		table_bytes(bytes, t, how & 4 ? ARROW_FILE : ARROW_STREAM, 32, NULL);
		table_unref(t);
	}
	buf_add(&copy, bytes->p, bytes->n);
	for (; size >= 3; data += 3, size -= 3)
		copy.p[(size_t)(data[0] << 8 | data[1]) % copy.n] ^= (char)data[2];
	read_once(copy.p, copy.n, how);
	buf_release(&copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	if (data[0] & 128)
		read_changed(data + 1, size - 1, data[0]);
	else
		read_once((const char *)data + 1, size - 1, data[0]);
	return 0;
}
