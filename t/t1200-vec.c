/* t1200-vec.c - columns to vecs and back: every type, stretches that begin anywhere, rows picked, constants, dictionaries. */
#include "table/vec.h"
#include "columns.h"
#include "tap.h"

static bool same_value(const struct vec *v, int32_t i, const struct column *c, int64_t row)
{
	struct quantity q;

	if (vec_has(v, i) != column_has(c, row))
		return false;
	if (!column_has(c, row))
		return true;
	switch (c->type) {
	case TYPE_BOOL: return v->as.truth[i] == column_bool(c, row);
	case TYPE_INT64:
	case TYPE_DATETIME: return v->as.i64[i] == c->as.i64[row];
	case TYPE_FLOAT64: return !memcmp(&v->as.f64[i], &c->as.f64[row], 8);
	case TYPE_DATE: return v->as.days[i] == c->as.days[row];
	case TYPE_STRING: return slice_eq(vec_text(v, i), column_string(c, row));
	default:
		q = column_quantity(c, row);
		return quantity_same(&v->as.figure[i], &q);
	}
}

static bool same_column(const struct column *a, const struct column *b)
{
	if (a->type != b->type || a->length != b->length || a->missing != b->missing)
		return false;
	for (int64_t i = 0; i < a->length; i++)
		if (!column_equal(a, i, b, i))
			return false;
	return true;
}

/* All of a column, as stretches of odd lengths or as rows, through a sink. */
static struct column *through(const struct column *c, const uint32_t *rows, bool *good)
{
	struct vec_room room = VEC_ROOM_INIT;
	struct vec_sink *sink;
	struct column *out = NULL;
	int64_t at = 0;

	if (vec_sink_open(c->type, &sink, NULL))
		abort();
	for (int32_t n = 1; at < c->length; at += n, n = (n * 7 + 3) % VEC_MAX + 1) {
		struct vec v;

		n = at + n > c->length ? (int32_t)(c->length - at) : n;
		if (vec_of_column(&v, &room, c, at, rows ? rows + at : NULL, n, NULL) || vec_sink_add(sink, &v, NULL))
			abort();
		for (int32_t i = 0; i < n; i++)
			*good = *good && same_value(&v, i, c, rows ? rows[at + i] : at + i);
	}
	if (vec_sink_finish(sink, &out, NULL))
		abort();
	vec_room_release(&room);
	return out;
}

static void all_types(void)
{
	for (int t = 0; t < TYPE_COUNT; t++)
		for (uint32_t kind = 0; kind < 4; kind++) {
			struct some s = { .type = (enum type)t, .rows = 5003, .distinct = kind & 1 ? 300 : 0, .missing = kind & 2 ? 20 : 0,
					  .odd = true, .text = kind == 3 };
			struct column *c = some_column(&s), *back;
			uint32_t *rows = mem_alloc((size_t)c->length * sizeof *rows);
			bool good = true;

			back = through(c, NULL, &good);
			ok(good, "%s %u: the values of stretches", type_name(c->type), kind);
			ok(same_column(c, back), "%s %u: and back", type_name(c->type), kind);
			ok(c->type != TYPE_STRING || !c->code_size || back->dict == c->dict, "%s %u: one dictionary stays", type_name(c->type), kind);
			column_unref(back);
			for (int64_t i = 0; i < c->length; i++)
				rows[i] = chance((uint32_t)c->length);
			good = true;
			back = through(c, rows, &good);
			for (int64_t i = 0; i < c->length; i++)
				good = good && column_equal(c, rows[i], back, i);
			ok(good, "%s %u: rows", type_name(c->type), kind);
			column_unref(back);
			column_unref(c);
			mem_free(rows);
		}
}

