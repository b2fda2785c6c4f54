/*
 * t2300-write.c - writing tables and records: the bytes against a writer that takes every cell by itself, and what was
 * written read back as the same table.
 */
#include "csv/load.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static uint64_t state;

static uint64_t next_random(void)        /* Vigna, splitmix64 */
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int below(int n)
{
	return (int)(next_random() % (uint64_t)n);
}

/* == the other writer: a cell at a time, a byte at a time == */

static void plain_field(struct buf *out, const char *p, size_t n, bool alone)
{
	bool quote = alone && !n;

	for (size_t i = 0; i < n && !quote; i++)
		quote = p[i] == ',' || p[i] == '"' || p[i] == '\n' || p[i] == '\r';
	quote |= n >= 3 && !memcmp(p, "\xef\xbb\xbf", 3);
	if (!quote) {
		buf_add(out, p, n);
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < n; i++) {
		buf_str(out, p[i] == '"' ? "\"" : "");
		buf_char(out, p[i]);
	}
	buf_char(out, '"');
}

static void plain_json(struct buf *out, const char *p, size_t n)
{
	bool hex = text_utf8_valid(p, n) < n;

	buf_str(out, hex ? "{\"hex\": \"" : "\"");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (hex)
			buf_printf(out, "%02x", c);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n' || c == '\r' || c == '\t')
			buf_printf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\u%04x", c);
		else
			buf_char(out, (char)c);
	}
	buf_str(out, hex ? "\"}" : "\"");
}

static void plain_number(struct buf *out, double v)
{
	char text[TEXT_NUMBER_MAX];

	text_print_float64(text, v);
	buf_printf(out, isfinite(v) ? "%s" : "\"%s\"", text);
}

static void plain_code(struct buf *out, const char *name, struct slice s)
{
	buf_printf(out, ",\"%s\":", name);
	if (s.n)
		plain_json(out, s.p, s.n);
	else
		buf_str(out, "null");
}

static void plain_quantity(struct buf *out, const struct quantity *q)
{
	const char *kind = quantity_kind_name(q->kind);

	buf_str(out, "{\"low\":");
	plain_number(out, q->low);
	buf_str(out, ",\"high\":");
	if (isinf(q->high))
		buf_str(out, "null");
	else
		plain_number(out, q->high);
	buf_str(out, ",\"stated\":");
	if (isnan(q->stated))
		buf_str(out, "null");
	else
		plain_number(out, q->stated);
	plain_code(out, "kind", slice_of(kind, strlen(kind)));
	plain_code(out, "measure", q->measure);
	plain_code(out, "basis", q->basis);
	plain_code(out, "base", q->base);
	if (q->unit.n)
		plain_code(out, "unit", q->unit);
	for (int k = 0; k < 2; k++)
		if (k ? q->has_as_of : q->has_since) {
			char day[DATE_TEXT_MAX];

			date_print(day, k ? q->as_of : q->since);
			plain_code(out, k ? "as_of" : "since", slice_of(day, 10));
		}
	buf_char(out, '}');
}

static void plain_value(struct buf *out, const struct column *c, int64_t i, bool json, bool alone)
{
	struct buf cell = BUF_INIT;
	struct quantity q;

	column_text(&cell, c, i);
	buf_str(&cell, "");
	if (!json)
		plain_field(out, cell.p, cell.n, alone);
	else if (!column_has(c, i))
		buf_str(out, "null");
	else if (c->type == TYPE_STRING)
		plain_json(out, column_string(c, i).p, column_string(c, i).n);
	else if (c->type == TYPE_QUANTITY)
		q = column_quantity(c, i), plain_quantity(out, &q);
	else if (c->type == TYPE_FLOAT64)
		plain_number(out, c->as.f64[i]);
	else
		buf_printf(out, c->type == TYPE_DATE || c->type == TYPE_DATETIME ? "\"%s\"" : "%s", cell.p);
	buf_release(&cell);
}

