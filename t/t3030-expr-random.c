/*
 * t3030-expr-random.c - random expressions over random columns: programs against the slow evaluator of expr_slow.h, for batches of
 * every shape; and random trees printed and parsed again.
 *
 * The seed is printed; EXPR_SEED=n EXPR_TRIALS=n repeat and prolong.
 */
#include "expr_slow.h"
#include "expr_rows.h"
#include "tap.h"

static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint32_t draw(uint32_t n)
{
	uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) >> 32) % n;
}

/* == columns == */

enum { COLS = 12, TABLE = 3 * VEC_MAX };
static const char *const names[COLS] = { "b", "c", "i", "j", "f", "g", "d", "e", "t", "s", "u", "w" };
static const enum type types[COLS] = { TYPE_BOOL, TYPE_BOOL, TYPE_INT64, TYPE_INT64, TYPE_FLOAT64, TYPE_FLOAT64, TYPE_DATE,
				       TYPE_DATE, TYPE_DATETIME, TYPE_STRING, TYPE_STRING, TYPE_STRING };
static struct column *cols[COLS];

static const int64_t ints[] = { 0, 1, 2, -1, 3, -7, 100, INT64_MAX, INT64_MIN, INT64_C(9007199254740993), INT64_C(1) << 40 };
static const double floats[] = { 0.0, 1.0, -1.5, 2.5, 3.0, 9007199254740992.0, 0x1p63, -0x1p63, 1e300, NAN, INFINITY, -0.0 };
static const char *const texts[] = { "", "a", "A", "b", "killed", "Killed", "ab", "\xed\x95\x9c" };
#define PICK(list) (list)[draw(sizeof(list) / sizeof *(list))]

static void make_columns(void)
{
	for (int k = 0; k < COLS; k++) {
		struct builder b;
		/* some columns have no missing value, some little else; w has so many strings that it is no dictionary */
		uint32_t gone = (uint32_t[]){ 0, 3, 10 }[draw(3)];

		builder_init(&b, types[k], NULL);
		for (int i = 0; i < TABLE; i++) {
			const char *text = PICK(texts);
			char unique[32];

			if (gone && draw(10) < (gone == 3 ? 3 : 9))
				builder_missing(&b);
			else if (types[k] == TYPE_BOOL)
				builder_bool(&b, draw(2));
			else if (types[k] == TYPE_INT64)
				builder_int64(&b, k == 3 && draw(4) ? (int64_t)draw(9) - 4 : PICK(ints));
			else if (types[k] == TYPE_FLOAT64)
				builder_float64(&b, PICK(floats));
			else if (types[k] == TYPE_DATE)
				builder_date(&b, (int32_t)draw(5) + 20000);
			else if (types[k] == TYPE_DATETIME)
				builder_int64(&b, (int64_t)(20000 + draw(5)) * INT64_C(86400000000) + (int64_t)draw(3));
			else if (k < 11)
				builder_string(&b, text, strlen(text));
			else
				builder_string(&b, unique, (size_t)snprintf(unique, sizeof unique, "%s%d", text, i));
		}
		if (builder_finish(&b, &cols[k], NULL))
			abort();
	}
}

static struct value column_value(int k, int64_t i)
{
	struct value v = { .type = types[k], .missing = !column_has(cols[k], i) };

	if (v.missing)
		return v;
	switch (v.type) {
	case TYPE_BOOL: v.as.truth = column_bool(cols[k], i); break;
	case TYPE_FLOAT64: v.as.f64 = cols[k]->as.f64[i]; break;
	case TYPE_DATE: v.as.days = cols[k]->as.days[i]; break;
	case TYPE_STRING: v.as.text = column_string(cols[k], i); break;
	default: v.as.i64 = cols[k]->as.i64[i];
	}
	return v;
}

/* == random text == */

