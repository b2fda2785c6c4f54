/*
 * store_finish.c - arrays become columns: one type, one dictionary, the same bits for any number of threads.
 *
 * Every thread gave out its own codes. The common ones follow the first row a value was seen in, so they are what a
 * single thread would have given. Rows without a value hold zeros, whoever wrote there before.
 */
#include "csv/store.h"

#include <stdlib.h>
#include <string.h>

/* == types == */

static enum type type_of_kind(enum kind k)
{
	static const enum type types[] = {
		[KIND_BOOL] = TYPE_BOOL, [KIND_INT64] = TYPE_INT64,       [KIND_FLOAT64] = TYPE_FLOAT64,
		[KIND_DATE] = TYPE_DATE, [KIND_DATETIME] = TYPE_DATETIME, [KIND_NONE] = TYPE_STRING,
		[KIND_CODES] = TYPE_STRING, [KIND_TEXT] = TYPE_STRING,    [KIND_LEFT] = TYPE_STRING,
	};

	return types[k];
}

enum type store_type(const struct store *s, const struct store_column *c, bool *again)
{
	bool seen[KIND_LEFT + 1] = { false };
	int numbers, typed;

	for (int64_t b = 0; b < s->nblocks; b++)
		seen[c->parts[b].kind] = true;
	numbers = seen[KIND_INT64] + seen[KIND_FLOAT64];
	typed = seen[KIND_BOOL] + (numbers > 0) + seen[KIND_DATE] + seen[KIND_DATETIME];
	if (seen[KIND_CODES] || seen[KIND_TEXT] || seen[KIND_LEFT] || typed > 1) {
		*again = seen[KIND_LEFT] || typed > 0 || (seen[KIND_CODES] && seen[KIND_TEXT]);
		return TYPE_STRING;
	}
	*again = false;
	if (numbers)
		return seen[KIND_FLOAT64] ? TYPE_FLOAT64 : TYPE_INT64;
	for (int k = KIND_BOOL; k <= KIND_DATETIME; k++)
		if (seen[k])
			return type_of_kind((enum kind)k);
	return c->declared ? c->type : TYPE_STRING;
}

/* == work on blocks, from a common queue == */

struct job {
	struct store *s;
	struct store_column *c;
	enum type type;
	uint32_t **maps;         /* per thread: its codes to the common ones; NULL = they are the same */
	int code_size;
	int64_t next;
	void (*block)(struct job *j, int64_t block);
};

static void work(void *ctx, int number)
{
	struct job *j = ctx;
	int64_t b;

	(void)number;
	while ((b = __atomic_fetch_add(&j->next, 16, __ATOMIC_RELAXED)) < j->s->nblocks)
		for (int64_t end = b + 16 < j->s->nblocks ? b + 16 : j->s->nblocks; b < end; b++)
			j->block(j, b);
}

static void run(struct job *j, void (*block)(struct job *j, int64_t block))
{
	j->next = 0;
	j->block = block;
	thread_run(j->s->nblocks > 64 ? (int)j->s->nthreads : 1, work, j);
}

/* Integers among floats; zeros where there is nothing. */
static void settle_block(struct job *j, int64_t block)
{
	const struct part *part = &j->c->parts[block];
	const struct stretch *span = &j->s->stretches[block];
	int64_t *wide = j->c->wide ? (int64_t *)j->c->wide + span->row : NULL;
	double v;

	if (j->type == TYPE_BOOL || j->type == TYPE_DATE) {
		if (part->kind == KIND_NONE && j->type == TYPE_BOOL)
			memset(j->c->flags + span->row, 0, span->n);
		else if (part->kind == KIND_NONE)
			memset(j->c->days + span->row, 0, span->n * sizeof(int32_t));
	} else if (part->kind == KIND_NONE) {
		memset(wide, 0, span->n * sizeof *wide);
	} else if (part->kind == KIND_INT64 && j->type == TYPE_FLOAT64) {
		for (uint32_t i = 0; i < span->n; i++) {
			v = (double)wide[i];
			memcpy(&wide[i], &v, sizeof v);
		}
	}
}

/* Blocks that miss nothing have not written their bits. */
static int settle_validity(struct store *s, struct store_column *c, int64_t *missing, struct err *e)
{
	static const uint64_t none[64];

	*missing = 0;
	for (int64_t b = 0; b < s->nblocks; b++)
		*missing += c->parts[b].missing;
	if (!*missing) {
		mem_free(c->validity);
		c->validity = NULL;
		return 0;
	}
	for (int64_t b = 0; b < s->nblocks; b++) {
		const struct stretch *span = &s->stretches[b];
		int rc = 0;

		if (c->parts[b].missing)
			continue;
		for (uint32_t i = 0; i < span->n && !rc; i += 64 * 64)
			rc = store_missing(s, c, span->row + i, span->n - i < 64 * 64 ? span->n - i : 64 * 64, none, e);
		if (rc)
			return rc;
	}
	if (!c->validity) {      /* all rows miss it, and nobody had a bit to set */
		if (!(c->validity = mem_column((size_t)(s->rows + 63) / 64 * 8)))
			return err_nomem(e);
		memset(c->validity, 0, (size_t)(s->rows + 63) / 64 * 8);
	}
	return 0;
}