static void plain_table(struct buf *out, const struct table *t, enum write_format format)
{
	bool json = format != WRITE_CSV;

	buf_str(out, format == WRITE_JSON ? "[" : "");
	for (int k = 0; k < t->ncols && !json; k++) {
		buf_str(out, k ? "," : "");
		plain_field(out, t->names[k], strlen(t->names[k]), t->ncols == 1);
	}
	buf_str(out, t->ncols && !json ? "\r\n" : "");
	for (int64_t i = 0; i < t->rows && (json || t->ncols); i++) {
		buf_str(out, format == WRITE_JSON ? i ? ",\n{" : "\n{" : json ? "{" : "");
		for (int k = 0; k < t->ncols; k++) {
			buf_str(out, k ? "," : "");
			if (json) {
				plain_json(out, t->names[k], strlen(t->names[k]));
				buf_char(out, ':');
			}
			plain_value(out, t->cols[k], i, json, t->ncols == 1);
		}
		buf_str(out, format == WRITE_JSON ? "}" : json ? "}\n" : "\r\n");
	}
	buf_str(out, format == WRITE_JSON ? "\n]\n" : "");
}

/* == tables == */

/* `wild` holds any byte; the other only what a CSV file may. */
static void random_text(struct buf *out, bool wild)
{
	static const char *const parts[] = { ",", "\"", "\n", "\r", "\r\n", "\xef\xbb\xbf", "\\", "\t", "\x7f", "\x01", " ", "a", "bc",
					     "K\xc3\xb6nig", "\xec\x9d\xb4", "\xf0\x9f\x98\x80", ";", "'", "/", "0", "null" };
	int n = below(8) ? below(6) : below(80);

	buf_clear(out);
	if (!below(3))
		buf_fill(out, 'x', (size_t)below(40));           /* plain, around the widths of vectors */
	for (int i = 0; i < n; i++) {
		if (wild && !below(6))
			buf_char(out, (char)below(256));
		else
			buf_str(out, parts[below(sizeof parts / sizeof *parts)]);
	}
	if (!out->n)
		buf_char(out, 'z');        /* an empty one would read back as missing */
}

static void random_quantity(struct builder *b)
{
	static const char *const words[] = { "", "killed", "with, comma", "\"q\"" };
	struct quantity q = { 0 };
	const char *base = words[below(4)], *measure = words[below(4)];

	quantity_bounds((enum quantity_kind)below(QUANTITY_COMPUTED), 10, 3000.5, 12000, QUANTITY_ROUNDING, false, &q, NULL);
	q.measure = slice_of(measure, strlen(measure));
	q.base = slice_of(base, strlen(base));
	builder_quantity(b, &q);
}

static double random_double(void)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY, -0.0, 0, 5e-324, 1.7976931348623157e308, 1e15, 1e22, 0.1 };
	uint64_t bits = next_random();
	double v;

	memcpy(&v, &bits, sizeof v);
	return below(3) ? (double)(below(2000000) - 1000000) / 1000 : below(2) ? odd[below(10)] : isnan(v) ? NAN : v;
}

static struct column *random_column(enum type type, int64_t rows, int missing, int distinct, bool wild)
{
	static const int32_t days[] = { -719162, 2932896, 0, -1, 19782 };
	struct builder b;
	struct column *c = NULL;
	struct buf text = BUF_INIT, many[50] = { 0 };

