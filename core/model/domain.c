/* domain.c - loops as lanes: which values the variables of a loop have, and where lanes lie in each other. */
#include "model/model_priv.h"

#include <math.h>
#include <string.h>

enum { LANES_MAX = 1 << 28 };

/* The bounds of a loop in each of n lanes. */
struct bounds {
	double *low, *high;
};

static int bounds_values(struct compiler *c, const struct expr_node *x, const struct domain *lanes, int32_t n, double *out, struct err *e)
{
	struct mvalue v;
	const double *values;
	char shape[64];
	int rc;

	if ((rc = compile(c, x, lanes, &v, e)))
		return rc;
	if (v.rank)
		return model_fault(c, x->mark, ERR_DATA, e, "an end of a loop is one whole number, this is %s", value_shape(shape, &v));
	if (v.touch)
		return model_fault(c, x->mark, ERR_DATA, e, "an end of a loop cannot depend on a whole-numbered unknown; write if(k <= n, x[k], 0) inside of it");
	if (v.lanes != lanes && v.lanes && (rc = value_promote(c, &v, lanes, &v, e)))
		return rc;
	if (!(values = graph_values(c->g, v.node)))
		return model_fault(c, x->mark, ERR_DATA, e, "an end of a loop has to be known; this one depends on a parameter");
	for (int32_t i = 0; i < n; i++) {
		out[i] = values[v.lanes ? i : 0];
		if (!(fabs(out[i]) < 1e9) || out[i] != floor(out[i]))
			return model_fault(c, x->mark, ERR_DATA, e, "an end of a loop is a whole number, this is %g", out[i]);
	}
	return 0;
}

static int bounds_of(struct compiler *c, const struct expr_node *low, const struct expr_node *high, const struct domain *lanes, int32_t n,
		     struct bounds *b, int64_t *total, struct err *e)
{
	int rc;

	b->low = arena_room(c->arena, (size_t)(n ? n : 1) * sizeof *b->low);
	b->high = arena_room(c->arena, (size_t)(n ? n : 1) * sizeof *b->high);
	if (!b->low || !b->high)
		return err_nomem(e);
	if ((rc = bounds_values(c, low, lanes, n, b->low, e)) || (rc = bounds_values(c, high, lanes, n, b->high, e)))
		return rc;
	*total = 0;
	for (int32_t i = 0; i < n; i++) {
		*total += b->high[i] >= b->low[i] ? (int64_t)(b->high[i] - b->low[i]) + 1 : 0;
		if (*total > LANES_MAX)
			return model_fault(c, low->mark, ERR_DOMAIN, e, "the loop goes round more than %d times", LANES_MAX);
	}
	return 0;
}

/* Room for a domain with everything in it but values. */
static struct domain *domain_room(struct compiler *c, const struct domain *up, int32_t n, int nvars, double ***values, int32_t **parent)
{
	struct domain *d = arena_zero(c->arena, 1, sizeof *d);
	const char **names = arena_zero(c->arena, (size_t)nvars, sizeof *names);
	double **v = arena_zero(c->arena, (size_t)nvars, sizeof *v);
	int *nodes = arena_zero(c->arena, (size_t)nvars, sizeof *nodes);

	*parent = up ? arena_room(c->arena, (size_t)(n ? n : 1) * sizeof **parent) : NULL;
	if (!d || !names || !v || !nodes || (up && !*parent))
		return NULL;
	for (int k = 0; k < nvars; k++)
		if (!(v[k] = arena_room(c->arena, (size_t)(n ? n : 1) * sizeof **v)))
			return NULL;
	*d = (struct domain){ .up = up, .n = n, .parent = *parent, .nvars = nvars, .names = names, .values = (const double *const *)v,
			      .nodes = nodes };
	*values = v;
	return d;
}

/* Constants of the variables: made once the values are there. */
static int domain_nodes(struct compiler *c, struct domain *d, struct err *e)
{
	int *nodes = (int *)d->nodes, rc;

	for (int k = 0; k < d->nvars; k++)
		if ((rc = memo_numbers(c, d->values[k], d->n, &nodes[k], e)))
			return rc;
	return 0;
}

