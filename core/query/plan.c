/* plan.c - plans as they are built: every verb is checked against the names and types of what it is applied to. */
#include "query/plan_priv.h"

#include <string.h>

/* == nodes == */

struct plan *plan_new(enum plan_kind kind, const struct plan *in, const struct plan_context *cx)
{
	struct plan *p = mem_zero(1, sizeof *p);

	if (!p)
		return NULL;
	p->refs = 1;
	p->kind = kind;
	p->depth = in && !in->result ? in->depth + 1 : 0;
	p->parts = kind == PLAN_HOLE || (in && in->parts);
	if (cx && cx->where && !(p->where = mem_strdup(cx->where))) {
		mem_free(p);
		return NULL;
	}
	p->in = in ? plan_ref(in) : NULL;
	return p;
}

struct plan *plan_ref(const struct plan *p)
{
	struct plan *own = (struct plan *)(uintptr_t)p;

	own->refs++;
	return own;
}

void texts_free(char **texts, int n)
{
	for (int k = 0; texts && k < n; k++)
		mem_free(texts[k]);
	mem_free(texts);
}

/* A chain may be long: its nodes are let go one after the other, not each by the one above it. */
void plan_unref(struct plan *p)
{
	while (p && --p->refs == 0) {
		struct plan *in = p->in;

		plan_unref(p->right);
		table_unref(p->result);
		program_unref(p->filter);
		for (int k = 0; k < p->ndefs; k++) {
			mem_free(p->defs[k].name);
			program_unref(p->defs[k].program);
		}
		mem_free(p->defs);
		texts_free(p->names, p->ncols);
		mem_free(p->types);
		mem_free(p->cols);
		mem_free(p->descending);
		plan_join_free(&p->join);
		buf_release(&p->notes);
		mem_free(p->where);
		mem_free(p);
		p = in;
	}
}

int plan_add_column(struct plan *p, const char *name, enum type type, struct err *e)
{
	char **names = mem_resize(p->names, ((size_t)p->ncols + 1) * sizeof *names);
	enum type *types;

	if (!names)
		return err_nomem(e);
	p->names = names;
	types = mem_resize(p->types, ((size_t)p->ncols + 1) * sizeof *types);
	if (!types)
		return err_nomem(e);
	p->types = types;
	if (!(p->names[p->ncols] = mem_strdup(name)))
		return err_nomem(e);
	p->types[p->ncols++] = type;
	return 0;
}

int plan_add_columns(struct plan *p, const struct plan *in, struct err *e)
{
	int rc = 0;

	for (int k = 0; k < in->ncols && !rc; k++)
		rc = plan_add_column(p, in->names[k], in->types[k], e);
	return rc;
}

/* The node is the caller's, or nobody's: what constructors end in. */
int plan_give(struct plan *p, int rc, struct plan **out)
{
	if (rc)
		plan_unref(p);
	else
		*out = p;
	return rc;
}

/* == looking == */

int plan_ncols(const struct plan *p) { return p->ncols; }
const char *plan_name(const struct plan *p, int k) { return p->names[k]; }
enum type plan_type(const struct plan *p, int k) { return p->types[k]; }

int plan_find(const struct plan *p, const char *name)
{
	for (int k = 0; k < p->ncols; k++)
		if (!strcmp(p->names[k], name))
			return k;
	return -1;
}

int plan_column(const struct plan *p, const char *name, int *out, struct err *e)
{
	struct buf names = BUF_INIT;
	const char *near;
	int rc;

	*out = plan_find(p, name);
	if (*out >= 0)
		return 0;
	near = text_nearest(name, (const char *const *)p->names, (size_t)p->ncols);
	if (near)
		return err_set(e, ERR_NAME, "no column '%s'; did you mean '%s'?", name, near);
	for (int k = 0; k < p->ncols && p->ncols <= 12; k++)
		buf_printf(&names, "%s%s", k ? ", " : "; there are ", p->names[k]);
	if (!(rc = buf_check(&names, e)))
		rc = err_set(e, ERR_NAME, "no column '%s'%s", name, names.n ? names.p : "");
	buf_release(&names);
	return rc;
}

int plan_depth(const struct plan *p)
{
	return p->result ? 0 : p->depth;
}

bool plan_of_parts(const struct plan *p)
{
	return p->parts;
}

const char *plan_notes(const struct plan *p)
{
	return p->notes.p ? p->notes.p : "";
}

/* == leaves == */

