/*
 * dist_tails.c - logs of the incomplete gamma and beta functions with derivatives by all arguments, accurate in both tails.
 *
 * On the log scale of a gamma variable, and on the logit scale of a beta variable, the log density is concave and smooth:
 * its tails are integrated there by Gauss and Legendre's rule, panel by panel until nothing is left, and the derivatives by
 * the shapes are means of log(x) and log(1 - x) over the same points, less what they are over the whole variable (its
 * digamma terms). All is measured from the centre of the distribution, so nothing cancels when shapes are 1e9.
 *
 * The direct integral serves the tail that is small; the large one is its complement. Where a lower tail decays slowly
 * (shape below 1) the recurrence to shape + 1 comes first: its terms are all positive.
 */
#include "stats/dist_priv.h"

/* Nodes and weights of 16 points on [-1, 1], those above 0. */
static const struct {
	double x, weight;
} nodes[8] = {
	{ 0.095012509837637440185, 0.18945061045506849629 },
	{ 0.28160355077925891323, 0.18260341504492358887 },
	{ 0.45801677765722738634, 0.16915651939500253819 },
	{ 0.61787624440264374845, 0.14959598881657673208 },
	{ 0.7554044083550030339, 0.12462897125553387205 },
	{ 0.86563120238783174388, 0.09515851168249278481 },
	{ 0.94457502307323257608, 0.062253523938647892863 },
	{ 0.9894009349916499326, 0.027152459411754094852 },
};

void dist_gauss_node(int i, double *x, double *weight)
{
	int k = i < 8 ? 7 - i : i - 8;

	*x = i < 8 ? -nodes[k].x : nodes[k].x;
	*weight = nodes[k].weight;
}

enum { PANELS_MAX = 4000 };

/*
 * A log density from a place u on, by the distance t from there: f(u + t) - f(u), written without a difference, as far in the
 * tails f itself is -1e10. Means are wanted of two functions, also less what they are at u.
 */
struct curve {
	double a, b, n, x0, y0;          /* shapes, their sum, and the centre x0 = a / n, y0 = b / n */
	double u, slope, x, y;           /* x at u, y = 1 - x */
	void (*at)(const struct curve *c, double t, double *f, double mean[2]);
	void (*bend)(const struct curve *c, double u, double *slope, double *curvature);         /* minus f'' */
};

/* The integral of exp(f(t)) from t = 0 in the direction of step (+1, -1), and the means over that tail. */
static double integrate(const struct curve *c, double step, double mean[2])
{
	double sum = 0, first = 0, second = 0, t = 0;

	for (int panel = 0; panel < PANELS_MAX; panel++) {
		double slope, curvature, h = 2.5, part = 0;

		c->bend(c, c->u + t, &slope, &curvature);
		slope = fabs(slope);
		/* no panel spans more than a factor of about exp(8); curvature grows along it, hence the 2 */
		h = fmin(h, 8 / (slope / 2 + sqrt(slope * slope / 4 + 8 * curvature)));
		for (int i = 0; i < 16; i++) {
			double x, w, f, at[2];

			dist_gauss_node(i, &x, &w);
			c->at(c, t + step * h * (1 + x) / 2, &f, at);
			w *= exp(f) * h / 2;
			part += w;
			first += w * at[0];
			second += w * at[1];
		}
		sum += part;
		t += step * h;
		/* past the centre it only falls */
		if (part < 1e-18 * sum && (c->u + t) * step > 0)
			break;
	}
	mean[0] = first / sum;
	mean[1] = second / sum;
	return sum;
}

double dist_complement(double value, double *by, int n)
{
	double odds = exp(value - dist_log1mexp(value));

	for (int i = 0; i < n; i++)
		by[i] *= -odds;
	return dist_log1mexp(value);
}

typedef double direct_tail(double a, double b, double u, bool above, double by[3]);

static double either(direct_tail *direct, double a, double b, double u, bool above, double by[3])
{
	bool side = u > 0;
	double value = direct(a, b, u, side, by);

	if (value > DIST_LARGE_TAIL) {
		side = !side;
		value = direct(a, b, u, side, by);
	}
	return side == above ? value : dist_complement(value, by, 3);
}

/* log(exp(x) + exp(y)) and the mixed derivatives in by[]. */
static double merge(double x, const double *by_x, double y, double *by)
{
	double value = dist_log_add(x, y), share = exp(x - value);

	for (int i = 0; i < 3; i++)
		by[i] = share * by_x[i] + (1 - share) * by[i];
	return value;
}

/* == gamma =================================================================================== */

static void gamma_at(const struct curve *c, double t, double *f, double mean[2])
{
	/* far uphill the two parts cancel, but there the sum has none that is large */
	*f = fabs(t) < 0.5 || c->u * t >= 0 ? c->slope * expm1(t) - c->a * dist_expm1mx(t) : c->a * (t - exp(c->u) * expm1(t));
	mean[0] = t;
	mean[1] = 0;
}

