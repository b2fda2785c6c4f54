data { int<lower=0> N; int<lower=0> y[N]; vector[N] x; vector[N] days; }
parameters { real a; real b; real<lower=0> phi; }
model {
  a ~ normal(-3, 3);
  b ~ normal(0, 1);
  phi ~ gamma(2, 0.1);
  y ~ neg_binomial_2_log(a + b * x + log(days), phi);
}
