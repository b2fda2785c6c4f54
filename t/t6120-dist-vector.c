/*
 * Distributions of vectors: values against mpmath, derivatives against difference quotients, draws against their means, faults.
 */
#include "stats/dist.h"

#include "tap.h"

#include <math.h>

static const double theta[] = { 0.2, 0.5, 0.3 }, mu[] = { 0.25, 0, 1 };
static const double sigma[] = { 2, 0.5, -0.25, 0.5, 1, 0.125, -0.25, 0.125, 3 };
/* L of sigma, by hand: 1.4142..., 0.3535... */
static double factor[9];

static void make_factor(void)
{
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j <= i; j++) {
			double sum = sigma[3 * i + j];

			for (int m = 0; m < j; m++)
				sum -= factor[3 * i + m] * factor[3 * j + m];
			factor[3 * i + j] = i == j ? sqrt(sum) : sum / factor[3 * j + j];
		}
	}
}

static double value(const char *name, int k, const double *x, const double *p0, const double *p1, int n0)
{
	return vector_dist_find(name)->lpdf(k, x, (const double *const[]){ p0, p1 }, (const int[]){ n0, k * k }, 1, NULL, NULL);
}

static bool close_to(double got, double want, double within)
{
	return got == want || fabs(got - want) <= within * fmax(1, fabs(want));
}

static void test_values(void)
{
	ok(close_to(value("multinomial", 3, (double[]){ 3, 0, 7 }, theta, NULL, 3), -8.46863162480180717, 1e-14), "multinomial");
	ok(close_to(value("multinomial", 3, (double[]){ 200010000, 500000000, 299990000 }, theta, NULL, 3), -21.2245366398900572, 1e-13),
	   "multinomial of 1e9 trials");
	is_double(value("multinomial", 3, (double[]){ 0, 0, 0 }, theta, NULL, 3), 0, "multinomial of none");
	is_double(value("multinomial", 3, (double[]){ 1, 0.5, 0 }, theta, NULL, 3), -INFINITY, "multinomial of parts");
	is_double(value("multinomial", 2, (double[]){ 1, 2 }, (double[]){ 0.5, 0.6 }, NULL, 2), NAN, "multinomial of no probabilities");
	is_double(value("multinomial", 2, (double[]){ 1, 2 }, (double[]){ 0, 1 }, NULL, 2), -INFINITY, "multinomial of what cannot be");
	is_double(value("multinomial", 2, (double[]){ 0, 2 }, (double[]){ 0, 1 }, NULL, 2), 0, "multinomial of what must be");

	static const double x[] = { 0.125, 0.5, 0.375 };
	ok(close_to(value("dirichlet", 3, x, (double[]){ 1, 1, 1 }, NULL, 3), 0.693147180559945309, 1e-14), "dirichlet, flat");
	ok(close_to(value("dirichlet", 3, x, (double[]){ 0.5, 2.5, 7 }, NULL, 3), -0.519447063396608052, 1e-14), "dirichlet");
	ok(close_to(value("dirichlet", 3, x, (double[]){ 1e8 + 3, 4e8, 3e8 }, NULL, 3), 20.5389541793833321, 1e-13), "dirichlet, very narrow");
	is_double(value("dirichlet", 2, (double[]){ 0.5, 0.6 }, (double[]){ 1, 1 }, NULL, 2), -INFINITY, "dirichlet of no shares");
	is_double(value("dirichlet", 2, (double[]){ 0.5, 0.5 }, (double[]){ 1, 0 }, NULL, 2), NAN, "dirichlet with alpha 0");

	is_double(value("categorical", 1, (double[]){ 2 }, theta, NULL, 3), log(0.5), "categorical");
	is_double(value("categorical", 1, (double[]){ 0 }, theta, NULL, 3), -INFINITY, "categories are from 1 on");
	is_double(value("categorical", 1, (double[]){ 4 }, theta, NULL, 3), -INFINITY, "to as many as there are");
	ok(close_to(value("categorical_logit", 1, (double[]){ 3 }, (double[]){ 0.5, -1, 2 }, NULL, 3), -0.24131129665715706, 1e-14), "categorical_logit");
	ok(close_to(value("categorical_logit", 1, (double[]){ 1 }, (double[]){ 1000, -1000 }, NULL, 2), 0, 1e-14), "categorical_logit, far apart");

	static const double y[] = { 1, -0.5, 2 };
	ok(close_to(value("multi_normal", 3, y, mu, sigma, 3), -4.24756607554088831, 1e-14), "multi_normal");
	ok(close_to(value("multi_normal_cholesky", 3, y, mu, factor, 3), -4.24756607554088831, 1e-14), "multi_normal_cholesky");
	is_double(value("multi_normal", 3, y, (double[]){ 0.5 }, sigma, 1), value("multi_normal", 3, y, (double[]){ 0.5, 0.5, 0.5 }, sigma, 3),
		  "one mean for all");
	is_double(value("multi_normal", 2, y, mu, (double[]){ 1, 2, 2, 1 }, 2), NAN, "not positive definite");
	is_double(value("multi_normal", 2, y, mu, (double[]){ 1, 0.2, 0.3, 1 }, 2), NAN, "not symmetric");
	is_double(value("multi_normal_cholesky", 2, y, mu, (double[]){ 1, 0, 0.3, 0 }, 2), NAN, "a factor with 0 on its diagonal");
	is_int(vector_dist_find("multi_normal")->length((int[]){ 3, 9 }), 3, "the length of its outcomes");
	is_int(vector_dist_find("multi_normal")->length((int[]){ 3, 8 }), -1, "means and matrix do not fit");
	is_int(vector_dist_find("categorical")->length((int[]){ 3 }), 1, "a category is one number");
}

