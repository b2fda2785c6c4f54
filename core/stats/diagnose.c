/*
 * diagnose.c - R-hat, effective sample sizes and Monte Carlo errors of one quantity.
 *
 * Everything is R-hat or the effective sample size of a mean, of some function of the draws: their normal scores, their
 * distance from the median, whether they lie below a quantile. `split` holds that function for all half chains, one behind the
 * other, and the two numbers are computed from it.
 */
#include "stats/diagnose.h"
#include "stats/diagnose_priv.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static const struct {
	const char *name;
	bool probability;
} measures[] = {
#define X(name, text, prob, help) { text, prob },
	DIAGNOSE_LIST(X)
#undef X
};

const char *diagnose_name(enum diagnose_measure m)
{
	return measures[m].name;
}

bool diagnose_takes_probability(enum diagnose_measure m)
{
	return measures[m].probability;
}

int diagnose_find(const char *name)
{
	for (int i = 0; i < DIAGNOSE_COUNT; i++)
		if (!strcmp(measures[i].name, name))
			return i;
	return -1;
}

/* == the workspace =========================================================================== */

struct diagnose {
	int chains;
	int64_t n, total;                /* iterations of a chain, draws */
	int halves;                      /* chains after splitting, each `half` long */
	int64_t half, split_total;
	double *x, *sorted;              /* [total] */
	double *apart;                   /* [total]: distances from a draw amid the others, which keep digits far from 0 */
	double *scores;                  /* [split_total]: the normal score of each rank */
	double *means;                   /* [halves] */
	double *split;                   /* [total]: what is asked about, half chain after half chain */
	struct ranked *ranks, *spare;    /* [total] */
	struct ranked *order;            /* [total] the draws by value, `at` their places in x; sorted once */
	struct ess_room *ess;
	bool usable;                     /* there is an order: none is NAN, and they are not all alike */
	bool finite;
	double mean, sd;
	double middle;                   /* mean of `apart` */
};

int diagnose_new(int chains, int64_t iterations, struct diagnose **out, struct err *e)
{
	struct diagnose *d;

	if (chains < 1 || chains > DIAGNOSE_CHAINS_MAX || iterations < 1 || iterations > DIAGNOSE_DRAWS_MAX / chains)
		return err_set(e, ERR_DOMAIN, "draws are 1 to %d chains of at least 1 iteration, and at most %d in all; found %d x %lld",
			       DIAGNOSE_CHAINS_MAX, DIAGNOSE_DRAWS_MAX, chains, (long long)iterations);
	if (!(d = mem_zero(1, sizeof *d)))
		return err_nomem(e);
	d->chains = chains;
	d->n = iterations;
	d->total = chains * iterations;
	/* the middle draw of an odd chain belongs to neither half; a single draw cannot be split */
	d->half = iterations > 1 ? iterations / 2 : 1;
	d->halves = iterations > 1 ? 2 * chains : chains;
	d->split_total = d->half * d->halves;
	d->x = mem_zero((size_t)d->total, sizeof *d->x);
	d->sorted = mem_zero((size_t)d->total, sizeof *d->sorted);
	d->apart = mem_zero((size_t)d->total, sizeof *d->apart);
	d->scores = mem_zero((size_t)d->split_total, sizeof *d->scores);
	d->means = mem_zero((size_t)d->halves, sizeof *d->means);
	d->split = mem_zero((size_t)d->total, sizeof *d->split);
	d->ranks = mem_zero((size_t)d->total, sizeof *d->ranks);
	d->spare = mem_zero((size_t)d->total, sizeof *d->spare);
	d->order = mem_zero((size_t)d->total, sizeof *d->order);
	d->ess = ess_room_new(iterations, d->halves);
	if (!d->x || !d->sorted || !d->apart || !d->scores || !d->means || !d->split || !d->ranks || !d->spare || !d->order || !d->ess) {
		diagnose_free(d);
		return err_nomem(e);
	}
	for (int64_t i = 0; i < d->split_total; i++)
		d->scores[i] = rank_score((double)(i + 1), d->split_total);
	*out = d;
	return 0;
}

