/*
 * plan_run.c - plans become tables, from the leaves up, and only in the columns that somebody above needs.
 *
 * A node that every row passes on its own (filter, derived column, selection) is not run by itself: the chain of such nodes is one stage
 * (stage.c). The others take a table and give one.
 */
#include "query/plan_priv.h"

#include <stdio.h>
#include <string.h>

/* == what is needed of inputs == */

bool plan_streams(const struct plan *p)
{
	const struct expr_call *calls;

	if (p->kind == PLAN_DERIVE)
		return !program_calls(p->defs[0].program, &calls);
	return p->kind == PLAN_FILTER || p->kind == PLAN_SELECT;
}

/* Windows and aggregates are computed whether or not somebody looks: a sum in them may overflow. */
static bool may_fail(const struct plan_definition *d)
{
	const struct expr_call *calls;

	return program_fails(d->program) || program_calls(d->program, &calls) > 0;
}

bool *plan_need_all(const struct plan *p)
{
	bool *need = mem_alloc((size_t)p->ncols + 1);

	return need ? memset(need, true, (size_t)p->ncols + 1) : NULL;
}

static void need_program(const struct program *p, int ncols, bool *in)
{
	const int *cols;
	int n = program_columns(p, &cols);

	for (int k = 0; k < n; k++)
		if (cols[k] < ncols)
			in[cols[k]] = true;
}

/* Also what the aggregates and windows inside are made of. */
static void need_definition(const struct plan *p, const struct plan_definition *d, bool *in)
{
	const struct expr_call *calls;
	int n = program_calls(d->program, &calls);

	need_program(d->program, p->in->ncols, in);
	for (int k = 0; k < n; k++) {
		for (int a = 0; a < calls[k].nargs; a++)
			need_program(calls[k].args[a], p->in->ncols, in);
		for (int g = 0; calls[k].over && g < calls[k].over->ngroups; g++)
			in[plan_find(p->in, calls[k].over->groups[g])] = true;
		for (int o = 0; calls[k].over && o < calls[k].over->norder; o++)
			in[plan_find(p->in, calls[k].over->order[o])] = true;
	}
}

static void need_join(const struct plan *p, const bool *need, bool *in, bool *right)
{
	int at = p->in->ncols;

	for (int k = 0; k < p->in->ncols; k++)
		in[k] = in[k] || need[k];
	for (int k = 0; k < p->join.on.n; k++)
		in[plan_find(p->in, p->join.on.left[k])] = true;
	if (p->join.left_time)
		in[plan_find(p->in, p->join.left_time)] = true;
	for (int k = 0; k < p->right->ncols; k++) {
		right[k] = plan_join_key(&p->join, p->right->names[k]);
		if (!right[k] && at < p->ncols)
			right[k] = need[at++];
	}
	if (p->join.right_time)
		right[plan_find(p->right, p->join.right_time)] = true;
}

void plan_inputs(const struct plan *p, const bool *need, bool *in, bool *right)
{
	switch (p->kind) {
	case PLAN_FILTER:
		memcpy(in, need, (size_t)p->ncols);
		need_program(p->filter, p->in->ncols, in);
		return;
	case PLAN_DERIVE: {
		int at = plan_find(p, p->defs[0].name);

		for (int k = 0; k < p->in->ncols; k++)
			in[k] = need[k] && k != at;
		if (!need[at] && !may_fail(&p->defs[0]))
			return;
		need_definition(p, &p->defs[0], in);
		for (int k = 0; k < p->ncolsof; k++)
			in[p->cols[k]] = true;
		return;
	}
	case PLAN_SELECT:
		for (int k = 0; k < p->ncols; k++)
			in[p->cols[k]] = in[p->cols[k]] || need[k];
		return;
	case PLAN_AGG:
		for (int k = 0; k < p->ncolsof; k++)
			in[p->cols[k]] = true;
		for (int k = 0; k < p->ndefs; k++)
			need_definition(p, &p->defs[k], in);
		return;
	case PLAN_SORT:
	case PLAN_DISTINCT:
		memcpy(in, need, (size_t)p->ncols);
		for (int k = 0; k < p->ncolsof; k++)
			in[p->cols[k]] = true;
		return;
	case PLAN_JOIN:
		need_join(p, need, in, right);
		return;
	default:
		memcpy(in, need, (size_t)p->ncols);
		return;
	}
}

