data { int<lower=0> J; int<lower=0> T; int<lower=0, upper=1> y[J, T]; }
transformed data {
  matrix[J, T] avoided;
  matrix[J, T] shocked;
  for (j in 1:J) {
    avoided[j, 1] = 0;
    shocked[j, 1] = 0;
    for (t in 2:T) {
      avoided[j, t] = avoided[j, t - 1] + 1 - y[j, t - 1];
      shocked[j, t] = shocked[j, t - 1] + y[j, t - 1];
    }
  }
}
parameters { vector[3] beta; }
model {
  beta ~ normal(0, 100);
  for (j in 1:J) for (t in 1:T) y[j, t] ~ bernoulli_logit(beta[1] + beta[2] * avoided[j, t] + beta[3] * shocked[j, t]);
}
