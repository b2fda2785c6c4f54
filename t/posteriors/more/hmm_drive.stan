data { int<lower=1> N; int<lower=1> K; real u[N]; real v[N]; matrix<lower=0>[K, K] alpha; }
parameters { simplex[K] theta[K]; positive_ordered[K] phi; positive_ordered[K] lambda; }
model {
  vector[K] gamma[N];
  vector[K] acc;
  for (k in 1:K) theta[k] ~ dirichlet(alpha[k]');
  phi[1] ~ normal(0, 1);
  phi[2] ~ normal(3, 1);
  lambda[1] ~ normal(0, 1);
  lambda[2] ~ normal(3, 1);
  for (k in 1:K) gamma[1, k] = exponential_lpdf(u[1] | phi[k]) + exponential_lpdf(v[1] | lambda[k]);
  for (t in 2:N) for (k in 1:K) {
    for (j in 1:K) acc[j] = gamma[t - 1, j] + log(theta[j, k]);
    gamma[t, k] = log_sum_exp(acc) + exponential_lpdf(u[t] | phi[k]) + exponential_lpdf(v[t] | lambda[k]);
  }
  target += log_sum_exp(gamma[N]);
}
