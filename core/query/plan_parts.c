/*
 * plan_parts.c - a chain of verbs over tables that come one after the other, as those of a scan do: rows that have been seen are
 * forgotten, but for what an aggregation at the end remembers of them.
 */
#include "query/plan_priv.h"

#include <string.h>

struct plan_parts {
	struct plan *p;
	struct plan_runner r;
	struct buf notes;
	struct agg_state *agg;
};

int64_t *plan_limit(struct plan_runner *r, const struct plan *head)
{
	for (int k = 0; k < r->nlimits; k++)
		if (r->limits[k].head == head)
			return &r->limits[k].left;
	return NULL;
}

void plan_needs(const struct plan *p, bool *need)
{
	bool *here = mem_alloc((size_t)p->ncols + 1), *in;

	/* Without memory everything is needed, which is never wrong. */
	if (here)
		memset(here, true, (size_t)p->ncols + 1);
	for (; here && p->kind != PLAN_HOLE && p->in; p = p->in) {
		in = mem_zero((size_t)p->in->ncols + 1, 1);
		if (in)
			plan_inputs(p, here, in, NULL);
		mem_free(here);
		here = in;
	}
	for (; p->kind != PLAN_HOLE && p->in; p = p->in)
		;
	for (int k = 0; k < p->ncols; k++)
		need[k] = !here || here[k];
	mem_free(here);
}

static int refuse(const struct plan *p, bool first, struct err *e)
{
	static const char *const verbs[] = { [PLAN_SORT] = "a sort", [PLAN_DISTINCT] = "distinct", [PLAN_JOIN] = "a join",
					     [PLAN_DERIVE] = "a window", [PLAN_AGG] = "an aggregation" };
	bool located = false;

	if (p->kind == PLAN_HOLE || p->kind == PLAN_HEAD || plan_streams(p) || (p->kind == PLAN_AGG && first))
		return 0;
	err_set(e, ERR_USAGE, "%s needs all rows at once, and a scan has them in parts: table() makes one table of what is left", verbs[p->kind]);
	return plan_blame(p, ERR_USAGE, &located, e);
}

int plan_parts_open(const struct plan *p, int threads, struct plan_parts **out, struct err *e)
{
	struct plan_parts *s = mem_zero(1, sizeof *s);
	int rc = 0;

	if (!s)
		return err_nomem(e);
	s->p = plan_ref(p);
	s->r = (struct plan_runner){ .threads = threads, .notes = &s->notes };
	for (const struct plan *at = p; at && !rc; at = at->in) {
		struct plan_limit *grown;

		if ((rc = refuse(at, at == p, e)) || at->kind != PLAN_HEAD)
			continue;
		if (!(grown = mem_resize(s->r.limits, ((size_t)s->r.nlimits + 1) * sizeof *grown))) {
			rc = err_nomem(e);
			break;
		}
		s->r.limits = grown;
		grown[s->r.nlimits++] = (struct plan_limit){ at, at->n };
	}
	if (!rc && p->kind == PLAN_AGG)
		rc = agg_state_new(p, &s->agg, e);
	if (rc) {
		plan_parts_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

int plan_parts_add(struct plan_parts *s, const struct table *part, struct table **out, bool *enough, bool *located, struct err *e)
{
	int rc;

	*out = NULL;
	s->r.part = part;
	s->r.located = false;
	rc = s->agg ? agg_state_add(s->agg, &s->r, e) : plan_result(s->p, NULL, &s->r, out, e);
	s->r.part = NULL;
	*located = s->r.located;
	*enough = false;
	for (int k = 0; k < s->r.nlimits; k++)
		*enough = *enough || !s->r.limits[k].left;
	return rc;
}

int plan_parts_finish(struct plan_parts *s, struct table **out, bool *located, struct err *e)
{
	int rc;

	*out = NULL;
	s->r.located = false;
	rc = s->agg ? agg_state_finish(s->agg, &s->r, out, e) : 0;
	*located = s->r.located;
	return rc;
}

void plan_parts_close(struct plan_parts *s)
{
	if (!s)
		return;
	agg_state_free(s->agg);
	mem_free(s->r.limits);
	buf_release(&s->notes);
	plan_unref(s->p);
	mem_free(s);
}
