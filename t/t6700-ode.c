/* Differential equations: solutions against closed forms and against mpmath, derivatives against theirs, and what is refused. */
#include <math.h>
#include <stdlib.h>

#include "model/ode_priv.h"
#include "tap.h"

enum { TIMES_MAX = 600, STATES = 8, PARAMS = 4 };

/* == systems, each with its solution in closed form ========================================== */

struct system_case {
	const char *name;
	int K, P;
	double y0[STATES], p[PARAMS], until;
	int (*slope)(void *ctx, double t, const double *y, double *dy, struct err *e);
	int (*pull)(void *ctx, double t, const double *y, const double *w, double *gy, double *gp, struct err *e);
	void (*closed)(int K, long double t, const long double *y0, const long double *p, long double *y);
};
struct values {
	int K;
	double p[PARAMS];
};
#define SLOPE(name) static int name##_slope(void *ctx, double t, const double *y, double *dy, struct err *e)
#define PULL(name) static int name##_pull(void *ctx, double t, const double *y, const double *w, double *gy, double *gp, struct err *e)
#define CLOSED(name) static void name##_closed(int K, long double t, const long double *y0, const long double *p, long double *y)
#define P_OF const double *p = ((struct values *)ctx)->p; (void)t; (void)e; (void)p
#define ADD(to, what) do { if (gp) gp[to] += what; } while (0)

SLOPE(decay) { P_OF; dy[0] = -p[0] * y[0]; return 0; }
PULL(decay) { P_OF; gy[0] -= w[0] * p[0]; ADD(0, -w[0] * y[0]); return 0; }
CLOSED(decay) { (void)K; y[0] = y0[0] * expl(-p[0] * t); }

SLOPE(spring) { P_OF; dy[0] = y[1]; dy[1] = -p[0] * p[0] * y[0]; return 0; }
PULL(spring)
{
	P_OF;
	gy[1] += w[0];
	gy[0] -= w[1] * p[0] * p[0];
	ADD(0, -2 * w[1] * p[0] * y[0]);
	return 0;
}
CLOSED(spring)
{
	(void)K;
	y[0] = y0[0] * cosl(p[0] * t) + y0[1] / p[0] * sinl(p[0] * t);
	y[1] = -y0[0] * p[0] * sinl(p[0] * t) + y0[1] * cosl(p[0] * t);
}

SLOPE(logistic) { P_OF; dy[0] = p[0] * y[0] * (1 - y[0] / p[1]); return 0; }
PULL(logistic)
{
	P_OF;
	gy[0] += w[0] * p[0] * (1 - 2 * y[0] / p[1]);
	ADD(0, w[0] * y[0] * (1 - y[0] / p[1]));
	ADD(1, w[0] * p[0] * y[0] * y[0] / (p[1] * p[1]));
	return 0;
}
CLOSED(logistic) { (void)K; y[0] = p[1] / (1 + (p[1] / y0[0] - 1) * expl(-p[0] * t)); }

/* a drug in the gut and in the blood */
SLOPE(dose) { P_OF; dy[0] = -p[0] * y[0]; dy[1] = p[0] * y[0] - p[1] * y[1]; return 0; }
PULL(dose)
{
	P_OF;
	gy[0] += p[0] * (w[1] - w[0]);
	gy[1] -= p[1] * w[1];
	ADD(0, y[0] * (w[1] - w[0]));
	ADD(1, -y[1] * w[1]);
	return 0;
}
CLOSED(dose)
{
	(void)K;
	y[0] = y0[0] * expl(-p[0] * t);
	y[1] = y0[1] * expl(-p[1] * t) + y0[0] * p[0] / (p[0] - p[1]) * (expl(-p[1] * t) - expl(-p[0] * t));
}

/* Lanchester: aimed fire, and unaimed fire */
SLOPE(square) { P_OF; dy[0] = -p[1] * y[1]; dy[1] = -p[0] * y[0]; return 0; }
PULL(square)
{
	P_OF;
	gy[1] -= w[0] * p[1];
	gy[0] -= w[1] * p[0];
	ADD(0, -w[1] * y[0]);
	ADD(1, -w[0] * y[1]);
	return 0;
}
CLOSED(square)
{
	long double r = sqrtl(p[0] * p[1]);

	(void)K;
	y[0] = y0[0] * coshl(r * t) - y0[1] * sqrtl(p[1] / p[0]) * sinhl(r * t);
	y[1] = y0[1] * coshl(r * t) - y0[0] * sqrtl(p[0] / p[1]) * sinhl(r * t);
}

