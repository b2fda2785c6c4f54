/*
 * Ten thousand small files with faults: every place, message and count that the loader reports is the one that a slow
 * reader finds, which goes through the file byte by byte and knows nothing of the loader or of libcsv. In blocks of any
 * size, with several threads, in pieces.
 *
 * Arguments: how many files, and the first seed, for a longer run by hand.
 */
#include "tap.h"
#include "maker.h"
#include "outcome.h"

#include <stdlib.h>

enum { COLUMNS = 4, LONGEST = 700 };

/* The file at hand, and what it is read with. */
static char text[LONGEST];
static size_t size;
static struct load_options options;
static struct load_type types[COLUMNS];
static size_t ncols;

/* == files == */

static void put(const char *p, size_t n)
{
	if (size + n <= LONGEST) {
		memcpy(text + size, p, n);
		size += n;
	}
}

static void put_text(const char *s)
{
	put(s, strlen(s));
}

static void put_end(uint32_t kind)
{
	static const char *const ends[] = { "\n", "\r\n", "\r" };

	put_text(ends[kind < 3 ? kind : below(3)]);
}

static void put_cell(void)
{
	static const char *const cells[] = {
		"12", "-7", "0", "007", "+1", "1.5", "-0", "1e3", "1e999", "9223372036854775807", "9223372036854775808", "nan", "true",
		"False", "2024-02-29", "2023-02-29", "2024-1-01", "0000-01-01", "word", "a b", "\xc3\xa9", "", "", "",
		"a word that is a good deal longer than the sixty bytes which a message quotes of it",
	};
	const char *cell = cells[below(sizeof cells / sizeof *cells)];

	if (below(4)) {
		put_text(cell);
		return;
	}
	put_text("\"");
	put_text(cell);
	if (!below(3))
		put_text("\"\"");
	if (!below(3))
		put_end(3);
	if (!below(6))
		put_text(",");
	put_text("\"");
}

/* Something wrong, of any kind, in the middle of a record; true when the record is to end there. */
static bool put_fault(void)
{
	switch (below(9)) {
	case 0:
		put_text("x\"");
		return false;
	case 1:
		put_text("\"ab\"c");
		return false;
	case 2:
		put_text("\"a\nb\" ,");
		return false;
	case 3:
		put_text("\"\"\"\"x");
		return false;
	case 4:
		put_text("\xff");
		return false;
	case 5:
		put_text("\"\"\"\xe2\x82\",\"\"\"\"");
		return false;
	case 6:
		put_text("\xc3");
		return true;
	case 7:
		put_text(",,,,,");
		return false;
	default:
		return true;
	}
}

static void make(void)
{
	static const enum type some[] = { TYPE_STRING, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_BOOL };
	static const char *const names[] = { "a", "b", "c", "d" };
	uint32_t end = below(4), rows = below(9), faulty = 1 + below(10);

	size = 0;
	ncols = 1 + below(COLUMNS);
	options = (struct load_options)LOAD_DEFAULT;
	options.rejects = true;
	options.scan.comment = below(5) ? 0 : '#';
	options.scan.skip = below(6) ? 0 : below(3);
	options.types = types;
	options.ntypes = ncols;
	if (!below(8))
		put_text("\xef\xbb\xbf");
	for (int64_t i = 0; i < options.scan.skip; i++) {
		put_text("\"dropped");
		put_end(end);
	}
	if (options.scan.comment && below(2)) {
		put_text("# \"comment\"x");
		put_end(end);
	}
	for (size_t k = 0; k < ncols; k++) {
		types[k] = (struct load_type){ names[k], some[below(5)] };
		put_text(k ? "," : "");
		put_text(names[k]);
	}
	put_end(end);
	for (uint32_t row = 0; row < rows; row++) {
		static const char zeros[40] = { 0 };

		if (!below(8))
			put_end(end);
		if (!below(10))
			put_text("#,\"");
		if (!below(20)) {
			put(zeros, 1 + below(39));
			put_end(end);
			continue;
		}
		for (size_t k = 0; k < ncols; k++) {
			put_text(k ? "," : "");
			if (!below(faulty * 3) && put_fault())
				break;
			put_cell();
		}
		if (row + 1 < rows || below(2))
			put_end(end);
	}
	if (!below(6))
		put_text("1,\"open\n2,3");
	if (!below(20))
		put_text("\"");
}

