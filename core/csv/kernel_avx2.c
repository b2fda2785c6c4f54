/*
 * kernel_avx2.c - four or eight fields at once with AVX2.
 *
 * The text of each field goes into a lane of its own; what differs between fields (how long, where the point is) is a
 * shift or a table entry and no branch. Digits are joined in pairs by multiply-and-add, then pairs of pairs. See
 * kernel_plain.c for the sources and for why the doubles are exact.
 */
#include "csv/kernel_priv.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2")))
#define INLINE static inline __attribute__((always_inline))

static bool supported(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

TARGET INLINE long long word(const char *p)
{
	long long w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* Sixteen bytes at a and at b. */
TARGET INLINE __m256i two(const char *a, const char *b)
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)a)),
				       _mm_loadu_si128((const __m128i *)(const void *)b), 1);
}

/* The low (0x88) or high (0xdd) halves of the 64-bit lanes of both. */
#define HALVES(a, b, which) \
	_mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), which))

/* == up to 16 digits, with a point or without ================================================= */

/* What the place of the point means for the sixteen bytes up to the end of a field, in both halves. */
struct shape {
	__m256i point;           /* xored to bytes less '0': what has to be there becomes 0 */
	__m256i limit;           /* the largest good value then */
	__m256i order;           /* leaves out the point */
	__m256i leading;         /* 1 where a number cannot begin with 0 */
};

/* With 16 digits, or 15. A point behind all digits is not for this: too rare. */
TARGET static struct shape make_shape(unsigned places, char point, int digits)
{
	int8_t bytes[4][16];
	int at = places < KERNEL_NO_POINT ? 15 - (int)places : 16;
	struct shape s;

	for (int j = 0; j < 16; j++) {
		bytes[0][j] = j == at ? (int8_t)(point ^ '0') : 0;
		bytes[1][j] = j == at || j < 16 - digits ? 0 : 9;
		bytes[2][j] = (int8_t)(j <= at && at < 16 ? j - 1 : j);
		bytes[3][j] = j < at - 1;
	}
	s.point = two((const char *)bytes[0], (const char *)bytes[0]);
	s.limit = two((const char *)bytes[1], (const char *)bytes[1]);
	s.order = two((const char *)bytes[2], (const char *)bytes[2]);
	s.leading = two((const char *)bytes[3], (const char *)bytes[3]);
	return s;
}

/*
 * Two fields that end at a and b, one in each half, with their sizes in all bytes: digits in fours, 32 bits each.
 * Not zero: *negative where there was a sign, *bad where there was anything else.
 */
TARGET INLINE __m256i join_two(const char *a, const char *b, __m256i size, const struct shape *s, __m256i *negative,
				      __m256i *bad)
{
	const __m256i behind = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
	/* the size of a field that begins there; alone, a byte can be neither a sign nor a leading zero */
	const __m256i full = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 17));
	__m256i x = _mm256_xor_si256(two(a - 16, b - 16), _mm256_set1_epi8('0')), first;

	x = _mm256_and_si256(x, _mm256_cmpgt_epi8(size, behind));
	first = _mm256_cmpeq_epi8(size, full);
	*negative = _mm256_and_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('-' ^ '0')), first);
	x = _mm256_andnot_si256(*negative, x);
	first = _mm256_or_si256(_mm256_andnot_si256(*negative, first), _mm256_bslli_epi128(*negative, 1));
	*bad = _mm256_or_si256(_mm256_subs_epu8(_mm256_xor_si256(x, s->point), s->limit),
			       _mm256_subs_epu8(_mm256_and_si256(first, s->leading), x));
	x = _mm256_maddubs_epi16(_mm256_shuffle_epi8(x, s->order), _mm256_set1_epi16(0x010a));
	return _mm256_madd_epi16(x, _mm256_set1_epi32(0x00010064));
}

/* All ones in the 64-bit lanes where neither half of one of fields 0 2 and 1 3 holds anything. */
TARGET INLINE __m256i is_zero(__m256i even, __m256i odd)
{
	return _mm256_cmpeq_epi64(_mm256_or_si256(_mm256_unpacklo_epi64(even, odd), _mm256_unpackhi_epi64(even, odd)),
				  _mm256_setzero_si256());
}