/* All entries of one argument, moved alone (`pair`: with their mirror image), the others as they are. */
static void test_slopes(const char *name, int k, double *x, double *p0, int n0, double *p1, bool by_outcome)
{
	const struct vector_dist *dist = vector_dist_find(name);
	double by[3][9] = { { 0 } }, *args[] = { x, p0, p1 }, worst = 0;
	int sizes[] = { by_outcome ? k : 0, n0, p1 ? k * k : 0 };
	const int n[] = { n0, k * k };
	bool symmetric = !strcmp(name, "multi_normal");

	dist->lpdf(k, x, (const double *const[]){ p0, p1 }, n, 3, by_outcome ? by[0] : NULL, (double *const[]){ by[1], p1 ? by[2] : NULL });
	for (int a = 0; a < 3; a++) {
		for (int i = 0; i < sizes[a]; i++) {
			double *v = &args[a][i], *mirror = a == 2 && symmetric ? &args[a][i % k * k + i / k] : v, was = *v, h = 1e-5, f[2], slope;
			bool pair = mirror != v;

			if (a == 2 && !symmetric && i % k > i / k)
				continue;
			for (int s = 0; s < 2; s++) {
				*v = *mirror = was + (s ? h : -h);
				f[s] = dist->lpdf(k, x, (const double *const[]){ p0, p1 }, n, 1, NULL, NULL);
			}
			*v = *mirror = was;
			slope = (f[1] - f[0]) / (2 * h);
			worst = fmax(worst, fabs((pair ? 2 : 1) * by[a][i] - 3 * slope));
		}
	}
	ok(worst < 1e-7, "slopes of %s, times the weight (%.1e)", name, worst);
}

