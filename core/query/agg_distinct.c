/* agg_distinct.c - count_distinct: pairs of a group and a value are groups in their turn. */
#include "query/agg_priv.h"

struct pairs {                           /* own */
	struct groups *g;                /* of the group's number, as an integer, and the value */
	int64_t numbers[VEC_MAX];
	uint32_t ids[VEC_MAX];
};

static int open_pairs(struct agg *a, struct err *e)
{
	const enum type types[] = { TYPE_INT64, a->types[0] };
	struct pairs *p = a->own = mem_zero(1, sizeof *p);

	return p ? groups_new(types, 2, &p->g, e) : err_nomem(e);
}

static void release_pairs(struct agg *a)
{
	struct pairs *p = a->own;

	if (p)
		groups_free(p->g);
	mem_free(p);
}

static int add_pairs(struct agg *a, const uint32_t *ids, const struct vec *args, int32_t n, struct err *e)
{
	struct pairs *p = a->own;
	struct vec keys[2] = { { .type = TYPE_INT64, .n = n, .constant = !ids, .as.i64 = p->numbers }, args[0] };

	p->numbers[0] = 0;
	for (int32_t i = 0; ids && i < n; i++)
		p->numbers[i] = ids[i];
	return groups_add(p->g, keys, n, p->ids, e);
}

static int merge_pairs(struct agg *into, struct agg *from, const uint32_t *map, struct err *e)
{
	struct pairs *to = into->own, *p = from->own;
	uint32_t *ids = mem_alloc((size_t)groups_count(p->g) * sizeof *ids);
	int rc = ids ? groups_merge_by(to->g, p->g, map, ids, e) : err_nomem(e);

	mem_free(ids);
	return rc;
}

static int finish_pairs(struct agg *a, int64_t n, struct column **out, struct err *e)
{
	const struct pairs *p = a->own;
	const struct key *group = &p->g->keys[0], *value = &p->g->keys[1];
	int64_t *count = mem_zero((size_t)n, sizeof *count);
	int rc;

	if (!count)
		return err_nomem(e);
	for (int64_t i = 0; i < groups_count(p->g); i++)
		count[group->words[i]] += value->there[i];
	rc = agg_int64(count, NULL, n, TYPE_INT64, out, e);
	mem_free(count);
	return rc;
}

const struct agg_class agg_distincts[] = {
	{ .name = "count_distinct", .types = "*", .open = open_pairs, .add = add_pairs, .merge = merge_pairs,
	  .finish = finish_pairs, .release = release_pairs },
	{ 0 },
};