static void gamma_bend(const struct curve *c, double v, double *slope, double *curvature)
{
	*slope = -c->a * expm1(v);
	*curvature = c->a * exp(v);
}

static double gamma_direct(double a, double b, double v, bool above, double by[3])
{
	struct curve c = { .a = a, .u = v, .slope = -a * expm1(v), .at = gamma_at, .bend = gamma_bend };
	double mean[2], mass;

	if (!above && a < 1) {
		double value = gamma_direct(a + 1, b, v + log(a / (a + 1)), above, by);
		double gap = dist_digamma_gap(a + 1) + log(a / (a + 1));         /* log(a) - digamma(a + 1) */
		const double by_term[3] = { v + gap, 0, c.slope };

		return merge(dist_gamma_kernel(a, v) - log(a), by_term, value, by);
	}
	mass = integrate(&c, above ? 1 : -1, mean);
	by[0] = v + mean[0] + dist_digamma_gap(a);
	by[1] = 0;
	by[2] = above ? -1 / mass : 1 / mass;
	return dist_gamma_kernel(a, v) + log(mass);
}

double dist_gamma_tail(double a, double v, bool above, double by[2])
{
	double all[3], value;

	by[0] = by[1] = 0;
	/* no tail is left as a double, and no slope to step along */
	if (v > 0 && a * expm1(v) > 1e300)
		return above ? -INFINITY : 0;
	value = either(gamma_direct, a, 0, v, above, all);
	by[0] = all[0];
	by[1] = all[2];
	return value;
}

/* == beta ==================================================================================== */

/* log(1 + p (exp(w) - 1)), q = 1 - p */
static double log_mix(double p, double q, double w)
{
	if (w > 30)
		return w + log(p + q * exp(-w));
	return w < -0.5 && p > 0.5 ? log(q + p * exp(w)) : log1p(p * expm1(w));
}

/* The means are those of log(x) and log(1 - x). */
static void beta_at(const struct curve *c, double t, double *f, double mean[2])
{
	mean[0] = -log_mix(c->y, c->x, -t);
	mean[1] = -log_mix(c->x, c->y, t);
	if (fabs(t) < 0.5)
		*f = c->slope * t + dist_beta_deviance(c->n * c->x, c->n * c->y, t);
	else if (c->u * t >= 0)
		*f = c->slope * t + c->n * (c->x * mean[0] + c->y * mean[1]);
	else
		*f = c->n * (c->x < 0.5 ? c->x0 * t + mean[1] : mean[0] - c->y0 * t);
}

static void beta_bend(const struct curve *c, double w, double *slope, double *curvature)
{
	double up = exp(fmin(w, 0)), down = exp(fmin(-w, 0)), sum = c->x0 * up + c->y0 * down;

	/* x - x0 = x0 y0 (e^w - 1) / (x0 e^w + y0) */
	*slope = -c->n * c->x0 * c->y0 * (w > 0 ? -expm1(-w) : expm1(w)) / sum;
	*curvature = c->n * (c->x0 * up / sum) * (c->y0 * down / sum);
}

static double beta_direct(double a, double b, double w, bool above, double by[3])
{
	struct curve c = { .a = a, .b = b, .n = a + b, .x0 = a / (a + b), .y0 = b / (a + b), .u = w, .at = beta_at,
		.bend = beta_bend };
	double mean[2], mass, from_a, from_b, swap, value;

	if (above) {
		value = beta_direct(b, a, -w, false, by);
		swap = by[0];
		by[0] = by[1];
		by[1] = swap;
		by[2] = -by[2];
		return value;
	}
	beta_bend(&c, w, &c.slope, &mass);
	/* log(x / x0) and log((1 - x) / (1 - x0)) at w, less the means over all */
	from_a = -log_mix(c.y0, c.x0, -w);
	from_b = -log_mix(c.x0, c.y0, w) + dist_digamma_gap_fall(b, a);
	if (a < 1) {
		double gap = dist_digamma_gap(a + 1) + log(a / (a + 1));

		value = beta_direct(a + 1, b, w + log(a / (a + 1)), false, by);
		const double by_term[3] = { from_a + gap - dist_digamma_gap(c.n), from_b, c.slope };

		return merge(dist_beta_kernel(a, b, w) - log(a), by_term, value, by);
	}
	c.x = c.x0 * exp(fmin(w, 0)) / (c.x0 * exp(fmin(w, 0)) + c.y0 * exp(fmin(-w, 0)));
	c.y = c.y0 * exp(fmin(-w, 0)) / (c.x0 * exp(fmin(w, 0)) + c.y0 * exp(fmin(-w, 0)));
	mass = integrate(&c, -1, mean);
	by[0] = from_a + mean[0] + dist_digamma_gap_fall(a, b);
	by[1] = from_b + mean[1];
	by[2] = 1 / mass;
	return dist_beta_kernel(a, b, w) + log(mass);
}

double dist_beta_tail(double a, double b, double w, bool above, double by[3])
{
	return either(beta_direct, a, b, w, above, by);
}
