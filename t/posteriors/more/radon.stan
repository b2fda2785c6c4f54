data { int<lower=0> N; int<lower=0> J; int<lower=1, upper=J> county[N]; vector[N] floor_measure; vector[J] log_uppm; vector[N] log_radon; }
parameters { vector[2] gamma; real<lower=0> sigma_a; real<lower=0> sigma_b; real mu_b; vector[J] eta_a; vector[J] eta_b; real<lower=0> sigma_y; }
transformed parameters {
  vector[J] a = gamma[1] + gamma[2] * log_uppm + sigma_a * eta_a;
  vector[J] b = mu_b + sigma_b * eta_b;
}
model {
  gamma ~ normal(0, 5);
  mu_b ~ normal(0, 5);
  sigma_a ~ normal(0, 1);
  sigma_b ~ normal(0, 1);
  sigma_y ~ normal(0, 1);
  eta_a ~ normal(0, 1);
  eta_b ~ normal(0, 1);
  for (n in 1:N) log_radon[n] ~ normal(a[county[n]] + b[county[n]] * floor_measure[n], sigma_y);
}
