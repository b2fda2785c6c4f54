/* t3510-ipc.c - tables as Arrow files and streams and back: all types, cut, damaged, without memory. */
#define _GNU_SOURCE        /* memmem */
#include <stdlib.h>
#include "arrow.h"
#include "tap.h"

#include <unistd.h>

static const char *const formats[] = { [ARROW_FILE] = "file", [ARROW_STREAM] = "stream" };

static void round_trip(const struct table *t, enum arrow_format format, int64_t rows, const char *what)
{
	struct arrow_data d = ARROW_DATA_INIT;
	struct buf bytes = BUF_INIT;
	struct err e = ERR_INIT;
	bool good = table_bytes(&bytes, t, format, rows, &e) && !arrow_read_memory("memory", bytes.p, bytes.n, NULL, &d, &e);

	if (!good)
		fprintf(stderr, "%s\n", e.msg);
	ok(good && same_table(t, d.table) && sound_table(d.table) && !d.faults.n, "%s, a %s in batches of %lld", what, formats[format],
	   (long long)rows);
	arrow_data_release(&d);
	buf_release(&bytes);
}

static void random_tables(void)
{
	static const int64_t sizes[] = { 0, 1, 7, 8, 9, 64, 65, 1000, 5003 };

	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		struct table *t = any_table(sizes[k], 4, k + 1);
		char what[64];

		snprintf(what, sizeof what, "%lld rows of all types", (long long)sizes[k]);
		for (int format = ARROW_FILE; format <= ARROW_STREAM; format++) {
			round_trip(t, (enum arrow_format)format, 0, what);
			round_trip(t, (enum arrow_format)format, 8, what);
			round_trip(t, (enum arrow_format)format, 600, what);
		}
		table_unref(t);
	}
}

static void odd_shapes(void)
{
	struct table *none, *rows, *wide = any_table(3, 150, 5), *parent = any_table(5000, 4, 6), *slice = NULL, *taken = NULL;
	int64_t idx[] = { 4000, 3, 3, 17, 4999 };

	table_new(0, &none, NULL);
	table_new(12345, &rows, NULL);
	table_slice(parent, 1001, 2500, &slice, NULL);
	table_take(parent, idx, 5, &taken, NULL);
	for (int format = ARROW_FILE; format <= ARROW_STREAM; format++) {
		round_trip(none, (enum arrow_format)format, 0, "no columns, no rows");
		round_trip(rows, (enum arrow_format)format, 0, "rows without columns");
		round_trip(wide, (enum arrow_format)format, 0, "1,200 columns");
		round_trip(slice, (enum arrow_format)format, 64, "rows out of the middle");
		round_trip(taken, (enum arrow_format)format, 0, "rows here and there");
	}
	table_unref(none);
	table_unref(rows);
	table_unref(wide);
	table_unref(parent);
	table_unref(slice);
	table_unref(taken);
}

/* Codes of missing values may be past the dictionary. */
static void wild_codes(void)
{
	static const uint8_t codes[] = { 0, 200, 1, 255, 0, 0, 0, 0, 1 };
	struct dict *d = dict_new();
	struct column *dict = NULL, *c = NULL;
	uint8_t *own = mem_column(9), *validity = mem_column(2);
	struct table *t;
	struct buf bytes = BUF_INIT;

	dict_code(d, "x", 1);
	dict_code(d, "y", 1);
	dict_column(d, &dict, NULL);
	memcpy(own, codes, 9);
	validity[0] = 0xf5;
	validity[1] = 1;
	column_of_codes(own, 1, dict, validity, 9, 2, &c, NULL);
	table_new(9, &t, NULL);
	table_add(t, "s", c, NULL);
	round_trip(t, ARROW_FILE, 0, "codes beyond the dictionary");
	table_bytes(&bytes, t, ARROW_STREAM, 0, NULL);
	ok(!memmem(bytes.p, bytes.n, codes, 9), "and they are not written");
	buf_release(&bytes);
	column_unref(c);
	column_unref(dict);
	dict_free(d);
	table_unref(t);
}

/* == several tables == */

