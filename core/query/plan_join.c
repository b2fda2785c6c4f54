/* plan_join.c - joins in plans: whose columns come under which names, and what is brought together of both tables. */
#include "query/plan_priv.h"

#include <stdio.h>
#include <string.h>

/* == as they are written == */

void plan_join_free(struct plan_join *j)
{
	texts_free((char **)(uintptr_t)j->on.left, j->on.n);
	texts_free((char **)(uintptr_t)j->on.right, j->on.n);
	mem_free((void *)(uintptr_t)j->suffix);
	mem_free((void *)(uintptr_t)j->left_time);
	mem_free((void *)(uintptr_t)j->right_time);
}

static char **copy_texts(const char *const *texts, int n)
{
	char **out = mem_zero((size_t)n + 1, sizeof *out);

	for (int k = 0; out && k < n; k++)
		if (!(out[k] = mem_strdup(texts[k]))) {
			texts_free(out, k);
			return NULL;
		}
	return out;
}

static int copy_join(struct plan_join *to, const struct plan_join *from, struct err *e)
{
	*to = *from;
	to->on.n = 0;
	to->on.left = (const char *const *)copy_texts(from->on.left, from->on.n);
	to->on.right = (const char *const *)copy_texts(from->on.right, from->on.n);
	to->suffix = mem_strdup(from->suffix);
	to->left_time = from->left_time ? mem_strdup(from->left_time) : NULL;
	to->right_time = from->right_time ? mem_strdup(from->right_time) : NULL;
	if (to->on.left && to->on.right) {
		to->on.n = from->on.n;
	} else {
		texts_free((char **)(uintptr_t)to->on.left, to->on.left ? from->on.n : 0);
		texts_free((char **)(uintptr_t)to->on.right, to->on.right ? from->on.n : 0);
		to->on.left = to->on.right = NULL;
	}
	return to->on.n == from->on.n && to->suffix && !to->left_time == !from->left_time && !to->right_time == !from->right_time ? 0 : err_nomem(e);
}

bool plan_join_key(const struct plan_join *j, const char *right_name)
{
	for (int k = 0; k < j->on.n; k++)
		if (!strcmp(j->on.right[k], right_name))
			return true;
	return false;
}

static bool comparable(enum type a, enum type b)
{
	bool numbers = (a == TYPE_INT64 || a == TYPE_FLOAT64) && (b == TYPE_INT64 || b == TYPE_FLOAT64);

	return a == b || numbers;
}

static int name_other(int rc, struct err *e)
{
	char msg[sizeof e->msg];

	if (!e)
		return rc;
	memcpy(msg, e->msg, sizeof msg);
	return err_set(e, (enum err_code)rc, "join: the other table: %s", msg);
}

static int check_pair(const struct plan *left, const struct plan *right, const char *a, const char *b, bool time, struct err *e)
{
	int i, j, rc;

	if ((rc = plan_column(left, a, &i, e)))
		return plan_name_verb(PLAN_JOIN, rc, e);
	if ((rc = plan_column(right, b, &j, e)))
		return rc == ERR_MEMORY || !e ? rc : name_other(rc, e);
	if (!comparable(left->types[i], right->types[j]))
		return err_set(e, ERR_TYPE, "join: '%s' is %s %s and '%s' of the other table %s %s: they cannot be equal", a,
			       plan_article(left->types[i]), type_name(left->types[i]), b, plan_article(right->types[j]), type_name(right->types[j]));
	if (time && (left->types[i] == TYPE_STRING || left->types[i] == TYPE_BOOL || left->types[i] == TYPE_QUANTITY))
		return err_set(e, ERR_TYPE, "asof_join: the time '%s' is %s %s; expected a date, a datetime or a number", a,
			       plan_article(left->types[i]), type_name(left->types[i]));
	return 0;
}

/* Rows that only the right table has bring its keys, so integers beside floats are floats there. */
static void widen_keys(struct plan *p, const struct plan *right)
{
	for (int k = 0; k < p->join.on.n; k++) {
		int i = plan_find(p, p->join.on.left[k]), j = plan_find(right, p->join.on.right[k]);

		if (p->types[i] == TYPE_INT64)
			p->types[i] = right->types[j];
	}
}

/* The right table's columns behind the left's; what is there already gets the suffix, as often as it takes. */
static int add_right(struct plan *p, const struct plan *right, struct err *e)
{
	int rc = 0;

	for (int k = 0; k < right->ncols && !rc; k++) {
		struct buf name = BUF_INIT;

		if (plan_join_key(&p->join, right->names[k]))
			continue;
		buf_str(&name, right->names[k]);
		while (!name.failed && plan_find(p, name.p) >= 0)
			buf_str(&name, *p->join.suffix ? p->join.suffix : "_right");
		rc = name.failed ? err_nomem(e) : plan_add_column(p, name.p, right->types[k], e);
		buf_release(&name);
	}
	return rc;
}