int plan_table(const struct table *t, struct plan **out, struct err *e)
{
	struct plan *p = plan_new(PLAN_TABLE, NULL, NULL);
	int rc = 0;

	if (!p)
		return err_nomem(e);
	p->result = table_ref(t);
	for (int k = 0; k < t->ncols && !rc; k++)
		rc = plan_add_column(p, t->names[k], t->cols[k]->type, e);
	return plan_give(p, rc, out);
}

int plan_hole(int ncols, const char *const *names, const enum type *types, struct plan **out, struct err *e)
{
	struct plan *p = plan_new(PLAN_HOLE, NULL, NULL);
	int rc = 0;

	if (!p)
		return err_nomem(e);
	for (int k = 0; k < ncols && !rc; k++)
		rc = plan_add_column(p, names[k], types[k], e);
	return plan_give(p, rc, out);
}

/* == expressions == */

/*
 * Claims are no numbers: beside a column `figure` of quantities, what was printed may be compared and passed on, and to compute
 * with it somebody has to say what it stands for.
 */
static void guard(const struct plan *in, struct expr_scope *scope)
{
	static const char *const printed[] = { "low", "best", "high" };
	int figure = plan_find(in, "figure");

	if (figure < 0 || in->types[figure] != TYPE_QUANTITY)
		return;
	scope->guarded = printed;
	scope->nguarded = 3;
	scope->guard_message = "what was printed of a claim (low, best, high) is no number to compute with: use 'figure', or name a policy that "
			       "makes it one, as in point(figure, 'midpoint')";
}

static void scope_of(const struct plan *in, const struct plan_context *cx, struct expr_scope *scope)
{
	*scope = (struct expr_scope){ .ncols = in->ncols, .names = (const char *const *)in->names, .types = in->types };
	if (cx) {
		scope->bindings = cx->bindings;
		scope->nbindings = cx->nbindings;
	}
	guard(in, scope);
}

/* "a string", "an int64" */
const char *plan_article(enum type type)
{
	return strchr("aeio", *type_name(type)) ? "an" : "a";
}

static int check_condition(const struct program *p, const struct expr *x, struct err *e)
{
	enum type type = program_type(p);

	return type == TYPE_BOOL ? 0 :
	       err_set(e, ERR_TYPE, "a filter is a condition, true or false; this is %s %s\n  %s", plan_article(type), type_name(type), x->text);
}

int plan_filter(const struct plan *in, const char *text, const struct plan_context *cx, struct plan **out, struct err *e)
{
	struct expr_scope scope;
	struct expr *x = NULL;
	struct plan *p = plan_new(PLAN_FILTER, in, cx);
	int rc = p ? expr_parse(text, strlen(text), 0, &x, e) : err_nomem(e);

	if (!p)
		return rc;
	scope_of(in, cx, &scope);
	if (!rc)
		rc = expr_compile(x, &scope, &p->filter, e);
	if (!rc)
		rc = check_condition(p->filter, x, e);
	if (!rc)
		rc = plan_add_columns(p, in, e);
	expr_unref(x);
	return plan_give(p, rc, out);
}

/* What no aggregate can do (a mean of figures, the quantile 2) is told with the verb, not when rows come. */
static int check_calls(const struct expr *x, const struct program *program, struct err *e)
{
	const struct expr_call *calls;
	int n = program_calls(program, &calls), rc = 0;

	for (int k = 0; k < n && !rc; k++) {
		struct agg *a = NULL;
		struct err why = ERR_INIT;

		if (calls[k].op->class != OP_AGGREGATE)
			continue;
		rc = agg_new(&calls[k], &a, &why);
		agg_free(a);
		if (rc == ERR_MEMORY)
			err_nomem(e);
		else if (rc)
			expr_fault(x, calls[k].node->mark, rc, e, "%s", why.msg);
	}
	return rc;
}

static int add_definition(struct plan *p, const struct expr *x, const char *name, const struct expr_scope *scope, struct err *e)
{
	struct plan_definition *grown = mem_resize(p->defs, ((size_t)p->ndefs + 1) * sizeof *grown);
	int rc;

	if (!grown)
		return err_nomem(e);
	p->defs = grown;
	p->defs[p->ndefs] = (struct plan_definition){ .name = mem_strdup(name) };
	if (!p->defs[p->ndefs].name)
		return err_nomem(e);
	if ((rc = expr_compile(x, scope, &p->defs[p->ndefs].program, e))) {
		mem_free(p->defs[p->ndefs].name);
		return rc;
	}
	/* From here the plan releases it. */
	p->ndefs++;
	return check_calls(x, p->defs[p->ndefs - 1].program, e);
}