SLOPE(linear) { P_OF; dy[0] = -p[1] * y[0] * y[1]; dy[1] = -p[0] * y[0] * y[1]; return 0; }
PULL(linear)
{
	P_OF;
	gy[0] -= (w[0] * p[1] + w[1] * p[0]) * y[1];
	gy[1] -= (w[0] * p[1] + w[1] * p[0]) * y[0];
	ADD(0, -w[1] * y[0] * y[1]);
	ADD(1, -w[0] * y[0] * y[1]);
	return 0;
}
CLOSED(linear)
{
	long double d = p[0] * y0[0] - p[1] * y0[1], left = expl(-d * t), q = p[0] * y0[0] - p[1] * y0[1] * left;

	(void)K;
	y[0] = d * y0[0] / q;
	y[1] = d * y0[1] * left / q;
}

/* t itself on the right-hand side */
SLOPE(season) { P_OF; dy[0] = p[0] * cos(t) * y[0] + p[1]* 0; return 0; }
PULL(season) { P_OF; gy[0] += w[0] * p[0] * cos(t); ADD(0, w[0] * cos(t) * y[0]); return 0; }
CLOSED(season) { (void)K; y[0] = y0[0] * expl(p[0] * sinl(t)); }

/* a chain of K stages, one rate */
SLOPE(chain)
{
	P_OF;
	for (int i = 0; i < ((struct values *)ctx)->K; i++)
		dy[i] = p[0] * ((i ? y[i - 1] : 0) - y[i]);
	return 0;
}
PULL(chain)
{
	P_OF;
	for (int i = 0; i < ((struct values *)ctx)->K; i++) {
		gy[i] -= w[i] * p[0];
		if (i)
			gy[i - 1] += w[i] * p[0];
		ADD(0, w[i] * ((i ? y[i - 1] : 0) - y[i]));
	}
	return 0;
}
CLOSED(chain)
{
	for (int i = 0; i < K; i++) {
		y[i] = 0;
		for (int j = 0; j <= i; j++)
			y[i] += y0[j] * powl(p[0] * t, i - j) * expl(-p[0] * t) / tgammal(i - j + 1);
	}
}

#define OF(name) name##_slope, name##_pull, name##_closed
static const struct system_case cases[] = {
	{ "exponential decay", 1, 1, { 3 }, { 0.7 }, 5, OF(decay) },
	{ "harmonic oscillator", 2, 1, { 1, 0.5 }, { 1.3 }, 10, OF(spring) },
	{ "logistic growth", 1, 2, { 2 }, { 0.9, 50 }, 10, OF(logistic) },
	{ "first-order absorption", 2, 2, { 100, 5 }, { 1.2, 0.15 }, 24, OF(dose) },
	{ "Lanchester's square law", 2, 2, { 54, 20 }, { 0.0106, 0.0544 }, 20, OF(square) },
	{ "Lanchester's linear law", 2, 2, { 54, 30 }, { 0.002, 0.003 }, 20, OF(linear) },
	{ "a seasonal rate", 1, 1, { 2 }, { 0.8 }, 12, OF(season) },
	{ "a chain of 1", 1, 1, { 2 }, { 0.8 }, 8, OF(chain) },
	{ "a chain of 2", 2, 1, { 2, 1 }, { 0.8 }, 8, OF(chain) },
	{ "a chain of 3", 3, 1, { 2, 1, 0.1 }, { 0.8 }, 8, OF(chain) },
	{ "a chain of 4", 4, 1, { 2, 1, 0.1, 4 }, { 0.8 }, 8, OF(chain) },
	{ "a chain of 5", 5, 1, { 2, 1, 0.1, 4, 0 }, { 0.8 }, 8, OF(chain) },
	{ "a chain of 6", 6, 1, { 2, 1, 0.1, 4, 0, 3 }, { 0.8 }, 8, OF(chain) },
	{ "a chain of 7", 7, 1, { 2, 1, 0.1, 4, 0, 3, 0.5 }, { 0.8 }, 8, OF(chain) },
	{ "a chain of 8", 8, 1, { 2, 1, 0.1, 4, 0, 3, 0.5, 1 }, { 0.8 }, 8, OF(chain) },
};

