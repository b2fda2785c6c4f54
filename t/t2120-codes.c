/*
 * t2120-codes.c - dictionary codes against a list of strings that is searched from its start.
 *
 * The implementation is included, not linked: only so can values be made that have the same hash.
 */
#include "csv/codes.c"
#include "tap.h"

#include <stdlib.h>

enum { PAD = 64, MOST_FIELDS = 2000, MOST_VALUES = 6000 };

static uint64_t state;

static uint64_t next_random(void)        /* Vigna, splitmix64 */
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned below(unsigned n)
{
	return (unsigned)(next_random() >> 32) % n;
}

/* == the model =============================================================================== */

static struct {
	struct slice value[MOST_VALUES];
	int64_t first[MOST_VALUES];
	size_t count, bytes, limit;
} model;

static void model_clear(size_t limit)
{
	model.count = model.bytes = 0;
	model.limit = limit;
}

/* The values have to outlive the model. -1: full. */
static int64_t model_code(struct slice s, int64_t row)
{
	for (size_t i = 0; i < model.count; i++) {
		if (slice_eq(model.value[i], s)) {
			model.first[i] = row < model.first[i] ? row : model.first[i];
			return (int64_t)i;
		}
	}
	if (model.count == model.limit)
		return -1;
	model.value[model.count] = s;
	model.first[model.count] = row;
	model.bytes += s.n;
	return (int64_t)model.count++;
}

static bool same_as_model(const struct codes *c)
{
	if (codes_count(c) != model.count || codes_bytes(c) != model.bytes)
		return false;
	for (size_t i = 0; i < model.count; i++)
		if (!slice_eq(codes_value(c, (uint32_t)i), model.value[i]) || codes_first(c, (uint32_t)i) != model.first[i])
			return false;
	return true;
}

/* == columns of text ========================================================================= */

/* Distinct or not, all in one piece of memory; few bytes to choose from, so that many begin or end alike. */
static struct pool {
	char bytes[1 << 20];
	struct slice value[MOST_VALUES];
	size_t n, used;
} pool;

static char *pool_add(size_t n)
{
	char *p = pool.bytes + pool.used;

	pool.value[pool.n++] = slice_of(p, n);
	pool.used += n;
	return p;
}

static void pool_fill(size_t values, size_t shortest, size_t longest, unsigned alphabet)
{
	pool.n = pool.used = 0;
	for (size_t i = 0; i < values; i++) {
		size_t n = shortest + below((unsigned)(longest - shortest + 1));
		char *p = pool_add(n);

		for (size_t k = 0; k < n; k++)
			p[k] = alphabet == 256 ? (char)below(256) : (char)('a' + below(alphabet));
		if (i && n && !below(4)) {           /* as another one, but for its end */
			struct slice other = pool.value[below((unsigned)i)];

			memcpy(p, other.p, other.n < n ? other.n : n - 1);
		}
	}
}

/* n fields of the pool as codes_fields wants them, with other bytes around them, in memory of just that size. */
struct column {
	char *memory;
	uint32_t *begin, *end;
	struct kernel_fields f;
	struct slice text[MOST_FIELDS];
	size_t n;
};

static void column_make(struct column *c, size_t n, size_t values)
{
	size_t total = below(65), begin_stride = below(2) ? 13 : 1, end_stride = below(2) ? 13 : 2;
	uint32_t at = (uint32_t)total, add = below(2);

	c->n = n;
	for (size_t i = 0; i < n; i++) {
		c->text[i] = pool.value[below((unsigned)values)];
		total += c->text[i].n + 1;
	}
	c->memory = malloc(PAD + total + PAD);
	memset(c->memory, 'a', PAD + total + PAD);
	c->begin = malloc((n * begin_stride + 1) * sizeof *c->begin);
	c->end = malloc((n * end_stride + 1) * sizeof *c->end);
	c->f = (struct kernel_fields){ c->memory + PAD, c->begin, c->end, begin_stride, end_stride, add };
	for (size_t i = 0; i < n; i++) {
		c->begin[i * begin_stride] = at - add;
		if (c->text[i].n)
			memcpy(c->memory + PAD + at, c->text[i].p, c->text[i].n);
		at += (uint32_t)c->text[i].n;
		c->end[i * end_stride] = at;
		at += i + 1 < n && below(4);
	}
}

