/* store.c - arrays of columns that many threads fill, and their growth. store_finish.c makes columns of them. */
#include "csv/store.h"

#include <string.h>

enum { CODES_MAX = 1 << 20 };

static size_t codes_max = CODES_MAX;

size_t store_codes_max(void)
{
	return codes_max;
}

void store_codes_limit(size_t values)
{
	codes_max = values ? values : CODES_MAX;
}

int store_init(struct store *s, size_t nthreads, struct err *e)
{
	*s = (struct store){ .nthreads = nthreads, .codes_max = store_codes_max() };
	if (pthread_rwlock_init(&s->moving, NULL))
		return err_nomem(e);
	return 0;
}

static void release_column(struct store_column *c, size_t nthreads)
{
	for (int t = 0; t < TYPE_COUNT; t++)
		mem_free(c->ruled_out[t].text);
	for (size_t i = 0; c->dicts && i < nthreads; i++)
		codes_free(c->dicts[i]);
	mem_free(c->dicts);
	mem_free(c->seen);
	mem_free(c->name);
	mem_free(c->wide);
	mem_free(c->days);
	mem_free(c->flags);
	mem_free(c->codes);
	mem_free(c->offsets);
	mem_free(c->bytes);
	mem_free(c->validity);
	mem_free(c->parts);
	pthread_mutex_destroy(&c->lock);
	mem_free(c);
}

void store_release(struct store *s)
{
	for (size_t k = 0; k < s->ncols; k++)
		release_column(s->cols[k], s->nthreads);
	mem_free(s->cols);
	dict_free(s->names);
	mem_free(s->stretches);
	pthread_rwlock_destroy(&s->moving);
	*s = (struct store){ 0 };
}

static struct store_column *new_column(const struct store *s, const char *name)
{
	struct store_column *c = mem_zero(1, sizeof *c);

	if (!c)
		return NULL;
	c->left_since = INT64_MAX;
	c->code_size = 1;
	for (int t = 0; t < TYPE_COUNT; t++)
		c->ruled_out[t].row = -1;
	c->name = mem_strdup(name);
	c->dicts = mem_zero(s->nthreads, sizeof(struct codes *));
	c->parts = mem_zero((size_t)s->block_cap, sizeof *c->parts);
	c->seen = s->nfiles ? mem_zero(s->nfiles, 1) : NULL;
	pthread_mutex_init(&c->lock, NULL);
	if (c->name && c->dicts && c->parts && !c->seen == !s->nfiles)
		return c;
	release_column(c, s->nthreads);
	return NULL;
}

int store_add_column(struct store *s, const char *name, struct store_column **out, struct err *e)
{
	struct store_column **grown = NULL, *c;
	bool ok;

	pthread_rwlock_wrlock(&s->moving);
	c = new_column(s, name);
	if (!s->names)
		s->names = dict_new();
	ok = c && s->names && (grown = mem_resize(s->cols, (s->ncols + 1) * sizeof(struct store_column *)));
	if (grown)
		s->cols = grown;
	ok = ok && dict_code(s->names, name, strlen(name)) == (int32_t)s->ncols;
	if (ok) {
		c->number = (int)s->ncols;
		s->cols[s->ncols++] = c;
		*out = c;
	}
	pthread_rwlock_unlock(&s->moving);
	if (!ok && c)
		release_column(c, s->nthreads);
	return ok ? 0 : err_nomem(e);
}

struct store_column *store_find(const struct store *s, const char *name)
{
	int32_t k = s->names ? dict_find(s->names, name, strlen(name)) : -1;

	return k < 0 ? NULL : s->cols[k];
}

/* == growth == */

static bool resize(void **p, size_t used, size_t size)
{
	void *grown;

	if (!*p)
		return true;
	if (!(grown = mem_column_resize(*p, used, size)))
		return false;
	*p = grown;
	return true;
}

static size_t bits(int64_t rows)
{
	return (size_t)(rows + 63) / 64 * 8;
}

static bool grow_rows(struct store *s, struct store_column *c, int64_t cap)
{
	size_t used = (size_t)s->rows, size = (size_t)cap;
	size_t had = bits(s->row_cap), want = bits(cap);

	if (!resize(&c->wide, used * 8, size * 8) || !resize((void **)&c->days, used * 4, size * 4) ||
	    !resize((void **)&c->flags, used, size) ||
	    !resize(&c->codes, used * (size_t)c->code_size, size * (size_t)c->code_size) ||
	    !resize((void **)&c->offsets, used * 8, (size + 1) * 8) || !resize((void **)&c->validity, had, want))
		return false;
	if (c->validity)
		memset(c->validity + had, 0, want - had);
	return true;
}

