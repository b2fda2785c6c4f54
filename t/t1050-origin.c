/*
 * t1050-origin.c - where rows come from: runs of lines, single places, and rows taken of both, against plain arrays
 * of files and lines.
 */
#include "table/table.h"
#include "tap.h"

#include <stdlib.h>

enum { ROWS = 3000 };
static const char *const files[] = { "a.csv", "b.csv", "dir/c.csv" };

/* What is expected: file and line of each row. */
struct places {
	int64_t rows;
	int32_t file[ROWS];
	int64_t line[ROWS];
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Files in turn, in each of them runs of 1 to `longest` lines with gaps between. */
static void make_places(struct places *p, int64_t rows, int longest, uint32_t seed)
{
	int64_t line = 2;
	uint32_t left = 0;
	int32_t file = 0;

	p->rows = rows;
	for (int64_t i = 0; i < rows; i++, line++, left--) {
		if (!left) {
			left = 1 + next_random(&seed) % (uint32_t)longest;
			line += 1 + next_random(&seed) % 3;
			if (next_random(&seed) % 40 == 0) {
				file = (file + 1) % 3;
				line = 2;
			}
		}
		p->file[i] = file;
		p->line[i] = line;
	}
}

static struct origin *make_origin(const struct places *p)
{
	struct origin_runs b = ORIGIN_RUNS_INIT;
	struct origin *o = NULL;

	for (int64_t i = 0; i < p->rows; i++)
		origin_add(&b, i, p->file[i], p->line[i]);
	if (origin_finish(&b, p->rows, files, 3, &o, NULL))
		fprintf(stderr, "origin_finish failed\n");
	return o;
}

/* The number of rows that are not where they should be. */
static int64_t misplaced(const struct origin *o, const struct places *p)
{
	int64_t bad = 0;

	for (int64_t i = 0; i < p->rows; i++) {
		struct slice file = { NULL, 0 };
		int64_t line = -1;

		bad += !origin_where(o, i, &file, &line) || line != p->line[i] || !slice_is(file, files[p->file[i]]);
	}
	return bad;
}

static void runs(void)
{
	struct origin_runs b = ORIGIN_RUNS_INIT;
	struct origin *o = NULL;
	struct slice file = { NULL, 0 };
	int64_t line = -1;

	ok(!origin_where(NULL, 0, &file, &line) && !file.p && line == -1, "no origin, no place");
	for (int64_t i = 0; i < 1000; i++)
		origin_add(&b, i, 0, i + 2);
	is_int(b.n, 1, "a thousand consecutive lines are one run");
	origin_add(&b, 1000, 0, 1003);
	origin_add(&b, 1001, 0, 1004);
	is_int(b.n, 2, "a line without a row begins another");
	origin_add(&b, 1002, 1, 2);
	origin_add(&b, 1005, 1, 5);
	is_int(b.n, 3, "so does another file; what continues a run from further on is part of it");
	origin_add(&b, 2000, 1, 2);
	is_int(origin_finish(&b, 1000000, files, 2, &o, NULL), 0, "four runs of a million rows");
	ok(!b.n && !b.items, "the list is empty again");
	ok(origin_where(o, 999, &file, &line) && line == 1001 && slice_is(file, "a.csv"), "the last row of the first run");
	ok(origin_where(o, 1000, &file, &line) && line == 1003, "the first of the second");
	ok(origin_where(o, 1999, &file, &line) && line == 999 && slice_is(file, "b.csv"), "the last of the third");
	ok(origin_where(o, 999999, &file, &line) && line == 998001, "the last of all");
	origin_unref(origin_ref(o));
	ok(origin_where(o, 0, &file, &line) && line == 2, "is counted");
	origin_unref(o);
	origin_unref(NULL);

	is_int(origin_finish(&b, 0, files, 0, &o, NULL), 0, "no rows, no files");
	origin_unref(o);
	origin_add(&b, 0, 0, 1);
	origin_runs_release(&b);
	ok(!b.n && !b.items, "a list can be dropped");
}

static void limits(void)
{
	static const struct {
		int32_t file;
		int64_t line, rows;
		int want;
	} cases[] = {
		{ 1, (INT64_C(1) << 40) - 1, 1, 0 },
		{ 1, (INT64_C(1) << 40) - 10, 10, 0 },
		{ 1, (INT64_C(1) << 40) - 10, 11, ERR_DOMAIN },
		{ 1, INT64_C(1) << 40, 1, ERR_DOMAIN },
		{ 1, -1, 1, ERR_DOMAIN },
		{ -1, 1, 1, ERR_DOMAIN },
		{ ORIGIN_FILES_MAX, 1, 1, ERR_DOMAIN },
	};

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct origin_runs b = ORIGIN_RUNS_INIT;
		struct origin *o = NULL;
		struct slice file;
		int64_t line;
		int rc;

		origin_add(&b, 0, cases[k].file, cases[k].line);
		rc = origin_finish(&b, cases[k].rows, files, 3, &o, NULL);
		ok(rc == cases[k].want && !b.items, "%lld rows from line %lld of file %d on: %d", (long long)cases[k].rows,
		   (long long)cases[k].line, (int)cases[k].file, cases[k].want);
		if (!rc)
			ok(origin_where(o, cases[k].rows - 1, &file, &line) && line == cases[k].line + cases[k].rows - 1 &&
				   slice_is(file, "b.csv"), "the last of them is in its place");
		origin_unref(o);
	}
}

