/*
 * Streams in C: rows that a callback drops, types that are hoped for, and what both have to be: the rows, types and counts
 * of an ordinary stream.
 */
#include "tap.h"
#include "outcome.h"
#include "csv/load_priv.h"

#include <stdlib.h>
#include <unistd.h>

static char work[512];
static const char *paths[3];
static size_t npaths;

static void write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(text->p, 1, text->n, f) != text->n || fclose(f))
		fprintf(stderr, "cannot write '%s'\n", path);
}

/* n rows of "row(i)" below a header, as file number `file`. */
static void make(int file, const char *header, int n, void (*row)(struct buf *b, int i))
{
	static char names[3][600];
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s\n", header);
	for (int i = 0; i < n; i++)
		row(&b, i);
	snprintf(names[file], sizeof names[file], "%s/%d.csv", work, file);
	write_file(names[file], &b);
	paths[file] = names[file];
	npaths = (size_t)file + 1;
	buf_release(&b);
}

/* == reading == */

struct read {
	struct buf text;         /* types, rows, ledger, rejects */
	int parts, restarts, begun;      /* begun: how often the files were read from the start */
	int64_t taken;
	struct err e;
	struct ledger ledger;
};

static void progress(void *ctx, int64_t taken, int64_t size, int64_t rows)
{
	struct read *r = ctx;

	(void)size;
	(void)rows;
	r->begun += taken < r->taken;
	r->taken = taken;
}

static void put_table(struct buf *out, const struct table *t)
{
	struct slice file;
	int64_t line;
	struct buf csv = BUF_INIT;

	if (!write_table_text(&csv, t, WRITE_JSONL, NULL) && csv.n)
		buf_add(out, csv.p, csv.n);
	for (int64_t i = 0; i < t->rows; i++)
		if (table_where(t, i, &file, &line))
			buf_printf(out, " %lld", (long long)line);
	buf_release(&csv);
}

/* To the end, started again when it has to be; what came before is forgotten then. */
static int read_stream(struct read *r, struct load_options *o)
{
	struct load_stream *s = NULL;
	struct table *t = NULL, *first = NULL;
	int rc;

	*r = (struct read){ .begun = 1 };
	o->progress = progress;
	o->progress_ctx = r;
	rc = load_stream_open(paths, npaths, o, &s, &r->e);
	while (!rc && (!(rc = load_stream_next(s, &t, &r->e)) || rc == ERR_RETYPE) && (rc || t)) {
		if (rc) {
			r->restarts++;
			buf_clear(&r->text);
			table_unref(first);
			first = NULL;
			rc = load_stream_restart(s, &r->e);
			continue;
		}
		for (int k = 0; k < t->ncols; k++)
			if (!first)
				buf_printf(&r->text, "%s %s\n", t->names[k], type_name(t->cols[k]->type));
			else if (t->cols[k]->type != first->cols[k]->type)
				buf_str(&r->text, "another type!\n");
		put_table(&r->text, t);
		r->parts++;
		if (first)
			table_unref(t);
		else
			first = t;
	}
	if (!rc) {
		const struct load *l = load_stream_result(s);

		r->ledger = l->ledger;
		outcome_of_faults(&r->text, l);
		if (l->rejects)
			put_table(&r->text, l->rejects);
	} else {
		buf_clear(&r->text);
		buf_str(&r->text, r->e.msg);
	}
	table_unref(first);
	load_stream_close(s);
	return rc;
}

/* == types == */

static void plain_row(struct buf *b, int i)
{
	buf_printf(b, "%d,%d.5,2024-01-%02d,word %d,text of row %d\n", i, i, 1 + i % 28, i % 7, i * 7919);
}

static void int_then_float(struct buf *b, int i)
{
	buf_printf(b, i < 2200 ? "%d,a\n" : "%d.25,b\n", i);
}

static void int_then_word(struct buf *b, int i)
{
	buf_printf(b, i == 2200 ? "%d,x\n" : "%d,5\n", i);
}

static void date_then_time(struct buf *b, int i)
{
	buf_printf(b, i < 2200 ? "%d,2024-01-01\n" : "%d,2024-01-01T10:00:00Z\n", i);
}

static void missing_then_int(struct buf *b, int i)
{
	buf_printf(b, i < 2200 ? "%d,\n" : "%d,3\n", i);
}

static void missing_then_word(struct buf *b, int i)
{
	buf_printf(b, i < 2200 ? "%d,\n" : "%d,x\n", i);
}

static void float_then_int(struct buf *b, int i)
{
	buf_printf(b, i < 100 ? "%d,1.5\n" : "%d,3\n", i);
}

static void mixed_early(struct buf *b, int i)
{
	buf_printf(b, i == 40 ? "%d,x\n" : "%d,3\n", i);
}

static void word_before_ints(struct buf *b, int i)
{
	buf_printf(b, i == 0 ? "%d,x\n" : "%d,3\n", i);
}

