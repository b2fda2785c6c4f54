/* rules_priv.h - loops that the rules share. */
#ifndef MUSTER_RULES_PRIV_H
#define MUSTER_RULES_PRIV_H

#include "model/rules.h"
#include "stats/vmath_inline.h"

/*
 * A derivative times what comes from above. Where nothing comes from above (a branch that was not taken, a weight of 0), nothing
 * goes down, also when the slope there is infinite.
 */
static inline double rule_chain(double g, double slope)
{
	return vmath_choose(g == 0, 0, g * slope);       /* no branch, which would keep loops from being vector code */
}

/* Sums in lanes, so that compilers may use vectors; always added up in the same order. */
enum { RULE_LANES = 8 };
#define RULE_SUM(total, count, term)                                                                           \
	do {                                                                                                   \
		double lane[RULE_LANES] = { 0 };                                                               \
		int32_t i = 0;                                                                                 \
                                                                                                               \
		for (; i <= (count) - RULE_LANES;) {                                                           \
			for (int j = 0; j < RULE_LANES; j++, i++)                                              \
				lane[j] += (term);                                                             \
		}                                                                                              \
		for (; i < (count); i++)                                                                       \
			lane[0] += (term);                                                                     \
		(total) += ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7])); \
	} while (0)

#endif
