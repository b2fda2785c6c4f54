/*
 * stage.c - filters and derived columns over the rows of one table, a batch at a time.
 *
 * Values are computed when somebody asks for them, and kept until the rows change. A filter makes a list of the rows that are left;
 * values of columns are then brought together by that list, and derived ones computed again from these: a second look at a
 * few values costs less than moving all that were computed. What may fail is computed where its verb stands, on the rows that were
 * there, so that whether it fails does not depend on what comes behind.
 */
#include "query/plan_priv.h"

#include <stdio.h>
#include <string.h>

/* == a chain as slots and steps == */

static int add_slot(struct stage *s, struct stage_slot slot, int *out, struct err *e)
{
	struct stage_slot *grown = mem_resize(s->slots, ((size_t)s->nslots + 1) * sizeof *grown);

	if (!grown)
		return err_nomem(e);
	s->slots = grown;
	s->slots[s->nslots] = slot;
	*out = s->nslots++;
	return 0;
}

int stage_add(struct stage *s, const struct program *p, const struct plan *node, int *slot, struct err *e)
{
	const int *needed;
	int n = program_columns(p, &needed), rc, column;
	struct stage_slot fresh = { .column = -1, .type = program_type(p), .node = node, .ncols = s->nvisible };

	if (program_is_column(p, &column)) {
		*slot = s->visible[column];
		return 0;
	}
	if (!(fresh.map = mem_alloc(((size_t)s->nvisible + 1) * sizeof *fresh.map)))
		return err_nomem(e);
	for (int k = 0; k < s->nvisible; k++)
		fresh.map[k] = -1;
	for (int k = 0; k < n; k++)
		fresh.map[needed[k]] = s->visible[needed[k]];
	fresh.program = program_ref(p);
	if ((rc = add_slot(s, fresh, slot, e))) {
		program_unref(fresh.program);
		mem_free(fresh.map);
	}
	return rc;
}

static int add_step(struct stage *s, int slot, bool filter, struct err *e)
{
	struct stage_step *grown = mem_resize(s->steps, ((size_t)s->nsteps + 1) * sizeof *grown);

	if (!grown)
		return err_nomem(e);
	s->steps = grown;
	s->steps[s->nsteps++] = (struct stage_step){ slot, filter };
	s->filters = s->filters || filter;
	return 0;
}

static int set_visible(struct stage *s, int n, const int *visible, struct err *e)
{
	int *fresh = mem_alloc(((size_t)n + 1) * sizeof *fresh);

	if (!fresh)
		return err_nomem(e);
	memcpy(fresh, visible, (size_t)n * sizeof *fresh);
	mem_free(s->visible);
	s->visible = fresh;
	s->nvisible = n;
	return 0;
}

int stage_over(struct stage *s, const struct plan *names, const struct table *t, struct err *e)
{
	int *visible = mem_alloc(((size_t)names->ncols + 1) * sizeof *visible), rc = 0;

	if (!visible)
		return err_nomem(e);
	for (int k = 0; k < names->ncols && !rc; k++) {
		struct stage_slot slot = { .column = table_find(t, names->names[k]), .type = names->types[k] };

		visible[k] = -1;
		/* programs were compiled for these types: with others they would read what is not there */
		if (slot.column >= 0 && t->cols[slot.column]->type != slot.type)
			rc = err_set(e, ERR_TYPE, "column '%s' is %s where %s was expected", names->names[k],
				     type_name(t->cols[slot.column]->type), type_name(slot.type));
		else if (slot.column >= 0)
			rc = add_slot(s, slot, &visible[k], e);
	}
	if (!rc)
		rc = set_visible(s, names->ncols, visible, e);
	if (!rc)
		s->source = table_ref(t);
	mem_free(visible);
	if (!rc && t->rows >= QUERY_NONE)
		rc = err_set(e, ERR_DOMAIN, "a query takes at most %lu rows, this table has %lld", (unsigned long)QUERY_NONE - 1,
			     (long long)t->rows);
	return rc;
}