/* The verb in front of the message. */
int plan_name_verb(enum plan_kind kind, int rc, struct err *e)
{
	static const char *const verbs[] = { [PLAN_SELECT] = "select", [PLAN_SORT] = "sort", [PLAN_DISTINCT] = "distinct",
					     [PLAN_DERIVE] = "group_by", [PLAN_AGG] = "group_by", [PLAN_JOIN] = "join" };
	char msg[sizeof e->msg];

	if (!e || rc == ERR_MEMORY)
		return rc;
	memcpy(msg, e->msg, sizeof msg);
	return err_set(e, (enum err_code)rc, "%s: %s", verbs[kind], msg);
}

/* The columns of `in` that the names stand for; with `signs`, "-name" is descending. */
int plan_sorted_keys(const struct plan *in, struct plan *p, const char *const *names, int n, bool signs, struct err *e)
{
	int rc = 0;

	p->cols = mem_alloc(((size_t)n + 1) * sizeof *p->cols);
	p->descending = mem_zero((size_t)n + 1, sizeof *p->descending);
	if (!p->cols || !p->descending)
		return err_nomem(e);
	for (int k = 0; k < n && !rc; k++) {
		const char *name = names[k];

		if (signs && *name == '-' && plan_find(in, name) < 0) {
			p->descending[k] = true;
			name++;
		}
		if ((rc = plan_column(in, name, &p->cols[k], e)))
			rc = plan_name_verb(p->kind, rc, e);
	}
	p->ncolsof = n;
	return rc;
}

static int derive_one(const struct plan *in, const struct expr *x, const char *name, const char *const *keys, int nkeys,
		      const struct plan_context *cx, struct plan **out, struct err *e)
{
	struct expr_scope scope;
	struct plan *p = plan_new(PLAN_DERIVE, in, cx);
	int rc, at;

	if (!p)
		return err_nomem(e);
	scope_of(in, cx, &scope);
	scope.aggregates = scope.windows = true;
	if ((rc = plan_sorted_keys(in, p, keys, nkeys, false, e)) || (rc = add_definition(p, x, name, &scope, e)) || (rc = plan_add_columns(p, in, e)))
		return plan_give(p, rc, out);
	at = plan_find(in, name);
	if (at >= 0)
		p->types[at] = program_type(p->defs[0].program);
	else
		rc = plan_add_column(p, name, program_type(p->defs[0].program), e);
	return plan_give(p, rc, out);
}

int plan_derive(const struct plan *in, const char *const *keys, int nkeys, const char *const *definitions, int n,
		const struct plan_context *cx, struct plan **out, struct err *e)
{
	struct plan *at = plan_ref(in);
	int rc = 0;

	for (int k = 0; k < n && !rc; k++) {
		struct expr *x = NULL;
		struct plan *next = NULL;

		if (!(rc = expr_parse(definitions[k], strlen(definitions[k]), 1, &x, e)))
			rc = derive_one(at, x, x->name, keys, nkeys, cx, &next, e);
		expr_unref(x);
		if (!rc) {
			plan_unref(at);
			at = next;
		}
	}
	return plan_give(at, rc, out);
}

/* The condition is a column under a name that no file has, which the filter looks at and nobody behind it sees. */
int plan_filter_groups(const struct plan *in, const char *text, const char *const *keys, int nkeys, const struct plan_context *cx,
		       struct plan **out, struct err *e)
{
	const char *const *names = (const char *const *)in->names;
	struct plan *told = NULL, *kept = NULL;
	struct expr *x = NULL;
	int rc = expr_parse(text, strlen(text), 0, &x, e);

	if (!rc && !(rc = derive_one(in, x, "\x01", keys, nkeys, cx, &told, e)) && !(rc = check_condition(told->defs[0].program, x, e)) &&
	    !(rc = plan_filter(told, "`\x01`", cx, &kept, e)))
		rc = plan_select(kept, names, names, in->ncols, cx, out, e);
	expr_unref(x);
	plan_unref(told);
	plan_unref(kept);
	return rc;
}

/* == columns and rows == */

int plan_select(const struct plan *in, const char *const *from, const char *const *to, int n, const struct plan_context *cx,
		struct plan **out, struct err *e)
{
	struct plan *p = plan_new(PLAN_SELECT, in, cx);
	int rc;

