/*
 * kernel_avx512.c - eight or sixteen fields at once with AVX-512 (F, BW, VL, DQ): kernel_avx2.c with wider vectors,
 * and masks in registers of their own.
 */
#include "csv/kernel_priv.h"

#if defined(__x86_64__)

/* .ci/simde brings the intrinsics in portable C, for machines without them. */
#if defined(MUSTER_SIMDE)
#define TARGET
#else
#include <immintrin.h>
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,bmi,bmi2")))
#endif
#define INLINE static inline __attribute__((always_inline))

#include <string.h>

static bool supported(void)
{
#if defined(MUSTER_SIMDE)
	return true;
#else
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("bmi2");
#endif
}

TARGET INLINE long long word(const char *p)
{
	long long w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* Sixteen bytes from a, b, c and d. */
TARGET INLINE __m512i four(const char *a, const char *b, const char *c, const char *d)
{
	__m512i v = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(const void *)a));

	v = _mm512_inserti32x4(v, _mm_loadu_si128((const __m128i *)(const void *)b), 1);
	v = _mm512_inserti32x4(v, _mm_loadu_si128((const __m128i *)(const void *)c), 2);
	return _mm512_inserti32x4(v, _mm_loadu_si128((const __m128i *)(const void *)d), 3);
}

/* The same sixteen bytes in all four quarters. */
TARGET INLINE __m512i same(const void *p)
{
	return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)p));
}

/* The low (0x88) or high (0xdd) halves of the 64-bit lanes of both. */
#define HALVES(a, b, which) \
	_mm512_castps_si512(_mm512_shuffle_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), which))

/* == up to 16 digits, with a point or without ================================================= */

/* What the place of the point means for the sixteen bytes up to the end of a field, in all four quarters. */
struct shape {
	__m512i point;           /* xored to bytes less '0': what has to be there becomes 0 */
	__m512i limit;           /* the largest good value then */
	__m512i order;           /* leaves out the point */
	__mmask64 leading;       /* where a number cannot begin with 0 */
};

/* With 16 digits, or 15. A point behind all digits is not for this: too rare. */
TARGET static struct shape make_shape(unsigned places, char point, int digits)
{
	int8_t bytes[3][16];
	int at = places < KERNEL_NO_POINT ? 15 - (int)places : 16;
	struct shape s = { .leading = 0 };

	for (int j = 0; j < 16; j++) {
		bytes[0][j] = j == at ? (int8_t)(point ^ '0') : 0;
		bytes[1][j] = j == at || j < 16 - digits ? 0 : 9;
		bytes[2][j] = (int8_t)(j <= at && at < 16 ? j - 1 : j);
		s.leading |= j < at - 1 ? UINT64_C(0x0001000100010001) << j : 0;
	}
	s.point = same(bytes[0]);
	s.limit = same(bytes[1]);
	s.order = same(bytes[2]);
	return s;
}

/*
 * Four fields in a quarter each, with their sizes in all bytes: digits in fours, 32 bits each. Not zero: *negative
 * where there was a sign, *bad where there was anything else.
 */
TARGET INLINE __m512i join_quarters(__m512i x, __m512i size, const struct shape *s, __m512i *negative, __m512i *bad)
{
	static const int8_t behind[16] = { 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };
	/* the size of a field that begins there; alone, a byte can be neither a sign nor a leading zero */
	static const int8_t full[16] = { 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 17 };
	__mmask64 first = _mm512_cmpeq_epi8_mask(size, same(full)), minus, zero;

	x = _mm512_xor_si512(x, _mm512_set1_epi8('0'));
	x = _mm512_maskz_mov_epi8(_mm512_cmpgt_epi8_mask(size, same(behind)), x);
	minus = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('-' ^ '0')) & first;
	x = _mm512_maskz_mov_epi8(~minus, x);
	zero = _mm512_cmpeq_epi8_mask(x, _mm512_setzero_si512()) & ((first & ~minus) | minus << 1) & s->leading;
	*negative = _mm512_movm_epi8(minus);
	*bad = _mm512_movm_epi8(_mm512_cmpgt_epu8_mask(_mm512_xor_si512(x, s->point), s->limit) | zero);
	x = _mm512_maddubs_epi16(_mm512_shuffle_epi8(x, s->order), _mm512_set1_epi16(0x010a));
	return _mm512_madd_epi16(x, _mm512_set1_epi32(0x00010064));
}

