/*
 * agg_sum.c - sum, mean, weighted_mean, var, sd.
 *
 * Integers are summed in 128 bits, so only the result can overflow; floats with what rounding lost. Variances are updated value by value
 * and combined as pairs (T. Chan, G. Golub and R. LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances", 1979): exact for equal values, and no cancellation far from zero.
 */
#include "query/agg_priv.h"

#include <string.h>

/* == integers: part 0 = int128 sums, part 1 = how many values == */

/* The sum of small values of a batch; false when they may be too big for 64 bits. */
KERNEL static bool sum_small(const int64_t *restrict v, const uint8_t *restrict there, int32_t n, int64_t *out)
{
	uint64_t sum = 0, bits = 0;

	if (!there) {
		for (int32_t i = 0; i < n; i++) {
			sum += (uint64_t)v[i];
			bits |= (uint64_t)(v[i] < 0 ? ~v[i] : v[i]);
		}
	} else {
		for (int32_t i = 0; i < n; i++) {
			int64_t x = there[i] ? v[i] : 0;

			sum += (uint64_t)x;
			bits |= (uint64_t)(x < 0 ? ~x : x);
		}
	}
	*out = (int64_t)sum;
	return bits < UINT64_C(1) << 50;
}

KERNEL static int32_t count_there(const uint8_t *there, int32_t n)
{
	int32_t count = 0;

	for (int32_t i = 0; i < n; i++)
		count += there[i];
	return count;
}

static int add_ints(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	int128 *sum = a->part[0];
	int64_t *count = a->part[1], all;
	const int64_t *v = args[0].as.i64;
	const uint8_t *there = args[0].there;

	(void)e;
	if (!ids && sum_small(v, there, n, &all)) {
		sum[0] += all;
		count[0] += there ? count_there(there, n) : n;
		return 0;
	}
	ids = ids ? ids : agg_zeros;
	if (!there) {
		for (int32_t i = 0; i < n; i++) {
			sum[ids[i]] += v[i];
			count[ids[i]]++;
		}
	} else {
		for (int32_t i = 0; i < n; i++) {
			sum[ids[i]] += there[i] ? v[i] : 0;
			count[ids[i]] += there[i];
		}
	}
	return 0;
}

static int merge_ints(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	int128 *sum = into->part[0];
	int64_t *count = into->part[1];

	(void)e;
	for (int64_t g = 0; g < from->ngroups; g++) {
		int64_t k = map ? (int64_t)map[g] : g;

		sum[k] += ((int128 *)from->part[0])[g];
		count[k] += ((int64_t *)from->part[1])[g];
	}
	return 0;
}

/* A byte a group: it has at least `least` values. */
static uint8_t *has_values(const int64_t *count, int64_t n, int64_t least)
{
	uint8_t *there = mem_alloc((size_t)n);

	for (int64_t g = 0; there && g < n; g++)
		there[g] = count[g] >= least;
	return there;
}

static int finish_floats(double *v, const int64_t *count, int64_t n, int64_t least, struct column **out, struct err *e)
{
	uint8_t *there = v ? has_values(count, n, least) : NULL;
	int rc = there ? agg_float64(v, there, n, out, e) : err_nomem(e);

	mem_free(v);
	mem_free(there);
	return rc;
}

static int finish_int_sum(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const int128 *sum = a->part[0];
	int64_t *v = mem_alloc((size_t)n * sizeof *v);
	uint8_t *there = has_values(a->part[1], n, 1);
	int rc = v && there ? 0 : err_nomem(e);

	for (int64_t g = 0; g < n && !rc; g++) {
		if (sum[g] < INT64_MIN || sum[g] > INT64_MAX)
			rc = err_set(e, ERR_DOMAIN, n == 1 ? "the sum overflows" : "the sum of group %lld overflows", (long long)g + 1);
		else
			v[g] = (int64_t)sum[g];
	}
	if (!rc)
		rc = agg_int64(v, there, n, TYPE_INT64, out, e);
	mem_free(v);
	mem_free(there);
	return rc;
}