/* == the slow reader == */

static struct { int64_t line, column; } place[LONGEST + 1];
static struct buf faults, rejects, lines;        /* what is to be reported, as text */
static struct ledger counts;
static size_t nfaults;

/* Line and column of every byte: LF, CRLF and CR end a line. */
static void number_bytes(size_t from)
{
	int64_t line = 1, column = 1;

	for (size_t i = from; i <= size; i++) {
		place[i].line = line;
		place[i].column = column++;
		if (i < size && (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < size && text[i + 1] == '\n')))) {
			line++;
			column = 1;
		}
	}
}

static bool at_end(size_t i)
{
	return i == size || text[i] == '\n' || text[i] == '\r';
}

static size_t line_end_size(size_t i)
{
	if (i == size)
		return 0;
	return text[i] == '\r' && i + 1 < size && text[i + 1] == '\n' ? 2 : 1;
}

/* A record as the slow reader has it: where each byte of its fields stood in the file. */
static struct {
	size_t nfields, start[LONGEST], from[LONGEST], n[LONGEST];
	char bytes[LONGEST];
	size_t origin[LONGEST], used;
} rec;

static struct buf reasons;
static int64_t first_column;
static const char *first_field;

static void fault(size_t at, const char *field, const char *message)
{
	size_t from = at - (size_t)(place[at].column - 1), to = at;

	while (!at_end(to))
		to++;
	buf_printf(&faults, "%lld:%lld %s %s ", (long long)place[at].line, (long long)place[at].column, field ? field : "-", message);
	outcome_slice(&faults, text + from, to - from);
	buf_char(&faults, '\n');
	if (!reasons.n) {
		first_column = place[at].column;
		first_field = field;
	}
	buf_printf(&reasons, "%s%s", reasons.n ? "; " : "", message);
	nfaults++;
}

static const char *name_of(size_t field)
{
	return field < ncols ? types[field].column : NULL;
}

static void add_byte(size_t at)
{
	rec.bytes[rec.used] = text[at];
	rec.origin[rec.used++] = at;
	rec.n[rec.nfields]++;
}

/*
 * One record from `at` on; returns where it ends. The grammar is that of scan.h in its strict reading. True in *broken when
 * the fault has been told.
 */
static size_t read_record(size_t at, bool *broken)
{
	char message[200] = "";

	rec.nfields = rec.used = 0;
	*broken = true;
	for (;; at++) {
		size_t start = at;

		rec.start[rec.nfields] = at;
		rec.from[rec.nfields] = rec.used;
		rec.n[rec.nfields] = 0;
		if (at < size && text[at] == '"') {
			for (at++;; at++) {
				if (at == size) {
					fault(start, name_of(rec.nfields), "a quoted field that never ends");
					return size;
				}
				if (text[at] == '"' && (at + 1 == size || text[at + 1] != '"'))
					break;
				at += text[at] == '"';
				add_byte(at);
			}
			at++;
			if (!at_end(at) && text[at] != ',') {
				snprintf(message, sizeof message, "bytes after the closing quote of a field that began at line %lld, "
					 "column %lld", (long long)place[start].line, (long long)place[start].column);
				goto broken;
			}
		} else {
			for (; !at_end(at) && text[at] != ','; at++) {
				if (text[at] == '"') {
					snprintf(message, sizeof message, "a quote inside a field that does not begin with one");
					goto broken;
				}
				add_byte(at);
			}
		}
		rec.nfields++;
		if (at_end(at))
			break;
	}
	*broken = false;
	return at;
broken:
	fault(at, name_of(rec.nfields), message);
	while (!at_end(at))
		at++;
	return at;
}