static void column_free(struct column *c)
{
	free(c->end);
	free(c->begin);
	free(c->memory);
}

/* One call, and what it has to give. Returns false, having said why, when it gives something else. */
static bool agrees(struct codes *c, const struct column *col, char quote, int64_t row)
{
	uint32_t *code = malloc((col->n + 1) * sizeof *code), *left = malloc((col->n + 1) * sizeof *left);
	size_t nleft = 99, done, next = 0, i;
	bool good = true;

	done = codes_fields(c, &col->f, col->n, quote, row, code, left, &nleft);
	for (i = 0; i < col->n && good; i++) {
		struct slice s = col->text[i];
		int64_t want;

		if (!s.n || (quote && *s.p == quote)) {
			good = next < nleft && left[next] == i;
			next++;
			continue;
		}
		want = model_code(s, row + (int64_t)i);
		if (want < 0)
			break;
		good = i < done && code[i] == want;
	}
	good = good && done == i && next == nleft && codes_full(c) == (done < col->n) && same_as_model(c);
	if (!good)
		fprintf(stderr, "field %zu of %zu, %zu done, %zu left, %zu values\n", i, col->n, done, nleft, codes_count(c));
	free(left);
	free(code);
	return good;
}

/* == checks ================================================================================== */

/* A whole column, a few calls with different numbers of fields. */
static void one_column(struct codes *c, const char *what, size_t values, int calls, char quote)
{
	static struct column col;
	int64_t row = 1000;
	int bad = 0;

	codes_clear(c);
	model_clear(MOST_VALUES);
	for (int i = 0; i < calls; i++) {
		size_t n = i % 3 ? below(200) : below(MOST_FIELDS);
		/* at first few of the values, later all of them */
		column_make(&col, n, i < calls / 2 ? 1 + values / 10 : values);
		bad += !agrees(c, &col, quote, row);
		row += (int64_t)n;
		column_free(&col);
	}
	ok(!bad, "%s: %zu values in %lld fields", what, model.count, (long long)row - 1000);
}

static void columns(void)
{
	struct codes *c = codes_new(MOST_VALUES);

	state = 1;
	pool_fill(5, 4, 9, 26);
	one_column(c, "5 short values", 5, 20, '"');
	pool_fill(200, 0, 16, 26);
	one_column(c, "200 of up to 16 bytes", 200, 40, '"');
	pool_fill(200, 9, 26, 4);
	one_column(c, "200 of 9 to 26 bytes", 200, 40, '"');
	pool_fill(600, 0, 100, 2);
	one_column(c, "600 of up to 100 bytes, two letters", 600, 40, 'a');
	pool_fill(4000, 15, 33, 3);
	one_column(c, "4,000 around 16 and 32 bytes", 4000, 60, 'a');
	pool_fill(4000, 0, 40, 256);
	one_column(c, "4,000 of any bytes, nothing quoted", 4000, 40, '\0');
	one_column(c, "4,000 of any bytes, quote above 0x7f", 4000, 40, '\xff');
	pool_fill(60, 0, 4000, 2);
	one_column(c, "60 of up to 4,000 bytes", 60, 20, '"');
	/* a run of NULs of every length up to 40: differ by nothing but their size */
	pool_fill(41, 40, 40, 1);
	for (size_t i = 0; i <= 40; i++)
		pool.value[i] = slice_of(memset(pool.bytes + i * 40, 0, i), i);
	one_column(c, "NULs", 41, 20, '"');
	codes_free(c);
}

static uint64_t inverse(uint64_t a)      /* of an odd number, modulo 2^64; five rounds of Newton's */
{
	uint64_t x = a;

	for (int i = 0; i < 5; i++)
		x *= 2 - a * x;
	return x;
}