static uint8_t *pack_flags(const uint8_t *flags, int64_t n)
{
	uint8_t *packed = mem_column((size_t)(n + 7) / 8);

	if (!packed)
		return NULL;
	memset(packed, 0, (size_t)(n + 7) / 8);
	for (int64_t i = 0; i < n; i++)
		packed[i >> 3] |= (uint8_t)(flags[i] << (i & 7));
	return packed;
}

/* == dictionaries == */

struct entry {
	int64_t row;
	uint32_t thread, code;
};

static int by_row(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->row > y->row) - (x->row < y->row);
}

/* All values of all threads by first row; a value that several have comes up again later and is known by then. */
static int merge_codes(struct store *s, struct store_column *c, uint32_t **maps, struct codes *common, struct err *e)
{
	struct entry *all;
	size_t total = 0, n = 0;

	for (size_t t = 0; t < s->nthreads; t++)
		total += c->dicts[t] ? codes_count(c->dicts[t]) : 0;
	if (!(all = mem_alloc(total * sizeof *all)))
		return err_nomem(e);
	for (size_t t = 0; t < s->nthreads; t++) {
		size_t count = c->dicts[t] ? codes_count(c->dicts[t]) : 0;

		if (count && !(maps[t] = mem_alloc(count * sizeof **maps))) {
			mem_free(all);
			return err_nomem(e);
		}
		for (uint32_t k = 0; k < count; k++)
			all[n++] = (struct entry){ codes_first(c->dicts[t], k), (uint32_t)t, k };
	}
	qsort(all, n, sizeof *all, by_row);      /* no two of one thread have the same row */
	for (size_t i = 0; i < n; i++)
		if (!codes_add(common, codes_value(c->dicts[all[i].thread], all[i].code), all[i].row,
			       &maps[all[i].thread][all[i].code]))
			break;
	mem_free(all);
	return codes_failed(common) ? err_nomem(e) : 0;
}

static void remap_block(struct job *j, int64_t block)
{
	const struct part *part = &j->c->parts[block];
	const struct stretch *span = &j->s->stretches[block];
	const uint32_t *map = j->maps[part->thread];
	uint8_t *one = (uint8_t *)j->c->codes + span->row;
	uint16_t *two = (uint16_t *)j->c->codes + span->row;
	uint32_t *four = (uint32_t *)j->c->codes + span->row;

	if (part->kind == KIND_NONE) {
		memset((uint8_t *)j->c->codes + span->row * j->code_size, 0, span->n * (size_t)j->code_size);
	} else if (map && j->code_size == 1) {
		for (uint32_t i = 0; i < span->n; i++)
			one[i] = (uint8_t)map[one[i]];
	} else if (map && j->code_size == 2) {
		for (uint32_t i = 0; i < span->n; i++)
			two[i] = (uint16_t)map[two[i]];
	} else if (map) {
		for (uint32_t i = 0; i < span->n; i++)
			four[i] = map[four[i]];
	}
}

/* Missing rows hold code 0, which the map may have sent elsewhere. */
static void zero_missing(struct job *j)
{
	struct store_column *c = j->c;

	for (int64_t i = 0; c->validity && i < j->s->rows; i += 64) {
		uint64_t bits;

		memcpy(&bits, c->validity + i / 8, 8);
		for (bits = ~bits; bits; bits &= bits - 1) {
			int64_t row = i + __builtin_ctzll(bits);

			if (row < j->s->rows)
				memset((char *)c->codes + row * j->code_size, 0, (size_t)j->code_size);
		}
	}
}

static int dictionary_of(const struct codes *common, struct column **out, struct err *e)
{
	size_t n = codes_count(common);
	int64_t *offsets = mem_column((n + 1) * sizeof *offsets);
	char *bytes = mem_column(codes_bytes(common));
	size_t at = 0;
	int rc;

	for (size_t k = 0; k < n && offsets && bytes; k++) {
		struct slice v = codes_value(common, (uint32_t)k);

		offsets[k] = (int64_t)at;
		memcpy(bytes + at, v.p, v.n);
		at += v.n;
	}
	if (offsets && bytes) {
		offsets[n] = (int64_t)at;
		rc = column_of_strings(offsets, bytes, NULL, (int64_t)n, 0, out, e);
	} else {
		rc = err_nomem(e);
	}
	if (rc) {
		mem_free(offsets);
		mem_free(bytes);
	}
	return rc;
}