/* A name for column k of a source, as no column of a file has it. */
static const char *own_name(char name[32], int k)
{
	snprintf(name, 32, "\x02%d", k);
	return name;
}

int stage_columns(struct stage *s, struct column *const *cols, int n, int64_t rows, struct err *e)
{
	int *visible = mem_alloc(((size_t)n + 1) * sizeof *visible), rc;
	struct table *t = NULL;
	char name[32];

	if (!visible)
		return err_nomem(e);
	rc = table_new(rows, &t, e);
	for (int k = 0; k < n && !rc; k++) {
		visible[k] = -1;
		if (cols[k] && !(rc = table_add(t, own_name(name, t->ncols), cols[k], e)))
			rc = add_slot(s, (struct stage_slot){ .column = t->ncols - 1, .type = cols[k]->type }, &visible[k], e);
	}
	if (!rc)
		rc = set_visible(s, n, visible, e);
	if (!rc)
		s->source = table_ref(t);
	table_unref(t);
	mem_free(visible);
	return rc;
}

int stage_see(struct stage *s, const struct column *c, struct err *e)
{
	struct stage_slot slot = { .column = s->source->ncols, .type = c->type };
	struct table *grown = NULL;
	int *visible = mem_alloc(((size_t)s->nvisible + 1) * sizeof *visible), rc;
	char name[32];

	if (!visible)
		return err_nomem(e);
	memcpy(visible, s->visible, (size_t)s->nvisible * sizeof *visible);
	if (!(rc = table_with(s->source, own_name(name, slot.column), c, &grown, e)) && !(rc = add_slot(s, slot, &visible[s->nvisible], e)))
		rc = set_visible(s, s->nvisible + 1, visible, e);
	if (!rc) {
		table_unref(s->source);
		s->source = table_ref(grown);
	}
	table_unref(grown);
	mem_free(visible);
	return rc;
}

/* Where the chain begins: what its first node needs of those below. */
static int begin(struct stage *s, const struct plan *p, const bool *need, struct plan_runner *r, struct err *e)
{
	struct table *t = NULL;
	int rc = plan_result(p, need, r, &t, e);

	if (!rc)
		rc = stage_over(s, p, t, e);
	table_unref(t);
	return rc;
}

static int apply_select(struct stage *s, const struct plan *p, struct err *e)
{
	int *visible = mem_alloc(((size_t)p->ncols + 1) * sizeof *visible), rc;

	if (!visible)
		return err_nomem(e);
	for (int k = 0; k < p->ncols; k++)
		visible[k] = s->visible[p->cols[k]];
	rc = set_visible(s, p->ncols, visible, e);
	mem_free(visible);
	return rc;
}

/* The input's columns, with the new one in the place of its name or at the end. */
static int apply_derive(struct stage *s, const struct plan *p, bool wanted, struct err *e)
{
	int at = plan_find(p->in, p->defs[0].name), slot = -1, rc = 0;
	bool fails = program_fails(p->defs[0].program);
	int *visible;

	if (wanted || fails)
		rc = stage_add(s, p->defs[0].program, p, &slot, e);
	if (!rc && fails)
		rc = add_step(s, slot, false, e);
	if (rc)
		return rc;
	if (!(visible = mem_alloc(((size_t)p->ncols + 1) * sizeof *visible)))
		return err_nomem(e);
	memcpy(visible, s->visible, (size_t)s->nvisible * sizeof *visible);
	/* what nobody wants is a step and no more: whoever puts columns together must not take it for looked at */
	visible[at < 0 ? p->ncols - 1 : at] = wanted ? slot : -1;
	rc = set_visible(s, p->ncols, visible, e);
	mem_free(visible);
	return rc;
}

