/*
 * agg_values.c - median and quantile, which keep their values.
 *
 * At the end the values are dealt out to their groups, and the wanted one is found by radix: count the leading bytes, go on
 * with the values that share the byte in question. That is linear whatever the values are. The type 7 of R. Hyndman and Y. Fan,
 * "Sample quantiles in statistical packages", 1996.
 */
#include "query/agg_priv.h"

#include <string.h>

struct kept {                            /* own */
	struct buf ids, values;          /* uint32_t, double */
};

static int open_kept(struct agg *a, struct err *e)
{
	if (a->class->name[0] == 'm')
		a->param = 0.5;
	return (a->own = mem_zero(1, sizeof(struct kept))) ? 0 : err_nomem(e);
}

static void release_kept(struct agg *a)
{
	struct kept *k = a->own;

	if (k) {
		buf_release(&k->ids);
		buf_release(&k->values);
	}
	mem_free(k);
}

static int add_kept(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	struct kept *k = a->own;
	uint32_t *id = (uint32_t *)(void *)buf_room(&k->ids, (size_t)n * sizeof *id);
	double *v = (double *)(void *)buf_room(&k->values, (size_t)n * sizeof *v);
	size_t m = 0;

	if (!id || !v)
		return err_nomem(e);
	for (int32_t i = 0; i < n; i++) {
		id[m] = ids ? ids[i] : 0;
		v[m] = args[0].type == TYPE_INT64 ? (double)args[0].as.i64[i] : args[0].as.f64[i];
		m += vec_has(&args[0], i);
	}
	k->ids.n += m * sizeof *id;
	k->values.n += m * sizeof *v;
	return 0;
}

static int merge_kept(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	struct kept *to = into->own, *k = from->own;
	size_t n = k->ids.n / sizeof(uint32_t), at = to->ids.n;
	uint32_t *ids;

	buf_add(&to->values, k->values.p, k->values.n);
	buf_add(&to->ids, k->ids.p, k->ids.n);
	if (to->values.failed || to->ids.failed)
		return err_nomem(e);
	ids = (uint32_t *)(void *)(to->ids.p + at);
	for (size_t i = 0; map && i < n; i++)
		ids[i] = map[ids[i]];
	buf_release(&k->ids);
	buf_release(&k->values);
	return 0;
}

/* == selection == */

/* Floats as words in the same order; zeros are alike, there is no NaN. */
static uint64_t ordered(double v)
{
	uint64_t word;

	v = v == 0 ? 0 : v;
	memcpy(&word, &v, sizeof word);
	return word >> 63 ? ~word : word | UINT64_C(1) << 63;
}

static double unordered(uint64_t word)
{
	double v;

	word = word >> 63 ? word & ~(UINT64_C(1) << 63) : ~word;
	memcpy(&v, &word, sizeof v);
	return v;
}

/* Word number k of them by order, and the next; the words are moved about. `next` is word k when there is none behind. */
static void select_two(uint64_t *w, int64_t n, int64_t k, uint64_t *at, uint64_t *next)
{
	uint64_t above = 0;              /* the least that was left behind on the upper side */
	bool any = false;
	int shift = 56;

	for (; n > 32 && shift >= 0; shift -= 8) {
		int64_t count[256] = { 0 }, below = 0, m = 0;
		int byte = 0;

		for (int64_t i = 0; i < n; i++)
			count[w[i] >> shift & 255]++;
		while (below + count[byte] <= k)
			below += count[byte++];
		for (int64_t i = 0; i < n; i++) {
			int b = (int)(w[i] >> shift & 255);

			if (b == byte) {
				w[m++] = w[i];
			} else if (b > byte && (!any || w[i] < above)) {
				above = w[i];
				any = true;
			}
		}
		n = m;
		k -= below;
	}
	if (shift >= 0) {
		for (int64_t i = 1; i < n; i++) {
			uint64_t x = w[i];
			int64_t j = i;

			for (; j > 0 && w[j - 1] > x; j--)
				w[j] = w[j - 1];
			w[j] = x;
		}
	}
	*at = w[k];
	*next = k + 1 < n ? w[k + 1] : any ? above : w[k];
}

static double quantile(uint64_t *w, int64_t n, double p)
{
	double place = (double)(n - 1) * p, share;
	uint64_t at, next;
	double low, high;

	select_two(w, n, (int64_t)place, &at, &next);
	low = unordered(at);
	high = unordered(next);
	share = place - floor(place);
	return share == 0 || low == high ? low : low + share * (high - low);
}

/* Values by group: start[g] is where those of group g begin; false without memory. NaN makes `odd` of its group. */
static int64_t *deal(const struct kept *k, int64_t n, uint64_t *words, uint8_t *odd)
{
	const uint32_t *ids = (const uint32_t *)(const void *)k->ids.p;
	const double *v = (const double *)(const void *)k->values.p;
	int64_t *start = mem_zero((size_t)n + 2, sizeof *start), count = (int64_t)(k->ids.n / sizeof *ids);

	if (!start)
		return NULL;
	for (int64_t i = 0; i < count; i++)
		start[ids[i] + 2]++;
	for (int64_t g = 2; g < n + 2; g++)
		start[g] += start[g - 1];
	for (int64_t i = 0; i < count; i++) {
		odd[ids[i]] |= isnan(v[i]);
		words[start[ids[i] + 1]++] = isnan(v[i]) ? 0 : ordered(v[i]);
	}
	return start;
}

static int finish_kept(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct kept *k = a->own;
	uint64_t *words = mem_alloc(k->values.n);
	uint8_t *there = mem_zero((size_t)n, 1), *odd = mem_zero((size_t)n, 1);
	double *v = mem_alloc((size_t)n * sizeof *v);
	int64_t *start = words && there && odd && v ? deal(k, n, words, odd) : NULL;
	int rc = start ? 0 : err_nomem(e);

	for (int64_t g = 0; g < n && !rc; g++) {
		int64_t count = start[g + 1] - start[g];

		there[g] = count > 0;
		v[g] = odd[g] ? NAN : count ? quantile(words + start[g], count, a->param) : 0;
	}
	if (!rc)
		rc = agg_float64(v, there, n, out, e);
	mem_free(words);
	mem_free(there);
	mem_free(odd);
	mem_free(v);
	mem_free(start);
	return rc;
}

#define KEPT_CLASS(which)                                                                                             \
	{ .name = which, .types = "if", .open = open_kept, .add = add_kept, .merge = merge_kept, .finish = finish_kept,\
	  .release = release_kept }
const struct agg_class agg_values[] = { KEPT_CLASS("median"), KEPT_CLASS("quantile"), { 0 } };
