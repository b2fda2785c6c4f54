data {
  int<lower=0> N_point; vector[N_point] point;
  int<lower=0> N_least; vector[N_least] least;
  int<lower=0> N_most; vector[N_most] most;
  int<lower=0> N_range; vector[N_range] low; vector[N_range] high;
}
parameters { real<lower=0> mu; real<lower=0> sigma; }
model {
  mu ~ normal(3000, 2000);
  sigma ~ normal(0, 1000);
  point ~ normal(mu, sigma);
  target += normal_lccdf(least | mu, sigma);
  target += normal_lcdf(most | mu, sigma);
  for (i in 1:N_range) target += log_diff_exp(normal_lcdf(high[i] | mu, sigma), normal_lcdf(low[i] | mu, sigma));
}