/* == solving ================================================================================= */

static struct ode_options options_of(enum ode_method method, double rel, double abs)
{
	return (struct ode_options){ rel, abs, 100000, method };
}

/* Solution at n times, and, with dy, its derivatives by y0 and p: into grad[K + P]. The steps taken, or -1. */
static int solve(const struct system_case *c, const struct ode_options *o, double t0, const double *y0, const double *p, int n,
		 const double *times, double *y, const double *dy, double *grad, struct err *e)
{
	struct values values = { c->K, { 0 } };
	struct ode_system f = { c->K, c->P, c->slope, c->pull, &values };
	struct ode_tape *tape;
	int steps = -1;

	memcpy(values.p, p, (size_t)c->P * sizeof *p);
	if (ode_tape_new(c->K, c->P, &tape, e))
		return -1;
	if (!ode_solve(tape, &f, o, t0, y0, n, times, dy != NULL, y, e)) {
		steps = ode_steps(tape);
		if (dy) {
			memset(grad, 0, (size_t)(c->K + c->P) * sizeof *grad);
			if (ode_pull(tape, &f, dy, grad, grad + c->K, e))
				steps = -1;
		}
	}
	ode_tape_free(tape);
	return steps;
}

/* A weight for each number of the solution, all different. */
static double weight_of(int i)
{
	return sin(1.7 * i + 0.4) + 0.3;
}

/* What the weights make of the closed form, with number `by` of y0 and p moved by `move`; each[] = the terms. */
static void closed_terms(const struct system_case *c, int n, const double *times, int by, long double move, long double *each)
{
	long double start[STATES], params[PARAMS], y[STATES];

	for (int k = 0; k < c->K; k++)
		start[k] = c->y0[k] + (by == k ? move : 0);
	for (int k = 0; k < c->P; k++)
		params[k] = c->p[k] + (by == c->K + k ? move : 0);
	for (int i = 0; i < n; i++) {
		c->closed(c->K, times[i], start, params, y);
		for (int k = 0; k < c->K; k++)
			each[i * c->K + k] = weight_of(i * c->K + k) * y[k];
	}
}

/* Values and derivatives of a case against its closed form, in units of the largest of them. */
static void check_case(const struct system_case *c, const struct ode_options *o, int n, double bound)
{
	static double times[TIMES_MAX], y[TIMES_MAX * STATES], w[TIMES_MAX * STATES];
	static long double want[TIMES_MAX * STATES], up[TIMES_MAX * STATES], down[TIMES_MAX * STATES];
	double grad[STATES + PARAMS], worst = 0, top = 0, slope_worst = 0;
	struct err e = ERR_INIT;
	int steps;

	for (int i = 0; i < n; i++)
		times[i] = c->until * (i + 1) / n;
	for (int i = 0; i < n * c->K; i++)
		w[i] = weight_of(i);
	steps = solve(c, o, 0, c->y0, c->p, n, times, y, w, grad, &e);
	if (!ok(steps > 0, "%s by %s, %d times", c->name, ode_methods[o->method], n)) {
		fprintf(stderr, "%s\n", e.msg);
		return;
	}
	closed_terms(c, n, times, -1, 0, want);
	for (int i = 0; i < n * c->K; i++) {
		worst = fmax(worst, fabs(w[i] * y[i] - (double)want[i]));
		top = fmax(top, fabs((double)want[i]));
	}
	for (int k = 0; k < c->K + c->P; k++) {
		long double h = 1e-5L * fmaxl(1e-3L, fabsl(k < c->K ? c->y0[k] : c->p[k - c->K])), ref = 0, size = 0;

		closed_terms(c, n, times, k, h, up);
		closed_terms(c, n, times, k, -h, down);
		for (int i = 0; i < n * c->K; i++) {
			ref += (up[i] - down[i]) / (2 * h);
			size += fabsl(up[i] - down[i]) / (2 * h);
		}
		slope_worst = fmax(slope_worst, fabs((double)((grad[k] - ref) / size)));
	}
	ok(worst <= bound * top, "%s by %s: values within %.0e", c->name, ode_methods[o->method], bound);
	ok(slope_worst <= 2 * bound, "%s by %s: derivatives within %.0e", c->name, ode_methods[o->method], 2 * bound);
	if (worst > bound * top || slope_worst > 2 * bound)
		fprintf(stderr, "values %.2e, derivatives %.2e, %d steps\n", worst / top, slope_worst, steps);
}

