/*
 * groups.c - rows with the same keys get the same number, in order of first appearance.
 *
 * A batch comes as vecs; each key's values become codes or words (struct key_in), groups_index.c finds the numbers. Strings
 * with the dictionary that came first are not touched at all: their codes are used as they stand.
 */
#include "query/groups_priv.h"

#include <assert.h>
#include <string.h>

int groups_new(const enum type *types, int nkeys, struct groups **out, struct err *e)
{
	struct groups *g = mem_zero(1, sizeof *g);

	if (!g)
		return err_nomem(e);
	g->nkeys = nkeys;
	g->count = nkeys == 0;
	if (nkeys && (!(g->keys = mem_zero((size_t)nkeys, sizeof *g->keys)) || !(g->place = mem_column(VEC_MAX * 8)) ||
		      !(g->hash = mem_column(VEC_MAX * 8)))) {
		groups_free(g);
		return err_nomem(e);
	}
	for (int k = 0; k < nkeys; k++) {
		g->keys[k].type = types[k];
		g->keys[k].wide = types[k] == TYPE_FLOAT64;
	}
	*out = g;
	return 0;
}

void groups_free(struct groups *g)
{
	if (!g)
		return;
	for (int k = 0; g->keys && k < g->nkeys; k++) {
		names_release(&g->keys[k].names);
		mem_free(g->keys[k].words);
		mem_free(g->keys[k].there);
		mem_free(g->keys[k].room);
		mem_free(g->keys[k].wide_words);
	}
	mem_free(g->keys);
	mem_free(g->direct);
	mem_free(g->slots);
	mem_free(g->place);
	mem_free(g->hash);
	mem_free(g);
}

int64_t groups_count(const struct groups *g)
{
	return g->count;
}

/* == batches == */

void quantity_pack(struct buf *out, const struct quantity *q)
{
	struct {
		uint64_t low, high, stated;
		uint32_t kind, days;
		int32_t since, as_of;
		uint32_t measure, basis, base, unit;
	} head = { float_word(q->low), float_word(q->high), float_word(q->stated), q->kind,
		   (uint32_t)q->has_since | (uint32_t)q->has_as_of << 1, q->has_since ? q->since : 0, q->has_as_of ? q->as_of : 0,
		   (uint32_t)q->measure.n, (uint32_t)q->basis.n, (uint32_t)q->base.n, (uint32_t)q->unit.n };

	buf_add(out, &head, sizeof head);
	buf_add(out, q->measure.p, q->measure.n);
	buf_add(out, q->basis.p, q->basis.n);
	buf_add(out, q->base.p, q->base.n);
	buf_add(out, q->unit.p, q->unit.n);
}

void quantity_pack_key(struct buf *out, const struct quantity *q)
{
	struct quantity said = *q;

	said.has_since = said.has_as_of = false;
	quantity_pack(out, &said);
}

void quantity_unpack(struct slice s, struct quantity *q)
{
	uint32_t head[8];
	const char *codes = s.p + 24 + sizeof head;

	memcpy(&q->low, s.p, 8);
	memcpy(&q->high, s.p + 8, 8);
	memcpy(&q->stated, s.p + 16, 8);
	memcpy(head, s.p + 24, sizeof head);
	q->kind = (enum quantity_kind)head[0];
	q->has_since = head[1] & 1;
	q->has_as_of = head[1] >> 1 & 1;
	q->since = (int32_t)head[2];
	q->as_of = (int32_t)head[3];
	q->measure = slice_of(codes, head[4]);
	q->basis = slice_of(codes += head[4], head[5]);
	q->base = slice_of(codes += head[5], head[6]);
	q->unit = slice_of(codes + head[6], head[7]);
}

static int quantity_codes(struct key *key, const struct vec *v, int32_t n, struct err *e)
{
	struct buf bytes = BUF_INIT;
	int rc = 0;

	for (int32_t i = 0; i < n && !rc; i++) {
		uint32_t *code = (uint32_t *)key->room + i;
		struct slice text;

		*code = 0;
		if (!vec_has(v, i))
			continue;
		buf_clear(&bytes);
		quantity_pack_key(&bytes, &v->as.figure[v->constant ? 0 : i]);
		if ((rc = buf_check(&bytes, e)))
			break;
		text = slice_of(bytes.p, bytes.n);
		rc = texts_codes(&key->names.texts, &text, NULL, 1, code, e);
	}
	buf_release(&bytes);
	return rc;
}

static void float_words(const struct vec *v, int32_t n, uint64_t *room)
{
	for (int32_t i = 0; i < n; i++)
		room[i] = float_word(v->as.f64[i]);
}

static int make_room(struct key *key, struct err *e)
{
	return key->room || (key->room = mem_column(VEC_MAX * sizeof *key->room)) ? 0 : err_nomem(e);
}

