/*
 * t2110-kernel.c - every implementation of the kernels against the parsers of base, field by field.
 *
 * What a kernel converts has to be what base gives; what base refuses has to be left; and what kernel.h says a kernel
 * takes at least may not be left. Fields stand between bytes that would be taken for a part of them by a load that
 * looks too far, in memory that ends with the 64 bytes that may be read.
 */
#define _GNU_SOURCE
#include "csv/kernel.h"
#include "tap.h"

#include <stdlib.h>

enum { PAD = 64, BATCH = 1024, LONGEST = 48 };
enum kind { INT64, FLOAT64, COMMA, DATE };           /* COMMA: float64 with "," as the point */
static const char *const kinds[] = { "int64", "float64", "float64 with a comma", "date" };

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

/* == what is right =========================================================================== */

union value {
	int64_t i;
	double d;
	int32_t t;
};

static bool base_says(enum kind kind, struct slice s, union value *v)
{
	char text[LONGEST];

	v->i = 0;
	switch (kind) {
	case INT64:
		return text_int64(s, &v->i);
	case DATE:
		return date_parse(s, &v->t);
	case COMMA:
		if (memchr(s.p, '.', s.n))
			return false;
		for (size_t i = 0; i < s.n; i++)
			text[i] = s.p[i] == ',' ? '.' : s.p[i];
		return text_float64(slice_of(text, s.n), &v->d);
	default:
		return text_float64(s, &v->d);
	}
}

/* Of what base accepts: digits alone, with a point and "-", and not too many. */
static bool is_common(enum kind kind, struct slice s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (s.p[i] != '-' && s.p[i] != (kind == COMMA ? ',' : '.'))
			return false;
	}
	return kind == DATE || digits <= (kind == INT64 ? 18 : 15);
}

/* == a batch of fields ======================================================================= */

static struct batch {
	enum kind kind;
	const struct kernel_ops *ops;
	char field[BATCH][LONGEST];
	unsigned size[BATCH], n;
	long fields, wrong, converted;           /* so far */
} batch;

static void tell(const char *what, struct slice s)
{
	if (batch.wrong++ < 5)
		fprintf(stderr, "%s, %s: '%.*s' is %s\n", batch.ops->name, kinds[batch.kind], (int)s.n, s.p, what);
}

static size_t run(const struct kernel_fields *f, size_t n, void *out, uint32_t *left)
{
	switch (batch.kind) {
	case INT64:
		return batch.ops->int64(f, n, out, left);
	case DATE:
		return batch.ops->date(f, n, out, left);
	default:
		return batch.ops->float64(f, n, batch.kind == COMMA ? ',' : '.', out, left);
	}
}

/* Convert what was collected, laid out as `way` says, and begin anew. */
static void flush(unsigned way)
{
	static const char between[] = "0.-9,5e";
	size_t n = batch.n, width = batch.kind == DATE ? 4 : 8, total = way % 67, nleft, next = 0;
	size_t begin_stride = way % 3 ? 1 + way % 5 : 13, end_stride = way % 2 ? begin_stride : 2;
	uint32_t add = way % 4 == 1, at;
	uint32_t *begin = malloc((n * begin_stride + 1) * sizeof *begin);
	uint32_t *end = malloc((n * end_stride + 1) * sizeof *end);
	uint32_t *left = malloc((n + !n) * sizeof *left);
	char *out = malloc(n * width + !n), *memory;
	struct kernel_fields f = { NULL, begin, end, begin_stride, end_stride, add };

	for (size_t i = 0; i < n; i++)
		total += batch.size[i] + 1;
	memory = malloc(PAD + total + PAD);
	for (size_t i = 0; i < PAD + total + PAD; i++)
		memory[i] = between[below(sizeof between - 1)];
	f.p = memory + PAD;
	at = way % 67;
	for (size_t i = 0; i < n; i++) {
		begin[i * begin_stride] = at - add;
		memcpy(memory + PAD + at, batch.field[i], batch.size[i]);
		at += batch.size[i];
		end[i * end_stride] = at;
		at += way % 5 != 0 && i + 1 < n;             /* or nothing between them */
	}
	nleft = run(&f, n, out, left);
	for (size_t i = 0; i < n; i++) {
		struct slice s = slice_of(batch.field[i], batch.size[i]);
		union value v;
		bool good = base_says(batch.kind, s, &v), is_left = next < nleft && left[next] == i;

		next += is_left;
		batch.converted += !is_left;
		if (is_left && good && is_common(batch.kind, s))
			tell("left", s);
		else if (!is_left && !good)
			tell("taken", s);
		else if (!is_left && memcmp(out + i * width, &v, width))
			tell("converted to something else", s);
	}
	if (next != nleft)
		tell("not the last to be left, or left[] is out of order", slice_of("", 0));
	batch.fields += (long)n;
	batch.n = 0;
	free(memory);
	free(out);
	free(left);
	free(end);
	free(begin);
}