static void several(enum arrow_format format)
{
	struct arrow_write_options o = { .format = format, .rows = 256 };
	struct arrow_writer *w = NULL;
	struct arrow_data d = ARROW_DATA_INIT;
	struct table *parts[4] = { any_table(700, 2, 11), any_table(0, 2, 12), any_table(1, 2, 13), any_table(900, 2, 14) }, *all;
	struct file_out out;
	struct buf bytes = BUF_INIT;
	struct err e = ERR_INIT;
	int rc;

	file_out_memory(&out, &bytes);
	rc = arrow_writer_open(&out, &o, &w, &e);
	for (int k = 0; k < 4 && !rc; k++)
		rc = arrow_writer_add(w, parts[k], &e);
	rc = rc ? rc : arrow_writer_finish(w, &e);
	arrow_writer_close(w);
	rc = rc ? rc : arrow_read_memory("memory", bytes.p, bytes.n, NULL, &d, &e);
	if (rc)
		fprintf(stderr, "%s\n", e.msg);
	table_concat((const struct table *const *)parts, 4, &all, NULL);
	ok(!rc && same_table(all, d.table) && sound_table(d.table), "four tables make one %s", formats[format]);
	arrow_data_release(&d);
	table_unref(all);
	/* another one does not fit */
	buf_clear(&bytes);
	arrow_writer_open(&out, &o, &w, &e);
	arrow_writer_add(w, parts[0], &e);
	table_unref(parts[1]);
	parts[1] = any_table(5, 1, 1);
	is_int(arrow_writer_add(w, parts[1], &e), ERR_TYPE, "a table with other columns is refused");
	is_str(e.msg, "one table has 16 columns and another has 8", "by name");
	arrow_writer_close(w);
	for (int k = 0; k < 4; k++)
		table_unref(parts[k]);
	buf_release(&bytes);
}

static void no_table(enum arrow_format format)
{
	struct arrow_write_options o = { .format = format };
	struct arrow_writer *w = NULL;
	struct arrow_data d = ARROW_DATA_INIT;
	struct file_out out;
	struct buf bytes = BUF_INIT;

	file_out_memory(&out, &bytes);
	ok(!arrow_writer_open(&out, &o, &w, NULL) && !arrow_writer_finish(w, NULL) &&
	   !arrow_read_memory("memory", bytes.p, bytes.n, NULL, &d, NULL) && d.table->rows == 0 && d.table->ncols == 0,
	   "a %s of no table", formats[format]);
	arrow_writer_close(w);
	arrow_data_release(&d);
	buf_release(&bytes);
}

/* == notes, options == */

static void notes(void)
{
	struct arrow_note list[] = { { (char *)"key", (char *)"a value", 7 }, { (char *)"empty", (char *)"", 0 } };
	struct arrow_write_options o = { .notes = list, .nnotes = 2 };
	struct arrow_data d = ARROW_DATA_INIT;
	struct table *t = any_table(10, 1, 3);
	struct file_out out;
	struct buf bytes = BUF_INIT;

	file_out_memory(&out, &bytes);
	arrow_write(&out, t, &o, NULL);
	ok(!arrow_read_memory("memory", bytes.p, bytes.n, NULL, &d, NULL) && d.nnotes == 2, "notes come back");
	is_str(d.nnotes == 2 ? d.notes[0].key : NULL, "key", "their keys");
	is_str(d.nnotes == 2 ? d.notes[0].value : NULL, "a value", "and their values");
	arrow_data_release(&d);
	buf_release(&bytes);
	table_unref(t);
}

static void columns(void)
{
	const char *some[] = { "date_0_3", "quantity_0_6" }, *none[] = { "bool_0_0", "nowhere" };
	struct arrow_read_options o = { .columns = some, .ncolumns = 2 };
	struct arrow_data d = ARROW_DATA_INIT;
	struct table *t = any_table(40, 1, 4), *want = NULL;
	struct buf bytes = BUF_INIT;
	struct err e = ERR_INIT;

	table_bytes(&bytes, t, ARROW_FILE, 8, NULL);
	table_select(t, some, 2, &want, NULL);
	ok(!arrow_read_memory("memory", bytes.p, bytes.n, &o, &d, &e) && same_table(want, d.table), "only some columns");
	is_int(d.columns_skipped, t->ncols - 2, "the others are counted");
	arrow_data_release(&d);
	o.columns = none;
	is_int(arrow_read_memory("memory", bytes.p, bytes.n, &o, &d, &e), ERR_NAME, "a column that is not there");
	is_str(e.msg, "memory: error: there is no column 'nowhere'", "is named");
	table_unref(t);
	table_unref(want);
	buf_release(&bytes);
}

