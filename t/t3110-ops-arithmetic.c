/*
 * t3110-ops-arithmetic.c - the arithmetic operators: values by hand and as Lua 5.4 gives them, integers against __int128, faults
 * that name the right row, derivatives against differences.
 */
#include "op_run.h"

static const struct op_row rows[] = {
	OP_ROW("+", "i:3", "i:1", "i:2"),
	OP_ROW("+", "i:9223372036854775807", "i:9223372036854775806", "i:1"),
	OP_ROW("+", "!integer overflow in 9223372036854775807 + 1", "i:9223372036854775807", "i:1"),
	OP_ROW("+", "!integer overflow in -9223372036854775808 + -1", "i:-9223372036854775808", "i:-1"),
	OP_ROW("+", "i:-1", "i:9223372036854775807", "i:-9223372036854775808"),
	OP_ROW("+", "f:4", "f:1.5", "f:2.5"),
	OP_ROW("+", "f:inf", "f:1e308", "f:1e308"),
	OP_ROW("+", "f:nan", "f:inf", "f:-inf"),
	OP_ROW("-", "i:-1", "i:1", "i:2"),
	OP_ROW("-", "!integer overflow in -9223372036854775808 - 1", "i:-9223372036854775808", "i:1"),
	OP_ROW("-", "!integer overflow in 0 - -9223372036854775808", "i:0", "i:-9223372036854775808"),
	OP_ROW("-", "i:9223372036854775807", "i:-1", "i:-9223372036854775808"),
	OP_ROW("-", "f:-1", "f:1.5", "f:2.5"),
	OP_ROW("-", "i:-5", "i:5"),
	OP_ROW("-", "i:-9223372036854775807", "i:9223372036854775807"),
	OP_ROW("-", "!integer overflow in -(-9223372036854775808)", "i:-9223372036854775808"),
	OP_ROW("-", "f:-0", "f:0"),
	OP_ROW("-", "f:-2.5", "f:2.5"),
	OP_ROW("*", "i:42", "i:6", "i:7"),
	OP_ROW("*", "i:-4611686018427387904", "i:-2147483648", "i:2147483648"),
	OP_ROW("*", "i:9223372036854775807", "i:-9223372036854775807", "i:-1"),
	OP_ROW("*", "!integer overflow in -9223372036854775808 * -1", "i:-9223372036854775808", "i:-1"),
	OP_ROW("*", "!integer overflow in 4294967296 * 2147483648", "i:4294967296", "i:2147483648"),
	OP_ROW("*", "i:0", "i:-9223372036854775808", "i:0"),
	OP_ROW("*", "f:3.75", "f:1.5", "f:2.5"),
	OP_ROW("/", "f:3.5", "f:7", "f:2"),
	OP_ROW("/", "f:inf", "f:1", "f:0"),
	OP_ROW("/", "f:-inf", "f:1", "f:-0.0"),
	OP_ROW("/", "f:nan", "f:0", "f:0"),
	/* rounded down: signs of both */
	OP_ROW("//", "i:3", "i:7", "i:2"),
	OP_ROW("//", "i:-4", "i:-7", "i:2"),
	OP_ROW("//", "i:-4", "i:7", "i:-2"),
	OP_ROW("//", "i:3", "i:-7", "i:-2"),
	OP_ROW("//", "i:-3", "i:-6", "i:2"),
	OP_ROW("//", "!division by zero in 5 // 0", "i:5", "i:0"),
	OP_ROW("//", "!integer overflow in -9223372036854775808 // -1", "i:-9223372036854775808", "i:-1"),
	OP_ROW("//", "i:-9223372036854775807", "i:9223372036854775807", "i:-1"),
	OP_ROW("//", "f:-4", "f:-7", "f:2"),
	OP_ROW("//", "f:inf", "f:5", "f:0"),
	OP_ROW("//", "f:-0", "f:-1", "f:inf"),
	OP_ROW("%", "i:1", "i:7", "i:2"),
	OP_ROW("%", "i:2", "i:-7", "i:3"),
	OP_ROW("%", "i:-2", "i:7", "i:-3"),
	OP_ROW("%", "i:-1", "i:-7", "i:-3"),
	OP_ROW("%", "i:0", "i:-9223372036854775808", "i:-1"),
	OP_ROW("%", "!division by zero in 5 % 0", "i:5", "i:0"),
	OP_ROW("%", "f:2", "f:-7", "f:3"),
	OP_ROW("%", "f:-2", "f:7", "f:-3"),
	OP_ROW("%", "f:-1.5", "f:-7.5", "f:-2"),
	OP_ROW("%", "f:-2", "f:-2", "f:-7.5"),
	OP_ROW("%", "f:inf", "f:-1", "f:inf"),
	OP_ROW("%", "f:1", "f:1", "f:inf"),
	OP_ROW("%", "f:nan", "f:1", "f:0"),
	OP_ROW("%", "f:0.5", "f:5.5", "f:1"),
	OP_ROW("^", "f:1024", "f:2", "f:10"),
	OP_ROW("^", "f:12.25", "f:3.5", "f:2"),
	OP_ROW("^", "f:nan", "f:-8", "f:0.5"),
	OP_ROW("^", "f:1", "f:nan", "f:0"),
	OP_ROW("+", "d:2025-01-20", "d:2025-01-13", "i:7"),
	OP_ROW("+", "d:2025-01-06", "i:-7", "d:2025-01-13"),
	OP_ROW("+", "d:9999-12-31", "d:0001-01-01", "i:3652058"),
	OP_ROW("+", "!9999-12-31 + 1 is not in the years 1 to 9999", "d:9999-12-31", "i:1"),
	OP_ROW("+", "!2025-01-13 + 9223372036854775807 is not in the years 1 to 9999", "d:2025-01-13", "i:9223372036854775807"),
	OP_ROW("+", "!2025-01-13 + -9223372036854775808 is not in the years 1 to 9999", "d:2025-01-13", "i:-9223372036854775808"),
	OP_ROW("+", "!2025-01-13 + 4294967296 is not in the years 1 to 9999", "i:4294967296", "d:2025-01-13"),
	OP_ROW("-", "d:2025-01-06", "d:2025-01-13", "i:7"),
	OP_ROW("-", "!0001-01-01 - 1 is not in the years 1 to 9999", "d:0001-01-01", "i:1"),
	OP_ROW("-", "!2025-01-13 - -9223372036854775808 is not in the years 1 to 9999", "d:2025-01-13", "i:-9223372036854775808"),
	OP_ROW("-", "i:43", "d:2025-01-13", "d:2024-12-01"),
	OP_ROW("-", "i:-3652058", "d:0001-01-01", "d:9999-12-31"),
	OP_ROW("-", "f:1.5", "t:2025-01-13T00:00:01.500Z", "t:2025-01-13T00:00:00Z"),
	OP_ROW("-", "f:-86400", "t:2025-01-13T00:00Z", "t:2025-01-14T00:00Z"),
};