/* Bytes of a good UTF-8 sequence at p, 0 when it is none. Source: RFC 3629, section 4. */
static size_t sequence(const unsigned char *p, size_t n)
{
	size_t want = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

	if (!want || want > n)
		return 0;
	for (size_t i = 1; i < want; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return want;
}

static bool bad_bytes(void)
{
	char message[64];

	for (size_t k = 0; k < rec.nfields; k++) {
		const unsigned char *p = (const unsigned char *)rec.bytes + rec.from[k];
		size_t i = 0, n = 1;

		while (i < rec.n[k] && (n = sequence(p + i, rec.n[k] - i)))
			i += n;
		if (i == rec.n[k])
			continue;
		snprintf(message, sizeof message, "the byte 0x%02x is not UTF-8", p[i]);
		fault(rec.origin[rec.from[k] + i], name_of(k), message);
		return true;
	}
	return false;
}

/* == types, the plain way == */

static size_t digits(const char *s)
{
	return strspn(s, "0123456789");
}

static bool is_integer(const char *s)
{
	static const char most[] = "9223372036854775807", least[] = "9223372036854775808";
	bool minus = *s == '-';
	size_t n = digits(s += minus);

	if (!n || s[n] || (*s == '0' && (n > 1 || minus)))
		return false;
	return n < 19 || (n == 19 && strcmp(s, minus ? least : most) <= 0);
}

static bool is_float(const char *s)
{
	size_t n;

	if (!strcmp(s, "nan") || !strcmp(s, "NaN") || !strcmp(s, "inf") || !strcmp(s, "-inf"))
		return true;
	s += *s == '-';
	n = digits(s);
	if (!n || (*s == '0' && n > 1))
		return false;
	s += n;
	if (*s == '.') {
		if (!(n = digits(++s)))
			return false;
		s += n;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		n = digits(s);
		if (!n || atoi(s) > 300)         /* the only such cell is 1e999, which is infinite */
			return false;
		s += n;
	}
	return !*s;
}

static bool is_date(const char *s)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, m, d;

	if (strlen(s) != 10 || digits(s) != 4 || s[4] != '-' || digits(s + 5) != 2 || s[7] != '-' || digits(s + 8) != 2)
		return false;
	y = atoi(s);
	m = atoi(s + 5);
	d = atoi(s + 8);
	if (y < 1 || m < 1 || m > 12 || d < 1)
		return false;
	return d <= days[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 || y % 400 == 0));
}

static bool is_of(enum type t, const char *s)
{
	switch (t) {
	case TYPE_INT64:
		return is_integer(s);
	case TYPE_FLOAT64:
		return is_float(s);
	case TYPE_DATE:
		return is_date(s);
	case TYPE_BOOL:
		return !strcmp(s, "true") || !strcmp(s, "false");
	default:
		return true;
	}
}

static bool mistyped(void)
{
	bool any = false;

	for (size_t k = 0; k < rec.nfields; k++) {
		enum type t = types[k].type;
		char cell[LONGEST + 1], message[200];
		size_t n = rec.n[k];

		memcpy(cell, rec.bytes + rec.from[k], n);
		cell[n] = '\0';
		if (!n || (strlen(cell) == n && is_of(t, cell)) || t == TYPE_STRING)
			continue;
		snprintf(message, sizeof message, "expected %s, found '%.60s'%s",
			 t == TYPE_INT64 ? "an integer" : t == TYPE_FLOAT64 ? "a number" : t == TYPE_DATE ? "a date YYYY-MM-DD" : "true or false",
			 cell, n > 60 ? " ..." : "");
		fault(rec.start[k], name_of(k), message);
		any = true;
	}
	return any;
}

/* == all of it == */