/* == Lotka and Volterra ====================================================================== */

SLOPE(hares) { P_OF; dy[0] = (p[0] - p[1] * y[1]) * y[0]; dy[1] = (-p[2] + p[3] * y[0]) * y[1]; return 0; }
PULL(hares)
{
	P_OF;
	gy[0] += w[0] * (p[0] - p[1] * y[1]) + w[1] * p[3] * y[1];
	gy[1] += w[1] * (-p[2] + p[3] * y[0]) - w[0] * p[1] * y[0];
	ADD(0, w[0] * y[0]);
	ADD(1, -w[0] * y[0] * y[1]);
	ADD(2, -w[1] * y[1]);
	ADD(3, w[1] * y[0] * y[1]);
	return 0;
}

/*
 * u, v and their derivatives by u0, v0, a, b, c, d (du, dv each): Python's mpmath 1.3, odefun (Taylor series) with 25 digits on
 * the equations and the variational equations, a = 0.55, b = 0.028, c = 0.8, d = 0.024, from (30, 4).
 */
static const double hares_times[] = { 0.5, 3, 7.25, 12, 20 };
static const double hares_want[][14] = {
	{ 37.3576169552001345, 4.01016460993457552, 1.23183235698620711, 0.0536080154654372081, -0.517896058296001669,
	  0.990926152993296729, 18.6090943321756055, 0.417522872001371888, -73.9851511851430955, -1.65928564147816432,
	  0.519038188535107479, -1.997201960591859, -16.7769269005800579, 67.0100193317965101 },
	{ 81.1760951778845869, 22.523534650896114, -0.690136414352454342, 1.98130091407835332, -7.87753825202840143,
	  0.538060969318335046, 90.5859191304687685, 124.805111124404772, -1125.36260743262878, -727.546099057956208,
	  79.9066804537343942, -37.6552553309092051, -4245.00781701909238, 2476.62614259794165 },
	{ 9.63311966591503112, 15.1198652142063758, 0.13652084233220769, -0.644038302296907143, 1.79346636980847058,
	  0.429979926877488225, -17.7865760821108234, -33.3661335459666196, 256.209481401210083, -478.569482382015104,
	  21.238827285872481, -14.0992428409816921, -230.728933164533351, -805.047877871133929 },
	{ 55.4651976687983631, 5.31508992447308645, 1.78832300852134302, 0.26222690831391155, 3.8974249568900625,
	  1.94522873719733644, 226.56250736454229, 24.9795371432902136, 556.7749938414375, 88.0651794398664042,
	  160.791360855358863, 12.2586035619457224, -75.6461422149196924, 327.783635392389437 },
	{ 18.4893010862788439, 5.20317725223477785, 0.68593751219859104, -0.135772578089367886, 4.80559504952439333,
	  0.217548331153837173, 80.5349109172129756, -23.3543722360272554, 686.513578503484761, -154.749425986408184,
	  104.878955508237514, -19.7778460514437277, 87.0343449866203036, -169.715722611709858 },
};
static const struct system_case hares = { "Lotka and Volterra", 2, 4, { 30, 4 }, { 0.55, 0.028, 0.8, 0.024 }, 20, hares_slope, hares_pull, NULL };

static void check_hares(const struct ode_options *o, double bound)
{
	double y[10], dy[10] = { 0 }, grad[6], worst = 0, slope_worst = 0;
	struct err e = ERR_INIT;

	for (int i = 0; i < 10; i++) {
		dy[i] = 1;
		if (solve(&hares, o, 0, hares.y0, hares.p, 5, hares_times, y, dy, grad, &e) < 0) {
			ok(false, "%s", e.msg);
			return;
		}
		dy[i] = 0;
		worst = fmax(worst, fabs(y[i] / hares_want[i / 2][i % 2] - 1));
		for (int k = 0; k < 6; k++) {
			double top = 0;

			for (int j = 0; j < 5; j++)
				top = fmax(top, fabs(hares_want[j][2 + 2 * k + i % 2]));
			slope_worst = fmax(slope_worst, fabs(grad[k] - hares_want[i / 2][2 + 2 * k + i % 2]) / top);
		}
	}
	if (!ok(worst < bound && slope_worst < bound, "Lotka and Volterra by %s, tolerance %g: as mpmath within %.0e", ode_methods[o->method],
		o->rel_tol, bound))
		fprintf(stderr, "values %.2e, derivatives %.2e\n", worst, slope_worst);
}

