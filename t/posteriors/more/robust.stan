data { int<lower=0> N; int<lower=1> P; matrix[N, P] X; vector[N] y; }
parameters { real alpha; vector[P] beta; real<lower=0> sigma; real<lower=1> nu; }
model {
  alpha ~ student_t(3, 0, 10);
  beta ~ normal(0, 1);
  sigma ~ student_t(3, 0, 2.5);
  nu ~ gamma(2, 0.1);
  y ~ student_t(nu, alpha + X * beta, sigma);
}
