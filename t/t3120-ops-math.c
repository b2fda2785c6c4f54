/*
 * t3120-ops-math.c - mathematical functions: values by hand and from tables (Abramowitz and Stegun), identities, rounding against
 * decimal text, and every derivative against a central difference.
 */
#include "op_run.h"

static const struct op_row rows[] = {
	OP_ROW("abs", "i:3", "i:-3"),
	OP_ROW("abs", "i:9223372036854775807", "i:-9223372036854775807"),
	OP_ROW("abs", "!integer overflow in abs(-9223372036854775808)", "i:-9223372036854775808"),
	OP_ROW("abs", "f:0", "f:-0.0"),
	OP_ROW("abs", "f:2.5", "f:-2.5"),
	OP_ROW("sign", "i:-1", "i:-7"),
	OP_ROW("sign", "i:0", "i:0"),
	OP_ROW("sign", "f:1", "f:inf"),
	OP_ROW("sign", "f:nan", "f:nan"),
	OP_ROW("floor", "i:-3", "f:-2.5"),
	OP_ROW("floor", "i:7", "i:7"),
	OP_ROW("floor", "i:-9223372036854775808", "f:-9223372036854775808"),
	OP_ROW("floor", "!floor(9.223372036854776e+18) is not an integer of 64 bits", "f:9223372036854775808"),
	OP_ROW("floor", "!floor(nan) is not an integer", "f:nan"),
	OP_ROW("floor", "!floor(-inf) is not an integer", "f:-inf"),
	OP_ROW("ceil", "i:-2", "f:-2.5"),
	OP_ROW("ceil", "i:3", "f:2.000001"),
	OP_ROW("trunc", "i:-2", "f:-2.7"),
	OP_ROW("trunc", "i:2", "f:2.7"),
	OP_ROW("round", "i:3", "f:2.5"),
	OP_ROW("round", "i:-3", "f:-2.5"),
	OP_ROW("round", "i:2", "f:2.4999999999999996"),
	OP_ROW("round", "i:5", "i:5"),
	OP_ROW("round", "!round(1e+19) is not an integer of 64 bits", "f:1e19"),
	OP_ROW("round", "f:2.67", "f:2.675", "i:2"),
	OP_ROW("round", "f:1.11", "f:1.115", "i:2"),
	OP_ROW("round", "f:0.13", "f:0.125", "i:2"),
	OP_ROW("round", "f:-0.13", "f:-0.125", "i:2"),
	OP_ROW("round", "f:1200", "f:1234.5", "i:-2"),
	OP_ROW("round", "f:1300", "f:1250", "i:-2"),
	OP_ROW("round", "f:3", "f:2.5", "i:0"),
	OP_ROW("round", "f:inf", "f:inf", "i:2"),
	OP_ROW("round", "f:nan", "f:nan", "i:-2"),
	OP_ROW("round", "f:1e+300", "f:1e300", "i:5"),
	OP_ROW("round", "!cannot round to 23 digits: from -22 to 22", "f:1", "i:23"),
	OP_ROW("round", "i:1200", "i:1234", "i:-2"),
	OP_ROW("round", "i:-1300", "i:-1250", "i:-2"),
	OP_ROW("round", "i:1234", "i:1234", "i:2"),
	OP_ROW("round", "i:0", "i:9223372036854775807", "i:-20"),
	OP_ROW("round", "!integer overflow in round(9223372036854775807, -1)", "i:9223372036854775807", "i:-1"),
	OP_ROW("round", "!integer overflow in round(9223372036854775807, -19)", "i:9223372036854775807", "i:-19"),
	OP_ROW("round", "i:-9223372036854775800", "i:-9223372036854775804", "i:-1"),
	OP_ROW("int", "i:3", "f:3.0"),
	OP_ROW("int", "!int(3.5) is not an integer", "f:3.5"),
	OP_ROW("int", "!int(inf) is not an integer", "f:inf"),
	OP_ROW("int", "!int(1e+30) is not an integer of 64 bits", "f:1e30"),
	OP_ROW("int", "i:1", "b:true"),
	OP_ROW("int", "i:-4", "i:-4"),
	OP_ROW("float", "f:3", "i:3"),
	OP_ROW("float", "f:0", "b:false"),
	OP_ROW("float", "f:2.5", "f:2.5"),
	OP_ROW("is_nan", "b:true", "f:nan"),
	OP_ROW("is_nan", "b:false", "f:inf"),
	OP_ROW("is_inf", "b:true", "f:-inf"),
	OP_ROW("is_inf", "b:false", "f:nan"),
	OP_ROW("is_finite", "b:true", "f:1e308"),
	OP_ROW("is_finite", "b:false", "f:nan"),
	OP_ROW("is_finite", "b:false", "f:inf"),
	OP_ROW("least", "i:1", "i:3", "i:1", "i:2"),
	OP_ROW("greatest", "i:3", "i:1", "i:3", "i:2"),
	OP_ROW("least", "f:-inf", "f:3", "f:-inf"),
	OP_ROW("least", "f:nan", "f:3", "f:nan", "f:1"),
	OP_ROW("greatest", "f:nan", "f:nan", "f:1"),
	OP_ROW("greatest", "f:2.5", "f:-1", "f:2.5"),
	OP_ROW("least", "d:2024-02-29", "d:2025-01-01", "d:2024-02-29"),
	OP_ROW("greatest", "t:2025-01-01T00:00:00Z", "t:2025-01-01T00:00Z", "t:2024-12-31T23:59Z"),
	OP_ROW("least", "s:ab", "s:abc", "s:ab", "s:b"),
	OP_ROW("greatest", "s:b", "s:abc", "s:ab", "s:b"),
	OP_ROW("least", "s:", "s:", "s:b"),
	OP_ROW("pow", "f:1024", "f:2", "f:10"),
	OP_ROW("log", "f:3", "f:8", "f:2"),
	OP_ROW("log", "f:3", "f:1000", "f:10"),
	OP_ROW("log", "f:0", "f:1"),
	OP_ROW("log", "f:-inf", "f:0"),
	OP_ROW("log", "f:nan", "f:-1"),
	OP_ROW("sqrt", "f:3", "f:9"),
	OP_ROW("sqrt", "f:nan", "f:-1"),
	OP_ROW("square", "f:25", "f:-5"),
	OP_ROW("cbrt", "f:-3", "f:-27"),
	OP_ROW("cbrt", "f:100", "f:1e6"),
	OP_ROW("cbrt", "f:-0", "f:-0.0"),
	OP_ROW("cbrt", "f:inf", "f:inf"),
	OP_ROW("hypot", "f:5", "f:3", "f:4"),
	OP_ROW("tgamma", "f:24", "f:5"),
	OP_ROW("inv_logit", "f:0.5", "f:0"),
	OP_ROW("inv_logit", "f:1", "f:800"),
	OP_ROW("inv_logit", "f:0", "f:-800"),
	OP_ROW("Phi", "f:0.5", "f:0"),
	OP_ROW("inv_Phi", "f:-inf", "f:0"),
	OP_ROW("inv_Phi", "f:nan", "f:1.5"),
	OP_ROW("log_sum_exp", "f:-inf", "f:-inf", "f:-inf"),
	OP_ROW("log_sum_exp", "f:1000", "f:1000", "f:-inf"),
	OP_ROW("log_sum_exp", "f:nan", "f:inf", "f:nan"),
	OP_ROW("digamma", "f:nan", "f:-3"),
};