/* The digits of four fields in 64-bit lanes; all ones: *positive and *good where they are that. */
TARGET INLINE __m256i join_four(const char *p, const uint32_t *end, const uint32_t *size, const struct shape *s,
				       __m256i *positive, __m256i *good)
{
	const __m256i of_even = _mm256_setr_epi64x(0, 0, 0x0808080808080808, 0x0808080808080808);
	const __m256i of_odd = _mm256_add_epi8(of_even, _mm256_set1_epi8(4));
	__m128i n = _mm_loadu_si128((const __m128i *)(const void *)size), fits;
	__m256i sizes = _mm256_broadcastsi128_si256(n), bad0, bad1, negative0, negative1, even, odd, v;

	even = join_two(p + end[0], p + end[2], _mm256_shuffle_epi8(sizes, of_even), s, &negative0, &bad0);
	odd = join_two(p + end[1], p + end[3], _mm256_shuffle_epi8(sizes, of_odd), s, &negative1, &bad1);
	fits = _mm_cmpeq_epi32(_mm_max_epu32(_mm_min_epu32(n, _mm_set1_epi32(16)), _mm_set1_epi32(1)), n);
	*good = _mm256_and_si256(is_zero(bad0, bad1), _mm256_cvtepi32_epi64(fits));
	*positive = is_zero(negative0, negative1);
	v = _mm256_madd_epi16(_mm256_packus_epi32(even, odd), _mm256_set1_epi32(0x00012710));
	return _mm256_add_epi64(_mm256_mul_epu32(v, _mm256_set1_epi64x(100000000)), _mm256_srli_epi64(v, 32));
}

/* == int64 =================================================================================== */

/*
 * Eight fields of one to eight bytes: digits, or "-" and digits. Vectors of 64-bit lanes hold fields 0 1 4 5 and
 * 2 3 6 7, so that packing two of them within the 128-bit halves gives 0 to 7. The bits of those that it could
 * convert.
 */
TARGET INLINE unsigned eight_int64(const char *p, const uint32_t *begin, const uint32_t *size, int64_t *out)
{
	const __m256i zero = _mm256_setzero_si256(), nine = _mm256_set1_epi8(9), minus = _mm256_set1_epi64x('-' ^ '0');
	const __m256i least = _mm256_setr_epi32(0, 10, 100, 1000, 10000, 100000, 1000000, 10000000);
	__m256i n = _mm256_loadu_si256((const __m256i *)(const void *)size);
	__m256i shift = _mm256_sub_epi32(_mm256_set1_epi32(64), _mm256_slli_epi32(n, 3));
	__m256i x[2], negative[2], good, v, sign;

	x[0] = _mm256_set_epi64x(word(p + begin[5]), word(p + begin[4]), word(p + begin[1]), word(p + begin[0]));
	x[1] = _mm256_set_epi64x(word(p + begin[7]), word(p + begin[6]), word(p + begin[3]), word(p + begin[2]));
	for (int k = 0; k < 2; k++) {
		x[k] = _mm256_xor_si256(x[k], _mm256_set1_epi8('0'));
		negative[k] = _mm256_cmpeq_epi64(_mm256_and_si256(x[k], _mm256_set1_epi64x(0xff)), minus);
		/* The sign becomes a zero; what is behind the field goes out. Shifts of 64 and more leave nothing. */
		x[k] = _mm256_xor_si256(x[k], _mm256_and_si256(negative[k], minus));
		x[k] = _mm256_sllv_epi64(x[k], k ? _mm256_unpackhi_epi32(shift, zero)
						 : _mm256_unpacklo_epi32(shift, zero));
	}
	good = HALVES(_mm256_cmpeq_epi64(_mm256_subs_epu8(x[0], nine), zero),
		      _mm256_cmpeq_epi64(_mm256_subs_epu8(x[1], nine), zero), 0x88);
	sign = HALVES(negative[0], negative[1], 0x88);
	for (int k = 0; k < 2; k++) {
		x[k] = _mm256_maddubs_epi16(x[k], _mm256_set1_epi16(0x010a));
		x[k] = _mm256_madd_epi16(x[k], _mm256_set1_epi32(0x00010064));
	}
	v = _mm256_madd_epi16(_mm256_packus_epi32(x[0], x[1]), _mm256_set1_epi32(0x00012710));
	/* So many digits make at least so much, unless there is a leading zero; "-" needs more than 0 behind it. */
	n = _mm256_add_epi32(n, _mm256_set1_epi32(-1));
	good = _mm256_andnot_si256(
		_mm256_cmpgt_epi32(_mm256_max_epi32(_mm256_permutevar8x32_epi32(least, _mm256_add_epi32(n, sign)),
						    _mm256_srli_epi32(sign, 31)), v), good);
	good = _mm256_and_si256(good, _mm256_cmpeq_epi32(_mm256_min_epu32(n, _mm256_set1_epi32(7)), n));
	v = _mm256_sub_epi32(_mm256_xor_si256(v, sign), sign);
	_mm256_storeu_si256((__m256i *)(void *)out, _mm256_cvtepi32_epi64(_mm256_castsi256_si128(v)));
	_mm256_storeu_si256((__m256i *)(void *)(out + 4), _mm256_cvtepi32_epi64(_mm256_extracti128_si256(v, 1)));
	return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(good));
}