/* Of quarters with fields 0 2 4 6 and 1 3 5 7: the bits of those that hold anything. */
TARGET INLINE __mmask8 not_zero(__m512i even, __m512i odd)
{
	__m512i any = _mm512_or_si512(_mm512_unpacklo_epi64(even, odd), _mm512_unpackhi_epi64(even, odd));

	return _mm512_test_epi64_mask(any, any);
}

/* The digits of eight fields in 64-bit lanes; the bits of those that are negative, and of those that are good. */
TARGET INLINE __m512i join_eight(const char *p, const uint32_t *end, const uint32_t *size, const struct shape *s,
				 __mmask8 *negative, __mmask8 *good)
{
	__m256i n = _mm256_loadu_si256((const __m256i *)(const void *)size);
	__m512i sizes = _mm512_castsi256_si512(n), lowest = _mm512_setzero_si512(), bad[2], minus[2], even, odd, v;

	even = _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 0, 0, 0, 2, 2, 2, 2, 4, 4, 4, 4, 6, 6, 6, 6), sizes);
	odd = _mm512_permutexvar_epi32(_mm512_setr_epi32(1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7), sizes);
	even = join_quarters(four(p + end[0] - 16, p + end[2] - 16, p + end[4] - 16, p + end[6] - 16),
			     _mm512_shuffle_epi8(even, lowest), s, &minus[0], &bad[0]);
	odd = join_quarters(four(p + end[1] - 16, p + end[3] - 16, p + end[5] - 16, p + end[7] - 16),
			    _mm512_shuffle_epi8(odd, lowest), s, &minus[1], &bad[1]);
	*negative = not_zero(minus[0], minus[1]);
	n = _mm256_cmpeq_epi32(_mm256_max_epu32(_mm256_min_epu32(n, _mm256_set1_epi32(16)), _mm256_set1_epi32(1)), n);
	*good = (__mmask8)(~not_zero(bad[0], bad[1]) & (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(n)));
	v = _mm512_madd_epi16(_mm512_packus_epi32(even, odd), _mm512_set1_epi32(0x00012710));
	return _mm512_add_epi64(_mm512_mul_epu32(v, _mm512_set1_epi64(100000000)), _mm512_srli_epi64(v, 32));
}

/* == int64 =================================================================================== */

/*
 * Sixteen fields of one to eight bytes: digits, or "-" and digits. Vectors of 64-bit lanes hold fields 0 1 4 5 8 9 12
 * 13 and 2 3 6 7 10 11 14 15, so that packing two of them within the quarters gives 0 to 15. The bits of those that
 * it could convert.
 */