static const struct op *find(const char *name)
{
	static const struct op *const lists[] = { ops_arithmetic, ops_math };

	for (int g = 0; g < 2; g++)
		for (const struct op *op = lists[g]; op->name; op++)
			if (!strcmp(op->name, name))
				return op;
	return NULL;
}

static bool near(double a, double b, double share)
{
	return fabs(a - b) <= share * fmax(1, fabs(b));
}

/* Abramowitz and Stegun: tables 6.1, 6.2, 7.1, 26.1; constants of chapter 1. */
static void tables(void)
{
	static const struct {
		const char *name;
		double a, b, want;
	} known[] = {
		{ "digamma", 1, 0, -0.57721566490153286 }, { "digamma", 2, 0, 0.42278433509846714 },
		{ "digamma", 0.5, 0, -1.96351002602142348 }, { "digamma", -0.5, 0, 0.03648997397857652 },
		{ "digamma", 100, 0, 4.60016185273808740 }, { "lgamma", 0.5, 0, 0.57236494292470009 },
		{ "lgamma", 101, 0, 363.73937555556349 }, { "erf", 0.5, 0, 0.52049987781304654 },
		{ "erfc", 2, 0, 0.00467773498104727 }, { "Phi", 1.96, 0, 0.97500210485177956 },
		{ "Phi", -6, 0, 9.8658764503769814e-10 }, { "inv_Phi", 0.975, 0, 1.95996398454005424 },
		{ "logit", 0.75, 0, 1.09861228866810969 }, { "lbeta", 2, 3, -2.48490664978800031 },
		{ "log1p_exp", 40, 0, 40.0000000000000000042 }, { "log1m_exp", -1e-10, 0, -23.0258509299904568 },
		{ "log1m_exp", -50, 0, -1.9287498479639178e-22 }, { "log_sum_exp", 700, 710, 710.0000453988992 },
		{ "atan2", 1, -1, 2.35619449019234493 }, { "log1m", 1e-10, 0, -1.00000000005e-10 },
		{ "expm1", 1e-10, 0, 1.00000000005e-10 }, { "exp2", 0.5, 0, 1.41421356237309505 },
	};

	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		double got = find(known[k].name)->math->value(known[k].a, known[k].b);

		ok(fabs(got - known[k].want) <= 1e-14 * fabs(known[k].want), "%s(%g, %g) is %.17g, by the table %.17g", known[k].name,
		   known[k].a, known[k].b, got, known[k].want);
	}
}

