/*
 * phrase.c - figures as published under libFuzzer (make fuzz).
 *
 * The first byte of an input chooses the decimal sign, the rest is the phrase. Whatever it holds: no crash, an error that leaves
 * the figure as it was, or sound bounds; and the same phrase between blanks is the same figure.
 */
#include "table/phrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "broken: %s\n", what);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct quantity before = { .low = 7, .high = 8, .stated = 9, .kind = QUANTITY_COMPUTED };
	struct phrase_options o = PHRASE_OPTIONS_INIT;
	struct quantity q = before, again = before;
	struct phrase_room room, other;
	struct buf blanks = BUF_INIT;
	struct err e = ERR_INIT;
	int rc;

	if (!size)
		return 0;
	o.decimal = data[0] & 1 ? ',' : '.';
	if (quantity_parse(slice_of((const char *)data + 1, size - 1), &o, &room, &q, &e)) {
		require(e.code == ERR_DATA && e.msg[0] && !memcmp(&q, &before, sizeof q), "an error says why and changes nothing");
		return 0;
	}
	require(q.low >= 0 && q.low <= q.high && q.kind < QUANTITY_COMPUTED && (!q.base.n || q.high <= 1), "bounds are sound");
	require(quantity_covers(&q, q.low) || quantity_low_open(&q) || quantity_high_open(&q), "a figure allows its lower bound");
	buf_str(&blanks, " ");
	buf_add(&blanks, data + 1, size - 1);
	buf_str(&blanks, " ");
	rc = quantity_parse(slice_of(blanks.p, blanks.n), &o, &other, &again, &e);
	require(blanks.n > PHRASE_MAX || (!rc && quantity_same(&q, &again)), "blanks around it say nothing");
	buf_release(&blanks);
	return 0;
}