static void literal(struct buf *out, enum type t)
{
	char text[DATETIME_TEXT_MAX];
	double f;
	int64_t v;

	switch (t) {
	case TYPE_BOOL: buf_str(out, draw(2) ? "true" : "false"); break;
	case TYPE_INT64:
		v = PICK(ints);
		buf_printf(out, v < 0 ? "(%lld)" : "%lld", (long long)v);
		break;
	case TYPE_FLOAT64:
		while (!isfinite(f = PICK(floats)))
			;
		buf_printf(out, f < 0 ? "(%.17g%s)" : "%.17g%s", f, f == floor(f) && fabs(f) < 1e17 ? ".0" : "");
		break;
	case TYPE_DATE: date_print(text, (int32_t)draw(5) + 20000), buf_printf(out, "date '%s'", text); break;
	case TYPE_DATETIME:
		datetime_print(text, (int64_t)(20000 + draw(5)) * INT64_C(86400000000));
		buf_printf(out, "datetime '%s'", text);
		break;
	default: buf_printf(out, "'%s'", PICK(texts));
	}
}

static void generate(struct buf *out, enum type t, int depth);

static void column_of(struct buf *out, enum type t)
{
	int k;

	while (types[k = (int)draw(COLS)] != t)
		;
	buf_str(out, names[k]);
}

/* A type that can be compared, and one that goes with it. */
static void comparable(enum type *a, enum type *b)
{
	static const enum type pairs[][2] = {
		{ TYPE_INT64, TYPE_INT64 }, { TYPE_INT64, TYPE_FLOAT64 }, { TYPE_FLOAT64, TYPE_INT64 }, { TYPE_FLOAT64, TYPE_FLOAT64 },
		{ TYPE_DATE, TYPE_DATE }, { TYPE_DATE, TYPE_DATETIME }, { TYPE_DATETIME, TYPE_DATETIME }, { TYPE_STRING, TYPE_STRING },
		{ TYPE_STRING, TYPE_STRING },
	};
	uint32_t k = draw(sizeof pairs / sizeof *pairs);

	*a = pairs[k][0];
	*b = pairs[k][1];
}

static void condition(struct buf *out, int depth)
{
	static const char *const order[] = { "==", "~=", "<", "<=", ">", ">=" };
	enum type a, b;

	comparable(&a, &b);
	switch (draw(8)) {
	case 0:
	case 1:
		buf_char(out, '(');
		generate(out, TYPE_BOOL, depth);
		buf_str(out, draw(2) ? ") and (" : ") or (");
		generate(out, TYPE_BOOL, depth);
		buf_char(out, ')');
		break;
	case 2:
		buf_str(out, "not (");
		generate(out, TYPE_BOOL, depth);
		buf_char(out, ')');
		break;
	case 3:
		buf_str(out, "is_missing(");
		generate(out, a, depth);
		buf_char(out, ')');
		break;
	case 4:
		buf_char(out, '(');
		generate(out, a, depth);
		buf_str(out, draw(2) ? ") in (" : ") not in (");
		for (uint32_t n = 1 + draw(draw(5) ? 4 : 14); n; n--) {
			literal(out, a);
			buf_str(out, n > 1 ? ", " : ")");
		}
		break;
	case 5:
		buf_str(out, "between(");
		generate(out, a, depth);
		buf_str(out, ", ");
		generate(out, b, depth);
		buf_str(out, ", ");
		generate(out, draw(2) ? a : b, depth);
		buf_char(out, ')');
		break;
	default:
		buf_char(out, '(');
		generate(out, a, depth);
		buf_printf(out, ") %s (", PICK(order));
		generate(out, b, depth);
		buf_char(out, ')');
	}
}

static void arithmetic(struct buf *out, enum type t, int depth)
{
	static const char *const on_ints[] = { "+", "-", "*", "//", "%" }, *const on_floats[] = { "+", "-", "*", "/" };

	if (!draw(6)) {
		buf_str(out, "-(");
		generate(out, t, depth);
		buf_char(out, ')');
		return;
	}
	buf_char(out, '(');
	generate(out, t == TYPE_FLOAT64 && !draw(4) ? TYPE_INT64 : t, depth);
	buf_printf(out, ") %s (", t == TYPE_INT64 ? PICK(on_ints) : PICK(on_floats));
	generate(out, t, depth);
	buf_char(out, ')');
}

