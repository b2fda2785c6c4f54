data { int<lower=0> M; int<lower=0> T; int<lower=0, upper=1> y[M, T]; }
parameters { real<lower=0, upper=1> omega; vector<lower=0, upper=1>[T] p; }
model {
  for (i in 1:M) {
    if (sum(y[i]) > 0) target += log(omega) + bernoulli_lpmf(y[i] | p);
    else target += log_sum_exp(log(omega) + bernoulli_lpmf(y[i] | p), log1m(omega));
  }
}