static const struct {
	const char *what, *header;
	void (*row)(struct buf *b, int i);
	int restarts;            /* hope is lost */
} types[] = {
	{ "columns of all types", "i,f,d,s,t", plain_row, 0 },
	{ "integers, then fractions", "n,s", int_then_float, 1 },
	{ "integers, then a word", "i,n", int_then_word, 1 },
	{ "dates, then times", "i,d", date_then_time, 1 },
	{ "nothing, then integers", "i,n", missing_then_int, 1 },
	{ "nothing, then words", "i,s", missing_then_word, 0 },
	{ "fractions, then integers", "i,f", float_then_int, 0 },
	{ "a word in the first part", "i,n", mixed_early, 1 },
	{ "a word in the first row", "i,n", word_before_ints, 0 },
};

static void check_types(void)
{
	for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
		struct load_options o = LOAD_DEFAULT;
		struct read want, got;
		bool same = true;

		make(0, types[k].header, 3000, types[k].row);
		o.threads = 1;
		read_stream(&want, &o);
		o.optimistic = true;
		for (o.threads = 1; o.threads <= 3; o.threads++) {
			int rc = read_stream(&got, &o);

			same &= !rc && outcome_same(&want.text, &got.text) && got.restarts == types[k].restarts &&
				got.begun == 1 + types[k].restarts && !memcmp(&got.ledger, &want.ledger, sizeof got.ledger);
			buf_release(&got.text);
		}
		if (!same || want.parts <= 2 || want.begun != 2)
			fprintf(stderr, "%d parts, begun %d times; %d parts, begun %d times, %d restarts\n", want.parts, want.begun,
				got.parts, got.begun, got.restarts);
		ok(same && want.parts > 2 && want.begun == 2, "%s: as an ordinary stream, %s", types[k].what,
		   types[k].restarts ? "started again" : "in one reading");
		buf_release(&want.text);
	}
}

static void check_files(void)
{
	struct load_options o = LOAD_DEFAULT;
	struct read want, got;
	static const char *const some[] = { "n", "other" };

	make(0, "n,s", 3000, float_then_int);
	make(1, "s,other", 1000, float_then_int);
	read_stream(&want, &o);
	o.optimistic = true;
	read_stream(&got, &o);
	ok(outcome_same(&want.text, &got.text) && got.restarts == 1, "a column that only the second file has");
	ok(strstr(want.text.p, "other float64") != NULL, "is there");
	buf_release(&want.text);
	buf_release(&got.text);
	o.columns = some;
	o.ncolumns = 1;
	read_stream(&got, &o);
	is_int(got.restarts, 0, "nothing is amiss when it is not asked for");
	buf_release(&got.text);
	make(0, "n,s", 10, float_then_int);
	o.ncolumns = 2;
	is_int(read_stream(&got, &o), ERR_NAME, "a column that no file has: %s", got.e.msg);
	buf_release(&got.text);
}

static void faulty_row(struct buf *b, int i)
{
	if (i == 2000)
		buf_str(b, "2000,\"x\"y\n");
	else if (i == 2500)
		buf_str(b, "2500\n");
	else
		buf_printf(b, i == 1700 ? "x,%d\n" : "%d,3\n", i);
}

static void check_faults(void)
{
	static const struct load_type declared[] = { { "i", TYPE_INT64 } };
	struct load_options o = LOAD_DEFAULT;
	struct read want, got;

	make(0, "i,n", 3000, faulty_row);
	o.types = declared;
	o.ntypes = 1;
	o.rejects = true;
	read_stream(&want, &o);
	is_int(want.ledger.rows_rejected, 3, "an ordinary stream rejects");
	o.optimistic = true;
	is_int(read_stream(&got, &o), 0, "so does one in hope");
	ok(outcome_same(&want.text, &got.text) && !memcmp(&want.ledger, &got.ledger, sizeof want.ledger), "the same");
	buf_release(&want.text);
	buf_release(&got.text);
	o.rejects = false;
	is_int(read_stream(&got, &o), ERR_DATA, "the first fault is an error");
	ok(strstr(got.e.msg, "0.csv:1702:1: error: column 'i': expected an integer, found 'x'") != NULL, "%s", got.e.msg);
	buf_release(&got.text);
}

/* == rows that are not kept == */

struct asked {
	int from, to, rest;      /* keeps i in [from, to) with i % 3 == rest, all when rest < 0; i is the first column asked for */
	int calls, fail;
};

static int keep_some(void *ctx, const struct table *part, uint8_t *keep, struct err *e)
{
	struct asked *a = ctx;

	if (++a->calls == a->fail)
		return err_set(e, ERR_DOMAIN, "no more");
	for (int64_t i = 0; i < part->rows; i++) {
		int64_t v = part->cols[0]->as.i64[i];

		keep[i] = column_has(part->cols[0], i) && v >= a->from && v < a->to && (a->rest < 0 || v % 3 == a->rest);
	}
	return 0;
}

static int declared_row(void *ctx, const struct table *part, uint8_t *keep, struct err *e)
{
	(void)ctx;
	if (part->ncols != 2 || strcmp(part->names[0], "n") || strcmp(part->names[1], "i"))
		return err_set(e, ERR_DOMAIN, "other columns than were asked for");
	memset(keep, 1, (size_t)part->rows);
	return 0;
}