static bool grow_parts(struct store *s, struct store_column *c, int64_t cap)
{
	struct part *parts = mem_resize(c->parts, (size_t)cap * sizeof *parts);

	if (!parts)
		return false;
	memset(parts + s->block_cap, 0, (size_t)(cap - s->block_cap) * sizeof *parts);
	c->parts = parts;
	return true;
}

int store_reserve(struct store *s, int64_t rows, int64_t blocks, struct err *e)
{
	bool ok = true;

	if (rows <= s->row_cap && blocks <= s->block_cap)
		return 0;
	pthread_rwlock_wrlock(&s->moving);
	if (rows > s->row_cap) {
		int64_t cap = s->row_cap + s->row_cap / 2 > rows ? s->row_cap + s->row_cap / 2 : rows;

		for (size_t k = 0; k < s->ncols && ok; k++)
			ok = grow_rows(s, s->cols[k], cap);
		s->row_cap = ok ? cap : s->row_cap;
	}
	if (ok && blocks > s->block_cap) {
		int64_t cap = s->block_cap * 2 > blocks ? s->block_cap * 2 : blocks;
		struct stretch *stretches = mem_resize(s->stretches, (size_t)cap * sizeof *stretches);

		ok = stretches != NULL;
		s->stretches = stretches ? stretches : s->stretches;
		for (size_t k = 0; k < s->ncols && ok; k++)
			ok = grow_parts(s, s->cols[k], cap);
		s->block_cap = ok ? cap : s->block_cap;
	}
	pthread_rwlock_unlock(&s->moving);
	return ok ? 0 : err_nomem(e);
}

int store_reserve_text(struct store *s, struct store_column *c, size_t bytes, struct err *e)
{
	size_t want = c->nbytes + bytes, cap, guess = c->text_guess;
	char *grown;

	if (c->bytes && want <= c->bytes_cap)
		return 0;
	cap = c->bytes_cap + c->bytes_cap / 2;
	cap = cap > want ? cap : want;
	cap = c->bytes || cap > guess ? cap : guess;
	pthread_rwlock_wrlock(&s->moving);
	grown = c->bytes ? mem_column_resize(c->bytes, c->nbytes, cap) : mem_column(cap);
	if (grown) {
		c->bytes = grown;
		c->bytes_cap = cap;
	}
	pthread_rwlock_unlock(&s->moving);
	return grown ? 0 : err_nomem(e);
}

/* == arrays == */

/* The pointer of an array; two threads may need it first at the same time. */
static void *first(struct store_column *c, void **p, size_t size, bool zero)
{
	void *array;

	pthread_mutex_lock(&c->lock);
	if (!*p && (array = mem_column(size))) {
		if (zero)
			memset(array, 0, size);
		__atomic_store_n(p, array, __ATOMIC_RELEASE);
	}
	array = *p;
	pthread_mutex_unlock(&c->lock);
	return array;
}

void *store_array(struct store *s, struct store_column *c, enum kind kind)
{
	size_t rows = (size_t)s->row_cap;
	void **p;
	size_t size;

	switch (kind) {
	case KIND_INT64:
	case KIND_FLOAT64:
	case KIND_DATETIME:
		p = &c->wide;
		size = rows * 8;
		break;
	case KIND_DATE:
		p = (void **)&c->days;
		size = rows * 4;
		break;
	case KIND_BOOL:
		p = (void **)&c->flags;
		size = rows;
		break;
	case KIND_TEXT:
		p = (void **)&c->offsets;
		size = (rows + 1) * 8;
		break;
	default:
		p = &c->codes;
		size = rows * (size_t)c->code_size;
	}
	if (__atomic_load_n(p, __ATOMIC_ACQUIRE))
		return *p;
	return first(c, p, size, false);
}

static void spread(void *to, const void *from, int from_size, int to_size, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t v = from_size == 1 ? ((const uint8_t *)from)[i] : ((const uint16_t *)from)[i];

		if (to_size == 2)
			((uint16_t *)to)[i] = (uint16_t)v;
		else
			((uint32_t *)to)[i] = v;
	}
}

