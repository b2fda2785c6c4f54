/*
 * make-csv.c - a CSV file for timing: make-csv MEGABYTES > FILE. The same bytes each time: codes, dates, counts, shares,
 * words, and a quoted text in every row, of which some hold commas, quotes and line ends.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t next_random(uint64_t *state)        /* Vigna, splitmix64 */
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int main(int argc, char **argv)
{
	static const char *const origins[] = { "nis", "gur", "pentagon", "mod_uk", "isw", "bbc", "white_house", "nk_news" };
	static const char *const notes[] = { "plain text", "with, a comma", "said \"\"at least\"\"", "two\nlines", "" };
	long long want = argc > 1 ? atoll(argv[1]) * 1000000 : 0, written;
	uint64_t state = 1;

	if (want <= 0)
		return fprintf(stderr, "usage: make-csv MEGABYTES > FILE\n"), 2;
	written = printf("claim_id,reported,as_of,origin,low,best,share,note\r\n");
	for (long long row = 1; written < want; row++) {
		uint64_t r = next_random(&state);

		written += printf("c%07lld,20%02d-%02d-%02d,2025-01-%02d,%s,%d,%d,%.4f,\"%s\"\r\n", row, 20 + (int)(r % 6),
				  1 + (int)(r >> 8 & 7), 1 + (int)(r >> 16 & 15), 1 + (int)(r >> 24 & 15), origins[r >> 32 & 7],
				  (int)(r >> 35 & 4095), (int)(r >> 40 & 16383), (double)(r >> 50) / 16384, notes[r % 5]);
	}
	return 0;
}