static void names(void)
{
	static const char *const said[] = { "a column without a name; it is called 'column_1'", "the name 'n' is there twice; this column is 'n_2'",
					    "the name 'n' is there twice; this column is 'n_3'" };
	struct arrow_data d = ARROW_DATA_INIT;
	struct column *c = any_column(TYPE_INT64, 3, 0, 0);
	struct table *t;
	struct buf bytes = BUF_INIT;

	table_new(3, &t, NULL);
	for (int k = 0; k < 4; k++) {
		char name[] = { (char)('a' + k), 0 };

		table_add(t, name, c, NULL);
	}
	/* the layer above keeps names apart; other programs do not */
	strcpy(t->names[0], "");
	for (int k = 1; k < 4; k++)
		strcpy(t->names[k], "n");
	table_bytes(&bytes, t, ARROW_STREAM, 0, NULL);
	ok(!arrow_read_memory("memory", bytes.p, bytes.n, NULL, &d, NULL) && d.table->ncols == 4, "names that are no names");
	for (int k = 0; k < 3; k++)
		is_str(d.faults.n == 3 ? d.faults.items[k].message : NULL, said[k], "warning %d", k + 1);
	is_str(d.table ? d.table->names[3] : NULL, "n_3", "the last one");
	arrow_data_release(&d);
	table_unref(t);
	column_unref(c);
	buf_release(&bytes);
}

/* == files on disk == */

static void on_disk(void)
{
	struct arrow_write_options o = { .rows = 4096 };
	struct arrow_data d = ARROW_DATA_INIT;
	struct table *t = any_table(50000, 2, 21);
	struct file_out out;
	struct slice file = slice_of("", 0);
	struct err e = ERR_INIT;
	const char *work = getenv("WORK");
	char path[4096];
	int64_t line = 0;
	int rc;

	snprintf(path, sizeof path, "%s/t.arrow", work ? work : "/tmp");
	if (!(rc = file_out_open(&out, path, false, &e)) && !(rc = arrow_write(&out, t, &o, &e)))
		rc = file_out_commit(&out, &e);
	for (int threads = 1; threads <= 8; threads *= 2) {
		struct arrow_read_options how = { .threads = threads };

		rc = rc ? rc : arrow_read(path, &how, &d, &e);
		ok(!rc && same_table(t, d.table), "a file on disk, %d threads", threads);
		ok(!rc && table_where(d.table, 40001, &file, &line) && line == 40002 && slice_is(file, path), "and rows know where they are");
		arrow_data_release(&d);
	}
	if (rc)
		fprintf(stderr, "%s\n", e.msg);
	ok(truncate(path, 100000) == 0 && arrow_read(path, NULL, &d, &e) == ERR_DATA, "cut");
	ok(strstr(e.msg, "does not end in ARROW1") != NULL, "is told: %s", e.msg);
	unlink(path);
	table_unref(t);
}

/* == damage == */

static void cut(enum arrow_format format)
{
	struct table *t = any_table(20, 1, 32);
	struct arrow_read_options one = { .threads = 1 };
	struct buf bytes = BUF_INIT;
	size_t refused = 0, fewer = 0, wrong = 0;

	table_bytes(&bytes, t, format, 8, NULL);
	for (size_t n = 0; n < bytes.n; n++) {
		struct arrow_data d = ARROW_DATA_INIT;
		struct err e = ERR_INIT;
		char *copy = mem_alloc(n);       /* of its own, so that a sanitizer sees its end */
		int rc;

		memcpy(copy, bytes.p, n);
		rc = arrow_read_memory("memory", copy, n, &one, &d, &e);
		if (rc == ERR_DATA && strstr(e.msg, "memory: error: "))
			refused++;
		else if (!rc && format == ARROW_STREAM && d.faults.n == 1 && d.faults.items[0].warning && sound_table(d.table))
			fewer++;
		else
			wrong++;
		arrow_data_release(&d);
		mem_free(copy);
	}
	is_int(wrong, 0, "a %s cut at any byte is refused", formats[format]);
	/* behind the schema, 5 dictionaries of the quantity (with this seed none is empty), 3 batches: then all is there but the end mark */
	is_int(fewer, format == ARROW_STREAM ? 9 : 0, "but between two messages of a stream, where it may end, with a warning");
	ok(refused > 1000, "%zu times", refused);
	table_unref(t);
	buf_release(&bytes);
}

