/*
 * recurrence.c - quantities that need their own earlier elements: h[t] = f(h[t - 1]) for t in 2..T.
 *
 * One index of each name is the clock: the elements are made in its order, all lanes of the other loops at once. Several names that
 * need each other are made together, tick by tick; at a tick in the order of the text, or, where that order does not work, in the one that
 * does. Statements that need none of these names come first, all of their elements in one go. What does not depend on the recurrence
 * but on the clock is computed for all ticks at once, before.
 */
#include "model/model_priv.h"

#include <stdio.h>
#include <string.h>

struct member {
	struct symbol *symbol;
	int nindex;
	int32_t dims[MODEL_RANK_MAX];    /* of the indexes on the left */
	struct mvalue inner;             /* the shape of one element, once known */
	bool known;
	int store;
	int32_t elements;
	uint8_t *filled;
	int clock;                       /* which of the indexes on the left moves, -1 = not known yet */
};

/* A statement of the group. */
struct line {
	const struct statement *statement;
	struct member *member;
	const struct domain *lanes;
	int32_t *places;
	int32_t n;                       /* lanes, 1 outside of loops */
	bool refers;                     /* to the group */
	const char *clock;               /* the loop's variable that moves; NULL = none */
	bool backwards;
	int32_t *ticks;                  /* of each lane: the index that moves */
	int32_t *order;                  /* lanes by their ticks */
	int32_t next;                    /* of order */
};

struct recurrence {
	struct member *members;
	int nmembers;
	struct line *lines;
	int nlines;
	const struct line *now;
	bool early;                      /* what failed last failed because an element is not there yet */
};

/* Some lanes of a line at one tick. */
struct batch_of_lanes {
	struct line *line;
	const int32_t *sel;
	int32_t n;
};

static struct member *member_of(const struct recurrence *r, const char *name)
{
	for (int i = 0; name && i < r->nmembers; i++)
		if (!strcmp(r->members[i].symbol->name, name))
			return &r->members[i];
	return NULL;
}

/* == the clock =============================================================================== */

struct clock_search {
	const struct recurrence *r;
	const struct statement *st;
	const char *name;                /* a variable of its loops */
	bool refers;                     /* there are references at all */
	bool fits;                       /* all references to the name on the left move with the variable */
	int at;                          /* the index that moves, -1 = none does */
	bool ahead;                      /* one of them looks ahead: t + 1 */
};

/* References to the group: does each of them have an index that moves with the variable? */
static void search(struct clock_search *s, const struct expr_node *x)
{
	if (!x)
		return;
	if (x->kind == EXPR_COLUMN && member_of(s->r, x->name))
		s->refers = true;
	if (x->kind == EXPR_INDEX && member_of(s->r, target_name(x))) {
		bool moves = false;

		for (int k = 1; s->name && k < x->nargs && k < s->st->left->nargs; k++) {
			const struct expr_node *here = x->args[k], *there = s->st->left->args[k];

			if (!here || !mentions(there, s->name) || !mentions(here, s->name) || expr_same(here, there))
				continue;
			moves = true;
			s->at = k - 1;
			s->ahead |= here->kind == EXPR_CALL && here->op && !strcmp(here->op->name, "+");
		}
		/* a name of the same tick, made by an earlier line of a block */
		s->fits &= moves || strcmp(target_name(x), target_name(s->st->left)) != 0;
	}
	for (int i = 0; i < x->nargs; i++)
		search(s, x->args[i]);
}

/* The clocks of other members, as far as this line shows them. */
static void teach_clocks(const struct recurrence *r, const struct expr_node *x, const char *name)
{
	struct member *m;

	if (!x)
		return;
	if (x->kind == EXPR_INDEX && (m = member_of(r, target_name(x))))
		for (int k = 1; m->clock < 0 && k < x->nargs && k <= m->nindex; k++)
			if (x->args[k] && mentions(x->args[k], name))
				m->clock = k - 1;
	for (int i = 0; i < x->nargs; i++)
		teach_clocks(r, x->args[i], name);
}

