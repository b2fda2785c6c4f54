/*
 * nuts.c - one iteration of the No-U-Turn sampler.
 *
 * A trajectory doubles, forwards or backwards, until it turns back on itself. The new half is a binary tree of points
 * that is never held as one: points are made in order, and as soon as two neighbouring parts of equal size are
 * complete they are checked and joined, as a binary counter carries. So at most one part of each size waits. A part
 * is three things: the sum of its momenta, and momentum and velocity at its two ends; ends live in counted slots, so
 * joining parts copies nothing.
 *
 * The draw is chosen while points are made: within a half in proportion to the weights exp(-H), between halves with a
 * bias towards the new one (Betancourt, appendix A.3). Weights are sums of exp(H0 - H - shift); shift is 0 unless the
 * energy falls by hundreds, as it does in the first iterations of a chain that starts far away.
 */
#include "mcmc/mcmc_priv.h"

#include <math.h>
#include <string.h>

static const double divergent_at = 1000;         /* Stan's threshold for H - H0 */
static const double shift_at = 500;              /* exp of this and of a sum of many is finite */

struct part {
	double *rho;
	int inner, outer;        /* slots: where it meets what was there before, and its far end */
};

struct path {
	struct chain *c;
	const struct density *d;
	double h0, shift;
	double total, half;      /* weights of the trajectory, and of the half that is being made */
	double metropolis;
	int leapfrogs;
	struct point *candidate;
};

enum grown { GROWN, TURNED, STRAYED };

static int slot_take(struct tree *t)
{
	int s = t->free[--t->nfree];

	t->refs[s] = 2;          /* both ends of a part of one point */
	return s;
}

static void slot_drop(struct tree *t, int s)
{
	if (!--t->refs[s])
		t->free[t->nfree++] = s;
}

static void slots_reset(struct tree *t)
{
	t->nfree = t->slots;
	for (int i = 0; i < t->slots; i++)
		t->free[i] = t->slots - 1 - i;           /* 0 is the first to be taken */
}

static struct kernel_part part_ends(const struct tree *t, const struct part *a, int first, int second)
{
	return (struct kernel_part){ a->rho, { t->s[first], t->s[second] }, { t->p[first], t->p[second] } };
}

/* `near` and then `far`, seen from where the half began; false when the whole has turned. */
static bool part_join(struct chain *c, const struct part *near, const struct part *far, double *rho, struct part *out)
{
	struct tree *t = &c->tree;
	struct kernel_part a = part_ends(t, near, near->inner, near->outer), b = part_ends(t, far, far->outer, far->inner);
	bool points = near->inner == near->outer && far->inner == far->outer;
	bool outwards = points ? kernel_join_points(c->room, &a, &b, rho) : kernel_join(c->room, &a, &b, rho);

	slot_drop(t, near->outer);
	slot_drop(t, far->inner);
	*out = (struct part){ rho, near->inner, far->outer };
	return outwards;
}

double nuts_momentum(struct chain *c)
{
	double *z = c->tree.rho[0], *p = c->tree.p[0], *s = c->tree.s[0];
	int n = c->n;

	random_normals(&c->random, n, z);
	if (c->metric != MCMC_DENSE) {
		for (int i = 0; i < n; i++) {
			s[i] = z[i] * c->factor[i];
			p[i] = z[i] / c->factor[i];
		}
		return 0.5 * kernel_dot(c->room, p, s);
	}
	/* the inverse metric is L L': velocity L z, momentum the solution of L' p = z */
	for (int i = n - 1; i >= 0; i--) {
		double sum = 0;

		for (int j = 0; j <= i; j++)
			sum += c->factor[(size_t)i * (size_t)n + (size_t)j] * z[j];
		s[i] = sum;
	}
	for (int i = n - 1; i >= 0; i--) {
		const double *row = c->factor + (size_t)i * (size_t)n;

		p[i] = z[i] / row[i];
		for (int j = 0; j < i; j++)
			z[j] -= row[j] * p[i];
	}
	return 0.5 * kernel_dot(c->room, p, s);
}

void nuts_gather(struct chain *c)
{
	size_t size = (size_t)c->room * sizeof(double);

	for (int k = 0; k < 2; k++) {
		double **side = c->tree.side[k];

		memcpy(side[0], c->at.q, size);
		memcpy(side[2], c->at.grad, size);
		if (k)
			memcpy(side[3], c->tree.side[0][3], size);
		else if (c->metric == MCMC_DENSE)
			kernel_symmetric(c->n, c->inverse, side[2], side[3]);
		else
			kernel_times(c->room, c->inverse, side[2], side[3]);
	}
}