int store_widen(struct store *s, struct store_column *c, int size, struct err *e)
{
	void *wider = NULL;
	bool ok = true;

	pthread_rwlock_unlock(&s->moving);
	pthread_rwlock_wrlock(&s->moving);
	if (c->codes && c->code_size < size) {
		ok = (wider = mem_column((size_t)s->row_cap * (size_t)size)) != NULL;
		if (ok) {
			spread(wider, c->codes, c->code_size, size, (size_t)__atomic_load_n(&s->rows, __ATOMIC_RELAXED));
			mem_free(c->codes);
			c->codes = wider;
		}
	}
	if (ok && c->code_size < size)
		c->code_size = size;
	pthread_rwlock_unlock(&s->moving);
	pthread_rwlock_rdlock(&s->moving);
	return ok ? 0 : err_nomem(e);
}

int store_missing(struct store *s, struct store_column *c, int64_t row, size_t n, const uint64_t *missing, struct err *e)
{
	uint8_t *bytes = first(c, (void **)&c->validity, bits(s->row_cap), true);
	uint64_t *words = (uint64_t *)(void *)bytes;

	if (!bytes)
		return err_nomem(e);
	/* The first and the last word may hold bits of the neighbours, who set theirs at the same time. */
	for (size_t i = 0; i < n; i += 64) {
		uint64_t there = ~missing[i / 64];
		size_t left = n - i, word = (size_t)(row + (int64_t)i) / 64, shift = (size_t)(row + (int64_t)i) % 64;

		if (left < 64)
			there &= (UINT64_C(1) << left) - 1;
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "bitmaps are written as little-endian words"
#endif
		__atomic_fetch_or(&words[word], there << shift, __ATOMIC_RELAXED);
		if (shift && there >> (64 - shift))
			__atomic_fetch_or(&words[word + 1], there >> (64 - shift), __ATOMIC_RELAXED);
	}
	return 0;
}

/* == text == */

/* A dictionary pays when values come again: 8 bytes a row and every value, or a code a row and each value once. */
bool store_prefers_text(const struct store *s, const struct store_column *c, int thread)
{
	size_t there = (size_t)s->rows;

	if (c->keeps_codes || c->kind != KIND_CODES || !c->dicts[thread] || c->left_since < INT64_MAX)
		return false;
	for (int64_t b = 0; b < s->nblocks; b++)
		there -= c->parts[b].missing;
	return codes_count(c->dicts[thread]) * 2 > there;
}

static struct slice coded(const struct store_column *c, const struct stretch *at, const struct part *part, uint32_t i)
{
	int64_t row = at->row + i;
	uint32_t code = c->code_size == 1 ? ((const uint8_t *)c->codes)[row] :
			c->code_size == 2 ? ((const uint16_t *)c->codes)[row] : ((const uint32_t *)c->codes)[row];

	if (part->kind != KIND_CODES || (part->missing && !(c->validity[row >> 3] >> (row & 7) & 1)))
		return slice_of("", 0);
	return codes_value(c->dicts[part->thread], code);
}

int store_make_text(struct store *s, struct store_column *c, int thread, double scale, struct err *e)
{
	int64_t *offsets;
	size_t total = 0;
	int rc;

	for (int64_t b = 0; b < s->nblocks; b++)
		for (uint32_t i = 0; i < s->stretches[b].n; i++)
			total += coded(c, &s->stretches[b], &c->parts[b], i).n;
	c->text_guess = (size_t)((double)total * scale * 1.02);
	if ((rc = store_reserve_text(s, c, total, e)))
		return rc;
	if (!(offsets = store_array(s, c, KIND_TEXT)))
		return err_nomem(e);
	for (int64_t b = 0; b < s->nblocks; b++) {
		for (uint32_t i = 0; i < s->stretches[b].n; i++) {
			struct slice v = coded(c, &s->stretches[b], &c->parts[b], i);

			offsets[s->stretches[b].row + i] = (int64_t)c->nbytes;
			if (v.n)
				memcpy(c->bytes + c->nbytes, v.p, v.n);
			c->nbytes += v.n;
		}
		c->parts[b].kind = KIND_TEXT;
	}
	codes_free(c->dicts[thread]);
	c->dicts[thread] = NULL;
	mem_free(c->codes);
	c->codes = NULL;
	c->kind = KIND_TEXT;
	return 0;
}

/* == types == */

int store_rule_out(struct store_column *c, enum type t, int64_t row, int64_t line, struct slice text, struct err *e)
{
	struct ruled_out *r = &c->ruled_out[t];
	char *copy = NULL;

	pthread_mutex_lock(&c->lock);
	if (r->row < 0 || row < r->row) {
		if ((copy = mem_strndup(text.p, text.n < 200 ? text.n : 200))) {
			mem_free(r->text);
			*r = (struct ruled_out){ row, line, copy };
		}
	} else {
		copy = r->text;
	}
	pthread_mutex_unlock(&c->lock);
	return copy ? 0 : err_nomem(e);
}
