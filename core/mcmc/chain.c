/*
 * chain.c - one chain: its memory, its start, an iteration, and its state as numbers.
 */
#include "mcmc/mcmc_priv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double *cut(double **from, size_t n)
{
	double *p = *from;

	*from += n;
	return p;
}

int chain_new(const struct mcmc_options *o, int n, int number, struct chain **out, struct err *e)
{
	int room = (n + LANES - 1) & ~(LANES - 1), slots = 2 * (o->max_depth + 3), sums = 2 * (o->max_depth + 2);
	size_t r = (size_t)room, matrix = o->metric == MCMC_DENSE ? (size_t)n * (size_t)n : r, k = 0;
	size_t vectors = (size_t)(2 * slots + sums + 8 + 2 + 4 + 1 + 1), size = (vectors * r + 3 * matrix) * sizeof(double);
	struct chain *c = mem_column(sizeof *c);
	struct tree *t;
	double *at, **names;
	int *ints;

	if (!c)
		return err_nomem(e);
	memset(c, 0, sizeof *c);
	/* the vectors of a chain are apart from those of others, so that threads do not write to the same lines of cache */
	c->block = mem_column(size);
	c->index = mem_alloc((size_t)(2 * slots + sums) * sizeof(double *) + (size_t)(2 * slots) * sizeof(int));
	if (!c->block || !c->index) {
		chain_free(c);
		return err_nomem(e);
	}
	memset(c->block, 0, size);
	at = c->block;
	names = c->index;
	ints = (int *)(names + 2 * slots + sums);
	t = &c->tree;
	*t = (struct tree){ .slots = slots, .p = names, .s = names + slots, .rho = names + 2 * slots };
	t->refs = ints;
	t->free = ints + slots;
	for (k = 0; k < (size_t)(2 * slots + sums); k++)
		names[k] = cut(&at, r);
	for (k = 0; k < 8; k++)
		t->side[k / 4][k % 4] = cut(&at, r);
	for (k = 0; k < 2; k++)
		t->next[k] = (struct point){ .q = cut(&at, r), .grad = cut(&at, r) };
	c->at = (struct point){ .q = cut(&at, r), .grad = cut(&at, r) };
	t->stray = cut(&at, r);
	c->mean = cut(&at, r);
	c->sum = cut(&at, matrix);
	c->inverse = cut(&at, matrix);
	c->factor = cut(&at, matrix);
	c->n = n;
	c->room = room;
	c->number = number;
	c->metric = o->metric;
	c->options = o;
	c->random = random_open(o->seed, (uint64_t)number);
	c->plan = mcmc_plan(o->warmup);
	c->step = o->step;
	c->find_step = true;
	for (int i = 0; i < n; i++) {
		c->at.q[i] = NAN;
		c->inverse[o->metric == MCMC_DENSE ? i * (n + 1) : i] = 1;
	}
	adapt_factor(c, NULL);
	*out = c;
	return 0;
}

void chain_free(struct chain *c)
{
	if (!c)
		return;
	mem_free(c->block);
	mem_free(c->index);
	mem_free(c->draws);
	mem_free(c->infos);
	mem_free(c->lost);
	mem_free(c->lost_at);
	mem_free(c);
}

int chain_poll(struct chain *c)
{
	if (HOT_UNLIKELY(stop_requested() || atomic_load_explicit(c->halt, memory_order_relaxed)))
		return ERR_INTERRUPT;
	if (c->tick && !(++c->ticks & 15))
		c->tick(c->tick_ctx);
	return 0;
}

int chain_place(struct chain *c, const struct density *d, struct err *e)
{
	double *given = c->tree.stray;
	char who[32];
	int rc;

	snprintf(who, sizeof who, "chain %d", c->number + 1);
	memcpy(given, c->at.q, (size_t)c->n * sizeof *given);
	rc = place_find(d, given, c->options->radius, &c->random, c->at.q, &c->at.lp, c->at.grad, who, e);
	c->placed = c->known = !rc;
	return rc;
}

/* == an iteration ============================================================================ */

int chain_iterate(struct chain *c, const struct density *d, struct mcmc_info *info, struct err *e)
{
	struct random random = c->random;
	double step = c->step;
	int rc;

	if (!c->known) {
		char why[600];

		if ((rc = d->eval(d->ctx, c->at.q, &c->at.lp, c->at.grad, e)))
			return rc;
		if (place_fault(d, c->at.lp, c->at.grad, why, sizeof why))
			return err_set(e, ERR_DOMAIN, "chain %d cannot go on from where it was: %s", c->number + 1, why);
		c->known = true;
	}
	if (c->find_step && (rc = adapt_find_step(c, d, e)))
		goto failed;
	if (c->find_step && c->iteration < c->plan.warmup)
		adapt_restart(&c->averaging, c->step);
	if ((rc = nuts_transition(c, d, info, e)))
		goto failed;
	c->find_step = false;
	if (c->iteration < c->plan.warmup)
		adapt_learn(c, info->accept);
	c->iteration++;
	return 0;
failed:
	c->random = random;
	c->step = step;
	return rc;
}

/* == its state as numbers ==================================================================== */

struct numbers {
	double *at;              /* NULL: only counting */
	size_t n;
	bool save;
};

static void number_double(struct numbers *m, double *v)
{
	if (m->at && m->save)
		m->at[m->n] = *v;
	else if (m->at)
		*v = m->at[m->n];
	m->n++;
}

static void number_vector(struct numbers *m, double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		number_double(m, &v[i]);
}

/* Two halves: a double holds 53 bits. */
static void number_word(struct numbers *m, uint64_t *v)
{
	double high = (double)(*v >> 32), low = (double)(*v & 0xFFFFFFFFu);

	number_double(m, &high);
	number_double(m, &low);
	*v = (uint64_t)high << 32 | (uint64_t)low;
}

static void number_int(struct numbers *m, int *v)
{
	double d = *v;

	number_double(m, &d);
	*v = (int)d;
}

/* Writes or reads the state; numbers may be NULL: returns how many there are. */
size_t chain_numbers(struct chain *c, double *numbers, bool save)
{
	struct numbers m = { .at = numbers, .save = save };
	size_t n = (size_t)c->n, matrix = c->metric == MCMC_DENSE ? n * n : n;
	int placed = c->placed, find = c->find_step;

	number_int(&m, &placed);
	number_int(&m, &find);
	number_int(&m, &c->iteration);
	number_word(&m, &c->random.key);
	number_word(&m, &c->random.stream);
	number_word(&m, &c->random.count);
	number_double(&m, &c->step);
	number_double(&m, &c->averaging.centre);
	number_double(&m, &c->averaging.error);
	number_double(&m, &c->averaging.mean);
	number_double(&m, &c->averaging.count);
	number_vector(&m, c->at.q, n);
	number_vector(&m, c->inverse, matrix);
	number_double(&m, &c->seen);
	number_vector(&m, c->mean, n);
	number_vector(&m, c->sum, matrix);
	c->placed = placed;
	c->find_step = find;
	if (numbers && save && !placed)
		memset(numbers + CHAIN_HEAD, 0, n * sizeof *numbers);
	return m.n;
}