/* == blame == */

int plan_blame(const struct plan *p, int rc, bool *located, struct err *e)
{
	char msg[sizeof e->msg];

	if (!rc || !p || !p->where || *located || !e)
		return rc;
	*located = true;
	memcpy(msg, e->msg, sizeof msg);
	return err_set(e, (enum err_code)rc, "%s%s", p->where, msg);
}

/* == nodes == */

/* The columns need[] of a table, under their names. */
int plan_some_columns(const struct table *t, const struct plan *p, const bool *need, struct table **out, struct err *e)
{
	const char **names;
	int n = 0, rc;

	if (!(names = mem_alloc(((size_t)p->ncols + 1) * sizeof *names)))
		return err_nomem(e);
	for (int k = 0; k < p->ncols; k++)
		if (need[k])
			names[n++] = p->names[k];
	if (n == p->ncols && n == t->ncols) {
		*out = table_ref(t);
		rc = 0;
	} else {
		rc = table_select(t, names, n, out, e);
	}
	mem_free(names);
	return rc;
}

/* Filters need a pass of their own; so does what may fail and is not looked at otherwise. */
static bool needs_pass(const struct stage *s)
{
	for (int k = 0; k < s->nsteps; k++) {
		bool seen = false;

		for (int v = 0; v < s->nvisible; v++)
			seen = seen || s->visible[v] == s->steps[k].slot;
		if (s->filters || !seen)
			return true;
	}
	return false;
}

/* The columns of the chain that are columns of its source, gathered at once, with the places the rows were read from. */
static int source_columns(const struct stage *s, const struct plan *p, const bool *need, const uint32_t *rows, int64_t n, int threads,
			  struct table **out, struct err *e)
{
	struct table *t = NULL;
	int rc = table_new(s->source->rows, &t, e);

	for (int k = 0; k < p->ncols && !rc; k++)
		if (need[k] && !s->slots[s->visible[k]].program)
			rc = table_add(t, p->names[k], s->source->cols[s->slots[s->visible[k]].column], e);
	if (!rc) {
		table_set_origin(t, s->source->origin);
		if (rows)
			rc = rows_gather(t, rows, n, threads, out, e);
		else
			*out = table_ref(t);
	}
	table_unref(t);
	return rc;
}

/* The columns of the chain that ends in p, for all rows of its source or for rows[0..n), as a table. */
static int chain_columns(const struct stage *s, const struct plan *p, const bool *need, const uint32_t *rows, int64_t n,
			 struct plan_runner *r, struct table **out, const struct plan **blamed, struct err *e)
{
	struct table *gathered = NULL, *t = NULL;
	int at = 0, rc = source_columns(s, p, need, rows, n, r->threads, &gathered, e);

	if (!rc)
		rc = table_new(n, &t, e);
	for (int k = 0; k < p->ncols && !rc; k++) {
		struct column *c = NULL;

		if (!need[k])
			continue;
		if (!s->slots[s->visible[k]].program)
			c = column_ref(gathered->cols[at++]);
		else
			rc = stage_column(s, s->visible[k], rows, n, r->threads, &c, blamed, e);
		if (!rc)
			rc = table_add(t, p->names[k], c, e);
		column_unref(c);
	}
	if (!rc) {
		table_set_origin(t, gathered->origin);
		*out = table_ref(t);
	}
	table_unref(gathered);
	table_unref(t);
	return rc;
}

static int run_stage(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e)
{
	const struct plan *blamed = NULL;
	struct stage s;
	uint32_t *rows = NULL;
	int64_t n;
	int rc = stage_open(&s, p, need, r, e);

	if (rc)
		return rc;
	n = s.source->rows;
	if (needs_pass(&s))
		rc = stage_filter(&s, r->threads, &rows, &n, &blamed, e);
	if (!rc)
		rc = chain_columns(&s, p, need, rows, n, r, out, &blamed, e);
	rc = stage_first_fault(&s, r->threads, rc, &blamed, e);
	rc = plan_blame(blamed, rc, &r->located, e);
	mem_free(rows);
	stage_release(&s);
	return rc;
}

