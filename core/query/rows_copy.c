/* rows_copy.c - the rows of a segment out of a column: one by one, or run by run. */
#include "query/rows_priv.h"

#include <string.h>

enum {
	AHEAD = 24,              /* rows; how far ahead of a copy of text its bytes are asked for */
	SHORT_TEXT = 32,         /* bytes; up to here a copy of a fixed size is faster than memcpy's choice */
};

/* == values of one size == */

#define COPY_ROWS(type)                                                                                    \
	for (int64_t k = 0; !s->none && k < s->n; k++)                                                     \
		((type *)to)[k] = ((const type *)values)[s->idx[k]];                                       \
	for (int64_t k = 0; s->none && k < s->n; k++)                                                      \
		((type *)to)[k] = s->idx[k] == QUERY_NONE ? 0 : ((const type *)values)[s->idx[k]]

void copy_values(void *to, const void *values, size_t size, const struct stretch *s)
{
	char *end = to;

	if (s->runs) {
		for (int64_t k = 0; k < s->nruns; end += s->runs[k++].n * size)
			memcpy(end, (const char *)values + s->runs[k].from * size, s->runs[k].n * size);
	} else if (size == 1) {
		COPY_ROWS(uint8_t);
	} else if (size == 2) {
		COPY_ROWS(uint16_t);
	} else if (size == 4) {
		COPY_ROWS(uint32_t);
	} else {
		COPY_ROWS(uint64_t);
	}
}

/* == bits == */

/* The bits of n <= 64 rows. */
static uint64_t take_bits(const uint8_t *bits, const uint32_t *idx, int n)
{
	uint64_t word = 0;

	for (int k = 0; k < n; k++) {
		uint64_t bit = idx[k] == QUERY_NONE ? 0 : bits ? bits[idx[k] >> 3] >> (idx[k] & 7) & 1 : 1;

		word |= bit << k;
	}
	return word;
}

int64_t copy_bits(uint8_t *to, const uint8_t *bits, const struct stretch *s)
{
	int64_t set = 0, at = s->first;
	bool runs = s->runs && bits;
	uint64_t word;

	to += s->first >> 3;
	if (runs) {
		memset(to, 0, (size_t)(s->n + 7) / 8);
		for (int64_t k = 0; k < s->nruns; at += s->runs[k++].n)
			bits_copy(to, at - s->first, bits, s->runs[k].from, s->runs[k].n);
	}
	for (int64_t k = 0; k < s->n; k += 64) {
		int64_t left = s->n - k < 64 ? s->n - k : 64;
		size_t bytes = (size_t)(left + 7) / 8;

		word = 0;
		if (runs)
			memcpy(&word, to + (k >> 3), bytes);
		else
			word = take_bits(bits, s->idx + k, (int)left);
		memcpy(to + (k >> 3), &word, bytes);
		set += __builtin_popcountll(word);
	}
	return s->n - set;
}

/* == text == */

int64_t text_lengths(int64_t *to, const struct column *c, const struct stretch *s)
{
	const int64_t *from = c->as.offsets;
	int64_t at = 0;

	for (int64_t k = 0; k < s->nruns && s->runs; k++) {
		const int64_t *first = from + s->runs[k].from;
		int64_t n = s->runs[k].n, shift = at - *first;

		for (int64_t i = 0; i < n; i++)
			*to++ = first[i] + shift;
		at = first[n] + shift;
	}
	for (int64_t k = 0; k < s->n && !s->runs; k++) {
		*to++ = at;
		at += s->idx[k] == QUERY_NONE ? 0 : from[s->idx[k] + 1] - from[s->idx[k]];
	}
	return at;
}

/*
 * Short values are copied with what is behind them, where that is still in the part and in the column: the next one is
 * written over it.
 */
void text_bytes(const struct job *j, const struct stretch *s, int64_t base, int64_t part)
{
	const int64_t *from = j->from->as.offsets;
	const char *bytes = j->from->bytes;
	int64_t *offsets = j->offsets + s->first, source_end = from[j->from->length] - SHORT_TEXT, at = base, n;
	int64_t last = base + part - SHORT_TEXT;

	for (int64_t k = 0; k < s->n; k++)
		offsets[k] += base;
	for (int64_t k = 0; k < s->nruns && s->runs; k++, at += n) {
		int64_t first = from[s->runs[k].from];

		n = from[s->runs[k].from + s->runs[k].n] - first;
		if (n)
			memcpy(j->bytes + at, bytes + first, (size_t)n);
	}
	for (int64_t k = 0; k < s->n && !s->runs; k++) {
		uint32_t row = s->idx[k];
		int64_t start;

		if (k + 2 * AHEAD < s->n && s->idx[k + 2 * AHEAD] != QUERY_NONE)
			__builtin_prefetch(&from[s->idx[k + 2 * AHEAD]]);
		if (k + AHEAD < s->n && s->idx[k + AHEAD] != QUERY_NONE)
			__builtin_prefetch(bytes + from[s->idx[k + AHEAD]]);
		if (row == QUERY_NONE)
			continue;
		start = from[row];
		n = from[row + 1] - start;
		if (n <= SHORT_TEXT && at <= last && start <= source_end)
			memcpy(j->bytes + at, bytes + start, SHORT_TEXT);
		else
			memcpy(j->bytes + at, bytes + start, (size_t)n);
		at += n;
	}
}