TARGET INLINE unsigned sixteen_int64(const char *p, const uint32_t *begin, const uint32_t *size, int64_t *out)
{
	enum { NONE = INT32_MAX };
	const __m512i zero = _mm512_setzero_si512(), minus = _mm512_set1_epi8('-' ^ '0');
	/* By size, and then by size with a sign: a smaller value has a leading zero. */
	static const int32_t least[16] = {
		NONE, 0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	};
	static const int32_t least_negative[16] = {
		NONE, NONE, 1, 10, 100, 1000, 10000, 100000, 1000000, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	};
	__m512i x[2], bad[2], v, n = _mm512_min_epu32(_mm512_loadu_si512((const void *)size), _mm512_set1_epi32(15));
	__m512i shift = _mm512_sub_epi32(_mm512_set1_epi32(64), _mm512_slli_epi32(n, 3));
	__mmask16 good, negative;

	x[0] = _mm512_set_epi64(word(p + begin[13]), word(p + begin[12]), word(p + begin[9]), word(p + begin[8]),
				word(p + begin[5]), word(p + begin[4]), word(p + begin[1]), word(p + begin[0]));
	x[1] = _mm512_set_epi64(word(p + begin[15]), word(p + begin[14]), word(p + begin[11]), word(p + begin[10]),
				word(p + begin[7]), word(p + begin[6]), word(p + begin[3]), word(p + begin[2]));
	for (int k = 0; k < 2; k++)
		x[k] = _mm512_xor_si512(x[k], _mm512_set1_epi8('0'));
	negative = _mm512_cmpeq_epi32_mask(_mm512_and_si512(HALVES(x[0], x[1], 0x88), _mm512_set1_epi32(0xff)),
					   _mm512_set1_epi32('-' ^ '0'));
	for (int k = 0; k < 2; k++) {
		/* The sign becomes a zero; what is behind the field goes out. Shifts of 64 and more leave nothing. */
		__mmask64 sign = _mm512_cmpeq_epi8_mask(x[k], minus) & UINT64_C(0x0101010101010101);

		x[k] = _mm512_maskz_mov_epi8(~sign, x[k]);
		x[k] = _mm512_sllv_epi64(x[k], k ? _mm512_unpackhi_epi32(shift, zero)
						 : _mm512_unpacklo_epi32(shift, zero));
		bad[k] = _mm512_subs_epu8(x[k], _mm512_set1_epi8(9));
		bad[k] = _mm512_or_si512(bad[k], _mm512_srli_epi64(bad[k], 32));
		x[k] = _mm512_maddubs_epi16(x[k], _mm512_set1_epi16(0x010a));
		x[k] = _mm512_madd_epi16(x[k], _mm512_set1_epi32(0x00010064));
	}
	v = _mm512_madd_epi16(_mm512_packus_epi32(x[0], x[1]), _mm512_set1_epi32(0x00012710));
	n = _mm512_mask_add_epi32(n, negative, n, _mm512_set1_epi32(16));
	n = _mm512_permutex2var_epi32(_mm512_loadu_si512((const void *)least), n,
				      _mm512_loadu_si512((const void *)least_negative));
	good = _mm512_cmpge_epu32_mask(v, n);
	bad[0] = HALVES(bad[0], bad[1], 0x88);
	good &= (__mmask16)~_mm512_test_epi32_mask(bad[0], bad[0]);
	v = _mm512_mask_sub_epi32(v, negative, zero, v);
	for (int k = 0; k < 2; k++) {
		__m256i half = k ? _mm512_extracti64x4_epi64(v, 1) : _mm512_castsi512_si256(v);
		__m256i first = _mm256_cvtepi32_epi64(_mm256_castsi256_si128(half));
		__m256i last = _mm256_cvtepi32_epi64(_mm256_extracti128_si256(half, 1));

		_mm256_storeu_si256((__m256i *)(void *)(out + 8 * k), first);
		_mm256_storeu_si256((__m256i *)(void *)(out + 8 * k + 4), last);
	}
	return good;
}

/* Eight fields of up to 16 bytes. */
TARGET INLINE unsigned eight_int64(const char *p, const uint32_t *end, const uint32_t *size, const struct shape *s,
				   int64_t *out)
{
	__mmask8 negative, good;
	__m512i v = join_eight(p, end, size, s, &negative, &good);

	good &= (__mmask8)~(negative & _mm512_cmpeq_epi64_mask(v, _mm512_setzero_si512()));
	_mm512_storeu_si512((void *)out, _mm512_mask_sub_epi64(v, negative, _mm512_setzero_si512(), v));
	return good;
}

/* The bits of the fields that were converted. When most are longer than eight bytes *longer is set, for good. */
TARGET INLINE uint64_t block_int64(const char *p, const struct kernel_block *b, bool *longer, const struct shape *s,
				   int64_t *out)
{
	uint64_t good = 0;

	for (int k = 0; k < KERNEL_BLOCK && !*longer; k += 16)
		good |= (uint64_t)sixteen_int64(p, b->begin + k, b->size + k, out + k) << k;
	*longer |= __builtin_popcountll(good) < KERNEL_BLOCK / 2 && b->size[__builtin_ctzll(~good)] > 8;
	for (int k = 0; k < KERNEL_BLOCK && *longer; k += 8)
		good |= (uint64_t)eight_int64(p, b->end + k, b->size + k, s, out + k) << k;
	return good;
}