/* A density over the solution: what a sampler sees of it must be smooth on the scale of its moves. */
static double hares_density(const struct ode_options *o, const double *at, double *grad)
{
	double times[20], y[40], dy[40], lp = 0;
	struct err e = ERR_INIT;

	for (int i = 0; i < 20; i++)
		times[i] = i + 1;
	for (int round = 0; round < 2; round++) {
		if (solve(&hares, o, 0, at, at + 2, 20, times, y, round ? dy : NULL, grad, &e) < 0)
			return NAN;
		for (int i = 0; i < 40; i++) {
			double z = (log(y[i]) - 2.5 - sin(0.6 * i)) / 0.25;

			lp -= round ? 0 : 0.5 * z * z;
			dy[i] = -z / 0.25 / y[i];
		}
	}
	return lp;
}

/*
 * What a leapfrog step lives on: the density at the end of a move is that at its start plus the derivatives on the way (Gauss's
 * rule with five places). A density that is ragged by the choice of steps differs from it.
 */
static void check_smooth(const struct ode_options *o, double move, double bound)
{
	static const double place[] = { 0, 0.5384693101056831, 0.9061798459386640 };
	static const double share[] = { 0.5688888888888889, 0.4786286704993665, 0.2369268850561891 };
	double worst = 0;

	for (int i = 0; i < 100; i++) {
		double from[6], by[6], at[6], grad[6], sum = 0, ends[2];

		for (int k = 0; k < 6; k++) {
			from[k] = (k < 2 ? hares.y0[k] : hares.p[k - 2]) * (1 + 0.1 * sin(3.1 * i + k));
			by[k] = from[k] * move * sin(1.3 * i + 2 * k);
		}
		for (int j = -2; j <= 2; j++) {
			for (int k = 0; k < 6; k++)
				at[k] = from[k] + by[k] * (1 + (j < 0 ? -place[-j] : place[j])) / 2;
			hares_density(o, at, grad);
			for (int k = 0; k < 6; k++)
				sum += share[j < 0 ? -j : j] / 2 * grad[k] * by[k];
		}
		ends[0] = hares_density(o, from, grad);
		for (int k = 0; k < 6; k++)
			at[k] = from[k] + by[k];
		ends[1] = hares_density(o, at, grad);
		worst = fmax(worst, fabs(ends[1] - ends[0] - sum));
	}
	if (!ok(worst < bound, "%s, tolerance %g: a density over moves of %g is the integral of its derivatives, within %g",
		ode_methods[o->method], o->rel_tol, move, bound))
		fprintf(stderr, "%.2e\n", worst);
}

/* == stiff, and what has no solution ========================================================== */

/* Robertson's reaction: rates from 0.04 to 3e7. */
SLOPE(robertson)
{
	P_OF;
	dy[0] = -p[0] * y[0] + p[1] * y[1] * y[2];
	dy[2] = p[2] * y[1] * y[1];
	dy[1] = -dy[0] - dy[2];
	return 0;
}
PULL(robertson)
{
	double v = w[0] - w[1], u = w[2] - w[1];

	P_OF;
	gy[0] -= v * p[0];
	gy[1] += v * p[1] * y[2] + 2 * u * p[2] * y[1];
	gy[2] += v * p[1] * y[1];
	ADD(0, -v * y[0]);
	ADD(1, v * y[1] * y[2]);
	ADD(2, u * y[1] * y[1]);
	return 0;
}
static const struct system_case robertson = { "Robertson", 3, 3, { 1, 0, 0 }, { 0.04, 1e4, 3e7 }, 40, robertson_slope, robertson_pull, NULL };

/* The square of y: infinite at t = 1 / y0. */
SLOPE(burst) { P_OF; dy[0] = y[0] * y[0]; return 0; }
PULL(burst) { P_OF; (void)gp; gy[0] += 2 * w[0] * y[0]; return 0; }
CLOSED(burst) { (void)K; (void)p; y[0] = y0[0] / (1 - y0[0] * t); }
static const struct system_case burst = { "burst", 1, 0, { 2 }, { 0 }, 1, OF(burst) };

