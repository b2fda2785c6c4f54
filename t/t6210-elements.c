/*
 * t6210-elements.c - every operator and function that has mathematics: value and derivatives as a rule of a graph, against the
 * same function in long double and its difference quotient; over grids with tails and edges, in all shapes.
 */
#include "slope.h"
#include "tap.h"

#include <stdlib.h>

/* == the functions again, in long double ===================================================== */

#define LN2 0.693147180559945309417232121458176568L
#define PI 3.14159265358979323846264338327950288L

static real digammal(real x)
{
	real less = 0, s;

	if (x < 0)
		return digammal(1 - x) - PI / tanl(PI * x);
	for (; x < 40; x++)
		less += 1 / x;
	s = 1 / (x * x);
	return logl(x) - 0.5L / x - less -
	       s * (1 / 12.L - s * (1 / 120.L - s * (1 / 252.L - s * (1 / 240.L - s * (1 / 132.L - s * (691 / 32760.L - s / 12))))));
}

static real lgamma_of(real x)
{
	int sign;

	return lgammal_r(x, &sign);
}

/* Above 1.2, minus 1, and likewise below: a constant that a derivative does not see, and that would cost the digits of a tail. */
static real inv_logitl(real x) { return x > 1.2L ? -expl(-x) / (1 + expl(-x)) : expl(x) / (1 + expl(x)); }
static real tanh_of(real x)
{
	real small = expl(-2 * fabsl(x));

	return fabsl(x) > 1.2L ? copysignl(1, -x) * (2 * small / (1 + small)) : tanhl(x);
}
static real erf_of(real x) { return fabsl(x) > 1.2L ? copysignl(erfcl(fabsl(x)), -x) : erfl(x); }
static real erfc_of(real x) { return x < -1.2L ? -erfcl(-x) : erfcl(x); }
static real phi_of(real x) { return x > 1.2L ? -0.5L * erfcl(x * sqrtl(0.5L)) : 0.5L * erfcl(-x * sqrtl(0.5L)); }
static real expm1_of(real x) { return x < -1.2L ? expl(x) : expm1l(x); }
static real log1p_expl(real x) { return x > 0 ? x + log1pl(expl(-x)) : log1pl(expl(x)); }
static real log1m_expl(real x) { return x > -LN2 ? logl(-expm1l(x)) : log1pl(-expl(x)); }
static real log_sum_expl(real a, real b) { return fmaxl(a, b) + log1pl(expl(-fabsl(a - b))); }
static real inv_phil(real p)
{
	real y = op_find("inv_Phi")->math->value((double)p, 0);

	for (int i = 0; i < 4; i++)
		y -= (0.5L * erfcl(-y * sqrtl(0.5L)) - p) / (expl(-0.5L * y * y) / sqrtl(2 * PI));
	return y;
}

#define R1(name, expr) static real ref_##name(real x, real y) { return (void)y, expr; }
#define R2(name, expr) static real ref_##name(real x, real y) { return expr; }
R1(negate, -x) R1(sqrt, sqrtl(x)) R1(cbrt, cbrtl(x)) R1(square, x * x) R1(exp, expl(x)) R1(exp2, exp2l(x)) R1(expm1, expm1_of(x))
R1(log, logl(x)) R1(log2, log2l(x)) R1(log10, log10l(x)) R1(log1p, log1pl(x)) R1(log1m, log1pl(-x)) R1(log1p_exp, log1p_expl(x))
R1(log1m_exp, log1m_expl(x)) R1(sin, sinl(x)) R1(cos, cosl(x)) R1(tan, tanl(x)) R1(asin, asinl(x)) R1(acos, acosl(x))
R1(atan, atanl(x)) R1(sinh, sinhl(x)) R1(cosh, coshl(x)) R1(tanh, tanh_of(x)) R1(asinh, asinhl(x)) R1(acosh, acoshl(x))
R1(atanh, atanhl(x)) R1(logit, logl(x) - log1pl(-x)) R1(inv_logit, inv_logitl(x)) R1(Phi, phi_of(x)) R1(inv_Phi, inv_phil(x))
R1(erf, erf_of(x)) R1(erfc, erfc_of(x)) R1(tgamma, tgammal(x)) R1(lgamma, lgamma_of(x)) R1(digamma, digammal(x)) R1(abs, fabsl(x))
R2(add, x + y) R2(subtract, x - y) R2(multiply, x * y) R2(divide, x / y) R2(pow, powl(x, y)) R2(atan2, atan2l(x, y))
R2(hypot, hypotl(x, y)) R2(log_sum_exp, log_sum_expl(x, y)) R2(lbeta, lgamma_of(x) + lgamma_of(y) - lgamma_of(x + y))
R2(modulo, x - y * floorl(x / y)) R2(least, fminl(x, y)) R2(greatest, fmaxl(x, y))

