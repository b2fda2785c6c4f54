/*
 * scan.c - the scanners against each other under libFuzzer and AFL++ (make fuzz, make fuzz-afl).
 *
 * The first six bytes of an input choose options, the size of a block and how the bytes arrive; the rest is the file.
 * libcsv reads it in one go; the fast scanner, with every index that runs here, must give the same records, places, faults
 * and counts.
 */
#include "../outcome.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small ones, and those around the 64 bytes that an index takes at once. */
static size_t block_of(uint8_t a, uint8_t b)
{
	static const size_t some[] = { 0, 1, 2, 3, 5, 16, 63, 64, 65, 127, 128, 129, 256, 511, 512, 4096 };

	return a & 0x10 ? some[a & 15] : 1 + b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char seps[] = ",;\t|\xff" "ab ", quotes[] = "\"\"\"'", comments[] = { 0, 0, '#', 'a' };
	static struct buf want, got;
	struct scan_options o = SCAN_DEFAULT;

	if (size < 6)
		return 0;
	o.sep = seps[data[0] & 7];
	o.quote = quotes[data[0] >> 3 & 3];
	o.lenient = data[0] & 32;
	o.comment = comments[data[1] & 3];
	o.skip = data[1] >> 2 & 3;
	o.resumed = data[1] & 16;
	outcome_of_scan(&want, &scan_ref, &o, (const char *)data + 6, size - 6, 0);
	reader_block_size(block_of(data[2], data[3]));
	for (size_t i = 0; index_all[i]; i++) {
		if (!index_all[i]->supported())
			continue;
		setenv("MUSTER_SIMD", index_all[i]->name, 1);
		outcome_of_scan(&got, &scan_fast, &o, (const char *)data + 6, size - 6, data[4]);
		if (outcome_same(&want, &got))
			continue;
		fprintf(stderr, "libcsv%s\n\n%s with blocks of %zu, reads of %d%s\n", outcome_text(&want), index_all[i]->name,
			block_of(data[2], data[3]), data[4], outcome_text(&got));
		abort();
	}
	return 0;
}