/* A root that ends where y does, as a rule of a graph says it. */
SLOPE(drain)
{
	P_OF;
	if (y[0] < 0)
		return err_set(e, ERR_DOMAIN, "sqrt of %g", y[0]);
	dy[0] = -p[0] * sqrt(y[0]);
	return 0;
}
PULL(drain) { P_OF; gy[0] -= 0.5 * w[0] * p[0] / sqrt(y[0]); ADD(0, -w[0] * sqrt(y[0])); return 0; }
static const struct system_case drain = { "drain", 1, 1, { 1 }, { 1 }, 3, drain_slope, drain_pull, NULL };

static void check_stiff(void)
{
	static const struct system_case fast = { "absorption 1e5 times as fast as elimination", 2, 2, { 100, 5 }, { 2e4, 0.2 }, 24, OF(dose) };
	/* y at these times: three-stage Radau IIA in Python's mpmath, 30 digits, 40 steps to each power of ten of t (as with 20). */
	static const double times[] = { 0.4, 40, 4000 };
	static const double want[] = {
		0.98517211386098983, 3.3863953789810031e-5, 0.014794022185220363,
		0.71582706871146876, 9.185534764694957e-6, 0.28416374575376654,
		0.18320225776014234, 8.9423712517914471e-7, 0.81679684800273248,
	};
	struct ode_options o = options_of(ODE_STIFF, 1e-8, 1e-14), rk = options_of(ODE_RK45, 1e-6, 1e-8);
	struct ode_options loose = options_of(ODE_STIFF, 1e-6, 1e-8);
	double y[9], worst = 0, left = 0;
	struct err e = ERR_INIT;
	int steps = solve(&robertson, &o, 0, robertson.y0, robertson.p, 3, times, y, NULL, NULL, &e);

	for (int i = 0; i < 9; i++)
		worst = fmax(worst, fabs(y[i] / want[i] - 1));
	for (int i = 0; i < 3; i++)
		left = fmax(left, fabs(y[3 * i] + y[3 * i + 1] + y[3 * i + 2] - 1));
	if (!ok(steps > 0 && worst < 1e-6 && left < 1e-12, "Robertson's reaction is solved"))
		fprintf(stderr, "%s: %d steps, %.2e, sum off by %.2e\n", e.msg, steps, worst, left);

	check_case(&fast, &loose, 20, 1e-4);
	steps = solve(&fast, &loose, 0, fast.y0, fast.p, 3, times, y, NULL, NULL, &e);
	ok(steps > 0 && steps < 500, "in few steps (%d)", steps);
	rk.max_steps = 10000;
	steps = solve(&fast, &rk, 0, fast.y0, fast.p, 3, times, y, NULL, NULL, &e);
	ok(steps < 0 && e.code == ERR_DOMAIN && strstr(e.msg, "10000 steps") && strstr(e.msg, "method = \"stiff\""),
	   "the explicit method says that the equations are stiff");
	steps = solve(&hares, &(struct ode_options){ 1e-6, 1e-8, 30, ODE_RK45 }, 0, hares.y0, hares.p, 5, hares_times, y, NULL, NULL, &e);
	ok(steps < 0 && e.code == ERR_DOMAIN && strstr(e.msg, "30 steps") && !strstr(e.msg, "stiff"), "and only then");
}

static void check_ends(void)
{
	struct err e = ERR_INIT;
	double y[4], times[] = { 0.1, 0.45, 0.5, 1 }, start = NAN, zero = 0;

	for (int m = 0; m < 2; m++) {
		struct ode_options o = options_of(m, 1e-6, 1e-8);

		ok(solve(&burst, &o, 0, burst.y0, burst.p, 2, times, y, NULL, NULL, &e) > 0 && fabs(y[1] / 20 - 1) < 1e-3,
		   "up to where the solution is infinite");
		e.code = ERR_OK;
		ok(solve(&burst, &o, 0, burst.y0, burst.p, 4, times, y, NULL, NULL, &e) < 0 && e.code == ERR_DOMAIN &&
		   strstr(e.msg, "t = 0.5"), "not beyond it, by %s: %s", ode_methods[m], e.msg);
		e.code = ERR_OK;
		ok(solve(&drain, &o, 0, drain.y0, drain.p, 4, (double[]){ 0.5, 1, 1.5, 1.9 }, y, NULL, NULL, &e) > 0 &&
		   fabs(y[3] - 0.0025) < 1e-5, "near the end of the domain of f, by %s", ode_methods[m]);
		ok(solve(&drain, &o, 0, drain.y0, drain.p, 4, (double[]){ 0.5, 1, 1.5, 3 }, y, NULL, NULL, &e) < 0 &&
		   e.code == ERR_DOMAIN, "not beyond it: %s", e.msg);
		e.code = ERR_OK;
		ok(solve(&burst, &o, 0, &start, burst.p, 1, times, y, NULL, NULL, &e) < 0 && e.code == ERR_DOMAIN, "no start: %s", e.msg);
		ok(solve(&burst, &o, 0, &zero, burst.p, 4, times, y, NULL, NULL, &e) > 0 && y[3] == 0, "nothing moves");
		stop_request();
		o.max_steps = 1000000;
		o.rel_tol = o.abs_tol = 1e-13;
		ok(solve(&hares, &o, 0, hares.y0, hares.p, 1, &(double){ 100 }, y, NULL, NULL, &e) < 0 && e.code == ERR_INTERRUPT,
		   "a stop is heard");
		stop_clear();
	}
}