	builder_init(&b, type, NULL);
	for (int i = 0; i < 50; i++)
		random_text(&many[i], wild);
	for (int64_t i = 0; i < rows; i++) {
		int64_t whole = (int64_t)next_random() >> below(64);

		if (below(100) < missing)
			builder_missing(&b);
		else if (type == TYPE_BOOL)
			builder_bool(&b, below(2));
		else if (type == TYPE_INT64)
			builder_int64(&b, below(20) ? whole : below(2) ? INT64_MIN : INT64_MAX);
		else if (type == TYPE_FLOAT64)
			builder_float64(&b, random_double());
		else if (type == TYPE_DATE)
			builder_date(&b, below(3) ? below(30000) : days[below(5)]);
		else if (type == TYPE_DATETIME)
			builder_int64(&b, (int64_t)days[below(5)] * INT64_C(86400000000) + below(2) * (int64_t)(next_random() % UINT64_C(86400000000)));
		else if (type == TYPE_QUANTITY)
			random_quantity(&b);
		else if (distinct)
			builder_string(&b, many[i % distinct].p, many[i % distinct].n);
		else
			random_text(&text, wild), builder_string(&b, text.p, text.n);
	}
	builder_finish(&b, &c, NULL);
	buf_release(&text);
	for (int i = 0; i < 50; i++)
		buf_release(&many[i]);
	return c;
}

static struct table *random_table(int64_t rows, int ncols, bool wild)
{
	static const char *const names[] = { "n", "with, comma", "\"quoted\"", "two\nlines", "\xef\xbb\xbfmark", "K\xc3\xb6nig", "back\\slash",
					     "a name that is longer than any vector of today's processors", "\x01", "j", "k", "l" };
	struct table *t = NULL;

	table_new(rows, &t, NULL);
	for (int k = 0; k < ncols; k++) {
		enum type type = (enum type)below(wild ? TYPE_COUNT : TYPE_QUANTITY);
		struct column *c = random_column(type, rows, (int[]){ 0, 10, 100 }[below(3)], below(2) ? 1 + below(50) : 0, wild);

		table_add(t, names[k], c, NULL);
		column_unref(c);
	}
	return t;
}

static bool same_text(const struct buf *got, const struct buf *want)
{
	size_t i = 0;

	if (got->n == want->n && (!got->n || !memcmp(got->p, want->p, got->n)))
		return true;
	while (i < got->n && i < want->n && got->p[i] == want->p[i])
		i++;
	fprintf(stderr, "%zu bytes, expected %zu; from byte %zu: '%.80s', expected '%.80s'\n", got->n, want->n, i,
		got->p ? got->p + i : "", want->p ? want->p + i : "");
	return false;
}

static void bytes(void)
{
	for (int f = 0; f < WRITE_COUNT; f++) {
		long bad = 0;

		state = 1;
		for (int i = 0; i < 400; i++) {
			struct table *t = random_table(i % 7 ? below(60) : 0, i < 4 ? i : 1 + below(12), true);
			struct buf got = BUF_INIT, want = BUF_INIT;

			plain_table(&want, t, (enum write_format)f);
			bad += write_table_text(&got, t, (enum write_format)f, NULL) || !same_text(&got, &want);
			table_unref(t);
			buf_release(&got);
			buf_release(&want);
		}
		is_int(bad, 0, "400 tables of any bytes as %s: what the plain writer gives (seed 1)", (const char *[]){ "CSV", "JSON", "JSON Lines" }[f]);
	}
}

/* The same values; `b` may have other dictionaries. */
static bool same_table(const struct table *a, const struct table *b)
{
	bool same = a->rows == b->rows && a->ncols == b->ncols;

	for (int k = 0; k < a->ncols && same; k++) {
		same = a->cols[k]->type == b->cols[k]->type && !strcmp(a->names[k], b->names[k]);
		for (int64_t i = 0; i < a->rows && same; i++) {
			same = column_equal(a->cols[k], i, b->cols[k], i);
			if (same && a->cols[k]->type == TYPE_FLOAT64 && column_has(a->cols[k], i))
				same = signbit(a->cols[k]->as.f64[i]) == signbit(b->cols[k]->as.f64[i]) || isnan(a->cols[k]->as.f64[i]);
			if (!same)
				fprintf(stderr, "column '%s', row %lld\n", a->names[k], (long long)i);
		}
	}
	return same;
}