/* Everything in parentheses: what the evaluators get is not a matter of precedence. */
static void generate(struct buf *out, enum type t, int depth)
{
	if (depth <= 0 || !draw(6)) {
		if (draw(3))
			column_of(out, t);
		else
			literal(out, t);
		return;
	}
	depth--;
	if (!draw(4)) {
		buf_str(out, "if(");
		generate(out, TYPE_BOOL, depth);
		for (int k = 0; k < 2; k++) {
			buf_str(out, ", ");
			if (draw(8))
				generate(out, t, depth);
			else
				literal(out, t);
		}
		buf_char(out, ')');
	} else if (!draw(4)) {
		buf_str(out, "coalesce(");
		generate(out, t, depth);
		for (uint32_t n = 1 + draw(2); n; n--) {
			buf_str(out, ", ");
			generate(out, t, depth);
		}
		buf_char(out, ')');
	} else if (t == TYPE_BOOL) {
		condition(out, depth);
	} else if (t == TYPE_INT64 || t == TYPE_FLOAT64) {
		arithmetic(out, t, depth);
	} else if (t == TYPE_STRING && draw(2)) {
		buf_str(out, "lower(");
		generate(out, t, depth);
		buf_char(out, ')');
	} else if (t == TYPE_STRING) {
		buf_char(out, '(');
		generate(out, t, depth);
		buf_str(out, ") .. (");
		generate(out, t, depth);
		buf_char(out, ')');
	} else {
		column_of(out, t);
	}
}

/* == comparing == */

static bool same_as(const struct value *want, enum type t, const struct vec *v, int32_t i)
{
	int32_t k = v->constant ? 0 : i;
	double f;

	if (want->missing || !vec_has(v, i))
		return want->missing && !vec_has(v, i);
	switch (t) {
	case TYPE_BOOL: return v->as.truth[k] == want->as.truth;
	case TYPE_INT64: return v->as.i64[k] == want->as.i64;
	case TYPE_FLOAT64:
		f = slow_number(*want);
		return !memcmp(&v->as.f64[k], &f, sizeof f) || (isnan(f) && isnan(v->as.f64[k]));
	case TYPE_DATE: return v->as.days[k] == want->as.days;
	case TYPE_DATETIME: return v->as.i64[k] == slow_micros(*want);
	default: return slice_eq(vec_text(v, i), want->as.text);
	}
}

/*
 * One batch. Where the slow evaluator fails for some row, the program has to fail at one of those rows; else all values are the
 * same.
 */
static bool batch_agrees(const struct expr *x, struct program_run *r, enum type t, const struct batch *b, const char *shape)
{
	static struct value want[VEC_MAX];
	static struct slow rows[VEC_MAX];
	struct value row[COLS];
	const struct vec *v;
	struct err e = ERR_INIT;
	bool any = false, good = true;
	int rc;

	for (int32_t i = 0; i < b->n; i++) {
		rows[i] = (struct slow){ .names = names, .row = row, .ncols = COLS };
		for (int k = 0; k < COLS; k++) {
			bool constant = b->cols[k].constant;

			row[k] = column_value(k, b->rows ? b->rows[constant ? 0 : i] : b->first + (constant ? 0 : i));
		}
		want[i] = slow_eval(&rows[i], x->root);
		any |= rows[i].failed;
	}
	rc = program_run(r, b, &v, &e);
	if (rc) {
		long long at = -1;
		int32_t i = 0;

		good = rc == ERR_DOMAIN && any && sscanf(e.msg, "row %lld:", &at) == 1;
		for (; good && i < b->n; i++)
			if ((b->rows ? (long long)b->rows[i] : b->first + i) == at - 1 && rows[i].failed)
				break;
		good = good && i < b->n;
		if (!good)
			fprintf(stderr, "%s: %s: failed with %s\n", shape, x->text, e.msg);
	} else if (any) {
		fprintf(stderr, "%s: %s: no failure\n", shape, x->text);
		good = false;
	} else if (v->n != b->n || v->type != t) {
		fprintf(stderr, "%s: %s: %d values of type %d\n", shape, x->text, v->n, (int)v->type);
		good = false;
	} else {
		for (int32_t i = 0; i < b->n && good; i++) {
			struct buf shown = BUF_INIT;

			good = same_as(&want[i], t, v, i);
			if (!good) {
				rows_show(&shown, v, i);
				fprintf(stderr, "%s: %s: row %d of %d is %s\n", shape, x->text, i, b->n, shown.p);
			}
			buf_release(&shown);
		}
	}
	for (int32_t i = 0; i < b->n; i++)
		slow_release(&rows[i]);
	return good;
}

