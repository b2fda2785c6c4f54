data { int<lower=0> N; int<lower=0> T; real x[T]; real y[N, T]; real xbar; }
parameters { vector[N] alpha; vector[N] beta; real mu_alpha; real mu_beta; real<lower=0> sigma_y; real<lower=0> sigma_alpha; real<lower=0> sigma_beta; }
transformed parameters { real alpha0 = mu_alpha - xbar * mu_beta; }
model {
  mu_alpha ~ normal(0, 100);
  mu_beta ~ normal(0, 100);
  alpha ~ normal(mu_alpha, sigma_alpha);
  beta ~ normal(mu_beta, sigma_beta);
  for (n in 1:N) for (t in 1:T) y[n, t] ~ normal(alpha[n] + beta[n] * (x[t] - xbar), sigma_y);
}