void diagnose_free(struct diagnose *d)
{
	if (!d)
		return;
	mem_free(d->x);
	mem_free(d->sorted);
	mem_free(d->apart);
	mem_free(d->scores);
	mem_free(d->means);
	mem_free(d->split);
	mem_free(d->ranks);
	mem_free(d->spare);
	mem_free(d->order);
	ess_room_free(d->ess);
	mem_free(d);
}

/* == what is loaded ========================================================================== */

void diagnose_load(struct diagnose *d, const double *x, int64_t chain_step, int64_t step)
{
	d->usable = d->finite = false;
	d->mean = d->sd = NAN;
	for (int c = 0; c < d->chains; c++)
		for (int64_t i = 0; i < d->n; i++)
			d->x[c * d->n + i] = x[c * chain_step + i * step];
	for (int64_t i = 0; i < d->total; i++) {
		if (isnan(d->x[i])) {
			d->sorted[0] = NAN;
			return;
		}
		d->order[i] = (struct ranked){ d->x[i], i };
	}
	rank_sort(d->order, d->spare, d->total);
	for (int64_t i = 0; i < d->total; i++)
		d->sorted[i] = d->order[i].value;
	d->finite = draws_are_finite(d->x, d->total);
	d->usable = !draws_are_constant(d->x, d->total);
	if (!d->finite) {
		d->mean = sum_mean(d->x, d->total);
		return;
	}
	for (int64_t i = 0; i < d->total; i++)
		d->apart[i] = d->x[i] - d->sorted[d->total / 2];
	d->middle = sum_mean(d->apart, d->total);
	d->mean = d->sorted[d->total / 2] + d->middle;
	if (d->total > 1)
		d->sd = sqrt(sum_squares(d->apart, d->total, d->middle) / (double)(d->total - 1));
}

/* Draw i of half chain h, where all first halves come before all second ones. */
static int64_t split_place(const struct diagnose *d, int h, int64_t i)
{
	return h < d->chains ? h * d->n + i : (h - d->chains) * d->n + d->n - d->half + i;
}

/* A function of a draw and a number, of all halves of `from` (x or apart), into d->split. */
typedef double draw_fn(double x, double a);

static double as_is(double x, double a)
{
	(void)a;
	return x;
}

static double distance(double x, double from)
{
	return fabs(x - from);
}

static double distance_squared(double x, double from)
{
	return (x - from) * (x - from);
}

static double at_most(double x, double limit)
{
	return x <= limit;
}

static void split(struct diagnose *d, const double *from, draw_fn *f, double a)
{
	for (int h = 0; h < d->halves; h++)
		for (int64_t i = 0; i < d->half; i++)
			d->split[h * d->half + i] = f(from[split_place(d, h, i)], a);
}

/* The place of draw x[at] in d->split; -1: it belongs to neither half. */
static int64_t place_split(const struct diagnose *d, int64_t at)
{
	int64_t c = at / d->n, i = at % d->n;

	if (i < d->half)
		return c * d->half + i;
	return d->halves > d->chains && i >= d->n - d->half ? (d->chains + c) * d->half + i - (d->n - d->half) : -1;
}

/* d->split from d->ranks, which are in order: the normal score of each rank; ties share the mean of their ranks. */
static void ranks_to_scores(struct diagnose *d)
{
	for (int64_t i = 0, j; i < d->split_total; i = j) {
		for (j = i + 1; j < d->split_total && d->ranks[j].value == d->ranks[i].value;)
			j++;
		double score = j == i + 1 ? d->scores[i] : rank_score((double)(i + 1 + j) / 2, d->split_total);

		for (int64_t k = i; k < j; k++)
			d->split[d->ranks[k].at] = score;
	}
}

/* The draws' own ranks: their order is there but for middle draws, which no half has. */
static void scores_of_draws(struct diagnose *d)
{
	int64_t n = 0;

	for (int64_t i = 0; i < d->total; i++) {
		int64_t at = place_split(d, d->order[i].at);

		if (at >= 0)
			d->ranks[n++] = (struct ranked){ d->order[i].value, at };
	}
	ranks_to_scores(d);
}