static unsigned ways;

static void add(const char *p, size_t n)
{
	memcpy(batch.field[batch.n], p, n);
	batch.size[batch.n] = (unsigned)n;
	if (++batch.n == BATCH)
		flush(ways++);
}

PRINTF_LIKE(1, 2)
static void add_text(const char *fmt, ...)
{
	char text[LONGEST];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	add(text, (size_t)n);
}

static void start(enum kind kind, const struct kernel_ops *ops)
{
	batch.kind = kind;
	batch.ops = ops;
	batch.n = 0;
	batch.fields = batch.wrong = batch.converted = 0;
	state = 20;
}

static void finish(const char *what)
{
	flush(ways++);
	ok(!batch.wrong && batch.fields, "%s, %s: %s, %ld of %ld fields converted", batch.ops->name, kinds[batch.kind],
	   what, batch.converted, batch.fields);
}

/* == fields ================================================================================== */

/*
 * A field of the form that is common in some column: so many digits behind the point, from 15 on an integer. A first
 * pass that goes by what the column is like has to be right about the odd field in every kind of column.
 */
static void add_usual(int form)
{
	char text[LONGEST];
	int places = batch.kind != INT64 && form < 15 ? form : -1;
	int whole = 1 + (int)below(places < 0 ? 15 : 15 - (unsigned)places);
	int n = sprintf(text, "%s%d%.*s", below(3) ? "" : "-", 1 + (int)below(9), whole - 1, "02468135791357");

	if (places >= 0)
		n += sprintf(text + n, "%c%.*s", batch.kind == COMMA ? ',' : '.', places, "98765432101234");
	add(text, (size_t)n);
}

static void short_texts(enum kind kind, const struct kernel_ops *ops)
{
	static const char letters[] = "0159-+.e, x";
	char text[5];

	start(kind, ops);
	for (int form = 0; form <= 18; form += kind == COMMA ? 6 : 1) {
		for (int n = 0, count = 1; n <= 4; n++, count *= 11) {
			for (int code = 0; code < count; code++) {
				for (int i = 0, rest = code; i < n; i++, rest /= 11)
					text[i] = letters[rest % 11];
				for (int i = 0; i < 3; i++)
					add_usual(form < 18 ? form : (int)below(18));
				add(text, (size_t)n);
			}
		}
	}
	finish("all texts of up to four bytes among fields of every form");
}

static void random_numbers(enum kind kind, const struct kernel_ops *ops)
{
	char text[LONGEST];

	start(kind, ops);
	for (long i = 0; i < (kind == COMMA ? 100000 : 1000000); i++) {
		int form = (int)(i >> 12) % 20, n = 0, digits = (int)below(20) + 1;
		int whole = (int)below((unsigned)digits + 1);

		if (form < 16 && below(4))
			whole = digits > form ? digits - form : 0;       /* a column of so many places */
		if (!below(4))
			text[n++] = '-';
		for (int k = 0; k < digits; k++) {
			if (k == whole && kind != INT64)
				text[n++] = kind == COMMA ? ',' : '.';
			text[n++] = below(6) || k ? (char)('0' + below(10)) : '0';
		}
		add(text, (size_t)n);
	}
	finish("random numbers of all lengths");
}