/* The variable with which a line's references to the group move, and so the index of its member that is the clock. */
static void find_clock(const struct recurrence *r, struct line *l)
{
	const struct statement *st = l->statement;
	struct clock_search found = { .r = r, .st = st, .fits = true, .at = -1 };

	search(&found, st->right);
	l->refers = found.refers;
	for (int k = 0; l->refers && k < st->nloops; k++) {
		found = (struct clock_search){ .r = r, .st = st, .name = st->loops[k].name, .fits = true, .at = -1 };
		search(&found, st->right);
		if (!found.fits || found.at < 0)
			continue;
		l->clock = found.name;
		l->backwards = found.ahead;
		if (l->member->clock < 0)
			l->member->clock = found.at;
		teach_clocks(r, st->right, l->clock);
		return;
	}
}

/* A line whose references do not move is of the tick that its own element has. */
static void guess_clock(struct line *l)
{
	const struct expr_node *x;

	if (l->member->clock < 0)
		l->member->clock = 0;
	x = l->statement->left->args[l->member->clock + 1];
	for (int k = 0; l->refers && !l->clock && k < l->statement->nloops; k++)
		if (mentions(x, l->statement->loops[k].name))
			l->clock = l->statement->loops[k].name;
}

static int by_tick(const void *a, const void *b, const void *ctx)
{
	const int32_t *ticks = ctx, x = ticks[*(const int32_t *)a], y = ticks[*(const int32_t *)b];

	return (x > y) - (x < y);
}

static int by_tick_backwards(const void *a, const void *b, const void *ctx)
{
	return by_tick(b, a, ctx);
}

static int order_lanes(struct compiler *c, struct line *l, bool backwards, struct err *e)
{
	const struct member *m = l->member;

	l->ticks = arena_room(c->arena, ((size_t)l->n + 1) * sizeof *l->ticks);
	l->order = arena_room(c->arena, ((size_t)l->n + 1) * sizeof *l->order);
	if (!l->ticks || !l->order)
		return err_nomem(e);
	for (int32_t i = 0; i < l->n; i++) {
		l->ticks[i] = l->places[(int64_t)i * m->nindex + m->clock];
		l->order[i] = i;
	}
	return sort_stable(l->order, (size_t)l->n, sizeof *l->order, backwards ? by_tick_backwards : by_tick, l->ticks, e);
}

/* == what expressions inside of it come to =================================================== */

enum { DEPENDS_CLOCK = 1, DEPENDS_MEMBER = 2 };

static int depends(struct compiler *c, const struct expr_node *x, struct err *e, int *out)
{
	/* kept as a pointer: 1 + what it depends on */
	char *known = memo_get(c, x, c->recurrence->now);
	static char flags[8];
	int d = 0;

	if (!known) {
		d |= mentions(x, c->recurrence->now->clock ? c->recurrence->now->clock : "") ? DEPENDS_CLOCK : 0;
		for (int i = 0; i < c->recurrence->nmembers; i++)
			d |= mentions(x, c->recurrence->members[i].symbol->name) ? DEPENDS_MEMBER : 0;
		known = &flags[d];
		if (memo_put(c, x, c->recurrence->now, known, e))
			return ERR_MEMORY;
	}
	*out = (int)(known - flags);
	return 0;
}

/* "7", or "[7, 2]", of element i. */
static const char *element_name(char out[64], const struct member *m, int32_t i)
{
	if (m->nindex == 1)
		snprintf(out, 64, "%d", i + 1);
	else if (m->nindex == 2)
		snprintf(out, 64, "[%d, %d]", i / m->dims[1] + 1, i % m->dims[1] + 1);
	else
		snprintf(out, 64, "[%d, %d, %d]", i / m->dims[2] / m->dims[1] + 1, i / m->dims[2] % m->dims[1] + 1, i % m->dims[2] + 1);
	return out;
}

/*
 * These numbers of a store that is not full yet: only what is there may be read. Out of a stretch that is complete they are picked by
 * places counted from its beginning, which are the same at each tick and so are one array; else stretch by stretch.
 */