/* Four fields of up to 16 bytes. */
TARGET INLINE unsigned four_int64(const char *p, const uint32_t *end, const uint32_t *size, const struct shape *s,
					 int64_t *out)
{
	__m256i positive, good, v = join_four(p, end, size, s, &positive, &good), sign;

	sign = _mm256_xor_si256(positive, _mm256_set1_epi64x(-1));
	good = _mm256_andnot_si256(_mm256_andnot_si256(positive, _mm256_cmpeq_epi64(v, _mm256_setzero_si256())), good);
	_mm256_storeu_si256((__m256i *)(void *)out, _mm256_sub_epi64(_mm256_xor_si256(v, sign), sign));
	return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(good));
}

/* The bits of the fields that were converted. When most are longer than eight bytes *longer is set, for good. */
TARGET INLINE uint64_t block_int64(const char *p, const struct kernel_block *b, bool *longer, const struct shape *s,
				   int64_t *out)
{
	uint64_t good = 0;

	for (int k = 0; k < KERNEL_BLOCK && !*longer; k += 8)
		good |= (uint64_t)eight_int64(p, b->begin + k, b->size + k, out + k) << k;
	*longer |= __builtin_popcountll(good) < KERNEL_BLOCK / 2 && b->size[__builtin_ctzll(~good)] > 8;
	for (int k = 0; k < KERNEL_BLOCK && *longer; k += 4)
		good |= (uint64_t)four_int64(p, b->end + k, b->size + k, s, out + k) << k;
	return good;
}

TARGET static size_t avx2_int64(const struct kernel_fields *f, size_t n, int64_t *out, uint32_t *left)
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

/* Four fields of up to 16 bytes, with as many digits behind the point as `shape` and `power` are for. */
TARGET INLINE unsigned four_alike(const char *p, const uint32_t *end, const uint32_t *size, const struct shape *s,
					   double power, double *out)
{
	__m256i positive, good, v = join_four(p, end, size, s, &positive, &good);
	__m256d r;

	/* An integer below 2^52 as the low bits of a double is 2^52 too large. */
	r = _mm256_castsi256_pd(_mm256_or_si256(v, _mm256_set1_epi64x(0x4330000000000000)));
	r = _mm256_div_pd(_mm256_sub_pd(r, _mm256_set1_pd(0x1p52)), _mm256_set1_pd(power));
	_mm256_storeu_pd(out, _mm256_or_pd(r, _mm256_andnot_pd(_mm256_castsi256_pd(positive), _mm256_set1_pd(-0.0))));
	return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(good));
}

