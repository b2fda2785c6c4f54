data { int<lower=0> N; vector[N] earn; vector[N] height; vector[N] male; }
transformed data { vector[N] z = (height - mean(height)) / sd(height); }
parameters { vector[4] beta; real<lower=0> sigma; }
model { log(earn) ~ normal(beta[1] + beta[2] * z + beta[3] * male + beta[4] * (z .* male), sigma); }