int plan_join(const struct plan *left, const struct plan *right, const struct plan_join *j, const struct plan_context *cx,
	      struct plan **out, struct err *e)
{
	struct plan *p = plan_new(PLAN_JOIN, left, cx);
	int rc;

	if (!p)
		return err_nomem(e);
	p->right = plan_ref(right);
	if (plan_depth(right) >= p->depth)
		p->depth = plan_depth(right) + 1;
	rc = copy_join(&p->join, j, e);
	for (int k = 0; k < j->on.n && !rc; k++)
		rc = check_pair(left, right, j->on.left[k], j->on.right[k], false, e);
	if (!rc && j->left_time)
		rc = check_pair(left, right, j->left_time, j->right_time, true, e);
	if (!rc)
		rc = plan_add_columns(p, left, e);
	if (!rc && !j->left_time && j->how == JOIN_FULL)
		widen_keys(p, right);
	if (!rc && (j->left_time || (j->how != JOIN_SEMI && j->how != JOIN_ANTI)))
		rc = add_right(p, right, e);
	return plan_give(p, rc, out);
}

/* == as they run == */

/* The right table under the names its columns have in the result, keys under names that clash with nothing. */
static int name_right(const struct plan *p, const struct table *t, struct table **out, char (*keys)[32], struct err *e)
{
	int at = p->in->ncols, rc = table_new(t->rows, out, e), key = 0;

	for (int k = 0; k < p->right->ncols && !rc; k++) {
		const char *name = p->right->names[k];
		int place = table_find(t, name);
		bool is_key = plan_join_key(&p->join, name);

		if (is_key)
			snprintf(keys[key], sizeof keys[key], "\x01%d", key);
		if (place >= 0)
			rc = table_add(*out, is_key ? keys[key] : at < p->ncols ? p->names[at] : name, t->cols[place], e);
		key += is_key;
		at += !is_key;
	}
	if (!rc)
		table_set_origin(*out, t->origin);
	return rc;
}

static int join_now(const struct plan *p, const struct table *left, const struct table *right, struct plan_runner *r, struct table **out,
		    struct err *e)
{
	const struct plan_join *j = &p->join;
	char (*names)[32] = mem_zero((size_t)p->right->ncols + 1, sizeof *names);
	const char **keys = mem_zero((size_t)j->on.n + 1, sizeof *keys);
	struct join_keys on = { .left = j->on.left, .right = keys, .n = j->on.n };
	struct table *named = NULL;
	const char *time = j->right_time;
	int64_t many = 0;
	int rc = names && keys ? name_right(p, right, &named, names, e) : err_nomem(e);

	for (int k = 0, key = 0, at = p->in->ncols; k < p->right->ncols && !rc; k++) {
		const char *name = p->right->names[k];
		bool is_key = plan_join_key(j, name);

		for (int i = 0; i < j->on.n; i++)
			if (!strcmp(j->on.right[i], name))
				keys[i] = names[key];
		if (j->right_time && !strcmp(j->right_time, name))
			time = is_key ? names[key] : p->names[at];
		key += is_key;
		at += !is_key;
	}
	if (!rc && j->left_time)
		rc = join_asof(left, named, &on, j->left_time, time, j->direction, j->tolerance, j->strict, j->suffix, r->threads, out, e);
	else if (!rc)
		rc = join_tables(left, named, &on, j->how, j->suffix, r->threads, out, &many, e);
	if (!rc && !j->multiplies && many > 1 && (*out)->rows > left->rows && (*out)->rows > right->rows)
		buf_printf(r->notes, "%sjoin: %lld and %lld rows became %lld: up to %lld rows of the right table have the same keys\n",
			   p->where ? p->where : "", (long long)left->rows, (long long)right->rows, (long long)(*out)->rows, (long long)many);
	table_unref(named);
	mem_free(keys);
	mem_free(names);
	return rc;
}

int plan_run_join(const struct plan *p, const bool *need, struct plan_runner *r, struct table **out, struct err *e)
{
	bool *in = mem_zero((size_t)p->in->ncols + 1, 1), *right = mem_zero((size_t)p->right->ncols + 1, 1);
	struct table *l = NULL, *rt = NULL, *both = NULL;
	int rc = in && right ? 0 : err_nomem(e);

	if (!rc)
		plan_inputs(p, need, in, right);
	if (!rc && !(rc = plan_result(p->in, in, r, &l, e)) && !(rc = plan_result(p->right, right, r, &rt, e)))
		rc = plan_blame(p, join_now(p, l, rt, r, &both, e), &r->located, e);
	if (!rc)
		rc = plan_some_columns(both, p, need, out, e);
	table_unref(l);
	table_unref(rt);
	table_unref(both);
	mem_free(in);
	mem_free(right);
	return rc;
}
