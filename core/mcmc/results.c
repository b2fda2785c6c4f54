/*
 * results.c - what chains have made, and their state as numbers.
 */
#include "mcmc/mcmc_priv.h"

#include <math.h>

/* == what came of it ========================================================================= */

bool mcmc_interrupted(const struct mcmc *m)
{
	return m->interrupted;
}

int mcmc_unknowns(const struct mcmc *m)
{
	return m->n;
}

int mcmc_chains(const struct mcmc *m)
{
	return m->options.chains;
}

int mcmc_count(const struct mcmc *m, int chain)
{
	return m->chains[chain]->count;
}

const double *mcmc_draws(const struct mcmc *m, int chain)
{
	return m->chains[chain]->draws;
}

const struct mcmc_info *mcmc_infos(const struct mcmc *m, int chain)
{
	return m->chains[chain]->infos;
}

double mcmc_step(const struct mcmc *m, int chain)
{
	return m->chains[chain]->step;
}

const double *mcmc_inverse(const struct mcmc *m, int chain)
{
	return m->chains[chain]->inverse;
}

int mcmc_divergences(const struct mcmc *m, int chain, const int **draws, const double **points)
{
	const struct chain *c = m->chains[chain];

	if (draws)
		*draws = c->lost;
	if (points)
		*points = c->lost_at;
	return c->nlost;
}

/* == going on elsewhere ====================================================================== */

size_t mcmc_save_size(const struct mcmc *m)
{
	return chain_numbers(m->chains[0], NULL, true);
}

void mcmc_save(const struct mcmc *m, int chain, double *out)
{
	chain_numbers(m->chains[chain], out, true);
}

int mcmc_restore(struct mcmc *m, int chain, const double *from, struct err *e)
{
	struct chain *c = m->chains[chain], *fresh = NULL;
	size_t size = mcmc_save_size(m);
	int rc;

	if (c->placed)
		return err_set(e, ERR_USAGE, "chain %d has begun already", chain + 1);
	for (size_t i = 0; i < size; i++)
		if (!isfinite(from[i]))
			return err_set(e, ERR_DATA, "the state of a chain is finite numbers, found %g at %zu", from[i], i + 1);
	for (size_t i = 0; i < CHAIN_WORDS; i++)
		if (!(from[i] >= 0 && from[i] <= 0xFFFFFFFFu))
			return err_set(e, ERR_DATA, "number %zu of the state of a chain is out of range: %g", i + 1, from[i]);
	if ((rc = chain_new(&m->options, m->n, chain, &fresh, e)))
		return rc;
	chain_numbers(fresh, (double *)from, false);
	if (!fresh->placed)
		for (int i = 0; i < m->n; i++)
			fresh->at.q[i] = NAN;
	if (fresh->iteration < 0 || !(fresh->step > 0) || adapt_factor(fresh, NULL)) {
		chain_free(fresh);
		return err_set(e, ERR_DATA, "these numbers are not the state of a chain");
	}
	m->chains[chain] = fresh;
	chain_free(c);
	return 0;
}