/* A good field in which a byte is another, is missing, or is one too many. */
static void damaged(enum kind kind, const struct kernel_ops *ops)
{
	char text[LONGEST];

	start(kind, ops);
	for (long i = 0; i < 400000; i++) {
		uint64_t bits = next_random() >> below(63) >> 1;
		int n = kind == DATE    ? sprintf(text, "%04u-%02u-%02u", below(10000), below(14), below(33))
			: kind == INT64 ? sprintf(text, "%lld", (long long)bits * (below(3) ? 1 : -1))
					: sprintf(text, "%.*f", (int)below(8), (double)bits / 1000);
		int at = (int)below((unsigned)n + 1);

		if (kind == COMMA && memchr(text, '.', (size_t)n))
			*(char *)memchr(text, '.', (size_t)n) = ',';
		switch (below(4)) {
		case 0:
			text[at] = (char)below(256);
			break;
		case 1:
			memmove(text + at + 1, text + at, (size_t)(n++ - at));
			text[at] = (char)below(256);
			break;
		case 2:
			memmove(text + at, text + at + 1, (size_t)(n - at));
			n -= n > at;
			break;
		}
		add(text, (size_t)n);
	}
	for (int n = 0; n <= 40; n++) {
		for (int c = 0; c < 256; c++) {
			memset(text, c < 10 ? '0' + c : c, (size_t)n);
			for (int at = 0; at < n; at += 3) {
				text[at] = (char)(c + 0x80);
				add(text, (size_t)n);
				text[at] = (char)c;
			}
			add(text, (size_t)n);
		}
	}
	finish("fields with a byte too many, too few or another, and of up to 40 bytes");
}

static void calendar(const struct kernel_ops *ops)
{
	static const int years[] = { 0, 1, 4, 99, 100, 400, 1900, 1999, 2000, 2023, 2024, 9999 };
	char text[LONGEST];

	start(DATE, ops);
	for (int y = 0; y <= 9999; y++)
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= 31; d++)
				add_text("%04d-%02d-%02d", y, m, d);
	finish("every day of 10,000 years, and those that no month has");
	is_int(batch.converted, 3652059, "and their number");

	start(DATE, ops);
	for (size_t k = 0; k < sizeof years / sizeof *years; k++)
		for (int m = 0; m <= 99; m++)
			for (int d = 0; d <= 99; d++)
				add_text("%04d-%02d-%02d", years[k], m, d);
	for (int at = 0; at < 10; at++) {
		for (int c = 0; c < 256; c++) {
			memcpy(text, "2024-02-29", 10);
			text[at] = (char)c;
			add(text, 10);
		}
	}
	finish("every pair of digits as month and day, every byte in every place");
}

/* All numbers of fields around the size of a block, and none at all. */
static void few(const struct kernel_ops *ops)
{
	static const char *const texts[] = { "0", "-17", "12345678", "", "x", "123456789012345678", "4.5", "-0.25",
					     "2024-02-29" };

	for (int kind = 0; kind < 4; kind++) {
		start((enum kind)kind, ops);
		for (int n = 0; n <= 200; n++) {
			for (int i = 0; i < n; i++) {
				const char *text = texts[below(9)];

				add(text, strlen(text));
			}
			flush(ways++);
		}
		finish("0 to 200 fields");
	}
}

static void choice(void)
{
	const struct kernel_ops *first = kernel_all[0];

	for (size_t k = 0; !first->supported(); k++)
		first = kernel_all[k];
	unsetenv("MUSTER_SIMD");
	is_str(kernel_best()->name, first->name, "the fastest that runs here");
	setenv("MUSTER_SIMD", "plain", 1);
	is_str(kernel_best()->name, "plain", "or the one that is named");
	setenv("MUSTER_SIMD", "libcsv", 1);
	is_str(kernel_best()->name, first->name, "unless it is no kernel's name");
	for (size_t k = 0; kernel_all[k]; k++) {
		setenv("MUSTER_SIMD", kernel_all[k]->name, 1);
		ok(kernel_best()->supported(), "%s is named: what is chosen runs", kernel_all[k]->name);
	}
}

int main(void)
{
	choice();
	for (size_t k = 0; kernel_all[k]; k++) {
		const struct kernel_ops *ops = kernel_all[k];

		if (!ops->supported()) {
			skip("%s does not run here", ops->name);
			continue;
		}
		for (int kind = INT64; kind <= COMMA; kind++) {
			short_texts((enum kind)kind, ops);
			random_numbers((enum kind)kind, ops);
		}
		for (int kind = INT64; kind <= DATE; kind++)
			damaged((enum kind)kind, ops);
		calendar(ops);
		few(ops);
	}
	return done();
}