static bool refused(size_t from, size_t to, bool broken)
{
	char message[100];
	size_t nul = from;

	if (broken)
		return true;
	while (nul < to && !text[nul])
		nul++;
	if (nul == to) {
		snprintf(message, sizeof message, "%zu NUL bytes and nothing else, as a cut or preallocated file has them", to - from);
		fault(from, NULL, message);
		return true;
	}
	if (rec.nfields != ncols) {
		snprintf(message, sizeof message, "expected %zu field%s, found %zu", ncols, ncols == 1 ? "" : "s", rec.nfields);
		fault(rec.nfields > ncols ? rec.start[ncols] : to, NULL, message);
		return true;
	}
	return bad_bytes() || mistyped();
}

static void read_slowly(void)
{
	size_t at = size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0, to;
	bool header = true;

	counts = (struct ledger){ .bytes = (int64_t)size, .bytes_skipped = (int64_t)at };
	nfaults = 0;
	buf_clear(&faults);
	buf_clear(&rejects);
	buf_clear(&lines);
	number_bytes(at);
	while (at < size) {
		bool drop = place[at].line <= options.scan.skip || (options.scan.comment && text[at] == options.scan.comment), broken;
		size_t from = at;

		if (drop || at_end(at)) {
			while (!at_end(at))
				at++;
			at += line_end_size(at);
			counts.bytes_skipped += (int64_t)(at - from);
			*(drop ? &counts.dropped_lines : &counts.blank_lines) += 1;
			continue;
		}
		buf_clear(&reasons);
		to = read_record(at, &broken);
		at = to + line_end_size(to);
		counts.bytes_rows += (int64_t)(to - from);
		counts.bytes_terminators += (int64_t)(at - to);
		if (header) {
			header = false;
			continue;
		}
		counts.rows_read++;
		if (!refused(from, to, broken)) {
			counts.rows_kept++;
			outcome_number(&lines, ' ', place[from].line);
			continue;
		}
		counts.rows_rejected++;
		buf_printf(&rejects, "%lld:%lld %s %s ", (long long)place[from].line, (long long)first_column,
			   first_field ? first_field : "-", reasons.p);
		outcome_slice(&rejects, text + from, to - from);
		buf_char(&rejects, '\n');
	}
}

/* == what the loader says == */

static int differences;

static void expect(const char *what, const struct buf *want, const struct buf *got)
{
	struct buf b = BUF_INIT;

	if (outcome_same(want, got) || ++differences > 5)
		return;
	text_escape(&b, text, size);
	fprintf(stderr, "%s of \"%s\"\n-- expected\n%s\n-- found\n%s\n", what, outcome_text(&b), outcome_text(want), outcome_text(got));
	buf_release(&b);
}

static void cell_text(struct buf *out, const struct table *t, const char *column, int64_t row, const char *otherwise)
{
	const struct column *c = t->cols[table_find(t, column)];

	if (column_has(c, row))
		column_text(out, c, row);
	else
		buf_str(out, otherwise);
}

static void compare(const struct load *l)
{
	static struct buf out, want;
	const struct ledger *g = &l->ledger, *w = &counts;
	const struct table *r = l->rejects;
	struct slice raw, file;
	int64_t line;

	buf_clear(&out);
	for (size_t i = 0; i < l->faults.n; i++) {
		const struct fault *f = &l->faults.items[i];

		buf_printf(&out, "%lld:%lld %s %s ", (long long)f->line, (long long)f->column, f->field ? f->field : "-", f->message);
		outcome_slice(&out, f->raw, f->raw_size);
		buf_char(&out, '\n');
	}
	expect("faults", &faults, &out);
	buf_clear(&out);
	for (int64_t i = 0; i < r->rows; i++) {
		cell_text(&out, r, "line", i, "-");
		buf_char(&out, ':');
		cell_text(&out, r, "column", i, "-");
		buf_char(&out, ' ');
		cell_text(&out, r, "field", i, "-");
		buf_char(&out, ' ');
		cell_text(&out, r, "reason", i, "");
		raw = column_string(r->cols[table_find(r, "raw")], i);
		buf_char(&out, ' ');
		outcome_slice(&out, raw.p, raw.n);
		buf_char(&out, '\n');
	}
	expect("rejects", &rejects, &out);
	buf_clear(&out);
	for (int64_t i = 0; i < l->table->rows; i++)
		if (table_where(l->table, i, &file, &line))
			outcome_number(&out, ' ', line);
	expect("lines of rows", &lines, &out);
	buf_clear(&out);
	buf_clear(&want);
	for (int k = 0; k < 2; k++, g = w)
		buf_printf(k ? &want : &out, "rows %lld=%lld+%lld bytes %lld=%lld+%lld+%lld blank %lld dropped %lld", (long long)g->rows_read,
			   (long long)g->rows_kept, (long long)g->rows_rejected, (long long)g->bytes, (long long)g->bytes_rows,
			   (long long)g->bytes_terminators, (long long)g->bytes_skipped, (long long)g->blank_lines,
			   (long long)g->dropped_lines);
	expect("ledger", &want, &out);
}

