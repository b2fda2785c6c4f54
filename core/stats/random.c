/*
 * random.c - the generator, and numbers of continuous distributions made from it.
 *
 * The n-th number of a stream is the first half of the n-th block of Philox4x32-10, with counter (n, stream) and the
 * seed as key. A block a number wastes half of its bits, but then a stream is three words without a buffer, and
 * blocks of numbers drawn one after the other do not wait for each other in the processor.
 *
 * A normal is the quantile function at a uniform number of 64 bits: always one number of the stream, never a
 * rejection, and no tables. M. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
 * Statistics 37 (1988) 477-484, relative error 1e-16. Gamma: G. Marsaglia and W. Tsang, "A simple method for
 * generating gamma variables", ACM Transactions on Mathematical Software 26 (2000) 363-372.
 */
#include "stats/random.h"

#include <math.h>

struct random random_open(uint64_t key, uint64_t stream)
{
	return (struct random){ .key = key, .stream = stream };
}

/*
 * Salmon et al. (2011), section 4.2: ten rounds of two multiplications; the key moves on by Weyl's constants. Words
 * of 32 bits live in 64, since that is what four of them are multiplied from at once.
 */
static inline uint64_t philox(uint64_t key, uint64_t stream, uint64_t count)
{
	const uint64_t low = 0xFFFFFFFFu;
	uint64_t a = count & low, b = count >> 32, c = stream & low, d = stream >> 32, k = key & low, l = key >> 32;

#pragma GCC unroll 10
	for (int round = 0; round < 10; round++) {
		uint64_t x = a * 0xD2511F53u, y = c * 0xCD9E8D57u;

		a = y >> 32 ^ b ^ k;
		b = y & low;
		c = x >> 32 ^ d ^ l;
		d = x & low;
		k = (k + 0x9E3779B9u) & low;
		l = (l + 0xBB67AE85u) & low;
	}
	return a | b << 32;
}

uint64_t random_bits(struct random *r)
{
	return philox(r->key, r->stream, r->count++);
}

/* The middle of one of 2^52 equal parts: with 2^53 the last one would round to 1. */
double random_uniform(struct random *r)
{
	return ((double)(int64_t)(random_bits(r) >> 12) + 0.5) * 0x1p-52;
}

static inline double ratio(const double n[8], const double d[8], double x)
{
	double above = n[7], below = d[7];

	for (int i = 6; i >= 0; i--) {
		above = above * x + n[i];
		below = below * x + d[i];
	}
	return above / below;
}

/* Minus the normal quantile of p in (0, 0.075): by the root of -log p, near and far. */
static double tail_quantile(double p)
{
	static const double near_n[8] = {
		1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
		1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
	}, near_d[8] = {
		1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
	}, far_n[8] = {
		6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
		2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
	}, far_d[8] = {
		1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
	};
	double x = sqrt(-log(p));

	return x <= 5 ? ratio(near_n, near_d, x - 1.6) : ratio(far_n, far_d, x - 5);
}

/* Minus the same in the middle, at a half less q. */
static inline double middle_quantile(double q)
{
	static const double n[8] = {
		3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
		4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3,
	}, d[8] = {
		1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
		2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3,
	};

	return q * ratio(n, d, 0.180625 - q * q);
}

/*
 * One bit is the sign, so that the probability, at most a half, keeps its digits near 0 on both sides. 63 bits are put
 * together from two exact halves, which all processors can turn into doubles several at a time.
 */
static inline double half_probability(uint64_t bits)
{
	return ((double)(int32_t)(bits >> 33) * 0x1p32 + ((double)(int32_t)(bits >> 1 & 0x7FFFFFFF) +
		(double)(int32_t)(bits >> 32 & 1) * 0x1p31 + 0.5)) * 0x1p-64;
}

double random_normal(struct random *r)
{
	uint64_t bits = random_bits(r);
	double p = half_probability(bits), q = 0.5 - p, z;

	z = q <= 0.425 ? middle_quantile(q) : tail_quantile(p);
	return bits & 1 ? -z : z;
}

enum { RUN = 64 };       /* a multiple of 4 */

/*
 * The middle's formula for all, which is quicker than asking; it is undone where it is not valid. Whole fours, as the
 * rest would be made one by one: `out` has room for RUN.
 */
KERNEL static void normal_run(uint64_t key, uint64_t stream, uint64_t count, int n, uint64_t *restrict bits,
			      double *restrict out)
{
	n = (n + 3) & ~3;
	for (int i = 0; i < n; i++)
		bits[i] = philox(key, stream, count + (uint64_t)i);
	for (int i = 0; i < n; i++) {
		double z = middle_quantile(0.5 - half_probability(bits[i]));

		out[i] = bits[i] & 1 ? -z : z;
	}
}

void random_normals(struct random *r, int n, double *out)
{
	uint64_t bits[RUN];
	double z[RUN];

	for (int from = 0, m; from < n; from += m) {
		m = n - from < RUN ? n - from : RUN;
		normal_run(r->key, r->stream, r->count, m, bits, z);
		for (int i = 0; i < m; i++) {
			double p = half_probability(bits[i]);

			if (0.5 - p > 0.425)
				z[i] = bits[i] & 1 ? -tail_quantile(p) : tail_quantile(p);
			out[from + i] = z[i];
		}
		r->count += (uint64_t)m;
	}
}

double random_exponential(struct random *r)
{
	return -log(random_uniform(r));
}

/* Of shape 1 and above. */
static double gamma_large(struct random *r, double shape)
{
	double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);

	for (;;) {
		double x, u, v, xx;

		do
			v = 1 + c * (x = random_normal(r));
		while (v <= 0);
		v = v * v * v;
		u = random_uniform(r);
		xx = x * x;
		if (u < 1 - 0.0331 * (xx * xx) || log(u) < 0.5 * xx + d * (1 - v + log(v)))
			return d * v;
	}
}

double random_gamma(struct random *r, double shape)
{
	double g;

	if (shape >= 1)
		return gamma_large(r, shape);
	if (!(shape > 0))
		return shape == 0 ? 0 : NAN;
	g = gamma_large(r, shape + 1);
	return g * exp(log(random_uniform(r)) / shape);
}

double random_log_gamma(struct random *r, double shape)
{
	double g;

	if (shape >= 1)
		return log(gamma_large(r, shape));
	if (!(shape > 0))
		return shape == 0 ? -INFINITY : NAN;
	g = log(gamma_large(r, shape + 1));
	return g + log(random_uniform(r)) / shape;
}
