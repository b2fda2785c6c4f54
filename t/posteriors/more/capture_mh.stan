data { int<lower=0> M; int<lower=0> T; int<lower=0> s[M]; }
parameters { real<lower=0, upper=1> omega; real<lower=0, upper=1> mean_p; real<lower=0, upper=5> sigma; vector[M] eps_raw; }
transformed parameters { vector[M] eps = logit(mean_p) + sigma * eps_raw; }
model {
  eps_raw ~ normal(0, 1);
  for (i in 1:M) {
    if (s[i] > 0) target += log(omega) + binomial_logit_lpmf(s[i] | T, eps[i]);
    else target += log_sum_exp(log(omega) + binomial_logit_lpmf(0 | T, eps[i]), log1m(omega));
  }
}