int nuts_leapfrog(struct chain *c, const struct density *d, double step, int side, int from, int to, double *lp,
		  double *energy, struct err *e)
{
	struct tree *t = &c->tree;
	double **at = t->side[side], h = 0.5 * step, *q = at[1], kinetic;
	int rc;

	kernel_drift(c->room, h, t->p[from], t->s[from], at[2], at[3], at[0], t->p[to], t->s[to], q);
	at[1] = at[0];
	at[0] = q;
	if ((rc = d->eval(d->ctx, q, lp, at[2], e)))
		return rc;
	if (HOT_UNLIKELY(!isfinite(*lp))) {
		*energy = INFINITY;
		return 0;
	}
	if (c->metric == MCMC_DENSE) {
		kernel_symmetric(c->n, c->inverse, at[2], at[3]);
		kinetic = kernel_kick(c->room, h, at[2], at[3], t->p[to], t->s[to]);
	} else {
		kinetic = kernel_kick_diagonal(c->room, h, c->inverse, at[2], at[3], t->p[to], t->s[to]);
	}
	*energy = 0.5 * kinetic - *lp;
	if (HOT_UNLIKELY(!isfinite(*energy)))
		*energy = INFINITY;
	return 0;
}

/* The weight of a point, and whether it is the candidate of its half now. */
static void weigh(struct path *w, int side, double lp, double energy, bool first)
{
	struct chain *c = w->c;
	double fall = w->h0 - energy, weight;

	if (HOT_UNLIKELY(fall - w->shift > shift_at)) {
		double by = exp(w->shift - fall);

		w->total *= by;
		w->half *= by;
		w->shift = fall;
	}
	weight = exp(fall - w->shift);
	w->half += weight;
	w->metropolis += fall >= 0 ? 1 : w->shift == 0 ? weight : exp(fall);
	if (first || random_uniform(&c->random) * w->half < weight) {
		memcpy(w->candidate->q, c->tree.side[side][0], (size_t)c->n * sizeof(double));
		memcpy(w->candidate->grad, c->tree.side[side][2], (size_t)c->n * sizeof(double));
		w->candidate->lp = lp;
		w->candidate->energy = energy;
	}
}

/* The next 2^depth points on one side, from the slot `last` on. */
static int grow(struct path *w, int side, int depth, int last, struct part *out, enum grown *grown, struct err *e)
{
	struct chain *c = w->c;
	struct tree *t = &c->tree;
	struct part waiting[MCMC_DEPTH_MAX], now = { 0 };
	double step = side ? c->step : -c->step;
	int rc;

	w->half = 0;
	for (int i = 0; i < 1 << depth; i++) {
		double lp, energy;
		int level, slot = slot_take(t);

		if ((rc = chain_poll(c)) || (rc = nuts_leapfrog(c, w->d, step, side, last, slot, &lp, &energy, e)))
			return rc;
		last = slot;
		w->leapfrogs++;
		weigh(w, side, lp, energy, !i);
		if (energy - w->h0 > divergent_at) {
			memcpy(t->stray, t->side[side][1], (size_t)c->n * sizeof(double));
			*grown = STRAYED;
			return 0;
		}
		now = (struct part){ t->p[slot], slot, slot };
		/* the sum of a part that will wait must outlive that of the next one of its size: two for each */
		for (level = 0; i >> level & 1; level++) {
			if (!part_join(c, &waiting[level], &now, t->rho[2 * (level + 2) + (i >> (level + 1) & 1)], &now)) {
				*grown = TURNED;
				return 0;
			}
		}
		if (level < depth)
			waiting[level] = now;
	}
	*out = now;
	*grown = GROWN;
	return 0;
}

int nuts_transition(struct chain *c, const struct density *d, struct mcmc_info *info, struct err *e)
{
	struct tree *t = &c->tree;
	struct path w = { .c = c, .d = d, .total = 1 };
	struct point *sample = &c->at, *other = &t->next[0], *spare = &t->next[1];
	struct part whole, half;         /* of the whole, `outer` is the end that is forwards */
	enum grown grown = GROWN;
	int depth = 0, rc;

	slots_reset(t);
	w.h0 = nuts_momentum(c) - c->at.lp;
	c->at.energy = w.h0;
	nuts_gather(c);
	whole.inner = whole.outer = slot_take(t);
	whole.rho = t->p[whole.inner];
	while (depth < c->options->max_depth) {
		int side = (int)(random_bits(&c->random) >> 63);
		struct part before = side ? whole : (struct part){ whole.rho, whole.outer, whole.inner };
		bool outwards;

		w.candidate = other;
		if ((rc = grow(&w, side, depth, before.outer, &half, &grown, e)))
			return rc;
		if (grown != GROWN)
			break;
		if (w.half > w.total || random_uniform(&c->random) * w.total < w.half) {
			struct point *free_now = sample == &c->at ? spare : sample;

			sample = other;
			other = free_now;
		}
		w.total += w.half;
		outwards = part_join(c, &before, &half, t->rho[depth & 1], &whole);
		if (!side)
			whole = (struct part){ whole.rho, whole.outer, whole.inner };
		depth++;
		if (!outwards)
			break;
	}
	*info = (struct mcmc_info){
		.lp = sample->lp, .accept = w.metropolis / w.leapfrogs, .step = c->step, .energy = sample->energy,
		.depth = depth, .leapfrogs = w.leapfrogs, .divergent = grown == STRAYED,
	};
	if (sample != &c->at) {
		struct point old = c->at;

		c->at = *sample;
		*sample = old;
	}
	return 0;
}