static void cases(void)
{
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
		op_case(ops_arithmetic, rows[k].name, rows[k].args, rows[k].want);
}

/* == integers, by another way == */

static int64_t edge(uint64_t *seed)
{
	static const int64_t edges[] = { 0, 1, -1, 2, -2, 3, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, INT32_MAX, INT32_MIN,
					 INT64_C(1) << 31, INT64_C(1) << 32, -(INT64_C(1) << 32), INT64_C(3037000499), INT64_C(3037000500) };
	uint64_t r = op_noise(seed);

	return r % 3 ? (int64_t)op_noise(seed) >> (r >> 8 & 63) : edges[(r >> 16) % (sizeof edges / sizeof *edges)];
}

static __int128 floor_divide(__int128 x, __int128 y)
{
	__int128 q = x / y;

	return q * y != x && (x < 0) != (y < 0) ? q - 1 : q;
}

/* Whether x op y has a value in 64 bits. */
static bool wide(char op, int64_t x, int64_t y, int64_t *out)
{
	__int128 a = x, b = y, r;

	if ((op == '/' || op == '%') && !y)
		return false;
	r = op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : op == '/' ? floor_divide(a, b) : a - floor_divide(a, b) * b;
	*out = (int64_t)r;
	return r >= INT64_MIN && r <= INT64_MAX;
}