static void in_place(void)
{
	static const enum type types[] = { TYPE_BOOL, TYPE_INT64, TYPE_FLOAT64, TYPE_DATE, TYPE_DATETIME };

	for (size_t k = 0; k < 5; k++) {
		struct some s = { .type = types[k], .rows = 4001, .missing = 30, .odd = true };
		struct column *c = some_column(&s), *back;
		struct vec_room room = VEC_ROOM_INIT;
		void *values = mem_column(4001 * 8);
		uint8_t *validity = mem_column(4001);
		int64_t missing = 0;
		int rc;

		for (int64_t at = 0; at < 4001; at += 1024) {
			struct vec v;

			if (vec_of_column(&v, &room, c, at, NULL, at + 1024 > 4001 ? (int32_t)(4001 - at) : 1024, NULL))
				abort();
			missing += vec_put(&v, values, validity, at);
		}
		switch (types[k]) {
		case TYPE_BOOL: rc = column_of_bool(values, validity, 4001, missing, &back, NULL); break;
		case TYPE_INT64: rc = column_of_int64(values, validity, 4001, missing, &back, NULL); break;
		case TYPE_FLOAT64: rc = column_of_float64(values, validity, 4001, missing, &back, NULL); break;
		case TYPE_DATE: rc = column_of_date(values, validity, 4001, missing, &back, NULL); break;
		default: rc = column_of_datetime(values, validity, 4001, missing, &back, NULL); break;
		}
		ok(!rc && same_column(c, back), "%s put in place", type_name(types[k]));
		vec_room_release(&room);
		column_unref(back);
		column_unref(c);
	}
}

static void constants(void)
{
	static const int64_t five = 5;
	static const uint8_t no = 0;
	struct vec v = { .type = TYPE_INT64, .constant = true, .n = 100, .as.i64 = &five };
	int64_t values[104];
	uint8_t validity[13];
	struct vec_sink *sink;
	struct column *c;

	is_int(vec_put(&v, values, validity, 0), 0, "a constant put: none missing");
	is_int(values[99], 5, "and everywhere");
	v.there = &no;
	is_int(vec_put(&v, values, validity, 0), 100, "a missing constant");
	if (vec_sink_open(TYPE_INT64, &sink, NULL) || vec_sink_add(sink, &v, NULL))
		abort();
	v.there = NULL;
	if (vec_sink_add(sink, &v, NULL) || vec_sink_finish(sink, &c, NULL))
		abort();
	ok(c->length == 200 && c->missing == 100 && c->as.i64[150] == 5, "constants in a sink");
	column_unref(c);
}

/* Several dictionaries, and text without one, in one sink. */
static void dictionaries(void)
{
	struct some a = { .type = TYPE_STRING, .rows = 1000, .distinct = 20, .missing = 10 }, b = a, t = a;
	struct column *parts[3], *c;
	struct vec_room room = VEC_ROOM_INIT, text_room = VEC_ROOM_INIT;
	struct vec_sink *sink;
	bool good = true;

	b.distinct = 30;
	t.text = true;
	parts[0] = some_column(&a);
	parts[1] = some_column(&b);
	parts[2] = some_column(&t);
	if (vec_sink_open(TYPE_STRING, &sink, NULL))
		abort();
	for (int k = 0; k < 3; k++) {
		struct vec v;

		if (vec_of_column(&v, k < 2 ? &room : &text_room, parts[k], 0, NULL, 1000, NULL) || vec_sink_add(sink, &v, NULL))
			abort();
	}
	if (vec_sink_finish(sink, &c, NULL))
		abort();
	for (int64_t i = 0; i < 3000; i++)
		good = good && column_equal(c, i, parts[i / 1000], i % 1000);
	ok(good && c->length == 3000, "dictionaries and text in one sink");
	column_unref(c);
	for (int k = 0; k < 3; k++)
		column_unref(parts[k]);
	vec_room_release(&room);
	vec_room_release(&text_room);
	if (vec_sink_open(TYPE_STRING, &sink, NULL) || vec_sink_finish(sink, &c, NULL))
		abort();
	is_int(c->length, 0, "nothing in a sink");
	column_unref(c);
}

int main(void)
{
	all_types();
	in_place();
	constants();
	dictionaries();
	return done();
}