/* With rejects off the first fault is the error. */
static void compare_strict(int rc, const struct err *e)
{
	static struct buf want, got;
	const char *end = faults.n ? memchr(faults.p, '[', faults.n) : NULL, *p = outcome_text(&faults);
	char field[8] = "";
	long long line = 0, column = 0;
	int used = 0;

	if (!end != !rc) {
		differences++;
		fprintf(stderr, "strict: %s\n", rc ? e->msg : "no error");
	}
	if (!end || !rc)
		return;
	sscanf(p, "%lld:%lld %7s %n", &line, &column, field, &used);
	buf_clear(&want);
	buf_clear(&got);
	buf_printf(&got, "faults.csv:%lld:%lld: error: ", line, column);
	if (strcmp(field, "-"))
		buf_printf(&got, "column '%s': ", field);
	text_escape(&got, p + used, (size_t)(end - p) - (size_t)used - 1);
	buf_add(&want, e->msg, got.n < strlen(e->msg) ? got.n : strlen(e->msg));
	expect("the error", &got, &want);
}

static void check(void)
{
	static const size_t blocks[] = { 0, 1, 2, 3, 5, 16, 63, 64, 65, 127, 128, 129 };
	static const int threads[] = { 1, 1, 2, 3, 8 };
	struct load l = LOAD_INIT;
	struct input *in = NULL;
	struct err e = ERR_INIT;
	int rc;

	reader_block_size(below(2) ? blocks[below(sizeof blocks / sizeof *blocks)] : 1 + below(LONGEST));
	options.threads = threads[below(5)];
	input_memory(&in, "faults.csv", text, size, NULL);
	input_limit(in, below(2) ? 0 : 1 + below(20));
	rc = load_input(in, &options, &l, &e);
	input_close(in);
	if (!options.rejects) {
		compare_strict(rc, &e);
	} else if (rc) {
		differences++;
		fprintf(stderr, "%s\n", e.msg);
	} else {
		compare(&l);
	}
	load_release(&l);
}

int main(int argc, char **argv)
{
	int files = argc > 1 ? atoi(argv[1]) : 10000;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	size_t all = 0, faulty = 0;

	pass_shared_from(1);
	for (int i = 0; i < files && differences < 5; i++) {
		int before = differences;

		maker_seed = (first + (uint64_t)i) * UINT64_C(0x9e3779b97f4a7c15);
		below(2);
		make();
		read_slowly();
		all += nfaults;
		faulty += nfaults > 0;
		check();
		options.rejects = i % 8;
		check();
		if (differences > before)
			fprintf(stderr, "seed %llu\n", (unsigned long long)first + (unsigned long long)i);
	}
	is_int(differences, 0, "%d files: places, messages, rejects and ledger as read byte by byte", files);
	ok(faulty > (size_t)files / 3, "%zu of them have faults, %zu in all", faulty, all);
	reader_block_size(0);
	return done();
}