static int store_gather(struct compiler *c, const struct member *m, const int32_t *offsets, int32_t n, int32_t inner, int *out, struct err *e)
{
	int32_t low = INT32_MAX, high = -1, *index, npieces = 0;
	bool full;
	int *pieces, rc = 0;

	for (int32_t i = 0; i < n; i++) {
		low = offsets[i] < low ? offsets[i] : low;
		high = offsets[i] > high ? offsets[i] : high;
	}
	if (n < 1)
		return graph_constant(c->g, NULL, 0, out, e);
	full = high - low < 4 * n + 16;
	for (int32_t i = low / inner; full && i <= high / inner; i++)
		full = m->filled[i];
	if (full) {
		if ((rc = graph_view(c->g, m->store, low, high - low + 1, out, e)))
			return rc;
		if (!(index = mem_alloc((size_t)n * sizeof *index)))
			return err_nomem(e);
		for (int32_t i = 0; i < n; i++)
			index[i] = offsets[i] - low;
		rc = value_gather(c, *out, index, n, out, e);
		mem_free(index);
		return rc;
	}
	if (!(pieces = mem_alloc((size_t)n * sizeof *pieces)))
		return err_nomem(e);
	for (int32_t i = 0, run; i < n && !rc; i += run) {
		for (run = 1; i + run < n && offsets[i + run] == offsets[i] + run; run++)
			;
		rc = graph_view(c->g, m->store, offsets[i], run, &pieces[npieces++], e);
	}
	if (!rc)
		rc = graph_add(c->g, &rule_concat, pieces, npieces, n, NULL, out, e);
	mem_free(pieces);
	return rc;
}

/* Elements of a member, which have to be there by now. */
static int member_elements(struct compiler *c, const struct expr_node *x, const struct member *m, const struct domain *lanes, struct mvalue *out,
			   struct err *e)
{
	struct mvalue r = { .high = -1 };
	struct place_list places;
	int32_t dims[MODEL_RANK_MAX], inner, n;
	int rank = m->nindex + m->inner.rank, rc;
	char name[64];

	if (!m->known) {
		((struct recurrence *)c->recurrence)->early = true;
		return model_fault(c, x->mark, ERR_DATA, e, "no element of '%s' is there yet: its first one needs a line of its own, %s[1] = ...", m->symbol->name,
				   m->symbol->name);
	}
	if (rank > MODEL_RANK_MAX)
		return model_fault(c, x->mark, ERR_DATA, e, "an array has at most %d dimensions", MODEL_RANK_MAX);
	memcpy(dims, m->dims, sizeof dims);
	memcpy(dims + m->nindex, m->inner.dims, (size_t)m->inner.rank * sizeof *dims);
	if (x->kind == EXPR_COLUMN) {
		struct expr_node whole = { .kind = EXPR_INDEX, .nargs = 1, .at = x->at, .end = x->end, .mark = x->mark, .args = (struct expr_node *[]){ (struct expr_node *)x } };

		rc = index_elements(c, &whole, m->symbol->name, rank, dims, lanes, &places, e);
	} else {
		rc = index_elements(c, x, m->symbol->name, rank, dims, lanes, &places, e);
	}
	if (rc)
		return rc;
	inner = value_inner(&m->inner);
	n = places.n * (places.lanes ? places.lanes->n : 1);
	for (int32_t i = 0; i < n; i++)
		if (!m->filled[places.offsets[i] / inner]) {
			((struct recurrence *)c->recurrence)->early = true;
			return model_fault(c, x->mark, ERR_DATA, e, "element %s of '%s' is needed before it is made",
					   element_name(name, m, places.offsets[i] / inner), m->symbol->name);
		}
	r.lanes = places.lanes;
	r.rank = places.rank;
	memcpy(r.dims, places.dims, sizeof r.dims);
	if ((rc = store_gather(c, m, places.offsets, n, inner, &r.node, e)))
		return rc;
	*out = r;
	return 0;
}