static void check_keep(void)
{
	static const char *const i[] = { "i" }, *const twice[] = { "n", "i" }, *const nowhere[] = { "k" };
	static const struct load_type declared[] = { { "i", TYPE_INT64 } };
	struct load_options o = LOAD_DEFAULT;
	struct asked a = { 0, 3000, -1, 0, 0 };
	struct load_keep keep = { i, 1, keep_some, &a };
	struct read all, got, other;
	int rc;

	make(0, "i,f,d,s,t", 3000, plain_row);
	read_stream(&all, &o);
	o.keep = &keep;
	read_stream(&got, &o);
	ok(outcome_same(&all.text, &got.text) && a.calls == all.parts && !got.ledger.rows_filtered, "all rows are kept");
	buf_release(&got.text);
	a = (struct asked){ 100, 300, 1, 0, 0 };
	rc = read_stream(&got, &o);
	is_int(got.ledger.rows_kept, 67, "some rows are kept");
	is_int(got.ledger.rows_filtered, 3000 - 67, "the others are counted");
	ok(!rc && strstr(got.text.p, "\"i\":100,\"f\":100.5,\"d\":\"2024-01-17\",\"s\":\"word 2\"") != NULL &&
	   !strstr(got.text.p, "\"i\":101,"), "those that were meant");
	ok(got.parts == all.parts, "a part without a row is a table all the same");
	o.optimistic = true;
	for (o.threads = 1; o.threads < 4; o.threads++) {
		read_stream(&other, &o);
		ok(outcome_same(&got.text, &other.text) && !memcmp(&got.ledger, &other.ledger, sizeof got.ledger) &&
		   other.begun == 1, "in hope the same, %d threads", o.threads);
		buf_release(&other.text);
	}
	buf_release(&got.text);
	a = (struct asked){ 5000, 5001, -1, 0, 0 };
	read_stream(&got, &o);
	ok(!got.ledger.rows_kept && got.ledger.rows_filtered == 3000 && !strncmp(got.text.p, "i int64\nf float64\nd date\ns string\n", 34),
	   "no row at all: the types are there");
	buf_release(&got.text);
	a = (struct asked){ 0, 3000, -1, 0, 2 };
	is_int(read_stream(&got, &o), ERR_DOMAIN, "what the callback fails with comes through");
	buf_release(&got.text);
	keep.columns = nowhere;
	is_int(read_stream(&got, &o), ERR_NAME, "a column that is not there: %s", got.e.msg);
	buf_release(&got.text);
	buf_release(&all.text);

	/* rows that are rejected and dropped count once */
	make(0, "i,n", 3000, faulty_row);
	keep = (struct load_keep){ i, 1, keep_some, &a };
	a = (struct asked){ 0, 3000, 0, 0, 0 };
	o.types = declared;
	o.ntypes = 1;
	o.rejects = true;
	for (int hope = 0; hope < 2; hope++) {
		o.optimistic = hope;
		read_stream(&got, &o);
		is_int(got.ledger.rows_rejected, 3, "%s, rejects are counted", hope ? "in hope" : "in two readings");
		is_int(got.ledger.rows_kept + got.ledger.rows_filtered, 2997, "the others are kept or dropped");
		is_int(got.ledger.rows_kept, 1000, "as they were meant");
		buf_release(&got.text);
	}
	keep = (struct load_keep){ twice, 2, declared_row, NULL };
	is_int(read_stream(&got, &o), 0, "columns come in the order they were asked for");
	buf_release(&got.text);
	make(0, "i,n", 3000, int_then_word);
	keep = (struct load_keep){ i, 1, keep_some, &a };
	read_stream(&got, &o);
	ok(got.restarts == 1 && got.ledger.rows_kept == 1000 && got.ledger.rows_filtered == 2000, "started again, rows count once");
	buf_release(&got.text);
}

static void check_memory(void)
{
	static const char *const i[] = { "i" };
	struct asked a = { 0, 3000, 0, 0, 0 };
	struct load_keep keep = { i, 1, keep_some, &a };
	struct load_options o = LOAD_DEFAULT;
	long failures = 0;
	int rc = ERR_MEMORY;

	make(0, "i,n", 2300, int_then_word);
	o.keep = &keep;
	o.optimistic = true;
	o.threads = 1;
	for (long n = 0; rc == ERR_MEMORY && n < 20000; n += 1 + n / 40) {
		struct read got;

		mem_fail_after(n);
		rc = read_stream(&got, &o);
		mem_fail_after(-1);
		failures += rc == ERR_MEMORY;
		buf_release(&got.text);
	}
	ok(!rc && failures > 50, "no memory: %ld errors, then success", failures);
}

int main(void)
{
	const char *dir = getenv("WORK");

	snprintf(work, sizeof work, "%s", dir ? dir : "/tmp");
	reader_block_size(128);          /* parts of 8 KB */
	pass_shared_from(1);
	check_types();
	check_files();
	npaths = 1;
	check_faults();
	check_keep();
	check_memory();
	for (size_t k = 0; k < 2; k++)
		unlink(paths[k]);
	return done();
}
