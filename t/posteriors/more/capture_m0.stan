data { int<lower=0> M; int<lower=0> T; int<lower=0> s[M]; }
parameters { real<lower=0, upper=1> omega; real<lower=0, upper=1> p; }
model {
  for (i in 1:M) {
    if (s[i] > 0) target += log(omega) + binomial_lpmf(s[i] | T, p);
    else target += log_sum_exp(log(omega) + binomial_lpmf(0 | T, p), log1m(omega));
  }
}