/*
 * Those of the distances from a number: below it they fall along the order of the draws, above it they rise, and two sequences
 * in order are merged. False: some are NAN, an infinite draw from an infinite number.
 */
static bool scores_of_distances(struct diagnose *d, double from)
{
	int64_t low = 0, high, n = 0;

	while (low < d->total && d->sorted[low] < from)
		low++;
	high = low--;
	while (low >= 0 || high < d->total) {
		double below = low >= 0 ? fabs(d->sorted[low] - from) : INFINITY;
		double above = high < d->total ? fabs(d->sorted[high] - from) : INFINITY;
		bool down = high >= d->total || (low >= 0 && below <= above);
		int64_t at = place_split(d, d->order[down ? low : high].at);

		if (at >= 0 && isnan(down ? below : above))
			return false;
		if (at >= 0)
			d->ranks[n++] = (struct ranked){ down ? below : above, at };
		if (down)
			low--;
		else
			high++;
	}
	ranks_to_scores(d);
	return true;
}

/* == answers ================================================================================= */

/* The quantile whose place among the draws is interpolated: type 7 of R. Infinite neighbours do not make it NAN. */
static double sorted_quantile(const double *sorted, int64_t n, double p)
{
	double place = 1 + (double)(n - 1) * p, low = floor(place), rest = place - low;
	double a = sorted[(int64_t)low - 1], b = sorted[(int64_t)ceil(place) - 1];

	return rest > 0 && b != a ? (1 - rest) * a + rest * b : a;
}

/* Of what is in d->split: sqrt of the variance estimated from all chains together over the one within chains. */
static double split_rhat(const struct diagnose *d)
{
	double within = 0, between, n = (double)d->half;

	if (d->half < 2 || !draws_are_finite(d->split, d->split_total) || draws_are_constant(d->split, d->split_total))
		return NAN;
	for (int h = 0; h < d->halves; h++) {
		const double *y = d->split + h * d->half;

		d->means[h] = sum_mean(y, d->half);
		within += sum_squares(y, d->half, d->means[h]) / (n - 1) / d->halves;
	}
	between = n * sum_squares(d->means, d->halves, sum_mean(d->means, d->halves)) / (d->halves - 1);
	return sqrt((between / within + n - 1) / n);
}

static double split_ess(struct diagnose *d)
{
	return ess_of_mean(d->ess, d->split, d->halves, d->half);
}

/* Chains that differ in place show in the ranks, chains that differ in spread in the ranks of the distance from the median. */
static double rhat(struct diagnose *d)
{
	double bulk, tail;

	scores_of_draws(d);
	bulk = split_rhat(d);
	tail = scores_of_distances(d, sorted_quantile(d->sorted, d->total, 0.5)) ? split_rhat(d) : NAN;
	return isnan(bulk) || isnan(tail) ? NAN : fmax(bulk, tail);
}

static double ess_quantile(struct diagnose *d, double p)
{
	/* at 1 all draws lie below, which says nothing; the largest draw alone lies above the middle of the last step */
	if (p == 1)
		p = ((double)d->total - 0.5) / (double)d->total;
	if (!d->finite)
		return NAN;
	split(d, d->x, at_most, sorted_quantile(d->sorted, d->total, p));
	return split_ess(d);
}

/* The normal approximation of the mean's error has a variance of this for the mean of squared distances, and so for the sd. */
static double mcse_sd(struct diagnose *d)
{
	double second = 0, fourth = 0, ess;

	split(d, d->apart, distance_squared, d->middle);
	ess = split_ess(d);
	for (int64_t i = 0; i < d->total; i++) {
		double square = (d->apart[i] - d->middle) * (d->apart[i] - d->middle);

		second += square / (double)d->total;
		fourth += square * square / (double)d->total;
	}
	return sqrt((fourth - second * second) / ess / second / 4);
}

/* Where a beta variable is below with probability p, to the last bit: GSL's own inverse gives up on large parameters. */
static double beta_quantile(double p, double a, double b)
{
	double low = 0, high = 1;

	for (;;) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			return middle;
		if (gsl_cdf_beta_P(middle, a, b) < p)
			low = middle;
		else
			high = middle;
	}
}

