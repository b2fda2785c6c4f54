/* ops_repeats.h - rows of a batch whose first argument is a text that was there before: computed once. Included by ops_*.c. */
#ifndef MUSTER_OPS_REPEATS_H
#define MUSTER_OPS_REPEATS_H

#include "expr/ops_priv.h"

#include <string.h>

/* Beyond so many codes the table costs more than it saves. */
enum { REPEATS_MAX = 4096 };

struct repeats {
	bool on;
	int16_t first[REPEATS_MAX];      /* row of the batch that had the code first, -1 = none */
};
_Static_assert(VEC_MAX <= INT16_MAX, "rows of a batch fit into repeats");

static inline void repeats_begin(struct repeats *r, const struct vec *args, int nargs)
{
	r->on = args[0].code_size && !args[0].constant && args[0].dict->length <= REPEATS_MAX;
	for (int k = 1; k < nargs; k++)
		r->on = r->on && args[k].constant;
	if (r->on)
		memset(r->first, 0xff, (size_t)args[0].dict->length * sizeof *r->first);
}

/* The earlier row with the same text, or i itself. The row has to be there. */
static inline int32_t repeats_find(struct repeats *r, const struct vec *args, int32_t i)
{
	int32_t code;

	if (!r->on)
		return i;
	code = vec_code(&args[0], i);
	if (r->first[code] >= 0)
		return r->first[code];
	r->first[code] = (int16_t)i;
	return i;
}

#endif
