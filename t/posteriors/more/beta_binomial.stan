data { int<lower=0> N; int<lower=0> y[N]; int<lower=0> n[N]; int<lower=1> J; int<lower=1, upper=J> g[N]; }
parameters { vector<lower=0, upper=1>[J] m; real<lower=0> phi; }
model {
  m ~ beta(2, 2);
  phi ~ gamma(2, 0.1);
  y ~ beta_binomial(n, m[g] * phi, (1 - m[g]) * phi);
}