static bool all_shapes(const struct expr *x, struct program *p)
{
	static const int32_t lengths[] = { 1, 2, 3, 63, 64, 65, 200, VEC_MAX };
	struct program_run *r = NULL;
	struct vec_room rooms[COLS] = { 0 };
	struct vec vecs[COLS] = { 0 };
	static struct slice plain[COLS][VEC_MAX];
	static uint32_t rows[VEC_MAX];
	struct err e = ERR_INIT;
	bool good = !program_run_new(p, &r, &e);

	for (int trial = 0; good && trial < 5; trial++) {
		int32_t n = trial == 4 ? VEC_MAX : PICK(lengths);
		int64_t from = draw(TABLE - VEC_MAX);
		struct batch b = { .n = n, .cols = vecs, .first = from, .rows = trial == 2 ? rows : NULL };
		const char *shape = (const char *const[]){ "stretch", "constants", "rows", "plain strings", "full" }[trial];

		for (int32_t i = 0; i < n; i++)
			rows[i] = draw(TABLE);
		for (int k = 0; k < COLS && good; k++) {
			good = !vec_of_column(&vecs[k], &rooms[k], cols[k], from, b.rows, n, &e);
			if (trial == 1 && draw(2))
				vecs[k].constant = true;
			if (trial != 3 || types[k] != TYPE_STRING)
				continue;
			for (int32_t i = 0; i < n; i++)
				plain[k][i] = vec_has(&vecs[k], i) ? vec_text(&vecs[k], i) : slice_of(NULL, 0);
			vecs[k].code_size = 0;
			vecs[k].dict = NULL;
			vecs[k].as.text = plain[k];
		}
		good = good && batch_agrees(x, r, program_type(p), &b, shape);
	}
	program_run_free(r);
	for (int k = 0; k < COLS; k++)
		vec_room_release(&rooms[k]);
	return good;
}

static void values(int trials)
{
	static const enum type wanted[] = { TYPE_BOOL, TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_STRING, TYPE_DATE, TYPE_DATETIME };
	struct expr_scope scope = { .ncols = COLS, .names = names, .types = types };
	int bad = 0, fails = 0;

	for (int k = 0; k < trials && !bad; k++) {
		struct buf text = BUF_INIT;
		struct expr *x = NULL;
		struct program *p = NULL;
		struct err e = ERR_INIT;
		enum type t = PICK(wanted);

		generate(&text, t, 1 + (int)draw(5));
		if (text.n > 4000) {
			buf_release(&text);
			continue;
		}
		if (expr_parse(text.p, text.n, 0, &x, &e) || expr_compile(x, &scope, &p, &e)) {
			fprintf(stderr, "%s\n%s\n", text.p, e.msg);
			bad++;
		} else {
			fails += program_fails(p);
			bad += program_type(p) != t || !all_shapes(x, p);
		}
		buf_release(&text);
		program_unref(p);
		expr_unref(x);
	}
	is_int(bad, 0, "%d random expressions give what the slow evaluator gives", trials);
	ok(fails > trials / 20, "%d of them could fail", fails);
}

/* == printing == */

