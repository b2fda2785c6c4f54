/*
 * index_neon.c - the structural index with NEON, which every aarch64 processor has.
 *
 * There is no instruction from bytes to a mask: each byte that is equal keeps one bit, its place among eight, and
 * three rounds of adding neighbours put the bits of 64 bytes together. Source: G. Langdale, D. Lemire, "Parsing
 * gigabytes of JSON per second", VLDB Journal 28 (2019).
 */
#include "csv/index_priv.h"

#if defined(__aarch64__)

#include <arm_neon.h>

struct block {
	uint8x16_t v[4];
};

INDEX_INLINE struct block load(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;

	return (struct block){ { vld1q_u8(b), vld1q_u8(b + 16), vld1q_u8(b + 32), vld1q_u8(b + 48) } };
}

INDEX_INLINE struct block equal(const struct block *b, char c)
{
	uint8x16_t all = vdupq_n_u8((uint8_t)c);

	return (struct block){ { vceqq_u8(b->v[0], all), vceqq_u8(b->v[1], all), vceqq_u8(b->v[2], all),
				 vceqq_u8(b->v[3], all) } };
}

INDEX_INLINE uint64_t mask(struct block e)
{
	uint8x16_t bits = vreinterpretq_u8_u64(vdupq_n_u64(UINT64_C(0x8040201008040201)));
	uint8x16_t low = vpaddq_u8(vandq_u8(e.v[0], bits), vandq_u8(e.v[1], bits));
	uint8x16_t high = vpaddq_u8(vandq_u8(e.v[2], bits), vandq_u8(e.v[3], bits));
	uint8x16_t all = vpaddq_u8(low, high);

	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

INDEX_INLINE uint8x16_t merge(struct block b)
{
	return vorrq_u8(vorrq_u8(b.v[0], b.v[1]), vorrq_u8(b.v[2], b.v[3]));
}

INDEX_INLINE struct index_common find_common(const char *p, char sep, char quote)
{
	struct block b = load(p);

	return (struct index_common){
		.sep = mask(equal(&b, sep)),
		.lf = mask(equal(&b, '\n')),
		.rare = vmaxvq_u8(vorrq_u8(merge(equal(&b, quote)), merge(equal(&b, '\r')))),
		.high = vmaxvq_u8(merge(b)) & 0x80,
	};
}

INDEX_INLINE struct index_rare find_rare(const char *p, char quote)
{
	struct block b = load(p);

	return (struct index_rare){ .quote = mask(equal(&b, quote)), .cr = mask(equal(&b, '\r')) };
}

INDEX_INLINE int64_t count(uint64_t m)
{
	return __builtin_popcountll(m);
}

INDEX_INLINE uint32_t *put(uint32_t *to, uint64_t m, uint32_t base)
{
	return index_put_groups(to, m, base, count(m));
}

static size_t run(struct index_state *s, const char *p, size_t n, uint32_t base, char sep, char quote, uint32_t *at,
		  size_t *bad)
{
	const struct index_pass k = { find_common, find_rare, index_prefix_shifts, count, put, sep, quote };

	return index_pass(s, p, n, base, at, bad, &k);
}

static bool supported(void)
{
	return true;
}

const struct index_ops index_neon = { "neon", supported, run };

#endif
