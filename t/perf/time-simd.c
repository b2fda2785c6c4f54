/*
 * time-simd.c - the speed of every structural index and UTF-8 check that runs here: time-simd FILE [PIECE_KB
 * [ROUNDS]].
 *
 * The file is taken in pieces of that many kilobytes (default 256); each is copied to one small buffer, as the loader
 * reads, and then worked on there, the positions over those of the piece before. Only the work is timed, in processor
 * time, which other load disturbs less. Beside it memcpy of the same pieces. The best of the rounds, in which all
 * take turns.
 */
#include "base/utf8_priv.h"
#include "csv/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WAYS = 16 };

/* One way to go over a piece: an index, a check, or with neither memcpy. */
struct way {
	const struct index_ops *index;
	const struct utf8_ops *utf8;
	double best;
	size_t found;            /* positions, or valid bytes */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static char *read_all(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	long size;

	if (!f)
		return NULL;
	if (!fseek(f, 0, SEEK_END) && (size = ftell(f)) > 0 && !fseek(f, 0, SEEK_SET) && (p = malloc((size_t)size)))
		*n = fread(p, 1, (size_t)size, f);
	fclose(f);
	return p;
}

static void time_way(struct way *w, const char *p, size_t n, size_t piece, char *buffer, uint32_t *at)
{
	struct index_state s = INDEX_START;
	double spent = 0, start;
	size_t bad = SIZE_MAX;

	w->found = 0;
	for (size_t i = 0, k; i < n && bad == SIZE_MAX; i += k) {
		for (k = n - i < piece ? n - i : piece; i + k < n && (p[i + k] & 0xc0) == 0x80; k++)
			;        /* whole characters */
		memcpy(buffer, p + i, k);
		start = now();
		if (w->index)
			w->found += w->index->run(&s, buffer, k, 0, ',', '"', at, &bad);
		else if (w->utf8)
			w->found += w->utf8->valid(buffer, k);
		else
			memcpy(at, buffer, k);
		__asm__ volatile("" ::"r"(at) : "memory");
		spent += now() - start;
	}
	if (bad != SIZE_MAX)
		fprintf(stderr, "%s stopped at a violation\n", w->index->name);
	w->best = w->best > 0 && w->best < spent ? w->best : spent;
}

int main(int argc, char **argv)
{
	size_t n = 0, piece = (argc > 2 ? (size_t)atol(argv[2]) : 256) << 10;
	size_t rounds = argc > 3 ? (size_t)atol(argv[3]) : 15;
	char *p = argc > 1 ? read_all(argv[1], &n) : NULL, *buffer;
	struct way ways[WAYS] = { 0 };
	size_t nways = 0;
	uint32_t *at;

	if (!p || !n)
		return fprintf(stderr, "usage: time-simd FILE [PIECE_KB [ROUNDS]]\n"), 2;
	piece = piece && piece < n ? piece : n;
	at = malloc((piece + 64) * sizeof *at);
	buffer = malloc(piece + 64);     /* a piece may be three bytes longer, see time_way */
	if (!at || !buffer)
		return 1;
	memset(at, 1, (piece + 64) * sizeof *at);
	for (size_t i = 0; index_all[i]; i++) {
		if (index_all[i]->supported())
			ways[nways++].index = index_all[i];
	}
	for (size_t i = 0; utf8_all[i]; i++) {
		if (utf8_all[i]->supported())
			ways[nways++].utf8 = utf8_all[i];
	}
	nways++;                         /* memcpy */
	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < nways; i++)
			time_way(&ways[i], p, n, piece, buffer, at);
	}
	printf("%zu bytes in pieces of %zu kB\n", n, piece >> 10);
	for (size_t i = 0; i < nways; i++) {
		const char *what = ways[i].index ? "index" : ways[i].utf8 ? "UTF-8" : "memcpy";
		const char *name = ways[i].index ? ways[i].index->name : ways[i].utf8 ? ways[i].utf8->name : "";

		printf("%-6s %-6s %7.2f GB/s", what, name, (double)n / ways[i].best * 1e-9);
		printf(ways[i].index ? "  %zu positions\n" : ways[i].utf8 ? "  %zu bytes valid\n" : "\n", ways[i].found);
	}
	free(p);
	free(at);
	free(buffer);
	return 0;
}
