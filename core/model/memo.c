/*
 * memo.c - one copy of what is the same: arrays of indexes, ends of segments, constants; and values that are found again by
 * the two pointers they were made for.
 *
 * Nodes of a graph are the same when their `aux` is the same pointer, so equal index arrays have to be one.
 */
#include "model/model_priv.h"

#include <string.h>
#include <xxhash.h>

enum memo_kind { MEMO_INDEXES, MEMO_SEGMENTS, MEMO_SHAPE, MEMO_NUMBERS, MEMO_PAIR };

struct entry {
	struct entry *next;
	uint64_t hash;
	enum memo_kind kind;
	const void *bytes;               /* content; MEMO_PAIR: the first pointer */
	const void *second;
	size_t n;
	void *what;
	int node;
};

struct memo {
	struct arena arena;              /* of entries: their contents are the compiler's */
	struct entry **buckets;
	size_t nbuckets, n;
};

int memo_new(struct memo **out, struct err *e)
{
	struct memo *m = mem_zero(1, sizeof *m);

	if (!m)
		return err_nomem(e);
	m->nbuckets = 1024;
	if (!(m->buckets = mem_zero(m->nbuckets, sizeof *m->buckets))) {
		mem_free(m);
		return err_nomem(e);
	}
	*out = m;
	return 0;
}

void memo_free(struct memo *m)
{
	if (!m)
		return;
	arena_release(&m->arena);
	mem_free(m->buckets);
	mem_free(m);
}

static struct entry *find(const struct memo *m, enum memo_kind kind, uint64_t hash, const void *bytes, size_t n, const void *second)
{
	for (struct entry *x = m->buckets[hash % m->nbuckets]; x; x = x->next) {
		if (x->hash != hash || x->kind != kind || x->n != n)
			continue;
		if (kind == MEMO_PAIR ? x->bytes == bytes && x->second == second : !memcmp(x->bytes, bytes, n))
			return x;
	}
	return NULL;
}

static void grow(struct memo *m)
{
	size_t more = m->nbuckets * 4;
	struct entry **fresh = mem_zero(more, sizeof *fresh);

	/* without memory the chains only become longer */
	if (!fresh)
		return;
	for (size_t i = 0; i < m->nbuckets; i++)
		for (struct entry *x = m->buckets[i], *next; x; x = next) {
			next = x->next;
			x->next = fresh[x->hash % more];
			fresh[x->hash % more] = x;
		}
	mem_free(m->buckets);
	m->buckets = fresh;
	m->nbuckets = more;
}

static struct entry *add(struct memo *m, enum memo_kind kind, uint64_t hash, const void *bytes, size_t n, const void *second)
{
	struct entry *x = arena_zero(&m->arena, 1, sizeof *x);

	if (!x)
		return NULL;
	if (m->n++ > m->nbuckets)
		grow(m);
	*x = (struct entry){ .next = m->buckets[hash % m->nbuckets], .hash = hash, .kind = kind, .bytes = bytes, .second = second, .n = n };
	m->buckets[hash % m->nbuckets] = x;
	return x;
}

static uint64_t hash_of(enum memo_kind kind, const void *bytes, size_t n)
{
	return XXH64(bytes, n, (uint64_t)kind);
}

static uint64_t hash_pair(const void *a, const void *b)
{
	const void *both[2] = { a, b };

	return XXH64(both, sizeof both, MEMO_PAIR);
}

/* The compiler's copy of these bytes: made now, or when they came first. */
static struct entry *content(struct compiler *c, enum memo_kind kind, const void *bytes, size_t n)
{
	uint64_t hash = hash_of(kind, bytes, n);
	struct entry *x = find(c->memo, kind, hash, bytes, n, NULL);
	void *copy;

	if (x)
		return x;
	if (!(copy = arena_room(c->arena, n ? n : 1)))
		return NULL;
	memcpy(copy, bytes, n);
	if ((x = add(c->memo, kind, hash, copy, n, NULL)))
		x->node = -1;
	return x;
}

int memo_indexes(struct compiler *c, const int32_t *index, int32_t n, const int32_t **out, struct err *e)
{
	const struct entry *x = content(c, MEMO_INDEXES, index, (size_t)n * sizeof *index);

	if (!x)
		return err_nomem(e);
	*out = x->bytes;
	return 0;
}

int memo_segments(struct compiler *c, const int32_t *starts, int32_t n, const struct segments **out, struct err *e)
{
	struct entry *x = content(c, MEMO_SEGMENTS, starts, ((size_t)n + 1) * sizeof *starts);
	struct segments *s;

	if (!x)
		return err_nomem(e);
	if (!x->what) {
		if (!(s = arena_room(c->arena, sizeof *s)))
			return err_nomem(e);
		*s = (struct segments){ .n = n, .starts = x->bytes };
		x->what = s;
	}
	*out = x->what;
	return 0;
}

int memo_shape(struct compiler *c, struct matrix_shape shape, const struct matrix_shape **out, struct err *e)
{
	const struct entry *x = content(c, MEMO_SHAPE, &shape, sizeof shape);

	if (!x)
		return err_nomem(e);
	*out = x->bytes;
	return 0;
}

int memo_numbers(struct compiler *c, const double *values, int32_t n, int *node, struct err *e)
{
	struct entry *x = content(c, MEMO_NUMBERS, values, (size_t)n * sizeof *values);
	int rc;

	if (!x)
		return err_nomem(e);
	if (x->node < 0 && (rc = graph_constant(c->g, values, n, &x->node, e))) {
		x->node = -1;
		return rc;
	}
	*node = x->node;
	return 0;
}

void *memo_get(struct compiler *c, const void *a, const void *b)
{
	const struct entry *x = find(c->memo, MEMO_PAIR, hash_pair(a, b), a, 0, b);

	return x ? x->what : NULL;
}

int memo_put(struct compiler *c, const void *a, const void *b, void *what, struct err *e)
{
	struct entry *x = add(c->memo, MEMO_PAIR, hash_pair(a, b), a, 0, b);

	if (!x)
		return err_nomem(e);
	x->what = what;
	return 0;
}