/* Operands and operators in any order that parses, with few parentheses. */
static void loose(struct buf *out, int depth)
{
	static const char *const operators[] = { "or", "and", "<", ">", "<=", ">=", "~=", "==", "..", "+", "-", "*", "/", "//", "%", "^" };
	static const char *const operands[] = { "x", "1", "2.5", "'it\\'s\\n'", "nil", "true", "`a ``b`", "`and`", "$y", "date '2025-01-13'",
						"datetime '2025-01-13T08:00:00.5Z'", "1e300", "-9223372036854775808", "0.1", "date",
						"over", "count()", "lag(x, 1) over (a, `order` order -b, `c c`)", "sum(x) over ()", "3." };

	for (;;) {
		while (!draw(5))
			buf_str(out, draw(2) ? "- " : "not ");
		if (depth && !draw(4)) {
			buf_str(out, draw(2) ? "(" : draw(2) ? "lower(" : "coalesce(x, ");
			loose(out, depth - 1);
			buf_char(out, ')');
		} else {
			buf_str(out, PICK(operands));
		}
		if (!draw(12))
			buf_str(out, draw(2) ? " in (1, 'a')" : " not in $z");
		if (!draw(3))
			return;
		buf_printf(out, " %s ", PICK(operators));
	}
}

/*
 * Whether all parentheses that only group are needed: without a pair the text is another tree, or none. (Those around `x in (...)`
 * are for the reader, as a list ends by itself.)
 */
static bool all_needed(const char *text, const struct expr_node *root)
{
	char *cut = strdup(text);
	bool good = true;
	int open[256], depth = 0;
	char quote = 0;

	for (int i = 0; good && text[i]; i++) {
		struct expr *x = NULL;

		if (quote) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == quote)
				quote = 0;
			continue;
		}
		if (text[i] == '\'' || text[i] == '`')
			quote = text[i];
		if (text[i] == '(')
			open[depth++] = i && (strchr("_", text[i - 1]) || (text[i - 1] | 0x20) >= 'a') ? -1 : i;
		if (text[i] != ')' || open[--depth] < 0)
			continue;
		cut[open[depth]] = cut[i] = ' ';
		if (!strstr(cut, " in ") && !expr_parse(cut, strlen(cut), 0, &x, NULL) && expr_same(x->root, root)) {
			fprintf(stderr, "needless parentheses in %s\n", text);
			good = false;
		}
		expr_unref(x);
		cut[open[depth]] = '(';
		cut[i] = ')';
	}
	free(cut);
	return good;
}

static void printing(int trials)
{
	int bad = 0, parsed = 0;

	for (int k = 0; k < trials && !bad; k++) {
		struct buf text = BUF_INIT, printed = BUF_INIT, again = BUF_INIT;
		struct expr *x = NULL, *y = NULL;
		struct err e = ERR_INIT;

		loose(&text, 3);
		if (!expr_parse(text.p, text.n, 0, &x, NULL)) {
			parsed++;
			expr_print(&printed, x->root);
			if (expr_parse(printed.p, printed.n, 0, &y, &e) || !expr_same(x->root, y->root)) {
				fprintf(stderr, "%s\nprinted %s\n%s\n", text.p, printed.p, e.msg);
				bad++;
			} else {
				expr_print(&again, y->root);
				bad += strcmp(printed.p, again.p) != 0 || !all_needed(printed.p, x->root);
			}
		}
		buf_release(&text);
		buf_release(&printed);
		buf_release(&again);
		expr_unref(x);
		expr_unref(y);
	}
	is_int(bad, 0, "%d random trees are printed as what parses to them", parsed);
	ok(parsed > trials / 10, "%d of %d texts were expressions", parsed, trials);
}

int main(void)
{
	const char *seed = getenv("EXPR_SEED"), *trials = getenv("EXPR_TRIALS");
	int n = trials ? atoi(trials) : 600;

	state = seed ? strtoull(seed, NULL, 0) : 20250113;
	printf("# seed %llu\n", (unsigned long long)state);
	make_columns();
	values(n);
	printing(n * 20);
	for (int k = 0; k < COLS; k++)
		column_unref(cols[k]);
	return done();
}
