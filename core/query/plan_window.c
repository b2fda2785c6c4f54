/*
 * plan_window.c - derived columns with windows or aggregates inside: each of these is computed over all rows and becomes a column
 * that the rest of the expression sees.
 */
#include "query/plan_priv.h"

#include <string.h>

/* What a call is over: groups and an order of the rows. Kept from one call to the next, which often has the same. */
struct frame {
	const struct expr_over *over;
	bool made, tied;                 /* tied: with `ties`, which only ranks look at */
	uint32_t *ids, *idx;
	uint8_t *ties;
	struct window w;
};

static void frame_release(struct frame *f)
{
	mem_free(f->ids);
	mem_free(f->idx);
	mem_free(f->ties);
	*f = (struct frame){ 0 };
}

static int find_groups(struct frame *f, const struct plan *p, const struct table *t, int threads, struct err *e)
{
	int n = f->over && f->over->ngroups ? f->over->ngroups : p->ncolsof, rc = 0;
	const struct column **keys = mem_alloc(((size_t)n + 1) * sizeof *keys);

	f->w.ngroups = 1;
	if (!keys)
		return err_nomem(e);
	for (int k = 0; k < n && !rc; k++)
		rc = table_column(t, f->over && f->over->ngroups ? f->over->groups[k] : p->in->names[p->cols[k]], &keys[k], e);
	if (!rc && n) {
		f->ids = mem_column(((size_t)t->rows + 1) * sizeof *f->ids);
		rc = f->ids ? groups_of_columns(keys, n, t->rows, threads, f->ids, &f->w.ngroups, NULL, e) : err_nomem(e);
	}
	mem_free(keys);
	f->w.ids = f->ids;
	return rc;
}

static int find_order(struct frame *f, const struct table *t, bool ties, int threads, struct err *e)
{
	int n = f->over ? f->over->norder : 0, rc = 0;
	struct order_key *keys;

	if (!n)
		return 0;
	keys = mem_alloc((size_t)n * sizeof *keys);
	f->idx = mem_column(((size_t)t->rows + 1) * sizeof *f->idx);
	f->ties = ties ? mem_column((size_t)t->rows + 1) : NULL;
	if (!keys || !f->idx || (ties && !f->ties))
		rc = err_nomem(e);
	for (int k = 0; k < n && !rc; k++) {
		rc = table_column(t, f->over->order[k], &keys[k].column, e);
		keys[k].descending = f->over->descending[k];
	}
	if (!rc)
		rc = order_rows(keys, n, t->rows, threads, f->idx, e);
	for (int64_t i = 0; ties && i < t->rows && !rc; i++) {
		if (!(i & 0xfffff) && stop_requested())
			rc = err_set(e, ERR_INTERRUPT, "interrupted");
		f->ties[i] = i > 0;
		for (int k = 0; k < n && f->ties[i]; k++)
			f->ties[i] = column_equal(keys[k].column, f->idx[i - 1], keys[k].column, f->idx[i]);
	}
	mem_free(keys);
	f->w.idx = f->idx;
	f->w.ties = f->ties;
	return rc;
}

static int compute_call(struct stage *s, const struct plan *p, const struct expr_call *call, const struct table *t, struct frame *f,
			struct plan_runner *r, const struct plan **blamed, struct err *e)
{
	struct column **args = mem_zero((size_t)call->nargs + 1, sizeof *args), *c = NULL;
	bool ties = window_looks_at_ties(call);
	struct value constant;
	int rc = args ? 0 : err_nomem(e), slot;

	if (!rc && (!f->made || f->over != call->over || (ties && !f->tied))) {
		frame_release(f);
		f->over = call->over;
		f->made = true;
		f->tied = ties;
		if (!(rc = find_groups(f, p, t, r->threads, e)))
			rc = find_order(f, t, ties, r->threads, e);
	}
	/* An argument that is the same in every row needs no column: the call knows it. */
	for (int k = 0; k < call->nargs && !rc; k++)
		if (!program_constant(call->args[k], &constant) && !(rc = stage_add(s, call->args[k], p, &slot, e)))
			rc = stage_column(s, slot, NULL, t->rows, r->threads, &args[k], blamed, e);
	if (!rc)
		rc = window_run(call, (const struct column *const *)args, t->rows, &f->w, r->threads, &c, e);
	if (!rc)
		rc = stage_see(s, c, e);
	column_unref(c);
	for (int k = 0; args && k < call->nargs; k++)
		column_unref(args[k]);
	mem_free(args);
	return rc;
}

/* The input's columns that are wanted, and the new one in its place. */
static int put_together(const struct plan *p, const bool *need, const struct table *t, const struct column *c, struct table **out,
			struct err *e)
{
	struct table *fresh = NULL;
	int rc = table_new(t->rows, &fresh, e);

	for (int k = 0; k < p->ncols && !rc; k++) {
		const struct column *from = c;

		if (!need[k])
			continue;
		if (strcmp(p->names[k], p->defs[0].name))
			rc = table_column(t, p->names[k], &from, e);
		if (!rc)
			rc = table_add(fresh, p->names[k], from, e);
	}
	if (!rc) {
		table_set_origin(fresh, t->origin);
		*out = table_ref(fresh);
	}
	table_unref(fresh);
	return rc;
}

int plan_run_windows(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e)
{
	bool *in = mem_zero((size_t)p->in->ncols + 1, 1);
	const struct plan *blamed = NULL;
	const struct expr_call *calls;
	struct stage s = STAGE_INIT;
	struct frame f = { 0 };
	struct table *t = NULL;
	struct column *c = NULL;
	int n = program_calls(p->defs[0].program, &calls), slot, rc = in ? 0 : err_nomem(e);

	if (!rc) {
		plan_inputs(p, need, in, NULL);
		rc = plan_result(p->in, in, r, &t, e);
	}
	if (!rc && !(rc = stage_over(&s, p->in, t, e)))
		for (int k = 0; k < n && !rc; k++)
			rc = compute_call(&s, p, &calls[k], t, &f, r, &blamed, e);
	if (!rc && !(rc = stage_add(&s, p->defs[0].program, p, &slot, e)))
		rc = stage_column(&s, slot, NULL, t->rows, r->threads, &c, &blamed, e);
	if (!rc)
		rc = put_together(p, need, t, c, out, e);
	rc = plan_blame(p, rc, &r->located, e);
	column_unref(c);
	frame_release(&f);
	stage_release(&s);
	table_unref(t);
	mem_free(in);
	return rc;
}