#define INF INFINITY
#define ALL -INF, INF
#define MANY -700, -300, -40, -20, -5, -1.5, -0.3, -1e-3, 1e-9, 0.01, 0.7, 1, 3, 17, 36, 41, 300, 700
#define SOME -30, -5, -1.5, -0.3, -1e-3, 0, 1e-9, 0.01, 0.7, 1, 3, 17
#define ABOVE 1e-300, 1e-20, 1e-3, 0.3, 1, 2, 17, 1e5, 1e20, 1e300
#define UNIT -0.9999999, -0.9, -0.3, 0, 1e-9, 0.2, 0.999
#define PROB 1e-290, 1e-20, 1e-3, 0.3, 0.5, 0.9, 0.99999
#define PAIR -7, -1.5, -0.25, 0.5, 2, 30, 1e5
#define PAIR_ABOVE 1e-9, 0.25, 0.5, 1, 2, 7.5, 30
#define VALUES(...) { __VA_ARGS__, NAN }

static const struct {
	const char *name;
	int nargs;
	real (*f)(real, real);
	double low, high;                /* of the domain of each argument */
	bool shifted;                    /* its value is not the function's everywhere, see above */
	double x[24];
} functions[] = {
	{ "-", 1, ref_negate, ALL, false, VALUES(MANY) },
	{ "exp", 1, ref_exp, ALL, false, VALUES(MANY) },
	{ "log", 1, ref_log, 0, INF, false, VALUES(ABOVE) },
	{ "sqrt", 1, ref_sqrt, 0, INF, false, VALUES(ABOVE) },
	{ "square", 1, ref_square, ALL, false, VALUES(MANY) },
	{ "inv_logit", 1, ref_inv_logit, ALL, true, VALUES(MANY) },
	{ "log1p_exp", 1, ref_log1p_exp, ALL, false, VALUES(MANY) },
	{ "log1m_exp", 1, ref_log1m_exp, -INF, 0, false, VALUES(-700, -40, -5, -1, -0.7, -0.6, -0.1, -1e-5, -1e-12, -1e-300) },
	{ "abs", 1, ref_abs, ALL, false, VALUES(-1e200, -2, -1e-3, 1e-200, 0.3, 4) },
	{ "cbrt", 1, ref_cbrt, ALL, false, VALUES(-1e300, -8, -1e-3, 1e-300, 1, 27, 1e20) },
	{ "exp2", 1, ref_exp2, ALL, false, VALUES(MANY) },
	{ "expm1", 1, ref_expm1, ALL, true, VALUES(MANY) },
	{ "log2", 1, ref_log2, 0, INF, false, VALUES(ABOVE) },
	{ "log10", 1, ref_log10, 0, INF, false, VALUES(ABOVE) },
	{ "log1p", 1, ref_log1p, -1, INF, false, VALUES(-0.999999, -0.5, -1e-9, 1e-300, 0.3, 17, 1e20) },
	{ "log1m", 1, ref_log1m, -INF, 1, false, VALUES(0.999999, 0.5, 1e-9, -0.3, -17, -1e20) },
	{ "sin", 1, ref_sin, ALL, false, VALUES(SOME) },
	{ "cos", 1, ref_cos, ALL, false, VALUES(SOME) },
	{ "tan", 1, ref_tan, ALL, false, VALUES(-5, -1.5, -0.3, 0, 0.7, 1.5, 3) },
	{ "asin", 1, ref_asin, -1, 1, false, VALUES(UNIT) },
	{ "acos", 1, ref_acos, -1, 1, false, VALUES(UNIT) },
	{ "atan", 1, ref_atan, ALL, false, VALUES(SOME, -1e5, 1e5) },
	{ "sinh", 1, ref_sinh, ALL, false, VALUES(MANY) },
	{ "cosh", 1, ref_cosh, ALL, false, VALUES(MANY) },
	{ "tanh", 1, ref_tanh, ALL, true, VALUES(MANY) },
	{ "asinh", 1, ref_asinh, ALL, false, VALUES(MANY, 1e200) },
	{ "acosh", 1, ref_acosh, 1, INF, false, VALUES(1.001, 1.5, 4, 700, 1e200) },
	{ "atanh", 1, ref_atanh, -1, 1, false, VALUES(UNIT) },
	{ "logit", 1, ref_logit, 0, 1, false, VALUES(PROB) },
	{ "Phi", 1, ref_Phi, ALL, true, VALUES(-37, -20, -8, -1.5, 0, 0.3, 1, 3, 9, 30) },
	{ "inv_Phi", 1, ref_inv_Phi, 0, 1, false, VALUES(1e-100, 1e-20, 1e-3, 0.3, 0.5, 0.9, 0.99999) },
	{ "erf", 1, ref_erf, ALL, true, VALUES(-20, -5, -1.5, -0.3, 0, 1e-9, 0.7, 3, 9, 20) },
	{ "erfc", 1, ref_erfc, ALL, true, VALUES(-20, -5, -1.5, -0.3, 0, 1e-9, 0.7, 3, 9, 20) },
	{ "tgamma", 1, ref_tgamma, 0, INF, false, VALUES(1e-20, 1e-3, 0.3, 1, 1.5, 5, 40, 170) },
	{ "lgamma", 1, ref_lgamma, 0, INF, false, VALUES(1e-20, 1e-3, 0.3, 2.5, 5, 40, 1e5, 1e15) },
	{ "digamma", 1, ref_digamma, 0, INF, false, VALUES(1e-20, 1e-3, 0.3, 1, 2.5, 5, 40, 1e5) },
	{ "+", 2, ref_add, ALL, false, VALUES(PAIR) },
	{ "-", 2, ref_subtract, ALL, false, VALUES(PAIR) },
	{ "*", 2, ref_multiply, ALL, false, VALUES(PAIR, 1e-200) },
	{ "/", 2, ref_divide, ALL, false, VALUES(PAIR, 1e-100) },
	{ "^", 2, ref_pow, 0, INF, false, VALUES(PAIR_ABOVE) },
	{ "pow", 2, ref_pow, 0, INF, false, VALUES(PAIR_ABOVE) },
	{ "%", 2, ref_modulo, ALL, false, VALUES(-7, -1.6, -0.25, 0.6, 2.2, 31) },
	{ "atan2", 2, ref_atan2, ALL, false, VALUES(PAIR) },
	{ "hypot", 2, ref_hypot, ALL, false, VALUES(PAIR, 1e200) },
	{ "log_sum_exp", 2, ref_log_sum_exp, ALL, false, VALUES(PAIR, -740) },
	{ "lbeta", 2, ref_lbeta, 0, INF, false, VALUES(PAIR_ABOVE) },
	{ "least", 2, ref_least, ALL, false, VALUES(PAIR) },
	{ "greatest", 2, ref_greatest, ALL, false, VALUES(PAIR) },
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static const struct op *find(const char *name, int nargs)
{
	const struct op *op = op_operator(name, nargs);

	return op ? op : op_find(name);
}

/* == one number ============================================================================== */

struct place {
	real (*f)(real, real);
	double a, b;
	bool second;
};

static real at_place(real x, const void *ctx)
{
	const struct place *p = ctx;

	return p->second ? p->f(p->a, x) : p->f(x, p->b);
}

/* *noise: what rounding of the function itself may do to the quotient. */
static real by_quotient(int k, double a, double b, bool second, real *noise)
{
	struct place p = { functions[k].f, a, b, second };
	double x = second ? b : a, h = 0.05 * fmax(fabs(x), 1e-3);

	h = fmin(h, 1);
	/* not over a corner, nor over an edge of the domain */
	h = fmin(h, 0.05 * fmin(x - functions[k].low, functions[k].high - x));
	if (fabs(x) > 1e6)
		h = 1e-3 * fabs(x);
	if (!strcmp(functions[k].name, "abs") || !strcmp(functions[k].name, "/") || !strcmp(functions[k].name, "cbrt"))
		h = 0.01 * fabs(x);
	/* the remainder jumps, and near to a jump the step is small */
	if (!strcmp(functions[k].name, "%"))
		h = 1e-6 * fabs(x);
	*noise = 1e-17L * fabsl(functions[k].f(a, b)) / h;
	if (!strcmp(functions[k].name, "lbeta"))         /* a difference of bigger numbers */
		*noise += 2e-17L * fabsl(lgamma_of(a + b)) / h;
	return slope(at_place, &p, x, h);
}

static bool near(double got, real want, double tolerance)
{
	if (fabsl(want) < 1e-300L)
		return fabs(got) < 1e-290;
	return fabsl(got - want) <= tolerance * fabsl(want);
}

static void numbers(int k)
{
	const void *aux;
	const struct rule *rule = rule_of_op(find(functions[k].name, functions[k].nargs), &aux);
	const double *x = functions[k].x;
	int points = 0, bad = 0, one[] = { 1, 1 };
	const double weight = 1;

	for (int i = 0; !isnan(x[i]); i++)
		for (int j = 0; functions[k].nargs == 2 ? !isnan(x[j]) : j < 1; j++) {
			double args[] = { x[i], functions[k].nargs == 2 ? x[j] : 0 }, out, grad[2] = { 0 };
			real y = functions[k].f(args[0], args[1]);
			bool corner = args[0] == args[1] && (!strcmp(functions[k].name, "least") || !strcmp(functions[k].name, "greatest"));
			bool jump = !strcmp(functions[k].name, "%") && fmod(args[0], args[1]) == 0;

			if (!(fabsl(y) < 1e300L) || corner || jump)
				continue;
			points++;
			slope_rule(rule, aux, functions[k].nargs, one, 0, args, 1, &weight, &out, grad, NULL);
			if (!functions[k].shifted && !near(out, y, 1e-13) && !(fabsl(out - y) < 4e-15L)) {
				fprintf(stderr, "# %s(%.17g, %.17g) is %.17g, not %.17Lg\n", functions[k].name, args[0], args[1], out, y);
				bad++;
			}
			for (int m = 0; m < functions[k].nargs; m++) {
				real noise, want = by_quotient(k, args[0], args[1], m, &noise);

				if (near(grad[m], want, 2e-11) || fabsl(grad[m] - want) <= noise)
					continue;
				fprintf(stderr, "# derivative %d of %s(%.17g, %.17g) is %.17g, not %.17Lg\n", m + 1, functions[k].name,
					args[0], args[1], grad[m], want);
				bad++;
			}
		}
	ok(!bad && points > 4, "%s of %d: value and derivatives at %d places", functions[k].name, functions[k].nargs, points);
}

/* == shapes ================================================================================== */

/* Vectors and broadcast numbers against the same one by one; both arguments the same vector; one of them data. */
static void shapes(int k)
{
	enum { N = 37 };
	const void *aux;
	const struct rule *rule = rule_of_op(find(functions[k].name, functions[k].nargs), &aux);
	const int shape[][2] = { { N, N }, { N, 1 }, { 1, N } };
	int one[] = { 1, 1 }, count = 0, bad = 0;
	double weights[N];

	while (!isnan(functions[k].x[count]))
		count++;
	for (int i = 0; i < N; i++)
		weights[i] = 1 + i % 5 * 0.5;
	for (int which = 0; which < (functions[k].nargs == 2 ? 3 : 1); which++)
		for (unsigned fixed = 0; fixed < (functions[k].nargs == 2 ? 3u : 1u); fixed++) {
			const int *n = shape[which];
			int nb = functions[k].nargs == 2 ? n[1] : 0;
			double x[2 * N], out[N], grad[2 * N], want_grad[2 * N] = { 0 }, want[N];
			bool finite = true;

			for (int i = 0; i < n[0]; i++)
				x[i] = functions[k].x[(i * 3 + 1) % count];
			for (int i = 0; i < nb; i++)
				x[n[0] + i] = functions[k].x[(i * 5 + 2) % count];
			for (int i = 0; i < N; i++) {
				double args[] = { x[n[0] == 1 ? 0 : i], nb ? x[n[0] + (nb == 1 ? 0 : i)] : 0 }, g[2];

				slope_rule(rule, aux, functions[k].nargs, one, fixed, args, 1, &weights[i], &want[i], g, NULL);
				finite = finite && isfinite(want[i]) && isfinite(g[0]);
				want_grad[n[0] == 1 ? 0 : i] += g[0];
				if (nb)
					want_grad[n[0] + (nb == 1 ? 0 : i)] += g[1];
			}
			slope_rule(rule, aux, functions[k].nargs, n, fixed, x, N, weights, out, grad, NULL);
			for (int i = 0; i < N; i++)
				bad += !(out[i] == want[i]) && !(isnan(out[i]) && isnan(want[i])) && !(fabs(out[i] - want[i]) <= 1e-15 * fabs(want[i]));
			for (int i = 0; finite && i < n[0] + nb; i++)
				bad += !(fabs(grad[i] - want_grad[i]) <= 1e-12 * fabs(want_grad[i]) + 1e-12 * !isfinite(want_grad[i]));
		}
	ok(!bad, "%s of %d: vectors as one number after the other", functions[k].name, functions[k].nargs);
}

/* == edges =================================================================================== */

static void edges(void)
{
	static const struct {
		const char *name;
		int nargs;
		double a, b, y, da, db;
	} list[] = {
		{ "sqrt", 1, INFINITY, 0, INFINITY, 0, 0 }, { "log1p_exp", 1, -INFINITY, 0, 0, 0, 0 },
		{ "log1p_exp", 1, INFINITY, 0, INFINITY, 1, 0 }, { "inv_logit", 1, -INFINITY, 0, 0, 0, 0 },
		{ "inv_logit", 1, INFINITY, 0, 1, 0, 0 }, { "log1m_exp", 1, -INFINITY, 0, 0, 0, 0 },
		{ "exp", 1, -INFINITY, 0, 0, 0, 0 }, { "exp", 1, -1e300, 0, 0, 0, 0 }, { "abs", 1, 0, 0, 0, 0, 0 },
		{ "square", 1, 0, 0, 0, 0, 0 }, { "atan", 1, INFINITY, 0, 1.5707963267948966, 0, 0 },
		{ "tanh", 1, INFINITY, 0, 1, 0, 0 }, { "tanh", 1, -1000, 0, -1, 0, 0 }, { "Phi", 1, -INFINITY, 0, 0, 0, 0 },
		{ "Phi", 1, 1e200, 0, 1, 0, 0 }, { "lgamma", 1, INFINITY, 0, INFINITY, INFINITY, 0 },
		{ "^", 2, 0, 2, 0, 0, 0 }, { "^", 2, 0, 1, 0, 1, 0 }, { "^", 2, 0, 0, 1, 0, -INFINITY }, { "^", 2, 0, 3.5, 0, 0, 0 },
		{ "^", 2, -2, 3, -8, 12, NAN }, { "^", 2, 1e-200, 2, 0, 2e-200, 0 }, { "^", 2, 3, 0, 1, 0, 1.0986122886681098 },
		{ "^", 2, -1.5, 2, 2.25, -3, NAN }, { "^", 2, 1e200, 2, INFINITY, 2e200, INFINITY },
		{ "atan2", 2, 0, 0, 0, 0, 0 }, { "atan2", 2, 1e-200, 1e-200, 0.78539816339744828, 5e199, -5e199 },
		{ "atan2", 2, 1, INFINITY, 0, 0, 0 }, { "hypot", 2, 0, 0, 0, 0, 0 }, { "hypot", 2, INFINITY, 3, INFINITY, 1, 0 },
		{ "log_sum_exp", 2, -INFINITY, 3, 3, 0, 1 }, { "log_sum_exp", 2, 3, -INFINITY, 3, 1, 0 },
		{ "log_sum_exp", 2, -INFINITY, -INFINITY, -INFINITY, 0.5, 0.5 }, { "log_sum_exp", 2, INFINITY, 3, INFINITY, 1, 0 },
		{ "/", 2, 0, 5, 0, 0.2, 0 }, { "/", 2, 5, INFINITY, 0, 0, 0 }, { "*", 2, 0, 1e308, 0, 1e308, 0 },
		{ "least", 2, 2, 2, 2, 1, 0 }, { "greatest", 2, -INFINITY, 2, 2, 0, 1 },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const void *aux;
		const struct rule *rule = rule_of_op(find(list[i].name, list[i].nargs), &aux);
		struct step_arg args[] = { { &list[i].a, NULL, 1 }, { &list[i].b, NULL, 1 } };
		double y = NAN, g = 1, by[2] = { 0, 0 }, none[2] = { 0, 0 };
		struct step s = { .rule = rule, .n = 1, .nargs = list[i].nargs, .out = &y, .dout = &g, .args = args, .aux = aux };
		bool good;

		args[0].d = &by[0];
		args[1].d = &by[1];
		rule->forward(&s, NULL);
		rule->backward(&s);
		args[0].d = &none[0];
		args[1].d = &none[1];
		g = 0;
		rule->backward(&s);
		good = (y == list[i].y || fabs(y - list[i].y) < 1e-15) && (by[0] == list[i].da || fabs(by[0] / list[i].da - 1) < 1e-14) &&
		       (list[i].nargs == 1 || by[1] == list[i].db || (isnan(by[1]) && isnan(list[i].db)) ||
			fabs(by[1] / list[i].db - 1) < 1e-14) &&
		       none[0] == 0 && none[1] == 0;
		ok(good, "%s(%g, %g) = %g, derivatives %g, %g; and 0 where nothing comes from above", list[i].name, list[i].a, list[i].b, y,
		   by[0], by[1]);
	}
}

/* == the whole list ========================================================================== */

static void complete(void)
{
	int missing = 0, odd = 0;
	const void *aux;

	for (int i = 0; i < op_count(); i++) {
		const struct op *op = op_at(i);
		bool found = false;

		for (int k = 0; k < FUNCTIONS; k++)
			found |= !strcmp(functions[k].name, op->name) && functions[k].nargs == (op->math && op->math->db ? 2 : 1);
		if (op->math && !found) {
			fprintf(stderr, "# %s is in no row\n", op->name);
			missing++;
		}
		odd += op->math && !rule_of_op(op, &aux);
	}
	is_int(missing, 0, "every function that has mathematics is tested here");
	is_int(odd, 0, "and has a rule");
	ok(!rule_of_op(op_find("lower"), &aux) && !rule_of_condition(op_find("exp"), &aux), "other functions have none");
}

static void conditions(void)
{
	static const struct {
		const char *name;
		int nargs;
		double a, b, want;
	} list[] = {
		{ "==", 2, 1, 1, 1 }, { "~=", 2, 1, 1, 0 }, { "<", 2, 1, 2, 1 }, { "<=", 2, 2, 2, 1 }, { ">", 2, 1, 2, 0 }, { ">=", 2, 2, 3, 0 },
		{ "<", 2, NAN, 2, 0 }, { "~=", 2, NAN, NAN, 1 }, { "and", 2, 1, 0, 0 }, { "and", 2, 1, 2, 1 }, { "or", 2, 0, 0, 0 },
		{ "or", 2, 0, 1, 1 }, { "not", 1, 0, 0, 1 }, { "not", 1, 3, 0, 0 }, { "is_nan", 1, NAN, 0, 1 }, { "is_inf", 1, -INFINITY, 0, 1 },
		{ "is_finite", 1, 1e308, 0, 1 }, { "floor", 1, -1.5, 0, -2 }, { "ceil", 1, 1.2, 0, 2 }, { "round", 1, 2.5, 0, 3 },
		{ "trunc", 1, -1.7, 0, -1 }, { "sign", 1, -3, 0, -1 }, { "//", 2, -7, 2, -4 },
	};
	const int one[] = { 1, 1 };
	int bad = 0;

	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		const void *aux;
		const struct op *op = find(list[i].name, list[i].nargs);
		const struct rule *rule = rule_of_condition(op, &aux) ? rule_of_condition(op, &aux) : rule_of_op(op, &aux);
		double args[] = { list[i].a, list[i].b }, out, grad[2], weight = 1;

		slope_rule(rule, aux, list[i].nargs, one, 0, args, 1, &weight, &out, grad, NULL);
		if (out == list[i].want && grad[0] == 0)
			continue;
		fprintf(stderr, "# %s(%g, %g) is %g\n", list[i].name, list[i].a, list[i].b, out);
		bad++;
	}
	is_int(bad, 0, "conditions and steps are numbers without a slope");
}