static int finish_int_mean(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const int128 *sum = a->part[0];
	const int64_t *count = a->part[1];
	double *v = mem_alloc((size_t)n * sizeof *v);

	for (int64_t g = 0; v && g < n; g++)
		v[g] = count[g] ? (double)sum[g] / (double)count[g] : 0;
	return finish_floats(v, count, n, 1, out, e);
}

/* == floats: part 0 = struct sum, part 1 = how many values == */

enum { LANES = 8 };

/* Value i goes to lane i modulo LANES, on every path. */
KERNEL static void sum_lanes(const double *restrict v, int32_t n, double *restrict s, double *restrict lost)
{
	double a[LANES] = { 0 }, b[LANES] = { 0 };

	for (int32_t i = 0; i + LANES <= n; i += LANES) {
		for (int k = 0; k < LANES; k++) {
			double x = v[i + k], t = a[k] + x, part = t - a[k];

			b[k] += (a[k] - (t - part)) + (x - part);
			a[k] = t;
		}
	}
	memcpy(s, a, sizeof a);
	memcpy(lost, b, sizeof b);
}

static void sum_one(struct sum *to, const double *v, int32_t n)
{
	double s[LANES], lost[LANES];

	sum_lanes(v, n, s, lost);
	for (int k = 0; k < LANES; k++)
		sum_join(to, &(struct sum){ s[k], lost[k] });
	for (int32_t i = n / LANES * LANES; i < n; i++)
		sum_add(to, v[i]);
}

static int add_floats(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	struct sum *sum = a->part[0];
	int64_t *count = a->part[1];
	const double *v = args[0].as.f64;
	const uint8_t *there = args[0].there;

	(void)e;
	if (!ids && !there) {
		sum_one(&sum[0], v, n);
		count[0] += n;
		return 0;
	}
	ids = ids ? ids : agg_zeros;
	if (!there) {
		for (int32_t i = 0; i < n; i++) {
			sum_add(&sum[ids[i]], v[i]);
			count[ids[i]]++;
		}
	} else {
		for (int32_t i = 0; i < n; i++) {
			sum_add(&sum[ids[i]], there[i] ? v[i] : -0.0);           /* adds nothing, not even to -0.0 */
			count[ids[i]] += there[i];
		}
	}
	return 0;
}

static int merge_floats(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	struct sum *sum = into->part[0];
	int64_t *count = into->part[1];

	(void)e;
	for (int64_t g = 0; g < from->ngroups; g++) {
		int64_t k = map ? (int64_t)map[g] : g;

		sum_join(&sum[k], (struct sum *)from->part[0] + g);
		count[k] += ((int64_t *)from->part[1])[g];
	}
	return 0;
}

static int finish_float_sum(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct sum *sum = a->part[0];
	double *v = mem_alloc((size_t)n * sizeof *v);

	for (int64_t g = 0; v && g < n; g++)
		v[g] = sum_value(&sum[g]);
	return finish_floats(v, a->part[1], n, 1, out, e);
}

static int finish_float_mean(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct sum *sum = a->part[0];
	const int64_t *count = a->part[1];
	double *v = mem_alloc((size_t)n * sizeof *v);

	for (int64_t g = 0; v && g < n; g++)
		v[g] = count[g] ? sum_value(&sum[g]) / (double)count[g] : 0;
	return finish_floats(v, count, n, 1, out, e);
}

/* == weighted mean: part 2 = struct sum of the weights == */

static inline double as_float(const struct vec *v, int32_t i)
{
	return v->type == TYPE_INT64 ? (double)v->as.i64[i] : v->as.f64[i];
}

static int add_weighted(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	struct sum *sum = a->part[0], *weights = a->part[2];
	int64_t *count = a->part[1];

	(void)e;
	ids = ids ? ids : agg_zeros;
	for (int32_t i = 0; i < n; i++) {
		double w;

		if (!vec_has(&args[0], i) || !vec_has(&args[1], i))
			continue;
		w = as_float(&args[1], i);
		sum_add(&sum[ids[i]], as_float(&args[0], i) * w);
		sum_add(&weights[ids[i]], w);
		count[ids[i]]++;
	}
	return 0;
}

static int merge_weighted(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	struct sum *weights = into->part[2];

	for (int64_t g = 0; g < from->ngroups; g++)
		sum_join(&weights[map ? map[g] : g], (struct sum *)from->part[2] + g);
	return merge_floats(into, from, map, e);
}