static void test_draws(void)
{
	struct random r = random_open(5, 6);
	double x[3], sum[3] = { 0 }, cross = 0, counts[3] = { 0 };
	enum { N = 20000 };
	bool whole = true, shares = true;
	const int n[] = { 3, 9 };

	for (int i = 0; i < N; i++) {
		vector_dist_find("multinomial")->draw(&r, 3, (const double *const[]){ theta }, n, 10, x);
		whole = whole && x[0] + x[1] + x[2] == 10;
		for (int j = 0; j < 3; j++)
			sum[j] += x[j] / 10 / N;
	}
	ok(whole && fabs(sum[0] - 0.2) < 0.004 && fabs(sum[2] - 0.3) < 0.005, "multinomial (%.4f, %.4f)", sum[0], sum[2]);
	memset(sum, 0, sizeof sum);
	for (int i = 0; i < N; i++) {
		vector_dist_find("dirichlet")->draw(&r, 3, (const double *const[]){ (double[]){ 2, 5, 3 } }, n, 0, x);
		shares = shares && fabs(x[0] + x[1] + x[2] - 1) < 1e-12;
		cross += x[0] * x[1] / N;
		for (int j = 0; j < 3; j++)
			sum[j] += x[j] / N;
	}
	/* E x1 x2 = alpha1 alpha2 / (s (s + 1)) = 10 / 110 */
	ok(shares && fabs(sum[0] - 0.2) < 0.005 && fabs(cross - 1.0 / 11) < 0.002, "dirichlet (%.4f, %.4f)", sum[0], cross);
	for (int logit = 0; logit < 2; logit++) {
		memset(counts, 0, sizeof counts);
		for (int i = 0; i < N; i++) {
			const double logs[] = { log(0.2), log(0.5), log(0.3) };

			vector_dist_find(logit ? "categorical_logit" : "categorical")->draw(&r, 1, (const double *const[]){ logit ? logs : theta }, n, 0, x);
			counts[(int)x[0] - 1] += 1.0 / N;
		}
		ok(fabs(counts[0] - 0.2) < 0.012 && fabs(counts[1] - 0.5) < 0.015, "%s (%.4f, %.4f)", logit ? "categorical_logit" : "categorical",
		   counts[0], counts[1]);
	}
	memset(sum, 0, sizeof sum);
	cross = 0;
	for (int i = 0; i < N; i++) {
		vector_dist_find("multi_normal")->draw(&r, 3, (const double *const[]){ mu, sigma }, n, 0, x);
		cross += (x[0] - 0.25) * x[1] / N;
		for (int j = 0; j < 3; j++)
			sum[j] += x[j] / N;
	}
	ok(fabs(sum[0] - 0.25) < 0.04 && fabs(sum[2] - 1) < 0.05 && fabs(cross - 0.5) < 0.05, "multi_normal (%.3f, %.3f, %.3f)", sum[0], sum[2], cross);
	ok(!vector_dist_find("multi_normal")->draw(&r, 2, (const double *const[]){ mu, (double[]){ 1, 2, 2, 1 } }, (int[]){ 2, 4 }, 0, x) &&
	   !vector_dist_find("dirichlet")->draw(&r, 2, (const double *const[]){ (double[]){ 1, -1 } }, (int[]){ 2 }, 0, x) &&
	   !vector_dist_find("categorical")->draw(&r, 1, (const double *const[]){ (double[]){ 1, -1 } }, (int[]){ 2 }, 0, x),
	   "no draws from wrong parameters");
}

int main(void)
{
	make_factor();
	test_values();
	double by[3] = { 1, 1, 1 };
	vector_dist_find("multinomial")->lpdf(3, (double[]){ 3, 0, 7 }, (const double *const[]){ theta }, (int[]){ 3 }, 2, NULL,
					      (double *const[]){ by });
	ok(close_to(by[0], 1 + 2 * 3 / 0.2, 1e-15) && by[1] == 1 && close_to(by[2], 1 + 2 * 7 / 0.3, 1e-15), "slopes of multinomial are added");
	test_slopes("dirichlet", 3, (double[]){ 0.125, 0.5, 0.375 }, (double[]){ 0.5, 2.5, 7 }, 3, NULL, false);
	test_slopes("categorical_logit", 1, (double[]){ 3 }, (double[]){ 0.5, -1, 2 }, 3, NULL, false);
	test_slopes("multi_normal", 3, (double[]){ 1, -0.5, 2 }, (double[]){ 0.25, 0, 1 }, 3,
		    (double[]){ 2, 0.5, -0.25, 0.5, 1, 0.125, -0.25, 0.125, 3 }, true);
	test_slopes("multi_normal", 3, (double[]){ 1, -0.5, 2 }, (double[]){ 0.25 }, 1,
		    (double[]){ 2, 0.5, -0.25, 0.5, 1, 0.125, -0.25, 0.125, 3 }, true);
	test_slopes("multi_normal_cholesky", 3, (double[]){ 1, -0.5, 2 }, (double[]){ 0.25, 0, 1 }, 3,
		    (double[]){ 1.5, 0, 0, 0.5, 1, 0, -0.25, 0.125, 1.25 }, true);
	test_draws();
	return done();
}
