/* window.c - windows by name: lists of rows, work by groups, results as columns. */
#include "query/window_priv.h"

#include <assert.h>
#include <string.h>

static const struct window_kind *const lists[] = { window_sums, window_shifts, window_ranks, window_rolls };
static const char letters[TYPE_COUNT + 1] = "bifdtsq";

static bool is_window(const char *name)
{
	for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
		for (const struct window_kind *w = lists[k]; w->name; w++)
			if (!strcmp(w->name, name))
				return true;
	return false;
}

static const struct window_kind *find_kind(const char *name, const struct column *x)
{
	for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
		for (const struct window_kind *w = lists[k]; w->name; w++)
			if (!strcmp(w->name, name) && (x ? *w->types == '*' || strchr(w->types, letters[x->type]) : !*w->types))
				return w;
	return NULL;
}

/* == work == */

enum { UNITS_MAX = 64 };

struct units {
	const struct pane *p;
	int64_t first[UNITS_MAX + 1];    /* group that each unit begins with */
	int n;
};

/* Consecutive groups with about as many rows in each unit; which depends on the groups alone. */
static void cut_units(struct units *u, const struct pane *p)
{
	int64_t want = p->rows / UNITS_MAX > 4096 ? p->rows / UNITS_MAX : 4096, g = 0;

	*u = (struct units){ .p = p };
	while (g < p->ngroups && u->n < UNITS_MAX) {
		int64_t from = p->start[g];

		u->first[u->n++] = g;
		while (g < p->ngroups && (p->start[g] - from < want || u->n == UNITS_MAX))
			g++;
	}
	u->first[u->n] = p->ngroups;
}

static int run_unit(void *ctx, int k, struct err *e)
{
	const struct units *u = ctx;
	const struct pane *p = u->p;
	int64_t most = 0, n;
	void *room = NULL;
	int rc = 0;

	for (int64_t g = u->first[k]; g < u->first[k + 1]; g++)
		most = p->start[g + 1] - p->start[g] > most ? p->start[g + 1] - p->start[g] : most;
	n = most < p->n ? most : p->n;
	if (p->kind->room && !(room = mem_alloc((size_t)n * p->kind->room)))
		return err_nomem(e);
	for (int64_t g = u->first[k]; g < u->first[k + 1] && !rc; g++)
		rc = stop_requested() ? err_set(e, ERR_INTERRUPT, "interrupted") : p->kind->run(p, p->start[g], p->start[g + 1], room, e);
	mem_free(room);
	return rc;
}

/* == results == */

struct packing {
	const uint8_t *there;
	uint8_t *bits;
	int64_t rows, missing[QUERY_SEGMENTS_MAX];
	int segments;
};

static int pack_segment(void *ctx, int k, struct err *e)
{
	struct packing *p = ctx;
	int64_t from = query_segment_start(p->rows, p->segments, k), to = query_segment_start(p->rows, p->segments, k + 1);

	(void)e;
	for (int64_t i = from; i < to; i += 8) {
		uint8_t byte = 0;

		for (int64_t j = i; j < i + 8 && j < to; j++) {
			byte |= (uint8_t)(p->there[j] << (j - i));
			p->missing[k] += !p->there[j];
		}
		p->bits[i >> 3] = byte;
	}
	return 0;
}

static int make_validity(const struct pane *p, int threads, uint8_t **out, int64_t *missing, struct err *e)
{
	struct packing pack = { .there = p->there, .rows = p->rows, .segments = query_segments(p->rows) };
	size_t bytes = (size_t)(p->rows + 7) / 8;
	int rc;

	*out = NULL;
	*missing = 0;
	if (p->kind->missing == WINDOW_NEVER || (p->kind->missing == WINDOW_AS_ARG && !p->x->validity))
		return 0;
	if (!(pack.bits = mem_column(bytes)))
		return err_nomem(e);
	if (p->kind->missing == WINDOW_AS_ARG) {
		memcpy(pack.bits, p->x->validity, bytes);
		*missing = p->x->missing;
	} else if ((rc = query_parallel(pack.segments, threads, pack_segment, &pack, e))) {
		mem_free(pack.bits);
		return rc;
	}
	for (int k = 0; k < pack.segments; k++)
		*missing += pack.missing[k];
	*out = pack.bits;
	return 0;
}

static int make_column(struct pane *p, enum type type, int threads, struct column **out, struct err *e)
{
	uint8_t *validity;
	int64_t missing;
	int rc;

	if (p->kind->source)
		return rows_gather_column(p->x, p->out, p->rows, threads, out, e);
	if ((rc = make_validity(p, threads, &validity, &missing, e)))
		return rc;
	if (type == TYPE_FLOAT64)
		rc = column_of_float64(p->out, validity, p->rows, missing, out, e);
	else if (type == TYPE_INT64)
		rc = column_of_int64(p->out, validity, p->rows, missing, out, e);
	else if (type == TYPE_DATETIME)
		rc = column_of_datetime(p->out, validity, p->rows, missing, out, e);
	else
		rc = column_of_date(p->out, validity, p->rows, missing, out, e);
	if (rc)
		mem_free(validity);
	else
		p->out = NULL;
	return rc;
}