/* One more loop inside of `d`, flat: each lane of the result has the variables of d too. */
static int domain_multiply(struct compiler *c, const struct domain *d, const struct statement_loop *loop, const struct domain **out, struct err *e)
{
	int32_t n = d ? d->n : 1, at = 0, *parent;
	int nvars = d ? d->nvars : 0, rc;
	struct bounds b;
	struct domain *r;
	double **values;
	int64_t total;

	for (int k = 0; k < nvars; k++)
		if (!strcmp(d->names[k], loop->name))
			return model_fault(c, loop->at, ERR_NAME, e, "there is a loop over '%s' around this one", loop->name);
	if ((rc = bounds_of(c, loop->low, loop->high, d, n, &b, &total, e)))
		return rc;
	if (!(r = domain_room(c, NULL, (int32_t)total, nvars + 1, &values, &parent)))
		return err_nomem(e);
	for (int k = 0; k < nvars; k++)
		((const char **)r->names)[k] = d->names[k];
	((const char **)r->names)[nvars] = loop->name;
	for (int32_t i = 0; i < n; i++)
		for (double v = b.low[i]; v <= b.high[i]; v++, at++) {
			for (int k = 0; k < nvars; k++)
				values[k][at] = d->values[k][i];
			values[nvars][at] = v;
		}
	if ((rc = domain_nodes(c, r, e)))
		return rc;
	*out = r;
	return 0;
}

/* A loop may hide data, of which a table has more than a model needs; not what the model itself defines. */
static int loop_name(struct compiler *c, const char *name, int at, struct err *e)
{
	const struct symbol *s = symbol_find(c, name);

	if (s && s->kind != SYMBOL_DATA)
		return model_fault(c, at, ERR_NAME, e, "'%s' is a quantity of the model; give the loop another name", name);
	return 0;
}

int domain_of_loops(struct compiler *c, const struct statement *s, const struct domain **out, struct err *e)
{
	const struct domain *d = memo_get(c, s, NULL);
	int rc;

	if (!d && s->nloops) {
		for (int k = 0; k < s->nloops; k++)
			if ((rc = loop_name(c, s->loops[k].name, s->loops[k].at, e)) || (rc = domain_multiply(c, d, &s->loops[k], &d, e)))
				return rc;
		if ((rc = memo_put(c, s, NULL, (void *)d, e)))
			return rc;
	}
	*out = d;
	return 0;
}

int domain_part(struct compiler *c, const struct domain *full, const int32_t *sel, int32_t n, const struct domain *up, const int32_t *up_of,
		const struct domain **out, struct err *e)
{
	struct domain *d;
	double **values;
	int32_t *parent;
	int rc;

	if (!(d = domain_room(c, up, n, full->nvars, &values, &parent)))
		return err_nomem(e);
	for (int k = 0; k < full->nvars; k++) {
		((const char **)d->names)[k] = full->names[k];
		for (int32_t i = 0; i < n; i++)
			values[k][i] = full->values[k][sel[i]];
	}
	if (up)
		memcpy(parent, up_of, (size_t)n * sizeof *parent);
	d->full = full;
	d->sel = sel;
	if ((rc = domain_nodes(c, d, e)))
		return rc;
	*out = d;
	return 0;
}

