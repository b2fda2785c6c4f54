/*
 * input.c - the layers of an input under libFuzzer (make fuzz): unpacking, decoding, looking ahead.
 *
 * The first two bytes of an input choose the encoding and the size of pieces, the rest is the file. Whatever it holds: no
 * crash, and in pieces it gives the same text and the same fault as in one go.
 */
#include "csv/input_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 4 << 20 };         /* of text: more is a bomb below the cap, and slow */

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

static void read_all(struct input *in, struct buf *out, struct err *e)
{
	char block[5000];
	size_t got;
	int rc;

	buf_clear(out);
	while (!(rc = input_read(in, block, sizeof block, &got, e)) && got && out->n < MOST)
		buf_add(out, block, got);
	require(!rc || rc == ERR_DATA, "a fault is in the data");
	if (rc)
		buf_str(out, e->msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const encodings[] = { NULL, "utf-16", "utf-16be", "cp949", "euc-kr", "koi8-u", "cp1251", "latin1" };
	struct input_options o = { 0 };
	struct buf whole = BUF_INIT, pieces = BUF_INIT;
	struct input *in = NULL;
	struct slice ahead;
	struct err e = ERR_INIT;

	if (size < 2)
		return 0;
	o.encoding = encodings[data[0] & 7];
	if (input_open_memory(&in, "fuzz", (const char *)data + 2, size - 2, &o, &e)) {
		require(e.code == ERR_DATA && e.msg[0], "a refusal blames the data, and says why");
		return 0;
	}
	read_all(in, &whole, &e);
	require(!input_rewind(in, &e), "memory can be read again");
	if (whole.n < MOST) {
		input_limit(in, 1 + data[1] % 50);
		if (data[0] & 8)
			require(!input_peek(in, data[1] * 3, &ahead, &e) || !whole.n || e.code == ERR_DATA, "looking ahead");
		read_all(in, &pieces, &e);
		require(whole.n == pieces.n && (!whole.n || !memcmp(whole.p, pieces.p, whole.n)), "the same in pieces as in one go");
	}
	input_close(in);
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