int recurrence_compile(struct compiler *c, const struct expr_node *x, const struct domain *lanes, bool *done, struct mvalue *out, struct err *e)
{
	const struct recurrence *r = c->recurrence;
	const struct member *m;
	struct mvalue *kept;
	int d, rc;

	if ((x->kind == EXPR_COLUMN || x->kind == EXPR_INDEX) && (m = member_of(r, target_name(x)))) {
		*done = true;
		return member_elements(c, x, m, lanes, out, e);
	}
	if (!lanes || !lanes->full || (x->kind != EXPR_CALL && x->kind != EXPR_INDEX && x->kind != EXPR_LIST))
		return 0;
	if ((rc = depends(c, x, e, &d)) || d != DEPENDS_CLOCK)
		return rc;
	*done = true;
	if (!(kept = memo_get(c, x, lanes->full))) {
		if (!(kept = arena_room(c->arena, sizeof *kept)))
			return err_nomem(e);
		if ((rc = compile(c, x, lanes->full, kept, e)) || (rc = memo_put(c, x, lanes->full, kept, e)))
			return rc;
	}
	return value_restrict(c, kept, lanes, out, e);
}

/* == filling the stores ====================================================================== */

static int32_t offset_of(const struct line *l, int32_t lane)
{
	const struct member *m = l->member;
	int32_t offset = 0;

	for (int k = 0; k < m->nindex; k++)
		offset = offset * m->dims[k] + l->places[lane * m->nindex + k] - 1;
	return offset;
}

static int put_lanes(struct compiler *c, struct line *l, const struct mvalue *v, const int32_t *sel, int32_t n, struct err *e)
{
	struct member *m = l->member;
	int32_t inner = value_inner(&m->inner);
	char name[64];
	int rc;

	for (int32_t i = 0, run; i < n; i += run) {
		int32_t offset = offset_of(l, sel ? sel[i] : i);
		int node = v->node;

		for (run = 1; i + run < n && offset_of(l, sel ? sel[i + run] : i + run) == offset + run; run++)
			;
		for (int32_t k = 0; k < run; k++) {
			if (m->filled[offset + k])
				return model_fault(c, l->statement->at, ERR_DATA, e, "'%s' gets element %s a second time", m->symbol->name,
						   element_name(name, m, offset + k));
			m->filled[offset + k] = 1;
		}
		if ((run < n && (rc = graph_view(c->g, v->node, i * inner, run * inner, &node, e))) ||
		    (rc = graph_put(c->g, m->store, offset * inner, node, e)))
			return rc;
	}
	return 0;
}

/* The value of a line in these lanes, into its store. */
static int line_step(struct compiler *c, struct line *l, const int32_t *sel, int32_t n, struct err *e)
{
	struct member *m = l->member;
	const struct domain *lanes = NULL;
	char one[64], two[64];
	struct mvalue v;
	int rc;

	if (l->lanes && !l->refers)
		lanes = l->lanes;
	else if (l->lanes && (rc = domain_part(c, l->lanes, sel, n, NULL, NULL, &lanes, e)))
		return rc;
	((struct recurrence *)c->recurrence)->now = l;
	if ((rc = compile(c, l->statement->right, lanes, &v, e)) || (lanes && (rc = value_promote(c, &v, lanes, &v, e))))
		return rc;
	if (!m->known) {
		m->inner = v;
		m->inner.lanes = NULL;
		m->known = true;
		if ((rc = value_fits(c, l->statement->left, m->elements, m->inner.rank, m->inner.dims, e)) ||
		    (rc = graph_store(c->g, m->elements * value_inner(&m->inner), &m->store, e)))
			return rc;
	} else if (v.rank != m->inner.rank || memcmp(v.dims, m->inner.dims, (size_t)v.rank * sizeof *v.dims)) {
		return model_fault(c, l->statement->at, ERR_DATA, e, "an element of '%s' is %s here, the first one was %s", m->symbol->name, value_shape(one, &v),
				   value_shape(two, &m->inner));
	}
	return put_lanes(c, l, &v, sel, n, e);
}