/* Times at the start, twice the same, and none; the same bits again and with other times beside them. */
static void check_times(const struct ode_options *o)
{
	static const double times[] = { 2, 2, 3, 7.25, 7.25, 20 };
	double y[12], again[12], few[4], dy[12], grad[6], other[6], sum[2] = { 0, 0 };
	struct err e = ERR_INIT;

	for (int i = 0; i < 12; i++)
		dy[i] = weight_of(i);
	ok(solve(&hares, o, 2, hares.y0, hares.p, 6, times, y, dy, grad, &e) > 0, "times from 2 on, by %s", ode_methods[o->method]);
	ok(!memcmp(y, hares.y0, 16) && !memcmp(y + 2, hares.y0, 16) && !memcmp(y + 6, y + 8, 16), "the start, and equal times");
	ok(solve(&hares, o, 2, hares.y0, hares.p, 6, times, again, dy, other, &e) > 0 && !memcmp(y, again, sizeof y) &&
	   !memcmp(grad, other, sizeof grad), "the same bits again");
	ok(solve(&hares, o, 2, hares.y0, hares.p, 6, times, again, NULL, NULL, &e) > 0 && !memcmp(y, again, sizeof y), "and without a tape");
	ok(solve(&hares, o, 2, hares.y0, hares.p, 2, times + 4, few, NULL, NULL, &e) > 0 && !memcmp(few, y + 8, sizeof few),
	   "and at fewer times");
	memset(dy + 4, 0, 8 * sizeof *dy);
	for (int i = 0; i < 4; i++)
		sum[i % 2] += dy[i];
	ok(solve(&hares, o, 2, hares.y0, hares.p, 6, times, y, dy, grad, &e) > 0 && fabs(grad[0] - sum[0]) < 1e-15 &&
	   fabs(grad[1] - sum[1]) < 1e-15 && grad[2] == 0 && grad[5] == 0, "derivatives at the start are its own");
	memset(grad, 0, sizeof grad);
	ok(solve(&hares, o, 2, hares.y0, hares.p, 2, times, y, dy, grad, &e) == 0 && fabs(grad[0] - sum[0]) < 1e-15, "no step at all");
	ok(solve(&hares, o, 2, hares.y0, hares.p, 0, times, y, dy, grad, &e) == 0 && grad[0] == 0, "no times");
}

static void check_problem(void)
{
	static const double good[] = { 0, 0, 1, 2 }, mixed[] = { 1, 3, 2 }, early[] = { -1, 2 }, missing[] = { 1, NAN };
	struct ode_problem p = { .K = 2, .P = 1, .ntimes = 4, .times = good, .rel_tol = 1e-6, .abs_tol = 1e-6, .max_steps = 10 }, bad;
	struct err e = ERR_INIT;

	ok(!ode_check(&p, &e), "a problem that can be solved");
#define REFUSED(change, text)                                                                                   \
	do {                                                                                                    \
		bad = p;                                                                                        \
		change;                                                                                         \
		is_int(ode_check(&bad, &e), ERR_DATA, "refused: %s", text);                                     \
		is_str(e.msg, text, "with this message");                                                       \
	} while (0)
	REFUSED((bad.times = mixed, bad.ntimes = 3), "ode: expected times in ascending order, found 2 in place 3 behind 3");
	REFUSED((bad.times = early, bad.ntimes = 2), "ode: expected times from the start, 0, on, found -1 in place 1");
	REFUSED((bad.times = missing, bad.ntimes = 2), "ode: expected finite times, found nan in place 2");
	REFUSED(bad.t0 = INFINITY, "ode: expected a finite starting time, found inf");
	REFUSED(bad.K = 101, "ode: expected 1 to 100 states, found 101");
	REFUSED(bad.rel_tol = 0, "ode: expected a rel_tol from 1e-13 to 1, found 0");
	REFUSED(bad.abs_tol = 0, "ode: expected an abs_tol above 0, found 0");
	REFUSED(bad.max_steps = 0, "ode: expected max_steps of 1 or more, found 0");
}