/* More rows than there is memory for: those on consecutive lines take none of their own, also after a slice. */
static void endless(void)
{
	const int64_t rows = INT64_C(1) << 39;
	struct origin_runs b = ORIGIN_RUNS_INIT;
	struct origin *o = NULL, *t = NULL;
	struct slice file;
	int64_t line = 0;

	origin_add(&b, 0, 1, 2);
	origin_add(&b, rows / 4, 2, 2);
	is_int(origin_finish(&b, rows, files, 3, &o, NULL), 0, "2^39 rows in two runs");
	is_int(origin_slice(o, rows / 4 - 1, rows / 2, &t, NULL), 0, "half of them");
	ok(origin_where(t, 0, &file, &line) && line == rows / 4 + 1 && slice_is(file, "b.csv"), "from the first run");
	ok(origin_where(t, rows / 2 - 1, &file, &line) && line == rows / 2 && slice_is(file, "dir/c.csv"), "and the second");
	origin_unref(o);
	origin_unref(t);
}

static const char *const takes[] = { "all", "backwards", "every second", "every third run of 20", "some twice", "shuffled",
				     "none", "one" };
enum { TAKES = sizeof takes / sizeof *takes };

static int64_t rows_to_take(int kind, int64_t rows, int64_t *idx)
{
	int64_t n = 0;
	uint32_t seed = 7;

	for (int64_t i = 0; i < rows; i++) {
		if (kind == 0 || (kind == 2 && i % 2) || (kind == 3 && i / 20 % 3 == 1) || kind == 5)
			idx[n++] = i;
		else if (kind == 1)
			idx[n++] = rows - 1 - i;
		else if (kind == 4 && n < rows)
			idx[n++] = i / 3 * 2;
	}
	for (int64_t i = n - 1; kind == 5 && i > 0; i--) {
		int64_t j = next_random(&seed) % (uint32_t)(i + 1), other = idx[i];

		idx[i] = idx[j];
		idx[j] = other;
	}
	if (kind == 7 && rows)
		idx[n++] = rows / 2;
	return n;
}

static void taken(const struct places *from, const int64_t *idx, int64_t n, struct places *to)
{
	to->rows = n;
	for (int64_t k = 0; k < n; k++) {
		to->file[k] = from->file[idx[k]];
		to->line[k] = from->line[idx[k]];
	}
}

