data { int<lower=1> T; vector[T] y; }
parameters { real level1; vector[T - 1] move; real<lower=0> sigma_level; real<lower=0> sigma; }
transformed parameters {
  vector[T] level;
  level[1] = level1;
  for (t in 2:T) level[t] = level[t - 1] + sigma_level * move[t - 1];
}
model {
  level1 ~ normal(0, 10);
  move ~ normal(0, 1);
  sigma_level ~ normal(0, 1);
  sigma ~ normal(0, 1);
  y ~ normal(level, sigma);
}