TARGET static size_t avx512_int64(const struct kernel_fields *f, size_t n, int64_t *out, uint32_t *left)
{
	const struct shape shape = make_shape(KERNEL_NO_POINT, '.', 16);
	struct kernel_block b;
	bool longer = false;
	size_t nleft = 0, from;
	uint64_t good;

	if (n < KERNEL_BLOCK)
		return kernel_rest_int64(f, out, left, kernel_leave_all(left, n));
	for (size_t i = 0; i < n; i += KERNEL_BLOCK) {
		from = i + KERNEL_BLOCK <= n ? i : n - KERNEL_BLOCK;
		kernel_gather(f, from, KERNEL_BLOCK, &b);
		good = block_int64(f->p, &b, &longer, &shape, out + from);
		nleft = kernel_leave(left, nleft, ~good & ~UINT64_C(0) << (i - from), from);
	}
	return nleft ? kernel_rest_int64(f, out, left, nleft) : 0;
}

/* == float64 ================================================================================= */

TARGET INLINE unsigned eight_float64(const char *p, const uint32_t *end, const uint32_t *size, const struct shape *s,
				     double power, double *out)
{
	__mmask8 negative, good;
	__m512i v = join_eight(p, end, size, s, &negative, &good);
	__m512d r;

	/* An integer below 2^52 as the low bits of a double is 2^52 too large. */
	r = _mm512_castsi512_pd(_mm512_or_si512(v, _mm512_set1_epi64(0x4330000000000000)));
	r = _mm512_div_pd(_mm512_sub_pd(r, _mm512_set1_pd(0x1p52)), _mm512_set1_pd(power));
	v = _mm512_castpd_si512(r);
	v = _mm512_mask_xor_epi64(v, negative, v, _mm512_set1_epi64(INT64_MIN));
	_mm512_storeu_si512((void *)out, v);
	return good;
}

TARGET static size_t avx512_float64(const struct kernel_fields *f, size_t n, char point, double *out, uint32_t *left)
{
	unsigned places = kernel_places(f, n, point);
	const struct shape shape = make_shape(places ? places : KERNEL_NO_POINT, point, 15);
	struct kernel_block b;
	size_t nleft = 0, from;
	uint64_t good;

	if (places == KERNEL_MIXED)
		return (kernel_avx2.supported() ? &kernel_avx2 : &kernel_plain)->float64(f, n, point, out, left);
	if (n < KERNEL_BLOCK)
		return kernel_rest_float64(f, point, out, left, kernel_leave_all(left, n));
	for (size_t i = 0; i < n; i += KERNEL_BLOCK) {
		from = i + KERNEL_BLOCK <= n ? i : n - KERNEL_BLOCK;
		kernel_gather(f, from, KERNEL_BLOCK, &b);
		good = 0;
		for (int k = 0; k < KERNEL_BLOCK; k += 8)
			good |= (uint64_t)eight_float64(f->p, b.end + k, b.size + k, &shape, kernel_powers[places],
							out + from + k) << k;
		nleft = kernel_leave(left, nleft, ~good & ~UINT64_C(0) << (i - from), from);
	}
	return nleft ? kernel_rest_float64(f, point, out, left, nleft) : 0;
}

/* == date ==================================================================================== */

