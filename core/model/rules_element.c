/*
 * rules_element.c - operators and functions element by element.
 *
 * What models use most has loops of its own, a row each in the lists below; any other function of the language's one list is
 * computed through its mathematics there. A single number beside a vector is read once, and its derivative is the sum.
 */
#include "model/rules_priv.h"

#include <math.h>
#include <string.h>

/* == one argument ============================================================================ */

/*
 * In all of these, x is the argument and y the value. `slope` is dy/dx. Vectors and single numbers have forms of their own, as the
 * C library's functions are faster alone, and those of vmath.h in a loop.
 */
#define ELEMENT_1_OF(name_, text, value, slope, values, slopes)                                                                            \
	KERNEL static void name_##_values(int32_t n, const double *restrict a, double *restrict out)                          \
	{                                                                                                                     \
		for (int32_t i = 0; i < n; i++) {                                                                             \
			const double x = a[i];                                                                                \
			out[i] = values;                                                                                       \
		}                                                                                                             \
	}                                                                                                                     \
	KERNEL static void name_##_slopes(int32_t n, const double *a, const double *out, const double *g, double *restrict d) \
	{                                                                                                                     \
		for (int32_t i = 0; i < n; i++) {                                                                             \
			const double x = a[i], y = out[i];                                                                    \
			(void)x, (void)y;                                                                                     \
			d[i] += rule_chain(g[i], slopes);                                                                      \
		}                                                                                                             \
	}                                                                                                                     \
	static int name_##_forward(struct step *s, struct err *e)                                                             \
	{                                                                                                                     \
		(void)e;                                                                                                      \
		if (s->n == 1) {                                                                                              \
			const double x = s->args[0].v[0];                                                                     \
			s->out[0] = value;                                                                                    \
		} else {                                                                                                      \
			name_##_values(s->n, s->args[0].v, s->out);                                                           \
		}                                                                                                             \
		return 0;                                                                                                     \
	}                                                                                                                     \
	static void name_##_backward(struct step *s)                                                                          \
	{                                                                                                                     \
		if (s->n == 1) {                                                                                              \
			const double x = s->args[0].v[0], y = s->out[0];                                                      \
			(void)x, (void)y;                                                                                     \
			s->args[0].d[0] += rule_chain(s->dout[0], slope);                                                     \
		} else {                                                                                                      \
			name_##_slopes(s->n, s->args[0].v, s->out, s->dout, s->args[0].d);                                    \
		}                                                                                                             \
	}                                                                                                                     \
	static const struct rule rule_##name_ = { .name = text, .forward = name_##_forward, .backward = name_##_backward };

static inline double inv_logit(double x)
{
	double small = exp(-fabs(x));

	return x < 0 ? small / (1 + small) : 1 / (1 + small);
}

/* y * (1 - y) without the difference, which loses its digits where y is near 1; of exp(-|x|). */
static inline double part_slope(double small)
{
	return small / ((1 + small) * (1 + small));
}