static int lines_collect(struct compiler *c, struct recurrence *r, struct err *e)
{
	int rc;

	for (int k = 0; k < c->text->n; k++) {
		const struct statement *st = &c->text->list[k];
		struct member *m = st->kind == STATEMENT_DEFINITION ? member_of(r, target_name(st->left)) : NULL;
		struct line *l = &r->lines[r->nlines];
		int32_t n;

		if (!m)
			continue;
		if (!target_indexes(st->left) || (m->nindex && m->nindex != target_indexes(st->left)) || target_indexes(st->left) > MODEL_RANK_MAX)
			return model_fault(c, st->at, ERR_DATA, e, !target_indexes(st->left) ? "'%s' is needed for itself" : "'%s' has another number of indexes before",
					   m->symbol->name);
		m->nindex = target_indexes(st->left);
		*l = (struct line){ .statement = st, .member = m };
		if ((rc = domain_of_loops(c, st, &l->lanes, e)) || (rc = target_places(c, st->left, l->lanes, &l->places, e)))
			return rc;
		n = l->n = l->lanes ? l->lanes->n : 1;
		for (int32_t i = 0; i < n; i++)
			for (int j = 0; j < m->nindex; j++)
				m->dims[j] = l->places[i * m->nindex + j] > m->dims[j] ? l->places[i * m->nindex + j] : m->dims[j];
		r->nlines++;
	}
	return 0;
}

static int members_room(struct compiler *c, struct recurrence *r, struct err *e)
{
	for (int i = 0; i < r->nmembers; i++) {
		struct member *m = &r->members[i];
		int64_t n = 1;

		for (int k = 0; k < m->nindex && n <= INT32_MAX; k++)
			n *= m->dims[k];
		if (n > INT32_MAX / 64)
			return model_fault(c, m->symbol->statements[0]->at, ERR_DOMAIN, e, "'%s' is too large", m->symbol->name);
		m->elements = (int32_t)n;
		if (!(m->filled = arena_zero(c->arena, (size_t)n + 1, 1)))
			return err_nomem(e);
	}
	return 0;
}

/* All batches of a tick, each once what it needs is there. The list has room for as many as they have lanes. */
static int run_tick(struct compiler *c, struct recurrence *r, struct batch_of_lanes *list, int32_t n, struct err *e)
{
	struct err first = ERR_INIT;
	int rc;

	while (n) {
		int32_t left = 0, lanes = 0;

		for (int32_t i = 0; i < n; i++) {
			struct err why = ERR_INIT;

			r->early = false;
			if (!(rc = line_step(c, list[i].line, list[i].sel, list[i].n, &why)))
				continue;
			if (!r->early || !left)
				first = why;
			if (!r->early)
				goto failed;
			lanes += list[i].n;
			list[left++] = list[i];
		}
		if (left < n) {
			n = left;
			continue;
		}
		if (lanes == n)
			goto failed;
		/* the lanes of a line need each other: one at a time, from the last batch on so that none is overwritten */
		for (int32_t i = n - 1, to = lanes; i >= 0; i--) {
			struct batch_of_lanes whole = list[i];

			for (int32_t k = whole.n - 1; k >= 0; k--)
				list[--to] = (struct batch_of_lanes){ whole.line, whole.sel + k, 1 };
		}
		n = lanes;
	}
	return 0;
failed:
	if (e)
		*e = first;
	return first.code;
}

/* The lanes of each line at the next tick; 0: there is none. */
static int32_t next_tick(struct recurrence *r, bool backwards, struct batch_of_lanes *list)
{
	int32_t tick = 0, nlist = 0;
	bool any = false;

	for (int i = 0; i < r->nlines; i++) {
		const struct line *l = &r->lines[i];
		int32_t t = l->refers && l->next < l->n ? l->ticks[l->order[l->next]] : 0;

		if (!t)
			continue;
		tick = !any || (backwards ? t > tick : t < tick) ? t : tick;
		any = true;
	}
	for (int i = 0; any && i < r->nlines; i++) {
		struct line *l = &r->lines[i];
		int32_t n = 0;

		while (l->refers && l->next + n < l->n && l->ticks[l->order[l->next + n]] == tick)
			n++;
		if (n)
			list[nlist++] = (struct batch_of_lanes){ l, l->order + l->next, n };
		l->next += n;
	}
	return nlist;
}