static int apply(struct stage *s, const struct plan *p, const bool *need, struct plan_runner *r, struct err *e)
{
	bool *in;
	int rc, slot, at;

	if (p->result || !plan_streams(p))
		return begin(s, p, need, r, e);
	if (!(in = mem_zero((size_t)p->in->ncols + 1, sizeof *in)))
		return err_nomem(e);
	plan_inputs(p, need, in, NULL);
	rc = apply(s, p->in, in, r, e);
	mem_free(in);
	if (rc)
		return rc;
	switch (p->kind) {
	case PLAN_FILTER:
		return (rc = stage_add(s, p->filter, p, &slot, e)) ? rc : add_step(s, slot, true, e);
	case PLAN_SELECT:
		return apply_select(s, p, e);
	default:
		at = plan_find(p, p->defs[0].name);
		return apply_derive(s, p, need[at], e);
	}
}

int stage_open(struct stage *s, const struct plan *p, const bool *need, struct plan_runner *r, struct err *e)
{
	int rc;

	*s = (struct stage)STAGE_INIT;
	if ((rc = apply(s, p, need, r, e)))
		stage_release(s);
	return rc;
}

void stage_release(struct stage *s)
{
	for (int k = 0; k < s->nslots; k++) {
		program_unref(s->slots[k].program);
		mem_free(s->slots[k].map);
	}
	mem_free(s->slots);
	mem_free(s->steps);
	mem_free(s->visible);
	table_unref(s->source);
	*s = (struct stage)STAGE_INIT;
}

/* == going through the rows == */

struct lane_slot {
	struct vec_room room;
	struct program_run *run;
	struct vec *cols;                /* what its program sees */
	struct vec value;
	int64_t seen;                    /* the epoch its value is of */
};

struct lane {
	const struct stage *s;
	struct lane_slot *slots;
	int64_t epoch;                   /* another one with each change of the rows */
	int64_t first;
	const uint32_t *rows;
	int32_t n;
	uint32_t *kept[2];               /* lists of rows, in turn: one is read while the other is made */
	uint8_t (*ones)[8];              /* of each byte the bits that are set, from the lowest on */
	int turn;
	const struct plan *blamed;
};

int lane_open(const struct stage *s, struct lane **out, struct err *e)
{
	struct lane *l = mem_zero(1, sizeof *l);
	int rc = 0;

	if (!l)
		return err_nomem(e);
	l->s = s;
	l->slots = mem_zero((size_t)s->nslots + 1, sizeof *l->slots);
	l->kept[0] = mem_alloc((VEC_MAX + 8) * sizeof **l->kept);
	l->kept[1] = mem_alloc((VEC_MAX + 8) * sizeof **l->kept);
	l->ones = mem_zero(256, sizeof *l->ones);
	if (!l->slots || !l->kept[0] || !l->kept[1] || !l->ones)
		rc = err_nomem(e);
	for (int byte = 0; byte < 256 && !rc; byte++)
		for (int bit = 0, at = 0; bit < 8; bit++)
			if (byte >> bit & 1)
				l->ones[byte][at++] = (uint8_t)bit;
	for (int k = 0; k < s->nslots && !rc; k++) {
		if (!s->slots[k].program)
			continue;
		l->slots[k].cols = mem_zero((size_t)s->slots[k].ncols + 1, sizeof *l->slots[k].cols);
		rc = l->slots[k].cols ? program_run_new(s->slots[k].program, &l->slots[k].run, e) : err_nomem(e);
	}
	if (rc) {
		lane_close(l);
		return rc;
	}
	*out = l;
	return 0;
}

void lane_close(struct lane *l)
{
	if (!l)
		return;
	for (int k = 0; l->slots && k < l->s->nslots; k++) {
		vec_room_release(&l->slots[k].room);
		program_run_free(l->slots[k].run);
		mem_free(l->slots[k].cols);
	}
	mem_free(l->slots);
	mem_free(l->kept[0]);
	mem_free(l->kept[1]);
	mem_free(l->ones);
	mem_free(l);
}

const struct plan *lane_blamed(const struct lane *l)
{
	return l->blamed;
}

const uint32_t *lane_left(const struct lane *l)
{
	return l->rows;
}

void lane_rows(struct lane *l, int64_t first, const uint32_t *rows, int32_t n)
{
	l->epoch++;
	l->first = first;
	l->rows = rows;
	l->n = n;
}