/* Of origins with long, short and no runs; and of what was taken again, back in order where it was shuffled. */
static void taking(void)
{
	static struct places all, some, again;
	static int64_t idx[ROWS], back[ROWS];
	static const int longest[] = { ROWS, 30, 2, 1 };

	for (size_t l = 0; l < sizeof longest / sizeof *longest; l++) {
		struct origin *o, *t, *u;

		make_places(&all, ROWS - (int64_t)l, longest[l], 1 + (uint32_t)l);
		o = make_origin(&all);
		is_int(misplaced(o, &all), 0, "runs of up to %d lines", longest[l]);
		for (int kind = 0; kind < TAKES; kind++) {
			int64_t n = rows_to_take(kind, all.rows, idx), m;

			t = u = NULL;
			taken(&all, idx, n, &some);
			ok(!origin_take(o, idx, n, &t, NULL) && !misplaced(t, &some), "of these, %s", takes[kind]);
			if (kind == 5)
				for (m = 0; m < n; m++)
					back[idx[m]] = m;
			else
				m = rows_to_take(3, n, back);
			taken(&some, back, m, &again);
			ok(!origin_take(t, back, m, &u, NULL) && !misplaced(u, &again), "and of them %s",
			   kind == 5 ? "all, in the first order" : takes[3]);
			origin_unref(t);
			origin_unref(u);
		}
		for (int64_t k = 0; k < 8; k++) {
			int64_t start = k * 371, n = k == 7 ? all.rows - start : k * k * 9;

			for (int64_t i = 0; i < n; i++)
				idx[i] = start + i;
			taken(&all, idx, n, &some);
			ok(!origin_slice(o, start, n, &t, NULL) && !misplaced(t, &some), "rows %lld to %lld", (long long)start,
			   (long long)(start + n));
			origin_unref(t);
		}
		origin_unref(o);
	}
}

static void refused(void)
{
	static struct places all;
	struct origin *o, *t = NULL;
	struct err e = ERR_INIT;

	make_places(&all, 100, 10, 3);
	o = make_origin(&all);
	is_int(origin_take(o, (const int64_t[]){ 99, 100 }, 2, &t, &e), ERR_DOMAIN, "a row past the end");
	is_str(e.msg, "row 101 of a table of 100 rows", "says which");
	is_int(origin_slice(o, 90, 11, &t, NULL), ERR_DOMAIN, "a slice past the end");
	ok(!t, "and gives nothing");
	origin_unref(o);
}

static int every_way(int way, const struct places *p, const struct origin *o, const int64_t *idx, int64_t n)
{
	struct origin_runs b = ORIGIN_RUNS_INIT;
	struct origin *out = NULL;
	int rc;

	if (way == 0) {
		for (int64_t i = 0; i < p->rows; i++)
			origin_add(&b, i, p->file[i], p->line[i]);
		rc = origin_finish(&b, p->rows, files, 3, &out, NULL);
	} else {
		rc = way == 1 ? origin_take(o, idx, n, &out, NULL) : origin_slice(o, 1, p->rows - 2, &out, NULL);
	}
	if (rc && (out || b.items))
		rc = -1;
	origin_unref(out);
	return rc;
}

static void without_memory(void)
{
	static struct places all;
	static int64_t idx[ROWS];

	for (int longest = 1; longest < 40; longest += 19) {
		struct origin *o;

		make_places(&all, 500, longest, 9);
		o = make_origin(&all);
		for (int way = 0; way < 3; way++) {
			for (int kind = 2; kind < (way == 1 ? 6 : 3); kind++) {
				int64_t n = rows_to_take(kind, all.rows, idx);
				long fail = 0, wrong = 0;
				int rc = 1;

				for (; rc; fail++) {
					mem_fail_after(fail);
					rc = every_way(way, &all, o, idx, n);
					mem_fail_after(-1);
					wrong += rc && rc != ERR_MEMORY;
				}
				ok(!wrong && fail > 1, "runs of up to %d, way %d, %s: %ld failing allocations are errors", longest, way,
				   takes[kind], fail - 1);
			}
		}
		origin_unref(o);
	}
}

int main(void)
{
	runs();
	limits();
	endless();
	taking();
	refused();
	without_memory();
	return done();
}