/* Some row of the source may be an error, wherever the rows are that are wanted. */
static bool may_fail_before(const struct stage *s)
{
	for (int k = 0; k < s->nsteps; k++) {
		const struct program *p = s->slots[s->steps[k].slot].program;

		if (p && program_fails(p))
			return true;
	}
	return false;
}

/*
 * A batch one row at a time: what fails behind the last row that a head over parts takes has not been looked at, wherever a batch ends.
 */
static int take_rows(struct lane *l, int64_t at, int32_t size, uint32_t *rows, int64_t *n, int64_t limit, struct err *e)
{
	for (int32_t i = 0; i < size && *n < limit; i++) {
		int32_t left;
		int rc = lane_batch(l, at + i, NULL, 1, &left, e);

		if (rc)
			return rc;
		if (left)
			rows[(*n)++] = (uint32_t)(at + i);
	}
	return 0;
}

/* What may fail is computed for all rows, so that a chain gives what it gives when each of its steps is looked at. */
static int head_of_all(const struct stage *s, const struct plan *p, const bool *need, struct plan_runner *r, struct table **out,
		       const struct plan **blamed, struct err *e)
{
	uint32_t *rows = NULL;
	int64_t n = s->source->rows;
	struct table *all = NULL;
	int rc = stage_filter(s, r->threads, &rows, &n, blamed, e);

	n = n < p->n ? n : p->n;
	if (!rc && rows)
		rc = chain_columns(s, p->in, need, rows, n, r, out, blamed, e);
	else if (!rc && !(rc = chain_columns(s, p->in, need, NULL, s->source->rows, r, &all, blamed, e)))
		rc = table_slice(all, 0, n, out, e);
	table_unref(all);
	mem_free(rows);
	return rc;
}

/* Batch by batch until there are enough: the first rows of a chain cost as little as they can. */
static int run_head(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e)
{
	int64_t *left_over = plan_limit(r, p), limit = left_over ? *left_over : p->n, n = 0, at = 0;
	const struct plan *blamed = NULL;
	struct stage s;
	struct lane *l = NULL;
	struct table *t = NULL;
	uint32_t *rows = NULL;
	int rc;

	if (p->in->result || !plan_streams(p->in)) {
		if ((rc = plan_result(p->in, need, r, &t, e)))
			return rc;
		n = limit < t->rows ? limit : t->rows;
		if (!(rc = table_slice(t, 0, n, out, e)) && left_over)
			*left_over -= n;
		table_unref(t);
		return rc;
	}
	if ((rc = stage_open(&s, p->in, need, r, e)))
		return rc;
	if (!left_over && may_fail_before(&s)) {
		rc = head_of_all(&s, p, need, r, out, &blamed, e);
		rc = stage_first_fault(&s, r->threads, rc, &blamed, e);
		rc = plan_blame(blamed, rc, &r->located, e);
		stage_release(&s);
		return rc;
	}
	rows = mem_column(((size_t)(limit < s.source->rows ? limit : s.source->rows) + VEC_MAX) * sizeof *rows);
	rc = rows ? lane_open(&s, &l, e) : err_nomem(e);
	for (int32_t size; !rc && at < s.source->rows && n < limit; at += size) {
		int32_t left = 0;

		size = s.source->rows - at < VEC_MAX ? (int32_t)(s.source->rows - at) : VEC_MAX;
		if (stop_requested())
			rc = err_set(e, ERR_INTERRUPT, "interrupted");
		else if ((rc = lane_batch(l, at, NULL, size, &left, e)) == ERR_DOMAIN) {
			left = 0;
			rc = take_rows(l, at, size, rows, &n, limit, e);
		}
		if (rc)
			blamed = lane_blamed(l);
		for (int32_t i = 0; !rc && i < left && n < limit; i++)
			rows[n++] = lane_left(l) ? lane_left(l)[i] : (uint32_t)(at + i);
	}
	lane_close(l);
	if (!rc)
		rc = chain_columns(&s, p->in, need, rows, n, r, out, &blamed, e);
	if (!rc && left_over)
		*left_over -= n;
	rc = plan_blame(blamed, rc, &r->located, e);
	mem_free(rows);
	stage_release(&s);
	return rc;
}