static int finish_weighted(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct sum *sum = a->part[0], *weights = a->part[2];
	const int64_t *count = a->part[1];
	double *v = mem_alloc((size_t)n * sizeof *v);

	for (int64_t g = 0; v && g < n; g++)
		v[g] = count[g] ? sum_value(&sum[g]) / sum_value(&weights[g]) : 0;
	return finish_floats(v, count, n, 1, out, e);
}

/* == variance: part 0 = struct moments, part 1 = how many values == */

struct moments {
	double mean, squares;            /* squares of the differences from the mean, summed */
};

static int add_moments(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	struct moments *m = a->part[0];
	int64_t *count = a->part[1];

	(void)e;
	ids = ids ? ids : agg_zeros;
	for (int32_t i = 0; i < n; i++) {
		struct moments *to = &m[ids[i]];
		double x, off;

		if (!vec_has(&args[0], i))
			continue;
		x = as_float(&args[0], i);
		off = x - to->mean;
		to->mean += off / (double)++count[ids[i]];
		to->squares += off * (x - to->mean);
	}
	return 0;
}

static int merge_moments(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	struct moments *m = into->part[0];
	int64_t *count = into->part[1];

	(void)e;
	for (int64_t g = 0; g < from->ngroups; g++) {
		const struct moments *b = (struct moments *)from->part[0] + g;
		int64_t k = map ? (int64_t)map[g] : g, more = ((int64_t *)from->part[1])[g], all = count[k] + more;
		double off = b->mean - m[k].mean, share;

		if (!more)
			continue;
		if (!count[k]) {
			m[k] = *b;
		} else {
			share = (double)more / (double)all;
			m[k].mean += off * share;
			m[k].squares += b->squares + off * off * ((double)count[k] * share);
		}
		count[k] = all;
	}
	return 0;
}

static int finish_moments(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct moments *m = a->part[0];
	const int64_t *count = a->part[1];
	bool root = a->class->name[0] == 's';
	double *v = mem_alloc((size_t)n * sizeof *v);

	for (int64_t g = 0; v && g < n; g++) {
		double var = count[g] > 1 ? m[g].squares / (double)(count[g] - 1) : 0;

		v[g] = root ? sqrt(var) : var;
	}
	return finish_floats(v, count, n, 2, out, e);
}

#define NEEDS_POINT "needs numbers, not quantities: name a policy that makes points of them, point(x, 'midpoint')"

const struct agg_class agg_sums[] = {
	{ .name = "sum", .types = "i", .size = { 16, 8 }, .add = add_ints, .merge = merge_ints, .finish = finish_int_sum },
	{ .name = "mean", .types = "i", .size = { 16, 8 }, .add = add_ints, .merge = merge_ints, .finish = finish_int_mean },
	{ .name = "sum", .types = "f", .size = { sizeof(struct sum), 8 }, .add = add_floats, .merge = merge_floats,
	  .finish = finish_float_sum },
	{ .name = "mean", .types = "f", .size = { sizeof(struct sum), 8 }, .add = add_floats, .merge = merge_floats,
	  .finish = finish_float_mean },
	{ .name = "weighted_mean", .types = "if", .size = { sizeof(struct sum), 8, sizeof(struct sum) }, .add = add_weighted,
	  .merge = merge_weighted, .finish = finish_weighted },
	{ .name = "var", .types = "if", .size = { sizeof(struct moments), 8 }, .add = add_moments, .merge = merge_moments,
	  .finish = finish_moments },
	{ .name = "sd", .types = "if", .size = { sizeof(struct moments), 8 }, .add = add_moments, .merge = merge_moments,
	  .finish = finish_moments },
	{ .name = "mean", .types = "q", .refused = NEEDS_POINT },
	{ .name = "weighted_mean", .types = "q", .refused = NEEDS_POINT },
	{ .name = "var", .types = "q", .refused = NEEDS_POINT },
	{ .name = "sd", .types = "q", .refused = NEEDS_POINT },
	{ .name = "median", .types = "q", .refused = NEEDS_POINT },
	{ .name = "quantile", .types = "q", .refused = NEEDS_POINT },
	{ 0 },
};