/* Kernels give what op_math gives; derivatives are the slopes. */
static void derivatives(void)
{
	static const double points[] = { -2.5, -1.25, -0.75, -0.3, 0.2, 0.45, 0.8, 1.3, 2.75, 6.5 };
	enum { POINTS = sizeof points / sizeof *points };
	static const struct op *const lists[] = { ops_arithmetic, ops_math };

	for (int g = 0; g < 2; g++)
		for (const struct op *op = lists[g]; op->name; op++) {
			const struct op_math *m = op->math;
			int wrong = 0, checked = 0, differ = 0;

			for (int i = 0; m && i < POINTS; i++)
				for (int j = 0; j < (m->db ? POINTS : 1); j++) {
					double a = points[i], b = m->db ? points[j] : 0, h = 1e-5, y = m->value(a, b);
					const struct vec args[] = { { .type = TYPE_FLOAT64, .n = 1, .as.f64 = &a },
								    { .type = TYPE_FLOAT64, .n = 1, .as.f64 = &b } };
					const struct op_overload *o = m->db ? op_overload_of(op, op->name, 2, "ff") :
									      op_overload_of(op, op->name, 1, "f");
					double da = (m->value(a + h, b) - m->value(a - h, b)) / (2 * h);
					double db = (m->value(a, b + h) - m->value(a, b - h)) / (2 * h);
					struct op_run r;

					op_run_kernel(&r, o, args, m->db ? 2 : 1, 1, NULL);
					differ += memcmp(r.out.as.f64, &y, sizeof y) != 0 && !(isnan(y) && isnan(r.out.as.f64[0]));
					op_run_free(&r);
					/* a remainder jumps where the divisor fits */
					if (!isfinite(y) || !isfinite(da) || (!strcmp(op->name, "%") && fmin(fabs(y), fabs(y - b)) < 1e-3))
						continue;
					checked++;
					wrong += !near(m->da(a, b, y), da, 1e-6);
					if (m->db && isfinite(db))
						wrong += !near(m->db(a, b, y), db, 1e-6);
				}
			if (!m)
				continue;
			is_int(differ, 0, "%s: the kernel gives what models get", op->name);
			is_int(wrong, 0, "%s: derivatives are slopes, at %d points", op->name, checked);
			ok(checked >= 3, "%s: at enough points", op->name);
		}
	is_double(find("^")->math->db(0, 2, 0), 0, "0 ^ 2 does not change with the power");
	is_double(find("^")->math->da(0, 0, 1), 0, "x ^ 0 does not change with x");
}

/* Correct rounding, by exact decimals: printf rounds the exact value, and its text is the nearest decimal. Ties are left out. */
static void rounding(void)
{
	const struct op_overload *o = op_overload_of(ops_math, "round", 2, "fi");
	uint64_t seed = 11;
	int wrong = 0, made = 0;

	for (int k = 0; k < 20000; k++) {
		double x = (double)(int64_t)(op_noise(&seed) % 20000001 - 10000000) / 1000, want;
		int64_t digits = (int64_t)(op_noise(&seed) % 5);
		const struct vec args[] = { { .type = TYPE_FLOAT64, .n = 1, .as.f64 = &x }, { .type = TYPE_INT64, .n = 1, .as.i64 = &digits } };
		char text[64], full[400];
		struct op_run r;

		snprintf(full, sizeof full, "%.60f", x);
		if (strspn(strchr(full, '.') + 1 + digits, "0") != 60 - (size_t)digits &&
		    strchr(full, '.')[1 + digits] == '5' && strspn(strchr(full, '.') + 2 + digits, "0") == 59 - (size_t)digits)
			continue;
		snprintf(text, sizeof text, "%.*f", (int)digits, x);
		want = strtod(text, NULL);
		op_run_kernel(&r, o, args, 2, 1, NULL);
		wrong += r.out.as.f64[0] != want;
		if (r.out.as.f64[0] != want && wrong < 5)
			fprintf(stderr, "round(%.17g, %d) is %.17g, not %.17g\n", x, (int)digits, r.out.as.f64[0], want);
		op_run_free(&r);
		made++;
	}
	ok(made > 15000, "numbers were rounded: %d", made);
	is_int(wrong, 0, "round to digits is the nearest decimal number");
}

int main(void)
{
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
		op_case(ops_math, rows[k].name, rows[k].args, rows[k].want);
	tables();
	derivatives();
	rounding();
	return done();
}
