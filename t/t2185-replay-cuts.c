/*
 * t2185-replay-cuts.c - corrections and the cuts of blocks: a load with corrections gives what a load of the corrected
 * file gives, for blocks of every size and any number of threads.
 */
#include "csv/load_priv.h"
#include "tap.h"

#include <stdlib.h>

enum { ROWS = 40 };

static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)(((seed * UINT64_C(2685821657736338717)) >> 32) * n >> 32);
}

struct made {
	struct buf before, after;        /* the file, and the file as it should be */
	struct table *fixes;
	int64_t fixed, lines[ROWS];      /* where rows that stay begin */
};

/* A row, and a line end that both files share; every third row is replaced. */
static void make(struct made *m)
{
	static const char *const good[] = { "%d,x", "\"%d\",\"two\nlines\"", "%d,\"a \"\"q\"\"\"", "%d,", "%d,a longer text, of some words" };
	static const char *const bad[] = { "%d", "%d,b\"r", "%d,\"b\"r\"", "%d,1,2", "%d,\"two\nlines\",3", "%d,x" };
	static const char *const ends[] = { "\n", "\r\n", "\r", "\n\n", "\n# a comment\n" };
	struct builder b[4];
	struct column *c;
	int64_t line = 2;

	*m = (struct made){ .before = BUF_INIT, .after = BUF_INIT };
	for (int k = 0; k < 4; k++)
		builder_init(&b[k], k == 1 ? TYPE_INT64 : TYPE_STRING, NULL);
	buf_str(&m->before, "n,s\n");
	buf_str(&m->after, "n,s\n");
	for (int i = 0; i < ROWS; i++) {
		const char *end = i + 1 == ROWS && below(2) ? "" : ends[below(5)];
		char right[80], wrong[80];

		snprintf(right, sizeof right, i % 7 == 6 && i % 2 ? "%d,\"a, b\"" : good[below(4)], i);
		snprintf(wrong, sizeof wrong, "%s", right);
		if (below(3) == 0) {
			snprintf(wrong, sizeof wrong, bad[below(6)], i);
			builder_string(&b[0], "memory", 6);
			builder_int64(&b[1], line);
			builder_string(&b[2], wrong, strlen(wrong));
			builder_string(&b[3], right, strlen(right));
			m->fixed++;
		}
		m->lines[i] = line;
		buf_str(&m->before, wrong);
		buf_str(&m->before, end);
		buf_str(&m->after, right);
		buf_str(&m->after, end);
		line += reader_lines(wrong, strlen(wrong)) + reader_lines(end, strlen(end));
	}
	table_new(m->fixed, &m->fixes, NULL);
	for (int k = 0; k < 4; k++) {
		static const char *const names[] = { "file", "line", "raw", "corrected" };

		builder_finish(&b[k], &c, NULL);
		table_add(m->fixes, names[k], c, NULL);
		column_unref(c);
	}
}

static int load(const struct buf *text, const struct table *fixes, bool lenient, int threads, struct load *l, struct err *e)
{
	struct load_options o = LOAD_DEFAULT;
	struct input *in = NULL;
	int rc;

	o.scan.comment = '#';
	o.scan.lenient = lenient;
	o.replay = fixes;
	o.threads = threads;
	input_memory(&in, "memory", text->p, text->n, NULL);
	rc = load_input(in, &o, l, e);
	input_close(in);
	return rc;
}

static bool same(const struct made *m, const struct load *got, const struct load *want)
{
	const struct ledger *g = &got->ledger;
	bool good = got->table->rows == want->table->rows && got->table->ncols == want->table->ncols && !got->rejects->rows;
	struct slice file;
	int64_t line;

	for (int k = 0; good && k < got->table->ncols; k++)
		for (int64_t i = 0; good && i < got->table->rows; i++)
			good = column_equal(got->table->cols[k], i, want->table->cols[k], i);
	for (int64_t i = 0; good && i < got->table->rows; i++)
		good = table_where(got->table, i, &file, &line) && line == m->lines[i];
	return good && g->rows_replayed == m->fixed && g->rows_read == ROWS && g->bytes == (int64_t)m->before.n &&
	       g->bytes == g->bytes_rows + g->bytes_terminators + g->bytes_skipped;
}

int main(int argc, char **argv)
{
	int files = argc > 1 ? atoi(argv[1]) : 40;
	static const int sizes[] = { 1, 2, 3, 5, 8, 13, 21, 34, 55, 64, 65, 100, 200, 400, 0 };
	struct err e = ERR_INIT;
	long failing = 0;
	int bad = 0, refused = 0, total = 0;

	pass_shared_from(1);
	for (int f = 0; f < files; f++) {
		struct made m;
		struct load want = LOAD_INIT;

		make(&m);
		if (load(&m.after, NULL, false, 1, &want, &e)) {
			ok(false, "file %d as it should be: %s", f, e.msg);
			continue;
		}
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
			for (int threads = 1; threads < 4; threads += 2) {
				struct load got = LOAD_INIT;

				reader_block_size((size_t)sizes[s]);
				e.msg[0] = 0;
				total++;
				if (load(&m.before, m.fixes, false, threads, &got, &e) || !same(&m, &got, &want)) {
					fprintf(stderr, "file %d, blocks of %d, %d threads: %s\n%s\n", f, sizes[s], threads, e.msg, m.before.p);
					bad++;
				}
				load_release(&got);
			}
		}
		reader_block_size(0);
		/* One byte of a row that is to be replaced is another. */
		if (m.fixed) {
			struct load got = LOAD_INIT;
			struct slice raw = column_string(m.fixes->cols[2], 0);
			char *p = m.before.p;

			for (int64_t k = 1; k < m.fixes->cols[1]->as.i64[0]; k++)
				p += strcspn(p, "\r\n") + (p[strcspn(p, "\r\n")] == '\r' && p[strcspn(p, "\r\n") + 1] == '\n' ? 2 : 1);
			*p = *p == '9' ? '8' : '9';
			refused += !raw.n || load(&m.before, m.fixes, false, 1, &got, &e) != ERR_DATA || !strstr(e.msg, "is not what the rejects say");
			load_release(&got);
		}
		load_release(&want);
		buf_release(&m.before);
		buf_release(&m.after);
		table_unref(m.fixes);
	}
	is_int(bad, 0, "%d loads with corrections are as the corrected files", total);
	is_int(refused, 0, "and a file that changed is refused");

	struct made m;
	int rc = 1;
	long wrong = 0;

	make(&m);
	for (; rc && !wrong; failing++) {
		struct load got = LOAD_INIT;

		mem_fail_after(failing);
		rc = load(&m.before, m.fixes, false, 1, &got, &e);
		mem_fail_after(-1);
		wrong += rc && (rc != ERR_MEMORY || got.table);
		load_release(&got);
	}
	ok(!wrong && failing > 100, "%ld failing allocations are errors", failing - 1);
	buf_release(&m.before);
	buf_release(&m.after);
	table_unref(m.fixes);
	return done();
}
