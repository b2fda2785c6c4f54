/*
 * index.h - where the separators and record ends of a run of bytes are: one pass of SIMD.
 *
 * The only part of the reader that knows instruction sets. Everything is done on 64 bytes at a time as bit
 * masks: which bytes are quotes, separators, LF, CR; a prefix xor of the quotes says what is inside quotes. The
 * grammar is that of scan.h in its strict reading; at the first byte that this reading refuses, or that needs
 * more thought, the pass stops and says where. Every implementation gives the same for every input.
 */
#ifndef MUSTER_INDEX_H
#define MUSTER_INDEX_H

#include "base/base.h"

/* What a pass hands to the next one; INDEX_START at the start of a record. */
struct index_state {
	uint64_t inside;         /* all ones when the next byte is inside quotes, else 0 */
	uint64_t fresh;          /* 1 when the next byte begins a field: only there may a quote open one */
	uint64_t closed;         /* 1 when the byte before was a closing quote: a separator, line end or quote must follow */
	uint64_t cr;             /* 1 when the byte before was a CR, inside quotes or not */
	uint64_t ended;          /* 1 when the byte before ended a line outside quotes, or there is none */
	int64_t ends;            /* line ends outside quotes, blank lines among them; CRLF is one */
	int64_t blanks;          /* those that end a line of no bytes */
	int64_t lines;           /* line ends, also inside quotes */
	int64_t crlf;            /* how many of `ends` are two bytes long */
	uint32_t *inner;         /* where the offsets of line ends inside quotes go, with room as at[] has; NULL = nowhere */
	uint64_t high;           /* not zero when some byte was above 0x7f */
};
#define INDEX_START { .fresh = 1, .ended = 1 }

/*
 * Index p[0..n): the offsets, plus `base`, of separators and line ends outside quotes go to at[], in order; a
 * CRLF has the offset of its CR. Returns how many. at[] has room for n + 64; p has 64 readable bytes behind n
 * (their values do not matter). *bad is the offset (plus base) of the first violation: a quote that opens where no field
 * begins, or the byte behind a closing quote that must not stand there; SIZE_MAX when there is none. With a violation
 * only at[] before it is good, and the state is of no more use.
 */
typedef size_t index_run(struct index_state *s, const char *p, size_t n, uint32_t base, char sep, char quote,
			 uint32_t *at, size_t *bad);

struct index_ops {
	const char *name;                /* "avx512", "avx2", "neon", "plain" */
	bool (*supported)(void);         /* by this processor and system */
	index_run *run;
};

/* All that were compiled, fastest first, NULL behind the last; "plain" is always there. */
extern const struct index_ops *const index_all[];
/* The first one that runs here, unless MUSTER_SIMD names a slower one. */
const struct index_ops *index_best(void);

#endif