/* if(x > 0, log(x), 0) at 0: the branch that is not taken has an infinite slope there. */
static void choosing(void)
{
	const double x[] = { 0, 1, 0, 1, 2, 2, -1, 5, 5 }, weights[] = { 1, 10, 100, 1000, 1, 1 };
	const int n[] = { 3, 3, 3 };
	struct graph *g;
	struct sweep *w;
	double out[3], grad[9], q[] = { 0, 4 }, lp, by[2], zero = 0;
	const void *aux;
	int u, c, l, z, node;

	slope_rule(&rule_select, NULL, 3, n, 1, x, 3, weights, out, grad, NULL);
	ok(out[0] == -1 && out[1] == 2 && out[2] == 5, "the one where the condition holds, else the other");
	ok(grad[3] == 0 && grad[4] == 10 && grad[6] == 1 && grad[7] == 0 && grad[8] == 100, "and so its derivative");
	graph_new(&g, NULL);
	graph_unknown(g, 2, &u, NULL);
	graph_constant(g, &zero, 1, &z, NULL);
	graph_add(g, rule_of_condition(find(">", 2), &aux), (int[]){ u, z }, 2, 2, NULL, &c, NULL);
	graph_add(g, rule_of_op(find("log", 1), &aux), &u, 1, 2, NULL, &l, NULL);
	graph_add(g, &rule_select, (int[]){ c, l, z }, 3, 2, NULL, &node, NULL);
	graph_add(g, &weigh, &node, 1, 1, weights, &node, NULL);
	graph_want(g, node, GRAPH_DENSITY);
	graph_finish(g, NULL);
	sweep_new(g, &w, NULL);
	sweep_density(w, q, &lp, by, NULL);
	is_double(lp, 10 * log(4), "log(x) where x is above 0");
	ok(by[0] == 0 && by[1] == 2.5, "a branch that is not taken has no part in the gradient: %g %g", by[0], by[1]);
	sweep_free(w);
	graph_free(g);
}

int main(void)
{
	complete();
	for (int k = 0; k < FUNCTIONS; k++) {
		numbers(k);
		shapes(k);
	}
	edges();
	conditions();
	choosing();
	return done();
}