/* What two fields are, one in each half. */
struct decimals {
	__m256i digits;          /* in fours, 32 bits each */
	__m256i negative, bad;   /* not zero where there was a sign, or anything that there must not be */
	__m256i point;           /* in all bytes: which one the point is, from 1; 0 = there is none */
};

TARGET INLINE struct decimals two_decimals(const char *a, const char *b, __m256i size, __m256i point)
{
	const __m256i zero = _mm256_setzero_si256(), minus = _mm256_set1_epi8('-' ^ '0');
	const __m256i at = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
	const __m256i number = _mm256_add_epi8(at, _mm256_set1_epi8(1));
	const __m256i behind = _mm256_sub_epi8(_mm256_set1_epi8(15), at);
	/* the size of a field that begins there */
	const __m256i full = _mm256_sub_epi8(_mm256_set1_epi8(16), at);
	const __m256i limit = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9));
	const __m256i last = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1));
	__m256i x = _mm256_xor_si256(two(a - 16, b - 16), _mm256_set1_epi8('0')), first, is_point, leading;
	struct decimals d;

	x = _mm256_and_si256(x, _mm256_cmpgt_epi8(size, behind));
	first = _mm256_cmpeq_epi8(size, full);
	/* A sign or a point alone, or just both, remain and are no digit. */
	d.negative = _mm256_andnot_si256(last, _mm256_and_si256(_mm256_cmpeq_epi8(x, minus), first));
	x = _mm256_andnot_si256(d.negative, x);
	first = _mm256_or_si256(_mm256_andnot_si256(d.negative, first), _mm256_bslli_epi128(d.negative, 1));
	is_point = _mm256_andnot_si256(_mm256_and_si256(first, last), _mm256_cmpeq_epi8(x, point));
	/* the number of the byte; of two points the sum, and one at least will stay and be no digit */
	d.point = _mm256_sad_epu8(_mm256_and_si256(is_point, number), zero);
	d.point = _mm256_or_si256(d.point, _mm256_shuffle_epi32(d.point, 0x4e));
	d.point = _mm256_shuffle_epi8(d.point, zero);
	/* a zero at the start, and a digit behind it */
	leading = _mm256_bslli_epi128(_mm256_and_si256(_mm256_cmpeq_epi8(x, zero), first), 1);
	x = _mm256_shuffle_epi8(x, _mm256_add_epi8(at, _mm256_cmpgt_epi8(d.point, at)));
	d.bad = _mm256_or_si256(_mm256_andnot_si256(is_point, leading), _mm256_subs_epu8(x, limit));
	x = _mm256_maddubs_epi16(x, _mm256_set1_epi16(0x010a));
	d.digits = _mm256_madd_epi16(x, _mm256_set1_epi32(0x00010064));
	return d;
}

/* 10 to the numbers in 64-bit lanes, of which the low four bits count. Up to 10^9 the low half of the double is 0. */
TARGET INLINE __m256d powers(__m256i n)
{
	const __m256i upper = _mm256_setr_epi32(0x3ff00000, 0x40240000, 0x40590000, 0x408f4000, 0x40c38800, 0x40f86a00,
						0x412e8480, 0x416312d0);
	__m256d r = _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_permutevar8x32_epi32(upper, n), 32));

	return _mm256_mul_pd(r, _mm256_blendv_pd(_mm256_set1_pd(1), _mm256_set1_pd(1e8),
						 _mm256_castsi256_pd(_mm256_slli_epi64(n, 60))));
}