/* Rows that fail are hidden as not there; then one of them is shown, and has to be the one named. */
static void integers(void)
{
	static const struct {
		const char *name;
		char op;
	} ops[] = { { "+", '+' }, { "-", '-' }, { "*", '*' }, { "//", '/' }, { "%", '%' } };
	static int64_t x[VEC_MAX], y[VEC_MAX], want[VEC_MAX];
	static uint8_t there[VEC_MAX];
	uint64_t seed = 7;

	for (size_t k = 0; k < sizeof ops / sizeof *ops; k++) {
		const struct op_overload *o = op_overload_of(ops_arithmetic, ops[k].name, 2, "ii");
		int64_t wrong = 0, unseen = 0, failing = 0;

		for (int round = 0; round < 60; round++) {
			int shape = round % 3;
			struct vec args[2] = { { .type = TYPE_INT64, .constant = shape == 1, .n = VEC_MAX, .as.i64 = x },
					       { .type = TYPE_INT64, .constant = shape == 2, .n = VEC_MAX, .as.i64 = y } };
			int32_t bad = -1;
			struct op_run r;

			for (int32_t i = 0; i < VEC_MAX; i++) {
				x[i] = edge(&seed);
				y[i] = edge(&seed);
			}
			for (int32_t i = 0; i < VEC_MAX; i++) {
				there[i] = wide(ops[k].op, x[shape == 1 ? 0 : i], y[shape == 2 ? 0 : i], &want[i]);
				if (!there[i] && (bad < 0 || op_noise(&seed) % 8 == 0))
					bad = i;
				failing += !there[i];
			}
			op_run_kernel(&r, o, args, 2, VEC_MAX, there);
			wrong += r.rc != 0;
			for (int32_t i = 0; i < VEC_MAX; i++)
				wrong += there[i] && r.out.as.i64[i] != want[i];
			op_run_free(&r);
			if (bad < 0)
				continue;
			there[bad] = 1;
			op_run_kernel(&r, o, args, 2, VEC_MAX, there);
			unseen += r.rc != ERR_DOMAIN || r.f.fault_at != bad;
			op_run_free(&r);
		}
		is_int(wrong, 0, "%s of integers as with 128 bits", ops[k].name);
		is_int(unseen, 0, "%s fails in the row that has no value", ops[k].name);
		ok(failing > 100, "%s: there were %lld such rows", ops[k].name, (long long)failing);
	}
}

/* Of the whole batch the first row that is there is named, not the one that is found first. */
static void first_fault(void)
{
	static int64_t x[VEC_MAX], y[VEC_MAX];
	struct vec args[2] = { { .type = TYPE_INT64, .n = VEC_MAX, .as.i64 = x }, { .type = TYPE_INT64, .n = VEC_MAX, .as.i64 = y } };
	struct op_run r;

	x[1999] = INT64_MAX;
	y[1999] = 1;
	x[17] = INT64_MIN;
	y[17] = -5;
	op_run_kernel(&r, op_overload_of(ops_arithmetic, "+", 2, "ii"), args, 2, VEC_MAX, NULL);
	is_int(r.f.fault_at, 17, "the first of two rows that overflow");
	is_str(r.e.msg, "integer overflow in -9223372036854775808 + -5", "with its own numbers");
	op_run_free(&r);
}

int main(void)
{
	cases();
	integers();
	first_fault();
	return done();
}