static inline double log1p_exp(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static inline double log1m_exp(double x)
{
	return x > -0.69314718055994530942 ? log(-expm1(x)) : log1p(-exp(x));
}

#define ELEMENT_1(name_, text, value, slope) ELEMENT_1_OF(name_, text, value, slope, value, slope)
ELEMENT_1(negate, "-", -x, -1.0)
ELEMENT_1_OF(exp, "exp", exp(x), y, vmath_exp(x), y)
ELEMENT_1_OF(log, "log", log(x), 1 / x, vmath_log(x), 1 / x)
ELEMENT_1(sqrt, "sqrt", sqrt(x), 0.5 / y)
ELEMENT_1(square, "square", x * x, 2 * x)
ELEMENT_1_OF(inv_logit, "inv_logit", inv_logit(x), part_slope(exp(-fabs(x))), vmath_inv_logit(x), part_slope(vmath_exp(-fabs(x))))
ELEMENT_1_OF(log1p_exp, "log1p_exp", log1p_exp(x), inv_logit(x), vmath_log1p_exp(x), vmath_inv_logit(x))
ELEMENT_1(log1m_exp, "log1m_exp", log1m_exp(x), -1 / expm1(-x))
ELEMENT_1(abs, "abs", fabs(x), (double)((x > 0) - (x < 0)))

/* == two arguments =========================================================================== */

/* What x and y are at place i, once for each shape of the two. */
#define PAIRS(n, a, an, b, bn, ...)                                                                                           \
	do {                                                                                                                  \
		if ((an) == (n) && (bn) == (n)) {                                                                             \
			for (int32_t i = 0; i < (n); i++) {                                                                   \
				const double x = (a)[i], y = (b)[i];                                                          \
				__VA_ARGS__;                                                                                  \
			}                                                                                                     \
		} else if ((an) == (n)) {                                                                                     \
			const double y = (b)[0];                                                                              \
			for (int32_t i = 0; i < (n); i++) {                                                                   \
				const double x = (a)[i];                                                                      \
				__VA_ARGS__;                                                                                  \
			}                                                                                                     \
		} else {                                                                                                      \
			const double x = (a)[0];                                                                              \
			const int32_t pairs_step = (bn) == (n);                                                               \
			for (int32_t i = 0; i < (n); i++) {                                                                   \
				const double y = (b)[i * pairs_step];                                                         \
				__VA_ARGS__;                                                                                  \
			}                                                                                                     \
		}                                                                                                             \
	} while (0)

/*
 * In all of these, x and y are the arguments and r the value; slopes in x and in y. Both arguments may be the same vector, so
 * their derivatives are added in separate loops.
 */
#define ELEMENT_2_OF(name_, value, slope_x, slope_y, values, slopes_x, slopes_y)                                              \
	KERNEL static void name_##_values(int32_t n, const double *restrict a, int32_t an, const double *restrict b, int32_t bn, \
					  double *restrict out)                                                               \
	{                                                                                                                     \
		PAIRS(n, a, an, b, bn, out[i] = values);                                                                      \
	}                                                                                                                     \
	static inline double name_##_at(bool left, double x, double y, double r, double g)                                    \
	{                                                                                                                     \
		(void)x, (void)y, (void)r;                                                                                    \
		return left ? rule_chain(g, slope_x) : rule_chain(g, slope_y);                                                \
	}                                                                                                                     \
	static inline double name_##_in(bool left, double x, double y, double r, double g)                                    \
	{                                                                                                                     \
		(void)x, (void)y, (void)r;                                                                                    \
		return left ? rule_chain(g, slopes_x) : rule_chain(g, slopes_y);                                              \
	}                                                                                                                     \
	KERNEL static void name_##_left(int32_t n, const double *a, int32_t an, const double *b, int32_t bn, const double *out, \
					const double *g, double *restrict d)                                                  \
	{                                                                                                                     \
		const int32_t step = bn == n;                                                                                 \
		double sum = 0;                                                                                               \
                                                                                                                              \
		if (an == n) {                                                                                                \
			PAIRS(n, a, an, b, bn, d[i] += name_##_in(true, x, y, out[i], g[i]));                                 \
			return;                                                                                               \
		}                                                                                                             \
		RULE_SUM(sum, n, name_##_in(true, a[0], b[i * step], out[i], g[i]));                                          \
		d[0] += sum;                                                                                                  \
	}                                                                                                                     \
	KERNEL static void name_##_right(int32_t n, const double *a, int32_t an, const double *b, int32_t bn, const double *out, \
					 const double *g, double *restrict d)                                                 \
	{                                                                                                                     \
		const int32_t step = an == n;                                                                                 \
		double sum = 0;                                                                                               \
                                                                                                                              \
		if (bn == n) {                                                                                                \
			PAIRS(n, a, an, b, bn, d[i] += name_##_in(false, x, y, out[i], g[i]));                                \
			return;                                                                                               \
		}                                                                                                             \
		RULE_SUM(sum, n, name_##_in(false, a[i * step], b[0], out[i], g[i]));                                         \
		d[0] += sum;                                                                                                  \
	}                                                                                                                     \
	static int name_##_forward(struct step *s, struct err *e)                                                             \
	{                                                                                                                     \
		const struct step_arg *a = s->args, *b = a + 1;                                                               \
                                                                                                                              \
		(void)e;                                                                                                      \
		if (s->n == 1) {                                                                                              \
			const double x = a->v[0], y = b->v[0];                                                                \
			s->out[0] = value;                                                                                    \
		} else {                                                                                                      \
			name_##_values(s->n, a->v, a->n, b->v, b->n, s->out);                                                 \
		}                                                                                                             \
		return 0;                                                                                                     \
	}                                                                                                                     \
	static void name_##_backward(struct step *s)                                                                          \
	{                                                                                                                     \
		const struct step_arg *a = s->args, *b = a + 1;                                                               \
                                                                                                                              \
		if (s->n == 1) {                                                                                              \
			if (a->d)                                                                                             \
				a->d[0] += name_##_at(true, a->v[0], b->v[0], s->out[0], s->dout[0]);                         \
			if (b->d)                                                                                             \
				b->d[0] += name_##_at(false, a->v[0], b->v[0], s->out[0], s->dout[0]);                        \
			return;                                                                                               \
		}                                                                                                             \
		if (a->d)                                                                                                     \
			name_##_left(s->n, a->v, a->n, b->v, b->n, s->out, s->dout, a->d);                                    \
		if (b->d)                                                                                                     \
			name_##_right(s->n, a->v, a->n, b->v, b->n, s->out, s->dout, b->d);                                   \
	}

#define ELEMENT_2(name_, value, slope_x, slope_y) ELEMENT_2_OF(name_, value, slope_x, slope_y, value, slope_x, slope_y)
ELEMENT_2(add, x + y, 1.0, 1.0)
ELEMENT_2(subtract, x - y, 1.0, -1.0)
ELEMENT_2(multiply, x * y, y, x)
ELEMENT_2(divide, x / y, 1 / y, -r / y)
/* Of equal numbers the first is taken; NaN stays, whichever it is. */
ELEMENT_2(min2, x <= y || x != x ? x : y, (double)(x <= y || x != x), (double)!(x <= y || x != x))
ELEMENT_2(max2, x >= y || x != x ? x : y, (double)(x >= y || x != x), (double)!(x >= y || x != x))

static inline double power(double x, double y)
{
	return y == 2 ? x * x : y == 0.5 && x >= 0 ? sqrt(x) : y == -1 ? 1 / x : pow(x, y);
}

/* y x^(y - 1) from the value, where that has not lost it to underflow or overflow. */
static inline double power_slope(double x, double y, double r)
{
	double size = fabs(r);

	if (y == 0)
		return 0;
	return y == 2 ? 2 * x : size > 1e-290 && size < 1e290 && x != 0 ? y * (r / x) : y * pow(x, y - 1);
}
/* 0 to a positive power stays 0 whatever the power. */
ELEMENT_2(power, power(x, y), power_slope(x, y, r), r == 0 ? 0 : r * log(x))

/* The weight of x in log(exp(x) + exp(y)); of two that are infinite alike, a half. */
static inline double weight_of(double x, double y)
{
	return x == y ? 0.5 : inv_logit(x - y);
}

static inline double log_sum_exp(double x, double y)
{
	return x == y ? x + 0.69314718055994530942 : fmax(x, y) + log1p(exp(-fabs(x - y)));
}

/* The same without branches. Of equal numbers, infinite ones too, the distance is 0; NaN stays. */
static inline double distances(double x, double y)
{
	return vmath_choose(x == y, 0, x - y);
}

ELEMENT_2_OF(log_sum_exp, log_sum_exp(x, y), weight_of(x, y), weight_of(y, x),
	     vmath_choose(x < y, y, x) + vmath_log1p(vmath_exp(-fabs(distances(x, y)))), vmath_inv_logit(distances(x, y)),
	     vmath_inv_logit(distances(y, x)))

#define RULE_2(name_, text) { .name = text, .forward = name_##_forward, .backward = name_##_backward }
static const struct rule rule_add = RULE_2(add, "+"), rule_subtract = RULE_2(subtract, "-"), rule_multiply = RULE_2(multiply, "*"),
			 rule_divide = RULE_2(divide, "/"), rule_power = RULE_2(power, "^"), rule_pair_sum = RULE_2(log_sum_exp, "log_sum_exp");
const struct rule rule_min2 = RULE_2(min2, "least"), rule_max2 = RULE_2(max2, "greatest");

/* == any function of the list ================================================================ */

static int math1_forward(struct step *s, struct err *e)
{
	const struct op_math *math = s->aux;

	(void)e;
	for (int32_t i = 0; i < s->n; i++)
		s->out[i] = math->value(s->args[0].v[i], 0);
	return 0;
}

static void math1_backward(struct step *s)
{
	const struct op_math *math = s->aux;

	for (int32_t i = 0; i < s->n; i++)
		if (s->dout[i] != 0)
			s->args[0].d[i] += s->dout[i] * math->da(s->args[0].v[i], 0, s->out[i]);
}

static int math2_forward(struct step *s, struct err *e)
{
	const struct op_math *math = s->aux;
	const struct step_arg *a = s->args, *b = a + 1;
	const int32_t astep = a->n == s->n, bstep = b->n == s->n;

	(void)e;
	for (int32_t i = 0; i < s->n; i++)
		s->out[i] = math->value(a->v[i * astep], b->v[i * bstep]);
	return 0;
}

static void math2_backward(struct step *s)
{
	const struct op_math *math = s->aux;
	const struct step_arg *a = s->args, *b = a + 1;
	const int32_t astep = a->n == s->n, bstep = b->n == s->n;

	for (int32_t i = 0; i < s->n; i++) {
		double x = a->v[i * astep], y = b->v[i * bstep], g = s->dout[i];

		if (g == 0)
			continue;
		if (a->d)
			a->d[i * astep] += g * math->da(x, y, s->out[i]);
		if (b->d)
			b->d[i * bstep] += g * math->db(x, y, s->out[i]);
	}
}

static const struct rule rule_math1 = { .name = "function", .forward = math1_forward, .backward = math1_backward };
static const struct rule rule_math2 = { .name = "function", .forward = math2_forward, .backward = math2_backward };

/* == steps and conditions: no derivative ===================================================== */

#define FLAT_1(name_, value)                                                                                                  \
	static int name_##_forward(struct step *s, struct err *e)                                                             \
	{                                                                                                                     \
		(void)e;                                                                                                      \
		for (int32_t i = 0; i < s->n; i++) {                                                                          \
			const double x = s->args[0].v[i];                                                                     \
			s->out[i] = value;                                                                                    \
		}                                                                                                             \
		return 0;                                                                                                     \
	}
#define FLAT_2(name_, value)                                                                                                  \
	static int name_##_forward(struct step *s, struct err *e)                                                             \
	{                                                                                                                     \
		const struct step_arg *a = s->args, *b = a + 1;                                                               \
                                                                                                                              \
		(void)e;                                                                                                      \
		PAIRS(s->n, a->v, a->n, b->v, b->n, s->out[i] = value);                                                       \
		return 0;                                                                                                     \
	}
FLAT_1(floor, floor(x))
FLAT_1(ceil, ceil(x))
FLAT_1(trunc, trunc(x))
FLAT_1(round, round(x))
FLAT_1(sign, x != x ? x : (double)((x > 0) - (x < 0)))
FLAT_2(quotient, floor(x / y))
FLAT_1(not, x == 0)
FLAT_1(is_nan, x != x)
FLAT_1(is_inf, fabs(x) == INFINITY)
FLAT_1(is_finite, fabs(x) < INFINITY)
FLAT_2(eq, x == y)
FLAT_2(ne, x != y)
FLAT_2(lt, x < y)
FLAT_2(le, x <= y)
FLAT_2(gt, x > y)
FLAT_2(ge, x >= y)
FLAT_2(and, x != 0 && y != 0)
FLAT_2(or, x != 0 || y != 0)

#define FLAT(name_, text) { .name = text, .forward = name_##_forward }
const struct rule rule_floor = FLAT(floor, "floor"), rule_ceil = FLAT(ceil, "ceil"), rule_round = FLAT(round, "round");
static const struct rule rule_trunc = FLAT(trunc, "trunc"), rule_sign = FLAT(sign, "sign"), rule_quotient = FLAT(quotient, "//");

/* == choosing ================================================================================ */

static int select_forward(struct step *s, struct err *e)
{
	const struct step_arg *c = s->args, *x = c + 1, *y = c + 2;
	const int32_t cstep = c->n == s->n, xstep = x->n == s->n, ystep = y->n == s->n;

	(void)e;
	for (int32_t i = 0; i < s->n; i++)
		s->out[i] = c->v[i * cstep] != 0 ? x->v[i * xstep] : y->v[i * ystep];
	return 0;
}

static void select_backward(struct step *s)
{
	const struct step_arg *c = s->args, *x = c + 1, *y = c + 2;
	const int32_t cstep = c->n == s->n, xstep = x->n == s->n, ystep = y->n == s->n;

	for (int32_t i = 0; i < s->n; i++) {
		bool first = c->v[i * cstep] != 0;

		if (first && x->d)
			x->d[i * xstep] += s->dout[i];
		else if (!first && y->d)
			y->d[i * ystep] += s->dout[i];
	}
}

const struct rule rule_select = { .name = "if", .forward = select_forward, .backward = select_backward };

/* == finding ================================================================================= */

struct named {
	const char *name;
	int nargs;
	const struct rule *rule;
};

static const struct rule *find(const struct named *list, const char *name, int nargs)
{
	for (; list->name; list++)
		if (list->nargs == nargs && !strcmp(list->name, name))
			return list->rule;
	return NULL;
}

const struct rule *rule_of_op(const struct op *op, const void **aux)
{
	static const struct named own[] = {
		{ "+", 2, &rule_add }, { "-", 2, &rule_subtract }, { "-", 1, &rule_negate }, { "*", 2, &rule_multiply },
		{ "/", 2, &rule_divide }, { "^", 2, &rule_power }, { "pow", 2, &rule_power }, { "exp", 1, &rule_exp },
		{ "log", 1, &rule_log }, { "sqrt", 1, &rule_sqrt }, { "square", 1, &rule_square },
		{ "inv_logit", 1, &rule_inv_logit }, { "log1p_exp", 1, &rule_log1p_exp }, { "log1m_exp", 1, &rule_log1m_exp },
		{ "abs", 1, &rule_abs }, { "log_sum_exp", 2, &rule_pair_sum }, { 0 },
	};
	/* Without mathematics in the list, as their derivative is 0 or that of one of their arguments. */
	static const struct named steps[] = {
		{ "floor", 1, &rule_floor }, { "ceil", 1, &rule_ceil }, { "round", 1, &rule_round }, { "trunc", 1, &rule_trunc },
		{ "sign", 1, &rule_sign }, { "//", 2, &rule_quotient }, { "least", 2, &rule_min2 }, { "greatest", 2, &rule_max2 },
		{ 0 },
	};
	const struct rule *rule;
	int nargs = op->math && !op->math->db ? 1 : 2;

	*aux = NULL;
	if (!op->math) {
		rule = find(steps, op->name, 1);
		return rule ? rule : find(steps, op->name, 2);
	}
	if ((rule = find(own, op->name, nargs)))
		return rule;
	*aux = op->math;
	return nargs == 1 ? &rule_math1 : &rule_math2;
}

const struct rule *rule_of_condition(const struct op *op, const void **aux)
{
	static const struct rule conditions[] = {
		FLAT(eq, "=="), FLAT(ne, "~="), FLAT(lt, "<"), FLAT(le, "<="), FLAT(gt, ">"), FLAT(ge, ">="), FLAT(and, "and"),
		FLAT(or, "or"), FLAT(not, "not"), FLAT(is_nan, "is_nan"), FLAT(is_inf, "is_inf"), FLAT(is_finite, "is_finite"),
	};

	*aux = NULL;
	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
		if (!strcmp(op->name, conditions[i].name))
			return &conditions[i];
	return NULL;
}
