/*
 * simde.h - AVX-512 in portable C, for .ci/simde: included before a file that is compiled with MUSTER_SIMDE. SIMDe,
 * and what the version in Debian 12 does not have yet, written from the processor's manual.
 */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/clmul.h>

#include <string.h>

#define __mmask8 simde__mmask8
#define __mmask16 simde__mmask16
#define __mmask64 simde__mmask64

/* The name of VPMADDWD stands for its form with a mask. */
#undef _mm512_madd_epi16
#define _mm512_madd_epi16 simde_mm512_madd_epi16

/* VPMOVZXBD: 16 bytes, each to 32 bits. */
static inline __m512i simde_cvtepu8_epi32(__m128i a)
{
	unsigned char from[16];
	int to[16];
	__m512i r;

	memcpy(from, &a, sizeof from);
	for (int i = 0; i < 16; i++)
		to[i] = from[i];
	memcpy(&r, to, sizeof r);
	return r;
}
#define _mm512_cvtepu8_epi32 simde_cvtepu8_epi32

/* VPCOMPRESSB: the bytes whose bit is set, moved together; zeros behind them. */
static inline __m512i simde_maskz_compress_epi8(unsigned long long k, __m512i a)
{
	unsigned char from[64], to[64] = { 0 };
	int n = 0;
	__m512i r;

	memcpy(from, &a, sizeof from);
	for (int i = 0; i < 64; i++)
		if (k >> i & 1)
			to[n++] = from[i];
	memcpy(&r, to, sizeof r);
	return r;
}
#define _mm512_maskz_compress_epi8 simde_maskz_compress_epi8
