/*
 * index_avx512.c - the structural index with AVX-512 (BW, VBMI2): 64 bytes to a mask in one instruction, and the
 * positions of a mask by compressing the numbers 0 to 63.
 */
#include "csv/index_priv.h"

#if defined(__x86_64__)

/* .ci/simde brings the intrinsics in portable C, for machines without them. */
#if defined(MUSTER_SIMDE)
#define TARGET
#else
#include <immintrin.h>
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,pclmul,bmi,bmi2,lzcnt,popcnt")))
#endif

TARGET INDEX_INLINE struct index_common find_common(const char *p, char sep, char quote)
{
	__m512i b = _mm512_loadu_si512((const void *)p);
	struct index_common c;

	c.sep = _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(sep));
	c.lf = _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('\n'));
	c.rare = _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(quote));
	c.rare |= _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('\r'));
	c.high = _mm512_movepi8_mask(b);
	return c;
}

TARGET INDEX_INLINE struct index_rare find_rare(const char *p, char quote)
{
	__m512i b = _mm512_loadu_si512((const void *)p);

	return (struct index_rare){
		.quote = _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8(quote)),
		.cr = _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8('\r')),
	};
}

TARGET INDEX_INLINE uint64_t prefix_xor(uint64_t m)
{
	__m128i r = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)m), _mm_set1_epi8((char)0xff), 0);

	return (uint64_t)_mm_cvtsi128_si64(r);
}

TARGET INDEX_INLINE int64_t count(uint64_t m)
{
	return __builtin_popcountll(m);
}

TARGET INDEX_INLINE void put_16(uint32_t *to, __m128i places, __m512i base)
{
	_mm512_storeu_si512((void *)to, _mm512_add_epi32(_mm512_cvtepu8_epi32(places), base));
}

TARGET INDEX_INLINE uint32_t *put(uint32_t *to, uint64_t m, uint32_t base)
{
	static const uint8_t numbers[64] __attribute__((aligned(64))) = {
		0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
		22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
		44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
	};
	__m512i places = _mm512_maskz_compress_epi8(m, _mm512_load_si512((const void *)numbers));
	__m512i from = _mm512_set1_epi32((int)base);
	int k = __builtin_popcountll(m);

	put_16(to, _mm512_castsi512_si128(places), from);
	if (HOT_UNLIKELY(k > 16)) {
		put_16(to + 16, _mm512_extracti32x4_epi32(places, 1), from);
		if (k > 32) {
			put_16(to + 32, _mm512_extracti32x4_epi32(places, 2), from);
			put_16(to + 48, _mm512_extracti32x4_epi32(places, 3), from);
		}
	}
	return to + k;
}

TARGET static size_t run(struct index_state *s, const char *p, size_t n, uint32_t base, char sep, char quote,
			 uint32_t *at, size_t *bad)
{
	const struct index_pass k = { find_common, find_rare, prefix_xor, count, put, sep, quote };

	return index_pass(s, p, n, base, at, bad, &k);
}

static bool supported(void)
{
#if defined(MUSTER_SIMDE)
	return true;
#else
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2") &&
	       __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
	       __builtin_cpu_supports("popcnt");
#endif
}

const struct index_ops index_avx512 = { "avx512", supported, run };

#endif
