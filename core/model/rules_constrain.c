/*
 * rules_constrain.c - from unconstrained numbers to parameters with ends, in order, or on a simplex, and back.
 *
 * Source of the transforms: Stan Reference Manual, "Constraint Transforms". Ends may be infinite place by place, and then are none;
 * they may be unknown. Values are kept inside of their ends where rounding would put them on one, and logs of Jacobians are
 * computed from logs, so that both stay finite for |q| up to 700.
 */
#include "model/rules_priv.h"

#include <math.h>

static inline double inv_logit(double x)
{
	double small = exp(-fabs(x));

	return x < 0 ? small / (1 + small) : 1 / (1 + small);
}

static inline double log1p_exp(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* == two ends ================================================================================ */

/* Which of the arguments behind q is which end; -1 = there is none. */
struct ends {
	int low, high;
};
static const struct ends ends_lower = { 1, -1 }, ends_upper = { -1, 1 }, ends_between = { 1, 2 };

static inline double end_at(const struct step *s, int arg, int32_t i, double none)
{
	return arg < 0 ? none : s->args[arg].v[s->args[arg].n == 1 ? 0 : i];
}

static inline void end_add(struct step *s, int arg, int32_t i, double x)
{
	if (arg >= 0 && s->args[arg].d)
		s->args[arg].d[s->args[arg].n == 1 ? 0 : i] += x;
}

static double constrain(double q, double low, double high)
{
	double x, part, small;

	if (low == -INFINITY && high == INFINITY)
		return q;
	if (low == -INFINITY) {
		x = high - exp(q);
		return x == high ? nextafter(high, -INFINITY) : x;
	}
	if (high == INFINITY) {
		x = low + exp(q);
		return x == low ? nextafter(low, INFINITY) : x;
	}
	small = exp(-fabs(q));
	part = (high - low) * (small / (1 + small));
	x = q < 0 ? low + part : high - part;
	return x <= low ? nextafter(low, high) : x >= high ? nextafter(high, low) : x;
}

static int check_ends(double low, double high, struct err *e)
{
	char a[TEXT_NUMBER_MAX], b[TEXT_NUMBER_MAX];

	if (!(low >= high))
		return 0;
	text_print_float64(a, low);
	text_print_float64(b, high);
	return err_set(e, ERR_DOMAIN, "the lower end, %s, has to be below the upper end, %s", a, b);
}

static int ends_forward(struct step *s, struct ends of, struct err *e)
{
	for (int32_t i = 0; i < s->n; i++) {
		double low = end_at(s, of.low, i, -INFINITY), high = end_at(s, of.high, i, INFINITY);
		int rc = check_ends(low, high, e);

		if (rc)
			return rc;
		s->out[i] = constrain(s->args[0].v[i], low, high);
	}
	return 0;
}

static void ends_backward(struct step *s, struct ends of)
{
	for (int32_t i = 0; i < s->n; i++) {
		double low = end_at(s, of.low, i, -INFINITY), high = end_at(s, of.high, i, INFINITY), q = s->args[0].v[i];
		double g = s->dout[i], slope = 1, small;

		if (g == 0)
			continue;
		if (low == -INFINITY && high < INFINITY) {
			slope = -exp(q);
			end_add(s, of.high, i, g);
		} else if (low > -INFINITY && high == INFINITY) {
			slope = low == 0 ? s->out[i] : exp(q);
			end_add(s, of.low, i, g);
		} else if (low > -INFINITY) {
			small = exp(-fabs(q));
			slope = (high - low) * (small / ((1 + small) * (1 + small)));
			end_add(s, of.low, i, g * inv_logit(-q));
			end_add(s, of.high, i, g * inv_logit(q));
		}
		if (s->args[0].d)
			s->args[0].d[i] += g * slope;
	}
}

/* Log of dx/dq, summed. */
static int ends_jacobian(struct step *s, struct ends of, struct err *e)
{
	const struct step_arg *a = s->args;
	double sum = 0;

	for (int32_t i = 0; i < a->n; i++) {
		double low = end_at(s, of.low, i, -INFINITY), high = end_at(s, of.high, i, INFINITY), q = a->v[i], slope = 0, small;
		int rc = check_ends(low, high, e);

		if (rc)
			return rc;
		if (low == -INFINITY && high == INFINITY)
			continue;
		if (low == -INFINITY || high == INFINITY) {
			sum += q;
			slope = 1;
		} else {
			small = exp(-fabs(q));
			sum += log(high - low) - fabs(q) - 2 * log1p(small);
			slope = copysign((1 - small) / (1 + small), -q);
			end_add(s, of.low, i, -1 / (high - low));
			end_add(s, of.high, i, 1 / (high - low));
		}
		if (a->d)
			a->d[i] += slope;
	}
	s->out[0] = sum;
	return 0;
}

#define RULE_ENDS(name_, text)                                                                                                \
	static int name_##_forward(struct step *s, struct err *e) { return ends_forward(s, ends_##name_, e); }                \
	static void name_##_backward(struct step *s) { ends_backward(s, ends_##name_); }                                      \
	static int name_##_jacobian(struct step *s, struct err *e) { return ends_jacobian(s, ends_##name_, e); }              \
	const struct rule rule_##name_ = { .name = text, .forward = name_##_forward, .backward = name_##_backward };          \
	const struct rule rule_##name_##_jacobian = { .name = text " jacobian", .forward = name_##_jacobian, .flags = RULE_TARGET };
RULE_ENDS(lower, "lower")
RULE_ENDS(upper, "upper")
RULE_ENDS(between, "between")

/* == ascending =============================================================================== */

static int32_t part_count(const struct segments *p)
{
	return p ? p->n : 1;
}

static void part_at(const struct segments *p, int32_t k, int32_t n, int32_t *from, int32_t *to)
{
	*from = p ? p->starts[k] : 0;
	*to = p ? p->starts[k + 1] : n;
}

/* The first of each segment stands for itself, or lies above `low`. */
static bool first_is_free(double low)
{
	return low == -INFINITY;
}

static int ordered_forward(struct step *s, struct err *e)
{
	const struct segments *p = s->aux;
	const double *q = s->args[0].v;
	double low = end_at(s, s->nargs > 1 ? 1 : -1, 0, -INFINITY);
	int32_t from, to;

	(void)e;
	for (int32_t k = 0, n = part_count(p); k < n; k++) {
		part_at(p, k, s->n, &from, &to);
		for (int32_t i = from; i < to; i++)
			s->out[i] = constrain(q[i], i > from ? s->out[i - 1] : low, INFINITY);
	}
	return 0;
}

/* What comes from above to x_i goes to all steps up to it. */
static void ordered_backward(struct step *s)
{
	const struct segments *p = s->aux;
	const double *q = s->args[0].v;
	double low = end_at(s, s->nargs > 1 ? 1 : -1, 0, -INFINITY);
	int32_t from, to;

	for (int32_t k = 0, n = part_count(p); k < n; k++) {
		double sum = 0;

		part_at(p, k, s->n, &from, &to);
		for (int32_t i = to - 1; i >= from; i--) {
			sum += s->dout[i];
			if (s->args[0].d)
				s->args[0].d[i] += i == from && first_is_free(low) ? sum : rule_chain(sum, exp(q[i]));
		}
		if (from < to && s->nargs > 1 && !first_is_free(low))
			end_add(s, 1, 0, sum);
	}
}

static int ordered_jacobian(struct step *s, struct err *e)
{
	const struct segments *p = s->aux;
	const struct step_arg *a = s->args;
	double low = end_at(s, s->nargs > 1 ? 1 : -1, 0, -INFINITY), total = 0;
	int32_t from, to;

	(void)e;
	for (int32_t k = 0, n = part_count(p); k < n; k++) {
		part_at(p, k, a->n, &from, &to);
		for (int32_t i = from + first_is_free(low); i < to; i++) {
			total += a->v[i];
			if (a->d)
				a->d[i] += 1;
		}
	}
	s->out[0] = total;
	return 0;
}

const struct rule rule_ordered = { .name = "ordered", .forward = ordered_forward, .backward = ordered_backward };
const struct rule rule_ordered_jacobian = { .name = "ordered jacobian", .forward = ordered_jacobian, .flags = RULE_TARGET };
const struct rule rule_ordered_lower = { .name = "ordered above", .forward = ordered_forward, .backward = ordered_backward };
const struct rule rule_ordered_lower_jacobian = { .name = "ordered above jacobian", .forward = ordered_jacobian, .flags = RULE_TARGET };

/* == simplexes =============================================================================== */

/* Of a stick of length 1, break off inv_logit(q_k - log(breaks left)) of what is left, again and again; 0 gives equal parts. */
static int simplex_forward(struct step *s, struct err *e)
{
	const struct matrix_shape *m = s->aux;
	int32_t sticks = m->columns - 1;

	(void)e;
	for (int32_t r = 0; r < m->rows; r++) {
		const double *q = s->args[0].v + (int64_t)r * sticks;
		double *out = s->out + (int64_t)r * m->columns, left = 1;

		for (int32_t k = 0; k < sticks; k++) {
			double at = q[k] - log(sticks - k);

			out[k] = left * inv_logit(at);
			left *= inv_logit(-at);
		}
		out[sticks] = left;
	}
	return 0;
}

/* q_k moves x_k by x_k (1 - z_k) and each later one by -x z_k, z_k the part broken off. */
static void simplex_backward(struct step *s)
{
	const struct matrix_shape *m = s->aux;
	int32_t sticks = m->columns - 1;

	for (int32_t r = 0; r < m->rows; r++) {
		const double *q = s->args[0].v + (int64_t)r * sticks, *x = s->out + (int64_t)r * m->columns;
		const double *g = s->dout + (int64_t)r * m->columns;
		double *d = s->args[0].d + (int64_t)r * sticks, later = rule_chain(x[sticks], g[sticks]);

		for (int32_t k = sticks - 1; k >= 0; k--) {
			double at = q[k] - log(sticks - k), own = rule_chain(x[k], g[k]);

			d[k] += own * inv_logit(-at) - inv_logit(at) * later;
			later += own;
		}
	}
}

static int simplex_jacobian(struct step *s, struct err *e)
{
	const struct matrix_shape *m = s->aux;
	const struct step_arg *a = s->args;
	int32_t sticks = m->columns - 1;
	double sum = 0;

	(void)e;
	for (int32_t r = 0; r < m->rows; r++) {
		const double *q = a->v + (int64_t)r * sticks;
		double left = 0;

		for (int32_t k = 0; k < sticks; k++) {
			double at = q[k] - log(sticks - k), lose = log1p_exp(at);

			sum += left - lose - log1p_exp(-at);
			left -= lose;
			if (a->d)
				a->d[(int64_t)r * sticks + k] += 1 - (sticks - k + 1) * inv_logit(at);
		}
	}
	s->out[0] = sum;
	return 0;
}

const struct rule rule_simplex = { .name = "simplex", .forward = simplex_forward, .backward = simplex_backward };
const struct rule rule_simplex_jacobian = { .name = "simplex jacobian", .forward = simplex_jacobian, .flags = RULE_TARGET };

/* == the way back ============================================================================ */

/* False: x is not between the ends, or so near to one that q would be infinite. */
static bool unconstrain(double x, double low, double high, double *q)
{
	if (!(x > low && x < high) || !isfinite(x))
		return false;
	*q = low == -INFINITY && high == INFINITY ? x :
	     low == -INFINITY			  ? log(high - x) :
	     high == INFINITY			  ? log(x - low) :
						    log((x - low) / (high - x));
	return isfinite(*q);
}

static bool unconstrain_simplex(const struct matrix_shape *m, const double *x, double *q)
{
	int32_t sticks = m->columns - 1;

	for (int32_t r = 0; r < m->rows; r++, x += m->columns, q += sticks) {
		double later = x[sticks];

		if (!(later > 0))
			return false;
		for (int32_t k = sticks - 1; k >= 0; k--) {
			if (!(x[k] > 0))
				return false;
			q[k] = log(x[k]) - log(later) + log(sticks - k);
			later += x[k];
		}
		if (!(fabs(later - 1) < 1e-8))
			return false;
	}
	return true;
}

bool constrain_inverse(const struct rule *rule, const void *aux, int32_t n, const double *x, const double *const *ends, const int32_t *nends,
		       double *q)
{
	const struct segments *p = aux;
	bool lower = rule == &rule_lower, upper = rule == &rule_upper, between = rule == &rule_between;
	double low = rule == &rule_ordered_lower ? ends[0][0] : -INFINITY;
	int32_t from, to;

	if (rule == &rule_simplex)
		return unconstrain_simplex(aux, x, q);
	if (lower || upper || between) {
		for (int32_t i = 0; i < n; i++) {
			double first = ends[0][nends[0] == 1 ? 0 : i], second = between ? ends[1][nends[1] == 1 ? 0 : i] : INFINITY;

			if (!unconstrain(x[i], upper ? -INFINITY : first, upper ? first : second, &q[i]))
				return false;
		}
		return true;
	}
	for (int32_t k = 0, parts = part_count(p); k < parts; k++) {
		part_at(p, k, n, &from, &to);
		for (int32_t i = from; i < to; i++)
			if (!unconstrain(x[i], i > from ? x[i - 1] : low, INFINITY, &q[i]))
				return false;
	}
	return true;
}