/* Two words by which the sum of products does not change. */
static void equal_hashes(void)
{
	struct codes *c = codes_new(MOST_VALUES);
	uint64_t step[2] = { odd[1] * inverse(odd[0]), odd[3] * inverse(odd[2]) };
	size_t i, differ = 0;

	for (size_t size = 16; size <= 48; size += 8) {
		pool.n = pool.used = 0;
		for (i = 0; i < 500; i++) {
			uint64_t k = i + 1, word[2] = { UINT64_C(0x4141414141414141) - k * step[size > 16], UINT64_C(0x42) + k };
			char *p = pool_add(size);

			memset(p, 'x', size);
			memcpy(size > 16 ? p + size - 16 : p, word, 16);
			/* of 24 bytes the first eight are those of no other word */
			if (size >= 32 || size == 16)
				differ += key_of(pool.value[i]).hash != key_of(pool.value[0]).hash;
		}
		one_column(c, "equal hashes", 500, 20, '"');
	}
	is_int(differ, 0, "and they were equal");

	/* equal words, other bytes between them */
	pool.n = pool.used = 0;
	for (i = 0; i < 800; i++) {
		char *p = pool_add(50);

		memset(p, 'x', 50);
		memcpy(p + 16 + i % 10, &i, sizeof i);
	}
	one_column(c, "values that differ only in the middle", 800, 20, '"');
	codes_free(c);
}

static void limits(void)
{
	static struct column col;
	struct codes *c = codes_new(10);
	uint32_t code[4] = { 0 }, left[4];
	size_t nleft, done;

	state = 2;
	pool_fill(30, 5, 20, 26);
	model_clear(10);
	column_make(&col, 300, 30);
	ok(agrees(c, &col, '"', 0), "up to the limit");
	ok(codes_full(c) && !codes_failed(c), "and then full");
	is_int(codes_count(c), 10, "with so many values");
	ok(codes_add(c, model.value[7], 5, code) && code[0] == 7, "the known ones are still found");
	ok(!codes_add(c, slice_of("other", 5), 5, code) && code[0] == 7, "and no other is added");
	done = codes_fields(c, &col.f, 1, '"', 400, code, left, &nleft);
	ok(done == 1 && code[0] == 0 && !nleft, "fields too");
	column_free(&col);
	codes_clear(c);
	ok(!codes_full(c) && !codes_count(c) && !codes_bytes(c), "cleared");
	ok(codes_add(c, slice_of("other", 5), 5, code) && code[0] == 0 && codes_first(c, 0) == 5, "and at the start again");
	codes_free(c);
	c = codes_new(0);
	ok(c && !codes_add(c, slice_of("a", 1), 0, code) && codes_full(c), "a limit of none");
	codes_free(c);
	codes_free(NULL);
}

/* Values that fields cannot have, because they are empty or begin with a quote. */
static void added(void)
{
	static struct column col;
	struct codes *c = codes_new(MOST_VALUES);
	uint32_t code[4], left[4];
	size_t nleft;

	pool.n = pool.used = 0;
	pool_add(0);
	memcpy(pool_add(7), "\"Vagner", 7);
	memcpy(pool_add(5), "Kursk", 5);
	ok(codes_add(c, pool.value[1], 8, code) && codes_add(c, pool.value[0], 9, code + 1) &&
	   codes_add(c, pool.value[2], 7, code + 2), "added one by one");
	ok(code[0] == 0 && code[1] == 1 && code[2] == 2, "in this order");
	ok(codes_add(c, slice_of(NULL, 0), 4, code) && code[0] == 1 && codes_first(c, 1) == 4, "again, and of a lower row");
	ok(codes_add(c, pool.value[0], 40, code) && codes_first(c, 1) == 4, "not of a higher");

	column_make(&col, 3, 3);
	column_free(&col);
	for (int i = 0; i < 3; i++)
		col.text[i] = pool.value[i];
	col.memory = malloc(PAD + 12 + PAD);
	memcpy(col.memory + PAD, "\"VagnerKursk", 12);
	col.f = (struct kernel_fields){ col.memory + PAD, (const uint32_t[]){ 0, 0, 7 }, (const uint32_t[]){ 0, 7, 12 }, 1, 1, 0 };
	codes_fields(c, &col.f, 3, '"', 10, code, left, &nleft);
	ok(nleft == 2 && left[0] == 0 && left[1] == 1 && code[2] == 2, "fields are left all the same");
	codes_fields(c, &col.f, 3, '\'', 20, code, left, &nleft);
	ok(nleft == 1 && left[0] == 0 && code[1] == 0 && code[2] == 2, "with another quote only the empty one");
	codes_fields(c, &col.f, 3, 'K', 20, code, left, &nleft);
	ok(nleft == 2 && left[0] == 0 && left[1] == 2 && code[1] == 0, "and by every quote");
	ok(codes_add(c, pool.value[2], 30, code) && code[0] == 2, "which is no matter for codes_add");
	is_int(codes_first(c, 2), 7, "the lowest row stays");
	is_int(codes_count(c), 3, "there are three values");
	free(col.memory);
	codes_free(c);
}