static bool identity(const uint32_t *map, size_t n)
{
	size_t i = 0;

	while (i < n && map[i] == i)
		i++;
	return i == n;
}

static int finish_codes(struct store *s, struct store_column *c, int64_t missing, struct column **out, bool *again,
			struct err *e)
{
	uint32_t **maps = mem_zero(s->nthreads, sizeof *maps);
	struct codes *common = codes_new(1u << 30);
	struct job j = { .s = s, .c = c, .maps = maps };
	struct column *dict = NULL;
	int rc = maps && common ? merge_codes(s, c, maps, common, e) : err_nomem(e);

	/* A thread that had too many has left its blocks from there on. */
	if (!rc && (c->crowded || codes_count(common) > s->codes_max)) {
		*again = c->crowded = true;
		goto done;
	}
	if (!rc)
		rc = dictionary_of(common, &dict, e);
	if (!rc) {
		j.code_size = code_size_for((int64_t)codes_count(common));
		if (!store_array(s, c, KIND_CODES))
			rc = err_nomem(e);
	}
	if (!rc && j.code_size > c->code_size) {
		pthread_rwlock_rdlock(&s->moving);
		rc = store_widen(s, c, j.code_size, e);
		pthread_rwlock_unlock(&s->moving);
	}
	if (!rc) {
		j.code_size = c->code_size;
		for (size_t t = 0; t < s->nthreads; t++) {
			if (maps[t] && identity(maps[t], codes_count(c->dicts[t]))) {
				mem_free(maps[t]);
				maps[t] = NULL;
			}
		}
		run(&j, remap_block);
		zero_missing(&j);
		rc = column_of_codes(c->codes, c->code_size, dict, c->validity, s->rows, missing, out, e);
	}
	if (!rc) {
		c->codes = NULL;
		c->validity = NULL;
	}
done:
	for (size_t t = 0; maps && t < s->nthreads; t++)
		mem_free(maps[t]);
	mem_free(maps);
	codes_free(common);
	column_unref(dict);
	return rc;
}

/* == columns == */

static int finish_text(struct store *s, struct store_column *c, int64_t missing, struct column **out, struct err *e)
{
	int rc;

	c->offsets[s->rows] = (int64_t)c->nbytes;
	if (!c->bytes && !(c->bytes = mem_column(0)))
		return err_nomem(e);
	if ((rc = column_of_strings(c->offsets, c->bytes, c->validity, s->rows, missing, out, e)))
		return rc;
	c->offsets = NULL;
	c->bytes = NULL;
	c->validity = NULL;
	return 0;
}

static bool has_kind(const struct store *s, const struct store_column *c, enum kind kind)
{
	for (int64_t b = 0; b < s->nblocks; b++)
		if (c->parts[b].kind == kind)
			return true;
	return false;
}

int store_finish(struct store *s, struct store_column *c, enum type t, struct column **out, bool *again, struct err *e)
{
	struct job j = { .s = s, .c = c, .type = t };
	int64_t missing;
	uint8_t *packed = NULL;
	void **array = &c->wide;
	int rc = settle_validity(s, c, &missing, e);

	if (rc)
		return rc;
	if (t == TYPE_STRING)
		return has_kind(s, c, KIND_TEXT) ? finish_text(s, c, missing, out, e) : finish_codes(s, c, missing, out, again, e);
	if (!store_array(s, c, t == TYPE_BOOL ? KIND_BOOL : t == TYPE_DATE ? KIND_DATE : KIND_INT64))
		return err_nomem(e);
	run(&j, settle_block);
	switch (t) {
	case TYPE_BOOL:
		if (!(packed = pack_flags(c->flags, s->rows)))
			return err_nomem(e);
		if ((rc = column_of_bool(packed, c->validity, s->rows, missing, out, e)))
			mem_free(packed);
		array = NULL;
		break;
	case TYPE_DATE:
		rc = column_of_date(c->days, c->validity, s->rows, missing, out, e);
		array = (void **)&c->days;
		break;
	case TYPE_INT64:
		rc = column_of_int64(c->wide, c->validity, s->rows, missing, out, e);
		break;
	case TYPE_FLOAT64:
		rc = column_of_float64(c->wide, c->validity, s->rows, missing, out, e);
		break;
	default:
		rc = column_of_datetime(c->wide, c->validity, s->rows, missing, out, e);
	}
	if (rc)
		return rc;
	c->validity = NULL;
	if (array)
		*array = NULL;
	return 0;
}
