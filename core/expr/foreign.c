/* foreign.c - words of other languages, and how they are written here. */
#include "expr/expr_priv.h"

const char *foreign_advice(struct slice word)
{
	static const struct {
		const char *word, *advice;
	} list[] = {
		{ "AND", "'AND' is written 'and'" },
		{ "OR", "'OR' is written 'or'" },
		{ "NOT", "'NOT' is written 'not'" },
		{ "NULL", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "null", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "None", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "NA", "a missing value is written 'nil', and tested by is_missing(x)" },
		{ "TRUE", "'TRUE' is written 'true'" },
		{ "FALSE", "'FALSE' is written 'false'" },
		{ "True", "'True' is written 'true'" },
		{ "False", "'False' is written 'false'" },
		{ "case", "a choice is written if(condition, a, b)" },
		{ "CASE", "a choice is written if(condition, a, b)" },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (slice_is(word, list[i].word))
			return list[i].advice;
	return NULL;
}

const char *foreign_function(struct slice word)
{
	static const struct {
		const char *word, *advice;
	} list[] = {
		{ "dnorm", "'dnorm' is written normal(mu, sigma), with a standard deviation where BUGS has a precision" },
		{ "dlnorm", "'dlnorm' is written lognormal(mu, sigma), with a standard deviation where BUGS has a precision" },
		{ "dmnorm", "'dmnorm' is written multi_normal(mu, Sigma), with a covariance where BUGS has a precision" },
		{ "dt", "'dt' is written student_t(nu, mu, sigma), with a scale where BUGS has a precision" },
		{ "dbern", "'dbern' is written bernoulli(p)" },
		{ "dbin", "'dbin' is written binomial(n, p): the trials come first" },
		{ "dbinom", "'dbinom' is written binomial(n, p)" },
		{ "dpois", "'dpois' is written poisson(lambda)" },
		{ "dnegbin", "'dnegbin' is written neg_binomial_2(mu, phi), by mean and dispersion" },
		{ "dnbinom", "'dnbinom' is written neg_binomial_2(mu, phi), by mean and dispersion" },
		{ "dgamma", "'dgamma' is written gamma(alpha, beta)" },
		{ "dexp", "'dexp' is written exponential(beta)" },
		{ "dbeta", "'dbeta' is written beta(alpha, beta)" },
		{ "dunif", "'dunif' is written uniform(low, high)" },
		{ "dweib", "'dweib' is written weibull(alpha, sigma)" },
		{ "dcat", "'dcat' is written categorical(theta)" },
		{ "dmulti", "'dmulti' is written multinomial(theta)" },
		{ "ddirch", "'ddirch' is written dirichlet(alpha)" },
		{ "ddirich", "'ddirich' is written dirichlet(alpha)" },
		{ "ilogit", "'ilogit' is written inv_logit(x)" },
		{ "plogis", "'plogis' is written inv_logit(x)" },
		{ "ifelse", "a choice is written if(condition, a, b)" },
		{ "dot_product", "'dot_product' is written dot(x, y)" },
		{ "inprod", "'inprod' is written dot(x, y)" },
		{ "c", "a list stands in square brackets: [1, 2]" },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (slice_is(word, list[i].word))
			return list[i].advice;
	return NULL;
}

bool foreign_type(struct slice word)
{
	static const char *const list[] = {
		"real", "int", "vector", "row_vector", "matrix", "array", "simplex", "unit_vector", "positive_ordered", "complex",
		"corr_matrix", "cov_matrix", "cholesky_factor_corr", "cholesky_factor_cov", "local", "double", "float",
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (slice_is(word, list[i]))
			return true;
	return false;
}
