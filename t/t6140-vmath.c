/*
 * t6140-vmath.c - functions of arrays: within 2 units of the last place of the C library's in extended precision, over all
 * doubles; the same bits in a vector loop, alone, and in place.
 */
#include "stats/vmath.h"
#include "stats/vmath_inline.h"
#include "tap.h"

#include <stdlib.h>

enum { N = 20000 };
typedef void arrays(int64_t n, const double *x, double *out);
typedef double single(double x);
typedef long double exact(long double x);

static double one_exp(double x) { return vmath_exp(x); }
static double one_expm1(double x) { return vmath_expm1(x); }
static double one_log(double x) { return vmath_log(x); }
static double one_log1p(double x) { return vmath_log1p(x); }
static double one_inv_logit(double x) { return vmath_inv_logit(x); }
static double one_log1p_exp(double x) { return vmath_log1p_exp(x); }
static long double exact_inv_logit(long double x) { return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x)); }
static long double exact_log1p_exp(long double x) { return x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)); }

static const struct function {
	const char *name;
	arrays *arrays;
	single *single;
	exact *exact;
	double low, high;                /* where it is neither 0 nor infinite, and bends */
} functions[] = {
	{ "exp", vmath_exps, one_exp, expl, -746, 710 },
	{ "expm1", vmath_expm1s, one_expm1, expm1l, -40, 710 },
	{ "log", vmath_logs, one_log, logl, 0, 4 },
	{ "log1p", vmath_log1ps, one_log1p, log1pl, -1, 4 },
	{ "inv_logit", vmath_inv_logits, one_inv_logit, exact_inv_logit, -746, 40 },
	{ "log1p_exp", vmath_log1p_exps, one_log1p_exp, exact_log1p_exp, -746, 40 },
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static uint64_t state = 12345;
static uint64_t bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}
static double share(void) { return (double)(bits() >> 11) / 9007199254740992.0; }

/* How many units of the last place of y; of a subnormal one, of the smallest number. */
static double units(double got, long double y)
{
	double nearest = (double)y, size = fabs(nearest);
	int exponent;

	if (isnan(nearest) || isinf(nearest))
		return isnan(nearest) ? (isnan(got) ? 0 : INFINITY) : got == nearest ? 0 : INFINITY;
	if (size < 0x1p-1022)
		return (double)(fabsl(got - y) / 0x1p-1074L);
	frexp(size, &exponent);
	return (double)(fabsl(got - y) / ldexpl(1, exponent - 53));
}

static void accuracy(const struct function *f)
{
	static double x[N], out[N], same[N];
	static const char *const ranges[] = { "where it bends", "around 0", "over all doubles" };

	for (int range = 0; range < 3; range++) {
		double worst = 0, where = 0;
		int differ = 0;

		for (int i = 0; i < N; i++) {
			uint64_t u = bits();

			x[i] = range == 0 ? f->low + (f->high - f->low) * share() : ldexp(share() - 0.5, -(int)(bits() % 64) + 3);
			if (range == 2)
				memcpy(&x[i], &u, sizeof u);
		}
		f->arrays(N, x, out);
		for (int i = 0; i < N; i++) {
			double miss = units(out[i], f->exact(x[i])), alone = f->single(x[i]);

			if (!(miss <= worst)) {
				worst = miss;
				where = x[i];
			}
			differ += memcmp(&alone, &out[i], sizeof alone) && !isnan(alone);
		}
		ok(worst < 2, "%s %s: %.2f units at %a", f->name, ranges[range], worst, where);
		is_int(differ, 0, "%s %s: the same bits one by one", f->name, ranges[range]);
		memcpy(same, x, sizeof same);
		f->arrays(N, same, same);
		differ = 0;
		for (int i = 0; i < N; i++)
			differ += memcmp(&same[i], &out[i], sizeof *same) && !(isnan(same[i]) && isnan(out[i]));
		is_int(differ, 0, "%s %s: and in place", f->name, ranges[range]);
	}
}

/* Values from the definitions. */
static void ends(void)
{
	static const struct { int function; double x, y; } list[] = {
		{ 0, 0, 1 }, { 0, -0.0, 1 }, { 0, INFINITY, INFINITY }, { 0, -INFINITY, 0 }, { 0, 710, INFINITY },
		{ 0, -745.2, 0 }, { 0, -745, 0x1p-1074 }, { 0, 0x1.62e42fefa39efp+9, 0x1.fffffffffff2ap+1023 },
		{ 1, 0, 0 }, { 1, -0.0, -0.0 }, { 1, INFINITY, INFINITY }, { 1, -INFINITY, -1 }, { 1, 0x1p-1074, 0x1p-1074 }, { 1, -50, -1 },
		{ 2, 1, 0 }, { 2, 0, -INFINITY }, { 2, -0.0, -INFINITY }, { 2, INFINITY, INFINITY }, { 2, -1, NAN }, { 2, -INFINITY, NAN },
		{ 2, 0x1p-1074, -0x1.74385446d71c3p+9 }, { 2, 0x1.fffffffffffffp1023, 0x1.62e42fefa39efp+9 },
		{ 3, 0, 0 }, { 3, -0.0, -0.0 }, { 3, -1, -INFINITY }, { 3, -1.5, NAN }, { 3, INFINITY, INFINITY }, { 3, -INFINITY, NAN },
		{ 3, 0x1p-1074, 0x1p-1074 }, { 3, 1e-300, 1e-300 },
		{ 4, 0, 0.5 }, { 4, INFINITY, 1 }, { 4, -INFINITY, 0 }, { 4, 800, 1 }, { 4, -800, 0 },
		{ 5, INFINITY, INFINITY }, { 5, -INFINITY, 0 }, { 5, 1e300, 1e300 }, { 5, -800, 0 },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const struct function *f = &functions[list[i].function];
		double y;

		f->arrays(1, &list[i].x, &y);
		is_double(y, list[i].y, "%s(%g)", f->name, list[i].x);
	}
	for (int k = 0; k < FUNCTIONS; k++)
		ok(isnan(functions[k].single(NAN)) && isnan(functions[k].single(-NAN)), "%s of NaN", functions[k].name);
}

int main(void)
{
	for (int i = 0; i < FUNCTIONS; i++)
		accuracy(&functions[i]);
	ends();
	return done();
}