/* The first lane of d that lies in lane `outer` of its `up`, or behind where it would. */
static int32_t first_in(const struct domain *d, int32_t outer)
{
	int32_t low = 0, high = d->n;

	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		if (d->parent[middle] < outer)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Inside of a step of a recurrence: the lanes of the same loop in all steps that lie in this one. */
static int each_in_step(struct compiler *c, const struct expr_node *each, const struct domain *up, const struct domain **out, struct err *e)
{
	const struct domain *full;
	int32_t n = 0, at = 0, *sel, *parent;
	int rc;

	if ((rc = domain_of_each(c, each, up->full, &full, e)))
		return rc;
	for (int32_t i = 0; i < up->n; i++)
		n += first_in(full, up->sel[i] + 1) - first_in(full, up->sel[i]);
	sel = arena_room(c->arena, (size_t)(n ? n : 1) * sizeof *sel);
	parent = arena_room(c->arena, (size_t)(n ? n : 1) * sizeof *parent);
	if (!sel || !parent)
		return err_nomem(e);
	for (int32_t i = 0; i < up->n; i++)
		for (int32_t k = first_in(full, up->sel[i]); k < full->n && full->parent[k] == up->sel[i]; k++, at++) {
			sel[at] = k;
			parent[at] = i;
		}
	return domain_part(c, full, sel, n, up, parent, out, e);
}

int domain_of_each(struct compiler *c, const struct expr_node *each, const struct domain *up, const struct domain **out, struct err *e)
{
	const struct domain *known = memo_get(c, each, up);
	int32_t n = up ? up->n : 1, at = 0, *parent;
	struct bounds b;
	struct domain *d;
	double **values;
	int64_t total;
	int rc;

	if (known) {
		*out = known;
		return 0;
	}
	for (const struct domain *o = up; o; o = o->up)
		for (int k = 0; k < o->nvars; k++)
			if (!strcmp(o->names[k], each->name))
				return model_fault(c, each->mark, ERR_NAME, e, "there is a loop over '%s' around this one", each->name);
	if ((rc = loop_name(c, each->name, each->mark, e)))
		return rc;
	if (up && up->full) {
		if ((rc = each_in_step(c, each, up, out, e)))
			return rc;
		return memo_put(c, each, up, (void *)*out, e);
	}
	if ((rc = bounds_of(c, each->args[1], each->args[2], up, n, &b, &total, e)))
		return rc;
	if (!(d = domain_room(c, up, (int32_t)total, 1, &values, &parent)))
		return err_nomem(e);
	((const char **)d->names)[0] = each->name;
	for (int32_t i = 0; i < n; i++)
		for (double v = b.low[i]; v <= b.high[i]; v++, at++) {
			values[0][at] = v;
			if (up)
				parent[at] = i;
		}
	if ((rc = domain_nodes(c, d, e)) || (rc = memo_put(c, each, up, d, e)))
		return rc;
	*out = d;
	return 0;
}

int domain_map(struct compiler *c, const struct domain *lanes, const struct domain *outer, const int32_t **out, struct err *e)
{
	int32_t *map;

	for (const struct domain *d = lanes; !lanes || (outer && d != outer); d = d->up)
		if (!d)
			return err_set(e, ERR_DATA, "a value that differs by a loop is wanted outside of it");
	if (!(map = arena_zero(c->arena, (size_t)(lanes->n ? lanes->n : 1), sizeof *map)))
		return err_nomem(e);
	for (int32_t i = 0; outer && i < lanes->n; i++) {
		int32_t at = i;

		for (const struct domain *d = lanes; d != outer; d = d->up)
			at = d->parent[at];
		map[i] = at;
	}
	*out = map;
	return 0;
}

int domain_segments(struct compiler *c, const struct domain *lanes, const struct domain *outer, int32_t inner, const struct segments **out,
		    struct err *e)
{
	const int32_t *map;
	int32_t *starts, segment = 0;
	int rc;

	*out = NULL;
	if (!outer)
		return 0;
	if ((rc = domain_map(c, lanes, outer, &map, e)))
		return rc;
	if (!(starts = mem_zero((size_t)outer->n + 1, sizeof *starts)))
		return err_nomem(e);
	for (int32_t i = 0; i < lanes->n; i++)
		for (; segment < map[i]; segment++)
			starts[segment + 1] = i * inner;
	for (; segment < outer->n; segment++)
		starts[segment + 1] = lanes->n * inner;
	rc = memo_segments(c, starts, outer->n, out, e);
	mem_free(starts);
	return rc;
}