static unsigned first_slot(const uint64_t word[4])
{
	return hash_words(word) >> (32 - FIRST_BITS);
}

/* Values that meet in one slot, though they are unlike in one word only. */
static void one_slot(void)
{
	static struct column col;
	struct codes *c = codes_new(MOST_VALUES);
	struct key k;
	uint32_t code;

	state = 4;
	for (size_t word = 0; word < 4; word++) {
		size_t size = word < 2 ? 16 : 32;

		pool.n = pool.used = 0;
		memset(pool_add(size), 'x', size);
		while (pool.n < 40) {
			uint64_t r = next_random();
			char *p = memset(pool.bytes + pool.used, 'x', size);

			memcpy(p + word * 8, &r, 8);
			if (first_slot(key_of(slice_of(p, size)).word) == first_slot(key_of(pool.value[0]).word))
				pool_add(size);
		}
		one_column(c, "in one slot", 40, 20, '"');
	}

	/* A table that has seen no long field, and looks where a short one with the same start would be. */
	pool.n = pool.used = 0;
	do {
		pool.n = pool.used = 0;
		sprintf(pool_add(24), "Regional Governor %05u.", below(100000));
		k = key_of(pool.value[0]);
	} while (first_slot(k.word) != first_slot((const uint64_t[4]){ k.word[0], k.word[1] }));
	memcpy(pool_add(24), "Regional Governor, other", 24);
	codes_clear(c);
	model_clear(MOST_VALUES);
	model_code(pool.value[0], 1);
	codes_add(c, pool.value[0], 1, &code);
	column_make(&col, 100, 2);
	ok(agrees(c, &col, '"', 1), "two that begin alike, in a table of short ones");
	column_free(&col);
	codes_free(c);
}

/* The n-th allocation fails, for n = 0, 1, 2 ... until none does. */
static void no_memory(void)
{
	static struct column col;
	uint32_t *code = malloc(MOST_FIELDS * sizeof *code), *left = malloc(MOST_FIELDS * sizeof *left);
	size_t nleft, done = 0;
	int bad = 0, failures = 0;

	state = 3;
	pool_fill(1500, 1, 40, 26);
	column_make(&col, MOST_FIELDS, 1500);
	for (long n = 0; done < MOST_FIELDS; n++) {
		struct codes *c;

		mem_fail_after(n);
		c = codes_new(MOST_VALUES);
		done = 0;
		if (c) {
			done = codes_fields(c, &col.f, col.n, '"', 0, code, left, &nleft);
			mem_fail_after(-1);
			bad += codes_failed(c) != (done < col.n) || codes_full(c);
			/* what was done is good, and with memory the rest can be */
			for (size_t i = 0; i < done; i++)
				bad += !slice_eq(codes_value(c, code[i]), col.text[i]);
			codes_clear(c);
			bad += codes_failed(c);
			model_clear(MOST_VALUES);
			bad += !agrees(c, &col, '"', 0);
		}
		failures += done < col.n;
		mem_fail_after(-1);
		codes_free(c);
	}
	ok(!bad, "what was coded before memory ran out is right, and all is after it came back");
	ok(failures > 10, "in %d places", failures);
	column_free(&col);
	free(left);
	free(code);
}

int main(void)
{
	columns();
	equal_hashes();
	one_slot();
	limits();
	added();
	no_memory();
	return done();
}