static int key_of_vec(struct key *key, const struct vec *v, struct err *e)
{
	int32_t n = v->constant ? v->n > 0 : v->n;
	bool same;
	int rc = 0;

	assert(v->type == key->type);
	key->in = (struct key_in){ .constant = v->constant, .there = v->there, .values = v->as.i64, .repr = KEY_WORD };
	if (v->type == TYPE_BOOL)
		key->in.repr = KEY_U8;
	else if (v->type == TYPE_DATE)
		key->in.repr = KEY_I32;
	if (v->type == TYPE_BOOL || v->type == TYPE_DATE || v->type == TYPE_INT64 || v->type == TYPE_DATETIME ||
	    (rc = make_room(key, e)))
		return rc;
	if (v->type == TYPE_FLOAT64) {
		float_words(v, n, key->room);
		key->in.values = key->room;
		return 0;
	}
	if (v->type == TYPE_QUANTITY)
		rc = quantity_codes(key, v, n, e);
	else if (!(rc = names_codes(&key->names, v, &same, (uint32_t *)key->room, e)) && same) {
		key->in.repr = v->code_size == 1 ? KEY_U8 : v->code_size == 2 ? KEY_U16 : KEY_U32;
		return 0;
	}
	key->in.repr = KEY_U32;
	key->in.values = key->room;
	return rc;
}

int groups_add(struct groups *g, const struct vec *keys, int32_t n, uint32_t *ids, struct err *e)
{
	int rc = 0;

	assert(n <= VEC_MAX);
	for (int k = 0; k < g->nkeys && !rc; k++)
		rc = key_of_vec(&g->keys[k], &keys[k], e);
	return rc ? rc : groups_add_in(g, n, ids, e);
}

int groups_add_in(struct groups *g, int32_t n, uint32_t *ids, struct err *e)
{
	if (g->nkeys && n)
		return groups_index(g, n, ids, e);
	memset(ids, 0, (size_t)n * sizeof *ids);
	return 0;
}

/* == groups == */

static int grow(struct groups *g, struct err *e)
{
	int64_t cap = g->cap ? g->cap * 2 : 64;

	for (int k = 0; k < g->nkeys; k++) {
		struct key *key = &g->keys[k];
		uint64_t *words = mem_resize(key->words, (size_t)cap * sizeof *words);
		uint8_t *there;

		if (!words)
			return err_nomem(e);
		key->words = words;
		if (!(there = mem_resize(key->there, (size_t)cap)))
			return err_nomem(e);
		key->there = there;
	}
	g->cap = cap;
	return 0;
}

int groups_new_one(struct groups *g, int32_t row, struct err *e)
{
	int rc;

	if (g->count == QUERY_NONE - 1)
		return err_set(e, ERR_DOMAIN, "more than %u groups", QUERY_NONE - 1);
	if (g->count == g->cap && (rc = grow(g, e)))
		return rc;
	for (int k = 0; k < g->nkeys; k++) {
		struct key *key = &g->keys[k];
		bool there = key_there(&key->in, row);

		key->there[g->count] = there;
		key->words[g->count] = there ? key_word(&key->in, row) : 0;
	}
	g->count++;
	return 0;
}

/* == merging == */

/* Words of groups at, at + 1, ... of `from` as a batch of `into`. */
static void batch_of_groups(struct groups *into, const struct groups *from, uint32_t *const *codes, const uint32_t *first,
			    int64_t at, int32_t n)
{
	for (int k = 0; k < into->nkeys; k++) {
		const struct key *old = &from->keys[k];
		struct key *key = &into->keys[k];
		const uint32_t *map = codes[k] ? codes[k] : k == 0 ? first : NULL;

		key->in = (struct key_in){ .repr = KEY_WORD, .values = old->words + at, .there = old->there + at };
		for (int32_t i = 0; map && i < n; i++)
			key->room[i] = old->there[at + i] ? map[old->words[at + i]] : 0;
		if (map)
			key->in.values = key->room;
	}
}

int groups_merge_by(struct groups *into, const struct groups *from, const uint32_t *first, uint32_t *map, struct err *e)
{
	uint32_t **codes;
	int rc = 0;

	if (!into->nkeys) {
		map[0] = 0;
		return 0;
	}
	if (!(codes = mem_zero((size_t)into->nkeys, sizeof *codes)))
		return err_nomem(e);
	for (int k = 0; k < into->nkeys && !rc; k++) {
		const struct names *names = &from->keys[k].names;

		assert(into->keys[k].type == from->keys[k].type);
		if ((rc = make_room(&into->keys[k], e)) || !key_has_names(from->keys[k].type))
			continue;
		codes[k] = mem_alloc(names_count(names) * sizeof **codes);
		rc = codes[k] ? names_merge(&into->keys[k].names, names, codes[k], e) : err_nomem(e);
	}
	for (int64_t at = 0; at < from->count && !rc; at += VEC_MAX) {
		int32_t n = from->count - at < VEC_MAX ? (int32_t)(from->count - at) : VEC_MAX;

		batch_of_groups(into, from, codes, first, at, n);
		rc = stop_requested() ? err_set(e, ERR_INTERRUPT, "interrupted") : groups_add_in(into, n, map + at, e);
	}
	for (int k = 0; k < into->nkeys; k++)
		mem_free(codes[k]);
	mem_free(codes);
	return rc;
}

int groups_merge(struct groups *into, const struct groups *from, uint32_t *map, struct err *e)
{
	return groups_merge_by(into, from, NULL, map, e);
}