static int run_sort(const struct plan *p, const bool *need, const struct table *in, struct plan_runner *r, struct table **out, struct err *e)
{
	struct order_key *keys = mem_alloc(((size_t)p->ncolsof + 1) * sizeof *keys);
	uint32_t *idx = mem_column(((size_t)in->rows + 1) * sizeof *idx);
	struct table *some = NULL;
	int rc = keys && idx ? 0 : err_nomem(e);

	for (int k = 0; k < p->ncolsof && !rc; k++) {
		rc = table_column(in, p->in->names[p->cols[k]], &keys[k].column, e);
		keys[k].descending = p->descending[k];
	}
	if (!rc && !(rc = order_rows(keys, p->ncolsof, in->rows, r->threads, idx, e)) && !(rc = plan_some_columns(in, p, need, &some, e)))
		rc = rows_gather(some, idx, in->rows, r->threads, out, e);
	table_unref(some);
	mem_free(idx);
	mem_free(keys);
	return rc;
}

static int run_distinct(const struct plan *p, const bool *need, const struct table *in, struct plan_runner *r, struct table **out,
			struct err *e)
{
	const struct column **keys = mem_alloc(((size_t)p->ncolsof + 1) * sizeof *keys);
	uint32_t *ids = mem_column(((size_t)in->rows + 1) * sizeof *ids), *first = NULL;
	struct table *some = NULL;
	int64_t n = 0;
	int rc = keys && ids ? 0 : err_nomem(e);

	for (int k = 0; k < p->ncolsof && !rc; k++)
		rc = table_column(in, p->in->names[p->cols[k]], &keys[k], e);
	if (!rc && !(rc = groups_of_columns(keys, p->ncolsof, in->rows, r->threads, ids, &n, &first, e)) &&
	    !(rc = plan_some_columns(in, p, need, &some, e)))
		rc = rows_gather(some, first, n, r->threads, out, e);
	table_unref(some);
	mem_free(first);
	mem_free(ids);
	mem_free(keys);
	return rc;
}

/* A verb over all rows of its input at once. */
static int run_whole(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e)
{
	bool *in = mem_zero((size_t)p->in->ncols + 1, 1);
	struct table *t = NULL;
	int rc;

	if (!in)
		return err_nomem(e);
	plan_inputs(p, need, in, NULL);
	rc = plan_result(p->in, in, r, &t, e);
	if (!rc && t->rows >= QUERY_NONE)
		rc = err_set(e, ERR_DOMAIN, "a query takes at most %lu rows, this table has %lld", (unsigned long)QUERY_NONE - 1, (long long)t->rows);
	if (!rc)
		rc = p->kind == PLAN_SORT ? run_sort(p, need, t, r, out, e) : run_distinct(p, need, t, r, out, e);
	rc = plan_blame(p, rc, &r->located, e);
	table_unref(t);
	mem_free(in);
	return rc;
}

int plan_result(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e)
{
	struct table *t = NULL;
	int rc;

	if (p->result)
		return plan_some_columns(p->result, p, need, out, e);
	if (plan_streams(p))
		return run_stage(p, need, r, out, e);
	switch (p->kind) {
	case PLAN_HEAD:
		return run_head(p, need, r, out, e);
	case PLAN_DERIVE:
		return plan_run_windows(p, need, r, out, e);
	case PLAN_AGG:
		if ((rc = plan_run_agg(p, r, &t, e)))
			return rc;
		rc = plan_some_columns(t, p, need, out, e);
		table_unref(t);
		return rc;
	case PLAN_JOIN:
		return plan_run_join(p, need, r, out, e);
	case PLAN_HOLE:
		return r->part ? plan_some_columns(r->part, p, need, out, e) : err_set(e, ERR_USAGE, "a plan of parts cannot be run as a whole");
	default:
		return run_whole(p, need, r, out, e);
	}
}

int plan_run(struct plan *p, int threads, struct table **out, bool *located, struct err *e)
{
	struct plan_runner r = { .threads = threads, .notes = &p->notes };

	*located = false;
	if (!p->result) {
		bool *all = plan_need_all(p);
		int rc = all ? plan_result(p, all, &r, &p->result, e) : err_nomem(e);

		mem_free(all);
		*located = r.located;
		if (rc)
			return rc;
		/* What it was made of is not needed any more. */
		plan_unref(p->in);
		plan_unref(p->right);
		p->in = p->right = NULL;
	}
	*out = table_ref(p->result);
	return 0;
}