static void changed(enum arrow_format format)
{
	static const uint8_t masks[] = { 0x01, 0x80, 0xff, 0x10 };
	struct table *t = any_table(20, 1, 32);
	struct arrow_read_options one = { .threads = 1 };
	struct buf bytes = BUF_INIT;
	size_t refused = 0, read = 0, wrong = 0;

	table_bytes(&bytes, t, format, 8, NULL);
	for (size_t i = 0; i < bytes.n; i++) {
		for (int m = 0; m < 4; m++) {
			struct arrow_data d = ARROW_DATA_INIT;
			struct err e = ERR_INIT;
			int rc;

			bytes.p[i] = (char)(bytes.p[i] ^ masks[m]);
			rc = arrow_read_memory("memory", bytes.p, bytes.n, &one, &d, &e);
			bytes.p[i] = (char)(bytes.p[i] ^ masks[m]);
			if (!rc && sound_table(d.table))
				read++;
			else if ((rc == ERR_DATA || rc == ERR_TYPE) && strstr(e.msg, "memory: error: "))
				refused++;
			else
				wrong++;
			arrow_data_release(&d);
		}
	}
	/* every number of eight bytes at its ends, where sums of sizes would run over */
	for (size_t i = 0; i + 8 <= bytes.n; i += 4) {
		static const int64_t ends[] = { INT64_MAX, INT64_MIN, INT64_MAX - 1000, -1 };
		int64_t before;

		memcpy(&before, bytes.p + i, sizeof before);
		for (int m = 0; m < 4; m++) {
			struct arrow_data d = ARROW_DATA_INIT;
			int rc;

			memcpy(bytes.p + i, &ends[m], sizeof before);
			rc = arrow_read_memory("memory", bytes.p, bytes.n, &one, &d, NULL);
			wrong += rc ? rc != ERR_DATA && rc != ERR_TYPE : !sound_table(d.table);
			arrow_data_release(&d);
		}
		memcpy(bytes.p + i, &before, sizeof before);
	}
	is_int(wrong, 0, "with any byte or number changed a %s is refused, or gives a table that is sound", formats[format]);
	ok(refused > 1000 && read > 1000, "%zu and %zu times", refused, read);
	table_unref(t);
	buf_release(&bytes);
}

/* == no memory == */

static void starve(enum arrow_format format)
{
	struct arrow_read_options o = { .threads = 1 };
	struct table *t = any_table(100, 1, 41);
	struct buf bytes = BUF_INIT, again = BUF_INIT;
	struct err e = ERR_INIT;
	bool good = true, written = false, read = false;

	table_bytes(&bytes, t, format, 16, NULL);
	for (long n = 0; !written && n < 5000; n++) {
		mem_fail_after(n);
		written = table_bytes(&again, t, format, 16, &e);
		mem_fail_after(-1);
		good &= written || e.code == ERR_MEMORY;
		if (!written)
			buf_release(&again);
	}
	ok(good && written && again.n == bytes.n && !memcmp(again.p, bytes.p, bytes.n), "writing a %s while memory runs out",
	   formats[format]);
	for (long n = 0; !read && n < 5000; n++) {
		struct arrow_data d = ARROW_DATA_INIT;

		mem_fail_after(n);
		read = !arrow_read_memory("memory", bytes.p, bytes.n, &o, &d, &e);
		mem_fail_after(-1);
		good &= read ? same_table(t, d.table) : e.code == ERR_MEMORY && !d.table;
		arrow_data_release(&d);
	}
	ok(good && read, "and reading it");
	table_unref(t);
	buf_release(&bytes);
	buf_release(&again);
}

int main(void)
{
	random_tables();
	odd_shapes();
	wild_codes();
	notes();
	columns();
	names();
	on_disk();
	for (int format = ARROW_FILE; format <= ARROW_STREAM; format++) {
		several((enum arrow_format)format);
		no_table((enum arrow_format)format);
		cut((enum arrow_format)format);
		changed((enum arrow_format)format);
		starve((enum arrow_format)format);
	}
	return done();
}