int lane_values(struct lane *l, int slot, const struct vec **out, struct err *e)
{
	const struct stage_slot *what = &l->s->slots[slot];
	struct lane_slot *mine = &l->slots[slot];
	const struct vec *v;
	int rc;

	*out = &mine->value;
	if (mine->seen == l->epoch)
		return 0;
	if (!what->program) {
		rc = vec_of_column(&mine->value, &mine->room, l->s->source->cols[what->column], l->first, l->rows, l->n, e);
	} else {
		struct batch b = { .n = l->n, .cols = mine->cols, .first = l->first, .rows = l->rows };
		const int *needed;
		int n = program_columns(what->program, &needed);

		for (int k = 0; k < n; k++) {
			if ((rc = lane_values(l, what->map[needed[k]], &v, e)))
				return rc;
			mine->cols[needed[k]] = *v;
		}
		rc = program_run(mine->run, &b, &v, e);
		if (!rc)
			mine->value = *v;
		else
			l->blamed = what->node;
	}
	if (!rc)
		mine->seen = l->epoch;
	return rc;
}

/*
 * The places of the ones among n bytes; how many. Without a branch, since filters are seldom foreseeable: of eight bytes at a time the ones
 * are looked up by their bits, and all eight entries written, of which the next eight write over those that are none. So `out` has room
 * for eight more.
 */
KERNEL static int32_t places(const uint8_t *restrict truth, int32_t n, uint32_t first, const uint8_t (*restrict ones)[8],
			     uint32_t *restrict out)
{
	int32_t kept = 0, i = 0;

	for (; i + 8 <= n; i += 8) {
		const uint8_t *at;
		uint64_t eight;

		memcpy(&eight, truth + i, 8);
		eight = eight * UINT64_C(0x0102040810204080) >> 56;
		at = ones[eight];
		for (int k = 0; k < 8; k++)
			out[kept + k] = first + (uint32_t)i + at[k];
		kept += __builtin_popcountll(eight);
	}
	for (; i < n; i++) {
		out[kept] = first + (uint32_t)i;
		kept += truth[i];
	}
	return kept;
}

/* The rows among those listed. */
static int32_t listed_places(const uint8_t *truth, int32_t n, const uint32_t *rows, uint32_t *out)
{
	int32_t kept = 0;

	for (int32_t i = 0; i < n; i++) {
		out[kept] = rows[i];
		kept += truth[i];
	}
	return kept;
}

KERNEL static void both(uint8_t *restrict out, const uint8_t *restrict a, const uint8_t *restrict b, int32_t n)
{
	for (int32_t i = 0; i < n; i++)
		out[i] = a[i] & b[i];
}

/* Only rows where v is true are left; missing is not true. */
static void keep(struct lane *l, const struct vec *v)
{
	uint8_t certain[VEC_MAX];
	const uint8_t *truth = v->as.truth;

	if (v->constant) {
		if (!truth[0] || (v->there && !v->there[0]))
			lane_rows(l, l->first, l->rows, 0);
		return;
	}
	if (v->there) {
		both(certain, truth, v->there, l->n);
		truth = certain;
	}
	if (memchr(truth, 0, (size_t)l->n)) {
		uint32_t *kept = l->kept[l->turn];

		l->turn = !l->turn;
		lane_rows(l, l->first, kept, l->rows ? listed_places(truth, l->n, l->rows, kept)
						     : places(truth, l->n, (uint32_t)l->first, l->ones, kept));
	}
}

int lane_batch(struct lane *l, int64_t first, const uint32_t *rows, int32_t n, int32_t *left, struct err *e)
{
	lane_rows(l, first, rows, n);
	for (int k = 0; k < l->s->nsteps && l->n; k++) {
		const struct vec *v;
		int rc = lane_values(l, l->s->steps[k].slot, &v, e);

		if (rc)
			return rc;
		if (l->s->steps[k].filter)
			keep(l, v);
	}
	*left = l->n;
	return 0;
}