/* Half the distance between the draws that bound the quantile's place with the probability of one standard error. */
static double mcse_quantile(struct diagnose *d, double p)
{
	double ess = ess_quantile(d, p), total = (double)d->total, low, high;

	if (isnan(ess))
		return NAN;
	low = floor(beta_quantile(0.1586553, ess * p + 1, ess * (1 - p) + 1) * total);
	high = ceil(beta_quantile(0.8413447, ess * p + 1, ess * (1 - p) + 1) * total);
	return (d->sorted[(int64_t)fmin(high, total) - 1] - d->sorted[(int64_t)fmax(low, 1) - 1]) / 2;
}

static double mad(struct diagnose *d)
{
	double middle = sorted_quantile(d->sorted, d->total, 0.5);

	for (int64_t i = 0; i < d->total; i++)
		d->ranks[i] = (struct ranked){ fabs(d->x[i] - middle), i };
	for (int64_t i = 0; i < d->total; i++)
		if (isnan(d->ranks[i].value))
			return NAN;
	rank_sort(d->ranks, d->spare, d->total);
	for (int64_t i = 0; i < d->total; i++)
		d->split[i] = d->ranks[i].value;
	return 1.4826 * sorted_quantile(d->split, d->total, 0.5);
}

/* Of numbers that are finite and not all alike. */
static double ask_size(struct diagnose *d, enum diagnose_measure m)
{
	switch (m) {
	case DIAGNOSE_RHAT_BASIC:
		split(d, d->apart, as_is, 0);
		return split_rhat(d);
	case DIAGNOSE_ESS_MEAN:
		split(d, d->apart, as_is, 0);
		return split_ess(d);
	case DIAGNOSE_ESS_SD:
		split(d, d->apart, distance, d->middle);
		return split_ess(d);
	case DIAGNOSE_MCSE_MEAN:
		split(d, d->apart, as_is, 0);
		return d->sd / sqrt(split_ess(d));
	case DIAGNOSE_MCSE_SD:
		return mcse_sd(d);
	case DIAGNOSE_ESS_UNSPLIT:
		return ess_of_mean(d->ess, d->apart, d->chains, d->n);
	default:
		return NAN;
	}
}

double diagnose_ask(struct diagnose *d, enum diagnose_measure m, double p)
{
	double low, high;

	if (isnan(d->sorted[0]) || (measures[m].probability && !(p >= 0 && p <= 1)))
		return NAN;
	switch (m) {
	case DIAGNOSE_MEAN:
		return d->mean;
	case DIAGNOSE_SD:
		return d->sd;
	case DIAGNOSE_QUANTILE:
		return sorted_quantile(d->sorted, d->total, p);
	case DIAGNOSE_MAD:
		return mad(d);
	case DIAGNOSE_MIN:
		return d->sorted[0];
	case DIAGNOSE_MAX:
		return d->sorted[d->total - 1];
	default:
		break;
	}
	if (!d->usable)
		return NAN;
	switch (m) {
	case DIAGNOSE_RHAT:
		return rhat(d);
	case DIAGNOSE_ESS_BULK:
		scores_of_draws(d);
		return split_ess(d);
	case DIAGNOSE_ESS_TAIL:
		low = ess_quantile(d, 0.05);
		high = ess_quantile(d, 0.95);
		return isnan(low) || isnan(high) ? NAN : fmin(low, high);
	case DIAGNOSE_ESS_QUANTILE:
		return ess_quantile(d, p);
	case DIAGNOSE_MCSE_QUANTILE:
		return mcse_quantile(d, p);
	default:
		return d->finite ? ask_size(d, m) : NAN;
	}
}

double diagnose_ebfmi(const double *energy, int64_t n, int64_t step)
{
	double mean = 0, steps = 0, spread = 0;

	if (n < 3)
		return NAN;
	for (int64_t i = 0; i < n; i++)
		mean += energy[i * step] / (double)n;
	for (int64_t i = 0; i < n; i++) {
		double off = energy[i * step] - mean, move = i ? energy[i * step] - energy[(i - 1) * step] : 0;

		spread += off * off;
		steps += move * move;
	}
	return spread > 0 ? steps / (double)n / (spread / (double)(n - 1)) : NAN;
}
