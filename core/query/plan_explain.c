/*
 * plan_explain.c - a plan as text: the verbs from the last to the first, which of them are one pass, and what is read of each table.
 *
 *   sort -n
 *   aggregate by origin: n = count(), killed = max(figure)
 *     pass: filter measure == 'killed'
 *     read 3 of 18 columns of a table of 118 rows: origin, measure, figure
 */
#include "query/plan_priv.h"

#include <string.h>

static void names(struct buf *out, const struct plan *in, const int *cols, const bool *descending, int n)
{
	for (int k = 0; k < n; k++)
		buf_printf(out, "%s%s%s", k ? ", " : "", descending && descending[k] ? "-" : "", in->names[cols[k]]);
}

static void definitions(struct buf *out, const struct plan *p)
{
	for (int k = 0; k < p->ndefs; k++) {
		buf_printf(out, "%s%s = ", k ? ", " : "", p->defs[k].name);
		expr_print(out, program_expr(p->defs[k].program)->root);
	}
}

static void select_line(struct buf *out, const struct plan *p)
{
	buf_str(out, "select ");
	for (int k = 0; k < p->ncols; k++) {
		const char *from = p->in->names[p->cols[k]];

		buf_printf(out, "%s%s", k ? ", " : "", p->names[k]);
		if (strcmp(from, p->names[k]))
			buf_printf(out, " = %s", from);
	}
}

static void join_line(struct buf *out, const struct plan *p)
{
	static const char *const how[] = {
#define X(name, text) text,
		JOIN_LIST(X)
#undef X
	};
	const struct plan_join *j = &p->join;

	buf_printf(out, "%s join", j->left_time ? "as-of" : how[j->how]);
	for (int k = 0; k < j->on.n; k++)
		buf_printf(out, "%s %s == %s", k ? " and" : " on", j->on.left[k], j->on.right[k]);
	if (j->left_time)
		buf_printf(out, ", %s at %s", j->left_time, j->right_time);
}

static void verb(struct buf *out, const struct plan *p)
{
	switch (p->kind) {
	case PLAN_FILTER:
		buf_str(out, "filter ");
		expr_print(out, program_expr(p->filter)->root);
		break;
	case PLAN_DERIVE:
		buf_str(out, plan_streams(p) ? "derive " : "window ");
		definitions(out, p);
		if (!plan_streams(p) && p->ncolsof) {
			buf_str(out, " by ");
			names(out, p->in, p->cols, NULL, p->ncolsof);
		}
		break;
	case PLAN_SELECT:
		select_line(out, p);
		break;
	case PLAN_HEAD:
		buf_printf(out, "head %lld", (long long)p->n);
		break;
	case PLAN_AGG:
		buf_str(out, "aggregate");
		if (p->ncolsof) {
			buf_str(out, " by ");
			names(out, p->in, p->cols, NULL, p->ncolsof);
		}
		buf_str(out, p->ndefs ? ": " : "");
		definitions(out, p);
		break;
	case PLAN_SORT:
		buf_str(out, "sort ");
		names(out, p->in, p->cols, p->descending, p->ncolsof);
		break;
	case PLAN_DISTINCT:
		buf_str(out, "distinct ");
		names(out, p->in, p->cols, NULL, p->ncolsof);
		break;
	case PLAN_JOIN:
		join_line(out, p);
		break;
	default:
		break;
	}
}

static void leaf(struct buf *out, const struct plan *p, const bool *need)
{
	int n = 0, listed = 0;

	for (int k = 0; k < p->ncols; k++)
		n += need[k];
	buf_printf(out, "read %d of %d column%s of ", n, p->ncols, p->ncols == 1 ? "" : "s");
	if (p->kind == PLAN_HOLE)
		buf_str(out, "each part of the scan");
	else
		buf_printf(out, "a table of %lld row%s", (long long)p->result->rows, p->result->rows == 1 ? "" : "s");
	for (int k = 0; k < p->ncols && n < p->ncols; k++)
		if (need[k])
			buf_printf(out, "%s%s", listed++ ? ", " : ": ", p->names[k]);
}

static int lines(const struct plan *p, const bool *need, int depth, bool inside, struct buf *out, struct err *e)
{
	bool *in, *right = NULL, streams;
	int rc = 0;

	buf_fill(out, ' ', (size_t)depth * 2);
	if (p->result || p->kind == PLAN_HOLE) {
		leaf(out, p, need);
		buf_char(out, '\n');
		return 0;
	}
	streams = plan_streams(p);
	buf_str(out, streams ? "pass: " : "");
	verb(out, p);
	buf_char(out, '\n');
	in = mem_zero((size_t)p->in->ncols + 1, 1);
	if (p->right)
		right = mem_zero((size_t)p->right->ncols + 1, 1);
	if (!in || (p->right && !right)) {
		rc = err_nomem(e);
	} else {
		plan_inputs(p, need, in, right);
		rc = lines(p->in, in, streams && inside ? depth : depth + 1, streams, out, e);
		if (!rc && p->right)
			rc = lines(p->right, right, depth + 1, false, out, e);
	}
	mem_free(in);
	mem_free(right);
	return rc;
}

int plan_explain(const struct plan *p, struct buf *out, struct err *e)
{
	bool *need = plan_need_all(p);
	int rc;

	if (!need)
		return err_nomem(e);
	rc = lines(p, need, 0, true, out, e);
	mem_free(need);
	return rc ? rc : buf_check(out, e);
}