	if (!p)
		return err_nomem(e);
	rc = plan_sorted_keys(in, p, from, n, false, e);
	for (int k = 0; k < n && !rc; k++)
		rc = plan_find(p, to[k]) >= 0 ? err_set(e, ERR_NAME, "select: column '%s' is named twice", to[k]) :
						plan_add_column(p, to[k], in->types[p->cols[k]], e);
	return plan_give(p, rc, out);
}

int plan_head(const struct plan *in, int64_t n, const struct plan_context *cx, struct plan **out, struct err *e)
{
	struct plan *p = plan_new(PLAN_HEAD, in, cx);

	if (!p)
		return err_nomem(e);
	p->n = n;
	return plan_give(p, plan_add_columns(p, in, e), out);
}

int plan_sort(const struct plan *in, const char *const *names, int n, const struct plan_context *cx, struct plan **out,
	      struct err *e)
{
	struct plan *p = plan_new(PLAN_SORT, in, cx);
	int rc;

	if (!p)
		return err_nomem(e);
	if (!(rc = plan_sorted_keys(in, p, names, n, true, e)))
		rc = plan_add_columns(p, in, e);
	return plan_give(p, rc, out);
}

int plan_distinct(const struct plan *in, const char *const *names, int n, const struct plan_context *cx, struct plan **out,
		  struct err *e)
{
	struct plan *p = plan_new(PLAN_DISTINCT, in, cx);
	int rc;

	if (!p)
		return err_nomem(e);
	rc = plan_sorted_keys(in, p, n ? names : (const char *const *)in->names, n ? n : in->ncols, false, e);
	if (!rc)
		rc = plan_add_columns(p, in, e);
	return plan_give(p, rc, out);
}

/* == aggregation == */

/* What names mean in the k-th definition: the input's columns, of which keys have one value a group, then the definitions before it. */
static int agg_one(struct plan *p, struct plan *names, bool **is_key, const struct plan_context *cx, const char *text, struct err *e)
{
	struct expr_scope scope;
	struct expr *x = NULL;
	bool *grown;
	int rc = expr_parse(text, strlen(text), 1, &x, e);

	if (rc)
		return rc;
	scope_of(names, cx, &scope);
	scope.aggregates = scope.grouped = true;
	scope.is_key = *is_key;
	scope.nresults = p->ndefs;
	if (plan_find(p, x->name) >= 0)
		rc = err_set(e, ERR_NAME, "agg: the groups have a column '%s' already: give this one another name\n  %s", x->name, x->text);
	if (!rc && !(rc = add_definition(p, x, x->name, &scope, e)) && !(rc = plan_add_column(p, x->name, program_type(p->defs[p->ndefs - 1].program), e)) &&
	    !(rc = plan_add_column(names, x->name, program_type(p->defs[p->ndefs - 1].program), e))) {
		grown = mem_resize(*is_key, (size_t)names->ncols + 1);
		if (grown) {
			*is_key = grown;
			grown[names->ncols - 1] = true;
		} else {
			rc = err_nomem(e);
		}
	}
	expr_unref(x);
	return rc;
}

int plan_agg(const struct plan *in, const char *const *keys, int nkeys, const char *const *definitions, int n,
	     const struct plan_context *cx, struct plan **out, struct err *e)
{
	struct plan *p = plan_new(PLAN_AGG, in, cx), *names = plan_new(PLAN_HOLE, NULL, NULL);
	bool *is_key = mem_zero((size_t)in->ncols + 1, sizeof *is_key);
	int rc = p && names && is_key ? 0 : err_nomem(e);

	if (!rc && !(rc = plan_sorted_keys(in, p, keys, nkeys, false, e)))
		rc = plan_add_columns(names, in, e);
	for (int k = 0; k < nkeys && !rc; k++) {
		if (is_key[p->cols[k]])
			rc = err_set(e, ERR_NAME, "group_by: column '%s' is named twice", keys[k]);
		else
			rc = plan_add_column(p, keys[k], in->types[p->cols[k]], e);
		is_key[p->cols[k]] = true;
	}
	for (int k = 0; k < n && !rc; k++)
		rc = agg_one(p, names, &is_key, cx, definitions[k], e);
	plan_unref(names);
	mem_free(is_key);
	if (!p)
		return rc;
	return plan_give(p, rc, out);
}