/* Sixteen fields; see one_date in kernel_plain.c. The bits of those that are dates. */
TARGET INLINE unsigned sixteen_dates(const char *p, const uint32_t *begin, const uint32_t *size, int32_t *out)
{
	/* YYYYMMDD, and the two "-" behind them */
	static const int8_t order[16] = { 0, 1, 2, 3, 5, 6, 8, 9, 4, 7, -1, -1, -1, -1, -1, -1 };
	static const int8_t expected[16] = { '0', '0', '0', '0', '0', '0', '0', '0', '-', '-' };
	/* days before a month less 30 for each month before it, plus one; how many days it has */
	static const int8_t before[16] = { 0, 1, 2, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5 };
	static const int8_t last[16] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const __m512i zero = _mm512_setzero_si512(), low = _mm512_set1_epi32(0xffff);
	__m512i t[4], v[2], bad[2], years, days, century, year, month, day, index, most;
	__mmask16 good, leap, february;

	for (int k = 0; k < 4; k++) {
		t[k] = four(p + begin[k], p + begin[k + 4], p + begin[k + 8], p + begin[k + 12]);
		t[k] = _mm512_sub_epi8(_mm512_shuffle_epi8(t[k], same(order)), same(expected));
	}
	for (int k = 0; k < 2; k++) {
		v[k] = _mm512_unpacklo_epi64(t[2 * k], t[2 * k + 1]);
		bad[k] = _mm512_or_si512(_mm512_unpackhi_epi64(t[2 * k], t[2 * k + 1]),
					 _mm512_subs_epu8(v[k], _mm512_set1_epi8(9)));
		bad[k] = _mm512_or_si512(bad[k], _mm512_srli_epi64(bad[k], 32));
		v[k] = _mm512_maddubs_epi16(v[k], _mm512_set1_epi16(0x010a));
	}
	years = HALVES(v[0], v[1], 0x88);                       /* century and year in it, 16 bits each */
	days = HALVES(v[0], v[1], 0xdd);                        /* month and day */
	century = _mm512_and_si512(years, low);
	year = _mm512_srli_epi32(years, 16);
	month = _mm512_and_si512(days, low);
	day = _mm512_srli_epi32(days, 16);
	index = _mm512_mask_mov_epi32(year, _mm512_cmpeq_epi32_mask(year, zero), century);
	leap = (__mmask16)~_mm512_test_epi32_mask(index, _mm512_set1_epi32(3));

	index = _mm512_or_si512(month, _mm512_set1_epi32((int)0x80808000));
	most = _mm512_shuffle_epi8(same(last), index);
	february = leap & _mm512_cmpeq_epi32_mask(month, _mm512_set1_epi32(2));
	most = _mm512_mask_add_epi32(most, february, most, _mm512_set1_epi32(1));
	bad[0] = HALVES(bad[0], bad[1], 0x88);
	good = (__mmask16)~_mm512_test_epi32_mask(bad[0], bad[0]);
	good &= _mm512_cmpeq_epi32_mask(_mm512_loadu_si512((const void *)size), _mm512_set1_epi32(10));
	good &= _mm512_test_epi32_mask(years, years);
	good &= _mm512_cmpgt_epi32_mask(_mm512_set1_epi32(13), month);
	good &= _mm512_cmpgt_epi32_mask(day, zero);
	good &= (__mmask16)~_mm512_cmpgt_epi32_mask(day, most);

	days = _mm512_madd_epi16(days, _mm512_set1_epi32(0x0001001e));
	days = _mm512_add_epi32(days, _mm512_shuffle_epi8(same(before), index));
	/* less 1 for the leap day until it has passed: year 0 counts as a leap year below */
	leap &= _mm512_cmpgt_epi32_mask(_mm512_set1_epi32(3), month);
	days = _mm512_mask_sub_epi32(days, leap, days, _mm512_set1_epi32(1));
	days = _mm512_add_epi32(days, _mm512_srli_epi32(_mm512_mullo_epi32(century, _mm512_set1_epi32(146097)), 2));
	days = _mm512_add_epi32(days, _mm512_srli_epi32(_mm512_mullo_epi32(year, _mm512_set1_epi32(1461)), 2));
	days = _mm512_sub_epi32(days, _mm512_set1_epi32(719528 + 31));
	_mm512_storeu_si512((void *)out, days);
	return good;
}

TARGET static size_t avx512_date(const struct kernel_fields *f, size_t n, int32_t *out, uint32_t *left)
{
	struct kernel_block b;
	size_t nleft = 0, from;
	uint64_t good;

	if (n < KERNEL_BLOCK)
		return kernel_rest_date(f, out, left, kernel_leave_all(left, n));
	for (size_t i = 0; i < n; i += KERNEL_BLOCK) {
		from = i + KERNEL_BLOCK <= n ? i : n - KERNEL_BLOCK;
		kernel_gather(f, from, KERNEL_BLOCK, &b);
		good = 0;
		for (int k = 0; k < KERNEL_BLOCK; k += 16)
			good |= (uint64_t)sixteen_dates(f->p, b.begin + k, b.size + k, out + from + k) << k;
		nleft = kernel_leave(left, nleft, ~good & ~UINT64_C(0) << (i - from), from);
	}
	return nleft;
}

const struct kernel_ops kernel_avx512 = { "avx512", supported, avx512_int64, avx512_float64, avx512_date };

#endif
