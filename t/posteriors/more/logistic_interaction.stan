data { int<lower=0> N; int<lower=0, upper=1> y[N]; vector[N] dist; vector[N] arsenic; }
transformed data {
  vector[N] d = (dist - mean(dist)) / 100;
  vector[N] a = arsenic - mean(arsenic);
}
parameters { vector[4] beta; }
model { y ~ bernoulli_logit(beta[1] + beta[2] * d + beta[3] * a + beta[4] * (d .* a)); }
