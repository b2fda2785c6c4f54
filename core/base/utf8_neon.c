/* utf8_neon.c - UTF-8 checked with NEON, which every aarch64 processor has. */
#include "base/utf8_priv.h"

#if defined(__aarch64__)

#include <arm_neon.h>

UTF8_INLINE uint8x16_t load(const char *p)
{
	return vld1q_u8((const uint8_t *)p);
}

UTF8_INLINE bool ascii(const char *p)
{
	return vmaxvq_u8(vorrq_u8(vorrq_u8(load(p), load(p + 16)), vorrq_u8(load(p + 32), load(p + 48)))) < 0x80;
}

/* The rules that the 16 bytes at p break, each with the bytes before it. */
UTF8_INLINE uint8x16_t broken(const char *p)
{
	uint8x16_t b = load(p), one = load(p - 1), pairs, third, fourth;

	pairs = vandq_u8(vandq_u8(vqtbl1q_u8(vld1q_u8(utf8_rules.first_high), vshrq_n_u8(one, 4)),
				  vqtbl1q_u8(vld1q_u8(utf8_rules.first_low), vandq_u8(one, vdupq_n_u8(0x0f)))),
			 vqtbl1q_u8(vld1q_u8(utf8_rules.second_high), vshrq_n_u8(b, 4)));
	/* The top bit stays where the byte two before is E0 or more, and the byte three before F0 or more. */
	third = vqsubq_u8(load(p - 2), vdupq_n_u8(0xe0 - 0x80));
	fourth = vqsubq_u8(load(p - 3), vdupq_n_u8(0xf0 - 0x80));
	return veorq_u8(vandq_u8(vorrq_u8(third, fourth), vdupq_n_u8(0x80)), pairs);
}

UTF8_INLINE bool right(const char *p)
{
	return !vmaxvq_u8(vorrq_u8(vorrq_u8(broken(p), broken(p + 16)), vorrq_u8(broken(p + 32), broken(p + 48))));
}

static size_t valid(const char *p, size_t n)
{
	return utf8_blocks(p, n, ascii, right);
}

static bool supported(void)
{
	return true;
}

const struct utf8_ops utf8_neon = { "neon", supported, valid };

#endif
