/* sumout.c - whole-numbered unknowns: found here, and refused with a sentence. */
#include "model/model_priv.h"

int touch_merge(struct compiler *c, const struct expr_node *x, const struct mvalue *args, int nargs, struct mvalue *out, struct err *e)
{
	(void)c, (void)x, (void)args, (void)nargs, (void)out, (void)e;
	return 0;
}

int touch_index(struct compiler *c, const struct expr_node *x, const struct mvalue *index, int k, struct place_list *p, struct err *e)
{
	(void)c, (void)x, (void)index, (void)k, (void)p, (void)e;
	return 0;
}

int touch_gather(struct compiler *c, const struct mvalue *base, const struct place_list *p, const int32_t *index, int32_t n, struct mvalue *out,
		 struct err *e)
{
	(void)c, (void)base, (void)p, (void)index, (void)n, (void)out, (void)e;
	return 0;
}

int touch_list(struct compiler *c, const struct expr_node *x, const struct mvalue *items, int n, struct mvalue *out, struct err *e)
{
	(void)c, (void)x, (void)items, (void)n, (void)out, (void)e;
	return 0;
}

int touch_reduce(struct compiler *c, const struct expr_node *x, const struct mvalue *v, const struct segments *segments, struct mvalue *out, struct err *e)
{
	(void)c, (void)x, (void)v, (void)segments, (void)out, (void)e;
	return 0;
}

int touch_refuse(struct compiler *c, const struct expr_node *x, const struct mvalue *v, struct err *e)
{
	(void)c, (void)x, (void)v, (void)e;
	return 0;
}

bool sumout_touches(struct compiler *c, const struct statement *s)
{
	(void)c, (void)s;
	return false;
}

int sumout_all(struct compiler *c, struct err *e)
{
	for (int i = 0; i < c->nsymbols; i++)
		if (c->symbols[i].kind == SYMBOL_DISCRETE)
			return model_fault(c, c->symbols[i].statements[0]->at, ERR_DATA, e, "'%s' is a whole-numbered unknown", c->symbols[i].name);
	return 0;
}

int sumout_value(struct compiler *c, const struct expr_node *x, struct symbol *s, bool *done, struct mvalue *out, struct err *e)
{
	(void)c, (void)x, (void)s, (void)done, (void)out, (void)e;
	return 0;
}
