/*
 * order_radix.c - the stable sort of numbers by their digits, from the last to the first.
 *
 * The radix sort of Knuth, The Art of Computer Programming 3, 5.2.5, with the histograms of segments: each segment of the
 * items counts its digits, the counts say where the items of each digit and segment begin, and then each segment puts its
 * items there, in their order. So a pass is stable whoever does which segment, and the result is the one stable order.
 * A digit is a window of at most 11 bits that begins at a bit that is not the same everywhere; bits that all keys share
 * cost no pass.
 */
#include "query/order_priv.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

struct pass {
	const void *from;
	void *to;
	int64_t n;
	int segments;
	unsigned shift;
	uint64_t mask;
	uint32_t (*at)[DIGITS];          /* of each segment: counts, then where the next item of the digit goes */
};

#define PASS(name, item, key_of)                                                                              \
	static int name##_count(void *ctx, int k, struct err *e)                                              \
	{                                                                                                     \
		const struct pass *p = ctx;                                                                   \
		const item *items = p->from;                                                                  \
		int64_t end = query_segment_start(p->n, p->segments, k + 1);                                  \
		uint32_t *count = p->at[k];                                                                   \
		unsigned shift = p->shift;                                                                    \
		uint64_t mask = p->mask;                                                                      \
                                                                                                              \
		if (stop_requested())                                                                         \
			return err_set(e, ERR_INTERRUPT, "interrupted");                                      \
		for (uint64_t d = 0; d <= mask; d++)                                                          \
			count[d] = 0;                                                                         \
		for (int64_t i = query_segment_start(p->n, p->segments, k); i < end; i++)                     \
			count[key_of(items[i]) >> shift & mask]++;                                            \
		return 0;                                                                                     \
	}                                                                                                     \
	static int name##_move(void *ctx, int k, struct err *e)                                               \
	{                                                                                                     \
		const struct pass *p = ctx;                                                                   \
		const item *items = p->from;                                                                  \
		item *to = p->to;                                                                             \
		int64_t end = query_segment_start(p->n, p->segments, k + 1);                                  \
		uint32_t *at = p->at[k];                                                                      \
		unsigned shift = p->shift;                                                                    \
		uint64_t mask = p->mask;                                                                      \
                                                                                                              \
		if (stop_requested())                                                                         \
			return err_set(e, ERR_INTERRUPT, "interrupted");                                      \
		for (int64_t i = query_segment_start(p->n, p->segments, k); i < end; i++)                     \
			to[at[key_of(items[i]) >> shift & mask]++] = items[i];                                \
		return 0;                                                                                     \
	}

#define RANKED_KEY(item) ((item).key)
#define PACKED_KEY(item) (item)
PASS(ranked, struct ranked, RANKED_KEY)
PASS(packed, uint64_t, PACKED_KEY)

/* Counts to places. True when all items have the same digit, so that none would move. */
static bool find_places(struct pass *p)
{
	uint32_t at = 0;

	for (uint64_t d = 0; d <= p->mask; d++) {
		uint32_t first = at;

		for (int k = 0; k < p->segments; k++) {
			uint32_t count = p->at[k][d];

			p->at[k][d] = at;
			at += count;
		}
		if (at - first == p->n)
			return true;
	}
	return false;
}

static int sort(void **items, void **spare, int64_t n, uint64_t varies, int threads, query_work *count, query_work *move,
		struct err *e)
{
	struct pass p = { .n = n, .segments = threads == 1 ? 1 : query_segments(n) };
	int rc = 0;

	if (!varies || n < 2)
		return 0;
	if (!(p.at = mem_alloc((size_t)p.segments * sizeof *p.at)))
		return err_nomem(e);
	while (varies && !rc) {
		unsigned bits = DIGIT_BITS;

		p.shift = (unsigned)__builtin_ctzll(varies);
		while (!(varies >> p.shift >> (bits - 1) & 1))
			bits--;
		p.mask = (UINT64_C(1) << bits) - 1;
		varies &= ~(p.mask << p.shift);
		p.from = *items;
		p.to = *spare;
		if ((rc = query_parallel(p.segments, threads, count, &p, e)) || find_places(&p))
			continue;
		if (!(rc = query_parallel(p.segments, threads, move, &p, e))) {
			*spare = *items;
			*items = p.to;
		}
	}
	mem_free(p.at);
	return rc;
}

int ranked_sort(struct ranked **items, struct ranked **spare, int64_t n, uint64_t varies, int threads, struct err *e)
{
	void *a = *items, *b = *spare;
	int rc = sort(&a, &b, n, varies, threads, ranked_count, ranked_move, e);

	*items = a;
	*spare = b;
	return rc;
}

int packed_sort(uint64_t **items, uint64_t **spare, int64_t n, uint64_t varies, int threads, struct err *e)
{
	void *a = *items, *b = *spare;
	int rc = sort(&a, &b, n, varies, threads, packed_count, packed_move, e);

	*items = a;
	*spare = b;
	return rc;
}