static bool reads_back(const struct table *t)
{
	struct load_options o = LOAD_DEFAULT;
	struct load_type types[16];
	struct load l = LOAD_INIT;
	struct buf text = BUF_INIT;
	struct input *in = NULL;
	struct err e = ERR_INIT;
	bool good;

	for (int k = 0; k < t->ncols; k++)
		types[k] = (struct load_type){ t->names[k], t->cols[k]->type };
	o.types = types;
	o.ntypes = (size_t)t->ncols;
	write_table_text(&text, t, WRITE_CSV, NULL);
	input_memory(&in, "written", text.p, text.n, NULL);
	good = !load_input(in, &o, &l, &e) && same_table(t, l.table);
	if (e.code)
		fprintf(stderr, "%s\n", e.msg);
	input_close(in);
	load_release(&l);
	buf_release(&text);
	return good;
}

static void round_trips(void)
{
	long bad = 0;

	state = 2;
	for (int i = 0; i < 400; i++) {
		struct table *t = random_table(below(50), 1 + below(12), false);

		bad += !reads_back(t);
		table_unref(t);
	}
	is_int(bad, 0, "400 tables read back as they were: separators, quotes, line ends, marks, missing, NaN, infinities, "
	       "the first and last day (seed 2)");
}

/* == big ones == */

/* Strings that are all different, one that is longer than a block, and a dictionary too large to be made once. */
static struct table *big_table(void)
{
	struct table *t = random_table(30000, 6, false);
	struct builder all, half;
	struct column *c = NULL;
	struct buf text = BUF_INIT;

	builder_init(&all, TYPE_STRING, NULL);
	builder_init(&half, TYPE_STRING, NULL);
	for (int i = 0; i < 30000; i++) {
		random_text(&text, true);
		buf_printf(&text, "%d", i);
		if (i == 12345)
			buf_fill(&text, '"', 700000);
		builder_string(&all, text.p, text.n);
		buf_clear(&text);
		buf_fill(&text, 'v', 200);
		buf_printf(&text, "%d", i / 2);
		builder_string(&half, text.p, text.n);
	}
	builder_finish(&all, &c, NULL);
	table_add(t, "all different", c, NULL);
	column_unref(c);
	builder_finish(&half, &c, NULL);
	table_add(t, "half of them", c, NULL);
	ok(c->dict != NULL, "3 MB of a dictionary");
	column_unref(c);
	buf_release(&text);
	return t;
}

static bool write_path(const char *path, const struct table *t, enum write_format format, int threads, struct err *e)
{
	struct file_out o = FILE_OUT_INIT;
	int rc = file_out_open(&o, path, false, e);

	if (!rc && !(rc = write_table(&o, t, format, threads, e)))
		rc = file_out_commit(&o, e);
	file_out_release(&o);
	return !rc;
}