/* == the methods themselves ================================================================== */

/* Conditions up to order 4 of weights b that give y(t + theta h); the largest that is not met. */
static double order_off(const struct ode_table *m, const double *b, double theta, int order)
{
	double sum[8] = { 0 }, c2[ODE_STAGES_MAX], ac[ODE_STAGES_MAX], ac2[ODE_STAGES_MAX], worst = 0;
	static const int orders[] = { 1, 2, 3, 3, 4, 4, 4, 4 };
	static const double shares[] = { 1, 1. / 2, 1. / 3, 1. / 6, 1. / 4, 1. / 8, 1. / 12, 1. / 24 };

	for (int i = 0; i < m->stages; i++) {
		c2[i] = m->c[i] * m->c[i];
		ac[i] = ac2[i] = 0;
		for (int j = 0; j <= i; j++) {
			ac[i] += m->a[i][j] * m->c[j];
			ac2[i] += m->a[i][j] * m->c[j] * m->c[j];
		}
	}
	for (int i = 0; i < m->stages; i++) {
		double aac = 0, terms[8] = { 1, m->c[i], c2[i], ac[i], c2[i] * m->c[i], m->c[i] * ac[i], ac2[i], 0 };

		for (int j = 0; j <= i; j++)
			aac += m->a[i][j] * ac[j];
		terms[7] = aac;
		for (int k = 0; k < 8; k++)
			sum[k] += b[i] * terms[k];
	}
	for (int k = 0; k < 8 && orders[k] <= order; k++)
		worst = fmax(worst, fabs(sum[k] - shares[k] * pow(theta, orders[k])));
	return worst;
}

static void check_tables(void)
{
	for (int i = 0; i < 2; i++) {
		const struct ode_table *m = &ode_tables[i];
		double b[ODE_STAGES_MAX], worst = 0;

		for (int theta = 0; theta <= 10; theta++) {
			ode_between(m, theta / 10.0, b);
			worst = fmax(worst, order_off(m, b, theta / 10.0, 4));
		}
		ok(worst < 1e-14, "%s is of order 4 everywhere in a step", ode_methods[i]);
		for (int j = 0; j < m->stages; j++)
			b[j] = m->a[m->stages - 1][j] - m->error[j];
		ok(order_off(m, b, 1, m->order - 1) < 1e-14, "its partner is of order %d", m->order - 1);
		worst = 0;
		for (int j = 0; j < m->stages; j++) {
			double sum = -m->c[j];

			for (int k = 0; k <= j; k++)
				sum += m->a[j][k];
			worst = fmax(worst, fabs(sum));
		}
		ok(worst < 1e-14, "and its rows agree with its times");
	}
}

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int m = 0; m < 2; m++) {
			struct ode_options o = options_of(m, 1e-6, 1e-8), tight = options_of(m, 1e-10, 1e-12);
			double bound = m == ODE_RK45 ? 1e-5 : 1e-4;

			check_case(&cases[i], &o, 20, bound);
			check_case(&cases[i], &tight, 7, bound * 1e-4);
			check_case(&cases[i], &o, 500, bound);
		}
	for (int m = 0; m < 2; m++) {
		struct ode_options o = options_of(m, 1e-6, 1e-8), tight = options_of(m, 1e-12, 1e-12);

		check_hares(&o, 1e-4);
		if (m == ODE_RK45)
			check_hares(&tight, 1e-10);
		check_smooth(&o, 1e-3, 2e-3);
		check_smooth(&o, 1e-2, 2e-3);
		check_smooth(&tight, 1e-2, 1e-8);
		check_times(&o);
	}
	check_tables();
	check_stiff();
	check_ends();
	check_problem();
	return done();
}