static int run_pane(struct pane *p, const struct window *w, int threads, struct column **out, struct err *e)
{
	enum type type = p->kind->result == TYPE_COUNT ? p->x->type : p->kind->result;
	size_t size = p->kind->source || type == TYPE_DATE ? 4 : 8;
	uint32_t *list = NULL, *start = NULL, *ties = NULL;
	struct units units;
	int rc = window_list(p->rows, w, threads, &list, &start, e);

	if (rc)
		return rc;
	p->list = list;
	p->start = start;
	p->ngroups = w->ids ? w->ngroups : 1;
	if (w->ties && p->kind->ties && (rc = window_ties(p->rows, w, &ties, e)))
		goto done;
	p->ties = ties;
	p->out = mem_column((size_t)p->rows * size);
	p->there = p->kind->missing == WINDOW_OWN ? mem_column((size_t)p->rows) : NULL;
	if (!p->out || (p->kind->missing == WINDOW_OWN && !p->there)) {
		rc = err_nomem(e);
		goto done;
	}
	cut_units(&units, p);
	if (!(rc = query_parallel(units.n, threads, run_unit, &units, e)))
		rc = make_column(p, type, threads, out, e);
done:
	mem_free(list);
	mem_free(start);
	mem_free(ties);
	mem_free(p->out);
	mem_free(p->there);
	return rc;
}

/* == arguments == */

static int rows_param(const struct window_kind *kind, const struct value *v, int64_t *out, struct err *e)
{
	if (v->missing || v->type != TYPE_INT64 || v->as.i64 < kind->least)
		return err_set(e, ERR_DOMAIN, "%s needs a whole number from %lld on", kind->name, (long long)kind->least);
	*out = v->as.i64;
	return 0;
}

static int to_floats(const struct column *c, struct column **out, struct err *e)
{
	double *v = mem_column((size_t)c->length * sizeof *v);
	uint8_t *validity = NULL;
	int rc;

	if (!v || (c->missing && !(validity = mem_column((size_t)(c->length + 7) / 8)))) {
		mem_free(v);
		return err_nomem(e);
	}
	for (int64_t i = 0; i < c->length; i++)
		v[i] = (double)c->as.i64[i];
	if (validity)
		memcpy(validity, c->validity, (size_t)(c->length + 7) / 8);
	if ((rc = column_of_float64(v, validity, c->length, c->missing, out, e))) {
		mem_free(v);
		mem_free(validity);
	}
	return rc;
}

int window_one_value(enum type type, const struct value *v, struct column **out, struct err *e)
{
	struct builder b;
	int rc = builder_init(&b, type, e);

	if (rc)
		return rc;
	if (v->missing) {
		builder_missing(&b);
		return builder_finish(&b, out, e);
	}
	switch (type) {
	case TYPE_BOOL: builder_bool(&b, v->as.truth); break;
	case TYPE_INT64:
	case TYPE_DATETIME: builder_int64(&b, v->type == TYPE_DATE ? v->as.days * INT64_C(86400000000) : v->as.i64); break;
	case TYPE_FLOAT64: builder_float64(&b, v->type == TYPE_INT64 ? (double)v->as.i64 : v->as.f64); break;
	case TYPE_DATE: builder_date(&b, v->as.days); break;
	case TYPE_STRING: builder_string(&b, v->as.text.p, v->as.text.n); break;
	default: builder_quantity(&b, &v->as.figure);
	}
	return builder_finish(&b, out, e);
}

/* The column with the default of lag and lead as one more value behind it, which rows outside of the group are taken from. */
static int with_default(const struct column *c, const struct value *v, struct column **out, struct err *e)
{
	struct table *parts[2] = { NULL, NULL }, *whole = NULL;
	struct column *one = NULL;
	int rc;

	if ((rc = window_one_value(c->type, v, &one, e)) || (rc = table_new(c->length, &parts[0], e)) ||
	    (rc = table_add(parts[0], "x", c, e)) || (rc = table_new(1, &parts[1], e)) || (rc = table_add(parts[1], "x", one, e)) ||
	    (rc = table_concat((const struct table *const *)parts, 2, &whole, e)))
		goto done;
	*out = column_ref(whole->cols[0]);
done:
	column_unref(one);
	table_unref(parts[0]);
	table_unref(parts[1]);
	table_unref(whole);
	return rc;
}

int window_apply(const char *name, enum type result, const struct column *const *args, int nargs, const struct value *params,
		 int nparams, int64_t rows, const struct window *w, int threads, struct column **out, struct err *e)
{
	struct pane p = { .rows = rows, .outside = QUERY_NONE };
	struct column *floats = NULL, *longer = NULL;
	int rc = 0;

	if (!is_window(name))
		return window_aggregate(name, args, nargs, nparams ? params : NULL, rows, w, threads, out, e);
	p.x = nargs ? args[0] : NULL;
	if (!(p.kind = find_kind(name, p.x)))
		return err_set(e, ERR_TYPE, "%s is not defined for %s", name, p.x ? type_name(p.x->type) : "no argument");
	p.n = p.kind->standard;
	if (nparams && (rc = rows_param(p.kind, &params[0], &p.n, e)))
		return rc;
	if (p.kind->source && result == TYPE_FLOAT64 && p.x->type == TYPE_INT64) {
		if ((rc = to_floats(p.x, &floats, e)))
			return rc;
		p.x = floats;
	}
	if (nparams > 1 && !params[1].missing && rows) {
		rc = with_default(p.x, &params[1], &longer, e);
		p.x = longer;
		p.outside = (uint32_t)rows;
	}
	if (!rc)
		rc = run_pane(&p, w, threads, out, e);
	column_unref(floats);
	column_unref(longer);
	return rc;
}

bool window_looks_at_ties(const struct expr_call *call)
{
	for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
		for (const struct window_kind *w = lists[k]; w->name; w++)
			if (w->ties && !strcmp(w->name, call->op->name))
				return true;
	return false;
}