static void read_file(struct buf *out, const char *path)
{
	char part[65536];
	FILE *f = fopen(path, "rb");
	size_t n;

	buf_clear(out);
	while (f && (n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, part, n);
	if (f)
		fclose(f);
}

static void in_pieces(void)
{
	struct buf want = BUF_INIT, got = BUF_INIT;
	struct err e = ERR_INIT;
	struct table *t;

	state = 3;
	t = big_table();
	for (int f = 0; f < WRITE_COUNT; f++) {
		buf_clear(&want);
		plain_table(&want, t, (enum write_format)f);
		for (int threads = 1; threads <= 4; threads++) {
			ok(write_path("big", t, (enum write_format)f, threads, &e), "%zu bytes in %d threads", want.n, threads);
			read_file(&got, "big");
			ok(same_text(&got, &want), "and every byte is there");
		}
		ok(!write_path("/dev/full", t, (enum write_format)f, 2, &e) && e.code == ERR_IO, "a full device");
		stop_request();
		ok(!write_path("none", t, (enum write_format)f, 2, &e) && e.code == ERR_INTERRUPT, "a stop");
		stop_clear();
	}
	ok(access("none", F_OK), "leaves nothing");
	unlink("big");
	table_unref(t);
	buf_release(&want);
	buf_release(&got);
}

/* == records == */

static int strings(struct buf *out, const char *text, enum write_format format, struct err *e)
{
	struct scan_options o = SCAN_DEFAULT;
	struct file_out memory;
	struct input *in = NULL;
	int rc;

	file_out_memory(&memory, out);
	input_memory(&in, "x.csv", text, strlen(text), NULL);
	rc = write_strings(&memory, in, &o, format, e);
	input_close(in);
	return rc;
}

static void records(void)
{
	static const struct {
		const char *text, *out[WRITE_COUNT];
	} cases[] = {
		{ "", { "", "[]\n", "" } },
		{ "a", { "a\r\n", "[\n[\"a\"]\n]\n", "[\"a\"]\n" } },
		{ "\"\"\n", { "\"\"\r\n", "[\n[\"\"]\n]\n", "[\"\"]\n" } },
		{ "a,b\n1\n2,\"3,\"\"4\"\"\",\xff\n",
		  { "a,b\r\n1\r\n2,\"3,\"\"4\"\"\",\xff\r\n", "[\n[\"a\",\"b\"],\n[\"1\"],\n[\"2\",\"3,\\\"4\\\"\",{\"hex\": \"ff\"}]\n]\n",
		    "[\"a\",\"b\"]\n[\"1\"]\n[\"2\",\"3,\\\"4\\\"\",{\"hex\": \"ff\"}]\n" } },
	};
	struct err e = ERR_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int f = 0; f < WRITE_COUNT; f++) {
			struct buf out = BUF_INIT;

			ok(!strings(&out, cases[i].text, (enum write_format)f, &e), "records of case %zu", i);
			is_str(out.p, cases[i].out[f], "in format %d", f);
			buf_release(&out);
		}
	}
	struct buf out = BUF_INIT;
	ok(strings(&out, "a\n\"b", WRITE_CSV, &e) == ERR_DATA && strstr(e.msg, "x.csv:2:1: error: a quoted field that never ends"),
	   "a fault has its place");
	buf_release(&out);
}

/* == memory == */

static void no_memory(void)
{
	struct table *t;
	struct buf want = BUF_INIT;

	state = 4;
	t = random_table(30, 12, true);
	for (int f = 0; f < WRITE_COUNT; f++) {
		int rc = ERR_MEMORY, failed = 0;
		struct buf got = BUF_INIT;

		buf_clear(&want);
		plain_table(&want, t, (enum write_format)f);
		for (long n = 0; rc == ERR_MEMORY && n < 5000; n++) {
			buf_release(&got);
			mem_fail_after(n);
			rc = write_table_text(&got, t, (enum write_format)f, NULL);
			mem_fail_after(-1);
			failed += rc != 0;
		}
		ok(!rc && failed > 10 && same_text(&got, &want), "without memory %d times, then all of it", failed);
		buf_release(&got);
	}
	table_unref(t);

	state = 5;
	t = random_table(30000, 6, false);
	long n = 0, failed = 0;
	int rc = ERR_MEMORY;
	for (; rc == ERR_MEMORY && n < 20000; n += 1 + n / 8) {
		struct err e = ERR_INIT;

		mem_fail_after(n);
		rc = write_path("none", t, WRITE_CSV, 2, &e) ? 0 : (int)e.code;
		mem_fail_after(-1);
		failed += rc != 0;
	}
	ok(!rc && failed > 3, "in two threads too, %ld times", failed);
	unlink("none");
	table_unref(t);
	buf_release(&want);
}

int main(void)
{
	char path[] = "/tmp/muster-write-XXXXXX";
	const char *work = getenv("WORK");

	if (chdir(work ? work : mkdtemp(path)))
		return 99;
	bytes();
	round_trips();
	in_pieces();
	records();
	no_memory();
	if (!work)
		rmdir(path);
	return done();
}