/* Four fields of up to 16 bytes, the point anywhere. */
TARGET INLINE unsigned four_mixed(const char *p, const uint32_t *end, const uint32_t *size, __m256i point, double *out)
{
	const __m256i of_even = _mm256_setr_epi64x(0, 0, 0x0808080808080808, 0x0808080808080808);
	const __m256i of_odd = _mm256_add_epi8(of_even, _mm256_set1_epi8(4)), byte = _mm256_set1_epi64x(0xff);
	__m128i n = _mm_loadu_si128((const __m128i *)(const void *)size), fits;
	__m256i sizes = _mm256_broadcastsi128_si256(n), good, v, places;
	struct decimals even = two_decimals(p + end[0], p + end[2], _mm256_shuffle_epi8(sizes, of_even), point);
	struct decimals odd = two_decimals(p + end[1], p + end[3], _mm256_shuffle_epi8(sizes, of_odd), point);
	__m256d r;

	fits = _mm_cmpeq_epi32(_mm_max_epu32(_mm_min_epu32(n, _mm_set1_epi32(16)), _mm_set1_epi32(1)), n);
	good = _mm256_and_si256(is_zero(even.bad, odd.bad), _mm256_cvtepi32_epi64(fits));
	v = _mm256_madd_epi16(_mm256_packus_epi32(even.digits, odd.digits), _mm256_set1_epi32(0x00012710));
	v = _mm256_add_epi64(_mm256_mul_epu32(v, _mm256_set1_epi64x(100000000)), _mm256_srli_epi64(v, 32));
	/* 16 less the byte of the point; without one 16, whose low four bits are 0 */
	places = _mm256_and_si256(_mm256_unpacklo_epi64(even.point, odd.point), byte);
	places = _mm256_sub_epi64(_mm256_set1_epi64x(16), places);
	/* An integer below 2^52 as the low bits of a double is 2^52 too large. */
	r = _mm256_castsi256_pd(_mm256_or_si256(v, _mm256_set1_epi64x(0x4330000000000000)));
	r = _mm256_div_pd(_mm256_sub_pd(r, _mm256_set1_pd(0x1p52)), powers(places));
	v = is_zero(even.negative, odd.negative);
	_mm256_storeu_pd(out, _mm256_or_pd(r, _mm256_andnot_pd(_mm256_castsi256_pd(v), _mm256_set1_pd(-0.0))));
	return (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(good));
}

TARGET static size_t avx2_float64(const struct kernel_fields *f, size_t n, char point, double *out, uint32_t *left)
{
	unsigned places = kernel_places(f, n, point);
	const struct shape shape = make_shape(places ? places : KERNEL_NO_POINT, point, 15);
	const __m256i points = _mm256_set1_epi8((char)(point ^ '0'));
	struct kernel_block b;
	size_t nleft = 0, from;
	uint64_t good;

	if (n < KERNEL_BLOCK)
		return kernel_rest_float64(f, point, out, left, kernel_leave_all(left, n));
	for (size_t i = 0; i < n; i += KERNEL_BLOCK) {
		from = i + KERNEL_BLOCK <= n ? i : n - KERNEL_BLOCK;
		kernel_gather(f, from, KERNEL_BLOCK, &b);
		good = 0;
		for (int k = 0; k < KERNEL_BLOCK && places == KERNEL_MIXED; k += 4)
			good |= (uint64_t)four_mixed(f->p, b.end + k, b.size + k, points, out + from + k) << k;
		for (int k = 0; k < KERNEL_BLOCK && places != KERNEL_MIXED; k += 4)
			good |= (uint64_t)four_alike(f->p, b.end + k, b.size + k, &shape, kernel_powers[places],
						     out + from + k) << k;
		nleft = kernel_leave(left, nleft, ~good & ~UINT64_C(0) << (i - from), from);
	}
	return nleft ? kernel_rest_float64(f, point, out, left, nleft) : 0;
}

/* == date ==================================================================================== */

