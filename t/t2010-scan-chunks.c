/*
 * The same records, places and counts however the bytes arrive: whole, and in reads of 1, 2, 3 ... bytes,
 * against what libcsv says when it is given the bytes at once.
 */
#include "tap.h"
#include "csv/scan.h"

#include <csv.h>

static const char *const inputs[] = {
	"a,b\r\n1,2\r\n",
	"a,b\r1,2\r",
	"a,b\n1,2",
	"\xef\xbb\xbf" "a\n1\n",
	"\xef\xbb\xbf",
	"\xef\xbb",
	"\n\r\n\ra,b\n\n\r\n\r1,\"x\ny\"\r\n",
	"\"a\"\"b\",\"c\r\nd\",\"\"\n,,\n",
	"\"open\n1,2\n",
	"a\n\"x\"y,1\n2\n",
	"a\nx\"y,1\n2\n",
	"a\n\"x\ny\"z\r\n2\r\n",
	" a , b \n\t1\t,\"2\" \n3,4\n",
	"a,\n",
	"a,",
	"\"\"",
	"\"\"\n",
	"x\r\r\n\ny\r\n\r\n",
	"",
};

/* Records as text: "[a][b]@line:offset;" and "!fault@at;" for a faulty one; then the counts. */
static void describe(struct buf *out, struct input *in, const struct scan_options *o)
{
	struct scanner *s = NULL;
	struct scan_batch b;
	struct err e = ERR_INIT;

	if (scan_ref.open(in, o, &s, &e))
		return;
	while (!scan_ref.next(s, &b, &e) && b.nrecords) {
		for (size_t i = 0; i < b.nrecords; i++) {
			const struct scan_record *r = &b.records[i];

			for (size_t k = 0; k < r->nfields; k++) {
				buf_char(out, '[');
				buf_add(out, b.fields[r->field + k].p, b.fields[r->field + k].n);
				buf_char(out, ']');
			}
			if (r->fault)
				buf_printf(out, "!%d@%zu", (int)r->fault, r->fault_at);
			buf_printf(out, "@%lld:%lld+%zu;", (long long)r->line, (long long)r->offset, r->raw_size);
		}
	}
	buf_printf(out, "bytes %lld = %lld + %lld + %lld, blank %lld", (long long)s->counts.bytes, (long long)s->counts.rows,
		   (long long)s->counts.terminators, (long long)s->counts.skipped, (long long)s->counts.blank_lines);
	scan_ref.close(s);
}

static void describe_chunked(struct buf *out, const char *text, bool lenient, size_t chunk)
{
	struct scan_options o = SCAN_DEFAULT;
	struct input *in = NULL;

	o.lenient = lenient;
	input_memory(&in, "memory", text, strlen(text), NULL);
	input_limit(in, chunk);
	buf_clear(out);
	describe(out, in, &o);
	input_close(in);
}

/* == libcsv by itself, all bytes at once == */

static void on_field(void *p, size_t n, void *ctx)
{
	buf_char(ctx, '[');
	buf_add(ctx, p, n);
	buf_char(ctx, ']');
}

static void on_row(int c, void *ctx)
{
	(void)c;
	buf_char(ctx, ';');
}

static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void libcsv_fields(struct buf *out, const char *text)
{
	struct csv_parser p;
	size_t n = strlen(text);

	buf_clear(out);
	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		n -= 3;
	}
	csv_init(&p, 0);
	csv_set_space_func(&p, no_space);
	csv_parse(&p, text, n, on_field, on_row, out);
	csv_fini(&p, on_field, on_row, out);
	csv_free(&p);
}

/* Our lenient reading without the places. */
static void our_fields(struct buf *out, const char *text)
{
	struct scan_options o = SCAN_DEFAULT;
	struct scanner *s = NULL;
	struct scan_batch b;
	struct input *in = NULL;

	o.lenient = true;
	input_memory(&in, "memory", text, strlen(text), NULL);
	buf_clear(out);
	scan_ref.open(in, &o, &s, NULL);
	while (!scan_ref.next(s, &b, NULL) && b.nrecords) {
		for (size_t i = 0; i < b.nrecords; i++) {
			for (size_t k = 0; k < b.records[i].nfields; k++)
				on_field((void *)(uintptr_t)b.fields[b.records[i].field + k].p,
					 b.fields[b.records[i].field + k].n, out);
			on_row(0, out);
		}
	}
	scan_ref.close(s);
	input_close(in);
}

static const char *text_of(const struct buf *b)
{
	return b->p ? b->p : "";
}

int main(void)
{
	struct buf whole = BUF_INIT, part = BUF_INIT;
	struct scan_options o = SCAN_DEFAULT;

	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		for (int lenient = 0; lenient < 2; lenient++) {
			size_t differs = 0;

			describe_chunked(&whole, inputs[i], lenient, 0);
			for (size_t chunk = 1; chunk <= 16; chunk++) {
				describe_chunked(&part, inputs[i], lenient, chunk);
				if (strcmp(text_of(&whole), text_of(&part)) && !differs) {
					differs = chunk;
					fprintf(stderr, "whole   %s\nchunk %zu %s\n", text_of(&whole), chunk, text_of(&part));
				}
			}
			ok(!differs, "input %zu reads the same in any chunks%s", i, lenient ? ", lenient" : "");
		}
		libcsv_fields(&whole, inputs[i]);
		our_fields(&part, inputs[i]);
		is_str(text_of(&part), text_of(&whole), "input %zu: the fields libcsv finds", i);
	}

	describe_chunked(&whole, "a,b\n1,\"x\ny\"\n\n\"p\"q,2\r\n3,4", false, 0);
	is_str(whole.p,
	       "[a][b]@1:0+3;[1][x\ny]@2:4+7;!2@3@5:13+6;[3][4]@6:21+3;bytes 24 = 19 + 4 + 1, blank 1",
	       "lines, offsets, faults and counts, by hand");

	is_int(scan_locate(&o, slice_of("a,\"b,c\",d", 9), 0), 0, "field 0 begins the record");
	is_int(scan_locate(&o, slice_of("a,\"b,c\",d", 9), 1), 2, "field 1 begins at its quote");
	is_int(scan_locate(&o, slice_of("a,\"b,c\",d", 9), 2), 8, "field 2 stands behind a quoted comma");
	buf_release(&whole);
	buf_release(&part);
	return done();
}
