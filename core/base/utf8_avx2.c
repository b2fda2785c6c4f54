/* utf8_avx2.c - UTF-8 checked with AVX2. */
#include "base/utf8_priv.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))

TARGET UTF8_INLINE __m256i load(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

TARGET UTF8_INLINE bool ascii(const char *p)
{
	return !_mm256_movemask_epi8(_mm256_or_si256(load(p), load(p + 32)));
}

TARGET UTF8_INLINE __m256i table(const uint8_t t[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)t));
}

/* The rules that the 32 bytes at p break, each with the bytes before it. */
TARGET UTF8_INLINE __m256i broken(const char *p)
{
	__m256i first_high = table(utf8_rules.first_high), first_low = table(utf8_rules.first_low);
	__m256i second_high = table(utf8_rules.second_high);
	__m256i half = _mm256_set1_epi8(0x0f), top = _mm256_set1_epi8((char)0x80);
	__m256i b = load(p), one = load(p - 1), pairs, third, fourth;

	pairs = _mm256_and_si256(
		_mm256_and_si256(_mm256_shuffle_epi8(first_high, _mm256_and_si256(_mm256_srli_epi16(one, 4), half)),
				 _mm256_shuffle_epi8(first_low, _mm256_and_si256(one, half))),
		_mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(b, 4), half)));
	/* The top bit stays where the byte two before is E0 or more, and the byte three before F0 or more. */
	third = _mm256_subs_epu8(load(p - 2), _mm256_set1_epi8(0xe0 - 0x80));
	fourth = _mm256_subs_epu8(load(p - 3), _mm256_set1_epi8(0xf0 - 0x80));
	return _mm256_xor_si256(_mm256_and_si256(_mm256_or_si256(third, fourth), top), pairs);
}

TARGET UTF8_INLINE bool right(const char *p)
{
	__m256i all = _mm256_or_si256(broken(p), broken(p + 32));

	return _mm256_testz_si256(all, all);
}

TARGET static size_t valid(const char *p, size_t n)
{
	return utf8_blocks(p, n, ascii, right);
}

static bool supported(void)
{
	return __builtin_cpu_supports("avx2");
}

const struct utf8_ops utf8_avx2 = { "avx2", supported, valid };

#endif
