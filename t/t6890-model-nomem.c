/*
 * t6890-model-nomem.c - models in which the n-th allocation fails, for n = 0, 1, 2 ... until they get through: parsing, binding and running
 * end in ERR_MEMORY or in the right number, and the sanitizer sees to leaks.
 */
#include "model_case.h"
#include "tap.h"

static const struct {
	const char *text, *data;
} cases[] = {
	{ "mu ~ normal(0, 5)\ntau ~ half_cauchy(5)\nz[J] ~ normal(0, 1)\ntheta = mu + tau * z\ny ~ normal(theta, sigma)", "J = 3; y = 1 2 3; sigma = 1 1 2" },
	{ "a ~ uniform(0, 1)\nh[1] = 1\nh[t] = a * h[t-1] + y[t-1]^2 for t in 2..4\ny ~ normal(0, sqrt(h))", "y = 1 2 3 4" },
	{ "A[k] ~ dirichlet([1, 1]) for k in 1..2\nmu[2] ~ normal(0, 5) ordered\ng[1, k] = normal_lpdf(y[1], mu[k], 1) for k in 1..2\n"
	  "g[t, k] = log_sum_exp(g[t-1, j] + log(A[j, k]) for j in 1..2) + normal_lpdf(y[t], mu[k], 1) for t in 2..4, k in 1..2\nfactor(log_sum_exp(g[4]))",
	  "y = 0 1 3 2" },
	{ "a[levels(g)] ~ normal(0, 1)\nb[2] ~ normal(0, 1)\ny ~ normal(a[g] + matvec(X, b), 1) T[0, ]\nw ~ beta(1, 1)\ny ~ mix(w, normal(0, 1), normal(1, 2))",
	  "y = 1 2 3; g # n s n; X[3, 2] = 1 2 3 4 5 6" },
	{ "x[1] ~ normal(0, 1)\nx[t] ~ normal(x[t-1], 1) for t in 2..3\nfor t in 1..3 do\n  s[t] = x[t] * 2\nend\nf ~ reported(normal(s, 1))\nreported(poisson(exp(x[1])), 1, 2)",
	  "f ~ 1:2 3: :4" },
	{ "a ~ exponential(1)\nz = ode([2, 1], 0, ts, du = -a * u, dv = u - v)\ny ~ normal(z[, 1], 1)\nS = add_diag(gp_exp_quad(ts, 1, a), 0.1)\ny ~ multi_normal(0, S)",
	  "ts = 1 2; y = 1 1" },
	{ "mu ~ normal(0, sgima)\nsigma ~ exponential(1)", "" },
	{ "mu ~ normal(0, 1)\nx = y[4] * mu", "y = 1 2 3" },
};

static int run_once(int k, struct case_data *data, double *lp, struct err *e)
{
	struct model *m = NULL;
	struct posterior *p = NULL;
	struct posterior_run *r = NULL;
	struct random random = random_open(1, 2);
	double q[32] = { 0.1, 0.2, 0.3 }, grad[32], row[64], rows[64];
	int rc;

	if ((rc = model_parse(cases[k].text, strlen(cases[k].text), &m, e)) || (rc = model_bind(m, data->inputs, data->n, 0, &p, e)) ||
	    (rc = posterior_run_new(p, &r, e)) || (rc = posterior_density(r, q, lp, grad, e)) || (rc = posterior_values(r, q, row, e)) ||
	    (rc = posterior_log_lik(r, q, rows, NULL, e)) || (rc = posterior_predict(r, q, &random, rows, e)) ||
	    (rc = posterior_unconstrain(r, row, q, e)))
		goto done;
	rc = posterior_prior(r, &random, row, q, rows, e);
	/* a model with a factor has no draws */
	rc = rc == ERR_DOMAIN ? 0 : rc;
done:
	posterior_run_free(r);
	posterior_unref(p);
	model_unref(m);
	return rc;
}

int main(void)
{
	static struct case_data data;

	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct err e = ERR_INIT;
		double want = NAN, got = NAN;
		int rc, now = ERR_MEMORY, bad = 0;
		long n = 0;

		case_data(&data, cases[k].data);
		rc = run_once((int)k, &data, &want, &e);
		for (; n < 20000 && now == ERR_MEMORY; n++) {
			struct err why = ERR_INIT;

			mem_fail_after(n);
			now = run_once((int)k, &data, &got, &why);
			mem_fail_after(-1);
			if (now == ERR_MEMORY)
				bad += why.code != ERR_MEMORY;
			else
				bad += now != rc || (!rc && memcmp(&got, &want, sizeof got)) || (rc && strncmp(why.msg, e.msg, 12));
		}
		ok(!bad && now == rc && n > 5 && (k >= 6) == (rc != 0), "%.*s ...: %ld allocations fail one after the other (%d)",
		   (int)strcspn(cases[k].text, "\n"), cases[k].text, n - 1, bad);
		if (bad || (k < 6 && rc))
			fprintf(stderr, "%s\n", e.msg);
	}
	return done();
}