/* Eight fields; see one_date in kernel_plain.c. The bits of those that are dates. */
TARGET INLINE unsigned eight_dates(const char *p, const uint32_t *begin, const uint32_t *size, int32_t *out)
{
	const __m256i zero = _mm256_setzero_si256(), low = _mm256_set1_epi32(0xffff);
	/* YYYYMMDD, and the two "-" behind them */
	const __m256i order = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, 4, 7, -1, -1, -1, -1, -1, -1));
	const __m256i expected = _mm256_broadcastsi128_si256(
		_mm_setr_epi8('0', '0', '0', '0', '0', '0', '0', '0', '-', '-', 0, 0, 0, 0, 0, 0));
	/* days before a month less 30 for each month before it, plus one; how many days it has */
	const __m256i before = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 1, 2, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 0, 0, 0));
	const __m256i last = _mm256_broadcastsi128_si256(
		_mm_setr_epi8(0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0));
	const __m256i n = _mm256_loadu_si256((const __m256i *)(const void *)size);
	__m256i t[4], v[2], good[2], years, days, century, year, month, day, leap, index, most;

	for (int k = 0; k < 4; k++)
		t[k] = _mm256_sub_epi8(_mm256_shuffle_epi8(two(p + begin[k], p + begin[k + 4]), order), expected);
	for (int k = 0; k < 2; k++) {
		v[k] = _mm256_unpacklo_epi64(t[2 * k], t[2 * k + 1]);
		good[k] = _mm256_or_si256(_mm256_unpackhi_epi64(t[2 * k], t[2 * k + 1]),
					  _mm256_subs_epu8(v[k], _mm256_set1_epi8(9)));
		good[k] = _mm256_cmpeq_epi64(good[k], zero);
		v[k] = _mm256_maddubs_epi16(v[k], _mm256_set1_epi16(0x010a));
	}
	years = HALVES(v[0], v[1], 0x88);                       /* century and year in it, 16 bits each */
	days = HALVES(v[0], v[1], 0xdd);                        /* month and day */
	century = _mm256_and_si256(years, low);
	year = _mm256_srli_epi32(years, 16);
	month = _mm256_and_si256(days, low);
	day = _mm256_srli_epi32(days, 16);
	leap = _mm256_or_si256(year, _mm256_and_si256(_mm256_cmpeq_epi32(year, zero), century));
	leap = _mm256_cmpeq_epi32(_mm256_and_si256(leap, _mm256_set1_epi32(3)), zero);

	index = _mm256_or_si256(month, _mm256_set1_epi32((int)0x80808000));
	most = _mm256_shuffle_epi8(last, index);
	most = _mm256_sub_epi32(most, _mm256_and_si256(leap, _mm256_cmpeq_epi32(month, _mm256_set1_epi32(2))));
	good[0] = _mm256_and_si256(HALVES(good[0], good[1], 0x88), _mm256_cmpeq_epi32(n, _mm256_set1_epi32(10)));
	good[0] = _mm256_andnot_si256(_mm256_cmpeq_epi32(years, zero), good[0]);
	good[0] = _mm256_andnot_si256(_mm256_cmpgt_epi32(month, _mm256_set1_epi32(12)), good[0]);
	good[0] = _mm256_andnot_si256(_mm256_cmpgt_epi32(day, most), good[0]);
	good[0] = _mm256_and_si256(_mm256_cmpgt_epi32(day, zero), good[0]);

	days = _mm256_madd_epi16(days, _mm256_set1_epi32(0x0001001e));
	days = _mm256_add_epi32(days, _mm256_shuffle_epi8(before, index));
	/* less 1 for the leap day until it has passed: year 0 counts as a leap year below */
	days = _mm256_add_epi32(days, _mm256_andnot_si256(_mm256_cmpgt_epi32(month, _mm256_set1_epi32(2)), leap));
	days = _mm256_add_epi32(days, _mm256_srli_epi32(_mm256_mullo_epi32(century, _mm256_set1_epi32(146097)), 2));
	days = _mm256_add_epi32(days, _mm256_srli_epi32(_mm256_mullo_epi32(year, _mm256_set1_epi32(1461)), 2));
	days = _mm256_sub_epi32(days, _mm256_set1_epi32(719528 + 31));
	_mm256_storeu_si256((__m256i *)(void *)out, days);
	return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(good[0]));
}

TARGET static size_t avx2_date(const struct kernel_fields *f, size_t n, int32_t *out, uint32_t *left)
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
		for (int k = 0; k < KERNEL_BLOCK; k += 8)
			good |= (uint64_t)eight_dates(f->p, b.begin + k, b.size + k, out + from + k) << k;
		nleft = kernel_leave(left, nleft, ~good & ~UINT64_C(0) << (i - from), from);
	}
	return nleft;
}

const struct kernel_ops kernel_avx2 = { "avx2", supported, avx2_int64, avx2_float64, avx2_date };

#endif