/* First what needs nothing of the group, then tick by tick. */
static int run_clock(struct compiler *c, struct recurrence *r, struct err *e)
{
	bool backwards = false;
	struct batch_of_lanes *list;
	int64_t lanes = 0;
	int32_t n;
	int rc;

	for (int i = 0; i < r->nlines; i++)
		find_clock(r, &r->lines[i]);
	for (int i = 0; i < r->nlines; i++) {
		guess_clock(&r->lines[i]);
		backwards |= r->lines[i].backwards;
		lanes += r->lines[i].n;
	}
	for (int i = 0; i < r->nlines; i++)
		if ((rc = order_lanes(c, &r->lines[i], backwards, e)))
			return rc;
	if (!(list = mem_alloc(((size_t)lanes + 1) * sizeof *list)))
		return err_nomem(e);
	rc = 0;
	for (int i = 0; i < r->nlines && !rc; i++)
		if (!r->lines[i].refers && r->lines[i].n)
			rc = line_step(c, &r->lines[i], NULL, r->lines[i].n, e);
	while (!rc && (n = next_tick(r, backwards, list)))
		rc = stop_requested() ? err_set(e, ERR_INTERRUPT, "interrupted") : run_tick(c, r, list, n, e);
	mem_free(list);
	return rc;
}

static int finish(struct compiler *c, struct recurrence *r, struct err *e)
{
	for (int i = 0; i < r->nmembers; i++) {
		struct member *m = &r->members[i];
		struct mvalue v = { .high = -1, .node = m->store, .rank = m->nindex + m->inner.rank };
		char name[64];

		if (!m->known)
			return model_fault(c, m->symbol->statements[0]->at, ERR_DATA, e, "'%s' is empty: no loop goes round", m->symbol->name);
		for (int32_t k = 0; k < m->elements; k++)
			if (!m->filled[k])
				return model_fault(c, m->symbol->statements[0]->at, ERR_DATA, e, "'%s' is not complete: no statement makes element %s", m->symbol->name,
						   element_name(name, m, k));
		if (v.rank > MODEL_RANK_MAX)
			return model_fault(c, m->symbol->statements[0]->at, ERR_DATA, e, "an array has at most %d dimensions", MODEL_RANK_MAX);
		memcpy(v.dims, m->dims, (size_t)m->nindex * sizeof *v.dims);
		memcpy(v.dims + m->nindex, m->inner.dims, (size_t)m->inner.rank * sizeof *v.dims);
		m->symbol->value = v;
		m->symbol->state = SYMBOL_DONE;
	}
	return 0;
}

int recurrence_make(struct compiler *c, struct symbol *s, struct err *e)
{
	struct recurrence *r = arena_zero(c->arena, 1, sizeof *r);
	int rc;

	if (!r)
		return err_nomem(e);
	r->members = arena_zero(c->arena, (size_t)c->nsymbols, sizeof *r->members);
	r->lines = arena_zero(c->arena, (size_t)c->text->n + 1, sizeof *r->lines);
	if (!r->members || !r->lines)
		return err_nomem(e);
	for (int i = 0; i < c->nsymbols; i++)
		if (c->symbols[i].kind == SYMBOL_DERIVED && c->symbols[i].component == s->component && c->symbols[i].self)
			r->members[r->nmembers++] = (struct member){ .symbol = &c->symbols[i], .store = -1, .clock = -1 };
	if ((rc = lines_collect(c, r, e)) || (rc = members_room(c, r, e)))
		return rc;
	c->recurrence = r;
	if ((rc = run_clock(c, r, e)))
		return rc;
	return finish(c, r, e);
}
