data { int<lower=1> N; int<lower=1> K; real y[N]; }
parameters { simplex[K] start; simplex[K] A[K]; ordered[K] mu; vector<lower=0>[K] sigma; }
model {
  vector[K] gamma[N];
  vector[K] acc;
  mu ~ normal(0, 10);
  sigma ~ normal(0, 2);
  for (k in 1:K) A[k] ~ dirichlet(rep_vector(2, K));
  for (k in 1:K) gamma[1, k] = log(start[k]) + normal_lpdf(y[1] | mu[k], sigma[k]);
  for (t in 2:N) for (k in 1:K) {
    for (j in 1:K) acc[j] = gamma[t - 1, j] + log(A[j, k]);
    gamma[t, k] = log_sum_exp(acc) + normal_lpdf(y[t] | mu[k], sigma[k]);
  }
  target += log_sum_exp(gamma[N]);
}
