data { int<lower=1> T; int<lower=0> y[T]; real r_e; real r_l; }
parameters { real<lower=0> e; real<lower=0> l; }
transformed parameters {
  vector[T] lp;
  for (s in 1:T) {
    lp[s] = -log(T);
    for (t in 1:T) lp[s] += poisson_lpmf(y[t] | t < s ? e : l);
  }
}
model {
  e ~ exponential(r_e);
  l ~ exponential(r_l);
  target += log_sum_exp(lp);
}
generated quantities {
  real s_mean = 0;
  { vector[T] w = softmax(lp); for (s in 1:T) s_mean += s * w[s]; }
}
