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
	bool *all;                       /* plan_need_all of p */
	bool *need;                      /* the columns of the hole that are looked at: parts may lack the others */
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
	bool *here = plan_need_all(p), *in;

	/* Without memory everything is needed, which is never wrong. */
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

static const struct plan *hole_of(const struct plan *p)
{
	while (p->kind != PLAN_HOLE)
		p = p->in;
	return p;
}

/*
 * The part with the types of the hole. What Lua made of one part may have other types than what it made of the first: a column without a
 * value has any, and integers are floats where the first part had floats.
 */
static int fit_part(const struct plan *hole, const bool *need, const struct table *part, struct table **out, struct err *e)
{
	struct table *typed = NULL, *fitted = NULL;
	bool fits = true;
	int rc = table_new(0, &typed, e);

	for (int k = 0; k < hole->ncols && !rc; k++) {
		int at = table_find(part, hole->names[k]);
		struct column *none = NULL;
		struct builder b;

		if (!need[k])
			continue;
		if (at < 0)
			rc = err_set(e, ERR_NAME, "a part of the scan has no column '%s', which the first part had", hole->names[k]);
		fits = fits && !rc && part->cols[at]->type == hole->types[k];
		if (!rc && !(rc = builder_init(&b, hole->types[k], e)) && !(rc = builder_finish(&b, &none, e)))
			rc = table_add(typed, hole->names[k], none, e);
		column_unref(none);
	}
	if (!rc && fits)
		fitted = table_ref(part);
	else if (!rc)
		rc = table_concat((const struct table *const[]){ typed, part }, 2, &fitted, e);
	for (int k = 0; k < hole->ncols && !rc; k++) {
		enum type is = need[k] ? fitted->cols[table_find(fitted, hole->names[k])]->type : hole->types[k];

		if (is != hole->types[k])
			rc = err_set(e, ERR_TYPE, "column '%s' is %s in a part of the scan and was %s in the first", hole->names[k],
				     type_name(is), type_name(hole->types[k]));
	}
	if (!rc)
		*out = table_ref(fitted);
	table_unref(fitted);
	table_unref(typed);
	return rc;
}

int plan_parts_open(const struct plan *p, int threads, struct plan_parts **out, struct err *e)
{
	struct plan_parts *s = mem_zero(1, sizeof *s);
	int rc = 0;

	if (!s)
		return err_nomem(e);
	if (plan_depth(p) > PLAN_DEEPEST) {
		mem_free(s);
		return err_set(e, ERR_USAGE, "a chain of %d verbs over a scan is too long: at most %d", plan_depth(p), PLAN_DEEPEST);
	}
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
	if (!rc && (!(s->all = plan_need_all(p)) || !(s->need = mem_zero((size_t)hole_of(p)->ncols + 1, sizeof *s->need))))
		rc = err_nomem(e);
	if (!rc)
		plan_needs(p, s->need);
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
	struct table *fitted = NULL;
	int rc = fit_part(hole_of(s->p), s->need, part, &fitted, e);

	*out = NULL;
	*located = *enough = false;
	if (rc)
		return rc;
	s->r.part = fitted;
	s->r.located = false;
	rc = s->agg ? agg_state_add(s->agg, &s->r, e) : plan_result(s->p, s->all, &s->r, out, e);
	s->r.part = NULL;
	table_unref(fitted);
	*located = s->r.located;
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
	mem_free(s->all);
	mem_free(s->need);
	mem_free(s->r.limits);
	buf_release(&s->notes);
	plan_unref(s->p);
	mem_free(s);
}
